/* classify_test.c: the learned stage with a model of the test's own: a few words weigh, everything else nothing. */
#include "screen/features.h"
#include "screen/screen.h"

#include "base/property.h"
#include "screen/packs_test.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define BITS 12u
#define LANES 16u
#define ROWS (1u << BITS)
#define CURVE "[0, 0, 0, 0, 0, 0, 0, 0, 500, 600, 700, 800, 900, 900, 900, 900, 1000]"

static const char learned_concepts[] = TEST_HEAD("concepts", "test.learned") //
	"concepts:\n"
	"  - {id: suicide.learned, role: client, level: 2, why: {en: \"Reads like it.\"}}\n"
	"  - {id: suicide.learned_active, role: client, level: 3, why: {en: \"Reads much like it.\"}}\n";

static struct screen_engine *plain, *learned; /* without and with the model */
static struct screen_scratch *plain_scratch, *scratch;
static struct arena arena;
static char pack[ROWS * LANES * 2 + 4096];

static int open_with(const char *model, struct screen_engine **ret_engine, struct err *err)
{
	const struct screen_source base[TEST_SOURCE_COUNT] = TEST_SOURCES;
	struct screen_source sources[TEST_SOURCE_COUNT + 2];
	struct str image;
	memcpy(sources, base, sizeof base);
	sources[TEST_SOURCE_COUNT] = (struct screen_source){ STR("concepts_learned.yaml"),
		str_make(learned_concepts, sizeof learned_concepts - 1) };
	sources[TEST_SOURCE_COUNT + 1] = (struct screen_source){ STR("classifier/client.yaml"), model ? str_c(model) : STR("") };
	int rc = screen_engine_build(mem_system(), sources, TEST_SOURCE_COUNT + (model ? 2 : 1), &image, err);
	if (rc < 0)
		return rc;
	rc = screen_engine_open(mem_system(), image, ret_engine, err);
	mem_system()->release(mem_system()->ctx, (void *)image.ptr);
	return rc;
}

/* The weights: 127 for every feature of "purple lantern" in the first head, of "silver" in the second as well. */
static int8_t weights[ROWS * LANES];

struct mark {
	size_t lanes;
};

static int mark_window(void *ctx, size_t start, size_t end, const uint32_t *hashes, size_t count)
{
	const struct mark *mark = ctx;
	(void)start;
	(void)end;
	for (size_t i = 0; i < count; i++)
		for (size_t lane = 0; lane < mark->lanes; lane++)
			weights[(hashes[i] & (ROWS - 1)) * LANES + lane] = 127;
	return 0;
}

static void mark_words(const char *text, size_t lanes)
{
	struct screen_request request = { .role = ROLE_CLIENT, .text = str_c(text) };
	struct mark mark = { lanes };
	arena_reset(&arena);
	assert_int_equal(screen_features(plain, plain_scratch, &arena, &request, mark_window, &mark), 0);
}

static const char *model_with(const char *heads, size_t weight_bytes)
{
	static char base64[ROWS * LANES * 4 / 3 + 16];
	sodium_bin2base64(base64, sizeof base64, (const unsigned char *)weights, weight_bytes, sodium_base64_VARIANT_ORIGINAL);
	int len = snprintf(pack, sizeof pack, "%srole: client\nbits: %u\nlangs: [en]\ntrained: {seed: \"1\"}\nheads:\n%sweights: \"%s\"\n",
		TEST_HEAD("classifier", "classifier.client"), BITS, heads, base64);
	assert_true(len > 0 && (size_t)len < sizeof pack);
	return pack;
}

static const char two_heads[] =
	"  - {concept: suicide.learned, level: 2, scale: 10000, bias: -4000, thresholds: [0], deepens: [-1000], curve: " CURVE "}\n"
	"  - {concept: suicide.learned_active, level: 3, scale: 10000, bias: -4000, thresholds: [0], deepens: [-1000], curve: " CURVE "}\n";

static int open_engines(void **state)
{
	struct err err = { 0 };
	(void)state;
	arena_init(&arena, mem_system(), 512u << 20);
	int rc = open_with(NULL, &plain, &err);
	if (rc == 0)
		rc = screen_scratch_open(plain, &plain_scratch, &err);
	if (rc == 0) {
		mark_words("purple lantern", 1);
		mark_words("silver", 2);
		rc = open_with(model_with(two_heads, sizeof weights), &learned, &err);
	}
	if (rc == 0)
		rc = screen_scratch_open(learned, &scratch, &err);
	if (rc < 0)
		print_error("%s\n", err.message);
	return rc;
}

