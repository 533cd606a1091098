/* map.c: see map.h. */
#include "care/map.h"

#include "sys/mem.h"

static const char map_gone[1];

static size_t place_of(const struct map *map, const char *key, bool *ret_found)
{
	size_t mask = map->capacity - 1, free = SIZE_MAX;
	uint64_t hash = str_hash(str_c(key));
	for (size_t i = (size_t)(hash ^ hash >> 32) & mask;; i = (i + 1) & mask) {
		const char *item = map->items[i];
		*ret_found = item && item != map_gone && strcmp(item, key) == 0;
		if (*ret_found)
			return i;
		if (item == map_gone && free == SIZE_MAX)
			free = i;
		if (!item)
			return free == SIZE_MAX ? i : free;
	}
}

void *map_get(const struct map *map, const char *key)
{
	bool found = false;
	if (!map->capacity || !key)
		return NULL;
	size_t place = place_of(map, key, &found);
	return found ? (void *)(uintptr_t)map->items[place] : NULL;
}

static bool grow(struct map *map)
{
	struct map bigger = { .capacity = map->count * 2 < 32 ? 64 : map->count * 4 };
	while (bigger.capacity & (bigger.capacity - 1))
		bigger.capacity &= bigger.capacity - 1; /* down to a power of two; still at least twice the count */
	bigger.items = mem_new(bigger.capacity * sizeof *bigger.items);
	if (!bigger.items)
		return false;
	for (size_t i = 0; i < map->capacity; i++) {
		bool found = false;
		if (!map->items[i] || map->items[i] == map_gone)
			continue;
		bigger.items[place_of(&bigger, map->items[i], &found)] = map->items[i];
	}
	bigger.count = bigger.used = map->count;
	mem_delete(map->items);
	*map = bigger;
	return true;
}

bool map_put(struct map *map, void *object)
{
	bool found = false;
	if ((map->used + 1) * 4 > map->capacity * 3 && !grow(map))
		return false;
	size_t place = place_of(map, object, &found);
	map->used += !map->items[place];
	map->count += !found;
	map->items[place] = object;
	return true;
}

void map_remove(struct map *map, const char *key)
{
	bool found = false;
	if (!map->capacity)
		return;
	size_t place = place_of(map, key, &found);
	if (!found)
		return;
	map->items[place] = map_gone;
	map->count--;
}

void *map_next(const struct map *map, size_t *place)
{
	while (*place < map->capacity) {
		const char *item = map->items[(*place)++];
		if (item && item != map_gone)
			return (void *)(uintptr_t)item;
	}
	return NULL;
}

void map_done(struct map *map)
{
	mem_delete(map->items);
	*map = (struct map){ 0 };
}
