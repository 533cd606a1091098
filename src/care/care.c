/* care.c: what the running programmes keep in memory, read at start and followed by the store's watches. */
#include "care/care_priv.h"
#include "care/duty.h"

#include "sys/mem.h"
#include "sys/random.h"
#include "sys/zone.h"

#include <stdio.h>

wall_time care_now(const struct care *care)
{
	return clock_wall(care->parts.clock);
}

struct scope care_scope_system(const char *programme_id, const char *reason)
{
	return (struct scope){ .programme_id = programme_id, .who = WHO_SYSTEM, .reason = reason };
}

struct uuid id_of(struct str text)
{
	struct uuid id = { { 0 } };
	if (text.len == UUID_LENGTH)
		memcpy(id.text, text.ptr, UUID_LENGTH);
	return id;
}

/* put: a text into a fixed field, cut at its end; the str that shows it. */
static struct str put(char *field, size_t size, struct str text)
{
	size_t len = text.len < size ? text.len : size - 1;
	if (len)
		memcpy(field, text.ptr, len);
	field[len] = '\0';
	return str_make(field, len);
}
#define PUT(field, text) put((field), sizeof(field), (text))
#define TRIAGE_MINUTES_MAX (366 * 24 * 60)

int list_all(struct care *care, const struct scope *scope, struct list_query query, void (*fn)(struct care *care, const struct row *row),
	struct err *reterr)
{
	char cursor[1024];
	int rc = 0;
	bool more = true;
	query.limit = LIST_MAX;
	while (more && rc == 0) {
		struct row_set *set = NULL;
		rc = store_list_wait(care->parts.store, scope, &query, &set, reterr);
		if (rc)
			break;
		for (size_t i = 0; i < set->count; i++)
			fn(care, &set->rows[i]);
		more = set->cursor.len > 0 && set->cursor.len < sizeof cursor;
		query.cursor = PUT(cursor, set->cursor);
		row_set_free(&set);
	}
	return rc;
}

/* ---- Programmes ---- */

#define ALERT_BUDGET_MAX 100

static const struct care_settings settings_default = {
	.acknowledge_us = { 0, 5 * MINUTE_US, 30 * MINUTE_US, 8 * HOUR_US, 24 * HOUR_US },
	.contact_us = { 0, 15 * MINUTE_US, 4 * HOUR_US, 24 * HOUR_US, 0 },
	.dedupe_us = 30 * MINUTE_US,
	.review_us = 10 * MINUTE_US,
	.countersign_us = 24 * HOUR_US,
	.read_us = HOUR_US,
	.alert_budget = 2,
	.episode_us = 24 * HOUR_US,
};

static void read_minutes_within(const json_t *object, const char *key, json_int_t max, int64_t *to)
{
	const json_t *value = json_object_get(object, key);
	json_int_t minutes = json_integer_value(value);
	if (json_is_integer(value) && minutes > 0 && minutes <= max)
		*to = minutes * MINUTE_US;
}

static void read_minutes(const json_t *object, const char *key, int64_t *to)
{
	read_minutes_within(object, key, 7 * 24 * 60, to);
}

/* {"acknowledge_minutes":{"1":5},"contact_minutes":{...},"dedupe_minutes":30,"review_minutes":10,"countersign_minutes":1440,
 * "checkin_read_minutes":60,"episode_minutes":1440,"alert_budget":2,"triage_minutes":{"B":120},"chain":[...]} (chain.h) */
