/* alert.c: see alert.h. Unresolved alerts are kept in memory per client, so that raising needs no read on the message's path;
 * what people and deadlines do is checked by the store against version and state. */
#include "care/alert.h"

#include "care/alert_plan.h"
#include "care/alert_priv.h"
#include "care/delivery.h"
#include "care/duty.h"
#include "care/referral.h"
#include "care/say.h"
#include "sys/mem.h"

#include <sodium.h>
#include <stdio.h>

#define REASON_MAX 500

static const char *const kind_names[] = { "risk", "request", "complaint", "review", "countersign", "system" };
static const char *const state_names[] = { "resolved", "open", "acknowledged", "taken", "contacted" };

const char *alert_state_name(enum alert_state state)
{
	return state_names[state];
}

/* ---- What is held in memory ---- */

static uint64_t concept_hash(struct str concept)
{
	return str_hash(concept);
}

static void learn_concept(struct alert_item *item, uint64_t concept)
{
	for (size_t i = 0; i < item->concept_count; i++)
		if (item->concepts[i] == concept)
			return;
	if (item->concept_count < ALERT_CONCEPTS_MAX)
	item->concepts[item->concept_count++] = concept;
}

static void learn_concepts(struct alert_item *item, struct str json)
{
	json_t *list = json.len ? json_loadb(json.ptr, json.len, 0, NULL) : NULL, *value;
	size_t index;
	json_array_foreach(list, index, value) learn_concept(item, concept_hash(str_c(json_string_value(value))));
	json_decref(list);
}

static int index_of(const char *const *names, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eqc(name, names[i]))
			return (int)i;
	return 0;
}

void alert_took(struct care *care, const struct row *row)
{
	struct client_item *client = care_client_item(care, row_text(row, "client_id").ptr);
	struct alert_item *item = map_get(&care->alerts, row->id.ptr);
	bool fresh = !item;
	if (!client || !row_bool(row, "active"))
		return;
	if (fresh)
		item = mem_new(sizeof *item);
	if (!item)
		return;
	item->id = id_of(row->id);
	item->programme_id = id_of(row->programme_id);
	item->conversation_id = id_of(row_text(row, "conversation_id"));
	item->acknowledged_by = id_of(row_text(row, "acknowledged_by"));
	item->acknowledged_at = row_time(row, "acknowledged_at");
	item->owner_id = id_of(row_text(row, "owner_id"));
	item->handover_to = id_of(row_text(row, "handover_to"));
	item->running = !str_eqc(row_text(row, "deadline_kind"), "none");
	item->attempts = (int)row_int(row, "attempts");
	item->chain_step = (int)row_int(row, "chain_step");
	item->exhausted = row_time(row, "exhausted_at").us != 0;
	item->client = client;
	item->state = (enum alert_state)index_of(state_names, COUNT_OF(state_names), row->state);
	item->kind = (enum alert_kind)index_of(kind_names, COUNT_OF(kind_names), row_text(row, "kind"));
	item->priority = (int)row_int(row, "priority");
	item->level = (int)row_int(row, "level");
	item->events = (int)row_int(row, "events");
	item->escalation_step = (int)row_int(row, "escalation_step");
	item->last_event_at = row_time(row, "last_event_at");
	item->deadline_at = row_time(row, "deadline_at");
	item->missed = row_bool(row, "missed");
	learn_concepts(item, row_text(row, "concepts"));
	if (!fresh)
		return;
	if (!map_put(&care->alerts, item)) {
		mem_delete(item);
		return;
	}
	item->next = client->alerts;
	client->alerts = item;
}

static bool was_called(const struct alert_item *item, const char *staff_id)
{
	for (size_t i = 0; i < item->called_count && i < ALERT_CALLED_MAX; i++)
		if (strcmp(item->called[i].text, staff_id) == 0)
			return true;
	return false;
}

void alert_called(struct care *care, const struct row *delivery)
{
	struct str alert = row_text(delivery, "alert_id"), staff = row_text(delivery, "staff_id");
	struct alert_item *item = alert.len ? map_get(&care->alerts, alert.ptr) : NULL;
	if (item && staff.len && !was_called(item, staff.ptr))
		item->called[item->called_count++ % ALERT_CALLED_MAX] = id_of(staff);
}

