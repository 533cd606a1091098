/* ask.c: see ask.h. */
#include "care/ask.h"

#include "care/checkin_priv.h"
#include "care/response.h"

#include <stdio.h>

#define LAYER "care/ask"

void ask_when(const struct care *care, const struct care_programme *programme, const struct instrument *instrument, wall_time now,
	wall_time due, struct ask_when *ret_when)
{
	*ret_when = (struct ask_when){ .danger = checkin_risky(instrument) };
	ret_when->opens = checkin_opens(care, programme, ret_when->danger, now, due, &ret_when->why);
}

/* The fields and the job of one that waits. */
static void put_waiting(struct unit *unit, struct op *op, const struct ask_when *when, wall_time now, const char *id, const char *client_id)
{
	op_c(op, "state", "planned");
	op_time(op, "planned_at", now);
	op_time(op, "opens_at", when->opens);
	op_c(op, "moved_reason", when->why);
	job_add(unit, "questionnaire.open", when->opens, "questionnaire_task", id, client_id);
}

/* The row of one that is asked for; `when` is in the future for one that waits. */
static void add_task(struct unit *unit, const struct scope *scope, const struct ask *ask, const struct ask_when *when, wall_time now,
	struct uuid *ret_id)
{
	bool waits = when->opens.us > now.us;
	if (waits)
		unit_by_program(unit); /* its state and moment are the program's to write; the role was checked by the route */
	struct op *op = unit_insert(unit, "questionnaire_task", ret_id);
	op_c(op, "client_id", ask->client_id);
	op_text(op, "instrument", ask->instrument->id);
	op_c(op, "source", "staff");
	op_c(op, "assigned_by", scope->actor_id);
	op_time(op, "due_at", ask->due);
	if (ask->read_by_me)
		op_c(op, "read_by", scope->actor_id);
	if (waits)
		put_waiting(unit, op, when, now, ret_id->text, ask->client_id);
}

static bool may_read(const struct care *care, const struct scope *scope)
{
	const struct care_staff *staff = scope->actor_id ? care_staff(care, scope->actor_id) : NULL;
	return staff && staff->active && (staff->who & WHO_CLINICAL);
}

