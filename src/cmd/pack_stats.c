/* pack_stats.c: `heedwell pack test`: the examples inside the packs, run and counted by concept.
 *
 * For a concept an example counts as one that should find it when its `has` names the concept; as one that should not when
 * its `none` does, or when the highest level that it allows (`level`, `level_max`) is below the concept's own level and its
 * `has` says nothing of it: a message that may be 1 at most does not hold a concept of level 3 in its own strength. Found
 * means what the example's own test means by it. */
#include "assure/eval.h"
#include "base/buf.h"
#include "care/consent.h"
#include "cmd/explain.h"
#include "cmd/pack.h"
#include "cmd/packs.h"
#include "sys/mem.h"

#include <stdio.h>
#include <stdlib.h>

#define NOTE \
	"These are the examples that the packs' own authors wrote, and the packs were changed until they passed: they show that nothing " \
	"broke, not how well real messages are read. Measure that with heedwell eval, on text that nobody has looked at."

struct seen {
	struct str concept;
	int level;
};

struct kept {
	struct kept *next;
	struct str *has, *none;
	size_t has_count, none_count, seen_count;
	struct seen *seen;
	int least, most, level; /* allowed (-1: not stated), and got */
	bool assistant;
};

struct failure {
	struct failure *next;
	struct str file, what;
	int line;
};

struct tally {
	struct arena *arena;
	struct kept *kept;
	struct failure *failures, **failures_end;
	size_t run, failed;
	bool json;
};

/* ---- Collecting ---- */

static struct str *copy_ids(struct arena *arena, const struct str *ids, size_t count)
{
	struct str *copies = ARENA_ARRAY(arena, struct str, count + 1);
	for (size_t i = 0; copies && i < count; i++)
		copies[i] = arena_copy(arena, ids[i]);
	return copies;
}

static void keep(struct tally *tally, const struct screen_example *example)
{
	struct kept *kept = ARENA_NEW(tally->arena, struct kept);
	if (!kept)
		return;
	*kept = (struct kept){ .next = tally->kept,
		.has = copy_ids(tally->arena, example->has, example->has_count),
		.none = copy_ids(tally->arena, example->none, example->none_count),
		.has_count = example->has_count,
		.none_count = example->none_count,
		.seen = ARENA_ARRAY(tally->arena, struct seen, example->verdict->finding_count + 1),
		.seen_count = example->verdict->finding_count,
		.least = example->level >= 0 ? example->level : example->level_min,
		.most = example->level >= 0 ? example->level : example->level_max,
		.level = example->verdict->state == VERDICT_NOT_SCREENED ? -1 : example->verdict->level,
		.assistant = example->role == ROLE_ASSISTANT };
	for (size_t i = 0; kept->seen && i < kept->seen_count; i++)
		kept->seen[i] = (struct seen){ arena_copy(tally->arena, example->verdict->findings[i].concept),
			example->verdict->findings[i].level };
	tally->kept = kept;
}

static void report_example(void *ctx, const struct screen_example *example)
{
	struct tally *tally = ctx;
	tally->run++;
	keep(tally, example);
	if (example->passed)
		return;
	tally->failed++;
	struct failure *failure = ARENA_NEW(tally->arena, struct failure);
	if (failure) {
		*failure = (struct failure){ NULL, arena_copy(tally->arena, example->file), arena_copy(tally->arena, example->failure),
			example->line };
		*tally->failures_end = failure;
		tally->failures_end = &failure->next;
	}
	if (tally->json)
		return;
	printf(STR_FMT ":%d: FAIL " STR_FMT "\n    text: " STR_FMT "\n", STR_ARG(example->file), example->line, STR_ARG(example->failure),
		STR_ARG(example->text));
	for (size_t i = 0; i < example->verdict->finding_count; i++)
		explain_finding(stdout, example->text, &example->verdict->findings[i], "    ");
	if (!example->verdict->finding_count)
		puts("    found nothing");
}

/* ---- Counting ---- */

struct share {
	size_t hits, n;
};

struct row {
	struct screen_concept concept;
	struct share found, spared; /* of those that should, and of those that should not */
};

static bool marker(const struct screen_concept *concept)
{
	return concept->level == 0 || concept->family == FAMILY_PROTECTIVE || concept->family == FAMILY_PII ||
	       concept->family == FAMILY_REQUEST;
}

static bool exactly(const struct str *ids, size_t count, struct str id)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(ids[i], id))
			return true;
	return false;
}

