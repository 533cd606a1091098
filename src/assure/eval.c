/* eval.c: counting. What the labels of the public sets mean for us is in the two tables below; docs/internals/assure.md says
 * why. The report is in eval_report.c. */
#include "assure/eval_priv.h"

#include <math.h>
#include <stdio.h>

#define WILSON_Z 1.959963984540054

void eval_wilson(uint64_t hits, uint64_t n, struct eval_interval *ret_interval)
{
	if (n == 0) {
		*ret_interval = (struct eval_interval){ 0, 1 };
		return;
	}
	double count = (double)n, p = (double)hits / count, z2 = WILSON_Z * WILSON_Z;
	double centre = (p + z2 / (2 * count)) / (1 + z2 / count);
	double half = WILSON_Z * sqrt(p * (1 - p) / count + z2 / (4 * count * count)) / (1 + z2 / count);
	ret_interval->low = hits == 0 ? 0 : centre - half;
	ret_interval->high = hits == n ? 1 : centre + half;
}

double eval_kappa(const uint64_t *table, size_t k)
{
	double n = 0, seen = 0, chance = 0, span = (double)(k - 1) * (double)(k - 1);
	for (size_t i = 0; i < k * k; i++)
		n += (double)table[i];
	if (n == 0)
		return NAN;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			double row = 0, column = 0, apart = (double)i - (double)j, weight = apart * apart / span;
			for (size_t m = 0; m < k; m++) {
				row += (double)table[i * k + m];
				column += (double)table[m * k + j];
			}
			seen += weight * (double)table[i * k + j] / n;
			chance += weight * row * column / (n * n);
		}
	return chance == 0 ? NAN : 1 - seen / chance;
}

enum label_class { LABEL_QUIET = 0, LABEL_RISK, LABEL_OTHER_RISK, LABEL_PERSONA, LABEL_UNSAFE, LABEL_SAFE, LABEL_MIXED };

/* A label is of the first entry that it equals, or begins with when the entry ends in '*'. Others are quiet: a topic. */
static const struct {
	const char *label;
	enum label_class class;
} label_classes[] = {
	{ "suicide", LABEL_RISK },
	{ "self_harm", LABEL_RISK },
	{ "suicide_or_self_injury", LABEL_RISK },
	{ "self_harm_or_suicide", LABEL_RISK },
	{ "persona_risk:*", LABEL_PERSONA }, /* of the simulated person, not of the turn: shown by label only */
	{ "topic:crisis", LABEL_PERSONA },
	{ "topic:jailbreak", LABEL_PERSONA },
	{ "psychosis*", LABEL_OTHER_RISK },
	{ "mania*", LABEL_OTHER_RISK },
	{ "harm_to_others", LABEL_OTHER_RISK },
	{ "abuse*", LABEL_OTHER_RISK },
	{ "substance*", LABEL_OTHER_RISK },
	{ "eating_disorder", LABEL_OTHER_RISK },
	{ "anxiety_crisis", LABEL_OTHER_RISK },
	{ "risk_taking", LABEL_OTHER_RISK },
	{ "unsafe_request", LABEL_OTHER_RISK },
	{ "illegal_items", LABEL_OTHER_RISK },
	{ "hate", LABEL_OTHER_RISK },
	{ "manipulation", LABEL_OTHER_RISK },
	{ "spiral_tropes", LABEL_OTHER_RISK },
	{ "unsafe:*", LABEL_UNSAFE },
	{ "inappropriate_reply", LABEL_UNSAFE },
	{ "delusion_reinforcement", LABEL_UNSAFE },
	{ "harmful_advice", LABEL_UNSAFE },
	{ "consciousness_claims", LABEL_UNSAFE },
	{ "safe:*", LABEL_SAFE },
	{ "appropriate_reply", LABEL_SAFE },
	{ "therapist_reply", LABEL_SAFE },
	{ "clean", LABEL_SAFE },
	{ "pushback", LABEL_SAFE },
	{ "safe_redirection", LABEL_SAFE },
	{ "suggestions_to_seek_help", LABEL_SAFE },
	{ "sycophancy_or_praise", LABEL_MIXED }, /* unwanted, but nothing that a screen should hold */
	{ "emotional_or_narrative_escalation", LABEL_MIXED },
};

