/* store_bench.c: what a durable, sealed, journalled change costs. `store_bench [URL]`: latency of one unit at a time, then
 * units a second when many wait, then reads. A unit is what one screened message writes: three sealed rows, two events. */
#include "store/fixture.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define ALONE 2000
#define TOGETHER 20000
#define READS 20000
#define WAITING_MAX 512

struct progress {
	size_t done, failed;
};

static struct unit *message_unit(struct fixture *f)
{
	struct scope scope = fixture_system(f);
	struct unit *unit = unit_new(f->store, &scope);
	test_clock_advance(&f->clock, 50); /* ids follow time, as in life */
	for (int i = 0; i < 3; i++) {
		struct op *op = unit_insert(unit, "memo", NULL);
		op_c(op, "client_id", f->client.text);
		op_c(op, "kind", "plain");
		op_c(op, "text",
			"I could not sleep again and I keep thinking about what she said at the table on Sunday, and about all that I "
			"should have answered and did not, and then the morning comes and I am tired before it has begun.");
		op_time(op, "due_at", clock_wall(clock_system()));
		op_c(op, "details", "{\"levels\":{\"suicide\":0}}");
	}
	op_c(unit_insert(unit, "tick", NULL), "kind", "message");
	op_c(unit_insert(unit, "tick", NULL), "kind", "overview");
	return unit;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static int64_t now(void)
{
	return clock_mono(clock_system()).us;
}

static void one_done(void *ctx, const struct err *err)
{
	struct progress *progress = ctx;
	progress->done++;
	progress->failed += err != NULL;
}

static void read_one_done(void *ctx, struct row_set *set, const struct err *err)
{
	one_done(ctx, err);
	row_set_free(&set);
}

static void serve(struct fixture *f, const struct progress *progress, size_t want)
{
	struct pollfd fd = { store_poll_fd(f->store), POLLIN, 0 };
	while (progress->done < want)
		if (poll(&fd, 1, 10000) == 1)
			store_dispatch(f->store);
}

static void alone(struct fixture *f)
{
	static int64_t took[ALONE];
	for (size_t i = 0; i < ALONE; i++) {
		struct err err = { .code = 0 };
		struct progress progress = { 0 };
		int64_t start = now();
		if (store_submit(f->store, message_unit(f), one_done, &progress, &err) != 0)
			exit(1);
		serve(f, &progress, 1);
		took[i] = now() - start;
		if (progress.failed)
			exit(1);
	}
	qsort(took, ALONE, sizeof *took, by_size);
	printf("one unit at a time: p50 %" PRId64 " us, p99 %" PRId64 " us\n", took[ALONE / 2], took[ALONE * 99 / 100]);
}

static void together(struct fixture *f)
{
	struct progress progress = { 0 };
	struct err err = { .code = 0 };
	int64_t start = now();
	for (size_t i = 0; i < TOGETHER; i++) {
		if (store_submit(f->store, message_unit(f), one_done, &progress, &err) != 0)
			exit(1);
		if (i > WAITING_MAX)
			serve(f, &progress, i - WAITING_MAX);
	}
	serve(f, &progress, TOGETHER);
	int64_t took = now() - start;
	printf("many together: %.0f units/s, %.0f rows/s, %zu failed\n", TOGETHER * 1e6 / (double)took, TOGETHER * 5e6 / (double)took,
		progress.failed);
}

static void reads(struct fixture *f)
{
	struct progress progress = { 0 };
	struct err err = { .code = 0 };
	struct scope scope = fixture_system(f);
	struct uuid id = fixture_memo(f, "read me");
	int64_t start = now();
	for (size_t i = 0; i < READS; i++) {
		if (store_get(f->store, &scope, "memo", id.text, read_one_done, &progress, &err) != 0)
			exit(1);
		if (i > WAITING_MAX)
			serve(f, &progress, i - WAITING_MAX);
	}
	serve(f, &progress, READS);
	printf("reads by id: %.0f/s, %zu failed\n", READS * 1e6 / (double)(now() - start), progress.failed);
}

int main(int argc, char **argv)
{
	const char *url = argc > 1 && strcmp(argv[1], "postgresql") == 0 ? fixture_postgres_start() : NULL;
	fixture_use(url);
	struct fixture *f = fixture_new();
	alone(f);
	together(f);
	reads(f);
	fixture_free(&f);
	fixture_postgres_stop();
	return 0;
}
