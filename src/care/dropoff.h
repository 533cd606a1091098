/* dropoff.h: who may be about to stop, by a few plain rules with whole numbers, each of which is told with its reason; no learning,
 * nothing about mood or words. The weights and days are ours, chosen to be read and argued with, not from a study; a rule never
 * makes a decision about a person: it sorts a coach's list. Where a law forbids such scores they are not computed (api_coach.c).
 *
 * Pure. The law that a test holds: more of anything that worries never gives a lower score. */
#ifndef HEED_CARE_DROPOFF_H
#define HEED_CARE_DROPOFF_H

#include <stdbool.h>
#include <stdint.h>

struct dropoff_facts {
	int quiet_days; /* since the newest entry, or since it was given when there is none */
	bool started;
	int late_days;         /* since the next lesson was due; <= 0: it is not late */
	int homework_row;      /* missed one after another */
	int week, week_before; /* days with an entry in the last 7, and in the 7 before */
};

enum dropoff_reason {
	DROPOFF_NOT_BEGUN = 1, /* given 7 days ago or more, never begun: 3 */
	DROPOFF_QUIET = 2,     /* begun, nothing for 7 days: 2; for 14 days: 4 */
	DROPOFF_HOMEWORK = 4,  /* two in a row missed: 2; three: 3 */
	DROPOFF_FALLING = 8,   /* at least 3 days with entries in the week before last, half of that or less in the last: 1 */
	DROPOFF_LATE = 16      /* the next lesson is 7 days late: 1 */
};

enum dropoff_grade { DROPOFF_HIGH = 0, DROPOFF_SOME, DROPOFF_LOW }; /* score 4 and more, 1 to 3, 0 */

struct dropoff {
	enum dropoff_grade grade;
	int score;
	unsigned reasons;
};
struct dropoff dropoff_rate(const struct dropoff_facts *facts);

#define DROPOFF_DAYS 28
/* A diary of days with entries: bit n of `days` is the day `at` - n. dropoff_mark: with `today` in it (a day before `at` by a clock
 * that went back is marked where it is). dropoff_count: how many of the days today-to+1 .. today-from are marked. */
uint32_t dropoff_mark(uint32_t days, int at, int today, int *ret_at);
int dropoff_count(uint32_t days, int at, int today, int from, int to);

#endif
