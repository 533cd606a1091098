/* engine.c: building, opening and running the engine; see screen.h. The stages are in match.c (phrases), context.c,
 * disguise.c (second view, base64), classify.c (the learned stage), pattern*.c and contact.c (identifiers, contacts) and state.c
 * (conversation). */
#include "screen/classify.h"
#include "screen/engine_priv.h"
#include "screen/medication_priv.h"
#include "screen/names.h"
#include "text/segment.h"
#include "text/utf8.h"

#include <sodium.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#define ENGINE_NAME "libheed " HEED_VERSION
#define ENGINE_FORMAT "31" /* grows when the image or the meaning of packs changes */
#define BUILD_ARENA_BYTES (1024u * 1024u * 1024u)
#define ENGINE_ARENA_BYTES (4u * 1024u * 1024u)
#define EXAMPLE_ARENA_BYTES (64u * 1024u * 1024u)

/* ---- keys ---- */

static void hash_text(crypto_hash_sha256_state *state, struct str text)
{
	unsigned char length[8];
	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)((uint64_t)text.len >> (8 * i));
	crypto_hash_sha256_update(state, length, sizeof length);
	crypto_hash_sha256_update(state, (const unsigned char *)(text.ptr ? text.ptr : ""), text.len);
}

/* Neither the order of sources nor where they lie says anything about their content: hash the sum of the hashes of their bytes. */
static void hash_sources(const struct screen_source *sources, size_t source_count, unsigned char out[32])
{
	unsigned char sum[crypto_hash_sha256_BYTES] = { 0 };
	for (size_t i = 0; i < source_count; i++) {
		unsigned char one[crypto_hash_sha256_BYTES];
		crypto_hash_sha256_state state;
		crypto_hash_sha256_init(&state);
		hash_text(&state, sources[i].bytes);
		crypto_hash_sha256_final(&state, one);
		unsigned carry = 0;
		for (size_t k = 0; k < sizeof sum; k++) {
			carry += sum[k] + one[k];
			sum[k] = (unsigned char)carry;
			carry >>= 8;
		}
	}
	memcpy(out, sum, sizeof sum);
}

static void to_hex(const unsigned char *bytes, size_t count, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < count; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * count] = '\0';
}

