/* api_retention.c: how long what is kept: periods, what would go by them (a dry run), switched on, switched off. Every answer is the whole
 * state, as the console's page shows it. */
#include "http/api_priv.h"

#include "care/notice.h"
#include "care/retention.h"

#include <string.h>

#define RUNS_SHOWN 10
#define PERIODS_MAX 2000

enum { SET_SCHEDULE, SET_RUNS };

/* ---- As the console reads it ---- */

static json_t *period_json(struct retention_period period)
{
	if (period.years)
		return json_pack("{s:i}", "years", period.years);
	return period.days ? json_pack("{s:i}", "days", period.days) : json_null();
}

static json_t *name_of(const struct api *api, const struct row *row, const char *field)
{
	struct str id = row_text(row, field);
	const struct care_staff *staff = id.len ? care_staff(api->parts.care, id.ptr) : NULL;
	return staff ? json_of_str(staff->name) : json_null();
}

static json_t *run_json(const struct api *api, const struct row *row)
{
	struct retention_periods periods = { 0 };
	struct retention_counts counts;
	struct err ignored = { 0 };
	int progress = 1000;
	(void)!retention_read(row_text(row, "periods"), &periods, &ignored);
	bool here = retention_running(api->parts.care, row->id.ptr, &progress, &counts);
	json_t *counted = here ? retention_counts_json(&periods, &counts) : json_of_json_field(row, "counts");
	return json_pack("{s:o,s:o,s:o,s:I,s:o,s:o,s:o,s:o,s:o,s:i,s:o}", "id", json_of_str(row->id), "kind", json_of_field(row, "kind"),
		"state", json_of_str(row->state), "edition", (json_int_t)row_int(row, "edition"), "periods",
		json_of_json_field(row, "periods"), "by", name_of(api, row, "staff_id"), "started_at", json_of_time(row->created_at),
		"ended_at", json_of_time_field(row, "ended_at"), "counts", counted, "progress", progress, "failure",
		json_of_field(row, "failure"));
}

static json_t *schedule_json(const struct api *api, const struct row *row)
{
	return json_pack("{s:o,s:I,s:o,s:o,s:I,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "version", (json_int_t)row->version, "state",
		json_of_str(row->state), "periods", json_of_json_field(row, "periods"), "edition", (json_int_t)row_int(row, "edition"),
		"changed_by", name_of(api, row, "changed_by"), "confirmed_by", name_of(api, row, "confirmed_by"), "confirmed_at",
		json_of_time_field(row, "confirmed_at"), "next_at", json_of_time_field(row, "next_at"));
}

static json_t *classes_json(const struct retention_periods *periods)
{
	json_t *list = json_array();
	for (int class = 0; class < RETAIN_COUNT; class ++) {
		const struct retention_proposal *proposal = retention_proposal((enum retention) class);
		json_array_append_new(
			list, json_pack("{s:s,s:o,s:o,s:i,s:s,s:s}", "id", retention_name((enum retention) class), "period",
				      period_json(periods->of[class]), "proposal", period_json(proposal->period), "least_days",
				      proposal->least_days, "source", proposal->source, "certainty", proposal->certainty));
	}
	return list;
}

static json_t *build_retention(struct gather *gather)
{
	struct api *api = gather->api;
	const struct care_programme *programme = care_programme(api->parts.care, api_principal(gather->rq)->programme_id.text);
	const struct row *schedule = gather->sets[SET_SCHEDULE]->count ? &gather->sets[SET_SCHEDULE]->rows[0] : NULL;
	struct retention_periods periods = { 0 };
	struct jurisdiction_rules rules;
	struct err ignored = { 0 };
	json_t *runs = json_array();
	if (schedule)
		(void)!retention_read(row_text(schedule, "periods"), &periods, &ignored);
	care_rules(api->parts.care, &gather->rq->arena, programme, NULL, 0, &rules);
	for (size_t i = 0; i < gather->sets[SET_RUNS]->count; i++)
		json_array_append_new(runs, run_json(api, &gather->sets[SET_RUNS]->rows[i]));
	return json_pack("{s:o,s:o,s:i,s:o}", "schedule", schedule ? schedule_json(api, schedule) : json_null(), "classes",
		classes_json(&periods), "law_years", rules.retain_years, "runs", runs);
}

