/* api_triage.c: the triage board (api_board.c: who waits, in order of risk and wait); one referral with why it is recommended; what people
 * decide; and how well it goes. */
#include "http/api_priv.h"

#include "care/intake.h"
#include "care/referral.h"
#include "sys/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define LAYER "http/api"
#define MEASURE_ROWS_MAX 20000 /* what one answer looks at; more is said to be left out */
#define MEASURE_DAYS_MAX 366

static const struct triage *triage_of(const struct api *api)
{
	return api_care(api)->triage;
}

/* ---- A row ---- */

static json_t *who_json(const struct api *api, struct str client_id)
{
	const struct care_client *client = client_id.len ? care_client(api->parts.care, client_id.ptr) : NULL;
	if (!client)
		return json_pack("{s:o,s:s,s:n,s:b}", "id", json_of_str(client_id), "pseudonym", "(unknown)", "name", "contact_unsafe", 1);
	return json_pack("{s:s,s:o,s:o,s:b}", "id", client->id.text, "pseudonym", json_of_str(client->pseudonym), "name",
		json_of_str(client->name), "contact_unsafe", client->contact_unsafe);
}

static json_t *breaches_json(const struct row *row)
{
	static const char *const flags[] = { "respond", "contact", "start", "limit", "second", "receipt" };
	json_t *list = json_array();
	char field[32];
	for (size_t i = 0; i < COUNT_OF(flags); i++) {
		snprintf(field, sizeof field, "breach_%s", flags[i]);
		if (row_bool(row, field))
			json_array_append_new(list, json_string(flags[i]));
	}
	return list;
}

static json_t *choice_json(const struct row *row, const char *priority, const char *step)
{
	return row_is_null(row, priority) && row_is_null(row, step)
		       ? json_null()
		       : json_pack("{s:o,s:o}", "priority", json_of_field(row, priority), "step",
				 row_is_null(row, step) ? json_null() : json_integer(row_int(row, step)));
}

json_t *referral_json(struct api *api, const struct row *row)
{
	static const char *const times[] = { "received_at", "respond_by", "next_contact_at", "appointment_at", "last_contact_at",
		"decided_at", "started_at", "second_contact_at", "out_sent_at", "out_due_at", "out_received_at", "closed_at" };
	json_t *json = json_pack("{s:o,s:I,s:o,s:o,s:o,s:o,s:I,s:b,s:b,s:o,s:o,s:o,s:o,s:I}", "id", json_of_str(row->id), "version",
		(json_int_t)row->version, "client", who_json(api, row_text(row, "client_id")), "state", json_of_str(row->state), "source",
		json_of_field(row, "source"), "priority", json_of_field(row, "priority"), "level", (json_int_t)row_int(row, "level"),
		"undecided", row_bool(row, "undecided"), "breached", row_bool(row, "breached"), "breaches", breaches_json(row),
		"recommended", choice_json(row, "recommended_priority", "recommended_step"), "decided",
		choice_json(row, "decided_priority", "decided_step"), "decided_by", api_staff_name(api, row_text(row, "decided_by")),
		"breach_count", (json_int_t)row_int(row, "breach_count"));
	for (size_t i = 0; i < COUNT_OF(times); i++)
		json_object_set_new(json, times[i], json_of_time_field(row, times[i]));
	json_object_set_new(json, "open_alerts", json_integer(alert_open_count(api->parts.care, row_text(row, "client_id").ptr)));
	return json;
}

/* ---- One referral ---- */

static struct str words_of(struct api *api, struct http_request *rq, const char *kind, struct str id)
{
	struct str key = arena_printf(&rq->arena, "triage.%s." STR_FMT, kind, STR_ARG(id));
	struct str lang = http_query(rq, "lang");
	if (!messages_has(api_care(api)->messages, key)) /* a rule of an older pack */
		return id;
	return messages_render(api_care(api)->messages, &rq->arena, lang.len ? lang : str_c(api_principal(rq)->lang), key, 0, NULL, 0);
}

