/* pattern_fuzz.c: any bytes give patterns whose tokens are in the view. */
#include "screen/pattern.h"

#include "sys/mem.h"
#include "text/segment.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fold_tables *tables;
	struct str text = str_make((const char *)data, size);
	struct patterns patterns;
	struct arena arena;
	struct view view;
	if (!tables && fold_open(mem_system(), &tables, NULL) < 0)
		abort();
	arena_init(&arena, mem_system(), 256u << 20);
	if (fold_run(tables, NULL, &arena, text, &view) < 0 || segment_run(&arena, &view) < 0)
		abort();
	for (int contacts = 0; contacts < 2; contacts++) {
		if (pattern_find(&arena, text, &view, NULL, contacts, &patterns) < 0)
			abort();
		for (size_t i = 0; i < patterns.count; i++)
			if (patterns.items[i].first > patterns.items[i].last || patterns.items[i].last >= view.count)
				abort();
	}
	arena_done(&arena);
	return 0;
}
