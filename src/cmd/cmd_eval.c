/* cmd_eval.c: `heedwell eval`: screens labelled rows (JSON lines) and prints how good screening is on them, per set.
 *
 * A row: {"id","text","role":"client|assistant","labels":[...],"severity":0-4|null,"lang","source","context"?}. `context` is the
 * turn before (text), or a list of {"role","text"}. Nothing of a row's text is printed. */
#include "assure/eval.h"
#include "cmd/cmd.h"
#include "cmd/packs.h"
#include "sys/mem.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define JOBS_MAX 64
#define BATCH_LINES 2048
#define ROW_LABELS_MAX 64
#define ROW_ARENA_BYTES (64u * 1024u * 1024u)
#define SETUP_ARENA_BYTES (1024u * 1024u * 1024u)
#define REPORT_BYTES_MAX (16u * 1024u * 1024u)

struct options {
	const char *packs, *cache, *source, *file;
	long jobs;
	bool json;
};

struct worker {
	const struct screen_engine *engine;
	const char *source; /* only rows whose source holds this; NULL: all */
	struct screen_scratch *scratch;
	struct arena arena;
	struct eval *eval;
	char *const *lines;
	const size_t *lengths;
	size_t count, first, step, number;
	size_t bad, first_bad;
};

static int usage(FILE *out, int code)
{
	fputs("usage: heedwell eval [--json] [--jobs N] [--source TEXT] [--packs DIR] [--cache DIR] FILE|-\n"
	      "  FILE holds one labelled row a line; a packed one comes by a pipe: xz -dc rows.jsonl.xz | heedwell eval -\n"
	      "  exit code: 0, 1 when a line was bad, 2 when it could not start\n",
		out);
	return code;
}

static int read_options(int argc, char **argv, struct options *options)
{
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;
		if (strcmp(argv[i], "--json") == 0) {
			options->json = true;
			continue;
		}
		if (argv[i][0] != '-' || argv[i][1] == 0) {
			if (options->file)
				return -1;
			options->file = argv[i];
			continue;
		}
		if (!value)
			return -1;
		if (strcmp(argv[i], "--packs") == 0)
			options->packs = value;
		else if (strcmp(argv[i], "--cache") == 0)
			options->cache = value;
		else if (strcmp(argv[i], "--source") == 0)
			options->source = value;
		else if (strcmp(argv[i], "--jobs") == 0)
			options->jobs = strtol(value, NULL, 10);
		else
			return -1;
		i++;
	}
	return options->file && options->jobs >= 1 && options->jobs <= JOBS_MAX ? 0 : -1;
}

static struct str text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_string(value) ? str_make(json_string_value(value), json_string_length(value)) : (struct str){ NULL, 0 };
}

static enum message_role other_role(enum message_role role)
{
	return role == ROLE_CLIENT ? ROLE_ASSISTANT : ROLE_CLIENT;
}

/* The turns before the row, oldest first; at most the last SCREEN_TURNS_MAX of a list. */
static void read_context(const json_t *context, struct screen_request *request, struct screen_turn *turns)
{
	if (json_is_string(context)) {
		turns[0] = (struct screen_turn){ .role = other_role(request->role),
			.text = str_make(json_string_value(context), json_string_length(context)),
			.released = true };
		request->turn_count = 1;
	}
	size_t size = json_array_size(context), from = size > SCREEN_TURNS_MAX ? size - SCREEN_TURNS_MAX : 0;
	for (size_t i = from; i < size; i++) {
		const json_t *turn = json_array_get(context, i);
		turns[request->turn_count++] = (struct screen_turn){ .role = str_eqc(text_of(turn, "role"), "assistant") ? ROLE_ASSISTANT
															 : ROLE_CLIENT,
			.text = text_of(turn, "text"),
			.released = true };
	}
	request->turns = turns;
}

static void screen_row(struct worker *worker, const json_t *object)
{
	struct screen_turn turns[SCREEN_TURNS_MAX];
	struct str labels[ROW_LABELS_MAX];
	struct screen_request request = { .role = str_eqc(text_of(object, "role"), "assistant") ? ROLE_ASSISTANT : ROLE_CLIENT,
		.text = text_of(object, "text") };
	read_context(json_object_get(object, "context"), &request, turns);
	struct verdict verdict = { 0 };
	(void)!screen_run(worker->engine, worker->scratch, &worker->arena, &request, &verdict); /* the verdict says when it failed */
	const json_t *list = json_object_get(object, "labels"), *severity = json_object_get(object, "severity");
	struct eval_row row = { .source = text_of(object, "source"),
		.lang = text_of(object, "lang"),
		.role = request.role,
		.labels = labels,
		.severity = json_is_integer(severity) ? (int)json_integer_value(severity) : -1,
		.verdict = &verdict };
	for (size_t i = 0; i < json_array_size(list) && row.label_count < ROW_LABELS_MAX; i++) {
		const json_t *label = json_array_get(list, i);
		if (json_is_string(label))
			labels[row.label_count++] = str_make(json_string_value(label), json_string_length(label));
	}
	eval_add(worker->eval, &row);
}

