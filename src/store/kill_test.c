/* kill_test.c: a process that writes is killed (SIGKILL) at random moments, over and over on one database: `kill_test
 * [postgresql]`. Each unit writes two memos and moves an older one. Whatever the process was told is done must be there
 * afterwards, entirely; what it was not told is there entirely or not at all; and the journal verifies.
 * HEEDWELL_KILLS: how often (100). HEEDWELL_SEED repeats a run's moments. */
#include "store/audit.h"
#include "store/export.h"
#include "store/fixture.h"
#include "store/key.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define TOLD_MAX 200000
#define AT_ONCE 48

/* One unit that the process was told is done. */
struct told {
	struct uuid first, second, moved; /* moved: empty text when none */
};

struct pending {
	struct told told;
	int pipe;
	size_t *waiting;
};

static struct told told[TOLD_MAX];
static size_t told_count;

static void written(void *ctx, const struct err *err)
{
	struct pending *pending = ctx;
	--*pending->waiting;
	/* One write of less than PIPE_BUF bytes is whole or not there. */
	if (!err && write(pending->pipe, &pending->told, sizeof pending->told) != (ssize_t)sizeof pending->told)
		_exit(1);
	free(pending);
}

static void add_memo(struct fixture *f, struct unit *unit, struct uuid *ret_id)
{
	struct op *op = unit_insert(unit, "memo", ret_id);
	op_c(op, "client_id", f->client.text);
	op_c(op, "kind", "plain");
	op_c(op, "text", ret_id->text);
	op_time(op, "due_at", (wall_time){ 1 });
}

/* Write for ever. The parent kills. */
static void write_without_end(struct fixture *f, int pipe_fd)
{
	struct scope scope = fixture_system(f);
	struct uuid last = { .text = "" };
	size_t waiting = 0;
	f->clock.clock = *clock_system();
	fixture_open(f);
	for (;;) {
		struct err err = { .code = 0 };
		struct pending *pending = calloc(1, sizeof *pending);
		struct unit *unit = unit_new(f->store, &scope);
		pending->pipe = pipe_fd;
		pending->waiting = &waiting;
		add_memo(f, unit, &pending->told.first);
		add_memo(f, unit, &pending->told.second);
		if (last.text[0]) {
			pending->told.moved = last;
			unit_move(unit, "memo", last.text, 1, "open", "taken");
		}
		last = pending->told.first;
		waiting++;
		if (store_submit(f->store, unit, written, pending, &err) != 0)
			_exit(2);
		struct pollfd fd = { store_poll_fd(f->store), POLLIN, 0 };
		while (waiting >= AT_ONCE && poll(&fd, 1, -1) > 0)
			store_dispatch(f->store);
		store_dispatch(f->store);
	}
}

static void sleep_us(long us)
{
	struct timespec time = { us / 1000000, us % 1000000 * 1000 };
	while (nanosleep(&time, &time) != 0 && errno == EINTR)
		;
}

static void take_told(int fd)
{
	struct told one;
	while (read(fd, &one, sizeof one) == (ssize_t)sizeof one)
		if (told_count < TOLD_MAX)
			told[told_count++] = one;
}

static void kill_once(struct fixture *f, long after_us)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		write_without_end(f, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	/* The moments spread over opening and writing; the reader must keep up, or the pipe would hold the writer back. */
	struct timespec start, now;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (long passed = 0; passed < after_us;) {
		struct pollfd fd = { ends[0], POLLIN, 0 };
		if (poll(&fd, 1, (int)((after_us - passed) / 1000)) > 0) {
			struct told one;
			if (read(ends[0], &one, sizeof one) != (ssize_t)sizeof one)
				break;
			told[told_count++ % TOLD_MAX] = one;
		} else {
			sleep_us((after_us - passed) % 1000);
		}
		clock_gettime(CLOCK_MONOTONIC, &now);
		passed = (now.tv_sec - start.tv_sec) * 1000000 + (now.tv_nsec - start.tv_nsec) / 1000;
	}
	kill(child, SIGKILL);
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	take_told(ends[0]);
	close(ends[0]);
}

static void assert_there(struct fixture *f, const struct scope *scope, const char *id, const char *state)
{
	struct err err = { .code = 0 };
	struct row_set *set = NULL;
	if (store_get_wait(f->store, scope, "memo", id, &set, &err) != 0)
		fail_msg("memo %s was acknowledged and is gone: %s", id, err.message);
	assert_true(str_eqc(row_text(&set->rows[0], "text"), id));
	if (state)
		assert_true(str_eqc(set->rows[0].state, state));
	row_set_free(&set);
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

static uint64_t verify_journal(struct fixture *f)
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
	if (store_export(f->store, NULL, feed, audit, &err) != 0)
		fail_msg("%s", err.message);
	audit_finish(audit, &result);
	audit_free(&audit);
	assert_int_equal(result.faults, 0);
	return result.entries;
}

/* Nothing half: memos come in twos. */
static void assert_whole_units(struct fixture *f, const struct scope *scope)
{
	struct err err = { .code = 0 };
	size_t count = 0;
	char cursor[160] = "";
	do {
		struct list_query query = { .resource = "memo", .limit = LIST_MAX, .cursor = str_c(cursor) };
		struct row_set *set = NULL;
		assert_int_equal(store_list_wait(f->store, scope, &query, &set, &err), 0);
		count += set->count;
		snprintf(cursor, sizeof cursor, STR_FMT, STR_ARG(set->cursor));
		row_set_free(&set);
	} while (cursor[0]);
	assert_int_equal(count % 2, 0);
	assert_true(count >= 2 * told_count);
}

static void what_was_told_survives(void **state)
{
	const char *kills_text = getenv("HEEDWELL_KILLS"), *seed_text = getenv("HEEDWELL_SEED");
	long kills = kills_text ? strtol(kills_text, NULL, 10) : 100;
	unsigned seed = seed_text ? (unsigned)strtoul(seed_text, NULL, 10) : (unsigned)time(NULL);
	struct fixture *f = fixture_new();
	struct scope scope = fixture_system(f);
	printf("HEEDWELL_SEED=%u\n", seed);
	for (long i = 0; i < kills; i++) {
		store_close(&f->store);
		seed = seed * 1103515245u + 12345u;
		kill_once(f, 1000 + (long)(seed >> 8) % 60000);
		if (i % 10 == 9 || i == kills - 1) {
			fixture_open(f);
			verify_journal(f);
		}
	}
	for (size_t i = 0; i < told_count; i++) {
		assert_there(f, &scope, told[i].first.text, NULL);
		assert_there(f, &scope, told[i].second.text, "open");
		if (told[i].moved.text[0])
			assert_there(f, &scope, told[i].moved.text, "taken");
	}
	assert_whole_units(f, &scope);
	uint64_t entries = verify_journal(f);
	printf("%ld kills, %zu units acknowledged and found, %" PRIu64 " journal entries verified\n", kills, told_count, entries);
	assert_true(told_count > (size_t)kills);
	fixture_free(&f);
	(void)state;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_was_told_survives) };
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
