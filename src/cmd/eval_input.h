/* eval_input.h: reading what `heedwell eval` measures: files of labelled rows, on several threads, and other engines' levels. */
#ifndef HEED_CMD_EVAL_INPUT_H
#define HEED_CMD_EVAL_INPUT_H

#include "assure/eval.h"

#include <stdio.h>

#define EVAL_JOBS_MAX 64
#define EVAL_FILES_MAX 16u

struct eval_input; /* workers and the lines that they share */

struct eval_input_options {
	const struct screen_engine *engine;
	const struct policy *policy;
	const char *source; /* only rows whose source holds this; NULL: all */
	FILE *verdicts;     /* our own levels, one row a line in the order of the input; NULL: not written */
	long jobs;          /* 1..EVAL_JOBS_MAX */
};

int eval_input_open(const struct eval_input_options *options, struct eval_input **ret_input, struct err *reterr) MUST_CHECK;
void eval_input_close(struct eval_input **input);

/* eval_input_file: screens all rows of a file ("-": standard input). Bad lines are said on the error stream, the first few with
 * what is wrong, and counted in ret_file. */
int eval_input_file(struct eval_input *input, const char *path, struct eval_file *ret_file, struct err *reterr) MUST_CHECK;

/* eval_input_finish: all rows as one eval, conversations run. The caller frees it. */
int eval_input_finish(struct eval_input *input, struct eval **ret_eval, struct err *reterr) MUST_CHECK;

/* eval_input_other: "NAME=FILE" or "FILE" (named after the file). Any bad line is an error: half a comparison is none. */
int eval_input_other(const char *given, struct eval_other **ret_other, struct err *reterr) MUST_CHECK;

#endif
