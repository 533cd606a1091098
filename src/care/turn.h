/* turn.h: one message of a client on its way: screened, decided, recorded, answered; what is answered, judged before it is
 * seen and on disk before it is seen. Shared by the gateway and by the client app's own chat. On the loop's thread.
 *
 *  state        what happens                                        leaves when
 *  LOADING      conversation is read (cached: skipped)              it is there -> OPEN; it is not -> failed
 *  OPEN         screened and decided at once; W1 goes to the store  W1 done and the answer complete -> CLOSING
 *               (message, verdict, decision, alert, open reply);    W1 fails, or a write takes 3 s -> the safe message
 *               the model is asked meanwhile; judged units wait
 *               for W1, then for their own W2, then are shown
 *  CLOSING      W3 closes the record                                done: told to the caller, the turn is gone
 *
 * Nothing is shown before W1; no unit before its W2. The model is asked only when the decision lets it speak. The alert does
 * not depend on the caller. A write that comes too late for whoever waits is put right by one more: the record shows what they
 * were shown. turn_leave stops the model and closes the record as interrupted. A message sent twice
 * (submission) is one event; it is answered again. At start, turns_open closes replies that a crash left open. */
#ifndef HEED_CARE_TURN_H
#define HEED_CARE_TURN_H

#include "care/care.h"
#include "model/model.h"
#include "screen/screen.h"

/* Message keys of texts that stand for a refusal: whoever asks again is answered anew. */
#define TURN_REFUSED_TEXT "request.refused"
#define TURN_RATE_TEXT "rate_limited"
static inline bool turn_text_refuses(struct str key)
{
	return str_eqc(key, TURN_REFUSED_TEXT) || str_eqc(key, TURN_RATE_TEXT);
}

struct turns;
struct turn;

struct turns_parts {
	struct care *care;                  /* with store, loop, policy, messages, dialogues, help lines */
	const struct screen_engine *engine; /* borrowed */
	struct model *model;                /* what answers when the decision lets a model speak; borrowed */
	struct release_limits limits;
	int reply_seconds; /* longest time from message to the end of the reply; default 120 */
};

/* turns_open: blocks shortly: closes replies left open by a crash ("interrupted"). One for the process. */
int turns_open(const struct turns_parts *parts, struct turns **ret_turns, struct err *reterr) MUST_CHECK;
/* turns_free: all turns must be done. */
void turns_free(struct turns **turns);
/* turns_forget: the conversation changed behind the turns' back (released, closed, a person spoke): it is read anew. */
void turns_forget(struct turns *turns, const char *conversation_id);
/* turns_busy: turns that are not done yet. */
size_t turns_busy(const struct turns *turns);
/* turns_engine: what texts are read with; borrowed. */
const struct screen_engine *turns_engine(const struct turns *turns);

/* All borrowed for the call of turn_start only; what must stay is copied. */
struct turn_request {
	const struct care_programme *programme;
	const char *client_id, *conversation_id;
	struct str text;       /* the client's message */
	struct str submission; /* the sender's id of it, at most 64 bytes; empty: none */
	struct str lang;       /* of the client, "en" or "es"; empty: as the message's, else the programme's */
	struct str country;    /* of the client; empty: the programme's */
	int age;               /* years, 0 unknown */
	enum policy_reach reach;
	bool consent_ai, rate_limited;
	bool refused;         /* the caller may not ask in this way: below danger nothing answers but TURN_REFUSED_TEXT; all else as ever */
	bool approve_replies; /* of the client: the policy "augmented" holds beside the programme's own */
	bool listen;          /* an answer to a question of ours: where the model would be asked, a line of thanks stands instead */
	/* What the client stated by choosing an answer: a finding beside those of screening, so that it counts whatever the words are: */
	int stated_level;                                     /* 0: nothing; 2-4 */
	struct str stated_concept, stated_phrase, stated_why; /* as in struct finding */
	const char *api_key_id;                               /* NULL in the app */
	/* The gateway's: */
	bool has_history; /* turns below are the conversation before the message as the caller tells it; else it is read */
	const struct screen_turn *turns;
	size_t turn_count;
	struct str body;     /* request body for the upstream; empty: it is made from the conversation */
	bool stream;         /* body asks for a stream */
	bool show_reasoning; /* judged reasoning may be shown */
	bool unscreenable;   /* holds pictures, sound or files: no model sees it, a person does */
	/* The conversation (and the client) that the record is to begin with, when they are new: */
	bool new_client, new_conversation;
	struct str pseudonym;                              /* of a new client */
	struct str client_external, conversation_external; /* the calling product's own ids; may be empty */
	const uint8_t *hash;                               /* 32 bytes: the conversation up to and with this message; NULL: none */
	const uint8_t *hash_key;                           /* 32 bytes: to go on with for the reply; NULL: none */
};

