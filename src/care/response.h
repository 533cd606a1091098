/* response.h: filling in a questionnaire: asked, begun, answered item by item, sent.
 *
 * An answer acts when it is saved, not when the form is whole: what it sets off (packs/instruments) is in the same unit as the answer, also
 * when the answer comes late from a phone that was offline. Sending scores it, and treats a risk item without an answer as "yes".
 * Everything a client sends carries the client's own id: sent twice, stored once (E_EXISTS says so). On the loop's thread. */
#ifndef HEED_CARE_RESPONSE_H
#define HEED_CARE_RESPONSE_H

#include "care/care.h"
#include "care/instrument.h"

#define RESPONSE_ANSWERS_MAX 180 /* rows of one filling-in, corrections with them: one page of the store */

/* questionnaire_assign: adds the task to the unit. source: "staff","schedule","follow_up","client". ret_id may be NULL. Returns
 * it, for further fields. */
struct op *questionnaire_assign(struct unit *unit, const char *client_id, struct str instrument, const char *source, const char *staff_id,
	wall_time due, struct uuid *ret_id);

struct response_begin {
	const char *client_id;
	const char *task_id; /* NULL: by the client's own wish */
	struct str task_state;
	const struct instrument *instrument;
	struct str lang;
	wall_time started;
};
int response_begin(struct care *care, const struct scope *scope, const struct response_begin *begin, struct uuid *ret_id, unit_done done,
	void *ctx, struct err *reterr) MUST_CHECK;

struct response_answer {
	const struct row *response;     /* in_progress; else E_CONFLICT "completed" */
	const struct row *conversation; /* the client's newest, or NULL */
	const struct row *task;         /* that asked, or NULL */
	struct str item, submission;
	struct answer answer;
	wall_time answered;
};
/* What the phone shows at once. */
struct response_effect {
	int level; /* 0 nothing */
	struct str follow_up;
};
int response_answer(struct care *care, const struct scope *scope, const struct response_answer *answer, struct response_effect *ret_effect,
	unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* response_answers: from answer rows in order to one answer for each item: the newest wins. */
void response_answers(const struct instrument *instrument, const struct row_set *rows, struct answer *answers);

struct response_submit {
	const struct row *response;
	const struct row *conversation;
	const struct row_set *answers;
	const struct row *task; /* that asked, or NULL */
	wall_time submitted;
};
int response_submit(struct care *care, const struct scope *scope, const struct response_submit *submit, struct score *ret_score,
	unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* response_ends: of a client's filling-ins, newest first, the first and the newest of one instrument that were sent and have a total; one
 * of them is both when there is no other. false: none has. */
bool response_ends(const struct row_set *newest_first, struct str instrument, const struct row **ret_first, const struct row **ret_last);

#endif
