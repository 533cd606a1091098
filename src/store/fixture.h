/* fixture.h: a small house of resources and a store in a temporary folder, for the tests of this folder only. */
#ifndef HEED_STORE_FIXTURE_H
#define HEED_STORE_FIXTURE_H

#include "store/store.h"

struct fixture {
	char folder[64];
	char url[512];
	char key[128];
	struct test_clock clock;
	struct store *store;
	const struct driver *driver; /* NULL: by the URL */
	struct uuid programme, other_programme, client, other_client;
};

struct registry fixture_registry(void);

/* fixture_url: where the tests run: NULL for SQLite in the fixture's folder, else a PostgreSQL URL whose database is emptied by
 * each fixture_new. */
void fixture_use(const char *postgres_url);

/* fixture_new: folder, key file, store, two programmes, a client in each. Any failure ends the test. */
struct fixture *fixture_new(void);
/* fixture_bare: the same without opening the store. */
struct fixture *fixture_bare(void);
void fixture_open(struct fixture *fixture);
void fixture_free(struct fixture **fixture);

struct scope fixture_system(const struct fixture *fixture);
struct scope fixture_staff(const struct fixture *fixture);

/* fixture_memo: insert a memo of the client with a text; returns its id; waits. */
struct uuid fixture_memo(struct fixture *fixture, const char *text);

/* A PostgreSQL server of our own in a temporary folder on a socket: pg_start gives the URL (static) or NULL when the server's
 * programs are not installed. */
const char *fixture_postgres_start(void);
void fixture_postgres_stop(void);

#endif