static void read_settings(struct str json, struct care_settings *settings)
{
	static const char *const priorities[] = { "", "1", "2", "3", "4" };
	json_t *root = json.len ? json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	*settings = settings_default;
	for (size_t priority = 1; priority <= 4; priority++) {
		read_minutes(json_object_get(root, "acknowledge_minutes"), priorities[priority], &settings->acknowledge_us[priority]);
		read_minutes(json_object_get(root, "contact_minutes"), priorities[priority], &settings->contact_us[priority]);
	}
	read_minutes(root, "dedupe_minutes", &settings->dedupe_us);
	read_minutes(root, "review_minutes", &settings->review_us);
	read_minutes(root, "countersign_minutes", &settings->countersign_us);
	read_minutes(root, "checkin_read_minutes", &settings->read_us);
	read_minutes(root, "episode_minutes", &settings->episode_us);
	json_int_t budget = json_integer_value(json_object_get(root, "alert_budget"));
	if (budget > 0 && budget <= ALERT_BUDGET_MAX)
		settings->alert_budget = (int)budget;
	for (size_t i = 0; i < COUNT_OF(settings->triage_us); i++)
		read_minutes_within(json_object_get(root, "triage_minutes"), (const char[]){ (char)('A' + i), 0 }, TRIAGE_MINUTES_MAX,
			&settings->triage_us[i]);
	(void)!chain_read(json_object_get(root, "chain"), &settings->chain, NULL); /* a broken one is the default */
	json_decref(root);
}

/* "counsel_decisions": [{"rule": "us_il.mental_states", "by": "...", "at": "...", "reference": "..."}]: only a whole record counts. */
static void read_lifted(struct str json, struct programme_item *item)
{
	json_t *root = json.len ? json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL) : NULL, *one;
	size_t index;
	item->pub.lifted_count = 0;
	json_array_foreach(json_object_get(root, "counsel_decisions"), index, one)
	{
		const char *rule = json_string_value(json_object_get(one, "rule"));
		bool whole = rule && json_is_string(json_object_get(one, "by")) && json_is_string(json_object_get(one, "at")) &&
			     json_is_string(json_object_get(one, "reference"));
		if (!whole || strlen(rule) >= sizeof item->lifted_bytes[0] || item->pub.lifted_count == LIFTED_MAX)
			continue;
		size_t n = item->pub.lifted_count++;
		item->lifted[n] = PUT(item->lifted_bytes[n], str_c(rule));
	}
	item->pub.lifted = item->lifted;
	json_decref(root);
}

static int check_minutes(const json_t *value, const char *key, struct err *reterr)
{
	json_int_t minutes = json_integer_value(value);
	if (!value || (json_is_integer(value) && minutes > 0 && minutes <= 7 * 24 * 60))
		return 0;
	return err_set(reterr, E_INVALID, "care", "settings.%s: must be minutes from 1 to %d", key, 7 * 24 * 60);
}

static bool is_setting(const char *key)
{
	static const char *const known[] = { "acknowledge_minutes", "contact_minutes", "dedupe_minutes", "review_minutes",
		"countersign_minutes", "checkin_read_minutes", "episode_minutes", "alert_budget", "triage_minutes", "chain",
		"counsel_decisions" };
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (strcmp(known[i], key) == 0)
			return true;
	return false;
}

static int check_known(json_t *root, struct err *reterr)
{
	const char *key;
	json_t *value;
	json_object_foreach(root, key, value) if (!is_setting(key)) return err_set(
		reterr, E_INVALID, "care", "settings.%.40s: is not a setting", key);
	return 0;
}

/* "acknowledge_minutes", "contact_minutes": {"1": minutes, ...} */
static int check_clocks(const json_t *clocks, const char *name, struct err *reterr)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)clocks, key, value)
	{
		if (key[0] < '1' || key[0] > '4' || key[1])
			return err_set(reterr, E_INVALID, "care", "settings.%s: keys are the priorities 1 to 4", name);
		if (check_minutes(value, name, reterr))
			return E_INVALID;
	}
	return 0;
}

static int check_triage(const json_t *clocks, struct err *reterr)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)clocks, key, value)
	{
		json_int_t minutes = json_integer_value(value);
		if (key[0] < 'A' || key[0] > 'G' || key[1])
			return err_set(reterr, E_INVALID, "care", "settings.triage_minutes: keys are the priorities A to G");
		if (!json_is_integer(value) || minutes < 1 || minutes > TRIAGE_MINUTES_MAX)
			return err_set(
				reterr, E_INVALID, "care", "settings.triage_minutes: must be minutes from 1 to %d", TRIAGE_MINUTES_MAX);
	}
	return 0;
}

