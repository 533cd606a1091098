/* api_medicine.c: the record of a client's medicines: what clinicians were told, and the client's own look at it. */
#include "http/api_priv.h"

#include "care/medicine.h"
#include "care/recur.h"
#include "care/turn.h"

#include <string.h>

/* ---- Shapes ---- */

static json_t *entry_json(const struct api *api, const struct row *row)
{
	static const char *const texts[] = { "kind", "day", "name", "recognised", "dose", "frequency", "reason", "note", "told_by",
		"error_reason" };
	json_t *json = json_pack("{s:o,s:I,s:o,s:o,s:o,s:o,s:o,s:b}", "id", json_of_str(row->id), "version", (json_int_t)row->version,
		"state", json_of_str(row->state), "recorded_by", api_staff_name(api, row_text(row, "recorded_by")), "recorded_at",
		json_of_time(row->created_at), "error_by", api_staff_name(api, row_text(row, "error_by")), "error_at",
		json_of_time_field(row, "error_at"), "erased", row_erased(row));
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		json_object_set_new(json, texts[i], json_of_field(row, texts[i]));
	return json;
}

static bool counts(const struct row *row)
{
	return str_eqc(row->state, "active") || str_eqc(row->state, "stopped");
}

/* One medicine: the row that counts first, then all rows, newest first. rows[at]: its newest row. */
static json_t *course_json(const struct api *api, const struct row_set *set, size_t at)
{
	struct str course = row_text(&set->rows[at], "course_id");
	const struct row *now = NULL;
	json_t *entries = json_array();
	for (size_t i = at; i < set->count; i++) {
		const struct row *row = &set->rows[i];
		if (!str_eq(row_text(row, "course_id"), course))
			continue;
		if (!now && counts(row))
			now = row;
		json_array_append_new(entries, entry_json(api, row));
	}
	return json_pack("{s:o,s:o,s:o,s:o}", "id", json_of_str(course), "state",
		now ? json_of_str(now->state) : json_string("entered_in_error"), "now", now ? entry_json(api, now) : json_null(), "entries",
		entries);
}

static bool seen_before(const struct row_set *set, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (str_eq(row_text(&set->rows[i], "course_id"), row_text(&set->rows[at], "course_id")))
			return true;
	return false;
}

json_t *api_medicines_json(const struct api *api, const struct row_set *set)
{
	static const char *const order[] = { "active", "stopped", "entered_in_error" };
	json_t *all = json_array(), *items = json_array(), *course;
	size_t index;
	for (size_t i = 0; i < set->count; i++)
		if (!seen_before(set, i))
			json_array_append_new(all, course_json(api, set, i));
	for (size_t k = 0; k < COUNT_OF(order); k++)
		json_array_foreach(all, index, course) if (strcmp(json_string_value(json_object_get(course, "state")), order[k]) == 0)
			json_array_append(items, course);
	json_decref(all);
	return items;
}

/* What charts mark: days that were told to the day, at noon of the client's calendar. */
void api_medicine_events(const struct api *api, json_t *events, const struct row_set *set)
{
	const struct care_client *client = set->count ? care_client(api->parts.care, row_text(&set->rows[0], "client_id").ptr) : NULL;
	const struct care_programme *programme = client ? care_programme(api->parts.care, client->programme_id.text) : NULL;
	struct zone *zone = NULL;
	struct err ignored = { 0 };
	if (!programme || zone_open(client->time_zone.len ? client->time_zone : programme->time_zone, &zone, &ignored))
		return;
	for (size_t i = 0; i < set->count; i++) {
		const struct row *row = &set->rows[i];
		struct str dose = row_text(row, "dose");
		int64_t day;
		if (str_eqc(row->state, "entered_in_error") || row_erased(row) || !recur_day_of(row_text(row, "day"), &day))
			continue;
		json_t *detail = json_sprintf(STR_FMT "%s" STR_FMT, STR_ARG(row_text(row, "name")), dose.len ? " " : "", STR_ARG(dose));
		json_array_append_new(
			events, json_pack("{s:o,s:o,s:o,s:i,s:o,s:o}", "kind", json_sprintf("medication_%s", row_text(row, "kind").ptr),
					"at", json_of_time(recur_time(zone, day, 12 * 60)), "day", json_of_field(row, "day"), "level", 0,
					"detail", detail, "id", json_of_str(row->id)));
	}
	zone_free(&zone);
}

/* ---- Lists ---- */

static struct list_query rows_of(const char *client_id)
{
	return (struct list_query){ .resource = "medication_statement",
		.index = "client",
		.equal = { value_c(client_id) },
		.descending = true,
		.limit = MEDICINE_ROWS_MAX };
}

struct listing {
	const char *client_id;
	int status;
};

static json_t *build_list(struct gather *gather)
{
	const struct listing *listing = gather->ctx;
	const struct care_client *client = care_client(gather->api->parts.care, listing->client_id);
	char today[MEDICINE_DAY_SIZE];
	struct err err = { 0 };
	gather->status = listing->status;
	if (medicine_today(gather->api->parts.care, listing->client_id, today, &err)) {
		gather->answered = true;
		api_refuse(gather->rq, &err);
		return NULL;
	}
	return json_pack("{s:o,s:s,s:o}", "items", api_medicines_json(gather->api, gather->sets[0]), "today", today, "client_zone",
		json_of_str(client->time_zone));
}

