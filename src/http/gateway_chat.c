/* gateway_chat.c: POST /v1/chat/completions, plain and streamed: a request becomes a turn, a turn becomes an answer. The answer
 * is built here, member by member; nothing of the model's JSON goes through. A stream's head is sent with its first text, so
 * that what is decided by then stands in its headers. On a stream only data frames and comments go out. */
#include "http/gateway_priv.h"

#include "sys/mem.h"

#include <stdio.h>

#define ANSWER_MAX (4u << 20)
#define FRAME_MAX (2u << 20)
#define KEEP_ALIVE_US (5 * SECOND_US)

struct tool {
	struct str id, name;
	struct buf arguments;
	bool used;
};

struct chat {
	struct gateway *gateway;
	struct http_request *rq;
	struct gateway_body body;
	struct gateway_found found;
	struct turn *turn;
	struct turn_record record;
	bool decided, begun, told_role, closed;
	struct loop_timer keep_alive;
	int64_t created;
	struct buf content, refusal, reasoning;
	struct tool tools[64];
	size_t tool_count;
};

static const struct gateway_caller *caller_of(const struct chat *chat)
{
	return chat->rq->principal;
}

static void chat_free(struct chat *chat)
{
	loop_timer_stop(http_server_loop(chat->gateway->parts.server), &chat->keep_alive);
	buf_done(&chat->content);
	buf_done(&chat->refusal);
	buf_done(&chat->reasoning);
	for (size_t i = 0; i < chat->tool_count; i++)
		buf_done(&chat->tools[i].arguments);
	mem_delete(chat);
}

/* ---- Headers ---- */

static void number_header(struct http_request *rq, const char *name, int value)
{
	char text[16];
	snprintf(text, sizeof(text), "%d", value);
	http_reply_header(rq, name, str_c(text));
}

static void add_headers(struct chat *chat, const struct turn_outcome *outcome)
{
	struct http_request *rq = chat->rq;
	http_reply_header(rq, "X-Should-Retry", STR("false"));
	http_reply_header(rq, "X-Heedwell-Conversation-Id", str_c(chat->found.conversation_id.text));
	if (chat->decided) {
		http_reply_header(rq, "X-Heedwell-Message", str_c(chat->record.message_id.text));
		if (chat->record.level >= 0)
			number_header(rq, "X-Heedwell-Level", chat->record.level);
		number_header(rq, "X-Heedwell-Conversation-Level", chat->record.conversation_level);
		number_header(rq, "X-Heedwell-Alert", chat->record.alert);
		http_reply_header(rq, "X-Heedwell-Action", str_c(policy_action_name(chat->record.action)));
		http_reply_header(rq, "X-Heedwell-Speaker", str_c(policy_speaker_name(chat->record.speaker)));
		if (chat->record.duplicate)
			http_reply_header(rq, "X-Heedwell-Duplicate", STR("true"));
	}
	if (!outcome)
		return;
	http_reply_header(rq, "X-Heedwell-Reply", str_c(turn_state_name(outcome->state)));
	if (outcome->safe_text.len)
		http_reply_header(rq, "X-Heedwell-Text", outcome->safe_text);
	if (outcome->state == TURN_HELD)
		http_reply_header(rq, "X-Heedwell-Held", str_c(outcome->held_id.text));
}

/* ---- JSON ---- */

static struct str id_of(const struct chat *chat)
{
	return str_c(chat->decided ? chat->record.reply_id.text : chat->rq->id);
}

static void add_head(struct chat *chat, struct buf *json, const char *object, struct str model)
{
	buf_printf(json, "{\"id\":\"chatcmpl-" STR_FMT "\",\"object\":\"%s\",\"created\":%lld,\"model\":", STR_ARG(id_of(chat)), object,
		(long long)chat->created);
	buf_add_json(json, model.len ? model : STR("default"));
}

