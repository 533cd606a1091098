/* store_test.c: the store through its public interface, the same on each database: `store_test [postgresql]`. */
#include "store/fixture.h"

#include "store/store_driver.h"

#include <jansson.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static int set_up(void **state)
{
	*state = fixture_new();
	return 0;
}

static int tear_down(void **state)
{
	fixture_free((struct fixture **)state);
	return 0;
}

static struct row_set *get(struct fixture *f, const char *resource, const char *id)
{
	struct scope scope = fixture_system(f);
	struct row_set *set = NULL;
	struct err err = { .code = 0 };
	if (store_get_wait(f->store, &scope, resource, id, &set, &err) != 0)
		fail_msg("%s", err.message);
	return set;
}

static void a_row_comes_back_as_it_was_written(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	struct uuid id;
	struct unit *unit = unit_new(f->store, &scope);
	struct op *op = unit_insert(unit, "memo", &id);
	json_t *details = json_pack("{s:i, s:[s, s]}", "b", 2, "a", "x", "y");
	op_c(op, "client_id", f->client.text);
	op_c(op, "kind", "urgent");
	op_c(op, "text", "caf\xc3\xa9 \xf0\x9f\x8c\xb1");
	op_c(op, "tag", "T-1");
	op_time(op, "due_at", (wall_time){ 1234567890123456 });
	op_int(op, "score", -5);
	op_bool(op, "flag", true);
	op_json(op, "details", details);
	op_bytes(op, "blob", str_make("\0\1\xff", 3));
	json_decref(details);
	assert_int_equal(store_write_wait(f->store, unit, &err), 0);
	struct row_set *set = get(f, "memo", id.text);
	assert_int_equal(set->count, 1);
	const struct row *row = &set->rows[0];
	assert_string_equal(row->id.ptr, id.text);
	assert_string_equal(row->programme_id.ptr, f->programme.text);
	assert_int_equal(row->version, 1);
	assert_int_equal(row->created_at.us, clock_wall(&f->clock.clock).us);
	assert_string_equal(row->state.ptr, "open");
	assert_true(str_eqc(row_text(row, "text"), "caf\xc3\xa9 \xf0\x9f\x8c\xb1"));
	assert_true(str_eqc(row_text(row, "tag"), "T-1"));
	assert_true(str_eqc(row_text(row, "details"), "{\"a\":[\"x\",\"y\"],\"b\":2}"));
	assert_true(str_eq(row_text(row, "blob"), str_make("\0\1\xff", 3)));
	assert_int_equal(row_time(row, "due_at").us, 1234567890123456);
	assert_int_equal(row_int(row, "score"), -5);
	assert_true(row_bool(row, "flag"));
	assert_true(row_is_null(row, "private"));
	assert_false(row_erased(row));
	row_set_free(&set);
}

static void words_are_kept_in_whatever_bytes(void **state)
{
	struct fixture *f = *state;
	static const struct {
		struct str in, out;
	} cases[] = {
		{ { "a\0b", 3 }, { "a\0b", 3 } },
		{ { "\xff", 1 }, { "\xef\xbf\xbd", 3 } },
		{ { "x\xc3", 2 }, { "x\xef\xbf\xbd", 4 } },
		{ { "\xed\xa0\x80y", 4 }, { "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdy", 10 } },
		{ { "\xf0\x9f\x8c\xb1\x80", 5 }, { "\xf0\x9f\x8c\xb1\xef\xbf\xbd", 7 } },
	};
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct uuid id = fixture_memo(f, "x");
		struct unit *unit = unit_new(f->store, &scope);
		op_text(unit_update(unit, "memo", id.text, 1), "text", cases[i].in);
		assert_int_equal(store_write_wait(f->store, unit, &err), 0);
		struct row_set *set = get(f, "memo", id.text);
		assert_true(str_eq(row_text(&set->rows[0], "text"), cases[i].out));
		json_t *json = row_json(&set->rows[0], WHO_SYSTEM);
		assert_non_null(json);
		json_decref(json);
		row_set_free(&set);
		unit = unit_new(f->store, &scope); /* an identifier is not words */
		op_text(unit_update(unit, "memo", id.text, 2), "tag", cases[i].in);
		assert_int_equal(store_write_wait(f->store, unit, &err), E_INVALID);
	}
}

