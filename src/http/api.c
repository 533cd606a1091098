/* api.c: the shared part of the API: authenticators, bodies, answers, gathered reads, acts; and the routes that need no login. */
#include "http/api_priv.h"

#include "care/whatif_run.h"
#include "sys/mem.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define LAYER "http/api"
#define JSON_MAX (8u << 20)
#define COOKIE_STAFF "heed_staff"
#define COOKIE_CLIENT "heed_client"

/* ---- Bodies and answers ---- */

json_t *api_body(struct http_request *rq)
{
	json_error_t error;
	json_t *body = rq->body.len ? json_loadb(rq->body.ptr, rq->body.len, JSON_REJECT_DUPLICATES, &error) : json_object();
	if (json_is_object(body))
		return body;
	json_decref(body);
	http_error(rq, 400, "invalid_json", "the body must be one JSON object in UTF-8", NULL);
	return NULL;
}

struct str api_text(const json_t *body, const char *key)
{
	const json_t *value = json_object_get(body, key);
	return json_is_string(value) ? str_make(json_string_value(value), json_string_length(value)) : STR("");
}

int64_t api_int(const json_t *body, const char *key, int64_t otherwise)
{
	const json_t *value = json_object_get(body, key);
	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

static int add_piece(const char *bytes, size_t size, void *ctx)
{
	buf_add(ctx, str_make(bytes, size));
	return ((struct buf *)ctx)->failed ? -1 : 0;
}

void api_answer(struct http_request *rq, int status, json_t *take_json)
{
	struct buf out;
	buf_init(&out, mem_system(), JSON_MAX);
	if (!take_json || json_dump_callback(take_json, add_piece, &out, JSON_COMPACT | JSON_ENCODE_ANY))
		http_error(rq, 500, "internal", "the answer could not be made", NULL);
	else
		http_json(rq, status, &out);
	json_decref(take_json);
	buf_done(&out);
}

/* A message that is a code ("contact_first", "bad_login") is told as one. */
static bool is_code(const char *message)
{
	for (const char *c = message; *c; c++)
		if (!islower((unsigned char)*c) && *c != '_')
			return false;
	return *message && strchr(message, '_');
}

void api_refuse(struct http_request *rq, const struct err *err)
{
	if (err->code == E_INVALID && strcmp(err->message, "contact_first") == 0)
		http_error(rq, 409, "contact_first", "record a contact and its outcome first, or resolve as a false alarm", NULL);
	else if (err->code == E_INVALID && is_code(err->message))
		http_error(rq, 400, err->message, err->message, NULL);
	else
		http_error_of(rq, err);
}

/* ---- Values ---- */

json_t *json_of_str(struct str text)
{
	return text.ptr && text.len ? json_stringn(text.ptr, text.len) : json_null();
}

json_t *json_of_time(wall_time time)
{
	char text[CLOCK_TEXT_SIZE];
	if (!time.us)
		return json_null();
	clock_format(time, text);
	return json_string(text);
}

json_t *json_of_field(const struct row *row, const char *field)
{
	return json_of_str(row_text(row, field));
}

json_t *json_of_time_field(const struct row *row, const char *field)
{
	return json_of_time(row_time(row, field));
}

json_t *json_of_json_field(const struct row *row, const char *field)
{
	struct str text = row_text(row, field);
	json_t *value = text.len ? json_loadb(text.ptr, text.len, 0, NULL) : NULL;
	return value ? value : json_null();
}

const struct row *row_with(const struct row_set *set, const char *field, struct str id)
{
	for (size_t i = 0; set && i < set->count; i++)
		if (str_eq(row_text(&set->rows[i], field), id))
			return &set->rows[i];
	return NULL;
}

json_t *page_json(json_t *take_items, const struct row_set *set)
{
	return json_pack("{s:o,s:o}", "items", take_items, "next", set ? json_of_str(set->cursor) : json_null());
}

void page_of(const struct http_request *rq, struct list_query *query)
{
	struct str limit = http_query(rq, "limit");
	unsigned value = 0;
	for (size_t i = 0; i < limit.len && i < 4 && isdigit((unsigned char)limit.ptr[i]); i++)
		value = value * 10 + (unsigned)(limit.ptr[i] - '0');
	query->limit = value ? (value < LIST_MAX ? value : LIST_MAX) : 50;
	query->cursor = http_query(rq, "after");
}

/* ---- Gathering ---- */

struct gather *gather_new(struct api *api, struct http_request *rq, gather_fn *build, void *ctx)
{
	struct gather *gather = ARENA_NEW(&rq->arena, struct gather);
	if (!gather) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return NULL;
	}
	gather->api = api;
	gather->rq = rq;
	gather->build = build;
	gather->ctx = ctx;
	gather->status = 200;
	gather->waiting = 1; /* until gather_run */
	return gather;
}

