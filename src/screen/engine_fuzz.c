/* engine_fuzz.c: any text, cut into turns by newlines after "C:", "A:" or "R:", is screened to a whole verdict whose spans lie in the
 * newest message, twice the same. */
#include "screen/screen.h"

#include "screen/packs_test.h"
#include "sys/mem.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct screen_engine *engine;
static struct screen_scratch *scratch;

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void open_once(void)
{
	const struct screen_source sources[TEST_SOURCE_COUNT] = TEST_SOURCES;
	struct str image;
	need(screen_engine_build(mem_system(), sources, TEST_SOURCE_COUNT, &image, NULL) == 0);
	need(screen_engine_open(mem_system(), image, &engine, NULL) == 0 && screen_scratch_open(engine, &scratch, NULL) == 0);
	mem_system()->release(mem_system()->ctx, (void *)image.ptr);
}

static void check_verdict(const struct verdict *verdict, size_t len)
{
	int highest = 0;
	need(verdict->state != VERDICT_NOT_SCREENED && verdict->level >= 0 && verdict->level <= 4);
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		highest = verdict->levels[i] > highest ? verdict->levels[i] : highest;
	need(highest == verdict->level);
	for (size_t i = 0; i < verdict->finding_count; i++)
		need(verdict->findings[i].turn < 0 ||
			(verdict->findings[i].start <= verdict->findings[i].end && verdict->findings[i].end <= len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct screen_turn turns[32];
	struct screen_request request = { .role = size && data[0] % 4 == 3 ? ROLE_ASSISTANT : ROLE_CLIENT, .turns = turns };
	struct str rest = str_make((const char *)data, size);
	struct verdict first, second;
	struct arena arena;
	if (!engine)
		open_once();
	while (request.turn_count < COUNT_OF(turns)) {
		size_t end = str_find(rest, STR("\n"), 0);
		char kind = rest.len > 2 && rest.ptr[1] == ':' ? rest.ptr[0] : 0;
		if (end == SIZE_MAX || (kind != 'C' && kind != 'A' && kind != 'R'))
			break;
		turns[request.turn_count++] = (struct screen_turn){ kind == 'C' ? ROLE_CLIENT : ROLE_ASSISTANT, str_sub(rest, 2, end),
			kind == 'R' };
		rest = str_sub(rest, end + 1, rest.len);
	}
	request.text = rest;
	arena_init(&arena, mem_system(), 512u << 20);
	need(screen_run(engine, scratch, &arena, &request, &first) == 0);
	check_verdict(&first, rest.len);
	need(screen_run(engine, scratch, &arena, &request, &second) == 0);
	need(first.level == second.level && first.finding_count == second.finding_count);
	arena_done(&arena);
	return 0;
}
