/* triage.c: see triage.h. */
#include "care/triage.h"

#include "care/intake.h"
#include "sys/mem.h"

#define LAYER "care/triage"
#define ARENA_MAX (8u << 20)
#define FILE_MAX (512u << 10)

const char *triage_name(enum triage_priority priority)
{
	static const char *const names[] = { "A", "B", "C", "D", "E", "F", "G" };
	return priority < COUNT_OF(names) ? names[priority] : "A";
}

int triage_parse(struct str name)
{
	return name.len == 1 && name.ptr[0] >= 'A' && name.ptr[0] <= 'G' ? name.ptr[0] - 'A' : -1;
}

int triage_mark_of(const struct triage *triage, struct str id)
{
	for (size_t i = 0; i < triage->mark_count; i++)
		if (str_eq(triage->marks[i].id, id))
			return (int)i;
	return -1;
}

int triage_marks_level(const struct triage *triage, uint64_t marks)
{
	int level = 0;
	for (size_t i = 0; i < triage->mark_count; i++)
		if ((marks >> i & 1) && triage->marks[i].level > level)
			level = triage->marks[i].level;
	return level;
}

uint64_t triage_marks_risk(const struct triage *triage, uint64_t marks)
{
	uint64_t risk = 0;
	for (size_t i = 0; i < triage->mark_count; i++)
		if (triage->marks[i].level)
			risk |= marks & (UINT64_C(1) << i);
	return risk;
}

/* ---- The join ---- */

static bool score_reaches(const struct triage_rule *rule, const struct triage_input *input)
{
	for (size_t i = 0; i < input->score_count; i++)
		if (str_eq(input->scores[i].instrument, rule->instrument) && input->scores[i].total >= rule->total)
			return true;
	return false;
}

/* All that a rule asks must hold; a rule that asks nothing is refused when it is read. */
static bool matches(const struct triage_rule *rule, const struct triage_input *input, int level)
{
	return (!rule->level || level >= rule->level) && (!rule->any || (input->marks & rule->any)) &&
	       (input->marks & rule->all) == rule->all && (!rule->instrument.len || score_reaches(rule, input)) &&
	       (!rule->age_under || (input->age > 0 && input->age < rule->age_under)) && (!rule->age_unknown || input->age <= 0) &&
	       (!rule->no_scores || input->score_count == 0);
}

/* Without anything that speaks for a place here, somebody may want advice only, or another service. */
static int base_of(const struct triage *triage, const struct triage_input *input)
{
	int base = -1;
	for (size_t i = 0; i < triage->mark_count; i++)
		if ((input->marks >> i & 1) && triage->marks[i].base >= 0 && (base < 0 || triage->marks[i].base < base))
			base = triage->marks[i].base;
	return base < 0 ? triage->base_priority : base;
}

void triage_advise(const struct triage *triage, const struct triage_input *input, struct triage_advice *ret_advice)
{
	int stated = triage_marks_level(triage, input->marks), level = input->level > stated ? input->level : stated;
	int priority = base_of(triage, input), step = triage->base_step;
	*ret_advice = (struct triage_advice){ .guided = true };
	for (size_t i = 0; i < triage->rule_count; i++) {
		const struct triage_rule *rule = &triage->rules[i];
		if (!matches(rule, input, level))
			continue;
		ret_advice->reasons[ret_advice->reason_count++] = i;
		if (rule->priority >= 0 && rule->priority < priority)
			priority = rule->priority;
		if (rule->step > step)
			step = rule->step;
		ret_advice->guided &= !rule->no_guided;
	}
	ret_advice->priority = (enum triage_priority)priority;
	ret_advice->step = step == 2 && !ret_advice->guided ? 3 : step;
}

/* ---- Reading the rules ---- */

