/* clock.h: time, passed in. One type, microseconds; wall and monotonic are kept apart by their struct. */
#ifndef HEED_SYS_CLOCK_H
#define HEED_SYS_CLOCK_H

#include <stdint.h>

typedef struct {
	int64_t us;
} wall_time; /* since 1970-01-01T00:00:00Z */
typedef struct {
	int64_t us;
} mono_time; /* since an arbitrary start */

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

/* A clock. Real, or a test clock that somebody turns: then `now_wall` = base + offset and the offset only grows. */
struct clock {
	wall_time (*wall)(void *ctx);
	mono_time (*mono)(void *ctx);
	void *ctx;
};

/* clock_system: the machine's clocks. Lives for ever; thread-safe. */
const struct clock *clock_system(void);

/* A clock that tests, seeding and simulation turn. Reads are thread-safe (one atomic). */
struct test_clock {
	struct clock clock;
	_Atomic int64_t wall_us;
	_Atomic int64_t mono_us;
};
/* test_clock_init: starts at `start`; stands still until advanced. */
void test_clock_init(struct test_clock *clock, wall_time start);
/* test_clock_advance: by >= 0 microseconds; both times move. */
void test_clock_advance(struct test_clock *clock, int64_t by_us);

/* A clock that runs beside the machine's, behind it: what is seeded happens at the time it tells of, and ends at now. */
struct shifted_clock {
	struct clock clock;
	_Atomic int64_t behind_us;
};
/* shifted_clock_init: `behind_us` >= 0 behind the machine's clock. */
void shifted_clock_init(struct shifted_clock *clock, int64_t behind_us);
/* shifted_clock_behind: comes as near as `behind_us` (>= 0); never goes back: a greater one changes nothing. */
void shifted_clock_behind(struct shifted_clock *clock, int64_t behind_us);

static inline wall_time clock_wall(const struct clock *clock)
{
	return clock->wall(clock->ctx);
}
static inline mono_time clock_mono(const struct clock *clock)
{
	return clock->mono(clock->ctx);
}

/* Days by their number since 1970-01-01, in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date
 * algorithms"). clock_day_number: month and day from 1; a day past the month's end is one of the next. clock_day_date: the way back.
 * clock_weekday: 0 Monday ... 6 Sunday. */
int64_t clock_day_number(int year, int month, int day);
void clock_day_date(int64_t number, int *ret_year, int *ret_month, int *ret_day);
int clock_weekday(int64_t number);

#define CLOCK_TEXT_SIZE 48
/* clock_format: RFC 3339 in UTC with milliseconds, "2026-11-25T04:05:56.123Z", NUL-terminated, into text[CLOCK_TEXT_SIZE]. */
void clock_format(wall_time time, char *text);
/* clock_parse: RFC 3339 with an offset or Z (a time without a zone is refused, returns -1); 0 ok. text is NUL-terminated. */
int clock_parse(const char *text, wall_time *ret_time);

#endif