void alert_forget(struct care *care, struct alert_item *item)
{
	for (struct alert_item **link = &item->client->alerts; *link; link = &(*link)->next)
		if (*link == item) {
			*link = item->next;
			break;
		}
	map_remove(&care->alerts, item->id.text);
	mem_delete(item);
}

int alerts_load(struct care *care, const struct care_programme *programme, struct err *reterr)
{
	struct scope scope = care_scope_system(programme->id.text, NULL);
	struct list_query query = { .resource = "alert", .index = "active", .equal = { value_int(1) } };
	return list_all(care, &scope, query, alert_took, reterr);
}

void alerts_free(struct care *care)
{
	size_t place = 0;
	for (void *item; (item = map_next(&care->alerts, &place)) != NULL;)
		mem_delete(item);
	map_done(&care->alerts);
}

/* ---- Raising ---- */

void alert_announce(struct unit *unit, const char *programme_id, const char *client_id, const char *conversation_id, const char *alert_id)
{
	event_publish(unit, &(struct event_note){ .programme_id = programme_id,
				    .kind = "alert",
				    .client_id = client_id,
				    .conversation_id = conversation_id,
				    .subject = "alert",
				    .subject_id = alert_id });
}

/* The client's page shows the true state of the call: sent, seen by NAME, nobody yet. */
void alert_tell_client(struct unit *unit, const char *programme_id, const char *client_id, const char *conversation_id)
{
	if (!conversation_id || !*conversation_id)
		return;
	event_publish(unit, &(struct event_note){ .programme_id = programme_id,
				    .to_client = true,
				    .kind = "state",
				    .client_id = client_id,
				    .conversation_id = conversation_id,
				    .subject = "conversation",
				    .subject_id = conversation_id });
}

static void op_concepts(struct op *op, const struct alert_call *call)
{
	json_t *list = json_array();
	for (size_t i = 0; i < call->concept_count && i < ALERT_CONCEPTS_MAX; i++)
		json_array_append_new(list, json_stringn(call->concepts[i].ptr, call->concepts[i].len));
	op_json(op, "concepts", list);
	json_decref(list);
}

/* What kind of thing it is about whom, in equal bytes for equal things. */
static void op_dedupe(const struct care *care, struct op *op, const struct alert_call *call)
{
	crypto_generichash_state hash;
	uint8_t digest[32];
	struct str concept = call->concept_count ? call->concepts[0] : STR("");
	crypto_generichash_init(&hash, care->dedupe_key, sizeof care->dedupe_key, sizeof digest);
	crypto_generichash_update(&hash, (const uint8_t *)call->client_id, strlen(call->client_id));
	crypto_generichash_update(&hash, (const uint8_t *)concept.ptr, concept.len);
	crypto_generichash_update(&hash, (const uint8_t *)kind_names[call->kind], strlen(kind_names[call->kind]));
	crypto_generichash_final(&hash, digest, sizeof digest);
	op_bytes(op, "dedupe", str_make((const char *)digest, sizeof digest));
}

static int priority_of(const struct alert_call *call)
{
	return call->priority < 1 ? 1 : call->priority > 4 ? 4 : call->priority;
}

/* Who said that they read it, where they can still be called about it. */
static const char *reader_of(const struct care *care, const struct alert_call *call)
{
	const struct care_staff *staff = call->reader && *call->reader ? care_staff(care, call->reader) : NULL;
	return staff && staff->active && (staff->who & WHO_CLINICAL) ? staff->id.text : NULL;
}

