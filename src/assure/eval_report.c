/* eval_report.c: an eval's counters for people and as JSON. Every proportion comes with its interval. */
#include "assure/eval_priv.h"

#include <math.h>

static void text_share(struct buf *out, uint64_t hits, uint64_t n)
{
	if (n == 0) {
		buf_printf(out, " %22s", "-");
		return;
	}
	struct eval_interval interval;
	eval_wilson(hits, n, &interval);
	buf_printf(out, "  %5.1f %% [%5.1f %5.1f]", 100.0 * (double)hits / (double)n, 100 * interval.low, 100 * interval.high);
}

static void text_count(struct buf *out, const char *name, const struct eval_count *count)
{
	if (count->n == 0)
		return;
	buf_printf(out, "    %-34s %6llu", name, (unsigned long long)count->n);
	text_share(out, count->two, count->n);
	text_share(out, count->three, count->n);
	buf_add_c(out, "\n");
}

static void text_grades(struct buf *out, const struct eval_set *set)
{
	static const char *const names[EVAL_GRADES] = { "none", "passive", "active", "intent or act" };
	double kappa = eval_kappa(set->grade, EVAL_GRADES);
	buf_printf(out, "    graded severity, %llu rows: weighted kappa ", (unsigned long long)set->graded);
	if (isnan(kappa))
		buf_add_c(out, "not defined");
	else
		buf_printf(out, "%.3f", kappa);
	buf_printf(out, "; attempts put in the past at level 2, counted apart: %llu\n", (unsigned long long)set->past_attempt);
	buf_printf(out, "      %-22s %8s %8s %8s %8s\n", "labelled \\ level", "0-1", "2", "3", "4");
	for (size_t i = 0; i < EVAL_GRADES; i++) {
		buf_printf(out, "      %-22s", names[i]);
		for (size_t j = 0; j < EVAL_GRADES; j++)
			buf_printf(out, " %8llu", (unsigned long long)set->grade[i * EVAL_GRADES + j]);
		buf_add_c(out, "\n");
	}
}

static double per_thousand(uint64_t hits, uint64_t n)
{
	return n == 0 ? 0 : 1000.0 * (double)hits / (double)n;
}

static void text_set(struct buf *out, const struct eval_set *set)
{
	buf_printf(out, "%s  %s  %s  %llu rows", verdict_role_name(set->role), set->source, set->lang, (unsigned long long)set->rows);
	if (set->not_screened > 0)
		buf_printf(out, "  NOT SCREENED: %llu", (unsigned long long)set->not_screened);
	buf_printf(out, "\n    %-34s %6s %22s %23s\n", "", "n", "level >= 2", "level >= 3");
	text_count(out, "suicide or self-harm: recall", &set->risk);
	text_count(out, "not so labelled: false positives", &set->calm);
	text_count(out, "no risk label: alarms of any family", &set->quiet);
	if (set->quiet.n > 0)
		buf_printf(out, "    alarms per 1,000 rows without a risk label: level >= 2 %.1f, level >= 3 %.1f\n",
			per_thousand(set->quiet.two, set->quiet.n), per_thousand(set->quiet.three, set->quiet.n));
	text_count(out, "unsafe replies flagged", &set->unsafe);
	text_count(out, "safe replies flagged", &set->safe);
	if (set->block_safe.n > 0)
		buf_printf(out, "    safe replies blocked (level 4): %llu of %llu\n", (unsigned long long)set->block_safe.three,
			(unsigned long long)set->block_safe.n);
	if (set->graded > 0)
		text_grades(out, set);
	if (set->label_count > 1)
		buf_add_c(out, "    by label, level of any family:\n");
	for (size_t i = 0; i < set->label_count && set->label_count > 1; i++)
		text_count(out, set->labels[i].name, &set->labels[i].any);
	buf_add_c(out, "\n");
}

/* ---- All sets of one language that have both, as one ---- */

struct pooled {
	struct eval_count risk, calm;
	uint64_t graded, under; /* severity given; graded two steps or more below it */
};

static void pool_count(struct eval_count *to, const struct eval_count *from)
{
	to->n += from->n;
	to->two += from->two;
	to->three += from->three;
}

/* Two steps or more too low: active below 2, intent or act below 3. */
static uint64_t under_graded(const struct eval_set *set)
{
	const uint64_t *active = &set->grade[2 * EVAL_GRADES], *act = &set->grade[3 * EVAL_GRADES];
	return active[0] + act[0] + act[1];
}

