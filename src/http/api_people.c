/* api_people.c: clients and invites, the journal, numbers, releases, the policy in words. */
#include "http/api_priv.h"

#include "care/directory.h"
#include "sys/mem.h"
#include "sys/pool.h"

#include <string.h>

#define EXPORT_MAX (512u << 20)
#define COUNT_MAX 10000
#define SEARCH_MAX 200

/* ---- Clients ---- */

bool api_is_mine(const struct http_request *rq, const struct row *client)
{
	const struct principal *who = api_principal(rq);
	return who->who != WHO_COACH || str_eqc(row_text(client, "coach_id"), who->person_id.text);
}

/* A page of clients, each with its newest conversation: as many small reads as rows, all at once. Without a question the page is the
 * store's; a search or a filter is answered from the directory in memory, which gives the ids. */
struct listing {
	struct api *api;
	struct http_request *rq;
	struct row_set *clients; /* of the store's page */
	struct str next;
	size_t count, waiting;
	struct listed {
		struct listing *listing;
		struct row_set *set; /* of one read by its id */
		const struct row *row;
		struct str conversation_id;
		wall_time last_message_at;
	} * listed;
};

static void listing_free(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		row_set_free(&listing->listed[i].set);
	row_set_free(&listing->clients);
}

static void answer_listing(struct listing *listing)
{
	json_t *items = json_array();
	for (size_t i = 0; i < listing->count; i++) {
		const struct listed *listed = &listing->listed[i];
		if (!listed->row || !api_is_mine(listing->rq, listed->row))
			continue;
		json_t *json = client_json(listing->api, listed->row);
		json_object_set_new(json, "conversation_id", json_of_str(listed->conversation_id));
		if (listed->conversation_id.len)
			json_object_set_new(json, "last_message_at", json_of_time(listed->last_message_at));
		json_array_append_new(items, json);
	}
	json_t *page = json_pack("{s:o,s:o}", "items", items, "next", json_of_str(listing->next));
	listing_free(listing);
	api_answer(listing->rq, 200, page);
}

static void newest_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct listed *listed = ctx;
	struct listing *listing = listed->listing;
	if (!err && take_set->count) {
		listed->conversation_id = arena_copy(&listing->rq->arena, take_set->rows[0].id);
		listed->last_message_at = row_time(&take_set->rows[0], "last_message_at");
	}
	row_set_free(&take_set);
	if (--listing->waiting == 0)
		answer_listing(listing);
}

static void read_newest(struct listing *listing)
{
	const struct principal *who = api_principal(listing->rq);
	/* Only when and where each wrote last: no look into a record, so none is journalled. */
	struct scope scope = care_scope_system(who->programme_id.text, NULL);
	listing->waiting = 1;
	for (size_t i = 0; i < listing->count && (who->who & WHO_CARERS); i++) {
		struct err own = { 0 };
		if (!listing->listed[i].row)
			continue;
		struct list_query query = { .resource = "conversation",
			.index = "client",
			.equal = { value_str(listing->listed[i].row->id) },
			.descending = true,
			.limit = 1 };
		listing->waiting++;
		if (store_list(api_store(listing->api), &scope, &query, newest_read, &listing->listed[i], &own))
			listing->waiting--; /* shown without */
	}
	if (--listing->waiting == 0)
		answer_listing(listing);
}

static bool listing_room(struct listing *listing, size_t count)
{
	listing->listed = ARENA_ARRAY(&listing->rq->arena, struct listed, count + 1);
	for (size_t i = 0; listing->listed && i < count; i++)
		listing->listed[i].listing = listing;
	listing->count = listing->listed ? count : 0;
	return listing->listed != NULL;
}

