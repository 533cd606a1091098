/* push_test.c: the vectors of RFC 8291 (appendix A) and RFC 8188 (section 3.1) byte for byte; whatever is encrypted is opened again by a
 * receiver written apart; points off the curve are refused; a signature verifies, and a changed text does not. */
#include "care/push.h"

#include "base/property.h"
#include "sys/mem.h"

#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void take(const char *text, uint8_t *bytes, size_t size)
{
	assert_true(push_bytes(str_c(text), bytes, size));
}

static void assert_coded(const struct buf *out, const char *wanted)
{
	char text[8192];
	assert_false(out->failed);
	push_text((const uint8_t *)out->ptr, out->len, text, sizeof text);
	assert_string_equal(text, wanted);
}

static void vector_8188(void **state)
{
	(void)state;
	uint8_t key[16], salt[16];
	struct buf out;
	buf_init(&out, mem_system(), 8192);
	take("yqdlZ-tYemfogSmv7Ws5PQ", key, 16);
	take("I1BsxtFttlv3u_Oo94xnmw", salt, 16);
	assert_int_equal(push_code(str_make((char *)key, 16), STR(""), salt, STR("I am the walrus"), 15, &out, NULL), 0);
	assert_coded(&out, "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg");
	buf_done(&out);
}

#define UA_SECRET "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
#define UA_POINT "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
#define AS_SECRET "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
#define AS_POINT "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"

static void vector_8291(void **state)
{
	(void)state;
	uint8_t secret[32], salt[16];
	char text[PUSH_POINT_TEXT];
	struct push_receiver to;
	struct push_pair once, receiver;
	struct buf out;
	buf_init(&out, mem_system(), 8192);
	take(AS_SECRET, secret, 32);
	assert_int_equal(push_pair_of(secret, &once, NULL), 0);
	push_text(once.point, PUSH_POINT_BYTES, text, sizeof text);
	assert_string_equal(text, AS_POINT);
	take(UA_SECRET, secret, 32);
	assert_int_equal(push_pair_of(secret, &receiver, NULL), 0);
	push_text(receiver.point, PUSH_POINT_BYTES, text, sizeof text);
	assert_string_equal(text, UA_POINT);
	take(UA_POINT, to.point, PUSH_POINT_BYTES);
	take("BTBZMqHH6r4Tts7J_aSIgg", to.auth, 16);
	take("DGv6ra1nlYgDCS1FRnbzlw", salt, 16);
	struct str plain = STR("When I grow up, I want to be a watermelon");
	assert_int_equal(push_encrypt(&to, &once, salt, plain, plain.len, &out, NULL), 0);
	assert_coded(&out,
		"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
		"yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
	buf_done(&out);
}

/* ---- A receiver of its own: shared secret by EC_POINT, HKDF by libcrypto's KDF ---- */

static void kdf(const uint8_t *salt, size_t salt_len, const uint8_t *key, size_t key_len, const char *info, size_t info_len, uint8_t *out,
	size_t out_len)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
	assert_true(EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1 &&
		    EVP_PKEY_CTX_set1_hkdf_salt(context, salt, (int)salt_len) == 1 &&
		    EVP_PKEY_CTX_set1_hkdf_key(context, key, (int)key_len) == 1 &&
		    EVP_PKEY_CTX_add1_hkdf_info(context, (const unsigned char *)info, (int)info_len) == 1 &&
		    EVP_PKEY_derive(context, out, &out_len) == 1);
	EVP_PKEY_CTX_free(context);
}

static void multiply(const uint8_t point[65], const uint8_t secret[32], uint8_t x[32])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *in = EC_POINT_new(group), *out = EC_POINT_new(group);
	BIGNUM *number = BN_bin2bn(secret, 32, NULL);
	uint8_t bytes[65];
	assert_int_equal(EC_POINT_oct2point(group, in, point, 65, NULL), 1);
	assert_int_equal(EC_POINT_mul(group, out, NULL, in, number, NULL), 1);
	assert_int_equal(EC_POINT_point2oct(group, out, POINT_CONVERSION_UNCOMPRESSED, bytes, 65, NULL), 65);
	memcpy(x, bytes + 1, 32);
	BN_free(number);
	EC_POINT_free(in);
	EC_POINT_free(out);
	EC_GROUP_free(group);
}

