/* cmd_pack.c: `heedwell pack test|build|explain`: for people who write packs. */
#include "cmd/cmd.h"
#include "cmd/explain.h"
#include "cmd/packs.h"
#include "sys/mem.h"

#include <stdio.h>
#include <string.h>

#define ARENA_BYTES (1024u * 1024u * 1024u)

static int usage(FILE *out, int code)
{
	fputs("usage: heedwell pack test [DIR]                 run every example of the packs below DIR\n"
	      "       heedwell pack build [--packs DIR] [--cache DIR]   compile into the cache\n"
	      "       heedwell pack explain [--packs DIR] [--assistant] TEXT...   what is found in TEXT, and why\n",
		out);
	return code;
}

struct tally {
	size_t run, failed;
};

static void report_example(void *ctx, const struct screen_example *example)
{
	struct tally *tally = ctx;
	tally->run++;
	if (example->passed)
		return;
	tally->failed++;
	printf("%.*s:%d: FAIL " STR_FMT "\n    text: " STR_FMT "\n", STR_ARG(example->file), example->line, STR_ARG(example->failure),
		STR_ARG(example->text));
	for (size_t i = 0; i < example->verdict->finding_count; i++)
		explain_finding(stdout, example->text, &example->verdict->findings[i], "    ");
	if (!example->verdict->finding_count)
		puts("    found nothing");
}

static int build(
	struct arena *arena, struct str dir, const struct screen_build_options *options, struct screen_engine **ret_engine, struct err *err)
{
	const struct mem *mem = mem_system();
	struct screen_source *sources;
	size_t count;
	struct str image;
	int rc = packs_read(arena, dir, &sources, &count, err);
	if (rc == 0)
		rc = screen_engine_build_with(mem, sources, count, options, &image, err);
	if (rc < 0)
		return rc;
	rc = screen_engine_open(mem, image, ret_engine, err);
	mem->release(mem->ctx, (void *)image.ptr);
	return rc;
}

static void print_counts(const struct screen_engine *engine)
{
	struct screen_counts counts = screen_engine_counts(engine);
	printf("%zu concepts, %zu phrases, %zu triggers, %zu literals, %zu words, %zu helplines\n", counts.concepts, counts.phrases,
		counts.triggers, counts.literals, counts.words, counts.lines);
}

static int pack_test(struct arena *arena, struct str dir)
{
	struct tally tally = { 0, 0 };
	struct screen_build_options options = { .report = report_example, .report_ctx = &tally, .allow_failures = true };
	struct screen_engine *engine = NULL;
	struct err err = { 0 };
	if (build(arena, dir, &options, &engine, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		return 1;
	}
	print_counts(engine);
	screen_engine_free(&engine);
	printf("%zu examples passed, %zu failed\n", tally.run - tally.failed, tally.failed);
	return tally.failed ? 1 : 0;
}

static int pack_build(struct arena *arena, struct str dir, const char *cache)
{
	struct screen_engine *engine = NULL;
	struct err err = { 0 };
	bool built;
	if (packs_open(arena, dir, cache, &engine, &built, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		return 1;
	}
	print_counts(engine);
	printf("%s, packs " STR_FMT "\n", built ? "built" : "already in the cache", STR_ARG(screen_engine_packs(engine)));
	screen_engine_free(&engine);
	return 0;
}

static int pack_explain(struct arena *arena, struct str dir, enum message_role role, int count, char **texts)
{
	struct screen_build_options options = { .skip_examples = true };
	struct screen_engine *engine = NULL;
	struct screen_scratch *scratch = NULL;
	struct err err = { 0 };
	int rc = build(arena, dir, &options, &engine, &err);
	if (rc == 0)
		rc = screen_scratch_open(engine, &scratch, &err);
	for (int i = 0; rc == 0 && i < count; i++) {
		struct screen_request request = { .role = role, .text = str_c(texts[i]) };
		struct verdict verdict;
		(void)screen_run(engine, scratch, arena, &request, &verdict);
		explain_verdict(stdout, request.text, &verdict);
	}
	if (rc < 0)
		fprintf(stderr, "%s\n", err.message);
	screen_scratch_free(&scratch);
	screen_engine_free(&engine);
	return rc < 0 ? 1 : 0;
}

int cmd_pack(int argc, char **argv)
{
	const char *given = NULL, *cache = NULL, *verb = argc > 1 ? argv[1] : "";
	enum message_role role = ROLE_CLIENT;
	int at = 2;
	struct arena arena;
	for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
		if (strcmp(argv[at], "--packs") == 0 && at + 1 < argc)
			given = argv[++at];
		else if (strcmp(argv[at], "--cache") == 0 && at + 1 < argc)
			cache = argv[++at];
		else if (strcmp(argv[at], "--assistant") == 0)
			role = ROLE_ASSISTANT;
		else
			return usage(stderr, 2);
	}
	arena_init(&arena, mem_system(), ARENA_BYTES);
	int code;
	if (strcmp(verb, "test") == 0)
		code = pack_test(&arena, packs_dir(&arena, at < argc ? argv[at] : given));
	else if (strcmp(verb, "build") == 0)
		code = pack_build(&arena, packs_dir(&arena, given), cache);
	else if (strcmp(verb, "explain") == 0 && at < argc)
		code = pack_explain(&arena, packs_dir(&arena, given), role, argc - at, argv + at);
	else
		code = usage(stderr, 2);
	arena_done(&arena);
	return code;
}
