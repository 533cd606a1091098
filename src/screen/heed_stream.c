/* heed_stream.c: text that arrives in pieces, include/heed/heed.h. The same rule as the gateway's (policy/release.c): units
 * are found as if every byte had come alone, each is judged with all text before it, and what was not judged never goes.
 *
 * All text before it costs by the square of a reply's length. So a unit of a reply is first read together with the sentence
 * before it alone. When that holds nothing at all (no finding, whatever its context), all text up to the unit holds nothing
 * that it did not hold before it, since no phrase leaves its sentence and what comes later can only lower what was found:
 * docs/decisions/0021. When it holds anything, whenever the text has grown fourfold, and at the end, the whole is judged. */
#include "screen/engine_priv.h"
#include "screen/heed_priv.h"

#include "base/buf.h"
#include "text/utf8.h"

#include <string.h>

#define TURNS_MEMORY_MAX (SCREEN_TURNS_MAX * (size_t)SCREEN_TEXT_MAX + (1u << 20))
#define WORDS_MEMORY_MAX (16u << 20)
#define STOP_ASSISTANT 2 /* from here on a person looks first: docs/reference/pack-format.md */
#define STOP_NEVER 5
#define HOLD_LEVEL 3 /* of the conversation: the whole reply is judged before any of it goes (the same page) */

struct heed_stream {
	const struct heed_engine *of;
	struct mem mem;
	struct arena turns, words; /* what was copied at the beginning; what the verdict points to */
	struct screen_request request;
	struct buf text;
	size_t received, judged, releasable, released, checks;
	size_t sentences[2]; /* where the last sentence of what was judged begins, and the one before it */
	size_t whole;        /* as far as all text was last judged */
	int stop_level, failure;
	bool needs_language; /* what nobody could read is not let go */
	bool hold;           /* nothing goes before the end */
	bool wide;           /* something in it is read beyond sentences: from here on all of it is, each time */
	enum heed_stream_state state;
	struct heed_verdict shown;
};

/* ---- Beginning and end ---- */

static bool copy_request(struct heed_stream *stream)
{
	struct screen_request *request = &stream->request;
	struct screen_turn *turns = ARENA_ARRAY(&stream->turns, struct screen_turn, request->turn_count + 1);
	if (!turns)
		return false;
	for (size_t i = 0; i < request->turn_count; i++) {
		struct str text = request->turns[i].text;
		size_t len = text.len < SCREEN_TEXT_MAX ? text.len : SCREEN_TEXT_MAX;
		while (len < text.len && len > 0 && !utf8_boundary(text, len))
			len--;
		turns[i] = request->turns[i];
		turns[i].text = arena_copy(&stream->turns, str_sub(text, 0, len));
	}
	turns[request->turn_count] = (struct screen_turn){ ROLE_ASSISTANT, STR(""), false }; /* beyond the count: see nothing_near */
	request->turns = turns;
	request->country = arena_copy(&stream->turns, request->country);
	return !arena_failed(&stream->turns);
}

static const char *choose(struct heed_stream *stream, const struct heed_stream_options *options)
{
	struct heed_stream_options own = { 0 };
	bool assistant = stream->request.role == ROLE_ASSISTANT;
	if (options && !face_take(options, offsetof(struct heed_stream_options, bytes_max) + sizeof own.bytes_max, &own, sizeof own))
		return "the stream's options are not filled in";
	if (own.stop_level < 0 || own.stop_level > 4 || own.bytes_max > SCREEN_TEXT_MAX)
		return "the stream's options are out of range";
	stream->stop_level = own.stop_level ? own.stop_level : assistant ? STOP_ASSISTANT : STOP_NEVER;
	stream->needs_language = assistant && !own.uncovered_passes;
	stream->hold = assistant && stream->request.carried_level >= HOLD_LEVEL;
	buf_init(&stream->text, &stream->mem, own.bytes_max ? own.bytes_max : SCREEN_TEXT_MAX);
	return NULL;
}

int heed_stream_open(const heed_engine *engine, const struct heed_message *message, const struct heed_stream_options *options,
	heed_stream **ret_stream, char error[HEED_ERROR_MAX])
{
	struct heed_stream *stream = engine->mem.alloc(engine->mem.ctx, sizeof *stream);
	if (!stream)
		return face_no_memory(error);
	*stream = (struct heed_stream){ .of = engine, .mem = engine->mem, .state = HEED_STREAM_OPEN };
	arena_init(&stream->turns, &stream->mem, TURNS_MEMORY_MAX);
	arena_init(&stream->words, &stream->mem, WORDS_MEMORY_MAX);
	const char *wrong = face_request(&stream->turns, message, &stream->request);
	if (!wrong && stream->request.text.len)
		wrong = "a stream begins without text";
	if (!wrong)
		wrong = choose(stream, options);
	bool copied = !wrong && copy_request(stream);
	if (!copied) {
		int rc = wrong && !arena_failed(&stream->turns) ? face_invalid(wrong, error) : face_no_memory(error);
		heed_stream_close(stream);
		return rc;
	}
	stream->shown = face_not_screened(stream->request.role, "nothing was judged yet");
	*ret_stream = stream;
	return 0;
}

