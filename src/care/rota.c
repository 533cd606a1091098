/* rota.c: see rota.h. */
#include "care/rota.h"

#include "care/recur.h"
#include "sys/mem.h"
#include "sys/zone.h"

#include <jansson.h>
#include <stdlib.h>

#define LAYER "care/rota"
#define ZONES_MAX 64
#define STEPS_MAX 4096 /* edges that one question looks at */

struct rota_zone {
	char name[64];
	struct zone *zone;
};

struct shift {
	struct uuid id, staff_id;
	enum policy_cover kind;
	const struct zone *zone;
	unsigned days;                   /* of a pattern */
	int64_t date;                    /* of a single shift: day number; 0 for a pattern */
	int start, end;                  /* minutes of the day */
	int64_t valid_from, valid_until; /* day numbers; 0: no bound */
	int64_t except[ROTA_EXCEPT_MAX];
	size_t except_count;
};

struct rota {
	struct shift *shifts;
	size_t count, capacity;
	struct rota_zone zones[ZONES_MAX];
	size_t zone_count;
};

/* ---- Shifts ---- */

int rota_open(struct rota **ret_rota, struct err *reterr)
{
	struct rota *rota = mem_new(sizeof *rota);
	if (!rota)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*ret_rota = rota;
	return 0;
}

void rota_free(struct rota **rota_)
{
	struct rota *rota = *rota_;
	if (!rota)
		return;
	for (size_t i = 0; i < rota->zone_count; i++)
		zone_free(&rota->zones[i].zone);
	mem_delete(rota->shifts);
	mem_delete(rota);
	*rota_ = NULL;
}

size_t rota_count(const struct rota *rota)
{
	return rota ? rota->count : 0;
}

static int find_zone(struct rota *rota, struct str name, const struct zone **ret_zone, struct err *reterr)
{
	for (size_t i = 0; i < rota->zone_count; i++)
		if (str_eqc(name, rota->zones[i].name)) {
			*ret_zone = rota->zones[i].zone;
			return 0;
		}
	struct rota_zone *zone = &rota->zones[rota->zone_count];
	struct err own = { 0 };
	if (rota->zone_count == ZONES_MAX)
		return err_set(reterr, E_LIMIT, LAYER, "shift.zone: more than %d time zones", ZONES_MAX);
	if (!name.len || name.len >= sizeof zone->name || zone_open(name, &zone->zone, &own))
		return err_set(reterr, E_INVALID, LAYER, "shift.zone: must be an IANA time zone such as Europe/Madrid");
	memcpy(zone->name, name.ptr, name.len);
	*ret_zone = zone->zone;
	rota->zone_count++;
	return 0;
}

static int read_except(struct shift *shift, struct str json, struct err *reterr)
{
	json_t *list = json.len ? json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL) : NULL, *value;
	size_t index;
	int rc = json.len && !json_is_array(list) ? err_set(reterr, E_INVALID, LAYER, "shift.except: must be a list of dates") : 0;
	if (rc == 0 && json_array_size(list) > ROTA_EXCEPT_MAX)
		rc = err_set(reterr, E_LIMIT, LAYER, "shift.except: more than %d dates", ROTA_EXCEPT_MAX);
	if (rc == 0)
		json_array_foreach(list, index, value)
		{
			struct str text = json_is_string(value) ? str_c(json_string_value(value)) : STR("");
			if (!recur_day_of(text, &shift->except[shift->except_count++]))
				rc = err_set(reterr, E_INVALID, LAYER, "shift.except: dates must be YYYY-MM-DD");
		}
	json_decref(list);
	return rc;
}

static bool parse_minute(struct str text, int *ret_minute)
{
	char room[6] = { 0 };
	if (text.len != 5)
		return false;
	memcpy(room, text.ptr, 5);
	return cover_parse_minute(room, ret_minute);
}

static int read_when(struct shift *shift, const struct rota_row *row, struct err *reterr)
{
	if (!row->days.len == !row->date.len)
		return err_set(reterr, E_INVALID, LAYER, "shift.days: either days of the week or one date");
	if (row->days.len && !cover_parse_days(row->days, &shift->days))
		return err_set(reterr, E_INVALID, LAYER, "shift.days: must be such as Mon-Fri, Daily or Mon,Wed");
	if (row->date.len && !recur_day_of(row->date, &shift->date))
		return err_set(reterr, E_INVALID, LAYER, "shift.date: must be YYYY-MM-DD");
	if (!parse_minute(row->start, &shift->start) || shift->start == 24 * 60)
		return err_set(reterr, E_INVALID, LAYER, "shift.start: must be HH:MM");
	if (!parse_minute(row->end, &shift->end))
		return err_set(reterr, E_INVALID, LAYER, "shift.end: must be HH:MM");
	if (row->valid_from.len && !recur_day_of(row->valid_from, &shift->valid_from))
		return err_set(reterr, E_INVALID, LAYER, "shift.valid_from: must be YYYY-MM-DD");
	if (row->valid_until.len && !recur_day_of(row->valid_until, &shift->valid_until))
		return err_set(reterr, E_INVALID, LAYER, "shift.valid_until: must be YYYY-MM-DD");
	if (shift->valid_from && shift->valid_until && shift->valid_until < shift->valid_from)
		return err_set(reterr, E_INVALID, LAYER, "shift.valid_until: must not lie before valid_from");
	return read_except(shift, row->except, reterr);
}

