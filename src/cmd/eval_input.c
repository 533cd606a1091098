/* eval_input.c: see eval_input.h. Lines are read in batches; every worker takes each jobs-th line of a batch. */
#include "cmd/eval_input.h"

#include "sys/mem.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define BATCH_LINES 2048u
#define LINE_BYTES_MAX (16u * 1024u * 1024u)
#define VERDICT_BYTES_MAX 65536u
#define ROW_ARENA_BYTES (64u * 1024u * 1024u)
#define BAD_SHOWN 10u

struct line {
	char *bytes; /* getline's */
	size_t len, capacity;
	bool counted;   /* a row of the eval */
	struct err err; /* code 0: good */
	struct buf verdict;
};

struct worker {
	struct eval_input *input;
	struct screen_scratch *scratch;
	struct arena arena;
	struct eval *eval;
	size_t first;
};

struct eval_input {
	struct eval_input_options options;
	struct worker workers[EVAL_JOBS_MAX];
	struct line lines[BATCH_LINES];
	size_t count;    /* of this batch */
	uint64_t number; /* of its first line in all inputs, from 0 */
};

int eval_input_open(const struct eval_input_options *options, struct eval_input **ret_input, struct err *reterr)
{
	struct eval_input *input = mem_new(sizeof *input);
	if (!input)
		return err_set(reterr, E_MEMORY, "eval", "out of memory");
	input->options = *options;
	json_object_seed(0); /* before threads make objects */
	for (size_t i = 0; i < BATCH_LINES; i++)
		buf_init(&input->lines[i].verdict, mem_system(), VERDICT_BYTES_MAX);
	int rc = 0;
	for (long i = 0; i < options->jobs && rc == 0; i++) {
		struct worker *worker = &input->workers[i];
		worker->input = input;
		worker->first = (size_t)i;
		arena_init(&worker->arena, mem_system(), ROW_ARENA_BYTES);
		worker->eval = eval_new(mem_system());
		rc = worker->eval ? screen_scratch_open(options->engine, &worker->scratch, reterr)
				  : err_set(reterr, E_MEMORY, "eval", "out of memory");
	}
	*ret_input = input;
	if (rc < 0)
		eval_input_close(ret_input);
	return rc;
}

void eval_input_close(struct eval_input **input)
{
	if (!*input)
		return;
	for (long i = 0; i < (*input)->options.jobs; i++) {
		screen_scratch_free(&(*input)->workers[i].scratch);
		eval_free((*input)->workers[i].eval);
		arena_done(&(*input)->workers[i].arena);
	}
	for (size_t i = 0; i < BATCH_LINES; i++) {
		buf_done(&(*input)->lines[i].verdict);
		free((*input)->lines[i].bytes); /* RULE: getline's own allocation */
	}
	mem_delete(*input);
	*input = NULL;
}

static bool wanted(const struct eval_input *input, const json_t *object)
{
	const char *source = json_string_value(json_object_get(object, "source"));
	return !input->options.source || (source && str_find(str_c(source), str_c(input->options.source), 0) != SIZE_MAX);
}

