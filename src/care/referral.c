/* referral.c: see referral.h. Opening, and what people do. */
#include "care/referral_priv.h"

#include "care/resources.h"
#include "sys/mem.h"

#define LAYER "care/referral"
#define ARENA_MAX (256u << 10)
#define SCORE_AGE_US (28 * DAY_US) /* an older score says how it was: twice the two weeks that PHQ-9 and GAD-7 ask about */
#define AHEAD_MAX_US (366 * DAY_US)

int64_t referral_rank(enum triage_priority priority, int level, wall_time received)
{
	int64_t class = (int64_t)priority * 5 + (4 - (level < 0 ? 0 : level > 4 ? 4 : level));
	return class * INT64_C(10000000000000000) + received.us; /* microseconds stay below 10^16 until the year 2286 */
}

int triage_check_words(const struct triage *triage, const struct messages *messages, struct err *reterr)
{
	char key[120];
	for (size_t i = 0; i < triage->rule_count + triage->mark_count; i++) {
		bool rule = i < triage->rule_count;
		struct str id = rule ? triage->rules[i].id : triage->marks[i - triage->rule_count].id;
		int len = snprintf(key, sizeof key, "triage.%s." STR_FMT, rule ? "reason" : "mark", STR_ARG(id));
		if (len < 0 || (size_t)len >= sizeof key || !messages_has(messages, str_c(key)))
			return err_set(reterr, E_INVALID, LAYER, "no pack of messages has the key %s", key);
	}
	return 0;
}

int64_t referral_respond_us(const struct care *care, const struct care_programme *programme, enum triage_priority priority)
{
	int64_t own = programme->settings.triage_us[priority];
	return own > 0 ? own : care->parts.triage->respond[priority].us;
}

/* Open boards read anew; the event carries nothing of it. */
void referral_tell(struct unit *unit, const char *programme_id, const char *client_id)
{
	event_publish(unit, &(struct event_note){ .programme_id = programme_id, .kind = "overview", .client_id = client_id });
}

void referral_call(
	struct care *care, struct unit *unit, const struct care_programme *programme, const char *client_id, const char *what, int priority)
{
	struct arena arena;
	char key[80];
	struct uuid id;
	arena_init(&arena, mem_system(), ARENA_MAX);
	snprintf(key, sizeof key, "triage.alert.%s", what);
	struct str concept = arena_printf(&arena, "triage.%s", what);
	struct alert_call call = { .programme = programme,
		.client_id = client_id,
		.kind = ALERT_REVIEW,
		.priority = priority,
		.level = 0,
		.reason = messages_render(care->parts.messages, &arena, programme->language, str_c(key), 0, NULL, 0),
		.concepts = &concept,
		.concept_count = 1 };
	alert_raise(care, unit, &call, &id);
	arena_done(&arena);
}

/* ---- What the rules look at ---- */

void looking_alerts(struct looking *looking)
{
	const struct client_item *client = care_client_item(looking->care, looking->client_id.text);
	for (const struct alert_item *item = client ? client->alerts : NULL; item; item = item->next)
		if (item->kind == ALERT_RISK && item->level > looking->input.level)
			looking->input.level = item->level;
	const struct care_client *person = care_client(looking->care, looking->client_id.text);
	looking->input.age = person ? person->age : 0;
}

/* Rows come newest first: the first of an instrument is what holds. An unfinished one says nothing. */
static void add_score(struct looking *looking, const struct row *row)
{
	struct triage_input *input = &looking->input;
	struct str instrument = row_text(row, "instrument");
	if (row_is_null(row, "total") || row_is_null(row, "submitted_at") || !instrument.len || instrument.len >= sizeof looking->names[0])
		return;
	if (row_time(row, "submitted_at").us < care_now(looking->care).us - SCORE_AGE_US)
		return;
	for (size_t i = 0; i < input->score_count; i++)
		if (str_eq(input->scores[i].instrument, instrument))
			return;
	if (input->score_count == TRIAGE_SCORES_MAX)
		return;
	char *name = looking->names[input->score_count];
	memcpy(name, instrument.ptr, instrument.len);
	input->scores[input->score_count++] = (struct triage_score){ str_make(name, instrument.len), (int)row_int(row, "total") };
}

