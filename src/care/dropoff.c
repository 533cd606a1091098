/* dropoff.c: see dropoff.h. */
#include "care/dropoff.h"

#define MASK ((UINT32_C(1) << DROPOFF_DAYS) - 1)

struct dropoff dropoff_rate(const struct dropoff_facts *facts)
{
	struct dropoff result = { .score = 0 };
	if (!facts->started && facts->quiet_days >= 7) {
		result.reasons |= DROPOFF_NOT_BEGUN;
		result.score += 3;
	}
	if (facts->started && facts->quiet_days >= 7) {
		result.reasons |= DROPOFF_QUIET;
		result.score += facts->quiet_days >= 14 ? 4 : 2;
	}
	if (facts->homework_row >= 2) {
		result.reasons |= DROPOFF_HOMEWORK;
		result.score += facts->homework_row >= 3 ? 3 : 2;
	}
	if (facts->week_before >= 3 && facts->week * 2 <= facts->week_before) {
		result.reasons |= DROPOFF_FALLING;
		result.score += 1;
	}
	if (facts->late_days >= 7) {
		result.reasons |= DROPOFF_LATE;
		result.score += 1;
	}
	result.grade = result.score >= 4 ? DROPOFF_HIGH : result.score >= 1 ? DROPOFF_SOME : DROPOFF_LOW;
	return result;
}

uint32_t dropoff_mark(uint32_t days, int at, int today, int *ret_at)
{
	int passed = today - at;
	if (passed < 0) {
		*ret_at = at;
		return -passed < DROPOFF_DAYS ? (days | UINT32_C(1) << -passed) & MASK : days & MASK;
	}
	*ret_at = today;
	return ((passed < DROPOFF_DAYS ? days << passed : 0) | 1) & MASK;
}

int dropoff_count(uint32_t days, int at, int today, int from, int to)
{
	int count = 0;
	for (int back = from; back < to; back++) {
		int bit = back - (today - at);
		if (bit >= 0 && bit < DROPOFF_DAYS)
			count += (int)(days >> bit & 1);
	}
	return count;
}
