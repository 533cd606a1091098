/* screen_bench.c: `screen_bench PACKS [FILE.jsonl]`: what screening one message costs, all stages, beside PCRE2-JIT that only
 * looks for the packs' words in the same messages (no order, no context, no conversation: the least that a list of regular
 * expressions would do). Messages are made of the packs' own examples, or of the file's texts, cut or joined to a length.
 * Rounds of both alternate; printed are percentiles over all messages of each round, and the spread of rounds. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/buf.h"
#include "cmd/packs.h"
#include "screen/engine_priv.h"
#include "sys/clock.h"
#include "sys/mem.h"

#include <jansson.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MESSAGES_MAX 4000
#define ROUNDS 7
#define LITERALS_A_REGEX 400
#define REGEXES_MAX 128
#define ARENA_MAX (256u << 20)

struct bench {
	struct arena arena;
	const struct screen_engine *engine;
	struct screen_scratch *scratch;
	struct buf texts; /* one after the other, each ends with NUL */
	size_t text_count;
	char *messages[MESSAGES_MAX];
	size_t count, length;
	pcre2_code *regexes[REGEXES_MAX];
	size_t regex_count;
	pcre2_match_data *match;
};

static void die(const char *what)
{
	fprintf(stderr, "screen_bench: %s\n", what);
	exit(1);
}

static int64_t nanoseconds(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void add_text(struct bench *bench, struct str text)
{
	if (!text.len || memchr(text.ptr, '\0', text.len))
		return;
	buf_add(&bench->texts, text);
	buf_add_byte(&bench->texts, '\0');
	bench->text_count++;
}

static void on_example(void *ctx, const struct screen_example *example)
{
	add_text(ctx, example->text);
}

static void read_examples(struct bench *bench, struct str dir)
{
	struct screen_source *sources = NULL;
	size_t count = 0;
	struct str image = { 0 };
	struct err err = { 0 };
	const struct screen_build_options options = { .report = on_example, .report_ctx = bench };
	if (packs_read(&bench->arena, dir, &sources, &count, &err) ||
		screen_engine_build_with(mem_system(), sources, count, &options, &image, &err))
		die(err.message);
	mem_delete((void *)(uintptr_t)image.ptr);
}

static void read_file(struct bench *bench, const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	if (!file)
		die("the file cannot be read");
	while (getline(&line, &size, file) > 0) {
		json_t *object = json_loads(line, 0, NULL);
		const char *role = json_string_value(json_object_get(object, "role"));
		const char *text = json_string_value(json_object_get(object, "text"));
		if (text && (!role || strcmp(role, "assistant") != 0))
			add_text(bench, str_c(text));
		json_decref(object);
	}
	free(line);
	fclose(file);
}

/* Messages of about `length` bytes: neighbours in the list joined, cut at a character. */
static void make_messages(struct bench *bench, size_t length)
{
	const char *at = bench->texts.ptr, *end = at + bench->texts.len;
	for (size_t i = 0; i < bench->count; i++)
		free(bench->messages[i]);
	bench->count = 0;
	bench->length = length;
	while (at < end && bench->count < MESSAGES_MAX) {
		char *message = calloc(1, length + 1);
		size_t len = 0;
		while (at < end && len < length && message) {
			size_t part = strlen(at), room = length - len;
			size_t take = part < room ? part : room;
			while (take < part && take > 0 && ((unsigned char)at[take] & 0xC0) == 0x80)
				take--;
			memcpy(message + len, at, take);
			len += take;
			if (len < length)
				message[len++] = ' ';
			at += part + 1;
			if (take < part)
				break;
		}
		if (!message)
			die("out of memory");
		bench->messages[bench->count++] = message;
	}
}

/* ---- The peer ---- */

static void add_literal(struct buf *pattern, struct str literal)
{
	struct str word = str_trim(literal);
	buf_add_c(pattern, "\\Q");
	buf_add(pattern, word);
	buf_add_c(pattern, "\\E");
}

static void compile_peer(struct bench *bench)
{
	const struct pack *pack = &bench->engine->pack;
	for (size_t from = 0; from < pack->literal_count && bench->regex_count < REGEXES_MAX; from += LITERALS_A_REGEX) {
		struct buf pattern;
		int code = 0;
		PCRE2_SIZE offset = 0;
		buf_init(&pattern, mem_system(), 1u << 20);
		buf_add_c(&pattern, "(?<![\\p{L}\\p{N}])(?:");
		for (size_t i = from; i < from + LITERALS_A_REGEX && i < pack->literal_count; i++) {
			if (i > from)
				buf_add_byte(&pattern, '|');
			add_literal(&pattern, pack_str(pack, pack->literals[i].text));
		}
		buf_add_c(&pattern, ")(?![\\p{L}\\p{N}])");
		pcre2_code *regex = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, PCRE2_UTF | PCRE2_CASELESS, &code, &offset, NULL);
		buf_done(&pattern);
		if (!regex || pcre2_jit_compile(regex, PCRE2_JIT_COMPLETE))
			die("PCRE2 does not compile the words");
		bench->regexes[bench->regex_count++] = regex;
	}
	bench->match = pcre2_match_data_create(4, NULL);
}

