/* session.c: see session.h. Sign-in reads the person, checks the password on a worker thread, writes the session, and only then
 * answers: what a cookie stands for is on disk. Unknown logins cost the same hash as known ones. */
#include "care/session.h"

#include "care/care_priv.h"
#include "sys/mem.h"
#include "sys/random.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <stdio.h>

#define LAYER "care/session"
#define TOKEN_BYTES 32
#define STAFF_SESSION_US (12 * HOUR_US)
#define CLIENT_SESSION_US (30 * DAY_US)
#define INVITE_US (7 * DAY_US)
#define INVITE_TRIES 5
#define LOCK_FROM 5
#define LOCK_FIRST_US MINUTE_US
#define LOCK_MAX_US HOUR_US
#define PASSWORD_MAX 200
#define SESSIONS_MAX 20000
#define ENTER_AGAIN_MAX 3 /* times that the person's row may change while they sign in */
#define TOTP_STEP_S 30
#define TOTP_WINDOW 1

/* ---- Tokens ---- */

struct token_hash {
	uint8_t bytes[32];
	char key[33]; /* hex of the first half: the key of the cache */
};

static void make_token(char token[SESSION_TOKEN_SIZE])
{
	uint8_t bytes[TOKEN_BYTES];
	random_bytes(bytes, sizeof bytes);
	sodium_bin2base64(token, SESSION_TOKEN_SIZE, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof bytes);
}

/* A token has 256 random bits: a plain hash of it is enough. */
static struct token_hash hash_token(struct str token)
{
	struct token_hash hash;
	crypto_generichash(hash.bytes, sizeof hash.bytes, (const uint8_t *)token.ptr, token.len, NULL, 0);
	sodium_bin2hex(hash.key, sizeof hash.key, hash.bytes, 16);
	return hash;
}

static struct str hash_str(const struct token_hash *hash)
{
	return str_make((const char *)hash->bytes, sizeof hash->bytes);
}

int staff_hash_password(struct str password, char *hash, struct err *reterr)
{
	if (!password.len || password.len > PASSWORD_MAX)
		return err_set(reterr, E_INVALID, LAYER, "a password has 1 to %d bytes", PASSWORD_MAX);
	if (crypto_pwhash_str(hash, password.ptr, password.len, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE))
		return err_set(reterr, E_MEMORY, LAYER, "no memory for the password's hash");
	return 0;
}

/* ---- The cache ---- */

struct session_item {
	char key[33]; /* first: the key */
	bool staff;
	struct principal pub;
};

static struct session_item *cache_put(struct care *care, const char *key, bool staff, const struct principal *principal)
{
	if (care->sessions.count >= SESSIONS_MAX) { /* forget one; its next request reads it again */
		size_t place = 0;
		struct session_item *old = map_next(&care->sessions, &place);
		map_remove(&care->sessions, old->key);
		mem_delete(old);
	}
	struct session_item *item = mem_new(sizeof *item);
	if (!item)
		return NULL;
	memcpy(item->key, key, sizeof item->key);
	item->staff = staff;
	item->pub = *principal;
	struct session_item *before = map_get(&care->sessions, key);
	if (!map_put(&care->sessions, item)) {
		mem_delete(item);
		return NULL;
	}
	mem_delete(before);
	return item;
}

static void cache_drop(struct care *care, struct session_item *item)
{
	map_remove(&care->sessions, item->key);
	mem_delete(item);
}

bool session_is_over(const struct session_over *over, const struct principal *principal)
{
	if (over->session_id)
		return strcmp(over->session_id, principal->session_id.text) == 0;
	for (size_t i = 0; i < over->kept_count; i++)
		if (strcmp(over->kept[i].text, principal->session_id.text) == 0)
			return false;
	return strcmp(over->person_id, principal->person_id.text) == 0;
}

