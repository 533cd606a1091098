/* responder_text.h: the words of the built-in responder, by language and theme. */
#ifndef HEED_MODEL_RESPONDER_TEXT_H
#define HEED_MODEL_RESPONDER_TEXT_H

#include "base/compiler.h"
#include "base/str.h"

/* What a message seems to be about; chosen by word stems. */
struct responder_theme {
	const char *stems;          /* space separated beginnings of words, lower case, without accents */
	const char *reflections[4]; /* say back what was heard */
	const char *questions[4];   /* open, about this theme */
};

struct responder_language {
	const char *lang;
	const char *self[3];    /* what it is: said first, and when asked */
	const char *self_stems; /* "are you human" */
	const char *greetings[3];
	const char *greeting_stems;
	const char *thanks[3];
	const char *thanks_stems;
	const char *can_do[2]; /* "what can you do" */
	const char *can_do_stems;
	const char *plain[6];         /* reflections when no theme was found */
	const char *open[6];          /* open questions for any theme */
	const char *steps[5];         /* small things to try, offered and not pushed */
	const char *short_answers[4]; /* to very short messages */
	const struct responder_theme *themes;
	size_t theme_count;
};

extern const struct responder_language responder_languages[];
extern const size_t responder_language_count;

#endif
