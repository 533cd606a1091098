/* stream_bench.c: `stream_bench PACKS`: what a streamed reply costs by the token in libheed: pieces of four bytes, every unit
 * judged with all text before it. Once by themselves, once after eight turns of
 * conversation. Printed are medians and the spread of rounds. */
#include <heed/heed.h>

#include "base/buf.h"
#include "cmd/packs.h"
#include "sys/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TOKEN_BYTES 4u
#define ROUNDS 7
#define REPLIES 24
#define TEXT_BYTES (64u << 10)
#define ARENA_MAX (256u << 20)

struct bench {
	struct arena arena;
	heed_engine *engine;
	heed_scratch *scratch;
	struct buf text; /* of harmless replies, a space between */
};

static void die(const char *what)
{
	fprintf(stderr, "stream_bench: %s\n", what);
	exit(1);
}

/* Of the processor: nothing here waits, and a neighbour on a busy machine does not count. */
static int64_t nanoseconds(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Of the length and manner of a model's replies; said over and over, from another place for each reply. */
static const char *const sentences[] = { "Thank you for telling me how this week has been for you. ",
	"It makes sense that you feel worn out after so many short nights. ",
	"What was different on the two days that went a little better? ", "You don't have to sort all of it out tonight.\n\n",
	"One thing that some people find useful is to write the worry down and close the notebook. ",
	"Then take a slow breath, and let your shoulders drop. ", "Would you like to try that together now, or talk some more first? ",
	"I am a program, so I can't know what your evenings are like. ",
	"Your coach can see this conversation and will read it on Monday.\n\n",
	"1. Choose a small step, something that takes ten minutes.\n", "2. Put it in your calendar, with a time and a place.\n",
	"3. Tell somebody about it, so that it is easier to begin.\n\n",
	"If you feel unsafe at any time, please tell me, or call somebody you trust. ",
	"How did the talk with your sister go, the one that you were nervous about? ",
	"Last time you said that walking to work helped you to arrive with a clearer head. ",
	"Maybe there is a way to have a bit of that on the days at home too. ", "It is fine if nothing comes to mind right away. ",
	"We can also look at what you would say to a friend in your place. " };

static void open_engine(struct bench *bench, const char *given)
{
	struct screen_source *sources = NULL;
	size_t count = 0;
	struct str image = { 0 };
	struct err err = { 0 };
	char error[HEED_ERROR_MAX] = "";
	const struct screen_build_options options = { .skip_examples = true };
	if (packs_read(&bench->arena, packs_dir(&bench->arena, given), &sources, &count, &err) ||
		screen_engine_build_with(mem_system(), sources, count, &options, &image, &err))
		die(err.message);
	if (heed_open(NULL, image.ptr, image.len, &bench->engine, error) || heed_scratch_open(bench->engine, &bench->scratch, error))
		die(error);
	mem_delete((void *)(uintptr_t)image.ptr);
}

/* One reply of `length` bytes from `at` on; nanoseconds a token. */
static double run_reply(struct bench *bench, size_t at, size_t length, const struct heed_message *message, size_t *released, size_t *checks)
{
	struct heed_stream_counts counts = HEED_STREAM_COUNTS_INIT;
	struct heed_stream_options options = HEED_STREAM_OPTIONS_INIT;
	heed_stream *stream = NULL;
	const char *text = bench->text.ptr + at;
	options.stop_level = 4; /* all of the reply is to be judged */
	int64_t from = nanoseconds();
	if (heed_stream_open(bench->engine, message, &options, &stream, NULL))
		die("no stream");
	for (size_t i = 0; i < length; i += TOKEN_BYTES)
		if (heed_stream_feed(stream, bench->scratch, text + i, length - i < TOKEN_BYTES ? length - i : TOKEN_BYTES))
			die("a piece was refused");
	if (heed_stream_finish(stream, bench->scratch))
		die("the end was refused");
	int64_t took = nanoseconds() - from;
	if (heed_stream_count(stream, &counts))
		die("no counts");
	*released += counts.releasable;
	*checks += counts.checks;
	heed_stream_close(stream);
	return (double)took / (double)(length / TOKEN_BYTES);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void measure(struct bench *bench, size_t length, size_t turn_count)
{
	struct heed_turn turns[8];
	struct heed_message message = HEED_MESSAGE_INIT;
	double rounds[ROUNDS];
	size_t released = 0, checks = 0;
	for (size_t i = 0; i < turn_count; i++) {
		turns[i] = (struct heed_turn)HEED_TURN_INIT;
		turns[i].role = i % 2 ? HEED_ASSISTANT : HEED_CLIENT;
		turns[i].text = "I have not slept well since the week began, and the days run into each other.";
		turns[i].text_len = strlen(turns[i].text);
	}
	message.role = HEED_ASSISTANT;
	message.turns = turn_count ? turns : NULL;
	message.turn_count = turn_count;
	for (int round = -1; round < ROUNDS; round++) {
		double replies[REPLIES];
		released = checks = 0;
		for (size_t i = 0; i < REPLIES; i++)
			replies[i] = run_reply(bench, i * (bench->text.len - length) / REPLIES, length, &message, &released, &checks);
		qsort(replies, REPLIES, sizeof *replies, by_size);
		if (round >= 0)
			rounds[round] = replies[REPLIES / 2];
	}
	qsort(rounds, ROUNDS, sizeof *rounds, by_size);
	printf("reply of %5zu bytes (%4zu tokens), %zu turns before it: %5.2f us a token (rounds %.2f-%.2f), %zu units a reply, %2.0f %% "
	       "let go\n",
		length, length / TOKEN_BYTES, turn_count, rounds[ROUNDS / 2] / 1e3, rounds[0] / 1e3, rounds[ROUNDS - 1] / 1e3,
		checks / REPLIES, 100.0 * (double)released / (double)(length * REPLIES));
	if (!released)
		die("nothing was let go");
}

int main(int argc, char **argv)
{
	static struct bench bench;
	static const size_t lengths[] = { 300, 1200, 4096, 16384 };
	arena_init(&bench.arena, mem_system(), ARENA_MAX);
	buf_init(&bench.text, mem_system(), 4u << 20);
	open_engine(&bench, argc > 1 ? argv[1] : NULL);
	while (bench.text.len < TEXT_BYTES)
		for (size_t i = 0; i < COUNT_OF(sentences); i++)
			buf_add_c(&bench.text, sentences[i]);
	for (size_t i = 0; i < COUNT_OF(lengths); i++)
		for (size_t turns = 0; turns <= 8; turns += 8)
			measure(&bench, lengths[i], turns);
	heed_scratch_close(bench.scratch);
	heed_close(bench.engine);
	buf_done(&bench.text);
	arena_done(&bench.arena);
	return 0;
}
