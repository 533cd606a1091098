/* server.c: see server.h. The glue between libmicrohttpd's callbacks and requests that are answered later.
 *
 * libmicrohttpd (MHD) runs on our loop through its epoll descriptor. A request that is not answered when its handler
 * returns is suspended; MHD does not look at a suspended connection, so we watch its socket for the client leaving. */
#include "http/server_priv.h"

#include "sys/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define LAYER "http/server"
#define BODY_MAX_DEFAULT (64u * 1024u)
#define ARENA_MAX (16u * 1024u * 1024u)
#define AUTHENTICATED_US (SECOND_US / 4) /* as long an answer about who it is counts before the handler runs */
#define STREAM_BLOCK_BYTES (16u * 1024u)

struct http_options http_options_default(void)
{
	return (struct http_options){ .listen = STR("127.0.0.1:8080"),
		.connections_max = 4096,
		.header_bytes_max = 64 * 1024,
		.drain_bytes_max = 8 * 1024 * 1024,
		.idle_seconds = 60 };
}

static void peer_timer_start(struct peer *peer);

/* The life of an exchange */

static struct exchange *exchange_of(struct http_request *rq)
{
	return (struct exchange *)rq;
}

static void exchange_free(struct exchange *exchange)
{
	struct http_server *server = exchange->rq.server;
	if (exchange->previous)
		exchange->previous->next = exchange->next;
	else
		server->open = exchange->next;
	if (exchange->next)
		exchange->next->previous = exchange->previous;
	loop_watch_remove(server->loop, &exchange->gone_watch);
	if (exchange->response)
		MHD_destroy_response(exchange->response);
	buf_done(&exchange->body);
	buf_done(&exchange->out);
	arena_done(&exchange->rq.arena);
	mem_delete(exchange);
}

static bool nothing_owed(const struct exchange *exchange)
{
	return exchange->state == EXCHANGE_ANSWERED || exchange->state == EXCHANGE_ENDED ||
	       (exchange->state == EXCHANGE_ARRIVING && !exchange->auth_running);
}

static void free_if_over(struct exchange *exchange)
{
	if (!exchange->connection && nothing_owed(exchange) && !exchange->in_daemon)
		exchange_free(exchange);
}

static void make_id(struct http_server *server, char *id, size_t size)
{
	snprintf(id, size, "req_%016llx%08llx", (unsigned long long)server->id_seed, (unsigned long long)++server->next_id);
}

static struct exchange *exchange_new(struct http_server *server, struct MHD_Connection *connection, const char *target)
{
	struct exchange *exchange = mem_new(sizeof(*exchange));
	if (!exchange)
		return NULL;
	exchange->connection = connection;
	exchange->rq.server = server;
	exchange->rq.received = clock_wall(loop_clock(server->loop));
	make_id(server, exchange->rq.id, sizeof(exchange->rq.id));
	arena_init(&exchange->rq.arena, mem_system(), ARENA_MAX);
	buf_init(&exchange->body, mem_system(), BODY_MAX_DEFAULT);
	buf_init(&exchange->out, mem_system(), HTTP_STREAM_BUFFER_MAX);
	exchange->rq.path = arena_copy(&exchange->rq.arena, str_c(target));
	exchange->next = server->open;
	if (server->open)
		server->open->previous = exchange;
	server->open = exchange;
	return exchange;
}

static void *on_uri(void *ctx, const char *uri, struct MHD_Connection *connection)
{
	return exchange_new(ctx, connection, uri);
}

/* A suspended connection becomes MHD's business again; the handler or reader callback is called in the next round. */
static void resume(struct exchange *exchange)
{
	if (exchange->suspended && exchange->connection) {
		exchange->suspended = false;
		exchange->rq.server->wants_run = true;
		MHD_resume_connection(exchange->connection);
	}
}