/* By the id or a prefix that ends in ".". */
static bool named(const struct str *ids, size_t count, struct str id)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(ids[i], id) || (ids[i].len && ids[i].ptr[ids[i].len - 1] == '.' && str_starts(id, ids[i])))
			return true;
	return false;
}

static bool seen_above(const struct kept *kept, struct str id, int level)
{
	for (size_t i = 0; i < kept->seen_count; i++)
		if (kept->seen[i].level > level && str_eq(kept->seen[i].concept, id))
			return true;
	return false;
}

static void count(struct row *row, const struct kept *kept)
{
	const struct screen_concept *concept = &row->concept;
	int least = marker(concept) ? -1 : 0; /* a marker is found at any level, another concept above 0 */
	bool has = exactly(kept->has, kept->has_count, concept->id);
	bool none = named(kept->none, kept->none_count, concept->id);
	bool bound = !marker(concept) && kept->most >= 0 && kept->most < concept->level &&
		     (kept->assistant ? concept->assistant : concept->client) && !named(kept->has, kept->has_count, concept->id);
	if (has) {
		row->found.n++;
		row->found.hits += seen_above(kept, concept->id, least);
	} else if (none || bound) {
		row->spared.n++;
		row->spared.hits += !seen_above(kept, concept->id, none ? least : kept->most);
	}
}

static int by_id(const void *a, const void *b)
{
	return str_cmp(((const struct row *)a)->concept.id, ((const struct row *)b)->concept.id);
}

static size_t count_all(const struct tally *tally, const struct screen_engine *engine, struct row **ret_rows)
{
	size_t number = screen_engine_counts(engine).concepts;
	struct row *rows = ARENA_ARRAY(tally->arena, struct row, number + 1);
	for (size_t i = 0; rows && i < number; i++) {
		(void)screen_concept_at(engine, i, &rows[i].concept);
		for (const struct kept *kept = tally->kept; kept; kept = kept->next)
			count(&rows[i], kept);
	}
	if (rows && number)
		qsort(rows, number, sizeof *rows, by_id);
	*ret_rows = rows;
	return rows ? number : 0;
}

/* Whole messages, whatever was found in them: those that must reach a level, and those that must stay at one. */
static void count_messages(const struct tally *tally, struct share *ret_reach, struct share *ret_stay)
{
	*ret_reach = *ret_stay = (struct share){ 0, 0 };
	for (const struct kept *kept = tally->kept; kept; kept = kept->next) {
		if (kept->least > 0) {
			ret_reach->n++;
			ret_reach->hits += kept->level >= kept->least;
		}
		if (kept->most >= 0 && kept->most < 4) {
			ret_stay->n++;
			ret_stay->hits += kept->level >= 0 && kept->level <= kept->most;
		}
	}
}

/* ---- Telling ---- */

static void text_share(struct share share)
{
	struct eval_interval interval;
	if (share.n == 0) {
		printf("  %28s", "no example");
		return;
	}
	eval_wilson(share.hits, share.n, &interval);
	printf("  %4zu of %4zu %3.0f %% (%3.0f-%3.0f)", share.hits, share.n, 100.0 * (double)share.hits / (double)share.n,
		100 * interval.low, 100 * interval.high);
}

static void tell_text(const struct tally *tally, const struct row *rows, size_t row_count)
{
	struct share reach, stay;
	size_t bare = 0;
	count_messages(tally, &reach, &stay);
	printf("\n%-34s %5s  %28s  %28s\n", "concept", "level", "sensitivity: should find", "specificity: should not");
	for (size_t i = 0; i < row_count; i++) {
		if (!rows[i].found.n && !rows[i].spared.n) {
			bare++;
			continue;
		}
		printf("%-34.*s %5d", STR_ARG(rows[i].concept.id), rows[i].concept.level);
		text_share(rows[i].found);
		text_share(rows[i].spared);
		putchar('\n');
	}
	printf("%-34s %5s", "whole messages, by level alone", "");
	text_share(reach);
	text_share(stay);
	printf("\n95 %% Wilson intervals in brackets. %s\n", NOTE);
	if (bare)
		printf("%zu concepts have no example at all:", bare);
	for (size_t i = 0; i < row_count; i++)
		if (!rows[i].found.n && !rows[i].spared.n)
			printf(" " STR_FMT, STR_ARG(rows[i].concept.id));
	puts(bare ? "\n" : "");
}

