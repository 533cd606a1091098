/* api_load.c: how much the alerts of a while asked of those who answer them (care/load.h): by the hour and the clinician beside a budget,
 * one person's episodes, and how often each rule and each concept was right. Numbers only: rows are read as the program, nobody's words go
 * out. */
#include "http/api_priv.h"

#include "assure/eval_stats.h"
#include "care/duty.h"
#include "care/load.h"
#include "sys/mem.h"

#include <string.h>

#define DAYS_DEFAULT 7
#define ALERTS_MAX 50000
#define RUN_ARENA_MAX (64u << 20)
#define PEOPLE_LISTED 20
#define WHO_LOAD (WHO_CLINICAL | WHO_COMPLIANCE | WHO_ADMIN)

struct run {
	struct api *api;
	struct http_request *rq;
	const struct care_programme *programme;
	struct arena arena;
	struct load *load;
	struct map people;
	struct load_tallies rules, concepts;
	struct list_query query;
	struct row_set *page;
	size_t waiting;
	int days, alerts, all_levels;
	bool failed;
	struct slot {
		struct run *run;
		const struct row *alert;
	} slots[LIST_MAX];
};

static void run_free(struct run *run)
{
	row_set_free(&run->page);
	map_done(&run->people);
	arena_done(&run->arena);
	mem_delete(run);
}

static void run_refuse(struct run *run, const struct err *err)
{
	api_refuse(run->rq, err);
	run_free(run);
}

/* ---- The answer ---- */

static json_t *tenths(int64_t value, int64_t per)
{
	int64_t whole = per ? value * 10 / per : 0;
	return per ? json_real((double)whole / 10) : json_null();
}

/* Alerts for each clinician-hour, in hundredths; null without anybody on the rota. */
static json_t *ratio(int64_t alerts, int64_t minutes)
{
	int64_t whole = minutes ? alerts * 6000 / minutes : 0;
	return minutes ? json_real((double)whole / 100) : json_null();
}

/* Every hour with alerts or somebody on the rota; the others say nothing. */
static json_t *hours_json(const struct run *run)
{
	int budget = run->programme->settings.alert_budget;
	json_t *list = json_array();
	for (size_t i = 0; i < run->load->hour_count; i++) {
		const struct load_hour *hour = &run->load->hours[i];
		if (hour->alerts || hour->minutes)
			json_array_append_new(list, json_pack("{s:o,s:i,s:i,s:b}", "from", json_of_time(hour->from), "alerts", hour->alerts,
							    "minutes", hour->minutes, "over", load_over(hour, budget)));
	}
	return list;
}

static json_t *clinicians_json(const struct run *run)
{
	json_t *list = json_array();
	for (size_t i = 0; i < run->load->clinician_count; i++) {
		const struct load_clinician *one = &run->load->clinicians[i];
		bool over = one->minutes > 0 && (int64_t)one->alerts * 60 > one->minutes * run->programme->settings.alert_budget;
		json_array_append_new(list,
			json_pack("{s:o,s:i,s:o,s:o,s:b}", "person", api_person_json(run->api, str_c(one->id.text)), "alerts", one->alerts,
				"hours", tenths(one->minutes, 60), "per_hour", ratio(one->alerts, one->minutes), "over", over));
	}
	return list;
}

static int more_alerts(const void *a, const void *b)
{
	const struct load_person *const *x = a, *const *y = b;
	if ((*x)->most != (*y)->most)
		return (*x)->most < (*y)->most ? 1 : -1;
	return (*x)->alerts != (*y)->alerts ? ((*x)->alerts < (*y)->alerts ? 1 : -1) : strcmp((*x)->id.text, (*y)->id.text);
}

static json_t *listed_people(struct run *run, struct load_person **sorted, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count && i < PEOPLE_LISTED && sorted[i]->most > 1; i++) {
		const struct care_client *client = care_client(run->api->parts.care, sorted[i]->id.text);
		json_array_append_new(list, json_pack("{s:{s:s,s:o,s:o},s:i,s:i,s:i}", "client", "id", sorted[i]->id.text, "pseudonym",
						    client ? json_of_str(client->pseudonym) : json_null(), "name",
						    client ? json_of_str(client->name) : json_null(), "alerts", sorted[i]->alerts,
						    "episodes", sorted[i]->episodes, "most", sorted[i]->most));
	}
	return list;
}

/* Who they are is for those who care for them; others get the counts. */
static json_t *people_json(struct run *run)
{
	struct load_person **sorted = ARENA_ARRAY(&run->arena, struct load_person *, run->people.count + 1);
	int episodes = 0, repeated = 0;
	size_t place = 0, count = 0;
	for (struct load_person *person; sorted && (person = map_next(&run->people, &place)) != NULL;) {
		sorted[count++] = person;
		episodes += person->episodes;
		repeated += person->repeated;
	}
	if (count)
		qsort(sorted, count, sizeof *sorted, more_alerts);
	bool named = api_principal(run->rq)->who & WHO_CLINICAL;
	return json_pack("{s:I,s:i,s:i,s:o}", "clients", (json_int_t)count, "episodes", episodes, "repeated", repeated, "list",
		named && sorted ? listed_people(run, sorted, count) : json_null());
}

