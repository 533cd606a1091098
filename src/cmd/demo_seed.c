/* demo_seed.c: tells demo_story by the program's own ways: every message is screened, decided, answered and journalled as it
 * would be on the day, by a clock that begins weeks behind the machine's and catches up. The built-in responder answers here,
 * also when an upstream is set: nothing made up is sent anywhere. */
#include "cmd/demo.h"

#include "care/alert.h"
#include "care/enrol.h"
#include "care/review.h"
#include "care/say.h"
#include "care/session.h"
#include "sys/mem.h"

#include <stdio.h>

#define LAYER "demo"
#define ZONE_US (-5 * HOUR_US) /* of the story's times of day: New York in winter */
#define STEPS_MAX 256

struct telling {
	struct demo *demo;
	struct serve_parts *parts;
	struct model *model;
	struct turns *turns;
	wall_time now; /* at which the story ends */
};

/* ---- When ---- */

static wall_time time_of(const struct telling *telling, const struct demo_step *step)
{
	if (step->day == 0)
		return (wall_time){ telling->now.us - step->minute * MINUTE_US };
	int64_t local = telling->now.us + ZONE_US, midnight = local - local % DAY_US;
	return (wall_time){ midnight - step->day * DAY_US + step->minute * MINUTE_US - ZONE_US };
}

static void go_to(struct telling *telling, wall_time when)
{
	shifted_clock_behind(telling->parts->shifted_clock, clock_wall(clock_system()).us - when.us);
	loop_step(telling->parts->loop, 0); /* what has fallen due meanwhile */
	loop_step(telling->parts->loop, 0);
}

/* ---- Who ---- */

static struct scope staff_scope(const struct telling *telling, const struct demo_step *step, const char *reason)
{
	const struct demo_staff *staff = &telling->demo->staff[step->staff];
	const struct care_staff *known = care_staff(telling->parts->care, staff->id.text);
	return (struct scope){ .programme_id = telling->demo->programme_id.text,
		.who = known ? known->who : 0,
		.actor_id = staff->id.text,
		.reason = reason };
}

static struct demo_client *client_of(const struct telling *telling, const struct demo_step *step)
{
	return &telling->demo->clients[step->client];
}

/* ---- A client ---- */

static void entered(void *ctx, const struct session_answer *answer, const struct err *err)
{
	(void)answer;
	demo_waited(ctx, err);
}

static int joins(struct telling *telling, const struct demo_step *step, struct err *reterr)
{
	struct demo_wait waiting = { 0 };
	char fact[8];
	int code = demo_make_client(telling->demo, telling->parts, step->client, reterr);
	if (code)
		return code;
	struct demo_client *client = client_of(telling, step);
	snprintf(fact, sizeof(fact), "%d", DEMO_BIRTH_YEAR);
	invite_accept(telling->parts->care, str_c(client->link_token), str_c(fact), STR("en"), STR("127.0.0.1"), entered, &waiting);
	client->link_open = false;
	return demo_wait_for(telling->parts, &waiting, reterr);
}

struct saying {
	struct demo_wait waiting;
	bool recorded;
};

static void said(void *ctx, const struct turn_record *record, const struct err *err)
{
	struct saying *saying = ctx;
	(void)record;
	saying->recorded = !err;
	if (err)
		saying->waiting.err = *err;
}

static void answered(void *ctx, const struct turn_outcome *outcome)
{
	struct saying *saying = ctx;
	(void)outcome;
	saying->waiting.done = true;
}

static int says(struct telling *telling, const struct demo_step *step, struct err *reterr)
{
	static const struct turn_events events = { .recorded = said, .done = answered };
	struct demo_client *client = client_of(telling, step);
	const struct care_client *known = care_client(telling->parts->care, client->id.text);
	struct saying saying = { 0 };
	struct turn *turn = NULL;
	bool first = !client->conversation_id.text[0];
	if (!known)
		return err_set(reterr, E_NOT_FOUND, LAYER, "somebody speaks who has not joined");
	if (first)
		store_new_id(telling->parts->store, &client->conversation_id);
	const struct turn_request request = { .programme = care_programme(telling->parts->care, telling->demo->programme_id.text),
		.client_id = client->id.text,
		.conversation_id = client->conversation_id.text,
		.new_conversation = first,
		.text = str_c(step->text),
		.lang = known->language,
		.country = known->country,
		.age = known->age,
		.approve_replies = known->approve_replies,
		.reach = REACH_IDENTIFIED,
		.consent_ai = care_consent_ai(telling->parts->care, client->id.text) };
	int code = turn_start(telling->turns, &request, &events, &saying, &turn, reterr);
	return code ? code : demo_wait_for(telling->parts, &saying.waiting, reterr);
}

