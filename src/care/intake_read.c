/* intake_read.c: the conversations of packs/triage: read, checked step by step, held against each other, and linted. */
#include "care/intake.h"

#define LAYER "care/intake"
#define PACKS_MAX 16

static int lint(
	const struct triage *triage, const struct intake_pack *pack, const struct yaml_node *node, struct str text, struct err *reterr)
{
	const struct yaml_node *words = yaml_get(triage->never_say, pack->lang.ptr);
	if (!words || words->kind != YAML_LIST || !words->count)
		return yaml_fail(
			node, reterr, "the rules have no never_say words for the language \"%.*s\"", (int)pack->lang.len, pack->lang.ptr);
	struct str found = intake_forbidden(words, text);
	return found.len ? yaml_fail(node, reterr, "names a diagnosis (\"%.*s\"): describe instead", (int)found.len, found.ptr) : 0;
}

static int read_choice(
	const struct triage *triage, struct intake_pack *pack, struct intake_step *step, const struct yaml_node *node, struct err *reterr)
{
	struct intake_choice *choice = &step->choices[step->choice_count++];
	int rc = yaml_keys(node, "id text set", reterr);
	rc = rc ? rc : yaml_get_text(node, "id", &choice->id, reterr);
	rc = rc ? rc : yaml_get_text(node, "text", &choice->text, reterr);
	rc = rc ? rc : triage_read_marks(triage, node, "set", &choice->set, reterr);
	if (rc == 0 && (!choice->id.len || !choice->text.len))
		return yaml_fail(node, reterr, "needs id and text");
	for (size_t i = 0; rc == 0 && i + 1 < step->choice_count; i++)
		if (str_eq(step->choices[i].id, choice->id))
			return yaml_fail(node, reterr, "another choice has this id");
	return rc ? rc : lint(triage, pack, node, choice->text, reterr);
}

static int read_choices(
	const struct triage *triage, struct intake_pack *pack, struct intake_step *step, const struct yaml_node *node, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(node, "choices");
	bool wanted = step->ask == INTAKE_CHOICE || step->ask == INTAKE_CHOICES;
	int rc = 0;
	if (wanted != (list != NULL))
		return yaml_fail(node, reterr, "choices belong to ask: choice and choices, and only to them");
	if (!list)
		return 0;
	if (list->kind != YAML_LIST || list->count < 2 || list->count > INTAKE_CHOICES_MAX)
		return yaml_fail(list, reterr, "must hold 2 to %d choices", INTAKE_CHOICES_MAX);
	for (const struct yaml_node *item = list->first; item && rc == 0; item = item->next)
		rc = read_choice(triage, pack, step, item, reterr);
	return rc;
}

/* Only steps before this one may be asked about, so that an answer never opens a step behind. */
static int read_when_step(struct intake_pack *pack, struct intake_step *step, const struct yaml_node *when, struct err *reterr)
{
	const struct yaml_node *name = yaml_get(when, "step"), *is = yaml_get(when, "is");
	if (!name && !is)
		return 0;
	step->when_step = name ? intake_find(pack, name->text) : -1; /* this step is not counted yet */
	if (step->when_step < 0 || !is || is->kind != YAML_LIST)
		return yaml_fail(when, reterr, "needs an earlier step, and `is` as a list of its choices");
	const struct intake_step *earlier = &pack->steps[step->when_step];
	for (const struct yaml_node *item = is->first; item; item = item->next) {
		bool known = false;
		for (size_t i = 0; i < earlier->choice_count; i++)
			if (str_eq(earlier->choices[i].id, item->text)) {
				step->when_is |= UINT32_C(1) << i;
				known = true;
			}
		if (!known)
			return yaml_fail(item, reterr, "is no choice of that step");
	}
	return 0;
}

static int read_when(
	const struct triage *triage, struct intake_pack *pack, struct intake_step *step, const struct yaml_node *node, struct err *reterr)
{
	const struct yaml_node *when = yaml_get(node, "when");
	long total = 0;
	step->when_step = -1;
	if (!when)
		return 0;
	int rc = yaml_keys(when, "marks step is instrument total", reterr);
	rc = rc ? rc : triage_read_marks(triage, when, "marks", &step->when_marks, reterr);
	rc = rc ? rc : read_when_step(pack, step, when, reterr);
	rc = rc ? rc : yaml_get_text(when, "instrument", &step->when_instrument, reterr);
	rc = rc ? rc : yaml_get_int(when, "total", 0, 1000, &total, reterr);
	step->when_total = (int)total;
	return rc;
}