static void answer_list(struct api *api, struct http_request *rq, const char *client_id, int status)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = rows_of(client_id);
	struct listing *listing = ARENA_NEW(&rq->arena, struct listing);
	if (!listing) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*listing = (struct listing){ client_id, status };
	struct gather *gather = gather_new(api, rq, build_list, listing);
	if (!gather)
		return;
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void get_medications(void *ctx, struct http_request *rq)
{
	const struct care_client *client = api_own_client(ctx, rq, arena_copy(&rq->arena, http_param(rq, "id")));
	if (client)
		answer_list(ctx, rq, client->id.text, 200);
}

static void get_own(void *ctx, struct http_request *rq)
{
	answer_list(ctx, rq, api_principal(rq)->person_id.text, 200);
}

/* ---- Acts ---- */

enum verb { VERB_START = 0, VERB_CHANGE, VERB_STOP, VERB_ERROR };

struct writing {
	struct api *api;
	struct http_request *rq;
	enum verb verb;
	const char *client_id;
	struct str id; /* of the row; of a start empty */
	int64_t version;
	struct medicine_told told;
};

static void wrote(void *ctx, const struct err *err)
{
	struct writing *writing = ctx;
	if (err)
		api_refuse(writing->rq, err);
	else
		answer_list(writing->api, writing->rq, writing->client_id, writing->verb == VERB_START ? 201 : 200);
}

static int act(struct writing *writing, const struct medicine_act *what, struct err *reterr)
{
	static const char *const reasons[] = { "medication.start", "medication.change", "medication.stop", "medication.error" };
	struct care *care = writing->api->parts.care;
	struct scope scope = principal_scope(api_principal(writing->rq), reasons[writing->verb]);
	switch (writing->verb) {
	case VERB_CHANGE: return medicine_change(care, &scope, what, wrote, writing, reterr);
	case VERB_STOP: return medicine_stop(care, &scope, what, wrote, writing, reterr);
	case VERB_ERROR: return medicine_error(care, &scope, what, wrote, writing, reterr);
	case VERB_START: break;
	}
	return medicine_start(care, &scope, turns_engine(writing->api->parts.turns), what, wrote, writing, reterr);
}

static void rows_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct writing *writing = ctx;
	struct err own = { 0 };
	struct medicine_act what = {
		.client_id = writing->client_id, .rows = take_set, .version = writing->version, .told = &writing->told
	};
	for (size_t i = 0; take_set && i < take_set->count; i++)
		if (str_eq(take_set->rows[i].id, writing->id))
			what.at = &take_set->rows[i];
	if (err)
		api_refuse(writing->rq, err);
	else if (!what.at && writing->verb != VERB_START)
		http_error(writing->rq, 404, "not_found", "no such entry of this client", NULL);
	else if (act(writing, &what, &own))
		api_refuse(writing->rq, &own);
	row_set_free(&take_set);
}

static struct str text_of(struct http_request *rq, const json_t *body, const char *key)
{
	return arena_copy(&rq->arena, str_trim(api_text(body, key)));
}

static void write_one(struct api *api, struct http_request *rq, enum verb verb)
{
	struct writing *writing = ARENA_NEW(&rq->arena, struct writing);
	const struct care_client *client = api_own_client(api, rq, arena_copy(&rq->arena, http_param(rq, "id")));
	json_t *body = client && writing ? api_body(rq) : NULL;
	struct err err = { 0 };
	if (!body) {
		if (client && !writing)
			http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*writing = (struct writing){ .api = api,
		.rq = rq,
		.verb = verb,
		.client_id = client->id.text,
		.id = verb == VERB_START ? STR("") : arena_copy(&rq->arena, http_param(rq, "entry")),
		.version = api_int(body, "version", -2), /* never any version: it is about what was seen */
		.told = { .name = text_of(rq, body, "name"),
			.dose = text_of(rq, body, "dose"),
			.frequency = text_of(rq, body, "frequency"),
			.reason = text_of(rq, body, "reason"),
			.note = text_of(rq, body, "note"),
			.told_by = text_of(rq, body, "told_by"),
			.day = text_of(rq, body, "day") } };
	json_decref(body);
	/* Read to be written to: what the person looks at is the answer. */
	struct scope scope = care_scope_system(client->programme_id.text, "medication.read");
	struct list_query query = rows_of(client->id.text);
	if (store_list(api_store(api), &scope, &query, rows_read, writing, &err))
		api_refuse(rq, &err);
}

static void post_start(void *ctx, struct http_request *rq)
{
	write_one(ctx, rq, VERB_START);
}
static void post_change(void *ctx, struct http_request *rq)
{
	write_one(ctx, rq, VERB_CHANGE);
}
static void post_stop(void *ctx, struct http_request *rq)
{
	write_one(ctx, rq, VERB_STOP);
}
static void post_error(void *ctx, struct http_request *rq)
{
	write_one(ctx, rq, VERB_ERROR);
}

const struct http_route api_medicine_routes[] = {
	{ "GET", "/api/v1/client/medications", get_own, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "GET", "/api/v1/staff/clients/:id/medications", get_medications, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/clients/:id/medications", post_start, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "POST", "/api/v1/staff/clients/:id/medications/:entry/change", post_change, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "POST", "/api/v1/staff/clients/:id/medications/:entry/stop", post_stop, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "POST", "/api/v1/staff/clients/:id/medications/:entry/error", post_error, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
};
const size_t api_medicine_route_count = COUNT_OF(api_medicine_routes);