void screen_engine_key(const struct screen_source *sources, size_t source_count, char key[65])
{
	unsigned char content[32], sum[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	static const uint32_t machine[] = { 0x01020304, sizeof(void *), alignof(max_align_t) }; /* byte order and layout */
	hash_sources(sources, source_count, content);
	crypto_hash_sha256_init(&state);
	hash_text(&state, STR(ENGINE_NAME "/" ENGINE_FORMAT));
	hash_text(&state, str_make((const char *)machine, sizeof machine));
	hash_text(&state, str_make((const char *)content, sizeof content));
	crypto_hash_sha256_final(&state, sum);
	to_hex(sum, sizeof sum, key);
}

/* ---- build ---- */

static int build_image(const struct mem *mem, const struct pack *pack, const struct screen_source *sources, size_t source_count,
	struct str *ret_image, struct err *reterr)
{
	char key[65], packs_hash[65];
	unsigned char content[32];
	if (pack->literal_count == 0)
		return err_set(reterr, E_INVALID, "screen/build", "the packs hold no phrases");
	screen_engine_key(sources, source_count, key);
	hash_sources(sources, source_count, content);
	to_hex(content, 8, packs_hash);
	return image_write(mem, pack, packs_hash, key, ret_image, reterr);
}

/* What is wrong with the verdict for this example; empty when nothing. */
static struct str judge(struct arena *arena, const struct pack_example *example, const struct verdict *verdict)
{
	if (verdict->state == VERDICT_NOT_SCREENED)
		return arena_printf(arena, "not screened: " STR_FMT, STR_ARG(verdict->reason));
	if (example->level >= 0 && verdict->level != example->level)
		return arena_printf(arena, "expected level %d, got %d", example->level, verdict->level);
	if (example->level_min >= 0 && verdict->level < example->level_min)
		return arena_printf(arena, "expected level %d or more, got %d", example->level_min, verdict->level);
	if (example->level_max >= 0 && verdict->level > example->level_max)
		return arena_printf(arena, "expected level %d or less, got %d", example->level_max, verdict->level);
	for (size_t i = 0; i < example->has_count + example->none_count; i++) {
		bool wanted = i < example->has_count;
		struct str id = wanted ? example->has[i] : example->none[i - example->has_count];
		struct str copy = arena_copy(arena, id);
		bool marker = str_starts(id, STR("protective")) || str_starts(id, STR("pii")) || str_starts(id, STR("request"));
		int least = marker ? 0 : 1;
		for (size_t k = 0; wanted && k < verdict->finding_count; k++)
			if (str_eq(verdict->findings[k].concept, id) && verdict->findings[k].base_level == 0)
				least = 0; /* markers of level 0 are reported, never raising */
		if (copy.ptr && verdict_has(verdict, copy.ptr, least) != wanted)
			return arena_printf(arena, "%s " STR_FMT, wanted ? "did not find" : "should not find", STR_ARG(id));
	}
	return str_make("", 0);
}

static int run_examples(const struct mem *mem, struct str image, const struct pack_example *examples,
	const struct screen_build_options *options, struct err *reterr)
{
	struct screen_engine *engine = NULL;
	struct screen_scratch *scratch = NULL;
	struct arena arena;
	size_t failed = 0;
	arena_init(&arena, mem, EXAMPLE_ARENA_BYTES);
	int rc = screen_engine_open(mem, image, &engine, reterr);
	if (rc == 0)
		rc = screen_scratch_open(engine, &scratch, reterr);
	for (const struct pack_example *example = rc == 0 ? examples : NULL; example; example = example->next) {
		struct screen_request request = { .role = example->role,
			.text = example->text,
			.turns = example->turns,
			.turn_count = example->turn_count,
			.country = example->country,
			.age = example->age };
		struct verdict verdict;
		arena_reset(&arena);
		(void)screen_run(engine, scratch, &arena, &request, &verdict);
		struct str failure = judge(&arena, example, &verdict);
		if (arena_failed(&arena)) {
			rc = err_set(reterr, E_MEMORY, "screen/build", "no memory for an example");
			break;
		}
		struct screen_example result = { example->file, example->line, failure.len == 0, example->text, failure, &verdict,
			example->role, example->has, example->none, example->has_count, example->none_count, example->level,
			example->level_min, example->level_max };
		if (failure.len && failed++ == 0)
			err_at(reterr, E_INVALID, "screen/build", (size_t)example->line, STR_FMT ":%d: example: " STR_FMT,
				STR_ARG(example->file), example->line, STR_ARG(failure));
		if (options->report)
			options->report(options->report_ctx, &result);
	}
	if (failed > 1 && reterr) {
		char more[64];
		snprintf(more, sizeof more, " (and %zu more)", failed - 1);
		size_t len = strnlen(reterr->message, sizeof reterr->message);
		snprintf(reterr->message + len, sizeof reterr->message - len, "%s", more);
	}
	screen_scratch_free(&scratch);
	screen_engine_free(&engine);
	arena_done(&arena);
	return rc < 0 ? rc : failed && !options->allow_failures ? E_INVALID : 0;
}

int screen_engine_build_with(const struct mem *mem, const struct screen_source *sources, size_t source_count,
	const struct screen_build_options *options, struct str *ret_image, struct err *reterr)
{
	struct arena arena;
	struct pack pack;
	struct pack_example *examples = NULL;
	struct fold_tables *tables = NULL;
	struct str image = { NULL, 0 };
	arena_init(&arena, mem, BUILD_ARENA_BYTES);
	int rc = fold_open(mem, &tables, reterr);
	if (rc == 0)
		rc = pack_load(&arena, tables, sources, source_count, &pack, &examples, reterr);
	if (rc == 0)
		rc = build_image(mem, &pack, sources, source_count, &image, reterr);
	if (rc == 0 && !options->skip_examples)
		rc = run_examples(mem, image, examples, options, reterr);
	if (rc == 0)
		*ret_image = image;
	else if (image.ptr)
		mem->release(mem->ctx, (void *)image.ptr);
	fold_free(mem, &tables);
	arena_done(&arena);
	return rc;
}

int screen_engine_build(
	const struct mem *mem, const struct screen_source *sources, size_t source_count, struct str *ret_image, struct err *reterr)
{
	static const struct screen_build_options none;
	return screen_engine_build_with(mem, sources, source_count, &none, ret_image, reterr);
}

/* ---- open ---- */

static size_t longest_literal(const struct pack *pack)
{
	size_t longest = 0;
	for (size_t i = 0; i < pack->literal_count; i++)
		if (pack->literal_texts[i].len > longest)
			longest = pack->literal_texts[i].len;
	return longest;
}

static uint16_t *flags_by_number(const struct pack *pack, struct arena *arena)
{
	uint16_t *flags = ARENA_ARRAY(arena, uint16_t, pack->word_order_count + 1);
	for (size_t i = 0; flags && i < pack->vocab_count; i++)
		if (pack->vocab_slots[i].offset && pack->vocab_slots[i].number < pack->word_order_count)
			flags[pack->vocab_slots[i].number] = pack->vocab_slots[i].flags;
	return flags;
}

int screen_engine_open(const struct mem *mem, struct str image, struct screen_engine **ret_engine, struct err *reterr)
{
	struct screen_engine *engine = mem->alloc(mem->ctx, sizeof *engine);
	if (!engine)
		return err_set(reterr, E_MEMORY, "screen/open", "no memory for the engine");
	memset(engine, 0, sizeof *engine);
	engine->mem = *mem;
	engine->block = mem->alloc(mem->ctx, image.len + IMAGE_ALIGN);
	int rc = engine->block ? 0 : err_set(reterr, E_MEMORY, "screen/open", "no memory for the engine");
	if (rc == 0) {
		char *aligned = engine->block + (IMAGE_ALIGN - (uintptr_t)engine->block % IMAGE_ALIGN);
		if (image.len)
			memcpy(aligned, image.ptr, image.len);
		rc = image_read(str_make(aligned, image.len), &engine->pack, &engine->packs_hash, reterr);
	}
	if (rc == 0)
		rc = fold_open(mem, &engine->tables, reterr);
	if (rc < 0) {
		screen_engine_free(&engine);
		return rc;
	}
	engine->vocab = pack_vocab(&engine->pack);
	rc = unveil_open(mem, &engine->vocab, &engine->unveil, reterr);
	const struct vocab names = pack_names(&engine->pack);
	if (rc == 0 && (names_with(mem, &names, NAME_AROUND, &engine->names_around) < 0 ||
			       names_with(mem, &names, NAME_FRAMES, &engine->names_frames) < 0))
		rc = err_set(reterr, E_MEMORY, "screen/open", "no memory for the engine");
	if (rc < 0) {
		screen_engine_free(&engine);
		return rc;
	}
	pattern_starts_fill(&names, &engine->names_around, &engine->starts);
	arena_init(&engine->arena, &engine->mem, ENGINE_ARENA_BYTES);
	engine->medication = med_index_make(&engine->arena);
	engine->word_flags = flags_by_number(&engine->pack, &engine->arena);
	if (!engine->medication || !engine->word_flags) {
		screen_engine_free(&engine);
		return err_set(reterr, E_MEMORY, "screen/open", "no memory for the engine");
	}
	engine->keep_bytes = longest_literal(&engine->pack);
	lang_open(&engine->langs);
	for (size_t i = 0; i < engine->pack.lang_count; i++)
		engine->covered |= lang_set(&engine->langs, pack_str(&engine->pack, engine->pack.langs[i]));
	*ret_engine = engine;
	return 0;
}

void screen_engine_free(struct screen_engine **engine)
{
	struct screen_engine *old = *engine;
	if (!old)
		return;
	arena_done(&old->arena);
	unveil_free(&old->mem, &old->unveil);
	if (old->names_around.slots)
		old->mem.release(old->mem.ctx, (void *)(uintptr_t)old->names_around.slots);
	if (old->names_frames.slots)
		old->mem.release(old->mem.ctx, (void *)(uintptr_t)old->names_frames.slots);
	fold_free(&old->mem, &old->tables);
	old->mem.release(old->mem.ctx, old->block);
	struct mem mem = old->mem;
	mem.release(mem.ctx, old);
	*engine = NULL;
}

int screen_scratch_open(const struct screen_engine *engine, struct screen_scratch **ret_scratch, struct err *reterr)
{
	struct screen_scratch *scratch = engine->mem.alloc(engine->mem.ctx, sizeof *scratch);
	if (!scratch)
		return err_set(reterr, E_MEMORY, "screen/open", "no memory for a scratch");
	size_t count = match_room_count(&engine->pack);
	*scratch = (struct screen_scratch){ .mem = engine->mem };
	scratch->room.near = engine->mem.alloc(engine->mem.ctx, count * sizeof *scratch->room.near);
	if (!scratch->room.near) {
		screen_scratch_free(&scratch);
		return err_set(reterr, E_MEMORY, "screen/open", "no memory for a scratch");
	}
	*ret_scratch = scratch;
	return 0;
}

void screen_scratch_free(struct screen_scratch **scratch)
{
	struct screen_scratch *old = *scratch;
	if (!old)
		return;
	struct mem mem = old->mem;
	mem.release(mem.ctx, old->room.near);
	mem.release(mem.ctx, old);
	*scratch = NULL;
}

struct str screen_engine_version(const struct screen_engine *engine)
{
	(void)engine;
	return STR(ENGINE_NAME);
}

struct str screen_engine_packs(const struct screen_engine *engine)
{
	return engine->packs_hash;
}

struct screen_counts screen_engine_counts(const struct screen_engine *engine)
{
	struct screen_counts counts = {
		.concepts = engine->pack.concept_count, .literals = engine->pack.literal_count, .lines = engine->pack.line_count
	};
	for (size_t i = 0; i < engine->pack.phrase_count; i++) {
		counts.triggers += engine->pack.phrases[i].target == TARGET_TRIGGER;
		counts.phrases += engine->pack.phrases[i].target == TARGET_CONCEPT;
	}
	for (size_t i = 0; i < engine->pack.vocab_count; i++)
		counts.words += engine->pack.vocab_slots[i].offset != 0;
	return counts;
}

size_t screen_unit_end(const struct screen_engine *engine, struct str text, size_t from, bool finished)
{
	return segment_unit_end(text, from, engine->keep_bytes, finished);
}

/* ---- run ---- */

struct finding *finding_add(struct run *run)
{
	struct findings *findings = &run->findings;
	if (findings->count == findings->capacity) {
		size_t capacity = findings->capacity * 2 + 16;
		struct finding *items = ARENA_ROOM(run->arena, struct finding, capacity);
		if (!items)
			return NULL;
		if (findings->count)
			memcpy(items, findings->items, findings->count * sizeof *items);
		findings->items = items;
		findings->capacity = capacity;
	}
	struct finding *finding = &findings->items[findings->count++];
	memset(finding, 0, sizeof *finding);
	return finding;
}

int scan_text(struct run *run, struct str text, struct view *ret_view, struct scan *ret_scan)
{
	const struct screen_engine *engine = run->engine;
	int rc = fold_run(engine->tables, &engine->vocab, run->arena, text, ret_view);
	if (rc == 0)
		rc = segment_run(run->arena, ret_view);
	if (rc == 0)
		rc = match_run(&engine->pack, run->arena, &run->scratch->room, ret_view, run->roles, false, ret_scan);
	return rc;
}

static int compare_findings(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	if (x->turn != y->turn)
		return x->turn < y->turn ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	if (x->level != y->level)
		return x->level > y->level ? -1 : 1;
	int by_concept = str_cmp(x->concept, y->concept);
	return by_concept ? by_concept : str_cmp(x->phrase, y->phrase);
}

/* One finding a concept, place and source is enough for a reader: of findings of one concept whose spans touch, the one
 * with the higher level (then confidence, then length) stays. */
static bool covers(const struct finding *a, const struct finding *b)
{
	if (a->turn != b->turn || !str_eq(a->concept, b->concept) || a->end <= b->start || b->end <= a->start)
		return false;
	if (a->level != b->level)
		return a->level > b->level;
	if (a->confidence != b->confidence)
		return a->confidence > b->confidence;
	if (a->end - a->start != b->end - b->start)
		return a->end - a->start > b->end - b->start;
	return a < b;
}

static void drop_doubles(struct findings *findings)
{
	size_t kept = 0;
	for (size_t i = 0; i < findings->count; i++) {
		bool covered = false;
		/* sorted by start: those that may touch are near */
		for (size_t k = 0; k < findings->count && !covered && findings->count <= 4096; k++)
			covered = k != i && covers(&findings->items[k], &findings->items[i]);
		findings->items[i].base_level |= covered ? 0x100 : 0;
	}
	for (size_t i = 0; i < findings->count; i++)
		if (!(findings->items[i].base_level & 0x100))
			findings->items[kept++] = findings->items[i];
	findings->count = kept;
}

/* What an attempt's own words hold ("tried to kill myself, ten years ago") is told of the attempt: placed in the past with it, and, where
 * it was somebody else's, no more urgent than it. */
static void place_attempts(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *attempt = &findings->items[i];
		bool past = str_eqc(attempt->concept, "suicide.attempt_past") && attempt->context.time == TIME_PAST;
		bool other = str_starts(attempt->concept, STR("suicide.attempt_")) && attempt->context.experiencer == EXPERIENCER_OTHER;
		if (!past && !other)
			continue;
		for (size_t k = 0; k < findings->count; k++) {
			struct finding *inner = &findings->items[k];
			bool within = inner->turn == attempt->turn && inner->start >= attempt->start && inner->end <= attempt->end;
			bool same = inner->family == attempt->family || (other && str_eqc(inner->concept, "third_party.worry"));
			if (k == i || !within || !same || inner->context.time != TIME_UNSTATED)
				continue;
			if (past)
				inner->context.time = TIME_PAST;
			if (inner->level > attempt->level)
				inner->level = attempt->level;
		}
	}
}

