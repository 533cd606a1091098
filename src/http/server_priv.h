/* server_priv.h: what the server's own files share. Others include http/server.h. */
#ifndef HEED_HTTP_SERVER_PRIV_H
#define HEED_HTTP_SERVER_PRIV_H

#include "http/server.h"

#include <microhttpd.h>

#define HTTP_QUERY_MAX 32
#define HTTP_REPLY_HEADERS_MAX 32
#define HTTP_TABLES_MAX 32
#define HTTP_STREAM_BUFFER_MAX (1024u * 1024u)

/* One connection: its arrival clock and nothing else. Owned by the daemon's notifications. */
struct peer {
	struct http_server *server;
	int fd;
	struct loop_timer timer; /* runs while a request arrives or the connection idles */
};

/*  state        entered when                              leaves to
 *  ARRIVING     the request line is there                 RUNNING when handler or authenticator has been called
 *  RUNNING      somebody owes the answer                  ANSWERED by http_reply, STREAMING by http_stream_begin
 *  STREAMING    head given, more bytes come               ENDED by http_stream_end
 *  ANSWERED, ENDED  nothing is owed; freed when the daemon is done with it too */
enum exchange_state { EXCHANGE_ARRIVING = 0, EXCHANGE_RUNNING, EXCHANGE_STREAMING, EXCHANGE_ANSWERED, EXCHANGE_ENDED };

struct exchange {
	struct http_request rq;            /* first: the public part */
	struct MHD_Connection *connection; /* NULL when the daemon is done with it */
	struct peer *from;
	enum exchange_state state;
	bool head_seen, body_seen, authenticated, auth_running, handler_called;
	bool asked_again; /* who it is, after a slow body */
	int64_t authenticated_us;
	bool refused_at_once; /* answer without draining, then close */
	bool suspended, in_daemon;
	struct buf body;
	size_t drained;
	struct MHD_Response *response; /* ready and not yet queued */
	int status;
	struct http_pair reply_headers[HTTP_REPLY_HEADERS_MAX];
	size_t reply_header_count;
	bool close_after;
	struct buf out; /* of a stream */
	bool stream_failed;
	struct loop_watch *gone_watch;
	loop_fn *on_gone;
	void *gone_ctx;
	const struct http_table *table;
	struct exchange *previous, *next; /* list of open ones */
};

struct http_table {
	const struct http_route *routes;
	size_t count;
	void *ctx;
};

struct http_asset {
	struct str path; /* "/console/index.html" */
	struct str bytes;
	const char *content_type;
	char etag[20];
};

struct http_assets {
	struct arena arena;
	struct http_asset *items; /* sorted by path */
	size_t count;
};

struct http_server {
	struct loop *loop;
	struct http_options options;
	struct MHD_Daemon *daemon;
	struct loop_watch *daemon_watch;
	int listen_fd, port;
	bool wants_run; /* a connection was resumed since the daemon last ran */
	struct http_table tables[HTTP_TABLES_MAX];
	size_t table_count;
	http_auth_fn *auth[HTTP_AUTH_COUNT];
	void *auth_ctx[HTTP_AUTH_COUNT];
	struct http_assets assets;
	struct exchange *open; /* all that live */
	struct loop_timer grace;
	struct loop_task again;
	uint64_t next_id;
	uint64_t id_seed;
};

/* http_frame.c: 0, or E_INVALID with a message when the header section does not frame the body in exactly one way. Fills
 * rq.headers. *ret_length: Content-Length, 0 without; *ret_chunked. */
int http_frame_check(struct exchange *exchange, uint64_t *ret_length, bool *ret_chunked, struct err *reterr) MUST_CHECK;

/* http_route.c: splits and decodes path and query; E_INVALID for bad escapes, NUL, "." and ".." segments. */
int http_target_parse(struct exchange *exchange, struct str target, struct err *reterr) MUST_CHECK;
/* http_route_find: the most specific route with this path and method; params filled. *ret_allow: methods that the path has
 * when the method has none. */
const struct http_route *http_route_find(
	struct http_server *server, struct exchange *exchange, const struct http_table **ret_table, struct str *ret_allow);

/* http_static.c: the web apps' files, read once at start. */
int http_assets_load(struct http_assets *assets, struct str folder, struct err *reterr) MUST_CHECK;
const struct http_asset *http_assets_find(const struct http_assets *assets, struct str path);
void http_assets_free(struct http_assets *assets);
void http_assets_reply(struct exchange *exchange, const struct http_asset *asset);

#endif
