/* redact.c: see redact.h. Spans are merged first, so that nothing of an identifier is left beside a shorter one; then the text is written
 * once from left to right. */
#include "screen/redact.h"

#include <stdlib.h>

#define RESTORED_BYTES_MAX (16u * 1024u * 1024u)

struct span {
	size_t start, end;
	struct str kind;
	size_t length; /* of the finding that gave the kind */
	int confidence;
};

struct spans {
	struct span *items;
	size_t count;
};

/* ---- spans ---- */

static struct str kind_of(struct arena *arena, struct str concept)
{
	static const struct {
		const char *concept, *kind;
	} names[] = { { "pii.name", "PERSON" }, { "pii.national_id", "ID" }, { "pii.date_of_birth", "BIRTH_DATE" } };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (str_eqc(concept, names[i].concept))
			return str_c(names[i].kind);
	struct str copy = arena_copy(arena, str_sub(concept, 4, concept.len));
	char *bytes = (char *)(uintptr_t)copy.ptr;
	for (size_t i = 0; i < copy.len; i++)
		bytes[i] = bytes[i] >= 'a' && bytes[i] <= 'z' ? (char)(bytes[i] - 0x20) : '_';
	return copy;
}

static bool is_upper(char c)
{
	return (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of something that reads as a pseudonym at `at`, or 0. */
static size_t pseudonym_length(struct str text, size_t at)
{
	size_t end = at + 1, letters, digits;
	if (at >= text.len || text.ptr[at] != '[')
		return 0;
	for (letters = 0; end < text.len && is_upper(text.ptr[end]); letters++)
		end++;
	if (letters < 2 || text.ptr[end - 1] != '_')
		return 0;
	for (digits = 0; end < text.len && is_digit(text.ptr[end]); digits++)
		end++;
	if (digits && end + 1 < text.len && text.ptr[end] == '.' && is_digit(text.ptr[end + 1]))
		for (end++; end < text.len && is_digit(text.ptr[end]);)
			end++;
	return digits && end < text.len && text.ptr[end] == ']' ? end + 1 - at : 0;
}

static int compare_spans(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	if (x->confidence != y->confidence)
		return x->confidence > y->confidence ? -1 : 1;
	return str_cmp(x->kind, y->kind);
}

/* The longest, then the most certain, gives its kind to the whole. */
static void join_spans(struct spans *spans)
{
	size_t kept = 0;
	for (size_t i = 0; i < spans->count; i++) {
		struct span *last = kept ? &spans->items[kept - 1] : NULL;
		const struct span *span = &spans->items[i];
		if (!last || span->start >= last->end) {
			spans->items[kept++] = *span;
			continue;
		}
		if (span->length > last->length || (span->length == last->length && span->confidence > last->confidence)) {
			last->kind = span->kind;
			last->length = span->length;
			last->confidence = span->confidence;
		}
		last->end = span->end > last->end ? span->end : last->end;
	}
	spans->count = kept;
}

static int collect_spans(struct arena *arena, struct str text, const struct verdict *verdict, struct spans *spans)
{
	size_t literals = 0;
	for (size_t at = 0; at < text.len; at++)
		literals += pseudonym_length(text, at) > 0;
	spans->count = 0;
	spans->items = ARENA_ARRAY(arena, struct span, verdict->finding_count + literals + 1);
	if (!spans->items)
		return E_MEMORY;
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		if (finding->family != FAMILY_PII || finding->turn != 0 || finding->end <= finding->start)
			continue;
		if (finding->end > text.len)
			return E_NOT_FOUND;
		struct str kind = kind_of(arena, finding->concept);
		if (!kind.ptr)
			return E_MEMORY;
		spans->items[spans->count++] = (struct span){ finding->start, finding->end, kind, finding->end - finding->start,
			finding->confidence };
	}
	for (size_t at = 0; literals && at < text.len; at++) {
		size_t len = pseudonym_length(text, at);
		if (len)
			spans->items[spans->count++] = (struct span){ at, at + len, STR("LITERAL"), len, 1000 };
	}
	if (spans->count)
		qsort(spans->items, spans->count, sizeof *spans->items, compare_spans);
	join_spans(spans);
	return 0;
}

/* ---- the map ---- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The next byte that counts: letters without case, digits, all beyond ASCII; SIZE_MAX at the end. */
static size_t next_counting(struct str text, size_t at)
{
	for (; at < text.len; at++) {
		char c = lower(text.ptr[at]);
		if ((c >= 'a' && c <= 'z') || is_digit(c) || (unsigned char)c >= 0x80)
			return at;
	}
	return SIZE_MAX;
}

static bool same_letters(struct str a, struct str b)
{
	size_t i = next_counting(a, 0), k = next_counting(b, 0);
	while (i != SIZE_MAX && k != SIZE_MAX) {
		if (lower(a.ptr[i]) != lower(b.ptr[k]))
			return false;
		i = next_counting(a, i + 1);
		k = next_counting(b, k + 1);
	}
	return i == k;
}

/* One word of a name of several: "Ana" of "Ana Gil". */
static bool is_part(struct str part, struct str name)
{
	struct str rest = name;
	if (str_find(part, STR(" "), 0) != SIZE_MAX || str_find(name, STR(" "), 0) == SIZE_MAX)
		return false;
	while (rest.ptr)
		if (same_letters(str_split(&rest, ' '), part))
			return true;
	return false;
}

/* Another whole name goes by the number already: "Ana" was Ana Gil, so Ana Ruiz is somebody else. */
static bool is_taken(const struct redact_map *map, unsigned number, struct str text)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct redact_entry *entry = &map->items[i];
		bool whole = str_find(entry->text, STR(" "), 0) != SIZE_MAX;
		if (entry->number == number && str_eqc(entry->kind, "PERSON") && whole && !same_letters(entry->text, text))
			return true;
	}
	return false;
}

