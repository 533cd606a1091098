/* cmd_features.c: `heedwell features`: what the learned stage sees of each JSON line {"text", "role"?}, for tools/train.
 *
 * Out, for each window, as 32-bit integers of this machine: number of the line from 0, start and end in the text's bytes, count, and
 * as many hashes. Lines that are no such object end it with exit code 1: what is trained on must be whole. */
#include "cmd/cmd.h"
#include "cmd/packs.h"
#include "sys/mem.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES (64u * 1024u * 1024u)
#define SETUP_ARENA_BYTES (1024u * 1024u * 1024u)

static int write_window(void *ctx, size_t start, size_t end, const uint32_t *hashes, size_t count)
{
	const uint32_t head[] = { *(const uint32_t *)ctx, (uint32_t)start, (uint32_t)end, (uint32_t)count };
	bool written = fwrite(head, sizeof head, 1, stdout) == 1 && fwrite(hashes, sizeof *hashes, count, stdout) == count;
	return written ? 0 : E_IO;
}

static int read_lines(const struct screen_engine *engine, struct screen_scratch *scratch)
{
	struct arena arena;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t len;
	uint32_t number = 0;
	int rc = 0;
	arena_init(&arena, mem_system(), ARENA_BYTES);
	for (; rc == 0 && (len = getline(&line, &capacity, stdin)) > 0; number++) {
		json_t *object = json_loadb(line, (size_t)len, JSON_ALLOW_NUL, NULL);
		const json_t *text = json_object_get(object, "text"), *role = json_object_get(object, "role");
		bool reply = json_is_string(role) && strcmp(json_string_value(role), "assistant") == 0;
		arena_reset(&arena);
		if (json_is_string(text)) {
			struct screen_request request = { .role = reply ? ROLE_ASSISTANT : ROLE_CLIENT,
				.text = str_make(json_string_value(text), json_string_length(text)) };
			rc = screen_features(engine, scratch, &arena, &request, write_window, &number);
		} else {
			rc = E_INVALID;
		}
		json_decref(object);
	}
	if (rc < 0)
		fprintf(stderr, "heedwell features: line %u: %s\n", number, rc == E_INVALID ? "no object with a text" : "cannot be read");
	free(line); /* RULE: getline's own allocation */
	arena_done(&arena);
	return rc < 0 || fflush(stdout) != 0;
}

/* Without what was learned before, and without running examples: the features must not depend on the weights. */
static int open_engine(struct arena *arena, struct str dir, struct screen_engine **ret_engine, struct err *reterr)
{
	static const struct screen_build_options options = { .skip_examples = true };
	struct screen_source *sources;
	size_t count, kept = 0;
	struct str image;
	int rc = packs_read(arena, dir, &sources, &count, reterr);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (str_find(sources[i].name, STR("/classifier/"), 0) == SIZE_MAX)
			sources[kept++] = sources[i];
	if (rc == 0)
		rc = screen_engine_build_with(mem_system(), sources, kept, &options, &image, reterr);
	if (rc < 0)
		return rc;
	rc = screen_engine_open(mem_system(), image, ret_engine, reterr);
	mem_system()->release(mem_system()->ctx, (void *)image.ptr);
	return rc;
}

int cmd_features(int argc, char **argv)
{
	struct screen_engine *engine = NULL;
	struct screen_scratch *scratch = NULL;
	struct arena setup;
	struct err err = { 0 };
	if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
		fputs("usage: heedwell features [PACKS] < ROWS.jsonl > FEATURES\n", stderr);
		return 2;
	}
	arena_init(&setup, mem_system(), SETUP_ARENA_BYTES);
	int rc = open_engine(&setup, packs_dir(&setup, argc == 2 ? argv[1] : NULL), &engine, &err);
	if (rc == 0)
		rc = screen_scratch_open(engine, &scratch, &err);
	if (rc < 0)
		fprintf(stderr, "heedwell features: %s\n", err.message);
	int code = rc < 0 ? 2 : read_lines(engine, scratch);
	screen_scratch_free(&scratch);
	screen_engine_free(&engine);
	arena_done(&setup);
	return code;
}
