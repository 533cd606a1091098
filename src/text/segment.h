/* segment.h: sentences, segments, clauses and quoted spans of a folded view; and where streamed text may be cut.
 *
 * Made for chat: lower case after a full stop, no full stops at all, line breaks as full stops, abbreviations, doses and
 * times. Sentences end at . ! ? and line breaks; segments also at ; : and dashes; clauses also at a comma before a new
 * subject or after a short interjection ("no, I ..."), so that context does not leak over it. */
#ifndef HEED_TEXT_SEGMENT_H
#define HEED_TEXT_SEGMENT_H

#include "text/fold.h"

/* segment_run: fills sentence, segment, clause, quote and TOKEN_SOFT of each token, and view->solid. E_MEMORY at the
 * arena's limit. */
int segment_run(struct arena *arena, struct view *view) MUST_CHECK;

#define SEGMENT_UNIT_MAX 240u /* characters of a release unit */

/* segment_unit_end: the end of the last complete unit of `text` at or after `from`; `from` when none is complete yet.
 * A unit is a sentence with the white space after it; one longer than SEGMENT_UNIT_MAX characters is cut at its last
 * space, leaving at least `keep` bytes behind. The cuts depend on the text before them only, never on how it arrived:
 * cut points of a prefix are cut points of the whole. `from` must be 0 or an earlier answer. Never cuts inside a UTF-8
 * sequence or before a combining mark, joiner or modifier. With finished, the answer is text.len. */
size_t segment_unit_end(struct str text, size_t from, size_t keep, bool finished);

#endif