void sessions_over(struct care *care, const struct session_over *over)
{
	size_t place = 0;
	for (struct session_item *item; (item = map_next(&care->sessions, &place)) != NULL;)
		if (session_is_over(over, &item->pub))
			cache_drop(care, item);
	if (care->on_over)
		care->on_over(care->on_over_ctx, over);
}

void session_on_over(struct care *care, session_over_fn *fn, void *ctx)
{
	care->on_over = fn;
	care->on_over_ctx = ctx;
}

void sessions_free(struct care *care)
{
	size_t place = 0;
	for (void *item; (item = map_next(&care->sessions, &place)) != NULL;)
		mem_delete(item);
	map_done(&care->sessions);
}

static const char *role_name(uint32_t who)
{
	const char *name = who_name((enum who)who);
	return name ? name : "";
}

static void put_lang(struct principal *principal, struct str lang)
{
	struct str cut = str_sub(lang, 0, sizeof principal->lang - 1);
	memset(principal->lang, 0, sizeof principal->lang);
	if (cut.len)
		memcpy(principal->lang, cut.ptr, cut.len);
	else
		memcpy(principal->lang, "en", 3);
}

static void put_csrf(struct principal *principal, struct str csrf)
{
	struct str cut = str_sub(csrf, 0, sizeof principal->csrf - 1);
	memset(principal->csrf, 0, sizeof principal->csrf);
	if (cut.len)
		memcpy(principal->csrf, cut.ptr, cut.len);
}

struct scope principal_scope(const struct principal *principal, const char *reason)
{
	return (struct scope){ .programme_id = principal->programme_id.text,
		.who = principal->who,
		.actor_id = principal->person_id.text,
		.client_id = principal->who == WHO_CLIENT ? principal->person_id.text : NULL,
		.reason = reason };
}

/* ---- A sign-in on its way ---- */

struct signing {
	struct care *care;
	session_done *done;
	void *ctx;
	bool staff;
	struct uuid programme_id, person_id, invite_id;
	uint32_t who;
	int64_t failures, invite_version;
	struct pool_work work;
	char password[PASSWORD_MAX + 1], hash[256];
	bool right;
	uint8_t secret[64];
	size_t secret_len;
	int64_t totp_last, totp_used, version; /* version: of the person's row that all this was checked against */
	int again;
	char totp[16], lang[8], csrf[SESSION_TOKEN_SIZE], token[SESSION_TOKEN_SIZE], address[65], agent[301];
	wall_time expires_at;
	struct uuid session_id;
	const char *refusal; /* after a write that notes a failure */
	int refusal_code;
	int64_t retry_us;
};

static void put_text(char *field, size_t size, struct str text)
{
	struct str cut = str_sub(text, 0, size - 1);
	cut.len = text_utf8_length(cut);
	memset(field, 0, size);
	if (cut.len)
		memcpy(field, cut.ptr, cut.len);
}
#define PUT_TEXT(field, text) put_text((field), sizeof(field), (text))

static void answer(struct signing *signing, const struct principal *principal, const struct err *err)
{
	const struct session_answer reply = {
		.principal = principal, .token = principal ? signing->token : NULL, .retry_us = signing->retry_us
	};
	signing->done(signing->ctx, &reply, err);
	mem_wipe_delete(signing, sizeof *signing);
}

static void refuse(struct signing *signing, int code, const char *what)
{
	struct err err = { 0 };
	err_set(&err, code, LAYER, "%s", what);
	answer(signing, NULL, &err);
}

static void refusal_noted(void *ctx, const struct err *err)
{
	struct signing *signing = ctx;
	if (err && err->code != E_CONFLICT) /* the failure could not be counted: no second guess is answered */
		refuse(signing, err->code, "unavailable");
	else
		refuse(signing, signing->refusal_code, signing->refusal);
}

static struct unit *system_unit(struct signing *signing, const char *reason)
{
	struct scope scope = care_scope_system(signing->programme_id.text, reason);
	scope.actor_id = signing->person_id.text[0] ? signing->person_id.text : NULL;
	return unit_new(signing->care->parts.store, &scope);
}

