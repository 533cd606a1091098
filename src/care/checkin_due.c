/* checkin_due.c: what happens when a recurring check-in's moment comes, when it was not answered by half of its time, and when its time is
 * over. Each is a job that looks at the row as it is now; one that an older plan left behind finds nothing to do. */
#include "care/checkin_priv.h"

#include "care/duty.h"
#include "care/instrument.h"
#include "care/say.h"
#include "sys/mem.h"

#include <stdio.h>

#define LAYER "care/checkin"
#define LOOK_AGAIN_US (15 * MINUTE_US)
#define EDGES_MAX 1000 /* of cover that one question looks at: more than eight days have */

/* ---- Is somebody there to read it ---- */

/* The first moment from `from` on, before `limit`, at which somebody is there by hours and rota; us 0: none. */
static wall_time covered_from(const struct care *care, const struct care_programme *programme, wall_time from, wall_time limit)
{
	const struct rota *rota = duty_rota(care, programme->id.text);
	for (int i = 0; i < EDGES_MAX && from.us < limit.us; i++) {
		wall_time until = { 0 };
		if (rota_join(rota, programme->cover, from, duty_fit, (void *)(uintptr_t)care, &until) != COVER_NONE)
			return from;
		if (!until.us)
			break;
		from = until;
	}
	return (wall_time){ 0 };
}

wall_time checkin_opens(
	const struct care *care, const struct care_programme *programme, bool risky, wall_time now, wall_time limit, const char **ret_why)
{
	if (!risky || care_cover(care, programme, NULL) != COVER_NONE)
		return now;
	wall_time next = covered_from(care, programme, now, limit);
	bool by_hours = next.us == now.us; /* the hours say so, but nobody has gone on duty: look again soon */
	if (next.us && !by_hours && next.us - now.us <= programme->settings.read_us)
		return now;
	*ret_why = by_hours ? "nobody_on_duty" : "no_cover";
	if (by_hours)
		next.us = now.us + LOOK_AGAIN_US;
	return next.us < limit.us ? next : (wall_time){ 0 };
}

void checkin_call_team(
	struct care *care, struct unit *unit, const struct care_programme *programme, const char *client_id, struct str reason)
{
	const struct str concepts[] = { STR("questionnaire.not_opened") };
	struct uuid id;
	const struct alert_call call = { .programme = programme,
		.client_id = client_id,
		.kind = ALERT_SYSTEM,
		.priority = 4,
		.reason = reason,
		.concepts = concepts,
		.concept_count = COUNT_OF(concepts) };
	unit_by_program(unit);
	alert_raise(care, unit, &call, &id);
}

/* One occurrence as it is looked at now. */
struct occurrence {
	wall_time planned, opens, following, closes, now;
	const char *why; /* of a move, or of never */
};

/* ---- Opening ---- */

static void add_task(struct unit *unit, const struct row *schedule, const struct occurrence *occurrence, bool opens, struct uuid *ret_id)
{
	wall_time half = { occurrence->now.us + (occurrence->closes.us - occurrence->now.us) / 2 };
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "questionnaire_task", ret_id);
	op_text(op, "client_id", row_text(schedule, "client_id"));
	op_text(op, "instrument", row_text(schedule, "instrument"));
	op_c(op, "source", "schedule");
	op_c(op, "state", opens ? "due" : "missed");
	op_time(op, "due_at", opens ? half : occurrence->closes);
	op_c(op, "schedule_id", schedule->id.ptr);
	op_text(op, "occurrence", row_text(schedule, "next_day"));
	op_time(op, "planned_at", occurrence->planned);
	op_time(op, "closes_at", occurrence->closes);
	op_text(op, "zone", row_text(schedule, "zone"));
	op_c(op, "moved_reason", occurrence->why);
	if (!opens)
		return;
	job_add(unit, "checkin.remind", half, "questionnaire_task", ret_id->text, row_text(schedule, "client_id").ptr);
	job_add(unit, "checkin.close", occurrence->closes, "questionnaire_task", ret_id->text, row_text(schedule, "client_id").ptr);
}

/* Nobody would have read it: the team is told, as a person has to decide what instead. */
static void call_team(struct care *care, struct unit *unit, const struct care_programme *programme, const struct row *schedule)
{
	char reason[300];
	const struct instrument *instrument = instruments_find(care->parts.instruments, row_text(schedule, "instrument"));
	snprintf(reason, sizeof reason,
		"%.60s of %.10s was not opened: it asks about danger, and nobody was there to read it before the next one",
		instrument ? instrument->title_en.ptr : "A questionnaire", row_text(schedule, "next_day").ptr);
	checkin_call_team(care, unit, programme, row_text(schedule, "client_id").ptr, str_c(reason));
}

