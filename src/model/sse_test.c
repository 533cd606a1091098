/* sse_test.c: events by cases, and the same events for every cutting of the bytes. */
#include "model/sse.h"

#include "base/property.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct test_mem memory;

static int keep(void *ctx, struct str event, struct str data)
{
	struct buf *out = ctx;
	buf_printf(out, "<" STR_FMT "|" STR_FMT ">", STR_ARG(event), STR_ARG(data));
	return str_eqc(data, "stop") ? 77 : 0;
}

static int parse(struct str bytes, size_t step, struct property *p, struct buf *out, bool *ret_clean)
{
	struct sse sse;
	int code = 0;
	buf_clear(out);
	sse_init(&sse, &memory.mem, 1000, 100, keep, out);
	for (size_t at = 0; at < bytes.len && !code;) {
		size_t len = step ? step : 1 + property_below(p, 9);
		struct str piece = str_sub(bytes, at, at + len);
		code = sse_feed(&sse, piece, NULL);
		at += piece.len;
	}
	*ret_clean = sse_is_clean(&sse);
	sse_done(&sse);
	return code;
}

static void events_by_cases(void **state)
{
	(void)state;
	static const struct {
		const char *bytes, *events;
		bool clean;
	} cases[] = {
		{ "data: a\n\n", "<|a>", true },
		{ "data:a\r\n\r\ndata: b\r\rdata:  c\n\n", "<|a><|b><| c>", true },
		{ ": comment\n\ndata: a\n: more\ndata: b\n\n", "<|a\nb>", true },
		{ "event: e\ndata: a\n\ndata: b\n\n", "<e|a><|b>", true },
		{ "event: e\n\ndata: b\n\n", "<|b>", true },
		{ "id: 1\nretry: 3\ndata\n\n", "<|>", true },
		{ "\xEF\xBB\xBF"
		  "data: a\n\n",
			"<|a>", true },
		{ "data: a\n\ndata: cut", "<|a>", false },
		{ "data: a\n\ndata: cut\n", "<|a>", false },
		{ "dataa: x\n data: y\n\n", "", true },
	};
	struct property p = { 1 };
	struct buf out;
	buf_init(&out, &memory.mem, 10000);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (size_t step = 0; step < 4; step++) {
			bool clean;
			assert_int_equal(parse(str_c(cases[i].bytes), step, &p, &out, &clean), 0);
			assert_true(str_eqc(buf_str(&out), cases[i].events));
			assert_int_equal(clean, cases[i].clean);
		}
	buf_done(&out);
}

static void the_cutting_does_not_matter(void **state)
{
	(void)state;
	struct property p = property_start("sse");
	static const char *const words[] = { "data: ", "data", ":", "\n", "\r", "\r\n", "x", "event: e", "\n\n", " ", "id: 1" };
	struct buf one, other;
	buf_init(&one, &memory.mem, 100000);
	buf_init(&other, &memory.mem, 100000);
	for (int round = 0; round < 2000; round++) {
		char bytes[400];
		size_t len = 0;
		for (size_t n = property_below(&p, 40); n; n--) {
			const char *word = words[property_below(&p, COUNT_OF(words))];
			memcpy(bytes + len, word, strlen(word));
			len += strlen(word);
		}
		bool clean, clean_other;
		int code = parse(str_make(bytes, len), len ? len : 1, &p, &one, &clean);
		assert_int_equal(parse(str_make(bytes, len), 0, &p, &other, &clean_other), code);
		assert_true(str_eq(buf_str(&one), buf_str(&other)));
		assert_int_equal(clean, clean_other);
	}
	buf_done(&one);
	buf_done(&other);
}

static void limits_and_stops(void **state)
{
	(void)state;
	struct buf out, bytes;
	struct property p = { 1 };
	bool clean;
	buf_init(&out, &memory.mem, 100000);
	buf_init(&bytes, &memory.mem, 100000);
	buf_add_c(&bytes, "data: ");
	for (int i = 0; i < 1001; i++)
		buf_add_byte(&bytes, 'x');
	assert_int_equal(parse(buf_str(&bytes), 100, &p, &out, &clean), E_LIMIT);
	buf_clear(&bytes);
	for (int i = 0; i < 101; i++)
		buf_add_c(&bytes, "data: x\n\n");
	assert_int_equal(parse(buf_str(&bytes), 100, &p, &out, &clean), E_LIMIT);
	assert_int_equal(parse(STR("data: stop\n\ndata: after\n\n"), 100, &p, &out, &clean), 77);
	assert_true(str_eqc(buf_str(&out), "<|stop>"));
	buf_done(&bytes);
	buf_done(&out);
	assert_int_equal(memory.live, 0);
}

int main(void)
{
	test_mem_init(&memory, 0, 0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_by_cases),
		cmocka_unit_test(the_cutting_does_not_matter),
		cmocka_unit_test(limits_and_stops),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
