/* rota_test.c: who is on shift when: nights, exceptions, both changes of the clocks in two zones, gaps beside the hours; and laws that hold
 * for every rota: shifts that follow each other leave no hole, nothing changes between two edges, gaps are what a look at each
 * quarter of an hour finds. */
#include "care/rota.h"

#include "base/property.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ANNA "00000000-0000-7000-8000-00000000000a"
#define BERT "00000000-0000-7000-8000-00000000000b"
#define CARO "00000000-0000-7000-8000-00000000000c"

static wall_time at(const char *text)
{
	wall_time time;
	assert_int_equal(clock_parse(text, &time), 0);
	return time;
}

static struct rota *rota_new(void)
{
	struct rota *rota = NULL;
	assert_int_equal(rota_open(&rota, NULL), 0);
	return rota;
}

static struct rota_row row_of(const char *id, const char *staff, const char *kind, const char *days, const char *start, const char *end)
{
	return (struct rota_row){ .id = str_c(id),
		.staff_id = str_c(staff),
		.kind = str_c(kind),
		.zone = STR("Europe/Madrid"),
		.days = str_c(days),
		.start = str_c(start),
		.end = str_c(end) };
}

static void put(struct rota *rota, struct rota_row row)
{
	struct err err = { 0 };
	if (rota_put(rota, &row, &err))
		fail_msg("%s", err.message);
}

static void a_night_belongs_to_the_day_it_begins_on(void **state)
{
	(void)state;
	struct rota *rota = rota_new();
	put(rota, row_of("1", ANNA, "on_call", "Fri", "22:00", "06:00"));
	assert_int_equal(rota_of(rota, ANNA, at("2026-11-27T21:59:59+01:00")), COVER_NONE); /* a Friday */
	assert_int_equal(rota_of(rota, ANNA, at("2026-11-27T22:00:00+01:00")), COVER_ON_CALL);
	assert_int_equal(rota_of(rota, ANNA, at("2026-11-28T05:59:59+01:00")), COVER_ON_CALL);
	assert_int_equal(rota_of(rota, ANNA, at("2026-11-28T06:00:00+01:00")), COVER_NONE);
	assert_int_equal(rota_of(rota, ANNA, at("2026-11-28T23:00:00+01:00")), COVER_NONE);
	assert_int_equal(rota_of(rota, BERT, at("2026-11-27T23:00:00+01:00")), COVER_NONE);
	rota_remove(rota, "1");
	assert_int_equal(rota_of(rota, ANNA, at("2026-11-27T23:00:00+01:00")), COVER_NONE);
	rota_free(&rota);
}

static void exceptions_bounds_and_single_shifts(void **state)
{
	(void)state;
	struct rota *rota = rota_new();
	struct rota_row row = row_of("1", ANNA, "in_hours", "Mon-Fri", "09:00", "17:00");
	row.except = STR("[\"2026-12-25\",\"2026-12-28\"]");
	row.valid_from = STR("2026-12-01");
	row.valid_until = STR("2027-01-04");
	put(rota, row);
	row = row_of("2", BERT, "in_hours", "", "09:00", "17:00");
	row.date = STR("2026-12-25");
	put(rota, row);
	assert_int_equal(rota_of(rota, ANNA, at("2026-11-30T10:00:00+01:00")), COVER_NONE); /* before its first day */
	assert_int_equal(rota_of(rota, ANNA, at("2026-12-01T10:00:00+01:00")), COVER_IN_HOURS);
	assert_int_equal(rota_of(rota, ANNA, at("2026-12-25T10:00:00+01:00")), COVER_NONE);
	assert_int_equal(rota_of(rota, BERT, at("2026-12-25T10:00:00+01:00")), COVER_IN_HOURS);
	assert_int_equal(rota_of(rota, BERT, at("2027-12-25T10:00:00+01:00")), COVER_NONE);
	assert_int_equal(rota_of(rota, ANNA, at("2027-01-04T16:00:00+01:00")), COVER_IN_HOURS);
	assert_int_equal(rota_of(rota, ANNA, at("2027-01-05T10:00:00+01:00")), COVER_NONE);
	rota_free(&rota);
}