static int check_budget(const json_t *budget, struct err *reterr)
{
	json_int_t alerts = json_integer_value(budget);
	if (!budget || (json_is_integer(budget) && alerts >= 1 && alerts <= ALERT_BUDGET_MAX))
		return 0;
	return err_set(
		reterr, E_INVALID, "care", "settings.alert_budget: must be 1 to %d alerts for each clinician-hour", ALERT_BUDGET_MAX);
}

int care_settings_check(struct str json, struct err *reterr)
{
	static const char *const single[] = { "dedupe_minutes", "review_minutes", "countersign_minutes", "checkin_read_minutes",
		"episode_minutes" };
	static const char *const by_priority[] = { "acknowledge_minutes", "contact_minutes" };
	json_t *root = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
	struct chain chain;
	int rc = json_is_object(root) ? check_known(root, reterr) : err_set(reterr, E_INVALID, "care", "settings: must be a JSON object");
	for (size_t i = 0; rc == 0 && i < COUNT_OF(single); i++)
		rc = check_minutes(json_object_get(root, single[i]), single[i], reterr);
	for (size_t i = 0; rc == 0 && i < COUNT_OF(by_priority); i++)
		rc = check_clocks(json_object_get(root, by_priority[i]), by_priority[i], reterr);
	rc = rc ? rc : check_triage(json_object_get(root, "triage_minutes"), reterr);
	rc = rc ? rc : check_budget(json_object_get(root, "alert_budget"), reterr);
	rc = rc ? rc : chain_read(json_object_get(root, "chain"), &chain, reterr);
	json_decref(root);
	return rc;
}

static enum policy_reach reach_of(struct str name)
{
	return str_eqc(name, "identified") ? REACH_IDENTIFIED : str_eqc(name, "callback") ? REACH_CALLBACK : REACH_ANONYMOUS;
}

/* Broken hours read as "nobody is there": the strictest, and the log says so. */
static void read_hours(struct care *care, struct programme_item *item, struct str json)
{
	struct err err = { 0 };
	cover_free(&item->pub.cover);
	item->cover_now.valid = false;
	if (cover_open(json, item->pub.time_zone, &item->pub.cover, &err))
		log_write(care->parts.log, LOG_ERROR, "care.cover_broken", LOG_ID("programme", str_c(item->pub.id.text)), LOG_ERR(&err));
}

void care_programme_refresh(struct care *care, const char *id, struct str hours, struct str settings)
{
	struct programme_item *item = care_programme_item(care, id);
	if (item && hours.len)
		read_hours(care, item, hours);
	if (item && settings.len) {
		read_settings(settings, &item->pub.settings);
		read_lifted(settings, item);
	}
}

static void took_programme(struct care *care, const struct row *row)
{
	if (care->programme_count == PROGRAMMES_MAX)
		return;
	struct programme_item *item = &care->programmes[care->programme_count++];
	item->pub.id = id_of(row->id);
	item->pub.name = PUT(item->name, row_text(row, "name"));
	item->pub.mode = PUT(item->mode, row_text(row, "mode"));
	item->pub.policy = PUT(item->policy, row_text(row, "policy"));
	item->pub.country = PUT(item->country, row_text(row, "country"));
	item->pub.jurisdiction = PUT(item->jurisdiction, row_text(row, "jurisdiction"));
	item->pub.language = PUT(item->language, row_text(row, "language"));
	item->pub.time_zone = PUT(item->time_zone, row_text(row, "time_zone"));
	item->pub.reach = reach_of(row_text(row, "reach"));
	read_settings(row_text(row, "settings"), &item->pub.settings);
	read_lifted(row_text(row, "settings"), item);
	read_hours(care, item, row_text(row, "cover"));
}

