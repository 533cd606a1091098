/* presence_plan_test.c: every state, every person and every act of the table in presence_plan.h, against the rule written a second time;
 * laws that hold over any sequence of acts; and the clock of somebody who does not write. */
#include "care/presence_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/property.h"

static const char *const people[] = { NULL, "anna", "bert", "cora" };
#define PEOPLE 4
#define ACTS 7

static struct presence_actor actor_of(int who, int role)
{
	return (struct presence_actor){ people[who], role >= 1, role == 2 };
}

/* The table, read line by line. here, asked, who, to: places in people; role: 0 coach, 1 clinician, 2 supervisor. */
static enum presence_step expected_of_coming(int here, int who, int role, bool instead)
{
	if (!here)
		return PRESENCE_ENTERS;
	if (here == who)
		return PRESENCE_NOTHING;
	return !instead ? PRESENCE_REFUSED : role ? PRESENCE_REPLACES : PRESENCE_DENIED;
}

static enum presence_step expected_of_question(int here, int asked, int who, int role, enum presence_act act, int to)
{
	bool own = here == who || role == 2;
	if (act == PRESENCE_ASK)
		return !own ? PRESENCE_DENIED : to && to != here ? PRESENCE_ASKS : PRESENCE_REFUSED;
	if (!asked)
		return PRESENCE_REFUSED;
	if (act == PRESENCE_ACCEPT)
		return asked == who ? PRESENCE_REPLACES : PRESENCE_DENIED;
	return own || asked == who ? PRESENCE_UNASKS : PRESENCE_DENIED;
}

static enum presence_step expected(int here, int asked, int who, int role, enum presence_act act, int to)
{
	if (!who)
		return PRESENCE_DENIED;
	if (act == PRESENCE_JOIN || act == PRESENCE_INSTEAD)
		return expected_of_coming(here, who, role, act == PRESENCE_INSTEAD);
	if (act == PRESENCE_OFF_DUTY)
		return here && here == who ? PRESENCE_LEAVES : here && asked == who ? PRESENCE_UNASKS : PRESENCE_NOTHING;
	if (!here)
		return PRESENCE_REFUSED;
	if (act == PRESENCE_HAND_BACK)
		return here == who || role ? PRESENCE_LEAVES : PRESENCE_DENIED;
	return expected_of_question(here, asked, who, role, act, to);
}

static void the_whole_table(void **state)
{
	(void)state;
	for (int here = 0; here < PEOPLE; here++)
		for (int asked = 0; asked < (here ? PEOPLE : 1); asked++)
			for (int who = 0; who < PEOPLE; who++)
				for (int role = 0; role < 3; role++)
					for (int act = 0; act < ACTS; act++)
						for (int to = 0; to < PEOPLE; to++) {
							if (asked && asked == here)
								continue; /* never asked of oneself */
							const struct presence_state now = { people[here], people[asked] };
							const struct presence_actor actor = actor_of(who, role);
							assert_int_equal(presence_plan(&now, &actor, (enum presence_act)act, people[to]),
								expected(here, asked, who, role, (enum presence_act)act, to));
						}
}

static void an_empty_id_is_nobody(void **state)
{
	(void)state;
	const struct presence_state empty = { "", "" };
	const struct presence_actor actor = actor_of(1, 1), none = { "", true, true };
	assert_int_equal(presence_plan(&empty, &actor, PRESENCE_JOIN, NULL), PRESENCE_ENTERS);
	assert_int_equal(presence_plan(&empty, &actor, PRESENCE_HAND_BACK, NULL), PRESENCE_REFUSED);
	assert_int_equal(presence_plan(&empty, &none, PRESENCE_JOIN, NULL), PRESENCE_DENIED);
}

/* Over any acts: nobody is asked while nobody is there, nobody is asked of themselves, whoever comes did it themselves, and nobody is made
 * to stay: the person who is there can always leave. */
static void laws(void **state)
{
	(void)state;
	struct property random = property_start("presence");
	const char *here = NULL, *asked = NULL;
	for (int i = 0; i < 20000; i++) {
		const struct presence_state now = { here, asked };
		const struct presence_actor actor = actor_of((int)property_below(&random, PEOPLE), (int)property_below(&random, 3));
		const char *to = people[property_below(&random, PEOPLE)];
		switch (presence_plan(&now, &actor, (enum presence_act)property_below(&random, ACTS), to)) {
		case PRESENCE_ENTERS:
		case PRESENCE_REPLACES:
			assert_true(!here || strcmp(here, actor.id) != 0);
			here = actor.id;
			asked = NULL;
			break;
		case PRESENCE_ASKS: asked = to; break;
		case PRESENCE_UNASKS: asked = NULL; break;
		case PRESENCE_LEAVES: here = asked = NULL; break;
		case PRESENCE_REFUSED:
		case PRESENCE_DENIED:
		case PRESENCE_NOTHING: break;
		}
		assert_true(!asked || (here && strcmp(asked, here) != 0));
		const struct presence_state after = { here, asked };
		const struct presence_actor self = { here, false, false };
		if (here)
			assert_int_equal(presence_plan(&after, &self, PRESENCE_HAND_BACK, NULL), PRESENCE_LEAVES);
	}
}

static void the_clock(void **state)
{
	(void)state;
	const struct presence_limits limits = { 10, 30 };
	assert_int_equal(presence_due(&(struct presence_clock){ 100, 0, true }, &limits), 130);
	assert_int_equal(presence_due(&(struct presence_clock){ 100, 0, false }, &limits), 110);
	assert_int_equal(presence_due(&(struct presence_clock){ 100, 129, true }, &limits), 139);
	assert_int_equal(presence_due(&(struct presence_clock){ 100, 101, false }, &limits), 111);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_table),
		cmocka_unit_test(an_empty_id_is_nobody),
		cmocka_unit_test(laws),
		cmocka_unit_test(the_clock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