static void fill_verdict(struct run *run, struct verdict *verdict)
{
	struct findings *findings = &run->findings;
	if (findings->count)
		qsort(findings->items, findings->count, sizeof *findings->items, compare_findings);
	place_attempts(findings);
	drop_doubles(findings);
	verdict->findings = findings->items;
	verdict->finding_count = findings->count;
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		if (!verdict_raises(finding->family))
			continue;
		if (finding->level > verdict->levels[finding->family])
			verdict->levels[finding->family] = finding->level;
		bool better = verdict->top == SIZE_MAX ? finding->level > 0 : finding->level > findings->items[verdict->top].level;
		if (!better && verdict->top != SIZE_MAX && finding->level == findings->items[verdict->top].level)
			better = finding->confidence > findings->items[verdict->top].confidence;
		if (better)
			verdict->top = i;
	}
	if (verdict->top != SIZE_MAX) {
		verdict->level = findings->items[verdict->top].level;
		verdict->time_frame = findings->items[verdict->top].context.time;
		verdict->experiencer = findings->items[verdict->top].context.experiencer;
	}
}

int read_text(struct run *run, struct str text, int turn, struct view *ret_view, struct scan *ret_scan)
{
	struct context_options options = { .source = SOURCE_PHRASE, .turn = turn };
	int rc = scan_text(run, text, ret_view, ret_scan);
	struct lang_vote *votes = rc == 0 ? ARENA_ROOM(run->arena, struct lang_vote, ret_view->count) : NULL;
	if (rc < 0 || !votes)
		return rc < 0 ? rc : E_MEMORY;
	lang_vote(&run->engine->langs, ret_view, votes);
	ret_scan->votes = votes;
	if (rc == 0)
		rc = context_findings(run, ret_scan, &options);
	if (rc == 0)
		rc = disguise_spelling(run, ret_view, &options);
	if (rc == 0)
		rc = disguise_encoding(run, text, turn, 0);
	return rc < 0 ? rc : classify_run(run, ret_scan, turn);
}