static void raise_new(struct care *care, struct unit *unit, const struct alert_call *call, struct uuid *ret_id)
{
	int priority = priority_of(call);
	size_t step = duty_step(care, call->programme, 0);
	wall_time now = care_now(care), deadline = { now.us + duty_step_us(call->programme, step, priority) };
	struct uuid id = { { 0 } };
	struct op *op = unit_insert(unit, "alert", &id);
	op_c(op, "client_id", call->client_id);
	op_c(op, "conversation_id", call->conversation_id);
	op_c(op, "message_id", call->message_id);
	op_c(op, "verdict_id", call->verdict_id);
	op_c(op, "kind", kind_names[call->kind]);
	op_c(op, "about", call->about_other ? "other_person" : "client");
	op_int(op, "priority", priority);
	op_int(op, "level", call->level);
	op_text(op, "reason", call->reason.len ? str_sub(call->reason, 0, REASON_MAX) : STR("-"));
	op_concepts(op, call);
	op_bool(op, "active", true);
	op_time(op, "deadline_at", deadline);
	op_c(op, "deadline_kind", "acknowledge");
	op_bool(op, "missed", false);
	op_int(op, "escalation_step", 0);
	op_int(op, "chain_step", (int64_t)step);
	op_int(op, "events", 1);
	op_time(op, "last_event_at", now);
	op_dedupe(care, op, call);
	job_add(unit, "alert.deadline", deadline, "alert", id.text, call->client_id);
	const struct delivery_call people = { call->programme, id.text, "alert", priority, call->level, 0, deadline, NULL,
		reader_of(care, call) };
	delivery_call_step(care, unit, &people, step);
	if (call->kind == ALERT_RISK && call->level >= 2)
		referral_look_again(care, unit, call->client_id);
	alert_announce(unit, call->programme->id.text, call->client_id, call->conversation_id, id.text);
	*ret_id = id;
}

static void raise_old(struct care *care, struct unit *unit, const struct alert_call *call, struct alert_item *item, enum alert_step step,
	struct uuid *ret_id)
{
	wall_time now = care_now(care);
	const char *reader = reader_of(care, call);
	struct op *op = unit_update(unit, "alert", item->id.text, VERSION_ANY);
	item->events++;
	item->last_event_at = now;
	op_int(op, "events", item->events);
	op_time(op, "last_event_at", now);
	for (size_t i = 0; i < call->concept_count; i++)
		learn_concept(item, concept_hash(call->concepts[i]));
	if (step == ALERT_STEP_RAISE) {
		int priority = priority_of(call);
		wall_time deadline = { now.us + call->programme->settings.acknowledge_us[priority] };
		if (item->deadline_at.us < deadline.us && !item->missed)
			deadline = item->deadline_at;
		item->priority = priority < item->priority ? priority : item->priority;
		item->level = call->level > item->level ? call->level : item->level;
		item->deadline_at = deadline;
		op_int(op, "priority", item->priority);
		op_int(op, "level", item->level);
		op_c(op, "about", call->about_other ? "other_person" : "client");
		op_text(op, "reason", call->reason.len ? str_sub(call->reason, 0, REASON_MAX) : STR("-"));
		op_concepts(op, call);
		op_c(op, "message_id", call->message_id);
		op_c(op, "verdict_id", call->verdict_id);
		op_time(op, "deadline_at", deadline);
		job_add(unit, "alert.deadline", deadline, "alert", item->id.text, call->client_id);
		const struct delivery_call people = { call->programme, item->id.text, "escalation", item->priority, item->level,
			item->escalation_step, deadline, NULL, reader };
		delivery_call_step(care, unit, &people, duty_step(care, call->programme, (size_t)item->chain_step));
		if (call->kind == ALERT_RISK && call->level >= 2)
			referral_look_again(care, unit, call->client_id);
	} else if (reader && item->state == ALERT_OPEN && !was_called(item, reader)) {
		const struct delivery_call people = { call->programme, item->id.text, "alert", item->priority, item->level,
			item->escalation_step, item->deadline_at, NULL, reader };
		delivery_call_person(care, unit, &people, reader);
	}
	alert_announce(unit, call->programme->id.text, call->client_id, call->conversation_id, item->id.text);
	*ret_id = item->id;
}

static bool knows_concept(const struct alert_item *item, const struct alert_call *call)
{
	for (size_t i = 0; i < item->concept_count; i++)
		if (call->concept_count && item->concepts[i] == concept_hash(call->concepts[0]))
			return true;
	return call->concept_count == 0;
}

