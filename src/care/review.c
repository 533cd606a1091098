/* review.c: see review.h. What a person does here takes two steps: the row is read, then one unit changes everything that
 * follows from the decision, guarded by the row's version. */
#include "care/review.h"

#include "care/care_priv.h"
#include "care/presence.h"
#include "sys/mem.h"

#include <stdio.h>

#define LAYER "care/review"
#define ACTING_ARENA_MAX (8u << 20)
#define REASON_MAX 500
#define NOTE_MAX 2000
#define LEVEL_HIGH 3
#define LEVEL_RELEASED 1 /* a released conversation begins again at distress: a person has looked */

/* Somebody's act on its way. Everything in it is a copy. */
struct acting {
	struct care *care;
	struct arena arena;
	struct scope scope;
	struct review_act review;
	struct override_act override;
	bool agrees;
	struct str note;
	const char *subject_id; /* row that is read first */
	struct row_set *first;  /* that row */
	unit_done done;
	void *ctx;
};

static const char *keep_c(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, str_c(text)).ptr : NULL;
}

static struct acting *acting_new(
	struct care *care, const struct scope *scope, const char *subject_id, unit_done done, void *ctx, struct err *reterr)
{
	struct acting *acting = mem_new(sizeof *acting);
	if (!acting) {
		err_set(reterr, E_MEMORY, LAYER, "out of memory");
		return NULL;
	}
	arena_init(&acting->arena, mem_system(), ACTING_ARENA_MAX);
	acting->care = care;
	acting->done = done;
	acting->ctx = ctx;
	acting->scope = *scope;
	acting->scope.programme_id = keep_c(&acting->arena, scope->programme_id);
	acting->scope.actor_id = keep_c(&acting->arena, scope->actor_id);
	acting->scope.client_id = keep_c(&acting->arena, scope->client_id);
	acting->scope.reason = keep_c(&acting->arena, scope->reason);
	acting->scope.release_id = keep_c(&acting->arena, scope->release_id);
	acting->subject_id = keep_c(&acting->arena, subject_id);
	return acting;
}

static void acting_free(struct acting *acting)
{
	row_set_free(&acting->first);
	arena_done(&acting->arena);
	mem_delete(acting);
}

static void acting_end(void *ctx, const struct err *err)
{
	struct acting *acting = ctx;
	if (acting->done)
		acting->done(acting->ctx, err);
	acting_free(acting);
}

/* Reads the row first; `next` gets it. */
static int acting_start(struct acting *acting, const char *resource, read_done next, struct err *reterr)
{
	int rc = arena_failed(&acting->arena) ? err_set(reterr, E_LIMIT, LAYER, "the text is too long") : 0;
	if (rc == 0)
		rc = store_get(acting->care->parts.store, &acting->scope, resource, acting->subject_id, next, acting, reterr);
	if (rc)
		acting_free(acting);
	return rc;
}

static void acting_submit(struct acting *acting, struct unit *take_unit)
{
	struct err err = { 0 };
	if (!take_unit)
		err_set(&err, E_MEMORY, LAYER, "out of memory");
	if (!take_unit || store_submit(acting->care->parts.store, take_unit, acting_end, acting, &err))
		acting_end(acting, &err);
}

static void acting_refuse(struct acting *acting, int code, const char *what)
{
	struct err err = { 0 };
	err_set(&err, code, LAYER, "%s", what);
	acting_end(acting, &err);
}

/* ---- Holding ---- */

/* row: the conversation or something in it. */
static void tell(struct unit *unit, const struct row *row, const char *programme_id, const char *kind, bool client, const char *subject,
	const char *subject_id)
{
	bool is_conversation = strcmp(row->resource->name, "conversation") == 0;
	const char *conversation = is_conversation ? row->id.ptr : row_text(row, "conversation_id").ptr;
	event_publish(unit, &(struct event_note){ .programme_id = programme_id,
				    .to_client = client,
				    .kind = kind,
				    .client_id = row_text(row, "client_id").ptr,
				    .conversation_id = conversation,
				    .subject = subject,
				    .subject_id = subject_id });
}

