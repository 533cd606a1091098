/* delivery.c: see delivery.h. */
#include "care/delivery.h"

#include "care/care_priv.h"
#include "care/courier.h"
#include "care/duty.h"
#include "care/presence.h"
#include "sys/mem.h"
#include "sys/zone.h"

#include <stdio.h>

#define LAYER "care/delivery"
#define SIBLINGS_MAX LIST_MAX

static const struct courier_options *options_of(const struct care *care)
{
	return care->parts.courier ? courier_options(care->parts.courier) : NULL;
}

/* ---- Adding ---- */

static struct op *add_row(
	struct unit *unit, const struct delivery_call *call, const char *staff_id, const char *channel, struct uuid *ret_id)
{
	struct op *op = unit_insert(unit, "delivery", ret_id);
	op_c(op, "alert_id", call->alert_id);
	op_c(op, "presence_id", call->presence_id);
	op_c(op, "staff_id", staff_id);
	op_c(op, "channel", channel);
	op_c(op, "purpose", call->purpose);
	op_int(op, "priority", call->priority);
	op_int(op, "level", call->level);
	op_int(op, "step", call->step);
	if (call->due_at.us)
		op_time(op, "due_at", call->due_at);
	op_int(op, "attempts", 0);
	return op;
}

static void add_console(struct care *care, struct unit *unit, const struct delivery_call *call, const char *staff_id, const char *batch)
{
	struct op *op = add_row(unit, call, staff_id, "console", NULL);
	op_c(op, "state", "sent");
	op_time(op, "sent_at", care_now(care));
	op_c(op, "receipt", "shown to every open page");
	op_c(op, "batch", batch);
}

/* device: of a push; else NULL. */
static void add_outside(struct care *care, struct unit *unit, const struct delivery_call *call, const struct staff_item *staff,
	const char *channel, const char *device, const char *batch)
{
	bool no_call = strcmp(call->purpose, "test") == 0 || strcmp(call->purpose, "answered") == 0;
	wall_time due = no_call ? care_now(care) : delivery_due(&staff->quiet, call->priority, care_now(care));
	struct uuid id;
	struct op *op = add_row(unit, call, staff->pub.id.text, channel, &id);
	op_time(op, "next_at", due);
	op_c(op, "batch", batch);
	op_c(op, "device_id", device);
	job_add(unit, "delivery.send", due, "delivery", id.text, NULL);
}

static void add_all(struct care *care, struct unit *unit, const struct delivery_call *call, const char *staff_id, const char *batch)
{
	const struct courier_options *options = options_of(care);
	const struct staff_item *staff = map_get(&care->staff, staff_id);
	bool waits_for_it = call->reader && strcmp(call->reader, staff_id) == 0;
	bool push = batch || waits_for_it || call->priority <= DELIVERY_PUSH_PRIORITY;
	unit_by_program(unit);
	if (!staff)
		return;
	add_console(care, unit, call, staff_id, batch);
	if (push && options && options->mail.url.len && staff->email[0])
		add_outside(care, unit, call, staff, "email", NULL, batch);
	if (push && options && options->webhook.url.len)
		add_outside(care, unit, call, staff, "webhook", NULL, batch);
	for (size_t i = 0; push && push_public_key(care, staff->pub.programme_id.text) && i < staff->device_count; i++)
		add_outside(care, unit, call, staff, "push", staff->devices[i].id.text, batch);
}

void delivery_add_test(struct care *care, struct unit *unit, const char *staff_id, const char *batch)
{
	const struct delivery_call call = { .purpose = "test", .priority = 1 };
	add_all(care, unit, &call, staff_id, batch);
}

void delivery_call_person(struct care *care, struct unit *unit, const struct delivery_call *call, const char *staff_id)
{
	add_all(care, unit, call, staff_id, NULL);
}

void delivery_call_step(struct care *care, struct unit *unit, const struct delivery_call *call, size_t chain_step)
{
	struct uuid ids[DELIVERY_PEOPLE_MAX];
	size_t count = duty_targets(care, call->programme, chain_step, ids, DELIVERY_PEOPLE_MAX);
	if (count > DELIVERY_PEOPLE_MAX)
		log_write(care->parts.log, LOG_WARN, "delivery.many", LOG_NUMBER("people", (int64_t)count));
	if (call->reader)
		add_all(care, unit, call, call->reader, NULL);
	for (size_t i = 0; i < count && i < DELIVERY_PEOPLE_MAX; i++)
		if (!call->reader || strcmp(call->reader, ids[i].text) != 0)
			add_all(care, unit, call, ids[i].text, NULL);
}

