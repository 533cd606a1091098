/* screen_bench.c: `screen_bench PACKS [FILE.jsonl]`: what screening one message costs, all stages, beside PCRE2-JIT that only
 * looks for the packs' words in the same messages (no order, no context, no conversation: the least that a list of regular
 * expressions would do). Messages are made of the packs' own examples, or of the file's texts, cut or joined to a length.
 * Rounds of both alternate; printed are percentiles over all messages of each round (the middle round, and the spread of rounds), and of
 * ours once more over what each message took in the middle one of its own rounds: without what a neighbour or an interrupt added to one of
 * them by chance. The peer takes milliseconds a message: BENCH_SAMPLE=N has it read about N messages of 300 bytes (and fewer long ones),
 * evenly spread over all; the ratio is over those, read by both. BENCH_ALONE=1 leaves it out.
 *
 * Before that: what memory the engine needs, by the resident set of processes of its own: opened from the cache, and where the image must
 * be built first; and what screening adds. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/buf.h"
#include "cmd/packs.h"
#include "screen/engine_priv.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/mem.h"

#include <dirent.h>
#include <jansson.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MESSAGES_MAX 4000
#define ROUNDS 7
#define LITERALS_A_REGEX 400
#define REGEXES_MAX 128
#define ARENA_MAX (256u << 20)
#define SAMPLE_MIN 70u /* messages, so that a percentile of long ones is one */

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

/* Of the processor: nothing here waits, and a neighbour on a busy machine does not count (but for the caches that it empties). */
static int64_t nanoseconds(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* ---- memory ---- */

/* A line of /proc/self/status, in MB. */
static double status_mb(const char *name)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	double kb = 0;
	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, name, strlen(name)) == 0)
			kb = strtod(line + strlen(name) + 1, NULL);
	if (file)
		fclose(file);
	return kb / 1024;
}

static void open_alone(struct str dir, const char *cache, const char *how)
{
	struct arena arena;
	struct screen_engine *engine = NULL;
	struct err err = { 0 };
	bool built = false;
	double before = status_mb("VmRSS");
	arena_init(&arena, mem_system(), ARENA_MAX);
	if (packs_open(&arena, dir, cache, &engine, &built, &err))
		die(err.message);
	double peak = status_mb("VmHWM");
	arena_done(&arena);
	printf("memory, %s: %.1f MB before, %.1f MB after, %.1f MB at the most on the way\n", how, before, status_mb("VmRSS"), peak);
	fflush(stdout);
}

/* In a process of its own: what it took on the way is not given back to the system for sure, and would count for the next. */
static void measure_opening(struct str dir, const char *cache, const char *how)
{
	int status = 0;
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		open_alone(dir, cache, how);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status)
		die("the engine did not open");
}

static void measure_openings(struct str dir)
{
	char cache[256];
	if (files_temp_folder("heedwell-bench", cache, sizeof cache, NULL))
		die("no folder for a cache");
	measure_opening(dir, cache, "built");
	measure_opening(dir, cache, "from the cache");
	DIR *folder = opendir(cache);
	for (struct dirent *file; folder && (file = readdir(folder));)
		if (file->d_name[0] != '.')
			unlinkat(dirfd(folder), file->d_name, 0);
	if (folder)
		closedir(folder);
	rmdir(cache);
}

/* ---- messages ---- */

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
			add_literal(&pattern, pack_str(pack, pack->literal_texts[i]));
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

