/* seq.c: literals, slots and the seq grammar; see load_priv.h and docs/reference/pack-format.md.
 *
 * A literal is a run of folded words with a space at each end: what the matcher looks for. A slot is a set of literals, any
 * of which may stand at one place of a phrase; equal sets are one slot. */
#include "screen/load_priv.h"

#include "text/segment.h"

#include <stdio.h>
#include <stdlib.h>

#define LITERAL_WORDS_MAX 6u
#define LITERAL_IDEOGRAPHS_MAX 24u
#define LITERAL_BYTES_MAX 200u
#define SLOT_LITERALS_MAX 4096u
#define ELEMENTS_MAX 24u
#define GAP_MAX 8

void *table_add(struct loader *loader, struct table *table)
{
	if (table->count == table->capacity) {
		size_t capacity = table->capacity ? table->capacity * 2 : 64;
		char *items = arena_alloc(loader->arena, capacity, table->size);
		if (!items)
			return NULL;
		if (table->count)
			memcpy(items, table->items, table->count * table->size);
		table->items = items;
		table->capacity = capacity;
	}
	return (char *)table->items + table->size * table->count++;
}

int no_memory(struct loader *loader)
{
	return err_set(loader->reterr, E_MEMORY, "screen/pack", "no memory for the packs");
}

int string_add(struct loader *loader, struct str text, struct pstr *ret_pstr)
{
	struct table *strings = &loader->strings;
	while (strings->capacity < strings->count + text.len + 1) {
		size_t kept = strings->count;
		strings->count = strings->capacity; /* make table_add grow it */
		if (!table_add(loader, strings))
			return no_memory(loader);
		strings->count = kept;
	}
	char *at = (char *)strings->items + strings->count;
	if (text.len)
		memcpy(at, text.ptr, text.len);
	at[text.len] = '\0';
	*ret_pstr = (struct pstr){ (uint32_t)strings->count, (uint32_t)text.len };
	strings->count += text.len + 1;
	return 0;
}

/* ---- literals ---- */

static bool grow_index(struct loader *loader, uint32_t **index, size_t *size, size_t count)
{
	if (count * 2 < *size)
		return false;
	*size = *size ? *size * 4 : 4096;
	*index = ARENA_ARRAY(loader->arena, uint32_t, *size);
	return true;
}

static void index_literals(struct loader *loader)
{
	if (!grow_index(loader, &loader->literal_index, &loader->literal_index_size, loader->literals.count) || !loader->literal_index)
		return;
	for (size_t i = 0; i < loader->literals.count; i++) {
		size_t at = vocab_hash(TABLE_AT(loader->literals, struct literal_work, i)->text) % loader->literal_index_size;
		while (loader->literal_index[at])
			at = (at + 1) % loader->literal_index_size;
		loader->literal_index[at] = (uint32_t)i + 1;
	}
}

/* The number of a literal, made when new; NONE without memory. */
static uint32_t intern_literal(struct loader *loader, struct str text, uint32_t tokens)
{
	index_literals(loader);
	if (!loader->literal_index)
		return NONE;
	size_t at = vocab_hash(text) % loader->literal_index_size;
	for (; loader->literal_index[at]; at = (at + 1) % loader->literal_index_size) {
		uint32_t number = loader->literal_index[at] - 1;
		struct literal_work *known = TABLE_AT(loader->literals, struct literal_work, number);
		if (str_eq(known->text, text)) {
			known->langs |= loader->word_lang;
			return number;
		}
	}
	struct literal_work *literal = table_add(loader, &loader->literals);
	if (!literal)
		return NONE;
	literal->text = arena_copy(loader->arena, text);
	literal->tokens = tokens;
	literal->langs = loader->word_lang;
	loader->literal_index[at] = (uint32_t)loader->literals.count;
	return literal->text.ptr ? (uint32_t)loader->literals.count - 1 : NONE;
}

