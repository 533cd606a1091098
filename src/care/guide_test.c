/* guide_test.c: the playbooks and duties that ship: every kind of alert has a playbook in every language, the narrow ones go before the
 * wide ones, every duty says how sure it is; and broken packs are refused with the place of the fault. */
#include "care/guide.h"
#include "sys/clock.h"

#include "sys/files.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct messages_source shipped[3];
static struct arena arena;

static int read_shipped(void **state)
{
	static const char *const names[] = { "packs/playbooks/en.yaml", "packs/playbooks/es.yaml", "packs/duties/base.yaml" };
	(void)state;
	arena_init(&arena, mem_system(), 4u << 20);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		shipped[i].name = str_c(names[i]);
		if (files_read(&arena, names[i], 1u << 20, &shipped[i].bytes, NULL))
			return -1;
	}
	return 0;
}

static int forget_shipped(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct guides *open_shipped(void)
{
	struct guides *guides = NULL;
	struct err err = { 0 };
	if (guides_open(shipped, COUNT_OF(shipped), &guides, &err))
		fail_msg("%s", err.message);
	return guides;
}

static void every_alert_has_a_playbook(void **state)
{
	(void)state;
	static const struct {
		const char *kind, *about, *concept, *id;
	} cases[] = {
		{ "risk", "client", "suicide.plan", "suicide_now" },
		{ "risk", "client", "suicide.passive", "suicide" },
		{ "risk", "client", "suicide.attempt_past", "suicide" },
		{ "risk", "other_person", "third_party.emergency", "third_party_emergency" },
		{ "risk", "other_person", "third_party.worry", "third_party" },
		{ "risk", "other_person", "abuse.third_party", "third_party" },
		{ "risk", "client", "abuse.partner", "abuse_now" },
		{ "risk", "client", "abuse.child", "abuse" },
		{ "risk", "other_person", "harm_to_others.intent", "harm_to_others" },
		{ "risk", "client", "self_harm.urge", "self_harm" },
		{ "risk", "client", "medical_emergency.self", "medical" },
		{ "risk", "client", "psychosis.command", "psychosis" },
		{ "risk", "client", "mania.sleep", "psychosis" },
		{ "risk", "client", "eating_disorder.purging", "eating" },
		{ "risk", "client", "medication.stop", "risk" },
		{ "risk", "client", "", "risk" },
		{ "request", "client", "request.human", "request" },
		{ "complaint", "client", "request.complaint", "complaint" },
		{ "review", "client", "", "review" },
		{ "countersign", "client", "", "review" },
		{ "system", "client", "", "system" },
	};
	struct guides *guides = open_shipped();
	static const char *const langs[] = { "en", "es", "en-GB", "es-MX", "de" };
	for (size_t l = 0; l < COUNT_OF(langs); l++)
		for (size_t i = 0; i < COUNT_OF(cases); i++) {
			struct str concept = str_c(cases[i].concept);
			const struct guide_alert alert = { str_c(cases[i].kind), str_c(cases[i].about), &concept, concept.len > 0 };
			const struct playbook *book = guides_playbook(guides, str_c(langs[l]), &alert);
			assert_non_null(book);
			if (!str_eqc(book->id, cases[i].id))
				fail_msg("%s %s: " STR_FMT, cases[i].kind, cases[i].concept, STR_ARG(book->id));
			assert_true(str_eqc(book->lang, langs[l][0] == 'e' && langs[l][1] == 's' ? "es" : "en"));
		}
	guides_free(&guides);
}

struct counting {
	int all, warn, report;
	struct str first;
};

static void count_one(void *ctx, const struct duty *duty)
{
	struct counting *counting = ctx;
	if (!counting->all++)
		counting->first = duty->id;
	counting->warn += str_eqc(duty->outcome, "duty_to_warn");
	counting->report += str_eqc(duty->outcome, "safeguarding_report");
	assert_true(duty->basis.len && duty->agency.len && duty->title.len && duty->source.len && duty->certainty.len == 1);
}

static void every_place_has_both_duties(void **state)
{
	(void)state;
	struct guides *guides = open_shipped();
	static const char *const places[] = { "US-CA", "US-IL", "US-TX", "US", "ES", "GB", "FR", "JP", "" };
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct counting counting = { 0 };
		guides_duties(guides, str_c(places[i]), STR("es"), count_one, &counting);
		assert_true(counting.warn >= 1 && counting.report >= 1);
	}
	struct counting california = { 0 };
	guides_duties(guides, STR("US-CA"), STR("en"), count_one, &california);
	assert_true(str_starts(california.first, STR("us_ca."))); /* the narrowest place first */
	struct duty duty;
	assert_true(guides_duty(guides, STR("us_ca.child"), STR("en"), &duty));
	assert_int_equal(duty.due_us, 36 * HOUR_US);
	assert_false(guides_duty(guides, STR("us_ca.cat"), STR("en"), &duty));
	assert_false(guides_duty(NULL, STR("us_ca.child"), STR("en"), &duty));
	guides_free(&guides);
}

