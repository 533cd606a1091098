/* fixture.c: see fixture.h. */
#include "store/fixture.h"

#include "store/key.h"
#include "store/store_driver.h"
#include "sys/files.h"
#include "sys/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const kinds[] = { "plain", "urgent", NULL };
static const char *const memo_states[] = { "open", "taken", "closed", NULL };

static const struct field programme_fields[] = {
	{ .name = "name", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED },
};
static const struct index_def programme_indexes[] = { { .name = "all", .order = "created_at", .global = true } };
static const struct resource programme = {
	.name = "programme",
	.fields = programme_fields,
	.field_count = COUNT_OF(programme_fields),
	.indexes = programme_indexes,
	.index_count = COUNT_OF(programme_indexes),
	.root = true,
	.retention = RETAIN_OPERATION,
};

static const struct field client_fields[] = {
	{ .name = "pseudonym", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .max = 40 },
	{ .name = "birth_year", .type = FIELD_INT, .min = 1900, .max = 2100 },
};
static const struct resource client = {
	.name = "client",
	.fields = client_fields,
	.field_count = COUNT_OF(client_fields),
	.of_client = true,
	.retention = RETAIN_CARE,
	.read = WHO_CLIENT | WHO_CARERS,
	.create = WHO_CLINICIAN,
	.write = WHO_CLINICIAN,
};

static const struct field memo_fields[] = {
	{ .name = "client_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED | FIELD_ONCE, .ref = "client" },
	{ .name = "kind", .type = FIELD_ENUM, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .values = kinds },
	{ .name = "text", .type = FIELD_TEXT, .max = 2000, .flags = FIELD_REQUIRED },
	{ .name = "private", .type = FIELD_TEXT, .max = 2000, .read = WHO_CLINICIAN, .write = WHO_CLINICIAN },
	{ .name = "tag", .type = FIELD_TEXT, .seal = FIELD_BLIND, .max = 100 },
	{ .name = "due_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED },
	{ .name = "score", .type = FIELD_INT, .min = -5, .max = 5 },
	{ .name = "flag", .type = FIELD_BOOL },
	{ .name = "details", .type = FIELD_JSON, .max = 1000 },
	{ .name = "blob", .type = FIELD_BYTES, .max = 100 },
	{ .name = "secret", .type = FIELD_BYTES, .seal = FIELD_CLEAR, .flags = FIELD_SECRET },
};
static const struct transition memo_transitions[] = {
	{ "open", "taken", WHO_CLINICIAN },
	{ "taken", "closed", WHO_CLINICIAN },
	{ "open", "closed", WHO_SUPERVISOR },
};
static const struct index_def memo_indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "tag", .fields = { "client_id", "tag" }, .unique = true },
	{ .name = "due", .fields = { "state" }, .order = "due_at", .global = true },
	{ .name = "kind", .fields = { "kind", "state" }, .order = "due_at" },
};
static const struct resource memo = {
	.name = "memo",
	.fields = memo_fields,
	.field_count = COUNT_OF(memo_fields),
	.states = memo_states,
	.transitions = memo_transitions,
	.transition_count = COUNT_OF(memo_transitions),
	.indexes = memo_indexes,
	.index_count = COUNT_OF(memo_indexes),
	.of_client = true,
	.retention = RETAIN_CHAT,
	.read = WHO_CLIENT | WHO_CARERS,
	.create = WHO_CLIENT | WHO_CARERS,
	.write = WHO_CARERS,
};

static const struct field member_fields[] = {
	{ .name = "login", .type = FIELD_TEXT, .seal = FIELD_BLIND, .flags = FIELD_REQUIRED | FIELD_FOLD, .max = 100 },
	{ .name = "name", .type = FIELD_TEXT, .max = 100 },
};
static const struct index_def member_indexes[] = { { .name = "login", .fields = { "login" }, .unique = true, .global = true } };
static const struct resource member = {
	.name = "member",
	.fields = member_fields,
	.field_count = COUNT_OF(member_fields),
	.indexes = member_indexes,
	.index_count = COUNT_OF(member_indexes),
	.retention = RETAIN_OPERATION,
	.read = WHO_STAFF,
	.create = WHO_ADMIN,
};

