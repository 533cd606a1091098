/* gateway_body.c: what a chat request says, by role: the client's words, the turns before them, and what else a client's words
 * may hide in. Nothing is rewritten here: the bytes that are judged are the bytes that go on. */
#include "http/gateway_priv.h"

#define MESSAGES_MAX 2000
#define IDENTIFIER_MAX 64

struct reading {
	struct gateway *gateway;
	struct http_request *rq;
	struct gateway_body *body;
	const char *wrong; /* why not */
	const char *param;
};

static bool refuse(struct reading *r, const char *why, const char *param)
{
	r->wrong = why;
	r->param = param;
	return false;
}

static struct str joined(struct reading *r, struct str a, struct str b)
{
	if (!b.len)
		return a;
	return a.len ? arena_printf(&r->rq->arena, STR_FMT "\n" STR_FMT, STR_ARG(a), STR_ARG(b)) : b;
}

/* What a client's words may hide in: every name and every string of a member, however deep. Nodes stand in document order: what lies inside
 * a member follows it. */
static void take_strings(struct reading *r, const struct json_node *member)
{
	struct json_doc *doc = &r->body->doc;
	for (const struct json_node *node = member; node < doc->nodes + doc->count && node->start < member->end; node++) {
		r->body->other = joined(r, r->body->other, json_key(&r->rq->arena, doc, node));
		if (node->kind == JSON_SCAN_STRING)
			r->body->other = joined(r, r->body->other, json_text(&r->rq->arena, doc, node));
	}
}

/* Names and short words of a protocol; all else may say something. */
static bool is_identifier(struct str name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	for (size_t i = 0; i < name.len; i++)
		if (!memchr(letters, name.ptr[i], sizeof(letters) - 1))
			return false;
	return name.len <= IDENTIFIER_MAX;
}

/* Whether a member can tell a model something: a string that is not empty, or a name that is no name. */
static bool holds_text(struct reading *r, const struct json_node *member)
{
	struct json_doc *doc = &r->body->doc;
	for (const struct json_node *node = member; node < doc->nodes + doc->count && node->start < member->end; node++)
		if ((node->kind == JSON_SCAN_STRING && json_text(&r->rq->arena, doc, node).len) ||
			!is_identifier(json_key(&r->rq->arena, doc, node)))
			return true;
	return false;
}

/* All members of an object but those that are read elsewhere. */
static void take_beside(struct reading *r, const struct json_node *object, const char *const *read)
{
	struct json_doc *doc = &r->body->doc;
	for (const struct json_node *member = json_child(doc, object); member; member = json_next(doc, member)) {
		struct str key = json_key(&r->rq->arena, doc, member);
		bool known = false;
		for (size_t i = 0; read[i]; i++)
			known |= str_eqc(key, read[i]);
		if (!known)
			take_strings(r, member);
	}
}

/* Text of one part of a list; false for a part that holds none. */
static bool part_text(struct reading *r, const struct json_node *part, struct str *ret_text)
{
	struct json_doc *doc = &r->body->doc;
	struct str type = json_text(&r->rq->arena, doc, json_member(doc, part, "type"));
	const struct json_node *text = json_member(doc, part, str_eqc(type, "refusal") ? "refusal" : "text");
	if (!str_eqc(type, "text") && !str_eqc(type, "refusal") && !str_eqc(type, "input_text"))
		return false;
	*ret_text = json_text(&r->rq->arena, doc, text);
	return text && text->kind == JSON_SCAN_STRING;
}

static bool content_text(struct reading *r, const struct json_node *content, bool of_client, struct str *ret_text)
{
	struct json_doc *doc = &r->body->doc;
	*ret_text = STR("");
	if (!content || content->kind == JSON_SCAN_NULL)
		return of_client ? refuse(r, "a user message needs content", "messages") : true;
	if (content->kind == JSON_SCAN_STRING) {
		*ret_text = json_text(&r->rq->arena, doc, content);
		return true;
	}
	if (content->kind != JSON_SCAN_ARRAY)
		return refuse(r, "content must be a string or a list of parts", "messages");
	for (const struct json_node *part = json_child(doc, content); part; part = json_next(doc, part)) {
		static const char *const read[] = { "type", "text", NULL };
		struct str text;
		if (part_text(r, part, &text))
			*ret_text = joined(r, *ret_text, text);
		else
			r->body->unscreenable = true;
		if (of_client && part->kind == JSON_SCAN_OBJECT)
			take_beside(r, part, read);
	}
	return true;
}

