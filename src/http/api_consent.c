/* api_consent.c: consent and identity: what a client agrees to, where they are, who looked, what they ask of their data, what they
 * say about themselves; and the other side of it for staff. A client acts about oneself only; a coach sees own clients only. */
#include "http/api_priv.h"

#include "care/notice.h"

#include <string.h>

#define DAY_S INT64_C(86400)
#define REQUEST_DAYS 30 /* GDPR Art. 12(3): one month */
#define REQUESTS_OPEN_MAX 5
#define NOTE_MAX 2000
#define HOLD_REASON_MAX 500
#define ACCESS_PAGE 50

static const struct care_client *self(const struct api *api, const struct http_request *rq)
{
	return care_client(api->parts.care, api_principal(rq)->person_id.text);
}

static const struct care_programme *programme_of(const struct api *api, const struct http_request *rq)
{
	return care_programme(api->parts.care, api_principal(rq)->programme_id.text);
}

static struct str lang_of(const struct http_request *rq)
{
	struct str asked = http_query(rq, "lang");
	return asked.len ? asked : str_c(api_principal(rq)->lang);
}

static void no_memory(struct http_request *rq)
{
	http_error(rq, 500, "internal", "out of memory", NULL);
}

static struct list_query rows_of(const char *client_id, const char *resource)
{
	return (struct list_query){
		.resource = resource, .index = "client", .equal = { value_c(client_id) }, .descending = true, .limit = LIST_MAX
	};
}

/* The client of a staff route, when the person may see them; NULL when that has been answered. */
static const struct care_client *client_for(struct api *api, struct http_request *rq)
{
	const struct principal *who = api_principal(rq);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	const struct care_client *client = id.len ? care_client(api->parts.care, id.ptr) : NULL;
	if (!client || strcmp(client->programme_id.text, who->programme_id.text) != 0)
		http_error(rq, 404, "not_found", "no such client", NULL);
	else if (who->who == WHO_COACH && strcmp(client->coach_id.text, who->person_id.text) != 0)
		http_error(rq, 403, "forbidden", "not a client of yours", NULL);
	else
		return client;
	return NULL;
}

/* An act whose answer is made by hand once it is on disk. */
struct doing {
	struct api *api;
	struct http_request *rq;
	const char *client_id;
	void (*then)(struct doing *doing);
	struct str place, here, kind, text, more;
	struct uuid id;
	bool flag, flag2;
	const char *moved_to; /* the client's new state, or NULL */
};

static struct doing *doing_new(struct api *api, struct http_request *rq, const char *client_id, void (*then)(struct doing *doing))
{
	struct doing *doing = ARENA_NEW(&rq->arena, struct doing);
	if (!doing) {
		no_memory(rq);
		return NULL;
	}
	*doing = (struct doing){ .api = api, .rq = rq, .client_id = arena_copy(&rq->arena, str_c(client_id)).ptr, .then = then };
	return doing;
}

static void done(void *ctx, const struct err *err)
{
	struct doing *doing = ctx;
	if (err)
		api_refuse(doing->rq, err);
	else
		doing->then(doing);
}

static struct unit *unit_for(struct doing *doing, const char *reason)
{
	struct scope scope = principal_scope(api_principal(doing->rq), reason);
	struct unit *unit = unit_new(api_store(doing->api), &scope);
	if (!unit)
		no_memory(doing->rq);
	return unit;
}

static void submit(struct doing *doing, struct unit *unit)
{
	struct err err = { 0 };
	if (store_submit(api_store(doing->api), unit, done, doing, &err))
		api_refuse(doing->rq, &err);
}

/* ---- Consents ---- */

static json_t *text_json(const struct consent_text *text)
{
	return json_pack("{s:o,s:s,s:o,s:o,s:o,s:o,s:b}", "version", json_of_str(text->version), "hash", text->hash, "title",
		json_of_str(text->title), "short", json_of_str(text->short_text), "full", json_of_str(text->full), "from",
		json_of_str(text->from), "current", text->current);
}

/* What holds of a kind for a client: a yes to a text that has changed in what matters reads as unasked, and says that it is asked
 * again. */
static json_t *consent_json(struct api *api, struct http_request *rq, const char *client_id, int kind, const struct row *newest)
{
	struct str programme = programme_of(api, rq)->name, decided = newest ? row_text(newest, "document_version") : STR("");
	struct consent_text text;
	if (!consent_text(api_care(api)->consents, &rq->arena, kind, STR(""), lang_of(rq), programme, &text))
		return NULL;
	struct str state = newest ? row_text(newest, "decision") : STR("unasked");
	bool again = str_eqc(state, "given") && !consent_holds(api_care(api)->consents, kind, decided);
	bool changed = newest && !str_eq(decided, text.version);
	const struct care_client *client = care_client(api->parts.care, client_id);
	struct jurisdiction_rules rules;
	care_rules(api->parts.care, &rq->arena, programme_of(api, rq), client, client ? client->age : 0, &rules);
	return json_pack("{s:s,s:o,s:o,s:o,s:s,s:b,s:b,s:o,s:b}", "kind", consent_kind_name(kind), "state",
		again ? json_string("unasked") : json_of_str(state), "document", text_json(&text), "changed_at",
		newest ? json_of_time(newest->created_at) : json_null(), "ask",
		consent_at_start(api_care(api)->consents, kind) ? "at_start" : "when_used", "asked_again", again, "text_changed", changed,
		"decided_version", json_of_str(decided), "required_by_law", (rules.required >> kind) & 1u);
}

static json_t *consents_json(struct api *api, struct http_request *rq, const char *client_id, const struct row_set *set)
{
	json_t *items = json_array();
	for (int kind = 0; kind < CONSENT_KINDS; kind++) {
		json_t *item = consent_json(api, rq, client_id, kind, row_with(set, "kind", str_c(consent_kind_name(kind))));
		if (item)
			json_array_append_new(items, item);
	}
	return items;
}

json_t *api_consents_json(struct api *api, struct http_request *rq, const struct row_set *set)
{
	return consents_json(api, rq, api_principal(rq)->person_id.text, set);
}

