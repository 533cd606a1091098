/* heed.h: libheed, the screening engine of Heedwell, for other programs.
 *
 * What it does: from one message of a conversation to what was found in it, where, why, and how soon a person should look.
 * What it does not: decide, diagnose, predict, call anybody. Level 0 means "nothing detected", never "no risk".
 *
 * It performs no input or output, reads no clock and no locale, and starts no thread: the same packs and text give the same
 * verdict everywhere. An engine never changes after heed_open and may be shared by all threads; a scratch belongs to one
 * thread at a time. Any bytes are accepted as text, of any length.
 *
 *     struct heed_message message = HEED_MESSAGE_INIT;
 *     message.text = text;
 *     message.text_len = strlen(text);
 *     const struct heed_verdict *verdict = heed_screen(engine, scratch, &message);
 *     if (heed_verdict_state(verdict) == HEED_NOT_SCREENED || heed_verdict_level(verdict) >= 3)
 *         call_a_person();
 *
 * Fail closed: heed_screen always gives a verdict; the one of any failure is HEED_NOT_SCREENED with level -1. Treat it as
 * the most urgent one.
 *
 * ABI: functions and the meaning of their arguments stay within a HEED_ABI. Structures that callers fill or receive begin
 * with their size (the INIT macros set it), so that members can be added at their ends: a shorter structure of an older
 * caller means the defaults of the rest; a longer one of a newer caller is refused when it asks for what is not known here.
 * Strings given back are NUL-terminated UTF-8. Errors: 0, or one of the negative HEED_E_ codes with a sentence in `error`
 * (may be NULL). Nothing here ends the process. */
#ifndef HEED_HEED_H
#define HEED_HEED_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#define HEED_INIT(type) \
	{ \
		sizeof(struct type) \
	}
#else
#define HEED_INIT(type) \
	{ \
		.size = sizeof(struct type) \
	}
#endif

#define HEED_ABI 1
#define HEED_API __attribute__((visibility("default")))

enum {
	HEED_E_MEMORY = -1,  /* no memory, or a limit on it */
	HEED_E_LIMIT = -2,   /* input beyond a documented limit */
	HEED_E_INVALID = -3, /* a pack is wrong (the sentence names file and line), an image is damaged or of another version, or an
			      * argument is not filled in */
	HEED_E_BUG = -13     /* a fault of the library's own */
};

#define HEED_ERROR_MAX 320 /* bytes that an `error` has room for */

/* heed_version: "0.1.0". heed_abi: HEED_ABI of the library that runs; compare it with the header's. */
HEED_API const char *heed_version(void);
HEED_API unsigned heed_abi(void);

/* ---- Packs to an engine -------------------------------------------------------------------------------------------- */

/* Memory: all three must be given; thread-safe when engines are made by several threads. NULL in place of the structure: the
 * C library's. The matcher (Vectorscan) takes its own database and scratch from the C library in any case. */
struct heed_allocator {
	void *(*alloc)(void *ctx, size_t size); /* size > 0; NULL when out of memory */
	void *(*resize)(void *ctx, void *p, size_t old_size, size_t size);
	void (*release)(void *ctx, void *p); /* p may be NULL */
	void *ctx;
};

/* What may be chosen when an engine is made; NULL in place of the structure: all defaults. Copied. */
struct heed_options {
	size_t size;
	const struct heed_allocator *allocator; /* NULL: the C library's */
	size_t verdict_memory_max; /* bytes that screening one message may take; 0: 64 MiB. What needs more is HEED_NOT_SCREENED */
};
#define HEED_OPTIONS_INIT HEED_INIT(heed_options)

/* One pack file (YAML): its path below packs/ with "/" between, for messages, and its bytes. Borrowed for the call. */
struct heed_pack {
	const char *name;
	const void *bytes;
	size_t len;
};

/* heed_build: compiles packs into one image, which may be kept on disk and shared by processes on machines of one kind. Runs
 * every example inside the packs; a pack whose examples fail does not build. Takes seconds. The image is freed by
 * heed_image_free with the same allocator. */
