/* jurisdiction_test.c: the packs of the repository with their situations, the laws of the join, notices minute by minute, what a
 * narrowed verdict may lose, and ages. */
#include "base/property.h"
#include "policy/jurisdiction.h"
#include "sys/mem.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define MINUTE INT64_C(60000000)

static struct str read_whole(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *bytes = mem_new(256 * 1024);
	size_t len = file ? fread(bytes, 1, 256 * 1024, file) : 0;
	if (file)
		fclose(file);
	return str_make(bytes, len);
}

static struct jurisdictions *open_all(void)
{
	static char names[64][300];
	struct policy_source sources[64];
	struct jurisdictions *set = NULL;
	struct err err = { 0 };
	size_t count = 0;
	const char *root = getenv("HEEDWELL_SOURCE");
	char folder[200];
	snprintf(folder, sizeof folder, "%s/packs/jurisdictions", root ? root : ".");
	DIR *dir = opendir(folder);
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir)) && count < 64;) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(names[count], sizeof names[0], "%s/%.90s", folder, entry->d_name);
		sources[count] = (struct policy_source){ str_c(names[count]), read_whole(names[count]) };
		count++;
	}
	closedir(dir);
	assert_true(count >= 9);
	if (jurisdictions_open(mem_system(), sources, count, &set, &err))
		fail_msg("%s", err.message);
	for (size_t i = 0; i < count; i++)
		mem_delete((void *)(uintptr_t)sources[i].bytes.ptr);
	return set;
}

static int open_text(const char *text, struct err *reterr)
{
	struct policy_source source = { STR("test.yaml"), str_c(text) };
	struct jurisdictions *set = NULL;
	int rc = jurisdictions_open(mem_system(), &source, 1, &set, reterr);
	jurisdictions_free(&set);
	return rc;
}

#define HEAD "kind: jurisdiction\nid: XX\nversion: 1\nlang: mul\nauthor: a\nreviewed: 2026-11-28\nreview: none\nname: {en: a, es: b}\n"
#define LAW "rules:\n  - {id: xx.a, text: {en: a, es: b}, source: s, certainty: K, then: {at_start: true}}\n"

static void packs_hold_and_bad_ones_do_not(void **state)
{
	(void)state;
	static const char *const bad[] = {
		HEAD LAW,                                                                                  /* no situations */
		HEAD LAW "situations:\n  - {name: a, places: [XX], expect: {at_start: false}}\n",          /* not so */
		HEAD LAW "situations:\n  - {name: a, places: [XX], expect: {rules: [xx.b]}}\n",            /* no such rule */
		HEAD LAW "situations:\n  - {name: a, places: [XX], moment: {}, expect: {notice: none}}\n", /* it is due */
		HEAD "rules:\n  - {id: xx.a, text: {en: a, es: b}, certainty: K, then: {}}\n",             /* no source */
		HEAD "rules:\n  - {id: xx.a, text: {en: a, es: b}, source: s, certainty: sure, then: {}}\n",
		HEAD "rules:\n  - {id: xx.a, text: {en: a, es: b}, source: s, certainty: K, from: 2025-13-01, then: {}}\n",
		HEAD "rules:\n  - {id: xx.a, text: {en: a, es: b}, source: s, certainty: K, then: {bott: none}}\n",
		HEAD "rules:\n  - {id: xx.a, text: {en: a, es: b}, source: s, certainty: K, then: {require: [everything]}}\n",
	};
	struct err err = { 0 };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(open_text(bad[i], &err), E_INVALID);
	assert_int_equal(open_text(HEAD LAW "situations:\n  - {name: a, places: [XX], expect: {at_start: true}}\n", &err), 0);
	struct jurisdictions *set = open_all();
	struct jurisdiction_info info;
	assert_true(jurisdiction_info(set, STR("us_il.bot"), STR("es"), &info));
	assert_true(str_eqc(info.place, "US-IL") && info.source.len && info.from == 20250801 && str_eqc(info.certainty, "V"));
	assert_false(jurisdiction_info(set, STR("us_il.nothing"), STR("en"), &info));
	jurisdictions_free(&set);
}

