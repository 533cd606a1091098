/* alert.h: a call for a person: raised on detection, once for what is one event, with clocks that survive a restart.
 *
 * Raising adds to the caller's unit (message, verdict, decision and alert are on disk together or not at all).
 *
 *  what is there for the person       new call of equal or lower grade      of a higher grade
 *  nothing unresolved                 new alert                             new alert
 *  open (nobody has seen it)          joined: one more event                raised: grade, reason and an earlier clock
 *  acknowledged, taken, contacted     joined within the window when the     new alert: what was seen was not this
 *                                     concept is known to it, else new
 *  resolved                           new alert                             new alert
 *
 * Whoever said that they read it themselves (questionnaire_task.read_by) is called first, and when something joins an alert that nobody has
 * seen and of which they were not told. The chain waits for nobody's word: its people, its steps and its clocks are the same.
 *
 * Two clocks: until somebody acknowledges, then until contact was tried and its outcome recorded (15 minutes for the top
 * priority unless the programme says otherwise). A missed clock marks the alert, moves it one step up the escalation chain and
 * starts again; it never ends by itself. */
#ifndef HEED_CARE_ALERT_H
#define HEED_CARE_ALERT_H

#include "care/care.h"

#define ALERT_CONCEPTS_MAX 16

enum alert_kind { ALERT_RISK = 0, ALERT_REQUEST, ALERT_COMPLAINT, ALERT_REVIEW, ALERT_COUNTERSIGN, ALERT_SYSTEM };

struct alert_call {
	const struct care_programme *programme;
	const char *client_id, *conversation_id; /* conversation may be NULL */
	const char *message_id, *verdict_id;     /* may be NULL */
	enum alert_kind kind;
	int priority;       /* 1-4 */
	int level;          /* 0-4 */
	struct str reason;  /* one line in words, no client text; at most 500 bytes are kept */
	bool about_other;   /* the danger is somebody else's, not the client's */
	const char *reader; /* who said that they read this themselves: called first, beside the chain's step; or NULL */
	const struct str *concepts;
	size_t concept_count; /* the first ALERT_CONCEPTS_MAX are kept; [0] is the one that sets the level */
};

/* alert_raise: adds the alert (or the change of one), its clock's job and its event to the unit. ret_id: the alert's. */
void alert_raise(struct care *care, struct unit *unit, const struct alert_call *call, struct uuid *ret_id);

/* alert_reason: the line for a verdict in words: "Intent to end their life, tonight; about themselves", in the arena. */
struct str alert_reason(struct arena *arena, const struct verdict *verdict);
/* alert_call_of: fills kind, level, priority, reason and concepts from verdict and decision. concepts[ALERT_CONCEPTS_MAX]. */
void alert_call_of(struct arena *arena, const struct verdict *verdict, const struct policy_decision *decision, struct str *concepts,
	struct alert_call *ret_call);

/* What the client may truly be told about the calls for this conversation. */
enum alert_seen { ALERT_NONE = 0, ALERT_SENT, ALERT_SEEN, ALERT_NOBODY_YET };
/* ret_staff_id (may be NULL): who has seen it; empty text otherwise. */
enum alert_seen alert_seen(const struct care *care, const char *client_id, struct uuid *ret_staff_id);
const char *alert_seen_name(enum alert_seen seen); /* NULL, "sent","seen","nobody_yet" */

/* alert_open_count: unresolved alerts of a client. */
int alert_open_count(const struct care *care, const char *client_id);

/* What people do. scope: the person's. done as unit_done: E_CONFLICT when version or state did not match; E_DENIED;
 * E_INVALID with message "contact_first" for a resolution that needs an outcome first. */
struct alert_act {
	const char *id;
	int64_t version;
	const char *outcome, *resolution; /* of contact, of resolve */
	struct str note;
	const char *to;                 /* of a hand-over: a member of staff */
	const char *opinion_by;         /* second opinion that was asked, by whom; NULL: none. Never needed */
	struct str duty, basis, agency; /* of a report: pack entry, legal basis, whom it went to */
	bool made;                      /* the report has been made; false: it is still to be, and its clock runs */
};
/* alert_contact: what came of trying to reach the client, added as an alert_outcome in the same unit.
 *
 *  outcome                                     state       clock
 *  contacted, welfare_check,
 *  emergency_services, other, no_action        contacted   stops ("other" and "no_action" need a note)
 *  no_answer                                   taken       runs anew: the next attempt is due at its end
 *  duty_to_warn, safeguarding_report: made     contacted   stops
 *                                    not yet   taken       goes on as it is; the report has a clock of its own
 * E_INVALID: "note_required", "basis_required", "agency_required", "duty_unknown". */
int alert_acknowledge(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
int alert_take(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
int alert_contact(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
/* alert_handover: asks a named person to take it over; E_DENIED unless the alert is the actor's or the actor supervises; E_INVALID
 * "handover_to" when that person is not one who may hold it. It stays the owner's, and its clock runs, until alert_handover_accept by
 * the one who was asked; alert_handover_decline is theirs, or the owner's to withdraw. */
int alert_handover(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
int alert_handover_accept(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
int alert_handover_decline(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

int alert_resolve(struct care *care, const struct scope *scope, const struct alert_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
/* alert_report_made: the report of an outcome that was recorded as still to be made is made now. agency: to whom; empty: as recorded. */
int alert_report_made(struct care *care, const struct scope *scope, const char *outcome_id, int64_t version, struct str agency,
	unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

#endif