static void add_usage(struct buf *json, const struct model_usage *usage)
{
	buf_printf(json, "{\"prompt_tokens\":%lld,\"completion_tokens\":%lld,\"total_tokens\":%lld}", (long long)usage->prompt_tokens,
		(long long)usage->completion_tokens, (long long)usage->total_tokens);
}

static void add_text_or_null(struct buf *json, const struct buf *text)
{
	if (text->len)
		buf_add_json(json, buf_str(text));
	else
		buf_add_c(json, "null");
}

static void add_tools(struct chat *chat, struct buf *json)
{
	bool any = false;
	for (size_t i = 0; i < chat->tool_count; i++) {
		struct tool *tool = &chat->tools[i];
		if (!tool->used)
			continue;
		buf_add_c(json, any ? "," : ",\"tool_calls\":[");
		any = true;
		buf_add_c(json, "{\"id\":");
		buf_add_json(json, tool->id);
		buf_add_c(json, ",\"type\":\"function\",\"function\":{\"name\":");
		buf_add_json(json, tool->name);
		buf_add_c(json, ",\"arguments\":");
		buf_add_json(json, buf_str(&tool->arguments));
		buf_add_c(json, "}}");
	}
	if (any)
		buf_add_c(json, "]");
}

static void add_held(struct buf *json, const struct turn_outcome *outcome)
{
	if (outcome->state == TURN_HELD)
		buf_printf(json, ",\"heedwell\":{\"held\":\"%s\"}", outcome->held_id.text);
}

static void answer_plain(struct chat *chat, const struct turn_outcome *outcome)
{
	struct buf json;
	buf_init(&json, mem_system(), ANSWER_MAX);
	add_head(chat, &json, "chat.completion", outcome->model.len ? outcome->model : chat->body.model);
	buf_add_c(&json, ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":");
	add_text_or_null(&json, &chat->content);
	buf_add_c(&json, ",\"refusal\":");
	add_text_or_null(&json, &chat->refusal);
	if (chat->reasoning.len) {
		buf_add_c(&json, ",\"reasoning_content\":");
		buf_add_json(&json, buf_str(&chat->reasoning));
	}
	add_tools(chat, &json);
	buf_printf(&json, "},\"logprobs\":null,\"finish_reason\":\"%s\"}],\"usage\":", model_finish_name(outcome->finish));
	add_usage(&json, &outcome->usage);
	add_held(&json, outcome);
	buf_add_c(&json, "}");
	add_headers(chat, outcome);
	http_json(chat->rq, 200, &json);
	buf_done(&json);
}

/* ---- Streams ---- */

static void on_keep_alive(void *ctx);

static void start_keep_alive(struct chat *chat)
{
	loop_io_timer_start(http_server_loop(chat->gateway->parts.server), &chat->keep_alive, KEEP_ALIVE_US, on_keep_alive, chat);
}

static void begin_stream(struct chat *chat, const struct turn_outcome *outcome)
{
	if (chat->begun)
		return;
	chat->begun = true;
	add_headers(chat, outcome);
	http_stream_begin(chat->rq, 200, "text/event-stream; charset=utf-8");
}

/* A failed write means that the client has left or does not read; the server tells us then. */
static void write_frame(struct chat *chat, struct buf *json)
{
	buf_add_c(json, "\n\n");
	if (!json->failed)
		(void)http_stream_write(chat->rq, buf_str(json));
	buf_done(json);
}

static void on_keep_alive(void *ctx)
{
	struct chat *chat = ctx;
	begin_stream(chat, NULL);
	(void)http_stream_write(chat->rq, STR(": hold\n\n"));
	start_keep_alive(chat);
}

static void begin_chunk(struct chat *chat, struct buf *json)
{
	buf_init(json, mem_system(), FRAME_MAX);
	buf_add_c(json, "data: ");
	add_head(chat, json, "chat.completion.chunk", chat->body.model); /* the same in every chunk */
	buf_add_c(json, ",\"choices\":[");
}

static void end_chunk(struct chat *chat, struct buf *json)
{
	buf_add_c(json, chat->body.include_usage ? "],\"usage\":null}" : "]}");
	write_frame(chat, json);
}

