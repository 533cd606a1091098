/* api_minute.c: what a responder needs in the first minute, on the alert itself: what protects the person, what was before, the plan, whom
 * to call and where, whether contact is safe, the emergency number that works there, the playbook and the duties of the place. Contacts and
 * whereabouts only as far as the client said yes; else by breaking the glass, with a reason that is kept. */
#include "http/api_priv.h"

#include "care/duty.h"
#include "care/guide.h"
#include "care/resources.h"

#include <string.h>

#define GLASS_US (30 * MINUTE_US)
#define REASON_MIN 10
#define CONCEPTS_MAX 16

enum { SET_CLIENT = 0, SET_ALERTS, SET_FINDINGS, SET_IDENTITY, SET_GLASS, SET_OUTCOMES, SET_PLAN };

struct minute {
	struct api *api;
	struct http_request *rq;
	struct str alert_id, client_id, conversation_id, kind, about;
	struct str concepts[CONCEPTS_MAX];
	size_t concept_count;
	bool broken; /* just now, by this request */
};

/* A field of a resource that may be of a later version of this program. */
static bool has_field(const struct row *row, const char *field)
{
	return row && resource_field(row->resource, field) != SIZE_MAX;
}

static struct str field_of(const struct row *row, const char *field)
{
	return has_field(row, field) ? row_text(row, field) : (struct str){ 0 };
}

static const struct row *first_of(const struct row_set *set)
{
	return set && set->count ? &set->rows[0] : NULL;
}

/* ---- What protects, what was before ---- */

static bool is_protective(const struct row *finding)
{
	return str_starts(row_text(finding, "concept"), STR("protective."));
}

static json_t *protective_json(const struct row_set *findings)
{
	json_t *list = json_array();
	for (size_t i = 0; findings && i < findings->count && json_array_size(list) < 12; i++) {
		const struct row *row = &findings->rows[i];
		bool known = !is_protective(row);
		for (size_t k = 0; k < i && !known; k++)
			known = str_eq(row_text(&findings->rows[k], "concept"), row_text(row, "concept"));
		if (!known)
			json_array_append_new(list,
				json_pack("{s:o,s:o,s:o,s:o}", "concept", json_of_field(row, "concept"), "why", json_of_field(row, "why"),
					"at", json_of_time(row->created_at), "message_id", json_of_field(row, "message_id")));
	}
	return list;
}

static json_t *history_json(const struct minute *minute, const struct row_set *alerts)
{
	int all = 0, high = 0, unanswered = 0;
	struct str last = { 0 };
	wall_time last_at = { 0 };
	for (size_t i = 0; i < alerts->count; i++) {
		const struct row *row = &alerts->rows[i];
		if (str_eq(row->id, minute->alert_id))
			continue;
		all++;
		high += row_int(row, "level") >= 3;
		unanswered += str_eqc(row->state, "open");
		if (!last_at.us) {
			last = row_text(row, "outcome");
			last_at = row->created_at;
		}
	}
	return json_pack("{s:i,s:i,s:i,s:o,s:o,s:b}", "alerts", all, "high", high, "open", unanswered, "last_at", json_of_time(last_at),
		"last_outcome", json_of_str(last), "more", alerts->cursor.len > 0);
}

/* ---- Whether contact is safe ---- */

static bool said_partner(const struct row_set *alerts)
{
	for (size_t i = 0; i < alerts->count; i++) {
		struct str concepts = row_text(&alerts->rows[i], "concepts");
		if (str_find(concepts, STR("\"abuse.partner\""), 0) != SIZE_MAX ||
			str_find(concepts, STR("\"abuse.danger_now\""), 0) != SIZE_MAX ||
			str_find(concepts, STR("\"abuse.current\""), 0) != SIZE_MAX)
			return true;
	}
	return false;
}

static json_t *safety_json(const struct row *client, const struct row_set *alerts)
{
	return json_pack("{s:b,s:b,s:b,s:b,s:I}", "contact_unsafe", row_bool(client, "contact_unsafe"), "shared_device",
		row_bool(client, "shared_device"), "partner_violence", row_bool(client, "partner_violence"), "partner_violence_said",
		said_partner(alerts), "version", (json_int_t)client->version);
}

