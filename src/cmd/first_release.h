/* first_release.h: the release a new programme begins with. */
#ifndef HEED_CMD_FIRST_RELEASE_H
#define HEED_CMD_FIRST_RELEASE_H

#include "cmd/serve_config.h"
#include "policy/policy.h"
#include "screen/screen.h"
#include "store/store.h"

/* first_release_add: its row: the configured model, the policy, and the versions of engine and packs that are open now. */
void first_release_add(struct unit *unit, const char *name, const char *policy_id, const struct serve_config *config,
	const struct policy *policy, const struct screen_engine *engine, const struct clock *clock);

#endif
