/* writer.c: the one thread that changes the database: takes waiting units, runs each under its own savepoint, commits them
 * together, and tells afterwards, also when the commit's answer was lost, what happened.
 *
 *   group:   BEGIN -> units -> journal head -> COMMIT -> results
 *   a unit fails:     back to its savepoint, its result is its own; the group goes on
 *   the group fails:  ROLLBACK, look at this node's batch number in the database:
 *                       grown: it was committed after all, results stand
 *                       not grown: run it again (lost connection, deadlock; at most 3 times), else all units get the fault
 *                       not readable: E_UNSURE if the commit had been sent, and nothing runs until it can be read again */
#include "store/store_priv.h"

#include "store/builtin.h"
#include "sys/mem.h"

#include <sodium.h>
#include <stdio.h>
#include <time.h>

#define LAYER "store/writer"
#define RUNS_MAX 3
#define REOPENS_MAX 6

/* A key made, or (destroyed) all keys of an owner unmade, by the running group: known to nobody else until the commit. */
struct key_made {
	struct key_made *next;
	char owner[UUID_LENGTH + 1];
	bool destroyed;
	enum retention class;
	struct data_key key;
};

static struct str text_of(const char *c)
{
	return str_c(c);
}

static struct value text_value(struct str s)
{
	return (struct value){ VALUE_TEXT, 0, s };
}

/* A statement within the group; a fault that is not about the row breaks the group. */
static int run(struct store *store, const struct sql *sql, const struct value *params, size_t count, db_row_fn fn, void *ctx,
	int64_t *ret_changes, struct err *reterr)
{
	int code = db_run(store->writer.db, sql, params, count, fn, ctx, ret_changes, reterr);
	if (code == E_CLOSED || code == E_CONFLICT || code == E_IO || code == E_UNSURE)
		store->writer.broken = true;
	return code;
}

/* ---- Data keys of the running group ---- */

static void forget_made(struct writer *writer, const struct key_made *until)
{
	while (writer->made != until) {
		struct key_made *made = writer->made;
		writer->made = made->next;
		mem_wipe_delete(made, sizeof *made);
	}
}

static int make_key(
	struct store *store, struct str programme_id, struct str owner, enum retention class, struct data_key *ret_key, struct err *reterr)
{
	struct writer *writer = &store->writer;
	struct uuid id = { .text = "" };
	struct key_made *made = mem_new(sizeof *made);
	if (!made)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	store_new_id(store, &id);
	int code = keyring_make(
		store->ring, &store->sql, writer->db, programme_id, owner, class, clock_wall(store->clock), &id, ret_key, reterr);
	if (code) {
		writer->broken = writer->broken || code == E_CLOSED || code == E_IO || code == E_CONFLICT;
		mem_delete(made);
		return code;
	}
	memcpy(made->owner, owner.ptr, UUID_LENGTH);
	made->class = class;
	made->key = *ret_key;
	made->next = writer->made;
	writer->made = made;
	return 0;
}

static int note_erased(struct store *store, struct str owner, struct err *reterr)
{
	struct key_made *made = mem_new(sizeof *made);
	if (!made)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	memcpy(made->owner, owner.ptr, UUID_LENGTH);
	made->destroyed = true;
	made->next = store->writer.made;
	store->writer.made = made;
	return 0;
}

static int note_row(void *ctx, const struct value *columns, size_t count)
{
	(void)columns;
	(void)count;
	*(bool *)ctx = true;
	return 0;
}

static int check_programme(
	const struct resource *resource, struct str programme_id, enum key_state state, const struct data_key *key, struct err *reterr)
{
	if (state != KEY_ACTIVE || str_eqc(programme_id, key->programme_id))
		return 0;
	return err_set(reterr, E_NOT_FOUND, LAYER, "%s: no such client in this programme", resource->name);
}

