/* heed_stream.c: lets a model's reply pass as it arrives: `heed_stream PACK... < REPLY > SHOWN`. What may be shown goes to the
 * standard output sentence by sentence; when something may not, an approved text follows and the exit code is 1.
 *
 *     cc heed_stream.c -o heed_stream $(pkg-config --cflags --libs libheed)
 */
#include <heed/heed.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char safe[] = "I can't go on with that answer. If you are in danger, please call your local emergency number now.\n";

static int read_file(const char *path, struct heed_pack *pack)
{
	FILE *file = fopen(path, "rb");
	char *bytes = malloc(2u << 20);
	size_t len = file && bytes ? fread(bytes, 1, 2u << 20, file) : 0;
	if (file)
		fclose(file);
	*pack = (struct heed_pack){ path, bytes, len };
	return len > 0 && len < 2u << 20;
}

static int open_engine(int count, char **paths, heed_engine **engine, char *error)
{
	struct heed_pack *packs = calloc((size_t)count + 1, sizeof *packs);
	void *image = NULL;
	size_t size = 0;
	int rc = packs && count > 0 ? 0 : HEED_E_INVALID;
	snprintf(error, HEED_ERROR_MAX, "usage: heed_stream PACK... < REPLY");
	for (int i = 0; rc == 0 && i < count; i++)
		rc = read_file(paths[i], &packs[i]) ? 0 : HEED_E_INVALID;
	rc = rc ? rc : heed_build(NULL, packs, (size_t)count, &image, &size, error);
	rc = rc ? rc : heed_open(NULL, image, size, engine, error);
	heed_image_free(NULL, image);
	for (int i = 0; packs && i < count; i++)
		free((void *)packs[i].bytes);
	free(packs);
	return rc;
}

static void show(heed_stream *stream)
{
	const char *text = NULL;
	size_t len = 0;
	while (heed_stream_next(stream, &text, &len))
		fwrite(text, 1, len, stdout);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char error[HEED_ERROR_MAX] = "", piece[64];
	struct heed_message message = HEED_MESSAGE_INIT; /* earlier turns and the conversation's level belong in here */
	heed_engine *engine = NULL;
	heed_scratch *scratch = NULL;
	heed_stream *stream = NULL;
	ssize_t len;
	message.role = HEED_ASSISTANT;
	if (open_engine(argc - 1, argv + 1, &engine, error) || heed_scratch_open(engine, &scratch, error) ||
		heed_stream_open(engine, &message, NULL, &stream, error)) {
		fprintf(stderr, "heed_stream: %s\n", error);
		return 2;
	}
	while (heed_stream_state(stream) == HEED_STREAM_OPEN && (len = read(0, piece, sizeof piece)) > 0) {
		heed_stream_feed(stream, scratch, piece, (size_t)len); /* a failure stops the stream, and is asked for below */
		show(stream);
	}
	heed_stream_finish(stream, scratch);
	show(stream);
	int stopped = heed_stream_state(stream) != HEED_STREAM_DONE;
	if (stopped) {
		char words[4096];
		heed_verdict_explain(heed_stream_verdict(stream), words, sizeof words);
		fprintf(stderr, "%s", words);
		fputs(safe, stdout);
	}
	heed_stream_close(stream);
	heed_scratch_close(scratch);
	heed_close(engine);
	return stopped;
}