void delivery_settle(struct care *care, struct unit *unit, const char *alert_id)
{
	job_add(unit, "delivery.settle", care_now(care), "alert", alert_id, NULL);
}

void delivery_settle_chat(struct care *care, struct unit *unit, const char *presence_id, bool answered)
{
	job_add(unit, answered ? DELIVERY_CHAT_ANSWERED : DELIVERY_CHAT_DROPPED, care_now(care), "presence", presence_id, NULL);
}

/* ---- What is sent ---- */

enum delivery_about delivery_about(const struct row *delivery)
{
	return row_text(delivery, "alert_id").len ? DELIVERY_ALERT : row_text(delivery, "presence_id").len ? DELIVERY_CHAT : DELIVERY_TEST;
}

/* Of a chat: the page on which every question of that kind stands; the conversation's id stays in the house. */
static void add_link(struct buf *out, const struct courier_options *options, const struct row *row)
{
	struct str alert = row_text(row, "alert_id"), base = options->console_url;
	while (base.len && base.ptr[base.len - 1] == '/')
		base.len--;
	buf_add(out, base);
	buf_printf(out, "/console#/%s%s" STR_FMT, delivery_about(row) == DELIVERY_TEST ? "channels" : "today", alert.len ? "/" : "",
		STR_ARG(alert));
}

int64_t delivery_minutes_left(const struct row *row, wall_time now)
{
	int64_t left = row_time(row, "due_at").us - now.us;
	return left > 0 ? (left + MINUTE_US - 1) / MINUTE_US : 0;
}

static void make_mail(
	struct care *care, const struct row *row, const struct staff_item *staff, struct arena *arena, struct courier_note *note)
{
	char level[8], minutes[24];
	struct buf link;
	buf_init(&link, arena->mem, 2048);
	add_link(&link, options_of(care), row);
	snprintf(level, sizeof level, "%d", (int)row_int(row, "level"));
	snprintf(minutes, sizeof minutes, "%lld", (long long)delivery_minutes_left(row, note->now));
	const struct message_var vars[] = { { "level", str_c(level) }, { "minutes", str_c(minutes) }, { "url", buf_str(&link) } };
	struct str lang = staff->language[0] ? str_c(staff->language) : STR("en");
	static const struct str subjects[] = { [DELIVERY_TEST] = STR_INIT("staff.channel.test_subject"),
		[DELIVERY_ALERT] = STR_INIT("staff.alert.mail_subject"),
		[DELIVERY_CHAT] = STR_INIT("staff.chat.mail_subject") };
	static const struct str bodies[] = { [DELIVERY_TEST] = STR_INIT("staff.channel.test_body"),
		[DELIVERY_ALERT] = STR_INIT("staff.alert.mail_body"),
		[DELIVERY_CHAT] = STR_INIT("staff.chat.mail_body") };
	enum delivery_about about = delivery_about(row);
	note->subject = messages_render(care->parts.messages, arena, lang, subjects[about], 0, NULL, 0);
	note->body = messages_render(care->parts.messages, arena, lang, bodies[about], 0, vars, COUNT_OF(vars));
	note->to = str_c(staff->email);
	buf_done(&link);
}

