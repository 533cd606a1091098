/* cmd_serve.c: `heedwell serve --config FILE` and `heedwell config check FILE`. */
#include "cmd/cmd.h"
#include "cmd/packs.h"
#include "cmd/serve.h"
#include "store/key.h"
#include "sys/mem.h"

#include <stdio.h>
#include <string.h>

#define ARENA_MAX (4u << 20)

static int serve_usage(void)
{
	fputs("usage: heedwell serve --config FILE\n\nserves until SIGTERM or SIGINT; docs/reference/config.md has the keys of FILE\n",
		stderr);
	return 2;
}

int cmd_serve(int argc, char **argv)
{
	struct arena arena;
	struct serve_config config;
	const struct serve_hooks hooks = { 0 };
	struct err err = { 0 };
	if (argc != 3 || strcmp(argv[1], "--config") != 0)
		return serve_usage();
	arena_init(&arena, mem_system(), ARENA_MAX);
	serve_config_default(&config);
	int code = serve_config_read(&arena, argv[2], &config, &err), broken = code;
	if (!code)
		code = serve_run(&config, &hooks, &err);
	if (code)
		fprintf(stderr, "heedwell serve: %s\n", err.message);
	arena_done(&arena);
	return broken ? 2 : code ? 1 : 0;
}

static int check_key(const struct serve_config *config, struct err *reterr)
{
	struct key_file *key = NULL;
	int code = key_load(config->key_file.ptr, &key, reterr);
	key_free(&key);
	return code;
}

static int check_packs(struct arena *arena, const struct serve_config *config, struct err *reterr)
{
	struct screen_source *sources = NULL;
	size_t count = 0;
	struct str dir = packs_dir(arena, config->packs.len ? config->packs.ptr : NULL);
	int code = packs_read(arena, dir, &sources, &count, reterr);
	struct policy *policy = NULL;
	if (!code)
		code = packs_policy(arena, sources, count, &policy, reterr);
	policy_free(&policy);
	return code;
}

int cmd_config(int argc, char **argv)
{
	struct arena arena;
	struct serve_config config;
	struct err err = { 0 };
	struct str key;
	if (argc != 3 || strcmp(argv[1], "check") != 0) {
		fputs("usage: heedwell config check FILE\n\nreads FILE and what it names (key file, packs, secrets) and says "
		      "what is wrong\n",
			stderr);
		return 2;
	}
	arena_init(&arena, mem_system(), 64 * ARENA_MAX);
	serve_config_default(&config);
	int code = serve_config_read(&arena, argv[2], &config, &err);
	if (!code)
		code = check_key(&config, &err);
	if (!code)
		code = serve_config_upstream_key(&arena, &config, &key, &err);
	if (!code)
		code = serve_config_secrets(&arena, &config, &err);
	if (!code)
		code = check_packs(&arena, &config, &err);
	if (code)
		fprintf(stderr, "heedwell config: %s\n", err.message);
	else
		printf("%s: good\n", argv[2]);
	arena_done(&arena);
	return code ? 1 : 0;
}
