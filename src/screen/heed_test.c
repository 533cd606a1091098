/* heed_test.c: libheed as another program uses it: the header and the shared library, nothing else of the house. */
#include "screen/heed_test.h" /* small packs, and cmocka */

#include <stdio.h>

static const struct heed_verdict *screen(const char *text)
{
	struct heed_message message = heed_test_message(HEED_CLIENT, text);
	return heed_screen(engine, scratch, &message);
}

static void test_a_message(void **state)
{
	(void)state;
	const char *text = "It was a long week and I want to die.";
	const struct heed_verdict *verdict = screen(text);
	struct heed_finding finding = HEED_FINDING_INIT;
	assert_int_equal(heed_verdict_state(verdict), HEED_SCREENED);
	assert_int_equal(heed_verdict_level(verdict), 3);
	assert_int_equal(heed_verdict_family(verdict, "suicide"), 3);
	assert_int_equal(heed_verdict_family(verdict, "abuse"), 0);
	assert_int_equal(heed_verdict_family(verdict, "no such family"), -1);
	assert_int_equal(heed_verdict_finding(verdict, heed_verdict_top(verdict), &finding), 0);
	assert_string_equal(finding.concept_id, "suicide.active");
	assert_string_equal(finding.time, "unstated");
	assert_string_equal(finding.experiencer, "self");
	assert_true(finding.why[0] != '\0');
	assert_memory_equal(text + finding.start, "want to die", finding.end - finding.start);
	assert_int_equal(heed_verdict_finding(verdict, heed_verdict_count(verdict), &finding), HEED_E_INVALID);
	assert_int_equal(heed_verdict_level(screen("what a day")), 0);
	assert_int_equal(heed_verdict_state(screen("")), HEED_EMPTY);
}

static void test_a_conversation(void **state)
{
	struct heed_turn turn = HEED_TURN_INIT;
	struct heed_message message = HEED_MESSAGE_INIT;
	(void)state;
	turn.role = HEED_ASSISTANT;
	turn.text = "Are you thinking about ending your life?";
	turn.text_len = strlen(turn.text);
	message.text = "yes";
	message.text_len = 3;
	message.turns = &turn;
	message.turn_count = 1;
	assert_int_equal(heed_verdict_level(heed_screen(engine, scratch, &message)), 3);
	turn.text = "Did you sleep well?";
	turn.text_len = strlen(turn.text);
	assert_int_equal(heed_verdict_level(heed_screen(engine, scratch, &message)), 0);
}

/* What is not filled in, or not there, is not screened: never "nothing detected". */
static void test_fails_closed(void **state)
{
	struct heed_message message = { 0 };
	struct heed_turn turn = { 0 };
	(void)state;
	const struct heed_verdict *verdict = heed_screen(engine, scratch, &message);
	assert_int_equal(heed_verdict_state(verdict), HEED_NOT_SCREENED);
	assert_int_equal(heed_verdict_level(verdict), -1);
	assert_true(heed_verdict_reason(verdict)[0] != '\0');
	message = (struct heed_message)HEED_MESSAGE_INIT;
	message.text_len = 5;
	assert_int_equal(heed_verdict_state(heed_screen(engine, scratch, &message)), HEED_NOT_SCREENED);
	message.text_len = 0;
	message.turns = &turn;
	message.turn_count = 1;
	assert_int_equal(heed_verdict_state(heed_screen(engine, scratch, &message)), HEED_NOT_SCREENED);
}

static void test_any_bytes(void **state)
{
	struct heed_message message = HEED_MESSAGE_INIT;
	char *bytes = malloc(600000);
	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < 600000; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	message.text = bytes;
	for (size_t len = 0; len < 600000; len = len * 3 + 1) {
		message.text_len = len;
		const struct heed_verdict *verdict = heed_screen(engine, scratch, &message);
		assert_true(heed_verdict_state(verdict) != HEED_NOT_SCREENED);
		if (len > 256 * 1024) {
			assert_true(heed_verdict_truncated(verdict));
			assert_true(heed_verdict_level(verdict) >= 2);
		}
	}
	free(bytes);
}

