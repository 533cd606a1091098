/* retention_plan_test.c: periods, from when they count, and that every resource has been thought of. */
#include "care/retention_plan.h"

#include "care/resources.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static wall_time at(const char *text)
{
	wall_time time = { 0 };
	assert_int_equal(clock_parse(text, &time), 0);
	return time;
}

static void every_resource_is_decided(void **state)
{
	struct registry registry = care_registry();
	(void)state;
	for (size_t i = 0; i < registry.count; i++) {
		const struct resource *resource = registry.resources[i];
		if (retention_rule(resource) == RETENTION_UNDECIDED)
			fail_msg("%s: say in retention_plan.c whether its rows may go", resource->name);
		for (const char *const *s = resource->states; s && *s; s++)
			if (retention_rule(resource) != RETENTION_OVER)
				assert_false(retention_over(resource, str_c(*s)));
	}
}

/* What is still going on never goes, whatever its age. */
static void what_goes_on_stays(void **state)
{
	static const char *const stays[][2] = { { "job", "waiting" }, { "job", "running" }, { "review", "pending" }, { "presence", "here" },
		{ "delivery", "queued" }, { "data_request", "open" }, { "shift", "active" }, { "push_device", "active" },
		{ "conversation", "held" }, { "conversation", "closed" }, { "staff", "left" }, { "api_key", "revoked" },
		{ "alert", "resolved" }, { "client", "ended" } };
	struct registry registry = care_registry();
	(void)state;
	for (size_t i = 0; i < COUNT_OF(stays); i++)
		assert_false(retention_over(registry_find(&registry, stays[i][0]), str_c(stays[i][1])));
	assert_true(retention_over(registry_find(&registry, "message"), STR("answered")));
	assert_true(retention_over(registry_find(&registry, "event"), STR("")));
}

static void periods_are_read_whole_or_refused(void **state)
{
	static const char *const wrong[] = { "[]", "", "{", "{\"chat\":6}", "{\"chat\":{}}", "{\"chat\":{\"years\":0}}",
		"{\"chat\":{\"years\":101}}", "{\"chat\":{\"years\":1,\"days\":3}}", "{\"chat\":{\"years\":\"6\"}}",
		"{\"chat\":{\"weeks\":6}}", "{\"chats\":{\"years\":6}}", "{\"short\":{\"days\":30}}", "{\"chat\":{\"days\":183}}",
		"{\"care\":{\"years\":2.5}}", "{\"chat\":{\"years\":6},\"chat\":{\"years\":7}}" };
	struct retention_periods periods = { .of = { { 7, 0 } } };
	struct err err = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_equal(retention_read(str_c(wrong[i]), &periods, &err), E_INVALID);
		assert_int_equal(periods.of[0].years, 7);
	}
	assert_int_equal(retention_read(STR("{\"chat\":{\"years\":6},\"short\":{\"days\":31}}"), &periods, &err), 0);
	assert_int_equal(periods.of[RETAIN_CHAT].years, 6);
	assert_int_equal(periods.of[RETAIN_SHORT].days, 31);
	assert_int_equal(periods.of[RETAIN_CARE].years, 0);
	assert_int_equal(retention_read(STR("{}"), &periods, &err), 0);
	for (int i = 0; i < RETAIN_COUNT; i++)
		assert_int_equal(retention_before(periods.of[i], at("2026-11-29T10:00:00Z")).us, 0);
	for (int i = 0; i < RETAIN_COUNT; i++) { /* what is proposed would be taken */
		const struct retention_proposal *proposal = retention_proposal((enum retention)i);
		assert_true(proposal->period.years || proposal->period.days >= proposal->least_days);
		assert_non_null(proposal->source);
		assert_int_equal(retention_class(str_c(retention_name((enum retention)i))), i);
	}
}

static void years_are_calendar_years(void **state)
{
	(void)state;
	assert_int_equal(retention_before((struct retention_period){ 6, 0 }, at("2026-11-29T10:00:00Z")).us, at("2020-11-29T10:00:00Z").us);
	assert_int_equal(retention_before((struct retention_period){ 1, 0 }, at("2024-02-29T10:00:00Z")).us, at("2023-03-01T10:00:00Z").us);
	assert_int_equal(
		retention_before((struct retention_period){ 0, 90 }, at("2026-03-31T00:00:00Z")).us, at("2025-12-31T00:00:00Z").us);
}

static void a_client_is_kept_from_the_last_contact_of_age_and_as_the_law_says(void **state)
{
	const struct retention_period ten = { 10, 0 };
	wall_time now = at("2026-11-29T10:00:00Z");
	struct retention_client client = { at("2016-11-29T09:59:00Z"), 0, 0 };
	(void)state;
	assert_true(retention_client_due(ten, &client, now));
	assert_false(retention_client_due((struct retention_period){ 0, 0 }, &client, now));
	client.last_contact = at("2016-11-29T10:01:00Z");
	assert_false(retention_client_due(ten, &client, now));
	client.last_contact = at("2012-01-01T00:00:00Z");
	assert_true(retention_client_due(ten, &client, now));
	client.law_years = 20; /* the longer one counts */
	assert_false(retention_client_due(ten, &client, now));
	client.law_years = 6;
	assert_true(retention_client_due(ten, &client, now));
	client.law_years = 0;
	for (int age = 1; age < 100; age++) { /* ten years after they came of age, and never before */
		client.age = age;
		assert_int_equal(retention_client_due(ten, &client, now), age > RETENTION_AGE + 1 + 10);
	}
	client = (struct retention_client){ now, 0, 20 };
	assert_true(retention_law_keeps(RETAIN_CHAT, &client, at("2010-01-01T00:00:00Z"), now));
	assert_false(retention_law_keeps(RETAIN_CHAT, &client, at("2006-01-01T00:00:00Z"), now));
	assert_false(retention_law_keeps(RETAIN_SHORT, &client, at("2010-01-01T00:00:00Z"), now));
	client.law_years = 0;
	assert_false(retention_law_keeps(RETAIN_CHAT, &client, now, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_resource_is_decided),
		cmocka_unit_test(what_goes_on_stays),
		cmocka_unit_test(periods_are_read_whole_or_refused),
		cmocka_unit_test(years_are_calendar_years),
		cmocka_unit_test(a_client_is_kept_from_the_last_contact_of_age_and_as_the_law_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