static enum label_class class_of(struct str label)
{
	for (size_t i = 0; i < COUNT_OF(label_classes); i++) {
		struct str known = str_c(label_classes[i].label);
		if (known.ptr[known.len - 1] == '*' ? str_starts(label, str_make(known.ptr, known.len - 1)) : str_eq(label, known))
			return label_classes[i].class;
	}
	return LABEL_QUIET;
}

struct eval *eval_new(const struct mem *mem)
{
	struct eval *eval = mem->alloc(mem->ctx, sizeof *eval);
	if (eval != NULL)
		*eval = (struct eval){ .mem = mem };
	return eval;
}

void eval_free(struct eval *eval)
{
	if (eval == NULL)
		return;
	for (size_t i = 0; i < eval->set_count; i++)
		eval->mem->release(eval->mem->ctx, eval->sets[i]);
	eval->mem->release(eval->mem->ctx, eval);
}

/* A source reads "github:owner/name licence": the name of its project is enough in a table. */
static struct str source_name(struct str source)
{
	struct str name = str_split(&source, ' ');
	if (str_starts(name, STR("github:")))
		name = str_sub(name, 7, name.len);
	return name;
}

static void keep(char *to, size_t size, struct str from)
{
	size_t len = from.len < size - 1 ? from.len : size - 1;
	if (len > 0)
		memcpy(to, from.ptr, len);
	to[len] = 0;
}

static struct eval_set *set_of(struct eval *eval, struct str source, struct str lang, enum message_role role)
{
	char name[sizeof eval->sets[0]->source], tongue[sizeof eval->sets[0]->lang];
	keep(name, sizeof name, source);
	keep(tongue, sizeof tongue, lang);
	for (size_t i = 0; i < eval->set_count; i++) {
		struct eval_set *set = eval->sets[i];
		if (set->role == role && strcmp(set->source, name) == 0 && strcmp(set->lang, tongue) == 0)
			return set;
	}
	if (eval->set_count == EVAL_SETS_MAX)
		return NULL;
	struct eval_set *set = eval->mem->alloc(eval->mem->ctx, sizeof *set);
	if (set == NULL)
		return NULL;
	memset(set, 0, sizeof *set);
	memcpy(set->source, name, sizeof name);
	memcpy(set->lang, tongue, sizeof tongue);
	set->role = role;
	eval->sets[eval->set_count++] = set;
	return set;
}

static struct eval_label *label_of(struct eval_set *set, struct str label)
{
	char name[sizeof set->labels[0].name];
	keep(name, sizeof name, label);
	for (size_t i = 0; i < set->label_count; i++)
		if (strcmp(set->labels[i].name, name) == 0)
			return &set->labels[i];
	if (set->label_count == EVAL_LABELS_MAX)
		return NULL;
	struct eval_label *new = &set->labels[set->label_count++];
	memcpy(new->name, name, sizeof name);
	return new;
}

static void count(struct eval_count *counter, int level)
{
	counter->n++;
	counter->two += level >= 2;
	counter->three += level >= 3;
}

/* Severity of the sets: 0 none, 1 passive, 2 active, 3 intent or plan, 4 act; ours: 0-1, 2, 3, 4. */
static void grade(struct eval_set *set, int severity, int level, const struct verdict *verdict)
{
	int expected = severity >= 3 ? 3 : severity, given = level <= 1 ? 0 : level - 1;
	if (severity == 4 && level == 2 && verdict != NULL && verdict->time_frame == TIME_PAST)
		set->past_attempt++; /* an attempt put in the past is level 2: right, and counted apart */
	else
		set->grade[expected * EVAL_GRADES + given]++;
	set->graded++;
}

