/* review.h: a reply that waits for a person: held, then approved, edited, rejected, or replaced by approved text when the
 * longest wait is over. Also override and countersignature of verdicts, and the release of a conversation. */
#ifndef HEED_CARE_REVIEW_H
#define HEED_CARE_REVIEW_H

#include "care/care.h"

struct review_call {
	const struct care_programme *programme;
	const char *client_id, *conversation_id, *message_id; /* the held message, in state "held" */
	struct str original;                                  /* what the model wrote */
	struct str reason;                                    /* in words */
	const struct str *rules;
	size_t rule_count;
};
/* review_hold: adds the review, its deadline job and its event to the unit. Returns the longest wait in us: 0 when nobody is on
 * shift; then nothing is held and the caller shows approved text at once (nothing was added). */
int64_t review_hold(struct care *care, struct unit *unit, const struct review_call *call, struct uuid *ret_id);

/* Decisions of a person. text: of edit; reason: of reject. The message becomes released (approved or edited text) or replaced
 * (approved text), the client's page is told. E_CONFLICT, E_DENIED, E_NOT_FOUND by done. */
struct review_act {
	const char *id;
	int64_t version;
	enum { REVIEW_REJECT = 0, REVIEW_EDIT, REVIEW_APPROVE } decision;
	struct str text, reason;
};
int review_decide(struct care *care, const struct scope *scope, const struct review_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* verdict_override: a person's grade. Lowering from 3 or 4 acts at once and makes a countersignature job and alert. */
struct override_act {
	const char *verdict_id;
	int level;
	struct str reason, note;
};
int verdict_override(struct care *care, const struct scope *scope, const struct override_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
/* verdict_countersign: by another person than the one who graded (E_DENIED). */
int verdict_countersign(struct care *care, const struct scope *scope, const char *verdict_id, bool agrees, struct str note, unit_done done,
	void *ctx, struct err *reterr) MUST_CHECK;

/* conversation_release: the model may speak again. E_CONFLICT when it is not held, or while a person is in it (presence.h). */
int conversation_release(struct care *care, const struct scope *scope, const char *conversation_id, struct str reason, unit_done done,
	void *ctx, struct err *reterr) MUST_CHECK;

#endif