static bool same(const struct jurisdiction_rules *a, const struct jurisdiction_rules *b)
{
	if (a->id_count != b->id_count)
		return false;
	for (size_t i = 0; i < a->id_count; i++)
		if (!str_eq(a->ids[i], b->ids[i]))
			return false;
	return a->bot == b->bot && a->families_off == b->families_off && a->at_start == b->at_start && a->on_request == b->on_request &&
	       a->label == b->label && a->every_minutes == b->every_minutes && a->away_days == b->away_days &&
	       a->break_minutes == b->break_minutes && a->self_consent_from == b->self_consent_from &&
	       a->parental_under == b->parental_under && a->retain_years == b->retain_years && a->required == b->required &&
	       a->counsel == b->counsel;
}

/* b asks for at least as much as a. */
static bool as_strict(const struct jurisdiction_rules *b, const struct jurisdiction_rules *a)
{
	return b->bot <= a->bot && b->families_off >= a->families_off && b->at_start >= a->at_start && b->on_request >= a->on_request &&
	       b->label >= a->label && (!a->every_minutes || (b->every_minutes && b->every_minutes <= a->every_minutes)) &&
	       (!a->away_days || (b->away_days && b->away_days <= a->away_days)) &&
	       (!a->break_minutes || (b->break_minutes && b->break_minutes <= a->break_minutes)) &&
	       b->self_consent_from >= a->self_consent_from && b->parental_under >= a->parental_under &&
	       b->retain_years >= a->retain_years && (b->required & a->required) == a->required && b->counsel >= a->counsel;
}

static struct jurisdiction_rules random_rules(struct property *property, const struct str *ids)
{
	struct jurisdiction_rules rules = { .bot = (enum policy_bot)property_below(property, 3),
		.families_off = property_below(property, 2),
		.at_start = property_below(property, 2),
		.on_request = property_below(property, 2),
		.label = property_below(property, 2),
		.every_minutes = (int)property_below(property, 4) * 60,
		.away_days = (int)property_below(property, 3) * 7,
		.break_minutes = (int)property_below(property, 4) * 60,
		.self_consent_from = (int)property_below(property, 19),
		.parental_under = (int)property_below(property, 14),
		.retain_years = (int)property_below(property, 21),
		.required = (unsigned)property_below(property, 1 << CONSENT_KINDS),
		.counsel = property_below(property, 2) };
	rules.ids = ids + property_below(property, 3);
	rules.id_count = property_below(property, 3);
	return rules;
}

static void the_join_only_tightens(void **state)
{
	(void)state;
	static const struct str ids[] = { { "a", 1 }, { "b", 1 }, { "c", 1 }, { "d", 1 }, { "e", 1 } };
	struct property property = property_start("jurisdiction_join");
	struct arena arena;
	arena_init(&arena, mem_system(), 1 << 20);
	for (int n = 0; n < 20000; n++) {
		struct jurisdiction_rules a = random_rules(&property, ids), b = random_rules(&property, ids),
					  c = random_rules(&property, ids);
		struct jurisdiction_rules ab, ba, abc, bc, again, none = jurisdiction_loosest(), with;
		arena_reset(&arena);
		jurisdiction_join(&arena, &a, &b, &ab);
		jurisdiction_join(&arena, &b, &a, &ba);
		assert_true(same(&ab, &ba));
		jurisdiction_join(&arena, &ab, &c, &abc);
		jurisdiction_join(&arena, &b, &c, &bc);
		jurisdiction_join(&arena, &a, &bc, &again);
		assert_true(same(&abc, &again));
		jurisdiction_join(&arena, &a, &a, &again);
		assert_true(same(&a, &again));
		jurisdiction_join(&arena, &a, &none, &with);
		assert_true(same(&a, &with));
		assert_true(as_strict(&ab, &a) && as_strict(&ab, &b));
	}
	arena_done(&arena);
}

