/* load.c: see load.h. */
#include "care/load.h"

#define LAYER "care/load"

static int no_memory(struct err *reterr)
{
	return err_set(reterr, E_MEMORY, LAYER, "out of memory");
}

int load_open(struct arena *arena, wall_time from, wall_time to, struct load **ret_load, struct err *reterr)
{
	int64_t start = from.us - from.us % HOUR_US;
	if (start < 0 || to.us <= start || to.us - start > LOAD_DAYS_MAX * DAY_US + HOUR_US)
		return err_set(reterr, E_INVALID, LAYER, "days: must be 1 to %d", LOAD_DAYS_MAX);
	struct load *load = ARENA_NEW(arena, struct load);
	size_t count = (size_t)((to.us - start + HOUR_US - 1) / HOUR_US);
	struct load_hour *hours = ARENA_ARRAY(arena, struct load_hour, count);
	if (!load || !hours)
		return no_memory(reterr);
	*load = (struct load){ .from = { start }, .to = to, .hours = hours, .hour_count = count };
	for (size_t i = 0; i < count; i++)
		hours[i] = (struct load_hour){ .from = { start + (int64_t)i * HOUR_US } };
	*ret_load = load;
	return 0;
}

static struct load_clinician *clinician_of(struct load *load, const char *id)
{
	for (size_t i = 0; i < load->clinician_count; i++)
		if (strcmp(load->clinicians[i].id.text, id) == 0)
			return &load->clinicians[i];
	if (load->clinician_count == LOAD_CLINICIANS_MAX)
		return NULL;
	struct load_clinician *one = &load->clinicians[load->clinician_count++];
	*one = (struct load_clinician){ 0 };
	memcpy(one->id.text, id, strnlen(id, UUID_LENGTH));
	return one;
}

static void add_span(struct load *load, struct load_clinician *who, int64_t from, int64_t to)
{
	from = from < load->from.us ? load->from.us : from;
	from = from < who->until_us ? who->until_us : from;
	to = to > load->to.us ? load->to.us : to;
	if (to <= from)
		return;
	who->until_us = to;
	who->minutes += (to - from) / MINUTE_US;
	for (size_t i = (size_t)((from - load->from.us) / HOUR_US); i < load->hour_count && load->hours[i].from.us < to; i++) {
		int64_t begin = load->hours[i].from.us, end = begin + HOUR_US;
		int64_t a = from > begin ? from : begin, b = to < end ? to : end;
		load->hours[i].minutes += (int)((b - a) / MINUTE_US);
	}
}

int load_rota(struct load *load, struct arena *arena, const struct rota *rota, rota_fit *fit, void *ctx, struct err *reterr)
{
	if (!rota_count(rota))
		return 0;
	struct rota_span none;
	size_t count = rota_spans(rota, load->from, load->to, &none, 0); /* how many */
	struct rota_span *spans = count <= LOAD_SPANS_MAX ? ARENA_ARRAY(arena, struct rota_span, count + 1) : NULL;
	if (count > LOAD_SPANS_MAX)
		return err_set(reterr, E_LIMIT, LAYER, "more than %d shifts in that time", LOAD_SPANS_MAX);
	if (!spans)
		return no_memory(reterr);
	count = rota_spans(rota, load->from, load->to, spans, count);
	for (size_t i = 0; i < count; i++) { /* in order of their beginning: what overlaps is counted once */
		if (fit && !fit(ctx, spans[i].staff_id.text))
			continue;
		struct load_clinician *who = clinician_of(load, spans[i].staff_id.text);
		if (!who)
			return err_set(reterr, E_LIMIT, LAYER, "more than %d people on the rota", LOAD_CLINICIANS_MAX);
		add_span(load, who, spans[i].from.us, spans[i].to.us);
	}
	return 0;
}

void load_alert(struct load *load, wall_time at, const char *staff_id)
{
	if (at.us < load->from.us || at.us >= load->to.us)
		return;
	load->hours[(at.us - load->from.us) / HOUR_US].alerts++;
	struct load_clinician *who = staff_id && *staff_id ? clinician_of(load, staff_id) : NULL;
	if (who)
		who->alerts++;
}

bool load_over(const struct load_hour *hour, int per_hour)
{
	return hour->minutes > 0 && (int64_t)hour->alerts * 60 > (int64_t)per_hour * hour->minutes;
}

struct load_sum load_sum(const struct load *load, int per_hour)
{
	struct load_sum sum = { 0 };
	for (size_t i = 0; i < load->hour_count; i++) {
		const struct load_hour *hour = &load->hours[i];
		sum.minutes += hour->minutes;
		sum.alerts += hour->alerts;
		sum.over += load_over(hour, per_hour);
		sum.uncovered += hour->alerts && !hour->minutes;
	}
	return sum;
}

struct load_person *load_episode(struct map *people, struct arena *arena, const char *client_id, wall_time at, int64_t episode_us)
{
	struct load_person *person = map_get(people, client_id);
	if (!person) {
		person = ARENA_NEW(arena, struct load_person);
		if (!person)
			return NULL;
		*person = (struct load_person){ 0 };
		memcpy(person->id.text, client_id, strnlen(client_id, UUID_LENGTH));
		if (!map_put(people, person))
			return NULL;
	}
	bool same = person->alerts && at.us - person->last_at.us <= episode_us;
	person->now = same ? person->now + 1 : 1;
	person->episodes += !same;
	person->repeated += person->now == 2;
	person->most = person->now > person->most ? person->now : person->most;
	person->alerts++;
	person->last_at = at;
	return person;
}

enum load_end load_end_of(struct str resolution)
{
	if (!resolution.len)
		return LOAD_OPEN;
	if (str_eqc(resolution, "false_alarm"))
		return LOAD_FALSE;
	bool so = str_eqc(resolution, "contacted") || str_eqc(resolution, "safety_plan") || str_eqc(resolution, "referred");
	return so ? LOAD_TRUE : LOAD_UNCLEAR;
}

int load_tallies_open(struct load_tallies *tallies, struct arena *arena, struct err *reterr)
{
	*tallies = (struct load_tallies){ .list = ARENA_ARRAY(arena, struct load_tally, LOAD_KEYS_MAX) };
	return tallies->list ? 0 : no_memory(reterr);
}

void load_tally(struct load_tallies *tallies, struct str key, enum load_end end)
{
	key = str_sub(key, 0, sizeof(tallies->list[0].key) - 1);
	for (size_t i = 0; i < tallies->count; i++)
		if (str_eqc(key, tallies->list[i].key)) {
			tallies->list[i].count[end]++;
			return;
		}
	if (tallies->count == LOAD_KEYS_MAX) {
		tallies->more = true;
		return;
	}
	struct load_tally *one = &tallies->list[tallies->count++];
	*one = (struct load_tally){ 0 };
	if (key.len)
		memcpy(one->key, key.ptr, key.len);
	one->count[end] = 1;
}
