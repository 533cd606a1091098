/* upstream.c: an OpenAI-compatible model over HTTP, by libcurl's multi-socket interface on our loop.
 *
 * libcurl must not be re-entered from its own callbacks: they only put bytes aside and mark the call; a task at the end of
 * the loop's round reads them and tells the caller. The environment decides nothing: proxy, protocols and redirects are
 * set here.
 *
 *  breaker     a call fails            a call succeeds   time
 *  closed      failures + 1; at the    failures = 0      -
 *              limit: open
 *  open        (no call is made)       -                 after breaker_ms one call may try
 *  trying      open again              closed            -                                    */
#include "model/model_priv.h"
#include "model/reply.h"
#include "model/sse.h"

#include "sys/mem.h"

#include <curl/curl.h>
#include <stdio.h>

#define LAYER "model/upstream"
#define POOL_MAX 64
#define LAST_CHUNK_WAIT_MS 50
#define PARSE_ARENA_MAX (32u << 20)

struct upstream {
	struct model model; /* first */
	struct loop *loop;
	const struct log *log;
	struct model_upstream_options options;
	char name[128], url[1024], proxy[512];
	CURLM *multi;
	struct curl_slist *headers;
	struct loop_timer timer;
	CURL *pool[POOL_MAX];
	size_t pool_count, calls;
	unsigned failures;
	int64_t open_until_us; /* machine's clock; 0: closed */
	bool trying;
};

struct socket_watch {
	struct upstream *upstream;
	struct loop_watch *watch;
	curl_socket_t fd;
};

struct call {
	struct model_call call; /* first */
	struct upstream *upstream;
	struct model_events events;
	void *ctx;
	CURL *easy;
	struct loop_task task;
	struct loop_timer timer; /* first byte, then silence */
	bool scheduled, cancelled, over;
	bool stream_asked, is_stream, head_told, done_mark, finished;
	bool running_task;
	CURLcode result;
	bool completed; /* by libcurl */
	bool late;      /* our timer fired */
	struct buf in;  /* bytes not yet read */
	struct buf plain;
	struct sse sse;
	struct arena arena;
	uint64_t wire_bytes;
	bool too_much;
	struct model_result tally;
	enum model_failure failure;
	bool failed;
};

struct model_upstream_options model_upstream_options_default(void)
{
	return (struct model_upstream_options){ .name = STR("upstream"),
		.connect_ms = 3000,
		.first_byte_ms = 30000,
		.silence_ms = 20000,
		.total_ms = 120000,
		.bytes_max = 8u << 20,
		.events_max = 65536,
		.breaker_failures = 5,
		.breaker_ms = 10000,
		.connections_max = 256 };
}

static int64_t now_us(void)
{
	return clock_mono(clock_system()).us;
}

/* Breaker */

static bool breaker_lets(struct upstream *u)
{
	if (!u->open_until_us)
		return true;
	if (u->trying || now_us() < u->open_until_us)
		return false;
	u->trying = true;
	return true;
}

static void breaker_note(struct upstream *u, bool ok)
{
	u->trying = false;
	if (ok) {
		u->failures = 0;
		u->open_until_us = 0;
		return;
	}
	if (++u->failures < u->options.breaker_failures && !u->open_until_us)
		return;
	u->open_until_us = now_us() + u->options.breaker_ms * INT64_C(1000);
	log_write(u->log, LOG_WARN, "model.breaker_open", LOG_ID("model", u->model.name), LOG_NUMBER("failures", u->failures));
}

/* The life of a call */

static void give_back(struct upstream *u, CURL *easy)
{
	if (u->pool_count < POOL_MAX) {
		curl_easy_reset(easy);
		u->pool[u->pool_count++] = easy;
	} else {
		curl_easy_cleanup(easy);
	}
}

static void call_free(struct call *call)
{
	struct upstream *u = call->upstream;
	u->calls--;
	loop_timer_stop(u->loop, &call->timer);
	if (call->easy) {
		curl_multi_remove_handle(u->multi, call->easy);
		give_back(u, call->easy);
	}
	buf_done(&call->in);
	buf_done(&call->plain);
	sse_done(&call->sse);
	arena_done(&call->arena);
	mem_delete(call);
}

static void run_call(void *ctx);

static void schedule(struct call *call)
{
	if (call->scheduled)
		return;
	call->scheduled = true;
	loop_defer(call->upstream->loop, &call->task, run_call, call);
}

static void fail(struct call *call, enum model_failure failure)
{
	if (!call->failed)
		call->failure = failure;
	call->failed = true;
}

static void on_late(void *ctx)
{
	struct call *call = ctx;
	call->late = true;
	schedule(call);
}

