/* zone.h: local time of an IANA time zone, from the system's TZif files (RFC 8536). A zone is immutable once opened. */
#ifndef HEED_SYS_ZONE_H
#define HEED_SYS_ZONE_H

#include "base/err.h"
#include "base/str.h"
#include "sys/clock.h"

struct zone;

/* zone_open: "Europe/Madrid"; "UTC" needs no file. E_NOT_FOUND for a name that the machine does not know. */
int zone_open(struct str name, struct zone **ret_zone, struct err *reterr) MUST_CHECK;
void zone_free(struct zone **zone);

/* zone_offset: seconds east of UTC at that time; 0 for a NULL zone. */
int zone_offset(const struct zone *zone, wall_time time);

struct civil {
	int year, month, day; /* month and day from 1 */
	int weekday;          /* 0 Monday ... 6 Sunday */
	int minute;           /* of the day, 0..1439 */
};
struct civil zone_civil(const struct zone *zone, wall_time time);

/* zone_time: the time at which that day's minute (0..1440) begins locally; in a gap the time after it. */
wall_time zone_time(const struct zone *zone, int year, int month, int day, int minute);

#endif