static void write_role(struct chat *chat)
{
	struct buf json;
	if (chat->told_role)
		return;
	chat->told_role = true;
	begin_chunk(chat, &json);
	buf_add_c(&json, "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}");
	end_chunk(chat, &json);
}

static void add_tool_delta(struct chat *chat, struct buf *json, const struct model_delta *delta)
{
	buf_printf(json, "\"tool_calls\":[{\"index\":%d,\"id\":", delta->index);
	buf_add_json(json, delta->tool_id);
	buf_add_c(json, ",\"type\":\"function\",\"function\":{\"name\":");
	buf_add_json(json, delta->tool_name);
	buf_add_c(json, ",\"arguments\":");
	buf_add_json(json, delta->text);
	buf_add_c(json, "}}]");
}

static void write_delta(struct chat *chat, const struct model_delta *delta)
{
	static const char *const names[] = { "content", "refusal", "reasoning_content" };
	struct buf json;
	begin_stream(chat, NULL);
	write_role(chat);
	begin_chunk(chat, &json);
	buf_add_c(&json, "{\"index\":0,\"delta\":{");
	if (delta->surface == SURFACE_TOOL) {
		add_tool_delta(chat, &json, delta);
	} else {
		buf_printf(&json, "\"%s\":", names[delta->surface]);
		buf_add_json(&json, delta->text);
	}
	buf_add_c(&json, "},\"finish_reason\":null}");
	end_chunk(chat, &json);
	start_keep_alive(chat);
}

static void write_error_frame(struct chat *chat)
{
	(void)http_stream_write(
		chat->rq, STR("data: {\"error\":{\"message\":\"the model's reply broke off\",\"type\":\"server_error\",\"param\":null,"
			      "\"code\":\"upstream_interrupted\"}}\n\n"));
}

static void end_stream(struct chat *chat, const struct turn_outcome *outcome)
{
	struct buf json;
	begin_stream(chat, outcome);
	if (outcome->state == TURN_INTERRUPTED) {
		write_error_frame(chat);
		http_stream_end(chat->rq);
		return;
	}
	write_role(chat);
	begin_chunk(chat, &json);
	buf_printf(&json, "{\"index\":0,\"delta\":{},\"finish_reason\":\"%s\"}]", model_finish_name(outcome->finish));
	add_held(&json, outcome);
	buf_add_c(&json, chat->body.include_usage ? ",\"usage\":null}" : "}");
	write_frame(chat, &json);
	if (chat->body.include_usage) {
		begin_chunk(chat, &json);
		buf_add_c(&json, "],\"usage\":");
		add_usage(&json, &outcome->usage);
		buf_add_c(&json, "}");
		write_frame(chat, &json);
	}
	(void)http_stream_write(chat->rq, STR("data: [DONE]\n\n"));
	http_stream_end(chat->rq);
}

/* ---- The turn's story ---- */

static void on_decided(void *ctx, const struct turn_record *record)
{
	struct chat *chat = ctx;
	chat->record = *record;
	chat->decided = true;
}

static void keep_tool(struct chat *chat, const struct model_delta *delta)
{
	if (delta->index < 0 || (size_t)delta->index >= COUNT_OF(chat->tools))
		return;
	while (chat->tool_count <= (size_t)delta->index)
		buf_init(&chat->tools[chat->tool_count++].arguments, mem_system(), ANSWER_MAX);
	struct tool *tool = &chat->tools[delta->index];
	tool->used = true;
	tool->id = arena_copy(&chat->rq->arena, delta->tool_id);
	tool->name = arena_copy(&chat->rq->arena, delta->tool_name);
	buf_add(&tool->arguments, delta->text);
}

static bool brings_what_it_may_not(const struct chat *chat)
{
	return (chat->body.instructions || chat->body.unknown.len) && !caller_of(chat)->instructions;
}