static bool put_id(struct uuid *to, struct str text)
{
	if (text.len >= sizeof to->text || !text.len)
		return false;
	memcpy(to->text, text.ptr, text.len);
	return true;
}

static struct shift *place_for(struct rota *rota, const struct shift *shift)
{
	for (size_t i = 0; i < rota->count; i++)
		if (strcmp(rota->shifts[i].id.text, shift->id.text) == 0)
			return &rota->shifts[i];
	if (rota->count == rota->capacity) {
		size_t capacity = rota->capacity ? 2 * rota->capacity : 16;
		struct shift *shifts = mem_new(capacity * sizeof *shifts);
		if (!shifts)
			return NULL;
		if (rota->count)
			memcpy(shifts, rota->shifts, rota->count * sizeof *shifts);
		mem_delete(rota->shifts);
		rota->shifts = shifts;
		rota->capacity = capacity;
	}
	return &rota->shifts[rota->count++];
}

int rota_put(struct rota *rota, const struct rota_row *row, struct err *reterr)
{
	struct shift shift = { 0 };
	bool on_call = str_eqc(row->kind, "on_call");
	if (!on_call && !str_eqc(row->kind, "in_hours"))
		return err_set(reterr, E_INVALID, LAYER, "shift.kind: in_hours or on_call");
	shift.kind = on_call ? COVER_ON_CALL : COVER_IN_HOURS;
	if (!put_id(&shift.id, row->id) || !put_id(&shift.staff_id, row->staff_id))
		return err_set(reterr, E_INVALID, LAYER, "shift.staff_id: must be a member of staff");
	int rc = read_when(&shift, row, reterr);
	rc = rc ? rc : find_zone(rota, row->zone, &shift.zone, reterr);
	if (rc)
		return rc;
	if (rota->count >= ROTA_SHIFTS_MAX)
		return err_set(reterr, E_LIMIT, LAYER, "more than %d shifts", ROTA_SHIFTS_MAX);
	struct shift *place = place_for(rota, &shift);
	if (!place)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*place = shift;
	return 0;
}

void rota_remove(struct rota *rota, const char *id)
{
	for (size_t i = 0; i < rota->count; i++)
		if (strcmp(rota->shifts[i].id.text, id) == 0) {
			rota->shifts[i] = rota->shifts[--rota->count];
			return;
		}
}

const char *rota_staff(const struct rota *rota, const char *id)
{
	for (size_t i = 0; rota && i < rota->count; i++)
		if (strcmp(rota->shifts[i].id.text, id) == 0)
			return rota->shifts[i].staff_id.text;
	return NULL;
}

/* ---- When one takes place ---- */

static bool takes_place(const struct shift *shift, int64_t day)
{
	if (shift->date)
		return shift->date == day;
	for (size_t i = 0; i < shift->except_count; i++)
		if (shift->except[i] == day)
			return false;
	return (shift->days >> clock_weekday(day) & 1) && (!shift->valid_from || day >= shift->valid_from) &&
	       (!shift->valid_until || day <= shift->valid_until);
}

static bool span_on(const struct shift *shift, int64_t day, wall_time *ret_from, wall_time *ret_to)
{
	int year, month, date;
	if (!takes_place(shift, day))
		return false;
	clock_day_date(day, &year, &month, &date);
	*ret_from = zone_time(shift->zone, year, month, date, shift->start);
	clock_day_date(shift->end <= shift->start ? day + 1 : day, &year, &month, &date);
	*ret_to = zone_time(shift->zone, year, month, date, shift->end);
	return ret_to->us > ret_from->us; /* within the hour that the clocks leave out, nothing is left of it */
}

static int64_t local_day(const struct shift *shift, wall_time time)
{
	struct civil civil = zone_civil(shift->zone, time);
	return clock_day_number(civil.year, civil.month, civil.day);
}

static bool is_on(const struct shift *shift, wall_time time)
{
	wall_time from, to;
	int64_t today = local_day(shift, time);
	for (int64_t day = today - 1; day <= today; day++)
		if (span_on(shift, day, &from, &to) && from.us <= time.us && time.us < to.us)
			return true;
	return false;
}

enum policy_cover rota_of(const struct rota *rota, const char *staff_id, wall_time time)
{
	enum policy_cover best = COVER_NONE;
	for (size_t i = 0; rota && i < rota->count; i++)
		if (rota->shifts[i].kind > best && strcmp(rota->shifts[i].staff_id.text, staff_id) == 0 && is_on(&rota->shifts[i], time))
			best = rota->shifts[i].kind;
	return best;
}

