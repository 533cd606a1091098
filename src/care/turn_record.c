/* turn_record.c: what a turn writes. W1: client and conversation where new, message, verdict, findings, decision, alert, the
 * open reply (or the approved one, whole). W2: what is about to be shown. W3: the reply's end, its verdict and decision. */
#include "care/care_priv.h"
#include "care/turn_priv.h"

#include <jansson.h>

static json_t *levels_json(const struct verdict *verdict)
{
	json_t *levels = json_object();
	for (int i = 0; i < FAMILY_COUNT; i++)
		if (verdict->levels[i])
			json_object_set_new(levels, verdict_family_name((enum family)i), json_integer(verdict->levels[i]));
	return levels;
}

static json_t *rules_json(const struct policy_decision *decision)
{
	json_t *rules = json_array();
	for (size_t i = 0; i < decision->rule_count && i < 64; i++)
		json_array_append_new(rules, json_stringn(decision->rules[i].ptr, decision->rules[i].len));
	return rules;
}

static json_t *context_json(const struct finding *finding)
{
	const struct finding_context *c = &finding->context;
	return json_pack("{s:b,s:b,s:b,s:b,s:b,s:b,s:s,s:s}", "negated", c->negated, "uncertain", c->uncertain, "hypothetical",
		c->hypothetical, "question", c->question, "quoted", c->quoted, "idiom", c->idiom, "time", verdict_time_name(c->time),
		"experiencer", verdict_experiencer_name(c->experiencer));
}

static void op_json_own(struct op *op, const char *field, json_t *take_value)
{
	op_json(op, field, take_value);
	json_decref(take_value);
}

static void of_conversation(struct op *op, const struct turn *turn)
{
	op_c(op, "client_id", turn->client_id.text);
	op_c(op, "conversation_id", turn->conversation_id.text);
}

static void add_findings(struct unit *unit, const struct verdict_place *place, const char *verdict_id, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->finding_count && i < TURN_FINDINGS_MAX; i++) {
		const struct finding *finding = &verdict->findings[i];
		struct op *op = unit_insert(unit, "finding", NULL);
		op_c(op, "client_id", place->client_id);
		op_c(op, "conversation_id", place->conversation_id);
		op_c(op, "message_id", place->message_id);
		op_c(op, "verdict_id", verdict_id);
		op_int(op, "position", (int64_t)i);
		op_text(op, "concept", finding->concept);
		op_int(op, "level", finding->level);
		op_int(op, "base_level", finding->base_level);
		op_int(op, "start_byte", (int64_t)finding->start);
		op_int(op, "end_byte", (int64_t)finding->end);
		op_int(op, "turn", finding->turn);
		op_json_own(op, "context", context_json(finding));
		op_c(op, "source", verdict_source_name(finding->source));
		op_int(op, "confidence", finding->confidence);
		op_text(op, "phrase", finding->phrase);
		op_text(op, "why", finding->why);
	}
}

void turn_add_verdict(struct unit *unit, const struct verdict_place *place, const struct verdict *verdict, struct uuid *ret_id)
{
	static const char *const results[] = { "not_screened", "screened", "empty" };
	struct op *op = unit_insert(unit, "verdict", ret_id);
	op_c(op, "client_id", place->client_id);
	op_c(op, "conversation_id", place->conversation_id);
	op_c(op, "message_id", place->message_id);
	op_c(op, "result", results[verdict->state]);
	op_text(op, "cause", str_sub(verdict->reason, 0, 200));
	op_int(op, "level", verdict->state == VERDICT_NOT_SCREENED ? 4 : verdict->level);
	op_json_own(op, "levels", levels_json(verdict));
	op_c(op, "time_frame", verdict_time_name(verdict->time_frame));
	op_c(op, "experiencer", verdict_experiencer_name(verdict->experiencer));
	op_text(op, "language", verdict->lang);
	op_bool(op, "language_covered", verdict->lang_covered);
	op_bool(op, "truncated", verdict->truncated);
	op_text(op, "engine", verdict->engine);
	op_text(op, "packs", verdict->packs);
	add_findings(unit, place, ret_id->text, verdict);
}

