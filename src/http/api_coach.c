/* api_coach.c: a coach's work: the caseload with who is late and who may stop, and why; modules given; weekly reviews; approved words
 * to send; hand-over to a clinician. A coach sees the clients that are theirs; clinicians and supervisors see all. */
#include "http/api_priv.h"

#include "care/enrol.h"
#include "sys/mem.h"

#include <string.h>

#define REASON_MAX 400
#define NOTE_MAX 4000
#define REVIEW_EVERY_US (7 * DAY_US)

static const struct care_programme *programme_of(const struct api *api, const struct http_request *rq)
{
	return care_programme(api->parts.care, api_principal(rq)->programme_id.text);
}

/* Illinois forbids scores of a person's state by a program; this one is off there with the rest (docs/decisions/0046). */
static bool scores_forbidden(const struct care_programme *programme)
{
	return str_starts(programme->jurisdiction, STR("US-IL"));
}

const struct care_client *api_own_client(struct api *api, struct http_request *rq, struct str id)
{
	const struct principal *who = api_principal(rq);
	const struct care_client *client = id.len ? care_client(api->parts.care, id.ptr) : NULL;
	if (!client || strcmp(client->programme_id.text, who->programme_id.text) != 0) {
		http_error(rq, 404, "not_found", "no such client", NULL);
		return NULL;
	}
	if (!(who->who & WHO_CLINICAL) && strcmp(client->coach_id.text, who->person_id.text) != 0) {
		http_error(rq, 403, "forbidden", "not a client of yours", NULL);
		return NULL;
	}
	return client;
}

static json_t *who_json(const struct care_client *client)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:o,s:b}", "id", client->id.text, "pseudonym", json_of_str(client->pseudonym), "name",
		json_of_str(client->name), "lang", json_of_str(client->language), "state", json_of_str(client->state), "contact_unsafe",
		client->contact_unsafe);
}

/* ---- The catalogue ---- */

static void get_modules(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	json_t *items = json_array();
	const struct module *module;
	for (size_t i = 0; (module = modules_at(api_care(api)->modules, i, str_c(api_principal(rq)->lang))) != NULL; i++)
		json_array_append_new(items, module_json(module));
	api_answer(rq, 200, page_json(items, NULL));
}

/* ---- The caseload ---- */

/* A page of enrolments; for each, the newest review and the newest scores of the client: small reads, all at once. */
struct load {
	struct api *api;
	struct http_request *rq;
	struct row_set *enrolments;
	size_t waiting;
	struct load_row {
		struct load *load;
		wall_time reviewed_at;
		bool reviewed, not_on_track, scores_worse, scores_same;
	} * rows;
};

static json_t *risk_json(const struct dropoff *risk)
{
	static const char *const grades[] = { "high", "some", "low" };
	static const struct {
		enum dropoff_reason reason;
		const char *name;
	} names[] = { { DROPOFF_NOT_BEGUN, "not_begun" }, { DROPOFF_QUIET, "quiet" }, { DROPOFF_HOMEWORK, "homework" },
		{ DROPOFF_FALLING, "falling" }, { DROPOFF_LATE, "late" } };
	json_t *reasons = json_array();
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (risk->reasons & names[i].reason)
			json_array_append_new(reasons, json_string(names[i].name));
	return json_pack("{s:s,s:i,s:o}", "grade", grades[risk->grade], "score", risk->score, "reasons", reasons);
}

static json_t *facts_json(const struct dropoff_facts *facts)
{
	return json_pack("{s:i,s:i,s:i,s:i,s:i}", "quiet_days", facts->quiet_days, "late_days", facts->late_days > 0 ? facts->late_days : 0,
		"homework_row", facts->homework_row, "week", facts->week, "week_before", facts->week_before);
}

