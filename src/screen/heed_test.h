/* heed_test.h: for the tests of libheed alone: small packs with both sides, an engine made of them by the public header. */
#ifndef HEED_SCREEN_HEED_TEST_H
#define HEED_SCREEN_HEED_TEST_H

#include <heed/heed.h>

#include "screen/packs_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char heed_test_concepts[] = TEST_HEAD("concepts", "test.concepts_reply") //
	"concepts:\n"
	"  - {id: protective.family, role: client, level: 0, why: {en: \"Names somebody they stay for.\"}}\n"
	"  - {id: reply.note, role: assistant, level: 1, why: {en: \"Is short with the writer.\"}}\n"
	"  - {id: reply.harmful_advice, role: assistant, level: 3, when: {negated: 0}, why: {en: \"Gives advice that harms.\"}}\n"
	"  - {id: reply.crisis_response, role: assistant, level: 0, why: {en: \"Answers a crisis.\"}}\n"
	"  - {id: reply.missing_crisis_response, role: assistant, level: 3, absent: reply.crisis_response, after: [suicide.], after_level: "
	"3,\n"
	"     why: {en: \"Passes over a crisis.\"}}\n";

static const char heed_test_reply[] = TEST_HEAD("lexicon", "en.test_reply") //
	"role: assistant\n"
	"phrases:\n"
	"  - {concept: reply.note, seq: \"calm down\"}\n"
	"  - {concept: reply.harmful_advice, seq: \"stop ~2 medicine\"}\n"
	"  - {concept: reply.crisis_response, seq: \"are you safe\"}\n"
	"examples:\n"
	"  - {role: assistant, text: \"Just stop your medicine.\", has: [reply.harmful_advice], level: 3}\n"
	"  - {role: assistant, text: \"That sounds hard.\", level_max: 1}\n";

static const char heed_test_client[] = TEST_HEAD("lexicon", "en.test_protective") //
	"role: client\n"
	"phrases:\n"
	"  - {concept: protective.family, seq: \"my kids need me\"}\n"
	"examples:\n"
	"  - {text: \"my kids need me\", has: [protective.family], level: 0}\n";

#define HEED_TEST_SOURCE_COUNT (TEST_SOURCE_COUNT + 3u)

/* The packs, and one more (NULL: none). */
static inline int heed_test_build_with(
	const struct heed_options *options, const char *more, void **ret_image, size_t *ret_size, char *error)
{
	const struct screen_source sources[HEED_TEST_SOURCE_COUNT] = { TEST_SOURCE_LIST,
		{ STR("concepts_reply.yaml"), { heed_test_concepts, sizeof heed_test_concepts - 1 } },
		{ STR("lexicon/en/reply.yaml"), { heed_test_reply, sizeof heed_test_reply - 1 } },
		{ STR("lexicon/en/protective.yaml"), { heed_test_client, sizeof heed_test_client - 1 } } };
	struct heed_pack packs[HEED_TEST_SOURCE_COUNT + 1];
	for (size_t i = 0; i < HEED_TEST_SOURCE_COUNT; i++)
		packs[i] = (struct heed_pack){ sources[i].name.ptr, sources[i].bytes.ptr, sources[i].bytes.len };
	packs[HEED_TEST_SOURCE_COUNT] = (struct heed_pack){ "more.yaml", more, more ? strlen(more) : 0 };
	return heed_build(options, packs, HEED_TEST_SOURCE_COUNT + (more != NULL), ret_image, ret_size, error);
}

static inline int heed_test_build(const struct heed_options *options, void **ret_image, size_t *ret_size, char *error)
{
	return heed_test_build_with(options, NULL, ret_image, ret_size, error);
}

/* One engine and scratch of it for the tests of a file, with the group's setup and teardown. */
static heed_engine *engine;
static heed_scratch *scratch;
static void *image;
static size_t image_size;

static inline int heed_test_open(void **state)
{
	char error[HEED_ERROR_MAX] = "";
	(void)state;
	int rc = heed_test_build(NULL, &image, &image_size, error);
	rc = rc ? rc : heed_open(NULL, image, image_size, &engine, error);
	rc = rc ? rc : heed_scratch_open(engine, &scratch, error);
	if (rc)
		print_error("%s\n", error);
	return rc;
}

static inline int heed_test_close(void **state)
{
	(void)state;
	heed_scratch_close(scratch);
	heed_close(engine);
	heed_image_free(NULL, image);
	return 0;
}

static inline struct heed_message heed_test_message(enum heed_role role, const char *text)
{
	struct heed_message message = HEED_MESSAGE_INIT;
	message.role = role;
	message.text = text;
	message.text_len = strlen(text);
	return message;
}

#endif
