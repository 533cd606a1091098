/* api_summary.c: what a chart elsewhere takes over: a summary of one client as text and PDF, which holds none of the client's words, and
 * the client's plan for hard moments as a PDF, for the client and, while it is shared, for the team. */
#include "http/paper.h"

#include "care/instrument.h"
#include "care/module.h"
#include "care/plan.h"
#include "care/resources.h"
#include "care/response.h"

#include <string.h>

#define ALERTS_SHOWN 20

enum {
	SET_CLIENT = 0,
	SET_ALERTS,
	SET_RESPONSES,
	SET_COURSES,
	SET_PLANS,
	SET_REFERRALS,
	SET_MEDICINES /* the last two: of those who may read them */
};

static void add_client(struct paper *paper, const struct row *client)
{
	const struct care_client *known = care_client(paper->api->parts.care, client->id.ptr);
	buf_printf(&paper->out, STR_FMT "\n\n", STR_ARG(paper_word(paper, "summary.title")));
	paper_line(paper, "note.client", paper_client(paper, client->id));
	paper_line(paper, "summary.state", paper_word_of(paper, "summary.state", client->state));
	paper_time_line(paper, "summary.since", client->created_at, STR(""));
	paper_line(paper, "note.zone", paper->zone_name);
	if (!known)
		return;
	paper_line(paper, "summary.language", known->language);
	paper_line(paper, "summary.country", known->country);
	paper_line(paper, "summary.coach", paper_staff(paper, str_c(known->coach_id.text)));
	paper_line(paper, "summary.clinician", paper_staff(paper, str_c(known->clinician_id.text)));
	if (known->contact_unsafe)
		paper_line(paper, "summary.contact_unsafe", paper_word(paper, "note.yes"));
}

static void add_referral(struct paper *paper, const struct row_set *set)
{
	paper_heading(paper, "summary.care");
	if (!set->count) {
		buf_printf(&paper->out, STR_FMT "\n", STR_ARG(paper_word(paper, "summary.no_referral")));
		return;
	}
	const struct row *row = &set->rows[0];
	paper_line(paper, "summary.referral", paper_word_of(paper, "summary.referral", row->state));
	paper_line(paper, "summary.urgency", row_text(row, "priority"));
	paper_time_line(paper, "summary.received", row_time(row, "received_at"), STR(""));
	if (row_int(row, "decided_step")) {
		paper_number_line(paper, "summary.step", row_int(row, "decided_step"));
		paper_time_line(paper, "summary.decided", row_time(row, "decided_at"), paper_staff(paper, row_text(row, "decided_by")));
	}
	paper_time_line(paper, "summary.next_contact", row_time(row, "next_contact_at"), STR(""));
	paper_line(paper, "summary.out_to", row_text(row, "out_to"));
}

static void add_alert(struct paper *paper, const struct row *row)
{
	buf_add_c(&paper->out, "- ");
	paper_add_time(paper, row->created_at);
	buf_printf(&paper->out, ", " STR_FMT " %d: ", STR_ARG(paper_word(paper, "summary.level")), (int)row_int(row, "level"));
	buf_printf(&paper->out, STR_FMT, STR_ARG(row_text(row, "reason")));
	if (row_time(row, "resolved_at").us) {
		buf_printf(&paper->out, " (" STR_FMT " ", STR_ARG(paper_word_of(paper, "note.resolution", row_text(row, "resolution"))));
		paper_add_time(paper, row_time(row, "resolved_at"));
	} else {
		buf_printf(&paper->out, " (" STR_FMT, STR_ARG(paper_word(paper, "summary.open")));
	}
	buf_add_c(&paper->out, ")\n");
}

static void add_more(struct paper *paper, const struct row_set *set, size_t shown)
{
	if (set->count > shown || set->cursor.len)
		buf_printf(&paper->out, STR_FMT "\n", STR_ARG(paper_word(paper, "summary.more")));
}

static void add_alerts(struct paper *paper, const struct row_set *set)
{
	paper_heading(paper, "summary.alerts");
	if (!set->count)
		buf_printf(&paper->out, STR_FMT "\n", STR_ARG(paper_word(paper, "summary.no_alerts")));
	for (size_t i = 0; i < set->count && i < ALERTS_SHOWN; i++)
		add_alert(paper, &set->rows[i]);
	add_more(paper, set, ALERTS_SHOWN);
}