static json_t *load_row_json(const struct load *load, size_t index)
{
	const struct row *row = &load->enrolments->rows[index];
	const struct load_row *extra = &load->rows[index];
	const struct care_client *client = care_client(load->api->parts.care, row_text(row, "client_id").ptr);
	wall_time now = clock_wall(api_care(load->api)->clock);
	struct dropoff_facts facts = enrol_facts(row, now);
	struct dropoff risk = dropoff_rate(&facts);
	bool runs = str_eqc(row->state, "active") || str_eqc(row->state, "offered");
	bool scored = runs && !scores_forbidden(programme_of(load->api, load->rq));
	wall_time since = extra->reviewed ? extra->reviewed_at : row->created_at;
	json_t *flags = json_array();
	if (extra->not_on_track)
		json_array_append_new(flags, json_string("not_on_track"));
	if (extra->scores_worse)
		json_array_append_new(flags, json_string("scores_worse"));
	if (extra->scores_same)
		json_array_append_new(flags, json_string("scores_same"));
	json_t *json = json_pack("{s:o,s:o,s:b,s:o,s:o,s:o,s:b,s:o}", "enrolment",
		enrolment_json(load->api, row, NULL, str_c(api_principal(load->rq)->lang)), "client", who_json(client), "late",
		row_time(row, "due_at").us && row_time(row, "due_at").us < now.us, "facts", facts_json(&facts), "risk",
		scored ? risk_json(&risk) : json_null(), "reviewed_at", extra->reviewed ? json_of_time(extra->reviewed_at) : json_null(),
		"review_due", now.us - since.us >= REVIEW_EVERY_US, "flags", flags);
	json_object_set_new(json, "open_alerts", json_integer(alert_open_count(load->api->parts.care, client->id.text)));
	return json;
}

static void answer_load(struct load *load)
{
	const struct principal *who = api_principal(load->rq);
	json_t *items = json_array();
	for (size_t i = 0; i < load->enrolments->count; i++) {
		const struct care_client *client = care_client(
			load->api->parts.care, row_text(&load->enrolments->rows[i], "client_id").ptr);
		bool own = client && ((who->who & WHO_CLINICAL) || strcmp(client->coach_id.text, who->person_id.text) == 0);
		if (own && !str_eqc(client->state, "erased"))
			json_array_append_new(items, load_row_json(load, i));
	}
	json_t *page = page_json(items, load->enrolments);
	json_object_set_new(page, "scores_off",
		scores_forbidden(programme_of(load->api, load->rq)) ? json_of_str(programme_of(load->api, load->rq)->jurisdiction)
								    : json_null());
	row_set_free(&load->enrolments);
	api_answer(load->rq, 200, page);
}

static void load_step(struct load *load)
{
	if (--load->waiting == 0)
		answer_load(load);
}

static void review_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct load_row *row = ctx;
	if (!err && take_set->count) {
		row->reviewed = true;
		row->reviewed_at = take_set->rows[0].created_at;
		row->not_on_track = str_eqc(row_text(&take_set->rows[0], "track"), "not_on_track");
	}
	row_set_free(&take_set);
	load_step(row->load);
}

/* The newest whole score of an instrument against the first one kept here: worse by more than its measurement error (the change that its
 * pack names), or, with four scores and more, not better by that much. */
static void scores_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct load_row *row = ctx;
	const struct row *newest = NULL, *first = NULL;
	int count = 0;
	for (size_t i = 0; !err && i < take_set->count; i++) {
		const struct row *response = &take_set->rows[i];
		if (!str_eqc(response->state, "completed") || row_is_null(response, "total"))
			continue;
		newest = newest ? newest : response;
		if (!str_eq(row_text(newest, "instrument"), row_text(response, "instrument")))
			continue;
		first = response;
		count++;
	}
	const struct instrument *instrument =
		newest ? instruments_find(api_care(row->load->api)->instruments, row_text(newest, "instrument")) : NULL;
	if (instrument && instrument->has_change && count > 1) {
		int64_t change = row_int(newest, "total") - row_int(first, "total"),
			worse = instrument->higher_is_better ? -change : change;
		row->scores_worse = worse >= instrument->change;
		row->scores_same = !row->scores_worse && count >= 4 && -worse < instrument->change;
	}
	row_set_free(&take_set);
	load_step(row->load);
}

static void load_more(struct load *load, struct load_row *row, const char *resource, unsigned limit, read_done done)
{
	struct scope scope = care_scope_system(api_principal(load->rq)->programme_id.text, NULL); /* counts and states, not words */
	size_t index = (size_t)(row - load->rows);
	struct list_query query = { .resource = resource,
		.index = "client",
		.equal = { value_str(row_text(&load->enrolments->rows[index], "client_id")) },
		.descending = true,
		.limit = limit };
	struct err err = { 0 };
	load->waiting++;
	if (store_list(api_store(load->api), &scope, &query, done, row, &err))
		load->waiting--; /* shown without */
}

