/* api_client.c: what a client does in the app, always about oneself: the first screen, consents, the conversation, messages,
 * one's own data. A message goes the same way as one through the gateway (care/turn.h). */
#include "http/api_priv.h"

#include "care/notice.h"
#include "sys/mem.h"

#include <stdio.h>

#define TEXT_MAX 20000
#define CONVERSATION_MESSAGES 200

static const struct care_client *self(const struct api *api, const struct http_request *rq)
{
	return care_client(api->parts.care, api_principal(rq)->person_id.text);
}

static const struct care_programme *programme_of(const struct api *api, const struct http_request *rq)
{
	return care_programme(api->parts.care, api_principal(rq)->programme_id.text);
}

static struct str lang_of(const struct http_request *rq)
{
	struct str asked = http_query(rq, "lang");
	return asked.len ? asked : str_c(api_principal(rq)->lang);
}

/* ---- The first screen ---- */

static void get_about(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct care_parts *parts = api_care(api);
	const struct care_programme *programme = programme_of(api, rq);
	const struct care_client *client = self(api, rq);
	struct str lang = lang_of(rq), country = client ? client->country : programme->country;
	const struct message_var vars[] = { { "programme", programme->name },
		{ "lines", helplines_text(parts->helplines, parts->messages, &rq->arena, country, lang) },
		{ "emergency", helplines_emergency(parts->helplines, parts->messages, &rq->arena, country, lang) } };
	static const char *const keys[] = { "who_can_read", "what_is_ai", "danger_day", "danger_night", "screening" };
	json_t *about = json_object();
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct str key = arena_printf(&rq->arena, "about.%s", keys[i]);
		json_object_set_new(
			about, keys[i], json_of_str(messages_render(parts->messages, &rq->arena, lang, key, 0, vars, COUNT_OF(vars))));
	}
	wall_time until = { 0 };
	enum policy_cover cover = care_cover(api->parts.care, programme, &until);
	json_object_set_new(about, "cover", json_pack("{s:s,s:o}", "state", cover_name(cover), "until", json_of_time(until)));
	api_answer(rq, 200, about);
}

static struct list_query own_rows(const struct principal *who, const char *resource)
{
	return (struct list_query){
		.resource = resource, .index = "client", .equal = { value_c(who->person_id.text) }, .descending = true, .limit = LIST_MAX
	};
}

/* ---- The conversation ---- */

static json_t *build_messages(struct gather *gather, const struct row_set *messages, const struct row_set *reviews)
{
	json_t *items = json_array();
	for (size_t i = messages ? messages->count : 0; i > 0; i--) { /* newest first in the set, oldest first on the page */
		const struct row *row = &messages->rows[i - 1];
		json_array_append_new(items, message_json(gather->api, row, row_with(reviews, "message_id", row->id), true));
	}
	return items;
}

static json_t *build_conversation(struct gather *gather)
{
	const struct row *row = &gather->sets[0]->rows[0];
	json_t *json = conversation_json(gather->api, row, lang_of(gather->rq));
	json_object_set_new(json, "messages", build_messages(gather, gather->sets[1], gather->sets[2]));
	return json;
}

static void answer_conversation(struct api *api, struct http_request *rq, const char *id, void *ctx)
{
	(void)ctx;
	struct scope own = principal_scope(api_principal(rq), NULL), system = care_scope_system(api_principal(rq)->programme_id.text, NULL);
	struct gather *gather = gather_new(api, rq, build_conversation, NULL);
	struct list_query messages = {
		.resource = "message", .index = "conversation", .equal = { value_c(id) }, .descending = true, .limit = CONVERSATION_MESSAGES
	};
	struct list_query reviews = {
		.resource = "review", .index = "conversation", .equal = { value_c(id) }, .descending = true, .limit = LIST_MAX
	};
	if (!gather)
		return;
	gather_get(gather, &own, "conversation", id);
	gather_list(gather, &own, &messages);
	gather_list(gather, &system, &reviews); /* only whether and until when: clients read no reviews */
	gather_run(gather);
}

/* The client's own chat: found, or made on first use. */
struct opening {
	struct api *api;
	struct http_request *rq;
	struct uuid id;
	api_conversation_fn *then;
	void (*failed)(void *ctx); /* may be NULL */
	void *ctx;
};

static void opening_failed(struct opening *opening, const struct err *err)
{
	api_refuse(opening->rq, err);
	if (opening->failed)
		opening->failed(opening->ctx);
}

static void conversation_made(void *ctx, const struct err *err)
{
	struct opening *opening = ctx;
	if (err)
		opening_failed(opening, err);
	else
		opening->then(opening->api, opening->rq, opening->id.text, opening->ctx);
}

static void make_conversation(struct opening *opening)
{
	const struct principal *who = api_principal(opening->rq);
	struct scope scope = care_scope_system(who->programme_id.text, "conversation.open");
	struct unit *unit = unit_new(api_store(opening->api), &scope);
	struct err err = { 0 };
	if (!unit) {
		err_set(&err, E_MEMORY, "http/api", "out of memory");
		opening_failed(opening, &err);
		return;
	}
	struct op *op = unit_insert(unit, "conversation", &opening->id);
	op_c(op, "client_id", who->person_id.text);
	op_c(op, "kind", "chat");
	op_c(op, "speaker", "model");
	op_int(op, "level", 0);
	op_int(op, "message_count", 0);
	op_text(op, "language", lang_of(opening->rq));
	op_time(op, "last_message_at", clock_wall(api_care(opening->api)->clock));
	notice_open(opening->api->parts.care, unit, op, programme_of(opening->api, opening->rq), who->person_id.text, opening->id.text);
	if (store_submit(api_store(opening->api), unit, conversation_made, opening, &err))
		opening_failed(opening, &err);
}

