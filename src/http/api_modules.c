/* api_modules.c: a client's modules: home, lessons, exercises, homework. What is written in an exercise is screened before it is
 * stored; words that a person should see go the way of a message (care/turn.h) first, so that the alert never depends on the entry. */
#include "http/api_priv.h"

#include "care/enrol.h"
#include "care/plan.h"
#include "sys/mem.h"

#include <string.h>

#define WORDS_MAX 65536
#define TRIES_MAX 50 /* each time somebody else won: a device that empties its queue at once makes many */

static const struct care_client *self(const struct api *api, const struct http_request *rq)
{
	return care_client(api->parts.care, api_principal(rq)->person_id.text);
}

static struct str lang_of(const struct http_request *rq)
{
	struct str asked = http_query(rq, "lang");
	return asked.len ? asked : str_c(api_principal(rq)->lang);
}

static struct list_query own_rows(const struct http_request *rq, const char *resource)
{
	return (struct list_query){ .resource = resource,
		.index = "client",
		.equal = { value_c(api_principal(rq)->person_id.text) },
		.descending = true,
		.limit = LIST_MAX };
}

/* ---- Home ---- */

static bool lesson_is_done(const struct row_set *progress, struct str enrolment_id, struct str lesson)
{
	for (size_t i = 0; progress && i < progress->count; i++)
		if (str_eq(row_text(&progress->rows[i], "enrolment_id"), enrolment_id) &&
			str_eq(row_text(&progress->rows[i], "lesson"), lesson))
			return true;
	return false;
}

/* The one that the newest answers suggest, else the first that is not done; NULL when all are. */
static const struct module_lesson *next_lesson(const struct module *module, const struct row *enrolment, const struct row_set *progress)
{
	const struct module_lesson *wished = module_lesson(module, row_text(enrolment, "next_lesson"));
	if (wished && !lesson_is_done(progress, enrolment->id, wished->id))
		return wished;
	for (size_t i = 0; i < module->lesson_count; i++)
		if (!lesson_is_done(progress, enrolment->id, module->lessons[i].id))
			return &module->lessons[i];
	return NULL;
}

json_t *enrolment_json(struct api *api, const struct row *row, const struct row_set *progress, struct str lang)
{
	const struct module *module = modules_find(api_care(api)->modules, row_text(row, "module"), lang);
	json_t *of = module ? module_json(module) : json_pack("{s:o,s:n,s:[]}", "id", json_of_field(row, "module"), "title", "lessons");
	json_t *lesson;
	size_t index;
	json_array_foreach(json_object_get(of, "lessons"), index, lesson)
		json_object_set_new(lesson, "done", json_boolean(lesson_is_done(progress, row->id, module->lessons[index].id)));
	const struct module_lesson *next = module ? next_lesson(module, row, progress) : NULL;
	return json_pack("{s:o,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:I,s:I,s:I,s:I,s:o}", "id", json_of_str(row->id), "version",
		(json_int_t)row->version, "state", json_of_str(row->state), "module", of, "next_lesson",
		next ? json_of_str(next->id) : json_null(), "started_at", json_of_time_field(row, "started_at"), "due_at",
		json_of_time_field(row, "due_at"), "last_entry_at", json_of_time_field(row, "last_entry_at"), "ended_at",
		json_of_time_field(row, "ended_at"), "lessons_done", (json_int_t)row_int(row, "lessons_done"), "lesson_count",
		(json_int_t)row_int(row, "lesson_count"), "entries", (json_int_t)row_int(row, "entries"), "homework_done",
		(json_int_t)row_int(row, "homework_done"), "homework_missed", (json_int_t)row_int(row, "homework_missed"), "created_at",
		json_of_time(row->created_at));
}