static void add_total(struct paper *paper, const struct instrument *instrument, const struct row *row)
{
	int total = (int)row_int(row, "total");
	paper_add_day(paper, row_time(row, "submitted_at").us ? row_time(row, "submitted_at") : row->created_at);
	if (instrument->tenths)
		buf_printf(&paper->out, ": %d.%d", total / 10, total % 10);
	else
		buf_printf(&paper->out, ": %d", total);
	if (row_text(row, "band").len)
		buf_printf(&paper->out, " (" STR_FMT ")", STR_ARG(paper_word_of(paper, "summary.band", row_text(row, "band"))));
}

/* The newest filling-in that was sent, or NULL. */
static const struct row *newest_sent(const struct row_set *set, const struct instrument *instrument)
{
	for (size_t i = 0; i < set->count; i++)
		if (str_eq(row_text(&set->rows[i], "instrument"), instrument->id) && str_eqc(set->rows[i].state, "completed"))
			return &set->rows[i];
	return NULL;
}

/* One questionnaire: first and newest total, and what the difference is. */
static void add_series(struct paper *paper, const struct instrument *instrument, const struct row_set *set, const struct row *sent)
{
	const struct row *first, *last;
	buf_printf(
		&paper->out, "- " STR_FMT ": ", STR_ARG(str_starts(paper->lang, STR("es")) ? instrument->title_es : instrument->title_en));
	if (!response_ends(set, instrument->id, &first, &last)) {
		paper_add_day(paper, sent->created_at);
		buf_printf(&paper->out, ", " STR_FMT "\n", STR_ARG(paper_word(paper, "summary.no_total")));
		return;
	}
	add_total(paper, instrument, first);
	if (last != first) {
		enum change change = instrument_change(instrument, (int)row_int(first, "total"), (int)row_int(last, "total"));
		buf_add_c(&paper->out, "; ");
		add_total(paper, instrument, last);
		buf_printf(&paper->out, "; " STR_FMT, STR_ARG(paper_word_of(paper, "summary.change", str_c(change_name(change)))));
	}
	const struct instrument_text *text = instrument_text_for(instrument, row_text(last, "language"));
	if (text && text->own)
		buf_printf(&paper->out, "; " STR_FMT, STR_ARG(paper_word(paper, "summary.own_translation")));
	buf_add_byte(&paper->out, '\n');
}

static void add_measures(struct paper *paper, const struct row_set *set)
{
	const struct instruments *instruments = api_care(paper->api)->instruments;
	bool any = false;
	paper_heading(paper, "summary.measures");
	for (size_t i = 0; i < instruments_count(instruments); i++) {
		const struct instrument *instrument = instruments_at(instruments, i);
		const struct row *sent = newest_sent(set, instrument);
		if (sent)
			add_series(paper, instrument, set, sent);
		any |= sent != NULL;
	}
	if (!any)
		buf_printf(&paper->out, STR_FMT "\n", STR_ARG(paper_word(paper, "summary.no_measures")));
	add_more(paper, set, set->count);
}

static void add_courses(struct paper *paper, const struct row_set *set)
{
	paper_heading(paper, "summary.courses");
	if (!set->count)
		buf_printf(&paper->out, STR_FMT "\n", STR_ARG(paper_word(paper, "summary.no_courses")));
	for (size_t i = 0; i < set->count; i++) {
		const struct row *row = &set->rows[i];
		const struct module *module = modules_find(api_care(paper->api)->modules, row_text(row, "module"), paper->lang);
		buf_printf(&paper->out, "- " STR_FMT ": " STR_FMT ", %d/%d\n", STR_ARG(module ? module->title : row_text(row, "module")),
			STR_ARG(paper_word_of(paper, "summary.course", row->state)), (int)row_int(row, "lessons_done"),
			(int)row_int(row, "lesson_count"));
	}
	add_more(paper, set, set->count);
}

static void add_plan(struct paper *paper, const struct row_set *set)
{
	const struct row *plan = plan_current(set);
	const char *is = !plan ? "none" : row_bool(plan, "shared") ? "shared" : "private";
	paper_heading(paper, "summary.plan");
	buf_printf(&paper->out, STR_FMT "\n", STR_ARG(paper_word_of(paper, "summary.plan", str_c(is))));
	if (plan && row_bool(plan, "shared"))
		paper_time_line(paper, "summary.plan_of", plan->created_at, STR(""));
}

