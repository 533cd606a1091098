/* api_whatif.c: what the past would have been under other thresholds or another policy (care/whatif_run.h): started, watched, cancelled.
 * A policy pack may be sent along before it is installed; it is judged on a thread of the pool, as any pack is. */
#include "http/api_priv.h"

#include "care/load.h"
#include "care/whatif_run.h"
#include "sys/mem.h"

#include <string.h>

#define DAYS_DEFAULT 28
#define PACK_MAX 262144
#define BODY_MAX (2 * PACK_MAX)
#define WHO_WHATIF (WHO_SUPERVISOR | WHO_COMPLIANCE | WHO_ADMIN)

/* ---- As the console reads it ---- */

static json_t *side_json(const struct whatif_side *side, int budget)
{
	struct load_sum sum = side->load ? load_sum(side->load, budget) : (struct load_sum){ 0 };
	int64_t hundredths = sum.minutes ? (int64_t)side->high * 6000 / sum.minutes : 0;
	return json_pack("{s:i,s:i,s:i,s:{s:i,s:i,s:i,s:i},s:o,s:i,s:i}", "calls", side->calls, "alerts", side->alerts, "high", side->high,
		"by_priority", "1", side->by_priority[1], "2", side->by_priority[2], "3", side->by_priority[3], "4", side->by_priority[4],
		"per_hour", sum.minutes ? json_real((double)hundredths / 100) : json_null(), "over", sum.over, "uncovered", sum.uncovered);
}

static int count_of(const struct load_tallies *tallies, const char *key)
{
	for (size_t i = 0; i < tallies->count; i++)
		if (strcmp(tallies->list[i].key, key) == 0)
			return tallies->list[i].count[LOAD_OPEN];
	return 0;
}

static void add_rule(const struct api *api, const struct http_request *rq, json_t *list, const char *key, int before, int after)
{
	struct policy_rule_info info = { 0 };
	bool known = api_rule(api, rq, str_c(key), &info);
	if (!known || info.alert)
		json_array_append_new(
			list, json_pack("{s:s,s:o,s:i,s:i}", "id", key, "text", json_of_str(info.text), "before", before, "after", after));
}

/* Every rule that asked for a person on either side; of a pack that is not installed also those that only stood beside it. */
static json_t *rules_json(const struct api *api, const struct http_request *rq, const struct whatif *run)
{
	json_t *list = json_array();
	const struct load_tallies *before = &run->before.rules, *after = &run->after.rules;
	for (size_t i = 0; i < before->count; i++)
		add_rule(api, rq, list, before->list[i].key, before->list[i].count[LOAD_OPEN], count_of(after, before->list[i].key));
	for (size_t i = 0; i < after->count; i++)
		if (!count_of(before, after->list[i].key))
			add_rule(api, rq, list, after->list[i].key, 0, after->list[i].count[LOAD_OPEN]);
	return list;
}

static json_t *example_json(const struct api *api, const struct whatif_example *one, bool named)
{
	static const char *const ends[] = { "open", "true", "false", "unclear" };
	const struct care_client *client = named ? care_client(api->parts.care, one->client_id.text) : NULL;
	return json_pack("{s:o,s:s,s:s,s:o,s:i,s:i,s:i,s:i,s:s,s:s}", "client",
		client ? json_pack("{s:s,s:o,s:o}", "id", client->id.text, "pseudonym", json_of_str(client->pseudonym), "name",
				 json_of_str(client->name))
		       : json_null(),
		"conversation_id", one->conversation_id.text, "message_id", one->message_id.text, "at", json_of_time(one->at), "before",
		one->before, "after", one->after, "level_before", one->level_before, "level_after", one->level_after, "concept",
		one->concept, "end", ends[one->end]);
}

static json_t *change_json(const struct whatif *run)
{
	json_t *caps = json_array();
	for (size_t i = 0; i < run->change.cap_count; i++)
		json_array_append_new(
			caps, json_pack("{s:s,s:i}", "concept", run->change.caps[i].concept, "level", run->change.caps[i].level));
	return json_pack("{s:o,s:o,s:i,s:i,s:o}", "policy", json_of_str(run->preset), "pack", json_of_str(run->pack), "confidence",
		run->change.confidence, "from_level", run->change.from_level, "caps", caps);
}

