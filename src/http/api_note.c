/* api_note.c: the note for the chart that an alert leaves: what was found, what was done by whom and when, how it ended; as text to copy
 * and as a PDF. It holds staff's own words and the program's, never the client's. */
#include "http/paper.h"

enum { SET_ALERT = 0, SET_OUTCOMES };

/* ---- Parts ---- */

static void add_head(struct paper *note, const struct row *alert)
{
	buf_printf(&note->out, STR_FMT "\n\n", STR_ARG(paper_word(note, "note.title")));
	paper_line(note, "note.client", paper_client(note, row_text(alert, "client_id")));
	paper_line(note, "note.alert", alert->id);
	paper_time_line(note, "note.raised", alert->created_at, STR(""));
	paper_line(note, "note.zone", note->zone_name);
	paper_number_line(note, "note.level", row_int(alert, "level"));
	paper_number_line(note, "note.priority", row_int(alert, "priority"));
	paper_line(note, "note.reason", row_text(alert, "reason"));
	paper_line(note, "note.about",
		paper_word_of(note, "note.about", row_is_null(alert, "about") ? STR("client") : row_text(alert, "about")));
}

static void add_clocks(struct paper *note, const struct row *alert)
{
	paper_heading(note, "note.done");
	paper_time_line(note, "note.seen", row_time(alert, "acknowledged_at"), paper_staff(note, row_text(alert, "acknowledged_by")));
	if (row_text(alert, "owner_id").len)
		paper_line(note, "note.owner", paper_staff(note, row_text(alert, "owner_id")));
	if (row_bool(alert, "missed"))
		paper_line(note, "note.missed", paper_word(note, "note.yes"));
	if (row_time(alert, "exhausted_at").us)
		paper_time_line(note, "note.exhausted", row_time(alert, "exhausted_at"), STR(""));
	paper_number_line(note, "note.attempts", row_int(alert, "attempts"));
}

static void add_report(struct paper *note, const struct row *row)
{
	if (row_is_null(row, "made"))
		return;
	paper_line(note, "note.basis", row_text(row, "basis"));
	paper_line(note, "note.agency", row_text(row, "agency"));
	paper_line(note, "note.reporter", paper_staff(note, row_text(row, "by_id")));
	if (row_bool(row, "made"))
		paper_time_line(note, "note.made", row_time(row, "made_at"), STR(""));
	else
		paper_time_line(note, "note.due", row_time(row, "due_at"), STR(""));
}

static void add_outcome(struct paper *note, const struct row *row)
{
	buf_add_c(&note->out, "\n- ");
	paper_add_time(note, row->created_at);
	buf_printf(&note->out, ", " STR_FMT ": " STR_FMT "\n", STR_ARG(paper_staff(note, row_text(row, "by_id"))),
		STR_ARG(paper_word_of(note, "note.outcome", row_text(row, "outcome"))));
	paper_line(note, "note.words", row_text(row, "note"));
	if (row_text(row, "opinion_by").len)
		paper_line(note, "note.opinion", paper_staff(note, row_text(row, "opinion_by")));
	add_report(note, row);
	paper_time_line(note, "note.next", row_time(row, "next_at"), STR(""));
}

static void add_end(struct paper *note, const struct row *alert)
{
	paper_heading(note, "note.end");
	if (!row_time(alert, "resolved_at").us) {
		buf_printf(&note->out, STR_FMT "\n", STR_ARG(paper_word(note, "note.still_open")));
		return;
	}
	paper_time_line(note, "note.resolved", row_time(alert, "resolved_at"), paper_staff(note, row_text(alert, "resolved_by")));
	paper_line(note, "note.how", paper_word_of(note, "note.resolution", row_text(alert, "resolution")));
	paper_line(note, "note.words", row_text(alert, "note"));
}

/* ---- Answering ---- */

/* False: the answer is in *ret_json. */
static bool build_note(struct gather *gather, struct paper *note, json_t **ret_json)
{
	const struct row *alert = &gather->sets[SET_ALERT]->rows[0];
	if (!api_sees_client(gather->api, api_principal(gather->rq), row_text(alert, "client_id"))) {
		*ret_json = api_not_yours(gather);
		return false;
	}
	paper_open(note, gather->api, gather->rq);
	add_head(note, alert);
	add_clocks(note, alert);
	for (size_t i = 0; i < gather->sets[SET_OUTCOMES]->count; i++)
		add_outcome(note, &gather->sets[SET_OUTCOMES]->rows[i]);
	add_end(note, alert);
	paper_foot(note, "note.printed", "note.no_words");
	return true;
}

static json_t *build_text(struct gather *gather)
{
	struct paper note;
	json_t *json = NULL;
	if (!build_note(gather, &note, &json))
		return json;
	json = json_pack("{s:o,s:b}", "text", json_stringn(note.out.ptr, note.out.len), "resolved",
		row_time(&gather->sets[SET_ALERT]->rows[0], "resolved_at").us != 0);
	paper_done(&note);
	return json;
}

static json_t *build_pdf(struct gather *gather)
{
	struct paper note;
	json_t *json = NULL;
	if (!build_note(gather, &note, &json))
		return json;
	gather->answered = true;
	paper_answer_pdf(&note, "risk-note.pdf");
	paper_done(&note);
	return NULL;
}

static void start(struct api *api, struct http_request *rq, gather_fn *build)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct list_query query = { .resource = "alert_outcome", .index = "alert", .equal = { value_str(id) }, .limit = LIST_MAX };
	struct gather *gather = gather_new(api, rq, build, NULL);
	if (!gather)
		return;
	gather_get(gather, &scope, "alert", id.ptr);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void get_note(void *ctx, struct http_request *rq)
{
	start(ctx, rq, build_text);
}

static void get_pdf(void *ctx, struct http_request *rq)
{
	start(ctx, rq, build_pdf);
}

const struct http_route api_note_routes[] = {
	{ "GET", "/api/v1/staff/alerts/:id/note", get_note, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "GET", "/api/v1/staff/alerts/:id/note.pdf", get_pdf, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
};
const size_t api_note_route_count = COUNT_OF(api_note_routes);
