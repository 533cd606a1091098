/* checkin.c: see checkin.h. Schedules as people set them. */
#include "care/checkin_priv.h"

#include "care/instrument.h"
#include "sys/mem.h"

#define LAYER "care/checkin"

bool checkin_risky(const struct instrument *instrument)
{
	for (size_t i = 0; instrument && i < instrument->item_count; i++)
		if (instrument->items[i].risk)
			return true;
	return !instrument || instrument->trigger_count > 0; /* one that is not known: the stricter */
}

void checkin_tell(struct unit *unit, const char *programme_id, const char *client_id, const char *subject, const char *id)
{
	struct event_note note = {
		.programme_id = programme_id, .kind = "questionnaire", .client_id = client_id, .subject = subject, .subject_id = id
	};
	event_publish(unit, &note);
	note.to_client = true;
	event_publish(unit, &note);
}

/* ---- Rows ---- */

static int open_zone(struct str name, const char *field, struct zone **ret_zone, struct err *reterr)
{
	struct err own = { 0 };
	if (name.len > 63 || zone_open(name, ret_zone, &own))
		return err_set(reterr, own.code == E_MEMORY ? E_MEMORY : E_INVALID, LAYER,
			"%s: must be an IANA time zone such as Europe/Madrid", field);
	return 0;
}

int checkin_row_open(const struct row *row, struct checkin_row *ret_row, struct err *reterr)
{
	const struct recur_row when = { .unit = row_text(row, "unit"),
		.days = row_text(row, "days"),
		.time = row_text(row, "time"),
		.start = row_text(row, "start"),
		.end = row_text(row, "end"),
		.every = row_int(row, "every"),
		.count = row_int(row, "count"),
		.window_minutes = row_int(row, "window_minutes") };
	struct checkin_row opened = { .done = row_int(row, "done"), .last_day = RECUR_BEFORE };
	if (!row_is_null(row, "last_day") && !recur_day_of(row_text(row, "last_day"), &opened.last_day))
		return err_set(reterr, E_INVALID, LAYER, "schedule.last_day: is no date");
	int rc = recur_read(&when, &opened.recur, reterr);
	rc = rc ? rc : open_zone(row_text(row, "zone"), "schedule.zone", &opened.zone, reterr);
	if (rc == 0)
		*ret_row = opened;
	return rc;
}

void checkin_row_done(struct checkin_row *row)
{
	zone_free(&row->zone);
}

static size_t dates_of(const struct checkin_row *row, struct checkin_date *ret_dates, size_t max)
{
	size_t count = 0;
	int64_t day = row->last_day;
	while (count < max && recur_next(&row->recur, day, row->done + (int64_t)count, &day)) {
		ret_dates[count].at = recur_time(row->zone, day, row->recur.minute);
		recur_day_text(day, ret_dates[count++].day);
	}
	return count;
}

size_t checkin_row_dates(const struct row *schedule, struct checkin_date *ret_dates, size_t max)
{
	struct checkin_row row;
	struct err ignored = { 0 };
	if (str_eqc(schedule->state, "ended") || checkin_row_open(schedule, &row, &ignored))
		return 0;
	size_t count = dates_of(&row, ret_dates, max);
	checkin_row_done(&row);
	return count;
}

bool checkin_plan_next(
	struct unit *unit, struct op *op, const struct checkin_row *row, wall_time moved, const char *id, const char *client_id)
{
	struct checkin_date next;
	if (!dates_of(row, &next, 1)) {
		op_null(op, "next_day");
		op_null(op, "next_at");
		op_null(op, "opens_at");
		op_null(op, "moved_reason");
		return false;
	}
	wall_time opens = next.at.us < moved.us ? moved : next.at;
	op_c(op, "next_day", next.day);
	op_time(op, "next_at", next.at);
	op_time(op, "opens_at", opens);
	op_c(op, "moved_reason", next.at.us < moved.us ? "zone_changed" : NULL);
	job_add(unit, "checkin.open", opens, "checkin_schedule", id, client_id);
	return true;
}

/* ---- Plans ---- */

static struct str zone_name(const struct care *care, const char *client_id, const struct checkin_plan *plan)
{
	const struct care_client *client = care_client(care, client_id);
	return plan->zone.len ? plan->zone : client ? client->time_zone : STR("");
}

/* A plan as numbers, from `last_day` on, without what has passed by now. */
static int read_plan(const struct care *care, const char *client_id, const struct checkin_plan *plan, int64_t last_day, int64_t done,
	struct checkin_row *ret_row, struct err *reterr)
{
	struct checkin_row row = { .done = done };
	struct str zone = zone_name(care, client_id, plan);
	int rc = recur_read(&plan->when, &row.recur, reterr);
	if (rc)
		return rc;
	if (!zone.len)
		return err_set(reterr, E_INVALID, LAYER, "schedule.zone: the client has not confirmed a time zone: name one");
	rc = open_zone(zone, "schedule.zone", &row.zone, reterr);
	if (rc)
		return rc;
	row.last_day = recur_passed(&row.recur, row.zone, last_day, care_now(care));
	struct checkin_date next;
	if (!dates_of(&row, &next, 1)) {
		checkin_row_done(&row);
		return err_set(reterr, E_INVALID, LAYER, "schedule.end: no day is left before it");
	}
	*ret_row = row;
	return 0;
}