static void gather_step(struct gather *gather)
{
	if (--gather->waiting)
		return;
	json_t *answer = gather->err.code ? NULL : gather->build(gather);
	for (size_t i = 0; i < gather->count; i++)
		row_set_free(&gather->sets[i]);
	if (gather->err.code)
		api_refuse(gather->rq, &gather->err);
	else if (!gather->answered)
		api_answer(gather->rq, gather->status, answer);
}

static void gathered(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct gather *gather = *(struct gather **)ctx;
	size_t index = (size_t)((char *)ctx - (char *)gather->slots) / sizeof(gather->slots[0]);
	gather->sets[index] = take_set;
	if (err && !gather->err.code && (err->code != E_NOT_FOUND || index == 0))
		gather->err = *err;
	gather_step(gather);
}

static void *next_slot(struct gather *gather)
{
	size_t index = gather->count++;
	gather->slots[index].gather = gather;
	gather->waiting++;
	return &gather->slots[index];
}

static void not_started(struct gather *gather, const struct err *err)
{
	if (!gather->err.code)
		gather->err = *err;
	gather->waiting--; /* gather_run is still to come */
}

void gather_list(struct gather *gather, const struct scope *scope, const struct list_query *query)
{
	struct err err = { 0 };
	if (store_list(api_store(gather->api), scope, query, gathered, next_slot(gather), &err))
		not_started(gather, &err);
}

void gather_get(struct gather *gather, const struct scope *scope, const char *resource, const char *id)
{
	struct err err = { 0 };
	if (store_get(api_store(gather->api), scope, resource, id, gathered, next_slot(gather), &err))
		not_started(gather, &err);
}

void gather_count(struct gather *gather, const struct scope *scope, const struct list_query *query, unsigned max)
{
	struct err err = { 0 };
	if (store_count(api_store(gather->api), scope, query, max, gathered, next_slot(gather), &err))
		not_started(gather, &err);
}

void gather_run(struct gather *gather)
{
	gather_step(gather);
}

/* ---- Acts ---- */

struct act *act_new(struct api *api, struct http_request *rq, const char *resource, struct str id,
	json_t *(*build)(struct api *api, const struct row *row))
{
	struct act *act = ARENA_NEW(&rq->arena, struct act);
	if (!act) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return NULL;
	}
	*act = (struct act){ .api = api, .rq = rq, .resource = resource, .build = build };
	act->id = arena_copy(&rq->arena, id).ptr;
	return act;
}

static void act_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct act *act = ctx;
	json_t *row = take_set && take_set->count ? act->build(act->api, &take_set->rows[0]) : NULL;
	row_set_free(&take_set);
	if (!act->refused.code && err) {
		json_decref(row);
		api_refuse(act->rq, err);
	} else if (!act->refused.code) {
		api_answer(act->rq, 200, row);
	} else {
		api_answer(act->rq, 409,
			json_pack("{s:{s:s,s:s,s:n},s:o}", "error", "code", "conflict", "message", "somebody else changed it meanwhile",
				"field", "current", row ? row : json_null()));
	}
}

