/* names.h: what the packs of kind `names` know of a word: given names, surnames, and the words around names. One table in
 * the engine image, keyed by folded text (a frame of several words is one key, its words with spaces between). */
#ifndef HEED_SCREEN_NAMES_H
#define HEED_SCREEN_NAMES_H

#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/vocab.h"

enum name_flag {
	NAME_GIVEN = 1,
	NAME_SURNAME = 2,
	NAME_WORD = 4,           /* an ordinary word of some language */
	NAME_NEVER = 8,          /* no person: month, medicine, illness, brand, institution */
	NAME_PLACE = 16,         /* country, region or city */
	NAME_STATE = 32,         /* abbreviation of a state or province */
	NAME_TITLE = 64,         /* "dr", "señora" */
	NAME_PARTICLE = 128,     /* inside names: "van", "de" */
	NAME_SAID = 256,         /* a frame that says a name outright: "my name is" */
	NAME_PERHAPS = 512,      /* a word before which a known name is a person: "with" */
	NAME_KIN = 1024,         /* the same, and an unknown capitalised word is one too: "brother" */
	NAME_VERB = 2048,        /* what persons do, behind a name: "told" */
	NAME_FRAME_END = 4096,   /* the last word of a frame */
	NAME_IDEOGRAPH = 8192,   /* a Chinese surname */
	NAME_PLACE_HEAD = 16384, /* the first word of a place of several words */
	NAME_ADDRESSED = 32768   /* a word that takes a person: "told", "hello": an unknown capitalised word is one too */
};

#define NAME_ASK UINT16_MAX /* of a word of the packs: it must be looked up, since it may be known without the marks of its letters */

#define NAME_LISTS "given surnames words never places states titles particles said perhaps addressed kin verbs ideographs"
#define NAME_FRAME_WORDS 5u /* at most so many words in a frame or place */
#define NAME_BYTES_MAX 64u  /* of one entry, folded */

#define NAME_AROUND (NAME_FRAME_END | NAME_TITLE) /* what makes the words behind it worth a look */

#define NAME_FRAMES (NAME_SAID | NAME_PERHAPS | NAME_KIN | NAME_ADDRESSED)

struct pattern_starts;

struct names {
	struct vocab table;
	struct vocab
		around; /* the entries with NAME_AROUND alone, small enough to stay in the processor's cache; empty: the table is asked */
	struct vocab frames;       /* likewise those with NAME_FRAMES */
	const struct vocab *words; /* what the packs search for, with which the view was folded: ordinary words too; may be NULL */
	const uint16_t *of_words;  /* by the number of such a word: what the table says of it, or NAME_ASK; NULL with `words` */
	const struct pattern_starts *starts; /* of `around`; NULL: every word is asked for all that it could begin */
	const struct fold_tables *tables;
};

/* names_with: the small table of those entries of a table that have one of the flags; its slots are from `mem`, given back by the caller.
 * E_MEMORY. */
int names_with(const struct mem *mem, const struct vocab *table, unsigned flags, struct vocab *ret_table) MUST_CHECK;

#endif