int checkin_dates(const struct care *care, const char *client_id, const struct checkin_plan *plan, struct checkin_date *ret_dates,
	size_t max, size_t *ret_count, struct err *reterr)
{
	struct checkin_row row;
	int rc = read_plan(care, client_id, plan, RECUR_BEFORE, 0, &row, reterr);
	if (rc)
		return rc;
	*ret_count = dates_of(&row, ret_dates, max);
	checkin_row_done(&row);
	return 0;
}

static void op_or_null(struct op *op, const char *field, struct str text)
{
	if (text.len)
		op_text(op, field, text);
	else
		op_null(op, field);
}

static void put_last_day(struct op *op, const struct checkin_row *row)
{
	char day[RECUR_DAY_SIZE];
	if (row->last_day == RECUR_BEFORE) {
		op_null(op, "last_day");
		return;
	}
	recur_day_text(row->last_day, day);
	op_c(op, "last_day", day);
}

static void put_plan(struct op *op, const struct care *care, const char *client_id, const struct checkin_plan *plan)
{
	op_text(op, "unit", plan->when.unit);
	op_int(op, "every", plan->when.every);
	op_or_null(op, "days", plan->when.days);
	op_text(op, "time", plan->when.time);
	op_text(op, "zone", zone_name(care, client_id, plan));
	op_bool(op, "follows_client", plan->follows_client);
	op_text(op, "start", plan->when.start);
	op_or_null(op, "end", plan->when.end);
	op_int(op, "count", plan->when.count);
	op_int(op, "window_minutes", plan->when.window_minutes);
}