static void add_client(struct eval_set *set, const struct eval_row *row, const bool *has, int level, int suicide_level)
{
	if (has[LABEL_PERSONA])
		return;
	if (has[LABEL_RISK])
		count(&set->risk, suicide_level);
	else
		count(&set->calm, suicide_level);
	if (!has[LABEL_RISK] && !has[LABEL_OTHER_RISK])
		count(&set->quiet, level);
	if (row->severity >= 0 && row->severity <= 4)
		grade(set, row->severity, suicide_level, row->verdict);
}

static void add_assistant(struct eval_set *set, const bool *has, int level)
{
	if (has[LABEL_UNSAFE]) {
		count(&set->unsafe, level);
	} else if (has[LABEL_SAFE] && !has[LABEL_MIXED]) {
		count(&set->safe, level);
		set->block_safe.n++;
		set->block_safe.three += level >= 4;
	}
}

void eval_add(struct eval *eval, const struct eval_row *row)
{
	struct eval_set *set = set_of(eval, source_name(row->source), row->lang, row->role);
	if (set == NULL) {
		eval->dropped++;
		return;
	}
	const struct verdict *verdict = row->verdict;
	bool screened = verdict != NULL && verdict->state != VERDICT_NOT_SCREENED;
	int level = screened ? verdict->level : 0, suicide_level = 0;
	if (screened) {
		int self_harm = verdict->levels[FAMILY_SELF_HARM];
		suicide_level = verdict->levels[FAMILY_SUICIDE] > self_harm ? verdict->levels[FAMILY_SUICIDE] : self_harm;
	}
	set->rows++;
	set->not_screened += !screened;
	bool has[LABEL_MIXED + 1] = { false };
	for (size_t i = 0; i < row->label_count; i++) {
		has[class_of(row->labels[i])] = true;
		struct eval_label *label = label_of(set, row->labels[i]);
		if (label != NULL)
			count(&label->any, level);
		else
			eval->dropped++;
	}
	if (row->role == ROLE_ASSISTANT)
		add_assistant(set, has, level);
	else
		add_client(set, row, has, level, suicide_level);
}

static void sum(struct eval_count *to, const struct eval_count *from)
{
	to->n += from->n;
	to->two += from->two;
	to->three += from->three;
}

static void merge_set(struct eval *eval, const struct eval_set *from)
{
	struct eval_set *to = set_of(eval, str_c(from->source), str_c(from->lang), from->role);
	if (to == NULL) {
		eval->dropped += from->rows;
		return;
	}
	to->rows += from->rows;
	to->not_screened += from->not_screened;
	sum(&to->risk, &from->risk);
	sum(&to->calm, &from->calm);
	sum(&to->quiet, &from->quiet);
	sum(&to->unsafe, &from->unsafe);
	sum(&to->safe, &from->safe);
	sum(&to->block_safe, &from->block_safe);
	to->graded += from->graded;
	to->past_attempt += from->past_attempt;
	for (size_t i = 0; i < COUNT_OF(to->grade); i++)
		to->grade[i] += from->grade[i];
	for (size_t i = 0; i < from->label_count; i++) {
		struct eval_label *label = label_of(to, str_c(from->labels[i].name));
		if (label != NULL)
			sum(&label->any, &from->labels[i].any);
		else
			eval->dropped += from->labels[i].any.n;
	}
}

void eval_merge(struct eval *eval, const struct eval *from)
{
	for (size_t i = 0; i < from->set_count; i++)
		merge_set(eval, from->sets[i]);
	eval->dropped += from->dropped;
}

static int set_order(const struct eval_set *a, const struct eval_set *b)
{
	if (a->role != b->role)
		return a->role < b->role ? -1 : 1;
	int by_source = strcmp(a->source, b->source);
	return by_source != 0 ? by_source : strcmp(a->lang, b->lang);
}

size_t eval_sorted(const struct eval *eval, const struct eval_set **sorted)
{
	for (size_t i = 0; i < eval->set_count; i++) {
		size_t at = i;
		for (; at > 0 && set_order(eval->sets[i], sorted[at - 1]) < 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = eval->sets[i];
	}
	return eval->set_count;
}
