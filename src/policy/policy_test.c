/* policy_test.c: the laws of the join, the packs of the repository with their situations, and what a bad pack is told. */
#include "base/property.h"
#include "policy/policy.h"
#include "policy/policy_priv.h"
#include "sys/mem.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define POLICIES "packs/policies"

static struct str read_whole(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return (struct str){ 0 };
	char *bytes = mem_new(512 * 1024);
	size_t len = fread(bytes, 1, 512 * 1024, file);
	fclose(file);
	return str_make(bytes, len);
}

struct packs {
	struct policy_source sources[32];
	char names[32][300];
	size_t count;
};

static void packs_read(struct packs *packs)
{
	const char *root = getenv("HEEDWELL_SOURCE");
	char folder[200];
	snprintf(folder, sizeof folder, "%s/" POLICIES, root ? root : ".");
	DIR *dir = opendir(folder);
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir)) && packs->count < 32;) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(packs->names[packs->count], 300, "%s/%.90s", folder, entry->d_name);
		packs->sources[packs->count].name = str_c(packs->names[packs->count]);
		packs->sources[packs->count].bytes = read_whole(packs->names[packs->count]);
		packs->count++;
	}
	closedir(dir);
}

static void packs_free(struct packs *packs)
{
	for (size_t i = 0; i < packs->count; i++)
		mem_delete((void *)(uintptr_t)packs->sources[i].bytes.ptr);
}

static struct policy *open_packs(void)
{
	struct packs packs = { 0 };
	struct policy *policy = NULL;
	struct err err = { 0 };
	packs_read(&packs);
	if (policy_open(mem_system(), packs.sources, packs.count, &policy, &err))
		fail_msg("%s", err.message);
	packs_free(&packs);
	return policy;
}

/* ---- The lattice ---- */

static const struct str names[] = { { "a", 1 }, { "b", 1 }, { "c", 1 }, { "d", 1 }, { "e", 1 } };

static struct policy_decision any_decision(struct property *property, struct str *rules)
{
	struct policy_decision decision = { .action = (enum policy_action)property_below(property, 5),
		.speaker = (enum policy_speaker)property_below(property, 4),
		.alert = (int)property_below(property, 5),
		.hold_conversation = property_below(property, 2) };
	/* Keys of one rank exist too: rank 0 stands for a text of the floor. */
	size_t text = property_below(property, 6), dialogue = property_below(property, 6);
	if (text)
		decision.safe_text = names[text - 1], decision.text_rank = (int)(text / 2);
	if (dialogue)
		decision.dialogue = names[dialogue - 1], decision.dialogue_rank = (int)(dialogue / 3);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (property_below(property, 2))
			rules[decision.rule_count++] = names[i];
	decision.rules = rules;
	return decision;
}

static bool same(const struct policy_decision *a, const struct policy_decision *b)
{
	bool equal = a->action == b->action && a->speaker == b->speaker && a->alert == b->alert &&
		     a->hold_conversation == b->hold_conversation && str_eq(a->safe_text, b->safe_text) && a->text_rank == b->text_rank &&
		     str_eq(a->dialogue, b->dialogue) && a->dialogue_rank == b->dialogue_rank && a->rule_count == b->rule_count;
	for (size_t i = 0; equal && i < a->rule_count; i++)
		equal = str_eq(a->rules[i], b->rules[i]);
	return equal;
}

static bool as_strict(const struct policy_decision *joined, const struct policy_decision *side)
{
	return joined->action <= side->action && joined->speaker <= side->speaker &&
	       (side->alert == 0 || (joined->alert != 0 && joined->alert <= side->alert)) &&
	       joined->hold_conversation >= side->hold_conversation && joined->text_rank >= side->text_rank &&
	       joined->dialogue_rank >= side->dialogue_rank && (!side->safe_text.len || joined->safe_text.len) &&
	       (!side->dialogue.len || joined->dialogue.len) && joined->rule_count >= side->rule_count;
}

static void join_is_a_semilattice(void **state)
{
	(void)state;
	struct property property = property_start("policy_join");
	struct arena arena;
	arena_init(&arena, mem_system(), 1 << 20);
	for (int n = 0; n < 20000; n++) {
		struct str ra[8], rb[8], rc[8];
		struct policy_decision a = any_decision(&property, ra), b = any_decision(&property, rb), c = any_decision(&property, rc);
		struct policy_decision ab, ba, ab_c, bc, a_bc, aa;
		arena_reset(&arena);
		policy_join(&arena, &a, &b, &ab);
		policy_join(&arena, &b, &a, &ba);
		policy_join(&arena, &ab, &c, &ab_c);
		policy_join(&arena, &b, &c, &bc);
		policy_join(&arena, &a, &bc, &a_bc);
		policy_join(&arena, &a, &a, &aa);
		assert_true(same(&ab, &ba));
		assert_true(same(&ab_c, &a_bc));
		assert_true(same(&aa, &a));
		assert_true(as_strict(&ab, &a) && as_strict(&ab, &b));
	}
	arena_done(&arena);
}

