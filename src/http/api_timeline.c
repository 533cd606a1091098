/* api_timeline.c: everything that happened around one client, newest first, from as many resources as the reader's role may read.
 *
 * Each resource is read by its own index, newest first. A page ends at the horizon: the newest of the last times of those lists
 * that had more to give; what is newer than that is complete. `next` is the horizon in microseconds: the time to go on before. */
#include "http/api_priv.h"

#include "care/resources.h"

#include <stdlib.h>

#define SOURCES_MAX GATHER_MAX

/* What is told of a row, besides its id, time and state. The words that people wrote stay where they are; a line says what happened. */
static const struct source {
	const char *resource, *index;
	const char *fields[7];
} sources[] = {
	{ "alert", "client", { "kind", "level", "priority", "reason", "outcome", "resolution", "conversation_id" } },
	{ "review", "client", { "reason", "decided_by", "decided_at", "conversation_id" } },
	{ "consent", "client", { "kind", "decision", "document_version", "source", "language" } },
	{ "invite", "client", { "expires_at" } },
	{ "questionnaire_task", "client", { "instrument", "source", "due_at", "assigned_by", "opens_at", "read_by" } },
	{ "response", "client", { "instrument", "total", "band", "score_state", "level", "submitted_at", "risk_unanswered" } },
	{ "intake", "client", { "level", "started_at", "finished_at" } },
	{ "referral", "client", { "source", "priority", "level", "decided_by" } },
	{ "enrolment", "client", { "module", "started_at", "assigned_by" } },
	{ "medication_statement", "client", { "kind", "name", "dose", "frequency", "day", "told_by", "recorded_by" } },
	{ "checkin_schedule", "client", { "instrument", "unit", "every", "time", "zone", "made_by" } },
};
_Static_assert(COUNT_OF(sources) < SOURCES_MAX, "the client is read too");

struct timeline {
	const struct source *sources[SOURCES_MAX];
	size_t count;
	unsigned limit;
};

struct moment {
	int64_t at_us;
	const struct source *source;
	const struct row *row;
};

static int newest_first(const void *a, const void *b)
{
	const struct moment *one = a, *other = b;
	if (one->at_us != other->at_us)
		return one->at_us < other->at_us ? 1 : -1;
	return -str_cmp(one->row->id, other->row->id);
}

/* The staff behind an id by name; anything else as it is. */
static json_t *told(struct gather *gather, const struct row *row, const char *name, json_t *value)
{
	size_t at = resource_field(row->resource, name);
	const struct field *field = at == SIZE_MAX ? NULL : &row->resource->fields[at];
	if (!field || field->type != FIELD_REF || strcmp(field->ref, "staff") != 0 || !json_is_string(value))
		return json_incref(value);
	const struct care_staff *staff = care_staff(gather->api->parts.care, json_string_value(value));
	return staff ? json_of_str(staff->name) : json_null();
}

static json_t *moment_json(struct gather *gather, const struct moment *moment)
{
	json_t *whole = row_json(moment->row, api_principal(gather->rq)->who), *about = json_object();
	for (size_t i = 0; i < COUNT_OF(moment->source->fields) && moment->source->fields[i]; i++) {
		json_t *value = json_object_get(whole, moment->source->fields[i]);
		if (value)
			json_object_set_new(about, moment->source->fields[i], told(gather, moment->row, moment->source->fields[i], value));
	}
	json_decref(whole);
	return json_pack("{s:s,s:o,s:o,s:o,s:o}", "kind", moment->source->resource, "id", json_of_str(moment->row->id), "at",
		json_of_time((wall_time){ moment->at_us }), "state", json_of_str(moment->row->state), "about", about);
}

static int64_t row_at(const struct row *row)
{
	return row->created_at.us;
}

static json_t *build_timeline(struct gather *gather)
{
	const struct timeline *timeline = gather->ctx;
	if (!api_is_mine(gather->rq, &gather->sets[0]->rows[0]))
		return api_not_yours(gather);
	size_t total = 0, count = 0;
	int64_t horizon = INT64_MIN;
	for (size_t i = 0; i < timeline->count; i++) {
		const struct row_set *set = gather->sets[i + 1];
		total += set->count;
		if (set->cursor.len && row_at(&set->rows[set->count - 1]) > horizon)
			horizon = row_at(&set->rows[set->count - 1]);
	}
	struct moment *moments = ARENA_ARRAY(&gather->rq->arena, struct moment, total + 1);
	json_t *items = json_array();
	if (!moments) {
		json_decref(items);
		return NULL;
	}
	for (size_t i = 0; i < timeline->count; i++)
		for (size_t k = 0; k < gather->sets[i + 1]->count; k++) {
			const struct row *row = &gather->sets[i + 1]->rows[k];
			if (row_at(row) > horizon)
				moments[count++] = (struct moment){ row_at(row), timeline->sources[i], row };
		}
	qsort(moments, count, sizeof *moments, newest_first);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(items, moment_json(gather, &moments[i]));
	return json_pack(
		"{s:o,s:o}", "items", items, "next", horizon == INT64_MIN ? json_null() : json_sprintf("%lld", (long long)horizon + 1));
}

static bool time_of(struct str text, wall_time *ret_time)
{
	int64_t us = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9' || i == 18)
			return false;
		us = us * 10 + (text.ptr[i] - '0');
	}
	*ret_time = (wall_time){ us };
	return us > 0;
}

void api_get_timeline(void *ctx, struct http_request *rq)
{
	const struct principal *who = api_principal(rq);
	const struct registry registry = care_registry();
	struct scope scope = principal_scope(who, NULL);
	struct str id = arena_copy(&rq->arena, http_param(rq, "id"));
	struct timeline *timeline = ARENA_NEW(&rq->arena, struct timeline);
	struct list_query page = { 0 };
	wall_time before = { 0 };
	page_of(rq, &page);
	if (page.cursor.len && !time_of(page.cursor, &before)) {
		http_error(rq, 400, "invalid", "after is not a cursor of this list", "after");
		return;
	}
	struct gather *gather = timeline ? gather_new(ctx, rq, build_timeline, timeline) : NULL;
	if (!gather) {
		if (!timeline)
			http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	gather_get(gather, &scope, "client", id.ptr);
	for (size_t i = 0; i < COUNT_OF(sources); i++) {
		const struct resource *resource = registry_find(&registry, sources[i].resource);
		if (!resource || !resource_may(resource, who->who, ACCESS_READ, NULL))
			continue;
		timeline->sources[timeline->count++] = &sources[i];
		const struct list_query query = { .resource = sources[i].resource,
			.index = sources[i].index,
			.equal = { value_str(id) },
			.bounded = before.us > 0,
			.to = before,
			.descending = true,
			.limit = page.limit };
		gather_list(gather, &scope, &query);
	}
	gather_run(gather);
}
