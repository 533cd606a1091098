/* audit_test.c: a real journal is exported, then changed in every way that one can think of, at every entry: each change must
 * be told, at that entry or in an interval that holds it. */
#include "store/audit.h"

#include "base/buf.h"
#include "store/export.h"
#include "store/fixture.h"
#include "store/key.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define LINES_MAX 400

struct journal_file {
	char verifier[NOTE_VERIFIER_MAX];
	char early[NOTE_MAX], late[NOTE_MAX]; /* checkpoints kept elsewhere */
	struct buf bytes;
	struct str lines[LINES_MAX];
	size_t count;
	size_t entries;
	size_t line_of[LINES_MAX];   /* of each entry */
	int64_t entry_of[LINES_MAX]; /* of each line; -1 for others */
};

struct seen {
	size_t faults;
	bool hit;
	uint64_t about;
};

static void see(void *ctx, const struct audit_fault *fault)
{
	struct seen *seen = ctx;
	seen->faults++;
	seen->hit = seen->hit || (fault->first <= seen->about && seen->about <= fault->last);
	assert_true(strlen(fault->message) > 10);
}

static int take(void *ctx, struct str piece)
{
	buf_add(ctx, piece);
	return 0;
}

static void split(struct journal_file *file)
{
	struct str rest = buf_str(&file->bytes);
	file->count = file->entries = 0;
	while (rest.len) {
		assert_true(file->count < LINES_MAX);
		struct str line = str_split(&rest, '\n');
		file->entry_of[file->count] = -1;
		if (str_starts(line, STR("{\"hash\""))) {
			file->entry_of[file->count] = (int64_t)file->entries;
			file->line_of[file->entries++] = file->count;
		}
		file->lines[file->count++] = line;
	}
}

static int set_up(void **state)
{
	struct fixture *f = fixture_new();
	struct journal_file *file = mem_new(sizeof *file);
	struct err err = { .code = 0 };
	struct key_file *key = NULL;
	buf_init(&file->bytes, mem_system(), 1u << 20);
	for (int i = 0; i < 12; i++) {
		fixture_memo(f, "words");
		if (i == 3)
			assert_int_equal(store_checkpoint(f->store, file->early, NOTE_MAX, &err), 0);
		if (i == 7)
			assert_int_equal(store_checkpoint(f->store, file->late, NOTE_MAX, &err), 0);
	}
	assert_int_equal(store_checkpoint(f->store, file->late, NOTE_MAX, &err), 0);
	assert_int_equal(store_export(f->store, NULL, take, &file->bytes, &err), 0);
	assert_int_equal(key_load(f->key, &key, &err), 0);
	note_verifier(key->name, key->sign_public, file->verifier);
	key_free(&key);
	fixture_free(&f);
	split(file);
	*state = file;
	return 0;
}

static int tear_down(void **state)
{
	struct journal_file *file = *state;
	buf_done(&file->bytes);
	mem_delete(file);
	return 0;
}

/* Verify some lines; about: the entry that was tampered with. */
static struct seen verify(const struct journal_file *file, const struct str *lines, size_t count, const char *kept, uint64_t about)
{
	struct audit *audit = NULL;
	struct audit_result result;
	struct err err = { .code = 0 };
	struct seen seen = { .about = about };
	assert_int_equal(audit_new(str_c(file->verifier), str_c(kept), see, &seen, &audit, &err), 0);
	for (size_t i = 0; i < count; i++)
		audit_line(audit, lines[i]);
	audit_finish(audit, &result);
	audit_free(&audit);
	assert_int_equal(result.faults, seen.faults);
	return seen;
}

static void an_untouched_journal_verifies(void **state)
{
	const struct journal_file *file = *state;
	assert_true(file->entries == 16);
	assert_true(file->count >= file->entries + 4);
	assert_int_equal(verify(file, file->lines, file->count, "", 0).faults, 0);
	assert_int_equal(verify(file, file->lines, file->count, file->early, 0).faults, 0);
	assert_int_equal(verify(file, file->lines, file->count, file->late, 0).faults, 0);
}

