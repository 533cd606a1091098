/* reply.c: see reply.h. */
#include "model/reply.h"

#include "base/json_scan.h"

#define LAYER "model/reply"

struct reading {
	struct arena *arena;
	const struct json_doc *doc;
	struct reply_part *part;
};

const char *model_finish_name(enum model_finish finish)
{
	switch (finish) {
	case MODEL_FINISH_LENGTH: return "length";
	case MODEL_FINISH_TOOL_CALLS: return "tool_calls";
	case MODEL_FINISH_UNKNOWN:
	case MODEL_FINISH_STOP:
	case MODEL_FINISH_FILTER: break;
	}
	return "stop";
}

const char *model_failure_name(enum model_failure failure)
{
	switch (failure) {
	case MODEL_FAILED_BUG: return "bug";
	case MODEL_FAILED_CONNECT: return "connect";
	case MODEL_FAILED_TIMEOUT: return "timeout";
	case MODEL_FAILED_STATUS: return "status";
	case MODEL_FAILED_MALFORMED: return "malformed";
	case MODEL_FAILED_CUT: return "cut";
	case MODEL_FAILED_LIMIT: return "limit";
	case MODEL_FAILED_OPEN: return "breaker_open";
	}
	return "bug";
}

static int add_delta(struct reading *r, struct model_delta delta, struct err *reterr)
{
	if (r->part->delta_count == COUNT_OF(r->part->deltas))
		return err_set(reterr, E_LIMIT, LAYER, "too many pieces in one message");
	r->part->deltas[r->part->delta_count++] = delta;
	return 0;
}

/* Content may be a string, or a list of parts of which the text ones count. */
static int read_text(struct reading *r, const struct json_node *node, enum release_surface surface, struct err *reterr)
{
	if (node->kind == JSON_SCAN_STRING)
		return add_delta(r, (struct model_delta){ .surface = surface, .text = json_text(r->arena, r->doc, node) }, reterr);
	if (node->kind != JSON_SCAN_ARRAY)
		return 0;
	for (const struct json_node *item = json_child(r->doc, node); item; item = json_next(r->doc, item)) {
		const struct json_node *text = json_member(r->doc, item, "text");
		if (!text || text->kind != JSON_SCAN_STRING) {
			r->part->dropped++;
			continue;
		}
		int code = read_text(r, text, surface, reterr);
		if (code)
			return code;
	}
	return 0;
}

static int read_tools(struct reading *r, const struct json_node *list, struct err *reterr)
{
	int position = 0;
	for (const struct json_node *item = json_child(r->doc, list); item; item = json_next(r->doc, item), position++) {
		const struct json_node *function = json_member(r->doc, item, "function");
		struct model_delta delta = { .surface = SURFACE_TOOL };
		int64_t index = json_int(r->doc, json_member(r->doc, item, "index"), position);
		if (index < 0 || index > 1000)
			return err_set(reterr, E_INVALID, LAYER, "a tool call has a bad index");
		delta.index = (int)index;
		delta.tool_id = json_text(r->arena, r->doc, json_member(r->doc, item, "id"));
		delta.tool_name = json_text(r->arena, r->doc, json_member(r->doc, function, "name"));
		delta.text = json_text(r->arena, r->doc, json_member(r->doc, function, "arguments"));
		int code = add_delta(r, delta, reterr);
		if (code)
			return code;
	}
	return 0;
}

static int read_message(struct reading *r, const struct json_node *message, struct err *reterr)
{
	int code = 0;
	for (const struct json_node *member = json_child(r->doc, message); member && !code; member = json_next(r->doc, member)) {
		struct str key = json_key(r->arena, r->doc, member);
		if (str_eqc(key, "content"))
			code = read_text(r, member, SURFACE_CONTENT, reterr);
		else if (str_eqc(key, "refusal"))
			code = read_text(r, member, SURFACE_REFUSAL, reterr);
		else if (str_eqc(key, "reasoning_content") || str_eqc(key, "reasoning"))
			code = read_text(r, member, SURFACE_REASONING, reterr);
		else if (str_eqc(key, "tool_calls"))
			code = read_tools(r, member, reterr);
		else if (!str_eqc(key, "role"))
			r->part->dropped++;
	}
	return code;
}

