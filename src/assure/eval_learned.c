/* eval_learned.c: the learned stage by itself: how well its probability of suicide or self-harm tells labelled rows from others, and
 * whether it means what it says. Rows that only a forum's name labels are left out: nobody judged them. */
#include "assure/eval_priv.h"

#include <math.h>

#define SCORES 1001u /* per mille */
#define BINS 10u

struct scores {
	uint64_t positive[SCORES], negative[SCORES];
};

static bool by_learned(const struct eval *eval, size_t set, struct scores *scores)
{
	bool positive = false, negative = false;
	for (size_t i = 0; i < eval->record_count; i++) {
		const struct eval_record *record = &eval->records[i];
		if (record->set != set || record->learned < 0 || record->learned >= (int)SCORES)
			continue;
		if (record_positive(eval, record)) {
			scores->positive[record->learned]++;
			positive = true;
		} else if (record_negative(eval, record)) {
			scores->negative[record->learned]++;
			negative = true;
		}
	}
	return positive && negative;
}

static double sum_squares(const struct scores *scores, uint64_t *ret_n)
{
	double sum = 0;
	*ret_n = 0;
	for (size_t i = 0; i < SCORES; i++) {
		double p = (double)i / 1000;
		sum += (double)scores->positive[i] * (1 - p) * (1 - p) + (double)scores->negative[i] * p * p;
		*ret_n += scores->positive[i] + scores->negative[i];
	}
	return sum;
}

static void learned_row(struct report_table *table, const char *name, const char *lang, const struct scores *scores)
{
	double area;
	struct eval_interval interval;
	uint64_t positives = 0, n;
	double squares = sum_squares(scores, &n);
	for (size_t i = 0; i < SCORES; i++)
		positives += scores->positive[i];
	eval_auc(scores->positive, scores->negative, SCORES, &area, &interval);
	row_begin(table);
	cell_text(table, "%s", name);
	cell_text(table, "%s", lang);
	cell_count(table, positives);
	cell_count(table, n - positives);
	cell_value(table, area, interval.low, interval.high, 3);
	cell_value(table, squares / (double)n, (double)NAN, (double)NAN, 3);
}

static void bin_rows(struct report_table *table, const struct scores *scores)
{
	for (size_t bin = 0; bin < BINS; bin++) {
		uint64_t positives = 0, n = 0;
		double sum = 0;
		size_t from = bin * (SCORES - 1) / BINS, to = bin + 1 == BINS ? SCORES : (bin + 1) * (SCORES - 1) / BINS;
		for (size_t i = from; i < to; i++) {
			positives += scores->positive[i];
			n += scores->positive[i] + scores->negative[i];
			sum += (double)(scores->positive[i] + scores->negative[i]) * (double)i / 10;
		}
		if (!n)
			continue;
		row_begin(table);
		cell_text(table, "%zu-%zu %%", bin * 10, (bin + 1) * 10);
		cell_value(table, sum / (double)n, (double)NAN, (double)NAN, 1);
		cell_share(table, positives, n);
	}
}

static void add_scores(struct scores *to, const struct scores *from)
{
	for (size_t i = 0; i < SCORES; i++) {
		to->positive[i] += from->positive[i];
		to->negative[i] += from->negative[i];
	}
}

void report_learned(const struct report_from *from)
{
	static const struct report_column columns[] = { { "set", "set" }, { "lang", "language" }, { "positives", "labelled so" },
		{ "negatives", "judged not so" }, { "auc", "area under the ROC curve" }, { "brier", "mean squared error" } };
	static const struct report_column bins[] = { { "probability", "probability said" }, { "mean", "its mean, %" },
		{ "labelled", "labelled so" } };
	const struct eval *eval = from->eval;
	size_t sorted[EVAL_SETS_MAX], count = eval_sorted(eval, sorted);
	struct scores *scores = ARENA_NEW(from->report->arena, struct scores), *english = ARENA_NEW(from->report->arena, struct scores);
	struct report_table *table = NULL;
	for (size_t i = 0; scores && english && i < count; i++) {
		const struct eval_set *set = &eval->sets[sorted[i]];
		memset(scores, 0, sizeof *scores);
		if (set->role == ROLE_ASSISTANT || !by_learned(eval, sorted[i], scores))
			continue;
		if (!table) {
			report_heading(from->report, "The learned stage alone");
			table = report_table(from->report, "learned", "Suicide and self-harm, by set", columns, COUNT_OF(columns));
		}
		learned_row(table, set->source, set->lang, scores);
		if (strcmp(set->lang, "en") == 0)
			add_scores(english, scores);
	}
	if (!table)
		return;
	uint64_t n;
	(void)sum_squares(english, &n);
	if (n)
		learned_row(table, "English sets that have both, as one", "en", english);
	report_note(table,
		"Its probability at the surest sentence, before any level is made of it. The interval of the area is Hanley and McNeil's.");
	if (n)
		bin_rows(report_table(from->report, "calibration", "What its probability means, English sets that have both", bins,
				 COUNT_OF(bins)),
			english);
}
