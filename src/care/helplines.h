/* helplines.h: the verified directory of help lines (packs/helplines), for what people are shown. Immutable once opened,
 * but for which lines are down. */
#ifndef HEED_CARE_HELPLINES_H
#define HEED_CARE_HELPLINES_H

#include "base/arena.h"
#include "base/err.h"
#include "care/messages.h"
#include "sys/clock.h"

struct helplines;

int helplines_open(const struct messages_source *sources, size_t count, struct helplines **ret_helplines, struct err *reterr) MUST_CHECK;
void helplines_free(struct helplines **helplines);

struct helpline {
	struct str id, name, audience, channel, value, keyword, hours, source, verified_at;
	const struct str *languages;
	size_t language_count;
	bool abroad;
	bool down; /* staff found that it does not answer: nobody is sent there */
};
struct helpline_country {
	struct str country; /* "US" */
	struct str emergency, emergency_source, emergency_verified_at;
	const struct helpline *lines;
	size_t line_count;
};

/* helplines_country: NULL when there is no directory for it. */
const struct helpline_country *helplines_country(const struct helplines *helplines, struct str country);

/* helplines_line: by its id in the packs, or NULL. helplines_set_down: on the loop's thread; the line, or NULL when there is none. */
const struct helpline *helplines_line(const struct helplines *helplines, struct str id);
const struct helpline *helplines_set_down(struct helplines *helplines, struct str id, bool down);

/* helplines_text: the value of {lines}: the best two general lines for country and language, rendered by the message
 * help.line and joined; help.no_lines without a directory. helplines_emergency: the value of {emergency}. */
struct str helplines_text(
	const struct helplines *helplines, const struct messages *messages, struct arena *arena, struct str country, struct str lang);
struct str helplines_emergency(
	const struct helplines *helplines, const struct messages *messages, struct arena *arena, struct str country, struct str lang);

#endif
