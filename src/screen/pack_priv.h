/* pack_priv.h: compiled packs: the plain tables that matching reads. The loader (load.c) makes them in memory, image.c
 * writes them as one block of bytes and opens such a block again without parsing: all references are indices. */
#ifndef HEED_SCREEN_PACK_PRIV_H
#define HEED_SCREEN_PACK_PRIV_H

#include "base/arena.h"
#include "base/err.h"
#include "screen/screen.h"
#include "screen/verdict.h"
#include "text/fold.h"

#define NONE UINT32_MAX

/* Bytes in the string table. */
struct pstr {
	uint32_t offset, len;
};

/* A run of entries in another table. */
struct range {
	uint32_t first, count;
};

enum when_flag {
	WHEN_NEGATED = 0,
	WHEN_PAST,
	WHEN_HYPOTHETICAL,
	WHEN_OTHER,
	WHEN_QUOTED,
	WHEN_IDIOM,
	WHEN_QUESTION,
	WHEN_UNCERTAIN,
	WHEN_OTHER_ELAPSED, /* about somebody else, and told as something of days to months ago */
	WHEN_COUNT
};
#define WHEN_NAMES "negated past hypothetical other quoted idiom question uncertain other_elapsed"

#define ROLES_CLIENT 1u
#define ROLES_ASSISTANT 2u

struct pack_concept {
	struct pstr id, why;
	struct range after; /* absence: condition terms */
	uint32_t absent;    /* absence: the marker concept, or NONE */
	uint8_t family, roles, level, keep;
	int8_t when[WHEN_COUNT]; /* -1: leaves the level as it is */
	uint8_t deobfuscate, after_level, signal;
};

/* What a phrase's match means. */
enum target { TARGET_CONCEPT = 0, TARGET_TRIGGER, TARGET_GUARD, TARGET_QUESTION, TARGET_ANSWER, TARGET_HELPLINE, TARGET_AUDIENCE };
enum scope { SCOPE_CLAUSE = 0, SCOPE_SENTENCE, SCOPE_MESSAGE, SCOPE_TOKENS };
enum direction { DIR_FORWARD = 0, DIR_BACKWARD, DIR_BOTH };

enum trigger {
	TRIGGER_NEGATION = 0,
	TRIGGER_PSEUDO_NEGATION,
	TRIGGER_PAST,
	TRIGGER_RECENT,
	TRIGGER_NOW,
	TRIGGER_FUTURE,
	TRIGGER_OTHER,
	TRIGGER_POSSIBLE_SELF,
	TRIGGER_UNCERTAIN,
	TRIGGER_HYPOTHETICAL,
	TRIGGER_QUOTED,
	TRIGGER_IDIOM,
	TRIGGER_TERMINATOR,
	TRIGGER_QUESTION,
	TRIGGER_SELF,
	TRIGGER_ELAPSED, /* days to months ago: beside TRIGGER_RECENT, which holds last night too */
	TRIGGER_COUNT
};
#define TRIGGER_NAMES \
	"negation pseudo_negation past recent now future other possible_self uncertain hypothetical quoted idiom terminator question " \
	"self elapsed"

enum answer { ANSWER_YES = 0, ANSWER_NO, ANSWER_UNSURE };

struct pack_phrase {
	struct pstr id;        /* "en.suicide#12" */
	uint32_t ref;          /* by target: concept, guard number, question's concept, line or audience */
	uint32_t guard;        /* number of the guards that forbid it, or 0 */
	struct range elements; /* in pack->elements */
	struct range after;    /* in pack->terms */
	uint16_t anchor;       /* index among its elements */
	uint16_t confidence;
	uint8_t target, all, roles, scope, span;
	int8_t level; /* -1: the concept's */
	uint8_t time; /* enum time_frame; TIME_UNSTATED: context says */
	uint8_t negation_inside;
	uint8_t after_level;
	uint8_t trigger, direction, trigger_scope, trigger_tokens; /* of TARGET_TRIGGER; answer kind in `trigger` for TARGET_ANSWER */
};