void act_done(void *ctx, const struct err *err)
{
	struct act *act = ctx;
	struct err own = { 0 };
	if (err && err->code != E_CONFLICT) {
		api_refuse(act->rq, err);
		return;
	}
	if (err)
		act->refused = *err;
	else if (act->after)
		act->after(act);
	struct scope scope = principal_scope(api_principal(act->rq), NULL);
	if (store_get(api_store(act->api), &scope, act->resource, act->id, act_read, act, &own))
		api_refuse(act->rq, &own);
}

void act_started(struct act *act, int rc, const struct err *err)
{
	if (rc == E_CONFLICT)
		act_done(act, err);
	else if (rc)
		api_refuse(act->rq, err);
}

/* ---- Who asks ---- */

struct authenticating {
	struct http_request *rq;
	bool staff;
};

static bool changes_something(const struct http_request *rq)
{
	return !str_eqc(rq->method, "GET") && !str_eqc(rq->method, "HEAD");
}

static bool csrf_good(const struct http_request *rq, const struct principal *principal)
{
	struct str token = http_header(rq, "x-csrf-token");
	size_t len = strlen(principal->csrf);
	return len && token.len == len && sodium_memcmp(token.ptr, principal->csrf, len) == 0;
}

static void checked(void *ctx, const struct session_answer *answer, const struct err *err)
{
	struct authenticating *auth = ctx;
	struct http_request *rq = auth->rq;
	if (err && strcmp(err->message, "unavailable") == 0) {
		http_error(rq, 503, "unavailable", "sessions cannot be checked just now", NULL);
		return;
	}
	struct principal *copy = answer->principal ? ARENA_NEW(&rq->arena, struct principal) : NULL;
	if (!copy) {
		http_error(rq, 401, "unauthorized", "sign in", NULL);
		return;
	}
	*copy = *answer->principal;
	bool beacon = str_eqc(rq->path, "/api/v1/client/logout"); /* quick exit's beacon has no headers of its own */
	if (rq->route->roles && !(rq->route->roles & copy->who))
		http_error(rq, 403, "forbidden", "your role may not do this", NULL);
	else if (changes_something(rq) && !beacon && !csrf_good(rq, copy))
		http_error(rq, 403, "csrf", "the X-CSRF-Token header is missing or stale", NULL);
	else {
		rq->principal = copy;
		http_authenticated(rq);
	}
}

static void authenticate(struct api *api, struct http_request *rq, bool staff)
{
	struct authenticating *auth = ARENA_NEW(&rq->arena, struct authenticating);
	if (!auth) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*auth = (struct authenticating){ rq, staff };
	session_check(api->parts.care, staff, http_cookie(rq, staff ? COOKIE_STAFF : COOKIE_CLIENT), checked, auth);
}

static void authenticate_staff(void *ctx, struct http_request *rq)
{
	authenticate(ctx, rq, true);
}

static void authenticate_client(void *ctx, struct http_request *rq)
{
	authenticate(ctx, rq, false);
}

/* ---- Sign-in ---- */

struct entering {
	struct api *api;
	struct http_request *rq;
	const char *cookie;
};

static void set_cookie(struct http_request *rq, const char *name, const char *value, int64_t max_age_s)
{
	http_reply_header(rq, "Set-Cookie",
		arena_printf(&rq->arena, "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s", name, value, (long long)max_age_s,
			http_server_secure(rq->server) ? "; Secure" : ""));
}

