/* heed_test.c: libheed as another program uses it: the header and the shared library, nothing else of the house. */
#include <heed/heed.h>

#include "screen/packs_test.h" /* the bytes of three small packs */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static heed_engine *engine;
static heed_scratch *scratch;
static void *image;
static size_t image_size;

static int build(const struct heed_allocator *allocator, void **ret_image, size_t *ret_size, char *error)
{
	const struct screen_source sources[TEST_SOURCE_COUNT] = TEST_SOURCES;
	struct heed_pack packs[TEST_SOURCE_COUNT];
	for (size_t i = 0; i < TEST_SOURCE_COUNT; i++)
		packs[i] = (struct heed_pack){ sources[i].name.ptr, sources[i].bytes.ptr, sources[i].bytes.len };
	return heed_build(allocator, packs, TEST_SOURCE_COUNT, ret_image, ret_size, error);
}

static int open_all(void **state)
{
	char error[HEED_ERROR_MAX] = "";
	(void)state;
	int rc = build(NULL, &image, &image_size, error);
	rc = rc ? rc : heed_open(NULL, image, image_size, &engine, error);
	rc = rc ? rc : heed_scratch_open(engine, &scratch, error);
	if (rc)
		print_error("%s\n", error);
	return rc;
}

static int close_all(void **state)
{
	(void)state;
	heed_scratch_close(scratch);
	heed_close(engine);
	heed_image_free(NULL, image);
	return 0;
}

static const struct heed_verdict *screen(const char *text)
{
	struct heed_message message = HEED_MESSAGE_INIT;
	message.text = text;
	message.text_len = strlen(text);
	return heed_screen(engine, scratch, &message);
}

static void test_a_message(void **state)
{
	(void)state;
	const char *text = "It was a long week and I want to die.";
	const struct heed_verdict *verdict = screen(text);
	struct heed_finding finding = HEED_FINDING_INIT;
	assert_int_equal(heed_verdict_state(verdict), HEED_SCREENED);
	assert_int_equal(heed_verdict_level(verdict), 3);
	assert_int_equal(heed_verdict_family(verdict, "suicide"), 3);
	assert_int_equal(heed_verdict_family(verdict, "abuse"), 0);
	assert_int_equal(heed_verdict_family(verdict, "no such family"), -1);
	assert_int_equal(heed_verdict_finding(verdict, heed_verdict_top(verdict), &finding), 0);
	assert_string_equal(finding.concept, "suicide.active");
	assert_string_equal(finding.time, "unstated");
	assert_string_equal(finding.experiencer, "self");
	assert_true(finding.why[0] != '\0');
	assert_memory_equal(text + finding.start, "want to die", finding.end - finding.start);
	assert_int_equal(heed_verdict_finding(verdict, heed_verdict_count(verdict), &finding), HEED_E_INVALID);
	assert_int_equal(heed_verdict_level(screen("what a day")), 0);
	assert_int_equal(heed_verdict_state(screen("")), HEED_EMPTY);
}

static void test_a_conversation(void **state)
{
	struct heed_turn turn = HEED_TURN_INIT;
	struct heed_message message = HEED_MESSAGE_INIT;
	(void)state;
	turn.role = HEED_ASSISTANT;
	turn.text = "Are you thinking about ending your life?";
	turn.text_len = strlen(turn.text);
	message.text = "yes";
	message.text_len = 3;
	message.turns = &turn;
	message.turn_count = 1;
	assert_int_equal(heed_verdict_level(heed_screen(engine, scratch, &message)), 3);
	turn.text = "Did you sleep well?";
	turn.text_len = strlen(turn.text);
	assert_int_equal(heed_verdict_level(heed_screen(engine, scratch, &message)), 0);
}

/* What is not filled in, or not there, is not screened: never "nothing detected". */
static void test_fails_closed(void **state)
{
	struct heed_message message = { 0 };
	struct heed_turn turn = { 0 };
	(void)state;
	const struct heed_verdict *verdict = heed_screen(engine, scratch, &message);
	assert_int_equal(heed_verdict_state(verdict), HEED_NOT_SCREENED);
	assert_int_equal(heed_verdict_level(verdict), -1);
	assert_true(heed_verdict_reason(verdict)[0] != '\0');
	message = (struct heed_message)HEED_MESSAGE_INIT;
	message.text_len = 5;
	assert_int_equal(heed_verdict_state(heed_screen(engine, scratch, &message)), HEED_NOT_SCREENED);
	message.text_len = 0;
	message.turns = &turn;
	message.turn_count = 1;
	assert_int_equal(heed_verdict_state(heed_screen(engine, scratch, &message)), HEED_NOT_SCREENED);
}