/* All pairs of places, ages and dates: a further place never loosens, and their order does not matter. */
static void a_further_place_never_loosens(void **state)
{
	(void)state;
	static const char *const places[] = { "", "US", "US-CA", "US-IL", "US-NV", "US-NY", "US-UT", "US-ME", "DE", "GB", "JP" };
	static const int ages[] = { 0, 8, 12, 13, 15, 17, 18, 40 }, dates[] = { 0, 20250101, 20261128 };
	struct jurisdictions *set = open_all();
	struct arena arena;
	arena_init(&arena, mem_system(), 1 << 20);
	for (size_t p = 0; p < COUNT_OF(places); p++)
		for (size_t q = 0; q < COUNT_OF(places); q++)
			for (size_t a = 0; a < COUNT_OF(ages); a++)
				for (size_t d = 0; d < COUNT_OF(dates); d++) {
					struct jurisdiction_situation one = {
						.places = { str_c(places[p]) }, .mode = STR("chatbot"), .age = ages[a], .date = dates[d]
					};
					struct jurisdiction_situation both = one, turned = one;
					struct jurisdiction_rules alone, joined, other;
					both.places[1] = turned.places[0] = str_c(places[q]);
					turned.places[2] = str_c(places[p]);
					arena_reset(&arena);
					jurisdiction_find(set, &arena, &one, &alone);
					jurisdiction_find(set, &arena, &both, &joined);
					jurisdiction_find(set, &arena, &turned, &other);
					assert_true(as_strict(&joined, &alone) && same(&joined, &other) && !arena_failed(&arena));
					assert_true(joined.label && joined.on_request && joined.parental_under >= 13);
				}
	struct jurisdiction_rules rules;
	struct jurisdiction_situation nowhere = { 0 };
	jurisdiction_find(NULL, &arena, &nowhere, &rules);
	assert_int_equal(rules.bot, BOT_NONE);
	arena_done(&arena);
	struct test_mem memory;
	test_mem_init(&memory, 1, 0);
	arena_init(&arena, &memory.mem, 1 << 20);
	jurisdiction_find(set, &arena, &nowhere, &rules);
	assert_int_equal(rules.bot, BOT_NONE);
	arena_done(&arena);
	jurisdictions_free(&set);
}

/* Whoever writes at random, for days: never more than the asked-for time without a notice, never two at once. */
static void notices_come_in_time(void **state)
{
	(void)state;
	struct property property = property_start("notice_due");
	for (int n = 0; n < 300; n++) {
		struct jurisdiction_rules rules = { .bot = BOT_THERAPEUTIC,
			.at_start = true,
			.on_request = true,
			.away_days = 7,
			.every_minutes = property_below(&property, 2) ? 180 : 0,
			.break_minutes = property_below(&property, 2) ? 180 : 0 };
		struct notice_moment moment = { .now = 1000 * MINUTE };
		for (int k = 0; k < 400; k++) {
			int64_t pause = property_below(&property, 10) ? 1 + (int64_t)property_below(&property, 29)
								      : (int64_t)property_below(&property, 12 * 1440);
			moment.now += pause * MINUTE;
			moment.asked = !property_below(&property, 20);
			enum notice due = notice_due(&rules, &moment);
			bool away = moment.message_at && pause >= 7 * 1440;
			if (!moment.notice_at || away || moment.asked)
				assert_int_not_equal(due, NOTICE_NONE);
			int64_t sitting = notice_sitting(&moment);
			if (due) {
				moment.notice_at = moment.now;
				moment.break_at = due == NOTICE_BREAK ? moment.now : moment.break_at;
			}
			moment.sitting_at = sitting;
			moment.message_at = moment.now;
			assert_true(!rules.every_minutes || moment.now - moment.notice_at < 180 * MINUTE);
			int64_t since = moment.break_at > sitting ? moment.break_at : sitting;
			assert_true(!rules.break_minutes || moment.now - since < 180 * MINUTE);
			moment.asked = false;
			assert_int_equal(notice_due(&rules, &moment), NOTICE_NONE);
			int64_t next = notice_next(&rules, &moment);
			assert_true((next != 0) == (rules.every_minutes || rules.break_minutes));
			assert_true(!next || next > moment.now);
			struct notice_moment at_next = moment;
			at_next.now = next;
			at_next.message_at = next - MINUTE; /* somebody who keeps writing */
			assert_true(!next || notice_due(&rules, &at_next) != NOTICE_NONE);
		}
	}
}

