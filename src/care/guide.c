/* guide.c: see guide.h. */
#include "care/guide.h"

#include "base/yaml.h"
#include "sys/clock.h"
#include "sys/mem.h"

#define LAYER "care/guide"
#define ARENA_MAX (8u << 20)
#define FILE_MAX (512u << 10)
#define LANGS_MAX 16
#define DUE_MINUTES_MAX (30 * 24 * 60)

struct duty_item {
	struct duty duty;
	struct str title[2], basis[2], agency[2]; /* en, es */
};

struct shelf {
	struct str lang;
	struct playbook books[GUIDE_BOOKS_MAX];
	size_t count;
};

struct guides {
	struct arena arena;
	struct shelf *shelves[LANGS_MAX];
	size_t shelf_count;
	struct duty_item duties[GUIDE_DUTIES_MAX];
	size_t duty_count;
};

/* ---- Reading playbooks ---- */

static int read_list(struct guides *guides, const struct yaml_node *map, const char *key, const struct str **ret_items, size_t *ret_count,
	struct err *reterr)
{
	const struct yaml_node *list = yaml_get(map, key);
	if (!list)
		return 0;
	if (list->kind != YAML_LIST || list->count > 64)
		return yaml_fail(list, reterr, "must be a list of at most 64");
	struct str *items = ARENA_ARRAY(&guides->arena, struct str, list->count + 1);
	size_t count = 0;
	if (!items)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	for (const struct yaml_node *node = list->first; node; node = node->next) {
		int rc = yaml_text(node, &items[count++], reterr);
		if (rc)
			return rc;
	}
	*ret_items = items;
	*ret_count = count;
	return 0;
}

static int read_steps(struct guides *guides, const struct yaml_node *map, const char *key, const struct playbook_step **ret_steps,
	size_t *ret_count, struct err *reterr)
{
	const struct yaml_node *list = NULL;
	int rc = yaml_need(map, key, YAML_LIST, &list, reterr);
	if (rc)
		return rc;
	if (list->count < 1 || list->count > GUIDE_STEPS_MAX)
		return yaml_fail(list, reterr, "must have 1 to %d entries", GUIDE_STEPS_MAX);
	struct playbook_step *steps = ARENA_ARRAY(&guides->arena, struct playbook_step, list->count);
	if (!steps)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	for (const struct yaml_node *node = list->first; node && rc == 0; node = node->next) {
		struct playbook_step *step = &steps[(*ret_count)++];
		rc = yaml_keys(node, "id text", reterr);
		rc = rc ? rc : yaml_get_text(node, "id", &step->id, reterr);
		rc = rc ? rc : yaml_get_text(node, "text", &step->text, reterr);
		if (rc == 0 && (!step->id.len || !step->text.len))
			rc = yaml_fail(node, reterr, "id and text are needed");
	}
	*ret_steps = steps;
	return rc;
}

static int read_book(struct guides *guides, const struct yaml_node *node, struct playbook *book, struct err *reterr)
{
	int rc = yaml_keys(node, "id title kinds concepts about steps avoid close", reterr);
	rc = rc ? rc : yaml_get_text(node, "id", &book->id, reterr);
	rc = rc ? rc : yaml_get_text(node, "title", &book->title, reterr);
	rc = rc ? rc : yaml_get_text(node, "close", &book->close, reterr);
	rc = rc ? rc : read_list(guides, node, "kinds", &book->kinds, &book->kind_count, reterr);
	rc = rc ? rc : read_list(guides, node, "concepts", &book->concepts, &book->concept_count, reterr);
	rc = rc ? rc : read_list(guides, node, "about", &book->abouts, &book->about_count, reterr);
	rc = rc ? rc : read_steps(guides, node, "steps", &book->steps, &book->step_count, reterr);
	rc = rc ? rc : read_steps(guides, node, "avoid", &book->avoid, &book->avoid_count, reterr);
	if (rc == 0 && (!book->id.len || !book->title.len || !book->close.len))
		rc = yaml_fail(node, reterr, "id, title and close are needed");
	return rc;
}

static struct shelf *shelf_of(struct guides *guides, struct str lang)
{
	for (size_t i = 0; i < guides->shelf_count; i++)
		if (str_eq(guides->shelves[i]->lang, lang))
			return guides->shelves[i];
	struct shelf *shelf = guides->shelf_count < LANGS_MAX ? ARENA_NEW(&guides->arena, struct shelf) : NULL;
	if (shelf) {
		*shelf = (struct shelf){ .lang = lang };
		guides->shelves[guides->shelf_count++] = shelf;
	}
	return shelf;
}

struct head {
	struct str pack, lang, review;
};

