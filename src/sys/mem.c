/* mem.c: see mem.h. */
#include "sys/mem.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>

/* The tables of an engine are read here and there: in large pages the processor need not look up where each small one lies. From this size
 * on at most a fifth is lost to whole pages; a system that has none gives small ones. */
#define LARGE_FROM (10u << 20)
#define LARGE_PAGE (2u << 20)

static void *large_alloc(size_t size)
{
	size_t whole = (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
	void *p = whole < size ? NULL : aligned_alloc(LARGE_PAGE, whole);
	if (p)
		(void)madvise(p, whole, MADV_HUGEPAGE);
	return p;
}

static void *system_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return size < LARGE_FROM ? malloc(size) : large_alloc(size);
}

static void *system_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	(void)ctx;
	(void)old_size;
	return realloc(p, size);
}

static void system_release(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

const struct mem *mem_system(void)
{
	static const struct mem mem = { system_alloc, system_resize, system_release, NULL };
	return &mem;
}

void *mem_new(size_t size)
{
	return calloc(1, size);
}

void mem_delete(void *p)
{
	free(p);
}

void mem_wipe_delete(void *p, size_t size)
{
	if (p)
		sodium_memzero(p, size);
	free(p);
}
