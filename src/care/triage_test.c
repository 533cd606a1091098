/* triage_test.c: what is recommended: situations and outcomes; more risk never lowers it, for every pair of inputs that random ones make;
 * which question comes next; what the loader refuses. The packs are the shipped ones. */
#include "base/property.h"
#include "care/intake.h"
#include "care/referral.h"
#include "sys/files.h"
#include "sys/mem.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct triage *triage;
static char rules[65536], english[65536], spanish[65536];

static struct str load(const char *name, char *bytes, size_t size)
{
	char path[512];
	snprintf(path, sizeof path, "packs/triage/%s", name); /* run from the root */
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("cannot read %s", path);
	size_t len = fread(bytes, 1, size, file);
	fclose(file);
	assert_true(len < size);
	return str_make(bytes, len);
}

static struct messages_source sources[3];

static int open_shipped(void **state)
{
	struct err err = { 0 };
	(void)state;
	sources[0] = (struct messages_source){ STR("rules.yaml"), load("rules.yaml", rules, sizeof rules) };
	sources[1] = (struct messages_source){ STR("intake.en.yaml"), load("intake.en.yaml", english, sizeof english) };
	sources[2] = (struct messages_source){ STR("intake.es.yaml"), load("intake.es.yaml", spanish, sizeof spanish) };
	if (triage_open(sources, 3, &triage, &err))
		fail_msg("%s", err.message);
	return 0;
}

static int close_shipped(void **state)
{
	(void)state;
	triage_free(&triage);
	return 0;
}

static uint64_t marks(const char *names)
{
	struct str rest = str_c(names);
	uint64_t set = 0;
	while (rest.ptr && rest.len) {
		struct str name = str_split(&rest, ' ');
		int at = triage_mark_of(triage, name);
		assert_true(at >= 0);
		set |= UINT64_C(1) << at;
	}
	return set;
}

static struct triage_input input_of(int level, const char *names, int age, int phq9, int gad7)
{
	struct triage_input input = { .level = level, .marks = marks(names), .age = age };
	if (phq9 >= 0)
		input.scores[input.score_count++] = (struct triage_score){ STR("phq-9"), phq9 };
	if (gad7 >= 0)
		input.scores[input.score_count++] = (struct triage_score){ STR("gad-7"), gad7 };
	return input;
}

