/* sse.h: open pages and what they are told: the numbered events of the store, in order, and the text of streaming replies.
 *
 * An event row names what changed; the row is read when its turn has come and sent to every page that may see it. A page that
 * comes back with Last-Event-ID gets what it missed, at most SSE_REPLAY_MAX events; then `reload` is sent instead. */
#ifndef HEED_HTTP_SSE_H
#define HEED_HTTP_SSE_H

#include "care/care.h"
#include "care/session.h"
#include "http/server.h"

#define SSE_REPLAY_MAX 200
#define SSE_STREAMS_MAX 10000

struct api;
struct sse;

int sse_open(struct api *api, struct sse **ret_sse, struct err *reterr) MUST_CHECK;
void sse_free(struct sse **sse);

/* Handlers of GET /staff/stream and /client/stream; ctx is the api. */
void sse_staff(void *ctx, struct http_request *rq);
void sse_client(void *ctx, struct http_request *rq);

#endif
