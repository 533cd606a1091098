/* recur_test.c: recurring dates: both changes of the clocks in several zones, days that a zone leaves out, leap days, moves between zones;
 * and laws that hold for every recurrence: each day of the pattern once and in order, and each moment the first at which the wall shows
 * that time or a later one. */
#include "care/recur.h"

#include "base/property.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char *const zones[] = { "UTC", "Europe/Madrid", "America/New_York", "America/Los_Angeles", "Australia/Lord_Howe",
	"Australia/Sydney", "Pacific/Apia", "Africa/Casablanca", "Africa/Cairo", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns",
	"America/Sao_Paulo", "Pacific/Chatham", "Europe/Dublin", "Pacific/Kiritimati" };

static struct zone *zone_of(const char *name)
{
	struct zone *zone = NULL;
	struct err err = { 0 };
	if (zone_open(str_c(name), &zone, &err))
		fail_msg("%s", err.message);
	return zone;
}

static int64_t day_of(const char *text)
{
	int64_t day = 0;
	assert_true(recur_day_of(str_c(text), &day));
	return day;
}

static void is_at(const struct zone *zone, const char *day, int hour, int minute, const char *utc)
{
	char text[CLOCK_TEXT_SIZE];
	clock_format(recur_time(zone, day_of(day), hour * 60 + minute), text);
	assert_string_equal(text, utc);
}

static struct recur_row daily(void)
{
	return (struct recur_row){
		.unit = STR("day"), .time = STR("21:00"), .start = STR("2026-10-20"), .every = 1, .window_minutes = 720
	};
}

static struct recur read_row(struct recur_row row)
{
	struct recur recur;
	struct err err = { 0 };
	if (recur_read(&row, &recur, &err))
		fail_msg("%s", err.message);
	return recur;
}

static void refused(struct recur_row row, const char *field)
{
	struct recur recur = { .every = -7 };
	struct err err = { 0 };
	assert_int_equal(recur_read(&row, &recur, &err), E_INVALID);
	assert_int_equal(recur.every, -7);
	assert_true(str_starts(str_c(err.message), str_c(field)));
}

/* FC-time_zone-01: nine in the evening stays nine in the evening over both changes. */
static void the_wall_decides(void **state)
{
	(void)state;
	struct zone *madrid = zone_of("Europe/Madrid");
	is_at(madrid, "2026-10-24", 21, 0, "2026-10-24T19:00:00.000Z");
	is_at(madrid, "2026-10-25", 21, 0, "2026-10-25T20:00:00.000Z");
	is_at(madrid, "2027-03-27", 21, 0, "2027-03-27T20:00:00.000Z");
	is_at(madrid, "2027-03-28", 21, 0, "2027-03-28T19:00:00.000Z");
	zone_free(&madrid);
}

static void a_time_that_a_day_leaves_out_is_the_first_after_it(void **state)
{
	(void)state;
	struct zone *madrid = zone_of("Europe/Madrid"), *howe = zone_of("Australia/Lord_Howe"), *apia = zone_of("Pacific/Apia");
	is_at(madrid, "2027-03-28", 1, 59, "2027-03-28T00:59:00.000Z");
	is_at(madrid, "2027-03-28", 2, 0, "2027-03-28T01:00:00.000Z");
	is_at(madrid, "2027-03-28", 2, 30, "2027-03-28T01:00:00.000Z"); /* 03:00, not 03:30 */
	is_at(madrid, "2027-03-28", 3, 0, "2027-03-28T01:00:00.000Z");
	is_at(howe, "2026-10-04", 2, 15, "2026-10-03T15:30:00.000Z"); /* half an hour is left out: 02:30 */
	is_at(apia, "2011-12-30", 9, 0, "2011-12-30T10:00:00.000Z");  /* the whole day is: the next midnight */
	is_at(apia, "2011-12-31", 9, 0, "2011-12-30T19:00:00.000Z");
	zone_free(&madrid);
	zone_free(&howe);
	zone_free(&apia);
}

static void of_a_time_that_comes_twice_it_is_the_first(void **state)
{
	(void)state;
	struct zone *madrid = zone_of("Europe/Madrid"), *howe = zone_of("Australia/Lord_Howe");
	is_at(madrid, "2026-10-25", 2, 30, "2026-10-25T00:30:00.000Z");
	is_at(madrid, "2026-10-25", 2, 0, "2026-10-25T00:00:00.000Z");
	is_at(madrid, "2026-10-25", 3, 0, "2026-10-25T02:00:00.000Z");
	is_at(howe, "2027-04-04", 1, 45, "2027-04-03T14:45:00.000Z");
	zone_free(&madrid);
	zone_free(&howe);
}

