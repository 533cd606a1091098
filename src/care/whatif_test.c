/* whatif_test.c: what thresholds do to a verdict (laws over random ones: no change changes nothing, a stricter threshold never raises, what
 * was not screened stays so), and how calls become alerts, against a second way of counting them. */
#include "care/whatif.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/property.h"
#include "sys/mem.h"

#define ANNA "00000000-0000-7000-8000-00000000000a"
#define BERT "00000000-0000-7000-8000-00000000000b"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, mem_system(), 32u << 20);
	return 0;
}
static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static const struct {
	const char *concept;
	enum family family;
} known[] = { { "suicide.active", FAMILY_SUICIDE }, { "suicide.passive", FAMILY_SUICIDE }, { "self_harm.urge", FAMILY_SELF_HARM },
	{ "protective.reason", FAMILY_PROTECTIVE }, { "distress.low", FAMILY_DISTRESS } };

static struct verdict random_verdict(struct property *random)
{
	size_t count = property_below(random, 5);
	struct finding *findings = ARENA_ARRAY(&arena, struct finding, count + 1);
	struct verdict verdict = { .state = property_below(random, 9) ? VERDICT_SCREENED : VERDICT_NOT_SCREENED,
		.findings = findings,
		.finding_count = count,
		.top = SIZE_MAX };
	for (size_t i = 0; i < count; i++) {
		size_t which = property_below(random, COUNT_OF(known));
		findings[i] = (struct finding){ .concept = str_c(known[which].concept),
			.family = known[which].family,
			.level = (int)property_below(random, 5),
			.confidence = (int)property_below(random, 1001) };
		if (!verdict_raises(findings[i].family))
			continue;
		int *family = &verdict.levels[findings[i].family];
		*family = findings[i].level > *family ? findings[i].level : *family;
		verdict.level = findings[i].level > verdict.level ? findings[i].level : verdict.level;
	}
	if (verdict.state == VERDICT_NOT_SCREENED)
		verdict.level = 4;
	else if (!property_below(random, 6) && verdict.level < 4)
		verdict.level++; /* carried by the conversation */
	return verdict;
}

static struct whatif_change random_change(struct property *random)
{
	struct whatif_change change = { .confidence = (int)property_below(random, 1001), .from_level = (int)property_below(random, 5) };
	static const char *const caps[] = { "suicide", "suicide.passive", "self_harm", "self" };
	change.cap_count = property_below(random, 3);
	for (size_t i = 0; i < change.cap_count; i++) {
		struct str concept = str_c(caps[property_below(random, COUNT_OF(caps))]);
		memcpy(change.caps[i].concept, concept.ptr, concept.len);
		change.caps[i].level = (int)property_below(random, 5);
	}
	return change;
}

static void laws(void **state)
{
	(void)state;
	struct property random = property_start("whatif");
	const struct whatif_change none = { 0 };
	for (int i = 0; i < 4000; i++) {
		struct verdict stored = random_verdict(&random), same, now;
		struct whatif_change change = random_change(&random);
		whatif_verdict(&arena, &stored, &none, &same);
		assert_int_equal(same.level, stored.level);
		assert_int_equal(same.finding_count, stored.finding_count);
		assert_memory_equal(same.levels, stored.levels, sizeof stored.levels);
		whatif_verdict(&arena, &stored, &change, &now);
		assert_true(now.level <= stored.level);
		assert_true(now.finding_count <= stored.finding_count);
		for (int f = 0; f < FAMILY_COUNT; f++)
			assert_true(now.levels[f] <= stored.levels[f]);
		assert_true(now.top == SIZE_MAX || now.findings[now.top].level == now.level);
		if (stored.state == VERDICT_NOT_SCREENED) {
			assert_int_equal(now.level, 4);
			assert_true(whatif_calls(&now, 1, &change));
		}
		if (whatif_calls(&now, 2, &change)) /* a lower bar calls at least as often */
			assert_true(whatif_calls(&now, 2, &none));
	}
}

