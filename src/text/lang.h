/* lang.h: which language a text is in, and whether a whole sentence of it is in a language that the packs do not cover. By
 * script, by letters that one language alone has, and by function words. Cheap and coarse: what is searched for does not
 * depend on it (all languages are matched at once); it tells people, picks message texts, and routes what cannot be
 * screened to a person. */
#ifndef HEED_TEXT_LANG_H
#define HEED_TEXT_LANG_H

#include "text/fold.h"

#define LANG_SLOTS 8192u
#define LANG_COUNT_MAX 63u /* the bits of a set but the last (LANG_HAS_NEAR) */
#define LANG_NEAR_MAX 32u
#define LANG_LETTERS_MAX 96u
#define LANG_FAMILIES 2u /* of languages that share a script */
#define LANG_FAMILY_MAX 6u

struct lang_family {
	uint64_t set;                    /* the others */
	uint8_t others[LANG_FAMILY_MAX]; /* indices of codes; what is not in `set` ends them */
	uint8_t usual;
};

/* Hashes of function words, each with the set of languages that it speaks for; and the codes of those languages. */
struct lang_table {
	uint32_t hashes[LANG_SLOTS];     /* 0 = empty */
	uint64_t sets[LANG_SLOTS];       /* with LANG_HAS_NEAR where `near` is not 0 */
	uint32_t near[LANG_SLOTS];       /* the neighbours that have the word and the covered language beside them has not (lang_words.h) */
	uint64_t near_of[LANG_NEAR_MAX]; /* the languages that each is taken for */
	const char *codes[LANG_COUNT_MAX];
	size_t count;
	uint64_t script_sets[LANG_COUNT_MAX], letter_sets[LANG_LETTERS_MAX]; /* beside the tables of lang.c */
	struct lang_family families[LANG_FAMILIES];
	uint8_t ja, zh;
};

/* What one token says. */
struct lang_vote {
	uint64_t set;      /* languages that it speaks for */
	uint32_t near;     /* neighbours of covered languages that it speaks for */
	bool word;         /* it is a word or an ideograph */
	bool other_script; /* than the Latin one */
	bool unknown;      /* its script alone speaks */
};

struct lang_reading {
	const char *lang;    /* of most of the text: BCP 47 code ("en", "es", ..., "und"); static storage */
	const char *foreign; /* of the first sentence that is surely in a language outside `covered`, else NULL */
	size_t words;        /* words and ideographs of the text */
	bool latin;          /* each word is in the Latin script */
};

/* lang_open: fills the table (a fraction of a millisecond). */
void lang_open(struct lang_table *ret_table);

/* lang_set: the set that holds the language, 0 when the table does not know it. */
uint64_t lang_set(const struct lang_table *table, struct str code);

/* lang_vote: what each token of a view says, one entry a token: read once for the text and for parts of it. */
void lang_vote(const struct lang_table *table, const struct view *view, struct lang_vote *ret_votes);

/* lang_name: the language of the tokens of one sentence, or of a part of one; as lang_reading.lang, but never a neighbour of a covered
 * language: what reads that one reads a part of it. */
const char *lang_name(const struct lang_table *table, const struct lang_vote *votes, size_t count);

/* lang_read: reads a view that segment_run has seen. `votes`: of the whole view. `covered`: the union of lang_set of the languages that
 * the packs cover. */
struct lang_reading lang_read(const struct lang_table *table, const struct view *view, const struct lang_vote *votes, uint64_t covered);

#endif
