/* retention_plan.h: how long what is kept: periods by retention class, from when they count, and which rows may go at all. Pure.
 *
 *  class                        counts from                           what goes
 *  care                         the last contact with the client,     the client: erased as on request, every key destroyed
 *                               not before they come of age
 *  psychotherapy, part2         the same                              rows
 *  chat, media                  the row's last change                 rows; the conversation itself stays (a thread without words)
 *  operation, short             the row's last change                 rows whose business is over; never what runs the programme
 *
 * Longer than a period is whatever the law of a client's places says (jurisdictions, retain_years), for the classes of the record: care,
 * chat, psychotherapy, part2. A class without a period is kept for ever: the zero value of a period is that. */
#ifndef HEED_CARE_RETENTION_PLAN_H
#define HEED_CARE_RETENTION_PLAN_H

#include "base/err.h"
#include "store/resource.h"
#include "sys/clock.h"

#define RETENTION_YEARS_MAX 100
#define RETENTION_DAYS_MAX 36500
#define RETENTION_AGE 18 /* of majority: a minor's record is kept from then on */

struct retention_period {
	int years, days; /* both 0: kept */
};
struct retention_periods {
	struct retention_period of[RETAIN_COUNT];
};

/* retention_read: {"chat":{"years":6},"short":{"days":90}}. E_INVALID "retention.CLASS: what is wrong"; *ret_periods is then untouched. */
int retention_read(struct str json, struct retention_periods *ret_periods, struct err *reterr) MUST_CHECK;
/* retention_class: of a name; RETAIN_COUNT when there is none. */
enum retention retention_class(struct str name);

/* What is proposed for a class, with where it comes from and how sure that is: "K" known, to be confirmed by the operator's counsel. */
struct retention_proposal {
	struct retention_period period; /* both 0: nothing is proposed */
	int least_days;                 /* a shorter one is refused; 0: any */
	const char *source;             /* a key of the console's words */
	const char *certainty;
};
const struct retention_proposal *retention_proposal(enum retention class);

/* retention_before: what was last changed before that time is past the period; us 0: nothing is. */
wall_time retention_before(struct retention_period period, wall_time now);

/* Of a client. age 0: not known. */
struct retention_client {
	wall_time last_contact;
	int age, law_years;
};
/* retention_client_due: whether the classes that count from the last contact are past their period. */
bool retention_client_due(struct retention_period period, const struct retention_client *client, wall_time now);
/* retention_law_keeps: whether the law keeps a row of the record that was last changed then. */
bool retention_law_keeps(enum retention class, const struct retention_client *client, wall_time changed, wall_time now);

/* Whether rows of a resource may go at all. */
enum retention_rule {
	RETENTION_UNDECIDED = 0, /* nobody has said: kept, and a test fails */
	RETENTION_KEPT,
	RETENTION_WITH_CLIENT, /* by erasure alone */
	RETENTION_OVER,        /* in the states that say so, or all when the resource has none */
};
enum retention_rule retention_rule(const struct resource *resource);
/* retention_over: whether that state means that the row's business is over. */
bool retention_over(const struct resource *resource, struct str state);

#endif
