/* alert_act.c: what people do with an alert: see, take, hand over, say what came of it, close. See alert.h. The store checks version and
 * state; memory follows once the unit is on disk. */
#include "care/alert.h"

#include "care/alert_priv.h"
#include "care/delivery.h"
#include "care/guide.h"
#include "sys/mem.h"

#define LAYER "care/alert"
#define REPORT_US (24 * HOUR_US) /* until a report that is still to be made is due, without an entry of packs/duties */

/* ---- What is common ---- */

struct acting {
	struct care *care;
	struct uuid alert_id;
	unit_done done;
	void *ctx;
	/* As it is in memory once the unit is on disk. */
	enum alert_state state;
	struct uuid acknowledged_by, owner_id, handover_to;
	wall_time acknowledged_at, deadline_at;
	bool running;
	int attempts;
};

static void acted(void *ctx, const struct err *err)
{
	struct acting *acting = ctx;
	struct alert_item *item = map_get(&acting->care->alerts, acting->alert_id.text);
	if (item && err)
		item->closing = false;
	if (item && !err) {
		item->state = acting->state;
		item->deadline_at = acting->deadline_at;
		item->acknowledged_at = acting->acknowledged_at;
		item->acknowledged_by = acting->acknowledged_by;
		item->owner_id = acting->owner_id;
		item->handover_to = acting->handover_to;
		item->running = acting->running;
		item->attempts = acting->attempts;
		if (acting->state == ALERT_RESOLVED)
			alert_forget(acting->care, item);
	}
	if (acting->done)
		acting->done(acting->ctx, err);
	mem_delete(acting);
}

/* One act being put together. */
struct doing {
	struct care *care;
	const struct scope *scope;
	const struct alert_act *act;
	struct alert_item *item;
	struct unit *unit;
	struct acting *acting;
	struct op *op;
};

static int begin(struct doing *doing, struct care *care, const struct scope *scope, const struct alert_act *act, struct err *reterr)
{
	struct alert_item *item = map_get(&care->alerts, act->id);
	*doing = (struct doing){ .care = care, .scope = scope, .act = act, .item = item };
	if (!item || !scope->programme_id || strcmp(item->programme_id.text, scope->programme_id) != 0)
		return err_set(reterr, E_NOT_FOUND, LAYER, "no such open alert");
	if (item->closing)
		return err_set(reterr, E_CONFLICT, LAYER, "the alert is being resolved");
	return 0;
}

static int already(const struct doing *doing, struct err *reterr)
{
	return err_set(reterr, E_CONFLICT, LAYER, "the alert is %s already", alert_state_name(doing->item->state));
}

