/* instrument_test.c: the instruments that ship, over all their answers or many of them; change and outcome by the reference's vectors; and
 * what the loader refuses. */
#include "care/instrument.h"

#include "base/property.h"
#include "sys/files.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena arena;
static struct instruments *instruments;

#define FILES_MAX 100
static int read_packs(void **state)
{
	static struct messages_source sources[FILES_MAX];
	struct err err = { 0 };
	struct str *names = NULL;
	size_t count = 0, name_count = 0;
	(void)state;
	arena_init(&arena, mem_system(), 8u << 20);
	const char *root = getenv("HEEDWELL_SOURCE");
	const char *folder = arena_printf(&arena, "%s/packs/instruments", root ? root : ".").ptr;
	if (files_list(&arena, folder, ".yaml", FILES_MAX, &names, &name_count, &err))
		fail_msg("%s", err.message);
	for (size_t i = 0; i < name_count && count < FILES_MAX; i++) {
		struct str path = arena_printf(&arena, "%s/%s", folder, names[i].ptr);
		if (files_read(&arena, path.ptr, 1u << 20, &sources[count].bytes, &err))
			fail_msg("%s", err.message);
		sources[count++].name = path;
	}
	if (instruments_open(sources, count, &instruments, &err))
		fail_msg("%s", err.message);
	return 0;
}

static int free_packs(void **state)
{
	(void)state;
	instruments_free(&instruments);
	arena_done(&arena);
	return 0;
}

static const struct instrument *find(const char *id)
{
	const struct instrument *instrument = instruments_find(instruments, str_c(id));
	if (!instrument)
		fail_msg("no %s", id);
	return instrument;
}

static void set_all(const struct instrument *instrument, int value, struct answer *answers)
{
	for (size_t i = 0; i < instrument->item_count; i++)
		answers[i] = (struct answer){ ANSWER_GIVEN, value };
}

/* Every combination of a short instrument, by counting in its base. */
static bool next_combination(const struct instrument *instrument, struct answer *answers)
{
	for (size_t i = 0; i < instrument->item_count; i++) {
		if (answers[i].value < instrument->items[i].max) {
			answers[i].value++;
			return true;
		}
		answers[i].value = instrument->items[i].min;
	}
	return false;
}

static void short_ones_exhaustively(void **state)
{
	static const char *const ids[] = { "phq-2", "gad-2", "gad-7", "audit-c", "session-rating", "suds", "isi" };
	(void)state;
	for (size_t n = 0; n < COUNT_OF(ids); n++) {
		const struct instrument *instrument = find(ids[n]);
		struct answer answers[INSTRUMENT_ITEMS_MAX];
		size_t seen = 0;
		for (size_t i = 0; i < instrument->item_count; i++)
			answers[i] = (struct answer){ ANSWER_GIVEN, instrument->items[i].min };
		do {
			struct score score;
			int sum = 0;
			for (size_t i = 0; i < instrument->item_count; i++)
				sum += answers[i].value;
			instrument_score(instrument, answers, &score);
			assert_int_equal(score.state, SCORE_FULL);
			assert_int_equal(score.total, sum);
			assert_non_null(score.band);
			assert_true(score.total >= score.band->from && score.total <= score.band->to);
			assert_int_equal(score.is_case, instrument->has_case && sum >= instrument->case_at);
			seen++;
		} while (next_combination(instrument, answers));
		assert_true(seen > 10);
	}
}

static int random_value(struct property *seed, const struct instrument_item *item)
{
	return item->min + (int)(property_next(seed) % (uint64_t)(item->max - item->min + 1));
}

/* Laws of all: the total lies between the bounds and in a band; one more on an item moves it by the key's sign; leaving out never lowers
 * what is set off; an item that is not shown changes nothing. */
