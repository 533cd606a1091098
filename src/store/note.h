/* note.h: signed notes and checkpoints (C2SP signed-note and tlog-checkpoint): a text, a blank line, a signature line
 * "\xe2\x80\x94 NAME BASE64(key hash, Ed25519 signature)". Pure but for libsodium. */
#ifndef HEED_STORE_NOTE_H
#define HEED_STORE_NOTE_H

#include "base/err.h"
#include "base/str.h"
#include "store/merkle.h"

#define NOTE_MAX 1024
#define NOTE_NAME_MAX 200
#define NOTE_VERIFIER_MAX (NOTE_NAME_MAX + 64)

/* note_base64: exactly `want` (at most 96) bytes in standard base64 with padding, and in their one canonical form: libsodium
 * 1.0.18 takes some letters with the top bit set for the letter, which would let two texts mean the same bytes. */
bool note_base64(struct str text, uint8_t *out, size_t want);

/* Who signs. */
struct note_signer {
	const char *name;                       /* no spaces, no '+' */
	const uint8_t *public_key, *secret_key; /* Ed25519 as libsodium holds them: 32 and 64 bytes */
};

/* note_verifier: the public key as text, "NAME+HASH+BASE64", NUL-terminated, into text[NOTE_VERIFIER_MAX]. */
void note_verifier(const char *name, const uint8_t public_key[32], char *text);
/* note_name_good: whether a name can stand in a note. */
bool note_name_good(struct str name);

struct checkpoint {
	struct str origin; /* borrowed from the note when parsed */
	uint64_t size;
	struct merkle_hash root;
};

/* note_checkpoint: sign a checkpoint; NUL-terminated into note[NOTE_MAX]. */
void note_checkpoint(const struct note_signer *signer, const struct checkpoint *checkpoint, char *note);

/* note_open: check the form and the signature by `verifier` (text as note_verifier makes it). E_INVALID: not a checkpoint or
 * no good verifier; E_CRYPTO: not signed by it. */
int note_open(struct str note, struct str verifier, struct checkpoint *ret_checkpoint, struct err *reterr) MUST_CHECK;

#endif