void heed_stream_close(heed_stream *stream)
{
	if (!stream)
		return;
	struct mem mem = stream->mem;
	buf_done(&stream->text);
	arena_done(&stream->turns);
	arena_done(&stream->words);
	mem.release(mem.ctx, stream);
}

/* ---- Judging ---- */

static int stop(struct heed_stream *stream, int failure, const char *reason)
{
	stream->state = HEED_STREAM_STOPPED;
	stream->failure = failure;
	if (failure)
		stream->shown = face_not_screened(stream->request.role, reason);
	return failure;
}

/* A finding of what a reply lacks: it means something only of a whole reply. */
static bool of_absence(const struct heed_stream *stream, const struct finding *finding)
{
	return stream->request.role == ROLE_ASSISTANT && finding->source == SOURCE_STATE;
}

static bool raises(const struct finding *finding)
{
	return finding->family != FAMILY_PROTECTIVE && finding->family != FAMILY_PII && finding->family != FAMILY_REQUEST;
}

/* The level that decides about the text so far; what is still lacking waits for the end, and holds all of it until then. */
static int deciding_level(struct heed_stream *stream, const struct verdict *verdict, bool whole)
{
	int level = 0;
	if (whole)
		return verdict->level;
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		if (finding->level < stream->stop_level || !raises(finding))
			continue;
		if (of_absence(stream, finding))
			stream->hold = true;
		else if (finding->level > level)
			level = finding->level;
	}
	return level;
}

static int judge(struct heed_stream *stream, struct heed_scratch *scratch, size_t end, bool whole)
{
	struct screen_request request = stream->request;
	struct verdict verdict;
	struct str text = buf_str(&stream->text);
	request.text = text.ptr ? str_sub(text, 0, end) : STR("");
	arena_reset(&scratch->arena);
	arena_reset(&stream->words);
	scratch->shown = face_not_screened(stream->request.role, "a stream used the scratch");
	int rc = screen_run(stream->of->engine, scratch->scratch, &scratch->arena, &request, &verdict);
	stream->checks++;
	stream->wide = stream->wide || scratch->scratch->wide;
	stream->judged = stream->whole = end;
	stream->shown = face_publish(&stream->words, request.role, &verdict);
	if (rc)
		return stop(stream, rc == E_MEMORY || rc == E_LIMIT ? rc : HEED_E_BUG, stream->shown.reason);
	if (stream->shown.state == HEED_NOT_SCREENED)
		return stop(stream, HEED_E_MEMORY, stream->shown.reason);
	bool unread = stream->needs_language && !verdict.lang_covered && verdict.state == VERDICT_SCREENED;
	if (deciding_level(stream, &verdict, whole) >= stream->stop_level || unread)
		return stop(stream, 0, NULL);
	if (whole || !stream->hold)
		stream->releasable = end;
	return 0;
}

bool face_near_suffices(const struct screen_engine *engine)
{
	for (size_t i = 0; i < engine->pack.phrase_count; i++) {
		const struct pack_phrase *phrase = &engine->pack.phrases[i];
		if (phrase->target == TARGET_CONCEPT && (phrase->roles & ROLES_ASSISTANT) && phrase->scope == SCOPE_MESSAGE)
			return false;
	}
	return true;
}

/* Whether the text up to `end` ends a sentence. */
static bool ends_sentence(struct str text, size_t end)
{
	while (end > 0 && strchr(" \t\r\"')]*", text.ptr[end - 1]) && text.ptr[end - 1])
		end--;
	if (end > 0 && strchr(".!?\n", text.ptr[end - 1]) && text.ptr[end - 1])
		return true;
	struct str mark = end >= 3 ? str_sub(text, end - 3, end) : STR("");
	return str_eq(mark, STR("\xE3\x80\x82")) || str_eq(mark, STR("\xEF\xBC\x81")) || str_eq(mark, STR("\xEF\xBC\x9F"));
}

/* Whether the unit up to `end`, read with the sentence before it, holds nothing at all. */
static bool nothing_near(struct heed_stream *stream, struct heed_scratch *scratch, size_t end)
{
	struct verdict verdict;
	size_t from = stream->sentences[1];
	if (stream->wide || !stream->of->near_suffices || stream->request.role != ROLE_ASSISTANT || from == 0 || end / 4 >= stream->whole)
		return false;
	struct screen_request request = stream->request;
	/* What the reply lacks is asked of the whole: as if the client's turns had had their answer, they are not read again. */
	request.turn_count += request.turn_count < SCREEN_TURNS_MAX;
	request.text = str_sub(buf_str(&stream->text), from, end);
	arena_reset(&scratch->arena);
	scratch->shown = face_not_screened(stream->request.role, "a stream used the scratch");
	stream->checks++;
	if (screen_run(stream->of->engine, scratch->scratch, &scratch->arena, &request, &verdict) || verdict.state == VERDICT_NOT_SCREENED)
		return false;
	stream->wide = scratch->scratch->wide;
	if (stream->wide)
		return false;
	/* Whether a text is in a language that is covered, and what the learned stage needs in it, is told by the whole: what is near must
	 * be in the same. */
	if (!verdict.lang_covered || !str_eqc(verdict.lang, stream->shown.lang) || str_eqc(verdict.lang, "und"))
		return false;
	for (size_t i = 0; i < verdict.finding_count; i++)
		if (verdict.findings[i].level > 0 || verdict.findings[i].base_level > 0)
			return false;
	return true;
}

