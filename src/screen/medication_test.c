/* medication_test.c: what is read of a text about medicines, what a comparison finds, and by property: a text with itself differs in
 * nothing; one changed digit, unit, frequency, medicine or negation is always found, in each of the seven languages. */
#include "screen/medication_pack_test.h"
#include "screen/medication_priv.h"

#include "base/property.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct screen_engine *engine;

static int open_engine(void **state)
{
	engine = test_medicine_engine(mem_system());
	return engine ? 0 : -1;
}

static int close_engine(void **state)
{
	screen_engine_free(&engine);
	return 0;
}

/* ---- reading ---- */

struct sample {
	const char *lang, *text, *expected;
};

static size_t describe(const struct medication_fact *fact, char *out, size_t room)
{
	const char *kind = medication_kind_name(fact->kind), *code = medication_code_name(fact);
	long long low = (long long)fact->low, high = (long long)fact->high;
	switch (fact->kind) {
	case MEDICATION_DRUG: return (size_t)snprintf(out, room, STR_FMT, STR_ARG(medication_name(engine, fact->medicine)));
	case MEDICATION_DOSE:
	case MEDICATION_NUMBER:
		return (size_t)(low == high ? snprintf(out, room, "%s %lld %s", kind, low, code)
					    : snprintf(out, room, "%s %lld-%lld %s", kind, low, high, code));
	case MEDICATION_FREQUENCY:
		return (size_t)(low == high ? snprintf(out, room, "%lld/%lld", low, (long long)fact->period_minutes)
					    : snprintf(out, room, "%lld-%lld/%lld", low, high, (long long)fact->period_minutes));
	case MEDICATION_DURATION:
	case MEDICATION_CLOCK: return (size_t)snprintf(out, room, "%s %lld", kind, low / 1000);
	case MEDICATION_ACTION: return (size_t)snprintf(out, room, "%s%s", fact->negated ? "not " : "", code);
	case MEDICATION_DATE: return (size_t)snprintf(out, room, "%s %lld", code, low);
	case MEDICATION_PERSON: return (size_t)snprintf(out, room, "%s " STR_FMT, kind, STR_ARG(fact->text));
	default: return (size_t)snprintf(out, room, "%s", *code ? code : kind);
	}
}

static void check_samples(const struct sample *samples, size_t count)
{
	struct arena arena;
	arena_init(&arena, mem_system(), 16u << 20);
	for (size_t i = 0; i < count; i++) {
		struct medication_reading reading;
		struct err err = { 0 };
		char found[1024] = "";
		size_t len = 0;
		arena_reset(&arena);
		assert_int_equal(medication_read(engine, &arena, str_c(samples[i].text), str_c(samples[i].lang), &reading, &err), 0);
		for (size_t k = 0; k < reading.fact_count && len < sizeof found - 100; k++) {
			len += (size_t)snprintf(found + len, sizeof found - len, "%s", k ? "; " : "");
			len += describe(&reading.facts[k], found + len, sizeof found - len);
		}
		if (strcmp(found, samples[i].expected) != 0)
			fail_msg("\"%s\": expected \"%s\", found \"%s\"", samples[i].text, samples[i].expected, found);
	}
	arena_done(&arena);
}