static int add_to_list(struct loader *loader, uint32_t number, uint32_t **list, uint32_t *count)
{
	for (uint32_t i = 0; i < *count; i++)
		if ((*list)[i] == number)
			return 0;
	/* the capacity is the next power of two */
	if ((*count & (*count - 1)) == 0) {
		uint32_t *grown = ARENA_ARRAY(loader->arena, uint32_t, *count ? *count * 2 : 1);
		if (!grown)
			return no_memory(loader);
		if (*count)
			memcpy(grown, *list, *count * sizeof *grown);
		*list = grown;
	}
	(*list)[(*count)++] = number;
	return 0;
}

/* The folded tokens of `text` joined by single spaces with one at each end, marks removed from the words chosen by `plain`
 * (bit i: word i). Returns the length, or 0 when nothing is left to unmark. */
static size_t spell_literal(struct loader *loader, const struct view *view, unsigned plain, char *out)
{
	size_t len = 0;
	out[len++] = ' ';
	for (size_t i = 0; i < view->count; i++) {
		struct str word = token_text(view, &view->tokens[i]);
		char bare[LITERAL_BYTES_MAX * 2];
		size_t bare_len = (plain >> i & 1) ? fold_unmark(loader->tables, word, bare) : 0;
		if (bare_len) {
			memcpy(out + len, bare, bare_len);
			len += bare_len;
		} else {
			memcpy(out + len, word.ptr, word.len);
			len += word.len;
		}
		out[len++] = ' ';
	}
	return len;
}

int literal_add(struct loader *loader, const struct yaml_node *node, struct str text, uint32_t **list, uint32_t *count)
{
	struct view view;
	char spelling[LITERAL_BYTES_MAX * 3];
	if (text.len > LITERAL_BYTES_MAX)
		return yaml_fail(node, loader->reterr, "a literal longer than %u bytes", LITERAL_BYTES_MAX);
	if (fold_run(loader->tables, NULL, loader->arena, text, &view) < 0)
		return no_memory(loader);
	size_t words = 0, ideographs = 0;
	unsigned marked = 0;
	for (size_t i = 0; i < view.count; i++) {
		char bare[LITERAL_BYTES_MAX * 2];
		if (view.tokens[i].kind == TOKEN_PUNCT)
			return yaml_fail(node, loader->reterr, "\"" STR_FMT "\" holds a punctuation mark; write words only", STR_ARG(text));
		if (view.tokens[i].kind == TOKEN_IDEOGRAPH)
			ideographs++;
		else
			words++;
		if (i < 8 && fold_unmark(loader->tables, token_text(&view, &view.tokens[i]), bare))
			marked |= 1u << i;
	}
	if (view.count == 0)
		return yaml_fail(node, loader->reterr, "\"" STR_FMT "\" is empty once folded", STR_ARG(text));
	if (words > LITERAL_WORDS_MAX || ideographs > LITERAL_IDEOGRAPHS_MAX)
		return yaml_fail(
			node, loader->reterr, "\"" STR_FMT "\" has more than %u words; make it a seq", STR_ARG(text), LITERAL_WORDS_MAX);
	/* People leave accents out one by one: every combination of a literal's marked words. */
	for (unsigned plain = marked;; plain = (plain - 1) & marked) {
		size_t len = spell_literal(loader, &view, plain, spelling);
		uint32_t number = intern_literal(loader, str_make(spelling, len), (uint32_t)view.count);
		if (number == NONE)
			return no_memory(loader);
		struct literal_work *literal = TABLE_AT(loader->literals, struct literal_work, number);
		literal->name = literal->name || loader->naming;
		literal->listed = literal->listed || !loader->naming;
		int rc = add_to_list(loader, number, list, count);
		if (rc < 0 || plain == 0)
			return rc;
	}
}

/* ---- slots ---- */

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static uint32_t hash_numbers(const uint32_t *numbers, uint32_t count)
{
	return vocab_hash(str_make((const char *)numbers, count * sizeof *numbers));
}

