/* api_staff.c: what carers do: alerts with their clocks, conversations, held replies, grades, marks. Every act goes through care,
 * which checks state and version; a coach sees only the clients that are theirs. */
#include "http/api_priv.h"

#include "care/review.h"
#include "care/say.h"
#include "sys/mem.h"

#include <stdlib.h>
#include <string.h>

#define NOTE_MAX 4000

/* ---- Who sees whom ---- */

bool api_sees_client(const struct api *api, const struct principal *who, struct str client_id)
{
	if (who->who & WHO_CLINICAL)
		return true;
	const struct care_client *client = client_id.len ? care_client(api->parts.care, client_id.ptr) : NULL;
	return who->who == WHO_COACH && client && strcmp(client->coach_id.text, who->person_id.text) == 0;
}

static bool state_wanted(struct str states, struct str state)
{
	if (!states.len)
		return true;
	for (struct str rest = states; rest.ptr;)
		if (str_eq(str_trim(str_split(&rest, ',')), state))
			return true;
	return false;
}

/* ---- Alerts ---- */

static json_t *build_alerts(struct gather *gather)
{
	const struct principal *who = api_principal(gather->rq);
	struct str states = http_query(gather->rq, "state"), mine = http_query(gather->rq, "mine");
	json_t *items = json_array();
	for (size_t i = 0; i < gather->sets[0]->count; i++) {
		const struct row *row = &gather->sets[0]->rows[i];
		struct str owner = row_text(row, "owner_id"), first = row_text(row, "acknowledged_by");
		bool own = str_eqc(owner.len ? owner : first, who->person_id.text);
		if (state_wanted(states, row->state) && (!mine.len || own) && api_sees_client(gather->api, who, row_text(row, "client_id")))
			json_array_append_new(items, alert_json(gather->api, row));
	}
	return page_json(items, gather->sets[0]);
}

static void get_alerts(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	bool resolved = str_eqc(str_trim(http_query(rq, "state")), "resolved");
	struct list_query query = { .resource = "alert", .index = resolved ? "state" : "active" };
	struct gather *gather = gather_new(ctx, rq, build_alerts, NULL);
	if (!gather)
		return;
	query.equal[0] = resolved ? value_c("resolved") : value_int(1);
	query.descending = resolved;
	page_of(rq, &query);
	if (!http_query(rq, "limit").len)
		query.limit = LIST_MAX;
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

/* An alert with the client's other alerts: who it is about is known only once it was read. */
struct looking {
	struct api *api;
	struct http_request *rq;
	json_t *alert;
	struct str id;
};

static json_t *build_history(struct gather *gather)
{
	struct looking *looking = gather->ctx;
	json_t *history = json_array();
	for (size_t i = 0; i < gather->sets[0]->count; i++)
		if (!str_eq(gather->sets[0]->rows[i].id, looking->id))
			json_array_append_new(history, alert_json(gather->api, &gather->sets[0]->rows[i]));
	json_object_set_new(looking->alert, "history", history);
	return looking->alert;
}

static void alert_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct looking *looking = ctx;
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	if (err || !api_sees_client(looking->api, api_principal(looking->rq), row_text(row, "client_id"))) {
		if (err)
			api_refuse(looking->rq, err);
		else
			http_error(looking->rq, 403, "forbidden", "not a client of yours", NULL);
		row_set_free(&take_set);
		return;
	}
	struct scope scope = principal_scope(api_principal(looking->rq), NULL);
	struct list_query query = {
		.resource = "alert", .index = "client", .equal = { value_str(row_text(row, "client_id")) }, .descending = true, .limit = 50
	};
	looking->alert = alert_json(looking->api, row);
	struct gather *gather = gather_new(looking->api, looking->rq, build_history, looking);
	if (gather) {
		gather_list(gather, &scope, &query);
		gather_run(gather);
	}
	row_set_free(&take_set);
}

static void get_alert(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct looking *looking = ARENA_NEW(&rq->arena, struct looking);
	struct err err = { 0 };
	if (!looking) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*looking = (struct looking){ .api = ctx, .rq = rq, .id = http_param(rq, "id") };
	if (store_get(api_store(ctx), &scope, "alert", arena_copy(&rq->arena, looking->id).ptr, alert_read, looking, &err))
		api_refuse(rq, &err);
}

