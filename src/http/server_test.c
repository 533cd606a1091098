/* server_test.c: both sides in bytes: framing attacks, limits, late answers, streams, clients that leave. */
#include "http/server.h"

#include "sys/files.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	struct loop *loop;
	struct http_server *server;
	struct http_request *held;
	struct loop_timer timer;
	int calls, gone;
	int64_t gone_at_us;
	char folder[64];
};

static void echo(void *ctx, struct http_request *rq)
{
	struct fixture *f = ctx;
	f->calls++;
	struct buf out;
	buf_init(&out, mem_system(), 1 << 20);
	buf_printf(&out, STR_FMT " " STR_FMT " [", STR_ARG(rq->method), STR_ARG(http_param(rq, "id")));
	buf_add(&out, http_query(rq, "q"));
	buf_printf(&out, "] %zu:", rq->body.len);
	buf_add(&out, rq->body);
	http_reply(rq, 200, "text/plain", buf_str(&out));
	buf_done(&out);
}

static void answer_late(void *ctx)
{
	struct fixture *f = ctx;
	http_reply(f->held, 200, "text/plain", STR("late"));
}

static void late(void *ctx, struct http_request *rq)
{
	struct fixture *f = ctx;
	f->held = rq;
	loop_io_timer_start(f->loop, &f->timer, 20000, answer_late, f);
}

static void on_gone(void *ctx)
{
	struct fixture *f = ctx;
	f->gone++;
	f->gone_at_us = clock_mono(clock_system()).us;
}

static void hold(void *ctx, struct http_request *rq)
{
	struct fixture *f = ctx;
	f->held = rq;
	http_on_gone(rq, on_gone, f);
}

static void stream(void *ctx, struct http_request *rq)
{
	struct fixture *f = ctx;
	f->held = rq;
	http_on_gone(rq, on_gone, f);
	http_stream_begin(rq, 200, "text/event-stream");
	assert_int_equal(http_stream_write(rq, STR("data: one\n\n")), 0);
}

static void refuse(void *ctx, struct http_request *rq)
{
	(void)ctx;
	http_error(rq, 401, "invalid_api_key", "no such key", NULL);
}

static const struct http_route routes[] = {
	{ "GET", "/echo/:id", echo, HTTP_AUTH_NONE, 0, 0, false },
	{ "GET", "/echo/fixed", late, HTTP_AUTH_NONE, 0, 0, false },
	{ "POST", "/echo", echo, HTTP_AUTH_NONE, 0, 1000, false },
	{ "POST", "/v1/echo", echo, HTTP_AUTH_NONE, 0, 1000, false },
	{ "GET", "/late", late, HTTP_AUTH_NONE, 0, 0, false },
	{ "GET", "/hold", hold, HTTP_AUTH_NONE, 0, 0, false },
	{ "GET", "/stream", stream, HTTP_AUTH_NONE, 0, 0, false },
	{ "POST", "/v1/secret", echo, HTTP_AUTH_API_KEY, 0, 0, false },
	{ "GET", "/forgot", echo, HTTP_AUTH_REFUSED, 0, 0, false },
};

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[200];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static int set_up(void **state)
{
	struct fixture *f = mem_new(sizeof(*f));
	assert_int_equal(files_temp_folder("heed-http", f->folder, sizeof(f->folder), NULL), 0);
	char sub[100];
	snprintf(sub, sizeof(sub), "%s/console", f->folder);
	assert_int_equal(mkdir(sub, 0700), 0);
	write_file(f->folder, "index.html", "<p>client</p>");
	write_file(sub, "index.html", "<p>console</p>");
	write_file(sub, "app.js", "1");
	assert_int_equal(loop_open(clock_system(), &f->loop, NULL), 0);
	struct http_options options = http_options_default();
	options.listen = STR("127.0.0.1:0");
	options.drain_bytes_max = 100000;
	options.idle_seconds = 1;
	options.web_root = str_c(f->folder);
	struct err err = { 0 };
	assert_int_equal(http_server_open(f->loop, &options, &f->server, &err), 0);
	http_server_add(f->server, routes, COUNT_OF(routes), f);
	http_server_set_auth(f->server, HTTP_AUTH_API_KEY, refuse, f);
	assert_int_equal(http_server_start(f->server, &err), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	http_server_free(&f->server);
	loop_free(&f->loop);
	char path[120];
	const char *names[] = { "console/app.js", "console/index.html", "index.html" };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->folder, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/console", f->folder);
	rmdir(path);
	rmdir(f->folder);
	mem_delete(f);
	return 0;
}

static int dial(struct fixture *f)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)http_server_port(f->server)) };
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

