/* note.c: see note.h. */
#include "store/note.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#define LAYER "store/note"
#define DASH "\xe2\x80\x94 "
#define BASE64(n) (4 * (((n) + 2) / 3) + 1)

static void key_hash(struct str name, const uint8_t public_key[32], uint8_t hash[4])
{
	crypto_hash_sha256_state state;
	uint8_t full[32];
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)name.ptr, name.len);
	crypto_hash_sha256_update(&state, (const uint8_t *)"\n\x01", 2);
	crypto_hash_sha256_update(&state, public_key, 32);
	crypto_hash_sha256_final(&state, full);
	memcpy(hash, full, 4);
}

bool note_name_good(struct str name)
{
	if (name.len == 0 || name.len > NOTE_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] <= ' ' || name.ptr[i] == '+' || name.ptr[i] == 127)
			return false;
	return true;
}

void note_verifier(const char *name, const uint8_t public_key[32], char *text)
{
	uint8_t hash[4], typed[33] = { 1 };
	char base64[BASE64(33)];
	key_hash(str_c(name), public_key, hash);
	memcpy(typed + 1, public_key, 32);
	sodium_bin2base64(base64, sizeof base64, typed, sizeof typed, sodium_base64_VARIANT_ORIGINAL);
	snprintf(text, NOTE_VERIFIER_MAX, "%.*s+%02x%02x%02x%02x+%s", NOTE_NAME_MAX, name, hash[0], hash[1], hash[2], hash[3], base64);
}

void note_checkpoint(const struct note_signer *signer, const struct checkpoint *checkpoint, char *note)
{
	char root[BASE64(32)], signature64[BASE64(68)];
	uint8_t signature[68];
	sodium_bin2base64(root, sizeof root, checkpoint->root.byte, 32, sodium_base64_VARIANT_ORIGINAL);
	int body = snprintf(note, NOTE_MAX, STR_FMT "\n%" PRIu64 "\n%s\n", STR_ARG(checkpoint->origin), checkpoint->size, root);
	key_hash(str_c(signer->name), signer->public_key, signature);
	crypto_sign_detached(signature + 4, NULL, (const uint8_t *)note, (size_t)body, signer->secret_key);
	sodium_bin2base64(signature64, sizeof signature64, signature, sizeof signature, sodium_base64_VARIANT_ORIGINAL);
	snprintf(note + body, NOTE_MAX - (size_t)body, "\n" DASH "%s %s\n", signer->name, signature64);
}

bool note_base64(struct str text, uint8_t *out, size_t want)
{
	char again[BASE64(96)];
	size_t got = 0;
	if (want > 96 ||
		sodium_base642bin(out, want, text.ptr ? text.ptr : "", text.len, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
		got != want)
		return false;
	sodium_bin2base64(again, sizeof again, out, want, sodium_base64_VARIANT_ORIGINAL);
	return str_eqc(text, again);
}

static bool parse_verifier(struct str verifier, struct str *ret_name, uint8_t public_key[32])
{
	struct str rest = str_trim(verifier), name = str_split(&rest, '+'), hex = str_split(&rest, '+');
	uint8_t typed[33], hash[4], said[4];
	size_t got = 0;
	if (!note_name_good(name) || hex.len != 8 || !note_base64(rest, typed, sizeof typed) || typed[0] != 1)
		return false;
	if (sodium_hex2bin(said, 4, hex.ptr, hex.len, NULL, &got, NULL) != 0 || got != 4)
		return false;
	memcpy(public_key, typed + 1, 32);
	key_hash(name, public_key, hash);
	*ret_name = name;
	return memcmp(hash, said, 4) == 0;
}

static bool parse_size(struct str text, uint64_t *ret_size)
{
	uint64_t size = 0;
	if (text.len == 0 || text.len > 18 || (text.len > 1 && text.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		size = size * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	*ret_size = size;
	return true;
}

/* Whether one of the signature lines is by this key and good. */
static bool signed_by(struct str body, struct str lines, struct str name, const uint8_t public_key[32])
{
	uint8_t hash[4], signature[68];
	key_hash(name, public_key, hash);
	while (lines.len > 0) {
		struct str line = str_split(&lines, '\n');
		if (!str_starts(line, STR(DASH)))
			return false;
		line = str_sub(line, sizeof(DASH) - 1, line.len);
		struct str by = str_split(&line, ' ');
		if (str_eq(by, name) && note_base64(line, signature, sizeof signature) && memcmp(signature, hash, 4) == 0)
			return crypto_sign_verify_detached(signature + 4, (const uint8_t *)body.ptr, body.len, public_key) == 0;
	}
	return false;
}

int note_open(struct str note, struct str verifier, struct checkpoint *ret_checkpoint, struct err *reterr)
{
	struct checkpoint checkpoint;
	struct str name = { NULL, 0 };
	uint8_t public_key[32];
	if (!parse_verifier(verifier, &name, public_key))
		return err_set(reterr, E_INVALID, LAYER, "the public key is not a verifier line (NAME+HASH+KEY)");
	size_t blank = str_find(note, STR("\n\n"), 0);
	if (note.len > NOTE_MAX || blank == SIZE_MAX || !str_ends(note, STR("\n")))
		return err_set(reterr, E_INVALID, LAYER, "not a signed note");
	struct str body = str_sub(note, 0, blank + 1), rest = body;
	checkpoint.origin = str_split(&rest, '\n');
	struct str size = str_split(&rest, '\n'), root = str_split(&rest, '\n');
	if (!note_name_good(checkpoint.origin) || !parse_size(size, &checkpoint.size) || !note_base64(root, checkpoint.root.byte, 32))
		return err_set(reterr, E_INVALID, LAYER, "not a checkpoint (origin, size, root)");
	if (!signed_by(body, str_sub(note, blank + 2, note.len), name, public_key))
		return err_set(reterr, E_CRYPTO, LAYER, "the checkpoint is not signed by " STR_FMT, STR_ARG(name));
	*ret_checkpoint = checkpoint;
	return 0;
}