static void situations_and_outcomes(void **state)
{
	static const struct {
		const char *what;
		int level;
		const char *marks;
		int age, phq9, gad7;
		char priority;
		int step;
		bool guided;
	} cases[] = {
		{ "nothing to speak of", 0, "", 30, 3, 2, 'E', 1, true },
		{ "mild", 0, "", 30, 6, 3, 'E', 2, true },
		{ "moderate", 0, "", 30, 14, 9, 'E', 2, true },
		{ "fourth band", 0, "", 30, 15, 9, 'E', 3, true },
		{ "highest band", 0, "", 30, 20, 9, 'D', 3, true },
		{ "much worry", 0, "", 30, 4, 15, 'D', 3, true },
		{ "just below", 0, "", 30, 4, 14, 'E', 2, true },
		{ "nothing measured is not mild", 0, "", 30, -1, -1, 'E', 2, true },
		{ "advice only", 0, "advice_only", 30, 2, 2, 'G', 1, true },
		{ "another service", 0, "other_service", 30, 2, 2, 'F', 1, true },
		{ "both: the more urgent", 0, "other_service advice_only", 30, 2, 2, 'F', 1, true },
		{ "advice only, but unwell", 0, "advice_only", 30, 12, 2, 'E', 2, true },
		{ "advice only, not measured", 0, "advice_only", 30, -1, -1, 'E', 2, true },
		{ "wish not to wake", 0, "suicide_passive", 30, 3, 2, 'D', 1, true },
		{ "thoughts of ending life", 0, "suicide_active", 30, 3, 2, 'C', 4, false },
		{ "plan", 0, "suicide_plan", 30, 3, 2, 'B', 4, false },
		{ "act in three months", 0, "suicide_recent", 30, 3, 2, 'B', 4, false },
		{ "danger now", 0, "unsafe_now", 30, 3, 2, 'A', 4, false },
		{ "left open once", 0, "unclear", 30, 3, 2, 'D', 1, true },
		{ "left open twice counts as yes", 0, "unclear unclear_again", 30, 3, 2, 'C', 4, false },
		{ "words of level 3", 3, "", 30, 3, 2, 'C', 4, false },
		{ "words of level 4", 4, "", 30, 3, 2, 'B', 4, false },
		{ "words of level 1", 1, "", 30, 3, 2, 'E', 1, true },
		{ "voices", 0, "psychosis_signs", 30, 3, 2, 'D', 4, false },
		{ "energy", 0, "mania_signs", 30, 3, 2, 'D', 4, false },
		{ "drinks every day, mild", 0, "substance_severe", 30, 6, 2, 'D', 3, false },
		{ "fifteen and mild", 0, "", 15, 6, 2, 'E', 3, false },
		{ "sixteen and mild", 0, "", 16, 6, 2, 'E', 2, true },
		{ "age unknown and mild: no guided route", 0, "", 0, 6, 2, 'E', 3, false },
		{ "self-help did not help", 0, "tried_guided_help", 30, 6, 2, 'E', 3, true },
		{ "and for over a year", 0, "tried_guided_help long_lasting", 30, 6, 2, 'E', 4, true },
		{ "for over a year alone", 0, "long_lasting", 30, 3, 2, 'E', 2, true },
		{ "cannot do the day", 0, "functioning_poor", 30, 6, 2, 'D', 2, true },
		{ "needs of access change nothing", 0, "interpreter access_need", 30, 3, 2, 'E', 1, true },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct triage_input input = input_of(cases[i].level, cases[i].marks, cases[i].age, cases[i].phq9, cases[i].gad7);
		struct triage_advice advice;
		triage_advise(triage, &input, &advice);
		if (triage_name(advice.priority)[0] != cases[i].priority || advice.step != cases[i].step ||
			advice.guided != cases[i].guided)
			fail_msg("%s: %s, step %d, %s", cases[i].what, triage_name(advice.priority), advice.step,
				advice.guided ? "guided" : "not guided");
		assert_true(!(advice.step == 2 && !advice.guided));
	}
}

/* What speaks for less: wishes, and what was measured where nothing had been. These may lower, and nothing else may. */
static uint64_t mild_marks(void)
{
	return marks("other_service advice_only");
}

static struct triage_input random_input(struct property *property)
{
	struct triage_input input = { .level = (int)property_below(property, 5), .age = (int)property_below(property, 90) };
	for (size_t i = 0; i < triage->mark_count; i++)
		if (property_below(property, 5) == 0)
			input.marks |= UINT64_C(1) << i;
	input.scores[0] = (struct triage_score){ STR("phq-9"), (int)property_below(property, 28) };
	input.scores[1] = (struct triage_score){ STR("gad-7"), (int)property_below(property, 22) };
	input.score_count = property_below(property, 3);
	return input;
}

static void more_risk_never_lowers_it(void **state)
{
	struct property property = property_start("triage");
	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct triage_input less = random_input(&property), more;
		struct triage_advice a, b;
		more = less;
		switch (property_below(&property, 5)) {
		case 0: more.level = less.level + (int)property_below(&property, (size_t)(5 - less.level)); break;
		case 1: more.marks |= (UINT64_C(1) << property_below(&property, triage->mark_count)) & ~mild_marks(); break;
		case 2: more.scores[0].total += (int)property_below(&property, 28); break;
		case 3: more.age = (int)property_below(&property, (size_t)less.age + 1); break; /* younger, down to unknown */
		default: more.marks &= ~mild_marks(); break;
		}
		triage_advise(triage, &less, &a);
		triage_advise(triage, &more, &b);
		assert_true(b.priority <= a.priority);
		assert_true(b.step >= a.step);
		assert_true(b.guided <= a.guided);
	}
}

