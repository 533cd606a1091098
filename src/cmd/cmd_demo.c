/* cmd_demo.c: `heedwell demo`: the whole product on a made-up programme. docs/reference/demo.md has what it takes from the
 * environment and what it writes. */
#include "cmd/cmd.h"
#include "cmd/demo.h"
#include "cmd/packs.h"
#include "store/key.h"
#include "sys/files.h"
#include "sys/mem.h"

#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LAYER "demo"
#define ARENA_MAX (16u << 20)
#define FILE_MAX (1u << 20)
#define BARE_CLIENTS 2

static const char *from_env(const char *name, const char *otherwise)
{
	const char *value = getenv(name);
	return value && *value ? value : otherwise;
}

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *ftw)
{
	(void)info;
	(void)flag;
	(void)ftw;
	return remove(path);
}

/* ---- Configuration from the environment ---- */

static int choose_database(struct demo *demo, struct serve_config *config, struct err *reterr)
{
	const char *given = getenv("HEEDWELL_DATABASE");
	char folder[512];
	if (given && *given) {
		bool url = strncmp(given, "postgresql:", 11) == 0 || strncmp(given, "sqlite:", 7) == 0;
		config->database = arena_printf(demo->arena, "%s%s", url ? "" : "sqlite:", given);
	} else {
		int code = files_temp_folder("heedwell-demo", folder, sizeof(folder), reterr);
		if (code)
			return code;
		demo->folder = arena_copy(demo->arena, str_c(folder)).ptr;
		config->database = arena_printf(demo->arena, "sqlite:%s/heedwell.db", folder);
	}
	demo->database = config->database.ptr;
	return demo->database ? 0 : err_set(reterr, E_MEMORY, LAYER, "out of memory");
}

static int choose_key(struct demo *demo, struct serve_config *config, struct err *reterr)
{
	const char *given = getenv("HEEDWELL_KEY_FILE");
	bool file = strncmp(demo->database, "sqlite:", 7) == 0;
	config->key_file = given && *given ? str_c(given)
			   : file          ? arena_printf(demo->arena, "%s.key", demo->database + 7)
					   : STR("build/demo.key");
	if (files_exists(config->key_file.ptr))
		return 0;
	return key_create(config->key_file.ptr, "demo.example/heedwell", reterr);
}

static void choose_web(struct demo *demo, struct serve_config *config)
{
	struct str packs = packs_dir(demo->arena, NULL);
	struct str root = arena_printf(demo->arena, STR_FMT "/../web/dist", STR_ARG(packs));
	const char *index = arena_printf(demo->arena, STR_FMT "/index.html", STR_ARG(root)).ptr;
	if (index && files_exists(index))
		config->http.web_root = root;
}

static int configure(struct demo *demo, struct serve_config *config, struct err *reterr)
{
	const char *upstream = getenv("HEEDWELL_UPSTREAM");
	serve_config_default(config);
	config->demo = true;
	config->http.listen = str_c(from_env("HEEDWELL_LISTEN", "127.0.0.1:8080"));
	config->requests_per_minute = 600000;
	if (upstream && *upstream) {
		config->use_upstream = true;
		config->upstream.name = STR("upstream");
		config->upstream.url = str_c(upstream);
	}
	demo->file = from_env("HEEDWELL_DEMO_FILE", "build/demo.json");
	demo->seed = from_env("HEEDWELL_DEMO_SEED", "full");
	if (strcmp(demo->seed, "full") != 0 && strcmp(demo->seed, "bare") != 0)
		return err_set(reterr, E_INVALID, LAYER, "HEEDWELL_DEMO_SEED: must be full or bare");
	if (strcmp(demo->seed, "full") == 0)
		config->behind_us = DEMO_DAYS * DAY_US;
	const char *start = getenv("HEEDWELL_TEST_CLOCK");
	if (start && *start) {
		config->test_clock = true;
		if (clock_parse(start, &config->test_start))
			return err_set(reterr, E_INVALID, LAYER, "HEEDWELL_TEST_CLOCK: must be a time like 2026-01-05T09:00:00Z");
	}
	choose_web(demo, config);
	int code = choose_database(demo, config, reterr);
	return code ? code : choose_key(demo, config, reterr);
}

/* ---- Hooks ---- */

static int stored(void *ctx, struct serve_parts *parts, struct err *reterr)
{
	struct demo *demo = ctx;
	struct scope scope = { .who = WHO_SYSTEM };
	struct list_query query = { .resource = "programme", .index = "all", .limit = 1 };
	struct row_set *set = NULL;
	int code = store_list_wait(parts->store, &scope, &query, &set, reterr);
	if (code)
		return code;
	demo->existed = set->count > 0;
	row_set_free(&set);
	if (demo->existed && parts->shifted_clock)
		shifted_clock_behind(parts->shifted_clock, 0); /* nothing is told again */
	return demo->existed ? 0 : demo_make_programme(demo, parts, reterr);
}

