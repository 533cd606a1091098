/* eval_fuzz.c: any lines as rows, and as another engine's levels: bad ones are refused with a reason, the rest gives a report in all four
 * forms, of which the JSON is JSON, and the page has no tag that we did not write. */
#include "assure/eval.h"
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

static void read_lines(struct eval *eval, const struct eval_parts *parts, struct eval_other *other, struct str rest)
{
	for (uint64_t number = 0; rest.len > 0; number++) {
		struct str line = str_split(&rest, '\n');
		struct err err = { 0 };
		json_t *row = json_loadb(line.len ? line.ptr : "", line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
		if (!row)
			continue;
		need(eval_line(eval, parts, row, number, NULL, &err) == err.code);
		err = (struct err){ 0 };
		need(eval_other_line(other, row, &err) == err.code);
		json_decref(row);
	}
}

static void check_forms(const struct report *report, const struct arena *arena)
{
	void (*const forms[])(
		const struct report *, struct buf *) = { report_write_json, report_write_html, report_write_text, report_write_markdown };
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		struct buf out;
		buf_init(&out, mem_system(), 1 << 24);
		forms[i](report, &out);
		need(!out.failed && !arena_failed(arena));
		if (i == 0) {
			json_t *json = json_loadb(out.ptr, out.len, JSON_ALLOW_NUL, NULL);
			need(json_is_object(json_object_get(json, "tables")));
			json_decref(json);
		} else if (i == 1) {
			need(str_find(buf_str(&out), STR("<script"), 0) == SIZE_MAX && str_find(buf_str(&out), STR("<img"), 0) == SIZE_MAX);
		}
		buf_done(&out);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena rows, tables;
	struct report report;
	if (!engine)
		open_once();
	arena_init(&rows, mem_system(), 1 << 26);
	arena_init(&tables, mem_system(), 1 << 26);
	const struct eval_parts parts = { .engine = engine, .scratch = scratch, .arena = &rows };
	struct eval *one = eval_new(mem_system()), *eval = eval_new(mem_system());
	struct eval_other *others[] = { eval_other_new(mem_system(), "other") };
	need(one && eval && others[0]);
	read_lines(one, &parts, others[0], str_make((const char *)data, size));
	eval_merge(eval, one);
	eval_talks_run(eval, &parts);
	struct eval_about about = { .date = STR("2026-01-01"), .others = others, .other_count = 1 };
	report_init(&report, &tables, STR("t"));
	eval_report(eval, engine, &about, &report);
	check_forms(&report, &tables);
	eval_other_free(others[0]);
	eval_free(one);
	eval_free(eval);
	arena_done(&rows);
	arena_done(&tables);
	return 0;
}
