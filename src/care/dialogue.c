/* dialogue.c: see dialogue.h. The state that the caller keeps:
 * {"step":"ask_intent","answers":{"ask_now":"no"},"said":{"ask_now":1},"tries":{"ask_now":1},"saved":{"plan.reasons":"..."},"beyond":0}
 * said: how many variants of a place's texts were used; beyond: highest level of a finding that placement may not lower. */
#include "care/dialogue.h"

#include "care/dialogue_priv.h"
#include "sys/mem.h"

#include <jansson.h>

#define LAYER "care/dialogue"
#define DIALOGUES_ARENA_MAX (16u << 20)
#define DIALOGUE_FILE_MAX (512u * 1024)
#define STATE_MAX 16384
#define SAVED_MAX 1000
#define ANSWER_TOKENS 6

static const char *const event_names[] = { "nothing", "call_yes", "call_no", "near", "means_safe", "plan_done" };
static const char *const reading_names[] = { "unclear", "yes", "no" };

const char *dialogue_event_name(enum dialogue_event event)
{
	return event_names[event];
}

int dialogues_open(const struct messages_source *sources, size_t count, struct dialogues **ret_dialogues, struct err *reterr)
{
	struct dialogues *dialogues = mem_new(sizeof *dialogues);
	if (!dialogues)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	arena_init(&dialogues->arena, mem_system(), DIALOGUES_ARENA_MAX);
	int rc = fold_open(mem_system(), &dialogues->fold, reterr);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct yaml_node *root = NULL;
		if (str_find(sources[i].bytes, STR("kind: dialogue"), 0) == SIZE_MAX)
			continue; /* spares reading the other kinds */
		rc = yaml_read(&dialogues->arena, sources[i].name, sources[i].bytes, DIALOGUE_FILE_MAX, &root, reterr);
		const struct yaml_node *kind = rc ? NULL : yaml_get(root, "kind");
		if (kind && str_eqc(kind->text, "dialogue"))
			rc = dialogue_read(dialogues, root, reterr);
	}
	if (rc) {
		dialogues_free(&dialogues);
		return rc;
	}
	*ret_dialogues = dialogues;
	return 0;
}

void dialogues_free(struct dialogues **dialogues)
{
	if (!*dialogues)
		return;
	fold_free(mem_system(), &(*dialogues)->fold);
	arena_done(&(*dialogues)->arena);
	mem_delete(*dialogues);
	*dialogues = NULL;
}

static const struct dialogue *find(const struct dialogues *dialogues, struct str name, struct str lang)
{
	const struct dialogue *english = NULL;
	struct str rest = lang, primary = str_split(&rest, '-');
	for (size_t i = 0; dialogues && i < dialogues->count; i++) {
		const struct dialogue *item = &dialogues->items[i];
		if (!str_eq(item->name, name))
			continue;
		if (str_eq(item->lang, lang) || str_eq(item->lang, primary))
			return item;
		if (str_eqc(item->lang, "en"))
			english = item;
	}
	return english;
}

bool dialogues_has(const struct dialogues *dialogues, struct str name, struct str lang)
{
	return find(dialogues, name, lang) != NULL;
}

/* ---- One turn ---- */

struct run {
	const struct dialogues *dialogues;
	const struct dialogue *dialogue;
	const struct dialogue_input *input;
	struct arena *arena;
	json_t *state;
	struct buf text;
	struct dialogue_turn *turn;
};

static json_t *part(json_t *state, const char *key)
{
	json_t *object = json_object_get(state, key);
	if (!json_is_object(object)) {
		json_object_set_new(state, key, json_object());
		object = json_object_get(state, key);
	}
	return object;
}

static int64_t count_of(struct run *run, const char *in, struct str key)
{
	return json_integer_value(json_object_getn(part(run->state, in), key.ptr, key.len));
}

static void count_up(struct run *run, const char *in, struct str key)
{
	json_object_setn_new(part(run->state, in), key.ptr, key.len, json_integer(count_of(run, in, key) + 1));
}

/* say: the next variant of the texts of a place, which were not said before while there are fresh ones. */
static void say(struct run *run, const struct texts *texts, struct str place)
{
	if (!texts->count)
		return;
	struct str text = texts->items[(size_t)count_of(run, "said", place) % texts->count];
	count_up(run, "said", place);
	if (run->text.len)
		buf_add_c(&run->text, "\n\n");
	buf_add(&run->text, message_fill(run->arena, text, run->input->vars, run->input->var_count));
}

static bool holds_word(struct str head, const struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (str_find(head, words->items[i], 0) != SIZE_MAX)
			return true;
	return false;
}

/* A stated disclosure outweighs the words; a wording that holds both yes and no is unclear, and unclear counts as yes where the
 * answer is used to place the person. */