static void test_amounts(void **state)
{
	static const struct sample samples[] = {
		{ "en", "50 mg", "dose 50000 milligram" },
		{ "en", "50mg", "dose 50000 milligram" },
		{ "en", "25 mcg each morning", "dose 25000 microgram; 1000/1440; morning" },
		{ "en", "25 \xC2\xB5g and 25 \xCE\xBCg", "dose 25000 microgram; dose 25000 microgram" },
		{ "en", "\xE3\x8E\x8D", "" }, /* the sign for micrograms without a number */
		{ "en", "0.125 mg", "dose 125 milligram" },
		{ "en", ".5 mg", "dose 500 milligram" },
		{ "en", "1,000 mg", "dose 1000000 milligram" },
		{ "de", "1.000 mg", "dose 1000000 milligram" },
		{ "de", "1,5 mg", "dose 1500 milligram" },
		{ "fr", "1 000 mg", "dose 1000000 milligram" },
		{ "en", "２５ mg", "dose 25000 milligram" },
		{ "en", "１．５ｍｇ", "dose 1500 milligram" },
		{ "ar", "٢٥ ملغ", "dose 25000 milligram" },
		{ "ar", "١٫٥ ملغ", "dose 1500 milligram" },
		{ "en", "half a tablet", "dose 500 tablet" },
		{ "en", "one and a half tablets", "dose 1500 tablet" },
		{ "en", "1½ tablets", "dose 1500 tablet" },
		{ "en", "1 1/2 tablets", "dose 1500 tablet" },
		{ "en", "½ tablet", "dose 500 tablet" },
		{ "es", "una tableta y media", "dose 1500 tablet" },
		{ "de", "eineinhalb Tabletten", "dose 1500 tablet" },
		{ "pt", "um comprimido e meio", "dose 1500 tablet" },
		{ "zh", "一片半", "dose 1500 tablet" },
		{ "ar", "نصف قرص", "dose 500 tablet" },
		{ "ar", "كبسولتين", "dose 2000 capsule" },
		{ "en", "25-50 mg", "dose 25000-50000 milligram" },
		{ "en", "one to two tablets", "dose 1000-2000 tablet" },
		{ "en", "twenty five mg", "dose 25000 milligram" },
		{ "es", "ciento cincuenta mg", "dose 150000 milligram" },
		{ "zh", "二十五毫克", "dose 25000 milligram" },
		{ "en", "10 units of insulin", "dose 10000 unit; insulin" },
	};
	check_samples(samples, COUNT_OF(samples));
}

static void test_times(void **state)
{
	static const struct sample samples[] = {
		{ "en", "once daily", "1000/1440" },
		{ "en", "twice a day", "2000/1440" },
		{ "en", "2-3 times a week", "2000-3000/10080" },
		{ "en", "every 8 hours", "1000/480" },
		{ "en", "every other day", "1000/2880" },
		{ "en", "bid", "2000/1440" },
		{ "en", "at bedtime as needed", "bedtime; as_needed" },
		{ "en", "once you feel better", "" },
		{ "es", "once veces al día", "11000/1440" },
		{ "es", "cada 12 horas", "1000/720" },
		{ "es", "todas las noches", "1000/1440; night" },
		{ "fr", "deux fois par jour", "2000/1440" },
		{ "fr", "toutes les 8 heures", "1000/480" },
		{ "de", "dreimal täglich", "3000/1440" },
		{ "de", "alle 8 Stunden", "1000/480" },
		{ "pt", "de 8 em 8 horas", "1000/480" },
		{ "zh", "每天两次", "2000/1440" },
		{ "zh", "一日三次", "3000/1440" },
		{ "zh", "每天服用两次", "2000/1440; take" },
		{ "ar", "مرتين يوميا", "2000/1440" },
		{ "ar", "كل 8 ساعات", "1000/480" },
		{ "en", "for 7 days", "duration 10080" },
		{ "en", "on 12 March at 15:30", "number 12000 ; month 3; clock 930" },
		{ "en", "you may go", "" },
		{ "en", "2026-11-28", "day 261128" },
		{ "de", "28.11.2026", "day 262811" },
		{ "en", "ring 555-0142 today", "number -1 " },
	};
	check_samples(samples, COUNT_OF(samples));
}

static void test_actions(void **state)
{
	static const struct sample samples[] = {
		{ "en", "Do not stop taking lithium", "negation; not stop; lithium" },
		{ "en", "Take Zoloft, never double it", "take; sertraline; negation; not double" },
		{ "es", "No deje de tomar el litio", "negation; not stop; lithium" },
		{ "fr", "N'arrêtez pas le lithium", "not stop; negation; lithium" },
		{ "de", "Setzen Sie Lithium nicht ab", "not stop; lithium; negation" },
		{ "de", "Sie dürfen Lithium nicht absetzen", "lithium; negation; not stop" },
		{ "pt", "Não pare de tomar o lítio", "negation; not stop; lithium" },
		{ "zh", "请勿停药", "negation; not stop" },
		{ "ar", "لا تتوقف عن تناول الليثيوم", "negation; not stop; lithium" },
		{ "en", "a sonata by night", "" },
		{ "en", "Sonata 5 mg", "zaleplon; dose 5000 milligram" },
		{ "en", "St. John's wort", "st johns wort" },
		{ "en", "ask Dr. Weber about it", "person weber" },
	};
	check_samples(samples, COUNT_OF(samples));
}

