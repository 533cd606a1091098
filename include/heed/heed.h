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
 * with their size (the INIT macros set it), so that members can be added at their ends. Strings given back are
 * NUL-terminated UTF-8. Errors: 0, or one of the negative HEED_E_ codes with a sentence in `error` (may be NULL). */
#ifndef HEED_HEED_H
#define HEED_HEED_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HEED_ABI 1
#define HEED_API __attribute__((visibility("default")))

enum {
	HEED_E_MEMORY = -1,  /* no memory, or a limit on it */
	HEED_E_LIMIT = -2,   /* input beyond a documented limit */
	HEED_E_INVALID = -3, /* a pack is wrong (the sentence names file and line), or an image is damaged or of another version */
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

/* One pack file (YAML): its path below packs/ with "/" between, for messages, and its bytes. Borrowed for the call. */
struct heed_pack {
	const char *name;
	const void *bytes;
	size_t len;
};

/* heed_build: compiles packs into one image, which may be kept on disk and shared by processes on machines of one kind. Runs
 * every example inside the packs; a pack whose examples fail does not build. Takes seconds. The image is freed by
 * heed_image_free with the same allocator. */
HEED_API int heed_build(const struct heed_allocator *allocator, const struct heed_pack *packs, size_t count, void **ret_image,
	size_t *ret_size, char error[HEED_ERROR_MAX]);
HEED_API void heed_image_free(const struct heed_allocator *allocator, void *image);

/* heed_open: milliseconds. The image's bytes are copied and checked. HEED_E_INVALID: build it again. */
typedef struct heed_engine heed_engine;
HEED_API int heed_open(
	const struct heed_allocator *allocator, const void *image, size_t size, heed_engine **ret_engine, char error[HEED_ERROR_MAX]);
/* heed_close: after all of its scratches. NULL is fine. */
HEED_API void heed_close(heed_engine *engine);
/* heed_packs: short content hash of the packs, to be recorded with each verdict. Lives as long as the engine. */
HEED_API const char *heed_packs(const heed_engine *engine);

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
#define HEED_TURN_INIT \
	{ \
		.size = sizeof(struct heed_turn) \
	}

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
#define HEED_MESSAGE_INIT \
	{ \
		.size = sizeof(struct heed_message) \
	}

struct heed_verdict;
enum heed_state { HEED_NOT_SCREENED = 0, HEED_SCREENED = 1, HEED_EMPTY = 2 };

/* heed_screen: never NULL; lives in the scratch until its next call or end. Tens of microseconds for a few hundred bytes. */
HEED_API const struct heed_verdict *heed_screen(const heed_engine *engine, heed_scratch *scratch, const struct heed_message *message);

HEED_API enum heed_state heed_verdict_state(const struct heed_verdict *verdict);
/* heed_verdict_level: 0 nothing detected, 1 distress, 2 elevated (ask and review), 3 high (a person the same day), 4 imminent
 * (now); -1 not screened. For assistant text: how urgent it is to hold it back. */
HEED_API int heed_verdict_level(const struct heed_verdict *verdict);
/* heed_verdict_family: the level of one family ("suicide", "self_harm", "harm_to_others", "abuse", "psychosis", ...; as in
 * docs/reference/verdict.schema.json); -1 for an unknown name or when not screened. */
HEED_API int heed_verdict_family(const struct heed_verdict *verdict, const char *family);
/* heed_verdict_reason: why it was not screened; "" otherwise. heed_verdict_lang: BCP 47 of most of the text, "und" unknown. */
HEED_API const char *heed_verdict_reason(const struct heed_verdict *verdict);
HEED_API const char *heed_verdict_lang(const struct heed_verdict *verdict);
/* heed_verdict_truncated: 1 when the text was longer than what is screened (256 KiB); the level is then at least 2. */
HEED_API int heed_verdict_truncated(const struct heed_verdict *verdict);

struct heed_finding {
	size_t size;
	const char *concept, *phrase, *why, *source; /* ids of pack and stage; why: plain words, without any of the client's text */
	int level, base_level;                       /* after and before context */
	size_t start, end;                           /* UTF-8 bytes of the text; end exclusive; both 0: no place of its own */
	int turn;                                    /* 0 this message, -1 the turn before it, ... */
	int confidence;                              /* per mille */
	int negated, uncertain, hypothetical, question, quoted, idiom;
	const char *time, *experiencer; /* "unstated","now","recent","past","future"; "self","other","character","possible_self" */
};
#define HEED_FINDING_INIT \
	{ \
		.size = sizeof(struct heed_finding) \
	}

HEED_API size_t heed_verdict_count(const struct heed_verdict *verdict);
/* heed_verdict_finding: the index-th, in order of start; 0, or HEED_E_INVALID past the end. Strings live as the verdict does. */
HEED_API int heed_verdict_finding(const struct heed_verdict *verdict, size_t index, struct heed_finding *ret_finding);
/* heed_verdict_top: index of the finding that sets the level; heed_verdict_count when there is none. */
HEED_API size_t heed_verdict_top(const struct heed_verdict *verdict);

/* heed_unit_end: for replies that stream: the end of the last complete sentence of `text` at or after `from` (`from` when none
 * is complete). What is judged up to there, together with all before it, may be shown. finished: no more comes. */
HEED_API size_t heed_unit_end(const heed_engine *engine, const char *text, size_t text_len, size_t from, int finished);

#ifdef __cplusplus
}
#endif
#endif
