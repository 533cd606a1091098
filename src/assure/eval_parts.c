/* eval_parts.c: the report's head, its tables over all sets (pooled, families, languages, graded severity, prevalence), and its order. */
#include "assure/eval_priv.h"

#include <math.h>

static void mark_pooled(const struct eval *eval, bool *pooled)
{
	for (size_t i = 0; i < eval->record_count; i++)
		pooled[eval->records[i].set] |= record_positive(eval, &eval->records[i]);
}

/* ---- languages ---- */

/* The languages of clients' rows in the order of their names. Returns how many. */
static size_t langs_of(const struct eval *eval, const char **langs)
{
	size_t count = 0;
	for (size_t i = 0; i < eval->set_count; i++) {
		const char *lang = eval->sets[i].lang;
		size_t at = 0;
		while (at < count && strcmp(langs[at], lang) < 0)
			at++;
		if (eval->sets[i].role == ROLE_ASSISTANT || (at < count && strcmp(langs[at], lang) == 0))
			continue;
		memmove(&langs[at + 1], &langs[at], (count - at) * sizeof *langs);
		langs[at] = lang;
		count++;
	}
	return count;
}

struct lang_counts {
	uint64_t rows;
	struct eval_count positive, negative, calm, quiet;
};

/* pooled: only sets marked there, or NULL. */
static struct lang_counts count_lang(const struct eval *eval, const char *lang, const bool *pooled)
{
	struct lang_counts counts = { .rows = 0 };
	for (size_t i = 0; i < eval->record_count; i++) {
		const struct eval_record *record = &eval->records[i];
		const struct eval_set *set = &eval->sets[record->set];
		if (set->role == ROLE_ASSISTANT || strcmp(set->lang, lang) != 0 || (pooled && !pooled[record->set]))
			continue;
		int risk = levels_of(&record->levels, RISK_FAMILIES);
		counts.rows++;
		if (record_positive(eval, record))
			count_level(&counts.positive, risk);
		if (record_negative(eval, record))
			count_level(&counts.negative, risk);
		if (record_calm(eval, record))
			count_level(&counts.calm, risk);
		if (record_quiet(eval, record))
			count_level(&counts.quiet, record->levels.top);
	}
	return counts;
}

static void lang_row(struct report_table *table, const char *lang, const struct lang_counts *counts)
{
	row_begin(table);
	cell_text(table, "%s", lang[0] ? lang : "?");
	cell_count(table, counts->rows);
	cell_share(table, counts->positive.two, counts->positive.n);
	cell_share(table, counts->positive.three, counts->positive.n);
	cell_share(table, counts->negative.two, counts->negative.n);
	cell_share(table, counts->calm.two, counts->calm.n);
	cell_rate(table, counts->quiet.two, counts->quiet.n);
	cell_rate(table, counts->quiet.three, counts->quiet.n);
}

static const struct report_column lang_columns[] = { { "lang", "language" }, { "rows", "rows" },
	{ "recall_2", "suicide or self-harm found, level >= 2" }, { "recall_3", "level >= 3" },
	{ "negative_2", "judged not so, level >= 2" }, { "calm_2", "not so labelled, level >= 2" },
	{ "quiet_2", "no risk label, any family, level >= 2 per 1,000" }, { "quiet_3", "level >= 3 per 1,000" } };

void report_languages(const struct report_from *from)
{
	const char *langs[EVAL_SETS_MAX + 1];
	size_t count = langs_of(from->eval, langs);
	if (!count)
		return;
	struct report_table *table = report_table(
		from->report, "languages", "By language, all clients' messages", lang_columns, COUNT_OF(lang_columns));
	for (size_t i = 0; i < count; i++) {
		struct lang_counts counts = count_lang(from->eval, langs[i], NULL);
		lang_row(table, langs[i], &counts);
	}
	report_note(table, "Judged not so: without the rows that only a forum's name labels (such as those of construct-tracker's Reddit "
			   "posts), which nobody read.");
}

void report_pooled(const struct report_from *from)
{
	const struct eval *eval = from->eval;
	const char *langs[EVAL_SETS_MAX + 1];
	bool pooled[EVAL_SETS_MAX] = { false };
	size_t count = langs_of(eval, langs);
	struct report_table *table = NULL;
	mark_pooled(eval, pooled);
	for (size_t i = 0; i < count; i++) {
		struct lang_counts counts = count_lang(eval, langs[i], pooled);
		if (!counts.positive.n)
			continue;
		if (!table)
			table = report_table(from->report, "pooled", "Sets that have rows labelled suicide or self-harm, as one",
				lang_columns, COUNT_OF(lang_columns));
		lang_row(table, langs[i], &counts);
	}
	report_note(table, "These sets hold far more danger than a programme's messages do; see the table of prevalence.");
}

