/* retention.h: what is past its time goes: a schedule that a compliance officer sets, looks at by a dry run, and switches on; from then on
 * a job each night. Until then, and for every class without a period, everything is kept.
 *
 *  schedule:  off --confirmed, on a finished dry run of these very periods--> on --switched off, or other periods--> off
 *  a look:    running --> done | cancelled | failed            --crash--> interrupted
 *
 * A look reads who was last in contact, then counts or deletes page by page, each page one unit; between pages others have their turn.
 * Never under a legal hold; never of a client with an open alert, somebody in their chat, a reply that waits for a person, or an open
 * request; a hold counts from the moment it is asked for. What goes is in the journal row by row, and with a count for each class at the
 * end. */
#ifndef HEED_CARE_RETENTION_H
#define HEED_CARE_RETENTION_H

#include "care/care.h"
#include "care/retention_plan.h"

#define RETENTION_HOUR 3          /* of the night, in the programme's zone */
#define RETENTION_FRESH_DAYS 7    /* a dry run counts for a confirmation so long */
#define RETENTION_FINDINGS_MAX 40 /* resources that a look names */

struct retention_count {
	int64_t due, gone, held, open; /* due: would go, or was to go; held: a legal hold; open: something about the client is */
};
struct retention_counts {
	struct retention_count of[RETAIN_COUNT];
};
/* retention_counts_json: a new reference; classes with a period or a count only. */
struct json_t *retention_counts_json(const struct retention_periods *periods, const struct retention_counts *counts);

/* retention_dry: writes the row of a dry run of that schedule and begins it. E_LIMIT "busy": one runs already. done: the row is on disk. */
int retention_dry(struct care *care, const struct scope *scope, const struct row *schedule, struct uuid *ret_run_id, unit_done done,
	void *ctx, struct err *reterr) MUST_CHECK;

/* retention_running: whether that run is going on here; its progress per mille and what it has counted so far. */
bool retention_running(const struct care *care, const char *run_id, int *ret_progress, struct retention_counts *ret_counts);
/* retention_cancel: it ends after the page at hand; nothing when it is not going on. */
void retention_cancel(struct care *care, const char *run_id);

/* retention_next: when the next nightly run is. retention_plan_next: adds to the unit that it is then: the schedule's field and the job. */
wall_time retention_next(const struct care *care, const struct care_programme *programme);
void retention_plan_next(struct unit *unit, struct op *schedule_op, const char *schedule_id, wall_time next);

#endif
