/* sse.h: server-sent events (WHATWG HTML 9.2.6), parsed from pieces cut anywhere. Lines end in LF, CR or CRLF; comments
 * are skipped; data lines are joined by LF; an event that its blank line did not end is never given. */
#ifndef HEED_MODEL_SSE_H
#define HEED_MODEL_SSE_H

#include "base/buf.h"
#include "base/err.h"

/* One event with data. Non-zero stops the feed, which returns that value. */
typedef int sse_fn(void *ctx, struct str event, struct str data);

struct sse {
	struct buf line, data, event;
	bool any_data, after_cr, begun;
	unsigned events, events_max;
	sse_fn *fn;
	void *ctx;
};

/* sse_init: event_bytes_max bounds one event and one line. */
void sse_init(struct sse *sse, const struct mem *mem, size_t event_bytes_max, unsigned events_max, sse_fn *fn, void *ctx);
void sse_done(struct sse *sse);
/* sse_feed: 0, E_LIMIT, or what fn returned. */
int sse_feed(struct sse *sse, struct str bytes, struct err *reterr) MUST_CHECK;
/* sse_is_clean: nothing of an unfinished event waits. */
bool sse_is_clean(const struct sse *sse);

#endif
