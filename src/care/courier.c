/* courier.c: see courier.h. The environment decides nothing: proxy, protocols and redirects are set here. */
#include "care/courier.h"

#include "base/buf.h"
#include "sys/mem.h"
#include "sys/pool.h"

#include <ctype.h>
#include <curl/curl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>

#define LAYER "care/courier"
#define THREADS 4
#define ANSWER_MAX 4096
#define TEXT_MAX (64u * 1024)

struct courier {
	struct courier_options options;
	const struct log *log;
	struct pool *pool;
	atomic_bool closing;
	struct sending *first; /* all that is under way */
};

struct sending {
	struct pool_work work;
	struct sending *next, *previous;
	struct courier *courier;
	enum courier_channel channel;
	char to[PUSH_ENDPOINT_MAX + 1], id[64], signature[COURIER_SIGNATURE_SIZE];
	struct curl_slist *headers; /* push */
	int64_t timestamp_s;
	struct buf payload; /* mail: the whole message; webhook: the body */
	size_t sent;
	struct buf answer;
	char last_line[COURIER_RECEIPT_SIZE]; /* of the server's answers: SMTP */
	long status;
	curl_off_t retry_after_s;
	CURLcode code;
	struct courier_result result;
	courier_done *done;
	void *ctx;
};

struct courier_options courier_options_default(void)
{
	return (struct courier_options){ .connect_ms = 5000, .total_ms = 20000 };
}

/* ---- What may be configured ---- */

static bool is_loopback(struct str url)
{
	size_t at = str_find(url, STR("://"), 0);
	struct str host = at == SIZE_MAX ? url : str_sub(url, at + 3, SIZE_MAX);
	return str_starts(host, STR("127.0.0.1:")) || str_starts(host, STR("localhost:")) || str_starts(host, STR("[::1]:"));
}

bool courier_address(struct str address)
{
	size_t ats = 0;
	if (address.len < 3 || address.len > 254 || address.ptr[0] == '@' || address.ptr[address.len - 1] == '@')
		return false;
	for (size_t i = 0; i < address.len; i++) {
		unsigned char c = (unsigned char)address.ptr[i];
		if (c <= ' ' || c >= 0x7f || strchr("<>()[]\\,;:\"", c))
			return false;
		ats += c == '@';
	}
	return ats == 1;
}

static int check_mail(const struct courier_options *options, struct err *reterr)
{
	struct str url = options->mail.url;
	if (!str_starts(url, STR("smtp://")) && !str_starts(url, STR("smtps://")))
		return err_set(reterr, E_INVALID, LAYER, "mail.url: must begin with smtp:// or smtps://");
	if (options->mail.tls == COURIER_TLS_NONE && !is_loopback(url))
		return err_set(reterr, E_INVALID, LAYER, "mail.tls: none is for a server on this machine only");
	if (!courier_address(options->mail.from))
		return err_set(reterr, E_INVALID, LAYER, "mail.from: must be an address");
	if (options->mail.user.len && !options->mail.password.len)
		return err_set(reterr, E_INVALID, LAYER, "mail.password_file: needed with mail.user");
	return 0;
}

static int check_webhook(const struct courier_options *options, struct err *reterr)
{
	struct str url = options->webhook.url;
	if (!str_starts(url, STR("https://")) && !(str_starts(url, STR("http://")) && is_loopback(url)))
		return err_set(reterr, E_INVALID, LAYER, "webhook.url: must begin with https:// (http:// to this machine only)");
	if (options->webhook.secret.len < COURIER_SECRET_MIN)
		return err_set(reterr, E_INVALID, LAYER, "webhook.secret_file: must hold at least %d bytes", COURIER_SECRET_MIN);
	return 0;
}

static int check_push(const struct courier_options *options, struct err *reterr)
{
	struct str contact = options->push.contact;
	for (size_t i = 0; i < options->push.host_count; i++)
		if (!push_host_good(options->push.hosts[i], options->push.loopback))
			return err_set(reterr, E_INVALID, LAYER,
				"push.hosts: \"" STR_FMT "\": a host name, or *. before one (this machine's only with test_clock)",
				STR_ARG(str_sub(options->push.hosts[i], 0, 60)));
	bool good = contact.len < 300 && (str_starts(contact, STR("https://"))         ? contact.len > 8
						 : str_starts(contact, STR("mailto:")) ? courier_address(str_sub(contact, 7, SIZE_MAX))
										       : false);
	for (size_t i = 0; i < contact.len; i++)
		good &= contact.ptr[i] > ' ' && (unsigned char)contact.ptr[i] < 0x7f;
	return good ? 0 : err_set(reterr, E_INVALID, LAYER, "push.contact: mailto:ADDRESS or https://...: push services ask who sends");
}

