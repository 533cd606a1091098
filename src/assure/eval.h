/* eval.h: how good screening is on labelled rows: recall, false alarms, agreement with graded severity, load.
 *
 * An eval is a set of counters; rows are added one by one, and evals of several threads are merged. Same rows, same report,
 * in any order. It keeps no text. What the labels mean is docs/internals/assure.md.
 * Limits: EVAL_SETS_MAX sets and EVAL_LABELS_MAX labels a set; what comes after them is counted in `dropped`, and said. */
#ifndef HEED_ASSURE_EVAL_H
#define HEED_ASSURE_EVAL_H

#include "base/buf.h"
#include "base/err.h"
#include "screen/verdict.h"

#define EVAL_SETS_MAX 128
#define EVAL_LABELS_MAX 96
#define EVAL_GRADES 4 /* none, passive, active, intent or act */

/* A proportion's Wilson score interval at 95 % (Wilson 1927); 0..1 when n is 0. */
struct eval_interval {
	double low, high;
};
void eval_wilson(uint64_t hits, uint64_t n, struct eval_interval *ret_interval);

/* eval_kappa: Cohen's kappa with quadratic weights (Cohen 1968) of a k x k table, rows the reference; NAN when it is not
 * defined (no rows, or both raters constant and equal). k >= 2. */
double eval_kappa(const uint64_t *table, size_t k);

/* One labelled row and what screening said. */
struct eval_row {
	struct str source, lang;
	enum message_role role;
	const struct str *labels;
	size_t label_count;
	int severity;                  /* 0-4, or -1 when not given */
	const struct verdict *verdict; /* NULL or not screened: counted as such, and as not found */
};

struct eval;

/* eval_new: NULL when out of memory. */
struct eval *eval_new(const struct mem *mem);
void eval_free(struct eval *eval);
void eval_add(struct eval *eval, const struct eval_row *row);
/* eval_merge: adds from's counters to eval. */
void eval_merge(struct eval *eval, const struct eval *from);

/* The report, for people and as one JSON object. Check out->failed. */
void eval_report_text(const struct eval *eval, struct buf *out);
void eval_report_json(const struct eval *eval, struct buf *out);

#endif
