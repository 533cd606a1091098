/* api_team.c: whose client somebody is: their coach and their responsible clinician. */
#include "http/api_priv.h"

#include "care/team.h"

struct changing {
	struct act *act;
	const char *coach_id, *clinician_id; /* NULL: stays; empty: nobody */
};

json_t *api_team_json(const struct api *api, struct str client_id)
{
	const struct care_client *client = care_client(api->parts.care, client_id.ptr);
	return client ? json_pack("{s:o,s:o}", "coach", api_person_json(api, str_c(client->coach_id.text)), "clinician",
				api_person_json(api, str_c(client->clinician_id.text)))
		      : json_null();
}

static json_t *team_row(struct api *api, const struct row *row)
{
	return api_team_json(api, row->id);
}

static void modules_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct changing *changing = ctx;
	struct act *act = changing->act;
	struct scope scope = principal_scope(api_principal(act->rq), "client.team");
	struct err own = { 0 };
	if (err) {
		api_refuse(act->rq, err);
	} else {
		const struct team_change change = { act->id, changing->coach_id, changing->clinician_id, take_set };
		int rc = team_set(act->api->parts.care, &scope, &change, act_done, act, &own);
		if (rc == E_INVALID)
			http_error(act->rq, 400, "invalid", "not somebody of this programme who may be that", own.message);
		else
			act_started(act, rc, &own);
	}
	row_set_free(&take_set);
}

/* A member of the body that is an id, null for nobody, or not there. False: something else. */
static bool id_member(struct http_request *rq, const json_t *body, const char *name, const char **ret_id)
{
	const json_t *value = json_object_get(body, name);
	if (json_is_string(value))
		*ret_id = arena_copy(&rq->arena, str_c(json_string_value(value))).ptr;
	else if (json_is_null(value))
		*ret_id = "";
	return !value || *ret_id;
}

static void put_team(void *ctx, struct http_request *rq)
{
	struct api *api = ctx;
	struct changing *changing = ARENA_NEW(&rq->arena, struct changing);
	struct act *act = changing ? act_new(api, rq, "client", http_param(rq, "id"), team_row) : NULL;
	json_t *body = act ? api_body(rq) : NULL;
	if (!body)
		return;
	*changing = (struct changing){ .act = act };
	bool coach = id_member(rq, body, "coach_id", &changing->coach_id);
	bool good = coach && id_member(rq, body, "clinician_id", &changing->clinician_id);
	json_decref(body);
	/* One page: of each module of the catalogue at most one is open. */
	struct scope scope = care_scope_system(api_principal(rq)->programme_id.text, NULL);
	struct list_query query = {
		.resource = "enrolment", .index = "client_open", .equal = { value_c(act->id), value_int(1) }, .limit = LIST_MAX
	};
	struct err err = { 0 };
	if (!good || (!changing->coach_id && !changing->clinician_id))
		http_error(rq, 400, "invalid", "coach_id and clinician_id: the id of a person, or null for nobody",
			coach ? "clinician_id" : "coach_id");
	else if (store_list(api_store(api), &scope, &query, modules_read, changing, &err))
		api_refuse(rq, &err);
}

const struct http_route api_team_routes[] = {
	{ "PUT", "/api/v1/staff/clients/:id/team", put_team, HTTP_AUTH_STAFF, WHO_CLINICAL | WHO_ADMIN, 4096, false },
};
const size_t api_team_route_count = COUNT_OF(api_team_routes);
