/* dialogue_read.c: packs of kind dialogue into tables; every reference is checked here, so that running one cannot fail on it. */
#include "care/dialogue_priv.h"

static int read_texts(const struct yaml_node *node, const char *key, struct texts *texts, bool needed, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(node, key);
	if (!list && !needed)
		return 0;
	int rc = yaml_need(node, key, YAML_LIST, &list, reterr);
	if (rc)
		return rc;
	if (list->count == 0 || list->count > DIALOGUE_TEXTS_MAX)
		return yaml_fail(list, reterr, "must hold 1 to %d texts", DIALOGUE_TEXTS_MAX);
	for (const struct yaml_node *item = list->first; item && rc == 0; item = item->next)
		rc = yaml_text(item, &texts->items[texts->count++], reterr);
	return rc;
}

static int read_branch(const struct yaml_node *step, const char *key, struct branch *branch, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(step, key);
	long times = 0;
	if (!node)
		return 0;
	branch->set = true;
	int rc = yaml_keys(node, "next say times then", reterr);
	rc = rc ? rc : yaml_get_text(node, "next", &branch->next, reterr);
	rc = rc ? rc : yaml_get_text(node, "then", &branch->then, reterr);
	rc = rc ? rc : yaml_get_int(node, "times", 0, 8, &times, reterr);
	rc = rc ? rc : read_texts(node, "say", &branch->say, false, reterr);
	branch->times = (int)times;
	return rc;
}

static int read_step(const struct yaml_node *node, struct step *step, struct err *reterr)
{
	int type = 0, answer = 0, event = -1;
	long level = 0;
	int rc = yaml_keys(node, "id type texts vars answer asks level time save event yes no unclear next", reterr);
	const struct yaml_node *id = NULL;
	rc = rc ? rc : yaml_need(node, "id", YAML_TEXT, &id, reterr);
	rc = rc ? rc : yaml_get_choice(node, "type", "say ask end", &type, reterr);
	rc = rc ? rc : yaml_get_choice(node, "answer", "text yes_no", &answer, reterr);
	rc = rc ? rc : yaml_get_choice(node, "event", "call_consent near means_safe plan_done", &event, reterr);
	rc = rc ? rc : yaml_get_text(node, "asks", &step->asks, reterr);
	rc = rc ? rc : yaml_get_text(node, "save", &step->save, reterr);
	rc = rc ? rc : yaml_get_text(node, "next", &step->next, reterr);
	rc = rc ? rc : yaml_get_int(node, "level", 0, 4, &level, reterr);
	rc = rc ? rc : read_texts(node, "texts", &step->texts, true, reterr);
	rc = rc ? rc : read_branch(node, "yes", &step->branches[READ_YES], reterr);
	rc = rc ? rc : read_branch(node, "no", &step->branches[READ_NO], reterr);
	rc = rc ? rc : read_branch(node, "unclear", &step->branches[READ_UNCLEAR], reterr);
	if (rc)
		return rc;
	step->id = id->text;
	step->node = node;
	step->type = (enum step_type)type;
	step->answer = (enum step_answer)answer;
	step->event = event + 1;
	step->level = (int)level;
	if (type == STEP_ASK && answer == ANSWER_YES_NO && !(step->branches[READ_YES].set && step->branches[READ_NO].set))
		return yaml_fail(node, reterr, "a yes_no question needs the branches yes and no");
	if ((type == STEP_SAY || (type == STEP_ASK && answer == ANSWER_TEXT)) && !step->next.len)
		return yaml_fail(node, reterr, "needs next");
	return 0;
}

/* fold_word: " i dont " of "I don't": as the client's words are read. */
static int fold_word(struct dialogues *dialogues, struct str word, struct str *ret_folded, struct err *reterr)
{
	struct view view = { 0 };
	int rc = fold_run(dialogues->fold, NULL, &dialogues->arena, word, &view);
	if (rc)
		return err_set(reterr, rc, "care/dialogue", "out of memory");
	*ret_folded = view.text;
	return 0;
}

static int read_words(struct dialogues *dialogues, const struct yaml_node *map, const char *key, struct words *words, struct err *reterr)
{
	const struct yaml_node *list = NULL;
	int rc = yaml_need(map, key, YAML_LIST, &list, reterr);
	if (rc)
		return rc;
	words->items = ARENA_ARRAY(&dialogues->arena, struct str, list->count);
	if (!words->items)
		return err_set(reterr, E_MEMORY, "care/dialogue", "out of memory");
	for (const struct yaml_node *item = list->first; item && rc == 0; item = item->next) {
		struct str word = { 0 };
		rc = yaml_text(item, &word, reterr);
		rc = rc ? rc : fold_word(dialogues, word, &words->items[words->count++], reterr);
	}
	return rc;
}

static int read_placement(const struct yaml_node *node, struct placement *placement, struct err *reterr)
{
	const struct yaml_node *when = NULL;
	long level = 0;
	int rc = yaml_keys(node, "when level", reterr);
	rc = rc ? rc : yaml_need(node, "when", YAML_MAP, &when, reterr);
	rc = rc ? rc : yaml_get_int(node, "level", 0, 4, &level, reterr);
	placement->level = (int)level;
	for (const struct yaml_node *item = rc ? NULL : when->first; item && rc == 0; item = item->next) {
		int answer = 0;
		if (placement->when_count == DIALOGUE_WHEN_MAX)
			return yaml_fail(item, reterr, "more than %d conditions", DIALOGUE_WHEN_MAX);
		rc = yaml_choice(item, "yes no", &answer, reterr);
		placement->when[placement->when_count].step = item->key;
		placement->when[placement->when_count++].answer = answer == 0 ? READ_YES : READ_NO;
	}
	return rc;
}

