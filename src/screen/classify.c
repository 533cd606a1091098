/* classify.c: see classify.h. */
#include "screen/classify.h"

#include "screen/features.h"

#define CURVE_FIRST (-4000) /* logit of the curve's first point, thousandths */
#define CURVE_STEP 500
#define LOGIT_MAX 30000

/* ---- the scores of windows ---- */

struct best {
	int logit; /* thousandths */
	size_t start, end;
};

struct scorer {
	const struct pack *pack;
	const struct pack_model *model;
	struct best best[MODEL_LANES]; /* each head's surest window */
	bool any;
};

/* 1024 times the square root of a count, rounded down (Newton's method on whole numbers). */
static int64_t root_1024(size_t count)
{
	uint64_t square = (uint64_t)count << 20, root = square, next = (square + 1) / 2;
	while (next < root) {
		root = next;
		next = (root + square / root) / 2;
	}
	return (int64_t)root;
}

static int score_window(void *ctx, const struct features_window *window)
{
	struct scorer *scorer = ctx;
	const struct pack_model *model = scorer->model;
	const int8_t *rows = scorer->pack->weights + (size_t)model->first_row * MODEL_LANES;
	uint32_t mask = (1u << model->bits) - 1;
	int32_t sums[MODEL_LANES] = { 0 };
	for (size_t i = 0; i < window->count; i++) {
		const int8_t *row = rows + (size_t)(window->hashes[i] & mask) * MODEL_LANES;
		for (size_t lane = 0; lane < MODEL_LANES; lane++)
			sums[lane] += row[lane];
	}
	int64_t root = root_1024(window->count);
	for (uint32_t i = 0; i < model->heads.count; i++) {
		const struct pack_head *head = &scorer->pack->heads[model->heads.first + i];
		int64_t logit = head->bias + (int64_t)sums[i] * head->scale * 1024 / (1000 * root);
		logit = logit > LOGIT_MAX ? LOGIT_MAX : logit < -LOGIT_MAX ? -LOGIT_MAX : logit;
		if (!scorer->any || logit > scorer->best[i].logit)
			scorer->best[i] = (struct best){ (int)logit, window->start, window->end };
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

static bool raises(const struct findings *findings, enum family family, int level)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].turn == 0 && findings->items[i].family == family && findings->items[i].level >= level)
			return false;
	return true;
}

static int add_head(struct run *run, const struct pack_head *head, const struct best *best)
{
	const struct pack *pack = &run->engine->pack;
	const struct pack_concept *concept = &pack->concepts[head->concept];
	if (!raises(&run->findings, (enum family) concept->family, head->level))
		return 0;
	struct finding *finding = finding_add(run);
	if (!finding)
		return E_MEMORY;
	*finding = (struct finding){ .concept = pack_str(pack, concept->id),
		.family = (enum family) concept->family,
		.level = head->level,
		.base_level = head->level,
		.start = best->start,
		.end = best->end,
		.source = SOURCE_CLASSIFIER,
		.confidence = probability(head, best->logit),
		.why = pack_str(pack, concept->why) };
	return 0;
}

/* What a head needs in a language: of a text too short to tell the highest; -1: the model does not know the language. */
static int lang_index(const struct pack *pack, const struct pack_model *model, struct str lang)
{
	for (uint8_t i = 0; i < model->lang_count; i++)
		if (str_eq(pack_str(pack, model->langs[i]), lang))
			return i;
	return str_eqc(lang, "und") ? (int)MODEL_LANGS : -1;
}

static int head_threshold(const struct pack_model *model, const struct pack_head *head, int lang)
{
	int highest = head->thresholds[0];
	if (lang < (int)MODEL_LANGS)
		return head->thresholds[lang];
	for (uint8_t i = 1; i < model->lang_count; i++)
		highest = head->thresholds[i] > highest ? head->thresholds[i] : highest;
	return highest;
}

int classify_run(struct run *run, const struct scan *scan, struct verdict *verdict)
{
	const struct pack *pack = &run->engine->pack;
	int rc = 0;
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		verdict->learned[i] = -1;
	for (size_t i = 0; rc == 0 && i < pack->model_count; i++) {
		const struct pack_model *model = &pack->models[i];
		struct scorer scorer = { .pack = pack, .model = model };
		int lang = lang_index(pack, model, verdict->lang);
		if (!(model->roles & run->roles) || lang < 0)
			continue;
		rc = features_each(run->arena, scan, score_window, &scorer);
		/* the highest level of a family first: one finding says it all */
		for (uint32_t k = model->heads.count; rc == 0 && scorer.any && k-- > 0;) {
			const struct pack_head *head = &pack->heads[model->heads.first + k];
			int *learned = &verdict->learned[pack->concepts[head->concept].family];
			int sure = probability(head, scorer.best[k].logit);
			*learned = sure > *learned ? sure : *learned;
			if (scorer.best[k].logit >= head_threshold(model, head, lang))
				rc = add_head(run, head, &scorer.best[k]);
		}
	}
	return rc;
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
	return rc < 0 ? rc : features_each(arena, &scan, dump_window, &dump);
}