static void make_webhook(
	struct care *care, const struct row *row, const struct staff_item *staff, struct arena *arena, struct courier_note *note)
{
	struct buf out, link;
	char due[CLOCK_TEXT_SIZE], now[CLOCK_TEXT_SIZE];
	buf_init(&out, arena->mem, 8192);
	buf_init(&link, arena->mem, 2048);
	add_link(&link, options_of(care), row);
	clock_format(note->now, now);
	static const char *const types[] = {
		[DELIVERY_TEST] = "channel.test", [DELIVERY_ALERT] = "alert.call", [DELIVERY_CHAT] = "chat.call"
	};
	enum delivery_about about = delivery_about(row);
	buf_printf(&out, "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":{\"delivery_id\":\"" STR_FMT "\",\"staff_id\":\"%s\",\"phone\":",
		types[about], now, STR_ARG(row->id), staff->pub.id.text);
	if (staff->phone[0])
		buf_add_json(&out, str_c(staff->phone));
	else
		buf_add_c(&out, "null");
	buf_printf(&out, ",\"language\":");
	buf_add_json(&out, staff->language[0] ? str_c(staff->language) : STR("en"));
	if (about == DELIVERY_ALERT)
		buf_printf(&out, ",\"alert_id\":\"" STR_FMT "\"", STR_ARG(row_text(row, "alert_id")));
	if (about != DELIVERY_TEST) {
		clock_format(row_time(row, "due_at"), due);
		buf_printf(&out, ",\"purpose\":\"" STR_FMT "\",\"priority\":%lld,\"level\":%lld,\"step\":%lld,\"due_at\":\"%s\"",
			STR_ARG(row_text(row, "purpose")), (long long)row_int(row, "priority"), (long long)row_int(row, "level"),
			(long long)row_int(row, "step"), due);
	}
	buf_add_c(&out, ",\"url\":");
	buf_add_json(&out, buf_str(&link));
	buf_add_c(&out, "}}");
	note->body = arena_copy(arena, buf_str(&out));
	buf_done(&out);
	buf_done(&link);
}

/* ---- Sending one ---- */

struct trying {
	struct job_run *run;
	struct care *care;
	struct row_set *delivery, *device; /* device: of a push */
	struct courier_result result;      /* of what could not even be tried */
};

static void end_trying(struct trying *trying, struct unit *unit)
{
	struct job_run *run = trying->run;
	row_set_free(&trying->delivery);
	row_set_free(&trying->device);
	mem_delete(trying);
	job_finish(run, unit);
}

static struct unit *unit_of(struct trying *trying, const char *reason)
{
	struct scope scope = care_scope_system(job_item(trying->run)->programme_id.text, reason);
	return unit_new(trying->care->parts.store, &scope);
}

static bool is_answer(const struct row *row)
{
	return str_eqc(row_text(row, "purpose"), "answered");
}

static void tell_failed(struct trying *trying, struct unit *unit, const struct row *row, const struct courier_result *result, bool last)
{
	struct care *care = trying->care;
	int64_t attempts = row_int(row, "attempts") + 1, wait = delivery_again_us((int)attempts);
	wall_time next = { care_now(care).us + (result->retry_us > wait ? result->retry_us : wait) };
	struct op *op = last ? unit_move(unit, "delivery", row->id.ptr, row->version, "queued", "failed")
			     : unit_update(unit, "delivery", row->id.ptr, row->version);
	op_int(op, "attempts", attempts);
	op_c(op, "failure", result->receipt);
	log_write(care->parts.log, last ? LOG_ERROR : LOG_WARN, "delivery.try_failed", LOG_ID("delivery", row->id),
		LOG_ID("channel", row_text(row, "channel")), LOG_NUMBER("attempts", attempts), LOG_NUMBER("last", last));
	if (!last) {
		op_time(op, "next_at", next);
		job_add(unit, "delivery.send", next, "delivery", row->id.ptr, NULL);
	} else if (row_text(row, "alert_id").len && !is_answer(row)) {
		job_add(unit, "delivery.failed", care_now(care), "alert", row_text(row, "alert_id").ptr, NULL);
	}
}

static void tried(void *ctx, const struct courier_result *result)
{
	struct trying *trying = ctx;
	const struct row *row = &trying->delivery->rows[0];
	struct unit *unit = unit_of(trying, "delivery.send");
	if (unit && result->ok) {
		struct op *op = unit_move(unit, "delivery", row->id.ptr, row->version, "queued", "sent");
		op_int(op, "attempts", row_int(row, "attempts") + 1);
		op_time(op, "sent_at", care_now(trying->care));
		op_c(op, "receipt", result->receipt);
		op_null(op, "failure");
	} else if (unit) {
		bool last = result->permanent || delivery_again_us((int)row_int(row, "attempts") + 1) == 0;
		tell_failed(trying, unit, row, result, last);
		if (result->gone && trying->device)
			push_device_refused(trying->care, unit, &trying->device->rows[0]);
	}
	end_trying(trying, unit);
}

static void cancel(struct trying *trying)
{
	const struct row *row = &trying->delivery->rows[0];
	struct unit *unit = unit_of(trying, "delivery.cancelled");
	if (unit)
		unit_move(unit, "delivery", row->id.ptr, row->version, "queued", "cancelled");
	end_trying(trying, unit);
}

static void not_tried(struct trying *trying, const struct err *err, bool permanent)
{
	trying->result = (struct courier_result){ .permanent = permanent };
	snprintf(trying->result.receipt, sizeof trying->result.receipt, "%.190s", err->code == E_LIMIT ? "too many wait" : err->message);
	struct courier_result result = trying->result;
	tried(trying, &result);
}

static int make_note(
	struct trying *trying, const struct staff_item *staff, struct arena *arena, struct courier_note *note, struct err *reterr)
{
	struct care *care = trying->care;
	const struct row *row = &trying->delivery->rows[0];
	struct str channel = row_text(row, "channel");
	if (trying->device) {
		note->channel = COURIER_PUSH;
		return delivery_make_push(care, row, staff, &trying->device->rows[0], arena, note, reterr);
	}
	note->channel = str_eqc(channel, "email") ? COURIER_MAIL : COURIER_WEBHOOK;
	if (note->channel == COURIER_MAIL)
		make_mail(care, row, staff, arena, note);
	else
		make_webhook(care, row, staff, arena, note);
	return 0;
}

static void send_one(struct trying *trying)
{
	struct care *care = trying->care;
	const struct row *row = &trying->delivery->rows[0];
	const struct staff_item *staff = map_get(&care->staff, row_text(row, "staff_id").ptr);
	struct courier_note note = { .id = row->id, .now = care_now(care) };
	struct err err = { 0 };
	struct arena arena;
	if (!staff || !staff->pub.active || !care->parts.courier) {
		err_set(&err, E_NOT_FOUND, LAYER, "the person has left, or the channel is gone");
		not_tried(trying, &err, true);
		return;
	}
	arena_init(&arena, mem_system(), 128u * 1024);
	int rc = make_note(trying, staff, &arena, &note, &err);
	rc = rc ? rc : courier_send(care->parts.courier, &note, tried, trying, &err);
	arena_done(&arena);
	if (rc)
		not_tried(trying, &err, rc == E_INVALID);
}

static void device_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct trying *trying = ctx;
	struct err own = { 0 };
	trying->device = take_set;
	if (err) {
		not_tried(trying, err, err->code == E_NOT_FOUND);
	} else if (!str_eqc(take_set->rows[0].state, "active")) {
		err_set(&own, E_NOT_FOUND, LAYER, "the device was taken off");
		not_tried(trying, &own, true);
	} else {
		send_one(trying);
	}
}