static int close_engines(void **state)
{
	(void)state;
	screen_scratch_free(&scratch);
	screen_scratch_free(&plain_scratch);
	screen_engine_free(&learned);
	screen_engine_free(&plain);
	arena_done(&arena);
	return 0;
}

static struct verdict screen(enum message_role role, struct str text)
{
	struct screen_request request = { .role = role, .text = text };
	struct verdict verdict;
	arena_reset(&arena);
	assert_int_equal(screen_run(learned, scratch, &arena, &request, &verdict), 0);
	return verdict;
}

/* With the marks of vowels and without is one word; the n with its tilde is another letter. */
static void test_marks(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} pairs[] = { { "acabaré", "acabare", true }, { "façade", "facade", true }, { "können", "konnen", true }, { "año", "ano", false },
		{ "ação", "acao", true }, { "слово", "слова", false } };
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		uint32_t a[FEATURES_WORD_MAX], b[FEATURES_WORD_MAX];
		size_t count = features_word(str_c(pairs[i].a), a), other = features_word(str_c(pairs[i].b), b);
		assert_true(pairs[i].same == (features_hash(str_c(pairs[i].a)) == features_hash(str_c(pairs[i].b))));
		assert_true(pairs[i].same == (count == other && memcmp(a, b, count * sizeof a[0]) == 0));
	}
}

static void test_raises(void **state)
{
	static const struct {
		const char *text, *span;
		int level;
	} samples[] = {
		{ "a fine day", NULL, 0 }, { "purple lantern", "purple lantern", 2 }, { "silver", "silver", 3 },
		{ "it rains. Purple lantern! we eat", "Purple lantern", 2 },
		{ "i dont want to die; silver", NULL, 1 },      /* so thin that it is not sure */
		{ "i dont want to die.\nsilver", "silver", 3 }, /* a denial lowers what the phrase found, nothing else */
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct str text = str_c(samples[i].text);
		struct verdict verdict = screen(ROLE_CLIENT, text);
		if (verdict.level != samples[i].level)
			fail_msg("\"%s\": level %d", samples[i].text, verdict.level);
		if (!samples[i].span)
			continue;
		const struct finding *top = &verdict.findings[verdict.top];
		struct str span = str_sub(text, top->start, top->end);
		assert_int_equal(top->source, SOURCE_CLASSIFIER);
		if (!str_eqc(span, samples[i].span))
			fail_msg("\"%s\": span \"" STR_FMT "\"", samples[i].text, STR_ARG(span));
		assert_int_equal(verdict.learned[FAMILY_SUICIDE], top->confidence);
	}
}

static void test_leaves_phrases(void **state)
{
	(void)state;
	struct verdict verdict = screen(ROLE_CLIENT, STR("i want to die. purple lantern"));
	assert_int_equal(verdict.level, 3);
	assert_int_equal(verdict.finding_count, 1); /* the family is there already, and higher */
	assert_int_equal(verdict.findings[0].source, SOURCE_PHRASE);
	assert_true(verdict.learned[FAMILY_SUICIDE] > 0);
	assert_int_equal(verdict.learned[FAMILY_MANIA], -1);     /* no head knows it */
	verdict = screen(ROLE_ASSISTANT, STR("purple lantern")); /* a model of one role is not asked for the other */
	assert_int_equal(verdict.level, 0);
	assert_int_equal(verdict.learned[FAMILY_SUICIDE], -1);
}

/* What was found already needs less to be graded higher; what lies in the past, or is denied, is not. */
static void test_deepens(void **state)
{
	static const char thin[] = "silver as it was";
	static const struct {
		const char *before;
		int level;
	} samples[] = { { "", 0 }, { "i want to be gone. ", 3 }, { "years ago i said i want to die. ", 2 }, { "i dont want to die. ", 1 } };
	char text[160];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		snprintf(text, sizeof text, "%s%s", samples[i].before, thin);
		struct verdict verdict = screen(ROLE_CLIENT, str_c(text));
		if (verdict.level != samples[i].level)
			fail_msg("\"%s\": level %d", text, verdict.level);
	}
}

