/* json_scan.h: where everything stands in a JSON text, byte for byte. For bodies that are judged and then passed on.
 *
 * A strict scanner (RFC 8259): what it accepts every strict parser reads the same way, so the bytes that were judged are
 * the bytes that are forwarded. Duplicate member names are refused (after decoding), because parsers differ on them.
 * Numbers are never converted; \u0000 is allowed; a lone surrogate escape decodes to U+FFFD (a cut emoji must not cost
 * a person an error). Bytes that are not UTF-8 are refused: json_clean makes them U+FFFD first. Pure, iterative. */
#ifndef HEED_BASE_JSON_SCAN_H
#define HEED_BASE_JSON_SCAN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum json_kind {
	JSON_SCAN_NULL = 0,
	JSON_SCAN_FALSE,
	JSON_SCAN_TRUE,
	JSON_SCAN_NUMBER,
	JSON_SCAN_STRING,
	JSON_SCAN_ARRAY,
	JSON_SCAN_OBJECT
};

/* A value. Offsets are bytes of the scanned text; a string's include its quotes. Links are indexes into nodes; 0 is none
 * (the root is node 0 and never anybody's child). */
struct json_node {
	enum json_kind kind;
	bool escaped; /* a string with escapes */
	bool key_escaped;
	uint32_t start, end;
	uint32_t key_start, key_end; /* the member's name with quotes; 0,0 in arrays */
	uint32_t parent, child, next;
	uint32_t count; /* members or items */
	uint32_t key_hash;
};

struct json_doc {
	struct str bytes;
	const struct json_node *nodes;
	uint32_t count;
};

struct json_scan_limits {
	uint32_t bytes_max;   /* default 8 MiB */
	uint32_t nodes_max;   /* default 65,536 */
	uint32_t depth_max;   /* default 64, at most 128 */
	uint32_t members_max; /* of one object; default 512 */
};
struct json_scan_limits json_scan_limits_default(void);

/* json_scan: E_INVALID (grammar, duplicate, UTF-8; err->offset says where), E_LIMIT, E_MEMORY. Nodes stand in document order. */
int json_scan(struct arena *arena, struct str bytes, const struct json_scan_limits *limits, struct json_doc *ret_doc,
	struct err *reterr) MUST_CHECK;

/* json_clean: bytes as valid UTF-8, each bad sequence's bytes replaced by U+FFFD: the same bytes when nothing was bad (no
 * copy), else a copy in the arena. *ret_replaced counts. {NULL,0} without memory. */
struct str json_clean(struct arena *arena, struct str bytes, size_t *ret_replaced);

const struct json_node *json_root(const struct json_doc *doc);
/* json_member: the member of an object with this (decoded) name, or NULL; NULL object gives NULL. */
const struct json_node *json_member(const struct json_doc *doc, const struct json_node *object, const char *name);
const struct json_node *json_child(const struct json_doc *doc, const struct json_node *node); /* first, or NULL */
const struct json_node *json_next(const struct json_doc *doc, const struct json_node *node);  /* sibling, or NULL */
/* json_raw: the value's bytes as they stand. */
struct str json_raw(const struct json_doc *doc, const struct json_node *node);
/* json_text: a string decoded (borrowed from the text when it has no escapes, else in the arena); {NULL,0} for other kinds
 * and without memory (sticky in the arena). */
struct str json_text(struct arena *arena, const struct json_doc *doc, const struct json_node *node);
/* json_key: the decoded name of a member. */
struct str json_key(struct arena *arena, const struct json_doc *doc, const struct json_node *node);
/* json_int: a number that is a plain integer of at most 18 digits; else fallback. */
int64_t json_int(const struct json_doc *doc, const struct json_node *node, int64_t fallback);

struct json_splice {
	size_t start, end; /* bytes that go */
	struct str with;   /* bytes that come */
};
/* json_splice: bytes with the splices made; they are in order and do not overlap (else out fails). */
void json_splice(struct buf *out, struct str bytes, const struct json_splice *splices, size_t count);

#endif
