/* sql.c: see sql.h. */
#include "store/sql.h"

#include "base/buf.h"
#include "sys/mem.h"

#define LAYER "store/sql"
#define TEXT_MAX (64u * 1024u)

static bool is_postgres(enum dialect dialect)
{
	return dialect == DIALECT_POSTGRES;
}

static const char *column_type(enum dialect dialect, const struct field *field)
{
	bool integer = field->type == FIELD_INT || field->type == FIELD_BOOL || field->type == FIELD_TIME;
	if (field->seal != FIELD_CLEAR || field->type == FIELD_BYTES)
		return is_postgres(dialect) ? "bytea" : "BLOB";
	if (integer)
		return is_postgres(dialect) ? "bigint" : "INTEGER";
	return is_postgres(dialect) ? "text COLLATE \"C\"" : "TEXT";
}

static void add_param(struct buf *buf, enum dialect dialect, unsigned number)
{
	buf_printf(buf, is_postgres(dialect) ? "$%u" : "?%u", number);
}

static void add_params(struct buf *buf, enum dialect dialect, unsigned from, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (i)
			buf_add_c(buf, ", ");
		add_param(buf, dialect, from + i);
	}
}

/* Take the text of buf as a numbered statement. */
static int take(struct statements *all, struct buf *buf, struct sql *ret_sql, struct err *reterr)
{
	buf_add_byte(buf, 0);
	if (buf->failed || all->next >= SQL_MAX)
		return err_set(reterr, buf->failed ? E_MEMORY : E_BUG, LAYER, "statement cannot be built");
	ret_sql->text = mem_new(buf->len);
	if (!ret_sql->text)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	memcpy(ret_sql->text, buf->ptr, buf->len);
	ret_sql->number = all->next++;
	buf_clear(buf);
	return 0;
}

size_t sql_blind_column(const struct resource_sql *sql, size_t field)
{
	size_t at = sql->first + sql->resource->field_count;
	for (size_t i = 0; i < field; i++)
		at += sql->resource->fields[i].seal == FIELD_BLIND;
	return at;
}

/* Name of column i, quoted. */
static void add_column(struct buf *buf, const struct resource_sql *sql, size_t i)
{
	static const char *const own[] = { "id", "programme_id", "version", "created_at", "updated_at", "state" };
	const struct resource *resource = sql->resource;
	if (i < sql->first) {
		buf_printf(buf, "\"%s\"", own[i]);
	} else if (i < sql->first + resource->field_count) {
		buf_printf(buf, "\"%s\"", resource->fields[i - sql->first].name);
	} else {
		size_t field = 0;
		while (resource->fields[field].seal != FIELD_BLIND || sql_blind_column(sql, field) != i)
			field++;
		buf_printf(buf, "\"%s_hash\"", resource->fields[field].name);
	}
}

static void add_columns(struct buf *buf, const struct resource_sql *sql)
{
	for (size_t i = 0; i < sql->columns; i++) {
		if (i)
			buf_add_c(buf, ", ");
		add_column(buf, sql, i);
	}
}

/* Column name that an index field is looked up by. */
static void add_index_field(struct buf *buf, const struct resource *resource, const char *name)
{
	size_t at = resource_field(resource, name);
	bool blind = at != SIZE_MAX && resource->fields[at].seal == FIELD_BLIND;
	buf_printf(buf, blind ? "\"%s_hash\"" : "\"%s\"", name);
}

static unsigned field_count(const struct index_def *def)
{
	unsigned count = 0;
	while (def && count < INDEX_FIELDS_MAX && def->fields[count])
		count++;
	return count;
}

/* " WHERE programme and equal fields": returns the number of the next parameter. */
static unsigned add_where(struct buf *buf, enum dialect dialect, const struct resource *resource, const struct index_def *def, bool global)
{
	unsigned param = 1, fields = field_count(def);
	buf_add_c(buf, " WHERE ");
	if (!global) {
		buf_add_c(buf, "\"programme_id\" = ");
		add_param(buf, dialect, param++);
	}
	for (unsigned i = 0; def && i < fields; i++) {
		buf_add_c(buf, global && i == 0 ? "" : " AND ");
		add_index_field(buf, resource, def->fields[i]);
		buf_add_c(buf, " = ");
		add_param(buf, dialect, param++);
	}
	if (global && fields == 0)
		buf_add_c(buf, "1 = 1");
	return param;
}