/* Every sign of risk by itself: at least the priority of its level. Exhaustive over the pack. */
static void each_sign_reaches_its_level(void **state)
{
	static const int at_least[] = { TRIAGE_G, TRIAGE_G, TRIAGE_D, TRIAGE_C, TRIAGE_B };
	(void)state;
	for (size_t i = 0; i < triage->mark_count; i++) {
		struct triage_input input = { .marks = UINT64_C(1) << i | mild_marks(), .age = 40, .score_count = 1 };
		struct triage_advice advice;
		input.scores[0] = (struct triage_score){ STR("phq-9"), 0 };
		triage_advise(triage, &input, &advice);
		assert_true((int)advice.priority <= at_least[triage->marks[i].level]);
	}
}

static void rank_is_urgency_then_level_then_wait(void **state)
{
	wall_time early = { INT64_C(1790000000) * SECOND_US }, late = { INT64_C(1790009999) * SECOND_US };
	(void)state;
	assert_true(referral_rank(TRIAGE_A, 0, late) < referral_rank(TRIAGE_B, 4, early));
	assert_true(referral_rank(TRIAGE_D, 3, late) < referral_rank(TRIAGE_D, 2, early));
	assert_true(referral_rank(TRIAGE_D, 2, early) < referral_rank(TRIAGE_D, 2, late));
	assert_true(referral_rank(TRIAGE_G, 0, late) > 0);
}

/* ---- The conversation ---- */

static json_t *answers_of(const char *text)
{
	json_t *answers = json_loads(text, 0, NULL);
	assert_non_null(answers);
	return answers;
}

static void next_question(void **state)
{
	static const struct {
		const char *answers, *next;
	} cases[] = {
		{ "{}", "brings_you" },
		{ "{'brings_you':{'text':'x'}}", "since" },
		{ "{'brings_you':{'text':'x'},'since':{'choice':'weeks'},'daily':{'choice':'some'}}", "life" }, /* no instruments here */
		{ "{'brings_you':{'text':'x'},'since':{'choice':'weeks'},'daily':{'choice':'some'},'life':{'choice':'no'}}",
			"life_recent" },
		{ "{'brings_you':{'text':'x'},'since':{'choice':'weeks'},'daily':{'choice':'some'},'life':{'choice':'unsure'}}",
			"life_plan" },
		{ "{'brings_you':{'text':'x'},'since':{'choice':'weeks'},'daily':{'choice':'some'},'life':{'choice':'past'}}",
			"life_recent" },
		/* a closer question that is not asked any more counts no longer, also when it was answered */
		{ "{'brings_you':{'text':'x'},'since':{'choice':'weeks'},'daily':{'choice':'some'},'life':{'choice':'no'},'life_plan':{'"
		  "choice':'yes'}}",
			"life_recent" },
	};
	const struct intake_pack *pack = intake_pack_of(triage, STR("es-MX"));
	(void)state;
	assert_true(str_eqc(pack->lang, "es"));
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char text[1000];
		snprintf(text, sizeof text, "%s", cases[i].answers);
		for (char *c = text; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		json_t *answers = answers_of(text);
		struct intake_state at = { .answers = answers };
		int next = intake_next(pack, &at, NULL, NULL);
		assert_true(next >= 0);
		assert_string_equal(pack->steps[next].id.ptr, cases[i].next);
		json_decref(answers);
	}
	json_t *hidden = answers_of("{\"life\":{\"choice\":\"no\"},\"life_plan\":{\"choice\":\"yes\"}}");
	struct intake_state at = { .answers = hidden };
	assert_true(intake_marks(pack, &at) == 0);
	json_decref(hidden);
	json_t *none = json_object();
	struct intake_state with = { .answers = none, .instruments = true };
	assert_true(intake_asked(pack, &with, (size_t)intake_find(pack, STR("mood"))));
	with.instruments = false;
	assert_true(!intake_asked(pack, &with, (size_t)intake_find(pack, STR("mood"))));
	json_decref(none);
}

