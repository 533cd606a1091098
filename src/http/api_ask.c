/* api_ask.c: a questionnaire that staff ask for by hand: when it would open, asking, and reading it oneself while nobody else is there. */
#include "http/api_priv.h"

#include "care/ask.h"

#define DUE_DEFAULT_US (INT64_C(7) * 24 * 3600 * 1000000)
#define DUE_MAX_US (INT64_C(366) * 24 * 3600 * 1000000)

static void refuse(struct http_request *rq, int status, const char *code, const char *message, const char *field)
{
	http_error(rq, status, code, message, field);
}

static struct str lang_of(const struct http_request *rq)
{
	struct str asked = http_query(rq, "lang");
	return asked.len ? asked : str_c(api_principal(rq)->lang);
}

/* What is asked for, of whom; false: the request is answered. */
static bool ask_of(struct api *api, struct http_request *rq, struct ask *ret_ask)
{
	const struct care_client *client = api_own_client(api, rq, arena_copy(&rq->arena, http_param(rq, "id")));
	wall_time now = clock_wall(api_care(api)->clock), due = { now.us + DUE_DEFAULT_US };
	json_t *body = client ? api_body(rq) : NULL;
	if (!body)
		return false;
	const struct instrument *instrument = instruments_find(api_care(api)->instruments, api_text(body, "instrument"));
	bool read_by_me = json_is_true(json_object_get(body, "read_by_me"));
	int timed = api_body_time(rq, body, "due_at", &due);
	json_decref(body);
	if (timed < 0)
		return false;
	if (!instrument)
		refuse(rq, 400, "invalid", "no such instrument", "instrument");
	else if (!instrument->text_count)
		refuse(rq, 409, "text_missing", "this instrument's wording is not installed here (see its licence)", "instrument");
	else if (due.us <= now.us || due.us > now.us + DUE_MAX_US)
		refuse(rq, 400, "invalid", "due_at must lie within the year that begins now", "due_at");
	else {
		*ret_ask = (struct ask){ client->id.text, instrument, due, read_by_me };
		return true;
	}
	return false;
}

static void post_preview(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct care_programme *programme = care_programme(api->parts.care, api_principal(rq)->programme_id.text);
	wall_time now = clock_wall(api_care(api)->clock);
	struct ask ask;
	struct ask_when when;
	if (!ask_of(api, rq, &ask))
		return;
	ask_when(api->parts.care, programme, ask.instrument, now, ask.due, &when);
	bool later = when.opens.us > now.us;
	api_answer(rq, 200,
		json_pack("{s:b,s:b,s:o,s:o,s:o,s:o}", "asks_about_danger", when.danger, "opens_now", when.opens.us && !later, "opens_at",
			later ? json_of_time(when.opens) : json_null(), "why", when.why ? json_string(when.why) : json_null(), "zone",
			json_of_str(programme->time_zone), "now", json_of_time(now)));
}

/* ---- Asking ---- */

struct asking {
	struct api *api;
	struct http_request *rq;
	struct uuid id;
};

static json_t *build_asked(struct gather *gather)
{
	gather->status = 201;
	return api_task_json(gather->api, &gather->sets[0]->rows[0], lang_of(gather->rq));
}

static void asked(void *ctx, const struct err *err)
{
	struct asking *asking = ctx;
	struct scope scope = principal_scope(api_principal(asking->rq), NULL);
	if (err) {
		api_refuse(asking->rq, err);
		return;
	}
	struct gather *gather = gather_new(asking->api, asking->rq, build_asked, asking);
	if (!gather)
		return;
	gather_get(gather, &scope, "questionnaire_task", asking->id.text);
	gather_run(gather);
}

static void post_ask(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct asking *asking = ARENA_NEW(&rq->arena, struct asking);
	struct ask ask;
	struct err err = { 0 };
	if (!asking) {
		refuse(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	if (!ask_of(api, rq, &ask))
		return;
	*asking = (struct asking){ .api = api, .rq = rq };
	struct scope scope = principal_scope(api_principal(rq), ask.read_by_me ? "questionnaire.read_by_me" : "questionnaire.assign");
	int rc = ask_make(api->parts.care, &scope, &ask, &asking->id, asked, asking, &err);
	if (rc == E_INVALID && str_eqc(str_c(err.message), "nobody_before_due"))
		refuse(rq, 409, "nobody_before_due", "it asks about danger, and nobody is there to read it before it is due", "due_at");
	else if (rc)
		api_refuse(rq, &err);
}

/* ---- Read by oneself ---- */

static json_t *task_row(struct api *api, const struct row *row)
{
	return api_task_json(api, row, STR("en"));
}

struct opening {
	struct act *act;
	int64_t version;
};

static void task_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct opening *opening = ctx;
	struct act *act = opening->act;
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	struct scope scope = principal_scope(api_principal(act->rq), "questionnaire.read_by_me");
	struct err own = { 0 };
	if (err)
		api_refuse(act->rq, err);
	else if (!row)
		refuse(act->rq, 404, "not_found", "no such questionnaire", NULL);
	else if (api_own_client(act->api, act->rq, row_text(row, "client_id")))
		act_started(act, ask_read_by_me(act->api->parts.care, &scope, row, opening->version, act_done, act, &own), &own);
	row_set_free(&take_set);
}

static void post_read_by_me(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct opening *opening = ARENA_NEW(&rq->arena, struct opening);
	struct act *act = opening ? act_new(api, rq, "questionnaire_task", http_param(rq, "id"), task_row) : NULL;
	json_t *body = act ? api_body(rq) : NULL;
	struct err err = { 0 };
	if (!body) {
		if (!opening)
			refuse(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*opening = (struct opening){ act, api_int(body, "version", -2) }; /* never any version: it is about what was seen */
	json_decref(body);
	if (store_get(api_store(api), &scope, "questionnaire_task", act->id, task_read, opening, &err))
		api_refuse(rq, &err);
}

const struct http_route api_ask_routes[] = {
	{ "POST", "/api/v1/staff/clients/:id/questionnaires", post_ask, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/clients/:id/questionnaires/preview", post_preview, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "POST", "/api/v1/staff/questionnaires/:id/read-by-me", post_read_by_me, HTTP_AUTH_STAFF, WHO_CLINICAL, 4096, false },
};
const size_t api_ask_route_count = COUNT_OF(api_ask_routes);