/* ---- families ---- */

static bool of_family(const struct eval *eval, const struct eval_record *record, const struct label_family *family)
{
	for (size_t i = 0; i < eval->label_count; i++)
		for (const char *const *label = family->labels; label && *label; label++)
			if (strcmp(eval->labels[i].name, *label) == 0 && record_has(record, i))
				return true;
	return false;
}

static void family_row(struct report_table *table, const struct eval *eval, const struct label_family *family)
{
	struct eval_count found = { 0 }, any = { 0 }, quiet = { 0 };
	for (size_t i = 0; i < eval->record_count; i++) {
		const struct eval_record *record = &eval->records[i];
		bool client = eval->sets[record->set].role != ROLE_ASSISTANT && !record_is(record, LABEL_PERSONA);
		int level = levels_of(&record->levels, family->families);
		if (client && of_family(eval, record, family)) {
			count_level(&found, level);
			count_level(&any, record->levels.top);
		}
		if (record_quiet(eval, record))
			count_level(&quiet, level);
	}
	if (!found.n && !quiet.two)
		return;
	row_begin(table);
	cell_text(table, "%s", family->name);
	cell_share(table, found.two, found.n);
	cell_share(table, found.three, found.n);
	cell_share(table, any.two, any.n);
	cell_rate(table, quiet.two, quiet.n);
	cell_rate(table, quiet.three, quiet.n);
}

void report_families(const struct report_from *from)
{
	static const struct report_column columns[] = { { "family", "family" }, { "recall_2", "so labelled: this family, level >= 2" },
		{ "recall_3", "level >= 3" }, { "any_2", "any family, level >= 2" },
		{ "quiet_2", "no risk label: this family, level >= 2 per 1,000" }, { "quiet_3", "level >= 3 per 1,000" } };
	struct report_table *table = report_table(
		from->report, "families", "By family, clients' messages of all sets", columns, COUNT_OF(columns));
	for (size_t i = 0; i < eval_family_count; i++)
		family_row(table, from->eval, &eval_families[i]);
	report_note(table, "Where a row is labelled only by its forum's name most of it is about other things, and the share says nothing "
			   "about what is missed.");
}

/* ---- graded severity ---- */

static void grade_rows(struct report_table *table, const struct eval_grades *grades, const struct eval_set *set)
{
	static const char *const names[EVAL_GRADES] = { "none", "passive", "active", "intent, plan or act" };
	for (size_t i = 0; i < EVAL_GRADES; i++) {
		row_begin(table);
		cell_text(table, "%s %s", set->source, set->lang);
		cell_text(table, "%s", names[i]);
		for (size_t j = 0; j < EVAL_GRADES; j++)
			cell_count(table, grades->table[i * EVAL_GRADES + j]);
	}
}

static void kappa_row(struct report_table *table, const struct eval_grades *grades, const struct eval_set *set)
{
	struct eval_interval interval;
	eval_kappa_interval(grades->table, EVAL_GRADES, &interval);
	row_begin(table);
	cell_text(table, "%s %s", set->source, set->lang);
	cell_count(table, grades->n);
	cell_value(table, eval_kappa(grades->table, EVAL_GRADES), interval.low, interval.high, 3);
	cell_share(table, grades->under_levels, grades->positives);
	cell_share(table, grades->under_grades, grades->positives);
	cell_count(table, grades->past_attempt);
}

void report_grades(const struct report_from *from)
{
	static const struct report_column columns[] = { { "set", "set" }, { "n", "graded rows" }, { "kappa", "weighted kappa" },
		{ "under_levels", "two or more levels too low" }, { "under_grades", "two or more of the four grades too low" },
		{ "past", "attempts put in the past" } };
	static const struct report_column cells[] = { { "set", "set" }, { "labelled", "labelled" }, { "level_0_1", "level 0-1" },
		{ "level_2", "level 2" }, { "level_3", "level 3" }, { "level_4", "level 4" } };
	const struct eval *eval = from->eval;
	size_t sorted[EVAL_SETS_MAX], count = eval_sorted(eval, sorted);
	struct report_table *kappas = NULL, *confusion = NULL;
	for (size_t s = 0; s < count; s++) {
		struct eval_grades grades = { .n = 0 };
		for (size_t i = 0; i < eval->record_count; i++)
			if (eval->records[i].set == sorted[s] &&
				record_calm(eval, &eval->records[i]) + record_positive(eval, &eval->records[i]))
				grades_add(&grades, &eval->records[i], &eval->records[i].levels);
		if (!grades.n)
			continue;
		if (!kappas) {
			report_heading(from->report, "Graded severity");
			kappas = report_table(from->report, "grades", "Agreement, suicide and self-harm", columns, COUNT_OF(columns));
			report_note(kappas, "Severity none, passive, active, intent or act is held against level 0-1, 2, 3, 4. Kappa has "
					    "quadratic weights and its large-sample "
					    "interval; a dash: not defined, all rows have one severity. Levels too low: on the scale 0-4, "
					    "so that a passive wish at level 0 counts. An attempt that "
					    "the text puts in the past and that stands at level 2 is right, and counted apart.");
			confusion = report_table(from->report, "confusion", "Severity as labelled, and our level", cells, COUNT_OF(cells));
		}
		kappa_row(kappas, &grades, &eval->sets[sorted[s]]);
		grade_rows(confusion, &grades, &eval->sets[sorted[s]]);
	}
}

