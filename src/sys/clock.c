/* clock.c: see clock.h. Calendar arithmetic after Howard Hinnant's days-from-civil (public domain algorithm description). */
#include "sys/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;
	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * SECOND_US + ts.tv_nsec / 1000;
}

static wall_time system_wall(void *ctx)
{
	(void)ctx;
	return (wall_time){ read_clock(CLOCK_REALTIME) };
}

static mono_time system_mono(void *ctx)
{
	(void)ctx;
	return (mono_time){ read_clock(CLOCK_MONOTONIC) };
}

const struct clock *clock_system(void)
{
	static const struct clock clock = { system_wall, system_mono, NULL };
	return &clock;
}

static wall_time test_wall(void *ctx)
{
	return (wall_time){ atomic_load(&((struct test_clock *)ctx)->wall_us) };
}

static mono_time test_mono(void *ctx)
{
	return (mono_time){ atomic_load(&((struct test_clock *)ctx)->mono_us) };
}

void test_clock_init(struct test_clock *clock, wall_time start)
{
	clock->clock = (struct clock){ test_wall, test_mono, clock };
	atomic_store(&clock->wall_us, start.us);
	atomic_store(&clock->mono_us, 0);
}

void test_clock_advance(struct test_clock *clock, int64_t by_us)
{
	if (by_us < 0)
		return;
	atomic_fetch_add(&clock->wall_us, by_us);
	atomic_fetch_add(&clock->mono_us, by_us);
}

static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

void clock_format(wall_time time, char *text)
{
	int64_t days = time.us / DAY_US, rest = time.us % DAY_US;
	if (rest < 0) {
		rest += DAY_US;
		days--;
	}
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t day = doy - (153 * mp + 2) / 5 + 1;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;
	int64_t year = yoe + era * 400 + (month <= 2);
	snprintf(text, CLOCK_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)year, (int)month, (int)day, (int)(rest / HOUR_US),
		(int)(rest / MINUTE_US % 60), (int)(rest / SECOND_US % 60), (int)(rest / 1000 % 1000));
}

static int parse_zone(const char *text, int64_t *ret_us)
{
	if ((text[0] == 'Z' || text[0] == 'z') && text[1] == '\0') {
		*ret_us = 0;
		return 0;
	}
	int hour, minute, used = 0;
	if ((text[0] != '+' && text[0] != '-') || sscanf(text + 1, "%2d:%2d%n", &hour, &minute, &used) != 2 || text[1 + used] != '\0' ||
		hour > 23 || minute > 59)
		return -1;
	*ret_us = (hour * HOUR_US + minute * MINUTE_US) * (text[0] == '-' ? -1 : 1);
	return 0;
}

int clock_parse(const char *text, wall_time *ret_time)
{
	int year, month, day, hour, minute, second, used = 0;
	if (strlen(text) < 20 || sscanf(text, "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &used) != 6)
		return -1;
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
		return -1;
	const char *rest = text + used;
	int64_t fraction = 0, unit = SECOND_US / 10;
	if (*rest == '.')
		for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10)
			fraction += (*rest - '0') * unit;
	int64_t zone;
	if (parse_zone(rest, &zone))
		return -1;
	ret_time->us = days_from_civil(year, month, day) * DAY_US + hour * HOUR_US + minute * MINUTE_US + second * SECOND_US + fraction -
		       zone;
	return 0;
}
