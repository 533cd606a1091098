/* api_recur.c: recurring check-ins: what staff set, change, pause and end for a client, with the next dates in both zones; and the client's
 * word on where they are. */
#include "http/api_priv.h"

#include "care/checkin.h"
#include "care/instrument.h"

#include <string.h>

#define NEXT_SHOWN 3

static void refuse(struct http_request *rq, int status, const char *code, const char *message, const char *field)
{
	http_error(rq, status, code, message, field);
}

static struct str lang_of(const struct http_request *rq)
{
	struct str asked = http_query(rq, "lang");
	return asked.len ? asked : str_c(api_principal(rq)->lang);
}

/* ---- shapes ---- */

static json_t *dates_json(const struct checkin_date *dates, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:s,s:o}", "day", dates[i].day, "at", json_of_time(dates[i].at)));
	return list;
}

static json_t *title_json(const struct api *api, struct str id, struct str lang)
{
	const struct instrument *instrument = instruments_find(api_care(api)->instruments, id);
	return !instrument ? json_null() : json_of_str(str_starts(lang, STR("es")) ? instrument->title_es : instrument->title_en);
}

static json_t *schedule_in(const struct api *api, const struct row *row, struct str lang)
{
	struct checkin_date dates[NEXT_SHOWN];
	size_t count = str_eqc(row->state, "active") ? checkin_row_dates(row, dates, NEXT_SHOWN) : 0;
	const struct instrument *instrument = instruments_find(api_care(api)->instruments, row_text(row, "instrument"));
	static const char *const texts[] = { "unit", "days", "time", "zone", "start", "end", "moved_reason", "end_reason", "instrument" };
	json_t *json = json_pack("{s:o,s:I,s:o,s:o,s:I,s:I,s:I,s:b,s:I,s:o,s:o,s:o,s:o,s:b,s:o}", "id", json_of_str(row->id), "version",
		(json_int_t)row->version, "state", json_of_str(row->state), "title", title_json(api, row_text(row, "instrument"), lang),
		"every", (json_int_t)row_int(row, "every"), "count", (json_int_t)row_int(row, "count"), "window_minutes",
		(json_int_t)row_int(row, "window_minutes"), "follows_client", row_bool(row, "follows_client"), "done",
		(json_int_t)row_int(row, "done"), "next_at", json_of_time_field(row, "next_at"), "opens_at",
		json_of_time_field(row, "opens_at"), "next", dates_json(dates, count), "made_by",
		api_staff_name(api, row_text(row, "made_by")), "asks_about_danger", checkin_risky(instrument), "created_at",
		json_of_time(row->created_at));
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		json_object_set_new(json, texts[i], json_of_field(row, texts[i]));
	return json;
}

static json_t *schedule_json(struct api *api, const struct row *row)
{
	return schedule_in(api, row, STR("en"));
}

/* ---- a client's schedules ---- */

static bool may_treat(const struct api *api, const struct principal *who, const char *client_id, const struct care_client **ret_client)
{
	const struct care_client *client = client_id ? care_client(api->parts.care, client_id) : NULL;
	bool known = client && strcmp(client->programme_id.text, who->programme_id.text) == 0;
	*ret_client = known ? client : NULL;
	return known && (who->who != WHO_COACH || strcmp(client->coach_id.text, who->person_id.text) == 0);
}

/* The client of the path; NULL when the request was answered. */
static const struct care_client *client_of(const struct api *api, struct http_request *rq)
{
	const struct care_client *client = NULL;
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	if (may_treat(api, api_principal(rq), id.ptr, &client))
		return client;
	refuse(rq, client ? 403 : 404, client ? "forbidden" : "not_found", client ? "not a client of yours" : "no such client", NULL);
	return NULL;
}

static json_t *build_schedules(struct gather *gather)
{
	const struct care_client *client = gather->ctx;
	const struct care_programme *programme = care_programme(gather->api->parts.care, client->programme_id.text);
	json_t *items = json_array();
	for (size_t set = 0; set < gather->count; set++)
		for (size_t i = 0; i < gather->sets[set]->count; i++)
			json_array_append_new(items, schedule_in(gather->api, &gather->sets[set]->rows[i], lang_of(gather->rq)));
	return json_pack("{s:o,s:b,s:o,s:o,s:o,s:I}", "items", items, "more_ended", gather->sets[2]->cursor.len > 0, "client_zone",
		json_of_str(client->time_zone), "programme_zone", json_of_str(programme->time_zone), "now",
		json_of_time(clock_wall(api_care(gather->api)->clock)), "read_minutes",
		(json_int_t)(programme->settings.read_us / MINUTE_US));
}

