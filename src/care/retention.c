/* retention.c: see retention.h: the rows of schedule and runs, and the job of each night. */
#include "care/retention_priv.h"

#include "sys/mem.h"
#include "sys/zone.h"

#include <stdio.h>

#define LAYER "care/retention"
#define AGAIN_US (10 * MINUTE_US) /* while another look goes on */

json_t *retention_counts_json(const struct retention_periods *periods, const struct retention_counts *counts)
{
	json_t *json = json_object();
	for (int class = 0; class < RETAIN_COUNT; class ++) {
		const struct retention_count *count = &counts->of[class];
		if (periods->of[class].years || periods->of[class].days)
			json_object_set_new(json, retention_name((enum retention) class),
				json_pack("{s:I,s:I,s:I,s:I}", "due", (json_int_t)count->due, "gone", (json_int_t)count->gone, "held",
					(json_int_t)count->held, "open", (json_int_t)count->open));
	}
	return json;
}

/* ---- When ---- */

wall_time retention_next(const struct care *care, const struct care_programme *programme)
{
	struct zone *zone = NULL;
	struct err ignored = { 0 };
	if (zone_open(programme->time_zone, &zone, &ignored))
		zone = NULL; /* then by UTC */
	struct civil today = zone_civil(zone, care_now(care));
	wall_time next = zone_time(zone, today.year, today.month, today.day, RETENTION_HOUR * 60);
	if (next.us <= care_now(care).us)
		next = zone_time(zone, today.year, today.month, today.day + 1, RETENTION_HOUR * 60);
	zone_free(&zone);
	return next;
}

void retention_plan_next(struct unit *unit, struct op *schedule_op, const char *schedule_id, wall_time next)
{
	op_time(schedule_op, "next_at", next);
	job_add(unit, RETENTION_JOB, next, "retention_schedule", schedule_id, NULL);
}

/* ---- Runs ---- */

static void add_run(struct unit *unit, const struct row *schedule, bool dry, const char *staff_id, struct uuid *ret_id)
{
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "retention_run", ret_id);
	op_c(op, "kind", dry ? "dry" : "real");
	op_int(op, "edition", row_int(schedule, "edition"));
	op_text(op, "periods", row_text(schedule, "periods"));
	op_c(op, "staff_id", staff_id);
}

/* How it ended; what went of each class is in the journal as an entry of its own. */
static void add_end(struct care *care, struct unit *unit, const struct look_end *end)
{
	json_t *counts = retention_counts_json(&end->start->periods, end->counts);
	unit_by_program(unit);
	struct op *op = unit_move(unit, "retention_run", end->start->run_id.text, VERSION_ANY, "running", end->state);
	op_json(op, "counts", counts);
	op_time(op, "ended_at", care_now(care));
	if (end->failure[0])
		op_c(op, "failure", end->failure);
	json_decref(counts);
	for (int class = 0; class < RETAIN_COUNT; class ++) {
		char action[64];
		if (end->start->dry || !end->counts->of[class].gone)
			continue;
		snprintf(action, sizeof action, "gone.%s:%lld", retention_name((enum retention) class),
			(long long)end->counts->of[class].gone);
		unit_note(unit, "retention_run", end->start->run_id.text, action, NULL);
	}
}

static struct unit *unit_for_end(struct care *care, const struct look_end *end)
{
	struct scope scope = care_scope_system(end->start->programme_id.text, "retention.end");
	struct unit *unit = unit_new(care->parts.store, &scope);
	if (unit)
		add_end(care, unit, end);
	return unit;
}

static void not_written(struct care *care, const char *what, const struct err *err)
{
	log_write(care->parts.log, LOG_ERROR, "retention.not_written", LOG_ID("what", str_c(what)), LOG_ERR(err));
}

static void end_written(void *ctx, const struct err *err)
{
	if (err && err->code != E_CLOSED)
		not_written(ctx, "end", err);
}

static void dry_over(struct care *care, const struct look_end *end, void *ctx)
{
	struct unit *unit = unit_for_end(care, end);
	struct err err = { 0 };
	(void)ctx;
	if (!unit)
		err_set(&err, E_MEMORY, LAYER, "out of memory");
	if (!unit || store_submit(care->parts.store, unit, end_written, care, &err))
		end_written(care, &err);
}

struct starting {
	struct care *care;
	struct look_start start;
	unit_done done;
	void *ctx;
};

/* Its row says that it runs, and it could not begin: another one was faster. */
static void not_begun(struct care *care, const struct look_start *start, const struct err *err)
{
	struct retention_counts none = { 0 };
	const struct look_end end = { "failed", err_name(err->code), start, &none };
	dry_over(care, &end, NULL);
}

static void dry_written(void *ctx, const struct err *err)
{
	struct starting *starting = ctx;
	struct err own = { 0 };
	if (!err && look_begin(starting->care, &starting->start, &own))
		not_begun(starting->care, &starting->start, &own);
	starting->done(starting->ctx, err);
	mem_delete(starting);
}