static struct pooled pool(const struct eval_set *const *sorted, size_t count, const char *lang)
{
	struct pooled pooled = { .graded = 0 };
	for (size_t i = 0; i < count; i++) {
		const struct eval_set *set = sorted[i];
		if (set->role != ROLE_CLIENT || !set->risk.n || strcmp(set->lang, lang) != 0)
			continue;
		pool_count(&pooled.risk, &set->risk);
		pool_count(&pooled.calm, &set->calm);
		for (size_t k = EVAL_GRADES; set->graded && k < EVAL_GRADES * EVAL_GRADES; k++) /* rows with a severity above none */
			pooled.graded += set->grade[k];
		pooled.under += set->graded ? under_graded(set) : 0;
	}
	return pooled;
}

static const double prevalences[] = { 0.01, 0.03, 0.10 };

/* Of what is flagged, the share that is so labelled, were `prevalence` of all messages so (Bayes). NAN when nothing is. */
static double predictive_value(const struct pooled *pooled, double prevalence)
{
	double found = (double)pooled->risk.two / (double)pooled->risk.n, wrong = (double)pooled->calm.two / (double)pooled->calm.n;
	double flagged = found * prevalence + wrong * (1 - prevalence);
	return flagged > 0 ? found * prevalence / flagged : NAN;
}

static double flagged_per_thousand(const struct pooled *pooled, double prevalence)
{
	return 1000 * (prevalence * (double)pooled->risk.two / (double)pooled->risk.n +
			      (1 - prevalence) * (double)pooled->calm.two / (double)pooled->calm.n);
}

static bool first_of_lang(const struct eval_set *const *sorted, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (sorted[i]->role == ROLE_CLIENT && strcmp(sorted[i]->lang, sorted[index]->lang) == 0)
			return false;
	return sorted[index]->role == ROLE_CLIENT;
}

static void text_pooled(struct buf *out, const struct pooled *pooled, const char *lang)
{
	buf_printf(out, "pooled  %s  all sets that have rows labelled suicide or self-harm\n    %-34s %6s %22s %23s\n", lang, "", "n",
		"level >= 2", "level >= 3");
	text_count(out, "suicide or self-harm: recall", &pooled->risk);
	text_count(out, "not so labelled: false positives", &pooled->calm);
	if (pooled->graded) {
		buf_printf(out, "    %-34s %6llu", "graded two steps or more too low", (unsigned long long)pooled->graded);
		text_share(out, pooled->under, pooled->graded);
		buf_add_c(out, "\n");
	}
	for (size_t i = 0; pooled->calm.n && i < COUNT_OF(prevalences); i++)
		buf_printf(out, "    if %2.0f %% of messages were so: %.1f %% of the flagged would be, %.0f of 1,000 messages flagged\n",
			100 * prevalences[i], 100 * predictive_value(pooled, prevalences[i]), flagged_per_thousand(pooled, prevalences[i]));
	buf_add_c(out, "\n");
}

void eval_report_text(const struct eval *eval, struct buf *out)
{
	const struct eval_set *sorted[EVAL_SETS_MAX];
	size_t count = eval_sorted(eval, sorted);
	buf_add_c(out, "Shares with their 95 % Wilson interval. Levels are urgency for a person; they predict nothing.\n\n");
	for (size_t i = 0; i < count; i++)
		text_set(out, sorted[i]);
	for (size_t i = 0; i < count; i++) {
		struct pooled pooled = pool(sorted, count, sorted[i]->lang);
		if (first_of_lang(sorted, i) && pooled.risk.n)
			text_pooled(out, &pooled, sorted[i]->lang);
	}
	if (eval->dropped > 0)
		buf_printf(out, "not counted, too many sets or labels: %llu\n", (unsigned long long)eval->dropped);
}

static void json_share(struct buf *out, const char *name, uint64_t hits, uint64_t n)
{
	struct eval_interval interval;
	eval_wilson(hits, n, &interval);
	buf_printf(out, ",\"%s\":{\"hits\":%llu,\"share\":%.6f,\"low\":%.6f,\"high\":%.6f}", name, (unsigned long long)hits,
		n == 0 ? 0 : (double)hits / (double)n, interval.low, interval.high);
}

