/* api_plan.c: a client's safety plan: written by the client, read by the team while the client shares it; as a PDF too. */
#include "http/paper.h"

#include "care/plan.h"
#include "sys/mem.h"

#include <string.h>

static json_t *plan_json(const struct row *row)
{
	return json_pack("{s:o,s:I,s:I,s:o,s:o,s:b,s:o}", "id", json_of_str(row->id), "version", (json_int_t)row->version, "number",
		(json_int_t)row_int(row, "number"), "state", json_of_str(row->state), "sections", json_of_json_field(row, "sections"),
		"shared", row_bool(row, "shared"), "changed_at", json_of_time(row->created_at));
}

static json_t *history_json(const struct row_set *set)
{
	json_t *list = json_array();
	for (size_t i = 0; i < set->count; i++)
		json_array_append_new(
			list, json_pack("{s:I,s:o,s:o}", "number", (json_int_t)row_int(&set->rows[i], "number"), "changed_at",
				      json_of_time(set->rows[i].created_at), "sections", json_of_json_field(&set->rows[i], "sections")));
	return list;
}

static struct list_query plans_of(struct str client_id)
{
	return (struct list_query){
		.resource = "safety_plan", .index = "client", .equal = { value_str(client_id) }, .descending = true, .limit = 50
	};
}

static json_t *build_plan(struct gather *gather)
{
	const struct row *row = plan_current(gather->sets[0]);
	return json_pack("{s:o,s:o}", "plan", row ? plan_json(row) : json_null(), "history", history_json(gather->sets[0]));
}

static void gather_own(struct api *api, struct http_request *rq, gather_fn *build)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = plans_of(str_c(api_principal(rq)->person_id.text));
	struct gather *gather = gather_new(api, rq, build, NULL);
	if (!gather)
		return;
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void get_plan(void *ctx, struct http_request *rq)
{
	gather_own(ctx, rq, build_plan);
}

/* ---- As a PDF ---- */

static void add_section(struct paper *paper, const json_t *sections, const char *name)
{
	const json_t *lines = json_object_get(sections, name);
	size_t count = json_array_size(lines);
	if (!count)
		return;
	buf_printf(&paper->out, "\n" STR_FMT "\n", STR_ARG(paper_word_of(paper, "plan.section", str_c(name))));
	for (size_t i = 0; i < count; i++) {
		const json_t *text = json_array_get(lines, i);
		buf_printf(&paper->out, "- " STR_FMT "\n", STR_ARG(str_make(json_string_value(text), json_string_length(text))));
	}
}

static void answer_plan(struct gather *gather, const struct row *plan)
{
	struct paper paper;
	json_t *sections = json_of_json_field(plan, "sections");
	gather->answered = true;
	paper_open(&paper, gather->api, gather->rq);
	buf_printf(&paper.out, STR_FMT "\n\n", STR_ARG(paper_word(&paper, "plan.title")));
	paper_time_line(&paper, str_eqc(plan->state, "draft") ? "plan.draft" : "plan.written", plan->created_at, STR(""));
	for (size_t i = 0; plan_section(i); i++)
		add_section(&paper, sections, plan_section(i));
	buf_printf(&paper.out, "\n" STR_FMT "\n", STR_ARG(paper_word(&paper, "plan.foot")));
	json_decref(sections);
	paper_answer_pdf(&paper, "plan.pdf");
	paper_done(&paper);
}

static json_t *build_own_pdf(struct gather *gather)
{
	const struct row *plan = plan_current(gather->sets[0]);
	if (!plan) {
		gather->answered = true;
		http_error(gather->rq, 404, "not_found", "there is no plan yet", NULL);
		return NULL;
	}
	answer_plan(gather, plan);
	return NULL;
}

static void get_own_pdf(void *ctx, struct http_request *rq)
{
	gather_own(ctx, rq, build_own_pdf);
}

/* ---- Changes ---- */