static void narrowing_keeps_literal_danger(void **state)
{
	(void)state;
	struct property property = property_start("jurisdiction_narrow");
	struct arena arena;
	arena_init(&arena, mem_system(), 1 << 20);
	for (int n = 0; n < 20000; n++) {
		struct finding findings[6] = { 0 };
		struct verdict verdict = { .state = VERDICT_SCREENED, .findings = findings, .top = SIZE_MAX };
		struct jurisdiction_rules rules = { .families_off = property_below(&property, 4) != 0 };
		int danger = 0;
		verdict.finding_count = property_below(&property, 7);
		for (size_t i = 0; i < verdict.finding_count; i++) {
			findings[i].family = (enum family)property_below(&property, FAMILY_COUNT);
			findings[i].level = (int)property_below(&property, 5);
			findings[i].source = (enum finding_source)property_below(&property, SOURCE_LIMIT + 1);
			if (!verdict_raises(findings[i].family))
				continue;
			verdict.level = findings[i].level > verdict.level ? findings[i].level : verdict.level;
			if (findings[i].source != SOURCE_CLASSIFIER && (findings[i].family <= FAMILY_ABUSE || findings[i].level >= 3))
				danger = findings[i].level > danger ? findings[i].level : danger;
		}
		int before = verdict.level;
		struct verdict same_as = verdict;
		arena_reset(&arena);
		jurisdiction_narrow(&rules, &arena, &verdict);
		assert_true(verdict.level <= before && verdict.level >= danger);
		if (!rules.families_off)
			assert_memory_equal(&verdict, &same_as, sizeof verdict);
		for (size_t i = 0; rules.families_off && i < verdict.finding_count; i++)
			assert_true(verdict.findings[i].source != SOURCE_CLASSIFIER &&
				    !(verdict.findings[i].family == FAMILY_DISTRESS && verdict.findings[i].level < 3));
		assert_true(verdict.top == SIZE_MAX || verdict.top < verdict.finding_count || !rules.families_off);
	}
	struct verdict unread = { 0 };
	struct jurisdiction_rules off = { .families_off = true };
	jurisdiction_narrow(&off, &arena, &unread);
	assert_int_equal(unread.state, VERDICT_NOT_SCREENED);
	arena_done(&arena);
}

static void places_have_a_form(void **state)
{
	(void)state;
	static const char *const good[] = { "", "ES", "US-IL", "GB-ENG", "FR-75" }, *const bad[] = { "es", "E", "USIL", "US-", "US_IL",
		"US-ILLI", "US-il", "12" };
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(jurisdiction_place_good(str_c(good[i])));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(jurisdiction_place_good(str_c(bad[i])));
}

static void ages_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int age;
	} cases[] = { { "I'm 15 years old", 15 }, { "as a 14yo", 14 }, { "tengo trece a\u00f1os", 13 }, { "tengo diecis\u00e9is", 16 },
		{ "im f16", 16 }, { "Twelve years old", 12 }, { "in the 8th grade", 0 }, { "i am a minor", 0 }, { "", 0 }, { "I'm 40", 0 },
		{ "1500", 0 }, { "99999 12", 12 }, { "often", 0 } };
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (age_stated(str_c(cases[i].text)) != cases[i].age)
			fail_msg("%s: %d", cases[i].text, age_stated(str_c(cases[i].text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packs_hold_and_bad_ones_do_not),
		cmocka_unit_test(the_join_only_tightens),
		cmocka_unit_test(a_further_place_never_loosens),
		cmocka_unit_test(notices_come_in_time),
		cmocka_unit_test(narrowing_keeps_literal_danger),
		cmocka_unit_test(places_have_a_form),
		cmocka_unit_test(ages_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