bool api_rule(const struct api *api, const struct http_request *rq, struct str id, struct policy_rule_info *ret_info)
{
	const struct care_programme *programme = care_programme(api->parts.care, api_principal(rq)->programme_id.text);
	struct str asked = http_query(rq, "lang"), lang = asked.len ? asked : str_c(api_principal(rq)->lang);
	for (size_t i = 0; policy_rule(api_care(api)->policy, programme->policy, i, lang, ret_info); i++)
		if (str_eq(ret_info->id, id))
			return true;
	return false;
}

static json_t *tally_json(const struct load_tally *tally, struct str text)
{
	int so = tally->count[LOAD_TRUE], not_so = tally->count[LOAD_FALSE];
	uint64_t right = (uint64_t)so, wrong = (uint64_t)not_so;
	struct eval_interval wilson;
	json_t *precision = json_null();
	if (so + not_so) {
		eval_wilson(right, right + wrong, &wilson);
		precision = json_pack("{s:f,s:f,s:f,s:i}", "share", (double)so / (so + not_so), "low", wilson.low, "high", wilson.high,
			"of", so + not_so);
	}
	return json_pack("{s:s,s:o,s:i,s:i,s:i,s:i,s:i,s:o}", "id", tally->key, "text", json_of_str(text), "alerts",
		so + not_so + tally->count[LOAD_UNCLEAR] + tally->count[LOAD_OPEN], "true", so, "false", not_so, "unclear",
		tally->count[LOAD_UNCLEAR], "open", tally->count[LOAD_OPEN], "precision", precision);
}

static int most_first(const void *a, const void *b)
{
	const struct load_tally *x = a, *y = b;
	int all_x = 0, all_y = 0;
	for (int i = 0; i < 4; i++) {
		all_x += x->count[i];
		all_y += y->count[i];
	}
	return all_x != all_y ? (all_x < all_y ? 1 : -1) : strcmp(x->key, y->key);
}

static json_t *tallies_json(const struct run *run, struct load_tallies *tallies, bool rule)
{
	json_t *list = json_array();
	if (tallies->count)
		qsort(tallies->list, tallies->count, sizeof *tallies->list, most_first);
	for (size_t i = 0; i < tallies->count; i++) {
		struct policy_rule_info info = { 0 };
		bool known = rule && api_rule(run->api, run->rq, str_c(tallies->list[i].key), &info);
		if (!known || info.alert) /* a rule that asks for nobody has no part in being right */
			json_array_append_new(list, tally_json(&tallies->list[i], known ? info.text : STR("")));
	}
	return json_pack("{s:o,s:b}", "items", list, "more", tallies->more);
}

static void run_answer(struct run *run)
{
	const struct care_settings *settings = &run->programme->settings;
	struct load_sum sum = load_sum(run->load, settings->alert_budget);
	bool rota = rota_count(duty_rota(run->api->parts.care, run->programme->id.text)) > 0;
	json_t *total = json_pack("{s:i,s:i,s:o,s:o,s:i,s:i,s:I}", "alerts", sum.alerts, "all_levels", run->all_levels, "hours",
		tenths(sum.minutes, 60), "per_hour", ratio(sum.alerts, sum.minutes), "over", sum.over, "uncovered", sum.uncovered,
		"of_hours", (json_int_t)run->load->hour_count);
	json_t *json = json_pack("{s:i,s:o,s:o,s:o,s:b,s:{s:i,s:I},s:o,s:o,s:o,s:o}", "days", run->days, "from",
		json_of_time(run->load->from), "to", json_of_time(run->load->to), "zone", json_of_str(run->programme->time_zone), "rota",
		rota, "budget", "per_hour", settings->alert_budget, "episode_minutes", (json_int_t)(settings->episode_us / MINUTE_US),
		"total", total, "hours", hours_json(run), "clinicians", clinicians_json(run), "people", people_json(run));
	json_object_set_new(json, "rules", tallies_json(run, &run->rules, true));
	json_object_set_new(json, "concepts", tallies_json(run, &run->concepts, false));
	api_answer(run->rq, 200, json);
	run_free(run);
}

/* ---- Reading ---- */

static void run_next(struct run *run);

static void tally_rules(struct run *run, struct str rules, enum load_end end)
{
	json_t *list = rules.len ? json_loadb(rules.ptr, rules.len, 0, NULL) : NULL, *value;
	size_t index;
	json_array_foreach(list, index, value) load_tally(&run->rules, str_c(json_string_value(value)), end);
	json_decref(list);
}

static void page_done(struct run *run)
{
	if (--run->waiting)
		return;
	bool more = run->page->cursor.len > 0;
	struct err err = { 0 };
	if (run->failed || arena_failed(&run->arena)) {
		err_set(&err, E_MEMORY, "http/load", "the decisions behind the alerts could not be read");
		run_refuse(run, &err);
		return;
	}
	if (!more) {
		run_answer(run);
		return;
	}
	run->query.cursor = arena_copy(&run->arena, run->page->cursor);
	row_set_free(&run->page);
	run_next(run);
}