/* ---- prevalence ---- */

static const double prevalences[] = { 0.01, 0.03, 0.10 };

/* One row: what a rate of hits and a rate of false alarms would mean. The ends are those of both intervals, each at its worst and best. */
static void prevalence_row(
	struct report_table *table, const char *text, uint64_t hits, uint64_t n, uint64_t wrong, uint64_t wrong_n, double prevalence)
{
	struct eval_interval recall, false_rate;
	double found = (double)hits / (double)n, flagged = (double)wrong / (double)wrong_n;
	eval_wilson(hits, n, &recall);
	eval_wilson(wrong, wrong_n, &false_rate);
	row_begin(table);
	cell_text(table, "%s", text);
	cell_text(table, "%.0f %%", 100 * prevalence);
	cell_value(table, 100 * eval_predictive(found, flagged, prevalence), 100 * eval_predictive(recall.low, false_rate.high, prevalence),
		100 * eval_predictive(recall.high, false_rate.low, prevalence), 1);
	cell_value(table, 1000 * (prevalence * found + (1 - prevalence) * flagged),
		1000 * (prevalence * recall.low + (1 - prevalence) * false_rate.low),
		1000 * (prevalence * recall.high + (1 - prevalence) * false_rate.high), 1);
	cell_value(table, 1000 * (1 - prevalence) * flagged, 1000 * (1 - prevalence) * false_rate.low,
		1000 * (1 - prevalence) * false_rate.high, 1);
	cell_share(table, hits, n);
	cell_share(table, wrong, wrong_n);
}

static void prevalence_rows(struct report_table *table, const char *text, uint64_t hits, uint64_t n, uint64_t wrong, uint64_t wrong_n)
{
	for (size_t i = 0; n && wrong_n && i < COUNT_OF(prevalences); i++)
		prevalence_row(table, text, hits, n, wrong, wrong_n, prevalences[i]);
}

/* Everyday English: rows without any risk label, of sets that have no positives. */
static struct eval_count everyday(const struct eval *eval, const bool *pooled, bool any)
{
	struct eval_count count = { 0 };
	for (size_t i = 0; i < eval->record_count; i++) {
		const struct eval_record *record = &eval->records[i];
		if (strcmp(eval->sets[record->set].lang, "en") == 0 && !pooled[record->set] && record_quiet(eval, record))
			count_level(&count, any ? record->levels.top : levels_of(&record->levels, RISK_FAMILIES));
	}
	return count;
}

void report_prevalence(const struct report_from *from)
{
	static const struct report_column columns[] = { { "what", "what" }, { "prevalence", "so in fact" },
		{ "predictive", "of the flagged, so in fact, %" }, { "flagged", "flagged per 1,000" },
		{ "false_flagged", "of these wrongly" }, { "recall", "from: found" }, { "false_positives", "from: flagged wrongly" } };
	static const char *const risky[] = { "high", "imminent", NULL }, *const calm[] = { "none", NULL };
	const struct eval *eval = from->eval;
	bool pooled[EVAL_SETS_MAX] = { false };
	mark_pooled(eval, pooled);
	struct lang_counts english = count_lang(eval, "en", pooled);
	struct eval_count daily = everyday(eval, pooled, false);
	struct talk_count found[2], wrong[2];
	for (int i = 0; i < 2; i++) {
		found[i] = eval_talks_count(eval, "", risky, i + 2, 0);
		wrong[i] = eval_talks_count(eval, "", calm, i + 2, 0);
	}
	if (!english.positive.n && !found[0].n)
		return;
	report_heading(from->report, "What it would mean where danger is rare");
	struct report_table *table = report_table(from->report, "prevalence", "At 1, 3 and 10 % prevalence", columns, COUNT_OF(columns));
	prevalence_rows(table, "message, level >= 2, among distressed posts", english.positive.two, english.positive.n,
		english.negative.two, english.negative.n);
	prevalence_rows(table, "message, level >= 3, among distressed posts", english.positive.three, english.positive.n,
		english.negative.three, english.negative.n);
	prevalence_rows(table, "message, level >= 2, among everyday text", english.positive.two, english.positive.n, daily.two, daily.n);
	prevalence_rows(
		table, "message, level >= 3, among everyday text", english.positive.three, english.positive.n, daily.three, daily.n);
	prevalence_rows(table, "conversation, level >= 2 at some turn", found[0].hits, found[0].n, wrong[0].hits, wrong[0].n);
	prevalence_rows(table, "conversation, level >= 3 at some turn", found[1].hits, found[1].n, wrong[1].hits, wrong[1].n);
	report_note(table, "By Bayes' rule from the two shares at the right: English rows labelled suicide or self-harm against rows "
			   "judged not so of the same sets (distressed posts) "
			   "or against rows without a risk label of the other English sets (everyday text); conversations of simulated "
			   "people at high or imminent risk against those without. Intervals are from "
			   "the ends of both shares' intervals, so wider than 95 %%. A programme's own messages lie between the two.");
}