static void clients_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct listing *listing = ctx;
	listing->clients = take_set;
	if (err || !listing_room(listing, take_set->count)) {
		row_set_free(&listing->clients);
		if (err)
			api_refuse(listing->rq, err);
		else
			http_error(listing->rq, 500, "internal", "out of memory", NULL);
		return;
	}
	for (size_t i = 0; i < take_set->count; i++)
		listing->listed[i].row = &take_set->rows[i];
	listing->next = arena_copy(&listing->rq->arena, take_set->cursor);
	read_newest(listing);
}

static void found_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct listed *listed = ctx;
	struct listing *listing = listed->listing;
	(void)err; /* erased or gone meanwhile: left out */
	listed->set = take_set;
	listed->row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	if (--listing->waiting == 0)
		read_newest(listing);
}

static void list_found(struct listing *listing, const struct scope *scope, const struct uuid *ids, size_t count, bool more)
{
	if (!listing_room(listing, count)) {
		http_error(listing->rq, 500, "internal", "out of memory", NULL);
		return;
	}
	if (more)
		listing->next = arena_copy(&listing->rq->arena, str_c(ids[count - 1].text));
	listing->waiting = 1;
	for (size_t i = 0; i < count; i++) {
		struct err own = { 0 };
		listing->waiting++;
		if (store_get(api_store(listing->api), scope, "client", ids[i].text, found_read, &listing->listed[i], &own))
			listing->waiting--;
	}
	if (--listing->waiting == 0)
		read_newest(listing);
}

static bool known_state(struct str state)
{
	static const char *const states[] = { "", "invited", "active", "paused", "ended", "erased" };
	for (size_t i = 0; i < COUNT_OF(states); i++)
		if (str_eqc(state, states[i]))
			return true;
	return false;
}

static void get_clients(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct principal *who = api_principal(rq);
	struct scope scope = principal_scope(who, NULL);
	struct list_query query = { .resource = "client", .descending = true };
	struct listing *listing = ARENA_NEW(&rq->arena, struct listing);
	struct uuid *ids = ARENA_ARRAY(&rq->arena, struct uuid, LIST_MAX);
	struct err err = { 0 };
	bool more = false;
	if (!listing || !ids) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*listing = (struct listing){ .api = api, .rq = rq };
	page_of(rq, &query);
	const struct directory_query asked = { .programme_id = who->programme_id.text,
		.words = str_trim(http_query(rq, "search")),
		.state = http_query(rq, "state"),
		.coach_id = who->who == WHO_COACH || str_eqc(http_query(rq, "mine"), "true") ? who->person_id.text : NULL,
		.after = query.cursor,
		.limit = query.limit };
	if (!known_state(asked.state) || asked.words.len > SEARCH_MAX) {
		http_error(rq, 400, "invalid", "no such state, or a search of over 200 bytes",
			asked.words.len > SEARCH_MAX ? "search" : "state");
		return;
	}
	if (asked.words.len || asked.state.len || asked.coach_id) {
		if (asked.after.len && asked.after.len != UUID_LENGTH) {
			http_error(rq, 400, "invalid", "after is not a cursor of this list", "after");
			return;
		}
		size_t count = directory_find(api->parts.care, &asked, ids, &more);
		list_found(listing, &scope, ids, count, more);
	} else if (store_list(api_store(api), &scope, &query, clients_read, listing, &err)) {
		api_refuse(rq, &err);
	}
}

static json_t *build_client(struct gather *gather)
{
	const struct row *row = &gather->sets[0]->rows[0];
	if (!api_is_mine(gather->rq, row))
		return api_not_yours(gather);
	json_t *json = client_json(gather->api, row);
	json_object_set_new(json, "team", api_team_json(gather->api, row->id));
	if (gather->sets[1] && gather->sets[1]->count) {
		json_object_set_new(json, "conversation_id", json_of_str(gather->sets[1]->rows[0].id));
		json_object_set_new(json, "last_message_at", json_of_time_field(&gather->sets[1]->rows[0], "last_message_at"));
	}
	return json;
}