static int build_list(struct statements *all, struct buf *buf, const struct resource_sql *sql, const struct index_def *def, bool global,
	bool down, struct sql *ret_sql, struct err *reterr)
{
	enum dialect dialect = all->dialect;
	const char *order = def ? def->order : NULL;
	buf_add_c(buf, "SELECT ");
	add_columns(buf, sql);
	buf_printf(buf, " FROM \"%s\"", sql->resource->name);
	unsigned param = add_where(buf, dialect, sql->resource, def, global);
	unsigned each = order ? 2 : 1;
	for (unsigned side = 0; side < 2; side++) {
		if (order)
			buf_printf(buf, " AND (\"%s\", \"id\") %c (", order, side ? '<' : '>');
		else
			buf_printf(buf, " AND \"id\" %c (", side ? '<' : '>');
		add_params(buf, dialect, param, each);
		buf_add_c(buf, ")");
		param += each;
	}
	buf_add_c(buf, " ORDER BY ");
	if (order)
		buf_printf(buf, "\"%s\" %s, ", order, down ? "DESC" : "ASC");
	buf_printf(buf, "\"id\" %s LIMIT ", down ? "DESC" : "ASC");
	add_param(buf, dialect, param);
	return take(all, buf, ret_sql, reterr);
}

static int build_index(struct statements *all, struct buf *buf, const struct resource_sql *sql, const struct index_def *def,
	struct index_sql *ret, struct err *reterr)
{
	ret->def = def;
	int code = build_list(all, buf, sql, def, false, false, &ret->up, reterr);
	if (!code)
		code = build_list(all, buf, sql, def, false, true, &ret->down, reterr);
	if (!code && def && def->global)
		code = build_list(all, buf, sql, def, true, false, &ret->global_up, reterr);
	if (code)
		return code;
	buf_printf(buf, "SELECT COUNT(*) FROM (SELECT 1 FROM \"%s\"", sql->resource->name);
	unsigned param = add_where(buf, all->dialect, sql->resource, def, false);
	buf_add_c(buf, " LIMIT ");
	add_param(buf, all->dialect, param);
	buf_add_c(buf, ") AS bounded");
	return take(all, buf, &ret->count, reterr);
}

static int build_insert(struct statements *all, struct buf *buf, struct resource_sql *sql, struct err *reterr)
{
	buf_printf(buf, "INSERT INTO \"%s\" (", sql->resource->name);
	add_columns(buf, sql);
	buf_add_c(buf, ") VALUES (");
	add_params(buf, all->dialect, 1, (unsigned)sql->columns);
	buf_add_c(buf, ")");
	return take(all, buf, &sql->insert, reterr);
}

static int build_update(struct statements *all, struct buf *buf, struct resource_sql *sql, struct err *reterr)
{
	buf_printf(buf, "UPDATE \"%s\" SET \"version\" = \"version\" + 1", sql->resource->name);
	for (size_t i = COLUMN_CREATED; i < sql->columns; i++) {
		buf_add_c(buf, ", ");
		add_column(buf, sql, i);
		buf_add_c(buf, " = ");
		add_param(buf, all->dialect, (unsigned)i + 1);
	}
	buf_add_c(buf, " WHERE \"id\" = ");
	add_param(buf, all->dialect, COLUMN_ID + 1);
	buf_add_c(buf, " AND \"programme_id\" = ");
	add_param(buf, all->dialect, COLUMN_PROGRAMME + 1);
	buf_add_c(buf, " AND \"version\" = ");
	add_param(buf, all->dialect, COLUMN_VERSION + 1);
	return take(all, buf, &sql->update, reterr);
}