static void decision_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct slot *slot = ctx;
	struct run *run = slot->run;
	run->failed |= err != NULL;
	if (take_set && take_set->count)
		tally_rules(run, row_text(&take_set->rows[0], "rules"), load_end_of(row_text(slot->alert, "resolution")));
	row_set_free(&take_set);
	page_done(run);
}

static void take_alert(struct run *run, const struct row *alert)
{
	int level = (int)row_int(alert, "level");
	enum load_end end = load_end_of(row_text(alert, "resolution"));
	run->alerts++;
	run->all_levels++;
	if (level >= LOAD_LEVEL) {
		struct str first = row_text(alert, "acknowledged_by");
		load_alert(run->load, alert->created_at, first.len ? first.ptr : NULL);
		run->failed |= !load_episode(&run->people, &run->arena, row_text(alert, "client_id").ptr, alert->created_at,
			run->programme->settings.episode_us);
	}
	struct str concepts = row_text(alert, "concepts");
	json_t *list = concepts.len ? json_loadb(concepts.ptr, concepts.len, 0, NULL) : NULL;
	const char *first = json_string_value(json_array_get(list, 0)); /* the one that sets the level */
	if (first && str_eqc(row_text(alert, "kind"), "risk"))
		load_tally(&run->concepts, str_c(first), end);
	json_decref(list);
}

static void page_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct run *run = ctx;
	struct scope scope = care_scope_system(run->programme->id.text, NULL);
	struct err own = { 0 };
	if (err || run->alerts + (int)(take_set ? take_set->count : 0) > ALERTS_MAX) {
		row_set_free(&take_set);
		if (!err)
			err_set(&own, E_LIMIT, "http/load", "more than 50,000 alerts: choose fewer days");
		run_refuse(run, err ? err : &own);
		return;
	}
	run->page = take_set;
	run->waiting = 1;
	for (size_t i = 0; i < take_set->count; i++) {
		const struct row *alert = &take_set->rows[i];
		struct str message = row_text(alert, "message_id");
		take_alert(run, alert);
		if (!message.len || !str_eqc(row_text(alert, "kind"), "risk"))
			continue;
		struct list_query query = { .resource = "decision", .index = "message", .equal = { value_str(message) }, .limit = 1 };
		run->slots[i] = (struct slot){ run, alert };
		run->waiting++;
		if (store_list(api_store(run->api), &scope, &query, decision_read, &run->slots[i], &own)) {
			run->waiting--;
			run->failed = true;
		}
	}
	page_done(run);
}

static void run_next(struct run *run)
{
	struct scope scope = care_scope_system(run->programme->id.text, NULL);
	struct err err = { 0 };
	if (store_list(api_store(run->api), &scope, &run->query, page_read, run, &err))
		run_refuse(run, &err);
}

/* 0: not a number from 1 to LOAD_DAYS_MAX. */
int api_days(struct str text, int otherwise)
{
	int value = 0;
	if (!text.len)
		return otherwise;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9' || value > LOAD_DAYS_MAX)
			return 0;
		value = value * 10 + (text.ptr[i] - '0');
	}
	return value <= LOAD_DAYS_MAX ? value : 0;
}

static void get_load(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	int days = api_days(http_query(rq, "days"), DAYS_DEFAULT);
	wall_time now = clock_wall(api_care(api)->clock);
	struct err err = { 0 };
	if (!days) {
		http_error(rq, 400, "invalid", "days: 1 to 92", "days");
		return;
	}
	struct run *run = mem_new(sizeof *run);
	if (!run) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*run = (struct run){ .api = api, .rq = rq, .days = days };
	run->programme = care_programme(api->parts.care, api_principal(rq)->programme_id.text);
	arena_init(&run->arena, mem_system(), RUN_ARENA_MAX);
	/* The running hour counts whole, as the rota plans it: else one alert in its first minutes would be over any budget. */
	wall_time end = { now.us - now.us % HOUR_US + HOUR_US };
	int rc = load_open(&run->arena, (wall_time){ now.us - days * DAY_US }, end, &run->load, &err);
	rc = rc ? rc : load_tallies_open(&run->rules, &run->arena, &err);
	rc = rc ? rc : load_tallies_open(&run->concepts, &run->arena, &err);
	rc = rc ? rc
		: load_rota(run->load, &run->arena, duty_rota(api->parts.care, run->programme->id.text), duty_fit, api->parts.care, &err);
	if (rc) {
		run_refuse(run, &err);
		return;
	}
	run->query = (struct list_query){
		.resource = "alert", .index = "all", .bounded = true, .from = run->load->from, .to = run->load->to, .limit = LIST_MAX
	};
	run_next(run);
}

const struct http_route api_load_routes[] = {
	{ "GET", "/api/v1/staff/load", get_load, HTTP_AUTH_STAFF, WHO_LOAD, 0, false },
};
const size_t api_load_route_count = COUNT_OF(api_load_routes);