static void get_client(void *ctx, struct http_request *rq)
{
	const struct principal *who = api_principal(rq);
	struct scope scope = principal_scope(who, NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct list_query query = {
		.resource = "conversation", .index = "client", .equal = { value_str(id) }, .descending = true, .limit = 1
	};
	struct gather *gather = gather_new(ctx, rq, build_client, NULL);
	if (!gather)
		return;
	gather_get(gather, &scope, "client", id.ptr);
	if (who->who & WHO_CARERS)
		gather_list(gather, &scope, &query);
	gather_run(gather);
}

struct inviting {
	struct api *api;
	struct http_request *rq;
	struct invite_ticket ticket;
};

static json_t *build_invited(struct gather *gather)
{
	const struct inviting *inviting = gather->ctx;
	struct str url = arena_printf(&gather->rq->arena, "/#/invite/%s", inviting->ticket.token);
	gather->status = 201;
	return json_pack("{s:o,s:o}", "client", client_json(gather->api, &gather->sets[0]->rows[0]), "invite_url", json_of_str(url));
}

static void invited(void *ctx, const struct err *err)
{
	struct inviting *inviting = ctx;
	if (err) {
		api_refuse(inviting->rq, err);
		return;
	}
	struct scope scope = principal_scope(api_principal(inviting->rq), NULL);
	struct gather *gather = gather_new(inviting->api, inviting->rq, build_invited, inviting);
	if (!gather)
		return;
	gather_get(gather, &scope, "client", inviting->ticket.client_id.text);
	gather_run(gather);
}

static void post_client(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct principal *who = api_principal(rq);
	struct scope scope = principal_scope(who, "client.invite");
	struct inviting *inviting = ARENA_NEW(&rq->arena, struct inviting);
	json_t *body = api_body(rq);
	struct err err = { 0 };
	if (!body)
		return;
	const struct invite_request request = { .pseudonym = api_text(body, "pseudonym"),
		.name = api_text(body, "name"),
		.birth_year = (int)api_int(body, "birth_year", 0),
		.language = api_text(body, "lang"),
		.country = api_text(body, "country"),
		.place = api_text(body, "place"),
		.approve_replies = json_is_true(json_object_get(body, "approve_replies")),
		.clinician_id = who->who == WHO_CLINICIAN ? who->person_id.text : NULL };
	int rc = inviting ? 0 : err_set(&err, E_MEMORY, "http/api", "out of memory");
	if (!rc) {
		*inviting = (struct inviting){ .api = api, .rq = rq };
		rc = invite_make(api->parts.care, &scope, &request, &inviting->ticket, invited, inviting, &err);
	}
	json_decref(body);
	if (rc)
		api_refuse(rq, &err);
}

/* Erasure: the keys of the client's words are destroyed; then the row says so. */
struct erasing {
	struct api *api;
	struct http_request *rq;
	const char *id, *from;
};

static void erased(void *ctx, const struct err *err)
{
	struct erasing *erasing = ctx;
	if (err) {
		api_refuse(erasing->rq, err);
		return;
	}
	care_client_erased(erasing->api->parts.care, erasing->id);
	api_answer(erasing->rq, 200, json_pack("{s:s,s:s}", "id", erasing->id, "state", "erased"));
}

static void marked(void *ctx, const struct err *err)
{
	struct erasing *erasing = ctx;
	struct scope scope = principal_scope(api_principal(erasing->rq), "client.erase");
	struct err own = { 0 };
	if (err)
		api_refuse(erasing->rq, err);
	else if (store_erase_client(api_store(erasing->api), &scope, erasing->id, erased, erasing, &own))
		api_refuse(erasing->rq, &own);
}

static void post_erase(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct erasing *erasing = ARENA_NEW(&rq->arena, struct erasing);
	json_t *body = api_body(rq);
	struct scope scope = principal_scope(api_principal(rq), "client.erase");
	struct err err = { 0 };
	if (!body)
		return;
	bool reason = str_trim(api_text(body, "reason")).len > 0;
	json_decref(body);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	const struct care_client *client = id.len ? care_client(api->parts.care, id.ptr) : NULL;
	if (!reason || !client || !erasing) {
		http_error(
			rq, reason ? 404 : 400, reason ? "not_found" : "reason_required", reason ? "no such client" : "say why", "reason");
		return;
	}
	if (client->legal_hold) {
		http_error(rq, 409, "legal_hold", "a legal hold lies on this record", NULL);
		return;
	}
	*erasing = (struct erasing){ .api = api, .rq = rq, .id = id.ptr };
	struct unit *unit = unit_new(api_store(api), &scope);
	if (!unit) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	unit_move(unit, "client", id.ptr, VERSION_ANY, client->state.ptr, "erased");
	if (store_submit(api_store(api), unit, marked, erasing, &err))
		api_refuse(rq, &err);
}

/* ---- The journal ---- */

static json_t *entry_json(const struct row *row)
{
	struct str actor = row_text(row, "actor_id"), kind = row_text(row, "actor_kind");
	json_t *who = actor.len ? json_sprintf(STR_FMT ":" STR_FMT, STR_ARG(kind), STR_ARG(actor)) : json_of_str(kind);
	return json_pack("{s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "index", (json_int_t)row_int(row, "number"), "time",
		json_of_time_field(row, "at"), "actor", who, "action", json_of_field(row, "action"), "resource",
		json_of_field(row, "subject"), "resource_id", json_of_field(row, "subject_id"), "reason", json_of_field(row, "reason"),
		"hash", json_of_field(row, "hash"));
}

/* Names instead of ids, for people. */
static void name_actors(struct api *api, json_t *items)
{
	json_t *entry;
	size_t index;
	json_array_foreach(items, index, entry)
	{
		const char *actor = json_string_value(json_object_get(entry, "actor")), *id = actor ? strchr(actor, ':') : NULL;
		const struct care_staff *staff = id ? care_staff(api->parts.care, id + 1) : NULL;
		if (staff)
			json_object_set_new(entry, "actor", json_of_str(staff->name));
	}
}

struct reading {
	struct api *api;
	struct http_request *rq;
	unsigned limit;
};

static void journal_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct reading *reading = ctx;
	json_t *items = json_array();
	int64_t last = 0;
	if (err) {
		json_decref(items);
		api_refuse(reading->rq, err);
		return;
	}
	for (size_t i = 0; i < take_set->count; i++) {
		json_array_append_new(items, entry_json(&take_set->rows[i]));
		last = row_int(&take_set->rows[i], "number");
	}
	name_actors(reading->api, items);
	json_t *next = take_set->count == reading->limit && last > 0 ? json_sprintf("%lld", (long long)last) : json_null();
	row_set_free(&take_set);
	api_answer(reading->rq, 200, json_pack("{s:o,s:o}", "items", items, "next", next));
}

