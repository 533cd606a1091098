/* driver_sqlite.c: SQLite 3, WAL, synchronous=FULL: a commit that returned is on disk. secure_delete overwrites what is
 * deleted, so a destroyed key does not linger in free pages. One writer connection; readers see the last commit. */
#include "store/store_driver.h"

#include "sys/mem.h"
#include "sys/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#define LAYER "store/sqlite"
#define COLUMNS_MAX 96

struct sqlite_db {
	struct db_head head;
	sqlite3 *handle;
	sqlite3_stmt *statements[SQL_MAX];
	char *path;
	int lock_fd;
};

static int fault(struct sqlite_db *db, int rc, const char *doing, struct err *reterr)
{
	int code = E_IO;
	int extended = db->handle ? sqlite3_extended_errcode(db->handle) : rc;
	if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY || extended == SQLITE_CONSTRAINT_ROWID)
		return err_set(reterr, E_EXISTS, LAYER, "a row with this key is already there");
	if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
		code = E_CONFLICT;
	else if ((rc & 0xff) == SQLITE_NOMEM)
		code = E_MEMORY;
	return err_set(reterr, code, LAYER, "%s: %s (%d)", doing, sqlite3_errstr(rc), extended);
}

static void sqlite_close(struct db **ref)
{
	struct sqlite_db *db = (struct sqlite_db *)(void *)*ref;
	*ref = NULL;
	if (!db)
		return;
	for (size_t i = 0; i < SQL_MAX; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->handle);
	if (db->lock_fd >= 0)
		close(db->lock_fd);
	mem_delete(db->path);
	mem_delete(db);
}

