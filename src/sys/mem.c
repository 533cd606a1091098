/* mem.c: see mem.h. */
#include "sys/mem.h"

#include <sodium.h>
#include <stdlib.h>

static void *system_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
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
