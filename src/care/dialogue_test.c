/* dialogue_test.c: unit and property tests of scripted dialogues, on a small one of its own and on the shipped packs' rules. */
#include "care/dialogue.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char pack[] =
	"kind: dialogue\nid: dialogue.t.en\nversion: 1\nlang: en\nauthor: t\nreviewed: 2026-11-25\nreview: none\n"
	"dialogue: t\ntitle: T\nstart: first\n"
	"words: {yes: [\"yes\", i do], no: [\"no\", i dont], unsure: [maybe], stop: [stop asking]}\n"
	"steps:\n"
	"  - {id: first, type: ask, answer: yes_no, asks: suicide.active, level: 3, texts: [F1, F2, F3],\n"
	"     yes: {next: second, say: [Thanks]}, no: {next: second}, unclear: {next: first, times: 1, then: second, say: [Again]}}\n"
	"  - {id: second, type: ask, answer: yes_no, asks: suicide.plan, level: 4, event: call_consent, texts: [S1, S2],\n"
	"     yes: {next: who}, no: {next: who}, unclear: {next: who}}\n"
	"  - {id: who, type: ask, answer: text, save: contact.near, event: near, texts: [\"Who {lines}\"], next: stay}\n"
	"  - {id: stay, type: end, texts: [E1, E2, E3]}\n"
	"  - {id: stopped, type: end, texts: [Quiet]}\n"
	"placement:\n"
	"  - {when: {second: yes}, level: 4}\n"
	"  - {when: {first: no, second: no}, level: 2}\n"
	"cap: [suicide.active]\n";

struct fixture {
	struct arena arena;
	struct dialogues *dialogues;
	struct str state;
};

static int open_with(struct fixture *f, const char *yaml, struct err *err)
{
	struct messages_source source = { STR("t.yaml"), str_c(yaml) };
	arena_init(&f->arena, mem_system(), 1u << 20);
	return dialogues_open(&source, 1, &f->dialogues, err);
}

static void set_up(struct fixture *f)
{
	struct err err = { 0 };
	*f = (struct fixture){ 0 };
	if (open_with(f, pack, &err))
		fail_msg("%s", err.message);
}

static void tear_down(struct fixture *f)
{
	dialogues_free(&f->dialogues);
	arena_done(&f->arena);
}

static struct dialogue_turn speak(struct fixture *f, const char *text, const struct verdict *verdict)
{
	static const struct verdict nothing = { .state = VERDICT_SCREENED };
	const struct message_var vars[] = { { "lines", STR("[lines]") } };
	struct dialogue_input input = { .name = STR("t"),
		.lang = STR("en"),
		.state = f->state,
		.text = str_c(text),
		.verdict = verdict ? verdict : &nothing,
		.vars = vars,
		.var_count = 1 };
	struct dialogue_turn turn;
	struct err err = { 0 };
	if (dialogue_next(f->dialogues, &f->arena, &input, &turn, &err))
		fail_msg("%s", err.message);
	f->state = turn.state;
	return turn;
}

static void expect(struct str got, const char *want)
{
	if (!str_eqc(got, want))
		fail_msg("said \"" STR_FMT "\", not \"%s\"", STR_ARG(got), want);
}

static void test_yes_regrades_and_moves(void **unused)
{
	(void)unused;
	struct fixture f;
	set_up(&f);
	expect(speak(&f, "hello", NULL).text, "F1");
	struct dialogue_turn turn = speak(&f, "Yes.", NULL);
	expect(turn.text, "Thanks\n\nS1");
	assert_int_equal(turn.level, 3);
	expect(turn.concept, "suicide.active");
	turn = speak(&f, "I don't", NULL);
	expect(turn.text, "Who [lines]");
	assert_int_equal(turn.events[0], DIALOGUE_CALL_NO);
	turn = speak(&f, "my sister", NULL);
	expect(turn.text, "E1");
	assert_true(turn.ended);
	assert_false(turn.placed); /* yes and no: no rule of the placement holds */
	assert_true(str_find(turn.state, STR("my sister"), 0) != SIZE_MAX);
	tear_down(&f);
}