static void every_flipped_byte_is_named(void **state)
{
	const struct journal_file *file = *state;
	struct str lines[LINES_MAX];
	static char copy[AUDIT_LINE_MAX];
	memcpy(lines, file->lines, sizeof lines);
	for (size_t i = 0; i < file->entries; i++) {
		size_t at = file->line_of[i];
		memcpy(copy, file->lines[at].ptr, file->lines[at].len);
		lines[at].ptr = copy;
		for (size_t k = 0; k < lines[at].len; k++) {
			copy[k] = (char)(copy[k] ^ (1 << (k % 7)));
			if (copy[k] != '\n')
				assert_true(verify(file, lines, file->count, "", i).hit);
			copy[k] = (char)(copy[k] ^ (1 << (k % 7)));
		}
		lines[at] = file->lines[at];
	}
}

static void every_removed_entry_is_named(void **state)
{
	const struct journal_file *file = *state;
	struct str lines[LINES_MAX];
	for (size_t i = 0; i < file->entries; i++) {
		size_t at = file->line_of[i];
		memcpy(lines, file->lines, at * sizeof *lines);
		memcpy(lines + at, file->lines + at + 1, (file->count - at - 1) * sizeof *lines);
		assert_true(verify(file, lines, file->count - 1, "", i).hit);
	}
}

static void every_doubled_entry_is_named(void **state)
{
	const struct journal_file *file = *state;
	struct str lines[LINES_MAX];
	for (size_t i = 0; i < file->entries; i++) {
		size_t at = file->line_of[i];
		memcpy(lines, file->lines, (at + 1) * sizeof *lines);
		memcpy(lines + at + 1, file->lines + at, (file->count - at) * sizeof *lines);
		assert_true(verify(file, lines, file->count + 1, "", i).hit);
	}
}

static void every_swap_is_named(void **state)
{
	const struct journal_file *file = *state;
	struct str lines[LINES_MAX];
	for (size_t i = 0; i < file->entries; i++)
		for (size_t k = i + 1; k < file->entries; k++) {
			memcpy(lines, file->lines, sizeof lines);
			lines[file->line_of[i]] = file->lines[file->line_of[k]];
			lines[file->line_of[k]] = file->lines[file->line_of[i]];
			assert_true(verify(file, lines, file->count, "", i).hit);
		}
}

/* Both leaf and leaf hash are changed, as somebody would who knows the format: the interval is named. */
static void every_forged_entry_falls_into_its_interval(void **state)
{
	const struct journal_file *file = *state;
	struct str lines[LINES_MAX];
	static char copy[AUDIT_LINE_MAX];
	memcpy(lines, file->lines, sizeof lines);
	for (size_t i = 0; i < file->entries; i++) {
		struct str line = file->lines[file->line_of[i]];
		struct merkle_hash hash;
		char hash64[64];
		size_t leaf = str_find(line, STR("\"leaf\":"), 0) + 7;
		memcpy(copy, line.ptr, line.len);
		size_t time = str_find(line, STR("\"at\":\""), 0) + 6;
		copy[time] = copy[time] == '1' ? '2' : '1'; /* another millennium */
		merkle_leaf(str_make(copy + leaf, line.len - leaf - 1), &hash);
		sodium_bin2base64(hash64, sizeof hash64, hash.byte, MERKLE_HASH, sodium_base64_VARIANT_ORIGINAL);
		memcpy(copy + 9, hash64, 44);
		lines[file->line_of[i]] = str_make(copy, line.len);
		struct seen seen = verify(file, lines, file->count, "", i);
		assert_true(seen.hit);
		assert_int_equal(seen.faults, 1);
		lines[file->line_of[i]] = line;
	}
}

static void every_cut_is_told(void **state)
{
	const struct journal_file *file = *state;
	for (size_t count = 0; count < file->count; count++) {
		bool at_checkpoint = count > 0 && file->entry_of[count - 1] < 0 && count > 1;
		struct seen seen = verify(file, file->lines, count, "", 0);
		if (!at_checkpoint && count != 1)
			assert_true(seen.faults > 0);
		/* at a checkpoint only a later one, kept elsewhere, can tell; the last line but one is the same checkpoint again */
		if (count < file->count - 1) {
			seen = verify(file, file->lines, count, file->late, file->entries - 1);
			assert_true(seen.faults > 0);
		}
	}
}