/* What a clinician and a record want to know besides the level. */
static void test_everything_else(void **state)
{
	(void)state;
	const struct heed_verdict *verdict = screen("I tried to kill myself years ago. But my kids need me.");
	struct heed_finding finding = HEED_FINDING_INIT;
	char words[2048], few[24];
	assert_string_equal(heed_verdict_time(verdict), "past");
	assert_string_equal(heed_verdict_experiencer(verdict), "self");
	assert_string_equal(heed_verdict_lang(verdict), "en");
	assert_int_equal(heed_verdict_lang_covered(verdict), 1);
	assert_int_equal(heed_verdict_received(verdict), heed_verdict_judged(verdict));
	assert_string_equal(heed_verdict_engine(verdict), "libheed " HEED_VERSION);
	assert_string_equal(heed_verdict_packs(verdict), heed_packs(engine));
	size_t protective = heed_verdict_next(verdict, "protective", 0);
	assert_true(protective < heed_verdict_count(verdict));
	assert_int_equal(heed_verdict_finding(verdict, protective, &finding), 0);
	assert_string_equal(finding.concept_id, "protective.family");
	assert_string_equal(finding.family, "protective");
	assert_int_equal(heed_verdict_next(verdict, "protective", protective + 1), heed_verdict_count(verdict));
	assert_int_equal(heed_verdict_next(verdict, "no such family", 0), heed_verdict_count(verdict));
	assert_true(heed_verdict_family(verdict, "protective") == 0);

	size_t len = heed_verdict_explain(verdict, words, sizeof words);
	assert_int_equal(len, strlen(words));
	assert_non_null(strstr(words, "Level 2"));
	assert_non_null(strstr(words, "Says that they want to die."));
	assert_non_null(strstr(words, "the writer; past"));
	assert_non_null(strstr(words, "Names somebody they stay for."));
	assert_null(strstr(words, "years ago")); /* nothing of the client's text */
	assert_null(strstr(words, "not covered"));
	assert_int_equal(heed_verdict_explain(verdict, few, sizeof few), len);
	assert_int_equal(strlen(few), sizeof few - 1);
	assert_int_equal(strncmp(few, words, sizeof few - 1), 0);
	assert_int_equal(heed_verdict_explain(verdict, NULL, 0), len);

	verdict = screen(
		"\xD0\xBC\xD0\xBD\xD0\xB5 \xD0\xBE\xD1\x87\xD0\xB5\xD0\xBD\xD1\x8C \xD0\xBF\xD0\xBB\xD0\xBE\xD1\x85\xD0\xBE "
		"\xD1\x81\xD0\xB5\xD0\xB3\xD0\xBE\xD0\xB4\xD0\xBD\xD1\x8F \xD0\xB2\xD0\xB5\xD1\x87\xD0\xB5\xD1\x80\xD0\xBE\xD0\xBC");
	assert_int_equal(heed_verdict_lang_covered(verdict), 0);
	heed_verdict_explain(verdict, words, sizeof words);
	assert_non_null(strstr(words, "not covered"));
	size_t families = 0;
	while (heed_family_name(families))
		assert_true(heed_verdict_family(verdict, heed_family_name(families++)) >= 0);
	assert_int_equal(families, FAMILY_COUNT);
}

/* Callers of an older header have shorter structures, those of a newer one longer ones. */
static void test_other_sizes(void **state)
{
	struct {
		struct heed_message message;
		long later;
	} newer = { .message = heed_test_message(HEED_CLIENT, "I want to die") };
	struct {
		struct heed_options options;
		long later;
	} options = { .options = HEED_OPTIONS_INIT };
	struct heed_finding older = { .size = offsetof(struct heed_finding, family), .family = "untouched" };
	heed_engine *own = NULL;
	(void)state;
	newer.message.size = sizeof newer;
	assert_int_equal(heed_verdict_level(heed_screen(engine, scratch, &newer.message)), 3);
	newer.later = 1; /* asks for what this library does not know */
	assert_int_equal(heed_verdict_level(heed_screen(engine, scratch, &newer.message)), -1);
	options.options.size = sizeof options;
	options.later = 1;
	assert_int_equal(heed_open(&options.options, image, image_size, &own, NULL), HEED_E_INVALID);
	options.options.size = 1;
	assert_int_equal(heed_open(&options.options, image, image_size, &own, NULL), HEED_E_INVALID);
	const struct heed_verdict *verdict = screen("I want to die");
	assert_int_equal(heed_verdict_finding(verdict, 0, &older), 0);
	assert_string_equal(older.concept_id, "suicide.active");
	assert_string_equal(older.family, "untouched");
	older.size--;
	assert_int_equal(heed_verdict_finding(verdict, 0, &older), HEED_E_INVALID);
}

/* A learned stage for replies whose weights are all nothing: every sentence in English has the logit of its bias. */
static void learned_engine(const char *threshold, heed_engine **ret_engine, heed_scratch **ret_scratch)
{
	enum { WEIGHTS = 87382 }; /* base64 of 2^12 rows of 16 */
	char *pack = malloc(WEIGHTS + 1024), error[HEED_ERROR_MAX] = "";
	void *made = NULL;
	size_t size = 0;
	assert_non_null(pack);
	int len = snprintf(pack, 1024,
		TEST_HEAD("classifier",
			"classifier.reply") "role: assistant\nbits: 12\nlangs: [en]\ntrained: {seed: \"1\"}\n"
					    "heads:\n  - {concept: reply.note, level: 1, scale: 1, bias: -250, thresholds: [%s], deepens: "
					    "[%s], "
					    "curve: [0, 0, 0, 0, 0, 0, 0, 200, 600, 600, 700, 800, 900, 900, 900, 900, 1000]}\nweights: \"",
		threshold, threshold);
	memset(pack + len, 'A', WEIGHTS);
	memcpy(pack + len + WEIGHTS, "==\"\n", 5);
	if (heed_test_build_with(NULL, pack, &made, &size, error) || heed_open(NULL, made, size, ret_engine, error) ||
		heed_scratch_open(*ret_engine, ret_scratch, error))
		fail_msg("%s", error);
	heed_image_free(NULL, made);
	free(pack);
}