/* Known as soon as it is decided, so that a stream does not begin. Below level 3 alone: in danger a refusal is no answer. */
static bool is_refused(const struct chat *chat)
{
	return brings_what_it_may_not(chat) && chat->decided && !chat->begun && chat->record.level < 3 &&
	       str_eqc(chat->record.safe_text, TURN_REFUSED_TEXT);
}

#define HOW_TO_ALLOW "; an administrator can allow it for the key (console: Settings, Releases and keys; or heedwell product allow)"

static void refuse_instructions(struct chat *chat, const struct turn_outcome *outcome)
{
	struct str unknown = chat->body.unknown;
	if (outcome->state == TURN_FAILED) {
		http_error(chat->rq, 503, "unavailable", "the message could not be recorded", NULL);
	} else if (chat->body.instructions) {
		http_error(chat->rq, 400, "client_system_role", "this key may not bring system or developer messages" HOW_TO_ALLOW,
			"messages");
	} else {
		char message[300], param[80];
		snprintf(param, sizeof(param), STR_FMT, STR_ARG(unknown));
		snprintf(message, sizeof(message),
			"this key may not bring text to the model by members that are not known here: %s" HOW_TO_ALLOW, param);
		http_error(chat->rq, 400, "unknown_member", message, str_eqc(unknown, GATEWAY_NO_NAME) ? NULL : param);
	}
}

/* As is_refused, of a key that has asked too often: where no text is due but the one that says so. */
static bool is_over_rate(const struct chat *chat)
{
	return caller_of(chat)->rate_limited && chat->decided && !chat->begun && chat->record.level < 3 &&
	       str_eqc(chat->record.safe_text, TURN_RATE_TEXT);
}

static void refuse_rate(struct chat *chat)
{
	char seconds[16];
	snprintf(seconds, sizeof(seconds), "%d", caller_of(chat)->retry_after);
	http_reply_header(chat->rq, "Retry-After", str_c(seconds));
	http_error(chat->rq, 429, "rate_limited", "this key has sent too many requests in a minute", NULL);
}

static void on_text(void *ctx, const struct model_delta *delta)
{
	struct chat *chat = ctx;
	if (is_refused(chat) || is_over_rate(chat))
		return;
	if (chat->body.stream)
		write_delta(chat, delta);
	else if (delta->surface == SURFACE_TOOL)
		keep_tool(chat, delta);
	else
		buf_add(delta->surface == SURFACE_CONTENT   ? &chat->content
			: delta->surface == SURFACE_REFUSAL ? &chat->refusal
							    : &chat->reasoning,
			delta->text);
}

static void say_last_resort(struct chat *chat)
{
	struct model_delta delta = { .surface = SURFACE_CONTENT, .text = messages_last_resort(caller_of(chat)->programme->language) };
	on_text(chat, &delta);
}

static void on_done(void *ctx, const struct turn_outcome *outcome)
{
	struct chat *chat = ctx;
	chat->turn = NULL;
	gateway_note_message(chat->gateway, &chat->found, chat->body.hash, true);
	if (outcome->state == TURN_FAILED)
		gateway_forget(chat->gateway, &chat->found);
	else if (outcome->state != TURN_INTERRUPTED)
		gateway_note(chat->gateway, caller_of(chat)->key_id.text, &chat->found, outcome->hash);
	if (outcome->state == TURN_FAILED && is_over_rate(chat)) {
		chat->record.safe_text = STR(""); /* nothing is on disk: help, as for everybody */
		say_last_resort(chat);
	}
	if (is_refused(chat)) {
		refuse_instructions(chat, outcome);
	} else if (is_over_rate(chat)) {
		refuse_rate(chat);
	} else if (chat->body.stream) {
		end_stream(chat, outcome);
	} else {
		answer_plain(chat, outcome);
	}
	chat_free(chat);
}

