/* load_fuzz.c: any bytes as a pack file beside good ones: loaded or refused with a message that names the file, never worse. */
#include "screen/pack_priv.h"

#include "screen/packs_test.h"
#include "sys/mem.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fold_tables *tables;
	const struct screen_source known[TEST_SOURCE_COUNT] = TEST_SOURCES;
	struct screen_source sources[TEST_SOURCE_COUNT + 1];
	struct pack_example *examples = NULL;
	struct pack pack;
	struct err err = { 0 };
	struct arena arena;
	if (!tables && fold_open(mem_system(), &tables, NULL) < 0)
		abort();
	memcpy(sources, known, sizeof known);
	sources[TEST_SOURCE_COUNT] = (struct screen_source){ STR("fuzz.yaml"), str_make((const char *)data, size) };
	arena_init(&arena, mem_system(), 256u << 20);
	int rc = pack_load(&arena, tables, sources, TEST_SOURCE_COUNT + 1, &pack, &examples, &err);
	if (rc < 0 && !err.message[0])
		abort();
	arena_done(&arena);
	return 0;
}
