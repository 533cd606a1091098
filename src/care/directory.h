/* directory.h: finding clients by what they are called. Names are sealed in the database and stand in memory only (care.h), so the search
 * is a walk through the programme's clients there: well under a millisecond for ten thousand. */
#ifndef HEED_CARE_DIRECTORY_H
#define HEED_CARE_DIRECTORY_H

#include "care/care.h"

#define DIRECTORY_WORDS_MAX 8 /* of a search; more are not looked at */

struct directory_query {
	const char *programme_id;
	struct str words;     /* each must begin a word of pseudonym or name; empty: everybody */
	struct str state;     /* "active" ...; empty: all */
	const char *coach_id; /* only clients of this coach; NULL: all */
	struct str after;     /* id of the last one of the page before; empty: from the start */
	size_t limit;         /* at most this many ids; > 0 */
};
/* directory_find: ids of the clients that match, newest first, into ret_ids[limit]. Returns how many; *ret_more: there are others after
 * them. Cost: linear in the programme's clients. */
size_t directory_find(const struct care *care, const struct directory_query *query, struct uuid *ret_ids, bool *ret_more);

/* directory_matches: whether every word of `words` begins a word of `name`, whatever the case of Latin letters and whatever their accents.
 */
bool directory_matches(struct str name, struct str words);

#endif
