/* test_clock.c: see test_clock.h. */
#include "http/test_clock.h"

#include "base/json_scan.h"

#define ADVANCE_MAX_SECONDS (366 * INT64_C(86400))

static void on_clock(void *ctx, struct http_request *rq)
{
	struct test_clock *clock = ctx;
	struct json_scan_limits limits = json_scan_limits_default();
	struct json_doc doc;
	int64_t seconds = -1;
	if (json_scan(&rq->arena, rq->body, &limits, &doc, NULL) == 0)
		seconds = json_int(&doc, json_member(&doc, json_root(&doc), "advance_seconds"), -1);
	if (seconds < 0 || seconds > ADVANCE_MAX_SECONDS) {
		http_error(rq, 400, "invalid", "advance_seconds must be 0 to one year", "advance_seconds");
		return;
	}
	test_clock_advance(clock, seconds * SECOND_US);
	char now[CLOCK_TEXT_SIZE];
	clock_format(clock_wall(&clock->clock), now);
	http_reply(rq, 200, "application/json", arena_printf(&rq->arena, "{\"now\":\"%s\"}", now));
}

void http_test_clock_open(struct http_server *server, struct test_clock *clock)
{
	static const struct http_route routes[] = { { "POST", "/test/clock", on_clock, HTTP_AUTH_NONE, 0, 0, false } };
	http_server_add(server, routes, COUNT_OF(routes), clock);
}
