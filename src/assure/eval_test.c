/* eval_test.c: published vectors for the interval and the kappa, and laws of counting. */
#include "assure/eval.h"
#include "sys/mem.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 0.00006)

/* Newcombe 1998, table I, method 3: the four examples that later papers repeat. */
static void wilson_agrees_with_newcombe(void **state)
{
	(void)state;
	static const struct {
		uint64_t hits, n;
		double low, high;
	} rows[] = { { 81, 263, 0.2553, 0.3662 }, { 15, 148, 0.0624, 0.1605 }, { 0, 20, 0, 0.1611 }, { 1, 29, 0.0061, 0.1718 } };
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct eval_interval interval;
		eval_wilson(rows[i].hits, rows[i].n, &interval);
		NEAR(interval.low, rows[i].low);
		NEAR(interval.high, rows[i].high);
	}
}

static void wilson_at_the_edges(void **state)
{
	(void)state;
	struct eval_interval interval;
	eval_wilson(0, 0, &interval);
	assert_true(interval.low == 0 && interval.high == 1);
	eval_wilson(7, 7, &interval);
	assert_true(interval.high == 1 && interval.low > 0.5);
	for (uint64_t hits = 0; hits <= 50; hits++) {
		struct eval_interval other;
		eval_wilson(hits, 50, &interval);
		eval_wilson(50 - hits, 50, &other);
		NEAR(interval.low, 1 - other.high);
		assert_true(interval.low <= (double)hits / 50 && (double)hits / 50 <= interval.high);
	}
}

static void kappa_of_known_tables(void **state)
{
	(void)state;
	/* 20 5 / 10 15: with two grades the weights are all or nothing: (0.7 - 0.5) / (1 - 0.5). */
	NEAR(eval_kappa((const uint64_t[]){ 20, 5, 10, 15 }, 2), 0.4);
	/* Raters 0 1 2 2 and 0 2 1 2 by hand: 1 - 0.125 / 0.34375. */
	NEAR(eval_kappa((const uint64_t[]){ 1, 0, 0, 0, 0, 1, 0, 1, 1 }, 3), 0.636364);
	NEAR(eval_kappa((const uint64_t[]){ 3, 0, 0, 0, 4, 0, 0, 0, 5 }, 3), 1.0);
	NEAR(eval_kappa((const uint64_t[]){ 4, 4, 4, 4 }, 2), 0.0);
	assert_true(isnan(eval_kappa((const uint64_t[]){ 0, 0, 0, 0 }, 2)));
	assert_true(isnan(eval_kappa((const uint64_t[]){ 9, 0, 0, 0 }, 2)));
}

static struct verdict verdict_at(int suicide, int level)
{
	struct verdict verdict = { .state = VERDICT_SCREENED, .level = level };
	verdict.levels[FAMILY_SUICIDE] = suicide;
	return verdict;
}

static void add(struct eval *eval, const char *label, enum message_role role, int severity, const struct verdict *verdict)
{
	struct str labels[] = { str_c(label) };
	struct eval_row row = { .source = STR("github:a/b MIT"),
		.lang = STR("en"),
		.role = role,
		.labels = labels,
		.label_count = 1,
		.severity = severity,
		.verdict = verdict };
	eval_add(eval, &row);
}

static struct buf report(const struct eval *eval)
{
	struct buf out;
	buf_init(&out, mem_system(), 1 << 20);
	eval_report_json(eval, &out);
	buf_add_byte(&out, 0);
	assert_false(out.failed);
	return out;
}

static void counts_what_was_added(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	struct verdict three = verdict_at(3, 3), two = verdict_at(0, 2), none = verdict_at(0, 0), unseen = { 0 };
	add(eval, "suicide", ROLE_CLIENT, 2, &three);
	add(eval, "suicide", ROLE_CLIENT, 2, &unseen);
	add(eval, "none", ROLE_CLIENT, 0, &two); /* another family: an alarm, not a false positive of this one */
	add(eval, "unsafe:x", ROLE_ASSISTANT, -1, &three);
	add(eval, "therapist_reply", ROLE_ASSISTANT, -1, &none);
	struct buf out = report(eval);
	assert_non_null(strstr(out.ptr, "\"role\":\"client\",\"rows\":3,\"not_screened\":1,\"risk\":{\"n\":2,\"level_2\":{\"hits\":1,"));
	assert_non_null(strstr(out.ptr, "\"calm\":{\"n\":1,\"level_2\":{\"hits\":0,"));
	assert_non_null(strstr(out.ptr, "\"quiet\":{\"n\":1,\"level_2\":{\"hits\":1,"));
	assert_non_null(strstr(out.ptr, "\"unsafe\":{\"n\":1,\"level_2\":{\"hits\":1,"));
	assert_non_null(strstr(out.ptr, "\"safe\":{\"n\":1,\"level_2\":{\"hits\":0,"));
	assert_non_null(strstr(out.ptr, "\"table\":[1,0,0,0,0,0,0,0,1,0,1,0,0,0,0,0]"));
	buf_done(&out);
	eval_free(eval);
}

