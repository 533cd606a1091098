/* rule.c: one rule: read from a pack, and whether it holds. Rules are data: a condition over verdict and situation, and the
 * decision that it asks for. What is not said in `then` is the loosest, so a rule can only make a decision stricter. */
#include "policy/policy_priv.h"

#define WHEN_KEYS \
	"direction concept concept_level confidence level conversation_level mode jurisdiction lang age_under age_from age_known " \
	"consent_ai consent_care may_consent bot held rate_limited screened empty truncated lang_covered cover reach experiencer time"
#define THEN_KEYS "action speaker alert hold safe_text dialogue"

/* A text, or a list of texts. */
static int read_list(struct policy *policy, const struct yaml_node *map, const char *key, struct str_list *ret_list, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(map, key);
	if (!node)
		return 0;
	const struct yaml_node *item = node->kind == YAML_LIST ? node->first : node;
	size_t count = node->kind == YAML_LIST ? node->count : 1, i = 0;
	if (count == 0 || count > POLICY_LIST_MAX)
		return yaml_fail(node, reterr, "must hold 1 to %d texts", POLICY_LIST_MAX);
	struct str *items = ARENA_ARRAY(&policy->arena, struct str, count);
	if (!items)
		return err_set(reterr, E_MEMORY, "policy", "out of memory");
	for (; i < count; i++, item = item->next) {
		int rc = yaml_text(item, &items[i], reterr);
		if (rc)
			return rc;
	}
	*ret_list = (struct str_list){ items, count };
	return 0;
}

static int read_condition(const struct yaml_node *map, const char *key, enum condition *ret_condition, struct err *reterr)
{
	bool value = false;
	if (!yaml_get(map, key))
		return 0;
	int rc = yaml_get_bool(map, key, &value, reterr);
	if (rc == 0)
		*ret_condition = value ? CONDITION_YES : CONDITION_NO;
	return rc;
}

/* A choice, or a list of choices, as a set of bits. */
static int read_set(const struct yaml_node *map, const char *key, const char *names, unsigned *ret_set, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(map, key);
	if (!node)
		return 0;
	const struct yaml_node *item = node->kind == YAML_LIST ? node->first : node;
	unsigned set = 0;
	if (!item)
		return yaml_fail(node, reterr, "is empty");
	for (; item; item = node->kind == YAML_LIST ? item->next : NULL) {
		int index = 0;
		int rc = yaml_choice(item, names, &index, reterr);
		if (rc)
			return rc;
		set |= 1u << index;
	}
	*ret_set = set;
	return 0;
}

static int read_conditions(const struct yaml_node *map, struct rule_when *when, struct err *reterr)
{
	const struct {
		const char *key;
		enum condition *to;
	} conditions[] = { { "age_known", &when->age_known }, { "consent_ai", &when->consent_ai }, { "consent_care", &when->consent_care },
		{ "may_consent", &when->may_consent }, { "held", &when->held }, { "rate_limited", &when->rate_limited },
		{ "screened", &when->screened }, { "empty", &when->empty }, { "truncated", &when->truncated },
		{ "lang_covered", &when->lang_covered } };
	for (size_t i = 0; i < COUNT_OF(conditions); i++) {
		int rc = read_condition(map, conditions[i].key, conditions[i].to, reterr);
		if (rc)
			return rc;
	}
	const struct {
		const char *key, *names;
		unsigned *to;
	} sets[] = { { "cover", "none on_call in_hours", &when->cover }, { "reach", "anonymous callback identified", &when->reach },
		{ "bot", "none administrative therapeutic", &when->bot },
		{ "experiencer", "self other character possible_self", &when->experiencer },
		{ "time", "unstated now recent past future", &when->time } };
	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		int rc = read_set(map, sets[i].key, sets[i].names, sets[i].to, reterr);
		if (rc)
			return rc;
	}
	return 0;
}

static int read_numbers(const struct yaml_node *map, struct rule_when *when, struct err *reterr)
{
	const struct {
		const char *key;
		long min, max;
		long *to;
	} numbers[] = { { "concept_level", 0, 4, &when->concept_level }, { "confidence", 1, 1000, &when->confidence },
		{ "level", 1, 4, &when->level }, { "conversation_level", 1, 4, &when->conversation_level },
		{ "age_under", 1, 120, &when->age_under }, { "age_from", 1, 120, &when->age_from } };
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		int rc = yaml_get_int(map, numbers[i].key, numbers[i].min, numbers[i].max, numbers[i].to, reterr);
		if (rc)
			return rc;
	}
	return 0;
}

