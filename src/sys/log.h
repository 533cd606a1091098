/* log.h: what happened, one JSON object a line, with named fields.
 *
 * Client text can never be a field: a field is a number, a string literal, an error of ours (whose message holds no
 * client text by rule) or an id. An id may hold only letters, digits and "._:/-+@" and 128 bytes; anything else is
 * written as "?" . There is no field for free text, and none may be added. Thread-safe: one write(2) a line. */
#ifndef HEED_SYS_LOG_H
#define HEED_SYS_LOG_H

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "sys/clock.h"

enum log_level { LOG_ERROR = 0, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_field {
	const char *name;
	enum { LOG_FIELD_INT = 0, LOG_FIELD_WORD, LOG_FIELD_ID, LOG_FIELD_ERR } kind;
	int64_t number;
	struct str text;
	const struct err *err;
};

struct log {
	int fd;                    /* not owned */
	enum log_level most;       /* the most detailed level written */
	const struct clock *clock; /* borrowed */
};

#define LOG_NUMBER(name_, value_) ((struct log_field){ .name = "" name_, .kind = LOG_FIELD_INT, .number = (value_) })
/* LOG_WORD: a string literal. */
#define LOG_WORD(name_, literal_) ((struct log_field){ .name = "" name_, .kind = LOG_FIELD_WORD, .text = STR(literal_) })
/* LOG_ID: an id, name or path of ours, filtered as said above. */
#define LOG_ID(name_, str_) ((struct log_field){ .name = "" name_, .kind = LOG_FIELD_ID, .text = (str_) })
#define LOG_ERR(err_) ((struct log_field){ .name = "error", .kind = LOG_FIELD_ERR, .err = (err_) })

/* log_write: log may be NULL (nothing is written). `event` is a literal such as "store.opened". */
#define log_write(log_, level_, event_, ...) \
	log_fields((log_), (level_), "" event_, (const struct log_field[]){ { 0 }, ##__VA_ARGS__ }, \
		sizeof((const struct log_field[]){ { 0 }, ##__VA_ARGS__ }) / sizeof(struct log_field))

/* log_fields: behind log_write; the first field is a place holder. Use log_write. */
void log_fields(const struct log *log, enum log_level level, const char *event, const struct log_field *fields, size_t count);

#endif
