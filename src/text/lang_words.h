/* lang_words.h: function words of the languages that lang.c tells apart. Those that packs cover stand first: where two
 * languages have as many words in a text, the earlier one is named. */
#ifndef HEED_TEXT_LANG_WORDS_H
#define HEED_TEXT_LANG_WORDS_H

#include <stddef.h>

struct lang_words {
	const char *lang;  /* BCP 47 */
	const char *words; /* separated by spaces */
};

extern const struct lang_words lang_words[];
extern const size_t lang_words_count;

/* Neighbours of a language that packs cover: most of their words are words of it too, so that such a text looks like one in it. Told by the
 * frequent words that it does not have (compared with its spelling dictionaries, for this list only). */
struct lang_near {
	const char *lang;  /* BCP 47 */
	const char *of;    /* the languages that it is taken for, separated by spaces */
	const char *words; /* likewise */
};

extern const struct lang_near lang_nears[];
extern const size_t lang_nears_count;

#endif