static void days_and_weeks(void **state)
{
	(void)state;
	struct recur_row row = daily();
	int64_t day = 0;
	row.start = STR("2028-02-27");
	struct recur recur = read_row(row);
	static const char *const leap[] = { "2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01" };
	int64_t after = RECUR_BEFORE;
	for (size_t i = 0; i < COUNT_OF(leap); i++) {
		char text[RECUR_DAY_SIZE];
		assert_true(recur_next(&recur, after, 0, &day));
		recur_day_text(day, text);
		assert_string_equal(text, leap[i]);
		after = day;
	}
	/* Every two weeks from the start, on two days: the first week begins in its midst. */
	row = (struct recur_row){ .unit = STR("week"),
		.days = STR("Mon,Thu"),
		.time = STR("09:00"),
		.start = STR("2026-12-02"),
		.every = 2,
		.end = STR("2026-12-28"),
		.window_minutes = 60 };
	recur = read_row(row);
	static const char *const fortnight[] = { "2026-12-03", "2026-12-14", "2026-12-17", "2026-12-28" };
	after = RECUR_BEFORE;
	for (size_t i = 0; i < COUNT_OF(fortnight); i++) {
		assert_true(recur_next(&recur, after, 0, &day));
		assert_int_equal(day, day_of(fortnight[i]));
		after = day;
	}
	assert_false(recur_next(&recur, after, 0, &day));
	row.days = STR("");
	recur = read_row(row);
	assert_true(recur_next(&recur, RECUR_BEFORE, 0, &day));
	assert_int_equal(day, day_of("2026-12-02")); /* the weekday of its start */
	row.count = 3;
	recur = read_row(row);
	assert_true(recur_next(&recur, RECUR_BEFORE, 2, &day));
	assert_false(recur_next(&recur, RECUR_BEFORE, 3, &day));
}

static void what_is_no_recurrence_is_refused(void **state)
{
	(void)state;
	struct recur_row row = daily();
	row.unit = STR("month");
	refused(row, "schedule.unit");
	row = daily();
	row.time = STR("24:00");
	refused(row, "schedule.time");
	row.time = STR("9:00");
	refused(row, "schedule.time");
	row = daily();
	row.start = STR("2026-02-29");
	refused(row, "schedule.start");
	row.start = STR("2026-12-01T09:00:00"); /* FC-time_zone-04: neither a moment nor a day */
	refused(row, "schedule.start");
	row = daily();
	row.end = STR("2026-10-19");
	refused(row, "schedule.end");
	row = daily();
	row.every = 0;
	refused(row, "schedule.every");
	row.every = RECUR_EVERY_MAX + 1;
	refused(row, "schedule.every");
	row = daily();
	row.days = STR("Mon");
	refused(row, "schedule.days");
	row = daily();
	row.count = RECUR_COUNT_MAX + 1;
	refused(row, "schedule.count");
	row = daily();
	row.window_minutes = RECUR_WINDOW_MIN - 1;
	refused(row, "schedule.window_minutes");
	assert_false(recur_day_of(STR("2026-1-01"), &(int64_t){ 0 }));
}

static void what_lies_before_is_passed_over(void **state)
{
	(void)state;
	struct zone *madrid = zone_of("Europe/Madrid");
	struct recur recur = read_row(daily());
	wall_time evening = recur_time(madrid, day_of("2026-10-22"), 21 * 60);
	assert_true(recur_passed(&recur, madrid, RECUR_BEFORE, (wall_time){ 0 }) == RECUR_BEFORE);
	assert_int_equal(recur_passed(&recur, madrid, RECUR_BEFORE, (wall_time){ evening.us - 1 }), day_of("2026-10-21"));
	assert_int_equal(recur_passed(&recur, madrid, RECUR_BEFORE, evening), day_of("2026-10-22"));
	assert_int_equal(recur_passed(&recur, madrid, day_of("2026-10-25"), evening), day_of("2026-10-25"));
	zone_free(&madrid);
}