static int withdraws(struct telling *telling, const struct demo_step *step, struct err *reterr)
{
	const struct demo_client *client = client_of(telling, step);
	struct scope scope = { .programme_id = telling->demo->programme_id.text,
		.who = WHO_CLIENT,
		.actor_id = client->id.text,
		.client_id = client->id.text,
		.reason = "consent.decide" };
	struct unit *unit = unit_new(telling->parts->store, &scope);
	struct demo_wait waiting = { 0 };
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	demo_consent(telling->parts, unit, client, "ai_chat", "withdrawn");
	int code = store_submit(telling->parts->store, unit, demo_waited, &waiting, reterr);
	return code ? code : demo_wait_for(telling->parts, &waiting, reterr);
}

/* ---- Staff ---- */

typedef int alert_act_fn(
	struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx, struct err *reterr);

static int act_on(struct telling *telling, const struct scope *scope, const struct demo_step *step, const struct row *row,
	alert_act_fn *act, struct err *reterr)
{
	struct demo_wait waiting = { 0 };
	const struct alert_act what = { .id = row->id.ptr,
		.version = row->version,
		.outcome = step->code,
		.resolution = step->code,
		.note = step->text ? str_c(step->text) : STR("") };
	int code = act(telling->parts->care, scope, &what, demo_waited, &waiting, reterr);
	return code ? code : demo_wait_for(telling->parts, &waiting, reterr);
}

/* What stands open of the client: acknowledged, contacted or resolved, one by one. */
static int acts(struct telling *telling, const struct demo_step *step, alert_act_fn *act, const char *reason, struct err *reterr)
{
	struct scope scope = staff_scope(telling, step, reason);
	struct list_query query = {
		.resource = "alert", .index = "client_active", .equal = { value_c(client_of(telling, step)->id.text), value_int(1) }
	};
	struct row_set *set = NULL;
	size_t count = 0;
	int code = store_list_wait(telling->parts->store, &scope, &query, &set, reterr);
	for (size_t i = 0; !code && i < set->count; i++) {
		if (act == alert_acknowledge && !str_eqc(set->rows[i].state, "open"))
			continue;
		code = act_on(telling, &scope, step, &set->rows[i], act, reterr);
		count++;
	}
	row_set_free(&set);
	if (!code && !count)
		return err_set(reterr, E_NOT_FOUND, LAYER, "%s: nothing stands open", reason);
	return code;
}

static int decides(struct telling *telling, const struct demo_step *step, int decision, const char *reason, struct err *reterr)
{
	struct scope scope = staff_scope(telling, step, reason);
	struct list_query query = { .resource = "review",
		.index = "conversation",
		.equal = { value_c(client_of(telling, step)->conversation_id.text) },
		.descending = true,
		.limit = 1 };
	struct row_set *set = NULL;
	struct demo_wait waiting = { 0 };
	int code = store_find_wait(telling->parts->store, &scope, &query, &set, reterr);
	if (code)
		return code;
	const struct review_act what = { .id = set->rows[0].id.ptr,
		.version = set->rows[0].version,
		.decision = decision,
		.text = decision == REVIEW_EDIT ? str_c(step->text) : STR(""),
		.reason = decision == REVIEW_REJECT ? str_c(step->text) : STR("") };
	code = review_decide(telling->parts->care, &scope, &what, demo_waited, &waiting, reterr);
	row_set_free(&set);
	if (!code)
		code = demo_wait_for(telling->parts, &waiting, reterr);
	turns_forget(telling->turns, client_of(telling, step)->conversation_id.text);
	return code;
}

