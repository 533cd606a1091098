/* api_priv.h: what the files of the API share: reading bodies, answering rows as JSON, gathering several reads, acting. */
#ifndef HEED_HTTP_API_PRIV_H
#define HEED_HTTP_API_PRIV_H

#include "care/alert.h"
#include "http/api.h"
#include "http/sse.h"
#include "sys/pool.h"

#include <jansson.h>

struct api {
	struct api_parts parts;
	struct sse *sse;
	struct pool *pool; /* exports and checkpoints */
	struct whatifs *whatifs;
};

extern const struct http_route api_alerts_routes[];
extern const struct http_route api_ask_routes[];
extern const struct http_route api_channels_routes[];
extern const struct http_route api_client_routes[];
extern const struct http_route api_coach_routes[];
extern const struct http_route api_settings_routes[];
extern const struct http_route api_team_routes[];
extern const struct http_route api_consent_routes[];
extern const struct http_route api_export_routes[];
extern const struct http_route api_helpline_routes[];
extern const struct http_route api_intake_routes[];
extern const struct http_route api_keys_routes[];
extern const struct http_route api_load_routes[];
extern const struct http_route api_measure_routes[];
extern const struct http_route api_medicine_routes[];
extern const struct http_route api_minute_routes[];
extern const struct http_route api_modules_routes[];
extern const struct http_route api_note_routes[];
extern const struct http_route api_open_routes[];
extern const struct http_route api_people_routes[];
extern const struct http_route api_plan_routes[];
extern const struct http_route api_recur_routes[];
extern const struct http_route api_presence_routes[];
extern const struct http_route api_push_routes[];
extern const struct http_route api_retention_routes[];
extern const struct http_route api_rota_routes[];
extern const struct http_route api_staff_routes[];
extern const struct http_route api_summary_routes[];
extern const struct http_route api_triage_routes[];
extern const struct http_route api_whatif_routes[];
extern const size_t api_alerts_route_count;
extern const size_t api_ask_route_count;
extern const size_t api_channels_route_count;
extern const size_t api_client_route_count;
extern const size_t api_coach_route_count;
extern const size_t api_settings_route_count;
extern const size_t api_team_route_count;
extern const size_t api_consent_route_count;
extern const size_t api_export_route_count;
extern const size_t api_helpline_route_count;
extern const size_t api_intake_route_count;
extern const size_t api_keys_route_count;
extern const size_t api_load_route_count;
extern const size_t api_measure_route_count;
extern const size_t api_medicine_route_count;
extern const size_t api_minute_route_count;
extern const size_t api_modules_route_count;
extern const size_t api_note_route_count;
extern const size_t api_open_route_count;
extern const size_t api_people_route_count;
extern const size_t api_plan_route_count;
extern const size_t api_recur_route_count;
extern const size_t api_presence_route_count;
extern const size_t api_push_route_count;
extern const size_t api_retention_route_count;
extern const size_t api_rota_route_count;
extern const size_t api_staff_route_count;
extern const size_t api_summary_route_count;
extern const size_t api_triage_route_count;
extern const size_t api_whatif_route_count;

static inline const struct care_parts *api_care(const struct api *api)
{
	return care_parts(api->parts.care);
}
static inline struct store *api_store(const struct api *api)
{
	return care_parts(api->parts.care)->store;
}
/* api_principal: who asks; never NULL behind an authenticated route. */
static inline const struct principal *api_principal(const struct http_request *rq)
{
	return rq->principal;
}

/* api_body: the body as a JSON object, in the request's arena; NULL when an error was answered already. Freed with api_answer
 * or json_decref. */
json_t *api_body(struct http_request *rq);
/* api_text: a member's text, or empty. api_int: a member's whole number, or `otherwise`. */
struct str api_text(const json_t *body, const char *key);
int64_t api_int(const json_t *body, const char *key, int64_t otherwise);

/* api_body_time: a time that a body names; one without an offset from UTC is refused. 1: there is one, 0: none, -1: the request is
 * answered. */
int api_body_time(struct http_request *rq, const json_t *body, const char *key, wall_time *ret_time);

/* api_answer: sends and frees the JSON. NULL: 500. api_refuse: an err as status and code; its message is the code when it is one. */
void api_answer(struct http_request *rq, int status, json_t *take_json);
void api_refuse(struct http_request *rq, const struct err *err);

/* Values as JSON: unset ones are null. */
json_t *json_of_str(struct str text);
json_t *json_of_time(wall_time time);
json_t *json_of_field(const struct row *row, const char *field); /* text */
json_t *json_of_time_field(const struct row *row, const char *field);
json_t *json_of_json_field(const struct row *row, const char *field);

/* ---- Several reads, one answer ---- */

#define GATHER_MAX 32
struct gather;
/* build: the answer's body from the sets (in order of their adding; count 0 for a get that found nothing). */
typedef json_t *gather_fn(struct gather *gather);
struct gather {
	struct api *api;
	struct http_request *rq;
	struct row_set *sets[GATHER_MAX];
	size_t count, waiting;
	struct err err;
	gather_fn *build;
	void *ctx;
	int status;    /* 200 unless build changes it */
	bool answered; /* build has answered itself, not with JSON */
	struct {
		struct gather *gather;
		size_t index;
	} slots[GATHER_MAX];
};
struct gather *gather_new(struct api *api, struct http_request *rq, gather_fn *build, void *ctx);
void gather_list(struct gather *gather, const struct scope *scope, const struct list_query *query);
void gather_get(struct gather *gather, const struct scope *scope, const char *resource, const char *id);
void gather_count(struct gather *gather, const struct scope *scope, const struct list_query *query, unsigned max);
/* api_not_yours: the answer of a build that finds that the client is not one of the person's own: 403. */
json_t *api_not_yours(struct gather *gather);
/* gather_run: after the last one was added. A get of the first place that finds nothing is 404. */
void gather_run(struct gather *gather);

