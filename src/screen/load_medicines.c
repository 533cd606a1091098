/* load_medicines.c: packs of kind medications: names of medicines. They become literals of two atoms that every lexicon knows, @medicine
 * and
 * @medicine_group, and a sorted table of names for medication_read. */
#include "screen/load_priv.h"
#include "screen/medication.h"

#include <stdlib.h>

#define HEAD "kind id version lang author reviewed review "
#define NAME_BYTES_MAX 120u

/* @medicine and @medicine_group, there from the first such file on. */
static struct atom_work *builtin(struct loader *loader, bool group)
{
	static const char *const names[] = { "medicine", "medicine_group" };
	while (loader->builtins.count < COUNT_OF(names)) {
		struct atom_work *atom = table_add(loader, &loader->builtins);
		if (!atom)
			return NULL;
		*atom = (struct atom_work){ .name = str_c(names[loader->builtins.count - 1]) };
	}
	return TABLE_AT(loader->builtins, struct atom_work, group ? 1 : 0);
}

/* Folded, without marks, one space between words. */
static int plain_name(struct loader *loader, const struct yaml_node *node, struct str name, struct pstr *ret_text)
{
	struct view view;
	char out[NAME_BYTES_MAX * 4];
	size_t len = 0;
	if (name.len > NAME_BYTES_MAX)
		return yaml_fail(node, loader->reterr, "a name longer than %u bytes", NAME_BYTES_MAX);
	if (fold_run(loader->tables, NULL, loader->arena, name, &view) < 0)
		return no_memory(loader);
	for (size_t i = 0; i < view.count; i++) {
		struct str word = token_text(&view, &view.tokens[i]);
		if (len + word.len + 1 > sizeof out)
			return yaml_fail(node, loader->reterr, "too long");
		if (len)
			out[len++] = ' ';
		size_t bare = fold_unmark(loader->tables, word, out + len);
		if (!bare)
			memcpy(out + len, word.ptr, word.len);
		len += bare ? bare : word.len;
	}
	return string_add(loader, str_make(out, len), ret_text);
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Names are told apart without regard to the case of ASCII letters: a brand is written with a capital, the everyday word without. */
static bool same_name(struct str a, struct str b)
{
	bool same = a.len == b.len;
	for (size_t i = 0; same && i < a.len; i++)
		same = lower(a.ptr[i]) == lower(b.ptr[i]);
	return same;
}

/* Whether it stands in a text, a list, or a map of lists. */
static bool among(struct str name, const struct yaml_node *node)
{
	bool found = node && node->kind == YAML_TEXT && same_name(node->text, name);
	for (const struct yaml_node *item = node && node->kind != YAML_TEXT ? node->first : NULL; !found && item; item = item->next)
		found = among(name, item);
	return found;
}

/* An everyday name that is no name of the medicine is a slip of the pen. */
static int check_everyday(const struct loader *loader, const struct yaml_node *map)
{
	static const char *const kept[] = { "name", "local", "brands", "spellings" };
	const struct yaml_node *everyday = yaml_get(map, "everyday");
	for (const struct yaml_node *item = everyday ? everyday->first : NULL; item; item = item->next) {
		bool found = false;
		for (size_t i = 0; !found && i < COUNT_OF(kept); i++)
			found = among(item->text, yaml_get(map, kept[i]));
		if (!found)
			return yaml_fail(item, loader->reterr, "is none of the medicine's names");
	}
	return 0;
}

struct naming {
	uint32_t medicine;
	enum medication_name kind;
	const struct yaml_node *everyday;
};

static int add_name(struct loader *loader, const struct yaml_node *node, const struct naming *naming)
{
	struct str text;
	struct pstr plain;
	int rc = yaml_text(node, &text, loader->reterr);
	if (rc == 0)
		rc = plain_name(loader, node, text, &plain);
	if (rc < 0)
		return rc;
	struct pack_medicine_name *name = table_add(loader, &loader->medicine_names);
	struct atom_work *atom = builtin(loader, naming->kind == NAME_GROUP);
	if (!name || !atom)
		return no_memory(loader);
	*name = (struct pack_medicine_name){
		.text = plain, .medicine = naming->medicine, .kind = (uint8_t)naming->kind, .everyday = among(text, naming->everyday)
	};
	if (name->everyday)
		return 0;
	loader->naming = true;
	rc = literal_add(loader, node, text, &atom->literals, &atom->count);
	loader->naming = false;
	return rc;
}

static int add_list(struct loader *loader, const struct yaml_node *list, const struct naming *naming)
{
	int rc = 0;
	if (list && list->kind != YAML_LIST)
		return yaml_fail(list, loader->reterr, "must be a list of names");
	for (const struct yaml_node *item = list ? list->first : NULL; rc == 0 && item; item = item->next)
		rc = add_name(loader, item, naming);
	return rc;
}

/* A map from language or country, two letters each, to lists of names. */
static int add_map(struct loader *loader, const struct yaml_node *map, const struct naming *naming)
{
	int rc = 0;
	if (map && map->kind != YAML_MAP)
		return yaml_fail(map, loader->reterr, "must be a map of two letters to lists of names");
	for (const struct yaml_node *list = map ? map->first : NULL; rc == 0 && list; list = list->next)
		rc = list->key.len == 2
			     ? add_list(loader, list, naming)
			     : yaml_fail(list, loader->reterr, "the key must be two letters: a language, or a country for brands");
	return rc;
}

static int load_medicine(struct loader *loader, const struct yaml_node *map, bool group)
{
	const struct yaml_node *name, *kind = NULL, *everyday = yaml_get(map, "everyday");
	struct pack_medicine medicine;
	struct naming naming = {
		.medicine = (uint32_t)loader->medicines.count, .kind = group ? NAME_GROUP : NAME_GENERIC, .everyday = everyday
	};
	int rc = yaml_keys(map, group ? "name local everyday" : "name group local brands spellings everyday", loader->reterr);
	if (rc == 0)
		rc = yaml_need(map, "name", YAML_TEXT, &name, loader->reterr);
	if (rc == 0 && !group)
		rc = yaml_need(map, "group", YAML_TEXT, &kind, loader->reterr);
	if (rc == 0 && everyday && everyday->kind != YAML_LIST)
		rc = yaml_fail(everyday, loader->reterr, "must be a list of its names");
	if (rc == 0)
		rc = check_everyday(loader, map);
	if (rc == 0)
		rc = string_add(loader, name->text, &medicine.name);
	if (rc == 0)
		rc = string_add(loader, kind ? kind->text : STR("group"), &medicine.group);
	if (rc < 0)
		return rc;
	struct pack_medicine *slot = table_add(loader, &loader->medicines);
	if (!slot)
		return no_memory(loader);
	*slot = medicine;
	if (!group || !yaml_get(map, "local"))
		rc = add_name(loader, name, &naming);
	if (rc == 0)
		rc = add_map(loader, yaml_get(map, "local"), &naming);
	if (rc == 0)
		rc = add_list(loader, yaml_get(map, "spellings"), &naming);
	naming.kind = group ? NAME_GROUP : NAME_BRAND;
	return rc < 0 ? rc : add_map(loader, yaml_get(map, "brands"), &naming);
}

static int load_all(struct loader *loader, const struct yaml_node *list, bool group)
{
	int rc = 0;
	if (list && list->kind != YAML_LIST)
		return yaml_fail(list, loader->reterr, "must be a list");
	for (const struct yaml_node *map = list ? list->first : NULL; rc == 0 && map; map = map->next)
		rc = load_medicine(loader, map, group);
	return rc;
}

int load_medicines(struct loader *loader, const struct yaml_node *root)
{
	const struct yaml_node *node;
	struct str text;
	int rc = yaml_keys(root, HEAD "source verified_at medicines groups examples", loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "source", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_text(node, &text, loader->reterr);
	if (rc == 0)
		rc = yaml_need(root, "verified_at", YAML_TEXT, &node, loader->reterr);
	if (rc == 0)
		rc = yaml_text(node, &text, loader->reterr);
	if (rc == 0 && !builtin(loader, false))
		rc = no_memory(loader);
	if (rc == 0)
		rc = yaml_need(root, "medicines", YAML_LIST, &node, loader->reterr);
	if (rc == 0)
		rc = load_all(loader, node, false);
	return rc < 0 ? rc : load_all(loader, yaml_get(root, "groups"), true);
}

struct sorting {
	struct str text;
	struct pack_medicine_name name;
};

static int compare_names(const void *a, const void *b)
{
	const struct sorting *x = a, *y = b;
	int by_text = str_cmp(x->text, y->text);
	if (by_text)
		return by_text;
	if (x->name.medicine != y->name.medicine)
		return x->name.medicine < y->name.medicine ? -1 : 1;
	return x->name.kind - y->name.kind; /* the generic name, where it is sold under that too */
}

int medicines_finish(struct loader *loader, struct pack *pack)
{
	size_t count = loader->medicine_names.count, kept = 0;
	struct sorting *sorted = ARENA_ARRAY(loader->arena, struct sorting, count);
	struct pack_medicine_name *names = loader->medicine_names.items;
	if (!sorted)
		return no_memory(loader);
	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct sorting){ str_make((char *)loader->strings.items + names[i].text.offset, names[i].text.len), names[i] };
	if (count)
		qsort(sorted, count, sizeof *sorted, compare_names);
	for (size_t i = 0; i < count; i++) {
		bool again = i > 0 && str_eq(sorted[i].text, sorted[i - 1].text);
		if (again && sorted[i].name.medicine != sorted[i - 1].name.medicine)
			return err_set(loader->reterr, E_INVALID, "screen/pack", "the name \"" STR_FMT "\" belongs to two medicines",
				STR_ARG(sorted[i].text));
		if (!again)
			names[kept++] = sorted[i].name;
	}
	pack->medicines = loader->medicines.items;
	pack->medicine_count = loader->medicines.count;
	pack->medicine_names = names;
	pack->medicine_name_count = kept;
	return 0;
}
