/* medicine.c: see medicine.h. */
#include "care/medicine.h"

#include "care/care_priv.h"
#include "care/recur.h"
#include "screen/medication.h"
#include "sys/mem.h"

#include <stdio.h>

#define LAYER "care/medicine"
#define READ_BYTES (4u * 1024 * 1024)

/* ---- Days ---- */

/* The first day that a year, a month or a day can mean. */
static bool first_day_of(struct str day, int64_t *ret_day)
{
	char whole[MEDICINE_DAY_SIZE];
	static const char *const rest[] = { "-01-01", "-01", "" };
	if (day.len != 4 && day.len != 7 && day.len != 10)
		return false;
	snprintf(whole, sizeof whole, STR_FMT "%s", STR_ARG(day), rest[(day.len - 4) / 3]);
	return recur_day_of(str_c(whole), ret_day);
}

/* Below zero when `a` is certainly before `b`: they are compared as far as both are exact. */
static int compare_days(struct str a, struct str b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	return memcmp(a.ptr, b.ptr, len);
}

int medicine_day_check(struct str day, struct str today, struct str earliest, struct err *reterr)
{
	int64_t ignored;
	if (!day.len)
		return 0;
	/* Dates before 1970 have no day number here, and people take medicines for longer: the same day of a later year stands for it. */
	char later[MEDICINE_DAY_SIZE];
	bool old = day.len <= 10 && str_starts(day, STR("19"));
	snprintf(later, sizeof later, STR_FMT, STR_ARG(day.len <= 10 ? day : STR("")));
	if (old)
		memcpy(later, "20", 2); /* a century on has the same leap years but for 1900 */
	if (!first_day_of(str_c(later), &ignored) || str_eqc(day, "1900-02-29"))
		return err_set(reterr, E_INVALID, LAYER, "day: must be YYYY, YYYY-MM or YYYY-MM-DD, from 1900 on");
	if (compare_days(day, today) > 0)
		return err_set(reterr, E_INVALID, LAYER, "day: must not be after today");
	if (earliest.len && compare_days(day, earliest) < 0)
		return err_set(reterr, E_INVALID, LAYER, "day: must not be before what was told last");
	return 0;
}

int medicine_today(const struct care *care, const char *client_id, char day[MEDICINE_DAY_SIZE], struct err *reterr)
{
	const struct care_client *client = care_client(care, client_id);
	const struct care_programme *programme = client ? care_programme(care, client->programme_id.text) : NULL;
	struct zone *zone = NULL;
	char text[RECUR_DAY_SIZE];
	if (!programme)
		return err_set(reterr, E_NOT_FOUND, LAYER, "no such client");
	int rc = zone_open(client->time_zone.len ? client->time_zone : programme->time_zone, &zone, reterr);
	if (rc)
		return rc;
	recur_day_text(recur_day_at(zone, care_now(care)), text);
	snprintf(day, MEDICINE_DAY_SIZE, "%.10s", text);
	zone_free(&zone);
	return 0;
}

/* ---- Names ---- */

struct str medicine_recognise(const struct screen_engine *engine, struct str name, struct str dose)
{
	struct medication_reading reading;
	struct arena arena;
	struct err ignored = { 0 };
	uint32_t found = MEDICATION_NONE;
	arena_init(&arena, mem_system(), READ_BYTES);
	struct str text = arena_printf(&arena, STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(dose));
	int rc = text.ptr ? medication_read(engine, &arena, text, STR(""), &reading, &ignored) : E_MEMORY;
	for (size_t i = 0; rc == 0 && i < reading.fact_count; i++) {
		const struct medication_fact *fact = &reading.facts[i];
		if (fact->kind != MEDICATION_DRUG || fact->code == NAME_GROUP || fact->start >= name.len)
			continue;
		if (found != MEDICATION_NONE && found != fact->medicine) { /* two of them: whoever reads it knows better */
			found = MEDICATION_NONE;
			break;
		}
		found = fact->medicine;
	}
	arena_done(&arena);
	return found == MEDICATION_NONE ? STR("") : medication_name(engine, found);
}

/* ---- Acts ---- */

static int check_text(const char *what, struct str text, size_t max, struct err *reterr)
{
	if (text.len > max)
		return err_set(reterr, E_INVALID, LAYER, "%s: at most %zu bytes", what, max);
	return 0;
}

