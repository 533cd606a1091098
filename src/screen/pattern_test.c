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

/* Which words begin a pattern changes nothing of what is found: sought with a table of no names, with and without them. */
static void check_starts(struct arena *arena, struct str text, const struct view *view, bool contacts)
{
	static const struct vocab none;
	static struct pattern_starts starts;
	struct names names = { .tables = tables };
	struct patterns all, quick;
	pattern_starts_fill(&none, &none, &starts);
	assert_int_equal(pattern_find(arena, text, view, &names, contacts, &all), 0);
	names.starts = &starts;
	assert_int_equal(pattern_find(arena, text, view, &names, contacts, &quick), 0);
	bool same = all.count == quick.count;
	for (size_t i = 0; same && i < all.count; i++)
		same = all.items[i].kind == quick.items[i].kind && all.items[i].start == quick.items[i].start &&
		       all.items[i].end == quick.items[i].end;
	if (!same)
		fail_msg("\"" STR_FMT "\": %zu patterns, %zu by the words that begin one", STR_ARG(text), all.count, quick.count);
}

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
		check_starts(&arena, text, &view, contacts);
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
		{ "call (202) 555-0143x9@example.com", "email:(202) 555-0143x9@example.com" },
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
		{ "from 2001:db8::ff00:42:8329 today", "ip:2001:db8::ff00:42:8329" },
		{ "at 10:30:45 or 1:2:3", "" },
		{ "my insta is ana_99, ping @mike.t", "handle:ana_99;handle:@mike.t" },
		{ "(202)555-0147x77", "phone:(202)555-0147x77" },
		{ "tel. 070-123 45 67", "phone:070-123 45 67" },
		{ "08162/12345 or 138 0013 8000", "phone:08162/12345;phone:138 0013 8000" },
		{ "212-555-0147 ext. 12", "phone:212-555-0147 ext. 12" },
		{ "my number is oh seven seven double oh nine oh one two three", "phone:oh seven seven double oh nine oh one two three" },
		{ "I had one, two, three, four, five, six, seven of them", "" },
		{ "Mein Handy: 0151 23456789", "phone:0151 23456789" },
		{ "412 34 567 is my cell, get me at 99 123456", "phone:412 34 567;phone:99 123456" },
		{ "412 34 567 is my score", "" },
	};
	(void)state;
	check(samples, sizeof samples / sizeof *samples, false);
}

/* National numbers: one that its check holds for, one that it does not. */
static void test_national(void **state)
{
	static const struct sample samples[] = {
		{ "CPF 529.982.247-25", "national_id:529.982.247-25" },
		{ "CPF 529.982.247-24", "" },
		{ "cpf 52998224725", "national_id:52998224725" },
		{ "secu 1 84 12 76 451 089 46", "national_id:1 84 12 76 451 089 46" },
		{ "secu 1 84 12 76 451 089 47", "" },
		{ "Steuer 86095742719", "national_id:86095742719" },
		{ "Steuer 86095742718", "" },
		{ "it is A123456780 now", "national_id:A123456780" },
		{ "it is A123456781 now", "" },
		{ "11010519491231002X", "national_id:11010519491231002X" },
		{ "110105194912310021", "" },
		{ "SIN 130 692 544", "national_id:130 692 544" },
		{ "TFN 123 456 782", "national_id:123 456 782" },
		{ "Medicare 2123 45670 1", "national_id:2123 45670 1" },
		{ "aadhaar 2341 2341 2346", "national_id:2341 2341 2346" },
		{ "aadhaar 2341 2341 2347", "" },
		{ "PAN ABCPE1234F", "national_id:ABCPE1234F" },
		{ "PESEL 44051401359", "national_id:44051401359" },
		{ "PESEL 44051401358", "" },
		{ "BSN 111222333", "national_id:111222333" },
		{ "AHV 756.9217.0769.85", "national_id:756.9217.0769.85" },
		{ "personnummer 811218-9876", "national_id:811218-9876" },
		{ "RSSMRA85T10A562S", "national_id:RSSMRA85T10A562S" },
		{ "RSSMRA85T10A562T", "" },
		{ "HEGG560427MVZRRL04", "national_id:HEGG560427MVZRRL04" },
		{ "card 3530 1113 3330 0000 and 6011 1111 1111 1117", "card:3530 1113 3330 0000;card:6011 1111 1111 1117" },
		{ "card 180000000000002", "card:180000000000002" },
		{ "licence D1234567, passport X4829137", "licence:D1234567;licence:X4829137" },
		{ "a red car, plate KX19 ABC", "plate:KX19 ABC" },
	};
	(void)state;
	check(samples, sizeof samples / sizeof *samples, false);
}