static json_t *build_consents(struct gather *gather)
{
	return page_json(api_consents_json(gather->api, gather->rq, gather->sets[0]), NULL);
}

static void get_consents(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = rows_of(api_principal(rq)->person_id.text, "consent");
	struct gather *gather = gather_new(ctx, rq, build_consents, NULL);
	if (!gather)
		return;
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static json_t *build_decided(struct gather *gather)
{
	const struct doing *doing = gather->ctx;
	int kind = consent_kind_parse(doing->kind);
	const struct row *newest = row_with(gather->sets[0], "kind", doing->kind);
	return consent_json(gather->api, gather->rq, doing->client_id, kind, newest);
}

static void decided(struct doing *doing)
{
	struct scope scope = principal_scope(api_principal(doing->rq), NULL);
	struct list_query query = rows_of(doing->client_id, "consent");
	struct gather *gather = gather_new(doing->api, doing->rq, build_decided, doing);
	if (!gather)
		return;
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

/* A decision is about the text that was shown: a version that the packs know, and its hash when the page sends it. */
static bool shown_text(
	struct api *api, struct http_request *rq, int kind, const json_t *body, struct str lang, struct consent_text *ret_text)
{
	struct str version = api_text(body, "document_version"), hash = api_text(body, "document_hash");
	bool known = version.len &&
		     consent_text(api_care(api)->consents, &rq->arena, kind, version, lang, programme_of(api, rq)->name, ret_text);
	if (known && (!hash.len || str_eqc(hash, ret_text->hash)))
		return true;
	http_error(rq, 409, "document_changed", "the text has changed: show it again", "document_version");
	return false;
}

static void add_consent(struct unit *unit, const struct doing *doing, const struct consent_text *text, const char *state, struct str lang,
	const char *source, struct str channel)
{
	struct op *op = unit_insert(unit, "consent", NULL);
	op_c(op, "client_id", doing->client_id);
	op_text(op, "kind", doing->kind);
	op_c(op, "decision", state);
	op_text(op, "document_version", text->version);
	op_c(op, "document_hash", text->hash);
	op_text(op, "language", lang);
	op_c(op, "source", source);
	if (channel.len)
		op_text(op, "channel", channel);
}

static void decide(struct api *api, struct http_request *rq, const char *client_id, struct str kind_name, const json_t *body, bool staff)
{
	int kind = consent_kind_parse(kind_name);
	enum consent_choice choice = consent_choice_parse(api_text(body, "state"));
	struct str lang = staff && api_text(body, "lang").len ? arena_copy(&rq->arena, api_text(body, "lang")) : lang_of(rq);
	struct str channel = staff ? api_text(body, "channel") : STR("screen");
	struct consent_text text;
	if (kind < 0 || choice == CHOICE_UNASKED) {
		http_error(
			rq, kind < 0 ? 404 : 400, kind < 0 ? "not_found" : "invalid", "state must be given, refused or withdrawn", "state");
		return;
	}
	if (staff && !str_eqc(channel, "paper") && !str_eqc(channel, "spoken")) {
		http_error(rq, 400, "invalid", "channel must be paper or spoken", "channel");
		return;
	}
	if (!shown_text(api, rq, kind, body, lang, &text))
		return;
	struct doing *doing = doing_new(api, rq, client_id, decided);
	struct unit *unit = doing ? unit_for(doing, "consent.decide") : NULL;
	if (!unit)
		return;
	doing->kind = str_c(consent_kind_name(kind));
	add_consent(unit, doing, &text, consent_choice_name(choice), lang, staff ? "staff" : "app", channel);
	submit(doing, unit);
}

static void put_consent(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (!body)
		return;
	decide(ctx, rq, api_principal(rq)->person_id.text, http_param(rq, "kind"), body, false);
	json_decref(body);
}

/* ---- Where somebody lives, and is now ---- */

static json_t *place_json(struct api *api, struct http_request *rq, const struct care_client *client, const struct row *identity)
{
	struct str here = client->here.len ? client->here : client->country, country = str_sub(here, 0, 2);
	const struct care_parts *parts = api_care(api);
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:b,s:o,s:b}", "country", json_of_str(client->country), "place",
		json_of_str(client->place), "here", json_of_str(client->here), "whereabouts",
		identity ? json_of_field(identity, "whereabouts") : json_null(), "callback",
		identity ? json_of_field(identity, "callback") : json_null(), "asked_at",
		identity ? json_of_time_field(identity, "whereabouts_at") : json_null(), "declined",
		identity && row_bool(identity, "whereabouts_declined"), "emergency",
		json_of_str(helplines_emergency(parts->helplines, parts->messages, &rq->arena, country, lang_of(rq))), "contact_unsafe",
		client->contact_unsafe);
}

static json_t *build_place(struct gather *gather)
{
	const struct care_client *client = self(gather->api, gather->rq);
	const struct row_set *set = gather->sets[0];
	return client ? place_json(gather->api, gather->rq, client, set->count ? &set->rows[0] : NULL) : NULL;
}

static void answer_place(struct doing *doing)
{
	struct scope scope = principal_scope(api_principal(doing->rq), NULL);
	struct list_query query = { .resource = "client_identity", .index = "client", .equal = { value_c(doing->client_id) }, .limit = 1 };
	struct gather *gather = gather_new(doing->api, doing->rq, build_place, doing);
	if (!gather)
		return;
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void get_place(void *ctx, struct http_request *rq)
{
	struct doing *doing = doing_new(ctx, rq, api_principal(rq)->person_id.text, answer_place);
	if (doing)
		answer_place(doing);
}

static void moved(struct doing *doing)
{
	care_client_moved(doing->api->parts.care, doing->client_id, doing->place, doing->here);
	answer_place(doing);
}

static void op_or_null(struct op *op, const char *field, struct str text)
{
	if (text.len)
		op_text(op, field, text);
	else
		op_null(op, field);
}

static void identity_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct doing *doing = ctx;
	struct unit *unit = err ? NULL : unit_for(doing, "client.place");
	if (err)
		api_refuse(doing->rq, err);
	if (unit) {
		struct op *op = unit_update(unit, "client", doing->client_id, VERSION_ANY);
		op_or_null(op, "place", doing->place);
		op_or_null(op, "here", doing->here);
		bool there = take_set->count > 0;
		op = there ? unit_update(unit, "client_identity", take_set->rows[0].id.ptr, VERSION_ANY)
			   : unit_insert(unit, "client_identity", NULL);
		if (!there)
			op_c(op, "client_id", doing->client_id);
		op_or_null(op, "whereabouts", doing->text);
		op_or_null(op, "callback", doing->more);
		op_bool(op, "whereabouts_declined", doing->flag);
		op_time(op, "whereabouts_at", clock_wall(api_care(doing->api)->clock));
		submit(doing, unit);
	}
	row_set_free(&take_set);
}

