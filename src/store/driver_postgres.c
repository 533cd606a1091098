/* driver_postgres.c: PostgreSQL through libpq; prepared statements, binary parameters and results. synchronous_commit stays
 * on: a commit that returned is on the server's disk. */
#include "store/store_driver.h"

#include "sys/mem.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <time.h>

#define LAYER "store/postgresql"
#define COLUMNS_MAX 96
#define LOCK_TRIES 40

/* Type numbers of the catalogue (pg_type.dat), fixed by the protocol. */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23 };

struct postgres_db {
	struct db_head head;
	PGconn *conn;
	bool prepared[SQL_MAX];
};

static bool has_state(const PGresult *result, const char *prefix)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	return state && strncmp(state, prefix, strlen(prefix)) == 0;
}

/* The server's message may quote values: only its code is kept. */
static int fault(struct postgres_db *db, const PGresult *result, const char *doing, struct err *reterr)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (PQstatus(db->conn) != CONNECTION_OK || has_state(result, "57P") || has_state(result, "08"))
		return err_set(reterr, E_CLOSED, LAYER, "%s: the connection is lost", doing);
	if (has_state(result, "23505"))
		return err_set(reterr, E_EXISTS, LAYER, "a row with this key is already there");
	if (has_state(result, "40"))
		return err_set(reterr, E_CONFLICT, LAYER, "%s: the transaction must be tried again", doing);
	return err_set(reterr, E_IO, LAYER, "%s: refused (%s)", doing, state ? state : "no code");
}

static void postgres_close(struct db **ref)
{
	struct postgres_db *db = (struct postgres_db *)(void *)*ref;
	*ref = NULL;
	if (!db)
		return;
	PQfinish(db->conn);
	mem_delete(db);
}

static void ignore_notice(void *ctx, const PGresult *result)
{
	(void)ctx;
	(void)result;
}

static int postgres_exec(struct db *ref, const char *script, struct err *reterr)
{
	struct postgres_db *db = (struct postgres_db *)(void *)ref;
	PGresult *result = PQexec(db->conn, script);
	ExecStatusType status = PQresultStatus(result);
	int code = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY
			   ? 0
			   : fault(db, result, "statement", reterr);
	PQclear(result);
	return code;
}

static int postgres_open(const char *url, bool reader, struct db **ret_db, struct err *reterr)
{
	struct postgres_db *db = mem_new(sizeof *db);
	if (!db)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	db->head.driver = &driver_postgres;
	db->conn = PQconnectdb(url);
	struct db *ref = (struct db *)(void *)db;
	int code = 0;
	if (PQstatus(db->conn) != CONNECTION_OK)
		code = err_set(reterr, E_CLOSED, LAYER, "cannot connect to the database server");
	else
		PQsetNoticeReceiver(db->conn, ignore_notice, NULL);
	if (!code && PQserverVersion(db->conn) < 130000)
		code = err_set(reterr, E_INVALID, LAYER, "the database server is older than PostgreSQL 13");
	if (!code)
		code = postgres_exec(ref,
			reader ? "SET client_encoding = 'UTF8'; SET default_transaction_read_only = on; SET statement_timeout = '30s'"
			       : "SET client_encoding = 'UTF8'; SET synchronous_commit = on; SET lock_timeout = '30s'",
			reterr);
	if (code)
		postgres_close(&ref);
	else
		*ret_db = ref;
	return code;
}

static int postgres_commit(struct db *ref, struct err *reterr)
{
	struct postgres_db *db = (struct postgres_db *)(void *)ref;
	PGresult *result = PQexec(db->conn, "COMMIT");
	int code = 0;
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		code = PQstatus(db->conn) != CONNECTION_OK ? err_set(reterr, E_UNSURE, LAYER, "the connection was lost during the commit")
							   : fault(db, result, "commit", reterr);
	else if (strcmp(PQcmdStatus(result), "COMMIT") != 0) /* a failed transaction answers COMMIT with ROLLBACK */
		code = err_set(reterr, E_IO, LAYER, "commit: the transaction had failed");
	PQclear(result);
	return code;
}

struct bound {
	const char *values[COLUMNS_MAX];
	int lengths[COLUMNS_MAX];
	int formats[COLUMNS_MAX];
	uint64_t integers[COLUMNS_MAX];
};

static uint64_t big_endian(uint64_t i)
{
	uint8_t b[8];
	uint64_t out;
	for (int k = 0; k < 8; k++)
		b[k] = (uint8_t)(i >> (56 - 8 * k));
	memcpy(&out, b, 8);
	return out;
}

static void bind(struct bound *bound, const struct value *params, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bound->formats[i] = 1;
		bound->values[i] = params[i].s.ptr ? params[i].s.ptr : "";
		bound->lengths[i] = (int)params[i].s.len;
		if (params[i].kind == VALUE_INT) {
			bound->integers[i] = big_endian((uint64_t)params[i].i);
			bound->values[i] = (const char *)&bound->integers[i];
			bound->lengths[i] = 8;
		} else if (params[i].kind == VALUE_NULL || params[i].kind == VALUE_ERASED) {
			bound->values[i] = NULL;
		}
	}
}