static void answer(struct api *api, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query schedule = { .resource = "retention_schedule", .index = "one", .limit = 1 };
	struct list_query runs = { .resource = "retention_run", .index = "all", .descending = true, .limit = RUNS_SHOWN };
	struct gather *gather = gather_new(api, rq, build_retention, NULL);
	if (!gather)
		return;
	gather_list(gather, &scope, &schedule);
	gather_list(gather, &scope, &runs);
	gather_run(gather);
}

static void get_retention(void *ctx, struct http_request *rq)
{
	answer(ctx, rq);
}

/* ---- Acts: the schedule is read, then changed against its version ---- */

struct doing {
	struct api *api;
	struct http_request *rq;
	void (*then)(struct doing *doing, const struct row *schedule); /* schedule NULL: there is none yet */
	int64_t version;                                               /* as the page knew it */
	struct str periods;
	struct uuid run_id, ran;
	struct uuid schedule_id;
	bool stops; /* a nightly run that goes on */
};

static void stop_runs(struct doing *doing, const struct row_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (str_eqc(row_text(&set->rows[i], "kind"), "real"))
			retention_cancel(doing->api->parts.care, set->rows[i].id.ptr);
}

static void running_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct doing *doing = ctx;
	if (!err)
		stop_runs(doing, take_set);
	row_set_free(&take_set);
	answer(doing->api, doing->rq);
}

static void changed(void *ctx, const struct err *err)
{
	struct doing *doing = ctx;
	struct scope scope = principal_scope(api_principal(doing->rq), NULL);
	struct list_query query = { .resource = "retention_run", .index = "state", .equal = { value_c("running") } };
	struct err own = { 0 };
	if (err)
		api_refuse(doing->rq, err);
	else if (!doing->stops)
		answer(doing->api, doing->rq);
	else if (store_list(api_store(doing->api), &scope, &query, running_read, doing, &own))
		api_refuse(doing->rq, &own);
}

static struct unit *unit_for(struct doing *doing, const char *reason)
{
	struct scope scope = principal_scope(api_principal(doing->rq), reason);
	struct unit *unit = unit_new(api_store(doing->api), &scope);
	if (!unit)
		http_error(doing->rq, 500, "internal", "out of memory", NULL);
	return unit;
}

static void submit(struct doing *doing, struct unit *unit)
{
	struct err err = { 0 };
	if (store_submit(api_store(doing->api), unit, changed, doing, &err))
		api_refuse(doing->rq, &err);
}

static void schedule_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct doing *doing = ctx;
	if (err)
		api_refuse(doing->rq, err);
	else
		doing->then(doing, take_set->count ? &take_set->rows[0] : NULL);
	row_set_free(&take_set);
}

static void run(struct doing *doing)
{
	struct scope scope = principal_scope(api_principal(doing->rq), NULL);
	struct list_query query = { .resource = "retention_schedule", .index = "one", .limit = 1 };
	struct err err = { 0 };
	if (store_list(api_store(doing->api), &scope, &query, schedule_read, doing, &err))
		api_refuse(doing->rq, &err);
}

static struct doing *doing_new(
	struct api *api, struct http_request *rq, const json_t *body, void (*then)(struct doing *, const struct row *))
{
	struct doing *doing = ARENA_NEW(&rq->arena, struct doing);
	if (!doing)
		http_error(rq, 500, "internal", "out of memory", NULL);
	else
		*doing = (struct doing){ .api = api, .rq = rq, .then = then, .version = api_int(body, "version", VERSION_ANY) };
	return doing;
}