static void add_verdict(
	struct unit *unit, const struct turn *turn, const char *message_id, const struct verdict *verdict, struct uuid *ret_id)
{
	const struct verdict_place place = { turn->client_id.text, turn->conversation_id.text, message_id };
	turn_add_verdict(unit, &place, verdict, ret_id);
}

static void add_decision(
	struct unit *unit, const struct turn *turn, const char *message_id, const char *verdict_id, const struct policy_decision *decision)
{
	struct op *op = unit_insert(unit, "decision", NULL);
	of_conversation(op, turn);
	op_c(op, "message_id", message_id);
	op_c(op, "verdict_id", verdict_id);
	op_c(op, "action", policy_action_name(decision->action));
	op_c(op, "speaker", policy_speaker_name(decision->speaker));
	op_int(op, "alert", decision->alert);
	op_bool(op, "hold", decision->hold_conversation);
	op_text(op, "safe_text", decision->safe_text);
	op_text(op, "dialogue", decision->dialogue);
	op_json_own(op, "rules", rules_json(decision));
	op_text(op, "policy", turn->request.programme->policy);
	if (turn->request.programme->release_id.text[0])
		op_c(op, "release_id", turn->request.programme->release_id.text);
}

static void tell_pages(struct unit *unit, const struct turn *turn, const char *kind, const char *message_id, bool client)
{
	const struct event_note note = { turn->request.programme->id.text, client, kind, turn->client_id.text, turn->conversation_id.text,
		"message", message_id };
	if (!client || !turn->request.api_key_id)
		event_publish(unit, &note);
}

static void add_new_client(struct unit *unit, const struct turn *turn)
{
	static const char *const reaches[] = { "anonymous", "callback", "identified" };
	struct op *op = unit_insert_as(unit, "client", turn->client_id.text);
	op_c(op, "state", "active");
	op_text(op, "pseudonym", turn->request.pseudonym);
	op_text(op, "language", turn->lang);
	op_text(op, "country", turn->country);
	op_c(op, "reach", reaches[turn->request.reach]);
	op_c(op, "source", "gateway");
	op_c(op, "api_key_id", turn->request.api_key_id);
	if (turn->request.client_external.len)
		op_text(op, "external", turn->request.client_external);
}

static struct op *begin_conversation(struct unit *unit, const struct turn *turn)
{
	struct op *op = unit_insert_as(unit, "conversation", turn->conversation_id.text);
	op_c(op, "client_id", turn->client_id.text);
	op_c(op, "kind", turn->request.api_key_id ? "gateway" : "chat");
	op_c(op, "api_key_id", turn->request.api_key_id);
	if (turn->request.conversation_external.len)
		op_text(op, "external", turn->request.conversation_external);
	if (turn->newly_held)
		op_c(op, "state", "held");
	return op;
}

static void put_notice_times(struct op *op, const struct turn *turn)
{
	const struct talk *talk = turn->talk;
	if (turn->duplicate)
		return;
	op_time(op, "client_at", turn->received);
	op_time(op, "sitting_at", (wall_time){ talk->sitting_at });
	if (turn->notice)
		op_time(op, "notice_at", (wall_time){ talk->notice_at });
	if (turn->notice && talk->break_at)
		op_time(op, "break_at", (wall_time){ talk->break_at });
	if (turn->notice_job_at)
		op_time(op, "notice_due_at", (wall_time){ turn->notice_job_at });
}