static bool wanted(const struct worker *worker, const json_t *object)
{
	return !worker->source || str_find(text_of(object, "source"), str_c(worker->source), 0) != SIZE_MAX;
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	for (size_t i = worker->first; i < worker->count; i += worker->step) {
		arena_reset(&worker->arena);
		json_t *object = json_loadb(worker->lines[i], worker->lengths[i], JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
		if (!json_is_object(object) || !json_is_string(json_object_get(object, "text"))) {
			if (worker->bad++ == 0)
				worker->first_bad = worker->number + i;
		} else if (wanted(worker, object)) {
			screen_row(worker, object);
		}
		json_decref(object);
	}
	return NULL;
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

static int run_all(struct worker *workers, size_t jobs, FILE *in, struct err *err)
{
	static char *lines[BATCH_LINES];
	static size_t lengths[BATCH_LINES], capacities[BATCH_LINES];
	size_t number = 1, count = BATCH_LINES;
	for (size_t i = 0; i < jobs; i++) {
		workers[i].lines = lines;
		workers[i].lengths = lengths;
	}
	while (count == BATCH_LINES) {
		for (count = 0; count < BATCH_LINES; count++) {
			ssize_t len = getline(&lines[count], &capacities[count], in);
			if (len < 0)
				break;
			lengths[count] = (size_t)len;
		}
		run_batch(workers, jobs, count, number);
		number += count;
	}
	for (size_t i = 0; i < BATCH_LINES; i++)
		free(lines[i]); /* RULE: getline's own allocation */
	return ferror(in) ? err_set(err, E_IO, "eval", "cannot read the rows") : 0;
}

static int report(const struct options *options, struct worker *workers, struct err *err)
{
	struct eval *eval = eval_new(mem_system());
	struct buf out;
	size_t bad = 0;
	if (!eval)
		return err_set(err, E_MEMORY, "eval", "out of memory");
	buf_init(&out, mem_system(), REPORT_BYTES_MAX);
	for (long i = 0; i < options->jobs; i++) {
		eval_merge(eval, workers[i].eval);
		bad += workers[i].bad;
		if (workers[i].bad > 0)
			fprintf(stderr, "heedwell eval: %zu bad lines, the first is line %zu\n", workers[i].bad, workers[i].first_bad);
	}
	if (options->json)
		eval_report_json(eval, &out);
	else
		eval_report_text(eval, &out);
	int rc = out.failed ? err_set(err, E_LIMIT, "eval", "the report is too long") : 0;
	if (rc == 0 && fwrite(out.ptr, 1, out.len, stdout) != out.len)
		rc = err_set(err, E_IO, "eval", "cannot write the report");
	buf_done(&out);
	eval_free(eval);
	return rc < 0 ? rc : bad > 0;
}

static int open_workers(const struct screen_engine *engine, const struct options *options, struct worker *workers, struct err *err)
{
	for (long i = 0; i < options->jobs; i++) {
		workers[i] =
			(struct worker){ .engine = engine, .source = options->source, .first = (size_t)i, .step = (size_t)options->jobs };
		arena_init(&workers[i].arena, mem_system(), ROW_ARENA_BYTES);
		workers[i].eval = eval_new(mem_system());
		if (!workers[i].eval)
			return err_set(err, E_MEMORY, "eval", "out of memory");
		int rc = screen_scratch_open(engine, &workers[i].scratch, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Returns 0, 1 when a line was bad, or an error. */
static int run(const struct options *options, struct arena *setup, struct err *err)
{
	struct screen_engine *engine = NULL;
	struct worker workers[JOBS_MAX] = { 0 };
	FILE *in = strcmp(options->file, "-") == 0 ? stdin : fopen(options->file, "re");
	if (!in)
		return err_set(err, E_IO, "eval", "%s: %s", options->file, strerror(errno));
	json_object_seed(0); /* before threads make objects */
	int rc = packs_open(setup, packs_dir(setup, options->packs), options->cache, &engine, NULL, err);
	if (rc == 0)
		rc = open_workers(engine, options, workers, err);
	if (rc == 0)
		rc = run_all(workers, (size_t)options->jobs, in, err);
	if (rc == 0)
		rc = report(options, workers, err);
	for (long i = 0; i < options->jobs; i++) {
		screen_scratch_free(&workers[i].scratch);
		eval_free(workers[i].eval);
		arena_done(&workers[i].arena);
	}
	screen_engine_free(&engine);
	if (in != stdin)
		fclose(in);
	return rc;
}

int cmd_eval(int argc, char **argv)
{
	struct options options = { .jobs = 1 };
	struct arena setup;
	struct err err = { 0 };
	if (read_options(argc, argv, &options) < 0)
		return usage(stderr, 2);
	arena_init(&setup, mem_system(), SETUP_ARENA_BYTES);
	int rc = run(&options, &setup, &err);
	if (rc < 0)
		fprintf(stderr, "heedwell eval: %s\n", err.message);
	arena_done(&setup);
	return rc < 0 ? 2 : rc;
}