HEED_API int heed_build(const struct heed_options *options, const struct heed_pack *packs, size_t count, void **ret_image, size_t *ret_size,
	char error[HEED_ERROR_MAX]);
HEED_API void heed_image_free(const struct heed_options *options, void *image);

/* heed_open: milliseconds. The image's bytes are copied and checked. HEED_E_INVALID: build it again. */
typedef struct heed_engine heed_engine;
HEED_API int heed_open(
	const struct heed_options *options, const void *image, size_t size, heed_engine **ret_engine, char error[HEED_ERROR_MAX]);
/* heed_close: after all of its scratches and streams. NULL is fine. */
HEED_API void heed_close(heed_engine *engine);
/* heed_packs: short content hash of the packs, to be recorded with each verdict. Lives as long as the engine. */
HEED_API const char *heed_packs(const heed_engine *engine);

/* heed_scratch_open: what one thread works with, some hundred KiB and what the longest message took. */
typedef struct heed_scratch heed_scratch;
HEED_API int heed_scratch_open(const heed_engine *engine, heed_scratch **ret_scratch, char error[HEED_ERROR_MAX]);
HEED_API void heed_scratch_close(heed_scratch *scratch);

/* ---- Screening ----------------------------------------------------------------------------------------------------- */

enum heed_role { HEED_CLIENT = 0, HEED_ASSISTANT = 1 };

/* An earlier turn, oldest first in its list. */
struct heed_turn {
	size_t size;
	enum heed_role role;
	const char *text;
	size_t text_len;
};
#define HEED_TURN_INIT HEED_INIT(heed_turn)

/* What is screened. Borrowed for the call. */
struct heed_message {
	size_t size;
	enum heed_role role;
	const char *text; /* any bytes; may be NULL when text_len is 0 */
	size_t text_len;
	const struct heed_turn *turns; /* the conversation before it; the last 24 are read. May be NULL */
	size_t turn_count;
	int carried_level;   /* 0-4 that the conversation had reached; 0 unknown */
	const char *country; /* ISO 3166-1 alpha-2 of the client, for the directory of help lines; NULL unknown */
	int age;             /* of the client in years; 0 unknown */
};
#define HEED_MESSAGE_INIT HEED_INIT(heed_message)

struct heed_verdict;
enum heed_state { HEED_NOT_SCREENED = 0, HEED_SCREENED = 1, HEED_EMPTY = 2 };

/* heed_screen: never NULL; lives in the scratch until that is used again or closed. Tens of microseconds for a few hundred
 * bytes; about linear in the text. */
HEED_API const struct heed_verdict *heed_screen(const heed_engine *engine, heed_scratch *scratch, const struct heed_message *message);

HEED_API enum heed_state heed_verdict_state(const struct heed_verdict *verdict);
/* heed_verdict_level: 0 nothing detected, 1 distress, 2 elevated (ask and review), 3 high (a person the same day), 4 imminent
 * (now); -1 not screened. For assistant text, how urgent it is to hold it back: 1 a note, 2 a person looks before it is
 * shown, 3 replace it, 4 block it. */
HEED_API int heed_verdict_level(const struct heed_verdict *verdict);
/* heed_verdict_family: the level of one family ("suicide", "self_harm", "harm_to_others", "abuse", "psychosis", ...); -1 for
 * an unknown name or when not screened. heed_family_name: the index-th family, from 0; NULL past the last. */
HEED_API int heed_verdict_family(const struct heed_verdict *verdict, const char *family);
HEED_API const char *heed_family_name(size_t index);
/* heed_verdict_learned: how sure the learned stage is that the text is of a family, per mille, at its surest sentence; -1 when
 * it does not know the family or the language, or there is none in the packs. It is no level. */
HEED_API int heed_verdict_learned(const struct heed_verdict *verdict, const char *family);
/* heed_verdict_reason: why it was not screened; "" otherwise. */
HEED_API const char *heed_verdict_reason(const struct heed_verdict *verdict);
/* heed_verdict_time, heed_verdict_experiencer: when, and whose risk it is that sets the level: "unstated", "now", "recent",
 * "past", "future"; "self", "other", "character", "possible_self". "unstated" and "self" when there is no finding. */
