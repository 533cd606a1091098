/* api_measure.c: questionnaires: a client's tasks, forms, answers and sending; what staff ask for and read, with what a chart needs. */
#include "http/api_priv.h"

#include "care/checkin.h"
#include "care/module.h"
#include "care/resources.h"
#include "care/response.h"

#include <stdlib.h>
#include <string.h>

/* ---- shapes ---- */

static struct str words_of(struct str en, struct str es, struct str lang)
{
	return str_starts(lang, STR("es")) ? es : en;
}

/* The languages whose wording is a translation of our own. */
static json_t *own_translations(const struct instrument *instrument)
{
	json_t *langs = json_array();
	for (size_t i = 0; i < instrument->text_count; i++)
		if (instrument->texts[i]->own)
			json_array_append_new(langs, json_of_str(instrument->texts[i]->lang));
	return langs;
}

static json_t *instrument_json(const struct instrument *instrument, struct str lang)
{
	json_t *langs = json_array();
	for (size_t i = 0; i < instrument->text_count; i++)
		json_array_append_new(langs, json_of_str(instrument->texts[i]->lang));
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:i,s:b,s:b,s:o,s:o}", "id", json_of_str(instrument->id), "title",
		json_of_str(words_of(instrument->title_en, instrument->title_es, lang)), "about",
		json_of_str(words_of(instrument->about_en, instrument->about_es, lang)), "recall", json_of_str(instrument->recall),
		"licence", json_of_str(instrument->licence), "items", (int)instrument->item_count, "skeleton", instrument->skeleton,
		"scored", !instrument->no_score, "langs", langs, "own_translations", own_translations(instrument));
}

static json_t *choices_json(const struct instrument *instrument, const struct instrument_text *text, size_t item)
{
	json_t *choices = json_array();
	for (int value = instrument->items[item].min; text->choices[item][0].len && value <= instrument->items[item].max; value++)
		json_array_append_new(choices, json_pack("{s:i,s:o}", "value", value, "text",
						       json_of_str(text->choices[item][value - instrument->items[item].min])));
	return choices;
}

/* The form with all that a phone needs offline: which answers call for help, which items depend on which. */
static json_t *form_json(const struct instrument *instrument, const struct instrument_text *text, struct str lang)
{
	json_t *form = instrument_json(instrument, lang), *items = json_array(), *help = json_array();
	for (size_t i = 0; i < instrument->item_count; i++) {
		const struct instrument_item *item = &instrument->items[i];
		json_t *shown = json_array();
		for (size_t k = 0; k < item->shown_if_count; k++)
			json_array_append_new(shown, json_of_str(instrument->items[item->shown_if[k]].id));
		json_array_append_new(
			items, json_pack("{s:o,s:o,s:i,s:i,s:b,s:b,s:o,s:o,s:i,s:b}", "id", json_of_str(item->id), "text",
				       json_of_str(text->items[i]), "min", item->min, "max", item->max, "optional", item->optional,
				       "not_applicable", item->not_applicable, "choices", choices_json(instrument, text, i), "shown_if",
				       shown, "shown_if_value", item->shown_if_value, "shown_if_unanswered", item->shown_if_unanswered));
	}
	for (size_t i = 0; i < instrument->trigger_count; i++)
		json_array_append_new(help,
			json_pack("{s:o,s:i,s:i,s:i}", "item", json_of_str(instrument->items[instrument->triggers[i].item].id), "from",
				instrument->triggers[i].from, "to", instrument->triggers[i].to, "level", instrument->triggers[i].level));
	json_object_set_new(form, "lang", json_of_str(text->lang));
	json_object_set_new(form, "stem", json_of_str(text->stem));
	json_object_set_new(form, "ends", json_pack("[o,o]", json_of_str(text->ends[0]), json_of_str(text->ends[1])));
	json_object_set_new(form, "author", json_of_str(text->author));
	json_object_set_new(form, "questions", items);
	json_object_set_new(form, "help", help);
	return form;
}

