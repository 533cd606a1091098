/* context.c: what is said about a finding: the ConText algorithm (Harkema 2009, doi:10.1016/j.jbi.2009.05.002) with idiom,
 * quotation or fiction, and questions. Triggers are phrases of kind context; each reaches over some tokens of its clause,
 * or over the sentence or message. Context lowers or redirects a finding and never removes it.
 *
 * Where the text can be read both ways, the reading that calls a person is taken: the nearest subject says whose risk it
 * is, the nearest time word says when; two negations leave the finding as it stands. */
#include "screen/engine_priv.h"

#include <stdlib.h>

struct context {
	struct run *run;
	const struct scan *scan;
	const struct context_options *options;
	struct match *all; /* matches with target TARGET_TRIGGER, without cancelled ones, by place */
	size_t all_count;
	struct match *guards; /* matches with target TARGET_GUARD, by place */
	size_t guard_count;
	bool message[TRIGGER_COUNT];  /* a trigger of the type reaches over the whole message */
	const struct match *triggers; /* of `all`, those near the finding in hand */
	size_t trigger_count;
	uint32_t near; /* a bit for each type of them */
};

#define NEAR_TOKENS 64u /* no trigger or guard reaches further, but those over the message: bounds the cost on long texts */

static const struct token *token_at(const struct scan *scan, uint32_t place)
{
	return &scan->view->tokens[scan->view->solid[place]];
}

static const struct pack_phrase *phrase_of(const struct scan *scan, const struct match *match)
{
	return &scan->pack->phrases[match->phrase];
}

static bool overlap(const struct match *a, const struct match *b)
{
	return a->first <= b->last && b->first <= a->last;
}

/* ---- triggers of the text ---- */

static int compare_places(const void *a, const void *b)
{
	const struct match *x = a, *y = b;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last > y->last) - (x->last < y->last);
}

