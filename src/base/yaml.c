/* yaml.c: see yaml.h. The tree is built from libyaml's events and not from its document API, because that API resolves
 * anchors before we could refuse them and copies every node twice. */
#include "base/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <yaml.h>

struct reader {
	struct arena *arena;
	struct str file;
	yaml_parser_t parser;
	size_t node_count;
	struct err *reterr;
};

struct frame {
	struct yaml_node *node;
	struct yaml_node *last; /* newest child */
	struct str key;         /* of a map: key read, value still to come */
	bool has_key;
};

static int fail_at(struct reader *reader, size_t line, const char *what)
{
	return err_at(reader->reterr, E_INVALID, "base/yaml", line, STR_FMT ":%zu: %s", STR_ARG(reader->file), line, what);
}

static size_t event_line(const yaml_event_t *event)
{
	return event->start_mark.line + 1;
}

static bool has_anchor_or_tag(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT: return true;
	case YAML_SCALAR_EVENT: return event->data.scalar.anchor || event->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.anchor || event->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT: return event->data.mapping_start.anchor || event->data.mapping_start.tag;
	default: return false;
	}
}

static struct str scalar_text(const yaml_event_t *event)
{
	return str_make((const char *)event->data.scalar.value, event->data.scalar.length);
}

static int take_key(struct reader *reader, struct frame *frame, const yaml_event_t *event)
{
	if (event->type != YAML_SCALAR_EVENT)
		return fail_at(reader, event_line(event), "a key must be a plain word");
	struct str key = scalar_text(event);
	if (frame->node->count >= YAML_KEYS_MAX)
		return fail_at(reader, event_line(event), "too many keys in one map");
	for (const struct yaml_node *child = frame->node->first; child; child = child->next)
		if (str_eq(child->key, key))
			return err_at(reader->reterr, E_INVALID, "base/yaml", event_line(event),
				STR_FMT ":%zu: duplicate key \"" STR_FMT "\"", STR_ARG(reader->file), event_line(event),
				(int)(key.len > 80 ? 80 : key.len), key.ptr);
	frame->key = arena_copy(reader->arena, key);
	frame->has_key = true;
	return frame->key.ptr ? 0 : err_set(reader->reterr, E_MEMORY, "base/yaml", "no memory for " STR_FMT, STR_ARG(reader->file));
}

static struct yaml_node *add_node(struct reader *reader, struct frame *parent, const yaml_event_t *event, enum yaml_kind kind)
{
	struct yaml_node *node = ARENA_NEW(reader->arena, struct yaml_node);
	if (!node)
		return NULL;
	node->kind = kind;
	node->line = (int)event_line(event);
	node->file = reader->file;
	if (!parent)
		return node;
	node->parent = parent->node;
	node->key = parent->key;
	node->index = parent->node->count++;
	parent->has_key = false;
	if (parent->last)
		parent->last->next = node;
	else
		parent->node->first = node;
	parent->last = node;
	return node;
}

/* One node-making event. Containers are pushed on the stack. */
static int take_node(struct reader *reader, struct frame *stack, size_t *depth, const yaml_event_t *event, const struct yaml_node **root)
{
	struct frame *top = *depth ? &stack[*depth - 1] : NULL;
	if (has_anchor_or_tag(event))
		return fail_at(reader, event_line(event), "anchors, aliases and tags are not allowed");
	if (top && top->node->kind == YAML_MAP && !top->has_key)
		return take_key(reader, top, event);
	if (++reader->node_count > YAML_NODE_MAX)
		return fail_at(reader, event_line(event), "too many entries");
	enum yaml_kind kind = event->type == YAML_SCALAR_EVENT ? YAML_TEXT : event->type == YAML_MAPPING_START_EVENT ? YAML_MAP : YAML_LIST;
	struct yaml_node *node = add_node(reader, top, event, kind);
	if (!node)
		return err_set(reader->reterr, E_MEMORY, "base/yaml", "no memory for " STR_FMT, STR_ARG(reader->file));
	if (!*root)
		*root = node;
	if (kind == YAML_TEXT) {
		node->text = arena_copy(reader->arena, scalar_text(event));
		node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
		return node->text.ptr ? 0 : err_set(reader->reterr, E_MEMORY, "base/yaml", "no memory for " STR_FMT, STR_ARG(reader->file));
	}
	if (*depth == YAML_DEPTH_MAX)
		return fail_at(reader, event_line(event), "nested too deeply");
	stack[(*depth)++] = (struct frame){ .node = node };
	return 0;
}