struct writing {
	struct api *api;
	struct http_request *rq;
	json_t *clean;  /* owned; NULL: only sharing changes */
	int64_t number; /* of the version that was changed; 0: there was none */
	bool active, shared;
	struct uuid id;
};

static void wrote(void *ctx, const struct err *err)
{
	struct writing *writing = ctx;
	if (err && err->code == E_EXISTS)
		http_error(writing->rq, 409, "conflict", "the plan was changed on another device", NULL);
	else if (err)
		api_refuse(writing->rq, err);
	else
		get_plan(writing->api, writing->rq);
}

static void write_plan(struct writing *writing, const struct row *row)
{
	struct scope scope = principal_scope(api_principal(writing->rq), writing->clean ? "plan.save" : "plan.share");
	struct care *care = writing->api->parts.care;
	const struct plan_save save = { .client_id = api_principal(writing->rq)->person_id.text,
		.before = row,
		.clean = writing->clean,
		.active = writing->active,
		.shared = writing->shared };
	struct err err = { 0 };
	int rc = writing->clean ? plan_save(care, &scope, &save, &writing->id, wrote, writing, &err)
				: plan_share(care, &scope, row, writing->shared, wrote, writing, &err);
	if (rc)
		api_refuse(writing->rq, &err);
}

static void plan_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct writing *writing = ctx;
	const struct row *row = take_set ? plan_current(take_set) : NULL;
	int64_t number = row ? row_int(row, "number") : 0;
	if (err)
		api_refuse(writing->rq, err);
	else if (writing->clean && number != writing->number)
		http_error(writing->rq, 409, "conflict", "the plan was changed on another device", "number");
	else if (!writing->clean && !row)
		http_error(writing->rq, 404, "not_found", "there is no plan yet", NULL);
	else
		write_plan(writing, row);
	json_decref(writing->clean);
	row_set_free(&take_set);
}

static void read_then_write(struct writing *writing)
{
	struct scope scope = principal_scope(api_principal(writing->rq), NULL);
	struct list_query query = plans_of(str_c(api_principal(writing->rq)->person_id.text));
	struct err err = { 0 };
	if (store_list(api_store(writing->api), &scope, &query, plan_read, writing, &err)) {
		json_decref(writing->clean);
		api_refuse(writing->rq, &err);
	}
}

/* The plan speaks of danger by its nature ("signs that it gets bad"): its words are not screened (decision 0048); its app shows "help now".
 */
static void put_plan(void *ctx, struct http_request *rq)
{
	struct writing *writing = ARENA_NEW(&rq->arena, struct writing);
	json_t *body = api_body(rq), *clean = NULL;
	struct err err = { 0 };
	if (!body)
		return;
	struct str state = api_text(body, "state");
	const json_t *shared = json_object_get(body, "shared");
	int64_t number = api_int(body, "number", -1);
	bool active = str_eqc(state, "active"),
	     good = writing && (active || str_eqc(state, "draft")) && number >= 0 && json_is_boolean(shared);
	int rc = good ? plan_check(json_object_get(body, "sections"), &clean, &err) : 0;
	if (good && !rc && active && !plan_lines(clean)) {
		json_decref(clean);
		rc = err_set(&err, E_INVALID, "http/api", "sections: an active plan has at least one line");
	}
	if (good && !rc)
		*writing = (struct writing){ ctx, rq, clean, number, active, json_is_true(shared), { { 0 } } };
	json_decref(body);
	if (!good)
		http_error(rq, 400, "invalid",
			"state: draft or active; number: of the plan that you changed, 0 for none; shared: true or false", "state");
	else if (rc)
		api_refuse(rq, &err);
	else
		read_then_write(writing);
}

