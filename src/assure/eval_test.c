/* eval_test.c: published vectors and exact arithmetic for the statistics, figures counted by hand for every table, and the laws of
 * counting: any order of threads, limits that are said. */
#include "assure/eval.h"
#include "assure/eval_priv.h"
#include "screen/packs_test.h"
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

/* With two grades the weighted formula must give what the unweighted one of the same paper gives (its formula 13), worked out apart. */
static void kappa_intervals(void **state)
{
	(void)state;
	struct eval_interval interval;
	eval_kappa_interval((const uint64_t[]){ 20, 5, 10, 15 }, 2, &interval);
	NEAR(interval.low, 0.151092);
	NEAR(interval.high, 0.648908);
	eval_kappa_interval((const uint64_t[]){ 45, 15, 25, 15 }, 2, &interval);
	NEAR(interval.low, -0.062938);
	NEAR(interval.high, 0.323808);
	eval_kappa_interval((const uint64_t[]){ 3, 0, 0, 0, 4, 0, 0, 0, 5 }, 3, &interval);
	NEAR(interval.low, 1.0);
	NEAR(interval.high, 1.0);
	eval_kappa_interval((const uint64_t[]){ 0, 0, 0, 0 }, 2, &interval);
	assert_true(isnan(interval.low) && isnan(interval.high));
}

/* Exact: sums of binomial coefficients over a power of two. Above: Agresti's approval ratings (86 and 150), chi-square 16.818 with
 * correction. */
static void mcnemar_agrees_with_exact_arithmetic(void **state)
{
	(void)state;
	assert_true(eval_mcnemar(0, 0) == 1);
	assert_true(eval_mcnemar(0, 5) == 2.0 / 32);
	assert_true(eval_mcnemar(1, 9) == 22.0 / 1024);
	assert_true(eval_mcnemar(9, 1) == 22.0 / 1024);
	assert_true(fabs(eval_mcnemar(4, 12) - 2.0 * (1 + 16 + 120 + 560 + 1820) / 65536) < 1e-15);
	assert_true(eval_mcnemar(10, 10) == 1); /* never above 1 */
	assert_true(fabs(eval_mcnemar(86, 150) - 4.114562281e-05) < 1e-12);
	assert_true(fabs(eval_mcnemar(121, 59) - 5.450094825e-06) < 1e-13);
	assert_true(eval_mcnemar(25, 25) == 1);
	assert_true(fabs(eval_mcnemar(20, 29) - eval_mcnemar(20, 30)) < 0.06); /* where one test gives way to the other nothing jumps */
}

static void predictive_value_by_hand(void **state)
{
	(void)state;
	NEAR(eval_predictive(0.75, 0.1, 0.1), 0.454545); /* 0.075 of 0.165 flagged */
	NEAR(eval_predictive(1, 0, 0.01), 1);
	assert_true(isnan(eval_predictive(0, 0, 0.1)));
}

/* Hanley and McNeil 1982, table I: 58 normal and 51 abnormal images in five ratings; area 0.893, standard error 0.032. And by hand: of four
 * pairs three are right and one is a tie. */
static void auc_agrees_with_hanley_and_mcneil(void **state)
{
	(void)state;
	double area;
	struct eval_interval interval;
	eval_auc((const uint64_t[]){ 3, 2, 2, 11, 33 }, (const uint64_t[]){ 33, 6, 6, 11, 2 }, 5, &area, &interval);
	assert_true(fabs(area - 0.893) < 0.0005);
	assert_true(fabs((interval.high - interval.low) / 2 / 1.959964 - 0.032) < 0.0005);
	eval_auc((const uint64_t[]){ 0, 1, 1 }, (const uint64_t[]){ 1, 1, 0 }, 3, &area, &interval);
	NEAR(area, 0.875);
	eval_auc((const uint64_t[]){ 0, 4 }, (const uint64_t[]){ 7, 0 }, 2, &area, &interval);
	assert_true(area == 1 && interval.low == 1 && interval.high == 1);
	eval_auc((const uint64_t[]){ 0, 4 }, (const uint64_t[]){ 0, 0 }, 2, &area, &interval);
	assert_true(isnan(area) && isnan(interval.low));
}

/* ---- counting ---- */

static struct verdict verdict_at(int suicide, int level)
{
	struct verdict verdict = { .state = VERDICT_SCREENED, .level = level };
	verdict.levels[FAMILY_SUICIDE] = suicide;
	return verdict;
}

