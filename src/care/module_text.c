/* module_text.c: Markdown to a small tree, by md4c; what a lesson does not need is refused when the pack is read. */
#include "care/module.h"

#include <md4c.h>

#define LAYER "care/module"
#define DEPTH_MAX 10

struct making {
	json_t *stack[DEPTH_MAX]; /* arrays that children go into; borrowed but for the first */
	size_t depth;
	const char *refused; /* what was found that may not be there */
};

static json_t *top(const struct making *making)
{
	return making->stack[making->depth - 1];
}

static int open_node(struct making *making, const char *kind)
{
	if (making->depth == DEPTH_MAX) {
		making->refused = "lists or quotes too deep in each other";
		return -1;
	}
	json_t *node = json_pack("{s:s,s:[]}", "t", kind, "c");
	if (!node || json_array_append_new(top(making), node))
		return -1; /* of memory: nothing is `refused` */
	making->stack[making->depth++] = json_object_get(node, "c");
	return 0;
}

static const char *block_name(MD_BLOCKTYPE type)
{
	switch (type) {
	case MD_BLOCK_QUOTE: return "quote";
	case MD_BLOCK_UL: return "ul";
	case MD_BLOCK_OL: return "ol";
	case MD_BLOCK_LI: return "li";
	case MD_BLOCK_H: return "h";
	case MD_BLOCK_P: return "p";
	default: return NULL;
	}
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct making *making = ctx;
	(void)detail;
	if (type == MD_BLOCK_DOC)
		return 0;
	if (!block_name(type)) {
		making->refused = "only headings, paragraphs, lists and quotes; no HTML, no code";
		return -1;
	}
	return open_node(making, block_name(type));
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct making *making = ctx;
	(void)detail;
	if (type != MD_BLOCK_DOC)
		making->depth--;
	return 0;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct making *making = ctx;
	(void)detail;
	if (type != MD_SPAN_EM && type != MD_SPAN_STRONG) {
		making->refused = "no links, pictures or code";
		return -1;
	}
	return open_node(making, type == MD_SPAN_EM ? "em" : "strong");
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	(void)type;
	(void)detail;
	((struct making *)ctx)->depth--;
	return 0;
}

/* Pieces of one text come one by one: they are put together. */
static int add_text(struct making *making, const char *bytes, size_t len)
{
	json_t *list = top(making), *last = json_array_get(list, json_array_size(list) - 1);
	json_t *text = json_is_string(last) ? json_sprintf("%s%.*s", json_string_value(last), (int)len, bytes) : json_stringn(bytes, len);
	if (!text)
		return -1;
	return json_is_string(last) ? json_array_set_new(list, json_array_size(list) - 1, text) : json_array_append_new(list, text);
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *bytes, MD_SIZE len, void *ctx)
{
	struct making *making = ctx;
	switch (type) {
	case MD_TEXT_NORMAL: return add_text(making, bytes, len);
	case MD_TEXT_SOFTBR: return add_text(making, " ", 1);
	case MD_TEXT_BR: return add_text(making, "\n", 1);
	default: making->refused = "no HTML, entities or code"; return -1;
	}
}

json_t *module_text(struct str markdown, struct err *reterr)
{
	const MD_PARSER parser = { .flags = MD_FLAG_NOINDENTEDCODEBLOCKS,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = on_text };
	struct making making = { .depth = 1 };
	if (markdown.len > MODULE_TEXT_MAX) {
		err_set(reterr, E_LIMIT, LAYER, "a text has at most %d bytes", MODULE_TEXT_MAX);
		return NULL;
	}
	json_t *root = making.stack[0] = json_array();
	if (root && md_parse(markdown.ptr, (MD_SIZE)markdown.len, &parser, &making) == 0)
		return root;
	json_decref(root);
	err_set(reterr, making.refused ? E_INVALID : E_MEMORY, LAYER, "%s", making.refused ? making.refused : "out of memory");
	return NULL;
}