struct answer {
	char bytes[70000];
	size_t len;
	bool closed;
};

/* Turns the loop until the peer closed, `until` was seen, or ms have passed. */
static void listen_for(struct fixture *f, int fd, struct answer *answer, const char *until, int ms)
{
	int64_t end_us = clock_mono(clock_system()).us + ms * INT64_C(1000);
	while (clock_mono(clock_system()).us < end_us && !answer->closed) {
		loop_step(f->loop, 2);
		ssize_t got = read(fd, answer->bytes + answer->len, sizeof(answer->bytes) - 1 - answer->len);
		if (got == 0)
			answer->closed = true;
		if (got > 0)
			answer->len += (size_t)got;
		answer->bytes[answer->len] = '\0';
		if (until && strstr(answer->bytes, until))
			return;
	}
}

static void say(struct fixture *f, int fd, const char *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t put = send(fd, bytes + at, len - at, MSG_NOSIGNAL);
		if (put > 0)
			at += (size_t)put;
		else if (errno != EAGAIN)
			return;
		loop_step(f->loop, 0);
	}
}

static struct answer answer;

static const char *ask(struct fixture *f, const char *request, const char *until)
{
	int fd = dial(f);
	answer.len = 0;
	answer.closed = false;
	answer.bytes[0] = '\0';
	say(f, fd, request, strlen(request));
	listen_for(f, fd, &answer, until, 700);
	close(fd);
	for (int i = 0; i < 3; i++)
		loop_step(f->loop, 0);
	return answer.bytes;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("wanted \"%s\" in:\n%s", part, text);
}

