/* api_channels.c: how staff are called outside the console: their own addresses and quiet hours, the test of each shift, what was sent for
 * an alert with its receipts; and what the provider says became of it. */
#include "http/api_priv.h"

#include "care/courier.h"
#include "care/delivery.h"
#include "care/duty.h"
#include "care/push_device.h"

#include <sodium.h>
#include <string.h>

#define RECEIPT_AGE_S 300

static json_t *delivery_json(struct api *api, const struct row *row, const struct principal *who)
{
	json_t *json = json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:I,s:o,s:o}", "id", json_of_str(row->id), "alert_id",
		json_of_field(row, "alert_id"), "staff", api_person_json(api, row_text(row, "staff_id")), "channel",
		json_of_field(row, "channel"), "purpose", json_of_field(row, "purpose"), "state", json_of_str(row->state), "step",
		(json_int_t)row_int(row, "step"), "attempts", (json_int_t)row_int(row, "attempts"), "created_at",
		json_of_time(row->created_at), "batch", json_of_field(row, "batch"));
	static const char *const times[] = { "next_at", "sent_at", "delivered_at", "acknowledged_at" };
	for (size_t i = 0; i < COUNT_OF(times); i++)
		json_object_set_new(json, times[i], json_of_time_field(row, times[i]));
	struct str staff = row_text(row, "staff_id"), device = row_text(row, "device_id");
	if (device.len && str_eqc(staff, who->person_id.text)) /* the name of a device is its owner's */
		json_object_set_new(json, "device", json_of_str(push_device_label(api->parts.care, staff.ptr, device)));
	json_object_set_new(json, "receipt", json_of_field(row, "receipt"));
	json_object_set_new(json, "failure", json_of_field(row, "failure"));
	return json;
}

/* ---- A person's own ---- */

enum { SET_PERSON = 0, SET_DELIVERIES };

static json_t *last_test(struct gather *gather)
{
	const struct row_set *set = gather->sets[SET_DELIVERIES];
	struct str batch = { 0 };
	json_t *list = json_array();
	for (size_t i = 0; set && i < set->count; i++) {
		struct str own = row_text(&set->rows[i], "batch");
		if (own.len && !batch.len)
			batch = own;
		if (own.len && str_eq(own, batch))
			json_array_append_new(list, delivery_json(gather->api, &set->rows[i], api_principal(gather->rq)));
	}
	return list;
}

static json_t *build_channels(struct gather *gather)
{
	const struct api *api = gather->api;
	const struct row *row = &gather->sets[SET_PERSON]->rows[0];
	const struct courier *courier = api_care(api)->courier;
	const struct courier_options *options = courier ? courier_options(courier) : NULL;
	json_t *json = json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "email", json_of_field(row, "email"), "phone", json_of_field(row, "phone"),
		"lang", json_of_field(row, "language"), "time_zone", json_of_field(row, "time_zone"), "quiet_from",
		json_of_field(row, "quiet_from"), "quiet_to", json_of_field(row, "quiet_to"));
	json_object_set_new(json, "configured",
		json_pack("{s:b,s:b,s:b,s:b}", "console", true, "email", options && options->mail.url.len > 0, "webhook",
			options && options->webhook.url.len > 0, "push", options && options->push.host_count > 0));
	json_object_set_new(json, "tested_at", json_of_time(delivery_tested(api->parts.care, row->id.ptr)));
	json_object_set_new(json, "shift", json_string(cover_name(duty_on(api->parts.care, row->id.ptr))));
	json_object_set_new(json, "test", last_test(gather));
	return json;
}

static void answer_channels(struct api *api, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	const char *id = api_principal(rq)->person_id.text;
	struct list_query query = { .resource = "delivery", .index = "staff", .equal = { value_c(id) }, .descending = true, .limit = 50 };
	struct gather *gather = gather_new(api, rq, build_channels, NULL);
	if (!gather)
		return;
	gather_get(gather, &scope, "staff", id);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void get_channels(void *ctx, struct http_request *rq)
{
	answer_channels(ctx, rq);
}

struct changing {
	struct api *api;
	struct http_request *rq;
	struct uuid batch;
};

static struct changing *changing_new(struct api *api, struct http_request *rq)
{
	struct changing *changing = ARENA_NEW(&rq->arena, struct changing);
	if (changing)
		*changing = (struct changing){ .api = api, .rq = rq };
	else
		http_error(rq, 500, "internal", "out of memory", NULL);
	return changing;
}

static void changed(void *ctx, const struct err *err)
{
	struct changing *changing = ctx;
	if (err)
		api_refuse(changing->rq, err);
	else
		answer_channels(changing->api, changing->rq);
}

static struct str text_of(struct http_request *rq, const json_t *body, const char *key)
{
	return arena_copy(&rq->arena, str_trim(api_text(body, key)));
}

static void put_channels(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct changing *changing = changing_new(api, rq);
	json_t *body = changing ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), "staff.channels");
	struct err err = { 0 };
	if (!body)
		return;
	bool stated = json_object_size(body) > 0;
	const struct delivery_person person = { .email = text_of(rq, body, "email"),
		.phone = text_of(rq, body, "phone"),
		.language = text_of(rq, body, "lang"),
		.time_zone = text_of(rq, body, "time_zone"),
		.quiet_from = text_of(rq, body, "quiet_from"),
		.quiet_to = text_of(rq, body, "quiet_to") };
	json_decref(body);
	if (!stated)
		http_error(
			rq, 400, "invalid", "email, phone, lang, time_zone, quiet_from, quiet_to: what is left out is taken away", "email");
	else if (delivery_person_set(api->parts.care, &scope, &person, changed, changing, &err))
		api_refuse(rq, &err);
}

