/* module_answer.c: answers of an exercise: checked, computed in integers, and what is said after them. */
#include "care/module.h"

#include <stdio.h>

#define LAYER "care/module"
#define DAY_MINUTES 1440

static int digits(const char *text, size_t count)
{
	int value = 0;
	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

/* "HH:MM" as minutes of the day, or -1. */
static int clock_minutes(const json_t *value)
{
	const char *text = json_string_value(value);
	if (!text || json_string_length(value) != 5 || text[2] != ':')
		return -1;
	int hours = digits(text, 2), minutes = digits(text + 3, 2);
	return hours < 0 || minutes < 0 || hours > 23 || minutes > 59 ? -1 : hours * 60 + minutes;
}

static bool is_date(const json_t *value)
{
	const char *text = json_string_value(value);
	if (!text || json_string_length(value) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
	return year >= 2000 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool is_option(const struct module_input *input, const json_t *value)
{
	for (size_t i = 0; json_is_string(value) && i < input->option_count; i++)
		if (str_eqc(input->options[i].id, json_string_value(value)))
			return true;
	return false;
}

static int check_value(const struct module_input *input, const json_t *value, struct err *reterr)
{
	json_int_t number = json_integer_value(value);
	bool whole = json_is_integer(value) && number >= input->min && number <= input->max;
	const char *wrong = NULL;
	switch (input->kind) {
	case INPUT_TEXT:
		wrong = json_is_string(value) && json_string_length(value) <= MODULE_WORDS_MAX ? NULL : "words, at most 2,000 bytes";
		break;
	case INPUT_CHOICE: wrong = is_option(input, value) ? NULL : "one of its options"; break;
	case INPUT_CLOCK: wrong = clock_minutes(value) >= 0 ? NULL : "a time such as 23:15"; break;
	case INPUT_DATE: wrong = is_date(value) ? NULL : "a day such as 2026-11-28"; break;
	case INPUT_SCALE:
	case INPUT_MINUTES:
		if (!whole)
			return err_set(
				reterr, E_INVALID, LAYER, STR_FMT ": must be %ld to %ld", STR_ARG(input->id), input->min, input->max);
	}
	return wrong ? err_set(reterr, E_INVALID, LAYER, STR_FMT ": must be %s", STR_ARG(input->id), wrong) : 0;
}

static bool is_blank(const json_t *value)
{
	return !value || json_is_null(value) ||
	       (json_is_string(value) && !str_trim(str_make(json_string_value(value), json_string_length(value))).len);
}

static const struct module_input *input_of(const struct module_exercise *exercise, const char *id)
{
	for (size_t i = 0; i < exercise->input_count; i++)
		if (str_eqc(exercise->inputs[i].id, id))
			return &exercise->inputs[i];
	return NULL;
}

int module_sleep(const struct module_night *night, struct module_sleep *ret_sleep, struct err *reterr)
{
	int bed = (night->up - night->in_bed + DAY_MINUTES) % DAY_MINUTES;
	int until_woke = (night->woke - night->in_bed + DAY_MINUTES) % DAY_MINUTES;
	int asleep = until_woke - night->asleep_after - night->awake;
	if (bed < 10 || bed > 18 * 60 || until_woke > bed || asleep < 0)
		return err_set(reterr, E_INVALID, LAYER, "sleep: these times do not fit together");
	*ret_sleep = (struct module_sleep){ bed, asleep, (asleep * 100 + bed / 2) / bed };
	return 0;
}

static int compute_sleep(const json_t *clean, json_t *computed, struct err *reterr)
{
	const struct module_night night = { .in_bed = clock_minutes(json_object_get(clean, "in_bed")),
		.up = clock_minutes(json_object_get(clean, "up")),
		.woke = clock_minutes(json_object_get(clean, "woke")),
		.asleep_after = (int)json_integer_value(json_object_get(clean, "asleep_after")),
		.awake = (int)json_integer_value(json_object_get(clean, "awake")) };
	struct module_sleep sleep;
	int rc = module_sleep(&night, &sleep, reterr);
	if (rc)
		return rc;
	json_object_set_new(computed, "in_bed_minutes", json_integer(sleep.in_bed_minutes));
	json_object_set_new(computed, "asleep_minutes", json_integer(sleep.asleep_minutes));
	json_object_set_new(computed, "efficiency_percent", json_integer(sleep.efficiency_percent));
	return 0;
}

static int compute(const struct module_exercise *exercise, const json_t *clean, json_t *computed, struct err *reterr)
{
	const json_t *before = json_object_get(clean, "before"), *after = json_object_get(clean, "after");
	if (exercise->compute == COMPUTE_SLEEP)
		return compute_sleep(clean, computed, reterr);
	if (exercise->compute == COMPUTE_CHANGE && before && after)
		json_object_set_new(computed, "change", json_integer(json_integer_value(after) - json_integer_value(before)));
	return 0;
}

int module_answer(
	const struct module_exercise *exercise, const json_t *inputs, json_t **ret_clean, json_t **ret_computed, struct err *reterr)
{
	json_t *clean = json_object(), *computed = json_object();
	const char *key;
	json_t *value;
	int rc = !clean || !computed      ? err_set(reterr, E_MEMORY, LAYER, "out of memory")
		 : json_is_object(inputs) ? 0
					  : err_set(reterr, E_INVALID, LAYER, "inputs: must be an object");
	json_object_foreach((json_t *)inputs, key, value) if (rc == 0 && !input_of(exercise, key))
		rc = err_set(reterr, E_INVALID, LAYER, "inputs: holds an answer that is not asked for");
	for (size_t i = 0; rc == 0 && i < exercise->input_count; i++) {
		const struct module_input *input = &exercise->inputs[i];
		char id[64];
		snprintf(id, sizeof id, STR_FMT, STR_ARG(input->id));
		value = json_object_get(inputs, id);
		if (is_blank(value))
			rc = input->required ? err_set(reterr, E_INVALID, LAYER, "%s: an answer is needed", id) : 0;
		else if ((rc = check_value(input, value, reterr)) == 0)
			json_object_set(clean, id, value);
	}
	rc = rc ? rc : compute(exercise, clean, computed, reterr);
	if (rc) {
		json_decref(clean);
		json_decref(computed);
		return rc;
	}
	*ret_clean = clean;
	*ret_computed = computed;
	return 0;
}

void module_answer_words(const struct module_exercise *exercise, const json_t *clean, struct buf *out)
{
	for (size_t i = 0; i < exercise->input_count; i++) {
		char id[64];
		snprintf(id, sizeof id, STR_FMT, STR_ARG(exercise->inputs[i].id));
		const json_t *value = json_object_get(clean, id);
		if (exercise->inputs[i].kind != INPUT_TEXT || !value)
			continue;
		if (out->len)
			buf_add_byte(out, '\n');
		buf_add(out, str_make(json_string_value(value), json_string_length(value)));
	}
}

static const json_t *value_of(struct str name, const json_t *clean, const json_t *computed)
{
	char id[64];
	snprintf(id, sizeof id, STR_FMT, STR_ARG(name));
	const json_t *value = json_object_get(clean, id);
	return value ? value : json_object_get(computed, id);
}

static bool holds(const struct module_branch *branch, const json_t *clean, const json_t *computed)
{
	const json_t *value = value_of(branch->input, clean, computed);
	if (branch->test == BRANCH_ALWAYS)
		return true;
	if (branch->test == BRANCH_IS)
		return json_is_string(value) && str_eqc(branch->other, json_string_value(value));
	if (!json_is_integer(value))
		return false; /* not answered: no test of it holds */
	json_int_t number = json_integer_value(value);
	if (branch->test == BRANCH_AT_LEAST)
		return number >= branch->value;
	if (branch->test == BRANCH_AT_MOST)
		return number <= branch->value;
	const json_t *other = value_of(branch->other, clean, computed);
	if (!json_is_integer(other))
		return false;
	return branch->test == BRANCH_ABOVE ? number > json_integer_value(other) : number < json_integer_value(other);
}

const struct module_branch *module_branch(const struct module_exercise *exercise, const json_t *clean, const json_t *computed)
{
	for (size_t i = 0; i < exercise->branch_count; i++)
		if (holds(&exercise->branches[i], clean, computed))
			return &exercise->branches[i];
	return exercise->branch_count ? &exercise->branches[exercise->branch_count - 1] : NULL;
}
