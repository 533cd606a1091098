/* checkin_priv.h: what setting a schedule (checkin.c) and its jobs (checkin_due.c) share. */
#ifndef HEED_CARE_CHECKIN_PRIV_H
#define HEED_CARE_CHECKIN_PRIV_H

#include "care/care_priv.h"
#include "care/checkin.h"

/* A schedule's row as numbers, with its zone open. */
struct checkin_row {
	struct recur recur;
	struct zone *zone;
	int64_t done, last_day;
};
int checkin_row_open(const struct row *row, struct checkin_row *ret_row, struct err *reterr) MUST_CHECK;
void checkin_row_done(struct checkin_row *row);

/* checkin_plan_next: the fields of the occurrence after last_day and its job; false when there is none (the fields are unset). It opens at
 * its moment; one whose moment went by when the client moved to another zone opens at `moved`, with that as the reason (us 0: no move). */
bool checkin_plan_next(
	struct unit *unit, struct op *op, const struct checkin_row *row, wall_time moved, const char *id, const char *client_id);

/* checkin_opens: when a questionnaire may be opened that is looked at `now` (read once by the caller, who compares): `now`, or a later
 * moment before `limit` at which somebody is there to read it, *ret_why saying why ("no_cover", "nobody_on_duty"; else untouched), or never
 * before then (us 0, with the reason). */
wall_time checkin_opens(
	const struct care *care, const struct care_programme *programme, bool risky, wall_time now, wall_time limit, const char **ret_why);

/* checkin_call_team: an alert that something was not asked, as nobody would have read it. */
void checkin_call_team(
	struct care *care, struct unit *unit, const struct care_programme *programme, const char *client_id, struct str reason);

/* checkin_tell: pages of both sides. */
void checkin_tell(struct unit *unit, const char *programme_id, const char *client_id, const char *subject, const char *id);

#endif