static void put_place(void *ctx, struct http_request *rq)
{
	const struct care_client *client = self(ctx, rq);
	json_t *body = api_body(rq);
	struct err err = { 0 };
	if (!body)
		return;
	struct doing *doing = client ? doing_new(ctx, rq, api_principal(rq)->person_id.text, moved) : NULL;
	if (!client)
		http_error(rq, 404, "not_found", "no such client", NULL);
	if (doing) {
		/* A member that is not sent stays as it is: a page about where one is now does not say where one lives. */
		bool has_place = json_object_get(body, "place") != NULL;
		doing->place = arena_copy(&rq->arena, has_place ? api_text(body, "place") : client->place);
		doing->here = arena_copy(&rq->arena, api_text(body, "here"));
		doing->text = arena_copy(&rq->arena, str_trim(api_text(body, "whereabouts")));
		doing->more = arena_copy(&rq->arena, str_trim(api_text(body, "callback")));
		doing->flag = json_is_true(json_object_get(body, "declined"));
	}
	json_decref(body);
	if (!doing)
		return;
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = { .resource = "client_identity", .index = "client", .equal = { value_c(doing->client_id) }, .limit = 1 };
	if (!jurisdiction_place_good(doing->place) || !jurisdiction_place_good(doing->here))
		http_error(rq, 400, "invalid", "a place is a code such as US-IL or ES",
			jurisdiction_place_good(doing->place) ? "here" : "place");
	else if (doing->text.len > 300 || doing->more.len > 40)
		http_error(rq, 400, "invalid", "too long", doing->more.len > 40 ? "callback" : "whereabouts");
	else if (store_list(api_store(ctx), &scope, &query, identity_read, doing, &err))
		api_refuse(rq, &err);
}

static void contact_set(struct doing *doing)
{
	care_client_contact(doing->api->parts.care, doing->client_id, doing->flag);
	api_answer(doing->rq, 200, json_pack("{s:b}", "contact_unsafe", doing->flag));
}

static void put_contact(void *ctx, struct http_request *rq)
{
	json_t *body = api_body(rq);
	if (!body)
		return;
	const json_t *unsafe = json_object_get(body, "contact_unsafe");
	bool good = json_is_boolean(unsafe), value = json_is_true(unsafe);
	json_decref(body);
	if (!good) {
		http_error(rq, 400, "invalid", "contact_unsafe must be true or false", "contact_unsafe");
		return;
	}
	struct doing *doing = doing_new(ctx, rq, api_principal(rq)->person_id.text, contact_set);
	struct unit *unit = doing ? unit_for(doing, "client.contact_safety") : NULL;
	if (!unit)
		return;
	doing->flag = value;
	op_bool(unit_update(unit, "client", doing->client_id, VERSION_ANY), "contact_unsafe", value);
	submit(doing, unit);
}

/* ---- Demographics ---- */

static const char *const questions[] = { "ethnicity", "gender", "orientation", "disability", "home_language", "area" };

static json_t *build_demographics(struct gather *gather)
{
	const struct row *row = gather->sets[0]->count ? &gather->sets[0]->rows[0] : NULL;
	json_t *answers = json_object(), *declined = row ? json_of_json_field(row, "declined") : json_null();
	for (size_t i = 0; i < COUNT_OF(questions); i++)
		json_object_set_new(answers, questions[i], row ? json_of_field(row, questions[i]) : json_null());
	if (json_is_null(declined)) {
		json_decref(declined);
		declined = json_array();
	}
	return json_pack("{s:o,s:o}", "answers", answers, "declined", declined);
}

static void answer_demographics(struct doing *doing)
{
	struct scope scope = principal_scope(api_principal(doing->rq), NULL);
	struct list_query query = { .resource = "demographics", .index = "client", .equal = { value_c(doing->client_id) }, .limit = 1 };
	struct gather *gather = gather_new(doing->api, doing->rq, build_demographics, doing);
	if (!gather)
		return;
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void get_demographics(void *ctx, struct http_request *rq)
{
	struct doing *doing = doing_new(ctx, rq, api_principal(rq)->person_id.text, answer_demographics);
	if (doing)
		answer_demographics(doing);
}

struct answers {
	struct doing doing; /* first */
	struct str values[COUNT_OF(questions)];
	bool declined[COUNT_OF(questions)];
};

static void demographics_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct answers *answers = ctx;
	struct doing *doing = &answers->doing;
	struct unit *unit = err ? NULL : unit_for(doing, "client.demographics");
	if (err)
		api_refuse(doing->rq, err);
	if (unit) {
		json_t *declined = json_array();
		struct op *op = take_set->count ? unit_update(unit, "demographics", take_set->rows[0].id.ptr, VERSION_ANY)
						: unit_insert(unit, "demographics", NULL);
		if (!take_set->count)
			op_c(op, "client_id", doing->client_id);
		for (size_t i = 0; i < COUNT_OF(questions); i++) {
			op_or_null(op, questions[i], answers->declined[i] ? STR("") : answers->values[i]);
			if (answers->declined[i])
				json_array_append_new(declined, json_string(questions[i]));
		}
		op_json(op, "declined", declined);
		json_decref(declined);
		submit(doing, unit);
	}
	row_set_free(&take_set);
}

