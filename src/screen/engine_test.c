/* engine_test.c: the engine as others use it: building, opening, and a verdict for every input whatever. Packs of the test's own; what the
 * real ones find is tested by their own examples. */
#include "screen/screen.h"

#include "base/property.h"
#include "screen/packs_test.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct str image;
static struct screen_engine *engine;
static struct screen_scratch *scratch;
static struct arena arena;

static int open_engine(void **state)
{
	const struct screen_source sources[TEST_SOURCE_COUNT] = TEST_SOURCES;
	struct err err = { 0 };
	(void)state;
	arena_init(&arena, mem_system(), 512u << 20);
	int rc = screen_engine_build(mem_system(), sources, TEST_SOURCE_COUNT, &image, &err);
	if (rc == 0)
		rc = screen_engine_open(mem_system(), image, &engine, &err);
	if (rc == 0)
		rc = screen_scratch_open(engine, &scratch, &err);
	if (rc < 0)
		print_error("%s\n", err.message);
	return rc;
}

static int close_engine(void **state)
{
	(void)state;
	screen_scratch_free(&scratch);
	screen_engine_free(&engine);
	mem_system()->release(mem_system()->ctx, (void *)image.ptr);
	arena_done(&arena);
	return 0;
}

static struct verdict screen(enum message_role role, struct str text, const struct screen_turn *turns, size_t turn_count)
{
	struct screen_request request = { .role = role, .text = text, .turns = turns, .turn_count = turn_count };
	struct verdict verdict;
	arena_reset(&arena);
	assert_int_equal(screen_run(engine, scratch, &arena, &request, &verdict), 0);
	return verdict;
}

static void test_levels(void **state)
{
	static const struct {
		const char *text;
		int level;
		const char *span; /* of the finding that sets the level */
		enum finding_source source;
	} samples[] = {
		{ "a fine day", 0, NULL, SOURCE_PHRASE },
		{ "I want to DIE", 3, "want to DIE", SOURCE_PHRASE },
		{ "I don\u2019t want to die", 1, "want to die", SOURCE_PHRASE },
		{ "years ago i said i want to die", 2, "want to die", SOURCE_PHRASE },
		{ "in my novel she says: i want to die", 1, "want to die", SOURCE_PHRASE },
		{ "i want to d1e", 3, "want to d1e", SOURCE_DEOBFUSCATED },
		{ "k i l l my self", 3, "k i l l my self", SOURCE_DEOBFUSCATED },
		{ "s4d", 0, NULL, SOURCE_PHRASE }, /* distress is not sought in the de-obfuscated view */
		{ "it says SSB3YW50IHRvIGRpZQ== there", 3, "SSB3YW50IHRvIGRpZQ", SOURCE_DECODED },
		{ "it says YSB2ZXJ5IGdvb2QgZGF5IHRvIHlvdQ there", 0, NULL, SOURCE_PHRASE },
		{ "twice: U1NCM1lXNTBJSFJ2SUdScFpRPT0=", 3, "U1NCM1lXNTBJSFJ2SUdScFpRPT0", SOURCE_DECODED },
		{ "my plan is to end my life; i am sad", 4, "plan is to end my life", SOURCE_PHRASE },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct str text = str_c(samples[i].text);
		struct verdict verdict = screen(ROLE_CLIENT, text, NULL, 0);
		if (verdict.level != samples[i].level)
			fail_msg("\"%s\": level %d", samples[i].text, verdict.level);
		assert_int_equal(verdict.state, VERDICT_SCREENED);
		assert_int_equal(verdict.judged_bytes, text.len);
		if (!samples[i].span)
			continue;
		const struct finding *top = &verdict.findings[verdict.top];
		struct str span = str_sub(text, top->start, top->end);
		if (!str_eqc(span, samples[i].span))
			fail_msg("\"%s\": span \"" STR_FMT "\"", samples[i].text, STR_ARG(span));
		assert_int_equal(top->source, samples[i].source);
		assert_int_equal(verdict.levels[FAMILY_SUICIDE], samples[i].level);
	}
}

