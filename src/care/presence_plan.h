/* presence_plan.h: who is in a conversation as a person, and what an act does with that. Pure: a test goes through all of it.
 *
 *  somebody there   act                      by whom                            what follows
 *  nobody           join, instead            anybody who may be in it           enters
 *  a person         join                     that person                        nothing; another one: refused
 *                   instead                  a clinician                        replaces; a coach: denied
 *                   ask (a named person)     that person, a supervisor          asks; replaces an earlier question
 *                   accept                   the one who was asked              replaces
 *                   decline                  the one asked, the one there,
 *                                            a supervisor                       unasks
 *                   hand back                that person, a clinician           leaves
 *                   off duty                 that person                        leaves; the one who was asked: unasks
 *
 * The zero value of enum presence_step changes nothing. */
#ifndef HEED_CARE_PRESENCE_PLAN_H
#define HEED_CARE_PRESENCE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

enum presence_act {
	PRESENCE_JOIN = 0,
	PRESENCE_INSTEAD,
	PRESENCE_ASK,
	PRESENCE_ACCEPT,
	PRESENCE_DECLINE,
	PRESENCE_HAND_BACK,
	PRESENCE_OFF_DUTY,
};

enum presence_step {
	PRESENCE_REFUSED = 0, /* there is nothing that the act could do */
	PRESENCE_DENIED,      /* not by this person */
	PRESENCE_NOTHING,     /* it is so already */
	PRESENCE_ENTERS,
	PRESENCE_REPLACES,
	PRESENCE_ASKS,
	PRESENCE_UNASKS,
	PRESENCE_LEAVES,
};

/* Ids; NULL or empty: nobody. Somebody is asked only while somebody is there. */
struct presence_state {
	const char *here, *asked;
};

struct presence_actor {
	const char *id;
	bool clinical, supervisor; /* role; a supervisor is clinical too */
};

/* to: of PRESENCE_ASK, who is asked; else NULL. */
enum presence_step presence_plan(
	const struct presence_state *state, const struct presence_actor *actor, enum presence_act act, const char *to);

/* When somebody who does not write is no longer said to be there. Times in microseconds. */
struct presence_clock {
	int64_t seen;    /* their last word, or since when they are there */
	int64_t waiting; /* since when the client waits for a word of theirs; 0: does not */
	bool on_duty;
};
struct presence_limits {
	int64_t unanswered; /* from the client's word; also for a person off duty, from their own last word */
	int64_t quiet;      /* with nothing to answer, from their last word */
};
int64_t presence_due(const struct presence_clock *clock, const struct presence_limits *limits);

#endif
