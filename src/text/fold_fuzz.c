/* fold_fuzz.c: any bytes are folded, segmented and unveiled; folding twice gives what folding once gives; spans lie in the text; units do
 * not depend on arrival. */
#include "text/segment.h"
#include "text/unveil.h"
#include "text/utf8.h"

#include "sys/mem.h"
#include "text/words_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct words words;
static struct fold_tables *tables;
static struct unveil_tables *unveil;

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void check_view(const struct view *view, size_t text_len)
{
	size_t at = 1;
	for (size_t i = 0; i < view->count; i++) {
		const struct token *token = &view->tokens[i];
		need(token->at == at && token->len > 0 && token->start <= token->end && token->end <= text_len);
		at += token->len + 1;
	}
	need(at == view->text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);
	struct view view, again, seen;
	struct arena arena;
	if (!tables) {
		words_fill(&words);
		need(fold_open(mem_system(), &tables, NULL) == 0 && unveil_open(mem_system(), &words.vocab, &unveil, NULL) == 0);
	}
	arena_init(&arena, mem_system(), 256u << 20);
	need(fold_run(tables, &words.vocab, &arena, text, &view) == 0);
	check_view(&view, size);
	need(fold_run(tables, &words.vocab, &arena, view.text, &again) == 0 && str_eq(view.text, again.text));
	need(segment_run(&arena, &view) == 0);
	int rc = unveil_run(unveil, &arena, &view, &seen);
	need(rc == 0 || rc == 1);
	if (rc == 1) {
		check_view(&seen, size);
		need(segment_run(&arena, &seen) == 0);
	}
	size_t half = segment_unit_end(str_sub(text, 0, size / 2), 0, 48, false), whole = segment_unit_end(text, 0, 48, false);
	need(half <= whole && whole <= size && segment_unit_end(text, half, 48, false) == whole);
	arena_done(&arena);
	return 0;
}