static const struct field tick_fields[] = {
	{ .name = "number", .type = FIELD_INT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_NUMBERED },
	{ .name = "kind", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .max = 40 },
};
static const struct index_def tick_indexes[] = { { .name = "stream", .order = "number" } };
static const struct resource tick = {
	.name = "tick",
	.fields = tick_fields,
	.field_count = COUNT_OF(tick_fields),
	.indexes = tick_indexes,
	.index_count = COUNT_OF(tick_indexes),
	.retention = RETAIN_SHORT,
	.unjournalled = true,
};

struct registry fixture_registry(void)
{
	static const struct resource *const all[] = { &programme, &client, &memo, &member, &tick };
	return (struct registry){ all, COUNT_OF(all) };
}

static const char *postgres_url;

void fixture_use(const char *url)
{
	postgres_url = url;
}

static void empty_postgres(const char *url)
{
	struct db *db = NULL;
	struct err err = { .code = 0 };
	int code = driver_postgres.open(url, false, &db, &err);
	if (!code)
		code = db_exec(db, "DROP SCHEMA public CASCADE; CREATE SCHEMA public", &err);
	if (code)
		fprintf(stderr, "fixture: %s\n", err.message);
	assert(!code);
	db_close(&db);
}

struct fixture *fixture_bare(void)
{
	struct err err = { .code = 0 };
	struct fixture *fixture = mem_new(sizeof *fixture);
	assert(fixture);
	int code = files_temp_folder("heed-store", fixture->folder, sizeof fixture->folder, &err);
	assert(!code);
	snprintf(fixture->url, sizeof fixture->url, "sqlite:%s/db", fixture->folder);
	snprintf(fixture->key, sizeof fixture->key, "%s/key", fixture->folder);
	if (postgres_url) {
		snprintf(fixture->url, sizeof fixture->url, "%s", postgres_url);
		empty_postgres(postgres_url);
	}
	code = key_create(fixture->key, "test.example/journal", &err);
	assert(!code);
	(void)code;
	test_clock_init(&fixture->clock, (wall_time){ INT64_C(1790000000000000) });
	return fixture;
}

void fixture_open(struct fixture *fixture)
{
	struct err err = { .code = 0 };
	struct store_options options = { .url = fixture->url,
		.key_file = fixture->key,
		.registry = fixture_registry(),
		.clock = &fixture->clock.clock,
		.driver = fixture->driver };
	int code = store_open(&options, &fixture->store, &err);
	if (code)
		fprintf(stderr, "fixture: %s\n", err.message);
	assert(!code);
}

static void add_programme(struct fixture *fixture, const struct uuid *programme_id, struct uuid *ret_client)
{
	struct err err = { .code = 0 };
	struct scope scope = { .programme_id = programme_id->text, .who = WHO_SYSTEM };
	struct unit *unit = unit_new(fixture->store, &scope);
	op_c(unit_insert_as(unit, "programme", programme_id->text), "name", "A programme");
	struct op *op = unit_insert(unit, "client", ret_client);
	op_c(op, "pseudonym", "Heron");
	op_int(op, "birth_year", 1990);
	int code = store_write_wait(fixture->store, unit, &err);
	if (code)
		fprintf(stderr, "fixture: %s\n", err.message);
	assert(!code);
}

