/* journal.h: this node's append-only Merkle log; private to this folder. Belongs to the writer thread.
 *
 * An entry is one line of JSON with a fixed order of members, its leaf hash is that of RFC 6962 over the line's bytes. The
 * tree grows within the writer's transaction; the writer keeps a copy of `grown` at each savepoint and puts it back when it
 * rolls back; journal_put writes the head before the commit. */
#ifndef HEED_STORE_JOURNAL_H
#define HEED_STORE_JOURNAL_H

#include "base/buf.h"
#include "store/key.h"
#include "store/merkle.h"
#include "store/sql.h"
#include "sys/clock.h"

#define JOURNAL_CHECKPOINT_EVERY 1000

struct journal {
	const struct statements *sql;
	const struct key_file *key;
	char node[33];
	char origin[NOTE_NAME_MAX + 40];
	struct journal_grown {
		struct merkle tree;
		uint64_t checkpointed; /* size of the newest checkpoint */
		int64_t batch;         /* commits of this node so far: tells after an uncertain commit whether it happened */
	} grown;
	struct buf line;
};

struct journal_field {
	const char *name;
	bool committed; /* false: the client's key is gone, the name alone is kept */
	uint8_t commitment[18];
};

struct journal_entry {
	wall_time at;
	struct str actor_kind, actor_id; /* id empty: the program */
	struct str action, subject, subject_id;
	struct str state; /* that it was moved to; empty: not moved */
	int64_t version;  /* of the row after it; 0: none */
	struct str programme_id, client_id, release_id, reason;
	const struct journal_field *fields;
	size_t field_count;
};

int journal_open(
	struct journal *journal, const struct statements *sql, const struct key_file *key, const char *node, struct err *reterr) MUST_CHECK;
void journal_done(struct journal *journal);

/* journal_load: tree and batch as the database has them; E_CRYPTO when head and entries do not agree. */
int journal_load(struct journal *journal, struct db *db, struct err *reterr) MUST_CHECK;

/* journal_load_head: the same without looking at the entries; for one who reads all of them anyway, beside a running writer. */
int journal_load_head(struct journal *journal, struct db *db, struct err *reterr) MUST_CHECK;

int journal_append(struct journal *journal, struct db *db, const struct journal_entry *entry, struct err *reterr) MUST_CHECK;
/* journal_put: the head of this commit; `force`: with a checkpoint. (journal_append makes one every 1,000 entries.) */
int journal_put(struct journal *journal, struct db *db, bool force, struct err *reterr) MUST_CHECK;

/* journal_checkpoint: a signed checkpoint of the tree as it is, into note[NOTE_MAX]. */
void journal_checkpoint(const struct journal *journal, char *note);

#endif
