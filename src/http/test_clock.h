/* test_clock.h: POST /test/clock {"advance_seconds": N}: turns a test clock. Only added when the program runs on one, for
 * tests and rehearsals of deadlines; never beside the machine's clock. */
#ifndef HEED_HTTP_TEST_CLOCK_H
#define HEED_HTTP_TEST_CLOCK_H

#include "http/server.h"

void http_test_clock_open(struct http_server *server, struct test_clock *clock);

#endif
