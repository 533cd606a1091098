/* delivery_push.c: what a push holds: level, minutes, ids of ours and where the console opens; no name, no word, no pseudonym of a client.
 * The push service sees none of it, and not its length either: every push is as long as the longest. See delivery.h. */
#include "care/care_priv.h"
#include "care/courier.h"
#include "care/delivery.h"
#include "sys/mem.h"
#include "sys/random.h"

#include <sodium.h>
#include <stdio.h>

#define LAYER "care/delivery"
#define PADDED 1024
#define PROOF_S (12 * 3600) /* RFC 8292: at most a day */

static void add_text(struct buf *out, const char *key, struct str text)
{
	buf_printf(out, ",\"%s\":", key);
	buf_add_json(out, text);
}

enum kind { KIND_ALERT = 0, KIND_ANSWERED, KIND_CHAT, KIND_CHAT_OVER, KIND_TEST };
static const struct {
	const char *name;
	struct str title, body;
} kinds[] = {
	[KIND_ALERT] = { "alert", STR_INIT("staff.push.title"), STR_INIT("staff.push.body") },
	[KIND_ANSWERED] = { "answered", STR_INIT("staff.push.answered_title"), STR_INIT("staff.push.answered_body") },
	[KIND_CHAT] = { "chat", STR_INIT("staff.push.chat_title"), STR_INIT("staff.push.chat_body") },
	[KIND_CHAT_OVER] = { "answered", STR_INIT("staff.push.chat_over_title"), STR_INIT("staff.push.chat_over_body") },
	[KIND_TEST] = { "test", STR_INIT("staff.push.test_title"), STR_INIT("staff.push.test_body") },
};

static enum kind kind_of(const struct row *delivery)
{
	bool over = str_eqc(row_text(delivery, "purpose"), "answered");
	switch (delivery_about(delivery)) {
	case DELIVERY_ALERT: return over ? KIND_ANSWERED : KIND_ALERT;
	case DELIVERY_CHAT: return over ? KIND_CHAT_OVER : KIND_CHAT;
	case DELIVERY_TEST: break;
	}
	return KIND_TEST;
}

/* As web/console/sw.ts reads it. */
static struct str make_text(const struct care *care, const struct row *row, const struct staff_item *staff, const char *token,
	struct arena *arena, wall_time now)
{
	char level[8], minutes[24];
	struct buf out;
	struct str lang = staff->language[0] ? str_c(staff->language) : STR("en");
	enum kind kind = kind_of(row);
	bool test = kind == KIND_TEST;
	snprintf(level, sizeof level, "%d", (int)row_int(row, "level"));
	snprintf(minutes, sizeof minutes, "%lld", (long long)delivery_minutes_left(row, now));
	const struct message_var vars[] = { { "level", str_c(level) }, { "minutes", str_c(minutes) } };
	size_t var_count = kind == KIND_ALERT || kind == KIND_CHAT ? COUNT_OF(vars) : 0;
	buf_init(&out, arena->mem, PADDED);
	buf_printf(
		&out, "{\"v\":1,\"kind\":\"%s\",\"delivery\":\"" STR_FMT "\",\"token\":\"%s\"", kinds[kind].name, STR_ARG(row->id), token);
	bool chat = delivery_about(row) == DELIVERY_CHAT;
	add_text(&out, "open",
		test   ? STR("/channels")
		: chat ? STR("/today")
		       : arena_printf(arena, "/today/" STR_FMT, STR_ARG(row_text(row, "alert_id"))));
	if (chat)
		add_text(&out, "tag", row_text(row, "presence_id"));
	buf_printf(&out, ",\"priority\":%d", test ? 1 : (int)row_int(row, "priority"));
	add_text(&out, "lang", lang);
	add_text(&out, "title", messages_render(care->parts.messages, arena, lang, kinds[kind].title, 0, NULL, 0));
	add_text(&out, "body", messages_render(care->parts.messages, arena, lang, kinds[kind].body, 0, vars, var_count));
	buf_add_c(&out, "}");
	struct str text = out.failed ? STR("") : arena_copy(arena, buf_str(&out));
	buf_done(&out);
	return text;
}

/* A pair for this message alone. */
static int make_once(struct push_pair *pair, struct err *reterr)
{
	uint8_t secret[PUSH_SECRET_BYTES];
	int code;
	do {
		random_bytes(secret, sizeof secret);
		code = push_pair_of(secret, pair, reterr);
	} while (code == E_INVALID);
	sodium_memzero(secret, sizeof secret);
	return code;
}

static int encrypt(const struct row *device, struct str text, struct arena *arena, struct courier_note *note, struct err *reterr)
{
	struct str point = row_text(device, "p256dh"), auth = row_text(device, "auth");
	struct push_receiver to;
	struct push_pair once;
	uint8_t salt[PUSH_SALT_BYTES];
	struct buf out;
	if (point.len != PUSH_POINT_BYTES || auth.len != PUSH_AUTH_BYTES || !text.len)
		return err_set(reterr, E_INVALID, LAYER, "a push that cannot be made");
	memcpy(to.point, point.ptr, PUSH_POINT_BYTES);
	memcpy(to.auth, auth.ptr, PUSH_AUTH_BYTES);
	random_bytes(salt, sizeof salt);
	int code = make_once(&once, reterr);
	if (code)
		return code;
	buf_init(&out, arena->mem, 2 * PADDED);
	code = push_encrypt(&to, &once, salt, text, PADDED, &out, reterr);
	if (!code)
		note->body = arena_copy(arena, buf_str(&out));
	buf_done(&out);
	sodium_memzero(&once, sizeof once);
	sodium_memzero(&to, sizeof to);
	return code;
}

static int prove(const struct push_server *push, struct str origin, struct str contact, struct arena *arena, struct courier_note *note,
	struct err *reterr)
{
	struct buf out;
	buf_init(&out, arena->mem, 4096);
	int code = push_authorization(&push->pair, origin, contact, note->now.us / SECOND_US + PROOF_S, &out, reterr);
	if (!code)
		note->push.authorization = arena_copy(arena, buf_str(&out));
	buf_done(&out);
	return code;
}

int delivery_make_push(struct care *care, const struct row *delivery, const struct staff_item *staff, const struct row *device,
	struct arena *arena, struct courier_note *note, struct err *reterr)
{
	const struct courier_options *options = courier_options(care->parts.courier);
	const struct programme_item *programme = care_programme_item(care, staff->pub.programme_id.text);
	const struct push_server *push = programme ? programme->push : NULL;
	int priority = (int)row_int(delivery, "priority");
	struct str origin;
	char token[PUSH_TOKEN_TEXT];
	note->to = arena_copy(arena, row_text(device, "endpoint"));
	if (!push || !push_endpoint_good(note->to, options->push.hosts, options->push.host_count, &origin))
		return err_set(reterr, E_INVALID, LAYER, "its push service may not be called any more");
	push_token(push, delivery->id, token);
	struct str text = make_text(care, delivery, staff, token, arena, note->now);
	note->push.urgency = str_eqc(row_text(delivery, "purpose"), "answered") ? "normal" : push_urgency(priority);
	note->push.ttl_s = push_ttl_s(priority, row_time(delivery, "due_at"), note->now);
	int code = encrypt(device, text, arena, note, reterr);
	return code ? code : prove(push, origin, options->push.contact, arena, note, reterr);
}