static void json_count(struct buf *out, const char *name, const struct eval_count *count)
{
	buf_printf(out, ",\"%s\":{\"n\":%llu", name, (unsigned long long)count->n);
	json_share(out, "level_2", count->two, count->n);
	json_share(out, "level_3", count->three, count->n);
	buf_add_c(out, "}");
}

static void json_grades(struct buf *out, const struct eval_set *set)
{
	double kappa = eval_kappa(set->grade, EVAL_GRADES);
	buf_printf(out, ",\"graded\":{\"n\":%llu,\"past_attempt\":%llu,\"kappa\":", (unsigned long long)set->graded,
		(unsigned long long)set->past_attempt);
	if (isnan(kappa))
		buf_add_c(out, "null");
	else
		buf_printf(out, "%.6f", kappa);
	buf_add_c(out, ",\"table\":[");
	for (size_t i = 0; i < COUNT_OF(set->grade); i++)
		buf_printf(out, "%s%llu", i == 0 ? "" : ",", (unsigned long long)set->grade[i]);
	buf_add_c(out, "]}");
}

static void json_set(struct buf *out, const struct eval_set *set)
{
	buf_add_c(out, "{\"source\":");
	buf_add_json(out, str_c(set->source));
	buf_add_c(out, ",\"lang\":");
	buf_add_json(out, str_c(set->lang));
	buf_printf(out, ",\"role\":\"%s\",\"rows\":%llu,\"not_screened\":%llu", verdict_role_name(set->role), (unsigned long long)set->rows,
		(unsigned long long)set->not_screened);
	json_count(out, "risk", &set->risk);
	json_count(out, "calm", &set->calm);
	json_count(out, "quiet", &set->quiet);
	json_count(out, "unsafe", &set->unsafe);
	json_count(out, "safe", &set->safe);
	json_share(out, "safe_blocked", set->block_safe.three, set->block_safe.n);
	if (set->graded > 0)
		json_grades(out, set);
	buf_add_c(out, ",\"labels\":{");
	for (size_t i = 0; i < set->label_count; i++) {
		buf_add_c(out, i == 0 ? "" : ",");
		buf_add_json(out, str_c(set->labels[i].name));
		buf_printf(out, ":{\"n\":%llu,\"level_2\":%llu,\"level_3\":%llu}", (unsigned long long)set->labels[i].any.n,
			(unsigned long long)set->labels[i].any.two, (unsigned long long)set->labels[i].any.three);
	}
	buf_add_c(out, "}}");
}

static void json_pooled(struct buf *out, const struct pooled *pooled, const char *lang, bool first)
{
	buf_add_c(out, first ? "{\"lang\":" : ",{\"lang\":");
	buf_add_json(out, str_c(lang));
	json_count(out, "risk", &pooled->risk);
	json_count(out, "calm", &pooled->calm);
	buf_printf(out, ",\"graded\":%llu", (unsigned long long)pooled->graded);
	json_share(out, "under_graded", pooled->under, pooled->graded);
	buf_add_c(out, ",\"predictive_value\":[");
	for (size_t i = 0; pooled->calm.n && i < COUNT_OF(prevalences); i++)
		buf_printf(out, "%s{\"prevalence\":%.2f,\"share\":%.6f,\"flagged_per_1000\":%.3f}", i ? "," : "", prevalences[i],
			isnan(predictive_value(pooled, prevalences[i])) ? 0 : predictive_value(pooled, prevalences[i]),
			flagged_per_thousand(pooled, prevalences[i]));
	buf_add_c(out, "]}");
}

void eval_report_json(const struct eval *eval, struct buf *out)
{
	const struct eval_set *sorted[EVAL_SETS_MAX];
	size_t count = eval_sorted(eval, sorted);
	buf_add_c(out, "{\"sets\":[");
	for (size_t i = 0; i < count; i++) {
		buf_add_c(out, i == 0 ? "" : ",");
		json_set(out, sorted[i]);
	}
	buf_add_c(out, "],\"pooled\":[");
	size_t told = 0;
	for (size_t i = 0; i < count; i++) {
		struct pooled pooled = pool(sorted, count, sorted[i]->lang);
		if (first_of_lang(sorted, i) && pooled.risk.n)
			json_pooled(out, &pooled, sorted[i]->lang, told++ == 0);
	}
	buf_printf(out, "],\"dropped\":%llu}\n", (unsigned long long)eval->dropped);
}