static void put_demographics(void *ctx, struct http_request *rq)
{
	struct answers *answers = ARENA_NEW(&rq->arena, struct answers);
	json_t *body = api_body(rq), *one;
	struct err err = { 0 };
	size_t index;
	const char *wrong = NULL;
	if (!body)
		return;
	if (!answers) {
		json_decref(body);
		no_memory(rq);
		return;
	}
	answers->doing = (struct doing){ .api = ctx, .rq = rq, .then = answer_demographics };
	answers->doing.client_id = arena_copy(&rq->arena, str_c(api_principal(rq)->person_id.text)).ptr;
	for (size_t i = 0; i < COUNT_OF(questions); i++) {
		answers->values[i] = arena_copy(&rq->arena, str_trim(api_text(json_object_get(body, "answers"), questions[i])));
		if (answers->values[i].len > 200)
			wrong = questions[i];
		json_array_foreach(json_object_get(body, "declined"), index, one)
			answers->declined[i] |= json_is_string(one) && strcmp(json_string_value(one), questions[i]) == 0;
	}
	json_decref(body);
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = {
		.resource = "demographics", .index = "client", .equal = { value_c(answers->doing.client_id) }, .limit = 1
	};
	if (wrong)
		http_error(rq, 400, "invalid", "at most 200 bytes", wrong);
	else if (store_list(api_store(ctx), &scope, &query, demographics_read, answers, &err))
		api_refuse(rq, &err);
}

/* ---- Who looked ---- */

static void access_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct doing *doing = ctx;
	json_t *items = json_array();
	int64_t last = 0;
	if (err) {
		json_decref(items);
		api_refuse(doing->rq, err);
		return;
	}
	for (size_t i = 0; i < take_set->count; i++) {
		const struct row *row = &take_set->rows[i];
		struct str kind = row_text(row, "actor_kind"), actor = row_text(row, "actor_id");
		const struct care_staff *staff = actor.len ? care_staff(doing->api->parts.care, actor.ptr) : NULL;
		bool own = str_eqc(actor, doing->client_id);
		last = row_int(row, "number");
		/* What the program does by itself for every message would bury who looked. */
		if (str_eqc(kind, "system") || (own && !str_eqc(row_text(row, "action"), "export")))
			continue;
		json_array_append_new(items,
			json_pack("{s:o,s:o,s:o,s:o,s:o,s:b}", "at", json_of_time_field(row, "at"), "action", json_of_field(row, "action"),
				"what", json_of_field(row, "subject"), "name", staff ? json_of_str(staff->name) : json_null(), "role",
				staff ? json_of_str(staff->role) : json_of_str(kind), "own", own));
	}
	json_t *next = take_set->count == LIST_MAX && last > 1 ? json_sprintf("%lld", (long long)last) : json_null();
	row_set_free(&take_set);
	api_answer(doing->rq, 200, json_pack("{s:o,s:o}", "items", items, "next", next));
}

static void get_access(void *ctx, struct http_request *rq)
{
	struct doing *doing = doing_new(ctx, rq, api_principal(rq)->person_id.text, NULL);
	struct str after = http_query(rq, "after");
	struct err err = { 0 };
	int64_t before = -1;
	for (size_t i = 0; doing && i < after.len && i < 18; i++) {
		if (after.ptr[i] < '0' || after.ptr[i] > '9') {
			http_error(rq, 400, "invalid", "after is not a cursor of this list", "after");
			return;
		}
		before = (before < 0 ? 0 : before) * 10 + (after.ptr[i] - '0');
	}
	if (!doing)
		return;
	struct scope scope = care_scope_system(api_principal(rq)->programme_id.text, NULL);
	if (store_journal(api_store(ctx), &scope, doing->client_id, before, LIST_MAX, access_read, doing, &err))
		api_refuse(rq, &err);
}

/* ---- What a client asks of their data ---- */

static json_t *request_json(struct api *api, const struct row *row, bool for_staff)
{
	struct str by = row_text(row, "decided_by"), client_id = row_text(row, "client_id");
	const struct care_staff *staff = by.len ? care_staff(api->parts.care, by.ptr) : NULL;
	const struct care_client *client = client_id.len ? care_client(api->parts.care, client_id.ptr) : NULL;
	json_t *json = json_pack("{s:o,s:I,s:o,s:o,s:o,s:o,s:o,s:b,s:o,s:o,s:o}", "id", json_of_str(row->id), "version",
		(json_int_t)row->version, "kind", json_of_field(row, "kind"), "state", json_of_str(row->state), "note",
		json_of_field(row, "note"), "created_at", json_of_time(row->created_at), "due_at", json_of_time_field(row, "due_at"),
		"late", row_bool(row, "late") && str_eqc(row->state, "open"), "answer", json_of_field(row, "answer"), "decided_by",
		staff ? json_of_str(staff->name) : json_null(), "decided_at", json_of_time_field(row, "decided_at"));
	if (for_staff && client)
		json_object_set_new(json, "client",
			json_pack("{s:s,s:o,s:o,s:b}", "id", client->id.text, "pseudonym", json_of_str(client->pseudonym), "state",
				json_of_str(client->state), "legal_hold", client->legal_hold));
	return json;
}

static json_t *build_requests(struct gather *gather)
{
	json_t *items = json_array();
	bool staff = (api_principal(gather->rq)->who & WHO_STAFF) != 0;
	for (size_t i = 0; i < gather->sets[0]->count; i++)
		json_array_append_new(items, request_json(gather->api, &gather->sets[0]->rows[i], staff));
	return page_json(items, gather->sets[0]);
}

