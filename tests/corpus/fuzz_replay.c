/* fuzz_replay.c: main for a fuzz target where libFuzzer is not: gives it the empty input, then every file named on the command
 * line (a folder means the files in it), whole and cut short at every byte up to CUTS_MAX. Fails when a file cannot be read. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CUTS_MAX 256u
#define FILE_MAX_BYTES (1u << 20)

static unsigned long replayed;

static int replay_bytes(const uint8_t *bytes, size_t size)
{
	/* A block of the exact size, so that a sanitizer sees a read past the end. */
	for (size_t cut = 0; cut <= size; cut = cut + 1 < CUTS_MAX || cut == size ? cut + 1 : size) {
		uint8_t *copy = malloc(cut ? cut : 1);
		if (!copy)
			return -1;
		if (cut)
			memcpy(copy, bytes, cut);
		LLVMFuzzerTestOneInput(copy, cut);
		free(copy);
		replayed++;
	}
	return 0;
}

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = malloc(FILE_MAX_BYTES);
	int result = -1;
	if (file && bytes) {
		size_t size = fread(bytes, 1, FILE_MAX_BYTES, file);
		result = ferror(file) ? -1 : replay_bytes(bytes, size);
	}
	if (result)
		fprintf(stderr, "cannot replay %s\n", path);
	free(bytes);
	if (file)
		fclose(file);
	return result;
}

static int replay_folder(const char *path)
{
	DIR *folder = opendir(path);
	if (!folder)
		return -1;
	int result = 0;
	for (struct dirent *entry; !result && (entry = readdir(folder));) {
		char name[4096];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		result = replay_file(name);
	}
	closedir(folder);
	return result;
}

int main(int argc, char **argv)
{
	int result = replay_bytes((const uint8_t *)"", 0);
	for (int i = 1; i < argc && !result; i++) {
		struct stat info;
		if (stat(argv[i], &info)) {
			fprintf(stderr, "no corpus at %s\n", argv[i]);
			result = -1;
		} else {
			result = S_ISDIR(info.st_mode) ? replay_folder(argv[i]) : replay_file(argv[i]);
		}
	}
	printf("%lu inputs replayed\n", replayed);
	return result ? 1 : 0;
}