struct fixture *fixture_new(void)
{
	struct fixture *fixture = fixture_bare();
	fixture_open(fixture);
	store_new_id(fixture->store, &fixture->programme);
	store_new_id(fixture->store, &fixture->other_programme);
	add_programme(fixture, &fixture->programme, &fixture->client);
	add_programme(fixture, &fixture->other_programme, &fixture->other_client);
	return fixture;
}

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *ftw)
{
	(void)info;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void fixture_free(struct fixture **fixture)
{
	store_close(&(*fixture)->store);
	nftw((*fixture)->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	mem_delete(*fixture);
	*fixture = NULL;
}

struct scope fixture_system(const struct fixture *fixture)
{
	return (struct scope){ .programme_id = fixture->programme.text, .who = WHO_SYSTEM };
}

struct scope fixture_staff(const struct fixture *fixture)
{
	return (struct scope){
		.programme_id = fixture->programme.text, .who = WHO_CLINICIAN, .actor_id = "01900000-0000-7000-8000-000000000001"
	};
}

struct uuid fixture_memo(struct fixture *fixture, const char *text)
{
	struct err err = { .code = 0 };
	struct scope scope = fixture_system(fixture);
	struct unit *unit = unit_new(fixture->store, &scope);
	struct uuid id;
	struct op *op = unit_insert(unit, "memo", &id);
	op_c(op, "client_id", fixture->client.text);
	op_c(op, "kind", "plain");
	op_c(op, "text", text);
	op_time(op, "due_at", clock_wall(&fixture->clock.clock));
	int code = store_write_wait(fixture->store, unit, &err);
	if (code)
		fprintf(stderr, "fixture: %s\n", err.message);
	assert(!code);
	return id;
}

/* ---- A PostgreSQL server of our own ---- */

static char server_folder[64];

/* Run a program as the user `postgres` when we are root (the server refuses root), and wait. */
static int run_as_postgres(const char *const *argv)
{
	pid_t child = fork();
	if (child == 0) {
		/* cppcheck-suppress getpwnamCalled ; a test, in a process of one thread */
		struct passwd *user = getuid() == 0 ? getpwnam("postgres") : NULL;
		int null = open("/dev/null", O_RDWR);
		if (user && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
			_exit(126);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		if (chdir("/") == 0)
			execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	int status = -1;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static const char *tool(const char *name)
{
	static const char *const versions[] = { "17", "16", "15", "14", "13" };
	static char path[96];
	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		snprintf(path, sizeof path, "/usr/lib/postgresql/%s/bin/%s", versions[i], name);
		if (access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

const char *fixture_postgres_start(void)
{
	static char url[256];
	char data[96], options[320], log[96], program[96];
	/* cppcheck-suppress [getpwnamCalled,getpwuidCalled] ; a test, in a process of one thread */
	struct passwd *user = getuid() == 0 ? getpwnam("postgres") : getpwuid(getuid());
	if (!tool("initdb") || !user)
		return NULL;
	if (files_temp_folder("heed-pg", server_folder, sizeof server_folder, NULL) ||
		chown(server_folder, user->pw_uid, user->pw_gid) != 0)
		return NULL;
	snprintf(data, sizeof data, "%s/data", server_folder);
	snprintf(log, sizeof log, "%s/log", server_folder);
	snprintf(program, sizeof program, "%s", tool("initdb"));
	const char *const init[] = { program, "-D", data, "-A", "trust", "-U", "heed", "--no-instructions", "-E", "UTF8", "--locale=C",
		NULL };
	if (run_as_postgres(init) != 0)
		return NULL;
	snprintf(options, sizeof options, "-k %s -h '' -c shared_buffers=32MB -c max_connections=40", server_folder);
	snprintf(program, sizeof program, "%s", tool("pg_ctl"));
	const char *const start[] = { program, "-D", data, "-w", "-l", log, "-o", options, "start", NULL };
	if (run_as_postgres(start) != 0)
		return NULL;
	/* The folder is the server user's alone; root passes, and anybody else is that user. */
	snprintf(url, sizeof url, "postgresql://heed@/postgres?host=%s", server_folder);
	return url;
}

void fixture_postgres_stop(void)
{
	char data[96], program[96];
	if (!server_folder[0])
		return;
	snprintf(data, sizeof data, "%s/data", server_folder);
	snprintf(program, sizeof program, "%s", tool("pg_ctl"));
	const char *const stop[] = { program, "-D", data, "-m", "immediate", "-w", "stop", NULL };
	(void)run_as_postgres(stop);
	nftw(server_folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	server_folder[0] = 0;
}