void alert_raise(struct care *care, struct unit *unit, const struct alert_call *call, struct uuid *ret_id)
{
	struct client_item *client = care_client_item(care, call->client_id);
	struct alert_item *best = NULL;
	enum alert_step best_step = ALERT_STEP_NEW;
	struct uuid ignored;
	for (struct alert_item *item = client ? client->alerts : NULL; item; item = item->next) {
		bool same_place = strcmp(item->conversation_id.text, call->conversation_id ? call->conversation_id : "") == 0;
		bool other_task = call->kind == ALERT_REVIEW && !knows_concept(item, call); /* two things to do are two alerts */
		if (!same_place || item->kind != call->kind || item->closing || other_task)
			continue;
		struct alert_before before = { .state = item->state,
			.priority = item->priority,
			.level = item->level,
			.knows_concept = knows_concept(item, call),
			.within_window = care_now(care).us - item->last_event_at.us <= call->programme->settings.dedupe_us };
		enum alert_step step = alert_plan(&before, priority_of(call), call->level);
		if (step > best_step) {
			best_step = step;
			best = item;
		}
	}
	unit_by_program(unit);
	if (best)
		raise_old(care, unit, call, best, best_step, ret_id ? ret_id : &ignored);
	else
		raise_new(care, unit, call, ret_id ? ret_id : &ignored);
}

/* ---- In words ---- */

struct str alert_reason(struct arena *arena, const struct verdict *verdict)
{
	if (verdict->state == VERDICT_NOT_SCREENED)
		return STR("A message could not be screened: read it.");
	const struct finding *top = verdict->top < verdict->finding_count ? &verdict->findings[verdict->top]
				    : verdict->finding_count              ? &verdict->findings[0]
									  : NULL;
	if (!top)
		return verdict->truncated ? STR("A message longer than can be screened in full: read it.") : STR("Nothing detected.");
	/* The reason holds its context already ("Said about the past."); whose risk it is stands out all the same. */
	static const char *const subjects[] = { "", "About somebody else: ", "About a character: ", "Perhaps about the writer: " };
	struct str why = top->why.len ? top->why : top->concept;
	if (why.len && why.ptr[why.len - 1] == '.')
		why.len--;
	return arena_printf(arena, "%s" STR_FMT, subjects[verdict->experiencer], STR_ARG(why));
}

static enum alert_kind kind_of(const struct verdict *verdict)
{
	if (verdict->state == VERDICT_NOT_SCREENED)
		return ALERT_SYSTEM;
	if (verdict->level >= 2)
		return ALERT_RISK;
	if (verdict_has(verdict, "request.complaint", 0))
		return ALERT_COMPLAINT;
	return verdict_has(verdict, "request.human", 0) ? ALERT_REQUEST : ALERT_RISK;
}

/* Whose danger it is. A threat by the client is danger to somebody else too. */
static bool about_other(const struct verdict *verdict, const struct finding *top)
{
	return verdict->experiencer == EXPERIENCER_OTHER || str_starts(top->concept, STR("third_party.")) ||
	       str_starts(top->concept, STR("harm_to_others.")) || str_eqc(top->concept, "abuse.third_party");
}

void alert_call_of(struct arena *arena, const struct verdict *verdict, const struct policy_decision *decision, struct str *concepts,
	struct alert_call *ret_call)
{
	size_t count = 0;
	/* The one that sets the level first, then the others of level 1 and more, each once. (The whole of it by str_sub: clang-format 14
	 * misreads a line that ends in "concept;".) */
	const struct finding *top = verdict->top < verdict->finding_count ? &verdict->findings[verdict->top] : NULL;
	if (top)
		concepts[count++] = str_sub(top->concept, 0, SIZE_MAX);
	for (size_t i = 0; i < verdict->finding_count && count < ALERT_CONCEPTS_MAX; i++) {
		bool known = verdict->findings[i].level < 1;
		for (size_t k = 0; k < count && !known; k++)
			known = str_eq(concepts[k], verdict->findings[i].concept);
		if (known)
			continue;
		concepts[count++] = verdict->findings[i].concept;
	}
	ret_call->kind = kind_of(verdict);
	ret_call->about_other = top && about_other(verdict, top);
	ret_call->priority = decision->alert;
	ret_call->level = verdict->level;
	ret_call->reason = alert_reason(arena, verdict);
	ret_call->concepts = concepts;
	ret_call->concept_count = count;
}