static void test_never_the_same_words_while_there_are_others(void **unused)
{
	(void)unused;
	struct fixture f;
	set_up(&f);
	expect(speak(&f, "hi", NULL).text, "F1");
	expect(speak(&f, "hm", NULL).text, "Again\n\nF2");
	expect(speak(&f, "hm", NULL).text, "S1"); /* asked once more, then on */
	speak(&f, "no", NULL);
	expect(speak(&f, "nobody", NULL).text, "E1");
	expect(speak(&f, "x", NULL).text, "E2");
	expect(speak(&f, "x", NULL).text, "E3");
	tear_down(&f);
}

static void test_unclear_counts_as_yes_for_the_placement(void **unused)
{
	(void)unused;
	struct fixture f;
	set_up(&f);
	speak(&f, "hi", NULL);
	speak(&f, "no", NULL);
	speak(&f, "maybe", NULL);
	struct dialogue_turn turn = speak(&f, "nobody", NULL);
	assert_true(turn.placed);
	assert_int_equal(turn.level, 4);
	tear_down(&f);
}

static void test_two_plain_noes_place_low_but_not_below_a_finding(void **unused)
{
	(void)unused;
	for (int with_finding = 0; with_finding < 2; with_finding++) {
		struct finding finding = { .concept = STR("suicide.preparation"), .level = 4 };
		struct verdict verdict = { .state = VERDICT_SCREENED, .level = 4, .findings = &finding, .finding_count = 1 };
		struct fixture f;
		set_up(&f);
		speak(&f, "hi", with_finding ? &verdict : NULL);
		speak(&f, "no", NULL);
		speak(&f, "no", NULL);
		struct dialogue_turn turn = speak(&f, "nobody", NULL);
		assert_true(turn.placed);
		assert_int_equal(turn.level, with_finding ? 4 : 2);
		tear_down(&f);
	}
}

static void test_a_finding_answers_the_question(void **unused)
{
	(void)unused;
	struct finding finding = { .concept = STR("suicide.active"), .level = 3 };
	struct verdict verdict = { .state = VERDICT_SCREENED, .level = 3, .findings = &finding, .finding_count = 1 };
	struct fixture f;
	set_up(&f);
	struct dialogue_turn turn = speak(&f, "words", &verdict);
	expect(turn.text, "S1");
	assert_int_equal(turn.level, 3);
	tear_down(&f);
}

static void test_stop_and_broken_state(void **unused)
{
	(void)unused;
	struct fixture f;
	set_up(&f);
	speak(&f, "hi", NULL);
	expect(speak(&f, "please stop asking", NULL).text, "Quiet");
	struct dialogue_input input = { .name = STR("t"), .lang = STR("es"), .state = STR("[1"), .text = STR("x") };
	struct dialogue_turn turn;
	assert_int_not_equal(dialogue_next(f.dialogues, &f.arena, &input, &turn, NULL), 0);
	assert_true(turn.text.len > 20); /* the words of last resort */
	expect(turn.state, "[1");
	tear_down(&f);
}

static void test_bad_packs_name_the_line(void **unused)
{
	(void)unused;
	char yaml[sizeof pack];
	struct fixture f = { 0 };
	struct err err = { 0 };
	memcpy(yaml, pack, sizeof pack);
	char *place = strstr(yaml, "start: first");
	memcpy(place, "start: fxrst", 12);
	assert_int_equal(open_with(&f, yaml, &err), E_INVALID);
	assert_non_null(strstr(err.message, "t.yaml:"));
	arena_done(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yes_regrades_and_moves),
		cmocka_unit_test(test_never_the_same_words_while_there_are_others),
		cmocka_unit_test(test_unclear_counts_as_yes_for_the_placement),
		cmocka_unit_test(test_two_plain_noes_place_low_but_not_below_a_finding),
		cmocka_unit_test(test_a_finding_answers_the_question),
		cmocka_unit_test(test_stop_and_broken_state),
		cmocka_unit_test(test_bad_packs_name_the_line),
	};
	return cmocka_run_group_tests_name("care/dialogue", tests, NULL, NULL);
}