/* ---- Whom to call, and where ---- */

static bool glass_open(const struct minute *minute, const struct row_set *glass)
{
	wall_time now = clock_wall(api_care(minute->api)->clock);
	for (size_t i = 0; glass && i < glass->count; i++) {
		const struct row *row = &glass->rows[i];
		if (str_eqc(row_text(row, "staff_id"), api_principal(minute->rq)->person_id.text) &&
			row_time(row, "expires_at").us > now.us)
			return true;
	}
	return minute->broken;
}

/* Those whom the client said may be called; all of them behind broken glass. `hidden` counts what is left out. */
static json_t *contacts_json(const struct row *identity, bool all, int *hidden)
{
	struct str text = field_of(identity, "contacts");
	json_t *list = text.len ? json_loadb(text.ptr, text.len, 0, NULL) : NULL, *shown = json_array(), *item;
	size_t index;
	json_array_foreach(list, index, item)
	{
		const json_t *may = json_object_get(item, "may_call");
		if (all || json_is_true(may))
			json_array_append(shown, item);
		else
			++*hidden;
	}
	json_decref(list);
	return shown;
}

static json_t *contact_json(const struct minute *minute, const struct row *identity, const struct row_set *glass)
{
	bool open = glass_open(minute, glass),
	     declined = has_field(identity, "whereabouts_declined") && row_bool(identity, "whereabouts_declined");
	int hidden = 0;
	json_t *json = json_pack("{s:b}", "glass_open", open);
	json_t *contacts = contacts_json(identity, open, &hidden);
	/* Asked when a conversation begins, for help on the spot: saying it is saying yes. */
	json_object_set_new(json, "whereabouts", declined ? json_null() : json_of_str(field_of(identity, "whereabouts")));
	json_object_set_new(json, "whereabouts_at",
		has_field(identity, "whereabouts_at") ? json_of_time(row_time(identity, "whereabouts_at")) : json_null());
	json_object_set_new(json, "callback", declined ? json_null() : json_of_str(field_of(identity, "callback")));
	json_object_set_new(json, "declined", json_boolean(declined));
	json_object_set_new(json, "contacts", contacts);
	static const char *const closed[] = { "phone", "address", "legal_name", "birth_date" };
	for (size_t i = 0; i < COUNT_OF(closed); i++) {
		struct str value = field_of(identity, closed[i]);
		hidden += !open && value.len > 0;
		json_object_set_new(json, closed[i], open ? json_of_str(value) : json_null());
	}
	json_object_set_new(json, "hidden", json_integer(hidden));
	return json;
}

/* ---- The place ---- */

/* Where the client is now, as far as is known; ret_assumed: only the country of the record. */
static struct str place_of(const struct minute *minute, const struct row *client, bool *ret_assumed)
{
	const struct care_programme *programme = care_programme(minute->api->parts.care, api_principal(minute->rq)->programme_id.text);
	struct str here = field_of(client, "here"), home = field_of(client, "place"), country = row_text(client, "country");
	*ret_assumed = !here.len;
	if (here.len)
		return here;
	if (home.len)
		return home;
	return programme && programme->jurisdiction.len > country.len && str_starts(programme->jurisdiction, country)
		       ? programme->jurisdiction
		       : country;
}

static struct str country_of(struct str place)
{
	struct str rest = place;
	return str_split(&rest, '-');
}

static json_t *emergency_json(const struct minute *minute, struct str place, bool assumed)
{
	const struct helpline_country *country = helplines_country(api_care(minute->api)->helplines, country_of(place));
	return json_pack("{s:o,s:o,s:o,s:o,s:b}", "country", json_of_str(country_of(place)), "number",
		country ? json_of_str(country->emergency) : json_null(), "source",
		country ? json_of_str(country->emergency_source) : json_null(), "verified_at",
		country ? json_of_str(country->emergency_verified_at) : json_null(), "assumed", assumed);
}

