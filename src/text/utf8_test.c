/* utf8_test.c: every scalar value there and back; ill-formed bytes as the Unicode standard recommends (3.9, table 3-8). */
#include "text/utf8.h"

#include "base/compiler.h"
#include "base/property.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_every_scalar(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		char bytes[4];
		size_t at = 0;
		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		size_t len = utf8_put(cp, bytes);
		assert_int_equal(utf8_next(str_make(bytes, len), &at), cp);
		assert_int_equal(at, len);
		assert_true(utf8_valid(str_make(bytes, len)));
		for (size_t cut = 1; cut < len; cut++) {
			at = 0;
			assert_int_equal(utf8_next(str_make(bytes, cut), &at), UTF8_BAD);
			assert_int_equal(at, cut); /* a cut sequence is one maximal part */
			assert_false(utf8_boundary(str_make(bytes, len), cut));
		}
	}
}

static void test_maximal_parts(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t expected[16];
	} samples[] = {
		{ "\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64",
			{ 'a', 0xFFFD, 0xFFFD, 0xFFFD, 'b', 0xFFFD, 'c', 0xFFFD, 0xFFFD, 'd' } },
		{ "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", { 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 'A' } },
		{ "\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", { 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 'A' } },
		{ "\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", { 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 'A', 0xFFFD, 0xFFFD, 'B' } },
		{ "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", { 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 'A' } },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct str text = str_c(samples[i].bytes);
		size_t count = 0;
		assert_false(utf8_valid(text));
		for (size_t at = 0; at < text.len; count++)
			assert_int_equal(utf8_next(text, &at), samples[i].expected[count]);
		assert_int_equal(samples[i].expected[count], 0);
	}
}

static void test_any_bytes(void **state)
{
	struct property property = property_start("utf8");
	char bytes[64], again[64 * 4];
	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t len = property_below(&property, sizeof bytes), written = 0;
		property_bytes(&property, bytes, len);
		for (size_t at = 0; at < len;) {
			size_t before = at;
			uint32_t cp = utf8_next(str_make(bytes, len), &at);
			assert_true(at > before && at <= len && cp <= 0x10FFFF && !(cp >= 0xD800 && cp <= 0xDFFF));
			written += utf8_put(cp, again + written);
		}
		assert_true(utf8_valid(str_make(again, written)));
		if (utf8_valid(str_make(bytes, len)))
			assert_true(str_eq(str_make(bytes, len), str_make(again, written)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_every_scalar), cmocka_unit_test(test_maximal_parts),
		cmocka_unit_test(test_any_bytes) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