static void conversations_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct opening *opening = ctx;
	struct str found = STR("");
	for (size_t i = 0; take_set && i < take_set->count && !found.len; i++) {
		const struct row *row = &take_set->rows[i];
		if (!str_eqc(row->state, "closed") && str_eqc(row_text(row, "kind"), "chat"))
			found = arena_copy(&opening->rq->arena, row->id);
	}
	row_set_free(&take_set);
	if (err)
		opening_failed(opening, err);
	else if (found.len)
		opening->then(opening->api, opening->rq, found.ptr, opening->ctx);
	else
		make_conversation(opening);
}

void api_with_conversation(struct api *api, struct http_request *rq, api_conversation_fn *then, void (*failed)(void *ctx), void *ctx)
{
	struct opening *opening = ARENA_NEW(&rq->arena, struct opening);
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = own_rows(api_principal(rq), "conversation");
	struct err err = { 0 };
	if (!opening) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		if (failed)
			failed(ctx);
		return;
	}
	*opening = (struct opening){ .api = api, .rq = rq, .then = then, .failed = failed, .ctx = ctx };
	if (store_list(api_store(api), &scope, &query, conversations_read, opening, &err))
		opening_failed(opening, &err);
}

static void get_conversation(void *ctx, struct http_request *rq)
{
	api_with_conversation(ctx, rq, answer_conversation, NULL, NULL);
}

/* ---- A message ---- */

/* Lives until the turn has ended; the request is answered when the message is on disk. */
struct sending {
	struct api *api;
	struct http_request *rq; /* NULL once answered */
	struct turn *turn;
	struct uuid message_id;
};

static json_t *sent_json(struct gather *gather)
{
	return json_pack("{s:o}", "message", message_json(gather->api, &gather->sets[0]->rows[0], NULL, true));
}

static void recorded(void *ctx, const struct turn_record *record, const struct err *err)
{
	struct sending *sending = ctx;
	struct http_request *rq = sending->rq;
	sending->rq = NULL;
	if (!rq)
		return;
	if (err) {
		const struct care_client *client = self(sending->api, rq);
		struct str words = messages_last_resort(client ? client->language : STR("en"));
		api_answer(rq, 503,
			json_pack("{s:{s:s,s:o,s:n},s:o}", "error", "code", "not_saved", "message", json_of_str(words), "field",
				"safe_message", json_of_str(words)));
		return;
	}
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct gather *gather = gather_new(sending->api, rq, sent_json, NULL);
	if (!gather)
		return;
	gather->status = 202;
	gather_get(gather, &scope, "message", record->message_id.text);
	gather_run(gather);
}

static void turn_ended(void *ctx, const struct turn_outcome *outcome)
{
	struct sending *sending = ctx;
	(void)outcome;
	if (sending->rq) /* RULE: cannot be: recorded comes before done; answered all the same */
		http_error(sending->rq, 500, "internal", "the message could not be recorded", NULL);
	mem_delete(sending);
}

static void start_turn(struct api *api, struct http_request *rq, const char *conversation_id, void *ctx)
{
	(void)ctx;
	static const struct turn_events events = { .recorded = recorded, .done = turn_ended };
	const struct care_client *client = self(api, rq);
	struct sending *sending = mem_new(sizeof(*sending));
	json_t *body = sending ? api_body(rq) : NULL;
	struct err err = { 0 };
	if (!body) {
		if (!sending)
			http_error(rq, 500, "internal", "out of memory", NULL);
		mem_delete(sending);
		return;
	}
	*sending = (struct sending){ .api = api, .rq = rq };
	struct turn_request request = { .programme = programme_of(api, rq),
		.client_id = api_principal(rq)->person_id.text,
		.conversation_id = conversation_id,
		.text = api_text(body, "text"),
		.submission = api_text(body, "client_message_id"),
		.lang = str_c(api_principal(rq)->lang),
		.country = client ? client->country : STR(""),
		.age = client ? client->age : 0,
		.approve_replies = client && client->approve_replies,
		.reach = REACH_IDENTIFIED,
		.consent_ai = care_consent_ai(api->parts.care, api_principal(rq)->person_id.text) };
	int rc = turn_start(api->parts.turns, &request, &events, sending, &sending->turn, &err);
	json_decref(body);
	if (rc) {
		mem_delete(sending);
		api_refuse(rq, &err);
	}
}

static void post_message(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (!body)
		return;
	size_t len = api_text(body, "text").len, id_len = api_text(body, "client_message_id").len;
	bool text = json_is_string(json_object_get(body, "text"));
	json_decref(body);
	if (!text)
		http_error(rq, 400, "invalid", "text is missing", "text");
	else if (len > TEXT_MAX)
		http_error(rq, 413, "too_long", "a message has at most 20,000 bytes", "text");
	else if (id_len == 0 || id_len > 64)
		http_error(rq, 400, "invalid", "client_message_id must have 1 to 64 bytes", "client_message_id");
	else
		api_with_conversation(ctx, rq, start_turn, NULL, NULL);
}

const struct http_route api_client_routes[] = {
	{ "GET", "/api/v1/client/about", get_about, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "GET", "/api/v1/client/conversation", get_conversation, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "POST", "/api/v1/client/messages", post_message, HTTP_AUTH_CLIENT, WHO_CLIENT, 131072, false },
	{ "GET", "/api/v1/client/stream", sse_client, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
};
const size_t api_client_route_count = COUNT_OF(api_client_routes);
