/* arena.c: see arena.h. Blocks double from 4 KiB up to 256 KiB; a larger request gets a block of its own size. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>

struct arena_block {
	struct arena_block *next;
	size_t size; /* bytes after this header */
	size_t used;
	max_align_t data[];
};

#define BLOCK_MIN_BYTES 4096u
#define BLOCK_MAX_BYTES 262144u

void arena_init(struct arena *arena, const struct mem *mem, size_t limit_bytes)
{
	*arena = (struct arena){ .mem = mem, .limit_bytes = limit_bytes };
}

static void release_blocks(struct arena *arena, struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;
		arena->held_bytes -= sizeof *block + block->size;
		arena->mem->release(arena->mem->ctx, block);
		block = next;
	}
}

void arena_reset(struct arena *arena)
{
	if (arena->blocks) {
		struct arena_block **largest = &arena->blocks;
		for (struct arena_block **at = &arena->blocks->next; *at; at = &(*at)->next)
			if ((*at)->size > (*largest)->size)
				largest = at;
		struct arena_block *kept = *largest;
		*largest = kept->next;
		release_blocks(arena, arena->blocks);
		arena->blocks = kept;
		arena->blocks->next = NULL;
		arena->blocks->used = 0;
#ifdef HEED_ARENA_DEBUG
		memset(arena->blocks->data, 0xDD, arena->blocks->size);
#endif
	}
	arena->used_bytes = 0;
	arena->failed = false;
}

void arena_done(struct arena *arena)
{
	release_blocks(arena, arena->blocks);
	arena->blocks = NULL;
	arena->used_bytes = 0;
	arena->failed = false;
}

static struct arena_block *add_block(struct arena *arena, size_t need)
{
	size_t size = arena->blocks ? arena->blocks->size * 2 : BLOCK_MIN_BYTES - sizeof(struct arena_block);
	if (size > BLOCK_MAX_BYTES)
		size = BLOCK_MAX_BYTES;
#ifdef HEED_ARENA_DEBUG
	size = need;
#endif
	if (size < need)
		size = need;
	size_t room = arena->limit_bytes - arena->held_bytes;
	if (room < sizeof(struct arena_block) || size > room - sizeof(struct arena_block)) {
		size = need;
		if (room < sizeof(struct arena_block) || size > room - sizeof(struct arena_block))
			return NULL;
	}
	struct arena_block *block = arena->mem->alloc(arena->mem->ctx, sizeof *block + size);
	if (!block)
		return NULL;
	block->next = arena->blocks;
	block->size = size;
	block->used = 0;
	arena->blocks = block;
	arena->held_bytes += sizeof *block + size;
	return block;
}

void *arena_room(struct arena *arena, size_t count, size_t size)
{
	const size_t align = alignof(max_align_t);
	if (size && count > (SIZE_MAX - align) / size) {
		arena->failed = true;
		return NULL;
	}
	size_t need = (count * size + align - 1) / align * align;
	if (need == 0)
		need = align;
	struct arena_block *block = arena->blocks;
	if (!block || block->size - block->used < need)
		block = add_block(arena, need);
	if (!block) {
		arena->failed = true;
		return NULL;
	}
	char *memory = (char *)block->data + block->used;
	block->used += need;
	arena->used_bytes += need;
#ifdef HEED_ARENA_DEBUG
	memset(memory, 0xAA, need);
#endif
	return memory;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
	void *memory = arena_room(arena, count, size);
	if (memory)
		memset(memory, 0, count * size);
	return memory;
}

struct str arena_copy(struct arena *arena, struct str s)
{
	if (s.len == SIZE_MAX) {
		arena->failed = true;
		return (struct str){ NULL, 0 };
	}
	char *memory = arena_room(arena, s.len + 1, 1);
	if (!memory)
		return (struct str){ NULL, 0 };
	if (s.len)
		memcpy(memory, s.ptr, s.len);
	memory[s.len] = '\0';
	return (struct str){ memory, s.len };
}

struct str arena_join(struct arena *arena, const struct str *parts, size_t count)
{
	size_t total = 1, len = 0;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].len > SIZE_MAX - total) {
			arena->failed = true;
			return (struct str){ NULL, 0 };
		}
		total += parts[i].len;
	}
	char *memory = arena_room(arena, total, 1);
	if (!memory)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < count; i++) {
		if (parts[i].len)
			memcpy(memory + len, parts[i].ptr, parts[i].len);
		len += parts[i].len;
	}
	memory[len] = '\0';
	return (struct str){ memory, len };
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *memory = len < 0 ? NULL : arena_alloc(arena, (size_t)len + 1, 1);
	if (!memory) {
		arena->failed = true;
		va_end(again);
		return (struct str){ NULL, 0 };
	}
	vsnprintf(memory, (size_t)len + 1, format, again);
	va_end(again);
	return (struct str){ memory, (size_t)len };
}
