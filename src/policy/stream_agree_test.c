/* stream_agree_test.c: libheed's stream and the gateway's release engine let the same bytes go, whatever comes. */
#include "base/property.h"
#include "policy/release.h"
#include "screen/heed_test.h"

#include <stdio.h>

#define TEXT_MAX 4096u

struct side {
	const struct screen_engine *engine;
	struct screen_scratch *scratch;
	struct arena arena;
	const struct screen_request *request;
	enum verdict_state state;
	int level;
};

static size_t unit_of(void *ctx, struct str text, size_t from, bool finished)
{
	const struct side *side = ctx;
	return screen_unit_end(side->engine, text, from, finished);
}

/* What the presets make of a reply: a person looks from level 2 on, and at what is in a language that is not covered. */
static enum policy_action judge(void *ctx, enum release_surface surface, int index, struct str text)
{
	struct side *side = ctx;
	struct screen_request request = *side->request;
	struct verdict verdict;
	(void)surface;
	(void)index;
	request.text = text;
	arena_reset(&side->arena);
	if (screen_run(side->engine, side->scratch, &side->arena, &request, &verdict))
		return ACTION_BLOCK;
	side->level = verdict.level;
	if (!verdict.lang_covered && verdict.state == VERDICT_SCREENED)
		return ACTION_REVIEW;
	return verdict.level >= 3   ? ACTION_REPLACE
	       : verdict.level == 2 ? ACTION_REVIEW
	       : verdict.level == 1 ? ACTION_ANNOTATE
				    : ACTION_ALLOW;
}

static const char *const parts[] = { "That sounds hard. ", "Stop ", "taking ", "your ", "medicine", ". ", "! ", "?\n", "Calm down", "\n",
	"are you safe", "e.g. ", "Dr. ", "\xE4\xBD\xA0\xE5\xA5\xBD\xE3\x80\x82", "\xF0\x9F\x98\x80", "\xF0\x9F\x98", "e\xCC\x81 ", "No, ",
	"never ", "\"Well.\" ", "word ", "so on and so forth and then some more of the very same kind ", "st0p your m3dicine ",
	"He said: ", "in my novel ", "What helps? ", "I hear you. ", "U3RvcCB5b3VyIG1lZGljaW5lIG5vdy4= " };

static size_t make_text(struct property *property, char *out)
{
	size_t len = 0, count = property_below(property, 90);
	bool mild = property_below(property, 3) != 0; /* most sentences of most replies hold nothing */
	for (size_t i = 0; i < count; i++) {
		size_t pick = property_below(property, sizeof parts / sizeof *parts);
		if (mild && pick >= 1 && pick <= 4 && property_below(property, 3))
			pick = 0;
		size_t part = strlen(parts[pick]);
		if (len + part > TEXT_MAX)
			break;
		memcpy(out + len, parts[pick], part);
		len += part;
	}
	return len;
}

static size_t by_release(struct side *side, const char *text, size_t len, struct property *property, enum release_state *ret_state)
{
	struct release_limits limits = release_limits_default();
	struct release *release = NULL;
	struct release_unit unit;
	size_t out = 0;
	assert_int_equal(release_new(side->arena.mem, &limits, unit_of, judge, side, &release, NULL), 0);
	for (size_t at = 0; at < len && release_state(release) == RELEASE_OPEN;) {
		size_t piece = 1 + property_below(property, 50);
		if (piece > len - at)
			piece = len - at;
		assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, str_make(text + at, piece), NULL), 0);
		at += piece;
	}
	if (release_state(release) == RELEASE_OPEN)
		assert_int_equal(release_finish(release, NULL), 0);
	while (release_next(release, &unit))
		out += unit.text.len;
	*ret_state = release_state(release);
	release_free(&release);
	return out;
}

static size_t by_stream(const char *text, size_t len, struct property *property, enum heed_stream_state *ret_state, size_t *checks)
{
	struct heed_message message = heed_test_message(HEED_ASSISTANT, "");
	struct heed_stream_counts counts = HEED_STREAM_COUNTS_INIT;
	heed_stream *stream = NULL;
	assert_int_equal(heed_stream_open(engine, &message, NULL, &stream, NULL), 0);
	for (size_t at = 0; at < len;) {
		size_t piece = 1 + property_below(property, 50);
		if (piece > len - at)
			piece = len - at;
		assert_int_equal(heed_stream_feed(stream, scratch, text + at, piece), 0);
		at += piece;
	}
	assert_int_equal(heed_stream_finish(stream, scratch), 0);
	assert_int_equal(heed_stream_count(stream, &counts), 0);
	*ret_state = heed_stream_state(stream);
	*checks += counts.checks;
	heed_stream_close(stream);
	return counts.releasable;
}

static void test_agree(void **state)
{
	struct property property = property_start("stream_agree");
	struct test_mem mem;
	const struct screen_request request = { .role = ROLE_ASSISTANT };
	struct side side = { .request = &request };
	struct screen_engine *own = NULL;
	char text[TEXT_MAX];
	size_t stopped = 0, done = 0, checks = 0;
	(void)state;
	test_mem_init(&mem, 0, 0);
	arena_init(&side.arena, &mem.mem, 16u << 20);
	assert_int_equal(screen_engine_open(&mem.mem, str_make(image, image_size), &own, NULL), 0);
	side.engine = own;
	assert_int_equal(screen_scratch_open(own, &side.scratch, NULL), 0);
	for (int round = 0; round < 400; round++) {
		size_t len = make_text(&property, text);
		enum release_state theirs;
		enum heed_stream_state ours;
		size_t out = by_release(&side, text, len, &property, &theirs);
		assert_int_equal(by_stream(text, len, &property, &ours, &checks), out);
		assert_int_equal(ours == HEED_STREAM_STOPPED, theirs == RELEASE_STOPPED);
		stopped += theirs == RELEASE_STOPPED;
		done += theirs == RELEASE_DONE;
	}
	print_message("%zu stopped, %zu done\n", stopped, done);
	assert_true(stopped > 20 && done > 20);
	screen_scratch_free(&side.scratch);
	screen_engine_free(&own);
	arena_done(&side.arena);
	assert_int_equal(mem.live, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_agree) };
	return cmocka_run_group_tests(tests, heed_test_open, heed_test_close);
}