static bool same_numbers(const struct slot_work *slot, const uint32_t *numbers, uint32_t count)
{
	return slot->count == count && memcmp(slot->literals, numbers, count * sizeof *numbers) == 0;
}

static void index_slots(struct loader *loader)
{
	if (!grow_index(loader, &loader->slot_index, &loader->slot_index_size, loader->slots.count) || !loader->slot_index)
		return;
	for (size_t i = 0; i < loader->slots.count; i++) {
		const struct slot_work *slot = TABLE_AT(loader->slots, struct slot_work, i);
		size_t at = hash_numbers(slot->literals, slot->count) % loader->slot_index_size;
		while (loader->slot_index[at])
			at = (at + 1) % loader->slot_index_size;
		loader->slot_index[at] = (uint32_t)i + 1;
	}
}

/* The slot of a list of literals, made when new; NONE without memory. */
static uint32_t intern_slot(struct loader *loader, uint32_t *literals, uint32_t count)
{
	qsort(literals, count, sizeof *literals, compare_numbers);
	index_slots(loader);
	if (!loader->slot_index)
		return NONE;
	size_t at = hash_numbers(literals, count) % loader->slot_index_size;
	for (; loader->slot_index[at]; at = (at + 1) % loader->slot_index_size)
		if (same_numbers(TABLE_AT(loader->slots, struct slot_work, loader->slot_index[at] - 1), literals, count))
			return loader->slot_index[at] - 1;
	struct slot_work *slot = table_add(loader, &loader->slots);
	if (!slot)
		return NONE;
	slot->literals = literals;
	slot->count = count;
	uint32_t number = (uint32_t)loader->slots.count - 1;
	loader->slot_index[at] = number + 1;
	for (uint32_t i = 0; i < count; i++) {
		struct literal_work *literal = TABLE_AT(loader->literals, struct literal_work, literals[i]);
		if (add_to_list(loader, number, &literal->slots, &literal->slot_count) < 0)
			return NONE;
	}
	return number;
}

/* ---- the grammar ---- */

static const struct atom_work *find_in(const struct table *atoms, struct str name)
{
	for (size_t i = 0; i < atoms->count; i++) {
		const struct atom_work *atom = TABLE_AT(*atoms, struct atom_work, i);
		if (str_eq(atom->name, name))
			return atom;
	}
	return NULL;
}

static int add_atom(struct loader *loader, const struct yaml_node *node, const struct atom_work *atom, struct str word, uint32_t **list,
	uint32_t *count)
{
	if (!atom)
		return yaml_fail(node, loader->reterr, "unknown atom \"" STR_FMT "\"", STR_ARG(word));
	for (uint32_t i = 0; i < atom->count; i++)
		if (add_to_list(loader, atom->literals[i], list, count) < 0)
			return E_MEMORY;
	return 0;
}

int builtin_add(struct loader *loader, const struct yaml_node *node, struct str word, uint32_t **list, uint32_t *count)
{
	return add_atom(loader, node, find_in(&loader->builtins, str_sub(word, 1, word.len)), word, list, count);
}

static int add_alternative(
	struct loader *loader, const struct yaml_node *node, struct str word, uint32_t **list, uint32_t *count, uint8_t *marks)
{
	char spaced[LITERAL_BYTES_MAX + 1];
	const char *mark = word.len == 1 ? strchr(PACK_MARKS, word.ptr[0]) : NULL;
	if (mark) {
		*marks |= (uint8_t)(1u << (mark - PACK_MARKS));
		return 0;
	}
	if (word.len == 0)
		return yaml_fail(node, loader->reterr, "an empty alternative");
	if (word.ptr[0] == '@') {
		const struct atom_work *atom = find_in(&loader->atoms, str_sub(word, 1, word.len));
		return add_atom(loader, node, atom ? atom : find_in(&loader->builtins, str_sub(word, 1, word.len)), word, list, count);
	}
	if (word.len > LITERAL_BYTES_MAX)
		return yaml_fail(node, loader->reterr, "a literal longer than %u bytes", LITERAL_BYTES_MAX);
	for (size_t i = 0; i < word.len; i++) {
		if (strchr("()~*@", word.ptr[i]))
			return yaml_fail(node, loader->reterr, "\"%c\" cannot stand inside \"" STR_FMT "\"", word.ptr[i], STR_ARG(word));
		spaced[i] = word.ptr[i] == '_' ? ' ' : word.ptr[i];
	}
	return literal_add(loader, node, str_make(spaced, word.len), list, count);
}