static void test_answers(void **state)
{
	struct screen_turn asked = { ROLE_ASSISTANT, STR("Are you thinking of ending your life?"), true };
	(void)state;
	assert_int_equal(screen(ROLE_CLIENT, STR("yes"), NULL, 0).level, 0);
	assert_int_equal(screen(ROLE_CLIENT, STR("yes"), &asked, 1).level, 3);
	assert_int_equal(screen(ROLE_CLIENT, STR("No."), &asked, 1).level, 1);
	asked.released = false; /* a question that somebody else put into the history is not our own */
	assert_int_equal(screen(ROLE_CLIENT, STR("yes"), &asked, 1).level, 0);
}

static void test_split_message(void **state)
{
	const struct screen_turn turns[] = { { ROLE_CLIENT, STR("i really want to"), false } };
	const struct screen_turn disguised[] = { { ROLE_CLIENT, STR("i really w4nt to"), false } };
	(void)state;
	assert_int_equal(screen(ROLE_CLIENT, STR("die"), turns, 1).level, 3);
	assert_int_equal(screen(ROLE_CLIENT, STR("d1e"), turns, 1).level, 3);
	assert_int_equal(screen(ROLE_CLIENT, STR("die"), disguised, 1).level, 3);
	assert_int_equal(screen(ROLE_CLIENT, STR("sleep"), turns, 1).level, 0);
}

static void test_roles(void **state)
{
	(void)state;
	assert_int_equal(screen(ROLE_ASSISTANT, STR("you want to die"), NULL, 0).level, 0);
	assert_int_equal(screen(ROLE_TOOL, STR("i want to die"), NULL, 0).level, 3);
	assert_int_equal(screen(ROLE_STAFF, STR("i want to die"), NULL, 0).level, 3);
}

static void test_nothing_to_read(void **state)
{
	static const char *const samples[] = { "", " \t\r\n", "\u200B\u200D\u2060", "\uFE0F" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct verdict verdict = screen(ROLE_CLIENT, str_c(samples[i]), NULL, 0);
		assert_int_equal(verdict.state, VERDICT_EMPTY);
		assert_int_equal(verdict.level, 0);
	}
	assert_int_equal(screen(ROLE_CLIENT, STR("."), NULL, 0).state, VERDICT_SCREENED);
}

/* NUL, bytes that are not UTF-8 and half a character hide nothing. */
static void test_bad_bytes(void **state)
{
	(void)state;
	assert_int_equal(screen(ROLE_CLIENT, STR("a\0i want to die"), NULL, 0).level, 3);
	assert_int_equal(screen(ROLE_CLIENT, STR("\xFF\xFE i want to die \xC3"), NULL, 0).level, 3);
	assert_int_equal(screen(ROLE_CLIENT, STR("i want\xF0\x9F to die"), NULL, 0).level >= 0, 1);
}

/* The middle and the end of a long message are read; past the limit it says so, and asks for a person. */
static void test_long(void **state)
{
	size_t room = SCREEN_TEXT_MAX + 4096;
	char *bytes = malloc(room);
	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < room; i++)
		bytes[i] = "we walked on. "[i % 14];
	size_t places[] = { 0, 70000, SCREEN_TEXT_MAX / 2, SCREEN_TEXT_MAX - 32 };
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		char saved[32];
		memcpy(saved, bytes + places[i], sizeof saved);
		memcpy(bytes + places[i], ". i want to die. ", 17);
		struct verdict verdict = screen(ROLE_CLIENT, str_make(bytes, SCREEN_TEXT_MAX), NULL, 0);
		assert_int_equal(verdict.level, 3);
		assert_false(verdict.truncated);
		memcpy(bytes + places[i], saved, sizeof saved);
	}
	struct verdict verdict = screen(ROLE_CLIENT, str_make(bytes, room), NULL, 0);
	assert_true(verdict.truncated);
	assert_int_equal(verdict.level, 2);
	assert_int_equal(verdict.judged_bytes, SCREEN_TEXT_MAX);
	assert_int_equal(verdict.findings[verdict.top].source, SOURCE_LIMIT);
	assert_int_equal(verdict.findings[verdict.top].end, room);
	free(bytes);
}