static int read_certain(const struct yaml_node *node, struct str *certainty, struct str *source, struct err *reterr)
{
	int ignored = 0;
	int rc = yaml_get_text(node, "certainty", certainty, reterr);
	rc = rc ? rc : yaml_get_text(node, "source", source, reterr);
	rc = rc ? rc : yaml_get_choice(node, "certainty", "V K !", &ignored, reterr);
	if (rc == 0 && (!certainty->len || !source->len))
		return yaml_fail(node, reterr, "needs certainty (V, K or !) and source");
	return rc;
}

static int read_figure(const struct yaml_node *node, const char *names, const char *unit, int64_t unit_us, struct triage_figure *figures,
	struct err *reterr)
{
	int at = 0;
	long value = -1;
	const struct yaml_node *id = NULL;
	int rc = yaml_need(node, "id", YAML_TEXT, &id, reterr);
	rc = rc ? rc : yaml_choice(id, names, &at, reterr);
	rc = rc ? rc : yaml_get_int(node, unit, 1, 1000000, &value, reterr);
	if (rc == 0 && value < 0)
		return yaml_fail(node, reterr, "needs %s", unit);
	if (rc == 0 && figures[at].us)
		return yaml_fail(node, reterr, "is there twice");
	rc = rc ? rc : read_certain(node, &figures[at].certainty, &figures[at].source, reterr);
	figures[at].us = value * unit_us;
	return rc;
}

static int read_figures(const struct yaml_node *root, const char *key, const char *names, const char *unit, int64_t unit_us,
	struct triage_figure *figures, size_t count, struct err *reterr)
{
	const struct yaml_node *list = NULL;
	int rc = yaml_need(root, key, YAML_LIST, &list, reterr);
	for (const struct yaml_node *node = rc ? NULL : list->first; node && rc == 0; node = node->next)
		rc = read_figure(node, names, unit, unit_us, figures, reterr);
	if (rc == 0 && list->count != count)
		return yaml_fail(list, reterr, "must name each of %s once", names);
	return rc;
}

static int read_mark(struct triage *triage, const struct yaml_node *node, struct err *reterr)
{
	struct triage_mark *mark = &triage->marks[triage->mark_count];
	struct str base = { 0 };
	long level = -1;
	int rc = yaml_keys(node, "id level concept base", reterr);
	rc = rc ? rc : yaml_get_text(node, "id", &mark->id, reterr);
	rc = rc ? rc : yaml_get_text(node, "concept", &mark->concept, reterr);
	rc = rc ? rc : yaml_get_text(node, "base", &base, reterr);
	rc = rc ? rc : yaml_get_int(node, "level", 0, 4, &level, reterr);
	if (rc)
		return rc;
	if (!mark->id.len || level < 0 || triage_mark_of(triage, mark->id) >= 0)
		return yaml_fail(node, reterr, "needs an id of its own, and a level");
	if (level == 1 || (level > 0) != (mark->concept.len > 0))
		return yaml_fail(node, reterr, "a sign of risk has level 2 to 4 and a concept; others have level 0 and none");
	mark->level = (int)level;
	mark->base = base.len ? triage_parse(base) : -1;
	if (base.len && mark->base < TRIAGE_E)
		return yaml_fail(node, reterr, "base must be E, F or G");
	triage->mark_count++;
	return 0;
}

int triage_read_marks(const struct triage *triage, const struct yaml_node *map, const char *key, uint64_t *ret_marks, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(map, key);
	uint64_t marks = 0;
	if (!list)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_fail(list, reterr, "must be a list of signs");
	for (const struct yaml_node *node = list->first; node; node = node->next) {
		int at = node->kind == YAML_TEXT ? triage_mark_of(triage, node->text) : -1;
		if (at < 0)
			return yaml_fail(node, reterr, "is no sign of the rules");
		marks |= UINT64_C(1) << at;
	}
	*ret_marks = marks;
	return 0;
}

