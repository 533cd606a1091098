/* match.c: see match.h. Vectorscan reports literals by their end; each becomes a hit at a place. A hit that anchors
 * phrases starts their verification: from the anchor to both sides, the set of places that can be reached is kept as bits
 * of one word (distance from the anchor), so the cost is bounded by parts times window and never by combinations. */
#include "screen/match.h"

#define HITS_MAX 4000000u
#define WINDOW 62u

struct builder {
	struct scan *scan;
	struct arena *arena;
	uint32_t *solid_of; /* by token: its place */
	size_t capacity;
	size_t cursor; /* token whose end was matched last */
	int rc;
	unsigned side; /* whose phrases: index of pack_literal.anchors */
	size_t match_capacity;
	uint64_t *slots;    /* a bit for each slot that some hit can fill: most phrases end here */
	uint64_t *literals; /* a bit for each literal that was looked at for that */
	uint64_t *guards;   /* a bit for each number of guards that a found phrase asks for */
	struct bounds *bounds;
};

/* By place: the first and last place of its clause and of its sentence. */
struct bounds {
	uint32_t low[2], high[2]; /* [0] clause, [1] sentence */
};

/* The token that ends at byte `end` of the view; ends come in rising order, so the search goes on from the last one. */
static size_t token_ending(struct builder *builder, size_t end)
{
	const struct view *view = builder->scan->view;
	size_t at = builder->cursor;
	if (view->tokens[at].at > end)
		at = 0;
	while (at < view->count && view->tokens[at].at + view->tokens[at].len < end)
		at++;
	if (at < view->count)
		builder->cursor = at;
	return at < view->count && view->tokens[at].at + view->tokens[at].len == end ? at : SIZE_MAX;
}

