/* responder_test.c: the built-in responder: the same for the same, never the same words twice in a row, honest, streamed. */
#include "model/model.h"

#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct heard {
	char text[4096];
	size_t len;
	int heads, deltas, ends;
	struct model_call *call;
	int cancel_after;
};

static void on_head(void *ctx, const struct model_head *head)
{
	struct heard *heard = ctx;
	assert_true(head->model.len > 0);
	heard->heads++;
}

static void on_delta(void *ctx, const struct model_delta *delta)
{
	struct heard *heard = ctx;
	memcpy(heard->text + heard->len, delta->text.ptr, delta->text.len);
	heard->len += delta->text.len;
	heard->text[heard->len] = '\0';
	if (++heard->deltas == heard->cancel_after)
		model_cancel(&heard->call);
}

static void on_done(void *ctx, const struct model_result *result)
{
	struct heard *heard = ctx;
	assert_int_equal(result->finish, MODEL_FINISH_STOP);
	heard->ends++;
}

static void on_failed(void *ctx, enum model_failure failure, int status)
{
	(void)ctx, (void)failure, (void)status;
	fail();
}

static struct loop *loop;
static struct model *model;

static void say(struct heard *heard, const struct model_turn *turns, size_t count, const char *lang, uint64_t seed)
{
	static const struct model_events events = { on_head, on_delta, on_done, on_failed };
	struct model_request request = { .turns = turns, .turn_count = count, .lang = str_c(lang), .seed = seed };
	assert_int_equal(model_start(model, &request, &events, heard, &heard->call, NULL), 0);
	assert_int_equal(heard->heads, 0);
	for (int i = 0; i < 50 && !heard->ends; i++)
		loop_step(loop, 1);
}

static void the_same_for_the_same_and_in_its_language(void **state)
{
	(void)state;
	struct heard a = { 0 }, b = { 0 }, c = { 0 };
	const struct model_turn en[] = { { ROLE_CLIENT, STR("I can't sleep and I worry all night.") } };
	const struct model_turn es[] = { { ROLE_CLIENT, STR("No puedo dormir y me preocupo toda la noche.") } };
	say(&a, en, 1, "en", 5);
	say(&b, en, 1, "en", 5);
	say(&c, es, 1, "es", 5);
	assert_string_equal(a.text, b.text);
	assert_true(a.ends == 1 && a.heads == 1 && a.deltas > 5);
	assert_true(strstr(a.text, "program") != NULL);
	assert_true(strstr(c.text, "programa") != NULL);
}

static void it_does_not_repeat_itself(void **state)
{
	(void)state;
	struct model_turn turns[20];
	static struct heard heard[10];
	memset(heard, 0, sizeof(heard));
	for (int i = 0; i < 10; i++) {
		turns[2 * i] = (struct model_turn){ ROLE_CLIENT, STR("Work is a lot and my boss is never content.") };
		say(&heard[i], turns, (size_t)(2 * i + 1), "en", 9);
		turns[2 * i + 1] = (struct model_turn){ ROLE_ASSISTANT, { heard[i].text, heard[i].len } };
		assert_true(i == 0 || strcmp(heard[i].text, heard[i - 1].text) != 0);
	}
}

static void asked_what_it_is_it_says_so(void **state)
{
	(void)state;
	struct heard heard = { 0 };
	const struct model_turn turns[] = { { ROLE_CLIENT, STR("Hi") }, { ROLE_ASSISTANT, STR("Hello.") },
		{ ROLE_CLIENT, STR("Are you a real person?") } };
	say(&heard, turns, 3, "en", 1);
	assert_true(strstr(heard.text, "program") != NULL);
}

static void a_cancelled_call_says_nothing_more(void **state)
{
	(void)state;
	struct heard heard = { .cancel_after = 2 };
	const struct model_turn turns[] = { { ROLE_CLIENT, STR("Hello there, I had a long day.") } };
	say(&heard, turns, 1, "en", 1);
	assert_int_equal(heard.deltas, 2);
	assert_int_equal(heard.ends, 0);
	struct heard none = { 0 };
	static const struct model_events events = { on_head, on_delta, on_done, on_failed };
	struct model_request request = { .turns = turns, .turn_count = 1, .lang = STR("en") };
	assert_int_equal(model_start(model, &request, &events, &none, &none.call, NULL), 0);
	model_cancel(&none.call);
	for (int i = 0; i < 5; i++)
		loop_step(loop, 1);
	assert_int_equal(none.deltas + none.heads + none.ends, 0);
}

int main(void)
{
	if (loop_open(clock_system(), &loop, NULL) || model_open_builtin(loop, 0, &model, NULL))
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_for_the_same_and_in_its_language),
		cmocka_unit_test(it_does_not_repeat_itself),
		cmocka_unit_test(asked_what_it_is_it_says_so),
		cmocka_unit_test(a_cancelled_call_says_nothing_more),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	model_free(&model);
	loop_free(&loop);
	return failed;
}