static size_t on_bytes(char *bytes, size_t size, size_t count, void *ctx)
{
	struct call *call = ctx;
	size_t len = size * count;
	call->wire_bytes += len;
	if (call->cancelled || call->wire_bytes > call->upstream->options.bytes_max) {
		call->too_much = !call->cancelled;
		schedule(call);
		return 0;
	}
	loop_io_timer_start(call->upstream->loop, &call->timer, call->upstream->options.silence_ms * INT64_C(1000), on_late, call);
	buf_add(&call->in, (struct str){ bytes, len });
	schedule(call);
	return call->in.failed ? 0 : len;
}

/* Telling the caller */

static void tell_head(struct call *call, const struct model_head *head)
{
	if (call->head_told)
		return;
	call->head_told = true;
	call->events.head(call->ctx, head);
}

static int take_part(struct call *call, struct str json)
{
	struct reply_part *part = NULL;
	arena_reset(&call->arena);
	part = ARENA_NEW(&call->arena, struct reply_part);
	int code = part ? reply_parse(&call->arena, json, part, NULL) : E_MEMORY;
	if (code || part->is_error) {
		fail(call, code ? MODEL_FAILED_MALFORMED : MODEL_FAILED_CUT);
		return E_INVALID;
	}
	tell_head(call, &part->head);
	for (size_t i = 0; i < part->delta_count && !call->cancelled; i++)
		call->events.delta(call->ctx, &part->deltas[i]);
	call->tally.dropped_members += part->dropped;
	if (part->finished) {
		call->finished = true;
		call->tally.finish = part->finish;
	}
	if (part->usage.known)
		call->tally.usage = part->usage;
	return call->cancelled ? E_CLOSED : 0;
}

static int on_event(void *ctx, struct str event, struct str data)
{
	struct call *call = ctx;
	(void)event;
	if (call->done_mark)
		return 0;
	if (str_starts(data, STR("[DONE]"))) {
		call->done_mark = true;
		return 0;
	}
	return take_part(call, data);
}

static long status_of(const struct call *call)
{
	long status = 0;
	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static bool type_is_stream(const struct call *call)
{
	const char *type = NULL;
	curl_easy_getinfo(call->easy, CURLINFO_CONTENT_TYPE, &type);
	return type && str_starts(str_c(type), STR("text/event-stream"));
}

static void read_bytes(struct call *call)
{
	struct str bytes = buf_str(&call->in);
	if (!bytes.len)
		return;
	if (status_of(call) != 200) {
		buf_clear(&call->in); /* an error's body tells us nothing that may be passed on */
		return;
	}
	call->is_stream = type_is_stream(call);
	if (!call->is_stream) {
		buf_add(&call->plain, bytes);
		if (call->plain.failed)
			fail(call, MODEL_FAILED_LIMIT);
	} else {
		int code = sse_feed(&call->sse, bytes, NULL);
		if (code == E_LIMIT)
			fail(call, MODEL_FAILED_LIMIT);
		else if (code && code != E_CLOSED)
			fail(call, MODEL_FAILED_MALFORMED);
	}
	buf_clear(&call->in);
}

static enum model_failure failure_of(CURLcode result)
{
	switch (result) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION: return MODEL_FAILED_CONNECT;
	case CURLE_OPERATION_TIMEDOUT: return MODEL_FAILED_TIMEOUT;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT: return MODEL_FAILED_BUG;
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING: return MODEL_FAILED_MALFORMED;
	default: return MODEL_FAILED_CUT;
	}
}

/* libcurl is through with it: is what came a whole reply? */
static void judge_end(struct call *call)
{
	if (call->too_much)
		fail(call, MODEL_FAILED_LIMIT);
	else if (call->result != CURLE_OK)
		fail(call, failure_of(call->result));
	else if (status_of(call) != 200)
		fail(call, MODEL_FAILED_STATUS);
	else if (call->is_stream && !(call->finished && sse_is_clean(&call->sse)))
		fail(call, MODEL_FAILED_CUT);
	else if (!call->is_stream && !call->failed && take_part(call, buf_str(&call->plain)))
		fail(call, MODEL_FAILED_MALFORMED);
}

static void tell_end(struct call *call)
{
	struct upstream *u = call->upstream;
	int status = (int)status_of(call);
	bool fault = call->failed && !(call->failure == MODEL_FAILED_STATUS && status < 500);
	breaker_note(u, !fault);
	struct model_events events = call->events;
	void *ctx = call->ctx;
	struct model_result result = call->tally;
	result.wire_bytes = call->wire_bytes;
	bool failed = call->failed;
	enum model_failure failure = call->failure;
	call_free(call);
	if (failed)
		events.failed(ctx, failure, status);
	else
		events.done(ctx, &result);
}