static void test_learned(void **state)
{
	struct heed_message message = heed_test_message(HEED_ASSISTANT, "That sounds very hard, and I am here with you tonight.");
	struct heed_finding finding = HEED_FINDING_INIT;
	heed_engine *own = NULL;
	heed_scratch *room = NULL;
	char words[1024];
	(void)state;
	learned_engine("0", &own, &room);
	const struct heed_verdict *verdict = heed_screen(own, room, &message);
	assert_int_equal(heed_verdict_level(verdict), 0);
	assert_int_equal(heed_verdict_learned(verdict, "reply"), 400); /* half way from 200 to 600 */
	assert_int_equal(heed_verdict_learned(verdict, "suicide"), -1);
	assert_int_equal(heed_verdict_learned(verdict, "no such family"), -1);
	message.role = HEED_CLIENT;
	assert_int_equal(heed_verdict_learned(heed_screen(own, room, &message), "reply"), -1);
	heed_scratch_close(room);
	heed_close(own);
	learned_engine("-300", &own, &room);
	message.role = HEED_ASSISTANT;
	verdict = heed_screen(own, room, &message);
	assert_int_equal(heed_verdict_level(verdict), 1);
	assert_int_equal(heed_verdict_finding(verdict, heed_verdict_top(verdict), &finding), 0);
	assert_string_equal(finding.source, "classifier");
	heed_verdict_explain(verdict, words, sizeof words);
	assert_non_null(strstr(words, "by the learned stage, which is 400 in 1,000 sure"));
	heed_scratch_close(room);
	heed_close(own);
}

/* The memory of one verdict is the caller's to limit; what needs more is not screened. */
static void test_memory_limit(void **state)
{
	struct heed_options options = HEED_OPTIONS_INIT;
	heed_engine *own = NULL;
	heed_scratch *room = NULL;
	(void)state;
	options.verdict_memory_max = 64u << 10;
	char *text = malloc(100000);
	assert_non_null(text);
	for (size_t i = 0; i < 100000; i++)
		text[i] = "sad and lonely "[i % 15];
	assert_int_equal(heed_open(&options, image, image_size, &own, NULL), 0);
	assert_int_equal(heed_scratch_open(own, &room, NULL), 0);
	struct heed_message message = heed_test_message(HEED_CLIENT, "I want to die");
	assert_int_equal(heed_verdict_level(heed_screen(own, room, &message)), 3);
	message.text = text;
	message.text_len = 100000;
	assert_int_equal(heed_verdict_level(heed_screen(own, room, &message)), -1);
	assert_int_equal(heed_verdict_level(heed_screen(engine, scratch, &message)), 1);
	assert_int_equal(heed_verdict_level(heed_screen(engine, room, &message)), -1); /* a scratch of another engine */
	heed_scratch_close(room);
	heed_close(own);
	free(text);
}

static void test_refusals(void **state)
{
	const struct heed_pack broken = { "lexicon/en/broken.yaml", "phrases: [\n", 11 };
	char error[HEED_ERROR_MAX] = "";
	void *made = NULL;
	size_t size = 0;
	heed_engine *own = NULL;
	(void)state;
	assert_int_equal(heed_build(NULL, &broken, 1, &made, &size, error), HEED_E_INVALID);
	assert_non_null(strstr(error, "lexicon/en/broken.yaml"));
	assert_int_equal(heed_open(NULL, image, image_size - 1, &own, error), HEED_E_INVALID);
	assert_int_equal(heed_open(NULL, "", 0, &own, error), HEED_E_INVALID);
	assert_int_equal(heed_abi(), HEED_ABI);
	assert_string_equal(heed_version(), HEED_VERSION);
	assert_int_equal(strlen(heed_packs(engine)) > 0, 1);
}

static void test_units(void **state)
{
	const char *text = "One is whole. The second is n";
	(void)state;
	assert_int_equal(heed_unit_end(engine, text, strlen(text), 0, 0), strlen("One is whole. "));
	assert_int_equal(heed_unit_end(engine, text, strlen(text), 0, 1), strlen(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_a_message), cmocka_unit_test(test_a_conversation),
		cmocka_unit_test(test_fails_closed), cmocka_unit_test(test_any_bytes), cmocka_unit_test(test_everything_else),
		cmocka_unit_test(test_other_sizes), cmocka_unit_test(test_learned), cmocka_unit_test(test_memory_limit),
		cmocka_unit_test(test_refusals), cmocka_unit_test(test_units) };
	return cmocka_run_group_tests(tests, heed_test_open, heed_test_close);
}