static int read_when(struct policy *policy, const struct yaml_node *map, struct rule_when *when, struct err *reterr)
{
	*when = (struct rule_when){ .direction = -1, .concept_level = 1 };
	if (!map)
		return 0;
	int rc = yaml_keys(map, WHEN_KEYS, reterr);
	rc = rc ? rc : yaml_get_choice(map, "direction", "client assistant", &when->direction, reterr);
	rc = rc ? rc : read_list(policy, map, "concept", &when->concepts, reterr);
	rc = rc ? rc : read_list(policy, map, "mode", &when->modes, reterr);
	rc = rc ? rc : read_list(policy, map, "jurisdiction", &when->jurisdictions, reterr);
	rc = rc ? rc : read_list(policy, map, "lang", &when->langs, reterr);
	rc = rc ? rc : read_numbers(map, when, reterr);
	rc = rc ? rc : read_conditions(map, when, reterr);
	if (rc == 0 && !when->concepts.count && (yaml_get(map, "concept_level") || when->confidence))
		return yaml_fail(map, reterr, "concept_level and confidence say something about \"concept\", which is missing");
	return rc;
}

/* A key with its place in the policy's order of urgency. */
static int read_key(const struct yaml_node *map, const char *key, const struct str_list *order, const char *list, struct str *ret_key,
	int *ret_rank, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(map, key);
	if (!node)
		return 0;
	int rc = yaml_text(node, ret_key, reterr);
	if (rc)
		return rc;
	for (size_t i = 0; i < order->count; i++) {
		if (str_eq(order->items[i], *ret_key)) {
			*ret_rank = (int)i + 1;
			return 0;
		}
	}
	return yaml_fail(node, reterr, "is in no pack's list \"%s\", so it has no place in the order of urgency", list);
}

static int read_then(struct policy *policy, const struct yaml_node *map, struct policy_decision *then, struct err *reterr)
{
	int action = ACTION_ALLOW, speaker = SPEAKER_MODEL;
	long alert = 0;
	*then = (struct policy_decision){ 0 };
	int rc = yaml_keys(map, THEN_KEYS, reterr);
	rc = rc ? rc : yaml_get_choice(map, "action", "block replace review annotate", &action, reterr);
	rc = rc ? rc : yaml_get_choice(map, "speaker", "script approved reviewed", &speaker, reterr);
	rc = rc ? rc : yaml_get_int(map, "alert", 1, 4, &alert, reterr);
	rc = rc ? rc : yaml_get_bool(map, "hold", &then->hold_conversation, reterr);
	rc = rc ? rc : read_key(map, "safe_text", &policy->texts, "texts", &then->safe_text, &then->text_rank, reterr);
	rc = rc ? rc : read_key(map, "dialogue", &policy->dialogues, "dialogues", &then->dialogue, &then->dialogue_rank, reterr);
	then->action = (enum policy_action)action;
	then->speaker = (enum policy_speaker)speaker;
	then->alert = (int)alert;
	return rc;
}

static int read_rule(struct policy *policy, const struct yaml_node *node, struct rule *rule, struct err *reterr)
{
	const struct yaml_node *id = NULL, *then = NULL, *text = NULL;
	const struct yaml_node *when = yaml_get(node, "when");
	int rc = yaml_keys(node, "id text when then", reterr);
	rc = rc ? rc : yaml_need(node, "id", YAML_TEXT, &id, reterr);
	rc = rc ? rc : yaml_need(node, "then", YAML_MAP, &then, reterr);
	rc = rc ? rc : yaml_need(node, "text", YAML_MAP, &text, reterr);
	rc = rc ? rc : yaml_keys(text, "en es", reterr);
	if (rc)
		return rc;
	const struct yaml_node *en = NULL, *es = NULL;
	rc = yaml_need(text, "en", YAML_TEXT, &en, reterr);
	rc = rc ? rc : yaml_need(text, "es", YAML_TEXT, &es, reterr);
	rc = rc ? rc : read_when(policy, when, &rule->when, reterr);
	rc = rc ? rc : read_then(policy, then, &rule->then, reterr);
	if (rc)
		return rc;
	rule->id = id->text;
	rule->text_en = en->text;
	rule->text_es = es->text;
	rule->line = node->line;
	struct str *own = ARENA_NEW(&policy->arena, struct str);
	if (!own)
		return err_set(reterr, E_MEMORY, "policy", "out of memory");
	*own = rule->id;
	rule->then.rules = own;
	rule->then.rule_count = 1;
	return 0;
}

