/* pack_diff.c: `heedwell pack diff`: what two folders of packs do not share, entry by entry; and which rows get another level. */
#include "base/buf.h"
#include "cmd/pack.h"
#include "sys/mem.h"

#include <stdio.h>

#define SHOWN_BYTES 160u /* of an entry's text */

enum change { ADDED = 0, REMOVED, CHANGED, CHANGE_COUNT };

struct pair {
	enum change change;
	const struct pack_entry *before, *after;
};

struct diff {
	struct pair *pairs;
	size_t count;
};

static int compare(const struct pack_entry *a, const struct pack_entry *b)
{
	int by = str_cmp(a->section, b->section);
	return by ? by : str_cmp(a->key, b->key);
}

/* Both lists are in order of section, key and text. Entries of one key (a phrase given twice) are paired by their order. */
static bool find_changes(struct arena *arena, const struct pack_entry *before, size_t before_count, const struct pack_entry *after,
	size_t after_count, struct diff *ret_diff)
{
	struct pair *pairs = ARENA_ARRAY(arena, struct pair, before_count + after_count + 1);
	size_t i = 0, k = 0, count = 0;
	while (pairs && (i < before_count || k < after_count)) {
		int by = i == before_count ? 1 : k == after_count ? -1 : compare(&before[i], &after[k]);
		if (by < 0)
			pairs[count++] = (struct pair){ REMOVED, &before[i++], NULL };
		else if (by > 0)
			pairs[count++] = (struct pair){ ADDED, NULL, &after[k++] };
		else if (str_eq(before[i].text, after[k].text))
			i++, k++;
		else
			pairs[count++] = (struct pair){ CHANGED, &before[i++], &after[k++] };
	}
	*ret_diff = (struct diff){ pairs, count };
	return pairs != NULL;
}

static const struct pack_entry *entry_of(const struct pair *pair)
{
	return pair->after ? pair->after : pair->before;
}

/* ---- For people ---- */

