/* presence.c: see presence.h. One act is one unit: the rows of who leaves and who comes, the line that the client reads, what open pages
 * are told, the job that looks after whoever is there. While it is on its way no other act is taken. */
#include "care/presence.h"

#include "care/care_priv.h"
#include "care/delivery.h"
#include "care/duty.h"
#include "care/notice.h"
#include "care/say.h"
#include "sys/mem.h"

#define LAYER "care/presence"
#define LOOK_JOB "presence.look"
#define LINE_ARENA_MAX (64u * 1024)

struct present {
	struct uuid conversation_id; /* first: the key */
	struct uuid id, programme_id, client_id, staff_id, asked_id, asked_by;
	wall_time since, seen_at, waiting_at, asked_at;
	bool coming; /* not yet on disk */
	bool busy;   /* an act is on its way there */
	bool off;    /* and it is that somebody goes off duty */
};

static const struct presence_limits limits = { PRESENCE_UNANSWERED_US, PRESENCE_QUIET_US };

/* ---- What is held in memory ---- */

static struct present *find(const struct care *care, const char *conversation_id)
{
	return conversation_id ? map_get(&care->present, conversation_id) : NULL;
}

static const char *or_null(const struct uuid *id)
{
	return id->text[0] ? id->text : NULL;
}

static struct presence shown(const struct present *item)
{
	return (struct presence){ .id = item->id.text,
		.programme_id = item->programme_id.text,
		.client_id = item->client_id.text,
		.conversation_id = item->conversation_id.text,
		.staff_id = item->staff_id.text,
		.asked_id = or_null(&item->asked_id),
		.asked_by = or_null(&item->asked_by),
		.since = item->since,
		.seen_at = item->seen_at,
		.waiting_at = item->waiting_at,
		.asked_at = item->asked_at };
}

bool presence_find(const struct care *care, const char *conversation_id, struct presence *ret_presence)
{
	const struct present *item = find(care, conversation_id);
	if (!item || item->coming)
		return false;
	*ret_presence = shown(item);
	return true;
}

bool presence_silences(const struct care *care, const char *conversation_id)
{
	return find(care, conversation_id) != NULL;
}

const char *presence_person(const struct care *care, const char *conversation_id)
{
	const struct present *item = find(care, conversation_id);
	return item ? item->staff_id.text : NULL;
}

bool presence_asks(const struct care *care, const char *presence_id, const char *staff_id)
{
	size_t place = 0;
	for (const struct present *item; presence_id && staff_id && (item = map_next(&care->present, &place)) != NULL;)
		if (strcmp(item->id.text, presence_id) == 0)
			return strcmp(item->asked_id.text, staff_id) == 0;
	return false;
}

size_t presence_list(const struct care *care, const char *programme_id, struct presence *ret_list, size_t max)
{
	size_t place = 0, count = 0;
	for (const struct present *item; (item = map_next(&care->present, &place)) != NULL;) {
		if (item->coming || strcmp(item->programme_id.text, programme_id) != 0)
			continue;
		if (count < max)
			ret_list[count] = shown(item);
		count++;
	}
	return count;
}

static struct present *put(struct care *care, const struct present *from)
{
	struct present *item = mem_new(sizeof *item);
	if (!item)
		return NULL;
	*item = *from;
	if (map_put(&care->present, item))
		return item;
	mem_delete(item);
	return NULL;
}

static void drop(struct care *care, struct present *item)
{
	map_remove(&care->present, item->conversation_id.text);
	mem_delete(item);
}

/* Without memory the conversation would be the model's again: the start fails, as it does for alerts. */
static void took(struct care *care, const struct row *row)
{
	const struct present item = { .conversation_id = id_of(row_text(row, "conversation_id")),
		.id = id_of(row->id),
		.programme_id = id_of(row->programme_id),
		.client_id = id_of(row_text(row, "client_id")),
		.staff_id = id_of(row_text(row, "staff_id")),
		.asked_id = id_of(row_text(row, "asked_id")),
		.asked_by = id_of(row_text(row, "asked_by")),
		.since = row->created_at,
		.seen_at = row_time(row, "seen_at"),
		.waiting_at = row_time(row, "waiting_at"),
		.asked_at = row_time(row, "asked_at") };
	care->present_lost |= !put(care, &item);
}