typedef int alert_fn(
	struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx, struct err *reterr);

static const char *one_of(const char *const *names, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eqc(name, names[i]))
			return names[i];
	return NULL;
}

static void do_alert(struct api *api, struct http_request *rq, json_t *take_body, alert_fn *fn, const char *reason, const char *outcome,
	const char *resolution)
{
	struct act *act = act_new(api, rq, "alert", http_param(rq, "id"), alert_json);
	struct scope scope = principal_scope(api_principal(rq), reason);
	struct err err = { 0 };
	if (act) {
		const struct alert_act what = { .id = act->id,
			.version = api_int(take_body, "version", 0),
			.outcome = outcome,
			.resolution = resolution,
			.note = str_sub(api_text(take_body, "note"), 0, NOTE_MAX) };
		int rc = fn(api->parts.care, &scope, &what, act_done, act, &err);
		act_started(act, rc, &err);
	}
	json_decref(take_body);
}

static void post_acknowledge(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (body)
		do_alert(ctx, rq, body, alert_acknowledge, "alert.acknowledge", NULL, NULL);
}

static void post_take(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (body)
		do_alert(ctx, rq, body, alert_take, "alert.take", NULL, NULL);
}

static void post_resolve(void *ctx, struct http_request *rq)
{
	static const char *const reasons[] = { "contacted", "safety_plan", "false_alarm", "referred", "other" };
	json_t *body = api_body(rq);
	if (!body)
		return;
	const char *reason = one_of(reasons, COUNT_OF(reasons), api_text(body, "reason"));
	bool wordless = reason && strcmp(reason, "other") == 0 && !str_trim(api_text(body, "note")).len;
	if (reason && !wordless) {
		do_alert(ctx, rq, body, alert_resolve, "alert.resolve", NULL, reason);
		return;
	}
	json_decref(body);
	if (wordless)
		http_error(rq, 400, "note_required", "say in a note what the other reason is", "note");
	else
		http_error(rq, 400, "invalid", "reason: contacted, safety_plan, false_alarm, referred or other", "reason");
}

/* ---- A conversation as staff see it ---- */

enum { SET_CONVERSATION = 0, SET_MESSAGES, SET_VERDICTS, SET_DECISIONS, SET_FINDINGS, SET_REVIEWS, SET_ALERTS };

static json_t *staff_message(struct gather *gather, const struct row *row)
{
	struct row_set **sets = gather->sets;
	const struct row *review = row_with(sets[SET_REVIEWS], "message_id", row->id);
	const struct row *verdict = row_with(sets[SET_VERDICTS], "message_id", row->id);
	const struct row *decision = row_with(sets[SET_DECISIONS], "message_id", row->id);
	json_t *json = message_json(gather->api, row, review, false);
	json_object_set_new(json, "verdict", verdict ? verdict_json(gather->api, verdict, sets[SET_FINDINGS]) : json_null());
	json_object_set_new(json, "decision", decision ? decision_json(decision) : json_null());
	json_object_set_new(json, "original", json_of_field(row, "original"));
	json_object_set_new(json, "review", review ? review_json(gather->api, review) : json_null());
	json_object_set_new(json, "release_id", json_of_field(row, "release_id"));
	json_object_set_new(json, "model", json_of_field(row, "model"));
	return json;
}

static json_t *client_of(struct api *api, struct str client_id, struct str conversation_id)
{
	const struct care_client *client = care_client(api->parts.care, client_id.ptr);
	if (!client)
		return json_null();
	return json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:n,s:o,s:i,s:b,s:i}", "id", client->id.text, "pseudonym",
		json_of_str(client->pseudonym), "name", json_of_str(client->name), "lang", json_of_str(client->language), "country",
		json_of_str(client->country), "state", json_of_str(client->state), "created_at", "conversation_id",
		json_of_str(conversation_id), "open_alerts", alert_open_count(api->parts.care, client->id.text), "contact_unsafe",
		client->contact_unsafe, "age", client->age);
}

