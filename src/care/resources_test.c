/* resources_test.c: the descriptors are sound, and a database can be made of them. */
#include "care/resources.h"
#include "store/key.h"
#include "store/sql.h"
#include "store/store.h"
#include "sys/files.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void the_descriptors_are_sound(void **state)
{
	static const char *const kept[] = { "programme", "staff", "staff_session", "client", "client_identity", "invite", "consent",
		"conversation", "message", "verdict", "decision", "alert", "review", "finding", "api_key", "release", "job", "event" };
	struct registry registry = care_registry();
	struct err err = { .code = 0 };
	if (registry_check(&registry, &err) != 0)
		fail_msg("%s", err.message);
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		assert_non_null(registry_find(&registry, kept[i]));
	for (size_t i = 0; i < registry.count; i++) {
		assert_non_null(registry.resources[i]->summary);
		for (size_t k = 0; k < registry.resources[i]->field_count; k++)
			assert_non_null(registry.resources[i]->fields[k].doc);
	}
	(void)state;
}

/* What a person says or is called is never in the clear. */
static void words_and_identifiers_are_sealed(void **state)
{
	static const char *const sealed[][2] = { { "message", "text" }, { "message", "original" }, { "review", "original" },
		{ "review", "shown" }, { "alert", "reason" }, { "alert", "note" }, { "alert", "contact_note" }, { "client", "external" },
		{ "client", "birth_year" }, { "client_identity", "name" }, { "client_identity", "email" }, { "client_identity", "phone" },
		{ "client_identity", "address" }, { "conversation", "dialogue_state" }, { "conversation", "screen_state" },
		{ "staff", "login" }, { "staff", "password_hash" }, { "staff", "totp_secret" }, { "verdict", "override_note" },
		{ "consent", "note" } };
	struct registry registry = care_registry();
	for (size_t i = 0; i < COUNT_OF(sealed); i++) {
		const struct resource *resource = registry_find(&registry, sealed[i][0]);
		size_t at = resource_field(resource, sealed[i][1]);
		assert_true(at != SIZE_MAX && resource->fields[at].seal != FIELD_CLEAR);
	}
	(void)state;
}

static void a_database_is_made_of_them(void **state)
{
	char folder[64], url[80], key[80], path[96];
	struct err err = { .code = 0 };
	struct store *store = NULL;
	assert_int_equal(files_temp_folder("heed-care", folder, sizeof folder, &err), 0);
	snprintf(url, sizeof url, "sqlite:%s/db", folder);
	snprintf(key, sizeof key, "%s/key", folder);
	assert_int_equal(key_create(key, "test.example", &err), 0);
	struct store_options options = { .url = url, .key_file = key, .registry = care_registry(), .clock = clock_system() };
	for (int i = 0; i < 2; i++) {
		if (store_open(&options, &store, &err) != 0)
			fail_msg("%s", err.message);
		store_close(&store);
	}
	static const char *const files[] = { "db", "db-wal", "db-shm", "db.main.lock", "key" };
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
	(void)state;
}

/* What a published migration brings is in the databases of those who ran it, and never changes. Whoever sees this fail gives the
 * new part the number of the next migration (`.since`), and adds that migration's hash here once a version is published. */
static void published_migrations_stay(void **state)
{
	static const char *const published[] = {
		"593978c4b9392e6786b70057f19e8804",
		"06c39711f17aa5e69f5a4a6fcc2406ae",
	};
	struct registry registry = care_registry();
	for (int n = 1; n <= (int)COUNT_OF(published); n++) {
		crypto_generichash_state hash;
		uint8_t digest[16];
		char text[33];
		crypto_generichash_init(&hash, NULL, 0, sizeof digest);
		for (size_t i = 0; i < registry.count; i++) {
			char *ddl = NULL;
			struct err err = { .code = 0 };
			assert_int_equal(sql_schema(DIALECT_SQLITE, registry.resources[i], n, &ddl, &err), 0);
			crypto_generichash_update(&hash, (const uint8_t *)ddl, strlen(ddl));
			mem_delete(ddl);
		}
		crypto_generichash_final(&hash, digest, sizeof digest);
		sodium_bin2hex(text, sizeof text, digest, sizeof digest);
		assert_string_equal(text, published[n - 1]);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_descriptors_are_sound),
		cmocka_unit_test(words_and_identifiers_are_sealed),
		cmocka_unit_test(a_database_is_made_of_them),
		cmocka_unit_test(published_migrations_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