int courier_options_check(const struct courier_options *options, struct err *reterr)
{
	int rc = options->mail.url.len ? check_mail(options, reterr) : 0;
	rc = rc || !options->webhook.url.len ? rc : check_webhook(options, reterr);
	rc = rc || !options->push.host_count ? rc : check_push(options, reterr);
	if (rc == 0 && (options->mail.url.len || options->webhook.url.len) && !str_starts(options->console_url, STR("https://")) &&
		!(str_starts(options->console_url, STR("http://")) && is_loopback(options->console_url)))
		return err_set(reterr, E_INVALID, LAYER, "console_url: must begin with https://: messages link to it");
	return rc;
}

/* ---- Signing ---- */

void courier_sign(struct str secret, struct str id, int64_t timestamp_s, struct str body, char *text)
{
	crypto_auth_hmacsha256_state state;
	uint8_t mac[crypto_auth_hmacsha256_BYTES], key[256];
	char head[64 + 32];
	size_t key_len = 0;
	struct str plain = secret;
	/* "whsec_" and base64 is how such secrets are handed round; anything else is taken as it is. */
	if (str_starts(secret, STR("whsec_")) &&
		sodium_base642bin(key, sizeof key, secret.ptr + 6, secret.len - 6, NULL, &key_len, NULL, sodium_base64_VARIANT_ORIGINAL) ==
			0 &&
		key_len)
		plain = str_make((const char *)key, key_len);
	int len = snprintf(head, sizeof head, STR_FMT ".%lld.", STR_ARG(str_sub(id, 0, 60)), (long long)timestamp_s);
	crypto_auth_hmacsha256_init(&state, (const uint8_t *)plain.ptr, plain.len);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)head, (size_t)len);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)body.ptr, body.len);
	crypto_auth_hmacsha256_final(&state, mac);
	memcpy(text, "v1,", 3);
	sodium_bin2base64(text + 3, COURIER_SIGNATURE_SIZE - 3, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
	sodium_memzero(key, sizeof key);
}

/* ---- On the pool's thread ---- */

/* Also asked while a name is looked up or a server is silent. */
static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct sending *sending = ctx;
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return atomic_load(&sending->courier->closing) ? 1 : 0;
}

static size_t give_bytes(char *to, size_t size, size_t count, void *ctx)
{
	struct sending *sending = ctx;
	size_t left = sending->payload.len - sending->sent, len = size * count < left ? size * count : left;
	if (len)
		memcpy(to, sending->payload.ptr + sending->sent, len);
	sending->sent += len;
	return len;
}

static size_t take_bytes(char *bytes, size_t size, size_t count, void *ctx)
{
	struct sending *sending = ctx;
	size_t room = ANSWER_MAX - sending->answer.len;
	buf_add(&sending->answer, str_make(bytes, size * count < room ? size * count : room));
	return size * count; /* of a longer answer the rest is of no interest */
}

static size_t take_line(char *bytes, size_t size, size_t count, void *ctx)
{
	struct sending *sending = ctx;
	size_t len = 0, total = size * count;
	for (size_t i = 0; i < total && len + 1 < sizeof sending->last_line; i++)
		if (bytes[i] >= ' ' && bytes[i] < 0x7f)
			sending->last_line[len++] = bytes[i];
	if (len)
		sending->last_line[len] = '\0';
	return total;
}

static void set_common(struct sending *sending, CURL *easy)
{
	const struct courier_options *options = &sending->courier->options;
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->total_ms);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, sending);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, sending);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static struct curl_slist *set_mail(struct sending *sending, CURL *easy)
{
	const struct courier_options *options = &sending->courier->options;
	char from[300], to[300];
	snprintf(from, sizeof from, "<" STR_FMT ">", STR_ARG(options->mail.from));
	snprintf(to, sizeof to, "<%.254s>", sending->to);
	struct curl_slist *list = curl_slist_append(NULL, to);
	curl_easy_setopt(easy, CURLOPT_URL, options->mail.url.ptr);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(options->mail.tls == COURIER_TLS_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	if (options->mail.user.len) {
		curl_easy_setopt(easy, CURLOPT_USERNAME, options->mail.user.ptr);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, options->mail.password.ptr);
	}
	if (options->mail.ca_file.len)
		curl_easy_setopt(easy, CURLOPT_CAINFO, options->mail.ca_file.ptr);
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, list);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_bytes);
	curl_easy_setopt(easy, CURLOPT_READDATA, sending);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, sending);
	return list;
}

