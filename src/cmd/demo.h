/* demo.h: the made-up programme of `heedwell demo`: its people, keys and invites. Private to the demo's files. */
#ifndef HEED_CMD_DEMO_H
#define HEED_CMD_DEMO_H

#include "cmd/serve.h"

#define DEMO_STAFF 7
#define DEMO_CLIENTS_MAX 17
#define DEMO_PASSWORD_SIZE 24
#define DEMO_KEY_SIZE 96
#define DEMO_BIRTH_YEAR 1990

/* One thing that happens in the story. Which of text and code it uses: see enum demo_what. */
enum demo_what {
	DEMO_JOINS = 0,    /* invited and signed in, with both consents */
	DEMO_SAYS,         /* text */
	DEMO_ACKNOWLEDGES, /* the client's unresolved alerts, by staff */
	DEMO_CONTACTS,     /* code: outcome; text: note */
	DEMO_RESOLVES,     /* code: resolution; text: note */
	DEMO_WRITES,       /* text, in the client's conversation */
	DEMO_RELEASES,     /* the held conversation; text: reason */
	DEMO_APPROVES,     /* the reply that waits */
	DEMO_EDITS,        /* text: what is sent instead */
	DEMO_REJECTS,      /* text: reason */
	DEMO_WITHDRAWS_AI, /* consent to AI chat */
	DEMO_GIVES,        /* code: module */
	DEMO_FILLS,        /* the exercise of the lesson `code` of the newest module; text: answers as JSON */
	DEMO_FINISHES,     /* the lesson `code` */
	DEMO_INVITED,      /* has an invite, and has not come yet */
	DEMO_ANSWERS,      /* code: instrument, asked by staff; text: one digit for each item */
	DEMO_TAKES_INTAKE, /* text: answers by step as JSON */
	DEMO_REFERS,       /* by staff, without the first questions. code: "SOURCE PRIORITY STEP"; text: why */
	DEMO_MOVES,        /* code: "contact", "offer" or "start" of the referral */
	DEMO_PLANS,        /* text: the plan for hard moments as JSON, shared with the team */
	DEMO_TOLD,         /* code: "start", "change" or "stop" of a medicine; text: what was told, as JSON; "days": so many days before */
};
struct demo_step {
	int day, minute;
	enum demo_what what;
	size_t client, staff;
	const char *text, *code;
};
extern const struct demo_step demo_story[];
extern const size_t demo_story_count;
#define DEMO_DAYS 36 /* how long ago the programme began */

struct demo_staff {
	const char *role, *login, *name, *language;
	struct uuid id;
};

struct demo_client {
	struct uuid id;
	char link_token[48];
	bool link_open; /* nobody has used it: printed */
	struct uuid conversation_id;
};

struct demo {
	struct arena *arena;
	const char *file, *seed, *database, *folder; /* folder: thrown away at the end; NULL: none */
	bool existed;                                /* the database holds a programme already */
	struct uuid programme_id;
	struct demo_staff staff[DEMO_STAFF];
	char password[DEMO_PASSWORD_SIZE], password_hash[128];
	char api_key[DEMO_KEY_SIZE], operator_key[DEMO_KEY_SIZE]; /* operator_key may bring instructions */
	struct uuid api_key_id;
	struct demo_client clients[DEMO_CLIENTS_MAX];
};

/* demo_make_programme: programme, staff, API key and release in one unit, before care is open. */
int demo_make_programme(struct demo *demo, struct serve_parts *parts, struct err *reterr) MUST_CHECK;
/* demo_make_client: the nth made-up client, with an invite and consents; needs care. Turns the loop until it is on disk. */
int demo_make_client(struct demo *demo, struct serve_parts *parts, size_t number, struct err *reterr) MUST_CHECK;
/* demo_seed: tells the story by the program's own ways, each part at its time, and brings the clock to now. */
int demo_seed(struct demo *demo, struct serve_parts *parts, struct err *reterr) MUST_CHECK;

/* demo_care_step: steps from DEMO_ANSWERS on. staff: who acts where staff do. */
int demo_care_step(struct demo *demo, struct serve_parts *parts, const struct demo_step *step, const struct scope *staff,
	struct err *reterr) MUST_CHECK;
/* demo_make_rota: from now on. */
int demo_make_rota(struct demo *demo, struct serve_parts *parts, struct err *reterr) MUST_CHECK;

/* For what is done and then waited for. */
struct demo_wait {
	bool done;
	struct err err;
};
void demo_waited(void *ctx, const struct err *err);
int demo_wait_for(struct serve_parts *parts, struct demo_wait *waiting, struct err *reterr) MUST_CHECK;
/* demo_consent: a client's decision on a kind of consent, made in the app about the text that it shows. */
void demo_consent(struct serve_parts *parts, struct unit *unit, const struct demo_client *client, const char *kind, const char *decision);
/* demo_tell: writes the demo file and prints address and logins. */
int demo_tell(struct demo *demo, struct serve_parts *parts, struct err *reterr) MUST_CHECK;

#endif