static void nothing_sealed_is_readable_in_the_database(void **state)
{
	struct fixture *f = *state;
	char path[128];
	static char bytes[1 << 20];
	size_t found = 0;
	if (strncmp(f->url, "sqlite:", 7) != 0)
		return; /* the files of a server are not ours to read; the same bytes go there */
	fixture_memo(f, "a very private sentence of a client");
	fixture_memo(f, "control: heron");
	const char *const files[] = { "", "-wal" };
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		snprintf(path, sizeof path, "%s/db%s", f->folder, files[i]);
		FILE *file = fopen(path, "rb");
		assert_non_null(file);
		size_t len = fread(bytes, 1, sizeof bytes, file);
		fclose(file);
		assert_null(memmem(bytes, len, "private sentence", 16));
		found += memmem(bytes, len, "Heron", 5) != NULL; /* a clear field, to know that we look in the right place */
	}
	assert_true(found > 0);
}

static int update_text(struct fixture *f, const struct uuid *id, int64_t version, const char *text)
{
	struct scope scope = fixture_staff(f);
	struct err err = { .code = 0 };
	struct unit *unit = unit_new(f->store, &scope);
	op_c(unit_update(unit, "memo", id->text, version), "text", text);
	return store_write_wait(f->store, unit, &err);
}

static void an_update_needs_the_version(void **state)
{
	struct fixture *f = *state;
	struct uuid id = fixture_memo(f, "one");
	assert_int_equal(update_text(f, &id, 1, "two"), 0);
	assert_int_equal(update_text(f, &id, 1, "three"), E_CONFLICT);
	assert_int_equal(update_text(f, &id, 0, "three"), E_CONFLICT);
	assert_int_equal(update_text(f, &id, VERSION_ANY, "four"), 0);
	assert_int_equal(update_text(f, &f->programme, VERSION_ANY, "five"), E_NOT_FOUND);
	struct row_set *set = get(f, "memo", id.text);
	assert_int_equal(set->rows[0].version, 3);
	assert_true(str_eqc(row_text(&set->rows[0], "text"), "four"));
	assert_true(str_eqc(row_text(&set->rows[0], "kind"), "plain"));
	row_set_free(&set);
}

static int move(struct fixture *f, uint32_t who, const struct uuid *id, int64_t version, const char *from, const char *to)
{
	struct scope scope = fixture_staff(f);
	struct err err = { .code = 0 };
	scope.who = who;
	struct unit *unit = unit_new(f->store, &scope);
	unit_move(unit, "memo", id->text, version, from, to);
	return store_write_wait(f->store, unit, &err);
}

static void a_transition_needs_state_version_and_role(void **state)
{
	struct fixture *f = *state;
	struct uuid id = fixture_memo(f, "one");
	assert_int_equal(move(f, WHO_COACH, &id, 1, "open", "taken"), E_DENIED);
	assert_int_equal(move(f, WHO_CLINICIAN, &id, 1, "closed", "open"), E_DENIED);
	assert_int_equal(move(f, WHO_CLINICIAN, &id, 1, "taken", "closed"), E_CONFLICT);
	assert_int_equal(move(f, WHO_CLINICIAN, &id, 2, "open", "taken"), E_CONFLICT);
	assert_int_equal(move(f, WHO_CLINICIAN, &id, 1, "open", "taken"), 0);
	assert_int_equal(move(f, WHO_CLINICIAN, &id, 1, "open", "taken"), E_CONFLICT);
	assert_int_equal(move(f, WHO_CLINICIAN, &id, VERSION_ANY, "taken", "closed"), 0);
	assert_int_equal(move(f, WHO_CLINICIAN, &id, 1, "open", "nowhere"), E_BUG);
}

static void a_unit_happens_entirely_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	struct uuid first;
	struct unit *unit = unit_new(f->store, &scope);
	for (int i = 0; i < 2; i++) {
		struct op *op = unit_insert(unit, "memo", i ? NULL : &first);
		op_c(op, "client_id", f->client.text);
		op_c(op, "kind", "plain");
		op_c(op, "text", "x");
		op_c(op, "tag", "same");
		op_time(op, "due_at", (wall_time){ 1 });
	}
	assert_int_equal(store_write_wait(f->store, unit, &err), E_EXISTS);
	struct row_set *set = NULL;
	assert_int_equal(store_get_wait(f->store, &scope, "memo", first.text, &set, &err), E_NOT_FOUND);
}

