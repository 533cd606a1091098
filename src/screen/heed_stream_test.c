/* heed_stream_test.c: text in pieces. The law: released <= judged <= received, and the size of the pieces changes nothing. */
#include "screen/heed_test.h"

#include "base/property.h"

#include <stdio.h>

#define TEXT_MAX 4096u

/* What a stream came to: the bytes that went out, and how it ended. */
struct outcome {
	char out[TEXT_MAX];
	size_t out_len, count, judged, checks;
	enum heed_stream_state state;
	int level, rc;
	char words[2048];
};

static heed_stream *open_stream(struct heed_message message, const struct heed_stream_options *options)
{
	heed_stream *stream = NULL;
	char error[HEED_ERROR_MAX] = "";
	if (heed_stream_open(engine, &message, options, &stream, error))
		fail_msg("%s", error);
	return stream;
}

static void take(heed_stream *stream, struct outcome *outcome)
{
	struct heed_stream_counts counts = HEED_STREAM_COUNTS_INIT;
	const char *text = NULL;
	size_t len = 0;
	while (heed_stream_next(stream, &text, &len)) {
		assert_true(len > 0 && outcome->out_len + len <= sizeof outcome->out);
		memcpy(outcome->out + outcome->out_len, text, len);
		outcome->out_len += len;
	}
	assert_int_equal(heed_stream_count(stream, &counts), 0);
	assert_true(counts.released <= counts.releasable && counts.releasable <= counts.judged && counts.judged <= counts.received);
	assert_int_equal(counts.released, outcome->out_len);
	outcome->judged = counts.judged;
	outcome->checks = counts.checks;
}

static void finish(heed_stream *stream, struct outcome *outcome)
{
	int rc = heed_stream_finish(stream, scratch);
	outcome->rc = outcome->rc ? outcome->rc : rc;
	take(stream, outcome);
	const struct heed_verdict *verdict = heed_stream_verdict(stream);
	outcome->state = heed_stream_state(stream);
	outcome->level = heed_verdict_level(verdict);
	outcome->count = heed_verdict_count(verdict);
	heed_verdict_explain(verdict, outcome->words, sizeof outcome->words);
	heed_stream_close(stream);
}

static void same(const struct outcome *a, const struct outcome *b)
{
	assert_int_equal(a->out_len, b->out_len);
	assert_memory_equal(a->out, b->out, a->out_len);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->level, b->level);
	assert_int_equal(a->rc, b->rc);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->judged, b->judged);
	assert_int_equal(a->checks, b->checks);
	assert_string_equal(a->words, b->words);
}

/* Pieces end where `ends` says; the last is the rest. */
static void run(struct heed_message message, const struct heed_stream_options *options, const char *text, size_t len, const size_t *ends,
	size_t end_count, struct outcome *ret_outcome)
{
	*ret_outcome = (struct outcome){ .level = 0 };
	heed_stream *stream = open_stream(message, options);
	for (size_t i = 0, at = 0; i <= end_count; i++) {
		size_t end = i < end_count ? ends[i] : len;
		char *piece = malloc(end - at + 1); /* of its own, so that a read beyond it is seen */
		assert_non_null(piece);
		memcpy(piece, text + at, end - at);
		int rc = heed_stream_feed(stream, scratch, piece, end - at);
		ret_outcome->rc = ret_outcome->rc ? ret_outcome->rc : rc;
		free(piece);
		take(stream, ret_outcome);
		at = end;
	}
	finish(stream, ret_outcome);
}

static struct heed_message reply(void)
{
	return heed_test_message(HEED_ASSISTANT, "");
}