/* The key of a row's owner; with `make`, a new one when there is none yet and the owner is known. */
static int get_key(struct store *store, const struct resource *resource, struct str programme_id, struct str row_id, struct str client_id,
	bool make, enum key_state *ret_state, struct data_key *ret_key, struct err *reterr)
{
	struct str owner = row_owner(resource, programme_id, row_id, client_id);
	for (struct key_made *made = store->writer.made; made; made = made->next)
		if ((made->destroyed || made->class == resource->retention) && str_eqc(owner, made->owner)) {
			*ret_key = made->key;
			*ret_state = made->destroyed ? KEY_DESTROYED : KEY_ACTIVE;
			return check_programme(resource, programme_id, *ret_state, ret_key, reterr);
		}
	int code = keyring_get(store->ring, &store->sql, store->writer.db, owner, resource->retention, ret_state, ret_key, reterr);
	if (code) {
		store->writer.broken = store->writer.broken || code == E_CLOSED || code == E_IO || code == E_CONFLICT;
		return code;
	}
	if (*ret_state != KEY_ABSENT || !make)
		return check_programme(resource, programme_id, *ret_state, ret_key, reterr);
	bool known = !resource->of_client || str_eq(owner, row_id);
	struct value params[2] = { text_value(programme_id), text_value(owner) };
	if (!known)
		code = run(store, &store->sql.owner_known, params, 2, note_row, &known, NULL, reterr);
	if (!code && !known)
		code = err_set(reterr, E_NOT_FOUND, LAYER, "%s: no such client in this programme", resource->name);
	if (!code)
		code = make_key(store, programme_id, owner, resource->retention, ret_key, reterr);
	if (!code)
		*ret_state = KEY_ACTIVE;
	return code;
}

/* ---- Journal entries ---- */

static int append(struct store *store, const struct unit *unit, const struct op *op, const char *action, int64_t version,
	const struct journal_field *fields, size_t field_count, struct err *reterr)
{
	char as[96] = "";
	for (unsigned bit = WHO_CLIENT; bit <= WHO_SYSTEM; bit <<= 1)
		if (unit->scope.who & bit)
			snprintf(as + strlen(as), sizeof as - strlen(as), "%s%s", as[0] ? "," : "", who_name((enum who)bit));
	const struct resource *resource = op->sql->resource;
	struct journal_entry entry = {
		.at = clock_wall(store->clock),
		.actor_kind = text_of(as),
		.actor_id = text_of(unit->scope.actor_id),
		.action = text_of(action),
		.subject = text_of(resource->name),
		.subject_id = text_of(op->id.text),
		.state = text_of(op->kind == OP_MOVE ? op->to : ""),
		.version = version,
		.programme_id = text_of(resource->root ? op->id.text : unit->scope.programme_id),
		.client_id = text_of(op->client_id),
		.release_id = text_of(unit->scope.release_id),
		.reason = text_of(unit->scope.reason),
		.fields = fields,
		.field_count = field_count,
	};
	int code = journal_append(&store->writer.journal, store->writer.db, &entry, reterr);
	if (code)
		store->writer.broken = true;
	return code;
}

static int journal_change(struct store *store, const struct unit *unit, const struct op *op, struct str programme_id,
	const struct data_key *key, int64_t version, struct err *reterr)
{
	static const char *const actions[] = { "create", "update", "move", "delete" };
	const struct resource *resource = op->sql->resource;
	size_t count = 0;
	if (resource->unjournalled)
		return 0;
	struct journal_field *fields = ARENA_ARRAY(&store->writer.scratch, struct journal_field, resource->field_count);
	if (!fields)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	for (size_t i = 0; i < resource->field_count; i++) {
		if (!op->set[i])
			continue;
		struct seal_place place = { programme_id, text_of(op->id.text), resource, &resource->fields[i] };
		fields[count].name = resource->fields[i].name;
		fields[count].committed = key != NULL;
		if (key)
			seal_commit(key, &place, version, op->values[i], fields[count].commitment);
		count++;
	}
	return append(store, unit, op, actions[op->kind], version, fields, count, reterr);
}

/* ---- Changes ---- */

