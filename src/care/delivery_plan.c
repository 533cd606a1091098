/* delivery_plan.c: see delivery_plan.h. */
#include "care/delivery_plan.h"

#include "base/compiler.h"

wall_time delivery_due(const struct quiet *quiet, int priority, wall_time now)
{
	struct civil civil = zone_civil(quiet->zone, now);
	bool over_midnight = quiet->to < quiet->from;
	bool holds = over_midnight ? civil.minute >= quiet->from || civil.minute < quiet->to
				   : civil.minute >= quiet->from && civil.minute < quiet->to;
	if (priority <= 1 || quiet->from == quiet->to || !holds)
		return now;
	/* The end is a local time: the day after when it has passed already today. */
	wall_time end = zone_time(quiet->zone, civil.year, civil.month, civil.day, quiet->to);
	if (over_midnight && civil.minute >= quiet->from)
		end = zone_time(quiet->zone, civil.year, civil.month, civil.day + 1, quiet->to);
	return end.us > now.us ? end : now;
}

int64_t delivery_again_us(int attempts)
{
	static const int seconds[DELIVERY_ATTEMPTS_MAX] = { 5, 5, 15, 30, 60, 120, 300, 600 };
	return attempts < 1 ? seconds[0] * SECOND_US : attempts < DELIVERY_ATTEMPTS_MAX ? seconds[attempts] * SECOND_US : 0;
}
