/* cmd_pack.c: `heedwell pack new|test|build|diff|explain`: for people who write packs. */
#include "cmd/cmd.h"
#include "cmd/explain.h"
#include "cmd/pack.h"
#include "cmd/packs.h"
#include "sys/mem.h"

#include <stdio.h>
#include <string.h>

#define PHRASE_BYTES 300u /* shown of a phrase's words */
#define ARENA_BYTES (1024u * 1024u * 1024u)

static int usage(FILE *out, int code)
{
	fputs("usage: heedwell pack new [--packs DIR] [--concept ID] [--author NAME] lexicon|context|keyterms LANG NAME   a pack to be "
	      "filled in\n"
	      "       heedwell pack test [--json] [DIR]                       run every example of the packs below DIR, and count by "
	      "concept\n"
	      "       heedwell pack build [--packs DIR] [--cache DIR]         compile into the cache\n"
	      "       heedwell pack diff [--json] [--rows FILE|-] OLD NEW     what two folders of packs do not share\n"
	      "       heedwell pack explain [--packs DIR] [--assistant] TEXT...   what is found in TEXT, and why\n"
	      "  exit code: 0, 1 when an example failed or something differs, 2 for wrong use or packs that cannot be read\n",
		out);
	return code;
}

int pack_build_engine(struct arena *arena, struct str dir, const struct screen_build_options *options, struct screen_engine **ret_engine,
	struct err *reterr)
{
	const struct mem *mem = mem_system();
	struct screen_source *sources;
	size_t count;
	struct str image;
	int rc = packs_read(arena, dir, &sources, &count, reterr);
	if (rc == 0)
		rc = screen_engine_build_with(mem, sources, count, options, &image, reterr);
	if (rc < 0)
		return rc;
	rc = screen_engine_open(mem, image, ret_engine, reterr);
	mem->release(mem->ctx, (void *)image.ptr);
	return rc;
}

