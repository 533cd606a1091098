/* api_intake.c: the first conversation in the client's app: the question that comes next, an answer, the end, and the truth about what
 * happens afterwards. What a client writes, and what says something about risk, goes the same way as a message (care/turn.h) before it is
 * kept with the answers: so it is screened, recorded, and a person is told. */
#include "http/api_priv.h"

#include "care/abandon.h"
#include "care/intake.h"
#include "care/referral.h"
#include "care/resources.h"
#include "care/response.h"
#include "sys/mem.h"

#define LAYER "http/api"

static const struct triage *triage_of(const struct api *api)
{
	return api_care(api)->triage;
}

static struct str lang_of(const struct http_request *rq)
{
	struct str asked = http_query(rq, "lang");
	return asked.len ? asked : str_c(api_principal(rq)->lang);
}

static bool has_instruments(void)
{
	struct registry registry = care_registry();
	return registry_find(&registry, "response") != NULL;
}

/* ---- What the page shows ---- */

static json_t *step_json(const struct intake_step *step, const json_t *answers)
{
	json_t *choices = json_array();
	for (size_t i = 0; i < step->choice_count; i++)
		json_array_append_new(choices,
			json_pack("{s:o,s:o}", "id", json_of_str(step->choices[i].id), "text", json_of_str(step->choices[i].text)));
	const json_t *answer = json_object_getn(answers, step->id.ptr, step->id.len);
	return json_pack("{s:o,s:s,s:o,s:o,s:o,s:o,s:b,s:o,s:O?}", "id", json_of_str(step->id), "ask", intake_ask_name(step->ask), "topic",
		json_of_str(step->topic), "text", json_of_str(step->text), "hint", json_of_str(step->hint), "instrument",
		json_of_str(step->instrument), "optional", step->optional || step->ask == INTAKE_INSTRUMENT, "choices", choices, "answer",
		(json_t *)(uintptr_t)answer);
}

/* Steps that were answered and still count, oldest first, then the one that comes. */
static json_t *steps_json(const struct intake_pack *pack, const struct intake_state *state, int next)
{
	json_t *steps = json_array();
	for (size_t i = 0; i < pack->step_count; i++) {
		bool answered = json_object_getn(state->answers, pack->steps[i].id.ptr, pack->steps[i].id.len) != NULL;
		if (((int)i == next || answered) && intake_asked(pack, state, i))
			json_array_append_new(steps, step_json(&pack->steps[i], state->answers));
	}
	return steps;
}

static json_t *answers_of(const struct row *row)
{
	struct str text = row ? row_text(row, "answers") : STR("");
	json_t *answers = text.len ? json_loadb(text.ptr, text.len, 0, NULL) : NULL;
	return json_is_object(answers) ? answers : (json_decref(answers), json_object());
}

static json_t *intake_json(struct api *api, const struct http_request *rq, const struct row *row)
{
	const struct intake_pack *pack = intake_pack_of(triage_of(api), lang_of(rq)); /* answers are ids: the language may change midway */
	json_t *answers = answers_of(row);
	struct intake_state state = { .answers = answers, .instruments = has_instruments() };
	size_t done = 0, all = 0;
	int next = intake_next(pack, &state, &done, &all);
	json_t *json = json_pack("{s:o,s:I,s:o,s:o,s:o,s:i,s:i,s:o,s:i}", "id", row ? json_of_str(row->id) : json_null(), "version",
		(json_int_t)(row ? row->version : 0), "state", row ? json_of_str(row->state) : json_null(), "lang", json_of_str(pack->lang),
		"step", next < 0 ? json_null() : json_of_str(pack->steps[next].id), "done", (int)done, "all", (int)all, "steps",
		steps_json(pack, &state, next), "level", row ? (int)row_int(row, "level") : 0);
	json_decref(answers);
	return json;
}