static void laws_of_all(void **state)
{
	struct property seed = property_start("instrument");
	(void)state;
	for (int round = 0; round < 20000; round++) {
		const struct instrument *instrument = instruments_at(instruments, property_next(&seed) % instruments_count(instruments));
		struct answer answers[INSTRUMENT_ITEMS_MAX] = { { ANSWER_MISSING, 0 } };
		struct score score, other;
		for (size_t i = 0; i < instrument->item_count; i++)
			answers[i] = (struct answer){ ANSWER_GIVEN, random_value(&seed, &instrument->items[i]) };
		instrument_score(instrument, answers, &score);
		size_t at = property_next(&seed) % instrument->item_count;
		const struct instrument_item *item = &instrument->items[at];
		if (!instrument->no_score) {
			assert_int_equal(score.state, SCORE_FULL);
			assert_true(score.total >= 0 && score.total <= instrument_max(instrument));
			assert_non_null(score.band);
			if (item->scored && answers[at].value < item->max) {
				answers[at].value++;
				instrument_score(instrument, answers, &other);
				assert_int_equal(other.total - score.total, (item->reverse ? -1 : 1) * instrument->multiply);
				answers[at].value--;
			}
		}
		struct answer kept = answers[at];
		if (!item_shown(instrument, answers, at)) {
			answers[at] = (struct answer){ ANSWER_GIVEN, item->max };
			instrument_score(instrument, answers, &other);
			assert_int_equal(other.level, score.level);
			assert_int_equal(other.total, score.total);
			answers[at] = kept;
		} else if (item->risk) {
			const struct instrument_trigger *mine = item_trigger(instrument, at, kept);
			answers[at].kind = ANSWER_DECLINED;
			instrument_score(instrument, answers, &other);
			assert_true(other.risk_unanswered && other.level > 0);
			assert_true(mine || other.level >= score.level);
		}
	}
}

static void missing_items(void **state)
{
	const struct instrument *phq = find("phq-9"), *wsas = find("wsas"), *core = find("core-10");
	struct answer answers[INSTRUMENT_ITEMS_MAX];
	struct score score;
	(void)state;
	set_all(phq, 2, answers);
	answers[8] = (struct answer){ ANSWER_GIVEN, 0 };
	answers[0].kind = answers[1].kind = ANSWER_MISSING;
	instrument_score(phq, answers, &score);
	assert_int_equal(score.state, SCORE_PRORATED);
	assert_int_equal(score.total, 15); /* 12 of 7 items: 15.43 of 9 */
	assert_int_equal(score.missing, 2);
	answers[2].kind = ANSWER_DECLINED;
	instrument_score(phq, answers, &score);
	assert_int_equal(score.state, SCORE_NONE);
	set_all(phq, 0, answers); /* the item about harm left out is not a zero */
	answers[8].kind = ANSWER_MISSING;
	instrument_score(phq, answers, &score);
	assert_true(score.risk_unanswered);
	assert_int_equal(score.level, 2);
	set_all(wsas, 5, answers);
	answers[0] = (struct answer){ ANSWER_NOT_APPLICABLE, 0 };
	instrument_score(wsas, answers, &score);
	assert_int_equal(score.state, SCORE_NONE); /* its own rule: not made up */
	set_all(core, 2, answers);
	answers[4].kind = ANSWER_MISSING;
	instrument_score(core, answers, &score);
	assert_int_equal(score.state, SCORE_PRORATED);
	assert_int_equal(score.total, 20);
}

static void values_are_not_shifted(void **state)
{
	const struct instrument *isi = find("isi");
	struct err err = { 0 };
	(void)state;
	assert_int_equal(answer_fits(isi, 0, (struct answer){ ANSWER_GIVEN, 5 }, &err), E_INVALID);
	assert_int_equal(answer_fits(isi, 0, (struct answer){ ANSWER_GIVEN, -1 }, &err), E_INVALID);
	assert_int_equal(answer_fits(isi, 0, (struct answer){ ANSWER_NOT_APPLICABLE, 0 }, &err), E_INVALID);
	assert_int_equal(answer_fits(isi, 0, (struct answer){ ANSWER_GIVEN, 4 }, &err), 0);
	assert_int_equal(instrument_max(find("suds")), 100);
	assert_int_equal(instrument_max(isi), 28);
}

