/* serve.h: the running program: opens its parts in order, serves until SIGTERM or SIGINT, closes them in the other order.
 * `heedwell serve` and `heedwell demo` stand on it. */
#ifndef HEED_CMD_SERVE_H
#define HEED_CMD_SERVE_H

#include "care/turn.h"
#include "cmd/serve_config.h"
#include "http/api.h"
#include "http/gateway.h"

/* What runs; NULL while not open yet. */
struct serve_parts {
	const struct serve_config *config;
	struct arena *arena; /* for what lives as long as the program */
	struct loop *loop;
	const struct clock *clock;
	struct test_clock *test_clock;       /* NULL on the machine's clock */
	struct shifted_clock *shifted_clock; /* NULL unless the configuration begins behind the machine's */
	struct log log;
	struct screen_engine *engine;
	struct store *store;
	struct policy *policy;
	struct messages *messages;
	struct dialogues *dialogues;
	struct helplines *helplines;
	struct guides *guides;
	struct courier *courier;
	struct jurisdictions *jurisdictions;
	struct consents *consents;
	struct triage *triage;
	struct instruments *instruments;
	struct modules *modules;
	struct pack_list *pack_list;
	struct care *care;
	struct model *model;
	struct turns *turns;
	struct http_server *server;
	struct gateway *gateway;
	struct api *api;
};

struct serve_hooks {
	void *ctx;
	/* The store is open, care is not: the place to make a programme where there is none. */
	int (*stored)(void *ctx, struct serve_parts *parts, struct err *reterr);
	/* All is open, nothing is served yet: the place to seed, and to add routes. */
	int (*opened)(void *ctx, struct serve_parts *parts, struct err *reterr);
	/* It listens. */
	int (*ready)(void *ctx, struct serve_parts *parts, struct err *reterr);
	/* Before the parts are closed. */
	void (*closing)(void *ctx, struct serve_parts *parts);
};

/* serve_run: 0 after a clean stop. Any hook may be NULL. */
int serve_run(const struct serve_config *config, const struct serve_hooks *hooks, struct err *reterr) MUST_CHECK;

#endif