json_t *api_task_json(const struct api *api, const struct row *row, struct str lang)
{
	const struct instrument *instrument = instruments_find(api_care(api)->instruments, row_text(row, "instrument"));
	bool waits = str_eqc(row->state, "due") || str_eqc(row->state, "started");
	bool late = waits && row_time(row, "due_at").us < clock_wall(api_care(api)->clock).us;
	json_t *json = json_pack("{s:o,s:o,s:o,s:b,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "instrument",
		json_of_field(row, "instrument"), "title",
		instrument ? json_of_str(words_of(instrument->title_en, instrument->title_es, lang)) : json_null(), "late", late, "state",
		json_of_str(row->state), "source", json_of_field(row, "source"), "due_at", json_of_time_field(row, "due_at"), "about",
		instrument ? json_of_str(words_of(instrument->about_en, instrument->about_es, lang)) : json_null(), "created_at",
		json_of_time(row->created_at));
	struct str reader = row_text(row, "read_by");
	const struct care_staff *read_by = reader.len ? care_staff(api->parts.care, reader.ptr) : NULL;
	json_object_set_new(json, "version", json_integer(row->version));
	json_object_set_new(json, "read_by", read_by ? json_of_str(read_by->name) : json_null());
	static const char *const times[] = { "planned_at", "opens_at", "closes_at", "reminded_at" };
	static const char *const texts[] = { "schedule_id", "occurrence", "moved_reason", "reminder", "zone" };
	for (size_t i = 0; i < COUNT_OF(times); i++)
		json_object_set_new(json, times[i], json_of_time_field(row, times[i]));
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		json_object_set_new(json, texts[i], json_of_field(row, texts[i]));
	return json;
}

static json_t *response_json(const struct row *row)
{
	bool total = !row_is_null(row, "total");
	return json_pack("{s:o,s:o,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:b,s:I,s:I,s:b}", "id", json_of_str(row->id), "instrument",
		json_of_field(row, "instrument"), "version", (json_int_t)row_int(row, "instrument_version"), "rules",
		json_of_field(row, "rules"), "state", json_of_str(row->state), "started_at", json_of_time_field(row, "started_at"),
		"submitted_at", json_of_time_field(row, "submitted_at"), "total", total ? json_integer(row_int(row, "total")) : json_null(),
		"band", json_of_field(row, "band"), "score_state", json_of_field(row, "score_state"), "is_case", row_bool(row, "is_case"),
		"level", (json_int_t)row_int(row, "level"), "missing", (json_int_t)row_int(row, "missing"), "risk_unanswered",
		row_bool(row, "risk_unanswered"));
}

static void refuse(struct http_request *rq, int status, const char *code, const char *message)
{
	http_error(rq, status, code, message, NULL);
}

static struct str lang_of(const struct http_request *rq)
{
	struct str asked = http_query(rq, "lang");
	return asked.len ? asked : str_c(api_principal(rq)->lang);
}

int api_body_time(struct http_request *rq, const json_t *body, const char *key, wall_time *ret_time)
{
	struct str text = api_text(body, key);
	if (!text.len)
		return 0;
	if (clock_parse(arena_copy(&rq->arena, text).ptr, ret_time) == 0)
		return 1;
	http_error(rq, 400, "invalid_time", "a time needs its offset from UTC (RFC 3339)", key);
	return -1;
}

/* ---- a client's own ---- */

static struct list_query own(const struct http_request *rq, const char *resource, const char *index)
{
	return (struct list_query){ .resource = resource,
		.index = index,
		.equal = { value_c(api_principal(rq)->person_id.text) },
		.descending = true,
		.limit = LIST_MAX };
}

static int by_opening(const void *a, const void *b)
{
	int64_t one = row_time(*(const struct row *const *)a, "opens_at").us,
		other = row_time(*(const struct row *const *)b, "opens_at").us;
	return one < other ? -1 : one > other;
}

/* The client's clock: their own, until they have said where they are the programme's. */
static struct str zone_of(const struct gather *gather)
{
	const struct care *care = gather->api->parts.care;
	const struct care_client *client = care_client(care, api_principal(gather->rq)->person_id.text);
	const struct care_programme *programme = care_programme(care, api_principal(gather->rq)->programme_id.text);
	return client && client->time_zone.len ? client->time_zone : programme->time_zone;
}

/* The next one of each running schedule, and what staff asked for that waits for somebody who reads it: at the later moment, soonest first.
 */
