/* unveil_test.c: what a reader sees in a disguised spelling, and that ordinary text stays as it is. */
#include "text/unveil.h"

#include "base/property.h"
#include "sys/mem.h"
#include "text/words_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct fold_tables *tables;
static struct unveil_tables *unveil;
static struct words words;

static int open_tables(void **state)
{
	(void)state;
	words_fill(&words);
	return fold_open(mem_system(), &tables, NULL) < 0 || unveil_open(mem_system(), &words.vocab, &unveil, NULL) < 0;
}

static int close_tables(void **state)
{
	(void)state;
	unveil_free(mem_system(), &unveil);
	fold_free(mem_system(), &tables);
	return 0;
}

struct sample {
	const char *text, *view; /* view NULL: nothing changed */
};

static const struct sample samples[] = {
	/* look-alikes */
	{ "want to di\u0435", " want to die " },   /* one Cyrillic letter */
	{ "\u0455ui\u0441id\u0435", " suicide " }, /* most of them */
	{ "k\u03B9ll me", " kill me " },           /* Greek iota */
	{ "\u043C\u0438\u0440", NULL },            /* a word of its own script */
	/* signs for letters */
	{ "k1ll mys3lf", " kill myself " },
	{ "5u1c1d3", " suicide " },
	{ "$u!cide", " suicide " },
	{ "k!ll me!", " kill me ! " },
	{ "2nite", " tonite " },
	{ "it is 10, 2 pills", NULL },
	{ "mail me@home.com", NULL },
	{ "suicide!", NULL },
	/* letters masked */
	{ "k*ll myself", " kill myself " },
	{ "su*c*de", " suicide " },
	{ "d*e", " die " },
	{ "*kill*", NULL }, /* emphasis, not a mask */
	{ "so *** word", NULL },
	/* letters set apart */
	{ "k i l l myself", " kill myself " },
	{ "k i l l. i read", " kill . i read " }, /* a single letter of the next sentence */
	{ "k i l l\ni read", " kill i read " },
	{ "k\ni\nl\nl", " kill " },
	{ "k.i.l.l me", " kill me " },
	{ "k-i-l-l m-e", " kill me " },
	{ "i  w a n t  t o  d i e", " i want to die " },
	{ "x k i l l", " x kill " },
	{ "\U0001F1F0\U0001F1EE\U0001F1F1\U0001F1F1 me", " kill me " },
	{ "\U0001F17A\U0001F178\U0001F17B\U0001F17B", " kill " },
	{ "a b c d e f g", NULL },
	/* in pieces, and run together */
	{ "sui-cide", " suicide " },
	{ "sui cide", " suicide " },
	{ "kill my self", " kill myself " },
	{ "over dose", " overdose " },
	{ "killmyself", " kill myself " },
	{ "iwanttodie", " i want to die " },
	{ "wordmore", NULL }, /* two known words, neither of which matters */
	{ "skillset", NULL },
	/* slips */
	{ "i wnat to die", " i want to die " },
	{ "kil me", " kill me " },
	{ "suicde", " suicide " },
	{ "suiside", " suicide " },
	{ "myslef", " myself " },
	{ "mysekf", " myself " },
	{ "overdoes", " overdose " },
	{ "soul side", NULL },
	{ "bill", NULL }, /* another word: a short one is not changed in a letter */
	{ "dei", NULL },
};

static void test_samples(void **state)
{
	struct arena arena;
	size_t failed = 0;
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct view plain, view = { .text = { NULL, 0 } };
		arena_reset(&arena);
		assert_int_equal(fold_run(tables, &words.vocab, &arena, str_c(samples[i].text), &plain), 0);
		int rc = unveil_run(unveil, &arena, &plain, &view);
		bool right = samples[i].view ? rc == 1 && str_eqc(view.text, samples[i].view) : rc == 0;
		if (!right)
			print_error("\"%s\": expected \"%s\", got %d \"" STR_FMT "\"\n", samples[i].text,
				samples[i].view ? samples[i].view : "(no change)", rc, STR_ARG(view.text));
		failed += !right;
	}
	arena_done(&arena);
	assert_int_equal(failed, 0);
}