/* a|b|c, where each may be @atom, words_with_underscores or a punctuation mark. */
static int compile_slot(struct loader *loader, const struct yaml_node *node, struct str token, struct pack_element *element)
{
	uint32_t *list = NULL, count = 0;
	struct str rest = token;
	while (rest.ptr) {
		int rc = add_alternative(loader, node, str_split(&rest, '|'), &list, &count, &element->marks);
		if (rc < 0)
			return rc;
	}
	if (count > SLOT_LITERALS_MAX)
		return yaml_fail(node, loader->reterr, "more than %u words in one place", SLOT_LITERALS_MAX);
	if (!count)
		return 0;
	/* the list is shared with nothing: its order may change */
	element->slot = intern_slot(loader, list, count);
	return element->slot == NONE ? no_memory(loader) : 0;
}

static int compile_gap(struct loader *loader, const struct yaml_node *node, struct str token, unsigned *gap)
{
	if (token.len != 2 || token.ptr[1] < '0' || token.ptr[1] > '0' + GAP_MAX)
		return yaml_fail(node, loader->reterr, "\"" STR_FMT "\": write ~0 to ~%d", STR_ARG(token), GAP_MAX);
	if (*gap)
		return yaml_fail(node, loader->reterr, "two gaps in a row");
	*gap = (unsigned)(token.ptr[1] - '0');
	return 0;
}

static int compile_token(struct loader *loader, const struct yaml_node *node, struct str token, unsigned gap, struct pack_phrase *phrase)
{
	struct pack_element work = { .slot = NONE, .gap = (uint8_t)gap };
	work.optional = token.len > 2 && token.ptr[0] == '(' && token.ptr[token.len - 1] == ')';
	if (work.optional)
		token = str_sub(token, 1, token.len - 1);
	work.any = str_eqc(token, "*");
	int rc = work.any ? 0 : compile_slot(loader, node, token, &work);
	if (rc < 0)
		return rc;
	if (phrase->elements.count == ELEMENTS_MAX)
		return yaml_fail(node, loader->reterr, "more than %u parts", ELEMENTS_MAX);
	struct pack_element *element = table_add(loader, &loader->elements);
	if (!element)
		return no_memory(loader);
	*element = work;
	phrase->elements.count++;
	return 0;
}

static int check_elements(struct loader *loader, const struct yaml_node *node, const struct pack_phrase *phrase)
{
	for (uint32_t i = 0; i < phrase->elements.count; i++) {
		const struct pack_element *element = TABLE_AT(loader->elements, struct pack_element, phrase->elements.first + i);
		if (element->slot != NONE && !element->optional && !element->marks)
			return 0;
	}
	return yaml_fail(node, loader->reterr, "needs at least one part that is a word, neither optional nor instead of a mark");
}

int seq_compile(struct loader *loader, const struct yaml_node *node, struct str seq, struct pack_phrase *phrase)
{
	unsigned gap = 0;
	phrase->elements = (struct range){ (uint32_t)loader->elements.count, 0 };
	for (struct str rest = seq; rest.ptr;) {
		struct str token = str_split(&rest, ' ');
		if (token.len == 0)
			continue;
		int rc;
		if (token.ptr[0] == '~') {
			rc = compile_gap(loader, node, token, &gap);
		} else {
			rc = compile_token(loader, node, token, gap, phrase);
			gap = 0;
		}
		if (rc < 0)
			return rc;
	}
	if (gap)
		return yaml_fail(node, loader->reterr, "ends with a gap");
	return check_elements(loader, node, phrase);
}