static int read_when(const struct triage *triage, const struct yaml_node *node, struct triage_rule *rule, struct err *reterr)
{
	long level = 0, total = -1, age = 0;
	int rc = yaml_keys(node, "level marks all instrument total age_under age_unknown no_scores", reterr);
	rc = rc ? rc : yaml_get_int(node, "level", 1, 4, &level, reterr);
	rc = rc ? rc : triage_read_marks(triage, node, "marks", &rule->any, reterr);
	rc = rc ? rc : triage_read_marks(triage, node, "all", &rule->all, reterr);
	rc = rc ? rc : yaml_get_text(node, "instrument", &rule->instrument, reterr);
	rc = rc ? rc : yaml_get_int(node, "total", 0, 1000, &total, reterr);
	rc = rc ? rc : yaml_get_int(node, "age_under", 1, 120, &age, reterr);
	rc = rc ? rc : yaml_get_bool(node, "age_unknown", &rule->age_unknown, reterr);
	rc = rc ? rc : yaml_get_bool(node, "no_scores", &rule->no_scores, reterr);
	rule->level = (int)level;
	rule->total = (int)total;
	rule->age_under = (int)age;
	if (rc == 0 && rule->instrument.len && total < 0)
		return yaml_fail(node, reterr, "an instrument needs a total");
	bool asks = level || rule->any || rule->all || rule->instrument.len || age || rule->age_unknown || rule->no_scores;
	return rc ? rc : asks ? 0 : yaml_fail(node, reterr, "asks nothing");
}

static int read_then(const struct yaml_node *node, struct triage_rule *rule, struct err *reterr)
{
	struct str priority = { 0 };
	bool guided = true;
	long step = 0;
	int rc = yaml_keys(node, "priority step guided", reterr);
	rc = rc ? rc : yaml_get_text(node, "priority", &priority, reterr);
	rc = rc ? rc : yaml_get_int(node, "step", 1, TRIAGE_STEP_MAX, &step, reterr);
	rc = rc ? rc : yaml_get_bool(node, "guided", &guided, reterr);
	rule->priority = priority.len ? triage_parse(priority) : -1;
	rule->step = (int)step;
	rule->no_guided = !guided;
	if (rc == 0 && priority.len && rule->priority < 0)
		return yaml_fail(node, reterr, "priority must be A to G");
	return rc;
}

static int read_rule(struct triage *triage, const struct yaml_node *node, struct err *reterr)
{
	struct triage_rule *rule = &triage->rules[triage->rule_count];
	const struct yaml_node *when = NULL, *then = NULL;
	int rc = yaml_keys(node, "id when then certainty source", reterr);
	rc = rc ? rc : yaml_get_text(node, "id", &rule->id, reterr);
	rc = rc ? rc : yaml_need(node, "when", YAML_MAP, &when, reterr);
	rc = rc ? rc : yaml_need(node, "then", YAML_MAP, &then, reterr);
	rc = rc ? rc : read_when(triage, when, rule, reterr);
	rc = rc ? rc : read_then(then, rule, reterr);
	rc = rc ? rc : read_certain(node, &rule->certainty, &rule->source, reterr);
	for (size_t i = 0; rc == 0 && i < triage->rule_count; i++)
		if (str_eq(triage->rules[i].id, rule->id))
			return yaml_fail(node, reterr, "another rule has this id");
	if (rc == 0 && !rule->id.len)
		return yaml_fail(node, reterr, "needs an id");
	triage->rule_count++;
	return rc;
}

static int read_base(struct triage *triage, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *base = NULL;
	struct triage_rule rule = { 0 };
	int rc = yaml_need(root, "base", YAML_MAP, &base, reterr);
	rc = rc ? rc : read_then(base, &rule, reterr);
	if (rc == 0 && (rule.priority < 0 || rule.step < 1))
		return yaml_fail(base, reterr, "needs priority and step");
	triage->base_priority = rule.priority;
	triage->base_step = rule.step;
	return rc;
}

static int read_each(struct triage *triage, const struct yaml_node *root, const char *key, size_t max,
	int (*fn)(struct triage *triage, const struct yaml_node *node, struct err *reterr), struct err *reterr)
{
	const struct yaml_node *list = NULL;
	int rc = yaml_need(root, key, YAML_LIST, &list, reterr);
	if (rc == 0 && list->count > max)
		return yaml_fail(list, reterr, "has more than %zu entries", max);
	for (const struct yaml_node *node = rc ? NULL : list->first; node && rc == 0; node = node->next)
		rc = fn(triage, node, reterr);
	return rc;
}

