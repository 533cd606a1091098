/* api_alerts.c: what came of an alert, hand-over to a named person, reports, going on and off duty. */
#include "http/api_priv.h"

#include "care/duty.h"

#include <string.h>

#define NOTE_MAX 4000
#define OWNED_MAX 100

/* ---- Acts ---- */

typedef int alert_fn(
	struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx, struct err *reterr);

static const char *one_of(const char *const *names, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eqc(name, names[i]))
			return names[i];
	return NULL;
}

/* A member's text as a C string in the request's arena, NULL when empty. */
static const char *text_of(struct http_request *rq, const json_t *body, const char *key)
{
	struct str text = str_trim(api_text(body, key));
	return text.len ? arena_copy(&rq->arena, text).ptr : NULL;
}

static void do_alert(struct api *api, struct http_request *rq, json_t *take_body, alert_fn *fn, const char *reason, struct alert_act *what)
{
	struct act *act = act_new(api, rq, "alert", http_param(rq, "id"), alert_json);
	struct scope scope = principal_scope(api_principal(rq), reason);
	struct err err = { 0 };
	if (act) {
		what->id = act->id;
		what->version = api_int(take_body, "version", 0);
		what->note = str_sub(api_text(take_body, "note"), 0, NOTE_MAX);
		act_started(act, fn(api->parts.care, &scope, what, act_done, act, &err), &err);
	}
	json_decref(take_body);
}

static void post_contact(void *ctx, struct http_request *rq)
{
	static const char *const outcomes[] = { "contacted", "no_answer", "welfare_check", "emergency_services", "other", "duty_to_warn",
		"safeguarding_report", "no_action" };
	struct api *api = ctx;
	json_t *body = api_body(rq);
	if (!body)
		return;
	struct alert_act what = { .outcome = one_of(outcomes, COUNT_OF(outcomes), api_text(body, "outcome")),
		.opinion_by = text_of(rq, body, "opinion_by"),
		.duty = str_sub(api_text(body, "duty"), 0, 100),
		.basis = str_sub(api_text(body, "basis"), 0, 1000),
		.agency = str_sub(api_text(body, "agency"), 0, 500),
		.made = json_is_true(json_object_get(body, "made")) };
	const char *wrong = what.outcome ? NULL : "outcome";
	if (!wrong && what.opinion_by && !care_staff(api->parts.care, what.opinion_by))
		wrong = "opinion_by";
	if (!wrong) {
		do_alert(api, rq, body, alert_contact, "alert.contact", &what);
		return;
	}
	json_decref(body);
	http_error(rq, 400, "invalid",
		strcmp(wrong, "outcome") == 0 ? "outcome: contacted, no_answer, welfare_check, emergency_services, duty_to_warn, "
						"safeguarding_report, no_action or other"
					      : "opinion_by: a member of staff",
		wrong);
}

static void post_handover(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (!body)
		return;
	struct alert_act what = { .to = text_of(rq, body, "to") };
	if (what.to) {
		do_alert(ctx, rq, body, alert_handover, "alert.handover", &what);
		return;
	}
	json_decref(body);
	http_error(rq, 400, "invalid", "to: the id of the person who is to take it over", "to");
}

static void post_accept(void *ctx, struct http_request *rq)
{
	struct alert_act what = { 0 };
	json_t *body = api_body(rq);
	if (body)
		do_alert(ctx, rq, body, alert_handover_accept, "alert.handover_accept", &what);
}

static void post_decline(void *ctx, struct http_request *rq)
{
	struct alert_act what = { 0 };
	json_t *body = api_body(rq);
	if (body)
		do_alert(ctx, rq, body, alert_handover_decline, "alert.handover_decline", &what);
}

/* ---- Outcomes ---- */

static json_t *person_of(const struct api *api, struct str id)
{
	const struct care_staff *staff = id.len ? care_staff(api->parts.care, id.ptr) : NULL;
	return staff ? json_pack("{s:s,s:o,s:o}", "id", staff->id.text, "name", json_of_str(staff->name), "role", json_of_str(staff->role))
		     : json_null();
}

static json_t *outcome_json(struct api *api, const struct row *row)
{
	json_t *json = json_pack("{s:o,s:I,s:o,s:o,s:o,s:o,s:I,s:o,s:o,s:o}", "id", json_of_str(row->id), "version",
		(json_int_t)row->version, "alert_id", json_of_field(row, "alert_id"), "at", json_of_time(row->created_at), "by",
		person_of(api, row_text(row, "by_id")), "outcome", json_of_field(row, "outcome"), "attempt",
		(json_int_t)row_int(row, "attempt"), "note", json_of_field(row, "note"), "next_at", json_of_time_field(row, "next_at"),
		"opinion_by", person_of(api, row_text(row, "opinion_by")));
	bool report = !row_is_null(row, "made");
	json_object_set_new(json, "report",
		report ? json_pack("{s:o,s:o,s:o,s:b,s:o,s:o}", "duty", json_of_field(row, "duty"), "basis", json_of_field(row, "basis"),
				 "agency", json_of_field(row, "agency"), "made", row_bool(row, "made"), "made_at",
				 json_of_time_field(row, "made_at"), "due_at", json_of_time_field(row, "due_at"))
		       : json_null());
	return json;
}