/* The schedule goes on to the day after this one; at its end it ends. */
static void go_on(struct unit *unit, const struct row *schedule, struct checkin_row *row, int64_t day)
{
	int64_t ignored;
	bool more = recur_next(&row->recur, day, row->done + 1, &ignored);
	row->last_day = day;
	row->done++;
	unit_by_program(unit);
	struct op *op = more ? unit_update(unit, "checkin_schedule", schedule->id.ptr, schedule->version)
			     : unit_move(unit, "checkin_schedule", schedule->id.ptr, schedule->version, "active", "ended");
	op_text(op, "last_day", row_text(schedule, "next_day"));
	op_int(op, "done", row->done);
	if (!more)
		op_c(op, "end_reason", "complete");
	(void)checkin_plan_next(unit, op, row, (wall_time){ 0 }, schedule->id.ptr, row_text(schedule, "client_id").ptr);
}

static void later(struct unit *unit, const struct row *schedule, wall_time opens, const char *why)
{
	unit_by_program(unit);
	struct op *op = unit_update(unit, "checkin_schedule", schedule->id.ptr, schedule->version);
	op_time(op, "opens_at", opens);
	op_c(op, "moved_reason", why);
	job_add(unit, "checkin.open", opens, "checkin_schedule", schedule->id.ptr, row_text(schedule, "client_id").ptr);
}

static struct occurrence occurrence_of(const struct row *schedule, const struct checkin_row *row, int64_t day, wall_time now)
{
	int64_t next = 0;
	struct occurrence occurrence = { .planned = row_time(schedule, "next_at"), .opens = row_time(schedule, "opens_at"), .now = now };
	occurrence.following = recur_next(&row->recur, day, row->done + 1, &next)
				       ? recur_time(row->zone, next, row->recur.minute)
				       : recur_end(row->zone, occurrence.planned, row->recur.window_minutes);
	occurrence.why = row_is_null(schedule, "moved_reason") ? NULL : row_text(schedule, "moved_reason").ptr;
	occurrence.closes = recur_end(row->zone, occurrence.opens, row->recur.window_minutes);
	if (occurrence.closes.us > occurrence.following.us)
		occurrence.closes = occurrence.following;
	return occurrence;
}

/* What is to be done now with the occurrence whose moment has come. */
static void deal_with(
	struct care *care, struct unit *unit, const struct care_programme *programme, const struct row *schedule, struct checkin_row *row)
{
	const struct instrument *instrument = instruments_find(care->parts.instruments, row_text(schedule, "instrument"));
	const char *client_id = row_text(schedule, "client_id").ptr;
	int64_t day = 0;
	struct uuid task_id;
	(void)!recur_day_of(row_text(schedule, "next_day"), &day);
	struct occurrence occurrence = occurrence_of(schedule, row, day, care_now(care));
	bool late = occurrence.closes.us <= occurrence.now.us;
	wall_time opens = late ? (wall_time){ 0 }
			       : checkin_opens(
					 care, programme, checkin_risky(instrument), occurrence.now, occurrence.following, &occurrence.why);
	if (opens.us > occurrence.now.us) {
		later(unit, schedule, opens, occurrence.why);
	} else {
		if (late)
			occurrence.why = "not_running";
		add_task(unit, schedule, &occurrence, opens.us > 0, &task_id);
		if (!opens.us && !late)
			call_team(care, unit, programme, schedule);
		go_on(unit, schedule, row, day);
		checkin_tell(unit, programme->id.text, client_id, "questionnaire_task", task_id.text);
	}
	checkin_tell(unit, programme->id.text, client_id, "checkin_schedule", schedule->id.ptr);
}

static struct unit *end_with_client(struct care *care, const struct scope *scope, const struct row *schedule)
{
	struct unit *unit = unit_new(care->parts.store, scope);
	struct op *op = unit ? unit_move(unit, "checkin_schedule", schedule->id.ptr, schedule->version, "active", "ended") : NULL;
	if (op)
		op_c(op, "end_reason", "client_ended");
	return unit;
}

/* What is to be written now; *ret_unit stays NULL when nothing is: a plan that was changed, paused or ended meanwhile. */
static int open_schedule(
	struct care *care, const struct care_programme *programme, const struct row *schedule, struct unit **ret_unit, struct err *reterr)
{
	const struct care_client *client = care_client(care, row_text(schedule, "client_id").ptr);
	struct scope scope = care_scope_system(schedule->programme_id.ptr, "checkin.open");
	struct checkin_row row;
	if (!client || !str_eqc(schedule->state, "active") || row_is_null(schedule, "opens_at") ||
		row_time(schedule, "opens_at").us > care_now(care).us)
		return 0;
	bool gone = str_eqc(client->state, "ended") || str_eqc(client->state, "erased");
	int rc = gone ? 0 : checkin_row_open(schedule, &row, reterr);
	if (rc)
		return rc;
	struct unit *unit = gone ? end_with_client(care, &scope, schedule) : unit_new(care->parts.store, &scope);
	if (unit && !gone)
		deal_with(care, unit, programme, schedule, &row);
	if (!gone)
		checkin_row_done(&row);
	*ret_unit = unit;
	return unit ? 0 : err_set(reterr, E_MEMORY, LAYER, "out of memory");
}

