/* api_key.c: see api_key.h. */
#include "care/api_key.h"

#include <sodium.h>
#include <stdio.h>

#define PREFIX_HEX 8
#define SECRET_HEX 43 /* base64url of 32 bytes without padding */

static void hash_key(struct str text, uint8_t hash[API_KEY_HASH_BYTES])
{
	crypto_generichash(hash, API_KEY_HASH_BYTES, (const unsigned char *)text.ptr, text.len, NULL, 0);
}

void api_key_make(struct api_key *ret_key)
{
	uint8_t random[36];
	char secret[64], hex[16];
	*ret_key = (struct api_key){ 0 };
	randombytes_buf(random, sizeof(random));
	sodium_bin2hex(hex, sizeof(hex), random, PREFIX_HEX / 2);
	sodium_bin2base64(secret, sizeof(secret), random + 4, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	snprintf(ret_key->prefix, sizeof(ret_key->prefix), "hw_%.8s", hex);
	snprintf(ret_key->text, sizeof(ret_key->text), "%.11s_%.43s", ret_key->prefix, secret);
	hash_key(str_c(ret_key->text), ret_key->hash);
	sodium_memzero(random, sizeof(random));
	sodium_memzero(secret, sizeof(secret));
}

bool api_key_parse(struct str text, struct api_key *ret_key)
{
	size_t prefix = 3 + PREFIX_HEX;
	*ret_key = (struct api_key){ 0 };
	if (text.len != prefix + 1 + SECRET_HEX || !str_starts(text, STR("hw_")) || text.ptr[prefix] != '_')
		return false;
	memcpy(ret_key->prefix, text.ptr, prefix);
	for (size_t i = 3; i < prefix; i++)
		if (!strchr("0123456789abcdef", ret_key->prefix[i]) || ret_key->prefix[i] == '\0')
			return false;
	hash_key(text, ret_key->hash);
	return true;
}

bool api_key_is(const struct api_key *presented, struct str secret_hash)
{
	return secret_hash.len == API_KEY_HASH_BYTES && sodium_memcmp(presented->hash, secret_hash.ptr, API_KEY_HASH_BYTES) == 0;
}