static json_t *build_conversation(struct gather *gather)
{
	struct row_set **sets = gather->sets;
	const struct row *row = &sets[SET_CONVERSATION]->rows[0];
	json_t *messages = json_array(), *alerts = json_array();
	if (!api_sees_client(gather->api, api_principal(gather->rq), row_text(row, "client_id"))) {
		json_decref(messages);
		json_decref(alerts);
		return api_not_yours(gather);
	}
	for (size_t i = sets[SET_MESSAGES]->count; i > 0; i--)
		json_array_append_new(messages, staff_message(gather, &sets[SET_MESSAGES]->rows[i - 1]));
	for (size_t i = 0; i < sets[SET_ALERTS]->count; i++)
		json_array_append_new(alerts, alert_json(gather->api, &sets[SET_ALERTS]->rows[i]));
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "conversation",
		conversation_json(gather->api, row, str_c(api_principal(gather->rq)->lang)), "client",
		client_of(gather->api, row_text(row, "client_id"), row->id), "messages", messages, "alerts", alerts, "earlier",
		json_of_str(sets[SET_MESSAGES]->cursor));
}

static void get_conversation(void *ctx, struct http_request *rq)
{
	static const char *const resources[] = { "message", "verdict", "decision", "finding", "review", "alert" };
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct gather *gather = gather_new(ctx, rq, build_conversation, NULL);
	if (!gather)
		return;
	gather_get(gather, &scope, "conversation", id.ptr);
	for (size_t i = 0; i < COUNT_OF(resources); i++) {
		struct list_query query = {
			.resource = resources[i], .index = "conversation", .equal = { value_str(id) }, .descending = true, .limit = LIST_MAX
		};
		if (i == 0)
			query.cursor = http_query(rq, "before");
		gather_list(gather, &scope, &query);
	}
	gather_run(gather);
}

/* ---- A person speaks ---- */

struct speaking {
	struct api *api;
	struct http_request *rq;
	struct str text;
	const char *conversation_id;
	struct uuid message_id;
	bool unless_found;
	json_t *found; /* owned: what screening found in the text */
	bool ai_assisted;
};

/* What the writer should look at again: what a reply to a client must not say, and contacts that nobody knows. */
static json_t *found_json(const struct verdict *verdict)
{
	json_t *list = json_array();
	if (verdict->state == VERDICT_NOT_SCREENED)
		json_array_append_new(list, json_pack("{s:s,s:s,s:i,s:i}", "concept", "not_screened", "why",
						    "The text could not be screened.", "start", 0, "end", 0));
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		if (finding->level >= 1 && (finding->family == FAMILY_REPLY || finding->family == FAMILY_UNVERIFIED))
			json_array_append_new(list,
				json_pack("{s:o,s:o,s:I,s:I}", "concept", json_of_str(finding->concept), "why", json_of_str(finding->why),
					"start", (json_int_t)finding->start, "end", (json_int_t)finding->end));
	}
	return list;
}

static json_t *build_spoken(struct gather *gather)
{
	struct speaking *speaking = gather->ctx;
	return json_pack(
		"{s:o,s:o}", "message", message_json(gather->api, &gather->sets[0]->rows[0], NULL, false), "found", speaking->found);
}

static void spoken(void *ctx, const struct err *err)
{
	struct speaking *speaking = ctx;
	if (err) {
		json_decref(speaking->found);
		api_refuse(speaking->rq, err);
		return;
	}
	turns_forget(speaking->api->parts.turns, speaking->conversation_id);
	struct scope scope = principal_scope(api_principal(speaking->rq), NULL);
	struct gather *gather = gather_new(speaking->api, speaking->rq, build_spoken, speaking);
	if (!gather)
		return;
	gather_get(gather, &scope, "message", speaking->message_id.text);
	gather_run(gather);
}

static void speak(struct speaking *speaking, const struct row *conversation)
{
	struct scope scope = principal_scope(api_principal(speaking->rq), "conversation.message");
	struct care *care = speaking->api->parts.care;
	struct policy_decision decision;
	struct verdict verdict = { 0 };
	struct err err = { 0 };
	const struct turn_check check = { .programme = care_programme(care, conversation->programme_id.ptr),
		.client = care_client(care, row_text(conversation, "client_id").ptr),
		.direction = DIRECTION_ASSISTANT,
		.text = speaking->text };
	turns_check(speaking->api->parts.turns, &check, &speaking->rq->arena, &verdict, &decision);
	speaking->found = found_json(&verdict);
	if (speaking->unless_found && json_array_size(speaking->found)) {
		api_answer(speaking->rq, 409,
			json_pack("{s:{s:s,s:s,s:s},s:o}", "error", "code", "look_again", "message",
				"the text holds something to look at again before it is sent", "field", "text", "found", speaking->found));
		return;
	}
	const struct say say = {
		.conversation = conversation, .text = speaking->text, .verdict = &verdict, .ai_assisted = speaking->ai_assisted
	};
	if (person_say(care, &scope, &say, &speaking->message_id, spoken, speaking, &err)) {
		json_decref(speaking->found);
		api_refuse(speaking->rq, &err);
	}
}

