/* api_helplines.c: the directory of help lines for staff: where each number comes from, when it was checked, and whether it answers.
 * A line that is down is left out of every text and page at once, and the next best one stands in its place. */
#include "http/api_priv.h"

#include <stdio.h>

#define CHECK_DAYS 90 /* a check is good for so long */
#define DAY_US (24 * HOUR_US)

/* Days since "2026-06-02"; -1: no date. */
static int64_t days_since(wall_time now, struct str date)
{
	wall_time then;
	char text[CLOCK_TEXT_SIZE];
	if (date.len != 10)
		return -1;
	snprintf(text, sizeof(text), STR_FMT "T00:00:00Z", STR_ARG(date));
	return clock_parse(text, &then) ? -1 : (now.us - then.us) / DAY_US;
}

static json_t *line_json(const struct api *api, const struct helpline *line)
{
	int64_t days = days_since(clock_wall(api_care(api)->clock), line->verified_at);
	json_t *json = json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:b,s:o,s:o,s:b,s:b}", "id", json_of_str(line->id), "name",
		json_of_str(line->name), "channel", json_of_str(line->channel), "value", json_of_str(line->value), "audience",
		json_of_str(line->audience), "hours", json_of_str(line->hours), "abroad", line->abroad, "source", json_of_str(line->source),
		"verified_at", json_of_str(line->verified_at), "check_due", days < 0 || days > CHECK_DAYS, "down", line->down);
	return json;
}

static void get_lines(void *ctx, struct http_request *rq)
{
	const struct api *api = ctx;
	const struct care_programme *programme = care_programme(api->parts.care, api_principal(rq)->programme_id.text);
	struct str country = http_query(rq, "country").len ? http_query(rq, "country") : programme->country;
	const struct helpline_country *directory = helplines_country(api_care(api)->helplines, country);
	json_t *items = json_array();
	for (size_t i = 0; directory && i < directory->line_count; i++)
		json_array_append_new(items, line_json(api, &directory->lines[i]));
	api_answer(
		rq, 200, json_pack("{s:o,s:o,s:n,s:i}", "country", json_of_str(country), "items", items, "next", "check_days", CHECK_DAYS));
}

struct setting {
	struct api *api;
	struct http_request *rq;
	struct str line_id, note;
	bool down;
};

static void set(void *ctx, const struct err *err)
{
	struct setting *setting = ctx;
	if (err) {
		api_refuse(setting->rq, err);
		return;
	}
	const struct helpline *line = helplines_set_down(api_care(setting->api)->helplines, setting->line_id, setting->down);
	api_answer(setting->rq, 200, line ? line_json(setting->api, line) : NULL);
}

static void state_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct setting *setting = ctx;
	struct scope scope = principal_scope(api_principal(setting->rq), "helpline.state");
	struct unit *unit = err ? NULL : unit_new(api_store(setting->api), &scope);
	struct err own = { 0 };
	if (err) {
		api_refuse(setting->rq, err);
	} else if (!unit) {
		http_error(setting->rq, 500, "internal", "out of memory", NULL);
	} else {
		bool there = take_set->count > 0;
		struct op *op = there ? unit_update(unit, "helpline_state", take_set->rows[0].id.ptr, VERSION_ANY)
				      : unit_insert(unit, "helpline_state", NULL);
		if (!there)
			op_text(op, "line_id", setting->line_id);
		op_bool(op, "down", setting->down);
		op_text(op, "note", setting->note);
		op_c(op, "set_by", api_principal(setting->rq)->person_id.text);
		if (store_submit(api_store(setting->api), unit, set, setting, &own))
			api_refuse(setting->rq, &own);
	}
	row_set_free(&take_set);
}

static void put_line(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct setting *setting = ARENA_NEW(&rq->arena, struct setting);
	json_t *body = api_body(rq);
	struct err err = { 0 };
	if (!body)
		return;
	const json_t *down = json_object_get(body, "down");
	bool good = json_is_boolean(down) && setting;
	if (good)
		*setting = (struct setting){ api, rq, arena_copy(&rq->arena, http_param(rq, "id")),
			arena_copy(&rq->arena, str_trim(api_text(body, "note"))), json_is_true(down) };
	json_decref(body);
	if (!good)
		http_error(rq, 400, "invalid", "down must be true or false", "down");
	else if (!helplines_line(api_care(api)->helplines, setting->line_id))
		http_error(rq, 404, "not_found", "no such line in the directory", NULL);
	else if (!setting->note.len || setting->note.len > 500)
		http_error(rq, 400, "reason_required", "say in 1 to 500 bytes how this is known", "note");
	else {
		struct scope scope = principal_scope(api_principal(rq), NULL);
		struct list_query query = {
			.resource = "helpline_state", .index = "line", .equal = { value_str(setting->line_id) }, .limit = 1
		};
		if (store_list(api_store(api), &scope, &query, state_read, setting, &err))
			api_refuse(rq, &err);
	}
}

const struct http_route api_helpline_routes[] = {
	{ "GET", "/api/v1/staff/helplines", get_lines, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "PUT", "/api/v1/staff/helplines/:id", put_line, HTTP_AUTH_STAFF, WHO_CLINICAL | WHO_ADMIN, 4096, false },
};
const size_t api_helpline_route_count = COUNT_OF(api_helpline_routes);