int presence_load(struct care *care, const struct care_programme *programme, struct err *reterr)
{
	struct scope scope = care_scope_system(programme->id.text, NULL);
	struct list_query query = { .resource = "presence", .index = "state", .equal = { value_c("here") } };
	int rc = list_all(care, &scope, query, took, reterr);
	if (rc == 0 && care->present_lost)
		rc = err_set(reterr, E_MEMORY, LAYER, "out of memory");
	return rc;
}

void presence_free(struct care *care)
{
	size_t place = 0;
	for (void *item; (item = map_next(&care->present, &place)) != NULL;)
		mem_delete(item);
	map_done(&care->present);
}

/* ---- What an act writes ---- */

static struct str role_word(struct care *care, struct arena *arena, struct str lang, const struct care_staff *staff)
{
	struct str key = arena_printf(arena, "note.role." STR_FMT, STR_ARG(staff->role));
	struct str word = messages_render(care->parts.messages, arena, lang, key, 0, NULL, 0);
	return word.len ? word : staff->role;
}

/* What the client reads. staff: who comes, or goes; before: in whose place. */
static void say_line(
	struct care *care, struct unit *unit, const struct present *item, struct str key, const char *staff_id, const char *before_id)
{
	const struct care_staff *staff = care_staff(care, staff_id), *before = before_id ? care_staff(care, before_id) : NULL;
	const struct care_client *client = care_client(care, item->client_id.text);
	struct arena arena;
	if (!client || str_eqc(client->state, "erased"))
		return;
	arena_init(&arena, mem_system(), LINE_ARENA_MAX);
	const struct message_var vars[] = { { "name", staff ? staff->name : STR("") },
		{ "role", staff ? role_word(care, &arena, client->language.len ? client->language : STR("en"), staff) : STR("") },
		{ "before", before ? before->name : STR("") } };
	program_say(care, unit,
		&(struct say_program){ .programme_id = item->programme_id.text,
			.client_id = item->client_id.text,
			.conversation_id = item->conversation_id.text,
			.key = key,
			.vars = vars,
			.var_count = COUNT_OF(vars) });
	arena_done(&arena);
}

static void tell(struct unit *unit, const struct present *item)
{
	struct event_note note = { .programme_id = item->programme_id.text,
		.to_client = true,
		.kind = "state",
		.client_id = item->client_id.text,
		.conversation_id = item->conversation_id.text,
		.subject = "conversation",
		.subject_id = item->conversation_id.text };
	event_publish(unit, &note);
	note.to_client = false;
	note.kind = "presence";
	note.subject = "presence";
	note.subject_id = item->id.text;
	event_publish(unit, &note);
}

static void add_person(struct care *care, struct unit *unit, struct present *item, const char *how, const char *from_id)
{
	struct op *op = unit_insert(unit, "presence", &item->id);
	op_c(op, "client_id", item->client_id.text);
	op_c(op, "conversation_id", item->conversation_id.text);
	op_c(op, "here_in", item->conversation_id.text);
	op_c(op, "staff_id", item->staff_id.text);
	op_c(op, "how", how);
	op_c(op, "from_id", from_id);
	op_time(op, "seen_at", item->seen_at);
	if (item->waiting_at.us)
		op_time(op, "waiting_at", item->waiting_at);
	unit_by_program(unit);
	op_c(unit_update(unit, "conversation", item->conversation_id.text, VERSION_ANY), "person_id", item->staff_id.text);
	job_add(unit, LOOK_JOB, (wall_time){ care_now(care).us + PRESENCE_UNANSWERED_US }, "presence", item->id.text, item->client_id.text);
}

static struct op *end_row(struct care *care, struct unit *unit, const struct present *item, const char *end, const char *by)
{
	struct op *op = unit_move(unit, "presence", item->id.text, VERSION_ANY, "here", "ended");
	op_null(op, "here_in");
	op_null(op, "waiting_at");
	op_time(op, "ended_at", care_now(care));
	op_c(op, "ended_by", by);
	op_c(op, "end", end);
	return op;
}

/* Others are called: the client waits for a word, and nobody is there to say it. */
static void call_others(struct care *care, struct unit *unit, const struct present *item)
{
	static const struct str concept = { "request.person", 14 };
	const struct care_staff *staff = care_staff(care, item->staff_id.text);
	struct arena arena;
	arena_init(&arena, mem_system(), 16u * 1024);
	const struct alert_call call = { .programme = care_programme(care, item->programme_id.text),
		.client_id = item->client_id.text,
		.conversation_id = item->conversation_id.text,
		.kind = ALERT_REQUEST,
		.priority = 2,
		.reason = arena_printf(&arena, "Waits in the chat for an answer; " STR_FMT " was there and is not any more",
			STR_ARG(staff ? staff->name : STR("somebody"))),
		.concepts = &concept,
		.concept_count = 1 };
	if (call.programme)
		alert_raise(care, unit, &call, NULL);
	arena_done(&arena);
}

