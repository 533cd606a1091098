/* str.h: pointer and length. A `struct str` is passed by value, borrows its bytes, may hold NUL bytes and is not
 * NUL-terminated. Empty is {NULL or any, 0}. */
#ifndef HEED_BASE_STR_H
#define HEED_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *ptr;
	size_t len;
};

/* STR: a str from a string literal. */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/* STR_INIT: the same in the initializer of a static table. */
#define STR_INIT(literal) \
	{ \
		"" literal, sizeof(literal) - 1 \
	}
/* STR_FMT / STR_ARG: printf("%.*s") pairs. */
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

static inline struct str str_make(const char *ptr, size_t len)
{
	return (struct str){ ptr, len };
}

/* str_c: from a NUL-terminated string; NULL gives the empty str. */
static inline struct str str_c(const char *c)
{
	return (struct str){ c, c ? strlen(c) : 0 };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool str_eqc(struct str a, const char *c)
{
	return str_eq(a, str_c(c));
}

static inline bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

static inline bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

/* str_has_digit: whether one of its bytes is an ASCII digit. */
static inline bool str_has_digit(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
			return true;
	return false;
}

/* str_sub: bytes [from, to), clamped to s. */
struct str str_sub(struct str s, size_t from, size_t to);

/* str_cmp: byte order, shorter first; <0, 0, >0. */
int str_cmp(struct str a, struct str b);

/* str_find: offset of the first `needle` at or after `from`, or SIZE_MAX. An empty needle is found at `from`. */
size_t str_find(struct str s, struct str needle, size_t from);

/* str_trim: without ASCII white space at both ends. */
struct str str_trim(struct str s);

/* str_split: cut `*rest` at the first `separator`; returns the part before, leaves the part after in `*rest`
 * (empty with ptr NULL when there was no separator, i.e. this was the last part). */
struct str str_split(struct str *rest, char separator);

/* str_hash: 64-bit FNV-1a. Stable across machines; not keyed, so never for attacker-chosen hash tables without limits. */
uint64_t str_hash(struct str s);

#endif
