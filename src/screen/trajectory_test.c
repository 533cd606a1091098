/* trajectory_test.c: the grade of a conversation from verdicts made by hand: each row of the tables in trajectory.c, and laws with a
 * printed seed. */
#include "screen/trajectory.h"

#include "base/err.h"
#include "base/property.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DAY (INT64_C(86400) * 1000000)
#define START (INT64_C(1790000000) * 1000000)
#define TURNS 24u

struct scene {
	struct trajectory_turn turns[TURNS];
	struct verdict verdicts[TURNS];
	struct finding findings[TURNS];
	size_t count;
	struct trajectory_options options;
};

static struct arena arena;

/* A client's message with one finding (level 0: none) so many days after the start. */
static struct finding *say(struct scene *scene, int day, const char *concept, int level)
{
	size_t i = scene->count++;
	struct finding *finding = &scene->findings[i];
	struct str id = str_c(concept);
	enum family family = str_starts(id, STR("suicide"))      ? FAMILY_SUICIDE
			     : str_starts(id, STR("self_harm"))  ? FAMILY_SELF_HARM
			     : str_starts(id, STR("protective")) ? FAMILY_PROTECTIVE
								 : FAMILY_DISTRESS;
	*finding =
		(struct finding){ .concept = id, .family = family, .level = level, .base_level = level, .end = 4, .why = STR("Because.") };
	scene->verdicts[i] = (struct verdict){ .state = VERDICT_SCREENED,
		.level = verdict_raises(family) ? level : 0,
		.findings = finding,
		.finding_count = level || family == FAMILY_PROTECTIVE ? 1 : 0,
		.top = level ? 0 : SIZE_MAX };
	scene->turns[i] = (struct trajectory_turn){ .role = ROLE_CLIENT, .at_us = START + day * DAY, .verdict = &scene->verdicts[i] };
	return finding;
}

static void ask(struct scene *scene, const char *concept)
{
	scene->turns[scene->count++] = (struct trajectory_turn){ .role = ROLE_ASSISTANT, .asked = str_c(concept) };
}

static struct trajectory grade(const struct scene *scene)
{
	struct trajectory result;
	arena_reset(&arena);
	assert_int_equal(trajectory_grade(&arena, scene->turns, scene->count, &scene->options, &result), 0);
	return result;
}

static const struct trajectory_reason *reason(const struct trajectory *result, enum trajectory_rule rule)
{
	for (size_t i = 0; i < result->reason_count; i++)
		if (result->reasons[i].rule == rule)
			return &result->reasons[i];
	return NULL;
}

static void test_nothing(void **state)
{
	struct scene scene = { .count = 0 };
	(void)state;
	assert_int_equal(grade(&scene).grade, 0);
	say(&scene, 0, "distress", 0);
	struct trajectory result = grade(&scene);
	assert_int_equal(result.grade, 0);
	assert_int_equal(result.reason_count, 0);
	assert_int_equal(result.trend, TREND_NONE);
}

static void test_not_screened(void **state)
{
	struct scene scene = { .count = 0 };
	(void)state;
	say(&scene, 0, "distress", 0);
	scene.turns[scene.count++] = (struct trajectory_turn){ .role = ROLE_CLIENT }; /* the zero value */
	struct trajectory result = grade(&scene);
	assert_int_equal(result.grade, 2);
	assert_int_equal(reason(&result, TRAJECTORY_UNREAD)->turn, 1);
	say(&scene, 0, "distress", 0);
	scene.verdicts[2].truncated = true;
	assert_int_equal(grade(&scene).grade, 2);
}

static void test_decay(void **state)
{
	static const struct {
		int level, days, now;
	} rows[] = { { 1, 6, 1 }, { 1, 7, 0 }, { 2, 6, 2 }, { 2, 7, 1 }, { 2, 29, 1 }, { 2, 30, 0 }, { 3, 400, 3 }, { 4, 400, 4 } };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct scene scene = { .count = 0 };
		say(&scene, 0, "suicide.passive", rows[i].level);
		say(&scene, rows[i].days, "distress", 0);
		assert_int_equal(grade(&scene).grade, rows[i].now);
		scene.options.now_us = START; /* asked at once */
		assert_int_equal(grade(&scene).grade, rows[i].level);
		scene.options.now_us = 0;
		scene.turns[0].at_us = 0; /* without a time nothing wanes */
		assert_int_equal(grade(&scene).grade, rows[i].level);
	}
}