static int check_told(const struct medicine_told *told, struct err *reterr)
{
	int rc = check_text("dose", told->dose, 200, reterr);
	rc = rc ? rc : check_text("frequency", told->frequency, 200, reterr);
	rc = rc ? rc : check_text("reason", told->reason, 1000, reterr);
	rc = rc ? rc : check_text("note", told->note, 2000, reterr);
	if (rc == 0 && !str_eqc(told->told_by, "client") && !str_eqc(told->told_by, "prescriber") && !str_eqc(told->told_by, "record"))
		rc = err_set(reterr, E_INVALID, LAYER, "told_by: must be client, prescriber or record");
	return rc;
}

/* Whether there may be one more row, and whether this is the row that counts. */
static int check_act(const struct care *care, const struct medicine_act *act, struct err *reterr)
{
	const struct care_client *client = care_client(care, act->client_id);
	if (!client)
		return err_set(reterr, E_NOT_FOUND, LAYER, "no such client");
	if (str_eqc(client->state, "erased"))
		return err_set(reterr, E_INVALID, LAYER, "client: this record was erased");
	if (act->rows->count >= MEDICINE_ROWS_MAX)
		return err_set(reterr, E_LIMIT, LAYER, "at most %d rows about medicines of one person", MEDICINE_ROWS_MAX);
	if (act->at && (!str_eqc(act->at->state, "active") || act->at->version != act->version))
		return err_set(reterr, E_CONFLICT, LAYER, "something newer is known about this medicine");
	return 0;
}

static void op_said(struct op *op, const char *field, struct str text)
{
	if (text.len)
		op_text(op, field, text);
}

/* A row of what was told. before: the row that counted, NULL for the first about a medicine. */
static void add_row(struct unit *unit, const struct scope *scope, const struct medicine_act *act, const char *kind, struct str recognised,
	struct uuid *ret_id)
{
	const struct medicine_told *told = act->told;
	const struct row *before = act->at;
	bool stopped = strcmp(kind, "stopped") == 0;
	if (stopped)
		unit_by_program(unit); /* it begins in another state than the first; the role was checked by the move before it */
	struct op *op = unit_insert(unit, "medication_statement", ret_id);
	op_c(op, "state", stopped ? "stopped" : "active");
	op_c(op, "client_id", act->client_id);
	op_text(op, "course_id", before ? row_text(before, "course_id") : str_c(ret_id->text));
	op_c(op, "kind", kind);
	op_said(op, "day", told->day);
	op_text(op, "name", before ? row_text(before, "name") : told->name);
	op_said(op, "recognised", before ? row_text(before, "recognised") : recognised);
	op_said(op, "dose", stopped ? row_text(before, "dose") : told->dose);
	op_said(op, "frequency", stopped ? row_text(before, "frequency") : told->frequency);
	op_said(op, "reason", told->reason);
	op_said(op, "note", told->note);
	op_text(op, "told_by", told->told_by);
	op_c(op, "recorded_by", scope->actor_id);
}