static int writes(struct telling *telling, const struct demo_step *step, struct err *reterr)
{
	struct scope scope = staff_scope(telling, step, "conversation.message");
	const char *id = client_of(telling, step)->conversation_id.text;
	struct row_set *set = NULL;
	struct uuid message_id;
	struct demo_wait waiting = { 0 };
	int code = store_get_wait(telling->parts->store, &scope, "conversation", id, &set, reterr);
	if (code)
		return code;
	const struct say say = { .conversation = &set->rows[0], .text = str_c(step->text) };
	code = person_say(telling->parts->care, &scope, &say, &message_id, demo_waited, &waiting, reterr);
	row_set_free(&set);
	if (!code)
		code = demo_wait_for(telling->parts, &waiting, reterr);
	turns_forget(telling->turns, id);
	return code;
}

static int releases(struct telling *telling, const struct demo_step *step, struct err *reterr)
{
	struct scope scope = staff_scope(telling, step, "conversation.release");
	const char *id = client_of(telling, step)->conversation_id.text;
	struct demo_wait waiting = { 0 };
	int code = conversation_release(telling->parts->care, &scope, id, str_c(step->text), demo_waited, &waiting, reterr);
	if (!code)
		code = demo_wait_for(telling->parts, &waiting, reterr);
	turns_forget(telling->turns, id);
	return code;
}

/* ---- Modules ---- */

static int gives(struct telling *telling, const struct demo_step *step, struct err *reterr)
{
	struct scope scope = staff_scope(telling, step, "enrolment.assign");
	const struct module *module = modules_find(telling->parts->modules, str_c(step->code), STR("en"));
	struct demo_wait waiting = { 0 };
	struct uuid id;
	if (!module)
		return err_set(reterr, E_NOT_FOUND, LAYER, "no module %s", step->code);
	int code = enrol_assign(
		telling->parts->care, &scope, client_of(telling, step)->id.text, module, &id, demo_waited, &waiting, reterr);
	return code ? code : demo_wait_for(telling->parts, &waiting, reterr);
}

/* The words are not screened here as in the app: nothing in the story's answers is for anybody but the coach. */
static int fill(struct telling *telling, const struct demo_step *step, const struct scope *scope, const struct row *enrolment,
	const struct module_lesson *lesson, struct demo_wait *waiting, struct err *reterr)
{
	json_t *inputs = json_loads(step->text, 0, NULL), *clean = NULL, *computed = NULL;
	struct uuid submission, id;
	store_new_id(telling->parts->store, &submission);
	int code = module_answer(&lesson->exercise, inputs, &clean, &computed, reterr);
	json_decref(inputs);
	if (code)
		return code;
	const struct entry_save save = { .enrolment = enrolment,
		.lesson = lesson,
		.submission = str_c(submission.text),
		.clean = clean,
		.computed = computed,
		.feedback = module_branch(&lesson->exercise, clean, computed)->id,
		.level = 0 };
	code = enrol_entry(telling->parts->care, scope, &save, &id, demo_waited, waiting, reterr);
	json_decref(clean);
	json_decref(computed);
	return code;
}

static int learns(struct telling *telling, const struct demo_step *step, struct err *reterr)
{
	const char *client_id = client_of(telling, step)->id.text;
	struct scope scope = { .programme_id = telling->demo->programme_id.text,
		.who = WHO_CLIENT,
		.actor_id = client_id,
		.client_id = client_id,
		.reason = "exercise.save" };
	struct list_query query = {
		.resource = "enrolment", .index = "client", .equal = { value_c(client_id) }, .descending = true, .limit = 1
	};
	struct row_set *set = NULL;
	struct demo_wait waiting = { 0 };
	int code = store_find_wait(telling->parts->store, &scope, &query, &set, reterr);
	if (code)
		return code;
	const struct module *module = modules_find(telling->parts->modules, row_text(&set->rows[0], "module"), STR("en"));
	const struct module_lesson *lesson = module_lesson(module, str_c(step->code));
	if (!lesson)
		code = err_set(reterr, E_NOT_FOUND, LAYER, "no lesson %s", step->code);
	else if (step->what == DEMO_FILLS)
		code = fill(telling, step, &scope, &set->rows[0], lesson, &waiting, reterr);
	else
		code = enrol_lesson_done(telling->parts->care, &scope, &set->rows[0], module, lesson, demo_waited, &waiting, reterr);
	row_set_free(&set);
	return code ? code : demo_wait_for(telling->parts, &waiting, reterr);
}

