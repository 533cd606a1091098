/* match.c: see match.h. Literals are found by their words, from the last one back; each becomes a hit at a place. A hit that anchors
 * phrases starts their verification: from the anchor to both sides, the set of places that can be reached is kept as bits
 * of one word (distance from the anchor), so the cost is bounded by parts times window and never by combinations. */
#include "screen/match.h"

#define HITS_MAX 4000000u
#define WINDOW 62u

struct builder {
	struct scan *scan;
	struct arena *arena;
	uint32_t *solid_of;                   /* by token: its place */
	uint32_t *words;                      /* by token: the number of its word, or NONE */
	uint32_t *hits_at;                    /* by place: how many hits end before it; one more than there are places */
	bool *changed;                        /* by sentence: it holds a changed word; NULL but in the de-obfuscated view */
	uint32_t changed_first, changed_last; /* the first and last place of such a word */
	size_t capacity;
	unsigned side; /* whose phrases: index of pack_literal.anchors */
	size_t match_capacity;
	/* By the number of an other part, a bit for each place (modulo 64) of some sentences where one begins; for the parts of phrases
	 * over several sentences, which have the lowest numbers, all bits where one stands in the text, else none. Most phrases end here.
	 */
	uint64_t *near;                      /* of struct match_room */
	uint32_t near_low, near_high;        /* those sentences; low is above high when there are none yet */
	uint64_t *guards;                    /* a bit for each number of guards that a found phrase asks for */
	uint32_t *asked;                     /* by sentence: those that a phrase asks for that begins there, their numbers modulo 32 */
	uint32_t asked_any;                  /* all of them */
	struct bounds *segments, *sentences; /* by their numbers */
};

/* The first and last place of a segment or a sentence. */
struct bounds {
	uint32_t low, high;
};

static int add_hit(struct builder *builder, uint32_t literal, uint32_t first, uint32_t last)
{
	struct scan *scan = builder->scan;
	if (scan->hit_count == builder->capacity) {
		size_t capacity = builder->capacity * 2 + 64;
		struct hit *hits = capacity > HITS_MAX ? NULL : ARENA_ROOM(builder->arena, struct hit, capacity);
		if (!hits)
			return capacity > HITS_MAX ? E_LIMIT : E_MEMORY;
		if (scan->hit_count)
			memcpy(hits, scan->hits, scan->hit_count * sizeof *hits);
		scan->hits = hits;
		builder->capacity = capacity;
	}
	uint32_t number = (uint32_t)++scan->hit_count;
	scan->hits[number - 1] = (struct hit){ literal, first, last, scan->head_first[first], scan->head_last[last] };
	scan->head_first[first] = number;
	scan->head_last[last] = number;
	PREFETCH(&scan->pack->literals[literal]); /* read by sign_places */
	return 0;
}

/* The step that `word` before `step` leads to, or NONE. */
static uint32_t step_before(const struct pack *pack, uint32_t step, uint32_t word)
{
	uint32_t mask = (uint32_t)pack->link_count - 1, hash = link_hash(step, word), bit = link_bit(hash);
	if (!(pack->link_bits[bit / 64] >> (bit % 64) & 1))
		return NONE;
	for (uint32_t at = hash & mask; pack->links[at].next; at = (at + 1) & mask)
		if (pack->links[at].step == step && pack->links[at].word == word)
			return pack->links[at].next;
	return NONE;
}

/* Adds the literals that end with a token, the shortest first. */
static int find_literals(struct builder *builder, size_t last)
{
	const struct scan *scan = builder->scan;
	const struct pack *pack = scan->pack;
	uint32_t step = builder->words[last], last_place = builder->solid_of[last];
	for (size_t first = last; step != NONE && last_place != NONE; first--) {
		uint32_t literal = pack->steps[step].literal, first_place = builder->solid_of[first];
		int rc = literal != NONE && first_place != NONE ? add_hit(builder, literal, first_place, last_place) : 0;
		if (rc < 0)
			return rc;
		uint32_t word = first ? builder->words[first - 1] : NONE;
		step = word != NONE && pack->steps[step].before >> (word % 64) & 1 ? step_before(pack, step, word) : NONE;
	}
	return 0;
}

