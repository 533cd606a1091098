/* job.c: jobs: rows that say what to do when, run on the loop by the product's clock.
 *
 * A job ends in the same unit as what it does, so a restart never does a thing twice and never forgets one. A timer is only
 * the reminder to look: it is set to the earliest due time known, by watching the rows that are inserted, and by each look.
 *
 *  waiting --due, looked at--> (handler) --job_finish, one unit--> done
 *                                        --conflict, failure-----> waiting, a little later; failed after JOB_ATTEMPTS_MAX */
#include "care/care_priv.h"

#include "sys/mem.h"

#define JOB_BATCH 50
#define JOB_ATTEMPTS_MAX 1000
#define JOB_RETRY_US (2 * SECOND_US)
#define JOB_LOOK_US (60 * SECOND_US) /* at the latest */

struct job_runner {
	struct care *care;
	bool looking, look_again;
	unsigned running;
	struct map busy; /* jobs being done, by id */
	bool closing;
};

struct job_run {
	struct uuid id; /* first: the key in busy */
	struct job_runner *runner;
	struct job_item item;
	void (*handler)(struct job_run *run);
};

static const struct {
	const char *kind;
	void (*fn)(struct job_run *run);
} handlers[] = {
	{ "alert.deadline", alert_deadline_due },
	{ "report.deadline", report_deadline_due },
	{ "presence.look", presence_look_due },
	{ "rota.edge", rota_edge_due },
	{ "delivery.send", delivery_send_due },
	{ "delivery.failed", delivery_failed_due },
	{ "delivery.settle", delivery_settle_due },
	{ DELIVERY_CHAT_ANSWERED, delivery_chat_settle_due },
	{ DELIVERY_CHAT_DROPPED, delivery_chat_settle_due },
	{ "review.deadline", review_deadline_due },
	{ "verdict.countersign", countersign_due },
	{ "conversation.notice", notice_job_due },
	{ "data_request.deadline", request_due },
	{ "triage.clock", referral_clock_due },
	{ "triage.advise", referral_advise_due },
	{ "intake.abandon", intake_abandon_due },
	{ RETENTION_JOB, retention_due },
	{ "checkin.open", checkin_open_due },
	{ "checkin.remind", checkin_remind_due },
	{ "checkin.close", checkin_close_due },
	{ "questionnaire.open", ask_open_due },
	{ "homework.due", homework_due },
	{ "homework.remind", homework_remind },
};

struct care *job_care(const struct job_run *run)
{
	return run->runner->care;
}

const struct job_item *job_item(const struct job_run *run)
{
	return &run->item;
}

void job_add(struct unit *unit, const char *kind, wall_time due, const char *subject, const char *subject_id, const char *client_id)
{
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "job", NULL);
	op_c(op, "kind", kind);
	op_time(op, "due_at", due);
	op_c(op, "subject", subject);
	op_c(op, "subject_id", subject_id);
	op_c(op, "client_id", client_id);
	op_int(op, "attempts", 0);
}

static void look(void *ctx);

/* Sets the timer to fire in `delay_us` or earlier. */
static void look_within(struct job_runner *runner, int64_t delay_us)
{
	struct care *care = runner->care;
	int64_t due = clock_mono(care->parts.clock).us + (delay_us < 0 ? 0 : delay_us);
	if (runner->closing || (care->job_timer.place && care->job_timer.due_us <= due))
		return;
	loop_timer_start(care->parts.loop, &care->job_timer, delay_us < 0 ? 0 : delay_us, look, runner);
}

static void end_run(struct job_run *run, int64_t look_us)
{
	struct job_runner *runner = run->runner;
	map_remove(&runner->busy, run->id.text);
	runner->running--;
	mem_delete(run);
	look_within(runner, look_us);
}

/* The job stays busy until its new due time is on disk: else a look would find the old one and run it twice. */
static void put_off(void *ctx, const struct err *err)
{
	struct job_run *run = ctx;
	if (err && !run->runner->closing)
		log_write(run->runner->care->parts.log, LOG_ERROR, "job.retry_lost", LOG_ERR(err));
	end_run(run, JOB_RETRY_US);
}

void job_again(struct job_run *run, const struct err *err)
{
	struct job_runner *runner = run->runner;
	struct care *care = runner->care;
	struct scope scope = care_scope_system(run->item.programme_id.text, "job.retry");
	bool give_up = run->item.attempts + 1 >= JOB_ATTEMPTS_MAX;
	log_write(care->parts.log, give_up ? LOG_ERROR : LOG_WARN, "job.retry", LOG_ID("kind", str_c(run->item.kind)),
		LOG_NUMBER("attempts", run->item.attempts + 1), LOG_ERR(err));
	struct unit *unit = runner->closing ? NULL : unit_new(care->parts.store, &scope);
	if (unit) {
		struct op *op = give_up ? unit_move(unit, "job", run->id.text, VERSION_ANY, "waiting", "failed")
					: unit_update(unit, "job", run->id.text, VERSION_ANY);
		op_int(op, "attempts", run->item.attempts + 1);
		op_time(op, "due_at", (wall_time){ care_now(care).us + JOB_RETRY_US });
		op_c(op, "failure", err ? err_name(err->code) : NULL);
		struct err ignored = { 0 };
		if (store_submit(care->parts.store, unit, put_off, run, &ignored) == 0)
			return;
		log_write(care->parts.log, LOG_ERROR, "job.retry_lost", LOG_ERR(&ignored));
	}
	end_run(run, JOB_RETRY_US);
}

