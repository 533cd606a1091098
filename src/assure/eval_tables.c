/* eval_tables.c: the report's tables by set: found and flagged, replies, labels, what raised a row. */
#include "assure/eval_priv.h"

static bool has_rows(const struct eval *eval, size_t set, bool assistant)
{
	if ((eval->sets[set].role == ROLE_ASSISTANT) != assistant)
		return false;
	for (size_t i = 0; i < eval->record_count; i++)
		if (eval->records[i].set == set)
			return true;
	return false;
}

struct set_counts {
	uint64_t rows, not_screened;
	struct eval_count positive, calm, quiet; /* of a client; quiet: by the message's level */
	struct eval_count unsafe, safe;          /* replies */
	uint64_t unsafe_held, safe_held, safe_blocked, judged;
};

static void add_reply(struct set_counts *counts, const struct eval *eval, const struct eval_record *record)
{
	bool held = (record->flags & RECORD_JUDGED) && record->action < ACTION_ANNOTATE;
	counts->judged += (record->flags & RECORD_JUDGED) != 0;
	if (record_unsafe(eval, record)) {
		count_level(&counts->unsafe, record->levels.top);
		counts->unsafe_held += held;
	} else if (record_safe(eval, record)) {
		count_level(&counts->safe, record->levels.top);
		counts->safe_held += held;
		counts->safe_blocked += held && record->action == ACTION_BLOCK;
	}
}

static struct set_counts count_set(const struct eval *eval, size_t set)
{
	struct set_counts counts = { .rows = 0 };
	for (size_t i = 0; i < eval->record_count; i++) {
		const struct eval_record *record = &eval->records[i];
		if (record->set != set)
			continue;
		int risk = levels_of(&record->levels, RISK_FAMILIES);
		counts.rows++;
		counts.not_screened += !(record->flags & RECORD_SCREENED);
		if (record_positive(eval, record))
			count_level(&counts.positive, risk);
		if (record_calm(eval, record))
			count_level(&counts.calm, risk);
		if (record_quiet(eval, record))
			count_level(&counts.quiet, record->levels.top);
		add_reply(&counts, eval, record);
	}
	return counts;
}

static void name_cells(struct report_table *table, const struct eval_set *set)
{
	cell_text(table, "%s", set->source[0] ? set->source : "no source");
	cell_text(table, "%s", set->lang[0] ? set->lang : "?");
}

void report_sets(const struct report_from *from)
{
	static const struct report_column columns[] = { { "set", "set" }, { "lang", "language" }, { "rows", "rows" },
		{ "not_screened", "not screened" }, { "recall_2", "suicide or self-harm found, level >= 2" }, { "recall_3", "level >= 3" },
		{ "calm_2", "not so labelled, level >= 2" }, { "calm_3", "level >= 3" },
		{ "quiet_2", "no risk label, any family, level >= 2 per 1,000" }, { "quiet_3", "level >= 3 per 1,000" } };
	const struct eval *eval = from->eval;
	size_t sorted[EVAL_SETS_MAX], count = eval_sorted(eval, sorted);
	struct report_table *table = NULL;
	for (size_t i = 0; i < count; i++) {
		if (!has_rows(eval, sorted[i], false))
			continue;
		struct set_counts counts = count_set(eval, sorted[i]);
		if (!table)
			table = report_table(from->report, "sets", "Clients' messages by set", columns, COUNT_OF(columns));
		row_begin(table);
		name_cells(table, &eval->sets[sorted[i]]);
		cell_count(table, counts.rows);
		cell_count(table, counts.not_screened);
		cell_share(table, counts.positive.two, counts.positive.n);
		cell_share(table, counts.positive.three, counts.positive.n);
		cell_share(table, counts.calm.two, counts.calm.n);
		cell_share(table, counts.calm.three, counts.calm.n);
		cell_rate(table, counts.quiet.two, counts.quiet.n);
		cell_rate(table, counts.quiet.three, counts.quiet.n);
	}
	report_note(table, "A row that was not screened counts as not found. The last two columns are the load of false alarms: rows that "
			   "carry no label of any risk.");
}

void report_replies(const struct report_from *from)
{
	static const struct report_column columns[] = { { "set", "set" }, { "lang", "language" }, { "rows", "rows" },
		{ "not_screened", "not screened" }, { "unsafe_2", "unsafe replies, level >= 2" }, { "unsafe_3", "level >= 3" },
		{ "unsafe_held", "unsafe replies not shown" }, { "safe_2", "safe replies, level >= 2" }, { "safe_3", "level >= 3" },
		{ "safe_held", "safe replies not shown" }, { "safe_blocked", "safe replies blocked" } };
	const struct eval *eval = from->eval;
	size_t sorted[EVAL_SETS_MAX], count = eval_sorted(eval, sorted);
	struct report_table *table = NULL;
	for (size_t i = 0; i < count; i++) {
		if (!has_rows(eval, sorted[i], true))
			continue;
		struct set_counts counts = count_set(eval, sorted[i]);
		if (!table)
			table = report_table(from->report, "replies", "Replies by set", columns, COUNT_OF(columns));
		row_begin(table);
		name_cells(table, &eval->sets[sorted[i]]);
		cell_count(table, counts.rows);
		cell_count(table, counts.not_screened);
		cell_share(table, counts.unsafe.two, counts.unsafe.n);
		cell_share(table, counts.unsafe.three, counts.unsafe.n);
		cell_share(table, counts.unsafe_held, counts.judged ? counts.unsafe.n : 0);
		cell_share(table, counts.safe.two, counts.safe.n);
		cell_share(table, counts.safe.three, counts.safe.n);
		cell_share(table, counts.safe_held, counts.judged ? counts.safe.n : 0);
		cell_share(table, counts.safe_blocked, counts.judged ? counts.safe.n : 0);
	}
	report_note(table,
		"Not shown: the preset \"chatbot\" would block, replace or hold the reply (a known client, somebody on duty, a "
		"conversation that is calm so far). "
		"Blocked: nothing of it may be shown and the team is told; the rule is the core policy's and holds in every programme.");
}

