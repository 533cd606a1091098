/* pack_list.c: see pack_list.h. Only the lines of the head are parsed, so that the long lists below them cost nothing here. */
#include "care/pack_list.h"

#include "base/yaml.h"
#include "sys/mem.h"

#include <sodium.h>
#include <string.h>

#define ARENA_MAX (16u << 20)
#define HEAD_MAX 16384u

struct pack_list {
	struct arena arena;
	struct pack_entry *entries;
	size_t count;
};

static const char *const keys[] = { "kind", "id", "version", "lang", "author", "reviewed", "verified_at", "review" };

static bool is_head(struct str line)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		size_t len = strlen(keys[i]);
		if (line.len > len && line.ptr[len] == ':' && memcmp(line.ptr, keys[i], len) == 0)
			return true;
	}
	return false;
}

/* The head's lines, as a document of their own: `key: value` at the margin. */
static void take_head(struct str bytes, struct buf *head)
{
	for (size_t at = 0; at < bytes.len;) {
		const char *end = memchr(bytes.ptr + at, '\n', bytes.len - at);
		size_t next = end ? (size_t)(end - bytes.ptr) + 1 : bytes.len;
		struct str line = str_make(bytes.ptr + at, next - at);
		if (is_head(line))
			buf_add(head, line);
		at = next;
	}
}

static int read_entry(struct pack_list *list, const struct messages_source *source, struct pack_entry *entry, struct err *reterr)
{
	struct str *const fields[] = { &entry->kind, &entry->id, &entry->version, &entry->lang, &entry->author, &entry->reviewed,
		&entry->verified_at, &entry->review };
	unsigned char hash[crypto_hash_sha256_BYTES];
	const struct yaml_node *root = NULL;
	struct buf head;
	buf_init(&head, mem_system(), HEAD_MAX);
	take_head(source->bytes, &head);
	struct str name = arena_copy(&list->arena, source->name);
	int rc = head.failed ? err_set(reterr, E_LIMIT, "care/pack_list", STR_FMT ": its head is too long", STR_ARG(name))
			     : yaml_read(&list->arena, name, buf_str(&head), HEAD_MAX, &root, reterr);
	for (size_t i = 0; rc == 0 && i < COUNT_OF(keys); i++)
		rc = yaml_get_text(root, keys[i], fields[i], reterr);
	buf_done(&head);
	crypto_hash_sha256(hash, (const unsigned char *)source->bytes.ptr, source->bytes.len);
	sodium_bin2hex(entry->hash, sizeof(entry->hash), hash, (sizeof(entry->hash) - 1) / 2);
	entry->file = name;
	entry->bytes = source->bytes.len;
	return rc;
}

int pack_list_open(struct str dir, const struct messages_source *sources, size_t count, struct pack_list **ret_list, struct err *reterr)
{
	struct pack_list *list = mem_new(sizeof *list);
	if (!list)
		return err_set(reterr, E_MEMORY, "care/pack_list", "out of memory");
	arena_init(&list->arena, mem_system(), ARENA_MAX);
	list->entries = ARENA_ARRAY(&list->arena, struct pack_entry, count + 1);
	int rc = list->entries ? 0 : err_set(reterr, E_MEMORY, "care/pack_list", "out of memory");
	for (; rc == 0 && list->count < count; list->count++) {
		struct pack_entry *entry = &list->entries[list->count];
		rc = read_entry(list, &sources[list->count], entry, reterr);
		size_t above = str_starts(entry->file, dir) ? dir.len : 0; /* where this machine keeps them is nobody's business */
		above += above < entry->file.len && entry->file.ptr[above] == '/';
		entry->file = str_make(entry->file.ptr + above, entry->file.len - above);
	}
	if (rc)
		pack_list_free(&list);
	*ret_list = list;
	return rc;
}

void pack_list_free(struct pack_list **list)
{
	if (*list)
		arena_done(&(*list)->arena);
	mem_delete(*list);
	*list = NULL;
}

const struct pack_entry *pack_list_at(const struct pack_list *list, size_t index)
{
	return list && index < list->count ? &list->entries[index] : NULL;
}