/* The rows of the table are as the reader sees words, or they never match. */
static void test_table(void **state)
{
	struct arena arena;
	arena_init(&arena, mem_system(), 16u << 20);
	for (size_t i = 0; i < med_row_count; i++)
		for (struct str rest = str_c(med_rows[i].text); rest.ptr;) {
			struct str text = str_split(&rest, '|');
			struct view view;
			char plain[512];
			size_t len = 0;
			arena_reset(&arena);
			if (text.ptr[text.len - 1] == '*' && med_rows[i].kind == W_ACTION)
				text.len--; /* a stem */
			assert_int_equal(fold_run(engine->tables, NULL, &arena, text, &view), 0);
			for (size_t k = 0; k < view.count; k++) {
				struct str word = token_text(&view, &view.tokens[k]);
				plain[len] = ' ';
				len += k > 0;
				size_t bare = fold_unmark(engine->tables, word, plain + len);
				if (!bare)
					memcpy(plain + len, word.ptr, word.len);
				len += bare ? bare : word.len;
			}
			if (!str_eq(str_make(plain, len), text))
				fail_msg("the table has \"" STR_FMT "\", the reader sees \"" STR_FMT "\"", STR_ARG(text),
					STR_ARG(str_make(plain, len)));
			assert_true(med_rows[i].kind < W_KINDS && med_rows[i].langs);
		}
	arena_done(&arena);
}

/* ---- comparing ---- */

struct pair {
	const char *source_lang, *source, *target_lang, *target;
	const char *expected; /* "kind trouble" of the gravest difference; NULL: none of severity MEDICATION_HOLD or more */
};

static void check_pairs(const struct pair *pairs, size_t count)
{
	struct arena arena;
	arena_init(&arena, mem_system(), 16u << 20);
	for (size_t i = 0; i < count; i++) {
		struct medication_comparison comparison;
		struct err err = { 0 };
		char found[100] = "";
		arena_reset(&arena);
		assert_int_equal(medication_compare(engine, &arena, str_c(pairs[i].source), str_c(pairs[i].source_lang),
					 str_c(pairs[i].target), str_c(pairs[i].target_lang), &comparison, &err),
			0);
		if (comparison.severity >= MEDICATION_HOLD)
			snprintf(found, sizeof found, "%s %s", medication_kind_name(comparison.differences[0].kind),
				medication_trouble_name(comparison.differences[0].trouble));
		if (strcmp(found, pairs[i].expected ? pairs[i].expected : "") != 0)
			fail_msg("\"%s\" / \"%s\": expected \"%s\", found \"%s\"", pairs[i].source, pairs[i].target,
				pairs[i].expected ? pairs[i].expected : "", found);
	}
	arena_done(&arena);
}

static void test_kept(void **state)
{
	static const struct pair pairs[] = {
		{ "en", "Take 50 mg of sertraline each morning with food.", "es", "Tome 50 mg de sertralina cada mañana con comida.",
			NULL },
		{ "en", "Take 50 mg of sertraline each morning with food.", "de", "Nehmen Sie jeden Morgen 50 mg Sertralin zum Essen ein.",
			NULL },
		{ "en", "Take 50 mg of sertraline each morning with food.", "zh", "每天早上随餐服用50毫克舍曲林。", NULL },
		{ "en", "Do not take lithium with alcohol.", "fr", "Ne prenez pas de lithium avec de l'alcool.", NULL },
		{ "en", "Do not take lithium with alcohol.", "pt", "Não tome lítio com álcool.", NULL },
		{ "en", "Take Zoloft daily.", "es", "Tome sertralina a diario.", NULL },
		{ "en", "Take two tablets every 12 hours for 2 weeks.", "ar", "تناول قرصين كل 12 ساعة لمدة أسبوعين.", NULL },
		{ "", "Take half a tablet of lorazepam at night.", "", "Tome media tableta de lorazepam por la noche.", NULL },
		{ "", "", "", "", NULL },
	};
	check_pairs(pairs, COUNT_OF(pairs));
}

