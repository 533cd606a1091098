/* instrument.h: questionnaires as data: items, ranges, scoring, bands, what a single answer sets off, and, apart from that, their
 * wording by language. From packs of kind instrument and instrument_text (docs/reference/pack-format.md).
 *
 * Everything is pure and of whole numbers. The zero value of every result is the strictest: an answer that was never filled in is
 * missing, a score that was never computed is none. Instruments carry vectors (answers and what they give); a pack whose own
 * vectors fail does not load. Figures and their certainty: see each pack. */
#ifndef HEED_CARE_INSTRUMENT_H
#define HEED_CARE_INSTRUMENT_H

#include "base/arena.h"
#include "base/err.h"
#include "care/messages.h"

#define INSTRUMENT_ITEMS_MAX 40
#define INSTRUMENT_CHOICES_MAX 12
#define INSTRUMENT_BANDS_MAX 8
#define INSTRUMENT_TRIGGERS_MAX 16
#define INSTRUMENT_TEXTS_MAX 8 /* languages */
#define INSTRUMENT_PARTS_MAX 6

/* What an answer to an item in from..to sets off when the item is saved. */
struct instrument_trigger {
	size_t item;
	int from, to;
	int level, alert;     /* level of urgency; alert priority 1 (most urgent) to 4 */
	struct str follow_up; /* instrument that is asked next, or empty */
	struct str result;    /* of instruments without a score: what the whole is called then */
};

struct instrument_item {
	struct str id, loinc;
	int min, max;
	bool reverse;  /* scored as max + min - value */
	bool scored;   /* counts into the total */
	bool optional; /* may be left out without being missing */
	bool risk;     /* no answer is not "no" */
	bool not_applicable;
	/* Asked only when one of these items has the value (or, with unanswered, no answer). shown_if_count 0: always. */
	size_t shown_if[8], shown_if_count;
	int shown_if_value;
	bool shown_if_unanswered;
};

struct instrument_band {
	struct str id, certainty;
	int from, to;
};

/* The wording in one language. */
struct instrument_text {
	struct str lang, stem, author, review;
	struct str items[INSTRUMENT_ITEMS_MAX];
	struct str choices[INSTRUMENT_ITEMS_MAX][INSTRUMENT_CHOICES_MAX]; /* by value - min; empty: a scale between the ends */
	struct str ends[2];
	bool own; /* our own translation, neither published nor validated: staff are told beside every score */
};

struct instrument {
	struct str id, rules; /* rules: first 16 hex digits of SHA-256 of the pack, stored with each score */
	struct str recall, licence;
	struct str title_en, title_es, about_en, about_es;
	struct str loinc_panel, loinc_total;
	long version;
	bool skeleton, no_score, higher_is_better, tenths;
	long multiply;
	struct instrument_item items[INSTRUMENT_ITEMS_MAX];
	size_t item_count;
	struct instrument_band bands[INSTRUMENT_BANDS_MAX];
	size_t band_count;
	struct instrument_trigger triggers[INSTRUMENT_TRIGGERS_MAX];
	size_t trigger_count;
	struct {
		size_t items[INSTRUMENT_ITEMS_MAX], count;
		long need;
	} parts[INSTRUMENT_PARTS_MAX];
	size_t part_count;
	long part_from;
	long prorate_up_to; /* missing items that may be made up from the others' mean; 0: none */
	bool has_case, has_change;
	long case_at; /* a case from there on (higher is better: at or below) */
	long change;  /* points of a change that is more than measurement error */
	struct str case_certainty, case_source, change_certainty, change_source, prorate_certainty;
	struct str on_case, no_result;
	struct instrument_text *texts[INSTRUMENT_TEXTS_MAX];
	size_t text_count;
};

struct instruments;
int instruments_open(
	const struct messages_source *sources, size_t count, struct instruments **ret_instruments, struct err *reterr) MUST_CHECK;
void instruments_free(struct instruments **instruments);
size_t instruments_count(const struct instruments *instruments);
const struct instrument *instruments_at(const struct instruments *instruments, size_t index);
/* instruments_find: NULL when unknown. */
const struct instrument *instruments_find(const struct instruments *instruments, struct str id);
/* instrument_item_index: SIZE_MAX when there is none. */
size_t instrument_item_index(const struct instrument *instrument, struct str id);
/* instrument_text_for: "es-MX" is served by "es"; NULL when nobody wrote it: then it cannot be given in that language. */
const struct instrument_text *instrument_text_for(const struct instrument *instrument, struct str lang);

/* ---- Scoring (score.c) ---- */

enum answer_kind { ANSWER_MISSING = 0, ANSWER_DECLINED, ANSWER_NOT_APPLICABLE, ANSWER_GIVEN };
struct answer {
	enum answer_kind kind;
	int value;
};

/* answer_fits: a value that the item can have. E_INVALID otherwise: nothing is shifted into range. */
int answer_fits(const struct instrument *instrument, size_t item, struct answer answer, struct err *reterr) MUST_CHECK;

/* item_shown: whether the item is asked, given the answers. What is not shown counts for nothing, whatever is stored for it. */
bool item_shown(const struct instrument *instrument, const struct answer *answers, size_t item);

enum score_state { SCORE_NONE = 0, SCORE_PRORATED, SCORE_FULL };
struct score {
	enum score_state state;
	int total; /* as the instrument counts: tenths for visual scales; multiplied where it says so */
	const struct instrument_band *band;
	struct str result; /* of instruments without a score */
	int level, alert;  /* of all triggers, unanswered risk items as yes */
	size_t missing;    /* scored items without an answer */
	bool is_case, clusters, risk_unanswered;
};

/* instrument_score: answers: one for each item. Only whole answers to scored, shown items count, each by its own key. */
void instrument_score(const struct instrument *instrument, const struct answer *answers, struct score *ret_score);

/* item_trigger: what this answer sets off by itself; NULL for nothing. An answer that is missing or declined on a risk item counts as
 * the item's first trigger. */
const struct instrument_trigger *item_trigger(const struct instrument *instrument, size_t item, struct answer answer);

/* instrument_max: the highest total: the sum of each scored item's highest choice. */
int instrument_max(const struct instrument *instrument);

/* ---- Change (score.c); NHS Talking Therapies' outcome logic, reference section 5.2 ---- */

enum change { CHANGE_UNKNOWN = 0, CHANGE_WORSE, CHANGE_NONE, CHANGE_BETTER };
/* instrument_change: from the first total to the last, where the difference is more than measurement error. */
enum change instrument_change(const struct instrument *instrument, int first, int last);
bool instrument_is_case(const struct instrument *instrument, int total);

/* Of a pair (depression measure, anxiety measure), first and last. */
enum outcome { OUTCOME_UNKNOWN = 0, OUTCOME_DETERIORATED, OUTCOME_MIXED, OUTCOME_NO_CHANGE, OUTCOME_IMPROVED };
struct outcome_pair {
	enum outcome outcome; /* improved: reliably on one, not reliably worse on the other; deteriorated: the mirror; mixed: both */
	bool case_at_start, recovered, reliably_recovered;
};
void outcome_of_pair(const struct instrument *a, int a_first, int a_last, const struct instrument *b, int b_first, int b_last,
	struct outcome_pair *ret_pair);
const char *outcome_name(enum outcome outcome); /* "unknown","deteriorated","mixed","no_change","improved" */
const char *change_name(enum change change);    /* "unknown","worse","none","better" */

#endif
