/* store_driver.h: what a database must do for the store; private to this folder.
 *
 * A driver is a table of functions. Statements are `struct sql`: built once at start from the descriptors, numbered, never
 * from input; a connection prepares each the first time it runs. A connection belongs to one thread. Failures: E_EXISTS
 * unique key taken; E_CONFLICT serialisation failure, the transaction may be tried again; E_CLOSED the connection is lost,
 * open another; E_IO the database refused; E_UNSURE (only from commit) nobody knows. */
#ifndef HEED_STORE_STORE_DRIVER_H
#define HEED_STORE_STORE_DRIVER_H

#include "base/err.h"
#include "store/resource.h"

struct db;

enum dialect { DIALECT_SQLITE = 0, DIALECT_POSTGRES };

struct sql {
	unsigned number; /* unique within the process's statements, below SQL_MAX */
	char *text;
};
#define SQL_MAX 4096

/* Called for each row; columns are borrowed during the call. A negative return stops and becomes run's result. */
typedef int (*db_row_fn)(void *ctx, const struct value *columns, size_t count);

struct driver {
	const char *scheme; /* before the colon of the URL */
	enum dialect dialect;
	/* reader: the connection will only read. */
	int (*open)(const char *url, bool reader, struct db **ret_db, struct err *reterr);
	void (*close)(struct db **db);
	/* exec: a script without parameters or rows: DDL, begin, savepoint. */
	int (*exec)(struct db *db, const char *script, struct err *reterr);
	int (*commit)(struct db *db, struct err *reterr);
	/* run: fn may be NULL; ret_changes (may be NULL) counts rows changed. VALUE_ERASED is never a parameter. */
	int (*run)(struct db *db, const struct sql *sql, const struct value *params, size_t param_count, db_row_fn fn, void *ctx,
		int64_t *ret_changes, struct err *reterr);
	/* lock: this node's journal for this process until the connection closes; E_EXISTS when another process has it. */
	int (*lock)(struct db *db, const char *node, struct err *reterr);
};

/* Every connection begins with its driver, so that the calls below need only the connection. */
struct db_head {
	const struct driver *driver;
};

static inline const struct driver *db_driver(const struct db *db)
{
	return ((const struct db_head *)(const void *)db)->driver;
}
static inline int db_exec(struct db *db, const char *script, struct err *reterr)
{
	return db_driver(db)->exec(db, script, reterr);
}
static inline int db_run(struct db *db, const struct sql *sql, const struct value *params, size_t param_count, db_row_fn fn, void *ctx,
	int64_t *ret_changes, struct err *reterr)
{
	return db_driver(db)->run(db, sql, params, param_count, fn, ctx, ret_changes, reterr);
}
static inline void db_close(struct db **db)
{
	if (*db)
		db_driver(*db)->close(db);
}

extern const struct driver driver_sqlite;
extern const struct driver driver_postgres;

/* driver_find: of a URL, or NULL. */
const struct driver *driver_find(const char *url);

#endif
