/* instrument.c: reading instruments and their wording; see instrument.h. */
#include "care/instrument.h"

#include "base/yaml.h"
#include "sys/mem.h"

#include <sodium.h>

#define LAYER "care/instrument"
#define INSTRUMENTS_MAX 64
#define INSTRUMENTS_ARENA_MAX (16u << 20)
#define INSTRUMENT_FILE_MAX (256u * 1024)

struct instruments {
	struct arena arena;
	struct instrument *items[INSTRUMENTS_MAX];
	size_t count;
};

size_t instruments_count(const struct instruments *instruments)
{
	return instruments ? instruments->count : 0;
}

const struct instrument *instruments_at(const struct instruments *instruments, size_t index)
{
	return instruments && index < instruments->count ? instruments->items[index] : NULL;
}

const struct instrument *instruments_find(const struct instruments *instruments, struct str id)
{
	for (size_t i = 0; instruments && i < instruments->count; i++)
		if (str_eq(instruments->items[i]->id, id))
			return instruments->items[i];
	return NULL;
}

size_t instrument_item_index(const struct instrument *instrument, struct str id)
{
	for (size_t i = 0; i < instrument->item_count; i++)
		if (str_eq(instrument->items[i].id, id))
			return i;
	return SIZE_MAX;
}

const struct instrument_text *instrument_text_for(const struct instrument *instrument, struct str lang)
{
	struct str rest = lang, primary = str_split(&rest, '-');
	for (size_t i = 0; i < instrument->text_count; i++)
		if (str_eq(instrument->texts[i]->lang, lang) || str_eq(instrument->texts[i]->lang, primary))
			return instrument->texts[i];
	return NULL;
}

/* ---- items ---- */

static int find_item(const struct instrument *instrument, const struct yaml_node *node, size_t *ret_index, struct err *reterr)
{
	size_t at = instrument_item_index(instrument, node->text);
	if (at == SIZE_MAX)
		return yaml_fail(node, reterr, "no item of this instrument (items that are looked at stand before)");
	*ret_index = at;
	return 0;
}

static int read_shown_if(
	const struct instrument *instrument, const struct yaml_node *node, struct instrument_item *item, struct err *reterr)
{
	const struct yaml_node *list = NULL;
	long value = 0;
	if (!node)
		return 0;
	int rc = yaml_keys(node, "items value or_unanswered", reterr);
	rc = rc ? rc : yaml_need(node, "items", YAML_LIST, &list, reterr);
	rc = rc ? rc : yaml_get_int(node, "value", -1000, 1000, &value, reterr);
	rc = rc ? rc : yaml_get_bool(node, "or_unanswered", &item->shown_if_unanswered, reterr);
	if (rc == 0 && (list->count == 0 || list->count > COUNT_OF(item->shown_if)))
		return yaml_fail(list, reterr, "must name 1 to %zu items", COUNT_OF(item->shown_if));
	for (const struct yaml_node *each = rc ? NULL : list->first; each && rc == 0; each = each->next)
		rc = find_item(instrument, each, &item->shown_if[item->shown_if_count++], reterr);
	item->shown_if_value = (int)value;
	return rc;
}

static int read_item(struct instrument *instrument, const struct yaml_node *node, struct err *reterr)
{
	struct instrument_item item = { .scored = true };
	long min = 0, max = 0;
	if (instrument->item_count == INSTRUMENT_ITEMS_MAX)
		return yaml_fail(node, reterr, "more than %d items", INSTRUMENT_ITEMS_MAX);
	int rc = yaml_keys(node, "id min max loinc reverse scored optional risk not_applicable show_if", reterr);
	rc = rc ? rc : yaml_get_text(node, "id", &item.id, reterr);
	rc = rc ? rc : yaml_get_text(node, "loinc", &item.loinc, reterr);
	rc = rc ? rc : yaml_get_int(node, "min", 0, 1000, &min, reterr);
	rc = rc ? rc : yaml_get_int(node, "max", 0, 1000, &max, reterr);
	rc = rc ? rc : yaml_get_bool(node, "reverse", &item.reverse, reterr);
	rc = rc ? rc : yaml_get_bool(node, "scored", &item.scored, reterr);
	rc = rc ? rc : yaml_get_bool(node, "optional", &item.optional, reterr);
	rc = rc ? rc : yaml_get_bool(node, "risk", &item.risk, reterr);
	rc = rc ? rc : yaml_get_bool(node, "not_applicable", &item.not_applicable, reterr);
	rc = rc ? rc : read_shown_if(instrument, yaml_get(node, "show_if"), &item, reterr);
	if (rc)
		return rc;
	if (!item.id.len || !yaml_get(node, "min") || max <= min)
		return yaml_fail(node, reterr, "id, min and a greater max are needed: each item has its own key");
	if (instrument_item_index(instrument, item.id) != SIZE_MAX)
		return yaml_fail(node, reterr, "another item has this id");
	item.min = (int)min;
	item.max = (int)max;
	instrument->items[instrument->item_count++] = item;
	return 0;
}