static int submit(struct care *care, const struct scope *scope, struct unit *unit, const struct medicine_act *act, const char *id,
	unit_done done, void *ctx, struct err *reterr)
{
	struct event_note note = { .programme_id = scope->programme_id,
		.kind = "medication",
		.client_id = act->client_id,
		.subject = "medication_statement",
		.subject_id = id };
	event_publish(unit, &note);
	note.to_client = true;
	event_publish(unit, &note);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

int medicine_start(struct care *care, const struct scope *scope, const struct screen_engine *engine, const struct medicine_act *act,
	unit_done done, void *ctx, struct err *reterr)
{
	const struct medicine_told *told = act->told;
	char today[MEDICINE_DAY_SIZE];
	struct uuid id;
	int rc = check_act(care, act, reterr);
	if (rc == 0 && !told->name.len)
		rc = err_set(reterr, E_INVALID, LAYER, "name: say which medicine");
	rc = rc ? rc : check_text("name", told->name, 200, reterr);
	rc = rc ? rc : check_told(told, reterr);
	rc = rc ? rc : medicine_today(care, act->client_id, today, reterr);
	rc = rc ? rc : medicine_day_check(told->day, str_c(today), STR(""), reterr);
	struct unit *unit = rc ? NULL : unit_new(care->parts.store, scope);
	if (!unit)
		return rc ? rc : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	add_row(unit, scope, act, "started", medicine_recognise(engine, told->name, told->dose), &id);
	return submit(care, scope, unit, act, id.text, done, ctx, reterr);
}

static int go_on(struct care *care, const struct scope *scope, const struct medicine_act *act, const char *kind, unit_done done, void *ctx,
	struct err *reterr)
{
	char today[MEDICINE_DAY_SIZE];
	struct uuid id;
	int rc = check_act(care, act, reterr);
	rc = rc ? rc : check_told(act->told, reterr);
	rc = rc ? rc : medicine_today(care, act->client_id, today, reterr);
	rc = rc ? rc : medicine_day_check(act->told->day, str_c(today), row_text(act->at, "day"), reterr);
	struct unit *unit = rc ? NULL : unit_new(care->parts.store, scope);
	if (!unit)
		return rc ? rc : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	unit_move(unit, "medication_statement", act->at->id.ptr, act->at->version, "active", "superseded");
	add_row(unit, scope, act, kind, STR(""), &id);
	return submit(care, scope, unit, act, id.text, done, ctx, reterr);
}

int medicine_change(
	struct care *care, const struct scope *scope, const struct medicine_act *act, unit_done done, void *ctx, struct err *reterr)
{
	if (str_eq(act->told->dose, row_text(act->at, "dose")) && str_eq(act->told->frequency, row_text(act->at, "frequency")))
		return err_set(reterr, E_INVALID, LAYER, "dose: neither dose nor frequency is another one");
	return go_on(care, scope, act, "changed", done, ctx, reterr);
}

int medicine_stop(
	struct care *care, const struct scope *scope, const struct medicine_act *act, unit_done done, void *ctx, struct err *reterr)
{
	return go_on(care, scope, act, "stopped", done, ctx, reterr);
}

/* ---- Entered in error ---- */

static void mark(struct unit *unit, const struct care *care, const struct scope *scope, const struct row *row, struct str reason)
{
	struct op *op = unit_move(unit, "medication_statement", row->id.ptr, row->version, row->state.ptr, "entered_in_error");
	op_text(op, "error_reason", reason);
	op_c(op, "error_by", scope->actor_id);
	op_time(op, "error_at", care_now(care));
}

static bool same_course(const struct row *row, const struct row *at)
{
	return str_eq(row_text(row, "course_id"), row_text(at, "course_id")) && !str_eqc(row->state, "entered_in_error");
}

/* The newest row before `at` that is not in error: rows come newest first. */
static const struct row *one_before(const struct row_set *rows, const struct row *at)
{
	bool past = false;
	for (size_t i = 0; i < rows->count; i++) {
		if (past && same_course(&rows->rows[i], at))
			return &rows->rows[i];
		past |= &rows->rows[i] == at;
	}
	return NULL;
}

int medicine_error(
	struct care *care, const struct scope *scope, const struct medicine_act *act, unit_done done, void *ctx, struct err *reterr)
{
	const struct row *at = act->at;
	struct str reason = act->told->reason;
	bool whole = str_eq(at->id, row_text(at, "course_id")), counts = !str_eqc(at->state, "superseded");
	int rc = !reason.len ? err_set(reterr, E_INVALID, LAYER, "reason: say what was wrong") : check_text("reason", reason, 1000, reterr);
	if (rc == 0 && (str_eqc(at->state, "entered_in_error") || at->version != act->version))
		rc = err_set(reterr, E_CONFLICT, LAYER, "it was changed meanwhile");
	struct unit *unit = rc ? NULL : unit_new(care->parts.store, scope);
	if (!unit)
		return rc ? rc : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	const struct row *before = whole || !counts ? NULL : one_before(act->rows, at);
	for (size_t i = 0; i < act->rows->count; i++)
		if (whole ? same_course(&act->rows->rows[i], at) : &act->rows->rows[i] == at)
			mark(unit, care, scope, &act->rows->rows[i], reason);
	if (before)
		unit_move(unit, "medication_statement", before->id.ptr, before->version, "superseded", "active");
	return submit(care, scope, unit, act, at->id.ptr, done, ctx, reterr);
}
