/* api_keys.c: the keys of calling products: made (the secret is shown once), listed, changed, revoked. */
#include "http/api_priv.h"

#include "care/api_key.h"

#include <sodium.h>

static json_t *key_json(struct api *api, const struct row *row)
{
	(void)api;
	return json_pack("{s:o,s:I,s:o,s:o,s:b,s:b,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "version", (json_int_t)row->version,
		"name", json_of_field(row, "name"), "reach", json_of_field(row, "reach"), "instructions", row_bool(row, "instructions"),
		"consent_attested", row_bool(row, "consent_attested"), "prefix", json_of_field(row, "prefix"), "created_at",
		json_of_time(row->created_at), "revoked_at", json_of_time_field(row, "revoked_at"), "last_used_at",
		json_of_time_field(row, "last_used_at"));
}

static json_t *build_keys(struct gather *gather)
{
	json_t *items = json_array();
	for (size_t i = 0; i < gather->sets[0]->count; i++)
		json_array_append_new(items, key_json(gather->api, &gather->sets[0]->rows[i]));
	return page_json(items, gather->sets[0]);
}

static void get_keys(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = { .resource = "api_key", .descending = true };
	struct gather *gather = gather_new(ctx, rq, build_keys, NULL);
	if (!gather)
		return;
	page_of(rq, &query);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

/* The secret leaves once, in this answer; then only its hash is known. */
struct making_key {
	struct api *api;
	struct http_request *rq;
	struct api_key key;
	struct uuid id;
};

static json_t *build_new_key(struct gather *gather)
{
	struct making_key *making = gather->ctx;
	json_t *json = key_json(gather->api, &gather->sets[0]->rows[0]);
	json_object_set_new(json, "secret", json_string(making->key.text));
	sodium_memzero(&making->key, sizeof(making->key));
	gather->status = 201;
	return json;
}

static void key_made(void *ctx, const struct err *err)
{
	struct making_key *making = ctx;
	if (err) {
		api_refuse(making->rq, err);
		return;
	}
	struct scope scope = principal_scope(api_principal(making->rq), NULL);
	struct gather *gather = gather_new(making->api, making->rq, build_new_key, making);
	if (!gather)
		return;
	gather_get(gather, &scope, "api_key", making->id.text);
	gather_run(gather);
}

/* Unset, or true or false: what is neither is refused, not read as one. */
static bool flag_good(struct http_request *rq, const json_t *body, const char *name)
{
	const json_t *value = json_object_get(body, name);
	if (!value || json_is_boolean(value))
		return true;
	http_error(rq, 400, "invalid", arena_printf(&rq->arena, "%s must be true or false", name).ptr, name);
	return false;
}

static void post_key(void *ctx, struct http_request *rq)
{
	struct making_key *making = ARENA_NEW(&rq->arena, struct making_key);
	json_t *body = api_body(rq);
	struct scope scope = principal_scope(api_principal(rq), "api_key.make");
	struct unit *unit = body && making ? unit_new(api_store(ctx), &scope) : NULL;
	struct err err = { 0 };
	if (!body)
		return;
	if (!unit || !flag_good(rq, body, "consent_attested") || !flag_good(rq, body, "instructions")) {
		json_decref(body);
		if (!unit)
			http_error(rq, 500, "internal", "out of memory", NULL);
		unit_free(&unit);
		return;
	}
	*making = (struct making_key){ .api = ctx, .rq = rq };
	api_key_make(&making->key);
	unit_by_program(unit); /* the hash is the program's to write; the role was checked by the route */
	struct op *op = unit_insert(unit, "api_key", &making->id);
	op_text(op, "name", api_text(body, "name"));
	op_text(op, "reach", api_text(body, "reach"));
	op_c(op, "prefix", making->key.prefix);
	op_bytes(op, "secret_hash", str_make((const char *)making->key.hash, sizeof(making->key.hash)));
	op_c(op, "staff_id", api_principal(rq)->person_id.text);
	op_bool(op, "consent_attested", json_is_true(json_object_get(body, "consent_attested")));
	op_bool(op, "instructions", json_is_true(json_object_get(body, "instructions")));
	json_decref(body);
	if (store_submit(api_store(ctx), unit, key_made, making, &err))
		api_refuse(rq, &err);
}

/* The gateway keeps keys for a few seconds: what changes here counts from the next request on. */
static void keys_changed(struct act *act)
{
	care_keys_changed(act->api->parts.care);
}

static void delete_key(void *ctx, struct http_request *rq)
{
	struct act *act = act_new(ctx, rq, "api_key", http_param(rq, "id"), key_json);
	struct scope scope = principal_scope(api_principal(rq), "api_key.revoke");
	struct unit *unit = act ? unit_new(api_store(ctx), &scope) : NULL;
	struct err err = { 0 };
	if (!act)
		return;
	if (!unit) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	op_time(unit_move(unit, "api_key", act->id, VERSION_ANY, "active", "revoked"), "revoked_at", clock_wall(api_care(ctx)->clock));
	act->after = keys_changed;
	int rc = store_submit(api_store(ctx), unit, act_done, act, &err);
	act_started(act, rc, &err);
}

/* What a key may do is changed here; who it is (its name, its reach) is not. */
static void put_key(void *ctx, struct http_request *rq)
{
	struct act *act = act_new(ctx, rq, "api_key", http_param(rq, "id"), key_json);
	struct scope scope = principal_scope(api_principal(rq), "api_key.change");
	json_t *body = act ? api_body(rq) : NULL;
	struct err err = { 0 };
	if (!body)
		return;
	const json_t *allowed = json_object_get(body, "instructions");
	bool good = json_is_boolean(allowed), value = json_is_true(allowed);
	int64_t version = api_int(body, "version", VERSION_ANY);
	json_decref(body);
	struct unit *unit = good ? unit_new(api_store(ctx), &scope) : NULL;
	if (!unit) {
		http_error(rq, good ? 500 : 400, good ? "internal" : "invalid",
			good ? "out of memory" : "instructions must be true or false", good ? NULL : "instructions");
		return;
	}
	op_bool(unit_update(unit, "api_key", act->id, version), "instructions", value);
	act->after = keys_changed;
	int rc = store_submit(api_store(ctx), unit, act_done, act, &err);
	act_started(act, rc, &err);
}

const struct http_route api_keys_routes[] = {
	{ "GET", "/api/v1/staff/api-keys", get_keys, HTTP_AUTH_STAFF, WHO_ADMIN, 0, false },
	{ "POST", "/api/v1/staff/api-keys", post_key, HTTP_AUTH_STAFF, WHO_ADMIN, 0, false },
	{ "PUT", "/api/v1/staff/api-keys/:id", put_key, HTTP_AUTH_STAFF, WHO_ADMIN, 4096, false },
	{ "DELETE", "/api/v1/staff/api-keys/:id", delete_key, HTTP_AUTH_STAFF, WHO_ADMIN, 0, false },
};
const size_t api_keys_route_count = COUNT_OF(api_keys_routes);