HEED_API const char *heed_verdict_time(const struct heed_verdict *verdict);
HEED_API const char *heed_verdict_experiencer(const struct heed_verdict *verdict);
/* heed_verdict_lang: BCP 47 of most of the text, "und" unknown. heed_verdict_lang_covered: 1 when the packs cover it. A
 * level of 0 in a language that is not covered says little: route such a message with more caution. */
HEED_API const char *heed_verdict_lang(const struct heed_verdict *verdict);
HEED_API int heed_verdict_lang_covered(const struct heed_verdict *verdict);
/* heed_verdict_truncated: 1 when the text was longer than what is screened (256 KiB); the level is then at least 2.
 * heed_verdict_received, heed_verdict_judged: bytes of the text, and of it those that were screened. */
HEED_API int heed_verdict_truncated(const struct heed_verdict *verdict);
HEED_API size_t heed_verdict_received(const struct heed_verdict *verdict);
HEED_API size_t heed_verdict_judged(const struct heed_verdict *verdict);
/* heed_verdict_engine: "libheed 0.1.0"; heed_verdict_packs: as heed_packs. For the record of the verdict. */
HEED_API const char *heed_verdict_engine(const struct heed_verdict *verdict);
HEED_API const char *heed_verdict_packs(const struct heed_verdict *verdict);

struct heed_finding {
	size_t size;
	const char *concept_id, *phrase, *why, *source; /* ids of pack and stage; why: plain words, nothing of the text itself */
	int level, base_level;                          /* after and before context */
	size_t start, end;                              /* UTF-8 bytes of the text; end exclusive; both 0: no place of its own */
	int turn;                                       /* 0 this message, -1 the turn before it, ... */
	int confidence;                                 /* per mille */
	int negated, uncertain, hypothetical, question, quoted, idiom;
	const char *time, *experiencer; /* as of heed_verdict_time and heed_verdict_experiencer */
	const char *family;             /* "suicide", ...; "protective", "pii" and "request" never raise a level */
};
#define HEED_FINDING_INIT HEED_INIT(heed_finding)

HEED_API size_t heed_verdict_count(const struct heed_verdict *verdict);
/* heed_verdict_finding: the index-th, in order of start; 0, or HEED_E_INVALID past the end. Strings live as the verdict does. */
HEED_API int heed_verdict_finding(const struct heed_verdict *verdict, size_t index, struct heed_finding *ret_finding);
/* heed_verdict_top: index of the finding that sets the level; heed_verdict_count when there is none. */
HEED_API size_t heed_verdict_top(const struct heed_verdict *verdict);
/* heed_verdict_next: index of the first finding of a family at or after `from`; heed_verdict_count when there is none. The
 * protective factors: for (i = heed_verdict_next(v, "protective", 0); i < heed_verdict_count(v);
 * i = heed_verdict_next(v, "protective", i + 1)). */
HEED_API size_t heed_verdict_next(const struct heed_verdict *verdict, const char *family, size_t from);
/* heed_verdict_explain: the verdict in plain English for a clinician who checks it, some lines, without any of the client's
 * text. As snprintf: writes at most `size` bytes with the NUL and returns the length that the whole has. */
HEED_API size_t heed_verdict_explain(const struct heed_verdict *verdict, char *out, size_t size);

/* ---- Text that arrives in pieces ----------------------------------------------------------------------------------- */

/* A stream judges one text (a model's reply, mostly) while it arrives, and says how much of it may be shown:
 *
 *     released <= judged <= received   (bytes from the beginning)
 *
 * Pieces may have any size and may cut a character in two. The text is cut into units, sentences of at most 240 characters,
 * at places that depend on the text alone; whenever a unit is whole, all text up to its end is judged, and only then may it
 * go. How the text was cut into pieces changes neither what is released nor the verdict. When a unit is not let go, nothing
 * after it is released any more. Streams belong to one thread at a time; thousands may be open, since the
 * scratch is the thread's.
 *
 * Cost: 1 to 3 microseconds a token (4 bytes) for replies of up to 4 KB. A unit near which nothing at all is found is
 * read with the sentence before it; otherwise, and whenever the text has grown fourfold, all of it is. A reply in which every
 * sentence holds something costs by the square of its length. docs/reference/libheed.md has figures. */
