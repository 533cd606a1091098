/* json_scan.c: see json_scan.h. One pass, an explicit stack of open containers. */
#include "base/json_scan.h"

#define LAYER "base/json_scan"
#define DEPTH_HARD_MAX 128

struct json_scan_limits json_scan_limits_default(void)
{
	return (struct json_scan_limits){ .bytes_max = 8u << 20, .nodes_max = 65536, .depth_max = 64, .members_max = 512 };
}

struct scanner {
	struct arena *arena;
	struct str text;
	size_t at;
	struct json_scan_limits limits;
	struct json_node *nodes;
	uint32_t count, capacity;
	uint32_t stack[DEPTH_HARD_MAX]; /* open containers */
	uint32_t last[DEPTH_HARD_MAX];  /* last child of each; 0 none */
	uint32_t depth;
	struct err *reterr;
};

static int bad(const struct scanner *s, const char *what)
{
	return err_at(s->reterr, E_INVALID, LAYER, s->at, "not JSON: %s at byte %zu", what, s->at);
}

static bool has(const struct scanner *s)
{
	return s->at < s->text.len;
}

static unsigned char peek(const struct scanner *s)
{
	return has(s) ? (unsigned char)s->text.ptr[s->at] : 0;
}

static void skip_space(struct scanner *s)
{
	while (has(s) && (peek(s) == ' ' || peek(s) == '\t' || peek(s) == '\n' || peek(s) == '\r'))
		s->at++;
}

/* Length of the well-formed UTF-8 sequence at p (Unicode table 3-7), 0 when it is not one. */
static size_t utf8_len(const unsigned char *p, size_t left)
{
	if (p[0] < 0x80)
		return 1;
	size_t need = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (p[0] < 0xC2 || p[0] > 0xF4 || left < need)
		return 0;
	unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
	unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++)
		if (p[i] < 0x80 || p[i] > 0xBF)
			return 0;
	return need;
}

