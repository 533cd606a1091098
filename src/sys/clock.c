/* clock.c: see clock.h. Calendar arithmetic after Howard Hinnant's days-from-civil (public domain algorithm description). */
#include "sys/clock.h"

#include <stdatomic.h>
#include <stdbool.h>
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

static wall_time shifted_wall(void *ctx)
{
	return (wall_time){ read_clock(CLOCK_REALTIME) - atomic_load(&((struct shifted_clock *)ctx)->behind_us) };
}

static mono_time shifted_mono(void *ctx)
{
	return (mono_time){ read_clock(CLOCK_MONOTONIC) - atomic_load(&((struct shifted_clock *)ctx)->behind_us) };
}

void shifted_clock_init(struct shifted_clock *clock, int64_t behind_us)
{
	clock->clock = (struct clock){ shifted_wall, shifted_mono, clock };
	atomic_store(&clock->behind_us, behind_us > 0 ? behind_us : 0);
}

void shifted_clock_behind(struct shifted_clock *clock, int64_t behind_us)
{
	int64_t target = behind_us > 0 ? behind_us : 0;
	if (target < atomic_load(&clock->behind_us))
		atomic_store(&clock->behind_us, target);
}

int64_t clock_day_number(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

void clock_day_date(int64_t number, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = number + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_year = (int)(yoe + era * 400 + (*ret_month <= 2));
}

int clock_weekday(int64_t number)
{
	return (int)(((number + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

void clock_format(wall_time time, char *text)
{
	int64_t days = time.us / DAY_US, rest = time.us % DAY_US;
	if (rest < 0) {
		rest += DAY_US;
		days--;
	}
	int year, month, day;
	clock_day_date(days, &year, &month, &day);
	snprintf(text, CLOCK_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day, (int)(rest / HOUR_US),
		(int)(rest / MINUTE_US % 60), (int)(rest / SECOND_US % 60), (int)(rest / 1000 % 1000));
}

/* take_digits: exactly `count` decimal digits at *text, which moves behind them; -1 when there are fewer. */
static int take_digits(const char **text, int count)
{
	int value = 0;
	for (int i = 0; i < count; i++) {
		char c = (*text)[i];
		if (c < '0' || c > '9')
			return -1;
		value = value * 10 + (c - '0');
	}
	*text += count;
	return value;
}

static bool take_byte(const char **text, const char *set)
{
	if (**text == '\0' || !strchr(set, **text))
		return false;
	++*text;
	return true;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return month == 2 && leap ? 29 : days[month - 1];
}

static int parse_date(const char **text, int64_t *ret_days)
{
	int year = take_digits(text, 4);
	if (year < 0 || !take_byte(text, "-"))
		return -1;
	int month = take_digits(text, 2);
	if (month < 1 || month > 12 || !take_byte(text, "-"))
		return -1;
	int day = take_digits(text, 2);
	if (day < 1 || day > days_in_month(year, month))
		return -1;
	*ret_days = clock_day_number(year, month, day);
	return 0;
}

/* parse_time: hh:mm:ss with an optional fraction; digits after the microsecond are read and dropped. A leap second is taken. */
static int parse_time(const char **text, int64_t *ret_us)
{
	int hour = take_digits(text, 2);
	if (hour < 0 || hour > 23 || !take_byte(text, ":"))
		return -1;
	int minute = take_digits(text, 2);
	if (minute < 0 || minute > 59 || !take_byte(text, ":"))
		return -1;
	int second = take_digits(text, 2);
	if (second < 0 || second > 60)
		return -1;
	int64_t fraction = 0;
	if (take_byte(text, ".")) {
		if (**text < '0' || **text > '9')
			return -1;
		for (int64_t unit = SECOND_US / 10; **text >= '0' && **text <= '9'; unit /= 10)
			fraction += (*(*text)++ - '0') * unit;
	}
	*ret_us = hour * HOUR_US + minute * MINUTE_US + second * SECOND_US + fraction;
	return 0;
}

static int parse_zone(const char *text, int64_t *ret_us)
{
	*ret_us = 0;
	if (take_byte(&text, "Zz"))
		return *text ? -1 : 0;
	int sign = *text == '-' ? -1 : 1;
	if (!take_byte(&text, "+-"))
		return -1;
	int hour = take_digits(&text, 2);
	if (hour < 0 || hour > 23 || !take_byte(&text, ":"))
		return -1;
	int minute = take_digits(&text, 2);
	if (minute < 0 || minute > 59 || *text)
		return -1;
	*ret_us = sign * (hour * HOUR_US + minute * MINUTE_US);
	return 0;
}

int clock_parse(const char *text, wall_time *ret_time)
{
	int64_t days, time_us, zone_us;
	if (parse_date(&text, &days) || !take_byte(&text, "Tt ") || parse_time(&text, &time_us) || parse_zone(text, &zone_us))
		return -1;
	ret_time->us = days * DAY_US + time_us - zone_us;
	return 0;
}