static int read_step(const struct triage *triage, struct intake_pack *pack, const struct yaml_node *node, struct err *reterr)
{
	struct intake_step *step = &pack->steps[pack->step_count];
	int ask = 0;
	int rc = yaml_keys(node, "id ask topic text hint optional instrument when choices", reterr);
	rc = rc ? rc : yaml_get_text(node, "id", &step->id, reterr);
	rc = rc ? rc : yaml_get_choice(node, "ask", "text choice choices instrument", &ask, reterr);
	rc = rc ? rc : yaml_get_text(node, "topic", &step->topic, reterr);
	rc = rc ? rc : yaml_get_text(node, "text", &step->text, reterr);
	rc = rc ? rc : yaml_get_text(node, "hint", &step->hint, reterr);
	rc = rc ? rc : yaml_get_text(node, "instrument", &step->instrument, reterr);
	rc = rc ? rc : yaml_get_bool(node, "optional", &step->optional, reterr);
	step->ask = (enum intake_ask)ask;
	rc = rc ? rc : read_choices(triage, pack, step, node, reterr);
	rc = rc ? rc : read_when(triage, pack, step, node, reterr);
	if (rc)
		return rc;
	if (!step->id.len || step->id.len > 60 || !step->text.len || !step->topic.len || intake_find(pack, step->id) >= 0)
		return yaml_fail(node, reterr, "needs an id of its own (at most 60 bytes), text and topic");
	if ((step->ask == INTAKE_INSTRUMENT) != (step->instrument.len > 0))
		return yaml_fail(node, reterr, "instrument belongs to ask: instrument");
	if (step->optional && str_eqc(step->topic, "risk"))
		return yaml_fail(node, reterr, "a question about risk cannot be optional: give it a choice that says so");
	rc = lint(triage, pack, node, step->text, reterr);
	rc = rc ? rc : lint(triage, pack, node, step->hint, reterr);
	pack->step_count++;
	return rc;
}

int triage_read_intake(struct triage *triage, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *steps = NULL;
	if (!triage->packs)
		triage->packs = ARENA_ARRAY(&triage->arena, struct intake_pack, PACKS_MAX);
	if (!triage->packs)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (triage->pack_count == PACKS_MAX)
		return yaml_fail(root, reterr, "more than %d languages", PACKS_MAX);
	struct intake_pack *pack = &triage->packs[triage->pack_count];
	int rc = yaml_keys(root, "kind id version lang author reviewed review steps", reterr);
	rc = rc ? rc : yaml_get_text(root, "id", &pack->id, reterr);
	rc = rc ? rc : yaml_get_text(root, "lang", &pack->lang, reterr);
	rc = rc ? rc : yaml_get_text(root, "version", &pack->version, reterr);
	rc = rc ? rc : yaml_need(root, "steps", YAML_LIST, &steps, reterr);
	if (rc)
		return rc;
	if (!pack->id.len || !pack->lang.len || !steps->count || steps->count > INTAKE_STEPS_MAX)
		return yaml_fail(root, reterr, "needs id, lang and 1 to %d steps", INTAKE_STEPS_MAX);
	for (size_t i = 0; i < triage->pack_count; i++)
		if (str_eq(triage->packs[i].lang, pack->lang))
			return yaml_fail(root, reterr, "the language is there already");
	for (const struct yaml_node *node = steps->first; node && rc == 0; node = node->next)
		rc = read_step(triage, pack, node, reterr);
	triage->pack_count++;
	return rc;
}

/* ---- The same in every language ---- */

static bool same_step(const struct intake_step *a, const struct intake_step *b)
{
	bool same = str_eq(a->id, b->id) && a->ask == b->ask && a->optional == b->optional && a->choice_count == b->choice_count &&
		    a->when_marks == b->when_marks && a->when_step == b->when_step && a->when_is == b->when_is &&
		    str_eq(a->when_instrument, b->when_instrument) && a->when_total == b->when_total && str_eq(a->topic, b->topic) &&
		    str_eq(a->instrument, b->instrument) && !a->hint.len == !b->hint.len;
	for (size_t i = 0; same && i < a->choice_count; i++)
		same = str_eq(a->choices[i].id, b->choices[i].id) && a->choices[i].set == b->choices[i].set;
	return same;
}

int triage_check_intakes(const struct triage *triage, struct err *reterr)
{
	const struct intake_pack *first = triage->packs;
	if (!triage->pack_count)
		return err_set(reterr, E_NOT_FOUND, LAYER, "the packs hold no intake (kind: triage)");
	for (size_t i = 1; i < triage->pack_count; i++) {
		const struct intake_pack *other = &triage->packs[i];
		for (size_t k = 0; k < first->step_count; k++)
			if (k >= other->step_count || !same_step(&first->steps[k], &other->steps[k]))
				return err_set(reterr, E_INVALID, LAYER, "%s: step %s differs from the one in %s", other->id.ptr,
					first->steps[k].id.ptr, first->id.ptr);
		if (other->step_count != first->step_count)
			return err_set(reterr, E_INVALID, LAYER, "%s has other steps than %s", other->id.ptr, first->id.ptr);
	}
	return 0;
}