json_t *homework_json(struct api *api, const struct row *row, const struct row_set *enrolments, struct str lang)
{
	const struct row *enrolment = NULL;
	for (size_t i = 0; enrolments && i < enrolments->count; i++)
		if (str_eq(enrolments->rows[i].id, row_text(row, "enrolment_id")))
			enrolment = &enrolments->rows[i];
	const struct module *module = enrolment ? modules_find(api_care(api)->modules, row_text(enrolment, "module"), lang) : NULL;
	const struct module_lesson *lesson = module ? module_lesson(module, row_text(row, "lesson")) : NULL;
	bool texted = lesson && lesson->homework_id.len;
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:O?,s:o,s:b,s:o}", "id", json_of_str(row->id), "state", json_of_str(row->state),
		"enrolment_id", json_of_field(row, "enrolment_id"), "lesson", json_of_field(row, "lesson"), "lesson_title",
		lesson ? json_of_str(lesson->title) : json_null(), "text", texted ? (json_t *)lesson->homework : NULL, "due_at",
		json_of_time_field(row, "due_at"), "remind", !row_is_null(row, "reminded_at") && str_eqc(row->state, "open"), "done_at",
		json_of_time_field(row, "done_at"));
}

/* One thing: homework that is due, else the next lesson, else a module to begin, else the plan, else the chat. */
static json_t *next_step(const json_t *modules, const json_t *homework, bool plan)
{
	static const char *const states[] = { "active", "offered", "paused" };
	size_t index;
	json_t *item;
	json_array_foreach((json_t *)homework, index, item) if (json_is_true(json_object_get(item, "remind"))) return json_pack(
		"{s:s,s:O,s:O,s:O,s:O}", "kind", "homework", "homework_id", json_object_get(item, "id"), "enrolment_id",
		json_object_get(item, "enrolment_id"), "lesson", json_object_get(item, "lesson"), "due_at",
		json_object_get(item, "due_at"));
	for (size_t i = 0; i < COUNT_OF(states); i++)
		json_array_foreach((json_t *)modules, index,
			item) if (strcmp(json_string_value(json_object_get(item, "state")), states[i]) == 0 &&
				  json_is_string(json_object_get(item, "next_lesson"))) return json_pack("{s:s,s:O,s:O,s:O}", "kind",
			i == 0   ? "lesson"
			: i == 1 ? "begin"
				 : "resume",
			"enrolment_id", json_object_get(item, "id"), "lesson", json_object_get(item, "next_lesson"), "due_at",
			json_object_get(item, "due_at"));
	return json_pack("{s:s}", "kind", plan ? "chat" : "plan");
}

static json_t *build_home(struct gather *gather)
{
	struct row_set **sets = gather->sets;
	json_t *modules = json_array(), *homework = json_array();
	const struct row *plan = plan_current(sets[3]);
	for (size_t i = 0; i < sets[0]->count; i++)
		json_array_append_new(modules, enrolment_json(gather->api, &sets[0]->rows[i], sets[1], lang_of(gather->rq)));
	for (size_t i = 0; i < sets[2]->count; i++)
		json_array_append_new(homework, homework_json(gather->api, &sets[2]->rows[i], sets[0], lang_of(gather->rq)));
	json_t *of_plan = plan ? json_pack("{s:o,s:o,s:b}", "state", json_of_str(plan->state), "changed_at", json_of_time(plan->created_at),
					 "shared", row_bool(plan, "shared"))
			       : json_null();
	json_t *next = next_step(modules, homework, plan && str_eqc(plan->state, "active"));
	return json_pack("{s:o,s:o,s:o,s:o}", "next", next, "modules", modules, "homework", homework, "plan", of_plan);
}

static void get_home(void *ctx, struct http_request *rq)
{
	static const char *const resources[] = { "enrolment", "lesson_progress", "homework", "safety_plan" };
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct gather *gather = gather_new(ctx, rq, build_home, NULL);
	if (!gather)
		return;
	for (size_t i = 0; i < COUNT_OF(resources); i++) {
		struct list_query query = own_rows(rq, resources[i]);
		gather_list(gather, &scope, &query);
	}
	gather_run(gather);
}

/* ---- A lesson ---- */

static json_t *not_found(struct gather *gather, const char *what)
{
	gather->status = 404;
	return json_pack("{s:{s:s,s:s,s:n}}", "error", "code", "not_found", "message", what, "field");
}

