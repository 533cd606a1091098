/* classify.c: see classify.h. */
#include "screen/classify.h"

#include "screen/features.h"

#include <limits.h>

#define CURVE_FIRST (-4000) /* logit of the curve's first point, thousandths */
#define CURVE_STEP 500
#define LOGIT_MAX 30000
#define DEEPENS_FROM 2

/* ---- the scores of windows ---- */

/* A window by how far it is over a threshold of its own language. */
struct best {
	int margin, logit; /* thousandths */
	size_t start, end;
};

/* The two thresholds of a head: for a family that nothing has found yet, and for one that is only to be graded higher. */
enum { FINDS = 0, DEEPENS, WAYS };

struct scorer {
	const struct screen_engine *engine;
	const struct scan *scan;
	const struct pack_model *model;
	const struct pack_word *words;       /* of the model */
	struct best best[MODEL_LANES][WAYS]; /* each head's best windows */
	bool any;                            /* a window in a language of the model */
};

/* What the model calls the language of a window: an index; MODEL_LANGS of words that tell none; -1: it does not know it. */
static int lang_index(const struct scorer *scorer, const struct features_window *window)
{
	const struct screen_engine *engine = scorer->engine;
	const struct pack_model *model = scorer->model;
	struct str lang = str_c(lang_name(&engine->langs, scorer->scan->votes + window->token, window->token_count));
	for (uint8_t i = 0; i < model->lang_count; i++)
		if (str_eq(pack_str(&engine->pack, model->langs[i]), lang))
			return i;
	return str_eqc(lang, "und") ? (int)MODEL_LANGS : -1;
}

static inline int threshold_of(const struct pack_model *model, const int32_t *thresholds, int lang)
{
	if (lang < (int)MODEL_LANGS)
		return thresholds[lang];
	int highest = thresholds[0];
	for (uint8_t i = 1; i < model->lang_count; i++)
		highest = thresholds[i] > highest ? thresholds[i] : highest;
	return highest;
}

static inline void keep_best(struct best *best, int margin, int logit, const struct features_window *window)
{
	if (margin > best->margin)
		*best = (struct best){ margin, logit, window->start, window->end };
}

/* 1024 times the square root of a count, rounded down (Newton's method on whole numbers, from a power of two above it). */
static int64_t root_1024(size_t count)
{
	uint64_t square = (uint64_t)(count ? count : 1) << 20;
	uint64_t root = UINT64_C(1) << ((65 - __builtin_clzll(square)) / 2), next = (root + square / root) / 2;
	while (next < root) {
		root = next;
		next = (root + square / root) / 2;
	}
	return (int64_t)root;
}

#define ROWS_OF_16_BITS 255u /* as many rows of 8 bits add up in 16 */

/* Adds the rows of weights of the hashes. */
static void add_rows(const struct pack *pack, const struct pack_model *model, const uint32_t *hashes, size_t count, int32_t *sums)
{
	const int8_t *rows = pack->weights + (size_t)model->first_row * MODEL_LANES;
	uint32_t mask = (1u << model->bits) - 1;
	for (size_t from = 0; from < count; from += ROWS_OF_16_BITS) {
		int16_t part[MODEL_LANES] = { 0 };
		for (size_t i = from; i < count && i < from + ROWS_OF_16_BITS; i++) {
			const int8_t *row = rows + (size_t)(hashes[i] & mask) * MODEL_LANES;
			for (size_t lane = 0; lane < MODEL_LANES; lane++)
				part[lane] = (int16_t)(part[lane] + row[lane]);
		}
		for (size_t lane = 0; lane < MODEL_LANES; lane++)
			sums[lane] += part[lane];
	}
}

