/* test_clock.h: POST /test/clock {"advance_seconds": N}: turns a test clock, and answers {"now", "settled"} once what fell due by it
 * has been done: no timer is due and `idle` says yes (what waits for another computer does not count). settled is false when that
 * took more than half a minute. Only added when the program runs on such a clock, for tests and rehearsals of deadlines; never
 * beside the machine's clock. */
#ifndef HEED_HTTP_TEST_CLOCK_H
#define HEED_HTTP_TEST_CLOCK_H

#include "http/server.h"

struct http_test_clock {
	struct test_clock *clock;
	bool (*idle)(void *ctx); /* whether everything that was submitted has been handed back */
	void *ctx;
};

/* http_test_clock_open: `on` is borrowed for the server's life. */
void http_test_clock_open(struct http_server *server, struct http_test_clock *on);

#endif
