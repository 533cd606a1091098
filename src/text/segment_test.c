/* segment_test.c: sentences of chat, and the law of release units: where text is cut depends on the text before the cut
 * only, never on how it arrived. */
#include "text/segment.h"

#include "base/property.h"
#include "sys/mem.h"
#include "text/utf8.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct fold_tables *tables;

static int open_tables(void **state)
{
	(void)state;
	return fold_open(mem_system(), &tables, NULL);
}

static int close_tables(void **state)
{
	(void)state;
	fold_free(mem_system(), &tables);
	return 0;
}

static void test_sentences(void **state)
{
	static const struct {
		const char *text;
		unsigned sentences, segments, clauses;
	} samples[] = {
		{ "one", 1, 1, 1 },
		{ "i went home. then i slept", 2, 2, 2 },               /* lower case after the stop */
		{ "i saw dr. smith at 3 p.m. yesterday", 1, 1, 1 },     /* abbreviations */
		{ "it was 2.5 mg, about half (e.g. a pill)", 1, 1, 1 }, /* doses */
		{ "write to a.b@example.com now", 1, 1, 1 },            /* a domain's stop */
		{ "really?! yes... ok", 2, 2, 2 },
		{ "first line\nSecond line", 2, 2, 2 },
		{ "a line that just\nwraps", 1, 1, 1 },
		{ "a\n\nb", 2, 2, 2 },
		{ "i stopped; it was bad: very bad", 1, 3, 3 },
		{ "no, i did not", 1, 1, 2 }, /* context must not leak over the comma */
		{ "i like tea, cake", 1, 1, 1 },
		{ "i was there yesterday, but he was not", 1, 1, 2 },
	};
	struct arena arena;
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct view view;
		arena_reset(&arena);
		assert_int_equal(fold_run(tables, NULL, &arena, str_c(samples[i].text), &view), 0);
		assert_int_equal(segment_run(&arena, &view), 0);
		const struct token *last = &view.tokens[view.count - 1];
		if (last->sentence + 1 != samples[i].sentences || last->segment + 1 != samples[i].segments ||
			last->clause + 1 != samples[i].clauses)
			fail_msg("\"%s\": %u sentences, %u segments, %u clauses", samples[i].text, last->sentence + 1, last->segment + 1,
				last->clause + 1);
	}
	arena_done(&arena);
}

static void test_quotes(void **state)
{
	struct arena arena;
	struct view view;
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	assert_int_equal(fold_run(tables, NULL, &arena, STR("he said \u201Cgo away\u201D and \"now\" and left"), &view), 0);
	assert_int_equal(segment_run(&arena, &view), 0);
	unsigned quoted[3] = { 0 };
	for (size_t i = 0; i < view.count; i++)
		quoted[view.tokens[i].quote]++;
	assert_int_equal(quoted[1], 2);
	assert_int_equal(quoted[2], 1);
	arena_done(&arena);
}

static void test_units(void **state)
{
	static const struct {
		const char *text;
		size_t end;
	} samples[] = {
		{ "Hello there", 0 },
		{ "Hello there.", 0 },  /* what comes may go on: "...", ".com" */
		{ "Hello there. ", 0 }, /* a combining mark may follow white space */
		{ "Hello there. W", 13 },
		{ "I saw Dr. Smith", 0 },
		{ "It costs 3.50 now", 0 },
		{ "1. First point", 0 }, /* a list's number */
		{ "Yes!\"  Then", 7 },
		{ "\u597D\u3002\u662F\u7684", 6 },
		{ "line\nnext", 5 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		size_t end = segment_unit_end(str_c(samples[i].text), 0, 32, false);
		if (end != samples[i].end)
			fail_msg("\"%s\": cut at %zu", samples[i].text, end);
		assert_int_equal(segment_unit_end(str_c(samples[i].text), 0, 32, true), strlen(samples[i].text));
	}
}

static size_t make_text(struct property *property, char *bytes, size_t room)
{
	static const char *const pieces[] = { "word ", "a", ". ", ".", "! ", "?\n", "Dr. ", "3.5 ", "1. ", "\n\n", "\u00E9", "e\u0301",
		"\u3002", "\U0001F469\u200D\U0001F52C", "\"", " ", "longwordwithoutanyspaceinit", "\u597D", "\xFF", ", and " };
	size_t len = 0, count = property_below(property, 120);
	for (size_t i = 0; i < count; i++) {
		struct str piece = str_c(pieces[property_below(property, COUNT_OF(pieces))]);
		if (len + piece.len > room)
			break;
		memcpy(bytes + len, piece.ptr, piece.len);
		len += piece.len;
	}
	return len;
}

/* Cut points of every prefix are cut points of the whole, and arriving byte by byte gives the same units as at once. */
static void test_any_arrival(void **state)
{
	struct property property = property_start("units");
	char bytes[1500];
	static bool cut[sizeof bytes + 1];
	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t len = make_text(&property, bytes, sizeof bytes), from = 0, start = 0, characters = 0;
		struct str text = str_make(bytes, len);
		memset(cut, 0, sizeof cut);
		for (size_t arrived = 1; arrived <= len; arrived++) {
			size_t end = segment_unit_end(str_sub(text, 0, arrived), from, 48, false);
			assert_true(end >= from && end <= arrived);
			assert_int_equal(segment_unit_end(str_sub(text, 0, arrived), 0, 48, false), end); /* from the beginning: the same */
			cut[end] = true;
			from = end;
		}
		assert_int_equal(segment_unit_end(text, 0, 48, false), from);
		for (size_t at = 0; at < len; at++) {
			if (cut[at]) {
				assert_true(utf8_boundary(text, at));
				start = at;
				characters = 0;
			}
			characters += ((unsigned char)bytes[at] & 0xC0) != 0x80;
			if (at < from) /* closers and white space may follow the cap */
				assert_true(characters <= SEGMENT_UNIT_MAX + 64);
		}
		(void)start;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_sentences), cmocka_unit_test(test_quotes), cmocka_unit_test(test_units),
		cmocka_unit_test(test_any_arrival) };
	return cmocka_run_group_tests(tests, open_tables, close_tables);
}
