/* err.h: error codes and the caller's fixed-size error record.
 *
 * Functions return 0 or a negative E_ code (positive only where their header says so). Details go in a caller's
 * `struct err`, which may be NULL. A layer adds context on the way up (err_context) and never replaces the code. */
#ifndef HEED_BASE_ERR_H
#define HEED_BASE_ERR_H

#include "base/compiler.h"

#include <stddef.h>
#include <stdint.h>

enum err_code {
	E_OK = 0,
	E_MEMORY = -1,  /* allocation failed or a limit of an arena or buffer was reached */
	E_LIMIT = -2,   /* an input or resource exceeds its documented limit */
	E_INVALID = -3, /* input breaks its grammar or schema */
	E_NOT_FOUND = -4,
	E_CONFLICT = -5, /* row version or state did not match: somebody else changed it */
	E_EXISTS = -6,   /* unique key already present */
	E_DENIED = -7,   /* authorisation refused */
	E_IO = -8,       /* operating system refused; message has the reason */
	E_TIMEOUT = -9,
	E_CLOSED = -10, /* peer or component went away */
	E_UNSURE = -11, /* a commit may or may not have happened */
	E_CRYPTO = -12, /* authentication of sealed data or a signature failed */
	E_BUG = -13     /* our own invariant broke; fail closed */
};

#define ERR_MESSAGE_MAX 320

struct err {
	int code;                      /* an enum err_code; 0 when unset */
	const char *layer;             /* static string such as "store" or "screen/pack"; never NULL once set */
	size_t offset;                 /* byte offset in the input, or 0 */
	char message[ERR_MESSAGE_MAX]; /* for people; never holds client text */
};

/* err_set(reterr, code, layer, format, ...): fill `reterr` (may be NULL) and be `code`, so that a function can `return err_set(...)`.
 * err_at(reterr, code, layer, offset, format, ...): the same with a byte offset. Macros, so that the compilers and the analyser see that
 * the value is the code that was given, and not zero. */
#define err_set(reterr_, code_, ...) \
	__extension__({ \
		const int err_code_ = (code_); \
		err_record((reterr_), err_code_, __VA_ARGS__); \
		err_code_; \
	})
#define err_at(reterr_, code_, ...) \
	__extension__({ \
		const int err_code_ = (code_); \
		err_record_at((reterr_), err_code_, __VA_ARGS__); \
		err_code_; \
	})

/* Behind err_set and err_at; use those. */
void err_record(struct err *reterr, int code, const char *layer, const char *format, ...) PRINTF_LIKE(4, 5);
void err_record_at(struct err *reterr, int code, const char *layer, size_t offset, const char *format, ...) PRINTF_LIKE(5, 6);

/* err_context: put "<context>: " before the message; the code stays. */
void err_context(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* err_name: stable snake_case name of a code ("not_found"), for APIs and tests. Never NULL. */
const char *err_name(int code);

#endif
