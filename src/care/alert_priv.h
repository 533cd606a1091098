/* alert_priv.h: what the alert files share: alert.c raises and keeps the clocks, alert_act.c is what people do. */
#ifndef HEED_CARE_ALERT_PRIV_H
#define HEED_CARE_ALERT_PRIV_H

#include "care/care_priv.h"

/* alert_forget: it is resolved, on disk. */
void alert_forget(struct care *care, struct alert_item *item);

/* alert_announce: the event for staff pages. alert_tell_client: the true state of the call for the client's page; conversation NULL or
 * empty: nothing. Both add to the unit. */
void alert_announce(struct unit *unit, const char *programme_id, const char *client_id, const char *conversation_id, const char *alert_id);
void alert_tell_client(struct unit *unit, const char *programme_id, const char *client_id, const char *conversation_id);

/* alert_reopen: its owner's shift has ended: adds to the unit that it is open again, with a new clock, one step further up, and goes to
 * those who are there now. Returns the clock's end. alert_reopened: the unit is on disk. */
wall_time alert_reopen(struct care *care, struct unit *unit, const struct alert_item *item);
void alert_reopened(struct alert_item *item, wall_time deadline);

/* alert_owner: who answers for it: who has taken it, else who saw it first. Empty text: nobody. */
static inline const char *alert_owner(const struct alert_item *item)
{
	return item->owner_id.text[0] ? item->owner_id.text : item->acknowledged_by.text;
}

/* alert_binds: it has an owner who may not leave a shift with it: seen, and no outcome stops its clock yet. */
static inline bool alert_binds(const struct alert_item *item)
{
	return item->running && (item->state == ALERT_ACKNOWLEDGED || item->state == ALERT_TAKEN);
}

#endif