static void no_schedule(struct doing *doing)
{
	http_error(doing->rq, 409, "no_schedule", "no periods are set", NULL);
}

/* Other periods switch it off: what was looked at was something else. */
static void put_periods(struct doing *doing, const struct row *schedule)
{
	struct unit *unit = unit_for(doing, "retention.periods");
	if (!unit)
		return;
	bool on = schedule && str_eqc(schedule->state, "on");
	struct op *op = !schedule ? unit_insert(unit, "retention_schedule", NULL)
			: on      ? unit_move(unit, "retention_schedule", schedule->id.ptr, doing->version, "on", "off")
				  : unit_update(unit, "retention_schedule", schedule->id.ptr, doing->version);
	op_text(op, "periods", doing->periods);
	op_int(op, "edition", schedule ? row_int(schedule, "edition") + 1 : 1);
	op_c(op, "changed_by", api_principal(doing->rq)->person_id.text);
	if (schedule) {
		op_null(op, "confirmed_run");
		op_null(op, "confirmed_by");
		op_null(op, "confirmed_at");
		op_null(op, "next_at");
	}
	doing->stops = on;
	submit(doing, unit);
}

static void put_retention(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	struct doing *doing = body ? doing_new(ctx, rq, body, put_periods) : NULL;
	const json_t *periods = json_object_get(body, "periods");
	struct retention_periods read;
	struct err err = { 0 };
	if (doing) {
		char *room = arena_alloc(&rq->arena, 1, PERIODS_MAX);
		size_t len = room && json_is_object(periods) ? json_dumpb(periods, room, PERIODS_MAX, JSON_COMPACT | JSON_SORT_KEYS) : 0;
		doing->periods = len <= PERIODS_MAX ? str_make(room, len) : STR("");
		if (!doing->periods.len)
			http_error(rq, 400, "invalid", "periods: an object, a class of retention each", "periods");
		else if (retention_read(doing->periods, &read, &err))
			http_error(rq, 400, "invalid", err.message, "periods");
		else
			run(doing);
	}
	json_decref(body);
}

/* ---- The dry run ---- */

static void begin_dry(struct doing *doing, const struct row *schedule)
{
	struct scope scope = principal_scope(api_principal(doing->rq), "retention.dry_run");
	struct err err = { 0 };
	if (!schedule)
		no_schedule(doing);
	else if (retention_dry(doing->api->parts.care, &scope, schedule, &doing->ran, changed, doing, &err) == 0)
		return;
	else if (err.code == E_LIMIT)
		http_error(doing->rq, 409, "busy", "a look goes on already: wait, or cancel it", NULL);
	else
		api_refuse(doing->rq, &err);
}

static void post_dry_run(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	struct doing *doing = body ? doing_new(ctx, rq, body, begin_dry) : NULL;
	json_decref(body);
	if (doing)
		run(doing);
}

static void cancel_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct doing *doing = ctx;
	if (err) {
		api_refuse(doing->rq, err);
	} else {
		retention_cancel(doing->api->parts.care, take_set->rows[0].id.ptr);
		answer(doing->api, doing->rq);
	}
	row_set_free(&take_set);
}

static void post_cancel(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	struct doing *doing = body ? doing_new(ctx, rq, body, NULL) : NULL;
	struct scope scope = principal_scope(api_principal(rq), "retention.cancel");
	struct err err = { 0 };
	json_decref(body);
	if (doing && store_get(api_store(ctx), &scope, "retention_run", arena_copy(&rq->arena, http_param(rq, "run")).ptr, cancel_read,
			     doing, &err))
		api_refuse(rq, &err);
}

/* ---- Switched on, switched off ---- */

static bool counts_for(const struct doing *doing, const struct row *dry, int64_t edition)
{
	int64_t since = clock_wall(api_care(doing->api)->clock).us - RETENTION_FRESH_DAYS * DAY_US;
	return str_eqc(row_text(dry, "kind"), "dry") && str_eqc(dry->state, "done") && row_int(dry, "edition") == edition &&
	       row_time(dry, "ended_at").us >= since;
}