static void judge_line(struct worker *worker, struct line *line, uint64_t order)
{
	struct eval_input *input = worker->input;
	const struct eval_parts parts = {
		.engine = input->options.engine, .policy = input->options.policy, .scratch = worker->scratch, .arena = &worker->arena
	};
	line->counted = false;
	line->err = (struct err){ 0 };
	buf_clear(&line->verdict);
	if (line->len > LINE_BYTES_MAX) {
		err_set(&line->err, E_LIMIT, "eval", "longer than %u MiB", LINE_BYTES_MAX >> 20);
		return;
	}
	json_error_t error;
	json_t *object = json_loadb(line->bytes, line->len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (!object)
		err_set(&line->err, E_INVALID, "eval", "not JSON, at column %d", error.column);
	else if (!json_is_object(object) || wanted(input, object))
		line->counted = eval_line(worker->eval, &parts, object, order, input->options.verdicts ? &line->verdict : NULL,
					&line->err) == 0;
	if (line->verdict.failed)
		err_set(&line->err, E_LIMIT, "eval", "\"id\" is too long to be written");
	json_decref(object);
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct eval_input *input = worker->input;
	for (size_t i = worker->first; i < input->count; i += (size_t)input->options.jobs)
		judge_line(worker, &input->lines[i], input->number + i);
	return NULL;
}

static void run_batch(struct eval_input *input)
{
	pthread_t threads[EVAL_JOBS_MAX];
	bool started[EVAL_JOBS_MAX] = { false };
	long jobs = input->options.jobs;
	for (long i = 1; i < jobs; i++)
		started[i] = pthread_create(&threads[i], NULL, work, &input->workers[i]) == 0;
	for (long i = 0; i < jobs; i++)
		if (!started[i])
			work(&input->workers[i]);
	for (long i = 0; i < jobs; i++)
		if (started[i])
			pthread_join(threads[i], NULL);
}

static size_t read_batch(struct eval_input *input, FILE *in, crypto_hash_sha256_state *hash)
{
	size_t count = 0;
	for (; count < BATCH_LINES; count++) {
		struct line *line = &input->lines[count];
		ssize_t len = getline(&line->bytes, &line->capacity, in);
		if (len < 0)
			break;
		crypto_hash_sha256_update(hash, (const unsigned char *)line->bytes, (unsigned long long)len);
		line->len = (size_t)len;
	}
	return count;
}

/* What became of the batch's lines, in their order. */
static int settle(struct eval_input *input, const char *path, uint64_t first, struct eval_file *file, struct err *reterr)
{
	for (size_t i = 0; i < input->count; i++) {
		const struct line *line = &input->lines[i];
		file->rows += line->counted;
		unsigned long long number = first + i;
		if (line->err.code && file->bad++ < BAD_SHOWN)
			fprintf(stderr, "heedwell eval: %s, line %llu: %s\n", path, number, line->err.message);
		struct str verdict = buf_str(&line->verdict);
		if (verdict.len && fwrite(verdict.ptr, 1, verdict.len, input->options.verdicts) != verdict.len)
			return err_set(reterr, E_IO, "eval", "cannot write the verdicts: %s", strerror(errno));
	}
	return 0;
}

int eval_input_file(struct eval_input *input, const char *path, struct eval_file *ret_file, struct err *reterr)
{
	struct eval_file file = { .name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path };
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state hash;
	uint64_t first = 1;
	int rc = 0;
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	if (!in)
		return err_set(reterr, E_IO, "eval", "%s: %s", path, strerror(errno));
	crypto_hash_sha256_init(&hash);
	while (rc == 0 && (input->count = read_batch(input, in, &hash)) > 0) {
		run_batch(input);
		rc = settle(input, path, first, &file, reterr);
		first += input->count;
		input->number += input->count;
	}
	if (rc == 0 && ferror(in))
		rc = err_set(reterr, E_IO, "eval", "%s: cannot be read", path);
	if (in != stdin)
		fclose(in);
	crypto_hash_sha256_final(&hash, digest);
	sodium_bin2hex(file.sha256, sizeof file.sha256, digest, sizeof digest);
	if (file.bad > BAD_SHOWN)
		fprintf(stderr, "heedwell eval: %s: %llu bad lines in all\n", path, (unsigned long long)file.bad);
	*ret_file = file;
	return rc;
}

int eval_input_finish(struct eval_input *input, struct eval **ret_eval, struct err *reterr)
{
	struct eval *eval = eval_new(mem_system());
	if (!eval)
		return err_set(reterr, E_MEMORY, "eval", "out of memory");
	for (long i = 0; i < input->options.jobs; i++)
		eval_merge(eval, input->workers[i].eval);
	const struct eval_parts parts = { .engine = input->options.engine,
		.policy = input->options.policy,
		.scratch = input->workers[0].scratch,
		.arena = &input->workers[0].arena };
	eval_talks_run(eval, &parts);
	*ret_eval = eval;
	return 0;
}

static int read_other(struct eval_other *other, FILE *in, const char *path, struct err *reterr)
{
	char *bytes = NULL;
	size_t capacity = 0, number = 0;
	ssize_t len;
	int rc = 0;
	while (rc == 0 && (len = getline(&bytes, &capacity, in)) >= 0) {
		json_t *object = (size_t)len > LINE_BYTES_MAX
					 ? NULL
					 : json_loadb(bytes, (size_t)len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
		number++;
		rc = object ? eval_other_line(other, object, reterr) : err_set(reterr, E_INVALID, "eval", "not JSON");
		if (rc < 0)
			err_context(reterr, "%s, line %zu", path, number);
		json_decref(object);
	}
	free(bytes); /* RULE: getline's own allocation */
	if (rc == 0 && ferror(in))
		rc = err_set(reterr, E_IO, "eval", "%s: cannot be read", path);
	return rc;
}

int eval_input_other(const char *given, struct eval_other **ret_other, struct err *reterr)
{
	const char *equals = strchr(given, '='), *path = equals ? equals + 1 : given;
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	char name[64];
	struct str text = equals ? str_make(given, (size_t)(equals - given)) : str_c(base);
	if (!equals && str_ends(text, STR(".jsonl")))
		text.len -= strlen(".jsonl");
	snprintf(name, sizeof name, STR_FMT, STR_ARG(text));
	FILE *in = fopen(path, "re");
	if (!in)
		return err_set(reterr, E_IO, "eval", "%s: %s", path, strerror(errno));
	struct eval_other *other = eval_other_new(mem_system(), name);
	int rc = other ? read_other(other, in, path, reterr) : err_set(reterr, E_MEMORY, "eval", "out of memory");
	fclose(in);
	if (rc < 0)
		eval_other_free(other);
	else
		*ret_other = other;
	return rc;
}