int all_compile(struct loader *loader, const struct yaml_node *list, struct pack_phrase *phrase)
{
	phrase->all = 1;
	phrase->elements = (struct range){ (uint32_t)loader->elements.count, 0 };
	for (const struct yaml_node *item = list->first; item; item = item->next) {
		struct str text;
		int rc = yaml_text(item, &text, loader->reterr);
		if (rc == 0 && memchr(text.ptr, ' ', text.len))
			rc = yaml_fail(item, loader->reterr, "one place only: alternatives with |, several words with _");
		if (rc == 0)
			rc = compile_token(loader, item, text, 0, phrase);
		if (rc < 0)
			return rc;
	}
	if (phrase->elements.count < 2 || phrase->elements.count > 6)
		return yaml_fail(list, loader->reterr, "needs two to six parts");
	return check_elements(loader, list, phrase);
}

/* ---- anchors and tables ---- */

/* How often a literal will be met, roughly: short single words are common, several words are rare. */
static uint32_t literal_weight(const struct literal_work *literal)
{
	if (literal->name)
		return 0; /* thousands of them, each rare: a place that holds them all is as good an anchor as without them */
	if (literal->tokens > 1)
		return 2;
	size_t letters = literal->text.len - 2;
	return letters <= 2 ? 200 : letters == 3 ? 60 : letters == 4 ? 20 : 8;
}

static void weigh_slots(struct loader *loader)
{
	for (size_t i = 0; i < loader->slots.count; i++) {
		struct slot_work *slot = TABLE_AT(loader->slots, struct slot_work, i);
		for (uint32_t k = 0; k < slot->count; k++) {
			const struct literal_work *literal = TABLE_AT(loader->literals, struct literal_work, slot->literals[k]);
			slot->weight += literal_weight(literal);
			slot->places = literal->tokens > slot->places ? literal->tokens : slot->places;
		}
	}
}

static void choose_anchor(struct loader *loader, struct pack_phrase *phrase)
{
	uint32_t best = NONE;
	for (uint32_t i = 0; i < phrase->elements.count; i++) {
		const struct pack_element *element = TABLE_AT(loader->elements, struct pack_element, phrase->elements.first + i);
		if (element->slot == NONE || element->optional || element->marks)
			continue;
		uint32_t weight = TABLE_AT(loader->slots, struct slot_work, element->slot)->weight;
		if (weight < best) {
			best = weight;
			phrase->anchor = (uint16_t)i;
		}
	}
}

/* For each slot the phrases anchored at it, and its numbers among the slots that anchors ask for, or OTHER_NONE. */
struct anchored {
	uint32_t *phrases;
	uint32_t count;
	uint16_t other[2]; /* [1]: for phrases over several sentences */
};

static const struct pack_element *element_at(const struct loader *loader, const struct pack_phrase *phrase, uint32_t index)
{
	return TABLE_AT(loader->elements, struct pack_element, phrase->elements.first + index);
}

/* The part of a phrase beside its anchor that it must have and that is rarest: its index among the parts, or NONE. */
static uint32_t rarest_other(const struct loader *loader, const struct pack_phrase *phrase)
{
	uint32_t best = NONE, index = NONE;
	for (uint32_t i = 0; i < phrase->elements.count; i++) {
		const struct pack_element *element = element_at(loader, phrase, i);
		if (i == phrase->anchor || element->slot == NONE || element->optional || element->marks || element->any)
			continue;
		uint32_t weight = TABLE_AT(loader->slots, struct slot_work, element->slot)->weight;
		if (index == NONE || weight < best) {
			best = weight;
			index = i;
		}
	}
	return index;
}