/* ---- phrases ---- */

bool scan_has_slot(const struct pack *pack, uint32_t literal, uint32_t slot)
{
	struct range range = pack->literals[literal].slots;
	const uint32_t *at = pack->slot_refs + range.first;
	uint32_t count = range.count;
	for (uint32_t half; count > 1; count -= half) { /* without a branch to guess */
		half = count / 2;
		at += half * (at[half - 1] < slot);
	}
	return count && *at == slot;
}

static const struct token *token_at(const struct builder *builder, uint32_t place)
{
	const struct view *view = builder->scan->view;
	return &view->tokens[view->solid[place]];
}

static void fill_bounds(struct builder *builder)
{
	const struct view *view = builder->scan->view;
	uint32_t segment = NONE, sentence = NONE;
	for (uint32_t i = 0; i < view->solid_count; i++) {
		const struct token *token = &view->tokens[view->solid[i]];
		if (token->segment != segment)
			builder->segments[segment = token->segment].low = i;
		if (token->sentence != sentence)
			builder->sentences[sentence = token->sentence].low = i;
		builder->segments[segment].high = builder->sentences[sentence].high = i;
	}
}

/* The places between which a phrase of this scope, anchored at `place`, may stand; inclusive. */
static void scope_bounds(const struct builder *builder, enum scope scope, uint32_t place, uint32_t *low, uint32_t *high)
{
	const struct view *view = builder->scan->view;
	const struct token *token = token_at(builder, place);
	const struct bounds *bounds = scope == SCOPE_SENTENCE ? &builder->sentences[token->sentence] : &builder->segments[token->segment];
	uint32_t from = place > WINDOW ? place - WINDOW : 0;
	uint32_t to = view->solid_count - place > WINDOW ? place + WINDOW : (uint32_t)view->solid_count - 1;
	bool whole = scope == SCOPE_MESSAGE;
	*low = whole || bounds->low < from ? from : bounds->low;
	*high = whole || bounds->high > to ? to : bounds->high;
}

/* Whether one of the marks stands in the text between `place` and the place before it. */
static bool mark_before(const struct scan *scan, uint8_t marks, uint32_t place)
{
	const struct view *view = scan->view;
	size_t from = place ? view->solid[place - 1] + 1 : 0, to = place < view->solid_count ? view->solid[place] : view->count;
	for (size_t i = from; marks && i < to; i++) {
		char c = view->text.ptr[view->tokens[i].at];
		const char *mark = strchr(PACK_MARKS, (unsigned char)c == 0xE2 ? '-' : c);
		if (c && mark && (marks >> (mark - PACK_MARKS) & 1))
			return true;
	}
	return false;
}

/* Bits of the ends (distance from `base`, to the right) that `slot` can have when it begins at `place`. */
static uint64_t ends_from(const struct scan *scan, const struct pack_element *element, uint32_t place, uint32_t base, uint32_t high)
{
	uint64_t bits = 0;
	uint32_t slot = element->slot;
	if (element->any)
		return UINT64_C(1) << (place - base);
	if (slot == NONE || !(scan->sign_first[place] >> (slot % 64) & 1))
		return 0;
	for (uint32_t number = scan->head_first[place]; number; number = scan->hits[number - 1].next_first) {
		const struct hit *hit = &scan->hits[number - 1];
		if (hit->last <= high && scan->pack->literals[hit->literal].sign >> (slot % 64) & 1 &&
			scan_has_slot(scan->pack, hit->literal, slot))
			bits |= UINT64_C(1) << (hit->last - base);
	}
	return bits;
}