/* ---- What the client may be told ---- */

enum alert_seen alert_seen(const struct care *care, const char *client_id, struct uuid *ret_staff_id)
{
	const struct client_item *client = care_client_item(care, client_id);
	enum alert_seen seen = ALERT_NONE;
	if (ret_staff_id)
		*ret_staff_id = (struct uuid){ { 0 } };
	for (const struct alert_item *item = client ? client->alerts : NULL; item; item = item->next) {
		if (item->kind != ALERT_RISK || item->level < 3)
			continue;
		if (item->state != ALERT_OPEN) {
			if (ret_staff_id)
				*ret_staff_id = item->acknowledged_by;
			return ALERT_SEEN;
		}
		if (item->missed)
			seen = ALERT_NOBODY_YET;
		else if (seen == ALERT_NONE)
			seen = ALERT_SENT;
	}
	return seen;
}

const char *alert_seen_name(enum alert_seen seen)
{
	static const char *const names[] = { NULL, "sent", "seen", "nobody_yet" };
	return names[seen];
}

int alert_open_count(const struct care *care, const char *client_id)
{
	const struct client_item *client = care_client_item(care, client_id);
	int count = 0;
	for (const struct alert_item *item = client ? client->alerts : NULL; item; item = item->next)
		count++;
	return count;
}

/* ---- Deadlines ---- */

/* Nobody of the whole chain has answered: the client is told so, once, with people who can be reached now. */
static void tell_exhausted(struct care *care, const struct care_programme *programme, struct unit *unit, const struct row *row)
{
	const struct care_client *client = care_client(care, row_text(row, "client_id").ptr);
	bool waits_for_us = str_eqc(row_text(row, "kind"), "risk") || str_eqc(row_text(row, "kind"), "request");
	struct str conversation = row_text(row, "conversation_id");
	if (!waits_for_us || !conversation.len || !client)
		return;
	const struct say_program say = { .programme_id = programme->id.text,
		.client_id = client->id.text,
		.conversation_id = conversation.ptr,
		.key = STR("alert.chain_exhausted") };
	program_say(care, unit, &say);
}

static bool in_step(const struct care *care, const struct care_programme *programme, size_t step, const char *staff_id)
{
	struct uuid ids[DELIVERY_PEOPLE_MAX];
	size_t count = duty_targets(care, programme, step, ids, DELIVERY_PEOPLE_MAX);
	for (size_t i = 0; i < count && i < DELIVERY_PEOPLE_MAX; i++)
		if (strcmp(ids[i].text, staff_id) == 0)
			return true;
	return false;
}

static void missed(struct care *care, const struct care_programme *programme, struct unit *unit, const struct row *row)
{
	int priority = (int)row_int(row, "priority"), escalation = (int)row_int(row, "escalation_step");
	bool contact = str_eqc(row_text(row, "deadline_kind"), "contact");
	struct alert_item *item = map_get(&care->alerts, row->id.ptr);
	size_t count = programme->settings.chain.count, step = duty_step(care, programme, (size_t)row_int(row, "chain_step") + 1);
	bool exhausted = step == count;
	if (exhausted)
		step = duty_step(care, programme, 0); /* it never ends by itself */
	int64_t interval = contact ? programme->settings.contact_us[priority] : duty_step_us(programme, step, priority);
	wall_time now = care_now(care), next = { now.us + (interval > 0 ? interval : HOUR_US) };
	struct op *op = unit_update(unit, "alert", row->id.ptr, row->version);
	op_bool(op, "missed", true);
	op_int(op, "escalation_step", escalation < 100 ? escalation + 1 : escalation);
	op_int(op, "chain_step", (int64_t)step);
	op_time(op, "deadline_at", next);
	bool unseen = str_eqc(row->state, "open"), first = row_time(row, "exhausted_at").us == 0;
	if (exhausted && unseen && first) {
		op_time(op, "exhausted_at", now);
		tell_exhausted(care, programme, unit, row);
	}
	job_add(unit, "alert.deadline", next, "alert", row->id.ptr, row_text(row, "client_id").ptr);
	const struct delivery_call people = { programme, row->id.ptr, "escalation", priority, (int)row_int(row, "level"), escalation + 1,
		next, NULL, NULL };
	delivery_call_step(care, unit, &people, step);
	if (contact && item && !in_step(care, programme, step, alert_owner(item)))
		delivery_call_person(care, unit, &people, alert_owner(item));
	alert_announce(unit, programme->id.text, row_text(row, "client_id").ptr, row_text(row, "conversation_id").ptr, row->id.ptr);
	alert_tell_client(unit, programme->id.text, row_text(row, "client_id").ptr, row_text(row, "conversation_id").ptr);
	if (item) {
		item->missed = true;
		item->escalation_step = escalation + 1;
		item->chain_step = (int)step;
		item->deadline_at = next;
		item->exhausted |= exhausted;
	}
	log_write(care->parts.log, LOG_WARN, "alert.deadline_missed", LOG_ID("alert", row->id), LOG_NUMBER("priority", priority),
		LOG_NUMBER("step", escalation + 1), LOG_NUMBER("exhausted", exhausted));
}