/* The text, or -1 when it does not open. */
static int open_body(const struct push_pair *own, const uint8_t auth[16], struct str body, uint8_t *plain)
{
	uint8_t shared[32], key[32], cek[16], nonce[12], info[14 + 130];
	const uint8_t *bytes = (const uint8_t *)body.ptr, *sender = bytes + 21;
	size_t len = body.len - 86;
	int got = 0, end = 0;
	assert_true(body.len >= 86 + 17 && bytes[20] == 65);
	assert_memory_equal(bytes + 16, "\0\0\x10\0", 4);
	multiply(sender, own->secret, shared);
	memcpy(info, "WebPush: info", 14);
	memcpy(info + 14, own->point, 65);
	memcpy(info + 14 + 65, sender, 65);
	kdf(auth, 16, shared, 32, (char *)info, sizeof info, key, 32);
	kdf(bytes, 16, key, 32, "Content-Encoding: aes128gcm", 28, cek, 16);
	kdf(bytes, 16, key, 32, "Content-Encoding: nonce", 24, nonce, 12);
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	EVP_DecryptInit_ex(context, EVP_aes_128_gcm(), NULL, cek, nonce);
	EVP_DecryptUpdate(context, plain, &got, bytes + 86, (int)(len - 16));
	EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, (void *)(uintptr_t)(bytes + 86 + len - 16));
	bool good = EVP_DecryptFinal_ex(context, plain + got, &end) == 1;
	EVP_CIPHER_CTX_free(context);
	if (!good)
		return -1;
	while (got > 0 && plain[got - 1] == 0)
		got--;
	assert_true(got > 0 && plain[got - 1] == 2);
	return got - 1;
}

static void some_pair(struct property *property, struct push_pair *pair)
{
	uint8_t secret[32];
	do {
		for (size_t i = 0; i < sizeof secret; i++)
			secret[i] = (uint8_t)property_next(property);
	} while (push_pair_of(secret, pair, NULL));
}

static void round_trips(void **state)
{
	(void)state;
	struct property property = property_start("push round trips");
	for (int round = 0; round < 300; round++) {
		struct push_pair own, once, other;
		struct push_receiver to;
		uint8_t salt[16], text[PUSH_PLAIN_MAX], plain[PUSH_PLAIN_MAX + 32];
		struct buf out;
		buf_init(&out, mem_system(), 8192);
		some_pair(&property, &own);
		some_pair(&property, &once);
		some_pair(&property, &other);
		memcpy(to.point, own.point, 65);
		for (size_t i = 0; i < 16; i++) {
			to.auth[i] = (uint8_t)property_next(&property);
			salt[i] = (uint8_t)property_next(&property);
		}
		size_t padded = round == 0 ? PUSH_PLAIN_MAX : property_below(&property, PUSH_PLAIN_MAX + 1);
		size_t len = padded ? property_below(&property, padded + 1) : 0;
		for (size_t i = 0; i < len; i++)
			text[i] = (uint8_t)property_next(&property);
		assert_int_equal(push_encrypt(&to, &once, salt, str_make((char *)text, len), padded, &out, NULL), 0);
		assert_int_equal(out.len, 86 + padded + 1 + 16); /* the length says nothing of the text */
		assert_true(out.len <= 4096);
		assert_int_equal(open_body(&own, to.auth, buf_str(&out), plain), (int)len);
		assert_memory_equal(plain, text, len);
		/* For nobody else, and not when a bit of it is changed. */
		assert_int_equal(open_body(&other, to.auth, buf_str(&out), plain), -1);
		to.auth[0] ^= 1;
		assert_int_equal(open_body(&own, to.auth, buf_str(&out), plain), -1);
		to.auth[0] ^= 1;
		out.ptr[86 + property_below(&property, out.len - 86)] ^= 1;
		assert_int_equal(open_body(&own, to.auth, buf_str(&out), plain), -1);
		buf_done(&out);
	}
}