static size_t run_peer(struct bench *bench, const char *text)
{
	size_t len = strlen(text), found = 0;
	for (size_t i = 0; i < bench->regex_count; i++) {
		size_t at = 0;
		while (at <= len &&
			pcre2_jit_match(bench->regexes[i], (PCRE2_SPTR)text, len, at, PCRE2_NO_UTF_CHECK, bench->match, NULL) > 0) {
			size_t end = pcre2_get_ovector_pointer(bench->match)[1];
			at = end > at ? end : at + 1;
			found++;
		}
	}
	return found;
}

/* ---- Both ---- */

static size_t run_ours(struct bench *bench, struct arena *arena, const char *text)
{
	struct verdict verdict;
	const struct screen_request request = { .role = ROLE_CLIENT, .text = str_c(text) };
	arena_reset(arena);
	if (screen_run(bench->engine, bench->scratch, arena, &request, &verdict))
		die("screening failed");
	return verdict.finding_count;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

struct figures {
	double p50, p99, worst;
};

static struct figures figures_of(int64_t *took, size_t count)
{
	qsort(took, count, sizeof *took, by_size);
	return (struct figures){ (double)took[count / 2] / 1e3, (double)took[count * 99 / 100] / 1e3, (double)took[count - 1] / 1e3 };
}

static int by_p99(const void *a, const void *b)
{
	double x = ((const struct figures *)a)->p99, y = ((const struct figures *)b)->p99;
	return (x > y) - (x < y);
}

static void measure(struct bench *bench, size_t length)
{
	static int64_t took[MESSAGES_MAX];
	struct figures ours[ROUNDS], peer[ROUNDS];
	struct arena arena;
	size_t found = 0;
	arena_init(&arena, mem_system(), 64u << 20);
	make_messages(bench, length);
	for (int round = -1; round < ROUNDS; round++) { /* the first is to warm up */
		for (size_t i = 0; i < bench->count; i++) {
			int64_t from = nanoseconds();
			found += run_ours(bench, &arena, bench->messages[i]);
			took[i] = nanoseconds() - from;
		}
		if (round >= 0)
			ours[round] = figures_of(took, bench->count);
		for (size_t i = 0; i < bench->count && !getenv("BENCH_ALONE"); i++) { /* alone: for a profiler */
			int64_t from = nanoseconds();
			found += run_peer(bench, bench->messages[i]);
			took[i] = nanoseconds() - from;
		}
		if (round >= 0)
			peer[round] = figures_of(took, bench->count);
	}
	qsort(ours, ROUNDS, sizeof *ours, by_p99);
	qsort(peer, ROUNDS, sizeof *peer, by_p99);
	const struct figures *o = &ours[ROUNDS / 2], *p = &peer[ROUNDS / 2];
	printf("%5zu bytes, %4zu messages: screening p50 %6.1f us, p99 %6.1f us (rounds %.1f-%.1f); words by PCRE2-JIT p50 %7.1f us, p99 "
	       "%7.1f us (rounds %.1f-%.1f); ratio of p99 %.3f (%.3f-%.3f)\n",
		length, bench->count, o->p50, o->p99, ours[0].p99, ours[ROUNDS - 1].p99, p->p50, p->p99, peer[0].p99, peer[ROUNDS - 1].p99,
		o->p99 / p->p99, ours[0].p99 / peer[ROUNDS - 1].p99, ours[ROUNDS - 1].p99 / peer[0].p99);
	if (!found)
		die("nothing was found in any message");
	arena_done(&arena);
}

int main(int argc, char **argv)
{
	static struct bench bench;
	struct screen_engine *engine = NULL;
	struct err err = { 0 };
	bool built = false;
	arena_init(&bench.arena, mem_system(), ARENA_MAX);
	buf_init(&bench.texts, mem_system(), 64u << 20);
	struct str dir = packs_dir(&bench.arena, argc > 1 ? argv[1] : NULL);
	if (packs_open(&bench.arena, dir, NULL, &engine, &built, &err) || screen_scratch_open(engine, &bench.scratch, &err))
		die(err.message);
	bench.engine = engine;
	if (argc > 2)
		read_file(&bench, argv[2]);
	else
		read_examples(&bench, dir);
	compile_peer(&bench);
	printf("texts: %zu of %s; %zu words and phrases' parts in %zu expressions for the peer\n", bench.text_count,
		argc > 2 ? argv[2] : "the packs' own examples", engine->pack.literal_count, bench.regex_count);
	measure(&bench, 300);
	measure(&bench, 4096);
	buf_done(&bench.texts);
	screen_scratch_free(&bench.scratch);
	screen_engine_free(&engine);
	arena_done(&bench.arena);
	return 0;
}