static struct eval_row row_of(const char *id, const char *source, enum message_role role, int severity, const struct str *labels,
	size_t count, const struct verdict *verdict)
{
	return (struct eval_row){ .id = str_c(id),
		.source = str_c(source),
		.lang = STR("en"),
		.role = role,
		.labels = labels,
		.label_count = count,
		.severity = severity,
		.verdict = verdict };
}

static void add(struct eval *eval, const char *label, enum message_role role, int severity, const struct verdict *verdict)
{
	struct str labels[] = { str_c(label) };
	struct eval_row row = row_of("", "github:a/b MIT", role, severity, labels, 1, verdict);
	eval_add(eval, &row);
}

static struct screen_engine *engine;
static struct screen_scratch *scratch;
static struct arena row_arena;

static int open_engine(void **state)
{
	(void)state;
	const struct screen_source sources[] = TEST_SOURCES;
	struct str image;
	struct err err = { 0 };
	int rc = screen_engine_build(mem_system(), sources, TEST_SOURCE_COUNT, &image, &err);
	if (rc == 0)
		rc = screen_engine_open(mem_system(), image, &engine, &err);
	mem_system()->release(mem_system()->ctx, (void *)image.ptr);
	if (rc == 0)
		rc = screen_scratch_open(engine, &scratch, &err);
	arena_init(&row_arena, mem_system(), 1 << 24);
	return rc;
}

static int close_engine(void **state)
{
	(void)state;
	screen_scratch_free(&scratch);
	screen_engine_free(&engine);
	arena_done(&row_arena);
	return 0;
}

/* The report as JSON, NUL-terminated; freed with buf_done. */
static struct buf report_of(const struct eval *eval, struct eval_other *const *others, size_t other_count)
{
	struct eval_about about = { .date = STR("2026-01-01"), .others = others, .other_count = other_count };
	struct arena arena;
	struct report report;
	struct buf out;
	arena_init(&arena, mem_system(), 1 << 24);
	buf_init(&out, mem_system(), 1 << 22);
	report_init(&report, &arena, STR("t"));
	eval_report(eval, engine, &about, &report);
	report_write_json(&report, &out);
	buf_add_byte(&out, 0);
	assert_false(out.failed);
	assert_false(arena_failed(&arena));
	arena_done(&arena);
	return out;
}

static void assert_says(const struct buf *out, const char *text)
{
	if (strstr(out->ptr, text) == NULL)
		fail_msg("not in the report: %s\n%s", text, out->ptr);
}

static void counts_what_was_added(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	struct verdict three = verdict_at(3, 3), two = verdict_at(0, 2), none = verdict_at(0, 0), unseen = { 0 };
	add(eval, "suicide", ROLE_CLIENT, 2, &three);
	add(eval, "suicide", ROLE_CLIENT, 2, &unseen);
	add(eval, "none", ROLE_CLIENT, 0, &two); /* another family: an alarm, not a false positive of this one */
	add(eval, "mh_context:x", ROLE_CLIENT, -1, &two);
	add(eval, "unsafe:x", ROLE_ASSISTANT, -1, &three);
	add(eval, "therapist_reply", ROLE_ASSISTANT, -1, &none);
	struct buf out = report_of(eval, NULL, 0);
	assert_says(
		&out, "\"set\":\"a/b\",\"lang\":\"en\",\"rows\":4,\"not_screened\":1,\"recall_2\":{\"hits\":1,\"n\":2,\"share\":0.500000,");
	assert_says(&out, "\"calm_2\":{\"hits\":0,\"n\":2,");
	assert_says(&out, "\"quiet_2\":{\"hits\":2,\"n\":2,");
	assert_says(&out, "\"negative_2\":{\"hits\":0,\"n\":1,"); /* nobody judged the row that a forum's name labels */
	assert_says(&out, "\"unsafe_2\":{\"hits\":1,\"n\":1,");
	assert_says(&out, "\"safe_2\":{\"hits\":0,\"n\":1,");
	assert_says(&out, "\"label\":\"mh_context:x\",\"level_2\":{\"hits\":1,\"n\":1,");
	assert_says(&out, "\"labelled\":\"active\",\"level_0_1\":1,\"level_2\":0,\"level_3\":1,\"level_4\":0");
	buf_done(&out);
	eval_free(eval);
}