/* The keys of a device are read when they are used: memory does not hold them. */
static void send_out(struct trying *trying)
{
	struct scope scope = care_scope_system(job_item(trying->run)->programme_id.text, "delivery.send");
	struct str device = row_text(&trying->delivery->rows[0], "device_id");
	struct err err = { 0 };
	if (!str_eqc(row_text(&trying->delivery->rows[0], "channel"), "push"))
		send_one(trying);
	else if (store_get(trying->care->parts.store, &scope, "push_device", device.len ? device.ptr : "", device_read, trying, &err))
		not_tried(trying, &err, false);
}

/* Somebody answered after it was queued, or there is nothing to answer any more. */
static bool is_idle(const struct row *delivery, const struct row *alert)
{
	if (is_answer(delivery))
		return str_eqc(alert->state, "open");
	if (!row_bool(alert, "active") || str_eqc(row_text(alert, "deadline_kind"), "none"))
		return true;
	if (str_eqc(row_text(delivery, "purpose"), "handover"))
		return row_is_null(alert, "handover_to");
	return !str_eqc(alert->state, "open") && delivery->created_at.us < row_time(alert, "acknowledged_at").us;
}

static void alert_looked(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct trying *trying = ctx;
	bool idle = err || is_idle(&trying->delivery->rows[0], &take_set->rows[0]);
	row_set_free(&take_set);
	if (idle)
		cancel(trying);
	else
		send_out(trying);
}

