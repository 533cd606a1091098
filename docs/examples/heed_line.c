/* heed_line.c: screens one text with libheed: `heed_line TEXT PACK...`, packs as in `find packs -name '*.yaml'`.
 *
 *     cc heed_line.c -o heed_line $(pkg-config --cflags --libs libheed)
 */
#include <heed/heed.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void show(const struct heed_verdict *verdict)
{
	struct heed_finding finding = HEED_FINDING_INIT;
	if (heed_verdict_state(verdict) == HEED_NOT_SCREENED)
		printf("not screened: %s\n", heed_verdict_reason(verdict));
	else
		printf("level %d, language %s\n", heed_verdict_level(verdict), heed_verdict_lang(verdict));
	for (size_t i = 0; i < heed_verdict_count(verdict); i++)
		if (heed_verdict_finding(verdict, i, &finding) == 0)
			printf("%s level %d  %s  bytes %zu-%zu  %s\n", i == heed_verdict_top(verdict) ? "*" : " ", finding.level,
				finding.concept_id, finding.start, finding.end, finding.why);
	char words[8192];
	heed_verdict_explain(verdict, words, sizeof words);
	printf("\n%s", words);
}

int main(int argc, char **argv)
{
	char error[HEED_ERROR_MAX] = "";
	struct heed_message message = HEED_MESSAGE_INIT;
	heed_engine *engine = NULL;
	heed_scratch *scratch = NULL;
	void *image = NULL;
	size_t size = 0, count = argc > 2 ? (size_t)argc - 2 : 0;
	struct heed_pack *packs = calloc(count + 1, sizeof *packs);
	for (size_t i = 0; packs && i < count; i++)
		if (!read_file(argv[i + 2], &packs[i]))
			count = 0;
	if (!packs || count == 0) {
		fputs("usage: heed_line TEXT PACK...\n", stderr);
		return 2;
	}
	/* Takes seconds; a program that lives longer keeps the image in a file. */
	if (heed_build(NULL, packs, count, &image, &size, error) || heed_open(NULL, image, size, &engine, error) ||
		heed_scratch_open(engine, &scratch, error)) {
		fprintf(stderr, "heed_line: %s\n", error);
		return 1;
	}
	message.text = argv[1];
	message.text_len = strlen(argv[1]);
	show(heed_screen(engine, scratch, &message));
	heed_scratch_close(scratch);
	heed_close(engine);
	heed_image_free(NULL, image);
	for (size_t i = 0; i < count; i++)
		free((void *)packs[i].bytes);
	free(packs);
	return 0;
}