static void switch_on(struct doing *doing, const struct row *schedule)
{
	struct unit *unit = unit_for(doing, "retention.confirm");
	struct care *care = doing->api->parts.care;
	if (!unit)
		return;
	struct op *op = unit_move(unit, "retention_schedule", schedule->id.ptr, doing->version, "off", "on");
	op_c(op, "confirmed_run", doing->run_id.text);
	op_c(op, "confirmed_by", api_principal(doing->rq)->person_id.text);
	op_time(op, "confirmed_at", clock_wall(api_care(doing->api)->clock));
	retention_plan_next(
		unit, op, schedule->id.ptr, retention_next(care, care_programme(care, api_principal(doing->rq)->programme_id.text)));
	submit(doing, unit);
}

static json_t *build_confirmed(struct gather *gather)
{
	struct doing *doing = gather->ctx;
	const struct row *schedule = gather->sets[1]->count ? &gather->sets[1]->rows[0] : NULL;
	gather->answered = true;
	if (!schedule)
		no_schedule(doing);
	else if (!counts_for(doing, &gather->sets[0]->rows[0], row_int(schedule, "edition")))
		http_error(doing->rq, 409, "dry_run_needed", "look at a finished dry run of these periods first, of the last seven days",
			"run_id");
	else
		switch_on(doing, schedule);
	return NULL;
}

static void post_confirm(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	struct doing *doing = body ? doing_new(ctx, rq, body, NULL) : NULL;
	struct str run_id = api_text(body, "run_id");
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = { .resource = "retention_schedule", .index = "one", .limit = 1 };
	bool good = uuid_valid(run_id);
	if (doing && good)
		memcpy(doing->run_id.text, run_id.ptr, UUID_LENGTH);
	json_decref(body);
	if (doing && !good) {
		http_error(rq, 400, "invalid", "run_id: the dry run that was looked at", "run_id");
		return;
	}
	struct gather *gather = doing ? gather_new(ctx, rq, build_confirmed, doing) : NULL;
	if (!gather)
		return;
	gather_get(gather, &scope, "retention_run", doing->run_id.text);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void switch_off(struct doing *doing, const struct row *schedule)
{
	struct unit *unit = schedule ? unit_for(doing, "retention.off") : NULL;
	if (!schedule)
		no_schedule(doing);
	if (!unit)
		return;
	op_null(unit_move(unit, "retention_schedule", schedule->id.ptr, doing->version, "on", "off"), "next_at");
	doing->stops = true;
	submit(doing, unit);
}

static void post_off(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	struct doing *doing = body ? doing_new(ctx, rq, body, switch_off) : NULL;
	json_decref(body);
	if (doing)
		run(doing);
}

#define WHO_LOOKS (WHO_COMPLIANCE | WHO_ADMIN)

const struct http_route api_retention_routes[] = {
	{ "GET", "/api/v1/staff/retention", get_retention, HTTP_AUTH_STAFF, WHO_LOOKS, 0, false },
	{ "PUT", "/api/v1/staff/retention", put_retention, HTTP_AUTH_STAFF, WHO_COMPLIANCE, 8192, false },
	{ "POST", "/api/v1/staff/retention/dry-run", post_dry_run, HTTP_AUTH_STAFF, WHO_COMPLIANCE, 4096, false },
	{ "POST", "/api/v1/staff/retention/confirm", post_confirm, HTTP_AUTH_STAFF, WHO_COMPLIANCE, 4096, false },
	{ "POST", "/api/v1/staff/retention/off", post_off, HTTP_AUTH_STAFF, WHO_COMPLIANCE, 4096, false },
	{ "POST", "/api/v1/staff/retention/runs/:run/cancel", post_cancel, HTTP_AUTH_STAFF, WHO_COMPLIANCE, 4096, false },
};
const size_t api_retention_route_count = COUNT_OF(api_retention_routes);