static void test_a_reply(void **state)
{
	const char *text = "That sounds hard. Stop taking your medicine. Sleep well.";
	size_t safe = strlen("That sounds hard. ");
	struct outcome outcome = { .level = 0 };
	heed_stream *stream = open_stream(reply(), NULL);
	(void)state;
	assert_int_equal(heed_verdict_state(heed_stream_verdict(stream)), HEED_NOT_SCREENED);
	assert_int_equal(heed_stream_feed(stream, scratch, text, safe), 0);
	take(stream, &outcome);
	assert_int_equal(outcome.out_len, 0); /* the next character may still belong to it */
	assert_int_equal(heed_stream_feed(stream, scratch, text + safe, 20), 0);
	take(stream, &outcome);
	assert_int_equal(outcome.out_len, safe);
	assert_int_equal(heed_stream_state(stream), HEED_STREAM_OPEN);
	assert_int_equal(heed_stream_feed(stream, scratch, text + safe + 20, strlen(text) - safe - 20), 0);
	take(stream, &outcome);
	assert_int_equal(heed_stream_state(stream), HEED_STREAM_STOPPED);
	assert_int_equal(heed_verdict_level(heed_stream_verdict(stream)), 3);
	assert_int_equal(heed_stream_feed(stream, scratch, "And more. And more.", 19), 0);
	finish(stream, &outcome);
	assert_int_equal(outcome.state, HEED_STREAM_STOPPED);
	assert_int_equal(outcome.out_len, safe); /* nothing after the unit that was not let go */
}

static void test_whole_is_as_screened(void **state)
{
	const char *text = "That sounds hard. Calm down, I am here. What helps you?";
	struct heed_message message = heed_test_message(HEED_ASSISTANT, text);
	struct outcome outcome;
	(void)state;
	run(reply(), NULL, text, strlen(text), NULL, 0, &outcome);
	assert_int_equal(outcome.state, HEED_STREAM_DONE);
	assert_int_equal(outcome.out_len, strlen(text));
	const struct heed_verdict *verdict = heed_screen(engine, scratch, &message);
	assert_int_equal(outcome.level, 1);
	assert_int_equal(heed_verdict_level(verdict), 1);
	assert_int_equal(heed_verdict_count(verdict), outcome.count);
	struct heed_stream_options options = HEED_STREAM_OPTIONS_INIT;
	options.stop_level = 1;
	run(reply(), &options, text, strlen(text), NULL, 0, &outcome);
	assert_int_equal(outcome.state, HEED_STREAM_STOPPED);
	assert_int_equal(outcome.out_len, strlen("That sounds hard. "));
}

/* A client's text in pieces: nothing to hold back, the verdict so far is what counts. */
static void test_a_client(void **state)
{
	const char *text = "It was a long week. I want to die. What now?";
	struct outcome outcome;
	(void)state;
	run(heed_test_message(HEED_CLIENT, ""), NULL, text, strlen(text), NULL, 0, &outcome);
	assert_int_equal(outcome.state, HEED_STREAM_DONE);
	assert_int_equal(outcome.level, 3);
	assert_int_equal(outcome.out_len, strlen(text));
	heed_stream *stream = open_stream(heed_test_message(HEED_CLIENT, ""), NULL);
	assert_int_equal(heed_stream_feed(stream, scratch, text, 36), 0);
	assert_int_equal(heed_verdict_level(heed_stream_verdict(stream)), 3); /* so far */
	heed_stream_close(stream);
	run(heed_test_message(HEED_CLIENT, ""), NULL, "", 0, NULL, 0, &outcome);
	assert_int_equal(outcome.state, HEED_STREAM_DONE);
	assert_int_equal(outcome.level, 0);
}

/* After a crisis a reply goes as a whole or not at all; what it lacks is known at its end only. */
static void test_after_a_crisis(void **state)
{
	const char *passes = "I see. Tell me about your week.", *answers = "I see. Tell me: are you safe right now?";
	struct heed_turn turn = HEED_TURN_INIT;
	struct heed_message message = reply();
	struct outcome outcome = { .level = 0 };
	(void)state;
	turn.text = "I want to die";
	turn.text_len = strlen(turn.text);
	message.turns = &turn;
	message.turn_count = 1;
	for (int carried = 0; carried <= 3; carried += 3) {
		message.carried_level = carried;
		run(message, NULL, passes, strlen(passes), NULL, 0, &outcome);
		assert_int_equal(outcome.state, HEED_STREAM_STOPPED);
		assert_int_equal(outcome.out_len, 0);
		assert_int_equal(outcome.level, 3);
		run(message, NULL, answers, strlen(answers), NULL, 0, &outcome);
		assert_int_equal(outcome.state, HEED_STREAM_DONE);
		assert_int_equal(outcome.out_len, strlen(answers));
		heed_stream *stream = open_stream(message, NULL);
		struct outcome part = { .level = 0 };
		assert_int_equal(heed_stream_feed(stream, scratch, answers, strlen(answers)), 0);
		take(stream, &part);
		assert_int_equal(part.out_len, 0);
		heed_stream_close(stream);
	}
}

