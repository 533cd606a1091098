/* presence.h: a person is in a client's conversation, live, in the same thread: the client reads who it is, the model is silent, and what
 * the client writes is answered by that person alone. presence_plan.h says who may do what.
 *
 * It ends by a hand-back with a reason, by a hand-over that another one accepts, when the person goes off duty, and by itself: whoever
 * does not answer the client for PRESENCE_UNANSWERED_US is no longer said to be there, and others are called; with nothing to answer it
 * ends after PRESENCE_QUIET_US (PRESENCE_UNANSWERED_US off duty). A conversation that was held stays held when the person leaves: only a
 * clinician's release lets the model speak, and not while somebody is there.
 *
 * Rows of "presence" on disk, the present ones in memory for the turns. A person who comes silences the model at once, one who goes when
 * that is on disk; nobody is told of either before. Only in the client app's chat: a calling product shows no person's words. */
#ifndef HEED_CARE_PRESENCE_H
#define HEED_CARE_PRESENCE_H

#include "care/care.h"
#include "care/presence_plan.h"

#define PRESENCE_UNANSWERED_US (10 * MINUTE_US)
#define PRESENCE_QUIET_US (30 * MINUTE_US)
#define PRESENCE_REASON_MAX 2000
#define PRESENCE_LIST_MAX 200

/* As on disk; pointers are valid until the loop goes on. */
struct presence {
	const char *id, *programme_id, *client_id, *conversation_id, *staff_id;
	const char *asked_id, *asked_by; /* NULL: nobody */
	wall_time since, seen_at, waiting_at, asked_at;
};

/* presence_find: who is in that conversation; false: nobody. presence_silences: no program speaks there: somebody is there, or comes. */
bool presence_find(const struct care *care, const char *conversation_id, struct presence *ret_presence);
bool presence_silences(const struct care *care, const char *conversation_id);
/* presence_person: the staff id of who is there or comes; NULL: nobody. */
const char *presence_person(const struct care *care, const char *conversation_id);
/* presence_asks: whether that member of staff is asked now by the presence of that id. */
bool presence_asks(const struct care *care, const char *presence_id, const char *staff_id);
/* presence_list: of a programme, at most `max`; returns how many there are. */
size_t presence_list(const struct care *care, const char *programme_id, struct presence *ret_list, size_t max);

/* What people do. conversation: its row, just read; only its id, programme, client, kind and state count. E_INVALID with a code as message:
 * "reason_required", "handover_to"; E_CONFLICT: "somebody_there", "nobody_there", "closed", "elsewhere" (a calling product's conversation),
 * or another act is on its way; E_DENIED. done as unit_done. A join by who is there already is a success. */
struct presence_call {
	enum presence_act act; /* not PRESENCE_OFF_DUTY */
	const struct row *conversation;
	const char *to;    /* of PRESENCE_ASK: a member of staff who may be in this client's conversation */
	struct str reason; /* of PRESENCE_HAND_BACK */
};
int presence_do(struct care *care, const struct scope *scope, const struct presence_call *call, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* ---- For the other parts of care ---- */

/* presence_heard: a client's message goes to the person who is there; presence_wrote: a word of staff_id's. Add to the unit. */
void presence_heard(struct care *care, struct unit *unit, const char *conversation_id, wall_time at);
void presence_wrote(struct care *care, struct unit *unit, const char *conversation_id, const char *staff_id);
/* presence_off_duty: adds to the unit that the person has left wherever they are; presence_gone_off_duty: it is on disk (or, with an err,
 * is not). */
void presence_off_duty(struct care *care, struct unit *unit, const char *staff_id);
void presence_gone_off_duty(struct care *care, const char *staff_id, const struct err *err);

#endif