/* ---- Playbook and duties ---- */

static json_t *steps_json(const struct playbook_step *steps, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o,s:o}", "id", json_of_str(steps[i].id), "text", json_of_str(steps[i].text)));
	return list;
}

static struct str lang_of(const struct minute *minute)
{
	struct str asked = http_query(minute->rq, "lang");
	return asked.len ? asked : str_c(api_principal(minute->rq)->lang);
}

static json_t *playbook_json(const struct minute *minute)
{
	const struct guide_alert alert = { minute->kind, minute->about, minute->concepts, minute->concept_count };
	const struct playbook *book = guides_playbook(api_care(minute->api)->guides, lang_of(minute), &alert);
	if (!book)
		return json_null();
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(book->id), "title", json_of_str(book->title), "steps",
		steps_json(book->steps, book->step_count), "avoid", steps_json(book->avoid, book->avoid_count), "close",
		json_of_str(book->close), "pack", json_of_str(book->pack), "review", json_of_str(book->review));
}

static void add_duty(void *ctx, const struct duty *duty)
{
	json_array_append_new(ctx,
		json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:o,s:o,s:o}", "id", json_of_str(duty->id), "outcome", json_of_str(duty->outcome),
			"place", json_of_str(duty->place), "title", json_of_str(duty->title), "basis", json_of_str(duty->basis), "agency",
			json_of_str(duty->agency), "due_minutes", (json_int_t)(duty->due_us / MINUTE_US), "source",
			json_of_str(duty->source), "certainty", json_of_str(duty->certainty), "pack", json_of_str(duty->pack)));
}

static json_t *duties_json(const struct minute *minute, struct str place)
{
	json_t *list = json_array();
	guides_duties(api_care(minute->api)->guides, place, lang_of(minute), add_duty, list);
	return list;
}

/* ---- The plan ---- */

static json_t *plan_json(const struct row *plan)
{
	if (!plan)
		return json_null();
	if (has_field(plan, "shared") && !row_bool(plan, "shared"))
		return json_pack("{s:b,s:o}", "shared", 0, "at", json_of_time(plan->created_at));
	return json_pack("{s:b,s:o,s:o,s:o}", "shared", 1, "id", json_of_str(plan->id), "at", json_of_time(plan->created_at), "sections",
		json_of_json_field(plan, "sections"));
}

/* ---- All of it ---- */

static json_t *build_minute(struct gather *gather)
{
	const struct minute *minute = gather->ctx;
	struct row_set **sets = gather->sets;
	const struct row *client = &sets[SET_CLIENT]->rows[0];
	bool assumed;
	struct str place = place_of(minute, client, &assumed);
	json_t *json = json_pack("{s:o}", "alert_id", json_of_str(minute->alert_id));
	json_object_set_new(json, "protective", protective_json(sets[SET_FINDINGS]));
	json_object_set_new(json, "history", history_json(minute, sets[SET_ALERTS]));
	json_object_set_new(json, "safety", safety_json(client, sets[SET_ALERTS]));
	json_object_set_new(json, "contact", contact_json(minute, first_of(sets[SET_IDENTITY]), sets[SET_GLASS]));
	json_object_set_new(json, "emergency", emergency_json(minute, place, assumed));
	json_object_set_new(json, "place", json_of_str(place));
	json_object_set_new(json, "playbook", playbook_json(minute));
	json_object_set_new(json, "duties", duties_json(minute, place));
	json_object_set_new(json, "plan", gather->count > SET_PLAN ? plan_json(first_of(sets[SET_PLAN])) : json_null());
	json_object_set_new(json, "clinician", api_person_json(minute->api, row_text(client, "clinician_id")));
	json_object_set_new(json, "coach", api_person_json(minute->api, row_text(client, "coach_id")));
	json_object_set_new(json, "client_lang", json_of_field(client, "language"));
	return json;
}

static void list_of(
	struct gather *gather, const struct scope *scope, const char *resource, const char *index, struct str id, unsigned limit)
{
	struct list_query query = { .resource = resource, .index = index, .equal = { value_str(id) }, .descending = true, .limit = limit };
	gather_list(gather, scope, &query);
}