static void on_gone(void *ctx)
{
	struct chat *chat = ctx;
	if (!chat->turn)
		return; /* still looking up who it is: on_found sees rq->gone */
	turn_leave(&chat->turn);
	gateway_note_message(chat->gateway, &chat->found, chat->body.hash, false);
	if (chat->begun)
		http_stream_end(chat->rq);
	else
		http_error(chat->rq, 499, "gone", "the client has left", NULL);
	chat_free(chat);
}

/* ---- The request ---- */

/* "default" becomes the release's own model; all other bytes go on as they came. */
static struct str forwarded(struct chat *chat)
{
	const struct gateway_caller *caller = caller_of(chat);
	struct str model = caller->programme->release_model.len ? caller->programme->release_model : model_name(chat->gateway->parts.model);
	struct str bytes = chat->body.doc.bytes;
	if (!str_eqc(chat->body.model, "default"))
		return bytes;
	struct buf name, out;
	buf_init(&name, mem_system(), 2048);
	buf_init(&out, mem_system(), bytes.len + 2048);
	buf_add_json(&name, model);
	struct json_splice splice = { chat->body.model_node->start, chat->body.model_node->end, buf_str(&name) };
	json_splice(&out, bytes, &splice, 1);
	struct str copy = name.failed || out.failed ? (struct str){ NULL, 0 } : arena_copy(&chat->rq->arena, buf_str(&out));
	buf_done(&name);
	buf_done(&out);
	return copy;
}

/* Words in other places count as the client's when they say something that the client's message would be graded for. */
static struct str whole_text(struct chat *chat)
{
	struct gateway *gateway = chat->gateway;
	struct str other = chat->body.other;
	if (other.len < 4)
		return chat->body.text;
	struct arena arena;
	struct verdict verdict = { 0 };
	struct screen_request request = { .role = ROLE_CLIENT, .text = other };
	arena_init(&arena, mem_system(), 16u << 20);
	int code = screen_run(gateway->parts.engine, gateway->scratch, &arena, &request, &verdict);
	bool grave = code || verdict.state == VERDICT_NOT_SCREENED || verdict.level >= 2;
	arena_done(&arena);
	return grave ? arena_printf(&chat->rq->arena, STR_FMT "\n" STR_FMT, STR_ARG(chat->body.text), STR_ARG(other)) : chat->body.text;
}

/* False: it has been answered and is gone. */
static bool start_turn(struct chat *chat)
{
	static const struct turn_events events = { on_decided, NULL, on_text, on_done };
	const struct gateway_caller *caller = caller_of(chat);
	struct gateway *gateway = chat->gateway;
	struct str accept = http_header(chat->rq, "accept-language"), external = http_header(chat->rq, "x-heedwell-client");
	char pseudonym[64];
	snprintf(pseudonym, sizeof(pseudonym), "Gateway %s", chat->found.client_id.text + 24); /* the random end of its id */
	const struct care_client *client = chat->found.new_client ? NULL : care_client(gateway->parts.care, chat->found.client_id.text);
	struct turn_request request = { .programme = caller->programme,
		.client_id = chat->found.client_id.text,
		.conversation_id = chat->found.conversation_id.text,
		.text = whole_text(chat),
		.submission = str_c(chat->found.submission),
		.lang = str_starts(accept, STR("es")) ? STR("es") : STR(""),
		.country = client ? client->country : STR(""),
		.age = client ? client->age : 0,
		.reach = caller->reach,
		.consent_ai = caller->consent || care_consent_ai(gateway->parts.care, chat->found.client_id.text),
		.rate_limited = caller->rate_limited,
		.refused = brings_what_it_may_not(chat),
		.api_key_id = caller->key_id.text,
		.has_history = chat->body.turn_count > 0,
		.turns = chat->body.turns,
		.turn_count = chat->body.turn_count,
		.body = forwarded(chat),
		.stream = chat->body.stream,
		.show_reasoning = true,
		.unscreenable = chat->body.unscreenable,
		.new_client = chat->found.new_client,
		.new_conversation = chat->found.new_conversation,
		.pseudonym = str_c(pseudonym),
		.client_external = external,
		.conversation_external = http_header(chat->rq, "x-heedwell-conversation"),
		.hash = chat->body.hash,
		.hash_key = gateway->parts.hash_key };
	struct err err = { 0 };
	gateway_note_message(gateway, &chat->found, chat->body.hash, false);
	if (chat->body.turn_count == 0)
		gateway_note(gateway, caller->key_id.text, &chat->found, chat->body.hash);
	if (arena_failed(&chat->rq->arena) || turn_start(gateway->parts.turns, &request, &events, chat, &chat->turn, &err)) {
		http_error(chat->rq, 413, "too_large", "the conversation is too large", "messages");
		chat_free(chat);
		return false;
	}
	if (chat->body.stream)
		start_keep_alive(chat);
	return true;
}