/* The first of `count` matches, sorted by place, that begins at `place` or later. */
static size_t first_from(const struct match *matches, size_t count, uint32_t place)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (matches[middle].first < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_pseudo(const struct scan *scan, const struct match *match)
{
	return match->phrase != NONE && phrase_of(scan, match)->trigger == TRIGGER_PSEUDO_NEGATION;
}

/* Whether a pseudo-negation overlaps the negation at all[index]. */
static bool cancelled(const struct context *context, size_t index)
{
	const struct match *negation = &context->all[index];
	size_t i = first_from(context->all, context->all_count, negation->first > NEAR_TOKENS ? negation->first - NEAR_TOKENS : 0);
	for (; i < context->all_count && context->all[i].first <= negation->last; i++)
		if (is_pseudo(context->scan, &context->all[i]) && overlap(&context->all[i], negation))
			return true;
	return false;
}

static void drop_cancelled(struct context *context)
{
	size_t kept = 0;
	for (size_t i = 0; i < context->all_count; i++) {
		bool negation = phrase_of(context->scan, &context->all[i])->trigger == TRIGGER_NEGATION;
		if (negation && cancelled(context, i))
			context->all[i].phrase = NONE; /* still in place: the search above relies on the order */
	}
	for (size_t i = 0; i < context->all_count; i++)
		if (context->all[i].phrase != NONE && !is_pseudo(context->scan, &context->all[i]))
			context->all[kept++] = context->all[i];
	context->all_count = kept;
}

/* Whether a line ends between two places. Phrases read on over it (the text may just have wrapped); what lowers does not: on the next line
 * something else may begin, also without a full stop and a capital letter. */
static bool line_between(const struct scan *scan, uint32_t low, uint32_t high)
{
	for (uint32_t i = scan->view->solid[low]; i < scan->view->solid[high]; i++)
		if (scan->view->tokens[i].flags & TOKEN_LINE_AFTER)
			return true;
	return false;
}

/* Whether a match may lower a finding, and its own words go over the end of a line: then it was not said as one. */
static bool broken_by_line(const struct scan *scan, const struct match *match)
{
	const struct pack_phrase *phrase = phrase_of(scan, match);
	bool raises = phrase->target == TARGET_TRIGGER &&
		      (phrase->trigger == TRIGGER_PSEUDO_NEGATION || phrase->trigger == TRIGGER_TERMINATOR ||
			      phrase->trigger == TRIGGER_SELF || phrase->trigger == TRIGGER_NOW);
	return !raises && match->first != match->last && line_between(scan, match->first, match->last);
}

#define SORTED_BY_HAND 32u

/* Of most messages there are a few, nearly in order. */
static void sort_places(struct match *matches, size_t count)
{
	if (count > SORTED_BY_HAND) {
		qsort(matches, count, sizeof *matches, compare_places);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct match match = matches[i];
		size_t at = i;
		for (; at > 0 && compare_places(&matches[at - 1], &match) > 0; at--)
			matches[at] = matches[at - 1];
		matches[at] = match;
	}
}

static int collect(struct context *context)
{
	const struct scan *scan = context->scan;
	context->all = ARENA_ROOM(context->run->arena, struct match, scan->match_count);
	context->guards = ARENA_ROOM(context->run->arena, struct match, scan->match_count);
	if (!context->all || !context->guards)
		return E_MEMORY;
	for (size_t i = 0; i < scan->match_count; i++) {
		const struct pack_phrase *phrase = phrase_of(scan, &scan->matches[i]);
		if ((phrase->target == TARGET_GUARD || phrase->target == TARGET_TRIGGER) && broken_by_line(scan, &scan->matches[i]))
			continue;
		if (phrase->target == TARGET_GUARD)
			context->guards[context->guard_count++] = scan->matches[i];
		if (phrase->target != TARGET_TRIGGER)
			continue;
		context->all[context->all_count++] = scan->matches[i];
		if (phrase->trigger_scope == SCOPE_MESSAGE)
			context->message[phrase->trigger] = true;
	}
	sort_places(context->all, context->all_count);
	sort_places(context->guards, context->guard_count);
	drop_cancelled(context);
	return 0;
}

static bool is_near(const struct context *context, enum trigger type)
{
	return context->near >> type & 1;
}

/* Sets the triggers near a finding. */
static void look_near(struct context *context, const struct match *match)
{
	size_t from = first_from(context->all, context->all_count, match->first > NEAR_TOKENS ? match->first - NEAR_TOKENS : 0);
	size_t to = first_from(context->all, context->all_count, match->last + NEAR_TOKENS);
	context->triggers = context->all + from;
	context->trigger_count = to - from;
	context->near = 0;
	for (size_t i = from; i < to; i++)
		context->near |= 1u << phrase_of(context->scan, &context->all[i])->trigger;
}

static bool terminated(const struct context *context, uint32_t from, uint32_t to)
{
	for (size_t i = 0; is_near(context, TRIGGER_TERMINATOR) && i < context->trigger_count; i++) {
		const struct match *trigger = &context->triggers[i];
		if (phrase_of(context->scan, trigger)->trigger == TRIGGER_TERMINATOR && trigger->first > from && trigger->last < to)
			return true;
	}
	return false;
}

/* "Last week, I ...": a time word that begins a clause reaches into the next one. */
static bool fronted(const struct scan *scan, const struct match *trigger, uint32_t place)
{
	uint32_t clause = token_at(scan, trigger->first)->clause;
	bool begins = trigger->first == 0 || token_at(scan, trigger->first - 1)->clause != clause;
	const struct token *other = token_at(scan, place);
	return begins && other->clause == clause + 1 && other->sentence == token_at(scan, trigger->first)->sentence;
}

/* Whether `trigger` (which does not overlap the finding) reaches the place `near` of it; `gap` tokens stand between. */
static bool in_scope(const struct context *context, const struct match *trigger, uint32_t trigger_end, uint32_t near, uint32_t gap)
{
	const struct scan *scan = context->scan;
	const struct pack_phrase *phrase = phrase_of(scan, trigger);
	const struct token *here = token_at(scan, trigger_end), *there = token_at(scan, near);
	uint32_t low = trigger_end < near ? trigger_end : near, high = trigger_end < near ? near : trigger_end;
	if (phrase->trigger_scope == SCOPE_MESSAGE)
		return true;
	if (terminated(context, low, high) || line_between(scan, low, high))
		return false;
	if (phrase->trigger_scope == SCOPE_SENTENCE)
		return here->sentence == there->sentence;
	bool timed = phrase->trigger == TRIGGER_PAST || phrase->trigger == TRIGGER_RECENT || phrase->trigger == TRIGGER_NOW ||
		     phrase->trigger == TRIGGER_FUTURE;
	if (here->clause != there->clause && !(timed && trigger_end < near && fronted(scan, trigger, near)))
		return false;
	return phrase->trigger_scope != SCOPE_TOKENS || gap < phrase->trigger_tokens;
}

/* Whether a trigger inside a finding of several sentences stands in one that holds no end of it: something else was said between. */
static bool between_sentences(const struct scan *scan, const struct match *trigger, const struct match *match)
{
	uint32_t sentence = token_at(scan, trigger->first)->sentence;
	return sentence != token_at(scan, match->first)->sentence && sentence != token_at(scan, match->last)->sentence;
}

/* The distance in tokens from a trigger to the finding when it reaches it (0 when it stands inside), else NONE. */
static uint32_t reaches(const struct context *context, const struct match *trigger, const struct match *match)
{
	uint8_t direction = phrase_of(context->scan, trigger)->direction;
	if (overlap(trigger, match))
		return between_sentences(context->scan, trigger, match) ? NONE : 0;
	if (trigger->last < match->first) {
		uint32_t gap = match->first - trigger->last - 1;
		bool forward = direction != DIR_BACKWARD && in_scope(context, trigger, trigger->last, match->first, gap);
		return forward ? gap + 1 : NONE;
	}
	uint32_t gap = trigger->first - match->last - 1;
	bool backward = direction != DIR_FORWARD && in_scope(context, trigger, trigger->first, match->last, gap);
	return backward ? gap + 1 : NONE;
}

/* ---- flags of one finding ---- */

/* Whether the pack wrote the trigger's words into the phrase: a literal of the phrase covers them ("better off without
 * me"), so they do not stand in a gap of it. */
static bool written(const struct context *context, const struct match *trigger, const struct match *match)
{
	const struct scan *scan = context->scan;
	const struct pack_phrase *phrase = phrase_of(scan, match);
	const struct pack_element *elements = scan->pack->elements + phrase->elements.first;
	for (uint32_t place = match->first; place <= trigger->first; place++) {
		for (uint32_t number = scan->head_first[place]; number; number = scan->hits[number - 1].next_first) {
			const struct hit *hit = &scan->hits[number - 1];
			if (hit->last < trigger->first || hit->last > match->last)
				continue;
			for (uint32_t i = 0; i < phrase->elements.count; i++)
				if (elements[i].slot != NONE && scan_has_slot(scan->pack, hit->literal, elements[i].slot))
					return true;
		}
	}
	return false;
}

/* Negations that reach the finding; close ones ("no I don't") are one. */
static size_t count_negations(const struct context *context, const struct match *match)
{
	size_t count = 0;
	uint32_t counted_last = 0;
	if (phrase_of(context->scan, match)->negation_inside)
		return 0;
	for (size_t i = 0; is_near(context, TRIGGER_NEGATION) && i < context->trigger_count; i++) {
		const struct match *trigger = &context->triggers[i];
		if (phrase_of(context->scan, trigger)->trigger != TRIGGER_NEGATION)
			continue;
		if (overlap(trigger, match) && (trigger->first <= match->first || written(context, trigger, match)))
			continue;
		if (reaches(context, trigger, match) == NONE)
			continue;
		if (!count || trigger->first > counted_last + 2)
			count++;
		counted_last = trigger->last;
	}
	return count;
}

static enum time_frame find_time(const struct context *context, const struct match *match)
{
	static const enum time_frame frames[TRIGGER_COUNT] = {
		[TRIGGER_PAST] = TIME_PAST, [TRIGGER_RECENT] = TIME_RECENT, [TRIGGER_NOW] = TIME_NOW, [TRIGGER_FUTURE] = TIME_FUTURE
	};
	/* of equally near ones, the more pressing */
	static const int pressing[] = { [TIME_UNSTATED] = 0, [TIME_NOW] = 4, [TIME_RECENT] = 3, [TIME_PAST] = 1, [TIME_FUTURE] = 2 };
	enum time_frame best = (enum time_frame)phrase_of(context->scan, match)->time;
	uint32_t nearest = NONE;
	bool timed = is_near(context, TRIGGER_PAST) || is_near(context, TRIGGER_RECENT) || is_near(context, TRIGGER_NOW) ||
		     is_near(context, TRIGGER_FUTURE);
	if (best != TIME_UNSTATED || !timed)
		return best;
	for (size_t i = 0; i < context->trigger_count; i++) {
		enum time_frame frame = frames[phrase_of(context->scan, &context->triggers[i])->trigger];
		uint32_t distance = frame == TIME_UNSTATED ? NONE : reaches(context, &context->triggers[i], match);
		if (distance == NONE || distance > nearest || (distance == nearest && pressing[frame] <= pressing[best]))
			continue;
		nearest = distance;
		best = frame;
	}
	return best;
}

static bool has_trigger(const struct context *context, const struct match *match, enum trigger type, bool inside_counts)
{
	if (context->message[type])
		return true;
	for (size_t i = 0; is_near(context, type) && i < context->trigger_count; i++) {
		const struct match *trigger = &context->triggers[i];
		if (phrase_of(context->scan, trigger)->trigger != type || (!inside_counts && overlap(trigger, match)))
			continue;
		if (reaches(context, trigger, match) != NONE)
			return true;
	}
	return false;
}

/* Inside quotation marks that another person's words come before: their risk. */
static bool quoted_speaker(const struct context *context, const struct match *match)
{
	const struct scan *scan = context->scan;
	const struct token *token = token_at(scan, match->first);
	uint32_t opening = match->first;
	bool other = false;
	if (!token->quote)
		return false;
	while (opening > 0 && token_at(scan, opening - 1)->quote == token->quote)
		opening--;
	for (size_t i = 0; i < context->trigger_count; i++) {
		const struct match *trigger = &context->triggers[i];
		uint8_t type = phrase_of(scan, trigger)->trigger;
		if (trigger->last >= opening || opening - trigger->last > 6)
			continue;
		if (type == TRIGGER_SELF)
			return false;
		other = other || type == TRIGGER_OTHER;
	}
	return other;
}

/* Whose risk: the nearest subject before the finding, or a first person inside it. */
static enum experiencer find_experiencer(const struct context *context, const struct match *match)
{
	const struct match *nearest = NULL;
	if (has_trigger(context, match, TRIGGER_POSSIBLE_SELF, true))
		return EXPERIENCER_POSSIBLE_SELF;
	if (!is_near(context, TRIGGER_OTHER))
		return EXPERIENCER_SELF;
	if (quoted_speaker(context, match))
		return EXPERIENCER_OTHER;
	for (size_t i = 0; i < context->trigger_count; i++) {
		const struct match *trigger = &context->triggers[i];
		uint8_t type = phrase_of(context->scan, trigger)->trigger;
		if (type != TRIGGER_OTHER && type != TRIGGER_SELF)
			continue;
		if (overlap(trigger, match) && reaches(context, trigger, match) != NONE) {
			if (type == TRIGGER_SELF)
				return EXPERIENCER_SELF;
			/* the pack wrote the other person into the phrase; words that only stand together may have one between them */
			if (phrase_of(context->scan, match)->all && !written(context, trigger, match))
				nearest = trigger;
			continue;
		}
		if (reaches(context, trigger, match) == NONE)
			continue;
		bool before = trigger->last < match->first;
		if (!nearest || (before && trigger->last > nearest->last))
			nearest = trigger;
	}
	bool other = nearest && phrase_of(context->scan, nearest)->trigger == TRIGGER_OTHER;
	return other ? EXPERIENCER_OTHER : EXPERIENCER_SELF;
}

static bool in_question(const struct context *context, const struct match *match)
{
	const struct scan *scan = context->scan;
	const struct view *view = scan->view;
	uint32_t sentence = token_at(scan, match->last)->sentence;
	for (size_t i = view->solid[match->last]; i < view->count && view->tokens[i].sentence == sentence; i++) {
		if (str_eqc(token_text(view, &view->tokens[i]), "?"))
			return true;
		if (view->tokens[i].flags & TOKEN_LINE_AFTER)
			break;
	}
	for (size_t i = 0; is_near(context, TRIGGER_QUESTION) && i < context->trigger_count; i++) {
		const struct match *trigger = &context->triggers[i];
		if (phrase_of(scan, trigger)->trigger != TRIGGER_QUESTION || token_at(scan, trigger->first)->sentence != sentence ||
			trigger->first > match->last || line_between(scan, trigger->first, match->last))
			continue;
		if (trigger->first == 0 || token_at(scan, trigger->first - 1)->sentence != sentence ||
			line_between(scan, trigger->first - 1, trigger->first))
			return true;
	}
	return false;
}

/* Whether the only frame of quotation or fiction stands in another sentence, and the words are the writer's own "I", in no quotation marks:
 * who writes novels may speak of themselves in the next sentence. */
static bool framed_from_afar(const struct context *context, const struct match *match)
{
	uint32_t sentence = token_at(context->scan, match->first)->sentence;
	if (!context->message[TRIGGER_QUOTED] || token_at(context->scan, match->first)->quote)
		return false;
	for (size_t i = 0; i < context->trigger_count; i++) {
		const struct match *trigger = &context->triggers[i];
		if (phrase_of(context->scan, trigger)->trigger == TRIGGER_QUOTED &&
			token_at(context->scan, trigger->first)->sentence == sentence)
			return false;
	}
	return true;
}

static void find_context(const struct context *context, const struct match *match, struct finding_context *ret_context)
{
	size_t negations = count_negations(context, match);
	struct finding_context flags = { .time = find_time(context, match), .experiencer = find_experiencer(context, match) };
	flags.negated = negations == 1;
	flags.uncertain = negations > 1 || has_trigger(context, match, TRIGGER_UNCERTAIN, false);
	flags.hypothetical = has_trigger(context, match, TRIGGER_HYPOTHETICAL, false);
	flags.question = in_question(context, match);
	flags.idiom = has_trigger(context, match, TRIGGER_IDIOM, true);
	flags.elapsed = flags.time == TIME_RECENT && has_trigger(context, match, TRIGGER_ELAPSED, true);
	/* quotation marks alone say nothing: tool arguments stand in them, and people put their own thoughts in them */
	flags.quoted = has_trigger(context, match, TRIGGER_QUOTED, true);
	if (flags.quoted && flags.experiencer == EXPERIENCER_OTHER)
		flags.experiencer = EXPERIENCER_CHARACTER;
	flags.afar = flags.quoted && flags.experiencer == EXPERIENCER_SELF && framed_from_afar(context, match);
	*ret_context = flags;
}

/* ---- levels and words ---- */

int context_level(const struct pack_concept *concept, int base, const struct finding_context *context)
{
	const bool set[WHEN_COUNT] = { [WHEN_NEGATED] = context->negated,
		[WHEN_PAST] = context->time == TIME_PAST,
		[WHEN_HYPOTHETICAL] = context->hypothetical,
		[WHEN_OTHER] = context->experiencer == EXPERIENCER_OTHER || context->experiencer == EXPERIENCER_CHARACTER,
		[WHEN_QUOTED] = context->quoted,
		[WHEN_IDIOM] = context->idiom,
		[WHEN_QUESTION] = context->question,
		[WHEN_UNCERTAIN] = context->uncertain,
		[WHEN_OTHER_ELAPSED] = context->elapsed && context->experiencer == EXPERIENCER_OTHER };
	int level = base, floor = concept->keep < base ? concept->keep : base;
	for (int i = 0; i < WHEN_COUNT; i++)
		if (set[i] && concept->when[i] >= 0 && concept->when[i] < level)
	level = concept->when[i];
	if (context->afar && level < 2 && base >= 3 && !context->negated && !context->idiom)
		level = 2; /* a question is asked rather than nothing */
	return level < floor ? floor : level;
}

#define SAID_MAX 256u /* bytes of what context says of one finding */

struct str context_why(struct arena *arena, struct str why, const struct finding_context *context)
{
	static const struct str words[] = { STR_INIT("as a denial"), STR_INIT("about the past"), STR_INIT("about the recent past"),
		STR_INIT("about the present"), STR_INIT("about what is to come"), STR_INIT("about someone else"),
		STR_INIT("about a character"), STR_INIT("about someone who may be the writer"), STR_INIT("as a supposition"),
		STR_INIT("with doubt"), STR_INIT("as a question"), STR_INIT("in a quotation or story"), STR_INIT("as a figure of speech") };
	const bool set[COUNT_OF(words)] = { context->negated, context->time == TIME_PAST, context->time == TIME_RECENT,
		context->time == TIME_NOW, context->time == TIME_FUTURE, context->experiencer == EXPERIENCER_OTHER,
		context->experiencer == EXPERIENCER_CHARACTER, context->experiencer == EXPERIENCER_POSSIBLE_SELF, context->hypothetical,
		context->uncertain, context->question, context->quoted, context->idiom };
	struct str parts[2 * COUNT_OF(words) + 2];
	size_t len = 0, count = 0;
	parts[count++] = why;
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (!set[i] || len + words[i].len + 2 > SAID_MAX)
			continue;
		parts[count++] = len ? STR(", ") : STR(" Said ");
		parts[count++] = words[i];
		len += words[i].len + (len ? 2 : 0);
	}
	if (!len)
		return why;
	parts[count++] = STR(".");
	return arena_join(arena, parts, count);
}

