/* lists_fill.c: `lists_fill URL KEY_FILE MESSAGES`: a conversation for every client of the only programme, and so many messages in all, in
 * rounds over the clients as in life (neighbours on the disk are of different people). For bench/lists.mjs, while no program runs. */
#include "care/resources.h"
#include "store/store.h"

#include <inttypes.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define LAYER "bench/lists_fill"
#define UNIT_ROWS 200
#define WAITING_MAX 64

struct fill {
	struct store *store;
	struct uuid programme_id;
	struct talk {
		struct uuid client_id, conversation_id;
	} * talks;
	size_t count, waiting, failed;
	struct err err; /* the first */
};

static void written(void *ctx, const struct err *err)
{
	struct fill *fill = ctx;
	fill->waiting--;
	if (err && !fill->failed++)
		fill->err = *err;
}

static void wait_until(struct fill *fill, size_t most)
{
	struct pollfd fd = { store_poll_fd(fill->store), POLLIN, 0 };
	while (fill->waiting > most)
		if (poll(&fd, 1, 10000) == 1)
			store_dispatch(fill->store);
}

static struct scope system_scope(const struct fill *fill)
{
	return (struct scope){ .programme_id = fill->programme_id.text[0] ? fill->programme_id.text : NULL, .who = WHO_SYSTEM };
}

static int send(struct fill *fill, struct unit *unit, struct err *reterr)
{
	wait_until(fill, WAITING_MAX - 1);
	fill->waiting++;
	int rc = store_submit(fill->store, unit, written, fill, reterr);
	fill->waiting -= rc != 0;
	return rc;
}

static struct uuid uuid_of(struct str text)
{
	struct uuid id;
	snprintf(id.text, sizeof(id.text), STR_FMT, STR_ARG(text));
	return id;
}

static int read_programme(struct fill *fill, struct err *reterr)
{
	struct scope scope = system_scope(fill);
	struct list_query query = { .resource = "programme", .index = "all", .limit = 2 };
	struct row_set *set = NULL;
	int rc = store_list_wait(fill->store, &scope, &query, &set, reterr);
	if (!rc && set->count != 1)
		rc = err_set(reterr, E_INVALID, LAYER, "%zu programmes, not one", set->count);
	else if (!rc)
		fill->programme_id = uuid_of(set->rows[0].id);
	row_set_free(&set);
	return rc;
}

static int read_clients(struct fill *fill, struct err *reterr)
{
	struct scope scope = system_scope(fill);
	struct row_set *set = NULL;
	char cursor[512] = "";
	int rc = 0;
	do {
		struct list_query query = { .resource = "client", .limit = LIST_MAX, .cursor = str_c(cursor) };
		row_set_free(&set);
		rc = store_list_wait(fill->store, &scope, &query, &set, reterr);
		struct talk *talks = rc ? NULL : realloc(fill->talks, (fill->count + set->count + 1) * sizeof(*talks));
		if (rc || !talks)
			break;
		fill->talks = talks;
		for (size_t i = 0; i < set->count; i++)
			fill->talks[fill->count++].client_id = uuid_of(set->rows[i].id);
		snprintf(cursor, sizeof(cursor), STR_FMT, STR_ARG(set->cursor));
	} while (cursor[0]);
	row_set_free(&set);
	return rc;
}

static int make_conversations(struct fill *fill, struct err *reterr)
{
	struct scope scope = system_scope(fill);
	int rc = 0;
	for (size_t i = 0; i < fill->count && !rc;) {
		struct unit *unit = unit_new(fill->store, &scope);
		for (size_t end = i + UNIT_ROWS; i < fill->count && i < end; i++) {
			struct op *op = unit_insert(unit, "conversation", &fill->talks[i].conversation_id);
			op_c(op, "client_id", fill->talks[i].client_id.text);
			op_c(op, "kind", "chat");
			op_c(op, "speaker", "script");
			op_time(op, "last_message_at", clock_wall(clock_system()));
		}
		rc = send(fill, unit, reterr);
	}
	wait_until(fill, 0);
	return rc;
}

static int make_messages(struct fill *fill, size_t messages, struct err *reterr)
{
	static const char *const texts[2] = {
		"I slept a little better, and on Thursday I went out with my sister, though the evening was long and I kept turning it "
		"over.",
		"Thank you for telling me. Going out on Thursday was a step. What do you think made the evening feel so long?",
	};
	struct scope scope = system_scope(fill);
	int rc = 0;
	for (size_t i = 0; i < messages && !rc;) {
		struct unit *unit = unit_new(fill->store, &scope);
		for (size_t end = i + UNIT_ROWS; i < messages && i < end; i++) {
			const struct talk *talk = &fill->talks[i % fill->count];
			bool client = i / fill->count % 2 == 0;
			struct op *op = unit_insert(unit, "message", NULL);
			op_c(op, "client_id", talk->client_id.text);
			op_c(op, "conversation_id", talk->conversation_id.text);
			op_c(op, "role", client ? "client" : "assistant");
			op_c(op, "state", "answered");
			op_c(op, "text", texts[!client]);
			op_int(op, "level", 0);
		}
		rc = send(fill, unit, reterr);
	}
	wait_until(fill, 0);
	return rc;
}

int main(int argc, char **argv)
{
	struct fill fill = { 0 };
	struct err err = { 0 };
	if (argc != 4 || sodium_init() < 0)
		return fprintf(stderr, "lists_fill URL KEY_FILE MESSAGES\n"), 2;
	const struct store_options options = {
		.url = argv[1], .key_file = argv[2], .node = "bench", .registry = care_registry(), .clock = clock_system()
	};
	int rc = store_open(&options, &fill.store, &err);
	rc = rc ? rc : read_programme(&fill, &err);
	rc = rc ? rc : read_clients(&fill, &err);
	rc = rc ? rc : make_conversations(&fill, &err);
	rc = rc ? rc : make_messages(&fill, strtoul(argv[3], NULL, 10), &err);
	if (rc || fill.failed)
		fprintf(stderr, "%s\n", rc ? err.message : fill.err.message);
	store_close(&fill.store);
	free(fill.talks);
	return rc || fill.failed;
}
