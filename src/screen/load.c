/* load.c: pack files to tables: heads, concepts, lexicons with their examples, context triggers, questions, key terms.
 * Two passes, because a lexicon may come before the concepts that it names: first concepts, then everything else. */
#include "screen/classify.h"
#include "screen/load_priv.h"

#include <stdio.h>
#include <stdlib.h>

#define PACK_BYTES_MAX (2u * 1024u * 1024u)
#define TERM_LETTERS_MIN 4u
#define ROLE_NAMES "client assistant both"
#define SCOPE_NAMES "clause sentence message"

/* ---- heads ---- */

static int check_date(struct loader *loader, const struct yaml_node *node)
{
	struct str text;
	int rc = yaml_text(node, &text, loader->reterr);
	bool good = rc == 0 && text.len == 10 && text.ptr[4] == '-' && text.ptr[7] == '-';
	for (size_t i = 0; good && i < 10; i++)
		good = i == 4 || i == 7 || (text.ptr[i] >= '0' && text.ptr[i] <= '9');
	return rc < 0 || good ? rc : yaml_fail(node, loader->reterr, "must be a date, YYYY-MM-DD");
}

/* The bit of the language of the file being read; 0 when it is of no one language, or of one more than are told apart. */
static uint16_t word_lang(struct loader *loader)
{
	for (unsigned i = 0; i < VOCAB_LANGS && !str_eqc(loader->lang, "mul"); i++) {
		if (!loader->word_langs[i].len)
			loader->word_langs[i] = arena_copy(loader->arena, loader->lang);
		if (str_eq(loader->word_langs[i], loader->lang))
			return (uint16_t)(1u << i);
	}
	return 0;
}