static void submit(struct signing *signing, struct unit *take_unit, unit_done done)
{
	struct err err = { 0 };
	if (!take_unit || store_submit(signing->care->parts.store, take_unit, done, signing, &err))
		refuse(signing, E_MEMORY, "unavailable");
}

/* ---- The session itself ---- */

static void enter_again(struct signing *signing);

static void session_written(void *ctx, const struct err *err)
{
	struct signing *signing = ctx;
	if (err && err->code == E_CONFLICT && signing->staff && signing->again++ < ENTER_AGAIN_MAX) {
		enter_again(signing);
		return;
	}
	if (err) {
		refuse(signing, err->code, err->code == E_CONFLICT ? "used" : "unavailable");
		return;
	}
	struct principal principal = { .programme_id = signing->programme_id,
		.person_id = signing->person_id,
		.session_id = signing->session_id,
		.who = signing->who,
		.role = str_c(role_name(signing->who)),
		.expires_at = signing->expires_at };
	put_csrf(&principal, str_c(signing->csrf));
	put_lang(&principal, str_c(signing->lang));
	struct token_hash hash = hash_token(str_c(signing->token));
	struct session_item *item = cache_put(signing->care, hash.key, signing->staff, &principal);
	struct client_item *client = signing->staff ? NULL : care_client_item(signing->care, signing->person_id.text);
	if (client && str_eqc(client->pub.state, "invited")) { /* watches see new rows only */
		memcpy(client->state, "active", 7);
		client->pub.state = STR("active");
	}
	if (item)
		answer(signing, &item->pub, NULL);
	else
		refuse(signing, E_MEMORY, "unavailable");
}

/* Adds the session row to the unit. */
static void add_session(struct signing *signing, struct unit *unit)
{
	make_token(signing->token);
	make_token(signing->csrf);
	struct token_hash hash = hash_token(str_c(signing->token));
	wall_time now = care_now(signing->care);
	signing->expires_at = (wall_time){ now.us + (signing->staff ? STAFF_SESSION_US : CLIENT_SESSION_US) };
	struct op *op = unit_insert(unit, signing->staff ? "staff_session" : "client_session", &signing->session_id);
	op_c(op, signing->staff ? "staff_id" : "client_id", signing->person_id.text);
	if (signing->staff)
		op_c(op, "role", role_name(signing->who));
	op_bytes(op, "token_hash", hash_str(&hash));
	op_c(op, "csrf", signing->csrf);
	op_c(op, "language", signing->lang);
	op_time(op, "expires_at", signing->expires_at);
	op_time(op, "seen_at", now);
	if (signing->address[0])
		op_c(op, "address", signing->address);
	if (signing->agent[0])
		op_c(op, "agent", signing->agent);
}

/* ---- Staff ---- */

/* Doubles with each wrong password from the fifth on: 1 min, 2, 4 ... 1 h. */
static int64_t lock_us(int64_t failures)
{
	if (failures < LOCK_FROM)
		return 0;
	int64_t wait = LOCK_FIRST_US;
	for (int64_t i = LOCK_FROM; i < failures && wait < LOCK_MAX_US; i++)
		wait *= 2;
	return wait < LOCK_MAX_US ? wait : LOCK_MAX_US;
}

static void count_failure(struct signing *signing, const char *what)
{
	struct unit *unit = system_unit(signing, "staff.login_failed");
	int64_t failures = signing->failures + 1, wait = lock_us(failures);
	signing->refusal = what;
	signing->refusal_code = E_DENIED;
	if (unit) {
		struct op *op = unit_update(unit, "staff", signing->person_id.text, VERSION_ANY);
		op_int(op, "failures", failures);
		if (wait)
			op_time(op, "locked_until", (wall_time){ care_now(signing->care).us + wait });
	}
	submit(signing, unit, refusal_noted);
}

