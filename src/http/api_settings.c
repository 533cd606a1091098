/* api_settings.c: what a programme is set to, and which packs this process runs on. */
#include "http/api_priv.h"

#include "care/pack_list.h"
#include "care/programme.h"
#include "sys/mem.h"

/* ---- The programme ---- */

static json_t *minutes(int64_t us)
{
	return us ? json_integer(us / MINUTE_US) : json_null();
}

static json_t *chain_json(const struct chain *chain)
{
	json_t *list = json_array();
	for (size_t i = 0; i < chain->count; i++) {
		json_t *step = json_pack("{s:s}", "to", chain_to_name(chain->steps[i].to));
		if (chain->steps[i].staff_id.text[0])
			json_object_set_new(step, "staff_id", json_string(chain->steps[i].staff_id.text));
		if (chain->steps[i].minutes)
			json_object_set_new(step, "minutes", json_integer(chain->steps[i].minutes));
		json_array_append_new(list, step);
	}
	return list;
}

/* What counts now: the settings over the defaults, in minutes. */
static json_t *in_force(const struct care_settings *settings)
{
	json_t *acknowledge = json_object(), *contact = json_object();
	for (int i = 1; i <= 4; i++) {
		char key[2] = { (char)('0' + i), 0 };
		json_object_set_new(acknowledge, key, minutes(settings->acknowledge_us[i]));
		json_object_set_new(contact, key, minutes(settings->contact_us[i]));
	}
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:i,s:o}", "acknowledge_minutes", acknowledge, "contact_minutes", contact,
		"dedupe_minutes", minutes(settings->dedupe_us), "review_minutes", minutes(settings->review_us), "countersign_minutes",
		minutes(settings->countersign_us), "checkin_read_minutes", minutes(settings->read_us), "episode_minutes",
		minutes(settings->episode_us), "alert_budget", settings->alert_budget, "chain", chain_json(&settings->chain));
}

static json_t *programme_json(struct api *api, const struct row *row)
{
	const struct care_programme *programme = care_programme(api->parts.care, row->id.ptr);
	json_t *json = json_pack("{s:o,s:I}", "id", json_of_str(row->id), "version", (json_int_t)row->version);
	static const char *const texts[] = { "name", "mode", "policy", "country", "jurisdiction", "language", "time_zone", "reach" };
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		json_object_set_new(json, texts[i], json_of_field(row, texts[i]));
	json_object_set_new(json, "cover", json_of_json_field(row, "cover"));
	json_object_set_new(json, "settings", json_of_json_field(row, "settings"));
	json_object_set_new(json, "in_force", programme ? in_force(&programme->settings) : json_null());
	return json;
}

static void programme_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct act *act = ctx;
	if (err)
		api_refuse(act->rq, err);
	else
		api_answer(act->rq, 200, programme_json(act->api, &take_set->rows[0]));
	row_set_free(&take_set);
}

static void get_programme(void *ctx, struct http_request *rq)
{
	struct act *act = act_new(ctx, rq, "programme", str_c(api_principal(rq)->programme_id.text), programme_json);
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct err err = { 0 };
	if (act && store_get(api_store(ctx), &scope, "programme", act->id, programme_read, act, &err))
		api_refuse(rq, &err);
}

struct changing {
	struct act *act;
	json_t *body; /* owned */
};

static void change_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct changing *changing = ctx;
	struct act *act = changing->act;
	struct scope scope = principal_scope(api_principal(act->rq), "programme.change");
	struct err own = { 0 };
	if (err) {
		api_refuse(act->rq, err);
	} else {
		const struct programme_change change = { .row = &take_set->rows[0],
			.version = api_int(changing->body, "version", -2),
			.hours = json_object_get(changing->body, "cover"),
			.settings = json_object_get(changing->body, "settings") };
		act_started(act, programme_change(act->api->parts.care, &scope, &change, act_done, act, &own), &own);
	}
	json_decref(changing->body);
	row_set_free(&take_set);
}

static void put_programme(void *ctx, struct http_request *rq)
{
	struct changing *changing = ARENA_NEW(&rq->arena, struct changing);
	struct act *act = changing ? act_new(ctx, rq, "programme", str_c(api_principal(rq)->programme_id.text), programme_json) : NULL;
	json_t *body = act ? api_body(rq) : NULL;
	struct scope scope = care_scope_system(api_principal(rq)->programme_id.text, NULL);
	struct err err = { 0 };
	if (!body)
		return;
	*changing = (struct changing){ act, body };
	const json_t *hours = json_object_get(body, "cover"), *settings = json_object_get(body, "settings");
	if ((!hours && !settings) || (hours && !json_is_object(hours)) || (settings && !json_is_object(settings)))
		http_error(rq, 400, "invalid", "cover and settings: objects, at least one of them", hours ? "settings" : "cover");
	else if (store_get(api_store(ctx), &scope, "programme", act->id, change_read, changing, &err) == 0)
		return;
	else
		api_refuse(rq, &err);
	json_decref(body);
}

/* ---- The packs ---- */

static json_t *text_or_null(struct str text)
{
	return text.len ? json_of_str(text) : json_null();
}

static void get_packs(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	const struct care_parts *parts = api_care(api);
	const struct pack_entry *entry;
	json_t *items = json_array();
	for (size_t i = 0; (entry = pack_list_at(parts->pack_list, i)) != NULL; i++)
		json_array_append_new(
			items, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:s}", "file", json_of_str(entry->file), "kind",
				       text_or_null(entry->kind), "id", text_or_null(entry->id), "version", text_or_null(entry->version),
				       "lang", text_or_null(entry->lang), "author", text_or_null(entry->author), "reviewed",
				       text_or_null(entry->reviewed), "verified_at", text_or_null(entry->verified_at), "review",
				       text_or_null(entry->review), "bytes", (json_int_t)entry->bytes, "hash", entry->hash));
	api_answer(rq, 200,
		json_pack("{s:o,s:o,s:o,s:n}", "engine", json_of_str(parts->engine), "packs", json_of_str(parts->packs), "items", items,
			"next"));
}

const struct http_route api_settings_routes[] = {
	{ "GET", "/api/v1/staff/programme", get_programme, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "PUT", "/api/v1/staff/programme", put_programme, HTTP_AUTH_STAFF, WHO_ADMIN, 32768, false },
	{ "GET", "/api/v1/staff/packs", get_packs, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
};
const size_t api_settings_route_count = COUNT_OF(api_settings_routes);
