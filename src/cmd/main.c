/* main.c: finds the subcommand and runs it. */
#include "base/compiler.h"
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

static const struct cmd commands[] = {
	{ "audit", "export the journal, verify an export", cmd_audit },
	{ "compare", "check that a translation kept medicine, dose and negation", cmd_compare },
	{ "config", "check a configuration file", cmd_config },
	{ "demo", "run the whole product on made-up people", cmd_demo },
	{ "eval", "measure screening on labelled rows", cmd_eval },
	{ "features", "print what the learned stage sees, to train it", cmd_features },
	{ "key", "make a key file, print its public key", cmd_key },
	{ "openapi", "print the API's OpenAPI document", cmd_openapi },
	{ "pack", "write, test, compare and explain packs", cmd_pack },
	{ "product", "make, change and revoke the keys of calling products", cmd_product },
	{ "programme", "make a programme, list them", cmd_programme },
	{ "screen", "screen JSON lines from stdin to stdout", cmd_screen },
	{ "serve", "run the program", cmd_serve },
	{ "staff", "add people, give new passwords, suspend", cmd_staff },
	{ "version", "print the version", cmd_version },
};

static void usage(FILE *out)
{
	fputs("usage: heedwell COMMAND [ARGUMENT...]\n\n", out);
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		fprintf(out, "  %-12s %s\n", commands[i].name, commands[i].summary);
}

int main(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
		usage(argc < 2 ? stderr : stdout);
		return argc < 2 ? 2 : 0;
	}
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "heedwell: no command \"%s\"; see heedwell help\n", argv[1]);
	return 2;
}