static int opened(void *ctx, struct serve_parts *parts, struct err *reterr)
{
	struct demo *demo = ctx;
	bool full = strcmp(demo->seed, "full") == 0;
	int code = 0;
	if (demo->existed)
		return 0;
	if (full)
		return demo_seed(demo, parts, reterr);
	for (size_t i = 0; i < BARE_CLIENTS && !code; i++)
		code = demo_make_client(demo, parts, i, reterr);
	return code;
}

static int ready(void *ctx, struct serve_parts *parts, struct err *reterr)
{
	return demo_tell(ctx, parts, reterr);
}

/* ---- What it tells ---- */

static json_t *staff_json(const struct demo *demo)
{
	json_t *list = json_array();
	for (size_t i = 0; i < DEMO_STAFF; i++)
		json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "role", demo->staff[i].role, "login", demo->staff[i].login,
						    "name", demo->staff[i].name, "password", demo->password));
	return list;
}

static json_t *links_json(struct demo *demo, const char *url)
{
	json_t *list = json_array();
	for (size_t i = 0; i < DEMO_CLIENTS_MAX; i++)
		if (demo->clients[i].link_open)
			json_array_append_new(
				list, json_string(arena_printf(demo->arena, "%s#/invite/%s", url, demo->clients[i].link_token).ptr));
	return list;
}

/* Over a database that was there, the people of the file that was there. */
static json_t *told_before(struct demo *demo)
{
	struct str bytes = { 0 };
	if (!demo->existed || files_read(demo->arena, demo->file, FILE_MAX, &bytes, NULL))
		return NULL;
	json_t *before = json_loadb(bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(before))
		return before;
	json_decref(before);
	return NULL;
}

static void print_for_people(const struct demo *demo, const json_t *told)
{
	const json_t *person = NULL, *link = NULL;
	size_t index = 0;
	printf("\nHeedwell is running on made-up people.\n\n  client app  %s\n  console     %sconsole\n  gateway     %s\n  API key     "
	       "%s\n              %s (may bring system messages)\n\nStaff (password for all):\n",
		json_string_value(json_object_get(told, "url")), json_string_value(json_object_get(told, "url")),
		json_string_value(json_object_get(told, "gateway")), json_string_value(json_object_get(told, "api_key")),
		json_is_string(json_object_get(told, "operator_key")) ? json_string_value(json_object_get(told, "operator_key")) : "-");
	json_array_foreach(json_object_get(told, "staff"), index, person)
		printf("  %-11s %-16s %s\n", json_string_value(json_object_get(person, "role")),
			json_string_value(json_object_get(person, "login")), json_string_value(json_object_get(person, "password")));
	printf("\nClient links (each works once; asked for a year of birth, answer %d):\n", DEMO_BIRTH_YEAR);
	json_array_foreach(json_object_get(told, "client_links"), index, link) printf("  %s\n", json_string_value(link));
	printf("\nThe same is in %s. Stop with Ctrl-C.\n", demo->file);
	fflush(stdout);
}

int demo_tell(struct demo *demo, struct serve_parts *parts, struct err *reterr)
{
	int port = http_server_port(parts->server);
	const char *url = arena_printf(demo->arena, "http://127.0.0.1:%d/", port).ptr;
	json_t *told = told_before(demo);
	char second[8];
	if (!told) {
		told = json_object();
		json_object_set_new(told, "api_key", json_string(demo->api_key));
		json_object_set_new(told, "operator_key", json_string(demo->operator_key));
		json_object_set_new(told, "staff", demo->existed ? json_array() : staff_json(demo));
		json_object_set_new(told, "client_links", links_json(demo, url));
		snprintf(second, sizeof(second), "%d", DEMO_BIRTH_YEAR);
		json_object_set_new(told, "second_fact", json_string(second));
	}
	json_object_set_new(told, "url", json_string(url));
	json_object_set_new(told, "gateway", json_string(arena_printf(demo->arena, "%sv1", url).ptr));
	char *room = arena_alloc(demo->arena, FILE_MAX, 1);
	size_t len = room ? json_dumpb(told, room, FILE_MAX, JSON_INDENT(2)) : 0;
	int code = len && len <= FILE_MAX ? files_write(demo->file, str_make(room, len), reterr)
					  : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (!code)
		print_for_people(demo, told);
	json_decref(told);
	return code;
}

int cmd_demo(int argc, char **argv)
{
	struct arena arena;
	struct serve_config config;
	struct err err = { 0 };
	struct demo demo = { .arena = &arena };
	const struct serve_hooks hooks = { .ctx = &demo, .stored = stored, .opened = opened, .ready = ready };
	(void)argv;
	if (argc != 1) {
		fputs("usage: heedwell demo\n\nruns on a made-up programme; docs/reference/demo.md has the environment variables\n",
			stderr);
		return 2;
	}
	arena_init(&arena, mem_system(), ARENA_MAX);
	int code = configure(&demo, &config, &err);
	if (!code)
		code = serve_run(&config, &hooks, &err);
	if (code)
		fprintf(stderr, "heedwell demo: %s\n", err.message);
	if (demo.folder)
		nftw(demo.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_done(&arena);
	return code ? 1 : 0;
}