/* Who answers once nobody is there, as the client is told it. */
static struct str left_key(const struct care *care, const struct present *item, bool waits)
{
	if (waits)
		return STR("person.gone_quiet");
	const struct care_client *client = care_client(care, item->client_id.text);
	const struct care_programme *programme = care_programme(care, item->programme_id.text);
	struct jurisdiction_rules rules = { 0 };
	struct arena arena;
	arena_init(&arena, mem_system(), LINE_ARENA_MAX);
	if (programme)
		care_rules(care, &arena, programme, client, client ? client->age : 0, &rules);
	arena_done(&arena);
	return rules.bot < BOT_THERAPEUTIC ? STR("person.left_people") : STR("person.left");
}

static void drop_asked(struct care *care, struct unit *unit, const struct present *item, bool answered)
{
	if (item->asked_id.text[0])
		delivery_settle_chat(care, unit, item->id.text, answered);
}

static void add_leaving(
	struct care *care, struct unit *unit, const struct present *item, const char *end, const char *by, struct str reason)
{
	bool waits = item->waiting_at.us && strcmp(end, "handed_back") != 0;
	struct op *op = end_row(care, unit, item, end, by);
	if (reason.len)
		op_text(op, "reason", reason);
	unit_by_program(unit);
	op_null(unit_update(unit, "conversation", item->conversation_id.text, VERSION_ANY), "person_id");
	say_line(care, unit, item, left_key(care, item, waits), item->staff_id.text, NULL);
	if (waits)
		call_others(care, unit, item);
	drop_asked(care, unit, item, false);
	tell(unit, item);
}

static void add_asking(struct care *care, struct unit *unit, const struct present *item, const char *asked_id, const char *by)
{
	struct op *op = unit_update(unit, "presence", item->id.text, VERSION_ANY);
	op_c(op, "asked_id", asked_id);
	op_c(op, "asked_by", asked_id ? by : NULL);
	if (asked_id)
		op_time(op, "asked_at", care_now(care));
	else
		op_null(op, "asked_at");
	tell(unit, item);
}

/* As urgent as what is open about the client, and outside the console in any case: somebody waits in the chat. */
static int ask_priority(const struct care *care, const char *client_id)
{
	const struct client_item *client = care_client_item(care, client_id);
	int priority = DELIVERY_PUSH_PRIORITY;
	for (const struct alert_item *alert = client ? client->alerts : NULL; alert; alert = alert->next)
		if (alert->priority < priority)
			priority = alert->priority;
	return priority;
}

/* Whoever is asked is called by their own channels, as by an alert. */
static void call_asked(struct care *care, struct unit *unit, const struct present *item, const char *asked_id, int64_t level)
{
	const struct delivery_call call = { .programme = care_programme(care, item->programme_id.text),
		.presence_id = item->id.text,
		.purpose = "takeover",
		.priority = ask_priority(care, item->client_id.text),
		.level = (int)level,
		.due_at = { care_now(care).us + PRESENCE_UNANSWERED_US } };
	delivery_call_person(care, unit, &call, asked_id);
}

/* ---- An act ---- */

struct acting {
	struct care *care;
	struct present after; /* as it is in memory once the unit is on disk */
	enum presence_step step;
	unit_done done;
	void *ctx;
};

static void settle(struct acting *acting, struct present *item, bool failed)
{
	struct care *care = acting->care;
	bool leaves = acting->step == PRESENCE_LEAVES, came = acting->step == PRESENCE_ENTERS;
	if (failed ? came : leaves) {
		drop(care, item);
	} else if (failed) {
		item->busy = false;
	} else {
		wall_time waiting = item->waiting_at; /* the client may have written meanwhile */
		bool anew = acting->step == PRESENCE_REPLACES && waiting.us && waiting.us < acting->after.since.us;
		*item = acting->after;
		item->waiting_at = anew ? item->since : waiting; /* a new person has the whole time */
		item->busy = item->coming = false;
	}
	if (care->forget)
		care->forget(care->forget_ctx, acting->after.conversation_id.text);
}

