/* medication_compare.c: the facts of two texts held against each other, kind by kind, from the strictest likeness to the loosest: the same
 * about the same medicine; the same about another; near enough to ask a person; the same kind with another value. What is left over was
 * lost, or added. See medication.h. */
#include "screen/medication_priv.h"

#include <stdlib.h>

struct comparer {
	struct arena *arena;
	const struct medication_reading *source, *target;
	bool *source_done, *target_done; /* has a partner */
	bool same_lang;
	struct medication_difference *items;
	size_t count, capacity;
	int rc;
};

/* ---- likeness ---- */

/* Nanograms, microlitres or thousandths of a count; the dimension of a unit. */
static const struct {
	int64_t factor;
	uint8_t dimension;
	const char *name;
} units[UNIT_COUNT] = {
	[UNIT_NG] = { 1, 1, "nanogram" },
	[UNIT_MCG] = { 1000, 1, "microgram" },
	[UNIT_MG] = { 1000000, 1, "milligram" },
	[UNIT_G] = { 1000000000, 1, "gram" },
	[UNIT_KG] = { 1000000000000, 1, "kilogram" },
	[UNIT_ML] = { 1, 2, "millilitre" },
	[UNIT_L] = { 1000, 2, "litre" },
	[UNIT_IU] = { 1, 3, "unit" },
	[UNIT_MMOL] = { 1, 4, "millimole" },
	[UNIT_MEQ] = { 1, 5, "milliequivalent" },
	[UNIT_PERCENT] = { 1, 6, "percent" },
	[UNIT_TABLET] = { 1, 7, "tablet" },
	[UNIT_PILL] = { 1, 8, "pill" },
	[UNIT_CAPSULE] = { 1, 9, "capsule" },
	[UNIT_DROP] = { 1, 10, "drop" },
	[UNIT_PUFF] = { 1, 11, "puff" },
	[UNIT_SPRAY] = { 1, 12, "spray" },
	[UNIT_PATCH] = { 1, 13, "patch" },
	[UNIT_SUPPOSITORY] = { 1, 14, "suppository" },
	[UNIT_SACHET] = { 1, 15, "sachet" },
	[UNIT_TEASPOON] = { 1, 16, "teaspoon" },
	[UNIT_TABLESPOON] = { 1, 17, "tablespoon" },
	[UNIT_INJECTION] = { 1, 18, "injection" },
	[UNIT_AMPOULE] = { 1, 19, "ampoule" },
	[UNIT_LOZENGE] = { 1, 20, "lozenge" },
	[UNIT_DOSE] = { 1, 21, "dose" },
};

/* a x b = c x d without overflow: amounts are below 10^9, factors at most 10^12. */
static bool same_product(int64_t a, int64_t a_factor, int64_t b, int64_t b_factor)
{
	/* in units of the smaller factor */
	if (a_factor < b_factor)
		return same_product(b, b_factor, a, a_factor);
	int64_t ratio = b_factor ? a_factor / b_factor : 1;
	return (ratio == 1 || a <= INT64_MAX / ratio) && a * ratio == b;
}

enum likeness { LIKE_NOT = 0, LIKE_NEAR, LIKE_UNIT, LIKE_READING, LIKE_SAME };

static bool pill_like(uint8_t code)
{
	return code == UNIT_PILL || code == UNIT_TABLET || code == UNIT_CAPSULE;
}

/* Words that one language has for both. */
static bool loosely_same(uint8_t a, uint8_t b)
{
	bool pills = pill_like(a) && pill_like(b) && (a == UNIT_PILL || b == UNIT_PILL);
	return pills || (a == UNIT_PUFF && b == UNIT_SPRAY) || (a == UNIT_SPRAY && b == UNIT_PUFF);
}

static enum likeness like_dose(const struct medication_fact *a, const struct medication_fact *b)
{
	int64_t fa = units[a->code].factor, fb = units[b->code].factor;
	bool loosely = loosely_same(a->code, b->code);
	if (units[a->code].dimension != units[b->code].dimension && !loosely)
		return LIKE_NOT;
	if (same_product(a->low, fa, b->low, fb) && same_product(a->high, fa, b->high, fb))
		return a->code == b->code ? LIKE_SAME : loosely ? LIKE_NEAR : LIKE_UNIT;
	bool other = same_product(a->other, fa, b->low, fb) || same_product(a->low, fa, b->other, fb) ||
		     same_product(a->other, fa, b->other, fb);
	return other && a->code == b->code ? LIKE_READING : LIKE_NOT;
}

