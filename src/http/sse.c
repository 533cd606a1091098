/* sse.c: see sse.h. Events are told one after the other: the row an event names is read, then every page that may see it gets
 * it, then the next event's turn comes. So order is kept, and a burst costs one read an event, not one a page. */
#include "http/sse.h"

#include "http/api_priv.h"
#include "sys/mem.h"

#include <stdio.h>
#include <string.h>

#define LAYER "http/sse"
#define PING_US (15 * SECOND_US)
#define FRAME_MAX (2u << 20)
#define QUEUE_MAX 10000

struct stream {
	struct stream *next, *previous;
	struct sse *sse;
	struct http_request *rq;
	const struct principal *principal; /* in the request's arena */
	bool staff, closing;
	uint64_t id;
};

/* An event that waits for its turn; for one stream only when only_stream is set. */
struct waiting {
	struct waiting *next;
	int64_t number;
	bool to_client;
	char kind[44], resource[44];
	struct uuid programme_id, client_id, conversation_id, subject_id;
	uint64_t only_stream;
};

struct sse {
	struct api *api;
	struct stream *streams;
	size_t stream_count, queue_count;
	uint64_t last_id;
	struct waiting *first, **last;
	bool reading;
	struct loop_timer ping;
};

static void step(struct sse *sse);

/* ---- Streams ---- */

static void close_stream(struct stream *stream)
{
	struct sse *sse = stream->sse;
	if (stream->previous)
		stream->previous->next = stream->next;
	else
		sse->streams = stream->next;
	if (stream->next)
		stream->next->previous = stream->previous;
	sse->stream_count--;
	struct http_request *rq = stream->rq;
	mem_delete(stream);
	http_stream_end(rq);
}

static void stream_gone(void *ctx)
{
	close_stream(ctx);
}

/* What a page was opened by counts no more: it is told so and closed. */
static void end_stream(struct stream *stream)
{
	(void)!http_sse(stream->rq, STR(""), STR("session_end"), STR("{}"));
	close_stream(stream);
}

static void sessions_over(void *ctx, const struct session_over *over)
{
	struct sse *sse = ctx;
	for (struct stream *stream = sse->streams, *next; stream; stream = next) {
		next = stream->next;
		if (session_is_over(over, stream->principal))
			end_stream(stream);
	}
}

static void end_expired(struct sse *sse)
{
	wall_time now = clock_wall(api_care(sse->api)->clock);
	for (struct stream *stream = sse->streams, *next; stream; stream = next) {
		next = stream->next;
		if (stream->principal->expires_at.us <= now.us)
			end_stream(stream);
	}
}

static void send_ping(void *ctx)
{
	struct sse *sse = ctx;
	end_expired(sse);
	for (struct stream *stream = sse->streams; stream; stream = stream->next)
		(void)!http_stream_write(stream->rq, STR("event: ping\ndata: {}\n\n")); /* one that is cut is told as gone */
	loop_io_timer_start(http_server_loop(sse->api->parts.server), &sse->ping, PING_US, send_ping, sse);
}

/* ---- Telling ---- */

static bool may_see(const struct sse *sse, const struct stream *stream, const struct waiting *event)
{
	const struct principal *who = stream->principal;
	if (event->only_stream && event->only_stream != stream->id)
		return false;
	if (strcmp(who->programme_id.text, event->programme_id.text) != 0 || stream->staff == event->to_client)
		return false;
	if (!stream->staff)
		return strcmp(who->person_id.text, event->client_id.text) == 0;
	if (who->who & WHO_CLINICAL)
		return true;
	const struct care_client *client = care_client(sse->api->parts.care, event->client_id.text);
	return who->who == WHO_COACH && client && strcmp(client->coach_id.text, who->person_id.text) == 0;
}

static int add_piece(const char *bytes, size_t size, void *ctx)
{
	buf_add(ctx, str_make(bytes, size));
	return ((struct buf *)ctx)->failed ? -1 : 0;
}

static void send_all(struct sse *sse, const struct waiting *event, const char *name, json_t *take_data)
{
	struct buf data;
	char id[24];
	snprintf(id, sizeof(id), "%lld", (long long)event->number);
	buf_init(&data, mem_system(), FRAME_MAX);
	if (take_data && !json_dump_callback(take_data, add_piece, &data, JSON_COMPACT))
		for (struct stream *stream = sse->streams, *next; stream; stream = next) {
			next = stream->next;
			if (may_see(sse, stream, event))
				(void)!http_sse(stream->rq, str_c(id), str_c(name), buf_str(&data)); /* gone: stream_gone comes */
		}
	buf_done(&data);
	json_decref(take_data);
}

static bool anybody(const struct sse *sse, const struct waiting *event)
{
	for (const struct stream *stream = sse->streams; stream; stream = stream->next)
		if (may_see(sse, stream, event))
			return true;
	return false;
}