int64_t review_hold(struct care *care, struct unit *unit, const struct review_call *call, struct uuid *ret_id)
{
	if (care_cover(care, call->programme, NULL) == COVER_NONE)
		return 0;
	int64_t wait_us = call->programme->settings.review_us;
	wall_time deadline = { care_now(care).us + wait_us };
	json_t *rules = json_array();
	struct uuid id = { { 0 } };
	for (size_t i = 0; i < call->rule_count && i < 64; i++)
		json_array_append_new(rules, json_stringn(call->rules[i].ptr, call->rules[i].len));
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "review", &id);
	op_c(op, "client_id", call->client_id);
	op_c(op, "conversation_id", call->conversation_id);
	op_c(op, "message_id", call->message_id);
	op_text(op, "original", call->original.len ? call->original : STR("-"));
	op_text(op, "reason", call->reason.len ? str_sub(call->reason, 0, REASON_MAX) : STR("-"));
	op_json(op, "rules", rules);
	op_time(op, "deadline_at", deadline);
	json_decref(rules);
	job_add(unit, "review.deadline", deadline, "review", id.text, call->client_id);
	event_publish(unit, &(struct event_note){ .programme_id = call->programme->id.text,
				    .kind = "review",
				    .client_id = call->client_id,
				    .conversation_id = call->conversation_id,
				    .subject = "review",
				    .subject_id = id.text });
	*ret_id = id;
	return wait_us;
}

/* What stands on the client's page from now on. */
static void close_message(
	struct care *care, struct unit *unit, const struct row *review, const char *state, struct str text, const char *key, bool changed)
{
	const char *message_id = row_text(review, "message_id").ptr;
	unit_by_program(unit);
	struct op *op = unit_move(unit, "message", message_id, VERSION_ANY, "held", state);
	op_text(op, "text", text);
	op_c(op, "safe_text", key);
	op_bool(op, "changed_by_safety", changed);
	op_int(op, "released_bytes", (int64_t)text.len);
	op_time(op, "finished_at", care_now(care));
	tell(unit, review, review->programme_id.ptr, "message", true, "message", message_id);
	tell(unit, review, review->programme_id.ptr, "review", false, "review", review->id.ptr);
	tell(unit, review, review->programme_id.ptr, "message", false, "message", message_id);
}

static struct str say(struct care *care, struct arena *arena, const struct row *review, const char *key, const struct care_staff *by)
{
	const struct care_client *client = care_client(care, row_text(review, "client_id").ptr);
	const struct message_var vars[] = { { "name", by ? by->name : STR("") }, { "role", by ? by->role : STR("") } };
	return messages_render(care->parts.messages, arena, client ? client->language : STR("en"), str_c(key), 0, vars, COUNT_OF(vars));
}

/* ---- Decisions ---- */

static void decide(struct acting *acting, const struct row *row)
{
	static const char *const states[] = { "rejected", "edited", "approved" };
	const struct review_act *act = &acting->review;
	struct unit *unit = unit_new(acting->care->parts.store, &acting->scope);
	if (!unit) {
		acting_submit(acting, NULL);
		return;
	}
	const struct care_staff *by = care_staff(acting->care, acting->scope.actor_id);
	struct str shown = act->decision == REVIEW_APPROVE ? row_text(row, "original")
			   : act->decision == REVIEW_EDIT  ? act->text
							   : say(acting->care, &acting->arena, row, "reply.rejected", by);
	struct op *op = unit_move(unit, "review", row->id.ptr, act->version, "pending", states[act->decision]);
	op_text(op, "shown", shown);
	op_c(op, "decided_by", acting->scope.actor_id);
	op_time(op, "decided_at", care_now(acting->care));
	if (act->reason.len)
		op_text(op, "decision_reason", str_sub(act->reason, 0, NOTE_MAX));
	bool rejected = act->decision == REVIEW_REJECT;
	close_message(acting->care, unit, row, rejected ? "replaced" : "released", shown, rejected ? "reply.rejected" : NULL,
		act->decision != REVIEW_APPROVE);
	acting_submit(acting, unit);
}

static void review_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct acting *acting = ctx;
	acting->first = take_set;
	if (err)
		acting_end(acting, err);
	else if (!str_eqc(take_set->rows[0].state, "pending"))
		acting_refuse(acting, E_CONFLICT, "somebody has decided already");
	else if (row_erased(&take_set->rows[0]))
		acting_refuse(acting, E_CONFLICT, "the client's record was erased");
	else
		decide(acting, &take_set->rows[0]);
}

