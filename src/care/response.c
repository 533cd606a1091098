/* response.c: see response.h. */
#include "care/response.h"

#include "care/ask.h"
#include "care/care_priv.h"
#include "care/referral.h"

#include <stdio.h>

#define LAYER "care/response"
#define LEVEL_SILENT 3 /* from there on no model speaks until a clinician releases the conversation */

struct op *questionnaire_assign(struct unit *unit, const char *client_id, struct str instrument, const char *source, const char *staff_id,
	wall_time due, struct uuid *ret_id)
{
	struct op *op = unit_insert(unit, "questionnaire_task", ret_id);
	op_c(op, "client_id", client_id);
	op_text(op, "instrument", instrument);
	op_c(op, "source", source);
	op_c(op, "assigned_by", staff_id);
	op_time(op, "due_at", due);
	return op;
}

static void tell(struct unit *unit, const struct scope *scope, const char *client_id, const char *subject, const char *id)
{
	struct event_note note = {
		.programme_id = scope->programme_id, .kind = "questionnaire", .client_id = client_id, .subject = subject, .subject_id = id
	};
	event_publish(unit, &note);
	note.to_client = true;
	event_publish(unit, &note);
}

int response_begin(struct care *care, const struct scope *scope, const struct response_begin *begin, struct uuid *ret_id, unit_done done,
	void *ctx, struct err *reterr)
{
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	struct op *op = unit_insert(unit, "response", ret_id);
	op_c(op, "client_id", begin->client_id);
	op_c(op, "task_id", begin->task_id);
	op_text(op, "instrument", begin->instrument->id);
	op_int(op, "instrument_version", begin->instrument->version);
	op_text(op, "rules", begin->instrument->rules);
	op_text(op, "language", begin->lang);
	op_time(op, "started_at", begin->started);
	if (begin->task_id && str_eqc(begin->task_state, "due"))
		unit_move(unit, "questionnaire_task", begin->task_id, VERSION_ANY, "due", "started");
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

/* The instrument that the row was begun with: answers to one set of rules are not scored by another. */
static const struct instrument *rules_of(const struct care *care, const struct row *response, struct err *reterr)
{
	const struct instrument *instrument = instruments_find(care->parts.instruments, row_text(response, "instrument"));
	if (!instrument || !str_eq(instrument->rules, row_text(response, "rules"))) {
		err_set(reterr, E_INVALID, LAYER, "instrument_changed");
		return NULL;
	}
	return instrument;
}

/* ---- what answers set off ---- */

/* The model is silent in the client's conversation from here on; the level is the higher of both. */
static void hold(struct unit *unit, const struct row *conversation, int level, wall_time now)
{
	if (!conversation || level < LEVEL_SILENT || str_eqc(conversation->state, "closed"))
		return;
	bool open = str_eqc(conversation->state, "open");
	int64_t before = row_int(conversation, "level");
	struct op *op = open ? unit_move(unit, "conversation", conversation->id.ptr, VERSION_ANY, "open", "held")
			     : unit_update(unit, "conversation", conversation->id.ptr, VERSION_ANY);
	op_int(op, "level", before > level ? before : level);
	if (open) {
		op_time(op, "held_at", now);
		op_c(op, "held_reason", "conversation.held");
	}
}

/* Who said that they read the answers themselves; NULL: nobody in particular. */
static const char *reader_of(const struct row *task)
{
	struct str reader = task ? row_text(task, "read_by") : STR("");
	return reader.len ? reader.ptr : NULL;
}

/* What one answer is about. */
struct answered {
	const struct row *response, *task;
	const struct instrument *instrument;
	size_t item;
	struct answer answer;
};

static void say_reason(const struct care *care, const struct answered *of, char *reason, size_t size)
{
	const struct instrument_item *own = &of->instrument->items[of->item];
	const char *title = of->instrument->title_en.ptr, *reader = reader_of(of->task);
	const struct care_staff *staff = reader ? care_staff(care, reader) : NULL;
	int used = of->answer.kind == ANSWER_GIVEN
			   ? snprintf(reason, size, "%.60s, item %.40s: answered %d (range %d to %d)", title, own->id.ptr, of->answer.value,
				     own->min, own->max)
			   : snprintf(reason, size, "%.60s, item %.40s about danger has no answer: treated as yes until somebody asks",
				     title, own->id.ptr);
	if (staff && used > 0 && (size_t)used < size)
		snprintf(reason + used, size - (size_t)used, "; %.80s said that they read it", staff->name.ptr);
}

static void set_off(struct care *care, struct unit *unit, const struct answered *of, const struct instrument_trigger *trigger)
{
	char reason[300], concept[120];
	say_reason(care, of, reason, sizeof reason);
	snprintf(concept, sizeof concept, "questionnaire.%.60s.%.40s", of->instrument->id.ptr, of->instrument->items[of->item].id.ptr);
	const struct str concepts[] = { str_c(concept) };
	const struct alert_call call = { .programme = care_programme(care, of->response->programme_id.ptr),
		.client_id = row_text(of->response, "client_id").ptr,
		.reader = reader_of(of->task),
		.kind = ALERT_RISK,
		.priority = trigger->alert,
		.level = trigger->level,
		.reason = str_c(reason),
		.concepts = concepts,
		.concept_count = COUNT_OF(concepts) };
	struct uuid id;
	unit_by_program(unit);
	alert_raise(care, unit, &call, &id);
	if (trigger->follow_up.len) /* it is asked now: the call is on its way, and the client is answering (decision 68) */
		op_c(questionnaire_assign(unit, call.client_id, trigger->follow_up, "follow_up", NULL,
			     (wall_time){ care_now(care).us + ASK_FOLLOW_UP_US }, NULL),
			"read_by", call.reader);
}

int response_answer(struct care *care, const struct scope *scope, const struct response_answer *answer, struct response_effect *ret_effect,
	unit_done done, void *ctx, struct err *reterr)
{
	static const char *const kinds[] = { "declined", "declined", "not_applicable", "given" };
	const char *client_id = row_text(answer->response, "client_id").ptr;
	const struct instrument *instrument = rules_of(care, answer->response, reterr);
	size_t item = instrument ? instrument_item_index(instrument, answer->item) : SIZE_MAX;
	if (!instrument)
		return E_INVALID;
	if (!str_eqc(answer->response->state, "in_progress"))
		return err_set(reterr, E_INVALID, LAYER, "response_completed");
	if (item == SIZE_MAX)
		return err_set(reterr, E_INVALID, LAYER, "answer.item: this instrument has no such item");
	if (!answer->submission.len || answer->submission.len > 64)
		return err_set(reterr, E_INVALID, LAYER, "answer.submission: must have 1 to 64 bytes");
	int rc = answer_fits(instrument, item, answer->answer, reterr);
	struct unit *unit = rc ? NULL : unit_new(care->parts.store, scope);
	if (!unit)
		return rc ? rc : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	struct op *op = unit_insert(unit, "answer", NULL);
	op_c(op, "client_id", client_id);
	op_c(op, "response_id", answer->response->id.ptr);
	op_text(op, "submission", answer->submission);
	op_text(op, "item", instrument->items[item].id);
	op_c(op, "kind", kinds[answer->answer.kind]);
	if (answer->answer.kind == ANSWER_GIVEN)
		op_int(op, "value", answer->answer.value);
	op_time(op, "answered_at", answer->answered);
	const struct instrument_trigger *trigger = item_trigger(instrument, item, answer->answer);
	*ret_effect = (struct response_effect){ 0 };
	if (trigger) {
		*ret_effect = (struct response_effect){ trigger->level, trigger->follow_up };
		const struct answered of = { answer->response, answer->task, instrument, item, answer->answer };
		set_off(care, unit, &of, trigger);
		hold(unit, answer->conversation, trigger->level, care_now(care));
	}
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

/* ---- sending ---- */

void response_answers(const struct instrument *instrument, const struct row_set *rows, struct answer *answers)
{
	for (size_t i = 0; i < INSTRUMENT_ITEMS_MAX; i++)
		answers[i] = (struct answer){ ANSWER_MISSING, 0 };
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];
		size_t item = instrument_item_index(instrument, row_text(row, "item"));
		struct str kind = row_text(row, "kind");
		if (item == SIZE_MAX)
			continue;
		answers[item] = str_eqc(kind, "given")            ? (struct answer){ ANSWER_GIVEN, (int)row_int(row, "value") }
				: str_eqc(kind, "not_applicable") ? (struct answer){ ANSWER_NOT_APPLICABLE, 0 }
								  : (struct answer){ ANSWER_DECLINED, 0 };
	}
}

