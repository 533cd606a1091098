/* fault_test.c: one story, told again and again; each time the nth call to the database (or the nth allocation) fails in one
 * of the ways that it can. Always: what was acknowledged is there, what was refused is not, the journal verifies. */
#include "store/audit.h"
#include "store/driver_scripted.h"
#include "store/export.h"
#include "store/fixture.h"
#include "store/key.h"
#include "store/store_priv.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define MEMOS 3

/* The linker sends the allocations of sys/mem.c through here (see meson.build). */
void *__real_calloc(size_t count, size_t size);
void *__real_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
static _Atomic int allocations_left; /* 0: none fails */
static _Atomic bool allocation_failed;

static bool fails(void)
{
	if (atomic_load(&allocations_left) == 0 || atomic_fetch_sub(&allocations_left, 1) != 1)
		return false;
	atomic_store(&allocation_failed, true);
	return true;
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

struct story {
	struct uuid memos[MEMOS], second_client;
	int wrote[MEMOS], changed[MEMOS];
	int erased;
};

static int write_memo(struct fixture *f, struct uuid *ret_id, const char *client_id)
{
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	struct unit *unit = unit_new(f->store, &scope);
	store_new_id(f->store, ret_id);
	if (!unit)
		return E_MEMORY;
	struct op *op = unit_insert_as(unit, "memo", ret_id->text);
	op_c(op, "client_id", client_id);
	op_c(op, "kind", "plain");
	op_c(op, "text", "first");
	op_time(op, "due_at", (wall_time){ 1 });
	op_c(unit_insert(unit, "tick", NULL), "kind", "x");
	return store_write_wait(f->store, unit, &err);
}

static int change_memo(struct fixture *f, const struct uuid *id)
{
	struct scope scope = fixture_staff(f);
	struct err err = { .code = 0 };
	struct unit *unit = unit_new(f->store, &scope);
	if (!unit)
		return E_MEMORY;
	op_c(unit_move(unit, "memo", id->text, 1, "open", "taken"), "text", "second");
	return store_write_wait(f->store, unit, &err);
}

/* A client for this story alone, written before any fault is planned. */
static void prepare(struct fixture *f, struct story *story)
{
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	struct unit *unit = unit_new(f->store, &scope);
	op_c(unit_insert(unit, "client", &story->second_client), "pseudonym", "Wren");
	assert_int_equal(store_write_wait(f->store, unit, &err), 0);
}

static void tell(struct fixture *f, struct story *story)
{
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	for (size_t i = 0; i < MEMOS; i++) {
		story->wrote[i] = write_memo(f, &story->memos[i], i < 1 ? story->second_client.text : f->client.text);
		story->changed[i] = story->wrote[i] ? 1 : change_memo(f, &story->memos[i]);
	}
	struct unit *unit = unit_new(f->store, &scope);
	if (!unit) {
		story->erased = E_MEMORY;
		return;
	}
	unit_note(unit, "client", story->second_client.text, "erase", story->second_client.text)->kind = OP_ERASE;
	story->erased = store_write_wait(f->store, unit, &err);
}

static void fault_seen(void *ctx, const struct audit_fault *fault)
{
	(void)ctx;
	fail_msg("%s", fault->message);
}

static int feed(void *ctx, struct str piece)
{
	piece.len--; /* one line a piece */
	audit_line(ctx, piece);
	return 0;
}

static void assert_journal(struct fixture *f)
{
	struct key_file *key = NULL;
	struct audit *audit = NULL;
	struct audit_result result;
	struct err err = { .code = 0 };
	char verifier[NOTE_VERIFIER_MAX];
	assert_int_equal(key_load(f->key, &key, &err), 0);
	note_verifier(key->name, key->sign_public, verifier);
	key_free(&key);
	assert_int_equal(audit_new(str_c(verifier), STR(""), fault_seen, NULL, &audit, &err), 0);
	struct export_source source = { .url = f->url, .key_file = f->key };
	if (export_journal(&source, feed, audit, NULL, &err) != 0)
		fail_msg("%s", err.message);
	audit_finish(audit, &result);
	assert_int_equal(result.faults, 0);
	audit_free(&audit);
}

static void assert_memo(struct fixture *f, const struct story *story, size_t i)
{
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	struct row_set *set = NULL;
	int code = store_get_wait(f->store, &scope, "memo", story->memos[i].text, &set, &err);
	if (story->wrote[i] == E_UNSURE)
		assert_true(code == 0 || code == E_NOT_FOUND);
	else
		assert_int_equal(code, story->wrote[i] ? E_NOT_FOUND : 0);
	if (code)
		return;
	const struct row *row = &set->rows[0];
	bool gone = i < 1 && (story->erased == 0 || (story->erased == E_UNSURE && row_erased(row)));
	if (story->changed[i] == 0)
		assert_true(str_eqc(row->state, "taken") && row->version == 2);
	else if (story->changed[i] != E_UNSURE)
		assert_true(str_eqc(row->state, "open") && row->version == 1);
	assert_int_equal(row_erased(row), gone);
	if (!gone)
		assert_true(str_eqc(row_text(row, "text"), str_eqc(row->state, "taken") ? "second" : "first"));
	row_set_free(&set);
}

static void assert_story(struct fixture *f, const struct story *story)
{
	store_close(&f->store);
	scripted_plan(SCRIPTED_REFUSED, 0, 0);
	fixture_open(f);
	for (size_t i = 0; i < MEMOS; i++)
		assert_memo(f, story, i);
	/* and it goes on as if nothing had been */
	struct uuid id;
	assert_int_equal(write_memo(f, &id, f->client.text), 0);
	assert_journal(f);
}

static void every_call_fails_once(void **state)
{
	for (int fault = 0; fault < SCRIPTED_FAULTS; fault++) {
		bool fired = true;
		unsigned unsure = 0, refused = 0;
		for (unsigned at = 1; fired; at++) {
			struct fixture *f = fixture_new();
			struct story story;
			store_close(&f->store);
			f->driver = &driver_scripted;
			fixture_open(f);
			prepare(f, &story);
			scripted_plan((enum scripted_fault)fault, at, 0);
			tell(f, &story);
			fired = scripted_fired();
			for (size_t i = 0; i < MEMOS; i++) {
				unsure += story.wrote[i] == E_UNSURE || story.changed[i] == E_UNSURE;
				refused += story.wrote[i] == E_IO;
			}
			assert_story(f, &story);
			fixture_free(&f);
		}
		/* The writer finds out what happened, so nobody has to be left unsure while the database can be reached. */
		assert_int_equal(unsure, 0);
		if (fault == SCRIPTED_LOST || fault == SCRIPTED_CONFLICT || fault == SCRIPTED_UNSURE_NOT || fault == SCRIPTED_UNSURE_DONE)
			assert_int_equal(refused, 0);
		else
			assert_true(refused > 0);
	}
	(void)state;
}

static void unsure_while_the_database_is_away_and_well_again_after(void **state)
{
	for (int done = 0; done < 2; done++) {
		struct fixture *f = fixture_new();
		struct story story;
		store_close(&f->store);
		f->driver = &driver_scripted;
		fixture_open(f);
		prepare(f, &story);
		struct uuid id, next;
		struct scope scope = fixture_system(f);
		struct err err = { .code = 0 };
		struct row_set *set = NULL;
		scripted_plan_commit(done ? SCRIPTED_UNSURE_DONE : SCRIPTED_UNSURE_NOT, 1, 6);
		assert_int_equal(write_memo(f, &id, f->client.text), E_UNSURE);
		assert_false(store_healthy(f->store));
		assert_int_equal(write_memo(f, &next, f->client.text), 0);
		assert_true(store_healthy(f->store));
		assert_int_equal(store_get_wait(f->store, &scope, "memo", id.text, &set, &err), done ? 0 : E_NOT_FOUND);
		row_set_free(&set);
		assert_journal(f);
		fixture_free(&f);
	}
	(void)state;
}

static void every_allocation_fails_once(void **state)
{
	bool failed = true;
	for (int at = 1; failed; at++) {
		struct fixture *f = fixture_new();
		struct story story;
		prepare(f, &story);
		atomic_store(&allocation_failed, false);
		atomic_store(&allocations_left, at);
		tell(f, &story);
		atomic_store(&allocations_left, 0);
		failed = atomic_load(&allocation_failed);
		for (size_t i = 0; i < MEMOS; i++)
			assert_true(story.wrote[i] != E_UNSURE && story.changed[i] != E_UNSURE);
		assert_story(f, &story);
		fixture_free(&f);
	}
	(void)state;
}

static void opening_fails_cleanly(void **state)
{
	/* each allocation of opening fails once: an error, no crash, no leak, and the next attempt succeeds */
	struct fixture *f = fixture_new();
	struct err err = { .code = 0 };
	bool failed = true;
	store_close(&f->store);
	for (int at = 1; failed; at++) {
		struct store_options options = {
			.url = f->url, .key_file = f->key, .registry = fixture_registry(), .clock = &f->clock.clock
		};
		atomic_store(&allocation_failed, false);
		atomic_store(&allocations_left, at);
		int code = store_open(&options, &f->store, &err);
		atomic_store(&allocations_left, 0);
		failed = atomic_load(&allocation_failed);
		if (!code)
			store_close(&f->store);
		else
			assert_true(failed);
	}
	fixture_open(f);
	fixture_free(&f);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_fails_once),
		cmocka_unit_test(unsure_while_the_database_is_away_and_well_again_after),
		cmocka_unit_test(every_allocation_fails_once),
		cmocka_unit_test(opening_fails_cleanly),
	};
	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
