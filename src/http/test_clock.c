/* test_clock.c: see test_clock.h. */
#include "http/test_clock.h"

#include "base/json_scan.h"

#define ADVANCE_MAX_SECONDS (366 * INT64_C(86400))
#define LOOK_EVERY_US (2 * (SECOND_US / 1000))
#define LOOKS_MAX 15000 /* half a minute: then the answer says that it has not settled */

/* One turn of the clock that waits for its consequences; in the request's arena. */
struct turned {
	struct http_request *rq;
	struct http_test_clock *on;
	struct loop_timer timer;
	unsigned looks;
};

static void look(void *ctx)
{
	struct turned *turned = ctx;
	struct http_request *rq = turned->rq;
	struct loop *loop = http_server_loop(rq->server);
	bool settled = !loop_timer_due(loop) && turned->on->idle(turned->on->ctx);
	if (!settled && ++turned->looks < LOOKS_MAX && !rq->gone) {
		loop_io_timer_start(loop, &turned->timer, LOOK_EVERY_US, look, turned);
		return;
	}
	char now[CLOCK_TEXT_SIZE];
	clock_format(clock_wall(&turned->on->clock->clock), now);
	http_reply(
		rq, 200, "application/json", arena_printf(&rq->arena, "{\"now\":\"%s\",\"settled\":%s}", now, settled ? "true" : "false"));
}

static void on_clock(void *ctx, struct http_request *rq)
{
	struct http_test_clock *on = ctx;
	struct json_scan_limits limits = json_scan_limits_default();
	struct json_doc doc;
	int64_t seconds = -1;
	if (json_scan(&rq->arena, rq->body, &limits, &doc, NULL) == 0)
		seconds = json_int(&doc, json_member(&doc, json_root(&doc), "advance_seconds"), -1);
	if (seconds < 0 || seconds > ADVANCE_MAX_SECONDS) {
		http_error(rq, 400, "invalid", "advance_seconds must be 0 to one year", "advance_seconds");
		return;
	}
	struct turned *turned = ARENA_NEW(&rq->arena, struct turned);
	if (!turned) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	turned->rq = rq;
	turned->on = on;
	test_clock_advance(on->clock, seconds * SECOND_US);
	look(turned);
}

void http_test_clock_open(struct http_server *server, struct http_test_clock *on)
{
	static const struct http_route routes[] = { { "POST", "/test/clock", on_clock, HTTP_AUTH_NONE, 0, 0, false } };
	http_server_add(server, routes, COUNT_OF(routes), on);
}
