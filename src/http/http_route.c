/* http_route.c: request targets and the route table. */
#include "http/server_priv.h"

#define LAYER "http/route"
#define SEGMENTS_MAX 16

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Percent-decoding; '+' is a space in queries. A decoded NUL is refused: nothing of ours has one in a path or query. */
static int decode(struct arena *arena, struct str raw, bool plus_is_space, struct str *ret_text, struct err *reterr)
{
	if (!raw.len || (!memchr(raw.ptr, '%', raw.len) && !(plus_is_space && memchr(raw.ptr, '+', raw.len)))) {
		*ret_text = raw;
		return 0;
	}
	char *text = arena_alloc(arena, raw.len + 1, 1);
	if (!text)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for the target");
	size_t len = 0;
	for (size_t i = 0; i < raw.len; i++) {
		char c = raw.ptr[i];
		if (c == '%') {
			int high = i + 2 < raw.len ? hex_value(raw.ptr[i + 1]) : -1;
			int low = i + 2 < raw.len ? hex_value(raw.ptr[i + 2]) : -1;
			if (high < 0 || low < 0)
				return err_set(reterr, E_INVALID, LAYER, "bad percent escape in the request target");
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		if (c == '\0')
			return err_set(reterr, E_INVALID, LAYER, "NUL in the request target");
		text[len++] = c;
	}
	*ret_text = (struct str){ text, len };
	return 0;
}

static int parse_query(struct http_request *rq, struct str raw, struct err *reterr)
{
	rq->query = ARENA_ARRAY(&rq->arena, struct http_pair, HTTP_QUERY_MAX);
	if (!rq->query)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for the query");
	while (raw.len) {
		struct str value = str_split(&raw, '&');
		struct str name = str_split(&value, '=');
		if (!name.len)
			continue;
		if (rq->query_count == HTTP_QUERY_MAX)
			return err_set(reterr, E_LIMIT, LAYER, "more than %d query members", HTTP_QUERY_MAX);
		struct http_pair *pair = &rq->query[rq->query_count];
		int code = decode(&rq->arena, name, true, &pair->name, reterr);
		if (!code)
			code = decode(&rq->arena, value, true, &pair->value, reterr);
		if (code)
			return code;
		rq->query_count++;
	}
	return 0;
}

/* No file or route of ours needs "." and "..", plain or escaped; clients resolve them before they send. */
static bool is_dots(struct str segment)
{
	size_t dots = 0, at = 0;
	while (at < segment.len) {
		if (segment.ptr[at] == '.')
			at++;
		else if (at + 2 < segment.len && segment.ptr[at] == '%' && segment.ptr[at + 1] == '2' &&
			 (segment.ptr[at + 2] | 0x20) == 'e')
			at += 3;
		else
			return false;
		dots++;
	}
	return dots == 1 || dots == 2;
}

int http_target_parse(struct exchange *exchange, struct str target, struct err *reterr)
{
	struct http_request *rq = &exchange->rq;
	if (!target.len || target.ptr[0] != '/')
		return err_set(reterr, E_INVALID, LAYER, "the request target is not a path");
	struct str rest = target;
	rq->path = str_split(&rest, '?');
	rq->openai = str_starts(rq->path, STR("/v1/"));
	struct str segments = str_sub(rq->path, 1, rq->path.len);
	while (segments.ptr && segments.len) {
		struct str segment = str_split(&segments, '/');
		struct str decoded;
		if (is_dots(segment))
			return err_set(reterr, E_INVALID, LAYER, "\".\" and \"..\" are not allowed in a path");
		int code = decode(&rq->arena, segment, false, &decoded, reterr);
		if (code)
			return code;
	}
	return parse_query(rq, rest, reterr);
}

/* Compares a pattern with the path. Returns a rank (higher is more specific) or -1. params are filled on a match. */
static int match(const char *pattern, struct http_request *rq, struct http_pair *params, size_t *ret_count)
{
	struct str want = str_c(pattern), have = rq->path;
	size_t count = 0;
	int rank = 0;
	want = str_sub(want, 1, want.len);
	have = str_sub(have, 1, have.len);
	for (;;) {
		if (str_eqc(want, "*")) {
			if (count == HTTP_PARAMS_MAX)
				return -1;
			params[count++] = (struct http_pair){ STR("*"), have };
			break;
		}
		bool more_want = memchr(want.ptr, '/', want.len) != NULL;
		bool more_have = have.len && memchr(have.ptr, '/', have.len) != NULL;
		struct str a = str_split(&want, '/'), b = str_split(&have, '/');
		if (a.len && a.ptr[0] == ':') {
			if (!b.len || count == HTTP_PARAMS_MAX || decode(&rq->arena, b, false, &params[count].value, NULL))
				return -1;
			params[count++].name = str_sub(a, 1, a.len);
			rank = rank * 3 + 1;
		} else if (str_eq(a, b)) {
			rank = rank * 3 + 2;
		} else {
			return -1;
		}
		if (more_want != more_have && !(more_want && str_eqc(want, "*")))
			return -1;
		if (!more_want)
			break;
	}
	*ret_count = count;
	return rank;
}

const struct http_route *http_route_find(
	struct http_server *server, struct exchange *exchange, const struct http_table **ret_table, struct str *ret_allow)
{
	struct http_request *rq = &exchange->rq;
	struct http_pair params[HTTP_PARAMS_MAX];
	const struct http_route *best = NULL;
	int best_rank = -1;
	struct str method = str_eqc(rq->method, "HEAD") ? STR("GET") : rq->method;
	*ret_allow = (struct str){ NULL, 0 };
	for (size_t t = 0; t < server->table_count; t++)
		for (size_t i = 0; i < server->tables[t].count; i++) {
			const struct http_route *route = &server->tables[t].routes[i];
			size_t count = 0;
			int rank = match(route->pattern, rq, params, &count);
			if (rank < 0)
				continue;
			if (!str_eqc(method, route->method)) {
				*ret_allow = ret_allow->len ? arena_printf(&rq->arena, STR_FMT ", %s", STR_ARG(*ret_allow), route->method)
							    : str_c(route->method);
				continue;
			}
			if (rank > best_rank) {
				best_rank = rank;
				best = route;
				*ret_table = &server->tables[t];
				memcpy(rq->params, params, sizeof(params));
				rq->param_count = count;
			}
		}
	return best;
}
