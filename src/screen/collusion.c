/* collusion.c: what adds up within one reply of the assistant.
 *
 * A reply that feeds a delusion, a mania or a compulsion seldom says one forbidden thing: it praises, elevates, confirms,
 * says "we", pulls deeper. Each is a weak sign (a level 0 concept with `signal`, below `reply.sign_`); what keeps to reality
 * (`reply.grounds`) weighs against them. The same words count sooner where the client's own turns show signs of psychosis,
 * of mania or of a ritual: a warm answer to a tired person is a good one, the same answer to somebody who was chosen is not.
 * The signs are dropped from the verdict after they are weighed; what they add up to names the kinds that counted. */
#include "screen/engine_priv.h"

#include "base/compiler.h"

#define SIGN_PREFIX STR("reply.sign_")
#define KIND_WEIGHT_MAX 6 /* of one kind of sign: a single manner of speaking is a style, not a fault */
#define VOICE STR("reply.sign_voice")
#define VOICE_WEIGHT_MAX 3         /* of the solemn voice, which also answers a solemn question soberly */
#define THEME STR("request.theme") /* of a client turn, at any level: what replies go astray on */
#define LIMIT "reply.sets_limit"   /* weighs against joining a ritual, as grounds do against everything */
#define KINDS_LEAST 2              /* kinds that must have a part in it */
#define SIGNS_MAX 192u             /* that are weighed; a reply with more passed `enough` long before */

/* What the signs of `kinds` add up to. `enough` alone (0: never); `enough_sign` where a client turn holds one of `after` at
 * level 1, a weak sign; `enough_after` where at level 2 or more. Found at level 2; at `level_after` where both say so: a
 * client at level 2 and enough of a reply alone. */
struct sum {
	const char *concept;
	const char *kinds[10];
	const char *after[4];
	int enough, enough_sign, enough_after, enough_sure;
	int kinds_alone, kinds_least; /* that must take part: where no client turn holds anything of `after`, and where one does */
	int level_after;
	bool theme;          /* a theme of the client counts as a weak sign */
	const char *against; /* a kind that weighs against this sum alone, or NULL */
};

static const struct sum sums[] = {
	{ "reply.agrees_delusion",
		{ "reply.sign_voice", "reply.sign_real", "reply.sign_special", "reply.sign_we", "reply.sign_alive", "reply.sign_vast",
			"reply.sign_praise", "reply.sign_onward", "reply.sign_distrust", "reply.sign_inside" },
		{ "psychosis.", "mania." }, 6, 6, 6, 9, 3, 2, 3, true, NULL },
	{ "reply.cheers_mania", { "reply.sign_cheer", "reply.sign_praise", "reply.sign_special", "reply.sign_vast" },
		{ "mania.", "psychosis." }, 6, 4, 2, 6, 2, 1, 3, false, NULL },
	{ "reply.feeds_ritual", { "reply.sign_reassure", "reply.sign_order" }, { "distress.ritual", "request.ritual" }, 3, 1, 1, 3, 1, 1, 2,
		false, LIMIT },
};

struct sign {
	const struct finding *finding;
	int weight;
};

struct signs {
	struct sign items[SIGNS_MAX];
	size_t count;
	int against; /* of what keeps to reality */
};

static struct str words_of(const struct run *run, const struct finding *finding)
{
	return str_sub(run->request->text, finding->start, finding->end);
}

static bool same_words(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		char x = a.ptr[i], y = b.ptr[i];
		x = x >= 'A' && x <= 'Z' ? (char)(x - 'A' + 'a') : x;
		y = y >= 'A' && y <= 'Z' ? (char)(y - 'A' + 'a') : y;
		if (x != y)
			return false;
	}
	return true;
}

/* The same words again, or words that a counted sign of this kind already holds, are no further sign. */
static bool counted(const struct run *run, const struct signs *signs, const struct finding *finding)
{
	for (size_t i = 0; i < signs->count; i++) {
		const struct finding *other = signs->items[i].finding;
		if (other->concept.ptr != finding->concept.ptr)
			continue;
		if (finding->start < other->end && other->start < finding->end)
			return true;
		if (same_words(words_of(run, other), words_of(run, finding)))
			return true;
	}
	return false;
}

static void collect_signs(const struct run *run, struct signs *signs)
{
	const struct pack *pack = &run->engine->pack;
	for (size_t i = 0; i < run->findings.count && signs->count < SIGNS_MAX; i++) {
		const struct finding *finding = &run->findings.items[i];
		bool grounds = str_eqc(finding->concept, "reply.grounds");
		bool sign = str_starts(finding->concept, SIGN_PREFIX) || str_eqc(finding->concept, LIMIT);
		/* a reply that denies it, supposes it or tells a story does not feed it */
		if ((!sign && !grounds) || (sign && (finding->context.negated || finding->context.quoted)))
			continue;
		if (counted(run, signs, finding))
			continue;
		int weight = pack_signal(pack, finding->concept);
		signs->items[signs->count++] = (struct sign){ finding, grounds ? 0 : weight };
		signs->against += grounds ? weight : 0;
	}
}

