/* api_rota.c: the rota: who is on, the week ahead with its gaps, shifts added and changed; the team, for choosing a person. */
#include "http/api_priv.h"

#include "care/delivery.h"
#include "care/duty.h"
#include "care/rota.h"
#include "sys/mem.h"

#include <jansson.h>
#include <string.h>

#define SPANS_MAX 4000
#define GAPS_MAX 400
#define DAYS_MAX 31
#define TEST_EARLY_US (2 * HOUR_US) /* a test counts for the shift that begins within this time after it */

/* ---- The team ---- */

static json_t *build_team(struct gather *gather)
{
	json_t *items = json_array();
	for (size_t i = 0; i < gather->sets[0]->count; i++) {
		const struct row *row = &gather->sets[0]->rows[i];
		if (!str_eqc(row->state, "active"))
			continue;
		json_t *item = json_pack("{s:o,s:o,s:o,s:b,s:s,s:b}", "id", json_of_str(row->id), "name", json_of_field(row, "name"),
			"role", json_of_field(row, "role"), "on_duty", row_bool(row, "on_duty"), "shift",
			cover_name(duty_on(gather->api->parts.care, row->id.ptr)), "may_answer",
			duty_fit(gather->api->parts.care, row->id.ptr));
		json_array_append_new(items, item);
	}
	return page_json(items, gather->sets[0]);
}

