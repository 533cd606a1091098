/* trajectory.h: the grade of a whole conversation, from the verdicts of its messages.
 *
 * Pure: verdicts, times and what a clinician decided come from the caller; the same input gives the same grade. A grade is a level of
 * packs/levels (0-4) with reasons that name the message and say why. It says how soon a person should look at the conversation; it
 * predicts nothing, and it never lowers what a single message asked for. */
#ifndef HEED_SCREEN_TRAJECTORY_H
#define HEED_SCREEN_TRAJECTORY_H

#include "base/arena.h"
#include "base/compiler.h"
#include "screen/verdict.h"

enum trajectory_rule {
	TRAJECTORY_HIGHEST = 0, /* the most urgent message that still counts */
	TRAJECTORY_KEPT,        /* the programme keeps the level until a clinician lowers it */
	TRAJECTORY_UNREAD,      /* a message was not screened, or only in part */
	TRAJECTORY_SPLIT,       /* said over several messages */
	TRAJECTORY_ANSWER,      /* an answer to a question of our own */
	TRAJECTORY_UNANSWERED,  /* a risk question of our own that got no answer */
	TRAJECTORY_RISING,      /* each graded message more urgent than the one before */
	TRAJECTORY_ADDS_UP,     /* low signs that come again in different words */
	TRAJECTORY_CALM,        /* a sudden calm after a crisis */
	TRAJECTORY_RULE_COUNT
};

enum trajectory_trend { TREND_NONE = 0, TREND_LEVEL, TREND_RISING, TREND_FALLING };

/* One message, oldest first. The zero value of a client's message is one that was not screened. */
struct trajectory_turn {
	enum message_role role;
	int64_t at_us;                 /* wall clock, microseconds since 1970; 0 unknown */
	const struct verdict *verdict; /* of a client's message; NULL: not screened. Not read for other roles */
	struct str asked;              /* of an assistant's message: the concept of its own risk question (screen_question), or empty */
};

/* What the caller knows besides; the zero value is the strictest. */
struct trajectory_options {
	int64_t now_us;       /* when the grade is asked for; 0: the time of the last message that has one */
	int kept_level;       /* 0-4: the programme's policy keeps the conversation at this level until a clinician lowers it */
	size_t lowered_turns; /* a clinician lowered the conversation after so many messages: each of these counts `lowered_to` at most */
	int lowered_to;       /* 0-4 */
};

struct trajectory_reason {
	enum trajectory_rule rule;
	int level;          /* 0-4 that this reason asks for */
	size_t turn;        /* index of the message that it names; SIZE_MAX: none (TRAJECTORY_KEPT) */
	struct str concept; /* borrowed from the verdict; may be empty */
	struct str why;     /* plain language for a clinician, in the arena; holds no client text */
};

#define TRAJECTORY_REASONS_MAX 64u

struct trajectory {
	int grade; /* 0-4: the highest level of the reasons; 0 when there is none */
	enum trajectory_trend trend;
	const struct trajectory_reason *reasons; /* the most urgent first, then by rule and message */
	size_t reason_count;
	size_t reasons_left_out; /* beyond TRAJECTORY_REASONS_MAX, all of rules split and answer; the grade counts them */
	size_t client_turns;
};

/* trajectory_grade: *ret_trajectory with its reasons in the arena; on E_MEMORY its grade is 4, so that a person looks. Cost: linear in
 * the turns and their findings. */
int trajectory_grade(struct arena *arena, const struct trajectory_turn *turns, size_t turn_count, const struct trajectory_options *options,
	struct trajectory *ret_trajectory) MUST_CHECK;

/* Stable names. Never NULL. "highest","kept","unread","split","answer","unanswered","rising","adds_up","calm"; "none","level","rising",
 * "falling". */
const char *trajectory_rule_name(enum trajectory_rule rule);
const char *trajectory_trend_name(enum trajectory_trend trend);

#endif
