/* push.c: see push.h. Curve, signature and AES are libcrypto's; HMAC is libsodium's, as elsewhere. */
#include "care/push.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <sodium.h>

#define LAYER "care/push"
#define RECORD_SIZE 4096
#define HASH_BYTES 32
#define CEK_BYTES 16
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define SIGNATURE_BYTES 64

static int broken(struct err *reterr)
{
	return err_set(reterr, E_CRYPTO, LAYER, "libcrypto failed");
}

/* ---- Keys ---- */

static bool point_of(const EC_GROUP *group, const BIGNUM *secret, uint8_t point[PUSH_POINT_BYTES])
{
	EC_POINT *product = EC_POINT_new(group);
	bool good = product && EC_POINT_mul(group, product, secret, NULL, NULL, NULL) == 1 &&
		    EC_POINT_point2oct(group, product, POINT_CONVERSION_UNCOMPRESSED, point, PUSH_POINT_BYTES, NULL) == PUSH_POINT_BYTES;
	EC_POINT_free(product);
	return good;
}

int push_pair_of(const uint8_t secret[PUSH_SECRET_BYTES], struct push_pair *ret_pair, struct err *reterr)
{
	struct push_pair pair;
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BIGNUM *number = BN_secure_new();
	int code = group && number && BN_bin2bn(secret, PUSH_SECRET_BYTES, number) ? 0 : broken(reterr);
	if (!code && (BN_is_zero(number) || BN_cmp(number, EC_GROUP_get0_order(group)) >= 0))
		code = err_set(reterr, E_INVALID, LAYER, "not a secret of this curve");
	if (!code && !point_of(group, number, pair.point))
		code = broken(reterr);
	if (!code) {
		memcpy(pair.secret, secret, PUSH_SECRET_BYTES);
		*ret_pair = pair;
	}
	BN_clear_free(number);
	EC_GROUP_free(group);
	sodium_memzero(&pair, sizeof pair);
	return code;
}

bool push_point_good(const uint8_t point[PUSH_POINT_BYTES])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *read = group ? EC_POINT_new(group) : NULL;
	/* Reading refuses what is not on the curve. */
	bool good = read && point[0] == POINT_CONVERSION_UNCOMPRESSED &&
		    EC_POINT_oct2point(group, read, point, PUSH_POINT_BYTES, NULL) == 1 && !EC_POINT_is_at_infinity(group, read);
	EC_POINT_free(read);
	EC_GROUP_free(group);
	return good;
}

/* A key for libcrypto; secret NULL: the public half alone. NULL on failure. */
static EVP_PKEY *key_of(const uint8_t *secret, const uint8_t point[PUSH_POINT_BYTES])
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	BIGNUM *number = secret ? BN_secure_new() : NULL;
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;
	bool good = context && builder && (!secret || (number && BN_bin2bn(secret, PUSH_SECRET_BYTES, number))) &&
		    OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0) == 1 &&
		    OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, PUSH_POINT_BYTES) == 1 &&
		    (!secret || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1);
	if (good && (params = OSSL_PARAM_BLD_to_param(builder)) && EVP_PKEY_fromdata_init(context) == 1 &&
		EVP_PKEY_fromdata(context, &key, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	BN_clear_free(number);
	EVP_PKEY_CTX_free(context);
	return key;
}

static int agree(const struct push_pair *own, const uint8_t other[PUSH_POINT_BYTES], uint8_t shared[PUSH_SECRET_BYTES], struct err *reterr)
{
	EVP_PKEY *mine = key_of(own->secret, own->point), *theirs = key_of(NULL, other);
	EVP_PKEY_CTX *context = mine ? EVP_PKEY_CTX_new_from_pkey(NULL, mine, NULL) : NULL;
	size_t len = PUSH_SECRET_BYTES;
	bool good = context && theirs && EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, theirs) == 1 &&
		    EVP_PKEY_derive(context, shared, &len) == 1 && len == PUSH_SECRET_BYTES;
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(theirs);
	EVP_PKEY_free(mine);
	return good ? 0 : broken(reterr);
}

/* ---- Coding ---- */