/* How far from the anchor the other part can begin: over the gaps between them, read as match.c reads them, and the longest words of the
 * parts between. */
static uint32_t reach_of(const struct loader *loader, const struct pack_phrase *phrase, uint32_t other)
{
	uint32_t far = 0, carried = 0;
	bool right = other > phrase->anchor;
	for (uint32_t i = phrase->anchor; i != other;) {
		uint32_t gap = carried + element_at(loader, phrase, right ? i + 1 : i)->gap;
		i = right ? i + 1 : i - 1;
		const struct pack_element *element = element_at(loader, phrase, i);
		carried = element->optional ? gap : 0;
		far += (gap > GAP_MAX ? GAP_MAX : gap) + 1;
		if (!right || i != other)
			far += element->slot == NONE ? 0 : TABLE_AT(loader->slots, struct slot_work, element->slot)->places - 1;
	}
	return far;
}

#define REACH_MAX 63u

static void write_window(const struct loader *loader, const struct pack_phrase *phrase, uint32_t other, struct pack_anchor *anchor)
{
	if (phrase->all) {
		uint32_t far = phrase->span - 1u;
		anchor->from = far > REACH_MAX / 2 ? 0 : (int8_t) - (int)far;
		anchor->reach = (uint8_t)(far > REACH_MAX / 2 ? REACH_MAX : 2 * far);
		return;
	}
	uint32_t far = reach_of(loader, phrase, other);
	far = far > REACH_MAX ? REACH_MAX : far;
	anchor->from = other > phrase->anchor ? 1 : (int8_t) - (int)far;
	anchor->reach = (uint8_t)(far - 1);
}

static struct pack_anchor make_anchor(struct loader *loader, const struct anchored *anchored, uint32_t number)
{
	const struct pack_phrase *phrase = TABLE_AT(loader->phrases, struct pack_phrase, number);
	bool disguised = phrase->target == TARGET_CONCEPT && TABLE_AT(loader->concepts, struct pack_concept, phrase->ref)->deobfuscate;
	uint32_t other = rarest_other(loader, phrase);
	struct pack_anchor anchor = { .ref = number | (disguised ? ANCHOR_DISGUISED : 0), .other = OTHER_NONE, .reach = REACH_MAX };
	if (phrase->scope == SCOPE_MESSAGE)
		anchor.ref |= ANCHOR_WHOLE; /* it may stand anywhere */
	if (other == NONE)
		return anchor;
	anchor.other = anchored[element_at(loader, phrase, other)->slot].other[phrase->scope == SCOPE_MESSAGE];
	if (phrase->scope != SCOPE_MESSAGE)
		write_window(loader, phrase, other, &anchor);
	return anchor;
}

struct slot_tables {
	struct table slot_refs, other_refs, anchor_refs, guard_refs, guard_numbers;
};

static int write_anchors(struct loader *loader, const struct literal_work *work, const struct anchored *anchored, unsigned roles,
	struct table *anchor_refs, struct range *ret_range)
{
	*ret_range = (struct range){ (uint32_t)anchor_refs->count, 0 };
	for (uint32_t i = 0; i < work->slot_count; i++) {
		const struct anchored *list = &anchored[work->slots[i]];
		for (uint32_t k = 0; k < list->count; k++) {
			const struct pack_phrase *phrase = TABLE_AT(loader->phrases, struct pack_phrase, list->phrases[k]);
			if (phrase->target == TARGET_GUARD || !(phrase->roles & roles))
				continue;
			struct pack_anchor *anchor = table_add(loader, anchor_refs);
			if (!anchor)
				return no_memory(loader);
			*anchor = make_anchor(loader, anchored, list->phrases[k]);
			ret_range->count++;
		}
	}
	return 0;
}