static void every_changed_checkpoint_is_told(void **state)
{
	const struct journal_file *file = *state;
	struct str lines[LINES_MAX];
	static char copy[AUDIT_LINE_MAX];
	memcpy(lines, file->lines, sizeof lines);
	for (size_t i = 1; i < file->count; i++) {
		if (file->entry_of[i] >= 0)
			continue;
		memcpy(copy, file->lines[i].ptr, file->lines[i].len);
		lines[i].ptr = copy;
		for (size_t k = 0; k < lines[i].len; k++) {
			copy[k] = (char)(copy[k] ^ (1 << (k % 7)));
			if (copy[k] != '\n')
				assert_true(verify(file, lines, file->count, "", 0).faults > 0);
			copy[k] = (char)(copy[k] ^ (1 << (k % 7)));
		}
		lines[i] = file->lines[i];
	}
}

static void another_history_does_not_pass(void **state)
{
	/* A whole journal made anew by somebody with another key, or with the same key and other entries. */
	struct journal_file *file = *state;
	void *other_state = NULL;
	set_up(&other_state);
	struct journal_file *other = other_state;
	assert_true(verify(file, other->lines, other->count, "", 0).faults > 0);
	struct audit *audit = NULL;
	struct err err = { .code = 0 };
	assert_int_equal(audit_new(str_c(file->verifier), str_c(other->late), see, NULL, &audit, &err), E_CRYPTO);
	assert_int_equal(audit_new(STR("nonsense"), STR(""), see, NULL, &audit, &err), E_INVALID);
	tear_down(&other_state);
}

static void others_programmes_go_as_bare_hashes(void **state)
{
	struct fixture *f = fixture_new();
	struct journal_file *file = mem_new(sizeof *file);
	struct err err = { .code = 0 };
	struct key_file *key = NULL;
	size_t with_leaf = 0;
	buf_init(&file->bytes, mem_system(), 1u << 20);
	fixture_memo(f, "words");
	assert_int_equal(store_export(f->store, f->other_programme.text, take, &file->bytes, &err), 0);
	assert_int_equal(key_load(f->key, &key, &err), 0);
	note_verifier(key->name, key->sign_public, file->verifier);
	key_free(&key);
	split(file);
	for (size_t i = 0; i < file->count; i++)
		with_leaf += str_find(file->lines[i], STR("\"leaf\""), 0) != SIZE_MAX;
	assert_int_equal(file->entries, 5);
	assert_int_equal(with_leaf, 2);
	assert_int_equal(str_find(buf_str(&file->bytes), str_c(f->client.text), 0), SIZE_MAX);
	assert_int_equal(verify(file, file->lines, file->count, "", 0).faults, 0);
	fixture_free(&f);
	buf_done(&file->bytes);
	mem_delete(file);
	(void)state;
}

static void no_word_of_a_client_is_in_the_journal(void **state)
{
	const struct journal_file *file = *state;
	struct str all = buf_str(&((struct journal_file *)(uintptr_t)file)->bytes);
	assert_int_equal(str_find(all, STR("words"), 0), SIZE_MAX);
	assert_int_equal(str_find(all, STR("Heron"), 0), SIZE_MAX);
	assert_true(str_find(all, STR("\"text\":\""), 0) != SIZE_MAX); /* but that it was written */
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILE(an_untouched_journal_verifies),
		WITH_FILE(every_flipped_byte_is_named),
		WITH_FILE(every_removed_entry_is_named),
		WITH_FILE(every_doubled_entry_is_named),
		WITH_FILE(every_swap_is_named),
		WITH_FILE(every_forged_entry_falls_into_its_interval),
		WITH_FILE(every_cut_is_told),
		WITH_FILE(every_changed_checkpoint_is_told),
		WITH_FILE(another_history_does_not_pass),
		cmocka_unit_test(others_programmes_go_as_bare_hashes),
		WITH_FILE(no_word_of_a_client_is_in_the_journal),
	};
	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
