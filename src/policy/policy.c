/* policy.c: packs of kind policy become presets. See docs/internals/policy.md. */
#include "policy/policy_priv.h"

#define PACK_KEYS "kind id version lang author reviewed review name preset everywhere includes texts dialogues rules situations"
#define POLICY_ARENA_MAX (8u * 1024 * 1024)
#define POLICY_FILE_MAX (512u * 1024)

static int no_memory(struct err *reterr)
{
	return err_set(reterr, E_MEMORY, "policy", "out of memory");
}

static int read_includes(struct pack *pack, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(pack->root, "includes");
	if (!list)
		return 0;
	if (list->kind != YAML_LIST || list->count > POLICY_INCLUDES_MAX)
		return yaml_fail(list, reterr, "must be a list of at most %d pack ids", POLICY_INCLUDES_MAX);
	for (const struct yaml_node *node = list->first; node; node = node->next) {
		int rc = yaml_text(node, &pack->includes[pack->include_count++], reterr);
		if (rc)
			return rc;
	}
	return 0;
}

static int read_head(struct pack *pack, struct err *reterr)
{
	const struct yaml_node *id = NULL, *name = NULL, *en = NULL, *es = NULL, *node = NULL;
	long version = 0;
	int rc = yaml_keys(pack->root, PACK_KEYS, reterr);
	rc = rc ? rc : yaml_need(pack->root, "id", YAML_TEXT, &id, reterr);
	rc = rc ? rc : yaml_need(pack->root, "name", YAML_MAP, &name, reterr);
	rc = rc ? rc : yaml_keys(name, "en es", reterr);
	rc = rc ? rc : yaml_need(name, "en", YAML_TEXT, &en, reterr);
	rc = rc ? rc : yaml_need(name, "es", YAML_TEXT, &es, reterr);
	rc = rc ? rc : yaml_need(pack->root, "version", YAML_TEXT, &node, reterr);
	rc = rc ? rc : yaml_int(node, 1, 1000000, &version, reterr);
	rc = rc ? rc : yaml_need(pack->root, "author", YAML_TEXT, &node, reterr);
	rc = rc ? rc : yaml_need(pack->root, "reviewed", YAML_TEXT, &node, reterr);
	rc = rc ? rc : yaml_need(pack->root, "review", YAML_TEXT, &node, reterr);
	rc = rc ? rc : yaml_get_bool(pack->root, "preset", &pack->preset, reterr);
	rc = rc ? rc : yaml_get_bool(pack->root, "everywhere", &pack->everywhere, reterr);
	rc = rc ? rc : read_includes(pack, reterr);
	if (rc)
		return rc;
	pack->id = id->text;
	pack->name_en = en->text;
	pack->name_es = es->text;
	return 0;
}

/* The order lists may stand in one pack only, so that there is one order. */
static int read_order(struct policy *policy, const struct yaml_node *root, const char *key, struct str_list *list, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(root, key);
	if (!node)
		return 0;
	if (list->count)
		return yaml_fail(node, reterr, "another pack has the order already");
	if (node->kind != YAML_LIST || node->count == 0 || node->count > POLICY_ORDER_MAX)
		return yaml_fail(node, reterr, "must be a list of 1 to %d keys, from the least to the most urgent", POLICY_ORDER_MAX);
	struct str *items = ARENA_ARRAY(&policy->arena, struct str, node->count);
	if (!items)
		return no_memory(reterr);
	size_t count = 0;
	for (const struct yaml_node *item = node->first; item; item = item->next) {
		int rc = yaml_text(item, &items[count], reterr);
		for (size_t i = 0; rc == 0 && i < count; i++)
			if (str_eq(items[i], items[count]))
				rc = yaml_fail(item, reterr, "stands here twice");
		if (rc)
			return rc;
		count++;
	}
	*list = (struct str_list){ items, count };
	return 0;
}

