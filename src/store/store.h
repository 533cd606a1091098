/* store.h: what a programme keeps, on disk, journalled, sealed; the only door to the database.
 *
 * Asynchronous: the loop thread submits units (writes) and reads; one writer thread commits units in groups (each unit under
 * its own savepoint with its own result, one fsync for all), a small pool reads. Results wait in a queue behind
 * store_poll_fd; store_dispatch, called by the loop when that is readable, runs the callbacks on the loop thread. A callback
 * is called exactly once for every accepted submit, also at close (E_CLOSED).
 *
 * A unit whose callback got E_OK is on disk together with its journal entries. E_CONFLICT: version or state did not match,
 * nothing was changed. E_EXISTS: a unique key is taken. E_NOT_FOUND: no such row in this programme (or not this client's).
 * E_DENIED: the scope may not. E_INVALID: a value breaks its descriptor. E_UNSURE: the commit may or may not have happened.
 *
 * The store itself adds the programme to every statement, checks who may do what, seals, and journals changes and the views
 * of client records by staff: no caller can forget. All functions belong to the loop thread unless they say otherwise. */
#ifndef HEED_STORE_STORE_H
#define HEED_STORE_STORE_H

#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"
#include "store/resource.h"
#include "sys/clock.h"

struct store;
struct driver; /* store_driver.h */

struct store_options {
	const char *url;      /* "sqlite:PATH" or "postgresql://..." */
	const char *key_file; /* made by `heedwell key new`; refused when others can read it */
	const char *node;     /* [a-z0-9_-]{1,32}; NULL: "main". Each node appends to its own journal */
	struct registry registry;
	const struct clock *clock;   /* borrowed; for row times, journal times and UUIDs */
	unsigned readers;            /* 0: 2 */
	unsigned group_max;          /* units of one commit; 0: 256 */
	const struct driver *driver; /* NULL: by the URL; tests give one that fails on demand */
};

/* store_open: opens or creates the database, runs migrations, locks this node's journal (E_EXISTS: another process has it),
 * starts the threads. Blocks; milliseconds. */
int store_open(const struct store_options *options, struct store **ret_store, struct err *reterr) MUST_CHECK;

/* store_quiesce: takes nothing more (E_CLOSED), finishes what was submitted, writes a checkpoint, runs the remaining callbacks:
 * to be called while what they point to still lives. NULL is fine. store_close: the same if need be, then frees. */
void store_quiesce(struct store *store);
void store_close(struct store **store);

/* store_poll_fd: readable when store_dispatch has work. store_dispatch: runs callbacks, returns how many. */
int store_poll_fd(const struct store *store);
size_t store_dispatch(struct store *store);
/* store_idle: whether every unit and read that was taken has been handed back. Any thread. */
bool store_idle(const struct store *store);

/* Who asks, for which programme, why, under which release. All strings are copied by the calls that take a scope. */
struct scope {
	const char *programme_id; /* NULL only with who == WHO_SYSTEM, on global indexes */
	uint32_t who;             /* enum who mask; 0 may do nothing */
	const char *actor_id;     /* staff, client or api_key id; NULL for the program */
	const char *client_id;    /* with WHO_CLIENT alone: only this client's rows exist. Otherwise NULL */
	const char *reason;       /* a code, [a-z0-9_.:-]{0,64}: "alert.acknowledge"; never free text. NULL: none */
	const char *release_id;   /* NULL: none */
};

/* ---- Writing ---------------------------------------------------------------------------------------------------- */

struct unit; /* an ordered list of changes that happens entirely or not at all */
struct op;   /* one change; owned by its unit */

#define VERSION_ANY INT64_C(-1)

/* unit_new: NULL when out of memory. unit_free: only for units that were not submitted. Any thread. */
struct unit *unit_new(struct store *store, const struct scope *scope) MUST_CHECK;
void unit_free(struct unit **unit);

/* Faults while building (unknown resource or field, memory, value out of bounds) are kept in the unit and returned by
 * store_submit, so calls need no checks one by one; they return a harmless op, never NULL.
 *
 * unit_insert: a new row with a fresh id, which is copied to ret_id (may be NULL). */