int checkin_make(struct care *care, const struct scope *scope, const char *client_id, const struct checkin_plan *plan, struct uuid *ret_id,
	unit_done done, void *ctx, struct err *reterr)
{
	struct checkin_row row;
	int rc = read_plan(care, client_id, plan, RECUR_BEFORE, 0, &row, reterr);
	if (rc)
		return rc;
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit) {
		checkin_row_done(&row);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	unit_by_program(unit); /* its state and next moment are the program's to write; the role was checked by the route */
	struct op *op = unit_insert(unit, "checkin_schedule", ret_id);
	op_c(op, "client_id", client_id);
	op_text(op, "instrument", plan->instrument);
	op_c(op, "state", "active");
	op_c(op, "made_by", scope->actor_id);
	put_plan(op, care, client_id, plan);
	op_int(op, "done", 0);
	put_last_day(op, &row);
	(void)checkin_plan_next(unit, op, &row, (wall_time){ 0 }, ret_id->text, client_id);
	checkin_tell(unit, scope->programme_id, client_id, "checkin_schedule", ret_id->text);
	checkin_row_done(&row);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

int checkin_change(struct care *care, const struct scope *scope, const struct row *schedule, int64_t version,
	const struct checkin_plan *plan, unit_done done, void *ctx, struct err *reterr)
{
	const char *client_id = row_text(schedule, "client_id").ptr;
	struct checkin_row row;
	int64_t last_day = RECUR_BEFORE;
	if (str_eqc(schedule->state, "ended"))
		return err_set(reterr, E_CONFLICT, LAYER, "it has ended");
	(void)!recur_day_of(row_text(schedule, "last_day"), &last_day);
	int rc = read_plan(care, client_id, plan, last_day, row_int(schedule, "done"), &row, reterr);
	if (rc)
		return rc;
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit) {
		checkin_row_done(&row);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	unit_by_program(unit);
	struct op *op = unit_update(unit, "checkin_schedule", schedule->id.ptr, version);
	put_plan(op, care, client_id, plan);
	put_last_day(op, &row);
	if (str_eqc(schedule->state, "active"))
		(void)checkin_plan_next(unit, op, &row, (wall_time){ 0 }, schedule->id.ptr, client_id);
	checkin_tell(unit, scope->programme_id, client_id, "checkin_schedule", schedule->id.ptr);
	checkin_row_done(&row);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

/* ---- Pause, going on, end ---- */

static void unplan(struct op *op)
{
	op_null(op, "next_day");
	op_null(op, "next_at");
	op_null(op, "opens_at");
	op_null(op, "moved_reason");
}

static int move(struct care *care, const struct scope *scope, const struct row *schedule, int64_t version, const char *from, const char *to,
	unit_done done, void *ctx, struct err *reterr)
{
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	unit_by_program(unit);
	struct op *op = unit_move(unit, "checkin_schedule", schedule->id.ptr, version, from, to);
	unplan(op);
	if (strcmp(to, "ended") == 0)
		op_c(op, "end_reason", "staff");
	checkin_tell(unit, scope->programme_id, row_text(schedule, "client_id").ptr, "checkin_schedule", schedule->id.ptr);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

int checkin_pause(struct care *care, const struct scope *scope, const struct row *schedule, int64_t version, unit_done done, void *ctx,
	struct err *reterr)
{
	return move(care, scope, schedule, version, "active", "paused", done, ctx, reterr);
}

int checkin_end(struct care *care, const struct scope *scope, const struct row *schedule, int64_t version, unit_done done, void *ctx,
	struct err *reterr)
{
	const char *from = str_eqc(schedule->state, "paused") ? "paused" : "active";
	return move(care, scope, schedule, version, from, "ended", done, ctx, reterr);
}

int checkin_resume(struct care *care, const struct scope *scope, const struct row *schedule, int64_t version, unit_done done, void *ctx,
	struct err *reterr)
{
	struct checkin_row row;
	struct checkin_date next;
	int rc = checkin_row_open(schedule, &row, reterr);
	if (rc)
		return rc;
	row.last_day = recur_passed(&row.recur, row.zone, row.last_day, care_now(care));
	struct unit *unit = NULL;
	if (!dates_of(&row, &next, 1))
		rc = err_set(reterr, E_INVALID, LAYER, "schedule.end: no day is left before it");
	else if (!(unit = unit_new(care->parts.store, scope)))
		rc = err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (rc == 0) {
		unit_by_program(unit);
		struct op *op = unit_move(unit, "checkin_schedule", schedule->id.ptr, version, "paused", "active");
		put_last_day(op, &row);
		(void)checkin_plan_next(unit, op, &row, (wall_time){ 0 }, schedule->id.ptr, row_text(schedule, "client_id").ptr);
		checkin_tell(unit, scope->programme_id, row_text(schedule, "client_id").ptr, "checkin_schedule", schedule->id.ptr);
		rc = store_submit(care->parts.store, unit, done, ctx, reterr);
	}
	checkin_row_done(&row);
	return rc;
}

/* ---- The client moves ---- */

/* The day stays, its moment is another one: what has passed there meanwhile is opened now, as it was not yet. */
static int follow(struct unit *unit, const struct row *schedule, struct str zone, wall_time now, struct err *reterr)
{
	struct checkin_row row;
	int rc = checkin_row_open(schedule, &row, reterr);
	if (rc)
		return rc;
	zone_free(&row.zone);
	rc = open_zone(zone, "time_zone", &row.zone, reterr);
	if (rc)
		return rc;
	struct op *op = unit_update(unit, "checkin_schedule", schedule->id.ptr, schedule->version);
	op_text(op, "zone", zone);
	if (str_eqc(schedule->state, "active"))
		(void)checkin_plan_next(unit, op, &row, now, schedule->id.ptr, row_text(schedule, "client_id").ptr);
	checkin_row_done(&row);
	return 0;
}

/* Memory follows the disk. */
struct moving {
	struct care *care;
	struct uuid client_id;
	char zone[64];
	unit_done done;
	void *ctx;
};

static void moved(void *ctx, const struct err *err)
{
	struct moving *moving = ctx;
	struct client_item *client = care_client_item(moving->care, moving->client_id.text);
	if (!err && client) {
		memcpy(client->time_zone, moving->zone, sizeof moving->zone);
		client->pub.time_zone = str_c(client->time_zone);
	}
	moving->done(moving->ctx, err);
	mem_delete(moving);
}

int checkin_zone(struct care *care, const struct scope *scope, const char *client_id, struct str zone,
	const struct row_set *const *schedules, size_t set_count, unit_done done, void *ctx, struct err *reterr)
{
	struct zone *trial = NULL;
	int rc = open_zone(zone, "time_zone", &trial, reterr);
	zone_free(&trial);
	if (rc)
		return rc;
	struct moving *moving = mem_new(sizeof *moving);
	struct unit *unit = moving ? unit_new(care->parts.store, scope) : NULL;
	if (!unit) {
		mem_delete(moving);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	*moving = (struct moving){ .care = care, .client_id = id_of(str_c(client_id)), .done = done, .ctx = ctx };
	memcpy(moving->zone, zone.ptr, zone.len);
	struct op *op = unit_update(unit, "client", client_id, VERSION_ANY);
	op_text(op, "time_zone", zone);
	op_time(op, "time_zone_at", care_now(care));
	unit_by_program(unit);
	for (size_t set = 0; set < set_count; set++)
		for (size_t i = 0; rc == 0 && i < schedules[set]->count; i++) {
			const struct row *row = &schedules[set]->rows[i];
			if (!str_eqc(row->state, "ended") && row_bool(row, "follows_client") && !str_eq(row_text(row, "zone"), zone))
				rc = follow(unit, row, zone, care_now(care), reterr);
		}
	if (rc) {
		unit_free(&unit);
	} else {
		checkin_tell(unit, scope->programme_id, client_id, "client", client_id);
		rc = store_submit(care->parts.store, unit, moved, moving, reterr);
	}
	if (rc)
		mem_delete(moving);
	return rc;
}
