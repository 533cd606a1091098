/* clock_test.c: text and time are the same thing twice; what is no time is refused; a test clock moves only forward. */
#include "base/compiler.h"
#include "base/property.h"
#include "sys/clock.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void text_reads_back_as_the_same_millisecond(void **state)
{
	(void)state;
	struct property property = property_start("clock");
	for (int round = 0; round < 20000; round++) {
		/* Years 0001 to 9999, where four digits hold them. */
		int64_t us = (int64_t)(property_next(&property) % UINT64_C(315537897599000000)) - INT64_C(62135596800000000);
		us -= us % 1000;
		char text[CLOCK_TEXT_SIZE];
		clock_format((wall_time){ us }, text);
		wall_time again;
		assert_int_equal(clock_parse(text, &again), 0);
		assert_true(again.us == us);
		/* Another implementation agrees. */
		time_t seconds = (time_t)((us - (us % SECOND_US + SECOND_US) % SECOND_US) / SECOND_US);
		struct tm tm;
		char expected[CLOCK_TEXT_SIZE];
		assert_non_null(gmtime_r(&seconds, &tm));
		snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			tm.tm_hour, tm.tm_min, tm.tm_sec);
		assert_memory_equal(text, expected, 19);
	}
}

static void forms_of_rfc_3339_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t us;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 }, { "1970-01-01t00:00:00z", 0 }, { "1970-01-01 01:00:00+01:00", 0 },
		{ "1969-12-31T23:30:00.5-00:30", SECOND_US / 2 }, { "2000-02-29T00:00:00Z", INT64_C(951782400) * SECOND_US },
		{ "2026-11-25T04:05:56.123456789Z", INT64_C(1795579556) * SECOND_US + 123456 },
		{ "2016-12-31T23:59:60Z", INT64_C(1483228800) * SECOND_US }, /* a leap second reads as the next one */
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		wall_time time = { -1 };
		assert_int_equal(clock_parse(cases[i].text, &time), 0);
		assert_true(time.us == cases[i].us);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	(void)state;
	static const char *const cases[] = { "", "now", "2026-11-25", "2026-11-25T04:05:56", "2026-11-25T04:05:56.Z", "2026-11-25T04:05Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
		"2026-11-25T24:00:00Z", "2026-11-25T00:60:00Z", "2026-11-25T00:00:61Z", "2026-11-25T00:00:00+24:00",
		"2026-11-25T00:00:00+0100", "2026-11-25T00:00:00Z ", " 2026-11-25T00:00:00Z", "2026-11-25T-1:00:00Z",
		"2026-11-25T00:00:00+01:00x", "+026-11-25T00:00:00Z", "26-11-25T00:00:00Z", "2026-1-25T00:00:00Z", "2026-11-25T00:00:00" };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		wall_time time = { 77 };
		if (clock_parse(cases[i], &time) != -1)
			fail_msg("taken: %s", cases[i]);
		assert_true(time.us == 77);
	}
}

static void a_test_clock_moves_only_forward(void **state)
{
	(void)state;
	struct test_clock clock;
	test_clock_init(&clock, (wall_time){ 1000 });
	assert_true(clock_wall(&clock.clock).us == 1000 && clock_mono(&clock.clock).us == 0);
	test_clock_advance(&clock, DAY_US);
	test_clock_advance(&clock, -1);
	assert_true(clock_wall(&clock.clock).us == 1000 + DAY_US && clock_mono(&clock.clock).us == DAY_US);
	mono_time before = clock_mono(clock_system());
	assert_true(clock_mono(clock_system()).us >= before.us);
	assert_true(clock_wall(clock_system()).us > INT64_C(1700000000) * SECOND_US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_reads_back_as_the_same_millisecond),
		cmocka_unit_test(forms_of_rfc_3339_are_read),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(a_test_clock_moves_only_forward),
	};
	return cmocka_run_group_tests_name("sys/clock", tests, NULL, NULL);
}
