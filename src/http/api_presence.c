/* api_presence.c: a person in a client's chat: joins, asks a colleague to take over, hands back; who is where now; who was there. */
#include "http/api_priv.h"

#include "care/presence.h"

#include <string.h>

/* ---- As the console reads it ---- */

static json_t *person_of(const struct api *api, const char *id)
{
	const struct care_staff *staff = id ? care_staff(api->parts.care, id) : NULL;
	return staff ? json_pack("{s:s,s:o,s:o}", "id", staff->id.text, "name", json_of_str(staff->name), "role", json_of_str(staff->role))
		     : json_null();
}

static json_t *presence_json(const struct api *api, const struct presence *presence)
{
	const struct care_client *client = care_client(api->parts.care, presence->client_id);
	return json_pack("{s:s,s:s,s:{s:s,s:o,s:o},s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", presence->id, "conversation_id",
		presence->conversation_id, "client", "id", presence->client_id, "pseudonym",
		client ? json_of_str(client->pseudonym) : json_null(), "name", client ? json_of_str(client->name) : json_null(), "person",
		person_of(api, presence->staff_id), "since", json_of_time(presence->since), "seen_at", json_of_time(presence->seen_at),
		"waiting_at", json_of_time(presence->waiting_at), "asked", person_of(api, presence->asked_id), "asked_by",
		person_of(api, presence->asked_by), "asked_at", json_of_time(presence->asked_at));
}

static void get_presence(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct principal *who = api_principal(rq);
	struct presence *list = ARENA_ARRAY(&rq->arena, struct presence, PRESENCE_LIST_MAX);
	json_t *items = json_array();
	size_t count = list ? presence_list(api->parts.care, who->programme_id.text, list, PRESENCE_LIST_MAX) : 0;
	for (size_t i = 0; i < count && i < PRESENCE_LIST_MAX; i++)
		if (api_sees_client(api, who, str_c(list[i].client_id)))
			json_array_append_new(items, presence_json(api, &list[i]));
	api_answer(rq, 200, json_pack("{s:o,s:b}", "items", items, "more", count > PRESENCE_LIST_MAX));
}

/* ---- Acts ---- */

struct being {
	struct api *api;
	struct http_request *rq;
	enum presence_act act;
	const char *conversation_id, *to, *reason_code;
	struct str reason;
};

static void answer_presence(struct being *being)
{
	struct presence presence;
	bool there = presence_find(being->api->parts.care, being->conversation_id, &presence);
	api_answer(being->rq, 200, json_pack("{s:o}", "presence", there ? presence_json(being->api, &presence) : json_null()));
}

static void refuse(struct being *being, const struct err *err)
{
	static const struct {
		const char *code, *words;
	} known[] = { { "somebody_there", "somebody else is in the conversation: ask them to hand over, or step in for them" },
		{ "nobody_there", "nobody is in the conversation" }, { "nobody_asked", "nobody is asked to take it over" },
		{ "closed", "the conversation is closed" },
		{ "elsewhere", "the client writes in another product, which shows no person's words" } };
	for (size_t i = 0; err->code == E_CONFLICT && i < COUNT_OF(known); i++)
		if (strcmp(err->message, known[i].code) == 0) {
			http_error(being->rq, 409, known[i].code, known[i].words, NULL);
			return;
		}
	api_refuse(being->rq, err);
}

static void was_done(void *ctx, const struct err *err)
{
	struct being *being = ctx;
	if (err && err->code == E_EXISTS) /* another node's person was faster */
		http_error(being->rq, 409, "somebody_there", "somebody else is in the conversation", NULL);
	else if (err)
		refuse(being, err);
	else
		answer_presence(being);
}

static void conversation_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct being *being = ctx;
	struct scope scope = principal_scope(api_principal(being->rq), being->reason_code);
	struct err own = { 0 };
	if (err)
		api_refuse(being->rq, err);
	else if (!api_sees_client(being->api, api_principal(being->rq), row_text(&take_set->rows[0], "client_id")))
		http_error(being->rq, 403, "forbidden", "not a client of yours", NULL);
	else {
		const struct presence_call call = {
			.act = being->act, .conversation = &take_set->rows[0], .to = being->to, .reason = being->reason
		};
		if (presence_do(being->api->parts.care, &scope, &call, was_done, being, &own))
			refuse(being, &own);
	}
	row_set_free(&take_set);
}

