/* demo.h: the made-up programme of `heedwell demo`: its people, keys and invites. Private to the demo's files. */
#ifndef HEED_CMD_DEMO_H
#define HEED_CMD_DEMO_H

#include "cmd/serve.h"

#define DEMO_STAFF 7
#define DEMO_CLIENTS_MAX 16
#define DEMO_PASSWORD_SIZE 24
#define DEMO_BIRTH_YEAR 1990

struct demo_staff {
	const char *role, *login, *name, *language;
	struct uuid id;
};

struct demo_client {
	struct uuid id;
	char link_token[48];
	bool link_open; /* nobody has used it: printed */
};

struct demo {
	struct arena *arena;
	const char *file, *seed, *database, *folder; /* folder: thrown away at the end; NULL: none */
	bool existed;                                /* the database holds a programme already */
	struct uuid programme_id;
	struct demo_staff staff[DEMO_STAFF];
	char password[DEMO_PASSWORD_SIZE], password_hash[128];
	char api_key[96];
	struct uuid api_key_id;
	struct demo_client clients[DEMO_CLIENTS_MAX];
	size_t client_count;
};

/* demo_make_programme: programme, staff, API key and release in one unit, before care is open. */
int demo_make_programme(struct demo *demo, struct serve_parts *parts, struct err *reterr) MUST_CHECK;
/* demo_make_clients: `count` clients with an invite and consents; needs care. Turns the loop until they are on disk. */
int demo_make_clients(struct demo *demo, struct serve_parts *parts, size_t count, struct err *reterr) MUST_CHECK;
/* demo_tell: writes the demo file and prints address and logins. */
int demo_tell(struct demo *demo, struct serve_parts *parts, struct err *reterr) MUST_CHECK;

#endif