bool rota_has(const struct rota *rota, const char *staff_id)
{
	for (size_t i = 0; rota && i < rota->count; i++)
		if (strcmp(rota->shifts[i].staff_id.text, staff_id) == 0)
			return true;
	return false;
}

enum policy_cover rota_state(const struct rota *rota, wall_time time, rota_fit *fit, void *ctx)
{
	enum policy_cover best = COVER_NONE;
	for (size_t i = 0; rota && i < rota->count; i++) {
		const struct shift *shift = &rota->shifts[i];
		if (shift->kind > best && (!fit || fit(ctx, shift->staff_id.text)) && is_on(shift, time))
			best = shift->kind;
	}
	return best;
}

static void earlier(wall_time edge, wall_time after, wall_time until, wall_time *best)
{
	if (edge.us > after.us && edge.us <= until.us && (!best->us || edge.us < best->us))
		*best = edge;
}

wall_time rota_next(const struct rota *rota, wall_time after, wall_time until)
{
	wall_time best = { 0 }, from, to;
	for (size_t i = 0; rota && i < rota->count; i++) {
		const struct shift *shift = &rota->shifts[i];
		int64_t last = local_day(shift, best.us ? best : until);
		for (int64_t day = local_day(shift, after) - 1; day <= last; day++)
			if (span_on(shift, day, &from, &to)) {
				earlier(from, after, until, &best);
				earlier(to, after, until, &best);
			}
	}
	return best;
}

static int by_beginning(const void *a, const void *b)
{
	const struct rota_span *x = a, *y = b;
	return x->from.us < y->from.us ? -1 : x->from.us > y->from.us ? 1 : strcmp(x->shift_id.text, y->shift_id.text);
}

size_t rota_spans(const struct rota *rota, wall_time from, wall_time to, struct rota_span *ret_spans, size_t max)
{
	size_t count = 0;
	for (size_t i = 0; rota && i < rota->count; i++) {
		const struct shift *shift = &rota->shifts[i];
		int64_t last = local_day(shift, to);
		for (int64_t day = local_day(shift, from) - 1; day <= last; day++) {
			struct rota_span span = { .shift_id = shift->id, .staff_id = shift->staff_id, .kind = shift->kind };
			if (!span_on(shift, day, &span.from, &span.to) || span.to.us <= from.us || span.from.us >= to.us)
				continue;
			if (count < max)
				ret_spans[count] = span;
			count++;
		}
	}
	qsort(ret_spans, count < max ? count : max, sizeof *ret_spans, by_beginning);
	return count;
}

/* ---- Beside the hours ---- */

/* The next moment at which the hours or the rota may be different. */
static wall_time next_edge(const struct rota *rota, const struct cover *cover, wall_time now, wall_time until)
{
	wall_time hours, best;
	cover_now(cover, now, &hours);
	best = rota_next(rota, now, until);
	if (hours.us && hours.us <= until.us && (!best.us || hours.us < best.us))
		best = hours;
	return best;
}

size_t rota_gaps(const struct rota *rota, const struct cover *cover, wall_time from, wall_time to, rota_fit *fit, void *ctx,
	struct rota_gap *ret_gaps, size_t max)
{
	size_t count = 0;
	bool open = false; /* the last one reaches up to here */
	if (!rota_count(rota))
		return 0;
	if (to.us - from.us > ROTA_AHEAD_DAYS * DAY_US)
		to.us = from.us + ROTA_AHEAD_DAYS * DAY_US;
	for (int step = 0; from.us < to.us && step < STEPS_MAX; step++) {
		enum policy_cover promised = cover_now(cover, from, NULL), have = rota_state(rota, from, fit, ctx);
		wall_time end = next_edge(rota, cover, from, to);
		if (!end.us)
			end = to;
		struct rota_gap *last = open && count <= max ? &ret_gaps[count - 1] : NULL;
		if (have >= promised)
			open = false;
		else if (last && last->promised == promised && last->have == have)
			last->to = end;
		else {
			if (count < max)
				ret_gaps[count] = (struct rota_gap){ from, end, promised, have };
			count++;
			open = true;
		}
		from = end;
	}
	return count;
}

static enum policy_cover lower(enum policy_cover a, enum policy_cover b)
{
	return a < b ? a : b;
}

enum policy_cover rota_join(
	const struct rota *rota, const struct cover *cover, wall_time now, rota_fit *fit, void *ctx, wall_time *ret_until)
{
	if (!rota_count(rota))
		return cover_now(cover, now, ret_until);
	enum policy_cover state = lower(cover_now(cover, now, NULL), rota_state(rota, now, fit, ctx));
	wall_time end = { now.us + ROTA_AHEAD_DAYS * DAY_US }, edge = now;
	if (!ret_until)
		return state;
	*ret_until = (wall_time){ 0 };
	for (int step = 0; step < STEPS_MAX; step++) {
		edge = next_edge(rota, cover, edge, end);
		if (!edge.us)
			return state;
		if (lower(cover_now(cover, edge, NULL), rota_state(rota, edge, fit, ctx)) != state) {
			*ret_until = edge;
			return state;
		}
	}
	return state;
}