/* Of a client those of one state, newest first: of those not ended there are CHECKIN_SCHEDULES_MAX at most. */
static void gather_state(struct gather *gather, const struct scope *scope, const char *client_id, const char *state)
{
	const struct list_query query = { .resource = "checkin_schedule",
		.index = "client_state",
		.equal = { value_c(client_id), value_c(state) },
		.descending = true,
		.limit = LIST_MAX };
	gather_list(gather, scope, &query);
}

static void get_schedules(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	const struct care_client *client = client_of(ctx, rq);
	struct gather *gather = client ? gather_new(ctx, rq, build_schedules, (void *)(uintptr_t)client) : NULL;
	if (!gather)
		return;
	gather_state(gather, &scope, client->id.text, "active");
	gather_state(gather, &scope, client->id.text, "paused");
	gather_state(gather, &scope, client->id.text, "ended");
	gather_run(gather);
}

/* ---- setting one ---- */

/* The plan of a body, its texts in the request's arena. A number that is none is 0, and refused as such. */
static struct checkin_plan plan_of(struct http_request *rq, const json_t *body)
{
	struct arena *arena = &rq->arena;
	const json_t *follows = json_object_get(body, "follows_client");
	return (struct checkin_plan){ .instrument = arena_copy(arena, api_text(body, "instrument")),
		.when = { .unit = arena_copy(arena, api_text(body, "unit")),
			.days = arena_copy(arena, str_trim(api_text(body, "days"))),
			.time = arena_copy(arena, api_text(body, "time")),
			.start = arena_copy(arena, api_text(body, "start")),
			.end = arena_copy(arena, api_text(body, "end")),
			.every = api_int(body, "every", 0),
			.count = api_int(body, "count", 0),
			.window_minutes = api_int(body, "window_minutes", 0) },
		.zone = arena_copy(arena, api_text(body, "zone")),
		.follows_client = !api_text(body, "zone").len || json_is_true(follows) };
}

/* An instrument that can be asked here; false: answered. */
static bool can_be_asked(const struct api *api, struct http_request *rq, struct str id)
{
	const struct instrument *instrument = instruments_find(api_care(api)->instruments, id);
	if (!instrument)
		refuse(rq, 400, "invalid", "no such instrument", "instrument");
	else if (!instrument->text_count)
		refuse(rq, 409, "text_missing", "this instrument's wording is not installed here (see its licence)", "instrument");
	return instrument && instrument->text_count;
}

static void post_preview(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct checkin_date dates[NEXT_SHOWN];
	size_t count = 0;
	struct err err = { 0 };
	const struct care_client *client = client_of(api, rq);
	json_t *body = client ? api_body(rq) : NULL;
	if (!body)
		return;
	const struct checkin_plan plan = plan_of(rq, body);
	json_decref(body);
	if (checkin_dates(api->parts.care, client->id.text, &plan, dates, NEXT_SHOWN, &count, &err))
		api_refuse(rq, &err);
	else
		api_answer(rq, 200,
			json_pack("{s:o,s:o}", "next", dates_json(dates, count), "zone",
				json_of_str(plan.zone.len ? plan.zone : client->time_zone)));
}

struct setting {
	struct act *act;
	const struct care_client *client;
	struct checkin_plan plan;
	struct uuid id;
	int64_t version;
	int (*move)(struct care *care, const struct scope *scope, const struct row *schedule, int64_t version, unit_done done, void *ctx,
		struct err *reterr); /* NULL: the plan is changed */
	const char *reason;
};

static json_t *counted(struct gather *gather)
{
	struct setting *setting = gather->ctx;
	struct act *act = setting->act;
	struct scope scope = principal_scope(api_principal(act->rq), "checkin.make");
	struct err own = { 0 };
	gather->answered = true;
	if (gather->sets[0]->count + gather->sets[1]->count >= CHECKIN_SCHEDULES_MAX) {
		refuse(act->rq, 409, "full", "this person has as many schedules as can be kept: end one first", NULL);
		return NULL;
	}
	int rc = checkin_make(act->api->parts.care, &scope, setting->client->id.text, &setting->plan, &setting->id, act_done, act, &own);
	act->id = setting->id.text;
	act_started(act, rc, &own);
	return NULL;
}