static enum likeness like_often(const struct medication_fact *a, const struct medication_fact *b)
{
	if (a->low == b->low && a->high == b->high && a->period_minutes == b->period_minutes)
		return LIKE_SAME;
	bool rate = a->period_minutes && b->period_minutes && a->low * b->period_minutes == b->low * a->period_minutes &&
		    a->high * b->period_minutes == b->high * a->period_minutes;
	return rate ? LIKE_NEAR : LIKE_NOT;
}

static enum likeness like_daytime(const struct medication_fact *a, const struct medication_fact *b)
{
	bool late = a->code >= DAYTIME_EVENING && b->code >= DAYTIME_EVENING;
	bool midday = (a->code == DAYTIME_NOON || a->code == DAYTIME_AFTERNOON) &&
		      (b->code == DAYTIME_NOON || b->code == DAYTIME_AFTERNOON);
	return a->code == b->code ? LIKE_SAME : late || midday ? LIKE_NEAR : LIKE_NOT;
}

static enum likeness like_number(const struct medication_fact *a, const struct medication_fact *b)
{
	if (a->low < 0 || b->low < 0)
		return str_eq(a->text, b->text) && a->low == b->low ? LIKE_SAME : LIKE_NOT;
	if (a->low == b->low && a->high == b->high)
		return LIKE_SAME;
	return a->other == b->low || a->low == b->other ? LIKE_READING : LIKE_NOT;
}

static enum likeness like_date(const struct comparer *comparer, const struct medication_fact *a, const struct medication_fact *b)
{
	if (a->code != b->code)
		return LIKE_NOT;
	if (a->low == b->low)
		return LIKE_SAME;
	return !comparer->same_lang && a->low == b->other ? LIKE_NEAR : LIKE_NOT; /* day and month the other way, as the language has it */
}

/* Ways to say what is not to be done with a medicine: "do not take it with", "do not mix it with". */
static bool handles(uint8_t action)
{
	return action == ACTION_TAKE || action == ACTION_CONTINUE || action == ACTION_CRUSH || action == ACTION_MIX;
}

static bool lessens(uint8_t action)
{
	return action == ACTION_DECREASE || action == ACTION_TAPER;
}

static enum likeness like_action(const struct medication_fact *a, const struct medication_fact *b)
{
	if (a->negated != b->negated)
		return LIKE_NOT;
	bool near = (lessens(a->code) && lessens(b->code)) || (a->negated && handles(a->code) && handles(b->code));
	return a->code == b->code ? LIKE_SAME : near ? LIKE_NEAR : LIKE_NOT;
}

static enum likeness like_drug(const struct medication_fact *a, const struct medication_fact *b)
{
	if (a->medicine != b->medicine)
		return LIKE_NOT;
	bool same = a->code == b->code && (a->code != NAME_BRAND || str_eq(a->text, b->text));
	return same ? LIKE_SAME : LIKE_NEAR;
}

static enum likeness like(const struct comparer *comparer, const struct medication_fact *a, const struct medication_fact *b)
{
	switch (a->kind) {
	case MEDICATION_DRUG: return like_drug(a, b);
	case MEDICATION_DOSE: return like_dose(a, b);
	case MEDICATION_FREQUENCY: return like_often(a, b);
	case MEDICATION_DAYTIME: return like_daytime(a, b);
	case MEDICATION_MEAL:
	case MEDICATION_ROUTE: return a->code == b->code ? LIKE_SAME : LIKE_NOT;
	case MEDICATION_ACTION: return like_action(a, b);
	case MEDICATION_NEGATION: return a->about == b->about ? LIKE_SAME : LIKE_NEAR;
	case MEDICATION_DURATION:
		return a->low != b->low || a->high != b->high ? LIKE_NOT : a->period_minutes == b->period_minutes ? LIKE_SAME : LIKE_NEAR;
	case MEDICATION_NUMBER: return like_number(a, b);
	case MEDICATION_CLOCK: return a->low == b->low ? LIKE_SAME : LIKE_NOT;
	case MEDICATION_DATE: return like_date(comparer, a, b);
	case MEDICATION_PERSON: return str_eq(a->text, b->text) ? LIKE_SAME : LIKE_NOT;
	case MEDICATION_AS_NEEDED:
	case MEDICATION_KIND_COUNT: break;
	}
	return LIKE_SAME;
}