static void add_medicine(struct paper *paper, const struct row *row)
{
	static const char *const said[] = { "dose", "frequency" };
	struct str known = row_text(row, "recognised");
	buf_printf(&paper->out, "- " STR_FMT, STR_ARG(row_text(row, "name")));
	if (known.len && !str_eq(known, row_text(row, "name")))
		buf_printf(&paper->out, " (" STR_FMT ")", STR_ARG(known));
	for (size_t i = 0; i < COUNT_OF(said); i++)
		if (row_text(row, said[i]).len)
			buf_printf(&paper->out, ", " STR_FMT, STR_ARG(row_text(row, said[i])));
	buf_printf(&paper->out, "; " STR_FMT, STR_ARG(paper_word_of(paper, "summary.medicine", row_text(row, "kind"))));
	if (row_text(row, "day").len)
		buf_printf(&paper->out, " " STR_FMT, STR_ARG(row_text(row, "day")));
	buf_printf(&paper->out, "; " STR_FMT "\n", STR_ARG(paper_word_of(paper, "summary.told_by", row_text(row, "told_by"))));
}

/* What counts now: taken, or stopped; not what was replaced or entered in error. */
static void add_medicines(struct paper *paper, const struct row_set *set)
{
	size_t shown = 0;
	paper_heading(paper, "summary.medicines");
	for (size_t i = 0; i < set->count; i++)
		if (str_eqc(set->rows[i].state, "active") || str_eqc(set->rows[i].state, "stopped")) {
			add_medicine(paper, &set->rows[i]);
			shown++;
		}
	if (!shown)
		buf_printf(&paper->out, STR_FMT "\n", STR_ARG(paper_word(paper, "summary.no_medicines")));
	add_more(paper, set, set->count);
}

/* False: the answer is in *ret_json. */
static bool build_summary(struct gather *gather, struct paper *paper, json_t **ret_json)
{
	if (!api_is_mine(gather->rq, &gather->sets[SET_CLIENT]->rows[0])) {
		*ret_json = api_not_yours(gather);
		return false;
	}
	paper_open(paper, gather->api, gather->rq);
	add_client(paper, &gather->sets[SET_CLIENT]->rows[0]);
	if (gather->count > SET_REFERRALS)
		add_referral(paper, gather->sets[SET_REFERRALS]);
	add_alerts(paper, gather->sets[SET_ALERTS]);
	add_measures(paper, gather->sets[SET_RESPONSES]);
	add_courses(paper, gather->sets[SET_COURSES]);
	if (gather->count > SET_MEDICINES)
		add_medicines(paper, gather->sets[SET_MEDICINES]);
	add_plan(paper, gather->sets[SET_PLANS]);
	paper_foot(paper, "summary.printed", "summary.no_words");
	return true;
}

static json_t *build_text(struct gather *gather)
{
	struct paper paper;
	json_t *json = NULL;
	if (!build_summary(gather, &paper, &json))
		return json;
	json = json_pack("{s:o}", "text", json_stringn(paper.out.ptr, paper.out.len));
	paper_done(&paper);
	return json;
}

static json_t *build_pdf(struct gather *gather)
{
	struct paper paper;
	json_t *json = NULL;
	if (!build_summary(gather, &paper, &json))
		return json;
	gather->answered = true;
	paper_answer_pdf(&paper, "client-summary.pdf");
	paper_done(&paper);
	return NULL;
}

static void start_summary(struct api *api, struct http_request *rq, gather_fn *build)
{
	static const char *const lists[] = { "alert", "response", "enrolment" };
	struct scope scope = principal_scope(api_principal(rq), "client.summary");
	struct scope whether = care_scope_system(api_principal(rq)->programme_id.text, "plan.shared"); /* its words are not looked at */
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct gather *gather = gather_new(api, rq, build, NULL);
	if (!gather)
		return;
	struct list_query query = { .index = "client", .equal = { value_str(id) }, .descending = true, .limit = LIST_MAX };
	gather_get(gather, &scope, "client", id.ptr);
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		query.resource = lists[i];
		gather_list(gather, &scope, &query);
	}
	query.limit = 50;
	query.resource = "safety_plan";
	gather_list(gather, &whether, &query);
	if (api_principal(rq)->who & WHO_CLINICAL) {
		query.resource = "referral";
		gather_list(gather, &scope, &query);
		query.resource = "medication_statement";
		query.limit = LIST_MAX;
		gather_list(gather, &scope, &query);
	}
	gather_run(gather);
}

static void get_summary(void *ctx, struct http_request *rq)
{
	start_summary(ctx, rq, build_text);
}

static void get_summary_pdf(void *ctx, struct http_request *rq)
{
	start_summary(ctx, rq, build_pdf);
}

const struct http_route api_summary_routes[] = {
	{ "GET", "/api/v1/staff/clients/:id/summary", get_summary, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "GET", "/api/v1/staff/clients/:id/summary.pdf", get_summary_pdf, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
};
const size_t api_summary_route_count = COUNT_OF(api_summary_routes);