/* ---- what raised a row ---- */

struct source_counts {
	uint64_t two, words, classifier, state, other, only_classifier, only_state;
};

#define WORDS (1u << SOURCE_PHRASE | 1u << SOURCE_DEOBFUSCATED | 1u << SOURCE_DECODED)

static struct source_counts count_sources(const struct eval *eval, size_t set)
{
	struct source_counts counts = { 0 };
	for (size_t i = 0; i < eval->record_count; i++) {
		const struct eval_record *record = &eval->records[i];
		unsigned raised = record->raised, classifier = 1u << SOURCE_CLASSIFIER, state = 1u << SOURCE_STATE;
		if (record->set != set || record->levels.top < 2)
			continue;
		counts.two++;
		counts.words += (raised & WORDS) != 0;
		counts.classifier += (raised & classifier) != 0;
		counts.state += (raised & state) != 0;
		counts.other += (raised & ~(WORDS | classifier | state)) != 0;
		counts.only_classifier += raised == classifier;
		counts.only_state += raised == state;
	}
	return counts;
}

void report_sources(const struct report_from *from)
{
	static const struct report_column columns[] = { { "set", "set" }, { "lang", "language" }, { "side", "side" },
		{ "rows_2", "rows at level >= 2" }, { "phrase", "phrases" }, { "classifier", "learned stage" }, { "state", "conversation" },
		{ "other", "patterns and limits" }, { "only_classifier", "learned stage alone" }, { "only_state", "conversation alone" } };
	const struct eval *eval = from->eval;
	size_t sorted[EVAL_SETS_MAX], count = eval_sorted(eval, sorted);
	struct report_table *table = NULL;
	for (size_t i = 0; i < count; i++) {
		struct source_counts counts = count_sources(eval, sorted[i]);
		if (!counts.two)
			continue;
		if (!table)
			table = report_table(from->report, "sources", "What raised a row to level >= 2", columns, COUNT_OF(columns));
		row_begin(table);
		name_cells(table, &eval->sets[sorted[i]]);
		cell_text(table, "%s", verdict_role_name(eval->sets[sorted[i]].role));
		cell_count(table, counts.two);
		cell_share(table, counts.words, counts.two);
		cell_share(table, counts.classifier, counts.two);
		cell_share(table, counts.state, counts.two);
		cell_share(table, counts.other, counts.two);
		cell_share(table, counts.only_classifier, counts.two);
		cell_share(table, counts.only_state, counts.two);
	}
	report_note(table, "A row counts for each stage that has a finding of level 2 or more in it; several may. Phrases: also those read "
			   "in disguised spelling or inside an encoded span.");
}

/* ---- by label ---- */

static int by_name(const struct eval *eval, size_t a, size_t b)
{
	return strcmp(eval->labels[a].name, eval->labels[b].name);
}

static size_t sorted_labels(const struct eval *eval, size_t *sorted)
{
	for (size_t i = 0; i < eval->label_count; i++) {
		size_t at = i;
		for (; at > 0 && by_name(eval, i, sorted[at - 1]) < 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = i;
	}
	return eval->label_count;
}

struct label_counts {
	struct eval_count any, risk;
};

static void count_labels(const struct eval *eval, size_t set, struct label_counts *counts)
{
	memset(counts, 0, EVAL_LABELS_MAX * sizeof *counts);
	for (size_t i = 0; i < eval->record_count; i++) {
		const struct eval_record *record = &eval->records[i];
		for (size_t label = 0; record->set == set && label < eval->label_count; label++) {
			if (!record_has(record, label))
				continue;
			count_level(&counts[label].any, record->levels.top);
			count_level(&counts[label].risk, levels_of(&record->levels, RISK_FAMILIES));
		}
	}
}

void report_labels(const struct report_from *from)
{
	static const struct report_column columns[] = { { "set", "set" }, { "lang", "language" }, { "side", "side" }, { "label", "label" },
		{ "level_2", "any family, level >= 2" }, { "level_3", "level >= 3" }, { "risk_2", "suicide or self-harm, level >= 2" } };
	const struct eval *eval = from->eval;
	size_t sorted[EVAL_SETS_MAX], labels[EVAL_LABELS_MAX], count = eval_sorted(eval, sorted), label_count = sorted_labels(eval, labels);
	struct label_counts counts[EVAL_LABELS_MAX];
	struct report_table *table = report_table(from->report, "labels", "Every label of every set", columns, COUNT_OF(columns));
	for (size_t s = 0; s < count; s++) {
		count_labels(eval, sorted[s], counts);
		for (size_t l = 0; l < label_count; l++) {
			const struct label_counts *of = &counts[labels[l]];
			if (!of->any.n)
				continue;
			row_begin(table);
			name_cells(table, &eval->sets[sorted[s]]);
			cell_text(table, "%s", verdict_role_name(eval->sets[sorted[s]].role));
			cell_text(table, "%s", eval->labels[labels[l]].name);
			cell_share(table, of->any.two, of->any.n);
			cell_share(table, of->any.three, of->any.n);
			cell_share(table, of->risk.two, of->risk.n);
		}
	}
}