/* ---- all of it ---- */

static void report_head(const struct report_from *from, const struct screen_engine *engine)
{
	static const struct report_column columns[] = { { "name", "input" }, { "rows", "rows" }, { "bad", "bad lines" },
		{ "sha256", "SHA-256 of the rows as read" } };
	const struct eval_about *about = from->about;
	struct str version = screen_engine_version(engine), packs = screen_engine_packs(engine);
	report_heading(from->report, "Engine and data");
	report_text(from->report,
		STR_FMT ", packs " STR_FMT ", " STR_FMT
			". Shares stand with their 95 %% Wilson interval and their counts. A level says how soon a "
			"person should look at a message; it predicts nothing.",
		STR_ARG(version), STR_ARG(packs), STR_ARG(about->date));
	report_text(from->report, "Labels are other people's and noisy, each set means something a little different by them, and a figure "
				  "holds for text like its own and no other. "
				  "What no set is about is not measured here.");
	if (about->only_source)
		report_text(from->report, "Only rows whose source holds \"%s\".", about->only_source);
	struct report_table *table = report_table(from->report, "inputs", "Rows", columns, COUNT_OF(columns));
	for (size_t i = 0; i < about->file_count; i++) {
		row_begin(table);
		cell_text(table, "%s", about->files[i].name);
		cell_count(table, about->files[i].rows);
		cell_count(table, about->files[i].bad);
		cell_text(table, "%s", about->files[i].sha256);
	}
}

static void report_dropped(const struct report_from *from)
{
	const struct eval *eval = from->eval;
	uint64_t unscreened = 0;
	for (size_t i = 0; i < eval->record_count; i++)
		unscreened += !(eval->records[i].flags & RECORD_SCREENED);
	if (unscreened)
		report_text(from->report, "NOT SCREENED: %llu rows. They count as not found.", (unsigned long long)unscreened);
	if (eval->dropped_rows)
		report_text(from->report, "NOT COUNTED: %llu rows, over the limit of %u rows or %u sets.",
			(unsigned long long)eval->dropped_rows, EVAL_ROWS_MAX, EVAL_SETS_MAX);
	if (eval->dropped_labels)
		report_text(from->report, "NOT COUNTED: %llu labels, over the limit of %u labels of a row or %u in all.",
			(unsigned long long)eval->dropped_labels, EVAL_ROW_LABELS_MAX, EVAL_LABELS_MAX);
	if (eval->dropped_turns)
		report_text(from->report,
			"NOT COUNTED: %llu turns of conversations, over the limit of %u conversations, %u turns or %u MiB of text.",
			(unsigned long long)eval->dropped_turns, EVAL_TALKS_MAX, EVAL_TURNS_MAX, EVAL_TALK_BYTES_MAX >> 20);
}

void eval_report(const struct eval *eval, const struct screen_engine *engine, const struct eval_about *about, struct report *report)
{
	struct report_from from = { .eval = eval, .about = about, .report = report };
	report_head(&from, engine);
	report_dropped(&from);
	report_aims(&from);
	report_against(&from);
	report_heading(report, "Messages and replies");
	report_pooled(&from);
	report_sets(&from);
	report_replies(&from);
	report_families(&from);
	report_languages(&from);
	report_sources(&from);
	report_grades(&from);
	report_learned(&from);
	report_talks(&from);
	report_prevalence(&from);
	report_cues(&from);
	report_identifiers(&from);
	report_heading(report, "Labels");
	report_labels(&from);
}