/* Put the given fields of an op into the columns of a row. */
static int place_fields(struct store *store, const struct op *op, struct str programme_id, const struct data_key *key,
	struct value *columns, struct err *reterr)
{
	const struct resource *resource = op->sql->resource;
	for (size_t i = 0; i < resource->field_count; i++) {
		const struct field *field = &resource->fields[i];
		if (!op->set[i])
			continue;
		struct value *column = &columns[op->sql->first + i], value = op->values[i];
		struct seal_place place = { programme_id, text_of(op->id.text), resource, field };
		*column = value;
		if (field->seal == FIELD_BLIND) {
			struct value hash = { VALUE_NULL, 0, { NULL, 0 } };
			uint8_t *room = ARENA_ARRAY(&store->writer.scratch, uint8_t, BLIND_BYTES);
			if (!room)
				return err_set(reterr, E_MEMORY, LAYER, "out of memory");
			if (value.kind != VALUE_NULL) {
				seal_blind(store->key, &place, value, room);
				hash = (struct value){ VALUE_BYTES, 0, str_make((const char *)room, BLIND_BYTES) };
			}
			columns[sql_blind_column(op->sql, i)] = hash;
		}
		if (field->seal == FIELD_CLEAR || value.kind == VALUE_NULL)
			continue;
		if (!key)
			return err_set(reterr, E_DENIED, LAYER, "%s: the client was erased", resource->name);
		int code = seal_value(&store->writer.scratch, key, &place, value, column, reterr);
		if (code)
			return code;
	}
	return 0;
}

static int take_number(void *ctx, const struct value *columns, size_t count)
{
	(void)count;
	*(int64_t *)ctx = columns[0].i;
	return 0;
}

static int give_numbers(struct store *store, struct op *op, struct str programme_id, struct err *reterr)
{
	const struct resource *resource = op->sql->resource;
	for (size_t i = 0; i < resource->field_count; i++) {
		if (!(resource->fields[i].flags & FIELD_NUMBERED))
			continue;
		struct value params[2] = { text_value(programme_id), text_value(text_of(resource->name)) };
		int64_t number = 0;
		int code = run(store, &store->sql.number_next, params, 2, take_number, &number, NULL, reterr);
		if (code)
			return code;
		op->values[i] = value_int(number);
		op->set[i] = true;
	}
	return 0;
}

static int insert(struct store *store, const struct unit *unit, struct op *op, struct err *reterr)
{
	const struct resource *resource = op->sql->resource;
	struct str programme_id = text_of(resource->root ? op->id.text : unit->scope.programme_id);
	struct value *columns = ARENA_ARRAY(&store->writer.scratch, struct value, op->sql->columns);
	struct data_key key;
	enum key_state state = KEY_ABSENT;
	if (!columns)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	op->at = clock_wall(store->clock);
	int code = give_numbers(store, op, programme_id, reterr);
	if (!code)
		code = get_key(store, resource, programme_id, text_of(op->id.text), text_of(op->client_id), true, &state, &key, reterr);
	if (!code && state == KEY_DESTROYED)
		code = err_set(reterr, E_DENIED, LAYER, "%s: the client was erased", resource->name);
	columns[COLUMN_ID] = text_value(text_of(op->id.text));
	columns[COLUMN_PROGRAMME] = text_value(programme_id);
	columns[COLUMN_VERSION] = value_int(1);
	columns[COLUMN_CREATED] = columns[COLUMN_UPDATED] = value_int(op->at.us);
	if (resource->states)
		columns[COLUMN_STATE] = text_value(text_of(op->state));
	if (!code)
		code = place_fields(store, op, programme_id, &key, columns, reterr);
	if (!code)
		code = run(store, &op->sql->insert, columns, op->sql->columns, NULL, NULL, NULL, reterr);
	if (code == E_EXISTS)
		err_context(reterr, "%s", resource->name);
	if (!code)
		code = journal_change(store, unit, op, programme_id, &key, 1, reterr);
	sodium_memzero(&key, sizeof key);
	return code;
}

/* A row copied into the writer's arena. */
struct raw_row {
	struct arena *arena;
	struct value *columns;
};

static int copy_row(void *ctx, const struct value *columns, size_t count)
{
	struct raw_row *row = ctx;
	row->columns = ARENA_ARRAY(row->arena, struct value, count);
	for (size_t i = 0; row->columns && i < count; i++) {
		row->columns[i] = columns[i];
		if (columns[i].kind == VALUE_TEXT || columns[i].kind == VALUE_BYTES)
			row->columns[i].s = arena_copy(row->arena, columns[i].s);
	}
	return arena_failed(row->arena) ? E_MEMORY : 0;
}