static struct curl_slist *set_webhook(struct sending *sending, CURL *easy)
{
	const struct courier_options *options = &sending->courier->options;
	char line[256];
	struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
	snprintf(line, sizeof line, "webhook-id: %s", sending->id);
	list = curl_slist_append(list, line);
	snprintf(line, sizeof line, "webhook-timestamp: %lld", (long long)sending->timestamp_s);
	list = curl_slist_append(list, line);
	snprintf(line, sizeof line, "webhook-signature: %s", sending->signature);
	list = curl_slist_append(list, line);
	list = curl_slist_append(list, "Expect:");
	curl_easy_setopt(easy, CURLOPT_URL, options->webhook.url.ptr);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, sending->payload.ptr);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)sending->payload.len);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "heedwell/" HEED_VERSION);
	if (options->webhook.ca_file.len)
		curl_easy_setopt(easy, CURLOPT_CAINFO, options->webhook.ca_file.ptr);
	return list;
}

static void set_push(struct sending *sending, CURL *easy)
{
	const struct courier_options *options = &sending->courier->options;
	bool plain = str_starts(str_c(sending->to), STR("http://")); /* to this machine, in tests: push_endpoint_good */
	curl_easy_setopt(easy, CURLOPT_URL, sending->to);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, sending->headers);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, sending->payload.ptr);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)sending->payload.len);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "heedwell/" HEED_VERSION);
	if (options->push.ca_file.len)
		curl_easy_setopt(easy, CURLOPT_CAINFO, options->push.ca_file.ptr);
}

static void on_thread(void *ctx)
{
	struct sending *sending = ctx;
	CURL *easy = curl_easy_init();
	if (!easy) {
		sending->code = CURLE_OUT_OF_MEMORY;
		return;
	}
	set_common(sending, easy);
	struct curl_slist *list = NULL;
	switch (sending->channel) {
	case COURIER_MAIL: list = set_mail(sending, easy); break;
	case COURIER_WEBHOOK: list = set_webhook(sending, easy); break;
	case COURIER_PUSH: set_push(sending, easy); break;
	}
	sending->code = curl_easy_perform(easy);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &sending->status);
	curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &sending->retry_after_s);
	curl_easy_cleanup(easy);
	curl_slist_free_all(list);
}

/* ---- Back on the loop ---- */

static void put_receipt(struct courier_result *result, const char *text)
{
	size_t len = 0;
	for (const char *c = text; *c && len + 1 < sizeof result->receipt; c++)
		if (*c >= ' ' && *c < 0x7f)
			result->receipt[len++] = *c;
	result->receipt[len] = '\0';
}

/* The provider's own id of what it took, where its answer holds one. */
static bool provider_id(const struct sending *sending, char *room, size_t size)
{
	json_t *root = sending->answer.len ? json_loadb(sending->answer.ptr, sending->answer.len, 0, NULL) : NULL;
	const char *id = json_string_value(json_object_get(root, "id"));
	bool found = id && *id && strlen(id) < 100;
	for (const char *c = id; found && *c; c++)
		found = isalnum((unsigned char)*c) || strchr("-_.:", *c);
	if (found)
		snprintf(room, size, "HTTP %ld %s", sending->status, id);
	json_decref(root);
	return found;
}

static void judge_mail(struct sending *sending, struct courier_result *result)
{
	long class = sending->status / 100;
	result->ok = sending->code == CURLE_OK;
	result->permanent = !result->ok && class == 5;
	/* An address may stand in what a server says: of a refusal only the code is kept. */
	if (result->ok)
		put_receipt(result, sending->last_line[0] ? sending->last_line : "accepted");
	else if (sending->status)
		snprintf(result->receipt, sizeof result->receipt, "SMTP %ld", sending->status);
	else
		put_receipt(result, curl_easy_strerror(sending->code));
}

