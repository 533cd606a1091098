/* retention_priv.h: what the files of retention share: retention.c has rows and the nightly job, retention_look.c one look. */
#ifndef HEED_CARE_RETENTION_PRIV_H
#define HEED_CARE_RETENTION_PRIV_H

#include "care/care_priv.h"
#include "care/retention.h"

/* A look that goes on. Owned by care->look. */
struct retention_look;
struct look_end;
struct look_start {
	struct uuid programme_id, run_id;
	bool dry;
	struct retention_periods periods;
	void (*over)(struct care *care, const struct look_end *end, void *ctx); /* once; not at retention_close */
	void *ctx;
};
struct look_end {
	const char *state; /* "done", "cancelled", "failed" */
	const char *failure;
	const struct look_start *start;
	const struct retention_counts *counts;
};
int look_begin(struct care *care, const struct look_start *start, struct err *reterr) MUST_CHECK;

#endif