static json_t *build_lesson(struct gather *gather)
{
	const struct row *row = &gather->sets[0]->rows[0];
	struct str lang = lang_of(gather->rq), id = http_param(gather->rq, "lesson");
	const struct module *module = modules_find(api_care(gather->api)->modules, row_text(row, "module"), lang);
	const struct module_lesson *lesson = module ? module_lesson(module, id) : NULL;
	if (!lesson)
		return not_found(gather, "no such lesson");
	size_t index = module_lesson_index(module, id);
	const struct row_set *homework = gather->sets[2];
	json_t *of_homework = json_null();
	for (size_t i = 0; i < homework->count; i++)
		if (str_eq(row_text(&homework->rows[i], "lesson"), id)) {
			json_decref(of_homework);
			of_homework = homework_json(gather->api, &homework->rows[i], gather->sets[0], lang);
		}
	return json_pack("{s:o,s:I,s:I,s:o,s:o,s:o}", "enrolment", enrolment_json(gather->api, row, gather->sets[1], lang), "number",
		(json_int_t)index + 1, "of", (json_int_t)module->lesson_count, "lesson", module_lesson_json(lesson), "homework",
		of_homework, "done", json_boolean(lesson_is_done(gather->sets[1], row->id, id)));
}

static void of_enrolment(struct gather *gather, const struct scope *scope, const char *resource, struct str id)
{
	struct list_query query = {
		.resource = resource, .index = "enrolment", .equal = { value_str(id) }, .descending = true, .limit = LIST_MAX
	};
	gather_list(gather, scope, &query);
}

static void get_lesson(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct gather *gather = gather_new(ctx, rq, build_lesson, NULL);
	if (!gather)
		return;
	gather_get(gather, &scope, "enrolment", id.ptr);
	of_enrolment(gather, &scope, "lesson_progress", id);
	of_enrolment(gather, &scope, "homework", id);
	gather_run(gather);
}

json_t *exercise_entry_json(const struct row *row)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "submission",
		json_of_field(row, "submission"), "lesson", json_of_field(row, "lesson"), "exercise", json_of_field(row, "exercise"),
		"inputs", json_of_json_field(row, "inputs"), "computed", json_of_json_field(row, "computed"), "feedback",
		json_of_field(row, "feedback"), "written_at", json_of_time_field(row, "written_at"), "received_at",
		json_of_time(row->created_at));
}

static json_t *build_entries(struct gather *gather)
{
	struct str lesson = http_query(gather->rq, "lesson");
	json_t *items = json_array();
	for (size_t i = 0; i < gather->sets[1]->count; i++)
		if (!lesson.len || str_eq(row_text(&gather->sets[1]->rows[i], "lesson"), lesson))
			json_array_append_new(items, exercise_entry_json(&gather->sets[1]->rows[i]));
	return page_json(items, gather->sets[1]);
}

static void get_entries(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct list_query query = { .resource = "exercise_entry", .index = "enrolment", .equal = { value_str(id) }, .descending = true };
	struct gather *gather = gather_new(ctx, rq, build_entries, NULL);
	if (!gather)
		return;
	page_of(rq, &query);
	gather_get(gather, &scope, "enrolment", id.ptr);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

/* ---- What a client wrote: screened, then stored once ---- */

struct saving {
	struct api *api;
	struct http_request *rq;
	const char *enrolment_id;
	struct str lesson_id, submission;
	json_t *body, *clean, *computed; /* owned */
	wall_time written_at;
	const struct module *module;
	const struct module_lesson *lesson;
	const struct module_branch *branch;
	struct uuid entry_id;
	int level, tries;
	bool judged, called, duplicate;
};

static void saving_read(struct saving *saving);

static void saving_end(struct saving *saving)
{
	json_decref(saving->body);
	json_decref(saving->clean);
	json_decref(saving->computed);
}

static void saving_refuse(struct saving *saving, const struct err *err)
{
	saving_end(saving);
	api_refuse(saving->rq, err);
}

static json_t *safety_json(const struct saving *saving, int64_t level)
{
	enum alert_seen seen = alert_seen(saving->api->parts.care, api_principal(saving->rq)->person_id.text, NULL);
	const char *name = alert_seen_name(seen);
	if (level < 2 && !saving->called)
		return json_null();
	return json_pack("{s:b,s:s?}", "help", 1, "alert_state", name);
}

/* The stored row is what is answered, also to a submission that came again: its own feedback, its own numbers. */
static void receipt_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct saving *saving = ctx;
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	if (err) {
		saving_refuse(saving, err);
		return;
	}
	const struct module_exercise *exercise = &saving->lesson->exercise;
	const struct module_branch *branch = saving->branch;
	for (size_t i = 0; i < exercise->branch_count; i++)
		if (str_eq(exercise->branches[i].id, row_text(row, "feedback")))
			branch = &exercise->branches[i];
	json_t *answer = json_pack("{s:o,s:{s:o,s:O?,s:o},s:o,s:b}", "entry", exercise_entry_json(row), "feedback", "id",
		json_of_str(branch->id), "text", (json_t *)branch->text, "next", json_of_str(branch->next), "safety",
		safety_json(saving, row_int(row, "level")), "duplicate", saving->duplicate);
	int status = saving->duplicate ? 200 : 201;
	row_set_free(&take_set);
	saving_end(saving);
	api_answer(saving->rq, status, answer);
}

