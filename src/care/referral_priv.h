/* referral_priv.h: what referral.c and referral_clock.c share. */
#ifndef HEED_CARE_REFERRAL_PRIV_H
#define HEED_CARE_REFERRAL_PRIV_H

#include "care/care_priv.h"
#include "care/referral.h"

/* What the rules are to look at, gathered from memory and the store. */
struct looking {
	struct care *care;
	struct uuid programme_id, client_id;
	struct triage_input input;
	char names[TRIAGE_SCORES_MAX][40]; /* behind input.scores */
	void (*then)(struct looking *looking, const struct err *err);
	void *ctx;
};
/* looking_scores: adds the newest total of each instrument to the input, then calls `then`. Takes looking; `then` frees it with mem_delete.
 */
void looking_scores(struct looking *take_looking);
/* looking_alerts: raises the input's level to that of the client's open alerts of risk. */
void looking_alerts(struct looking *looking);

/* op_advice: recommendation, its reasons and inputs into the row. */
void op_advice(struct op *op, const struct triage *triage, const struct triage_input *input, const struct triage_advice *advice);
/* advice_words: the reasons in words of the programme's language, joined. Never empty. */
struct str advice_words(
	const struct care *care, const struct care_programme *programme, struct arena *arena, const struct triage_advice *advice);

int64_t referral_respond_us(const struct care *care, const struct care_programme *programme, enum triage_priority priority);
void referral_tell(struct unit *unit, const char *programme_id, const char *client_id);
/* referral_call: an alert of kind review about a referral; what: a message key's last part ("respond"). */
void referral_call(struct care *care, struct unit *unit, const struct care_programme *programme, const char *client_id, const char *what,
	int priority);

/* The clocks of a row that may run out: name of its flag, key of its alert, when it ends (0: it does not run). */
struct referral_clock {
	const char *flag, *what;
	int64_t ends_us;
};
#define REFERRAL_CLOCKS 6
void referral_clocks(const struct care *care, const struct row *row, struct referral_clock clocks[REFERRAL_CLOCKS]);

#endif