static void change_and_outcome(void **state)
{
	const struct instrument *phq = find("phq-9"), *gad = find("gad-7");
	static const struct {
		int phq_first, phq_last, gad_first, gad_last;
		enum outcome outcome;
		bool start, recovered, reliably;
	} cases[] = {
		{ 15, 9, 12, 7, OUTCOME_IMPROVED, true, true, true },
		{ 10, 9, 8, 7, OUTCOME_NO_CHANGE, true, true, false },
		{ 12, 5, 12, 17, OUTCOME_MIXED, true, false, false },
		{ 9, 3, 7, 3, OUTCOME_IMPROVED, false, false, false },
		{ 12, 18, 12, 12, OUTCOME_DETERIORATED, true, false, false },
		{ 10, 10, 7, 7, OUTCOME_NO_CHANGE, true, false, false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct outcome_pair pair;
		outcome_of_pair(phq, cases[i].phq_first, cases[i].phq_last, gad, cases[i].gad_first, cases[i].gad_last, &pair);
		assert_int_equal(pair.outcome, cases[i].outcome);
		assert_int_equal(pair.case_at_start, cases[i].start);
		assert_int_equal(pair.recovered, cases[i].recovered);
		assert_int_equal(pair.reliably_recovered, cases[i].reliably);
	}
	assert_int_equal(instrument_change(find("who-5"), 40, 50), CHANGE_BETTER); /* higher is better */
	assert_int_equal(instrument_change(find("who-5"), 50, 40), CHANGE_WORSE);
	assert_int_equal(instrument_change(find("suds"), 90, 10), CHANGE_UNKNOWN); /* no figure, no claim */
}

static void refused(void **state)
{
	static const char *const bad[] = {
		/* a reversed item without its own range; a figure without certainty; a vector that does not hold; a total beyond the bands
		 */
		"items: [{id: q1, reverse: true}]\nvectors: [{answers: [0]}]\n",
		"items: [{id: q1, min: 0, max: 3}]\ncase: {at: 2}\nvectors: [{answers: [0]}]\n",
		"items: [{id: q1, min: 0, max: 3}]\nvectors: [{answers: [3], total: 2}]\n",
		"items: [{id: q1, min: 0, max: 3}]\nbands: [{id: a, from: 0, to: 2, certainty: V}]\nvectors: [{answers: [3], total: 3}]\n",
		"items: [{id: q1, min: 0, max: 3}]\ntriggers: [{item: q1, from: 1, to: 3, level: 2, alert: 3}]\nvectors: [{answers: "
		"[0]}]\n",
		"items: [{id: q1, min: 0, max: 1, show_if: {items: [q2], value: 1}}, {id: q2, min: 0, max: 1}]\nvectors: [{answers: [0, "
		"0]}]\n",
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct instruments *none = NULL;
		struct err err = { 0 };
		struct str text = arena_printf(&arena,
			"kind: instrument\nid: x\nversion: 1\ntitle: {en: X, es: X}\nlicence: own\nlang: mul\nauthor: t\nreviewed: "
			"2026-11-28\nreview: none\n%s",
			bad[i]);
		const struct messages_source source = { STR("x.yaml"), text };
		assert_int_equal(instruments_open(&source, 1, &none, &err), E_INVALID);
		assert_null(none);
	}
}

/* Whatever has a wording has it in English and in Spanish; only a Spanish one is ever our own, and then it says so. */
static void both_languages(void **state)
{
	static const char *const own[] = { "audit-c", "k10", "pcl-5" };
	size_t found = 0, worded = 0;
	(void)state;
	for (size_t i = 0; i < instruments_count(instruments); i++) {
		const struct instrument *instrument = instruments_at(instruments, i);
		if (!instrument->text_count)
			continue;
		const struct instrument_text *en = instrument_text_for(instrument, STR("en")),
					     *es = instrument_text_for(instrument, STR("es"));
		assert_non_null(en);
		assert_non_null(es);
		assert_false(en->own);
		worded++;
		for (size_t k = 0; k < COUNT_OF(own); k++)
			found += es->own && str_eqc(instrument->id, own[k]);
		assert_true(!es->own || str_find(es->review, STR("neither published nor validated"), 0) != SIZE_MAX);
	}
	assert_int_equal(found, COUNT_OF(own));
	assert_true(worded >= 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_ones_exhaustively),
		cmocka_unit_test(laws_of_all),
		cmocka_unit_test(missing_items),
		cmocka_unit_test(values_are_not_shifted),
		cmocka_unit_test(change_and_outcome),
		cmocka_unit_test(both_languages),
		cmocka_unit_test(refused),
	};
	return cmocka_run_group_tests(tests, read_packs, free_packs);
}