/* A day that was done is done, also where it comes again; one that has passed there is the next. */
static void a_move_to_another_zone_keeps_the_days(void **state)
{
	(void)state;
	struct recur recur = read_row(daily());
	struct zone *madrid = zone_of("Europe/Madrid"), *apia = zone_of("Pacific/Apia"), *honolulu = zone_of("Pacific/Honolulu");
	int64_t done = day_of("2026-10-22"), next = 0;
	assert_true(recur_next(&recur, done, 3, &next));
	assert_int_equal(next, done + 1);
	assert_true(recur_time(apia, next, recur.minute).us < recur_time(madrid, next, recur.minute).us);
	assert_true(recur_time(honolulu, next, recur.minute).us > recur_time(madrid, next, recur.minute).us);
	zone_free(&madrid);
	zone_free(&apia);
	zone_free(&honolulu);
}

static void nobody_is_woken(void **state)
{
	(void)state;
	struct zone *madrid = zone_of("Europe/Madrid");
	int64_t day = day_of("2026-10-24"); /* the night in which the clocks go back */
	for (int minute = 0; minute < 24 * 60; minute++) {
		wall_time time = recur_time(madrid, day, minute), awake = recur_awake(madrid, time);
		int64_t expected = minute < 8 * 60 ? day : day + 1;
		if (minute >= 8 * 60 && minute < 21 * 60)
			assert_true(awake.us == time.us);
		else
			assert_true(awake.us == recur_time(madrid, expected, 8 * 60).us);
	}
	zone_free(&madrid);
}

