/* load_lines.c: packs of kind helplines: the verified directory, the words by which a client belongs to an audience, and
 * web hosts that may be named anywhere. Names become phrases, so that a text naming a line is seen by the same matcher. */
#include "screen/load_priv.h"

#define HEAD "kind id version lang author reviewed review "
#define CHANNEL_NAMES "phone sms chat url"

static int add_name(struct loader *loader, const struct yaml_node *node, struct str name, enum target target, uint32_t ref)
{
	struct view view;
	if (fold_run(loader->tables, NULL, loader->arena, name, &view) < 0)
		return no_memory(loader);
	/* "&" and other marks are no words: the folded words alone */
	char seq[256];
	size_t len = 0;
	for (size_t i = 0; i < view.count; i++) {
		struct str word = token_text(&view, &view.tokens[i]);
		if (view.tokens[i].kind == TOKEN_PUNCT)
			continue;
		if (len + word.len + 2 > sizeof seq)
			return yaml_fail(node, loader->reterr, "too long");
		if (len)
			seq[len++] = ' ';
		memcpy(seq + len, word.ptr, word.len);
		len += word.len;
	}
	struct pack_phrase phrase = { .target = (uint8_t)target, .ref = ref, .level = -1, .roles = ROLES_CLIENT | ROLES_ASSISTANT };
	size_t index = loader->phrases.count;
	struct pack_phrase *slot = table_add(loader, &loader->phrases);
	if (!slot)
		return no_memory(loader);
	int rc = seq_compile(loader, node, str_make(seq, len), &phrase);
	*TABLE_AT(loader->phrases, struct pack_phrase, index) = phrase;
	return rc;
}

static struct pack_line *add_line(struct loader *loader, struct str country, unsigned channel)
{
	struct pack_line *line = table_add(loader, &loader->lines);
	if (!line)
		return NULL;
	*line = (struct pack_line){ .channel = (uint8_t)channel };
	if (country.len == 2)
		memcpy(line->country, country.ptr, 2);
	return line;
}