static int read_head(struct guides *guides, const struct yaml_node *root, struct head *head, struct err *reterr)
{
	struct str id = STR(""), author = STR(""), reviewed = STR("");
	long version = 0;
	int rc = yaml_get_text(root, "id", &id, reterr);
	rc = rc ? rc : yaml_get_text(root, "lang", &head->lang, reterr);
	rc = rc ? rc : yaml_get_text(root, "author", &author, reterr);
	rc = rc ? rc : yaml_get_text(root, "reviewed", &reviewed, reterr);
	rc = rc ? rc : yaml_get_text(root, "review", &head->review, reterr);
	rc = rc ? rc : yaml_get_int(root, "version", 1, 1000000, &version, reterr);
	if (rc == 0 && (!id.len || !head->lang.len || !author.len || !reviewed.len || !head->review.len || version < 1))
		return yaml_fail(root, reterr, "id, version, lang, author, reviewed and review are needed");
	head->pack = arena_printf(&guides->arena, STR_FMT " %ld", STR_ARG(id), version);
	return rc;
}

static int read_playbooks(struct guides *guides, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *list = NULL;
	struct head head = { 0 };
	int rc = yaml_keys(root, "kind id version lang author reviewed review playbooks", reterr);
	rc = rc ? rc : read_head(guides, root, &head, reterr);
	rc = rc ? rc : yaml_need(root, "playbooks", YAML_LIST, &list, reterr);
	struct shelf *shelf = rc ? NULL : shelf_of(guides, head.lang);
	if (rc == 0 && !shelf)
		return yaml_fail(root, reterr, "too many languages");
	for (const struct yaml_node *node = list ? list->first : NULL; node && rc == 0; node = node->next) {
		if (shelf->count == GUIDE_BOOKS_MAX)
			return yaml_fail(node, reterr, "more than %d playbooks", GUIDE_BOOKS_MAX);
		struct playbook *book = &shelf->books[shelf->count++];
		*book = (struct playbook){ .lang = head.lang, .pack = head.pack, .review = head.review };
		rc = read_book(guides, node, book, reterr);
	}
	return rc;
}

/* Every language has the same playbooks with the same steps, in the same order: nobody gets less for their language. */
static int check_shelves(const struct guides *guides, struct err *reterr)
{
	for (size_t s = 1; s < guides->shelf_count; s++) {
		const struct shelf *a = guides->shelves[0], *b = guides->shelves[s];
		for (size_t i = 0; i < a->count || i < b->count; i++) {
			bool same = i < a->count && i < b->count && str_eq(a->books[i].id, b->books[i].id) &&
				    a->books[i].step_count == b->books[i].step_count && a->books[i].avoid_count == b->books[i].avoid_count;
			for (size_t n = 0; same && n < a->books[i].step_count; n++)
				same = str_eq(a->books[i].steps[n].id, b->books[i].steps[n].id);
			if (!same)
				return err_set(reterr, E_INVALID, LAYER, "playbooks: " STR_FMT " and " STR_FMT " differ at number %zu",
					STR_ARG(a->lang), STR_ARG(b->lang), i + 1);
		}
	}
	return 0;
}

/* ---- Reading duties ---- */

static int read_both(const struct yaml_node *node, const char *key, struct str *texts, struct err *reterr)
{
	const struct yaml_node *map = NULL;
	int rc = yaml_need(node, key, YAML_MAP, &map, reterr);
	rc = rc ? rc : yaml_keys(map, "en es", reterr);
	rc = rc ? rc : yaml_get_text(map, "en", &texts[0], reterr);
	rc = rc ? rc : yaml_get_text(map, "es", &texts[1], reterr);
	if (rc == 0 && (!texts[0].len || !texts[1].len))
		rc = yaml_fail(map, reterr, "en and es are needed");
	return rc;
}

static int read_duty(const struct yaml_node *node, struct duty_item *item, struct err *reterr)
{
	struct duty *duty = &item->duty;
	long minutes = 0;
	int outcome = -1, certainty = -1;
	static const char *const outcomes[] = { "duty_to_warn", "safeguarding_report" }, *const certainties[] = { "V", "K", "!" };
	int rc = yaml_keys(node, "id outcome place title basis agency due_minutes source certainty", reterr);
	rc = rc ? rc : yaml_get_text(node, "id", &duty->id, reterr);
	rc = rc ? rc : yaml_get_text(node, "place", &duty->place, reterr);
	rc = rc ? rc : yaml_get_text(node, "source", &duty->source, reterr);
	rc = rc ? rc : yaml_get_choice(node, "outcome", "duty_to_warn safeguarding_report", &outcome, reterr);
	rc = rc ? rc : yaml_get_choice(node, "certainty", "V K !", &certainty, reterr);
	rc = rc ? rc : yaml_get_int(node, "due_minutes", 0, DUE_MINUTES_MAX, &minutes, reterr);
	rc = rc ? rc : read_both(node, "title", item->title, reterr);
	rc = rc ? rc : read_both(node, "basis", item->basis, reterr);
	rc = rc ? rc : read_both(node, "agency", item->agency, reterr);
	if (rc == 0 &&
		(!duty->id.len || !duty->place.len || !duty->source.len || outcome < 0 || certainty < 0 || !yaml_get(node, "due_minutes")))
		return yaml_fail(node, reterr, "id, outcome, place, due_minutes, source and certainty are needed");
	if (rc)
		return rc;
	duty->outcome = str_c(outcomes[outcome]);
	duty->certainty = str_c(certainties[certainty]);
	duty->due_us = minutes * MINUTE_US;
	return 0;
}