/* A window is until a time on the wall, and never shorter than its minutes. */
static void a_window_ends_by_the_wall_and_is_never_shorter(void **state)
{
	(void)state;
	struct zone *madrid = zone_of("Europe/Madrid");
	static const struct {
		const char *day;
		int from, minutes;
		const char *end;
	} cases[] = {
		{ "2026-10-23", 21 * 60, 720, "2026-10-24T07:00:00.000Z" }, /* nine in the morning */
		{ "2026-10-24", 21 * 60, 720, "2026-10-25T08:00:00.000Z" }, /* so too in the night that has an hour more */
		{ "2027-03-27", 21 * 60, 720, "2027-03-28T08:00:00.000Z" }, /* an hour less: ten */
		{ "2027-03-28", 119, 60, "2027-03-28T01:59:00.000Z" },      /* 02:59 is left out: not a minute, but an hour */
		{ "2026-10-20", 600, 7 * 1440, "2026-10-27T09:00:00.000Z" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char text[CLOCK_TEXT_SIZE];
		clock_format(recur_end(madrid, recur_time(madrid, day_of(cases[i].day), cases[i].from), cases[i].minutes), text);
		assert_string_equal(text, cases[i].end);
	}
	zone_free(&madrid);
}

/* ---- Laws ---- */

static bool reached(const struct zone *zone, wall_time time, int64_t day, int minute)
{
	int64_t today = recur_day_at(zone, time);
	return today > day || (today == day && zone_civil(zone, time).minute >= minute);
}

/* The first minute, found by walking, at which the wall shows that time or a later one. */
static wall_time walked(const struct zone *zone, int64_t day, int minute)
{
	wall_time time = { (day * 86400 + (int64_t)minute * 60 - 16 * 3600) * SECOND_US };
	while (!reached(zone, time, day, minute))
		time.us += MINUTE_US;
	return time;
}

static void law_of_moments(void **state)
{
	(void)state;
	struct property property = property_start("moments");
	for (size_t z = 0; z < COUNT_OF(zones); z++) {
		struct zone *zone = zone_of(zones[z]);
		/* Every day of two years around now at one time, and the days of every change at all times. */
		for (int64_t day = day_of("2026-01-01"); day < day_of("2028-01-01"); day++) {
			int minute = (int)property_below(&property, 24 * 60);
			bool changes = zone_offset(zone, (wall_time){ (day - 1) * DAY_US }) !=
				       zone_offset(zone, (wall_time){ (day + 2) * DAY_US });
			assert_true(recur_time(zone, day, minute).us == walked(zone, day, minute).us);
			for (int m = 0; changes && m < 24 * 60; m += 15)
				assert_true(recur_time(zone, day, m).us == walked(zone, day, m).us);
		}
		zone_free(&zone);
	}
}

static struct recur random_recur(struct property *property, char *start, char *end)
{
	static const char *const days[] = { "", "Mon", "Sun", "Mon,Thu", "Sat-Sun", "Daily", "Fri-Mon" };
	bool weekly = property_below(property, 2);
	int64_t first = day_of("2026-01-01") + (int64_t)property_below(property, 1500);
	recur_day_text(first, start);
	recur_day_text(first + (int64_t)property_below(property, 800), end);
	return read_row((struct recur_row){ .unit = weekly ? STR("week") : STR("day"),
		.days = weekly ? str_c(days[property_below(property, COUNT_OF(days))]) : STR(""),
		.time = STR("09:30"),
		.start = str_c(start),
		.end = property_below(property, 2) ? str_c(end) : STR(""),
		.every = 1 + (int64_t)property_below(property, weekly ? 52 : RECUR_EVERY_MAX),
		.window_minutes = 60 });
}

/* The pattern said in another way: counted up from the start. */
static bool in_pattern(const struct recur *recur, int64_t day)
{
	if (day < recur->start || (recur->end && day > recur->end))
		return false;
	if (!recur->weekly)
		return (day - recur->start) % recur->every == 0;
	int64_t monday = (recur->start + 3) / 7 * 7 - 3; /* 1970-01-01 was a Thursday */
	return (recur->days >> (day + 3) % 7 & 1) && (day - monday) / 7 % recur->every == 0;
}

static void law_of_days(void **state)
{
	(void)state;
	struct property property = property_start("days");
	char start[RECUR_DAY_SIZE], end[RECUR_DAY_SIZE];
	for (int round = 0; round < 2000; round++) {
		struct recur recur = random_recur(&property, start, end);
		int64_t after = RECUR_BEFORE, day = 0, expected = recur.start, last = recur.start + 1200;
		for (int64_t done = 0; recur_next(&recur, after, done, &day) && day <= last; done++) {
			for (; expected < day; expected++)
				assert_false(in_pattern(&recur, expected)); /* none is left out */
			assert_true(in_pattern(&recur, day));
			assert_true(after == RECUR_BEFORE || day > after); /* none comes twice */
			after = day;
			expected = day + 1;
		}
		for (; expected <= (recur.end && recur.end < last ? recur.end : expected - 1); expected++)
			assert_false(in_pattern(&recur, expected));
	}
}

static void law_of_order(void **state)
{
	(void)state;
	struct property property = property_start("order");
	char start[RECUR_DAY_SIZE], end[RECUR_DAY_SIZE];
	for (size_t z = 0; z < COUNT_OF(zones); z++) {
		struct zone *zone = zone_of(zones[z]);
		for (int round = 0; round < 200; round++) {
			struct recur recur = random_recur(&property, start, end);
			recur.minute = (int)property_below(&property, 24 * 60);
			int64_t after = RECUR_BEFORE, day = 0;
			wall_time before = { INT64_MIN };
			for (int i = 0; i < 40 && recur_next(&recur, after, 0, &day); i++, after = day) {
				wall_time time = recur_time(zone, day, recur.minute);
				assert_true(time.us > before.us);
				assert_true(recur_passed(&recur, zone, after, time) == day);
				before = time;
			}
		}
		zone_free(&zone);
	}
}

static void law_of_windows(void **state)
{
	(void)state;
	struct property property = property_start("windows");
	for (size_t z = 0; z < COUNT_OF(zones); z++) {
		struct zone *zone = zone_of(zones[z]);
		for (int round = 0; round < 2000; round++) {
			wall_time from = { (day_of("2026-01-01") * 1440 + (int64_t)property_below(&property, 730 * 1440)) * MINUTE_US };
			int minutes = RECUR_WINDOW_MIN + (int)property_below(&property, RECUR_WINDOW_MAX - RECUR_WINDOW_MIN + 1);
			wall_time end = recur_end(zone, from, minutes), passed = { from.us + minutes * MINUTE_US };
			int moved = zone_offset(zone, from) - zone_offset(zone, passed);
			assert_true(end.us >= passed.us);
			assert_true(end.us - passed.us <= 2 * HOUR_US);
			if (moved > 0) /* the clocks went back in it: the wall decides */
				assert_int_equal((zone_civil(zone, from).minute + minutes) % 1440, zone_civil(zone, end).minute);
		}
		zone_free(&zone);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wall_decides),
		cmocka_unit_test(a_time_that_a_day_leaves_out_is_the_first_after_it),
		cmocka_unit_test(of_a_time_that_comes_twice_it_is_the_first),
		cmocka_unit_test(days_and_weeks),
		cmocka_unit_test(what_is_no_recurrence_is_refused),
		cmocka_unit_test(what_lies_before_is_passed_over),
		cmocka_unit_test(a_move_to_another_zone_keeps_the_days),
		cmocka_unit_test(nobody_is_woken),
		cmocka_unit_test(a_window_ends_by_the_wall_and_is_never_shorter),
		cmocka_unit_test(law_of_moments),
		cmocka_unit_test(law_of_days),
		cmocka_unit_test(law_of_order),
		cmocka_unit_test(law_of_windows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
