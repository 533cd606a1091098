/* utf8.h: reading and writing UTF-8 (RFC 3629). Bytes that are not UTF-8 read as U+FFFD, one for each maximal invalid
 * part as the Unicode standard (3.9, table 3-8) recommends; nothing is ever refused. */
#ifndef HEED_TEXT_UTF8_H
#define HEED_TEXT_UTF8_H

#include "base/str.h"

#define UTF8_BAD 0xFFFDu

/* utf8_next: the code point at *at (< s.len); moves *at behind it. */
static inline uint32_t utf8_next(struct str s, size_t *at);

/* utf8_next_long: the same where the byte at *at is not ASCII. */
uint32_t utf8_next_long(struct str s, size_t *at);

/* utf8_put: writes cp (a scalar value) to out (room for 4 bytes); returns the count of bytes. */
size_t utf8_put(uint32_t cp, char *out);

/* utf8_valid: whether all of s is well formed. */
bool utf8_valid(struct str s);

static inline uint32_t utf8_next(struct str s, size_t *at)
{
	unsigned char c = (unsigned char)s.ptr[*at];
	if (c >= 0x80)
		return utf8_next_long(s, at);
	++*at;
	return c;
}

/* utf8_boundary: whether `at` is not inside a well-formed sequence. at <= s.len. */
bool utf8_boundary(struct str s, size_t at);

#endif