static int read_duties(struct guides *guides, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *list = NULL;
	struct head head = { 0 };
	int rc = yaml_keys(root, "kind id version lang author reviewed review duties", reterr);
	rc = rc ? rc : read_head(guides, root, &head, reterr);
	rc = rc ? rc : yaml_need(root, "duties", YAML_LIST, &list, reterr);
	for (const struct yaml_node *node = list ? list->first : NULL; node && rc == 0; node = node->next) {
		if (guides->duty_count == GUIDE_DUTIES_MAX)
			return yaml_fail(node, reterr, "more than %d duties", GUIDE_DUTIES_MAX);
		struct duty_item *item = &guides->duties[guides->duty_count];
		rc = read_duty(node, item, reterr);
		for (size_t i = 0; rc == 0 && i < guides->duty_count; i++)
			if (str_eq(guides->duties[i].duty.id, item->duty.id))
				rc = yaml_fail(node, reterr, "id: stands in another pack too");
		item->duty.pack = head.pack;
		guides->duty_count++;
	}
	return rc;
}

/* ---- Opening ---- */

static int read_source(struct guides *guides, const struct messages_source *source, struct err *reterr)
{
	const struct yaml_node *root = NULL;
	bool may = str_find(source->bytes, STR("kind: playbooks"), 0) != SIZE_MAX ||
		   str_find(source->bytes, STR("kind: duties"), 0) != SIZE_MAX;
	int rc = may ? yaml_read(&guides->arena, source->name, source->bytes, FILE_MAX, &root, reterr) : 0;
	const struct yaml_node *kind = rc ? NULL : yaml_get(root, "kind");
	if (kind && str_eqc(kind->text, "playbooks"))
		return read_playbooks(guides, root, reterr);
	return kind && str_eqc(kind->text, "duties") ? read_duties(guides, root, reterr) : rc;
}

int guides_open(const struct messages_source *sources, size_t count, struct guides **ret_guides, struct err *reterr)
{
	struct guides *guides = mem_new(sizeof *guides);
	if (!guides)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	arena_init(&guides->arena, mem_system(), ARENA_MAX);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = read_source(guides, &sources[i], reterr);
	rc = rc ? rc : check_shelves(guides, reterr);
	if (rc) {
		guides_free(&guides);
		return rc;
	}
	*ret_guides = guides;
	return 0;
}

void guides_free(struct guides **guides)
{
	if (!*guides)
		return;
	arena_done(&(*guides)->arena);
	mem_delete(*guides);
	*guides = NULL;
}

/* ---- Asking ---- */

static bool among(const struct str *items, size_t count, struct str text)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(items[i], text))
			return true;
	return count == 0;
}

static bool concept_fits(const struct playbook *book, const struct guide_alert *alert)
{
	for (size_t i = 0; i < book->concept_count; i++)
		for (size_t k = 0; k < alert->concept_count; k++)
			if (str_starts(alert->concepts[k], book->concepts[i]))
				return true;
	return book->concept_count == 0;
}

/* en-GB looks at en. */
static struct str primary(struct str lang)
{
	struct str rest = lang;
	return str_split(&rest, '-');
}

const struct playbook *guides_playbook(const struct guides *guides, struct str lang, const struct guide_alert *alert)
{
	const struct shelf *found = NULL, *english = NULL;
	for (size_t i = 0; guides && i < guides->shelf_count; i++) {
		if (str_eq(guides->shelves[i]->lang, primary(lang)))
			found = guides->shelves[i];
		if (str_eqc(guides->shelves[i]->lang, "en"))
			english = guides->shelves[i];
	}
	found = found ? found : english;
	for (size_t i = 0; found && i < found->count; i++) {
		const struct playbook *book = &found->books[i];
		if (among(book->kinds, book->kind_count, alert->kind) && among(book->abouts, book->about_count, alert->about) &&
			concept_fits(book, alert))
			return book;
	}
	return NULL;
}

static struct duty in_language(const struct duty_item *item, struct str lang)
{
	struct duty duty = item->duty;
	int which = str_eqc(primary(lang), "es");
	duty.title = item->title[which];
	duty.basis = item->basis[which];
	duty.agency = item->agency[which];
	return duty;
}

void guides_duties(
	const struct guides *guides, struct str place, struct str lang, void (*fn)(void *ctx, const struct duty *duty), void *ctx)
{
	struct str country = primary(place);
	const struct str places[] = { place, country, STR("*") };
	for (size_t p = str_eq(place, country) ? 1 : 0; guides && p < COUNT_OF(places); p++)
		for (size_t i = 0; i < guides->duty_count; i++)
			if (str_eq(guides->duties[i].duty.place, places[p])) {
				struct duty duty = in_language(&guides->duties[i], lang);
				fn(ctx, &duty);
			}
}

bool guides_duty(const struct guides *guides, struct str id, struct str lang, struct duty *ret_duty)
{
	for (size_t i = 0; guides && i < guides->duty_count; i++)
		if (str_eq(guides->duties[i].duty.id, id)) {
			*ret_duty = in_language(&guides->duties[i], lang);
			return true;
		}
	return false;
}