static void a_night_is_an_hour_shorter_or_longer_when_the_clocks_change(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *night, *from, *to;
		int hours;
	} cases[] = {
		{ "Europe/Madrid", "2026-03-28", "2026-03-28T22:00:00+01:00", "2026-03-29T06:00:00+02:00", 7 },
		{ "Europe/Madrid", "2026-10-24", "2026-10-24T22:00:00+02:00", "2026-10-25T06:00:00+01:00", 9 },
		{ "America/New_York", "2026-03-07", "2026-03-07T22:00:00-05:00", "2026-03-08T06:00:00-04:00", 7 },
		{ "America/New_York", "2026-10-31", "2026-10-31T22:00:00-04:00", "2026-11-01T06:00:00-05:00", 9 },
		{ "Asia/Kolkata", "2026-03-28", "2026-03-28T22:00:00+05:30", "2026-03-29T06:00:00+05:30", 8 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct rota *rota = rota_new();
		struct rota_row row = row_of("1", ANNA, "on_call", "", "22:00", "06:00");
		struct rota_span span;
		row.zone = str_c(cases[i].zone);
		row.date = str_c(cases[i].night);
		put(rota, row);
		wall_time from = at(cases[i].from), to = at(cases[i].to);
		assert_int_equal(rota_spans(rota, (wall_time){ from.us - DAY_US }, (wall_time){ to.us + DAY_US }, &span, 1), 1);
		assert_int_equal(span.from.us, from.us);
		assert_int_equal(span.to.us, to.us);
		assert_int_equal((span.to.us - span.from.us) / HOUR_US, cases[i].hours);
		rota_free(&rota);
	}
}

static void the_hour_that_is_left_out_has_no_shift(void **state)
{
	(void)state;
	struct rota *rota = rota_new();
	struct rota_span span;
	struct rota_row row = row_of("1", ANNA, "on_call", "Sun", "02:10", "02:50");
	put(rota, row);
	size_t count = rota_spans(rota, at("2026-03-29T00:00:00+01:00"), at("2026-03-30T00:00:00+02:00"), &span, 1);
	assert_true(count == 0 || span.to.us - span.from.us <= 40 * MINUTE_US);
	assert_int_equal(rota_spans(rota, at("2026-04-05T00:00:00+02:00"), at("2026-04-06T00:00:00+02:00"), &span, 1), 1);
	rota_free(&rota);
}

