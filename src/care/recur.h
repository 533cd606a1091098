/* recur.h: recurring dates at a local time of day: which days, and what moment each of them is in a time zone. Pure but for the zone,
 * which is the caller's.
 *
 * An occurrence is a local day, not a moment: it keeps its identity when the clocks change and when the person moves to another zone,
 * so it happens once, whatever moment it falls on. Laws (recur_test.c): days come in order, each once; every day of the pattern
 * between two of them comes; a moment is shown by a clock on the wall as the time set, unless that day leaves the time out: then it is
 * the first moment after the gap. Of a time that a day has twice it is the first. */
#ifndef HEED_CARE_RECUR_H
#define HEED_CARE_RECUR_H

#include "base/err.h"
#include "base/str.h"
#include "sys/zone.h"

#define RECUR_EVERY_MAX 366  /* days; weeks: 52 */
#define RECUR_COUNT_MAX 1000 /* occurrences of one recurrence that is counted */
#define RECUR_WINDOW_MIN 60  /* minutes in which it may be answered */
#define RECUR_WINDOW_MAX (31 * 24 * 60)
#define RECUR_BEFORE INT64_MIN     /* before any day */
#define RECUR_QUIET_FROM (21 * 60) /* quiet hours, local: nobody is reminded from then */
#define RECUR_QUIET_TO (8 * 60)    /* until then */

struct recur {
	bool weekly;
	int every;          /* days or weeks, from 1 */
	unsigned days;      /* of weekly: bit 0 Monday; never 0 */
	int minute;         /* of the local day, 0..1439 */
	int64_t start, end; /* day numbers since 1970-01-01; end is included, 0: none */
	int64_t count;      /* occurrences in all; 0: no bound */
	int window_minutes;
};

/* As it is kept and as it comes from outside; texts are borrowed for the call. */
struct recur_row {
	struct str unit;       /* "day" or "week" */
	struct str days;       /* of weeks: "Mon,Thu"; empty: the weekday of start */
	struct str time;       /* "HH:MM" */
	struct str start, end; /* "YYYY-MM-DD"; end empty: none */
	int64_t every, count, window_minutes;
};
/* recur_read: E_INVALID names the field: "schedule.time: must be HH:MM". */
int recur_read(const struct recur_row *row, struct recur *ret_recur, struct err *reterr) MUST_CHECK;

/* recur_next: the first day of the recurrence after the day `after` (RECUR_BEFORE: the first of all), `done` of them having been.
 * False at its end. At most 371 steps. */
bool recur_next(const struct recur *recur, int64_t after, int64_t done, int64_t *ret_day);

/* recur_time: the moment of a day's minute in the zone; NULL is UTC. */
wall_time recur_time(const struct zone *zone, int64_t day, int minute);

/* recur_passed: the last day of the recurrence whose moment is not after `now`, or `after` when none after that is; so that a schedule
 * that begins or goes on now does not make up for what lies before. */
int64_t recur_passed(const struct recur *recur, const struct zone *zone, int64_t after, wall_time now);

/* recur_end: when a window that opens at `from` is over: at the time that a clock on the wall shows `minutes` later, and never before that
 * many minutes have passed; so a window over a change of the clocks is longer by it, never shorter. */
wall_time recur_end(const struct zone *zone, wall_time from, int minutes);

/* recur_awake: `time` itself, or the end of the quiet hours that it lies in. */
wall_time recur_awake(const struct zone *zone, wall_time time);

/* recur_day_text: "2026-11-29", NUL-terminated. recur_day_of: the other way; false for what is no date from 1970 to 9999. */
#define RECUR_DAY_SIZE 16
void recur_day_text(int64_t day, char *text);
bool recur_day_of(struct str text, int64_t *ret_day);
int64_t recur_day_at(const struct zone *zone, wall_time time); /* the local day */

#endif
