/* pack_yaml.c: pack files as a list of entries that can be compared: each has a key that says what it is (an id, or the words
 * that it seeks), wherever it stands, and a text that holds all of it. */
#include "base/buf.h"
#include "cmd/pack.h"
#include "cmd/packs.h"
#include "sys/mem.h"

#include <stdio.h>
#include <stdlib.h>

#define PACK_BYTES_MAX (2u * 1024u * 1024u)
#define LINE_BYTES_MAX (4u * 1024u * 1024u)

/* ---- One form for a node ---- */

static int by_key(const void *a, const void *b)
{
	return str_cmp((*(const struct yaml_node *const *)a)->key, (*(const struct yaml_node *const *)b)->key);
}

static void add_node(struct buf *out, struct arena *arena, const struct yaml_node *node)
{
	if (node->kind == YAML_TEXT) {
		buf_add(out, node->text);
		return;
	}
	const struct yaml_node **children = ARENA_ARRAY(arena, const struct yaml_node *, node->count + 1);
	size_t count = 0;
	for (const struct yaml_node *child = children ? node->first : NULL; child; child = child->next)
		children[count++] = child;
	if (node->kind == YAML_MAP && count)
		qsort(children, count, sizeof *children, by_key);
	buf_add_byte(out, node->kind == YAML_MAP ? '{' : '[');
	for (size_t i = 0; i < count; i++) {
		buf_add_c(out, i ? ", " : "");
		if (node->kind == YAML_MAP) {
			buf_add(out, children[i]->key);
			buf_add_c(out, ": ");
		}
		add_node(out, arena, children[i]);
	}
	buf_add_byte(out, node->kind == YAML_MAP ? '}' : ']');
}

struct str pack_canonical(struct arena *arena, const struct yaml_node *node)
{
	struct buf out;
	buf_init(&out, mem_system(), LINE_BYTES_MAX);
	add_node(&out, arena, node);
	struct str copy = out.failed ? (struct str){ NULL, 0 } : arena_copy(arena, buf_str(&out));
	buf_done(&out);
	return copy;
}

/* ---- What makes an entry this one ---- */

struct entries {
	struct arena *arena;
	struct pack_entry *items;
	size_t count, capacity;
	struct str pack, file; /* of the file in hand */
};

static int add(struct entries *entries, struct str section, struct str key, struct str text, const struct yaml_node *node, int line)
{
	if (entries->count == entries->capacity) {
		size_t capacity = entries->capacity * 2 + 1024;
		struct pack_entry *items = ARENA_ARRAY(entries->arena, struct pack_entry, capacity);
		if (!items)
			return E_MEMORY;
		if (entries->count)
			memcpy(items, entries->items, entries->count * sizeof *items);
		entries->items = items;
		entries->capacity = capacity;
	}
	entries->items[entries->count++] = (struct pack_entry){ section, key, text, node, entries->file, line };
	return arena_failed(entries->arena) ? E_MEMORY : 0;
}

/* The members that name an entry, in the order in which they are tried and joined. */
static const struct naming {
	const char *section;
	bool own; /* the key is the id alone, wherever the entry stands */
	const char *members[7];
} namings[] = { { "concepts", true, { "id" } }, { "lines", true, { "id" } }, { "rules", true, { "id" } },
	{ "phrases", false, { "concept", "seq", "all" } }, { "triggers", false, { "type", "seq" } },
	{ "questions", false, { "asks", "seq" } }, { "examples", false, { "role", "turns", "text", "country", "age" } },
	{ "situations", false, { "preset", "name" } }, { "steps", false, { "id" } }, { "families", false, { "family" } },
	{ "levels", false, { "level" } } };

static struct str key_of(struct entries *entries, struct str section, const struct yaml_node *item)
{
	struct str key = STR("");
	for (size_t i = 0; item->kind == YAML_MAP && i < COUNT_OF(namings); i++) {
		if (!str_eqc(section, namings[i].section))
			continue;
		for (size_t k = 0; k < COUNT_OF(namings[i].members) && namings[i].members[k]; k++) {
			const struct yaml_node *member = yaml_get(item, namings[i].members[k]);
			if (!member)
				continue;
			struct str text = pack_canonical(entries->arena, member);
			bool said = member->kind == YAML_TEXT && str_eqc(str_c(namings[i].members[k]), "seq");
			key = arena_printf(entries->arena, STR_FMT "%s%s" STR_FMT "%s", STR_ARG(key), key.len ? " " : "", said ? "\"" : "",
				STR_ARG(text), said ? "\"" : "");
		}
		if (key.len && namings[i].own)
			return key;
	}
	if (!key.len)
		key = pack_canonical(entries->arena, item);
	return arena_printf(entries->arena, STR_FMT ": " STR_FMT, STR_ARG(entries->pack), STR_ARG(key));
}