static int sqlite_exec(struct db *ref, const char *script, struct err *reterr)
{
	struct sqlite_db *db = (struct sqlite_db *)(void *)ref;
	int rc = sqlite3_exec(db->handle, script, NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : fault(db, rc, "statement", reterr);
}

static int sqlite_open(const char *url, bool reader, struct db **ret_db, struct err *reterr)
{
	const char *path = url + sizeof("sqlite:") - 1;
	struct sqlite_db *db = mem_new(sizeof *db);
	int code = 0;
	if (!db)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	db->head.driver = &driver_sqlite;
	db->lock_fd = -1;
	struct db *ref = (struct db *)(void *)db;
	db->path = mem_new(strlen(path) + 1);
	if (!db->path) {
		sqlite_close(&ref);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	memcpy(db->path, path, strlen(path) + 1);
	/* A reader opens for writing too: in WAL mode it may have to recover the log, and it never gets a writing statement. */
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (reader ? 0 : SQLITE_OPEN_CREATE);
	/* Made here first, so that it and the files that SQLite puts beside it are for us alone. */
	int fd = reader ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	int rc = sqlite3_open_v2(path, &db->handle, flags, NULL);
	if (rc != SQLITE_OK)
		code = fault(db, rc, "open", reterr);
	if (!code) {
		sqlite3_busy_timeout(db->handle, 5000);
		code = sqlite_exec(ref,
			"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
			"PRAGMA cache_size=-32000; PRAGMA wal_autocheckpoint=8000; PRAGMA journal_size_limit=67108864; PRAGMA mmap_size=0; "
			"PRAGMA trusted_schema=OFF;",
			reterr);
	}
	if (!code && reader)
		code = sqlite_exec(ref, "PRAGMA query_only=ON;", reterr);
	if (code)
		sqlite_close(&ref);
	else
		*ret_db = ref;
	return code;
}

static int sqlite_commit(struct db *ref, struct err *reterr)
{
	return sqlite_exec(ref, "COMMIT", reterr);
}

static int bind(sqlite3_stmt *statement, const struct value *params, size_t count)
{
	int rc = SQLITE_OK;
	for (size_t i = 0; rc == SQLITE_OK && i < count; i++) {
		int at = (int)i + 1;
		switch (params[i].kind) {
		case VALUE_INT: rc = sqlite3_bind_int64(statement, at, params[i].i); break;
		case VALUE_TEXT:
			rc = sqlite3_bind_text64(
				statement, at, params[i].s.ptr ? params[i].s.ptr : "", params[i].s.len, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case VALUE_BYTES:
			rc = sqlite3_bind_blob64(statement, at, params[i].s.ptr ? params[i].s.ptr : "", params[i].s.len, SQLITE_STATIC);
			break;
		case VALUE_NULL:
		case VALUE_ERASED: rc = sqlite3_bind_null(statement, at); break;
		}
	}
	return rc;
}

static struct value column(sqlite3_stmt *statement, int i)
{
	struct value value = { VALUE_NULL, 0, { NULL, 0 } };
	switch (sqlite3_column_type(statement, i)) {
	case SQLITE_INTEGER:
		value.kind = VALUE_INT;
		value.i = sqlite3_column_int64(statement, i);
		break;
	case SQLITE_TEXT:
		value.kind = VALUE_TEXT;
		value.s.ptr = (const char *)sqlite3_column_text(statement, i);
		value.s.len = (size_t)sqlite3_column_bytes(statement, i);
		break;
	case SQLITE_BLOB:
		value.kind = VALUE_BYTES;
		value.s.ptr = sqlite3_column_blob(statement, i);
		value.s.len = (size_t)sqlite3_column_bytes(statement, i);
		break;
	default: break;
	}
	return value;
}

static int step_all(struct sqlite_db *db, sqlite3_stmt *statement, db_row_fn fn, void *ctx, struct err *reterr)
{
	struct value columns[COLUMNS_MAX];
	int count = sqlite3_column_count(statement), rc;
	if (count > COLUMNS_MAX)
		return err_set(reterr, E_BUG, LAYER, "too many columns");
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; i < count; i++)
			columns[i] = column(statement, i);
		int code = fn ? fn(ctx, columns, (size_t)count) : 0;
		if (code < 0)
			return code;
	}
	return rc == SQLITE_DONE ? 0 : fault(db, rc, "statement", reterr);
}

static int sqlite_run(struct db *ref, const struct sql *sql, const struct value *params, size_t param_count, db_row_fn fn, void *ctx,
	int64_t *ret_changes, struct err *reterr)
{
	struct sqlite_db *db = (struct sqlite_db *)(void *)ref;
	sqlite3_stmt **slot = &db->statements[sql->number];
	int rc = SQLITE_OK;
	if (!*slot)
		rc = sqlite3_prepare_v3(db->handle, sql->text, -1, SQLITE_PREPARE_PERSISTENT, slot, NULL);
	if (rc == SQLITE_OK)
		rc = bind(*slot, params, param_count);
	if (rc != SQLITE_OK)
		return fault(db, rc, "prepare", reterr);
	int code = step_all(db, *slot, fn, ctx, reterr);
	sqlite3_reset(*slot);
	sqlite3_clear_bindings(*slot);
	if (!code && ret_changes)
		*ret_changes = sqlite3_changes64(db->handle);
	return code;
}

static int sqlite_lock(struct db *ref, const char *node, struct err *reterr)
{
	struct sqlite_db *db = (struct sqlite_db *)(void *)ref;
	size_t size = strlen(db->path) + strlen(node) + 8;
	char *path = mem_new(size);
	if (!path)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	snprintf(path, size, "%s.%s.lock", db->path, node);
	db->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	mem_delete(path);
	if (db->lock_fd < 0)
		return err_set(reterr, E_IO, LAYER, "lock file: %s", sys_reason(errno).text);
	if (flock(db->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return err_set(
			reterr, errno == EWOULDBLOCK ? E_EXISTS : E_IO, LAYER, "another process writes the journal of node \"%s\"", node);
	return 0;
}

const struct driver driver_sqlite = {
	.scheme = "sqlite",
	.dialect = DIALECT_SQLITE,
	.open = sqlite_open,
	.close = sqlite_close,
	.exec = sqlite_exec,
	.commit = sqlite_commit,
	.run = sqlite_run,
	.lock = sqlite_lock,
};