static void grades_that_are_too_low(void **state)
{
	(void)state;
	static const struct {
		int severity, level;
		uint64_t under_levels, under_grades;
	} rows[] = { { 1, 0, 1, 0 }, { 1, 1, 0, 0 }, { 1, 2, 0, 0 }, { 2, 1, 1, 1 }, { 2, 2, 0, 0 }, { 3, 2, 1, 1 }, { 3, 3, 0, 0 },
		{ 4, 1, 1, 1 }, { 0, 0, 0, 0 }, { 0, 4, 0, 0 } };
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct eval_record record = { .severity = (int8_t)rows[i].severity };
		struct eval_grades grades = { .n = 0 };
		record.levels.family[FAMILY_SELF_HARM] = (uint8_t)rows[i].level;
		grades_add(&grades, &record, &record.levels);
		assert_int_equal(grades.under_levels, rows[i].under_levels);
		assert_int_equal(grades.under_grades, rows[i].under_grades);
		assert_int_equal(grades.positives, rows[i].severity > 0);
	}
}

static void an_attempt_put_in_the_past_is_counted_apart(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	struct verdict past = verdict_at(2, 2);
	past.time_frame = TIME_PAST;
	add(eval, "suicide", ROLE_CLIENT, 4, &past);
	struct buf out = report_of(eval, NULL, 0);
	assert_says(&out, "\"n\":1,\"kappa\":null,\"under_levels\":{\"hits\":0,\"n\":1,");
	assert_says(&out, "\"past\":1}");
	buf_done(&out);
	eval_free(eval);
}

static void merging_is_the_same_as_one_by_one(void **state)
{
	(void)state;
	struct eval *whole = eval_new(mem_system()), *parts[2] = { eval_new(mem_system()), eval_new(mem_system()) };
	static const char *const labels[] = { "suicide", "none", "hate", "persona_risk:high", "topic:x", "mh_context:y" };
	for (int i = 0; i < 90; i++) {
		struct verdict verdict = verdict_at(i % 5, i % 5);
		enum message_role role = i % 7 == 0 ? ROLE_ASSISTANT : ROLE_CLIENT;
		add(whole, labels[i % 6], role, i % 6 - 1, &verdict);
		add(parts[i % 2], labels[i % 6], role, i % 6 - 1, &verdict);
	}
	struct eval *merged = eval_new(mem_system());
	eval_merge(merged, parts[1]);
	eval_merge(merged, parts[0]);
	struct buf a = report_of(whole, NULL, 0), b = report_of(merged, NULL, 0);
	assert_string_equal(a.ptr, b.ptr);
	buf_done(&a);
	buf_done(&b);
	eval_free(whole);
	eval_free(merged);
	eval_free(parts[0]);
	eval_free(parts[1]);
}

/* By hand: recall 3 of 4, false positives 1 of 10; at 10 %: 0.075 of 0.165 flagged are so, 165 of 1,000 flagged, 90 of these wrongly. */
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
	struct buf out = report_of(eval, NULL, 0);
	assert_says(&out, "\"pooled\":{\"title\":\"Sets that have rows labelled suicide or self-harm, as "
			  "one\",\"rows\":[{\"lang\":\"en\",\"rows\":14,\"recall_2\":{\"hits\":3,\"n\":4,");
	assert_says(&out, "\"negative_2\":{\"hits\":1,\"n\":10,");
	assert_says(&out, "\"prevalence\":\"10 %\",\"predictive\":{\"value\":45.454545,");
	assert_says(&out, "\"flagged\":{\"value\":165.000000,");
	assert_says(&out, "\"false_flagged\":{\"value\":90.000000,");
	assert_says(
		&out, "\"id\":\"english_recall\",\"text\":\"English sets with positives: found\",\"n\":4,\"value\":{\"hits\":3,\"n\":4,");
	assert_says(&out, "\"aim\":\">= 85 %\",\"met\":false}");
	buf_done(&out);
	eval_free(eval);
}

static void what_raised_a_row_is_said(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	struct finding findings[] = { { .level = 2, .source = SOURCE_CLASSIFIER }, { .level = 3, .source = SOURCE_STATE },
		{ .level = 1, .source = SOURCE_PHRASE } };
	struct verdict both = verdict_at(3, 3), learned = verdict_at(2, 2), low = verdict_at(1, 1);
	both.findings = learned.findings = low.findings = findings;
	both.finding_count = 3;
	learned.finding_count = 1;
	low.finding_count = 1;
	add(eval, "suicide", ROLE_CLIENT, -1, &both);
	add(eval, "suicide", ROLE_CLIENT, -1, &learned);
	add(eval, "suicide", ROLE_CLIENT, -1, &low);
	struct buf out = report_of(eval, NULL, 0);
	assert_says(&out, "\"rows_2\":2,\"phrase\":{\"hits\":0,\"n\":2,");
	assert_says(&out, "\"classifier\":{\"hits\":2,\"n\":2,");
	assert_says(&out, "\"state\":{\"hits\":1,\"n\":2,");
	assert_says(&out, "\"only_classifier\":{\"hits\":1,\"n\":2,");
	assert_says(&out, "\"only_state\":{\"hits\":0,\"n\":2,");
	buf_done(&out);
	eval_free(eval);
}