int retention_dry(struct care *care, const struct scope *scope, const struct row *schedule, struct uuid *ret_run_id, unit_done done,
	void *ctx, struct err *reterr)
{
	struct starting *starting = care->look ? NULL : mem_new(sizeof *starting);
	struct unit *unit = starting ? unit_new(care->parts.store, scope) : NULL;
	if (care->look)
		return err_set(reterr, E_LIMIT, LAYER, "busy");
	if (!unit) {
		mem_delete(starting);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	*starting = (struct starting){ .care = care,
		.start = { .programme_id = id_of(schedule->programme_id), .dry = true, .over = dry_over },
		.done = done,
		.ctx = ctx };
	add_run(unit, schedule, true, scope->actor_id, &starting->start.run_id);
	*ret_run_id = starting->start.run_id;
	int rc = retention_read(row_text(schedule, "periods"), &starting->start.periods, reterr);
	if (rc)
		unit_free(&unit);
	else
		rc = store_submit(care->parts.store, unit, dry_written, starting, reterr);
	if (rc)
		mem_delete(starting);
	return rc;
}

/* ---- Each night ---- */

struct night {
	struct job_run *run;
	struct care *care;
	struct uuid schedule_id;
	struct look_start start;
};

static void end_night(struct night *night, struct unit *unit, wall_time next)
{
	struct job_run *run = night->run;
	if (unit) {
		unit_by_program(unit);
		struct op *op = unit_update(unit, "retention_schedule", night->schedule_id.text, VERSION_ANY);
		retention_plan_next(unit, op, night->schedule_id.text, next);
	}
	mem_delete(night);
	job_finish(run, unit);
}

static void night_over(struct care *care, const struct look_end *end, void *ctx)
{
	struct night *night = ctx;
	struct unit *unit = unit_for_end(care, end);
	struct err err = { 0 };
	if (unit) {
		end_night(night, unit, retention_next(care, care_programme(care, end->start->programme_id.text)));
		return;
	}
	err_set(&err, E_MEMORY, LAYER, "out of memory");
	job_again(night->run, &err); /* it looks anew, and finds what is left */
	mem_delete(night);
}

static void night_written(void *ctx, const struct err *err)
{
	struct night *night = ctx;
	struct err own = { 0 };
	if (!err && look_begin(night->care, &night->start, &own) == 0)
		return;
	if (!err)
		not_begun(night->care, &night->start, &own);
	job_again(night->run, err ? err : &own);
	mem_delete(night);
}

static void begin_night(struct night *night, const struct row *schedule)
{
	struct care *care = night->care;
	struct scope scope = care_scope_system(schedule->programme_id.ptr, "retention.run");
	struct unit *unit = unit_new(care->parts.store, &scope);
	struct err err = { 0 };
	if (unit && care->look) { /* a dry run, or another programme's night */
		end_night(night, unit, (wall_time){ care_now(care).us + AGAIN_US });
		return;
	}
	night->start = (struct look_start){ .programme_id = id_of(schedule->programme_id), .over = night_over, .ctx = night };
	int rc = unit ? retention_read(row_text(schedule, "periods"), &night->start.periods, &err)
		      : err_set(&err, E_MEMORY, LAYER, "out of memory");
	if (unit && !rc)
		add_run(unit, schedule, false, NULL, &night->start.run_id);
	if (rc)
		unit_free(&unit);
	if (rc || store_submit(care->parts.store, unit, night_written, night, &err)) {
		job_again(night->run, &err);
		mem_delete(night);
	}
}

static void schedule_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	const struct row *row = err ? NULL : &take_set->rows[0];
	struct night *night = NULL;
	struct err own = { 0 };
	/* Switched off, or planned anew since: another job does it. */
	bool mine = row && str_eqc(row->state, "on") && row_time(row, "next_at").us == job_item(run)->due_at.us;
	if (err) {
		job_again(run, err);
	} else if (!mine && job_item(run)->attempts == 0) {
		job_finish(run, NULL);
	} else if (!row || !str_eqc(row->state, "on")) {
		job_finish(run, NULL);
	} else if ((night = mem_new(sizeof *night)) != NULL) {
		*night = (struct night){ .run = run, .care = job_care(run), .schedule_id = id_of(row->id) };
		begin_night(night, row);
	} else {
		err_set(&own, E_MEMORY, LAYER, "out of memory");
		job_again(run, &own);
	}
	row_set_free(&take_set);
}

void retention_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "retention.run");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "retention_schedule", job_item(run)->subject_id.text, schedule_read, run, &err))
		job_again(run, &err);
}

/* ---- After a crash ---- */

static void interrupt(struct care *care, const struct row *row)
{
	struct scope scope = care_scope_system(row->programme_id.ptr, "retention.after_crash");
	struct unit *unit = unit_new(care->parts.store, &scope);
	struct err err = { 0 };
	if (!unit)
		return;
	op_time(unit_move(unit, "retention_run", row->id.ptr, row->version, "running", "interrupted"), "ended_at", care_now(care));
	if (store_write_wait(care->parts.store, unit, &err))
		not_written(care, "interrupted", &err);
}

int retention_open(struct care *care, const struct care_programme *programme, struct err *reterr)
{
	struct scope scope = care_scope_system(programme->id.text, NULL);
	struct list_query query = { .resource = "retention_run", .index = "state", .equal = { value_c("running") } };
	return list_all(care, &scope, query, interrupt, reterr);
}