static void run_call(void *ctx)
{
	struct call *call = ctx;
	call->scheduled = false;
	if (call->cancelled) {
		call_free(call);
		return;
	}
	call->running_task = true;
	read_bytes(call);
	if (!call->cancelled && call->too_much)
		fail(call, MODEL_FAILED_LIMIT);
	if (!call->cancelled && call->late && !call->completed && !(call->done_mark && call->finished))
		fail(call, MODEL_FAILED_TIMEOUT);
	/* A stream is over with its finish reason and [DONE]; the last chunk is waited for shortly, to keep the connection. */
	bool whole = call->done_mark && call->finished;
	if (!call->cancelled && whole && !call->completed && !call->late) {
		loop_io_timer_start(call->upstream->loop, &call->timer, LAST_CHUNK_WAIT_MS * INT64_C(1000), on_late, call);
		call->running_task = false;
		return;
	}
	if (!call->cancelled && !call->failed && call->completed && !whole)
		judge_end(call);
	call->running_task = false;
	if (call->cancelled)
		call_free(call);
	else if (call->failed || call->completed || whole)
		tell_end(call);
}

static void upstream_cancel(struct model_call *call_)
{
	struct call *call = (struct call *)call_;
	call->cancelled = true;
	call->upstream->trying = false;
	if (!call->running_task && !call->scheduled)
		call_free(call);
	else if (call->easy && !call->running_task) {
		curl_multi_remove_handle(call->upstream->multi, call->easy); /* closes the connection now; the rest follows in the task */
	}
}

/* libcurl on the loop */

static void check_completed(struct upstream *u)
{
	int left;
	for (CURLMsg *message; (message = curl_multi_info_read(u->multi, &left));) {
		if (message->msg != CURLMSG_DONE)
			continue;
		struct call *call = NULL;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
		call->completed = true;
		call->result = message->data.result;
		schedule(call);
	}
}

static void on_socket_ready(void *ctx, unsigned events)
{
	struct socket_watch *watch = ctx;
	struct upstream *u = watch->upstream;
	int running, bits = ((events & LOOP_READ) ? CURL_CSELECT_IN : 0) | ((events & LOOP_WRITE) ? CURL_CSELECT_OUT : 0);
	if (events & LOOP_GONE)
		bits |= CURL_CSELECT_IN;
	curl_multi_socket_action(u->multi, watch->fd, bits, &running);
	check_completed(u);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
	(void)easy;
	struct upstream *u = ctx;
	struct socket_watch *watch = socket_ctx;
	if (what == CURL_POLL_REMOVE) {
		if (watch) {
			curl_multi_assign(u->multi, fd, NULL);
			loop_watch_remove(u->loop, &watch->watch);
			mem_delete(watch);
		}
		return 0;
	}
	unsigned events = ((what & CURL_POLL_IN) ? (unsigned)LOOP_READ : 0) | ((what & CURL_POLL_OUT) ? (unsigned)LOOP_WRITE : 0);
	if (watch)
		return loop_watch_change(u->loop, watch->watch, events, NULL);
	watch = mem_new(sizeof(*watch));
	if (!watch)
		return -1;
	*watch = (struct socket_watch){ .upstream = u, .fd = fd };
	if (loop_watch_add(u->loop, fd, events, on_socket_ready, watch, &watch->watch, NULL)) {
		mem_delete(watch);
		return -1;
	}
	curl_multi_assign(u->multi, fd, watch);
	return 0;
}

static void on_timeout(void *ctx)
{
	struct upstream *u = ctx;
	int running;
	curl_multi_socket_action(u->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	check_completed(u);
}

static int on_timer(CURLM *multi, long wait_ms, void *ctx)
{
	(void)multi;
	struct upstream *u = ctx;
	if (wait_ms < 0)
		loop_timer_stop(u->loop, &u->timer);
	else
		loop_io_timer_start(u->loop, &u->timer, wait_ms * INT64_C(1000), on_timeout, u);
	return 0;
}

static void prepare(struct upstream *u, struct call *call, const struct model_request *request)
{
	CURL *easy = call->easy;
	curl_easy_setopt(easy, CURLOPT_URL, u->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, u->headers);
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.ptr);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(easy, CURLOPT_PROXY, u->proxy);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)u->options.connect_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)u->options.total_ms);
}