static void limits_are_said(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	char text[32];
	for (size_t i = 0; i < EVAL_SETS_MAX + 3; i++) {
		snprintf(text, sizeof text, "x%zu", i);
		struct eval_row row = { .source = STR("s"), .lang = str_c(text), .severity = -1 };
		eval_add(eval, &row);
	}
	for (size_t i = 0; i < EVAL_LABELS_MAX + 2; i++) {
		snprintf(text, sizeof text, "label%zu", i);
		struct str labels[] = { str_c(text) };
		struct eval_row row = { .source = STR("s"), .lang = STR("x1"), .labels = labels, .label_count = 1, .severity = -1 };
		eval_add(eval, &row);
	}
	struct arena arena;
	struct report report;
	struct buf out;
	struct eval_about about = { .date = STR("2026-01-01") };
	arena_init(&arena, mem_system(), 1 << 24);
	buf_init(&out, mem_system(), 1 << 22);
	report_init(&report, &arena, STR("t"));
	eval_report(eval, engine, &about, &report);
	report_write_text(&report, &out);
	buf_add_byte(&out, 0);
	assert_says(&out, "NOT COUNTED: 3 rows, over the limit");
	assert_says(&out, "NOT COUNTED: 2 labels, over the limit");
	assert_says(&out, "NOT SCREENED: 514 rows");
	buf_done(&out);
	arena_done(&arena);
	eval_free(eval);
}

/* By hand: positives at 0.9 and 0.2, negatives at 0.2 and 0.0: three pairs right and one tie; squares 0.01 + 0.64 + 0.04 + 0 over four. */
static void the_learned_stage_is_judged_alone(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	static const int said[] = { 900, 200, 200, 0, 500, -1 };
	for (int i = 0; i < 6; i++) {
		struct verdict verdict = verdict_at(0, 0);
		verdict.learned[FAMILY_SUICIDE] = -1;
		verdict.learned[FAMILY_SELF_HARM] = said[i];
		add(eval,
			i < 2    ? "suicide"
			: i == 4 ? "mh_context:x"
				 : "none",
			ROLE_CLIENT, -1, &verdict); /* the fifth nobody judged, the sixth it does not know */
	}
	struct buf out = report_of(eval, NULL, 0);
	assert_says(&out, "\"set\":\"a/b\",\"lang\":\"en\",\"positives\":2,\"negatives\":2,\"auc\":{\"value\":0.875000,");
	assert_says(&out, "\"brier\":{\"value\":0.172500}");
	assert_says(&out, "\"probability\":\"20-30 %\",\"mean\":{\"value\":20.000000},\"labelled\":{\"hits\":1,\"n\":2,");
	buf_done(&out);
	eval_free(eval);
}

/* ---- other engines ---- */

static int other_line(struct eval_other *other, const char *text)
{
	json_t *row = json_loads(text, 0, NULL);
	struct err err = { 0 };
	int rc = eval_other_line(other, row, &err);
	assert_int_equal(rc, err.code);
	json_decref(row);
	return rc;
}

static void other_engines_are_paired_by_id(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	struct eval_other *other = eval_other_new(mem_system(), "peer");
	struct str labels[] = { STR("suicide") };
	struct verdict found = verdict_at(3, 3), missed = verdict_at(0, 0);
	char id[16], text[128];
	/* ours finds 0-5 of 8; the other 5 and 6; 7 it does not know; 8 has no id */
	for (int i = 0; i < 9; i++) {
		snprintf(id, sizeof id, "row-%d", i);
		struct eval_row row = row_of(i < 8 ? id : "", "s", ROLE_CLIENT, -1, labels, 1, i < 6 ? &found : &missed);
		eval_add(eval, &row);
		snprintf(text, sizeof text, "{\"id\":\"row-%d\",\"level\":4,\"levels\":{\"suicide\":%d,\"abuse\":4}}", i,
			i == 5 || i == 6 ? 3 : 0);
		if (i < 7)
			assert_int_equal(other_line(other, text), 0);
	}
	struct buf out = report_of(eval, (struct eval_other *[]){ other }, 1);
	assert_says(&out, "\"figure\":\"s en: found\",\"other\":\"peer\",\"ours\":{\"hits\":6,\"n\":7,");
	assert_says(&out, "\"theirs\":{\"hits\":2,\"n\":7,");
	assert_says(&out, "\"only_ours\":5,\"only_theirs\":1,\"p\":{\"value\":0.218750}}"); /* 2 * (1 + 6) / 64 */
	buf_done(&out);
	eval_other_free(other);
	eval_free(eval);
}

