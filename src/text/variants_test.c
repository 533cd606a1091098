/* variants_test.c: what people write for one another folds to one: laws over all code points, and texts by pairs. */
#include "text/variants.h"

#include "base/property.h"
#include "sys/mem.h"
#include "text/fold.h"
#include "text/utf8.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct fold_tables *tables;
static uint16_t variants[VARIANTS_END];

static int open_tables(void **state)
{
	(void)state;
	variants_fill(variants);
	return fold_open(mem_system(), &tables, NULL);
}

static int close_tables(void **state)
{
	(void)state;
	fold_free(mem_system(), &tables);
	return 0;
}

static void test_once_is_enough(void **state)
{
	size_t changed = 0;
	(void)state;
	for (uint32_t cp = 0; cp < VARIANTS_END; cp++) {
		assert_int_equal(variants[variants[cp]], variants[cp]);
		changed += variants[cp] != cp;
		assert_true(variants[cp] == cp || cp >= 0x600);
	}
	assert_true(changed > 1200);
}

static void fold_into(struct arena *arena, const struct vocab *vocab, const char *text, struct view *ret_view)
{
	assert_int_equal(fold_run(tables, vocab, arena, str_c(text), ret_view), 0);
}

static void test_pairs(void **state)
{
	static const struct {
		const char *a, *b;
	} pairs[] = {
		{ "\u0623\u0631\u064A\u062F \u0623\u0646 \u0623\u0645\u0648\u062A",
			"\u0627\u0631\u064A\u062F \u0627\u0646 \u0627\u0645\u0648\u062A" },
		{ "\u0627\u0644\u062D\u064A\u0627\u0629", "\u0627\u0644\u062D\u064A\u0627\u0647" }, /* teh marbuta */
		{ "\u0639\u0644\u0649", "\u0639\u0644\u064A" },                                     /* alef maqsura */
		{ "\u0623\u064E\u0645\u0648\u062A\u064F", "\u0627\u0645\u0648\u062A" },             /* vowel signs */
		{ "\u0627\u0645\u0640\u0640\u0640\u0648\u062A", "\u0627\u0645\u0648\u062A" },       /* stretched */
		{ "\u0627\u0654\u0645\u0648\u062A", "\u0627\u0645\u0648\u062A" },                   /* hamza apart */
		{ "\uFE83\uFEE3\uFEEE\uFE95", "\u0627\u0645\u0648\u062A" },                         /* shapes of letters */
		{ "\u0644\u0623\u0646\u064A", "\u0644\u0627\u0646\u06CC" },                         /* Persian yeh */
		{ "\u81EA\u6BBA", "\u81EA\u6740" },                                                 /* suicide */
		{ "\u4E0D\u60F3\u6D3B\u8457", "\u4E0D\u60F3\u6D3B\u7740" },                         /* live */
		{ "\u907A\u66F8\u5BEB\u597D\u4E86", "\u9057\u4E66\u5199\u597D\u4E86" },             /* a letter is written */
	};
	struct arena arena;
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct view a, b;
		arena_reset(&arena);
		fold_into(&arena, NULL, pairs[i].a, &a);
		fold_into(&arena, NULL, pairs[i].b, &b);
		if (!str_eq(a.text, b.text))
			fail_msg("pair %zu: \"" STR_FMT "\" and \"" STR_FMT "\"", i, STR_ARG(a.text), STR_ARG(b.text));
	}
	arena_done(&arena);
}

/* A text of the letters that have variants, and the same with each letter chosen anew among those that fold alike. */
static void test_any_choice_folds_alike(void **state)
{
	struct property property = property_start("variants");
	struct arena arena;
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	for (int round = 0; round < 20000; round++) {
		char plain[64], chosen[160];
		size_t plain_len = 0, chosen_len = 0;
		struct view a, b;
		for (size_t i = 0, count = 1 + property_below(&property, 12); i < count; i++) {
			uint32_t cp = (uint32_t)(round % 2 ? 0x621 + property_below(&property, 0xD3 - 0x21)
							   : 0x4E00 + property_below(&property, 0x5000));
			if (variants_silent(cp) || (cp >= 0x660 && cp < 0x671))
				cp = 0x628;
			plain_len += utf8_put(variants[cp], plain + plain_len);
			chosen_len += utf8_put(cp, chosen + chosen_len);
			if (round % 2 && property_below(&property, 3) == 0)
				chosen_len += utf8_put((uint32_t)(0x64B + property_below(&property, 8)), chosen + chosen_len);
		}
		arena_reset(&arena);
		assert_int_equal(fold_run(tables, NULL, &arena, str_make(plain, plain_len), &a), 0);
		assert_int_equal(fold_run(tables, NULL, &arena, str_make(chosen, chosen_len), &b), 0);
		if (!str_eq(a.text, b.text))
			fail_msg("\"%.*s\" and \"%.*s\"", (int)plain_len, plain, (int)chosen_len, chosen);
	}
	arena_done(&arena);
}

static void test_bare(void **state)
{
	(void)state;
	assert_true(str_eqc(variants_bare(STR("\u0648\u0627\u0631\u064A\u062F")), "\u0627\u0631\u064A\u062F"));
	assert_int_equal(variants_bare(STR("\u0648\u0627\u0644")).len, 0); /* two letters would stay */
	assert_int_equal(variants_bare(STR("\u0627\u0631\u064A\u062F")).len, 0);
	assert_int_equal(variants_bare(STR("")).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_once_is_enough), cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_any_choice_folds_alike), cmocka_unit_test(test_bare) };
	return cmocka_run_group_tests(tests, open_tables, close_tables);
}
