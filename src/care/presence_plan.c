/* presence_plan.c: see presence_plan.h. */
#include "care/presence_plan.h"

#include <stddef.h>
#include <string.h>

static bool is(const char *a, const char *b)
{
	return a && b && *a && strcmp(a, b) == 0;
}

static bool nobody(const char *id)
{
	return !id || !*id;
}

static enum presence_step plan_come(const struct presence_state *state, const struct presence_actor *actor, bool instead)
{
	if (nobody(state->here))
		return PRESENCE_ENTERS;
	if (is(state->here, actor->id))
		return PRESENCE_NOTHING;
	if (!instead)
		return PRESENCE_REFUSED;
	return actor->clinical ? PRESENCE_REPLACES : PRESENCE_DENIED;
}

static enum presence_step plan_ask(const struct presence_state *state, const struct presence_actor *actor, const char *to)
{
	if (!is(state->here, actor->id) && !actor->supervisor)
		return PRESENCE_DENIED;
	return nobody(to) || is(to, state->here) ? PRESENCE_REFUSED : PRESENCE_ASKS;
}

static enum presence_step plan_answer(const struct presence_state *state, const struct presence_actor *actor, bool yes)
{
	if (nobody(state->asked))
		return PRESENCE_REFUSED;
	if (yes)
		return is(state->asked, actor->id) ? PRESENCE_REPLACES : PRESENCE_DENIED;
	bool concerned = is(state->asked, actor->id) || is(state->here, actor->id) || actor->supervisor;
	return concerned ? PRESENCE_UNASKS : PRESENCE_DENIED;
}

enum presence_step presence_plan(
	const struct presence_state *state, const struct presence_actor *actor, enum presence_act act, const char *to)
{
	if (nobody(actor->id))
		return PRESENCE_DENIED;
	if (act == PRESENCE_JOIN || act == PRESENCE_INSTEAD)
		return plan_come(state, actor, act == PRESENCE_INSTEAD);
	if (nobody(state->here))
		return act == PRESENCE_OFF_DUTY ? PRESENCE_NOTHING : PRESENCE_REFUSED;
	switch (act) {
	case PRESENCE_ASK: return plan_ask(state, actor, to);
	case PRESENCE_ACCEPT: return plan_answer(state, actor, true);
	case PRESENCE_DECLINE: return plan_answer(state, actor, false);
	case PRESENCE_HAND_BACK: return is(state->here, actor->id) || actor->clinical ? PRESENCE_LEAVES : PRESENCE_DENIED;
	case PRESENCE_OFF_DUTY:
		return is(state->here, actor->id) ? PRESENCE_LEAVES : is(state->asked, actor->id) ? PRESENCE_UNASKS : PRESENCE_NOTHING;
	case PRESENCE_JOIN:
	case PRESENCE_INSTEAD: break;
	}
	return PRESENCE_REFUSED;
}

int64_t presence_due(const struct presence_clock *clock, const struct presence_limits *limits)
{
	if (clock->waiting)
		return clock->waiting + limits->unanswered;
	return clock->seen + (clock->on_duty ? limits->quiet : limits->unanswered);
}