static enum reading read_answer(const struct run *run, const struct step *step, struct str head)
{
	const struct verdict *verdict = run->input->verdict;
	for (size_t i = 0; step->asks.len && verdict && i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		if (str_eq(finding->concept, step->asks) && !finding->context.negated && finding->turn == 0 && finding->level >= 2)
			return READ_YES;
	}
	bool yes = holds_word(head, &run->dialogue->yes), no = holds_word(head, &run->dialogue->no);
	if (holds_word(head, &run->dialogue->unsure) || yes == no)
		return READ_UNCLEAR;
	return yes ? READ_YES : READ_NO;
}

static void news(struct run *run, enum dialogue_event event)
{
	if (run->turn->event_count < DIALOGUE_EVENTS_MAX)
		run->turn->events[run->turn->event_count++] = event;
}

static void tell_event(struct run *run, const struct step *step, enum reading answer)
{
	switch (step->event) {
	case 1:
		if (answer != READ_UNCLEAR)
			news(run, answer == READ_YES ? DIALOGUE_CALL_YES : DIALOGUE_CALL_NO);
		break;
	case 2: news(run, DIALOGUE_NEAR); break;
	case 3:
		if (answer == READ_YES)
			news(run, DIALOGUE_MEANS_SAFE);
		break;
	case 4: news(run, DIALOGUE_PLAN_DONE); break;
	default: break;
	}
}

static void keep_answer(struct run *run, const struct step *step, enum reading answer)
{
	json_object_setn_new(part(run->state, "answers"), step->id.ptr, step->id.len, json_string(reading_names[answer]));
	if (answer == READ_YES && step->asks.len && step->level > run->turn->level) {
		run->turn->concept = step->asks;
		run->turn->level = step->level;
	}
}

static void keep_words(struct run *run, const struct step *step)
{
	struct str words = str_sub(run->input->text, 0, SAVED_MAX);
	while (words.len && words.len < run->input->text.len && ((unsigned char)run->input->text.ptr[words.len] & 0xC0) == 0x80)
		words.len--;                                                /* whole characters */
	json_t *text = json_stringn(words.ptr ? words.ptr : "", words.len); /* NULL for bytes that are not UTF-8 */
	if (text)
		json_object_setn_new(part(run->state, "saved"), step->save.ptr, step->save.len, text);
}

static enum reading answer_of(struct run *run, struct str step_id, bool *ret_known)
{
	const char *name = json_string_value(json_object_getn(part(run->state, "answers"), step_id.ptr, step_id.len));
	*ret_known = name != NULL;
	for (int i = 0; name && i < 3; i++)
		if (strcmp(name, reading_names[i]) == 0)
			return (enum reading)i;
	return READ_UNCLEAR;
}

/* The first rule that holds. A question that was put and not plainly denied counts as yes. */
static void place(struct run *run)
{
	int beyond = (int)json_integer_value(json_object_get(run->state, "beyond"));
	for (size_t i = 0; i < run->dialogue->placement_count; i++) {
		const struct placement *placement = &run->dialogue->placements[i];
		bool holds = true;
		for (size_t k = 0; k < placement->when_count && holds; k++) {
			bool known = false;
			enum reading answer = answer_of(run, placement->when[k].step, &known);
			holds = known && (placement->when[k].answer == READ_NO) == (answer == READ_NO);
		}
		if (!holds)
			continue;
		run->turn->level = placement->level > beyond ? placement->level : beyond;
		run->turn->placed = true;
		return;
	}
}

/* Whether a finding of this message answered the question already. */
static bool answered_by_finding(const struct run *run, const struct step *step)
{
	return step->type == STEP_ASK && step->asks.len && read_answer(run, step, STR("")) == READ_YES;
}

static void enter(struct run *run, struct str id)
{
	const struct step *step = dialogue_step(run->dialogue, id);
	for (size_t guard = 0; step && guard < run->dialogue->step_count; guard++) {
		if (step->type == STEP_SAY) {
			say(run, &step->texts, step->id);
			step = dialogue_step(run->dialogue, step->next);
		} else if (answered_by_finding(run, step)) {
			keep_answer(run, step, READ_YES);
			step = dialogue_step(run->dialogue, step->branches[READ_YES].next);
		} else {
			break;
		}
	}
	if (!step)
		return;
	say(run, &step->texts, step->id);
	json_object_set_new(run->state, "step", json_stringn(step->id.ptr, step->id.len));
	run->turn->step = arena_copy(run->arena, step->id);
	if (step->type == STEP_END) {
		run->turn->ended = true;
		place(run);
	}
}

/* The words of the answer's beginning, folded as the packs' words are. */
static int fold_head(struct run *run, struct str *ret_head, struct err *reterr)
{
	struct view view = { 0 };
	int rc = fold_run(run->dialogues->fold, NULL, run->arena, str_sub(run->input->text, 0, 4096), &view);
	if (rc)
		return err_set(reterr, rc, LAYER, "out of memory");
	size_t end = view.text.len, words = 0;
	for (size_t i = 0; i < view.count && words <= ANSWER_TOKENS; i++)
		if (view.tokens[i].kind != TOKEN_PUNCT && ++words > ANSWER_TOKENS)
			end = view.tokens[i].at;
	*ret_head = str_sub(view.text, 0, end);
	return 0;
}

