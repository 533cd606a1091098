/* utf8.c: see utf8.h. */
#include "text/utf8.h"

/* Of a lead byte: the count of bytes, and the range that the second byte must be in. */
static size_t lead(unsigned char c, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xBF;
	if (c >= 0xC2 && c <= 0xDF)
		return 2;
	if (c >= 0xE0 && c <= 0xEF) {
		*low = c == 0xE0 ? 0xA0 : 0x80;
		*high = c == 0xED ? 0x9F : 0xBF;
		return 3;
	}
	if (c >= 0xF0 && c <= 0xF4) {
		*low = c == 0xF0 ? 0x90 : 0x80;
		*high = c == 0xF4 ? 0x8F : 0xBF;
		return 4;
	}
	return 0;
}

uint32_t utf8_next_long(struct str s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	unsigned char c = p[(*at)++];
	unsigned char low, high;
	size_t length = lead(c, &low, &high);
	if (length == 0)
		return UTF8_BAD;
	uint32_t cp = c & (0x7Fu >> length);
	for (size_t i = 1; i < length; i++) {
		if (*at >= s.len || p[*at] < low || p[*at] > high)
			return UTF8_BAD;
		cp = cp << 6 | (p[(*at)++] & 0x3Fu);
		low = 0x80;
		high = 0xBF;
	}
	return cp;
}

size_t utf8_put(uint32_t cp, char *out)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

bool utf8_valid(struct str s)
{
	for (size_t at = 0; at < s.len;) {
		size_t start = at;
		uint32_t cp = utf8_next(s, &at);
		/* A real U+FFFD is three bytes EF BF BD. */
		if (cp == UTF8_BAD && !(at - start == 3 && (unsigned char)s.ptr[start] == 0xEF && (unsigned char)s.ptr[start + 1] == 0xBF))
			return false;
	}
	return true;
}

bool utf8_boundary(struct str s, size_t at)
{
	if (at >= s.len || ((unsigned char)s.ptr[at] & 0xC0) != 0x80)
		return true;
	for (size_t back = 1; back <= 3 && back <= at; back++) {
		unsigned char c = (unsigned char)s.ptr[at - back];
		if ((c & 0xC0) == 0x80)
			continue;
		size_t next = at - back;
		return c < 0x80 || (utf8_next(s, &next), next <= at);
	}
	return true;
}