static void scores_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct looking *looking = ctx;
	for (size_t i = 0; take_set && i < take_set->count; i++)
		add_score(looking, &take_set->rows[i]);
	row_set_free(&take_set);
	looking->then(looking, err);
}

void looking_scores(struct looking *take_looking)
{
	struct registry registry = care_registry();
	const struct resource *response = registry_find(&registry, "response");
	bool known = response && resource_field(response, "instrument") != SIZE_MAX && resource_field(response, "total") != SIZE_MAX &&
		     resource_field(response, "submitted_at") != SIZE_MAX;
	const struct index_def *index = known ? resource_index(response, "client") : NULL;
	struct scope scope = care_scope_system(take_looking->programme_id.text, "triage.look");
	struct list_query query = { .resource = "response",
		.index = "client",
		.equal = { value_c(take_looking->client_id.text) },
		.descending = true,
		.limit = LIST_MAX };
	struct err err = { 0 };
	if (!index) { /* this program has no questionnaires */
		take_looking->then(take_looking, NULL);
		return;
	}
	if (store_list(take_looking->care->parts.store, &scope, &query, scores_read, take_looking, &err))
		take_looking->then(take_looking, &err);
}

/* ---- The recommendation in the row ---- */

static json_t *reasons_json(const struct triage *triage, const struct triage_advice *advice)
{
	json_t *list = json_array();
	for (size_t i = 0; i < advice->reason_count; i++) {
		struct str id = triage->rules[advice->reasons[i]].id;
		json_array_append_new(list, json_stringn(id.ptr, id.len));
	}
	return list;
}

static json_t *inputs_json(const struct triage *triage, const struct triage_input *input)
{
	json_t *marks = json_array(), *scores = json_object();
	for (size_t i = 0; i < triage->mark_count; i++)
		if (input->marks >> i & 1)
			json_array_append_new(marks, json_stringn(triage->marks[i].id.ptr, triage->marks[i].id.len));
	for (size_t i = 0; i < input->score_count; i++)
		json_object_setn_new(
			scores, input->scores[i].instrument.ptr, input->scores[i].instrument.len, json_integer(input->scores[i].total));
	return json_pack("{s:i,s:o,s:o,s:i}", "level", input->level, "marks", marks, "scores", scores, "age", input->age);
}

void op_advice(struct op *op, const struct triage *triage, const struct triage_input *input, const struct triage_advice *advice)
{
	json_t *reasons = reasons_json(triage, advice), *inputs = inputs_json(triage, input);
	op_c(op, "recommended_priority", triage_name(advice->priority));
	op_int(op, "recommended_step", advice->step);
	op_bool(op, "guided", advice->guided);
	op_json(op, "reasons", reasons);
	op_json(op, "inputs", inputs);
	op_text(op, "rules", triage->version);
	op_int(op, "level", input->level);
	json_decref(reasons);
	json_decref(inputs);
}

struct str advice_words(
	const struct care *care, const struct care_programme *programme, struct arena *arena, const struct triage_advice *advice)
{
	const struct triage *triage = care->parts.triage;
	struct str words = STR("");
	for (size_t i = 0; i < advice->reason_count; i++) {
		struct str key = arena_printf(arena, "triage.reason." STR_FMT, STR_ARG(triage->rules[advice->reasons[i]].id));
		struct str one = messages_render(care->parts.messages, arena, programme->language, key, 0, NULL, 0);
		words = arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(words), words.len ? "; " : "", STR_ARG(one));
	}
	if (!words.len)
		words = messages_render(care->parts.messages, arena, programme->language, STR("triage.reason_none"), 0, NULL, 0);
	return str_sub(words, 0, REFERRAL_TEXT_MAX);
}

/* ---- Opening ---- */

struct opening {
	struct looking looking; /* first: what looking_scores hands back */
	struct uuid intake_id;
	char actor[UUID_LENGTH + 1];
	uint32_t who;
	int64_t version;
	bool again; /* the client has an open referral: this one is added to it */
	struct uuid referral_id;
	unit_done done;
	void *ctx;
};

