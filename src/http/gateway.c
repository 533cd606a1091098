/* gateway.c: routes, models, held replies. */
#include "http/gateway_priv.h"

#include "sys/mem.h"

#include <sodium.h>

#define LAYER "http/gateway"

static const struct http_route routes[] = {
	{ "POST", "/v1/chat/completions", gateway_chat, HTTP_AUTH_API_KEY, 0, GATEWAY_BODY_MAX, false },
	{ "POST", "/v1/moderations", gateway_moderations, HTTP_AUTH_API_KEY, 0, GATEWAY_BODY_MAX, false },
	{ "GET", "/v1/models", gateway_models, HTTP_AUTH_API_KEY, 0, 0, false },
	{ "GET", "/v1/models/:id", gateway_model, HTTP_AUTH_API_KEY, 0, 0, false },
	{ "GET", "/v1/heedwell/held/:id", gateway_held, HTTP_AUTH_API_KEY, 0, 0, false },
};

int gateway_open(const struct gateway_parts *parts, struct gateway **ret_gateway, struct err *reterr)
{
	struct gateway *gateway = mem_new(sizeof(*gateway));
	if (!gateway)
		return err_set(reterr, E_MEMORY, LAYER, "no memory");
	gateway->parts = *parts;
	crypto_generichash(
		gateway->place_key, sizeof(gateway->place_key), (const unsigned char *)"places", 6, parts->hash_key, TURN_HASH_BYTES);
	int code = screen_scratch_open(parts->engine, &gateway->scratch, reterr);
	if (code) {
		mem_delete(gateway);
		return code;
	}
	http_server_add(parts->server, routes, COUNT_OF(routes), gateway);
	http_server_set_auth(parts->server, HTTP_AUTH_API_KEY, gateway_authenticate, gateway);
	*ret_gateway = gateway;
	return 0;
}

void gateway_free(struct gateway **gateway_)
{
	struct gateway *gateway = *gateway_;
	if (!gateway)
		return;
	screen_scratch_free(&gateway->scratch);
	mem_wipe_delete(gateway, sizeof(*gateway));
	*gateway_ = NULL;
}

/* ---- Models ---- */

/* Approved names: "default" and what it stands for. */
static size_t approved(const struct gateway *gateway, const struct gateway_caller *caller, struct str names[3])
{
	size_t count = 0;
	struct str own = model_name(gateway->parts.model), release = caller->programme->release_model;
	names[count++] = STR("default");
	if (release.len && !str_eqc(release, "default"))
		names[count++] = release;
	if (own.len && !str_eq(own, release))
		names[count++] = own;
	return count;
}

bool gateway_model_known(const struct gateway *gateway, const struct gateway_caller *caller, struct str name)
{
	struct str names[3];
	for (size_t i = approved(gateway, caller, names); i > 0; i--)
		if (str_eq(names[i - 1], name))
			return true;
	return false;
}

static void add_model(struct buf *json, struct str name)
{
	buf_add_c(json, "{\"id\":");
	buf_add_json(json, name);
	buf_add_c(json, ",\"object\":\"model\",\"created\":1764028800,\"owned_by\":\"heedwell\"}");
}

void gateway_models(void *ctx, struct http_request *rq)
{
	struct gateway *gateway = ctx;
	struct str names[3];
	size_t count = approved(gateway, rq->principal, names);
	struct buf json;
	buf_init(&json, mem_system(), 4096);
	buf_add_c(&json, "{\"object\":\"list\",\"data\":[");
	for (size_t i = 0; i < count; i++) {
		buf_add_c(&json, i ? "," : "");
		add_model(&json, names[i]);
	}
	buf_add_c(&json, "]}");
	http_json(rq, 200, &json);
	buf_done(&json);
}

void gateway_model(void *ctx, struct http_request *rq)
{
	struct str name = http_param(rq, "id");
	if (!gateway_model_known(ctx, rq->principal, name)) {
		http_error(rq, 404, "model_not_found", "no such model is approved here", "model");
		return;
	}
	struct buf json;
	buf_init(&json, mem_system(), 1024);
	add_model(&json, name);
	http_json(rq, 200, &json);
	buf_done(&json);
}

/* ---- Held replies ---- */

struct held {
	struct gateway *gateway;
	struct http_request *rq;
	struct row_set *review;
};

static struct scope key_scope(const struct http_request *rq)
{
	const struct gateway_caller *caller = rq->principal;
	return care_scope_system(caller->programme->id.text, "gateway.held");
}

static void on_held_conversation(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct held *held = ctx;
	struct http_request *rq = held->rq;
	const struct gateway_caller *caller = rq->principal;
	const struct row *row = &held->review->rows[0];
	if (err || !str_eqc(row_text(&take_set->rows[0], "api_key_id"), caller->key_id.text)) {
		http_error(rq, 404, "not_found", "no held reply of yours has this id", NULL);
	} else {
		struct buf json;
		bool decided = !str_eqc(row->state, "pending");
		buf_init(&json, mem_system(), 4u << 20);
		buf_printf(&json, "{\"id\":\"%s\",\"object\":\"heedwell.held\",\"state\":\"" STR_FMT "\",\"text\":", row->id.ptr,
			STR_ARG(row->state));
		if (decided)
			buf_add_json(&json, row_text(row, "shown"));
		else
			buf_add_c(&json, "null");
		buf_add_c(&json, "}");
		http_json(rq, 200, &json);
		buf_done(&json);
	}
	row_set_free(&take_set);
	row_set_free(&held->review);
	mem_delete(held);
}

static void on_held_review(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct held *held = ctx;
	struct scope scope = key_scope(held->rq);
	held->review = take_set;
	if (!err) {
		struct str conversation = row_text(&take_set->rows[0], "conversation_id");
		if (store_get(care_parts(held->gateway->parts.care)->store, &scope, "conversation", conversation.ptr, on_held_conversation,
			    held, NULL) == 0)
			return;
	}
	http_error(held->rq, err && err->code != E_NOT_FOUND ? 503 : 404, "not_found", "no held reply of yours has this id", NULL);
	row_set_free(&held->review);
	mem_delete(held);
}

void gateway_held(void *ctx, struct http_request *rq)
{
	struct gateway *gateway = ctx;
	struct str id = http_param(rq, "id");
	struct held *held = uuid_valid(id) ? mem_new(sizeof(*held)) : NULL;
	if (!held) {
		http_error(rq, 404, "not_found", "no held reply of yours has this id", NULL);
		return;
	}
	*held = (struct held){ .gateway = gateway, .rq = rq };
	struct scope scope = key_scope(rq);
	struct str copy = arena_copy(&rq->arena, id);
	if (!copy.ptr || store_get(care_parts(gateway->parts.care)->store, &scope, "review", copy.ptr, on_held_review, held, NULL)) {
		mem_delete(held);
		http_error(rq, 503, "unavailable", "the record cannot be read now", NULL);
	}
}