static void another_programme_does_not_exist(void **state)
{
	struct fixture *f = *state;
	struct uuid id = fixture_memo(f, "one");
	struct scope other = { .programme_id = f->other_programme.text, .who = WHO_SYSTEM };
	struct err err = { .code = 0 };
	struct row_set *set = NULL;
	assert_int_equal(store_get_wait(f->store, &other, "memo", id.text, &set, &err), E_NOT_FOUND);
	struct unit *unit = unit_new(f->store, &other);
	op_c(unit_update(unit, "memo", id.text, VERSION_ANY), "text", "stolen");
	assert_int_equal(store_write_wait(f->store, unit, &err), E_NOT_FOUND);
	/* nor can a row be hung on another programme's client */
	unit = unit_new(f->store, &other);
	struct op *op = unit_insert(unit, "memo", NULL);
	op_c(op, "client_id", f->client.text);
	op_c(op, "kind", "plain");
	op_c(op, "text", "x");
	op_time(op, "due_at", (wall_time){ 1 });
	assert_int_equal(store_write_wait(f->store, unit, &err), E_NOT_FOUND);
}

static void a_client_sees_only_itself(void **state)
{
	struct fixture *f = *state;
	struct uuid id = fixture_memo(f, "one");
	struct scope mine = {
		.programme_id = f->programme.text, .who = WHO_CLIENT, .client_id = f->client.text, .actor_id = f->client.text
	};
	struct scope theirs = mine;
	theirs.client_id = theirs.actor_id = f->other_client.text;
	struct err err = { .code = 0 };
	struct row_set *set = NULL;
	assert_int_equal(store_get_wait(f->store, &mine, "memo", id.text, &set, &err), 0);
	row_set_free(&set);
	assert_int_equal(store_get_wait(f->store, &theirs, "memo", id.text, &set, &err), E_NOT_FOUND);
	struct list_query query = { .resource = "memo", .index = "client", .equal = { value_c(f->client.text) } };
	assert_int_equal(store_list_wait(f->store, &theirs, &query, &set, &err), 0);
	assert_int_equal(set->count, 0);
	row_set_free(&set);
	struct unit *unit = unit_new(f->store, &theirs);
	struct op *op = unit_insert(unit, "memo", NULL);
	op_c(op, "client_id", f->client.text);
	op_c(op, "kind", "plain");
	op_c(op, "text", "x");
	op_time(op, "due_at", (wall_time){ 1 });
	assert_int_equal(store_write_wait(f->store, unit, &err), E_DENIED);
}

static void fields_have_their_own_readers_and_writers(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_staff(f), coach = scope;
	struct err err = { .code = 0 };
	struct uuid id = fixture_memo(f, "one");
	coach.who = WHO_COACH;
	struct unit *unit = unit_new(f->store, &scope);
	op_c(unit_update(unit, "memo", id.text, 1), "private", "for clinicians");
	assert_int_equal(store_write_wait(f->store, unit, &err), 0);
	unit = unit_new(f->store, &coach);
	op_c(unit_update(unit, "memo", id.text, 2), "private", "x");
	assert_int_equal(store_write_wait(f->store, unit, &err), E_DENIED);
	struct row_set *set = NULL;
	assert_int_equal(store_get_wait(f->store, &coach, "memo", id.text, &set, &err), 0);
	assert_true(row_is_null(&set->rows[0], "private"));
	row_set_free(&set);
	assert_int_equal(store_get_wait(f->store, &scope, "memo", id.text, &set, &err), 0);
	assert_true(str_eqc(row_text(&set->rows[0], "private"), "for clinicians"));
	row_set_free(&set);
	struct scope nobody = { .programme_id = f->programme.text };
	assert_int_equal(store_get_wait(f->store, &nobody, "memo", id.text, &set, &err), E_DENIED);
	struct scope admin = coach;
	admin.who = WHO_ADMIN;
	assert_int_equal(store_get_wait(f->store, &admin, "memo", id.text, &set, &err), E_DENIED);
}

static void lists_page_by_key(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	struct uuid ids[25];
	for (int i = 0; i < 25; i++) {
		if (i % 3 == 0)
			test_clock_advance(&f->clock, 1000); /* three rows share a time: the id decides */
		ids[i] = fixture_memo(f, "x");
	}
	for (int down = 0; down < 2; down++) {
		struct list_query query = {
			.resource = "memo", .index = "client", .equal = { value_c(f->client.text) }, .limit = 4, .descending = down
		};
		char cursor[128] = "", last[40] = "";
		size_t seen = 0;
		int64_t last_at = 0;
		do {
			struct row_set *set = NULL;
			query.cursor = str_c(cursor);
			assert_int_equal(store_list_wait(f->store, &scope, &query, &set, &err), 0);
			for (size_t i = 0; i < set->count; i++) {
				const struct row *row = &set->rows[i];
				if (seen++) {
					int64_t order = row->created_at.us - last_at;
					assert_true(down ? order <= 0 : order >= 0);
					if (order == 0)
						assert_true(down ? strcmp(row->id.ptr, last) < 0 : strcmp(row->id.ptr, last) > 0);
				}
				last_at = row->created_at.us;
				snprintf(last, sizeof last, "%s", row->id.ptr);
			}
			snprintf(cursor, sizeof cursor, STR_FMT, STR_ARG(set->cursor));
			row_set_free(&set);
		} while (cursor[0]);
		assert_int_equal(seen, 25);
	}
	(void)ids;
	struct row_set *set = NULL;
	struct list_query query = { .resource = "memo", .index = "client", .equal = { value_c(f->client.text) }, .cursor = STR("AAAA") };
	assert_int_equal(store_list_wait(f->store, &scope, &query, &set, &err), E_INVALID);
	query.cursor = str_make(NULL, 0);
	query.equal[0].kind = VALUE_NULL;
	assert_int_equal(store_list_wait(f->store, &scope, &query, &set, &err), E_INVALID);
}

