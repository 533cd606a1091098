/* engine_priv.h: the opened engine, and the stages of one run. */
#ifndef HEED_SCREEN_ENGINE_PRIV_H
#define HEED_SCREEN_ENGINE_PRIV_H

#include "screen/match.h"
#include "screen/pack_priv.h"
#include "screen/pattern.h"
#include "text/lang.h"
#include "text/unveil.h"

struct screen_engine {
	struct mem mem;
	char *block; /* owned; holds the image at a multiple of IMAGE_ALIGN */
	struct pack pack;
	struct vocab vocab;
	struct str packs_hash;
	struct fold_tables *tables;
	struct unveil_tables *unveil;
	struct vocab names_around, names_frames; /* slots owned */
	struct pattern_starts starts;
	struct lang_table langs;
	struct arena arena;   /* for the life of the engine */
	uint16_t *word_flags; /* of each word of the vocabulary, by its number */
	const struct med_index *medication;
	uint64_t covered;  /* lang_set of the languages that have a lexicon */
	size_t keep_bytes; /* what screen_unit_end leaves behind at the cap */
};

struct screen_scratch {
	struct mem mem;
	struct match_room room;
	bool wide; /* of the last text: a stage read it that looks beyond a sentence and the one before it (heed_stream.c) */
};

/* A growing list of findings in the run's arena. */
struct findings {
	struct finding *items;
	size_t count, capacity;
};

/* Everything the stages of one run share. */
struct run {
	const struct screen_engine *engine;
	struct screen_scratch *scratch;
	struct arena *arena;
	const struct screen_request *request;
	unsigned roles;
	struct findings findings;
	/* of earlier client turns, once state_allows or the state stage asked: what they hold, one entry a finding */
	struct findings history;
	int history_state; /* 0 not read yet, 1 read, 2 being read */
	bool plain;        /* only what phrases find counts: the client's side of a reply, which asks what a reply must answer */
	int *learned;      /* verdict->learned of the message in hand; NULL elsewhere */
	int rc;            /* a failure inside a question that can only answer yes or no */
};

/* finding_add: a zeroed finding at the end, or NULL (no memory). */
struct finding *finding_add(struct run *run);

/* scan_text: fold, segment and match one text. */
int scan_text(struct run *run, struct str text, struct view *ret_view, struct scan *ret_scan) MUST_CHECK;

/* context_findings: the concept matches of a scan, graded by their context, added to run->findings. `source` and `turn`
 * are copied into each. `only` (may be NULL) says which matches count. Offsets are those of the scanned text. */
struct context_options {
	enum finding_source source;
	int turn;
	bool (*only)(const struct scan *scan, const struct match *match, const void *ctx);
	const void *only_ctx;
};
int context_findings(struct run *run, const struct scan *scan, const struct context_options *options) MUST_CHECK;

/* context_level: a concept's level after context. context_why: its explanation with what context says. */
int context_level(const struct pack_concept *concept, int base, const struct finding_context *context);
struct str context_why(struct arena *arena, struct str why, const struct finding_context *context);

/* disguise_spelling: what the de-obfuscated view of a text holds besides the plain one that `plain` is. `options` as for
 * the plain view; SOURCE_PHRASE becomes SOURCE_DEOBFUSCATED. */
int disguise_spelling(struct run *run, const struct view *plain, const struct context_options *options) MUST_CHECK;

/* disguise_encoding: what the base64 spans of a text hold. `depth` 0 for the text itself. */
int disguise_encoding(struct run *run, struct str text, int turn, unsigned depth) MUST_CHECK;

/* read_text: all that one text of run->roles holds by itself, added to run->findings with `turn`. */
int read_text(struct run *run, struct str text, int turn, struct view *ret_view, struct scan *ret_scan) MUST_CHECK;

/* contact_run: identifiers of a client's text, contacts and sources of an assistant's (the text that `scan` and `view` read). */
int contact_run(struct run *run, struct str text, const struct scan *scan, const struct view *view) MUST_CHECK;

/* medication_reply: what an assistant's text says of named medicines: an amount that the client did not name first; outside English, where
 * no lexicon does it, to start, stop or change one. Nothing when no medicine is named. */
int medication_reply(struct run *run, struct str text, const struct scan *scan) MUST_CHECK;

/* state_allows: whether a phrase's `after` condition holds in the earlier turns. A failure goes to run->rc. */
bool state_allows(struct run *run, const struct pack_phrase *phrase);

/* state_history: fills run->history with what all earlier client turns hold, once. */
int state_history(struct run *run) MUST_CHECK;

/* collusion_run: what the weak signs of an assistant text add up to, seen with the client's turns. The signs themselves
 * leave run->findings. */
int collusion_run(struct run *run) MUST_CHECK;

/* state_client: what the conversation makes of a client's message that `scan` has read: turns that wait for an answer,
 * answers to our own questions, signs that add up. *ret_turns: how many turns wait. */
int state_client(struct run *run, const struct scan *scan, size_t *ret_turns) MUST_CHECK;

/* state_question: the concept of the most urgent risk question that an assistant's text asks, or empty. */
int state_question(struct run *run, struct str asked, struct str *ret_concept) MUST_CHECK;

/* state_reply: what an assistant text lacks after what the client said. Call it last. */
int state_reply(struct run *run) MUST_CHECK;

#endif