static int parser_error(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	size_t line = parser->error == YAML_READER_ERROR ? 0 : parser->problem_mark.line + 1;
	if (parser->error == YAML_MEMORY_ERROR)
		return err_set(reader->reterr, E_MEMORY, "base/yaml", "no memory for " STR_FMT, STR_ARG(reader->file));
	return fail_at(reader, line, parser->problem ? parser->problem : "not YAML");
}

static int read_events(struct reader *reader, const struct yaml_node **root)
{
	struct frame stack[YAML_DEPTH_MAX];
	size_t depth = 0, documents = 0;
	for (;;) {
		yaml_event_t event;
		if (!yaml_parser_parse(&reader->parser, &event))
			return parser_error(reader);
		int rc = 0;
		bool end = event.type == YAML_STREAM_END_EVENT;
		switch (event.type) {
		case YAML_DOCUMENT_START_EVENT:
			if (++documents > 1)
				rc = fail_at(reader, event_line(&event), "a second document is not allowed");
			break;
		case YAML_ALIAS_EVENT:
		case YAML_SCALAR_EVENT:
		case YAML_SEQUENCE_START_EVENT:
		case YAML_MAPPING_START_EVENT: rc = take_node(reader, stack, &depth, &event, root); break;
		case YAML_SEQUENCE_END_EVENT:
		case YAML_MAPPING_END_EVENT: depth--; break;
		default: break;
		}
		yaml_event_delete(&event);
		if (rc < 0 || end)
			return rc;
	}
}

int yaml_read(
	struct arena *arena, struct str file, struct str bytes, size_t max_bytes, const struct yaml_node **ret_root, struct err *reterr)
{
	struct reader reader = { .arena = arena, .reterr = reterr };
	reader.file = arena_copy(arena, file);
	if (!reader.file.ptr)
		return err_set(reterr, E_MEMORY, "base/yaml", "no memory");
	if (bytes.len > max_bytes)
		return err_set(reterr, E_LIMIT, "base/yaml", STR_FMT ": larger than %zu bytes", STR_ARG(file), max_bytes);
	if (!yaml_parser_initialize(&reader.parser))
		return err_set(reterr, E_MEMORY, "base/yaml", "no memory for " STR_FMT, STR_ARG(file));
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)(bytes.ptr ? bytes.ptr : ""), bytes.len);
	const struct yaml_node *root = NULL;
	int rc = read_events(&reader, &root);
	yaml_parser_delete(&reader.parser);
	if (rc < 0)
		return rc;
	if (!root)
		return err_at(reterr, E_INVALID, "base/yaml", 1, STR_FMT ":1: the file is empty", STR_ARG(file));
	*ret_root = root;
	return 0;
}

/* Writes the path of `node` into out; returns the length written. */
static size_t write_path(const struct yaml_node *node, char *out, size_t room)
{
	const struct yaml_node *chain[YAML_DEPTH_MAX + 2];
	size_t count = 0, at = 0;
	for (; node && node->parent && count < COUNT_OF(chain); node = node->parent)
		chain[count++] = node;
	out[0] = '\0';
	while (count-- && at + 1 < room) {
		const struct yaml_node *step = chain[count];
		int len = step->parent->kind == YAML_LIST ? snprintf(out + at, room - at, "[%zu]", step->index)
							  : snprintf(out + at, room - at, "%s" STR_FMT, at ? "." : "",
								    (int)(step->key.len > 60 ? 60 : step->key.len), step->key.ptr);
		at += len > 0 ? (size_t)len : 0;
	}
	return at < room ? at : room - 1;
}

int yaml_fail(const struct yaml_node *node, struct err *reterr, const char *format, ...)
{
	char path[160], what[ERR_MESSAGE_MAX];
	size_t path_len = write_path(node, path, sizeof path);
	va_list args;
	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	return err_at(reterr, E_INVALID, "base/yaml", (size_t)node->line, STR_FMT ":%d: %s%s%s", STR_ARG(node->file), node->line, path,
		path_len ? ": " : "", what);
}