static void look(struct minute *minute)
{
	struct scope scope = principal_scope(api_principal(minute->rq), NULL);
	struct gather *gather = gather_new(minute->api, minute->rq, build_minute, minute);
	struct registry registry = care_registry();
	if (!gather)
		return;
	gather_get(gather, &scope, "client", minute->client_id.ptr);
	list_of(gather, &scope, "alert", "client", minute->client_id, 50);
	list_of(gather, &scope, "finding", "conversation", minute->conversation_id, LIST_MAX);
	list_of(gather, &scope, "client_identity", "client", minute->client_id, 1);
	list_of(gather, &scope, "break_glass", "client", minute->client_id, 20);
	list_of(gather, &scope, "alert_outcome", "client", minute->client_id, 20);
	if (registry_find(&registry, "safety_plan")) {
		struct list_query query = { .resource = "safety_plan",
			.index = "current",
			.equal = { value_str(minute->client_id), value_c("active") },
			.descending = true,
			.limit = 1 };
		gather_list(gather, &scope, &query);
	}
	gather_run(gather);
}

static void take_alert(struct minute *minute, const struct row *row)
{
	struct arena *arena = &minute->rq->arena;
	struct str json = row_text(row, "concepts");
	json_t *list = json.len ? json_loadb(json.ptr, json.len, 0, NULL) : NULL, *value;
	size_t index;
	minute->client_id = arena_copy(arena, row_text(row, "client_id"));
	minute->conversation_id = arena_copy(arena, row_text(row, "conversation_id"));
	minute->kind = arena_copy(arena, row_text(row, "kind"));
	minute->about = row_is_null(row, "about") ? STR("client") : arena_copy(arena, row_text(row, "about"));
	json_array_foreach(list, index, value)
	{
		if (minute->concept_count < CONCEPTS_MAX)
			minute->concepts[minute->concept_count++] = arena_copy(arena, str_c(json_string_value(value)));
	}
	json_decref(list);
}

static void alert_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct minute *minute = ctx;
	bool theirs = !err && api_sees_client(minute->api, api_principal(minute->rq), row_text(&take_set->rows[0], "client_id"));
	if (theirs)
		take_alert(minute, &take_set->rows[0]);
	row_set_free(&take_set);
	if (err)
		api_refuse(minute->rq, err);
	else if (!theirs)
		http_error(minute->rq, 403, "forbidden", "not a client of yours", NULL);
	else
		look(minute);
}

static struct minute *minute_new(struct api *api, struct http_request *rq)
{
	struct minute *minute = ARENA_NEW(&rq->arena, struct minute);
	if (minute)
		*minute = (struct minute){ .api = api, .rq = rq, .alert_id = arena_copy(&rq->arena, http_param(rq, "id")) };
	else
		http_error(rq, 500, "internal", "out of memory", NULL);
	return minute;
}

static void read_alert(struct minute *minute, read_done done)
{
	struct scope scope = principal_scope(api_principal(minute->rq), NULL);
	struct err err = { 0 };
	if (store_get(api_store(minute->api), &scope, "alert", minute->alert_id.ptr, done, minute, &err))
		api_refuse(minute->rq, &err);
}

static void get_minute(void *ctx, struct http_request *rq)
{
	struct minute *minute = minute_new(ctx, rq);
	if (minute)
		read_alert(minute, alert_read);
}

/* ---- Breaking the glass ---- */

static void broke(void *ctx, const struct err *err)
{
	struct minute *minute = ctx;
	if (err) {
		api_refuse(minute->rq, err);
		return;
	}
	minute->broken = true;
	look(minute);
}

