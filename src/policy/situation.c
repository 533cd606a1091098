/* situation.c: the tests of policy packs: situations with what must come of them, and a grid that every preset must pass. */
#include "policy/policy_priv.h"

#define SITUATION_KEYS \
	"name preset direction state level findings mode jurisdiction place bot reach cover age consent_ai consent_care may_consent " \
	"rate_limited held conversation_level lang lang_covered truncated expect"
#define EXPECT_KEYS "action speaker alert hold safe_text dialogue rules not_rules"
#define SITUATION_FINDINGS_MAX 16
#define SITUATION_ARENA (64u * 1024)

struct built {
	struct verdict verdict;
	struct finding findings[SITUATION_FINDINGS_MAX];
	struct policy_situation situation;
	struct str preset;
};

static int build_findings(const struct yaml_node *list, struct built *built, struct err *reterr)
{
	if (!list)
		return 0;
	if (list->kind != YAML_LIST || list->count > SITUATION_FINDINGS_MAX)
		return yaml_fail(list, reterr, "must be a list of at most %d findings", SITUATION_FINDINGS_MAX);
	for (const struct yaml_node *node = list->first; node; node = node->next) {
		struct finding *finding = &built->findings[built->verdict.finding_count++];
		long level = 0, confidence = 800;
		int rc = yaml_keys(node, "concept level confidence", reterr);
		rc = rc ? rc : yaml_get_text(node, "concept", &finding->concept, reterr);
		rc = rc ? rc : yaml_get_int(node, "level", 0, 4, &level, reterr);
		rc = rc ? rc : yaml_get_int(node, "confidence", 0, 1000, &confidence, reterr);
		if (rc)
			return rc;
		finding->level = (int)level;
		finding->confidence = (int)confidence;
		if (finding->level > built->verdict.level)
			built->verdict.level = finding->level;
	}
	built->verdict.findings = built->findings;
	return 0;
}

static int build_situation(const struct yaml_node *node, struct policy_situation *situation, struct err *reterr)
{
	int direction = 0, reach = REACH_IDENTIFIED, cover = COVER_IN_HOURS, bot = BOT_THERAPEUTIC;
	long age = 0, conversation_level = 0;
	int rc = yaml_get_choice(node, "direction", "client assistant", &direction, reterr);
	rc = rc ? rc : yaml_get_choice(node, "reach", "anonymous callback identified", &reach, reterr);
	rc = rc ? rc : yaml_get_choice(node, "cover", "none on_call in_hours", &cover, reterr);
	rc = rc ? rc : yaml_get_text(node, "mode", &situation->mode, reterr);
	rc = rc ? rc : yaml_get_text(node, "jurisdiction", &situation->jurisdiction, reterr);
	rc = rc ? rc : yaml_get_text(node, "place", &situation->place, reterr);
	rc = rc ? rc : yaml_get_choice(node, "bot", "none administrative therapeutic", &bot, reterr);
	rc = rc ? rc : yaml_get_text(node, "lang", &situation->lang, reterr);
	rc = rc ? rc : yaml_get_int(node, "age", 0, 120, &age, reterr);
	rc = rc ? rc : yaml_get_int(node, "conversation_level", 0, 4, &conversation_level, reterr);
	rc = rc ? rc : yaml_get_bool(node, "consent_ai", &situation->consent_ai, reterr);
	rc = rc ? rc : yaml_get_bool(node, "consent_care", &situation->consent_care, reterr);
	situation->may_consent = age == 0 || age >= 13;
	rc = rc ? rc : yaml_get_bool(node, "may_consent", &situation->may_consent, reterr);
	situation->bot = (enum policy_bot)bot;
	rc = rc ? rc : yaml_get_bool(node, "rate_limited", &situation->rate_limited, reterr);
	rc = rc ? rc : yaml_get_bool(node, "held", &situation->conversation_held, reterr);
	situation->direction = (enum policy_direction)direction;
	situation->reach = (enum policy_reach)reach;
	situation->cover = (enum policy_cover)cover;
	situation->age = (int)age;
	situation->conversation_level = (int)conversation_level;
	return rc;
}