static void load_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct load *load = ctx;
	load->enrolments = take_set;
	load->rows = err ? NULL : ARENA_ARRAY(&load->rq->arena, struct load_row, take_set->count + 1);
	if (!load->rows) {
		row_set_free(&load->enrolments);
		if (err)
			api_refuse(load->rq, err);
		else
			http_error(load->rq, 500, "internal", "out of memory", NULL);
		return;
	}
	load->waiting = 1;
	for (size_t i = 0; i < take_set->count; i++) {
		load->rows[i].load = load;
		load_more(load, &load->rows[i], "coach_review", 1, review_read);
		load_more(load, &load->rows[i], "response", 50, scores_read);
	}
	load_step(load);
}

static void get_coach(void *ctx, struct http_request *rq)
{
	const struct principal *who = api_principal(rq);
	struct scope scope = care_scope_system(who->programme_id.text, NULL); /* the list; words of a client are read by their page */
	struct load *load = ARENA_NEW(&rq->arena, struct load);
	bool all = who->who & WHO_CLINICAL;
	struct list_query query = { .resource = "enrolment", .index = all ? "open" : "coach", .descending = true };
	struct err err = { 0 };
	if (!load) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*load = (struct load){ .api = ctx, .rq = rq };
	query.equal[0] = all ? value_int(1) : value_c(who->person_id.text);
	if (!all)
		query.equal[1] = value_int(1);
	page_of(rq, &query);
	if (!http_query(rq, "limit").len)
		query.limit = LIST_MAX;
	if (store_list(api_store(ctx), &scope, &query, load_read, load, &err))
		api_refuse(rq, &err);
}

/* ---- One client ---- */

enum { SET_ENROLMENTS = 0, SET_PROGRESS, SET_HOMEWORK, SET_ENTRIES, SET_REVIEWS };

static json_t *review_row_json(struct api *api, const struct row *row)
{
	const struct care_staff *staff = care_staff(api->parts.care, row_text(row, "staff_id").ptr);
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "track", json_of_field(row, "track"), "note",
		json_of_field(row, "note"), "by", staff ? json_of_str(staff->name) : json_null(), "created_at",
		json_of_time(row->created_at));
}

/* An entry with the labels of what was asked, so that the page needs no module of its own. */
static json_t *staff_entry_json(struct gather *gather, const struct row *row)
{
	const struct row *enrolment = NULL;
	json_t *json = exercise_entry_json(row), *labels = json_object();
	for (size_t i = 0; i < gather->sets[SET_ENROLMENTS]->count; i++)
		if (str_eq(gather->sets[SET_ENROLMENTS]->rows[i].id, row_text(row, "enrolment_id")))
			enrolment = &gather->sets[SET_ENROLMENTS]->rows[i];
	const struct module *module = enrolment ? modules_find(api_care(gather->api)->modules, row_text(enrolment, "module"),
							  str_c(api_principal(gather->rq)->lang))
						: NULL;
	const struct module_lesson *lesson = module ? module_lesson(module, row_text(row, "lesson")) : NULL;
	for (size_t i = 0; lesson && i < lesson->exercise.input_count; i++)
		json_object_set_new(labels, arena_copy(&gather->rq->arena, lesson->exercise.inputs[i].id).ptr,
			json_of_str(lesson->exercise.inputs[i].label));
	json_object_set_new(json, "labels", labels);
	json_object_set_new(json, "title", lesson ? json_of_str(lesson->exercise.title) : json_null());
	json_object_set_new(json, "level", row_is_null(row, "level") ? json_null() : json_integer(row_int(row, "level")));
	return json;
}

