/* chain_test.c: who belongs to which step, that empty steps are passed over, and what the settings may say. The membership table is gone
 * through for every kind of person. */
#include "care/chain.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ANNA "00000000-0000-7000-8000-00000000000a"
#define BERT "00000000-0000-7000-8000-00000000000b"

static struct chain read_good(const char *json)
{
	struct chain chain;
	struct err err = { 0 };
	json_t *list = json_loads(json, 0, NULL);
	if (chain_read(list, &chain, &err))
		fail_msg("%s", err.message);
	json_decref(list);
	return chain;
}

static void the_default(void **state)
{
	(void)state;
	struct chain chain;
	assert_int_equal(chain_read(NULL, &chain, NULL), 0);
	assert_int_equal(chain.count, 3);
	assert_int_equal(chain.steps[0].to, CHAIN_ON_DUTY);
	assert_int_equal(chain.steps[1].to, CHAIN_ON_CALL);
	assert_int_equal(chain.steps[2].to, CHAIN_SUPERVISORS);
}

/* Every kind of person against the rule, written a second time. */
static void who_belongs(void **state)
{
	(void)state;
	for (int bits = 0; bits < 32; bits++)
		for (int shift = 0; shift < 3; shift++) {
			bool rota = bits & 16;
			const struct chain_person person = { .id = ANNA,
				.clinical = bits & 1,
				.supervisor = bits & 2,
				.active = bits & 4,
				.on_duty = bits & 8,
				.shift = (enum policy_cover)shift };
			struct chain_step step = { .to = CHAIN_SUPERVISORS };
			assert_int_equal(chain_in(&step, &person, rota), person.active && person.supervisor);
			step.to = CHAIN_ON_DUTY;
			bool at_work = rota ? shift == COVER_IN_HOURS && person.on_duty : person.on_duty;
			assert_int_equal(chain_in(&step, &person, rota), person.active && person.clinical && at_work);
			step.to = CHAIN_ON_CALL;
			assert_int_equal(chain_in(&step, &person, rota), person.active && person.clinical && shift == COVER_ON_CALL);
			step = (struct chain_step){ .to = CHAIN_PERSON, .staff_id = { ANNA } };
			assert_int_equal(chain_in(&step, &person, rota), person.active);
			step = (struct chain_step){ .to = CHAIN_PERSON, .staff_id = { BERT } };
			assert_false(chain_in(&step, &person, rota));
		}
}

static void empty_steps_are_passed_over(void **state)
{
	(void)state;
	struct chain chain = read_good("[{\"to\":\"on_duty\"},{\"to\":\"on_call\",\"minutes\":3},{\"to\":\"supervisors\"}]");
	assert_int_equal(chain.steps[1].minutes, 3);
	struct chain_person people[] = {
		{ .id = ANNA, .clinical = true, .active = true, .on_duty = true, .shift = COVER_ON_CALL },
		{ .id = BERT, .clinical = true, .supervisor = true, .active = true, .shift = COVER_NONE },
	};
	assert_int_equal(chain_next(&chain, 0, people, 2, true), 1);
	assert_int_equal(chain_next(&chain, 2, people, 2, true), 2);
	assert_int_equal(chain_next(&chain, 3, people, 2, true), 3);
	people[1].active = false;
	assert_int_equal(chain_next(&chain, 2, people, 2, true), 3);
	people[0].active = false;
	assert_int_equal(chain_next(&chain, 0, people, 2, true), 3);
	assert_int_equal(chain_next(&chain, 0, NULL, 0, false), 3);
}

static void wrong_chains_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "{}", "[]", "[{}]", "[{\"to\":\"boss\"}]", "[{\"to\":\"person\"}]",
		"[{\"to\":\"person\",\"staff_id\":\"x\"}]", "[{\"to\":\"on_call\",\"minutes\":0}]",
		"[{\"to\":\"on_call\",\"minutes\":1441}]", "[{\"to\":\"on_call\",\"minutes\":\"3\"}]",
		"[{\"to\":\"on_call\"},{\"to\":\"on_call\"},{\"to\":\"on_call\"},{\"to\":\"on_call\"},{\"to\":\"on_call\"},{\"to\":\"on_"
		"call\"},"
		"{\"to\":\"on_call\"},{\"to\":\"on_call\"},{\"to\":\"on_call\"},{\"to\":\"on_call\"},{\"to\":\"on_call\"}]" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct chain chain;
		struct err err = { 0 };
		json_t *list = json_loads(bad[i], 0, NULL);
		assert_int_equal(chain_read(list, &chain, &err), E_INVALID);
		assert_non_null(strstr(err.message, "settings.chain"));
		assert_int_equal(chain.count, 3); /* the default stays in force */
		json_decref(list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_default), cmocka_unit_test(who_belongs),
		cmocka_unit_test(empty_steps_are_passed_over), cmocka_unit_test(wrong_chains_are_refused) };
	return cmocka_run_group_tests_name("care/chain", tests, NULL, NULL);
}
