/* medication_pack_test.h: for tests and fuzz targets alone: a small pack of medicines, and an engine that has it. */
#ifndef HEED_SCREEN_MEDICATION_PACK_TEST_H
#define HEED_SCREEN_MEDICATION_PACK_TEST_H

#include "screen/packs_test.h"

#define TEST_MEDICINES_HEAD TEST_HEAD("medications", "mul.test") "source: made up for tests\nverified_at: 2026-11-28\n"

static const char test_medicines[] = TEST_MEDICINES_HEAD //
	"medicines:\n"
	"  - {name: sertraline, group: ssri, local: {es: [sertralina], de: [sertralin], pt: [sertralina], zh: [舍曲林], ar: [سيرترالين]},"
	" brands: {US: [Zoloft], ES: [Besitran]}}\n"
	"  - {name: lithium, group: mood_stabiliser, local: {es: [litio], pt: [lítio], zh: [碳酸锂], ar: [ليثيوم]}, brands: {US: "
	"[Lithobid]}}\n"
	"  - {name: lorazepam, group: benzodiazepine, local: {fr: [lorazépam], zh: [劳拉西泮], ar: [لورازيبام]}}\n"
	"  - {name: quetiapine, group: antipsychotic, local: {es: [quetiapina], fr: [quétiapine], de: [quetiapin], pt: [quetiapina],"
	" zh: [喹硫平], ar: [كويتيابين]}}\n"
	"  - {name: levothyroxine, group: thyroid, local: {es: [levotiroxina], fr: [lévothyroxine], de: [l-thyroxin], pt: "
	"[levotiroxina]}}\n"
	"  - {name: insulin, group: diabetes, local: {es: [insulina], fr: [insuline], pt: [insulina], zh: [胰岛素], ar: [انسولين]}}\n"
	"  - {name: zaleplon, group: hypnotic, brands: {US: [Sonata]}, everyday: [sonata]}\n"
	"  - {name: st johns wort, group: herbal}\n"
	"groups:\n"
	"  - {name: antidepressant, local: {en: [antidepressant, antidepressants], es: [antidepresivo]}}\n";

/* An engine of the small packs and this one, or NULL. The caller frees it. */
static inline struct screen_engine *test_medicine_engine(const struct mem *mem)
{
	const struct screen_source known[TEST_SOURCE_COUNT] = TEST_SOURCES;
	struct screen_source sources[TEST_SOURCE_COUNT + 1];
	struct screen_engine *engine = NULL;
	struct str image;
	struct err err = { 0 };
	memcpy(sources, known, sizeof known);
	sources[TEST_SOURCE_COUNT] = (struct screen_source){ STR("medications/test.yaml"), { test_medicines, sizeof test_medicines - 1 } };
	if (screen_engine_build(mem, sources, TEST_SOURCE_COUNT + 1, &image, &err) < 0)
		return NULL;
	int rc = screen_engine_open(mem, image, &engine, &err);
	mem->release(mem->ctx, (void *)image.ptr);
	return rc < 0 ? NULL : engine;
}

#endif