static int score_window(void *ctx, const struct features_window *window)
{
	struct scorer *scorer = ctx;
	const struct pack_model *model = scorer->model;
	const struct pack *pack = &scorer->engine->pack;
	int32_t sums[MODEL_LANES] = { 0 };
	size_t count = window->count;
	int lang = lang_index(scorer, window);
	if (lang < 0)
		return 0;
	add_rows(pack, model, window->hashes, window->count, sums);
	for (size_t i = 0; i < window->known_count; i++) {
		const struct pack_word *word = &scorer->words[window->known[i]];
		count += word->count;
		for (size_t lane = 0; lane < MODEL_LANES; lane++)
			sums[lane] += word->sums[lane];
	}
	int64_t root = root_1024(count);
	for (uint32_t i = 0; i < model->heads.count; i++) {
		const struct pack_head *head = &pack->heads[model->heads.first + i];
		int64_t logit = head->bias + (int64_t)sums[i] * head->scale * 1024 / (1000 * root);
		logit = logit > LOGIT_MAX ? LOGIT_MAX : logit < -LOGIT_MAX ? -LOGIT_MAX : logit;
		keep_best(&scorer->best[i][FINDS], (int)logit - threshold_of(model, head->thresholds, lang), (int)logit, window);
		keep_best(&scorer->best[i][DEEPENS], (int)logit - threshold_of(model, head->deepens, lang), (int)logit, window);
	}
	scorer->any = true;
	return 0;
}

/* ---- findings ---- */

static int probability(const struct pack_head *head, int logit)
{
	int at = logit - CURVE_FIRST, last = (int)MODEL_CURVE - 1;
	if (at <= 0)
		return head->curve[0];
	if (at >= last * CURVE_STEP)
		return head->curve[last];
	int left = head->curve[at / CURVE_STEP], right = head->curve[at / CURVE_STEP + 1];
	return left + (right - left) * (at % CURVE_STEP) / CURVE_STEP;
}

/* What the same text has of a family so far: the highest level, and whether something at DEEPENS_FROM or more is said of now and not
 * denied. */
static int level_of(const struct findings *findings, enum family family, int turn, bool *ret_open)
{
	int level = 0;
	*ret_open = false;
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		if (finding->turn != turn || finding->family != family)
			continue;
		level = finding->level > level ? finding->level : level;
		*ret_open = *ret_open ||
			    (finding->level >= DEEPENS_FROM && finding->context.time != TIME_PAST && !finding->context.negated);
	}
	return level;
}

static int add_finding(struct run *run, const struct pack_head *head, const struct best *best, int turn)
{
	const struct pack *pack = &run->engine->pack;
	const struct pack_concept *concept = &pack->concepts[head->concept];
	struct finding *finding = finding_add(run);
	if (!finding)
		return E_MEMORY;
	*finding = (struct finding){ .concept = pack_str(pack, concept->id),
		.family = (enum family) concept->family,
		.level = head->level,
		.base_level = head->level,
		.start = best->start,
		.end = best->end,
		.turn = turn,
		.source = SOURCE_CLASSIFIER,
		.confidence = probability(head, best->logit),
		.why = pack_str(pack, concept->why) };
	return 0;
}

/* A head adds something where the family is not there at its level yet and its best window is over the threshold. Where the family is there
 * at DEEPENS_FROM or more, said of now, and the question is only how urgent it is, less is enough. */
static int ask_head(struct run *run, const struct pack_head *head, const struct best best[WAYS], int turn)
{
	bool open = false;
	int level = level_of(&run->findings, (enum family)run->engine->pack.concepts[head->concept].family, turn, &open);
	const struct best *window = &best[open ? DEEPENS : FINDS];
	return level < head->level && window->margin >= 0 ? add_finding(run, head, window, turn) : 0;
}

static void note_learned(int learned[FAMILY_COUNT], enum family family, int sure)
{
	learned[family] = sure > learned[family] ? sure : learned[family];
}

/* Beside a reply only the heads of psychosis and mania read the client's turns: beliefs are told in too many ways for phrases alone. What
 * calls for a question or for help is left to phrases. */
static bool speaks(const struct run *run, const struct pack_head *head)
{
	enum family family = (enum family)run->engine->pack.concepts[head->concept].family;
	if (!run->plain || run->roles != ROLES_CLIENT)
		return true;
	return (family == FAMILY_PSYCHOSIS || family == FAMILY_MANIA);
}