static void an_attempt_put_in_the_past_is_counted_apart(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	struct verdict past = verdict_at(2, 2);
	past.time_frame = TIME_PAST;
	add(eval, "suicide", ROLE_CLIENT, 4, &past);
	struct buf out = report(eval);
	assert_non_null(strstr(out.ptr, "\"past_attempt\":1,\"kappa\":null"));
	buf_done(&out);
	eval_free(eval);
}

static void merging_is_the_same_as_one_by_one(void **state)
{
	(void)state;
	struct eval *whole = eval_new(mem_system()), *parts[2] = { eval_new(mem_system()), eval_new(mem_system()) };
	static const char *const labels[] = { "suicide", "none", "hate", "persona_risk:high", "topic:x" };
	for (int i = 0; i < 60; i++) {
		struct verdict verdict = verdict_at(i % 5, i % 5);
		enum message_role role = i % 7 == 0 ? ROLE_ASSISTANT : ROLE_CLIENT;
		add(whole, labels[i % 5], role, i % 6 - 1, &verdict);
		add(parts[i % 2], labels[i % 5], role, i % 6 - 1, &verdict);
	}
	struct eval *merged = eval_new(mem_system());
	eval_merge(merged, parts[0]);
	eval_merge(merged, parts[1]);
	struct buf a = report(whole), b = report(merged);
	/* Labels keep the order in which they were first seen; the numbers before them must be equal. */
	assert_int_equal(a.len, b.len);
	size_t head = (size_t)(strstr(a.ptr, "\"labels\"") - a.ptr);
	assert_memory_equal(a.ptr, b.ptr, head);
	buf_done(&a);
	buf_done(&b);
	eval_free(whole);
	eval_free(merged);
	eval_free(parts[0]);
	eval_free(parts[1]);
}

/* By hand: recall 3 of 4, false positives 1 of 10; at 10 %: 0.075 of 0.165 flagged are so, 165 of 1,000 flagged. */
static void sets_of_a_language_are_pooled(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	for (int i = 0; i < 4; i++) {
		struct verdict verdict = verdict_at(i < 3 ? 3 : 0, i < 3 ? 3 : 0);
		add(eval, "suicide", ROLE_CLIENT, i < 3 ? 2 : 3, &verdict);
	}
	for (int i = 0; i < 10; i++) {
		struct verdict verdict = verdict_at(i < 1 ? 2 : 0, i < 1 ? 2 : 0);
		add(eval, "none", ROLE_CLIENT, -1, &verdict);
	}
	struct buf out = report(eval);
	const char *pooled = strstr(out.ptr, "\"pooled\":[{");
	assert_non_null(pooled);
	assert_non_null(strstr(pooled, "\"risk\":{\"n\":4,\"level_2\":{\"hits\":3,"));
	assert_non_null(strstr(pooled, "\"calm\":{\"n\":10,\"level_2\":{\"hits\":1,"));
	assert_non_null(strstr(pooled, "\"graded\":4,\"under_graded\":{\"hits\":1,"));
	assert_non_null(strstr(pooled, "{\"prevalence\":0.10,\"share\":0.454545,\"flagged_per_1000\":165.000}"));
	buf_done(&out);
	eval_free(eval);
}

static void too_many_sets_are_said(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	for (int i = 0; i < EVAL_SETS_MAX + 3; i++) {
		char lang[12];
		snprintf(lang, sizeof lang, "x%d", i);
		struct eval_row row = { .source = STR("s"), .lang = str_c(lang), .severity = -1 };
		eval_add(eval, &row);
	}
	struct buf out = report(eval);
	assert_non_null(strstr(out.ptr, "\"dropped\":3}"));
	buf_done(&out);
	eval_free(eval);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wilson_agrees_with_newcombe),
		cmocka_unit_test(wilson_at_the_edges),
		cmocka_unit_test(kappa_of_known_tables),
		cmocka_unit_test(counts_what_was_added),
		cmocka_unit_test(an_attempt_put_in_the_past_is_counted_apart),
		cmocka_unit_test(merging_is_the_same_as_one_by_one),
		cmocka_unit_test(sets_of_a_language_are_pooled),
		cmocka_unit_test(too_many_sets_are_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
