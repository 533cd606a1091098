/* api_key.h: the key of a calling product: made once, shown once, kept as a hash. "hw_" PREFIX "_" SECRET: the prefix finds
 * the row, the secret has 256 bits, so a plain hash of the whole is enough. */
#ifndef HEED_CARE_API_KEY_H
#define HEED_CARE_API_KEY_H

#include "base/compiler.h"
#include "base/str.h"

#include <stdint.h>

#define API_KEY_SIZE 64
#define API_KEY_HASH_BYTES 32

struct api_key {
	char text[API_KEY_SIZE];          /* the whole key; empty in one that was only parsed */
	char prefix[16];                  /* "hw_1a2b3c4d", the row's prefix */
	uint8_t hash[API_KEY_HASH_BYTES]; /* the row's secret_hash */
};

/* api_key_make: a fresh one, from the system's random bytes. */
void api_key_make(struct api_key *ret_key);
/* api_key_parse: prefix and hash of a presented key; false when it has not a key's form. */
bool api_key_parse(struct str text, struct api_key *ret_key) MUST_CHECK;
/* api_key_is: whether the presented key is the one of this row's hash; constant time. */
bool api_key_is(const struct api_key *presented, struct str secret_hash) MUST_CHECK;

#endif