struct programme_item *care_programme_item(const struct care *care, const char *id)
{
	for (size_t i = 0; id && i < care->programme_count; i++)
		if (strcmp(care->programmes[i].pub.id.text, id) == 0)
			return &care->programmes[i];
	return NULL;
}

const struct care_programme *care_programme(const struct care *care, const char *id)
{
	struct programme_item *item = care_programme_item(care, id);
	return item ? &item->pub : NULL;
}

const struct care_programme *care_programme_first(const struct care *care)
{
	return care->programme_count ? &care->programmes[0].pub : NULL;
}

void care_keys_changed(struct care *care)
{
	care->keys_edition++;
}

uint64_t care_keys_edition(const struct care *care)
{
	return care->keys_edition;
}

enum policy_cover care_cover(const struct care *care, const struct care_programme *programme, wall_time *ret_until)
{
	return duty_cover(care, programme, ret_until);
}

static void took_release(struct care *care, const struct row *row)
{
	struct programme_item *item = care_programme_item(care, row->programme_id.ptr);
	if (!item)
		return;
	item->pub.release_id = id_of(row->id);
	item->pub.release_name = PUT(item->release_name, row_text(row, "name"));
	item->pub.release_model = PUT(item->release_model, row_text(row, "model"));
}

static void release_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct care *care = ctx;
	if (err)
		log_write(care->parts.log, LOG_ERROR, "care.release_unread", LOG_ERR(err));
	else
		took_release(care, &take_set->rows[0]);
	row_set_free(&take_set);
}

void care_use_release(struct care *care, const char *programme_id, const char *release_id)
{
	struct scope scope = care_scope_system(programme_id, NULL);
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "release", release_id, release_read, care, &err))
		log_write(care->parts.log, LOG_ERROR, "care.release_unread", LOG_ERR(&err));
}

/* ---- People ---- */

void care_took_staff(struct care *care, const struct row *row)
{
	struct staff_item *item = map_get(&care->staff, row->id.ptr);
	bool fresh = !item;
	if (fresh)
		item = mem_new(sizeof *item);
	if (!item)
		return;
	item->pub.id = id_of(row->id);
	item->pub.programme_id = id_of(row->programme_id);
	item->pub.name = PUT(item->name, row_text(row, "name"));
	item->pub.role = PUT(item->role, row_text(row, "role"));
	item->pub.who = who_parse(item->pub.role);
	item->pub.active = str_eqc(row->state, "active");
	item->pub.on_duty = row_bool(row, "on_duty");
	delivery_took_person(item, row);
	if (fresh && !map_put(&care->staff, item))
		mem_delete(item);
}

const struct care_staff *care_staff(const struct care *care, const char *id)
{
	const struct staff_item *item = map_get(&care->staff, id);
	return item ? &item->pub : NULL;
}

struct client_item *care_client_item(const struct care *care, const char *id)
{
	return map_get(&care->clients, id);
}

/* Years since 1970 by the mean year: a birthday's precision is not known either. The program runs for months: a year ends meanwhile. */
static int age_of(const struct care *care, const struct client_item *item)
{
	int now = 1970 + (int)(care_now(care).us / (INT64_C(31556952) * SECOND_US));
	int known = item->birth_year > 1900 && now >= item->birth_year ? now - item->birth_year : 0, stated = item->stated_age;
	return known && stated ? (known < stated ? known : stated) : known + stated;
}

const struct care_client *care_client(const struct care *care, const char *id)
{
	struct client_item *item = care_client_item(care, id);
	if (item)
		item->pub.age = age_of(care, item);
	return item ? &item->pub : NULL;
}

void care_client_erased(struct care *care, const char *id)
{
	struct client_item *item = care_client_item(care, id);
	if (!item)
		return;
	item->pub.name = PUT(item->name, STR(""));
	item->pub.state = PUT(item->state, STR("erased"));
	sessions_over(care, &(struct session_over){ .person_id = id });
}