/* turns_check: one text of a client outside a conversation (an exercise), or of a member of staff before it goes out: screened and
 * decided as in a turn, without what was said before; nothing is recorded. Always fills both; a failure is the strictest. */
struct turn_check {
	const struct care_programme *programme;
	const struct care_client *client; /* may be NULL */
	enum policy_direction direction;  /* DIRECTION_ASSISTANT: read as something that is said to the client */
	struct str text;
};
void turns_check(struct turns *turns, const struct turn_check *check, struct arena *arena, struct verdict *ret_verdict,
	struct policy_decision *ret_decision);

enum turn_state { TURN_FAILED = 0, TURN_ANSWERED, TURN_REPLACED, TURN_HELD, TURN_INTERRUPTED };
const char *turn_state_name(enum turn_state state);

struct turn_record {
	struct uuid message_id, reply_id;
	int level; /* of the message; -1 not screened */
	int conversation_level;
	int alert;      /* priority, 0 none */
	bool duplicate; /* known submission: nothing new was recorded */
	enum policy_speaker speaker;
	enum policy_action action; /* on the client's message */
	struct str safe_text;      /* message key given instead of the model; empty: the model speaks */
};

struct turn_outcome {
	enum turn_state state;
	enum model_finish finish;
	struct model_usage usage;
	struct release_counts counts;
	struct str model;          /* who wrote it; "heedwell" for approved text */
	bool model_failed;         /* and nothing of it had been shown */
	struct uuid held_id;       /* of the review when TURN_HELD */
	enum policy_action action; /* on the reply */
	struct str safe_text;      /* message key of text that came instead or at the end; empty: none */
	uint8_t hash[32];          /* the conversation with this reply */
};

/* On the loop's thread, never before turn_start returns. Any may be NULL. */
struct turn_events {
	/* Known at once, before anything is on disk: for headers. */
	void (*decided)(void *ctx, const struct turn_record *record);
	/* W1 is on disk; err: it is not, and what follows is the safe message (TURN_FAILED). Once. */
	void (*recorded)(void *ctx, const struct turn_record *record, const struct err *err);
	/* Text that may be shown. Approved text comes as SURFACE_CONTENT. tool: first piece of a tool call. */
	void (*text)(void *ctx, const struct model_delta *delta);
	/* The end. Once; the turn is gone. TURN_INTERRUPTED: the reply broke off after something had been shown. */
	void (*done)(void *ctx, const struct turn_outcome *outcome);
};

int turn_start(struct turns *turns, const struct turn_request *request, const struct turn_events *events, void *ctx, struct turn **ret_turn,
	struct err *reterr) MUST_CHECK;
/* turn_hash: the keyed hash of a conversation one turn longer; before NULL: of its first turn. role: 'u' or 'a'. */
#define TURN_HASH_BYTES 32
void turn_hash(const uint8_t key[TURN_HASH_BYTES], const uint8_t *before, char role, struct str text, uint8_t ret_hash[TURN_HASH_BYTES]);

/* turn_leave: nobody reads any more: no event comes; the model is stopped, the record is closed. Clears the pointer. */
void turn_leave(struct turn **turn);

#endif