static json_t *next_json(const struct gather *gather, const struct row_set *schedules, const struct row_set *tasks)
{
	const struct instruments *instruments = api_care(gather->api)->instruments;
	json_t *list = json_array();
	const struct row *rows[2 * LIST_MAX];
	size_t count = 0;
	for (size_t i = 0; i < schedules->count && i < LIST_MAX; i++)
		if (!row_is_null(&schedules->rows[i], "opens_at"))
			rows[count++] = &schedules->rows[i];
	for (size_t i = 0; i < tasks->count && i < LIST_MAX; i++)
		if (str_eqc(tasks->rows[i].state, "planned"))
			rows[count++] = &tasks->rows[i];
	qsort(rows, count, sizeof *rows, by_opening);
	for (size_t i = 0; i < count; i++) {
		const struct row *soonest = rows[i];
		const struct instrument *instrument = instruments_find(instruments, row_text(soonest, "instrument"));
		struct str own_zone = row_text(soonest, "zone"), about = STR("");
		if (instrument)
			about = words_of(instrument->about_en, instrument->about_es, lang_of(gather->rq));
		json_array_append_new(list, json_pack("{s:o,s:o,s:o,s:o}", "at", json_of_time_field(soonest, "opens_at"), "zone",
						    json_of_str(own_zone.len ? own_zone : zone_of(gather)), "instrument",
						    json_of_field(soonest, "instrument"), "about", json_of_str(about)));
	}
	return list;
}

static json_t *build_tasks(struct gather *gather)
{
	const struct care_client *client = care_client(gather->api->parts.care, api_principal(gather->rq)->person_id.text);
	json_t *items = json_array(), *done = json_array();
	for (size_t i = 0; i < gather->sets[0]->count; i++) {
		const struct row *row = &gather->sets[0]->rows[i];
		bool waits = str_eqc(row->state, "due") || str_eqc(row->state, "started");
		if (waits || str_eqc(row->state, "done"))
			json_array_append_new(waits ? items : done, api_task_json(gather->api, row, lang_of(gather->rq)));
	}
	return json_pack("{s:o,s:o,s:o,s:o}", "waiting", items, "done", done, "next", next_json(gather, gather->sets[1], gather->sets[0]),
		"time_zone", client ? json_of_str(client->time_zone) : json_null());
}

static void get_tasks(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = own(rq, "questionnaire_task", "client"), schedules = own(rq, "checkin_schedule", "client_state");
	struct gather *gather = gather_new(ctx, rq, build_tasks, NULL);
	if (!gather)
		return;
	schedules.equal[1] = value_c("active");
	gather_list(gather, &scope, &query);
	gather_list(gather, &scope, &schedules);
	gather_run(gather);
}

/* Opening a task: its response is made when there is none, else gone on with; then the form and what was answered. */
struct opening {
	struct api *api;
	struct http_request *rq;
	struct str task_id;
	struct uuid response_id;
	const struct instrument *instrument;
	const struct instrument_text *text;
};

static json_t *build_form(struct gather *gather)
{
	const struct opening *opening = gather->ctx;
	json_t *answers = json_object();
	for (size_t i = 0; i < gather->sets[1]->count; i++) {
		const struct row *row = &gather->sets[1]->rows[i];
		json_t *answer = json_pack("{s:o,s:o}", "kind", json_of_field(row, "kind"), "value",
			row_is_null(row, "value") ? json_null() : json_integer(row_int(row, "value")));
		json_object_setn_new(answers, row_text(row, "item").ptr, row_text(row, "item").len, answer);
	}
	return json_pack("{s:o,s:o,s:o}", "response", response_json(&gather->sets[0]->rows[0]), "form",
		form_json(opening->instrument, opening->text, lang_of(gather->rq)), "answers", answers);
}

static void answer_form(struct opening *opening)
{
	struct scope scope = principal_scope(api_principal(opening->rq), NULL);
	struct list_query answers = {
		.resource = "answer", .index = "response", .equal = { value_c(opening->response_id.text) }, .limit = LIST_MAX
	};
	struct gather *gather = gather_new(opening->api, opening->rq, build_form, opening);
	if (!gather)
		return;
	gather_get(gather, &scope, "response", opening->response_id.text);
	gather_list(gather, &scope, &answers);
	gather_run(gather);
}

static void begun(void *ctx, const struct err *err)
{
	struct opening *opening = ctx;
	if (err)
		api_refuse(opening->rq, err);
	else
		answer_form(opening);
}