static void test_lost(void **state)
{
	static const struct pair pairs[] = {
		{ "en", "Use one patch once a week.", "es", "Use un parche once veces por semana.", "frequency changed" },
		{ "en", "Take 25 mcg of levothyroxine.", "es", "Tome 25 mg de levotiroxina.", "dose changed" },
		{ "en", "Take 1,000 mcg of levothyroxine.", "es", "Tome 1 mg de levotiroxina.", "dose unit" },
		{ "en", "Take 1.125 mg of lithium.", "de", "Nehmen Sie 1.125 mg Lithium.", "dose reworded" },
		{ "en", "Do not stop lithium.", "es", "Deje el litio.", "action negation" },
		{ "de", "Setzen Sie Lithium nicht ab.", "en", "Stop lithium.", "action negation" },
		{ "en", "Do not take lithium.", "zh", "服用碳酸锂。", "action negation" },
		{ "en", "Take lithium.", "es", "Tome quetiapina.", "medicine lost" },
		{ "en", "Take sertraline.", "es", "Tome sertralina, 50 mg.", "dose added" },
		{ "en", "Take 50 mg of sertraline and 300 mg of lithium.", "es", "Tome 300 mg de sertralina y 50 mg de litio.",
			"dose moved" },
		{ "en", "Take 50 mg in the morning and 100 mg at night.", "es", "Tome 100 mg por la mañana y 50 mg por la noche.",
			"time_of_day moved" },
		{ "en", "Take lithium with food.", "de", "Nehmen Sie Lithium auf nüchternen Magen.", "meal changed" },
		{ "en", "Ring 555-0142.", "fr", "Appelez le 555-0143.", "number lost" },
		{ "en", "Ask Dr. Weber.", "fr", "Demandez au Dr Keller.", "person lost" },
		{ "en", "Take one tablet.", "ht", "Pran yon grenn.", "language language" },
		{ "ht", "", "en", "", NULL },
	};
	check_pairs(pairs, COUNT_OF(pairs));
}

/* ---- properties ---- */

/* One instruction in slots; every slot has values that differ from each other in meaning. */
struct phrasebook {
	const char *lang;
	const char *medicines[4], *units[4], *often[4], *verbs[3];
	const char *join;                   /* between amount and medicine */
	const char *not_before, *not_after; /* how the verb is negated */
};

static const struct phrasebook books[] = {
	{ "en", { "sertraline", "lithium", "lorazepam", "quetiapine" }, { "mg", "mcg", "tablets", "ml" },
		{ "once a day", "twice a day", "every 8 hours", "weekly" }, { "take", "stop", "increase" }, " of ", "do not ", "" },
	{ "es", { "sertralina", "litio", "lorazepam", "quetiapina" }, { "mg", "mcg", "comprimidos", "ml" },
		{ "una vez al día", "dos veces al día", "cada 8 horas", "cada semana" }, { "tome", "suspenda", "aumente" }, " de ", "no ",
		"" },
	{ "fr", { "sertraline", "lithium", "lorazépam", "quétiapine" }, { "mg", "µg", "comprimés", "ml" },
		{ "une fois par jour", "deux fois par jour", "toutes les 8 heures", "chaque semaine" },
		{ "prenez", "arrêtez", "augmentez" }, " de ", "ne ", " pas" },
	{ "de", { "Sertralin", "Lithium", "Lorazepam", "Quetiapin" }, { "mg", "µg", "Tabletten", "ml" },
		{ "einmal täglich", "zweimal täglich", "alle 8 Stunden", "jede Woche" }, { "nehmen", "stoppen", "erhöhen" }, " ", "",
		" nicht" },
	{ "pt", { "sertralina", "lítio", "lorazepam", "quetiapina" }, { "mg", "mcg", "comprimidos", "ml" },
		{ "uma vez ao dia", "duas vezes ao dia", "a cada 8 horas", "uma vez por semana" }, { "tome", "suspenda", "aumente" },
		" de ", "não ", "" },
	{ "zh", { "舍曲林", "碳酸锂", "劳拉西泮", "喹硫平" }, { "毫克", "微克", "片", "毫升" },
		{ "每天一次", "每天两次", "每8小时", "每周一次" }, { "服用", "停用", "增加" }, "", "不要", "" },
	{ "ar", { "سيرترالين", "ليثيوم", "لورازيبام", "كويتيابين" }, { "ملغ", "ميكروغرام", "قرص", "مل" },
		{ "مرة واحدة يوميا", "مرتين يوميا", "كل 8 ساعات", "مرة واحدة اسبوعيا" }, { "تناول", "اوقف", "زيادة" }, " من ", "لا ", "" },
};

struct instruction {
	size_t medicine, unit, often, verb, amount;
	bool negated;
};