static int text_into(struct loader *loader, const struct yaml_node *map, const char *key, struct pstr *ret_pstr)
{
	const struct yaml_node *node;
	struct str text;
	int rc = yaml_need(map, key, YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_text(node, &text, loader->reterr);
	return rc < 0 ? rc : string_add(loader, text, ret_pstr);
}

static int load_names(struct loader *loader, const struct yaml_node *map, uint32_t index)
{
	const struct yaml_node *name = yaml_get(map, "name"), *also = yaml_get(map, "also");
	int rc = add_name(loader, name, name->text, TARGET_HELPLINE, index);
	if (also && also->kind != YAML_LIST)
		return yaml_fail(also, loader->reterr, "must be a list of names");
	for (const struct yaml_node *item = also ? also->first : NULL; rc == 0 && item; item = item->next) {
		struct str text;
		rc = yaml_text(item, &text, loader->reterr);
		if (rc == 0)
			rc = add_name(loader, item, text, TARGET_HELPLINE, index);
	}
	return rc;
}

static int load_line(struct loader *loader, const struct yaml_node *map, struct str country)
{
	const struct yaml_node *node;
	int channel = 0;
	int rc = yaml_keys(map, "id name also audience channel value keyword hours languages abroad source verified_at", loader->reterr);
	if (rc == 0)
		rc = yaml_need(map, "channel", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_choice(node, CHANNEL_NAMES, &channel, loader->reterr);
	if (rc < 0)
		return rc;
	struct pack_line *slot = add_line(loader, country, (unsigned)channel);
	if (!slot)
		return no_memory(loader);
	uint32_t index = (uint32_t)loader->lines.count - 1;
	struct pack_line line = *slot;
	rc = text_into(loader, map, "id", &line.id);
	if (rc == 0)
		rc = text_into(loader, map, "name", &line.name);
	if (rc == 0)
		rc = text_into(loader, map, "value", &line.value);
	if (rc == 0)
		rc = text_into(loader, map, "audience", &line.audience);
	if (rc < 0)
		return rc;
	line.general = str_eqc(yaml_get(map, "audience")->text, "general");
	const struct yaml_node *hours = yaml_get(map, "hours");
	if (hours && hours->kind == YAML_TEXT && hours->text.len)
		line.hours = str_eqc(hours->text, "24/7") ? HOURS_ALWAYS : HOURS_LIMITED;
	*TABLE_AT(loader->lines, struct pack_line, index) = line;
	return load_names(loader, map, index);
}

static int load_audience(struct loader *loader, const struct yaml_node *list)
{
	struct pack_line *slot = add_line(loader, str_make("", 0), 6);
	if (!slot)
		return no_memory(loader);
	uint32_t index = (uint32_t)loader->lines.count - 1;
	struct pstr name;
	int rc = string_add(loader, list->key, &name);
	TABLE_AT(loader->lines, struct pack_line, index)->audience = name;
	if (list->kind != YAML_LIST)
		return yaml_fail(list, loader->reterr, "must be a list of words");
	for (const struct yaml_node *item = list->first; rc == 0 && item; item = item->next) {
		struct str text;
		rc = yaml_text(item, &text, loader->reterr);
		if (rc == 0)
			rc = add_name(loader, item, text, TARGET_AUDIENCE, index);
	}
	return rc;
}

static int load_audiences(struct loader *loader, const struct yaml_node *root)
{
	const struct yaml_node *audiences, *domains = yaml_get(root, "domains");
	int rc = yaml_keys(root, HEAD "audiences domains", loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "audiences", YAML_MAP, &audiences, loader->reterr);
	for (const struct yaml_node *list = rc == 0 ? audiences->first : NULL; rc == 0 && list; list = list->next)
		rc = load_audience(loader, list);
	if (rc == 0 && domains && domains->kind != YAML_LIST)
		return yaml_fail(domains, loader->reterr, "must be a list of hosts");
	for (const struct yaml_node *item = rc == 0 && domains ? domains->first : NULL; rc == 0 && item; item = item->next) {
		struct str text;
		struct pstr value;
		rc = yaml_text(item, &text, loader->reterr);
		if (rc == 0)
			rc = string_add(loader, text, &value);
		struct pack_line *line = rc == 0 ? add_line(loader, str_make("", 0), 5) : NULL;
		if (rc == 0 && !line)
			rc = no_memory(loader);
		if (rc == 0)
			line->value = value;
	}
	return rc;
}

static int load_emergency(struct loader *loader, const struct yaml_node *map, struct str country)
{
	struct pstr value;
	int rc = yaml_keys(map, "number source verified_at", loader->reterr);
	if (rc == 0)
		rc = text_into(loader, map, "number", &value);
	if (rc < 0)
		return rc;
	struct pack_line *line = add_line(loader, country, 4);
	if (!line)
		return no_memory(loader);
	line->value = value;
	line->general = 1;
	return 0;
}

int load_lines(struct loader *loader, const struct yaml_node *root)
{
	const struct yaml_node *node, *list;
	struct str country;
	loader->phrase_number = 0;
	if (yaml_get(root, "audiences"))
		return load_audiences(loader, root);
	int rc = yaml_keys(root, HEAD "country emergency lines", loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "country", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_text(node, &country, loader->reterr);
	if (rc == 0 && country.len != 2)
		rc = yaml_fail(node, loader->reterr, "must be two letters (ISO 3166-1)");
	if (rc == 0 && yaml_get(root, "emergency"))
		rc = load_emergency(loader, yaml_get(root, "emergency"), country);
	if (rc == 0)
		rc = yaml_need(root, "lines", YAML_LIST, &list, loader->reterr);
	for (const struct yaml_node *map = rc == 0 ? list->first : NULL; rc == 0 && map; map = map->next)
		rc = load_line(loader, map, country);
	return rc;
}
