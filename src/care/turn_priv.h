/* turn_priv.h: what the files of the turn share. turn.c: the machine; turn_decide.c: screening, policy, approved text;
 * turn_reply.c: the model and the release; turn_record.c: what is written. */
#ifndef HEED_CARE_TURN_PRIV_H
#define HEED_CARE_TURN_PRIV_H

#include "care/alert.h"
#include "care/notice.h"
#include "care/presence.h"
#include "care/review.h"
#include "care/talk.h"
#include "care/turn.h"

#define APPROVAL_POLICY "augmented" /* of clients whose replies a person approves */
#define TURN_FINDINGS_MAX 40        /* recorded of one verdict */
#define TURN_SHOWN_MAX (1024u * 1024u)

struct turns {
	struct turns_parts parts;
	struct screen_scratch *scratch;
	struct talks *talks;
	size_t busy;
};

/* Text that is judged and on its way to the caller. */
struct piece {
	struct piece *next;
	struct model_delta delta;
	size_t shown_end, tools_end; /* length of `shown` and `tools` with it */
};

struct turn {
	struct turns *turns;
	struct turn_events events;
	void *ctx;
	bool left;
	struct arena arena; /* what stays for the turn */
	struct arena judge; /* one check of the reply; reset before each */
	struct loop_task task;
	struct loop_timer timer;
	struct loop_timer store_timer; /* runs while a write is under way */

	/* the request, copied into the arena */
	struct turn_request request;
	struct uuid client_id, conversation_id, api_key_id;
	uint8_t hash[TURN_HASH_BYTES], hash_key[TURN_HASH_BYTES];
	struct talk *talk;

	/* the client's message */
	struct uuid message_id, reply_id, verdict_id;
	wall_time received;
	struct str lang, country;
	const struct screen_turn *context; /* before the message */
	size_t context_count;
	const struct screen_turn *reply_context; /* with the message */
	struct verdict verdict;
	struct policy_decision decision;
	struct turn_record record;
	struct jurisdiction_rules rules; /* of the places that count */
	int age, stated_age;             /* as known with this message; what it says anew, or 0 */
	bool consent_care, may_consent;
	enum notice notice; /* given with this message */
	struct uuid notice_id;
	struct str notice_text;
	bool notice_shown;     /* in the reply itself (gateway) */
	int64_t notice_job_at; /* 0: none to be set */
	int level_before;
	bool newly_held, duplicate;
	bool silent; /* a person is in the conversation: no program answers */
	/* scripted dialogue */
	bool has_dialogue;
	struct str dialogue_name, dialogue_state, dialogue_concept;
	int dialogue_level; /* -1: unchanged */
	bool dialogue_placed, wants_call;

	/* the reply */
	struct str approved;     /* text instead of the model; empty: the model is asked */
	struct str approved_key; /* its message key, when it has one */
	struct model_call *call;
	struct release *release;
	bool incremental, hold_all, model_over, model_failed;
	struct model_result result;
	enum model_failure failure;
	struct verdict reply_verdict; /* of the newest check; lives in judge */
	struct policy_decision reply_decision;
	bool reply_checked;
	struct piece *first, **last; /* not yet told */
	struct piece *covered;       /* the last one in the running W2 */
	bool any_covered, any_told;
	struct buf shown; /* what the client sees of content, in the end */
	struct buf tools; /* released tool calls, for the record */
	struct {
		struct str id, name;
	} tool[64];
	size_t shown_told, tools_told; /* bytes of them that the caller has */
	bool recorded, writing, closing, retried_conflict;
	bool closed_too_late; /* and the record of another reply was on its way */
	bool gave_up;         /* the store was too slow: the caller has the constant safe message, and so shall the record */
	bool reply_begun;     /* its row is in a unit that was submitted */
	struct turn_outcome outcome;
	struct str original; /* for the record: the model's own text where it differs */
	struct str tail;     /* approved text at the end */
};

static inline const struct care_parts *turn_care_parts(const struct turn *turn)
{
	return care_parts(turn->turns->parts.care);
}

/* turn_decide.c */
void turn_decide(struct turn *turn);
struct str turn_message(struct turn *turn, struct str key);
enum policy_action turn_judge(void *ctx, enum release_surface surface, int index, struct str text);

/* turn_reply.c */
/* turn_put_notice: before the first words of a reply that goes to a calling product. */
void turn_put_notice(struct turn *turn);
int turn_ask_model(struct turn *turn, struct err *reterr) MUST_CHECK;
void turn_stop_model(struct turn *turn);
/* turn_settle_reply: the model is over: fills outcome, tail, original; adds a review to the unit when one is needed. */
void turn_settle_reply(struct turn *turn, struct unit *unit);
/* turn_settle_given_up: outcome and original of a reply in whose place the constant safe message was shown. */
void turn_settle_given_up(struct turn *turn);
void turn_add_piece(struct turn *turn, const struct model_delta *delta);

/* turn_record.c */
/* turn_add_verdict: adds the verdict of a message that is in the same unit, with its findings. */
struct verdict_place {
	const char *client_id, *conversation_id, *message_id;
};
void turn_add_verdict(struct unit *unit, const struct verdict_place *place, const struct verdict *verdict, struct uuid *ret_id);
struct unit *turn_unit_first(struct turn *turn);  /* W1 */
struct unit *turn_unit_shown(struct turn *turn);  /* W2 */
struct unit *turn_unit_closed(struct turn *turn); /* W3; settles the reply */
/* turn_unit_corrected: after a write that told of a reply, and came too late for its reader: what they were shown instead. */
struct unit *turn_unit_corrected(struct turn *turn);
int turns_close_open_replies(struct turns *turns, struct err *reterr) MUST_CHECK;

/* turn.c: something happened that may let the turn go on. */
void turn_pump(struct turn *turn);

#endif