static void schedule_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	const struct row *schedule = take_set && take_set->count ? &take_set->rows[0] : NULL;
	const struct care_programme *programme = care_programme(job_care(run), job_item(run)->programme_id.text);
	struct unit *unit = NULL;
	struct err own = { 0 };
	if (err && err->code != E_NOT_FOUND)
		own = *err;
	else if (schedule && programme)
		(void)!open_schedule(job_care(run), programme, schedule, &unit, &own);
	row_set_free(&take_set);
	if (own.code)
		job_again(run, &own);
	else
		job_finish(run, unit);
}

void checkin_open_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "checkin.open");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "checkin_schedule", job_item(run)->subject_id.text, schedule_read, run, &err))
		job_again(run, &err);
}

/* ---- The one reminder ---- */

struct reminding {
	struct job_run *run;
	struct row_set *task;
};

static bool waits(const struct row *task)
{
	return str_eqc(task->state, "due") || str_eqc(task->state, "started");
}

static void end_reminding(struct reminding *reminding, struct unit *unit, const struct err *err)
{
	struct job_run *run = reminding->run;
	row_set_free(&reminding->task);
	mem_delete(reminding);
	if (err && err->code != E_NOT_FOUND)
		job_again(run, err);
	else
		job_finish(run, unit);
}

/* "Tuesday, 15:00" in the client's words and zone. */
static struct str until_text(struct arena *arena, const struct zone *zone, struct str lang, wall_time time)
{
	static const char *const en[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
	static const char *const es[] = { "lunes", "martes", "mi\u00e9rcoles", "jueves", "viernes", "s\u00e1bado", "domingo" };
	struct civil civil = zone_civil(zone, time);
	bool spanish = str_starts(lang, STR("es"));
	return arena_printf(arena, spanish ? "%s a las %02d:%02d" : "%s at %02d:%02d", spanish ? es[civil.weekday] : en[civil.weekday],
		civil.minute / 60, civil.minute % 60);
}

static void write_reminder(
	struct care *care, struct unit *unit, const struct row *task, const char *conversation_id, const struct zone *zone)
{
	const struct care_client *client = care_client(care, row_text(task, "client_id").ptr);
	const struct instrument *instrument = instruments_find(care->parts.instruments, row_text(task, "instrument"));
	struct str lang = client ? client->language : STR("en");
	struct arena arena;
	arena_init(&arena, mem_system(), 16384);
	struct str about = !instrument ? STR("") : str_starts(lang, STR("es")) ? instrument->about_es : instrument->about_en;
	const struct message_var vars[] = { { "about", about }, { "until", until_text(&arena, zone, lang, row_time(task, "closes_at")) } };
	const struct say_program say = { .programme_id = task->programme_id.ptr,
		.client_id = row_text(task, "client_id").ptr,
		.conversation_id = conversation_id,
		.key = STR("checkin.reminder"),
		.vars = vars,
		.var_count = COUNT_OF(vars) };
	program_say(care, unit, &say);
	arena_done(&arena);
}

static void new_conversation(struct care *care, struct unit *unit, const struct row *task, struct uuid *ret_id)
{
	const struct care_client *client = care_client(care, row_text(task, "client_id").ptr);
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "conversation", ret_id);
	op_text(op, "client_id", row_text(task, "client_id"));
	op_c(op, "kind", "chat");
	op_c(op, "speaker", "model");
	op_int(op, "level", 0);
	op_int(op, "message_count", 0);
	op_text(op, "language", client ? client->language : STR("en"));
	op_time(op, "last_message_at", care_now(care));
}

