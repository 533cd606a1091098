/* load_priv.h: shared by the parts of the pack loader: load.c (files, concepts, lexicons, context), seq.c (literals, slots
 * and the seq grammar), load_lines.c (helplines) and load_names.c (names). One loader serves one build. */
#ifndef HEED_SCREEN_LOAD_PRIV_H
#define HEED_SCREEN_LOAD_PRIV_H

#include "base/yaml.h"
#include "screen/pack_priv.h"

/* A growing array in the arena. */
struct table {
	void *items;
	size_t count, capacity, size; /* size of one item */
};

struct literal_work {
	struct str text; /* with a space at each end */
	uint32_t tokens;
	uint32_t uses;   /* phrases that need it: the more, the worse an anchor */
	uint32_t *slots; /* slots that hold it */
	uint32_t slot_count, slot_capacity;
	bool key;       /* stands in a phrase of a de-obfuscated concept */
	bool name;      /* the name of a medicine */
	bool listed;    /* written in a lexicon or context file itself */
	uint16_t langs; /* bits of loader.word_langs: of the files that hold it */
};

struct slot_work {
	uint32_t *literals; /* ascending, without doubles */
	uint32_t count;
	uint32_t weight; /* how often it will be hit, roughly */
	uint32_t places; /* of its longest literal */
};

struct name_work {
	struct pstr text;
	uint32_t flags; /* enum name_flag */
};

struct atom_work {
	struct str name;
	uint32_t *literals;
	uint32_t count;
};

struct loader {
	struct arena *arena;
	const struct fold_tables *tables;
	struct err *reterr;
	struct table strings;                 /* char */
	struct table concepts;                /* struct pack_concept */
	struct table phrases;                 /* struct pack_phrase */
	struct table elements;                /* struct pack_element */
	struct table terms;                   /* struct pstr */
	struct table lines;                   /* struct pack_line */
	struct table langs;                   /* struct pstr */
	struct table keyterms;                /* struct pstr */
	struct table models;                  /* struct pack_model */
	struct table heads;                   /* struct pack_head */
	struct table weights;                 /* int8_t */
	struct table names;                   /* struct name_work */
	struct table ordinary;                /* struct pstr: words that are themselves, not slips of key terms */
	struct table literals;                /* struct literal_work */
	struct table slots;                   /* struct slot_work */
	struct table atoms;                   /* struct atom_work: of the file being read */
	struct table builtins;                /* struct atom_work: known in every lexicon and context file */
	struct table medicines;               /* struct pack_medicine */
	struct table medicine_names;          /* struct pack_medicine_name */
	uint32_t *literal_index, *slot_index; /* open addressing: number + 1 */
	size_t literal_index_size, slot_index_size;
	uint32_t guard_count;
	struct pack_example *examples, **examples_end;
	bool naming; /* literals now added are names of medicines */
	struct str word_langs[VOCAB_LANGS];
	/* of the file being read */
	struct str file, id, lang;
	uint16_t word_lang; /* the bit of `lang` in word_langs; 0: none */
	uint32_t phrase_number;
};

/* table_add: a zeroed item at the end, or NULL (no memory). */
void *table_add(struct loader *loader, struct table *table);
#define TABLE_AT(table, type, index) (&((type *)(table).items)[index])

/* string_add: bytes (and a NUL) into the string table. */
int string_add(struct loader *loader, struct str text, struct pstr *ret_pstr) MUST_CHECK;
int no_memory(struct loader *loader);

/* literal_add: folds `text` and adds its spellings (with and without marks) to *list. */
int literal_add(struct loader *loader, const struct yaml_node *node, struct str text, uint32_t **list, uint32_t *count) MUST_CHECK;

/* seq_compile: elements of one seq into *phrase (elements, anchor). */
int seq_compile(struct loader *loader, const struct yaml_node *node, struct str seq, struct pack_phrase *phrase) MUST_CHECK;
/* all_compile: the same of an unordered list. */
int all_compile(struct loader *loader, const struct yaml_node *list, struct pack_phrase *phrase) MUST_CHECK;
/* slots_finish: weights of all slots are known: choose every phrase's anchor and write the tables of literals. */
int slots_finish(struct loader *loader, struct pack *pack) MUST_CHECK;

/* steps_finish: the words of all literals, once pack->vocab_slots are there. */
int steps_finish(struct loader *loader, struct pack *pack) MUST_CHECK;

/* load_head: the members that every pack begins with; sets loader->id and lang. find_concept: its number, or NONE. */
#define HEAD "kind id version lang author reviewed review "
int load_head(struct loader *loader, const struct yaml_node *root) MUST_CHECK;
uint32_t find_concept(const struct loader *loader, struct str id);

/* load_model: one file of kind classifier. */
int load_model(struct loader *loader, const struct yaml_node *root) MUST_CHECK;
/* load_person_names: one file of kind names. names_finish: the table of all of them. */
int load_person_names(struct loader *loader, const struct yaml_node *root) MUST_CHECK;
int names_finish(struct loader *loader, struct pack *pack) MUST_CHECK;
/* names_of_words: what that table says of the words of the vocabulary, once pack->strings are there. */
int names_of_words(struct loader *loader, struct pack *pack) MUST_CHECK;
/* builtin_add: the literals of the built-in atom `word` ("@medicine") to *list. */
int builtin_add(struct loader *loader, const struct yaml_node *node, struct str word, uint32_t **list, uint32_t *count) MUST_CHECK;

/* load_medicines: one file of kind medications, before all lexicons: fills the atoms @medicine and @medicine_group. medicines_finish: sorts
 * the names; E_INVALID for one that two medicines share. */
int load_medicines(struct loader *loader, const struct yaml_node *root) MUST_CHECK;
int medicines_finish(struct loader *loader, struct pack *pack) MUST_CHECK;

/* load_lines: one file of kind helplines. */
int load_lines(struct loader *loader, const struct yaml_node *root) MUST_CHECK;

#endif
