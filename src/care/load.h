/* load.h: how much the alerts ask of those who answer them: alerts of level 3 and more against clinician-hours of the rota, hour by hour
 * and beside a budget; episodes of one person; how often a rule was right. Pure.
 *
 * A clinician-hour is an hour that one clinician or supervisor stands on the rota, in office hours or on call; somebody on two shifts at
 * once counts once. An hour is over its budget when its alerts are more than `per_hour` for each clinician-hour in it; without anybody on
 * the rota every alert is "uncovered", which is no ratio.
 *
 * An episode of a person is a run of their alerts with no pause longer than `episode_us`. The budget allows one alert in each. */
#ifndef HEED_CARE_LOAD_H
#define HEED_CARE_LOAD_H

#include "base/arena.h"
#include "care/map.h"
#include "care/rota.h"

#define LOAD_DAYS_MAX 92
#define LOAD_LEVEL 3 /* alerts of this level and more count for the budget */
#define LOAD_CLINICIANS_MAX 500
#define LOAD_SPANS_MAX 200000
#define LOAD_KEYS_MAX 512

struct load_budget {
	int per_hour;       /* alerts for each clinician-hour, at least 1 */
	int64_t episode_us; /* longest pause within an episode */
};

struct load_hour {
	wall_time from;
	int minutes; /* clinician-minutes */
	int alerts;
};

struct load_clinician {
	struct uuid id;
	int64_t minutes;
	int alerts;
	int64_t until_us; /* end of what is counted so far */
};

struct load {
	wall_time from, to; /* from: a full hour */
	struct load_hour *hours;
	size_t hour_count;
	struct load_clinician clinicians[LOAD_CLINICIANS_MAX];
	size_t clinician_count;
};

/* load_open: an empty one over [from, to); from is put back to its full hour. In the arena. E_INVALID over LOAD_DAYS_MAX. */
int load_open(struct arena *arena, wall_time from, wall_time to, struct load **ret_load, struct err *reterr) MUST_CHECK;
/* load_rota: adds the hours of those on the rota for whom fit is true. E_LIMIT. */
int load_rota(struct load *load, struct arena *arena, const struct rota *rota, rota_fit *fit, void *ctx, struct err *reterr) MUST_CHECK;
/* load_alert: one more; outside the window it is left out. staff_id: who saw it first, NULL: nobody. Somebody who is not on the rota is
 * added with no hours. */
void load_alert(struct load *load, wall_time at, const char *staff_id);

bool load_over(const struct load_hour *hour, int per_hour);

struct load_sum {
	int64_t minutes;
	int alerts;
	int over;      /* hours */
	int uncovered; /* hours with alerts and nobody on the rota */
};
struct load_sum load_sum(const struct load *load, int per_hour);

/* ---- Episodes ---- */

struct load_person {
	struct uuid id; /* first: the key */
	wall_time last_at;
	int alerts, episodes;
	int now;      /* alerts of the running episode */
	int repeated; /* episodes with more than one */
	int most;     /* alerts in one */
};
/* load_episode: an alert of that person; they come in order of time. The person, or NULL without memory. Objects lie in the arena. */
struct load_person *load_episode(struct map *people, struct arena *arena, const char *client_id, wall_time at, int64_t episode_us);

/* ---- How often right ---- */

enum load_end { LOAD_OPEN = 0, LOAD_TRUE, LOAD_FALSE, LOAD_UNCLEAR };
/* load_end_of: how a resolution counts: false_alarm is false; contacted, safety_plan and referred are true; any other says nothing. */
enum load_end load_end_of(struct str resolution);

struct load_tally {
	char key[104];
	int count[4]; /* by enum load_end */
};
struct load_tallies {
	struct load_tally *list; /* room for LOAD_KEYS_MAX */
	size_t count;
	bool more; /* a key found no room */
};
int load_tallies_open(struct load_tallies *tallies, struct arena *arena, struct err *reterr) MUST_CHECK;
void load_tally(struct load_tallies *tallies, struct str key, enum load_end end);

#endif