/* The person may be in danger and wait for a clinician: then nobody asks for a check-in. */
static void talks_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct reminding *reminding = ctx;
	struct care *care = job_care(reminding->run);
	const struct row *task = &reminding->task->rows[0], *talk = NULL;
	struct scope scope = care_scope_system(task->programme_id.ptr, "checkin.remind");
	struct unit *unit = err ? NULL : unit_new(care->parts.store, &scope);
	struct zone *zone = NULL;
	struct uuid made;
	struct err own = { 0 };
	for (size_t i = 0; take_set && i < take_set->count && !talk; i++)
		if (str_eqc(row_text(&take_set->rows[i], "kind"), "chat") && !str_eqc(take_set->rows[i].state, "closed"))
			talk = &take_set->rows[i];
	bool held = talk && str_eqc(talk->state, "held");
	if (unit && !held && zone_open(row_text(task, "zone"), &zone, &own) == 0) {
		if (!talk)
			new_conversation(care, unit, task, &made);
		write_reminder(care, unit, task, talk ? talk->id.ptr : made.text, zone);
	}
	zone_free(&zone);
	if (unit) {
		unit_by_program(unit);
		struct op *op = unit_update(unit, "questionnaire_task", task->id.ptr, task->version);
		op_c(op, "reminder", held ? "held" : "sent");
		if (!held)
			op_time(op, "reminded_at", care_now(care));
		checkin_tell(unit, task->programme_id.ptr, row_text(task, "client_id").ptr, "questionnaire_task", task->id.ptr);
	}
	if (!err && (!unit || own.code)) {
		unit_free(&unit);
		if (!own.code)
			err_set(&own, E_MEMORY, LAYER, "out of memory");
		err = &own;
	}
	end_reminding(reminding, unit, err);
	row_set_free(&take_set);
}

/* Nobody is woken: within quiet hours of the client's zone it waits for their end, and is left out when its time is over by then. */
static struct unit *wait_for_morning(struct care *care, const struct row *task, wall_time awake)
{
	struct scope scope = care_scope_system(task->programme_id.ptr, "checkin.remind");
	struct unit *unit = unit_new(care->parts.store, &scope);
	bool late = awake.us >= row_time(task, "closes_at").us;
	if (unit && late) {
		op_c(unit_update(unit, "questionnaire_task", task->id.ptr, task->version), "reminder", "too_late");
		checkin_tell(unit, task->programme_id.ptr, row_text(task, "client_id").ptr, "questionnaire_task", task->id.ptr);
	} else if (unit) {
		job_add(unit, "checkin.remind", awake, "questionnaire_task", task->id.ptr, row_text(task, "client_id").ptr);
	}
	return unit;
}

static void task_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct reminding *reminding = ctx;
	struct care *care = job_care(reminding->run);
	const struct row *task = take_set && take_set->count ? &take_set->rows[0] : NULL;
	const struct care_client *client = task ? care_client(care, row_text(task, "client_id").ptr) : NULL;
	struct zone *zone = NULL;
	struct err own = { 0 };
	reminding->task = take_set;
	if (!task || !client || !waits(task) || !row_is_null(task, "reminder") || str_eqc(client->state, "erased")) {
		end_reminding(reminding, NULL, err);
		return;
	}
	if (zone_open(client->time_zone.len ? client->time_zone : row_text(task, "zone"), &zone, &own)) {
		end_reminding(reminding, NULL, &own);
		return;
	}
	wall_time awake = recur_awake(zone, care_now(care));
	zone_free(&zone);
	if (awake.us > care_now(care).us) {
		struct unit *unit = wait_for_morning(care, task, awake);
		if (!unit)
			err_set(&own, E_MEMORY, LAYER, "out of memory");
		end_reminding(reminding, unit, unit ? NULL : &own);
		return;
	}
	struct scope scope = care_scope_system(task->programme_id.ptr, "checkin.remind");
	const struct list_query query = { .resource = "conversation",
		.index = "client",
		.equal = { value_str(row_text(task, "client_id")) },
		.descending = true,
		.limit = 20 };
	if (store_list(care->parts.store, &scope, &query, talks_read, reminding, &own))
		end_reminding(reminding, NULL, &own);
}

void checkin_remind_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "checkin.remind");
	struct reminding *reminding = mem_new(sizeof *reminding);
	struct err err = { 0 };
	if (!reminding) {
		err_set(&err, E_MEMORY, LAYER, "out of memory");
		job_again(run, &err);
		return;
	}
	reminding->run = run;
	if (store_get(care->parts.store, &scope, "questionnaire_task", job_item(run)->subject_id.text, task_read, reminding, &err))
		end_reminding(reminding, NULL, &err);
}

/* ---- Its end ---- */

static void closing_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	const struct row *task = take_set && take_set->count ? &take_set->rows[0] : NULL;
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "checkin.close");
	bool over = task && waits(task);
	struct unit *unit = over ? unit_new(care->parts.store, &scope) : NULL;
	struct err own = { 0 };
	if (over && !unit) {
		err_set(&own, E_MEMORY, LAYER, "out of memory");
		err = &own;
	}
	if (unit) {
		unit_move(unit, "questionnaire_task", task->id.ptr, task->version, task->state.ptr, "missed");
		checkin_tell(unit, task->programme_id.ptr, row_text(task, "client_id").ptr, "questionnaire_task", task->id.ptr);
	}
	row_set_free(&take_set);
	if (err && err->code != E_NOT_FOUND)
		job_again(run, err);
	else
		job_finish(run, unit);
}

void checkin_close_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "checkin.close");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "questionnaire_task", job_item(run)->subject_id.text, closing_read, run, &err))
		job_again(run, &err);
}