/* The unit with the move, or with a mere change where the state stays and the table knows no such move. */
static int move(struct doing *doing, enum alert_state to, struct err *reterr)
{
	struct alert_item *item = doing->item;
	bool same = to == item->state && to != ALERT_TAKEN && to != ALERT_CONTACTED;
	doing->unit = unit_new(doing->care->parts.store, doing->scope);
	doing->acting = mem_new(sizeof *doing->acting);
	if (!doing->unit || !doing->acting) {
		if (doing->unit)
			unit_free(&doing->unit);
		mem_delete(doing->acting);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	*doing->acting = (struct acting){ .care = doing->care,
		.alert_id = item->id,
		.state = to,
		.acknowledged_by = item->acknowledged_by,
		.acknowledged_at = item->acknowledged_at,
		.owner_id = item->owner_id,
		.handover_to = item->handover_to,
		.deadline_at = item->deadline_at,
		.running = item->running,
		.attempts = item->attempts };
	doing->op = same ? unit_update(doing->unit, "alert", doing->act->id, doing->act->version)
			 : unit_move(doing->unit, "alert", doing->act->id, doing->act->version, alert_state_name(item->state),
				   alert_state_name(to));
	if (item->state == ALERT_OPEN && to != ALERT_OPEN) {
		doing->acting->acknowledged_by = id_of(str_c(doing->scope->actor_id));
		doing->acting->acknowledged_at = care_now(doing->care);
		op_c(doing->op, "acknowledged_by", doing->scope->actor_id);
		op_time(doing->op, "acknowledged_at", doing->acting->acknowledged_at);
		op_null(doing->op, "undelivered");
	}
	return 0;
}

static void own(struct doing *doing)
{
	doing->acting->owner_id = id_of(str_c(doing->scope->actor_id));
	op_c(doing->op, "owner_id", doing->scope->actor_id);
}

static void forget_handover(struct doing *doing)
{
	if (!doing->item->handover_to.text[0])
		return;
	doing->acting->handover_to = (struct uuid){ { 0 } };
	op_null(doing->op, "handover_to");
	op_null(doing->op, "handover_by");
	op_null(doing->op, "handover_at");
}

/* The clock until the next try to reach the client; without one in the settings none runs. */
static void start_contact(struct doing *doing)
{
	const struct care_programme *programme = care_programme(doing->care, doing->item->programme_id.text);
	int64_t contact_us = programme ? programme->settings.contact_us[doing->item->priority] : 0;
	doing->acting->running = contact_us > 0;
	op_c(doing->op, "deadline_kind", contact_us ? "contact" : "none");
	if (!contact_us)
		return;
	doing->acting->deadline_at = (wall_time){ care_now(doing->care).us + contact_us };
	op_time(doing->op, "deadline_at", doing->acting->deadline_at);
}

static void stop_clock(struct doing *doing)
{
	doing->acting->running = false;
	op_c(doing->op, "deadline_kind", "none");
}

static int finish(struct doing *doing, unit_done done, void *ctx, struct err *reterr)
{
	struct alert_item *item = doing->item;
	struct acting *acting = doing->acting;
	const char *client_id = item->client->pub.id.text;
	acting->done = done;
	acting->ctx = ctx;
	if (acting->running && acting->deadline_at.us != item->deadline_at.us)
		job_add(doing->unit, "alert.deadline", acting->deadline_at, "alert", item->id.text, client_id);
	alert_announce(doing->unit, item->programme_id.text, client_id, item->conversation_id.text[0] ? item->conversation_id.text : NULL,
		item->id.text);
	alert_tell_client(doing->unit, item->programme_id.text, client_id, item->conversation_id.text);
	bool answered = strcmp(acting->acknowledged_by.text, item->acknowledged_by.text) != 0 ||
			strcmp(acting->owner_id.text, item->owner_id.text) != 0;
	if (answered)
		delivery_settle(doing->care, doing->unit, item->id.text);
	item->closing = acting->state == ALERT_RESOLVED;
	int rc = store_submit(doing->care->parts.store, doing->unit, acted, acting, reterr);
	if (rc) {
		item->closing = false;
		mem_delete(acting);
	}
	return rc;
}

/* ---- Seen, taken ---- */

int alert_acknowledge(
	struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx, struct err *reterr)
{
	struct doing doing;
	int rc = begin(&doing, care, scope, act, reterr);
	if (rc == 0 && doing.item->state != ALERT_OPEN)
		rc = already(&doing, reterr);
	rc = rc ? rc : move(&doing, ALERT_ACKNOWLEDGED, reterr);
	if (rc)
		return rc;
	start_contact(&doing);
	return finish(&doing, done, ctx, reterr);
}

int alert_take(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx, struct err *reterr)
{
	struct doing doing;
	int rc = begin(&doing, care, scope, act, reterr);
	if (rc == 0 && doing.item->state == ALERT_CONTACTED)
		rc = already(&doing, reterr);
	rc = rc ? rc : move(&doing, ALERT_TAKEN, reterr);
	if (rc)
		return rc;
	own(&doing);
	forget_handover(&doing);
	if (doing.item->state == ALERT_OPEN)
		start_contact(&doing);
	return finish(&doing, done, ctx, reterr);
}

/* ---- Hand-over to a named person ---- */

static bool is_owner(const struct doing *doing)
{
	return doing->scope->actor_id && strcmp(alert_owner(doing->item), doing->scope->actor_id) == 0;
}

int alert_handover(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx, struct err *reterr)
{
	struct doing doing;
	int rc = begin(&doing, care, scope, act, reterr);
	if (rc)
		return rc;
	const struct care_staff *to = act->to ? care_staff(care, act->to) : NULL;
	bool fit = to && to->active && (to->who & WHO_CLINICAL) && strcmp(to->programme_id.text, scope->programme_id) == 0;
	if (doing.item->state == ALERT_OPEN)
		return err_set(reterr, E_CONFLICT, LAYER, "nobody has the alert yet");
	if (!is_owner(&doing) && !(scope->who & WHO_SUPERVISOR))
		return err_set(reterr, E_DENIED, LAYER, "the alert is somebody else's");
	if (!fit || strcmp(to->id.text, alert_owner(doing.item)) == 0)
		return err_set(reterr, E_INVALID, LAYER, "handover_to");
	rc = move(&doing, doing.item->state, reterr);
	if (rc)
		return rc;
	doing.acting->handover_to = to->id;
	op_c(doing.op, "handover_to", to->id.text);
	op_c(doing.op, "handover_by", scope->actor_id);
	op_time(doing.op, "handover_at", care_now(care));
	const struct delivery_call call = { care_programme(care, scope->programme_id), doing.item->id.text, "handover",
		doing.item->priority, doing.item->level, doing.item->escalation_step, doing.item->deadline_at, NULL, NULL };
	delivery_call_person(care, doing.unit, &call, to->id.text);
	return finish(&doing, done, ctx, reterr);
}

int alert_handover_accept(
	struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx, struct err *reterr)
{
	struct doing doing;
	int rc = begin(&doing, care, scope, act, reterr);
	if (rc)
		return rc;
	if (!doing.item->handover_to.text[0])
		return err_set(reterr, E_CONFLICT, LAYER, "nobody is asked to take it over");
	if (!scope->actor_id || strcmp(doing.item->handover_to.text, scope->actor_id) != 0)
		return err_set(reterr, E_DENIED, LAYER, "somebody else was asked");
	rc = move(&doing, doing.item->state == ALERT_CONTACTED ? ALERT_CONTACTED : ALERT_TAKEN, reterr);
	if (rc)
		return rc;
	own(&doing);
	forget_handover(&doing);
	return finish(&doing, done, ctx, reterr);
}

int alert_handover_decline(
	struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx, struct err *reterr)
{
	struct doing doing;
	int rc = begin(&doing, care, scope, act, reterr);
	if (rc)
		return rc;
	if (!doing.item->handover_to.text[0])
		return err_set(reterr, E_CONFLICT, LAYER, "nobody is asked to take it over");
	bool asked = scope->actor_id && strcmp(doing.item->handover_to.text, scope->actor_id) == 0;
	if (!asked && !is_owner(&doing) && !(scope->who & WHO_SUPERVISOR))
		return err_set(reterr, E_DENIED, LAYER, "somebody else was asked");
	rc = move(&doing, doing.item->state, reterr);
	if (rc)
		return rc;
	forget_handover(&doing);
	return finish(&doing, done, ctx, reterr);
}

/* ---- What came of it ---- */

static bool is(const struct alert_act *act, const char *outcome)
{
	return act->outcome && strcmp(act->outcome, outcome) == 0;
}

static bool is_report(const struct alert_act *act)
{
	return is(act, "duty_to_warn") || is(act, "safeguarding_report");
}

static int check_outcome(const struct care *care, const struct alert_act *act, struct err *reterr)
{
	bool wordless = !str_trim(act->note).len;
	if ((is(act, "other") || is(act, "no_action")) && wordless)
		return err_set(reterr, E_INVALID, LAYER, "note_required");
	if (is_report(act) && !str_trim(act->basis).len)
		return err_set(reterr, E_INVALID, LAYER, "basis_required");
	if (is_report(act) && !str_trim(act->agency).len)
		return err_set(reterr, E_INVALID, LAYER, "agency_required");
	struct duty duty;
	if (is_report(act) && act->duty.len && !guides_duty(care->parts.guides, act->duty, STR("en"), &duty))
		return err_set(reterr, E_INVALID, LAYER, "duty_unknown");
	return 0;
}

/* The record of this try, and of a report the clock until it is made. */
static void add_outcome(struct doing *doing, bool again)
{
	const struct alert_act *act = doing->act;
	wall_time now = care_now(doing->care);
	struct uuid id;
	unit_by_program(doing->unit);
	struct op *op = unit_insert(doing->unit, "alert_outcome", &id);
	op_c(op, "client_id", doing->item->client->pub.id.text);
	op_c(op, "alert_id", doing->item->id.text);
	op_c(op, "by_id", doing->scope->actor_id);
	op_c(op, "outcome", act->outcome);
	op_int(op, "attempt", doing->acting->attempts);
	if (act->note.len)
		op_text(op, "note", act->note);
	if (again && doing->acting->running)
		op_time(op, "next_at", doing->acting->deadline_at);
	op_c(op, "opinion_by", act->opinion_by);
	if (!is_report(act))
		return;
	struct duty duty;
	bool known = guides_duty(doing->care->parts.guides, act->duty, STR("en"), &duty);
	wall_time due = { now.us + (known ? duty.due_us : REPORT_US) };
	op_text(op, "basis", act->basis);
	op_text(op, "agency", act->agency);
	if (act->duty.len)
		op_text(op, "duty", act->duty);
	op_bool(op, "made", act->made);
	if (act->made) {
		op_time(op, "made_at", now);
		return;
	}
	op_time(op, "due_at", due);
	job_add(doing->unit, "report.deadline", due, "alert_outcome", id.text, doing->item->client->pub.id.text);
}

int alert_contact(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx, struct err *reterr)
{
	struct doing doing;
	bool again = is(act, "no_answer"), waits = is_report(act) && !act->made;
	int rc = check_outcome(care, act, reterr);
	rc = rc ? rc : begin(&doing, care, scope, act, reterr);
	bool was_contacted = rc == 0 && doing.item->state == ALERT_CONTACTED;
	enum alert_state to = again || (waits && !was_contacted) ? ALERT_TAKEN : ALERT_CONTACTED;
	rc = rc ? rc : move(&doing, to, reterr);
	if (rc)
		return rc;
	if (!alert_owner(doing.item)[0] || (to == ALERT_TAKEN && !doing.item->owner_id.text[0]))
		own(&doing);
	if (!waits || again) {
		doing.acting->attempts++;
		op_int(doing.op, "attempts", doing.acting->attempts);
	}
	if (again || (waits && doing.item->state == ALERT_OPEN))
		start_contact(&doing);
	else if (to == ALERT_CONTACTED)
		stop_clock(&doing);
	op_c(doing.op, "outcome", act->outcome);
	if (to == ALERT_CONTACTED) {
		op_c(doing.op, "contacted_by", scope->actor_id);
		op_time(doing.op, "contacted_at", care_now(care));
	}
	if (act->note.len)
		op_text(doing.op, "contact_note", act->note);
	add_outcome(&doing, again);
	return finish(&doing, done, ctx, reterr);
}

int alert_resolve(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx, struct err *reterr)
{
	struct doing doing;
	int rc = begin(&doing, care, scope, act, reterr);
	if (rc)
		return rc;
	const struct alert_item *item = doing.item;
	bool needs_contact = item->priority <= 2 && item->state != ALERT_CONTACTED && item->kind == ALERT_RISK;
	if (needs_contact && (!act->resolution || strcmp(act->resolution, "false_alarm") != 0))
		return err_set(reterr, E_INVALID, LAYER, "contact_first");
	rc = move(&doing, ALERT_RESOLVED, reterr);
	if (rc)
		return rc;
	stop_clock(&doing);
	forget_handover(&doing);
	op_bool(doing.op, "active", false);
	op_c(doing.op, "resolved_by", scope->actor_id);
	op_time(doing.op, "resolved_at", care_now(care));
	op_c(doing.op, "resolution", act->resolution);
	if (act->note.len)
		op_text(doing.op, "note", act->note);
	return finish(&doing, done, ctx, reterr);
}

/* ---- A report that is still to be made ---- */

static void report_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	const struct care_programme *programme = care_programme(care, job_item(run)->programme_id.text);
	if (err && err->code != E_NOT_FOUND) {
		job_again(run, err);
		return;
	}
	struct unit *unit = NULL;
	if (row && programme && !row_bool(row, "made")) {
		struct scope scope = care_scope_system(programme->id.text, "report.deadline");
		struct str concept = row_text(row, "outcome");
		const struct alert_call call = { .programme = programme,
			.client_id = row_text(row, "client_id").ptr,
			.kind = ALERT_SYSTEM,
			.priority = 1,
			.level = 0,
			.reason = STR("A report that the law asks for is due and not recorded as made."),
			.concepts = &concept,
			.concept_count = 1 };
		if ((unit = unit_new(care->parts.store, &scope)) != NULL)
			alert_raise(care, unit, &call, NULL);
	}
	job_finish(run, unit);
	row_set_free(&take_set);
}

void report_deadline_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "report.deadline");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "alert_outcome", job_item(run)->subject_id.text, report_read, run, &err))
		job_again(run, &err);
}

int alert_report_made(struct care *care, const struct scope *scope, const char *outcome_id, int64_t version, struct str agency,
	unit_done done, void *ctx, struct err *reterr)
{
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	struct op *op = unit_update(unit, "alert_outcome", outcome_id, version);
	op_bool(op, "made", true);
	op_time(op, "made_at", care_now(care));
	if (agency.len)
		op_text(op, "agency", agency);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}