/* A code works once and one step early or late (RFC 6238, section 5.2). */
static bool totp_right(struct signing *signing)
{
	int64_t now = care_now(signing->care).us / SECOND_US / TOTP_STEP_S;
	for (int64_t step = now - TOTP_WINDOW; step <= now + TOTP_WINDOW; step++) {
		char code[8];
		if (step <= signing->totp_last || oath_totp_generate((const char *)signing->secret, signing->secret_len,
							  (time_t)(step * TOTP_STEP_S), TOTP_STEP_S, 0, 6, code) != OATH_OK)
			continue;
		if (strlen(signing->totp) == 6 && sodium_memcmp(code, signing->totp, 6) == 0) {
			signing->totp_used = step;
			return true;
		}
	}
	return false;
}

static void staff_enter(struct signing *signing)
{
	struct unit *unit = system_unit(signing, "staff.login");
	if (unit) {
		add_session(signing, unit);
		/* Nobody gets in by what was true a moment ago: suspended or reset meanwhile, the row is another one. */
		struct op *op = unit_update(unit, "staff", signing->person_id.text, signing->version);
		op_int(op, "failures", 0);
		op_null(op, "locked_until");
		op_time(op, "last_login_at", care_now(signing->care));
		if (signing->totp_used)
			op_int(op, "totp_last", signing->totp_used);
	}
	submit(signing, unit, session_written);
}

static void person_read_again(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct signing *signing = ctx;
	const struct row *row = err ? NULL : &take_set->rows[0];
	bool same = row && str_eqc(row->state, "active") && str_eqc(row_text(row, "password_hash"), signing->hash) &&
		    row_int(row, "totp_last") == signing->totp_last && who_parse(row_text(row, "role")) == signing->who;
	if (row)
		signing->version = row->version;
	row_set_free(&take_set);
	if (same)
		staff_enter(signing);
	else
		refuse(signing, err ? err->code : E_DENIED, err ? "unavailable" : "bad_login");
}

static void enter_again(struct signing *signing)
{
	struct scope scope = care_scope_system(signing->programme_id.text, "staff.login");
	struct err err = { 0 };
	if (store_get(signing->care->parts.store, &scope, "staff", signing->person_id.text, person_read_again, signing, &err))
		refuse(signing, err.code, "unavailable");
}

static void password_checked(void *ctx)
{
	struct signing *signing = ctx;
	sodium_memzero(signing->password, sizeof signing->password);
	if (!signing->person_id.text[0])
		refuse(signing, E_DENIED, "bad_login");
	else if (!signing->right)
		count_failure(signing, "bad_login");
	else if (!signing->secret_len && !signing->care->parts.demo)
		refuse(signing, E_DENIED, "totp_not_set_up");
	else if (signing->secret_len && !signing->totp[0])
		refuse(signing, E_DENIED, "totp_required");
	else if (signing->secret_len && !totp_right(signing))
		count_failure(signing, "bad_login");
	else
		staff_enter(signing);
}

static void check_password(void *ctx)
{
	struct signing *signing = ctx;
	signing->right = crypto_pwhash_str_verify(signing->hash, signing->password, strlen(signing->password)) == 0;
}

static void took_staff_row(struct signing *signing, const struct row *row)
{
	struct str secret = row_text(row, "totp_secret");
	care_took_staff(signing->care, row); /* somebody may have been added or changed from the command line */
	signing->programme_id = id_of(row->programme_id);
	signing->person_id = id_of(row->id);
	signing->version = row->version;
	signing->who = who_parse(row_text(row, "role"));
	signing->failures = row_int(row, "failures");
	signing->totp_last = row_int(row, "totp_last");
	PUT_TEXT(signing->hash, row_text(row, "password_hash"));
	PUT_TEXT(signing->lang, row_text(row, "language"));
	if (secret.len && secret.len <= sizeof signing->secret) {
		memcpy(signing->secret, secret.ptr, secret.len);
		signing->secret_len = secret.len;
	}
}

