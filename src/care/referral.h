/* referral.h: somebody's way into care: received, assessed, waiting, offered, in care, referred out, closed.
 *
 * The rules (triage.h) recommend; a person decides. Nothing here moves a referral but an act of a member of staff. What the program does by
 * itself: it keeps the recommendation up to date (only more urgent by itself, and only while nobody has decided), marks clocks that ran
 * out, and calls a person for each (alerts of kind review). Clocks are persisted jobs:
 *
 *  respond        priority's time (programme.settings.triage_minutes over the rules) until somebody decided
 *  contact        what was promised to the client
 *  receipt        a referral out without confirmation
 *  start, limit   targets until care has started
 *  second         the gap between first and second appointment
 *
 * One open referral for each client. All functions belong to the loop's thread. */
#ifndef HEED_CARE_REFERRAL_H
#define HEED_CARE_REFERRAL_H

#include "care/care.h"
#include "care/triage.h"

#define REFERRAL_TEXT_MAX 4000

/* triage_check_words: every rule and sign has its words for staff ("triage.reason.ID", "triage.mark.ID"). */
int triage_check_words(const struct triage *triage, const struct messages *messages, struct err *reterr) MUST_CHECK;

/* referral_from_intake: ends the intake and opens the client's referral, or adds to the one that is open; one unit. done: E_CONFLICT when
 * the intake has changed meanwhile. Everything is copied. */
struct referral_intake {
	const char *client_id, *intake_id;
	int64_t version;
	int level;      /* highest of the intake's answers */
	uint64_t marks; /* signs of the answers, also of risk taken back */
};
int referral_from_intake(struct care *care, const struct scope *scope, const struct referral_intake *intake, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* referral_make: by a member of staff, without an intake: it is decided by them. E_INVALID names what is missing; E_EXISTS: one is open. */
struct referral_new {
	const char *client_id;
	struct str source, priority, reason;
	int step;
};
int referral_make(struct care *care, const struct scope *scope, const struct referral_new *what, struct uuid *ret_id, unit_done done,
	void *ctx, struct err *reterr) MUST_CHECK;

enum referral_verb {
	REFERRAL_NOTHING = 0,
	REFERRAL_DECIDE,  /* priority, step, reason when they differ from the recommendation; to: "assess" or "waiting" */
	REFERRAL_CONTACT, /* somebody spoke to the client; at (may be 0): the next contact, promised */
	REFERRAL_PROMISE, /* at: the next contact, promised */
	REFERRAL_OFFER,   /* at: an appointment */
	REFERRAL_START,   /* care has begun */
	REFERRAL_OUT,     /* text: to whom; reason: what they were told */
	REFERRAL_RECEIPT, /* reason: what they answered */
	REFERRAL_CLOSE    /* reason */
};
struct referral_act {
	const char *id;
	int64_t version;
	enum referral_verb verb;
	struct str priority, to, text, reason;
	int step;
	wall_time at;
};
/* referral_do: reads the row, then one unit guarded by its version. E_INVALID: "referral.reason: say why", "referral.at: ..."; E_CONFLICT.
 */
int referral_do(struct care *care, const struct scope *scope, const struct referral_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* referral_look_again: something that the rules look at has changed (an alert, a score): a job in the unit looks at the client's open
 * referral. */
void referral_look_again(struct care *care, struct unit *unit, const char *client_id);

/* referral_rank: place on the board: more urgent first, then the higher level, then who has waited longest. */
int64_t referral_rank(enum triage_priority priority, int level, wall_time received);

#endif
