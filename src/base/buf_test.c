/* buf_test.c: the maximum holds at every step, a failure leaves the content as it was, and JSON strings read back as they were. */
#include "base/buf.h"
#include "base/property.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void content_equals_what_was_added_up_to_the_maximum(void **state)
{
	(void)state;
	struct property property = property_start("buf");
	for (int round = 0; round < 300; round++) {
		struct test_mem mem;
		test_mem_init(&mem, 0, 0);
		char model[600];
		size_t max = 1 + property_below(&property, sizeof model - 1), len = 0;
		bool failed = false;
		struct buf buf;
		buf_init(&buf, &mem.mem, max);
		for (int step = 0; step < 30; step++) {
			char bytes[80];
			size_t add = property_below(&property, sizeof bytes), drop;
			property_bytes(&property, bytes, add);
			if (property_below(&property, 4) == 0) {
				drop = property_below(&property, len + 1);
				buf_consume(&buf, drop);
				memmove(model, model + drop, len - drop);
				len -= drop;
			} else if (add > max - len) {
				buf_add(&buf, str_make(bytes, add));
				failed = true;
			} else {
				buf_add(&buf, str_make(bytes, add));
				memcpy(model + len, bytes, add);
				len += add;
			}
			assert_int_equal(buf.failed, failed);
			assert_true(str_eq(buf_str(&buf), str_make(model, len)));
			assert_true(buf.capacity <= max);
		}
		buf_clear(&buf);
		assert_false(buf.failed);
		buf_done(&buf);
		assert_int_equal(mem.live, 0);
	}
}

static void formatted_text_fits_exactly(void **state)
{
	(void)state;
	struct test_mem mem;
	for (size_t max = 1; max < 12; max++) {
		test_mem_init(&mem, 0, 0);
		struct buf buf;
		buf_init(&buf, &mem.mem, max);
		buf_printf(&buf, "%s-%d", "abc", 42); /* 6 bytes, and one more for the NUL that vsnprintf writes */
		if (buf.failed)
			assert_int_equal(buf.len, 0);
		else
			assert_true(str_eqc(buf_str(&buf), "abc-42"));
		assert_int_equal(buf.failed, max < 7);
		buf_done(&buf);
		assert_int_equal(mem.live, 0);
	}
}

static void failed_memory_keeps_the_content(void **state)
{
	(void)state;
	struct test_mem mem;
	test_mem_init(&mem, 2, 0);
	struct buf buf;
	buf_init(&buf, &mem.mem, 100000);
	buf_add_c(&buf, "kept");
	char big[4000] = { 0 };
	buf_add(&buf, str_make(big, sizeof big));
	assert_true(buf.failed);
	assert_true(str_eqc(buf_str(&buf), "kept"));
	buf_add_c(&buf, "!"); /* fits in what is held; the flag stays */
	assert_true(str_eqc(buf_str(&buf), "kept!"));
	assert_true(buf.failed);
	buf_done(&buf);
	assert_int_equal(mem.live, 0);
}

/* is_utf8: by jansson, another implementation than buf.c's. */
static bool is_utf8(struct str s)
{
	json_t *value = json_stringn(s.ptr, s.len);
	bool valid = value != NULL;
	json_decref(value);
	return valid;
}

static void json_strings_read_back(void **state)
{
	(void)state;
	struct property property = property_start("buf_json");
	struct test_mem mem;
	test_mem_init(&mem, 0, 0);
	size_t valid = 0;
	for (int round = 0; round < 4000; round++) {
		char bytes[24];
		size_t len = property_below(&property, sizeof bytes);
		property_bytes(&property, bytes, len);
		struct buf buf;
		buf_init(&buf, &mem.mem, 400);
		buf_add_json(&buf, str_make(bytes, len));
		assert_false(buf.failed);
		json_t *value = json_loadb(buf.ptr, buf.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		assert_non_null(value);
		if (is_utf8(str_make(bytes, len))) {
			valid++;
			assert_true(str_eq(str_make(json_string_value(value), json_string_length(value)), str_make(bytes, len)));
		}
		assert_null(memchr(buf.ptr, '<', buf.len));
		assert_int_equal(str_find(buf_str(&buf), STR("\xE2\x80\xA8"), 0), SIZE_MAX);
		json_decref(value);
		buf_done(&buf);
	}
	assert_true(valid > 50);
	assert_int_equal(mem.live, 0);
}

static void bad_bytes_become_replacement_characters(void **state)
{
	(void)state;
	static const struct {
		const char *bytes, *json;
	} cases[] = {
		{ "\xC0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"" },                                 /* overlong */
		{ "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },                 /* surrogate */
		{ "\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" }, /* past U+10FFFF */
		{ "a\xE2\x82", "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"" },                               /* cut short */
		{ "\xE2\x82\xAC", "\"\xE2\x82\xAC\"" },
	};
	struct test_mem mem;
	test_mem_init(&mem, 0, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf buf;
		buf_init(&buf, &mem.mem, 100);
		buf_add_json(&buf, str_c(cases[i].bytes));
		assert_true(str_eqc(buf_str(&buf), cases[i].json));
		buf_done(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_equals_what_was_added_up_to_the_maximum),
		cmocka_unit_test(formatted_text_fits_exactly),
		cmocka_unit_test(failed_memory_keeps_the_content),
		cmocka_unit_test(json_strings_read_back),
		cmocka_unit_test(bad_bytes_become_replacement_characters),
	};
	return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
