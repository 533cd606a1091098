/* screen_line.h: one line of `heedwell screen`: JSON in, JSON (or text for people) out. */
#ifndef HEED_CMD_SCREEN_LINE_H
#define HEED_CMD_SCREEN_LINE_H

#include "base/arena.h"
#include "base/buf.h"
#include "screen/screen.h"

struct policy;
struct policy_decision;

struct screen_line_options {
	bool explain, redact;
	struct str policy_name; /* empty: no decision is written */
	struct policy *policy;  /* owned: screen_line_policy_done */
};

struct screen_line {
	struct str bytes;
	size_t number; /* from 1 */
};

/* screen_line_policy_open: the policy packs below `dir` when `name` (a preset) is not NULL; E_NOT_FOUND for an unknown one. */
int screen_line_policy_open(
	const char *name, struct arena *arena, struct str dir, struct screen_line_options *options, struct err *reterr) MUST_CHECK;
void screen_line_policy_done(struct screen_line_options *options);

/* screen_line_run: appends one line (with its line feed) to `out`. E_INVALID when the line was bad: then it is an error
 * record. */
int screen_line_run(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena,
	const struct screen_line_options *options, const struct screen_line *line, struct buf *out) MUST_CHECK;

/* screen_line_verdict: the verdict as one JSON object without line feed (docs/reference/verdict.schema.json); id_json is a JSON value,
 * decision may be NULL. */
void screen_line_verdict(struct str id_json, const struct verdict *verdict, const struct policy_decision *decision, struct buf *out);

#endif
