/* screen_line.h: one line of `heedwell screen`: JSON in, JSON (or text for people) out. */
#ifndef HEED_CMD_SCREEN_LINE_H
#define HEED_CMD_SCREEN_LINE_H

#include "base/arena.h"
#include "base/buf.h"
#include "screen/screen.h"

#include <jansson.h>

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

/* ---- for other kinds of lines (screen_talk.c) ---- */

#define SCREEN_LINE_TURNS_MAX 4096u

/* screen_line_mend: the line as strict UTF-8 JSON: what is not becomes U+FFFD. ptr NULL: no memory. */
struct str screen_line_mend(struct arena *arena, struct str line);
/* screen_line_text: an optional string member; false when it is there and no string. */
bool screen_line_text(const json_t *object, const char *key, struct str *ret_text);
enum message_role screen_line_role(struct str name);
/* screen_line_id: the line's id as JSON. */
struct str screen_line_id(const json_t *object, struct arena *arena);
/* screen_line_bad: `out` becomes an error record; E_INVALID. */
int screen_line_bad(struct buf *out, size_t number, const char *code, const char *message);
/* screen_line_concepts, screen_line_by_time: a member and the comma after it. */
void screen_line_concepts(struct buf *out, const struct verdict *verdict);
void screen_line_by_time(struct buf *out, const int levels[VERDICT_TIMES]);

#endif