int classify_run(struct run *run, const struct scan *scan, int turn)
{
	const struct pack *pack = &run->engine->pack;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < pack->model_count; i++) {
		const struct pack_model *model = &pack->models[i];
		struct scorer scorer = { .engine = run->engine, .scan = scan, .model = model, .words = pack->words + i * pack->word_count };
		if (!(model->roles & run->roles))
			continue;
		for (uint32_t k = 0; k < model->heads.count; k++)
			scorer.best[k][FINDS].margin = scorer.best[k][DEEPENS].margin = INT_MIN;
		const struct features_ahead ahead = { pack->weights + (size_t)model->first_row * MODEL_LANES, (1u << model->bits) - 1,
			MODEL_LANES };
		rc = features_each(run->arena, scan, false, &ahead, score_window, &scorer);
		/* the highest level of a family first: one finding says it all */
		for (uint32_t k = model->heads.count; rc == 0 && scorer.any && k-- > 0;) {
			const struct pack_head *head = &pack->heads[model->heads.first + k];
			if (!speaks(run, head))
				continue;
			if (turn == 0 && run->learned)
				note_learned(run->learned, (enum family)pack->concepts[head->concept].family,
					probability(head, scorer.best[k][FINDS].logit));
			rc = ask_head(run, head, scorer.best[k], turn);
		}
	}
	return rc;
}

/* ---- what is summed up beforehand ---- */

static void sum_word(const struct pack *pack, const struct pack_model *model, struct str word, struct pack_word *ret_word)
{
	uint32_t hashes[FEATURES_WORD_MAX];
	int32_t sums[MODEL_LANES] = { 0 };
	size_t count = features_word(word, hashes);
	add_rows(pack, model, hashes, count, sums);
	*ret_word = (struct pack_word){ .hash = features_hash(word), .count = (uint16_t)count };
	for (size_t lane = 0; lane < MODEL_LANES; lane++)
		ret_word->sums[lane] = (int16_t)sums[lane];
}

int classify_words(struct arena *arena, struct pack *pack)
{
	struct pack_word *words = ARENA_ARRAY(arena, struct pack_word, pack->model_count * pack->word_count);
	if (!words)
		return E_MEMORY;
	for (size_t i = 0; i < pack->model_count; i++)
		for (size_t slot = 0; slot < pack->vocab_count; slot++) {
			const struct vocab_slot *at = &pack->vocab_slots[slot];
			if (at->offset)
				sum_word(pack, &pack->models[i], str_make(pack->strings.ptr + at->offset, at->len),
					&words[i * pack->word_count + at->number]);
		}
	pack->words = words;
	pack->word_rows = pack->model_count * pack->word_count;
	return 0;
}

/* ---- for training ---- */

struct dump {
	int (*each)(void *ctx, size_t start, size_t end, const uint32_t *hashes, size_t count);
	void *ctx;
};

static int dump_window(void *ctx, const struct features_window *window)
{
	const struct dump *dump = ctx;
	return dump->each(dump->ctx, window->start, window->end, window->hashes, window->count);
}

int screen_features(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena,
	const struct screen_request *request, int (*each)(void *ctx, size_t start, size_t end, const uint32_t *hashes, size_t count),
	void *ctx)
{
	struct run run = { .engine = engine,
		.scratch = scratch,
		.arena = arena,
		.request = request,
		.roles = request->role == ROLE_ASSISTANT ? ROLES_ASSISTANT : ROLES_CLIENT };
	struct dump dump = { each, ctx };
	struct view view;
	struct scan scan;
	size_t bytes = request->text.len > SCREEN_TEXT_MAX ? SCREEN_TEXT_MAX : request->text.len;
	int rc = scan_text(&run, str_sub(request->text, 0, bytes), &view, &scan);
	return rc < 0 ? rc : features_each(arena, &scan, true, NULL, dump_window, &dump);
}