/* The rest of a text that is too long to be read asks for a person's eyes. */
static int add_unread(struct run *run, const struct verdict *verdict)
{
	struct finding *finding = finding_add(run);
	if (!finding)
		return E_MEMORY;
	*finding = (struct finding){ .concept = STR("distress.unread"),
		.family = FAMILY_DISTRESS,
		.level = 2,
		.base_level = 2,
		.start = verdict->judged_bytes,
		.end = verdict->received_bytes,
		.source = SOURCE_LIMIT,
		.confidence = 1000,
		.why = STR("The message is longer than can be screened: nobody has read this part.") };
	return 0;
}

/* ---- the language ---- */

#define SPOKEN_WORDS 4u /* fewer say too little */
#define ASIDE_WORDS 6u  /* of one sentence */
#define ASIDE_CLIENT 6u /* one word of so many must be known; of a client's text as a whole more */
#define ASIDE_REPLY 5u

struct spoken {
	size_t words, own;
	bool named; /* most words may be names */
};

/* A language, as its words are known by. */
struct tongue {
	uint64_t set;  /* lang_set */
	unsigned flag; /* in the vocabulary, of words that packs in it have; 0 when no pack is in it */
};

static struct tongue tongue_of(const struct screen_engine *engine, const char *lang)
{
	struct tongue tongue = { .set = lang_set(&engine->langs, str_c(lang)) };
	for (size_t i = 0; tongue.set && i < engine->pack.lang_count && i < VOCAB_LANGS; i++)
		if (str_eqc(pack_str(&engine->pack, engine->pack.langs[i]), lang))
			tongue.flag = (unsigned)VOCAB_LANG << i;
	return tongue;
}