static void hmac(struct str key, struct str first, struct str second, uint8_t mac[HASH_BYTES])
{
	crypto_auth_hmacsha256_state state;
	crypto_auth_hmacsha256_init(&state, (const uint8_t *)key.ptr, key.len);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)first.ptr, first.len);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)second.ptr, second.len);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(&state, sizeof state);
}

static struct str bytes_of(const uint8_t *bytes, size_t len)
{
	return str_make((const char *)bytes, len);
}

/* HKDF (RFC 5869) of one block: extract, then expand with info. */
static void derive(struct str salt, struct str key, struct str info, uint8_t out[HASH_BYTES])
{
	uint8_t middle[HASH_BYTES];
	hmac(salt, key, STR(""), middle);
	hmac(bytes_of(middle, sizeof middle), info, STR("\x01"), out);
	sodium_memzero(middle, sizeof middle);
}

static bool seal_record(const uint8_t cek[CEK_BYTES], const uint8_t nonce[NONCE_BYTES], struct str plain, uint8_t *sealed)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int len = 0, end = 0;
	bool good = context && EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), NULL, cek, nonce) == 1 &&
		    EVP_EncryptUpdate(context, sealed, &len, (const uint8_t *)plain.ptr, (int)plain.len) == 1 &&
		    EVP_EncryptFinal_ex(context, sealed + len, &end) == 1 && len + end == (int)plain.len &&
		    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, sealed + plain.len) == 1;
	EVP_CIPHER_CTX_free(context);
	return good;
}

static void add_header(struct buf *out, const uint8_t salt[PUSH_SALT_BYTES], struct str key_id)
{
	static const char size[4] = { 0, 0, RECORD_SIZE >> 8, RECORD_SIZE & 0xff };
	buf_add(out, bytes_of(salt, PUSH_SALT_BYTES));
	buf_add(out, str_make(size, sizeof size));
	buf_add_byte(out, (char)key_id.len);
	buf_add(out, key_id);
}

int push_code(struct str key, struct str key_id, const uint8_t salt[PUSH_SALT_BYTES], struct str plain, size_t padded, struct buf *out,
	struct err *reterr)
{
	uint8_t cek[HASH_BYTES], nonce[HASH_BYTES], record[PUSH_PLAIN_MAX + 1] = { 0 };
	if (plain.len > padded || padded > PUSH_PLAIN_MAX || key_id.len > 255)
		return err_set(reterr, E_LIMIT, LAYER, "at most %d bytes", PUSH_PLAIN_MAX);
	derive(bytes_of(salt, PUSH_SALT_BYTES), key, str_make("Content-Encoding: aes128gcm", 28), cek);
	derive(bytes_of(salt, PUSH_SALT_BYTES), key, str_make("Content-Encoding: nonce", 24), nonce);
	if (plain.len)
		memcpy(record, plain.ptr, plain.len);
	record[plain.len] = 2; /* the delimiter of the last record; zeros after it are padding */
	add_header(out, salt, key_id);
	char *room = buf_reserve(out, padded + 1 + TAG_BYTES);
	int code = !room ? err_set(reterr, E_MEMORY, LAYER, "out of memory")
		   : seal_record(cek, nonce, bytes_of(record, padded + 1), (uint8_t *)room) ? 0
											    : broken(reterr);
	if (!code)
		out->len += padded + 1 + TAG_BYTES;
	sodium_memzero(cek, sizeof cek);
	sodium_memzero(nonce, sizeof nonce);
	sodium_memzero(record, sizeof record);
	return code;
}

