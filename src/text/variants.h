/* variants.h: letters that people write for one another, which folding takes as one: traditional and simplified Chinese
 * characters, Arabic letters with and without their signs. Packs and texts are folded alike, so that each pack is written
 * once. Only for comparing: what people see is the text itself. */
#ifndef HEED_TEXT_VARIANTS_H
#define HEED_TEXT_VARIANTS_H

#include "base/str.h"

#define VARIANTS_END 0x10000u

/* variants_fill: for each code point below VARIANTS_END the one that it folds to, itself mostly. A second time changes
 * nothing. */
void variants_fill(uint16_t *ret_variants);

/* variants_silent: Arabic vowel signs, the stretching stroke and marks of recitation: dropped. */
bool variants_silent(uint32_t cp);

/* variants_bare: the word without the Arabic "and" or "so" that is written onto it (three letters stay at least), or an
 * empty string when it begins with neither. Borrows from the word. */
struct str variants_bare(struct str word);

#endif