static void tell_gone(struct exchange *exchange)
{
	if (exchange->rq.gone)
		return;
	exchange->rq.gone = true;
	loop_fn *fn = exchange->on_gone;
	exchange->on_gone = NULL;
	if (fn)
		fn(exchange->gone_ctx);
}

static void on_gone_event(void *ctx, unsigned events)
{
	struct exchange *exchange = ctx;
	if (!(events & LOOP_GONE))
		return;
	bool streaming = exchange->state == EXCHANGE_STREAMING;
	exchange->stream_failed = true;
	if (streaming)
		resume(exchange); /* the reader tells MHD to close */
	tell_gone(exchange);
}

static void watch_client(struct exchange *exchange)
{
	if (!exchange->gone_watch && exchange->connection) {
		int code = loop_watch_add(
			exchange->rq.server->loop, exchange->from->fd, 0, on_gone_event, exchange, &exchange->gone_watch, NULL);
		(void)code; /* without the watch only the notice is late: a write then fails */
	}
}

static void suspend(struct exchange *exchange)
{
	if (!exchange->suspended) {
		exchange->suspended = true;
		MHD_suspend_connection(exchange->connection);
	}
	watch_client(exchange);
}

/* Answers */

void http_reply_header(struct http_request *rq, const char *name, struct str value)
{
	struct exchange *exchange = exchange_of(rq);
	if (exchange->reply_header_count == HTTP_REPLY_HEADERS_MAX)
		return;
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.ptr[i] < 32 || value.ptr[i] == 127)
			return;
	struct http_pair pair = { arena_copy(&rq->arena, str_c(name)), arena_copy(&rq->arena, value) };
	if (pair.name.ptr && pair.value.ptr)
		exchange->reply_headers[exchange->reply_header_count++] = pair;
}

static void add(struct MHD_Response *response, const char *name, const char *value)
{
	enum MHD_Result result = MHD_add_response_header(response, name, value);
	(void)result; /* fails only without memory; the answer itself matters more */
}

static bool has_reply_header(const struct exchange *exchange, const char *name)
{
	for (size_t i = 0; i < exchange->reply_header_count; i++)
		if (strcasecmp(exchange->reply_headers[i].name.ptr, name) == 0)
			return true;
	return false;
}