static void after_yes_no(struct run *run, const struct step *step, struct str head)
{
	enum reading answer = read_answer(run, step, head);
	const struct branch *branch = &step->branches[answer];
	struct str next = branch->next;
	char place[160];
	keep_answer(run, step, answer);
	tell_event(run, step, answer);
	int len = snprintf(place, sizeof place, STR_FMT ".%s", STR_ARG(step->id), reading_names[answer]);
	struct str where = str_make(place, len > 0 && (size_t)len < sizeof place ? (size_t)len : 0);
	if (answer == READ_UNCLEAR && branch->set && str_eq(branch->next, step->id)) {
		if (count_of(run, "tries", step->id) >= branch->times)
			next = branch->then.len ? branch->then : step->branches[READ_YES].next;
		else
			say(run, &branch->say, where);
		count_up(run, "tries", step->id);
	} else {
		say(run, &branch->say, where);
	}
	if (!next.len) /* no branch for it: as for a yes */
		next = step->branches[READ_YES].next;
	enter(run, next);
}

static void after(struct run *run, const struct step *step, struct str head)
{
	if (step->type == STEP_END) {
		say(run, &step->texts, step->id);
		run->turn->step = arena_copy(run->arena, step->id);
		run->turn->ended = true;
	} else if (holds_word(head, &run->dialogue->stop) && dialogue_step(run->dialogue, STR("stopped"))) {
		keep_answer(run, step, READ_UNCLEAR);
		enter(run, STR("stopped"));
	} else if (step->answer == ANSWER_YES_NO) {
		after_yes_no(run, step, head);
	} else {
		if (step->save.len)
			keep_words(run, step);
		tell_event(run, step, READ_UNCLEAR);
		enter(run, step->next);
	}
}

/* Findings outside the cap keep their level against a placement. */
static void note_findings(struct run *run)
{
	const struct verdict *verdict = run->input->verdict;
	int64_t beyond = json_integer_value(json_object_get(run->state, "beyond"));
	for (size_t i = 0; verdict && i < verdict->finding_count; i++) {
		bool capped = false;
		for (size_t k = 0; k < run->dialogue->cap_count && !capped; k++)
			capped = str_eq(run->dialogue->cap[k], verdict->findings[i].concept);
		if (!capped && verdict->findings[i].level > beyond)
			beyond = verdict->findings[i].level;
	}
	json_object_set_new(run->state, "beyond", json_integer(beyond));
}

/* dump: the state in the arena; length 0 when it does not fit. */
static struct str dump(struct run *run)
{
	char *room = arena_alloc(run->arena, STATE_MAX, 1);
	size_t len = room ? json_dumpb(run->state, room, STATE_MAX, JSON_COMPACT | JSON_SORT_KEYS) : 0;
	return str_make(room, len <= STATE_MAX ? len : 0);
}

static int finish(struct run *run, struct err *reterr)
{
	struct str state = dump(run);
	if (!state.len) { /* the client's own long words make room; the answers stay */
		json_object_del(run->state, "saved");
		state = dump(run);
	}
	if (!state.len || !run->text.len || run->text.failed)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	run->turn->state = state;
	run->turn->text = arena_copy(run->arena, buf_str(&run->text));
	return arena_failed(run->arena) ? err_set(reterr, E_MEMORY, LAYER, "out of memory") : 0;
}

static int run_turn(struct run *run, struct err *reterr)
{
	struct str head = { 0 };
	int rc = fold_head(run, &head, reterr);
	if (rc)
		return rc;
	note_findings(run);
	const char *at = json_string_value(json_object_get(run->state, "step"));
	const struct step *step = at ? dialogue_step(run->dialogue, str_c(at)) : NULL;
	if (step)
		after(run, step, head);
	else
		enter(run, run->dialogue->start);
	return finish(run, reterr);
}

int dialogue_next(const struct dialogues *dialogues, struct arena *arena, const struct dialogue_input *input,
	struct dialogue_turn *ret_turn, struct err *reterr)
{
	struct run run = { .dialogues = dialogues, .input = input, .arena = arena, .turn = ret_turn };
	*ret_turn = (struct dialogue_turn){ .level = -1 };
	run.dialogue = find(dialogues, input->name, input->lang);
	int rc = run.dialogue ? 0 : err_set(reterr, E_NOT_FOUND, LAYER, "no such dialogue");
	run.state = input->state.len ? json_loadb(input->state.ptr, input->state.len, JSON_REJECT_DUPLICATES, NULL) : json_object();
	if (rc == 0 && !json_is_object(run.state))
		rc = err_set(reterr, E_INVALID, LAYER, "the kept state cannot be read");
	buf_init(&run.text, mem_system(), 32 * 1024);
	if (rc == 0)
		rc = run_turn(&run, reterr);
	buf_done(&run.text);
	json_decref(run.state);
	if (rc) /* the floor: something with human help is said, and nothing is lost */
		*ret_turn = (struct dialogue_turn){ .text = messages_last_resort(input->lang), .state = input->state, .level = -1 };
	return rc;
}
