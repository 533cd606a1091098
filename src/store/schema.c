/* schema.c: numbered migrations. What the descriptors describe is brought by their `since` numbers: migration n makes the
 * resources, fields and indexes that say n (1 when they say nothing). Anything that adding cannot express is a step of its
 * own in `steps`. A new database is made in one go, by the whole of the descriptors; a test holds both ways equal. The
 * fingerprint of the descriptors is kept, so that a database made by other descriptors is refused, not misread. */
#include "store/store_priv.h"

#include "sys/mem.h"

#include <sodium.h>

#define LAYER "store/schema"

/* Steps by hand: what to run after the additions of a migration. */
static const struct {
	int number;
	const char *script[2]; /* by dialect */
} steps[] = {
	{ 1, { "", "" } },
};

struct schema_row {
	int64_t number;
	char fingerprint[65];
};

static int read_schema(void *ctx, const struct value *columns, size_t count)
{
	struct schema_row *row = ctx;
	(void)count;
	row->number = columns[0].i;
	size_t len = columns[1].s.len < 64 ? columns[1].s.len : 64;
	memcpy(row->fingerprint, columns[1].s.ptr, len);
	return 0;
}

static int fingerprint(enum dialect dialect, const struct registry *registry, char text[65], struct err *reterr)
{
	crypto_hash_sha256_state state;
	uint8_t hash[32];
	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < registry->count; i++) {
		char *ddl = NULL;
		int code = sql_schema(dialect, registry->resources[i], 0, &ddl, reterr);
		if (code)
			return code;
		crypto_hash_sha256_update(&state, (const uint8_t *)ddl, strlen(ddl));
		mem_delete(ddl);
	}
	crypto_hash_sha256_final(&state, hash);
	sodium_bin2hex(text, 65, hash, sizeof hash);
	return 0;
}

static int run_schema(enum dialect dialect, const struct registry *registry, struct db *db, int since, struct err *reterr)
{
	int code = 0;
	for (size_t i = 0; !code && i < registry->count; i++) {
		char *ddl = NULL;
		code = sql_schema(dialect, registry->resources[i], since, &ddl, reterr);
		if (!code)
			code = db_exec(db, ddl, reterr);
		mem_delete(ddl);
	}
	for (size_t i = 0; !code && since > 0 && i < COUNT_OF(steps); i++)
		if (steps[i].number == since && steps[i].script[dialect][0])
			code = db_exec(db, steps[i].script[dialect], reterr);
	return code;
}

static int record(const struct statements *sql, struct db *db, int64_t number, const char *print, wall_time now, struct err *reterr)
{
	struct value params[3] = { value_int(number), value_int(now.us), value_c(print) };
	return db_run(db, &sql->schema_add, params, 3, NULL, NULL, NULL, reterr);
}

int schema_migrate(
	const struct statements *sql, const struct registry *registry, int number, struct db *db, wall_time now, struct err *reterr)
{
	struct schema_row row = { .number = 0 };
	char print[65];
	bool sqlite = sql->dialect == DIALECT_SQLITE;
	int code = fingerprint(sql->dialect, registry, print, reterr);
	if (!code)
		code = db_exec(db, sqlite ? "BEGIN IMMEDIATE" : "BEGIN; SELECT pg_advisory_xact_lock(4717301)", reterr);
	if (code)
		return code;
	code = db_exec(db, sql_schema_own(sql->dialect), reterr);
	if (!code)
		code = db_run(db, &sql->schema_get, NULL, 0, read_schema, &row, NULL, reterr);
	if (!code && row.number > number)
		code = err_set(
			reterr, E_INVALID, LAYER, "the database is newer (migration %d) than this program (%d)", (int)row.number, number);
	if (!code && row.number == number && strcmp(row.fingerprint, print) != 0)
		code = err_set(reterr, E_INVALID, LAYER,
			"the database was made by other descriptors than this program's; it needs its own version");
	if (!code && row.number == 0) {
		code = run_schema(sql->dialect, registry, db, 0, reterr);
		if (!code)
			code = record(sql, db, number, print, now, reterr);
	} else {
		for (int64_t n = row.number + 1; !code && n <= number; n++) {
			code = run_schema(sql->dialect, registry, db, (int)n, reterr);
			if (!code)
				code = record(sql, db, n, print, now, reterr);
		}
	}
	if (!code)
		return db_exec(db, "COMMIT", reterr);
	struct err ignored;
	(void)!db_exec(db, "ROLLBACK", &ignored);
	return code;
}