/* ---- differences ---- */

static int severity_of(enum medication_kind kind, enum medication_trouble trouble)
{
	static const uint8_t grave[MEDICATION_KIND_COUNT] = { [MEDICATION_DRUG] = 4,
		[MEDICATION_DOSE] = 4,
		[MEDICATION_FREQUENCY] = 4,
		[MEDICATION_DAYTIME] = 3,
		[MEDICATION_AS_NEEDED] = 3,
		[MEDICATION_MEAL] = 3,
		[MEDICATION_ROUTE] = 3,
		[MEDICATION_ACTION] = 3,
		[MEDICATION_NEGATION] = 3,
		[MEDICATION_DURATION] = 3,
		[MEDICATION_NUMBER] = 3,
		[MEDICATION_CLOCK] = 3,
		[MEDICATION_DATE] = 3,
		[MEDICATION_PERSON] = 2 };
	switch (trouble) {
	case TROUBLE_NEGATION:
	case TROUBLE_MOVED: return 4;
	case TROUBLE_LANGUAGE: return 3;
	case TROUBLE_UNIT: return 2;
	case TROUBLE_RENAMED:
	case TROUBLE_REWORDED: return 1;
	case TROUBLE_LOST:
	case TROUBLE_ADDED:
	case TROUBLE_CHANGED: break;
	}
	return grave[kind];
}

static const char *noun_of(enum medication_kind kind)
{
	static const char *const nouns[MEDICATION_KIND_COUNT + 1] = { "medicine", "dose", "frequency", "time of day", "\"as needed\"",
		"instruction about food", "way of taking", "instruction to start, stop or change", "negation", "duration", "number", "time",
		"date", "person", "text" };
	return nouns[kind];
}

static struct str why_of(struct arena *arena, enum medication_kind kind, enum medication_trouble trouble)
{
	const char *noun = noun_of(kind);
	switch (trouble) {
	case TROUBLE_LOST: return arena_printf(arena, "The source has a %s that the target does not have.", noun);
	case TROUBLE_ADDED: return arena_printf(arena, "The target has a %s that the source does not have.", noun);
	case TROUBLE_CHANGED: return arena_printf(arena, "The %s is another one in the target.", noun);
	case TROUBLE_NEGATION: return STR("What the source says to do, the target says not to do, or the other way round.");
	case TROUBLE_MOVED: return arena_printf(arena, "The %s is in the target, but for another medicine or with another dose.", noun);
	case TROUBLE_UNIT: return STR("The same amount, written in another unit: check the conversion.");
	case TROUBLE_RENAMED: return STR("The same medicine by another name: the reader may not know it under this one.");
	case TROUBLE_REWORDED: return arena_printf(arena, "The %s is said differently, but means much the same.", noun);
	case TROUBLE_LANGUAGE: break;
	}
	return STR("One of the texts is in a language that is not read here: nothing was compared; a person who speaks it has to.");
}

static struct medication_difference *report(struct comparer *comparer, enum medication_kind kind, enum medication_trouble trouble,
	const struct medication_fact *source, const struct medication_fact *target)
{
	if (comparer->count == comparer->capacity) {
		size_t capacity = comparer->capacity * 2 + 16;
		struct medication_difference *items = ARENA_ARRAY(comparer->arena, struct medication_difference, capacity);
		if (!items) {
			comparer->rc = E_MEMORY;
			return NULL;
		}
		if (comparer->count)
			memcpy(items, comparer->items, comparer->count * sizeof *items);
		comparer->items = items;
		comparer->capacity = capacity;
	}
	struct medication_difference *item = &comparer->items[comparer->count++];
	*item = (struct medication_difference){
		.kind = kind, .trouble = trouble, .severity = severity_of(kind, trouble), .why = why_of(comparer->arena, kind, trouble)
	};
	if (source) {
		item->source_start = source->start;
		item->source_end = source->end;
	}
	if (target) {
		item->target_start = target->start;
		item->target_end = target->end;
	}
	if (!item->why.ptr)
		comparer->rc = E_MEMORY;
	return item;
}