static void get_requests(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = rows_of(api_principal(rq)->person_id.text, "data_request");
	struct gather *gather = gather_new(ctx, rq, build_requests, NULL);
	if (!gather)
		return;
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static json_t *build_request(struct gather *gather)
{
	struct doing *doing = gather->ctx;
	gather->status = doing->flag ? 201 : 200;
	return request_json(gather->api, &gather->sets[0]->rows[0], (api_principal(gather->rq)->who & WHO_STAFF) != 0);
}

static void answer_request(struct doing *doing)
{
	struct scope scope = principal_scope(api_principal(doing->rq), NULL);
	struct gather *gather = gather_new(doing->api, doing->rq, build_request, doing);
	if (!gather)
		return;
	gather_get(gather, &scope, "data_request", doing->id.text);
	gather_run(gather);
}

static void note_staff(struct doing *doing, struct unit *unit)
{
	struct event_note note = { .programme_id = api_principal(doing->rq)->programme_id.text,
		.kind = "overview",
		.client_id = doing->client_id,
		.subject = "data_request",
		.subject_id = doing->id.text };
	event_publish(unit, &note);
}

/* Leaving takes back the consents to care and to the AI in the same unit: it is in force on the next message, whoever closes the
 * record afterwards. */
static void leave(struct doing *doing, struct unit *unit)
{
	static const int kinds[] = { CONSENT_CARE, CONSENT_AI_CHAT };
	struct str lang = lang_of(doing->rq);
	struct consent_text text;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct doing one = *doing;
		one.kind = str_c(consent_kind_name(kinds[i]));
		if (consent_text(api_care(doing->api)->consents, &doing->rq->arena, kinds[i], STR(""), lang,
			    programme_of(doing->api, doing->rq)->name, &text))
			add_consent(unit, &one, &text, "withdrawn", lang, "app", STR("screen"));
	}
}

static void requests_counted(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct doing *doing = ctx;
	int open = 0;
	bool same = false;
	for (size_t i = 0; !err && i < take_set->count; i++) {
		bool waits = str_eqc(take_set->rows[i].state, "open");
		open += waits;
		same |= waits && str_eq(row_text(&take_set->rows[i], "kind"), doing->kind);
	}
	row_set_free(&take_set);
	if (err) {
		api_refuse(doing->rq, err);
		return;
	}
	if (same || open >= REQUESTS_OPEN_MAX) {
		http_error(doing->rq, 409, "already_asked", "this has been asked already and waits for an answer", "kind");
		return;
	}
	struct unit *unit = unit_for(doing, "data_request.make");
	if (!unit)
		return;
	wall_time due = { clock_wall(api_care(doing->api)->clock).us + REQUEST_DAYS * DAY_S * SECOND_US };
	struct op *op = unit_insert(unit, "data_request", &doing->id);
	op_c(op, "client_id", doing->client_id);
	op_text(op, "kind", doing->kind);
	if (doing->text.len)
		op_text(op, "note", doing->text);
	op_time(op, "due_at", due);
	doing->flag = true;
	if (str_eqc(doing->kind, "leave"))
		leave(doing, unit);
	note_staff(doing, unit);
	request_deadline(unit, due, doing->id.text, doing->client_id);
	submit(doing, unit);
}

static void post_request(void *ctx, struct http_request *rq)
{
	static const char *const kinds[] = { "erasure", "correction", "leave" };
	struct doing *doing = doing_new(ctx, rq, api_principal(rq)->person_id.text, answer_request);
	json_t *body = doing ? api_body(rq) : NULL;
	struct err err = { 0 };
	if (!body)
		return;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_eqc(api_text(body, "kind"), kinds[i]))
			doing->kind = str_c(kinds[i]);
	doing->text = arena_copy(&rq->arena, str_trim(api_text(body, "note")));
	json_decref(body);
	if (!doing->kind.len || doing->text.len > NOTE_MAX) {
		http_error(rq, 400, "invalid", doing->kind.len ? "at most 2,000 bytes" : "kind must be erasure, correction or leave",
			doing->kind.len ? "note" : "kind");
		return;
	}
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = rows_of(doing->client_id, "data_request");
	if (store_list(api_store(ctx), &scope, &query, requests_counted, doing, &err))
		api_refuse(rq, &err);
}

static void take_id(struct doing *doing, const char *param)
{
	struct str id = http_param(doing->rq, param);
	if (id.len == UUID_LENGTH)
		memcpy(doing->id.text, id.ptr, UUID_LENGTH);
}

static void post_take_back(void *ctx, struct http_request *rq)
{
	struct doing *doing = doing_new(ctx, rq, api_principal(rq)->person_id.text, answer_request);
	struct unit *unit = doing ? unit_for(doing, "data_request.take_back") : NULL;
	if (!unit)
		return;
	take_id(doing, "id");
	unit_move(unit, "data_request", doing->id.text, VERSION_ANY, "open", "taken_back");
	note_staff(doing, unit);
	submit(doing, unit);
}

/* ---- Staff: requests ---- */