/* The common head; sets loader->id and lang. */
int load_head(struct loader *loader, const struct yaml_node *root)
{
	const struct yaml_node *node;
	struct str text;
	long version = 0;
	int rc = yaml_need(root, "id", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_text(node, &loader->id, loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "version", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_int(node, 1, 1000000, &version, loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "author", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_text(node, &text, loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "review", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_text(node, &text, loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "reviewed", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = check_date(loader, node);
	loader->lang = STR("mul");
	if (rc == 0)
		rc = yaml_get_text(root, "lang", &loader->lang, loader->reterr);
	loader->word_lang = rc == 0 ? word_lang(loader) : 0;
	return rc;
}

static int get_roles(struct loader *loader, const struct yaml_node *map, uint8_t *ret_roles)
{
	const struct yaml_node *node;
	int role = 0;
	int rc = yaml_need(map, "role", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_choice(node, ROLE_NAMES, &role, loader->reterr);
	*ret_roles = role == 0 ? ROLES_CLIENT : role == 1 ? ROLES_ASSISTANT : ROLES_CLIENT | ROLES_ASSISTANT;
	return rc;
}

/* ---- concepts ---- */

uint32_t find_concept(const struct loader *loader, struct str id)
{
	for (size_t i = 0; i < loader->concepts.count; i++) {
		struct pstr known = TABLE_AT(loader->concepts, struct pack_concept, i)->id;
		if (str_eq(str_make((char *)loader->strings.items + known.offset, known.len), id))
			return (uint32_t)i;
	}
	return NONE;
}

/* A list of concept ids or prefixes, each of which must name something. */
static int load_terms(struct loader *loader, const struct yaml_node *list, struct range *ret_range)
{
	*ret_range = (struct range){ (uint32_t)loader->terms.count, 0 };
	if (list->kind != YAML_LIST || !list->count)
		return yaml_fail(list, loader->reterr, "must be a list of concept ids, or of prefixes that end in \".\"");
	for (const struct yaml_node *item = list->first; item; item = item->next) {
		struct str text;
		int rc = yaml_text(item, &text, loader->reterr);
		if (rc < 0)
			return rc;
		struct pstr *term = table_add(loader, &loader->terms);
		if (!term)
			return no_memory(loader);
		rc = string_add(loader, text, term);
		if (rc < 0)
			return rc;
		ret_range->count++;
	}
	return 0;
}

static bool term_names_something(const struct loader *loader, struct str term)
{
	for (size_t i = 0; i < loader->concepts.count; i++) {
		struct pstr id = TABLE_AT(loader->concepts, struct pack_concept, i)->id;
		if (pack_term(str_make((char *)loader->strings.items + id.offset, id.len), term))
			return true;
	}
	return false;
}

static int load_when(struct loader *loader, const struct yaml_node *when, struct pack_concept *concept)
{
	static const char *const names[WHEN_COUNT] = { "negated", "past", "hypothetical", "other", "quoted", "idiom", "question",
		"uncertain", "other_elapsed" };
	memset(concept->when, -1, sizeof concept->when);
	if (!when)
		return 0;
	int rc = yaml_keys(when, WHEN_NAMES, loader->reterr);
	for (int i = 0; rc == 0 && i < WHEN_COUNT; i++) {
		long level = -1;
		rc = yaml_get_int(when, names[i], 0, 4, &level, loader->reterr);
		concept->when[i] = (int8_t)level;
	}
	return rc;
}

static int find_family(struct loader *loader, const struct yaml_node *node, struct str id, uint8_t *ret_family)
{
	for (int i = 0; i < FAMILY_COUNT; i++) {
		struct str name = str_c(verdict_family_name((enum family)i));
		if (str_eq(id, name) || (str_starts(id, name) && id.ptr[name.len] == '.')) {
			*ret_family = (uint8_t)i;
			return 0;
		}
	}
	return yaml_fail(node, loader->reterr, "\"" STR_FMT "\" begins with no known family", STR_ARG(id));
}

static int load_why(struct loader *loader, const struct yaml_node *map, struct pack_concept *concept)
{
	const struct yaml_node *why, *en;
	struct str text;
	int rc = yaml_need(map, "why", YAML_MAP, &why, loader->reterr);
	if (rc == 0)
		rc = yaml_need(why, "en", YAML_TEXT, &en, loader->reterr);
	for (const struct yaml_node *node = rc == 0 ? why->first : NULL; rc == 0 && node; node = node->next)
		rc = yaml_text(node, &text, loader->reterr);
	if (rc == 0)
		rc = yaml_text(en, &text, loader->reterr);
	return rc < 0 ? rc : string_add(loader, text, &concept->why);
}

static int load_concept(struct loader *loader, const struct yaml_node *map)
{
	const struct yaml_node *id_node, *level_node;
	struct str id, absent = { NULL, 0 };
	long level = 0, keep = 0, after_level = 1, signal = 0;
	bool deobfuscate = false;
	int rc = yaml_keys(map, "id role level when keep deobfuscate why absent after after_level signal", loader->reterr);
	if (rc == 0)
		rc = yaml_need(map, "id", YAML_TEXT, &id_node, loader->reterr);
	if (rc == 0)
		rc = yaml_text(id_node, &id, loader->reterr);
	if (rc == 0)
		rc = yaml_need(map, "level", YAML_TEXT, &level_node, loader->reterr);
	if (rc == 0)
		rc = yaml_int(level_node, 0, 4, &level, loader->reterr);
	if (rc == 0)
		rc = yaml_get_int(map, "keep", 0, 4, &keep, loader->reterr);
	if (rc == 0)
		rc = yaml_get_int(map, "after_level", 0, 4, &after_level, loader->reterr);
	if (rc == 0)
		rc = yaml_get_int(map, "signal", 0, 3, &signal, loader->reterr);
	if (rc == 0)
		rc = yaml_get_bool(map, "deobfuscate", &deobfuscate, loader->reterr);
	if (rc == 0)
		rc = yaml_get_text(map, "absent", &absent, loader->reterr);
	if (rc < 0)
		return rc;
	if (find_concept(loader, id) != NONE)
		return yaml_fail(id_node, loader->reterr, "\"" STR_FMT "\" is defined twice", STR_ARG(id));
	struct pack_concept *concept = table_add(loader, &loader->concepts);
	if (!concept)
		return no_memory(loader);
	*concept = (struct pack_concept){ .level = (uint8_t)level,
		.keep = (uint8_t)keep,
		.after_level = (uint8_t)after_level,
		.signal = (uint8_t)signal,
		.deobfuscate = deobfuscate,
		.absent = NONE };
	rc = find_family(loader, id_node, id, &concept->family);
	if (rc == 0)
		rc = string_add(loader, id, &concept->id);
	if (rc == 0)
		rc = get_roles(loader, map, &concept->roles);
	if (rc == 0)
		rc = load_when(loader, yaml_get(map, "when"), concept);
	if (rc == 0)
		rc = load_why(loader, map, concept);
	if (rc == 0 && yaml_get(map, "after"))
		rc = load_terms(loader, yaml_get(map, "after"), &concept->after);
	return rc;
}

/* After all concepts are known: the marker of each concept of absence. */
static int link_absent(struct loader *loader, const struct yaml_node *root)
{
	for (const struct yaml_node *map = yaml_get(root, "concepts")->first; map; map = map->next) {
		const struct yaml_node *absent = yaml_get(map, "absent");
		if (!absent)
			continue;
		struct pack_concept *concept = TABLE_AT(
			loader->concepts, struct pack_concept, find_concept(loader, yaml_get(map, "id")->text));
		concept->absent = find_concept(loader, absent->text);
		if (concept->absent == NONE)
			return yaml_fail(absent, loader->reterr, "unknown concept");
		if (!concept->after.count)
			return yaml_fail(absent, loader->reterr, "needs \"after\" beside it");
	}
	return 0;
}

static int load_concepts(struct loader *loader, const struct yaml_node *root)
{
	const struct yaml_node *list;
	int rc = yaml_keys(root, HEAD "concepts", loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "concepts", YAML_LIST, &list, loader->reterr);
	for (const struct yaml_node *map = rc == 0 ? list->first : NULL; rc == 0 && map; map = map->next)
		rc = load_concept(loader, map);
	return rc;
}

static int need_concept(struct loader *loader, const struct yaml_node *map, const char *key, uint32_t *ret_concept)
{
	const struct yaml_node *node;
	int rc = yaml_need(map, key, YAML_TEXT, &node, loader->reterr);
	if (rc < 0)
		return rc;
	*ret_concept = find_concept(loader, node->text);
	return *ret_concept == NONE ? yaml_fail(node, loader->reterr, "unknown concept \"" STR_FMT "\"", STR_ARG(node->text)) : 0;
}

/* ---- lexicons ---- */

static int load_atoms(struct loader *loader, const struct yaml_node *map)
{
	loader->atoms.count = 0;
	if (map && map->kind != YAML_MAP)
		return yaml_fail(map, loader->reterr, "must be a map of names to lists of words");
	for (const struct yaml_node *node = map ? map->first : NULL; node; node = node->next) {
		struct atom_work *atom = table_add(loader, &loader->atoms);
		if (!atom)
			return no_memory(loader);
		*atom = (struct atom_work){ .name = node->key };
		if (node->kind != YAML_LIST || !node->count)
			return yaml_fail(node, loader->reterr, "must be a list of words");
		for (const struct yaml_node *item = node->first; item; item = item->next) {
			struct str text;
			int rc = yaml_text(item, &text, loader->reterr);
			if (rc == 0)
				rc = text.ptr[0] == '@' ? builtin_add(loader, item, text, &atom->literals, &atom->count)
							: literal_add(loader, item, text, &atom->literals, &atom->count);
			if (rc < 0)
				return rc;
		}
	}
	return 0;
}

static struct pack_phrase *add_phrase(struct loader *loader, enum target target)
{
	struct pack_phrase *phrase = table_add(loader, &loader->phrases);
	if (phrase)
		*phrase = (struct pack_phrase){ .target = (uint8_t)target,
			.ref = NONE,
			.level = -1,
			.confidence = 800,
			.span = 10,
			.roles = ROLES_CLIENT | ROLES_ASSISTANT,
			.after_level = 1 };
	return phrase;
}

static int phrase_id(struct loader *loader, struct pack_phrase *phrase)
{
	struct str id = arena_printf(loader->arena, STR_FMT "#%u", STR_ARG(loader->id), loader->phrase_number);
	return id.ptr ? string_add(loader, id, &phrase->id) : no_memory(loader);
}

/* Guards are phrases of their own that share a number. */
static int load_unless(struct loader *loader, const struct yaml_node *list, uint32_t *ret_guard)
{
	uint32_t guard = ++loader->guard_count;
	if (list->kind != YAML_LIST || !list->count)
		return yaml_fail(list, loader->reterr, "must be a list of seqs");
	for (const struct yaml_node *item = list->first; item; item = item->next) {
		struct str text;
		int rc = yaml_text(item, &text, loader->reterr);
		struct pack_phrase *phrase = rc == 0 ? add_phrase(loader, TARGET_GUARD) : NULL;
		if (rc == 0 && !phrase)
			rc = no_memory(loader);
		if (rc < 0)
			return rc;
		struct pack_phrase work = *phrase;
		work.ref = guard;
		size_t index = loader->phrases.count - 1;
		rc = seq_compile(loader, item, text, &work);
		if (rc < 0)
			return rc;
		*TABLE_AT(loader->phrases, struct pack_phrase, index) = work;
	}
	*ret_guard = guard;
	return 0;
}

static int load_phrase_numbers(struct loader *loader, const struct yaml_node *map, struct pack_phrase *phrase)
{
	long level = -1, confidence = 800, span = 10, after_level = 1;
	int scope = SCOPE_CLAUSE, time = -1, negation = -1;
	int rc = yaml_get_choice(map, "scope", SCOPE_NAMES, &scope, loader->reterr);
	if (scope != SCOPE_CLAUSE)
		span = 24;
	if (rc == 0)
		rc = yaml_get_int(map, "level", 0, 4, &level, loader->reterr);
	if (rc == 0)
		rc = yaml_get_int(map, "confidence", 1, 1000, &confidence, loader->reterr);
	if (rc == 0)
		rc = yaml_get_int(map, "span", 2, 24, &span, loader->reterr);
	if (rc == 0)
		rc = yaml_get_int(map, "after_level", 0, 4, &after_level, loader->reterr);
	if (rc == 0)
		rc = yaml_get_choice(map, "time", "now recent past future", &time, loader->reterr);
	if (rc == 0)
		rc = yaml_get_choice(map, "negation", "inside", &negation, loader->reterr);
	phrase->scope = (uint8_t)scope;
	phrase->level = (int8_t)level;
	phrase->confidence = (uint16_t)confidence;
	phrase->span = (uint8_t)span;
	phrase->after_level = (uint8_t)after_level;
	phrase->time = (uint8_t)(time + 1);
	phrase->negation_inside = negation == 0;
	return rc;
}

static int compile_either(struct loader *loader, const struct yaml_node *map, struct pack_phrase *phrase)
{
	const struct yaml_node *seq = yaml_get(map, "seq"), *all = yaml_get(map, "all");
	struct str text;
	if (!seq == !all)
		return yaml_fail(map, loader->reterr, "needs either \"seq\" or \"all\"");
	if (all)
		return all->kind == YAML_LIST ? all_compile(loader, all, phrase) : yaml_fail(all, loader->reterr, "must be a list");
	int rc = yaml_text(seq, &text, loader->reterr);
	return rc < 0 ? rc : seq_compile(loader, seq, text, phrase);
}

/* Words of a phrase of a de-obfuscated concept may be read out of disguise. */
static void mark_key_words(struct loader *loader, const struct pack_phrase *phrase)
{
	for (uint32_t i = 0; i < phrase->elements.count; i++) {
		uint32_t slot = TABLE_AT(loader->elements, struct pack_element, phrase->elements.first + i)->slot;
		const struct slot_work *work = slot == NONE ? NULL : TABLE_AT(loader->slots, struct slot_work, slot);
		for (uint32_t k = 0; work && k < work->count; k++) {
			struct literal_work *literal = TABLE_AT(loader->literals, struct literal_work, work->literals[k]);
			literal->key = literal->key || literal->listed; /* not every word is one slip from some medicine */
		}
	}
}

static int load_phrase(struct loader *loader, const struct yaml_node *map, uint8_t roles)
{
	struct pack_phrase *slot = NULL;
	int rc = yaml_keys(map, "concept seq all span scope level confidence time negation unless after after_level", loader->reterr);
	if (rc == 0 && !(slot = add_phrase(loader, TARGET_CONCEPT)))
		rc = no_memory(loader);
	if (rc < 0)
		return rc;
	struct pack_phrase phrase = *slot;
	size_t index = loader->phrases.count - 1;
	phrase.roles = roles;
	rc = need_concept(loader, map, "concept", &phrase.ref);
	if (rc == 0)
		rc = load_phrase_numbers(loader, map, &phrase);
	if (rc == 0)
		rc = compile_either(loader, map, &phrase);
	if (rc == 0)
		rc = phrase_id(loader, &phrase);
	if (rc == 0 && yaml_get(map, "unless"))
		rc = load_unless(loader, yaml_get(map, "unless"), &phrase.guard);
	if (rc == 0 && yaml_get(map, "after"))
		rc = load_terms(loader, yaml_get(map, "after"), &phrase.after);
	if (rc < 0)
		return rc;
	const struct pack_concept *concept = TABLE_AT(loader->concepts, struct pack_concept, phrase.ref);
	phrase.roles &= concept->roles;
	if (!phrase.roles)
		return yaml_fail(map, loader->reterr, "the concept belongs to the other side of the conversation");
	if (concept->deobfuscate)
		mark_key_words(loader, &phrase);
	*TABLE_AT(loader->phrases, struct pack_phrase, index) = phrase;
	return 0;
}

/* ---- examples ---- */

static int load_ids(struct loader *loader, const struct yaml_node *list, struct str **ret_ids, size_t *ret_count)
{
	if (!list)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_fail(list, loader->reterr, "must be a list of concept ids");
	*ret_ids = ARENA_ARRAY(loader->arena, struct str, list->count);
	if (!*ret_ids)
		return no_memory(loader);
	for (const struct yaml_node *item = list->first; item; item = item->next) {
		int rc = yaml_text(item, &(*ret_ids)[*ret_count], loader->reterr);
		if (rc < 0)
			return rc;
		if (!term_names_something(loader, (*ret_ids)[*ret_count]))
			return yaml_fail(item, loader->reterr, "unknown concept \"" STR_FMT "\"", STR_ARG(item->text));
		(*ret_count)++;
	}
	return 0;
}

static int load_turns(struct loader *loader, const struct yaml_node *list, struct pack_example *example)
{
	if (!list)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_fail(list, loader->reterr, "must be a list such as [{assistant: \"...\"}, {client: \"...\"}]");
	example->turns = ARENA_ARRAY(loader->arena, struct screen_turn, list->count);
	if (!example->turns)
		return no_memory(loader);
	for (const struct yaml_node *item = list->first; item; item = item->next) {
		struct screen_turn *turn = &example->turns[example->turn_count++];
		int rc = yaml_keys(item, "client assistant", loader->reterr);
		if (rc == 0 && item->count != 1)
			rc = yaml_fail(item, loader->reterr, "one speaker a turn");
		if (rc == 0)
			rc = yaml_text(item->first, &turn->text, loader->reterr);
		if (rc < 0)
			return rc;
		turn->role = str_eqc(item->first->key, "assistant") ? ROLE_ASSISTANT : ROLE_CLIENT;
		turn->released = turn->role == ROLE_ASSISTANT;
	}
	return 0;
}

static int load_example(struct loader *loader, const struct yaml_node *map, uint8_t roles)
{
	struct pack_example *example = ARENA_NEW(loader->arena, struct pack_example);
	const struct yaml_node *text;
	int role = roles == ROLES_ASSISTANT ? 1 : 0;
	long level = -1, level_min = -1, level_max = -1, age = 0;
	if (!example)
		return no_memory(loader);
	int rc = yaml_keys(map, "text role turns has none level level_min level_max country age", loader->reterr);
	if (rc == 0)
		rc = yaml_need(map, "text", YAML_TEXT, &text, loader->reterr);
	if (rc == 0)
		rc = yaml_get_choice(map, "role", "client assistant", &role, loader->reterr);
	if (rc == 0)
		rc = yaml_get_int(map, "level", 0, 4, &level, loader->reterr);
	if (rc == 0)
		rc = yaml_get_int(map, "level_min", 0, 4, &level_min, loader->reterr);
	if (rc == 0)
		rc = yaml_get_int(map, "level_max", 0, 4, &level_max, loader->reterr);
	if (rc == 0)
		rc = yaml_get_int(map, "age", 0, 130, &age, loader->reterr);
	if (rc == 0)
		rc = yaml_get_text(map, "country", &example->country, loader->reterr);
	if (rc == 0)
		rc = load_turns(loader, yaml_get(map, "turns"), example);
	if (rc == 0)
		rc = load_ids(loader, yaml_get(map, "has"), &example->has, &example->has_count);
	if (rc == 0)
		rc = load_ids(loader, yaml_get(map, "none"), &example->none, &example->none_count);
	if (rc < 0)
		return rc;
	if (!example->has_count && !example->none_count && level < 0 && level_min < 0 && level_max < 0)
		return yaml_fail(map, loader->reterr, "expects nothing: give has, none, level, level_min or level_max");
	example->file = map->file;
	example->line = map->line;
	example->text = text->text;
	example->role = role ? ROLE_ASSISTANT : ROLE_CLIENT;
	example->level = (int)level;
	example->level_min = (int)level_min;
	example->level_max = (int)level_max;
	example->age = (int)age;
	*loader->examples_end = example;
	loader->examples_end = &example->next;
	return 0;
}

static int load_examples(struct loader *loader, const struct yaml_node *list, uint8_t roles)
{
	int rc = 0;
	if (list && list->kind != YAML_LIST)
		return yaml_fail(list, loader->reterr, "must be a list");
	for (const struct yaml_node *map = list ? list->first : NULL; rc == 0 && map; map = map->next)
		rc = load_example(loader, map, roles);
	return rc;
}

static int add_lang(struct loader *loader)
{
	for (size_t i = 0; i < loader->langs.count; i++) {
		struct pstr known = *TABLE_AT(loader->langs, struct pstr, i);
		if (str_eq(str_make((char *)loader->strings.items + known.offset, known.len), loader->lang))
			return 0;
	}
	struct pstr *lang = table_add(loader, &loader->langs);
	return lang ? string_add(loader, loader->lang, lang) : no_memory(loader);
}

static int load_lexicon(struct loader *loader, const struct yaml_node *root)
{
	const struct yaml_node *phrases;
	uint8_t roles = 0;
	int rc = yaml_keys(root, HEAD "role atoms phrases examples", loader->reterr);
	if (rc == 0)
		rc = get_roles(loader, root, &roles);
	if (rc == 0)
		rc = load_atoms(loader, yaml_get(root, "atoms"));
	if (rc == 0)
		rc = yaml_need(root, "phrases", YAML_LIST, &phrases, loader->reterr);
	loader->phrase_number = 0;
	for (const struct yaml_node *map = rc == 0 ? phrases->first : NULL; rc == 0 && map; map = map->next, loader->phrase_number++)
		rc = load_phrase(loader, map, roles);
	if (rc == 0)
		rc = load_examples(loader, yaml_get(root, "examples"), roles);
	if (rc == 0 && (roles & ROLES_CLIENT))
		rc = add_lang(loader);
	return rc;
}

/* ---- context ---- */

static const struct {
	uint8_t direction, scope, tokens;
} trigger_defaults[TRIGGER_COUNT] = {
	[TRIGGER_NEGATION] = { DIR_FORWARD, SCOPE_TOKENS, 5 },
	[TRIGGER_PSEUDO_NEGATION] = { DIR_BOTH, SCOPE_CLAUSE, 0 },
	[TRIGGER_PAST] = { DIR_BOTH, SCOPE_TOKENS, 12 },
	[TRIGGER_RECENT] = { DIR_BOTH, SCOPE_TOKENS, 12 },
	[TRIGGER_NOW] = { DIR_BOTH, SCOPE_TOKENS, 12 },
	[TRIGGER_FUTURE] = { DIR_BOTH, SCOPE_TOKENS, 12 },
	[TRIGGER_OTHER] = { DIR_FORWARD, SCOPE_TOKENS, 10 },
	[TRIGGER_POSSIBLE_SELF] = { DIR_BOTH, SCOPE_MESSAGE, 0 },
	[TRIGGER_UNCERTAIN] = { DIR_BOTH, SCOPE_TOKENS, 6 },
	[TRIGGER_HYPOTHETICAL] = { DIR_FORWARD, SCOPE_TOKENS, 8 },
	[TRIGGER_QUOTED] = { DIR_BOTH, SCOPE_MESSAGE, 0 },
	[TRIGGER_IDIOM] = { DIR_BOTH, SCOPE_CLAUSE, 0 },
	[TRIGGER_TERMINATOR] = { DIR_BOTH, SCOPE_CLAUSE, 0 },
	[TRIGGER_QUESTION] = { DIR_FORWARD, SCOPE_SENTENCE, 0 },
	[TRIGGER_SELF] = { DIR_FORWARD, SCOPE_CLAUSE, 0 },
	[TRIGGER_ELAPSED] = { DIR_BOTH, SCOPE_TOKENS, 12 },
};

static int load_trigger_scope(struct loader *loader, const struct yaml_node *node, struct pack_phrase *phrase)
{
	int scope = 0;
	long tokens = 0;
	if (!node)
		return 0;
	if (node->kind == YAML_TEXT && node->text.len && node->text.ptr[0] >= '0' && node->text.ptr[0] <= '9') {
		phrase->trigger_scope = SCOPE_TOKENS;
		int rc = yaml_int(node, 1, 60, &tokens, loader->reterr);
		phrase->trigger_tokens = (uint8_t)tokens;
		return rc;
	}
	int rc = yaml_choice(node, SCOPE_NAMES, &scope, loader->reterr);
	phrase->trigger_scope = (uint8_t)scope;
	return rc;
}

/* The next of the sequences that "|" separates outside parentheses. Inside a sequence a_b|c_d is not possible; write the
 * sequences out. */
static struct str next_sequence(struct str *rest)
{
	struct str part = *rest;
	int depth = 0;
	for (size_t i = 0; i < part.len; i++) {
		depth += part.ptr[i] == '(' ? 1 : part.ptr[i] == ')' ? -1 : 0;
		if (part.ptr[i] != '|' || depth)
			continue;
		*rest = str_sub(part, i + 1, part.len);
		return str_sub(part, 0, i);
	}
	*rest = (struct str){ NULL, 0 };
	return part;
}

/* Compiles each sequence of `seq` as a phrase like `model`. */
static int add_sequences(struct loader *loader, const struct yaml_node *seq, const struct pack_phrase *model)
{
	struct str text;
	int rc = yaml_text(seq, &text, loader->reterr);
	for (struct str rest = text; rc == 0 && rest.ptr;) {
		struct pack_phrase phrase = *model;
		size_t index = loader->phrases.count;
		if (!add_phrase(loader, (enum target)model->target))
			return no_memory(loader);
		rc = seq_compile(loader, seq, next_sequence(&rest), &phrase);
		if (rc == 0)
			rc = phrase_id(loader, &phrase);
		*TABLE_AT(loader->phrases, struct pack_phrase, index) = phrase;
	}
	return rc;
}

static int load_trigger(struct loader *loader, const struct yaml_node *map)
{
	const struct yaml_node *node;
	int type = 0, direction = -1;
	int rc = yaml_keys(map, "type seq dir scope", loader->reterr);
	if (rc == 0)
		rc = yaml_need(map, "type", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_choice(node, TRIGGER_NAMES, &type, loader->reterr);
	if (rc == 0)
		rc = yaml_get_choice(map, "dir", "forward backward both", &direction, loader->reterr);
	struct pack_phrase phrase = { .target = TARGET_TRIGGER,
		.ref = NONE,
		.level = -1,
		.roles = ROLES_CLIENT | ROLES_ASSISTANT,
		.trigger = (uint8_t)type,
		.direction = direction < 0 ? trigger_defaults[type].direction : (uint8_t)direction,
		.trigger_scope = trigger_defaults[type].scope,
		.trigger_tokens = trigger_defaults[type].tokens };
	if (rc == 0)
		rc = load_trigger_scope(loader, yaml_get(map, "scope"), &phrase);
	if (rc == 0)
		rc = yaml_need(map, "seq", YAML_TEXT, &node, loader->reterr);
	return rc < 0 ? rc : add_sequences(loader, node, &phrase);
}

/* The bot's own risk questions: phrases on the assistant's side, and what an answer to them means. */
static int load_question(struct loader *loader, const struct yaml_node *map)
{
	const struct yaml_node *node;
	long level = -1;
	struct pack_phrase phrase = { .target = TARGET_QUESTION, .level = -1, .confidence = 800, .span = 10, .roles = ROLES_ASSISTANT };
	int on = ANSWER_YES;
	int rc = yaml_keys(map, "asks seq level on", loader->reterr);
	if (rc == 0)
		rc = yaml_get_choice(map, "on", "yes no", &on, loader->reterr);
	phrase.trigger = (uint8_t)on;
	if (rc == 0)
		rc = need_concept(loader, map, "asks", &phrase.ref);
	if (rc == 0)
		rc = yaml_get_int(map, "level", 0, 4, &level, loader->reterr);
	phrase.level = (int8_t)level;
	if (rc == 0)
		rc = yaml_need(map, "seq", YAML_TEXT, &node, loader->reterr);
	return rc < 0 ? rc : add_sequences(loader, node, &phrase);
}

static int load_answers(struct loader *loader, const struct yaml_node *map)
{
	static const char *const names[] = { "yes", "no", "unsure" };
	int rc = map ? yaml_keys(map, "yes no unsure", loader->reterr) : 0;
	for (int i = 0; rc == 0 && i < 3; i++) {
		const struct yaml_node *list = yaml_get(map, names[i]);
		struct pack_phrase phrase = { .target = TARGET_ANSWER, .level = -1, .roles = ROLES_CLIENT, .trigger = (uint8_t)i };
		if (list && list->kind != YAML_LIST)
			return yaml_fail(list, loader->reterr, "must be a list");
		for (const struct yaml_node *item = list ? list->first : NULL; rc == 0 && item; item = item->next)
			rc = add_sequences(loader, item, &phrase);
	}
	return rc;
}

static int load_each(struct loader *loader, const struct yaml_node *list, int (*load)(struct loader *, const struct yaml_node *))
{
	int rc = 0;
	if (list && list->kind != YAML_LIST)
		return yaml_fail(list, loader->reterr, "must be a list");
	for (const struct yaml_node *map = list ? list->first : NULL; rc == 0 && map; map = map->next, loader->phrase_number++)
		rc = load(loader, map);
	return rc;
}

static int load_context(struct loader *loader, const struct yaml_node *root)
{
	loader->phrase_number = 0;
	int rc = yaml_keys(root, HEAD "atoms triggers questions answers examples", loader->reterr);
	if (rc == 0)
		rc = load_atoms(loader, yaml_get(root, "atoms"));
	if (rc == 0)
		rc = load_each(loader, yaml_get(root, "triggers"), load_trigger);
	if (rc == 0)
		rc = load_each(loader, yaml_get(root, "questions"), load_question);
	if (rc == 0)
		rc = load_answers(loader, yaml_get(root, "answers"));
	return rc < 0 ? rc : load_examples(loader, yaml_get(root, "examples"), ROLES_CLIENT);
}

static int load_words(struct loader *loader, const struct yaml_node *list, size_t letters, struct table *words)
{
	int rc = 0;
	for (const struct yaml_node *item = list ? list->first : NULL; rc == 0 && item; item = item->next) {
		struct str text;
		struct view view;
		rc = yaml_text(item, &text, loader->reterr);
		if (rc < 0)
			break;
		if (fold_run(loader->tables, NULL, loader->arena, text, &view) < 0)
			return no_memory(loader);
		if (view.count != 1 || view.tokens[0].kind != TOKEN_WORD || view.tokens[0].len < letters)
			return yaml_fail(item, loader->reterr, "must be one word of at least %zu letters", letters);
		struct pstr *word = table_add(loader, words);
		rc = word ? string_add(loader, token_text(&view, &view.tokens[0]), word) : no_memory(loader);
	}
	return rc;
}

static int load_keyterms(struct loader *loader, const struct yaml_node *root)
{
	const struct yaml_node *list, *ordinary = yaml_get(root, "ordinary");
	int rc = yaml_keys(root, HEAD "terms ordinary examples", loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "terms", YAML_LIST, &list, loader->reterr);
	if (rc == 0)
		rc = load_words(loader, list, TERM_LETTERS_MIN, &loader->keyterms);
	if (rc == 0 && ordinary && ordinary->kind != YAML_LIST)
		rc = yaml_fail(ordinary, loader->reterr, "must be a list");
	if (rc == 0)
		rc = load_words(loader, ordinary, 2, &loader->ordinary);
	return rc < 0 ? rc : load_examples(loader, yaml_get(root, "examples"), ROLES_CLIENT);
}

/* ---- vocabulary ---- */

#define EXAMPLE_WORDS_BYTES (64u * 1024u * 1024u) /* for the words of one example */

static struct vocab_slot *vocab_place(struct vocab_slot *slots, size_t size, const char *bytes, struct str word)
{
	size_t at = vocab_hash(word) & (size - 1);
	while (slots[at].offset && !(slots[at].len == word.len && memcmp(bytes + slots[at].offset, word.ptr, word.len) == 0))
		at = (at + 1) & (size - 1);
	return &slots[at];
}

static int add_word(struct loader *loader, struct vocab_slot *slots, size_t size, struct str word, unsigned flags)
{
	struct vocab_slot *slot = vocab_place(slots, size, loader->strings.items, word);
	if (!slot->offset) {
		struct pstr text;
		int rc = string_add(loader, word, &text);
		if (rc < 0)
			return rc;
		*slot = (struct vocab_slot){ .offset = text.offset, .len = (uint16_t)text.len, .hash = vocab_hash(word) };
	}
	slot->flags |= (uint16_t)flags;
	return 0;
}

static int add_words(struct loader *loader, struct vocab_slot *slots, size_t size, const struct table *words, unsigned flags)
{
	for (size_t i = 0; i < words->count; i++) {
		struct pstr at = *TABLE_AT(*words, struct pstr, i);
		struct str word = arena_copy(loader->arena, str_make((char *)loader->strings.items + at.offset, at.len));
		int rc = word.ptr ? add_word(loader, slots, size, word, flags) : no_memory(loader);
		if (rc < 0)
			return rc;
	}
	return 0;
}

struct ranked {
	const struct vocab_slot *slot;
	uint32_t count, order;
};

static int by_count(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* How often each word stands in the packs' own examples: `counts` by slot. */
static int count_words(struct loader *loader, const struct vocab *vocab, uint32_t *counts)
{
	struct arena arena;
	int rc = 0;
	arena_init(&arena, loader->arena->mem, EXAMPLE_WORDS_BYTES);
	for (const struct pack_example *example = loader->examples; rc == 0 && example; example = example->next) {
		struct view view;
		arena_reset(&arena);
		rc = fold_run(loader->tables, vocab, &arena, example->text, &view);
		for (size_t i = 0; rc == 0 && i < view.count; i++)
			if (view.tokens[i].known)
				counts[view.tokens[i].known - 1]++;
	}
	arena_done(&arena);
	return rc < 0 ? no_memory(loader) : 0;
}

/* The words of a table, those that the examples have most often first. */
static struct ranked *rank_words(struct loader *loader, const struct vocab_slot *from, size_t from_size, size_t count)
{
	const struct vocab vocab = { from, (uint32_t)from_size, loader->strings.items, NULL };
	struct ranked *ranked = ARENA_ARRAY(loader->arena, struct ranked, count);
	uint32_t *counts = ARENA_ARRAY(loader->arena, uint32_t, from_size);
	uint32_t order = 0;
	if (!ranked || !counts || count_words(loader, &vocab, counts) < 0)
		return NULL;
	for (size_t i = 0; i < from_size; i++)
		if (from[i].offset) {
			ranked[order] = (struct ranked){ &from[i], counts[i], order };
			order++;
		}
	if (count)
		qsort(ranked, count, sizeof *ranked, by_count);
	return ranked;
}

/* Writes the words' bytes, which stand in the string table from `first` on, in their new order, so that those of common words are
 * neighbours. */
static int rewrite_strings(struct loader *loader, size_t first, struct vocab_slot *slots, const uint32_t *places, size_t count)
{
	char *strings = loader->strings.items;
	struct str old = arena_copy(loader->arena, str_make(strings + first, loader->strings.count - first));
	size_t at = first;
	if (!old.ptr)
		return no_memory(loader);
	for (size_t i = 0; i < count; i++) {
		struct vocab_slot *slot = &slots[places[i]];
		memcpy(strings + at, old.ptr + (slot->offset - first), (size_t)slot->len + 1);
		slot->offset = (uint32_t)at;
		at += (size_t)slot->len + 1;
	}
	return 0;
}

/* Numbers the words and moves them to a table that they fill well: it is asked for every word of every text, and should stay in the
 * processor's cache. The words that are met most often are neighbours in all that is kept by number. `first`: where the words' bytes begin
 * in the string table; nothing else stands behind. */
static int settle_vocab(struct loader *loader, const struct vocab_slot *from, size_t from_size, size_t first, struct pack *pack)
{
	size_t size = 16;
	for (size_t i = 0; i < from_size; i++)
		pack->word_count += from[i].offset != 0;
	while (size < pack->word_count + pack->word_count / 2)
		size *= 2;
	struct vocab_slot *slots = ARENA_ARRAY(loader->arena, struct vocab_slot, size);
	uint32_t *order = ARENA_ARRAY(loader->arena, uint32_t, pack->word_count);
	uint32_t *places = ARENA_ARRAY(loader->arena, uint32_t, pack->word_count);
	const struct ranked *ranked = rank_words(loader, from, from_size, pack->word_count);
	if (!slots || !order || !places || !ranked)
		return no_memory(loader);
	for (uint32_t number = 0; number < pack->word_count; number++) {
		size_t at = ranked[number].slot->hash & (size - 1);
		while (slots[at].offset)
			at = (at + 1) & (size - 1);
		slots[at] = *ranked[number].slot;
		slots[at].number = number;
		order[number] = ranked[number].order;
		places[number] = (uint32_t)at;
	}
	pack->vocab_slots = slots;
	pack->vocab_count = size;
	pack->word_order = order;
	pack->word_order_count = pack->word_count;
	return rewrite_strings(loader, first, slots, places, pack->word_count);
}

/* The flags of a word that files of these languages hold. */
static unsigned lang_flags(const struct loader *loader, uint16_t langs)
{
	unsigned flags = 0;
	for (unsigned i = 0; i < VOCAB_LANGS; i++)
		for (unsigned k = 0; (langs >> i & 1) && k < loader->langs.count && k < VOCAB_LANGS; k++) {
			struct pstr lang = *TABLE_AT(loader->langs, struct pstr, k);
			if (str_eq(str_make((char *)loader->strings.items + lang.offset, lang.len), loader->word_langs[i]))
				flags |= (unsigned)VOCAB_LANG << k;
		}
	return flags;
}

static int finish_vocab(struct loader *loader, struct pack *pack)
{
	size_t first = loader->strings.count, words = loader->keyterms.count + loader->ordinary.count + 1, size = 1024;
	for (size_t i = 0; i < loader->literals.count; i++)
		words += TABLE_AT(loader->literals, struct literal_work, i)->tokens;
	while (size < words * 2)
		size *= 2;
	struct vocab_slot *slots = ARENA_ARRAY(loader->arena, struct vocab_slot, size);
	if (!slots)
		return no_memory(loader);
	for (size_t i = 0; i < loader->literals.count; i++) {
		const struct literal_work *literal = TABLE_AT(loader->literals, struct literal_work, i);
		struct str rest = str_sub(literal->text, 1, literal->text.len - 1);
		while (rest.ptr) {
			int rc = add_word(loader, slots, size, str_split(&rest, ' '),
				VOCAB_KNOWN | (literal->key ? VOCAB_KEY : 0) | lang_flags(loader, literal->langs));
			if (rc < 0)
				return rc;
		}
	}
	int rc = add_words(loader, slots, size, &loader->ordinary, VOCAB_KNOWN);
	if (rc == 0)
		rc = add_words(loader, slots, size, &loader->keyterms, VOCAB_KNOWN | VOCAB_KEY | VOCAB_KEYTERM);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < size; i++)
		slots[i].number = (uint32_t)i; /* until they are ranked */
	return settle_vocab(loader, slots, size, first, pack);
}

/* ---- concepts by id ---- */

struct named {
	struct str id;
	uint32_t number;
};

static int by_id(const void *a, const void *b)
{
	return str_cmp(((const struct named *)a)->id, ((const struct named *)b)->id);
}

static int order_concepts(struct loader *loader, struct pack *pack)
{
	struct named *all = ARENA_ARRAY(loader->arena, struct named, pack->concept_count);
	uint32_t *order = ARENA_ARRAY(loader->arena, uint32_t, pack->concept_count);
	if (!all || !order)
		return no_memory(loader);
	for (size_t i = 0; i < pack->concept_count; i++)
		all[i] = (struct named){ pack_str(pack, pack->concepts[i].id), (uint32_t)i };
	if (pack->concept_count)
		qsort(all, pack->concept_count, sizeof *all, by_id);
	for (size_t i = 0; i < pack->concept_count; i++)
		order[i] = all[i].number;
	pack->concepts_by_id = order;
	pack->concept_by_id_count = pack->concept_count;
	return 0;
}

/* ---- files ---- */

enum file_kind {
	KIND_LEXICON = 0,
	KIND_CONTEXT,
	KIND_CONCEPTS,
	KIND_KEYTERMS,
	KIND_HELPLINES,
	KIND_PERSON_NAMES,
	KIND_CLASSIFIER,
	KIND_MEDICATIONS,
	KIND_OTHER
};
#define KIND_NAMES "lexicon context concepts keyterms helplines names classifier medications"
#define KIND_NAMES_OTHER \
	KIND_NAMES " levels policy messages dialogue instrument instrument_text module jurisdiction consent_document redteam scenario " \
		   "triage triage_rules playbooks duties"

static int read_file(struct loader *loader, const struct screen_source *source, const struct yaml_node **ret_root, enum file_kind *ret_kind)
{
	const struct yaml_node *node;
	int kind = 0;
	int rc = yaml_read(loader->arena, source->name, source->bytes, PACK_BYTES_MAX, ret_root, loader->reterr);
	if (rc == 0 && (*ret_root)->kind != YAML_MAP)
		rc = yaml_fail(*ret_root, loader->reterr, "a pack is a map that begins with \"kind:\"");
	if (rc == 0)
		rc = yaml_need(*ret_root, "kind", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_choice(node, KIND_NAMES_OTHER, &kind, loader->reterr);
	*ret_kind = kind < KIND_OTHER ? (enum file_kind)kind : KIND_OTHER;
	return rc;
}

static int load_file(struct loader *loader, const struct yaml_node *root, enum file_kind kind)
{
	int rc = kind == KIND_OTHER ? 0 : load_head(loader, root);
	if (rc < 0)
		return rc;
	switch (kind) {
	case KIND_LEXICON: return load_lexicon(loader, root);
	case KIND_CONTEXT: return load_context(loader, root);
	case KIND_KEYTERMS: return load_keyterms(loader, root);
	case KIND_HELPLINES: return load_lines(loader, root);
	case KIND_CLASSIFIER: return load_model(loader, root);
	case KIND_PERSON_NAMES:
		rc = load_person_names(loader, root);
		return rc < 0 ? rc : load_examples(loader, yaml_get(root, "examples"), ROLES_CLIENT);
	case KIND_CONCEPTS: return link_absent(loader, root);
	case KIND_MEDICATIONS: return load_examples(loader, yaml_get(root, "examples"), ROLES_CLIENT);
	case KIND_OTHER: break;
	}
	return 0;
}

static int check_ids(struct loader *loader, const struct yaml_node *const *roots, const enum file_kind *kinds, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *id = yaml_get(roots[i], "id");
		for (size_t k = 0; id && kinds[i] != KIND_OTHER && k < i; k++) {
			const struct yaml_node *other = yaml_get(roots[k], "id");
			if (other && str_eq(other->text, id->text))
				return yaml_fail(id, loader->reterr, "the id is also that of " STR_FMT, STR_ARG(roots[k]->file));
		}
	}
	return 0;
}

static int load_files(struct loader *loader, const struct screen_source *sources, size_t source_count)
{
	const struct yaml_node **roots = ARENA_ARRAY(loader->arena, const struct yaml_node *, source_count);
	enum file_kind *kinds = ARENA_ARRAY(loader->arena, enum file_kind, source_count);
	int rc = roots && kinds ? 0 : no_memory(loader);
	for (size_t i = 0; rc == 0 && i < source_count; i++) {
		rc = read_file(loader, &sources[i], &roots[i], &kinds[i]);
		if (rc == 0 && kinds[i] == KIND_CONCEPTS)
			rc = load_concepts(loader, roots[i]);
		if (rc == 0 && kinds[i] == KIND_MEDICATIONS)
			rc = load_head(loader, roots[i]);
		if (rc == 0 && kinds[i] == KIND_MEDICATIONS)
			rc = load_medicines(loader, roots[i]);
	}
	if (rc == 0)
		rc = check_ids(loader, roots, kinds, source_count);
	for (size_t i = 0; rc == 0 && i < source_count; i++)
		rc = load_file(loader, roots[i], kinds[i]);
	return rc;
}

static int check_terms(struct loader *loader)
{
	for (size_t i = 0; i < loader->terms.count; i++) {
		struct pstr term = *TABLE_AT(loader->terms, struct pstr, i);
		struct str text = str_make((char *)loader->strings.items + term.offset, term.len);
		if (!term_names_something(loader, text))
			return err_set(loader->reterr, E_INVALID, "screen/pack", "after: \"" STR_FMT "\" names no concept", STR_ARG(text));
	}
	return 0;
}

int pack_load(struct arena *arena, const struct fold_tables *tables, const struct screen_source *sources, size_t source_count,
	struct pack *ret_pack, struct pack_example **ret_examples, struct err *reterr)
{
	struct loader *loader = ARENA_NEW(arena, struct loader);
	if (!loader)
		return err_set(reterr, E_MEMORY, "screen/pack", "no memory for the packs");
	*loader = (struct loader){ .arena = arena,
		.tables = tables,
		.reterr = reterr,
		.strings = { .size = 1 },
		.concepts = { .size = sizeof(struct pack_concept) },
		.phrases = { .size = sizeof(struct pack_phrase) },
		.elements = { .size = sizeof(struct pack_element) },
		.terms = { .size = sizeof(struct pstr) },
		.lines = { .size = sizeof(struct pack_line) },
		.langs = { .size = sizeof(struct pstr) },
		.keyterms = { .size = sizeof(struct pstr) },
		.names = { .size = sizeof(struct name_work) },
		.ordinary = { .size = sizeof(struct pstr) },
		.models = { .size = sizeof(struct pack_model) },
		.heads = { .size = sizeof(struct pack_head) },
		.weights = { .size = sizeof(int8_t) },
		.literals = { .size = sizeof(struct literal_work) },
		.slots = { .size = sizeof(struct slot_work) },
		.atoms = { .size = sizeof(struct atom_work) },
		.builtins = { .size = sizeof(struct atom_work) },
		.medicines = { .size = sizeof(struct pack_medicine) },
		.medicine_names = { .size = sizeof(struct pack_medicine_name) } };
	loader->examples_end = &loader->examples;
	struct pack pack = { 0 };
	struct pstr nothing;
	int rc = string_add(loader, STR("\n"), &nothing); /* so that no string has offset 0 */
	if (rc == 0)
		rc = load_files(loader, sources, source_count);
	if (rc == 0)
		rc = check_terms(loader);
	if (rc == 0)
		rc = slots_finish(loader, &pack);
	if (rc == 0)
		rc = medicines_finish(loader, &pack);
	if (rc == 0)
		rc = finish_vocab(loader, &pack);
	if (rc == 0)
		rc = names_finish(loader, &pack);
	if (rc < 0)
		return rc;
	pack.strings = str_make(loader->strings.items, loader->strings.count);
	rc = steps_finish(loader, &pack);
	if (rc == 0)
		rc = names_of_words(loader, &pack);
	if (rc < 0)
		return rc;
	pack.concepts = loader->concepts.items;
	pack.concept_count = loader->concepts.count;
	pack.phrases = loader->phrases.items;
	pack.phrase_count = loader->phrases.count;
	pack.elements = loader->elements.items;
	pack.element_count = loader->elements.count;
	pack.terms = loader->terms.items;
	pack.term_count = loader->terms.count;
	pack.lines = loader->lines.items;
	pack.line_count = loader->lines.count;
	pack.langs = loader->langs.items;
	pack.lang_count = loader->langs.count;
	pack.keyterms = loader->keyterms.items;
	pack.keyterm_count = loader->keyterms.count;
	pack.models = loader->models.items;
	pack.model_count = loader->models.count;
	pack.heads = loader->heads.items;
	pack.head_count = loader->heads.count;
	pack.weights = loader->weights.items;
	pack.weight_count = loader->weights.count;
	rc = order_concepts(loader, &pack);
	if (rc < 0)
		return rc;
	if (classify_words(loader->arena, &pack) < 0)
		return no_memory(loader);
	*ret_pack = pack;
	*ret_examples = loader->examples;
	return 0;
}
