/* api_push.c: the browsers in which a member of staff is notified: which, what was sent there last, a new one, one that goes; and what the
 * service worker of such a browser says. An address at a push service goes in and never comes out again. */
#include "http/api_priv.h"

#include "care/push_device.h"

#include <string.h>

#define ENDED_SHOWN_US (30 * DAY_US) /* one that the push service ended is shown as long */

enum { SET_DEVICES = 0, SET_DELIVERIES };

static json_t *last_json(const struct row_set *deliveries, struct str device)
{
	const struct row *row = NULL;
	for (size_t i = 0; deliveries && i < deliveries->count && !row; i++)
		if (str_eq(row_text(&deliveries->rows[i], "device_id"), device) &&
			!str_eqc(row_text(&deliveries->rows[i], "purpose"), "answered"))
			row = &deliveries->rows[i];
	return row ? json_pack("{s:o,s:o,s:o,s:o,s:o}", "at", json_of_time(row->updated_at), "purpose", json_of_field(row, "purpose"),
			     "state", json_of_str(row->state), "receipt", json_of_field(row, "receipt"), "failure",
			     json_of_field(row, "failure"))
		   : json_null();
}

static bool is_shown(const struct api *api, const struct row *row)
{
	int64_t now = clock_wall(api_care(api)->clock).us;
	return str_eqc(row->state, "active") ||
	       (str_eqc(row_text(row, "ended_why"), "refused") && row_time(row, "ended_at").us > now - ENDED_SHOWN_US);
}

static json_t *build_push(struct gather *gather)
{
	const struct api *api = gather->api;
	const struct row_set *devices = gather->sets[SET_DEVICES];
	const char *key = push_public_key(api->parts.care, api_principal(gather->rq)->programme_id.text);
	json_t *list = json_array();
	for (size_t i = 0; i < devices->count; i++) {
		const struct row *row = &devices->rows[i];
		if (is_shown(api, row))
			json_array_append_new(list,
				json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "label", json_of_field(row, "label"),
					"mark", json_of_field(row, "mark"), "state", json_of_str(row->state), "created_at",
					json_of_time(row->created_at), "ended_at", json_of_time_field(row, "ended_at"), "last",
					last_json(gather->sets[SET_DELIVERIES], row->id)));
	}
	return json_pack("{s:b,s:o,s:i,s:o}", "on", key != NULL, "key", json_of_str(str_c(key)), "max", PUSH_DEVICES_MAX, "devices", list);
}

static void answer_push(struct api *api, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	const char *id = api_principal(rq)->person_id.text;
	struct list_query query = {
		.resource = "push_device", .index = "staff", .equal = { value_c(id) }, .descending = true, .limit = LIST_MAX
	};
	struct gather *gather = gather_new(api, rq, build_push, NULL);
	if (!gather)
		return;
	gather_list(gather, &scope, &query);
	query.resource = "delivery";
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void get_push(void *ctx, struct http_request *rq)
{
	answer_push(ctx, rq);
}

struct changing {
	struct api *api;
	struct http_request *rq;
};

static struct changing *changing_new(struct api *api, struct http_request *rq)
{
	struct changing *changing = ARENA_NEW(&rq->arena, struct changing);
	if (changing)
		*changing = (struct changing){ api, rq };
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
		answer_push(changing->api, changing->rq);
}

static void post_device(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct changing *changing = changing_new(api, rq);
	json_t *body = changing ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), "push.add");
	struct err err = { 0 };
	if (!body)
		return;
	const struct push_device_new device = { .endpoint = api_text(body, "endpoint"),
		.p256dh = api_text(body, "p256dh"),
		.auth = api_text(body, "auth"),
		.label = str_trim(api_text(body, "label")) };
	int rc = push_device_add(api->parts.care, &scope, &device, changed, changing, &err);
	json_decref(body);
	if (rc)
		api_refuse(rq, &err);
}

static void post_remove(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct changing *changing = changing_new(api, rq);
	struct scope scope = principal_scope(api_principal(rq), "push.remove");
	struct err err = { 0 };
	if (changing &&
		push_device_remove(api->parts.care, &scope, arena_copy(&rq->arena, http_param(rq, "id")).ptr, changed, changing, &err))
		api_refuse(rq, &err);
}

static void noted(void *ctx, const struct err *err)
{
	struct http_request *rq = ctx;
	if (err)
		api_refuse(rq, err);
	else
		api_answer(rq, 200, json_object());
}

/* No session is needed: it may have ended since. What the notification carried is proof enough, and says no more than "it was shown". */
static void post_arrived(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	json_t *body = api_body(rq);
	struct err err = { 0 };
	if (!body)
		return;
	const char *id = arena_copy(&rq->arena, api_text(body, "delivery")).ptr;
	struct str token = arena_copy(&rq->arena, api_text(body, "token"));
	json_decref(body);
	if (!id || !*id || push_arrived(api->parts.care, id, token, noted, rq, &err))
		http_error(rq, 401, "bad_token", "not what the notification carried", NULL);
}

const struct http_route api_push_routes[] = {
	{ "GET", "/api/v1/staff/push", get_push, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "POST", "/api/v1/staff/push/devices", post_device, HTTP_AUTH_STAFF, WHO_STAFF, 4096, false },
	{ "POST", "/api/v1/staff/push/devices/:id/remove", post_remove, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "POST", "/api/v1/hooks/push", post_arrived, HTTP_AUTH_NONE, 0, 1024, false },
};
const size_t api_push_route_count = COUNT_OF(api_push_routes);