static void get_staff_requests(void *ctx, struct http_request *rq)
{
	static const char *const states[] = { "open", "done", "refused", "taken_back" };
	struct scope scope = principal_scope(api_principal(rq), NULL);
	const char *state = "open";
	for (size_t i = 0; i < COUNT_OF(states); i++)
		if (str_eqc(http_query(rq, "state"), states[i]))
			state = states[i];
	struct list_query query = { .resource = "data_request", .index = "state", .equal = { value_c(state) } };
	struct gather *gather = gather_new(ctx, rq, build_requests, NULL);
	if (!gather)
		return;
	page_of(rq, &query);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void request_erased(void *ctx, const struct err *err)
{
	struct doing *doing = ctx;
	if (err)
		api_refuse(doing->rq, err);
	else
		answer_request(doing);
}

static void request_answered(struct doing *doing)
{
	struct scope scope = principal_scope(api_principal(doing->rq), "client.erase");
	struct err err = { 0 };
	if (doing->moved_to)
		care_client_state(doing->api->parts.care, doing->client_id, doing->moved_to);
	if (!doing->flag2)
		answer_request(doing);
	else if (store_erase_client(api_store(doing->api), &scope, doing->client_id, request_erased, doing, &err))
		api_refuse(doing->rq, &err);
}

static bool move_client(struct doing *doing, struct unit *unit, const struct care_client *client, const char *to)
{
	if (str_eqc(client->state, to) || (strcmp(to, "ended") == 0 && str_eqc(client->state, "erased")))
		return false;
	if (strcmp(to, "ended") == 0)
		unit_by_program(unit); /* compliance closes a record because its client left */
	unit_move(unit, "client", doing->client_id, VERSION_ANY, client->state.ptr, to);
	doing->moved_to = to;
	return true;
}

static void request_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct doing *doing = ctx;
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	struct str client_id = row ? row_text(row, "client_id") : STR("");
	const struct care_client *client = client_id.len ? care_client(doing->api->parts.care, client_id.ptr) : NULL;
	bool done_ = str_eqc(doing->kind, "done"), erasure = row && str_eqc(row_text(row, "kind"), "erasure");
	struct unit *unit = NULL;
	if (err)
		api_refuse(doing->rq, err);
	else if (!client)
		http_error(doing->rq, 404, "not_found", "no such client", NULL);
	else if (done_ && erasure && client->legal_hold)
		http_error(doing->rq, 409, "legal_hold", "a legal hold lies on this record: refuse with that reason, or end the hold first",
			NULL);
	else
		unit = unit_for(doing, "data_request.answer");
	if (unit) {
		doing->client_id = arena_copy(&doing->rq->arena, client_id).ptr;
		struct op *op = unit_move(unit, "data_request", doing->id.text, row->version, "open", doing->kind.ptr);
		op_text(op, "answer", doing->text);
		op_c(op, "decided_by", api_principal(doing->rq)->person_id.text);
		op_time(op, "decided_at", clock_wall(api_care(doing->api)->clock));
		doing->flag2 = done_ && erasure && move_client(doing, unit, client, "erased");
		note_staff(doing, unit);
		if (done_ && str_eqc(row_text(row, "kind"), "leave"))
			(void)move_client(doing, unit, client, "ended");
		submit(doing, unit);
	}
	row_set_free(&take_set);
}

static void post_request_answer(void *ctx, struct http_request *rq)
{
	struct doing *doing = doing_new(ctx, rq, "", request_answered);
	json_t *body = doing ? api_body(rq) : NULL;
	struct err err = { 0 };
	if (!body)
		return;
	struct str decision = api_text(body, "decision");
	doing->kind = str_eqc(decision, "done") ? STR("done") : str_eqc(decision, "refused") ? STR("refused") : STR("");
	doing->text = arena_copy(&rq->arena, str_trim(api_text(body, "answer")));
	json_decref(body);
	take_id(doing, "id");
	struct scope scope = principal_scope(api_principal(rq), NULL);
	if (!doing->kind.len)
		http_error(rq, 400, "invalid", "decision must be done or refused", "decision");
	else if (!doing->text.len || doing->text.len > NOTE_MAX)
		http_error(rq, 400, "reason_required", "say in 1 to 2,000 bytes what was done, what was not, and why", "answer");
	else if (store_get(api_store(ctx), &scope, "data_request", doing->id.text, request_read, doing, &err))
		api_refuse(rq, &err);
}

/* ---- Staff: a client's consents, age, place and law ---- */

static json_t *laws_json(struct api *api, struct http_request *rq, const struct jurisdiction_rules *rules)
{
	json_t *items = json_array();
	for (size_t i = 0; i < rules->id_count; i++) {
		struct jurisdiction_info info;
		if (!jurisdiction_info(api_care(api)->jurisdictions, rules->ids[i], lang_of(rq), &info))
			continue;
		json_array_append_new(
			items, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(info.id), "place", json_of_str(info.place), "text",
				       json_of_str(info.text), "source", json_of_str(info.source), "certainty", json_of_str(info.certainty),
				       "from",
				       info.from ? json_sprintf("%04d-%02d-%02d", info.from / 10000, info.from / 100 % 100, info.from % 100)
						 : json_null()));
	}
	return items;
}

static json_t *rules_json(const struct jurisdiction_rules *rules)
{
	static const char *const bots[] = { "none", "administrative", "therapeutic" };
	return json_pack("{s:s,s:b,s:b,s:b,s:b,s:i,s:i,s:i,s:i,s:i,s:i,s:b}", "bot", bots[rules->bot], "families_off", rules->families_off,
		"at_start", rules->at_start, "on_request", rules->on_request, "label", rules->label, "every_minutes", rules->every_minutes,
		"away_days", rules->away_days, "break_minutes", rules->break_minutes, "self_consent_from", rules->self_consent_from,
		"parental_under", rules->parental_under, "retain_years", rules->retain_years, "counsel", rules->counsel);
}

static json_t *history_json(struct api *api, const struct row_set *set)
{
	json_t *items = json_array();
	(void)api;
	for (size_t i = 0; set && i < set->count; i++) {
		const struct row *row = &set->rows[i];
		json_array_append_new(items, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "kind", json_of_field(row, "kind"), "state",
						     json_of_field(row, "decision"), "version", json_of_field(row, "document_version"),
						     "hash", json_of_field(row, "document_hash"), "lang", json_of_field(row, "language"),
						     "source", json_of_field(row, "source"), "channel", json_of_field(row, "channel"), "at",
						     json_of_time(row->created_at)));
	}
	return items;
}

static json_t *guardians_json(struct api *api, const struct row_set *set)
{
	json_t *items = json_array();
	for (size_t i = 0; set && i < set->count; i++) {
		const struct row *row = &set->rows[i];
		struct str by = row_text(row, "recorded_by");
		const struct care_staff *staff = by.len ? care_staff(api->parts.care, by.ptr) : NULL;
		json_array_append_new(
			items, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "state", json_of_str(row->state),
				       "kind", json_of_field(row, "kind"), "guardian", json_of_field(row, "guardian"), "verified",
				       json_of_field(row, "verified"), "reason", json_of_field(row, "reason"), "by",
				       staff ? json_of_str(staff->name) : json_null(), "at", json_of_time(row->created_at)));
	}
	return items;
}

