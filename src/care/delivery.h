/* delivery.h: calls members of staff by every channel they have: the console, e-mail, a signed webhook (for SMS and voice through the
 * operator's provider). Each is a row with its receipt and a persisted job that tries again; when every way out of the house failed,
 * the chain moves on at once.
 *
 * What is sent holds level, priority, times, ids of ours and a link: no name, no word, no pseudonym of a client.
 *
 *  queued --sent--> sent --receipt--> delivered --person answers--> acknowledged
 *         --refused, or DELIVERY_ATTEMPTS_MAX tries--> failed
 *         --somebody answered meanwhile--> cancelled
 *
 * When an alert is answered, the devices that show a notification of it are told so by one more push, of purpose "answered": it takes the
 * place of the first without a sound. It is no call: it is never waited for, and when it fails nothing follows. */
#ifndef HEED_CARE_DELIVERY_H
#define HEED_CARE_DELIVERY_H

#include "care/care.h"

#define DELIVERY_PEOPLE_MAX 64 /* of one step; the log says when there are more */

struct delivery_call {
	const struct care_programme *programme;
	const char *alert_id; /* NULL: it is about a chat */
	const char *purpose;  /* "alert", "escalation", "handover", "takeover" */
	int priority, level, step;
	wall_time due_at;
	const char *presence_id; /* of whoever is in the chat and asks */
	const char *reader; /* who said that they read it themselves: called first, outside the house too whatever the priority; or NULL */
};

/* delivery_call_step: adds to the unit a delivery for the reader, then for everybody else of that step of the chain, by each channel, with
 * its job. delivery_call_person: for one. */
void delivery_call_step(struct care *care, struct unit *unit, const struct delivery_call *call, size_t chain_step);
void delivery_call_person(struct care *care, struct unit *unit, const struct delivery_call *call, const char *staff_id);

/* delivery_settle: somebody has seen the alert: adds the job that notes it on what was sent and drops what still waits. */
void delivery_settle(struct care *care, struct unit *unit, const char *alert_id);

/* delivery_settle_chat: somebody is no longer asked to take over that chat: the same for what was sent about it. answered: since they said
 * yes or no. */
void delivery_settle_chat(struct care *care, struct unit *unit, const char *presence_id, bool answered);

/* delivery_seen: the actor's console shows the alert: its delivery there has arrived. */
int delivery_seen(
	struct care *care, const struct scope *scope, const char *alert_id, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* ---- A person's own channels ---- */

struct delivery_person {
	struct str email, phone, language, time_zone, quiet_from, quiet_to; /* "HH:MM"; both empty: no quiet hours */
};
/* delivery_person_set: E_INVALID "staff.email: what is wrong". */
int delivery_person_set(struct care *care, const struct scope *scope, const struct delivery_person *person, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* delivery_test: a test by each channel of the actor. ret_batch: what they share. */
int delivery_test(
	struct care *care, const struct scope *scope, struct uuid *ret_batch, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;
/* delivery_confirm: "it arrived", by the one it was for (E_NOT_FOUND for others). The last one of a batch makes the test passed. */
int delivery_confirm(
	struct care *care, const struct scope *scope, const char *delivery_id, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;
/* delivery_tested: when the person's last test passed; us 0: never. */
wall_time delivery_tested(const struct care *care, const char *staff_id);

/* delivery_receipt: the provider says what became of one that was sent: state "delivered" or "failed"; a failed one counts as a way that
 * failed. E_CONFLICT: it is not in state "sent". */
int delivery_receipt(struct care *care, const char *programme_id, const char *delivery_id, bool arrived, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

#endif
