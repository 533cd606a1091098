/* cmd_eval.c: `heedwell eval`: screens labelled rows (JSON lines) and says how good screening is on them. docs/reference/eval.md.
 * Nothing of a row's text is printed. */
#include "cmd/cmd.h"
#include "cmd/eval_input.h"
#include "cmd/packs.h"
#include "sys/clock.h"
#include "sys/mem.h"

#include <errno.h>
#include <stdlib.h>

#define SETUP_ARENA_BYTES (1024u * 1024u * 1024u)
#define REPORT_ARENA_BYTES (256u * 1024u * 1024u)
#define REPORT_BYTES_MAX (64u * 1024u * 1024u)

struct options {
	const char *packs, *cache, *source, *html, *markdown, *verdicts, *date;
	const char *files[EVAL_FILES_MAX], *others[EVAL_OTHERS_MAX];
	size_t file_count, other_count;
	long jobs;
	bool json;
};

static int usage(FILE *out, int code)
{
	fputs("usage: heedwell eval [--json] [--html FILE] [--markdown FILE] [--against [NAME=]OTHER.jsonl]... [--verdicts FILE] [--source "
	      "TEXT]\n"
	      "                     [--jobs N] [--date DAY] [--packs DIR] [--cache DIR] FILE|- ...\n"
	      "  FILE holds one labelled row a line; a packed one comes by a pipe: xz -dc rows.jsonl.xz | heedwell eval -\n"
	      "  --against compares with levels that another engine gave to the same rows: {\"id\",\"level\"[,\"levels\":{FAMILY:LEVEL}]}\n"
	      "  --verdicts writes our own levels in that form\n"
	      "  exit code: 0, 1 when a line was bad, 2 when it could not start\n",
		out);
	return code;
}

/* An option's value; false for an unknown option or too many of one. */
static bool set_option(struct options *options, const char *name, const char *value)
{
	const struct {
		const char *name;
		const char **value;
	} texts[] = { { "--packs", &options->packs }, { "--cache", &options->cache }, { "--source", &options->source },
		{ "--html", &options->html }, { "--markdown", &options->markdown }, { "--verdicts", &options->verdicts },
		{ "--date", &options->date } };
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (strcmp(name, texts[i].name) == 0) {
			*texts[i].value = value;
			return true;
		}
	if (strcmp(name, "--jobs") == 0) {
		char *end;
		options->jobs = strtol(value, &end, 10);
		return *end == 0;
	}
	if (strcmp(name, "--against") != 0 || options->other_count == EVAL_OTHERS_MAX)
		return false;
	options->others[options->other_count++] = value;
	return true;
}

static int read_options(int argc, char **argv, struct options *options)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			options->json = true;
		} else if (argv[i][0] != '-' || argv[i][1] == 0) {
			if (options->file_count == EVAL_FILES_MAX)
				return -1;
			options->files[options->file_count++] = argv[i];
		} else {
			if (i + 1 == argc || !set_option(options, argv[i], argv[i + 1]))
				return -1;
			i++;
		}
	}
	return options->file_count && options->jobs >= 1 && options->jobs <= EVAL_JOBS_MAX ? 0 : -1;
}

static int write_file(const char *path, const struct report *report, void (*write)(const struct report *, struct buf *), struct err *reterr)
{
	struct buf out;
	buf_init(&out, mem_system(), REPORT_BYTES_MAX);
	write(report, &out);
	int rc = out.failed || arena_failed(report->arena) ? err_set(reterr, E_LIMIT, "eval", "the report is too long") : 0;
	FILE *file = rc < 0 ? NULL : path ? fopen(path, "we") : stdout;
	if (rc == 0 && (!file || fwrite(out.ptr, 1, out.len, file) != out.len || fflush(file) != 0))
		rc = err_set(reterr, E_IO, "eval", "cannot write %s: %s", path ? path : "the report", strerror(errno));
	if (file && path)
		fclose(file);
	buf_done(&out);
	return rc;
}

