/* intake.c: see intake.h. */
#include "care/intake.h"

#include <ctype.h>
#include <jansson.h>

#define LAYER "care/intake"

const char *intake_ask_name(enum intake_ask ask)
{
	static const char *const names[] = { "text", "choice", "choices", "instrument" };
	return ask < COUNT_OF(names) ? names[ask] : "text";
}

const struct intake_pack *intake_pack_of(const struct triage *triage, struct str lang)
{
	struct str rest = lang, primary = str_split(&rest, '-');
	const struct intake_pack *english = NULL;
	for (size_t i = 0; triage && i < triage->pack_count; i++) {
		if (str_eq(triage->packs[i].lang, primary))
			return &triage->packs[i];
		if (str_eqc(triage->packs[i].lang, "en"))
			english = &triage->packs[i];
	}
	return english;
}

int intake_find(const struct intake_pack *pack, struct str id)
{
	for (size_t i = 0; i < pack->step_count; i++)
		if (str_eq(pack->steps[i].id, id))
			return (int)i;
	return -1;
}

/* ---- Answers ---- */

static const json_t *answer_of(const json_t *answers, const struct intake_step *step)
{
	return json_object_getn(answers, step->id.ptr, step->id.len);
}

static struct str text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_string(value) ? str_make(json_string_value(value), json_string_length(value)) : STR("");
}

static int choice_of(const struct intake_step *step, struct str id)
{
	for (size_t i = 0; i < step->choice_count; i++)
		if (str_eq(step->choices[i].id, id))
			return (int)i;
	return -1;
}

/* Which choices an answer takes, as bits. */
static uint32_t choices_of(const struct intake_step *step, const json_t *answer)
{
	uint32_t bits = 0;
	size_t index;
	json_t *value;
	int one = choice_of(step, text_of(answer, "choice"));
	if (one >= 0)
		bits |= UINT32_C(1) << one;
	json_array_foreach(json_object_get(answer, "choices"), index, value)
	{
		one = json_is_string(value) ? choice_of(step, str_make(json_string_value(value), json_string_length(value))) : -1;
		if (one >= 0)
			bits |= UINT32_C(1) << one;
	}
	return bits;
}

uint64_t intake_answer_marks(const struct intake_step *step, const json_t *answer)
{
	uint32_t bits = choices_of(step, answer);
	uint64_t marks = 0;
	for (size_t i = 0; i < step->choice_count; i++)
		if (bits >> i & 1)
			marks |= step->choices[i].set;
	return marks;
}

static int check_choices(const struct intake_step *step, const json_t *answer, struct err *reterr)
{
	const json_t *list = json_object_get(answer, "choices");
	size_t index;
	json_t *value;
	if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > step->choice_count)
		return err_set(reterr, E_INVALID, LAYER, "answer.choices: must name 1 to %zu choices", step->choice_count);
	json_array_foreach((json_t *)(uintptr_t)list, index, value)
	{
		if (!json_is_string(value) || choice_of(step, str_make(json_string_value(value), json_string_length(value))) < 0)
			return err_set(reterr, E_INVALID, LAYER, "answer.choices: no such choice");
	}
	return 0;
}

int intake_check(const struct intake_step *step, const json_t *answer, struct err *reterr)
{
	if (!json_is_object(answer) || json_object_size(answer) != 1)
		return err_set(reterr, E_INVALID, LAYER, "answer: must be an object with one member");
	if (json_is_true(json_object_get(answer, "skipped")))
		return step->optional || step->ask == INTAKE_INSTRUMENT
			       ? 0
			       : err_set(reterr, E_INVALID, LAYER, "answer: this question cannot be passed over");
	struct str text = str_trim(text_of(answer, "text"));
	switch (step->ask) {
	case INTAKE_TEXT:
		return text.len && text.len <= INTAKE_TEXT_MAX
			       ? 0
			       : err_set(reterr, E_INVALID, LAYER, "answer.text: must have 1 to %d bytes", INTAKE_TEXT_MAX);
	case INTAKE_CHOICE:
		return choice_of(step, text_of(answer, "choice")) >= 0 ? 0
								       : err_set(reterr, E_INVALID, LAYER, "answer.choice: no such choice");
	case INTAKE_CHOICES: return check_choices(step, answer, reterr);
	case INTAKE_INSTRUMENT:
		return json_is_true(json_object_get(answer, "done")) ? 0 : err_set(reterr, E_INVALID, LAYER, "answer.done: must be true");
	}
	return err_set(reterr, E_BUG, LAYER, "a step of no kind");
}

