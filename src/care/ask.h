/* ask.h: a questionnaire that a member of staff asks for by hand, and when it opens.
 *
 * One that asks about danger opens when somebody is there to read it, as those of a schedule do (checkin.h): now, within the programme's
 * checkin_read_minutes of the next moment that hours and rota have somebody, else at that moment.
 *
 *  due       open from the start: nothing about danger, or somebody is there, or a clinician reads it themselves (`read_by`)
 *  planned   --its moment, somebody is there--> due     --its moment, nobody--> planned for the next one
 *            --a clinician says "I read it myself"--> due
 *            --nobody before it is due--> missed, and the team is called
 *
 * What a whole questionnaire sets off by its score (PHQ-2: the PHQ-9) opens by the same rule. What a single answer about danger sets off
 * opens at once: the call for a person is on its way, and the client is answering (response.c).
 *
 * "I read it myself" is kept in the row and journalled under its own reason. On the loop's thread. */
#ifndef HEED_CARE_ASK_H
#define HEED_CARE_ASK_H

#include "care/care.h"
#include "care/instrument.h"

#define ASK_FOLLOW_UP_US (INT64_C(24) * 3600 * SECOND_US) /* time to answer one, once it is open */
#define ASK_FOLLOW_UP_DAYS 7                              /* how far ahead somebody is sought who reads it */

/* ask_when: when a questionnaire opens that is asked for at `now`. */
struct ask_when {
	bool danger;     /* it asks about danger */
	wall_time opens; /* `now` or later; us 0: nobody is there before it is due */
	const char *why; /* "no_cover", "nobody_on_duty"; NULL: it opens at once */
};
void ask_when(const struct care *care, const struct care_programme *programme, const struct instrument *instrument, wall_time now,
	wall_time due, struct ask_when *ret_when);

/* ask_make: read_by_me: whoever asks reads the answers themselves, so it opens at once (E_DENIED unless they may answer alerts). E_INVALID
 * "nobody_before_due" when nobody is there before it is due, and nobody says so. */
struct ask {
	const char *client_id;
	const struct instrument *instrument;
	wall_time due;
	bool read_by_me;
};
int ask_make(struct care *care, const struct scope *scope, const struct ask *ask, struct uuid *ret_id, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* ask_follow_up: adds what a questionnaire's score sets off. Nobody is there for ASK_FOLLOW_UP_DAYS: it is kept as missed and the team is
 * called. */
void ask_follow_up(struct care *care, struct unit *unit, const char *programme_id, const char *client_id, struct str instrument);

/* ask_read_by_me: a planned one is opened now, read by whoever says so. E_CONFLICT when it is not planned, or at another version. */
int ask_read_by_me(struct care *care, const struct scope *scope, const struct row *task, int64_t version, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

#endif