static int write_reports(const struct options *options, const struct eval *eval, const struct screen_engine *engine,
	const struct eval_about *about, struct err *reterr)
{
	struct arena arena;
	struct report report;
	arena_init(&arena, mem_system(), REPORT_ARENA_BYTES);
	report_init(&report, &arena, STR("What screening finds, and what it misses"));
	eval_report(eval, engine, about, &report);
	int rc = write_file(NULL, &report, options->json ? report_write_json : report_write_text, reterr);
	if (rc == 0 && options->html)
		rc = write_file(options->html, &report, report_write_html, reterr);
	if (rc == 0 && options->markdown)
		rc = write_file(options->markdown, &report, report_write_markdown, reterr);
	arena_done(&arena);
	return rc;
}

struct opened {
	struct screen_engine *engine;
	struct policy *policy;
	struct eval_other *others[EVAL_OTHERS_MAX];
	struct eval_input *input;
	struct eval *eval;
	FILE *verdicts;
};

static int open_all(const struct options *options, struct arena *setup, struct opened *opened, struct err *reterr)
{
	struct screen_source *sources;
	size_t count;
	struct str dir = packs_dir(setup, options->packs);
	int rc = 0;
	for (size_t i = 0; i < options->other_count && rc == 0; i++)
		rc = eval_input_other(options->others[i], &opened->others[i], reterr);
	if (rc == 0 && options->verdicts && !(opened->verdicts = fopen(options->verdicts, "we")))
		rc = err_set(reterr, E_IO, "eval", "%s: %s", options->verdicts, strerror(errno));
	if (rc == 0)
		rc = packs_open(setup, dir, options->cache, &opened->engine, NULL, reterr);
	if (rc == 0)
		rc = packs_read(setup, dir, &sources, &count, reterr);
	if (rc == 0)
		rc = packs_policy(setup, sources, count, &opened->policy, reterr);
	const struct eval_input_options input = { .engine = opened->engine,
		.policy = opened->policy,
		.source = options->source,
		.verdicts = opened->verdicts,
		.jobs = options->jobs };
	return rc < 0 ? rc : eval_input_open(&input, &opened->input, reterr);
}

static int close_verdicts(const struct options *options, struct opened *opened, struct err *reterr)
{
	FILE *file = opened->verdicts;
	opened->verdicts = NULL;
	if (file && fclose(file) != 0)
		return err_set(reterr, E_IO, "eval", "%s: %s", options->verdicts, strerror(errno));
	return 0;
}

/* Returns 0, 1 when a line was bad, or an error. */
static int measure(const struct options *options, struct opened *opened, struct err *reterr)
{
	struct eval_file files[EVAL_FILES_MAX];
	char today[CLOCK_TEXT_SIZE];
	uint64_t bad = 0;
	int rc = 0;
	clock_format(clock_wall(clock_system()), today);
	for (size_t i = 0; i < options->file_count && rc == 0; i++) {
		rc = eval_input_file(opened->input, options->files[i], &files[i], reterr);
		bad += rc == 0 ? files[i].bad : 0;
	}
	if (rc == 0)
		rc = close_verdicts(options, opened, reterr);
	if (rc == 0)
		rc = eval_input_finish(opened->input, &opened->eval, reterr);
	const struct eval_about about = { .date = options->date ? str_c(options->date) : str_make(today, 10),
		.files = files,
		.file_count = options->file_count,
		.others = opened->others,
		.other_count = options->other_count,
		.only_source = options->source };
	if (rc == 0)
		rc = write_reports(options, opened->eval, opened->engine, &about, reterr);
	return rc < 0 ? rc : bad > 0;
}

int cmd_eval(int argc, char **argv)
{
	struct options options = { .jobs = 1 };
	struct opened opened = { 0 };
	struct arena setup;
	struct err err = { 0 };
	if (read_options(argc, argv, &options) < 0)
		return usage(stderr, 2);
	arena_init(&setup, mem_system(), SETUP_ARENA_BYTES);
	int rc = open_all(&options, &setup, &opened, &err);
	if (rc == 0)
		rc = measure(&options, &opened, &err);
	if (rc < 0)
		fprintf(stderr, "heedwell eval: %s\n", err.message);
	if (opened.verdicts)
		fclose(opened.verdicts);
	eval_free(opened.eval);
	eval_input_close(&opened.input);
	for (size_t i = 0; i < EVAL_OTHERS_MAX; i++)
		eval_other_free(opened.others[i]);
	policy_free(&opened.policy);
	screen_engine_free(&opened.engine);
	arena_done(&setup);
	return rc < 0 ? 2 : rc;
}