static int read_band(struct instrument *instrument, const struct yaml_node *node, struct err *reterr)
{
	struct instrument_band band = { { 0 }, { 0 }, 0, 0 };
	long from = 0, to = 0;
	if (instrument->band_count == INSTRUMENT_BANDS_MAX)
		return yaml_fail(node, reterr, "more than %d bands", INSTRUMENT_BANDS_MAX);
	int rc = yaml_keys(node, "id from to certainty", reterr);
	rc = rc ? rc : yaml_get_text(node, "id", &band.id, reterr);
	rc = rc ? rc : yaml_get_text(node, "certainty", &band.certainty, reterr);
	rc = rc ? rc : yaml_get_int(node, "from", 0, 100000, &from, reterr);
	rc = rc ? rc : yaml_get_int(node, "to", from, 100000, &to, reterr);
	if (rc == 0 && (!band.id.len || !band.certainty.len))
		return yaml_fail(node, reterr, "id and certainty are needed");
	band.from = (int)from;
	band.to = (int)to;
	if (rc == 0 && instrument->band_count && band.from != instrument->bands[instrument->band_count - 1].to + 1)
		return yaml_fail(node, reterr, "must begin right after the band before it");
	if (rc == 0)
		instrument->bands[instrument->band_count++] = band;
	return rc;
}

static int read_trigger(struct instrument *instrument, const struct yaml_node *node, struct err *reterr)
{
	struct instrument_trigger trigger = { .item = 0 };
	const struct yaml_node *item = NULL;
	long from = 0, to = 0, level = 0, alert = 0;
	if (instrument->trigger_count == INSTRUMENT_TRIGGERS_MAX)
		return yaml_fail(node, reterr, "more than %d triggers", INSTRUMENT_TRIGGERS_MAX);
	int rc = yaml_keys(node, "item from to level alert follow_up result", reterr);
	rc = rc ? rc : yaml_need(node, "item", YAML_TEXT, &item, reterr);
	rc = rc ? rc : find_item(instrument, item, &trigger.item, reterr);
	rc = rc ? rc : yaml_get_int(node, "from", 0, 1000, &from, reterr);
	rc = rc ? rc : yaml_get_int(node, "to", from, 1000, &to, reterr);
	rc = rc ? rc : yaml_get_int(node, "level", 1, 4, &level, reterr);
	rc = rc ? rc : yaml_get_int(node, "alert", 1, 4, &alert, reterr);
	rc = rc ? rc : yaml_get_text(node, "follow_up", &trigger.follow_up, reterr);
	rc = rc ? rc : yaml_get_text(node, "result", &trigger.result, reterr);
	if (rc == 0 && (!level || !alert || !yaml_get(node, "from")))
		return yaml_fail(node, reterr, "from, to, level and alert are needed");
	if (rc == 0 && !instrument->items[trigger.item].risk)
		return yaml_fail(item, reterr, "an item that sets something off must be marked as risk");
	trigger.from = (int)from;
	trigger.to = (int)to;
	trigger.level = (int)level;
	trigger.alert = (int)alert;
	if (rc == 0)
		instrument->triggers[instrument->trigger_count++] = trigger;
	return rc;
}

