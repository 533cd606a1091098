/* reader.c: the pool that answers reads, each thread on its own connection. */
#include "store/store_priv.h"

#include "store/builtin.h"
#include "sys/mem.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

#define LAYER "store/reader"

/* A cursor: order value, id, and a tag of the query that it belongs to; base64url. */
struct cursor {
	uint8_t order[8];
	char id[UUID_LENGTH];
	uint8_t tag[8];
};

static void query_tag(const struct read *read, uint8_t tag[8])
{
	uint64_t hash = str_hash(str_c(read->sql->resource->name)) * 31 + (read->index->def ? str_hash(str_c(read->index->def->name)) : 1);
	hash = hash * 31 + read->down;
	for (size_t i = 0; i < INDEX_FIELDS_MAX; i++)
		hash = hash * 31 + (read->equal[i].kind == VALUE_INT ? (uint64_t)read->equal[i].i : str_hash(read->equal[i].s));
	memcpy(tag, &hash, 8);
}

static int cursor_write(const struct read *read, struct arena *arena, int64_t order, struct str id, struct str *ret_text)
{
	struct cursor cursor;
	size_t size = sodium_base64_encoded_len(sizeof cursor, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *text = arena_alloc(arena, 1, size);
	if (!text || id.len != UUID_LENGTH)
		return E_MEMORY;
	memcpy(cursor.order, &order, 8);
	memcpy(cursor.id, id.ptr, UUID_LENGTH);
	query_tag(read, cursor.tag);
	sodium_bin2base64(text, size, (const uint8_t *)&cursor, sizeof cursor, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	*ret_text = str_c(text);
	return 0;
}

static int cursor_read(const struct read *read, struct cursor *ret_cursor, struct err *reterr)
{
	uint8_t tag[8];
	size_t got = 0;
	query_tag(read, tag);
	if (sodium_base642bin((uint8_t *)ret_cursor, sizeof *ret_cursor, read->cursor.ptr, read->cursor.len, NULL, &got, NULL,
		    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
		got != sizeof *ret_cursor || memcmp(tag, ret_cursor->tag, 8) != 0)
		return err_set(reterr, E_INVALID, LAYER, "the cursor is not of this list");
	return 0;
}

/* Rows on their way into a set. */
struct collector {
	struct read *read;
	struct db *db;
	struct row_set_full *full;
	struct row *rows;
	size_t seen, kept, room;
	int64_t last_order;
	struct str last_id;
	size_t order_column;
	struct err *reterr;
};

static int collect(void *ctx, const struct value *columns, size_t count)
{
	struct collector *c = ctx;
	bool hidden = false;
	(void)count;
	if (c->kept == c->room)
		return 0;
	c->seen++;
	int code = row_read(
		c->read->store, c->db, &c->read->scope, c->read->sql, columns, &c->full->arena, &c->rows[c->kept], &hidden, c->reterr);
	if (code)
		return code;
	c->last_order = c->order_column ? columns[c->order_column].i : 0;
	c->last_id = arena_copy(&c->full->arena, columns[COLUMN_ID].s);
	c->kept += !hidden;
	return 0;
}

static int collect_counting(void *ctx, const struct value *columns, size_t count)
{
	struct collector *c = ctx;
	if (c->seen == c->room) {
		c->seen++; /* more is there */
		return 0;
	}
	return collect(ctx, columns, count);
}

static size_t order_column(const struct read *read)
{
	const char *order = read->index->def ? read->index->def->order : NULL;
	if (!order)
		return 0;
	if (strcmp(order, "created_at") == 0)
		return COLUMN_CREATED;
	return read->sql->first + resource_field(read->sql->resource, order);
}

/* Values of an index's equal fields as they are in the database. */
static size_t place_equal(const struct read *read, struct value *params, uint8_t hashes[INDEX_FIELDS_MAX][BLIND_BYTES])
{
	const struct index_def *def = read->index->def;
	size_t count = 0;
	for (; def && count < INDEX_FIELDS_MAX && def->fields[count]; count++) {
		size_t at = resource_field(read->sql->resource, def->fields[count]);
		params[count] = read->equal[count];
		if (at == SIZE_MAX || read->sql->resource->fields[at].seal != FIELD_BLIND)
			continue;
		struct seal_place place = { str_c(read->scope.programme_id), { NULL, 0 }, read->sql->resource,
			&read->sql->resource->fields[at] };
		seal_blind(read->store->key, &place, read->equal[count], hashes[count]);
		params[count] = (struct value){ VALUE_BYTES, 0, str_make((const char *)hashes[count], BLIND_BYTES) };
	}
	return count;
}

static int list(struct read *read, struct db *db, struct collector *c, struct err *reterr)
{
	struct value params[INDEX_FIELDS_MAX + 6];
	uint8_t hashes[INDEX_FIELDS_MAX][BLIND_BYTES];
	struct cursor cursor;
	bool global = !read->scope.programme_id[0];
	size_t n = 0, order = order_column(read);
	int64_t low = read->from, high = read->to;
	struct str low_id = STR(""), high_id = STR("");
	if (!order) {
		high_id = STR("~"); /* after every id */
	} else if (high == INT64_MAX) {
		high_id = STR("~");
	}
	if (read->cursor.len) {
		int code = cursor_read(read, &cursor, reterr);
		if (code)
			return code;
		memcpy(read->down ? &high : &low, cursor.order, 8);
		*(read->down ? &high_id : &low_id) = str_make(cursor.id, UUID_LENGTH);
	}
	if (!global)
		params[n++] = value_c(read->scope.programme_id);
	n += place_equal(read, params + n, hashes);
	if (order)
		params[n++] = value_int(low);
	params[n++] = value_str(low_id);
	if (order)
		params[n++] = value_int(high);
	params[n++] = value_str(high_id);
	params[n++] = value_int((int64_t)c->room + 1);
	const struct sql *sql = global ? &read->index->global_up : read->down ? &read->index->down : &read->index->up;
	c->order_column = order;
	int code = db_run(db, sql, params, n, collect_counting, c, NULL, reterr);
	if (!code && c->seen > c->room && cursor_write(read, &c->full->arena, c->last_order, c->last_id, &c->full->set.cursor) != 0)
		code = err_set(reterr, E_MEMORY, LAYER, "out of memory");
	return code;
}

static int get(struct read *read, struct db *db, struct collector *c, struct err *reterr)
{
	bool root = read->sql->resource->root && !read->scope.programme_id[0];
	struct value params[2] = { value_c(root ? read->id : read->scope.programme_id), value_c(read->id) };
	return db_run(db, &read->sql->get, params, 2, collect, c, NULL, reterr);
}

static int take_total(void *ctx, const struct value *columns, size_t count)
{
	(void)count;
	*(int64_t *)ctx = columns[0].i;
	return 0;
}

static int count_rows(struct read *read, struct db *db, struct row_set_full *full, struct err *reterr)
{
	struct value params[INDEX_FIELDS_MAX + 2];
	uint8_t hashes[INDEX_FIELDS_MAX][BLIND_BYTES];
	size_t n = 0;
	params[n++] = value_c(read->scope.programme_id);
	n += place_equal(read, params + n, hashes);
	params[n++] = value_int(read->limit);
	return db_run(db, &read->index->count, params, n, take_total, &full->set.total, NULL, reterr);
}

/* ---- Retention ---- */

static int old_rows(struct read *read, struct db *db, struct collector *c, struct err *reterr)
{
	struct value params[4] = { value_c(read->scope.programme_id), value_int(read->to),
		value_str(read->cursor.len ? read->cursor : STR("")), value_int(read->limit) };
	return db_run(db, &read->sql->old, params, 4, collect, c, NULL, reterr);
}

static int collect_owner(void *ctx, const struct value *columns, size_t count)
{
	struct collector *c = ctx;
	(void)count;
	if (c->kept == c->room || columns[0].kind != VALUE_TEXT)
		return 0;
	c->rows[c->kept++] = (struct row){ .resource = c->read->sql->resource,
		.id = arena_copy(&c->full->arena, columns[0].s),
		.programme_id = str_make("", 0),
		.updated_at = { columns[1].i },
		.state = str_make("", 0) };
	return arena_failed(&c->full->arena) ? err_set(c->reterr, E_LIMIT, LAYER, "too much for one read") : 0;
}

static int owners(struct read *read, struct db *db, struct collector *c, struct err *reterr)
{
	struct value params[3] = { value_c(read->scope.programme_id), value_str(read->cursor.len ? read->cursor : STR("")),
		value_int(read->limit) };
	return db_run(db, &read->sql->owners, params, 3, collect_owner, c, NULL, reterr);
}

/* ---- Journal pages ---- */

static struct value member(struct arena *arena, const json_t *leaf, const char *name)
{
	const char *text = json_string_value(json_object_get(leaf, name));
	if (!text)
		return (struct value){ VALUE_NULL, 0, { NULL, 0 } };
	return value_str(arena_copy(arena, str_c(text)));
}

static struct value field_names(struct arena *arena, const json_t *leaf)
{
	struct value none = { VALUE_NULL, 0, { NULL, 0 } };
	json_t *names = json_array(), *fields = json_object_get(leaf, "fields");
	for (void *at = json_object_iter(fields); at; at = json_object_iter_next(fields, at))
		json_array_append_new(names, json_string(json_object_iter_key(at)));
	char *text = json_dumps(names, JSON_COMPACT);
	json_decref(names);
	if (!text)
		return none;
	struct str copy = arena_copy(arena, str_c(text));
	/* jansson's text comes from its own allocator, which is the system's */
	mem_delete(text);
	return value_str(copy);
}

static int collect_entry(void *ctx, const struct value *columns, size_t count)
{
	static const struct {
		int to;
		const char *member;
	} texts[] = { { JOURNAL_ACTOR_KIND, "as" }, { JOURNAL_ACTOR, "actor" }, { JOURNAL_ACTION, "action" },
		{ JOURNAL_SUBJECT, "subject" }, { JOURNAL_SUBJECT_ID, "subject_id" }, { JOURNAL_CLIENT, "client" },
		{ JOURNAL_REASON, "reason" }, { JOURNAL_RELEASE, "release" } };
	struct collector *c = ctx;
	struct arena *arena = &c->full->arena;
	wall_time at = { 0 };
	(void)count;
	if (c->kept == c->room)
		return 0;
	json_t *leaf = json_loadb(columns[1].s.ptr, columns[1].s.len, 0, NULL);
	struct value *values = ARENA_ARRAY(arena, struct value, JOURNAL_FIELDS + 1);
	char *hash = arena_alloc(arena, 1, 2 * MERKLE_HASH + 1);
	if (!leaf || !values || !hash || columns[2].s.len != MERKLE_HASH) {
		json_decref(leaf);
		return err_set(c->reterr, leaf ? E_CRYPTO : E_MEMORY, LAYER, "a journal entry cannot be read");
	}
	sodium_bin2hex(hash, 2 * MERKLE_HASH + 1, (const uint8_t *)columns[2].s.ptr, MERKLE_HASH);
	struct value at_text = member(arena, leaf, "at");
	if (at_text.kind == VALUE_TEXT && clock_parse(at_text.s.ptr, &at) != 0)
		at.us = 0;
	values[JOURNAL_NUMBER] = value_int(columns[0].i);
	values[JOURNAL_AT] = value_int(at.us);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		values[texts[i].to] = member(arena, leaf, texts[i].member);
	values[JOURNAL_HASH] = value_str(str_c(hash));
	values[JOURNAL_FIELDS] = field_names(arena, leaf);
	json_decref(leaf);
	c->rows[c->kept++] = (struct row){ .resource = &resource_journal,
		.id = str_c(hash),
		.programme_id = str_make("", 0),
		.version = 1,
		.created_at = at,
		.updated_at = at,
		.state = str_make("", 0),
		.values = values };
	return arena_failed(arena) ? err_set(c->reterr, E_LIMIT, LAYER, "too much for one read") : 0;
}

static int journal_page(struct read *read, struct db *db, struct collector *c, struct err *reterr)
{
	struct store *store = read->store;
	bool about = read->scope.client_id[0] != 0;
	struct value params[5] = { value_c(store->node), value_c(read->scope.programme_id), value_c(read->scope.client_id) };
	size_t n = about ? 3 : 2;
	params[n++] = value_int(read->before < 0 ? INT64_MAX : read->before);
	params[n++] = value_int(read->limit);
	return db_run(db, about ? &store->sql.journal_client : &store->sql.journal_page, params, n, collect_entry, c, NULL, reterr);
}

/* ---- The thread ---- */

static int answer(struct read *read, struct db *db, struct err *reterr)
{
	struct collector c = { .read = read, .db = db, .reterr = reterr };
	int code = row_set_new(&c.full, reterr);
	if (code)
		return code;
	c.room = read->kind == READ_GET || read->kind == READ_FIND || read->kind == READ_COUNT ? 1 : read->limit;
	c.rows = ARENA_ARRAY(&c.full->arena, struct row, c.room);
	if (!c.rows)
		code = err_set(reterr, E_MEMORY, LAYER, "out of memory");
	else if (read->kind == READ_COUNT)
		code = count_rows(read, db, c.full, reterr);
	else if (read->kind == READ_GET)
		code = get(read, db, &c, reterr);
	else if (read->kind == READ_JOURNAL)
		code = journal_page(read, db, &c, reterr);
	else if (read->kind == READ_OLD)
		code = old_rows(read, db, &c, reterr);
	else if (read->kind == READ_OWNERS)
		code = owners(read, db, &c, reterr);
	else
		code = list(read, db, &c, reterr);
	if (!code && c.kept == 0 && (read->kind == READ_GET || read->kind == READ_FIND))
		code = err_set(reterr, E_NOT_FOUND, LAYER, "%s: no such row", read->sql->resource->name);
	c.full->set.rows = c.rows;
	c.full->set.count = c.kept;
	read->set = &c.full->set;
	if (code)
		row_set_free(&read->set);
	return code;
}

/* Whether the rows are looked at by a person (or a calling product) that must leave a trace. */
static bool leaves_trace(const struct read *read)
{
	return read->sql && read->sql->resource->of_client && read->kind != READ_COUNT && read->set->count > 0 && read->scope.actor_id[0] &&
	       (read->scope.who & (WHO_STAFF | WHO_AUDITOR | WHO_KEY));
}

static struct str client_of(const struct row *row)
{
	return resource_field(row->resource, "client_id") == SIZE_MAX ? row->id : row_text(row, "client_id");
}

/* One entry a client: which row, or for several of one client the first of them. The rows go out after it is on disk. */
static int trace(struct read *read, struct err *reterr)
{
	const struct scope scope = { .programme_id = read->scope.programme_id,
		.who = read->scope.who,
		.actor_id = read->scope.actor_id,
		.reason = read->scope.reason,
		.release_id = read->scope.release_id };
	struct unit *unit = unit_new(read->store, &scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	for (size_t i = 0; i < read->set->count; i++) {
		struct str client = client_of(&read->set->rows[i]);
		bool noted = false;
		for (const struct op *op = unit->ops; op && !noted; op = op->next)
			noted = str_eqc(client, op->client_id);
		if (!noted)
			unit_note(unit, read->sql->resource->name, read->set->rows[i].id.ptr, "view", client.ptr);
	}
	int code = unit_check(unit, reterr);
	if (code) {
		unit_free(&unit);
		return code;
	}
	unit->view = read;
	store_queue_view(read->store, unit);
	return 0;
}

static void serve(struct store *store, struct db **db, struct read *read)
{
	int code = E_CLOSED;
	for (unsigned i = 0; i < 2 && code == E_CLOSED; i++) {
		if (!*db && (code = store->driver->open(store->url, true, db, &read->result)) != 0)
			break;
		read->result = (struct err){ .code = 0 };
		code = answer(read, *db, &read->result);
		if (code == E_CLOSED)
			db_close(db);
	}
	if (!code && leaves_trace(read)) {
		code = trace(read, &read->result);
		if (!code)
			return;
		row_set_free(&read->set);
	}
	if (code && !read->result.code)
		(void)!err_set(&read->result, code, LAYER, "read failed");
	store_finish_read(store, read);
}

void *reader_main(void *ref)
{
	struct reader *slot = ref;
	struct store *store = slot->store;
	for (;;) {
		pthread_mutex_lock(&store->mutex);
		while (store->reads.count == 0 && !store->closing)
			pthread_cond_wait(&store->read_wanted, &store->mutex);
		struct read *read = store->reads.first;
		if (read) {
			store->reads.first = read->next;
			if (!read->next)
				store->reads.tail = &store->reads.first;
			store->reads.count--;
			store->readers_busy++;
			read->next = NULL;
		}
		pthread_mutex_unlock(&store->mutex);
		if (!read)
			break;
		serve(store, &slot->db, read);
		pthread_mutex_lock(&store->mutex);
		store->readers_busy--;
		if (store->closing)
			pthread_cond_signal(&store->write_wanted);
		pthread_mutex_unlock(&store->mutex);
	}
	return NULL;
}