static void other_levels_are_checked(void **state)
{
	(void)state;
	struct eval_other *other = eval_other_new(mem_system(), "peer");
	assert_int_equal(other_line(other, "{\"id\":\"a\",\"level\":2}"), 0);
	assert_int_equal(other_line(other, "{\"id\":7,\"level\":0,\"levels\":{}}"), 0);
	assert_int_equal(other_line(other, "{\"id\":\"a\",\"level\":2}"), E_EXISTS);
	assert_int_equal(other_line(other, "{\"id\":\"7\",\"level\":1}"), E_EXISTS); /* the same id as the number */
	assert_int_equal(other_line(other, "{\"level\":2}"), E_INVALID);
	assert_int_equal(other_line(other, "{\"id\":\"b\",\"level\":5}"), E_INVALID);
	assert_int_equal(other_line(other, "{\"id\":\"b\",\"level\":\"2\"}"), E_INVALID);
	assert_int_equal(other_line(other, "{\"id\":\"b\",\"level\":2,\"levels\":[]}"), E_INVALID);
	assert_int_equal(other_line(other, "{\"id\":\"b\",\"level\":2,\"levels\":{\"suicides\":2}}"), E_INVALID);
	assert_int_equal(other_line(other, "{\"id\":\"b\",\"level\":2,\"levels\":{\"suicide\":-1}}"), E_INVALID);
	assert_int_equal(other_line(other, "[]"), E_INVALID);
	for (int i = 0; i < 5000; i++) { /* more than any first size */
		char text[64];
		snprintf(text, sizeof text, "{\"id\":%d,\"level\":%d}", 1000 + i, i % 5);
		assert_int_equal(other_line(other, text), 0);
	}
	struct eval_record record = { .id = str_hash(STR("1003")) };
	assert_non_null(other_levels(other, &record));
	assert_int_equal(other_levels(other, &record)->family[FAMILY_SUICIDE], 3); /* without families the level counts for each */
	eval_other_free(other);
}

/* ---- rows of a file ---- */

static int line(struct eval *eval, const char *text, uint64_t order, struct err *err)
{
	struct eval_parts parts = { .engine = engine, .scratch = scratch, .arena = &row_arena };
	json_t *row = json_loads(text, 0, NULL);
	*err = (struct err){ 0 };
	int rc = eval_line(eval, &parts, row, order, NULL, err);
	json_decref(row);
	return rc;
}

static void bad_rows_say_what_is_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *row, *why;
	} rows[] = { { "[]", "object" }, { "{}", "text" }, { "{\"text\":1}", "text" }, { "{\"text\":\"a\",\"role\":\"user\"}", "role" },
		{ "{\"text\":\"a\",\"labels\":\"x\"}", "labels" }, { "{\"text\":\"a\",\"labels\":[1]}", "labels" },
		{ "{\"text\":\"a\",\"severity\":5}", "severity" }, { "{\"text\":\"a\",\"severity\":\"1\"}", "severity" },
		{ "{\"text\":\"a\",\"turn\":-1}", "turn" }, { "{\"text\":\"a\",\"context\":{}}", "context" },
		{ "{\"text\":\"a\",\"context\":[{\"role\":\"client\"}]}", "context" }, { "{\"text\":\"a\",\"lang\":3}", "lang" },
		{ "{\"text\":\"a\",\"group\":3}", "group" }, { "{\"text\":\"a\",\"id\":[]}", "id" } };
	struct eval *eval = eval_new(mem_system());
	struct err err;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(line(eval, rows[i].row, i, &err), E_INVALID);
		assert_non_null(strstr(err.message, rows[i].why));
	}
	assert_int_equal(eval->record_count, 0);
	assert_int_equal(
		line(eval, "{\"text\":\"a\",\"labels\":null,\"severity\":null,\"context\":null,\"group\":null,\"orig\":null}", 0, &err), 0);
	assert_int_equal(eval->record_count, 1);
	eval_free(eval);
}