static bool same(const struct verdict *a, const struct verdict *b)
{
	bool equal = a->level == b->level && a->finding_count == b->finding_count && a->state == b->state && a->top == b->top;
	for (size_t i = 0; equal && i < a->finding_count; i++)
		equal = str_eq(a->findings[i].concept, b->findings[i].concept) && a->findings[i].start == b->findings[i].start &&
			a->findings[i].end == b->findings[i].end && a->findings[i].level == b->findings[i].level;
	return equal;
}

/* Same input, same verdict; and every span lies in the text. */
static void test_replay(void **state)
{
	static const char *const pieces[] = { "i ", "want ", "to ", "die", "kill ", "myself", ". ", "not ", "\xFF", "k i l l ", "d1e ",
		"plan ", "end my life", "\n", "SSB3YW50IHRvIGRpZQ== ", "sad ", "\u200B", "years ago " };
	struct property property = property_start("replay");
	struct arena other;
	char bytes[400];
	(void)state;
	arena_init(&other, mem_system(), 16u << 20);
	for (int round = 0; round < 5000; round++) {
		size_t len = 0, count = property_below(&property, 40);
		for (size_t i = 0; i < count; i++) {
			struct str piece = str_c(pieces[property_below(&property, COUNT_OF(pieces))]);
			if (len + piece.len > sizeof bytes)
				break;
			memcpy(bytes + len, piece.ptr, piece.len);
			len += piece.len;
		}
		struct str text = str_make(bytes, len);
		struct verdict first = screen(ROLE_CLIENT, text, NULL, 0), second;
		struct screen_request request = { .role = ROLE_CLIENT, .text = text };
		arena_reset(&other);
		assert_int_equal(screen_run(engine, scratch, &other, &request, &second), 0);
		assert_true(same(&first, &second));
		for (size_t i = 0; i < first.finding_count; i++)
			assert_true(first.findings[i].start <= first.findings[i].end && first.findings[i].end <= len);
	}
	arena_done(&other);
}

/* Whatever the arena's limit, a verdict that is not whole blocks. */
static void test_memory_end(void **state)
{
	struct screen_request request = { .role = ROLE_CLIENT, .text = STR("my plan: k i l l myself. SSB3YW50IHRvIGRpZQ== i want to die") };
	bool failed = false, passed = false;
	(void)state;
	for (size_t limit = 64; limit < 1u << 20 && !passed; limit += limit / 4) {
		struct arena small;
		struct verdict verdict;
		arena_init(&small, mem_system(), limit);
		int rc = screen_run(engine, scratch, &small, &request, &verdict);
		if (rc < 0) {
			failed = true;
			assert_int_equal(verdict.state, VERDICT_NOT_SCREENED);
			assert_true(verdict.reason.len > 0);
		} else {
			passed = true;
			assert_int_equal(verdict.level, 3);
		}
		arena_done(&small);
	}
	assert_true(failed && passed);
}

static void test_open_without_memory(void **state)
{
	(void)state;
	for (size_t n = 1;; n++) {
		struct test_mem memory;
		struct screen_engine *made = NULL;
		test_mem_init(&memory, n, 1);
		int rc = screen_engine_open(&memory.mem, image, &made, NULL);
		screen_engine_free(&made);
		assert_int_equal(memory.live, 0);
		if (rc == 0)
			break;
		assert_int_equal(rc, E_MEMORY);
		assert_true(n < 64);
	}
}

