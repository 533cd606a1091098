/* checkin.h: recurring check-ins: set, changed, paused, ended by staff; opened, reminded of and closed by jobs, each change in one unit.
 *
 *  schedule   active --its moment--> a task is made (checkin.open), the next moment is planned; at its end: ended
 *             active <--> paused; both --> ended. What lies within a pause is not made up for
 *  task       due, started --half of its window--> one reminder in the client's thread, never in quiet hours (checkin.remind)
 *                          --its window's end, or the next one's moment--> missed (checkin.close)
 *
 * A questionnaire with questions about danger is opened when somebody is there within the programme's checkin_read_minutes; else it waits
 * for the next moment that somebody is, with the reason in the row. When nobody is before the next occurrence, it is kept as missed and the
 * team is called. An occurrence that fell due while nothing ran is opened late while its window lasts, else kept as missed: none is passed
 * over in silence, none is made twice (one task for a schedule and a local day). On the loop's thread. */
#ifndef HEED_CARE_CHECKIN_H
#define HEED_CARE_CHECKIN_H

#include "care/care.h"
#include "care/recur.h"

#define CHECKIN_SCHEDULES_MAX 20 /* of a client that are not ended */
#define CHECKIN_NEXT_MAX 10

/* What staff set; texts are borrowed for the call. */
struct checkin_plan {
	struct str instrument;
	struct recur_row when;
	struct str zone; /* empty: the one that the client has confirmed; without one E_INVALID "schedule.zone: ..." */
	bool follows_client;
};

struct checkin_date {
	wall_time at;
	char day[RECUR_DAY_SIZE];
};

/* checkin_dates: the next `max` occurrences of a plan from now. checkin_row_dates: of a row, the first being its own next one. Return how
 * many. E_INVALID for a plan that is none. */
int checkin_dates(const struct care *care, const char *client_id, const struct checkin_plan *plan, struct checkin_date *ret_dates,
	size_t max, size_t *ret_count, struct err *reterr) MUST_CHECK;
size_t checkin_row_dates(const struct row *schedule, struct checkin_date *ret_dates, size_t max);

/* checkin_risky: it asks about danger: opened only when somebody reads it. */
bool checkin_risky(const struct instrument *instrument);

/* checkin_make: a new schedule. checkin_change: the plan of one (its instrument stays). What has passed today is not made up for. */
int checkin_make(struct care *care, const struct scope *scope, const char *client_id, const struct checkin_plan *plan, struct uuid *ret_id,
	unit_done done, void *ctx, struct err *reterr) MUST_CHECK;
int checkin_change(struct care *care, const struct scope *scope, const struct row *schedule, int64_t version,
	const struct checkin_plan *plan, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* checkin_pause, checkin_resume, checkin_end: E_CONFLICT when it is not in a state for that. */
int checkin_pause(struct care *care, const struct scope *scope, const struct row *schedule, int64_t version, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
int checkin_resume(struct care *care, const struct scope *scope, const struct row *schedule, int64_t version, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
int checkin_end(struct care *care, const struct scope *scope, const struct row *schedule, int64_t version, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* checkin_zone: the client says where they are; their schedules that follow them (rows of all that are not ended) move along, in one unit.
 * E_INVALID "time_zone: ..." for a name that is none. */
int checkin_zone(struct care *care, const struct scope *scope, const char *client_id, struct str zone,
	const struct row_set *const *schedules, size_t set_count, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

#endif
