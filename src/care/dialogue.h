/* dialogue.h: scripted dialogues (packs/dialogues, kind: dialogue): approved text that answers each further message while the
 * model must not speak; never twice in the same words; answers re-grade. The packs are immutable once opened; the state of
 * one conversation is a JSON text that the caller keeps (conversation.dialogue_state).
 *
 * Running it is pure: same state, message and verdict give the same turn. See docs/reference/pack-format.md for the rules. */
#ifndef HEED_CARE_DIALOGUE_H
#define HEED_CARE_DIALOGUE_H

#include "base/arena.h"
#include "base/err.h"
#include "care/messages.h"
#include "screen/verdict.h"

struct dialogues;

int dialogues_open(const struct messages_source *sources, size_t count, struct dialogues **ret_dialogues, struct err *reterr) MUST_CHECK;
void dialogues_free(struct dialogues **dialogues);
bool dialogues_has(const struct dialogues *dialogues, struct str name, struct str lang);

struct dialogue_input {
	struct str name, lang;         /* language falls back to English */
	struct str state;              /* JSON from the last turn, or empty: begin */
	struct str text;               /* the client's message */
	const struct verdict *verdict; /* of it */
	int level;                     /* the conversation's so far, this message's included */
	const struct message_var *vars;
	size_t var_count;
};

#define DIALOGUE_EVENTS_MAX 4
enum dialogue_event {
	DIALOGUE_NOTHING = 0,
	DIALOGUE_CALL_YES, /* the client says we may call */
	DIALOGUE_CALL_NO,
	DIALOGUE_NEAR, /* said who is near */
	DIALOGUE_MEANS_SAFE,
	DIALOGUE_PLAN_DONE
};
const char *dialogue_event_name(enum dialogue_event event);

struct dialogue_turn {
	struct str text;    /* what to say; never empty */
	struct str state;   /* JSON to keep */
	struct str step;    /* id of the step that now waits */
	struct str concept; /* set by a yes: the concept that it means; empty: none */
	int level;          /* the level that this answer or the placement gives; -1: unchanged */
	bool placed;        /* level is the placement's: it may lower the conversation's */
	bool ended;         /* a step of type end was reached */
	enum dialogue_event events[DIALOGUE_EVENTS_MAX];
	size_t event_count;
};

/* dialogue_next: begins (empty state) or answers. Always fills *ret_turn: on any failure its text is the safe message of last
 * resort and the state is the one given. */
int dialogue_next(const struct dialogues *dialogues, struct arena *arena, const struct dialogue_input *input,
	struct dialogue_turn *ret_turn, struct err *reterr) MUST_CHECK;

#endif