static int read_source(struct policy *policy, const struct policy_source *source, struct err *reterr)
{
	const struct yaml_node *root = NULL;
	/* Every pack begins with its kind: the others, many times as large, are not read. Whatever begins otherwise is. */
	if (str_starts(source->bytes, STR("kind: ")) && !str_starts(source->bytes, STR("kind: policy")))
		return 0;
	int rc = yaml_read(&policy->arena, source->name, source->bytes, POLICY_FILE_MAX, &root, reterr);
	if (rc)
		return rc;
	const struct yaml_node *kind = yaml_get(root, "kind");
	if (!kind || !str_eqc(kind->text, "policy"))
		return 0;
	if (policy->pack_count == POLICY_PACKS_MAX)
		return yaml_fail(root, reterr, "more than %d policy packs", POLICY_PACKS_MAX);
	struct pack *pack = &policy->packs[policy->pack_count];
	pack->root = root;
	pack->source = (struct policy_source){ arena_copy(&policy->arena, source->name), arena_copy(&policy->arena, source->bytes) };
	if (!pack->source.bytes.ptr)
		return no_memory(reterr);
	rc = read_head(pack, reterr);
	rc = rc ? rc : read_order(policy, root, "texts", &policy->texts, reterr);
	rc = rc ? rc : read_order(policy, root, "dialogues", &policy->dialogues, reterr);
	for (size_t i = 0; rc == 0 && i < policy->pack_count; i++)
		if (str_eq(policy->packs[i].id, pack->id))
			rc = yaml_fail(yaml_get(root, "id"), reterr, "another policy pack has this id");
	policy->pack_count++;
	return rc;
}

const struct pack *policy_find(const struct policy *policy, struct str preset)
{
	for (size_t i = 0; i < policy->pack_count; i++)
		if (policy->packs[i].preset && str_eq(policy->packs[i].id, preset))
			return &policy->packs[i];
	return NULL;
}

static struct pack *find_pack(struct policy *policy, struct str id)
{
	for (size_t i = 0; i < policy->pack_count; i++)
		if (str_eq(policy->packs[i].id, id))
			return &policy->packs[i];
	return NULL;
}

static int check_rule_ids(const struct policy *policy, struct err *reterr)
{
	for (size_t p = 0; p < policy->pack_count; p++)
		for (size_t i = 0; i < policy->packs[p].rule_count; i++) {
			const struct rule *rule = &policy->packs[p].rules[i];
			if (str_starts(rule->id, STR("floor.")))
				return err_set(reterr, E_INVALID, "policy", "%s:%d: rule ids that begin with floor. are the program's own",
					policy->packs[p].root->file.ptr, rule->line);
			for (size_t q = 0; q <= p; q++)
				for (size_t k = 0; k < (q == p ? i : policy->packs[q].rule_count); k++)
					if (str_eq(rule->id, policy->packs[q].rules[k].id))
						return err_set(reterr, E_INVALID, "policy", "%s:%d: rule id stands twice",
							policy->packs[p].root->file.ptr, rule->line);
		}
	return 0;
}

/* Adds a pack's rules to a preset's list; a rule that is there already is not added again. */
static void gather(struct pack *preset, const struct pack *from)
{
	for (size_t i = 0; i < from->rule_count; i++) {
		bool there = false;
		for (size_t k = 0; k < preset->all_count && !there; k++)
			there = preset->all[k] == &from->rules[i];
		if (!there)
			preset->all[preset->all_count++] = &from->rules[i];
	}
}

static int compile_preset(struct policy *policy, struct pack *preset, struct err *reterr)
{
	size_t most = 0;
	for (size_t i = 0; i < policy->pack_count; i++)
		most += policy->packs[i].rule_count;
	if (most > POLICY_RULES_MAX)
		return err_set(reterr, E_LIMIT, "policy", "more than %d rules in all packs", POLICY_RULES_MAX);
	preset->all = ARENA_ARRAY(&policy->arena, const struct rule *, most);
	if (!preset->all)
		return no_memory(reterr);
	gather(preset, preset);
	for (size_t i = 0; i < preset->include_count; i++) {
		const struct pack *included = find_pack(policy, preset->includes[i]);
		if (!included)
			return yaml_fail(
				yaml_get(preset->root, "includes"), reterr, "no policy pack \"%.*s\"", STR_ARG(preset->includes[i]));
		if (included->include_count)
			return yaml_fail(
				yaml_get(preset->root, "includes"), reterr, "\"%.*s\" includes others itself", STR_ARG(included->id));
		gather(preset, included);
	}
	for (size_t i = 0; i < policy->pack_count; i++)
		if (policy->packs[i].everywhere)
			gather(preset, &policy->packs[i]);
	return 0;
}

static int compile(struct policy *policy, struct err *reterr)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < policy->pack_count; i++)
		rc = rule_read(policy, &policy->packs[i], reterr);
	rc = rc ? rc : check_rule_ids(policy, reterr);
	for (size_t i = 0; rc == 0 && i < policy->pack_count; i++)
		if (policy->packs[i].preset)
			rc = compile_preset(policy, &policy->packs[i], reterr);
	for (size_t i = 0; rc == 0 && i < policy->pack_count; i++) {
		rc = situations_run(policy, &policy->packs[i], reterr);
		if (rc == 0 && policy->packs[i].preset)
			rc = grid_run(policy, &policy->packs[i], reterr);
	}
	return rc;
}