static void begin(struct opening *opening, const struct row *task)
{
	struct api *api = opening->api;
	const struct principal *who = api_principal(opening->rq);
	struct scope scope = principal_scope(who, "questionnaire.begin");
	struct err err = { 0 };
	const struct response_begin begin = { .client_id = who->person_id.text,
		.task_id = opening->task_id.ptr,
		.task_state = task->state,
		.instrument = opening->instrument,
		.lang = opening->text->lang,
		.started = clock_wall(api_care(api)->clock) };
	if (response_begin(api->parts.care, &scope, &begin, &opening->response_id, begun, opening, &err))
		api_refuse(opening->rq, &err);
}

static void task_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct opening *opening = ctx;
	const struct row *task = take_set && take_set->count ? &take_set->rows[0] : NULL;
	if (err || !task) {
		if (err)
			api_refuse(opening->rq, err);
		else
			refuse(opening->rq, 404, "not_found", "no such questionnaire");
		row_set_free(&take_set);
		return;
	}
	opening->instrument = instruments_find(api_care(opening->api)->instruments, row_text(task, "instrument"));
	opening->text = opening->instrument ? instrument_text_for(opening->instrument, lang_of(opening->rq)) : NULL;
	if (opening->instrument && !opening->text)
		opening->text = instrument_text_for(opening->instrument, STR("en"));
	if (!opening->text)
		refuse(opening->rq, 409, "text_missing", "this questionnaire has no wording in this language here");
	else if (str_eqc(task->state, "planned"))
		refuse(opening->rq, 409, "not_yet", "this questionnaire opens when somebody is there to read it");
	else if (str_eqc(task->state, "cancelled"))
		refuse(opening->rq, 409, "cancelled", "this questionnaire is not needed any more");
	else if (opening->response_id.text[0])
		answer_form(opening);
	else if (str_eqc(task->state, "missed"))
		refuse(opening->rq, 409, "closed", "the time for this questionnaire is over");
	else
		begin(opening, task);
	row_set_free(&take_set);
}

static void responses_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct opening *opening = ctx;
	struct scope scope = principal_scope(api_principal(opening->rq), NULL);
	struct err own_err = { 0 };
	if (!err && take_set->count)
		memcpy(opening->response_id.text, take_set->rows[0].id.ptr, sizeof opening->response_id.text);
	row_set_free(&take_set);
	if (err && err->code != E_NOT_FOUND)
		api_refuse(opening->rq, err);
	else if (store_get(api_store(opening->api), &scope, "questionnaire_task", opening->task_id.ptr, task_read, opening, &own_err))
		api_refuse(opening->rq, &own_err);
}

static void post_open(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct opening *opening = ARENA_NEW(&rq->arena, struct opening);
	struct err err = { 0 };
	if (!opening) {
		refuse(rq, 500, "internal", "out of memory");
		return;
	}
	*opening = (struct opening){ .api = ctx, .rq = rq, .task_id = arena_copy(&rq->arena, http_param(rq, "id")) };
	struct list_query query = { .resource = "response", .index = "task", .equal = { value_str(opening->task_id) }, .limit = 1 };
	if (store_list(api_store(ctx), &scope, &query, responses_read, opening, &err))
		api_refuse(rq, &err);
}

/* ---- answers and sending: the response, the newest conversation and, for sending, the answers and the task are read first ---- */

struct saving {
	struct api *api;
	struct http_request *rq;
	json_t *body;
	struct row_set *response, *conversation, *answers, *task;
	struct response_effect effect;
	struct score score;
	wall_time at;
	bool submits, duplicate;
	int step;
	struct str response_id, conversation_id;
};

static void saving_end(struct saving *saving)
{
	row_set_free(&saving->response);
	row_set_free(&saving->conversation);
	row_set_free(&saving->answers);
	row_set_free(&saving->task);
	json_decref(saving->body);
	saving->body = NULL;
}

static json_t *help_json(struct saving *saving)
{
	const struct care_parts *parts = api_care(saving->api);
	const struct care_client *client = care_client(saving->api->parts.care, api_principal(saving->rq)->person_id.text);
	struct str lang = lang_of(saving->rq), country = client ? client->country : STR("");
	const struct message_var vars[] = { { "lines",
						    helplines_text(parts->helplines, parts->messages, &saving->rq->arena, country, lang) },
		{ "emergency", helplines_emergency(parts->helplines, parts->messages, &saving->rq->arena, country, lang) } };
	return json_pack("{s:o,s:o}", "title",
		json_of_str(messages_render(parts->messages, &saving->rq->arena, lang, STR("help.title"), 0, NULL, 0)), "body",
		json_of_str(messages_render(parts->messages, &saving->rq->arena, lang, STR("help.body"), 0, vars, COUNT_OF(vars))));
}