void care_client_flags(struct care *care, const char *id, bool contact_unsafe)
{
	struct client_item *item = care_client_item(care, id);
	if (item)
		item->pub.contact_unsafe = contact_unsafe;
}

void care_took_client(struct care *care, const struct row *row)
{
	struct client_item *item = care_client_item(care, row->id.ptr);
	bool fresh = !item;
	if (fresh)
		item = mem_new(sizeof *item);
	if (!item)
		return;
	item->pub.id = id_of(row->id);
	item->pub.programme_id = id_of(row->programme_id);
	item->pub.coach_id = id_of(row_text(row, "coach_id"));
	item->pub.clinician_id = id_of(row_text(row, "clinician_id"));
	item->pub.pseudonym = PUT(item->pseudonym, row_text(row, "pseudonym"));
	item->pub.language = PUT(item->language, row_text(row, "language"));
	item->pub.country = PUT(item->country, row_text(row, "country"));
	item->pub.time_zone = PUT(item->time_zone, row_is_null(row, "time_zone_at") ? STR("") : row_text(row, "time_zone"));
	item->pub.state = PUT(item->state, row->state);
	item->pub.place = PUT(item->place, row_text(row, "place"));
	item->pub.here = PUT(item->here, row_text(row, "here"));
	item->pub.legal_hold = row_bool(row, "legal_hold");
	item->birth_year = (int)row_int(row, "birth_year");
	item->stated_age = (int)row_int(row, "stated_age");
	item->pub.contact_unsafe = row_bool(row, "contact_unsafe");
	item->pub.approve_replies = row_bool(row, "approve_replies");
	if (fresh && !map_put(&care->clients, item))
		mem_delete(item);
}

static void took_identity(struct care *care, const struct row *row)
{
	struct client_item *item = care_client_item(care, row_text(row, "client_id").ptr);
	if (item)
		item->pub.name = PUT(item->name, row_text(row, "name"));
}

/* Rows come oldest first, so the newest decision stays. */
static void took_consent(struct care *care, const struct row *row)
{
	struct client_item *item = care_client_item(care, row_text(row, "client_id").ptr);
	int kind = consent_kind_parse(row_text(row, "kind"));
	if (!item || kind < 0)
		return;
	item->consents[kind].choice = consent_choice_parse(row_text(row, "decision"));
	(void)PUT(item->consents[kind].version, row_text(row, "document_version"));
}

enum consent_choice care_choice(const struct care *care, const char *client_id, enum consent_kind kind, struct str *ret_version)
{
	const struct client_item *item = care_client_item(care, client_id);
	if (item && ret_version)
		*ret_version = str_c(item->consents[kind].version);
	return item ? item->consents[kind].choice : CHOICE_UNASKED;
}

bool care_consent(const struct care *care, const char *client_id, enum consent_kind kind)
{
	struct str version = { 0 };
	return care_choice(care, client_id, kind, &version) == CHOICE_GIVEN && consent_holds(care->parts.consents, (int)kind, version);
}

bool care_consent_ai(const struct care *care, const char *client_id)
{
	return care_consent(care, client_id, CONSENT_AI_CHAT);
}

static void took_guardian(struct care *care, const struct row *row)
{
	struct client_item *item = care_client_item(care, row_text(row, "client_id").ptr);
	if (item && str_eqc(row_text(row, "kind"), "parental_consent") && str_eqc(row->state, "active"))
		item->pub.guardian_consent = true;
}

static void took_helpline(struct care *care, const struct row *row)
{
	(void)helplines_set_down(care->parts.helplines, row_text(row, "line_id"), row_bool(row, "down"));
}

void care_client_moved(struct care *care, const char *client_id, struct str place, struct str here)
{
	struct client_item *item = care_client_item(care, client_id);
	if (!item)
		return;
	item->pub.place = PUT(item->place, place);
	item->pub.here = PUT(item->here, here);
}

void care_client_writes(struct care *care, const char *client_id)
{
	struct client_item *item = care_client_item(care, client_id);
	if (item)
		item->stirred = care_now(care);
}