static void staff_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct signing *signing = ctx;
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	struct err own = { 0 };
	/* A hash of nothing anybody knows: an unknown login takes as long as a wrong password. */
	static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	if (err && err->code != E_NOT_FOUND) {
		row_set_free(&take_set);
		refuse(signing, err->code, "unavailable");
		return;
	}
	PUT_TEXT(signing->hash, str_c(nobody));
	int64_t locked_us = row ? row_time(row, "locked_until").us - care_now(signing->care).us : 0;
	if (row && str_eqc(row->state, "active"))
		took_staff_row(signing, row);
	row_set_free(&take_set);
	if (locked_us > 0) {
		signing->retry_us = locked_us;
		refuse(signing, E_LIMIT, "locked");
		return;
	}
	if (pool_run(signing->care->pool, &signing->work, check_password, password_checked, signing, &own))
		refuse(signing, E_LIMIT, "busy");
}

void session_staff_login(struct care *care, const struct session_login *login, session_done *done, void *ctx)
{
	struct signing *signing = mem_new(sizeof *signing);
	struct scope scope = { .who = WHO_SYSTEM };
	struct list_query query = { .resource = "staff", .index = "login", .equal = { value_str(login->login) } };
	struct err err = { 0 };
	if (!signing) {
		const struct session_answer none = { 0 };
		err_set(&err, E_MEMORY, LAYER, "unavailable");
		done(ctx, &none, &err);
		return;
	}
	*signing = (struct signing){ .care = care, .done = done, .ctx = ctx, .staff = true };
	PUT_TEXT(signing->password, login->password);
	PUT_TEXT(signing->totp, login->totp);
	PUT_TEXT(signing->address, login->address);
	PUT_TEXT(signing->agent, login->agent);
	if (!login->login.len || login->login.len > 200 || !login->password.len || login->password.len > PASSWORD_MAX)
		refuse(signing, E_DENIED, "bad_login");
	else if (store_find(care->parts.store, &scope, &query, staff_read, signing, &err))
		refuse(signing, err.code, err.code == E_INVALID ? "bad_login" : "unavailable");
}

/* ---- Checking a cookie ---- */

struct checking {
	struct care *care;
	bool staff;
	char key[33];
	session_done *done;
	void *ctx;
};

static void no_session(session_done *done, void *ctx, const char *what)
{
	const struct session_answer none = { 0 };
	struct err err = { 0 };
	err_set(&err, E_DENIED, LAYER, "%s", what);
	done(ctx, &none, &err);
}

static bool still_good(const struct care *care, const struct session_item *item)
{
	if (item->pub.expires_at.us <= care_now(care).us)
		return false;
	if (item->staff) {
		const struct care_staff *staff = care_staff(care, item->pub.person_id.text);
		return staff && staff->active;
	}
	const struct care_client *client = care_client(care, item->pub.person_id.text);
	return client && !str_eqc(client->state, "erased") && !str_eqc(client->state, "ended");
}

static void answer_item(struct care *care, struct session_item *item, session_done *done, void *ctx)
{
	if (!still_good(care, item)) {
		cache_drop(care, item);
		no_session(done, ctx, "session_ended");
		return;
	}
	const struct session_answer reply = { .principal = &item->pub };
	done(ctx, &reply, NULL);
}

static void session_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct checking *checking = ctx;
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	struct session_item *item = NULL;
	if (row && str_eqc(row->state, "active")) {
		struct principal principal = { .programme_id = id_of(row->programme_id), .session_id = id_of(row->id) };
		principal.person_id = id_of(row_text(row, checking->staff ? "staff_id" : "client_id"));
		const struct care_staff *staff = checking->staff ? care_staff(checking->care, principal.person_id.text) : NULL;
		principal.who = checking->staff ? (staff ? staff->who : 0) : WHO_CLIENT;
		principal.role = str_c(role_name(principal.who));
		principal.expires_at = row_time(row, "expires_at");
		put_csrf(&principal, row_text(row, "csrf"));
		put_lang(&principal, row_text(row, "language"));
		item = cache_put(checking->care, checking->key, checking->staff, &principal);
	}
	if (item)
		answer_item(checking->care, item, checking->done, checking->ctx);
	else
		no_session(checking->done, checking->ctx, err && err->code != E_NOT_FOUND ? "unavailable" : "session_ended");
	row_set_free(&take_set);
	mem_delete(checking);
}

