/* module_test.c: modules: what a pack may hold and what is refused, Markdown to a tree, answers, sleep in whole numbers, branches. */
#include "care/module.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define HEAD(lang) \
	"kind: module\nid: tiny\nversion: 1\nlang: " lang \
	"\nauthor: A\nreviewed: 2026-11-28\nreview: not clinically reviewed\ntitle: T\nsummary: S\n"
#define LESSON(id) \
	"  - id: " id "\n    title: L\n    text: |\n      Words *so*.\n    exercise:\n      id: e\n      title: E\n      intro: Do it.\n " \
	"     compute: change\n" \
	"      inputs:\n        - {id: before, kind: scale, label: B, required: true}\n        - {id: after, kind: scale, label: A}\n" \
	"        - {id: what, kind: text, label: W}\n        - {id: how, kind: choice, label: H, options: [{id: well, label: Well}, {id: " \
	"badly, label: Badly}]}\n" \
	"      after:\n        - {id: up, when: {input: change, at_least: 1}, text: Better.}\n" \
	"        - {id: hard, when: {input: how, is: badly}, text: Hard.}\n        - {id: rest, text: Thanks.}\n"
#define GOOD HEAD("en") "lessons:\n" LESSON("one")

static struct err open_err;

static struct modules *open_texts(const char *const *texts, size_t count)
{
	struct messages_source sources[4];
	struct modules *modules = NULL;
	open_err = (struct err){ 0 };
	for (size_t i = 0; i < count; i++)
		sources[i] = (struct messages_source){ i ? STR("b.yaml") : STR("a.yaml"), str_c(texts[i]) };
	return modules_open(sources, count, &modules, &open_err) ? NULL : modules;
}

static void refuses(const char *text, const char *part)
{
	struct modules *modules = open_texts(&text, 1);
	assert_null(modules);
	if (!strstr(open_err.message, part))
		fail_msg("\"%s\" does not say \"%s\"", open_err.message, part);
}

static void what_is_refused(void **state)
{
	(void)state;
	refuses(HEAD("en"), "lessons");
	refuses(HEAD("en") "lessons:\n" LESSON("one") LESSON("one"), "another lesson has this id");
	refuses(HEAD("en") "lessons:\n" LESSON("One"), "a-z");
	refuses(HEAD("en") "more: x\nlessons:\n" LESSON("one"), "more");
	static const struct {
		const char *from, *to, *says;
	} changes[] = {
		{ "Words *so*.", "<b>so</b>", "HTML" },
		{ "Words *so*.", "[a](https://x)", "links" },
		{ "Words *so*.", "`code`", "code" },
		{ "kind: text", "kind: thing", "text" },
		{ "at_least: 1", "at_least: x", "at_least" },
		{ "is: badly", "is: nobody", "does not have" },
		{ "input: change", "input: nothing", "does not have" },
		{ "{id: rest, text", "{id: rest, when: {input: change, at_most: 0}, text", "last one" },
		{ "id: after, kind: scale", "id: after, kind: clock", "compute needs" },
		{ "id: what,", "id: before,", "another input" },
		{ ", text: Hard.", ", next: two, text: Hard.", "next" },
		{ "compute: change", "compute: magic", "compute" },
	};
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		char text[4096];
		const char *at = strstr(GOOD, changes[i].from);
		assert_non_null(at);
		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - GOOD), GOOD, changes[i].to, at + strlen(changes[i].from));
		refuses(text, changes[i].says);
	}
}

static void languages_are_twins(void **state)
{
	(void)state;
	const char *good[] = { GOOD, HEAD("es") "lessons:\n" LESSON("one") };
	struct modules *modules = open_texts(good, 2);
	assert_non_null(modules);
	assert_true(str_eqc(modules_find(modules, STR("tiny"), STR("es-MX"))->lang, "es"));
	assert_true(str_eqc(modules_find(modules, STR("tiny"), STR("fr"))->lang, "en"));
	assert_null(modules_find(modules, STR("none"), STR("en")));
	assert_non_null(modules_at(modules, 0, STR("en")));
	assert_null(modules_at(modules, 1, STR("en")));
	modules_free(&modules);
	const char *other[] = { GOOD, HEAD("es") "lessons:\n" LESSON("two") };
	assert_null(open_texts(other, 2));
	assert_non_null(strstr(open_err.message, "differs from its twin"));
	const char *again[] = { GOOD, GOOD };
	assert_null(open_texts(again, 2));
}

static void markdown_is_a_tree(void **state)
{
	(void)state;
	struct err err = { 0 };
	json_t *tree = module_text(STR("## Head\n\nOne *two* **three**\nfour.\n\n- a\n- b\n"), &err);
	char *text = json_dumps(tree, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text,
		"[{\"c\":[\"Head\"],\"t\":\"h\"},{\"c\":[\"One \",{\"c\":[\"two\"],\"t\":\"em\"},\" \",{\"c\":[\"three\"],"
		"\"t\":\"strong\"},\" four.\"],\"t\":\"p\"},{\"c\":[{\"c\":[\"a\"],\"t\":\"li\"},{\"c\":[\"b\"],\"t\":"
		"\"li\"}],\"t\":\"ul\"}]");
	free(text); /* jansson's */
	json_decref(tree);
	assert_null(module_text(STR("> > > > > > > > > > > deep"), &err));
	assert_int_equal(err.code, E_INVALID);
}