/* The store cannot tell who it is: the client still gets help, and nothing of a model. */
static void answer_without_store(struct chat *chat, const struct err *err)
{
	log_write(http_server_log(chat->gateway->parts.server), LOG_ERROR, "gateway.not_found", LOG_ID("request", str_c(chat->rq->id)),
		LOG_ERR(err));
	struct turn_outcome outcome = {
		.state = TURN_FAILED, .finish = MODEL_FINISH_STOP, .model = STR("heedwell"), .safe_text = STR("safe.static")
	};
	say_last_resort(chat);
	if (chat->body.stream)
		end_stream(chat, &outcome);
	else
		answer_plain(chat, &outcome);
	chat_free(chat);
}

static void on_found(void *ctx, const struct gateway_found *found, const struct err *err)
{
	struct chat *chat = ctx;
	if (err) {
		answer_without_store(chat, err);
		return;
	}
	chat->found = *found;
	if (start_turn(chat) && chat->rq->gone)
		on_gone(chat); /* left meanwhile: what was said is screened and recorded all the same */
}

static void find_and_start(struct chat *chat)
{
	struct http_request *rq = chat->rq;
	struct str retries = http_header(rq, "x-stainless-retry-count");
	struct gateway_search search = { .client = http_header(rq, "x-heedwell-client"),
		.conversation = http_header(rq, "x-heedwell-conversation"),
		.hash = chat->body.hash,
		.before = chat->body.before,
		.has_history = chat->body.turn_count > 0,
		.says_retry = retries.len && !str_eqc(retries, "0") };
	http_on_gone(rq, on_gone, chat);
	gateway_find(chat->gateway, rq, &search, on_found, chat);
}

void gateway_chat(void *ctx, struct http_request *rq)
{
	struct gateway *gateway = ctx;
	const struct gateway_caller *caller = rq->principal;
	struct str client = http_header(rq, "x-heedwell-client"), conversation = http_header(rq, "x-heedwell-conversation");
	if (client.len > GATEWAY_EXTERNAL_MAX || conversation.len > GATEWAY_EXTERNAL_MAX) {
		http_error(rq, 400, "invalid_header", "X-Heedwell-Client and X-Heedwell-Conversation take at most 200 bytes", NULL);
		return;
	}
	struct chat *chat = mem_new(sizeof(*chat));
	if (!chat) {
		http_error(rq, 503, "unavailable", "no memory", NULL);
		return;
	}
	chat->gateway = gateway;
	chat->rq = rq;
	chat->created = rq->received.us / SECOND_US;
	buf_init(&chat->content, mem_system(), ANSWER_MAX);
	buf_init(&chat->refusal, mem_system(), ANSWER_MAX);
	buf_init(&chat->reasoning, mem_system(), ANSWER_MAX);
	struct str seed = arena_printf(&rq->arena, "%s/" STR_FMT, caller->key_id.text, STR_ARG(client));
	if (!gateway_body_read(gateway, rq, seed, &chat->body)) {
		chat_free(chat);
		return;
	}
	if (!gateway_model_known(gateway, caller, chat->body.model)) {
		http_error(rq, 404, "model_not_found", "no such model is approved here; GET /v1/models lists them", "model");
		chat_free(chat);
		return;
	}
	find_and_start(chat);
}
