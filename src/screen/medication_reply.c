/* medication_reply.c: a model's reply that names an amount of a named medicine, or, in the languages whose lexicons have no phrases for it,
 * says to start, stop or change one. General information names none; what sends to the prescriber is let through with a note. */
#include "screen/medication_priv.h"

static bool names_medicine(const struct scan *scan)
{
	for (size_t i = 0; i < scan->hit_count; i++)
		if (scan->pack->literals[scan->hits[i].literal].medicine)
			return true;
	return false;
}

/* Whether a word of this kind stands in the sentence. */
static bool sentence_has(const struct med_reader *reader, uint32_t sentence, enum med_kind kind)
{
	size_t words;
	for (size_t i = 0; i < reader->count; i++)
		if (reader->view.tokens[reader->words[i].token].sentence == sentence && med_find(reader, i, kind, &words))
			return true;
	return false;
}

/* The client's own amount of the same medicine, said back to them. */
static int said_before(struct run *run, const struct medication_fact *dose, bool *ret_said)
{
	const struct screen_request *request = run->request;
	size_t first = request->turn_count > SCREEN_TURNS_MAX ? request->turn_count - SCREEN_TURNS_MAX : 0;
	*ret_said = false;
	for (size_t i = first; i < request->turn_count && !*ret_said; i++) {
		struct medication_reading reading;
		struct str text = request->turns[i].text;
		if (request->turns[i].role != ROLE_CLIENT || text.len > MEDICATION_TEXT_MAX)
			continue;
		int rc = medication_read(run->engine, run->arena, text, STR(""), &reading, NULL);
		if (rc == E_LIMIT)
			continue; /* read as not said */
		if (rc < 0)
			return rc;
		for (size_t k = 0; k < reading.fact_count; k++) {
			const struct medication_fact *fact = &reading.facts[k];
			*ret_said = *ret_said || (fact->kind == MEDICATION_DOSE && fact->medicine == dose->medicine &&
							 fact->code == dose->code && fact->low == dose->low && fact->high == dose->high);
		}
	}
	return 0;
}

static bool changes(uint8_t action)
{
	return action != ACTION_TAKE && action != ACTION_CONTINUE && action != ACTION_CRUSH && action != ACTION_MIX;
}

static const struct medication_fact *medicine_in_part(const struct med_reader *reader, const struct medication_fact *fact)
{
	for (size_t i = 0; i < reader->fact_count; i++)
		if (reader->facts[i].kind == MEDICATION_DRUG && reader->facts[i].part == fact->part)
			return &reader->facts[i];
	return NULL;
}

/* Whether it is an amount of a medicine named nearby: volumes and weights of other things need it in the same sentence. */
static bool is_amount(const struct med_reader *reader, const struct medication_fact *fact)
{
	bool vague = fact->code == UNIT_ML || fact->code == UNIT_L || fact->code == UNIT_G || fact->code == UNIT_KG;
	uint32_t reach = vague ? 0 : 2;
	if (fact->kind != MEDICATION_DOSE || fact->code == UNIT_DOSE || fact->code == UNIT_PERCENT)
		return false;
	for (size_t i = 0; i < reader->fact_count; i++) {
		const struct medication_fact *drug = &reader->facts[i];
		if (drug->kind == MEDICATION_DRUG && drug->medicine == fact->medicine && drug->sentence <= fact->sentence &&
			fact->sentence - drug->sentence <= reach)
			return true;
	}
	return false;
}

/* Whether the fact asks for a finding, and at which level. */
static int level_of(struct run *run, const struct med_reader *reader, const struct medication_fact *fact, int level, int *ret_level)
{
	bool said = false;
	*ret_level = 0;
	if (is_amount(reader, fact)) {
		int rc = said_before(run, fact, &said);
		if (rc < 0 || said)
			return rc;
	} else if (fact->kind != MEDICATION_ACTION || (reader->langs & MED_EN) || !changes(fact->code) || fact->negated ||
		   !medicine_in_part(reader, fact) || sentence_has(reader, fact->sentence, W_IF)) {
		return 0;
	}
	*ret_level = sentence_has(reader, fact->sentence, W_PRESCRIBER) ? 1 : level;
	return 0;
}

int medication_reply(struct run *run, struct str text, const struct scan *scan)
{
	const struct pack *pack = &run->engine->pack;
	struct med_reader reader = { .engine = run->engine, .arena = run->arena, .text = text };
	uint32_t number = names_medicine(scan) ? pack_find(pack, STR("reply.medication")) : NONE;
	if (number == NONE)
		return 0;
	run->scratch->wide = true; /* an amount may stand sentences away from its medicine */
	const struct pack_concept *concept = &pack->concepts[number];
	int rc = med_open(&reader, STR(""));
	if (rc == 0)
		rc = med_read(&reader, NULL);
	for (size_t i = 0; rc == 0 && i < reader.fact_count; i++) {
		int level;
		rc = level_of(run, &reader, &reader.facts[i], concept->level, &level);
		if (rc < 0 || level == 0)
			continue;
		struct finding *finding = finding_add(run);
		if (!finding)
			return E_MEMORY;
		*finding = (struct finding){ .concept = pack_str(pack, concept->id),
			.family = (enum family) concept->family,
			.level = level,
			.base_level = concept->level,
			.start = reader.facts[i].start,
			.end = reader.facts[i].end,
			.source = SOURCE_PATTERN,
			.confidence = 800,
			.why = pack_str(pack, concept->why) };
	}
	return rc;
}
