/* enrol.c: see enrol.h. */
#include "care/enrol.h"

#include "care/care_priv.h"
#include "sys/mem.h"

#define LAYER "care/enrol"

static int day_of(wall_time time)
{
	return (int)(time.us / DAY_US);
}

static void tell(struct unit *unit, const char *programme_id, const char *client_id)
{
	struct event_note note = { .programme_id = programme_id, .to_client = true, .kind = "home", .client_id = client_id };
	event_publish(unit, &note);
	note.to_client = false;
	note.kind = "coach";
	event_publish(unit, &note);
}

static void op_json_of(struct op *op, const char *field, const json_t *value)
{
	if (value)
		op_json(op, field, value);
}

int enrol_assign(struct care *care, const struct scope *scope, const char *client_id, const struct module *module, struct uuid *ret_id,
	unit_done done, void *ctx, struct err *reterr)
{
	const struct care_client *client = care_client(care, client_id);
	struct unit *unit = client ? unit_new(care->parts.store, scope) : NULL;
	if (!client)
		return err_set(reterr, E_NOT_FOUND, LAYER, "no such client");
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	struct op *op = unit_insert(unit, "enrolment", ret_id);
	op_c(op, "client_id", client_id);
	op_text(op, "module", module->id);
	op_int(op, "module_version", module->version);
	if (client->coach_id.text[0])
		op_c(op, "coach_id", client->coach_id.text);
	if (scope->actor_id)
		op_c(op, "assigned_by", scope->actor_id);
	op_bool(op, "open", true);
	op_int(op, "lesson_count", (int64_t)module->lesson_count);
	static const char *const counters[] = { "lessons_done", "entries", "homework_done", "homework_missed", "homework_row", "days" };
	for (size_t i = 0; i < COUNT_OF(counters); i++)
		op_int(op, counters[i], 0);
	op_int(op, "days_at", day_of(care_now(care)));
	tell(unit, client->programme_id.text, client_id);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

/* The next lesson's due time is kept only while the module runs. */
int enrol_move(struct care *care, const struct scope *scope, const struct row *enrolment, const char *to, unit_done done, void *ctx,
	struct err *reterr)
{
	const struct module *module = modules_find(care->parts.modules, row_text(enrolment, "module"), STR("en"));
	struct unit *unit = unit_new(care->parts.store, scope);
	wall_time now = care_now(care);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (!resource_may_move(enrolment->resource, scope->who, enrolment->state.ptr, to)) {
		unit_free(&unit);
		return err_set(reterr, E_CONFLICT, LAYER, "the module is %s", enrolment->state.ptr);
	}
	struct op *op = unit_move(unit, "enrolment", enrolment->id.ptr, enrolment->version, enrolment->state.ptr, to);
	bool stops = strcmp(to, "stopped") == 0, runs = strcmp(to, "active") == 0;
	op_bool(op, "open", !stops);
	if (stops)
		op_time(op, "ended_at", now);
	else
		op_null(op, "ended_at");
	if (runs && row_is_null(enrolment, "started_at"))
		op_time(op, "started_at", now);
	if (runs)
		op_time(op, "due_at", (wall_time){ now.us + (module ? module->days : 4) * DAY_US });
	else
		op_null(op, "due_at");
	tell(unit, enrolment->programme_id.ptr, row_text(enrolment, "client_id").ptr);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

/* The client has done something: the enrolment's row, begun if it was only offered. */
static struct op *touch(struct care *care, struct unit *unit, const struct row *enrolment, const char *to)
{
	wall_time now = care_now(care);
	int at = 0;
	bool begins = str_eqc(enrolment->state, "offered");
	const char *target = begins && !to ? "active" : to;
	struct op *op;
	unit_by_program(unit);
	if (begins && to) { /* the only lesson of a module: begun and completed at once */
		unit_move(unit, "enrolment", enrolment->id.ptr, enrolment->version, "offered", "active");
		op = unit_move(unit, "enrolment", enrolment->id.ptr, VERSION_ANY, "active", to);
	} else if (target && !str_eqc(enrolment->state, target)) {
		op = unit_move(unit, "enrolment", enrolment->id.ptr, enrolment->version, enrolment->state.ptr, target);
	} else {
		op = unit_update(unit, "enrolment", enrolment->id.ptr, enrolment->version);
	}
	uint32_t days = dropoff_mark((uint32_t)row_int(enrolment, "days"), (int)row_int(enrolment, "days_at"), day_of(now), &at);
	op_int(op, "days", days);
	op_int(op, "days_at", at);
	op_time(op, "last_entry_at", now);
	if (row_is_null(enrolment, "started_at"))
		op_time(op, "started_at", now);
	return op;
}

static int may_work(const struct row *enrolment, struct err *reterr)
{
	if (str_eqc(enrolment->state, "stopped"))
		return err_set(reterr, E_CONFLICT, LAYER, "the module was stopped");
	return 0;
}

int enrol_entry(struct care *care, const struct scope *scope, const struct entry_save *save, struct uuid *ret_id, unit_done done, void *ctx,
	struct err *reterr)
{
	const struct row *enrolment = save->enrolment;
	int rc = may_work(enrolment, reterr);
	struct unit *unit = rc ? NULL : unit_new(care->parts.store, scope);
	if (rc || !unit)
		return rc ? rc : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	struct op *op = unit_insert(unit, "exercise_entry", ret_id);
	op_text(op, "client_id", row_text(enrolment, "client_id"));
	op_c(op, "enrolment_id", enrolment->id.ptr);
	op_text(op, "lesson", save->lesson->id);
	op_text(op, "exercise", save->lesson->exercise.id);
	op_text(op, "submission", save->submission);
	op_json(op, "inputs", save->clean);
	op_json_of(op, "computed", save->computed);
	if (save->feedback.len)
		op_text(op, "feedback", save->feedback);
	if (save->level >= 0)
		op_int(op, "level", save->level);
	if (save->written_at.us)
		op_time(op, "written_at", save->written_at);
	op = touch(care, unit, enrolment, NULL);
	op_int(op, "entries", row_int(enrolment, "entries") + 1);
	if (save->next.len)
		op_text(op, "next_lesson", save->next);
	tell(unit, enrolment->programme_id.ptr, row_text(enrolment, "client_id").ptr);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

static void begin_homework(struct care *care, struct unit *unit, const struct row *enrolment, const struct module_lesson *lesson)
{
	wall_time now = care_now(care), due = { now.us + lesson->homework_days * DAY_US };
	wall_time remind = { due.us - (lesson->homework_days > 1 ? DAY_US : DAY_US / 2) };
	struct str client_id = row_text(enrolment, "client_id");
	struct uuid id = { { 0 } };
	struct op *op = unit_insert(unit, "homework", &id);
	op_text(op, "client_id", client_id);
	op_c(op, "enrolment_id", enrolment->id.ptr);
	op_text(op, "lesson", lesson->id);
	op_text(op, "homework", lesson->homework_id);
	op_time(op, "due_at", due);
	job_add(unit, "homework.remind", remind, "homework", id.text, client_id.ptr);
	job_add(unit, "homework.due", due, "homework", id.text, client_id.ptr);
}

int enrol_lesson_done(struct care *care, const struct scope *scope, const struct row *enrolment, const struct module *module,
	const struct module_lesson *lesson, unit_done done, void *ctx, struct err *reterr)
{
	int rc = may_work(enrolment, reterr);
	struct unit *unit = rc ? NULL : unit_new(care->parts.store, scope);
	if (rc || !unit)
		return rc ? rc : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	wall_time now = care_now(care);
	int64_t count = row_int(enrolment, "lessons_done") + 1;
	bool all = count >= (int64_t)module->lesson_count, over = str_eqc(enrolment->state, "completed");
	struct op *op = unit_insert(unit, "lesson_progress", NULL);
	op_text(op, "client_id", row_text(enrolment, "client_id"));
	op_c(op, "enrolment_id", enrolment->id.ptr);
	op_text(op, "lesson", lesson->id);
	op_time(op, "done_at", now);
	op = touch(care, unit, enrolment, all && !over ? "completed" : str_eqc(enrolment->state, "paused") ? "active" : NULL);
	op_int(op, "lessons_done", count);
	if (str_eq(row_text(enrolment, "next_lesson"), lesson->id))
		op_null(op, "next_lesson");
	op_int(op, "lesson_count", (int64_t)module->lesson_count);
	if (all) {
		op_bool(op, "open", false);
		op_time(op, "ended_at", now);
		op_null(op, "due_at");
	} else {
		op_time(op, "due_at", (wall_time){ now.us + module->days * DAY_US });
	}
	if (lesson->homework_id.len)
		begin_homework(care, unit, enrolment, lesson);
	tell(unit, enrolment->programme_id.ptr, row_text(enrolment, "client_id").ptr);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

int enrol_homework_done(struct care *care, const struct scope *scope, const struct row *enrolment, const struct row *homework,
	unit_done done, void *ctx, struct err *reterr)
{
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (str_eqc(homework->state, "done")) {
		unit_free(&unit);
		return err_set(reterr, E_CONFLICT, LAYER, "it is done already");
	}
	struct op *op = unit_move(unit, "homework", homework->id.ptr, homework->version, homework->state.ptr, "done");
	op_time(op, "done_at", care_now(care));
	op = touch(care, unit, enrolment, NULL);
	op_int(op, "homework_done", row_int(enrolment, "homework_done") + 1);
	op_int(op, "homework_row", 0);
	tell(unit, enrolment->programme_id.ptr, row_text(enrolment, "client_id").ptr);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

struct dropoff_facts enrol_facts(const struct row *enrolment, wall_time now)
{
	wall_time last = row_time(enrolment, "last_entry_at"), due = row_time(enrolment, "due_at");
	uint32_t days = (uint32_t)row_int(enrolment, "days");
	int at = (int)row_int(enrolment, "days_at"), today = day_of(now);
	if (!last.us)
		last = row_is_null(enrolment, "started_at") ? enrolment->created_at : row_time(enrolment, "started_at");
	return (struct dropoff_facts){ .quiet_days = (int)((now.us - last.us) / DAY_US),
		.started = !row_is_null(enrolment, "started_at"),
		.late_days = due.us ? (int)((now.us - due.us) / DAY_US) : 0,
		.homework_row = (int)row_int(enrolment, "homework_row"),
		.week = dropoff_count(days, at, today, 0, 7),
		.week_before = dropoff_count(days, at, today, 7, 14) };
}

/* ---- Homework's jobs ---- */

struct homework_run {
	struct job_run *run;
	struct uuid id;
	int64_t version;
};

/* A paused module's homework waits a week more; else it is missed, and counted. */
static void enrolment_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct homework_run *due = ctx;
	struct job_run *run = due->run;
	struct care *care = job_care(run);
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	if (err) {
		job_again(run, err);
	} else {
		struct scope scope = care_scope_system(job_item(run)->programme_id.text, "homework.due");
		struct unit *unit = unit_new(care->parts.store, &scope);
		struct str client_id = row_text(row, "client_id");
		if (unit && str_eqc(row->state, "paused")) {
			wall_time next = { care_now(care).us + 7 * DAY_US };
			op_time(unit_update(unit, "homework", due->id.text, due->version), "due_at", next);
			job_add(unit, "homework.due", next, "homework", due->id.text, client_id.ptr);
		} else if (unit) {
			unit_move(unit, "homework", due->id.text, due->version, "open", "missed");
			struct op *op = unit_update(unit, "enrolment", row->id.ptr, row->version);
			op_int(op, "homework_missed", row_int(row, "homework_missed") + 1);
			op_int(op, "homework_row", row_int(row, "homework_row") + 1);
			tell(unit, row->programme_id.ptr, client_id.ptr);
		}
		job_finish(run, unit);
	}
	row_set_free(&take_set);
	mem_delete(due);
}

static void homework_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "homework.due");
	struct err own = { 0 };
	bool waits = row && str_eqc(row->state, "open") && row_time(row, "due_at").us <= care_now(care).us;
	struct homework_run *due = waits ? mem_new(sizeof *due) : NULL;
	if (due) {
		*due = (struct homework_run){ run, id_of(row->id), row->version };
		int rc = store_get(care->parts.store, &scope, "enrolment", row_text(row, "enrolment_id").ptr, enrolment_read, due, &own);
		if (rc) {
			mem_delete(due);
			job_again(run, &own);
		}
	} else if (waits || (err && err->code != E_NOT_FOUND)) {
		job_again(run, err);
	} else {
		job_finish(run, NULL); /* done in time, or put off */
	}
	row_set_free(&take_set);
}

void homework_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "homework.due");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "homework", job_item(run)->subject_id.text, homework_read, run, &err))
		job_again(run, &err);
}

static void reminded_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "homework.remind");
	struct unit *unit = row && str_eqc(row->state, "open") ? unit_new(care->parts.store, &scope) : NULL;
	if (err && err->code != E_NOT_FOUND) {
		job_again(run, err);
	} else {
		if (unit) {
			op_time(unit_update(unit, "homework", row->id.ptr, row->version), "reminded_at", care_now(care));
			event_publish(unit, &(struct event_note){ .programme_id = row->programme_id.ptr,
						    .to_client = true,
						    .kind = "home",
						    .client_id = row_text(row, "client_id").ptr });
		}
		job_finish(run, unit);
	}
	row_set_free(&take_set);
}

void homework_remind(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "homework.remind");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "homework", job_item(run)->subject_id.text, reminded_read, run, &err))
		job_again(run, &err);
}