/* ---- findings ---- */

/* Whether no line ends between two matches that may overlap. */
static bool same_line(const struct scan *scan, const struct match *a, const struct match *b)
{
	if (overlap(a, b))
		return true;
	return a->last < b->first ? !line_between(scan, a->last, b->first) : !line_between(scan, b->last, a->first);
}

static bool guarded(const struct context *context, const struct match *match)
{
	const struct scan *scan = context->scan;
	uint32_t guard = phrase_of(scan, match)->guard, segment = token_at(scan, match->first)->segment;
	if (!guard)
		return false;
	size_t i = first_from(context->guards, context->guard_count, match->first > NEAR_TOKENS ? match->first - NEAR_TOKENS : 0);
	for (; i < context->guard_count && context->guards[i].first < match->last + NEAR_TOKENS; i++)
		if (phrase_of(scan, &context->guards[i])->ref == guard && token_at(scan, context->guards[i].first)->segment == segment &&
			same_line(scan, &context->guards[i], match))
			return true;
	return false;
}

/* Worry about another person is a finding of its own beside the risk that is that person's. */
static int add_third_party(struct run *run, const struct finding *about)
{
	const struct pack *pack = &run->engine->pack;
	enum family family = about->family;
	bool theirs = family <= FAMILY_MEDICAL_EMERGENCY || family == FAMILY_DISTRESS;
	struct finding copy = *about;
	if (!theirs || about->level < 1 || about->context.experiencer != EXPERIENCER_OTHER || run->roles != ROLES_CLIENT)
		return 0;
	uint32_t index = pack_find(pack, about->level >= 4 ? STR("third_party.emergency") : STR("third_party.worry"));
	if (index == NONE)
		return 0;
	struct finding *finding = finding_add(run);
	if (!finding)
		return E_MEMORY;
	*finding = copy;
	finding->concept = pack_str(pack, pack->concepts[index].id);
	finding->family = FAMILY_THIRD_PARTY;
	finding->why = pack_str(pack, pack->concepts[index].why);
	return 0;
}