static void put_score(struct op *op, const struct instrument *instrument, const struct score *score)
{
	static const char *const states[] = { "none", "prorated", "full" };
	op_c(op, "score_state", states[score->state]);
	if (score->state != SCORE_NONE)
		op_int(op, "total", score->total);
	if (instrument->no_score)
		op_text(op, "band", score->result);
	else if (score->band)
		op_text(op, "band", score->band->id);
	op_bool(op, "is_case", score->is_case);
	op_int(op, "level", score->level);
	op_int(op, "missing", (int64_t)score->missing);
	op_bool(op, "risk_unanswered", score->risk_unanswered);
}

int response_submit(struct care *care, const struct scope *scope, const struct response_submit *submit, struct score *ret_score,
	unit_done done, void *ctx, struct err *reterr)
{
	struct answer answers[INSTRUMENT_ITEMS_MAX];
	const struct row *response = submit->response;
	const char *client_id = row_text(response, "client_id").ptr;
	struct str asked = submit->task ? submit->task->state : STR("");
	const struct instrument *instrument = rules_of(care, response, reterr);
	struct unit *unit = instrument ? unit_new(care->parts.store, scope) : NULL;
	if (!unit)
		return instrument ? err_set(reterr, E_MEMORY, LAYER, "out of memory") : E_INVALID;
	response_answers(instrument, submit->answers, answers);
	instrument_score(instrument, answers, ret_score);
	if (str_eqc(asked, "due") || str_eqc(asked, "started") || str_eqc(asked, "missed"))
		unit_move(unit, "questionnaire_task", submit->task->id.ptr, VERSION_ANY, asked.ptr, "done");
	unit_by_program(unit);
	struct op *op = unit_move(unit, "response", response->id.ptr, response->version, "in_progress", "completed");
	op_time(op, "submitted_at", submit->submitted);
	op_time(op, "received_at", care_now(care));
	put_score(op, instrument, ret_score);
	for (size_t i = 0; i < instrument->item_count; i++) { /* those that were saved acted then */
		const struct instrument_trigger *trigger = item_trigger(instrument, i, answers[i]);
		if (trigger && answers[i].kind == ANSWER_MISSING && item_shown(instrument, answers, i)) {
			const struct answered of = { response, submit->task, instrument, i, answers[i] };
			set_off(care, unit, &of, trigger);
			hold(unit, submit->conversation, trigger->level, care_now(care));
		}
	}
	if (ret_score->is_case && instrument->on_case.len)
		ask_follow_up(care, unit, response->programme_id.ptr, client_id, instrument->on_case);
	referral_look_again(care, unit, client_id);
	tell(unit, scope, client_id, "response", response->id.ptr);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

bool response_ends(const struct row_set *newest_first, struct str instrument, const struct row **ret_first, const struct row **ret_last)
{
	*ret_first = *ret_last = NULL;
	for (size_t i = 0; i < newest_first->count; i++) {
		const struct row *row = &newest_first->rows[i];
		if (!str_eq(row_text(row, "instrument"), instrument) || !str_eqc(row->state, "completed") || row_is_null(row, "total"))
			continue;
		*ret_first = row;
		*ret_last = *ret_last ? *ret_last : row;
	}
	return *ret_last != NULL;
}
