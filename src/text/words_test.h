/* words_test.h: for tests and fuzz targets alone: a small vocabulary. */
#ifndef HEED_TEXT_WORDS_TEST_H
#define HEED_TEXT_WORDS_TEST_H

#include "text/vocab.h"

#include <stdlib.h>

#define WORDS_SLOTS 1024u

struct words {
	struct vocab vocab;
	struct vocab_slot slots[WORDS_SLOTS];
	char bytes[8192];
	size_t len;
	uint32_t count;
};

static inline void words_add(struct words *words, const char *list, unsigned flags)
{
	struct str rest = str_c(list);
	if (!words->len)
		words->len = 1; /* offset 0 is an empty slot */
	while (rest.ptr) {
		struct str word = str_split(&rest, ' ');
		size_t at = vocab_hash(word) & (WORDS_SLOTS - 1);
		while (words->slots[at].offset &&
			!(words->slots[at].len == word.len && memcmp(words->bytes + words->slots[at].offset, word.ptr, word.len) == 0))
			at = (at + 1) & (WORDS_SLOTS - 1);
		if (!words->slots[at].offset) {
			if (words->len + word.len > sizeof words->bytes)
				abort();
			memcpy(words->bytes + words->len, word.ptr, word.len);
			words->slots[at].offset = (uint32_t)words->len;
			words->slots[at].len = (uint16_t)word.len;
			words->slots[at].hash = vocab_hash(word);
			words->slots[at].number = words->count++;
			words->len += word.len;
		}
		words->slots[at].flags |= (uint16_t)flags;
	}
	words->vocab = (struct vocab){ words->slots, WORDS_SLOTS, words->bytes, NULL };
}

#define WORDS_PLAIN "the of and but not it is so just one word more than good cool cafe day over dose"
#define WORDS_KEY "i a my want wanna to die kill end life me feel am take took pills hurt cut tonite tomorrow live dont elf"
#define WORDS_TERMS "suicide suicidal myself overdose goodbye tonight"

/* words_fill: the vocabulary that the tests share. */
static inline void words_fill(struct words *words)
{
	words_add(words, WORDS_PLAIN, VOCAB_KNOWN);
	words_add(words, WORDS_KEY, VOCAB_KNOWN | VOCAB_KEY);
	words_add(words, WORDS_TERMS, VOCAB_KNOWN | VOCAB_KEY | VOCAB_KEYTERM);
}

#endif