/* The index of `word` among space-separated names, or -1. */
static int find_name(const char *names, struct str word)
{
	struct str rest = str_c(names);
	for (int i = 0; rest.ptr; i++)
		if (str_eq(str_split(&rest, ' '), word))
			return i;
	return -1;
}

int yaml_keys(const struct yaml_node *node, const char *allowed, struct err *reterr)
{
	if (node->kind != YAML_MAP)
		return yaml_fail(node, reterr, "must be a map of keys (%s)", allowed);
	for (const struct yaml_node *child = node->first; child; child = child->next)
		if (find_name(allowed, child->key) < 0)
			return yaml_fail(child, reterr, "unknown key; known here: %s", allowed);
	return 0;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (const struct yaml_node *child = map->first; child; child = child->next)
		if (str_eqc(child->key, key))
			return child;
	return NULL;
}

static const char *kind_name(enum yaml_kind kind)
{
	return kind == YAML_TEXT ? "a text" : kind == YAML_LIST ? "a list" : "a map";
}

int yaml_need(const struct yaml_node *map, const char *key, enum yaml_kind kind, const struct yaml_node **ret_node, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(map, key);
	if (!node)
		return yaml_fail(map, reterr, "\"%s\" is missing", key);
	if (node->kind != kind)
		return yaml_fail(node, reterr, "must be %s", kind_name(kind));
	*ret_node = node;
	return 0;
}

int yaml_text(const struct yaml_node *node, struct str *ret_text, struct err *reterr)
{
	if (node->kind != YAML_TEXT)
		return yaml_fail(node, reterr, "must be a text");
	if (node->text.len == 0 && !node->quoted)
		return yaml_fail(node, reterr, "is empty");
	*ret_text = node->text;
	return 0;
}

int yaml_int(const struct yaml_node *node, long min, long max, long *ret_value, struct err *reterr)
{
	struct str text = node->kind == YAML_TEXT && !node->quoted ? node->text : str_make("", 0);
	bool negative = text.len && text.ptr[0] == '-';
	struct str digits = str_sub(text, negative ? 1 : 0, text.len);
	bool good = digits.len > 0 && digits.len <= 18 && (digits.ptr[0] != '0' || digits.len == 1);
	long value = 0;
	for (size_t i = 0; good && i < digits.len; i++) {
		good = digits.ptr[i] >= '0' && digits.ptr[i] <= '9';
		value = value * 10 + (digits.ptr[i] - '0');
	}
	if (!good)
		return yaml_fail(node, reterr, "must be a whole number");
	value = negative ? -value : value;
	if (value < min || value > max)
		return yaml_fail(node, reterr, "must be from %ld to %ld", min, max);
	*ret_value = value;
	return 0;
}

int yaml_bool(const struct yaml_node *node, bool *ret_value, struct err *reterr)
{
	bool yes = node->kind == YAML_TEXT && !node->quoted && str_eqc(node->text, "true");
	bool no = node->kind == YAML_TEXT && !node->quoted && str_eqc(node->text, "false");
	if (!yes && !no)
		return yaml_fail(node, reterr, "must be true or false");
	*ret_value = yes;
	return 0;
}

int yaml_choice(const struct yaml_node *node, const char *names, int *ret_index, struct err *reterr)
{
	int index = node->kind == YAML_TEXT ? find_name(names, node->text) : -1;
	if (index < 0)
		return yaml_fail(node, reterr, "must be one of: %s", names);
	*ret_index = index;
	return 0;
}

int yaml_get_text(const struct yaml_node *map, const char *key, struct str *ret_text, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(map, key);
	return node ? yaml_text(node, ret_text, reterr) : 0;
}

int yaml_get_int(const struct yaml_node *map, const char *key, long min, long max, long *ret_value, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(map, key);
	return node ? yaml_int(node, min, max, ret_value, reterr) : 0;
}

int yaml_get_bool(const struct yaml_node *map, const char *key, bool *ret_value, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(map, key);
	return node ? yaml_bool(node, ret_value, reterr) : 0;
}

int yaml_get_choice(const struct yaml_node *map, const char *key, const char *names, int *ret_index, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(map, key);
	return node ? yaml_choice(node, names, ret_index, reterr) : 0;
}
