/* push_plan.h: where a push may go, how urgent it is and how long it is worth delivering. Pure. */
#ifndef HEED_CARE_PUSH_PLAN_H
#define HEED_CARE_PUSH_PLAN_H

#include "base/err.h"
#include "base/str.h"
#include "sys/clock.h"

#define PUSH_HOSTS_MAX 16
#define PUSH_ENDPOINT_MAX 1000 /* bytes */

/* push_host_good: whether an operator may name it: a host name in small letters with a dot, "*." before at least two labels for all below
 * them, or, with `loopback`, 127.0.0.1:PORT and localhost:PORT. No other address in figures. */
bool push_host_good(struct str host, bool loopback);

/* push_endpoint_good: whether an endpoint may be called at all: https without port, user or fragment, at one of the hosts; http only at a
 * loopback host that is named with its port. A browser says its endpoint, so whoever signs in chooses what this program calls: only
 * hosts of the operator's list. ret_origin (may be NULL): scheme, host and port, as RFC 8292 wants them; part of the endpoint. */
bool push_endpoint_good(struct str endpoint, const struct str *hosts, size_t count, struct str *ret_origin);

/* push_urgency: of RFC 8030, section 5.3. The two that call outside the console are "high" and "normal"; what is no priority is "high". */
const char *push_urgency(int priority);

/* push_ttl_s: how long the push service keeps it for a device that is off: until the alert's own clock ends, since then the chain has
 * called somebody else; at least a minute, at most 15 minutes, 4, 12 and 24 hours by priority. due.us 0: there is no clock, the most. */
int push_ttl_s(int priority, wall_time due, wall_time now);

#endif