/* What is true about what comes: nothing is promised here that a person has not promised. */
static json_t *path_json(const struct row *row, wall_time now)
{
	if (!row)
		return json_null();
	bool late = row_bool(row, "undecided") && row_time(row, "respond_by").us && row_time(row, "respond_by").us < now.us;
	bool missed = row_time(row, "next_contact_at").us && row_time(row, "next_contact_at").us < now.us;
	return json_pack("{s:o,s:b,s:o,s:b,s:o,s:b,s:o,s:o}", "state", json_of_str(row->state), "undecided", row_bool(row, "undecided"),
		"respond_by", json_of_time_field(row, "respond_by"), "late", late, "next_contact_at",
		json_of_time_field(row, "next_contact_at"), "missed", missed, "appointment_at", json_of_time_field(row, "appointment_at"),
		"out_to", str_eqc(row->state, "referred_out") ? json_of_field(row, "out_to") : json_null());
}

static const struct row *newest(const struct row_set *set)
{
	return set && set->count ? &set->rows[0] : NULL;
}

static json_t *build_intake(struct gather *gather)
{
	const struct row *intake = newest(gather->sets[0]);
	return json_pack("{s:o,s:o}", "intake", intake_json(gather->api, gather->rq, intake), "path",
		path_json(newest(gather->sets[1]), clock_wall(api_care(gather->api)->clock)));
}

static struct list_query newest_of(const struct principal *who, const char *resource)
{
	return (struct list_query){
		.resource = resource, .index = "client", .equal = { value_c(who->person_id.text) }, .descending = true, .limit = 1
	};
}

/* The client's own row; of the referral only what path_json tells. */
static void answer_intake(struct api *api, struct http_request *rq)
{
	const struct principal *who = api_principal(rq);
	struct scope own = principal_scope(who, NULL), system = care_scope_system(who->programme_id.text, NULL);
	struct list_query intake = newest_of(who, "intake"), referral = newest_of(who, "referral");
	struct gather *gather = gather_new(api, rq, build_intake, NULL);
	if (!gather)
		return;
	gather_list(gather, &own, &intake);
	gather_list(gather, &system, &referral);
	gather_run(gather);
}

static void get_intake(void *ctx, struct http_request *rq)
{
	answer_intake(ctx, rq);
}

/* ---- Beginning ---- */

static void intake_made(void *ctx, const struct err *err)
{
	struct act *act = ctx;
	if (err && err->code != E_EXISTS) /* begun on another device: that one goes on */
		api_refuse(act->rq, err);
	else
		answer_intake(act->api, act->rq);
}

static bool waits(const struct row_set *tasks, struct str instrument)
{
	for (size_t i = 0; tasks && i < tasks->count; i++) {
		const struct row *task = &tasks->rows[i];
		if (str_eq(row_text(task, "instrument"), instrument) && (str_eqc(task->state, "due") || str_eqc(task->state, "started")))
			return true;
	}
	return false;
}

/* The questionnaires of the conversation wait with the others, and may be answered later too. One that waits already is not asked twice. */
static void assign_questionnaires(
	struct api *api, struct unit *unit, const struct intake_pack *pack, const char *client_id, const struct row_set *tasks)
{
	for (size_t i = 0; i < pack->step_count; i++) {
		const struct intake_step *step = &pack->steps[i];
		if (step->ask == INTAKE_INSTRUMENT && instruments_find(api_care(api)->instruments, step->instrument) &&
			!waits(tasks, step->instrument))
			questionnaire_assign(unit, client_id, step->instrument, "client", NULL, clock_wall(api_care(api)->clock), NULL);
	}
}

static void tasks_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct act *act = ctx;
	struct api *api = act->api;
	const struct principal *who = api_principal(act->rq);
	struct scope scope = care_scope_system(who->programme_id.text, "intake.begin");
	const struct intake_pack *pack = intake_pack_of(triage_of(api), lang_of(act->rq));
	struct err own = { 0 };
	scope.actor_id = who->person_id.text;
	struct unit *unit = err ? NULL : unit_new(api_store(api), &scope);
	if (!unit) {
		if (!err)
			err_set(&own, E_MEMORY, LAYER, "out of memory");
		api_refuse(act->rq, err ? err : &own);
		row_set_free(&take_set);
		return;
	}
	struct uuid intake_id;
	struct op *op = unit_insert(unit, "intake", &intake_id);
	op_c(op, "client_id", who->person_id.text);
	op_c(op, "open_client_id", who->person_id.text);
	op_text(op, "language", pack->lang);
	op_text(op, "pack", arena_printf(&act->rq->arena, STR_FMT "/" STR_FMT, STR_ARG(pack->id), STR_ARG(pack->version)));
	op_text(op, "step", pack->steps[0].id);
	op_int(op, "level", 0);
	op_time(op, "started_at", clock_wall(api_care(api)->clock));
	assign_questionnaires(api, unit, pack, who->person_id.text, take_set);
	abandon_watch(api->parts.care, unit, intake_id.text, who->person_id.text);
	row_set_free(&take_set);
	if (store_submit(api_store(api), unit, intake_made, act, &own))
		api_refuse(act->rq, &own);
}

