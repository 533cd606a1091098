/* key.h: the key file: what seals every data key, hashes look-ups and signs the journal's checkpoints. A text file for its
 * owner alone (0600):
 *
 *   heedwell-key 1
 *   name clinic.example/heedwell
 *   seal BASE64      newest first; older ones only open (rotation); at most 8
 *   blind BASE64     fixed for the life of the database: look-up hashes rest on it
 *   sign BASE64      Ed25519 seed
 *
 * Losing it loses every sealed word; it is backed up apart from the database. */
#ifndef HEED_STORE_KEY_H
#define HEED_STORE_KEY_H

#include "base/err.h"
#include "store/note.h"

#define KEY_BYTES 32
#define KEY_SEALS_MAX 8

struct key_file {
	char name[NOTE_NAME_MAX + 1];
	struct {
		char id[9]; /* hex of a hash: which key wrapped a data key */
		uint8_t key[KEY_BYTES];
	} seals[KEY_SEALS_MAX];
	size_t seal_count;
	uint8_t blind[KEY_BYTES];
	uint8_t sign_public[32], sign_secret[64];
};

/* key_create: a new file of mode 0600; E_EXISTS when there is one. name: as note_name_good. */
int key_create(const char *path, const char *name, struct err *reterr) MUST_CHECK;
/* key_load: E_DENIED when others than the owner can read it; E_INVALID names the line. key_free wipes. */
int key_load(const char *path, struct key_file **ret_key, struct err *reterr) MUST_CHECK;
void key_free(struct key_file **key);

#endif