static json_t *build_client(struct gather *gather)
{
	struct row_set **sets = gather->sets;
	struct str lang = str_c(api_principal(gather->rq)->lang);
	const struct care_client *client = gather->ctx;
	json_t *enrolments = json_array(), *homework = json_array(), *entries = json_array(), *reviews = json_array();
	for (size_t i = 0; i < sets[SET_ENROLMENTS]->count; i++)
		json_array_append_new(enrolments, enrolment_json(gather->api, &sets[SET_ENROLMENTS]->rows[i], sets[SET_PROGRESS], lang));
	for (size_t i = 0; i < sets[SET_HOMEWORK]->count; i++)
		json_array_append_new(homework, homework_json(gather->api, &sets[SET_HOMEWORK]->rows[i], sets[SET_ENROLMENTS], lang));
	for (size_t i = 0; i < sets[SET_ENTRIES]->count; i++)
		json_array_append_new(entries, staff_entry_json(gather, &sets[SET_ENTRIES]->rows[i]));
	for (size_t i = 0; i < sets[SET_REVIEWS]->count; i++)
		json_array_append_new(reviews, review_row_json(gather->api, &sets[SET_REVIEWS]->rows[i]));
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "client", who_json(client), "enrolments", enrolments, "homework", homework, "entries",
		entries, "reviews", reviews, "next_entries",
		sets[SET_ENTRIES]->cursor.len ? json_of_str(sets[SET_ENTRIES]->cursor) : json_null());
}

static void get_client_modules(void *ctx, struct http_request *rq)
{
	static const char *const resources[] = { "enrolment", "lesson_progress", "homework", "exercise_entry", "coach_review" };
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	const struct care_client *client = api_own_client(ctx, rq, id);
	struct gather *gather = client ? gather_new(ctx, rq, build_client, (void *)client) : NULL;
	if (!gather)
		return;
	for (size_t i = 0; i < COUNT_OF(resources); i++) {
		struct list_query query = { .resource = resources[i],
			.index = "client",
			.equal = { value_str(id) },
			.descending = true,
			.limit = i < 3 ? LIST_MAX : 50 };
		if (i == SET_ENTRIES)
			query.cursor = http_query(rq, "after");
		gather_list(gather, &scope, &query);
	}
	gather_run(gather);
}

/* ---- Giving a module, and changing its state ---- */

static json_t *enrolment_row(struct api *api, const struct row *row)
{
	return enrolment_json(api, row, NULL, STR("en"));
}

struct assigning {
	struct act *act;
	const struct module *module;
	const char *client_id;
	struct uuid id;
};

static void assigned(void *ctx, const struct err *err)
{
	struct assigning *assigning = ctx;
	assigning->act->id = assigning->id.text;
	act_done(assigning->act, err);
}

static void enrolments_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct assigning *assigning = ctx;
	struct act *act = assigning->act;
	struct scope scope = principal_scope(api_principal(act->rq), "enrolment.assign");
	struct err own = { 0 };
	bool open = false;
	for (size_t i = 0; take_set && i < take_set->count; i++)
		open |= row_bool(&take_set->rows[i], "open") && str_eq(row_text(&take_set->rows[i], "module"), assigning->module->id);
	row_set_free(&take_set);
	if (err)
		api_refuse(act->rq, err);
	else if (open)
		http_error(act->rq, 409, "already_given", "this client has the module already", "module");
	else if (enrol_assign(
			 act->api->parts.care, &scope, assigning->client_id, assigning->module, &assigning->id, assigned, assigning, &own))
		api_refuse(act->rq, &own);
}

static void post_assign(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct assigning *assigning = ARENA_NEW(&rq->arena, struct assigning);
	struct act *act = assigning ? act_new(api, rq, "enrolment", STR(""), enrolment_row) : NULL;
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = care_scope_system(api_principal(rq)->programme_id.text, NULL);
	struct list_query query = {
		.resource = "enrolment", .index = "client", .equal = { value_str(id) }, .descending = true, .limit = LIST_MAX
	};
	struct err err = { 0 };
	if (!body)
		return;
	const struct module *module = modules_find(api_care(api)->modules, api_text(body, "module"), STR("en"));
	json_decref(body);
	const struct care_client *client = api_own_client(api, rq, id);
	if (!client)
		return;
	if (!module) {
		http_error(rq, 400, "invalid", "module: no such module", "module");
		return;
	}
	*assigning = (struct assigning){ .act = act, .module = module, .client_id = client->id.text };
	if (store_list(api_store(api), &scope, &query, enrolments_read, assigning, &err))
		api_refuse(rq, &err);
}