int review_decide(struct care *care, const struct scope *scope, const struct review_act *act, unit_done done, void *ctx, struct err *reterr)
{
	if (act->decision == REVIEW_EDIT && !str_trim(act->text).len)
		return err_set(reterr, E_INVALID, LAYER, "text_required");
	if (act->decision == REVIEW_REJECT && !str_trim(act->reason).len)
		return err_set(reterr, E_INVALID, LAYER, "reason_required");
	struct acting *acting = acting_new(care, scope, act->id, done, ctx, reterr);
	if (!acting)
		return E_MEMORY;
	acting->review = *act;
	acting->review.id = acting->subject_id;
	acting->review.text = arena_copy(&acting->arena, act->text);
	acting->review.reason = arena_copy(&acting->arena, act->reason);
	return acting_start(acting, "review", review_read, reterr);
}

static void deadline_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "review.expired");
	struct arena arena;
	if (err && err->code != E_NOT_FOUND) {
		job_again(run, err);
		return;
	}
	bool waiting = row && str_eqc(row->state, "pending") && row_time(row, "deadline_at").us <= care_now(care).us;
	struct unit *unit = waiting ? unit_new(care->parts.store, &scope) : NULL;
	arena_init(&arena, mem_system(), 64u * 1024);
	if (unit) {
		struct str shown = say(care, &arena, row, "reply.held_timeout", NULL);
		struct op *op = unit_move(unit, "review", row->id.ptr, row->version, "pending", "expired");
		op_text(op, "shown", shown);
		op_time(op, "decided_at", care_now(care));
		close_message(care, unit, row, "replaced", shown, "reply.held_timeout", true);
	}
	row_set_free(&take_set);
	job_finish(run, unit);
	arena_done(&arena);
}

void review_deadline_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "review.deadline");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "review", job_item(run)->subject_id.text, deadline_read, run, &err))
		job_again(run, &err);
}

/* ---- Grades ---- */

static int grade_of(const struct row *verdict)
{
	return (int)(row_is_null(verdict, "override_level") ? row_int(verdict, "level") : row_int(verdict, "override_level"));
}

/* The conversation follows a person's grade: up at once, and down when it stood at what was graded down. */
static void grade_conversation(struct unit *unit, const struct row *conversation, int before, int level)
{
	int64_t at = row_int(conversation, "level");
	if (level > at || (level < before && at <= before)) {
		unit_by_program(unit);
		struct op *op = unit_update(unit, "conversation", conversation->id.ptr, conversation->version);
		op_int(op, "level", level);
	}
	tell(unit, conversation, conversation->programme_id.ptr, "message", false, "conversation", conversation->id.ptr);
}

static void call_for(struct acting *acting, struct unit *unit, const struct row *verdict, enum alert_kind kind, int priority, int level,
	struct str reason)
{
	struct alert_call call = { .programme = care_programme(acting->care, verdict->programme_id.ptr),
		.client_id = row_text(verdict, "client_id").ptr,
		.conversation_id = row_text(verdict, "conversation_id").ptr,
		.message_id = row_text(verdict, "message_id").ptr,
		.verdict_id = verdict->id.ptr,
		.kind = kind,
		.priority = priority,
		.level = level,
		.reason = reason };
	if (call.programme)
		alert_raise(acting->care, unit, &call, NULL);
}

static void override_now(struct acting *acting, const struct row *verdict, const struct row *conversation)
{
	const struct override_act *act = &acting->override;
	int before = grade_of(verdict);
	bool lowered = before >= LEVEL_HIGH && act->level < before;
	wall_time now = care_now(acting->care);
	const struct care_programme *programme = care_programme(acting->care, verdict->programme_id.ptr);
	struct unit *unit = unit_new(acting->care->parts.store, &acting->scope);
	if (!unit || !programme) {
		unit_free(&unit);
		acting_submit(acting, NULL);
		return;
	}
	struct op *op = unit_update(unit, "verdict", verdict->id.ptr, verdict->version);
	op_int(op, "override_level", act->level);
	op_c(op, "override_by", acting->scope.actor_id);
	op_time(op, "override_at", now);
	op_text(op, "override_reason", str_sub(act->reason, 0, 200));
	if (act->note.len)
		op_text(op, "override_note", str_sub(act->note, 0, NOTE_MAX));
	op_null(op, "countersigned_by");
	op_null(op, "countersigned_at");
	op_null(op, "countersign_agrees");
	wall_time due = { now.us + programme->settings.countersign_us };
	if (lowered)
		op_time(op, "countersign_due_at", due);
	else
		op_null(op, "countersign_due_at");
	grade_conversation(unit, conversation, before, act->level);
	if (lowered) {
		unit_by_program(unit);
		job_add(unit, "verdict.countersign", due, "verdict", verdict->id.ptr, row_text(verdict, "client_id").ptr);
		call_for(acting, unit, verdict, ALERT_COUNTERSIGN, 3, act->level,
			STR("A grade was lowered: a second person must look within the time set."));
	} else if (act->level >= LEVEL_HIGH && before < act->level) {
		call_for(acting, unit, verdict, ALERT_RISK, act->level == 4 ? 1 : 2, act->level,
			STR("A person graded this message higher."));
	}
	acting_submit(acting, unit);
}

