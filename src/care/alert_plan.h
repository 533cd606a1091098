/* alert_plan.h: what a new call does with an alert that is there; pure, so that a test can go through all of it. */
#ifndef HEED_CARE_ALERT_PLAN_H
#define HEED_CARE_ALERT_PLAN_H

#include "care/care_priv.h"

/* In order of preference when several alerts are there. */
enum alert_step { ALERT_STEP_NEW = 0, ALERT_STEP_JOIN, ALERT_STEP_RAISE };

struct alert_before {
	enum alert_state state;
	int priority, level;
	bool knows_concept;
	bool within_window;
};

/* alert_plan: for a call of that priority (1 most urgent) and level about the same person, place and kind. */
static inline enum alert_step alert_plan(const struct alert_before *before, int priority, int level)
{
	bool higher = priority < before->priority || level > before->level;
	switch (before->state) {
	case ALERT_OPEN: /* nobody has seen it: nothing is hidden by joining */ return higher ? ALERT_STEP_RAISE : ALERT_STEP_JOIN;
	case ALERT_ACKNOWLEDGED:
	case ALERT_TAKEN:
	case ALERT_CONTACTED: /* what was seen was not this */
		return !higher && before->knows_concept && before->within_window ? ALERT_STEP_JOIN : ALERT_STEP_NEW;
	case ALERT_RESOLVED: break;
	}
	return ALERT_STEP_NEW;
}

#endif
