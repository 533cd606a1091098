/* plan.h: a client's own plan for hard moments: seven headings, each with a few lines in the client's words. A change is a new
 * version; the one before stays, superseded. The team reads it only while the client shares it. */
#ifndef HEED_CARE_PLAN_H
#define HEED_CARE_PLAN_H

#include "care/care.h"

#define PLAN_LINES_MAX 20 /* of one heading */
#define PLAN_LINE_MAX 500 /* bytes */
#define PLAN_SECTIONS 7

/* plan_section: "signs", "alone", "places", "people", "lines", "safer", "reasons"; NULL past the last. */
const char *plan_section(size_t index);

/* plan_current: of a client's versions the one that holds, draft or active; NULL: none. */
const struct row *plan_current(const struct row_set *versions);
/* plan_check: sections from outside: an object of these headings, each a list of lines. Outer spaces and empty lines go; *ret_clean
 * has all headings. E_INVALID names the heading, never its words. */
int plan_check(const json_t *sections, json_t **ret_clean, struct err *reterr) MUST_CHECK;
/* plan_words: all lines, one under the other. plan_lines: how many. */
void plan_words(const json_t *clean, struct buf *out);
size_t plan_lines(const json_t *clean);

/* plan_save: `before` is the current row, just read, or NULL for the first. active: else a draft. */
struct plan_save {
	const char *client_id;
	const struct row *before;
	const json_t *clean;
	bool active, shared;
};
int plan_save(struct care *care, const struct scope *scope, const struct plan_save *save, struct uuid *ret_id, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
/* plan_share: from now on the team may read it, or not. */
int plan_share(struct care *care, const struct scope *scope, const struct row *plan, bool shared, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

#endif