static void delivery_looked(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct trying *trying = ctx;
	struct err own = { 0 };
	trying->delivery = take_set;
	if (err || !str_eqc(take_set->rows[0].state, "queued")) {
		end_trying(trying, NULL);
		return;
	}
	const struct row *row = &take_set->rows[0];
	struct str alert = row_text(row, "alert_id");
	struct scope scope = care_scope_system(job_item(trying->run)->programme_id.text, "delivery.send");
	bool asks = presence_asks(trying->care, row_text(row, "presence_id").ptr, row_text(row, "staff_id").ptr);
	if (delivery_about(row) == DELIVERY_CHAT && asks == is_answer(row))
		cancel(trying); /* not asked any more; or told that it is over, and asked once more meanwhile */
	else if (!alert.len)
		send_out(trying);
	else if (store_get(trying->care->parts.store, &scope, "alert", alert.ptr, alert_looked, trying, &own))
		not_tried(trying, &own, false);
}

void delivery_send_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "delivery.send");
	struct trying *trying = mem_new(sizeof *trying);
	struct err err = { 0 };
	if (!trying) {
		err_set(&err, E_MEMORY, LAYER, "out of memory");
		job_again(run, &err);
		return;
	}
	*trying = (struct trying){ .run = run, .care = care };
	if (store_get(care->parts.store, &scope, "delivery", job_item(run)->subject_id.text, delivery_looked, trying, &err)) {
		mem_delete(trying);
		job_again(run, &err);
	}
}

/* ---- When every way failed ---- */

struct judging {
	struct job_run *run;
	struct row_set *alert;
};

/* Of the newest step, outside the house: how many there are, and how many of them failed. */
static void count_failed(const struct row_set *set, int *ret_all, int *ret_failed)
{
	int64_t newest = -1;
	*ret_all = *ret_failed = 0;
	for (size_t i = 0; i < set->count; i++) {
		const struct row *row = &set->rows[i];
		if (str_eqc(row_text(row, "channel"), "console") || is_answer(row) || row_int(row, "step") < newest)
			continue;
		if (row_int(row, "step") > newest)
			*ret_all = *ret_failed = 0;
		newest = row_int(row, "step");
		++*ret_all;
		*ret_failed += str_eqc(row->state, "failed");
	}
}

static void siblings_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct judging *judging = ctx;
	struct job_run *run = judging->run;
	struct care *care = job_care(run);
	const struct row *alert = &judging->alert->rows[0];
	const struct care_programme *programme = care_programme(care, job_item(run)->programme_id.text);
	int all = 0, failed = 0;
	struct unit *unit = NULL;
	if (err) {
		row_set_free(&judging->alert);
		mem_delete(judging);
		job_again(run, err);
		return;
	}
	count_failed(take_set, &all, &failed);
	bool unseen = row_bool(alert, "active") && str_eqc(alert->state, "open");
	/* Once round the chain at most: what fails at once must not turn in a circle. */
	bool early = programme && row_int(alert, "escalation_step") < (int64_t)programme->settings.chain.count;
	if (unseen && all && failed == all) {
		struct scope scope = care_scope_system(job_item(run)->programme_id.text, "delivery.all_failed");
		wall_time now = care_now(care);
		unit = unit_new(care->parts.store, &scope);
		struct op *op = unit ? unit_update(unit, "alert", alert->id.ptr, alert->version) : NULL;
		if (op)
			op_bool(op, "undelivered", true);
		if (op && early && row_time(alert, "deadline_at").us > now.us) {
			op_time(op, "deadline_at", now);
			job_add(unit, "alert.deadline", now, "alert", alert->id.ptr, row_text(alert, "client_id").ptr);
		}
		if (op)
			event_publish(unit, &(struct event_note){ .programme_id = programme->id.text,
						    .kind = "alert",
						    .client_id = row_text(alert, "client_id").ptr,
						    .subject = "alert",
						    .subject_id = alert->id.ptr });
		log_write(care->parts.log, LOG_ERROR, "delivery.all_failed", LOG_ID("alert", alert->id), LOG_NUMBER("ways", all));
	}
	row_set_free(&take_set);
	row_set_free(&judging->alert);
	mem_delete(judging);
	job_finish(run, unit);
}

/* What was sent about the alert, or about the chat, newest first. */
static int list_siblings(struct care *care, const struct job_item *job, const char *index, read_done done, void *ctx, struct err *reterr)
{
	struct scope scope = care_scope_system(job->programme_id.text, "delivery.look");
	struct list_query query = { .resource = "delivery",
		.index = index,
		.equal = { value_c(job->subject_id.text) },
		.descending = true,
		.limit = SIBLINGS_MAX };
	return store_list(care->parts.store, &scope, &query, done, ctx, reterr);
}