static void put_conversation(struct unit *unit, const struct turn *turn)
{
	const struct talk *talk = turn->talk;
	bool move = turn->newly_held && !turn->retried_conflict;
	struct op *op = turn->request.new_conversation ? begin_conversation(unit, turn)
			: move ? unit_move(unit, "conversation", turn->conversation_id.text, VERSION_ANY, "open", "held")
			       : unit_update(unit, "conversation", turn->conversation_id.text, VERSION_ANY);
	op_c(op, "speaker", policy_speaker_name(turn->decision.speaker));
	op_int(op, "level", talk->level);
	op_json_own(op, "levels", levels_json(&turn->verdict));
	op_text(op, "language", turn->lang);
	op_int(op, "message_count", talk->message_count);
	op_time(op, "last_message_at", turn->received);
	put_notice_times(op, turn);
	if (turn->has_dialogue) {
		op_text(op, "dialogue", turn->dialogue_name);
		op_text(op, "dialogue_state", turn->dialogue_state);
	}
	if (turn->newly_held) {
		op_time(op, "held_at", turn->received);
		op_c(op, "held_reason", "conversation.held");
	}
}

static void put_message(struct unit *unit, const struct turn *turn)
{
	struct op *op = unit_insert_as(unit, "message", turn->message_id.text);
	of_conversation(op, turn);
	op_c(op, "state", "sent");
	op_c(op, "role", "client");
	op_text(op, "text", turn->request.text);
	if (turn->request.submission.len)
		op_text(op, "client_message_id", turn->request.submission);
	if (turn->verdict.state != VERDICT_NOT_SCREENED)
		op_int(op, "level", turn->verdict.level);
	op_c(op, "action", policy_action_name(turn->decision.action));
	op_text(op, "language", turn->verdict.lang);
	op_int(op, "received_bytes", (int64_t)turn->request.text.len);
	op_int(op, "judged_bytes", (int64_t)turn->verdict.judged_bytes);
	if (turn->request.hash)
		op_bytes(op, "prefix_hash", (struct str){ (const char *)turn->hash, TURN_HASH_BYTES });
	if (turn->request.programme->release_id.text[0])
		op_c(op, "release_id", turn->request.programme->release_id.text);
}

static void reply_hash(struct turn *turn)
{
	if (turn->request.hash && turn->request.hash_key)
		turn_hash(turn->hash_key, turn->hash, 'a', buf_str(&turn->shown), turn->outcome.hash);
}

/* The reply's row as it begins; `state` other than "checking" when it begins and ends in the same unit. */
static struct op *begin_reply(struct unit *unit, struct turn *turn, const char *role, const char *state)
{
	struct op *op = unit_insert_as(unit, "message", turn->reply_id.text);
	of_conversation(op, turn);
	op_c(op, "role", role);
	if (!turn->duplicate)
		op_c(op, "reply_to", turn->message_id.text);
	op_c(op, "state", state);
	if (turn->request.programme->release_id.text[0])
		op_c(op, "release_id", turn->request.programme->release_id.text);
	op_text(op, "language", turn->lang);
	turn->reply_begun = true;
	return op;
}

static void put_approved(struct unit *unit, struct turn *turn)
{
	struct op *op = begin_reply(unit, turn, "script", "answered");
	reply_hash(turn);
	op_text(op, "text", turn->approved);
	op_text(op, "safe_text", turn->approved_key);
	op_c(op, "model", "heedwell");
	op_int(op, "released_bytes", (int64_t)turn->approved.len);
	op_time(op, "finished_at", turn->received);
	if (turn->request.hash)
		op_bytes(op, "prefix_hash", (struct str){ (const char *)turn->outcome.hash, TURN_HASH_BYTES });
}

static void call_person(struct turn *turn, struct unit *unit, struct alert_call *call)
{
	struct uuid id;
	call->programme = turn->request.programme;
	call->client_id = turn->client_id.text;
	call->conversation_id = turn->conversation_id.text;
	call->message_id = turn->message_id.text;
	call->verdict_id = turn->verdict_id.text;
	alert_raise(turn->turns->parts.care, unit, call, &id);
}