static void get_team(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = { .resource = "staff", .index = "all" };
	struct gather *gather = gather_new(ctx, rq, build_team, NULL);
	if (!gather)
		return;
	page_of(rq, &query);
	if (!http_query(rq, "limit").len)
		query.limit = LIST_MAX;
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

/* ---- The rota ---- */

static json_t *shift_json(struct api *api, const struct row *row)
{
	return json_pack("{s:o,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "version",
		(json_int_t)row->version, "state", json_of_str(row->state), "staff", api_person_json(api, row_text(row, "staff_id")),
		"kind", json_of_field(row, "kind"), "zone", json_of_field(row, "zone"), "days", json_of_field(row, "days"), "date",
		json_of_field(row, "date"), "start", json_of_field(row, "starts"), "end", json_of_field(row, "ends"), "valid_from",
		json_of_field(row, "valid_from"), "valid_until", json_of_field(row, "valid_until"), "except",
		json_of_json_field(row, "without"));
}

struct looking {
	wall_time from, to;
};

static json_t *spans_json(const struct api *api, const struct rota *rota, const struct looking *looking)
{
	struct rota_span *spans = mem_new(SPANS_MAX * sizeof *spans);
	size_t count = spans ? rota_spans(rota, looking->from, looking->to, spans, SPANS_MAX) : 0;
	json_t *list = json_array();
	for (size_t i = 0; i < count && i < SPANS_MAX; i++)
		json_array_append_new(
			list, json_pack("{s:s,s:o,s:s,s:o,s:o,s:b}", "shift_id", spans[i].shift_id.text, "staff",
				      api_person_json(api, str_c(spans[i].staff_id.text)), "kind", cover_name(spans[i].kind), "from",
				      json_of_time(spans[i].from), "to", json_of_time(spans[i].to), "tested",
				      delivery_tested(api->parts.care, spans[i].staff_id.text).us >= spans[i].from.us - TEST_EARLY_US));
	mem_delete(spans);
	return list;
}

static json_t *gaps_json(const struct api *api, const struct care_programme *programme, const struct rota *rota, wall_time from)
{
	struct rota_gap *gaps = mem_new(GAPS_MAX * sizeof *gaps);
	size_t count = gaps ? rota_gaps(rota, programme->cover, from, (wall_time){ from.us + 7 * DAY_US }, duty_fit, api->parts.care, gaps,
				      GAPS_MAX)
			    : 0;
	json_t *list = json_array();
	for (size_t i = 0; i < count && i < GAPS_MAX; i++)
		json_array_append_new(
			list, json_pack("{s:o,s:o,s:s,s:s}", "from", json_of_time(gaps[i].from), "to", json_of_time(gaps[i].to), "promised",
				      cover_name(gaps[i].promised), "have", cover_name(gaps[i].have)));
	mem_delete(gaps);
	return list;
}

static json_t *chain_json(const struct api *api, const struct care_programme *programme)
{
	const struct chain *chain = &programme->settings.chain;
	json_t *list = json_array();
	for (size_t step = 0; step < chain->count; step++) {
		struct uuid ids[64];
		size_t count = duty_targets(api->parts.care, programme, step, ids, COUNT_OF(ids));
		json_t *people = json_array();
		for (size_t i = 0; i < count && i < COUNT_OF(ids); i++)
			json_array_append_new(people, api_person_json(api, str_c(ids[i].text)));
		json_array_append_new(list, json_pack("{s:s,s:I,s:o}", "to", chain_to_name(chain->steps[step].to), "minutes",
						    (json_int_t)(duty_step_us(programme, step, 1) / MINUTE_US), "now", people));
	}
	return list;
}

static json_t *build_rota(struct gather *gather)
{
	const struct api *api = gather->api;
	const struct looking *looking = gather->ctx;
	const struct care_programme *programme = care_programme(api->parts.care, api_principal(gather->rq)->programme_id.text);
	const struct rota *rota = duty_rota(api->parts.care, programme->id.text);
	wall_time until, now = clock_wall(api_care(api)->clock);
	enum policy_cover cover = care_cover(api->parts.care, programme, &until);
	json_t *shifts = json_array();
	for (size_t i = 0; i < gather->sets[0]->count; i++)
		json_array_append_new(shifts, shift_json(gather->api, &gather->sets[0]->rows[i]));
	struct buf words;
	buf_init(&words, mem_system(), 8192);
	cover_words(programme->cover, &words);
	json_t *json = json_pack("{s:o,s:o,s:o,s:o,s:o,s:s,s:o,s:b}", "now", json_of_time(now), "from", json_of_time(looking->from), "to",
		json_of_time(looking->to), "zone", json_of_str(programme->time_zone), "hours", json_of_str(buf_str(&words)), "cover",
		cover_name(cover), "cover_until", json_of_time(until), "in_use", rota_count(rota) > 0);
	buf_done(&words);
	json_object_set_new(json, "shifts", shifts);
	json_object_set_new(json, "shifts_next", json_of_str(gather->sets[0]->cursor));
	json_object_set_new(json, "spans", spans_json(api, rota, looking));
	json_object_set_new(json, "gaps", gaps_json(api, programme, rota, now));
	json_object_set_new(json, "chain", chain_json(api, programme));
	return json;
}

static int number_of(struct str text, int otherwise)
{
	int value = 0;
	for (size_t i = 0; i < text.len && i < 4; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return otherwise;
		value = value * 10 + (text.ptr[i] - '0');
	}
	return value ? value : otherwise;
}

static void get_rota(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = { .resource = "shift", .index = "state", .equal = { value_c("active") }, .limit = LIST_MAX };
	struct looking *looking = ARENA_NEW(&rq->arena, struct looking);
	struct gather *gather = looking ? gather_new(api, rq, build_rota, looking) : NULL;
	struct str from = http_query(rq, "from");
	if (!gather)
		return;
	looking->from = clock_wall(api_care(api)->clock);
	if (from.len && clock_parse(arena_copy(&rq->arena, from).ptr, &looking->from)) {
		http_error(rq, 400, "invalid", "from: a time like 2026-11-30T00:00:00Z", "from");
		return;
	}
	int days = number_of(http_query(rq, "days"), 7);
	looking->to = (wall_time){ looking->from.us + (days > DAYS_MAX ? DAYS_MAX : days) * DAY_US };
	query.cursor = http_query(rq, "after");
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

/* ---- Shifts ---- */

static struct str text_of(struct http_request *rq, const json_t *body, const char *key)
{
	return arena_copy(&rq->arena, str_trim(api_text(body, key)));
}

static void save_shift(struct api *api, struct http_request *rq, struct str id)
{
	json_t *body = api_body(rq), *except = json_object_get(body, "except");
	struct scope scope = principal_scope(api_principal(rq), "rota.shift");
	struct err err = { 0 };
	if (!body)
		return;
	char room[2048];
	size_t len = except && !json_is_null(except) ? json_dumpb(except, room, sizeof room, JSON_COMPACT | JSON_ENCODE_ANY) : 0;
	const struct rota_row row = { .id = id,
		.staff_id = text_of(rq, body, "staff_id"),
		.kind = text_of(rq, body, "kind"),
		.zone = text_of(rq, body, "zone"),
		.days = text_of(rq, body, "days"),
		.date = text_of(rq, body, "date"),
		.start = text_of(rq, body, "start"),
		.end = text_of(rq, body, "end"),
		.valid_from = text_of(rq, body, "valid_from"),
		.valid_until = text_of(rq, body, "valid_until"),
		.except = arena_copy(&rq->arena, str_make(room, len <= sizeof room ? len : 0)) };
	int64_t version = api_int(body, "version", 0);
	json_decref(body);
	if (len > sizeof room) {
		http_error(rq, 400, "invalid", "except: too many dates", "except");
		return;
	}
	struct act *act = act_new(api, rq, "shift", id, shift_json);
	struct uuid saved_id = { { 0 } };
	if (!act)
		return;
	int rc = duty_shift_save(api->parts.care, &scope, id.len ? act->id : NULL, version, &row, &saved_id, act_done, act, &err);
	if (rc == 0 && !id.len)
		act->id = arena_copy(&rq->arena, str_c(saved_id.text)).ptr;
	act_started(act, rc, &err);
}

static void post_shift(void *ctx, struct http_request *rq)
{
	save_shift(ctx, rq, STR(""));
}

static void put_shift(void *ctx, struct http_request *rq)
{
	save_shift(ctx, rq, http_param(rq, "id"));
}

static void remove_shift(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct act *act = act_new(api, rq, "shift", http_param(rq, "id"), shift_json);
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), "rota.shift_removed");
	struct err err = { 0 };
	if (!body)
		return;
	int rc = duty_shift_remove(api->parts.care, &scope, act->id, api_int(body, "version", 0), act_done, act, &err);
	json_decref(body);
	act_started(act, rc, &err);
}

const struct http_route api_rota_routes[] = {
	{ "GET", "/api/v1/staff/team", get_team, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "GET", "/api/v1/staff/rota", get_rota, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "POST", "/api/v1/staff/shifts", post_shift, HTTP_AUTH_STAFF, WHO_SUPERVISOR | WHO_ADMIN, 8192, false },
	{ "PUT", "/api/v1/staff/shifts/:id", put_shift, HTTP_AUTH_STAFF, WHO_SUPERVISOR | WHO_ADMIN, 8192, false },
	{ "POST", "/api/v1/staff/shifts/:id/remove", remove_shift, HTTP_AUTH_STAFF, WHO_SUPERVISOR | WHO_ADMIN, 0, false },
};
const size_t api_rota_route_count = COUNT_OF(api_rota_routes);