static void requests_and_routes(void **state)
{
	struct fixture *f = *state;
	assert_has(ask(f, "GET /echo/a%20b?q=x%2By+z HTTP/1.1\r\nHost: a\r\n\r\n", "0:"), "GET a b [x+y z] 0:");
	assert_has(ask(f, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "5:hello"), "POST  [] 5:hello");
	assert_has(ask(f, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde"),
		"5:abcde");
	assert_has(ask(f, "GET /late HTTP/1.1\r\nHost: a\r\n\r\n", "late"), "HTTP/1.1 200 OK");
	assert_has(ask(f, "GET /echo/fixed HTTP/1.1\r\nHost: a\r\n\r\n", "late"), "late");
	assert_has(ask(f, "DELETE /echo HTTP/1.1\r\nHost: a\r\n\r\n", "}}"), "Allow: POST");
	assert_has(ask(f, "GET /api/v1/none HTTP/1.1\r\nHost: a\r\n\r\n", "}}"), "\"code\":\"unknown_url\"");
	assert_has(ask(f, "GET /forgot HTTP/1.1\r\nHost: a\r\n\r\n", "}}"), "HTTP/1.1 403");
	assert_has(ask(f, "POST /v1/secret HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", "}}"), "\"type\":\"authentication_error\"");
	assert_int_equal(f->calls, 3);
}

static void two_requests_on_one_connection(void **state)
{
	struct fixture *f = *state;
	const char *both = "GET /late HTTP/1.1\r\nHost: a\r\n\r\nGET /echo/second HTTP/1.1\r\nHost: a\r\n\r\n";
	assert_has(ask(f, both, "second"), "late");
	assert_has(answer.bytes, "GET second [] 0:");
}

static void broken_framing_is_refused_and_closed(void **state)
{
	struct fixture *f = *state;
	static const char *const heads[] = {
		"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
		"Content-Length: 4\r\nContent-Length: 4\r\n",
		"Content-Length: 4\r\nContent-Length: 40\r\n",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: gzip, chunked\r\n",
		"Transfer-Encoding: chunked, chunked\r\n",
		"Transfer-Encoding: identity\r\n",
		"Transfer-Encoding: xchunked\r\n",
		"Content-Length : 4\r\n",
		"Content Length: 4\r\nContent-Length: 4\r\n",
		"X\tY: 1\r\nContent-Length: 4\r\n",
		"Content-Length: 4\r\nContent-Encoding: gzip\r\n",
		"Content-Length: +4\r\n",
		"Content-Length: 4, 4\r\n",
		"Content-Length: 0x4\r\n",
		"Content-Length:\r\n",
		"Host: other\r\nContent-Length: 4\r\n",
		"Content-Length: 4\r\nTransfer-Encoding : chunked\r\n",
	};
	for (size_t i = 0; i < COUNT_OF(heads); i++) {
		char request[512];
		snprintf(request, sizeof(request),
			"POST /v1/echo HTTP/1.1\r\nHost: a\r\n%s\r\n0\r\n\r\nGET /echo/smuggled HTTP/1.1\r\nHost: a\r\n\r\n", heads[i]);
		ask(f, request, NULL);
		if (strncmp(answer.bytes, "HTTP/1.1 400 ", 13) != 0 || strstr(answer.bytes, "smuggled") || !answer.closed)
			fail_msg("framing case %zu: %s\n(closed: %d)", i, answer.bytes, answer.closed);
	}
	assert_int_equal(f->calls, 0);
}

static void limits(void **state)
{
	struct fixture *f = *state;
	static char request[300000];
	int len = snprintf(request, sizeof(request), "POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n");
	memset(request + len, 'x', 50000);
	request[len + 50000] = '\0';
	assert_has(ask(f, request, "}}"), "HTTP/1.1 413");
	assert_has(answer.bytes, "\"code\":\"body_too_large\"");
	len = snprintf(request, sizeof(request), "POST /v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n");
	memset(request + len, 'x', 2000);
	snprintf(request + len + 2000, 20, "\r\n0\r\n\r\n");
	assert_has(ask(f, request, "}}"), "HTTP/1.1 413");
	len = snprintf(request, sizeof(request), "POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n");
	assert_has(ask(f, request, "}}"), "HTTP/1.1 413");
	len = snprintf(request, sizeof(request), "GET /echo/x HTTP/1.1\r\nHost: a\r\n");
	for (int i = 0; i < 110; i++)
		len += snprintf(request + len, 20, "X-H%d: 1\r\n", i);
	snprintf(request + len, 5, "\r\n");
	assert_has(ask(f, request, "}}"), "HTTP/1.1 431");
	assert_has(ask(f, "GET /echo/%00 HTTP/1.1\r\nHost: a\r\n\r\n", "}}"), "HTTP/1.1 400");
	assert_has(ask(f, "GET /echo/%zz HTTP/1.1\r\nHost: a\r\n\r\n", "}}"), "HTTP/1.1 400");
	assert_has(ask(f, "GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n", "}}"), "HTTP/1.1 400");
	assert_int_equal(f->calls, 0);
}

static void a_slow_request_is_cut(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);
	answer.len = 0;
	answer.closed = false;
	say(f, fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe", 52);
	listen_for(f, fd, &answer, NULL, 1500);
	assert_true(answer.closed);
	close(fd);
}

static void streams_flow_and_end(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);
	answer.len = 0;
	answer.closed = false;
	say(f, fd, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", 33);
	listen_for(f, fd, &answer, "data: one\n\n", 500);
	assert_has(answer.bytes, "data: one\n\n");
	assert_has(answer.bytes, "X-Accel-Buffering: no");
	assert_int_equal(http_stream_write(f->held, STR("data: two\n\n")), 0);
	listen_for(f, fd, &answer, "data: two\n\n", 500);
	http_stream_end(f->held);
	listen_for(f, fd, &answer, "0\r\n\r\n", 500);
	assert_has(answer.bytes, "0\r\n\r\n");
	assert_int_equal(f->gone, 0);
	close(fd);
}

static void an_aborted_stream_has_no_last_chunk(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);
	answer.len = 0;
	answer.closed = false;
	say(f, fd, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", 33);
	listen_for(f, fd, &answer, "data: one\n\n", 500);
	http_stream_abort(f->held);
	listen_for(f, fd, &answer, NULL, 500);
	assert_true(answer.closed);
	assert_null(strstr(answer.bytes, "0\r\n\r\n"));
	close(fd);
}

static void a_client_that_leaves_is_noticed(void **state)
{
	struct fixture *f = *state;
	static const char *const paths[] = { "/hold", "/stream" };
	for (int i = 0; i < 2; i++) {
		char request[64];
		int len = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", paths[i]);
		int fd = dial(f);
		f->gone = 0;
		f->held = NULL;
		say(f, fd, request, (size_t)len);
		for (int turn = 0; turn < 50 && !f->held; turn++)
			loop_step(f->loop, 2);
		assert_non_null(f->held);
		int64_t left_us = clock_mono(clock_system()).us;
		close(fd);
		for (int turn = 0; turn < 50 && !f->gone; turn++)
			loop_step(f->loop, 2);
		assert_int_equal(f->gone, 1);
		assert_true(f->gone_at_us - left_us < 100000);
		if (i == 0)
			http_reply(f->held, 200, NULL, STR("nobody reads this"));
		else
			http_stream_end(f->held);
		for (int turn = 0; turn < 5; turn++)
			loop_step(f->loop, 1);
		assert_true(http_server_idle(f->server));
	}
}

static void a_reader_too_slow_is_cut(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f);
	say(f, fd, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", 33);
	f->held = NULL;
	for (int turn = 0; turn < 50 && !f->held; turn++)
		loop_step(f->loop, 2);
	static char block[65536];
	int code = 0;
	for (int i = 0; i < 400 && !code; i++) {
		code = http_stream_write(f->held, (struct str){ block, sizeof(block) });
		loop_step(f->loop, 0);
	}
	assert_int_equal(code, E_CLOSED);
	http_stream_end(f->held);
	close(fd);
	for (int turn = 0; turn < 5; turn++)
		loop_step(f->loop, 1);
}

static void web_files(void **state)
{
	struct fixture *f = *state;
	assert_has(ask(f, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "</p>"), "<p>client</p>");
	assert_has(answer.bytes, "Content-Security-Policy: default-src 'none'");
	char *tag = strstr(answer.bytes, "ETag: ");
	assert_non_null(tag);
	char request[200];
	snprintf(request, sizeof(request), "GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: %.18s\r\n\r\n", tag + 6);
	assert_has(ask(f, request, "\r\n\r\n"), "HTTP/1.1 304");
	assert_has(ask(f, "GET /console/app.js HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n1"), "text/javascript");
	assert_has(ask(f, "GET /console HTTP/1.1\r\nHost: a\r\n\r\n", "</p>"), "<p>console</p>");
	assert_has(ask(f, "GET /console/ HTTP/1.1\r\nHost: a\r\n\r\n", "</p>"), "<p>console</p>");
	assert_has(ask(f, "GET /console/alerts HTTP/1.1\r\nHost: a\r\n\r\n", "}}"), "HTTP/1.1 404");
	assert_has(ask(f, "GET /console/none.js HTTP/1.1\r\nHost: a\r\n\r\n", "}}"), "HTTP/1.1 404");
	assert_has(ask(f, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n"), "Content-Length: 13");
	assert_null(strstr(answer.bytes, "<p>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(requests_and_routes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_requests_on_one_connection, set_up, tear_down),
		cmocka_unit_test_setup_teardown(broken_framing_is_refused_and_closed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_slow_request_is_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(streams_flow_and_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_aborted_stream_has_no_last_chunk, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_client_that_leaves_is_noticed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_reader_too_slow_is_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(web_files, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
