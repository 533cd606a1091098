/* session.h: who is asking: staff by password and TOTP, clients by an invite, both then by a cookie's token.
 *
 * Passwords are Argon2id (libsodium, on a worker thread). Wrong ones lock the login with a back-off that doubles (from the
 * fifth on: 1 min, 2, 4 ... 1 h). Tokens are 32 random bytes, kept only as a hash. Sessions are cached in memory and ended
 * in the store. */
#ifndef HEED_CARE_SESSION_H
#define HEED_CARE_SESSION_H

#include "care/care.h"

#define SESSION_TOKEN_SIZE 44 /* base64url of 32 bytes, NUL */

/* Who is asking. Lives in the cache: borrowed until the loop's next round; copy what must stay. */
struct principal {
	struct uuid programme_id, person_id, session_id;
	uint32_t who;    /* one bit */
	struct str role; /* NUL-terminated, constant */
	char csrf[SESSION_TOKEN_SIZE];
	char lang[8];
	wall_time expires_at;
};
/* principal_scope: this person in their programme; clients see only themselves. Borrows the principal's ids. */
struct scope principal_scope(const struct principal *principal, const char *reason);

/* Answer of a sign-in or of a check. principal NULL: err says why: E_DENIED "bad_login", "totp_required", "wrong_fact",
 * "used", "expired"; E_LIMIT "locked" with retry_us. token: for the cookie, only of a sign-in. */
struct session_answer {
	const struct principal *principal;
	const char *token;
	int64_t retry_us;
};
typedef void session_done(void *ctx, const struct session_answer *answer, const struct err *err);

struct session_login {
	struct str login, password, totp, address, agent;
};
void session_staff_login(struct care *care, const struct session_login *login, session_done *done, void *ctx);
/* session_check: of a cookie's token. A client's is answered at once when cached; a member of staff's is read from the store each time, so
 * that one who was suspended is out with the next request, whoever did it in whatever process. staff: which cookie it was. */
void session_check(struct care *care, bool staff, struct str token, session_done *done, void *ctx);
void session_end(struct care *care, const struct principal *principal, unit_done done, void *ctx);

/* Sessions that count no more: one, or (session_id NULL) all of a person but those that are kept. */
struct session_over {
	const char *session_id, *person_id;
	const struct uuid *kept;
	size_t kept_count;
};
bool session_is_over(const struct session_over *over, const struct principal *principal);
/* session_on_over: fn is told when sessions have ended before their time, so that open pages can be closed. One listener. */
typedef void session_over_fn(void *ctx, const struct session_over *over);
void session_on_over(struct care *care, session_over_fn *fn, void *ctx);

/* session_end_staff: adds to the unit that every session of that person ends, and the word to the servers on this database. Blocks; for the
 * command line, in the unit that changes what the person may do. */
int session_end_staff(
	struct store *store, struct unit *unit, const char *programme_id, const char *staff_id, struct err *reterr) MUST_CHECK;

/* Invites. The link works once, expires after seven days, and needs the second fact; five wrong ones close it. */
struct invite_info {
	const char *state; /* "open","used","expired" */
	const char *second_fact;
	const struct care_programme *programme;
	struct str lang;
};
typedef void invite_done(void *ctx, const struct invite_info *info, const struct err *err);
void invite_look(struct care *care, struct str token, invite_done *done, void *ctx);
void invite_accept(
	struct care *care, struct str token, struct str second_fact, struct str lang, struct str address, session_done *done, void *ctx);

/* invite_make: a new client with an invite, in one unit of the person's scope. Fields as in docs/reference/api.md. token: for the
 * link, valid once done got no error; it is kept nowhere but as a hash. Copies everything. */
struct invite_request {
	struct str pseudonym, name; /* name may be empty */
	int birth_year;             /* also the second fact */
	struct str language, country;
	struct str place;                    /* where they live (US-IL); may be empty */
	const char *clinician_id, *coach_id; /* may be NULL */
	bool approve_replies;
};
struct invite_ticket {
	char token[SESSION_TOKEN_SIZE];
	struct uuid client_id;
};
int invite_make(struct care *care, const struct scope *scope, const struct invite_request *request, struct invite_ticket *ret_ticket,
	unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* staff_hash_password: Argon2id of the interactive strength; blocks for tens of ms. hash[128]. */
int staff_hash_password(struct str password, char *hash, struct err *reterr) MUST_CHECK;

#endif
