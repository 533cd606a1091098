/* eval_priv.h: what an eval keeps of its rows, and what the files behind eval.h share. */
#ifndef HEED_ASSURE_EVAL_PRIV_H
#define HEED_ASSURE_EVAL_PRIV_H

#include "assure/eval.h"

#define LABEL_WORDS (EVAL_LABELS_MAX / 64u)
#define ALL_FAMILIES ((1u << FAMILY_COUNT) - 1u)
#define RISK_FAMILIES (1u << FAMILY_SUICIDE | 1u << FAMILY_SELF_HARM)

/* ---- eval_labels.c: what the labels of the public sets mean for us ---- */

enum label_class {
	LABEL_QUIET = 0,
	LABEL_RISK,       /* suicide or self-harm */
	LABEL_OTHER_RISK, /* another family */
	LABEL_FORUM,      /* the name of the place a text came from: nobody judged the text itself; another risk or none */
	LABEL_PERSONA,    /* of the simulated person or the topic, not of the message */
	LABEL_UNSAFE,     /* replies */
	LABEL_SAFE,
	LABEL_MIXED /* unwanted, but nothing that a screen should hold */
};
enum label_class eval_label_class(struct str label);
/* eval_label_other: of LABEL_FORUM, whether the place is about a risk. */
bool eval_label_other(struct str label);

/* Families of labels for the table of families. */
struct label_family {
	const char *name;
	const char *const *labels; /* NULL ends; as in eval_label_is */
	uint32_t families;         /* ours */
};
extern const struct label_family eval_families[];
extern const size_t eval_family_count;
/* eval_label_is: equal, or begins with it when `known` ends in '*'. */
bool eval_label_is(struct str label, const char *known);

/* ---- eval.c: rows as they are kept ---- */

struct eval_levels {
	uint8_t top; /* the message's */
	uint8_t family[FAMILY_COUNT];
};

enum record_flag {
	RECORD_SCREENED = 1,
	RECORD_PAST = 2,   /* what sets the level is put in the past */
	RECORD_FORUM = 4,  /* all its labels name a place only */
	RECORD_JUDGED = 8, /* a policy decided about it: action is set */
	RECORD_CUT = 16    /* a label of it was dropped */
};

struct eval_record {
	uint64_t id; /* hash; 0: none */
	uint64_t labels[LABEL_WORDS];
	uint32_t cues;
	uint16_t set, classes; /* bits of enum label_class */
	struct eval_levels levels;
	int16_t learned; /* the learned stage's surest of suicide and self-harm, per mille; -1: it knows neither */
	int8_t severity;
	uint8_t raised; /* bits of enum finding_source: a finding of level 2 or more came from there */
	uint8_t action; /* enum policy_action */
	uint8_t flags;
};

struct eval_set {
	char source[64];
	char lang[12];
	enum message_role role;
};

struct eval_label {
	char name[48];
};

/* ---- eval_line.c ---- */

/* eval_decide: what the preset "chatbot" would do with a reply, to a known client with somebody on duty. */
void eval_decide(
	const struct eval_parts *parts, const struct verdict *verdict, int conversation_level, struct policy_decision *ret_decision);

/* ---- eval_talks.c ---- */

struct eval_turn {
	uint32_t talk;
	enum message_role role;
	uint64_t order;
	size_t at, len; /* in talk_text */
};

struct eval_talk {
	uint64_t key;
	uint16_t set;
	char name[64], kind[24]; /* of the conversation; of the simulated person's risk, or empty */
	uint32_t client_turns, replies, replies_held;
	uint32_t first[3]; /* the client turn, from 1, at which level 2, 3, 4 was first reached; 0: never */
	uint8_t top;
};

bool eval_talk_source(struct str source);
void eval_talk_add(struct eval *eval, const struct eval_row *row, struct str group, struct str text, uint64_t order);
void eval_talks_merge(struct eval *eval, const struct eval *from);
/* flagged conversations of a kind (NULL: all) of a set: those that reached `level` by client turn `by` (0: ever), of how many. */
struct talk_count {
	uint64_t n, hits;
};
struct talk_count eval_talks_count(const struct eval *eval, const char *source, const char *const *kinds, int level, uint32_t by);

/* ---- eval_spans.c: identifiers ---- */

enum span_type {
	SPAN_NAME = 0,
	SPAN_ADDRESS,
	SPAN_PHONE,
	SPAN_EMAIL,
	SPAN_URL,
	SPAN_CARD,
	SPAN_ACCOUNT,
	SPAN_NATIONAL_ID,
	SPAN_LICENCE,
	SPAN_IP,
	SPAN_TYPES
};
extern const char *const eval_span_names[SPAN_TYPES];

struct span_count {
	uint64_t gold, found;
	uint64_t exact;               /* of both */
	uint64_t gold_met, found_met; /* with an overlap of the same type */
};