/* How many of the words from `first` to `end` are words of the language: a function word of it, or one that its packs have. Names inside a
 * sentence, single letters, codes with digits, and what stands behind a # or an @ are of no language. */
static struct spoken count_spoken(const struct run *run, const struct scan *scan, size_t first, size_t end, struct tongue tongue)
{
	struct spoken spoken = { 0 };
	size_t names = 0;
	for (size_t i = first; i < end; i++) {
		const struct lang_vote *vote = &scan->votes[i];
		const struct token *token = &scan->view->tokens[i];
		char before = i > first && !(token->flags & TOKEN_SPACE_BEFORE) ? scan->view->text.ptr[token[-1].at] : ' ';
		if (!vote->word || before == '#' || before == '@')
			continue;
		bool own = (vote->set & tongue.set) && !vote->unknown;
		if (!own && token->known && token->known <= run->engine->pack.word_order_count)
			own = (run->engine->word_flags[token->known - 1] & tongue.flag) != 0;
		if (!own && (token->len == 1 || str_has_digit(token_text(scan->view, token))))
			continue;
		spoken.words++;
		spoken.own += own;
		names += !own && i > first && (token->flags & TOKEN_CAPITAL);
	}
	if (names * 2 < spoken.words)
		spoken.words -= names;
	else
		spoken.named = true;
	return spoken;
}