static void entered(void *ctx, const struct session_answer *answer, const struct err *err)
{
	struct entering *entering = ctx;
	struct http_request *rq = entering->rq;
	if (answer->principal) {
		int64_t age_us = answer->principal->expires_at.us - clock_wall(api_care(entering->api)->clock).us;
		set_cookie(rq, entering->cookie, answer->token, age_us / SECOND_US);
		api_answer(rq, 200, session_json(entering->api, answer->principal));
	} else if (err->code == E_LIMIT) {
		int64_t seconds = answer->retry_us / SECOND_US + 1;
		http_reply_header(rq, "Retry-After", arena_printf(&rq->arena, "%lld", (long long)seconds));
		api_answer(rq, 429,
			json_pack("{s:{s:s,s:s,s:n,s:I}}", "error", "code", "locked", "message", "too many wrong tries; wait", "field",
				"retry_after_seconds", (json_int_t)seconds));
	} else if (err->code == E_DENIED) {
		http_error(rq, 401, err->message, "that did not match", NULL);
	} else {
		http_error(rq, 503, "unavailable", "signing in does not work just now", NULL);
	}
}

static struct entering *entering_new(struct api *api, struct http_request *rq, const char *cookie)
{
	struct entering *entering = ARENA_NEW(&rq->arena, struct entering);
	if (entering)
		*entering = (struct entering){ api, rq, cookie };
	else
		http_error(rq, 500, "internal", "out of memory", NULL);
	return entering;
}

static void staff_login(void *ctx, struct http_request *rq)
{
	struct entering *entering = entering_new(ctx, rq, COOKIE_STAFF);
	json_t *body = entering ? api_body(rq) : NULL;
	if (!body)
		return;
	const struct session_login login = { .login = api_text(body, "login"),
		.password = api_text(body, "password"),
		.totp = api_text(body, "totp"),
		.address = rq->peer,
		.agent = http_header(rq, "user-agent") };
	session_staff_login(((struct api *)ctx)->parts.care, &login, entered, entering);
	json_decref(body);
}

static void invite_answer(void *ctx, const struct invite_info *info, const struct err *err)
{
	struct http_request *rq = ctx;
	if (err && err->code == E_NOT_FOUND)
		api_answer(rq, 200,
			json_pack("{s:s,s:s,s:{s:s,s:s},s:s}", "state", "expired", "second_fact", "birth_year", "programme", "name", "",
				"mode", "", "lang", "en"));
	else if (err || !info->programme)
		http_error(rq, 503, "unavailable", "the link cannot be checked just now", NULL);
	else
		api_answer(rq, 200,
			json_pack("{s:s,s:s,s:{s:s,s:s},s:o}", "state", info->state, "second_fact", info->second_fact, "programme", "name",
				info->programme->name.ptr, "mode", info->programme->mode.ptr, "lang", json_of_str(info->lang)));
}

static void get_invite(void *ctx, struct http_request *rq)
{
	invite_look(((struct api *)ctx)->parts.care, http_param(rq, "token"), invite_answer, rq);
}

static void accept_invite(void *ctx, struct http_request *rq)
{
	struct entering *entering = entering_new(ctx, rq, COOKIE_CLIENT);
	json_t *body = entering ? api_body(rq) : NULL;
	if (!body)
		return;
	invite_accept(((struct api *)ctx)->parts.care, http_param(rq, "token"), api_text(body, "second_fact"), api_text(body, "lang"),
		rq->peer, entered, entering);
	json_decref(body);
}

static void get_session(void *ctx, struct http_request *rq)
{
	api_answer(rq, 200, session_json(ctx, api_principal(rq)));
}

static void ended(void *ctx, const struct err *err)
{
	struct http_request *rq = ctx;
	if (err && err->code != E_CONFLICT)
		http_error_of(rq, err);
	else
		api_answer(rq, 200, json_object());
}

static void staff_logout(void *ctx, struct http_request *rq)
{
	set_cookie(rq, COOKIE_STAFF, "", 0);
	session_end(((struct api *)ctx)->parts.care, api_principal(rq), ended, rq);
}

static void client_logout(void *ctx, struct http_request *rq)
{
	set_cookie(rq, COOKIE_CLIENT, "", 0);
	session_end(((struct api *)ctx)->parts.care, api_principal(rq), ended, rq);
}

/* ---- Open to everyone ---- */

