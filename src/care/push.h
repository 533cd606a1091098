/* push.h: what Web Push needs of cryptography: the coding of a message for one browser (RFC 8291 on RFC 8188, aes128gcm) and the header by
 * which a push service knows who sends (RFC 8292, VAPID). No I/O; what is random is passed in, but for the nonce inside of a signature,
 * which is libcrypto's own. Reentrant. */
#ifndef HEED_CARE_PUSH_H
#define HEED_CARE_PUSH_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

#define PUSH_SECRET_BYTES 32
#define PUSH_POINT_BYTES 65 /* uncompressed, begins with 4 */
#define PUSH_POINT_TEXT 88  /* in base64url, with NUL */
#define PUSH_AUTH_BYTES 16
#define PUSH_SALT_BYTES 16
/* RFC 8291, section 4: 4,096 bytes with header (86), delimiter (1) and tag (16). */
#define PUSH_PLAIN_MAX 3993

/* A pair on P-256. */
struct push_pair {
	uint8_t secret[PUSH_SECRET_BYTES], point[PUSH_POINT_BYTES];
};
/* push_pair_of: the pair of a secret; E_INVALID when it is no number from 1 to below the group's order (one in 2^32 random ones). */
int push_pair_of(const uint8_t secret[PUSH_SECRET_BYTES], struct push_pair *ret_pair, struct err *reterr) MUST_CHECK;
/* push_point_good: on the curve, and not its zero. */
bool push_point_good(const uint8_t point[PUSH_POINT_BYTES]);

/* A browser as it subscribed. */
struct push_receiver {
	uint8_t point[PUSH_POINT_BYTES], auth[PUSH_AUTH_BYTES];
};

/* push_encrypt: the body of the request to the push service, added to out. once: a pair made for this message alone. plain: at most padded;
 * padded: at most PUSH_PLAIN_MAX: the body is as long as for a text of that length, so that its length says nothing. E_LIMIT, E_CRYPTO,
 * E_INVALID for a point that is not on the curve. On failure nothing of use is in out. */
int push_encrypt(const struct push_receiver *to, const struct push_pair *once, const uint8_t salt[PUSH_SALT_BYTES], struct str plain,
	size_t padded, struct buf *out, struct err *reterr) MUST_CHECK;

/* push_code: RFC 8188 alone, one record: key is the input keying material, key_id goes into the header (at most 255 bytes). */
int push_code(struct str key, struct str key_id, const uint8_t salt[PUSH_SALT_BYTES], struct str plain, size_t padded, struct buf *out,
	struct err *reterr) MUST_CHECK;

/* push_authorization: the value of the header Authorization, added to out. audience: scheme, host and port of the endpoint; contact:
 * mailto: or https: of the operator; expires_s: at most a day ahead (RFC 8292, section 2). */
int push_authorization(const struct push_pair *server, struct str audience, struct str contact, int64_t expires_s, struct buf *out,
	struct err *reterr) MUST_CHECK;

/* push_text: base64url without padding, as browsers write keys. push_bytes: the other way; false unless it is exactly size bytes. */
void push_text(const uint8_t *bytes, size_t size, char *text, size_t text_size);
bool push_bytes(struct str text, uint8_t *bytes, size_t size);

#endif
