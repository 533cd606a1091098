/* heed_memory_test.c: every allocation of libheed fails once: an error or a verdict that says so, and all of it given back. */
#include "screen/heed_test.h"

#include "base/property.h"

static struct heed_allocator allocator_of(struct test_mem *mem)
{
	return (struct heed_allocator){ mem->mem.alloc, mem->mem.resize, mem->mem.release, mem };
}

static void refused(int rc)
{
	assert_int_equal(rc, HEED_E_MEMORY);
}

/* Each of these does its work with memory that ends, and says whether it came through untouched. */

static bool build_once(struct test_mem *mem)
{
	struct heed_allocator allocator = allocator_of(mem);
	struct heed_options options = HEED_OPTIONS_INIT;
	char error[HEED_ERROR_MAX] = "";
	void *made = NULL;
	size_t size = 0;
	options.allocator = &allocator;
	int rc = heed_test_build(&options, &made, &size, error);
	if (rc) {
		refused(rc);
		assert_null(made);
		assert_true(error[0] != '\0');
		return false;
	}
	heed_image_free(&options, made);
	return true;
}

static bool screen_once(heed_engine *own, heed_scratch *room)
{
	struct heed_turn turns[2] = { HEED_TURN_INIT, HEED_TURN_INIT };
	struct heed_message message = heed_test_message(
		HEED_CLIENT, "k1ll mys3lf. My kids need me, and I want to die aSB3YW50IHRvIGRpZQ==");
	bool whole = true;
	turns[0].text = "I feel sad";
	turns[0].text_len = strlen(turns[0].text);
	turns[1] = turns[0];
	turns[1].role = HEED_ASSISTANT;
	message.turns = turns;
	message.turn_count = 2;
	for (int again = 0; again < 2; again++) { /* the second time on what the first left behind */
		const struct heed_verdict *verdict = heed_screen(own, room, &message);
		int level = heed_verdict_level(verdict);
		assert_true(level == 3 || level == -1);
		assert_int_equal(heed_verdict_state(verdict), level < 0 ? HEED_NOT_SCREENED : HEED_SCREENED);
		assert_true(level == 3 || heed_verdict_reason(verdict)[0] != '\0');
		whole = whole && level == 3;
	}
	return whole;
}

static bool stream_once(heed_engine *own, heed_scratch *room)
{
	const char *text = "That sounds hard. Calm down. Stop your medicine. Sleep.";
	struct heed_message message = heed_test_message(HEED_ASSISTANT, "");
	heed_stream *stream = NULL;
	size_t released = 0, len = 0;
	const char *shown = NULL;
	int rc = heed_stream_open(own, &message, NULL, &stream, NULL);
	if (rc) {
		refused(rc);
		return false;
	}
	for (size_t i = 0; i < strlen(text) && rc == 0; i += 5)
		rc = heed_stream_feed(stream, room, text + i, strlen(text) - i < 5 ? strlen(text) - i : 5);
	rc = rc ? rc : heed_stream_finish(stream, room);
	while (heed_stream_next(stream, &shown, &len)) {
		assert_memory_equal(shown, text + released, len);
		released += len;
	}
	assert_true(released <= strlen("That sounds hard. Calm down. "));
	assert_int_equal(heed_stream_state(stream), HEED_STREAM_STOPPED);
	int level = heed_verdict_level(heed_stream_verdict(stream));
	if (rc) {
		refused(rc);
		assert_int_equal(level, -1);
		assert_int_equal(heed_stream_feed(stream, room, "x", 1), rc); /* and stays so */
	} else {
		assert_int_equal(level, 3);
	}
	heed_stream_close(stream);
	return rc == 0;
}

static bool use_once(struct test_mem *mem)
{
	struct heed_allocator allocator = allocator_of(mem);
	struct heed_options options = HEED_OPTIONS_INIT;
	char error[HEED_ERROR_MAX] = "";
	heed_engine *own = NULL;
	heed_scratch *room = NULL;
	bool whole = false;
	options.allocator = &allocator;
	int rc = heed_open(&options, image, image_size, &own, error);
	rc = rc ? rc : heed_scratch_open(own, &room, error);
	if (rc) {
		refused(rc);
		assert_true(error[0] != '\0');
	} else {
		whole = screen_once(own, room);
		whole = stream_once(own, room) && whole;
	}
	heed_scratch_close(room);
	heed_close(own);
	return whole;
}

/* n = 1, 2, 3, ...: until the work comes through untouched; once only the nth fails, once all from it on. */
static void every_allocation(bool work(struct test_mem *mem), size_t least)
{
	for (int once = 0; once < 2; once++) {
		bool whole = false;
		size_t n = 0;
		while (!whole) {
			struct test_mem mem;
			test_mem_init(&mem, ++n, once);
			whole = work(&mem);
			assert_int_equal(mem.live, 0);
			assert_true(whole ? mem.count < n : true);
			assert_true(n < 100000);
		}
		print_message("%zu allocations\n", n - 1);
		assert_true(n > least);
	}
}

static void test_build(void **state)
{
	(void)state;
	every_allocation(build_once, 5);
}

static void test_use(void **state)
{
	(void)state;
	every_allocation(use_once, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_build), cmocka_unit_test(test_use) };
	return cmocka_run_group_tests(tests, heed_test_open, heed_test_close);
}