static int read_placements(struct dialogues *dialogues, const struct yaml_node *root, struct dialogue *dialogue, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(root, "placement"), *cap = yaml_get(root, "cap");
	int rc = 0;
	if (list) {
		dialogue->placements = ARENA_ARRAY(&dialogues->arena, struct placement, list->count);
		if (!dialogue->placements)
			return err_set(reterr, E_MEMORY, "care/dialogue", "out of memory");
		for (const struct yaml_node *item = list->first; item && rc == 0; item = item->next)
			rc = read_placement(item, &dialogue->placements[dialogue->placement_count++], reterr);
	}
	if (cap && rc == 0) {
		dialogue->cap = ARENA_ARRAY(&dialogues->arena, struct str, cap->count);
		if (!dialogue->cap)
			return err_set(reterr, E_MEMORY, "care/dialogue", "out of memory");
		for (const struct yaml_node *item = cap->first; item && rc == 0; item = item->next)
			rc = yaml_text(item, &dialogue->cap[dialogue->cap_count++], reterr);
	}
	return rc;
}

static int read_steps(struct dialogues *dialogues, const struct yaml_node *root, struct dialogue *dialogue, struct err *reterr)
{
	const struct yaml_node *list = NULL;
	int rc = yaml_need(root, "steps", YAML_LIST, &list, reterr);
	if (rc)
		return rc;
	if (list->count == 0 || list->count > DIALOGUE_STEPS_MAX)
		return yaml_fail(list, reterr, "must hold 1 to %d steps", DIALOGUE_STEPS_MAX);
	dialogue->steps = ARENA_ARRAY(&dialogues->arena, struct step, list->count);
	if (!dialogue->steps)
		return err_set(reterr, E_MEMORY, "care/dialogue", "out of memory");
	for (const struct yaml_node *item = list->first; item && rc == 0; item = item->next)
		rc = read_step(item, &dialogue->steps[dialogue->step_count++], reterr);
	return rc;
}

const struct step *dialogue_step(const struct dialogue *dialogue, struct str id)
{
	for (size_t i = 0; i < dialogue->step_count; i++)
		if (str_eq(dialogue->steps[i].id, id))
			return &dialogue->steps[i];
	return NULL;
}

static int check_step(const struct dialogue *dialogue, const struct step *step, struct err *reterr)
{
	const struct str names[] = { step->next, step->branches[0].next, step->branches[0].then, step->branches[1].next,
		step->branches[2].next };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (names[i].len && !dialogue_step(dialogue, names[i]))
			return yaml_fail(step->node, reterr, "names the step \"" STR_FMT "\", which is not there", STR_ARG(names[i]));
	for (size_t i = 0; i < dialogue->step_count; i++)
		if (&dialogue->steps[i] != step && str_eq(dialogue->steps[i].id, step->id))
			return yaml_fail(step->node, reterr, "another step has this id");
	return 0;
}

static int check(const struct dialogue *dialogue, const struct yaml_node *root, struct err *reterr)
{
	int rc = 0;
	if (!dialogue_step(dialogue, dialogue->start))
		return yaml_fail(root, reterr, "start names a step that is not there");
	for (size_t i = 0; i < dialogue->step_count && rc == 0; i++)
		rc = check_step(dialogue, &dialogue->steps[i], reterr);
	for (size_t i = 0; i < dialogue->placement_count; i++)
		for (size_t k = 0; k < dialogue->placements[i].when_count; k++)
			if (!dialogue_step(dialogue, dialogue->placements[i].when[k].step))
				return yaml_fail(root, reterr, "placement names a step that is not there");
	return rc;
}

int dialogue_read(struct dialogues *dialogues, const struct yaml_node *root, struct err *reterr)
{
	struct dialogue *dialogue = &dialogues->items[dialogues->count];
	const struct yaml_node *words = NULL, *name = NULL, *lang = NULL, *start = NULL;
	if (dialogues->count == DIALOGUES_MAX)
		return yaml_fail(root, reterr, "more than %d dialogues", DIALOGUES_MAX);
	int rc = yaml_keys(root, "kind id version lang author reviewed review dialogue title start words steps placement cap", reterr);
	rc = rc ? rc : yaml_need(root, "dialogue", YAML_TEXT, &name, reterr);
	rc = rc ? rc : yaml_need(root, "lang", YAML_TEXT, &lang, reterr);
	rc = rc ? rc : yaml_need(root, "start", YAML_TEXT, &start, reterr);
	rc = rc ? rc : yaml_need(root, "words", YAML_MAP, &words, reterr);
	rc = rc ? rc : yaml_keys(words, "yes no unsure stop", reterr);
	rc = rc ? rc : read_words(dialogues, words, "yes", &dialogue->yes, reterr);
	rc = rc ? rc : read_words(dialogues, words, "no", &dialogue->no, reterr);
	rc = rc ? rc : read_words(dialogues, words, "unsure", &dialogue->unsure, reterr);
	rc = rc ? rc : read_words(dialogues, words, "stop", &dialogue->stop, reterr);
	rc = rc ? rc : read_steps(dialogues, root, dialogue, reterr);
	rc = rc ? rc : read_placements(dialogues, root, dialogue, reterr);
	if (rc)
		return rc;
	dialogue->name = name->text;
	dialogue->lang = lang->text;
	dialogue->file = root->file;
	dialogue->start = start->text;
	rc = check(dialogue, root, reterr);
	if (rc == 0)
		dialogues->count++;
	return rc;
}
