/* http_reply.c: what handlers use: look-ups in a request, JSON answers, errors, server-sent events. */
#include "http/server_priv.h"

#include "sys/mem.h"

#include <strings.h>

#define ERROR_MAX 2048

static struct str find(const struct http_pair *pairs, size_t count, const char *name, bool any_case)
{
	size_t len = strlen(name);
	for (size_t i = 0; i < count; i++)
		if (pairs[i].name.len == len &&
			(any_case ? strncasecmp(pairs[i].name.ptr, name, len) : memcmp(pairs[i].name.ptr, name, len)) == 0)
			return pairs[i].value.ptr ? pairs[i].value : STR("");
	return (struct str){ NULL, 0 };
}

struct str http_header(const struct http_request *rq, const char *name)
{
	return find(rq->headers, rq->header_count, name, true);
}

struct str http_query(const struct http_request *rq, const char *name)
{
	return find(rq->query, rq->query_count, name, false);
}

struct str http_param(const struct http_request *rq, const char *name)
{
	return find(rq->params, rq->param_count, name, false);
}

struct str http_cookie(const struct http_request *rq, const char *name)
{
	struct str all = http_header(rq, "cookie");
	while (all.len) {
		struct str value = str_trim(str_split(&all, ';'));
		struct str key = str_split(&value, '=');
		if (str_eqc(key, name))
			return value.ptr ? value : STR("");
	}
	return (struct str){ NULL, 0 };
}

void http_json(struct http_request *rq, int status, const struct buf *json)
{
	if (json->failed)
		http_error(rq, 500, "too_large", "the answer is larger than its limit", NULL);
	else
		http_reply(rq, status, "application/json", buf_str(json));
}

static const char *openai_type(int status)
{
	switch (status) {
	case 401: return "authentication_error";
	case 403: return "permission_error";
	case 429: return "rate_limit_error";
	default: return status >= 500 ? "server_error" : "invalid_request_error";
	}
}

void http_error(struct http_request *rq, int status, const char *code, const char *message, const char *field)
{
	struct buf json;
	buf_init(&json, mem_system(), ERROR_MAX);
	buf_add_c(&json, "{\"error\":{\"message\":");
	buf_add_json(&json, str_c(message));
	if (rq->openai)
		buf_printf(&json, ",\"type\":\"%s\",\"param\":", openai_type(status));
	else
		buf_add_c(&json, ",\"field\":");
	if (field)
		buf_add_json(&json, str_c(field));
	else
		buf_add_c(&json, "null");
	buf_add_c(&json, ",\"code\":");
	buf_add_json(&json, str_c(code));
	buf_add_c(&json, "}}");
	if (rq->openai)
		http_reply_header(rq, "X-Should-Retry", status == 429 || status == 503 ? STR("true") : STR("false"));
	if (json.failed)
		http_reply_static(rq, status, "application/json", STR("{\"error\":{\"message\":\"error\",\"code\":\"error\"}}"));
	else
		http_reply(rq, status, "application/json", buf_str(&json));
	buf_done(&json);
}

void http_error_of(struct http_request *rq, const struct err *err)
{
	switch (err->code) {
	case E_NOT_FOUND: http_error(rq, 404, "not_found", "not found", NULL); break;
	case E_DENIED: http_error(rq, 403, "forbidden", "not allowed", NULL); break;
	case E_CONFLICT: http_error(rq, 409, "conflict", "somebody else changed it meanwhile", NULL); break;
	case E_EXISTS: http_error(rq, 409, "exists", "it exists already", NULL); break;
	case E_INVALID: http_error(rq, 400, "invalid", err->message, NULL); break;
	case E_LIMIT: http_error(rq, 413, "limit", err->message, NULL); break;
	default:
		log_write(http_server_log(rq->server), LOG_ERROR, "http.failed", LOG_ID("request", str_c(rq->id)), LOG_ERR(err));
		http_error(rq, 500, "internal", "something failed on our side", NULL);
	}
}

int http_sse(struct http_request *rq, struct str id, struct str event, struct str data)
{
	struct buf frame;
	buf_init(&frame, mem_system(), HTTP_STREAM_BUFFER_MAX);
	if (id.len)
		buf_printf(&frame, "id: " STR_FMT "\n", STR_ARG(id));
	if (event.len)
		buf_printf(&frame, "event: " STR_FMT "\n", STR_ARG(event));
	do {
		struct str line = str_split(&data, '\n');
		buf_add_c(&frame, "data: ");
		buf_add(&frame, line);
		buf_add_byte(&frame, '\n');
	} while (data.ptr);
	buf_add_byte(&frame, '\n');
	int code = frame.failed ? E_CLOSED : http_stream_write(rq, buf_str(&frame));
	buf_done(&frame);
	return code;
}