/* ---- matching ---- */

static bool goes_with_dose(enum medication_kind kind)
{
	return kind == MEDICATION_FREQUENCY || kind == MEDICATION_DAYTIME || kind == MEDICATION_DURATION || kind == MEDICATION_MEAL;
}

/* The parts of the sentences that both stand in share a dose, or one of them has none, or the doses were changed and are told of
 * themselves. */
static bool doses_agree(const struct comparer *comparer, const struct medication_fact *a, const struct medication_fact *b)
{
	bool elsewhere = false, has_b = false;
	if (!goes_with_dose(a->kind))
		return true;
	for (size_t s = 0; s < comparer->source->fact_count; s++) {
		const struct medication_fact *x = &comparer->source->facts[s];
		for (size_t t = 0; t < comparer->target->fact_count && x->kind == MEDICATION_DOSE && x->part == a->part; t++) {
			const struct medication_fact *y = &comparer->target->facts[t];
			bool here = y->kind == MEDICATION_DOSE && y->part == b->part;
			bool alike = y->kind == MEDICATION_DOSE && like_dose(x, y) != LIKE_NOT;
			if (here && alike)
				return true;
			has_b = has_b || here;
			elsewhere = elsewhere || alike;
		}
	}
	return !has_b || !elsewhere;
}

/* Whether both texts tell for which medicine, and it is not the same. */
static bool medicines_differ(const struct comparer *comparer, const struct medication_fact *a, const struct medication_fact *b)
{
	bool several = comparer->source->medicine_count > 1 && comparer->target->medicine_count > 1;
	return several && a->medicine != MEDICATION_NONE && b->medicine != MEDICATION_NONE && a->medicine != b->medicine;
}

static bool together(const struct comparer *comparer, const struct medication_fact *a, const struct medication_fact *b)
{
	if (a->kind == MEDICATION_NEGATION || (a->kind == MEDICATION_ACTION && handles(a->code)))
		return true; /* "A must not be combined with B" is about both */
	return !medicines_differ(comparer, a, b) && doses_agree(comparer, a, b);
}

static void pair(struct comparer *comparer, size_t s, size_t t)
{
	comparer->source_done[s] = comparer->target_done[t] = true;
}

/* Pairs facts of a kind that are at least `least` alike; `strict`: and about the same medicine and dose. */
static void match_kind(struct comparer *comparer, enum medication_kind kind, enum likeness least, bool strict)
{
	for (size_t s = 0; s < comparer->source->fact_count; s++) {
		const struct medication_fact *a = &comparer->source->facts[s];
		if (a->kind != kind || comparer->source_done[s])
			continue;
		for (size_t t = 0; t < comparer->target->fact_count && !comparer->source_done[s]; t++) {
			const struct medication_fact *b = &comparer->target->facts[t];
			if (b->kind != kind || comparer->target_done[t])
				continue;
			enum likeness alike = like(comparer, a, b);
			if (alike < least || alike == LIKE_NOT || (strict && !together(comparer, a, b)))
				continue;
			pair(comparer, s, t);
			bool moved = kind != MEDICATION_DRUG && !together(comparer, a, b);
			enum medication_trouble trouble = kind == MEDICATION_DRUG ? TROUBLE_RENAMED
							  : alike == LIKE_UNIT    ? TROUBLE_UNIT
										  : TROUBLE_REWORDED;
			struct medication_difference *item = NULL;
			if (moved)
				report(comparer, kind, TROUBLE_MOVED, a, b);
			else if (alike != LIKE_SAME)
				item = report(comparer, kind, trouble, a, b);
			if (item && alike == LIKE_READING) { /* "1.125" read as a thousand and more where the comma is the decimal mark */
				item->severity = 3;
				item->why = STR(
					"The same digits mean another number in the other language: a decimal mark was not adapted.");
			}
		}
	}
}