static void lists_have_bounds_of_time(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f), all = { .who = WHO_SYSTEM };
	struct err err = { .code = 0 };
	int64_t start = clock_wall(&f->clock.clock).us;
	for (int i = 0; i < 5; i++) {
		fixture_memo(f, "x");
		test_clock_advance(&f->clock, SECOND_US);
	}
	struct list_query query = { .resource = "memo",
		.index = "kind",
		.equal = { value_c("plain"), value_c("open") },
		.bounded = true,
		.from = { start + SECOND_US },
		.to = { start + 3 * SECOND_US } };
	struct row_set *set = NULL;
	assert_int_equal(store_list_wait(f->store, &scope, &query, &set, &err), 0);
	assert_int_equal(set->count, 2);
	row_set_free(&set);
	struct list_query due = { .resource = "memo",
		.index = "due",
		.equal = { value_c("open") },
		.bounded = true,
		.from = { 0 },
		.to = { start + SECOND_US + 1 } };
	assert_int_equal(store_list_wait(f->store, &all, &due, &set, &err), 0);
	assert_int_equal(set->count, 2);
	row_set_free(&set);
	assert_int_equal(store_list_wait(f->store, &all, &query, &set, &err), E_DENIED);
}

static void blind_fields_are_found_by_value(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f), all = { .who = WHO_SYSTEM },
		     other = { .programme_id = f->other_programme.text, .who = WHO_SYSTEM };
	struct err err = { .code = 0 };
	struct unit *unit = unit_new(f->store, &scope);
	op_c(unit_insert(unit, "member", NULL), "login", "Ada@Clinic.Example ");
	assert_int_equal(store_write_wait(f->store, unit, &err), 0);
	struct list_query query = { .resource = "member", .index = "login", .equal = { value_c("ada@clinic.example") } };
	struct row_set *set = NULL;
	assert_int_equal(store_find_wait(f->store, &all, &query, &set, &err), 0);
	assert_true(str_eqc(row_text(&set->rows[0], "login"), "Ada@Clinic.Example "));
	row_set_free(&set);
	assert_int_equal(store_find_wait(f->store, &scope, &query, &set, &err), 0);
	row_set_free(&set);
	assert_int_equal(store_find_wait(f->store, &other, &query, &set, &err), E_NOT_FOUND);
	unit = unit_new(f->store, &other);
	op_c(unit_insert(unit, "member", NULL), "login", "ADA@clinic.example");
	assert_int_equal(store_write_wait(f->store, unit, &err), E_EXISTS);
}

static void numbers_have_no_gaps(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	for (int i = 0; i < 6; i++) {
		struct unit *unit = unit_new(f->store, &scope);
		op_c(unit_insert(unit, "tick", NULL), "kind", "x");
		if (i % 2) /* a unit that fails gives its number back */
			unit_move(unit, "memo", f->programme.text, 1, "open", "taken");
		assert_int_equal(store_write_wait(f->store, unit, &err), i % 2 ? E_NOT_FOUND : 0);
	}
	struct list_query query = { .resource = "tick", .index = "stream", .bounded = true, .from = { 2 }, .to = { INT64_MAX } };
	struct row_set *set = NULL;
	assert_int_equal(store_list_wait(f->store, &scope, &query, &set, &err), 0);
	assert_int_equal(set->count, 2);
	assert_int_equal(row_int(&set->rows[0], "number"), 2);
	assert_int_equal(row_int(&set->rows[1], "number"), 3);
	row_set_free(&set);
}