static struct value column(const PGresult *result, int row, int i)
{
	struct value value = { VALUE_NULL, 0, { NULL, 0 } };
	if (PQgetisnull(result, row, i))
		return value;
	const char *ptr = PQgetvalue(result, row, i);
	size_t len = (size_t)PQgetlength(result, row, i);
	Oid type = PQftype(result, i);
	if (type == OID_INT8 || type == OID_INT4 || type == OID_BOOL) {
		uint64_t n = type == OID_INT4 && (ptr[0] & 0x80) ? UINT64_MAX : 0;
		for (size_t k = 0; k < len; k++)
			n = n << 8 | (uint8_t)ptr[k];
		value.kind = VALUE_INT;
		value.i = (int64_t)n;
	} else {
		value.kind = type == OID_BYTEA ? VALUE_BYTES : VALUE_TEXT;
		value.s = str_make(ptr, len);
	}
	return value;
}

static int give_rows(const PGresult *result, db_row_fn fn, void *ctx)
{
	struct value columns[COLUMNS_MAX];
	int rows = PQntuples(result), count = PQnfields(result), code = 0;
	for (int row = 0; fn && code >= 0 && row < rows; row++) {
		for (int i = 0; i < count; i++)
			columns[i] = column(result, row, i);
		code = fn(ctx, columns, (size_t)count);
	}
	return code < 0 ? code : 0;
}

static int64_t changed_rows(PGresult *result)
{
	int64_t changes = 0;
	for (const char *c = PQcmdTuples(result); *c >= '0' && *c <= '9'; c++)
		changes = changes * 10 + (*c - '0');
	return changes;
}

static int prepare(struct postgres_db *db, const struct sql *sql, const char *name, struct err *reterr)
{
	if (db->prepared[sql->number])
		return 0;
	PGresult *result = PQprepare(db->conn, name, sql->text, 0, NULL);
	int code = PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : fault(db, result, "prepare", reterr);
	PQclear(result);
	db->prepared[sql->number] = !code;
	return code;
}

static int postgres_run(struct db *ref, const struct sql *sql, const struct value *params, size_t param_count, db_row_fn fn, void *ctx,
	int64_t *ret_changes, struct err *reterr)
{
	struct postgres_db *db = (struct postgres_db *)(void *)ref;
	struct bound bound;
	char name[16];
	if (param_count > COLUMNS_MAX)
		return err_set(reterr, E_BUG, LAYER, "too many parameters");
	snprintf(name, sizeof name, "s%u", sql->number);
	int code = prepare(db, sql, name, reterr);
	if (code)
		return code;
	bind(&bound, params, param_count);
	PGresult *result = PQexecPrepared(db->conn, name, (int)param_count, bound.values, bound.lengths, bound.formats, 1);
	ExecStatusType status = PQresultStatus(result);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		code = fault(db, result, "statement", reterr);
	else if (PQnfields(result) > COLUMNS_MAX)
		code = err_set(reterr, E_BUG, LAYER, "too many columns");
	else
		code = give_rows(result, fn, ctx);
	if (!code && ret_changes)
		*ret_changes = changed_rows(result);
	PQclear(result);
	return code;
}

static int try_lock(struct postgres_db *db, uint64_t key, bool *ret_locked, struct err *reterr)
{
	const char *values[1] = { (const char *)&key };
	const int lengths[1] = { 8 }, formats[1] = { 1 };
	const Oid types[1] = { OID_INT8 };
	PGresult *result = PQexecParams(db->conn, "SELECT pg_try_advisory_lock($1)", 1, types, values, lengths, formats, 1);
	int code = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1 ? 0 : fault(db, result, "lock", reterr);
	*ret_locked = !code && PQgetvalue(result, 0, 0)[0] != 0;
	PQclear(result);
	return code;
}

/* The server holds the lock of a session that ended (or died) until it has noticed: hence the patience. */
static int postgres_lock(struct db *ref, const char *node, struct err *reterr)
{
	struct postgres_db *db = (struct postgres_db *)(void *)ref;
	uint64_t key = big_endian(str_hash(str_c(node)) ^ 0x6865656477656c6cu); /* ours among the locks of the database */
	const struct timespec pause = { 0, 50 * 1000 * 1000 };
	bool locked = false;
	int code = 0;
	for (int i = 0; !code && !locked && i < LOCK_TRIES; i++) {
		if (i)
			nanosleep(&pause, NULL);
		code = try_lock(db, key, &locked, reterr);
	}
	if (!code && !locked)
		code = err_set(reterr, E_EXISTS, LAYER, "another process writes the journal of node \"%s\"", node);
	return code;
}

const struct driver driver_postgres = {
	.scheme = "postgresql",
	.dialect = DIALECT_POSTGRES,
	.open = postgres_open,
	.close = postgres_close,
	.exec = postgres_exec,
	.commit = postgres_commit,
	.run = postgres_run,
	.lock = postgres_lock,
};