static struct str say(struct arena *arena, const struct phrasebook *book, const struct instruction *one)
{
	bool spaced = strcmp(book->lang, "zh") != 0;
	const char *gap = spaced ? " " : "";
	return arena_printf(arena, "%s%s%s%s%zu%s%s%s%s%s%s", one->negated ? book->not_before : "", book->verbs[one->verb],
		one->negated ? book->not_after : "", gap, one->amount, gap, book->units[one->unit], book->join,
		book->medicines[one->medicine], gap, book->often[one->often]);
}

static struct instruction draw(struct property *property)
{
	return (struct instruction){ property_below(property, 4), property_below(property, 4), property_below(property, 4),
		property_below(property, 3), 1 + property_below(property, 900), property_below(property, 2) };
}

enum mutation { MUTATE_DIGIT = 0, MUTATE_UNIT, MUTATE_OFTEN, MUTATE_NEGATION, MUTATE_MEDICINE, MUTATIONS };

static struct instruction mutate(struct property *property, struct instruction one, enum mutation mutation)
{
	switch (mutation) {
	case MUTATE_DIGIT: { /* one digit becomes another */
		size_t place = one.amount >= 100  ? property_below(property, 3)
			       : one.amount >= 10 ? property_below(property, 2)
						  : 0,
		       power = 1;
		while (place--)
			power *= 10;
		size_t digit = one.amount / power % 10, other = (digit + 1 + property_below(property, 9)) % 10;
		one.amount = one.amount - digit * power + other * power;
		if (one.amount == 0)
			one.amount = 901;
		break;
	}
	case MUTATE_UNIT: one.unit = (one.unit + 1 + property_below(property, 3)) % 4; break;
	case MUTATE_OFTEN: one.often = (one.often + 1 + property_below(property, 3)) % 4; break;
	case MUTATE_NEGATION: one.negated = !one.negated; break;
	case MUTATE_MEDICINE: one.medicine = (one.medicine + 1 + property_below(property, 3)) % 4; break;
	case MUTATIONS: break;
	}
	return one;
}

static int compare(struct arena *arena, struct str source, const char *source_lang, struct str target, const char *target_lang)
{
	struct medication_comparison comparison;
	struct err err = { 0 };
	assert_int_equal(medication_compare(engine, arena, source, str_c(source_lang), target, str_c(target_lang), &comparison, &err), 0);
	return comparison.severity;
}

static void test_changes_are_found(void **state)
{
	struct property property = property_start("medication changes");
	struct arena arena;
	arena_init(&arena, mem_system(), 16u << 20);
	for (size_t round = 0; round < 4000; round++) {
		const struct phrasebook *book = &books[property_below(&property, COUNT_OF(books))],
					*other = &books[property_below(&property, COUNT_OF(books))];
		struct instruction one = draw(&property);
		enum mutation mutation = (enum mutation)property_below(&property, MUTATIONS);
		struct instruction changed = mutate(&property, one, mutation);
		arena_reset(&arena);
		struct str source = say(&arena, book, &one), same = say(&arena, other, &one), wrong = say(&arena, other, &changed);
		assert_false(arena_failed(&arena));
		if (compare(&arena, source, book->lang, source, book->lang) != 0)
			fail_msg("differs from itself: " STR_FMT, STR_ARG(source));
		if (compare(&arena, source, book->lang, same, other->lang) >= MEDICATION_HOLD)
			fail_msg("was kept: " STR_FMT " / " STR_FMT, STR_ARG(source), STR_ARG(same));
		if (compare(&arena, source, book->lang, wrong, other->lang) < 3)
			fail_msg("not found (%d): " STR_FMT " / " STR_FMT, (int)mutation, STR_ARG(source), STR_ARG(wrong));
	}
	arena_done(&arena);
}

/* Any bytes: no failure, facts in order and inside the text, and no difference from themselves. */
static void test_any_bytes(void **state)
{
	struct property property = property_start("medication bytes");
	struct arena arena;
	char bytes[200];
	arena_init(&arena, mem_system(), 64u << 20);
	for (size_t round = 0; round < 3000; round++) {
		size_t len = property_below(&property, sizeof bytes);
		struct medication_reading reading;
		property_bytes(&property, bytes, len);
		arena_reset(&arena);
		struct str text = str_make(bytes, len);
		assert_int_equal(medication_read(engine, &arena, text, STR("en"), &reading, NULL), 0);
		for (size_t i = 0; i < reading.fact_count; i++)
			assert_true(reading.facts[i].start <= reading.facts[i].end && reading.facts[i].end <= len);
		assert_int_equal(compare(&arena, text, "en", text, "en"), 0);
	}
	arena_done(&arena);
}

