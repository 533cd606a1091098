/* pattern_fuzz.c: any bytes give patterns whose tokens are in the view and whose spans are in the text, one behind the other; with a small
 * table of names and without. The table of words that begin something changes nothing of what is found. */
#include "screen/pattern.h"

#include "sys/mem.h"
#include "text/segment.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SLOTS 256u

/* Words for every branch of the readers of names. */
static const struct {
	const char *text;
	uint16_t flags;
} entries[] = { { "ana", NAME_GIVEN }, { "will", NAME_GIVEN | NAME_WORD }, { "gil", NAME_SURNAME }, { "smith", NAME_SURNAME },
	{ "the", NAME_WORD }, { "a", NAME_WORD }, { "lamictal", NAME_NEVER }, { "paris", NAME_PLACE }, { "new", NAME_PLACE_HEAD },
	{ "new york", NAME_PLACE }, { "ny", NAME_STATE }, { "dr", NAME_TITLE }, { "van", NAME_PARTICLE }, { "my name is", NAME_SAID },
	{ "is", NAME_FRAME_END | NAME_WORD }, { "with", NAME_PERHAPS | NAME_FRAME_END },
	{ "told", NAME_PERHAPS | NAME_ADDRESSED | NAME_FRAME_END | NAME_VERB }, { "brother", NAME_KIN | NAME_FRAME_END },
	{ "said", NAME_VERB }, { "叫", NAME_SAID | NAME_FRAME_END }, { "王", NAME_SURNAME | NAME_IDEOGRAPH }, { "name :", NAME_SAID },
	{ ":", NAME_FRAME_END } };

static struct vocab small_table(struct vocab_slot slots[SLOTS], char bytes[1024])
{
	size_t at = 1;
	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		struct str text = str_c(entries[i].text);
		size_t slot = vocab_hash(text) & (SLOTS - 1);
		while (slots[slot].offset)
			slot = (slot + 1) & (SLOTS - 1);
		memcpy(bytes + at, text.ptr, text.len);
		slots[slot] = (struct vocab_slot){
			.offset = (uint32_t)at, .len = (uint16_t)text.len, .hash = vocab_hash(text), .flags = entries[i].flags
		};
		at += text.len;
	}
	return (struct vocab){ slots, SLOTS, bytes, NULL };
}

static void check(const struct patterns *patterns, const struct view *view, struct str text)
{
	for (size_t i = 0; i < patterns->count; i++) {
		const struct pattern *p = &patterns->items[i];
		if (p->first > p->last || p->last >= view->count || p->start > p->end || p->end > text.len || p->confidence <= 0 ||
			p->confidence > 1000)
			abort();
		if (i > 0 && p->first <= patterns->items[i - 1].last)
			abort();
	}
}

static void find(
	struct arena *arena, struct str text, const struct view *view, const struct names *names, bool contacts, struct patterns *patterns)
{
	if (pattern_find(arena, text, view, names, contacts, patterns) < 0)
		abort();
	check(patterns, view, text);
}

static void check_same(const struct patterns *a, const struct patterns *b)
{
	if (a->count != b->count)
		abort();
	for (size_t i = 0; i < a->count; i++) {
		const struct pattern *x = &a->items[i], *y = &b->items[i];
		if (x->kind != y->kind || x->first != y->first || x->last != y->last || x->start != y->start || x->end != y->end ||
			x->confidence != y->confidence || !str_eq(x->host, y->host))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fold_tables *tables;
	static struct vocab_slot slots[SLOTS];
	static char bytes[1024];
	static struct vocab table, around, frames;
	static struct pattern_starts starts;
	struct str text = str_make((const char *)data, size);
	struct patterns patterns, quicker;
	struct arena arena;
	struct view view;
	if (!tables) {
		if (fold_open(mem_system(), &tables, NULL) < 0)
			abort();
		table = small_table(slots, bytes);
		if (names_with(mem_system(), &table, NAME_AROUND, &around) < 0 ||
			names_with(mem_system(), &table, NAME_FRAMES, &frames) < 0)
			abort();
		pattern_starts_fill(&table, &around, &starts);
	}
	const struct names names = { .table = table, .around = around, .tables = tables };
	struct names quick = names;
	quick.starts = &starts;
	quick.frames = frames;
	arena_init(&arena, mem_system(), 256u << 20);
	if (fold_run(tables, NULL, &arena, text, &view) < 0 || segment_run(&arena, &view) < 0)
		abort();
	for (int contacts = 0; contacts < 2; contacts++) {
		find(&arena, text, &view, NULL, contacts, &patterns);
		find(&arena, text, &view, &names, contacts, &patterns);
		find(&arena, text, &view, &quick, contacts, &quicker);
		check_same(&patterns, &quicker);
	}
	arena_done(&arena);
	return 0;
}
