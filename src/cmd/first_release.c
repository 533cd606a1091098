/* first_release.c: see first_release.h. */
#include "cmd/first_release.h"

void first_release_add(struct unit *unit, const char *name, const char *policy_id, const struct serve_config *config,
	const struct policy *policy, const struct screen_engine *engine, const struct clock *clock)
{
	struct op *op = unit_insert(unit, "release", NULL);
	op_c(op, "name", name);
	op_text(op, "model", config->use_upstream ? config->upstream.name : STR("heedwell-reflect"));
	op_c(op, "policy", policy_id);
	op_text(op, "policy_hash", policy_hash(policy));
	op_text(op, "packs", screen_engine_packs(engine));
	op_text(op, "engine", screen_engine_version(engine));
	op_c(op, "state", "current");
	op_time(op, "promoted_at", clock_wall(clock));
}