static void speak_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct speaking *speaking = ctx;
	if (err)
		api_refuse(speaking->rq, err);
	else if (!api_sees_client(speaking->api, api_principal(speaking->rq), row_text(&take_set->rows[0], "client_id")))
		http_error(speaking->rq, 403, "forbidden", "not a client of yours", NULL);
	else if (str_eqc(take_set->rows[0].state, "closed"))
		http_error(speaking->rq, 409, "closed", "the conversation is closed", NULL);
	else
		speak(speaking, &take_set->rows[0]);
	row_set_free(&take_set);
}

static void post_message(void *ctx, struct http_request *rq)
{
	struct speaking *speaking = ARENA_NEW(&rq->arena, struct speaking);
	json_t *body = api_body(rq);
	struct err err = { 0 };
	if (!body)
		return;
	struct str text = api_text(body, "text");
	if (!speaking || !str_trim(text).len || text.len > SAY_TEXT_MAX) {
		json_decref(body);
		http_error(rq, 400, "invalid", "text must have 1 to 20,000 bytes", "text");
		return;
	}
	*speaking = (struct speaking){ .api = ctx, .rq = rq, .text = arena_copy(&rq->arena, text) };
	speaking->ai_assisted = json_is_true(json_object_get(body, "ai_assisted"));
	speaking->conversation_id = arena_copy(&rq->arena, http_param(rq, "id")).ptr;
	speaking->unless_found = json_is_true(json_object_get(body, "unless_found"));
	json_decref(body);
	struct scope scope = principal_scope(api_principal(rq), NULL);
	if (store_get(api_store(ctx), &scope, "conversation", speaking->conversation_id, speak_read, speaking, &err))
		api_refuse(rq, &err);
}

static void conversation_forget(struct act *act)
{
	turns_forget(act->api->parts.turns, act->id);
}

static json_t *conversation_row(struct api *api, const struct row *row)
{
	return conversation_json(api, row, STR("en"));
}

static void post_release(void *ctx, struct http_request *rq)
{
	struct act *act = act_new(ctx, rq, "conversation", http_param(rq, "id"), conversation_row);
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), "conversation.release");
	struct err err = { 0 };
	if (!body)
		return;
	act->after = conversation_forget;
	int rc = conversation_release(((struct api *)ctx)->parts.care, &scope, act->id, api_text(body, "reason"), act_done, act, &err);
	json_decref(body);
	act_started(act, rc, &err);
}

/* ---- Grades and marks ---- */

static json_t *verdict_row(struct api *api, const struct row *row)
{
	turns_forget(api->parts.turns, row_text(row, "conversation_id").ptr); /* its level may have changed */
	return verdict_json(api, row, NULL);
}

static void post_override(void *ctx, struct http_request *rq)
{
	struct act *act = act_new(ctx, rq, "verdict", http_param(rq, "id"), verdict_row);
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), "verdict.override");
	struct err err = { 0 };
	if (!body)
		return;
	const struct override_act what = { .verdict_id = act->id,
		.level = (int)api_int(body, "level", -1),
		.reason = api_text(body, "reason"),
		.note = api_text(body, "note") };
	int rc = verdict_override(((struct api *)ctx)->parts.care, &scope, &what, act_done, act, &err);
	json_decref(body);
	act_started(act, rc, &err);
}

static void post_countersign(void *ctx, struct http_request *rq)
{
	struct act *act = act_new(ctx, rq, "verdict", http_param(rq, "id"), verdict_row);
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), "verdict.countersign");
	struct err err = { 0 };
	if (!body)
		return;
	if (!json_is_boolean(json_object_get(body, "agree"))) {
		json_decref(body);
		http_error(rq, 400, "invalid", "agree: true or false", "agree");
		return;
	}
	int rc = verdict_countersign(((struct api *)ctx)->parts.care, &scope, act->id, json_is_true(json_object_get(body, "agree")),
		api_text(body, "note"), act_done, act, &err);
	json_decref(body);
	act_started(act, rc, &err);
}

