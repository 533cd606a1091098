/* store_priv.h: the inside of the store: queues, units, reads, and who runs what. Private to this folder.
 *
 *   loop thread:   builds units and reads, submits, dispatches
 *   writer thread: takes up to group_max units, commits them together, hands results back
 *   readers:       take reads one by one; rows of client records that staff look at pass through the writer (a "view" entry)
 *                  before they are handed back
 *
 * Shared under `mutex`: the three queues, counts, flags. Everything else belongs to one thread. */
#ifndef HEED_STORE_STORE_PRIV_H
#define HEED_STORE_STORE_PRIV_H

#include "base/arena.h"
#include "store/journal.h"
#include "store/key.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

#define QUEUE_MAX 65536
#define READERS_MAX 8
#define WATCHES_MAX 8
#define UNIT_BYTES_MAX (16u * 1024u * 1024u)
#define READ_BYTES_MAX (64u * 1024u * 1024u)
#define OPS_MAX 4096

/* A scope copied for keeping; empty strings are unset. */
struct scope_copy {
	uint32_t who;
	char programme_id[UUID_LENGTH + 1], actor_id[UUID_LENGTH + 1], client_id[UUID_LENGTH + 1], release_id[UUID_LENGTH + 1];
	char reason[65];
};

/* scope_take: E_INVALID when an id or the reason has the wrong form. */
int scope_take(const struct scope *scope, struct scope_copy *ret_copy, struct err *reterr) MUST_CHECK;

/* One who waits in a *_wait call; lives on that caller's stack. */
struct waiter {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool done;
	int code;
	struct err err;
	struct row_set *set;
};

enum op_kind { OP_INSERT = 0, OP_UPDATE, OP_MOVE, OP_DELETE, OP_NOTE, OP_ERASE };

struct op {
	struct op *next;
	struct unit *unit; /* NULL: the harmless op of a broken unit */
	enum op_kind kind;
	const struct resource_sql *sql;
	struct uuid id;
	int64_t version;                 /* expected */
	const char *from, *to;           /* MOVE; the descriptor's own strings */
	const char *state;               /* INSERT: the beginning state */
	const char *action;              /* NOTE */
	char client_id[UUID_LENGTH + 1]; /* whose; found by the writer for changes */
	bool by_program;
	bool *set; /* a field each */
	struct value *values;
	wall_time at;
};

struct read;

struct unit {
	struct unit *next; /* in a queue */
	struct store *store;
	struct arena arena;
	struct scope_copy scope;
	struct op *ops, **tail;
	size_t op_count;
	struct op harmless;
	bool by_program;
	bool checkpoint;  /* an empty unit that asks for a checkpoint */
	struct err fault; /* the first while building */
	unit_done done;
	void *ctx;
	struct waiter *waiter;
	struct read *view; /* the read whose rows wait for this unit */
	struct err result;
	char *note; /* checkpoint: NOTE_MAX bytes of the asker's */
};

enum read_kind { READ_GET = 0, READ_LIST, READ_FIND, READ_COUNT, READ_JOURNAL, READ_OLD, READ_OWNERS };

struct read {
	struct read *next;
	struct store *store;
	struct arena arena; /* of the request; results have their own in the set */
	struct scope_copy scope;
	enum read_kind kind;
	const struct resource_sql *sql;
	const struct index_sql *index;
	char id[UUID_LENGTH + 1];
	struct value equal[INDEX_FIELDS_MAX];
	int64_t from, to;
	bool down;
	unsigned limit;
	struct str cursor;
	int64_t before;
	read_done done;
	void *ctx;
	struct waiter *waiter;
	struct row_set *set;
	struct err result;
};

/* A row set with what it owns. */
struct row_set_full {
	struct row_set set;
	struct arena arena;
};
int row_set_new(struct row_set_full **ret_set, struct err *reterr) MUST_CHECK;

/* Finished work for the loop thread. */
struct finished {
	struct unit *unit;
	struct read *read;
};

struct queue_units {
	struct unit *first, **tail;
	size_t count;
};
struct queue_reads {
	struct read *first, **tail;
	size_t count;
};

struct key_made; /* a data key of the running group; writer.c */

struct writer {
	pthread_t thread;
	bool running;
	struct db *db;
	struct journal journal;
	struct key_made *made; /* newest first */
	struct arena scratch;  /* of the running unit */
	bool broken;           /* the transaction, not a unit, has failed */
	bool sealed_off;       /* the database could not be reached: look again before the next group */
};

struct store {
	const struct driver *driver;
	char *url, *node, *key_path;
	struct registry registry; /* the caller's resources and the store's own; owned array */
	const struct resource **resources;
	const struct clock *clock;
	struct key_file *key;
	struct keyring *ring;
	struct statements sql;
	unsigned group_max;
	_Atomic bool healthy;
	_Atomic int64_t last_id_us; /* time in the newest id */
	_Atomic size_t open;        /* units and reads taken and not yet handed back */

	pthread_mutex_t mutex;
	pthread_cond_t write_wanted, read_wanted;
	bool closing; /* no new work; the writer ends when its queue is empty and no reader runs */
	bool quiet;   /* the threads are over and their work handed back: store_quiesce acts once */
	unsigned readers_busy;
	struct queue_units writes;
	struct queue_reads reads;
	struct unit *done_units, **done_units_tail;
	struct read *done_reads, **done_reads_tail;
	int event_fd;

	struct writer writer;
	struct reader {
		pthread_t thread;
		bool running;
		struct db *db;
		struct store *store;
	} readers[READERS_MAX];
	unsigned reader_count;

	struct {
		const struct resource *resource;
		watch_fn fn;
		void *ctx;
	} watches[WATCHES_MAX];
	_Atomic size_t watch_count;
};

/* unit.c */
int unit_check(struct unit *unit, struct err *reterr) MUST_CHECK;
/* row.c: a row of db columns into the set's arena, opened and redacted. *ret_hidden: the row is not this scope's. */
int row_read(struct store *store, struct db *db, const struct scope_copy *scope, const struct resource_sql *sql,
	const struct value *columns, struct arena *arena, struct row *ret_row, bool *ret_hidden, struct err *reterr) MUST_CHECK;
/* owner of a row's key: the client, or the programme. */
struct str row_owner(const struct resource *resource, struct str programme_id, struct str row_id, struct str client_id);

/* writer.c */
void *writer_main(void *store);
int writer_start(struct store *store, struct err *reterr) MUST_CHECK;
/* reader.c */
void *reader_main(void *reader);
/* store.c: hand finished work to the loop or its waiter. Any thread. */
void store_finish_unit(struct store *store, struct unit *unit);
void store_finish_read(struct store *store, struct read *read);
/* Queue a unit that the store made itself; also while closing. */
void store_queue_view(struct store *store, struct unit *unit);
void unit_destroy(struct unit *unit);
void read_destroy(struct read *read);

/* schema.c: bring the database to migration `number` (SCHEMA_NUMBER but in tests) of this registry, or say why not. */
#define SCHEMA_NUMBER 3
int schema_migrate(const struct statements *sql, const struct registry *registry, int number, struct db *db, wall_time now,
	struct err *reterr) MUST_CHECK;

#endif
