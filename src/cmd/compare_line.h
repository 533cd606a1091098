/* compare_line.h: a comparison of `heedwell compare` as one JSON object, or as text for people. */
#ifndef HEED_CMD_COMPARE_LINE_H
#define HEED_CMD_COMPARE_LINE_H

#include "base/buf.h"
#include "screen/medication.h"

/* compare_json: one JSON object without line feed (docs/reference/compare.md); id_json is a JSON value. */
void compare_json(const struct screen_engine *engine, struct str id_json, const struct medication_comparison *comparison, struct buf *out);

/* compare_text: what was found, with the words of both texts. */
void compare_text(struct str source, struct str target, const struct medication_comparison *comparison, struct buf *out);

#endif
