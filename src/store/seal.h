/* seal.h: encryption of fields, look-up hashes, journal commitments, and the data keys behind them; private to this folder.
 *
 * A data key belongs to an owner (client, or programme for what is nobody's) and a retention class. It lies in the table
 * client_key, wrapped by the key file's newest seal key. A sealed value is: version byte 1, 24-byte nonce, ciphertext and
 * tag (XChaCha20-Poly1305), bound by its associated data to programme, resource, row and field: moved elsewhere it does
 * not open. Destroying the row in client_key erases all that the key sealed. */
#ifndef HEED_STORE_SEAL_H
#define HEED_STORE_SEAL_H

#include "base/arena.h"
#include "base/uuid.h"
#include "store/key.h"
#include "store/sql.h"
#include "sys/clock.h"

#define SEAL_OVERHEAD (1 + 24 + 16)
#define BLIND_BYTES 20
#define COMMIT_BYTES 18

struct data_key {
	char programme_id[UUID_LENGTH + 1]; /* that the owner belongs to */
	uint8_t seal[KEY_BYTES];
	uint8_t commit[KEY_BYTES];
};

/* Where a value stands; all borrowed. */
struct seal_place {
	struct str programme_id, row_id;
	const struct resource *resource;
	const struct field *field;
};

/* seal_value: plain (TEXT, INT or BYTES; not NULL) into the arena. seal_open: E_CRYPTO when it was changed or moved. */
int seal_value(struct arena *arena, const struct data_key *key, const struct seal_place *place, struct value plain,
	struct value *ret_sealed, struct err *reterr) MUST_CHECK;
int seal_open(struct arena *arena, const struct data_key *key, const struct seal_place *place, struct str sealed, struct value *ret_plain,
	struct err *reterr) MUST_CHECK;

/* seal_blind: the look-up hash of a value; across programmes when the field serves a global index. */
void seal_blind(const struct key_file *file, const struct seal_place *place, struct value plain, uint8_t hash[BLIND_BYTES]);

/* seal_commit: what the journal says of a value: a keyed hash that nobody can check or guess without the data key. */
void seal_commit(
	const struct data_key *key, const struct seal_place *place, int64_t version, struct value plain, uint8_t commitment[COMMIT_BYTES]);

/* The data keys in memory: bounded, shared by all threads, entries live a minute (another node may have destroyed one). */
struct keyring;
int keyring_new(const struct key_file *file, const struct clock *clock, struct keyring **ret_ring, struct err *reterr) MUST_CHECK;
void keyring_free(struct keyring **ring);

enum key_state { KEY_ABSENT = 0, KEY_ACTIVE, KEY_DESTROYED };

/* keyring_get: from memory or through db. *ret_key is a copy; wipe it when done. */
int keyring_get(struct keyring *ring, const struct statements *sql, struct db *db, struct str owner, enum retention class,
	enum key_state *ret_state, struct data_key *ret_key, struct err *reterr) MUST_CHECK;

/* keyring_make: a fresh key, written by db within the caller's transaction. It is not remembered until keyring_keep, after
 * the commit. */
int keyring_make(struct keyring *ring, const struct statements *sql, struct db *db, struct str programme_id, struct str owner,
	enum retention class, wall_time now, const struct uuid *id, struct data_key *ret_key, struct err *reterr) MUST_CHECK;
void keyring_keep(struct keyring *ring, struct str owner, enum retention class, const struct data_key *key);
/* keyring_drop: forget all keys of an owner; a key being read at this moment will not be remembered either. */
void keyring_drop(struct keyring *ring, struct str owner);

#endif