/* Turns given out of order and by two evals; the words of one message stand in two. */
static void conversations_are_run_turn_by_turn(void **state)
{
	(void)state;
	struct eval *parts[2] = { eval_new(mem_system()), eval_new(mem_system()) }, *eval = eval_new(mem_system());
	struct err err;
	assert_int_equal(
		line(parts[0],
			"{\"text\":\"i want to die\",\"group\":\"g\",\"turn\":3,\"source\":\"s\",\"labels\":[\"persona_risk:high\"]}", 9,
			&err),
		0);
	assert_int_equal(
		line(parts[1], "{\"text\":\"what a day\",\"group\":\"g\",\"turn\":1,\"source\":\"s\",\"labels\":[\"persona_risk:high\"]}",
			8, &err),
		0);
	assert_int_equal(
		line(parts[0],
			"{\"text\":\"are you thinking of ending your "
			"life?\",\"group\":\"g\",\"turn\":2,\"role\":\"assistant\",\"source\":\"s\",\"labels\":[\"persona_risk:high\"]}",
			7, &err),
		0);
	assert_int_equal(line(parts[1], "{\"text\":\"yes\",\"group\":\"h\",\"turn\":2,\"source\":\"s\"}", 1, &err), 0);
	assert_int_equal(line(parts[1],
				 "{\"text\":\"are you thinking of ending your "
				 "life?\",\"group\":\"h\",\"turn\":1,\"role\":\"assistant\",\"source\":\"s\"}",
				 2, &err),
		0);
	assert_int_equal(line(parts[1], "{\"text\":\"no conversation: no turn\",\"group\":\"i\",\"source\":\"s\"}", 3, &err), 0);
	eval_merge(eval, parts[1]);
	eval_merge(eval, parts[0]);
	struct eval_parts run = { .engine = engine, .scratch = scratch, .arena = &row_arena };
	eval_talks_run(eval, &run);
	assert_int_equal(eval->talk_count, 2);
	const struct eval_talk *g = strcmp(eval->talks[0].name, "g") == 0 ? &eval->talks[0] : &eval->talks[1];
	const struct eval_talk *h = g == &eval->talks[0] ? &eval->talks[1] : &eval->talks[0];
	assert_string_equal(g->kind, "high");
	assert_int_equal(g->client_turns, 2);
	assert_int_equal(g->first[0], 2); /* level 2 and 3 at the client's second turn */
	assert_int_equal(g->first[1], 2);
	assert_int_equal(h->first[0], 1); /* "yes" to the bot's own question: seen only with the turn before it */
	static const char *const high[] = { "high", NULL };
	struct talk_count count = eval_talks_count(eval, "s", high, 3, 0);
	assert_int_equal(count.n, 1);
	assert_int_equal(count.hits, 1);
	count = eval_talks_count(eval, "s", NULL, 2, 1);
	assert_int_equal(count.n, 2);
	assert_int_equal(count.hits, 1);
	eval_free(eval);
	eval_free(parts[0]);
	eval_free(parts[1]);
}

/* ---- identifiers and cues ---- */

static void spans_are_counted_by_hand(void **state)
{
	(void)state;
	/* "né " is four bytes: positions are characters. The second e-mail was masked away; the place is of a type that is not claimed. */
	struct str text = STR("n\xC3\xA9 a@b.org and 020 7946 0000 in Oslo");
	struct str orig = STR(
		"[{\"entity_type\":\"EMAIL_ADDRESS\",\"entity_value\":\"a@b.org\",\"start_position\":3,\"end_position\":10},"
		"{\"entity_type\":\"EMAIL_ADDRESS\",\"entity_value\":\"c@d.org\",\"start_position\":40,\"end_position\":47},"
		"{\"entity_type\":\"PHONE_NUMBER\",\"entity_value\":\"020 7946 0000\",\"start_position\":15,\"end_position\":28},"
		"{\"entity_type\":\"GPE\",\"entity_value\":\"Oslo\",\"start_position\":32,\"end_position\":36},"
		"{\"entity_type\":\"PHONE_NUMBER\"}]");
	struct finding findings[] = { { .concept = STR("pii.email"), .start = 4, .end = 11 },
		{ .concept = STR("pii.phone"), .start = 20, .end = 29 }, { .concept = STR("pii.name"), .start = 33, .end = 37 },
		{ .concept = STR("suicide.active"), .start = 0, .end = 3 } };
	struct verdict verdict = { .findings = findings, .finding_count = COUNT_OF(findings) };
	struct span_counts counts = { .rows = 0 };
	eval_spans_add(&counts, orig, text, &verdict);
	eval_spans_add(&counts, STR("not json"), text, &verdict);
	assert_int_equal(counts.rows, 2);
	assert_int_equal(counts.unreadable, 2);
	assert_int_equal(counts.masked, 1);
	assert_int_equal(counts.unclaimed, 1);
	assert_memory_equal(&counts.type[SPAN_EMAIL], (&(struct span_count){ 1, 1, 1, 1, 1 }), sizeof(struct span_count));
	assert_memory_equal(&counts.type[SPAN_PHONE], (&(struct span_count){ 1, 1, 0, 1, 1 }), sizeof(struct span_count));
	assert_memory_equal(&counts.type[SPAN_NAME], (&(struct span_count){ 0, 1, 0, 0, 0 }), sizeof(struct span_count));
	struct span_count all = eval_spans_all(&counts, false);
	double f1;
	struct eval_interval interval;
	eval_f1(all.gold_met, all.gold, all.found_met, all.found, &f1, &interval); /* recall 2 of 2, precision 2 of 3 */
	NEAR(f1, 0.8);
	assert_true(interval.low < f1 && f1 < interval.high);
}

