/* module.h: self-help modules: lessons of short text, one exercise each, homework, and what is said after the answers. Read from
 * packs (kind: module, one file a language; docs/reference/pack-format.md) at start; checked, immutable afterwards.
 *
 * The text is Markdown of a small kind (headings, paragraphs, lists, quotes, emphasis) and leaves as a tree of JSON, never as
 * HTML: {"t":"p|h|ul|ol|li|quote|em|strong","c":["text" or node, ...]}. Answers are whole numbers, times, choices and words;
 * everything that is computed from them is computed in integers. Pure but for the memory of its own arena. */
#ifndef HEED_CARE_MODULE_H
#define HEED_CARE_MODULE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "care/messages.h"

#include <jansson.h>

#define MODULES_MAX 128 /* files */
#define MODULE_LESSONS_MAX 30
#define MODULE_INPUTS_MAX 16
#define MODULE_OPTIONS_MAX 12
#define MODULE_BRANCHES_MAX 8
#define MODULE_FIGURES_MAX 16
#define MODULE_TEXT_MAX 8000  /* bytes of Markdown of one text */
#define MODULE_WORDS_MAX 2000 /* bytes of one text answer */

enum input_kind { INPUT_TEXT = 0, INPUT_SCALE, INPUT_CHOICE, INPUT_CLOCK, INPUT_MINUTES, INPUT_DATE };
enum module_compute { COMPUTE_NOTHING = 0, COMPUTE_SLEEP, COMPUTE_CHANGE };
enum branch_test { BRANCH_ALWAYS = 0, BRANCH_AT_LEAST, BRANCH_AT_MOST, BRANCH_IS, BRANCH_ABOVE, BRANCH_BELOW };

struct module_option {
	struct str id, label;
};

struct module_input {
	struct str id, label, hint, low, high; /* low, high: words at the ends of a scale */
	enum input_kind kind;
	bool required;
	long min, max; /* of SCALE and MINUTES */
	struct module_option options[MODULE_OPTIONS_MAX];
	size_t option_count;
};

/* The first branch whose test holds is shown. ABOVE and BELOW compare with another input. */
struct module_branch {
	struct str id, next; /* next: lesson that is suggested then; empty: the next one */
	enum branch_test test;
	struct str input, other; /* input: of the exercise, or a computed name */
	long value;
	const json_t *text;
};

struct module_exercise {
	struct str id, title;
	const json_t *intro;
	bool repeat; /* meant to be filled in more than once */
	enum module_compute compute;
	struct module_input inputs[MODULE_INPUTS_MAX];
	size_t input_count;
	struct module_branch branches[MODULE_BRANCHES_MAX]; /* the last one always holds */
	size_t branch_count;
};

struct module_lesson {
	struct str id, title;
	long minutes;
	const json_t *text;
	struct module_exercise exercise;
	struct str homework_id; /* empty: none */
	const json_t *homework;
	long homework_days;
};

/* A number from outside that the module rests on, with where it is from and how sure that is ("V", "K", "!"). */
struct module_figure {
	struct str key, unit, source, certainty;
	long value;
};

struct module {
	struct str id, lang, title, summary, author, reviewed, review, file;
	long version, days; /* days: from one lesson to the next */
	const struct module_lesson *lessons;
	size_t lesson_count;
	struct module_figure figures[MODULE_FIGURES_MAX];
	size_t figure_count;
};

struct modules;

/* modules_open: all packs of kind module; others are skipped. E_INVALID with file, line and what; E_LIMIT. Every language of a
 * module has the same version, lessons, exercises, inputs, branches and homework. */
int modules_open(const struct messages_source *sources, size_t count, struct modules **ret_modules, struct err *reterr) MUST_CHECK;
void modules_free(struct modules **modules);

/* modules_find: in the language ("es-MX" is served by es), else in English, else in any; NULL: no such module. modules_at: the
 * index-th module, each once; NULL past the last. */
const struct module *modules_find(const struct modules *modules, struct str id, struct str lang);
const struct module *modules_at(const struct modules *modules, size_t index, struct str lang);
/* module_lesson: by id, or NULL. module_lesson_index: its place, or SIZE_MAX. */
const struct module_lesson *module_lesson(const struct module *module, struct str id);
size_t module_lesson_index(const struct module *module, struct str id);

/* module_text: Markdown to the tree. NULL with err: E_INVALID for HTML, links, pictures, code and tables, E_LIMIT for depth. */
json_t *module_text(struct str markdown, struct err *reterr);

/* module_answer: checks the answers of an exercise: `inputs` is what came from outside. E_INVALID names the input and never its
 * words ("mood_before: must be 0 to 10", "sleep: these times do not fit together"). On success *ret_clean has the answers, known
 * inputs only, and *ret_computed what follows (object, may be empty); both new references. */
int module_answer(const struct module_exercise *exercise, const json_t *inputs, json_t **ret_clean, json_t **ret_computed,
	struct err *reterr) MUST_CHECK;
/* module_answer_words: every text answer, one a line, for screening. */
void module_answer_words(const struct module_exercise *exercise, const json_t *clean, struct buf *out);
/* module_branch: what is said after these answers; never NULL for a loaded exercise. */
const struct module_branch *module_branch(const struct module_exercise *exercise, const json_t *clean, const json_t *computed);

/* module_sleep: minutes in bed and asleep, and the share asleep in per cent, rounded. Clocks are minutes of a day (0-1439); a night may
 * pass midnight. E_INVALID when more is awake than there was night, or the night is longer than 18 hours or shorter than 10 minutes. */
struct module_night {
	int in_bed, up, woke;    /* clocks: lay down to sleep, got up, woke for the last time */
	int asleep_after, awake; /* minutes until asleep, minutes awake in between */
};
struct module_sleep {
	int in_bed_minutes, asleep_minutes, efficiency_percent;
};
int module_sleep(const struct module_night *night, struct module_sleep *ret_sleep, struct err *reterr) MUST_CHECK;

/* As the apps read them; new references. */
json_t *module_json(const struct module *module);               /* with the titles of its lessons */
json_t *module_lesson_json(const struct module_lesson *lesson); /* text, exercise, homework; not the branches */

#endif