static void post_schedule(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct scope scope = principal_scope(api_principal(rq), NULL);
	const struct care_client *client = client_of(api, rq);
	struct setting *setting = client ? ARENA_NEW(&rq->arena, struct setting) : NULL;
	json_t *body = setting ? api_body(rq) : NULL;
	if (!body) {
		if (client && !setting)
			refuse(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*setting = (struct setting){ .client = client, .plan = plan_of(rq, body) };
	json_decref(body);
	if (!can_be_asked(api, rq, setting->plan.instrument))
		return;
	setting->act = act_new(api, rq, "checkin_schedule", STR(""), schedule_json);
	struct gather *gather = setting->act ? gather_new(api, rq, counted, setting) : NULL;
	if (!gather)
		return;
	gather_state(gather, &scope, client->id.text, "active");
	gather_state(gather, &scope, client->id.text, "paused");
	gather_run(gather);
}

/* ---- one schedule ---- */

static void schedule_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct setting *setting = ctx;
	struct act *act = setting->act;
	struct care *care = act->api->parts.care;
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	const struct care_client *client = NULL;
	struct scope scope = principal_scope(api_principal(act->rq), setting->reason);
	struct err own = { 0 };
	if (err || !row) {
		if (err)
			api_refuse(act->rq, err);
		else
			refuse(act->rq, 404, "not_found", "no such schedule", NULL);
	} else if (!may_treat(act->api, api_principal(act->rq), row_text(row, "client_id").ptr, &client)) {
		refuse(act->rq, 403, "forbidden", "not a client of yours", NULL);
	} else {
		int rc = setting->move ? setting->move(care, &scope, row, setting->version, act_done, act, &own)
				       : checkin_change(care, &scope, row, setting->version, &setting->plan, act_done, act, &own);
		act_started(act, rc, &own);
	}
	row_set_free(&take_set);
}

static void do_act(struct api *api, struct http_request *rq, struct setting what)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct setting *setting = ARENA_NEW(&rq->arena, struct setting);
	struct act *act = setting ? act_new(api, rq, "checkin_schedule", http_param(rq, "id"), schedule_json) : NULL;
	json_t *body = act ? api_body(rq) : NULL;
	struct err err = { 0 };
	if (!body) {
		if (!setting)
			refuse(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*setting = what;
	setting->act = act;
	setting->version = api_int(body, "version", -2); /* never any version: it is about what was seen */
	if (!setting->move)
		setting->plan = plan_of(rq, body);
	json_decref(body);
	if (store_get(api_store(api), &scope, "checkin_schedule", act->id, schedule_read, setting, &err))
		api_refuse(rq, &err);
}

static void put_schedule(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, (struct setting){ .reason = "checkin.change" });
}
static void post_pause(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, (struct setting){ .move = checkin_pause, .reason = "checkin.pause" });
}
static void post_resume(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, (struct setting){ .move = checkin_resume, .reason = "checkin.resume" });
}
static void post_end(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, (struct setting){ .move = checkin_end, .reason = "checkin.end" });
}

/* ---- the client's zone ---- */

struct zoning {
	struct api *api;
	struct http_request *rq;
	struct str zone;
};

static void zoned(void *ctx, const struct err *err)
{
	struct zoning *zoning = ctx;
	if (err)
		api_refuse(zoning->rq, err);
	else
		api_answer(zoning->rq, 200, json_pack("{s:o}", "time_zone", json_of_str(zoning->zone)));
}

static json_t *own_read(struct gather *gather)
{
	struct zoning *zoning = gather->ctx;
	const struct principal *who = api_principal(zoning->rq);
	const struct row_set *const sets[] = { gather->sets[0], gather->sets[1] };
	struct scope scope = principal_scope(who, "client.time_zone");
	struct err own = { 0 };
	gather->answered = true;
	if (checkin_zone(zoning->api->parts.care, &scope, who->person_id.text, zoning->zone, sets, COUNT_OF(sets), zoned, zoning, &own))
		api_refuse(zoning->rq, &own);
	return NULL;
}

static void put_zone(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct zoning *zoning = ARENA_NEW(&rq->arena, struct zoning);
	const char *client_id = api_principal(rq)->person_id.text;
	json_t *body = zoning ? api_body(rq) : NULL;
	if (!body) {
		if (!zoning)
			refuse(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*zoning = (struct zoning){ ctx, rq, arena_copy(&rq->arena, api_text(body, "time_zone")) };
	json_decref(body);
	struct gather *gather = gather_new(ctx, rq, own_read, zoning);
	if (!gather)
		return;
	gather_state(gather, &scope, client_id, "active");
	gather_state(gather, &scope, client_id, "paused");
	gather_run(gather);
}

const struct http_route api_recur_routes[] = {
	{ "GET", "/api/v1/staff/clients/:id/checkins", get_schedules, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/staff/clients/:id/checkins", post_schedule, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/clients/:id/checkins/preview", post_preview, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "PUT", "/api/v1/staff/checkins/:id", put_schedule, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/checkins/:id/pause", post_pause, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/checkins/:id/resume", post_resume, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/checkins/:id/end", post_end, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "PUT", "/api/v1/client/time-zone", put_zone, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
};
const size_t api_recur_route_count = COUNT_OF(api_recur_routes);
