/* sse.c: see sse.h. */
#include "model/sse.h"

#define LAYER "model/sse"

void sse_init(struct sse *sse, const struct mem *mem, size_t event_bytes_max, unsigned events_max, sse_fn *fn, void *ctx)
{
	*sse = (struct sse){ .events_max = events_max, .fn = fn, .ctx = ctx };
	buf_init(&sse->line, mem, event_bytes_max);
	buf_init(&sse->data, mem, event_bytes_max);
	buf_init(&sse->event, mem, 256);
}

void sse_done(struct sse *sse)
{
	buf_done(&sse->line);
	buf_done(&sse->data);
	buf_done(&sse->event);
}

static int dispatch(struct sse *sse, struct err *reterr)
{
	int code = 0;
	if (sse->any_data) {
		if (++sse->events > sse->events_max)
			return err_set(reterr, E_LIMIT, LAYER, "more than %u events", sse->events_max);
		code = sse->fn(sse->ctx, buf_str(&sse->event), buf_str(&sse->data));
	}
	buf_clear(&sse->data);
	buf_clear(&sse->event);
	sse->any_data = false;
	return code;
}

static int take_line(struct sse *sse, struct err *reterr)
{
	struct str value = buf_str(&sse->line);
	if (!value.len)
		return dispatch(sse, reterr);
	struct str field = str_split(&value, ':');
	if (value.len && value.ptr[0] == ' ')
		value = str_sub(value, 1, value.len);
	if (str_eqc(field, "data")) {
		if (sse->any_data)
			buf_add_byte(&sse->data, '\n');
		sse->any_data = true;
		buf_add(&sse->data, value);
	} else if (str_eqc(field, "event")) {
		buf_clear(&sse->event);
		buf_add(&sse->event, value);
	}
	if (sse->data.failed || sse->event.failed)
		return err_set(reterr, E_LIMIT, LAYER, "an event is larger than its limit");
	return 0;
}

static int end_line(struct sse *sse, struct err *reterr)
{
	struct str line = buf_str(&sse->line);
	if (!sse->begun && str_starts(line, STR("\xEF\xBB\xBF")))
		buf_consume(&sse->line, 3);
	sse->begun = true;
	int code = take_line(sse, reterr);
	buf_clear(&sse->line);
	return code;
}

int sse_feed(struct sse *sse, struct str bytes, struct err *reterr)
{
	while (bytes.len) {
		if (sse->after_cr && bytes.ptr[0] == '\n')
			bytes = str_sub(bytes, 1, bytes.len);
		sse->after_cr = false;
		size_t end = 0;
		while (end < bytes.len && bytes.ptr[end] != '\n' && bytes.ptr[end] != '\r')
			end++;
		buf_add(&sse->line, str_sub(bytes, 0, end));
		if (sse->line.failed)
			return err_set(reterr, E_LIMIT, LAYER, "a line is larger than its limit");
		if (end == bytes.len)
			return 0;
		sse->after_cr = bytes.ptr[end] == '\r';
		bytes = str_sub(bytes, end + 1, bytes.len);
		int code = end_line(sse, reterr);
		if (code)
			return code;
	}
	return 0;
}

bool sse_is_clean(const struct sse *sse)
{
	return !sse->line.len && !sse->any_data;
}