static void find_submission(struct saving *saving, read_done done)
{
	struct scope scope = principal_scope(api_principal(saving->rq), NULL);
	struct list_query query = { .resource = "exercise_entry",
		.index = "submission",
		.equal = { value_c(api_principal(saving->rq)->person_id.text), value_str(saving->submission) } };
	struct err err = { 0 };
	if (store_find(api_store(saving->api), &scope, &query, done, saving, &err))
		saving_refuse(saving, &err);
}

static void entry_saved(void *ctx, const struct err *err)
{
	struct saving *saving = ctx;
	if (err && err->code == E_CONFLICT && ++saving->tries < TRIES_MAX) {
		saving_read(saving); /* another device did something meanwhile */
		return;
	}
	if (err && err->code != E_EXISTS) {
		saving_refuse(saving, err);
		return;
	}
	saving->duplicate = err != NULL;
	find_submission(saving, receipt_read);
}

static void save_entry(struct saving *saving, const struct row *enrolment)
{
	struct scope scope = principal_scope(api_principal(saving->rq), "exercise.save");
	struct err err = { 0 };
	const struct entry_save save = { .enrolment = enrolment,
		.lesson = saving->lesson,
		.submission = saving->submission,
		.clean = saving->clean,
		.computed = saving->computed,
		.feedback = saving->branch->id,
		.next = saving->branch->next,
		.level = saving->level,
		.written_at = saving->written_at };
	if (enrol_entry(saving->api->parts.care, &scope, &save, &saving->entry_id, entry_saved, saving, &err))
		saving_refuse(saving, &err);
}

/* ---- Words that a person should see go the way of a message ---- */

/* Outlives the request: the turn ends when its reply is on disk. */
struct calling {
	struct saving *saving; /* NULL once it has gone on */
	struct turn *turn;
};

static void call_recorded(void *ctx, const struct turn_record *record, const struct err *err)
{
	struct calling *calling = ctx;
	struct saving *saving = calling->saving;
	calling->saving = NULL;
	if (!saving)
		return;
	if (err) { /* nothing is stored: the device keeps it and comes again */
		struct str words = messages_last_resort(lang_of(saving->rq));
		saving_end(saving);
		api_answer(saving->rq, 503,
			json_pack("{s:{s:s,s:o,s:n}}", "error", "code", "not_saved", "message", json_of_str(words), "field"));
		return;
	}
	saving->called = record->alert > 0 || record->level < 0 || record->level >= 2;
	saving_read(saving);
}

static void call_ended(void *ctx, const struct turn_outcome *outcome)
{
	struct calling *calling = ctx;
	(void)outcome;
	if (calling->saving) { /* RULE: cannot be: recorded comes before done; answered all the same */
		struct err err = { 0 };
		err_set(&err, E_BUG, "http/api", "the words could not be recorded");
		saving_refuse(calling->saving, &err);
	}
	mem_delete(calling);
}