/* A sentence more, before, after or between, never lowers a level, whatever it says. */
static void test_more_text(void **state)
{
	static const char *const others[] = { "We had soup.", "The bus was late again!", "My sister called me on Sunday", "?", "Ok.",
		"I was reading about the weather in the north, and then the lights went out, and then we all went home early." };
	static const char *const risky[] = { "purple lantern", "silver", "oh purple lantern", "i want to die" };
	(void)state;
	struct property property = property_start("more text");
	for (int round = 0; round < 500; round++) {
		char text[2048];
		const char *middle = risky[property_below(&property, COUNT_OF(risky))];
		int alone = screen(ROLE_CLIENT, str_c(middle)).level, len = 0;
		size_t before = property_below(&property, 4), after = property_below(&property, 4);
		for (size_t i = 0; i < before; i++)
			len += snprintf(text + len, sizeof text - (size_t)len, "%s\n", others[property_below(&property, COUNT_OF(others))]);
		len += snprintf(text + len, sizeof text - (size_t)len, "%s\n", middle);
		for (size_t i = 0; i < after; i++)
			len += snprintf(text + len, sizeof text - (size_t)len, "%s\n", others[property_below(&property, COUNT_OF(others))]);
		int level = screen(ROLE_CLIENT, str_make(text, (size_t)len)).level;
		if (level < alone)
			fail_msg("\"%s\" is %d, with more text %d (\"%s\")", middle, alone, level, text);
	}
}

static void test_long_window(void **state)
{
	char text[8192];
	int len = 0;
	(void)state;
	for (int i = 0; i < 300; i++) /* one sentence of 600 words, with what weighs in its midst */
		len += snprintf(text + len, sizeof text - (size_t)len,
			i == 150 ? "silver silver silver silver silver silver silver silver silver silver silver silver "
				   "silver silver silver silver silver silver silver silver silver silver silver silver "
				   "silver silver silver silver silver silver silver silver silver silver silver silver "
				   "silver silver silver silver silver silver silver silver silver silver silver silver "
				 : "word after ");
	struct verdict verdict = screen(ROLE_CLIENT, str_make(text, (size_t)len));
	assert_int_equal(verdict.level, 3);
	assert_true(verdict.findings[verdict.top].end - verdict.findings[verdict.top].start < 1000);
}

static void test_refuses(void **state)
{
	static const struct {
		const char *heads, *what;
		size_t bytes;
	} bad[] = {
		{ "  - {concept: suicide.unknown, level: 2, scale: 1, bias: 0, thresholds: [0], deepens: [-1000], curve: " CURVE "}\n",
			"no such concept", sizeof weights },
		{ "  - {concept: suicide.learned, level: 2, scale: 1, bias: 0, thresholds: [0], deepens: [-1000], curve: [1, 2]}\n",
			"17 points", sizeof weights },
		{ "  - {concept: suicide.learned, level: 9, scale: 1, bias: 0, thresholds: [0], deepens: [-1000], curve: " CURVE "}\n",
			"level", sizeof weights },
		{ "  - {concept: suicide.learned, level: 2, scale: 0, bias: 0, thresholds: [0], deepens: [-1000], curve: " CURVE "}\n",
			"scale", sizeof weights },
		{ "  - {concept: suicide.learned, level: 2, scale: 1, bias: 0, thresholds: [1, 2], deepens: [1], curve: " CURVE "}\n",
			"one for each language", sizeof weights },
		{ two_heads, "bytes in base64", sizeof weights - 1 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct screen_engine *engine = NULL;
		struct err err = { 0 };
		assert_int_equal(open_with(model_with(bad[i].heads, bad[i].bytes), &engine, &err), E_INVALID);
		if (!strstr(err.message, bad[i].what) || !strstr(err.message, "classifier/client.yaml:"))
			fail_msg("%s: %s", bad[i].what, err.message);
		assert_null(engine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_raises),
		cmocka_unit_test(test_leaves_phrases),
		cmocka_unit_test(test_deepens),
		cmocka_unit_test(test_more_text),
		cmocka_unit_test(test_long_window),
		cmocka_unit_test(test_refuses),
	};
	return cmocka_run_group_tests_name("screen/classify", tests, open_engines, close_engines);
}