static void break_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct minute *minute = ctx;
	struct err own = { 0 };
	if (err) {
		api_refuse(minute->rq, err);
		return;
	}
	take_alert(minute, &take_set->rows[0]);
	bool active = row_bool(&take_set->rows[0], "active");
	row_set_free(&take_set);
	if (!active) {
		http_error(minute->rq, 409, "resolved", "the alert is resolved: nothing needs to be opened for it", NULL);
		return;
	}
	json_t *body = api_body(minute->rq);
	struct scope scope = principal_scope(api_principal(minute->rq), "alert.break_glass");
	struct unit *unit = body ? unit_new(api_store(minute->api), &scope) : NULL;
	if (unit) {
		struct op *op = unit_insert(unit, "break_glass", NULL);
		op_text(op, "client_id", minute->client_id);
		op_text(op, "alert_id", minute->alert_id);
		op_c(op, "staff_id", api_principal(minute->rq)->person_id.text);
		op_text(op, "reason", str_sub(str_trim(api_text(body, "reason")), 0, 1000));
		op_time(op, "expires_at", (wall_time){ clock_wall(api_care(minute->api)->clock).us + GLASS_US });
		if (store_submit(api_store(minute->api), unit, broke, minute, &own))
			api_refuse(minute->rq, &own);
	} else if (body) {
		http_error(minute->rq, 500, "internal", "out of memory", NULL);
	}
	json_decref(body);
}

static void post_glass(void *ctx, struct http_request *rq)
{
	struct minute *minute = minute_new(ctx, rq);
	json_t *body = minute ? api_body(rq) : NULL;
	if (!body)
		return;
	size_t len = str_trim(api_text(body, "reason")).len;
	json_decref(body);
	if (len < REASON_MIN) {
		http_error(rq, 400, "reason_required", "say in a sentence why this has to be seen without the client's yes; it is kept",
			"reason");
		return;
	}
	read_alert(minute, break_read);
}

/* ---- Contact-safety flags ---- */

static json_t *flags_json(struct api *api, const struct row *row)
{
	(void)api;
	return json_pack("{s:b,s:b,s:b,s:I}", "contact_unsafe", row_bool(row, "contact_unsafe"), "shared_device",
		row_bool(row, "shared_device"), "partner_violence", row_bool(row, "partner_violence"), "version", (json_int_t)row->version);
}

static json_t *flags_row(struct api *api, const struct row *row)
{
	care_client_flags(api->parts.care, row->id.ptr, row_bool(row, "contact_unsafe"));
	return flags_json(api, row);
}

static void put_flags(void *ctx, struct http_request *rq)
{
	static const char *const names[] = { "contact_unsafe", "shared_device", "partner_violence" };
	struct api *api = ctx;
	struct act *act = act_new(api, rq, "client", http_param(rq, "id"), flags_row);
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = principal_scope(api_principal(rq), "client.contact_safety");
	struct err err = { 0 };
	if (!body)
		return;
	struct unit *unit = unit_new(api_store(api), &scope);
	struct op *op = unit ? unit_update(unit, "client", act->id, VERSION_ANY) : NULL;
	bool good = true;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const json_t *value = json_object_get(body, names[i]);
		good &= json_is_boolean(value);
		if (op && json_is_boolean(value))
			op_bool(op, names[i], json_is_true(value));
	}
	json_decref(body);
	if (unit && !good) {
		unit_free(&unit);
		http_error(rq, 400, "invalid", "contact_unsafe, shared_device and partner_violence: each true or false", "contact_unsafe");
	} else if (!unit) {
		http_error(rq, 500, "internal", "out of memory", NULL);
	} else {
		act_started(act, store_submit(api_store(api), unit, act_done, act, &err), &err);
	}
}

const struct http_route api_minute_routes[] = {
	{ "GET", "/api/v1/staff/alerts/:id/first-minute", get_minute, HTTP_AUTH_STAFF, WHO_CARERS, 0, false },
	{ "POST", "/api/v1/staff/alerts/:id/break-glass", post_glass, HTTP_AUTH_STAFF, WHO_CLINICAL, 4096, false },
	{ "PUT", "/api/v1/staff/clients/:id/contact-safety", put_flags, HTTP_AUTH_STAFF, WHO_CLINICAL, 4096, false },
};
const size_t api_minute_route_count = COUNT_OF(api_minute_routes);