static void add_headers(struct exchange *exchange, struct MHD_Response *response, const char *content_type)
{
	if (content_type)
		add(response, "Content-Type", content_type);
	add(response, "X-Request-Id", exchange->rq.id);
	add(response, "X-Content-Type-Options", "nosniff");
	if (!has_reply_header(exchange, "Cache-Control"))
		add(response, "Cache-Control", "no-store");
	if (!exchange->rq.openai) {
		add(response, "Referrer-Policy", "no-referrer");
		add(response, "X-Frame-Options", "DENY");
		add(response, "Cross-Origin-Opener-Policy", "same-origin");
		add(response, "Cross-Origin-Resource-Policy", "same-origin");
		add(response, "Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()");
		add(response, "Content-Security-Policy",
			"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
			"font-src 'self'; connect-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; "
			"base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
	}
	if (exchange->rq.server->options.secure)
		add(response, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
	if (exchange->close_after)
		add(response, "Connection", "close");
	for (size_t i = 0; i < exchange->reply_header_count; i++)
		add(response, exchange->reply_headers[i].name.ptr, exchange->reply_headers[i].value.ptr);
}

/* Hands the ready response to MHD; only inside its access handler. */
static enum MHD_Result queue(struct exchange *exchange)
{
	struct MHD_Response *response = exchange->response;
	exchange->response = NULL;
	if (exchange->state == EXCHANGE_ANSWERED && exchange->from)
		peer_timer_start(exchange->from); /* a client that does not read its answer is not waited for */
	enum MHD_Result result = response ? MHD_queue_response(exchange->connection, (unsigned)exchange->status, response) : MHD_NO;
	if (response)
		MHD_destroy_response(response);
	return result;
}

static void give(struct exchange *exchange, int status, const char *content_type, struct MHD_Response *response)
{
	if (response) {
		add_headers(exchange, response, content_type);
		exchange->response = response;
	}
	exchange->status = status;
	if (!response || exchange->rq.gone)
		exchange->stream_failed = true;
}

static void reply(struct http_request *rq, int status, const char *content_type, struct str body, enum MHD_ResponseMemoryMode mode)
{
	struct exchange *exchange = exchange_of(rq);
	if (exchange->state > EXCHANGE_RUNNING) {
		log_write(rq->server->options.log, LOG_ERROR, "http.answered_twice", LOG_ID("request", str_c(rq->id)));
		return;
	}
	exchange->state = EXCHANGE_ANSWERED;
	exchange->on_gone = NULL;
	loop_watch_remove(rq->server->loop, &exchange->gone_watch);
	/* RULE: cast drops const: MHD does not write to persistent or must-copy memory. */
	if (exchange->connection)
		give(exchange, status, content_type, MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.ptr, mode));
	resume(exchange);
	free_if_over(exchange);
}

void http_reply(struct http_request *rq, int status, const char *content_type, struct str body)
{
	reply(rq, status, content_type, body, MHD_RESPMEM_MUST_COPY);
}

void http_reply_static(struct http_request *rq, int status, const char *content_type, struct str body)
{
	reply(rq, status, content_type, body, MHD_RESPMEM_PERSISTENT);
}

/* Streams */

static ssize_t read_stream(void *ctx, uint64_t at, char *into, size_t max)
{
	(void)at;
	struct exchange *exchange = ctx;
	if (exchange->stream_failed)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	size_t len = exchange->out.len < max ? exchange->out.len : max;
	if (len) {
		memcpy(into, exchange->out.ptr, len);
		buf_consume(&exchange->out, len);
		return (ssize_t)len;
	}
	if (exchange->state == EXCHANGE_ENDED)
		return MHD_CONTENT_READER_END_OF_STREAM;
	suspend(exchange);
	return 0;
}

void http_stream_begin(struct http_request *rq, int status, const char *content_type)
{
	struct exchange *exchange = exchange_of(rq);
	if (exchange->state > EXCHANGE_RUNNING)
		return;
	exchange->state = EXCHANGE_STREAMING;
	if (exchange->connection) {
		http_reply_header(rq, "X-Accel-Buffering", STR("no"));
		give(exchange, status, content_type,
			MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, read_stream, exchange, NULL));
	}
	resume(exchange);
}

int http_stream_write(struct http_request *rq, struct str bytes)
{
	struct exchange *exchange = exchange_of(rq);
	if (exchange->state != EXCHANGE_STREAMING || exchange->stream_failed || !exchange->connection)
		return E_CLOSED;
	buf_add(&exchange->out, bytes);
	if (exchange->out.failed)
		exchange->stream_failed = true; /* reads too slowly */
	resume(exchange);
	return exchange->stream_failed ? E_CLOSED : 0;
}

static void stream_close(struct http_request *rq, bool failed)
{
	struct exchange *exchange = exchange_of(rq);
	if (exchange->state != EXCHANGE_STREAMING)
		return;
	exchange->state = EXCHANGE_ENDED;
	exchange->on_gone = NULL;
	exchange->stream_failed |= failed;
	if (exchange->connection && exchange->from)
		peer_timer_start(exchange->from);
	resume(exchange);
	free_if_over(exchange);
}

void http_stream_end(struct http_request *rq)
{
	stream_close(rq, false);
}

void http_stream_abort(struct http_request *rq)
{
	stream_close(rq, true);
}

void http_on_gone(struct http_request *rq, loop_fn *fn, void *ctx)
{
	exchange_of(rq)->on_gone = fn;
	exchange_of(rq)->gone_ctx = ctx;
}

/* A request arrives */

