/* score.c: scores, what answers set off, and change; see instrument.h. */
#include "care/instrument.h"

int answer_fits(const struct instrument *instrument, size_t item, struct answer answer, struct err *reterr)
{
	const struct instrument_item *own = &instrument->items[item];
	if (answer.kind == ANSWER_NOT_APPLICABLE && !own->not_applicable)
		return err_set(reterr, E_INVALID, "care/score", "answer.not_applicable: this item has no such answer");
	if (answer.kind == ANSWER_GIVEN && (answer.value < own->min || answer.value > own->max))
		return err_set(reterr, E_INVALID, "care/score", "answer.value: %d is not in %d..%d", answer.value, own->min, own->max);
	return 0;
}

static bool answered(const struct answer *answer)
{
	return answer->kind == ANSWER_GIVEN || answer->kind == ANSWER_NOT_APPLICABLE;
}

bool item_shown(const struct instrument *instrument, const struct answer *answers, size_t item)
{
	const struct instrument_item *own = &instrument->items[item];
	for (size_t i = 0; i < own->shown_if_count; i++) {
		size_t other = own->shown_if[i]; /* stands before this one: the loader sees to it */
		if (!item_shown(instrument, answers, other))
			continue;
		if (answers[other].kind == ANSWER_GIVEN ? answers[other].value == own->shown_if_value : own->shown_if_unanswered)
			return true;
	}
	return own->shown_if_count == 0;
}

const struct instrument_trigger *item_trigger(const struct instrument *instrument, size_t item, struct answer answer)
{
	for (size_t i = 0; i < instrument->trigger_count; i++) {
		const struct instrument_trigger *trigger = &instrument->triggers[i];
		if (trigger->item != item)
			continue;
		if (answer.kind == ANSWER_GIVEN ? answer.value >= trigger->from && answer.value <= trigger->to
						: instrument->items[item].risk)
			return trigger;
	}
	return NULL;
}

static int keyed(const struct instrument_item *item, int value)
{
	return item->reverse ? item->max + item->min - value : value;
}

int instrument_max(const struct instrument *instrument)
{
	int sum = 0;
	for (size_t i = 0; i < instrument->item_count; i++)
		sum += instrument->items[i].scored ? instrument->items[i].max : 0;
	return sum * (int)instrument->multiply;
}

bool instrument_is_case(const struct instrument *instrument, int total)
{
	return instrument->has_case && (instrument->higher_is_better ? total <= instrument->case_at : total >= instrument->case_at);
}

static void look_at_triggers(const struct instrument *instrument, const struct answer *answers, struct score *score)
{
	score->result = instrument->no_result;
	for (size_t i = 0; i < instrument->item_count; i++) {
		if (!item_shown(instrument, answers, i))
			continue;
		score->risk_unanswered |= instrument->items[i].risk && answers[i].kind != ANSWER_GIVEN;
		const struct instrument_trigger *trigger = item_trigger(instrument, i, answers[i]);
		if (!trigger)
			continue;
		if (trigger->level > score->level) {
			score->level = trigger->level;
			if (trigger->result.len)
				score->result = trigger->result;
		}
		score->alert = !score->alert || trigger->alert < score->alert ? trigger->alert : score->alert;
	}
}

static bool clusters_met(const struct instrument *instrument, const struct answer *answers)
{
	for (size_t p = 0; p < instrument->part_count; p++) {
		long count = 0;
		for (size_t i = 0; i < instrument->parts[p].count; i++) {
			const struct answer *answer = &answers[instrument->parts[p].items[i]];
			count += answer->kind == ANSWER_GIVEN && answer->value >= instrument->part_from;
		}
		if (count < instrument->parts[p].need)
			return false;
	}
	return instrument->part_count > 0;
}

void instrument_score(const struct instrument *instrument, const struct answer *answers, struct score *ret_score)
{
	struct score score = { .state = SCORE_NONE };
	long sum = 0, given = 0, wanted = 0;
	look_at_triggers(instrument, answers, &score);
	for (size_t i = 0; i < instrument->item_count; i++) {
		const struct instrument_item *item = &instrument->items[i];
		if (!item_shown(instrument, answers, i) || (!item->scored && !instrument->no_score) || item->optional)
			continue;
		wanted++;
		if (instrument->no_score ? answered(&answers[i]) : answers[i].kind == ANSWER_GIVEN) {
			given++;
			sum += keyed(item, answers[i].value);
		}
	}
	score.missing = (size_t)(wanted - given);
	score.clusters = clusters_met(instrument, answers);
	if (!instrument->no_score && given && (long)score.missing <= instrument->prorate_up_to) {
		score.state = score.missing ? SCORE_PRORATED : SCORE_FULL;
		/* the mean of those given for each that is missing, rounded half up */
		score.total = (int)((score.missing ? (2 * sum * wanted + given) / (2 * given) : sum) * instrument->multiply);
		for (size_t i = 0; i < instrument->band_count; i++)
			if (score.total >= instrument->bands[i].from && score.total <= instrument->bands[i].to)
				score.band = &instrument->bands[i];
		score.is_case = instrument_is_case(instrument, score.total);
	}
	*ret_score = score;
}

/* ---- change ---- */

enum change instrument_change(const struct instrument *instrument, int first, int last)
{
	int fall = instrument->higher_is_better ? last - first : first - last;
	if (!instrument->has_change)
		return CHANGE_UNKNOWN;
	return fall >= instrument->change ? CHANGE_BETTER : -fall >= instrument->change ? CHANGE_WORSE : CHANGE_NONE;
}

void outcome_of_pair(const struct instrument *a, int a_first, int a_last, const struct instrument *b, int b_first, int b_last,
	struct outcome_pair *ret_pair)
{
	enum change one = instrument_change(a, a_first, a_last), other = instrument_change(b, b_first, b_last);
	bool better = one == CHANGE_BETTER || other == CHANGE_BETTER, worse = one == CHANGE_WORSE || other == CHANGE_WORSE;
	bool unknown = one == CHANGE_UNKNOWN || other == CHANGE_UNKNOWN;
	struct outcome_pair pair = { .outcome = unknown           ? OUTCOME_UNKNOWN
						: better && worse ? OUTCOME_MIXED
						: better          ? OUTCOME_IMPROVED
						: worse           ? OUTCOME_DETERIORATED
								  : OUTCOME_NO_CHANGE };
	pair.case_at_start = instrument_is_case(a, a_first) || instrument_is_case(b, b_first);
	pair.recovered = pair.case_at_start && !instrument_is_case(a, a_last) && !instrument_is_case(b, b_last);
	pair.reliably_recovered = pair.recovered && pair.outcome == OUTCOME_IMPROVED;
	*ret_pair = pair;
}

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = { "unknown", "deteriorated", "mixed", "no_change", "improved" };
	return names[outcome];
}

const char *change_name(enum change change)
{
	static const char *const names[] = { "unknown", "worse", "none", "better" };
	return names[change];
}