/* ---- An act, answered by the row as it is afterwards ---- */

struct act {
	struct api *api;
	struct http_request *rq;
	const char *resource, *id; /* what is read afterwards and, on a conflict, as "current" */
	json_t *(*build)(struct api *api, const struct row *row);
	void (*after)(struct act *act); /* once it is on disk, before the answer; may be NULL */
	void *ctx;
	struct err refused;
};
struct act *act_new(struct api *api, struct http_request *rq, const char *resource, struct str id,
	json_t *(*build)(struct api *api, const struct row *row));
/* act_done: a unit_done with the act as ctx. act_started: rc of the call that should lead to act_done; answers when it failed. */
void act_done(void *ctx, const struct err *err);
void act_started(struct act *act, int rc, const struct err *err);

/* ---- Rows as the apps read them (api_json.c) ---- */

json_t *alert_json(struct api *api, const struct row *row);
json_t *client_json(struct api *api, const struct row *row);
/* api_staff_name: of a member of staff; api_person_json: id, name and role. Null for nobody. */
json_t *api_staff_name(const struct api *api, struct str staff_id);
json_t *api_person_json(const struct api *api, struct str staff_id);
/* api_team_json: {coach, clinician}: id, name and role of each, or null. */
json_t *api_team_json(const struct api *api, struct str client_id);
json_t *message_json(struct api *api, const struct row *row, const struct row *review, bool for_client);
json_t *conversation_json(struct api *api, const struct row *row, struct str lang);
json_t *finding_json(struct api *api, const struct row *row);
json_t *verdict_json(struct api *api, const struct row *row, const struct row_set *findings);
json_t *decision_json(const struct row *row);
json_t *review_json(struct api *api, const struct row *row);
/* enrolment_json: progress (may be NULL) says which lessons are done. homework_json: enrolments: where its own is looked up. */
json_t *enrolment_json(struct api *api, const struct row *row, const struct row_set *progress, struct str lang);
json_t *homework_json(struct api *api, const struct row *row, const struct row_set *enrolments, struct str lang);
json_t *exercise_entry_json(const struct row *row);
/* api_consents_json: what holds of each kind for the client who asks; set: their consents, newest first. */
json_t *api_consents_json(struct api *api, struct http_request *rq, const struct row_set *set);
json_t *session_json(struct api *api, const struct principal *principal);
/* api_task_json: a questionnaire that somebody is asked to fill in (api_measure.c). */
json_t *api_task_json(const struct api *api, const struct row *row, struct str lang);
/* api_medicines_json: rows about medicines, newest first, by medicine (api_medicine.c). api_medicine_events: what charts mark of them. */
json_t *api_medicines_json(const struct api *api, const struct row_set *set);
void api_medicine_events(const struct api *api, json_t *events, const struct row_set *set);
/* referral_json: as on the board (api_triage.c). api_board: its route (api_board.c). */
json_t *referral_json(struct api *api, const struct row *row);
void api_board(void *ctx, struct http_request *rq);
json_t *page_json(json_t *take_items, const struct row_set *set);
/* row_with: the row of the set whose field has the id, or NULL. */
const struct row *row_with(const struct row_set *set, const char *field, struct str id);

/* api_with_conversation: `then` gets the signed-in client's own chat, which is made on first use. When there is none to be had the request
 * has been answered, and `failed` (may be NULL) is called. */
typedef void api_conversation_fn(struct api *api, struct http_request *rq, const char *id, void *ctx);
void api_with_conversation(struct api *api, struct http_request *rq, api_conversation_fn *then, void (*failed)(void *ctx), void *ctx);

/* api_sees_client: whether the person may look at this client's alerts and conversation. */
bool api_sees_client(const struct api *api, const struct principal *who, struct str client_id);
/* api_is_mine: whether the person may look at this client: coaches at their own only. */
bool api_is_mine(const struct http_request *rq, const struct row *client);
/* api_get_timeline: GET /api/v1/staff/clients/:id/timeline (api_timeline.c). */
void api_get_timeline(void *ctx, struct http_request *rq);
/* api_own_client: the client, when this member of staff may see them; else NULL, and the request is answered (404, 403). */
const struct care_client *api_own_client(struct api *api, struct http_request *rq, struct str id);

/* api_rule: the rule of the programme's policy with that id, in the language asked for, else the person's; false: none, such as of another
 * policy. */
bool api_rule(const struct api *api, const struct http_request *rq, struct str id, struct policy_rule_info *ret_info);
/* api_days: a number of days from 1 to LOAD_DAYS_MAX (care/load.h); empty: otherwise; anything else: 0. */
int api_days(struct str text, int otherwise);

/* Query of the request's page: limit and after. */
void page_of(const struct http_request *rq, struct list_query *query);

#endif
