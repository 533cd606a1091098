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

/* At most this many of one window: three runs of words, one mark of scope, and letter runs of three lengths for each word. */
#define FEATURES_MAX (FEATURES_WINDOW_WORDS * (4u + 3u * (FEATURES_WORD_LETTERS + 2u)))

struct features_window {
	size_t start, end; /* UTF-8 bytes of the text that was scanned */
	struct view view;  /* its tokens alone */
	const uint32_t *hashes;
	size_t count; /* > 0; a hash that stands there twice counts twice */
};

/* features_each: calls `each` for the windows of a scan, in order, until it gives other than 0, which is returned; 0 at the end. The
 * hashes are borrowed for the call. E_MEMORY at the arena's limit. Cost: linear. */
int features_each(
	struct arena *arena, const struct scan *scan, int (*each)(void *ctx, const struct features_window *window), void *ctx) MUST_CHECK;

#endif
