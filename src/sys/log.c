/* log.c: see log.h. */
#include "sys/log.h"

#include "base/buf.h"
#include "sys/mem.h"

#include <unistd.h>

#define LINE_MAX_BYTES 4096
#define ID_MAX 128

static bool id_is_plain(struct str id)
{
	if (id.len > ID_MAX)
		return false;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!letter && (c == '\0' || !strchr("._:/-+@", c)))
			return false;
	}
	return true;
}

static void add_field(struct buf *line, const struct log_field *field)
{
	buf_add_byte(line, ',');
	buf_add_json(line, str_c(field->name));
	buf_add_byte(line, ':');
	switch (field->kind) {
	case LOG_FIELD_INT: buf_printf(line, "%lld", (long long)field->number); break;
	case LOG_FIELD_WORD: buf_add_json(line, field->text); break;
	case LOG_FIELD_ID: buf_add_json(line, id_is_plain(field->text) ? field->text : STR("?")); break;
	case LOG_FIELD_ERR:
		buf_add_json(line, str_c(err_name(field->err->code)));
		buf_printf(line, ",\"layer\":");
		buf_add_json(line, str_c(field->err->layer));
		buf_printf(line, ",\"message\":");
		buf_add_json(line, str_c(field->err->message));
		break;
	}
}

void log_fields(const struct log *log, enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	if (!log || level > log->most)
		return;
	struct buf line;
	buf_init(&line, mem_system(), LINE_MAX_BYTES);
	char when[CLOCK_TEXT_SIZE];
	clock_format(clock_wall(log->clock), when);
	buf_printf(&line, "{\"time\":\"%s\",\"level\":\"%s\",\"event\":", when, names[level]);
	buf_add_json(&line, str_c(event));
	for (size_t i = 1; i < count; i++)
		add_field(&line, &fields[i]);
	buf_add_c(&line, "}\n");
	if (!line.failed) {
		ssize_t written = write(log->fd, line.ptr, line.len);
		(void)written; /* nowhere to complain to */
	}
	buf_done(&line);
}
