/* courier.h: sends what calls a member of staff outside the console: e-mail by SMTP, signed webhooks, Web Push. Each is sent on a thread of
 * a small pool, so that the loop never waits. It knows nothing of alerts; what it is given must not name a client (delivery.c sees to
 * that).
 *
 * A webhook is signed as Standard Webhooks say (standardwebhooks.com): headers webhook-id, webhook-timestamp (seconds) and
 * webhook-signature "v1," and the base64 of HMAC-SHA256 over "ID.TIMESTAMP.BODY". The receiver refuses old timestamps and known ids.
 *
 * A push is a POST to the browser's push service (RFC 8030); its body is encrypted before it comes here (push.h), and its address is one
 * that a browser said: only at the hosts that the operator named, never followed elsewhere. */
#ifndef HEED_CARE_COURIER_H
#define HEED_CARE_COURIER_H

#include "base/err.h"
#include "base/str.h"
#include "care/push_plan.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/loop.h"

#define COURIER_SECRET_MIN 24 /* bytes of a webhook's secret */
#define COURIER_RECEIPT_SIZE 200
#define COURIER_WAITING_MAX 2000
#define COURIER_RETRY_MAX_US (3600 * SECOND_US) /* of what the other side asks for */

enum courier_tls { COURIER_TLS_REQUIRED = 0, COURIER_TLS_NONE }; /* none: only to a loopback address */

/* All texts are borrowed for the life of the courier and NUL-terminated. An empty url: that channel is not configured. */
struct courier_options {
	struct {
		struct str url; /* smtp://host:587 (STARTTLS) or smtps://host:465 */
		struct str from, user, password, ca_file;
		enum courier_tls tls;
	} mail;
	struct {
		struct str url; /* https://..., or http:// to a loopback address */
		struct str secret, ca_file;
	} webhook;
	struct {
		struct str hosts[PUSH_HOSTS_MAX]; /* of push services; none: no pushes */
		size_t host_count;
		struct str contact; /* mailto: or https: of the operator, for the push service */
		struct str ca_file;
		bool loopback; /* hosts may be of this machine: tests */
	} push;
	struct str console_url; /* what a message links to */
	int connect_ms, total_ms;
};
struct courier_options courier_options_default(void);
/* courier_options_check: E_INVALID "mail.url: what is wrong": plain text to another machine is refused, and what would not work. */
int courier_options_check(const struct courier_options *options, struct err *reterr) MUST_CHECK;

struct courier;
int courier_open(struct loop *loop, const struct courier_options *options, const struct log *log, struct courier **ret_courier,
	struct err *reterr) MUST_CHECK;
/* courier_free: what is being sent is broken off, what waits is dropped; no `done` is called any more. The loop must not run after it. */
void courier_free(struct courier **courier);
const struct courier_options *courier_options(const struct courier *courier);

enum courier_channel { COURIER_MAIL = 0, COURIER_WEBHOOK, COURIER_PUSH };
struct courier_note {
	enum courier_channel channel;
	struct str id;            /* of the delivery; unique: the receiver knows a repetition by it */
	struct str to;            /* mail: one address; push: the endpoint */
	struct str subject, body; /* mail: plain text, UTF-8; webhook: body is JSON; push: encrypted bytes */
	struct {
		struct str authorization;
		const char *urgency; /* of RFC 8030 */
		int ttl_s;
	} push;
	wall_time now;
};
struct courier_result {
	bool ok;
	bool permanent;                     /* no use trying again: refused for good */
	bool gone;                          /* push: the browser is not subscribed any more */
	int64_t retry_us;                   /* not before that, says the other side; 0: it says nothing */
	char receipt[COURIER_RECEIPT_SIZE]; /* ok: what the other side said; else why not. Printable ASCII */
};
typedef void courier_done(void *ctx, const struct courier_result *result);
/* courier_send: copies the note; done on the loop's thread. E_LIMIT when COURIER_WAITING_MAX wait; E_INVALID without such a channel or
 * with an address that is none. */
int courier_send(struct courier *courier, const struct courier_note *note, courier_done *done, void *ctx, struct err *reterr) MUST_CHECK;

/* courier_sign: the value of webhook-signature, into text[64]. For tests and receipts of the other side. */
#define COURIER_SIGNATURE_SIZE 64
void courier_sign(struct str secret, struct str id, int64_t timestamp_s, struct str body, char *text);
/* courier_address: whether it may stand in an SMTP command and a header: one @, no spaces, controls, quotes or brackets. */
bool courier_address(struct str address);

#endif