static int pack_build(struct arena *arena, struct str dir, const char *cache)
{
	struct screen_engine *engine = NULL;
	struct err err = { 0 };
	bool built;
	if (packs_open(arena, dir, cache, &engine, &built, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		return err.code == E_INVALID ? 1 : 2;
	}
	struct screen_counts counts = screen_engine_counts(engine);
	printf("%zu concepts, %zu phrases, %zu triggers, %zu literals, %zu words, %zu helplines\n", counts.concepts, counts.phrases,
		counts.triggers, counts.literals, counts.words, counts.lines);
	printf("%s, packs " STR_FMT "\n", built ? "built" : "already in the cache", STR_ARG(screen_engine_packs(engine)));
	screen_engine_free(&engine);
	return 0;
}

/* The phrases that were found, as they stand in the packs. */
static void explain_phrases(
	struct arena *arena, struct str dir, const struct screen_source *sources, size_t count, const struct verdict *verdict)
{
	bool first = true;
	for (size_t i = 0; i < verdict->finding_count; i++) {
		struct str id = verdict->findings[i].phrase;
		struct pack_entry entry;
		bool told = false;
		for (size_t k = 0; k < i && !told; k++)
			told = str_eq(verdict->findings[k].phrase, id);
		if (told || !id.len || !pack_find_phrase(arena, sources, count, id, &entry))
			continue;
		if (first)
			puts("the phrases:");
		first = false;
		struct str file = str_sub(entry.file, dir.len + 1, entry.file.len), words = entry.text;
		size_t len = words.len < PHRASE_BYTES ? words.len : PHRASE_BYTES;
		while (len < words.len && len > 0 && words.ptr[len] != ' ' && words.ptr[len] != '|')
			len--;
		printf("  " STR_FMT "  (" STR_FMT ":%d)\n      " STR_FMT "%s\n", STR_ARG(id), STR_ARG(file), entry.line,
			STR_ARG(str_sub(words, 0, len)), len < words.len ? " ..." : "");
	}
	putchar('\n');
}

static int pack_explain(struct arena *arena, struct str dir, enum message_role role, int count, char **texts)
{
	struct screen_build_options options = { .skip_examples = true };
	struct screen_source *sources = NULL;
	struct screen_engine *engine = NULL;
	struct screen_scratch *scratch = NULL;
	size_t source_count = 0;
	struct err err = { 0 };
	int rc = pack_build_engine(arena, dir, &options, &engine, &err);
	if (rc == 0)
		rc = packs_read(arena, dir, &sources, &source_count, &err);
	if (rc == 0)
		rc = screen_scratch_open(engine, &scratch, &err);
	for (int i = 0; rc == 0 && i < count; i++) {
		struct screen_request request = { .role = role, .text = str_c(texts[i]) };
		struct verdict verdict;
		(void)screen_run(engine, scratch, arena, &request, &verdict);
		explain_verdict(stdout, role, request.text, &verdict);
		explain_phrases(arena, dir, sources, source_count, &verdict);
	}
	if (rc < 0)
		fprintf(stderr, "%s\n", err.message);
	screen_scratch_free(&scratch);
	screen_engine_free(&engine);
	return rc < 0 ? 2 : 0;
}

/* ---- The command line ---- */

enum option { OPTION_PACKS = 0, OPTION_CACHE, OPTION_ROWS, OPTION_CONCEPT, OPTION_AUTHOR, OPTION_JSON, OPTION_ASSISTANT, OPTION_COUNT };
#define OPTION(name) (1u << OPTION_##name)

struct arguments {
	const char *option[OPTION_COUNT]; /* NULL: not given; "" for one that takes no value */
	unsigned given;
	int count;
	char **words;
};

static int run_new(struct arena *arena, struct str dir, const struct arguments *a)
{
	const struct pack_new_options options = { a->words[0], a->words[1], a->words[2], a->option[OPTION_CONCEPT],
		a->option[OPTION_AUTHOR], dir };
	return pack_new(arena, &options);
}

static int run_test(struct arena *arena, struct str dir, const struct arguments *a)
{
	return pack_test(arena, a->count ? packs_dir(arena, a->words[0]) : dir, a->option[OPTION_JSON] != NULL);
}

static int run_build(struct arena *arena, struct str dir, const struct arguments *a)
{
	return pack_build(arena, dir, a->option[OPTION_CACHE]);
}

static int run_diff(struct arena *arena, struct str dir, const struct arguments *a)
{
	(void)dir;
	return pack_diff(arena, str_c(a->words[0]), str_c(a->words[1]), a->option[OPTION_ROWS], a->option[OPTION_JSON] != NULL);
}

static int run_explain(struct arena *arena, struct str dir, const struct arguments *a)
{
	return pack_explain(arena, dir, a->option[OPTION_ASSISTANT] ? ROLE_ASSISTANT : ROLE_CLIENT, a->count, a->words);
}

static const struct verb {
	const char *name;
	int (*run)(struct arena *arena, struct str dir, const struct arguments *arguments);
	unsigned options; /* that it takes; others are refused */
	int least, most;  /* words after them */
} verbs[] = {
	{ "new", run_new, OPTION(PACKS) | OPTION(CONCEPT) | OPTION(AUTHOR), 3, 3 },
	{ "test", run_test, OPTION(PACKS) | OPTION(JSON), 0, 1 },
	{ "build", run_build, OPTION(PACKS) | OPTION(CACHE), 0, 0 },
	{ "diff", run_diff, OPTION(ROWS) | OPTION(JSON), 2, 2 },
	{ "explain", run_explain, OPTION(PACKS) | OPTION(ASSISTANT), 1, 1 << 20 },
};

static bool read_arguments(int argc, char **argv, struct arguments *arguments)
{
	static const char *const names[OPTION_COUNT] = { "--packs", "--cache", "--rows", "--concept", "--author", "--json", "--assistant" };
	int at = 2;
	for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
		int option = 0;
		while (option < OPTION_COUNT && strcmp(argv[at], names[option]) != 0)
			option++;
		bool valued = option < OPTION_JSON;
		if (option == OPTION_COUNT || (valued && at + 1 >= argc))
			return false;
		arguments->option[option] = valued ? argv[++at] : "";
		arguments->given |= 1u << option;
	}
	arguments->count = at < argc ? argc - at : 0;
	arguments->words = argv + at;
	return true;
}

int cmd_pack(int argc, char **argv)
{
	struct arguments arguments = { .given = 0 };
	const struct verb *verb = NULL;
	struct arena arena;
	for (size_t i = 0; argc > 1 && i < COUNT_OF(verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			verb = &verbs[i];
	if (!verb || !read_arguments(argc, argv, &arguments) || (arguments.given & ~verb->options) || arguments.count < verb->least ||
		arguments.count > verb->most)
		return usage(stderr, 2);
	arena_init(&arena, mem_system(), ARENA_BYTES);
	int code = verb->run(&arena, packs_dir(&arena, arguments.option[OPTION_PACKS]), &arguments);
	arena_done(&arena);
	return code;
}