static void wrong_values_are_named(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *json, *message;
	} cases[] = {
		{ "{}", "memo.client_id: required" },
		{ "{\"colour\":1}", "memo.colour: no such field" },
		{ "{\"secret\":\"AA==\"}", "memo.secret: no such field" },
		{ "{\"state\":\"closed\"}", "memo.state: no such field" },
		{ "{\"score\":6}", "memo.score: 6 is not in -5 to 5" },
		{ "{\"score\":\"6\"}", "memo.score: must be a whole number" },
		{ "{\"score\":1.5}", "memo.score: must be a whole number" },
		{ "{\"kind\":\"odd\"}", "memo.kind: not one of its values" },
		{ "{\"text\":7}", "memo.text: must be a text" },
		{ "{\"text\":null}", "memo.text: required" },
		{ "{\"client_id\":\"me\"}", "memo.client_id: not an id" },
		{ "{\"due_at\":\"2026-01-01T00:00:00\"}", "memo.due_at: must be a time with a zone, as 2026-11-25T04:05:56Z" },
		{ "{\"flag\":1}", "memo.flag: must be true or false" },
		{ "{\"details\":\"{}\"}", "memo.details: must be an object or a list" },
		{ "{\"blob\":\"%\"}", "memo.blob: must be base64" },
		{ "[]", "memo: must be an object" },
	};
	struct scope scope = fixture_staff(f);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err err = { .code = 0 };
		json_t *json = json_loads(cases[i].json, 0, NULL);
		struct unit *unit = unit_new(f->store, &scope);
		assert_int_equal(op_object(unit_insert(unit, "memo", NULL), json, &err), E_INVALID);
		assert_string_equal(err.message, cases[i].message);
		unit_free(&unit);
		json_decref(json);
	}
	scope.who = WHO_COACH;
	struct err err = { .code = 0 };
	json_t *json = json_pack("{s:s}", "private", "x");
	struct unit *unit = unit_new(f->store, &scope);
	assert_int_equal(op_object(unit_insert(unit, "memo", NULL), json, &err), E_DENIED);
	unit_free(&unit);
	json_decref(json);
}

static void json_goes_in_and_comes_out(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_staff(f);
	struct err err = { .code = 0 };
	struct uuid id;
	json_t *in = json_pack("{s:s, s:s, s:s, s:s, s:i, s:b, s:{s:i}, s:s}", "client_id", f->client.text, "kind", "plain", "text",
		"hello", "due_at", "2026-11-25T04:05:56.123Z", "score", 3, "flag", 1, "details", "k", 1, "blob", "AAH/");
	struct unit *unit = unit_new(f->store, &scope);
	assert_int_equal(op_object(unit_insert(unit, "memo", &id), in, &err), 0);
	assert_int_equal(store_write_wait(f->store, unit, &err), 0);
	struct row_set *set = get(f, "memo", id.text);
	json_t *out = row_json(&set->rows[0], WHO_CLINICIAN);
	for (void *at = json_object_iter(in); at; at = json_object_iter_next(in, at))
		assert_true(json_equal(json_object_iter_value(at), json_object_get(out, json_object_iter_key(at))));
	assert_string_equal(json_string_value(json_object_get(out, "state")), "open");
	assert_null(json_object_get(out, "secret"));
	assert_non_null(json_object_get(out, "private"));
	json_decref(out);
	out = row_json(&set->rows[0], WHO_COACH);
	assert_null(json_object_get(out, "private"));
	json_decref(out);
	json_decref(in);
	row_set_free(&set);
}

static void an_erased_client_is_gone_for_ever(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	struct uuid id = fixture_memo(f, "to be forgotten");
	assert_int_equal(store_erase_client(f->store, &scope, f->client.text, NULL, NULL, &err), 0);
	struct unit *unit = unit_new(f->store, &scope); /* whatever comes after it in the queue sees it */
	struct op *op = unit_insert(unit, "memo", NULL);
	op_c(op, "client_id", f->client.text);
	op_c(op, "kind", "plain");
	op_c(op, "text", "x");
	op_time(op, "due_at", (wall_time){ 1 });
	assert_int_equal(store_write_wait(f->store, unit, &err), E_DENIED);
	for (int again = 0; again < 2; again++) {
		struct row_set *set = get(f, "memo", id.text);
		assert_true(row_erased(&set->rows[0]));
		assert_true(row_text(&set->rows[0], "text").len == 0);
		row_set_free(&set);
		set = get(f, "client", f->client.text);
		assert_true(row_erased(&set->rows[0]));
		assert_true(str_eqc(row_text(&set->rows[0], "pseudonym"), "Heron"));
		row_set_free(&set);
		store_close(&f->store);
		fixture_open(f);
	}
	/* the other client keeps everything */
	struct scope other = { .programme_id = f->other_programme.text, .who = WHO_SYSTEM };
	struct row_set *set = NULL;
	assert_int_equal(store_get_wait(f->store, &other, "client", f->other_client.text, &set, &err), 0);
	assert_int_equal(row_int(&set->rows[0], "birth_year"), 1990);
	row_set_free(&set);
}