struct pack_element {
	uint32_t slot;         /* NONE: no words */
	uint8_t optional, gap; /* gap: tokens that may stand before it */
	uint8_t marks;         /* punctuation that may stand here instead (1 << index in PACK_MARKS); takes no place */
	uint8_t any;           /* any one token */
};

#define PACK_MARKS ",.?!;:\"-"

/* A phrase as its anchor names it: with its kind above its number; the number of the slot of the rarest of the other parts that it must
 * have (OTHER_NONE: it has no other), and the places where one of that slot can begin, seen from the anchor: most are passed over without a
 * look at the phrase. These slots, a quarter of all, have numbers of their own; one that phrases over several sentences ask for has another
 * number for them, and these are the lowest. */
#define OTHER_NONE 0u
#define OTHER_MAX UINT16_MAX
#define OTHERS_AT_ONCE 4u /* a literal's are a multiple of so many: to read them takes few branches */
struct pack_anchor {
	uint32_t ref;
	uint16_t other;
	int8_t from;   /* the first such place: above 0 counted from the anchor's last place, else from its first */
	uint8_t reach; /* as many places more, at most 63 */
};
#define ANCHOR_PHRASE_BITS 29u
#define ANCHOR_DISGUISED (1u << ANCHOR_PHRASE_BITS)   /* finds a concept that is sought in disguised spelling too */
#define ANCHOR_WHOLE (1u << (ANCHOR_PHRASE_BITS + 1)) /* its parts may stand in several sentences */
static inline uint32_t anchor_phrase(uint32_t ref)
{
	return ref & ((1u << ANCHOR_PHRASE_BITS) - 1);
}

/* What a literal is good for; its words are in pack->literal_texts. Of the size of a line of the processor's cache, and aligned to one. */
struct pack_literal {
	uint64_t sign;           /* a bit for each slot's number modulo 64 */
	struct range slots;      /* in pack->slot_refs, ascending */
	struct range others;     /* in pack->other_refs: numbers of those that anchors ask for in a sentence, filled up with OTHER_NONE */
	struct range anchors[2]; /* in pack->anchor_refs: phrases to try at a hit, but guards; of clients, of assistants */
	struct range guards[2];  /* in pack->guard_refs, likewise: guards, tried when a phrase that they forbid was found */
	uint32_t guard_sign;     /* a bit for each number of its guards modulo 32 */
	uint16_t wholes;         /* of those that anchors ask for in the text: in pack->other_refs, before `others` */
	uint8_t medicine;        /* 1 for the name of one */
	uint8_t guard_whole;     /* one of its guards may stand in several sentences */
};

/* Literals are read word by word from the last one back. A step is the words read so far: the first steps are the words of the vocabulary,
 * by their numbers; a link leads on from a step by the word before it. */
struct pack_step {
	uint64_t before;  /* a bit for each word that leads on, its number modulo 64 */
	uint32_t literal; /* what the words are, or NONE */
	uint32_t unused;
};
struct pack_link {
	uint32_t step, word, next; /* next 0: an empty place of the table, which has open addressing */
};

/* Where in a table of links, modulo its size, one is sought first. */
static inline uint32_t link_hash(uint32_t step, uint32_t word)
{
	uint32_t hash = (step * 2654435761u + word) * 2246822519u;
	return hash ^ hash >> 15;
}

/* Most links that are asked for are not there: a small table has a bit for each that is, by the upper bits of its hash. */
#define LINK_BITS 18u
static inline uint32_t link_bit(uint32_t hash)
{
	return hash >> (32 - LINK_BITS);
}

/* A line of the helpline directory. */
struct pack_line {
	struct pstr id, name, value, audience;
	char country[2];
	uint8_t channel; /* 0 phone, 1 sms, 2 chat, 3 url, 4 emergency number, 5 allowed host */
	uint8_t general;
	uint8_t hours, unused[3]; /* enum line_hours */
};

