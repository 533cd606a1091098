/* dropoff_test.c: the rules' law (worse never scores lower), each rule alone, and the diary of days against a plain one. */
#include "care/dropoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void each_rule(void **state)
{
	(void)state;
	static const struct {
		struct dropoff_facts facts;
		unsigned reasons;
		enum dropoff_grade grade;
	} cases[] = {
		{ { .quiet_days = 0, .started = true }, 0, DROPOFF_LOW },
		{ { .quiet_days = 6, .started = true }, 0, DROPOFF_LOW },
		{ { .quiet_days = 7, .started = true }, DROPOFF_QUIET, DROPOFF_SOME },
		{ { .quiet_days = 14, .started = true }, DROPOFF_QUIET, DROPOFF_HIGH },
		{ { .quiet_days = 6 }, 0, DROPOFF_LOW },
		{ { .quiet_days = 7 }, DROPOFF_NOT_BEGUN, DROPOFF_SOME },
		{ { .started = true, .homework_row = 1 }, 0, DROPOFF_LOW },
		{ { .started = true, .homework_row = 2 }, DROPOFF_HOMEWORK, DROPOFF_SOME },
		{ { .started = true, .week = 2, .week_before = 4 }, DROPOFF_FALLING, DROPOFF_SOME },
		{ { .started = true, .week = 3, .week_before = 4 }, 0, DROPOFF_LOW },
		{ { .started = true, .week = 0, .week_before = 2 }, 0, DROPOFF_LOW },
		{ { .started = true, .late_days = 7 }, DROPOFF_LATE, DROPOFF_SOME },
		{ { .started = true, .quiet_days = 7, .homework_row = 2 }, DROPOFF_QUIET | DROPOFF_HOMEWORK, DROPOFF_HIGH },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dropoff got = dropoff_rate(&cases[i].facts);
		assert_int_equal(got.reasons, cases[i].reasons);
		assert_int_equal(got.grade, cases[i].grade);
	}
}

/* All small facts, exhaustively: one step worse in any of them never lowers the score, and a score has a reason. */
static void worse_is_never_lower(void **state)
{
	(void)state;
	for (int quiet = 0; quiet <= 16; quiet++)
		for (int late = -1; late <= 8; late++)
			for (int row = 0; row <= 4; row++)
				for (int week = 0; week <= 7; week++)
					for (int before = 0; before <= 7; before++)
						for (int started = 0; started <= 1; started++) {
							struct dropoff_facts facts = { quiet, started, late, row, week, before };
							struct dropoff here = dropoff_rate(&facts);
							assert_int_equal(here.score > 0, here.reasons != 0);
							struct dropoff_facts worse[] = { facts, facts, facts, facts };
							worse[0].quiet_days++;
							worse[1].late_days++;
							worse[2].homework_row++;
							worse[3].week -= week > 0;
							for (int i = 0; i < 4; i++) {
								struct dropoff next = dropoff_rate(&worse[i]);
								assert_true(next.score >= here.score);
								assert_true(next.grade <= here.grade);
							}
						}
}

static void the_diary_of_days(void **state)
{
	(void)state;
	unsigned seed = 7;
	for (int round = 0; round < 500; round++) {
		bool plain[400] = { false };
		uint32_t days = 0;
		int at = 100, newest = 100;
		for (int today = 100; today < 200; today++) {
			seed = seed * 1103515245u + 12345u;
			if (seed >> 16 & 3)
				continue;
			days = dropoff_mark(days, at, today, &at);
			plain[today] = true;
			newest = today;
		}
		(void)newest;
		for (int from = 0; from < 14; from += 7) {
			int count = 0;
			for (int back = from; back < from + 7; back++)
				count += plain[199 - back];
			assert_int_equal(dropoff_count(days, at, 199, from, from + 7), count);
		}
		assert_true(days < UINT32_C(1) << DROPOFF_DAYS);
	}
	int at = 50;
	uint32_t days = dropoff_mark(1, 50, 47, &at); /* a clock that went back */
	assert_int_equal(at, 50);
	assert_int_equal(days, 9);
	assert_int_equal(dropoff_mark(days, 50, 10, &at), 9); /* too far back to be kept */
	assert_int_equal(dropoff_mark(9, 50, 5000, &at), 1);
	assert_int_equal(at, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule),
		cmocka_unit_test(worse_is_never_lower),
		cmocka_unit_test(the_diary_of_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