static json_t *data_of(struct sse *sse, const struct waiting *event, const struct row *row)
{
	if (strcmp(event->resource, "alert") == 0)
		return alert_json(sse->api, row);
	if (strcmp(event->resource, "review") == 0)
		return review_json(sse->api, row);
	const struct care_client *client = care_client(sse->api->parts.care, event->client_id.text);
	if (strcmp(event->resource, "conversation") == 0)
		return conversation_json(sse->api, row, client ? client->language : STR("en"));
	return message_json(sse->api, row, NULL, event->to_client);
}

static void told(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct sse *sse = ctx;
	struct waiting *event = sse->first;
	const struct row *row = !err && take_set->count ? &take_set->rows[0] : NULL;
	if (row)
		send_all(sse, event, event->kind, data_of(sse, event, row));
	row_set_free(&take_set);
	sse->first = event->next;
	if (!sse->first)
		sse->last = &sse->first;
	sse->queue_count--;
	mem_delete(event);
	sse->reading = false;
	step(sse);
}

static void drop_first(struct sse *sse)
{
	struct waiting *event = sse->first;
	sse->first = event->next;
	if (!sse->first)
		sse->last = &sse->first;
	sse->queue_count--;
	mem_delete(event);
}

/* The resources whose rows go with the news; of any other a page is told which row changed, and asks for it as its own person. What
 * staff pages need of a message is only where it is. */
static bool needs_row(const struct waiting *event)
{
	static const char *const told[] = { "alert", "review", "message", "conversation" };
	bool staff_message = !event->to_client && strcmp(event->kind, "message") == 0, known = strcmp(event->kind, "state") == 0;
	for (size_t i = 0; i < COUNT_OF(told); i++)
		known |= strcmp(event->resource, told[i]) == 0;
	return known && event->subject_id.text[0] && !staff_message && strcmp(event->kind, "session_end") != 0;
}

static void step(struct sse *sse)
{
	while (sse->first && !sse->reading) {
		struct waiting *event = sse->first;
		struct err err = { 0 };
		if (!anybody(sse, event)) {
			drop_first(sse);
			continue;
		}
		if (!needs_row(event)) {
			send_all(sse, event, event->kind,
				json_pack("{s:s,s:s,s:s,s:s}", "conversation_id", event->conversation_id.text, "client_id",
					event->client_id.text, "subject", event->resource, "id", event->subject_id.text));
			drop_first(sse);
			continue;
		}
		struct scope scope = care_scope_system(event->programme_id.text, "event");
		if (strcmp(event->kind, "state") == 0)
			memcpy(event->resource, "conversation", sizeof("conversation"));
		bool state = strcmp(event->resource, "conversation") == 0;
		sse->reading = true;
		if (store_get(api_store(sse->api), &scope, event->resource, state ? event->conversation_id.text : event->subject_id.text,
			    told, sse, &err)) {
			sse->reading = false;
			drop_first(sse);
		}
	}
}

static void put(char *field, size_t size, struct str text)
{
	size_t len = text.len < size ? text.len : size - 1;
	if (len)
		memcpy(field, text.ptr, len);
	field[len] = '\0';
}

static void queue(struct sse *sse, const struct row *row, uint64_t only_stream)
{
	struct waiting *event = sse->queue_count < QUEUE_MAX ? mem_new(sizeof(*event)) : NULL;
	if (!event) {
		log_write(http_server_log(sse->api->parts.server), LOG_ERROR, "sse.queue_full",
			LOG_NUMBER("waiting", (int64_t)sse->queue_count));
		return;
	}
	event->number = row_int(row, "number");
	event->to_client = str_eqc(row_text(row, "audience"), "client");
	put(event->kind, sizeof(event->kind), row_text(row, "kind"));
	put(event->resource, sizeof(event->resource), row_text(row, "subject"));
	put(event->programme_id.text, sizeof(event->programme_id.text), row->programme_id);
	put(event->client_id.text, sizeof(event->client_id.text), row_text(row, "client_id"));
	put(event->conversation_id.text, sizeof(event->conversation_id.text), row_text(row, "conversation_id"));
	put(event->subject_id.text, sizeof(event->subject_id.text), row_text(row, "subject_id"));
	event->only_stream = only_stream;
	*sse->last = event;
	sse->last = &event->next;
	sse->queue_count++;
	step(sse);
}

static void on_event(void *ctx, const struct row *event)
{
	struct sse *sse = ctx;
	if (sse->streams && !str_eqc(row_text(event, "audience"), "program"))
		queue(sse, event, 0);
}

