/* map.h: from an id to an object of the caller's: open addressing, grows by itself. Not thread-safe. */
#ifndef HEED_CARE_MAP_H
#define HEED_CARE_MAP_H

#include "base/compiler.h"
#include "base/str.h"

/* The key is the first member of the object: a text of up to 63 bytes with NUL (an id, the hash of a token). */
struct map {
	const char **items; /* objects, by their key; NULL free, map_gone removed */
	size_t capacity, count, used;
};

/* map_get: the object with the key, or NULL. */
void *map_get(const struct map *map, const char *key);
/* map_put: false when out of memory. An object with the same key is replaced (and not freed). */
bool map_put(struct map *map, void *object) MUST_CHECK;
void map_remove(struct map *map, const char *key);
/* map_next: iterates; *place starts at 0; NULL at the end. Nothing may be put meanwhile; removing is fine. */
void *map_next(const struct map *map, size_t *place);
void map_done(struct map *map);

#endif