#define HEAD "kind: playbooks\nid: p\nversion: 1\nlang: %s\nauthor: a\nreviewed: 2026-11-28\nreview: not\nplaybooks:\n"
#define BOOK "  - {id: %s, title: t, steps: [{id: s, text: x}], avoid: [{id: v, text: y}], close: c}\n"
#define DUTIES "kind: duties\nid: d\nversion: 1\nlang: mul\nauthor: a\nreviewed: 2026-11-28\nreview: not\nduties:\n"
#define BOTH "{en: a, es: b}"

static void refused(const char *one, const char *two, const char *about)
{
	const struct messages_source sources[] = { { STR("one.yaml"), str_c(one) }, { STR("two.yaml"), str_c(two) } };
	struct guides *guides = NULL;
	struct err err = { 0 };
	assert_int_not_equal(guides_open(sources, two[0] ? 2 : 1, &guides, &err), 0);
	assert_null(guides);
	if (!strstr(err.message, about))
		fail_msg("%s", err.message);
}

static void broken_packs_are_refused(void **state)
{
	(void)state;
	char one[2000], two[2000];
	snprintf(one, sizeof one, HEAD BOOK, "en", "a");
	snprintf(two, sizeof two, HEAD BOOK, "es", "b");
	refused(one, two, "differ");
	refused("kind: playbooks\nid: p\nversion: 1\nlang: en\nplaybooks: []\n", "", "reviewed");
	refused("kind: playbooks\nid: p\nversion: 1\nlang: en\nauthor: a\nreviewed: r\nreview: n\nplaybooks:\n  - {id: a, title: t, close: "
		"c}\n",
		"", "steps");
	refused(DUTIES "  - {id: x, outcome: duty_to_warn, place: ES, due_minutes: 0, title: " BOTH ", basis: " BOTH ", agency: " BOTH
		       ", source: s}\n",
		"", "certainty");
	refused(DUTIES "  - {id: x, outcome: duty_to_warn, place: ES, title: " BOTH ", basis: " BOTH ", agency: " BOTH
		       ", source: s, certainty: K}\n",
		"", "due_minutes");
	refused(DUTIES "  - {id: x, outcome: duty_to_sing, place: ES, due_minutes: 0, title: " BOTH ", basis: " BOTH ", agency: " BOTH
		       ", source: s, certainty: K}\n",
		"", "outcome");
	refused(DUTIES "  - {id: x, outcome: duty_to_warn, place: ES, due_minutes: 0, title: {en: a}, basis: " BOTH ", agency: " BOTH
		       ", source: s, certainty: K}\n",
		"", "en and es");
}

static void no_packs_are_no_fault(void **state)
{
	(void)state;
	struct guides *guides = NULL;
	const struct guide_alert alert = { STR("risk"), STR("client"), NULL, 0 };
	assert_int_equal(guides_open(NULL, 0, &guides, NULL), 0);
	assert_null(guides_playbook(guides, STR("en"), &alert));
	guides_free(&guides);
	assert_null(guides_playbook(NULL, STR("en"), &alert));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_alert_has_a_playbook), cmocka_unit_test(every_place_has_both_duties),
		cmocka_unit_test(broken_packs_are_refused), cmocka_unit_test(no_packs_are_no_fault) };
	return cmocka_run_group_tests_name("care/guide", tests, read_shipped, forget_shipped);
}