enum speaker { FROM_SYSTEM = 0, FROM_USER, FROM_ASSISTANT, FROM_TOOL, FROM_UNKNOWN };

static enum speaker speaker_of(struct str role)
{
	static const struct {
		const char *name;
		enum speaker speaker;
	} roles[] = { { "system", FROM_SYSTEM }, { "developer", FROM_SYSTEM }, { "user", FROM_USER }, { "assistant", FROM_ASSISTANT },
		{ "tool", FROM_TOOL }, { "function", FROM_TOOL } };
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		if (str_eqc(role, roles[i].name))
			return roles[i].speaker;
	return FROM_UNKNOWN;
}

static bool take_message(struct reading *r, const struct json_node *message, enum speaker *ret_speaker, struct str *ret_text)
{
	static const char *const read[] = { "role", "content", NULL };
	struct json_doc *doc = &r->body->doc;
	if (message->kind != JSON_SCAN_OBJECT)
		return refuse(r, "each message must be an object", "messages");
	*ret_speaker = speaker_of(json_text(&r->rq->arena, doc, json_member(doc, message, "role")));
	if (*ret_speaker == FROM_UNKNOWN)
		return refuse(r, "a message has no known role", "messages");
	if (*ret_speaker == FROM_USER || *ret_speaker == FROM_TOOL)
		take_beside(r, message, read);
	return content_text(r, json_member(doc, message, "content"), *ret_speaker == FROM_USER, ret_text);
}

static void hash_on(struct reading *r, enum speaker speaker, struct str text)
{
	char role = speaker == FROM_USER ? 'u' : speaker == FROM_ASSISTANT ? 'a' : 't';
	turn_hash(r->gateway->parts.hash_key, r->body->hash, role, text, r->body->hash);
}

/* The place after the last assistant's message: from there on it is the client's new message. */
static size_t message_start(struct reading *r, const struct json_node *list)
{
	size_t at = 0, start = 0;
	struct json_doc *doc = &r->body->doc;
	for (const struct json_node *message = json_child(doc, list); message; message = json_next(doc, message), at++)
		if (speaker_of(json_text(&r->rq->arena, doc, json_member(doc, message, "role"))) == FROM_ASSISTANT)
			start = at + 1;
	return start;
}

static bool take_messages(struct reading *r, const struct json_node *list)
{
	static const enum message_role roles[] = { ROLE_TOOL, ROLE_CLIENT, ROLE_ASSISTANT, ROLE_TOOL };
	struct gateway_body *body = r->body;
	size_t start = message_start(r, list), at = 0;
	struct str of_tools = STR(""), of_user = STR("");
	bool spoke = false;
	body->turns = ARENA_ARRAY(&r->rq->arena, struct screen_turn, list->count);
	if (!body->turns)
		return refuse(r, "the conversation is too large", "messages");
	for (const struct json_node *message = json_child(&body->doc, list); message; message = json_next(&body->doc, message), at++) {
		enum speaker speaker;
		struct str text;
		if (!take_message(r, message, &speaker, &text))
			return false;
		if (at == start)
			memcpy(body->before, body->hash, sizeof(body->before));
		if (speaker == FROM_SYSTEM) {
			body->instructions = true;
			continue;
		}
		hash_on(r, speaker, text);
		if (at < start) {
			body->turns[body->turn_count++] = (struct screen_turn){ roles[speaker], text, false };
			continue;
		}
		spoke = true;
		if (speaker == FROM_USER)
			of_user = joined(r, of_user, text);
		else
			of_tools = joined(r, of_tools, text);
	}
	body->text = of_user.len || !of_tools.len ? of_user : of_tools;
	return spoke || refuse(r, "the last message must be the user's or a tool's", "messages");
}

static bool is_among(const char *const *names, struct str key)
{
	for (size_t i = 0; names[i]; i++)
		if (str_eqc(key, names[i]))
			return true;
	return false;
}

/* Members whose strings the calling product writes itself, for the model. */
static const char *const products_own[] = { "model", "messages", "tools", "functions", "tool_choice", "function_call", "response_format",
	"stop", "stream_options", "reasoning_effort", "service_tier", "verbosity", "modalities", "user", "safety_identifier",
	"prompt_cache_key", "moderation", NULL };