int triage_read_rules(struct triage *triage, const struct yaml_node *root, struct err *reterr)
{
	struct str id = { 0 }, version = { 0 };
	if (triage->rule_count)
		return yaml_fail(root, reterr, "there are two sets of rules");
	int rc = yaml_keys(root, "kind id version lang author reviewed review priorities clocks marks base rules never_say", reterr);
	rc = rc ? rc : yaml_get_text(root, "id", &id, reterr);
	rc = rc ? rc : yaml_get_text(root, "version", &version, reterr);
	rc = rc ? rc
		: read_figures(
			  root, "priorities", "A B C D E F G", "respond_minutes", MINUTE_US, triage->respond, TRIAGE_PRIORITIES, reterr);
	rc = rc ? rc
		: read_figures(root, "clocks", "receipt second_contact start_target start_limit intake_abandoned", "days", DAY_US,
			  triage->clocks, TRIAGE_CLOCKS, reterr);
	rc = rc ? rc : read_each(triage, root, "marks", TRIAGE_MARKS_MAX, read_mark, reterr);
	rc = rc ? rc : read_base(triage, root, reterr);
	rc = rc ? rc : read_each(triage, root, "rules", TRIAGE_RULES_MAX, read_rule, reterr);
	rc = rc ? rc : yaml_need(root, "never_say", YAML_MAP, &triage->never_say, reterr);
	if (rc)
		return rc;
	for (size_t i = 1; i < TRIAGE_PRIORITIES; i++)
		if (triage->respond[i].us < triage->respond[i - 1].us)
			return yaml_fail(yaml_get(root, "priorities"), reterr, "a more urgent priority must not have a longer clock");
	if (!triage->rule_count)
		return yaml_fail(root, reterr, "there are no rules");
	triage->version = arena_printf(&triage->arena, STR_FMT "/" STR_FMT, STR_ARG(id), STR_ARG(version));
	return triage->version.len ? 0 : err_set(reterr, E_MEMORY, LAYER, "out of memory");
}

/* ---- Opening ---- */

static int read_kind(struct triage *triage, const struct messages_source *sources, size_t count, const char *line, const char *wanted,
	int (*fn)(struct triage *triage, const struct yaml_node *root, struct err *reterr), struct err *reterr)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct yaml_node *root = NULL;
		if (str_find(sources[i].bytes, str_c(line), 0) == SIZE_MAX)
			continue; /* spares reading the other kinds */
		rc = yaml_read(&triage->arena, sources[i].name, sources[i].bytes, FILE_MAX, &root, reterr);
		const struct yaml_node *kind = rc ? NULL : yaml_get(root, "kind");
		if (kind && str_eqc(kind->text, wanted))
			rc = fn(triage, root, reterr);
	}
	return rc;
}

int triage_open(const struct messages_source *sources, size_t count, struct triage **ret_triage, struct err *reterr)
{
	struct triage *triage = mem_new(sizeof *triage);
	if (!triage)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	arena_init(&triage->arena, mem_system(), ARENA_MAX);
	int rc = read_kind(triage, sources, count, "kind: triage_rules", "triage_rules", triage_read_rules, reterr);
	if (rc == 0 && !triage->rule_count)
		rc = err_set(reterr, E_NOT_FOUND, LAYER, "the packs hold no triage rules (kind: triage_rules)");
	rc = rc ? rc : read_kind(triage, sources, count, "kind: triage\n", "triage", triage_read_intake, reterr);
	rc = rc ? rc : triage_check_intakes(triage, reterr);
	if (rc) {
		triage_free(&triage);
		return rc;
	}
	*ret_triage = triage;
	return 0;
}

void triage_free(struct triage **triage)
{
	if (!*triage)
		return;
	arena_done(&(*triage)->arena);
	mem_delete(*triage);
	*triage = NULL;
}