static void answers(void **state)
{
	(void)state;
	const char *text = GOOD;
	struct modules *modules = open_texts(&text, 1);
	const struct module_exercise *exercise = &modules_find(modules, STR("tiny"), STR("en"))->lessons[0].exercise;
	static const struct {
		const char *inputs, *branch; /* branch NULL: refused, then `says` */
		const char *says;
	} cases[] = {
		{ "{\"before\":3,\"after\":5}", "up", NULL },
		{ "{\"before\":3,\"after\":3}", "rest", NULL },
		{ "{\"before\":3}", "rest", NULL }, /* what was not answered satisfies no test */
		{ "{\"before\":3,\"how\":\"badly\"}", "hard", NULL },
		{ "{\"before\":3,\"what\":\"  \"}", "rest", NULL },
		{ "{}", NULL, "before: an answer is needed" },
		{ "{\"before\":11}", NULL, "before: must be 0 to 10" },
		{ "{\"before\":\"3\"}", NULL, "before: must be 0 to 10" },
		{ "{\"before\":3,\"how\":\"so\"}", NULL, "how: must be one of its options" },
		{ "{\"before\":3,\"other\":1}", NULL, "not asked for" },
		{ "[]", NULL, "must be an object" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		json_t *inputs = json_loads(cases[i].inputs, 0, NULL), *clean = NULL, *computed = NULL;
		struct err err = { 0 };
		int rc = module_answer(exercise, inputs, &clean, &computed, &err);
		assert_int_equal(rc != 0, cases[i].branch == NULL);
		if (rc)
			assert_non_null(strstr(err.message, cases[i].says));
		else
			assert_true(str_eqc(module_branch(exercise, clean, computed)->id, cases[i].branch));
		json_decref(inputs);
		json_decref(clean);
		json_decref(computed);
	}
	modules_free(&modules);
}

static void sleep_by_example(void **state)
{
	(void)state;
	static const struct {
		struct module_night night;
		int bed, asleep, percent; /* percent -1: refused */
	} cases[] = {
		{ { 23 * 60, 7 * 60, 6 * 60 + 30, 30, 60 }, 480, 360, 75 }, { { 60, 9 * 60, 9 * 60, 0, 0 }, 480, 480, 100 },
		{ { 22 * 60, 6 * 60, 6 * 60, 240, 240 }, 480, 0, 0 },
		{ { 22 * 60, 6 * 60, 6 * 60, 300, 200 }, 0, 0, -1 }, /* more awake than there was night */
		{ { 22 * 60, 6 * 60, 7 * 60, 10, 10 }, 0, 0, -1 },   /* woke after getting up */
		{ { 22 * 60, 22 * 60, 22 * 60, 0, 0 }, 0, 0, -1 }, { { 6 * 60, 5 * 60, 4 * 60, 0, 0 }, 0, 0, -1 }, /* 23 hours */
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct module_sleep sleep;
		struct err err = { 0 };
		int rc = module_sleep(&cases[i].night, &sleep, &err);
		assert_int_equal(rc != 0, cases[i].percent < 0);
		if (rc)
			continue;
		assert_int_equal(sleep.in_bed_minutes, cases[i].bed);
		assert_int_equal(sleep.asleep_minutes, cases[i].asleep);
		assert_int_equal(sleep.efficiency_percent, cases[i].percent);
	}
}

/* Every half hour of lying down and getting up, and many ways to be awake: 0 to 100, more awake is never more efficient, and the same
 * night at another time of day is the same. */
static void sleep_by_law(void **state)
{
	(void)state;
	for (int bed = 0; bed < 1440; bed += 30)
		for (int length = 30; length <= 1080; length += 30)
			for (int awake = 0; awake <= length; awake += 45) {
				struct module_night night = { bed, (bed + length) % 1440, (bed + length) % 1440, 0, awake };
				struct module_night noon = { 720, (720 + length) % 1440, (720 + length) % 1440, 0, awake };
				struct module_sleep sleep, same, less;
				assert_int_equal(module_sleep(&night, &sleep, NULL), 0);
				assert_int_equal(module_sleep(&noon, &same, NULL), 0);
				assert_memory_equal(&sleep, &same, sizeof sleep);
				assert_in_range(sleep.efficiency_percent, 0, 100);
				night.awake++;
				if (module_sleep(&night, &less, NULL) == 0)
					assert_true(less.efficiency_percent <= sleep.efficiency_percent);
				else
					assert_int_equal(awake, length);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(languages_are_twins),
		cmocka_unit_test(markdown_is_a_tree),
		cmocka_unit_test(answers),
		cmocka_unit_test(sleep_by_example),
		cmocka_unit_test(sleep_by_law),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
