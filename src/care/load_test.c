/* load_test.c: clinician-hours against a second way of counting them, minute by minute, over random rotas; the edge of the budget;
 * episodes; what a resolution says. */
#include "care/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/property.h"
#include "sys/mem.h"

#define ANNA "00000000-0000-7000-8000-00000000000a"
#define BERT "00000000-0000-7000-8000-00000000000b"
#define START INT64_C(1795996800000000) /* 2026-11-30T00:00:00Z, a Monday */

static struct load *opened(struct arena *arena, int64_t from, int64_t to)
{
	struct load *load = NULL;
	struct err err = { 0 };
	if (load_open(arena, (wall_time){ from }, (wall_time){ to }, &load, &err))
		fail_msg("%s", err.message);
	return load;
}

static void put(struct rota *rota, const char *id, const char *staff, const char *kind, const char *start, const char *end)
{
	struct err err = { 0 };
	const struct rota_row row = { .id = str_c(id),
		.staff_id = str_c(staff),
		.kind = str_c(kind),
		.zone = STR("UTC"),
		.days = STR("Daily"),
		.start = str_c(start),
		.end = str_c(end) };
	if (rota_put(rota, &row, &err))
		fail_msg("%s", err.message);
}

static void hours_of_the_rota(void **state)
{
	(void)state;
	struct arena arena;
	struct rota *rota = NULL;
	struct err err = { 0 };
	arena_init(&arena, mem_system(), 8u << 20);
	assert_int_equal(rota_open(&rota, &err), 0);
	put(rota, "00000000-0000-7000-8000-000000000001", ANNA, "in_hours", "08:30", "10:00");
	put(rota, "00000000-0000-7000-8000-000000000002", ANNA, "on_call", "09:00", "11:00"); /* the same person twice: once */
	put(rota, "00000000-0000-7000-8000-000000000003", BERT, "in_hours", "09:15", "09:45");
	struct load *load = opened(&arena, START, START + DAY_US);
	assert_int_equal(load_rota(load, &arena, rota, NULL, NULL, &err), 0);
	assert_int_equal(load->hour_count, 24);
	assert_int_equal(load->hours[7].minutes, 0);
	assert_int_equal(load->hours[8].minutes, 30);
	assert_int_equal(load->hours[9].minutes, 90);
	assert_int_equal(load->hours[10].minutes, 60);
	assert_int_equal(load->clinician_count, 2);
	assert_int_equal(load->clinicians[0].minutes + load->clinicians[1].minutes, 180);
	rota_free(&rota);
	arena_done(&arena);
}

static int at_minute(const struct rota *rota, const char *staff, int64_t us)
{
	return rota_of(rota, staff, (wall_time){ us }) != COVER_NONE;
}

/* The sum over all hours is what one finds by asking every minute who is there. */
static void hours_against_minutes(void **state)
{
	(void)state;
	struct property random = property_start("load");
	for (int round = 0; round < 40; round++) {
		struct arena arena;
		struct rota *rota = NULL;
		struct err err = { 0 };
		int64_t by_minute = 0, from = START + (int64_t)property_below(&random, 90) * MINUTE_US, to = from + 30 * HOUR_US;
		arena_init(&arena, mem_system(), 8u << 20);
		assert_int_equal(rota_open(&rota, &err), 0);
		for (int i = 0; i < 5; i++) {
			char id[40], start[8], end[8];
			int a = (int)property_below(&random, 96), b = (int)property_below(&random, 96);
			snprintf(id, sizeof id, "00000000-0000-7000-8000-%012d", i);
			snprintf(start, sizeof start, "%02d:%02d", a / 4, a % 4 * 15);
			snprintf(end, sizeof end, "%02d:%02d", b / 4, b % 4 * 15);
			put(rota, id, i % 2 ? ANNA : BERT, i % 3 ? "in_hours" : "on_call", start, end);
		}
		struct load *load = opened(&arena, from, to);
		assert_int_equal(load_rota(load, &arena, rota, NULL, NULL, &err), 0);
		for (int64_t at = load->from.us; at < to; at += MINUTE_US)
			by_minute += at_minute(rota, ANNA, at) + at_minute(rota, BERT, at);
		assert_int_equal(load_sum(load, 2).minutes, by_minute);
		int64_t by_person = 0;
		for (size_t i = 0; i < load->clinician_count; i++)
			by_person += load->clinicians[i].minutes;
		assert_int_equal(by_person, by_minute);
		rota_free(&rota);
		arena_done(&arena);
	}
}

