/* notice.h: the law of the places that count for a client, and the notices that follow from it, in the client's thread.
 */
#ifndef HEED_CARE_NOTICE_H
#define HEED_CARE_NOTICE_H

#include "care/care.h"

/* care_rules: the joined rules for a client (NULL: nobody known yet) of a programme, now; age as known, 0 unknown. The answer lives
 * in the arena. The strictest on any failure. */
void care_rules(const struct care *care, struct arena *arena, const struct care_programme *programme, const struct care_client *client,
	int age, struct jurisdiction_rules *ret_rules);
/* care_may_consent: whether somebody who may has decided: of age by the rules, or a verified guardian's consent is recorded. An
 * unknown age counts as of age: what is known is asked at the invite, and what is said in a conversation counts at once. */
bool care_may_consent(const struct jurisdiction_rules *rules, const struct care_client *client, int age);

/* notice_add: the approved text as a message of the thread, in the unit. */
void notice_add(struct care *care, struct unit *unit, const struct care_programme *programme, const char *client_id,
	const char *conversation_id, const char *message_id, struct str lang, struct str text, enum notice notice);
struct str notice_text(
	const struct care *care, struct arena *arena, const struct care_programme *programme, struct str lang, enum notice notice);

/* notice_open: for a conversation that the unit begins (`conversation` is its insert): the notice at the start, where the law asks
 * for one, and the job of the next. */
void notice_open(struct care *care, struct unit *unit, struct op *conversation, const struct care_programme *programme,
	const char *client_id, const char *conversation_id);

/* request_deadline: a request about one's data that nobody answers is marked late when its time has passed. */
void request_deadline(struct unit *unit, wall_time due, const char *request_id, const char *client_id);

#define NOTICE_JOB "conversation.notice"

#endif
