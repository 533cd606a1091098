/* property.h: for unit tests alone: a seeded generator whose seed is printed, and set again with HEEDWELL_SEED to repeat a failure; memory
 * that counts its blocks and fails from the nth allocation on. Header-only, so that the product carries none of it. */
#ifndef HEED_BASE_PROPERTY_H
#define HEED_BASE_PROPERTY_H

#include "base/mem.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct property {
	uint64_t state;
};

/* property_start: takes HEEDWELL_SEED or the time, and prints which. */
static inline struct property property_start(const char *name)
{
	const char *set = getenv("HEEDWELL_SEED");
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	uint64_t seed = set ? strtoull(set, NULL, 10) : (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
	printf("%s: HEEDWELL_SEED=%llu\n", name, (unsigned long long)seed);
	return (struct property){ seed };
}

/* property_next: splitmix64 (Steele, Lea, Flood 2014). */
static inline uint64_t property_next(struct property *property)
{
	uint64_t z = property->state += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

/* property_below: uniform enough in [0, bound), bound > 0. */
static inline size_t property_below(struct property *property, size_t bound)
{
	return (size_t)(property_next(property) % bound);
}

/* property_bytes: fills `bytes`; one in two from a small alphabet of troublesome bytes, so that structure is met often. */
static inline void property_bytes(struct property *property, char *bytes, size_t len)
{
	static const char troublesome[] = "\"\\<>\n\r\t\0 \x7F\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80\xED\xA0\x80\xC0,:{}[]aZ0";
	for (size_t i = 0; i < len; i++)
		bytes[i] = property_below(property, 2) ? (char)property_next(property)
						       : troublesome[property_below(property, sizeof troublesome - 1)];
}

/* Memory for tests. fail_from: the number of the first allocation that fails (0: none); fails_once: only that one. */
struct test_mem {
	struct mem mem;
	size_t fail_from, count, live;
	int fails_once;
};

static inline int test_mem_refuses(struct test_mem *test)
{
	test->count++;
	return test->fail_from && (test->fails_once ? test->count == test->fail_from : test->count >= test->fail_from);
}

static inline void *test_mem_alloc(void *ctx, size_t size)
{
	struct test_mem *test = ctx;
	if (test_mem_refuses(test))
		return NULL;
	test->live++;
	return malloc(size);
}

static inline void *test_mem_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	struct test_mem *test = ctx;
	(void)old_size;
	if (test_mem_refuses(test))
		return NULL;
	test->live += p == NULL;
	return realloc(p, size);
}

static inline void test_mem_release(void *ctx, void *p)
{
	struct test_mem *test = ctx;
	test->live -= p != NULL;
	free(p);
}

static inline void test_mem_init(struct test_mem *test, size_t fail_from, int fails_once)
{
	*test = (struct test_mem){ { test_mem_alloc, test_mem_resize, test_mem_release, test }, fail_from, 0, 0, fails_once };
}

#endif