/* "1 Elm St, Flat 2" and "Oslo 0150" in four pieces are one address, which is found whole; the other "Oslo" is a place and no address. */
static void pieces_of_an_address_are_one(void **state)
{
	(void)state;
	struct str text = STR("Oslo is far. At 1 Elm St, Flat 2\nOslo 0150!");
	struct str orig = STR("[{\"entity_type\":\"ZIP_CODE\",\"entity_value\":\"0150\",\"start_position\":38},"
			      "{\"entity_type\":\"STREET_ADDRESS\",\"entity_value\":\"1 Elm St\",\"start_position\":16},"
			      "{\"entity_type\":\"STREET_ADDRESS\",\"entity_value\":\"Flat 2\",\"start_position\":26},"
			      "{\"entity_type\":\"GPE\",\"entity_value\":\"Oslo\",\"start_position\":33},"
			      "{\"entity_type\":\"GPE\",\"entity_value\":\"Oslo\",\"start_position\":0}]");
	struct finding findings[] = { { .concept = STR("pii.address"), .start = 16, .end = 42 } };
	struct verdict verdict = { .findings = findings, .finding_count = 1 };
	struct span_counts counts = { .rows = 0 };
	eval_spans_add(&counts, orig, text, &verdict);
	assert_memory_equal(&counts.type[SPAN_ADDRESS], (&(struct span_count){ 2, 1, 0, 2, 1 }), sizeof(struct span_count));
	assert_memory_equal(&counts.whole, (&(struct span_count){ 1, 1, 1, 1, 1 }), sizeof(struct span_count));
	struct span_count all = eval_spans_all(&counts, true);
	assert_int_equal(all.exact, 1);
}

static bool has_cue(const char *text, const char *name)
{
	uint32_t found = eval_cues_find(str_c(text));
	for (size_t i = 0; i < eval_cue_count; i++)
		if (strcmp(eval_cue_name(i), name) == 0)
			return (found >> i & 1) != 0;
	fail_msg("no cue %s", name);
	return false;
}

static void cues_are_whole_words(void **state)
{
	(void)state;
	assert_true(has_cue("I'm a WOMAN, and tired", "gender: woman"));
	assert_true(has_cue("I\xE2\x80\x99m a woman", "gender: woman"));
	assert_true(has_cue("...gay!", "sexuality: gay, lesbian, bisexual"));
	assert_false(has_cue("the gaylord hotel", "sexuality: gay, lesbian, bisexual"));
	assert_true(has_cue("mi\n novia", "gender: man"));
	assert_false(has_cue("mi novias", "gender: man"));
	assert_true(has_cue("voy al ej\xC3\xA9rcito: el ej\xC3\xA9rcito", "veteran or serving"));
	assert_int_equal(eval_cues_find(STR("")), 0);
	char long_text[40000];
	memset(long_text, 'a', sizeof long_text);
	assert_int_equal(eval_cues_find(str_make(long_text, sizeof long_text)), 0);
}

/* 25 rows with a cue of which 5 are flagged, in a set where the rest's share is 1 of 10: 20 % beside 10 %. Of the other cue there are 3. */
static void cues_stand_beside_the_rest(void **state)
{
	(void)state;
	struct eval *eval = eval_new(mem_system());
	struct str labels[] = { STR("none") };
	struct verdict flagged = verdict_at(2, 2), none = verdict_at(0, 0);
	for (int i = 0; i < 25 + 3 + 50; i++) {
		bool cue = i < 25, few = i >= 25 && i < 28;
		struct eval_row row = row_of("", "s", ROLE_CLIENT, -1, labels, 1, (cue ? i < 5 : !few && i < 33) ? &flagged : &none);
		row.cues = cue ? 1 : few ? 2 : 0;
		eval_add(eval, &row);
	}
	struct buf out = report_of(eval, NULL, 0);
	assert_says(&out,
		"\"cue\":\"gender: "
		"woman\",\"recall\":{\"too_few\":0},\"recall_rest\":null,\"false_positives\":{\"too_few\":0},\"false_positives_rest\":null,"
		"\"alarms\":{\"hits\":5,\"n\":25,");
	assert_says(&out, "\"alarms_rest\":\"10.0 %\"");
	assert_says(&out, "\"alarms\":{\"too_few\":3},\"alarms_rest\":null");
	buf_done(&out);
	eval_free(eval);
}