static int upstream_start(struct model *model, const struct model_request *request, const struct model_events *events, void *ctx,
	struct model_call **ret_call, struct err *reterr)
{
	struct upstream *u = (struct upstream *)model;
	if (u->calls >= u->options.connections_max)
		return err_set(reterr, E_LIMIT, LAYER, "the upstream has %u calls open", u->options.connections_max);
	if (!breaker_lets(u))
		return err_set(reterr, E_CLOSED, LAYER, "the breaker is open: the upstream failed %u times in a row", u->failures);
	struct call *call = mem_new(sizeof(*call));
	if (!call)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for a call");
	call->call.model = model;
	call->upstream = u;
	call->events = *events;
	call->ctx = ctx;
	call->stream_asked = request->stream;
	u->calls++;
	buf_init(&call->in, mem_system(), u->options.bytes_max + 1);
	buf_init(&call->plain, mem_system(), u->options.bytes_max + 1);
	sse_init(&call->sse, mem_system(), u->options.bytes_max + 1, u->options.events_max, on_event, call);
	arena_init(&call->arena, mem_system(), PARSE_ARENA_MAX);
	call->easy = u->pool_count ? u->pool[--u->pool_count] : curl_easy_init();
	if (call->easy)
		prepare(u, call, request);
	if (!call->easy || curl_multi_add_handle(u->multi, call->easy) != CURLM_OK) {
		call_free(call);
		return err_set(reterr, E_MEMORY, LAYER, "no memory for a call");
	}
	loop_io_timer_start(u->loop, &call->timer, u->options.first_byte_ms * INT64_C(1000), on_late, call);
	*ret_call = &call->call;
	return 0;
}

static void upstream_release(struct model *model)
{
	struct upstream *u = (struct upstream *)model;
	loop_timer_stop(u->loop, &u->timer);
	while (u->pool_count)
		curl_easy_cleanup(u->pool[--u->pool_count]);
	curl_multi_cleanup(u->multi);
	curl_slist_free_all(u->headers);
	mem_delete(u);
}

static int copy_text(char *into, size_t size, struct str text, const char *what, struct err *reterr)
{
	if (text.len >= size || (text.len && memchr(text.ptr, 0, text.len)))
		return err_set(reterr, E_INVALID, LAYER, "%s is too long", what);
	if (text.len)
		memcpy(into, text.ptr, text.len);
	into[text.len] = '\0';
	return 0;
}

static int build_headers(struct upstream *u, struct str key, struct err *reterr)
{
	char line[4200];
	const char *const fixed[] = { "Content-Type: application/json", "Accept: text/event-stream, application/json",
		"Expect:", ("User-Agent: heedwell/" HEED_VERSION) };
	struct curl_slist *list = NULL;
	for (size_t i = 0; i < COUNT_OF(fixed); i++)
		list = curl_slist_append(list, fixed[i]);
	for (size_t i = 0; i < key.len; i++)
		if (key.len > 4096 || key.ptr[i] <= 32 || key.ptr[i] >= 127) {
			curl_slist_free_all(list);
			return err_set(reterr, E_INVALID, LAYER, "the upstream's key has characters that a header cannot carry");
		}
	snprintf(line, sizeof(line), "Authorization: Bearer " STR_FMT, STR_ARG(key));
	u->headers = key.len ? curl_slist_append(list, line) : list;
	return 0;
}

int model_open_upstream(struct loop *loop, const struct model_upstream_options *options, const struct log *log, struct model **ret_model,
	struct err *reterr)
{
	static const struct model_ops ops = { upstream_start, upstream_cancel, upstream_release, false };
	struct str url = options->url;
	if (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://")))
		return err_set(reterr, E_INVALID, LAYER, "the upstream's url must begin with http:// or https://");
	while (url.len && url.ptr[url.len - 1] == '/')
		url.len--;
	struct upstream *u = mem_new(sizeof(*u));
	if (!u)
		return err_set(reterr, E_MEMORY, LAYER, "no memory");
	u->loop = loop;
	u->log = log;
	u->options = *options;
	int code = copy_text(u->name, sizeof(u->name), options->name, "the upstream's name", reterr);
	if (!code)
		code = copy_text(u->url, sizeof(u->url) - sizeof("/chat/completions"), url, "the upstream's url", reterr);
	if (!code)
		code = copy_text(u->proxy, sizeof(u->proxy), options->proxy, "the upstream's proxy", reterr);
	if (!code)
		code = build_headers(u, options->key, reterr);
	if (!code && (curl_global_init(CURL_GLOBAL_DEFAULT) || !(u->multi = curl_multi_init())))
		code = err_set(reterr, E_MEMORY, LAYER, "libcurl does not start");
	if (code) {
		curl_slist_free_all(u->headers);
		mem_delete(u);
		return code;
	}
	memcpy(u->url + url.len, "/chat/completions", sizeof("/chat/completions"));
	u->model = (struct model){ &ops, str_c(u->name) };
	curl_multi_setopt(u->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(u->multi, CURLMOPT_SOCKETDATA, u);
	curl_multi_setopt(u->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(u->multi, CURLMOPT_TIMERDATA, u);
	curl_multi_setopt(u->multi, CURLMOPT_MAXCONNECTS, (long)options->connections_max);
	*ret_model = &u->model;
	return 0;
}
