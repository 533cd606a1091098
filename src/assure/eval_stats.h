/* eval_stats.h: the few statistics that the reports need. Pure. */
#ifndef HEED_ASSURE_EVAL_STATS_H
#define HEED_ASSURE_EVAL_STATS_H

#include <stddef.h>
#include <stdint.h>

struct eval_interval {
	double low, high;
};

/* A proportion's Wilson score interval at 95 % (Wilson 1927); 0..1 when n is 0. */
void eval_wilson(uint64_t hits, uint64_t n, struct eval_interval *ret_interval);

/* eval_kappa: Cohen's kappa with quadratic weights (Cohen 1968) of a k x k table, rows the reference; NAN when it is not
 * defined (no rows, or both raters constant and equal). k >= 2. */
double eval_kappa(const uint64_t *table, size_t k);

/* eval_kappa_interval: its large-sample interval at 95 % (Fleiss, Cohen and Everitt 1969, formula 9), cut at -1 and 1; both NAN
 * when kappa is. */
void eval_kappa_interval(const uint64_t *table, size_t k, struct eval_interval *ret_interval);

/* eval_mcnemar: the two-sided p of McNemar's test (1947) for `a` rows that only one engine hit and `b` rows that only the other
 * hit: the exact binomial below EVAL_EXACT_MAX such rows, from there chi-square with Edwards' correction (1948). 1 when a = b = 0. */
double eval_mcnemar(uint64_t a, uint64_t b);
#define EVAL_EXACT_MAX 50u

/* eval_predictive: of what is flagged, the share that is so, were `prevalence` of all so (Bayes); NAN when nothing is flagged. */
double eval_predictive(double recall, double false_positives, double prevalence);

/* eval_auc: the area under the ROC curve from counts by score, low scores first, ties half; its interval at 95 % by Hanley and McNeil
 * (1982), cut at 0 and 1. NAN without positives or without negatives. */
void eval_auc(const uint64_t *positives, const uint64_t *negatives, size_t scores, double *ret_auc, struct eval_interval *ret_interval);

#endif