void care_client_stated_age(struct care *care, const char *client_id, int age)
{
	struct client_item *item = care_client_item(care, client_id);
	if (item && (!item->stated_age || age < item->stated_age))
		item->stated_age = age;
}

void care_client_state(struct care *care, const char *client_id, const char *state)
{
	struct client_item *item = care_client_item(care, client_id);
	if (item)
		item->pub.state = PUT(item->state, str_c(state));
	if (item && (str_eqc(item->pub.state, "erased") || str_eqc(item->pub.state, "ended")))
		sessions_over(care, &(struct session_over){ .person_id = client_id });
}

void care_client_guarded(struct care *care, const char *client_id, bool consent)
{
	struct client_item *item = care_client_item(care, client_id);
	if (item)
		item->pub.guardian_consent = consent;
}

void care_client_contact(struct care *care, const char *client_id, bool unsafe)
{
	struct client_item *item = care_client_item(care, client_id);
	if (item)
		item->pub.contact_unsafe = unsafe;
}

void care_client_hold(struct care *care, const char *client_id, bool hold)
{
	struct client_item *item = care_client_item(care, client_id);
	if (item)
		item->pub.legal_hold = hold;
}

void care_on_forget(struct care *care, void (*fn)(void *ctx, const char *conversation_id), void *ctx)
{
	care->forget = fn;
	care->forget_ctx = ctx;
}

/* ---- Events ---- */

void event_publish(struct unit *unit, const struct event_note *note)
{
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "event", NULL);
	op_c(op, "audience", note->to_client ? "client" : "staff");
	op_c(op, "kind", note->kind);
	op_c(op, "client_id", note->client_id);
	op_c(op, "conversation_id", note->conversation_id);
	op_c(op, "subject", note->subject);
	op_c(op, "subject_id", note->subject_id);
}

void care_on_event(struct care *care, void (*fn)(void *ctx, const struct row *event), void *ctx)
{
	care->on_event = fn;
	care->on_event_ctx = ctx;
}

void care_on_delta(struct care *care, void (*fn)(void *ctx, const char *client_id, const char *message_id, struct str text), void *ctx)
{
	care->on_delta = fn;
	care->on_delta_ctx = ctx;
}

void care_delta(struct care *care, const char *client_id, const char *message_id, struct str text)
{
	if (care->on_delta)
		care->on_delta(care->on_delta_ctx, client_id, message_id, text);
}

/* ---- Watches, start, end ---- */

static void watch_client(void *ctx, const struct row *row)
{
	care_took_client(ctx, row);
}
static void watch_identity(void *ctx, const struct row *row)
{
	took_identity(ctx, row);
}
static void watch_consent(void *ctx, const struct row *row)
{
	took_consent(ctx, row);
}
static void watch_alert(void *ctx, const struct row *row)
{
	alert_took(ctx, row);
}
static void watch_delivery(void *ctx, const struct row *row)
{
	alert_called(ctx, row);
}
static void watch_event(void *ctx, const struct row *row)
{
	struct care *care = ctx;
	if (row_text(row, "client_id").len)
		care_client_writes(care, row_text(row, "client_id").ptr);
	if (care->on_event)
		care->on_event(care->on_event_ctx, row);
}

static int watch_all(struct care *care, struct err *reterr)
{
	static const struct {
		const char *resource;
		watch_fn fn;
	} watches[] = { { "client", watch_client }, { "client_identity", watch_identity }, { "consent", watch_consent },
		{ "alert", watch_alert }, { "delivery", watch_delivery }, { "event", watch_event } };
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < COUNT_OF(watches); i++)
		rc = store_watch(care->parts.store, watches[i].resource, watches[i].fn, care, reterr);
	return rc;
}