static void get_health(void *ctx, struct http_request *rq)
{
	const struct api *api = ctx;
	bool well = store_healthy(api_store(api));
	api_answer(rq, well ? 200 : 503,
		json_pack("{s:s,s:s,s:s,s:s}", "status", well ? "ok" : "store_unavailable", "version", HEED_VERSION, "mode",
			api_care(api)->demo ? "demo" : "live", "clock", api->parts.test_clock ? "test" : "system"));
}

static json_t *line_json(const struct helpline *line)
{
	json_t *languages = json_array();
	for (size_t i = 0; i < line->language_count; i++)
		json_array_append_new(languages, json_of_str(line->languages[i]));
	const char *channel = str_eqc(line->channel, "phone") ? "call" : str_eqc(line->channel, "sms") ? "text" : "chat";
	return json_pack("{s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "name", json_of_str(line->name), "channel", channel, "value",
		json_of_str(line->value), "keyword", json_of_str(line->keyword), "hours", json_of_str(line->hours), "languages", languages,
		"audience", json_of_str(line->audience), "source", json_of_str(line->source), "verified_at",
		json_of_str(line->verified_at));
}

static void get_help(void *ctx, struct http_request *rq)
{
	const struct care_parts *parts = api_care(ctx);
	const struct care_programme *programme = care_programme_first(((struct api *)ctx)->parts.care);
	struct str lang = http_query(rq, "lang"), country = http_query(rq, "country");
	if (!country.len && programme)
		country = programme->country;
	const struct helpline_country *directory = helplines_country(parts->helplines, country);
	const struct message_var vars[] = { { "lines", helplines_text(parts->helplines, parts->messages, &rq->arena, country, lang) },
		{ "emergency", helplines_emergency(parts->helplines, parts->messages, &rq->arena, country, lang) } };
	json_t *lines = json_array();
	for (size_t i = 0; directory && i < directory->line_count; i++)
		if (!directory->lines[i].down)
			json_array_append_new(lines, line_json(&directory->lines[i]));
	struct str title = messages_render(parts->messages, &rq->arena, lang, STR("help.title"), 0, NULL, 0);
	struct str body = messages_render(parts->messages, &rq->arena, lang, STR("help.body"), 0, vars, COUNT_OF(vars));
	json_t *emergency = directory && directory->emergency.len ? json_pack("{s:o,s:o,s:o}", "number", json_of_str(directory->emergency),
									    "source", json_of_str(directory->emergency_source),
									    "verified_at", json_of_str(directory->emergency_verified_at))
								  : json_null();
	api_answer(rq, 200,
		json_pack("{s:o,s:o,s:o,s:{s:o,s:o}}", "country", json_of_str(country), "emergency", emergency, "lines", lines, "text",
			"title", json_of_str(title), "body", json_of_str(body)));
}

static void get_messages(void *ctx, struct http_request *rq)
{
	struct buf out;
	buf_init(&out, mem_system(), JSON_MAX);
	messages_json(api_care(ctx)->messages, http_param(rq, "lang"), &out);
	http_json(rq, 200, &out);
	buf_done(&out);
}

const struct http_route api_open_routes[] = {
	{ "GET", "/api/v1/health", get_health, HTTP_AUTH_NONE, 0, 0, false },
	{ "GET", "/api/v1/help", get_help, HTTP_AUTH_NONE, 0, 0, false },
	{ "GET", "/api/v1/messages/:lang", get_messages, HTTP_AUTH_NONE, 0, 0, false },
	{ "POST", "/api/v1/staff/login", staff_login, HTTP_AUTH_NONE, 0, 4096, false },
	{ "GET", "/api/v1/invites/:token", get_invite, HTTP_AUTH_NONE, 0, 0, false },
	{ "POST", "/api/v1/invites/:token/accept", accept_invite, HTTP_AUTH_NONE, 0, 4096, false },
	{ "GET", "/api/v1/staff/session", get_session, HTTP_AUTH_STAFF, WHO_STAFF, 0, false },
	{ "POST", "/api/v1/staff/logout", staff_logout, HTTP_AUTH_STAFF, WHO_STAFF, 4096, false },
	{ "GET", "/api/v1/client/session", get_session, HTTP_AUTH_CLIENT, WHO_CLIENT, 0, false },
	{ "POST", "/api/v1/client/logout", client_logout, HTTP_AUTH_CLIENT, WHO_CLIENT, 4096, false },
};
const size_t api_open_route_count = COUNT_OF(api_open_routes);

