/* courier_test.c: signatures against a vector worked out apart, addresses that may not pass, and configurations that are refused. Sending
 * is tested against real servers in tests/flow/delivery.test.mjs. */
#include "care/courier.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void signatures(void **state)
{
	(void)state;
	char text[COURIER_SIGNATURE_SIZE], again[COURIER_SIGNATURE_SIZE];
	/* The example of the public specification. */
	courier_sign(STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
		STR("{\"test\": 2432232314}"), text);
	assert_string_equal(text, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	courier_sign(STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265331,
		STR("{\"test\": 2432232314}"), again);
	assert_string_not_equal(text, again);
	/* A secret without the prefix is its own bytes. */
	courier_sign(STR("plain secret of some length"), STR("a"), 1, STR("b"), text);
	courier_sign(STR("whsec_cGxhaW4gc2VjcmV0IG9mIHNvbWUgbGVuZ3Ro"), STR("a"), 1, STR("b"), again);
	assert_string_equal(text, again);
}

static void addresses(void **state)
{
	(void)state;
	static const char *const good[] = { "a@b", "anna.berg+night@clinic.example" };
	static const char *const bad[] = { "", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "<a@b>", "a@b,c@d", "\"a\"@b",
		"a\x7f@b", "\xc3\xa1@b" };
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(courier_address(str_c(good[i])));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(courier_address(str_c(bad[i])));
	char longest[300];
	memset(longest, 'a', sizeof longest);
	longest[100] = '@';
	assert_false(courier_address(str_make(longest, 255)));
	assert_true(courier_address(str_make(longest, 254)));
}

static struct courier_options good(void)
{
	struct courier_options options = courier_options_default();
	options.console_url = STR("https://heedwell.example");
	options.mail.url = STR("smtp://mail.example:587");
	options.mail.from = STR("alerts@heedwell.example");
	options.webhook.url = STR("https://sms.example/hook");
	options.webhook.secret = STR("0123456789abcdef01234567");
	options.push.hosts[0] = STR("fcm.googleapis.com");
	options.push.hosts[1] = STR("*.push.apple.com");
	options.push.host_count = 2;
	options.push.contact = STR("mailto:ops@heedwell.example");
	return options;
}

static void configurations(void **state)
{
	(void)state;
	struct courier_options options = good();
	struct err err;
	assert_int_equal(courier_options_check(&options, NULL), 0);
	options = courier_options_default();
	assert_int_equal(courier_options_check(&options, NULL), 0); /* nothing is configured: nothing is sent */
#define REFUSED(change, about) \
	options = good(); \
	change; \
	err = (struct err){ 0 }; \
	assert_int_equal(courier_options_check(&options, &err), E_INVALID); \
	assert_non_null(strstr(err.message, about))
	REFUSED(options.mail.url = STR("http://mail.example"), "mail.url");
	REFUSED(options.mail.tls = COURIER_TLS_NONE, "mail.tls");
	REFUSED(options.mail.from = STR("nobody"), "mail.from");
	REFUSED(options.mail.user = STR("u"), "mail.password_file");
	REFUSED(options.webhook.url = STR("http://sms.example/hook"), "webhook.url");
	REFUSED(options.webhook.url = STR("http://127.0.0.1.evil.example/"), "webhook.url");
	REFUSED(options.webhook.secret = STR("short"), "webhook.secret_file");
	REFUSED(options.push.hosts[1] = STR("*"), "push.hosts");
	REFUSED(options.push.hosts[1] = STR("10.0.0.1"), "push.hosts");
	REFUSED(options.push.hosts[1] = STR("127.0.0.1:9000"), "push.hosts");
	REFUSED(options.push.contact = STR(""), "push.contact");
	REFUSED(options.push.contact = STR("ops@heedwell.example"), "push.contact");
	REFUSED(options.push.contact = STR("mailto:a b@c"), "push.contact");
	REFUSED(options.push.contact = STR("https://x y"), "push.contact");
	options = good();
	options.push.hosts[1] = STR("127.0.0.1:9000");
	options.push.loopback = true;
	assert_int_equal(courier_options_check(&options, NULL), 0);
	REFUSED(options.console_url = STR(""), "console_url");
	REFUSED(options.console_url = STR("http://heedwell.example"), "console_url");
	options = good();
	options.mail.url = STR("smtp://127.0.0.1:2525");
	options.mail.tls = COURIER_TLS_NONE;
	assert_int_equal(courier_options_check(&options, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(signatures), cmocka_unit_test(addresses), cmocka_unit_test(configurations) };
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests_name("care/courier", tests, NULL, NULL);
}