static struct policy_decision small_decision(int n)
{
	return (struct policy_decision){ .action = (enum policy_action)(n % 5),
		.speaker = (enum policy_speaker)(n / 5 % 4),
		.alert = n / 20 % 5,
		.hold_conversation = n / 100 };
}

/* All pairs of the small members. */
static void join_exhaustive(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, mem_system(), 1 << 20);
	for (int i = 0; i < 5 * 4 * 5 * 2; i++)
		for (int k = 0; k < 5 * 4 * 5 * 2; k++) {
			struct policy_decision a = small_decision(i), b = small_decision(k), joined;
			arena_reset(&arena);
			policy_join(&arena, &a, &b, &joined);
			assert_int_equal(joined.action, a.action < b.action ? a.action : b.action);
			assert_int_equal(joined.speaker, a.speaker < b.speaker ? a.speaker : b.speaker);
			assert_int_equal(joined.hold_conversation, a.hold_conversation | b.hold_conversation);
			assert_true(as_strict(&joined, &a) && as_strict(&joined, &b));
			assert_true(joined.alert == a.alert || joined.alert == b.alert);
		}
	arena_done(&arena);
}

static void join_without_memory_is_strictest(void **state)
{
	(void)state;
	struct test_mem memory;
	struct arena arena;
	test_mem_init(&memory, 1, 0);
	arena_init(&arena, &memory.mem, 4096);
	struct policy_decision loose = { .action = ACTION_ALLOW, .speaker = SPEAKER_MODEL, .rules = names, .rule_count = 1 }, joined;
	policy_join(&arena, &loose, &loose, &joined);
	assert_int_equal(joined.action, ACTION_BLOCK);
	assert_int_equal(joined.speaker, SPEAKER_SCRIPT);
	assert_true(str_eqc(joined.rules[0], "fail_closed"));
	arena_done(&arena);
}

/* ---- The packs ---- */

static void the_five_modes(void **state)
{
	(void)state;
	static const char *const modes[] = { "chatbot", "augmented", "teletherapy", "vr", "cbt" };
	struct policy *policy = open_packs();
	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		assert_non_null(policy_find(policy, str_c(modes[i])));
		struct policy_rule_info info;
		size_t count = 0;
		for (; policy_rule(policy, str_c(modes[i]), count, STR("es"), &info); count++)
			assert_true(info.id.len && info.text.len);
		assert_true(count > POLICY_FLOOR_COUNT + 20);
	}
	assert_null(policy_find(policy, STR("core")));
	policy_free(&policy);
	assert_null(policy);
}

/* Adding findings or raising levels never loosens a decision, whatever the preset. */
static void more_found_is_never_looser(void **state)
{
	(void)state;
	static const char *const concepts[] = { "suicide.active", "suicide.passive", "self_harm.urge", "psychosis.command", "abuse.child",
		"third_party.emergency", "medical_emergency.self", "medication.stop", "request.human", "reply.diagnosis", "unverified.url",
		"reply.missing_crisis_response", "identity.minor" };
	static const char *const modes[] = { "chatbot", "augmented", "teletherapy", "vr", "cbt" };
	struct property property = property_start("policy_decide");
	struct policy *policy = open_packs();
	struct arena arena;
	arena_init(&arena, mem_system(), 1 << 20);
	for (int n = 0; n < 20000; n++) {
		struct finding findings[4] = { 0 };
		struct verdict less = { .state = VERDICT_SCREENED, .lang_covered = true, .findings = findings }, more;
		struct policy_situation situation = { .direction = (enum policy_direction)property_below(&property, 2),
			.reach = (enum policy_reach)property_below(&property, 3),
			.cover = (enum policy_cover)property_below(&property, 3),
			.age = (int)property_below(&property, 30),
			.consent_ai = property_below(&property, 2),
			.consent_care = property_below(&property, 2),
			.may_consent = property_below(&property, 2),
			.bot = (enum policy_bot)property_below(&property, 3),
			.rate_limited = property_below(&property, 2),
			.conversation_held = property_below(&property, 2),
			.conversation_level = (int)property_below(&property, 5),
			.lang = STR("en") };
		situation.mode = str_c(modes[property_below(&property, COUNT_OF(modes))]);
		size_t count = 1 + property_below(&property, 4);
		for (size_t i = 0; i < count; i++) {
			findings[i].concept = str_c(concepts[property_below(&property, COUNT_OF(concepts))]);
			findings[i].level = (int)property_below(&property, 5);
		}
		less.finding_count = count - 1;
		for (size_t i = 0; i < count - 1; i++)
			less.level = findings[i].level > less.level ? findings[i].level : less.level;
		more = less;
		more.finding_count = count;
		more.level = findings[count - 1].level > less.level ? findings[count - 1].level : less.level;
		struct policy_decision before, after;
		arena_reset(&arena);
		policy_decide(policy, situation.mode, &arena, &less, &situation, &before);
		policy_decide(policy, situation.mode, &arena, &more, &situation, &after);
		assert_true(as_strict(&after, &before));
		assert_false(arena_failed(&arena));
		if (situation.direction == DIRECTION_CLIENT && more.level >= 3)
			assert_true(after.speaker == SPEAKER_SCRIPT && after.hold_conversation && after.alert && after.alert <= 2);
	}
	arena_done(&arena);
	policy_free(&policy);
}