static int build_one(struct statements *all, struct buf *buf, const char *text, struct sql *ret_sql, struct err *reterr)
{
	for (; *text; text++)
		buf_add_byte(buf, *text == '?' && is_postgres(all->dialect) ? '$' : *text);
	return take(all, buf, ret_sql, reterr);
}

/* What retention asks: a look through the table, once a day; the key's order makes pages. */
static int build_retention(struct statements *all, struct buf *buf, struct resource_sql *sql, struct err *reterr)
{
	const char *name = sql->resource->name;
	buf_add_c(buf, "SELECT ");
	add_columns(buf, sql);
	buf_printf(buf, " FROM \"%s\" WHERE \"programme_id\" = ", name);
	add_param(buf, all->dialect, 1);
	buf_add_c(buf, " AND \"updated_at\" < ");
	add_param(buf, all->dialect, 2);
	buf_add_c(buf, " AND \"id\" > ");
	add_param(buf, all->dialect, 3);
	buf_add_c(buf, " ORDER BY \"id\" LIMIT ");
	add_param(buf, all->dialect, 4);
	int code = take(all, buf, &sql->old, reterr);
	if (code || !sql->resource->of_client || resource_field(sql->resource, "client_id") == SIZE_MAX)
		return code;
	buf_printf(buf, "SELECT \"client_id\", MAX(\"updated_at\") FROM \"%s\" WHERE \"programme_id\" = ", name);
	add_param(buf, all->dialect, 1);
	buf_add_c(buf, " AND \"client_id\" > ");
	add_param(buf, all->dialect, 2);
	buf_add_c(buf, " GROUP BY \"client_id\" ORDER BY \"client_id\" LIMIT ");
	add_param(buf, all->dialect, 3);
	return take(all, buf, &sql->owners, reterr);
}

static int build_resource(
	struct statements *all, struct buf *buf, const struct resource *resource, struct resource_sql *sql, struct err *reterr)
{
	sql->resource = resource;
	sql->first = resource->states ? COLUMN_STATE + 1 : COLUMN_STATE;
	sql->columns = sql->first + resource->field_count;
	for (size_t i = 0; i < resource->field_count; i++)
		sql->columns += resource->fields[i].seal == FIELD_BLIND;
	sql->indexes = mem_new(sizeof *sql->indexes * (resource->index_count + 1));
	if (!sql->indexes)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	int code = build_insert(all, buf, sql, reterr);
	if (!code)
		code = build_update(all, buf, sql, reterr);
	if (!code) {
		buf_add_c(buf, "SELECT ");
		add_columns(buf, sql);
		buf_printf(buf, " FROM \"%s\" WHERE \"programme_id\" = ", resource->name);
		add_param(buf, all->dialect, 1);
		buf_add_c(buf, " AND \"id\" = ");
		add_param(buf, all->dialect, 2);
		code = take(all, buf, &sql->get, reterr);
	}
	if (!code) {
		buf_printf(buf, "DELETE FROM \"%s\" WHERE \"programme_id\" = ", resource->name);
		add_param(buf, all->dialect, 1);
		buf_add_c(buf, " AND \"id\" = ");
		add_param(buf, all->dialect, 2);
		buf_add_c(buf, " AND \"version\" = ");
		add_param(buf, all->dialect, 3);
		code = take(all, buf, &sql->remove, reterr);
	}
	if (!code)
		code = build_retention(all, buf, sql, reterr);
	if (!code)
		code = build_index(all, buf, sql, NULL, &sql->by_id, reterr);
	for (size_t i = 0; !code && i < resource->index_count; i++)
		code = build_index(all, buf, sql, &resource->indexes[i], &sql->indexes[i], reterr);
	return code;
}

