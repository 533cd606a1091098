/* lang_test.c: the coarse guess on plain sentences of each language, and "und" where there is nothing to go by. */
#include "text/lang.h"

#include "sys/mem.h"
#include "text/segment.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_guesses(void **state)
{
	static const struct {
		const char *text, *lang;
	} samples[] = {
		{ "i do not know what to do about the job", "en" },
		{ "no s\u00E9 qu\u00E9 hacer con mi trabajo y mi familia", "es" },
		{ "je ne sais pas quoi faire avec mon travail", "fr" },
		{ "ich wei\u00DF nicht was ich mit der arbeit machen soll", "de" },
		{ "eu n\u00E3o sei o que fazer com o meu trabalho", "pt" },
		{ "non so che cosa fare con il mio lavoro", "it" },
		{ "\u044F \u043D\u0435 \u0437\u043D\u0430\u044E \u0447\u0442\u043E \u0434\u0435\u043B\u0430\u0442\u044C", "ru" },
		{ "\u6211\u4E0D\u77E5\u9053\u600E\u4E48\u529E", "zh" },
		{ "\u0644\u0627 \u0623\u0639\u0631\u0641 \u0645\u0627\u0630\u0627 \u0623\u0641\u0639\u0644", "ar" },
		{ "12 34", "und" },
		{ "", "und" },
	};
	struct fold_tables *tables = NULL;
	static struct lang_table langs;
	struct arena arena;
	(void)state;
	assert_int_equal(fold_open(mem_system(), &tables, NULL), 0);
	lang_open(&langs);
	arena_init(&arena, mem_system(), 1u << 20);
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct view view;
		arena_reset(&arena);
		assert_int_equal(fold_run(tables, NULL, &arena, str_c(samples[i].text), &view), 0);
		assert_int_equal(segment_run(&arena, &view), 0);
		assert_string_equal(lang_guess(&langs, &view), samples[i].lang);
	}
	arena_done(&arena);
	fold_free(mem_system(), &tables);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_guesses) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