/* ---- forms ---- */

static void forms_escape_what_is_theirs(void **state)
{
	(void)state;
	static const struct report_column columns[] = { { "id", NULL }, { "text", "te|xt <b>" }, { "share", "share" } };
	struct arena arena;
	struct report report;
	struct buf out;
	arena_init(&arena, mem_system(), 1 << 20);
	buf_init(&out, mem_system(), 1 << 20);
	report_init(&report, &arena, STR("a & b"));
	report_heading(&report, "Part <1>");
	struct report_table *table = report_table(&report, "t", "", columns, COUNT_OF(columns));
	row_begin(table);
	cell_text(table, "stable");
	cell_text(table, "%s", "a|b <script>\"x\" >= 2");
	cell_share(table, 1000, 4000);
	cell_text(table, "one too many");
	report_write_html(&report, &out);
	buf_add_byte(&out, 0);
	assert_null(strstr(out.ptr, "<script"));
	assert_null(strstr(out.ptr, "stable"));
	assert_null(strstr(out.ptr, "one too many"));
	assert_says(&out, "a|b &lt;script&gt;&quot;x&quot; \xE2\x89\xA5 2");
	assert_says(&out, "<title>a &amp; b</title>");
	assert_says(&out, "25.0 % <small>(23.7-26.4)</small>");
	assert_says(&out, "1,000 of 4,000");
	buf_clear(&out);
	report_write_markdown(&report, &out);
	buf_add_byte(&out, 0);
	assert_says(&out, "| a\\|b &lt;script>\"x\" >= 2 | 25.0 % (23.7-26.4), 1,000 of 4,000 |\n");
	buf_clear(&out);
	report_write_json(&report, &out);
	buf_add_byte(&out, 0);
	json_t *json = json_loads(out.ptr, 0, NULL);
	const json_t *row = json_array_get(json_object_get(json_object_get(json_object_get(json, "tables"), "t"), "rows"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "id")), "stable");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(row, "share"), "n")), 4000);
	json_decref(json);
	buf_done(&out);
	arena_done(&arena);
}

static void without_memory_a_report_fails_and_says_so(void **state)
{
	(void)state;
	static const struct report_column columns[] = { { "a", "a" } };
	struct arena arena;
	struct report report;
	arena_init(&arena, mem_system(), 4096);
	report_init(&report, &arena, STR("t"));
	for (int i = 0; i < 100; i++) {
		struct report_table *table = report_table(&report, "t", "t", columns, 1);
		row_begin(table);
		cell_text(table, "x");
		report_note(table, "x");
		report_text(&report, "x");
	}
	assert_true(arena_failed(&arena));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wilson_agrees_with_newcombe),
		cmocka_unit_test(wilson_at_the_edges),
		cmocka_unit_test(kappa_of_known_tables),
		cmocka_unit_test(kappa_intervals),
		cmocka_unit_test(mcnemar_agrees_with_exact_arithmetic),
		cmocka_unit_test(predictive_value_by_hand),
		cmocka_unit_test(auc_agrees_with_hanley_and_mcneil),
		cmocka_unit_test(counts_what_was_added),
		cmocka_unit_test(grades_that_are_too_low),
		cmocka_unit_test(an_attempt_put_in_the_past_is_counted_apart),
		cmocka_unit_test(merging_is_the_same_as_one_by_one),
		cmocka_unit_test(sets_of_a_language_are_pooled),
		cmocka_unit_test(what_raised_a_row_is_said),
		cmocka_unit_test(limits_are_said),
		cmocka_unit_test(the_learned_stage_is_judged_alone),
		cmocka_unit_test(other_engines_are_paired_by_id),
		cmocka_unit_test(other_levels_are_checked),
		cmocka_unit_test(bad_rows_say_what_is_wrong),
		cmocka_unit_test(conversations_are_run_turn_by_turn),
		cmocka_unit_test(spans_are_counted_by_hand),
		cmocka_unit_test(pieces_of_an_address_are_one),
		cmocka_unit_test(cues_are_whole_words),
		cmocka_unit_test(cues_stand_beside_the_rest),
		cmocka_unit_test(forms_escape_what_is_theirs),
		cmocka_unit_test(without_memory_a_report_fails_and_says_so),
	};
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