static int add_hit(struct builder *builder, uint32_t literal, uint32_t first, uint32_t last)
{
	struct scan *scan = builder->scan;
	if (scan->hit_count == builder->capacity) {
		size_t capacity = builder->capacity * 2 + 64;
		struct hit *hits = capacity > HITS_MAX ? NULL : ARENA_ARRAY(builder->arena, struct hit, capacity);
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
	scan->sign_first[first] |= scan->pack->literals[literal].sign;
	scan->sign_last[last] |= scan->pack->literals[literal].sign;
	return 0;
}

static int HS_CDECL on_literal(unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags, void *context)
{
	struct builder *builder = context;
	(void)from;
	(void)flags;
	size_t last = token_ending(builder, (size_t)to - 1);
	uint32_t tokens = builder->scan->pack->literals[id].tokens;
	if (last == SIZE_MAX || last + 1 < tokens)
		return 0;
	uint32_t first_place = builder->solid_of[last + 1 - tokens], last_place = builder->solid_of[last];
	if (first_place == NONE || last_place == NONE)
		return 0;
	builder->rc = add_hit(builder, id, first_place, last_place);
	return builder->rc < 0;
}

/* ---- phrases ---- */

bool scan_has_slot(const struct pack *pack, uint32_t literal, uint32_t slot)
{
	struct range range = pack->literals[literal].slots;
	const uint32_t *refs = pack->slot_refs + range.first;
	size_t low = 0, high = range.count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (refs[middle] < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low < range.count && refs[low] == slot;
}

static bool together(const struct view *view, uint32_t a, uint32_t b, int sentence)
{
	const struct token *x = &view->tokens[view->solid[a]], *y = &view->tokens[view->solid[b]];
	return sentence ? x->sentence == y->sentence : x->segment == y->segment;
}

static void fill_bounds(const struct view *view, struct bounds *bounds)
{
	uint32_t count = (uint32_t)view->solid_count;
	for (int sentence = 0; sentence < 2; sentence++) {
		for (uint32_t i = 0; i < count; i++)
			bounds[i].low[sentence] = i > 0 && together(view, i - 1, i, sentence) ? bounds[i - 1].low[sentence] : i;
		for (uint32_t i = count; i-- > 0;)
			bounds[i].high[sentence] = i + 1 < count && together(view, i + 1, i, sentence) ? bounds[i + 1].high[sentence] : i;
	}
}

/* The places between which a phrase of this scope, anchored at `place`, may stand; inclusive. */
static void scope_bounds(const struct builder *builder, enum scope scope, uint32_t place, uint32_t *low, uint32_t *high)
{
	const struct view *view = builder->scan->view;
	const struct bounds *bounds = &builder->bounds[place];
	uint32_t from = place > WINDOW ? place - WINDOW : 0;
	uint32_t to = view->solid_count - place > WINDOW ? place + WINDOW : (uint32_t)view->solid_count - 1;
	int sentence = scope == SCOPE_SENTENCE;
	bool whole = scope == SCOPE_MESSAGE;
	*low = whole || bounds->low[sentence] < from ? from : bounds->low[sentence];
	*high = whole || bounds->high[sentence] > to ? to : bounds->high[sentence];
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

/* The first end of `element` in [from, to], or NONE. */
static uint32_t find_element(const struct scan *scan, const struct pack_element *element, uint32_t from, uint32_t to)
{
	for (uint32_t place = from; place <= to; place++) {
		uint64_t ends = ends_from(scan, element, place, place, to);
		if (ends)
			return place + (uint32_t)__builtin_ctzll(ends);
	}
	return NONE;
}

/* An unordered phrase: the shortest window that holds the anchor's hit and one of each other part. */
static bool match_all(const struct builder *builder, const struct pack_phrase *phrase, const struct hit *hit, struct match *match)
{
	const struct scan *scan = builder->scan;
	const struct pack_element *elements = scan->pack->elements + phrase->elements.first;
	uint32_t low, high, best = NONE;
	scope_bounds(builder, (enum scope)phrase->scope, hit->first, &low, &high);
	if (hit->last > high || hit->last - hit->first >= phrase->span)
		return false;
	if (hit->last + 1 - low > phrase->span)
		low = hit->last + 1 - phrase->span;
	for (uint32_t start = low; start <= hit->first; start++) {
		uint32_t limit = start + phrase->span - 1 < high ? start + phrase->span - 1 : high, end = hit->last;
		bool whole = true;
		for (uint32_t i = 0; i < phrase->elements.count && whole; i++) {
			if (i == phrase->anchor)
				continue;
			uint32_t last = find_element(scan, &elements[i], start, limit);
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
		struct match *matches = ARENA_ARRAY(builder->arena, struct match, capacity);
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

static inline bool stands(const struct builder *builder, uint32_t slot)
{
	return slot == NONE || (builder->slots[slot / 64] >> (slot % 64) & 1);
}

/* Whether every part that must stand somewhere does stand somewhere in the text. */
static bool may_stand(const struct builder *builder, const struct pack_phrase *phrase)
{
	const struct pack_element *element = builder->scan->pack->elements + phrase->elements.first;
	for (uint32_t i = 0; i < phrase->elements.count; i++, element++) {
		if (element->optional || element->any || element->marks || element->slot == NONE || i == phrase->anchor)
			continue;
		if (!stands(builder, element->slot))
			return false;
	}
	return true;
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
		found = may_stand(builder, phrase) &&
			(phrase->all ? match_all(builder, phrase, hit, &match) : match_seq(builder, phrase, hit, &match));
	}
	if (found && phrase->guard)
		builder->guards[phrase->guard / 64] |= UINT64_C(1) << (phrase->guard % 64);
	return found ? add_match(builder, &match) : 0;
}

bool scan_holds_changed(const struct scan *scan, const struct match *match)
{
	for (uint32_t place = match->first; place <= match->last; place++)
		if (scan->view->tokens[scan->view->solid[place]].flags & TOKEN_CHANGED)
			return true;
	return false;
}

/* Those anchors whose reference has, under `mask`, the bits of `kind`. */
static int try_phrases(struct builder *builder, const struct hit *hit, uint32_t mask, uint32_t kind)
{
	const struct pack *pack = builder->scan->pack;
	struct range anchors = pack->literals[hit->literal].anchors[builder->side];
	for (uint32_t i = 0; i < anchors.count; i++) {
		const struct pack_anchor *anchor = &pack->anchor_refs[anchors.first + i];
		uint32_t number = anchor_phrase(anchor->ref);
		bool wanted = (anchor->ref & mask) == kind && stands(builder, anchor->slot);
		int rc = wanted ? try_phrase(builder, hit, number, &pack->phrases[number]) : 0;
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int try_guards(struct builder *builder, const struct hit *hit)
{
	const struct pack *pack = builder->scan->pack;
	struct range guards = pack->literals[hit->literal].guards[builder->side];
	for (uint32_t i = 0; i < guards.count; i++) {
		const struct pack_anchor *anchor = &pack->anchor_refs[guards.first + i];
		uint32_t number = anchor_phrase(anchor->ref);
		const struct pack_phrase *phrase = &pack->phrases[number];
		bool wanted = stands(builder, anchor->slot) && builder->guards[phrase->ref / 64] >> (phrase->ref % 64) & 1;
		int rc = wanted ? try_phrase(builder, hit, number, phrase) : 0;
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void note_slots(struct builder *builder)
{
	const struct scan *scan = builder->scan;
	for (size_t i = 0; i < scan->hit_count; i++) {
		uint32_t literal = scan->hits[i].literal;
		struct range slots = scan->pack->literals[literal].slots;
		if (builder->literals[literal / 64] >> (literal % 64) & 1)
			continue;
		builder->literals[literal / 64] |= UINT64_C(1) << (literal % 64);
		for (uint32_t k = 0; k < slots.count; k++) {
			uint32_t slot = scan->pack->slot_refs[slots.first + k];
			builder->slots[slot / 64] |= UINT64_C(1) << (slot % 64);
		}
	}
}

static int try_all(struct builder *builder, bool disguised)
{
	struct scan *scan = builder->scan;
	int rc = 0;
	bool any = !disguised;
	note_slots(builder);
	for (size_t i = 0; i < scan->hit_count && rc == 0 && disguised; i++)
		rc = try_phrases(builder, &scan->hits[i], ANCHOR_DISGUISED, ANCHOR_DISGUISED);
	for (size_t i = 0; i < scan->match_count && !any; i++)
		any = scan_holds_changed(scan, &scan->matches[i]);
	if (!any) {
		scan->match_count = 0;
		return rc;
	}
	for (size_t i = 0; i < scan->hit_count && rc == 0; i++)
		rc = try_phrases(builder, &scan->hits[i], disguised ? ANCHOR_DISGUISED : 0, 0);
	any = false;
	for (size_t i = 0; i < scan->pack->guard_count / 64 + 1 && !any; i++)
		any = builder->guards[i] != 0;
	for (size_t i = 0; i < scan->hit_count && rc == 0 && any; i++)
		rc = try_guards(builder, &scan->hits[i]);
	return rc;
}

int match_run(const struct pack *pack, const hs_database_t *database, hs_scratch_t *scratch, struct arena *arena, const struct view *view,
	unsigned roles, bool disguised, struct scan *ret_scan)
{
	*ret_scan = (struct scan){ .pack = pack, .view = view };
	if (view->solid_count == 0)
		return 0;
	struct builder builder = { .scan = ret_scan, .arena = arena, .side = roles & ROLES_ASSISTANT ? 1 : 0 };
	builder.solid_of = ARENA_ARRAY(arena, uint32_t, view->count);
	ret_scan->head_first = ARENA_ARRAY(arena, uint32_t, view->solid_count);
	ret_scan->head_last = ARENA_ARRAY(arena, uint32_t, view->solid_count);
	ret_scan->sign_first = ARENA_ARRAY(arena, uint64_t, view->solid_count);
	ret_scan->sign_last = ARENA_ARRAY(arena, uint64_t, view->solid_count);
	builder.capacity = view->solid_count * 4 + 64;
	ret_scan->hits = ARENA_ARRAY(arena, struct hit, builder.capacity);
	builder.slots = ARENA_ARRAY(arena, uint64_t, pack->slot_count / 64 + 1);
	builder.literals = ARENA_ARRAY(arena, uint64_t, pack->literal_count / 64 + 1);
	builder.guards = ARENA_ARRAY(arena, uint64_t, pack->guard_count / 64 + 1);
	builder.bounds = ARENA_ARRAY(arena, struct bounds, view->solid_count);
	if (!builder.solid_of || !ret_scan->sign_first || !ret_scan->sign_last || !ret_scan->head_first || !ret_scan->head_last ||
		!ret_scan->hits || !builder.slots || !builder.literals || !builder.guards || !builder.bounds)
		return E_MEMORY;
	fill_bounds(view, builder.bounds);
	memset(builder.solid_of, 0xFF, view->count * sizeof *builder.solid_of);
	for (size_t i = 0; i < view->solid_count; i++)
		builder.solid_of[view->solid[i]] = (uint32_t)i;
	hs_error_t error = hs_scan(database, view->text.ptr, (unsigned)view->text.len, 0, scratch, on_literal, &builder);
	if (builder.rc < 0)
		return builder.rc;
	if (error != HS_SUCCESS)
		return E_BUG;
	return try_all(&builder, disguised);
}
