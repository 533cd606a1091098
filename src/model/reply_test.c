/* reply_test.c: the allow-list of a model's JSON. */
#include "model/reply.h"

#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;
static struct reply_part part;

static int parse(const char *json)
{
	arena_reset(&arena);
	return reply_parse(&arena, str_c(json), &part, NULL);
}

static void surfaces_are_told_apart_and_the_rest_is_dropped(void **state)
{
	(void)state;
	assert_int_equal(parse("{\"id\":\"i\",\"model\":\"m\",\"created\":7,\"choices\":[{\"index\":0,\"logprobs\":{\"content\":[{"
			       "\"token\":\"secret\"}]},"
			       "\"delta\":{\"role\":\"assistant\",\"content\":\"c\",\"reasoning_content\":\"r\",\"refusal\":\"f\","
			       "\"audio\":{\"data\":\"x\"},"
			       "\"tool_calls\":[{\"index\":2,\"id\":\"t\",\"function\":{\"name\":\"n\",\"arguments\":\"{}\"}}]},\"finish_"
			       "reason\":\"tool_calls\"}],"
			       "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}"),
		0);
	assert_int_equal(part.delta_count, 4);
	assert_int_equal(part.deltas[0].surface, SURFACE_CONTENT);
	assert_int_equal(part.deltas[1].surface, SURFACE_REASONING);
	assert_int_equal(part.deltas[2].surface, SURFACE_REFUSAL);
	assert_int_equal(part.deltas[3].surface, SURFACE_TOOL);
	assert_int_equal(part.deltas[3].index, 2);
	assert_true(str_eqc(part.deltas[3].tool_name, "n"));
	assert_int_equal(part.dropped, 2);
	assert_int_equal(part.finish, MODEL_FINISH_TOOL_CALLS);
	assert_int_equal(part.usage.total_tokens, 3);
	assert_int_equal(part.head.created, 7);
}

static void a_list_of_parts_gives_its_texts(void **state)
{
	(void)state;
	assert_int_equal(parse("{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image\",\"url\":"
			       "\"u\"},{\"text\":\"b\"}]}}]}"),
		0);
	assert_int_equal(part.delta_count, 2);
	assert_int_equal(part.dropped, 1);
}

static void what_is_no_reply_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "[]", "{}", "{\"choices\":{}}", "{\"choices\":[{\"index\":1,\"delta\":{}}]}",
		"{\"choices\":[{\"index\":0},{\"index\":1}]}", "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":-1}]}}]}",
		"{\"choices\":[]" };
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		if (parse(wrong[i]) != E_INVALID)
			fail_msg("accepted: %s", wrong[i]);
	assert_int_equal(parse("{\"choices\":[]}"), 0);
	assert_false(part.has_choice);
	assert_int_equal(parse("{\"error\":{\"message\":\"x\"}}"), 0);
	assert_true(part.is_error);
}

int main(void)
{
	arena_init(&arena, mem_system(), 1u << 20);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(surfaces_are_told_apart_and_the_rest_is_dropped),
		cmocka_unit_test(a_list_of_parts_gives_its_texts),
		cmocka_unit_test(what_is_no_reply_is_refused),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&arena);
	return failed;
}