static void post_intake(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = newest_of(api_principal(rq), "questionnaire_task");
	struct act *act = act_new(ctx, rq, "intake", STR(""), NULL);
	struct err err = { 0 };
	json_t *body = act ? api_body(rq) : NULL;
	if (!body)
		return;
	json_decref(body);
	query.limit = LIST_MAX;
	if (store_list(api_store(ctx), &scope, &query, tasks_read, act, &err))
		api_refuse(rq, &err);
}

/* ---- An answer ---- */

/* Lives until the turn has ended, when there is one; the request is answered earlier. */
struct answering {
	struct api *api;
	struct http_request *rq; /* NULL once answered */
	struct arena arena;
	const struct intake_pack *pack;
	const struct intake_step *step;
	json_t *body;
	int64_t version;
	struct uuid intake_id;
	wall_time started_at;
	int level;       /* of the row, then with this answer */
	uint64_t marks;  /* risk ever stated */
	json_t *answers; /* with this one */
	struct turn *turn;
	struct uuid reply_id;
	bool turning;
};

static void answering_free(struct answering *answering)
{
	if (answering->turning || answering->rq)
		return;
	json_decref(answering->body);
	json_decref(answering->answers);
	arena_done(&answering->arena);
	mem_delete(answering);
}

static struct http_request *take_request(struct answering *answering)
{
	struct http_request *rq = answering->rq;
	answering->rq = NULL;
	return rq;
}

static void refuse(struct answering *answering, const struct err *err)
{
	api_refuse(take_request(answering), err);
	answering_free(answering);
}

static json_t *build_answered(struct gather *gather)
{
	json_t *json = build_intake(gather);
	const struct row *reply = gather->count > 2 ? newest(gather->sets[2]) : NULL;
	bool said = reply && !str_eqc(row_text(reply, "safe_text"), "triage.heard");
	json_object_set_new(json, "said", said ? json_of_field(reply, "text") : json_null());
	return json;
}

/* The page gets the next question, and what the team's texts say to this answer when they say anything. */
static void answer_saved(void *ctx, const struct err *err)
{
	struct answering *answering = ctx;
	struct api *api = answering->api;
	struct uuid reply_id = answering->reply_id;
	if (err) {
		refuse(answering, err);
		return;
	}
	struct http_request *rq = take_request(answering);
	answering_free(answering);
	const struct principal *who = api_principal(rq);
	struct scope own = principal_scope(who, NULL), system = care_scope_system(who->programme_id.text, NULL);
	struct list_query intake = newest_of(who, "intake"), referral = newest_of(who, "referral");
	struct gather *gather = gather_new(api, rq, build_answered, NULL);
	if (!gather)
		return;
	gather_list(gather, &own, &intake);
	gather_list(gather, &system, &referral);
	if (reply_id.text[0])
		gather_get(gather, &own, "message", reply_id.text);
	gather_run(gather);
}

static json_t *marks_json(const struct triage *triage, uint64_t marks)
{
	json_t *list = json_array();
	for (size_t i = 0; i < triage->mark_count; i++)
		if (marks >> i & 1)
			json_array_append_new(list, json_stringn(triage->marks[i].id.ptr, triage->marks[i].id.len));
	return list;
}