/* What is left of a kind, in order: another value where both have one; else lost or added. */
static bool pairs_as_changed(enum medication_kind kind)
{
	return kind != MEDICATION_DRUG && kind != MEDICATION_ACTION && kind != MEDICATION_NEGATION && kind != MEDICATION_PERSON &&
	       kind != MEDICATION_NUMBER;
}

static void match_changed(struct comparer *comparer, enum medication_kind kind, bool strict)
{
	for (size_t s = 0; s < comparer->source->fact_count; s++) {
		const struct medication_fact *a = &comparer->source->facts[s];
		for (size_t t = 0; t < comparer->target->fact_count && a->kind == kind && !comparer->source_done[s]; t++) {
			const struct medication_fact *b = &comparer->target->facts[t];
			if (b->kind != kind || comparer->target_done[t] || (strict && medicines_differ(comparer, a, b)))
				continue;
			pair(comparer, s, t);
			report(comparer, kind, TROUBLE_CHANGED, a, b);
		}
	}
}

/* "do not take" against "take". */
static void match_polarity(struct comparer *comparer)
{
	for (size_t s = 0; s < comparer->source->fact_count; s++) {
		const struct medication_fact *a = &comparer->source->facts[s];
		for (size_t t = 0; t < comparer->target->fact_count && a->kind == MEDICATION_ACTION && !comparer->source_done[s]; t++) {
			const struct medication_fact *b = &comparer->target->facts[t];
			if (b->kind != MEDICATION_ACTION || comparer->target_done[t] || a->code != b->code || a->negated == b->negated)
				continue;
			pair(comparer, s, t);
			struct medication_difference *item = report(comparer, MEDICATION_ACTION, TROUBLE_NEGATION, a, b);
			if (item && !a->about && !b->about)
				item->severity = MEDICATION_HOLD;
		}
	}
}

/* To take, to use, to go on: every text says it in its own way, and its loss is that of what is taken. Behind another verb of the same part
 * it only carries it ("stop taking"). Names and negations that stand more than once count once more only if they are missing altogether. */
static bool may_go(const struct medication_reading *reading, size_t at, const struct medication_reading *other)
{
	const struct medication_fact *fact = &reading->facts[at];
	if (fact->kind == MEDICATION_ACTION)
		return fact->code == ACTION_MIX || ((fact->code == ACTION_TAKE || fact->code == ACTION_CONTINUE) && !fact->negated);
	for (size_t i = 0; fact->kind == MEDICATION_DRUG && i < other->fact_count; i++)
		if (other->facts[i].kind == MEDICATION_DRUG && other->facts[i].medicine == fact->medicine)
			return true;
	return false;
}

/* "every morning ..., once a day": said twice in one sentence, and found once. */
static enum likeness said_twice(const struct comparer *comparer, const struct medication_reading *reading, const bool *done, size_t at)
{
	const struct medication_fact *fact = &reading->facts[at];
	bool may = fact->kind == MEDICATION_FREQUENCY || fact->kind == MEDICATION_DAYTIME || fact->kind == MEDICATION_AS_NEEDED;
	enum likeness best = LIKE_NOT;
	for (size_t i = 0; may && i < reading->fact_count; i++) {
		const struct medication_fact *other = &reading->facts[i];
		if (i == at || !done[i] || other->kind != fact->kind || other->sentence != fact->sentence)
			continue;
		enum likeness alike = like(comparer, other, fact);
		best = alike > best ? alike : best;
	}
	return best;
}

/* "two good days" is a number in one language and a duration in another. */
static void match_counts(struct comparer *comparer)
{
	for (size_t s = 0; s < comparer->source->fact_count; s++) {
		const struct medication_fact *a = &comparer->source->facts[s];
		for (size_t t = 0; t < comparer->target->fact_count && !comparer->source_done[s]; t++) {
			const struct medication_fact *b = &comparer->target->facts[t];
			bool one = a->kind == MEDICATION_NUMBER && b->kind == MEDICATION_DURATION,
			     other = a->kind == MEDICATION_DURATION && b->kind == MEDICATION_NUMBER;
			if ((!one && !other) || comparer->target_done[t] || a->low < 0 || b->low < 0)
				continue;
			if (one ? a->low * b->period_minutes != b->low : b->low * a->period_minutes != a->low)
				continue;
			pair(comparer, s, t);
			report(comparer, MEDICATION_NUMBER, TROUBLE_REWORDED, a, b);
		}
	}
}