static void unknown_preset_and_zero_verdict(void **state)
{
	(void)state;
	struct policy *policy = open_packs();
	struct arena arena;
	arena_init(&arena, mem_system(), 1 << 20);
	struct verdict verdict = { 0 };
	struct policy_situation situation = { .mode = STR("chatbot"),
		.bot = BOT_THERAPEUTIC,
		.consent_ai = true,
		.consent_care = true,
		.may_consent = true,
		.lang = STR("en") };
	struct policy_decision decision;
	policy_decide(policy, STR("core"), &arena, &verdict, &situation, &decision);
	assert_true(str_eqc(decision.rules[0], "fail_closed") && decision.action == ACTION_BLOCK && decision.alert == 1);
	policy_decide(NULL, STR("chatbot"), &arena, &verdict, &situation, &decision);
	assert_true(str_eqc(decision.rules[0], "fail_closed"));
	policy_decide(policy, STR("chatbot"), &arena, &verdict, &situation, &decision);
	assert_int_equal(decision.action, ACTION_BLOCK);
	assert_int_equal(decision.speaker, SPEAKER_SCRIPT);
	arena_done(&arena);
	/* Wherever the memory ends, the decision is the strictest or the right one. */
	for (size_t nth = 1; nth < 6; nth++) {
		struct test_mem memory;
		test_mem_init(&memory, nth, 0);
		arena_init(&arena, &memory.mem, 1 << 20);
		verdict.state = VERDICT_SCREENED;
		verdict.lang_covered = true;
		policy_decide(policy, STR("chatbot"), &arena, &verdict, &situation, &decision);
		assert_true(arena_failed(&arena) ? decision.action == ACTION_BLOCK : decision.action == ACTION_ALLOW);
		arena_done(&arena);
	}
	policy_free(&policy);
}

#define HEAD "kind: policy\nid: x\nversion: 1\nauthor: a\nreviewed: 2026-01-01\nreview: none\nname: {en: X, es: X}\n"
#define RULE(when, then) HEAD "rules:\n  - id: x.one\n    text: {en: t, es: t}\n    when: {" when "}\n    then: {" then "}\n"