/* The learned stage (classify.c): one model a role, each with up to MODEL_LANES heads. A feature's hash modulo 2^bits is its row of
 * MODEL_LANES weights in pack->weights, from row `first_row`; a window's logit for a head, in thousandths, is
 * bias + sum of weights * scale / (1000 * sqrt(features)). */
#define MODEL_LANES 16u
#define MODEL_LANGS 12u /* languages that a model knows; for others it says nothing */
#define MODEL_CURVE 17u /* points of the calibration curve: logits -4, -3.5, ... 4 */
struct pack_model {
	uint32_t first_row, bits;
	struct range heads;
	struct pstr langs[MODEL_LANGS]; /* BCP 47 */
	uint8_t roles, lang_count, unused[2];
};
struct pack_head {
	uint32_t concept;
	int32_t scale;                   /* millionths of a logit a unit of weight */
	int32_t bias;                    /* thousandths of a logit */
	int32_t thresholds[MODEL_LANGS]; /* likewise, in each language of the model: from there on it is a finding */
	int32_t deepens[MODEL_LANGS];    /* likewise, where something else has found the family already, at a lower level */
	uint16_t curve[MODEL_CURVE];     /* probability, per mille */
	uint8_t level, unused;
};

/* A word of the vocabulary as a model sees it by itself: the sum of the weights of its features, so that a word that the packs know costs
 * one look. Rows of one model stand together, by vocab_slot.number. */
struct pack_word {
	uint64_t hash; /* features_hash */
	int16_t sums[MODEL_LANES];
	uint16_t count, unused[3]; /* count: of its features */
};

/* A medicine of the packs of kind medications, and the names that it goes by: folded, without marks, single spaces; sorted by their bytes.
 */
struct pack_medicine {
	struct pstr name, group; /* generic name; its kind ("ssri") */
};

struct pack_medicine_name {
	struct pstr text;
	uint32_t medicine;
	uint8_t kind;     /* enum medication_name */
	uint8_t everyday; /* also a word or name of everyday speech: counts beside an amount only */
	uint16_t unused;
};
enum line_hours { HOURS_UNSTATED = 0, HOURS_ALWAYS, HOURS_LIMITED };

enum section {
	SECTION_STRINGS = 0,
	SECTION_CONCEPTS,
	SECTION_CONCEPTS_BY_ID,
	SECTION_PHRASES,
	SECTION_ELEMENTS,
	SECTION_LITERALS,
	SECTION_LITERAL_TEXTS,
	SECTION_STEPS,
	SECTION_LINKS,
	SECTION_LINK_BITS,
	SECTION_SLOT_REFS,
	SECTION_OTHER_REFS,
	SECTION_ANCHOR_REFS,
	SECTION_GUARD_REFS,
	SECTION_GUARD_NUMBERS,
	SECTION_TERMS,
	SECTION_VOCAB,
	SECTION_WORD_ORDER,
	SECTION_KEYTERMS,
	SECTION_LINES,
	SECTION_NAMES,
	SECTION_WORD_NAMES,
	SECTION_LANGS,
	SECTION_MODELS,
	SECTION_HEADS,
	SECTION_WEIGHTS,
	SECTION_WORDS,
	SECTION_MEDICINES,
	SECTION_MEDICINE_NAMES,
	SECTION_COUNT
};