static void get_journal(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query page = { 0 };
	struct reading *reading = ARENA_NEW(&rq->arena, struct reading);
	struct err err = { 0 };
	int64_t before = -1;
	page_of(rq, &page);
	for (size_t i = 0; i < page.cursor.len && i < 18; i++) {
		if (page.cursor.ptr[i] < '0' || page.cursor.ptr[i] > '9') {
			http_error(rq, 400, "invalid", "after is not a cursor of this list", "after");
			return;
		}
		before = (before < 0 ? 0 : before) * 10 + (page.cursor.ptr[i] - '0');
	}
	if (!reading) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*reading = (struct reading){ ctx, rq, page.limit };
	if (store_journal(api_store(ctx), &scope, NULL, before, page.limit, journal_read, reading, &err))
		api_refuse(rq, &err);
}

/* What waits for the writer or reads the whole journal runs on a thread of the pool. */
struct slow {
	struct api *api;
	struct http_request *rq;
	struct pool_work work;
	struct buf out;
	char note[2048];
	const char *programme_id;
	struct err err;
};

static int export_piece(void *ctx, struct str piece)
{
	struct slow *slow = ctx;
	buf_add(&slow->out, piece);
	return slow->out.failed ? -1 : 0;
}

static void export_work(void *ctx)
{
	struct slow *slow = ctx;
	int rc = store_export(api_store(slow->api), slow->programme_id, export_piece, slow, &slow->err);
	if (!rc && slow->out.failed)
		err_set(&slow->err, E_LIMIT, "http/api", "the export is too large for one answer: use heedwell audit export");
}