static uint64_t marks_of(const struct triage *triage, const struct row *row)
{
	json_t *list = json_of_json_field(row, "marks"), *value;
	uint64_t marks = 0;
	size_t index;
	json_array_foreach(list, index, value)
	{
		int at = json_is_string(value) ? triage_mark_of(triage, str_c(json_string_value(value))) : -1;
		if (at >= 0)
			marks |= UINT64_C(1) << at;
	}
	json_decref(list);
	return marks;
}

static void save_answer(struct answering *answering)
{
	struct api *api = answering->api;
	const struct principal *who = api_principal(answering->rq);
	struct scope scope = care_scope_system(who->programme_id.text, "intake.answer");
	struct intake_state state = { .answers = answering->answers, .instruments = has_instruments() };
	struct err err = { 0 };
	scope.actor_id = who->person_id.text;
	struct unit *unit = unit_new(api_store(api), &scope);
	if (!unit) {
		err_set(&err, E_MEMORY, LAYER, "out of memory");
		refuse(answering, &err);
		return;
	}
	int next = intake_next(answering->pack, &state, NULL, NULL);
	json_t *marks = marks_json(triage_of(api), answering->marks);
	struct op *op = unit_update(unit, "intake", answering->intake_id.text, answering->version);
	op_json(op, "answers", answering->answers);
	op_json(op, "marks", marks);
	op_int(op, "level", answering->level);
	if (next >= 0)
		op_text(op, "step", answering->pack->steps[next].id);
	else
		op_null(op, "step");
	json_decref(marks);
	if (store_submit(api_store(api), unit, answer_saved, answering, &err))
		refuse(answering, &err);
}

static void answer_recorded(void *ctx, const struct turn_record *record, const struct err *err)
{
	struct answering *answering = ctx;
	if (err && answering->rq) {
		const struct care_client *client = care_client(answering->api->parts.care, api_principal(answering->rq)->person_id.text);
		struct str words = messages_last_resort(client ? client->language : STR("en"));
		struct http_request *rq = take_request(answering);
		api_answer(rq, 503, json_pack("{s:{s:s,s:o,s:n}}", "error", "code", "not_saved", "message", json_of_str(words), "field"));
		return;
	}
	if (!answering->rq)
		return;
	answering->level = record->level > answering->level ? record->level : answering->level;
	answering->reply_id = record->reply_id;
	save_answer(answering);
}

static void answer_turned(void *ctx, const struct turn_outcome *outcome)
{
	struct answering *answering = ctx;
	(void)outcome;
	answering->turning = false;
	answering_free(answering);
}

/* The sign of highest level that the answer sets, as what was stated. */
static void state_risk(const struct answering *answering, struct turn_request *request)
{
	const struct triage *triage = triage_of(answering->api);
	uint64_t marks = intake_answer_marks(answering->step, json_object_get(answering->body, "answer"));
	for (size_t i = 0; i < triage->mark_count; i++) {
		const struct triage_mark *mark = &triage->marks[i];
		if (!(marks >> i & 1) || mark->level <= request->stated_level)
			continue;
		request->stated_level = mark->level;
		request->stated_concept = mark->concept;
	}
	request->stated_phrase = arena_printf((struct arena *)(uintptr_t)&answering->arena, STR_FMT ":" STR_FMT,
		STR_ARG(answering->pack->id), STR_ARG(answering->step->id));
	request->stated_why = messages_render(api_care(answering->api)->messages, (struct arena *)(uintptr_t)&answering->arena,
		care_programme(answering->api->parts.care, api_principal(answering->rq)->programme_id.text)->language, STR("triage.stated"),
		0, NULL, 0);
}

static void turn_answer(struct api *api, struct http_request *rq, const char *conversation_id, void *ctx)
{
	static const struct turn_events events = { .recorded = answer_recorded, .done = answer_turned };
	struct answering *answering = ctx;
	const struct principal *who = api_principal(rq);
	const struct care_client *client = care_client(api->parts.care, who->person_id.text);
	struct err err = { 0 };
	struct turn_request request = { .programme = care_programme(api->parts.care, who->programme_id.text),
		.client_id = who->person_id.text,
		.conversation_id = conversation_id,
		.text = intake_words(&answering->arena, answering->step, json_object_get(answering->body, "answer")),
		.submission = api_text(answering->body, "client_message_id"),
		.lang = str_c(who->lang),
		.country = client ? client->country : STR(""),
		.age = client ? client->age : 0,
		.reach = REACH_IDENTIFIED,
		.consent_ai = true, /* no model is asked: listen */
		.listen = true };
	state_risk(answering, &request);
	answering->turning = true;
	if (turn_start(api->parts.turns, &request, &events, answering, &answering->turn, &err)) {
		answering->turning = false;
		refuse(answering, &err);
	}
}