/* Each new word points at the bytes that a person wrote for it. */
static void test_spans(void **state)
{
	struct arena arena;
	struct view plain, view;
	struct str text = STR("so killmyself, k i l l my self k1ll");
	static const char *const spans[] = { "so", "kill", "myself", ",", "k i l l", "my self", "k1ll" };
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	assert_int_equal(fold_run(tables, &words.vocab, &arena, text, &plain), 0);
	assert_int_equal(unveil_run(unveil, &arena, &plain, &view), 1);
	assert_int_equal(view.count, COUNT_OF(spans));
	for (size_t i = 0; i < view.count; i++) {
		assert_true(str_eqc(str_sub(text, view.tokens[i].start, view.tokens[i].end), spans[i]));
		assert_int_equal(!!(view.tokens[i].flags & TOKEN_CHANGED), i != 0 && i != 3);
	}
	arena_done(&arena);
}

static void check_laws(struct arena *arena, struct str text)
{
	struct view plain, view;
	assert_int_equal(fold_run(tables, &words.vocab, arena, text, &plain), 0);
	int rc = unveil_run(unveil, arena, &plain, &view);
	assert_true(rc == 0 || rc == 1);
	if (rc == 0)
		return;
	size_t at = 1;
	uint32_t start = 0;
	for (size_t i = 0; i < view.count; i++) {
		const struct token *token = &view.tokens[i];
		assert_int_equal(token->at, at);
		assert_true(token->len > 0 && view.text.ptr[at + token->len] == ' ');
		assert_true(token->start <= token->end && token->end <= text.len && token->start >= start);
		if (token->flags & TOKEN_CHANGED)
			assert_true(token->len == 1 || vocab_flags(&words.vocab, token_text(&view, token)));
		at += token->len + 1;
		start = token->start;
	}
	assert_int_equal(at, view.text.len);
}

/* Words cut, glued and peppered at random, and any bytes. */
static void test_laws(void **state)
{
	static const char *const pieces[] = { "kill", "k", "i", "l", "1", "3", "*", "!", "$", "-", ".", " ", " ", "  ", "\n", "my", "self",
		"suicide", "want", "to", "die", "d\u0435", "\U0001F1F0", "x", "elf", "0", "over", "dose", "\u200B" };
	struct property property = property_start("unveil");
	struct arena arena;
	char bytes[256];
	(void)state;
	arena_init(&arena, mem_system(), 1u << 22);
	for (int round = 0; round < 30000; round++) {
		size_t len = 0, want = property_below(&property, 40);
		arena_reset(&arena);
		if (round % 4 == 0) {
			len = property_below(&property, sizeof bytes);
			property_bytes(&property, bytes, len);
		} else {
			for (size_t i = 0; i < want; i++) {
				struct str piece = str_c(pieces[property_below(&property, COUNT_OF(pieces))]);
				if (len + piece.len > sizeof bytes)
					break;
				memcpy(bytes + len, piece.ptr, piece.len);
				len += piece.len;
			}
		}
		check_laws(&arena, str_make(bytes, len));
	}
	arena_done(&arena);
}

/* Every disguise of a word by one sign is read, wherever it stands. */
static void test_each_place(void **state)
{
	static const struct {
		char letter, sign;
	} signs[] = { { 'o', '0' }, { 'i', '1' }, { 'e', '3' }, { 's', '5' }, { 's', '$' }, { 'i', '!' }, { 'l', '1' }, { 'l', '|' } };
	static const char *const targets[] = { "suicide", "myself", "kill", "overdose", "tonight" };
	struct arena arena;
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	for (size_t t = 0; t < COUNT_OF(targets); t++) {
		size_t len = strlen(targets[t]);
		for (size_t i = 0; i < len; i++) {
			for (size_t k = 0; k < COUNT_OF(signs); k++) {
				char text[16];
				struct view plain, view;
				if (targets[t][i] != signs[k].letter || (i + 1 == len && signs[k].sign == '!'))
					continue;
				memcpy(text, targets[t], len);
				text[i] = signs[k].sign;
				arena_reset(&arena);
				assert_int_equal(fold_run(tables, &words.vocab, &arena, str_make(text, len), &plain), 0);
				assert_int_equal(unveil_run(unveil, &arena, &plain, &view), 1);
				assert_true(str_eqc(str_sub(view.text, 1, view.text.len - 1), targets[t]));
			}
		}
	}
	arena_done(&arena);
}