static struct str words_of(struct saving *saving)
{
	struct buf words;
	buf_init(&words, mem_system(), WORDS_MAX);
	module_answer_words(&saving->lesson->exercise, saving->clean, &words);
	struct str text = arena_copy(&saving->rq->arena, buf_str(&words));
	buf_done(&words);
	return text;
}

static void call_turn(struct api *api, struct http_request *rq, const char *conversation_id, void *ctx)
{
	struct saving *saving = ctx;
	static const struct turn_events events = { .recorded = call_recorded, .done = call_ended };
	const struct care_client *client = self(api, rq);
	struct calling *calling = mem_new(sizeof(*calling));
	struct err err = { 0 };
	int rc = calling ? 0 : err_set(&err, E_MEMORY, "http/api", "out of memory");
	if (!rc) {
		calling->saving = saving;
		struct turn_request request = { .programme = care_programme(api->parts.care, client->programme_id.text),
			.client_id = client->id.text,
			.conversation_id = conversation_id,
			.text = words_of(saving),
			.submission = saving->submission,
			.lang = str_c(api_principal(rq)->lang),
			.country = client->country,
			.age = client->age,
			.approve_replies = client->approve_replies,
			.reach = REACH_IDENTIFIED,
			.consent_ai = false }; /* no model answers an exercise: prepared words and people do */
		rc = turn_start(api->parts.turns, &request, &events, calling, &calling->turn, &err);
	}
	if (rc) {
		mem_delete(calling);
		saving_refuse(saving, &err);
	}
}

static void no_chat(void *ctx)
{
	saving_end(ctx);
}

/* Whether a person should see it. True when its words went on their way: the entry is stored afterwards. */
static bool judge(struct saving *saving)
{
	struct http_request *rq = saving->rq;
	struct str words = words_of(saving);
	struct verdict verdict = { 0 };
	struct policy_decision decision = policy_strictest();
	saving->judged = true;
	saving->level = -1;
	if (!words.len)
		return false;
	const struct turn_check check = { .programme = care_programme(saving->api->parts.care, api_principal(rq)->programme_id.text),
		.client = self(saving->api, rq),
		.direction = DIRECTION_CLIENT,
		.text = words };
	turns_check(saving->api->parts.turns, &check, &rq->arena, &verdict, &decision);
	bool screened = verdict.state != VERDICT_NOT_SCREENED;
	saving->level = screened ? verdict.level : 4;
	if (screened && verdict.level < 2 && !decision.alert)
		return false;
	api_with_conversation(saving->api, rq, call_turn, no_chat, saving);
	return true;
}

static void saving_enrolment(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct saving *saving = ctx;
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	struct err own = { 0 };
	if (err) {
		saving_refuse(saving, err);
		return;
	}
	saving->module = modules_find(api_care(saving->api)->modules, row_text(row, "module"), lang_of(saving->rq));
	saving->lesson = saving->module ? module_lesson(saving->module, saving->lesson_id) : NULL;
	int rc = saving->lesson ? 0 : err_set(&own, E_NOT_FOUND, "http/api", "no such lesson");
	if (!rc && saving->duplicate) { /* nothing new has happened: nobody is called again */
		row_set_free(&take_set);
		saving->branch = &saving->lesson->exercise.branches[saving->lesson->exercise.branch_count - 1];
		find_submission(saving, receipt_read);
		return;
	}
	if (!rc && str_eqc(row->state, "stopped"))
		rc = err_set(&own, E_CONFLICT, "http/api", "the module was stopped");
	if (!rc && !saving->clean)
		rc = module_answer(
			&saving->lesson->exercise, json_object_get(saving->body, "inputs"), &saving->clean, &saving->computed, &own);
	if (rc) {
		row_set_free(&take_set);
		saving_refuse(saving, &own);
		return;
	}
	saving->branch = module_branch(&saving->lesson->exercise, saving->clean, saving->computed);
	if (saving->judged || !judge(saving))
		save_entry(saving, row);
	row_set_free(&take_set);
}