static int build_own(struct statements *all, struct buf *buf, struct err *reterr)
{
	const struct {
		struct sql *to;
		const char *text;
	} own[] = {
		{ &all->journal_add, "INSERT INTO heed_journal (node, number, at, programme_id, client_id, leaf, hash) VALUES (?1, ?2, ?3, "
				     "?4, ?5, ?6, ?7)" },
		{ &all->journal_range, "SELECT number, leaf, hash, programme_id FROM heed_journal WHERE node = ?1 AND number >= ?2 ORDER "
				       "BY number LIMIT ?3" },
		{ &all->journal_page, "SELECT number, leaf, hash FROM heed_journal WHERE node = ?1 AND programme_id = ?2 AND number < ?3 "
				      "ORDER BY number DESC LIMIT ?4" },
		{ &all->journal_client, "SELECT number, leaf, hash FROM heed_journal WHERE node = ?1 AND programme_id = ?2 AND client_id = "
					"?3 AND number < ?4"
					" ORDER BY number DESC LIMIT ?5" },
		{ &all->head_get, "SELECT size, frontier, batch FROM heed_journal_head WHERE node = ?1" },
		{ &all->head_put,
			"INSERT INTO heed_journal_head (node, size, frontier, batch) VALUES (?1, ?2, ?3, ?4)"
			" ON CONFLICT (node) DO UPDATE SET size = excluded.size, frontier = excluded.frontier, batch = excluded.batch" },
		{ &all->checkpoint_add,
			"INSERT INTO heed_checkpoint (node, size, note) VALUES (?1, ?2, ?3) ON CONFLICT (node, size) DO NOTHING" },
		{ &all->checkpoint_range, "SELECT size, note FROM heed_checkpoint WHERE node = ?1 AND size >= ?2 ORDER BY size LIMIT ?3" },
		{ &all->key_get, "SELECT wrapped, kek, state, programme_id FROM client_key WHERE owner_id = ?1 AND class = ?2" },
		{ &all->key_add,
			"INSERT INTO client_key (id, programme_id, version, created_at, updated_at, state, owner_id, class, wrapped, kek)"
			" VALUES (?1, ?2, 1, ?3, ?3, 'active', ?4, ?5, ?6, ?7)" },
		{ &all->key_destroy,
			"INSERT INTO client_key (id, programme_id, version, created_at, updated_at, state, owner_id, class, wrapped, kek)"
			" VALUES (?1, ?2, 1, ?3, ?3, 'destroyed', ?4, ?5, NULL, NULL) ON CONFLICT (owner_id, class) DO UPDATE SET"
			" version = client_key.version + 1, updated_at = excluded.updated_at, state = 'destroyed', wrapped = NULL, kek = "
			"NULL" },
		{ &all->owner_known, "SELECT 1 FROM client WHERE programme_id = ?1 AND id = ?2" },
		{ &all->number_next,
			"INSERT INTO heed_number (programme_id, name, value) VALUES (?1, ?2, 1) ON CONFLICT (programme_id, name)"
			" DO UPDATE SET value = heed_number.value + 1 RETURNING value" },
		{ &all->savepoint, "SAVEPOINT unit" },
		{ &all->release, "RELEASE SAVEPOINT unit" },
		{ &all->rollback_to, "ROLLBACK TO SAVEPOINT unit" },
		{ &all->schema_get, "SELECT number, fingerprint FROM heed_schema ORDER BY number DESC LIMIT 1" },
		{ &all->schema_add, "INSERT INTO heed_schema (number, at, fingerprint) VALUES (?1, ?2, ?3)" },
	};
	int code = 0;
	for (size_t i = 0; !code && i < COUNT_OF(own); i++)
		code = build_one(all, buf, own[i].text, own[i].to, reterr);
	return code;
}

int sql_build(struct statements *all, enum dialect dialect, const struct registry *registry, struct err *reterr)
{
	struct buf buf;
	buf_init(&buf, mem_system(), TEXT_MAX);
	all->dialect = dialect;
	all->resources = mem_new(sizeof *all->resources * (registry->count + 1));
	int code = all->resources ? 0 : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	for (size_t i = 0; !code && all->resources && i < registry->count; i++) {
		all->resource_count = i + 1;
		code = build_resource(all, &buf, registry->resources[i], &all->resources[i], reterr);
	}
	if (!code)
		code = build_own(all, &buf, reterr);
	buf_done(&buf);
	if (code)
		sql_done(all);
	return code;
}