int rule_read(struct policy *policy, struct pack *pack, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(pack->root, "rules");
	if (!list)
		return 0;
	if (list->kind != YAML_LIST || list->count > POLICY_RULES_MAX)
		return yaml_fail(list, reterr, "must be a list of at most %d rules", POLICY_RULES_MAX);
	struct rule *rules = ARENA_ARRAY(&policy->arena, struct rule, list->count);
	if (!rules)
		return err_set(reterr, E_MEMORY, "policy", "out of memory");
	size_t count = 0;
	for (const struct yaml_node *node = list->first; node; node = node->next) {
		int rc = read_rule(policy, node, &rules[count++], reterr);
		if (rc)
			return rc;
	}
	pack->rules = rules;
	pack->rule_count = count;
	return 0;
}

/* ---- Whether it holds ---- */

static bool concept_matches(struct str pattern, struct str concept)
{
	bool prefix = pattern.len && pattern.ptr[pattern.len - 1] == '.';
	return prefix ? str_starts(concept, pattern) : str_eq(pattern, concept);
}

static bool finding_holds(const struct rule_when *when, const struct finding *finding)
{
	if (finding->level < when->concept_level || finding->confidence < when->confidence)
		return false;
	for (size_t i = 0; i < when->concepts.count; i++)
		if (concept_matches(when->concepts.items[i], finding->concept))
			return true;
	return false;
}

static bool concepts_hold(const struct rule_when *when, const struct verdict *verdict)
{
	if (when->concepts.count == 0)
		return true;
	for (size_t i = 0; i < verdict->finding_count; i++)
		if (finding_holds(when, &verdict->findings[i]))
			return true;
	return false;
}

static bool listed(const struct str_list *list, struct str value)
{
	bool found = list->count == 0;
	for (size_t i = 0; i < list->count && !found; i++)
		found = str_eq(list->items[i], value);
	return found;
}

/* "US" holds for "US" and "US-CA", of the programme or of the client. */
static bool in_place(struct str item, struct str value)
{
	return str_starts(value, item) && (value.len == item.len || value.ptr[item.len] == '-');
}

static bool jurisdiction_holds(const struct str_list *list, const struct policy_situation *situation)
{
	bool found = list->count == 0;
	for (size_t i = 0; i < list->count && !found; i++)
		found = in_place(list->items[i], situation->jurisdiction) || in_place(list->items[i], situation->place);
	return found;
}

static bool condition_holds(enum condition condition, bool value)
{
	return condition == CONDITION_ANY || (condition == CONDITION_YES) == value;
}

static bool in_set(unsigned set, unsigned value)
{
	return set == 0 || (value < 32 && (set & (1u << value)));
}

static bool age_holds(const struct rule_when *when, int age)
{
	if (when->age_under && !(age > 0 && age < when->age_under))
		return false;
	if (when->age_from && age < when->age_from)
		return false;
	return condition_holds(when->age_known, age > 0);
}

static bool situation_holds(const struct rule_when *when, const struct policy_situation *situation)
{
	return (when->direction < 0 || when->direction == (int)situation->direction) &&
	       situation->conversation_level >= when->conversation_level && listed(&when->modes, situation->mode) &&
	       listed(&when->langs, situation->lang) && jurisdiction_holds(&when->jurisdictions, situation) &&
	       condition_holds(when->consent_ai, situation->consent_ai) && condition_holds(when->consent_care, situation->consent_care) &&
	       condition_holds(when->may_consent, situation->may_consent) && in_set(when->bot, situation->bot) &&
	       condition_holds(when->held, situation->conversation_held) && condition_holds(when->rate_limited, situation->rate_limited) &&
	       in_set(when->cover, situation->cover) && in_set(when->reach, situation->reach) && age_holds(when, situation->age);
}

bool rule_holds(const struct rule_when *when, const struct verdict *verdict, const struct policy_situation *situation)
{
	return situation_holds(when, situation) && verdict->level >= when->level &&
	       condition_holds(when->screened, verdict->state != VERDICT_NOT_SCREENED) &&
	       condition_holds(when->empty, verdict->state == VERDICT_EMPTY) && condition_holds(when->truncated, verdict->truncated) &&
	       condition_holds(when->lang_covered, verdict->lang_covered) && in_set(when->experiencer, verdict->experiencer) &&
	       in_set(when->time, verdict->time_frame) && concepts_hold(when, verdict);
}