static uint64_t starts_to(const struct scan *scan, const struct pack_element *element, uint32_t place, uint32_t base, uint32_t low)
{
	uint64_t bits = 0;
	uint32_t slot = element->slot;
	if (element->any)
		return UINT64_C(1) << (base - place);
	if (slot == NONE || !(scan->sign_last[place] >> (slot % 64) & 1))
		return 0;
	for (uint32_t number = scan->head_last[place]; number; number = scan->hits[number - 1].next_last) {
		const struct hit *hit = &scan->hits[number - 1];
		if (hit->first >= low && scan->pack->literals[hit->literal].sign >> (slot % 64) & 1 &&
			scan_has_slot(scan->pack, hit->literal, slot))
			bits |= UINT64_C(1) << (base - hit->first);
	}
	return bits;
}

/* Places where an element may begin (or end, to the left) when the one before ends at a bit of `reach`: each bit moved on
 * by 1 to gap + 1. */
static uint64_t spread(uint64_t reach, unsigned gap)
{
	uint64_t out = 0;
	for (unsigned step = 1; step <= gap + 1; step++)
		out |= reach << step;
	return out;
}

static uint64_t reach_right(const struct scan *scan, const struct pack_phrase *phrase, uint32_t last, uint32_t high)
{
	const struct pack_element *elements = scan->pack->elements + phrase->elements.first;
	uint64_t reach = 1;
	unsigned carried = 0;
	for (uint32_t i = phrase->anchor + 1u; i < phrase->elements.count && reach; i++) {
		uint64_t next = 0;
		unsigned gap = elements[i].gap + carried;
		for (uint64_t begins = spread(reach, gap > 8 ? 8 : gap); begins; begins &= begins - 1) {
			uint32_t place = last + (uint32_t)__builtin_ctzll(begins);
			if (elements[i].marks && place <= high + 1 && mark_before(scan, elements[i].marks, place))
				next |= UINT64_C(1) << (place - 1 - last);
			if (place > high)
				break;
			next |= ends_from(scan, &elements[i], place, last, high);
		}
		carried = elements[i].optional ? gap : 0;
		reach = elements[i].optional ? reach | next : next;
	}
	return reach;
}

static uint64_t reach_left(const struct scan *scan, const struct pack_phrase *phrase, uint32_t first, uint32_t low)
{
	const struct pack_element *elements = scan->pack->elements + phrase->elements.first;
	uint64_t reach = 1;
	unsigned carried = 0;
	for (uint32_t i = phrase->anchor; i-- > 0 && reach;) {
		uint64_t next = 0;
		unsigned gap = elements[i + 1].gap + carried;
		for (uint64_t ends = spread(reach, gap > 8 ? 8 : gap); ends; ends &= ends - 1) {
			uint32_t distance = (uint32_t)__builtin_ctzll(ends);
			if (elements[i].marks && distance <= first + 1 && mark_before(scan, elements[i].marks, first + 1 - distance))
				next |= UINT64_C(1) << (distance - 1);
			if (distance > first || first - distance < low)
				break;
			next |= starts_to(scan, &elements[i], first - distance, first, low);
		}
		carried = elements[i].optional ? gap : 0;
		reach = elements[i].optional ? reach | next : next;
	}
	return reach;
}

static bool match_seq(const struct builder *builder, const struct pack_phrase *phrase, const struct hit *hit, struct match *match)
{
	const struct scan *scan = builder->scan;
	uint32_t low, high;
	scope_bounds(builder, (enum scope)phrase->scope, hit->first, &low, &high);
	if (hit->last > high)
		return false;
	uint64_t right = reach_right(scan, phrase, hit->last, high);
	uint64_t left = right ? reach_left(scan, phrase, hit->first, low) : 0;
	if (!right || !left)
		return false;
	match->first = hit->first - (uint32_t)__builtin_ctzll(left);
	match->last = hit->last + (uint32_t)__builtin_ctzll(right);
	return true;
}

#define ALL_PARTS 6u                /* of an unordered phrase, at most (seq.c) */
#define ALL_PLACES (2 * WINDOW + 1) /* that one can stand in */