static void saved(void *ctx, const struct err *err)
{
	struct saving *saving = ctx;
	struct http_request *rq = saving->rq;
	bool twice = err && err->code == E_EXISTS;
	if (err && !twice) {
		api_refuse(rq, err);
		saving_end(saving);
		return;
	}
	if (saving->effect.level >= 3 && saving->conversation_id.len)
		turns_forget(saving->api->parts.turns, saving->conversation_id.ptr);
	json_t *help = saving->effect.level ? help_json(saving) : json_null();
	api_answer(rq, 200,
		json_pack("{s:b,s:b,s:i,s:o,s:o}", "saved", true, "duplicate", twice, "level", saving->effect.level, "follow_up",
			json_of_str(saving->effect.follow_up), "help", help));
	saving_end(saving);
}

/* The receipt: what was stored, when, and nothing that judges. */
static json_t *receipt_json(const struct row *row)
{
	return json_pack("{s:o,s:o,s:o,s:o}", "response_id", json_of_str(row->id), "instrument", json_of_field(row, "instrument"),
		"submitted_at", json_of_time_field(row, "submitted_at"), "received_at", json_of_time_field(row, "received_at"));
}

static json_t *build_receipt(struct gather *gather)
{
	struct saving *saving = gather->ctx;
	json_t *receipt = receipt_json(&gather->sets[0]->rows[0]);
	bool help = saving->score.level > 0;
	return json_pack("{s:o,s:i,s:o}", "receipt", receipt, "level", saving->score.level, "help", help ? help_json(saving) : json_null());
}

static void answer_receipt(struct saving *saving)
{
	struct scope scope = principal_scope(api_principal(saving->rq), NULL);
	struct gather *gather = gather_new(saving->api, saving->rq, build_receipt, saving);
	if (!gather)
		return;
	gather_get(gather, &scope, "response", saving->response_id.ptr);
	gather_run(gather);
}

static void submitted(void *ctx, const struct err *err)
{
	struct saving *saving = ctx;
	if (!err && saving->score.level >= 3 && saving->conversation_id.len)
		turns_forget(saving->api->parts.turns, saving->conversation_id.ptr);
	saving_end(saving);
	if (err && err->code != E_CONFLICT) /* sent twice at once: the first receipt holds */
		api_refuse(saving->rq, err);
	else
		answer_receipt(saving);
}

static struct answer answer_of(const json_t *body)
{
	if (json_is_integer(json_object_get(body, "value")))
		return (struct answer){ ANSWER_GIVEN, (int)json_integer_value(json_object_get(body, "value")) };
	if (json_is_true(json_object_get(body, "not_applicable")))
		return (struct answer){ ANSWER_NOT_APPLICABLE, 0 };
	return json_is_true(json_object_get(body, "declined")) ? (struct answer){ ANSWER_DECLINED, 0 }
							       : (struct answer){ ANSWER_MISSING, 0 };
}

static void save(struct saving *saving)
{
	struct scope scope = principal_scope(api_principal(saving->rq), saving->submits ? "questionnaire.send" : "questionnaire.answer");
	const struct row *response = &saving->response->rows[0];
	const struct row *talk = saving->conversation->count ? &saving->conversation->rows[0] : NULL;
	const struct row *task = saving->task && saving->task->count ? &saving->task->rows[0] : NULL;
	struct err err = { 0 };
	int rc = 0;
	if (talk)
		saving->conversation_id = arena_copy(&saving->rq->arena, talk->id);
	if (saving->submits) {
		const struct response_submit submit = {
			.response = response, .conversation = talk, .answers = saving->answers, .task = task, .submitted = saving->at
		};
		rc = response_submit(saving->api->parts.care, &scope, &submit, &saving->score, submitted, saving, &err);
	} else {
		const struct response_answer answer = { .response = response,
			.conversation = talk,
			.task = task,
			.item = http_param(saving->rq, "item"),
			.submission = api_text(saving->body, "submission"),
			.answer = answer_of(saving->body),
			.answered = saving->at };
		if (answer.answer.kind == ANSWER_MISSING)
			rc = err_set(&err, E_INVALID, "http/api", "answer: value, declined or not_applicable is needed");
		else if (saving->answers->count >= RESPONSE_ANSWERS_MAX)
			rc = err_set(&err, E_LIMIT, "http/api", "answer: at most %d answers and corrections", RESPONSE_ANSWERS_MAX);
		else
			rc = response_answer(saving->api->parts.care, &scope, &answer, &saving->effect, saved, saving, &err);
	}
	if (rc) {
		api_refuse(saving->rq, &err);
		saving_end(saving);
	}
}

