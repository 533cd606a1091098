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

#endif