wall_time alert_reopen(struct care *care, struct unit *unit, const struct alert_item *item)
{
	const struct care_programme *programme = care_programme(care, item->programme_id.text);
	size_t step = duty_step(care, programme, 0);
	wall_time deadline = { care_now(care).us + duty_step_us(programme, step, item->priority) };
	struct op *op = unit_move(unit, "alert", item->id.text, VERSION_ANY, state_names[item->state], "open");
	static const char *const gone[] = { "owner_id", "acknowledged_by", "acknowledged_at", "handover_to", "handover_by", "handover_at" };
	for (size_t i = 0; i < COUNT_OF(gone); i++)
		op_null(op, gone[i]);
	op_c(op, "deadline_kind", "acknowledge");
	op_time(op, "deadline_at", deadline);
	op_bool(op, "missed", true);
	op_int(op, "escalation_step", item->escalation_step < 100 ? item->escalation_step + 1 : item->escalation_step);
	op_int(op, "chain_step", (int64_t)step);
	job_add(unit, "alert.deadline", deadline, "alert", item->id.text, item->client->pub.id.text);
	const struct delivery_call people = { programme, item->id.text, "escalation", item->priority, item->level,
		item->escalation_step + 1, deadline, NULL, NULL };
	size_t further = duty_step(care, programme, step + 1);
	delivery_call_step(care, unit, &people, step);
	if (further < programme->settings.chain.count)
		delivery_call_step(care, unit, &people, further);
	alert_announce(unit, item->programme_id.text, item->client->pub.id.text,
		item->conversation_id.text[0] ? item->conversation_id.text : NULL, item->id.text);
	alert_tell_client(unit, item->programme_id.text, item->client->pub.id.text, item->conversation_id.text);
	return deadline;
}

void alert_reopened(struct alert_item *item, wall_time deadline)
{
	item->state = ALERT_OPEN;
	item->owner_id = item->acknowledged_by = item->handover_to = (struct uuid){ { 0 } };
	item->acknowledged_at = (wall_time){ 0 };
	item->deadline_at = deadline;
	item->running = true;
	item->missed = true;
	item->escalation_step++;
	item->chain_step = 0;
}

static void deadline_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	if (err && err->code != E_NOT_FOUND) {
		job_again(run, err);
		return;
	}
	const struct care_programme *programme = care_programme(care, job_item(run)->programme_id.text);
	bool running = row && programme && row_bool(row, "active") && !str_eqc(row_text(row, "deadline_kind"), "none");
	wall_time now = care_now(care);
	if (!running || row_time(row, "deadline_at").us > now.us) {
		row_set_free(&take_set);
		job_finish(run, NULL); /* met, or moved: then another job stands for it */
		return;
	}
	struct scope scope = care_scope_system(programme->id.text, "alert.deadline_missed");
	struct unit *unit = unit_new(care->parts.store, &scope);
	if (unit)
		missed(care, programme, unit, row);
	row_set_free(&take_set);
	job_finish(run, unit);
}

void alert_deadline_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "alert.deadline");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "alert", job_item(run)->subject_id.text, deadline_read, run, &err))
		job_again(run, &err);
}
