/* json_scan_fuzz.c: what jansson accepts we accept (short of our limits), and what we accept can be walked and decoded. */
#include "base/json_scan.h"

#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *fuzz_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void fuzz_release(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

static size_t walk(struct arena *arena, const struct json_doc *doc, const struct json_node *node)
{
	size_t sum = json_text(arena, doc, node).len + json_key(arena, doc, node).len;
	for (const struct json_node *child = json_child(doc, node); child; child = json_next(doc, child))
		sum += walk(arena, doc, child);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct mem mem = { fuzz_alloc, NULL, fuzz_release, NULL };
	struct arena arena;
	arena_init(&arena, &mem, 64u << 20);
	struct json_scan_limits limits = json_scan_limits_default();
	struct json_doc doc;
	struct str text = { (const char *)data, size };
	int code = json_scan(&arena, text, &limits, &doc, NULL);
	json_t *other = json_loadb(text.ptr, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
	bool nul = size && memchr(data, 0, size); /* which jansson takes for the end */
	if (other && code == E_INVALID && !nul)
		abort();
	if (!code && walk(&arena, &doc, json_root(&doc)) > size)
		abort();
	json_decref(other);
	size_t replaced;
	struct str clean = json_clean(&arena, text, &replaced), again = json_clean(&arena, clean, &replaced);
	if (replaced || again.ptr != clean.ptr)
		abort();
	arena_done(&arena);
	return 0;
}