static void test_lowered_and_kept(void **state)
{
	struct scene scene = { .count = 0 };
	(void)state;
	say(&scene, 0, "suicide.plan", 4);
	say(&scene, 0, "distress", 1);
	scene.options.lowered_turns = 1;
	scene.options.lowered_to = 2;
	assert_int_equal(grade(&scene).grade, 2);
	say(&scene, 8, "distress", 1);
	assert_int_equal(grade(&scene).grade, 1);
	scene.options.kept_level = 3;
	struct trajectory result = grade(&scene);
	assert_int_equal(result.grade, 3);
	assert_true(reason(&result, TRAJECTORY_KEPT)->turn == SIZE_MAX);
	say(&scene, 8, "suicide.active", 3); /* after the clinician: counts whole */
	scene.options.kept_level = 0;
	assert_int_equal(grade(&scene).grade, 3);
}

static void test_rising(void **state)
{
	struct scene scene = { .count = 0 };
	(void)state;
	say(&scene, 0, "distress", 1);
	say(&scene, 0, "distress", 0); /* not graded: passed over */
	say(&scene, 0, "suicide.burden", 2);
	say(&scene, 1, "suicide.passive", 2);
	struct trajectory result = grade(&scene);
	assert_int_equal(result.trend, TREND_RISING);
	assert_int_equal(result.grade, 3);
	assert_int_equal(reason(&result, TRAJECTORY_RISING)->turn, 3);
	scene.findings[3].concept = STR("suicide.burden"); /* the same again: no more than it is */
	assert_int_equal(grade(&scene).grade, 2);
	scene.findings[3].level = 1;
	scene.findings[0].level = 2;
	assert_int_equal(grade(&scene).trend, TREND_FALLING);
}

static void test_adds_up(void **state)
{
	static const char *const own[] = { "suicide.burden", "suicide.burden", "suicide.hopelessness" };
	static const char *const weak[] = { "distress.a", "distress.b", "distress.c", "distress.c" };
	struct scene scene = { .count = 0 }, low = { .count = 0 };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(own); i++)
		say(&scene, (int)i, own[i], 2);
	struct trajectory result = grade(&scene);
	assert_int_equal(result.grade, 3);
	assert_int_equal(reason(&result, TRAJECTORY_ADDS_UP)->turn, 2);
	scene.findings[1].context.experiencer = EXPERIENCER_OTHER; /* about a friend */
	assert_int_equal(grade(&scene).grade, 2);
	scene.findings[1].context.experiencer = EXPERIENCER_SELF;
	scene.findings[1].context.time = TIME_PAST;
	assert_int_equal(grade(&scene).grade, 2);
	for (size_t i = 0; i < COUNT_OF(weak); i++)
		say(&low, (int)i, weak[i], 1);
	assert_int_equal(grade(&low).grade, 2);
	low.count--;
	assert_int_equal(grade(&low).grade, 1);
}

static void test_calm(void **state)
{
	struct scene scene = { .count = 0 };
	(void)state;
	say(&scene, 0, "suicide.active", 3);
	say(&scene, 10, "suicide.sign_calm", 1);
	struct trajectory result = grade(&scene);
	assert_int_equal(reason(&result, TRAJECTORY_CALM)->level, 3);
	scene.options.lowered_turns = 1; /* a clinician has lowered the crisis since: still worth a look */
	result = grade(&scene);
	assert_int_equal(result.grade, 2);
	scene.turns[1].at_us = START + 15 * DAY;
	result = grade(&scene);
	assert_null(reason(&result, TRAJECTORY_CALM));
	scene.turns[1].at_us = START;
	scene.findings[1].concept = STR("protective.recovery");
	scene.findings[1].family = FAMILY_PROTECTIVE;
	result = grade(&scene);
	assert_non_null(reason(&result, TRAJECTORY_CALM));
	scene.findings[1].context.negated = true; /* "not better" */
	result = grade(&scene);
	assert_null(reason(&result, TRAJECTORY_CALM));
}