static void opening_end(void *ctx, const struct err *err)
{
	struct opening *opening = ctx;
	opening->done(opening->ctx, err);
	mem_delete(opening);
}

/* What a new referral begins with, after its own fields are set. */
static void begin_clocks(
	const struct care *care, struct unit *unit, const char *id, const char *client_id, wall_time now, wall_time respond_by)
{
	const struct triage *triage = care->parts.triage;
	if (respond_by.us)
		job_add(unit, "triage.clock", respond_by, "referral", id, client_id);
	job_add(unit, "triage.clock", (wall_time){ now.us + triage->clocks[TRIAGE_START_TARGET].us }, "referral", id, client_id);
	job_add(unit, "triage.clock", (wall_time){ now.us + triage->clocks[TRIAGE_START_LIMIT].us }, "referral", id, client_id);
}

static struct op *begin_referral(struct unit *unit, const char *client_id, wall_time now, struct uuid *ret_id)
{
	struct op *op = unit_insert(unit, "referral", ret_id);
	op_c(op, "client_id", client_id);
	op_c(op, "open_client_id", client_id);
	op_time(op, "received_at", now);
	op_bool(op, "active", true);
	op_bool(op, "breached", false);
	op_int(op, "breach_count", 0);
	return op;
}

static void end_intake(struct unit *unit, const struct opening *opening, wall_time now)
{
	struct op *op = unit_move(unit, "intake", opening->intake_id.text, opening->version, "started", "completed");
	op_time(op, "finished_at", now);
	op_null(op, "open_client_id");
	op_null(op, "step");
}

static void open_new(struct opening *opening, struct unit *unit, const struct care_programme *programme, wall_time now)
{
	struct care *care = opening->looking.care;
	const char *client_id = opening->looking.client_id.text;
	const struct triage_input *input = &opening->looking.input;
	struct triage_advice advice;
	struct arena arena;
	struct uuid id = { { 0 } };
	arena_init(&arena, mem_system(), ARENA_MAX);
	triage_advise(care->parts.triage, input, &advice);
	wall_time respond_by = { now.us + referral_respond_us(care, programme, advice.priority) };
	struct op *op = begin_referral(unit, client_id, now, &id);
	op_c(op, "intake_id", opening->intake_id.text);
	op_c(op, "source", "intake");
	op_c(op, "priority", triage_name(advice.priority));
	op_text(op, "priority_reason", advice_words(care, programme, &arena, &advice));
	op_int(op, "rank", referral_rank(advice.priority, input->level, now));
	op_bool(op, "undecided", true);
	op_time(op, "respond_by", respond_by);
	op_advice(op, care->parts.triage, input, &advice);
	begin_clocks(care, unit, id.text, client_id, now, respond_by);
	referral_tell(unit, programme->id.text, client_id);
	arena_done(&arena);
}

static void opening_ready(struct looking *looking, const struct err *err)
{
	struct opening *opening = (struct opening *)looking;
	struct care *care = looking->care;
	const struct care_programme *programme = care_programme(care, looking->programme_id.text);
	struct scope scope = { .programme_id = looking->programme_id.text,
		.who = WHO_SYSTEM,
		.actor_id = opening->actor[0] ? opening->actor : NULL,
		.reason = "intake.finish" };
	struct err own = { 0 };
	wall_time now = care_now(care);
	struct unit *unit = err || !programme ? NULL : unit_new(care->parts.store, &scope);
	if (!unit) {
		if (!err)
			err_set(&own, E_MEMORY, LAYER, "out of memory");
		opening_end(opening, err ? err : &own);
		return;
	}
	looking_alerts(looking);
	end_intake(unit, opening, now);
	if (opening->again) {
		struct op *op = unit_update(unit, "referral", opening->referral_id.text, VERSION_ANY);
		op_c(op, "intake_id", opening->intake_id.text);
		job_add(unit, "triage.advise", now, "referral", opening->referral_id.text, looking->client_id.text);
	} else {
		open_new(opening, unit, programme, now);
	}
	if (store_submit(care->parts.store, unit, opening_end, opening, &own))
		opening_end(opening, &own);
}

