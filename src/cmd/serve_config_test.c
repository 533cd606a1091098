/* serve_config_test.c: defaults, every key; refusals with a line. */
#include "cmd/serve_config.h"

#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;

static int parse(const char *text, struct serve_config *config, struct err *err)
{
	serve_config_default(config);
	*err = (struct err){ 0 };
	return serve_config_parse(&arena, STR("test.yaml"), str_c(text), config, err);
}

static const char every_key[] =
	"listen: \"[::1]:9000\"\n"
	"database: postgresql://localhost/h\n"
	"key_file: /k\n"
	"node: n-1\n"
	"packs: /p\n"
	"cache: /c\n"
	"web_root: /w\n"
	"secure: true\n"
	"log: debug\n"
	"http: {connections_max: 10, connections_per_address_max: 5, header_bytes_max: 9000, drain_bytes_max: 1, idle_seconds: 7}\n"
	"reply: {seconds: 9, text_bytes_max: 2048, total_bytes_max: 4096, tools_max: 3}\n"
	"builtin: {word_delay_ms: 0}\n"
	"gateway: {requests_per_minute: 60}\n"
	"upstream: {name: m, url: \"http://127.0.0.1:1/v1\", key_file: /u, key_env: X, proxy: \"\", connect_ms: 11, "
	"first_byte_ms: 12, silence_ms: 13, total_ms: 140, bytes_max: 5000, events_max: 17, breaker_failures: 2, "
	"breaker_ms: 18, connections_max: 19}\n"
	"test_clock: 2026-01-05T09:00:00Z\n";

static void every_key_is_read(void **state)
{
	(void)state;
	struct serve_config config;
	struct err err;
	if (parse(every_key, &config, &err))
		fail_msg("%s", err.message);
	assert_true(str_eqc(config.http.listen, "[::1]:9000"));
	assert_true(str_eqc(config.database, "postgresql://localhost/h"));
	assert_true(config.http.secure && config.use_upstream && config.test_clock);
	assert_int_equal(config.log_level, LOG_DEBUG);
	assert_int_equal(config.http.idle_seconds, 7);
	assert_int_equal(config.http.connections_per_address_max, 5);
	assert_int_equal(config.reply_seconds, 9);
	assert_int_equal(config.limits.tools_max, 3);
	assert_int_equal(config.word_delay_ms, 0);
	assert_int_equal(config.requests_per_minute, 60);
	assert_int_equal(config.upstream.connections_max, 19);
	assert_int_equal(config.upstream.bytes_max, 5000);
	assert_int_equal(config.upstream.silence_ms, 13);
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "listen: a\nlisten: b\n", "listen" },
		{ "log: info\nlisten_on: x\n", "test.yaml:2" },
		{ "http: {connections_max: 0}\n", "connections_max" },
		{ "http: {speed: 1}\n", "speed" },
		{ "reply: {seconds: 010}\n", "seconds" },
		{ "database: mysql://x\n", "database" },
		{ "upstream: {url: \"ftp://x\"}\n", "url" },
		{ "upstream: {name: x}\n", "url" },
		{ "node: A/B\n", "node" },
		{ "log: loud\n", "log" },
		{ "test_clock: yesterday\n", "test_clock" },
		{ "- a\n", "map" },
		{ "secure: yes\n", "secure" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct serve_config config;
		struct err err;
		assert_int_equal(parse(cases[i].text, &config, &err), E_INVALID);
		if (!strstr(err.message, cases[i].said))
			fail_msg("%s: %s", cases[i].text, err.message);
	}
}

static void nothing_said_is_the_default(void **state)
{
	(void)state;
	struct serve_config config;
	struct err err;
	assert_int_equal(parse("log: warn\n", &config, &err), 0);
	assert_true(str_eqc(config.http.listen, "127.0.0.1:8080"));
	assert_false(config.use_upstream || config.test_clock || config.http.secure || config.demo);
}

int main(void)
{
	arena_init(&arena, mem_system(), 4u << 20);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(what_is_wrong_is_named_with_its_line),
		cmocka_unit_test(nothing_said_is_the_default),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&arena);
	return failed;
}