void session_check(struct care *care, bool staff, struct str token, session_done *done, void *ctx)
{
	if (token.len != SESSION_TOKEN_SIZE - 1) {
		no_session(done, ctx, "session_ended");
		return;
	}
	struct token_hash hash = hash_token(token);
	struct session_item *item = map_get(&care->sessions, hash.key);
	if (item && !staff && !item->staff) {
		answer_item(care, item, done, ctx);
		return;
	}
	struct checking *checking = mem_new(sizeof *checking);
	struct scope scope = { .who = WHO_SYSTEM };
	struct list_query query = {
		.resource = staff ? "staff_session" : "client_session", .index = "token", .equal = { { VALUE_BYTES, 0, hash_str(&hash) } }
	};
	struct err err = { 0 };
	if (checking) {
		*checking = (struct checking){ .care = care, .staff = staff, .done = done, .ctx = ctx };
		memcpy(checking->key, hash.key, sizeof checking->key);
	}
	if (!checking || store_find(care->parts.store, &scope, &query, session_read, checking, &err)) {
		mem_delete(checking);
		no_session(done, ctx, "unavailable");
	}
}

void session_end(struct care *care, const struct principal *principal, unit_done done, void *ctx)
{
	bool staff = principal->who != WHO_CLIENT;
	struct scope scope = care_scope_system(principal->programme_id.text, "session.end");
	scope.actor_id = principal->person_id.text;
	struct unit *unit = unit_new(care->parts.store, &scope);
	struct err err = { 0 };
	if (unit)
		unit_move(unit, staff ? "staff_session" : "client_session", principal->session_id.text, VERSION_ANY, "active", "ended");
	struct uuid session_id = principal->session_id; /* it may lie in what is forgotten now */
	int rc = unit ? store_submit(care->parts.store, unit, done, ctx, &err) : err_set(&err, E_MEMORY, LAYER, "out of memory");
	sessions_over(care, &(struct session_over){ .session_id = session_id.text });
	if (rc && done)
		done(ctx, &err);
}

/* ---- Ended by what changed about the person ---- */

int session_end_staff(struct store *store, struct unit *unit, const char *programme_id, const char *staff_id, struct err *reterr)
{
	struct scope scope = care_scope_system(programme_id, "session.end");
	struct list_query query = {
		.resource = "staff_session", .index = "staff", .equal = { value_c(staff_id), value_c("active") }, .limit = LIST_MAX
	};
	char cursor[1024];
	int rc = 0;
	for (bool more = true; more && rc == 0;) {
		struct row_set *set = NULL;
		rc = store_list_wait(store, &scope, &query, &set, reterr);
		for (size_t i = 0; rc == 0 && i < set->count; i++)
			unit_move(unit, "staff_session", set->rows[i].id.ptr, VERSION_ANY, "active", "ended");
		more = rc == 0 && set->cursor.len > 0 && set->cursor.len < sizeof cursor;
		if (more)
			memcpy(cursor, set->cursor.ptr, set->cursor.len);
		query.cursor = more ? str_make(cursor, set->cursor.len) : STR("");
		row_set_free(&set);
	}
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "event", NULL); /* as follow.c reads it */
	op_c(op, "audience", "program");
	op_c(op, "kind", "staff");
	op_c(op, "subject", "staff");
	op_c(op, "subject_id", staff_id);
	return rc;
}

/* ---- Invites ---- */