static void opening_found(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct opening *opening = ctx;
	if (err && err->code != E_NOT_FOUND) {
		opening_end(opening, err);
		return;
	}
	opening->again = take_set && take_set->count;
	if (opening->again)
		opening->referral_id = id_of(take_set->rows[0].id);
	row_set_free(&take_set);
	looking_scores(&opening->looking);
}

int referral_from_intake(
	struct care *care, const struct scope *scope, const struct referral_intake *intake, unit_done done, void *ctx, struct err *reterr)
{
	struct opening *opening = mem_new(sizeof *opening);
	struct scope system = care_scope_system(scope->programme_id, "intake.finish");
	struct list_query query = { .resource = "referral", .index = "open", .equal = { value_c(intake->client_id) } };
	if (!opening)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	opening->looking.care = care;
	opening->looking.then = opening_ready;
	opening->looking.programme_id = id_of(str_c(scope->programme_id));
	opening->looking.client_id = id_of(str_c(intake->client_id));
	opening->looking.input.level = intake->level;
	opening->looking.input.marks = intake->marks;
	opening->intake_id = id_of(str_c(intake->intake_id));
	opening->version = intake->version;
	opening->done = done;
	opening->ctx = ctx;
	if (scope->actor_id)
		memcpy(opening->actor, scope->actor_id, UUID_LENGTH + 1);
	int rc = store_find(care->parts.store, &system, &query, opening_found, opening, reterr);
	if (rc)
		mem_delete(opening);
	return rc;
}

