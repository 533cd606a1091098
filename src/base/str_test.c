/* str_test.c: laws of the string functions against slow and plain ones. */
#include "base/property.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static size_t slow_find(struct str s, struct str needle, size_t from)
{
	for (size_t at = from; at + needle.len <= s.len; at++)
		if (str_eq(str_sub(s, at, at + needle.len), needle))
			return at;
	return SIZE_MAX;
}

static void find_agrees_with_a_plain_search(void **state)
{
	(void)state;
	struct property property = property_start("str_find");
	for (int round = 0; round < 5000; round++) {
		char text[20], sought[4];
		size_t len = property_below(&property, sizeof text), sought_len = property_below(&property, sizeof sought);
		for (size_t i = 0; i < len; i++)
			text[i] = (char)('a' + property_below(&property, 2));
		for (size_t i = 0; i < sought_len; i++)
			sought[i] = (char)('a' + property_below(&property, 2));
		size_t from = property_below(&property, sizeof text + 2);
		struct str s = str_make(text, len), needle = str_make(sought, sought_len);
		assert_int_equal(str_find(s, needle, from), slow_find(s, needle, from));
	}
}

static void splitting_and_joining_gives_the_text_again(void **state)
{
	(void)state;
	struct property property = property_start("str_split");
	for (int round = 0; round < 2000; round++) {
		char text[24], again[64];
		size_t len = property_below(&property, sizeof text), at = 0;
		for (size_t i = 0; i < len; i++)
			text[i] = (char)(property_below(&property, 3) ? 'x' : ',');
		struct str rest = str_make(text, len);
		do {
			struct str part = str_split(&rest, ',');
			assert_int_equal(str_find(part, STR(","), 0), SIZE_MAX);
			if (part.len)
				memcpy(again + at, part.ptr, part.len);
			at += part.len;
			if (rest.ptr)
				again[at++] = ',';
		} while (rest.ptr);
		assert_true(str_eq(str_make(again, at), str_make(text, len)));
	}
}

static void order_is_total_and_agrees_with_equality(void **state)
{
	(void)state;
	struct property property = property_start("str_cmp");
	for (int round = 0; round < 3000; round++) {
		char bytes[3][3];
		struct str s[3];
		for (int i = 0; i < 3; i++) {
			s[i] = str_make(bytes[i], property_below(&property, 4));
			for (size_t at = 0; at < s[i].len; at++)
				bytes[i][at] = (char)(property_below(&property, 2) ? 0x00 : 0xFF);
		}
		assert_int_equal(str_cmp(s[0], s[1]) == 0, str_eq(s[0], s[1]));
		assert_int_equal(str_cmp(s[0], s[1]) < 0, str_cmp(s[1], s[0]) > 0);
		if (str_cmp(s[0], s[1]) <= 0 && str_cmp(s[1], s[2]) <= 0)
			assert_true(str_cmp(s[0], s[2]) <= 0);
	}
	assert_true(str_cmp(STR("a"), STR("a\0")) < 0);
}

static void edges(void **state)
{
	(void)state;
	assert_true(str_eqc(str_trim(STR(" \t\v a b \r\n")), "a b"));
	assert_int_equal(str_trim(STR(" \n ")).len, 0);
	assert_true(str_eqc(str_sub(STR("abc"), 1, 99), "bc"));
	assert_int_equal(str_sub(STR("abc"), 3, 1).len, 0);
	assert_int_equal(str_sub(str_make(NULL, 0), 0, 5).len, 0);
	assert_true(str_starts(STR("abc"), STR("")) && str_starts(STR("abc"), STR("ab")) && !str_starts(STR("ab"), STR("abc")));
	assert_true(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("bc"), STR("abc")) && str_ends(str_make(NULL, 0), STR("")));
	assert_int_equal(str_c(NULL).len, 0);
	/* Published vectors of 64-bit FNV-1a. */
	assert_true(str_hash(STR("")) == UINT64_C(0xcbf29ce484222325));
	assert_true(str_hash(STR("a")) == UINT64_C(0xaf63dc4c8601ec8c));
	assert_true(str_hash(STR("foobar")) == UINT64_C(0x85944171f73967e8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find_agrees_with_a_plain_search),
		cmocka_unit_test(splitting_and_joining_gives_the_text_again),
		cmocka_unit_test(order_is_total_and_agrees_with_equality),
		cmocka_unit_test(edges),
	};
	return cmocka_run_group_tests_name("base/str", tests, NULL, NULL);
}
