/* pattern_test.c: what is an identifier or a contact, and what only looks like one. All numbers are of the ranges kept for
 * examples, or made up. */
#include "screen/pattern.h"

#include "sys/mem.h"
#include "text/segment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct fold_tables *tables;

struct sample {
	const char *text, *expected; /* kind:span, joined by ";" */
};

static const char *const kinds[] = { "phone", "email", "url", "card", "national_id", "record", "birth", "address", "name", "ip", "doi",
	"pmid", "account", "licence", "plate", "handle" };

static void check(const struct sample *samples, size_t count, bool contacts)
{
	struct arena arena;
	arena_init(&arena, mem_system(), 16u << 20);
	for (size_t i = 0; i < count; i++) {
		struct view view;
		struct patterns patterns;
		struct str text = str_c(samples[i].text);
		char found[512] = "";
		size_t len = 0;
		arena_reset(&arena);
		assert_int_equal(fold_run(tables, NULL, &arena, text, &view), 0);
		assert_int_equal(segment_run(&arena, &view), 0);
		assert_int_equal(pattern_find(&arena, text, &view, NULL, contacts, &patterns), 0);
		for (size_t k = 0; k < patterns.count && len < sizeof found; k++) {
			const struct pattern *p = &patterns.items[k];
			struct str span = str_sub(text, p->start, p->end);
			len += (size_t)snprintf(
				found + len, sizeof found - len, "%s%s:" STR_FMT, k ? ";" : "", kinds[p->kind], STR_ARG(span));
		}
		if (strcmp(found, samples[i].expected) != 0)
			fail_msg("\"%s\": expected \"%s\", found \"%s\"", samples[i].text, samples[i].expected, found);
	}
	arena_done(&arena);
}

static void test_identifiers(void **state)
{
	static const struct sample samples[] = {
		{ "ring me on (555) 010-0199", "phone:(555) 010-0199" },
		{ "it is 07700 900123 today", "phone:07700 900123" },
		{ "+44 7700 900 123", "phone:+44 7700 900 123" },
		{ "mi teléfono: 612 34 56 78", "phone:612 34 56 78" },
		{ "555-0199", "phone:555-0199" },
		{ "fullwidth ０７７００ ９００１２３", "phone:０７７００ ９００１２３" },
		{ "hidden 555\xE2\x80\x8B-010\xE2\x80\x91"
		  "0199",
			"phone:555\xE2\x80\x8B-010\xE2\x80\x91"
			"0199" },
		{ "order 2025550199 and ticket 1733300002", "" },
		{ "in 2019-2020, on 2024-05-12 at 8:00, 1,000 mg, 3.5 hours", "" },
		{ "10000 steps, 100 200 300 400 500", "" },
		{ "Parkinson, Lamictal 25 mg, a Charcot joint, Cushing", "" },
		{ "write to a.b-c@example.co.uk, please", "email:a.b-c@example.co.uk" },
		{ "me@ home @ 5", "" },
		{ "see (https://my-site.example.org/a?b=1).", "url:https://my-site.example.org/a?b=1" },
		{ "done.es gut.Es e.g. this", "url:done.es" },
		{ "card 4111 1111 1111 1111", "card:4111 1111 1111 1111" },
		{ "card 4111 1111 1111 1112", "" },
		{ "IBAN GB82 WEST 1234 5698 7654 32 please", "account:GB82 WEST 1234 5698 7654 32" },
		{ "to DE89370400440532013000, thanks", "account:DE89370400440532013000" },
		{ "to DE88370400440532013000, thanks", "" },
		{ "es12 is a road", "" },
		{ "ssn 078-05-1120", "national_id:078-05-1120" },
		{ "ssn 000-05-1120", "" },
		{ "nhs no 943 476 5919", "national_id:943 476 5919" },
		{ "DNI 12345678Z", "national_id:12345678Z" },
		{ "DNI 12345678A", "" },
		{ "AB 12 34 56 C", "national_id:AB 12 34 56 C" },
		{ "MRN A10422-9", "record:A10422-9" },
		{ "my patient number is 99812345", "record:99812345" },
		{ "born 3 May 1990", "birth:3 May 1990" },
		{ "dob 12/05/1987", "birth:12/05/1987" },
		{ "we met on 12/05/1987", "" },
		{ "at 12 Elm Street, top floor", "address:12 Elm Street" },
		{ "20 minutes down the road", "" },
		{ "calle Mayor 12", "address:calle Mayor 12" },
		{ "SW1A 1AA", "address:SW1A 1AA" },
		{ "b12 5mg", "" },
		{ "My name is Ana Gil and", "name:Ana Gil" },
		{ "from 192.0.2.7", "ip:192.0.2.7" },
	};
	(void)state;
	check(samples, sizeof samples / sizeof *samples, false);
}

static void test_contacts(void **state)
{
	static const struct sample samples[] = {
		{ "Call 988 now", "phone:988" },
		{ "Call or text 988, 24/7", "phone:988" },
		{ "call 911 or 988", "phone:911;phone:988" },
		{ "116 123, 24 hours a day", "" },
		{ "call 116 123 24 hours a day", "phone:116 123" },
		{ "Text HOME to 741741", "phone:741741" },
		{ "call 1-800-273-TALK (8255)", "phone:1-800-273-TALK (8255)" },
		{ "the 0800 number: call the 0800 line", "phone:0800" },
		{ "About 10000 people in 2019-2020; 50% of 1,200.", "" },
		{ "4-7-8 breathing, count 100 97 94 91", "" },
		{ "doi 10.1000/xyz.2020.1234 and PMID: 12345678", "doi:10.1000/xyz.2020.1234;pmid:PMID: 12345678" },
		{ "25 mcg each morning at 8:00", "" },
		{ "visit www.example.org/chat.", "url:www.example.org/chat" },
	};
	(void)state;
	check(samples, sizeof samples / sizeof *samples, true);
}

static int open_tables(void **state)
{
	(void)state;
	return fold_open(mem_system(), &tables, NULL);
}

static int close_tables(void **state)
{
	(void)state;
	fold_free(mem_system(), &tables);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_identifiers), cmocka_unit_test(test_contacts) };
	return cmocka_run_group_tests(tests, open_tables, close_tables);
}
