/* packs_test.h: for tests and fuzz targets alone: three small packs, and an engine made of them. */
#ifndef HEED_SCREEN_PACKS_TEST_H
#define HEED_SCREEN_PACKS_TEST_H

#include "screen/screen.h"

#define TEST_HEAD(kind, id) \
	"kind: " kind "\nid: " id \
	"\nversion: 1\nlang: en\nauthor: Heedwell authors\nreviewed: 2026-11-25\nreview: not clinically reviewed\n"

static const char test_concepts[] = TEST_HEAD("concepts", "test.concepts") //
	"concepts:\n"
	"  - {id: suicide.active, role: client, level: 3, when: {negated: 1, past: 2, quoted: 1}, deobfuscate: true, signal: 2,\n"
	"     why: {en: \"Says that they want to die.\"}}\n"
	"  - {id: suicide.plan, role: client, level: 4, when: {negated: 1}, keep: 1, deobfuscate: true, why: {en: \"Has a plan.\"}}\n"
	"  - {id: distress, role: client, level: 1, signal: 1, why: {en: \"Is in distress.\"}}\n"
	"  - {id: reply.diagnosis, role: assistant, level: 2, why: {en: \"Names a diagnosis.\"}}\n";

static const char test_lexicon[] = TEST_HEAD("lexicon", "en.test") //
	"role: client\n"
	"phrases:\n"
	"  - {concept: suicide.active, seq: \"want to ~1 die|kill_myself\"}\n"
	"  - {concept: suicide.active, seq: \"kill myself\"}\n"
	"  - {concept: suicide.plan, seq: \"plan ~2 end my life\"}\n"
	"  - {concept: suicide.active, seq: \"want to be gone\", level: 2}\n"
	"  - {concept: distress, seq: \"sad|lonely\"}\n"
	"examples:\n"
	"  - {text: \"i want to die\", has: [suicide.active], level: 3}\n"
	"  - {text: \"i dont want to die\", level: 1}\n"
	"  - {text: \"what a day\", level: 0}\n";

static const char test_context[] = TEST_HEAD("context", "en.context") //
	"triggers:\n"
	"  - {type: negation, seq: \"dont|not|never\", dir: forward, scope: 5}\n"
	"  - {type: past, seq: \"years_ago\", dir: both, scope: 12}\n"
	"  - {type: quoted, seq: \"in_my_novel\", dir: both, scope: message}\n"
	"questions:\n"
	"  - {asks: suicide.active, seq: \"ending your life\"}\n"
	"answers:\n"
	"  yes: [\"yes|yeah\"]\n"
	"  no: [\"no\"]\n"
	"  unsure: [\"maybe\"]\n";

static const char test_keyterms[] = TEST_HEAD("keyterms", "en.keyterms") "terms: [myself, suicide]\n";

/* The members of a list of struct screen_source. */
#define TEST_SOURCE_LIST \
	{ STR("concepts.yaml"), { test_concepts, sizeof test_concepts - 1 } }, \
		{ STR("lexicon/en/test.yaml"), { test_lexicon, sizeof test_lexicon - 1 } }, \
		{ STR("context/en.yaml"), { test_context, sizeof test_context - 1 } }, \
	{ \
		STR("lexicon/en/keyterms.yaml"), \
		{ \
			test_keyterms, sizeof test_keyterms - 1 \
		} \
	}
#define TEST_SOURCES \
	{ \
		TEST_SOURCE_LIST \
	}
#define TEST_SOURCE_COUNT 4u

#endif
