/* notice.c: see notice.h. A notice by the clock is a job of the conversation: it looks again when it is due, gives the notice when
 * somebody is there, and asks to be woken for the next. Whoever comes back later gets theirs with the next message (turn_decide.c). */
#include "care/notice.h"

#include "care/care_priv.h"
#include "care/presence.h"
#include "sys/mem.h"

#define QUIET_US (JURISDICTION_PAUSE_MINUTES * MINUTE_US)

/* The day of the programme's clock as 20261128; the places' own midnights differ by hours, which no rule here turns on. */
static int date_of(wall_time now)
{
	char text[CLOCK_TEXT_SIZE];
	int date = 0;
	clock_format(now, text);
	for (int i = 0; i < 10; i++)
		if (text[i] >= '0' && text[i] <= '9')
			date = date * 10 + (text[i] - '0');
	return date;
}

void care_rules(const struct care *care, struct arena *arena, const struct care_programme *programme, const struct care_client *client,
	int age, struct jurisdiction_rules *ret_rules)
{
	struct jurisdiction_situation situation = { .mode = programme->mode,
		.age = age,
		.date = date_of(care_now(care)),
		.lifted = programme->lifted,
		.lifted_count = programme->lifted_count };
	situation.places[0] = programme->jurisdiction.len ? programme->jurisdiction : programme->country;
	if (client) {
		situation.places[1] = client->place.len ? client->place : client->country;
		situation.places[2] = client->here;
	}
	jurisdiction_find(care->parts.jurisdictions, arena, &situation, ret_rules);
}

bool care_may_consent(const struct jurisdiction_rules *rules, const struct care_client *client, int age)
{
	int from = rules->self_consent_from > rules->parental_under ? rules->self_consent_from : rules->parental_under;
	return age <= 0 || age >= from || (client && client->guardian_consent);
}

struct str notice_text(
	const struct care *care, struct arena *arena, const struct care_programme *programme, struct str lang, enum notice notice)
{
	const struct message_var vars[] = { { "programme", programme->name } };
	return messages_render(care->parts.messages, arena, lang, str_c(notice_key(notice)), 0, vars, COUNT_OF(vars));
}

void notice_add(struct care *care, struct unit *unit, const struct care_programme *programme, const char *client_id,
	const char *conversation_id, const char *message_id, struct str lang, struct str text, enum notice notice)
{
	wall_time now = care_now(care);
	unit_by_program(unit);
	struct op *op = unit_insert_as(unit, "message", message_id);
	op_c(op, "client_id", client_id);
	op_c(op, "conversation_id", conversation_id);
	op_c(op, "role", "script");
	op_c(op, "state", "answered");
	op_text(op, "text", text);
	op_c(op, "safe_text", notice_key(notice));
	op_text(op, "language", lang);
	op_c(op, "model", "heedwell");
	op_int(op, "released_bytes", (int64_t)text.len);
	op_time(op, "finished_at", now);
	struct event_note note = { programme->id.text, true, "message", client_id, conversation_id, "message", message_id };
	event_publish(unit, &note);
	note.to_client = false;
	event_publish(unit, &note);
}

void notice_open(struct care *care, struct unit *unit, struct op *conversation, const struct care_programme *programme,
	const char *client_id, const char *conversation_id)
{
	const struct care_client *client = care_client(care, client_id);
	struct jurisdiction_rules rules;
	struct uuid id;
	struct arena arena;
	wall_time now = care_now(care);
	arena_init(&arena, mem_system(), 256u * 1024);
	care_rules(care, &arena, programme, client, client ? client->age : 0, &rules);
	if (rules.at_start) {
		struct notice_moment moment = { .now = now.us, .notice_at = now.us };
		int64_t next = notice_next(&rules, &moment);
		struct str lang = client ? client->language : programme->language;
		op_time(conversation, "notice_at", now);
		if (next)
			op_time(conversation, "notice_due_at", (wall_time){ next });
		store_new_id(care->parts.store, &id);
		notice_add(care, unit, programme, client_id, conversation_id, id.text, lang,
			notice_text(care, &arena, programme, lang, NOTICE_START), NOTICE_START);
		if (next)
			job_add(unit, NOTICE_JOB, (wall_time){ next }, "conversation", conversation_id, client_id);
	}
	arena_done(&arena);
}

