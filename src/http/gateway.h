/* gateway.h: the OpenAI-compatible endpoints: chat completions, moderations, models, held replies. For calling products, by
 * API key. docs/reference/gateway.md. */
#ifndef HEED_HTTP_GATEWAY_H
#define HEED_HTTP_GATEWAY_H

#include "care/turn.h"
#include "http/server.h"

struct gateway;

struct gateway_parts {
	struct http_server *server;
	struct care *care;
	struct turns *turns;
	const struct screen_engine *engine;
	struct model *model;
	uint8_t hash_key[TURN_HASH_BYTES]; /* of conversation prefixes; the same after a restart */
	int requests_per_minute;           /* of one key that sets none; 0: no limit */
	size_t body_bytes_max;             /* default 4 MiB */
};

/* gateway_open: adds its routes and the authenticator of API keys to the server. */
int gateway_open(const struct gateway_parts *parts, struct gateway **ret_gateway, struct err *reterr) MUST_CHECK;
/* gateway_free: after the server. */
void gateway_free(struct gateway **gateway);

#endif