typedef struct heed_stream heed_stream;
enum heed_stream_state {
	HEED_STREAM_STOPPED = 0, /* nothing more will be released; the verdict says why */
	HEED_STREAM_OPEN = 1,
	HEED_STREAM_DONE = 2 /* finished, and all of it released or ready to be */
};

struct heed_stream_options {
	size_t size;
	int stop_level;       /* 1-4: a unit is let go when the level of all text so far is below it. 0: 2 for an assistant's text; a
			       * client's is not held back at any level. What was not screened is never let go */
	size_t bytes_max;     /* of the text, at most and by default 256 KiB; a longer text stops with HEED_E_LIMIT */
	int uncovered_passes; /* 1: an assistant's text in a language that the packs do not cover, which nothing was read in, goes
			       * like any other. 0: it is not let go */
};
#define HEED_STREAM_OPTIONS_INIT HEED_INIT(heed_stream_options)

/* heed_stream_open: `message` gives role, earlier turns, carried level, country and age as for heed_screen; its text must be
 * empty. All of it is copied (256 KiB of a turn at most). options may be NULL. When the conversation stands at level 3 or
 * more, or a reply so far passes over a crisis that the client's last turns hold, nothing of an assistant's text is released
 * before heed_stream_finish has judged the whole. */
HEED_API int heed_stream_open(const heed_engine *engine, const struct heed_message *message, const struct heed_stream_options *options,
	heed_stream **ret_stream, char error[HEED_ERROR_MAX]);
HEED_API void heed_stream_close(heed_stream *stream); /* NULL is fine */

/* heed_stream_feed: the next piece; the scratch's own verdict ends. 0 also when the stream was stopped by what it judged
 * (then the piece is counted and dropped). HEED_E_LIMIT, HEED_E_MEMORY: stopped, HEED_NOT_SCREENED. HEED_E_INVALID: after
 * the end, or a scratch of another engine; the stream is as it was. */
HEED_API int heed_stream_feed(heed_stream *stream, heed_scratch *scratch, const char *piece, size_t piece_len);
/* heed_stream_finish: no more comes: judges what is left with all before it. Returns as heed_stream_feed. A text that breaks
 * off is closed without it: what was not judged is never released. */
HEED_API int heed_stream_finish(heed_stream *stream, heed_scratch *scratch);

/* heed_stream_next: 1 and the next piece that may be shown, from then on counted as released; 0 when there is none. Whole
 * units; the bytes live until the stream's next feed or close. */
HEED_API int heed_stream_next(heed_stream *stream, const char **ret_text, size_t *ret_len);
HEED_API enum heed_stream_state heed_stream_state(const heed_stream *stream);
/* heed_stream_verdict: of all text judged so far (since it was made, nothing was found); after heed_stream_finish, of the
 * whole, the same as heed_screen gives. Before the first unit: HEED_NOT_SCREENED. Lives until the stream's next feed, finish or close. */
HEED_API const struct heed_verdict *heed_stream_verdict(const heed_stream *stream);

struct heed_stream_counts {
	size_t size;
	size_t received, judged, releasable, released; /* bytes; judged counts the text that was judged and not let go, too */
	size_t checks;                                 /* how often something was screened */
};
#define HEED_STREAM_COUNTS_INIT HEED_INIT(heed_stream_counts)
HEED_API int heed_stream_count(const heed_stream *stream, struct heed_stream_counts *ret_counts);

/* heed_unit_end: for who does this alone: the end of the last complete unit of `text` at or after `from` (0 or an earlier
 * answer; `from` when none is complete). What is judged up to there, together with all before it, may be shown. finished:
 * no more comes. */
HEED_API size_t heed_unit_end(const heed_engine *engine, const char *text, size_t text_len, size_t from, int finished);

#ifdef __cplusplus
}
#endif
#endif
