/* release_test.c: the release rule against an oracle, for every way of cutting the text. */
#include "policy/release.h"

#include "base/property.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct test_mem memory;

/* Units: up to and with a '.', or eight bytes without one. */
static size_t unit_end(void *ctx, struct str text, size_t from, bool finished)
{
	(void)ctx;
	size_t last = from;
	for (size_t at = from; at < text.len; at++)
		if (text.ptr[at] == '.' || at - last == 7)
			last = at + 1;
	return finished ? text.len : last;
}

struct watch {
	struct release *release;
	size_t judge_calls;
};

/* Not allowed: "bad" anywhere; annotated: "odd". */
static enum policy_action judge(void *ctx, enum release_surface surface, int index, struct str text)
{
	(void)surface, (void)index;
	struct watch *watch = ctx;
	watch->judge_calls++;
	if (str_find(text, STR("bad"), 0) != SIZE_MAX)
		return ACTION_BLOCK;
	return str_find(text, STR("odd"), 0) != SIZE_MAX ? ACTION_ANNOTATE : ACTION_ALLOW;
}

static struct release *make(struct watch *watch, struct release_limits limits)
{
	struct release *release = NULL;
	assert_int_equal(release_new(&memory.mem, &limits, unit_end, judge, watch, &release, NULL), 0);
	watch->release = release;
	return release;
}

static void drain(struct release *release, struct buf *out)
{
	struct release_unit unit;
	while (release_next(release, &unit))
		buf_add(out, unit.text);
	struct release_counts counts = release_counts(release);
	assert_true(counts.released <= counts.judged && counts.judged <= counts.received);
}

/* What may go, said plainly: units in order until one whose text with all before holds "bad". */
static size_t oracle(struct str text)
{
	size_t from = 0;
	while (from < text.len) {
		size_t end = from;
		while (end < text.len && text.ptr[end] != '.' && end - from < 7)
			end++;
		if (end < text.len)
			end++;
		if (str_find(str_sub(text, 0, end), STR("bad"), 0) != SIZE_MAX)
			return from;
		from = end;
	}
	return from;
}

static size_t released_in_pieces(struct str text, struct property *p, size_t fixed, struct buf *out)
{
	struct watch watch = { 0 };
	struct release *release = make(&watch, release_limits_default());
	buf_clear(out);
	for (size_t at = 0; at < text.len;) {
		size_t len = fixed ? fixed : 1 + property_below(p, 12);
		struct str piece = str_sub(text, at, at + len);
		assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, piece, NULL), 0);
		drain(release, out);
		at += piece.len;
	}
	assert_int_equal(release_finish(release, NULL), 0);
	drain(release, out);
	struct release_counts counts = release_counts(release);
	assert_int_equal(counts.received, text.len);
	assert_int_equal(counts.released, out->len);
	release_free(&release);
	return out->len;
}

static void released_text_is_the_oracles_for_every_cutting(void **state)
{
	(void)state;
	struct property p = property_start("release");
	struct buf out;
	buf_init(&out, &memory.mem, 1 << 16);
	static const char *const words[] = { "ba", "d", "bad", "a", "b", ".", " ", "odd", "abcdefghij", "\xF0\x9F\x98\x80", "" };
	size_t stopped = 0;
	for (int round = 0; round < 3000; round++) {
		char bytes[400];
		size_t len = 0;
		for (size_t n = property_below(&p, 24); n; n--) {
			const char *word = words[property_below(&p, round % 3 ? 11 : 2)];
			memcpy(bytes + len, word, strlen(word));
			len += strlen(word);
		}
		struct str text = { bytes, len };
		size_t want = oracle(text);
		stopped += want < len;
		for (size_t fixed = 0; fixed <= 3; fixed++) {
			size_t got = released_in_pieces(text, &p, fixed, &out);
			assert_int_equal(got, want);
			assert_memory_equal(out.ptr ? out.ptr : "", bytes, got);
		}
		assert_int_equal(released_in_pieces(text, &p, len ? len : 1, &out), want);
	}
	assert_true(stopped > 300);
	buf_done(&out);
}

static void split_at_every_byte(void **state)
{
	(void)state;
	struct str text = STR("All is well. This unit is bad really. After.");
	for (size_t cut = 0; cut <= text.len; cut++) {
		struct watch watch = { 0 };
		struct release *release = make(&watch, release_limits_default());
		struct buf out;
		buf_init(&out, &memory.mem, 1000);
		assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, str_sub(text, 0, cut), NULL), 0);
		drain(release, &out);
		assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, str_sub(text, cut, text.len), NULL), 0);
		drain(release, &out);
		assert_int_equal(release_finish(release, NULL), 0);
		drain(release, &out);
		assert_int_equal(release_state(release), RELEASE_STOPPED);
		assert_int_equal(release_action(release), ACTION_BLOCK);
		assert_int_equal(out.len, oracle(text));
		assert_true(str_find(buf_str(&out), STR("bad"), 0) == SIZE_MAX);
		release_free(&release);
		buf_done(&out);
	}
}