static struct list_query invite_query(const struct token_hash *hash)
{
	return (struct list_query){ .resource = "invite", .index = "token", .equal = { { VALUE_BYTES, 0, hash_str(hash) } } };
}

/* What is compared: the fact under the link's own hash, so that equal facts look different. */
static void fact_hash(const struct token_hash *token, struct str fact, char hex[65])
{
	uint8_t hash[32];
	struct str trimmed = str_trim(fact);
	crypto_generichash(hash, sizeof hash, (const uint8_t *)trimmed.ptr, trimmed.len, token->bytes, sizeof token->bytes);
	sodium_bin2hex(hex, 65, hash, sizeof hash);
}

static const char *invite_state(const struct care *care, const struct row *row)
{
	if (str_eqc(row->state, "open"))
		return row_time(row, "expires_at").us > care_now(care).us ? "open" : "expired";
	return str_eqc(row->state, "used") ? "used" : "expired";
}

struct looking {
	struct care *care;
	invite_done *done;
	void *ctx;
};

static void invite_looked(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct looking *looking = ctx;
	if (err) {
		looking->done(looking->ctx, NULL, err);
	} else {
		const struct row *row = &take_set->rows[0];
		const struct care_client *client = care_client(looking->care, row_text(row, "client_id").ptr);
		struct invite_info info = { .state = invite_state(looking->care, row),
			.second_fact = row_text(row, "second_fact").ptr,
			.programme = care_programme(looking->care, row->programme_id.ptr),
			.lang = client ? client->language : STR("en") };
		looking->done(looking->ctx, &info, NULL);
	}
	row_set_free(&take_set);
	mem_delete(looking);
}

void invite_look(struct care *care, struct str token, invite_done *done, void *ctx)
{
	struct token_hash hash = hash_token(token);
	struct scope scope = { .who = WHO_SYSTEM };
	struct list_query query = invite_query(&hash);
	struct looking *looking = mem_new(sizeof *looking);
	struct err err = { 0 };
	int rc = looking ? 0 : err_set(&err, E_MEMORY, LAYER, "out of memory");
	if (rc == 0) {
		*looking = (struct looking){ care, done, ctx };
		rc = store_find(care->parts.store, &scope, &query, invite_looked, looking, &err);
	}
	if (rc) {
		mem_delete(looking);
		done(ctx, NULL, &err);
	}
}

static void wrong_fact(struct signing *signing, int64_t attempts)
{
	struct unit *unit = system_unit(signing, "invite.wrong_fact");
	signing->refusal = "wrong_fact";
	signing->refusal_code = E_DENIED;
	if (unit) {
		bool closes = attempts >= INVITE_TRIES;
		struct op *op = closes ? unit_move(unit, "invite", signing->invite_id.text, signing->invite_version, "open", "closed")
				       : unit_update(unit, "invite", signing->invite_id.text, signing->invite_version);
		op_int(op, "attempts", attempts);
	}
	submit(signing, unit, refusal_noted);
}

static void invite_enter(struct signing *signing)
{
	const struct care_client *client = care_client(signing->care, signing->person_id.text);
	struct unit *unit = client ? system_unit(signing, "invite.accept") : NULL;
	if (unit) {
		struct op *op = unit_move(unit, "invite", signing->invite_id.text, signing->invite_version, "open", "used");
		op_time(op, "accepted_at", care_now(signing->care));
		if (str_eqc(client->state, "invited"))
			unit_move(unit, "client", signing->person_id.text, VERSION_ANY, "invited", "active");
		add_session(signing, unit);
	}
	submit(signing, unit, session_written);
}