/* By place, from `from` on: the first end of an element that begins there, or NONE; whether it stands anywhere in [from, to]. */
static bool fill_ends(const struct scan *scan, const struct pack_element *element, uint32_t from, uint32_t to, uint32_t *ends)
{
	bool any = false;
	for (uint32_t place = from; place <= to; place++) {
		uint64_t bits = ends_from(scan, element, place, place, to);
		ends[place - from] = bits ? place + (uint32_t)__builtin_ctzll(bits) : NONE;
		any = any || bits;
	}
	return any;
}

/* The first end that is at most `to` of what begins at places [from, to], or NONE. */
static uint32_t first_end(const uint32_t *ends, uint32_t from, uint32_t to, uint32_t base)
{
	for (uint32_t place = from; place <= to; place++)
		if (ends[place - base] <= to)
			return ends[place - base];
	return NONE;
}

/* An unordered phrase: the shortest window that holds the anchor's hit and one of each other part. */
static bool match_all(const struct builder *builder, const struct pack_phrase *phrase, const struct hit *hit, struct match *match)
{
	const struct pack_element *elements = builder->scan->pack->elements + phrase->elements.first;
	uint32_t ends[ALL_PARTS][ALL_PLACES], low, high, best = NONE;
	scope_bounds(builder, (enum scope)phrase->scope, hit->first, &low, &high);
	if (hit->last > high || hit->last - hit->first >= phrase->span)
		return false;
	if (hit->last + 1 - low > phrase->span)
		low = hit->last + 1 - phrase->span;
	if (high - hit->first >= phrase->span)
		high = hit->first + phrase->span - 1;
	for (uint32_t i = 0; i < phrase->elements.count; i++)
		if (i != phrase->anchor && !fill_ends(builder->scan, &elements[i], low, high, ends[i]) && !elements[i].optional)
			return false;
	for (uint32_t start = low; start <= hit->first; start++) {
		uint32_t limit = start + phrase->span - 1 < high ? start + phrase->span - 1 : high, end = hit->last;
		bool whole = true;
		for (uint32_t i = 0; i < phrase->elements.count && whole; i++) {
			if (i == phrase->anchor)
				continue;
			uint32_t last = first_end(ends[i], start, limit, low);
			whole = last != NONE || elements[i].optional;
			if (last != NONE && last > end)
				end = last;
		}
		if (whole && end - start < best) {
			best = end - start;
			match->first = start;
			match->last = end;
		}
	}
	return best != NONE;
}

static int add_match(struct builder *builder, const struct match *match)
{
	struct scan *scan = builder->scan;
	/* the same phrase from another hit at the same place */
	for (size_t back = 1; back <= 8 && back <= scan->match_count; back++) {
		const struct match *known = &scan->matches[scan->match_count - back];
		if (known->phrase == match->phrase && known->first == match->first && known->last == match->last)
			return 0;
	}
	if (scan->match_count == builder->match_capacity) {
		size_t capacity = builder->match_capacity * 2 + 32;
		struct match *matches = ARENA_ROOM(builder->arena, struct match, capacity);
		if (!matches)
			return E_MEMORY;
		if (scan->match_count)
			memcpy(matches, scan->matches, scan->match_count * sizeof *matches);
		scan->matches = matches;
		builder->match_capacity = capacity;
	}
	scan->matches[scan->match_count++] = *match;
	return 0;
}

/* Those of the places of `near`: a bit for each place. What begins before them or ends behind them is no part of a phrase of one sentence.
 */
static void note_around(struct builder *builder)
{
	const struct scan *scan = builder->scan;
	const struct hit *hit = scan->hits + builder->hits_at[builder->near_low],
			 *end = scan->hits + builder->hits_at[builder->near_high + 1];
	uint64_t *near = builder->near;
	for (; hit < end; hit++) {
		if (hit->first < builder->near_low)
			continue;
		uint64_t bit = UINT64_C(1) << ((hit->first - builder->near_low) % 64);
		struct range others = scan->pack->literals[hit->literal].others;
		const uint16_t *other = scan->pack->other_refs + others.first;
		for (uint32_t k = 0; k < others.count; k += OTHERS_AT_ONCE)
			for (uint32_t part = 0; part < OTHERS_AT_ONCE; part++)
				near[other[k + part]] |= bit;
	}
}

