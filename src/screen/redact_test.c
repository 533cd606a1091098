/* redact_test.c: pseudonyms are stable, overlaps leave nothing over, the way back gives the very bytes; and it fails closed. */
#include "screen/redact.h"

#include "base/property.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena arena;

static struct finding span(const char *concept, size_t start, size_t end, int confidence)
{
	return (struct finding){ .concept = str_c(concept), .family = FAMILY_PII, .start = start, .end = end, .confidence = confidence };
}

static struct verdict verdict_of(struct str text, const struct finding *findings, size_t count)
{
	return (struct verdict){ .state = VERDICT_SCREENED,
		.received_bytes = text.len,
		.judged_bytes = text.len,
		.findings = findings,
		.finding_count = count };
}

static void expect(struct redact_map *map, const char *text, const struct finding *findings, size_t count, const char *expected)
{
	struct str out, back, in = str_c(text);
	struct verdict verdict = verdict_of(in, findings, count);
	assert_int_equal(redact_run(&arena, in, &verdict, map, &out), 0);
	if (!str_eqc(out, expected))
		fail_msg("expected \"%s\", got \"" STR_FMT "\"", expected, STR_ARG(out));
	assert_int_equal(redact_restore(&arena, out, map, &back), 0);
	assert_true(str_eq(back, in));
}

static void test_same_person(void **state)
{
	struct redact_map map = { .arena = &arena };
	const struct finding first[] = { span("pii.name", 5, 12, 900), span("pii.phone", 16, 24, 900) };
	const struct finding second[] = { span("pii.name", 0, 3, 800), span("pii.name", 8, 12, 800), span("pii.phone", 13, 21, 900) };
	const struct finding third[] = { span("pii.name", 0, 7, 800) };
	(void)state;
	expect(&map, "I am Ana Gil on 555-0199", first, 2, "I am [PERSON_1] on [PHONE_1]");
	expect(&map, "Ana and Zora 555 0199", second, 3, "[PERSON_1.2] and [PERSON_2] [PHONE_1.2]");
	expect(&map, "ANA GIL", third, 1, "[PERSON_1.3]");
	expect(&map, "Ana Gil", third, 1, "[PERSON_1]");
	const struct finding other[] = { span("pii.name", 0, 8, 800) };
	expect(&map, "Ana Ruiz", other, 1, "[PERSON_3]"); /* shares a name, and is another */
}

static void test_overlaps(void **state)
{
	struct redact_map map = { .arena = &arena };
	/* the name reaches over the beginning of the address: both are covered, by the longer one's kind */
	const struct finding findings[] = { span("pii.name", 0, 7, 900), span("pii.address", 4, 17, 800), span("pii.url", 4, 8, 950),
		span("pii.name", 0, 0, 900) };
	(void)state;
	expect(&map, "Ana Gil Street 12 ok", findings, 4, "[ADDRESS_1] ok");
	const struct finding equal[] = { span("pii.phone", 0, 4, 700), span("pii.record", 0, 4, 800) };
	expect(&map, "1234", equal, 2, "[RECORD_1]");
}

static void test_literals(void **state)
{
	struct redact_map map = { .arena = &arena };
	const struct finding findings[] = { span("pii.name", 11, 14, 900) };
	(void)state;
	expect(&map, "[PERSON_1] Ana [PERSON_2.7] [A_1] [x_1] [PERSON_]", findings, 1,
		"[LITERAL_1] [PERSON_1] [LITERAL_2] [LITERAL_3] [x_1] [PERSON_]");
}

static void test_closed(void **state)
{
	struct redact_map map = { .arena = &arena };
	struct str out = STR("untouched"), text = STR("call Ana");
	const struct finding beyond[] = { span("pii.name", 5, 9, 900) };
	struct verdict verdict = verdict_of(text, beyond, 1);
	(void)state;
	assert_int_equal(redact_run(&arena, text, &verdict, &map, &out), E_NOT_FOUND);
	verdict = verdict_of(text, NULL, 0);
	verdict.truncated = true;
	assert_int_equal(redact_run(&arena, text, &verdict, &map, &out), E_NOT_FOUND);
	verdict = verdict_of(text, NULL, 0);
	verdict.state = VERDICT_NOT_SCREENED;
	assert_int_equal(redact_run(&arena, text, &verdict, &map, &out), E_NOT_FOUND);
	verdict = verdict_of(STR("call"), NULL, 0);
	assert_int_equal(redact_run(&arena, text, &verdict, &map, &out), E_NOT_FOUND);
	assert_true(str_eqc(out, "untouched"));
	struct arena small;
	arena_init(&small, mem_system(), 64);
	const struct finding one[] = { span("pii.name", 5, 8, 900) };
	verdict = verdict_of(text, one, 1);
	assert_int_equal(redact_run(&small, text, &verdict, &map, &out), E_MEMORY);
	arena_done(&small);
}

/* Any text with any spans comes back as it was, and no byte of a span is left where its span was. */
static void test_round_trip(void **state)
{
	static const char *const concepts[] = { "pii.name", "pii.phone", "pii.address", "pii.handle", "pii.date_of_birth" };
	static const char letters[] = "ab [PERSON_12.]\n\xC3\xA9";
	struct property property = property_start("redact round trip");
	(void)state;
	for (size_t round = 0; round < 2000; round++) {
		char bytes[80];
		struct finding findings[6];
		struct redact_map map = { .arena = &arena };
		arena_reset(&arena);
		for (int turn = 0; turn < 3; turn++) {
			size_t len = property_below(&property, sizeof bytes),
			       count = len ? property_below(&property, COUNT_OF(findings)) : 0;
			for (size_t i = 0; i < len; i++)
				bytes[i] = letters[property_below(&property, sizeof letters - 1)];
			for (size_t i = 0; i < count; i++) {
				size_t start = property_below(&property, len), end = start + property_below(&property, len - start + 1);
				findings[i] = span(concepts[property_below(&property, COUNT_OF(concepts))], start, end,
					(int)property_below(&property, 1000));
			}
			struct str text = str_make(bytes, len), out, back;
			struct verdict verdict = verdict_of(text, findings, count);
			assert_int_equal(redact_run(&arena, text, &verdict, &map, &out), 0);
			assert_int_equal(redact_restore(&arena, out, &map, &back), 0);
			if (!str_eq(back, text))
				fail_msg("\"" STR_FMT "\" came back as \"" STR_FMT "\"", STR_ARG(text), STR_ARG(back));
		}
	}
}

static void test_limit(void **state)
{
	struct redact_map map = { .arena = &arena };
	struct str out, text;
	int rc = 0;
	(void)state;
	for (unsigned i = 0; rc == 0 && i <= REDACT_ENTRIES_MAX; i++) {
		text = arena_printf(&arena, "%u", 100000 + i);
		const struct finding one[] = { span("pii.record", 0, text.len, 900) };
		struct verdict verdict = verdict_of(text, one, 1);
		rc = redact_run(&arena, text, &verdict, &map, &out);
	}
	assert_int_equal(rc, E_LIMIT);
	assert_int_equal(map.count, REDACT_ENTRIES_MAX);
}

static int open_arena(void **state)
{
	(void)state;
	arena_init(&arena, mem_system(), 64u << 20);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_same_person), cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_literals), cmocka_unit_test(test_closed), cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_limit) };
	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