static void saving_read(struct saving *saving)
{
	struct scope scope = principal_scope(api_principal(saving->rq), NULL);
	struct err err = { 0 };
	if (store_get(api_store(saving->api), &scope, "enrolment", saving->enrolment_id, saving_enrolment, saving, &err))
		saving_refuse(saving, &err);
}

static void known_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct saving *saving = ctx;
	saving->duplicate = !err;
	if (!err) {
		saving->enrolment_id = arena_copy(&saving->rq->arena, row_text(&take_set->rows[0], "enrolment_id")).ptr;
		saving->lesson_id = arena_copy(&saving->rq->arena, row_text(&take_set->rows[0], "lesson"));
	}
	row_set_free(&take_set);
	if (err && err->code != E_NOT_FOUND)
		saving_refuse(saving, err);
	else
		saving_read(saving);
}

static bool plain_id(struct str id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", id.ptr[i]) || !id.ptr[i])
			return false;
	return id.len >= 8 && id.len <= SUBMISSION_MAX;
}

static void post_entry(void *ctx, struct http_request *rq)
{
	struct saving *saving = ARENA_NEW(&rq->arena, struct saving);
	json_t *body = api_body(rq);
	if (!body)
		return;
	if (!saving || !plain_id(api_text(body, "submission"))) {
		json_decref(body);
		http_error(rq, 400, "invalid", "submission: 8 to 64 letters, digits, - and _", "submission");
		return;
	}
	*saving = (struct saving){ .api = ctx, .rq = rq, .body = body };
	saving->enrolment_id = arena_copy(&rq->arena, api_text(body, "enrolment_id")).ptr;
	saving->lesson_id = arena_copy(&rq->arena, api_text(body, "lesson"));
	saving->submission = arena_copy(&rq->arena, api_text(body, "submission"));
	struct str written = arena_copy(&rq->arena, api_text(body, "written_at"));
	if (written.len && clock_parse(written.ptr, &saving->written_at)) {
		saving_end(saving);
		http_error(rq, 400, "invalid", "written_at: a time such as 2026-11-28T10:00:00Z", "written_at");
		return;
	}
	find_submission(saving, known_read);
}

/* ---- Moves ---- */

struct step {
	struct api *api;
	struct http_request *rq;
	const char *id;
	struct str to, lesson;
	int64_t version;
	struct row_set *homework;
	int tries;
	void (*run)(struct step *step, const struct row *enrolment);
};

static json_t *moved_json(struct gather *gather)
{
	return enrolment_json(gather->api, &gather->sets[0]->rows[0], gather->sets[1], lang_of(gather->rq));
}

static void answer_enrolment(struct step *step)
{
	struct scope scope = principal_scope(api_principal(step->rq), NULL);
	struct gather *gather = gather_new(step->api, step->rq, moved_json, NULL);
	if (!gather)
		return;
	gather_get(gather, &scope, "enrolment", step->id);
	of_enrolment(gather, &scope, "lesson_progress", str_c(step->id));
	gather_run(gather);
}

static void step_read(struct step *step);

/* What was done before is done: the same answer. */
static void stepped(void *ctx, const struct err *err)
{
	struct step *step = ctx;
	if (err && err->code == E_CONFLICT && !step->version && ++step->tries < TRIES_MAX)
		step_read(step);
	else if (err && err->code != E_EXISTS)
		api_refuse(step->rq, err);
	else
		answer_enrolment(step);
}

static void step_enrolment(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct step *step = ctx;
	if (err) {
		row_set_free(&step->homework);
		api_refuse(step->rq, err);
	} else
		step->run(step, &take_set->rows[0]);
	row_set_free(&take_set);
}

static void step_read(struct step *step)
{
	struct scope scope = principal_scope(api_principal(step->rq), NULL);
	struct err err = { 0 };
	if (store_get(api_store(step->api), &scope, "enrolment", step->id, step_enrolment, step, &err))
		api_refuse(step->rq, &err);
}

static struct step *step_new(struct api *api, struct http_request *rq, void (*run)(struct step *step, const struct row *enrolment))
{
	struct step *step = ARENA_NEW(&rq->arena, struct step);
	if (!step) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return NULL;
	}
	*step = (struct step){ .api = api, .rq = rq, .run = run };
	step->id = arena_copy(&rq->arena, http_param(rq, "id")).ptr;
	return step;
}