static int judge_unit(struct heed_stream *stream, struct heed_scratch *scratch, size_t end)
{
	int rc = 0;
	if (nothing_near(stream, scratch, end)) {
		stream->judged = end;
		stream->releasable = stream->hold ? stream->releasable : end;
	} else {
		rc = judge(stream, scratch, end, false);
	}
	if (ends_sentence(buf_str(&stream->text), end)) {
		stream->sentences[1] = stream->sentences[0];
		stream->sentences[0] = end;
	}
	return rc;
}

/* The last unit's end in the first `len` bytes of the text, as far as they tell; the judged place when there is none. */
static size_t unit_end(const struct heed_stream *stream, size_t len)
{
	return screen_unit_end(stream->of->engine, str_sub(buf_str(&stream->text), 0, len), stream->judged, false);
}

/* The unit that would have been found first had the bytes after *seen come one by one (unit ends only grow with the text);
 * *seen moves to the byte that showed it. The judged place when there is none yet. */
static size_t first_unit(const struct heed_stream *stream, size_t *seen)
{
	size_t low = *seen, high = low, step = 64;
	do { /* in growing steps, so that the cost is the unit's length and not the text's */
		low = high;
		high = stream->text.len - low > step ? low + step : stream->text.len;
		step *= 2;
	} while (high < stream->text.len && (high <= stream->judged || unit_end(stream, high) == stream->judged));
	if (high <= stream->judged || unit_end(stream, high) == stream->judged) {
		*seen = high;
		return stream->judged;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (middle > stream->judged && unit_end(stream, middle) > stream->judged)
			high = middle;
		else
			low = middle + 1;
	}
	*seen = low;
	return unit_end(stream, low);
}

static int judge_units(struct heed_stream *stream, struct heed_scratch *scratch, size_t seen)
{
	int rc = 0;
	while (rc == 0 && stream->state == HEED_STREAM_OPEN) {
		size_t end = first_unit(stream, &seen);
		if (end == stream->judged)
			break;
		rc = judge_unit(stream, scratch, end);
	}
	return rc;
}

int heed_stream_feed(heed_stream *stream, heed_scratch *scratch, const char *piece, size_t piece_len)
{
	if (stream->state == HEED_STREAM_DONE || scratch->of != stream->of || (piece_len && !piece))
		return HEED_E_INVALID;
	stream->received += piece_len;
	if (stream->state == HEED_STREAM_STOPPED)
		return stream->failure;
	/* As much as there is room for is still judged: what may go does not depend on the size of the pieces. */
	size_t room = stream->text.max - stream->text.len, taken = piece_len < room ? piece_len : room;
	size_t seen = stream->text.len;
	buf_add(&stream->text, str_make(piece, taken));
	if (stream->text.failed)
		return stop(stream, HEED_E_MEMORY, "out of memory");
	int rc = taken ? judge_units(stream, scratch, seen) : 0;
	if (rc == 0 && taken < piece_len && stream->state == HEED_STREAM_OPEN)
		return stop(stream, HEED_E_LIMIT, "the text is longer than the stream's limit");
	return rc;
}

int heed_stream_finish(heed_stream *stream, heed_scratch *scratch)
{
	if (stream->state == HEED_STREAM_DONE || scratch->of != stream->of)
		return HEED_E_INVALID;
	if (stream->state == HEED_STREAM_STOPPED)
		return stream->failure;
	int rc = judge(stream, scratch, stream->text.len, true);
	if (stream->state == HEED_STREAM_OPEN)
		stream->state = HEED_STREAM_DONE;
	return rc;
}

/* ---- What may be shown ---- */

int heed_stream_next(heed_stream *stream, const char **ret_text, size_t *ret_len)
{
	if (stream->released == stream->releasable)
		return 0;
	*ret_text = stream->text.ptr + stream->released;
	*ret_len = stream->releasable - stream->released;
	stream->released = stream->releasable;
	return 1;
}

enum heed_stream_state heed_stream_state(const heed_stream *stream)
{
	return stream->state;
}

const struct heed_verdict *heed_stream_verdict(const heed_stream *stream)
{
	return &stream->shown;
}

int heed_stream_count(const heed_stream *stream, struct heed_stream_counts *ret_counts)
{
	struct heed_stream_counts counts = { .size = ret_counts->size,
		.received = stream->received,
		.judged = stream->judged,
		.releasable = stream->releasable,
		.released = stream->released,
		.checks = stream->checks };
	if (counts.size < sizeof counts)
		return HEED_E_INVALID;
	memcpy(ret_counts, &counts, sizeof counts);
	return 0;
}
