/* features.h: what the learned stage sees of a text: hashes of its words, runs of words and runs of letters, window by window.
 *
 * A window is a sentence or line; one of many words is cut at a clause after FEATURES_WINDOW_SOFT words, at the latest after
 * FEATURES_WINDOW_WORDS. A window depends on its own words only, so that text before or after it changes nothing of what is
 * seen in it. */
#ifndef HEED_SCREEN_FEATURES_H
#define HEED_SCREEN_FEATURES_H

#include "screen/match.h"

#define FEATURES_WINDOW_WORDS 48u
#define FEATURES_WINDOW_SOFT 24u
#define FEATURES_WORD_LETTERS 20u /* of a longer word the rest has no letter runs of its own; the whole word counts as one */

/* At most this many of one word by itself: the word and its letter runs. */
#define FEATURES_WORD_MAX (1u + 3u * (FEATURES_WORD_LETTERS + 2u))

/* At most this many of one window: three runs of words, one mark of scope, and letter runs of three lengths for each word. */
#define FEATURES_MAX (FEATURES_WINDOW_WORDS * (4u + 3u * (FEATURES_WORD_LETTERS + 2u)))

struct features_window {
	size_t start, end;         /* UTF-8 bytes of the text that was scanned */
	size_t token, token_count; /* its tokens in the view */
	const uint32_t *hashes;
	size_t count;          /* a hash that stands there twice counts twice */
	const uint32_t *known; /* words of the vocabulary (vocab_slot.number) that stand for all features that they have by themselves */
	size_t known_count;
};

/* The table that `each` will look into: the row of a hash, of `row_bytes` bytes, is that of its lowest bits. It is asked for ahead. */
struct features_ahead {
	const void *rows;
	uint32_t mask, row_bytes;
};

/* features_each: calls `each` for the windows of a scan, in order, until it gives other than 0, which is returned; 0 at the end. `whole`:
 * all features as hashes, none as known words (for training). What the window points at is borrowed for the call. E_MEMORY at the arena's
 * limit. Cost: linear. */
int features_each(struct arena *arena, const struct scan *scan, bool whole, const struct features_ahead *ahead,
	int (*each)(void *ctx, const struct features_window *window), void *ctx) MUST_CHECK;

/* features_hash: of a word. features_word: what a word of letters has by itself; returns how many, at most FEATURES_WORD_MAX. */
uint64_t features_hash(struct str word);
size_t features_word(struct str word, uint32_t *ret_hashes);

#endif