/* Independent of the order of the files. */
static void hash_sources(struct policy *policy, const struct policy_source *sources, size_t count)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t sum = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t mixed = str_hash(sources[i].bytes);
		sum += (mixed ^ (mixed >> 29)) * UINT64_C(0x9E3779B97F4A7C15);
	}
	for (int i = 0; i < 16; i++)
		policy->hash[i] = digits[(sum >> (60 - 4 * i)) & 15];
	policy->hash[16] = '\0';
}

int policy_open(
	const struct mem *mem, const struct policy_source *sources, size_t source_count, struct policy **ret_policy, struct err *reterr)
{
	struct policy *policy = mem->alloc(mem->ctx, sizeof *policy);
	if (!policy)
		return no_memory(reterr);
	*policy = (struct policy){ .mem = mem };
	arena_init(&policy->arena, mem, POLICY_ARENA_MAX);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < source_count; i++)
		rc = read_source(policy, &sources[i], reterr);
	rc = rc ? rc : compile(policy, reterr);
	if (rc) {
		policy_free(&policy);
		return rc;
	}
	hash_sources(policy, sources, source_count);
	*ret_policy = policy;
	return 0;
}

/* The id that a pack gives itself, without judging the rest of it; empty when it is no policy pack. */
static int id_of_source(struct arena *arena, const struct policy_source *source, struct str *ret_id, struct err *reterr)
{
	const struct yaml_node *root = NULL, *id = NULL;
	int rc = yaml_read(arena, source->name, source->bytes, POLICY_FILE_MAX, &root, reterr);
	rc = rc ? rc : yaml_need(root, "id", YAML_TEXT, &id, reterr);
	if (rc)
		return rc;
	const struct yaml_node *kind = yaml_get(root, "kind");
	if (!kind || !str_eqc(kind->text, "policy"))
		return yaml_fail(root, reterr, "must be of kind policy");
	*ret_id = id->text;
	return 0;
}

int policy_vary(const struct mem *mem, const struct policy *policy, const struct policy_source *source, struct policy **ret_policy,
	char ret_id[POLICY_ID_BYTES], struct err *reterr)
{
	struct policy_source sources[POLICY_PACKS_MAX + 1];
	struct arena arena;
	struct str id = STR("");
	size_t count = 0;
	arena_init(&arena, mem, POLICY_ARENA_MAX);
	int rc = id_of_source(&arena, source, &id, reterr);
	if (rc == 0 && (!id.len || id.len >= POLICY_ID_BYTES))
		rc = err_set(reterr, E_INVALID, "policy", "the pack's id must have 1 to %d bytes", POLICY_ID_BYTES - 1);
	for (size_t i = 0; rc == 0 && i < policy->pack_count; i++)
		if (!str_eq(policy->packs[i].id, id))
			sources[count++] = policy->packs[i].source;
	if (rc == 0) {
		sources[count++] = *source;
		memcpy(ret_id, id.ptr, id.len);
		ret_id[id.len] = '\0';
		rc = policy_open(mem, sources, count, ret_policy, reterr);
	}
	arena_done(&arena);
	return rc;
}

void policy_free(struct policy **policy)
{
	if (!*policy)
		return;
	const struct mem *mem = (*policy)->mem;
	arena_done(&(*policy)->arena);
	mem->release(mem->ctx, *policy);
	*policy = NULL;
}

struct str policy_hash(const struct policy *policy)
{
	return str_c(policy->hash);
}

bool policy_preset(const struct policy *policy, size_t index, struct str lang, struct policy_preset_info *ret_info)
{
	for (size_t i = 0; i < policy->pack_count; i++) {
		const struct pack *pack = &policy->packs[i];
		if (!pack->preset || index-- > 0)
			continue;
		*ret_info = (struct policy_preset_info){ pack->id, str_starts(lang, STR("es")) ? pack->name_es : pack->name_en };
		return true;
	}
	return false;
}

bool policy_rule(const struct policy *policy, struct str preset, size_t index, struct str lang, struct policy_rule_info *ret_info)
{
	const struct pack *pack = policy_find(policy, preset);
	bool spanish = str_starts(lang, STR("es"));
	if (!pack || index >= POLICY_FLOOR_COUNT + pack->all_count)
		return false;
	if (index < POLICY_FLOOR_COUNT) {
		*ret_info = spanish ? policy_floor_es[index] : policy_floor_en[index];
		return true;
	}
	const struct rule *rule = pack->all[index - POLICY_FLOOR_COUNT];
	*ret_info = (struct policy_rule_info){ rule->id, spanish ? rule->text_es : rule->text_en, rule->then.alert };
	return true;
}