/* brief: for the list. */
static json_t *run_json(const struct api *api, const struct http_request *rq, const struct whatif *run, bool brief)
{
	const struct care_programme *programme = care_programme(api->parts.care, run->programme_id.text);
	const struct care_staff *by = care_staff(api->parts.care, run->started_by.text);
	json_t *json = json_pack("{s:s,s:s,s:o,s:i,s:o,s:o,s:o,s:o,s:o}", "id", run->id.text, "state", whatif_state_name(run->state),
		"failure", json_of_str(str_c(run->failure)), "progress", run->progress, "started_at", json_of_time(run->started_at),
		"started_by", by ? json_of_str(by->name) : json_null(), "from", json_of_time(run->from), "to", json_of_time(run->to),
		"change", change_json(run));
	if (brief || run->state == WHATIF_RUNNING)
		return json;
	int budget = programme->settings.alert_budget;
	struct load_sum hours = run->before.load ? load_sum(run->before.load, budget) : (struct load_sum){ 0 };
	json_t *examples = json_array();
	for (size_t i = 0; i < run->example_count; i++)
		json_array_append_new(examples, example_json(api, &run->examples[i], api_principal(rq)->who & WHO_CLINICAL));
	json_object_set_new(json, "messages", json_integer(run->messages));
	json_object_set_new(json, "left_out", json_integer(run->left_out));
	json_object_set_new(json, "agree", json_integer(run->agree));
	json_object_set_new(json, "real_alerts", json_integer(run->real));
	json_object_set_new(json, "budget", json_integer(budget));
	int64_t tenths = hours.minutes / 6;
	json_object_set_new(json, "clinician_hours", hours.minutes ? json_real((double)tenths / 10) : json_null());
	json_object_set_new(json, "before", side_json(&run->before, budget));
	json_object_set_new(json, "after", side_json(&run->after, budget));
	json_object_set_new(json, "lost", json_integer(run->lost));
	json_object_set_new(json, "gained", json_integer(run->gained));
	json_object_set_new(json, "lost_by",
		json_pack("{s:i,s:i,s:i,s:i}", "true", run->lost_by[LOAD_TRUE], "false", run->lost_by[LOAD_FALSE], "unclear",
			run->lost_by[LOAD_UNCLEAR], "open", run->lost_by[LOAD_OPEN]));
	json_object_set_new(json, "rules", rules_json(api, rq, run));
	json_object_set_new(json, "examples", examples);
	return json;
}

static void get_all(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct principal *who = api_principal(rq);
	const struct care_programme *programme = care_programme(api->parts.care, who->programme_id.text);
	struct policy_preset_info info;
	json_t *policies = json_array(), *items = json_array();
	for (size_t i = 0; policy_preset(api_care(api)->policy, i, str_c(who->lang), &info); i++)
		json_array_append_new(policies, json_pack("{s:o,s:o}", "id", json_of_str(info.id), "name", json_of_str(info.name)));
	for (const struct whatif *run = NULL; (run = whatif_next(api->whatifs, who->programme_id.text, run)) != NULL;)
		json_array_append_new(items, run_json(api, rq, run, true));
	api_answer(rq, 200,
		json_pack("{s:o,s:o,s:o,s:i}", "items", items, "policies", policies, "current", json_of_str(programme->policy), "budget",
			programme->settings.alert_budget));
}

static const struct whatif *asked_run(struct api *api, struct http_request *rq)
{
	const struct whatif *run = whatif_find(api->whatifs, api_principal(rq)->programme_id.text, http_param(rq, "id"));
	if (!run)
		http_error(rq, 404, "not_found", "no such replay; a restart forgets them", NULL);
	return run;
}

static void get_one(void *ctx, struct http_request *rq)
{
	const struct whatif *run = asked_run(ctx, rq);
	if (run)
		api_answer(rq, 200, run_json(ctx, rq, run, false));
}

static void post_cancel(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct whatif *run = asked_run(api, rq);
	if (!run)
		return;
	whatif_cancel(api->whatifs, run);
	api_answer(rq, 200, run_json(api, rq, run, true));
}

/* ---- Starting ---- */

struct starting {
	struct api *api;
	struct http_request *rq;
	struct pool_work work;
	struct whatif_start start;
	struct str yaml;
	struct policy *policy;
	char pack_id[POLICY_ID_BYTES];
	struct err err;
};

/* A concept's id or a part of one: letters, digits, "_" and ".". */
static bool is_concept(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!((text.ptr[i] >= 'a' && text.ptr[i] <= 'z') || (text.ptr[i] >= '0' && text.ptr[i] <= '9') || text.ptr[i] == '_' ||
			    text.ptr[i] == '.'))
			return false;
	return text.len > 0 && text.len < WHATIF_CONCEPT_BYTES;
}

/* NULL, or the member that is wrong. */
static const char *read_caps(const json_t *list, struct whatif_change *change)
{
	json_t *one;
	size_t index;
	if (list && !json_is_null(list) && (!json_is_array(list) || json_array_size(list) > WHATIF_CAPS_MAX))
		return "caps";
	json_array_foreach((json_t *)(uintptr_t)list, index, one)
	{
		struct str concept = api_text(one, "concept");
		int64_t level = api_int(one, "level", -1);
		if (!is_concept(concept) || level < 0 || level > 4)
			return "caps";
		struct whatif_cap *cap = &change->caps[change->cap_count++];
		memcpy(cap->concept, concept.ptr, concept.len);
		cap->level = (int)level;
	}
	return NULL;
}