/* Where no program may answer, somebody does: the message is put before a person, once for as long as that stands open. */
static void add_route(struct turn *turn, struct unit *unit)
{
	static const struct str concept = { "request.person", 14 };
	const char *why = turn->rules.bot < BOT_THERAPEUTIC ? "staff.route.bot"
			  : !turn->may_consent              ? "staff.route.age"
			  : !turn->consent_care             ? "staff.route.care_refused"
			  : !turn->request.consent_ai       ? "staff.route.ai_refused"
							    : NULL;
	if (!why || turn->silent || turn->decision.alert || turn->request.reach == REACH_ANONYMOUS)
		return;
	struct alert_call call = { .kind = ALERT_REQUEST,
		.priority = 4,
		.level = turn->verdict.level,
		.reason = turn_message(turn, str_c(why)),
		.concepts = &concept,
		.concept_count = 1 };
	call_person(turn, unit, &call);
}

/* What follows from the message besides its answer: an age that was said, a notice, the next one's clock. */
static void add_duties(struct turn *turn, struct unit *unit)
{
	unit_by_program(unit);
	if (turn->stated_age)
		op_int(unit_update(unit, "client", turn->client_id.text, VERSION_ANY), "stated_age", turn->stated_age);
	if (turn->notice && !turn->request.api_key_id)
		notice_add(turn->turns->parts.care, unit, turn->request.programme, turn->client_id.text, turn->conversation_id.text,
			turn->notice_id.text, turn->lang, turn->notice_text, turn->notice);
	if (turn->notice_job_at)
		job_add(unit, NOTICE_JOB, (wall_time){ turn->notice_job_at }, "conversation", turn->conversation_id.text,
			turn->client_id.text);
}

static void add_alerts(struct turn *turn, struct unit *unit)
{
	struct str concepts[ALERT_CONCEPTS_MAX];
	struct alert_call call = { 0 };
	if (turn->decision.alert) {
		alert_call_of(&turn->arena, &turn->verdict, &turn->decision, concepts, &call);
		call_person(turn, unit, &call);
	}
	if (turn->dialogue_level > turn->level_before && turn->dialogue_level > turn->verdict.level && turn->dialogue_level >= 3) {
		call = (struct alert_call){ .kind = ALERT_RISK,
			.priority = turn->dialogue_level == 4 ? 1 : 2,
			.level = turn->dialogue_level,
			.reason = arena_printf(
				&turn->arena, "Said yes to the safety question about " STR_FMT, STR_ARG(turn->dialogue_concept)),
			.concepts = &turn->dialogue_concept,
			.concept_count = turn->dialogue_concept.len ? 1 : 0 };
		call_person(turn, unit, &call);
	}
	if (turn->wants_call) {
		call = (struct alert_call){ .kind = ALERT_REQUEST,
			.priority = 2,
			.level = turn->talk->level,
			.reason = turn_message(turn, STR("staff.alert.client_wants_call")) };
		call_person(turn, unit, &call);
	}
	add_route(turn, unit);
	if (turn->request.unscreenable) {
		call = (struct alert_call){ .kind = ALERT_REVIEW,
			.priority = 3,
			.level = turn->verdict.level,
			.reason = STR("A message holds a picture, sound or file, which nothing here can read") };
		call_person(turn, unit, &call);
	}
}

struct unit *turn_unit_first(struct turn *turn)
{
	struct scope scope = care_scope_system(turn->request.programme->id.text, "turn.message");
	if (turn->request.programme->release_id.text[0])
		scope.release_id = turn->request.programme->release_id.text;
	struct unit *unit = unit_new(turn_care_parts(turn)->store, &scope);
	if (!unit)
		return NULL;
	if (turn->request.new_client)
		add_new_client(unit, turn);
	put_conversation(unit, turn);
	if (!turn->duplicate) {
		put_message(unit, turn);
		add_verdict(unit, turn, turn->message_id.text, &turn->verdict, &turn->verdict_id);
		add_decision(unit, turn, turn->message_id.text, turn->verdict_id.text, &turn->decision);
		add_alerts(turn, unit);
		add_duties(turn, unit);
		if (turn->silent)
			presence_heard(turn->turns->parts.care, unit, turn->conversation_id.text, turn->received);
		if (turn->incremental || turn->decision.alert || turn->silent) /* else the reply's event comes soon, and tells of both */
			tell_pages(unit, turn, "message", turn->message_id.text, false);
		tell_pages(unit, turn, "message", turn->message_id.text, true);
		if (turn->newly_held)
			tell_pages(unit, turn, "state", turn->message_id.text, true);
	}
	/* A reply of which nothing is shown before it is whole begins and ends in W3; there is nothing for a crash to leave open. */
	if (!turn->approved.len && turn->incremental && !turn->silent)
		(void)begin_reply(unit, turn, "assistant", "checking");
	if (turn->approved.len) {
		put_approved(unit, turn);
		tell_pages(unit, turn, "message", turn->reply_id.text, false);
		tell_pages(unit, turn, "message", turn->reply_id.text, true);
	}
	return unit;
}

