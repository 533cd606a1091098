/* chain.h: whom an alert goes to, step after step, until somebody answers. Pure.
 *
 * JSON (programme.settings.chain): [{"to":"on_duty"},{"to":"on_call","minutes":3},{"to":"person","staff_id":"..."},{"to":"supervisors"}]
 *
 *  to            who that is                                  with a rota                       without one
 *  on_duty       clinicians and supervisors at work            on a shift in hours, on duty      on duty
 *  on_call       clinicians and supervisors on call            on an on-call shift               nobody
 *  supervisors   every active supervisor                       the same                          the same
 *  person        one named member of staff who is active       the same                          the same
 * `minutes`: how long the step has before the next one is called; without it, the programme's acknowledgement time of the priority. A
 * step in which there is nobody is passed over at once. Without a chain in the settings: on_duty, on_call, supervisors. */
#ifndef HEED_CARE_CHAIN_H
#define HEED_CARE_CHAIN_H

#include "base/err.h"
#include "base/uuid.h"
#include "policy/policy.h"

#define CHAIN_STEPS_MAX 10
#define CHAIN_MINUTES_MAX (24 * 60)

enum chain_to { CHAIN_SUPERVISORS = 0, CHAIN_ON_DUTY, CHAIN_ON_CALL, CHAIN_PERSON };

struct chain_step {
	enum chain_to to;
	struct uuid staff_id; /* of CHAIN_PERSON */
	int minutes;          /* 0: as the programme says */
};

struct chain {
	struct chain_step steps[CHAIN_STEPS_MAX];
	size_t count; /* at least 1 */
};

struct chain_person {
	const char *id;
	bool clinical, supervisor; /* role */
	bool active, on_duty;
	enum policy_cover shift; /* now, by the rota */
};

struct json_t;

/* chain_read: NULL gives the default. E_INVALID: "settings.chain[1].to: what is wrong"; the chain is then the default. */
int chain_read(const struct json_t *list, struct chain *ret_chain, struct err *reterr) MUST_CHECK;
const char *chain_to_name(enum chain_to to);

/* chain_in: whether the person belongs to the step. */
bool chain_in(const struct chain_step *step, const struct chain_person *person, bool has_rota);
/* chain_next: the first step at or after `from` in which there is somebody; chain->count: none, the chain is exhausted. */
size_t chain_next(const struct chain *chain, size_t from, const struct chain_person *people, size_t count, bool has_rota);

#endif