/* Law: three shifts that follow each other cover each moment of two years exactly once, through every change of the clocks. */
static void shifts_in_a_row_leave_no_hole(void **state)
{
	(void)state;
	static const char *const zones[] = { "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "UTC" };
	for (size_t z = 0; z < COUNT_OF(zones); z++) {
		struct rota *rota = rota_new();
		static const char *const edges[] = { "06:00", "14:00", "22:00", "06:00" };
		static const char *const people[] = { ANNA, BERT, CARO };
		for (int i = 0; i < 3; i++) {
			struct rota_row row = row_of(people[i], people[i], "in_hours", "Daily", edges[i], edges[i + 1]);
			row.zone = str_c(zones[z]);
			put(rota, row);
		}
		wall_time time = at("2026-01-01T00:00:00Z"), end = at("2028-01-01T00:00:00Z");
		for (; time.us < end.us; time.us += 30 * MINUTE_US) {
			int on = 0;
			for (int i = 0; i < 3; i++)
				on += rota_of(rota, people[i], time) != COVER_NONE;
			if (on != 1) {
				char text[CLOCK_TEXT_SIZE];
				clock_format(time, text);
				fail_msg("%s: %d on shift at %s", zones[z], on, text);
			}
		}
		rota_free(&rota);
	}
}

static bool not_bert(void *ctx, const char *staff_id)
{
	(void)ctx;
	return strcmp(staff_id, BERT) != 0;
}

#define HOURS \
	"{\"hours\":[{\"days\":\"Mon-Fri\",\"from\":\"09:00\",\"to\":\"17:00\"}],\"on_call\":[{\"days\":\"Daily\",\"from\":\"17:00\"," \
	"\"to\":\"09:00\"}]}"

static void gaps_are_where_the_hours_promise_more(void **state)
{
	(void)state;
	struct rota *rota = rota_new();
	struct cover *cover = NULL;
	struct rota_gap gaps[8];
	assert_int_equal(cover_open(STR(HOURS), STR("Europe/Madrid"), &cover, NULL), 0);
	wall_time monday = at("2026-11-30T00:00:00+01:00"), week = { monday.us + 7 * DAY_US };
	assert_int_equal(rota_gaps(rota, cover, monday, week, NULL, NULL, gaps, COUNT_OF(gaps)), 0); /* no rota: the hours alone */
	put(rota, row_of("1", ANNA, "in_hours", "Mon-Fri", "09:00", "17:00"));
	put(rota, row_of("2", BERT, "on_call", "Daily", "17:00", "09:00"));
	/* Saturday and Sunday by day nobody is promised; every promise is kept. */
	assert_int_equal(rota_gaps(rota, cover, monday, week, NULL, NULL, gaps, COUNT_OF(gaps)), 0);
	/* Without Bert: seven nights, the first of them since Sunday. */
	size_t count = rota_gaps(rota, cover, monday, week, not_bert, NULL, gaps, COUNT_OF(gaps));
	assert_int_equal(count, 8);
	assert_int_equal(gaps[0].from.us, monday.us);
	assert_int_equal(gaps[0].to.us, at("2026-11-30T09:00:00+01:00").us);
	assert_int_equal(gaps[1].from.us, at("2026-11-30T17:00:00+01:00").us);
	assert_int_equal(gaps[1].to.us, at("2026-12-01T09:00:00+01:00").us);
	assert_int_equal(gaps[1].promised, COVER_ON_CALL);
	assert_int_equal(gaps[1].have, COVER_NONE);
	/* Anna away on Wednesday; Caro on call instead: somebody, but less than was promised. */
	struct rota_row row = row_of("1", ANNA, "in_hours", "Mon-Fri", "09:00", "17:00");
	row.except = STR("[\"2026-12-02\"]");
	put(rota, row);
	put(rota, row_of("3", CARO, "on_call", "Wed", "09:00", "17:00"));
	assert_int_equal(rota_count(rota), 3);
	assert_int_equal(rota_gaps(rota, cover, monday, week, NULL, NULL, gaps, COUNT_OF(gaps)), 1);
	assert_int_equal(gaps[0].promised, COVER_IN_HOURS);
	assert_int_equal(gaps[0].have, COVER_ON_CALL);
	wall_time until;
	assert_int_equal(rota_join(rota, cover, at("2026-12-02T10:00:00+01:00"), NULL, NULL, &until), COVER_ON_CALL);
	assert_int_equal(until.us, at("2026-12-03T09:00:00+01:00").us); /* on call through the night, then Anna is back */
	assert_int_equal(rota_join(rota, cover, at("2026-12-05T12:00:00+01:00"), NULL, NULL, &until), COVER_NONE);
	assert_int_equal(until.us, at("2026-12-05T17:00:00+01:00").us);
	cover_free(&cover);
	rota_free(&rota);
}

/* Law, on random rotas: between two edges nobody's state changes, and the gaps are what a look at every quarter of an hour finds. */
static void random_rotas(void **state)
{
	(void)state;
	struct property property = property_start("rota");
	struct cover *cover = NULL;
	assert_int_equal(cover_open(STR(HOURS), STR("Europe/Madrid"), &cover, NULL), 0);
	static const char *const people[] = { ANNA, BERT, CARO }, *const zones[] = { "Europe/Madrid", "America/New_York", "Asia/Kolkata" };
	static const char *const days[] = { "Daily", "Mon-Fri", "Sat-Sun", "Wed", "Fri-Mon" };
	for (int round = 0; round < 60; round++) {
		struct rota *rota = rota_new();
		for (size_t i = 0, n = 1 + property_below(&property, 5); i < n; i++) {
			char id[24], start[48], end[48];
			snprintf(id, sizeof id, "%zu", i);
			snprintf(start, sizeof start, "%02zu:%02zu", property_below(&property, 24), property_below(&property, 4) * 15);
			snprintf(end, sizeof end, "%02zu:%02zu", property_below(&property, 24), property_below(&property, 4) * 15);
			struct rota_row row = row_of(id, people[property_below(&property, 3)],
				property_below(&property, 2) ? "on_call" : "in_hours", days[property_below(&property, 5)], start, end);
			row.zone = str_c(zones[property_below(&property, 3)]);
			put(rota, row);
		}
		/* A week with a change of the clocks in it, in Madrid and in New York. */
		wall_time from = at(round % 2 ? "2026-10-22T00:00:00Z" : "2026-03-05T00:00:00Z"), to = { from.us + 7 * DAY_US };
		struct rota_gap gaps[64];
		size_t count = rota_gaps(rota, cover, from, to, NULL, NULL, gaps, COUNT_OF(gaps));
		assert_true(count <= COUNT_OF(gaps));
		wall_time edge = rota_next(rota, from, to);
		enum policy_cover before = rota_state(rota, from, NULL, NULL);
		for (wall_time time = from; time.us < to.us; time.us += 15 * MINUTE_US) {
			while (edge.us && edge.us <= time.us) {
				edge = rota_next(rota, edge, to);
				before = rota_state(rota, time, NULL, NULL);
			}
			assert_int_equal(rota_state(rota, time, NULL, NULL), before);
			bool gap = rota_state(rota, time, NULL, NULL) < cover_now(cover, time, NULL), listed = false;
			for (size_t i = 0; i < count; i++)
				listed |= gaps[i].from.us <= time.us && time.us < gaps[i].to.us;
			assert_int_equal(gap, listed);
		}
		rota_free(&rota);
	}
	cover_free(&cover);
}

static void wrong_shifts_are_refused(void **state)
{
	(void)state;
	struct rota *rota = rota_new();
	struct rota_row good = row_of("1", ANNA, "on_call", "Mon", "22:00", "06:00"), row;
	struct err err;
#define REFUSED(change, text) \
	row = good; \
	change; \
	err = (struct err){ 0 }; \
	assert_int_equal(rota_put(rota, &row, &err), E_INVALID); \
	assert_non_null(strstr(err.message, text))
	REFUSED(row.kind = STR("night"), "shift.kind");
	REFUSED(row.kind = STR(""), "shift.kind");
	REFUSED(row.zone = STR("Europe/Nowhere"), "shift.zone");
	REFUSED(row.zone = STR("../../etc/passwd"), "shift.zone");
	REFUSED(row.days = STR("Someday"), "shift.days");
	REFUSED(row.days = STR(""), "shift.days");
	REFUSED(row.date = STR("2026-12-24"), "shift.days");
	REFUSED((row.days = STR(""), row.date = STR("2026-02-30")), "shift.date");
	REFUSED(row.start = STR("24:00"), "shift.start");
	REFUSED(row.start = STR("9:00"), "shift.start");
	REFUSED(row.end = STR("25:00"), "shift.end");
	REFUSED(row.valid_from = STR("soon"), "shift.valid_from");
	REFUSED((row.valid_from = STR("2026-12-02"), row.valid_until = STR("2026-12-01")), "shift.valid_until");
	REFUSED(row.except = STR("{}"), "shift.except");
	REFUSED(row.except = STR("[\"2026-13-01\"]"), "shift.except");
	REFUSED(row.staff_id = STR(""), "shift.staff_id");
	assert_int_equal(rota_count(rota), 0);
	rota_free(&rota);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_night_belongs_to_the_day_it_begins_on),
		cmocka_unit_test(exceptions_bounds_and_single_shifts),
		cmocka_unit_test(a_night_is_an_hour_shorter_or_longer_when_the_clocks_change),
		cmocka_unit_test(the_hour_that_is_left_out_has_no_shift),
		cmocka_unit_test(shifts_in_a_row_leave_no_hole),
		cmocka_unit_test(gaps_are_where_the_hours_promise_more),
		cmocka_unit_test(random_rotas),
		cmocka_unit_test(wrong_shifts_are_refused),
	};
	return cmocka_run_group_tests_name("care/rota", tests, NULL, NULL);
}