/* Of a webhook and of a push. */
static void judge_http(struct sending *sending, struct courier_result *result)
{
	long status = sending->status;
	bool push = sending->channel == COURIER_PUSH;
	result->ok = sending->code == CURLE_OK && status >= 200 && status < 300;
	result->permanent = sending->code == CURLE_OK && status >= 400 && status < 500 && status != 408 && status != 425 && status != 429;
	result->gone = push && sending->code == CURLE_OK && (status == 404 || status == 410);
	if (!result->ok && !result->permanent && sending->retry_after_s > 0)
		result->retry_us = sending->retry_after_s < COURIER_RETRY_MAX_US / SECOND_US ? sending->retry_after_s * SECOND_US
											     : COURIER_RETRY_MAX_US;
	if (sending->code != CURLE_OK)
		put_receipt(result, curl_easy_strerror(sending->code));
	else if (push || !result->ok || !provider_id(sending, result->receipt, sizeof result->receipt))
		snprintf(result->receipt, sizeof result->receipt, "HTTP %ld", status);
}

static void link_sending(struct courier *courier, struct sending *sending)
{
	sending->next = courier->first;
	if (courier->first)
		courier->first->previous = sending;
	courier->first = sending;
}

static void free_sending(struct sending *sending)
{
	struct courier *courier = sending->courier;
	if (courier->first == sending)
		courier->first = sending->next;
	if (sending->previous)
		sending->previous->next = sending->next;
	if (sending->next)
		sending->next->previous = sending->previous;
	curl_slist_free_all(sending->headers);
	buf_done(&sending->payload);
	buf_done(&sending->answer);
	mem_delete(sending);
}

static void on_done(void *ctx)
{
	struct sending *sending = ctx;
	if (sending->channel == COURIER_MAIL)
		judge_mail(sending, &sending->result);
	else
		judge_http(sending, &sending->result);
	sending->done(sending->ctx, &sending->result);
	free_sending(sending);
}

/* ---- Messages ---- */

/* RFC 2047 where it is not plain ASCII. */
static void add_subject(struct buf *out, struct str subject)
{
	bool plain = true;
	char base64[512];
	for (size_t i = 0; i < subject.len; i++)
		plain &= subject.ptr[i] >= ' ' && (unsigned char)subject.ptr[i] < 0x7f;
	subject = str_sub(subject, 0, 300);
	if (plain) {
		buf_printf(out, "Subject: " STR_FMT "\r\n", STR_ARG(subject));
		return;
	}
	sodium_bin2base64(base64, sizeof base64, (const uint8_t *)subject.ptr, subject.len, sodium_base64_VARIANT_ORIGINAL);
	buf_printf(out, "Subject: =?UTF-8?B?%s?=\r\n", base64);
}