enum { SET_ALERT = 0, SET_OUTCOMES };

static json_t *build_outcomes(struct gather *gather)
{
	json_t *items = json_array();
	if (!api_sees_client(gather->api, api_principal(gather->rq), row_text(&gather->sets[SET_ALERT]->rows[0], "client_id"))) {
		json_decref(items);
		return api_not_yours(gather);
	}
	for (size_t i = 0; i < gather->sets[SET_OUTCOMES]->count; i++)
		json_array_append_new(items, outcome_json(gather->api, &gather->sets[SET_OUTCOMES]->rows[i]));
	return page_json(items, gather->sets[SET_OUTCOMES]);
}

static void get_outcomes(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct list_query query = { .resource = "alert_outcome", .index = "alert", .equal = { value_str(id) } };
	struct gather *gather = gather_new(ctx, rq, build_outcomes, NULL);
	if (!gather)
		return;
	page_of(rq, &query);
	gather_get(gather, &scope, "alert", id.ptr);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void post_made(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct act *act = act_new(api, rq, "alert_outcome", http_param(rq, "id"), outcome_json);
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), "alert.report_made");
	struct err err = { 0 };
	if (!body)
		return;
	int rc = alert_report_made(api->parts.care, &scope, act->id, api_int(body, "version", 0),
		str_sub(str_trim(api_text(body, "agency")), 0, 500), act_done, act, &err);
	json_decref(body);
	act_started(act, rc, &err);
}

/* ---- On duty ---- */

static json_t *duty_json(const struct api *api, const struct principal *who)
{
	struct uuid ids[OWNED_MAX];
	size_t count = duty_owned(api->parts.care, who->person_id.text, ids, OWNED_MAX);
	const struct care_staff *staff = care_staff(api->parts.care, who->person_id.text);
	json_t *owned = json_array();
	for (size_t i = 0; i < count && i < OWNED_MAX; i++)
		json_array_append_new(owned, json_string(ids[i].text));
	return json_pack("{s:b,s:I,s:o}", "on_duty", staff && staff->on_duty, "owned_count", (json_int_t)count, "owned", owned);
}

static void get_duty(void *ctx, struct http_request *rq)
{
	api_answer(rq, 200, duty_json(ctx, api_principal(rq)));
}

struct going {
	struct api *api;
	struct http_request *rq;
};

static void gone(void *ctx, const struct err *err)
{
	struct going *going = ctx;
	if (err)
		api_refuse(going->rq, err);
	else
		api_answer(going->rq, 200, duty_json(going->api, api_principal(going->rq)));
}

static void post_duty(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct going *going = ARENA_NEW(&rq->arena, struct going);
	json_t *body = going ? api_body(rq) : NULL, *on = json_object_get(body, "on_duty");
	struct scope scope = principal_scope(api_principal(rq), "staff.duty");
	struct err err = { 0 };
	if (!going)
		http_error(rq, 500, "internal", "out of memory", NULL);
	if (!body)
		return;
	bool stated = json_is_boolean(on), wanted = json_is_true(on);
	json_decref(body);
	if (!stated) {
		http_error(rq, 400, "invalid", "on_duty: true or false", "on_duty");
		return;
	}
	*going = (struct going){ api, rq };
	if (duty_set(api->parts.care, &scope, wanted, gone, going, &err) == 0)
		return;
	if (strcmp(err.message, "owns_alerts") != 0) {
		api_refuse(rq, &err);
		return;
	}
	json_t *answer = duty_json(api, api_principal(rq));
	json_object_set_new(answer, "error",
		json_pack("{s:s,s:s,s:s}", "code", "owns_alerts", "message",
			"alerts of yours still wait for an outcome: record one, or hand them over to a named person", "field", "on_duty"));
	api_answer(rq, 409, answer);
}

const struct http_route api_alerts_routes[] = {
	{ "POST", "/api/v1/staff/alerts/:id/contact", post_contact, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "GET", "/api/v1/staff/alerts/:id/outcomes", get_outcomes, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/staff/alerts/:id/handover", post_handover, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/alerts/:id/handover/accept", post_accept, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/alerts/:id/handover/decline", post_decline, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/outcomes/:id/made", post_made, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "GET", "/api/v1/staff/duty", get_duty, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/staff/duty", post_duty, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
};
const size_t api_alerts_route_count = COUNT_OF(api_alerts_routes);
