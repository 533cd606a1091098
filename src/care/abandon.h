/* abandon.h: a first conversation that somebody left: when nothing was answered for as long as packs/triage says (clock intake_abandoned),
 * a job marks it abandoned, so that a new one can begin. Where an answer spoke of danger, the team is called: nobody had been referred. */
#ifndef HEED_CARE_ABANDON_H
#define HEED_CARE_ABANDON_H

#include "care/care.h"

/* abandon_watch: adds the job to the unit in which the intake begins. */
void abandon_watch(const struct care *care, struct unit *unit, const char *intake_id, const char *client_id);

#endif
