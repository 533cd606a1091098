/* fold_test.c: examples of the folded view, and its laws: folding a view gives the same view; tokens tile the view and
 * stand in the text in order. */
#include "text/fold.h"

#include "base/property.h"
#include "sys/mem.h"
#include "text/words_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct fold_tables *tables;
static struct words words;

static int open_tables(void **state)
{
	(void)state;
	words_fill(&words);
	return fold_open(mem_system(), &tables, NULL);
}

static int close_tables(void **state)
{
	(void)state;
	fold_free(mem_system(), &tables);
	return 0;
}

static void test_examples(void **state)
{
	static const struct {
		const char *text, *view;
	} samples[] = {
		{ "", " " }, { "I CAN'T, really", " i cant , really " }, { "self-harm and so_on", " self harm and so on " },
		{ "d\u200Bi\u200De", " die " },                           /* zero-width characters vanish */
		{ "\u202Eeid\u202C", " eid " },                           /* bidi controls vanish, order stays */
		{ "\uFF49 \uFF57\uFF41\uFF4E\uFF54", " i want " },        /* fullwidth */
		{ "\U0001D48C\U0001D48A\U0001D48D\U0001D48D", " kill " }, /* mathematical letters */
		{ "Stra\u00DFe", " strasse " },                           /* sharp s folds to two letters */
		{ "sooooo goooood", " so good " },                        /* the spelling that the vocabulary knows */
		{ "caf\u00E9 cafe\u0301", " cafe cafe " },                /* known without its mark */
		{ "k\u0336i\u0336l\u0336l\u0336", " kill " },             /* strike-through marks */
		{ "8:00, 3.5 and 1,000", " 8:00 , 3.5 and 1,000 " },      /* one number each */
		{ "no...  yes", " no ... yes " },
		{ "\xFF"
		  "die",
			" \uFFFD die " },                           /* a bad byte is a mark, and hides nothing */
		{ "\u6211\u60F3\u6B7B", " \u6211 \u60F3 \u6B7B " }, /* ideographs stand alone */
		{ "he said 'go' today", " he said \" go \" today " },
		{ "\U0001F480\U0001F3FD", " \U0001F480 " }, /* skin tones say nothing */
	};
	struct arena arena;
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct view view;
		arena_reset(&arena);
		assert_int_equal(fold_run(tables, &words.vocab, &arena, str_c(samples[i].text), &view), 0);
		if (!str_eqc(view.text, samples[i].view))
			fail_msg("\"%s\": expected \"%s\", got \"" STR_FMT "\"", samples[i].text, samples[i].view, STR_ARG(view.text));
	}
	arena_done(&arena);
}

static void test_spans(void **state)
{
	struct arena arena;
	struct view view;
	struct str text = STR("  I caN\u2019t d\u200Bie. ");
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	assert_int_equal(fold_run(tables, &words.vocab, &arena, text, &view), 0);
	assert_int_equal(view.count, 4);
	static const char *const spans[] = { "I", "caN\u2019t", "d\u200Bie", "." };
	for (size_t i = 0; i < view.count; i++)
		assert_true(str_eqc(str_sub(text, view.tokens[i].start, view.tokens[i].end), spans[i]));
	arena_done(&arena);
}

static void check_laws(struct arena *arena, struct str text)
{
	struct view view, again;
	assert_int_equal(fold_run(tables, &words.vocab, arena, text, &view), 0);
	size_t at = 1, end = 0;
	assert_true(view.text.len >= 1 && view.text.ptr[0] == ' ');
	for (size_t i = 0; i < view.count; i++) {
		const struct token *token = &view.tokens[i];
		assert_int_equal(token->at, at);
		assert_true(token->len > 0 && view.text.ptr[at + token->len] == ' ');
		assert_true(token->start <= token->end && token->end <= text.len && token->end >= end);
		at += token->len + 1;
		end = token->end;
	}
	assert_int_equal(at, view.text.len);
	assert_int_equal(fold_run(tables, &words.vocab, arena, view.text, &again), 0);
	if (!str_eq(view.text, again.text))
		fail_msg("folded twice: \"" STR_FMT "\" became \"" STR_FMT "\"", STR_ARG(view.text), STR_ARG(again.text));
}

static void test_laws(void **state)
{
	struct property property = property_start("fold");
	struct arena arena;
	char bytes[160];
	(void)state;
	arena_init(&arena, mem_system(), 1u << 22);
	for (int round = 0; round < 30000; round++) {
		size_t len = property_below(&property, sizeof bytes);
		arena_reset(&arena);
		property_bytes(&property, bytes, len);
		check_laws(&arena, str_make(bytes, len));
	}
	arena_done(&arena);
}

static void test_memory_end(void **state)
{
	char bytes[4096];
	(void)state;
	memset(bytes, '.', sizeof bytes);
	for (size_t limit = 1024; limit < 65536; limit += 1024) {
		struct arena arena;
		struct view view;
		arena_init(&arena, mem_system(), limit);
		int rc = fold_run(tables, &words.vocab, &arena, str_make(bytes, sizeof bytes), &view);
		assert_true(rc == 0 || rc == E_MEMORY);
		assert_true(rc == 0 || arena_failed(&arena));
		arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_examples), cmocka_unit_test(test_spans), cmocka_unit_test(test_laws),
		cmocka_unit_test(test_memory_end) };
	return cmocka_run_group_tests(tests, open_tables, close_tables);
}
