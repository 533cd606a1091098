/* join.c: the lattice of decisions.
 *
 * Every member is ordered from loose to strict, the decision is their product, and the join takes the stricter of both in
 * each: action and speaker by their enums, alerts by urgency, texts and dialogues by the packs' order (equal ranks by the
 * bytes of the key, so that the order is total), rules as a set. A product of chains and a set union: commutative,
 * associative, idempotent, and never looser than either side. */
#include "policy/policy.h"
#include "policy/policy_priv.h"

const char *policy_action_name(enum policy_action action)
{
	static const char *const names[] = { "block", "replace", "review", "annotate", "allow" };
	return action >= ACTION_BLOCK && action <= ACTION_ALLOW ? names[action] : "block";
}

const char *policy_speaker_name(enum policy_speaker speaker)
{
	static const char *const names[] = { "script", "approved", "reviewed", "model" };
	return speaker >= SPEAKER_SCRIPT && speaker <= SPEAKER_MODEL ? names[speaker] : "script";
}

static const struct str fail_closed[] = { { "fail_closed", 11 } };

struct policy_decision policy_strictest(void)
{
	return (struct policy_decision){
		.action = ACTION_BLOCK,
		.speaker = SPEAKER_SCRIPT,
		.alert = 1,
		.hold_conversation = true,
		.safe_text = STR(POLICY_TEXT_STATIC),
		.dialogue = STR(POLICY_DIALOGUE_CRISIS),
		.text_rank = POLICY_RANK_FLOOR,
		.dialogue_rank = POLICY_RANK_FLOOR,
		.rules = fail_closed,
		.rule_count = 1,
	};
}

static int stricter_alert(int a, int b)
{
	if (a == 0 || b == 0)
		return a ? a : b;
	return a < b ? a : b;
}

/* The key of the higher rank; of equal ranks the smaller in byte order, but something before nothing. */
static void join_key(struct str a, int rank_a, struct str b, int rank_b, struct str *ret_key, int *ret_rank)
{
	bool first = rank_a != rank_b ? rank_a > rank_b : a.len && b.len ? str_cmp(a, b) <= 0 : a.len > 0;
	*ret_key = first ? a : b;
	*ret_rank = rank_a > rank_b ? rank_a : rank_b;
}

/* Both lists are sorted and without repetition; so is the union. */
static bool join_rules(struct arena *arena, const struct policy_decision *a, const struct policy_decision *b, const struct str **ret_rules,
	size_t *ret_count)
{
	struct str *rules = ARENA_ARRAY(arena, struct str, a->rule_count + b->rule_count);
	if (!rules)
		return false;
	size_t i = 0, k = 0, count = 0;
	while (i < a->rule_count || k < b->rule_count) {
		int order = i == a->rule_count ? 1 : k == b->rule_count ? -1 : str_cmp(a->rules[i], b->rules[k]);
		rules[count++] = order <= 0 ? a->rules[i] : b->rules[k];
		i += order <= 0;
		k += order >= 0;
	}
	*ret_rules = rules;
	*ret_count = count;
	return true;
}

void policy_join(
	struct arena *arena, const struct policy_decision *a, const struct policy_decision *b, struct policy_decision *ret_decision)
{
	struct policy_decision joined = {
		.action = a->action < b->action ? a->action : b->action,
		.speaker = a->speaker < b->speaker ? a->speaker : b->speaker,
		.alert = stricter_alert(a->alert, b->alert),
		.hold_conversation = a->hold_conversation || b->hold_conversation,
	};
	join_key(a->safe_text, a->text_rank, b->safe_text, b->text_rank, &joined.safe_text, &joined.text_rank);
	join_key(a->dialogue, a->dialogue_rank, b->dialogue, b->dialogue_rank, &joined.dialogue, &joined.dialogue_rank);
	if (!join_rules(arena, a, b, &joined.rules, &joined.rule_count))
		joined = policy_strictest();
	*ret_decision = joined;
}