/* The row that an op is about, if the scope may see it and it is as expected. */
static int expect_row(struct store *store, const struct unit *unit, struct op *op, struct value **ret_columns, struct err *reterr)
{
	const struct resource *resource = op->sql->resource;
	struct raw_row row = { &store->writer.scratch, NULL };
	struct str programme_id = text_of(resource->root && !unit->scope.programme_id[0] ? op->id.text : unit->scope.programme_id);
	struct value params[2] = { text_value(programme_id), text_value(text_of(op->id.text)) };
	int code = run(store, &op->sql->get, params, 2, copy_row, &row, NULL, reterr);
	if (code == E_MEMORY)
		return err_set(reterr, code, LAYER, "out of memory");
	if (code)
		return code;
	if (!row.columns)
		return err_set(reterr, E_NOT_FOUND, LAYER, "%s: no such row", resource->name);
	size_t owner = resource_field(resource, "client_id");
	struct value client = owner != SIZE_MAX     ? row.columns[op->sql->first + owner]
			      : resource->of_client ? row.columns[COLUMN_ID]
						    : (struct value){ VALUE_NULL, 0, { NULL, 0 } };
	if (client.kind == VALUE_TEXT && client.s.len == UUID_LENGTH)
		memcpy(op->client_id, client.s.ptr, UUID_LENGTH + 1);
	if (unit->scope.who == WHO_CLIENT && !op->by_program && resource->of_client && strcmp(op->client_id, unit->scope.client_id) != 0)
		return err_set(reterr, E_NOT_FOUND, LAYER, "%s: no such row", resource->name);
	if (op->version != VERSION_ANY && row.columns[COLUMN_VERSION].i != op->version)
		return err_set(reterr, E_CONFLICT, LAYER, "%s: changed by somebody else", resource->name);
	if (op->kind == OP_MOVE && !str_eqc(row.columns[COLUMN_STATE].s, op->from))
		return err_set(reterr, E_CONFLICT, LAYER, "%s: is \"" STR_FMT "\", not \"%s\"", resource->name,
			STR_ARG(row.columns[COLUMN_STATE].s), op->from);
	*ret_columns = row.columns;
	return 0;
}

static int change(struct store *store, const struct unit *unit, struct op *op, struct err *reterr)
{
	const struct resource *resource = op->sql->resource;
	struct value *columns = NULL;
	struct data_key key;
	enum key_state state = KEY_ABSENT;
	int64_t changes = 0;
	int code = expect_row(store, unit, op, &columns, reterr);
	if (code || !columns)
		return code;
	struct str programme_id = columns[COLUMN_PROGRAMME].s;
	int64_t version = columns[COLUMN_VERSION].i + 1;
	code = get_key(store, resource, programme_id, text_of(op->id.text), text_of(op->client_id), true, &state, &key, reterr);
	op->at = clock_wall(store->clock);
	if (!code && op->kind == OP_DELETE) {
		struct value params[3] = { columns[COLUMN_PROGRAMME], columns[COLUMN_ID], columns[COLUMN_VERSION] };
		code = run(store, &op->sql->remove, params, 3, NULL, NULL, &changes, reterr);
	} else if (!code) {
		columns[COLUMN_UPDATED] = value_int(op->at.us);
		if (op->kind == OP_MOVE)
			columns[COLUMN_STATE] = text_value(text_of(op->to));
		code = place_fields(store, op, programme_id, state == KEY_ACTIVE ? &key : NULL, columns, reterr);
		if (!code)
			code = run(store, &op->sql->update, columns, op->sql->columns, NULL, NULL, &changes, reterr);
		if (code == E_EXISTS)
			err_context(reterr, "%s", resource->name);
	}
	if (!code && changes != 1)
		code = err_set(reterr, E_CONFLICT, LAYER, "%s: changed by somebody else", resource->name);
	if (!code)
		code = journal_change(store, unit, op, programme_id, state == KEY_ACTIVE ? &key : NULL, version, reterr);
	sodium_memzero(&key, sizeof key);
	return code;
}

