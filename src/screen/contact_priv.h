/* contact_priv.h: shared by contact.c (every contact by itself against the directory) and contact_claims.c (what a reply says of a help
 * line: whose number it is, when it is open, a name that nobody knows). */
#ifndef HEED_SCREEN_CONTACT_PRIV_H
#define HEED_SCREEN_CONTACT_PRIV_H

#include "screen/engine_priv.h"
#include "screen/pattern.h"

enum { CHANNEL_PHONE = 0, CHANNEL_SMS, CHANNEL_CHAT, CHANNEL_URL, CHANNEL_EMERGENCY, CHANNEL_HOST, CHANNEL_AUDIENCE };

#define NAMES_MAX 400u /* names in one text; more is no reply to a person */

/* Names of the directory that stand in a text, of any country. */
struct line_names {
	const struct match *items[NAMES_MAX];
	size_t count;
	bool too_many;
};

/* contact_add_span, contact_add: a finding over bytes, or over tokens of the view. */
int contact_add_span(struct run *run, struct str concept, size_t start, size_t end, int confidence) MUST_CHECK;
int contact_add(struct run *run, const struct view *view, struct str concept, size_t first, size_t last) MUST_CHECK;

/* contact_for_country: the line is of the client's country (any, when that is not known). */
bool contact_for_country(const struct run *run, const struct pack_line *line);
/* contact_line_has: the line is reached at these digits, however they are written. */
bool contact_line_has(const struct pack *pack, const struct pack_line *line, struct str digits);
/* contact_line: the line that a name's match means. */
const struct pack_line *contact_line(const struct run *run, const struct match *name);

static inline size_t contact_token(const struct scan *scan, uint32_t place)
{
	return scan->view->solid[place];
}

/* contact_claims: unverified.mismatch, unverified.hours and unverified.helpline for capitalised names of lines that the directory lacks. */
int contact_claims(struct run *run, const struct scan *scan, const struct line_names *names, const struct patterns *patterns) MUST_CHECK;

#endif
