/* recur.c: see recur.h. */
#include "care/recur.h"

#include "care/cover.h"

#include <stdio.h>

#define LAYER "care/recur"
#define DAY_SECONDS INT64_C(86400)
#define WEEKS_MAX 52
#define DAY_LAST INT64_C(2932896) /* 9999-12-31 */

/* ---- Days as numbers ---- */

void recur_day_text(int64_t day, char *text)
{
	int year, month, date;
	clock_day_date(day, &year, &month, &date);
	snprintf(text, RECUR_DAY_SIZE, "%04d-%02d-%02d", year, month, date);
}

bool recur_day_of(struct str text, int64_t *ret_day)
{
	int part[3] = { 0 }, year, month, day;
	static const size_t from[] = { 0, 5, 8 }, length[] = { 4, 2, 2 };
	if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-')
		return false;
	for (int p = 0; p < 3; p++)
		for (size_t i = from[p]; i < from[p] + length[p]; i++) {
			if (text.ptr[i] < '0' || text.ptr[i] > '9')
				return false;
			part[p] = part[p] * 10 + (text.ptr[i] - '0');
		}
	if (part[0] < 1970 || part[1] < 1 || part[1] > 12 || part[2] < 1)
		return false;
	int64_t number = clock_day_number(part[0], part[1], part[2]);
	clock_day_date(number, &year, &month, &day);
	if (year != part[0] || month != part[1] || day != part[2]) /* no 31st of April */
		return false;
	*ret_day = number;
	return true;
}

int64_t recur_day_at(const struct zone *zone, wall_time time)
{
	struct civil civil = zone_civil(zone, time);
	return clock_day_number(civil.year, civil.month, civil.day);
}

/* ---- Reading ---- */

static int read_bounds(const struct recur_row *row, struct recur *recur, struct err *reterr)
{
	int most = recur->weekly ? WEEKS_MAX : RECUR_EVERY_MAX;
	if (row->every < 1 || row->every > most)
		return err_set(reterr, E_INVALID, LAYER, "schedule.every: must be 1 to %d", most);
	if (!recur_day_of(row->start, &recur->start))
		return err_set(reterr, E_INVALID, LAYER, "schedule.start: must be a date, YYYY-MM-DD");
	if (row->end.len && !recur_day_of(row->end, &recur->end))
		return err_set(reterr, E_INVALID, LAYER, "schedule.end: must be a date, YYYY-MM-DD");
	if (row->end.len && recur->end < recur->start)
		return err_set(reterr, E_INVALID, LAYER, "schedule.end: must not lie before the start");
	if (row->count < 0 || row->count > RECUR_COUNT_MAX)
		return err_set(reterr, E_INVALID, LAYER, "schedule.count: must be 0 (no bound) to %d", RECUR_COUNT_MAX);
	if (row->window_minutes < RECUR_WINDOW_MIN || row->window_minutes > RECUR_WINDOW_MAX)
		return err_set(reterr, E_INVALID, LAYER, "schedule.window_minutes: must be %d to %d", RECUR_WINDOW_MIN, RECUR_WINDOW_MAX);
	recur->every = (int)row->every;
	recur->count = row->count;
	recur->window_minutes = (int)row->window_minutes;
	return 0;
}

int recur_read(const struct recur_row *row, struct recur *ret_recur, struct err *reterr)
{
	struct recur recur = { .weekly = str_eqc(row->unit, "week") };
	char time[6] = { 0 };
	if (!recur.weekly && !str_eqc(row->unit, "day"))
		return err_set(reterr, E_INVALID, LAYER, "schedule.unit: day or week");
	if (row->time.len == 5)
		memcpy(time, row->time.ptr, 5);
	if (!cover_parse_minute(time, &recur.minute) || recur.minute == 24 * 60)
		return err_set(reterr, E_INVALID, LAYER, "schedule.time: must be HH:MM");
	int rc = read_bounds(row, &recur, reterr);
	if (rc)
		return rc;
	if (row->days.len && !recur.weekly)
		return err_set(reterr, E_INVALID, LAYER, "schedule.days: only of weeks");
	if (row->days.len && !cover_parse_days(row->days, &recur.days))
		return err_set(reterr, E_INVALID, LAYER, "schedule.days: must be such as Mon,Thu");
	if (recur.weekly && !recur.days)
		recur.days = 1u << clock_weekday(recur.start);
	*ret_recur = recur;
	return 0;
}

