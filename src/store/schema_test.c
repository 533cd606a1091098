/* schema_test.c: a migrated database and a fresh one are the same, on both databases; wrong ones are refused. */
#include "store/fixture.h"
#include "store/store_priv.h"

#include "base/buf.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct field old_fields[] = {
	{ .name = "name", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED },
	{ .name = "login", .type = FIELD_TEXT, .seal = FIELD_BLIND },
};
static const struct field new_fields[] = {
	{ .name = "name", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED },
	{ .name = "login", .type = FIELD_TEXT, .seal = FIELD_BLIND },
	{ .name = "email", .type = FIELD_TEXT, .seal = FIELD_BLIND, .since = 2 },
	{ .name = "score", .type = FIELD_INT, .seal = FIELD_CLEAR, .since = 2 },
	{ .name = "words", .type = FIELD_TEXT, .since = 3 },
};
static const struct index_def old_indexes[] = { { .name = "login", .fields = { "login" }, .unique = true } };
static const struct index_def new_indexes[] = {
	{ .name = "login", .fields = { "login" }, .unique = true },
	{ .name = "email", .fields = { "email" }, .order = "created_at", .since = 2 },
	{ .name = "score", .fields = { "score" }, .global = true, .since = 3 },
};
static const char *const states[] = { "on", "off", NULL };
static const struct resource old_person = { .name = "person",
	.fields = old_fields,
	.field_count = COUNT_OF(old_fields),
	.indexes = old_indexes,
	.index_count = COUNT_OF(old_indexes) };
static const struct resource new_person = { .name = "person",
	.fields = new_fields,
	.field_count = COUNT_OF(new_fields),
	.indexes = new_indexes,
	.index_count = COUNT_OF(new_indexes) };
static const struct resource place = { .name = "place",
	.fields = old_fields,
	.field_count = COUNT_OF(old_fields),
	.states = states,
	.indexes = old_indexes,
	.index_count = COUNT_OF(old_indexes),
	.since = 3 };

static const struct resource *const old_all[] = { &old_person };
static const struct resource *const new_all[] = { &new_person, &place };
static const struct registry old_registry = { old_all, COUNT_OF(old_all) }, new_registry = { new_all, COUNT_OF(new_all) };

static int migrate(const char *url, const struct registry *registry, int number)
{
	struct statements sql = { .next = 0 };
	struct err err = { .code = 0 };
	struct db *db = NULL;
	const struct driver *driver = driver_find(url);
	assert_int_equal(sql_build(&sql, driver->dialect, registry, &err), 0);
	assert_int_equal(driver->open(url, false, &db, &err), 0);
	int code = schema_migrate(&sql, registry, number, db, (wall_time){ 1 }, &err);
	db_close(&db);
	sql_done(&sql);
	return code;
}

static int add_row(void *ctx, const struct value *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add(ctx, columns[i].s);
	buf_add_byte(ctx, '\n');
	return 0;
}

/* Tables, columns with their types, indexes with their columns; in one text, sorted. Whether a column may be NULL counts too. */
static char *describe(const char *url)
{
	static const char *const questions[2][2] = {
		{ "SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk FROM sqlite_master m, "
		  "pragma_table_info(m.name) c"
		  " WHERE m.type = 'table' ORDER BY 1",
			"SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name" },
		{ "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(collation_name, '')"
		  " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1",
			"SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname" },
	};
	struct err err = { .code = 0 };
	struct db *db = NULL;
	struct buf text;
	const struct driver *driver = driver_find(url);
	buf_init(&text, mem_system(), 1u << 16);
	assert_int_equal(driver->open(url, true, &db, &err), 0);
	for (unsigned i = 0; i < 2; i++) {
		struct sql sql = { i, (char *)(uintptr_t)questions[driver->dialect][i] };
		if (db_run(db, &sql, NULL, 0, add_row, &text, NULL, &err) != 0)
			fail_msg("%s", err.message);
	}
	db_close(&db);
	buf_add_byte(&text, 0);
	assert_true(text.len > 500);
	return text.ptr;
}

static void a_migrated_database_is_like_a_fresh_one(void **state)
{
	struct fixture *f = fixture_bare();
	assert_int_equal(migrate(f->url, &new_registry, 3), 0);
	char *fresh = describe(f->url);
	fixture_free(&f);
	f = fixture_bare();
	assert_int_equal(migrate(f->url, &old_registry, 1), 0);
	char *old = describe(f->url);
	assert_string_not_equal(old, fresh);
	assert_int_equal(migrate(f->url, &new_registry, 3), 0);
	char *migrated = describe(f->url);
	assert_string_equal(migrated, fresh);
	assert_int_equal(migrate(f->url, &new_registry, 3), 0); /* again changes nothing */
	fixture_free(&f);
	mem_delete(fresh);
	mem_delete(old);
	mem_delete(migrated);
	(void)state;
}

static void wrong_databases_are_refused(void **state)
{
	struct fixture *f = fixture_bare();
	assert_int_equal(migrate(f->url, &new_registry, 3), 0);
	assert_int_equal(migrate(f->url, &old_registry, 1), E_INVALID); /* newer than the program */
	assert_int_equal(migrate(f->url, &old_registry, 3), E_INVALID); /* same number, other descriptors */
	assert_int_equal(migrate(f->url, &new_registry, 3), 0);
	fixture_free(&f);
	(void)state;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_migrated_database_is_like_a_fresh_one),
		cmocka_unit_test(wrong_databases_are_refused),
	};
	if (sodium_init() < 0)
		return 1;
	if (argc > 1 && strcmp(argv[1], "postgresql") == 0) {
		const char *url = fixture_postgres_start();
		if (!url)
			return 77;
		fixture_use(url);
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_postgres_stop();
	return failed;
}
