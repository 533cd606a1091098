/* chain.c: see chain.h. */
#include "care/chain.h"

#include <jansson.h>
#include <string.h>

#define LAYER "care/chain"

static const char *const to_names[] = { "supervisors", "on_duty", "on_call", "person" };

const char *chain_to_name(enum chain_to to)
{
	return to_names[to];
}

static const struct chain chain_default = { .steps = { { .to = CHAIN_ON_DUTY }, { .to = CHAIN_ON_CALL }, { .to = CHAIN_SUPERVISORS } },
	.count = 3 };

static int read_step(const json_t *item, size_t index, struct chain_step *step, struct err *reterr)
{
	const char *to = json_string_value(json_object_get(item, "to")), *id = json_string_value(json_object_get(item, "staff_id"));
	const json_t *minutes = json_object_get(item, "minutes");
	size_t found = 0;
	while (found < COUNT_OF(to_names) && (!to || strcmp(to, to_names[found]) != 0))
		found++;
	if (found == COUNT_OF(to_names))
		return err_set(reterr, E_INVALID, LAYER, "settings.chain[%zu].to: on_duty, on_call, supervisors or person", index);
	*step = (struct chain_step){ .to = (enum chain_to)found };
	if (step->to == CHAIN_PERSON && (!id || !uuid_valid(str_c(id))))
		return err_set(reterr, E_INVALID, LAYER, "settings.chain[%zu].staff_id: must be the id of a member of staff", index);
	if (step->to == CHAIN_PERSON)
		memcpy(step->staff_id.text, id, UUID_LENGTH + 1);
	if (minutes && (!json_is_integer(minutes) || json_integer_value(minutes) < 1 || json_integer_value(minutes) > CHAIN_MINUTES_MAX))
		return err_set(reterr, E_INVALID, LAYER, "settings.chain[%zu].minutes: must be 1 to %d", index, CHAIN_MINUTES_MAX);
	step->minutes = minutes ? (int)json_integer_value(minutes) : 0;
	return 0;
}

int chain_read(const json_t *list, struct chain *ret_chain, struct err *reterr)
{
	struct chain chain = { .count = json_array_size(list) };
	*ret_chain = chain_default;
	if (!list)
		return 0;
	if (!json_is_array(list) || chain.count < 1 || chain.count > CHAIN_STEPS_MAX)
		return err_set(reterr, E_INVALID, LAYER, "settings.chain: must be a list of 1 to %d steps", CHAIN_STEPS_MAX);
	for (size_t i = 0; i < chain.count; i++) {
		int rc = read_step(json_array_get(list, i), i, &chain.steps[i], reterr);
		if (rc)
			return rc;
	}
	*ret_chain = chain;
	return 0;
}

bool chain_in(const struct chain_step *step, const struct chain_person *person, bool has_rota)
{
	if (!person->active)
		return false;
	switch (step->to) {
	case CHAIN_SUPERVISORS: return person->supervisor;
	case CHAIN_ON_DUTY: return person->clinical && person->on_duty && (!has_rota || person->shift == COVER_IN_HOURS);
	case CHAIN_ON_CALL: return person->clinical && person->shift == COVER_ON_CALL;
	case CHAIN_PERSON: return strcmp(person->id, step->staff_id.text) == 0;
	}
	return false;
}

size_t chain_next(const struct chain *chain, size_t from, const struct chain_person *people, size_t count, bool has_rota)
{
	for (size_t step = from; step < chain->count; step++)
		for (size_t i = 0; i < count; i++)
			if (chain_in(&chain->steps[step], &people[i], has_rota))
				return step;
	return chain->count;
}
