/* lang.h: which language most of a text is in, by script and function words. Cheap and coarse: it chooses nothing that
 * screening depends on (all languages are matched at once); it tells people and picks message texts. */
#ifndef HEED_TEXT_LANG_H
#define HEED_TEXT_LANG_H

#include "text/fold.h"

#define LANG_SLOTS 2048u

/* Hashes of function words, each with the set of languages that it speaks for. */
struct lang_table {
	uint32_t hashes[LANG_SLOTS]; /* 0 = empty */
	uint16_t sets[LANG_SLOTS];
};

/* lang_open: fills the table (microseconds). */
void lang_open(struct lang_table *ret_table);

/* lang_guess: BCP 47 code ("en", "es", ..., "und"); static storage. */
const char *lang_guess(const struct lang_table *table, const struct view *view);

#endif