/* Whatever is answered, in whatever order, each answer brings the end nearer: the conversation ends, in at most as many answers as it has
 * steps. */
static void it_always_ends(void **state)
{
	struct property property = property_start("intake");
	(void)state;
	for (int round = 0; round < 500; round++) {
		const struct intake_pack *pack = &triage->packs[property_below(&property, triage->pack_count)];
		json_t *answers = json_object();
		struct intake_state at = { .answers = answers, .instruments = property_below(&property, 2) };
		size_t count = 0;
		for (int next; (next = intake_next(pack, &at, NULL, NULL)) >= 0; count++) {
			const struct intake_step *step = &pack->steps[next];
			const struct intake_choice *choice = step->choice_count
								     ? &step->choices[property_below(&property, step->choice_count)]
								     : NULL;
			json_t *answer = step->ask == INTAKE_TEXT      ? json_pack("{s:s}", "text", "some words")
					 : step->ask == INTAKE_CHOICE  ? json_pack("{s:s}", "choice", choice->id.ptr)
					 : step->ask == INTAKE_CHOICES ? json_pack("{s:[s]}", "choices", choice->id.ptr)
								       : json_pack("{s:b}", "done", 1);
			struct err err = { 0 };
			assert_int_equal(intake_check(step, answer, &err), 0);
			json_object_set_new(answers, step->id.ptr, answer);
			assert_true(count < pack->step_count);
		}
		size_t done = 0, all = 0;
		assert_int_equal(intake_next(pack, &at, &done, &all), -1);
		assert_true(done == all && all >= count);
		json_decref(answers);
	}
}

static void what_is_no_answer(void **state)
{
	static const struct {
		const char *step, *answer;
		bool good;
	} cases[] = {
		{ "brings_you", "{\"text\":\"work\"}", true },
		{ "brings_you", "{\"text\":\"   \"}", false },
		{ "brings_you", "{\"skipped\":true}", false },
		{ "helped", "{\"skipped\":true}", true },
		{ "life", "{\"skipped\":true}", false },
		{ "life", "{\"choice\":\"nonsense\"}", false },
		{ "life", "{\"choice\":\"no\"}", true },
		{ "life", "{\"choice\":7}", false },
		{ "life", "{\"choice\":\"no\",\"text\":\"x\"}", false },
		{ "life", "{}", false },
		{ "life", "[]", false },
		{ "way", "{\"choices\":[\"online\",\"group\"]}", true },
		{ "way", "{\"choices\":[]}", false },
		{ "way", "{\"choices\":[\"online\",\"x\"]}", false },
		{ "mood", "{\"done\":true}", true },
		{ "mood", "{\"skipped\":true}", true },
		{ "mood", "{\"choice\":\"no\"}", false },
	};
	const struct intake_pack *pack = intake_pack_of(triage, STR("en"));
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		json_t *answer = json_loads(cases[i].answer, 0, NULL);
		struct err err = { 0 };
		int rc = intake_check(&pack->steps[intake_find(pack, str_c(cases[i].step))], answer, &err);
		if ((rc == 0) != cases[i].good)
			fail_msg("%s %s: %s", cases[i].step, cases[i].answer, err.message);
		json_decref(answer);
	}
	char *longest = mem_new(INTAKE_TEXT_MAX + 2);
	memset(longest, 'x', INTAKE_TEXT_MAX + 1);
	json_t *answer = json_pack("{s:s}", "text", longest);
	assert_int_equal(intake_check(&pack->steps[0], answer, NULL), E_INVALID);
	longest[INTAKE_TEXT_MAX] = '\0';
	json_object_set_new(answer, "text", json_string(longest));
	assert_int_equal(intake_check(&pack->steps[0], answer, NULL), 0);
	json_decref(answer);
	mem_delete(longest);
}

