/* server.h: the HTTP/1.1 server (libmicrohttpd on our loop): routes, requests, replies and streams.
 *
 * A handler runs on the loop's thread when the whole body is there and must not block. It answers at once or later, and
 * exactly once: by http_reply (or http_json, http_error), or by http_stream_begin ... http_stream_end. That rule holds
 * also after the client has gone (the answer is then dropped): the request lives until it is answered, and must not be
 * touched after that.
 * Before a handler runs the server has refused: broken framing (RFC 9112 section 6.3), too many or too long headers, a
 * body over the route's limit (drained within a bound, so that the client sees the answer), bad paths, and whatever the
 * route's authenticator refuses. */
#ifndef HEED_HTTP_SERVER_H
#define HEED_HTTP_SERVER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "sys/log.h"
#include "sys/loop.h"

struct http_server;
struct http_request;

enum http_auth {
	HTTP_AUTH_REFUSED = 0, /* the zero value: a route that forgot its class answers 403 */
	HTTP_AUTH_NONE,        /* everyone: help now, health, login */
	HTTP_AUTH_API_KEY,     /* the gateway's callers */
	HTTP_AUTH_CLIENT,      /* cookie heed_client */
	HTTP_AUTH_STAFF,       /* cookie heed_staff; roles of the route */
	HTTP_AUTH_COUNT
};

typedef void http_handler_fn(void *ctx, struct http_request *rq);

struct http_route {
	const char *method;  /* "GET"; HEAD is answered by GET routes */
	const char *pattern; /* "/api/v1/staff/alerts/:id/take"; ':name' is one segment; a last "*" the rest of the path */
	http_handler_fn *handler;
	enum http_auth auth;
	unsigned roles;       /* set of role bits, for the authenticator; 0: all of that class */
	size_t body_max;      /* bytes; 0: 64 KiB */
	bool without_account; /* client or staff route that the authenticator lets pass half-logged-in; its own business */
};

/* One name and value; both borrowed from the request. */
struct http_pair {
	struct str name, value;
};

#define HTTP_PARAMS_MAX 4
#define HTTP_HEADERS_MAX 100

/* What a handler sees. All strings live as long as the request. */
struct http_request {
	struct http_server *server;
	const struct http_route *route;
	struct str method;
	struct str path;                          /* without the query, percent-decoded segments are in params */
	struct http_pair params[HTTP_PARAMS_MAX]; /* of ':name' and "*", decoded */
	size_t param_count;
	struct http_pair *headers; /* as received */
	size_t header_count;
	struct http_pair *query; /* decoded, at most 32 */
	size_t query_count;
	struct str body;    /* any bytes */
	struct str peer;    /* address as text, without the port */
	char id[40];        /* request id, also sent as x-request-id */
	struct arena arena; /* for the handler; lives as long as the request */
	wall_time received; /* on the product's clock */
	void *principal;    /* who it is: set by the authenticator */
	bool gone;          /* the client has left */
	bool openai;        /* errors in OpenAI's shape: path under /v1/ */
};

/* Look-ups; header names in any case. The empty str {NULL,0} when absent. http_query and http_param return decoded text. */
struct str http_header(const struct http_request *rq, const char *name);
struct str http_query(const struct http_request *rq, const char *name);
struct str http_param(const struct http_request *rq, const char *name);
struct str http_cookie(const struct http_request *rq, const char *name);

/* http_on_gone: fn(ctx) once when the client has left before the answer was complete (noticed within 100 ms, before and
 * during a stream). Not called for a request whose answer was handed over whole. The request must still be answered. */
void http_on_gone(struct http_request *rq, loop_fn *fn, void *ctx);

/* http_reply_header: one more header of the answer; before http_reply or http_stream_begin. Copied. A value with control
 * characters is dropped. At most 32. */
void http_reply_header(struct http_request *rq, const char *name, struct str value);

