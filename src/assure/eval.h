/* eval.h: how good screening is on labelled rows: recall, false alarms, agreement with graded severity, load, by set, language,
 * family and demographic cue, by conversation, beside other engines, and for identifiers.
 *
 * Rows are added one by one (eval_line screens one of a file), evals of several threads are merged, conversations are run when
 * all rows are there, and the report is made at the end. Same rows, same report, in any order of threads. An eval keeps levels
 * and labels; of texts only those of conversations, until they were run. What labels and figures mean: docs/internals/assure.md.
 * Every limit below that was reached is counted and said in the report. */
#ifndef HEED_ASSURE_EVAL_H
#define HEED_ASSURE_EVAL_H

#include "assure/eval_stats.h"
#include "assure/report.h"
#include "policy/policy.h"
#include "screen/screen.h"

#include <jansson.h>

#define EVAL_ROWS_MAX 1000000u
#define EVAL_SETS_MAX 256u
#define EVAL_LABELS_MAX 256u    /* different labels in all */
#define EVAL_ROW_LABELS_MAX 64u /* of one row */
#define EVAL_TALKS_MAX 20000u   /* conversations */
#define EVAL_TURNS_MAX 500000u  /* turns of them */
#define EVAL_TALK_BYTES_MAX (256u * 1024u * 1024u)
#define EVAL_OTHERS_MAX 4u /* other engines */
#define EVAL_SMALL 20u     /* fewer rows than this say nothing about a cue */
#define EVAL_GRADES 4      /* none, passive, active, intent or act */

/* One labelled row and what screening said. */
struct eval_row {
	struct str id; /* empty: cannot be held against another engine */
	struct str source, lang;
	enum message_role role;
	const struct str *labels;
	size_t label_count;
	int severity;                           /* 0-4, or -1 when not given */
	uint32_t cues;                          /* of eval_cues_find */
	const struct verdict *verdict;          /* NULL or not screened: counted as such, and as not found */
	const struct policy_decision *decision; /* of a reply; NULL when none was made */
};

struct eval;

/* eval_new: NULL when out of memory. */
struct eval *eval_new(const struct mem *mem);
void eval_free(struct eval *eval);
void eval_add(struct eval *eval, const struct eval_row *row);
/* eval_merge: adds from's rows to eval. */
void eval_merge(struct eval *eval, const struct eval *from);

/* What a row is screened with. The policy (preset "chatbot", a known client, somebody on duty) judges replies. */
struct eval_parts {
	const struct screen_engine *engine;
	const struct policy *policy; /* NULL: replies are not judged */
	struct screen_scratch *scratch;
	struct arena *arena; /* reset for each row */
};

/* eval_line: screens one row of a file, {"id","text","role","labels","severity","lang","source","orig","group","turn","context"},
 * and adds it. `order` is its place in the input: turns of a conversation without a "turn" are in that order. `verdict_out` (may
 * be NULL) gets {"id","level","levels"} and a line feed. E_INVALID for a bad row; the message says what is wrong with it and
 * holds nothing of its text. */
int eval_line(struct eval *eval, const struct eval_parts *parts, const json_t *row, uint64_t order, struct buf *verdict_out,
	struct err *reterr) MUST_CHECK;

/* eval_talks_run: screens the conversations turn by turn: up to SCREEN_TURNS_MAX turns before each, and the highest level of the
 * client's turns so far as the carried level, as care/turn_decide.c does. Once, after merging. */
void eval_talks_run(struct eval *eval, const struct eval_parts *parts);

/* eval_cues_find: the demographic cues (eval_cues.c) that a text carries, one bit each. */
uint32_t eval_cues_find(struct str text);

/* Levels that another engine (or another version of this one) gave to the same rows. */
struct eval_other;
/* eval_other_new: `name` is copied. NULL without memory. */
struct eval_other *eval_other_new(const struct mem *mem, const char *name);
void eval_other_free(struct eval_other *other);
/* eval_other_line: {"id","level"[,"levels":{FAMILY:0-4}]}; without families the level counts for each. E_INVALID, E_LIMIT (more
 * than EVAL_ROWS_MAX), E_EXISTS (an id twice), E_MEMORY. */
int eval_other_line(struct eval_other *other, const json_t *row, struct err *reterr) MUST_CHECK;

/* One input, for the report's head. */
struct eval_file {
	const char *name;
	char sha256[65];
	uint64_t rows, bad;
};

struct eval_about {
	struct str date; /* ISO 8601 */
	const struct eval_file *files;
	size_t file_count;
	struct eval_other *const *others;
	size_t other_count;
	const char *only_source; /* --source, or NULL */
};

/* eval_report: everything above as a report in the report's arena. */
void eval_report(const struct eval *eval, const struct screen_engine *engine, const struct eval_about *about, struct report *report);

#endif