static void next_step(struct saving *saving);

static void step_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct saving *saving = ctx;
	struct row_set **const into[] = { &saving->response, &saving->conversation, &saving->answers, &saving->task };
	if (err) {
		api_refuse(saving->rq, err);
		saving_end(saving);
		return;
	}
	*into[saving->step++] = take_set;
	if (saving->step == 1 && take_set->count && saving->submits && str_eqc(take_set->rows[0].state, "completed")) {
		saving_end(saving); /* sent before: the same receipt */
		answer_receipt(saving);
		return;
	}
	next_step(saving);
}

static void next_step(struct saving *saving)
{
	struct scope scope = principal_scope(api_principal(saving->rq), NULL);
	struct store *store = api_store(saving->api);
	struct err err = { 0 };
	int rc = 0;
	struct str task = saving->step == 3 ? row_text(&saving->response->rows[0], "task_id") : STR("");
	struct list_query talks = own(saving->rq, "conversation", "client");
	struct list_query answers = {
		.resource = "answer", .index = "response", .equal = { value_str(saving->response_id) }, .limit = LIST_MAX
	};
	talks.limit = 1;
	if (saving->step == 0)
		rc = store_get(store, &scope, "response", saving->response_id.ptr, step_read, saving, &err);
	else if (saving->step == 1)
		rc = store_list(store, &scope, &talks, step_read, saving, &err);
	else if (saving->step == 2)
		rc = store_list(store, &scope, &answers, step_read, saving, &err);
	else if (saving->step == 3 && task.len)
		rc = store_get(store, &scope, "questionnaire_task", task.ptr, step_read, saving, &err);
	else
		save(saving);
	if (rc) {
		api_refuse(saving->rq, &err);
		saving_end(saving);
	}
}

static void start_saving(struct api *api, struct http_request *rq, bool submits)
{
	struct saving *saving = ARENA_NEW(&rq->arena, struct saving);
	json_t *body = saving ? api_body(rq) : NULL;
	if (!body) {
		if (!saving)
			refuse(rq, 500, "internal", "out of memory");
		return;
	}
	*saving = (struct saving){ .api = api, .rq = rq, .body = body, .submits = submits, .at = clock_wall(api_care(api)->clock) };
	saving->response_id = arena_copy(&rq->arena, http_param(rq, "id"));
	if (api_body_time(rq, body, submits ? "submitted_at" : "answered_at", &saving->at) < 0) {
		saving_end(saving);
		return;
	}
	next_step(saving);
}

static void put_answer(void *ctx, struct http_request *rq)
{
	start_saving(ctx, rq, false);
}

static void post_submit(void *ctx, struct http_request *rq)
{
	start_saving(ctx, rq, true);
}

/* ---- staff ---- */

static void get_instruments(void *ctx, struct http_request *rq)
{
	const struct instruments *instruments = api_care(ctx)->instruments;
	json_t *items = json_array();
	for (size_t i = 0; i < instruments_count(instruments); i++)
		json_array_append_new(items, instrument_json(instruments_at(instruments, i), lang_of(rq)));
	api_answer(rq, 200, json_pack("{s:o}", "items", items));
}

static json_t *bands_json(const struct instrument *instrument)
{
	json_t *bands = json_array();
	for (size_t i = 0; i < instrument->band_count; i++)
		json_array_append_new(
			bands, json_pack("{s:o,s:i,s:i,s:o}", "id", json_of_str(instrument->bands[i].id), "from", instrument->bands[i].from,
				       "to", instrument->bands[i].to, "certainty", json_of_str(instrument->bands[i].certainty)));
	return bands;
}