static void on_delta(void *ctx, const char *client_id, const char *message_id, struct str text)
{
	struct sse *sse = ctx;
	struct buf data;
	buf_init(&data, mem_system(), FRAME_MAX);
	buf_printf(&data, "{\"message_id\":\"%s\",\"text\":", message_id);
	buf_add_json(&data, text);
	buf_add_byte(&data, '}');
	for (struct stream *stream = sse->streams, *next; stream && !data.failed; stream = next) {
		next = stream->next;
		if (!stream->staff && strcmp(stream->principal->person_id.text, client_id) == 0)
			(void)!http_sse(stream->rq, STR(""), STR("delta"), buf_str(&data));
	}
	buf_done(&data);
}

/* ---- Opening a page ---- */

struct replaying {
	struct sse *sse;
	uint64_t stream_id;
};

static struct stream *stream_by_id(const struct sse *sse, uint64_t id)
{
	for (struct stream *stream = sse->streams; stream; stream = stream->next)
		if (stream->id == id)
			return stream;
	return NULL;
}

static void replay(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct replaying *replaying = ctx;
	struct sse *sse = replaying->sse;
	struct stream *stream = stream_by_id(sse, replaying->stream_id);
	bool too_many = err || take_set->cursor.len > 0;
	if (stream && too_many)
		(void)!http_sse(stream->rq, STR(""), STR("reload"), STR("{}")); /* the page reads its lists anew */
	for (size_t i = 0; stream && !too_many && i < take_set->count; i++)
		queue(sse, &take_set->rows[i], stream->id);
	row_set_free(&take_set);
	mem_delete(replaying);
}

static void ask_replay(struct sse *sse, struct stream *stream, struct str last)
{
	int64_t number = 0;
	for (size_t i = 0; i < last.len && i < 18; i++) {
		if (last.ptr[i] < '0' || last.ptr[i] > '9')
			return;
		number = number * 10 + (last.ptr[i] - '0');
	}
	struct replaying *replaying = last.len ? mem_new(sizeof(*replaying)) : NULL;
	struct scope scope = care_scope_system(stream->principal->programme_id.text, "event.replay");
	struct list_query query = { .resource = "event",
		.index = "stream",
		.equal = { value_c(stream->staff ? "staff" : "client") },
		.bounded = true,
		.from = { number + 1 },
		.to = { INT64_MAX },
		.limit = SSE_REPLAY_MAX };
	struct err err = { 0 };
	if (!replaying)
		return;
	*replaying = (struct replaying){ sse, stream->id };
	if (store_list(api_store(sse->api), &scope, &query, replay, replaying, &err))
		mem_delete(replaying);
}

static void begin(struct api *api, struct http_request *rq, bool staff)
{
	struct sse *sse = api->sse;
	struct stream *stream = sse->stream_count < SSE_STREAMS_MAX ? mem_new(sizeof(*stream)) : NULL;
	if (!stream) {
		http_error(rq, 503, "too_many_streams", "too many open pages", NULL);
		return;
	}
	*stream = (struct stream){ .sse = sse, .rq = rq, .principal = api_principal(rq), .staff = staff, .id = ++sse->last_id };
	stream->next = sse->streams;
	if (sse->streams)
		sse->streams->previous = stream;
	sse->streams = stream;
	sse->stream_count++;
	http_reply_header(rq, "X-Accel-Buffering", STR("no"));
	http_stream_begin(rq, 200, "text/event-stream");
	http_on_gone(rq, stream_gone, stream);
	(void)!http_stream_write(rq, STR(": open\n\n"));
	ask_replay(sse, stream, http_header(rq, "last-event-id"));
}

void sse_staff(void *ctx, struct http_request *rq)
{
	begin(ctx, rq, true);
}

void sse_client(void *ctx, struct http_request *rq)
{
	begin(ctx, rq, false);
}

int sse_open(struct api *api, struct sse **ret_sse, struct err *reterr)
{
	struct sse *sse = mem_new(sizeof(*sse));
	if (!sse)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	sse->api = api;
	sse->last = &sse->first;
	care_on_event(api->parts.care, on_event, sse);
	care_on_delta(api->parts.care, on_delta, sse);
	session_on_over(api->parts.care, sessions_over, sse);
	loop_io_timer_start(http_server_loop(api->parts.server), &sse->ping, PING_US, send_ping, sse);
	*ret_sse = sse;
	return 0;
}

void sse_free(struct sse **sse_)
{
	struct sse *sse = *sse_;
	if (!sse)
		return;
	care_on_event(sse->api->parts.care, NULL, NULL);
	care_on_delta(sse->api->parts.care, NULL, NULL);
	session_on_over(sse->api->parts.care, NULL, NULL);
	loop_timer_stop(care_parts(sse->api->parts.care)->loop, &sse->ping);
	while (sse->first)
		drop_first(sse);
	for (struct stream *stream = sse->streams, *next; stream; stream = next) {
		next = stream->next;
		mem_delete(stream);
	}
	mem_delete(sse);
	*sse_ = NULL;
}