static int build(const struct pack *pack, const struct yaml_node *node, struct built *built, struct err *reterr)
{
	int state = VERDICT_SCREENED;
	long level = -1;
	*built = (struct built){ .verdict = { .lang = STR("en"), .lang_covered = true, .top = SIZE_MAX },
		.situation = { .mode = pack->id, .lang = STR("en"), .consent_ai = true, .consent_care = true, .may_consent = true },
		.preset = pack->id };
	int rc = yaml_keys(node, SITUATION_KEYS, reterr);
	rc = rc ? rc : yaml_get_text(node, "preset", &built->preset, reterr);
	if (rc == 0)
		built->situation.mode = built->preset;
	rc = rc ? rc : build_situation(node, &built->situation, reterr);
	rc = rc ? rc : build_findings(yaml_get(node, "findings"), built, reterr);
	rc = rc ? rc : yaml_get_choice(node, "state", "not_screened screened empty", &state, reterr);
	rc = rc ? rc : yaml_get_int(node, "level", 0, 4, &level, reterr);
	rc = rc ? rc : yaml_get_bool(node, "lang_covered", &built->verdict.lang_covered, reterr);
	rc = rc ? rc : yaml_get_bool(node, "truncated", &built->verdict.truncated, reterr);
	built->verdict.state = (enum verdict_state)state;
	if (level >= 0)
		built->verdict.level = (int)level;
	return rc;
}

static bool has_rule(const struct policy_decision *decision, struct str id)
{
	for (size_t i = 0; i < decision->rule_count; i++)
		if (str_eq(decision->rules[i], id))
			return true;
	return false;
}

static int expect_rules(
	const struct yaml_node *expect, const char *key, bool wanted, const struct policy_decision *decision, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(expect, key);
	for (const struct yaml_node *node = list ? list->first : NULL; node; node = node->next)
		if (has_rule(decision, node->text) != wanted)
			return yaml_fail(node, reterr, wanted ? "this rule is not in the decision" : "this rule is in the decision");
	return 0;
}

static int expect_text(const struct yaml_node *expect, const char *key, struct str is, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(expect, key);
	if (!node || str_eq(node->text, is))
		return 0;
	return yaml_fail(node, reterr, "the decision has \"%.*s\"", STR_ARG(is));
}

static int expect(const struct yaml_node *node, const struct policy_decision *decision, struct err *reterr)
{
	bool hold = decision->hold_conversation;
	long alert = decision->alert;
	int rc = yaml_keys(node, EXPECT_KEYS, reterr);
	rc = rc ? rc : expect_text(node, "action", str_c(policy_action_name(decision->action)), reterr);
	rc = rc ? rc : expect_text(node, "speaker", str_c(policy_speaker_name(decision->speaker)), reterr);
	rc = rc ? rc : expect_text(node, "safe_text", decision->safe_text, reterr);
	rc = rc ? rc : expect_text(node, "dialogue", decision->dialogue, reterr);
	rc = rc ? rc : yaml_get_int(node, "alert", 0, 4, &alert, reterr);
	rc = rc ? rc : yaml_get_bool(node, "hold", &hold, reterr);
	rc = rc ? rc : expect_rules(node, "rules", true, decision, reterr);
	rc = rc ? rc : expect_rules(node, "not_rules", false, decision, reterr);
	if (rc == 0 && alert != decision->alert)
		return yaml_fail(yaml_get(node, "alert"), reterr, "the decision has alert %d", decision->alert);
	if (rc == 0 && hold != decision->hold_conversation)
		return yaml_fail(
			yaml_get(node, "hold"), reterr, "the decision has hold %s", decision->hold_conversation ? "true" : "false");
	return rc;
}

static int run_one(const struct policy *policy, const struct pack *pack, const struct yaml_node *node, struct err *reterr)
{
	struct built built;
	const struct yaml_node *expected = NULL;
	struct policy_decision decision;
	struct arena arena;
	int rc = build(pack, node, &built, reterr);
	rc = rc ? rc : yaml_need(node, "expect", YAML_MAP, &expected, reterr);
	if (rc)
		return rc;
	if (!policy_find(policy, built.preset))
		return yaml_fail(node, reterr, "no preset \"%.*s\"", STR_ARG(built.preset));
	arena_init(&arena, policy->mem, SITUATION_ARENA);
	policy_decide(policy, built.preset, &arena, &built.verdict, &built.situation, &decision);
	rc = expect(expected, &decision, reterr);
	arena_done(&arena);
	return rc;
}

int situations_run(const struct policy *policy, const struct pack *pack, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(pack->root, "situations");
	if (!list)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_fail(list, reterr, "must be a list");
	for (const struct yaml_node *node = list->first; node; node = node->next) {
		int rc = run_one(policy, pack, node, reterr);
		if (rc)
			return rc;
	}
	return 0;
}

/* ---- The grid ---- */

static const struct str grid_concepts[] = { { "suicide.active", 14 }, { "self_harm.urge", 14 }, { "psychosis.voices", 16 },
	{ "mania.early", 11 }, { "medication.stop", 15 }, { "request.human", 13 }, { "reply.diagnosis", 15 }, { "unverified.phone", 16 } };

