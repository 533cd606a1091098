/* turn_check.c: one text judged outside a turn, by the same engine and policy, before it is known whether a turn comes of it. */
#include "care/turn_priv.h"

void turns_check(struct turns *turns, const struct turn_check *check, struct arena *arena, struct verdict *ret_verdict,
	struct policy_decision *ret_decision)
{
	const struct care_programme *programme = check->programme;
	const struct care_client *client = check->client;
	bool from_client = check->direction == DIRECTION_CLIENT;
	struct screen_request request = { .role = from_client ? ROLE_CLIENT : ROLE_ASSISTANT,
		.text = check->text,
		.country = client && client->country.len ? client->country : programme->country,
		.age = client ? client->age : 0 };
	const struct policy_situation now = { .direction = check->direction,
		.mode = programme->mode,
		.jurisdiction = programme->jurisdiction,
		.reach = REACH_IDENTIFIED,
		.cover = care_cover(turns->parts.care, programme, NULL),
		.age = request.age,
		.consent_ai = true, /* no model is asked: whether one might be is not the question here */
		.lang = client && str_starts(client->language, STR("es")) ? STR("es") : STR("en") };
	(void)screen_run(turns->parts.engine, turns->scratch, arena, &request, ret_verdict); /* a failure is in the verdict */
	policy_decide(care_parts(turns->parts.care)->policy, programme->policy, arena, ret_verdict, &now, ret_decision);
}