/* What is in a language that nobody could read it in does not go, also in the middle, unless the caller says so. */
static void test_languages(void **state)
{
	const char *text =
		"That sounds hard. \xD0\xBC\xD0\xBD\xD0\xB5 \xD0\xBE\xD1\x87\xD0\xB5\xD0\xBD\xD1\x8C \xD0\xB6\xD0\xB0\xD0\xBB\xD1\x8C, "
		"\xD1\x87\xD1\x82\xD0\xBE \xD1\x82\xD0\xB0\xD0\xBA \xD0\xB2\xD1\x8B\xD1\x88\xD0\xBB\xD0\xBE. What helps you?";
	struct heed_stream_options options = HEED_STREAM_OPTIONS_INIT;
	struct outcome outcome;
	(void)state;
	run(reply(), &options, text, strlen(text), NULL, 0, &outcome);
	assert_int_equal(outcome.state, HEED_STREAM_STOPPED);
	assert_int_equal(outcome.level, 0);
	assert_int_equal(outcome.out_len, strlen("That sounds hard. "));
	assert_non_null(strstr(outcome.words, "not covered"));
	options.uncovered_passes = 1;
	run(reply(), &options, text, strlen(text), NULL, 0, &outcome);
	assert_int_equal(outcome.state, HEED_STREAM_DONE);
	assert_int_equal(outcome.out_len, strlen(text));
	run(heed_test_message(HEED_CLIENT, ""), NULL, text, strlen(text), NULL, 0, &outcome);
	assert_int_equal(outcome.state, HEED_STREAM_DONE);
}

/* Over its limit a text is not screened, and what went before is the same for every size of the pieces. */
static void test_limit(void **state)
{
	const char *text = "One is whole. Two is whole. Three is whole. Four is whole.";
	struct heed_stream_options options = HEED_STREAM_OPTIONS_INIT;
	struct outcome at_once, by_bytes;
	size_t ends[64];
	(void)state;
	for (size_t i = 0; i < strlen(text); i++)
		ends[i] = i;
	for (options.bytes_max = 1; options.bytes_max <= strlen(text); options.bytes_max++) {
		run(reply(), &options, text, strlen(text), NULL, 0, &at_once);
		run(reply(), &options, text, strlen(text), ends, strlen(text), &by_bytes);
		same(&at_once, &by_bytes);
		bool fits = options.bytes_max == strlen(text);
		assert_int_equal(at_once.rc, fits ? 0 : HEED_E_LIMIT);
		assert_int_equal(at_once.level, fits ? 0 : -1);
		assert_int_equal(at_once.state, fits ? HEED_STREAM_DONE : HEED_STREAM_STOPPED);
		assert_true(at_once.out_len <= options.bytes_max);
	}
}

static void test_refusals(void **state)
{
	struct heed_stream_options options = HEED_STREAM_OPTIONS_INIT;
	struct heed_message message = heed_test_message(HEED_ASSISTANT, "begun");
	heed_stream *stream = NULL;
	heed_engine *other = NULL;
	heed_scratch *room = NULL;
	char error[HEED_ERROR_MAX] = "";
	(void)state;
	assert_int_equal(heed_stream_open(engine, &message, NULL, &stream, error), HEED_E_INVALID);
	assert_true(error[0] != '\0');
	message = reply();
	options.stop_level = 5;
	assert_int_equal(heed_stream_open(engine, &message, &options, &stream, NULL), HEED_E_INVALID);
	options.stop_level = 0;
	options.bytes_max = (256u << 10) + 1;
	assert_int_equal(heed_stream_open(engine, &message, &options, &stream, NULL), HEED_E_INVALID);
	message.size = 3;
	assert_int_equal(heed_stream_open(engine, &message, NULL, &stream, NULL), HEED_E_INVALID);
	assert_null(stream);
	assert_int_equal(heed_open(NULL, image, image_size, &other, NULL), 0);
	assert_int_equal(heed_scratch_open(other, &room, NULL), 0);
	stream = open_stream(reply(), NULL);
	assert_int_equal(heed_stream_feed(stream, room, "One. Two.", 9), HEED_E_INVALID);
	assert_int_equal(heed_stream_feed(stream, scratch, "One. Two.", 9), 0);
	assert_int_equal(heed_stream_finish(stream, scratch), 0);
	assert_int_equal(heed_stream_feed(stream, scratch, "x", 1), HEED_E_INVALID);
	assert_int_equal(heed_stream_finish(stream, scratch), HEED_E_INVALID);
	assert_int_equal(heed_stream_state(stream), HEED_STREAM_DONE);
	heed_stream_close(stream);
	heed_stream_close(NULL);
	heed_scratch_close(room);
	heed_close(other);
}