static int write_guards(struct loader *loader, const struct literal_work *work, const struct anchored *anchored, unsigned roles,
	struct slot_tables *tables, struct range *ret_range, struct pack_literal *literal)
{
	*ret_range = (struct range){ (uint32_t)tables->guard_refs.count, 0 };
	for (uint32_t i = 0; i < work->slot_count; i++) {
		const struct anchored *list = &anchored[work->slots[i]];
		for (uint32_t k = 0; k < list->count; k++) {
			const struct pack_phrase *phrase = TABLE_AT(loader->phrases, struct pack_phrase, list->phrases[k]);
			if (phrase->target != TARGET_GUARD || !(phrase->roles & roles))
				continue;
			struct pack_anchor *guard = table_add(loader, &tables->guard_refs);
			uint16_t *number = table_add(loader, &tables->guard_numbers);
			if (!guard || !number)
				return no_memory(loader);
			if (phrase->ref > UINT16_MAX)
				return err_set(loader->reterr, E_LIMIT, "screen/pack", "the phrases have too many guards");
			*guard = make_anchor(loader, anchored, list->phrases[k]);
			*number = (uint16_t)phrase->ref;
			literal->guard_sign |= 1u << (phrase->ref % 32);
			literal->guard_whole |= phrase->scope == SCOPE_MESSAGE;
			ret_range->count++;
		}
	}
	return 0;
}

static int compare_others(const void *a, const void *b)
{
	uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;
	return (x > y) - (x < y);
}

/* Those that phrases over several sentences ask for, and behind them the others. */
static int write_others(struct loader *loader, const struct literal_work *work, const struct anchored *anchored, struct table *other_refs,
	struct pack_literal *literal)
{
	uint32_t counts[2] = { 0, 0 };
	for (int whole = 1; whole >= 0; whole--) {
		uint32_t first = (uint32_t)other_refs->count;
		for (uint32_t i = 0; i < work->slot_count; i++) {
			uint16_t other = anchored[work->slots[i]].other[whole];
			uint16_t *ref = other == OTHER_NONE ? NULL : table_add(loader, other_refs);
			if (other == OTHER_NONE)
				continue;
			if (!ref)
				return no_memory(loader);
			*ref = other;
			counts[whole]++;
		}
		if (counts[whole])
			qsort((uint16_t *)other_refs->items + first, counts[whole], sizeof(uint16_t), compare_others);
		for (; !whole && counts[whole] % OTHERS_AT_ONCE; counts[whole]++) {
			uint16_t *ref = table_add(loader, other_refs);
			if (!ref)
				return no_memory(loader);
			*ref = OTHER_NONE;
		}
	}
	if (counts[1] > UINT16_MAX)
		return err_set(loader->reterr, E_LIMIT, "screen/pack", "a word is too many different parts of phrases");
	literal->others = (struct range){ (uint32_t)other_refs->count - counts[0], counts[0] };
	literal->wholes = (uint16_t)counts[1];
	return 0;
}

static int write_literal(struct loader *loader, const struct literal_work *work, const struct anchored *anchored,
	struct slot_tables *tables, struct pack_literal *literal)
{
	struct table *slot_refs = &tables->slot_refs;
	literal->medicine = work->name;
	literal->slots = (struct range){ (uint32_t)slot_refs->count, work->slot_count };
	for (uint32_t i = 0; i < work->slot_count; i++) {
		uint32_t *ref = table_add(loader, slot_refs);
		if (!ref)
			return no_memory(loader);
		*ref = work->slots[i];
		literal->sign |= UINT64_C(1) << (work->slots[i] % 64);
	}
	if (work->slot_count)
		qsort((uint32_t *)slot_refs->items + literal->slots.first, work->slot_count, sizeof(uint32_t), compare_numbers);
	int rc = write_others(loader, work, anchored, &tables->other_refs, literal);
	for (unsigned side = 0; rc == 0 && side < 2; side++) {
		unsigned roles = side ? ROLES_ASSISTANT : ROLES_CLIENT;
		rc = write_anchors(loader, work, anchored, roles, &tables->anchor_refs, &literal->anchors[side]);
		if (rc == 0)
			rc = write_guards(loader, work, anchored, roles, tables, &literal->guards[side], literal);
	}
	return rc;
}