struct span_counts {
	struct span_count type[SPAN_TYPES];
	struct span_count whole;                      /* addresses, with adjoining pieces of the set's as one */
	uint64_t rows, masked, unclaimed, unreadable; /* masked: gold spans that the row no longer holds */
};
void span_count_add(struct span_count *to, const struct span_count *from);
void eval_spans_add(struct span_counts *counts, struct str orig, struct str text, const struct verdict *verdict);
/* eval_spans_all: all types; whole: addresses with adjoining pieces as one. */
struct span_count eval_spans_all(const struct span_counts *counts, bool whole);
void eval_f1(uint64_t gold_met, uint64_t gold, uint64_t found_met, uint64_t found, double *ret_f1, struct eval_interval *ret_interval);

struct eval {
	const struct mem *mem;
	struct eval_record *records;
	size_t record_count, record_capacity;
	struct eval_set sets[EVAL_SETS_MAX];
	size_t set_count;
	struct eval_label labels[EVAL_LABELS_MAX];
	size_t label_count;
	struct span_counts spans;
	struct eval_talk *talks;
	size_t talk_count, talk_capacity;
	struct eval_turn *turns;
	size_t turn_count, turn_capacity;
	struct buf talk_text;
	bool talks_run;
	uint64_t dropped_rows, dropped_labels, dropped_turns;
};

/* eval_set_of: the set's number, made when it is new; EVAL_SETS_MAX when there are too many. */
size_t eval_set_of(struct eval *eval, struct str source, struct str lang, enum message_role role);
/* eval_grow: room for one more item of `size` bytes; false at `max` or without memory. */
bool eval_grow(const struct mem *mem, void *items_ptr, size_t size, size_t count, size_t *capacity, size_t max);
/* eval_sorted: numbers of the sets by role, source, language; returns how many. sorted has room for EVAL_SETS_MAX. */
size_t eval_sorted(const struct eval *eval, size_t *sorted);
bool record_has(const struct eval_record *record, size_t label);
static inline bool record_is(const struct eval_record *record, enum label_class class)
{
	return (record->classes & (1u << class)) != 0;
}
/* levels_of: the highest of these families (bits). */
int levels_of(const struct eval_levels *levels, uint32_t families);
/* Client rows: labelled as suicide or self-harm; not so labelled; likewise and judged by somebody; without any risk label. */
bool record_positive(const struct eval *eval, const struct eval_record *record);
bool record_calm(const struct eval *eval, const struct eval_record *record);
bool record_negative(const struct eval *eval, const struct eval_record *record);
bool record_quiet(const struct eval *eval, const struct eval_record *record);
/* Replies. */
bool record_unsafe(const struct eval *eval, const struct eval_record *record);
bool record_safe(const struct eval *eval, const struct eval_record *record);

/* n rows, and how many of them stood at level >= 2, 3, 4. */
struct eval_count {
	uint64_t n, two, three, four;
};
void count_level(struct eval_count *count, int level);

struct eval_grades {
	uint64_t table[EVAL_GRADES * EVAL_GRADES]; /* row: from severity; column: from level */
	uint64_t n, past_attempt;
	uint64_t positives, under_levels; /* severity above none; two or more levels below it on the scale 0-4 */
	uint64_t under_grades;            /* two or more of the four grades below it */
};
void grades_add(struct eval_grades *grades, const struct eval_record *record, const struct eval_levels *levels);

/* ---- eval_other.c ---- */

/* other_levels: what the other engine said of the row, or NULL. */
const struct eval_levels *other_levels(const struct eval_other *other, const struct eval_record *record);
const char *other_name(const struct eval_other *other);

/* ---- eval_cues.c ---- */

extern const size_t eval_cue_count;
const char *eval_cue_name(size_t cue);

/* ---- the parts of the report, in their order ---- */

struct report_from {
	const struct eval *eval;
	const struct eval_about *about;
	struct report *report;
};
void report_aims(const struct report_from *from);        /* eval_measures.c */
void report_against(const struct report_from *from);     /* eval_measures.c, and by set */
void report_pooled(const struct report_from *from);      /* eval_tables.c */
void report_sets(const struct report_from *from);        /* eval_tables.c */
void report_replies(const struct report_from *from);     /* eval_tables.c */
void report_sources(const struct report_from *from);     /* eval_tables.c */
void report_labels(const struct report_from *from);      /* eval_tables.c */
void report_families(const struct report_from *from);    /* eval_parts.c */
void report_languages(const struct report_from *from);   /* eval_parts.c */
void report_grades(const struct report_from *from);      /* eval_parts.c */
void report_cues(const struct report_from *from);        /* eval_cues.c */
void report_prevalence(const struct report_from *from);  /* eval_parts.c */
void report_learned(const struct report_from *from);     /* eval_learned.c */
void report_talks(const struct report_from *from);       /* eval_talks.c */
void report_identifiers(const struct report_from *from); /* eval_spans.c */

#endif