static void override_conversation(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct acting *acting = ctx;
	if (err)
		acting_end(acting, err);
	else
		override_now(acting, &acting->first->rows[0], &take_set->rows[0]);
	row_set_free(&take_set);
}

static void override_verdict(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct acting *acting = ctx;
	struct err own = { 0 };
	acting->first = take_set;
	if (err)
		acting_end(acting, err);
	else if (store_get(acting->care->parts.store, &acting->scope, "conversation", row_text(&take_set->rows[0], "conversation_id").ptr,
			 override_conversation, acting, &own))
		acting_end(acting, &own);
}

int verdict_override(
	struct care *care, const struct scope *scope, const struct override_act *act, unit_done done, void *ctx, struct err *reterr)
{
	if (act->level < 0 || act->level > 4)
		return err_set(reterr, E_INVALID, LAYER, "level: must be 0 to 4");
	if (!str_trim(act->reason).len)
		return err_set(reterr, E_INVALID, LAYER, "reason_required");
	struct acting *acting = acting_new(care, scope, act->verdict_id, done, ctx, reterr);
	if (!acting)
		return E_MEMORY;
	acting->override = *act;
	acting->override.reason = arena_copy(&acting->arena, act->reason);
	acting->override.note = arena_copy(&acting->arena, act->note);
	return acting_start(acting, "verdict", override_verdict, reterr);
}

static void countersign_now(struct acting *acting, const struct row *verdict, const struct row *conversation)
{
	struct unit *unit = unit_new(acting->care->parts.store, &acting->scope);
	if (!unit) {
		acting_submit(acting, NULL);
		return;
	}
	struct op *op = unit_update(unit, "verdict", verdict->id.ptr, verdict->version);
	op_c(op, "countersigned_by", acting->scope.actor_id);
	op_time(op, "countersigned_at", care_now(acting->care));
	op_bool(op, "countersign_agrees", acting->agrees);
	if (acting->note.len)
		op_text(op, "countersign_note", str_sub(acting->note, 0, NOTE_MAX));
	if (!acting->agrees) { /* two people differ: the stricter grade holds until they have talked */
		int level = (int)row_int(verdict, "level");
		grade_conversation(unit, conversation, (int)row_int(verdict, "override_level"), level);
		call_for(acting, unit, verdict, ALERT_RISK, level == 4 ? 1 : 2, level, STR("Two people grade this message differently."));
	}
	acting_submit(acting, unit);
}

static void countersign_conversation(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct acting *acting = ctx;
	if (err)
		acting_end(acting, err);
	else
		countersign_now(acting, &acting->first->rows[0], &take_set->rows[0]);
	row_set_free(&take_set);
}

static void countersign_verdict(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct acting *acting = ctx;
	struct err own = { 0 };
	acting->first = take_set;
	if (err) {
		acting_end(acting, err);
		return;
	}
	const struct row *row = &take_set->rows[0];
	if (row_is_null(row, "countersign_due_at") || !row_is_null(row, "countersigned_by"))
		acting_refuse(acting, E_CONFLICT, "nothing waits for a second person here");
	else if (str_eqc(row_text(row, "override_by"), acting->scope.actor_id))
		acting_refuse(acting, E_DENIED, "another person than the one who graded must look");
	else if (store_get(acting->care->parts.store, &acting->scope, "conversation", row_text(row, "conversation_id").ptr,
			 countersign_conversation, acting, &own))
		acting_end(acting, &own);
}