/* The members of a file that are one text each (version, author, review ...), as one entry for the pack. */
static int add_pack(struct entries *entries, const struct yaml_node *root)
{
	struct buf out;
	buf_init(&out, mem_system(), LINE_BYTES_MAX);
	for (const struct yaml_node *member = root->kind == YAML_MAP ? root->first : NULL; member; member = member->next) {
		if (member->kind != YAML_TEXT || str_eqc(member->key, "kind") || str_eqc(member->key, "id"))
			continue;
		buf_printf(&out, "%s" STR_FMT ": ", out.len ? ", " : "", STR_ARG(member->key));
		buf_add(&out, member->text);
	}
	struct str text = out.failed ? (struct str){ NULL, 0 } : arena_copy(entries->arena, buf_str(&out));
	buf_done(&out);
	return text.ptr ? add(entries, STR("packs"), entries->pack, text, NULL, root->line) : E_MEMORY;
}

static int add_member(struct entries *entries, const struct yaml_node *member)
{
	struct str section = str_eqc(member->key, "lines") ? STR("helplines") : member->key;
	int rc = 0;
	for (const struct yaml_node *item = member->first; rc == 0 && item; item = item->next) {
		struct str key = member->kind == YAML_LIST
					 ? key_of(entries, member->key, item)
					 : arena_printf(entries->arena, STR_FMT ": " STR_FMT, STR_ARG(entries->pack), STR_ARG(item->key));
		rc = add(entries, section, key, pack_canonical(entries->arena, item), item, item->line);
	}
	return rc;
}

static int by_section_and_key(const void *a, const void *b)
{
	const struct pack_entry *x = a, *y = b;
	int by = str_cmp(x->section, y->section);
	by = by ? by : str_cmp(x->key, y->key);
	return by ? by : str_cmp(x->text, y->text);
}

int pack_entries(struct arena *arena, struct str dir, struct pack_entry **ret_entries, size_t *ret_count, struct err *reterr)
{
	struct entries entries = { .arena = arena };
	struct screen_source *sources = NULL;
	size_t count = 0;
	int rc = packs_read(arena, dir, &sources, &count, reterr);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct yaml_node *root = NULL;
		rc = yaml_read(arena, sources[i].name, sources[i].bytes, PACK_BYTES_MAX, &root, reterr);
		if (rc < 0)
			return rc;
		const struct yaml_node *id = yaml_get(root, "id");
		entries.file = sources[i].name;
		entries.pack = id && id->kind == YAML_TEXT ? id->text : str_sub(sources[i].name, dir.len + 1, sources[i].name.len);
		rc = add_pack(&entries, root);
		for (const struct yaml_node *member = root->kind == YAML_MAP ? root->first : NULL; rc == 0 && member; member = member->next)
			rc = add_member(&entries, member);
		if (rc < 0)
			return err_set(reterr, E_MEMORY, "cmd/pack", "no memory for the packs");
	}
	if (rc == 0 && entries.count)
		qsort(entries.items, entries.count, sizeof *entries.items, by_section_and_key);
	*ret_entries = entries.items;
	*ret_count = entries.count;
	return rc;
}

/* ---- One phrase ---- */

bool pack_find_phrase(struct arena *arena, const struct screen_source *sources, size_t count, struct str id, struct pack_entry *ret_entry)
{
	size_t mark = str_find(id, STR("#"), 0), number = 0;
	if (mark == SIZE_MAX)
		return false;
	for (size_t i = mark + 1; i < id.len && number < 1000000; i++) {
		if (id.ptr[i] < '0' || id.ptr[i] > '9')
			return false;
		number = number * 10 + (size_t)(id.ptr[i] - '0');
	}
	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *root = NULL;
		if (yaml_read(arena, sources[i].name, sources[i].bytes, PACK_BYTES_MAX, &root, NULL))
			continue;
		const struct yaml_node *name = yaml_get(root, "id"), *phrases = yaml_get(root, "phrases");
		if (!name || !phrases || name->kind != YAML_TEXT || !str_eq(name->text, str_sub(id, 0, mark)))
			continue;
		for (const struct yaml_node *item = phrases->first; item; item = item->next)
			if (item->index == number) {
				const struct yaml_node *words = yaml_get(item, "seq") ? yaml_get(item, "seq") : yaml_get(item, "all");
				*ret_entry = (struct pack_entry){ STR("phrases"), id, words ? pack_canonical(arena, words) : STR(""), item,
					sources[i].name, item->line };
				return true;
			}
	}
	return false;
}