/* What must hold whatever the packs say. */
static const char *grid_fault(const struct built *built, const struct policy_decision *decision)
{
	const struct policy_situation *situation = &built->situation;
	bool client = situation->direction == DIRECTION_CLIENT;
	int level = built->verdict.level;
	if (decision->rule_count == 0 || has_rule(decision, STR("fail_closed")))
		return "fails";
	if (built->verdict.state == VERDICT_NOT_SCREENED && decision->action != ACTION_BLOCK)
		return "does not block what was not screened";
	if (client && level >= 3 && (decision->speaker != SPEAKER_SCRIPT || !decision->hold_conversation || decision->alert == 0))
		return "lets the model speak from level 3, or calls nobody";
	if (client && decision->speaker <= SPEAKER_APPROVED && !decision->safe_text.len && !decision->dialogue.len)
		return "silences the model and gives no text or dialogue instead";
	if (!client && decision->action <= ACTION_REVIEW && !decision->safe_text.len && !decision->dialogue.len)
		return "withholds a reply and gives no text instead";
	return NULL;
}

static int grid_point(const struct policy *policy, const struct pack *pack, struct built *built, struct arena *arena, struct err *reterr)
{
	struct policy_decision decision;
	built->verdict.findings = built->findings;
	arena_reset(arena);
	policy_decide(policy, pack->id, arena, &built->verdict, &built->situation, &decision);
	const char *fault = grid_fault(built, &decision);
	if (!fault)
		return 0;
	return yaml_fail(yaml_get(pack->root, "id"), reterr, "the preset %s: %s, level %d, %s, cover %d, reach %d%s%s%s", fault,
		built->situation.direction == DIRECTION_CLIENT ? "client" : "assistant", built->verdict.level,
		built->verdict.finding_count ? built->findings[0].concept.ptr : "no finding", (int)built->situation.cover,
		(int)built->situation.reach, built->situation.consent_ai ? "" : ", no consent",
		built->situation.rate_limited ? ", rate limited" : "", built->situation.conversation_held ? ", held" : "");
}

int grid_run(const struct policy *policy, const struct pack *pack, struct err *reterr)
{
	/* One number counts through all combinations: 2 directions, 5 levels, 9 findings, 3 covers, 3 reaches, 4 flags. The state is
	 * another one at level 0 without a finding. */
	const unsigned points = 2 * 5 * (COUNT_OF(grid_concepts) + 1) * 3 * 3 * 16;
	struct arena arena;
	int rc = 0;
	arena_init(&arena, policy->mem, SITUATION_ARENA);
	for (unsigned n = 0; n < points && rc == 0; n++) {
		unsigned rest = n;
		struct built built = { .verdict = { .lang = STR("en"), .lang_covered = true, .top = SIZE_MAX },
			.situation = {
				.mode = pack->id, .lang = STR("en"), .consent_care = true, .may_consent = true, .bot = BOT_THERAPEUTIC } };
		built.situation.direction = rest % 2 ? DIRECTION_ASSISTANT : DIRECTION_CLIENT, rest /= 2;
		built.verdict.level = (int)(rest % 5), rest /= 5;
		unsigned concept = rest % (COUNT_OF(grid_concepts) + 1);
		rest /= COUNT_OF(grid_concepts) + 1;
		built.situation.cover = (enum policy_cover)(rest % 3), rest /= 3;
		built.situation.reach = (enum policy_reach)(rest % 3), rest /= 3;
		built.situation.consent_ai = rest & 1;
		built.situation.rate_limited = rest & 2;
		built.situation.conversation_held = rest & 4;
		built.situation.bot = rest & 8 ? BOT_ADMINISTRATIVE : BOT_THERAPEUTIC;
		if (concept < COUNT_OF(grid_concepts)) {
			built.findings[0] =
				(struct finding){ .concept = grid_concepts[concept], .level = built.verdict.level, .confidence = 800 };
			built.verdict.finding_count = 1;
		}
		built.verdict.state = VERDICT_SCREENED;
		rc = grid_point(policy, pack, &built, &arena, reterr);
		if (rc == 0 && built.verdict.level == 0 && !built.verdict.finding_count) {
			built.verdict.state = VERDICT_NOT_SCREENED;
			rc = grid_point(policy, pack, &built, &arena, reterr);
			built.verdict.state = VERDICT_EMPTY;
			rc = rc ? rc : grid_point(policy, pack, &built, &arena, reterr);
		}
	}
	arena_done(&arena);
	return rc;
}