static void run(struct api *api, struct http_request *rq, enum presence_act act, const char *reason_code, const json_t *body)
{
	struct being *being = ARENA_NEW(&rq->arena, struct being);
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str to = str_trim(api_text(body, "to"));
	struct err err = { 0 };
	if (!being) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*being = (struct being){ .api = api, .rq = rq, .act = act, .reason_code = reason_code };
	being->conversation_id = arena_copy(&rq->arena, http_param(rq, "id")).ptr;
	being->to = to.len ? arena_copy(&rq->arena, to).ptr : NULL;
	being->reason = arena_copy(&rq->arena, api_text(body, "reason"));
	if (store_get(api_store(api), &scope, "conversation", being->conversation_id, conversation_read, being, &err))
		api_refuse(rq, &err);
}

static void post_join(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (!body)
		return;
	bool instead = json_is_true(json_object_get(body, "instead"));
	run(ctx, rq, instead ? PRESENCE_INSTEAD : PRESENCE_JOIN, instead ? "conversation.step_in" : "conversation.join", body);
	json_decref(body);
}

static void post_leave(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (!body)
		return;
	if (api_text(body, "reason").len > PRESENCE_REASON_MAX)
		http_error(rq, 400, "invalid", "reason: at most 2,000 bytes", "reason");
	else
		run(ctx, rq, PRESENCE_HAND_BACK, "conversation.hand_back", body);
	json_decref(body);
}

static void post_handover(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (!body)
		return;
	if (str_trim(api_text(body, "to")).len)
		run(ctx, rq, PRESENCE_ASK, "conversation.handover", body);
	else
		http_error(rq, 400, "invalid", "to: the id of the person who is to take it over", "to");
	json_decref(body);
}

static void post_accept(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (body)
		run(ctx, rq, PRESENCE_ACCEPT, "conversation.handover_accept", body);
	json_decref(body);
}

static void post_decline(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (body)
		run(ctx, rq, PRESENCE_DECLINE, "conversation.handover_decline", body);
	json_decref(body);
}

/* ---- Who was there ---- */

static json_t *visit_json(const struct api *api, const struct row *row)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "person",
		person_of(api, row_text(row, "staff_id").ptr), "from", json_of_time(row->created_at), "how", json_of_field(row, "how"),
		"in_place_of", person_of(api, row_text(row, "from_id").ptr), "to", json_of_time_field(row, "ended_at"), "end",
		json_of_field(row, "end"), "ended_by", person_of(api, row_text(row, "ended_by").ptr), "reason",
		json_of_field(row, "reason"));
}

static json_t *build_visits(struct gather *gather)
{
	json_t *items = json_array();
	if (!api_sees_client(gather->api, api_principal(gather->rq), row_text(&gather->sets[0]->rows[0], "client_id"))) {
		json_decref(items);
		return api_not_yours(gather);
	}
	for (size_t i = 0; i < gather->sets[1]->count; i++)
		json_array_append_new(items, visit_json(gather->api, &gather->sets[1]->rows[i]));
	return page_json(items, gather->sets[1]);
}

static void get_visits(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct list_query query = { .resource = "presence", .index = "conversation", .equal = { value_str(id) }, .descending = true };
	struct gather *gather = gather_new(ctx, rq, build_visits, NULL);
	if (!gather)
		return;
	page_of(rq, &query);
	gather_get(gather, &scope, "conversation", id.ptr);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

const struct http_route api_presence_routes[] = {
	{ "GET", "/api/v1/staff/presence", get_presence, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "GET", "/api/v1/staff/conversations/:id/people", get_visits, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/staff/conversations/:id/join", post_join, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/conversations/:id/leave", post_leave, HTTP_AUTH_STAFF, WHO_CARERS, 16384, false },
	{ "POST", "/api/v1/staff/conversations/:id/handover", post_handover, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/conversations/:id/handover/accept", post_accept, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/conversations/:id/handover/decline", post_decline, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
};
const size_t api_presence_route_count = COUNT_OF(api_presence_routes);
