/* reply_fuzz.c: a model's bytes, as a stream of events and as one JSON: the same events for two cuttings; a parsed reply has
 * no more text than came. */
#include "model/reply.h"
#include "model/sse.h"

#include "sys/mem.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	uint64_t hash;
	unsigned count;
};

static int on_event(void *ctx, struct str event, struct str data)
{
	struct sum *sum = ctx;
	sum->hash = sum->hash * 31 + str_hash(data) + 7 * str_hash(event);
	sum->count++;
	return 0;
}

static struct sum run(struct str bytes, size_t step)
{
	struct sse sse;
	struct sum sum = { 0, 0 };
	sse_init(&sse, mem_system(), 1u << 20, 1u << 20, on_event, &sum);
	for (size_t at = 0; at < bytes.len; at += step)
		if (sse_feed(&sse, str_sub(bytes, at, at + step), NULL))
			break;
	sse_done(&sse);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data, size };
	if (size > 65536)
		return 0;
	struct sum whole = run(bytes, size ? size : 1), single = run(bytes, 1);
	if (whole.hash != single.hash || whole.count != single.count)
		abort();
	struct arena arena;
	arena_init(&arena, mem_system(), 64u << 20);
	struct reply_part *part = ARENA_NEW(&arena, struct reply_part);
	if (part && reply_parse(&arena, bytes, part, NULL) == 0) {
		size_t sum = 0;
		for (size_t i = 0; i < part->delta_count; i++)
			sum += part->deltas[i].text.len;
		if (sum > size)
			abort();
	}
	arena_done(&arena);
	return 0;
}
