/* directory_test.c: which names a search finds. */
#include "care/directory.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void names(void **state)
{
	static const struct {
		const char *name, *words;
		bool found;
	} cases[] = {
		{ "Fern Ada Lovelace", "ada", true },
		{ "Fern Ada Lovelace", "LOVE fern", true },
		{ "Fern Ada Lovelace", "lace", false },
		{ "Fern Ada Lovelace", "", true },
		{ "Fern Ada Lovelace", "   ", true },
		{ "Fern Ada Lovelace", "ada x", false },
		{ "\xC3\x8D\xC3\xB1igo Mu\xC3\xB1oz", "inigo munoz", true },
		{ "Inigo Munoz", "\xC3\xAD\xC3\xB1igo", true },
		{ "Fran\xC3\xA7ois", "FRANCO", true },
		{ "Mary-Jane O'Neil", "jane neil", true },
		{ "\xD0\x90\xD0\xBD\xD0\xBD\xD0\xB0", "\xD0\x90\xD0\xBD", true }, /* other scripts: as written */
		{ "\xC3", "\xC3", true },                                         /* half a letter harms nobody */
		{ "a", "aa", false },
		{ "\xC3\x97", "o", false },
		{ "", "a", false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (directory_matches(str_c(cases[i].name), str_c(cases[i].words)) != cases[i].found)
			fail_msg("%zu: \"%s\" and \"%s\"", i, cases[i].name, cases[i].words);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(names) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