static void post_mark(void *ctx, struct http_request *rq)
{
	static const char *const marks[] = { "right", "wrong", "unsure" };
	struct act *act = act_new(ctx, rq, "finding", http_param(rq, "id"), finding_json);
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), "finding.mark");
	struct err err = { 0 };
	if (!body)
		return;
	const char *mark = one_of(marks, COUNT_OF(marks), api_text(body, "mark"));
	json_decref(body);
	struct unit *unit = mark ? unit_new(api_store(ctx), &scope) : NULL;
	if (!unit) {
		http_error(rq, 400, "invalid", "mark: right, wrong or unsure", "mark");
		return;
	}
	struct op *op = unit_update(unit, "finding", act->id, VERSION_ANY);
	op_c(op, "mark", mark);
	op_c(op, "marked_by", api_principal(rq)->person_id.text);
	op_time(op, "marked_at", clock_wall(api_care(ctx)->clock));
	int rc = store_submit(api_store(ctx), unit, act_done, act, &err);
	act_started(act, rc, &err);
}

/* ---- Held replies ---- */

static json_t *build_reviews(struct gather *gather)
{
	json_t *items = json_array();
	for (size_t i = 0; i < gather->sets[0]->count; i++)
		json_array_append_new(items, review_json(gather->api, &gather->sets[0]->rows[i]));
	return page_json(items, gather->sets[0]);
}

static void get_reviews(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str state = http_query(rq, "state");
	struct list_query query = { .resource = "review", .index = "state", .equal = { value_str(state.len ? state : STR("pending")) } };
	struct gather *gather = gather_new(ctx, rq, build_reviews, NULL);
	if (!gather)
		return;
	page_of(rq, &query);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static json_t *review_row(struct api *api, const struct row *row)
{
	turns_forget(api->parts.turns, row_text(row, "conversation_id").ptr); /* a turn's text is another one now */
	return review_json(api, row);
}

static void decide_review(struct api *api, struct http_request *rq, int decision, const char *reason)
{
	struct act *act = act_new(api, rq, "review", http_param(rq, "id"), review_row);
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), reason);
	struct err err = { 0 };
	if (!body)
		return;
	struct review_act what = {
		.id = act->id, .version = api_int(body, "version", 0), .text = api_text(body, "text"), .reason = api_text(body, "reason")
	};
	what.decision = decision == 2 ? REVIEW_APPROVE : decision == 1 ? REVIEW_EDIT : REVIEW_REJECT;
	int rc = review_decide(api->parts.care, &scope, &what, act_done, act, &err);
	json_decref(body);
	act_started(act, rc, &err);
}

static void post_approve(void *ctx, struct http_request *rq)
{
	decide_review(ctx, rq, 2, "review.approve");
}

static void post_edit(void *ctx, struct http_request *rq)
{
	decide_review(ctx, rq, 1, "review.edit");
}

static void post_reject(void *ctx, struct http_request *rq)
{
	decide_review(ctx, rq, 0, "review.reject");
}

const struct http_route api_staff_routes[] = {
	{ "GET", "/api/v1/staff/alerts", get_alerts, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "GET", "/api/v1/staff/alerts/:id", get_alert, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/staff/alerts/:id/acknowledge", post_acknowledge, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/alerts/:id/take", post_take, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/alerts/:id/resolve", post_resolve, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "GET", "/api/v1/staff/conversations/:id", get_conversation, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/staff/conversations/:id/messages", post_message, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/staff/conversations/:id/release", post_release, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/verdicts/:id/override", post_override, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/verdicts/:id/countersign", post_countersign, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/findings/:id/mark", post_mark, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "GET", "/api/v1/staff/reviews", get_reviews, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/reviews/:id/approve", post_approve, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/reviews/:id/edit", post_edit, HTTP_AUTH_STAFF, WHO_CLINICAL, 131072, false },
	{ "POST", "/api/v1/staff/reviews/:id/reject", post_reject, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "GET", "/api/v1/staff/stream", sse_staff, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
};
const size_t api_staff_route_count = COUNT_OF(api_staff_routes);