static void print_short(struct str text)
{
	size_t len = text.len;
	if (len > SHOWN_BYTES) {
		len = SHOWN_BYTES;
		while (len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
			len--;
	}
	printf(STR_FMT "%s", (int)len, text.ptr ? text.ptr : "", len < text.len ? "..." : "");
}

static void print_word_changes(struct arena *arena, const struct yaml_node *before, const struct yaml_node *after, const char *sign)
{
	for (const struct yaml_node *item = after->first; item; item = item->next) {
		bool there = false;
		struct str text = pack_canonical(arena, item);
		for (const struct yaml_node *other = before->first; other && !there; other = other->next)
			there = str_eq(pack_canonical(arena, other), text);
		if (there)
			continue;
		printf("        %s ", sign);
		print_short(text);
		putchar('\n');
	}
}

static void print_member(struct arena *arena, struct str name, const struct yaml_node *before, const struct yaml_node *after)
{
	printf("      " STR_FMT ": ", STR_ARG(name));
	if (before && after && before->kind == YAML_LIST && after->kind == YAML_LIST) {
		putchar('\n');
		print_word_changes(arena, after, before, "-");
		print_word_changes(arena, before, after, "+");
		return;
	}
	print_short(before ? pack_canonical(arena, before) : STR("(nothing)"));
	fputs(" -> ", stdout);
	print_short(after ? pack_canonical(arena, after) : STR("(nothing)"));
	putchar('\n');
}

static bool same(struct arena *arena, const struct yaml_node *a, const struct yaml_node *b)
{
	return a && b && str_eq(pack_canonical(arena, a), pack_canonical(arena, b));
}

static void print_inside(struct arena *arena, const struct pair *pair)
{
	const struct yaml_node *before = pair->before->node, *after = pair->after->node;
	if (!before || !after || before->kind != after->kind || before->kind == YAML_TEXT) {
		fputs("      ", stdout);
		print_short(pair->before->text);
		fputs(" -> ", stdout);
		print_short(pair->after->text);
		putchar('\n');
		return;
	}
	if (before->kind == YAML_LIST) {
		print_word_changes(arena, after, before, "-");
		print_word_changes(arena, before, after, "+");
		return;
	}
	for (const struct yaml_node *member = before->first; member; member = member->next) {
		const struct yaml_node *other = yaml_get(after, arena_copy(arena, member->key).ptr);
		if (!same(arena, member, other))
			print_member(arena, member->key, member, other);
	}
	for (const struct yaml_node *member = after->first; member; member = member->next)
		if (!yaml_get(before, arena_copy(arena, member->key).ptr))
			print_member(arena, member->key, NULL, member);
}

static void tell_text(struct arena *arena, const struct diff *diff)
{
	static const char signs[CHANGE_COUNT] = { '+', '-', '~' };
	for (size_t i = 0; i < diff->count; i++) {
		struct str section = entry_of(&diff->pairs[i])->section;
		bool first = i == 0 || !str_eq(section, entry_of(&diff->pairs[i - 1])->section);
		size_t counts[CHANGE_COUNT] = { 0 };
		for (size_t k = i; first && k < diff->count && str_eq(entry_of(&diff->pairs[k])->section, section); k++)
			counts[diff->pairs[k].change]++;
		if (first)
			printf(STR_FMT ": %zu added, %zu removed, %zu changed\n", STR_ARG(section), counts[ADDED], counts[REMOVED],
				counts[CHANGED]);
		printf("  %c ", signs[diff->pairs[i].change]);
		print_short(entry_of(&diff->pairs[i])->key);
		printf("   (" STR_FMT ":%d)\n", STR_ARG(entry_of(&diff->pairs[i])->file), entry_of(&diff->pairs[i])->line);
		if (diff->pairs[i].change == CHANGED)
			print_inside(arena, &diff->pairs[i]);
	}
	if (!diff->count)
		puts("no entry differs");
}

/* ---- For programs ---- */

static void tell_json(const struct diff *diff, struct buf *out)
{
	static const char *const names[CHANGE_COUNT] = { "added", "removed", "changed" };
	buf_add_c(out, "{\"entries\":[");
	for (size_t i = 0; i < diff->count; i++) {
		const struct pair *pair = &diff->pairs[i];
		buf_printf(out, "%s{\"change\":\"%s\",\"section\":", i ? "," : "", names[pair->change]);
		buf_add_json(out, entry_of(pair)->section);
		buf_add_c(out, ",\"key\":");
		buf_add_json(out, entry_of(pair)->key);
		buf_add_c(out, ",\"file\":");
		buf_add_json(out, entry_of(pair)->file);
		buf_printf(out, ",\"line\":%d", entry_of(pair)->line);
		if (pair->change == CHANGED) {
			buf_add_c(out, ",\"before\":");
			buf_add_json(out, pair->before->text);
			buf_add_c(out, ",\"after\":");
			buf_add_json(out, pair->after->text);
		}
		buf_add_byte(out, '}');
	}
	buf_add_c(out, "]");
}

int pack_diff(struct arena *arena, struct str before, struct str after, const char *rows_file, bool json)
{
	struct pack_entry *old = NULL, *new = NULL;
	size_t old_count = 0, new_count = 0;
	struct diff diff = { NULL, 0 };
	struct pack_rows *rows = NULL;
	struct err err = { 0 };
	int rc = pack_entries(arena, before, &old, &old_count, &err);
	if (rc == 0)
		rc = pack_entries(arena, after, &new, &new_count, &err);
	if (rc == 0 && !find_changes(arena, old, old_count, new, new_count, &diff))
		rc = err_set(&err, E_MEMORY, "cmd/pack", "no memory for the packs");
	if (rc == 0 && rows_file)
		rc = pack_rows_run(arena, before, after, rows_file, &rows, &err);
	if (rc < 0) {
		fprintf(stderr, "heedwell pack: %s\n", err.message);
		return 2;
	}
	if (json) {
		struct buf out;
		buf_init(&out, mem_system(), 256u << 20);
		tell_json(&diff, &out);
		fwrite(out.ptr, 1, out.len, stdout);
		rc = out.failed ? E_MEMORY : 0;
		buf_done(&out);
		if (rows)
			pack_rows_json(rows);
		puts("}");
	} else {
		tell_text(arena, &diff);
		if (rows)
			pack_rows_text(rows);
	}
	return rc < 0 || arena_failed(arena) ? 2 : diff.count || (rows && pack_rows_changed(rows)) ? 1 : 0;
}