static void failed_alert_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct judging *judging = err ? NULL : mem_new(sizeof *judging);
	struct err own = { 0 };
	if (!judging) {
		row_set_free(&take_set);
		job_finish(run, NULL);
		return;
	}
	*judging = (struct judging){ run, take_set };
	if (list_siblings(job_care(run), job_item(run), "alert", siblings_read, judging, &own)) {
		row_set_free(&judging->alert);
		mem_delete(judging);
		job_again(run, &own);
	}
}

void delivery_failed_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "delivery.look");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "alert", job_item(run)->subject_id.text, failed_alert_read, run, &err))
		job_again(run, &err);
}

/* ---- Somebody answered ---- */

/* The newest push to that device, which stands before the others: a call that it shows. */
static bool shows_call(const struct row_set *set, size_t at)
{
	const struct row *row = &set->rows[at];
	struct str device = row_text(row, "device_id");
	if (!str_eqc(row_text(row, "channel"), "push") || is_answer(row) ||
		(!str_eqc(row->state, "sent") && !str_eqc(row->state, "delivered")))
		return false;
	for (size_t i = 0; i < at; i++)
		if (str_eq(row_text(&set->rows[i], "device_id"), device))
			return false;
	return true;
}

static void tell_answered(struct care *care, struct unit *unit, const struct row *row)
{
	const struct staff_item *staff = map_get(&care->staff, row_text(row, "staff_id").ptr);
	struct str alert = row_text(row, "alert_id"), presence = row_text(row, "presence_id");
	const struct delivery_call call = { .alert_id = alert.len ? alert.ptr : NULL,
		.presence_id = presence.len ? presence.ptr : NULL,
		.purpose = "answered",
		.priority = (int)row_int(row, "priority"),
		.level = (int)row_int(row, "level"),
		.step = (int)row_int(row, "step") };
	if (!staff || !push_device_label(care, staff->pub.id.text, row_text(row, "device_id")).len)
		return; /* the device has ended since */
	unit_by_program(unit);
	add_outside(care, unit, &call, staff, "push", row_text(row, "device_id").ptr, NULL);
}

/* Whether the person whom this called has answered by themselves. */
static bool has_answered(const struct job_run *run, const struct row *row)
{
	const struct alert_item *alert = map_get(&job_care(run)->alerts, job_item(run)->subject_id.text);
	struct str staff = row_text(row, "staff_id");
	if (delivery_about(row) == DELIVERY_CHAT)
		return strcmp(job_item(run)->kind, DELIVERY_CHAT_ANSWERED) == 0;
	return alert && (str_eqc(staff, alert->acknowledged_by.text) || str_eqc(staff, alert->owner_id.text));
}

static void settle_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "delivery.settle");
	if (err) {
		job_again(run, err);
		return;
	}
	struct unit *unit = unit_new(care->parts.store, &scope);
	for (size_t i = 0; unit && i < take_set->count; i++) {
		const struct row *row = &take_set->rows[i];
		bool answered = has_answered(run, row);
		bool asked_again = presence_asks(care, row_text(row, "presence_id").ptr, row_text(row, "staff_id").ptr);
		bool open = !str_eqc(row->state, "acknowledged") && !str_eqc(row->state, "cancelled");
		if (is_answer(row) || asked_again)
			continue;
		if (shows_call(take_set, i))
			tell_answered(care, unit, row);
		if (open && answered) {
			struct op *op = unit_move(unit, "delivery", row->id.ptr, row->version, row->state.ptr, "acknowledged");
			op_time(op, "acknowledged_at", care_now(care));
		} else if (str_eqc(row->state, "queued")) {
			unit_move(unit, "delivery", row->id.ptr, row->version, "queued", "cancelled");
		}
	}
	row_set_free(&take_set);
	job_finish(run, unit);
}

void delivery_settle_due(struct job_run *run)
{
	struct err err = { 0 };
	if (list_siblings(job_care(run), job_item(run), "alert", settle_read, run, &err))
		job_again(run, &err);
}

void delivery_chat_settle_due(struct job_run *run)
{
	struct err err = { 0 };
	if (list_siblings(job_care(run), job_item(run), "presence", settle_read, run, &err))
		job_again(run, &err);
}