struct answers {
	size_t done, ok, watched;
	struct row_set *set;
	int code;
};

static void count_done(void *ctx, const struct err *err)
{
	struct answers *answers = ctx;
	answers->done++;
	answers->ok += err == NULL;
}

static void keep_set(void *ctx, struct row_set *set, const struct err *err)
{
	struct answers *answers = ctx;
	answers->done++;
	answers->set = set;
	answers->code = err ? err->code : 0;
}

static void count_watch(void *ctx, const struct row *row)
{
	struct answers *answers = ctx;
	answers->watched++;
	assert_int_equal(row_int(row, "number"), answers->watched);
}

static void dispatch_until(struct fixture *f, const size_t *done, size_t want)
{
	struct pollfd fd = { store_poll_fd(f->store), POLLIN, 0 };
	while (*done < want) {
		assert_int_equal(poll(&fd, 1, 20000), 1);
		store_dispatch(f->store);
	}
}

static void results_come_on_the_loop_thread(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	struct answers answers = { 0 };
	assert_int_equal(store_watch(f->store, "tick", count_watch, &answers, &err), 0);
	for (int i = 0; i < 1000; i++) {
		struct unit *unit = unit_new(f->store, &scope);
		op_c(unit_insert(unit, "tick", NULL), "kind", "x");
		if (i % 10 == 9)
			unit_update(unit, "memo", f->programme.text, 1);
		assert_int_equal(store_submit(f->store, unit, count_done, &answers, &err), 0);
		assert_false(store_idle(f->store));
	}
	dispatch_until(f, &answers.done, 1000);
	assert_true(store_idle(f->store));
	assert_int_equal(answers.ok, 900);
	assert_int_equal(answers.watched, 900);
	answers = (struct answers){ 0 };
	struct list_query query = { .resource = "tick" };
	assert_int_equal(store_count(f->store, &scope, &query, 500, keep_set, &answers, &err), 0);
	assert_false(store_idle(f->store));
	dispatch_until(f, &answers.done, 1);
	assert_true(store_idle(f->store));
	assert_int_equal(answers.set->total, 500);
	row_set_free(&answers.set);
}

static struct row_set *journal(struct fixture *f, const char *client_id, unsigned limit)
{
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	struct answers answers = { 0 };
	assert_int_equal(store_journal(f->store, &scope, client_id, -1, limit, keep_set, &answers, &err), 0);
	dispatch_until(f, &answers.done, 1);
	assert_int_equal(answers.code, 0);
	return answers.set;
}

static void what_staff_look_at_is_journalled(void **state)
{
	struct fixture *f = *state;
	struct scope staff = fixture_staff(f);
	struct err err = { .code = 0 };
	struct uuid id = fixture_memo(f, "one");
	struct row_set *set = NULL;
	staff.reason = "inbox.open";
	assert_int_equal(store_get_wait(f->store, &staff, "memo", id.text, &set, &err), 0);
	row_set_free(&set);
	assert_true(store_idle(f->store)); /* the view was written, and is nobody's any more */
	set = journal(f, f->client.text, 0);
	assert_true(set->count >= 3);
	const struct row *row = &set->rows[0];
	assert_true(str_eqc(row_text(row, "action"), "view"));
	assert_true(str_eqc(row_text(row, "actor_kind"), "clinician"));
	assert_true(str_eqc(row_text(row, "actor_id"), staff.actor_id));
	assert_true(str_eqc(row_text(row, "subject_id"), id.text));
	assert_true(str_eqc(row_text(row, "reason"), "inbox.open"));
	assert_int_equal(row_text(row, "hash").len, 64);
	assert_true(str_eqc(row_text(&set->rows[1], "action"), "create"));
	assert_true(str_eqc(row_text(&set->rows[1], "fields"), "[\"client_id\",\"kind\",\"text\",\"due_at\"]"));
	row_set_free(&set);
	set = journal(f, NULL, 2);
	assert_int_equal(set->count, 2);
	row_set_free(&set);
}

static void the_journal_goes_on_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct row_set *set = journal(f, NULL, 1);
	int64_t number = row_int(&set->rows[0], "number");
	row_set_free(&set);
	store_close(&f->store);
	fixture_open(f);
	fixture_memo(f, "after");
	set = journal(f, NULL, 1);
	assert_true(row_int(&set->rows[0], "number") > number);
	row_set_free(&set);
}