static void run_handler(struct exchange *exchange)
{
	exchange->handler_called = true;
	exchange->state = EXCHANGE_RUNNING;
	exchange->rq.body = buf_str(&exchange->body);
	exchange->rq.route->handler(exchange->table->ctx, &exchange->rq);
}

static void authenticate(struct exchange *exchange);

/* Whoever was signed in when the head came may not be any more once a slow body is whole: asked again, once. */
static bool was_long_ago(const struct exchange *exchange)
{
	enum http_auth auth = exchange->rq.route->auth;
	bool person = auth == HTTP_AUTH_STAFF || auth == HTTP_AUTH_CLIENT;
	return person && !exchange->asked_again && clock_mono(clock_system()).us - exchange->authenticated_us > AUTHENTICATED_US;
}

static void run_if_ready(struct exchange *exchange)
{
	if (!exchange->authenticated || !exchange->body_seen || exchange->handler_called || exchange->state > EXCHANGE_RUNNING)
		return;
	if (was_long_ago(exchange)) {
		exchange->asked_again = true;
		exchange->authenticated = false;
		authenticate(exchange);
	} else {
		run_handler(exchange);
	}
}

void http_authenticated(struct http_request *rq)
{
	struct exchange *exchange = exchange_of(rq);
	exchange->auth_running = false;
	exchange->authenticated = true;
	exchange->authenticated_us = clock_mono(clock_system()).us;
	if (!exchange->connection) {
		exchange->state = EXCHANGE_ANSWERED; /* left before it was asked; nobody owes anything */
		free_if_over(exchange);
		return;
	}
	run_if_ready(exchange);
}

static void authenticate(struct exchange *exchange)
{
	enum http_auth auth = exchange->rq.route->auth;
	if (auth == HTTP_AUTH_NONE) {
		exchange->authenticated = true;
		return;
	}
	http_auth_fn *fn = auth < HTTP_AUTH_COUNT ? exchange->rq.server->auth[auth] : NULL;
	if (!fn) {
		http_error(&exchange->rq, 403, "forbidden", "nobody may do this", NULL);
		return;
	}
	exchange->auth_running = true;
	fn(exchange->rq.server->auth_ctx[auth], &exchange->rq);
}

static void find_what_is_asked(struct exchange *exchange, uint64_t length)
{
	struct http_request *rq = &exchange->rq;
	struct str allow;
	rq->route = http_route_find(rq->server, exchange, &exchange->table, &allow);
	if (!rq->route) {
		bool get = str_eqc(rq->method, "GET") || str_eqc(rq->method, "HEAD");
		bool api = rq->openai || str_starts(rq->path, STR("/api/"));
		const struct http_asset *asset = get && !api && !allow.len ? http_assets_find(&rq->server->assets, rq->path) : NULL;
		if (asset) {
			http_assets_reply(exchange, asset);
		} else if (allow.len) {
			http_reply_header(rq, "Allow", allow);
			http_error(rq, 405, "method_not_allowed", "this path has no such method", NULL);
		} else {
			http_error(rq, 404, "unknown_url", "there is nothing at this path", NULL);
		}
		return;
	}
	exchange->body.max = rq->route->body_max ? rq->route->body_max : BODY_MAX_DEFAULT;
	if (length > exchange->body.max) {
		http_error(rq, 413, "body_too_large", "the body is larger than this route takes", NULL);
		return;
	}
	authenticate(exchange);
}

static void refuse_framing(struct exchange *exchange, const struct err *err)
{
	exchange->close_after = true;
	exchange->refused_at_once = true;
	http_error(&exchange->rq,
		err->code == E_LIMIT    ? 431
		: err->code == E_MEMORY ? 503
					: 400,
		err->code == E_LIMIT ? "too_many_headers" : "bad_framing", err->message, NULL);
}