static void invite_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct signing *signing = ctx;
	if (err) {
		bool unknown = err->code == E_NOT_FOUND; /* no such link is told as an old one */
		refuse(signing, unknown ? E_DENIED : err->code, unknown ? "expired" : "unavailable");
		return;
	}
	const struct row *row = &take_set->rows[0];
	const char *state = invite_state(signing->care, row);
	int64_t attempts = row_int(row, "attempts");
	struct str expected = row_text(row, "second_fact_hash");
	signing->programme_id = id_of(row->programme_id);
	signing->person_id = id_of(row_text(row, "client_id"));
	signing->invite_id = id_of(row->id);
	signing->invite_version = row->version;
	bool right = expected.len == 64 && sodium_memcmp(expected.ptr, signing->hash, 64) == 0;
	row_set_free(&take_set);
	if (strcmp(state, "open") != 0)
		refuse(signing, E_DENIED, state);
	else if (!right)
		wrong_fact(signing, attempts + 1);
	else
		invite_enter(signing);
}

void invite_accept(
	struct care *care, struct str token, struct str second_fact, struct str lang, struct str address, session_done *done, void *ctx)
{
	struct signing *signing = mem_new(sizeof *signing);
	struct scope scope = { .who = WHO_SYSTEM };
	struct token_hash hash = hash_token(token);
	struct list_query query = invite_query(&hash);
	struct err err = { 0 };
	if (!signing) {
		no_session(done, ctx, "unavailable");
		return;
	}
	*signing = (struct signing){ .care = care, .done = done, .ctx = ctx, .who = WHO_CLIENT };
	fact_hash(&hash, str_sub(second_fact, 0, 200), signing->hash);
	PUT_TEXT(signing->lang, lang.len ? lang : STR("en"));
	PUT_TEXT(signing->address, address);
	if (store_find(care->parts.store, &scope, &query, invite_read, signing, &err))
		refuse(signing, err.code, "unavailable");
}

static void add_invite(
	struct care *care, struct unit *unit, const struct scope *scope, const struct invite_request *request, struct invite_ticket *ticket)
{
	char fact[16], hex[65];
	make_token(ticket->token);
	struct token_hash hash = hash_token(str_c(ticket->token));
	snprintf(fact, sizeof fact, "%d", request->birth_year);
	fact_hash(&hash, str_c(fact), hex);
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "invite", NULL);
	op_c(op, "client_id", ticket->client_id.text);
	op_bytes(op, "token_hash", hash_str(&hash));
	op_c(op, "second_fact", "birth_year");
	op_c(op, "second_fact_hash", hex);
	op_int(op, "attempts", 0);
	op_time(op, "expires_at", (wall_time){ care_now(care).us + INVITE_US });
	if (scope->actor_id && scope->who != WHO_SYSTEM)
		op_c(op, "staff_id", scope->actor_id);
}

int invite_make(struct care *care, const struct scope *scope, const struct invite_request *request, struct invite_ticket *ret_ticket,
	unit_done done, void *ctx, struct err *reterr)
{
	if (request->birth_year < 1900 || request->birth_year > 2100)
		return err_set(reterr, E_INVALID, LAYER, "client.birth_year: must be 1900 to 2100");
	if (!jurisdiction_place_good(request->place))
		return err_set(reterr, E_INVALID, LAYER, "client.place: must be a code such as US-IL or ES");
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	struct op *op = unit_insert(unit, "client", &ret_ticket->client_id);
	op_text(op, "pseudonym", request->pseudonym);
	op_text(op, "language", request->language.len ? request->language : STR("en"));
	op_text(op, "country", request->country);
	if (request->place.len)
		op_text(op, "place", request->place);
	op_int(op, "birth_year", request->birth_year);
	op_c(op, "reach", "identified");
	op_c(op, "source", "app");
	op_c(op, "clinician_id", request->clinician_id);
	op_c(op, "coach_id", request->coach_id);
	op_bool(op, "approve_replies", request->approve_replies);
	if (request->name.len) {
		op = unit_insert(unit, "client_identity", NULL);
		op_c(op, "client_id", ret_ticket->client_id.text);
		op_text(op, "name", request->name);
	}
	add_invite(care, unit, scope, request, ret_ticket);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}
