/* push_plan_test.c: only hosts of the operator's list are called, whatever an endpoint looks like; urgency and time to live by priority. */
#include "care/push_plan.h"

#include "base/property.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void hosts(void **state)
{
	(void)state;
	static const char *const good[] = { "fcm.googleapis.com", "*.push.apple.com", "a-1.b", "*.notify.windows.com" };
	static const char *const bad[] = { "", "*", "*.", "*.com", "com", "Push.example", "push.example.", ".push.example", "push..example",
		"-a.example", "a-.example", "push.example:443", "user@push.example", "push.example/x", "https://push.example", "10.0.0.1",
		"*.*.example", "*push.example", "a.*.example", "[::1]", "push.ex\xc3\xa1mple", "127.0.0.1", "localhost",
		"127.0.0.1:", "127.0.0.1:80x", "127.0.0.1:123456" };
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(push_host_good(str_c(good[i]), false));
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(push_host_good(str_c(bad[i]), false));
		assert_false(push_host_good(str_c(bad[i]), true));
	}
	assert_false(push_host_good(STR("127.0.0.1:8080"), false));
	assert_true(push_host_good(STR("127.0.0.1:8080"), true));
	assert_true(push_host_good(STR("localhost:1"), true));
}

static void endpoints(void **state)
{
	(void)state;
	const struct str list[] = { STR("fcm.googleapis.com"), STR("*.push.apple.com"), STR("127.0.0.1:9000") };
	static const struct {
		const char *endpoint, *origin;
	} good[] = {
		{ "https://fcm.googleapis.com/fcm/send/abc:def_-", "https://fcm.googleapis.com" },
		{ "https://web.push.apple.com/Q?x=1&y=%20", "https://web.push.apple.com" },
		{ "https://a.b.push.apple.com/x", "https://a.b.push.apple.com" },
		{ "http://127.0.0.1:9000/p", "http://127.0.0.1:9000" },
	};
	static const char *const bad[] = { "", "https://", "https:///x", "fcm.googleapis.com/x", "//fcm.googleapis.com/x",
		"http://fcm.googleapis.com/x", "https://fcm.googleapis.com", "https://fcm.googleapis.com/",
		"https://fcm.googleapis.com:443/x", "https://fcm.googleapis.com:8443/x", "https://fcm.googleapis.com@evil.example/x",
		"https://evil.example/fcm.googleapis.com/x", "https://evil.example?fcm.googleapis.com/x",
		"https://fcm.googleapis.com.evil.example/x", "https://xfcm.googleapis.com/x", "https://fcm.googleapis.com#/x",
		"https://fcm.googleapis.com\\@evil.example/x", "https://FCM.googleapis.com/x", "https://push.apple.com/x",
		"https://.push.apple.com/x", "https://evilpush.apple.com/x", "https://10.0.0.1/x", "https://[::1]/x",
		"https://127.0.0.1:9000/p", "https://127.0.0.1/x", "http://127.0.0.1:9001/p", "http://127.0.0.1:90000/p",
		"http://127.0.0.1/p", "http://127.0.0.1:9000", "http://127.0.0.1:9000@evil.example/x", "http://localhost:9000/p",
		"ftp://fcm.googleapis.com/x", "https://fcm.googleapis.com/a b", "https://fcm.googleapis.com/a\r\nX: y",
		"https://fcm.googleapis.com/\xc3\xa1", "file:///etc/passwd", "https://fcm.googleapis.com./x" };
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct str origin = { 0 };
		assert_true(push_endpoint_good(str_c(good[i].endpoint), list, COUNT_OF(list), &origin));
		assert_true(str_eqc(origin, good[i].origin));
		assert_false(push_endpoint_good(str_c(good[i].endpoint), list, 0, NULL));
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (push_endpoint_good(str_c(bad[i]), list, COUNT_OF(list), NULL))
			fail_msg("%s may be called", bad[i]);
	char longest[PUSH_ENDPOINT_MAX + 2];
	memset(longest, 'a', sizeof longest);
	memcpy(longest, "https://fcm.googleapis.com/", 27);
	assert_true(push_endpoint_good(str_make(longest, PUSH_ENDPOINT_MAX), list, COUNT_OF(list), NULL));
	assert_false(push_endpoint_good(str_make(longest, PUSH_ENDPOINT_MAX + 1), list, COUNT_OF(list), NULL));
}

/* Whatever passes begins with the scheme and one of the hosts, and a "/" follows: put together from the pieces that mislead. */
static void nothing_else(void **state)
{
	(void)state;
	static const char *const pieces[] = { "https://", "http://", "push.example", "evil.test", "/", "@", ":443", ".", "?", "#", "\\",
		"%2f", "a", "127.0.0.1:9", "//", " ", "*." };
	const struct str list[] = { STR("push.example"), STR("*.push.example") };
	struct property property = property_start("push endpoints");
	size_t passed = 0;
	for (int round = 0; round < 200000; round++) {
		char text[128];
		size_t parts = 1 + property_below(&property, 6), len = 0;
		for (size_t i = 0; i < parts; i++) {
			struct str piece = str_c(pieces[property_below(&property, COUNT_OF(pieces))]);
			memcpy(text + len, piece.ptr, piece.len);
			len += piece.len;
		}
		struct str endpoint = str_make(text, len), origin = { 0 };
		if (!push_endpoint_good(endpoint, list, COUNT_OF(list), &origin))
			continue;
		struct str host = str_sub(origin, 8, SIZE_MAX);
		passed++;
		assert_true(str_starts(endpoint, STR("https://")) && endpoint.ptr[origin.len] == '/');
		assert_true(str_eqc(host, "push.example") || str_ends(host, STR(".push.example")));
		for (size_t i = 0; i < host.len; i++)
			assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", host.ptr[i]));
	}
	assert_true(passed > 20);
}

static void priorities(void **state)
{
	(void)state;
	const wall_time now = { 1000 * SECOND_US };
	static const int most[] = { 900, 900, 4 * 3600, 12 * 3600, 24 * 3600 };
	assert_string_equal(push_urgency(1), "high");
	assert_string_equal(push_urgency(2), "normal");
	assert_string_equal(push_urgency(3), "low");
	assert_string_equal(push_urgency(4), "very-low");
	assert_string_equal(push_urgency(0), "high");
	assert_string_equal(push_urgency(7), "high");
	assert_int_equal(push_ttl_s(1, (wall_time){ now.us + 300 * SECOND_US }, now), 300);
	assert_int_equal(push_ttl_s(1, (wall_time){ now.us - 5 * SECOND_US }, now), 60);
	for (int priority = -1; priority < 7; priority++) {
		int limit = most[priority < 0 || priority > 4 ? 0 : priority], before = 0;
		assert_int_equal(push_ttl_s(priority, (wall_time){ 0 }, now), limit);
		for (int64_t left = -100; left < 100000; left += 7) {
			int ttl = push_ttl_s(priority, (wall_time){ now.us + left * SECOND_US }, now);
			assert_true(ttl >= 60 && ttl <= limit && ttl >= before);
			before = ttl;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts),
		cmocka_unit_test(endpoints),
		cmocka_unit_test(nothing_else),
		cmocka_unit_test(priorities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