static void test_limits(void **state)
{
	struct medication_reading reading;
	struct arena arena;
	struct err err = { 0 };
	size_t len = MEDICATION_TEXT_MAX + 1;
	arena_init(&arena, mem_system(), 256u << 20);
	char *text = arena_alloc(&arena, len, 1);
	assert_non_null(text);
	memset(text, 'a', len);
	assert_int_equal(medication_read(engine, &arena, str_make(text, len), STR("en"), &reading, &err), E_LIMIT);
	for (size_t i = 0; i + 2 < len; i += 2) {
		text[i] = '7';
		text[i + 1] = ';';
	}
	assert_int_equal(
		medication_read(engine, &arena, str_make(text, 2 * (MEDICATION_FACTS_MAX + 1)), STR("en"), &reading, &err), E_LIMIT);
	arena_done(&arena);
}

static void test_memory_ends(void **state)
{
	struct str source = STR("Do not take 50 mg of lithium with Dr. Weber, 1 1/2 tablets"),
		   target = STR("Tome 25 mcg de litio con l'eau");
	for (size_t limit = 1; limit <= 1u << 20; limit = limit * 3 / 2 + 1) {
		struct medication_comparison comparison;
		struct arena arena;
		struct err err = { 0 };
		arena_init(&arena, mem_system(), limit);
		int rc = medication_compare(engine, &arena, source, STR("en"), target, STR(""), &comparison, &err);
		assert_true(rc == E_MEMORY || (rc == 0 && comparison.severity == 4));
		arena_done(&arena);
	}
}

/* ---- packs ---- */

static int build_with(const char *text, struct err *err)
{
	const struct screen_source known[TEST_SOURCE_COUNT] = TEST_SOURCES;
	struct screen_source sources[TEST_SOURCE_COUNT + 1];
	struct str image;
	memcpy(sources, known, sizeof known);
	sources[TEST_SOURCE_COUNT] = (struct screen_source){ STR("more.yaml"), str_c(text) };
	int rc = screen_engine_build(mem_system(), sources, TEST_SOURCE_COUNT + 1, &image, err);
	if (rc == 0)
		mem_system()->release(mem_system()->ctx, (void *)image.ptr);
	return rc;
}

static void test_packs(void **state)
{
	static const struct {
		const char *text, *message; /* NULL: it builds */
	} samples[] = {
		{ TEST_MEDICINES_HEAD
			"medicines:\n  - {name: alphazine, group: x}\n  - {name: betazine, group: x, brands: {US: [Alphazine]}}\n",
			"belongs to two medicines" },
		{ TEST_MEDICINES_HEAD "medicines:\n  - {name: alphazine, group: x, brands: {USA: [Alpha]}}\n", "two letters" },
		{ TEST_MEDICINES_HEAD "medicines:\n  - {name: alphazine}\n", "group" },
		{ TEST_MEDICINES_HEAD "medicines:\n  - {name: alphazine, group: x, brands: {US: [Alpha]}, everyday: [alfa]}\n",
			"none of the medicine's names" },
		{ TEST_MEDICINES_HEAD "medicines:\n  - {name: alphazine, group: x, dose: 5}\n", "dose" },
		{ TEST_HEAD("medications", "mul.test") "medicines:\n  - {name: alphazine, group: x}\n", "source" },
		{ TEST_HEAD("lexicon", "en.more") "role: client\nphrases:\n  - {concept: distress, seq: \"stopped @medicine\"}\n",
			"unknown atom" },
		{ TEST_MEDICINES_HEAD "medicines:\n  - {name: alphazine, group: x, brands: {US: [Alpha]}}\n", NULL },
	};
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct err err = { 0 };
		int rc = build_with(samples[i].text, &err);
		if (samples[i].message && (rc != E_INVALID || !strstr(err.message, samples[i].message)))
			fail_msg("sample %zu: %d, \"%s\"", i, rc, err.message);
		assert_true(samples[i].message || rc == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_changes_are_found),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_memory_ends),
		cmocka_unit_test(test_packs),
	};
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