static void post_test(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct changing *changing = changing_new(api, rq);
	struct scope scope = principal_scope(api_principal(rq), "staff.channel_test");
	struct err err = { 0 };
	if (changing && delivery_test(api->parts.care, &scope, &changing->batch, changed, changing, &err))
		api_refuse(rq, &err);
}

static void post_confirm(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct changing *changing = changing_new(api, rq);
	struct scope scope = principal_scope(api_principal(rq), "staff.channel_confirm");
	struct err err = { 0 };
	if (changing &&
		delivery_confirm(api->parts.care, &scope, arena_copy(&rq->arena, http_param(rq, "id")).ptr, changed, changing, &err))
		api_refuse(rq, &err);
}

/* ---- Of an alert ---- */

static json_t *build_deliveries(struct gather *gather)
{
	json_t *items = json_array();
	if (!api_sees_client(gather->api, api_principal(gather->rq), row_text(&gather->sets[0]->rows[0], "client_id"))) {
		json_decref(items);
		return api_not_yours(gather);
	}
	for (size_t i = 0; i < gather->sets[1]->count; i++)
		json_array_append_new(items, delivery_json(gather->api, &gather->sets[1]->rows[i], api_principal(gather->rq)));
	return page_json(items, gather->sets[1]);
}

static void get_deliveries(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct list_query query = { .resource = "delivery", .index = "alert", .equal = { value_str(id) }, .descending = true };
	struct gather *gather = gather_new(ctx, rq, build_deliveries, NULL);
	if (!gather)
		return;
	page_of(rq, &query);
	gather_get(gather, &scope, "alert", id.ptr);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void noted(void *ctx, const struct err *err)
{
	struct http_request *rq = ctx;
	if (err)
		api_refuse(rq, err);
	else
		api_answer(rq, 200, json_object());
}

static void seen_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct act *act = ctx;
	struct scope scope = principal_scope(api_principal(act->rq), "alert.seen");
	struct err own = { 0 };
	if (err)
		api_refuse(act->rq, err);
	else if (!api_sees_client(act->api, api_principal(act->rq), row_text(&take_set->rows[0], "client_id")))
		http_error(act->rq, 403, "forbidden", "not a client of yours", NULL);
	else if (delivery_seen(act->api->parts.care, &scope, act->id, noted, act->rq, &own))
		api_refuse(act->rq, &own);
	row_set_free(&take_set);
}

static void post_seen(void *ctx, struct http_request *rq)
{
	struct act *act = act_new(ctx, rq, "alert", http_param(rq, "id"), alert_json);
	struct scope scope = principal_scope(api_principal(rq), "alert.seen");
	struct err err = { 0 };
	if (act && store_get(api_store(ctx), &scope, "alert", act->id, seen_read, act, &err))
		api_refuse(rq, &err);
}

/* ---- What the provider says ---- */

static int64_t seconds_of(struct str text)
{
	int64_t value = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9' || i > 11)
			return -1;
		value = value * 10 + (text.ptr[i] - '0');
	}
	return text.len ? value : -1;
}

/* Signed as ours are, lately. */
static bool signature_good(const struct api *api, const struct http_request *rq)
{
	const struct courier *courier = api_care(api)->courier;
	struct str secret = courier ? courier_options(courier)->webhook.secret : STR("");
	struct str id = http_header(rq, "webhook-id"), given = http_header(rq, "webhook-signature");
	int64_t at = seconds_of(http_header(rq, "webhook-timestamp")), now = clock_wall(api_care(api)->clock).us / SECOND_US;
	char wanted[COURIER_SIGNATURE_SIZE];
	if (!secret.len || !id.len || id.len > 60 || at < now - RECEIPT_AGE_S || at > now + RECEIPT_AGE_S)
		return false;
	courier_sign(secret, id, at, rq->body, wanted);
	size_t len = strlen(wanted);
	return given.len == len && sodium_memcmp(given.ptr, wanted, len) == 0;
}

static void receipt_noted(void *ctx, const struct err *err)
{
	struct http_request *rq = ctx;
	if (err && err->code != E_CONFLICT) /* said twice, or answered meanwhile */
		api_refuse(rq, err);
	else
		api_answer(rq, 200, json_object());
}

static void post_receipt(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct care_programme *programme = care_programme_first(api->parts.care);
	struct err err = { 0 };
	if (!signature_good(api, rq)) {
		http_error(rq, 401, "bad_signature", "webhook-id, webhook-timestamp and webhook-signature do not match", NULL);
		return;
	}
	json_t *body = api_body(rq);
	if (!body)
		return;
	const char *id = arena_copy(&rq->arena, api_text(body, "delivery_id")).ptr;
	struct str state = api_text(body, "state");
	bool arrived = str_eqc(state, "delivered"), failed = str_eqc(state, "failed");
	json_decref(body);
	if (!programme || !id || (!arrived && !failed))
		http_error(rq, 400, "invalid", "state: delivered or failed", "state");
	else if (delivery_receipt(api->parts.care, programme->id.text, id, arrived, receipt_noted, rq, &err))
		api_refuse(rq, &err);
}

const struct http_route api_channels_routes[] = {
	{ "GET", "/api/v1/staff/channels", get_channels, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "PUT", "/api/v1/staff/channels", put_channels, HTTP_AUTH_STAFF, WHO_STAFF, 4096, false },
	{ "POST", "/api/v1/staff/channels/test", post_test, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "POST", "/api/v1/staff/deliveries/:id/confirm", post_confirm, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "GET", "/api/v1/staff/alerts/:id/deliveries", get_deliveries, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/staff/alerts/:id/seen", post_seen, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/hooks/receipt", post_receipt, HTTP_AUTH_NONE, 0, 4096, false },
};
const size_t api_channels_route_count = COUNT_OF(api_channels_routes);