static json_t *reason_json(struct api *api, struct http_request *rq, struct str id)
{
	const struct triage *triage = triage_of(api);
	const struct triage_rule *rule = NULL;
	for (size_t i = 0; i < triage->rule_count; i++)
		if (str_eq(triage->rules[i].id, id))
			rule = &triage->rules[i];
	return json_pack("{s:o,s:o,s:o,s:o}", "id", json_of_str(id), "text", json_of_str(words_of(api, rq, "reason", id)), "certainty",
		rule ? json_of_str(rule->certainty) : json_null(), "source", rule ? json_of_str(rule->source) : json_null());
}

static struct str element(const json_t *value)
{
	return json_is_string(value) ? str_make(json_string_value(value), json_string_length(value)) : STR("");
}

static json_t *reasons_json(struct api *api, struct http_request *rq, const struct row *row)
{
	json_t *ids = json_of_json_field(row, "reasons"), *list = json_array(), *value;
	size_t index;
	json_array_foreach(ids, index, value) json_array_append_new(list, reason_json(api, rq, element(value)));
	json_decref(ids);
	return list;
}

static json_t *inputs_json(struct api *api, struct http_request *rq, const struct row *row)
{
	json_t *inputs = json_of_json_field(row, "inputs"), *marks = json_array(), *value;
	size_t index;
	json_array_foreach(json_object_get(inputs, "marks"), index, value)
	{
		int at = triage_mark_of(triage_of(api), element(value));
		json_array_append_new(
			marks, json_pack("{s:O,s:o,s:i}", "id", value, "text", json_of_str(words_of(api, rq, "mark", element(value))),
				       "level", at >= 0 ? triage_of(api)->marks[at].level : 0));
	}
	if (json_is_object(inputs))
		json_object_set_new(inputs, "marks", marks);
	else
		json_decref(marks);
	return inputs;
}

/* The conversation in the reader's language, each answer in the words that the client chose from; written ones as they are. */
static json_t *answers_json(struct api *api, struct http_request *rq, const struct row *row)
{
	struct str lang = http_query(rq, "lang");
	const struct intake_pack *pack = intake_pack_of(triage_of(api), lang.len ? lang : str_c(api_principal(rq)->lang));
	json_t *answers = json_of_json_field(row, "answers"), *list = json_array();
	for (size_t i = 0; i < pack->step_count; i++) {
		const struct intake_step *step = &pack->steps[i];
		const json_t *answer = json_object_getn(answers, step->id.ptr, step->id.len);
		int level = answer ? triage_marks_level(triage_of(api), intake_answer_marks(step, answer)) : 0;
		if (answer)
			json_array_append_new(list, json_pack("{s:o,s:o,s:o,s:o,s:i}", "step", json_of_str(step->id), "topic",
							    json_of_str(step->topic), "question", json_of_str(step->text), "answer",
							    json_of_str(intake_shown(&rq->arena, step, answer)), "level", level));
	}
	json_decref(answers);
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "language", json_of_field(row, "language"), "pack",
		json_of_field(row, "pack"), "started_at", json_of_time_field(row, "started_at"), "finished_at",
		json_of_time_field(row, "finished_at"), "answers", list);
}

static json_t *detail_json(struct api *api, struct http_request *rq, const struct row *row, const struct row *intake)
{
	static const char *const texts[] = { "priority_reason", "override_reason", "out_to", "out_note", "closed_reason", "rules" };
	json_t *json = referral_json(api, row);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		json_object_set_new(json, texts[i], json_of_field(row, texts[i]));
	json_object_set_new(json, "against", choice_json(row, "against_priority", "against_step"));
	json_object_set_new(json, "guided", row_is_null(row, "guided") ? json_null() : json_boolean(row_bool(row, "guided")));
	json_object_set_new(json, "reasons", reasons_json(api, rq, row));
	json_object_set_new(json, "inputs", inputs_json(api, rq, row));
	json_object_set_new(json, "intake", intake ? answers_json(api, rq, intake) : json_null());
	return json;
}