int referral_make(struct care *care, const struct scope *scope, const struct referral_new *what, struct uuid *ret_id, unit_done done,
	void *ctx, struct err *reterr)
{
	const struct care_programme *programme = care_programme(care, scope->programme_id);
	int priority = triage_parse(what->priority);
	if (priority < 0)
		return err_set(reterr, E_INVALID, LAYER, "referral.priority: must be A to G");
	if (what->step < 1 || what->step > TRIAGE_STEP_MAX)
		return err_set(reterr, E_INVALID, LAYER, "referral.step: must be 1 to %d", TRIAGE_STEP_MAX);
	if (!str_trim(what->reason).len)
		return err_set(reterr, E_INVALID, LAYER, "referral.reason: say why");
	struct unit *unit = programme ? unit_new(care->parts.store, scope) : NULL;
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	wall_time now = care_now(care);
	unit_by_program(unit); /* it begins on the waiting list: decided by who makes it. The role was checked by the route */
	struct op *op = begin_referral(unit, what->client_id, now, ret_id);
	op_c(op, "state", "waiting");
	op_text(op, "source", what->source);
	op_c(op, "priority", triage_name((enum triage_priority)priority));
	op_text(op, "priority_reason", what->reason);
	op_int(op, "rank", referral_rank((enum triage_priority)priority, 0, now));
	op_bool(op, "undecided", false);
	op_c(op, "decided_priority", triage_name((enum triage_priority)priority));
	op_int(op, "decided_step", what->step);
	op_c(op, "decided_by", scope->actor_id);
	op_time(op, "decided_at", now);
	begin_clocks(care, unit, ret_id->text, what->client_id, now, (wall_time){ 0 });
	job_add(unit, "triage.advise", now, "referral", ret_id->text, what->client_id);
	referral_tell(unit, programme->id.text, what->client_id);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

/* ---- What people do ---- */

struct doing {
	struct care *care;
	struct arena arena;
	struct scope scope;
	struct referral_act act;
	unit_done done;
	void *ctx;
};

static void doing_end(void *ctx, const struct err *err)
{
	struct doing *doing = ctx;
	doing->done(doing->ctx, err);
	arena_done(&doing->arena);
	mem_delete(doing);
}

struct referral_change {
	struct doing *doing;
	const struct row *row;
	const struct care_programme *programme;
	struct unit *unit;
	struct op *op;
	wall_time now, clock; /* clock: when a job is to look; 0: none */
	unsigned cleared;     /* bits of clocks that this act answers */
	bool lowered;
};
enum { CLEAR_RESPOND = 1, CLEAR_CONTACT = 2, CLEAR_START = 4, CLEAR_SECOND = 8, CLEAR_RECEIPT = 16, CLEAR_ALL = 31 };

static int wrong(struct err *reterr, const char *what)
{
	return err_set(reterr, E_INVALID, LAYER, "referral.%s", what);
}

/* A time that a client or another service is told of. */
static int check_at(const struct referral_change *change, struct err *reterr)
{
	int64_t at = change->doing->act.at.us;
	return at > change->now.us && at < change->now.us + AHEAD_MAX_US ? 0 : wrong(reterr, "at: must be a time within the next year");
}

static void move(struct referral_change *change, const char *to)
{
	const struct referral_act *act = &change->doing->act;
	change->op = unit_move(change->unit, "referral", act->id, act->version, change->row->state.ptr, to);
}

static void stay(struct referral_change *change)
{
	change->op = unit_update(change->unit, "referral", change->doing->act.id, change->doing->act.version);
}

static int do_decide(struct referral_change *change, struct err *reterr)
{
	const struct referral_act *act = &change->doing->act;
	const struct row *row = change->row;
	int priority = triage_parse(act->priority), before = triage_parse(row_text(row, "recommended_priority"));
	bool assess = str_eqc(act->to, "assess");
	if (priority < 0)
		return wrong(reterr, "priority: must be A to G");
	if (act->step < 1 || act->step > TRIAGE_STEP_MAX)
		return wrong(reterr, "step: must be 1 to 4");
	if (!assess && !str_eqc(act->to, "waiting"))
		return wrong(reterr, "to: must be assess or waiting");
	bool differs = priority != before || act->step != row_int(row, "recommended_step");
	if (differs && !str_trim(act->reason).len)
		return wrong(reterr, "reason: say why it differs from the recommendation");
	change->lowered = before >= 0 && before <= TRIAGE_C && priority > before;
	move(change, assess ? "assess" : "waiting");
	op_c(change->op, "decided_by", change->doing->scope.actor_id);
	op_c(change->op, "decided_priority", triage_name((enum triage_priority)priority));
	op_c(change->op, "priority", triage_name((enum triage_priority)priority));
	op_int(change->op, "decided_step", act->step);
	op_bool(change->op, "undecided", false);
	op_int(change->op, "rank", referral_rank((enum triage_priority)priority, (int)row_int(row, "level"), row_time(row, "received_at")));
	if (before >= 0) {
		op_c(change->op, "against_priority", triage_name((enum triage_priority)before));
		op_int(change->op, "against_step", row_int(row, "recommended_step"));
	}
	if (str_trim(act->reason).len)
		op_text(change->op, "priority_reason", act->reason);
	if (differs)
		op_text(change->op, "override_reason", act->reason);
	else
		op_null(change->op, "override_reason");
	if (row_is_null(row, "decided_at"))
		op_time(change->op, "decided_at", change->now);
	change->cleared = CLEAR_RESPOND;
	return 0;
}

static int do_contact(struct referral_change *change, struct err *reterr)
{
	const struct referral_act *act = &change->doing->act;
	if (act->at.us && check_at(change, reterr))
		return E_INVALID;
	stay(change);
	op_time(change->op, "last_contact_at", change->now);
	if (act->at.us)
		op_time(change->op, "next_contact_at", act->at);
	else
		op_null(change->op, "next_contact_at");
	change->clock = act->at;
	change->cleared = CLEAR_CONTACT;
	if (str_eqc(change->row->state, "in_care") && row_is_null(change->row, "second_contact_at")) {
		op_time(change->op, "second_contact_at", change->now);
		change->cleared |= CLEAR_SECOND;
	}
	return 0;
}

static int do_promise(struct referral_change *change, struct err *reterr)
{
	if (check_at(change, reterr))
		return E_INVALID;
	stay(change);
	op_time(change->op, "next_contact_at", change->doing->act.at);
	change->clock = change->doing->act.at;
	change->cleared = CLEAR_CONTACT;
	return 0;
}

static int do_offer(struct referral_change *change, struct err *reterr)
{
	if (check_at(change, reterr))
		return E_INVALID;
	if (row_bool(change->row, "undecided"))
		return err_set(reterr, E_CONFLICT, LAYER, "decide the priority first");
	move(change, "offered");
	op_time(change->op, "appointment_at", change->doing->act.at);
	op_time(change->op, "next_contact_at", change->doing->act.at);
	op_time(change->op, "offered_at", change->now);
	change->clock = change->doing->act.at;
	change->cleared = CLEAR_CONTACT;
	return 0;
}

static int do_start(struct referral_change *change, struct err *reterr)
{
	if (row_bool(change->row, "undecided"))
		return err_set(reterr, E_CONFLICT, LAYER, "decide the priority first");
	move(change, "in_care");
	op_time(change->op, "started_at", change->now);
	op_time(change->op, "last_contact_at", change->now);
	op_null(change->op, "next_contact_at");
	op_null(change->op, "second_contact_at");
	change->clock = (wall_time){ change->now.us + change->doing->care->parts.triage->clocks[TRIAGE_SECOND_CONTACT].us };
	change->cleared = CLEAR_START | CLEAR_CONTACT | CLEAR_SECOND;
	return 0;
}

static int do_out(struct referral_change *change, struct err *reterr)
{
	const struct referral_act *act = &change->doing->act;
	wall_time due = { change->now.us + change->doing->care->parts.triage->clocks[TRIAGE_RECEIPT].us };
	if (!str_trim(act->text).len || !str_trim(act->reason).len)
		return wrong(reterr, act->reason.len ? "text: say to whom" : "reason: say why");
	move(change, "referred_out");
	op_text(change->op, "out_to", act->text);
	op_text(change->op, "out_note", act->reason);
	op_time(change->op, "out_sent_at", change->now);
	op_time(change->op, "out_due_at", due);
	op_null(change->op, "out_received_at");
	/* Sending somebody on is a decision about priority too. */
	op_bool(change->op, "undecided", false);
	op_c(change->op, "decided_by", change->doing->scope.actor_id);
	if (row_is_null(change->row, "decided_at"))
		op_time(change->op, "decided_at", change->now);
	change->clock = due;
	change->cleared = CLEAR_RESPOND | CLEAR_START | CLEAR_RECEIPT;
	return 0;
}

static int do_receipt(struct referral_change *change, struct err *reterr)
{
	if (!str_eqc(change->row->state, "referred_out") || !row_is_null(change->row, "out_received_at"))
		return err_set(reterr, E_CONFLICT, LAYER, "it waits for no confirmation");
	stay(change);
	op_time(change->op, "out_received_at", change->now);
	if (str_trim(change->doing->act.reason).len)
		op_text(change->op, "out_note",
			arena_printf(&change->doing->arena, STR_FMT "\n" STR_FMT, STR_ARG(row_text(change->row, "out_note")),
				STR_ARG(change->doing->act.reason)));
	change->cleared = CLEAR_RECEIPT;
	return 0;
}

static int do_close(struct referral_change *change, struct err *reterr)
{
	if (!str_trim(change->doing->act.reason).len)
		return wrong(reterr, "reason: say why");
	move(change, "closed");
	op_text(change->op, "closed_reason", change->doing->act.reason);
	op_time(change->op, "closed_at", change->now);
	op_bool(change->op, "active", false);
	op_null(change->op, "open_client_id");
	op_null(change->op, "next_contact_at");
	op_bool(change->op, "undecided", false);
	op_c(change->op, "decided_by", change->doing->scope.actor_id);
	if (row_is_null(change->row, "decided_at"))
		op_time(change->op, "decided_at", change->now);
	change->cleared = CLEAR_ALL;
	return 0;
}

/* What this act answers is overdue no longer; the row is while anything else is. */
static void clear_flags(const struct referral_change *change)
{
	static const struct {
		unsigned bit;
		const char *flag;
	} flags[] = { { CLEAR_RESPOND, "breach_respond" }, { CLEAR_CONTACT, "breach_contact" }, { CLEAR_START, "breach_start" },
		{ CLEAR_START, "breach_limit" }, { CLEAR_SECOND, "breach_second" }, { CLEAR_RECEIPT, "breach_receipt" } };
	bool breached = false;
	for (size_t i = 0; i < COUNT_OF(flags); i++) {
		if (change->cleared & flags[i].bit)
			op_bool(change->op, flags[i].flag, false);
		else
			breached |= row_bool(change->row, flags[i].flag);
	}
	op_bool(change->op, "breached", breached);
}

static int build_change(struct referral_change *change, struct err *reterr)
{
	static int (*const verbs[])(struct referral_change *, struct err *) = { [REFERRAL_DECIDE] = do_decide,
		[REFERRAL_CONTACT] = do_contact,
		[REFERRAL_PROMISE] = do_promise,
		[REFERRAL_OFFER] = do_offer,
		[REFERRAL_START] = do_start,
		[REFERRAL_OUT] = do_out,
		[REFERRAL_RECEIPT] = do_receipt,
		[REFERRAL_CLOSE] = do_close };
	const struct referral_act *act = &change->doing->act;
	struct care *care = change->doing->care;
	struct str client_id = row_text(change->row, "client_id");
	if (act->verb <= REFERRAL_NOTHING || act->verb >= COUNT_OF(verbs))
		return err_set(reterr, E_BUG, LAYER, "no such act");
	if (act->reason.len > REFERRAL_TEXT_MAX || act->text.len > 500)
		return err_set(reterr, E_LIMIT, LAYER, "the text is too long");
	if (!row_bool(change->row, "active"))
		return err_set(reterr, E_CONFLICT, LAYER, "it is closed");
	int rc = verbs[act->verb](change, reterr);
	if (rc)
		return rc;
	clear_flags(change);
	if (change->clock.us)
		job_add(change->unit, "triage.clock", change->clock, "referral", act->id, client_id.ptr);
	if (change->lowered)
		referral_call(care, change->unit, change->programme, client_id.ptr, "lowered", 3);
	referral_tell(change->unit, change->programme->id.text, client_id.ptr);
	return 0;
}

static void doing_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct doing *doing = ctx;
	struct err own = { 0 };
	if (err || !take_set->count) {
		doing_end(doing, err);
		row_set_free(&take_set);
		return;
	}
	struct referral_change change = { .doing = doing,
		.row = &take_set->rows[0],
		.programme = care_programme(doing->care, doing->scope.programme_id),
		.unit = unit_new(doing->care->parts.store, &doing->scope),
		.now = care_now(doing->care) };
	int rc = change.unit && change.programme ? build_change(&change, &own) : err_set(&own, E_MEMORY, LAYER, "out of memory");
	if (rc == 0)
		rc = store_submit(doing->care->parts.store, change.unit, doing_end, doing, &own);
	else
		unit_free(&change.unit);
	row_set_free(&take_set);
	if (rc)
		doing_end(doing, &own);
}

