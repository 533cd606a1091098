/* team.h: who answers for a client: the coach whose client they are, and the responsible clinician. A coach sees their own clients and no
 * others, so that a change opens and closes a record at once. */
#ifndef HEED_CARE_TEAM_H
#define HEED_CARE_TEAM_H

#include "care/care.h"

/* team_set: sets who the client's people are; an empty id: nobody. Members that are NULL stay as they are. A coach's open modules go to the
 * new coach in the same unit. E_NOT_FOUND no such client in the scope's programme; E_INVALID "coach_id" or "clinician_id": not an active
 * person of the programme who may be that (a coach: anyone who cares for clients; a clinician: clinicians and supervisors). */
struct team_change {
	const char *client_id;
	const char *coach_id, *clinician_id;
	const struct row_set *open_modules; /* the client's open enrolments as just read; guarded by their versions */
};
int team_set(struct care *care, const struct scope *scope, const struct team_change *change, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

#endif
