/* medication_bind.c: what of a text belongs together: an amount and its medicine, a time of day and its amount, a negation and what it
 * negates. By place alone: the same part of a sentence (between marks and "and") first, then the sentence, then what was named last. */
#include "screen/medication_priv.h"

#define NEGATION_BYTES 60u
#define FRENCH_BYTES 6u /* "prenez-le pas" */

static size_t distance(const struct medication_fact *a, const struct medication_fact *b)
{
	return a->end <= b->start ? b->start - a->end : b->end <= a->start ? a->start - b->end : 0;
}

/* Whether the first amount of this part stands before its first medicine: "50 mg of ..., 300 mg of ...". */
static bool amount_first(const struct med_reader *reader, uint32_t part)
{
	for (size_t i = 0; i < reader->fact_count; i++)
		if (reader->facts[i].part == part && (reader->facts[i].kind == MEDICATION_DRUG || reader->facts[i].kind == MEDICATION_DOSE))
			return reader->facts[i].kind == MEDICATION_DOSE;
	return false;
}

/* The nearest medicine in the same part; on a tie the one on the side where this part has them. */
static const struct medication_fact *nearest(const struct med_reader *reader, const struct medication_fact *fact)
{
	const struct medication_fact *best = NULL;
	bool behind = amount_first(reader, fact->part);
	for (size_t i = 0; i < reader->fact_count; i++) {
		const struct medication_fact *other = &reader->facts[i];
		if (other->kind != MEDICATION_DRUG || other->part != fact->part)
			continue;
		size_t here = distance(other, fact), there = best ? distance(best, fact) : SIZE_MAX;
		if (here < there || (here == there && behind && other->start > fact->start))
			best = other;
	}
	return best;
}

static uint32_t medicine_of(const struct med_reader *reader, const struct medication_fact *fact)
{
	const struct medication_fact *found = nearest(reader, fact), *before = NULL, *after = NULL, *earlier = NULL;
	for (size_t i = 0; !found && i < reader->fact_count; i++) {
		const struct medication_fact *other = &reader->facts[i];
		if (other->kind != MEDICATION_DRUG)
			continue;
		if (other->start < fact->start)
			*(other->sentence == fact->sentence ? &before : &earlier) = other;
		else if (other->sentence == fact->sentence && !after)
			after = other;
	}
	found = found ? found : before ? before : after ? after : earlier;
	return found ? found->medicine : MEDICATION_NONE;
}

static bool speaks_of_medicine(const struct medication_fact *fact)
{
	return fact->kind == MEDICATION_DRUG || fact->kind == MEDICATION_DOSE || fact->kind == MEDICATION_FREQUENCY ||
	       fact->kind == MEDICATION_MEAL || fact->kind == MEDICATION_AS_NEEDED || fact->about;
}

static struct medication_fact *next_action(struct med_reader *reader, size_t from, uint32_t sentence)
{
	for (size_t i = from + 1; i < reader->fact_count && reader->facts[i].sentence == sentence; i++) {
		if (reader->facts[i].kind == MEDICATION_ACTION)
			return &reader->facts[i];
		if (reader->facts[i].kind == MEDICATION_NEGATION)
			return NULL;
	}
	return NULL;
}

static struct medication_fact *action_before(struct med_reader *reader, size_t from, uint32_t sentence)
{
	for (size_t i = from; i-- > 0 && reader->facts[i].sentence == sentence;) {
		if (reader->facts[i].kind == MEDICATION_ACTION)
			return &reader->facts[i];
		if (reader->facts[i].kind == MEDICATION_NEGATION)
			return NULL;
	}
	return NULL;
}

/* Whether a mark parts two places of the text. */
static bool parted(const struct med_reader *reader, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (strchr(",;:.!?", reader->text.ptr[i]) && reader->text.ptr[i])
			return true;
	return false;
}

/* "do not chew or swallow": whether "or" stands between. */
static bool joined_by_or(const struct med_reader *reader, const struct medication_fact *a, const struct medication_fact *b)
{
	size_t words;
	if (b->sentence != a->sentence || b->start - a->end > NEGATION_BYTES)
		return false;
	for (size_t i = 0; i < reader->count; i++)
		if (reader->words[i].start >= a->end && reader->words[i].end <= b->start && med_find(reader, i, W_OR, &words))
			return true;
	return false;
}

static bool sets_amount(uint8_t action)
{
	return action == ACTION_INCREASE || action == ACTION_DECREASE || action == ACTION_HALVE || action == ACTION_DOUBLE;
}

/* In German and French the negation follows the verb that it negates as often as it precedes it: the nearer of the two. */
static void negate(struct med_reader *reader, size_t at)
{
	struct medication_fact *negation = &reader->facts[at];
	struct medication_fact *next = next_action(reader, at, negation->sentence);
	bool behind = negation->code != NOT_NOUN && (reader->langs & (MED_DE | MED_FR));
	struct medication_fact *before = behind ? action_before(reader, at, negation->sentence) : NULL;
	if (next && distance(next, negation) > NEGATION_BYTES)
		next = NULL;
	size_t reach = reader->langs & MED_DE ? NEGATION_BYTES : FRENCH_BYTES;
	if (before && (distance(before, negation) > reach || before->negated || parted(reader, before->end, negation->start)))
		before = NULL;
	if (next && before) {
		bool is_before = distance(before, negation) <= distance(next, negation);
		next = is_before ? before : next;
	} else if (!next) {
		next = before;
	}
	if (!next)
		return;
	next->negated = true;
	negation->action = (uint32_t)(next - reader->facts);
	/* "do not take a double dose": the rest of its part; but what is not stopped goes on */
	for (size_t i = (size_t)(next - reader->facts) + 1; i < reader->fact_count && reader->facts[i].sentence == next->sentence; i++) {
		struct medication_fact *more = &reader->facts[i];
		if (more->kind == MEDICATION_NEGATION && i != at)
			break;
		bool carried = next->code == ACTION_TAKE || (more->code == ACTION_TAKE && sets_amount(next->code));
		bool covered = (more->part == next->part && carried) || joined_by_or(reader, next, more);
		if (more->kind == MEDICATION_ACTION && covered)
			more->negated = true;
	}
}

void med_bind(struct med_reader *reader)
{
	for (size_t i = 0; i < reader->fact_count; i++)
		reader->medical = reader->medical || reader->facts[i].kind == MEDICATION_DRUG || reader->facts[i].kind == MEDICATION_DOSE;
	for (size_t i = 0; i < reader->fact_count; i++) {
		struct medication_fact *fact = &reader->facts[i];
		if (fact->kind != MEDICATION_DRUG && fact->kind < MEDICATION_NUMBER)
			fact->medicine = medicine_of(reader, fact);
		if (fact->kind == MEDICATION_NEGATION)
			negate(reader, i);
	}
	for (size_t i = 0; i < reader->fact_count; i++)
		reader->facts[i].about = reader->facts[i].kind == MEDICATION_ACTION && reader->medical;
	for (size_t i = 0; i < reader->fact_count; i++)
		for (size_t k = 0; k < reader->fact_count && reader->facts[i].kind == MEDICATION_NEGATION; k++)
			if (reader->facts[k].sentence == reader->facts[i].sentence && speaks_of_medicine(&reader->facts[k]))
				reader->facts[i].about = true;
}