struct seeing {
	struct care *care;
	struct uuid programme_id, staff_id;
	unit_done done;
	void *ctx;
};

static void end_seeing(struct seeing *seeing, const struct err *err)
{
	seeing->done(seeing->ctx, err);
	mem_delete(seeing);
}

static void seen_done(void *ctx, const struct err *err)
{
	end_seeing(ctx, err && err->code == E_CONFLICT ? NULL : err); /* another page of theirs was first */
}

static void seen_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct seeing *seeing = ctx;
	struct care *care = seeing->care;
	struct scope scope = care_scope_system(seeing->programme_id.text, "delivery.seen");
	struct err own = { 0 };
	struct unit *unit = NULL;
	for (size_t i = 0; !err && i < take_set->count; i++) {
		const struct row *row = &take_set->rows[i];
		if (!str_eqc(row_text(row, "staff_id"), seeing->staff_id.text) || !str_eqc(row_text(row, "channel"), "console") ||
			!str_eqc(row->state, "sent"))
			continue;
		if (!unit && !(unit = unit_new(care->parts.store, &scope)))
			break;
		op_time(unit_move(unit, "delivery", row->id.ptr, row->version, "sent", "delivered"), "delivered_at", care_now(care));
	}
	row_set_free(&take_set);
	if (err || !unit)
		end_seeing(seeing, err);
	else if (store_submit(care->parts.store, unit, seen_done, seeing, &own))
		end_seeing(seeing, &own);
}

int delivery_seen(struct care *care, const struct scope *scope, const char *alert_id, unit_done done, void *ctx, struct err *reterr)
{
	struct seeing *seeing = mem_new(sizeof *seeing);
	struct list_query query = {
		.resource = "delivery", .index = "alert", .equal = { value_c(alert_id) }, .descending = true, .limit = SIBLINGS_MAX
	};
	if (!seeing)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*seeing = (struct seeing){ care, id_of(str_c(scope->programme_id)), id_of(str_c(scope->actor_id)), done, ctx };
	int rc = store_list(care->parts.store, scope, &query, seen_read, seeing, reterr);
	if (rc)
		mem_delete(seeing);
	return rc;
}

struct receipting {
	struct care *care;
	struct uuid programme_id;
	bool arrived;
	unit_done done;
	void *ctx;
};

static void end_receipting(struct receipting *receipting, const struct err *err)
{
	receipting->done(receipting->ctx, err);
	mem_delete(receipting);
}

static void receipt_noted(void *ctx, const struct err *err)
{
	end_receipting(ctx, err);
}

static void receipt_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct receipting *receipting = ctx;
	struct care *care = receipting->care;
	const struct row *row = err ? NULL : &take_set->rows[0];
	struct scope scope = care_scope_system(receipting->programme_id.text, "delivery.receipt");
	struct unit *unit = row ? unit_new(care->parts.store, &scope) : NULL;
	struct err own = { 0 };
	if (unit) {
		struct op *op = unit_move(
			unit, "delivery", row->id.ptr, row->version, "sent", receipting->arrived ? "delivered" : "failed");
		if (receipting->arrived)
			op_time(op, "delivered_at", care_now(care));
		else
			op_c(op, "failure", "the provider says that it did not arrive");
		if (!receipting->arrived && row_text(row, "alert_id").len)
			job_add(unit, "delivery.failed", care_now(care), "alert", row_text(row, "alert_id").ptr, NULL);
	} else if (row) {
		err_set(&own, E_MEMORY, LAYER, "out of memory");
	}
	row_set_free(&take_set);
	if (!unit)
		end_receipting(receipting, err ? err : &own);
	else if (store_submit(care->parts.store, unit, receipt_noted, receipting, &own))
		end_receipting(receipting, &own);
}

int delivery_receipt(
	struct care *care, const char *programme_id, const char *delivery_id, bool arrived, unit_done done, void *ctx, struct err *reterr)
{
	struct scope scope = care_scope_system(programme_id, "delivery.receipt");
	struct receipting *receipting = mem_new(sizeof *receipting);
	if (!receipting)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*receipting = (struct receipting){ care, id_of(str_c(programme_id)), arrived, done, ctx };
	int rc = store_get(care->parts.store, &scope, "delivery", delivery_id, receipt_read, receipting, reterr);
	if (rc)
		mem_delete(receipting);
	return rc;
}