static const char *read_start(struct starting *starting, const json_t *body)
{
	struct whatif_start *start = &starting->start;
	struct arena *arena = &starting->rq->arena;
	int64_t days = api_int(body, "days", DAYS_DEFAULT), confidence = api_int(body, "confidence", 0),
		level = api_int(body, "from_level", 0);
	starting->yaml = arena_copy(arena, api_text(body, "pack"));
	start->preset = arena_copy(arena, str_trim(api_text(body, "policy")));
	start->days = (int)days;
	start->change = (struct whatif_change){ .confidence = (int)confidence, .from_level = (int)level };
	if (days < 1 || days > LOAD_DAYS_MAX)
		return "days";
	if (confidence < 0 || confidence > 1000)
		return "confidence";
	if (level < 0 || level > 4)
		return "from_level";
	if (start->preset.len >= POLICY_ID_BYTES)
		return "policy";
	if (starting->yaml.len > PACK_MAX)
		return "pack";
	return read_caps(json_object_get(body, "caps"), &start->change);
}

static void begin(struct starting *starting)
{
	struct api *api = starting->api;
	const struct principal *who = api_principal(starting->rq);
	const struct whatif *run = NULL;
	struct err err = { 0 };
	starting->start.programme_id = who->programme_id.text;
	starting->start.staff_id = who->person_id.text;
	starting->start.take_policy = starting->policy ? &starting->policy : NULL;
	int rc = whatif_start(api->whatifs, &starting->start, &run, &err);
	if (rc == 0)
		api_answer(starting->rq, 202, run_json(api, starting->rq, run, true));
	else if (rc == E_LIMIT)
		http_error(starting->rq, 409, "busy", "two replays run already: wait for one, or cancel it", NULL);
	else if (rc == E_INVALID && strcmp(err.message, "preset") == 0)
		http_error(starting->rq, 400, "invalid", "policy: no policy of this name is installed, or in the pack", "policy");
	else
		api_refuse(starting->rq, &err);
}

static void open_pack(void *ctx)
{
	struct starting *starting = ctx;
	const struct policy_source source = { STR("pack"), starting->yaml };
	if (policy_vary(mem_system(), api_care(starting->api)->policy, &source, &starting->policy, starting->pack_id, &starting->err))
		starting->policy = NULL; /* err says why */
}

static bool preset_of(const struct policy *policy, struct str id)
{
	struct policy_preset_info info;
	for (size_t i = 0; policy_preset(policy, i, STR("en"), &info); i++)
		if (str_eq(info.id, id))
			return true;
	return false;
}

/* A pack that is a preset itself is what is asked about, unless another one is named. */
static void pack_opened(void *ctx)
{
	struct starting *starting = ctx;
	if (!starting->policy) {
		http_error(starting->rq, 400, "bad_pack", starting->err.message, "pack");
		return;
	}
	starting->start.pack = str_c(starting->pack_id);
	if (!starting->start.preset.len && preset_of(starting->policy, starting->start.pack))
		starting->start.preset = starting->start.pack;
	begin(starting);
}

static void post_start(void *ctx, struct http_request *rq)
{
	struct starting *starting = ARENA_NEW(&rq->arena, struct starting);
	json_t *body = starting ? api_body(rq) : NULL;
	struct err err = { 0 };
	if (!starting)
		http_error(rq, 500, "internal", "out of memory", NULL);
	if (!body)
		return;
	*starting = (struct starting){ .api = ctx, .rq = rq };
	const char *wrong = read_start(starting, body);
	json_decref(body);
	if (wrong)
		http_error(rq, 400, "invalid",
			strcmp(wrong, "days") == 0         ? "days: 1 to 92"
			: strcmp(wrong, "confidence") == 0 ? "confidence: 0 to 1000"
			: strcmp(wrong, "from_level") == 0 ? "from_level: 0 to 4"
			: strcmp(wrong, "caps") == 0       ? "caps: at most 16 of {concept, level 0 to 4}"
			: strcmp(wrong, "pack") == 0       ? "pack: at most 256 KiB"
							   : "policy: too long",
			wrong);
	else if (!starting->yaml.len)
		begin(starting);
	else if (pool_run(starting->api->pool, &starting->work, open_pack, pack_opened, starting, &err))
		http_error(rq, 503, "busy", "too much work waits; try again", NULL);
}

const struct http_route api_whatif_routes[] = {
	{ "GET", "/api/v1/staff/what-if", get_all, HTTP_AUTH_STAFF, WHO_WHATIF, 0, false },
	{ "POST", "/api/v1/staff/what-if", post_start, HTTP_AUTH_STAFF, WHO_WHATIF, BODY_MAX, false },
	{ "GET", "/api/v1/staff/what-if/:id", get_one, HTTP_AUTH_STAFF, WHO_WHATIF, 0, false },
	{ "POST", "/api/v1/staff/what-if/:id/cancel", post_cancel, HTTP_AUTH_STAFF, WHO_WHATIF, 4096, false },
};
const size_t api_whatif_route_count = COUNT_OF(api_whatif_routes);