/* ---- The whole ---- */

/* One line for each part of the API. */
static const struct {
	const struct http_route *routes;
	const size_t *count;
} tables_of[] = {
	{ api_open_routes, &api_open_route_count },
	{ api_client_routes, &api_client_route_count },
	{ api_staff_routes, &api_staff_route_count },
	{ api_people_routes, &api_people_route_count },
	{ api_alerts_routes, &api_alerts_route_count },
	{ api_consent_routes, &api_consent_route_count },
	{ api_export_routes, &api_export_route_count },
	{ api_helpline_routes, &api_helpline_route_count },
	{ api_intake_routes, &api_intake_route_count },
	{ api_keys_routes, &api_keys_route_count },
	{ api_load_routes, &api_load_route_count },
	{ api_measure_routes, &api_measure_route_count },
	{ api_ask_routes, &api_ask_route_count },
	{ api_medicine_routes, &api_medicine_route_count },
	{ api_recur_routes, &api_recur_route_count },
	{ api_presence_routes, &api_presence_route_count },
	{ api_retention_routes, &api_retention_route_count },
	{ api_rota_routes, &api_rota_route_count },
	{ api_channels_routes, &api_channels_route_count },
	{ api_minute_routes, &api_minute_route_count },
	{ api_note_routes, &api_note_route_count },
	{ api_modules_routes, &api_modules_route_count },
	{ api_coach_routes, &api_coach_route_count },
	{ api_settings_routes, &api_settings_route_count },
	{ api_team_routes, &api_team_route_count },
	{ api_plan_routes, &api_plan_route_count },
	{ api_push_routes, &api_push_route_count },
	{ api_summary_routes, &api_summary_route_count },
	{ api_triage_routes, &api_triage_route_count },
	{ api_whatif_routes, &api_whatif_route_count },
};

size_t api_routes(const struct http_route **ret_tables, size_t *ret_counts, size_t max)
{
	size_t count = COUNT_OF(tables_of) < max ? COUNT_OF(tables_of) : max;
	for (size_t i = 0; i < count; i++) {
		ret_tables[i] = tables_of[i].routes;
		ret_counts[i] = *tables_of[i].count;
	}
	return count;
}

int api_open(const struct api_parts *parts, struct api **ret_api, struct err *reterr)
{
	const struct http_route *tables[32];
	size_t counts[32];
	struct api *api = mem_new(sizeof(*api));
	if (!api)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	api->parts = *parts;
	int code = pool_open(http_server_loop(parts->server), 1, 64, &api->pool, reterr);
	if (!code)
		code = sse_open(api, &api->sse, reterr);
	if (!code)
		code = whatifs_open(parts->care, &api->whatifs, reterr);
	if (code) {
		api_free(&api);
		return code;
	}
	http_server_set_auth(parts->server, HTTP_AUTH_STAFF, authenticate_staff, api);
	http_server_set_auth(parts->server, HTTP_AUTH_CLIENT, authenticate_client, api);
	size_t count = api_routes(tables, counts, COUNT_OF(tables));
	for (size_t i = 0; i < count; i++)
		http_server_add(parts->server, tables[i], counts[i], api);
	*ret_api = api;
	return 0;
}

void api_free(struct api **api)
{
	if (!*api)
		return;
	pool_free(&(*api)->pool);
	sse_free(&(*api)->sse);
	whatifs_free(&(*api)->whatifs);
	mem_delete(*api);
	*api = NULL;
}