static int erase(struct store *store, const struct unit *unit, struct op *op, struct err *reterr)
{
	struct value *columns = NULL;
	op->version = VERSION_ANY;
	int code = expect_row(store, unit, op, &columns, reterr);
	for (int i = 0; !code && columns && i < RETAIN_COUNT; i++) {
		struct uuid id = { .text = "" };
		store_new_id(store, &id);
		struct value params[5] = { text_value(text_of(id.text)), columns[COLUMN_PROGRAMME], value_int(clock_wall(store->clock).us),
			text_value(text_of(op->id.text)), text_value(text_of(retention_name((enum retention)i))) };
		code = run(store, &store->sql.key_destroy, params, 5, NULL, NULL, NULL, reterr);
	}
	if (!code)
		code = note_erased(store, text_of(op->id.text), reterr);
	return code ? code : append(store, unit, op, "erase", 0, NULL, 0, reterr);
}

static int apply(struct store *store, const struct unit *unit, struct op *op, struct err *reterr)
{
	switch (op->kind) {
	case OP_INSERT: return insert(store, unit, op, reterr);
	case OP_UPDATE:
	case OP_MOVE:
	case OP_DELETE: return change(store, unit, op, reterr);
	case OP_ERASE: return erase(store, unit, op, reterr);
	case OP_NOTE: return append(store, unit, op, op->action, 0, NULL, 0, reterr);
	}
	return err_set(reterr, E_BUG, LAYER, "no such change");
}

/* ---- Groups ---- */

/* Run one unit under a savepoint; returns non-zero only when the group is broken. */
static int run_unit(struct store *store, struct unit *unit)
{
	struct writer *writer = &store->writer;
	struct journal_grown before = writer->journal.grown;
	const struct key_made *made = writer->made;
	unit->result = (struct err){ .code = 0 };
	int code = db_run(writer->db, &store->sql.savepoint, NULL, 0, NULL, NULL, NULL, &unit->result);
	if (code)
		return code;
	arena_reset(&writer->scratch);
	for (struct op *op = unit->ops; !code && op; op = op->next)
		code = apply(store, unit, op, &unit->result);
	if (writer->broken)
		return code;
	if (code) {
		struct err ignored;
		writer->journal.grown = before;
		forget_made(writer, made);
		if (db_run(writer->db, &store->sql.rollback_to, NULL, 0, NULL, NULL, NULL, &ignored) != 0)
			return code;
		unit->result.code = code;
	}
	struct err released;
	int failed = db_run(writer->db, &store->sql.release, NULL, 0, NULL, NULL, NULL, &released);
	if (failed)
		unit->result = released;
	return failed;
}

static int run_group(struct store *store, struct unit *group, bool *ret_commit_sent, struct err *reterr)
{
	struct writer *writer = &store->writer;
	bool checkpoint = false;
	writer->broken = false;
	*ret_commit_sent = false;
	int code = db_exec(writer->db, store->driver->dialect == DIALECT_SQLITE ? "BEGIN IMMEDIATE" : "BEGIN", reterr);
	for (struct unit *unit = group; !code && unit; unit = unit->next) {
		checkpoint = checkpoint || unit->checkpoint;
		code = run_unit(store, unit);
		if (code)
			*reterr = unit->result;
	}
	if (!code)
		code = journal_put(&writer->journal, writer->db, checkpoint, reterr);
	if (!code) {
		*ret_commit_sent = true;
		code = store->driver->commit(writer->db, reterr);
	}
	return code;
}

static void pause_ms(unsigned ms)
{
	struct timespec time = { ms / 1000, (long)(ms % 1000) * 1000000 };
	nanosleep(&time, NULL);
}

/* Know again where the database stands: on this connection or a new one. */
static int look_again(struct store *store, struct err *reterr)
{
	struct writer *writer = &store->writer;
	struct err ignored;
	int code = E_CLOSED;
	if (writer->db && db_exec(writer->db, "ROLLBACK", &ignored) != E_CLOSED)
		code = journal_load(&writer->journal, writer->db, reterr);
	for (unsigned i = 0; code && code != E_CRYPTO && i < REOPENS_MAX; i++) {
		db_close(&writer->db);
		pause_ms(i ? 50u << i : 0);
		code = store->driver->open(store->url, false, &writer->db, reterr);
		if (!code)
			code = store->driver->lock(writer->db, store->node, reterr);
		if (!code)
			code = journal_load(&writer->journal, writer->db, reterr);
	}
	writer->sealed_off = code != 0;
	atomic_store(&store->healthy, code == 0);
	return code;
}

