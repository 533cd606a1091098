/* say.h: a member of staff writes to a client, in the client's own conversation. */
#ifndef HEED_CARE_SAY_H
#define HEED_CARE_SAY_H

#include "care/care.h"

#define SAY_TEXT_MAX 20000

/* person_say: adds the message to the unit of `scope` (whoever speaks), with what the pages of both sides are told. `conversation`
 * is its row, just read and not closed. Afterwards the caller forgets the conversation (turns_forget). done as unit_done. */
struct say {
	const struct row *conversation;
	struct str text;               /* 1 to SAY_TEXT_MAX bytes, UTF-8 */
	const struct verdict *verdict; /* of the text, recorded with it; NULL: it was not screened */
	bool ai_assisted; /* a program helped to write it: labelled, and only with the client's consent to it (consent_required) */
};
int person_say(struct care *care, const struct scope *scope, const struct say *say, struct uuid *ret_message_id, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* program_say: an approved text (packs/messages) in a client's conversation, added to the unit with what both sides' pages are told. Its
 * {lines} and {emergency} are those of the client's country. */
struct say_program {
	const char *programme_id, *client_id, *conversation_id;
	struct str key;
	const struct message_var *vars;
	size_t var_count;
};
void program_say(struct care *care, struct unit *unit, const struct say_program *say);

#endif