/* ---- What the loader refuses ---- */

static void refused(const char *what, const char *from, const char *to, size_t which, const char *why)
{
	static char changed[65536];
	struct messages_source bad[3] = { sources[0], sources[1], sources[2] };
	struct triage *opened = NULL;
	struct err err = { 0 };
	const char *at = strstr(bad[which].bytes.ptr, from);
	if (!at)
		fail_msg("%s: the pack has no \"%s\"", what, from);
	int len = snprintf(
		changed, sizeof changed, "%.*s%s%s", (int)(at - bad[which].bytes.ptr), bad[which].bytes.ptr, to, at + strlen(from));
	bad[which].bytes = str_make(changed, (size_t)len);
	int rc = triage_open(bad, 3, &opened, &err);
	if (rc == 0 || !strstr(err.message, why))
		fail_msg("%s: %d %s", what, rc, rc ? err.message : "opened");
}

static void bad_packs(void **state)
{
	(void)state;
	refused("a diagnosis in a question", "What would you like help with?", "What is your diagnosis?", 1, "diagnosis");
	refused("in any case", "A few weeks or less", "Since my DEPRESSION", 1, "diagnosis");
	refused("in Spanish", "Desde hace pocas semanas", "Desde mi depresi\xC3\xB3n", 2, "diagnosis");
	refused("an unknown sign", "set: [long_lasting]", "set: [nonsense]", 1, "no sign");
	refused("a later step", "when: {marks: [access_need]}", "when: {step: language, is: [en]}", 1, "earlier step");
	refused("risk that may be passed over", "id: life\n    ask: choice", "id: life\n    optional: true\n    ask: choice", 1,
		"optional");
	refused("languages that differ", "id: some, text: \"Bastante\"", "id: other, text: \"Bastante\"", 2, "differs");
	refused("a rule that asks nothing", "when: {level: 2}", "when: {}", 0, "asks nothing");
	refused("a clock missing", "  - {id: receipt,", "  - {id: second_contact,", 0, "twice");
	refused("clocks out of order", "respond_minutes: 240,", "respond_minutes: 5,", 0, "longer clock");
	refused("a figure without its source", "certainty: V, source: \"UK mental", "certainty: V, note: \"UK mental", 0, "source");
	refused("unknown priority", "then: {priority: D}", "then: {priority: X}", 0, "A to G");
	refused("no words to lint by", "never_say:\n  en:", "never_say:\n  fr:", 0, "never_say");
}

static void the_lint_finds_whole_words(void **state)
{
	struct arena arena;
	const struct yaml_node *words = NULL;
	struct err err = { 0 };
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	assert_int_equal(yaml_read(&arena, STR("x"), STR("[man, high fever]"), 1000, &words, &err), 0);
	assert_true(intake_forbidden(words, STR("a Man came")).len == 3);
	assert_true(intake_forbidden(words, STR("many, human, mancha")).len == 0);
	assert_true(intake_forbidden(words, STR("man\xC3\xB3")).len == 0);
	assert_true(intake_forbidden(words, STR("a HIGH fever.")).len == 10);
	assert_true(intake_forbidden(words, STR("")).len == 0);
	assert_true(intake_forbidden(NULL, STR("man")).len == 0);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(situations_and_outcomes),
		cmocka_unit_test(more_risk_never_lowers_it),
		cmocka_unit_test(each_sign_reaches_its_level),
		cmocka_unit_test(rank_is_urgency_then_level_then_wait),
		cmocka_unit_test(next_question),
		cmocka_unit_test(it_always_ends),
		cmocka_unit_test(what_is_no_answer),
		cmocka_unit_test(bad_packs),
		cmocka_unit_test(the_lint_finds_whole_words),
	};
	return cmocka_run_group_tests(tests, open_shipped, close_shipped);
}
