/* stream_fuzz.c: a reply in pieces, which end at each 0x1F byte: released never passes judged, judged never received; and all at
 * once, byte by byte and in these pieces the same goes out, with the same end. The first byte says role, level of the
 * conversation, where to stop, the limit, and whether languages that are not covered pass. */
#include "screen/heed_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct end {
	size_t out, judged, checks, count;
	int level, rc;
	enum heed_stream_state state;
};

static void need(bool holds)
{
	if (!holds)
		abort();
}

static heed_stream *open_stream(unsigned char flags)
{
	struct heed_message message = heed_test_message(flags & 1 ? HEED_CLIENT : HEED_ASSISTANT, "");
	struct heed_stream_options options = HEED_STREAM_OPTIONS_INIT;
	struct heed_turn turn = HEED_TURN_INIT;
	heed_stream *stream = NULL;
	turn.text = "I want to die";
	turn.text_len = strlen(turn.text);
	message.turns = &turn;
	message.turn_count = flags >> 1 & 1;
	message.carried_level = flags & 4 ? 3 : 0;
	options.stop_level = flags >> 3 & 3;
	options.bytes_max = flags & 32 ? 100 : 0;
	options.uncovered_passes = flags >> 6 & 1;
	need(heed_stream_open(engine, &message, &options, &stream, NULL) == 0);
	return stream;
}

static void feed(heed_stream *stream, const char *piece, size_t len, struct end *end)
{
	struct heed_stream_counts counts = HEED_STREAM_COUNTS_INIT;
	const char *text = NULL;
	size_t shown = 0;
	int rc = piece ? heed_stream_feed(stream, scratch, piece, len) : heed_stream_finish(stream, scratch);
	need(rc == 0 || rc == HEED_E_LIMIT);
	end->rc = end->rc ? end->rc : rc;
	while (heed_stream_next(stream, &text, &shown))
		end->out += shown;
	need(heed_stream_count(stream, &counts) == 0);
	need(counts.released == end->out && counts.releasable == end->out && end->out <= counts.judged && counts.judged <= counts.received);
	end->judged = counts.judged;
	end->checks = counts.checks;
}

static struct end finish(heed_stream *stream, struct end end)
{
	feed(stream, NULL, 0, &end);
	end.state = heed_stream_state(stream);
	end.level = heed_verdict_level(heed_stream_verdict(stream));
	end.count = heed_verdict_count(heed_stream_verdict(stream));
	need(end.state != HEED_STREAM_OPEN && (end.rc == 0 || end.level == -1));
	heed_stream_close(stream);
	return end;
}

static void same(struct end a, struct end b)
{
	need(a.out == b.out && a.judged == b.judged && a.checks == b.checks && a.count == b.count && a.level == b.level && a.rc == b.rc &&
		a.state == b.state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char flags = size ? data[0] : 0;
	char *text = malloc(size + 1);
	size_t len = 0, from = 0;
	struct end pieces = { 0 }, bytes = { 0 }, once = { 0 };
	need(text && (engine || heed_test_open(NULL) == 0));
	heed_stream *stream = open_stream(flags);
	for (size_t i = 1; i < size; i++) {
		if (data[i] != 0x1F) {
			text[len++] = (char)data[i];
			continue;
		}
		feed(stream, text + from, len - from, &pieces);
		from = len;
	}
	feed(stream, text + from, len - from, &pieces);
	pieces = finish(stream, pieces);
	stream = open_stream(flags);
	for (size_t i = 0; i < len; i++)
		feed(stream, text + i, 1, &bytes);
	bytes = finish(stream, bytes);
	stream = open_stream(flags);
	feed(stream, text, len, &once);
	once = finish(stream, once);
	same(pieces, bytes);
	same(pieces, once);
	free(text);
	return 0;
}
