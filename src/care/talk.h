/* talk.h: a conversation as its turns need it, kept in memory over the store. Private to the care folder.
 *
 * Loaded when first needed, pinned while a turn works on it, forgotten when somebody else changes it or when the cache is
 * full (least recently used first). */
#ifndef HEED_CARE_TALK_H
#define HEED_CARE_TALK_H

#include "care/care.h"
#include "screen/screen.h"

#define TALK_CACHE_MAX 4096
#define TALK_TURN_BYTES_MAX 16384 /* of one earlier turn that is kept as context: its end */
#define TALK_SUBMISSIONS 8

struct talk {
	struct uuid id, client_id;
	int level;
	bool held, closed;
	bool last_scripted; /* the newest turn is approved text, which may be said again to a retry */
	char dialogue[64];
	struct buf dialogue_state;
	struct screen_turn turns[SCREEN_TURNS_MAX]; /* oldest first; text owned */
	size_t turn_count;
	char submissions[TALK_SUBMISSIONS][65]; /* the newest ones, to know a retry */
	size_t next_submission;
	int64_t message_count;
	int64_t client_at, sitting_at, notice_at, break_at, notice_due_at; /* as in the row; 0: never */
	unsigned users;                                                    /* turns that work on it */
	bool linked;
	struct talk *hash_next, *newer, *older;
};

struct talks;

int talks_open(struct care *care, struct talks **ret_talks, struct err *reterr) MUST_CHECK;
void talks_free(struct talks **talks);

/* talk_find: calls done with a used talk, at once when it is cached; NULL and err otherwise. client_id must be its client
 * (E_NOT_FOUND). */
typedef void talk_done(void *ctx, struct talk *talk, const struct err *err);
void talk_find(
	struct talks *talks, const char *programme_id, const char *client_id, const char *conversation_id, talk_done *done, void *ctx);
/* talk_new: for a conversation that this turn begins; used. NULL without memory. */
struct talk *talk_new(struct talks *talks, const char *client_id, const char *conversation_id);
void talk_leave(struct talks *talks, struct talk *talk);
void talk_forget(struct talks *talks, const char *conversation_id);

/* talk_add: one more turn of the conversation. */
void talk_add(struct talk *talk, enum message_role role, struct str text, bool released);
/* talk_submitted: notes a submission id; true when it was known already. Empty: never known. */
bool talk_submitted(struct talk *talk, struct str submission);

#endif
