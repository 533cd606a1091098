/* note_pdf_test.c: a PDF comes of any text: none, long words, many pages, letters of all kinds, bytes that are not UTF-8; too many pages
 * are refused. */
#include "care/note_pdf.h"

#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static size_t pages_of(struct str pdf)
{
	size_t count = 0;
	for (size_t at = 0; (at = str_find(pdf, STR("/Type /Page\n"), at)) != SIZE_MAX; at++)
		count++;
	return count;
}

static void pdf_of(struct str text, size_t pages)
{
	struct buf out;
	struct err err = { 0 };
	buf_init(&out, mem_system(), 8u << 20);
	if (note_pdf(text, &out, &err))
		fail_msg("%s", err.message);
	assert_true(str_starts(buf_str(&out), STR("%PDF-")));
	assert_true(str_find(buf_str(&out), STR("%%EOF"), 0) != SIZE_MAX);
	if (pages)
		assert_int_equal(pages_of(buf_str(&out)), pages);
	buf_done(&out);
}

static void any_text(void **state)
{
	(void)state;
	pdf_of(STR(""), 1);
	pdf_of(STR("Risk note\n\nClient: Heron\n"), 1);
	pdf_of(STR("Nota de riesgo\n\nÑandú, corazón, «así», 10 €… – fin\n"), 1);
	pdf_of(STR("\xff\xfe\x80 not UTF-8 \xc3"), 0);
	pdf_of(STR("\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u4e2d\u6587 \u0440\u0443\u0441"), 0);
	char longest[3000];
	memset(longest, 'w', sizeof longest);
	pdf_of(str_make(longest, sizeof longest), 0);
}

static void many_pages(void **state)
{
	(void)state;
	struct buf text, out;
	struct err err = { 0 };
	buf_init(&text, mem_system(), 1u << 20);
	buf_init(&out, mem_system(), 8u << 20);
	for (int i = 0; i < 200; i++)
		buf_printf(&text, "line %d of the note with a few words in it\n", i);
	pdf_of(buf_str(&text), 5);
	for (int i = 0; i < 5000; i++)
		buf_printf(&text, "line %d\n", i);
	assert_int_equal(note_pdf(buf_str(&text), &out, &err), E_LIMIT);
	buf_done(&text);
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(any_text), cmocka_unit_test(many_pages) };
	return cmocka_run_group_tests_name("care/note_pdf", tests, NULL, NULL);
}