/* First and newest total of one instrument; false with fewer than two. */
static bool ends_of(const struct row_set *set, struct str instrument, int *ret_first, int *ret_last)
{
	const struct row *first, *last;
	if (!response_ends(set, instrument, &first, &last) || first == last)
		return false;
	*ret_first = (int)row_int(first, "total");
	*ret_last = (int)row_int(last, "total");
	return true;
}

/* One instrument's series: what a chart needs, and the change from the first whole total to the newest. */
static json_t *series_json(struct api *api, const struct instrument *instrument, const struct row_set *set, struct str lang)
{
	json_t *points = json_array(), *json = instrument_json(instrument, lang);
	int first, last;
	(void)api;
	for (size_t i = set->count; i-- > 0;) { /* oldest first */
		const struct row *row = &set->rows[i];
		if (str_eq(row_text(row, "instrument"), instrument->id) && str_eqc(row->state, "completed"))
			json_array_append_new(points, response_json(row));
	}
	json_object_set_new(json, "points", points);
	json_object_set_new(json, "bands", bands_json(instrument));
	json_object_set_new(json, "max", json_integer(instrument_max(instrument)));
	json_object_set_new(json, "tenths", json_boolean(instrument->tenths));
	json_object_set_new(json, "higher_is_better", json_boolean(instrument->higher_is_better));
	json_object_set_new(json, "case",
		instrument->has_case ? json_pack("{s:I,s:o,s:o}", "at", (json_int_t)instrument->case_at, "certainty",
					       json_of_str(instrument->case_certainty), "source", json_of_str(instrument->case_source))
				     : json_null());
	json_object_set_new(json, "reliable_change",
		instrument->has_change
			? json_pack("{s:I,s:o,s:o}", "points", (json_int_t)instrument->change, "certainty",
				  json_of_str(instrument->change_certainty), "source", json_of_str(instrument->change_source))
			: json_null());
	json_object_set_new(json, "change",
		ends_of(set, instrument->id, &first, &last) ? json_pack("{s:i,s:i,s:s}", "first", first, "last", last, "is",
								      change_name(instrument_change(instrument, first, last)))
							    : json_null());
	return json;
}

static bool has_response(const struct row_set *set, struct str instrument)
{
	for (size_t i = 0; i < set->count; i++)
		if (str_eq(row_text(&set->rows[i], "instrument"), instrument))
			return true;
	return false;
}

static json_t *outcome_json(const struct instruments *instruments, const struct row_set *set)
{
	const struct instrument *phq = instruments_find(instruments, STR("phq-9")), *gad = instruments_find(instruments, STR("gad-7"));
	int a_first = 0, a_last = 0, b_first = 0, b_last = 0;
	struct outcome_pair pair;
	if (!phq || !gad || !ends_of(set, phq->id, &a_first, &a_last) || !ends_of(set, gad->id, &b_first, &b_last))
		return json_null();
	outcome_of_pair(phq, a_first, a_last, gad, b_first, b_last, &pair);
	return json_pack("{s:s,s:b,s:b,s:b}", "outcome", outcome_name(pair.outcome), "case_at_start", pair.case_at_start, "recovered",
		pair.recovered, "reliably_recovered", pair.reliably_recovered);
}

/* ---- what a chart marks beside the scores ---- */

static const struct marked {
	const char *kind, *resource, *time; /* time NULL: when the row was made; unset: not marked */
	const char *detail;
} marked[] = {
	{ "alert", "alert", NULL, "reason" }, { "decision", "referral", "decided_at", "decided_priority" },
	{ "care_started", "referral", "started_at", NULL }, { "module", "enrolment", "started_at", "module" },
	{ "module_ended", "enrolment", "ended_at", "module" },
	{ "medication", "medication_statement", NULL, NULL }, /* api_medicine_events */
};

/* A course by its title, anything else as it is kept. */
static json_t *detail_of(const struct gather *gather, const struct marked *mark, const struct row *row)
{
	if (!mark->detail || resource_field(row->resource, mark->detail) == SIZE_MAX)
		return json_null();
	const struct module *module = strcmp(mark->detail, "module") == 0
					      ? modules_find(api_care(gather->api)->modules, row_text(row, "module"), lang_of(gather->rq))
					      : NULL;
	return module ? json_of_str(module->title) : json_of_field(row, mark->detail);
}

