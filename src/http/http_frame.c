/* http_frame.c: what libmicrohttpd lets through and RFC 9112 section 6 does not. A request whose body could be framed in
 * two ways is a smuggled second request for somebody; it is refused and the connection closed. */
#include "http/server_priv.h"

#include <strings.h>

#define LAYER "http/frame"

struct walk {
	struct exchange *exchange;
	size_t count;
	bool overflow, bad_name;
	int lengths, codings, encodings, hosts;
	struct str length, coding, encoding;
};

static bool is_token(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!letter && (c == 0 || c >= 127 || !strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return name.len > 0;
}

static bool name_is(struct str name, const char *want)
{
	return name.len == strlen(want) && strncasecmp(name.ptr, want, name.len) == 0;
}

static void note_framing(struct walk *walk, struct str name, struct str value)
{
	if (name_is(name, "content-length")) {
		walk->lengths++;
		walk->length = value;
	} else if (name_is(name, "transfer-encoding")) {
		walk->codings++;
		walk->coding = value;
	} else if (name_is(name, "content-encoding")) {
		walk->encodings++;
		walk->encoding = value;
	} else if (name_is(name, "host")) {
		walk->hosts++;
	}
}

static enum MHD_Result walk_header(void *ctx, enum MHD_ValueKind kind, const char *key, size_t key_len, const char *value, size_t value_len)
{
	(void)kind;
	struct walk *walk = ctx;
	struct http_request *rq = &walk->exchange->rq;
	if (walk->count == HTTP_HEADERS_MAX) {
		walk->overflow = true;
		return MHD_NO;
	}
	struct str name = { key, key_len }, text = { value, value ? value_len : 0 };
	if (!is_token(name))
		walk->bad_name = true;
	note_framing(walk, name, str_trim(text));
	rq->headers[walk->count++] = (struct http_pair){ name, text };
	return MHD_YES;
}

static int check_body_framing(const struct walk *walk, uint64_t *ret_length, bool *ret_chunked, struct err *reterr)
{
	*ret_length = 0;
	*ret_chunked = false;
	if (walk->lengths > 1 || walk->codings > 1)
		return err_set(reterr, E_INVALID, LAYER, "more than one Content-Length or Transfer-Encoding");
	if (walk->lengths && walk->codings)
		return err_set(reterr, E_INVALID, LAYER, "both Content-Length and Transfer-Encoding");
	if (walk->codings && !name_is(walk->coding, "chunked"))
		return err_set(reterr, E_INVALID, LAYER, "the only Transfer-Encoding understood is chunked");
	if (walk->encodings && !(walk->encodings == 1 && name_is(walk->encoding, "identity")))
		return err_set(reterr, E_INVALID, LAYER, "Content-Encoding is not understood: send the body plain");
	*ret_chunked = walk->codings == 1;
	for (size_t i = 0; i < walk->length.len; i++)
		if (walk->length.ptr[i] < '0' || walk->length.ptr[i] > '9' || i > 15)
			return err_set(reterr, E_INVALID, LAYER, "Content-Length is not a number");
	for (size_t i = 0; i < walk->length.len; i++)
		*ret_length = *ret_length * 10 + (uint64_t)(walk->length.ptr[i] - '0');
	if (walk->lengths && walk->length.len == 0)
		return err_set(reterr, E_INVALID, LAYER, "Content-Length is empty");
	return 0;
}

int http_frame_check(struct exchange *exchange, uint64_t *ret_length, bool *ret_chunked, struct err *reterr)
{
	struct http_request *rq = &exchange->rq;
	struct walk walk = { .exchange = exchange };
	rq->headers = ARENA_ARRAY(&rq->arena, struct http_pair, HTTP_HEADERS_MAX);
	if (!rq->headers)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for headers");
	MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, walk_header, &walk);
	rq->header_count = walk.count;
	if (walk.overflow)
		return err_set(reterr, E_LIMIT, LAYER, "more than %d headers", HTTP_HEADERS_MAX);
	if (walk.bad_name)
		return err_set(reterr, E_INVALID, LAYER, "a header name has a character that is not allowed");
	if (walk.hosts > 1)
		return err_set(reterr, E_INVALID, LAYER, "more than one Host");
	return check_body_framing(&walk, ret_length, ret_chunked, reterr);
}
