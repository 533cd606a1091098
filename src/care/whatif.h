/* whatif.h: what past messages would have led to under other thresholds or another policy: the verdict as it would have been, and how many
 * calls become how many alerts. Pure. Nothing that stands on disk is changed.
 *
 * It is a replay of what was stored, not of the words: what screening did not find then is not found now. A verdict that could not be
 * screened stays so, whatever the thresholds. */
#ifndef HEED_CARE_WHATIF_H
#define HEED_CARE_WHATIF_H

#include "base/arena.h"
#include "care/load.h"
#include "screen/verdict.h"

#define WHATIF_CAPS_MAX 16
#define WHATIF_CONCEPT_BYTES 100

struct whatif_cap {
	char concept[WHATIF_CONCEPT_BYTES]; /* a concept, or a prefix of one up to a dot: "self_harm", "suicide.passive" */
	int level;                          /* such a finding counts for no more than this */
};

struct whatif_change {
	int confidence; /* findings below this are left out, per mille; 0: none */
	int from_level; /* no call below this level of the verdict; 0: as the policy says */
	struct whatif_cap caps[WHATIF_CAPS_MAX];
	size_t cap_count;
};

/* whatif_verdict: `stored` with the change. Its level follows its findings; what no stored finding explains (an accumulated level, a cut
 * message) stays. Findings in the arena; without memory: not screened. */
void whatif_verdict(struct arena *arena, const struct verdict *stored, const struct whatif_change *change, struct verdict *ret_verdict);
/* whatif_calls: whether a decision's alert of this verdict calls for a person under the change. */
bool whatif_calls(const struct verdict *verdict, int alert, const struct whatif_change *change);

/* ---- Calls to alerts ---- */

/* One side of the comparison. Calls of a person within the window after the last one are one alert, as in alert.h while nobody has seen it;
 * a graver one raises it. */
struct whatif_side {
	struct map people;
	struct load *load; /* alerts at the time they reached LOAD_LEVEL */
	struct load_tallies rules;
	int calls, alerts, high;
	int by_priority[5];
};

/* whatif_call: E_MEMORY. */
int whatif_call(struct whatif_side *side, struct arena *arena, const char *client_id, wall_time at, int priority, int level,
	int64_t window_us) MUST_CHECK;
void whatif_side_done(struct whatif_side *side);

#endif