/* Of the resources above, those that this program keeps and this person reads, each listed once. */
static void events_of(json_t *events, const struct gather *gather, const struct row_set *set)
{
	const struct row *row = set->count ? &set->rows[0] : NULL;
	for (size_t k = 0; row && k < COUNT_OF(marked); k++) {
		if (strcmp(row->resource->name, marked[k].resource) != 0)
			continue;
		if (strcmp(marked[k].kind, "medication") == 0) {
			api_medicine_events(gather->api, events, set);
			continue;
		}
		for (size_t i = 0; i < set->count; i++) {
			const struct row *each = &set->rows[i];
			int64_t level = resource_field(each->resource, "level") == SIZE_MAX ? 0 : row_int(each, "level");
			if (marked[k].time && row_is_null(each, marked[k].time))
				continue;
			json_array_append_new(events,
				json_pack("{s:s,s:o,s:I,s:o,s:o}", "kind", marked[k].kind, "at",
					json_of_time(marked[k].time ? row_time(each, marked[k].time) : each->created_at), "level",
					(json_int_t)level, "detail", detail_of(gather, &marked[k], each), "id", json_of_str(each->id)));
		}
	}
}

static void gather_events(struct gather *gather, const struct scope *scope, struct str client_id)
{
	const struct registry registry = care_registry();
	const char *before = "";
	for (size_t i = 0; i < COUNT_OF(marked); i++) {
		const struct resource *resource = registry_find(&registry, marked[i].resource);
		const struct list_query query = { .resource = marked[i].resource,
			.index = "client",
			.equal = { value_str(client_id) },
			.descending = true,
			.limit = LIST_MAX };
		if (strcmp(before, marked[i].resource) != 0 && resource && resource_index(resource, "client") &&
			resource_may(resource, scope->who, ACCESS_READ, NULL))
			gather_list(gather, scope, &query);
		before = marked[i].resource;
	}
}

static json_t *build_measures(struct gather *gather)
{
	json_t *events = json_array();
	bool more = false;
	for (size_t i = 3; i < gather->count; i++) {
		events_of(events, gather, gather->sets[i]);
		more |= gather->sets[i]->cursor.len > 0;
	}
	const struct instruments *instruments = api_care(gather->api)->instruments;
	if (!api_is_mine(gather->rq, &gather->sets[0]->rows[0])) {
		json_decref(events);
		return api_not_yours(gather);
	}
	json_t *series = json_array(), *tasks = json_array();
	for (size_t i = 0; i < instruments_count(instruments); i++)
		if (has_response(gather->sets[1], instruments_at(instruments, i)->id))
			json_array_append_new(
				series, series_json(gather->api, instruments_at(instruments, i), gather->sets[1], lang_of(gather->rq)));
	for (size_t i = 0; i < gather->sets[2]->count; i++)
		json_array_append_new(tasks, api_task_json(gather->api, &gather->sets[2]->rows[i], lang_of(gather->rq)));
	return json_pack("{s:o,s:o,s:o,s:b,s:o,s:b}", "series", series, "tasks", tasks, "events", events, "events_more", more, "outcome",
		outcome_json(instruments, gather->sets[1]), "more", gather->sets[1]->cursor.len > 0);
}

static void get_measures(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct list_query responses = {
		.resource = "response", .index = "client", .equal = { value_str(id) }, .descending = true, .limit = LIST_MAX
	};
	struct list_query tasks = responses;
	struct gather *gather = gather_new(ctx, rq, build_measures, NULL);
	if (!gather)
		return;
	tasks.resource = "questionnaire_task";
	tasks.limit = 50;
	gather_get(gather, &scope, "client", id.ptr);
	gather_list(gather, &scope, &responses);
	gather_list(gather, &scope, &tasks);
	gather_events(gather, &scope, id);
	gather_run(gather);
}

const struct http_route api_measure_routes[] = {
	{ "GET", "/api/v1/client/questionnaires", get_tasks, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "POST", "/api/v1/client/questionnaires/:id/open", post_open, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "PUT", "/api/v1/client/responses/:id/answers/:item", put_answer, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "POST", "/api/v1/client/responses/:id/submit", post_submit, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "GET", "/api/v1/staff/instruments", get_instruments, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "GET", "/api/v1/staff/clients/:id/measures", get_measures, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
};
const size_t api_measure_route_count = COUNT_OF(api_measure_routes);