static void no_conversation(void *ctx)
{
	struct answering *answering = ctx;
	answering->rq = NULL; /* answered */
	answering_free(answering);
}

/* What was stated is told a person first, the rest is kept. */
static void take_answer(struct answering *answering)
{
	const struct triage *triage = triage_of(answering->api);
	json_t *answer = json_object_get(answering->body, "answer");
	uint64_t marks = intake_answer_marks(answering->step, answer), risk = triage_marks_risk(triage, marks);
	int level = triage_marks_level(triage, marks);
	answering->marks |= risk;
	answering->level = level > answering->level ? level : answering->level;
	json_object_setn(answering->answers, answering->step->id.ptr, answering->step->id.len, answer);
	bool written = api_text(answer, "text").len > 0;
	if (written || risk)
		api_with_conversation(answering->api, answering->rq, turn_answer, no_conversation, answering);
	else
		save_answer(answering);
}

/* "I have answered them" holds when they were sent since this conversation began. */
static void responses_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct answering *answering = ctx;
	bool sent = false;
	for (size_t i = 0; take_set && i < take_set->count && !sent; i++) {
		const struct row *row = &take_set->rows[i];
		sent = str_eq(row_text(row, "instrument"), answering->step->instrument) && str_eqc(row->state, "completed") &&
		       row->updated_at.us >= answering->started_at.us;
	}
	row_set_free(&take_set);
	if (err) {
		refuse(answering, err);
	} else if (!sent) {
		http_error(take_request(answering), 409, "not_answered", "these questions were not sent yet", "answer");
		answering_free(answering);
	} else {
		take_answer(answering);
	}
}

static void look_for_response(struct answering *answering)
{
	const struct principal *who = api_principal(answering->rq);
	struct scope scope = principal_scope(who, NULL);
	struct list_query query = newest_of(who, "response");
	struct err err = { 0 };
	query.limit = LIST_MAX;
	if (store_list(api_store(answering->api), &scope, &query, responses_read, answering, &err))
		refuse(answering, &err);
}

/* The row as it is: the answer must be to a step that is asked. */
static void intake_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct answering *answering = ctx;
	const struct triage *triage = triage_of(answering->api);
	const struct row *row = err ? NULL : newest(take_set);
	struct err own = { 0 };
	if (!row) {
		row_set_free(&take_set);
		err_set(&own, E_CONFLICT, LAYER, "begin the questions first");
		refuse(answering, err && err->code != E_NOT_FOUND ? err : &own);
		return;
	}
	answering->pack = intake_pack_of(triage, lang_of(answering->rq));
	answering->answers = answers_of(row);
	answering->intake_id = (struct uuid){ { 0 } };
	memcpy(answering->intake_id.text, row->id.ptr, UUID_LENGTH);
	answering->started_at = row_time(row, "started_at");
	answering->level = (int)row_int(row, "level");
	answering->marks = marks_of(triage, row);
	bool stale = row->version != answering->version;
	row_set_free(&take_set);
	struct intake_state state = { .answers = answering->answers, .instruments = has_instruments() };
	int at = intake_find(answering->pack, api_text(answering->body, "step"));
	json_t *answer = json_object_get(answering->body, "answer");
	int rc = stale ? err_set(&own, E_CONFLICT, LAYER, "it was answered on another device meanwhile")
		 : at < 0 || !intake_asked(answering->pack, &state, (size_t)at) ? err_set(&own, E_INVALID, LAYER, "step: is not asked now")
										: intake_check(&answering->pack->steps[at], answer, &own);
	if (rc) {
		refuse(answering, &own);
		return;
	}
	answering->step = &answering->pack->steps[at];
	if (answering->step->ask == INTAKE_INSTRUMENT && json_is_true(json_object_get(answer, "done")))
		look_for_response(answering);
	else
		take_answer(answering);
}

