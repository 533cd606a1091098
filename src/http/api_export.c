/* api_export.c: all that is kept about a client and that the client may read, to take along: every resource whose descriptor lets them,
 * field by field, page after page to the end (GDPR articles 15 and 20; HIPAA 45 CFR 164.524). An answer of more than EXPORT_ROWS rows goes
 * on where `next` says. */
#include "http/api_priv.h"

#include "care/resources.h"

#include <string.h>

#define EXPORT_ROWS 10000

struct taking {
	struct api *api;
	struct http_request *rq;
	struct scope scope;
	struct registry registry;
	json_t *root, *records; /* records: of root */
	size_t resource;        /* which of the registry is being read */
	struct str cursor;      /* within it; empty: from its beginning, or it is at its end */
	json_t *responses;      /* ids whose answers are still to be read */
	size_t rows;
};

/* What a client may take along. Sessions are left out: they are means of signing in, not a record. */
static bool wanted(const struct resource *resource)
{
	bool indexed = strcmp(resource->name, "client") == 0; /* by its id */
	for (size_t i = 0; i < resource->index_count; i++)
		indexed |= strcmp(resource->indexes[i].name, "client") == 0;
	return resource->of_client && indexed && resource_may(resource, WHO_CLIENT, ACCESS_READ, NULL) &&
	       strcmp(resource->name, "client_session") != 0;
}

static json_t *list_of(json_t *object, const char *name)
{
	json_t *list = json_object_get(object, name);
	if (!list) {
		list = json_array();
		json_object_set_new(object, name, list);
	}
	return list;
}

/* The client's own row without what the team has noted about how to reach them: on a device that somebody else looks into, "partner
 * violence" in a file would be the danger that the note is there to prevent. Compliance answers a written request for it. */
static json_t *own_row(const struct row *row)
{
	static const char *const kept_back[] = { "contact_unsafe", "shared_device", "partner_violence", "approve_replies", "level",
		"legal_hold" };
	json_t *json = row_json(row, WHO_CLIENT);
	for (size_t i = 0; json && i < COUNT_OF(kept_back); i++)
		json_object_del(json, kept_back[i]);
	return json;
}

static void add_row(struct taking *taking, const struct row *row)
{
	const char *name = row->resource->name;
	if (strcmp(name, "message") == 0) /* as in the chat: what was held back is not there either */
		json_array_append_new(list_of(taking->root, "messages"), message_json(taking->api, row, NULL, true));
	else if (strcmp(name, "conversation") == 0)
		json_array_append_new(list_of(taking->root, "conversations"),
			conversation_json(taking->api, row, str_c(api_principal(taking->rq)->lang)));
	else
		json_array_append_new(
			list_of(taking->records, name), strcmp(name, "client") == 0 ? own_row(row) : row_json(row, WHO_CLIENT));
	if (strcmp(name, "response") == 0)
		json_array_append_new(taking->responses, json_of_str(row->id));
}

/* What is easier to read put together, beside the rows as they are. */
static void add_views(struct taking *taking, const struct row_set *set, const char *name)
{
	if (strcmp(name, "consent") == 0 && !json_object_get(taking->root, "consents"))
		json_object_set_new(taking->root, "consents", api_consents_json(taking->api, taking->rq, set));
	if (strcmp(name, "medication_statement") == 0 && !json_object_get(taking->root, "medications"))
		json_object_set_new(taking->root, "medications", api_medicines_json(taking->api, set));
}

static void finish(struct taking *taking, json_t *take_next)
{
	json_decref(taking->responses);
	json_object_set_new(taking->root, "next", take_next);
	api_answer(taking->rq, 200, taking->root);
}

static void give_up(struct taking *taking, const struct err *err)
{
	json_decref(taking->responses);
	json_decref(taking->root);
	api_refuse(taking->rq, err);
}

static void go_on(struct taking *taking);

/* False: it is given up. */
static bool take_rows(struct taking *taking, const struct row_set *set, const struct err *err)
{
	if (err) {
		give_up(taking, err);
		return false;
	}
	for (size_t i = 0; i < set->count; i++)
		add_row(taking, &set->rows[i]);
	taking->rows += set->count;
	return true;
}

