/* module_read.c: modules from their packs. What cannot be shown or reached is an error at start, with file and line. */
#include "care/module.h"

#include "base/yaml.h"
#include "sys/mem.h"

#define LAYER "care/module"
#define ARENA_MAX (32u * 1024 * 1024)
#define FILE_MAX (1024u * 1024)

struct modules {
	struct arena arena;
	json_t *texts; /* owns every tree */
	struct module *items[MODULES_MAX];
	size_t count;
};

struct reader {
	struct modules *modules;
	struct err *err;
};

static int read_tree(struct reader *reader, const struct yaml_node *map, const char *key, const json_t **ret_tree)
{
	const struct yaml_node *node = NULL;
	struct err err = { 0 };
	int rc = yaml_need(map, key, YAML_TEXT, &node, reader->err);
	if (rc)
		return rc;
	json_t *tree = module_text(node->text, &err);
	if (!tree)
		return yaml_fail(node, reader->err, "%s", err.message);
	if (!json_array_size(tree)) {
		json_decref(tree);
		return yaml_fail(node, reader->err, "is empty");
	}
	*ret_tree = tree;
	return json_array_append_new(reader->modules->texts, tree) ? err_set(reader->err, E_MEMORY, LAYER, "out of memory") : 0;
}

static int need_text(struct reader *reader, const struct yaml_node *map, const char *key, size_t max, struct str *ret_text)
{
	const struct yaml_node *node = NULL;
	int rc = yaml_need(map, key, YAML_TEXT, &node, reader->err);
	rc = rc ? rc : yaml_text(node, ret_text, reader->err);
	return rc == 0 && ret_text->len > max ? yaml_fail(node, reader->err, "has more than %zu bytes", max) : rc;
}