static void two_processes_cannot_write_one_journal(void **state)
{
	struct fixture *f = *state;
	struct err err = { .code = 0 };
	struct store *second = NULL;
	struct store_options options = { .url = f->url, .key_file = f->key, .registry = fixture_registry(), .clock = &f->clock.clock };
	assert_int_equal(store_open(&options, &second, &err), E_EXISTS);
	options.node = "Bad Name";
	assert_int_equal(store_open(&options, &second, &err), E_INVALID);
}

static void wrong_scopes_are_refused(void **state)
{
	struct fixture *f = *state;
	struct err err = { .code = 0 };
	const struct scope scopes[] = {
		{ .programme_id = "nonsense", .who = WHO_SYSTEM },
		{ .programme_id = f->programme.text, .who = WHO_SYSTEM, .reason = "Free text, with spaces" },
		{ .programme_id = f->programme.text, .who = WHO_CLIENT },
		{ .who = WHO_CLINICIAN },
		{ .programme_id = f->programme.text },
	};
	for (size_t i = 0; i < COUNT_OF(scopes); i++) {
		struct unit *unit = unit_new(f->store, &scopes[i]);
		op_c(unit_insert(unit, "tick", NULL), "kind", "x");
		assert_true(store_write_wait(f->store, unit, &err) != 0);
	}
	struct scope scope = fixture_system(f);
	struct unit *unit = unit_new(f->store, &scope);
	op_c(unit_insert(unit, "nothing", NULL), "kind", "x");
	assert_int_equal(store_write_wait(f->store, unit, &err), E_BUG);
	unit = unit_new(f->store, &scope);
	op_c(unit_insert(unit, "tick", NULL), "nothing", "x");
	assert_int_equal(store_write_wait(f->store, unit, &err), E_BUG);
	unit = unit_new(f->store, &scope);
	op_c(unit_update(unit, "memo", "1", 1), "text", "x");
	assert_int_equal(store_write_wait(f->store, unit, &err), E_INVALID);
}

static void closing_finishes_what_was_submitted(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f), staff = fixture_staff(f);
	struct err err = { .code = 0 };
	struct answers writes = { 0 }, reads = { 0 };
	struct uuid id = fixture_memo(f, "one");
	for (int i = 0; i < 300; i++) {
		struct unit *unit = unit_new(f->store, &scope);
		op_c(unit_insert(unit, "tick", NULL), "kind", "x");
		assert_int_equal(store_submit(f->store, unit, count_done, &writes, &err), 0);
	}
	assert_int_equal(store_get(f->store, &staff, "memo", id.text, keep_set, &reads, &err), 0);
	store_close(&f->store);
	assert_int_equal(writes.done, 300);
	assert_int_equal(writes.ok, 300);
	assert_int_equal(reads.done, 1);
	assert_int_equal(reads.code, 0);
	row_set_free(&reads.set);
	fixture_open(f);
}

static struct row_set *old_memos(struct fixture *f, wall_time before, struct str after, unsigned limit)
{
	struct scope scope = fixture_system(f);
	struct answers reads = { 0 };
	struct err err = { .code = 0 };
	assert_int_equal(store_old(f->store, &scope, "memo", before, after, limit, keep_set, &reads, &err), 0);
	dispatch_until(f, &reads.done, 1);
	assert_int_equal(reads.code, 0);
	return reads.set;
}