/* ---- The law ---- */

static const char *const pieces_of_text[] = { "That sounds hard. ", "Stop ", "taking ", "your ", "medicine", ". ", "! ", "? ", "Calm down",
	"\n", "are you safe", "e.g. ", "1. ", "\xC3\xA9", "\xE2\x80\xA6 ", "\xE4\xBD\xA0\xE5\xA5\xBD\xE3\x80\x82", "\xF0\x9F\x98\x80",
	"\xF0\x9F\x98", "\xFF", "e\xCC\x81 ", "No, ", "never ", "k1ll mys3lf ", "aWtpbGxteXNlbGYgaSB3YW50IHRvIGRpZQ== ", "Dr. ", "word ",
	"so on and so forth and then some more ", "\"Well.\" ", "988 ", "https://example.org ", "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7 ",
	"", "x" };

static size_t make_text(struct property *property, char *out)
{
	size_t len = 0, count = property_below(property, 60);
	for (size_t i = 0; i < count; i++) {
		const char *piece = pieces_of_text[property_below(property, sizeof pieces_of_text / sizeof *pieces_of_text)];
		size_t part = strlen(piece);
		if (len + part > TEXT_MAX / 2)
			break;
		memcpy(out + len, piece, part);
		len += part;
	}
	return len;
}

static size_t random_ends(struct property *property, size_t len, size_t *ends)
{
	size_t count = 0;
	for (size_t at = 0; at < len; at += 1 + property_below(property, 1 + property_below(property, 40)))
		ends[count++] = at;
	return count;
}

/* Every single cut of a text, every byte by itself, and random pieces: the same as all at once. */
static void test_pieces_change_nothing(void **state)
{
	struct property property = property_start("stream");
	char text[TEXT_MAX];
	size_t ends[TEXT_MAX];
	struct outcome at_once, cut;
	size_t stopped = 0, done = 0;
	(void)state;
	for (int round = 0; round < 120; round++) {
		size_t len = make_text(&property, text);
		struct heed_turn turn = HEED_TURN_INIT;
		struct heed_message message = heed_test_message(property_below(&property, 5) ? HEED_ASSISTANT : HEED_CLIENT, "");
		struct heed_stream_options options = HEED_STREAM_OPTIONS_INIT;
		turn.text = "I want to die";
		turn.text_len = strlen(turn.text);
		message.turns = &turn;
		message.turn_count = property_below(&property, 4) == 0;
		message.carried_level = property_below(&property, 6) == 0 ? 3 : 0;
		options.stop_level = (int)property_below(&property, 5);
		options.uncovered_passes = (int)property_below(&property, 2);
		options.bytes_max = property_below(&property, 8) ? 0 : 1 + property_below(&property, 600);
		run(message, &options, text, len, NULL, 0, &at_once);
		stopped += at_once.state == HEED_STREAM_STOPPED;
		done += at_once.state == HEED_STREAM_DONE;
		for (size_t i = 0; i < len; i++)
			ends[i] = i;
		run(message, &options, text, len, ends, len, &cut);
		same(&at_once, &cut);
		for (int i = 0; i < 6; i++) {
			size_t count = random_ends(&property, len, ends);
			run(message, &options, text, len, ends, count, &cut);
			same(&at_once, &cut);
		}
		for (size_t at = 0; at < len && round < 20; at++) {
			run(message, &options, text, len, &at, 1, &cut);
			same(&at_once, &cut);
		}
	}
	assert_true(stopped > 5 && done > 5); /* both ends were met */
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_a_reply), cmocka_unit_test(test_whole_is_as_screened),
		cmocka_unit_test(test_a_client), cmocka_unit_test(test_after_a_crisis), cmocka_unit_test(test_languages),
		cmocka_unit_test(test_limit), cmocka_unit_test(test_refusals), cmocka_unit_test(test_pieces_change_nothing) };
	return cmocka_run_group_tests(tests, heed_test_open, heed_test_close);
}
