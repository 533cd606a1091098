/* mem.h: the memory interface that pure code is given. The default implementation is sys/mem.c; tests pass one that
 * fails the nth allocation. Thread rule: as the implementation says (the system one is thread-safe). */
#ifndef HEED_BASE_MEM_H
#define HEED_BASE_MEM_H

#include <stddef.h>

struct mem {
	/* size > 0. Returns NULL when out of memory. Memory is not zeroed. */
	void *(*alloc)(void *ctx, size_t size);
	/* p may be NULL (then as alloc). On failure returns NULL and p stays valid. */
	void *(*resize)(void *ctx, void *p, size_t old_size, size_t size);
	/* p may be NULL. */
	void (*release)(void *ctx, void *p);
	void *ctx;
};

#endif
