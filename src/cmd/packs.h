/* packs.h: from a folder of packs to an opened engine, by way of the cache; shared by the subcommands. */
#ifndef HEED_CMD_PACKS_H
#define HEED_CMD_PACKS_H

#include "base/arena.h"
#include "policy/jurisdiction.h"
#include "policy/policy.h"
#include "screen/screen.h"

/* packs_dir: `given`, else $HEEDWELL_PACKS, else the first that exists of packs/ beside the program, share/heedwell/packs
 * below its prefix, up to three folders above the program, and ./packs. In the arena. */
struct str packs_dir(struct arena *arena, const char *given);

/* packs_read: all *.yaml files below `dir`. */
int packs_read(struct arena *arena, struct str dir, struct screen_source **ret_sources, size_t *ret_count, struct err *reterr) MUST_CHECK;

/* packs_jurisdictions: the laws of places among them; freed with jurisdictions_free. */
int packs_jurisdictions(struct arena *arena, const struct screen_source *sources, size_t count, struct jurisdictions **ret_set,
	struct err *reterr) MUST_CHECK;
/* packs_policy: the policies among packs that were read. The caller frees it with policy_free. */
int packs_policy(
	struct arena *arena, const struct screen_source *sources, size_t count, struct policy **ret_policy, struct err *reterr) MUST_CHECK;

/* packs_open: the engine of the packs below `dir`, from the cache when it holds this key, else built and put there.
 * `cache` is a folder, or NULL for $XDG_CACHE_HOME/heedwell or ~/.cache/heedwell; "" for no cache. A cache that cannot be
 * written is no error. *ret_built (may be NULL) says whether it had to build. */
int packs_open(struct arena *arena, struct str dir, const char *cache, struct screen_engine **ret_engine, bool *ret_built,
	struct err *reterr) MUST_CHECK;

#endif
