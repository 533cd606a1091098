/* cmd_compare.c: `heedwell compare`: whether a translated or drafted text kept medicine, dose, unit, frequency and negation of its source;
 * two files, or a filter of JSON lines. docs/reference/compare.md says what it writes. */
#include "base/buf.h"
#include "cmd/cmd.h"
#include "cmd/compare_line.h"
#include "cmd/packs.h"
#include "sys/files.h"
#include "sys/mem.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES_MAX (4u * 1024u * 1024u)
#define ARENA_BYTES (256u * 1024u * 1024u)
#define OUTPUT_BYTES_MAX (64u * 1024u * 1024u)
#define SETUP_ARENA_BYTES (1024u * 1024u * 1024u)

struct options {
	const char *source, *target, *source_lang, *target_lang, *packs, *cache;
	bool json;
};

static int usage(FILE *out, int code)
{
	fputs("usage: heedwell compare --source FILE --target FILE [--source-lang CODE] [--target-lang CODE] [--json] [--packs DIR] "
	      "[--cache DIR]\n"
	      "       heedwell compare [--packs DIR] [--cache DIR] < LINES\n"
	      "  in:  {\"id\",\"source\",\"target\",\"source_lang\",\"target_lang\"}, one a line\n"
	      "  exit code: 0 nothing was lost or changed, 1 something was (or a line was bad), 2 it could not start\n",
		out);
	return code;
}

static int read_options(int argc, char **argv, struct options *options)
{
	struct {
		const char *name;
		const char **value;
	} known[] = { { "--source", &options->source }, { "--target", &options->target }, { "--source-lang", &options->source_lang },
		{ "--target-lang", &options->target_lang }, { "--packs", &options->packs }, { "--cache", &options->cache } };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			options->json = true;
			continue;
		}
		size_t k = 0;
		while (k < COUNT_OF(known) && strcmp(argv[i], known[k].name) != 0)
			k++;
		if (k == COUNT_OF(known) || i + 1 == argc)
			return -1;
		*known[k].value = argv[++i];
	}
	bool files = options->source && options->target;
	bool filter = !options->source && !options->target && !options->source_lang && !options->target_lang && !options->json;
	return files || filter ? 0 : -1;
}

static int compare_files(const struct screen_engine *engine, struct arena *arena, const struct options *options)
{
	struct medication_comparison comparison;
	struct str source, target;
	struct err err = { 0 };
	struct buf out;
	int rc = files_read(arena, options->source, MEDICATION_TEXT_MAX, &source, &err);
	if (rc == 0)
		rc = files_read(arena, options->target, MEDICATION_TEXT_MAX, &target, &err);
	if (rc == 0)
		rc = medication_compare(
			engine, arena, source, str_c(options->source_lang), target, str_c(options->target_lang), &comparison, &err);
	if (rc < 0) {
		fprintf(stderr, "heedwell compare: %s\n", err.message);
		return 2;
	}
	buf_init(&out, mem_system(), OUTPUT_BYTES_MAX);
	if (options->json) {
		compare_json(engine, STR("null"), &comparison, &out);
		buf_add_byte(&out, '\n');
	} else {
		compare_text(source, target, &comparison, &out);
	}
	bool written = !out.failed && fwrite(out.ptr, 1, out.len, stdout) == out.len && fflush(stdout) == 0;
	buf_done(&out);
	return !written ? 2 : comparison.severity >= MEDICATION_HOLD;
}

/* ---- lines ---- */

static int bad_line(struct buf *out, size_t number, const char *code, const char *message)
{
	buf_clear(out);
	buf_printf(out, "{\"id\":null,\"error\":{\"code\":\"%s\",\"message\":", code);
	buf_add_json(out, str_c(message));
	buf_printf(out, ",\"line\":%zu}}\n", number);
	return 1;
}

static bool get_text(const json_t *object, const char *key, bool needed, struct str *ret_text)
{
	const json_t *value = json_object_get(object, key);
	*ret_text = str_make("", 0);
	if (!value || json_is_null(value))
		return !needed;
	if (!json_is_string(value))
		return false;
	*ret_text = str_make(json_string_value(value), json_string_length(value));
	return true;
}

static int compare_object(const struct screen_engine *engine, struct arena *arena, const json_t *object, size_t number, struct buf *out)
{
	struct medication_comparison comparison;
	struct str source, target, source_lang, target_lang;
	struct err err = { 0 };
	const json_t *id = json_object_get(object, "id");
	if (!json_is_object(object))
		return bad_line(out, number, "invalid", "a line must be a JSON object");
	if (!get_text(object, "source", true, &source) || !get_text(object, "target", true, &target))
		return bad_line(out, number, "invalid", "source and target must be strings");
	if (!get_text(object, "source_lang", false, &source_lang) || !get_text(object, "target_lang", false, &target_lang))
		return bad_line(out, number, "invalid", "source_lang and target_lang must be strings");
	int rc = medication_compare(engine, arena, source, source_lang, target, target_lang, &comparison, &err);
	if (rc < 0)
		return bad_line(out, number, err_name(rc), err.message);
	char *text = id && !json_is_object(id) && !json_is_array(id) ? json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	compare_json(engine, text ? str_c(text) : STR("null"), &comparison, out);
	free(text); /* RULE: jansson's own allocation */
	buf_add_byte(out, '\n');
	if (out->failed)
		return bad_line(out, number, "limit", "the comparison is too long");
	return comparison.severity >= MEDICATION_HOLD;
}

static int compare_line(const struct screen_engine *engine, struct arena *arena, struct str line, size_t number, struct buf *out)
{
	json_error_t error;
	if (line.len > LINE_BYTES_MAX)
		return bad_line(out, number, "limit", "the line is too long");
	json_t *object = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (!object)
		return bad_line(out, number, "json", error.text);
	int code = compare_object(engine, arena, object, number, out);
	json_decref(object);
	return code;
}

static int filter(const struct screen_engine *engine, FILE *in)
{
	struct arena arena;
	struct buf out;
	char *line = NULL;
	size_t capacity = 0;
	int code = 0;
	arena_init(&arena, mem_system(), ARENA_BYTES);
	buf_init(&out, mem_system(), OUTPUT_BYTES_MAX);
	ssize_t len;
	for (size_t number = 1; code < 2 && (len = getline(&line, &capacity, in)) >= 0; number++) {
		while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			len--;
		arena_reset(&arena);
		buf_clear(&out);
		int one = compare_line(engine, &arena, str_make(line, (size_t)len), number, &out);
		code = one > code ? one : code;
		if (fwrite(out.ptr, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
			code = 2;
	}
	free(line); /* RULE: getline's own allocation */
	buf_done(&out);
	arena_done(&arena);
	return code;
}

int cmd_compare(int argc, char **argv)
{
	struct options options = { .json = false };
	struct screen_engine *engine = NULL;
	struct arena arena;
	struct err err = { 0 };
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0))
		return usage(stdout, 0);
	if (read_options(argc, argv, &options) < 0)
		return usage(stderr, 2);
	arena_init(&arena, mem_system(), SETUP_ARENA_BYTES);
	int code = 2;
	if (packs_open(&arena, packs_dir(&arena, options.packs), options.cache, &engine, NULL, &err) < 0)
		fprintf(stderr, "heedwell compare: %s\n", err.message);
	else
		code = options.source ? compare_files(engine, &arena, &options) : filter(engine, stdin);
	screen_engine_free(&engine);
	arena_done(&arena);
	return code;
}