static void take_head(struct exchange *exchange, const char *method)
{
	struct http_request *rq = &exchange->rq;
	struct err err = { 0 };
	uint64_t length = 0;
	bool chunked = false;
	exchange->head_seen = true;
	rq->method = arena_copy(&rq->arena, str_c(method));
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	exchange->from = info ? info->socket_context : NULL;
	struct str target = rq->path;
	if (!target.ptr || !exchange->from)
		err_set(&err, E_MEMORY, LAYER, "no memory");
	if (err.code || http_target_parse(exchange, target, &err) || http_frame_check(exchange, &length, &chunked, &err)) {
		refuse_framing(exchange, &err);
		return;
	}
	find_what_is_asked(exchange, length);
	if (exchange->state == EXCHANGE_ANSWERED && length > rq->server->options.drain_bytes_max) {
		exchange->refused_at_once = true;
		exchange->close_after = true;
		if (exchange->response)
			add(exchange->response, "Connection", "close");
	}
}

static enum MHD_Result take_body(struct exchange *exchange, const char *bytes, size_t *len)
{
	size_t got = *len;
	*len = 0;
	if (exchange->state == EXCHANGE_ANSWERED) {
		exchange->drained += got;
		return exchange->drained <= exchange->rq.server->options.drain_bytes_max ? MHD_YES : MHD_NO;
	}
	buf_add(&exchange->body, (struct str){ bytes, got });
	if (exchange->body.failed) {
		buf_done(&exchange->body);
		exchange->drained = got;
		if (exchange->auth_running)
			return MHD_NO; /* RULE: who has not been authenticated yet owes the answer; no second one may race it */
		http_error(&exchange->rq, 413, "body_too_large", "the body is larger than this route takes", NULL);
	}
	return MHD_YES;
}

static enum MHD_Result on_request_inner(struct exchange *exchange, const char *method, const char *bytes, size_t *len)
{
	if (!exchange->head_seen) {
		take_head(exchange, method);
		return exchange->refused_at_once ? queue(exchange) : MHD_YES;
	}
	if (*len)
		return take_body(exchange, bytes, len);
	if (!exchange->body_seen) {
		exchange->body_seen = true;
		loop_timer_stop(exchange->rq.server->loop, &exchange->from->timer);
		run_if_ready(exchange);
	}
	if (exchange->response)
		return queue(exchange);
	if (exchange->stream_failed || exchange->state >= EXCHANGE_ANSWERED)
		return MHD_NO;
	suspend(exchange);
	return MHD_YES;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	const char *bytes, size_t *len, void **request)
{
	(void)ctx, (void)connection, (void)url, (void)version;
	struct exchange *exchange = *request;
	if (!exchange)
		return MHD_NO;
	exchange->in_daemon = true;
	enum MHD_Result result = on_request_inner(exchange, method, bytes, len);
	exchange->in_daemon = false;
	return result;
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode how)
{
	(void)ctx, (void)connection, (void)how;
	struct exchange *exchange = *request;
	*request = NULL;
	if (!exchange)
		return;
	exchange->connection = NULL;
	exchange->suspended = false;
	loop_watch_remove(exchange->rq.server->loop, &exchange->gone_watch);
	if (exchange->from)
		peer_timer_start(exchange->from);
	bool over = nothing_owed(exchange);
	if (over)
		free_if_over(exchange);
	else
		tell_gone(exchange);
}

/* Connections */

static void on_peer_late(void *ctx)
{
	struct peer *peer = ctx;
	shutdown(peer->fd, SHUT_RDWR); /* MHD sees the end and closes */
}

static void peer_timer_start(struct peer *peer)
{
	loop_io_timer_start(peer->server->loop, &peer->timer, peer->server->options.idle_seconds * SECOND_US, on_peer_late, peer);
}