/* A word that no pack knows is read as a key term. */
static void check_slip(struct arena *arena, const char *slip, size_t len)
{
	struct view plain, view;
	arena_reset(arena);
	assert_int_equal(fold_run(tables, &words.vocab, arena, str_make(slip, len), &plain), 0);
	if (plain.count != 1 || plain.tokens[0].known || plain.tokens[0].len != len)
		return; /* a word of its own, or three of one letter that are read as one */
	if (unveil_run(unveil, arena, &plain, &view) != 1)
		fail_msg("\"%.*s\" was not read", (int)len, slip);
	assert_int_equal(view.count, 1);
	assert_true(vocab_flags(&words.vocab, token_text(&view, &view.tokens[0])) & VOCAB_KEY);
}

/* Every letter put in, left out, changed or swapped in every key term of six letters and more. */
static void test_each_slip(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, mem_system(), 1u << 20);
	for (struct str rest = str_c(WORDS_TERMS); rest.ptr;) {
		struct str term = str_split(&rest, ' ');
		char slip[16];
		assert_true(term.len >= 6 && term.len < sizeof slip);
		for (size_t i = 0; i <= term.len; i++) {
			memcpy(slip, term.ptr, i);
			for (char letter = 'a'; letter <= 'z'; letter++) {
				slip[i] = letter;
				memcpy(slip + i + 1, term.ptr + i, term.len - i);
				check_slip(&arena, slip, term.len + 1);
				if (i < term.len)
					memcpy(slip + i + 1, term.ptr + i + 1, term.len - i - 1);
				if (i < term.len)
					check_slip(&arena, slip, term.len);
			}
			if (i == term.len)
				continue;
			memcpy(slip + i, term.ptr + i + 1, term.len - i - 1);
			check_slip(&arena, slip, term.len - 1);
			memcpy(slip, term.ptr, term.len);
			slip[i] = term.ptr[i + 1 < term.len ? i + 1 : i];
			slip[i + 1 < term.len ? i + 1 : i] = term.ptr[i];
			check_slip(&arena, slip, term.len);
		}
	}
	arena_done(&arena);
}

/* Long runs of lone letters cost linear time: this test would not end otherwise. */
static void test_long_run(void **state)
{
	struct arena arena;
	struct view plain, view;
	size_t len = 400000;
	char *bytes = malloc(len);
	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++)
		bytes[i] = i % 2 ? ' ' : "kilxyz"[i / 2 % 6];
	arena_init(&arena, mem_system(), 256u << 20);
	assert_int_equal(fold_run(tables, &words.vocab, &arena, str_make(bytes, len), &plain), 0);
	assert_int_equal(unveil_run(unveil, &arena, &plain, &view), 0);
	arena_done(&arena);
	free(bytes);
}

static void test_no_memory(void **state)
{
	(void)state;
	for (size_t n = 1; n < 16; n++) {
		struct test_mem memory;
		struct unveil_tables *made = NULL;
		test_mem_init(&memory, n, 1);
		int rc = unveil_open(&memory.mem, &words.vocab, &made, NULL);
		if (rc == 0) {
			unveil_free(&memory.mem, &made);
			assert_true(n > 3);
		} else {
			assert_int_equal(rc, E_MEMORY);
		}
		assert_int_equal(memory.live, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_samples), cmocka_unit_test(test_spans), cmocka_unit_test(test_laws),
		cmocka_unit_test(test_each_place), cmocka_unit_test(test_each_slip), cmocka_unit_test(test_long_run),
		cmocka_unit_test(test_no_memory) };
	return cmocka_run_group_tests(tests, open_tables, close_tables);
}