static void retention_finds_what_is_old_and_whose_it_is(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f), staff = fixture_staff(f);
	struct err err = { .code = 0 };
	struct answers reads = { 0 };
	struct uuid ids[3] = { fixture_memo(f, "one"), fixture_memo(f, "two"), fixture_memo(f, "three") };
	struct row_set *set = get(f, "memo", ids[0].text);
	wall_time now = set->rows[0].updated_at, later = { now.us + HOUR_US };
	row_set_free(&set);
	test_clock_advance(&f->clock, 2 * HOUR_US);
	struct unit *unit = unit_new(f->store, &scope);
	op_c(unit_update(unit, "memo", ids[1].text, VERSION_ANY), "text", "changed"); /* by its change, not its beginning */
	assert_int_equal(store_write_wait(f->store, unit, &err), 0);
	set = old_memos(f, later, STR(""), 0);
	assert_int_equal(set->count, 2);
	assert_string_equal(set->rows[0].id.ptr, ids[0].text);
	assert_string_equal(set->rows[1].id.ptr, ids[2].text);
	row_set_free(&set);
	set = old_memos(f, later, STR(""), 1);
	assert_int_equal(set->count, 1);
	row_set_free(&set);
	set = old_memos(f, later, str_c(ids[0].text), 0);
	assert_string_equal(set->rows[0].id.ptr, ids[2].text);
	row_set_free(&set);
	set = old_memos(f, now, STR(""), 0);
	assert_int_equal(set->count, 0);
	row_set_free(&set);
	assert_int_equal(store_owners(f->store, &scope, "memo", STR(""), 0, keep_set, &reads, &err), 0);
	dispatch_until(f, &reads.done, 1);
	assert_int_equal(reads.set->count, 1);
	assert_string_equal(reads.set->rows[0].id.ptr, f->client.text);
	assert_true(reads.set->rows[0].updated_at.us > later.us);
	row_set_free(&reads.set);
	/* nobody else asks, and not across programmes */
	assert_int_equal(store_old(f->store, &staff, "memo", later, STR(""), 0, keep_set, &reads, &err), E_DENIED);
	assert_int_equal(store_owners(f->store, &scope, "client", STR(""), 0, keep_set, &reads, &err), E_INVALID);
	assert_int_equal(store_old(f->store, &scope, "memo", later, STR("no id"), 0, keep_set, &reads, &err), E_INVALID);
	scope.programme_id = f->other_programme.text;
	reads = (struct answers){ 0 };
	assert_int_equal(store_old(f->store, &scope, "memo", later, STR(""), 0, keep_set, &reads, &err), 0);
	dispatch_until(f, &reads.done, 1);
	assert_int_equal(reads.set->count, 0);
	row_set_free(&reads.set);
}

/* What stands before it in the unit is written with the keys that it destroys; both or neither. */
static void a_client_is_erased_within_a_unit(void **state)
{
	struct fixture *f = *state;
	struct scope scope = fixture_system(f);
	struct err err = { .code = 0 };
	struct uuid id = fixture_memo(f, "to be forgotten");
	struct unit *unit = unit_new(f->store, &scope);
	unit_erase_client(unit, f->client.text);
	unit_delete(unit, "memo", id.text, 99);
	assert_int_equal(store_write_wait(f->store, unit, &err), E_CONFLICT);
	struct row_set *set = get(f, "memo", id.text);
	assert_false(row_erased(&set->rows[0]));
	row_set_free(&set);
	unit = unit_new(f->store, &scope);
	op_c(unit_update(unit, "memo", id.text, VERSION_ANY), "text", "last words");
	unit_erase_client(unit, f->client.text);
	assert_int_equal(store_write_wait(f->store, unit, &err), 0);
	set = get(f, "memo", id.text);
	assert_true(row_erased(&set->rows[0]));
	row_set_free(&set);
	unit = unit_new(f->store, &scope);
	unit_delete(unit, "memo", id.text, VERSION_ANY); /* the shell of a row goes too */
	assert_int_equal(store_write_wait(f->store, unit, &err), 0);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(a_row_comes_back_as_it_was_written),
		WITH_STORE(words_are_kept_in_whatever_bytes),
		WITH_STORE(nothing_sealed_is_readable_in_the_database),
		WITH_STORE(an_update_needs_the_version),
		WITH_STORE(a_transition_needs_state_version_and_role),
		WITH_STORE(a_unit_happens_entirely_or_not_at_all),
		WITH_STORE(another_programme_does_not_exist),
		WITH_STORE(a_client_sees_only_itself),
		WITH_STORE(fields_have_their_own_readers_and_writers),
		WITH_STORE(lists_page_by_key),
		WITH_STORE(lists_have_bounds_of_time),
		WITH_STORE(blind_fields_are_found_by_value),
		WITH_STORE(numbers_have_no_gaps),
		WITH_STORE(wrong_values_are_named),
		WITH_STORE(json_goes_in_and_comes_out),
		WITH_STORE(an_erased_client_is_gone_for_ever),
		WITH_STORE(retention_finds_what_is_old_and_whose_it_is),
		WITH_STORE(a_client_is_erased_within_a_unit),
		WITH_STORE(results_come_on_the_loop_thread),
		WITH_STORE(what_staff_look_at_is_journalled),
		WITH_STORE(the_journal_goes_on_after_a_restart),
		WITH_STORE(two_processes_cannot_write_one_journal),
		WITH_STORE(wrong_scopes_are_refused),
		WITH_STORE(closing_finishes_what_was_submitted),
	};
	if (argc > 1 && strcmp(argv[1], "postgresql") == 0) {
		const char *url = fixture_postgres_start();
		if (!url) {
			fputs("PostgreSQL is not installed: skipped\n", stderr);
			return 77;
		}
		fixture_use(url);
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_postgres_stop();
	return failed;
}
