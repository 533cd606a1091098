/* api.h: the HTTP API of the two apps (docs/reference/api.md). One table of routes says method, path, who may, and what does it;
 * the dispatcher, the OpenAPI document and the authorisation test read the same table. */
#ifndef HEED_HTTP_API_H
#define HEED_HTTP_API_H

#include "care/session.h"
#include "care/turn.h"
#include "http/server.h"

struct api;

struct api_parts {
	struct http_server *server;
	struct care *care;
	struct turns *turns;
	bool test_clock;
};

/* api_open: adds the routes and the authenticators of both cookies to the server. */
int api_open(const struct api_parts *parts, struct api **ret_api, struct err *reterr) MUST_CHECK;
/* api_free: after the server was freed. */
void api_free(struct api **api);

/* api_routes: every route of every table, for the OpenAPI document and the authorisation test. */
size_t api_routes(const struct http_route **ret_tables, size_t *ret_counts, size_t max);

#endif