static void read_finish(struct reading *r, const struct json_node *node)
{
	struct str word = json_text(r->arena, r->doc, node);
	if (!node || node->kind != JSON_SCAN_STRING)
		return;
	r->part->finished = true;
	r->part->finish = str_eqc(word, "stop")             ? MODEL_FINISH_STOP
			  : str_eqc(word, "length")         ? MODEL_FINISH_LENGTH
			  : str_eqc(word, "tool_calls")     ? MODEL_FINISH_TOOL_CALLS
			  : str_eqc(word, "content_filter") ? MODEL_FINISH_FILTER
							    : MODEL_FINISH_UNKNOWN;
}

static int read_choices(struct reading *r, const struct json_node *list, struct err *reterr)
{
	const struct json_node *choice = json_child(r->doc, list);
	if (!choice)
		return 0;
	if (json_next(r->doc, choice) || json_int(r->doc, json_member(r->doc, choice, "index"), 0) != 0)
		return err_set(reterr, E_INVALID, LAYER, "the model gave more than one choice");
	r->part->has_choice = true;
	read_finish(r, json_member(r->doc, choice, "finish_reason"));
	const struct json_node *message = json_member(r->doc, choice, "delta");
	if (!message)
		message = json_member(r->doc, choice, "message");
	for (const struct json_node *member = json_child(r->doc, choice); member; member = json_next(r->doc, member)) {
		struct str key = json_key(r->arena, r->doc, member);
		if (!str_eqc(key, "index") && !str_eqc(key, "delta") && !str_eqc(key, "message") && !str_eqc(key, "finish_reason"))
			r->part->dropped++; /* logprobs and the like would leak text that is held */
	}
	return read_message(r, message, reterr);
}

static void read_usage(struct reading *r, const struct json_node *node)
{
	if (!node || node->kind != JSON_SCAN_OBJECT)
		return;
	r->part->usage = (struct model_usage){ true, json_int(r->doc, json_member(r->doc, node, "prompt_tokens"), 0),
		json_int(r->doc, json_member(r->doc, node, "completion_tokens"), 0),
		json_int(r->doc, json_member(r->doc, node, "total_tokens"), 0) };
}

int reply_parse(struct arena *arena, struct str json, struct reply_part *ret_part, struct err *reterr)
{
	struct json_scan_limits limits = json_scan_limits_default();
	struct json_doc doc;
	*ret_part = (struct reply_part){ 0 };
	int code = json_scan(arena, json, &limits, &doc, reterr);
	if (code)
		return code;
	const struct json_node *root = json_root(&doc);
	if (root->kind != JSON_SCAN_OBJECT)
		return err_set(reterr, E_INVALID, LAYER, "the model's reply is not an object");
	struct reading r = { arena, &doc, ret_part };
	const struct json_node *error = json_member(&doc, root, "error");
	ret_part->is_error = error && error->kind != JSON_SCAN_NULL;
	ret_part->head.id = json_text(arena, &doc, json_member(&doc, root, "id"));
	ret_part->head.model = json_text(arena, &doc, json_member(&doc, root, "model"));
	ret_part->head.created = json_int(&doc, json_member(&doc, root, "created"), 0);
	const struct json_node *choices = json_member(&doc, root, "choices");
	if (!ret_part->is_error && (!choices || choices->kind != JSON_SCAN_ARRAY))
		return err_set(reterr, E_INVALID, LAYER, "the model's reply has no choices");
	read_usage(&r, json_member(&doc, root, "usage"));
	code = read_choices(&r, choices, reterr);
	if (!code && arena_failed(arena))
		code = err_set(reterr, E_MEMORY, LAYER, "no memory for the model's reply");
	return code;
}