static int load_programme(struct care *care, const struct care_programme *programme, struct err *reterr)
{
	struct scope scope = care_scope_system(programme->id.text, NULL);
	int rc = follow_mark(care, care_programme_item(care, programme->id.text), reterr);
	rc = rc ? rc : list_all(care, &scope, (struct list_query){ .resource = "staff" }, care_took_staff, reterr);
	rc = rc ? rc : list_all(care, &scope, (struct list_query){ .resource = "client" }, care_took_client, reterr);
	rc = rc ? rc : list_all(care, &scope, (struct list_query){ .resource = "client_identity" }, took_identity, reterr);
	rc = rc ? rc : list_all(care, &scope, (struct list_query){ .resource = "consent" }, took_consent, reterr);
	rc = rc ? rc : list_all(care, &scope, (struct list_query){ .resource = "guardian_record" }, took_guardian, reterr);
	rc = rc ? rc : list_all(care, &scope, (struct list_query){ .resource = "helpline_state", .index = "all" }, took_helpline, reterr);
	rc = rc ? rc
		: list_all(care, &scope, (struct list_query){ .resource = "release", .index = "state", .equal = { value_c("current") } },
			  took_release, reterr);
	rc = rc ? rc : duty_load(care, programme, reterr);
	rc = rc ? rc : presence_load(care, programme, reterr);
	rc = rc ? rc : retention_open(care, programme, reterr);
	return rc ? rc : alerts_load(care, programme, reterr);
}

static int load(struct care *care, struct err *reterr)
{
	struct scope scope = { .who = WHO_SYSTEM };
	int rc = list_all(care, &scope, (struct list_query){ .resource = "programme", .index = "all" }, took_programme, reterr);
	if (rc == 0 && !care->programme_count)
		rc = err_set(reterr, E_NOT_FOUND, "care", "the database holds no programme");
	for (size_t i = 0; rc == 0 && i < care->programme_count; i++)
		rc = load_programme(care, &care->programmes[i].pub, reterr);
	return rc;
}

int care_open(const struct care_parts *parts, struct care **ret_care, struct err *reterr)
{
	struct care *care = mem_new(sizeof *care);
	if (!care)
		return err_set(reterr, E_MEMORY, "care", "out of memory");
	care->parts = *parts;
	random_bytes(care->dedupe_key, sizeof care->dedupe_key);
	care->programmes = mem_new(PROGRAMMES_MAX * sizeof *care->programmes);
	int rc = care->programmes ? 0 : err_set(reterr, E_MEMORY, "care", "out of memory");
	rc = rc ? rc : load(care, reterr);
	rc = rc ? rc : push_open(care, reterr);
	rc = rc ? rc : watch_all(care, reterr);
	rc = rc ? rc : pool_open(parts->loop, 1, 64, &care->pool, reterr);
	rc = rc ? rc : jobs_open(care, reterr);
	rc = rc ? rc : duty_plan(care, reterr);
	if (rc) {
		care_free(&care);
		return rc;
	}
	follow_open(care);
	*ret_care = care;
	return 0;
}

static void map_free_all(struct map *map)
{
	size_t place = 0;
	for (void *item; (item = map_next(map, &place)) != NULL;)
		mem_delete(item);
	map_done(map);
}

void care_free(struct care **care)
{
	if (!*care)
		return;
	follow_close(*care);
	retention_close(*care);
	jobs_free(*care);
	pool_free(&(*care)->pool);
	sessions_free(*care);
	alerts_free(*care);
	presence_free(*care);
	size_t place = 0;
	for (struct staff_item *item; (item = map_next(&(*care)->staff, &place)) != NULL;)
		zone_free(&item->zone);
	map_free_all(&(*care)->staff);
	map_free_all(&(*care)->clients);
	for (size_t i = 0; i < (*care)->programme_count; i++) {
		cover_free(&(*care)->programmes[i].pub.cover);
		rota_free(&(*care)->programmes[i].rota);
		push_done(&(*care)->programmes[i]);
	}
	mem_delete((*care)->programmes);
	mem_delete(*care);
	*care = NULL;
}

const struct care_parts *care_parts(const struct care *care)
{
	return &care->parts;
}
