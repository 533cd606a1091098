/* medication_fuzz.c: two texts, divided by the first byte 0xFF or in the middle, in two languages that the first bytes choose: read to
 * facts that lie in the text, compared twice the same, and each with itself without a difference. */
#include "screen/medication.h"

#include "screen/medication_pack_test.h"
#include "sys/mem.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void check_reading(const struct medication_reading *reading, size_t len)
{
	for (size_t i = 0; i < reading->fact_count; i++)
		need(reading->facts[i].start <= reading->facts[i].end && reading->facts[i].end <= len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const langs[] = { "en", "es", "fr", "de", "pt", "zh", "ar", "" };
	static struct screen_engine *engine;
	struct medication_comparison first, second, self;
	struct arena arena;
	if (!engine)
		need((engine = test_medicine_engine(mem_system())) != NULL);
	if (size < 2)
		return 0;
	struct str source_lang = str_c(langs[data[0] % 8]), target_lang = str_c(langs[data[1] % 8]);
	struct str rest = str_make((const char *)data + 2, size - 2);
	const char *divide = rest.len ? memchr(rest.ptr, 0xFF, rest.len) : NULL;
	size_t at = divide ? (size_t)(divide - rest.ptr) : rest.len / 2;
	struct str source = str_sub(rest, 0, at), target = str_sub(rest, divide ? at + 1 : at, rest.len);
	arena_init(&arena, mem_system(), 512u << 20);
	int rc = medication_compare(engine, &arena, source, source_lang, target, target_lang, &first, NULL);
	need(rc == 0 || rc == E_LIMIT);
	if (rc == 0) {
		check_reading(&first.source, source.len);
		check_reading(&first.target, target.len);
		need(medication_compare(engine, &arena, source, source_lang, target, target_lang, &second, NULL) == 0);
		need(first.severity == second.severity && first.difference_count == second.difference_count);
		need(medication_compare(engine, &arena, source, source_lang, source, source_lang, &self, NULL) == 0);
		need(self.difference_count == 0 || !self.source.covered);
	}
	arena_done(&arena);
	return 0;
}
