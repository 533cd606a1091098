/* row.c: rows as the callers see them: opened, with what the scope may not read left out. */
#include "store/store_priv.h"

#include "sys/mem.h"

#include <assert.h>
#include <sodium.h>

#define LAYER "store"

int row_set_new(struct row_set_full **ret_set, struct err *reterr)
{
	struct row_set_full *full = mem_new(sizeof *full);
	if (!full)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	arena_init(&full->arena, mem_system(), READ_BYTES_MAX);
	*ret_set = full;
	return 0;
}

void row_set_free(struct row_set **set)
{
	struct row_set_full *full = (struct row_set_full *)(void *)*set;
	*set = NULL;
	if (!full)
		return;
	arena_done(&full->arena);
	mem_delete(full);
}

struct str row_owner(const struct resource *resource, struct str programme_id, struct str row_id, struct str client_id)
{
	if (!resource->of_client)
		return programme_id;
	return resource_field(resource, "client_id") == SIZE_MAX ? row_id : client_id;
}

static int open_value(const struct data_key *key, enum key_state state, const struct seal_place *place, struct value column,
	struct arena *arena, struct value *ret_value, struct err *reterr)
{
	if (place->field->seal == FIELD_CLEAR || column.kind == VALUE_NULL) {
		if (column.kind == VALUE_TEXT || column.kind == VALUE_BYTES)
			column.s = arena_copy(arena, column.s);
		*ret_value = column;
		return arena_failed(arena) ? err_set(reterr, E_LIMIT, LAYER, "too much for one read") : 0;
	}
	if (state != KEY_ACTIVE) {
		*ret_value = (struct value){ VALUE_ERASED, 0, { NULL, 0 } };
		return 0;
	}
	return seal_open(arena, key, place, column.s, ret_value, reterr);
}

int row_read(struct store *store, struct db *db, const struct scope_copy *scope, const struct resource_sql *sql,
	const struct value *columns, struct arena *arena, struct row *ret_row, bool *ret_hidden, struct err *reterr)
{
	const struct resource *resource = sql->resource;
	size_t owner_field = resource_field(resource, "client_id");
	struct str client_id = owner_field == SIZE_MAX ? str_make(NULL, 0) : columns[sql->first + owner_field].s;
	struct str owner = row_owner(resource, columns[COLUMN_PROGRAMME].s, columns[COLUMN_ID].s, client_id);
	struct data_key key;
	enum key_state state = KEY_ABSENT;
	*ret_hidden = scope->who == WHO_CLIENT && resource->of_client && !str_eqc(owner, scope->client_id);
	if (*ret_hidden)
		return 0;
	struct value *values = ARENA_ARRAY(arena, struct value, resource->field_count);
	if (!values)
		return err_set(reterr, E_LIMIT, LAYER, "too much for one read");
	int code = keyring_get(store->ring, &store->sql, db, owner, resource->retention, &state, &key, reterr);
	for (size_t i = 0; !code && i < resource->field_count; i++) {
		struct seal_place place = { columns[COLUMN_PROGRAMME].s, columns[COLUMN_ID].s, resource, &resource->fields[i] };
		if (resource_may(resource, scope->who, ACCESS_READ, &resource->fields[i]))
			code = open_value(&key, state, &place, columns[sql->first + i], arena, &values[i], reterr);
	}
	sodium_memzero(&key, sizeof key);
	if (code)
		return code;
	*ret_row = (struct row){
		.resource = resource,
		.id = arena_copy(arena, columns[COLUMN_ID].s),
		.programme_id = arena_copy(arena, columns[COLUMN_PROGRAMME].s),
		.version = columns[COLUMN_VERSION].i,
		.created_at = { columns[COLUMN_CREATED].i },
		.updated_at = { columns[COLUMN_UPDATED].i },
		.state = resource->states ? arena_copy(arena, columns[COLUMN_STATE].s) : str_make("", 0),
		.values = values,
	};
	return arena_failed(arena) ? err_set(reterr, E_LIMIT, LAYER, "too much for one read") : 0;
}

static const struct value *field_value(const struct row *row, const char *name)
{
	size_t at = resource_field(row->resource, name);
	assert(at != SIZE_MAX);
	return &row->values[at];
}

struct str row_text(const struct row *row, const char *field)
{
	const struct value *value = field_value(row, field);
	return value->kind == VALUE_TEXT || value->kind == VALUE_BYTES ? value->s : str_make(NULL, 0);
}

int64_t row_int(const struct row *row, const char *field)
{
	const struct value *value = field_value(row, field);
	return value->kind == VALUE_INT ? value->i : 0;
}

bool row_bool(const struct row *row, const char *field)
{
	return row_int(row, field) != 0;
}

wall_time row_time(const struct row *row, const char *field)
{
	return (wall_time){ row_int(row, field) };
}

bool row_is_null(const struct row *row, const char *field)
{
	return field_value(row, field)->kind == VALUE_NULL;
}

bool row_erased(const struct row *row)
{
	for (size_t i = 0; i < row->resource->field_count; i++)
		if (row->values[i].kind == VALUE_ERASED)
			return true;
	return false;
}