static void finished(void *ctx, const struct err *err)
{
	struct job_run *run = ctx;
	if (err && !run->runner->closing)
		job_again(run, err);
	else
		end_run(run, 0);
}

void job_finish(struct job_run *run, struct unit *take_unit)
{
	struct care *care = run->runner->care;
	struct scope scope = care_scope_system(run->item.programme_id.text, "job.done");
	struct unit *unit = take_unit ? take_unit : unit_new(care->parts.store, &scope);
	struct err err = { 0 };
	if (!unit) {
		err_set(&err, E_MEMORY, "care/job", "out of memory");
		job_again(run, &err);
		return;
	}
	unit_by_program(unit);
	unit_move(unit, "job", run->id.text, run->item.version, "waiting", "done");
	if (store_submit(care->parts.store, unit, finished, run, &err))
		job_again(run, &err);
}

static bool start_run(struct job_runner *runner, const struct row *row)
{
	struct job_run *run = NULL;
	if (map_get(&runner->busy, row->id.ptr) || !(run = mem_new(sizeof *run)))
		return false;
	run->id = id_of(row->id);
	run->runner = runner;
	run->item = (struct job_item){ .id = run->id,
		.programme_id = id_of(row->programme_id),
		.subject_id = id_of(row_text(row, "subject_id")),
		.client_id = id_of(row_text(row, "client_id")),
		.version = row->version,
		.attempts = row_int(row, "attempts"),
		.due_at = row_time(row, "due_at") };
	struct str kind = row_text(row, "kind");
	memcpy(run->item.kind, kind.ptr, kind.len < sizeof run->item.kind ? kind.len : sizeof run->item.kind - 1);
	for (size_t i = 0; i < COUNT_OF(handlers); i++)
		if (str_eqc(kind, handlers[i].kind))
			run->handler = handlers[i].fn;
	if (!run->handler || !map_put(&runner->busy, run)) {
		mem_delete(run); /* a kind of a newer version: left waiting */
		return false;
	}
	runner->running++;
	run->handler(run);
	return true;
}

static void looked(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_runner *runner = ctx;
	struct care *care = runner->care;
	int64_t within = JOB_LOOK_US;
	bool all_busy = true;
	runner->looking = false;
	for (size_t i = 0; take_set && i < take_set->count && !runner->closing; i++) {
		const struct row *row = &take_set->rows[i];
		int64_t wait = row_time(row, "due_at").us - care_now(care).us;
		if (wait > 0) {
			within = wait < within ? wait : within;
			break; /* they come in order of due_at */
		}
		all_busy &= !start_run(runner, row);
	}
	if (take_set && take_set->count == JOB_BATCH && !all_busy)
		within = 0;
	if (err && !runner->closing)
		log_write(care->parts.log, LOG_ERROR, "job.look_failed", LOG_ERR(err));
	row_set_free(&take_set);
	look_within(runner, runner->look_again ? 0 : within);
	runner->look_again = false;
}

static void look(void *ctx)
{
	struct job_runner *runner = ctx;
	struct scope scope = { .who = WHO_SYSTEM };
	struct list_query query = { .resource = "job", .index = "due", .equal = { value_c("waiting") }, .limit = JOB_BATCH };
	struct err err = { 0 };
	if (runner->looking) {
		runner->look_again = true;
		return;
	}
	runner->looking = true;
	if (store_list(runner->care->parts.store, &scope, &query, looked, runner, &err)) {
		runner->looking = false;
		log_write(runner->care->parts.log, LOG_ERROR, "job.look_failed", LOG_ERR(&err));
		look_within(runner, JOB_RETRY_US);
	}
}

static void watch_job(void *ctx, const struct row *row)
{
	struct job_runner *runner = ctx;
	look_within(runner, row_time(row, "due_at").us - care_now(runner->care).us);
}

int jobs_open(struct care *care, struct err *reterr)
{
	care->jobs = mem_new(sizeof *care->jobs);
	if (!care->jobs)
		return err_set(reterr, E_MEMORY, "care/job", "out of memory");
	care->jobs->care = care;
	int rc = store_watch(care->parts.store, "job", watch_job, care->jobs, reterr);
	if (rc == 0)
		look_within(care->jobs, 0);
	return rc;
}

void jobs_free(struct care *care)
{
	struct job_runner *runner = care->jobs;
	size_t place = 0;
	if (!runner)
		return;
	runner->closing = true;
	loop_timer_stop(care->parts.loop, &care->job_timer);
	for (void *run; (run = map_next(&runner->busy, &place)) != NULL;)
		mem_delete(run);
	map_done(&runner->busy);
	mem_delete(runner);
	care->jobs = NULL;
}
