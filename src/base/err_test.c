/* err_test.c: the code survives added context; messages are cut, never overrun. */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void context_keeps_the_code(void **state)
{
	(void)state;
	struct err err = { 0 };
	assert_int_equal(err_at(&err, E_INVALID, "json", 17, "a comma is missing"), E_INVALID);
	err_context(&err, "%s:%d", "pack.yaml", 3);
	err_context(&err, "pack en");
	assert_int_equal(err.code, E_INVALID);
	assert_int_equal(err.offset, 17);
	assert_string_equal(err.layer, "json");
	assert_string_equal(err.message, "pack en: pack.yaml:3: a comma is missing");
}

static void long_messages_are_cut(void **state)
{
	(void)state;
	char big[3 * ERR_MESSAGE_MAX];
	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	struct err err = { 0 };
	assert_int_equal(err_set(&err, E_IO, "sys", "%s", big), E_IO);
	assert_int_equal(strlen(err.message), ERR_MESSAGE_MAX - 1);
	err_context(&err, "%s", big);
	assert_int_equal(strlen(err.message), ERR_MESSAGE_MAX - 1);
	err_context(&err, "short");
	assert_int_equal(strncmp(err.message, "short: x", 8), 0);
}

static void no_record_is_fine(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, E_DENIED, "http", "no"), E_DENIED);
	assert_int_equal(err_at(NULL, E_LIMIT, "http", 1, "no"), E_LIMIT);
	err_context(NULL, "nothing");
}

static void every_code_has_its_own_name(void **state)
{
	(void)state;
	for (int a = E_BUG; a <= E_OK; a++) {
		assert_string_not_equal(err_name(a), "unknown");
		for (int b = E_BUG; b < a; b++)
			assert_string_not_equal(err_name(a), err_name(b));
	}
	assert_string_equal(err_name(E_BUG - 1), "unknown");
	assert_string_equal(err_name(1), "unknown");
	assert_string_equal(err_name(INT32_MIN), "unknown");
	assert_string_equal(err_name(E_CONFLICT), "conflict");
	assert_string_equal(err_name(E_UNSURE), "unsure");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(context_keeps_the_code),
		cmocka_unit_test(long_messages_are_cut),
		cmocka_unit_test(no_record_is_fine),
		cmocka_unit_test(every_code_has_its_own_name),
	};
	return cmocka_run_group_tests_name("base/err", tests, NULL, NULL);
}
