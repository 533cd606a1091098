/* medicine_test.c: days as they are told: every real day from 1900 to today in each exactness and no other, never after today, never
 * certainly before what was told last. */
#include "care/medicine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static bool good(const char *day, const char *today, const char *earliest)
{
	struct err err = { 0 };
	int rc = medicine_day_check(str_c(day), str_c(today), str_c(earliest), &err);
	assert_true(rc == 0 || (rc == E_INVALID && strncmp(err.message, "day: ", 5) == 0));
	return rc == 0;
}

static void what_is_a_day(void **state)
{
	static const struct {
		const char *day;
		bool good;
	} cases[] = { { "", true }, { "2026", true }, { "2026-11", true }, { "2026-11-29", true }, { "2026-11-30", false },
		{ "2026-12", false }, { "2027", false }, { "1900", true }, { "1900-02-28", true }, { "1900-02-29", false },
		{ "1904-02-29", true }, { "1969-12-31", true }, { "1899", false }, { "1899-12-31", false }, { "2024-02-29", true },
		{ "2025-02-29", false }, { "2026-00", false }, { "2026-13", false }, { "2026-06-31", false }, { "2026-6", false },
		{ "2026-06-1", false }, { "26-06-01", false }, { "2026/06/01", false }, { "2026-06-011", false }, { "19", false },
		{ "1x99", false }, { "today", false }, { "2026-11-29T10", false }, { " 2026", false }, { "2026-11-2\n", false } };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (good(cases[i].day, "2026-11-29", "") != cases[i].good)
			fail_msg("%s", cases[i].day);
}

static void never_certainly_before_what_was_told_last(void **state)
{
	(void)state;
	assert_true(good("2026-03-10", "2026-11-29", "2026-03-10"));
	assert_false(good("2026-03-09", "2026-11-29", "2026-03-10"));
	assert_true(good("2026-03", "2026-11-29", "2026-03-10")); /* may be after it */
	assert_false(good("2026-02", "2026-11-29", "2026-03-10"));
	assert_true(good("2026", "2026-11-29", "2026-03-10"));
	assert_false(good("2025", "2026-11-29", "2026-03-10"));
	assert_true(good("2026-01-01", "2026-11-29", "2026"));
	assert_true(good("", "2026-11-29", "2026-03-10"));
}

static int days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* Against a plain calendar, over all days of two centuries and some that are none. */
static void the_calendar(void **state)
{
	char day[16];
	(void)state;
	for (int year = 1890; year <= 2030; year++)
		for (int month = 0; month <= 13; month++)
			for (int date = 0; date <= 32; date++) {
				snprintf(day, sizeof day, "%04d-%02d-%02d", year, month, date);
				bool real = year >= 1900 && month >= 1 && month <= 12 && date >= 1 && date <= days_of(year, month);
				if (good(day, "2026-02-28", "") != (real && strcmp(day, "2026-02-28") <= 0))
					fail_msg("%s", day);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_a_day), cmocka_unit_test(never_certainly_before_what_was_told_last),
		cmocka_unit_test(the_calendar) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
