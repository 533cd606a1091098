/* cmd_screen.c: `heedwell screen`: a filter of JSON lines, one verdict for each line in the same order; docs/reference/
 * verdict.schema.json says what it writes. A bad line yields an error record and the run goes on. */
#include "base/buf.h"
#include "cmd/cmd.h"
#include "cmd/explain.h"
#include "cmd/packs.h"
#include "cmd/screen_line.h"
#include "cmd/screen_schema.h"
#include "cmd/screen_talk.h"
#include "sys/mem.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOBS_MAX 64
#define LINES_PER_JOB 64u
#define LINE_BYTES_MAX (16u * 1024u * 1024u)
#define ARENA_BYTES (256u * 1024u * 1024u)
#define OUTPUT_BYTES_MAX (512u * 1024u * 1024u)
#define SETUP_ARENA_BYTES (1024u * 1024u * 1024u)

static int usage(FILE *out, int code)
{
	fputs("usage: heedwell screen [--policy NAME | --conversation] [--jobs N] [--packs DIR] [--cache DIR] [--redact] [--explain] < "
	      "LINES\n"
	      "       heedwell screen --schema\n"
	      "  in:  {\"id\",\"text\",\"role\",\"context\":[{\"role\",\"text\"}],\"country\",\"age\",\"jurisdiction\"}, one a line\n"
	      "  out: one verdict a line, in the same order\n"
	      "  with --conversation, in: "
	      "{\"id\",\"turns\":[{\"role\",\"text\",\"at\"}],\"now\",\"kept_level\",\"lowered\":{\"turns\",\"level\"},\"country\",\"age\"}"
	      "\n"
	      "  out: the conversation's grade with its reasons\n"
	      "  exit code: 0, 1 when a line was bad, 2 when it could not start\n",
		out);
	return code;
}

struct options {
	const char *policy, *packs, *cache;
	long jobs;
	bool explain, redact, conversation;
};

static int read_options(int argc, char **argv, struct options *options)
{
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;
		if (strcmp(argv[i], "--explain") == 0) {
			options->explain = true;
			continue;
		}
		if (strcmp(argv[i], "--redact") == 0) {
			options->redact = true;
			continue;
		}
		if (strcmp(argv[i], "--conversation") == 0) {
			options->conversation = true;
			continue;
		}
		if (!value)
			return -1;
		if (strcmp(argv[i], "--policy") == 0)
			options->policy = value;
		else if (strcmp(argv[i], "--packs") == 0)
			options->packs = value;
		else if (strcmp(argv[i], "--cache") == 0)
			options->cache = value;
		else if (strcmp(argv[i], "--jobs") == 0)
			options->jobs = strtol(value, NULL, 10);
		else
			return -1;
		i++;
	}
	if (options->conversation && options->policy)
		return -1; /* a decision is of one message */
	return options->jobs >= 1 && options->jobs <= JOBS_MAX ? 0 : -1;
}

/* One worker: every jobs-th line of a batch, each into its own buffer. */
struct worker {
	const struct screen_engine *engine;
	struct screen_scratch *scratch;
	struct screen_line_options line_options;
	struct arena arena;
	char **lines;
	size_t *lengths;
	struct buf *outputs;
	bool *bad;
	size_t count, first, step, number; /* number: of the batch's first line in the input, from 1 */
	bool conversation;
};

static void *work(void *argument)
{
	struct worker *worker = argument;
	for (size_t i = worker->first; i < worker->count; i += worker->step) {
		arena_reset(&worker->arena);
		buf_clear(&worker->outputs[i]);
		struct screen_line line = { .bytes = str_make(worker->lines[i], worker->lengths[i]), .number = worker->number + i };
		worker->bad[i] = (worker->conversation ? screen_talk_run : screen_line_run)(worker->engine, worker->scratch, &worker->arena,
					 &worker->line_options, &line, &worker->outputs[i]) < 0;
	}
	return NULL;
}

struct batch {
	char **lines;
	size_t *lengths, *capacities;
	struct buf *outputs;
	bool *bad;
	size_t size;
};

/* Reads up to batch->size lines; returns how many. Empty lines count as lines (and are bad). */
static size_t read_batch(struct batch *batch, FILE *in)
{
	size_t count = 0;
	while (count < batch->size) {
		ssize_t len = getline(&batch->lines[count], &batch->capacities[count], in);
		if (len < 0)
			break;
		while (len > 0 && (batch->lines[count][len - 1] == '\n' || batch->lines[count][len - 1] == '\r'))
			len--;
		batch->lengths[count++] = (size_t)len;
	}
	return count;
}

