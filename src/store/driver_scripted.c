/* driver_scripted.c: see driver_scripted.h. */
#include "store/driver_scripted.h"

#include "sys/mem.h"

#include <stdatomic.h>

#define LAYER "store/scripted"

static struct {
	enum scripted_fault fault;
	_Atomic bool commits_only;
	_Atomic unsigned left; /* calls until the fault; 0: none planned */
	_Atomic unsigned refused_opens;
	_Atomic bool fired;
} plan;

struct scripted_db {
	struct db_head head;
	struct db *db; /* NULL: lost */
	bool reader;
};

void scripted_plan(enum scripted_fault fault, unsigned at, unsigned refused_opens)
{
	plan.fault = fault;
	atomic_store(&plan.refused_opens, refused_opens);
	atomic_store(&plan.fired, false);
	atomic_store(&plan.commits_only, false);
	atomic_store(&plan.left, at);
}

void scripted_plan_commit(enum scripted_fault fault, unsigned at, unsigned refused_opens)
{
	scripted_plan(fault, 0, refused_opens);
	atomic_store(&plan.commits_only, true);
	atomic_store(&plan.left, at);
}

bool scripted_fired(void)
{
	return atomic_load(&plan.fired);
}

static bool fires(const struct scripted_db *db, bool commit)
{
	if (db->reader || (!commit && atomic_load(&plan.commits_only)) || atomic_load(&plan.left) == 0 ||
		atomic_fetch_sub(&plan.left, 1) != 1)
		return false;
	atomic_store(&plan.fired, true);
	return true;
}

static int lost(struct scripted_db *db, int code, struct err *reterr)
{
	db_close(&db->db);
	return err_set(reterr, code, LAYER, "planned: the connection is lost");
}

/* What the planned fault does to a call that is no commit. */
static int strike(struct scripted_db *db, struct err *reterr)
{
	struct err ignored;
	switch (plan.fault) {
	case SCRIPTED_REFUSED: return err_set(reterr, E_IO, LAYER, "planned: refused");
	case SCRIPTED_CONFLICT:
		(void)!db_exec(db->db, "ROLLBACK", &ignored);
		return err_set(reterr, E_CONFLICT, LAYER, "planned: try again");
	default: return lost(db, E_CLOSED, reterr);
	}
}

static void scripted_close(struct db **ref)
{
	struct scripted_db *db = (struct scripted_db *)(void *)*ref;
	*ref = NULL;
	db_close(&db->db);
	mem_delete(db);
}

static int scripted_open(const char *url, bool reader, struct db **ret_db, struct err *reterr)
{
	if (!reader && atomic_load(&plan.fired) && atomic_load(&plan.refused_opens) > 0) {
		atomic_fetch_sub(&plan.refused_opens, 1);
		return err_set(reterr, E_CLOSED, LAYER, "planned: cannot connect");
	}
	struct scripted_db *db = mem_new(sizeof *db);
	if (!db)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	db->head.driver = &driver_scripted;
	db->reader = reader;
	int code = driver_sqlite.open(url, reader, &db->db, reterr);
	if (code)
		mem_delete(db);
	else
		*ret_db = (struct db *)(void *)db;
	return code;
}

static int scripted_exec(struct db *ref, const char *script, struct err *reterr)
{
	struct scripted_db *db = (struct scripted_db *)(void *)ref;
	if (!db->db)
		return err_set(reterr, E_CLOSED, LAYER, "lost");
	return fires(db, false) ? strike(db, reterr) : db_exec(db->db, script, reterr);
}

static int scripted_commit(struct db *ref, struct err *reterr)
{
	struct scripted_db *db = (struct scripted_db *)(void *)ref;
	if (!db->db)
		return err_set(reterr, E_CLOSED, LAYER, "lost");
	if (!fires(db, true))
		return driver_sqlite.commit(db->db, reterr);
	if (plan.fault == SCRIPTED_UNSURE_DONE) {
		int code = driver_sqlite.commit(db->db, reterr);
		return code ? code : lost(db, E_UNSURE, reterr);
	}
	return plan.fault == SCRIPTED_UNSURE_NOT ? lost(db, E_UNSURE, reterr) : strike(db, reterr);
}

static int scripted_run(struct db *ref, const struct sql *sql, const struct value *params, size_t param_count, db_row_fn fn, void *ctx,
	int64_t *ret_changes, struct err *reterr)
{
	struct scripted_db *db = (struct scripted_db *)(void *)ref;
	if (!db->db)
		return err_set(reterr, E_CLOSED, LAYER, "lost");
	return fires(db, false) ? strike(db, reterr) : db_run(db->db, sql, params, param_count, fn, ctx, ret_changes, reterr);
}

static int scripted_lock(struct db *ref, const char *node, struct err *reterr)
{
	struct scripted_db *db = (struct scripted_db *)(void *)ref;
	return db->db ? driver_sqlite.lock(db->db, node, reterr) : err_set(reterr, E_CLOSED, LAYER, "lost");
}

const struct driver driver_scripted = {
	.scheme = "scripted",
	.dialect = DIALECT_SQLITE,
	.open = scripted_open,
	.close = scripted_close,
	.exec = scripted_exec,
	.commit = scripted_commit,
	.run = scripted_run,
	.lock = scripted_lock,
};
