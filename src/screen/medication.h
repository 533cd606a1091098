/* medication.h: medicines in a text, and whether a translation or a draft kept them.
 *
 * medication_read finds medicines (by the names of packs of kind `medications`), doses, how often, when, by which way, what is to be done
 * (start, stop, halve ...), negations, durations and the other numbers, dates and names, in English, Spanish, French, German, Portuguese,
 * Chinese and Arabic. medication_compare reads two texts and says what of the first is not in the second, and what is in the second alone.
 *
 * It compares what is written; it knows no right dose and no limit, and never says that an instruction is safe. Pure: allocates in the
 * given arena alone; same input, same result. Cost: about linear in the texts. */
#ifndef HEED_SCREEN_MEDICATION_H
#define HEED_SCREEN_MEDICATION_H

#include "screen/screen.h"

#define MEDICATION_NONE UINT32_MAX
#define MEDICATION_TEXT_MAX SCREEN_TEXT_MAX /* bytes of one text; longer is E_LIMIT: half a comparison would be worse than none */
#define MEDICATION_FACTS_MAX 4096u          /* of one text; more is E_LIMIT, likewise */

enum medication_kind {
	MEDICATION_DRUG = 0,
	MEDICATION_DOSE,
	MEDICATION_FREQUENCY,
	MEDICATION_DAYTIME,
	MEDICATION_AS_NEEDED,
	MEDICATION_MEAL,
	MEDICATION_ROUTE,
	MEDICATION_ACTION,
	MEDICATION_NEGATION,
	MEDICATION_DURATION,
	MEDICATION_NUMBER,
	MEDICATION_CLOCK,
	MEDICATION_DATE,
	MEDICATION_PERSON,
	MEDICATION_KIND_COUNT
};

enum medication_unit {
	UNIT_NG = 0,
	UNIT_MCG,
	UNIT_MG,
	UNIT_G,
	UNIT_KG,
	UNIT_ML,
	UNIT_L,
	UNIT_IU,
	UNIT_MMOL,
	UNIT_MEQ,
	UNIT_PERCENT,
	UNIT_TABLET,
	UNIT_PILL, /* "pill": a tablet or a capsule, the text does not say which */
	UNIT_CAPSULE,
	UNIT_DROP,
	UNIT_PUFF,
	UNIT_SPRAY,
	UNIT_PATCH,
	UNIT_SUPPOSITORY,
	UNIT_SACHET,
	UNIT_TEASPOON,
	UNIT_TABLESPOON,
	UNIT_INJECTION,
	UNIT_AMPOULE,
	UNIT_LOZENGE,
	UNIT_DOSE, /* "two doses" */
	UNIT_COUNT
};

enum medication_action {
	ACTION_TAKE = 0,
	ACTION_START,
	ACTION_STOP,
	ACTION_INCREASE,
	ACTION_DECREASE,
	ACTION_TAPER,
	ACTION_HALVE,
	ACTION_DOUBLE,
	ACTION_SKIP,
	ACTION_SWITCH,
	ACTION_CONTINUE,
	ACTION_CRUSH,
	ACTION_MIX,
	ACTION_COUNT
};

/* How a medicine was named. */
enum medication_name { NAME_GENERIC = 0, NAME_BRAND, NAME_GROUP };

/* One thing that a text says. Offsets are UTF-8 bytes of the text, end exclusive. */
struct medication_fact {
	enum medication_kind kind;
	size_t start, end;
	uint32_t medicine; /* the medicine meant, or that this is about (by its place in the sentence); MEDICATION_NONE */
	uint32_t action;   /* of a negation: what it negates, as an index; MEDICATION_NONE */
	uint8_t code;      /* unit, time of day, meal, route or action; of a medicine enum medication_name; of a date its kind */
	bool negated;      /* of an action */
	bool about;        /* of a negation: its sentence speaks of a medicine; of an action: the text does */
	/* Thousandths: an amount, a count, the times in `period_minutes`; minutes of a duration or of the day; `high` of a range, else =
	 * low; `other`: the value if the decimal mark is read the other way, else = low. */
	int64_t low, high, other;
	int64_t period_minutes;  /* of a frequency; 0: "twice", not said in what time */
	uint32_t sentence, part; /* part: between marks and "and", numbered over the whole text */
	struct str text;         /* of a person: folded; of a long number: its digits */
};

struct medication_reading {
	struct str lang; /* the language that it was read in: "en", ...; as given when that is not one of the seven; "und" */
	bool covered;    /* one of the seven */
	const struct medication_fact *facts;
	size_t fact_count;
	size_t medicine_count; /* different medicines named */
	bool medical;          /* speaks of a medicine at all: by name, amount or a word such as "pills" */
};

/* medication_read: `lang` as BCP 47, or empty: told from the text. E_LIMIT above the limits, E_MEMORY at the arena's limit. */
int medication_read(const struct screen_engine *engine, struct arena *arena, struct str text, struct str lang,
	struct medication_reading *ret_reading, struct err *reterr) MUST_CHECK;

enum medication_trouble {
	TROUBLE_LOST = 0, /* in the source alone */
	TROUBLE_ADDED,    /* in the target alone */
	TROUBLE_CHANGED,  /* another value, unit, time ... */
	TROUBLE_NEGATION, /* "do not take" became "take", or the other way */
	TROUBLE_MOVED,    /* the same, but for another medicine or with another dose */
	TROUBLE_UNIT,     /* the same amount in another unit */
	TROUBLE_RENAMED,  /* the same medicine by another kind of name */
	TROUBLE_REWORDED, /* near enough that a person should confirm it */
	TROUBLE_LANGUAGE  /* one of the texts is in a language that is not read here: nothing is known about it */
};

/* How grave: 1 worth a glance, 2 a person should look, 3 something was lost or changed, 4 it may do harm. */
struct medication_difference {
	enum medication_kind kind;
	enum medication_trouble trouble;
	int severity;
	size_t source_start, source_end; /* 0, 0: nothing there */
	size_t target_start, target_end;
	struct str why; /* plain English; holds no text of the client */
};

struct medication_comparison {
	struct medication_reading source, target;
	const struct medication_difference *differences; /* gravest first */
	size_t difference_count;
	int severity; /* of the gravest; 0: nothing found */
};

#define MEDICATION_HOLD 2 /* from this severity on a text should not be sent before a person has looked */

/* medication_compare: a text with itself has no differences, unless its language is not covered. */
int medication_compare(const struct screen_engine *engine, struct arena *arena, struct str source, struct str source_lang,
	struct str target, struct str target_lang, struct medication_comparison *ret_comparison, struct err *reterr) MUST_CHECK;

/* Stable names for JSON. Never NULL. */
const char *medication_kind_name(enum medication_kind kind);
const char *medication_trouble_name(enum medication_trouble trouble);
const char *medication_code_name(
	const struct medication_fact *fact); /* "microgram", "morning", "stop", "brand"; "" where a kind has none */
/* medication_name: the generic name of a medicine, as the pack has it; borrowed from the engine. */
struct str medication_name(const struct screen_engine *engine, uint32_t medicine);

#endif