static void test_addresses(void **state)
{
	static const struct sample samples[] = {
		{ "at 18 Maple Avenue, Apt. 4, please", "address:18 Maple Avenue, Apt. 4" },
		{ "18 Maple Ave, Springfield, 62704 ok", "address:18 Maple Ave, Springfield, 62704" },
		{ "Lindenstraße 14, 10969 Berlin", "address:Lindenstraße 14, 10969" },
		{ "5 rue des Lilas, 75020 Paris", "address:5 rue des Lilas, 75020" },
		{ "Via Garibaldi 8", "address:Via Garibaldi 8" },
		{ "ul. Lipowa 7/12", "address:ul. Lipowa 7/12" },
		{ "at Al. Sosnowa 12, os. Wolne", "address:Al. Sosnowa 12" },
		{ "bul. Rakovina 4", "address:bul. Rakovina 4" },
		{ "Kossuth Lajos utca 44", "address:Kossuth Lajos utca 44" },
		{ "P.O. Box 1184", "address:P.O. Box 1184" },
		{ "Flat 3, 18 Wellfield Rd, Cardiff CF24 3PA", "address:Flat 3, 18 Wellfield Rd, Cardiff CF24 3PA" },
		{ "204 ul. Lipowa 7, Apt. 3", "address:204 ul. Lipowa 7, Apt. 3" },
		{ "to 99 P.O. Box 12, Suite 3", "address:99 P.O. Box 12, Suite 3" },
		{ "18 Lange Strasse 12", "address:18 Lange Strasse 12" },
		{ "Bethlen Gábor fejedelem u. 12, Szolnok 50001", "address:Bethlen Gábor fejedelem u. 12, Szolnok 50001" },
		{ "12 Elm Street\nSuite 3\nRio Seco\n\nNowhere (Upper) 61000 ok",
			"address:12 Elm Street\nSuite 3\nRio Seco\n\nNowhere (Upper) 61000" },
		{ "12 Elm Street\noldtown\n, ny\n61000", "address:12 Elm Street\noldtown\n, ny\n61000" },
		{ "12 Elm Street\ncall me on monday 61000", "address:12 Elm Street" },
		{ "204 lindenweg 12 apt. 4 please", "address:204 lindenweg 12 apt. 4" },
		{ "we ate 12 red apples at room 4", "" },
		{ "77 Willow Circuit and 9 Harrow Wynd", "address:77 Willow Circuit;address:9 Harrow Wynd" },
		{ "at Strandvejen 45, or Lilla torget 6", "address:Strandvejen 45;address:Lilla torget 6" },
		{ "Travesía del Sol 8; Carrer de Balmes 22", "address:Travesía del Sol 8;address:Carrer de Balmes 22" },
		{ "7, passage Brady and 4 square des Tilleuls", "address:7, passage Brady;address:4 square des Tilleuls" },
		{ "pl. Lipowa 3 and Postboks 12", "address:pl. Lipowa 3;address:Postboks 12" },
		{ "my place is 20 minutes away, et al. Lipowa 3", "" },
		{ "the passage 12 of it, Square Root 16", "" },
		{ "Nowhere\nSuite 12\nok", "address:Suite 12" },
		{ "the Suite 12 is nice", "" },
		{ "at the corner of 5th Avenue and Elm Street today", "address:the corner of 5th Avenue and Elm Street" },
		{ "in the corner of my room and the hall, 3 times", "" },
		{ "At 12 Elm Street. My boss called in 61000 people", "address:12 Elm Street" },
		{ "Halifax B3K 1A1", "address:B3K 1A1" },
		{ "住在北京市朝阳区建国路88号", "address:北京市朝阳区建国路88号" },
		{ "we live at 12 Elm", "address:12 Elm" },
		{ "my zip code is 94110", "address:94110" },
		{ "Chapter 5, Room 101, Floor 3", "" },
		{ "took 2 Panadol and 25 Seroquel", "" },
		{ "Monday 14 June 2021, 12 March 1990", "" },
		{ "Xbox 360 and Windows 11 Pro", "" },
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
		{ "dial nine eight eight, or one one six, one two three", "phone:nine eight eight;phone:one one six, one two three" },
		{ "call eight hundred five five five oh one four two", "phone:eight hundred five five five oh one four two" },
		{ "appelle le trois mille cent quatorze", "phone:trois mille cent quatorze" },
		{ "llama al cero veinticuatro", "phone:cero veinticuatro" },
		{ "call in twenty minutes, one or two times", "" },
		{ "the hotline is at 988", "phone:988" },
		{ "see example dot org or example (dot) org or example[.]org",
			"url:example dot org;url:example (dot) org;url:example[.]org" },
		{ "polka dot dresses", "" },
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
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_identifiers), cmocka_unit_test(test_national),
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_contacts) };
	return cmocka_run_group_tests(tests, open_tables, close_tables);
}