static void on_connection(void *ctx, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	struct http_server *server = ctx;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		struct peer *peer = info ? mem_new(sizeof(*peer)) : NULL;
		*socket_context = peer;
		if (!peer)
			return;
		peer->server = server;
		peer->fd = info->connect_fd;
		int one = 1, idle_seconds = 30, late_ms = 60000;
		setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		setsockopt(peer->fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
		setsockopt(peer->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof(idle_seconds));
		setsockopt(peer->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &late_ms, sizeof(late_ms));
		peer_timer_start(peer);
	} else if (*socket_context) {
		struct peer *peer = *socket_context;
		loop_timer_stop(server->loop, &peer->timer);
		mem_delete(peer);
		*socket_context = NULL;
	}
}

/* The daemon on the loop */

static void on_daemon_ready(void *ctx, unsigned events)
{
	(void)events;
	struct http_server *server = ctx;
	MHD_run(server->daemon);
}

static void nothing(void *ctx)
{
	(void)ctx;
}

/* MHD keeps connections that are known to be ready in its own list; as long as it has some it wants to run at once. Its
 * timeout does not speak of resumed connections. */
static void on_round(void *ctx)
{
	struct http_server *server = ctx;
	for (int i = 0; i < 8 && server->daemon; i++) {
		MHD_UNSIGNED_LONG_LONG wait_ms = 1;
		bool due = MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES && wait_ms == 0;
		if (!due && !server->wants_run)
			return;
		server->wants_run = false;
		MHD_run(server->daemon);
	}
	loop_defer(server->loop, &server->again, nothing, NULL); /* still due: come back without waiting */
}

static int parse_listen(struct str listen, struct sockaddr_storage *ret_address, socklen_t *ret_len, struct err *reterr)
{
	char host[64];
	unsigned port = 0;
	size_t colon = listen.len;
	while (colon > 0 && listen.ptr[colon - 1] != ':')
		colon--;
	struct str name = str_sub(listen, 0, colon ? colon - 1 : 0), digits = str_sub(listen, colon, listen.len);
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9' || port > 65535)
			return err_set(reterr, E_INVALID, LAYER, "listen: the port is not a number from 0 to 65535");
		port = port * 10 + (unsigned)(digits.ptr[i] - '0');
	}
	if (name.len > 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']')
		name = str_sub(name, 1, name.len - 1);
	if (!name.len || !digits.len || port > 65535 || name.len >= sizeof(host))
		return err_set(reterr, E_INVALID, LAYER, "listen: expected ADDRESS:PORT such as 127.0.0.1:8080 or [::1]:8080");
	memcpy(host, name.ptr, name.len);
	host[name.len] = '\0';
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret_address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_address;
	*ret_address = (struct sockaddr_storage){ 0 };
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		*ret_len = sizeof(*v4);
		return 0;
	}
	if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		*ret_len = sizeof(*v6);
		return 0;
	}
	return err_set(reterr, E_INVALID, LAYER, "listen: %s is not an IP address", host);
}

static int open_listener(struct http_server *server, struct err *reterr)
{
	struct sockaddr_storage address;
	socklen_t len = 0;
	int code = parse_listen(server->options.listen, &address, &len, reterr), one = 1;
	if (code)
		return code;
	int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	server->listen_fd = fd;
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) || bind(fd, (struct sockaddr *)&address, len) ||
		listen(fd, 1024) || getsockname(fd, (struct sockaddr *)&address, &len))
		return err_set(reterr, E_IO, LAYER, "listen on " STR_FMT ": %s", STR_ARG(server->options.listen), strerrordesc_np(errno));
	server->port = ntohs(
		address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port : ((struct sockaddr_in6 *)&address)->sin6_port);
	return 0;
}

