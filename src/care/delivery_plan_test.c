/* delivery_plan_test.c: quiet hours hold back everything but the top priority, end when they say also when the clocks change, and tries
 * have an end. */
#include "care/delivery_plan.h"

#include "base/compiler.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static wall_time at(const char *text)
{
	wall_time time;
	assert_int_equal(clock_parse(text, &time), 0);
	return time;
}

static void quiet_hours(void **state)
{
	(void)state;
	struct zone *zone = NULL;
	assert_int_equal(zone_open(STR("Europe/Madrid"), &zone, NULL), 0);
	const struct quiet night = { zone, 22 * 60, 7 * 60 }, lunch = { zone, 13 * 60, 14 * 60 }, none = { zone, 0, 0 };
	static const struct {
		int which; /* 0 night, 1 lunch, 2 none */
		const char *now, *due;
	} cases[] = {
		{ 0, "2026-11-30T23:00:00+01:00", "2026-12-01T07:00:00+01:00" },
		{ 0, "2026-12-01T06:59:59+01:00", "2026-12-01T07:00:00+01:00" },
		{ 0, "2026-12-01T07:00:00+01:00", "2026-12-01T07:00:00+01:00" },
		{ 0, "2026-12-01T21:59:59+01:00", "2026-12-01T21:59:59+01:00" },
		{ 0, "2026-12-31T22:00:00+01:00", "2027-01-01T07:00:00+01:00" },
		{ 0, "2026-03-28T23:30:00+01:00", "2026-03-29T07:00:00+02:00" }, /* clocks go forward */
		{ 0, "2026-10-24T23:30:00+02:00", "2026-10-25T07:00:00+01:00" }, /* clocks go back */
		{ 1, "2026-12-01T13:30:00+01:00", "2026-12-01T14:00:00+01:00" },
		{ 1, "2026-12-01T14:00:00+01:00", "2026-12-01T14:00:00+01:00" },
		{ 2, "2026-12-01T03:00:00+01:00", "2026-12-01T03:00:00+01:00" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct quiet *quiet = cases[i].which == 0 ? &night : cases[i].which == 1 ? &lunch : &none;
		assert_int_equal(delivery_due(quiet, 2, at(cases[i].now)).us, at(cases[i].due).us);
		assert_int_equal(delivery_due(quiet, 1, at(cases[i].now)).us, at(cases[i].now).us);
	}
	/* Law: never before now, never more than a day later, and never within the quiet hours. */
	for (wall_time now = at("2026-10-20T00:00:00Z"), end = at("2026-10-30T00:00:00Z"); now.us < end.us; now.us += 7 * MINUTE_US) {
		wall_time due = delivery_due(&night, 3, now);
		assert_true(due.us >= now.us && due.us <= now.us + 25 * HOUR_US);
		assert_int_equal(delivery_due(&night, 3, due).us, due.us);
	}
	zone_free(&zone);
}

static void tries_end(void **state)
{
	(void)state;
	int64_t before = 0, total = 0;
	for (int tries = 1; tries < DELIVERY_ATTEMPTS_MAX; tries++) {
		int64_t wait = delivery_again_us(tries);
		assert_true(wait > 0 && wait >= before);
		before = wait;
		total += wait;
	}
	assert_int_equal(delivery_again_us(DELIVERY_ATTEMPTS_MAX), 0);
	assert_int_equal(delivery_again_us(1000), 0);
	assert_true(total < 30 * MINUTE_US);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(quiet_hours), cmocka_unit_test(tries_end) };
	return cmocka_run_group_tests_name("care/delivery_plan", tests, NULL, NULL);
}
