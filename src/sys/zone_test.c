/* zone_test.c: offsets of known zones, over the changes of summer time, near and far. */
#include "sys/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct zone *zone_of(const char *name)
{
	struct zone *zone = NULL;
	struct err err = { 0 };
	if (zone_open(str_c(name), &zone, &err))
		fail_msg("%s", err.message);
	return zone;
}

static wall_time at(const char *text)
{
	wall_time time;
	assert_int_equal(clock_parse(text, &time), 0);
	return time;
}

static void offsets(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *time;
		int minutes;
	} cases[] = {
		{ "UTC", "2026-07-01T00:00:00Z", 0 },
		{ "Europe/Madrid", "2026-03-29T00:59:59Z", 60 },
		{ "Europe/Madrid", "2026-03-29T01:00:00Z", 120 },
		{ "Europe/Madrid", "2026-10-25T00:59:59Z", 120 },
		{ "Europe/Madrid", "2026-10-25T01:00:00Z", 60 },
		{ "Europe/Madrid", "2090-07-01T00:00:00Z", 120 },
		{ "Europe/Madrid", "2090-12-01T00:00:00Z", 60 },
		{ "America/New_York", "2026-11-01T05:59:59Z", -240 },
		{ "America/New_York", "2026-11-01T06:00:00Z", -300 },
		{ "America/New_York", "2077-07-04T12:00:00Z", -240 },
		{ "Australia/Sydney", "2026-01-01T00:00:00Z", 660 },
		{ "Australia/Sydney", "2080-01-01T00:00:00Z", 660 },
		{ "Australia/Sydney", "2080-07-01T00:00:00Z", 600 },
		{ "Asia/Kolkata", "2026-05-05T00:00:00Z", 330 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct zone *zone = zone_of(cases[i].zone);
		if (zone_offset(zone, at(cases[i].time)) != cases[i].minutes * 60)
			fail_msg("%s at %s: %d", cases[i].zone, cases[i].time, zone_offset(zone, at(cases[i].time)));
		zone_free(&zone);
	}
}

static void civil_round_trip(void **state)
{
	(void)state;
	struct zone *zone = zone_of("America/New_York");
	for (int64_t hour = 0; hour < 24 * 800; hour++) {
		wall_time time = { at("2025-12-30T00:00:00Z").us + hour * HOUR_US };
		struct civil civil = zone_civil(zone, time);
		wall_time back = zone_time(zone, civil.year, civil.month, civil.day, civil.minute);
		assert_true(civil.weekday >= 0 && civil.weekday < 7);
		/* The hour that comes twice may give its twin. */
		assert_true(back.us == time.us || back.us - time.us == HOUR_US || time.us - back.us == HOUR_US);
	}
	struct civil civil = zone_civil(zone, at("2026-11-25T04:48:00Z"));
	assert_int_equal(civil.day, 24);
	assert_int_equal(civil.weekday, 1);
	assert_int_equal(civil.minute, 23 * 60 + 48);
	zone_free(&zone);
}

static void bad_names(void **state)
{
	(void)state;
	static const char *const names[] = { "", "/etc/passwd", "../../etc/passwd", "Mars/Olympus", "Europe/Madrid ", "Europe" };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct zone *zone = NULL;
		assert_int_not_equal(zone_open(str_c(names[i]), &zone, NULL), 0);
		assert_null(zone);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(offsets), cmocka_unit_test(civil_round_trip), cmocka_unit_test(bad_names) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