static void acted(void *ctx, const struct err *err)
{
	struct acting *acting = ctx;
	struct present *item = find(acting->care, acting->after.conversation_id.text);
	if (item)
		settle(acting, item, err != NULL);
	acting->done(acting->ctx, err);
	mem_delete(acting);
}

static bool may_be_there(const struct care_staff *staff, const struct care_client *client)
{
	bool own = client && strcmp(client->coach_id.text, staff->id.text) == 0;
	return staff->active && ((staff->who & WHO_CLINICAL) || ((staff->who & WHO_COACH) && own));
}

static int refuse(enum presence_step step, const struct presence_call *call, bool somebody, struct err *reterr)
{
	if (step == PRESENCE_DENIED)
		return err_set(reterr, E_DENIED, LAYER, "somebody else is in the conversation");
	if (call->act == PRESENCE_ASK && somebody)
		return err_set(reterr, E_INVALID, LAYER, "handover_to");
	return err_set(reterr, E_CONFLICT, LAYER, "%s",
		somebody && (call->act == PRESENCE_JOIN || call->act == PRESENCE_INSTEAD) ? "somebody_there"
		: somebody                                                                ? "nobody_asked"
											  : "nobody_there");
}

static int check_call(const struct care *care, const struct presence_call *call, const struct present *item, struct err *reterr)
{
	const struct row *conversation = call->conversation;
	const struct care_client *client = care_client(care, row_text(conversation, "client_id").ptr);
	const struct care_staff *to = call->to ? care_staff(care, call->to) : NULL;
	if (item && item->busy)
		return err_set(reterr, E_CONFLICT, LAYER, "somebody comes or goes just now");
	if (call->act == PRESENCE_HAND_BACK && !str_trim(call->reason).len)
		return err_set(reterr, E_INVALID, LAYER, "reason_required");
	bool fit = to && strcmp(to->programme_id.text, conversation->programme_id.ptr) == 0 && may_be_there(to, client);
	if (call->act == PRESENCE_ASK && !fit)
		return err_set(reterr, E_INVALID, LAYER, "handover_to");
	if (call->act != PRESENCE_JOIN && call->act != PRESENCE_INSTEAD)
		return 0;
	if (str_eqc(conversation->state, "closed"))
		return err_set(reterr, E_CONFLICT, LAYER, "closed");
	if (!str_eqc(row_text(conversation, "kind"), "chat"))
		return err_set(reterr, E_CONFLICT, LAYER, "elsewhere");
	return client && !str_eqc(client->state, "erased") ? 0 : err_set(reterr, E_CONFLICT, LAYER, "closed");
}

/* Somebody comes, perhaps in another one's place. */
static void add_coming(struct care *care, struct unit *unit, bool accepted, struct acting *acting, const char *actor_id)
{
	struct present *after = &acting->after;
	const struct present before = *after;
	bool instead = acting->step == PRESENCE_REPLACES;
	wall_time now = care_now(care);
	if (instead)
		(void)end_row(care, unit, &before, accepted ? "handed_over" : "replaced", actor_id);
	after->asked_id = after->asked_by = (struct uuid){ { 0 } };
	after->staff_id = id_of(str_c(actor_id));
	after->since = after->seen_at = now;
	if (after->waiting_at.us)
		after->waiting_at = now;
	add_person(care, unit, after, accepted ? "handed_over" : instead ? "instead" : "joined", instead ? before.staff_id.text : NULL);
	say_line(care, unit, after, instead ? STR("person.in_place_of") : STR("person.joined"), actor_id,
		instead ? before.staff_id.text : NULL);
	drop_asked(care, unit, &before, accepted);
	tell(unit, after);
}