static void index_done(struct index_sql *index)
{
	mem_delete(index->up.text);
	mem_delete(index->down.text);
	mem_delete(index->count.text);
	mem_delete(index->global_up.text);
}

void sql_done(struct statements *all)
{
	struct sql *own[] = { &all->journal_add, &all->journal_range, &all->journal_page, &all->journal_client, &all->head_get,
		&all->head_put, &all->checkpoint_add, &all->checkpoint_range, &all->key_get, &all->key_add, &all->key_destroy,
		&all->owner_known, &all->number_next, &all->schema_get, &all->schema_add, &all->savepoint, &all->release,
		&all->rollback_to };
	for (size_t i = 0; i < COUNT_OF(own); i++)
		mem_delete(own[i]->text);
	for (size_t i = 0; i < all->resource_count; i++) {
		struct resource_sql *sql = &all->resources[i];
		mem_delete(sql->insert.text);
		mem_delete(sql->get.text);
		mem_delete(sql->update.text);
		mem_delete(sql->remove.text);
		mem_delete(sql->old.text);
		mem_delete(sql->owners.text);
		index_done(&sql->by_id);
		for (size_t k = 0; sql->indexes && k < sql->resource->index_count; k++)
			index_done(&sql->indexes[k]);
		mem_delete(sql->indexes);
	}
	mem_delete(all->resources);
	*all = (struct statements){ .next = 0 };
}

const struct resource_sql *sql_resource(const struct statements *all, const struct resource *resource)
{
	for (size_t i = 0; i < all->resource_count; i++)
		if (all->resources[i].resource == resource)
			return &all->resources[i];
	return NULL;
}

const struct index_sql *sql_index(const struct resource_sql *sql, const char *name)
{
	if (!name)
		return &sql->by_id;
	for (size_t i = 0; i < sql->resource->index_count; i++)
		if (strcmp(sql->resource->indexes[i].name, name) == 0)
			return &sql->indexes[i];
	return NULL;
}

/* ---- Schema ---- */

static bool brought_by(int field_since, int resource_since, int since)
{
	int number = field_since ? field_since : resource_since ? resource_since : 1;
	return since == 0 || number == since;
}

static void add_table(struct buf *buf, enum dialect dialect, const struct resource *resource, int since)
{
	const char *text = is_postgres(dialect) ? "text COLLATE \"C\"" : "TEXT", *integer = is_postgres(dialect) ? "bigint" : "INTEGER";
	buf_printf(buf, "CREATE TABLE \"%s\" (\"id\" %s NOT NULL, \"programme_id\" %s NOT NULL, \"version\" %s NOT NULL, ", resource->name,
		text, text, integer);
	buf_printf(buf, "\"created_at\" %s NOT NULL, \"updated_at\" %s NOT NULL", integer, integer);
	if (resource->states)
		buf_printf(buf, ", \"state\" %s NOT NULL", text);
	for (size_t i = 0; i < resource->field_count; i++) {
		const struct field *field = &resource->fields[i];
		if (!brought_by(field->since, resource->since, since))
			continue;
		buf_printf(buf, ", \"%s\" %s%s", field->name, column_type(dialect, field),
			(field->flags & FIELD_REQUIRED) && !field->since ? " NOT NULL" : "");
		if (field->seal == FIELD_BLIND)
			buf_printf(buf, ", \"%s_hash\" %s", field->name, is_postgres(dialect) ? "bytea" : "BLOB");
	}
	buf_add_c(buf, ", PRIMARY KEY (\"programme_id\", \"id\"));\n");
}

static void add_new_columns(struct buf *buf, enum dialect dialect, const struct resource *resource, int since)
{
	for (size_t i = 0; i < resource->field_count; i++) {
		const struct field *field = &resource->fields[i];
		if (!field->since || field->since != since)
			continue;
		buf_printf(buf, "ALTER TABLE \"%s\" ADD COLUMN \"%s\" %s;\n", resource->name, field->name, column_type(dialect, field));
		if (field->seal == FIELD_BLIND)
			buf_printf(buf, "ALTER TABLE \"%s\" ADD COLUMN \"%s_hash\" %s;\n", resource->name, field->name,
				is_postgres(dialect) ? "bytea" : "BLOB");
	}
}