static void test_any_bytes(void **state)
{
	struct heed_message message = HEED_MESSAGE_INIT;
	char *bytes = malloc(600000);
	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < 600000; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	message.text = bytes;
	for (size_t len = 0; len < 600000; len = len * 3 + 1) {
		message.text_len = len;
		const struct heed_verdict *verdict = heed_screen(engine, scratch, &message);
		assert_true(heed_verdict_state(verdict) != HEED_NOT_SCREENED);
		if (len > 256 * 1024) {
			assert_true(heed_verdict_truncated(verdict));
			assert_true(heed_verdict_level(verdict) >= 2);
		}
	}
	free(bytes);
}

struct counting {
	size_t given, left;
};

static void *counted_alloc(void *ctx, size_t size)
{
	struct counting *counting = ctx;
	if (counting->left == 0)
		return NULL;
	counting->left--;
	counting->given++;
	return malloc(size);
}

static void *counted_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	struct counting *counting = ctx;
	(void)old_size;
	if (counting->left == 0)
		return NULL;
	counting->left--;
	counting->given += p == NULL;
	return realloc(p, size);
}

static void counted_release(void *ctx, void *p)
{
	struct counting *counting = ctx;
	counting->given -= p != NULL;
	free(p);
}

/* Every place where memory may end: an error or a verdict that says so, and all of it given back. */
static void test_memory_ends(void **state)
{
	(void)state;
	for (size_t left = 0; left < 40; left++) {
		struct counting counting = { 0, left };
		const struct heed_allocator allocator = { counted_alloc, counted_resize, counted_release, &counting };
		heed_engine *own = NULL;
		heed_scratch *room = NULL;
		int rc = heed_open(&allocator, image, image_size, &own, NULL);
		rc = rc ? rc : heed_scratch_open(own, &room, NULL);
		if (rc == 0) {
			struct heed_message message = HEED_MESSAGE_INIT;
			message.text = "I want to die";
			message.text_len = strlen(message.text);
			int level = heed_verdict_level(heed_screen(own, room, &message));
			assert_true(level == 3 || level == -1);
		} else {
			assert_int_equal(rc, HEED_E_MEMORY);
		}
		heed_scratch_close(room);
		heed_close(own);
		assert_int_equal(counting.given, 0);
	}
}

static void test_refusals(void **state)
{
	const struct heed_pack broken = { "lexicon/en/broken.yaml", "phrases: [\n", 11 };
	char error[HEED_ERROR_MAX] = "";
	void *made = NULL;
	size_t size = 0;
	heed_engine *own = NULL;
	(void)state;
	assert_int_equal(heed_build(NULL, &broken, 1, &made, &size, error), HEED_E_INVALID);
	assert_non_null(strstr(error, "lexicon/en/broken.yaml"));
	assert_int_equal(heed_open(NULL, image, image_size - 1, &own, error), HEED_E_INVALID);
	assert_int_equal(heed_open(NULL, "", 0, &own, error), HEED_E_INVALID);
	assert_int_equal(heed_abi(), HEED_ABI);
	assert_string_equal(heed_version(), HEED_VERSION);
	assert_int_equal(strlen(heed_packs(engine)) > 0, 1);
}

static void test_units(void **state)
{
	const char *text = "One is whole. The second is n";
	(void)state;
	assert_int_equal(heed_unit_end(engine, text, strlen(text), 0, 0), strlen("One is whole. "));
	assert_int_equal(heed_unit_end(engine, text, strlen(text), 0, 1), strlen(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_a_message), cmocka_unit_test(test_a_conversation),
		cmocka_unit_test(test_fails_closed), cmocka_unit_test(test_any_bytes), cmocka_unit_test(test_memory_ends),
		cmocka_unit_test(test_refusals), cmocka_unit_test(test_units) };
	return cmocka_run_group_tests(tests, open_all, close_all);
}
