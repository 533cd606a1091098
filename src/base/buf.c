/* buf.c: see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

void buf_init(struct buf *buf, const struct mem *mem, size_t max_bytes)
{
	*buf = (struct buf){ .mem = mem, .max = max_bytes };
}

void buf_done(struct buf *buf)
{
	if (buf->ptr)
		buf->mem->release(buf->mem->ctx, buf->ptr);
	buf->ptr = NULL;
	buf->len = buf->capacity = 0;
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
}

char *buf_reserve(struct buf *buf, size_t more)
{
	if (more > buf->max - buf->len) {
		buf->failed = true;
		return NULL;
	}
	if (buf->capacity - buf->len < more) {
		size_t capacity = buf->capacity ? buf->capacity : buf->max < 128 ? buf->max : 128;
		while (capacity < buf->len + more)
			capacity = capacity > buf->max / 2 ? buf->max : capacity * 2;
		char *ptr = buf->mem->resize(buf->mem->ctx, buf->ptr, buf->capacity, capacity);
		if (!ptr) {
			buf->failed = true;
			return NULL;
		}
		buf->ptr = ptr;
		buf->capacity = capacity;
	}
	return buf->ptr ? buf->ptr + buf->len : NULL;
}

void buf_add(struct buf *buf, struct str s)
{
	if (s.len == 0)
		return;
	char *room = buf_reserve(buf, s.len);
	if (!room)
		return;
	memcpy(room, s.ptr, s.len);
	buf->len += s.len;
}

void buf_add_c(struct buf *buf, const char *c)
{
	buf_add(buf, str_c(c));
}

void buf_add_byte(struct buf *buf, char byte)
{
	buf_add(buf, str_make(&byte, 1));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	/* vsnprintf writes a NUL after the text: room for one byte more. */
	char *room = len < 0 || (size_t)len >= buf->max - buf->len ? NULL : buf_reserve(buf, (size_t)len + 1);
	if (room) {
		vsnprintf(room, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	} else {
		buf->failed = true;
	}
	va_end(again);
}

/* Length of the UTF-8 sequence at s (RFC 3629), or 0 when it is not valid. */
static size_t sequence_length(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xC2 && p[0] <= 0xDF)
		return s.len >= 2 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
	if ((p[0] & 0xF0) == 0xE0) {
		if (s.len < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80)
			return 0;
		if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F))
			return 0;
		return 3;
	}
	if (p[0] >= 0xF0 && p[0] <= 0xF4) {
		if (s.len < 4 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80 || (p[3] & 0xC0) != 0x80)
			return 0;
		if ((p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
			return 0;
		return 4;
	}
	return 0;
}

static bool plain_json(struct str s)
{
	unsigned char c = (unsigned char)s.ptr[0];
	if (c < 0x20 || c == '"' || c == '\\' || c == '<' || c == 0x7F)
		return false;
	return !(c == 0xE2 && s.len >= 3 && (unsigned char)s.ptr[1] == 0x80 &&
		 ((unsigned char)s.ptr[2] == 0xA8 || (unsigned char)s.ptr[2] == 0xA9));
}

static void add_escaped(struct buf *buf, unsigned char c)
{
	switch (c) {
	case '"': buf_add_c(buf, "\\\""); break;
	case '\\': buf_add_c(buf, "\\\\"); break;
	case '\n': buf_add_c(buf, "\\n"); break;
	case '\r': buf_add_c(buf, "\\r"); break;
	case '\t': buf_add_c(buf, "\\t"); break;
	default: buf_printf(buf, "\\u%04x", c); break;
	}
}

void buf_add_json(struct buf *buf, struct str s)
{
	buf_add_byte(buf, '"');
	size_t start = 0, at = 0;
	while (at < s.len) {
		struct str rest = str_sub(s, at, s.len);
		size_t length = sequence_length(rest);
		if (length && plain_json(rest)) {
			at += length;
			continue;
		}
		buf_add(buf, str_sub(s, start, at));
		if (length == 0) {
			buf_add_c(buf, "\xEF\xBF\xBD");
			length = 1;
		} else if (length == 3) {
			buf_printf(buf, "\\u%04x", (unsigned char)s.ptr[at + 2] == 0xA8 ? 0x2028u : 0x2029u);
		} else {
			add_escaped(buf, (unsigned char)s.ptr[at]);
		}
		at += length;
		start = at;
	}
	buf_add(buf, str_sub(s, start, s.len));
	buf_add_byte(buf, '"');
}

void buf_consume(struct buf *buf, size_t count)
{
	if (count > buf->len) { /* a fault of the caller's: what it reads next may not be used */
		buf->failed = true;
		count = buf->len;
	}
	if (count && count < buf->len)
		memmove(buf->ptr, buf->ptr + count, buf->len - count);
	buf->len -= count;
}
