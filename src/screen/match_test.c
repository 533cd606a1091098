/* match_test.c: literals that are found word by word are those that stand in the view, byte by byte, and no others. */
#include "screen/engine_priv.h"
#include "screen/screen.h"

#include "base/property.h"
#include "screen/packs_test.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char chains[] = TEST_HEAD("lexicon", "en.chains") //
	"role: client\n"
	"phrases:\n"
	"  - {concept: distress, seq: \"so|so_so|so_so_so|so_sad|sad_so_sad\"}\n"
	"  - {concept: distress, seq: \"all_of_it|of_it|it|it_is_all|all\"}\n"
	"  - {concept: distress, seq: \"so ~2 sad\"}\n"
	"  - {concept: distress, seq: \"it (is|so_sad) ~3 (all) ~1 of|die\", unless: [\"of it\", \"all ~2 so\"]}\n"
	"  - {concept: distress, seq: \"kill|want_to ~4 myself|life ,|. ~2 (end) plan|8\"}\n"
	"  - {concept: distress, seq: \"die ~8 (a) * cafe|sad_so_sad\", unless: [\"plan ~3 die\"]}\n"
	"  - {concept: distress, all: [\"life|end\", \"plan|so_sad\", \"it\"], span: 7}\n"
	"  - {concept: distress, all: [\"my\", \"want_to\"], scope: message, span: 24}\n"
	"  - {concept: distress, all: [\"all_of_it\", \"at_8|die\"], scope: sentence, span: 12, unless: [\"sad\"]}\n"
	"  - {concept: distress, seq: \"\xE4\xBD\xA0\xE5\xA5\xBD|\xE5\xA5\xBD|caf\xC3\xA9_at_8|at_8|8|a_\xF0\x9F\x98\xA2\"}\n";

static struct screen_engine *engine;
static struct screen_scratch *scratch;
static struct arena arena;

static int setup(void **state)
{
	const struct screen_source base[TEST_SOURCE_COUNT] = TEST_SOURCES;
	struct screen_source sources[TEST_SOURCE_COUNT + 1];
	struct str image;
	(void)state;
	memcpy(sources, base, sizeof base);
	sources[TEST_SOURCE_COUNT] = (struct screen_source){ STR("lexicon/en/chains.yaml"), str_make(chains, sizeof chains - 1) };
	struct err err = { 0 };
	if (screen_engine_build(mem_system(), sources, TEST_SOURCE_COUNT + 1, &image, &err) < 0) {
		print_error("%s\n", err.message);
		return -1;
	}
	int rc = screen_engine_open(mem_system(), image, &engine, NULL);
	mem_system()->release(mem_system()->ctx, (void *)image.ptr);
	arena_init(&arena, mem_system(), 64u << 20);
	return rc < 0 ? rc : screen_scratch_open(engine, &scratch, NULL);
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	screen_scratch_free(&scratch);
	screen_engine_free(&engine);
	return 0;
}

/* The place of the token that begins (or ends) at a byte of the view; NONE when it has none. */
static uint32_t place_at(const struct view *view, size_t at, bool ends)
{
	for (uint32_t i = 0; i < view->solid_count; i++) {
		const struct token *token = &view->tokens[view->solid[i]];
		if (token->at + (ends ? token->len : 0) == at)
			return i;
	}
	return NONE;
}

static bool was_found(const struct scan *scan, uint32_t literal, uint32_t first, uint32_t last)
{
	for (size_t i = 0; i < scan->hit_count; i++)
		if (scan->hits[i].literal == literal && scan->hits[i].first == first && scan->hits[i].last == last)
			return true;
	return false;
}

/* Every literal is sought in the bytes of the view: as many stand there as were found, and each of them was. */
static size_t check_hits(const struct scan *scan)
{
	size_t standing = 0;
	struct str text = scan->view->text;
	for (uint32_t literal = 0; literal < scan->pack->literal_count; literal++) {
		struct str words = pack_str(scan->pack, scan->pack->literal_texts[literal]);
		for (size_t at = 0; at + words.len <= text.len; at++) {
			if (memcmp(text.ptr + at, words.ptr, words.len) != 0)
				continue;
			uint32_t first = place_at(scan->view, at + 1, false), last = place_at(scan->view, at + words.len - 1, true);
			assert_true(first != NONE && last != NONE && was_found(scan, literal, first, last));
			standing++;
		}
	}
	assert_int_equal(standing, scan->hit_count);
	return standing;
}