static void put_sharing(void *ctx, struct http_request *rq)
{
	struct writing *writing = ARENA_NEW(&rq->arena, struct writing);
	json_t *body = api_body(rq);
	if (!body)
		return;
	const json_t *shared = json_object_get(body, "shared");
	bool good = writing && json_is_boolean(shared);
	if (good)
		*writing = (struct writing){ .api = ctx, .rq = rq, .shared = json_is_true(shared) };
	json_decref(body);
	if (good)
		read_then_write(writing);
	else
		http_error(rq, 400, "invalid", "shared: true or false", "shared");
}

/* ---- The team ---- */

/* Whether it is shared is looked at first, so that no view of a plan that is not stands in the journal. */
struct peeking {
	struct api *api;
	struct http_request *rq;
	gather_fn *build;                            /* of the plan, shared a moment ago */
	void (*not_shared)(struct http_request *rq); /* answers */
};

static bool is_shared(const struct row *plan)
{
	return plan && row_bool(plan, "shared") && !str_eqc(plan->state, "superseded");
}

static void peeked(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct peeking *peeking = ctx;
	const struct row *plan = take_set ? plan_current(take_set) : NULL;
	if (err) {
		api_refuse(peeking->rq, err);
	} else if (!is_shared(plan)) {
		peeking->not_shared(peeking->rq);
	} else {
		struct scope scope = principal_scope(api_principal(peeking->rq), "plan.read");
		struct gather *gather = gather_new(peeking->api, peeking->rq, peeking->build, NULL);
		if (gather) {
			gather_get(gather, &scope, "safety_plan", plan->id.ptr);
			gather_run(gather);
		}
	}
	row_set_free(&take_set);
}

static void peek(struct api *api, struct http_request *rq, gather_fn *build, void (*not_shared)(struct http_request *rq))
{
	struct peeking *peeking = ARENA_NEW(&rq->arena, struct peeking);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct scope scope = care_scope_system(api_principal(rq)->programme_id.text, "plan.shared");
	struct list_query query = plans_of(id);
	struct err err = { 0 };
	if (!peeking) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	if (!api_own_client(api, rq, id))
		return;
	*peeking = (struct peeking){ api, rq, build, not_shared };
	if (store_list(api_store(api), &scope, &query, peeked, peeking, &err))
		api_refuse(rq, &err);
}

static void none_json(struct http_request *rq)
{
	api_answer(rq, 200, json_pack("{s:b,s:n}", "shared", 0, "plan"));
}

static json_t *build_shared(struct gather *gather)
{
	const struct row *plan = &gather->sets[0]->rows[0];
	return json_pack("{s:b,s:o}", "shared", is_shared(plan), "plan", is_shared(plan) ? plan_json(plan) : json_null());
}

static void get_shared(void *ctx, struct http_request *rq)
{
	peek(ctx, rq, build_shared, none_json);
}

static void none_pdf(struct http_request *rq)
{
	http_error(rq, 404, "not_found", "the client does not share a plan", NULL);
}

static json_t *build_shared_pdf(struct gather *gather)
{
	const struct row *plan = &gather->sets[0]->rows[0];
	gather->answered = true;
	if (is_shared(plan))
		answer_plan(gather, plan);
	else /* taken back between the two looks */
		none_pdf(gather->rq);
	return NULL;
}

static void get_shared_pdf(void *ctx, struct http_request *rq)
{
	peek(ctx, rq, build_shared_pdf, none_pdf);
}

const struct http_route api_plan_routes[] = {
	{ "GET", "/api/v1/client/safety-plan", get_plan, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "GET", "/api/v1/client/safety-plan.pdf", get_own_pdf, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "PUT", "/api/v1/client/safety-plan", put_plan, HTTP_AUTH_CLIENT, WHO_CLIENT, 65536, false },
	{ "PUT", "/api/v1/client/safety-plan/sharing", put_sharing, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "GET", "/api/v1/staff/clients/:id/safety-plan", get_shared, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "GET", "/api/v1/staff/clients/:id/safety-plan.pdf", get_shared_pdf, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
};
const size_t api_plan_route_count = COUNT_OF(api_plan_routes);