static size_t count_negations(const struct medication_reading *reading)
{
	size_t count = 0;
	for (size_t i = 0; i < reading->fact_count; i++)
		count += reading->facts[i].kind == MEDICATION_NEGATION && reading->facts[i].about;
	return count;
}

/* Whether what is left over is told by something else, or no matter of medicines. */
static bool is_note(const struct comparer *comparer, const struct medication_reading *reading, const bool *done, size_t at)
{
	const struct medication_fact *fact = &reading->facts[at];
	if (fact->kind == MEDICATION_DAYTIME)
		return said_twice(comparer, reading, done, at) >= LIKE_NEAR; /* "every night at bedtime" */
	if (fact->kind == MEDICATION_ACTION) /* "do not exceed" for "do not take more than": as many negations, another verb */
		return !fact->about || (handles(fact->code) && count_negations(comparer->source) == count_negations(comparer->target));
	/* "do not chew and do not swallow" for "do not chew or swallow": what it negates was found, negated */
	bool told = fact->action != MEDICATION_NONE && done[fact->action];
	return fact->kind == MEDICATION_NEGATION && (!fact->about || told);
}

static bool polarity_turned(const struct comparer *comparer)
{
	for (size_t i = 0; i < comparer->count; i++)
		if (comparer->items[i].trouble == TROUBLE_NEGATION)
			return true;
	return false;
}

static void report_rest(struct comparer *comparer)
{
	bool turned = polarity_turned(comparer);
	for (int side = 0; side < 2; side++) {
		const struct medication_reading *reading = side ? comparer->target : comparer->source;
		const struct medication_reading *other = side ? comparer->source : comparer->target;
		const bool *done = side ? comparer->target_done : comparer->source_done;
		for (size_t i = 0; i < reading->fact_count; i++) {
			const struct medication_fact *fact = &reading->facts[i];
			if (done[i] || may_go(reading, i, other) || said_twice(comparer, reading, done, i) == LIKE_SAME)
				continue;
			if (fact->kind == MEDICATION_NEGATION && turned)
				continue; /* already told of the verb */
			struct medication_difference *item = report(
				comparer, fact->kind, side ? TROUBLE_ADDED : TROUBLE_LOST, side ? NULL : fact, side ? fact : NULL);
			if (item && is_note(comparer, reading, done, i))
				item->severity = fact->kind == MEDICATION_NEGATION && fact->action == MEDICATION_NONE ? MEDICATION_HOLD : 1;
		}
	}
}

/* Names written in another script cannot be held against each other. */
static void soften_names(struct comparer *comparer)
{
	bool scripts = comparer->source->lang.len && comparer->target->lang.len &&
		       (str_eqc(comparer->source->lang, "zh") || str_eqc(comparer->source->lang, "ar")) !=
			       (str_eqc(comparer->target->lang, "zh") || str_eqc(comparer->target->lang, "ar"));
	for (size_t i = 0; scripts && i < comparer->count; i++)
		if (comparer->items[i].kind == MEDICATION_PERSON)
			comparer->items[i].severity = 1;
}

static int compare_grave(const void *a, const void *b)
{
	const struct medication_difference *x = a, *y = b;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	size_t at_x = x->source_end ? x->source_start : x->target_start, at_y = y->source_end ? y->source_start : y->target_start;
	if (at_x != at_y)
		return at_x < at_y ? -1 : 1;
	return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : (x->trouble > y->trouble) - (x->trouble < y->trouble);
}

static void compare_facts(struct comparer *comparer)
{
	for (int kind = 0; kind < MEDICATION_KIND_COUNT; kind++) {
		enum medication_kind k = (enum medication_kind)kind;
		match_kind(comparer, k, LIKE_SAME, true);
		if (k == MEDICATION_ACTION)
			match_polarity(comparer);
		match_kind(comparer, k, LIKE_NEAR, true);
		match_kind(comparer, k, LIKE_NEAR, false);
		if (!pairs_as_changed(k))
			continue;
		match_changed(comparer, k, true);
		match_changed(comparer, k, false);
	}
	match_counts(comparer);
	report_rest(comparer);
	soften_names(comparer);
}