static json_t *build_panel(struct gather *gather)
{
	struct doing *doing = gather->ctx;
	const struct care_client *client = care_client(gather->api->parts.care, doing->client_id);
	struct jurisdiction_rules rules;
	care_rules(gather->api->parts.care, &gather->rq->arena, programme_of(gather->api, gather->rq), client, client->age, &rules);
	const struct row *identity = gather->count > 1 && gather->sets[1]->count ? &gather->sets[1]->rows[0] : NULL;
	int from = rules.self_consent_from > rules.parental_under ? rules.self_consent_from : rules.parental_under;
	json_t *panel = json_pack("{s:o,s:o,s:o,s:o,s:o,s:i,s:b,s:i,s:b}", "consents",
		consents_json(gather->api, gather->rq, doing->client_id, gather->sets[0]), "history",
		history_json(gather->api, gather->sets[0]), "rules", rules_json(&rules), "laws", laws_json(gather->api, gather->rq, &rules),
		"place", place_json(gather->api, gather->rq, client, identity), "age", client->age, "may_consent",
		care_may_consent(&rules, client, client->age), "consents_from", from, "legal_hold", client->legal_hold);
	bool whole = gather->count > 3 && gather->sets[3]->count;
	json_object_set_new(
		panel, "legal_hold_reason", whole ? json_of_field(&gather->sets[3]->rows[0], "legal_hold_reason") : json_null());
	json_object_set_new(panel, "guardians", gather->count > 2 ? guardians_json(gather->api, gather->sets[2]) : json_null());
	return panel;
}

static void answer_panel(struct doing *doing)
{
	const struct principal *who = api_principal(doing->rq);
	struct scope scope = principal_scope(who, NULL);
	struct list_query consents = rows_of(doing->client_id, "consent"), guardians = rows_of(doing->client_id, "guardian_record");
	struct list_query identity = {
		.resource = "client_identity", .index = "client", .equal = { value_c(doing->client_id) }, .limit = 1
	};
	struct gather *gather = gather_new(doing->api, doing->rq, build_panel, doing);
	if (!gather)
		return;
	gather_list(gather, &scope, &consents);
	gather_list(gather, &scope, &identity);
	if (who->who & (WHO_CLINICAL | WHO_COMPLIANCE))
		gather_list(gather, &scope, &guardians);
	if (who->who == WHO_COMPLIANCE)
		gather_get(gather, &scope, "client", doing->client_id);
	gather_run(gather);
}

static void get_panel(void *ctx, struct http_request *rq)
{
	const struct care_client *client = client_for(ctx, rq);
	struct doing *doing = client ? doing_new(ctx, rq, client->id.text, answer_panel) : NULL;
	if (doing)
		answer_panel(doing);
}

static void post_staff_consent(void *ctx, struct http_request *rq)
{
	const struct care_client *client = client_for(ctx, rq);
	json_t *body = client ? api_body(rq) : NULL;
	if (!body)
		return;
	decide(ctx, rq, client->id.text, api_text(body, "kind"), body, true);
	json_decref(body);
}

static void staff_moved(struct doing *doing)
{
	care_client_moved(doing->api->parts.care, doing->client_id, doing->place, doing->here);
	answer_panel(doing);
}

static void put_staff_place(void *ctx, struct http_request *rq)
{
	const struct care_client *client = client_for(ctx, rq);
	json_t *body = client ? api_body(rq) : NULL;
	struct doing *doing = body ? doing_new(ctx, rq, client->id.text, staff_moved) : NULL;
	if (doing) {
		doing->place = arena_copy(&rq->arena, api_text(body, "place"));
		doing->here = arena_copy(&rq->arena, client->here);
		bool text = json_is_string(json_object_get(body, "place"));
		json_decref(body);
		struct unit *unit = NULL;
		if (!text || !jurisdiction_place_good(doing->place))
			http_error(rq, 400, "invalid", "a place is a code such as US-IL or ES", "place");
		else
			unit = unit_for(doing, "client.place");
		if (!unit)
			return;
		op_or_null(unit_update(unit, "client", doing->client_id, VERSION_ANY), "place", doing->place);
		submit(doing, unit);
		return;
	}
	json_decref(body);
}

static void guarded(struct doing *doing)
{
	if (doing->flag)
		care_client_guarded(doing->api->parts.care, doing->client_id, true);
	answer_panel(doing);
}

static bool one_of(struct str text, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eqc(text, names[i]))
			return true;
	return false;
}

static void post_guardian(void *ctx, struct http_request *rq)
{
	static const char *const kinds[] = { "parental_consent", "view", "notice" }, *const ways[] = { "document", "in_person", "video",
		"court_order" };
	const struct care_client *client = client_for(ctx, rq);
	json_t *body = client ? api_body(rq) : NULL;
	if (!body)
		return;
	struct str kind = api_text(body, "kind"), verified = api_text(body, "verified"), reason = str_trim(api_text(body, "reason")),
		   guardian = str_trim(api_text(body, "guardian"));
	const char *wrong = !one_of(kind, kinds, COUNT_OF(kinds))     ? "kind"
			    : !one_of(verified, ways, COUNT_OF(ways)) ? "verified"
			    : !guardian.len || guardian.len > 200     ? "guardian"
			    : !reason.len || reason.len > NOTE_MAX    ? "reason"
								      : NULL;
	struct doing *doing = wrong ? NULL : doing_new(ctx, rq, client->id.text, guarded);
	struct unit *unit = doing ? unit_for(doing, "guardian.record") : NULL;
	if (wrong)
		http_error(rq, 400, strcmp(wrong, "reason") == 0 ? "reason_required" : "invalid",
			"say what it is about, who it is, how that was verified, and why", wrong);
	if (unit) {
		struct op *op = unit_insert(unit, "guardian_record", NULL);
		op_c(op, "client_id", doing->client_id);
		op_text(op, "kind", kind);
		op_text(op, "guardian", guardian);
		op_text(op, "verified", verified);
		op_text(op, "reason", reason);
		op_c(op, "recorded_by", api_principal(rq)->person_id.text);
		doing->flag = str_eqc(kind, "parental_consent");
		submit(doing, unit);
	}
	json_decref(body);
}

