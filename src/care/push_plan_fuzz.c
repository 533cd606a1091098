/* push_plan_fuzz.c: an endpoint as a browser might say it, and a host as a configuration might: whatever may be called is at a listed host,
 * by https, and its origin is what stands before the path. */
#include "care/push_plan.h"

#include "base/compiler.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool good)
{
	if (!good)
		abort();
}

/* Read as libcurl would: the host ends at the first of these; an "@" before that would make another host. */
static void check(struct str endpoint, struct str origin)
{
	need(str_starts(endpoint, STR("https://")) && str_starts(endpoint, origin));
	struct str host = str_sub(origin, 8, SIZE_MAX);
	need(str_eqc(host, "push.example") || str_ends(host, STR(".below.example")));
	need(endpoint.len > origin.len + 1 && endpoint.ptr[origin.len] == '/');
	for (size_t i = 0; i < host.len; i++)
		need(memchr("abcdefghijklmnopqrstuvwxyz0123456789.-", host.ptr[i], 38) != NULL);
	for (size_t i = 0; i < endpoint.len; i++)
		need(endpoint.ptr[i] > ' ' && endpoint.ptr[i] < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str list[] = { STR("push.example"), STR("*.below.example") };
	struct str text = { (const char *)data, size }, origin = { 0 };
	if (push_endpoint_good(text, list, COUNT_OF(list), &origin))
		check(text, origin);
	/* A host that is taken matches itself, or what stands below it. */
	if (size < 200 && push_host_good(text, false) && !str_starts(text, STR("*."))) {
		char endpoint[256] = "https://";
		memcpy(endpoint + 8, text.ptr, text.len);
		memcpy(endpoint + 8 + text.len, "/x", 2);
		need(push_endpoint_good(str_make(endpoint, text.len + 10), &text, 1, &origin) && origin.len == text.len + 8);
	}
	return 0;
}
