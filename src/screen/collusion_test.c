/* collusion_test.c: weak signs of a reply that add up, with packs of the test's own. */
#include "base/compiler.h"
#include "screen/screen.h"

#include "screen/packs_test.h"
#include "sys/mem.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SIGN(name, weight) "  - {id: reply." name ", role: assistant, level: 0, signal: " weight ", why: {en: \"x\"}}\n"

static const char sign_concepts[] = TEST_HEAD("concepts", "test.signs") //
	"concepts:\n"
	"  - {id: psychosis.delusion, role: client, level: 2, why: {en: \"A belief.\"}}\n"
	"  - {id: psychosis.sign, role: client, level: 1, why: {en: \"A weak sign.\"}}\n"
	"  - {id: request.theme, role: client, level: 0, why: {en: \"A theme.\"}}\n"
	"  - {id: distress.ritual, role: client, level: 1, why: {en: \"A ritual.\"}}\n"
	"  - {id: reply.agrees_delusion, role: assistant, level: 3, why: {en: \"Agrees.\"}}\n"
	"  - {id: reply.feeds_ritual, role: assistant, level: 2, why: {en: \"Feeds it.\"}}\n" //
	SIGN("sign_voice", "1") SIGN("sign_real", "2") SIGN("sign_special", "2") SIGN("sign_reassure", "1") SIGN("sets_limit", "1")
		SIGN("grounds", "2");

static const char sign_replies[] = TEST_HEAD("lexicon", "en.signs") //
	"role: assistant\n"
	"phrases:\n"
	"  - {concept: reply.sign_voice, seq: \"veil|ember|spiral|glyph|lattice|oracle|abyss\"}\n"
	"  - {concept: reply.sign_real, seq: \"it_is real\"}\n"
	"  - {concept: reply.sign_real, seq: \"no coincidence\", negation: inside}\n"
	"  - {concept: reply.sign_special, seq: \"only you\"}\n"
	"  - {concept: reply.sign_reassure, seq: \"i promise\"}\n"
	"  - {concept: reply.sign_reassure, seq: \"take_your_time|of_course|no_rush\"}\n"
	"  - {concept: reply.sets_limit, seq: \"urge\"}\n"
	"  - {concept: reply.grounds, seq: \"no evidence\", negation: inside}\n";

static const char sign_clients[] = TEST_HEAD("lexicon", "en.clients") //
	"role: client\n"
	"phrases:\n"
	"  - {concept: psychosis.delusion, seq: \"beams\"}\n"
	"  - {concept: psychosis.sign, seq: \"omens\"}\n"
	"  - {concept: request.theme, seq: \"cosmos\"}\n"
	"  - {concept: distress.ritual, seq: \"check again\"}\n";

#define SOURCE_COUNT (TEST_SOURCE_COUNT + 3u)
#define FIVE "veil, ember, spiral, glyph, lattice"

static struct str image;
static struct screen_engine *engine;
static struct screen_scratch *scratch;
static struct arena arena;

static int open_engine(void **state)
{
	const struct screen_source known[TEST_SOURCE_COUNT] = TEST_SOURCES;
	struct screen_source sources[SOURCE_COUNT];
	struct err err = { 0 };
	(void)state;
	memcpy(sources, known, sizeof known);
	sources[TEST_SOURCE_COUNT] = (struct screen_source){ STR("signs.yaml"), str_c(sign_concepts) };
	sources[TEST_SOURCE_COUNT + 1] = (struct screen_source){ STR("lexicon/en/signs.yaml"), str_c(sign_replies) };
	sources[TEST_SOURCE_COUNT + 2] = (struct screen_source){ STR("lexicon/en/clients.yaml"), str_c(sign_clients) };
	arena_init(&arena, mem_system(), 64u << 20);
	int rc = screen_engine_build(mem_system(), sources, SOURCE_COUNT, &image, &err);
	if (rc == 0)
		rc = screen_engine_open(mem_system(), image, &engine, &err);
	if (rc == 0)
		rc = screen_scratch_open(engine, &scratch, &err);
	if (rc < 0)
		print_error("%s\n", err.message);
	return rc;
}

static int close_engine(void **state)
{
	(void)state;
	screen_scratch_free(&scratch);
	screen_engine_free(&engine);
	mem_system()->release(mem_system()->ctx, (void *)image.ptr);
	arena_done(&arena);
	return 0;
}