/* A sentence in the language of the whole text, or, where two take turns, in its own. */
static struct spoken sentence_spoken(const struct run *run, const struct scan *scan, size_t first, size_t end, struct tongue tongue)
{
	struct spoken spoken = count_spoken(run, scan, first, end, tongue);
	if (spoken.own * 2 >= spoken.words)
		return spoken;
	struct tongue own = tongue_of(run->engine, lang_name(&run->engine->langs, scan->votes + first, end - first));
	if (own.set != tongue.set && (own.set & run->engine->covered)) {
		struct spoken other = count_spoken(run, scan, first, end, own);
		spoken = other.own * spoken.words > spoken.own * other.words ? other : spoken;
	}
	return spoken;
}

/* Of a language's own words there must be in ten: of English four, of the others, whose packs hold fewer words, three, in scripts of their
 * own two. Measured on public sentences of 500 languages (decision 0071). */
static size_t least_of_ten(const struct lang_reading *reading)
{
	return str_eqc(str_c(reading->lang), "en") ? 4 : reading->latin ? 3 : 2;
}

/* Whether so few words of one sentence are known that it is surely in another language. */
static bool is_aside(struct spoken one, size_t of)
{
	return !one.named && one.words >= ASIDE_WORDS && one.own * of < one.words;
}

/* Whether the text is in none of the languages that are covered, though one was named for a few words that many languages share. A client's
 * is taken whole, and each sentence; of a reply, which is judged piece by piece, each sentence alone. */
static bool is_unspoken(const struct run *run, const struct scan *scan, const struct lang_reading *reading)
{
	const struct view *view = scan->view;
	bool client = run->request->role != ROLE_ASSISTANT;
	const struct tongue tongue = tongue_of(run->engine, reading->lang);
	struct spoken all = { 0 };
	for (size_t i = 0, first = 0; i < view->count; i++) {
		if (i + 1 < view->count && view->tokens[i + 1].sentence == view->tokens[i].sentence)
			continue;
		struct spoken one = sentence_spoken(run, scan, first, i + 1, tongue);
		if (is_aside(one, client ? ASIDE_CLIENT : ASIDE_REPLY))
			return true;
		all.words += one.words;
		all.own += one.own;
		first = i + 1;
	}
	return client && all.words >= SPOKEN_WORDS && all.own * 10 < all.words * least_of_ten(reading);
}

/* What nobody has read in its own language goes to a person: a text in a language without packs, a sentence of one among
 * others, and words of a client that no language is told by. One or two plain words ("ok", "Tuesday") have no language of
 * their own; the people of the programme do. A model's reply comes in pieces ("1. Box breathing"), and in few languages. */
