/* err.c: see err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

PRINTF_LIKE(5, 0)
static void fill(struct err *reterr, int code, const char *layer, size_t offset, const char *format, va_list args)
{
	reterr->code = code;
	reterr->layer = layer;
	reterr->offset = offset;
	vsnprintf(reterr->message, sizeof reterr->message, format, args);
}

void err_record(struct err *reterr, int code, const char *layer, const char *format, ...)
{
	if (!reterr)
		return;
	va_list args;
	va_start(args, format);
	fill(reterr, code, layer, 0, format, args);
	va_end(args);
}

void err_record_at(struct err *reterr, int code, const char *layer, size_t offset, const char *format, ...)
{
	if (!reterr)
		return;
	va_list args;
	va_start(args, format);
	fill(reterr, code, layer, offset, format, args);
	va_end(args);
}

void err_context(struct err *err, const char *format, ...)
{
	if (!err)
		return;
	char context[ERR_MESSAGE_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(context, sizeof context, format, args);
	va_end(args);
	char joined[2 * ERR_MESSAGE_MAX + 2];
	snprintf(joined, sizeof joined, "%s: %s", context, err->message);
	memcpy(err->message, joined, ERR_MESSAGE_MAX - 1);
	err->message[ERR_MESSAGE_MAX - 1] = '\0';
}

const char *err_name(int code)
{
	static const char *const names[] = { "ok", "memory", "limit", "invalid", "not_found", "conflict", "exists", "denied", "io",
		"timeout", "closed", "unsure", "crypto", "bug" };
	if (code > 0 || (size_t)-code >= COUNT_OF(names))
		return "unknown";
	return names[-code];
}
