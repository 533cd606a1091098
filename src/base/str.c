/* str.c: see str.h. */
#include "base/str.h"

struct str str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct str){ s.ptr ? s.ptr + from : NULL, to - from };
}

int str_cmp(struct str a, struct str b)
{
	size_t shared = a.len < b.len ? a.len : b.len;
	int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

size_t str_find(struct str s, struct str needle, size_t from)
{
	if (needle.len > s.len || from > s.len - needle.len)
		return SIZE_MAX;
	if (needle.len == 0)
		return from;
	const char *found = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
	return found ? (size_t)(found - s.ptr) : SIZE_MAX;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len && is_space(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str str_split(struct str *rest, char separator)
{
	const char *cut = rest->len ? memchr(rest->ptr, separator, rest->len) : NULL;
	struct str part = *rest;
	if (!cut) {
		*rest = (struct str){ NULL, 0 };
		return part;
	}
	part.len = (size_t)(cut - rest->ptr);
	*rest = (struct str){ cut + 1, rest->len - part.len - 1 };
	return part;
}

uint64_t str_hash(struct str s)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.ptr[i]) * 1099511628211u;
	return hash;
}
