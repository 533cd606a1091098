/* cmd_key.c: `heedwell key new FILE [--name NAME]` and `heedwell key public FILE`. */
#include "cmd/cmd.h"
#include "store/key.h"

#include <stdio.h>
#include <string.h>

static int usage(void)
{
	fputs("usage: heedwell key new FILE [--name NAME]\n"
	      "       heedwell key public FILE\n\n"
	      "new makes the key file that seals the database and signs its journal; only its owner can read it. Keep a copy apart\n"
	      "from the database: without it nothing sealed can be read again. NAME stands in the journal's checkpoints\n"
	      "(default heedwell.local). public prints the line that `heedwell audit verify --key` takes.\n",
		stderr);
	return 2;
}

static int print_public(const char *path)
{
	char verifier[NOTE_VERIFIER_MAX];
	struct key_file *key = NULL;
	struct err err = { .code = 0 };
	if (key_load(path, &key, &err) != 0) {
		fprintf(stderr, "heedwell key: %s\n", err.message);
		return 2;
	}
	note_verifier(key->name, key->sign_public, verifier);
	puts(verifier);
	key_free(&key);
	return 0;
}

int cmd_key(int argc, char **argv)
{
	struct err err = { .code = 0 };
	if (argc == 3 && strcmp(argv[1], "public") == 0)
		return print_public(argv[2]);
	bool named = argc == 5 && strcmp(argv[3], "--name") == 0;
	if ((argc != 3 && !named) || strcmp(argv[1], "new") != 0)
		return usage();
	if (key_create(argv[2], named ? argv[4] : "heedwell.local", &err) != 0) {
		fprintf(stderr, "heedwell key: %s\n", err.message);
		return 2;
	}
	return print_public(argv[2]);
}