/* ---- The job ---- */

static void give(struct job_run *run, const struct row *row, const struct care_programme *programme, const struct care_client *client,
	struct arena *arena)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(programme->id.text, "conversation.notice");
	wall_time now = care_now(care);
	struct jurisdiction_rules rules;
	care_rules(care, arena, programme, client, client->age, &rules);
	struct notice_moment moment = { .now = now.us,
		.notice_at = row_time(row, "notice_at").us,
		.break_at = row_time(row, "break_at").us,
		.message_at = row_time(row, "client_at").us,
		.sitting_at = row_time(row, "sitting_at").us };
	bool quiet = !moment.message_at || now.us - moment.message_at > QUIET_US ||
		     presence_silences(care, row->id.ptr); /* that a program answers would not be true */
	enum notice due = quiet ? NOTICE_NONE : notice_due(&rules, &moment);
	struct unit *unit = quiet ? NULL : unit_new(care->parts.store, &scope);
	if (!unit) {
		job_finish(run, NULL); /* the next message looks again */
		return;
	}
	struct op *op = unit_update(unit, "conversation", row->id.ptr, row->version);
	if (due) {
		/* In a held conversation nobody is told to go and have a break. */
		enum notice said = due == NOTICE_BREAK && str_eqc(row->state, "held") ? NOTICE_REPEAT : due;
		struct str lang = client->language;
		struct uuid id;
		op_time(op, "notice_at", now);
		if (due == NOTICE_BREAK)
			op_time(op, "break_at", now);
		store_new_id(care->parts.store, &id);
		notice_add(care, unit, programme, client->id.text, row->id.ptr, id.text, lang,
			notice_text(care, arena, programme, lang, said), said);
		moment.notice_at = now.us;
		moment.break_at = due == NOTICE_BREAK ? now.us : moment.break_at;
	}
	int64_t next = notice_next(&rules, &moment);
	op_time(op, "notice_due_at", (wall_time){ next ? next : now.us });
	if (next)
		job_add(unit, NOTICE_JOB, (wall_time){ next }, "conversation", row->id.ptr, client->id.text);
	if (care->forget)
		care->forget(care->forget_ctx, row->id.ptr);
	job_finish(run, unit);
}

static void conversation_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	const struct care_programme *programme = care_programme(job_care(run), job_item(run)->programme_id.text);
	const struct care_client *client = care_client(job_care(run), job_item(run)->client_id.text);
	struct arena arena;
	if (err && err->code != E_NOT_FOUND) {
		job_again(run, err);
	} else if (!row || !programme || !client || str_eqc(row->state, "closed") || str_eqc(client->state, "erased")) {
		job_finish(run, NULL);
	} else {
		arena_init(&arena, mem_system(), 256u * 1024);
		give(run, row, programme, client, &arena);
		arena_done(&arena);
	}
	row_set_free(&take_set);
}

void notice_job_due(struct job_run *run)
{
	const struct job_item *item = job_item(run);
	struct scope scope = care_scope_system(item->programme_id.text, "conversation.notice");
	struct err err = { 0 };
	if (store_get(job_care(run)->parts.store, &scope, "conversation", item->subject_id.text, conversation_read, run, &err))
		job_again(run, &err);
}

/* ---- A request about one's data that nobody answers ---- */

void request_deadline(struct unit *unit, wall_time due, const char *request_id, const char *client_id)
{
	job_add(unit, "data_request.deadline", due, "data_request", request_id, client_id);
}

void request_due(struct job_run *run)
{
	const struct job_item *item = job_item(run);
	struct scope scope = care_scope_system(item->programme_id.text, "data_request.late");
	struct unit *unit = unit_new(job_care(run)->parts.store, &scope);
	if (unit) {
		unit_by_program(unit);
		/* A conflict or a missing row would bring the job back for ever: the mark is laid on whatever state it is in, and lists
		 * show it for open ones only. */
		op_bool(unit_update(unit, "data_request", item->subject_id.text, VERSION_ANY), "late", true);
		struct event_note note = { item->programme_id.text, false, "overview", item->client_id.text, NULL, "data_request",
			item->subject_id.text };
		event_publish(unit, &note);
	}
	job_finish(run, unit);
}