struct op *unit_insert(struct unit *unit, const char *resource, struct uuid *ret_id);
/* unit_insert_as: a new row with an id of the caller's (a client's own submission id: sent twice gives E_EXISTS). */
struct op *unit_insert_as(struct unit *unit, const char *resource, const char *id);
/* unit_update: expected version, or VERSION_ANY. */
struct op *unit_update(struct unit *unit, const char *resource, const char *id, int64_t version);
/* unit_move: a transition of the descriptor; E_CONFLICT when the row is not in state `from` or not at the version. */
struct op *unit_move(struct unit *unit, const char *resource, const char *id, int64_t version, const char *from, const char *to);
/* unit_delete: the row goes (retention). The journal keeps that it was. */
struct op *unit_delete(struct unit *unit, const char *resource, const char *id, int64_t version);
/* unit_erase_client: what store_erase_client does, within a unit: the ops before it are written with the client's keys still. */
void unit_erase_client(struct unit *unit, const char *client_id);
/* unit_note: only a journal entry: something happened to the row that changes nothing ("view", "export", "print"). */
struct op *unit_note(struct unit *unit, const char *resource, const char *id, const char *action, const char *client_id);
/* unit_by_program: the following ops are done by the program on the actor's behalf (events, jobs, consequences): they are
 * journalled with the same actor but checked as WHO_SYSTEM. */
void unit_by_program(struct unit *unit);

/* Fields of an op; values are copied. */
void op_text(struct op *op, const char *field, struct str value);
void op_c(struct op *op, const char *field, const char *value); /* NULL unsets */
void op_int(struct op *op, const char *field, int64_t value);
void op_bool(struct op *op, const char *field, bool value);
void op_time(struct op *op, const char *field, wall_time value);
void op_bytes(struct op *op, const char *field, struct str value);
void op_json(struct op *op, const char *field, const struct json_t *value); /* borrowed; dumped compact, sorted keys */
void op_null(struct op *op, const char *field);
/* op_object: all members of a JSON object from outside, checked against the descriptor and the scope. E_INVALID or E_DENIED
 * at once, naming the field ("client.age_band: required", "alert.colour: no such field"); op is then left unchanged. */
int op_object(struct op *op, const struct json_t *object, struct err *reterr) MUST_CHECK;

/* done: on the loop thread; err is NULL on success. */
typedef void (*unit_done)(void *ctx, const struct err *err);

/* store_submit: takes the unit in every case. 0: done will be called. Otherwise (E_INVALID, E_DENIED, E_MEMORY, E_LIMIT when
 * 65,536 units wait, E_CLOSED) nothing was queued and done is not called. done may be NULL. Any thread. */
