/* heed.c: the public face of the engine, include/heed/heed.h, over screen.h. */
#include <heed/heed.h>

#include "screen/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH_MEMORY_MAX (64u << 20)

struct heed_engine {
	struct mem mem;
	struct screen_engine *engine;
};

struct heed_verdict {
	struct verdict verdict;
	const char *lang, *reason;
	struct heed_finding *findings;
};

struct heed_scratch {
	struct mem mem;
	struct screen_scratch *scratch;
	struct arena arena;
	struct heed_verdict shown;
};

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

static int fail(const struct err *err, char *error)
{
	if (error)
		snprintf(error, HEED_ERROR_MAX, "%s", err->message);
	return err->code == E_MEMORY || err->code == E_LIMIT || err->code == E_INVALID ? err->code : HEED_E_BUG;
}

static int no_memory(char *error)
{
	struct err err = { 0 };
	(void)err_set(&err, E_MEMORY, "heed", "out of memory");
	return fail(&err, error);
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

int heed_build(const struct heed_allocator *allocator, const struct heed_pack *packs, size_t count, void **ret_image, size_t *ret_size,
	char error[HEED_ERROR_MAX])
{
	struct mem mem = mem_of(allocator);
	struct screen_source *sources = count ? mem.alloc(mem.ctx, count * sizeof *sources) : NULL;
	struct str image = { 0 };
	struct err err = { 0 };
	if (count && !sources)
		return no_memory(error);
	for (size_t i = 0; i < count; i++)
		sources[i] = (struct screen_source){ str_c(packs[i].name), str_make(packs[i].bytes, packs[i].len) };
	int rc = screen_engine_build(&mem, sources, count, &image, &err);
	mem.release(mem.ctx, sources);
	if (rc)
		return fail(&err, error);
	*ret_image = (void *)(uintptr_t)image.ptr;
	*ret_size = image.len;
	return 0;
}

void heed_image_free(const struct heed_allocator *allocator, void *image)
{
	struct mem mem = mem_of(allocator);
	mem.release(mem.ctx, image);
}

int heed_open(const struct heed_allocator *allocator, const void *image, size_t size, heed_engine **ret_engine, char error[HEED_ERROR_MAX])
{
	struct mem mem = mem_of(allocator);
	struct heed_engine *engine = mem.alloc(mem.ctx, sizeof *engine);
	struct err err = { 0 };
	if (!engine)
		return no_memory(error);
	*engine = (struct heed_engine){ .mem = mem };
	int rc = screen_engine_open(&engine->mem, str_make(image, size), &engine->engine, &err);
	if (rc) {
		mem.release(mem.ctx, engine);
		return fail(&err, error);
	}
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
		return no_memory(error);
	*scratch = (struct heed_scratch){ .mem = mem };
	int rc = screen_scratch_open(engine->engine, &scratch->scratch, &err);
	if (rc) {
		mem.release(mem.ctx, scratch);
		return fail(&err, error);
	}
	arena_init(&scratch->arena, &scratch->mem, SCRATCH_MEMORY_MAX);
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

static const struct heed_verdict *not_screened(struct heed_scratch *scratch, const char *reason)
{
	scratch->shown =
		(struct heed_verdict){ .verdict = { .state = VERDICT_NOT_SCREENED, .top = SIZE_MAX }, .lang = "und", .reason = reason };
	return &scratch->shown;
}

static enum message_role role_of(enum heed_role role)
{
	return role == HEED_ASSISTANT ? ROLE_ASSISTANT : ROLE_CLIENT;
}

/* A NUL-terminated copy; "" for nothing. */
static const char *text_of(struct heed_scratch *scratch, struct str text)
{
	return text.len ? arena_copy(&scratch->arena, text).ptr : "";
}

static struct heed_finding public_finding(struct heed_scratch *scratch, const struct finding *finding)
{
	const struct finding_context *context = &finding->context;
	return (struct heed_finding){ .size = sizeof(struct heed_finding),
		.concept = text_of(scratch, finding->concept),
		.phrase = text_of(scratch, finding->phrase),
		.why = text_of(scratch, finding->why),
		.source = verdict_source_name(finding->source),
		.level = finding->level,
		.base_level = finding->base_level,
		.start = finding->start,
		.end = finding->end,
		.turn = finding->turn,
		.confidence = finding->confidence,
		.negated = context->negated,
		.uncertain = context->uncertain,
		.hypothetical = context->hypothetical,
		.question = context->question,
		.quoted = context->quoted,
		.idiom = context->idiom,
		.time = verdict_time_name(context->time),
		.experiencer = verdict_experiencer_name(context->experiencer) };
}

/* What callers are shown, as C strings. False: no memory. */
static bool put_words(struct heed_scratch *scratch)
{
	struct heed_verdict *shown = &scratch->shown;
	shown->lang = shown->verdict.lang.len ? text_of(scratch, shown->verdict.lang) : "und";
	shown->reason = text_of(scratch, shown->verdict.reason);
	shown->findings = ARENA_ARRAY(&scratch->arena, struct heed_finding, shown->verdict.finding_count + 1);
	for (size_t i = 0; shown->findings && i < shown->verdict.finding_count; i++)
		shown->findings[i] = public_finding(scratch, &shown->verdict.findings[i]);
	return !arena_failed(&scratch->arena);
}

const struct heed_verdict *heed_screen(const heed_engine *engine, heed_scratch *scratch, const struct heed_message *message)
{
	arena_reset(&scratch->arena);
	if (message->size < offsetof(struct heed_message, age) + sizeof message->age || (message->text_len && !message->text) ||
		(message->turn_count && !message->turns))
		return not_screened(scratch, "the message is not filled in");
	size_t count = message->turn_count < SCREEN_TURNS_MAX ? message->turn_count : SCREEN_TURNS_MAX;
	struct screen_turn *turns = ARENA_ARRAY(&scratch->arena, struct screen_turn, count + 1);
	if (!turns)
		return not_screened(scratch, "out of memory");
	/* The caller's turns may be of a later, longer kind: the first tells how far apart they stand. */
	const char *first = (const char *)message->turns + (count ? (message->turn_count - count) * message->turns->size : 0);
	for (size_t i = 0; i < count; i++) {
		const struct heed_turn *turn = (const void *)(first + i * message->turns->size);
		if (turn->size < sizeof *turn || (turn->text_len && !turn->text))
			return not_screened(scratch, "a turn is not filled in");
		turns[i] = (struct screen_turn){ role_of(turn->role), str_make(turn->text, turn->text_len), turn->role == HEED_ASSISTANT };
	}
	const struct screen_request request = { .role = role_of(message->role),
		.text = str_make(message->text ? message->text : "", message->text_len),
		.turns = turns,
		.turn_count = count,
		.carried_level = message->carried_level,
		.country = message->country ? str_c(message->country) : STR(""),
		.age = message->age };
	scratch->shown = (struct heed_verdict){ 0 };
	struct verdict *verdict = &scratch->shown.verdict;
	(void)screen_run(engine->engine, scratch->scratch, &scratch->arena, &request, verdict); /* a failure is in the verdict */
	return put_words(scratch) ? &scratch->shown : not_screened(scratch, "out of memory");
}

/* ---- What was found ---- */

enum heed_state heed_verdict_state(const struct heed_verdict *verdict)
{
	switch (verdict->verdict.state) {
	case VERDICT_SCREENED: return HEED_SCREENED;
	case VERDICT_EMPTY: return HEED_EMPTY;
	case VERDICT_NOT_SCREENED: break;
	}
	return HEED_NOT_SCREENED;
}

int heed_verdict_level(const struct heed_verdict *verdict)
{
	return verdict->verdict.state == VERDICT_NOT_SCREENED ? -1 : verdict->verdict.level;
}

int heed_verdict_family(const struct heed_verdict *verdict, const char *family)
{
	for (int i = 0; i < FAMILY_COUNT && verdict->verdict.state != VERDICT_NOT_SCREENED; i++)
		if (strcmp(verdict_family_name((enum family)i), family) == 0)
			return verdict->verdict.levels[i];
	return -1;
}

const char *heed_verdict_reason(const struct heed_verdict *verdict)
{
	return verdict->reason;
}

const char *heed_verdict_lang(const struct heed_verdict *verdict)
{
	return verdict->lang;
}

int heed_verdict_truncated(const struct heed_verdict *verdict)
{
	return verdict->verdict.truncated;
}

size_t heed_verdict_count(const struct heed_verdict *verdict)
{
	return verdict->verdict.finding_count;
}

size_t heed_verdict_top(const struct heed_verdict *verdict)
{
	const struct verdict *v = &verdict->verdict;
	return v->top < v->finding_count ? v->top : v->finding_count;
}

int heed_verdict_finding(const struct heed_verdict *verdict, size_t index, struct heed_finding *ret_finding)
{
	size_t size = ret_finding->size;
	if (index >= verdict->verdict.finding_count || size < sizeof *ret_finding)
		return HEED_E_INVALID;
	*ret_finding = verdict->findings[index];
	ret_finding->size = size;
	return 0;
}

size_t heed_unit_end(const heed_engine *engine, const char *text, size_t text_len, size_t from, int finished)
{
	return screen_unit_end(engine->engine, str_make(text ? text : "", text_len), from, finished != 0);
}
