/* screen.h: the engine inside the house. (include/heed/heed.h is the same engine for others.)
 *
 * An engine is immutable once opened and shared by all threads; a scratch belongs to one thread. screen_run does no I/O,
 * reads no clock and allocates only in the caller's arena: same input, same verdict, on every machine. */
#ifndef HEED_SCREEN_SCREEN_H
#define HEED_SCREEN_SCREEN_H

#include "base/arena.h"
#include "base/err.h"
#include "screen/verdict.h"

struct screen_engine;
struct screen_scratch;

/* One pack file as bytes; name is its path below packs/, for messages. */
struct screen_source {
	struct str name;
	struct str bytes;
};

/* screen_engine_build: compile packs (lexicon, context, levels, helplines: all *.yaml below packs/ that the engine
 * knows by their `kind:`; others are ignored) into a serialised image. Runs every in-pack example; a pack whose examples
 * fail does not build (E_INVALID; message names file, line and example). Takes seconds. The image is tied to library
 * version and processor features and checked by screen_engine_open. *ret_image is owned by the caller (mem). */
int screen_engine_build(const struct mem *mem, const struct screen_source *sources, size_t source_count, struct str *ret_image,
	struct err *reterr) MUST_CHECK;

/* One in-pack example after it was run; everything borrowed for the call. */
struct screen_example {
	struct str file;
	int line;
	bool passed;
	struct str text;
	struct str failure; /* what was expected and what was found; empty when passed */
	const struct verdict *verdict;
	enum message_role role;
	const struct str *has, *none; /* what it expects: concept ids that must and must not be found */
	size_t has_count, none_count;
	int level, level_min, level_max; /* of the message; -1: not stated */
};

/* What screen_engine_build_with may be asked besides; zero value: as screen_engine_build. */
struct screen_build_options {
	void (*report)(void *ctx, const struct screen_example *example); /* called for every example, in file order; may be NULL */
	void *report_ctx;
	bool allow_failures; /* the image is made although examples fail; for people who write packs, never for a service */
	bool skip_examples;  /* not run at all; likewise */
};

/* screen_engine_build_with: as screen_engine_build, with options. */
int screen_engine_build_with(const struct mem *mem, const struct screen_source *sources, size_t source_count,
	const struct screen_build_options *options, struct str *ret_image, struct err *reterr) MUST_CHECK;

/* screen_engine_key: the cache key of these sources on this machine and build (hex, NUL-terminated, 64 chars + NUL). */
void screen_engine_key(const struct screen_source *sources, size_t source_count, char key[65]);

/* screen_engine_open: from an image (bytes are copied). E_INVALID when made by another version or processor: build again.
 * Milliseconds. */
int screen_engine_open(const struct mem *mem, struct str image, struct screen_engine **ret_engine, struct err *reterr) MUST_CHECK;
void screen_engine_free(struct screen_engine **engine);

int screen_scratch_open(const struct screen_engine *engine, struct screen_scratch **ret_scratch, struct err *reterr) MUST_CHECK;
void screen_scratch_free(struct screen_scratch **scratch);

/* An earlier turn of the conversation, oldest first. */
struct screen_turn {
	enum message_role role;
	struct str text;
	bool released; /* an assistant turn that we released ourselves: its risk question counts as the bot's own */
};

struct screen_request {
	enum message_role role;
	struct str text;
	const struct screen_turn *turns; /* earlier turns; may be NULL. At most the last SCREEN_TURNS_MAX are read */
	size_t turn_count;
	int carried_level;  /* the conversation's accumulated level so far (0-4); 0 when unknown */
	struct str country; /* ISO 3166-1 alpha-2 of the client for helpline checks, or empty */
	int age;            /* of the client in years, or 0 when unknown */
};

#define SCREEN_TURNS_MAX 24
#define SCREEN_TEXT_MAX (256u * 1024u) /* bytes of one message that are screened; longer: truncated verdict, level >= 2 */

/* screen_run: always fills *ret_verdict. On any failure (arena limit, matcher error) returns the code and a
 * VERDICT_NOT_SCREENED with a reason. Any bytes are accepted. Cost: about linear in the text. */
int screen_run(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena,
	const struct screen_request *request, struct verdict *ret_verdict);

/* screen_features: what the learned stage sees of request->text, for training (features.h): `each` is called for every window, in
 * order, until it gives other than 0, which is returned. Offsets are UTF-8 bytes of the text; the hashes are borrowed for the call. */
int screen_features(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena,
	const struct screen_request *request, int (*each)(void *ctx, size_t start, size_t end, const uint32_t *hashes, size_t count),
	void *ctx) MUST_CHECK;

/* screen_question: the concept of the most urgent risk question that an assistant's text asks ("suicide.active"), or empty; borrowed from
 * the engine. For trajectory_grade (trajectory.h). */
int screen_question(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena, struct str text,
	struct str *ret_concept) MUST_CHECK;

/* screen_units: cut `text` (assistant text so far) into release units by the segmenter: returns the end offset of the last
 * complete unit at or after `from`; `from` when none is complete yet. A unit is a sentence, at most 240 characters; at that
 * cap the longest phrase's bound stays behind. At the end of the stream pass finished=true: then the answer is text.len.
 * Never cuts inside a UTF-8 sequence or a grapheme cluster. Pure and incremental: same answer for every chunking. */
size_t screen_unit_end(const struct screen_engine *engine, struct str text, size_t from, bool finished);

/* screen_engine_versions: names for records. */
struct str screen_engine_version(const struct screen_engine *engine); /* "libheed 0.1.0" */
struct str screen_engine_packs(const struct screen_engine *engine);   /* short content hash */

/* screen_engine_counts: how large the packs are, for people. */
struct screen_counts {
	size_t concepts, phrases, triggers, literals, words, lines;
};
struct screen_counts screen_engine_counts(const struct screen_engine *engine);

/* screen_concept_at: the index-th concept of the packs; false past the last. Borrowed from the engine. */
struct screen_concept {
	struct str id;
	enum family family;
	int level; /* before context */
	bool client, assistant;
};
bool screen_concept_at(const struct screen_engine *engine, size_t index, struct screen_concept *ret_concept);

#endif
