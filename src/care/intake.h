/* intake.h: the first conversation: which question comes next, whether an answer is one, which signs the answers set.
 *
 * The questions are data (packs/triage, kind: triage, one file a language; the same steps in all). A step is asked when its `when` holds
 * for the answers before it, so a changed answer can open and close later steps. It describes and routes and never names a diagnosis: the
 * loader refuses texts that do. Pure: no I/O, no clock; answers are a JSON object of the caller's:
 *   {"STEP": {"choice": "id"} | {"choices": ["id", ...]} | {"text": "..."} | {"skipped": true} | {"done": true}} (done: an instrument) */
#ifndef HEED_CARE_INTAKE_H
#define HEED_CARE_INTAKE_H

#include "care/triage.h"

struct json_t;

#define INTAKE_STEPS_MAX 64
#define INTAKE_CHOICES_MAX 16
#define INTAKE_TEXT_MAX 4000 /* bytes of one written answer */

enum intake_ask { INTAKE_TEXT = 0, INTAKE_CHOICE, INTAKE_CHOICES, INTAKE_INSTRUMENT };
const char *intake_ask_name(enum intake_ask ask);

struct intake_choice {
	struct str id, text;
	uint64_t set;
};
struct intake_step {
	struct str id, text, hint, topic, instrument;
	enum intake_ask ask;
	bool optional;
	uint64_t when_marks;        /* asked when one of these is set by steps before; 0: always */
	int when_step;              /* and when this earlier step was answered by one of when_is; -1: not asked */
	uint32_t when_is;           /* bits of its choices */
	struct str when_instrument; /* and when this instrument's newest total is at least when_total, or unknown */
	int when_total;
	struct intake_choice choices[INTAKE_CHOICES_MAX];
	size_t choice_count;
};
struct intake_pack {
	struct str id, lang, version;
	struct intake_step steps[INTAKE_STEPS_MAX];
	size_t step_count;
};

/* intake_pack_of: by language; English otherwise. NULL when there is none at all. */
const struct intake_pack *intake_pack_of(const struct triage *triage, struct str lang);
/* intake_find: index of a step, or -1. */
int intake_find(const struct intake_pack *pack, struct str id);

struct intake_state {
	const struct json_t *answers;
	const struct triage_score *scores; /* newest of each instrument; for branching */
	size_t score_count;
	bool instruments; /* instrument steps can be taken here; else they are passed over */
};

/* intake_asked: whether the step is asked, given the answers before it. */
bool intake_asked(const struct intake_pack *pack, const struct intake_state *state, size_t step);
/* intake_next: the first step that is asked and not answered; -1 when all are. ret_done, ret_all (may be NULL): how many are answered, of
 * how many that are asked as things stand. */
int intake_next(const struct intake_pack *pack, const struct intake_state *state, size_t *ret_done, size_t *ret_all);
/* intake_marks: signs set by the answers of steps that are asked. */
uint64_t intake_marks(const struct intake_pack *pack, const struct intake_state *state);
/* intake_answer_marks: signs that this one answer sets. */
uint64_t intake_answer_marks(const struct intake_step *step, const struct json_t *answer);
/* intake_check: E_INVALID names what is wrong: a choice that is none, a text too long, a step that may not be skipped. */
int intake_check(const struct intake_step *step, const struct json_t *answer, struct err *reterr) MUST_CHECK;
/* intake_words: the answer as words, "Question: answer", in the arena. For the record of what was said. */
struct str intake_words(struct arena *arena, const struct intake_step *step, const struct json_t *answer);
/* intake_shown: the answer alone as words. Empty when skipped. */
struct str intake_shown(struct arena *arena, const struct intake_step *step, const struct json_t *answer);

/* intake_forbidden: the first of the words (a list of texts) that stands in text as whole words, in any ASCII case; empty when none does.
 */
struct str intake_forbidden(const struct yaml_node *words, struct str text);

/* triage.c: */
int triage_read_marks(
	const struct triage *triage, const struct yaml_node *map, const char *key, uint64_t *ret_marks, struct err *reterr) MUST_CHECK;

#endif