int verdict_countersign(struct care *care, const struct scope *scope, const char *verdict_id, bool agrees, struct str note, unit_done done,
	void *ctx, struct err *reterr)
{
	struct acting *acting = acting_new(care, scope, verdict_id, done, ctx, reterr);
	if (!acting)
		return E_MEMORY;
	acting->agrees = agrees;
	acting->note = arena_copy(&acting->arena, note);
	return acting_start(acting, "verdict", countersign_verdict, reterr);
}

/* Nobody looked in time: a person is called, once more and more urgently. */
static void countersign_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "verdict.countersign_missed");
	if (err && err->code != E_NOT_FOUND) {
		job_again(run, err);
		return;
	}
	bool waiting = row && row_is_null(row, "countersigned_by") && !row_is_null(row, "countersign_due_at") &&
		       row_time(row, "countersign_due_at").us <= care_now(care).us;
	struct unit *unit = waiting ? unit_new(care->parts.store, &scope) : NULL;
	if (unit) {
		struct acting acting = { .care = care };
		call_for(&acting, unit, row, ALERT_COUNTERSIGN, 2, (int)row_int(row, "level"),
			STR("A lowered grade has not been countersigned in time."));
	}
	row_set_free(&take_set);
	job_finish(run, unit);
}

void countersign_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "verdict.countersign");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "verdict", job_item(run)->subject_id.text, countersign_read, run, &err))
		job_again(run, &err);
}

/* ---- Release of a conversation ---- */

/* The client reads who looked, in the conversation itself. */
static void say_released(struct acting *acting, struct unit *unit, const struct row *conversation)
{
	const struct care_staff *by = care_staff(acting->care, acting->scope.actor_id);
	struct str text = say(acting->care, &acting->arena, conversation, "conversation.released", by);
	struct uuid id = { { 0 } };
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "message", &id);
	op_c(op, "client_id", row_text(conversation, "client_id").ptr);
	op_c(op, "conversation_id", conversation->id.ptr);
	op_c(op, "role", "script");
	op_text(op, "text", text);
	op_c(op, "safe_text", "conversation.released");
	op_c(op, "state", "answered");
	op_time(op, "finished_at", care_now(acting->care));
	tell(unit, conversation, conversation->programme_id.ptr, "message", true, "message", id.text);
	tell(unit, conversation, conversation->programme_id.ptr, "state", true, "conversation", conversation->id.ptr);
	tell(unit, conversation, conversation->programme_id.ptr, "message", false, "conversation", conversation->id.ptr);
}

static void release_now(struct acting *acting, const struct row *conversation)
{
	struct unit *unit = unit_new(acting->care->parts.store, &acting->scope);
	if (!unit) {
		acting_submit(acting, NULL);
		return;
	}
	struct op *op = unit_move(unit, "conversation", conversation->id.ptr, conversation->version, "held", "open");
	op_c(op, "speaker", "model");
	op_int(op, "level", LEVEL_RELEASED);
	op_null(op, "dialogue");
	op_null(op, "dialogue_state");
	op_null(op, "held_at");
	op_null(op, "held_reason");
	op_c(op, "released_by", acting->scope.actor_id);
	op_time(op, "released_at", care_now(acting->care));
	op_text(op, "release_reason", str_sub(acting->note, 0, NOTE_MAX));
	say_released(acting, unit, conversation);
	acting_submit(acting, unit);
}

static void release_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct acting *acting = ctx;
	acting->first = take_set;
	if (err)
		acting_end(acting, err);
	else if (!str_eqc(take_set->rows[0].state, "held"))
		acting_refuse(acting, E_CONFLICT, "the conversation is not held");
	else if (presence_silences(acting->care, acting->subject_id)) /* it would say that the AI answers, and it does not */
		acting_refuse(acting, E_CONFLICT, "person_present");
	else
		release_now(acting, &take_set->rows[0]);
}

int conversation_release(struct care *care, const struct scope *scope, const char *conversation_id, struct str reason, unit_done done,
	void *ctx, struct err *reterr)
{
	if (!str_trim(reason).len)
		return err_set(reterr, E_INVALID, LAYER, "reason_required");
	struct acting *acting = acting_new(care, scope, conversation_id, done, ctx, reterr);
	if (!acting)
		return E_MEMORY;
	acting->note = arena_copy(&acting->arena, reason);
	return acting_start(acting, "conversation", release_read, reterr);
}