/* Makes `near` that of the sentence around a place, and of those behind it that fit into as many places as there are bits. Hits come in
 * order, so that each sentence is read about once. */
static void look_elsewhere(struct builder *builder, uint32_t place)
{
	const struct scan *scan = builder->scan;
	const struct view *view = scan->view;
	const struct bounds *bounds = &builder->sentences[token_at(builder, place)->sentence];
	uint32_t low = bounds->low, high = bounds->high;
	while (high + 1 < view->solid_count) {
		uint32_t end = builder->sentences[token_at(builder, high + 1)->sentence].high;
		if (end - low >= 64)
			break;
		high = end;
	}
	builder->near_low = low;
	builder->near_high = high;
	memset(builder->near + scan->pack->whole_count, 0, (scan->pack->other_count - scan->pack->whole_count) * sizeof *builder->near);
	note_around(builder);
}

static inline void look_around(struct builder *builder, uint32_t place)
{
	if (UNLIKELY(place < builder->near_low || place > builder->near_high))
		look_elsewhere(builder, place);
}

static inline uint64_t rotate_right(uint64_t bits, uint32_t count)
{
	return bits >> (count & 63) | bits << (-count & 63);
}

/* Whether the rarest other part of a phrase begins where it could, so that the phrase is worth a look. */
static inline bool other_stands(const struct builder *builder, const struct pack_anchor *anchor, const struct hit *hit)
{
	uint32_t from = (anchor->from > 0 ? hit->last : hit->first) + (uint32_t)(int32_t)anchor->from - builder->near_low;
	return rotate_right(builder->near[anchor->other], from) << (63 - anchor->reach);
}

static int try_phrase(struct builder *builder, const struct hit *hit, uint32_t number, const struct pack_phrase *phrase)
{
	struct match match = { .phrase = number };
	bool found;
	if (phrase->elements.count == 1) {
		match.first = hit->first;
		match.last = hit->last;
		found = true;
	} else {
		found = phrase->all ? match_all(builder, phrase, hit, &match) : match_seq(builder, phrase, hit, &match);
	}
	if (found && phrase->guard) {
		uint32_t sign = 1u << (phrase->guard % 32);
		builder->guards[phrase->guard / 64] |= UINT64_C(1) << (phrase->guard % 64);
		builder->asked[token_at(builder, match.first)->sentence] |= sign;
		builder->asked_any |= sign;
	}
	return found ? add_match(builder, &match) : 0;
}

bool scan_holds_changed(const struct scan *scan, const struct match *match)
{
	for (uint32_t place = match->first; place <= match->last; place++)
		if (scan->view->tokens[scan->view->solid[place]].flags & TOKEN_CHANGED)
			return true;
	return false;
}

/* Whether a phrase that is anchored at the hit could hold a changed word: one of its sentence, or, of a phrase over several sentences, one
 * not far away. Sets what must be asked of the anchor for that. */
static bool near_changed(const struct builder *builder, const struct hit *hit, uint32_t *ret_mask, uint32_t *ret_kind)
{
	uint32_t sentence = token_at(builder, hit->first)->sentence, last = token_at(builder, hit->last)->sentence;
	bool same = builder->changed[sentence];
	while (!same && sentence < last) /* its words may stand on both sides of a line's end */
		same = builder->changed[++sentence];
	*ret_mask = *ret_kind = ANCHOR_DISGUISED | (same ? 0 : ANCHOR_WHOLE);
	return same || (hit->first + WINDOW >= builder->changed_first && hit->first <= builder->changed_last + WINDOW);
}

