/* dialogue_priv.h: a scripted dialogue as it was read. Private to dialogue.c, dialogue_read.c. */
#ifndef HEED_CARE_DIALOGUE_PRIV_H
#define HEED_CARE_DIALOGUE_PRIV_H

#include "base/yaml.h"
#include "care/dialogue.h"
#include "text/fold.h"

#define DIALOGUES_MAX 64
#define DIALOGUE_TEXTS_MAX 12
#define DIALOGUE_STEPS_MAX 64
#define DIALOGUE_WHEN_MAX 16

enum step_type { STEP_SAY = 0, STEP_ASK, STEP_END };
enum step_answer { ANSWER_TEXT = 0, ANSWER_YES_NO };
enum reading { READ_UNCLEAR = 0, READ_YES, READ_NO };

struct texts {
	struct str items[DIALOGUE_TEXTS_MAX];
	size_t count;
};

struct branch {
	struct str next, then;
	struct texts say;
	int times; /* of unclear: how often it is asked again */
	bool set;
};

struct step {
	struct str id, asks, save, next;
	const struct yaml_node *node;
	enum step_type type;
	enum step_answer answer;
	int level, event; /* event: 1 + index in the format's list; 0 none */
	struct texts texts;
	struct branch branches[3]; /* by enum reading */
};

struct placement {
	struct {
		struct str step;
		enum reading answer;
	} when[DIALOGUE_WHEN_MAX];
	size_t when_count;
	int level;
};

struct words {
	struct str *items; /* folded, with a space at both ends */
	size_t count;
};

struct dialogue {
	struct str name, lang, file, start;
	struct words yes, no, unsure, stop;
	struct step *steps;
	size_t step_count;
	struct placement *placements;
	size_t placement_count;
	struct str *cap;
	size_t cap_count;
};

struct dialogues {
	struct arena arena;
	struct fold_tables *fold;
	struct dialogue items[DIALOGUES_MAX];
	size_t count;
};

/* dialogue_read: one file's root node into the next place; checks that every step named is there. */
int dialogue_read(struct dialogues *dialogues, const struct yaml_node *root, struct err *reterr) MUST_CHECK;

const struct step *dialogue_step(const struct dialogue *dialogue, struct str id);

#endif
