/* load_model.c: packs of kind classifier: a model that tools/train wrote. Its numbers are checked here once; classify.c trusts them. */
#include "screen/load_priv.h"

#include <sodium.h>
#include <stdlib.h>

#define BITS_MIN 8
#define BITS_MAX 17

static int load_curve(struct loader *loader, const struct yaml_node *map, struct pack_head *head)
{
	const struct yaml_node *list, *point;
	size_t count = 0;
	int rc = yaml_need(map, "curve", YAML_LIST, &list, loader->reterr);
	if (rc == 0 && list->count != MODEL_CURVE)
		rc = yaml_fail(list, loader->reterr, "must have %u points", MODEL_CURVE);
	for (point = rc == 0 ? list->first : NULL; rc == 0 && point; point = point->next) {
		long value = 0;
		rc = yaml_int(point, 0, 1000, &value, loader->reterr);
		head->curve[count++] = (uint16_t)value;
	}
	return rc;
}

static int need_int(struct loader *loader, const struct yaml_node *map, const char *key, long min, long max, long *ret_value)
{
	const struct yaml_node *node;
	int rc = yaml_need(map, key, YAML_TEXT, &node, loader->reterr);
	return rc < 0 ? rc : yaml_int(node, min, max, ret_value, loader->reterr);
}

static int load_thresholds(struct loader *loader, const struct yaml_node *map, const char *key, size_t count, int32_t *ret_thresholds)
{
	const struct yaml_node *list, *node;
	size_t index = 0;
	int rc = yaml_need(map, key, YAML_LIST, &list, loader->reterr);
	if (rc == 0 && list->count != count)
		rc = yaml_fail(list, loader->reterr, "must have one for each language of the model, %zu", count);
	for (node = rc == 0 ? list->first : NULL; rc == 0 && node; node = node->next) {
		long value = 0;
		rc = yaml_int(node, -30000, 30001, &value, loader->reterr);
		ret_thresholds[index++] = (int32_t)value;
	}
	return rc;
}

static int load_model_head(struct loader *loader, const struct yaml_node *map, size_t lang_count)
{
	const struct yaml_node *node;
	struct pack_head *head = table_add(loader, &loader->heads);
	long scale = 0, bias = 0, level = 0;
	if (!head)
		return no_memory(loader);
	int rc = yaml_keys(map, "concept level scale bias thresholds deepens curve", loader->reterr);
	if (rc == 0)
		rc = yaml_need(map, "concept", YAML_TEXT, &node, loader->reterr);
	if (rc == 0 && (head->concept = find_concept(loader, node->text)) == NONE)
		rc = yaml_fail(node, loader->reterr, "no such concept");
	if (rc == 0)
		rc = need_int(loader, map, "level", 1, 4, &level);
	if (rc == 0)
		rc = need_int(loader, map, "scale", 1, 10000000, &scale);
	if (rc == 0)
		rc = need_int(loader, map, "bias", -1000000, 1000000, &bias);
	if (rc == 0)
		rc = load_thresholds(loader, map, "thresholds", lang_count, head->thresholds);
	if (rc == 0)
		rc = load_thresholds(loader, map, "deepens", lang_count, head->deepens);
	head->level = (uint8_t)level;
	head->scale = (int32_t)scale;
	head->bias = (int32_t)bias;
	return rc < 0 ? rc : load_curve(loader, map, head);
}

static int load_weights(struct loader *loader, const struct yaml_node *root, long bits)
{
	const struct yaml_node *node;
	size_t size = ((size_t)1 << bits) * MODEL_LANES, len = 0;
	int rc = yaml_need(root, "weights", YAML_TEXT, &node, loader->reterr);
	unsigned char *bytes = rc == 0 ? ARENA_ARRAY(loader->arena, unsigned char, size) : NULL;
	if (rc < 0 || !bytes)
		return rc < 0 ? rc : no_memory(loader);
	if (sodium_base642bin(bytes, size, node->text.ptr, node->text.len, " \n", &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
		len != size)
		return yaml_fail(node, loader->reterr, "must be %zu bytes in base64", size);
	for (size_t i = 0; i < size; i++) {
		int8_t *weight = table_add(loader, &loader->weights);
		if (!weight)
			return no_memory(loader);
		*weight = (int8_t)bytes[i];
	}
	return 0;
}

static int load_model_langs(struct loader *loader, const struct yaml_node *root, struct pack_model *model)
{
	const struct yaml_node *list, *node;
	int rc = yaml_need(root, "langs", YAML_LIST, &list, loader->reterr);
	if (rc == 0 && (!list->count || list->count > MODEL_LANGS))
		rc = yaml_fail(list, loader->reterr, "must have 1 to %u languages", MODEL_LANGS);
	for (node = rc == 0 ? list->first : NULL; rc == 0 && node; node = node->next) {
		struct str lang;
		rc = yaml_text(node, &lang, loader->reterr);
		if (rc == 0)
			rc = string_add(loader, lang, &model->langs[model->lang_count++]);
	}
	return rc;
}

int load_model(struct loader *loader, const struct yaml_node *root)
{
	const struct yaml_node *list, *map, *node;
	long bits = 0;
	int role = 0;
	struct pack_model model = { .first_row = (uint32_t)(loader->weights.count / MODEL_LANES),
		.heads = { (uint32_t)loader->heads.count, 0 } };
	int rc = yaml_keys(root, HEAD "role bits langs trained heads weights", loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "role", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_choice(node, "client assistant", &role, loader->reterr);
	if (rc == 0)
		rc = need_int(loader, root, "bits", BITS_MIN, BITS_MAX, &bits);
	if (rc == 0)
		rc = load_model_langs(loader, root, &model);
	if (rc == 0)
		rc = yaml_need(root, "trained", YAML_MAP, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "heads", YAML_LIST, &list, loader->reterr);
	if (rc == 0 && (!list->count || list->count > MODEL_LANES))
		rc = yaml_fail(list, loader->reterr, "must have 1 to %u heads", MODEL_LANES);
	for (map = rc == 0 ? list->first : NULL; rc == 0 && map; map = map->next)
		rc = load_model_head(loader, map, model.lang_count);
	if (rc == 0)
		rc = load_weights(loader, root, bits);
	if (rc < 0)
		return rc;
	model.bits = (uint32_t)bits;
	model.heads.count = (uint32_t)list->count;
	model.roles = role == 0 ? ROLES_CLIENT : ROLES_ASSISTANT;
	struct pack_model *kept = table_add(loader, &loader->models);
	if (!kept)
		return no_memory(loader);
	*kept = model;
	return 0;
}