int http_server_open(struct loop *loop, const struct http_options *options, struct http_server **ret_server, struct err *reterr)
{
	struct http_server *server = mem_new(sizeof(*server));
	if (!server)
		return err_set(reterr, E_MEMORY, LAYER, "no memory");
	server->loop = loop;
	server->options = *options;
	server->listen_fd = -1;
	if (getrandom(&server->id_seed, sizeof(server->id_seed), 0) != sizeof(server->id_seed))
		server->id_seed = (uint64_t)clock_mono(clock_system()).us;
	int code = http_assets_load(&server->assets, options->web_root, reterr);
	if (!code)
		code = open_listener(server, reterr);
	if (code) {
		http_server_free(&server);
		return code;
	}
	*ret_server = server;
	return 0;
}

void http_server_add(struct http_server *server, const struct http_route *routes, size_t count, void *ctx)
{
	if (server->table_count == HTTP_TABLES_MAX) {
		log_write(server->options.log, LOG_ERROR, "http.too_many_tables");
		return;
	}
	server->tables[server->table_count++] = (struct http_table){ routes, count, ctx };
}

void http_server_set_auth(struct http_server *server, enum http_auth auth, http_auth_fn *fn, void *ctx)
{
	server->auth[auth] = fn;
	server->auth_ctx[auth] = ctx;
}

int http_server_start(struct http_server *server, struct err *reterr)
{
	server->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, server,
		MHD_OPTION_LISTEN_SOCKET, server->listen_fd, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)server->options.connections_max, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned)server->options.connections_per_address_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT, server->options.header_bytes_max,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
		MHD_OPTION_URI_LOG_CALLBACK, on_uri, server, MHD_OPTION_END);
	if (!server->daemon)
		return err_set(reterr, E_IO, LAYER, "the HTTP daemon does not start: %s", strerrordesc_np(errno));
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return err_set(reterr, E_BUG, LAYER, "the HTTP daemon has no epoll descriptor");
	loop_on_round(server->loop, on_round, server);
	return loop_watch_add(server->loop, info->listen_fd, LOOP_READ, on_daemon_ready, server, &server->daemon_watch, reterr);
}

int http_server_port(const struct http_server *server)
{
	return server->port;
}

static void on_grace_over(void *ctx)
{
	struct http_server *server = ctx;
	for (struct exchange *exchange = server->open, *next; exchange; exchange = next) {
		next = exchange->next;
		exchange->stream_failed = true;
		tell_gone(exchange);
	}
}

static void close_listener(struct http_server *server)
{
	if (server->listen_fd < 0)
		return;
	if (server->daemon)
		MHD_quiesce_daemon(server->daemon); /* the descriptor is ours again */
	close(server->listen_fd);
	server->listen_fd = -1;
}

void http_server_quiesce(struct http_server *server, int64_t grace_us)
{
	close_listener(server);
	loop_io_timer_start(server->loop, &server->grace, grace_us, on_grace_over, server);
}

bool http_server_idle(const struct http_server *server)
{
	for (const struct exchange *exchange = server->open; exchange; exchange = exchange->next)
		if (!nothing_owed(exchange) || exchange->response || exchange->out.len)
			return false;
	return true;
}

void http_server_free(struct http_server **server_)
{
	struct http_server *server = *server_;
	if (!server)
		return;
	loop_timer_stop(server->loop, &server->grace);
	loop_watch_remove(server->loop, &server->daemon_watch);
	for (struct exchange *exchange = server->open; exchange; exchange = exchange->next) {
		exchange->on_gone = NULL;
		exchange->stream_failed = true;
		resume(exchange);
	}
	close_listener(server);
	if (server->daemon) {
		MHD_run(server->daemon);
		MHD_stop_daemon(server->daemon);
	}
	server->daemon = NULL;
	while (server->open)
		exchange_free(server->open);
	http_assets_free(&server->assets);
	mem_delete(server);
	*server_ = NULL;
}

struct loop *http_server_loop(const struct http_server *server)
{
	return server->loop;
}

const struct log *http_server_log(const struct http_server *server)
{
	return server->options.log;
}

bool http_server_secure(const struct http_server *server)
{
	return server->options.secure;
}