static void checkpoint_work(void *ctx)
{
	struct slow *slow = ctx;
	if (!store_checkpoint(api_store(slow->api), slow->note, sizeof(slow->note), &slow->err))
		buf_add_c(&slow->out, slow->note);
}

static void slow_done(void *ctx)
{
	struct slow *slow = ctx;
	struct http_request *rq = slow->rq;
	struct buf out = slow->out;
	if (slow->err.code)
		api_refuse(rq, &slow->err);
	else
		http_reply(rq, 200, "text/plain; charset=utf-8", buf_str(&out));
	buf_done(&out);
}

static void run_slow(struct api *api, struct http_request *rq, loop_fn *work)
{
	struct slow *slow = ARENA_NEW(&rq->arena, struct slow);
	struct err err = { 0 };
	if (!slow) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	slow->api = api;
	slow->rq = rq;
	slow->programme_id = api_principal(rq)->programme_id.text;
	buf_init(&slow->out, mem_system(), EXPORT_MAX);
	if (pool_run(api->pool, &slow->work, work, slow_done, slow, &err))
		http_error(rq, 503, "busy", "too much work waits; try again", NULL);
}

static void get_checkpoint(void *ctx, struct http_request *rq)
{
	run_slow(ctx, rq, checkpoint_work);
}

static void get_export(void *ctx, struct http_request *rq)
{
	run_slow(ctx, rq, export_work);
}

/* ---- Numbers ---- */

static json_t *build_overview(struct gather *gather)
{
	int by_priority[5] = { 0 }, missed = 0;
	wall_time until = { 0 };
	const struct care_programme *programme = care_programme(gather->api->parts.care, api_principal(gather->rq)->programme_id.text);
	for (size_t i = 0; i < gather->sets[0]->count; i++) {
		int64_t priority = row_int(&gather->sets[0]->rows[i], "priority");
		if (priority >= 1 && priority <= 4)
			by_priority[priority]++;
		missed += row_bool(&gather->sets[0]->rows[i], "missed");
	}
	enum policy_cover cover = care_cover(gather->api->parts.care, programme, &until);
	int64_t held = (int64_t)gather->sets[1]->count, replies = 0, replaced = 0, reviewed = 0;
	for (size_t i = 2; i < gather->count; i++) {
		replies += gather->sets[i]->total;
		replaced += i == 3 ? gather->sets[i]->total : 0;
		reviewed += i >= 4 ? gather->sets[i]->total : 0;
	}
	json_t *releases = json_array();
	if (replies)
		json_array_append_new(releases, json_pack("{s:s,s:I,s:I,s:I,s:n}", "release", "all releases", "messages",
							(json_int_t)replies, "replaced_per_1000", (json_int_t)(replaced * 1000 / replies),
							"held_per_1000", (json_int_t)(reviewed * 1000 / replies), "overridden_per_1000"));
	return json_pack("{s:{s:i,s:i,s:i,s:i},s:i,s:{s:s,s:o},s:I,s:o,s:b}", "open_by_priority", "1", by_priority[1], "2", by_priority[2],
		"3", by_priority[3], "4", by_priority[4], "missed_deadlines", missed, "cover", "state", cover_name(cover), "until",
		json_of_time(until), "held_replies", (json_int_t)held, "by_release", releases, "more", gather->sets[0]->cursor.len > 0);
}