static int read_clusters(struct instrument *instrument, const struct yaml_node *node, struct err *reterr)
{
	const struct yaml_node *parts = NULL, *items = NULL;
	if (!node)
		return 0;
	int rc = yaml_keys(node, "counts_from certainty parts", reterr);
	rc = rc ? rc : yaml_get_int(node, "counts_from", 0, 1000, &instrument->part_from, reterr);
	rc = rc ? rc : yaml_need(node, "parts", YAML_LIST, &parts, reterr);
	if (rc == 0 && parts->count > INSTRUMENT_PARTS_MAX)
		return yaml_fail(parts, reterr, "more than %d parts", INSTRUMENT_PARTS_MAX);
	for (const struct yaml_node *part = rc ? NULL : parts->first; part && rc == 0; part = part->next) {
		size_t at = instrument->part_count++;
		rc = yaml_keys(part, "id items need", reterr);
		rc = rc ? rc : yaml_need(part, "items", YAML_LIST, &items, reterr);
		rc = rc ? rc : yaml_get_int(part, "need", 1, INSTRUMENT_ITEMS_MAX, &instrument->parts[at].need, reterr);
		if (rc == 0 && items->count > INSTRUMENT_ITEMS_MAX)
			return yaml_fail(items, reterr, "too many items");
		for (const struct yaml_node *item = rc ? NULL : items->first; item && rc == 0; item = item->next)
			rc = find_item(instrument, item, &instrument->parts[at].items[instrument->parts[at].count++], reterr);
	}
	return rc;
}

/* ---- vectors ---- */

/* What a vector expects; what it does not say is not looked at. */
struct expected {
	struct answer answers[INSTRUMENT_ITEMS_MAX];
	struct str band;
	long total, level; /* -1: not said */
	bool prorated, unscored, is_case, clusters, says_case, says_clusters;
};

static int read_vector(const struct instrument *instrument, const struct yaml_node *node, struct expected *expected, struct err *reterr)
{
	const struct yaml_node *list = NULL;
	long value = 0;
	size_t at = 0;
	int rc = yaml_keys(node, "answers total band level prorated unscored case clusters", reterr);
	rc = rc ? rc : yaml_need(node, "answers", YAML_LIST, &list, reterr);
	rc = rc ? rc : yaml_get_int(node, "total", 0, 100000, &expected->total, reterr);
	rc = rc ? rc : yaml_get_int(node, "level", 0, 4, &expected->level, reterr);
	rc = rc ? rc : yaml_get_text(node, "band", &expected->band, reterr);
	rc = rc ? rc : yaml_get_bool(node, "prorated", &expected->prorated, reterr);
	rc = rc ? rc : yaml_get_bool(node, "unscored", &expected->unscored, reterr);
	rc = rc ? rc : yaml_get_bool(node, "case", &expected->is_case, reterr);
	rc = rc ? rc : yaml_get_bool(node, "clusters", &expected->clusters, reterr);
	expected->says_case = yaml_get(node, "case") != NULL;
	expected->says_clusters = yaml_get(node, "clusters") != NULL;
	for (const struct yaml_node *each = rc ? NULL : list->first; each && rc == 0 && at < instrument->item_count; each = each->next) {
		rc = yaml_int(each, -1, 1000, &value, reterr);
		if (value >= 0)
			expected->answers[at] = (struct answer){ ANSWER_GIVEN, (int)value };
		rc = rc ? rc : answer_fits(instrument, at, expected->answers[at], reterr);
		at++;
	}
	return rc;
}

static bool as_expected(const struct expected *expected, const struct score *score, struct str told)
{
	if (expected->total >= 0 && (score->state == SCORE_NONE || score->total != expected->total))
		return false;
	if ((expected->band.len && !str_eq(told, expected->band)) || (expected->level >= 0 && score->level != expected->level))
		return false;
	if ((expected->prorated && score->state != SCORE_PRORATED) || (expected->unscored && score->state != SCORE_NONE))
		return false;
	return (!expected->says_case || score->is_case == expected->is_case) &&
	       (!expected->says_clusters || score->clusters == expected->clusters);
}

static int check_vector(const struct instrument *instrument, const struct yaml_node *node, struct err *reterr)
{
	struct expected expected = { .total = -1, .level = -1 };
	struct score score;
	int rc = read_vector(instrument, node, &expected, reterr);
	if (rc)
		return rc;
	instrument_score(instrument, expected.answers, &score);
	struct str told = instrument->no_score ? score.result : score.band ? score.band->id : STR("");
	if (as_expected(&expected, &score, told))
		return 0;
	return yaml_fail(node, reterr, "gives total %d, \"%.*s\", level %d, case %d, clusters %d, state %d", score.total, (int)told.len,
		told.ptr, score.level, score.is_case, score.clusters, (int)score.state);
}