static void add_date(struct buf *out, wall_time now)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t seconds = (time_t)(now.us / SECOND_US);
	struct tm tm;
	if (gmtime_r(&seconds, &tm))
		buf_printf(out, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
			tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* The body in base64: no line is too long, no dot begins one, every letter arrives. */
static void add_body(struct buf *out, struct str body)
{
	char line[80];
	for (size_t at = 0; at < body.len; at += 57) {
		struct str part = str_sub(body, at, at + 57);
		sodium_bin2base64(line, sizeof line, (const uint8_t *)part.ptr, part.len, sodium_base64_VARIANT_ORIGINAL);
		buf_printf(out, "%s\r\n", line);
	}
}

static void make_mail(struct sending *sending, const struct courier_note *note)
{
	struct buf *out = &sending->payload;
	struct str from = sending->courier->options.mail.from;
	size_t at = str_find(from, STR("@"), 0);
	add_date(out, note->now);
	buf_printf(out, "From: Heedwell <" STR_FMT ">\r\nTo: <%s>\r\n", STR_ARG(from), sending->to);
	add_subject(out, note->subject);
	buf_printf(out, "Message-ID: <%s" STR_FMT ">\r\n", sending->id, STR_ARG(str_sub(from, at, SIZE_MAX)));
	buf_add_c(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		       "Content-Transfer-Encoding: base64\r\n\r\n");
	add_body(out, note->body);
}

static bool add_header(struct sending *sending, const char *line)
{
	struct curl_slist *list = curl_slist_append(sending->headers, line);
	if (list)
		sending->headers = list;
	return list;
}

static void make_push(struct sending *sending, const struct courier_note *note)
{
	char line[64];
	struct buf authorization;
	buf_init(&authorization, mem_system(), 4096);
	buf_printf(&authorization, "Authorization: " STR_FMT, STR_ARG(note->push.authorization));
	snprintf(line, sizeof line, "TTL: %d", note->push.ttl_s);
	bool good = !authorization.failed && add_header(sending, "Content-Type: application/octet-stream") &&
		    add_header(sending, "Content-Encoding: aes128gcm") && add_header(sending, line) && add_header(sending, "Expect:");
	snprintf(line, sizeof line, "Urgency: %s", note->push.urgency);
	good = good && add_header(sending, line) && add_header(sending, authorization.ptr);
	buf_add(&sending->payload, note->body);
	sending->payload.failed |= !good;
	buf_done(&authorization);
}

static bool is_configured(const struct courier *courier, enum courier_channel channel)
{
	switch (channel) {
	case COURIER_MAIL: return courier->options.mail.url.len > 0;
	case COURIER_WEBHOOK: return courier->options.webhook.url.len > 0;
	case COURIER_PUSH: return courier->options.push.host_count > 0;
	}
	return false;
}

static int check_note(const struct courier *courier, const struct courier_note *note, struct err *reterr)
{
	if (!is_configured(courier, note->channel))
		return err_set(reterr, E_INVALID, LAYER, "the channel is not configured");
	if (note->channel == COURIER_MAIL && !courier_address(note->to))
		return err_set(reterr, E_INVALID, LAYER, "not an address");
	if (note->channel == COURIER_PUSH &&
		!push_endpoint_good(note->to, courier->options.push.hosts, courier->options.push.host_count, NULL))
		return err_set(reterr, E_INVALID, LAYER, "a push service that may not be called");
	return 0;
}

static void make_payload(struct sending *sending, const struct courier_note *note)
{
	switch (note->channel) {
	case COURIER_MAIL: make_mail(sending, note); break;
	case COURIER_PUSH: make_push(sending, note); break;
	case COURIER_WEBHOOK:
		buf_add(&sending->payload, note->body);
		courier_sign(sending->courier->options.webhook.secret, note->id, sending->timestamp_s, note->body, sending->signature);
		break;
	}
}

int courier_send(struct courier *courier, const struct courier_note *note, courier_done *done, void *ctx, struct err *reterr)
{
	int rc = check_note(courier, note, reterr);
	if (rc)
		return rc;
	struct sending *sending = mem_new(sizeof *sending);
	if (!sending)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	sending->courier = courier;
	link_sending(courier, sending);
	sending->channel = note->channel;
	sending->done = done;
	sending->ctx = ctx;
	sending->timestamp_s = note->now.us / SECOND_US;
	snprintf(sending->id, sizeof sending->id, STR_FMT, STR_ARG(note->id));
	snprintf(sending->to, sizeof sending->to, STR_FMT, STR_ARG(note->to));
	buf_init(&sending->payload, mem_system(), TEXT_MAX);
	buf_init(&sending->answer, mem_system(), ANSWER_MAX + 1);
	make_payload(sending, note);
	rc = sending->payload.failed ? err_set(reterr, E_MEMORY, LAYER, "out of memory")
				     : pool_run(courier->pool, &sending->work, on_thread, on_done, sending, reterr);
	if (rc)
		free_sending(sending);
	return rc;
}

int courier_open(
	struct loop *loop, const struct courier_options *options, const struct log *log, struct courier **ret_courier, struct err *reterr)
{
	struct courier *courier = mem_new(sizeof *courier);
	if (!courier)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	courier->options = *options;
	courier->log = log;
	int rc = curl_global_init(CURL_GLOBAL_DEFAULT) ? err_set(reterr, E_MEMORY, LAYER, "libcurl does not start") : 0;
	rc = rc ? rc : pool_open(loop, THREADS, COURIER_WAITING_MAX, &courier->pool, reterr);
	if (rc) {
		mem_delete(courier);
		return rc;
	}
	*ret_courier = courier;
	return 0;
}

void courier_free(struct courier **courier)
{
	if (!*courier)
		return;
	atomic_store(&(*courier)->closing, true);
	pool_free(&(*courier)->pool);
	while ((*courier)->first)
		free_sending((*courier)->first);
	mem_delete(*courier);
	*courier = NULL;
}

const struct courier_options *courier_options(const struct courier *courier)
{
	return &courier->options;
}
