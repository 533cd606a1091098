/* sql.h: every statement of the store, built once at start from the descriptors; private to this folder.
 *
 * A table's columns: id, programme_id, version, created_at, updated_at, [state], the fields in order, then for each BLIND field
 * its hash "NAME_hash" in order. Every statement on a resource names the programme, except the `global` ones. */
#ifndef HEED_STORE_SQL_H
#define HEED_STORE_SQL_H

#include "store/store_driver.h"

enum { COLUMN_ID = 0, COLUMN_PROGRAMME, COLUMN_VERSION, COLUMN_CREATED, COLUMN_UPDATED, COLUMN_STATE };

struct index_sql {
	/* programme, one a field, order and id below, order and id above, limit (without order: only ids) */
	struct sql up, down;
	struct sql count;            /* programme, one a field, limit */
	struct sql global_up;        /* as up without programme; empty text when not global */
	const struct index_def *def; /* NULL: by id */
};

struct resource_sql {
	const struct resource *resource;
	size_t first;      /* column of the first field */
	size_t columns;    /* all */
	struct sql insert; /* all columns */
	struct sql get;    /* programme, id */
	struct sql update; /* all columns, version being the expected one */
	struct sql remove; /* programme, id, version */
	struct sql old;    /* programme, changed before, id above, limit: all columns, by id */
	struct sql owners; /* programme, client above, limit: client and the time of their newest change; only where rows name a client */
	struct index_sql by_id;
	struct index_sql *indexes; /* in the order of the descriptor */
};

struct statements {
	enum dialect dialect;
	unsigned next;
	struct resource_sql *resources; /* in the order of the registry */
	size_t resource_count;
	struct sql journal_add;        /* node, number, at, programme, client, leaf, hash */
	struct sql journal_range;      /* node, from, limit -> number, leaf, hash, programme */
	struct sql journal_page;       /* node, programme, before, limit -> number, leaf, hash */
	struct sql journal_client;     /* node, client, before, limit -> number, leaf, hash */
	struct sql head_get, head_put; /* node -> size, frontier, batch; node, size, frontier, batch */
	struct sql checkpoint_add;     /* node, size, note */
	struct sql checkpoint_range;   /* node, from, limit -> size, note */
	struct sql key_get;            /* owner, class -> wrapped, kek, state */
	struct sql key_add;            /* id, programme, at, owner, class, wrapped, kek */
	struct sql key_destroy;        /* programme, owner, class, at, id: upsert to destroyed */
	struct sql owner_known;        /* programme, id -> 1 when such a client is there */
	struct sql number_next;        /* programme, name -> value */
	struct sql schema_get, schema_add;
	struct sql savepoint, release, rollback_to; /* of one unit */
};

/* sql_build: *statements zeroed before. sql_done frees. */
int sql_build(struct statements *statements, enum dialect dialect, const struct registry *registry, struct err *reterr) MUST_CHECK;
void sql_done(struct statements *statements);

const struct resource_sql *sql_resource(const struct statements *statements, const struct resource *resource);
/* sql_index: by descriptor name; NULL name: by id. NULL when there is none. */
const struct index_sql *sql_index(const struct resource_sql *sql, const char *name);

/* sql_schema: DDL of one resource as a script; parts brought by migration `since` alone, or everything when since is 0.
 * sql_schema_own: the store's own tables. Text is the caller's (mem_delete). */
int sql_schema(enum dialect dialect, const struct resource *resource, int since, char **ret_text, struct err *reterr) MUST_CHECK;
const char *sql_schema_own(enum dialect dialect);

/* blind_column: which hash column belongs to a BLIND field. */
size_t sql_blind_column(const struct resource_sql *sql, size_t field);

#endif
