/* yaml.h: a strict reader of small YAML files (packs and configuration), on libyaml's event stream.
 *
 * One document per file. Refused, with file and line: anchors and aliases, tags, duplicate keys, keys that are not plain
 * strings, a second document, depth over YAML_DEPTH_MAX, more than YAML_NODE_MAX nodes, files over `max_bytes`, bytes that
 * are not UTF-8. Every node knows its line and its parent, so an error reads "file:41: phrases[7].seq: what". Scalars are
 * kept as text; the typed accessors parse them (numbers are plain decimal: 010, 0x8 and 1_000 are refused; booleans are
 * true and false only, so a word list may hold `no` and `on`).
 *
 * Nodes live in the caller's arena and borrow nothing from the input. Pure and reentrant. */
#ifndef HEED_BASE_YAML_H
#define HEED_BASE_YAML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define YAML_DEPTH_MAX 16
#define YAML_NODE_MAX 400000u
#define YAML_KEYS_MAX 4096u /* of one map: the search for duplicates is linear */

enum yaml_kind { YAML_TEXT = 1, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	int line;        /* 1-based */
	struct str text; /* of YAML_TEXT, NUL after it */
	bool quoted;     /* the text stood in quotes or was a block scalar */
	struct str key;  /* in a map: this value's key */
	size_t index;    /* place in the parent, from 0 */
	size_t count;    /* children */
	const struct yaml_node *first, *next, *parent;
	struct str file; /* name for messages */
};

/* yaml_read: *ret_root is the document's root node of any kind. E_INVALID for everything refused above, E_LIMIT for size,
 * E_MEMORY at the arena's limit. */
int yaml_read(struct arena *arena, struct str file, struct str bytes, size_t max_bytes, const struct yaml_node **ret_root,
	struct err *reterr) MUST_CHECK;

/* yaml_fail: E_INVALID with "file:line: path: message" (also fills reterr->offset with the line). */
int yaml_fail(const struct yaml_node *node, struct err *reterr, const char *format, ...) PRINTF_LIKE(3, 4);

/* yaml_keys: `node` must be a map whose keys are all among the space-separated `allowed`. */
int yaml_keys(const struct yaml_node *node, const char *allowed, struct err *reterr) MUST_CHECK;

/* yaml_get: the value of a key, or NULL when `map` has none (or is NULL or no map). Cost: linear in the keys. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* yaml_need: as yaml_get, but a missing key or another kind is an error that names it. */
int yaml_need(const struct yaml_node *map, const char *key, enum yaml_kind kind, const struct yaml_node **ret_node,
	struct err *reterr) MUST_CHECK;

/* Of one node. A text must not be empty unless it stands in quotes. */
int yaml_text(const struct yaml_node *node, struct str *ret_text, struct err *reterr) MUST_CHECK;
int yaml_int(const struct yaml_node *node, long min, long max, long *ret_value, struct err *reterr) MUST_CHECK;
int yaml_bool(const struct yaml_node *node, bool *ret_value, struct err *reterr) MUST_CHECK;
/* yaml_choice: the index of the text among the space-separated `names`; the message lists them. */
int yaml_choice(const struct yaml_node *node, const char *names, int *ret_index, struct err *reterr) MUST_CHECK;

/* Of an optional member: *ret_ is untouched when the key is missing. */
int yaml_get_text(const struct yaml_node *map, const char *key, struct str *ret_text, struct err *reterr) MUST_CHECK;
int yaml_get_int(const struct yaml_node *map, const char *key, long min, long max, long *ret_value, struct err *reterr) MUST_CHECK;
int yaml_get_bool(const struct yaml_node *map, const char *key, bool *ret_value, struct err *reterr) MUST_CHECK;
int yaml_get_choice(const struct yaml_node *map, const char *key, const char *names, int *ret_index, struct err *reterr) MUST_CHECK;

#endif
