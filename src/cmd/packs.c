/* packs.c: see packs.h. */
#include "cmd/packs.h"

#include "sys/files.h"
#include "sys/mem.h"

#include <stdlib.h>

#define PACK_FILES_MAX 4096u
#define PACK_BYTES_MAX (2u * 1024u * 1024u)
#define IMAGE_BYTES_MAX (512u * 1024u * 1024u)

struct str packs_dir(struct arena *arena, const char *given)
{
	static const char *const beside[] = { "packs", "../share/heedwell/packs", "../packs", "../../packs", "../../../packs",
		"../../../../packs" };
	const char *set = getenv("HEEDWELL_PACKS");
	if (given)
		return str_c(given);
	if (set && *set)
		return str_c(set);
	struct str program = files_program_dir(arena);
	for (size_t i = 0; program.len && i < COUNT_OF(beside); i++) {
		struct str path = arena_printf(arena, STR_FMT "/%s", STR_ARG(program), beside[i]);
		struct str probe = arena_printf(arena, STR_FMT "/lexicon", STR_ARG(path));
		if (path.ptr && probe.ptr && files_exists(probe.ptr))
			return path;
	}
	return STR("packs");
}

int packs_read(struct arena *arena, struct str dir, struct screen_source **ret_sources, size_t *ret_count, struct err *reterr)
{
	struct str *paths = NULL, root = arena_copy(arena, dir);
	size_t count = 0;
	if (!root.ptr)
		return err_set(reterr, E_MEMORY, "cmd/packs", "no memory");
	int rc = files_list(arena, root.ptr, ".yaml", PACK_FILES_MAX, &paths, &count, reterr);
	if (rc == 0 && count == 0)
		rc = err_set(reterr, E_NOT_FOUND, "cmd/packs", "%s: no packs there", root.ptr);
	struct screen_source *sources = rc == 0 ? ARENA_ARRAY(arena, struct screen_source, count) : NULL;
	if (rc == 0 && !sources)
		rc = err_set(reterr, E_MEMORY, "cmd/packs", "no memory");
	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct str path = arena_printf(arena, "%s/" STR_FMT, root.ptr, STR_ARG(paths[i]));
		if (!path.ptr)
			return err_set(reterr, E_MEMORY, "cmd/packs", "no memory");
		sources[i].name = path;
		rc = files_read(arena, path.ptr, PACK_BYTES_MAX, &sources[i].bytes, reterr);
	}
	if (rc < 0)
		return rc;
	*ret_sources = sources;
	*ret_count = count;
	return 0;
}

static struct str cache_path(struct arena *arena, const char *cache, const char *key)
{
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	struct str dir;
	if (cache)
		dir = str_c(cache);
	else if (base && *base)
		dir = arena_printf(arena, "%s/heedwell", base);
	else if (home && *home)
		dir = arena_printf(arena, "%s/.cache/heedwell", home);
	else
		return str_make("", 0);
	if (!dir.len || files_make_dirs(arena_copy(arena, dir).ptr, NULL) < 0)
		return str_make("", 0);
	return arena_printf(arena, STR_FMT "/%.32s.packs", STR_ARG(dir), key);
}

static int build_and_keep(
	const struct screen_source *sources, size_t count, struct str path, struct screen_engine **ret_engine, struct err *reterr)
{
	const struct mem *mem = mem_system();
	struct str image;
	int rc = screen_engine_build(mem, sources, count, &image, reterr);
	if (rc < 0)
		return rc;
	if (path.len && files_write(path.ptr, image, NULL) < 0) {
		/* the cache only saves time */
	}
	rc = screen_engine_open(mem, image, ret_engine, reterr);
	mem->release(mem->ctx, (void *)image.ptr);
	return rc;
}

int packs_jurisdictions(
	struct arena *arena, const struct screen_source *sources, size_t count, struct jurisdictions **ret_set, struct err *reterr)
{
	struct policy_source *laws = ARENA_ARRAY(arena, struct policy_source, count);
	if (!laws)
		return err_set(reterr, E_MEMORY, "cmd/packs", "no memory");
	for (size_t i = 0; i < count; i++)
		laws[i] = (struct policy_source){ sources[i].name, sources[i].bytes };
	return jurisdictions_open(mem_system(), laws, count, ret_set, reterr);
}

int packs_policy(struct arena *arena, const struct screen_source *sources, size_t count, struct policy **ret_policy, struct err *reterr)
{
	struct policy_source *policies = ARENA_ARRAY(arena, struct policy_source, count);
	if (!policies)
		return err_set(reterr, E_MEMORY, "cmd/packs", "no memory");
	for (size_t i = 0; i < count; i++)
		policies[i] = (struct policy_source){ sources[i].name, sources[i].bytes };
	return policy_open(mem_system(), policies, count, ret_policy, reterr);
}

/* The image at `path`, when it is there and can be opened; the bytes that were read are gone then, since the engine has its own. */
static bool open_image(struct str path, struct screen_engine **ret_engine)
{
	struct arena arena;
	struct str image;
	arena_init(&arena, mem_system(), IMAGE_BYTES_MAX + PACK_BYTES_MAX);
	bool opened = path.len && files_read(&arena, path.ptr, IMAGE_BYTES_MAX, &image, NULL) == 0 &&
		      screen_engine_open(mem_system(), image, ret_engine, NULL) == 0;
	arena_done(&arena);
	return opened;
}

int packs_open(
	struct arena *arena, struct str dir, const char *cache, struct screen_engine **ret_engine, bool *ret_built, struct err *reterr)
{
	struct screen_source *sources;
	size_t count;
	char key[65];
	int rc = packs_read(arena, dir, &sources, &count, reterr);
	if (rc < 0)
		return rc;
	screen_engine_key(sources, count, key);
	struct str path = cache_path(arena, cache, key);
	if (ret_built)
		*ret_built = false;
	if (open_image(path, ret_engine))
		return 0;
	if (ret_built)
		*ret_built = true;
	return build_and_keep(sources, count, path, ret_engine, reterr);
}