/* The referral first: it says which conversation it came from. */
struct detail {
	struct api *api;
	struct http_request *rq;
	struct row_set *set;
};

static void intake_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct detail *detail = ctx;
	const struct row *intake = take_set && take_set->count ? &take_set->rows[0] : NULL;
	json_t *json = err && err->code != E_NOT_FOUND ? NULL : detail_json(detail->api, detail->rq, &detail->set->rows[0], intake);
	row_set_free(&take_set);
	row_set_free(&detail->set);
	if (json)
		api_answer(detail->rq, 200, json);
	else
		api_refuse(detail->rq, err);
}

static void referral_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct detail *detail = ctx;
	struct scope scope = principal_scope(api_principal(detail->rq), NULL);
	struct err own = { 0 };
	if (err) {
		api_refuse(detail->rq, err);
		return;
	}
	detail->set = take_set;
	struct str intake_id = row_text(&take_set->rows[0], "intake_id");
	if (!intake_id.len)
		intake_read(detail, NULL, NULL);
	else if (store_get(api_store(detail->api), &scope, "intake", intake_id.ptr, intake_read, detail, &own))
		intake_read(detail, NULL, &own);
}

static void get_referral(void *ctx, struct http_request *rq)
{
	struct detail *detail = ARENA_NEW(&rq->arena, struct detail);
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct err err = { 0 };
	if (!detail || !id.ptr) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*detail = (struct detail){ .api = ctx, .rq = rq };
	if (store_get(api_store(ctx), &scope, "referral", id.ptr, referral_read, detail, &err))
		api_refuse(rq, &err);
}

/* ---- What people do ---- */

static bool read_at(const json_t *body, wall_time *ret_at)
{
	struct str text = api_text(body, "at");
	char copy[64];
	*ret_at = (wall_time){ 0 };
	if (!text.len)
		return json_object_get(body, "at") == NULL || json_is_null(json_object_get(body, "at"));
	if (text.len >= sizeof copy)
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	return clock_parse(copy, ret_at) == 0;
}

static void do_act(struct api *api, struct http_request *rq, enum referral_verb verb, const char *reason)
{
	struct act *act = act_new(api, rq, "referral", http_param(rq, "id"), referral_json);
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), reason);
	struct err err = { 0 };
	if (!body)
		return;
	struct referral_act what = { .id = act->id,
		.version = api_int(body, "version", -2), /* never any version: a decision is about what was seen */
		.verb = verb,
		.priority = api_text(body, "priority"),
		.to = api_text(body, "to"),
		.text = api_text(body, "text"),
		.reason = api_text(body, "reason"),
		.step = (int)api_int(body, "step", 0) };
	int rc = read_at(body, &what.at) ? 0 : err_set(&err, E_INVALID, LAYER, "referral.at: must be a time with its zone");
	rc = rc ? rc : referral_do(api->parts.care, &scope, &what, act_done, act, &err);
	json_decref(body);
	act_started(act, rc, &err);
}

static void post_decide(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, REFERRAL_DECIDE, "referral.decide");
}
static void post_contact(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, REFERRAL_CONTACT, "referral.contact");
}
static void post_promise(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, REFERRAL_PROMISE, "referral.promise");
}
static void post_offer(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, REFERRAL_OFFER, "referral.offer");
}
static void post_start(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, REFERRAL_START, "referral.start");
}
static void post_out(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, REFERRAL_OUT, "referral.refer_out");
}
static void post_receipt(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, REFERRAL_RECEIPT, "referral.receipt");
}
static void post_close(void *ctx, struct http_request *rq)
{
	do_act(ctx, rq, REFERRAL_CLOSE, "referral.close");
}

/* The client's open referral: there is one at a time. */
static json_t *build_open(struct gather *gather)
{
	const struct row_set *set = gather->sets[0];
	return json_pack("{s:o}", "referral", set->count ? referral_json(gather->api, &set->rows[0]) : json_null());
}