/* ---- Which days ---- */

static bool takes_place(const struct recur *recur, int64_t day)
{
	if (!recur->weekly)
		return (day - recur->start) % recur->every == 0;
	int64_t monday = recur->start - clock_weekday(recur->start);
	return (recur->days >> clock_weekday(day) & 1) && (day - monday) / 7 % recur->every == 0;
}

bool recur_next(const struct recur *recur, int64_t after, int64_t done, int64_t *ret_day)
{
	int64_t day = after == RECUR_BEFORE || after < recur->start ? recur->start : after + 1;
	if (recur->count && done >= recur->count)
		return false;
	for (int step = 0; step <= 7 * (WEEKS_MAX + 1) && day <= DAY_LAST; step++, day++) {
		if (recur->end && day > recur->end)
			return false;
		if (takes_place(recur, day)) {
			*ret_day = day;
			return true;
		}
	}
	return false;
}

/* ---- Which moment ---- */

/* The first moment in (from, to] at which the offset is the later one: the end of a gap. */
static int64_t end_of_gap(const struct zone *zone, int64_t from, int64_t to, int offset)
{
	while (to - from > 1) {
		int64_t middle = from + (to - from) / 2;
		if (zone_offset(zone, (wall_time){ middle * SECOND_US }) == offset)
			to = middle;
		else
			from = middle;
	}
	return to;
}

wall_time recur_time(const struct zone *zone, int64_t day, int minute)
{
	int64_t local = day * DAY_SECONDS + (int64_t)minute * 60;
	/* A day to either side is beyond any offset, and no zone changes twice within two days. */
	int before = zone_offset(zone, (wall_time){ (local - DAY_SECONDS) * SECOND_US });
	int after = zone_offset(zone, (wall_time){ (local + DAY_SECONDS) * SECOND_US });
	int64_t by_before = local - before, by_after = local - after;
	if (zone_offset(zone, (wall_time){ by_before * SECOND_US }) == before)
		return (wall_time){ by_before * SECOND_US }; /* of two, the one before the change comes first */
	if (zone_offset(zone, (wall_time){ by_after * SECOND_US }) == after)
		return (wall_time){ by_after * SECOND_US };
	return (wall_time){ end_of_gap(zone, by_after, by_before, after) * SECOND_US };
}

int64_t recur_passed(const struct recur *recur, const struct zone *zone, int64_t after, wall_time now)
{
	int64_t today = recur_day_at(zone, now), near = today - RECUR_EVERY_MAX - 7, day = after;
	int64_t passed = after, look = after == RECUR_BEFORE || after < near ? near : after;
	while (recur_next(recur, look, 0, &day) && recur_time(zone, day, recur->minute).us <= now.us)
		passed = look = day;
	return passed;
}

wall_time recur_end(const struct zone *zone, wall_time from, int minutes)
{
	struct civil civil = zone_civil(zone, from);
	int64_t wall = (int64_t)civil.minute + minutes, day = clock_day_number(civil.year, civil.month, civil.day);
	wall_time by_clock = recur_time(zone, day + wall / (24 * 60), (int)(wall % (24 * 60)));
	wall_time passed = { from.us + minutes * MINUTE_US };
	return by_clock.us > passed.us ? by_clock : passed;
}

wall_time recur_awake(const struct zone *zone, wall_time time)
{
	struct civil civil = zone_civil(zone, time);
	int64_t day = clock_day_number(civil.year, civil.month, civil.day);
	if (civil.minute >= RECUR_QUIET_TO && civil.minute < RECUR_QUIET_FROM)
		return time;
	return recur_time(zone, civil.minute >= RECUR_QUIET_FROM ? day + 1 : day, RECUR_QUIET_TO);
}
