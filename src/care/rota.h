/* rota.h: who is on shift when: weekly patterns with exceptions and single shifts, each in a time zone of its own. Pure but for the zones'
 * files, which are read when a shift is put in.
 *
 * A shift takes place on a local day of its zone, from `start` to `end`; an `end` at or before `start` lies on the next day. Its
 * bounds are moments: a night shift is an hour shorter or longer when the clocks change, and shifts that follow each other leave no
 * hole and no overlap. Days of `except` are left out. */
#ifndef HEED_CARE_ROTA_H
#define HEED_CARE_ROTA_H

#include "base/err.h"
#include "base/uuid.h"
#include "care/cover.h"

#define ROTA_SHIFTS_MAX 2000
#define ROTA_EXCEPT_MAX 60
#define ROTA_AHEAD_DAYS 8

/* A shift as it is kept; all texts are borrowed for the call. */
struct rota_row {
	struct str id, staff_id;
	struct str kind;                    /* "in_hours" or "on_call" */
	struct str zone;                    /* IANA */
	struct str days;                    /* "Mon-Fri"; empty for a single shift */
	struct str date;                    /* "2026-12-24" of a single shift */
	struct str start, end;              /* "HH:MM" */
	struct str valid_from, valid_until; /* dates, both included; empty: no bound. Of patterns */
	struct str except;                  /* JSON list of dates; empty: none */
};

struct rota;

int rota_open(struct rota **ret_rota, struct err *reterr) MUST_CHECK;
void rota_free(struct rota **rota);

/* rota_put: adds the shift, or puts it in the place of the one with the same id. E_INVALID: "shift.days: what is wrong"; E_LIMIT.
 * rota_remove: of an unknown id, nothing. */
int rota_put(struct rota *rota, const struct rota_row *row, struct err *reterr) MUST_CHECK;
void rota_remove(struct rota *rota, const char *id);
/* rota_staff: whose shift it is; NULL for an unknown id. */
const char *rota_staff(const struct rota *rota, const char *id);
size_t rota_count(const struct rota *rota); /* of a NULL rota: 0 */

/* Whom to count: false leaves out a person who has left, or who may not answer alerts. NULL: everybody. */
typedef bool rota_fit(void *ctx, const char *staff_id);

/* rota_of: what shift the person is on at that time; hours before on-call when both. */
enum policy_cover rota_of(const struct rota *rota, const char *staff_id, wall_time time);
/* rota_has: whether the person stands on the rota at all. */
bool rota_has(const struct rota *rota, const char *staff_id);
/* rota_state: the best that anybody of them is on. */
enum policy_cover rota_state(const struct rota *rota, wall_time time, rota_fit *fit, void *ctx);
/* rota_next: the first moment after `after` and not after `until` at which a shift begins or ends; us 0: none. */
wall_time rota_next(const struct rota *rota, wall_time after, wall_time until);

/* One time that a shift takes place. */
struct rota_span {
	struct uuid shift_id, staff_id;
	enum policy_cover kind;
	wall_time from, to;
};
/* rota_spans: those that touch [from, to), in order of their beginning. Returns how many there are; at most `max` are written. */
size_t rota_spans(const struct rota *rota, wall_time from, wall_time to, struct rota_span *ret_spans, size_t max);

/* A time at which the hours promise more than the rota has. */
struct rota_gap {
	wall_time from, to;
	enum policy_cover promised, have;
};
/* rota_gaps: within [from, to), at most ROTA_AHEAD_DAYS days, in order. Returns how many; at most `max` are written. A rota without any
 * shift has no gaps: then the hours alone count. */
size_t rota_gaps(const struct rota *rota, const struct cover *cover, wall_time from, wall_time to, rota_fit *fit, void *ctx,
	struct rota_gap *ret_gaps, size_t max);

/* rota_join: what clients may be told: the hours' promise, no more than the rota has where there is one. until as in cover_now. */
enum policy_cover rota_join(
	const struct rota *rota, const struct cover *cover, wall_time now, rota_fit *fit, void *ctx, wall_time *ret_until);

#endif