/* The leap in time may have set off a reminder of the same course: then it is read again. */
static int learns_once_more(struct telling *telling, const struct demo_step *step, struct err *reterr)
{
	int code = learns(telling, step, reterr);
	for (int tries = 0; code == E_CONFLICT && tries < 3; tries++)
		code = learns(telling, step, reterr);
	return code;
}

/* ---- The story ---- */

static int tell_step(struct telling *telling, const struct demo_step *step, struct err *reterr)
{
	switch (step->what) {
	case DEMO_JOINS: return joins(telling, step, reterr);
	case DEMO_SAYS: return says(telling, step, reterr);
	case DEMO_ACKNOWLEDGES: return acts(telling, step, alert_acknowledge, "alert.acknowledge", reterr);
	case DEMO_CONTACTS: return acts(telling, step, alert_contact, "alert.contact", reterr);
	case DEMO_RESOLVES: return acts(telling, step, alert_resolve, "alert.resolve", reterr);
	case DEMO_WRITES: return writes(telling, step, reterr);
	case DEMO_RELEASES: return releases(telling, step, reterr);
	case DEMO_APPROVES: return decides(telling, step, REVIEW_APPROVE, "review.approve", reterr);
	case DEMO_EDITS: return decides(telling, step, REVIEW_EDIT, "review.edit", reterr);
	case DEMO_REJECTS: return decides(telling, step, REVIEW_REJECT, "review.reject", reterr);
	case DEMO_WITHDRAWS_AI: return withdraws(telling, step, reterr);
	case DEMO_GIVES: return gives(telling, step, reterr);
	case DEMO_FILLS:
	case DEMO_FINISHES: return learns_once_more(telling, step, reterr);
	case DEMO_INVITED: return demo_make_client(telling->demo, telling->parts, step->client, reterr);
	case DEMO_ANSWERS:
	case DEMO_TAKES_INTAKE:
	case DEMO_REFERS:
	case DEMO_MOVES:
	case DEMO_PLANS:
	case DEMO_TOLD: break;
	}
	struct scope scope = staff_scope(telling, step, "demo.seed");
	return demo_care_step(telling->demo, telling->parts, step, &scope, reterr);
}

static int tell(struct telling *telling, struct err *reterr)
{
	size_t order[STEPS_MAX];
	if (demo_story_count > STEPS_MAX)
		return err_set(reterr, E_LIMIT, LAYER, "the story is too long");
	for (size_t i = 0; i < demo_story_count; i++) { /* by time; what is written first comes first */
		size_t at = i;
		for (; at > 0 && time_of(telling, &demo_story[order[at - 1]]).us > time_of(telling, &demo_story[i]).us; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	for (size_t i = 0; i < demo_story_count; i++) {
		const struct demo_step *step = &demo_story[order[i]];
		go_to(telling, time_of(telling, step));
		int code = tell_step(telling, step, reterr);
		if (code) {
			struct err why = reterr ? *reterr : (struct err){ 0 };
			return err_set(reterr, code, LAYER, "the story, step %zu: %s", order[i], why.message);
		}
	}
	return 0;
}

int demo_seed(struct demo *demo, struct serve_parts *parts, struct err *reterr)
{
	struct telling telling = { .demo = demo, .parts = parts, .now = clock_wall(clock_system()) };
	int code = model_open_builtin(parts->loop, 0, &telling.model, reterr);
	const struct turns_parts turns = { .care = parts->care,
		.engine = parts->engine,
		.model = telling.model,
		.limits = parts->config->limits,
		.reply_seconds = parts->config->reply_seconds };
	if (!code)
		code = turns_open(&turns, &telling.turns, reterr);
	if (!code)
		code = tell(&telling, reterr);
	shifted_clock_behind(parts->shifted_clock, 0);
	if (!code)
		code = demo_make_rota(demo, parts, reterr);
	if (telling.turns && turns_busy(telling.turns) == 0)
		turns_free(&telling.turns);
	model_free(&telling.model);
	return code;
}