/* Whether another consent of a guardian still stands is read anew: the memory follows the disk. */
static void guardians_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct doing *doing = ctx;
	bool consent = false;
	for (size_t i = 0; !err && i < take_set->count; i++)
		consent |= str_eqc(row_text(&take_set->rows[i], "kind"), "parental_consent") && str_eqc(take_set->rows[i].state, "active");
	care_client_guarded(doing->api->parts.care, doing->client_id, consent);
	row_set_free(&take_set);
	answer_panel(doing);
}

static void guardian_ended(struct doing *doing)
{
	struct scope scope = care_scope_system(api_principal(doing->rq)->programme_id.text, NULL);
	struct list_query query = rows_of(doing->client_id, "guardian_record");
	struct err err = { 0 };
	care_client_guarded(doing->api->parts.care, doing->client_id, false); /* until it has been read */
	if (store_list(api_store(doing->api), &scope, &query, guardians_read, doing, &err))
		api_refuse(doing->rq, &err);
}

static void record_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct doing *doing = ctx;
	bool own = !err && str_eqc(row_text(&take_set->rows[0], "client_id"), doing->client_id);
	struct unit *unit = own ? unit_for(doing, "guardian.end") : NULL;
	if (err)
		api_refuse(doing->rq, err);
	else if (!own)
		http_error(doing->rq, 404, "not_found", "no such record of this client", NULL);
	if (unit) {
		struct op *op = unit_move(unit, "guardian_record", doing->id.text, VERSION_ANY, "active", "ended");
		op_c(op, "ended_by", api_principal(doing->rq)->person_id.text);
		op_time(op, "ended_at", clock_wall(api_care(doing->api)->clock));
		submit(doing, unit);
	}
	row_set_free(&take_set);
}

static void post_guardian_end(void *ctx, struct http_request *rq)
{
	const struct care_client *client = client_for(ctx, rq);
	struct doing *doing = client ? doing_new(ctx, rq, client->id.text, guardian_ended) : NULL;
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct err err = { 0 };
	if (!doing)
		return;
	take_id(doing, "record");
	if (store_get(api_store(ctx), &scope, "guardian_record", doing->id.text, record_read, doing, &err))
		api_refuse(rq, &err);
}

static void held(struct doing *doing)
{
	care_client_hold(doing->api->parts.care, doing->client_id, doing->flag);
	answer_panel(doing);
}

static void put_legal_hold(void *ctx, struct http_request *rq)
{
	const struct care_client *client = client_for(ctx, rq);
	json_t *body = client ? api_body(rq) : NULL;
	if (!body)
		return;
	const json_t *hold = json_object_get(body, "legal_hold");
	struct str reason = str_trim(api_text(body, "reason"));
	bool good = json_is_boolean(hold), told = reason.len > 0 && reason.len <= HOLD_REASON_MAX;
	struct doing *doing = good && told ? doing_new(ctx, rq, client->id.text, held) : NULL;
	struct unit *unit = doing ? unit_for(doing, "client.legal_hold") : NULL;
	if (!good)
		http_error(rq, 400, "invalid", "legal_hold must be true or false", "legal_hold");
	else if (!told)
		http_error(rq, 400, "reason_required", "say why, in 1 to 500 bytes", "reason");
	if (unit) {
		doing->flag = json_is_true(hold);
		if (doing->flag) /* what is deleted from now on heeds it, before it is on disk */
			care_client_hold(doing->api->parts.care, doing->client_id, true);
		struct op *op = unit_update(unit, "client", doing->client_id, VERSION_ANY);
		op_bool(op, "legal_hold", doing->flag);
		op_text(op, "legal_hold_reason", reason);
		submit(doing, unit);
	}
	json_decref(body);
}

const struct http_route api_consent_routes[] = {
	{ "GET", "/api/v1/client/consents", get_consents, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "PUT", "/api/v1/client/consents/:kind", put_consent, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "GET", "/api/v1/client/place", get_place, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "PUT", "/api/v1/client/place", put_place, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "PUT", "/api/v1/client/contact", put_contact, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "GET", "/api/v1/client/demographics", get_demographics, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "PUT", "/api/v1/client/demographics", put_demographics, HTTP_AUTH_CLIENT, WHO_CLIENT, 8192, false },
	{ "GET", "/api/v1/client/access", get_access, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "GET", "/api/v1/client/requests", get_requests, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "POST", "/api/v1/client/requests", post_request, HTTP_AUTH_CLIENT, WHO_CLIENT, 8192, false },
	{ "POST", "/api/v1/client/requests/:id/take-back", post_take_back, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
	{ "GET", "/api/v1/staff/requests", get_staff_requests, HTTP_AUTH_STAFF, WHO_COMPLIANCE, 0, false },
	{ "POST", "/api/v1/staff/requests/:id/answer", post_request_answer, HTTP_AUTH_STAFF, WHO_COMPLIANCE, 8192, false },
	{ "GET", "/api/v1/staff/clients/:id/consents", get_panel, HTTP_AUTH_STAFF, WHO_CARERS | WHO_COMPLIANCE, 0, false },
	{ "POST", "/api/v1/staff/clients/:id/consents", post_staff_consent, HTTP_AUTH_STAFF, WHO_CARERS, 4096, false },
	{ "PUT", "/api/v1/staff/clients/:id/place", put_staff_place, HTTP_AUTH_STAFF, WHO_CLINICAL, 4096, false },
	{ "POST", "/api/v1/staff/clients/:id/guardian", post_guardian, HTTP_AUTH_STAFF, WHO_CLINICAL, 8192, false },
	{ "POST", "/api/v1/staff/clients/:id/guardian/:record/end", post_guardian_end, HTTP_AUTH_STAFF, WHO_CLINICAL, 4096, false },
	{ "PUT", "/api/v1/staff/clients/:id/legal-hold", put_legal_hold, HTTP_AUTH_STAFF, WHO_COMPLIANCE, 4096, false },
};
const size_t api_consent_route_count = COUNT_OF(api_consent_routes);