static void run_move(struct step *step, const struct row *enrolment)
{
	struct scope scope = principal_scope(api_principal(step->rq), "enrolment.move");
	struct err err = { 0 };
	if (step->version != enrolment->version) {
		err_set(&err, E_CONFLICT, "http/api", "somebody else changed it meanwhile");
		api_refuse(step->rq, &err);
	} else if (enrol_move(step->api->parts.care, &scope, enrolment, step->to.ptr, stepped, step, &err)) {
		api_refuse(step->rq, &err);
	}
}

static void post_state(void *ctx, struct http_request *rq)
{
	struct step *step = step_new(ctx, rq, run_move);
	json_t *body = step ? api_body(rq) : NULL;
	if (!body)
		return;
	step->to = arena_copy(&rq->arena, api_text(body, "state"));
	step->version = api_int(body, "version", -1);
	json_decref(body);
	if (str_eqc(step->to, "active") || str_eqc(step->to, "paused") || str_eqc(step->to, "stopped"))
		step_read(step);
	else
		http_error(rq, 400, "invalid", "state: active, paused or stopped", "state");
}

static void run_done(struct step *step, const struct row *enrolment)
{
	struct scope scope = principal_scope(api_principal(step->rq), "lesson.done");
	const struct module *module = modules_find(api_care(step->api)->modules, row_text(enrolment, "module"), STR("en"));
	const struct module_lesson *lesson = module ? module_lesson(module, step->lesson) : NULL;
	struct err err = { 0 };
	if (!lesson)
		http_error(step->rq, 404, "not_found", "no such lesson", NULL);
	else if (enrol_lesson_done(step->api->parts.care, &scope, enrolment, module, lesson, stepped, step, &err))
		api_refuse(step->rq, &err);
}

static void post_lesson_done(void *ctx, struct http_request *rq)
{
	struct step *step = step_new(ctx, rq, run_done);
	if (!step)
		return;
	step->lesson = arena_copy(&rq->arena, http_param(rq, "lesson"));
	step_read(step);
}

static void run_homework(struct step *step, const struct row *enrolment)
{
	struct scope scope = principal_scope(api_principal(step->rq), "homework.done");
	struct row_set *homework = step->homework;
	struct err err = { 0 };
	step->homework = NULL;
	step->version = -1; /* not tried again: the homework's own row would have to be read anew */
	if (enrol_homework_done(step->api->parts.care, &scope, enrolment, &homework->rows[0], stepped, step, &err))
		api_refuse(step->rq, &err);
	row_set_free(&homework);
}

static void homework_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct step *step = ctx;
	if (err) {
		api_refuse(step->rq, err);
		return;
	}
	step->homework = take_set;
	step->id = arena_copy(&step->rq->arena, row_text(&take_set->rows[0], "enrolment_id")).ptr;
	if (str_eqc(take_set->rows[0].state, "done")) {
		row_set_free(&step->homework);
		answer_enrolment(step);
		return;
	}
	step_read(step);
}

static void post_homework(void *ctx, struct http_request *rq)
{
	struct step *step = step_new(ctx, rq, run_homework);
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct err err = { 0 };
	if (step && store_get(api_store(ctx), &scope, "homework", step->id, homework_read, step, &err))
		api_refuse(rq, &err);
}

const struct http_route api_modules_routes[] = {
	{ "GET", "/api/v1/client/home", get_home, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "POST", "/api/v1/client/enrolments/:id/state", post_state, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "GET", "/api/v1/client/enrolments/:id/entries", get_entries, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "GET", "/api/v1/client/enrolments/:id/lessons/:lesson", get_lesson, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "POST", "/api/v1/client/enrolments/:id/lessons/:lesson/done", post_lesson_done, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "POST", "/api/v1/client/entries", post_entry, HTTP_AUTH_CLIENT, WHO_CLIENT, 65536, false },
	{ "POST", "/api/v1/client/homework/:id/done", post_homework, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
};
const size_t api_modules_route_count = COUNT_OF(api_modules_routes);