static void get_overview(void *ctx, struct http_request *rq)
{
	static const char *const states[] = { "answered", "replaced", "held", "released" };
	struct scope scope = care_scope_system(api_principal(rq)->programme_id.text, NULL); /* numbers only */
	struct list_query alerts = { .resource = "alert", .index = "active", .equal = { value_int(1) }, .limit = LIST_MAX };
	struct list_query reviews = { .resource = "review", .index = "state", .equal = { value_c("pending") }, .limit = LIST_MAX };
	struct gather *gather = gather_new(ctx, rq, build_overview, NULL);
	if (!gather)
		return;
	gather_list(gather, &scope, &alerts);
	gather_list(gather, &scope, &reviews);
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		struct list_query count = { .resource = "message", .index = "state", .equal = { value_c(states[i]) } };
		gather_count(gather, &scope, &count, COUNT_MAX);
	}
	gather_run(gather);
}

static void get_policy(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct care_programme *programme = care_programme(api->parts.care, api_principal(rq)->programme_id.text);
	struct str lang = str_c(api_principal(rq)->lang);
	struct buf hours;
	json_t *rules = json_array();
	buf_init(&hours, mem_system(), 4096);
	cover_words(programme->cover, &hours);
	struct policy_rule_info rule;
	for (size_t i = 0; policy_rule(api_care(api)->policy, programme->policy, i, lang, &rule); i++)
		json_array_append_new(rules, json_pack("{s:o,s:o}", "id", json_of_str(rule.id), "text", json_of_str(rule.text)));
	api_answer(rq, 200,
		json_pack("{s:o,s:o,s:o,s:o}", "preset", json_of_str(programme->policy), "name", json_of_str(programme->policy), "rules",
			rules, "cover_hours", json_of_str(buf_str(&hours))));
	buf_done(&hours);
}

/* ---- Releases ---- */

static json_t *release_json(struct api *api, const struct row *row)
{
	(void)api;
	return json_pack("{s:o,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "version", (json_int_t)row->version,
		"name", json_of_field(row, "name"), "model", json_of_field(row, "model"), "policy", json_of_field(row, "policy"), "packs",
		json_of_field(row, "packs"), "engine", json_of_field(row, "engine"), "state", json_of_str(row->state), "created_at",
		json_of_time(row->created_at), "promoted_at", json_of_time_field(row, "promoted_at"));
}

static json_t *build_releases(struct gather *gather)
{
	json_t *items = json_array();
	for (size_t i = 0; i < gather->sets[0]->count; i++)
		json_array_append_new(items, release_json(gather->api, &gather->sets[0]->rows[i]));
	return page_json(items, gather->sets[0]);
}

static void list_plain(struct api *api, struct http_request *rq, const char *resource, gather_fn *build)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct list_query query = { .resource = resource, .descending = true };
	struct gather *gather = gather_new(api, rq, build, NULL);
	if (!gather)
		return;
	page_of(rq, &query);
	gather_list(gather, &scope, &query);
	gather_run(gather);
}

static void get_releases(void *ctx, struct http_request *rq)
{
	list_plain(ctx, rq, "release", build_releases);
}

static void post_release(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct care_programme *programme = care_programme(api->parts.care, api_principal(rq)->programme_id.text);
	struct scope scope = principal_scope(api_principal(rq), "release.make");
	json_t *body = api_body(rq);
	struct unit *unit = body ? unit_new(api_store(api), &scope) : NULL;
	struct uuid id = { { 0 } };
	struct err err = { 0 };
	if (!unit) {
		if (body)
			http_error(rq, 500, "internal", "out of memory", NULL);
		json_decref(body);
		return;
	}
	struct op *op = unit_insert(unit, "release", &id);
	op_text(op, "name", api_text(body, "name"));
	op_text(op, "model", api_text(body, "model"));
	op_text(op, "policy", programme->policy);
	op_text(op, "packs", api_care(api)->packs);
	op_text(op, "engine", api_care(api)->engine);
	json_decref(body);
	struct act *act = act_new(api, rq, "release", str_c(id.text), release_json);
	if (!act) {
		unit_free(&unit);
		return;
	}
	int rc = store_submit(api_store(api), unit, act_done, act, &err);
	act_started(act, rc, &err);
}