static void bad_packs_name_the_place(void **state)
{
	(void)state;
	static const struct {
		const char *yaml, *says;
	} cases[] = {
		{ RULE("direction: up", "action: block"), "x.yaml:11: rules[0].when.direction" },
		{ RULE("level: 5", "action: block"), "rules[0].when.level" },
		{ RULE("colour: red", "action: block"), "unknown key" },
		{ RULE("level: 2", "action: allow"), "rules[0].then.action" },
		{ RULE("level: 2", "speaker: model"), "rules[0].then.speaker" },
		{ RULE("level: 2", "safe_text: nowhere"), "order of urgency" },
		{ RULE("concept_level: 2", "alert: 1"), "\"concept\", which is missing" },
		{ HEAD "rules:\n  - {id: floor.base, text: {en: t, es: t}, then: {alert: 1}}\n", "the program's own" },
		{ HEAD "rules:\n  - {id: a, text: {en: t, es: t}, then: {alert: 1}}\n  - {id: a, text: {en: t, es: t}, then: {alert: 1}}\n",
			"stands twice" },
		{ HEAD "preset: true\nincludes: [y]\n", "no policy pack" },
		{ HEAD "preset: true\nsituations:\n  - {name: n, expect: {action: block}}\n", "the decision has \"allow\"" },
		{ HEAD "preset: true\nsituations:\n  - {name: n, expect: {rules: [z]}}\n", "not in the decision" },
		{ HEAD "preset: true\n", "gives no text" },
		{ "kind: policy\nid: x\n", "\"name\" is missing" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct policy_source source = { STR("x.yaml"), str_c(cases[i].yaml) };
		struct policy *policy = NULL;
		struct err err = { 0 };
		assert_int_equal(policy_open(mem_system(), &source, 1, &policy, &err), E_INVALID);
		if (str_find(str_c(err.message), str_c(cases[i].says), 0) == SIZE_MAX)
			fail_msg("case %zu: \"%s\" does not say \"%s\"", i, err.message, cases[i].says);
		assert_null(policy);
	}
}

static void open_survives_every_failed_allocation(void **state)
{
	(void)state;
	struct packs packs = { 0 };
	packs_read(&packs);
	for (size_t nth = 1;; nth++) {
		struct test_mem memory;
		struct policy *policy = NULL;
		struct err err = { 0 };
		test_mem_init(&memory, nth, 1);
		int rc = policy_open(&memory.mem, packs.sources, packs.count, &policy, &err);
		policy_free(&policy);
		assert_int_equal(memory.live, 0);
		if (memory.count < nth) {
			assert_int_equal(rc, 0);
			break;
		}
		if (nth > 40)
			nth += nth / 2;
	}
	packs_free(&packs);
}

/* The installed packs with one otherwise: the floor still holds, the installed ones stay as they are, no failed allocation leaks. */
static void varied(void **state)
{
	(void)state;
	struct policy *policy = open_packs(), *trial = NULL;
	struct arena arena;
	char id[POLICY_ID_BYTES];
	struct err err = { 0 };
	const struct policy_source silent = { STR("trial.yaml"), STR(HEAD "preset: true\nincludes: [core]\nrules:\n  - {id: x.calls, text: "
									  "{en: t, es: t}, when: {direction: client}, then: {alert: "
									  "2}}\n") };
	arena_init(&arena, mem_system(), 1u << 20);
	if (policy_vary(mem_system(), policy, &silent, &trial, id, &err))
		fail_msg("%s", err.message);
	assert_string_equal(id, "x");
	const struct verdict calm = { .state = VERDICT_SCREENED }, grave = { .state = VERDICT_SCREENED, .level = 4, .top = SIZE_MAX };
	const struct policy_situation now = { .mode = STR("chatbot"),
		.reach = REACH_IDENTIFIED,
		.cover = COVER_IN_HOURS,
		.bot = BOT_THERAPEUTIC,
		.consent_ai = true,
		.consent_care = true,
		.may_consent = true,
		.lang = STR("en") };
	struct policy_decision decision;
	policy_decide(trial, STR("x"), &arena, &calm, &now, &decision);
	assert_int_equal(decision.alert, 2);
	policy_decide(trial, STR("x"), &arena, &grave, &now, &decision);
	assert_int_equal(decision.speaker, SPEAKER_SCRIPT);
	policy_decide(policy, STR("x"), &arena, &calm, &now, &decision);
	assert_string_equal(decision.rules[0].ptr, "fail_closed");
	policy_free(&trial);
	const struct policy_source not_one = { STR("trial.yaml"), STR("kind: lexicon\nid: x\n") };
	assert_int_equal(policy_vary(mem_system(), policy, &not_one, &trial, id, &err), E_INVALID);
	assert_non_null(strstr(err.message, "kind policy"));
	for (size_t nth = 1; nth < 400; nth += 1 + nth / 8) {
		struct test_mem memory;
		test_mem_init(&memory, nth, 1);
		int rc = policy_vary(&memory.mem, policy, &silent, &trial, id, &err);
		assert_true((rc == 0) == (trial != NULL));
		policy_free(&trial);
		assert_int_equal(memory.live, 0);
	}
	arena_done(&arena);
	policy_free(&policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(varied),
		cmocka_unit_test(join_is_a_semilattice),
		cmocka_unit_test(join_exhaustive),
		cmocka_unit_test(join_without_memory_is_strictest),
		cmocka_unit_test(the_five_modes),
		cmocka_unit_test(more_found_is_never_looser),
		cmocka_unit_test(unknown_preset_and_zero_verdict),
		cmocka_unit_test(bad_packs_name_the_place),
		cmocka_unit_test(open_survives_every_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
