/* json_scan_test.c: grammar by cases, agreement with jansson on random and broken texts, splices. */
#include "base/json_scan.h"

#include "base/property.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

static struct test_mem memory;

static int scan(struct arena *arena, struct str text, struct json_doc *doc)
{
	struct json_scan_limits limits = json_scan_limits_default();
	return json_scan(arena, text, &limits, doc, NULL);
}

static void good_and_bad_grammar(void **state)
{
	(void)state;
	static const char *const good[] = { "null", " true ", "-0", "1E400", "18446744073709551616", "[]", "{}", "[[],{}]", "{\"\":{}}",
		"\"\\ud83d\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "[1,2.5e-3,\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "{\"a\":1,\"A\":2}",
		"\"\xC3\xA9\"" };
	static const char *const wrong[] = { "", " ", "nul", "truex", "01", "-", "+1", "1.", ".5", "1e", "0x1", "[", "]", "[1,]", "[,1]",
		"[1 2]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u123\"", "\"\t\"",
		"\"\x01\"", "[1]]", "{}{}", "1 2", "'a'", "[1,\v2]", "\xEF\xBB\xBF{}", "\"\xC0\xA2\"", "\"\xED\xA0\x80\"",
		"\"\xF5\x80\x80\x80\"", "\"\xE2\x82\"", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"\\ud800\":1,\"\\ud801\":2}",
		"NaN", "Infinity", "[1}", "{\"a\":1]", "/**/1" };
	struct arena arena;
	struct json_doc doc;
	arena_init(&arena, &memory.mem, 1 << 20);
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (scan(&arena, str_c(good[i]), &doc))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		if (scan(&arena, str_c(wrong[i]), &doc) != E_INVALID)
			fail_msg("accepted: %s", wrong[i]);
	arena_done(&arena);
}

static void limits_hold(void **state)
{
	(void)state;
	struct arena arena;
	struct json_doc doc;
	arena_init(&arena, &memory.mem, 8 << 20);
	char deep[200];
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	assert_int_equal(scan(&arena, str_make(deep + 36, 128), &doc), 0);
	assert_int_equal(scan(&arena, str_make(deep + 35, 130), &doc), E_LIMIT);
	struct buf text;
	buf_init(&text, &memory.mem, 1 << 20);
	buf_add_byte(&text, '{');
	for (int i = 0; i < 513; i++)
		buf_printf(&text, "%s\"k%d\":%d", i ? "," : "", i, i);
	buf_add_byte(&text, '}');
	assert_int_equal(scan(&arena, buf_str(&text), &doc), E_LIMIT);
	buf_clear(&text);
	buf_add_byte(&text, '[');
	for (int i = 0; i < 70000; i++)
		buf_add_c(&text, i ? ",1" : "1");
	buf_add_byte(&text, ']');
	assert_int_equal(scan(&arena, buf_str(&text), &doc), E_LIMIT);
	buf_done(&text);
	arena_done(&arena);
}

static void members_are_found_and_decoded(void **state)
{
	(void)state;
	struct arena arena;
	struct json_doc doc;
	arena_init(&arena, &memory.mem, 1 << 20);
	struct str text = STR("{\"\\u006dodel\":\"de\\u0066ault\",\"n\":-12,\"cut\":\"a\\ud83d\",\"emoji\":\"\\ud83d\\ude00\",\"list\":[1,{"
			      "\"x\":null}],\"big\":1e5}");
	assert_int_equal(scan(&arena, text, &doc), 0);
	const struct json_node *root = json_root(&doc);
	assert_true(str_eqc(json_text(&arena, &doc, json_member(&doc, root, "model")), "default"));
	assert_true(str_eqc(json_key(&arena, &doc, json_member(&doc, root, "model")), "model"));
	assert_null(json_member(&doc, root, "mode"));
	assert_null(json_member(&doc, root, "modell"));
	assert_int_equal(json_int(&doc, json_member(&doc, root, "n"), 7), -12);
	assert_int_equal(json_int(&doc, json_member(&doc, root, "big"), 7), 7);
	assert_true(str_eqc(json_text(&arena, &doc, json_member(&doc, root, "cut")), "a\xEF\xBF\xBD"));
	assert_true(str_eqc(json_text(&arena, &doc, json_member(&doc, root, "emoji")), "\xF0\x9F\x98\x80"));
	const struct json_node *list = json_member(&doc, root, "list");
	assert_int_equal(list->count, 2);
	assert_true(str_eqc(json_raw(&doc, json_next(&doc, json_child(&doc, list))), "{\"x\":null}"));
	assert_null(json_next(&doc, json_member(&doc, root, "big")));
	arena_done(&arena);
}

static void random_text(struct property *p, struct buf *out, int depth)
{
	size_t kind = property_below(p, depth > 4 ? 5 : 7);
	char bytes[24];
	size_t len = property_below(p, sizeof(bytes)), count = property_below(p, 5);
	switch (kind) {
	case 0: buf_add_c(out, "null"); break;
	case 1: buf_add_c(out, property_below(p, 2) ? "true" : "false"); break;
	case 2: buf_printf(out, "%d%s", (int)property_below(p, 100000) - 50000, property_below(p, 2) ? "" : ".25e1"); break;
	case 3:
	case 4:
		property_bytes(p, bytes, len);
		buf_add_json(out, str_make(bytes, len));
		break;
	default:
		buf_add_byte(out, kind == 5 ? '[' : '{');
		for (size_t i = 0; i < count; i++) {
			buf_add_c(out, i ? " , " : "\n");
			if (kind == 6)
				buf_printf(out, "\"\\u00%02x%zu\": ", (unsigned)(0x61 + property_below(p, 5)), i);
			random_text(p, out, depth + 1);
		}
		buf_add_byte(out, kind == 5 ? ']' : '}');
	}
}

static void same(struct arena *arena, const struct json_doc *doc, const struct json_node *node, const json_t *want)
{
	switch (node->kind) {
	case JSON_SCAN_NULL: assert_true(json_is_null(want)); return;
	case JSON_SCAN_TRUE: assert_true(json_is_true(want)); return;
	case JSON_SCAN_FALSE: assert_true(json_is_false(want)); return;
	case JSON_SCAN_NUMBER: assert_true(json_is_number(want)); return;
	case JSON_SCAN_STRING:
		assert_true(json_is_string(want));
		assert_true(str_eq(json_text(arena, doc, node), str_make(json_string_value(want), json_string_length(want))));
		return;
	case JSON_SCAN_ARRAY: assert_int_equal(node->count, json_array_size(want)); break;
	case JSON_SCAN_OBJECT: assert_int_equal(node->count, json_object_size(want)); break;
	}
	size_t i = 0;
	for (const struct json_node *child = json_child(doc, node); child; child = json_next(doc, child), i++) {
		if (node->kind == JSON_SCAN_ARRAY) {
			same(arena, doc, child, json_array_get(want, i));
			continue;
		}
		struct str key = arena_copy(arena, json_key(arena, doc, child));
		json_t *value = json_object_get(want, key.ptr);
		assert_non_null(value);
		same(arena, doc, child, value);
	}
}

static void agrees_with_jansson(void **state)
{
	(void)state;
	struct property p = property_start("json_scan");
	struct buf text;
	buf_init(&text, &memory.mem, 1 << 20);
	size_t accepted = 0;
	for (int round = 0; round < 4000; round++) {
		struct arena arena;
		struct json_doc doc;
		arena_init(&arena, &memory.mem, 4 << 20);
		buf_clear(&text);
		random_text(&p, &text, 0);
		for (size_t breaks = property_below(&p, 3); breaks && text.len; breaks--)
			property_bytes(&p, text.ptr + property_below(&p, text.len), 1);
		json_t *want = json_loadb(text.ptr, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
		int code = scan(&arena, buf_str(&text), &doc);
		if (want && !memchr(text.ptr, 0, text.len)) { /* jansson takes a raw NUL for the end */
			assert_int_equal(code, 0);
			same(&arena, &doc, json_root(&doc), want);
			accepted++;
		}
		json_decref(want);
		arena_done(&arena);
	}
	buf_done(&text);
	assert_true(accepted > 1000);
}

static void every_failed_allocation_is_told(void **state)
{
	(void)state;
	struct str text = STR("{\"a\\n\":[1,2,3,{\"b\\n\":\"c\\n\"}],\"d\":[[[[1]]]]}");
	for (size_t n = 1;; n++) {
		struct test_mem failing;
		test_mem_init(&failing, n, 0);
		struct arena arena;
		struct json_doc doc;
		arena_init(&arena, &failing.mem, 1 << 20);
		int code = scan(&arena, text, &doc);
		arena_done(&arena);
		assert_int_equal(failing.live, 0);
		if (!code)
			break;
		assert_int_equal(code, E_MEMORY);
		assert_true(n < 50);
	}
}

static void cleaning_and_splicing(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, &memory.mem, 1 << 20);
	size_t replaced;
	struct str good = STR("\"\xC3\xA9\"");
	assert_ptr_equal(json_clean(&arena, good, &replaced).ptr, good.ptr);
	assert_true(str_eqc(json_clean(&arena, STR("a\xFF\xC3z\xED\xA0\x80"), &replaced),
		"a\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"));
	assert_int_equal(replaced, 5);
	struct buf out;
	buf_init(&out, &memory.mem, 1000);
	struct json_splice splices[] = { { 0, 1, STR("<") }, { 3, 3, STR("++") }, { 5, 6, STR("") } };
	json_splice(&out, STR("abcdef"), splices, 3);
	assert_true(str_eqc(buf_str(&out), "<bc++de"));
	buf_clear(&out);
	struct json_splice overlapping[] = { { 0, 3, STR("") }, { 2, 4, STR("") } };
	json_splice(&out, STR("abcdef"), overlapping, 2);
	assert_true(out.failed);
	buf_done(&out);
	arena_done(&arena);
}

int main(void)
{
	test_mem_init(&memory, 0, 0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_and_bad_grammar),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(members_are_found_and_decoded),
		cmocka_unit_test(agrees_with_jansson),
		cmocka_unit_test(every_failed_allocation_is_told),
		cmocka_unit_test(cleaning_and_splicing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
