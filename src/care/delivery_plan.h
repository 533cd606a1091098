/* delivery_plan.h: when a call to a member of staff goes out, and again. Pure. */
#ifndef HEED_CARE_DELIVERY_PLAN_H
#define HEED_CARE_DELIVERY_PLAN_H

#include "sys/zone.h"

#define DELIVERY_ATTEMPTS_MAX 8
#define DELIVERY_PUSH_PRIORITY 2 /* less urgent alerts are shown in the console alone */

/* Quiet hours of a person, in their own zone. from == to: none. */
struct quiet {
	const struct zone *zone; /* NULL: UTC */
	int from, to;            /* minutes of the day; to before from runs into the next day */
};

/* delivery_due: now, or the end of the quiet hours that hold now. The top priority is never held back. */
wall_time delivery_due(const struct quiet *quiet, int priority, wall_time now);

/* delivery_again_us: the wait after the nth try that failed (n from 1): 5 s, 15 s, 30 s, 1 min, 2 min, 5 min, 10 min; 0: no more. */
int64_t delivery_again_us(int attempts);

#endif