static void test_questions(void **state)
{
	struct scene scene = { .count = 0 };
	(void)state;
	ask(&scene, "suicide.active");
	assert_int_equal(grade(&scene).grade, 0); /* nobody has spoken since */
	say(&scene, 0, "distress", 0);
	struct trajectory result = grade(&scene);
	assert_int_equal(result.grade, 2);
	assert_int_equal(reason(&result, TRAJECTORY_UNANSWERED)->turn, 0);
	struct finding *answer = say(&scene, 0, "suicide.active", 1); /* no */
	answer->context.negated = true;
	answer->state = FINDING_ANSWER;
	result = grade(&scene);
	assert_null(reason(&result, TRAJECTORY_UNANSWERED));
	assert_int_equal(result.grade, 1);
	answer->level = 3;
	answer->context.negated = false;
	result = grade(&scene);
	assert_int_equal(reason(&result, TRAJECTORY_ANSWER)->level, 3);
	ask(&scene, "suicide.plan");
	say(&scene, 0, "distress", 0); /* in danger, and silent about it */
	result = grade(&scene);
	assert_int_equal(reason(&result, TRAJECTORY_UNANSWERED)->level, 3);
}

static void test_split(void **state)
{
	struct scene scene = { .count = 0 };
	(void)state;
	say(&scene, 0, "distress", 0);
	struct finding *joined = say(&scene, 0, "suicide.active", 3);
	joined->state = FINDING_JOINED;
	struct trajectory result = grade(&scene);
	assert_int_equal(reason(&result, TRAJECTORY_SPLIT)->turn, 1);
	joined->end = 0; /* of the messages before alone: theirs */
	assert_int_equal(grade(&scene).grade, 0);
}

/* Laws: the grade is the highest level of its reasons; a message more never lowers it when no time passes; it is at least what a
 * message asks for; the same input gives the same grade. */
static void test_laws(void **state)
{
	static const char *const concepts[] = { "suicide.burden", "suicide.active", "self_harm.urge", "distress", "suicide.sign_calm",
		"protective.recovery" };
	struct property property = property_start("trajectory");
	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct scene scene = { .count = 0 };
		size_t count = 1 + property_below(&property, TURNS - 1);
		int before = 0, most = 0;
		for (size_t i = 0; i < count; i++) {
			if (property_below(&property, 4) == 0) {
				scene.turns[scene.count++] = (struct trajectory_turn){ .role = ROLE_ASSISTANT };
				continue;
			}
			const char *concept = concepts[property_below(&property, COUNT_OF(concepts))];
			int level = str_eqc(STR("protective.recovery"), concept) ? 0 : (int)property_below(&property, 5);
			say(&scene, 0, concept, level);
			most = level > most ? level : most;
			struct trajectory now = grade(&scene), again;
			int highest = 0;
			for (size_t k = 0; k < now.reason_count; k++)
				highest = now.reasons[k].level > highest ? now.reasons[k].level : highest;
			assert_int_equal(now.grade, highest);
			assert_true(now.grade >= most && now.grade <= 4);
			if (now.grade < before)
				fail_msg("round %d: from %d to %d by a message more", round, before, now.grade);
			before = now.grade;
			again = grade(&scene);
			assert_int_equal(again.grade, now.grade);
			assert_int_equal(again.reason_count, now.reason_count);
		}
	}
}

static void test_many_reasons(void **state)
{
	static struct trajectory_turn turns[200];
	static struct finding finding = {
		.concept = { "suicide.active", 14 }, .level = 3, .end = 1, .state = FINDING_JOINED, .why = { "x", 1 }
	};
	static struct verdict verdict = { .state = VERDICT_SCREENED, .level = 3, .findings = &finding, .finding_count = 1 };
	struct trajectory_options options = { 0 };
	struct trajectory result;
	struct arena small;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(turns); i++)
		turns[i] = (struct trajectory_turn){ .role = ROLE_CLIENT, .verdict = &verdict };
	arena_reset(&arena);
	assert_int_equal(trajectory_grade(&arena, turns, COUNT_OF(turns), &options, &result), 0);
	assert_int_equal(result.reason_count, TRAJECTORY_REASONS_MAX);
	assert_true(result.reasons_left_out > 100);
	arena_init(&small, mem_system(), 64);
	assert_int_equal(trajectory_grade(&small, turns, COUNT_OF(turns), &options, &result), E_MEMORY);
	assert_int_equal(result.grade, 4); /* a person looks */
	arena_done(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_not_screened),
		cmocka_unit_test(test_decay),
		cmocka_unit_test(test_lowered_and_kept),
		cmocka_unit_test(test_rising),
		cmocka_unit_test(test_adds_up),
		cmocka_unit_test(test_calm),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_laws),
		cmocka_unit_test(test_many_reasons),
	};
	arena_init(&arena, mem_system(), 16u << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&arena);
	return failed;
}