/* The unit of a step, and how it stands afterwards. */
static void add_step(struct care *care, struct unit *unit, const struct presence_call *call, struct acting *acting, const char *actor_id)
{
	struct present *after = &acting->after;
	const struct present before = *after;
	switch (acting->step) {
	case PRESENCE_REPLACES:
	case PRESENCE_ENTERS: add_coming(care, unit, call->act == PRESENCE_ACCEPT, acting, actor_id); break;
	case PRESENCE_ASKS:
		after->asked_id = id_of(str_c(call->to));
		after->asked_by = id_of(str_c(actor_id));
		after->asked_at = care_now(care);
		add_asking(care, unit, &before, call->to, actor_id);
		drop_asked(care, unit, &before, false);
		call_asked(care, unit, after, call->to, row_int(call->conversation, "level"));
		break;
	case PRESENCE_UNASKS:
		after->asked_id = after->asked_by = (struct uuid){ { 0 } };
		add_asking(care, unit, &before, NULL, NULL);
		drop_asked(care, unit, &before, strcmp(before.asked_id.text, actor_id) == 0);
		break;
	case PRESENCE_LEAVES:
		add_leaving(care, unit, &before, "handed_back", actor_id, str_sub(str_trim(call->reason), 0, PRESENCE_REASON_MAX));
		break;
	case PRESENCE_REFUSED:
	case PRESENCE_DENIED:
	case PRESENCE_NOTHING: break;
	}
}

static int submit(struct care *care, const struct scope *scope, const struct presence_call *call, struct acting *acting,
	struct present *item, struct err *reterr)
{
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	add_step(care, unit, call, acting, scope->actor_id);
	bool comes = acting->step == PRESENCE_ENTERS;
	if (comes) { /* silent from now on */
		item = put(care, &acting->after);
		if (!item) {
			unit_free(&unit);
			return err_set(reterr, E_MEMORY, LAYER, "out of memory");
		}
		item->coming = true;
	}
	item->busy = true;
	int rc = store_submit(care->parts.store, unit, acted, acting, reterr);
	if (rc && comes)
		drop(care, item);
	else if (rc)
		item->busy = false;
	return rc;
}

int presence_do(
	struct care *care, const struct scope *scope, const struct presence_call *call, unit_done done, void *ctx, struct err *reterr)
{
	const struct row *conversation = call->conversation;
	struct present *item = find(care, conversation->id.ptr);
	int rc = check_call(care, call, item, reterr);
	if (rc)
		return rc;
	const struct presence_state state = { item ? item->staff_id.text : NULL, item ? item->asked_id.text : NULL };
	const struct presence_actor actor = { scope->actor_id, scope->who & WHO_CLINICAL, scope->who & WHO_SUPERVISOR };
	enum presence_step step = presence_plan(&state, &actor, call->act, call->to);
	if (step == PRESENCE_NOTHING) {
		done(ctx, NULL);
		return 0;
	}
	if (step == PRESENCE_REFUSED || step == PRESENCE_DENIED)
		return refuse(step, call, item != NULL, reterr);
	struct acting *acting = mem_new(sizeof *acting);
	if (!acting)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*acting = (struct acting){ .care = care, .step = step, .done = done, .ctx = ctx };
	if (item)
		acting->after = *item;
	acting->after.conversation_id = id_of(conversation->id);
	acting->after.programme_id = id_of(conversation->programme_id);
	acting->after.client_id = id_of(row_text(conversation, "client_id"));
	rc = submit(care, scope, call, acting, item, reterr);
	if (rc)
		mem_delete(acting);
	return rc;
}

/* ---- Words ---- */

void presence_heard(struct care *care, struct unit *unit, const char *conversation_id, wall_time at)
{
	struct present *item = find(care, conversation_id);
	if (!item)
		return;
	bool first = !item->waiting_at.us || item->waiting_at.us == at.us; /* a write may be tried twice */
	item->waiting_at = first ? at : item->waiting_at;                  /* before it is on disk: others are called earlier at most */
	if (first && !item->coming) {
		unit_by_program(unit);
		op_time(unit_update(unit, "presence", item->id.text, VERSION_ANY), "waiting_at", at);
	}
	tell(unit, item);
}

void presence_wrote(struct care *care, struct unit *unit, const char *conversation_id, const char *staff_id)
{
	struct present *item = find(care, conversation_id);
	if (!item || item->coming || strcmp(item->staff_id.text, staff_id) != 0)
		return;
	item->seen_at = care_now(care);
	item->waiting_at = (wall_time){ 0 };
	unit_by_program(unit);
	struct op *op = unit_update(unit, "presence", item->id.text, VERSION_ANY);
	op_time(op, "seen_at", item->seen_at);
	op_null(op, "waiting_at");
	tell(unit, item);
}

/* ---- Off duty ---- */