static void got_rows(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct taking *taking = ctx;
	bool going = take_rows(taking, take_set, err);
	if (going) {
		add_views(taking, take_set, taking->registry.resources[taking->resource]->name);
		taking->cursor = arena_copy(&taking->rq->arena, take_set->cursor);
		if (!taking->cursor.len)
			taking->resource++;
	}
	row_set_free(&take_set);
	if (going)
		go_on(taking);
}

static void got_answers(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct taking *taking = ctx;
	bool going = take_rows(taking, take_set, err);
	row_set_free(&take_set);
	if (!going)
		return;
	json_array_remove(taking->responses, json_array_size(taking->responses) - 1);
	go_on(taking);
}

static void read_answers(struct taking *taking)
{
	const json_t *last = json_array_get(taking->responses, json_array_size(taking->responses) - 1);
	struct list_query query = {
		.resource = "answer", .index = "response", .equal = { value_c(json_string_value(last)) }, .limit = LIST_MAX
	}; /* of a form: at most INSTRUMENT_ITEMS_MAX */
	struct err err = { 0 };
	if (store_list(api_store(taking->api), &taking->scope, &query, got_answers, taking, &err))
		give_up(taking, &err);
}

static void go_on(struct taking *taking)
{
	struct err err = { 0 };
	if (json_array_size(taking->responses)) {
		read_answers(taking);
		return;
	}
	while (taking->resource < taking->registry.count && !wanted(taking->registry.resources[taking->resource]))
		taking->resource++;
	if (taking->resource == taking->registry.count) {
		finish(taking, json_null());
		return;
	}
	const char *name = taking->registry.resources[taking->resource]->name;
	if (taking->rows >= EXPORT_ROWS) {
		finish(taking, json_of_str(arena_printf(&taking->rq->arena, "%s/" STR_FMT, name, STR_ARG(taking->cursor))));
		return;
	}
	struct list_query query = { .resource = name,
		.index = "client",
		.equal = { value_c(api_principal(taking->rq)->person_id.text) },
		.limit = LIST_MAX,
		.cursor = taking->cursor };
	bool newest_first = strcmp(name, "consent") == 0 || strcmp(name, "medication_statement") == 0; /* as their views are made */
	query.descending = newest_first;
	int rc = strcmp(name, "client") == 0 ? store_get(api_store(taking->api), &taking->scope, name,
						       api_principal(taking->rq)->person_id.text, got_rows, taking, &err)
					     : store_list(api_store(taking->api), &taking->scope, &query, got_rows, taking, &err);
	if (rc)
		give_up(taking, &err);
}

/* `after`, as a `next` of before: RESOURCE/CURSOR. */
static bool find_place(struct taking *taking, struct str after)
{
	if (!after.len)
		return true;
	struct str rest = after, name = str_split(&rest, '/');
	for (taking->resource = 0; taking->resource < taking->registry.count; taking->resource++)
		if (str_eqc(name, taking->registry.resources[taking->resource]->name) &&
			wanted(taking->registry.resources[taking->resource])) {
			taking->cursor = rest.ptr ? arena_copy(&taking->rq->arena, rest) : STR("");
			return true;
		}
	return false;
}

static void get_data(void *ctx, struct http_request *rq)
{
	struct taking *taking = ARENA_NEW(&rq->arena, struct taking);
	if (!taking) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*taking = (struct taking){
		.api = ctx, .rq = rq, .scope = principal_scope(api_principal(rq), "client.export"), .registry = care_registry()
	};
	if (!find_place(taking, http_query(rq, "after"))) {
		http_error(rq, 400, "invalid", "after: not a place that an answer named", "after");
		return;
	}
	taking->responses = json_array();
	taking->root = json_pack("{s:s,s:o,s:{},s:[],s:[]}", "format", "heedwell.client_data.1", "made_at",
		json_of_time(clock_wall(api_care(ctx)->clock)), "records", "conversations", "messages");
	taking->records = json_object_get(taking->root, "records");
	if (!taking->root || !taking->responses) {
		json_decref(taking->root);
		json_decref(taking->responses);
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	go_on(taking);
}

const struct http_route api_export_routes[] = {
	{ "GET", "/api/v1/client/data", get_data, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
};
const size_t api_export_route_count = COUNT_OF(api_export_routes);