static const char *const pieces[] = { "so", "sad", "all", "of", "it", "is", "want", "to", "die", "kill", "myself", "My", "life", "end",
	"plan", "caf\xC3\xA9", "cafe", "at", "8", "a", "\xF0\x9F\x98\xA2", "\xE4\xBD\xA0\xE5\xA5\xBD", "\xE5\xA5\xBD", "sooo", "S O", ".",
	",", "-", "\n", "\"", "8.5", "zzz", "an it's", "so-sad", "!", "\xE2\x80\x8B", "\xFF" };

static void test_same_as_bytes(void **state)
{
	struct property property = property_start("same as bytes");
	size_t standing = 0;
	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct run run = { .engine = engine, .scratch = scratch, .arena = &arena, .roles = ROLES_CLIENT };
		char text[512];
		size_t len = 0, count = property_below(&property, 24);
		struct view view;
		struct scan scan;
		for (size_t i = 0; i < count; i++)
			len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", pieces[property_below(&property, COUNT_OF(pieces))],
				property_below(&property, 8) ? " " : "");
		arena_reset(&arena);
		assert_int_equal(scan_text(&run, str_make(text, len), &view, &scan), 0);
		standing += view.solid_count ? check_hits(&scan) : 0;
	}
	assert_true(standing > 10000);
}

static size_t copy_matches(const struct scan *scan, struct match *out, size_t max)
{
	assert_true(scan->match_count <= max);
	if (scan->match_count)
		memcpy(out, scan->matches, scan->match_count * sizeof *out);
	return scan->match_count;
}

/* Every phrase of a list is tried at every hit of its anchor. */
static struct pack_anchor *ask_nothing(const struct pack_anchor *anchors, size_t count)
{
	struct pack_anchor *all = calloc(count + 1, sizeof *all);
	assert_non_null(all);
	for (size_t i = 0; i < count; i++)
		all[i] = (struct pack_anchor){ anchors[i].ref & ~ANCHOR_WHOLE, OTHER_NONE, 0, 63 };
	return all;
}

/* What an anchor asks of the places around it ends no phrase that is there: the same matches are found without it, in the same order. */
static void test_same_without_windows(void **state)
{
	struct property property = property_start("same without windows");
	const struct pack asking = engine->pack;
	struct pack_anchor *anchors = ask_nothing(asking.anchor_refs, asking.anchor_ref_count);
	struct pack_anchor *guards = ask_nothing(asking.guard_refs, asking.guard_ref_count);
	static struct match first[4096], second[4096];
	size_t found = 0;
	(void)state;
	for (int round = 0; round < 6000; round++) {
		struct run run = { .engine = engine, .scratch = scratch, .arena = &arena, .roles = ROLES_CLIENT };
		char text[2048];
		size_t len = 0, count = property_below(&property, round % 8 ? 30 : 160);
		struct view view;
		struct scan scan;
		for (size_t i = 0; i < count; i++)
			len += (size_t)snprintf(text + len, sizeof text - len, "%s ", pieces[property_below(&property, COUNT_OF(pieces))]);
		arena_reset(&arena);
		assert_int_equal(scan_text(&run, str_make(text, len), &view, &scan), 0);
		size_t with = copy_matches(&scan, first, COUNT_OF(first));
		engine->pack.anchor_refs = anchors;
		engine->pack.guard_refs = guards;
		assert_int_equal(scan_text(&run, str_make(text, len), &view, &scan), 0);
		engine->pack = asking;
		size_t without = copy_matches(&scan, second, COUNT_OF(second));
		assert_int_equal(with, without);
		assert_memory_equal(first, second, with * sizeof *first);
		found += with;
	}
	free(anchors);
	free(guards);
	assert_true(found > 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_bytes),
		cmocka_unit_test(test_same_without_windows),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