/* ---- one instrument ---- */

static int each_of(struct instrument *instrument, const struct yaml_node *root, const char *key,
	int (*read)(struct instrument *instrument, const struct yaml_node *node, struct err *reterr), struct err *reterr)
{
	const struct yaml_node *list = yaml_get(root, key);
	int rc = list && list->kind != YAML_LIST ? yaml_fail(list, reterr, "must be a list") : 0;
	for (const struct yaml_node *node = list && !rc ? list->first : NULL; node && rc == 0; node = node->next)
		rc = read(instrument, node, reterr);
	return rc;
}

static int read_head(struct instrument *instrument, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *title = yaml_get(root, "title"), *about = yaml_get(root, "about"), *loinc = yaml_get(root, "loinc");
	const struct yaml_node *scoring = yaml_get(root, "scoring"), *better = yaml_get(root, "better");
	int rc = yaml_keys(root,
		"kind id version lang author reviewed review title about recall licence source loinc skeleton scoring no_result better "
		"tenths "
		"multiply items missing bands case on_case reliable_change clusters triggers vectors",
		reterr);
	rc = rc ? rc : yaml_get_text(root, "id", &instrument->id, reterr);
	rc = rc ? rc : yaml_get_int(root, "version", 1, 100000, &instrument->version, reterr);
	rc = rc ? rc : yaml_get_text(title, "en", &instrument->title_en, reterr);
	rc = rc ? rc : yaml_get_text(title, "es", &instrument->title_es, reterr);
	rc = rc ? rc : yaml_get_text(about, "en", &instrument->about_en, reterr);
	rc = rc ? rc : yaml_get_text(about, "es", &instrument->about_es, reterr);
	rc = rc ? rc : yaml_get_text(root, "recall", &instrument->recall, reterr);
	rc = rc ? rc : yaml_get_text(root, "licence", &instrument->licence, reterr);
	rc = rc ? rc : yaml_get_text(loinc, "panel", &instrument->loinc_panel, reterr);
	rc = rc ? rc : yaml_get_text(loinc, "total", &instrument->loinc_total, reterr);
	rc = rc ? rc : yaml_get_bool(root, "skeleton", &instrument->skeleton, reterr);
	rc = rc ? rc : yaml_get_bool(root, "tenths", &instrument->tenths, reterr);
	rc = rc ? rc : yaml_get_int(root, "multiply", 1, 100, &instrument->multiply, reterr);
	rc = rc ? rc : yaml_get_text(root, "no_result", &instrument->no_result, reterr);
	rc = rc ? rc : yaml_get_text(root, "on_case", &instrument->on_case, reterr);
	instrument->no_score = scoring && str_eqc(scoring->text, "none");
	instrument->higher_is_better = better && str_eqc(better->text, "higher");
	if (rc == 0 && (!instrument->id.len || !instrument->title_en.len || !instrument->title_es.len || !instrument->licence.len))
		return yaml_fail(root, reterr, "id, title in en and es, and licence are needed");
	return rc;
}

static int read_figures(struct instrument *instrument, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *missing = yaml_get(root, "missing"), *cut = yaml_get(root, "case"),
			       *change = yaml_get(root, "reliable_change");
	int rc = yaml_get_int(missing, "prorate_up_to", 0, INSTRUMENT_ITEMS_MAX, &instrument->prorate_up_to, reterr);
	rc = rc ? rc : yaml_get_text(missing, "certainty", &instrument->prorate_certainty, reterr);
	rc = rc ? rc : yaml_get_int(cut, "at", 0, 100000, &instrument->case_at, reterr);
	rc = rc ? rc : yaml_get_text(cut, "certainty", &instrument->case_certainty, reterr);
	rc = rc ? rc : yaml_get_text(cut, "source", &instrument->case_source, reterr);
	rc = rc ? rc : yaml_get_int(change, "points", 1, 100000, &instrument->change, reterr);
	rc = rc ? rc : yaml_get_text(change, "certainty", &instrument->change_certainty, reterr);
	rc = rc ? rc : yaml_get_text(change, "source", &instrument->change_source, reterr);
	instrument->has_case = cut != NULL;
	instrument->has_change = change != NULL;
	if (rc == 0 && ((cut && !instrument->case_certainty.len) || (change && !instrument->change_certainty.len) ||
			       (missing && !instrument->prorate_certainty.len)))
		return yaml_fail(root, reterr, "a figure stands without its certainty");
	return rc;
}