static struct op *change_reply(struct turn *turn, struct unit *unit, const char *state)
{
	const char *from = turn->any_covered ? "streaming" : "checking";
	if (!turn->reply_begun)
		return begin_reply(unit, turn, "assistant", state);
	return strcmp(from, state) == 0 ? unit_update(unit, "message", turn->reply_id.text, VERSION_ANY)
					: unit_move(unit, "message", turn->reply_id.text, VERSION_ANY, from, state);
}

static void put_shown(struct turn *turn, struct op *op)
{
	struct str text = buf_str(&turn->shown);
	if (turn->tools.len)
		text = arena_printf(&turn->arena, STR_FMT STR_FMT, STR_ARG(text), STR_ARG(buf_str(&turn->tools)));
	op_text(op, "text", text);
}

struct unit *turn_unit_shown(struct turn *turn)
{
	struct scope scope = care_scope_system(turn->request.programme->id.text, "turn.shown");
	struct unit *unit = unit_new(turn_care_parts(turn)->store, &scope);
	if (unit)
		put_shown(turn, change_reply(turn, unit, "streaming"));
	return unit;
}

static void put_end(struct turn *turn, struct op *op)
{
	const struct turn_outcome *outcome = &turn->outcome;
	put_shown(turn, op);
	op_text(op, "model", str_sub(outcome->model, 0, 200));
	op_c(op, "action", policy_action_name(outcome->action));
	op_bool(op, "changed_by_safety", outcome->state == TURN_REPLACED || outcome->state == TURN_HELD);
	if (turn->original.len)
		op_text(op, "original", turn->original);
	if (outcome->safe_text.len)
		op_text(op, "safe_text", outcome->safe_text);
	if (turn->reply_checked && turn->reply_verdict.state != VERDICT_NOT_SCREENED)
		op_int(op, "level", turn->reply_verdict.level);
	op_int(op, "received_bytes", (int64_t)outcome->counts.received);
	op_int(op, "judged_bytes", (int64_t)outcome->counts.judged);
	op_int(op, "released_bytes", (int64_t)outcome->counts.released);
	op_time(op, "finished_at", clock_wall(turn_care_parts(turn)->clock));
	reply_hash(turn);
	if (turn->request.hash)
		op_bytes(op, "prefix_hash", (struct str){ (const char *)outcome->hash, TURN_HASH_BYTES });
}

static void put_given_up(struct turn *turn, struct op *op)
{
	op_bool(op, "changed_by_safety", true);
	op_text(op, "original", turn->approved.len ? turn->approved : turn->original);
	op_text(op, "safe_text", turn->outcome.safe_text);
	reply_hash(turn);
	if (turn->request.hash)
		op_bytes(op, "prefix_hash", (struct str){ (const char *)turn->outcome.hash, TURN_HASH_BYTES });
}

static void add_reply_alert(struct turn *turn, struct unit *unit)
{
	struct str concepts[ALERT_CONCEPTS_MAX];
	struct alert_call call = { 0 };
	if (!turn->reply_checked || !turn->reply_decision.alert)
		return;
	alert_call_of(&turn->judge, &turn->reply_verdict, &turn->reply_decision, concepts, &call);
	struct uuid id;
	call.programme = turn->request.programme;
	call.client_id = turn->client_id.text;
	call.conversation_id = turn->conversation_id.text;
	call.message_id = turn->reply_id.text;
	alert_raise(turn->turns->parts.care, unit, &call, &id);
}

