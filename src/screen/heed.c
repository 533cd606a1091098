/* heed.c: the public face of the engine, include/heed/heed.h, over screen.h: engines, scratches and one message. */
#include "screen/heed_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERDICT_MEMORY_MAX (64u << 20)

/* ---- Memory ---- */

static void *plain_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void *plain_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	(void)ctx;
	(void)old_size;
	return realloc(p, size);
}

static void plain_release(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

static struct mem mem_of(const struct heed_allocator *allocator)
{
	if (!allocator)
		return (struct mem){ plain_alloc, plain_resize, plain_release, NULL };
	return (struct mem){ allocator->alloc, allocator->resize, allocator->release, allocator->ctx };
}

int face_fail(const struct err *err, char *error)
{
	if (error)
		snprintf(error, HEED_ERROR_MAX, "%s", err->message);
	return err->code == E_MEMORY || err->code == E_LIMIT || err->code == E_INVALID ? err->code : HEED_E_BUG;
}

int face_no_memory(char *error)
{
	struct err err = { 0 };
	(void)err_set(&err, E_MEMORY, "heed", "out of memory");
	return face_fail(&err, error);
}

int face_invalid(const char *sentence, char *error)
{
	struct err err = { 0 };
	(void)err_set(&err, E_INVALID, "heed", "%s", sentence);
	return face_fail(&err, error);
}

bool face_take(const void *given, size_t least, void *ret_own, size_t size)
{
	const unsigned char *bytes = given;
	size_t has;
	memcpy(&has, given, sizeof has);
	if (has < least)
		return false;
	for (size_t i = size; i < has; i++)
		if (bytes[i])
			return false;
	memset(ret_own, 0, size);
	memcpy(ret_own, given, has < size ? has : size);
	return true;
}

/* What the caller chose; false: not filled in. */
static bool options_of(const struct heed_options *given, struct heed_options *ret_options)
{
	*ret_options = (struct heed_options){ 0 };
	if (given && !face_take(given, offsetof(struct heed_options, verdict_memory_max), ret_options, sizeof *ret_options))
		return false;
	const struct heed_allocator *allocator = ret_options->allocator;
	if (!ret_options->verdict_memory_max)
		ret_options->verdict_memory_max = VERDICT_MEMORY_MAX;
	return !allocator || (allocator->alloc && allocator->resize && allocator->release);
}

/* ---- Engines ---- */

const char *heed_version(void)
{
	return HEED_VERSION;
}

unsigned heed_abi(void)
{
	return HEED_ABI;
}

int heed_build(const struct heed_options *options, const struct heed_pack *packs, size_t count, void **ret_image, size_t *ret_size,
	char error[HEED_ERROR_MAX])
{
	struct heed_options chosen;
	if (!options_of(options, &chosen))
		return face_invalid("the options are not filled in", error);
	struct mem mem = mem_of(chosen.allocator);
	struct screen_source *sources = count && count <= SIZE_MAX / sizeof *sources ? mem.alloc(mem.ctx, count * sizeof *sources) : NULL;
	struct str image = { 0 };
	struct err err = { 0 };
	if (count && !sources)
		return face_no_memory(error);
	for (size_t i = 0; i < count; i++)
		sources[i] = (struct screen_source){ str_c(packs[i].name), str_make(packs[i].bytes, packs[i].len) };
	int rc = screen_engine_build(&mem, sources, count, &image, &err);
	mem.release(mem.ctx, sources);
	if (rc)
		return face_fail(&err, error);
	*ret_image = (void *)(uintptr_t)image.ptr;
	*ret_size = image.len;
	return 0;
}

void heed_image_free(const struct heed_options *options, void *image)
{
	struct heed_options chosen;
	(void)options_of(options, &chosen); /* that which the image was built with */
	struct mem mem = mem_of(chosen.allocator);
	mem.release(mem.ctx, image);
}

int heed_open(const struct heed_options *options, const void *image, size_t size, heed_engine **ret_engine, char error[HEED_ERROR_MAX])
{
	struct heed_options chosen;
	if (!options_of(options, &chosen))
		return face_invalid("the options are not filled in", error);
	struct mem mem = mem_of(chosen.allocator);
	struct heed_engine *engine = mem.alloc(mem.ctx, sizeof *engine);
	struct err err = { 0 };
	if (!engine)
		return face_no_memory(error);
	*engine = (struct heed_engine){ .mem = mem, .verdict_memory_max = chosen.verdict_memory_max };
	int rc = screen_engine_open(&engine->mem, str_make(image, size), &engine->engine, &err);
	if (rc) {
		mem.release(mem.ctx, engine);
		return face_fail(&err, error);
	}
	engine->near_suffices = face_near_suffices(engine->engine);
	*ret_engine = engine;
	return 0;
}

void heed_close(heed_engine *engine)
{
	if (!engine)
		return;
	struct mem mem = engine->mem;
	screen_engine_free(&engine->engine);
	mem.release(mem.ctx, engine);
}

const char *heed_packs(const heed_engine *engine)
{
	return screen_engine_packs(engine->engine).ptr;
}

int heed_scratch_open(const heed_engine *engine, heed_scratch **ret_scratch, char error[HEED_ERROR_MAX])
{
	struct mem mem = engine->mem;
	struct heed_scratch *scratch = mem.alloc(mem.ctx, sizeof *scratch);
	struct err err = { 0 };
	if (!scratch)
		return face_no_memory(error);
	*scratch = (struct heed_scratch){ .mem = mem, .of = engine, .shown = face_not_screened(ROLE_CLIENT, "nothing was screened yet") };
	int rc = screen_scratch_open(engine->engine, &scratch->scratch, &err);
	if (rc) {
		mem.release(mem.ctx, scratch);
		return face_fail(&err, error);
	}
	arena_init(&scratch->arena, &scratch->mem, engine->verdict_memory_max);
	*ret_scratch = scratch;
	return 0;
}

void heed_scratch_close(heed_scratch *scratch)
{
	if (!scratch)
		return;
	struct mem mem = scratch->mem;
	screen_scratch_free(&scratch->scratch);
	arena_done(&scratch->arena);
	mem.release(mem.ctx, scratch);
}

/* ---- Screening ---- */

static enum message_role role_of(enum heed_role role)
{
	return role == HEED_ASSISTANT ? ROLE_ASSISTANT : ROLE_CLIENT;
}

const char *face_request(struct arena *arena, const struct heed_message *message, struct screen_request *ret_request)
{
	struct heed_message own;
	if (!face_take(message, offsetof(struct heed_message, age) + sizeof own.age, &own, sizeof own) || (own.text_len && !own.text) ||
		(own.turn_count && !own.turns))
		return "the message is not filled in";
	size_t count = own.turn_count < SCREEN_TURNS_MAX ? own.turn_count : SCREEN_TURNS_MAX;
	struct screen_turn *turns = ARENA_ARRAY(arena, struct screen_turn, count + 1);
	if (!turns)
		return "out of memory";
	/* The caller's turns may be of a later, longer kind: the first tells how far apart they stand. */
	const char *first = (const char *)own.turns + (count ? (own.turn_count - count) * own.turns->size : 0);
	for (size_t i = 0; i < count; i++) {
		struct heed_turn turn;
		if (!face_take(
			    first + i * own.turns->size, offsetof(struct heed_turn, text_len) + sizeof turn.text_len, &turn, sizeof turn) ||
			(turn.text_len && !turn.text))
			return "a turn is not filled in";
		turns[i] = (struct screen_turn){ role_of(turn.role), str_make(turn.text, turn.text_len), turn.role == HEED_ASSISTANT };
	}
	*ret_request = (struct screen_request){ .role = role_of(own.role),
		.text = str_make(own.text ? own.text : "", own.text_len),
		.turns = turns,
		.turn_count = count,
		.carried_level = own.carried_level,
		.country = own.country ? str_c(own.country) : STR(""),
		.age = own.age };
	return NULL;
}

const struct heed_verdict *heed_screen(const heed_engine *engine, heed_scratch *scratch, const struct heed_message *message)
{
	struct screen_request request = { .role = ROLE_CLIENT };
	struct verdict verdict;
	arena_reset(&scratch->arena);
	const char *wrong = scratch->of == engine ? face_request(&scratch->arena, message, &request) : "the scratch is of another engine";
	if (wrong) {
		scratch->shown = face_not_screened(request.role, wrong);
		return &scratch->shown;
	}
	(void)screen_run(engine->engine, scratch->scratch, &scratch->arena, &request, &verdict); /* a failure is in the verdict */
	scratch->shown = face_publish(&scratch->arena, request.role, &verdict);
	return &scratch->shown;
}

size_t heed_unit_end(const heed_engine *engine, const char *text, size_t text_len, size_t from, int finished)
{
	return screen_unit_end(engine->engine, str_make(text ? text : "", text_len), from, finished != 0);
}