static void post_answer(void *ctx, struct http_request *rq)
{
	struct answering *answering = mem_new(sizeof *answering);
	const struct principal *who = api_principal(rq);
	struct scope scope = principal_scope(who, "intake.answer");
	struct list_query query = { .resource = "intake", .index = "open", .equal = { value_c(who->person_id.text) } };
	struct err err = { 0 };
	json_t *body = answering ? api_body(rq) : NULL;
	if (!body) {
		if (!answering)
			http_error(rq, 500, "internal", "out of memory", NULL);
		mem_delete(answering);
		return;
	}
	*answering = (struct answering){ .api = ctx, .rq = rq, .body = body, .version = api_int(body, "version", -2) };
	arena_init(&answering->arena, mem_system(), 256u * 1024);
	size_t id_len = api_text(body, "client_message_id").len;
	if (id_len == 0 || id_len > 64)
		err_set(&err, E_INVALID, LAYER, "client_message_id: must have 1 to 64 bytes");
	else if (store_find(api_store(ctx), &scope, &query, intake_read, answering, &err) == 0)
		return;
	refuse(answering, &err);
}

/* ---- The end ---- */

struct finishing {
	struct api *api;
	struct http_request *rq;
};

static void finished(void *ctx, const struct err *err)
{
	struct finishing *finishing = ctx;
	if (err && err->code != E_CONFLICT)
		api_refuse(finishing->rq, err);
	else
		answer_intake(finishing->api, finishing->rq); /* ended elsewhere meanwhile: the same is true */
}

static void finish_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct finishing *finishing = ctx;
	struct http_request *rq = finishing->rq;
	const struct triage *triage = triage_of(finishing->api);
	const struct row *row = err ? NULL : newest(take_set);
	struct scope scope = principal_scope(api_principal(rq), "intake.finish");
	struct err own = { 0 };
	if (!row) {
		row_set_free(&take_set);
		if (err && err->code != E_NOT_FOUND)
			api_refuse(rq, err);
		else
			answer_intake(finishing->api, rq);
		return;
	}
	const struct intake_pack *pack = intake_pack_of(triage, row_text(row, "language"));
	json_t *answers = answers_of(row);
	struct intake_state state = { .answers = answers, .instruments = has_instruments() };
	const struct referral_intake intake = { .client_id = api_principal(rq)->person_id.text,
		.intake_id = row->id.ptr,
		.version = row->version,
		.level = (int)row_int(row, "level"),
		.marks = intake_marks(pack, &state) | marks_of(triage, row) };
	if (intake_next(pack, &state, NULL, NULL) >= 0)
		http_error(rq, 409, "not_finished", "there are questions left", "step");
	else if (referral_from_intake(finishing->api->parts.care, &scope, &intake, finished, finishing, &own))
		api_refuse(rq, &own);
	json_decref(answers);
	row_set_free(&take_set);
}

static void post_finish(void *ctx, struct http_request *rq)
{
	struct finishing *finishing = ARENA_NEW(&rq->arena, struct finishing);
	const struct principal *who = api_principal(rq);
	struct scope scope = principal_scope(who, "intake.finish");
	struct list_query query = { .resource = "intake", .index = "open", .equal = { value_c(who->person_id.text) } };
	struct err err = { 0 };
	json_t *body = api_body(rq);
	if (!body)
		return;
	json_decref(body);
	if (!finishing) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*finishing = (struct finishing){ ctx, rq };
	if (store_find(api_store(ctx), &scope, &query, finish_read, finishing, &err))
		api_refuse(rq, &err);
}

const struct http_route api_intake_routes[] = {
	{ "GET", "/api/v1/client/intake", get_intake, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "POST", "/api/v1/client/intake", post_intake, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "POST", "/api/v1/client/intake/answer", post_answer, HTTP_AUTH_CLIENT, WHO_CLIENT, 32768, false },
	{ "POST", "/api/v1/client/intake/finish", post_finish, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
};
const size_t api_intake_route_count = COUNT_OF(api_intake_routes);