static void name_language(const struct run *run, const struct scan *scan, struct verdict *verdict)
{
	const struct screen_engine *engine = run->engine;
	struct lang_reading reading = lang_read(&engine->langs, scan->view, scan->votes, engine->covered);
	bool named = (lang_set(&engine->langs, str_c(reading.lang)) & engine->covered) != 0;
	bool few = reading.words <= 2 || run->request->role == ROLE_ASSISTANT;
	bool unnamed = reading.words == 0 || (few && reading.latin && str_eqc(str_c(reading.lang), "und"));
	bool unspoken_in = named && !reading.foreign && is_unspoken(run, scan, &reading);
	verdict->lang = str_c(unspoken_in ? "und" : reading.lang);
	verdict->lang_covered = (named || unnamed) && !reading.foreign && !unspoken_in;
}

static int run_stages(struct run *run, struct verdict *verdict)
{
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		verdict->learned[i] = -1;
	run->learned = verdict->learned;
	struct view view;
	struct scan scan;
	size_t turns = 0;
	struct str text = str_sub(run->request->text, 0, verdict->judged_bytes);
	int rc = read_text(run, text, 0, &view, &scan);
	if (rc < 0)
		return rc;
	name_language(run, &scan, verdict);
	if (!verdict->truncated && !fold_visible(run->engine->tables, text))
		verdict->state = VERDICT_EMPTY;
	if (verdict->truncated)
		rc = add_unread(run, verdict);
	if (rc == 0)
		rc = contact_run(run, text, &scan, &view);
	if (rc == 0 && run->request->role == ROLE_ASSISTANT)
		rc = medication_reply(run, text, &scan);
	if (rc < 0)
		return rc;
	if (run->request->role == ROLE_CLIENT)
		rc = state_client(run, &scan, &turns);
	else if (run->request->role == ROLE_ASSISTANT)
		rc = state_reply(run);
	return rc < 0 ? rc : run->rc;
}

static int not_screened(const struct screen_request *request, const struct screen_engine *engine, int rc, struct verdict *ret_verdict)
{
	const char *reason = rc == E_MEMORY  ? "the screen ran out of memory"
			     : rc == E_LIMIT ? "the text passes a limit of the screen"
					     : "the matcher failed";
	*ret_verdict = (struct verdict){ .state = VERDICT_NOT_SCREENED,
		.reason = str_c(reason),
		.lang = STR("und"),
		.received_bytes = request->text.len,
		.top = SIZE_MAX,
		.engine = STR(ENGINE_NAME),
		.packs = engine->packs_hash };
	return rc;
}

int screen_question(
	const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena, struct str text, struct str *ret_concept)
{
	struct screen_request request = { .role = ROLE_ASSISTANT, .text = text };
	struct run run = { .engine = engine, .scratch = scratch, .arena = arena, .request = &request };
	return state_question(&run, text, ret_concept);
}

int screen_run(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena,
	const struct screen_request *request, struct verdict *ret_verdict)
{
	struct run run = { .engine = engine,
		.scratch = scratch,
		.arena = arena,
		.request = request,
		.roles = request->role == ROLE_ASSISTANT ? ROLES_ASSISTANT : ROLES_CLIENT,
		.plain = request->role == ROLE_ASSISTANT };
	struct verdict verdict = { .state = VERDICT_SCREENED,
		.lang = STR("und"),
		.received_bytes = request->text.len,
		.top = SIZE_MAX,
		.engine = STR(ENGINE_NAME),
		.packs = engine->packs_hash };
	scratch->wide = false;
	verdict.judged_bytes = request->text.len > SCREEN_TEXT_MAX ? SCREEN_TEXT_MAX : request->text.len;
	while (verdict.judged_bytes < request->text.len && !utf8_boundary(request->text, verdict.judged_bytes))
		verdict.judged_bytes--;
	verdict.truncated = verdict.judged_bytes < request->text.len;
	int rc = run_stages(&run, &verdict);
	if (rc < 0 || arena_failed(arena))
		return not_screened(request, engine, rc < 0 ? rc : E_MEMORY, ret_verdict);
	fill_verdict(&run, &verdict);
	*ret_verdict = verdict;
	return 0;
}