struct moving {
	struct act *act;
	struct str to;
	int64_t version;
};

static void moving_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct moving *moving = ctx;
	struct act *act = moving->act;
	struct scope scope = principal_scope(api_principal(act->rq), "enrolment.move");
	struct err own = { 0 };
	if (err) {
		api_refuse(act->rq, err);
	} else if (api_own_client(act->api, act->rq, row_text(&take_set->rows[0], "client_id"))) {
		int rc = moving->version == take_set->rows[0].version
				 ? enrol_move(act->api->parts.care, &scope, &take_set->rows[0], moving->to.ptr, act_done, act, &own)
				 : err_set(&own, E_CONFLICT, "http/api", "somebody else changed it meanwhile");
		act_started(act, rc, &own);
	}
	row_set_free(&take_set);
}

static void post_enrolment_state(void *ctx, struct http_request *rq)
{
	struct moving *moving = ARENA_NEW(&rq->arena, struct moving);
	struct act *act = moving ? act_new(ctx, rq, "enrolment", http_param(rq, "id"), enrolment_row) : NULL;
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct err err = { 0 };
	if (!body)
		return;
	*moving = (struct moving){ act, arena_copy(&rq->arena, api_text(body, "state")), api_int(body, "version", -1) };
	json_decref(body);
	if (!str_eqc(moving->to, "active") && !str_eqc(moving->to, "paused") && !str_eqc(moving->to, "stopped"))
		http_error(rq, 400, "invalid", "state: active, paused or stopped", "state");
	else if (store_get(api_store(ctx), &scope, "enrolment", act->id, moving_read, moving, &err))
		api_refuse(rq, &err);
}

/* ---- Weekly review, hand-over, words to send ---- */

struct filing {
	struct act *act;
	struct uuid id;
};

static void filed(void *ctx, const struct err *err)
{
	struct filing *filing = ctx;
	filing->act->id = filing->id.text;
	act_done(filing->act, err);
}

static void post_review(void *ctx, struct http_request *rq)
{
	struct filing *filing = ARENA_NEW(&rq->arena, struct filing);
	struct act *act = filing ? act_new(ctx, rq, "coach_review", STR(""), review_row_json) : NULL;
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	json_t *body = act ? api_body(rq) : NULL;
	struct err err = { 0 };
	if (!body)
		return;
	const json_t *on_track = json_object_get(body, "on_track");
	bool good = json_is_boolean(on_track), on = json_is_true(on_track);
	struct str note = arena_copy(&rq->arena, str_trim(api_text(body, "note")));
	json_decref(body);
	const struct care_client *client = api_own_client(ctx, rq, id);
	if (!client)
		return;
	if (!good || note.len > NOTE_MAX || (!on && !note.len)) {
		http_error(rq, 400, good ? "note_required" : "invalid",
			good ? "say in a note what is not on track (at most 4,000 bytes)" : "on_track: true or false",
			good ? "note" : "on_track");
		return;
	}
	struct scope scope = principal_scope(api_principal(rq), "coach.review");
	struct unit *unit = unit_new(api_store(ctx), &scope);
	if (!unit) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	filing->act = act;
	struct op *op = unit_insert(unit, "coach_review", &filing->id);
	op_c(op, "client_id", client->id.text);
	op_c(op, "staff_id", api_principal(rq)->person_id.text);
	op_c(op, "track", on ? "on_track" : "not_on_track");
	if (note.len)
		op_text(op, "note", note);
	event_publish(unit, &(struct event_note){
				    .programme_id = api_principal(rq)->programme_id.text, .kind = "coach", .client_id = client->id.text });
	if (store_submit(api_store(ctx), unit, filed, filing, &err))
		api_refuse(rq, &err);
}

struct handing {
	struct act *act;
	const struct care_client *client;
	struct str reason;
	struct uuid id;
};

static void handed(void *ctx, const struct err *err)
{
	struct handing *handing = ctx;
	handing->act->id = handing->id.text;
	act_done(handing->act, err);
}

