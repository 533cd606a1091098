/* consent_test.c: which yes still counts after a text has changed, hashes of what was shown, and what a bad document is told. */
#include "care/consent.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define HEAD(lang) \
	"kind: consent_document\nid: a." lang "\nversion: 1\nlang: " lang \
	"\nauthor: a\nreviewed: b\nreview: c\nabout: ai_chat\nask: at_start\nversions:\n"
#define VERSION(name, change, full) \
	"  - {version: \"" name "\", from: 2026-11-28, change: " change ", title: T, short: S, full: \"" full "\"}\n"

static int open_two(const char *en, const char *es, struct consents **ret, struct err *reterr)
{
	struct messages_source sources[] = { { STR("en.yaml"), str_c(en) }, { STR("es.yaml"), str_c(es ? es : "kind: other\n") } };
	return consents_open(sources, COUNT_OF(sources), ret, reterr);
}

/* All chains of four versions with every pattern of required changes: a yes counts until the first required change after it. */
static void a_yes_counts_until_a_required_change(void **state)
{
	(void)state;
	for (unsigned pattern = 0; pattern < 16; pattern++) {
		char text[2000];
		size_t len = (size_t)snprintf(text, sizeof text, HEAD("en"));
		for (int v = 4; v >= 1; v--)
			len += (size_t)snprintf(text + len, sizeof text - len,
				"  - {version: \"%d\", from: 2026-11-28, change: %s, title: T, short: S, full: F%d}\n", v,
				pattern & (1u << (v - 1)) ? "required" : "optional", v);
		struct consents *consents = NULL;
		struct err err = { 0 };
		assert_int_equal(open_two(text, NULL, &consents, &err), 0);
		for (int given = 1; given <= 4; given++) {
			bool counts = true;
			char name[4];
			for (int later = given + 1; later <= 4; later++)
				counts &= !(pattern & (1u << (later - 1)));
			snprintf(name, sizeof name, "%d", given);
			assert_int_equal(consent_holds(consents, CONSENT_AI_CHAT, str_c(name)), counts);
		}
		assert_false(consent_holds(consents, CONSENT_AI_CHAT, STR("5")));
		assert_false(consent_holds(consents, CONSENT_AI_CHAT, STR("")));
		assert_false(consent_holds(consents, CONSENT_CARE, STR("1")));
		assert_false(consent_holds(NULL, CONSENT_AI_CHAT, STR("1")));
		consents_free(&consents);
	}
}

static void a_hash_is_of_the_text_as_shown(void **state)
{
	(void)state;
	struct consents *consents = NULL;
	struct err err = { 0 };
	struct arena arena;
	struct consent_text old, now, other, spanish;
	arena_init(&arena, mem_system(), 1 << 20);
	assert_int_equal(
		open_two(HEAD("en") VERSION("2", "required", "New {programme}") VERSION("1", "optional", "Old"),
			HEAD("es") VERSION("2", "required", "Nuevo {programme}") VERSION("1", "optional", "Viejo"), &consents, &err),
		0);
	assert_true(consent_text(consents, &arena, CONSENT_AI_CHAT, STR(""), STR("en"), STR("Harbour"), &now));
	assert_true(consent_text(consents, &arena, CONSENT_AI_CHAT, STR("1"), STR("en-GB"), STR("Harbour"), &old));
	assert_true(consent_text(consents, &arena, CONSENT_AI_CHAT, STR("2"), STR("en"), STR("Quay"), &other));
	assert_true(consent_text(consents, &arena, CONSENT_AI_CHAT, STR(""), STR("es"), STR("Harbour"), &spanish));
	assert_true(now.current && !old.current && now.required && str_eqc(now.full, "New Harbour") && str_eqc(old.full, "Old"));
	assert_string_not_equal(now.hash, old.hash);
	assert_string_not_equal(now.hash, other.hash);
	assert_string_not_equal(now.hash, spanish.hash);
	assert_string_equal(old.hash, "c969e5cdd83a48193a4ee811ef1975df4d1c470642a8d6db9603f2a6be7e3a54"); /* sha256(TSOld) */
	assert_false(consent_text(consents, &arena, CONSENT_AI_CHAT, STR("9"), STR("en"), STR(""), &now));
	assert_true(consent_at_start(consents, CONSENT_AI_CHAT));
	consents_free(&consents);
	arena_done(&arena);
}

static void bad_documents_are_refused(void **state)
{
	(void)state;
	static const char *const bad[][2] = {
		{ HEAD("en"), NULL },
		{ HEAD("en") VERSION("1", "perhaps", "F"), NULL },
		{ HEAD("en") VERSION("1", "optional", "{name}"), NULL },
		{ HEAD("en") VERSION("1", "optional", "F") VERSION("1", "optional", "F"), NULL },
		{ HEAD("en") VERSION("123456789012", "optional", "F"), NULL },
		{ HEAD("en") VERSION("1", "optional", "F"), HEAD("es") VERSION("2", "optional", "F") },
		{ HEAD("en") VERSION("1", "optional", "F"), HEAD("es") VERSION("1", "required", "F") },
		{ HEAD("es") VERSION("1", "optional", "F"), NULL },
		{ HEAD("en") VERSION("1", "optional", "F"), HEAD("en") VERSION("1", "optional", "F") },
	};
	struct err err = { 0 };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct consents *consents = NULL;
		assert_int_equal(open_two(bad[i][0], bad[i][1], &consents, &err), E_INVALID);
		assert_null(consents);
	}
}

static void names(void **state)
{
	(void)state;
	for (int i = 0; i < CONSENT_KINDS; i++)
		assert_int_equal(consent_kind_parse(str_c(consent_kind_name(i))), i);
	assert_int_equal(consent_kind_parse(STR("everything")), -1);
	assert_null(consent_kind_name(CONSENT_KINDS));
	assert_int_equal(consent_choice_parse(STR("yes")), CHOICE_UNASKED);
	for (int i = CHOICE_REFUSED; i <= CHOICE_GIVEN; i++)
		assert_int_equal(consent_choice_parse(str_c(consent_choice_name((enum consent_choice)i))), i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_yes_counts_until_a_required_change),
		cmocka_unit_test(a_hash_is_of_the_text_as_shown),
		cmocka_unit_test(bad_documents_are_refused),
		cmocka_unit_test(names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