/* Of the reply's row, by turn_state. */
static const char *const states[] = { "interrupted", "answered", "replaced", "held", "interrupted" };

struct unit *turn_unit_corrected(struct turn *turn)
{
	struct scope scope = care_scope_system(turn->request.programme->id.text, "turn.too_late");
	struct unit *unit = unit_new(turn_care_parts(turn)->store, &scope);
	if (!unit)
		return NULL;
	const char *id = turn->reply_id.text, *from = states[turn->outcome.state];
	bool answered = turn->outcome.state == TURN_ANSWERED;
	turn_settle_given_up(turn);
	struct op *op = answered ? unit_move(unit, "message", id, VERSION_ANY, from, states[turn->outcome.state])
				 : unit_update(unit, "message", id, VERSION_ANY);
	put_shown(turn, op);
	put_given_up(turn, op);
	tell_pages(unit, turn, "message", id, false);
	tell_pages(unit, turn, "message", id, true);
	return unit;
}

struct unit *turn_unit_closed(struct turn *turn)
{
	struct scope scope = care_scope_system(turn->request.programme->id.text, "turn.reply");
	if (turn->request.programme->release_id.text[0])
		scope.release_id = turn->request.programme->release_id.text;
	struct unit *unit = unit_new(turn_care_parts(turn)->store, &scope);
	if (!unit)
		return NULL;
	bool may_be_held = turn->hold_all || release_action(turn->release) == ACTION_REVIEW;
	if (may_be_held && !turn->reply_begun) /* a review points to its message */
		(void)begin_reply(unit, turn, "assistant", "checking");
	turn_settle_reply(turn, unit);
	put_end(turn, change_reply(turn, unit, states[turn->outcome.state]));
	if (turn->reply_checked) {
		struct uuid verdict_id;
		add_verdict(unit, turn, turn->reply_id.text, &turn->reply_verdict, &verdict_id);
		add_decision(unit, turn, turn->reply_id.text, verdict_id.text, &turn->reply_decision);
	}
	add_reply_alert(turn, unit);
	tell_pages(unit, turn, "message", turn->reply_id.text, false);
	tell_pages(unit, turn, "message", turn->reply_id.text, true);
	return unit;
}

/* ---- After a crash ---- */

static int close_one(struct turns *turns, const struct row *row, struct err *reterr)
{
	struct store *store = care_parts(turns->parts.care)->store;
	struct scope scope = care_scope_system(row->programme_id.ptr, "turn.after_crash");
	struct unit *unit = unit_new(store, &scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, "care/turn", "no memory");
	struct op *op = unit_move(unit, "message", row->id.ptr, row->version, row->state.ptr, "interrupted");
	op_time(op, "finished_at", clock_wall(care_parts(turns->parts.care)->clock));
	return store_write_wait(store, unit, reterr);
}

int turns_close_open_replies(struct turns *turns, struct err *reterr)
{
	static const char *const open[] = { "checking", "streaming" };
	struct store *store = care_parts(turns->parts.care)->store;
	struct scope scope = care_scope_system(NULL, "turn.after_crash");
	size_t closed = 0;
	for (size_t i = 0; i < COUNT_OF(open); i++) {
		struct row_set *set = NULL;
		struct list_query query = { .resource = "message", .index = "state", .equal = { value_c(open[i]) }, .limit = LIST_MAX };
		do {
			row_set_free(&set);
			int code = store_list_wait(store, &scope, &query, &set, reterr);
			if (code)
				return code;
			for (size_t n = 0; n < set->count; n++, closed++)
				if ((code = close_one(turns, &set->rows[n], reterr))) {
					row_set_free(&set);
					return code;
				}
		} while (set->count);
		row_set_free(&set);
	}
	if (closed)
		log_write(care_parts(turns->parts.care)->log, LOG_WARN, "turn.closed_after_crash", LOG_NUMBER("replies", (int64_t)closed));
	return 0;
}