/* The alert stands where the client's words are, so that whoever takes it can read and answer. */
static void handing_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct handing *handing = ctx;
	struct act *act = handing->act;
	struct http_request *rq = act->rq;
	struct scope scope = principal_scope(api_principal(rq), "coach.handover");
	struct unit *unit = err ? NULL : unit_new(api_store(act->api), &scope);
	struct err own = { 0 };
	if (err || !unit) {
		row_set_free(&take_set);
		err_set(&own, E_MEMORY, "http/api", "out of memory");
		api_refuse(rq, err ? err : &own);
		return;
	}
	const struct care_staff *staff = care_staff(act->api->parts.care, api_principal(rq)->person_id.text);
	const struct alert_call call = { .programme = programme_of(act->api, rq),
		.client_id = handing->client->id.text,
		.conversation_id = take_set->count ? arena_copy(&rq->arena, take_set->rows[0].id).ptr : NULL,
		.kind = ALERT_REQUEST,
		.priority = 2,
		.level = 0,
		.reason = arena_printf(&rq->arena, "Hand-over from " STR_FMT ": " STR_FMT, STR_ARG(staff ? staff->name : STR("a coach")),
			STR_ARG(handing->reason)) };
	row_set_free(&take_set);
	unit_note(unit, "client", handing->client->id.text, "handover", handing->client->id.text);
	alert_raise(act->api->parts.care, unit, &call, &handing->id);
	if (store_submit(api_store(act->api), unit, handed, handing, &own))
		api_refuse(rq, &own);
}

static void post_handover(void *ctx, struct http_request *rq)
{
	struct handing *handing = ARENA_NEW(&rq->arena, struct handing);
	struct act *act = handing ? act_new(ctx, rq, "alert", STR(""), alert_json) : NULL;
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = care_scope_system(api_principal(rq)->programme_id.text, NULL);
	struct list_query query = {
		.resource = "conversation", .index = "client", .equal = { value_str(id) }, .descending = true, .limit = 1
	};
	struct err err = { 0 };
	if (!body)
		return;
	struct str reason = arena_copy(&rq->arena, str_trim(api_text(body, "reason")));
	json_decref(body);
	const struct care_client *client = api_own_client(ctx, rq, id);
	if (!client)
		return;
	if (!reason.len || reason.len > REASON_MAX) {
		http_error(rq, 400, "reason_required", "say in one line why a clinician should take over (at most 400 bytes)", "reason");
		return;
	}
	*handing = (struct handing){ .act = act, .client = client, .reason = reason };
	if (store_list(api_store(ctx), &scope, &query, handing_read, handing, &err))
		api_refuse(rq, &err);
}

/* Approved words, in the client's language, each with when it fits. */
static void get_nudges(void *ctx, struct http_request *rq)
{
	static const char *const keys[] = { "welcome", "quiet", "homework", "late", "falling", "well_done", "finished" };
	struct api *api = ctx;
	const struct messages *messages = api_care(api)->messages;
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	const struct care_client *client = api_own_client(api, rq, id);
	const struct care_staff *staff = care_staff(api->parts.care, api_principal(rq)->person_id.text);
	json_t *items;
	if (!client)
		return;
	items = json_array();
	const struct message_var vars[] = { { "name", staff ? staff->name : STR("") } };
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct str key = arena_printf(&rq->arena, "nudge.%s", keys[i]);
		json_array_append_new(
			items, json_pack("{s:s,s:o}", "id", keys[i], "text",
				       json_of_str(messages_render(messages, &rq->arena, client->language, key, 0, vars, 1))));
	}
	api_answer(rq, 200, page_json(items, NULL));
}

const struct http_route api_coach_routes[] = {
	{ "GET", "/api/v1/staff/modules", get_modules, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "GET", "/api/v1/staff/coach", get_coach, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "GET", "/api/v1/staff/clients/:id/modules", get_client_modules, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/staff/clients/:id/modules", post_assign, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/enrolments/:id/state", post_enrolment_state, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/clients/:id/coach-reviews", post_review, HTTP_AUTH_STAFF, WHO_CARERS, 16384, false },
	{ "POST", "/api/v1/staff/clients/:id/handover", post_handover, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "GET", "/api/v1/staff/clients/:id/nudges", get_nudges, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
};
const size_t api_coach_route_count = COUNT_OF(api_coach_routes);