static void surfaces_are_kept_apart_and_tools_are_held(void **state)
{
	(void)state;
	struct watch watch = { 0 };
	struct release *release = make(&watch, release_limits_default());
	struct release_unit unit;
	assert_int_equal(release_feed(release, SURFACE_REASONING, 0, STR("ba"), NULL), 0);
	assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, STR("d.odd."), NULL), 0);
	assert_true(release_next(release, &unit));
	assert_int_equal(unit.surface, SURFACE_CONTENT);
	assert_false(release_next(release, &unit));
	assert_int_equal(release_feed(release, SURFACE_TOOL, 1, STR("{\"a\":\"x.y.z.\"}"), NULL), 0);
	assert_int_equal(release_feed(release, SURFACE_TOOL, 0, STR("{}"), NULL), 0);
	assert_false(release_next(release, &unit));
	assert_int_equal(release_finish(release, NULL), 0);
	assert_int_equal(release_state(release), RELEASE_DONE);
	assert_int_equal(release_action(release), ACTION_ANNOTATE);
	enum release_surface surfaces[] = { SURFACE_REASONING, SURFACE_TOOL, SURFACE_TOOL };
	for (int i = 0; i < 3; i++) {
		assert_true(release_next(release, &unit));
		assert_int_equal(unit.surface, surfaces[i]);
	}
	assert_int_equal(unit.index, 1);
	assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, STR("x"), NULL), E_BUG);
	release_free(&release);

	release = make(&watch, release_limits_default());
	assert_int_equal(release_feed(release, SURFACE_TOOL, 0, STR("{\"a\":\"ba"), NULL), 0);
	assert_int_equal(release_feed(release, SURFACE_TOOL, 0, STR("d\"}"), NULL), 0);
	assert_int_equal(release_finish(release, NULL), 0);
	assert_int_equal(release_state(release), RELEASE_STOPPED);
	assert_int_equal(release_stopped_surface(release), SURFACE_TOOL);
	assert_false(release_next(release, &unit));
	release_free(&release);
}

static void a_cut_reply_keeps_what_was_not_judged(void **state)
{
	(void)state;
	struct watch watch = { 0 };
	struct release *release = make(&watch, release_limits_default());
	struct buf out;
	buf_init(&out, &memory.mem, 1000);
	assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, STR("one.two"), NULL), 0);
	release_cut(release);
	drain(release, &out);
	assert_true(str_eqc(buf_str(&out), "one."));
	buf_done(&out);
	release_free(&release);
}

static void caps_stop_the_reply(void **state)
{
	(void)state;
	struct watch watch = { 0 };
	struct release *release = make(&watch, (struct release_limits){ 10, 15, 2 });
	assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, STR("123456789"), NULL), 0);
	assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, STR("12"), NULL), E_LIMIT);
	assert_int_equal(release_state(release), RELEASE_STOPPED);
	assert_int_equal(release_action(release), ACTION_BLOCK);
	release_free(&release);
	release = make(&watch, (struct release_limits){ 10, 15, 2 });
	assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, STR("123456789"), NULL), 0);
	assert_int_equal(release_feed(release, SURFACE_REFUSAL, 0, STR("1234567"), NULL), E_LIMIT);
	release_free(&release);
	release = make(&watch, (struct release_limits){ 10, 15, 2 });
	assert_int_equal(release_feed(release, SURFACE_TOOL, 2, STR("1"), NULL), E_LIMIT);
	assert_int_equal(release_state(release), RELEASE_STOPPED);
	release_free(&release);
}

static enum policy_action judge_nothing(void *ctx, enum release_surface surface, int index, struct str text)
{
	(void)ctx, (void)surface, (void)index, (void)text;
	return (enum policy_action)0;
}

static void the_zero_action_releases_nothing(void **state)
{
	(void)state;
	struct release_limits limits = release_limits_default();
	struct release *release = NULL;
	assert_int_equal(release_new(&memory.mem, &limits, unit_end, judge_nothing, NULL, &release, NULL), 0);
	assert_int_equal(release_feed(release, SURFACE_CONTENT, 0, STR("fine. fine."), NULL), 0);
	assert_int_equal(release_finish(release, NULL), 0);
	struct release_unit unit;
	assert_false(release_next(release, &unit));
	release_free(&release);
	assert_int_equal(memory.live, 0);
}

int main(void)
{
	test_mem_init(&memory, 0, 0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(released_text_is_the_oracles_for_every_cutting),
		cmocka_unit_test(split_at_every_byte),
		cmocka_unit_test(surfaces_are_kept_apart_and_tools_are_held),
		cmocka_unit_test(a_cut_reply_keeps_what_was_not_judged),
		cmocka_unit_test(caps_stop_the_reply),
		cmocka_unit_test(the_zero_action_releases_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