/* What screening all messages adds, in a process without the peer. */
static void measure_screening(struct bench *bench)
{
	static const size_t lengths[] = { 300, 4096 };
	int status = 0;
	fflush(stdout);
	pid_t child = fork();
	for (size_t i = 0; child == 0 && i < COUNT_OF(lengths); i++) {
		struct arena arena;
		size_t most = 0;
		make_messages(bench, lengths[i]);
		double before = status_mb("VmRSS");
		arena_init(&arena, mem_system(), 64u << 20);
		for (size_t k = 0; k < bench->count; k++) {
			(void)run_ours(bench, &arena, bench->messages[k]);
			most = arena.held_bytes > most ? arena.held_bytes : most;
		}
		printf("memory, screening %zu messages of %zu bytes: %.1f MB before, %.1f MB after (the messages among them); "
		       "%.2f MB of the arena for the largest\n",
			bench->count, lengths[i], before, status_mb("VmRSS"), (double)most / 1048576);
		arena_done(&arena);
	}
	if (child == 0) {
		fflush(stdout);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status)
		die("screening failed");
	printf("memory: the scratch of a thread %.0f KB\n",
		(double)(sizeof *bench->scratch + match_room_count(&bench->engine->pack) * 8) / 1024);
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

/* Of `count` messages, those that the peer reads too: all, or, with BENCH_SAMPLE, about so many times 300 bytes of them, evenly spread. */
static size_t sample_step(size_t count, size_t length)
{
	const char *set = getenv("BENCH_SAMPLE");
	long bytes = set ? strtol(set, NULL, 10) * 300 : 0;
	size_t wanted = bytes > 0 ? (size_t)bytes / length + SAMPLE_MIN : count;
	return wanted < count ? count / wanted : 1;
}

/* One round of ours over all messages, and of the peer over every step-th. `took`: of ours; `sampled`: of ours where the peer reads too. */
struct round {
	struct figures ours, sampled, peer;
};

static int64_t took_by_round[MESSAGES_MAX][ROUNDS];

/* What each message took in the middle one of its rounds. */
static struct figures figures_of_messages(size_t count)
{
	static int64_t middle[MESSAGES_MAX];
	for (size_t i = 0; i < count; i++) {
		qsort(took_by_round[i], ROUNDS, sizeof *took_by_round[i], by_size);
		middle[i] = took_by_round[i][ROUNDS / 2];
	}
	return figures_of(middle, count);
}

static struct round run_round(struct bench *bench, struct arena *arena, size_t step, int number, size_t *found)
{
	static int64_t took[MESSAGES_MAX], part[MESSAGES_MAX], peer[MESSAGES_MAX];
	struct round round = { .ours = { 0 } };
	size_t count = 0;
	for (size_t i = 0; i < bench->count; i++) {
		int64_t from = nanoseconds();
		*found += run_ours(bench, arena, bench->messages[i]);
		took[i] = nanoseconds() - from;
		if (number >= 0)
			took_by_round[i][number] = took[i];
	}
	for (size_t i = 0; i < bench->count && !getenv("BENCH_ALONE"); i += step, count++) { /* alone: for a profiler */
		int64_t from = nanoseconds();
		*found += run_peer(bench, bench->messages[i]);
		peer[count] = nanoseconds() - from;
		part[count] = took[i];
	}
	if (count) {
		round.sampled = figures_of(part, count);
		round.peer = figures_of(peer, count);
	}
	round.ours = figures_of(took, bench->count);
	return round;
}

static void measure(struct bench *bench, size_t length)
{
	struct figures ours[ROUNDS], sampled[ROUNDS], peer[ROUNDS];
	struct arena arena;
	size_t found = 0;
	arena_init(&arena, mem_system(), 64u << 20);
	make_messages(bench, length);
	size_t step = sample_step(bench->count, length);
	for (int i = -1; i < ROUNDS; i++) { /* the first is to warm up */
		struct round round = run_round(bench, &arena, step, i, &found);
		if (i < 0)
			continue;
		ours[i] = round.ours;
		sampled[i] = round.sampled;
		peer[i] = round.peer;
	}
	qsort(ours, ROUNDS, sizeof *ours, by_p99);
	qsort(sampled, ROUNDS, sizeof *sampled, by_p99);
	qsort(peer, ROUNDS, sizeof *peer, by_p99);
	const struct figures *o = &ours[ROUNDS / 2], *s = &sampled[ROUNDS / 2], *p = &peer[ROUNDS / 2];
	struct figures each = figures_of_messages(bench->count);
	printf("%5zu bytes, %4zu messages: screening p50 %6.1f us, p99 %6.1f us (rounds %.1f-%.1f); each in its middle round p50 %6.1f us, "
	       "p99 %6.1f us\n",
		length, bench->count, o->p50, o->p99, ours[0].p99, ours[ROUNDS - 1].p99, each.p50, each.p99);
	if (!getenv("BENCH_ALONE"))
		printf("             %4zu of them%s: screening p50 %6.1f us, p99 %6.1f us; words by PCRE2-JIT p50 %7.1f us, p99 %7.1f us "
		       "(rounds %.1f-%.1f); ratio of p50 %.3f, of p99 %.3f (%.3f-%.3f)\n",
			(bench->count + step - 1) / step, step > 1 ? ", evenly spread" : "", s->p50, s->p99, p->p50, p->p99, peer[0].p99,
			peer[ROUNDS - 1].p99, s->p50 / p->p50, s->p99 / p->p99, sampled[0].p99 / peer[ROUNDS - 1].p99,
			sampled[ROUNDS - 1].p99 / peer[0].p99);
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
	measure_openings(dir);
	if (packs_open(&bench.arena, dir, NULL, &engine, &built, &err) || screen_scratch_open(engine, &bench.scratch, &err))
		die(err.message);
	bench.engine = engine;
	if (argc > 2)
		read_file(&bench, argv[2]);
	else
		read_examples(&bench, dir);
	measure_screening(&bench);
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