static int check_whole(const struct instrument *instrument, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *vectors = NULL;
	int rc = yaml_need(root, "vectors", YAML_LIST, &vectors, reterr);
	if (rc == 0 && !instrument->item_count)
		return yaml_fail(root, reterr, "has no items");
	if (rc == 0 && instrument->band_count && instrument->bands[instrument->band_count - 1].to != instrument_max(instrument))
		return yaml_fail(
			yaml_get(root, "bands"), reterr, "the last band must end at the highest total, %d", instrument_max(instrument));
	for (const struct yaml_node *node = rc ? NULL : vectors->first; node && rc == 0; node = node->next)
		rc = check_vector(instrument, node, reterr);
	return rc;
}

static int read_instrument(struct instruments *instruments, const struct yaml_node *root, struct str bytes, struct err *reterr)
{
	struct instrument *instrument = ARENA_NEW(&instruments->arena, struct instrument);
	uint8_t hash[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof hash + 1];
	if (!instrument)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (instruments->count == INSTRUMENTS_MAX)
		return yaml_fail(root, reterr, "more than %d instruments", INSTRUMENTS_MAX);
	instrument->multiply = 1;
	crypto_hash_sha256(hash, (const unsigned char *)bytes.ptr, bytes.len);
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	instrument->rules = arena_copy(&instruments->arena, str_make(hex, 16));
	int rc = read_head(instrument, root, reterr);
	rc = rc ? rc : each_of(instrument, root, "items", read_item, reterr);
	rc = rc ? rc : read_figures(instrument, root, reterr);
	rc = rc ? rc : each_of(instrument, root, "bands", read_band, reterr);
	rc = rc ? rc : each_of(instrument, root, "triggers", read_trigger, reterr);
	rc = rc ? rc : read_clusters(instrument, yaml_get(root, "clusters"), reterr);
	rc = rc ? rc : check_whole(instrument, root, reterr);
	if (rc == 0 && instruments_find(instruments, instrument->id))
		return yaml_fail(root, reterr, "another instrument has this id");
	if (rc == 0)
		instruments->items[instruments->count++] = instrument;
	return rc;
}

/* ---- wording ---- */

static int read_choices(
	const struct yaml_node *list, const struct instrument_item *item, struct str choices[INSTRUMENT_CHOICES_MAX], struct err *reterr)
{
	size_t count = 0;
	if (!list)
		return 0;
	if (list->kind != YAML_LIST || list->count != (size_t)item->max - (size_t)item->min + 1 || list->count > INSTRUMENT_CHOICES_MAX)
		return yaml_fail(list, reterr, "must hold a text for each of %d to %d", item->min, item->max);
	for (const struct yaml_node *node = list->first; node; node = node->next)
		choices[count++] = node->text;
	return 0;
}

static int read_item_text(const struct instrument *instrument, struct instrument_text *text, const struct yaml_node *node,
	const struct yaml_node *common, struct err *reterr)
{
	const struct yaml_node *id = NULL, *own = yaml_get(node, "choices");
	size_t at = 0;
	int rc = yaml_keys(node, "id text choices", reterr);
	rc = rc ? rc : yaml_need(node, "id", YAML_TEXT, &id, reterr);
	rc = rc ? rc : find_item(instrument, id, &at, reterr);
	rc = rc ? rc : yaml_get_text(node, "text", &text->items[at], reterr);
	return rc ? rc : read_choices(own ? own : common, &instrument->items[at], text->choices[at], reterr);
}