static const char *keep_c(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, str_c(text)).ptr : NULL;
}

int referral_do(struct care *care, const struct scope *scope, const struct referral_act *act, unit_done done, void *ctx, struct err *reterr)
{
	struct doing *doing = mem_new(sizeof *doing);
	if (!doing)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	arena_init(&doing->arena, mem_system(), ARENA_MAX);
	*doing = (struct doing){ .care = care, .arena = doing->arena, .scope = *scope, .act = *act, .done = done, .ctx = ctx };
	doing->scope.programme_id = keep_c(&doing->arena, scope->programme_id);
	doing->scope.actor_id = keep_c(&doing->arena, scope->actor_id);
	doing->scope.reason = keep_c(&doing->arena, scope->reason);
	doing->act.id = keep_c(&doing->arena, act->id);
	doing->act.priority = arena_copy(&doing->arena, act->priority);
	doing->act.to = arena_copy(&doing->arena, act->to);
	doing->act.text = arena_copy(&doing->arena, act->text);
	doing->act.reason = arena_copy(&doing->arena, act->reason);
	int rc = arena_failed(&doing->arena) ? err_set(reterr, E_LIMIT, LAYER, "the text is too long") : 0;
	if (rc == 0)
		rc = store_get(care->parts.store, &doing->scope, "referral", doing->act.id, doing_read, doing, reterr);
	if (rc) {
		arena_done(&doing->arena);
		mem_delete(doing);
	}
	return rc;
}