static bool same_one(const struct redact_map *map, const struct redact_entry *entry, struct str text)
{
	if (same_letters(entry->text, text))
		return true;
	if (!str_eqc(entry->kind, "PERSON"))
		return false;
	return is_part(text, entry->text) || (is_part(entry->text, text) && !is_taken(map, entry->number, text));
}

static struct redact_entry *add_entry(struct redact_map *map)
{
	if (map->count == map->capacity) {
		size_t capacity = map->capacity * 2 + 16;
		struct redact_entry *items = ARENA_ARRAY(map->arena, struct redact_entry, capacity);
		if (!items)
			return NULL;
		if (map->count)
			memcpy(items, map->items, map->count * sizeof *items);
		map->items = items;
		map->capacity = capacity;
	}
	return &map->items[map->count++];
}

/* The entry of this very text; a new one where there is none yet. */
static int find_entry(struct redact_map *map, struct str kind, struct str text, struct str *ret_pseudonym)
{
	unsigned number = 0, last = 0, spelling = 1;
	for (size_t i = 0; i < map->count; i++) {
		const struct redact_entry *entry = &map->items[i];
		if (!str_eq(entry->kind, kind))
			continue;
		if (str_eq(entry->text, text)) {
			*ret_pseudonym = entry->pseudonym;
			return 0;
		}
		last = entry->number > last ? entry->number : last;
		if (!number && !str_eqc(kind, "LITERAL") && same_one(map, entry, text))
			number = entry->number;
	}
	for (size_t i = 0; number && i < map->count; i++)
		spelling += str_eq(map->items[i].kind, kind) && map->items[i].number == number;
	if (map->count >= REDACT_ENTRIES_MAX)
		return E_LIMIT;
	struct redact_entry entry = { .kind = arena_copy(map->arena, kind),
		.text = arena_copy(map->arena, text),
		.number = number ? number : last + 1,
		.spelling = spelling };
	entry.pseudonym = spelling == 1 ? arena_printf(map->arena, "[" STR_FMT "_%u]", STR_ARG(kind), entry.number)
					: arena_printf(map->arena, "[" STR_FMT "_%u.%u]", STR_ARG(kind), entry.number, entry.spelling);
	struct redact_entry *slot = add_entry(map);
	if (!slot || !entry.kind.ptr || !entry.text.ptr || !entry.pseudonym.ptr)
		return E_MEMORY;
	*slot = entry;
	*ret_pseudonym = entry.pseudonym;
	return 0;
}

/* ---- writing ---- */

struct writing {
	char *bytes;
	size_t len;
};

static void put(struct writing *out, struct str text)
{
	if (text.len)
		memcpy(out->bytes + out->len, text.ptr, text.len);
	out->len += text.len;
}

int redact_run(struct arena *arena, struct str text, const struct verdict *verdict, struct redact_map *map, struct str *ret_text)
{
	struct spans spans;
	bool whole = verdict->state != VERDICT_NOT_SCREENED && !verdict->truncated && verdict->received_bytes == text.len;
	int rc = whole ? collect_spans(arena, text, verdict, &spans) : E_NOT_FOUND;
	if (rc < 0)
		return rc;
	struct str *pseudonyms = ARENA_ARRAY(arena, struct str, spans.count + 1);
	size_t room = text.len + 1;
	for (size_t i = 0; pseudonyms && rc == 0 && i < spans.count; i++) {
		rc = find_entry(map, spans.items[i].kind, str_sub(text, spans.items[i].start, spans.items[i].end), &pseudonyms[i]);
		room += rc == 0 ? pseudonyms[i].len : 0;
	}
	struct writing out = { .bytes = rc == 0 ? arena_alloc(arena, room, 1) : NULL };
	if (rc < 0 || !pseudonyms || !out.bytes)
		return rc < 0 ? rc : E_MEMORY;
	size_t at = 0;
	for (size_t i = 0; i < spans.count; i++) {
		put(&out, str_sub(text, at, spans.items[i].start));
		put(&out, pseudonyms[i]);
		at = spans.items[i].end;
	}
	put(&out, str_sub(text, at, text.len));
	*ret_text = str_make(out.bytes, out.len);
	return 0;
}

static const struct redact_entry *entry_of(const struct redact_map *map, struct str pseudonym)
{
	for (size_t i = 0; i < map->count; i++)
		if (str_eq(map->items[i].pseudonym, pseudonym))
			return &map->items[i];
	return NULL;
}

/* One pass: with bytes, writes; without, only counts. */
static size_t restore_into(struct str text, const struct redact_map *map, char *bytes)
{
	size_t len = 0;
	for (size_t at = 0; at < text.len;) {
		size_t size = pseudonym_length(text, at);
		const struct redact_entry *entry = size ? entry_of(map, str_sub(text, at, at + size)) : NULL;
		struct str part = entry ? entry->text : str_sub(text, at, at + (size ? size : 1));
		if (bytes && part.len)
			memcpy(bytes + len, part.ptr, part.len);
		len += part.len;
		at += size ? size : 1;
		if (len > RESTORED_BYTES_MAX)
			break;
	}
	return len;
}

int redact_restore(struct arena *arena, struct str text, const struct redact_map *map, struct str *ret_text)
{
	size_t len = restore_into(text, map, NULL);
	if (len > RESTORED_BYTES_MAX)
		return E_LIMIT;
	char *bytes = arena_alloc(arena, len + 1, 1);
	if (!bytes)
		return E_MEMORY;
	restore_into(text, map, bytes);
	*ret_text = str_make(bytes, len);
	return 0;
}
