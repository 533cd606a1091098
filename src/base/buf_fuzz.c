/* buf_fuzz.c: whatever the bytes, buf_add_json writes a JSON string that a strict parser takes, and that stands in a script element. */
#include "base/buf.h"

#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *fuzz_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	(void)ctx;
	(void)old_size;
	return realloc(p, size);
}

static void fuzz_release(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct mem mem = { NULL, fuzz_resize, fuzz_release, NULL };
	struct buf buf;
	buf_init(&buf, &mem, 16 + 6 * size);
	buf_add_json(&buf, str_make((const char *)data, size));
	if (buf.failed)
		abort();
	json_t *value = json_loadb(buf.ptr, buf.len, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_string(value) || memchr(buf.ptr, '<', buf.len))
		abort();
	json_decref(value);
	buf_done(&buf);
	return 0;
}