static int read_text(struct instruments *instruments, const struct yaml_node *root, struct err *reterr)
{
	struct instrument_text *text = ARENA_NEW(&instruments->arena, struct instrument_text);
	const struct yaml_node *name = NULL, *items = NULL, *ends = yaml_get(root, "ends"), *translation = yaml_get(root, "translation");
	if (!text)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	int rc = yaml_keys(root, "kind id version lang author reviewed review translation instrument stem choices ends items", reterr);
	rc = rc ? rc : yaml_need(root, "instrument", YAML_TEXT, &name, reterr);
	rc = rc ? rc : yaml_need(root, "items", YAML_LIST, &items, reterr);
	rc = rc ? rc : yaml_get_text(root, "lang", &text->lang, reterr);
	rc = rc ? rc : yaml_get_text(root, "stem", &text->stem, reterr);
	rc = rc ? rc : yaml_get_text(root, "author", &text->author, reterr);
	rc = rc ? rc : yaml_get_text(root, "review", &text->review, reterr);
	if (rc)
		return rc;
	struct instrument *instrument = (struct instrument *)(uintptr_t)instruments_find(instruments, name->text);
	if (!instrument)
		return yaml_fail(name, reterr, "no such instrument");
	if (translation && !str_eqc(translation->text, "own"))
		return yaml_fail(translation, reterr, "a translation is \"own\", or nothing is said of it");
	text->own = translation != NULL;
	if (instrument->text_count == INSTRUMENT_TEXTS_MAX || instrument_text_for(instrument, text->lang))
		return yaml_fail(root, reterr, "the instrument has this language already, or too many");
	for (const struct yaml_node *node = items->first; node && rc == 0; node = node->next)
		rc = read_item_text(instrument, text, node, yaml_get(root, "choices"), reterr);
	for (size_t i = 0; i < instrument->item_count && rc == 0; i++)
		if (!text->items[i].len)
			rc = yaml_fail(
				items, reterr, "the item %.*s has no text", (int)instrument->items[i].id.len, instrument->items[i].id.ptr);
	if (rc == 0 && ends && ends->kind == YAML_LIST && ends->count == 2) {
		text->ends[0] = ends->first->text;
		text->ends[1] = ends->first->next->text;
	}
	if (rc == 0)
		instrument->texts[instrument->text_count++] = text;
	return rc;
}

/* ---- all ---- */

static int read_kind(struct instruments *instruments, const struct messages_source *source, const char *wanted, struct err *reterr)
{
	const struct yaml_node *root = NULL;
	if (str_find(source->bytes, STR("kind: instrument"), 0) == SIZE_MAX)
		return 0;
	int rc = yaml_read(&instruments->arena, source->name, source->bytes, INSTRUMENT_FILE_MAX, &root, reterr);
	const struct yaml_node *kind = rc ? NULL : yaml_get(root, "kind");
	if (!kind || !str_eqc(kind->text, wanted))
		return rc;
	return strcmp(wanted, "instrument") == 0 ? read_instrument(instruments, root, source->bytes, reterr)
						 : read_text(instruments, root, reterr);
}

static int check_references(const struct instruments *instruments, struct err *reterr)
{
	for (size_t i = 0; i < instruments->count; i++) {
		const struct instrument *instrument = instruments->items[i];
		for (size_t k = 0; k < instrument->trigger_count; k++)
			if (instrument->triggers[k].follow_up.len && !instruments_find(instruments, instrument->triggers[k].follow_up))
				return err_set(reterr, E_INVALID, LAYER, "%.*s asks for an instrument that no pack has",
					(int)instrument->id.len, instrument->id.ptr);
		if (instrument->on_case.len && !instruments_find(instruments, instrument->on_case))
			return err_set(reterr, E_INVALID, LAYER, "%.*s asks for an instrument that no pack has", (int)instrument->id.len,
				instrument->id.ptr);
	}
	return 0;
}

int instruments_open(const struct messages_source *sources, size_t count, struct instruments **ret_instruments, struct err *reterr)
{
	struct instruments *instruments = mem_new(sizeof *instruments);
	if (!instruments)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	arena_init(&instruments->arena, mem_system(), INSTRUMENTS_ARENA_MAX);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = read_kind(instruments, &sources[i], "instrument", reterr);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = read_kind(instruments, &sources[i], "instrument_text", reterr);
	rc = rc ? rc : check_references(instruments, reterr);
	if (rc)
		instruments_free(&instruments);
	else
		*ret_instruments = instruments;
	return rc;
}

void instruments_free(struct instruments **instruments)
{
	if (!*instruments)
		return;
	arena_done(&(*instruments)->arena);
	mem_delete(*instruments);
	*instruments = NULL;
}