/* Every unit that had no fault of its own gets the group's. */
static void fail_group(struct unit *group, int code, const struct err *err)
{
	for (struct unit *unit = group; unit; unit = unit->next) {
		unit->result = *err;
		unit->result.code = code;
	}
}

static void after_commit(struct store *store, struct unit *group)
{
	struct writer *writer = &store->writer;
	bool erased = false;
	for (struct key_made *made = writer->made; made; made = made->next)
		if (!made->destroyed)
			keyring_keep(store->ring, text_of(made->owner), made->class, &made->key);
	for (struct key_made *made = writer->made; made; made = made->next)
		if (made->destroyed) {
			keyring_drop(store->ring, text_of(made->owner));
			erased = true;
		}
	forget_made(writer, NULL);
	for (struct unit *unit = group; unit; unit = unit->next)
		if (unit->note)
			journal_checkpoint(&writer->journal, unit->note);
	if (erased && store->driver->dialect == DIALECT_SQLITE) {
		/* The old page with the wrapped key is still in the log until it is cut. */
		struct err ignored;
		(void)!db_exec(writer->db, "PRAGMA wal_checkpoint(TRUNCATE)", &ignored);
	}
}

static void commit_group(struct store *store, struct unit *group)
{
	struct writer *writer = &store->writer;
	struct err err = { .code = 0 }, seen = { .code = 0 };
	if (writer->sealed_off && look_again(store, &err) != 0) {
		fail_group(group, E_IO, &err);
		return;
	}
	for (unsigned i = 0; i < RUNS_MAX; i++) {
		int64_t batch = writer->journal.grown.batch;
		bool commit_sent = false;
		int code = run_group(store, group, &commit_sent, &err);
		if (!code) {
			after_commit(store, group);
			return;
		}
		if (look_again(store, &seen) != 0) {
			forget_made(writer, NULL);
			fail_group(group, commit_sent ? E_UNSURE : E_IO, &err);
			return;
		}
		if (commit_sent && writer->journal.grown.batch == batch + 1) {
			after_commit(store, group);
			return;
		}
		forget_made(writer, NULL);
		if (code != E_CLOSED && code != E_CONFLICT && code != E_UNSURE) {
			fail_group(group, code, &err);
			return;
		}
	}
	fail_group(group, E_IO, &err);
}

/* Up to group_max waiting units, oldest first; NULL when the store is closing and nothing more can come. */
static struct unit *take_group(struct store *store)
{
	struct unit *group = NULL;
	pthread_mutex_lock(&store->mutex);
	while (store->writes.count == 0 && !(store->closing && store->readers_busy == 0 && store->reads.count == 0))
		pthread_cond_wait(&store->write_wanted, &store->mutex);
	if (store->writes.count > 0) {
		struct unit *last = group = store->writes.first;
		size_t taken = 1;
		for (; taken < store->group_max && last->next; taken++)
			last = last->next;
		store->writes.first = last->next;
		if (!last->next)
			store->writes.tail = &store->writes.first;
		store->writes.count -= taken;
		last->next = NULL;
	}
	pthread_mutex_unlock(&store->mutex);
	return group;
}

void *writer_main(void *ref)
{
	struct store *store = ref;
	struct unit *group;
	while ((group = take_group(store)) != NULL) {
		commit_group(store, group);
		while (group) {
			struct unit *next = group->next;
			group->next = NULL;
			store_finish_unit(store, group);
			group = next;
		}
	}
	/* The last checkpoint, so that nothing of this run stands without one. */
	struct unit last = { .checkpoint = true };
	if (store->writer.journal.grown.tree.size != store->writer.journal.grown.checkpointed)
		commit_group(store, &last);
	return NULL;
}

int writer_start(struct store *store, struct err *reterr)
{
	struct writer *writer = &store->writer;
	arena_init(&writer->scratch, mem_system(), 2 * UNIT_BYTES_MAX);
	int code = journal_open(&writer->journal, &store->sql, store->key, store->node, reterr);
	if (!code)
		code = journal_load(&writer->journal, writer->db, reterr);
	if (!code && pthread_create(&writer->thread, NULL, writer_main, store) != 0)
		code = err_set(reterr, E_IO, LAYER, "cannot start the writer thread");
	writer->running = !code;
	return code;
}