int ask_make(struct care *care, const struct scope *scope, const struct ask *ask, struct uuid *ret_id, unit_done done, void *ctx,
	struct err *reterr)
{
	const struct care_programme *programme = care_programme(care, scope->programme_id);
	wall_time now = care_now(care);
	struct ask_when when;
	struct ask own = *ask;
	if (!programme)
		return err_set(reterr, E_NOT_FOUND, LAYER, "no such programme");
	if (ask->read_by_me && !may_read(care, scope))
		return err_set(reterr, E_DENIED, LAYER, "only who may answer alerts can say that they read it");
	ask_when(care, programme, ask->instrument, now, ask->due, &when);
	own.read_by_me = ask->read_by_me && when.why; /* else somebody is there, and it says nothing */
	if (own.read_by_me)
		when = (struct ask_when){ .danger = true, .opens = now };
	if (!when.opens.us)
		return err_set(reterr, E_INVALID, LAYER, "nobody_before_due");
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	add_task(unit, scope, &own, &when, now, ret_id);
	checkin_tell(unit, scope->programme_id, ask->client_id, "questionnaire_task", ret_id->text);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

int ask_read_by_me(struct care *care, const struct scope *scope, const struct row *task, int64_t version, unit_done done, void *ctx,
	struct err *reterr)
{
	if (!may_read(care, scope))
		return err_set(reterr, E_DENIED, LAYER, "only who may answer alerts can say that they read it");
	if (!str_eqc(task->state, "planned"))
		return err_set(reterr, E_CONFLICT, LAYER, "it is open already, or not asked any more");
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	op_c(unit_move(unit, "questionnaire_task", task->id.ptr, version, "planned", "due"), "read_by", scope->actor_id);
	checkin_tell(unit, scope->programme_id, row_text(task, "client_id").ptr, "questionnaire_task", task->id.ptr);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

/* ---- Its moment ---- */

static void tell_never(struct care *care, struct unit *unit, const struct care_programme *programme, const char *client_id,
	const struct instrument *instrument)
{
	char reason[300];
	snprintf(reason, sizeof reason,
		"%.60s was asked for and not opened: it asks about danger, and nobody was there to read it before it was due",
		instrument ? instrument->title_en.ptr : "A questionnaire");
	checkin_call_team(care, unit, programme, client_id, str_c(reason));
}

static void never(struct care *care, struct unit *unit, const struct care_programme *programme, const struct row *task, const char *why)
{
	const struct instrument *instrument = instruments_find(care->parts.instruments, row_text(task, "instrument"));
	unit_by_program(unit);
	op_c(unit_move(unit, "questionnaire_task", task->id.ptr, task->version, "planned", "missed"), "moved_reason", why);
	tell_never(care, unit, programme, row_text(task, "client_id").ptr, instrument);
}

void ask_follow_up(struct care *care, struct unit *unit, const char *programme_id, const char *client_id, struct str instrument_id)
{
	const struct care_programme *programme = care_programme(care, programme_id);
	const struct instrument *instrument = instruments_find(care->parts.instruments, instrument_id);
	wall_time now = care_now(care), horizon = { now.us + ASK_FOLLOW_UP_DAYS * DAY_US };
	struct ask_when when;
	struct uuid id;
	ask_when(care, programme, instrument, now, horizon, &when);
	wall_time due = { (when.opens.us ? when.opens.us : now.us) + ASK_FOLLOW_UP_US };
	unit_by_program(unit);
	struct op *op = questionnaire_assign(unit, client_id, instrument_id, "follow_up", NULL, due, &id);
	if (when.opens.us > now.us) {
		put_waiting(unit, op, &when, now, id.text, client_id);
	} else if (!when.opens.us) {
		op_c(op, "state", "missed");
		op_time(op, "planned_at", now);
		op_c(op, "moved_reason", when.why);
		tell_never(care, unit, programme, client_id, instrument);
	}
}

static void look(struct care *care, struct unit *unit, const struct care_programme *programme, const struct row *task)
{
	const struct instrument *instrument = instruments_find(care->parts.instruments, row_text(task, "instrument"));
	const struct care_client *client = care_client(care, row_text(task, "client_id").ptr);
	wall_time now = care_now(care);
	struct ask_when when;
	ask_when(care, programme, instrument, now, row_time(task, "due_at"), &when);
	unit_by_program(unit);
	if (!client || str_eqc(client->state, "ended") || str_eqc(client->state, "erased")) {
		unit_move(unit, "questionnaire_task", task->id.ptr, task->version, "planned", "cancelled");
	} else if (!when.opens.us) {
		never(care, unit, programme, task, when.why);
	} else if (when.opens.us > now.us) {
		struct op *op = unit_update(unit, "questionnaire_task", task->id.ptr, task->version);
		op_time(op, "opens_at", when.opens);
		op_c(op, "moved_reason", when.why);
		job_add(unit, "questionnaire.open", when.opens, "questionnaire_task", task->id.ptr, row_text(task, "client_id").ptr);
	} else {
		unit_move(unit, "questionnaire_task", task->id.ptr, task->version, "planned", "due");
	}
	checkin_tell(unit, programme->id.text, row_text(task, "client_id").ptr, "questionnaire_task", task->id.ptr);
}

static void task_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	const struct row *task = take_set && take_set->count ? &take_set->rows[0] : NULL;
	const struct care_programme *programme = care_programme(care, job_item(run)->programme_id.text);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "questionnaire.open");
	bool waits = task && programme && str_eqc(task->state, "planned") && row_time(task, "opens_at").us <= care_now(care).us;
	struct unit *unit = waits ? unit_new(care->parts.store, &scope) : NULL;
	struct err own = { 0 };
	if (err && err->code != E_NOT_FOUND)
		own = *err;
	else if (waits && !unit)
		err_set(&own, E_MEMORY, LAYER, "out of memory");
	if (unit)
		look(care, unit, programme, task);
	row_set_free(&take_set);
	if (own.code)
		job_again(run, &own);
	else
		job_finish(run, unit);
}

void ask_open_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "questionnaire.open");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "questionnaire_task", job_item(run)->subject_id.text, task_read, run, &err))
		job_again(run, &err);
}
