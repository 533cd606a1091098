/* buf.h: a growing byte buffer that cannot be made without a maximum.
 *
 * An append past the maximum or without memory leaves the content as it was and sets the sticky `failed`; callers may
 * append many times and check once, before the bytes are used. Not thread-safe. */
#ifndef HEED_BASE_BUF_H
#define HEED_BASE_BUF_H

#include "base/compiler.h"
#include "base/mem.h"
#include "base/str.h"

struct buf {
	const struct mem *mem; /* borrowed */
	char *ptr;             /* owned; NULL while empty */
	size_t len, capacity, max;
	bool failed;
};

/* buf_init: max_bytes is the most that len may become. */
void buf_init(struct buf *buf, const struct mem *mem, size_t max_bytes);
/* buf_done: free the bytes; safe on a zeroed buf. */
void buf_done(struct buf *buf);
/* buf_clear: len 0, failed false, memory kept. */
void buf_clear(struct buf *buf);
/* buf_reserve: room for `more` bytes; returns where they go, or NULL with `failed` set. Add the written count to len. */
char *buf_reserve(struct buf *buf, size_t more) MUST_CHECK;
void buf_add(struct buf *buf, struct str s);
void buf_add_c(struct buf *buf, const char *c);
void buf_add_byte(struct buf *buf, char byte);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* buf_add_json: s as a JSON string with quotes (RFC 8259); bytes that are not UTF-8 become U+FFFD; control, U+2028 and
 * U+2029, and '<' are escaped, so the result may stand in an HTML script element. */
void buf_add_json(struct buf *buf, struct str s);
/* buf_consume: drop the first `count` bytes (more than there are: all, and failed is set). Cost: the remaining bytes move. */
void buf_consume(struct buf *buf, size_t count);

static inline struct str buf_str(const struct buf *buf)
{
	return (struct str){ buf->ptr, buf->len };
}

#endif