static int add_match_finding(struct context *context, const struct match *match)
{
	struct run *run = context->run;
	const struct pack *pack = context->scan->pack;
	const struct pack_phrase *phrase = phrase_of(context->scan, match);
	const struct pack_concept *concept = &pack->concepts[phrase->ref];
	struct finding found = { .concept = pack_str(pack, concept->id),
		.family = (enum family) concept->family,
		.base_level = phrase->level >= 0 ? phrase->level : concept->level,
		.turn = context->options->turn,
		.source = context->options->source,
		.confidence = phrase->confidence,
		.phrase = pack_str(pack, phrase->id),
		.start = token_at(context->scan, match->first)->start,
		.end = token_at(context->scan, match->last)->end };
	look_near(context, match);
	find_context(context, match, &found.context);
	if (found.family == FAMILY_THIRD_PARTY && found.context.experiencer == EXPERIENCER_SELF)
		found.context.experiencer = EXPERIENCER_OTHER;
	found.level = context_level(concept, found.base_level, &found.context);
	found.why = context_why(run->arena, pack_str(pack, concept->why), &found.context);
	struct finding *finding = finding_add(run);
	if (!finding)
		return E_MEMORY;
	*finding = found;
	return add_third_party(run, &found);
}

int context_findings(struct run *run, const struct scan *scan, const struct context_options *options)
{
	struct context context = { .run = run, .scan = scan, .options = options };
	int rc = scan->match_count ? collect(&context) : 0;
	for (size_t i = 0; rc == 0 && i < scan->match_count; i++) {
		const struct match *match = &scan->matches[i];
		if (phrase_of(scan, match)->target != TARGET_CONCEPT || (options->only && !options->only(scan, match, options->only_ctx)))
			continue;
		if (guarded(&context, match) || !state_allows(run, phrase_of(scan, match)))
			continue;
		rc = add_match_finding(&context, match);
	}
	return rc;
}