/* Those anchors whose reference has, under `mask`, the bits of `kind`; with a kind only those that could hold a changed word. */
static int try_phrases(struct builder *builder, uint32_t mask, uint32_t kind)
{
	const struct pack *pack = builder->scan->pack;
	for (size_t i = 0; i < builder->scan->hit_count; i++) {
		const struct hit *hit = &builder->scan->hits[i];
		struct range anchors = pack->literals[hit->literal].anchors[builder->side];
		if (!anchors.count || (kind && !near_changed(builder, hit, &mask, &kind)))
			continue;
		look_around(builder, hit->first);
		const struct pack_anchor *anchor = pack->anchor_refs + anchors.first, *end = anchor + anchors.count;
		for (; anchor < end; anchor++) {
			if (LIKELY((anchor->ref & mask) != kind || !other_stands(builder, anchor, hit)))
				continue;
			uint32_t number = anchor_phrase(anchor->ref);
			int rc = try_phrase(builder, hit, number, &pack->phrases[number]);
			if (rc < 0)
				return rc;
		}
	}
	return 0;
}

static int try_guards_of(struct builder *builder, const struct hit *hit, struct range guards)
{
	const struct pack *pack = builder->scan->pack;
	const uint16_t *numbers = pack->guard_numbers + guards.first;
	for (uint32_t i = 0; i < guards.count; i++) {
		const struct pack_anchor *guard = &pack->guard_refs[guards.first + i];
		if (LIKELY(!(builder->guards[numbers[i] / 64] >> (numbers[i] % 64) & 1)))
			continue;
		look_around(builder, hit->first);
		if (!other_stands(builder, guard, hit))
			continue;
		uint32_t number = anchor_phrase(guard->ref);
		int rc = try_phrase(builder, hit, number, &pack->phrases[number]);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* A guard forbids only what begins in its own segment (context.c): where no phrase begins that asks for it, it is not looked for. Those
 * over several sentences are. */
static int try_guards(struct builder *builder)
{
	const struct pack *pack = builder->scan->pack;
	int rc = 0;
	for (size_t i = 0; i < builder->scan->hit_count && rc == 0; i++) {
		const struct hit *hit = &builder->scan->hits[i];
		const struct pack_literal *literal = &pack->literals[hit->literal];
		uint32_t asked = literal->guard_whole ? builder->asked_any : builder->asked[token_at(builder, hit->first)->sentence];
		if (literal->guard_sign & asked)
			rc = try_guards_of(builder, hit, literal->guards[builder->side]);
	}
	return rc;
}

static int try_all(struct builder *builder, bool disguised)
{
	struct scan *scan = builder->scan;
	int rc = disguised ? try_phrases(builder, ANCHOR_DISGUISED, ANCHOR_DISGUISED) : 0;
	bool any = !disguised;
	for (size_t i = 0; i < scan->match_count && !any; i++)
		any = scan_holds_changed(scan, &scan->matches[i]);
	if (!any) {
		scan->match_count = 0;
		return rc;
	}
	if (rc == 0)
		rc = try_phrases(builder, disguised ? ANCHOR_DISGUISED : 0, 0);
	return rc == 0 && builder->asked_any ? try_guards(builder) : rc;
}

size_t match_room_count(const struct pack *pack)
{
	return pack->other_count;
}

/* Room for all that is kept by token, place, segment or sentence. */
static int open_builder(struct builder *builder, const struct pack *pack, const struct view *view)
{
	struct arena *arena = builder->arena;
	struct scan *scan = builder->scan;
	const struct token *last = &view->tokens[view->count - 1];
	builder->solid_of = ARENA_ROOM(arena, uint32_t, view->count);
	builder->words = ARENA_ROOM(arena, uint32_t, view->count);
	builder->hits_at = ARENA_ROOM(arena, uint32_t, view->solid_count + 1);
	builder->segments = ARENA_ROOM(arena, struct bounds, last->segment + 1u);
	builder->sentences = ARENA_ROOM(arena, struct bounds, last->sentence + 1u);
	builder->asked = ARENA_ARRAY(arena, uint32_t, last->sentence + 1u);
	scan->head_first = ARENA_ARRAY(arena, uint32_t, view->solid_count);
	scan->head_last = ARENA_ARRAY(arena, uint32_t, view->solid_count);
	scan->sign_first = ARENA_ARRAY(arena, uint64_t, view->solid_count);
	scan->sign_last = ARENA_ARRAY(arena, uint64_t, view->solid_count);
	builder->capacity = view->solid_count * 4 + 64;
	scan->hits = ARENA_ROOM(arena, struct hit, builder->capacity);
	builder->guards = ARENA_ARRAY(arena, uint64_t, pack->guard_count / 64 + 1);
	bool all = builder->solid_of && builder->words && builder->hits_at && builder->segments && builder->sentences && builder->asked &&
		   scan->head_first && scan->head_last && scan->sign_first && scan->sign_last && scan->hits && builder->guards;
	return all ? 0 : E_MEMORY;
}

/* Where the changed words of the de-obfuscated view stand. */
static int find_changed(struct builder *builder)
{
	const struct view *view = builder->scan->view;
	builder->changed = ARENA_ARRAY(builder->arena, bool, view->tokens[view->count - 1].sentence + 1u);
	builder->changed_first = NONE;
	for (uint32_t i = 0; builder->changed && i < view->solid_count; i++) {
		const struct token *token = token_at(builder, i);
		if (!(token->flags & TOKEN_CHANGED))
			continue;
		builder->changed[token->sentence] = true;
		builder->changed_first = builder->changed_first == NONE ? i : builder->changed_first;
		builder->changed_last = i;
	}
	return builder->changed ? 0 : E_MEMORY;
}

static int find_hits(struct builder *builder)
{
	const struct view *view = builder->scan->view;
	const struct pack *pack = builder->scan->pack;
	memset(builder->solid_of, 0xFF, view->count * sizeof *builder->solid_of);
	for (size_t i = 0; i < view->solid_count; i++)
		builder->solid_of[view->solid[i]] = (uint32_t)i;
	for (size_t i = 0; i < view->count; i++) {
		uint32_t known = view->tokens[i].known;
		builder->words[i] = known - 1; /* NONE for 0 */
		PREFETCH(&pack->steps[known - (known != 0)]);
	}
	for (size_t i = 0; i < view->count; i++) {
		if (builder->solid_of[i] == NONE)
			continue;
		builder->hits_at[builder->solid_of[i]] = (uint32_t)builder->scan->hit_count;
		int rc = find_literals(builder, i);
		if (rc < 0)
			return rc;
	}
	builder->hits_at[view->solid_count] = (uint32_t)builder->scan->hit_count;
	return 0;
}

/* What hits say beside their places; of the parts of phrases over several sentences, that they stand in the text. */
static void note_hits(struct builder *builder)
{
	struct scan *scan = builder->scan;
	const struct pack *pack = scan->pack;
	memset(builder->near, 0, pack->whole_count * sizeof *builder->near);
	builder->near[OTHER_NONE] = UINT64_MAX;
	for (size_t i = 0; i < scan->hit_count; i++) {
		const struct hit *hit = &scan->hits[i];
		const struct pack_literal *literal = &pack->literals[hit->literal];
		scan->sign_first[hit->first] |= literal->sign;
		scan->sign_last[hit->last] |= literal->sign;
		const uint16_t *others = pack->other_refs + literal->others.first;
		PREFETCH(others);
		PREFETCH(&pack->anchor_refs[literal->anchors[builder->side].first]);
		for (uint32_t k = literal->wholes; k; k--) /* they stand before the others */
			builder->near[others[-(int)k]] = UINT64_MAX;
	}
}

int match_run(const struct pack *pack, struct arena *arena, struct match_room *room, const struct view *view, unsigned roles,
	bool disguised, struct scan *ret_scan)
{
	*ret_scan = (struct scan){ .pack = pack, .view = view };
	if (view->solid_count == 0)
		return 0;
	struct builder builder = {
		.scan = ret_scan, .arena = arena, .side = roles & ROLES_ASSISTANT ? 1 : 0, .near = room->near, .near_low = 1
	};
	int rc = open_builder(&builder, pack, view);
	if (rc == 0 && disguised)
		rc = find_changed(&builder);
	if (rc == 0)
		rc = find_hits(&builder);
	if (rc < 0)
		return rc;
	fill_bounds(&builder);
	note_hits(&builder);
	return try_all(&builder, disguised);
}