static void add_indexes(struct buf *buf, const struct resource *resource, int since)
{
	for (size_t i = 0; i < resource->index_count; i++) {
		const struct index_def *def = &resource->indexes[i];
		if (!brought_by(def->since, resource->since, since))
			continue;
		buf_printf(buf, "CREATE %sINDEX \"%s_by_%s\" ON \"%s\" (", def->unique ? "UNIQUE " : "", resource->name, def->name,
			resource->name);
		const char *comma = "";
		if (!def->global) {
			buf_add_c(buf, "\"programme_id\"");
			comma = ", ";
		}
		for (unsigned k = 0; k < field_count(def); k++) {
			buf_add_c(buf, comma);
			add_index_field(buf, resource, def->fields[k]);
			comma = ", ";
		}
		if (!def->unique && def->order)
			buf_printf(buf, "%s\"%s\"", comma, def->order);
		if (!def->unique)
			buf_printf(buf, "%s\"id\"", def->order || *comma ? ", " : "");
		buf_add_c(buf, ");\n");
	}
}

int sql_schema(enum dialect dialect, const struct resource *resource, int since, char **ret_text, struct err *reterr)
{
	struct buf buf;
	buf_init(&buf, mem_system(), TEXT_MAX);
	if (brought_by(0, resource->since, since))
		add_table(&buf, dialect, resource, since);
	else
		add_new_columns(&buf, dialect, resource, since);
	add_indexes(&buf, resource, since);
	buf_add_byte(&buf, 0);
	char *text = buf.failed ? NULL : mem_new(buf.len);
	if (text)
		memcpy(text, buf.ptr, buf.len);
	buf_done(&buf);
	if (!text)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*ret_text = text;
	return 0;
}

#define OWN_SCHEMA(TEXT_T, INT_T, BYTES_T) \
	"CREATE TABLE IF NOT EXISTS heed_schema (number " INT_T " NOT NULL PRIMARY KEY, at " INT_T " NOT NULL, fingerprint " TEXT_T \
	" NOT NULL);\n" \
	"CREATE TABLE IF NOT EXISTS heed_number (programme_id " TEXT_T " NOT NULL, name " TEXT_T " NOT NULL, value " INT_T \
	" NOT NULL, PRIMARY KEY (programme_id, name));\n" \
	"CREATE TABLE IF NOT EXISTS heed_journal (node " TEXT_T " NOT NULL, number " INT_T " NOT NULL, at " INT_T \
	" NOT NULL, programme_id " TEXT_T ", client_id " TEXT_T ", leaf " TEXT_T " NOT NULL, hash " BYTES_T \
	" NOT NULL, PRIMARY KEY (node, number));\n" \
	"CREATE INDEX IF NOT EXISTS heed_journal_by_programme ON heed_journal (node, programme_id, number);\n" \
	"CREATE INDEX IF NOT EXISTS heed_journal_by_client ON heed_journal (node, client_id, number);\n" \
	"CREATE TABLE IF NOT EXISTS heed_journal_head (node " TEXT_T " NOT NULL PRIMARY KEY, size " INT_T " NOT NULL, frontier " BYTES_T \
	" NOT NULL, batch " INT_T " NOT NULL);\n" \
	"CREATE TABLE IF NOT EXISTS heed_checkpoint (node " TEXT_T " NOT NULL, size " INT_T " NOT NULL, note " TEXT_T \
	" NOT NULL, PRIMARY KEY (node, size));\n"

const char *sql_schema_own(enum dialect dialect)
{
	return is_postgres(dialect) ? OWN_SCHEMA("text COLLATE \"C\"", "bigint", "bytea") : OWN_SCHEMA("TEXT", "INTEGER", "BLOB");
}