static void use_release(struct act *act)
{
	care_use_release(act->api->parts.care, api_principal(act->rq)->programme_id.text, act->id);
}

static void post_promote(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct act *act = act_new(api, rq, "release", http_param(rq, "id"), release_json);
	const struct care_programme *programme = care_programme(api->parts.care, api_principal(rq)->programme_id.text);
	struct scope scope = principal_scope(api_principal(rq), "release.promote");
	json_t *body = act ? api_body(rq) : NULL;
	struct unit *unit = body ? unit_new(api_store(api), &scope) : NULL;
	struct err err = { 0 };
	if (!unit) {
		if (body)
			http_error(rq, 500, "internal", "out of memory", NULL);
		json_decref(body);
		return;
	}
	bool retired = str_eqc(api_text(body, "from"), "retired"); /* back to an earlier one */
	wall_time now = clock_wall(api_care(api)->clock);
	if (programme->release_id.text[0] && strcmp(programme->release_id.text, act->id) != 0)
		op_time(unit_move(unit, "release", programme->release_id.text, VERSION_ANY, "current", "retired"), "retired_at", now);
	struct op *op = unit_move(
		unit, "release", act->id, api_int(body, "version", VERSION_ANY), retired ? "retired" : "draft", "current");
	op_c(op, "promoted_by", api_principal(rq)->person_id.text);
	op_time(op, "promoted_at", now);
	json_decref(body);
	act->after = use_release;
	int rc = store_submit(api_store(api), unit, act_done, act, &err);
	act_started(act, rc, &err);
}

#define WHO_OVERSIGHT (WHO_SUPERVISOR | WHO_COMPLIANCE | WHO_ADMIN)

const struct http_route api_people_routes[] = {
	{ "GET", "/api/v1/staff/clients", get_clients, HTTP_AUTH_STAFF, WHO_CARERS | WHO_COMPLIANCE, 0, false },
	{ "POST", "/api/v1/staff/clients", post_client, HTTP_AUTH_STAFF, WHO_CLINICAL | WHO_ADMIN, 0, false },
	{ "GET", "/api/v1/staff/clients/:id", get_client, HTTP_AUTH_STAFF, WHO_CARERS | WHO_COMPLIANCE, 0, false },
	{ "GET", "/api/v1/staff/clients/:id/timeline", api_get_timeline, HTTP_AUTH_STAFF, WHO_CARERS | WHO_COMPLIANCE, 0, false },
	{ "POST", "/api/v1/staff/clients/:id/erase", post_erase, HTTP_AUTH_STAFF, WHO_COMPLIANCE, 0, false },
	{ "GET", "/api/v1/staff/journal", get_journal, HTTP_AUTH_STAFF, WHO_OVERSIGHT, 0, false },
	{ "GET", "/api/v1/staff/journal/checkpoint", get_checkpoint, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "GET", "/api/v1/staff/journal/export", get_export, HTTP_AUTH_STAFF, WHO_COMPLIANCE | WHO_ADMIN, 0, false },
	{ "GET", "/api/v1/staff/overview", get_overview, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "GET", "/api/v1/staff/policy", get_policy, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "GET", "/api/v1/staff/releases", get_releases, HTTP_AUTH_STAFF, WHO_SUPERVISOR | WHO_ADMIN, 0, false },
	{ "POST", "/api/v1/staff/releases", post_release, HTTP_AUTH_STAFF, WHO_SUPERVISOR | WHO_ADMIN, 0, false },
	{ "POST", "/api/v1/staff/releases/:id/promote", post_promote, HTTP_AUTH_STAFF, WHO_SUPERVISOR | WHO_ADMIN, 0, false },
};
const size_t api_people_route_count = COUNT_OF(api_people_routes);