int store_submit(struct store *store, struct unit *take_unit, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* store_write_wait: submit and wait, for tests and the command line; any thread, not from within a callback. */
int store_write_wait(struct store *store, struct unit *take_unit, struct err *reterr) MUST_CHECK;

/* store_watch: fn is called on the loop thread, in commit order, for every row inserted into `resource` by this process,
 * before the unit's own callback (the SSE hub watches "event"). At most 8 watches. The row is valid during the call. */
struct row;
typedef void (*watch_fn)(void *ctx, const struct row *row);
int store_watch(struct store *store, const char *resource, watch_fn fn, void *ctx, struct err *reterr) MUST_CHECK;

/* ---- Reading ---------------------------------------------------------------------------------------------------- */

/* A row. Values stand in the order of resource->fields; sealed ones are already opened. Fields that the scope may not read
 * are VALUE_NULL. */
struct row {
	const struct resource *resource;
	struct str id, programme_id; /* NUL-terminated */
	int64_t version;
	wall_time created_at, updated_at;
	struct str state; /* empty without states */
	const struct value *values;
};

struct row_set {
	const struct row *rows;
	size_t count;
	struct str cursor; /* for the next page; empty when this was the last one */
	int64_t total;     /* of store_count */
};
void row_set_free(struct row_set **set);

/* By field name; a name that the resource does not have is our bug and ends in an assertion. Unset: {NULL,0}, 0, false. */
struct str row_text(const struct row *row, const char *field); /* TEXT, ENUM, REF, JSON, BYTES */
int64_t row_int(const struct row *row, const char *field);
bool row_bool(const struct row *row, const char *field);
wall_time row_time(const struct row *row, const char *field);
bool row_is_null(const struct row *row, const char *field);
bool row_erased(const struct row *row); /* some sealed value can no longer be opened */
/* row_json: a new reference; the fields that `who` may read, times as RFC 3339, JSON fields as JSON. NULL: out of memory. */
struct json_t *row_json(const struct row *row, uint32_t who);

#define LIST_MAX 200

struct list_query {
	const char *resource;
	const char *index;                    /* NULL: by id, all rows of the programme */
	struct value equal[INDEX_FIELDS_MAX]; /* one for each field of the index; BLIND fields take the plain value */
	wall_time from, to;                   /* bounds of the order field when `bounded`: from <= order < to (for INT fields too) */
	bool bounded;
	bool descending;
	unsigned limit;    /* 1..LIST_MAX; 0: 50 */
	struct str cursor; /* from the page before, or empty; E_INVALID when it is not of this query */
};
/* Values for `equal`. */
static inline struct value value_c(const char *c)
{
	return (struct value){ VALUE_TEXT, 0, str_c(c) };
}
static inline struct value value_str(struct str s)
{
	return (struct value){ VALUE_TEXT, 0, s };
}
static inline struct value value_int(int64_t i)
{
	return (struct value){ VALUE_INT, i, { NULL, 0 } };
}

/* done: on the loop thread. On success err is NULL and take_set belongs to the callee (row_set_free); on failure it is NULL. */
typedef void (*read_done)(void *ctx, struct row_set *take_set, const struct err *err);

/* store_get: one row by id; E_NOT_FOUND when there is none. store_list: a page. store_find: as list, but the first row only,
 * E_NOT_FOUND when there is none. store_count: total up to `max` (<= 10,000). Everything is copied. */
int store_get(struct store *store, const struct scope *scope, const char *resource, const char *id, read_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
int store_list(struct store *store, const struct scope *scope, const struct list_query *query, read_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
int store_find(struct store *store, const struct scope *scope, const struct list_query *query, read_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
int store_count(struct store *store, const struct scope *scope, const struct list_query *query, unsigned max, read_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* For retention, by the program alone (E_DENIED). store_old: rows that were last changed before `before`, by id, above `after` (empty: from
 * the first); at most LIST_MAX. store_owners: of each client that rows of the resource name, above `after`, when the newest of those rows
 * was changed: rows with the client as id and updated_at, no values; at most STORE_OWNERS_MAX. E_INVALID for a resource whose rows name
 * none. Both look through the table. */
#define STORE_OWNERS_MAX 5000
int store_old(struct store *store, const struct scope *scope, const char *resource, wall_time before, struct str after, unsigned limit,
	read_done done, void *ctx, struct err *reterr) MUST_CHECK;
int store_owners(struct store *store, const struct scope *scope, const char *resource, struct str after, unsigned limit, read_done done,
	void *ctx, struct err *reterr) MUST_CHECK;

/* The same, waiting; any thread, not from within a callback. */
int store_get_wait(struct store *store, const struct scope *scope, const char *resource, const char *id, struct row_set **ret_set,
	struct err *reterr) MUST_CHECK;
int store_list_wait(struct store *store, const struct scope *scope, const struct list_query *query, struct row_set **ret_set,
	struct err *reterr) MUST_CHECK;
int store_find_wait(struct store *store, const struct scope *scope, const struct list_query *query, struct row_set **ret_set,
	struct err *reterr) MUST_CHECK;

/* ---- Keys, journal ---------------------------------------------------------------------------------------------- */

/* store_erase_client: destroys every key of the client: sealed values and journal commitments become unreadable for ever, rows
 * and journal stay. Later inserts for the client are refused (E_DENIED). Journalled as "erase". */
int store_erase_client(
	struct store *store, const struct scope *scope, const char *client_id, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* store_checkpoint: the newest signed checkpoint of this node's journal covering all committed entries, as the text of a
 * signed note; for /v1/... and mail. Waits for the writer. Any thread, not from within a callback. The note is written to
 * note[size] with NUL; E_LIMIT when it does not fit (1 KB is plenty). */
int store_checkpoint(struct store *store, char *note, size_t size, struct err *reterr) MUST_CHECK;

/* store_journal: a page of this node's journal, newest first, of the scope's programme, as rows of a resource "journal" with
 * number, at, actor_kind, actor_id, action, subject (resource name), subject_id, client_id, reason, hash (hex). before: the
 * number to go on below, or -1. client_id: only entries about this client (who looked), or NULL. */
int store_journal(struct store *store, const struct scope *scope, const char *client_id, int64_t before, unsigned limit, read_done done,
	void *ctx, struct err *reterr) MUST_CHECK;

/* store_export: the journal as the file that `heedwell audit verify` reads, in pieces to `write` (non-zero return stops),
 * ending with a fresh checkpoint. Leaves of other programmes than programme_id go as bare hashes; NULL: all in full. Blocks:
 * call it on a thread of your own or from the command line. */
typedef int (*export_write)(void *ctx, struct str piece);
int store_export(struct store *store, const char *programme_id, export_write write, void *ctx, struct err *reterr) MUST_CHECK;

/* store_new_id: a fresh UUIDv7 by the store's clock. Any thread. */
void store_new_id(struct store *store, struct uuid *ret_id);

/* store_healthy: false after the database was lost and could not be reached again; the caller fails closed. Any thread. */
bool store_healthy(const struct store *store);

#endif
