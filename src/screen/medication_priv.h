/* medication_priv.h: shared by medication_words.c (what words mean), medication_read.c (words to facts), medication_number.c (numbers,
 * dates) and medication_compare.c. */
#ifndef HEED_SCREEN_MEDICATION_PRIV_H
#define HEED_SCREEN_MEDICATION_PRIV_H

#include "screen/engine_priv.h"
#include "screen/medication.h"

enum med_lang { MED_EN = 1, MED_ES = 2, MED_FR = 4, MED_DE = 8, MED_PT = 16, MED_ZH = 32, MED_AR = 64, MED_ALL = 127 };
#define MED_LANGS 7

/* What a word or run of words can be. One may be several; the grammar asks for the one that it needs. */
enum med_kind {
	W_NUM = 0, /* code: NUM_*; value */
	W_HALF,
	W_AND_HALF,
	W_UNIT,     /* code: medication_unit */
	W_SPAN,     /* value: minutes */
	W_TIMES,    /* "times", "veces" */
	W_COUNT,    /* "twice"; value */
	W_PER,      /* "a", "per", "al" */
	W_EVERY,    /* "every", "cada" */
	W_OTHER,    /* "every other"; wants a span after it */
	W_PERIOD,   /* "daily"; value: minutes */
	W_OFTEN,    /* "bid"; code: times in value minutes */
	W_DAYTIME,  /* "in the morning"; code */
	W_DAYPART,  /* "morning" behind "every" */
	W_PRN,      /* as needed */
	W_MEAL,     /* code */
	W_ROUTE,    /* code */
	W_ACTION,   /* code: medication_action */
	W_PARTICLE, /* the far half of a separable verb; value: bits of the actions that it completes */
	W_STEM,     /* its near half; code: the action */
	W_NOT,      /* code NOT_* */
	W_NEUTRAL,  /* holds a word of another kind without meaning it */
	W_MONTH,
	W_WEEKDAY,
	W_ARTICLE, /* "a": one, before a unit */
	W_TITLE,
	W_LINK, /* "of" */
	W_TO,   /* "25 to 50" */
	W_AND,
	W_MEDICINE, /* "pills": says what the text is about */
	W_OR,
	W_FILLER,     /* may stand between a number and its unit */
	W_PRESCRIBER, /* a doctor, what was prescribed: who decides */
	W_IF,         /* what may be, what is asked */
	W_CLOCK,      /* code: 0 hour as it is, 1 before noon, 2 after noon */
	W_KINDS
};

enum { NUM_ONES = 0, NUM_TENS, NUM_HUNDRED, NUM_THOUSAND, NUM_WEAK /* "one": a number only before what can be counted */ };
enum {
	NOT_VERB = 0,
	NOT_ECHO /* only where no other stands before it */,
	NOT_NOUN /* "without": negates what follows alone */,
	NOT_STRAY /* counts never: stands beside another, or is a word of another sense */
};
enum { DAYTIME_MORNING = 0, DAYTIME_NOON, DAYTIME_AFTERNOON, DAYTIME_EVENING, DAYTIME_NIGHT, DAYTIME_BEDTIME };
enum { MEAL_WITH = 0, MEAL_EMPTY, MEAL_BEFORE, MEAL_AFTER, MEAL_EITHER };
enum {
	ROUTE_ORAL = 0,
	ROUTE_INJECTED,
	ROUTE_SUBLINGUAL,
	ROUTE_TOPICAL,
	ROUTE_INHALED,
	ROUTE_NASAL,
	ROUTE_RECTAL,
	ROUTE_LEFT,
	ROUTE_RIGHT,
	ROUTE_BOTH
};
enum { DATE_DAY = 0, DATE_MONTH, DATE_WEEKDAY };

struct med_row {
	uint8_t langs; /* of med_lang */
	uint8_t kind;  /* of med_kind */
	uint8_t code;
	int32_t value;
	const char *text; /* alternatives with |; folded, without marks; ideographs and words one space apart */
};
extern const struct med_row med_rows[];
extern const size_t med_row_count;

/* One alternative of a row. */
struct med_entry {
	struct str text;
	const struct med_row *row;
	uint32_t next; /* with the same first word's hash; index + 1 */
	uint32_t words;
};

#define MED_BUCKETS 2048u

struct med_index {
	struct med_entry *entries;
	size_t count;
	uint32_t heads[MED_BUCKETS];
};

/* A word of the text as the grammar reads it: the folded token without its marks; "50mg" and "l'eau" are two. */
struct med_word {
	struct str plain, bare; /* bare: without what Arabic, Spanish and German write on to it, or empty */
	size_t start, end;
	uint32_t token;
	uint32_t part;              /* of a sentence: ends at marks and at "and" */
	uint8_t kind;               /* of token_kind */
	bool capital, first, glued; /* first in its sentence; nothing between it and the word before */
	int64_t fraction;           /* of a sign such as the one for a half, with what stands before it, in thousandths; -1 */
};

struct med_reader {
	const struct screen_engine *engine;
	struct arena *arena;
	struct str text;
	struct view view;
	const struct med_index *index;
	struct med_word *words;
	size_t count;
	unsigned langs;
	struct str lang;
	bool covered;
	struct medication_fact *facts;
	size_t fact_count, fact_capacity;
	bool medical;
	int rc;
};

/* A number as read at a word. */
struct med_number {
	int64_t low, high, other; /* thousandths */
	size_t words;
	bool weak;         /* "one", "a" */
	struct str digits; /* of a long one */
};

/* med_index_make: over the table, once for an engine; NULL at the arena's limit. */
const struct med_index *med_index_make(struct arena *arena);
/* med_find: the longest entry of a kind that begins at word `at`, in the languages being read; *ret_words: how many words it has. */
const struct med_row *med_find(const struct med_reader *reader, size_t at, enum med_kind kind, size_t *ret_words);
/* med_langs_of: the languages that have this word in any meaning of their own. */
unsigned med_langs_of(const struct med_reader *reader, size_t at);

/* med_number: the number that begins at a word; false when there is none. */
bool med_number(const struct med_reader *reader, size_t at, struct med_number *ret_number);
/* med_date, med_clock: a date of digits (low: 4 digits of the year, month, day as they stand), a time of the day; *ret_words. */
bool med_date(const struct med_reader *reader, size_t at, struct medication_fact *ret_fact, size_t *ret_words);
bool med_clock(const struct med_reader *reader, size_t at, struct medication_fact *ret_fact, size_t *ret_words);

/* med_open: the words of a text, in their language; med_read: their facts. */
int med_open(struct med_reader *reader, struct str lang) MUST_CHECK;
int med_read(struct med_reader *reader, struct err *reterr) MUST_CHECK;
/* med_words: reader->words from its text. med_add: a fact over words [from, to), or NULL with reader->rc set. */
int med_words(struct med_reader *reader);
struct medication_fact *med_add(struct med_reader *reader, enum medication_kind kind, size_t from, size_t to);
/* med_bind: which medicine and dose each fact is about, and what each negation negates. */
void med_bind(struct med_reader *reader);

#endif