int medication_compare(const struct screen_engine *engine, struct arena *arena, struct str source, struct str source_lang,
	struct str target, struct str target_lang, struct medication_comparison *ret_comparison, struct err *reterr)
{
	struct medication_comparison comparison = { .severity = 0 };
	int rc = medication_read(engine, arena, source, source_lang, &comparison.source, reterr);
	if (rc == 0)
		rc = medication_read(engine, arena, target, target_lang, &comparison.target, reterr);
	if (rc < 0)
		return rc;
	struct comparer comparer = { .arena = arena, .source = &comparison.source, .target = &comparison.target };
	comparer.same_lang = str_eq(comparison.source.lang, comparison.target.lang);
	comparer.source_done = ARENA_ARRAY(arena, bool, comparison.source.fact_count);
	comparer.target_done = ARENA_ARRAY(arena, bool, comparison.target.fact_count);
	if (!comparer.source_done || !comparer.target_done)
		return err_set(reterr, E_MEMORY, "screen/medication", "no memory to compare the texts");
	if (comparison.source.covered && comparison.target.covered)
		compare_facts(&comparer);
	else
		report(&comparer, MEDICATION_KIND_COUNT, TROUBLE_LANGUAGE, NULL, NULL);
	if (comparer.rc < 0)
		return err_set(reterr, comparer.rc, "screen/medication", "no memory to compare the texts");
	if (comparer.count)
		qsort(comparer.items, comparer.count, sizeof *comparer.items, compare_grave);
	comparison.differences = comparer.items;
	comparison.difference_count = comparer.count;
	comparison.severity = comparer.count ? comparer.items[0].severity : 0;
	*ret_comparison = comparison;
	return 0;
}

/* ---- names ---- */

const char *medication_kind_name(enum medication_kind kind)
{
	static const char *const names[MEDICATION_KIND_COUNT + 1] = { "medicine", "dose", "frequency", "time_of_day", "as_needed", "meal",
		"route", "action", "negation", "duration", "number", "clock", "date", "person", "language" };
	return names[kind <= MEDICATION_KIND_COUNT ? kind : MEDICATION_KIND_COUNT];
}

const char *medication_trouble_name(enum medication_trouble trouble)
{
	static const char *const names[] = { "lost", "added", "changed", "negation", "moved", "unit", "renamed", "reworded", "language" };
	return names[trouble];
}

const char *medication_code_name(const struct medication_fact *fact)
{
	static const char *const actions[ACTION_COUNT] = { "take", "start", "stop", "increase", "decrease", "taper", "halve", "double",
		"skip", "switch", "continue", "crush", "mix" };
	static const char *const daytimes[] = { "morning", "noon", "afternoon", "evening", "night", "bedtime" };
	static const char *const meals[] = { "with_food", "empty_stomach", "before_food", "after_food", "with_or_without_food" };
	static const char *const routes[] = { "oral", "injected", "sublingual", "topical", "inhaled", "nasal", "rectal", "left", "right",
		"both" };
	static const char *const drugs[] = { "generic", "brand", "group" };
	static const char *const dates[] = { "day", "month", "weekday" };
	switch (fact->kind) {
	case MEDICATION_DRUG: return drugs[fact->code];
	case MEDICATION_DOSE: return units[fact->code].name;
	case MEDICATION_DAYTIME: return daytimes[fact->code];
	case MEDICATION_MEAL: return meals[fact->code];
	case MEDICATION_ROUTE: return routes[fact->code];
	case MEDICATION_ACTION: return actions[fact->code];
	case MEDICATION_DATE: return dates[fact->code];
	default: return "";
	}
}

struct str medication_name(const struct screen_engine *engine, uint32_t medicine)
{
	return medicine < engine->pack.medicine_count ? pack_str(&engine->pack, engine->pack.medicines[medicine].name) : STR("");
}