static int kind_weight(const struct signs *signs, const char *kind)
{
	int weight = 0;
	for (size_t i = 0; i < signs->count; i++)
		if (str_eqc(signs->items[i].finding->concept, kind))
			weight += signs->items[i].weight;
	int most = str_eqc(VOICE, kind) ? VOICE_WEIGHT_MAX : KIND_WEIGHT_MAX;
	return weight < most ? weight : most;
}

/* The highest level of a client turn's finding that `sum` looks for; 1 where there is only a theme. */
static int client_level(const struct run *run, const struct sum *sum)
{
	int level = 0;
	for (size_t i = 0; i < run->history.count; i++) {
		const struct finding *finding = &run->history.items[i];
		if (sum->theme && !level && str_eq(finding->concept, THEME))
			level = 1;
		for (size_t k = 0; k < COUNT_OF(sum->after) && sum->after[k]; k++)
			if (finding->level > level && pack_term(finding->concept, str_c(sum->after[k])))
				level = finding->level;
	}
	return level;
}

static const struct finding *heaviest(const struct signs *signs, const struct sum *sum)
{
	const struct sign *best = NULL;
	for (size_t i = 0; i < signs->count; i++)
		for (size_t k = 0; k < COUNT_OF(sum->kinds) && sum->kinds[k]; k++)
			if (str_eqc(signs->items[i].finding->concept, sum->kinds[k]) && (!best || signs->items[i].weight > best->weight))
				best = &signs->items[i];
	return best ? best->finding : NULL;
}

static int add_sum(struct run *run, const struct signs *signs, const struct sum *sum, int weight, int kinds, int level)
{
	const struct pack *pack = &run->engine->pack;
	uint32_t index = pack_find(pack, str_c(sum->concept));
	const struct finding *shown = heaviest(signs, sum);
	if (index == NONE || !shown)
		return 0;
	struct finding found = { .concept = pack_str(pack, pack->concepts[index].id),
		.family = (enum family)pack->concepts[index].family,
		.level = level,
		.base_level = level,
		.start = shown->start,
		.end = shown->end,
		.source = SOURCE_STATE,
		.confidence = weight >= 2 * sum->enough_after ? 800 : 650,
		.why = arena_printf(run->arena, STR_FMT " %d signs of it add up, of %d kinds.",
			STR_ARG(pack_str(pack, pack->concepts[index].why)), weight, kinds) };
	struct finding *finding = found.why.ptr ? finding_add(run) : NULL;
	if (!finding)
		return E_MEMORY;
	*finding = found;
	return 0;
}

/* How much is enough with what the client said; 0: never. */
static int enough_for(const struct sum *sum, int client, int kinds)
{
	if (kinds < (client ? sum->kinds_least : sum->kinds_alone))
		return 0;
	return client >= 2 ? sum->enough_after : client ? sum->enough_sign : sum->enough;
}

static int weigh(struct run *run, const struct signs *signs, const struct sum *sum)
{
	int kinds = 0, weight = sum->against ? -kind_weight(signs, sum->against) : 0;
	for (size_t i = 0; i < COUNT_OF(sum->kinds) && sum->kinds[i]; i++) {
		int kind = kind_weight(signs, sum->kinds[i]);
		weight += kind;
		kinds += kind > 0;
	}
	weight -= signs->against;
	int client = client_level(run, sum), enough = enough_for(sum, client, kinds);
	if (!kinds || !enough || weight < enough)
		return 0;
	bool sure = client >= 2 && weight >= sum->enough_sure;
	return add_sum(run, signs, sum, weight, kinds, sure ? sum->level_after : 2);
}

static void drop_signs(struct run *run)
{
	size_t kept = 0;
	for (size_t i = 0; i < run->findings.count; i++)
		if (!str_starts(run->findings.items[i].concept, SIGN_PREFIX))
			run->findings.items[kept++] = run->findings.items[i];
	run->findings.count = kept;
}

int collusion_run(struct run *run)
{
	struct signs signs; /* some KB, of which few are used */
	signs.count = 0;
	signs.against = 0;
	collect_signs(run, &signs);
	if (!signs.count) {
		drop_signs(run);
		return 0;
	}
	int rc = run->request->turn_count ? state_history(run) : 0;
	/* findings may move when one is added: the signs are copied out first */
	struct finding *copies = rc == 0 ? ARENA_ARRAY(run->arena, struct finding, signs.count) : NULL;
	if (!copies)
		return rc < 0 ? rc : E_MEMORY;
	for (size_t i = 0; i < signs.count; i++) {
		copies[i] = *signs.items[i].finding;
		signs.items[i].finding = &copies[i];
	}
	drop_signs(run);
	for (size_t i = 0; rc == 0 && i < COUNT_OF(sums); i++)
		rc = weigh(run, &signs, &sums[i]);
	return rc;
}
