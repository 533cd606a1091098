/* whatif.c: see whatif.h. */
#include "care/whatif.h"

static bool names(const char *concept, struct str id)
{
	struct str prefix = str_c(concept);
	return str_starts(id, prefix) && (id.len == prefix.len || id.ptr[prefix.len] == '.');
}

static int level_of(const struct finding *finding, const struct whatif_change *change)
{
	int level = finding->level;
	for (size_t i = 0; i < change->cap_count; i++)
		if (names(change->caps[i].concept, finding->concept) && change->caps[i].level < level)
			level = change->caps[i].level;
	return level;
}

static int highest(const struct finding *findings, size_t count, int family)
{
	int level = 0;
	for (size_t i = 0; i < count; i++)
		if (verdict_raises(findings[i].family) && (family < 0 || (int)findings[i].family == family) && findings[i].level > level)
			level = findings[i].level;
	return level;
}

/* A level that the stored findings do not reach comes from elsewhere, and stays. */
static int follow(int stored, int explained, int now)
{
	return stored > explained ? stored : stored < now ? stored : now;
}

void whatif_verdict(struct arena *arena, const struct verdict *stored, const struct whatif_change *change, struct verdict *ret_verdict)
{
	*ret_verdict = *stored;
	if (stored->state != VERDICT_SCREENED)
		return;
	struct finding *kept = ARENA_ARRAY(arena, struct finding, stored->finding_count + 1);
	size_t count = 0;
	if (!kept) {
		*ret_verdict = (struct verdict){ .state = VERDICT_NOT_SCREENED, .level = 4 };
		return;
	}
	for (size_t i = 0; i < stored->finding_count; i++) {
		if (stored->findings[i].confidence < change->confidence)
			continue;
		kept[count] = stored->findings[i];
		kept[count].level = level_of(&stored->findings[i], change);
		count++;
	}
	ret_verdict->findings = kept;
	ret_verdict->finding_count = count;
	ret_verdict->level = follow(stored->level, highest(stored->findings, stored->finding_count, -1), highest(kept, count, -1));
	for (int i = 0; i < FAMILY_COUNT; i++)
		ret_verdict->levels[i] = follow(
			stored->levels[i], highest(stored->findings, stored->finding_count, i), highest(kept, count, i));
	ret_verdict->top = SIZE_MAX;
	for (size_t i = 0; i < count && ret_verdict->top == SIZE_MAX; i++)
		if (kept[i].level == ret_verdict->level && verdict_raises(kept[i].family))
			ret_verdict->top = i;
}

bool whatif_calls(const struct verdict *verdict, int alert, const struct whatif_change *change)
{
	return alert > 0 && (verdict->state != VERDICT_SCREENED || verdict->level >= change->from_level);
}

struct whatif_person {
	struct uuid id; /* first: the key */
	wall_time last_at;
	int priority, level;
};

static int no_memory(void)
{
	return err_set(NULL, E_MEMORY, "care/whatif", "out of memory");
}

int whatif_call(
	struct whatif_side *side, struct arena *arena, const char *client_id, wall_time at, int priority, int level, int64_t window_us)
{
	struct whatif_person *person = map_get(&side->people, client_id);
	side->calls++;
	bool joins = person && at.us - person->last_at.us <= window_us;
	if (!person) {
		person = ARENA_NEW(arena, struct whatif_person);
		if (!person)
			return no_memory();
		*person = (struct whatif_person){ 0 };
		memcpy(person->id.text, client_id, strnlen(client_id, UUID_LENGTH));
		if (!map_put(&side->people, person))
			return no_memory();
	}
	if (!joins) {
		person->priority = priority;
		person->level = -1;
		side->alerts++;
		side->by_priority[priority]++;
	} else if (priority < person->priority) {
		side->by_priority[person->priority]--;
		side->by_priority[priority]++;
		person->priority = priority;
	}
	if (level >= LOAD_LEVEL && person->level < LOAD_LEVEL) {
		side->high++;
		if (side->load)
			load_alert(side->load, at, NULL);
	}
	person->level = level > person->level ? level : person->level;
	person->last_at = at;
	return 0;
}

void whatif_side_done(struct whatif_side *side)
{
	map_done(&side->people);
}