struct pack {
	struct str strings;
	const struct pack_concept *concepts;
	const uint32_t *concepts_by_id; /* their numbers, in the order of the ids' bytes */
	const struct pack_phrase *phrases;
	const struct pack_element *elements;
	const struct pack_literal *literals;
	const struct pstr *literal_texts; /* of each literal: folded words with a space at each end */
	const struct pack_step *steps;
	const struct pack_link *links; /* link_count is a power of two */
	const uint64_t *link_bits;     /* of link_bit */
	const uint32_t *slot_refs;
	const uint16_t *other_refs;
	const struct pack_anchor *anchor_refs;
	const struct pack_anchor *guard_refs;
	const uint16_t *guard_numbers; /* of each of guard_refs: the number of the guards that it is one of */
	const struct pstr *terms;      /* concept ids, or prefixes ending in "." */
	const struct vocab_slot *vocab_slots;
	const uint32_t *word_order;  /* vocab.order */
	const struct pstr *keyterms; /* by length, then bytes */
	const struct pack_line *lines;
	const struct vocab_slot *name_slots; /* enum name_flag of folded words (names.h) */
	const uint16_t *word_names;          /* by the number of a word: what name_slots say of it, or NAME_ASK */
	const struct pstr *langs;            /* languages that have a lexicon */
	const struct pack_model *models;
	const struct pack_head *heads;
	const int8_t *weights;
	const struct pack_word *words; /* word_count for each model */
	const struct pack_medicine *medicines;
	const struct pack_medicine_name *medicine_names;
	size_t concept_count, concept_by_id_count, phrase_count, element_count, literal_count, literal_text_count, step_count, link_count,
		link_bits_count, slot_ref_count, other_ref_count, anchor_ref_count, guard_ref_count, guard_number_count, term_count,
		vocab_count, word_order_count, keyterm_count, line_count, name_slot_count, word_name_count, lang_count, model_count,
		head_count, weight_count, word_rows, medicine_count, medicine_name_count;
	size_t word_count;               /* in the vocabulary */
	size_t guard_count, other_count; /* numbers in use: all are below these */
	size_t whole_count;              /* of the other parts, those asked for in the text, and OTHER_NONE: they have the lowest numbers */
};

static inline struct str pack_str(const struct pack *pack, struct pstr p)
{
	return (struct str){ pack->strings.ptr + p.offset, p.len };
}

static inline struct vocab pack_vocab(const struct pack *pack)
{
	return (struct vocab){ pack->vocab_slots, (uint32_t)pack->vocab_count, pack->strings.ptr, pack->word_order };
}

static inline struct vocab pack_names(const struct pack *pack)
{
	return (struct vocab){ pack->name_slots, (uint32_t)pack->name_slot_count, pack->strings.ptr, NULL };
}

/* pack_term: whether a concept id is named by a term (an id, or a prefix ending in "."). */
static inline bool pack_term(struct str id, struct str term)
{
	return term.len && term.ptr[term.len - 1] == '.' ? str_starts(id, term) : str_eq(id, term);
}

/* pack_find: the concept's index, or NONE. */
uint32_t pack_find(const struct pack *pack, struct str id);
/* pack_signal: what a concept weighs as a sign, told by the pack's own string of its id; 0 for any other. */
int pack_signal(const struct pack *pack, struct str id);

/* One in-pack example, kept by the loader only. */
struct pack_example {
	struct str file;
	int line;
	struct str text;
	enum message_role role;
	struct screen_turn *turns;
	size_t turn_count;
	struct str *has, *none;
	size_t has_count, none_count;
	int level, level_min, level_max; /* -1: not stated */
	struct str country;
	int age;
	struct pack_example *next;
};

/* pack_load: parse and compile all sources into *ret_pack (tables in the arena) and the examples. */
int pack_load(struct arena *arena, const struct fold_tables *tables, const struct screen_source *sources, size_t source_count,
	struct pack *ret_pack, struct pack_example **ret_examples, struct err *reterr) MUST_CHECK;

/* image_write: the tables as one block from `mem`. packs_hash is hex with NUL. */
int image_write(const struct mem *mem, const struct pack *pack, const char *packs_hash, const char *key, struct str *ret_image,
	struct err *reterr) MUST_CHECK;
/* image_read: *ret_pack points into `image`, which must be aligned to IMAGE_ALIGN bytes and outlive it. */
#define IMAGE_ALIGN 64u
int image_read(struct str image, struct pack *ret_pack, struct str *ret_packs_hash, struct err *reterr) MUST_CHECK;

#endif
