/* cover_test.c: who is there when, over nights, weekends, closed days and the change of summer time. */
#include "care/cover.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define PLAN \
	"{\"hours\":[{\"days\":\"Mon-Fri\",\"from\":\"09:00\",\"to\":\"17:00\"}]," \
	"\"on_call\":[{\"days\":\"Mon-Thu\",\"from\":\"17:00\",\"to\":\"09:00\"},{\"days\":\"Sat-Sun\",\"from\":\"10:00\",\"to\":\"24:" \
	"00\"}]," \
	"\"closed\":[\"2026-12-25\"]}"

static wall_time at(const char *text)
{
	wall_time time;
	assert_int_equal(clock_parse(text, &time), 0);
	return time;
}

static struct cover *cover_of(const char *json)
{
	struct cover *cover = NULL;
	struct err err = { 0 };
	if (cover_open(str_c(json), STR("Europe/Madrid"), &cover, &err))
		fail_msg("%s", err.message);
	return cover;
}

static void states_and_until(void **state)
{
	(void)state;
	static const struct {
		const char *now;
		enum policy_cover cover;
		const char *until;
	} cases[] = {
		{ "2026-11-25T09:00:00+01:00", COVER_IN_HOURS, "2026-11-25T17:00:00+01:00" }, /* Wednesday */
		{ "2026-11-25T16:59:59+01:00", COVER_IN_HOURS, "2026-11-25T17:00:00+01:00" },
		{ "2026-11-25T17:00:00+01:00", COVER_ON_CALL, "2026-11-26T09:00:00+01:00" },
		{ "2026-11-26T03:00:00+01:00", COVER_ON_CALL, "2026-11-26T09:00:00+01:00" },
		{ "2026-11-27T18:00:00+01:00", COVER_NONE, "2026-11-28T10:00:00+01:00" }, /* Friday evening */
		{ "2026-11-28T23:59:00+01:00", COVER_ON_CALL, "2026-11-29T00:00:00+01:00" },
		{ "2026-11-29T00:00:00+01:00", COVER_NONE, "2026-11-29T10:00:00+01:00" },
		{ "2026-11-30T08:59:00+01:00", COVER_NONE, "2026-11-30T09:00:00+01:00" }, /* Monday: Sunday's watch ended */
		{ "2026-12-25T10:00:00+01:00", COVER_NONE, "2026-12-26T10:00:00+01:00" }, /* closed Friday */
		{ "2026-03-29T12:00:00+02:00", COVER_ON_CALL, "2026-03-30T00:00:00+02:00" },
	};
	struct cover *cover = cover_of(PLAN);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		wall_time until;
		assert_int_equal(cover_now(cover, at(cases[i].now), &until), cases[i].cover);
		if (until.us != at(cases[i].until).us) {
			char text[CLOCK_TEXT_SIZE];
			clock_format(until, text);
			fail_msg("%s: until %s", cases[i].now, text);
		}
	}
	cover_free(&cover);
}

static void nobody(void **state)
{
	(void)state;
	wall_time until = { 1 };
	assert_int_equal(cover_now(NULL, at("2026-11-25T09:00:00Z"), &until), COVER_NONE);
	assert_int_equal(until.us, 0);
	struct cover *cover = cover_of("{}");
	assert_int_equal(cover_now(cover, at("2026-11-25T09:00:00Z"), &until), COVER_NONE);
	assert_int_equal(until.us, 0);
	cover_free(&cover);
	cover = cover_of("{\"on_call\":[{\"days\":\"Daily\",\"from\":\"00:00\",\"to\":\"24:00\"}]}");
	assert_int_equal(cover_now(cover, at("2026-11-25T09:00:00Z"), &until), COVER_ON_CALL);
	assert_int_equal(until.us, 0);
	cover_free(&cover);
}

static void words(void **state)
{
	(void)state;
	struct cover *cover = cover_of(PLAN);
	struct buf buf;
	char text[24];
	buf_init(&buf, mem_system(), 4096);
	cover_words(cover, &buf);
	buf_add_byte(&buf, '\0');
	assert_string_equal(buf.ptr, "Office hours Mon-Fri 09:00-17:00; on call Mon-Thu 17:00-09:00, Sat-Sun 10:00-24:00 (Europe/Madrid)");
	buf_done(&buf);
	cover_clock(cover, at("2026-11-25T13:30:00Z"), at("2026-11-25T04:00:00Z"), STR("en"), text);
	assert_string_equal(text, "14:30");
	cover_clock(cover, at("2026-11-26T08:00:00Z"), at("2026-11-25T04:00:00Z"), STR("es"), text);
	assert_string_equal(text, "jue 09:00");
	cover_free(&cover);
}

static void bad_plans(void **state)
{
	(void)state;
	static const char *const bad[] = { "[]", "{\"hours\":3}", "{\"hours\":[{\"days\":\"Mo\",\"from\":\"09:00\",\"to\":\"17:00\"}]}",
		"{\"hours\":[{\"days\":\"Mon\",\"from\":\"9:00\",\"to\":\"17:00\"}]}",
		"{\"hours\":[{\"days\":\"Mon\",\"from\":\"09:00\",\"to\":\"24:01\"}]}", "{\"closed\":[\"25.12.2026\"]}", "{" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct cover *cover = NULL;
		assert_int_not_equal(cover_open(str_c(bad[i]), STR("UTC"), &cover, NULL), 0);
		assert_null(cover);
	}
	struct cover *cover = NULL;
	assert_int_not_equal(cover_open(STR("{}"), STR("Nowhere/Place"), &cover, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(states_and_until), cmocka_unit_test(nobody), cmocka_unit_test(words),
		cmocka_unit_test(bad_plans) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