/* Further members of OpenAI's that hold text which is no instruction. Those that hold none (numbers, true, false) need no list. */
static const char *const known[] = { "metadata", "audio", "prediction", "web_search_options", "prompt_cache_options",
	"prompt_cache_retention", NULL };
/* Members by which some models take instructions beside the list of messages. */
static const char *const instructing[] = { "instructions", "system", "system_prompt", "chat_template", NULL };

static void take_other_strings(struct reading *r, const struct json_node *root)
{
	const struct gateway_caller *caller = r->rq->principal;
	struct gateway_body *body = r->body;
	struct json_doc *doc = &body->doc;
	for (const struct json_node *member = json_child(doc, root); member; member = json_next(doc, member)) {
		struct str key = json_key(&r->rq->arena, doc, member);
		bool instructions = is_among(instructing, key) && member->kind != JSON_SCAN_NULL;
		body->instructions |= instructions;
		if (is_among(products_own, key) || (instructions && caller->instructions))
			continue;
		take_strings(r, member);
		if (!instructions && !body->unknown.len && !is_among(known, key) && holds_text(r, member))
			body->unknown = is_identifier(key) && key.len ? key : STR(GATEWAY_NO_NAME);
	}
}

static bool take_options(struct reading *r, const struct json_node *root)
{
	struct gateway_body *body = r->body;
	struct json_doc *doc = &body->doc;
	const struct json_node *n = json_member(doc, root, "n"), *stream = json_member(doc, root, "stream");
	if (n && n->kind != JSON_SCAN_NULL && !str_eqc(json_raw(doc, n), "1"))
		return refuse(r, "n other than 1 is not supported: each reply is judged on its own", "n");
	if (stream && stream->kind != JSON_SCAN_TRUE && stream->kind != JSON_SCAN_FALSE && stream->kind != JSON_SCAN_NULL)
		return refuse(r, "stream must be true or false", "stream");
	body->stream = stream && stream->kind == JSON_SCAN_TRUE;
	const struct json_node *usage = json_member(doc, json_member(doc, root, "stream_options"), "include_usage");
	body->include_usage = usage && usage->kind == JSON_SCAN_TRUE;
	body->model_node = json_member(doc, root, "model");
	if (!body->model_node || body->model_node->kind != JSON_SCAN_STRING)
		return refuse(r, "model must be named; \"default\" is the programme's own", "model");
	body->model = json_text(&r->rq->arena, doc, body->model_node);
	return true;
}

static bool read_root(struct reading *r, const struct json_node *root)
{
	struct json_doc *doc = &r->body->doc;
	if (root->kind != JSON_SCAN_OBJECT)
		return refuse(r, "the body must be a JSON object", NULL);
	const struct json_node *messages = json_member(doc, root, "messages");
	if (!messages || messages->kind != JSON_SCAN_ARRAY || messages->count == 0 || messages->count > MESSAGES_MAX)
		return refuse(r, "messages must be a list of 1 to 2000 messages", "messages");
	if (!take_options(r, root) || !take_messages(r, messages))
		return false;
	take_other_strings(r, root);
	return true;
}

bool gateway_body_read(struct gateway *gateway, struct http_request *rq, struct str seed, struct gateway_body *ret_body)
{
	*ret_body = (struct gateway_body){ 0 };
	struct reading r = { .gateway = gateway, .rq = rq, .body = ret_body };
	struct json_scan_limits limits = json_scan_limits_default();
	struct err err = { 0 };
	size_t replaced;
	struct str bytes = json_clean(&rq->arena, rq->body, &replaced);
	if ((!bytes.ptr && rq->body.len) || json_scan(&rq->arena, bytes, &limits, &ret_body->doc, &err)) {
		http_error(rq, err.code == E_MEMORY || !err.code ? 413 : 400, err.code == E_LIMIT ? "too_complex" : "invalid_json",
			err.code ? err.message : "the body is too large", NULL);
		return false;
	}
	turn_hash(gateway->parts.hash_key, NULL, 's', seed, ret_body->hash);
	if (!read_root(&r, json_root(&ret_body->doc))) {
		http_error(rq, 400, "invalid_value", r.wrong, r.param);
		return false;
	}
	if (arena_failed(&rq->arena)) {
		http_error(rq, 413, "too_large", "the conversation is too large", "messages");
		return false;
	}
	return true;
}