static void thresholds(void **state)
{
	(void)state;
	const struct finding findings[] = {
		{ .concept = STR("self_harm.urge"), .family = FAMILY_SELF_HARM, .level = 3, .confidence = 400 },
		{ .concept = STR("suicide.passive"), .family = FAMILY_SUICIDE, .level = 2, .confidence = 900 },
	};
	struct verdict stored = { .state = VERDICT_SCREENED, .level = 3, .findings = findings, .finding_count = 2 }, now;
	stored.levels[FAMILY_SELF_HARM] = 3;
	stored.levels[FAMILY_SUICIDE] = 2;
	struct whatif_change sure = { .confidence = 500 };
	whatif_verdict(&arena, &stored, &sure, &now);
	assert_int_equal(now.level, 2);
	assert_int_equal(now.levels[FAMILY_SELF_HARM], 0);
	assert_int_equal(now.top, 0);
	struct whatif_change capped = { .caps = { { "self_harm", 1 } }, .cap_count = 1 };
	whatif_verdict(&arena, &stored, &capped, &now);
	assert_int_equal(now.level, 2);
	assert_int_equal(now.levels[FAMILY_SELF_HARM], 1);
	struct whatif_change half = { .caps = { { "self", 0 } }, .cap_count = 1 }; /* no part of a name is a name */
	whatif_verdict(&arena, &stored, &half, &now);
	assert_int_equal(now.level, 3);
	stored.level = 4; /* what the findings do not explain stays */
	whatif_verdict(&arena, &stored, &sure, &now);
	assert_int_equal(now.level, 4);
	struct whatif_change high = { .from_level = 3 };
	stored.level = 2;
	assert_false(whatif_calls(&stored, 2, &high));
	stored.level = 3;
	assert_true(whatif_calls(&stored, 2, &high));
	assert_false(whatif_calls(&stored, 0, &high));
}

static int call(struct whatif_side *side, const char *who, int64_t minute, int priority, int level)
{
	return whatif_call(side, &arena, who, (wall_time){ minute * MINUTE_US }, priority, level, 30 * MINUTE_US);
}

static void calls_to_alerts(void **state)
{
	(void)state;
	struct whatif_side side = { 0 };
	assert_int_equal(call(&side, ANNA, 1000, 2, 3), 0);
	assert_int_equal(call(&side, ANNA, 1020, 3, 2), 0); /* joined */
	assert_int_equal(call(&side, ANNA, 1045, 1, 4), 0); /* within the window of the last: raised */
	assert_int_equal(call(&side, BERT, 1045, 3, 2), 0);
	assert_int_equal(call(&side, BERT, 1050, 2, 3), 0); /* raised: now it counts for the budget */
	assert_int_equal(call(&side, ANNA, 1080, 2, 3), 0); /* the window is over */
	assert_int_equal(side.calls, 6);
	assert_int_equal(side.alerts, 3);
	assert_int_equal(side.high, 3);
	assert_int_equal(side.by_priority[1], 1);
	assert_int_equal(side.by_priority[2], 2);
	assert_int_equal(side.by_priority[3], 0);
	whatif_side_done(&side);
}

/* Alerts of all priorities are the alerts; never more alerts than calls; an alert for each person at least. */
static void counts_add_up(void **state)
{
	(void)state;
	struct property random = property_start("whatif calls");
	for (int round = 0; round < 50; round++) {
		struct whatif_side side = { 0 };
		int64_t minute = 1000;
		int gaps[2] = { 0 };
		int64_t last[2] = { -100000, -100000 };
		for (int i = 0; i < 200; i++) {
			size_t who = property_below(&random, 2);
			minute += (int64_t)property_below(&random, 40);
			gaps[who] += minute - last[who] > 30;
			last[who] = minute;
			assert_int_equal(call(&side, who ? ANNA : BERT, minute, 1 + (int)property_below(&random, 4),
						 (int)property_below(&random, 5)),
				0);
		}
		assert_int_equal(side.alerts, gaps[0] + gaps[1]);
		assert_int_equal(side.by_priority[1] + side.by_priority[2] + side.by_priority[3] + side.by_priority[4], side.alerts);
		assert_true(side.high <= side.alerts);
		whatif_side_done(&side);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(laws),
		cmocka_unit_test(thresholds),
		cmocka_unit_test(calls_to_alerts),
		cmocka_unit_test(counts_add_up),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