static void json_share(struct buf *out, const char *name, struct share share)
{
	struct eval_interval interval;
	buf_printf(out, ",\"%s\":", name);
	if (share.n == 0) {
		buf_add_c(out, "null");
		return;
	}
	eval_wilson(share.hits, share.n, &interval);
	buf_printf(out, "{\"hits\":%zu,\"n\":%zu,\"share\":%.4f,\"low\":%.4f,\"high\":%.4f}", share.hits, share.n,
		(double)share.hits / (double)share.n, interval.low, interval.high);
}

static void tell_json(const struct tally *tally, const struct row *rows, size_t row_count, struct buf *out)
{
	struct share reach, stay;
	count_messages(tally, &reach, &stay);
	buf_printf(out, "{\"passed\":%zu,\"failed\":%zu,\"note\":", tally->run - tally->failed, tally->failed);
	buf_add_json(out, STR(NOTE));
	buf_add_c(out, ",\"concepts\":[");
	for (size_t i = 0; i < row_count; i++) {
		buf_add_c(out, i ? ",{\"id\":" : "{\"id\":");
		buf_add_json(out, rows[i].concept.id);
		buf_printf(out, ",\"level\":%d", rows[i].concept.level);
		json_share(out, "sensitivity", rows[i].found);
		json_share(out, "specificity", rows[i].spared);
		buf_add_byte(out, '}');
	}
	buf_add_c(out, "],\"messages\":{\"by\":\"level\"");
	json_share(out, "sensitivity", reach);
	json_share(out, "specificity", stay);
	buf_add_c(out, "},\"failures\":[");
	for (const struct failure *failure = tally->failures; failure; failure = failure->next) {
		buf_add_c(out, failure == tally->failures ? "{\"file\":" : ",{\"file\":");
		buf_add_json(out, failure->file);
		buf_printf(out, ",\"line\":%d,\"what\":", failure->line);
		buf_add_json(out, failure->what);
		buf_add_byte(out, '}');
	}
	buf_add_c(out, "]}\n");
}

/* What the engine does not read: the laws of places with their situations, and the documents of consent. */
static int check_others(struct arena *arena, struct str dir, struct err *reterr)
{
	struct screen_source *sources = NULL;
	struct jurisdictions *laws = NULL;
	struct consents *consents = NULL;
	size_t count = 0;
	int rc = packs_read(arena, dir, &sources, &count, reterr);
	struct messages_source *texts = rc ? NULL : ARENA_ARRAY(arena, struct messages_source, count);
	if (rc == 0 && !texts)
		rc = err_set(reterr, E_MEMORY, "pack", "out of memory");
	for (size_t i = 0; rc == 0 && i < count; i++)
		texts[i] = (struct messages_source){ sources[i].name, sources[i].bytes };
	rc = rc ? rc : packs_jurisdictions(arena, sources, count, &laws, reterr);
	rc = rc ? rc : consents_open(texts, count, &consents, reterr);
	jurisdictions_free(&laws);
	consents_free(&consents);
	return rc;
}

int pack_test(struct arena *arena, struct str dir, bool json)
{
	struct tally tally = { .arena = arena, .json = json };
	struct screen_build_options options = { .report = report_example, .report_ctx = &tally, .allow_failures = true };
	struct screen_engine *engine = NULL;
	struct row *rows = NULL;
	struct err err = { 0 };
	struct buf out;
	tally.failures_end = &tally.failures;
	buf_init(&out, mem_system(), 64u << 20);
	if (pack_build_engine(arena, dir, &options, &engine, &err) < 0 || check_others(arena, dir, &err) < 0) {
		screen_engine_free(&engine);
		fprintf(stderr, "%s\n", err.message);
		return err.code == E_INVALID ? 1 : 2;
	}
	size_t count = count_all(&tally, engine, &rows);
	if (arena_failed(arena)) {
		fputs("heedwell pack: out of memory\n", stderr);
	} else if (json) {
		tell_json(&tally, rows, count, &out);
		fwrite(out.ptr, 1, out.len, stdout);
	} else {
		tell_text(&tally, rows, count);
		struct screen_counts counts = screen_engine_counts(engine);
		printf("%zu concepts, %zu phrases, %zu triggers, %zu literals, %zu words, %zu helplines\n", counts.concepts, counts.phrases,
			counts.triggers, counts.literals, counts.words, counts.lines);
		printf("%zu examples passed, %zu failed\n", tally.run - tally.failed, tally.failed);
	}
	int code = arena_failed(arena) || out.failed ? 2 : tally.failed ? 1 : 0;
	buf_done(&out);
	screen_engine_free(&engine);
	return code;
}