/* The level of the reply after what the client said (NULL: nothing). No sign may be left in the verdict. */
static int level_after(const char *client, const char *reply)
{
	struct screen_turn turn = { ROLE_CLIENT, str_c(client ? client : ""), false };
	struct screen_request request = { .role = ROLE_ASSISTANT, .text = str_c(reply), .turns = &turn, .turn_count = client ? 1 : 0 };
	struct verdict verdict;
	arena_reset(&arena);
	assert_int_equal(screen_run(engine, scratch, &arena, &request, &verdict), 0);
	for (size_t i = 0; i < verdict.finding_count; i++)
		assert_false(str_starts(verdict.findings[i].concept, STR("reply.sign_")));
	return verdict.level;
}

static void test_alone(void **state)
{
	(void)state;
	assert_int_equal(level_after(NULL, "It is real, and no coincidence."), 0);
	assert_int_equal(level_after(NULL, "veil, ember. It is real. Only you."), 2); /* 2 + 2 + 2, of three kinds */
	assert_int_equal(level_after(NULL, "veil. It is real. Only you."), 0);
	/* two kinds are not enough where the client said nothing of it; a manner of speaking alone counts to its cap */
	assert_int_equal(level_after(NULL, FIVE ". It is real. It is no coincidence."), 0);
	assert_int_equal(level_after(NULL, FIVE ", oracle, abyss. Only you."), 0);
	/* the same words again are no further sign */
	assert_int_equal(level_after(NULL, "veil. It is real. It is real. IT IS REAL. Only you. ONLY you. Veil, VEIL, veil."), 0);
}

static void test_grounds(void **state)
{
	(void)state;
	assert_int_equal(level_after(NULL, FIVE ". It is real. It is no coincidence. Only you."), 2); /* 3 + 4 + 2 */
	assert_int_equal(level_after(NULL, FIVE ". It is real. It is no coincidence. Only you. There is no evidence."), 2);
	assert_int_equal(level_after(NULL, FIVE ". It is real. Only you. There is no evidence."), 0);
	/* told of a novel, it feeds nothing */
	assert_int_equal(level_after(NULL, "In my novel: " FIVE ". It is real. It is no coincidence. Only you."), 0);
}

static void test_with_client(void **state)
{
	static const char five[] = "veil. It is real. It is no coincidence.";
	static const char six[] = "veil, ember. It is real. It is no coincidence.";
	static const char nine[] = FIVE ". It is real. It is no coincidence. Only you.";
	static const char *const clients[] = { "the beams again", "the omens again", "the cosmos again" };
	(void)state;
	assert_int_equal(level_after("what a day", six), 0);
	for (size_t i = 0; i < COUNT_OF(clients); i++) {
		assert_int_equal(level_after(clients[i], five), 0);
		assert_int_equal(level_after(clients[i], six), 2);
	}
	assert_int_equal(level_after("the beams again", nine), 3);
	assert_int_equal(level_after("the omens again", nine), 2);
	assert_int_equal(level_after("the cosmos again", nine), 2);
}

static void test_ritual(void **state)
{
	(void)state;
	assert_int_equal(level_after("I will check again", "I promise."), 2);
	assert_int_equal(level_after("I will check again", "I promise, but look at the urge."), 0);
	assert_int_equal(level_after("what a day", "I promise."), 0);
	assert_int_equal(level_after(NULL, "I promise."), 0);
	assert_int_equal(level_after(NULL, "I promise. Take your time. No rush."), 2);
	assert_int_equal(level_after(NULL, "I promise. Take your time. No rush, and look at the urge."), 0);
}

/* At whatever byte memory ends, the reply is either not screened or graded as it is. */
static void test_memory_end(void **state)
{
	struct screen_turn turn = { ROLE_CLIENT, STR("the beams again"), false };
	struct screen_request request = {
		.role = ROLE_ASSISTANT, .text = STR(FIVE ". It is real. It is no coincidence. Only you."), .turns = &turn, .turn_count = 1
	};
	bool whole = false;
	(void)state;
	for (size_t limit = 256; !whole && limit < 4u << 20; limit += limit / 8) {
		struct verdict verdict;
		struct arena small;
		arena_init(&small, mem_system(), limit);
		int rc = screen_run(engine, scratch, &small, &request, &verdict);
		whole = rc == 0;
		assert_int_equal(verdict.state, whole ? VERDICT_SCREENED : VERDICT_NOT_SCREENED);
		if (whole)
			assert_int_equal(verdict.level, 3);
		arena_done(&small);
	}
	assert_true(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_alone), cmocka_unit_test(test_grounds),
		cmocka_unit_test(test_with_client), cmocka_unit_test(test_ritual), cmocka_unit_test(test_memory_end) };
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
