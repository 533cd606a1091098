/* programme.h: changing a programme's hours and settings while it runs. What is open keeps the clocks it was given; what begins from then
 * on gets the new ones. */
#ifndef HEED_CARE_PROGRAMME_H
#define HEED_CARE_PROGRAMME_H

#include "care/care.h"

/* programme_change: hours: the whole of programme.cover (cover.h), or NULL to leave them. settings: members to set over those that are
 * there (care.c's list), null takes one away (the default counts again), or NULL. row: as just read; guarded by version. E_INVALID: "cover:
 * ...", "settings.KEY: ..."; E_CONFLICT by done: changed meanwhile. Memory follows when it is on disk. */
struct programme_change {
	const struct row *row;
	int64_t version;
	const json_t *hours, *settings;
};
int programme_change(struct care *care, const struct scope *scope, const struct programme_change *change, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

#endif
