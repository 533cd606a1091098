/* export.h: the journal of a node as the file that audit.h verifies. Works on a database in use (a reader's connection, the
 * entries up to the head that it found), also without a store: for the command line. */
#ifndef HEED_STORE_EXPORT_H
#define HEED_STORE_EXPORT_H

#include "store/store.h"

struct export_source {
	const char *url, *key_file, *node; /* node NULL: "main" */
	const char *programme_id;          /* leaves of others go as bare hashes; NULL: all in full */
};

/* export_journal: E_CRYPTO when the entries do not lead to the database's own signed checkpoints: then nothing is signed.
 * *ret_entries may be NULL. Thread-safe. */
int export_journal(const struct export_source *source, export_write write, void *ctx, uint64_t *ret_entries, struct err *reterr) MUST_CHECK;

#endif