static void the_edge_of_the_budget(void **state)
{
	(void)state;
	assert_false(load_over(&(struct load_hour){ .minutes = 60, .alerts = 2 }, 2));
	assert_true(load_over(&(struct load_hour){ .minutes = 60, .alerts = 3 }, 2));
	assert_true(load_over(&(struct load_hour){ .minutes = 59, .alerts = 2 }, 2));
	assert_false(load_over(&(struct load_hour){ .minutes = 30, .alerts = 1 }, 2));
	assert_false(load_over(&(struct load_hour){ .minutes = 0, .alerts = 9 }, 2)); /* no ratio: uncovered */
}

static void sums(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, mem_system(), 4u << 20);
	struct load *load = opened(&arena, START, START + 3 * HOUR_US);
	load->hours[0].minutes = 60;
	for (int i = 0; i < 3; i++)
		load_alert(load, (wall_time){ START + i }, ANNA);
	load_alert(load, (wall_time){ START + HOUR_US }, NULL);
	load_alert(load, (wall_time){ START - 1 }, ANNA);
	load_alert(load, (wall_time){ START + 3 * HOUR_US }, ANNA);
	struct load_sum sum = load_sum(load, 2);
	assert_int_equal(sum.alerts, 4);
	assert_int_equal(sum.over, 1);
	assert_int_equal(sum.uncovered, 1);
	assert_int_equal(load->clinicians[0].alerts, 3);
	struct err err = { 0 };
	assert_int_equal(load_open(&arena, (wall_time){ START }, (wall_time){ START + 93 * DAY_US }, &load, &err), E_INVALID);
	assert_int_equal(load_open(&arena, (wall_time){ START }, (wall_time){ START }, &load, &err), E_INVALID);
	arena_done(&arena);
}

static void episodes(void **state)
{
	(void)state;
	struct arena arena;
	struct map people = { 0 };
	static const int64_t minutes[] = { 0, 10, 70, 131, 400, 401 };
	struct load_person *person = NULL;
	arena_init(&arena, mem_system(), 1u << 20);
	for (size_t i = 0; i < COUNT_OF(minutes); i++)
		person = load_episode(&people, &arena, ANNA, (wall_time){ START + minutes[i] * MINUTE_US }, 60 * MINUTE_US);
	assert_int_equal(person->alerts, 6);
	assert_int_equal(person->episodes, 3); /* 0 10 70; 131; 400 401 */
	assert_int_equal(person->repeated, 2);
	assert_int_equal(person->most, 3);
	person = load_episode(&people, &arena, BERT, (wall_time){ START }, 60 * MINUTE_US);
	assert_int_equal(person->episodes, 1);
	assert_int_equal(person->repeated, 0);
	map_done(&people);
	arena_done(&arena);
}

static void what_an_end_says(void **state)
{
	(void)state;
	assert_int_equal(load_end_of(STR("false_alarm")), LOAD_FALSE);
	assert_int_equal(load_end_of(STR("contacted")), LOAD_TRUE);
	assert_int_equal(load_end_of(STR("other")), LOAD_UNCLEAR);
	assert_int_equal(load_end_of(STR("")), LOAD_OPEN);
	struct arena arena;
	struct load_tallies tallies;
	struct err err = { 0 };
	arena_init(&arena, mem_system(), 1u << 20);
	assert_int_equal(load_tallies_open(&tallies, &arena, &err), 0);
	for (int i = 0; i < LOAD_KEYS_MAX + 5; i++) {
		char key[16];
		snprintf(key, sizeof key, "rule.%d", i);
		load_tally(&tallies, str_c(key), LOAD_TRUE);
	}
	assert_true(tallies.more);
	assert_int_equal(tallies.count, LOAD_KEYS_MAX);
	load_tally(&tallies, STR("rule.7"), LOAD_FALSE);
	assert_int_equal(tallies.list[7].count[LOAD_FALSE], 1);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_of_the_rota),
		cmocka_unit_test(hours_against_minutes),
		cmocka_unit_test(the_edge_of_the_budget),
		cmocka_unit_test(sums),
		cmocka_unit_test(episodes),
		cmocka_unit_test(what_an_end_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