static void refusals(void **state)
{
	(void)state;
	struct push_pair pair;
	struct push_receiver to = { .auth = { 1 } };
	struct buf out;
	struct err err = { 0 };
	uint8_t secret[32] = { 0 }, salt[16] = { 0 }, bytes[16];
	buf_init(&out, mem_system(), 8192);
	assert_int_equal(push_pair_of(secret, &pair, &err), E_INVALID);
	memset(secret, 0xff, sizeof secret);
	assert_int_equal(push_pair_of(secret, &pair, &err), E_INVALID);
	secret[0] = 1;
	assert_int_equal(push_pair_of(secret, &pair, &err), 0);
	assert_true(push_point_good(pair.point));
	/* Off the curve, the zero of it, compressed, nothing. */
	memcpy(to.point, pair.point, 65);
	to.point[64] ^= 1;
	assert_false(push_point_good(to.point));
	assert_int_equal(push_encrypt(&to, &pair, salt, STR("x"), 1, &out, &err), E_INVALID);
	memset(to.point, 0, 65);
	assert_false(push_point_good(to.point));
	to.point[0] = 4;
	assert_false(push_point_good(to.point));
	memcpy(to.point, pair.point, 65);
	to.point[0] = 2;
	assert_false(push_point_good(to.point));
	to.point[0] = 6; /* hybrid */
	assert_false(push_point_good(to.point));
	to.point[0] = 4;
	assert_int_equal(push_encrypt(&to, &pair, salt, STR("xx"), 1, &out, &err), E_LIMIT);
	assert_int_equal(push_encrypt(&to, &pair, salt, STR("x"), PUSH_PLAIN_MAX + 1, &out, &err), E_LIMIT);
	/* base64url of just so many bytes; padding is let pass. */
	assert_true(push_bytes(STR("BTBZMqHH6r4Tts7J_aSIgg"), bytes, 16));
	assert_true(push_bytes(STR("BTBZMqHH6r4Tts7J_aSIgg=="), bytes, 16));
	static const char *const bad[] = { "", "=", "BTBZMqHH6r4Tts7J_aSI", "BTBZMqHH6r4Tts7J_aSIggAA", "BTBZMqHH6r4Tts7J/aSIgg",
		"BTBZMqHH 6r4Tts7J_aSIgg", "BTBZMqHH6r4Tts7J_aSIgg\n" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(push_bytes(str_c(bad[i]), bytes, 16));
	buf_done(&out);
}

/* ---- VAPID ---- */

static bool verifies(const uint8_t point[65], struct str text, const uint8_t signature[64])
{
	/* ECDSA by hand: x of (e/s) G + (r/s) Q is r. */
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *key = EC_POINT_new(group), *sum = EC_POINT_new(group);
	const BIGNUM *order = EC_GROUP_get0_order(group);
	BN_CTX *context = BN_CTX_new();
	uint8_t hash[32];
	crypto_hash_sha256(hash, (const uint8_t *)text.ptr, text.len);
	BIGNUM *e = BN_bin2bn(hash, 32, NULL), *r = BN_bin2bn(signature, 32, NULL), *s = BN_bin2bn(signature + 32, 32, NULL), *u = BN_new(),
	       *v = BN_new(), *x = BN_new();
	bool good = EC_POINT_oct2point(group, key, point, 65, context) && BN_mod_inverse(s, s, order, context) &&
		    BN_mod_mul(u, e, s, order, context) && BN_mod_mul(v, r, s, order, context) &&
		    EC_POINT_mul(group, sum, u, key, v, context) && EC_POINT_get_affine_coordinates(group, sum, x, NULL, context) &&
		    BN_nnmod(x, x, order, context) && BN_cmp(x, r) == 0;
	BIGNUM *all[] = { e, r, s, u, v, x };
	for (size_t i = 0; i < COUNT_OF(all); i++)
		BN_free(all[i]);
	BN_CTX_free(context);
	EC_POINT_free(sum);
	EC_POINT_free(key);
	EC_GROUP_free(group);
	return good;
}

static json_t *part_json(struct str part)
{
	uint8_t room[1024];
	size_t len = 0;
	assert_int_equal(
		sodium_base642bin(room, sizeof room, part.ptr, part.len, NULL, &len, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING), 0);
	json_t *json = json_loadb((char *)room, len, 0, NULL);
	assert_non_null(json);
	return json;
}

static void authorization(void **state)
{
	(void)state;
	struct property property = property_start("push signatures");
	for (int round = 0; round < 100; round++) {
		struct push_pair server, other;
		uint8_t signature[64], point[65];
		struct buf out;
		buf_init(&out, mem_system(), 8192);
		some_pair(&property, &server);
		some_pair(&property, &other);
		assert_int_equal(
			push_authorization(&server, STR("https://push.example"), STR("mailto:ops@clinic.example"), 1700000000, &out, NULL),
			0);
		struct str all = buf_str(&out);
		assert_true(str_starts(all, STR("vapid t=")));
		size_t comma = str_find(all, STR(", k="), 0);
		struct str token = str_sub(all, 8, comma), rest = token;
		assert_true(push_bytes(str_sub(all, comma + 4, SIZE_MAX), point, 65));
		assert_memory_equal(point, server.point, 65);
		struct str head = str_split(&rest, '.'), claims = str_split(&rest, '.');
		assert_true(push_bytes(rest, signature, 64));
		struct str text = str_make(head.ptr, head.len + 1 + claims.len);
		assert_true(verifies(server.point, text, signature));
		assert_false(verifies(other.point, text, signature));
		assert_false(verifies(server.point, str_sub(text, 0, text.len - 1), signature));
		json_t *header = part_json(head), *said = part_json(claims);
		assert_string_equal(json_string_value(json_object_get(header, "alg")), "ES256");
		assert_string_equal(json_string_value(json_object_get(said, "aud")), "https://push.example");
		assert_string_equal(json_string_value(json_object_get(said, "sub")), "mailto:ops@clinic.example");
		assert_int_equal(json_integer_value(json_object_get(said, "exp")), 1700000000);
		json_decref(header);
		json_decref(said);
		buf_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vector_8188),
		cmocka_unit_test(vector_8291),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(refusals),
		cmocka_unit_test(authorization),
	};
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
