/* arena.h: bump memory with a hard limit; one per request and one per conversation step.
 *
 * At the limit (or when the system has no more) an allocation returns NULL and sets a sticky flag, `arena_failed`,
 * which must be checked before any text made from the arena is released. Nothing in an arena outlives it.
 * Not thread-safe; one owner. With HEED_ARENA_DEBUG every allocation is a block of its own, poisoned on reset. */
#ifndef HEED_BASE_ARENA_H
#define HEED_BASE_ARENA_H

#include "base/compiler.h"
#include "base/mem.h"
#include "base/str.h"

struct arena_block;

struct arena {
	const struct mem *mem;      /* borrowed for the arena's life */
	struct arena_block *blocks; /* newest first */
	size_t used_bytes;          /* handed out, with alignment */
	size_t held_bytes;          /* taken from mem */
	size_t limit_bytes;         /* hard limit of held_bytes */
	bool failed;                /* sticky until arena_reset */
};

/* arena_init: no memory is taken yet. limit_bytes > 0. */
void arena_init(struct arena *arena, const struct mem *mem, size_t limit_bytes);

/* arena_reset: forget all allocations, keep the largest block for the next use, clear the sticky flag. */
void arena_reset(struct arena *arena);

/* arena_done: give all memory back. Safe on a zeroed arena. */
void arena_done(struct arena *arena);

/* arena_alloc: `count` objects of `size` bytes, zeroed, aligned for any type. NULL at the limit, on overflow and out of
 * memory, with the sticky flag set. count or size 0 gives a valid pointer to no bytes. */
void *arena_alloc(struct arena *arena, size_t count, size_t size) MUST_CHECK;

/* arena_room: as arena_alloc, but not zeroed: for what is written before it is read. */
void *arena_room(struct arena *arena, size_t count, size_t size) MUST_CHECK;

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type)))
#define ARENA_ROOM(arena, type, count) ((type *)arena_room((arena), (count), sizeof(type)))

/* arena_copy: the bytes of s in the arena, followed by a NUL (so .ptr is also a C string when s has no NUL).
 * On failure {NULL, 0} and the sticky flag. */
struct str arena_copy(struct arena *arena, struct str s);

/* arena_join: the bytes of `count` parts, one after the other, as arena_copy. */
struct str arena_join(struct arena *arena, const struct str *parts, size_t count);

/* arena_printf: formatted text in the arena, NUL after it. On failure {NULL, 0} and the sticky flag. */
struct str arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

static inline bool arena_failed(const struct arena *arena)
{
	return arena->failed;
}

#endif