static int hex4(const char *p, size_t left)
{
	if (left < 4)
		return -1;
	int value = 0;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static int scan_escape(struct scanner *s)
{
	s->at++;
	unsigned char c = peek(s);
	if (c == 'u') {
		s->at++;
		if (hex4(s->text.ptr + s->at, s->text.len - s->at) < 0)
			return bad(s, "bad \\u escape");
		s->at += 4;
		return 0;
	}
	if (c == 0 || !strchr("\"\\/bfnrt", c))
		return bad(s, "bad escape");
	s->at++;
	return 0;
}

/* At the opening quote; leaves s->at after the closing one. */
static int scan_string(struct scanner *s, bool *ret_escaped)
{
	*ret_escaped = false;
	s->at++;
	while (has(s)) {
		unsigned char c = peek(s);
		if (c == '"') {
			s->at++;
			return 0;
		}
		if (c == '\\') {
			*ret_escaped = true;
			if (scan_escape(s))
				return E_INVALID;
			continue;
		}
		if (c < 0x20)
			return bad(s, "control character in a string");
		size_t len = utf8_len((const unsigned char *)s->text.ptr + s->at, s->text.len - s->at);
		if (!len)
			return bad(s, "bytes that are not UTF-8");
		s->at += len;
	}
	return bad(s, "unfinished string");
}

static bool digits(struct scanner *s)
{
	size_t from = s->at;
	while (peek(s) >= '0' && peek(s) <= '9')
		s->at++;
	return s->at > from;
}

static int scan_number(struct scanner *s)
{
	if (peek(s) == '-')
		s->at++;
	if (peek(s) == '0')
		s->at++;
	else if (!digits(s))
		return bad(s, "bad number");
	if (peek(s) == '.') {
		s->at++;
		if (!digits(s))
			return bad(s, "bad number");
	}
	if (peek(s) == 'e' || peek(s) == 'E') {
		s->at++;
		if (peek(s) == '+' || peek(s) == '-')
			s->at++;
		if (!digits(s))
			return bad(s, "bad number");
	}
	return 0;
}

static int scan_word(struct scanner *s, struct str word)
{
	if (!str_starts(str_sub(s->text, s->at, s->text.len), word))
		return bad(s, "unexpected character");
	s->at += word.len;
	return 0;
}

static struct json_node *add_node(struct scanner *s)
{
	if (s->count == s->limits.nodes_max) {
		err_at(s->reterr, E_LIMIT, LAYER, s->at, "more than %u JSON values", s->limits.nodes_max);
		return NULL;
	}
	if (s->count == s->capacity) {
		uint32_t capacity = s->capacity ? s->capacity * 4 : 64;
		struct json_node *nodes = ARENA_ARRAY(s->arena, struct json_node, capacity);
		if (!nodes) {
			err_set(s->reterr, E_MEMORY, LAYER, "no memory for a JSON text");
			return NULL;
		}
		if (s->count)
			memcpy(nodes, s->nodes, s->count * sizeof(*nodes));
		s->nodes = nodes;
		s->capacity = capacity;
	}
	return &s->nodes[s->count++];
}

/* Appends UTF-8 of a code point; returns the bytes written. */
static size_t put_utf8(char *out, unsigned cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | (cp >> 6));
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | (cp >> 12));
		out[1] = (char)(0x80 | ((cp >> 6) & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | (cp >> 18));
	out[1] = (char)(0x80 | ((cp >> 12) & 0x3F));
	out[2] = (char)(0x80 | ((cp >> 6) & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/* The code point of a \u escape whose four digits start at p; *ret_used counts from there. */
static unsigned escaped_point(const char *p, size_t left, size_t *ret_used)
{
	int high = hex4(p, left);
	*ret_used = 4;
	if (high < 0xD800 || high > 0xDFFF)
		return (unsigned)high;
	int low = high < 0xDC00 && left >= 10 && p[4] == '\\' && p[5] == 'u' ? hex4(p + 6, left - 6) : -1;
	if (low < 0xDC00 || low > 0xDFFF)
		return 0xFFFD;
	*ret_used = 10;
	return 0x10000u + ((unsigned)(high - 0xD800) << 10) + (unsigned)(low - 0xDC00);
}

/* What stands at inside.ptr[*at], one plain byte or one escape, as 1 to 4 bytes in out; moves *at past it. */
static size_t decode_step(struct str inside, size_t *at, char out[4])
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	char c = inside.ptr[(*at)++];
	if (c != '\\') {
		out[0] = c;
		return 1;
	}
	c = inside.ptr[(*at)++];
	if (c == 'u') {
		size_t used;
		unsigned point = escaped_point(inside.ptr + *at, inside.len - *at, &used);
		*at += used;
		return put_utf8(out, point);
	}
	const char *found = strchr(from, c);
	out[0] = found ? to[found - from] : c;
	return 1;
}

/* The inside of a scanned string literal, decoded. It never grows: an escape is at least as long as what it means. */
static struct str unescape(struct arena *arena, struct str inside)
{
	char *out = arena_alloc(arena, inside.len + 4, 1);
	if (!out)
		return (struct str){ NULL, 0 };
	size_t len = 0;
	for (size_t at = 0; at < inside.len;)
		len += decode_step(inside, &at, out + len);
	return (struct str){ out, len };
}

static struct str literal(struct arena *arena, struct str text, uint32_t start, uint32_t end, bool escaped)
{
	struct str inside = str_sub(text, start + 1, end - 1);
	return escaped ? unescape(arena, inside) : inside;
}

static struct str name_of(const struct scanner *s, const struct json_node *node)
{
	return literal(s->arena, s->text, node->key_start, node->key_end, node->key_escaped);
}

static int check_duplicate(struct scanner *s, uint32_t object, const struct json_node *fresh)
{
	if (s->nodes[object].count >= s->limits.members_max)
		return err_at(s->reterr, E_LIMIT, LAYER, s->at, "an object has more than %u members", s->limits.members_max);
	for (uint32_t i = s->nodes[object].child; i; i = s->nodes[i].next) {
		if (s->nodes[i].key_hash == fresh->key_hash && str_eq(name_of(s, &s->nodes[i]), name_of(s, fresh)))
			return bad(s, "the same member twice");
		if (arena_failed(s->arena))
			return err_set(s->reterr, E_MEMORY, LAYER, "no memory for a JSON text");
	}
	return 0;
}

/* At a member's name: fills the key of `fresh` and passes the colon. */
static int scan_key(struct scanner *s, struct json_node *fresh)
{
	if (peek(s) != '"')
		return bad(s, "expected a member name");
	fresh->key_start = (uint32_t)s->at;
	if (scan_string(s, &fresh->key_escaped))
		return E_INVALID;
	fresh->key_end = (uint32_t)s->at;
	fresh->key_hash = (uint32_t)str_hash(name_of(s, fresh));
	int code = check_duplicate(s, s->stack[s->depth - 1], fresh);
	if (code)
		return code;
	skip_space(s);
	if (peek(s) != ':')
		return bad(s, "expected ':'");
	s->at++;
	skip_space(s);
	return 0;
}

static int scan_scalar(struct scanner *s, struct json_node *fresh)
{
	switch (peek(s)) {
	case '"': fresh->kind = JSON_SCAN_STRING; return scan_string(s, &fresh->escaped);
	case 't': fresh->kind = JSON_SCAN_TRUE; return scan_word(s, STR("true"));
	case 'f': fresh->kind = JSON_SCAN_FALSE; return scan_word(s, STR("false"));
	case 'n': fresh->kind = JSON_SCAN_NULL; return scan_word(s, STR("null"));
	default:
		fresh->kind = JSON_SCAN_NUMBER;
		if (peek(s) != '-' && (peek(s) < '0' || peek(s) > '9'))
			return bad(s, has(s) ? "unexpected character" : "unexpected end");
		return scan_number(s);
	}
}

static void link_child(struct scanner *s, uint32_t index)
{
	if (!s->depth)
		return;
	uint32_t parent = s->stack[s->depth - 1];
	if (s->last[s->depth - 1])
		s->nodes[s->last[s->depth - 1]].next = index;
	else
		s->nodes[parent].child = index;
	s->last[s->depth - 1] = index;
	s->nodes[parent].count++;
	s->nodes[index].parent = parent;
}

/* One value, or the opening of a container (which then is on the stack). */
static int scan_value(struct scanner *s)
{
	struct json_node fresh = { 0 };
	bool member = s->depth && s->nodes[s->stack[s->depth - 1]].kind == JSON_SCAN_OBJECT;
	int code = member ? scan_key(s, &fresh) : 0;
	if (code)
		return code;
	fresh.start = (uint32_t)s->at;
	bool opens = peek(s) == '{' || peek(s) == '[';
	if (opens) {
		fresh.kind = peek(s) == '{' ? JSON_SCAN_OBJECT : JSON_SCAN_ARRAY;
		if (s->depth == s->limits.depth_max)
			return err_at(s->reterr, E_LIMIT, LAYER, s->at, "JSON nested deeper than %u", s->limits.depth_max);
		s->at++;
	} else if ((code = scan_scalar(s, &fresh))) {
		return code;
	}
	fresh.end = (uint32_t)s->at;
	struct json_node *node = add_node(s);
	if (!node)
		return s->count == s->limits.nodes_max ? E_LIMIT : E_MEMORY;
	*node = fresh;
	uint32_t index = s->count - 1;
	link_child(s, index);
	if (opens) {
		s->stack[s->depth] = index;
		s->last[s->depth++] = 0;
	}
	return 0;
}

static bool closes(const struct scanner *s)
{
	return peek(s) == (s->nodes[s->stack[s->depth - 1]].kind == JSON_SCAN_OBJECT ? '}' : ']');
}

/* After a value: closes what closes; then a comma must follow inside a container. */
static int after_value(struct scanner *s)
{
	skip_space(s);
	while (s->depth && closes(s)) {
		s->at++;
		s->nodes[s->stack[--s->depth]].end = (uint32_t)s->at;
		skip_space(s);
	}
	if (!s->depth)
		return 0;
	if (peek(s) != ',')
		return bad(s, has(s) ? "expected ',' or the end of the container" : "unexpected end");
	s->at++;
	skip_space(s);
	return 0;
}

int json_scan(struct arena *arena, struct str bytes, const struct json_scan_limits *limits, struct json_doc *ret_doc, struct err *reterr)
{
	struct scanner s = { .arena = arena, .text = bytes, .limits = *limits, .reterr = reterr };
	if (s.limits.depth_max > DEPTH_HARD_MAX)
		s.limits.depth_max = DEPTH_HARD_MAX;
	if (bytes.len > limits->bytes_max || bytes.len > UINT32_MAX - 1)
		return err_set(reterr, E_LIMIT, LAYER, "more than %u bytes of JSON", limits->bytes_max);
	skip_space(&s);
	do {
		int code = scan_value(&s);
		if (code)
			return code;
		skip_space(&s);
		bool empty = s.depth && s.last[s.depth - 1] == 0;
		if (empty && !closes(&s))
			continue;
		code = after_value(&s);
		if (code)
			return code;
	} while (s.depth);
	if (s.at != bytes.len)
		return bad(&s, "something after the end");
	*ret_doc = (struct json_doc){ bytes, s.nodes, s.count };
	return 0;
}

struct str json_clean(struct arena *arena, struct str bytes, size_t *ret_replaced)
{
	*ret_replaced = 0;
	const unsigned char *p = (const unsigned char *)bytes.ptr;
	size_t at = 0, len;
	while (at < bytes.len && (len = utf8_len(p + at, bytes.len - at)))
		at += len;
	if (at == bytes.len)
		return bytes;
	if (bytes.len > SIZE_MAX / 3)
		return (struct str){ NULL, 0 };
	char *out = arena_alloc(arena, bytes.len * 3, 1);
	if (!out)
		return (struct str){ NULL, 0 };
	memcpy(out, bytes.ptr, at);
	size_t used = at;
	while (at < bytes.len) {
		len = utf8_len(p + at, bytes.len - at);
		if (len) {
			memcpy(out + used, bytes.ptr + at, len);
			used += len;
			at += len;
		} else {
			memcpy(out + used, "\xEF\xBF\xBD", 3);
			used += 3;
			at++;
			(*ret_replaced)++;
		}
	}
	return (struct str){ out, used };
}

const struct json_node *json_root(const struct json_doc *doc)
{
	return doc->nodes;
}

const struct json_node *json_child(const struct json_doc *doc, const struct json_node *node)
{
	return node && node->child ? &doc->nodes[node->child] : NULL;
}

const struct json_node *json_next(const struct json_doc *doc, const struct json_node *node)
{
	return node && node->next ? &doc->nodes[node->next] : NULL;
}

/* Compares without memory: a name with escapes is decoded step by step. */
static bool key_is(const struct json_doc *doc, const struct json_node *node, struct str name, uint32_t hash)
{
	if (node->key_hash != hash)
		return false;
	struct str inside = str_sub(doc->bytes, node->key_start + 1, node->key_end - 1);
	if (!node->key_escaped)
		return str_eq(inside, name);
	if (!name.ptr)
		return false; /* an escaped key is not empty */
	size_t matched = 0;
	char piece[4];
	for (size_t at = 0; at < inside.len;) {
		size_t len = decode_step(inside, &at, piece);
		if (len > name.len - matched || memcmp(piece, name.ptr + matched, len) != 0)
			return false;
		matched += len;
	}
	return matched == name.len;
}

const struct json_node *json_member(const struct json_doc *doc, const struct json_node *object, const char *name)
{
	if (!object || object->kind != JSON_SCAN_OBJECT)
		return NULL;
	uint32_t hash = (uint32_t)str_hash(str_c(name));
	for (const struct json_node *node = json_child(doc, object); node; node = json_next(doc, node))
		if (key_is(doc, node, str_c(name), hash))
			return node;
	return NULL;
}

struct str json_raw(const struct json_doc *doc, const struct json_node *node)
{
	return node ? str_sub(doc->bytes, node->start, node->end) : (struct str){ NULL, 0 };
}

struct str json_text(struct arena *arena, const struct json_doc *doc, const struct json_node *node)
{
	if (!node || node->kind != JSON_SCAN_STRING)
		return (struct str){ NULL, 0 };
	return literal(arena, doc->bytes, node->start, node->end, node->escaped);
}

struct str json_key(struct arena *arena, const struct json_doc *doc, const struct json_node *node)
{
	if (!node || node->key_end == 0)
		return (struct str){ NULL, 0 };
	return literal(arena, doc->bytes, node->key_start, node->key_end, node->key_escaped);
}

int64_t json_int(const struct json_doc *doc, const struct json_node *node, int64_t fallback)
{
	struct str raw = json_raw(doc, node);
	if (!node || node->kind != JSON_SCAN_NUMBER || !raw.len || raw.len > 19)
		return fallback;
	bool negative = raw.ptr[0] == '-';
	size_t at = negative;
	int64_t value = 0;
	if (raw.len - at > 18)
		return fallback;
	for (; at < raw.len; at++) {
		if (raw.ptr[at] < '0' || raw.ptr[at] > '9')
			return fallback;
		value = value * 10 + (raw.ptr[at] - '0');
	}
	return negative ? -value : value;
}

void json_splice(struct buf *out, struct str bytes, const struct json_splice *splices, size_t count)
{
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		if (splices[i].start < at || splices[i].end < splices[i].start || splices[i].end > bytes.len) {
			out->failed = true;
			return;
		}
		buf_add(out, str_sub(bytes, at, splices[i].start));
		buf_add(out, splices[i].with);
		at = splices[i].end;
	}
	buf_add(out, str_sub(bytes, at, bytes.len));
}