static void run_batch(struct worker *workers, size_t jobs, size_t count, size_t number)
{
	pthread_t threads[JOBS_MAX];
	bool started[JOBS_MAX] = { false };
	for (size_t i = 0; i < jobs; i++) {
		workers[i].count = count;
		workers[i].number = number;
		started[i] = i > 0 && pthread_create(&threads[i], NULL, work, &workers[i]) == 0;
	}
	for (size_t i = 0; i < jobs; i++)
		if (!started[i])
			work(&workers[i]);
	for (size_t i = 0; i < jobs; i++)
		if (started[i])
			pthread_join(threads[i], NULL);
}

static int filter(struct worker *workers, size_t jobs, struct batch *batch)
{
	int code = 0;
	size_t number = 1, count;
	while ((count = read_batch(batch, stdin)) > 0) {
		run_batch(workers, jobs, count, number);
		for (size_t i = 0; i < count; i++) {
			struct str out = buf_str(&batch->outputs[i]);
			if (out.len && fwrite(out.ptr, 1, out.len, stdout) != out.len)
				return 2;
			if (batch->bad[i])
				code = 1;
		}
		if (fflush(stdout) != 0)
			return 2;
		number += count;
	}
	return code;
}

static int open_workers(const struct screen_engine *engine, const struct options *options, struct batch *batch, struct worker *workers,
	const struct screen_line_options *line_options, struct err *err)
{
	for (long i = 0; i < options->jobs; i++) {
		workers[i] = (struct worker){ .engine = engine,
			.lines = batch->lines,
			.lengths = batch->lengths,
			.outputs = batch->outputs,
			.bad = batch->bad,
			.first = (size_t)i,
			.step = (size_t)options->jobs,
			.line_options = *line_options,
			.conversation = options->conversation };
		arena_init(&workers[i].arena, mem_system(), ARENA_BYTES);
		int rc = screen_scratch_open(engine, &workers[i].scratch, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int run(const struct options *options, struct arena *setup)
{
	struct screen_engine *engine = NULL;
	struct worker workers[JOBS_MAX] = { 0 };
	struct err err = { 0 };
	/* one line at a time unless asked for more: an answer must not wait for lines that may never come */
	struct batch batch = { .size = options->jobs == 1 ? 1 : (size_t)options->jobs * LINES_PER_JOB };
	batch.lines = ARENA_ARRAY(setup, char *, batch.size);
	batch.lengths = ARENA_ARRAY(setup, size_t, batch.size);
	batch.capacities = ARENA_ARRAY(setup, size_t, batch.size);
	batch.outputs = ARENA_ARRAY(setup, struct buf, batch.size);
	batch.bad = ARENA_ARRAY(setup, bool, batch.size);
	if (arena_failed(setup))
		return 2;
	for (size_t i = 0; i < batch.size; i++)
		buf_init(&batch.outputs[i], mem_system(), OUTPUT_BYTES_MAX);
	struct screen_line_options line_options = { .explain = options->explain, .redact = options->redact };
	int rc = screen_line_policy_open(options->policy, setup, packs_dir(setup, options->packs), &line_options, &err);
	if (rc == 0)
		rc = packs_open(setup, packs_dir(setup, options->packs), options->cache, &engine, NULL, &err);
	if (rc == 0)
		rc = open_workers(engine, options, &batch, workers, &line_options, &err);
	int code = rc < 0 ? 2 : filter(workers, (size_t)options->jobs, &batch);
	if (rc < 0)
		fprintf(stderr, "heedwell screen: %s\n", err.message);
	for (long i = 0; i < options->jobs; i++) {
		screen_scratch_free(&workers[i].scratch);
		if (workers[i].engine)
			arena_done(&workers[i].arena);
	}
	for (size_t i = 0; i < batch.size; i++) {
		buf_done(&batch.outputs[i]);
		free(batch.lines[i]); /* RULE: getline's own allocation */
	}
	screen_line_policy_done(&line_options);
	screen_engine_free(&engine);
	return code;
}

static int write_schema(void)
{
	struct buf out;
	buf_init(&out, mem_system(), 1u << 20);
	screen_schema(&out);
	bool written = !out.failed && fwrite(out.ptr, 1, out.len, stdout) == out.len;
	buf_done(&out);
	return written ? 0 : 2;
}

int cmd_screen(int argc, char **argv)
{
	struct options options = { .jobs = 1 };
	struct arena setup;
	if (argc == 2 && strcmp(argv[1], "--schema") == 0)
		return write_schema();
	if (read_options(argc, argv, &options) < 0)
		return usage(stderr, 2);
	arena_init(&setup, mem_system(), SETUP_ARENA_BYTES);
	int code = run(&options, &setup);
	arena_done(&setup);
	return code;
}