/* ---- Which step comes ---- */

/* Signs set by the steps before `end` that are asked themselves. */
static uint64_t marks_before(const struct intake_pack *pack, const struct intake_state *state, size_t end);

static bool score_holds(const struct intake_step *step, const struct intake_state *state)
{
	for (size_t i = 0; i < state->score_count; i++)
		if (str_eq(state->scores[i].instrument, step->when_instrument))
			return state->scores[i].total >= step->when_total;
	return true; /* not known: asked */
}

static bool asked_given(const struct intake_pack *pack, const struct intake_state *state, size_t at, uint64_t marks)
{
	const struct intake_step *step = &pack->steps[at];
	if (step->ask == INTAKE_INSTRUMENT && !state->instruments)
		return false;
	if (step->when_marks && !(marks & step->when_marks))
		return false;
	if (step->when_instrument.len && !score_holds(step, state))
		return false;
	const struct intake_step *earlier = step->when_step >= 0 ? &pack->steps[step->when_step] : NULL;
	return !earlier || (choices_of(earlier, answer_of(state->answers, earlier)) & step->when_is);
}

static uint64_t marks_before(const struct intake_pack *pack, const struct intake_state *state, size_t end)
{
	uint64_t marks = 0;
	for (size_t i = 0; i < end; i++)
		if (asked_given(pack, state, i, marks))
			marks |= intake_answer_marks(&pack->steps[i], answer_of(state->answers, &pack->steps[i]));
	return marks;
}

bool intake_asked(const struct intake_pack *pack, const struct intake_state *state, size_t step)
{
	return asked_given(pack, state, step, marks_before(pack, state, step));
}

uint64_t intake_marks(const struct intake_pack *pack, const struct intake_state *state)
{
	return marks_before(pack, state, pack->step_count);
}

int intake_next(const struct intake_pack *pack, const struct intake_state *state, size_t *ret_done, size_t *ret_all)
{
	uint64_t marks = 0;
	size_t done = 0, all = 0;
	int next = -1;
	for (size_t i = 0; i < pack->step_count; i++) {
		if (!asked_given(pack, state, i, marks))
			continue;
		const json_t *answer = answer_of(state->answers, &pack->steps[i]);
		all++;
		done += answer != NULL;
		if (!answer && next < 0)
			next = (int)i;
		marks |= intake_answer_marks(&pack->steps[i], answer);
	}
	if (ret_done)
		*ret_done = done;
	if (ret_all)
		*ret_all = all;
	return next;
}

/* ---- Words ---- */

struct str intake_shown(struct arena *arena, const struct intake_step *step, const json_t *answer)
{
	struct str text = text_of(answer, "text"), words = STR("");
	uint32_t bits = choices_of(step, answer);
	if (text.len)
		return arena_copy(arena, text);
	for (size_t i = 0; i < step->choice_count; i++)
		if (bits >> i & 1)
			words = arena_printf(
				arena, STR_FMT "%s" STR_FMT, STR_ARG(words), words.len ? "; " : "", STR_ARG(step->choices[i].text));
	return words;
}

struct str intake_words(struct arena *arena, const struct intake_step *step, const json_t *answer)
{
	struct str shown = intake_shown(arena, step, answer);
	return step->ask == INTAKE_TEXT ? shown : arena_printf(arena, STR_FMT "\n" STR_FMT, STR_ARG(step->text), STR_ARG(shown));
}

/* ---- The lint ---- */

/* Bytes of letters beyond ASCII count as letters, so that a word does not end within one. */
static bool is_letter(unsigned char c)
{
	return isalnum(c) || c >= 0x80;
}

static bool same_letters(const char *text, struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (tolower((unsigned char)text[i]) != tolower((unsigned char)word.ptr[i]))
			return false;
	return true;
}

struct str intake_forbidden(const struct yaml_node *words, struct str text)
{
	for (const struct yaml_node *word = words ? words->first : NULL; word; word = word->next)
		for (size_t at = 0; at + word->text.len <= text.len && word->text.len; at++) {
			size_t end = at + word->text.len;
			bool whole = (at == 0 || !is_letter((unsigned char)text.ptr[at - 1])) &&
				     (end == text.len || !is_letter((unsigned char)text.ptr[end]));
			if (whole && same_letters(text.ptr + at, word->text))
				return word->text;
		}
	return STR("");
}