/* Numbers the slots that anchors ask for, those of phrases over several sentences first. */
static int number_others(struct loader *loader, struct anchored *anchored)
{
	uint32_t count = OTHER_NONE + 1;
	for (int whole = 1; whole >= 0; whole--)
		for (size_t i = 0; i < loader->phrases.count; i++) {
			const struct pack_phrase *phrase = TABLE_AT(loader->phrases, struct pack_phrase, i);
			uint32_t index = (phrase->scope == SCOPE_MESSAGE) == whole ? rarest_other(loader, phrase) : NONE;
			if (index == NONE || anchored[element_at(loader, phrase, index)->slot].other[whole] != OTHER_NONE)
				continue;
			if (count > OTHER_MAX)
				return err_set(loader->reterr, E_LIMIT, "screen/pack", "the phrases have too many different parts");
			anchored[element_at(loader, phrase, index)->slot].other[whole] = (uint16_t)count++;
		}
	return 0;
}

int slots_finish(struct loader *loader, struct pack *pack)
{
	struct slot_tables tables = { .slot_refs.size = sizeof(uint32_t),
		.other_refs.size = sizeof(uint16_t),
		.anchor_refs.size = sizeof(struct pack_anchor),
		.guard_refs.size = sizeof(struct pack_anchor),
		.guard_numbers.size = sizeof(uint16_t) };
	struct anchored *anchored = ARENA_ARRAY(loader->arena, struct anchored, loader->slots.count);
	struct pack_literal *literals = ARENA_ARRAY(loader->arena, struct pack_literal, loader->literals.count);
	struct pstr *texts = ARENA_ARRAY(loader->arena, struct pstr, loader->literals.count);
	if (!anchored || !literals || !texts)
		return no_memory(loader);
	weigh_slots(loader);
	for (size_t i = 0; i < loader->phrases.count; i++) {
		struct pack_phrase *phrase = TABLE_AT(loader->phrases, struct pack_phrase, i);
		choose_anchor(loader, phrase);
		uint32_t slot = TABLE_AT(loader->elements, struct pack_element, phrase->elements.first + phrase->anchor)->slot;
		/* appended, not searched for doubles: numbers only grow */
		struct anchored *list = &anchored[slot];
		if ((list->count & (list->count - 1)) == 0) {
			uint32_t *grown = ARENA_ARRAY(loader->arena, uint32_t, list->count ? list->count * 2 : 1);
			if (!grown)
				return no_memory(loader);
			if (list->count)
				memcpy(grown, list->phrases, list->count * sizeof *grown);
			list->phrases = grown;
		}
		list->phrases[list->count++] = (uint32_t)i;
	}
	int rc = number_others(loader, anchored);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < loader->literals.count; i++) {
		const struct literal_work *work = TABLE_AT(loader->literals, struct literal_work, i);
		rc = write_literal(loader, work, anchored, &tables, &literals[i]);
		if (rc == 0)
			rc = string_add(loader, work->text, &texts[i]);
		if (rc < 0)
			return rc;
	}
	pack->literals = literals;
	pack->literal_texts = texts;
	pack->literal_count = pack->literal_text_count = loader->literals.count;
	pack->slot_refs = tables.slot_refs.items;
	pack->slot_ref_count = tables.slot_refs.count;
	pack->other_refs = tables.other_refs.items;
	pack->other_ref_count = tables.other_refs.count;
	pack->anchor_refs = tables.anchor_refs.items;
	pack->anchor_ref_count = tables.anchor_refs.count;
	pack->guard_refs = tables.guard_refs.items;
	pack->guard_ref_count = tables.guard_refs.count;
	pack->guard_numbers = tables.guard_numbers.items;
	pack->guard_number_count = tables.guard_numbers.count;
	return 0;
}
