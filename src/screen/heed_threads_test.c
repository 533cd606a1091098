/* heed_threads_test.c: one engine for many threads, a scratch for each: all say what one alone says. The same program under
 * ThreadSanitizer (tools/check --all) watches for data that two of them touch. */
#include "screen/heed_test.h"

#include <pthread.h>
#include <stdio.h>

#define THREADS 6
#define ROUNDS 40

static const char *const texts[] = { "I want to die", "what a day", "in my novel she says I want to die", "k1ll mys3lf",
	"i dont want to die", "", "my kids need me", "aSB3YW50IHRvIGRpZQ==", "That sounds hard. Stop your medicine. Sleep." };
#define TEXTS (sizeof texts / sizeof *texts)

static char wanted[TEXTS][2][1024];

static void tell(heed_scratch *room, size_t index, int streamed, char out[1024])
{
	struct heed_message message = heed_test_message(streamed ? HEED_ASSISTANT : HEED_CLIENT, streamed ? "" : texts[index]);
	heed_stream *stream = NULL;
	if (!streamed) {
		heed_verdict_explain(heed_screen(engine, room, &message), out, 1024);
		return;
	}
	snprintf(out, 1024, "no stream");
	if (heed_stream_open(engine, &message, NULL, &stream, NULL))
		return;
	for (size_t i = 0; i < strlen(texts[index]); i++)
		(void)heed_stream_feed(stream, room, texts[index] + i, 1);
	(void)heed_stream_finish(stream, room);
	heed_verdict_explain(heed_stream_verdict(stream), out, 1024);
	heed_stream_close(stream);
}

static void *work(void *argument)
{
	size_t *differences = argument;
	heed_scratch *room = NULL;
	char out[1024];
	if (heed_scratch_open(engine, &room, NULL)) {
		*differences = SIZE_MAX;
		return NULL;
	}
	for (size_t i = 0; i < ROUNDS * TEXTS * 2; i++) {
		tell(room, i / 2 % TEXTS, (int)(i % 2), out);
		*differences += strcmp(out, wanted[i / 2 % TEXTS][i % 2]) != 0;
	}
	heed_scratch_close(room);
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t threads[THREADS];
	size_t differences[THREADS] = { 0 };
	(void)state;
	for (size_t i = 0; i < TEXTS * 2; i++)
		tell(scratch, i / 2, (int)(i % 2), wanted[i / 2][i % 2]);
	assert_non_null(strstr(wanted[0][0], "Level 3"));
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &differences[i]), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(differences[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_threads) };
	return cmocka_run_group_tests(tests, heed_test_open, heed_test_close);
}