/* http_reply: the whole answer; bytes are copied. content_type NULL: no Content-Type. */
void http_reply(struct http_request *rq, int status, const char *content_type, struct str body);
/* http_reply_static: as http_reply for bytes that live as long as the server: no copy. */
void http_reply_static(struct http_request *rq, int status, const char *content_type, struct str body);
/* http_json: 'application/json' of buf's content; a failed buf gives 500 `too_large`. */
void http_json(struct http_request *rq, int status, const struct buf *json);
/* http_error: stable snake_case code, message for people without client text, field may be NULL. On /v1/ the body has
 * OpenAI's shape (type by status, param = field) and x-should-retry: false unless status is 429 or 503. */
void http_error(struct http_request *rq, int status, const char *code, const char *message, const char *field);
/* http_error_of: status and code from an err: not_found 404, denied 403, conflict 409, invalid 400 (message shown), limit 413, others 500.
 */
void http_error_of(struct http_request *rq, const struct err *err);

/* Streams. begin sends the head; write appends bytes (flushed at the end of the round); end closes the stream well. A client
 * that reads too slowly (more than 1 MiB waits) is cut: write then returns E_CLOSED, as after the client left; the
 * stream must be ended all the same. abort ends with an error at HTTP level (no last chunk). */
void http_stream_begin(struct http_request *rq, int status, const char *content_type);
int http_stream_write(struct http_request *rq, struct str bytes);
void http_stream_end(struct http_request *rq);
void http_stream_abort(struct http_request *rq);

/* The authenticator of a class: runs when the head is there (no body yet; body is empty) and, at once or later, calls
 * http_authenticated (principal set) or answers the request itself with 401, 403 or 429. */
typedef void http_auth_fn(void *ctx, struct http_request *rq);
void http_authenticated(struct http_request *rq);

struct http_options {
	struct str listen; /* "127.0.0.1:8080", "[::1]:8080", port 0: any free one */
	size_t connections_max;
	size_t connections_per_address_max; /* 0: no limit */
	size_t header_bytes_max;            /* memory of one connection for request line and headers */
	size_t drain_bytes_max;             /* of a refused body */
	int idle_seconds;                   /* a connection without traffic; also the longest time a request may take to arrive */
	struct str web_root;                /* folder of the built web apps, or empty */
	bool secure;                        /* behind TLS: cookies get Secure, HSTS is sent */
	const struct log *log;
};
/* http_options_default: loopback, port 8080, 4,096 connections, 64 KiB headers, 8 MiB drain, 60 s. */
struct http_options http_options_default(void);

int http_server_open(struct loop *loop, const struct http_options *options, struct http_server **ret_server, struct err *reterr) MUST_CHECK;
/* http_server_add: routes (a static table) with their ctx. Most specific pattern wins: literal before ':name' before "*". */
void http_server_add(struct http_server *server, const struct http_route *routes, size_t count, void *ctx);
void http_server_set_auth(struct http_server *server, enum http_auth auth, http_auth_fn *fn, void *ctx);
/* http_server_start: begin to accept. http_server_port: the port in use. */
int http_server_start(struct http_server *server, struct err *reterr) MUST_CHECK;
int http_server_port(const struct http_server *server);
/* http_server_quiesce: accept no more; tells all open streams' owners that the client is gone after `grace_us`.
 * http_server_idle: whether no request is open. http_server_free: everything must be answered or is dropped. */
void http_server_quiesce(struct http_server *server, int64_t grace_us);
bool http_server_idle(const struct http_server *server);
void http_server_free(struct http_server **server);

struct loop *http_server_loop(const struct http_server *server);
const struct log *http_server_log(const struct http_server *server);
bool http_server_secure(const struct http_server *server);

/* http_sse: writes one server-sent event; event and id may be empty; data may hold line breaks. For our own apps' streams
 * (on /v1/ only data frames without id or event go out). Returns as http_stream_write. */
int http_sse(struct http_request *rq, struct str id, struct str event, struct str data);

#endif
