/* unveil.h: the de-obfuscated view of a text: what a reader sees in disguised spelling.
 *
 * Made from a folded view (fold.h). A token, or a run of tokens, becomes another word only when the vocabulary knows that
 * word, and every token that did so carries TOKEN_CHANGED and the bytes of the text it stands for:
 *   letters of another script that look like Latin ones (Unicode UTS 39 skeletons) in a word that is not of that script;
 *   digits and signs for letters (k1ll, $elf, su!cide), and asterisks for any letter (k*ll);
 *   single letters set apart (k i l l, k.i.l.l), also as emoji letters;
 *   words cut in two (sui-cide, my self) or run together (killmyself);
 *   one slip of the keys: two letters swapped or a letter doubled or halved in a word that matters (VOCAB_KEY), any one
 *   letter wrong, missing or too many in a key term (VOCAB_KEYTERM).
 * Words that the vocabulary knows stay as they are. Cost: linear; about 0.1 us for a word that nobody knows. */
#ifndef HEED_TEXT_UNVEIL_H
#define HEED_TEXT_UNVEIL_H

#include "text/fold.h"

struct unveil_tables; /* immutable, shared by all threads */

/* unveil_open: the tables for one vocabulary, whose slots and bytes must outlive them. About 300 KB, some milliseconds. */
int unveil_open(const struct mem *mem, const struct vocab *vocab, struct unveil_tables **ret_tables, struct err *reterr) MUST_CHECK;
void unveil_free(const struct mem *mem, struct unveil_tables **tables);

/* unveil_run: of a view that was folded with the same vocabulary. 1 and a new view, not yet segmented, when a token became a VOCAB_KEY
 * word; 0 when none did (ret_view untouched); E_MEMORY at the arena's limit. */
int unveil_run(const struct unveil_tables *tables, struct arena *arena, const struct view *plain, struct view *ret_view) MUST_CHECK;

#endif