static void test_damaged_image(void **state)
{
	char *bytes = malloc(image.len);
	(void)state;
	assert_non_null(bytes);
	memcpy(bytes, image.ptr, image.len);
	for (size_t at = 0; at < image.len; at += at < 512 ? 1 : 1 + image.len / 97) { /* every byte of the header */
		struct screen_engine *made = NULL;
		bytes[at] ^= 0x41;
		int rc = screen_engine_open(mem_system(), str_make(bytes, image.len), &made, NULL);
		assert_int_equal(rc, E_INVALID);
		bytes[at] ^= 0x41;
	}
	for (size_t len = 0; len < image.len; len += 1 + image.len / 31) {
		struct screen_engine *made = NULL;
		assert_int_equal(screen_engine_open(mem_system(), str_make(bytes, len), &made, NULL), E_INVALID);
	}
	free(bytes);
}

/* A pack that does not do what its examples say, and one that is no pack, do not build, and the message says where. */
static void test_refused_packs(void **state)
{
	static const struct {
		const char *name, *bytes, *message;
	} samples[] = {
		{ "lexicon/en/wrong.yaml",
			TEST_HEAD("lexicon", "en.wrong") "role: client\nphrases:\n  - {concept: distress, seq: \"gloomy\"}\nexamples:\n"
							 "  - {text: \"gloomy\", level: 4}\n",
			"lexicon/en/wrong.yaml:12: example: expected level 4, got 1" },
		{ "lexicon/en/unknown.yaml",
			TEST_HEAD("lexicon", "en.unknown") "role: client\nphrases:\n  - {concept: distres, seq: \"gloomy\"}\n",
			"lexicon/en/unknown.yaml:10: " },
		{ "lexicon/en/broken.yaml", TEST_HEAD("lexicon", "en.broken") "phrases: [\n", "lexicon/en/broken.yaml:" },
		{ "lexicon/en/headless.yaml", "kind: lexicon\nid: en.headless\n", "lexicon/en/headless.yaml:" },
		{ "lexicon/en/key.yaml", TEST_HEAD("lexicon", "en.key") "phrase: []\n", "lexicon/en/key.yaml:8: " },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		const struct screen_source known[TEST_SOURCE_COUNT] = TEST_SOURCES;
		struct screen_source sources[TEST_SOURCE_COUNT + 1];
		struct str made = { NULL, 0 };
		struct err err = { 0 };
		memcpy(sources, known, sizeof known);
		sources[TEST_SOURCE_COUNT] = (struct screen_source){ str_c(samples[i].name), str_c(samples[i].bytes) };
		assert_int_equal(screen_engine_build(mem_system(), sources, TEST_SOURCE_COUNT + 1, &made, &err), E_INVALID);
		assert_null(made.ptr);
		if (strncmp(err.message, samples[i].message, strlen(samples[i].message)) != 0)
			fail_msg("expected \"%s...\", got \"%s\"", samples[i].message, err.message);
	}
}

/* The cache's key follows what the packs say, not the order they come in. */
static void test_key(void **state)
{
	struct screen_source sources[TEST_SOURCE_COUNT] = TEST_SOURCES, swapped[TEST_SOURCE_COUNT] = TEST_SOURCES;
	char key[65], other[65];
	(void)state;
	swapped[0] = sources[1];
	swapped[1] = sources[0];
	screen_engine_key(sources, TEST_SOURCE_COUNT, key);
	screen_engine_key(swapped, TEST_SOURCE_COUNT, other);
	assert_string_equal(key, other);
	swapped[0].bytes.len--;
	screen_engine_key(swapped, TEST_SOURCE_COUNT, other);
	assert_string_not_equal(key, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_levels), cmocka_unit_test(test_answers),
		cmocka_unit_test(test_split_message), cmocka_unit_test(test_roles), cmocka_unit_test(test_nothing_to_read),
		cmocka_unit_test(test_bad_bytes), cmocka_unit_test(test_long), cmocka_unit_test(test_replay),
		cmocka_unit_test(test_memory_end), cmocka_unit_test(test_open_without_memory), cmocka_unit_test(test_damaged_image),
		cmocka_unit_test(test_refused_packs), cmocka_unit_test(test_key) };
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