static void get_open(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	const struct list_query query = { .resource = "referral", .index = "open", .equal = { value_str(id) }, .limit = 1 };
	struct gather *gather = api_own_client(ctx, rq, id) ? gather_new(ctx, rq, build_open, NULL) : NULL;
	if (!gather)
		return;
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void post_referral(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct str client_id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct scope scope = principal_scope(api_principal(rq), "referral.make");
	json_t *body = api_body(rq);
	struct uuid id = { { 0 } };
	struct err err = { 0 };
	if (!body)
		return;
	const struct referral_new what = { .client_id = client_id.ptr,
		.source = api_text(body, "source"),
		.priority = api_text(body, "priority"),
		.reason = api_text(body, "reason"),
		.step = (int)api_int(body, "step", 0) };
	struct act *act = act_new(api, rq, "referral", STR(""), referral_json);
	int rc = act ? referral_make(api->parts.care, &scope, &what, &id, act_done, act, &err) : 0;
	json_decref(body);
	if (!act)
		return;
	act->id = arena_copy(&rq->arena, str_c(id.text)).ptr;
	act_started(act, rc, &err);
}

/* ---- The rules, for staff ---- */

static json_t *figure_json(const char *id, const struct triage_figure *figure, int64_t set_us)
{
	return json_pack("{s:s,s:I,s:o,s:o,s:b}", "id", id, "minutes", (json_int_t)((set_us ? set_us : figure->us) / MINUTE_US),
		"certainty", json_of_str(figure->certainty), "source", json_of_str(figure->source), "set_here", set_us > 0);
}

static void get_rules(void *ctx, struct http_request *rq)
{
	static const char *const clock_names[] = { "receipt", "second_contact", "start_target", "start_limit", "intake_abandoned" };
	struct api *api = ctx;
	const struct triage *triage = triage_of(api);
	const struct care_programme *programme = care_programme(api->parts.care, api_principal(rq)->programme_id.text);
	json_t *priorities = json_array(), *clocks = json_array(), *rules = json_array();
	for (size_t i = 0; i < TRIAGE_PRIORITIES; i++)
		json_array_append_new(priorities,
			figure_json(triage_name((enum triage_priority)i), &triage->respond[i], programme->settings.triage_us[i]));
	for (size_t i = 0; i < TRIAGE_CLOCKS; i++)
		json_array_append_new(clocks, figure_json(clock_names[i], &triage->clocks[i], 0));
	for (size_t i = 0; i < triage->rule_count; i++)
		json_array_append_new(rules, reason_json(api, rq, triage->rules[i].id));
	api_answer(rq, 200,
		json_pack("{s:o,s:o,s:o,s:o}", "version", json_of_str(triage->version), "priorities", priorities, "clocks", clocks, "rules",
			rules));
}

/* ---- How well it goes ---- */

struct measure {
	struct api *api;
	struct http_request *rq;
	struct list_query query;
	char cursor[1024];
	int days;
	bool alerts, capped;
	int64_t rows;
	int64_t *waits; /* microseconds from receipt to decision */
	size_t wait_count;
	int64_t received, undecided, in_time, late, compared, agreed, step_agreed, more_urgent, less_urgent, urgent, urgent_missed, started,
		start_target, start_limit, broken, open_breaches[6], resolved, false_alarms, out, confirmed;
};

static void measure_referral(struct measure *m, const struct row *row, int64_t now_us)
{
	static const char *const flags[] = { "breach_respond", "breach_contact", "breach_start", "breach_limit", "breach_second",
		"breach_receipt" };
	const struct triage_figure *clocks = triage_of(m->api)->clocks;
	int64_t received = row_time(row, "received_at").us, decided = row_time(row, "decided_at").us, by = row_time(row, "respond_by").us;
	int against = triage_parse(row_text(row, "against_priority")), is = triage_parse(row_text(row, "decided_priority"));
	m->received++;
	m->undecided += row_bool(row, "undecided");
	if (by) {
		m->in_time += decided && decided <= by;
		m->late += decided ? decided > by : by < now_us;
	}
	if (decided && by && m->wait_count < MEASURE_ROWS_MAX) /* what staff made is decided as it is made */
		m->waits[m->wait_count++] = decided - received;
	if (against >= 0 && is >= 0) {
		m->compared++;
		m->agreed += against == is;
		m->step_agreed += row_int(row, "against_step") == row_int(row, "decided_step");
		m->more_urgent += is < against;
		m->less_urgent += is > against;
		m->urgent += is <= TRIAGE_C;
		m->urgent_missed += is <= TRIAGE_C && against > TRIAGE_C;
	}
	int64_t started = row_time(row, "started_at").us;
	m->started += started > 0;
	m->start_target += started && started - received <= clocks[TRIAGE_START_TARGET].us;
	m->start_limit += started && started - received <= clocks[TRIAGE_START_LIMIT].us;
	m->broken += row_int(row, "breach_count") > 0;
	m->out += !row_is_null(row, "out_sent_at");
	m->confirmed += !row_is_null(row, "out_received_at");
	for (size_t i = 0; i < COUNT_OF(flags); i++)
		m->open_breaches[i] += row_bool(row, flags[i]);
}

static void measure_alert(struct measure *m, const struct row *row)
{
	if (!str_eqc(row_text(row, "kind"), "risk") || row_int(row, "level") < 3 || !str_eqc(row->state, "resolved"))
		return;
	m->resolved++;
	m->false_alarms += str_eqc(row_text(row, "resolution"), "false_alarm");
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

static json_t *wait_at(const struct measure *m, size_t per_cent)
{
	return m->wait_count ? json_integer(m->waits[(m->wait_count - 1) * per_cent / 100] / MINUTE_US) : json_null();
}

static json_t *part(int64_t count, int64_t of)
{
	return json_pack("{s:I,s:I}", "count", (json_int_t)count, "of", (json_int_t)of);
}

static void answer_measures(struct measure *m)
{
	static const char *const names[] = { "respond", "contact", "start", "limit", "second", "receipt" };
	json_t *breaches = json_object();
	qsort(m->waits, m->wait_count, sizeof *m->waits, by_size);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		json_object_set_new(breaches, names[i], part(m->open_breaches[i], m->received));
	json_t *json = json_pack("{s:i,s:I,s:b,s:{s:o,s:o,s:I}}", "days", m->days, "received", (json_int_t)m->received, "capped", m->capped,
		"time_to_decision_minutes", "median", wait_at(m, 50), "p90", wait_at(m, 90), "of", (json_int_t)m->wait_count);
	json_object_set_new(json, "decided_in_time", part(m->in_time, m->in_time + m->late));
	json_object_set_new(json, "undecided", part(m->undecided, m->received));
	json_object_set_new(json, "agreed_priority", part(m->agreed, m->compared));
	json_object_set_new(json, "agreed_step", part(m->step_agreed, m->compared));
	json_object_set_new(json, "decided_more_urgent", part(m->more_urgent, m->compared));
	json_object_set_new(json, "decided_less_urgent", part(m->less_urgent, m->compared));
	json_object_set_new(json, "false_alarms", part(m->false_alarms, m->resolved));
	json_object_set_new(json, "urgent_missed", part(m->urgent_missed, m->urgent));
	json_object_set_new(json, "started_in_target", part(m->start_target, m->started));
	json_object_set_new(json, "started_in_limit", part(m->start_limit, m->started));
	json_object_set_new(json, "with_breach", part(m->broken, m->received));
	json_object_set_new(json, "out_confirmed", part(m->confirmed, m->out));
	json_object_set_new(json, "open_breaches", breaches);
	api_answer(m->rq, 200, json);
	mem_delete(m->waits);
	mem_delete(m);
}

static void measure_next(struct measure *m);

static void measure_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct measure *m = ctx;
	int64_t now = clock_wall(api_care(m->api)->clock).us;
	if (err) {
		api_refuse(m->rq, err);
		mem_delete(m->waits);
		mem_delete(m);
		return;
	}
	for (size_t i = 0; i < take_set->count; i++) {
		if (m->alerts)
			measure_alert(m, &take_set->rows[i]);
		else
			measure_referral(m, &take_set->rows[i], now);
	}
	m->rows += (int64_t)take_set->count;
	bool more = take_set->cursor.len > 0 && take_set->cursor.len < sizeof m->cursor, full = m->rows >= MEASURE_ROWS_MAX;
	m->capped |= more && full;
	if (more)
		memcpy(m->cursor, take_set->cursor.ptr, take_set->cursor.len);
	m->query.cursor = more && !full ? str_make(m->cursor, take_set->cursor.len) : STR("");
	bool over = !m->query.cursor.len;
	row_set_free(&take_set);
	if (over && m->alerts) {
		answer_measures(m);
		return;
	}
	if (over) {
		m->alerts = true;
		m->rows = 0;
		m->query.resource = "alert";
		m->query.index = "all";
	}
	measure_next(m);
}

static void measure_next(struct measure *m)
{
	struct scope scope = care_scope_system(api_principal(m->rq)->programme_id.text, NULL); /* numbers only */
	struct err err = { 0 };
	if (store_list(api_store(m->api), &scope, &m->query, measure_read, m, &err))
		measure_read(m, NULL, &err);
}

static void get_measures(void *ctx, struct http_request *rq)
{
	struct measure *m = mem_new(sizeof *m);
	int64_t *waits = mem_new(MEASURE_ROWS_MAX * sizeof *waits);
	struct str days = http_query(rq, "days");
	int value = 0;
	for (size_t i = 0; i < days.len && i < 4 && isdigit((unsigned char)days.ptr[i]); i++)
		value = value * 10 + (days.ptr[i] - '0');
	if (!m || !waits || value > MEASURE_DAYS_MAX) {
		mem_delete(m);
		mem_delete(waits);
		http_error(rq, value > MEASURE_DAYS_MAX ? 400 : 500, value > MEASURE_DAYS_MAX ? "invalid" : "internal",
			"days must be 1 to 366", "days");
		return;
	}
	wall_time now = clock_wall(api_care(ctx)->clock);
	m->api = ctx;
	m->rq = rq;
	m->waits = waits;
	m->days = value ? value : 90;
	m->query = (struct list_query){ .resource = "referral",
		.index = "received",
		.bounded = true,
		.from = { now.us - m->days * DAY_US },
		.to = { now.us + 1 },
		.limit = LIST_MAX };
	measure_next(m);
}

#define WHO_MEASURES (WHO_CLINICAL | WHO_COMPLIANCE | WHO_ADMIN)

const struct http_route api_triage_routes[] = {
	{ "GET", "/api/v1/staff/triage", api_board, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "GET", "/api/v1/staff/triage/measures", get_measures, HTTP_AUTH_STAFF, WHO_MEASURES, 0, false },
	{ "GET", "/api/v1/staff/triage/rules", get_rules, HTTP_AUTH_STAFF, WHO_MEASURES, 0, false },
	{ "GET", "/api/v1/staff/triage/:id", get_referral, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/triage/:id/decide", post_decide, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "POST", "/api/v1/staff/triage/:id/contact", post_contact, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "POST", "/api/v1/staff/triage/:id/promise", post_promise, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "POST", "/api/v1/staff/triage/:id/offer", post_offer, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "POST", "/api/v1/staff/triage/:id/start", post_start, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "POST", "/api/v1/staff/triage/:id/refer-out", post_out, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "POST", "/api/v1/staff/triage/:id/receipt", post_receipt, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "POST", "/api/v1/staff/triage/:id/close", post_close, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
	{ "GET", "/api/v1/staff/clients/:id/referral", get_open, HTTP_AUTH_STAFF, WHO_CLINICAL, 0, false },
	{ "POST", "/api/v1/staff/clients/:id/referral", post_referral, HTTP_AUTH_STAFF, WHO_CLINICAL, 16384, false },
};
const size_t api_triage_route_count = COUNT_OF(api_triage_routes);