void presence_off_duty(struct care *care, struct unit *unit, const char *staff_id)
{
	const struct presence_actor actor = { .id = staff_id };
	size_t place = 0;
	for (struct present *item; (item = map_next(&care->present, &place)) != NULL;) {
		if (item->busy) /* an act of somebody else's, or this one already */
			continue;
		const struct presence_state state = { item->staff_id.text, item->asked_id.text };
		enum presence_step step = presence_plan(&state, &actor, PRESENCE_OFF_DUTY, NULL);
		if (step == PRESENCE_LEAVES)
			add_leaving(care, unit, item, "off_duty", staff_id, STR(""));
		if (step == PRESENCE_UNASKS) {
			add_asking(care, unit, item, NULL, NULL);
			drop_asked(care, unit, item, false);
		}
		item->off = step == PRESENCE_LEAVES || step == PRESENCE_UNASKS;
		item->busy = item->off;
	}
}

void presence_gone_off_duty(struct care *care, const char *staff_id, const struct err *err)
{
	size_t place = 0;
	for (struct present *item; (item = map_next(&care->present, &place)) != NULL;) {
		bool was = strcmp(item->staff_id.text, staff_id) == 0, asked = strcmp(item->asked_id.text, staff_id) == 0;
		if (!item->off || (!was && !asked))
			continue;
		item->off = item->busy = false;
		if (!err && was) {
			if (care->forget)
				care->forget(care->forget_ctx, item->conversation_id.text);
			drop(care, item);
		} else if (!err) {
			item->asked_id = item->asked_by = (struct uuid){ { 0 } };
		}
	}
}

/* ---- Somebody who has gone quiet ---- */

struct looking {
	struct job_run *run;
	struct care *care;
	struct uuid conversation_id;
};

static void look_again(struct job_run *run, const struct present *item, wall_time due)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, LOOK_JOB);
	struct unit *unit = unit_new(care->parts.store, &scope);
	wall_time soon = { care_now(care).us + PRESENCE_UNANSWERED_US };
	struct err err = { 0 };
	if (unit) {
		job_add(unit, LOOK_JOB, due.us < soon.us ? due : soon, "presence", item->id.text, item->client_id.text);
		job_finish(run, unit);
		return;
	}
	err_set(&err, E_MEMORY, LAYER, "out of memory");
	job_again(run, &err);
}

static void left(void *ctx, const struct err *err)
{
	struct looking *looking = ctx;
	struct care *care = looking->care;
	struct present *item = find(care, looking->conversation_id.text);
	struct job_run *run = looking->run;
	mem_delete(looking);
	if (item && err)
		item->busy = false;
	if (item && !err) {
		if (care->forget)
			care->forget(care->forget_ctx, item->conversation_id.text);
		drop(care, item);
	}
	if (err)
		job_again(run, err);
	else
		job_finish(run, NULL); /* a second time after a crash it finds nobody there */
}

static void leave_quietly(struct job_run *run, struct present *item)
{
	struct care *care = job_care(run);
	const char *end = item->waiting_at.us ? "unanswered" : "quiet";
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, LOOK_JOB);
	struct looking *looking = mem_new(sizeof *looking);
	struct unit *unit = looking ? unit_new(care->parts.store, &scope) : NULL;
	struct err err = { 0 };
	if (unit) {
		*looking = (struct looking){ run, care, item->conversation_id };
		add_leaving(care, unit, item, end, NULL, STR(""));
		item->busy = true;
		if (store_submit(care->parts.store, unit, left, looking, &err) == 0)
			return;
		item->busy = false;
	} else {
		err_set(&err, E_MEMORY, LAYER, "out of memory");
	}
	mem_delete(looking);
	job_again(run, &err);
}

void presence_look_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct present *item = NULL;
	size_t place = 0;
	while ((item = map_next(&care->present, &place)) != NULL)
		if (strcmp(item->id.text, job_item(run)->subject_id.text) == 0)
			break;
	if (!item) { /* has left */
		job_finish(run, NULL);
		return;
	}
	const struct care_staff *staff = care_staff(care, item->staff_id.text);
	const struct presence_clock clock = { .seen = item->seen_at.us,
		.waiting = item->waiting_at.us,
		.on_duty = staff && staff->active && (staff->on_duty || duty_on(care, item->staff_id.text) != COVER_NONE) };
	wall_time due = { presence_due(&clock, &limits) };
	if (item->busy || due.us > care_now(care).us)
		look_again(run, item, item->busy ? (wall_time){ care_now(care).us + MINUTE_US } : due);
	else
		leave_quietly(run, item);
}