/* Ids stand in the database and in addresses: a-z, 0-9 and _, at most 40. */
static int need_id(struct reader *reader, const struct yaml_node *map, struct str *ret_id)
{
	int rc = need_text(reader, map, "id", 40, ret_id);
	for (size_t i = 0; rc == 0 && i < ret_id->len; i++) {
		char c = ret_id->ptr[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
			rc = yaml_fail(yaml_get(map, "id"), reader->err, "an id is made of a-z, 0-9 and _");
	}
	return rc;
}

static int need_list(struct reader *reader, const struct yaml_node *map, const char *key, size_t max, const struct yaml_node **ret_list)
{
	int rc = yaml_need(map, key, YAML_LIST, ret_list, reader->err);
	if (rc == 0 && ((*ret_list)->count == 0 || (*ret_list)->count > max))
		rc = yaml_fail(*ret_list, reader->err, "must hold 1 to %zu", max);
	return rc;
}

/* ---- Inputs ---- */

static int read_options(struct reader *reader, const struct yaml_node *node, struct module_input *input)
{
	const struct yaml_node *list = NULL;
	int rc = need_list(reader, node, "options", MODULE_OPTIONS_MAX, &list);
	for (const struct yaml_node *item = rc ? NULL : list->first; item && rc == 0; item = item->next) {
		struct module_option *option = &input->options[input->option_count++];
		rc = yaml_keys(item, "id label", reader->err);
		rc = rc ? rc : need_id(reader, item, &option->id);
		rc = rc ? rc : need_text(reader, item, "label", 200, &option->label);
		for (size_t i = 0; rc == 0 && i + 1 < input->option_count; i++)
			if (str_eq(input->options[i].id, option->id))
				rc = yaml_fail(item, reader->err, "another option has this id");
	}
	return rc;
}

static int read_input(struct reader *reader, const struct yaml_node *node, struct module_input *input)
{
	int kind = 0;
	const struct yaml_node *kind_node = NULL;
	int rc = yaml_keys(node, "id kind label hint required min max low high options", reader->err);
	rc = rc ? rc : need_id(reader, node, &input->id);
	rc = rc ? rc : yaml_need(node, "kind", YAML_TEXT, &kind_node, reader->err);
	rc = rc ? rc : yaml_choice(kind_node, "text scale choice clock minutes date", &kind, reader->err);
	rc = rc ? rc : need_text(reader, node, "label", 300, &input->label);
	rc = rc ? rc : yaml_get_text(node, "hint", &input->hint, reader->err);
	rc = rc ? rc : yaml_get_text(node, "low", &input->low, reader->err);
	rc = rc ? rc : yaml_get_text(node, "high", &input->high, reader->err);
	rc = rc ? rc : yaml_get_bool(node, "required", &input->required, reader->err);
	input->kind = (enum input_kind)kind;
	input->max = input->kind == INPUT_SCALE ? 10 : 1440;
	rc = rc ? rc : yaml_get_int(node, "min", 0, 100, &input->min, reader->err);
	rc = rc ? rc : yaml_get_int(node, "max", 1, 1440, &input->max, reader->err);
	if (rc == 0 && (input->min >= input->max || (input->kind == INPUT_SCALE && input->max > 10)))
		rc = yaml_fail(node, reader->err, "min and max: a scale ends at 10 at most, and min is below max");
	if (rc == 0 && (input->kind == INPUT_CHOICE) != (yaml_get(node, "options") != NULL))
		rc = yaml_fail(node, reader->err, "a choice has options, and nothing else has");
	return rc || input->kind != INPUT_CHOICE ? rc : read_options(reader, node, input);
}

static const struct module_input *find_input(const struct module_exercise *exercise, struct str id)
{
	for (size_t i = 0; i < exercise->input_count; i++)
		if (str_eq(exercise->inputs[i].id, id))
			return &exercise->inputs[i];
	return NULL;
}

static int read_inputs(struct reader *reader, const struct yaml_node *node, struct module_exercise *exercise)
{
	const struct yaml_node *list = NULL;
	int rc = need_list(reader, node, "inputs", MODULE_INPUTS_MAX, &list);
	for (const struct yaml_node *item = rc ? NULL : list->first; item && rc == 0; item = item->next) {
		struct module_input *input = &exercise->inputs[exercise->input_count];
		rc = read_input(reader, item, input);
		if (rc == 0 && find_input(exercise, input->id))
			rc = yaml_fail(item, reader->err, "another input has this id");
		exercise->input_count++;
	}
	return rc;
}

/* What is computed needs its inputs, always answered. */
static int check_compute(struct reader *reader, const struct yaml_node *node, const struct module_exercise *exercise)
{
	static const struct {
		enum module_compute compute;
		const char *id;
		enum input_kind kind;
	} needs[] = { { COMPUTE_SLEEP, "in_bed", INPUT_CLOCK }, { COMPUTE_SLEEP, "up", INPUT_CLOCK },
		{ COMPUTE_SLEEP, "woke", INPUT_CLOCK }, { COMPUTE_SLEEP, "asleep_after", INPUT_MINUTES },
		{ COMPUTE_SLEEP, "awake", INPUT_MINUTES }, { COMPUTE_CHANGE, "before", INPUT_SCALE },
		{ COMPUTE_CHANGE, "after", INPUT_SCALE } };
	for (size_t i = 0; i < COUNT_OF(needs); i++) {
		const struct module_input *input = find_input(exercise, str_c(needs[i].id));
		bool there = input && input->kind == needs[i].kind && (input->required || needs[i].compute == COMPUTE_CHANGE);
		if (exercise->compute == needs[i].compute && !there)
			return yaml_fail(node, reader->err, "compute needs the input \"%s\"", needs[i].id);
	}
	return 0;
}

/* ---- Branches ---- */

static bool is_number(const struct module_exercise *exercise, struct str name)
{
	const struct module_input *input = find_input(exercise, name);
	if (input)
		return input->kind == INPUT_SCALE || input->kind == INPUT_MINUTES;
	if (exercise->compute == COMPUTE_SLEEP)
		return str_eqc(name, "efficiency_percent") || str_eqc(name, "asleep_minutes") || str_eqc(name, "in_bed_minutes");
	return exercise->compute == COMPUTE_CHANGE && str_eqc(name, "change");
}

static int read_when(
	struct reader *reader, const struct yaml_node *when, const struct module_exercise *exercise, struct module_branch *branch)
{
	static const char *const tests[] = { "at_least", "at_most", "is", "above", "below" };
	int rc = yaml_keys(when, "input at_least at_most is above below", reader->err);
	rc = rc ? rc : need_text(reader, when, "input", 40, &branch->input);
	for (size_t i = 0; rc == 0 && i < COUNT_OF(tests); i++) {
		const struct yaml_node *node = yaml_get(when, tests[i]);
		if (!node)
			continue;
		if (branch->test != BRANCH_ALWAYS)
			return yaml_fail(when, reader->err, "one test only");
		branch->test = (enum branch_test)(i + 1);
		rc = i < 2 ? yaml_int(node, -1440, 1440, &branch->value, reader->err) : yaml_text(node, &branch->other, reader->err);
	}
	if (rc)
		return rc;
	if (branch->test == BRANCH_ALWAYS)
		return yaml_fail(when, reader->err, "needs at_least, at_most, is, above or below");
	const struct module_input *input = find_input(exercise, branch->input);
	bool fits = branch->test == BRANCH_IS ? input && input->kind == INPUT_CHOICE : is_number(exercise, branch->input);
	if (branch->test >= BRANCH_ABOVE)
		fits &= is_number(exercise, branch->other);
	bool option = branch->test != BRANCH_IS;
	for (size_t i = 0; fits && !option && i < input->option_count; i++)
		option = str_eq(input->options[i].id, branch->other);
	return fits && option ? 0 : yaml_fail(when, reader->err, "tests something that this exercise does not have");
}

static int read_branches(struct reader *reader, const struct yaml_node *node, struct module_exercise *exercise)
{
	const struct yaml_node *list = NULL;
	int rc = need_list(reader, node, "after", MODULE_BRANCHES_MAX, &list);
	for (const struct yaml_node *item = rc ? NULL : list->first; item && rc == 0; item = item->next) {
		struct module_branch *branch = &exercise->branches[exercise->branch_count++];
		const struct yaml_node *when = yaml_get(item, "when");
		rc = yaml_keys(item, "id when next text", reader->err);
		rc = rc ? rc : need_id(reader, item, &branch->id);
		rc = rc ? rc : yaml_get_text(item, "next", &branch->next, reader->err);
		rc = rc ? rc : read_tree(reader, item, "text", &branch->text);
		if (rc == 0 && when)
			rc = read_when(reader, when, exercise, branch);
		if (rc == 0 && (when == NULL) != (item->next == NULL))
			rc = yaml_fail(item, reader->err, "the last one, and only that, is without \"when\"");
	}
	return rc;
}

/* ---- Lessons ---- */

static int read_exercise(struct reader *reader, const struct yaml_node *node, struct module_exercise *exercise)
{
	int compute = 0;
	int rc = yaml_keys(node, "id title intro repeat compute inputs after", reader->err);
	rc = rc ? rc : need_id(reader, node, &exercise->id);
	rc = rc ? rc : need_text(reader, node, "title", 200, &exercise->title);
	rc = rc ? rc : read_tree(reader, node, "intro", &exercise->intro);
	rc = rc ? rc : yaml_get_bool(node, "repeat", &exercise->repeat, reader->err);
	rc = rc ? rc : yaml_get_choice(node, "compute", "nothing sleep change", &compute, reader->err);
	exercise->compute = (enum module_compute)compute;
	rc = rc ? rc : read_inputs(reader, node, exercise);
	rc = rc ? rc : check_compute(reader, node, exercise);
	return rc ? rc : read_branches(reader, node, exercise);
}

static int read_lesson(struct reader *reader, const struct yaml_node *node, struct module_lesson *lesson)
{
	const struct yaml_node *exercise = NULL, *homework = yaml_get(node, "homework");
	int rc = yaml_keys(node, "id title minutes text exercise homework", reader->err);
	rc = rc ? rc : need_id(reader, node, &lesson->id);
	rc = rc ? rc : need_text(reader, node, "title", 200, &lesson->title);
	lesson->minutes = 10;
	rc = rc ? rc : yaml_get_int(node, "minutes", 1, 60, &lesson->minutes, reader->err);
	rc = rc ? rc : read_tree(reader, node, "text", &lesson->text);
	rc = rc ? rc : yaml_need(node, "exercise", YAML_MAP, &exercise, reader->err);
	rc = rc ? rc : read_exercise(reader, exercise, &lesson->exercise);
	if (rc || !homework)
		return rc;
	lesson->homework_days = 7;
	rc = yaml_keys(homework, "id days text", reader->err);
	rc = rc ? rc : need_id(reader, homework, &lesson->homework_id);
	rc = rc ? rc : yaml_get_int(homework, "days", 1, 60, &lesson->homework_days, reader->err);
	return rc ? rc : read_tree(reader, homework, "text", &lesson->homework);
}

static int check_lessons(struct reader *reader, const struct yaml_node *list, const struct module *module)
{
	const struct yaml_node *node = list->first;
	for (size_t i = 0; i < module->lesson_count; i++, node = node->next) {
		if (module_lesson_index(module, module->lessons[i].id) != i)
			return yaml_fail(node, reader->err, "another lesson has this id");
		const struct module_exercise *exercise = &module->lessons[i].exercise;
		for (size_t k = 0; k < exercise->branch_count; k++)
			if (exercise->branches[k].next.len && !module_lesson(module, exercise->branches[k].next))
				return yaml_fail(node, reader->err, "\"next\" names a lesson that is not there");
	}
	return 0;
}

static int read_figures(struct reader *reader, const struct yaml_node *root, struct module *module)
{
	const struct yaml_node *list = NULL;
	if (!yaml_get(root, "figures"))
		return 0;
	int rc = need_list(reader, root, "figures", MODULE_FIGURES_MAX, &list);
	for (const struct yaml_node *item = rc ? NULL : list->first; item && rc == 0; item = item->next) {
		struct module_figure *figure = &module->figures[module->figure_count++];
		const struct yaml_node *value = NULL;
		rc = yaml_keys(item, "key value unit source certainty", reader->err);
		rc = rc ? rc : need_text(reader, item, "key", 60, &figure->key);
		rc = rc ? rc : yaml_need(item, "value", YAML_TEXT, &value, reader->err);
		rc = rc ? rc : yaml_int(value, -1000000, 1000000, &figure->value, reader->err);
		rc = rc ? rc : need_text(reader, item, "unit", 30, &figure->unit);
		rc = rc ? rc : need_text(reader, item, "source", 300, &figure->source);
		rc = rc ? rc : need_text(reader, item, "certainty", 1, &figure->certainty);
		if (rc == 0 && !str_eqc(figure->certainty, "V") && !str_eqc(figure->certainty, "K") && !str_eqc(figure->certainty, "!"))
			rc = yaml_fail(item, reader->err, "certainty is V, K or \"!\"");
	}
	return rc;
}

static int read_module(struct reader *reader, const struct yaml_node *root, struct module *module)
{
	const struct yaml_node *list = NULL, *version = NULL;
	int rc = yaml_keys(root, "kind id version lang author reviewed review title summary days figures lessons", reader->err);
	rc = rc ? rc : need_id(reader, root, &module->id);
	rc = rc ? rc : yaml_need(root, "version", YAML_TEXT, &version, reader->err);
	rc = rc ? rc : yaml_int(version, 1, 1000000, &module->version, reader->err);
	rc = rc ? rc : need_text(reader, root, "lang", 35, &module->lang);
	rc = rc ? rc : need_text(reader, root, "author", 200, &module->author);
	rc = rc ? rc : need_text(reader, root, "reviewed", 40, &module->reviewed);
	rc = rc ? rc : need_text(reader, root, "review", 200, &module->review);
	rc = rc ? rc : need_text(reader, root, "title", 120, &module->title);
	rc = rc ? rc : need_text(reader, root, "summary", 600, &module->summary);
	module->days = 4;
	rc = rc ? rc : yaml_get_int(root, "days", 1, 60, &module->days, reader->err);
	rc = rc ? rc : read_figures(reader, root, module);
	rc = rc ? rc : need_list(reader, root, "lessons", MODULE_LESSONS_MAX, &list);
	struct module_lesson *lessons = rc ? NULL : ARENA_ARRAY(&reader->modules->arena, struct module_lesson, list->count);
	if (rc == 0 && !lessons)
		return err_set(reader->err, E_MEMORY, LAYER, "out of memory");
	module->lessons = lessons;
	for (const struct yaml_node *node = rc ? NULL : list->first; node && rc == 0; node = node->next)
		rc = read_lesson(reader, node, &lessons[module->lesson_count++]);
	return rc ? rc : check_lessons(reader, list, module);
}

/* ---- The same in every language ---- */

static bool same_exercise(const struct module_exercise *a, const struct module_exercise *b)
{
	bool same = str_eq(a->id, b->id) && a->repeat == b->repeat && a->compute == b->compute && a->input_count == b->input_count &&
		    a->branch_count == b->branch_count;
	for (size_t i = 0; same && i < a->input_count; i++) {
		const struct module_input *x = &a->inputs[i], *y = &b->inputs[i];
		same = str_eq(x->id, y->id) && x->kind == y->kind && x->required == y->required && x->min == y->min && x->max == y->max &&
		       x->option_count == y->option_count;
		for (size_t k = 0; same && k < x->option_count; k++)
			same = str_eq(x->options[k].id, y->options[k].id);
	}
	for (size_t i = 0; same && i < a->branch_count; i++) {
		const struct module_branch *x = &a->branches[i], *y = &b->branches[i];
		same = str_eq(x->id, y->id) && str_eq(x->next, y->next) && x->test == y->test && str_eq(x->input, y->input) &&
		       str_eq(x->other, y->other) && x->value == y->value;
	}
	return same;
}

static bool same_lesson(const struct module_lesson *a, const struct module_lesson *b)
{
	return str_eq(a->id, b->id) && str_eq(a->homework_id, b->homework_id) && a->homework_days == b->homework_days &&
	       same_exercise(&a->exercise, &b->exercise);
}

static int check_twins(const struct modules *modules, struct err *reterr)
{
	for (size_t i = 0; i < modules->count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct module *a = modules->items[k], *b = modules->items[i];
			if (!str_eq(a->id, b->id))
				continue;
			const char *what = str_eq(a->lang, b->lang)             ? "the same language again"
					   : a->version != b->version           ? "another version"
					   : a->days != b->days                 ? "other days"
					   : a->lesson_count != b->lesson_count ? "another number of lessons"
										: NULL;
			for (size_t n = 0; !what && n < a->lesson_count; n++)
				if (!same_lesson(&a->lessons[n], &b->lessons[n]))
					return err_set(reterr, E_INVALID, LAYER,
						STR_FMT ": lesson \"" STR_FMT "\" differs from its twin in " STR_FMT
							" in ids, inputs, branches or homework",
						STR_ARG(b->file), STR_ARG(b->lessons[n].id), STR_ARG(a->file));
			if (what)
				return err_set(reterr, E_INVALID, LAYER, STR_FMT ": %s than in " STR_FMT, STR_ARG(b->file), what,
					STR_ARG(a->file));
		}
	return 0;
}

static int read_file(struct reader *reader, const struct messages_source *source)
{
	const struct yaml_node *root = NULL;
	struct modules *modules = reader->modules;
	if (str_find(source->bytes, STR("kind: module"), 0) == SIZE_MAX)
		return 0;
	int rc = yaml_read(&modules->arena, source->name, source->bytes, FILE_MAX, &root, reader->err);
	const struct yaml_node *kind = rc ? NULL : yaml_get(root, "kind");
	if (rc || !kind || !str_eqc(kind->text, "module"))
		return rc;
	if (modules->count == MODULES_MAX)
		return yaml_fail(root, reader->err, "more than %d files of modules", MODULES_MAX);
	struct module *module = ARENA_NEW(&modules->arena, struct module);
	if (!module)
		return err_set(reader->err, E_MEMORY, LAYER, "out of memory");
	module->file = arena_copy(&modules->arena, source->name);
	modules->items[modules->count++] = module;
	return read_module(reader, root, module);
}

int modules_open(const struct messages_source *sources, size_t count, struct modules **ret_modules, struct err *reterr)
{
	struct modules *modules = mem_new(sizeof *modules);
	struct reader reader = { modules, reterr };
	int rc = modules ? 0 : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (rc)
		return rc;
	arena_init(&modules->arena, mem_system(), ARENA_MAX);
	modules->texts = json_array();
	if (!modules->texts)
		rc = err_set(reterr, E_MEMORY, LAYER, "out of memory");
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = read_file(&reader, &sources[i]);
	rc = rc ? rc : check_twins(modules, reterr);
	if (rc) {
		modules_free(&modules);
		return rc;
	}
	*ret_modules = modules;
	return 0;
}

void modules_free(struct modules **modules)
{
	if (!*modules)
		return;
	json_decref((*modules)->texts);
	arena_done(&(*modules)->arena);
	mem_delete(*modules);
	*modules = NULL;
}

const struct module *modules_find(const struct modules *modules, struct str id, struct str lang)
{
	const struct module *any = NULL, *english = NULL;
	struct str rest = lang, primary = str_split(&rest, '-');
	for (size_t i = 0; modules && i < modules->count; i++) {
		const struct module *module = modules->items[i];
		if (!str_eq(module->id, id))
			continue;
		if (str_eq(module->lang, lang) || str_eq(module->lang, primary))
			return module;
		any = any ? any : module;
		if (str_eqc(module->lang, "en"))
			english = module;
	}
	return english ? english : any;
}

const struct module *modules_at(const struct modules *modules, size_t index, struct str lang)
{
	for (size_t i = 0, seen = 0; modules && i < modules->count; i++) {
		bool first = true;
		for (size_t k = 0; k < i && first; k++)
			first = !str_eq(modules->items[k]->id, modules->items[i]->id);
		if (first && seen++ == index)
			return modules_find(modules, modules->items[i]->id, lang);
	}
	return NULL;
}