int push_encrypt(const struct push_receiver *to, const struct push_pair *once, const uint8_t salt[PUSH_SALT_BYTES], struct str plain,
	size_t padded, struct buf *out, struct err *reterr)
{
	static const char label[] = "WebPush: info"; /* with its NUL */
	uint8_t shared[PUSH_SECRET_BYTES], key[HASH_BYTES], info[sizeof label + 2 * PUSH_POINT_BYTES];
	if (!push_point_good(to->point))
		return err_set(reterr, E_INVALID, LAYER, "p256dh: no point of the curve");
	int code = agree(once, to->point, shared, reterr);
	if (code)
		return code;
	memcpy(info, label, sizeof label);
	memcpy(info + sizeof label, to->point, PUSH_POINT_BYTES);
	memcpy(info + sizeof label + PUSH_POINT_BYTES, once->point, PUSH_POINT_BYTES);
	derive(bytes_of(to->auth, PUSH_AUTH_BYTES), bytes_of(shared, sizeof shared), bytes_of(info, sizeof info), key);
	code = push_code(bytes_of(key, sizeof key), bytes_of(once->point, PUSH_POINT_BYTES), salt, plain, padded, out, reterr);
	sodium_memzero(shared, sizeof shared);
	sodium_memzero(key, sizeof key);
	return code;
}

/* ---- Who sends ---- */

void push_text(const uint8_t *bytes, size_t size, char *text, size_t text_size)
{
	sodium_bin2base64(text, text_size, bytes, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool push_bytes(struct str text, uint8_t *bytes, size_t size)
{
	const char *end = NULL;
	size_t len = 0;
	/* Some libraries pad. */
	while (text.len && text.ptr[text.len - 1] == '=')
		text.len--;
	return text.len &&
	       sodium_base642bin(bytes, size, text.ptr, text.len, NULL, &len, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	       len == size && end == text.ptr + text.len;
}

/* ECDSA with SHA-256 as JOSE wants it: r and s, 32 bytes each (RFC 7518, section 3.4). */
static bool sign(const struct push_pair *pair, struct str text, uint8_t signature[SIGNATURE_BYTES])
{
	EVP_PKEY *key = key_of(pair->secret, pair->point);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[80];
	const uint8_t *read = der;
	size_t len = sizeof der;
	bool good = key && context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestSign(context, der, &len, (const uint8_t *)text.ptr, text.len) == 1;
	ECDSA_SIG *pieces = good ? d2i_ECDSA_SIG(NULL, &read, (long)len) : NULL;
	good = pieces && BN_bn2binpad(ECDSA_SIG_get0_r(pieces), signature, 32) == 32 &&
	       BN_bn2binpad(ECDSA_SIG_get0_s(pieces), signature + 32, 32) == 32;
	ECDSA_SIG_free(pieces);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return good;
}

static void add_part(struct buf *out, struct str bytes)
{
	size_t size = sodium_base64_ENCODED_LEN(bytes.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *room = buf_reserve(out, size);
	if (!room)
		return;
	push_text((const uint8_t *)bytes.ptr, bytes.len, room, size);
	out->len += size - 1;
}

int push_authorization(
	const struct push_pair *server, struct str audience, struct str contact, int64_t expires_s, struct buf *out, struct err *reterr)
{
	uint8_t signature[SIGNATURE_BYTES];
	struct buf claims, token;
	buf_init(&claims, out->mem, 2048);
	buf_init(&token, out->mem, 4096);
	buf_add_c(&claims, "{\"aud\":");
	buf_add_json(&claims, audience);
	buf_printf(&claims, ",\"exp\":%lld,\"sub\":", (long long)expires_s);
	buf_add_json(&claims, contact);
	buf_add_c(&claims, "}");
	add_part(&token, STR("{\"typ\":\"JWT\",\"alg\":\"ES256\"}"));
	buf_add_byte(&token, '.');
	add_part(&token, buf_str(&claims));
	int code = claims.failed || token.failed              ? err_set(reterr, E_LIMIT, LAYER, "audience or contact is too long")
		   : sign(server, buf_str(&token), signature) ? 0
							      : broken(reterr);
	if (!code) {
		buf_add_c(out, "vapid t=");
		buf_add(out, buf_str(&token));
		buf_add_byte(out, '.');
		add_part(out, bytes_of(signature, sizeof signature));
		buf_add_c(out, ", k=");
		add_part(out, bytes_of(server->point, PUSH_POINT_BYTES));
		code = out->failed ? err_set(reterr, E_MEMORY, LAYER, "out of memory") : 0;
	}
	buf_done(&token);
	buf_done(&claims);
	return code;
}
