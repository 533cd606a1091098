/* unveil.c: see unveil.h. One pass over the tokens: at each, the readings are tried in a fixed order, and the first that
 * gives a word of the vocabulary wins. Candidate words live in a small buffer; only tokens that change cost memory. */
#include "text/unveil.h"

#include "text/utf8.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/uspoof.h>

#define WORD_MAX 48u       /* bytes of a disguised word */
#define RUN_MAX 64u        /* letters set apart, or run together */
#define SUBSTITUTES_MAX 8u /* signs for letters in one word */
#define COMBINATIONS_MAX 96u
#define SLIP_MIN 4u      /* shortest word that is sought with a slip */
#define TERM_SLIP_MIN 6u /* shortest key term that is sought with any one letter wrong */
#define FILTER_BITS 18u  /* several for each word that a vocabulary has */
#define TERMS_BITS 14u   /* likewise for key terms, of which there are few: a small table stays in the processor's first cache */
#define SLIPS_BITS 16u

struct keyword {
	struct str word;
	uint32_t letters; /* bit of each letter a-z that it holds */
	uint32_t number;  /* vocab.order of its slot: they stand in this order */
};

/* A set of hashes that says for most of what it does not hold that it does not, by one look. */
struct filter {
	unsigned size; /* 2 to the power of this: its bits */
	uint64_t bits[(1u << FILTER_BITS) / 64];
};

struct unveil_tables {
	const struct vocab *vocab;
	struct keyword *keywords; /* VOCAB_KEY words of a-z, in the order of the vocabulary */
	struct keyword *terms;    /* those with VOCAB_KEYTERM */
	uint8_t *flags;           /* of each word of the vocabulary, by its number */
	size_t keyword_count, term_count;
	struct filter words;   /* vocab_hash of all words */
	struct filter letters; /* letter sets of key words */
	struct filter ends;    /* ends_hash of key terms */
	struct filter slips;   /* of `terms`: slip_hash of each, whole and without any one of its letters */
	uint8_t look_alike[0x10000];
};

/* ---- tables ---- */

/* Letters that UTS 39 does not call confusable in lower case, but that people use for their look. */
static const struct {
	uint16_t cp;
	char letter;
} extra_look_alikes[] = { { 0x43A, 'k' }, { 0x442, 't' }, { 0x43C, 'm' }, { 0x43D, 'h' }, { 0x432, 'b' }, { 0x43F, 'n' }, { 0x454, 'e' },
	{ 0x3BA, 'k' }, { 0x3C4, 't' }, { 0x3B7, 'n' }, { 0x3B5, 'e' }, { 0x3C9, 'w' }, { 0x3C5, 'u' }, { 0x3BC, 'u' }, { 0x3B2, 'b' } };

/* Blocks whose letters are asked: Latin, Greek, Cyrillic, Armenian and their extensions, Cherokee. */
static const uint16_t look_alike_ranges[][2] = { { 0x80, 0x5FF }, { 0x13A0, 0x13FF }, { 0x1C80, 0x1C8F }, { 0x1D00, 0x1DBF },
	{ 0x1F00, 0x1FFF }, { 0x2C60, 0x2C7F }, { 0xA640, 0xA69F }, { 0xA720, 0xA7FF }, { 0xAB30, 0xABBF } };

static bool fill_look_alikes(struct unveil_tables *tables)
{
	UErrorCode status = U_ZERO_ERROR;
	USpoofChecker *checker = uspoof_open(&status);
	if (U_FAILURE(status))
		return false;
	for (size_t r = 0; r < COUNT_OF(look_alike_ranges); r++) {
		for (uint32_t cp = look_alike_ranges[r][0]; cp <= look_alike_ranges[r][1]; cp++) {
			UChar in = (UChar)cp, out[16];
			status = U_ZERO_ERROR;
			if (!u_isalpha((UChar32)cp))
				continue;
			int32_t len = uspoof_getSkeleton(checker, 0, &in, 1, out, COUNT_OF(out), &status);
			if (U_FAILURE(status) || len != 1 || out[0] > 'z' || !u_isalpha(out[0]))
				continue;
			tables->look_alike[cp] = (uint8_t)(out[0] | 0x20);
		}
	}
	uspoof_close(checker);
	for (size_t i = 0; i < COUNT_OF(extra_look_alikes); i++)
		tables->look_alike[extra_look_alikes[i].cp] = (uint8_t)extra_look_alikes[i].letter;
	return true;
}

/* Whether at most two bits are set; asked for every key term, and not every processor counts bits in one step. */
static inline bool at_most_two(uint32_t bits)
{
	bits &= bits - 1;
	return (bits & (bits - 1)) == 0;
}

/* The letters of a word of a-z; 0 for any other. */
static uint32_t letters_of(struct str word)
{
	uint32_t letters = 0;
	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] < 'a' || word.ptr[i] > 'z')
			return 0;
		letters |= 1u << (word.ptr[i] - 'a');
	}
	return letters;
}

static void filter_add(struct filter *filter, uint32_t hash)
{
	hash >>= 32 - filter->size;
	filter->bits[hash / 64] |= UINT64_C(1) << (hash % 64);
}

static inline bool filter_may(const struct filter *filter, uint32_t hash)
{
	hash >>= 32 - filter->size;
	return filter->bits[hash / 64] >> (hash % 64) & 1;
}

static inline uint32_t spread(uint32_t value)
{
	return value * 2654435761u;
}

static uint32_t letters_hash(uint32_t letters)
{
	return spread(letters);
}

/* Of the first and last byte and the length of a word. */
static uint32_t ends_hash(char first, char last, size_t len)
{
	return spread((uint32_t)(unsigned char)first | (uint32_t)(unsigned char)last << 8 | (uint32_t)len << 16);
}

/* ---- words with one letter wrong ---- */

#define SLIP_BASE 0x9E3779B1u
#define SLIP_BASE_INVERSE 0x0E8B2F51u /* SLIP_BASE times this is 1 */
#define SLIP_BYTES_MAX (WORD_MAX + 1)

_Static_assert(SLIP_BASE *SLIP_BASE_INVERSE == 1u, "the inverse of the base");

/* Hashes of a word of up to SLIP_BYTES_MAX bytes and of what is left of it without any one of its bytes; returns how many. Two words that
 * differ by one letter put in, left out, changed or swapped with its neighbour have one of them in common. A hash is the sum of byte times
 * power of the base by place, so that those behind a gap are known from the whole. */
static size_t slip_hashes(struct str word, uint32_t hashes[SLIP_BYTES_MAX + 1])
{
	uint32_t whole = 0, before = 0, power = 1;
	for (size_t i = 0; i < word.len; i++, power *= SLIP_BASE)
		whole += ((unsigned char)word.ptr[i] + 1u) * power;
	power = 1;
	for (size_t i = 0; i < word.len; i++, power *= SLIP_BASE) {
		uint32_t with = before + ((unsigned char)word.ptr[i] + 1u) * power;
		hashes[i] = before + (whole - with) * SLIP_BASE_INVERSE;
		before = with;
	}
	hashes[word.len] = whole;
	return word.len + 1;
}

static void add_slips(struct filter *slips, struct str term)
{
	uint32_t hashes[SLIP_BYTES_MAX + 1];
	size_t count = term.len <= SLIP_BYTES_MAX ? slip_hashes(term, hashes) : 0; /* a longer one is no slip of any word that is read */
	for (size_t i = 0; i < count; i++)
		filter_add(slips, spread(hashes[i]));
}

static bool may_slip(const struct filter *slips, struct str word)
{
	uint32_t hashes[SLIP_BYTES_MAX + 1];
	size_t count = slip_hashes(word, hashes);
	for (size_t i = 0; i < count; i++)
		if (filter_may(slips, spread(hashes[i])))
			return true;
	return false;
}

static size_t count_keywords(const struct vocab *vocab, unsigned flag)
{
	size_t count = 0;
	for (uint32_t i = 0; i < vocab->slot_count; i++)
		count += vocab->slots[i].offset && (vocab->slots[i].flags & flag);
	return count;
}

static size_t count_numbers(const struct vocab *vocab)
{
	size_t count = 0;
	for (uint32_t i = 0; i < vocab->slot_count; i++)
		if (vocab->slots[i].offset && vocab->slots[i].number >= count)
			count = (size_t)vocab->slots[i].number + 1;
	return count;
}

static int by_number(const void *a, const void *b)
{
	const struct keyword *x = a, *y = b;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->word.ptr > y->word.ptr) - (x->word.ptr < y->word.ptr);
}

static void fill_keywords(struct unveil_tables *tables)
{
	const struct vocab *vocab = tables->vocab;
	for (uint32_t i = 0; i < vocab->slot_count; i++) {
		const struct vocab_slot *slot = &vocab->slots[i];
		struct keyword keyword = { .word = { vocab->bytes + slot->offset, slot->len },
			.number = vocab->order ? vocab->order[slot->number] : slot->number };
		if (!slot->offset)
			continue;
		tables->flags[slot->number] = (uint8_t)slot->flags;
		filter_add(&tables->words, spread(slot->hash));
		if (slot->len && (slot->flags & VOCAB_KEYTERM))
			filter_add(&tables->ends, ends_hash(keyword.word.ptr[0], keyword.word.ptr[slot->len - 1], slot->len));
		if (!(slot->flags & VOCAB_KEY) || slot->len < 3)
			continue;
		keyword.letters = letters_of(keyword.word);
		if (!keyword.letters)
			continue;
		tables->keywords[tables->keyword_count++] = keyword;
		if ((slot->flags & VOCAB_KEYTERM) && slot->len >= TERM_SLIP_MIN) {
			tables->terms[tables->term_count++] = keyword;
			add_slips(&tables->slips, keyword.word);
		}
		if (slot->len >= SLIP_MIN)
			filter_add(&tables->letters, letters_hash(keyword.letters));
	}
	qsort(tables->keywords, tables->keyword_count, sizeof *tables->keywords, by_number);
	qsort(tables->terms, tables->term_count, sizeof *tables->terms, by_number);
}

int unveil_open(const struct mem *mem, const struct vocab *vocab, struct unveil_tables **ret_tables, struct err *reterr)
{
	struct unveil_tables *tables = mem->alloc(mem->ctx, sizeof *tables);
	if (!tables)
		return err_set(reterr, E_MEMORY, "text/unveil", "no memory for the tables");
	memset(tables, 0, sizeof *tables);
	tables->vocab = vocab;
	tables->words.size = tables->letters.size = FILTER_BITS;
	tables->ends.size = TERMS_BITS;
	tables->slips.size = SLIPS_BITS;
	tables->keywords = mem->alloc(mem->ctx, (count_keywords(vocab, VOCAB_KEY) + 1) * sizeof *tables->keywords);
	tables->terms = mem->alloc(mem->ctx, (count_keywords(vocab, VOCAB_KEYTERM) + 1) * sizeof *tables->terms);
	tables->flags = mem->alloc(mem->ctx, count_numbers(vocab) + 1);
	if (!tables->keywords || !tables->terms || !tables->flags || !fill_look_alikes(tables)) {
		unveil_free(mem, &tables);
		return err_set(reterr, E_MEMORY, "text/unveil", "no memory for the tables, or none of ICU's data");
	}
	fill_keywords(tables);
	*ret_tables = tables;
	return 0;
}

void unveil_free(const struct mem *mem, struct unveil_tables **tables)
{
	struct unveil_tables *old = *tables;
	if (!old)
		return;
	mem->release(mem->ctx, old->keywords);
	mem->release(mem->ctx, old->terms);
	mem->release(mem->ctx, old->flags);
	mem->release(mem->ctx, old);
	*tables = NULL;
}

/* ---- the pass ---- */

struct unveiler {
	const struct unveil_tables *tables;
	struct arena *arena;
	const struct view *plain;
	struct view out; /* out.text.ptr is `bytes` */
	char *bytes;
	size_t len, capacity, token_capacity;
	size_t copied; /* tokens of the plain view that are in `out` */
	bool matters;  /* a changed word stands in a phrase that matters */
	bool failed;
};

/* A disguised word and, for each of its bytes, where it stands in the text. */
struct guess {
	char bytes[RUN_MAX];
	uint32_t start[RUN_MAX], end[RUN_MAX];
	size_t len;
};

/* Of a word whose vocab_hash is `hash`. */
static unsigned flags_with(const struct unveiler *unveiler, const char *bytes, size_t len, uint32_t hash)
{
	const struct unveil_tables *tables = unveiler->tables;
	struct str word = str_make(bytes, len);
	const struct vocab_slot *slot = filter_may(&tables->words, spread(hash)) ? vocab_find(tables->vocab, word, hash) : NULL;
	return slot ? slot->flags : 0;
}

static unsigned flags_of(const struct unveiler *unveiler, const char *bytes, size_t len)
{
	return flags_with(unveiler, bytes, len, vocab_hash(str_make(bytes, len)));
}

static unsigned flags_at(const struct unveiler *unveiler, size_t index)
{
	uint32_t known = unveiler->plain->tokens[index].known;
	return known ? unveiler->tables->flags[known - 1] : 0;
}

static struct str text_of(const struct unveiler *unveiler, size_t index)
{
	return token_text(unveiler->plain, &unveiler->plain->tokens[index]);
}

static struct token *append(struct unveiler *unveiler, const struct token *like, struct str word)
{
	if (unveiler->out.count == unveiler->token_capacity || unveiler->capacity - unveiler->len < word.len + 1) {
		unveiler->failed = true;
		return NULL;
	}
	struct token *token = &unveiler->out.tokens[unveiler->out.count++];
	*token = *like;
	token->at = (uint32_t)unveiler->len;
	token->len = (uint32_t)word.len;
	memcpy(unveiler->bytes + unveiler->len, word.ptr, word.len);
	unveiler->len += word.len;
	unveiler->bytes[unveiler->len++] = ' ';
	return token;
}

/* Room for all that can come: at most RUN_MAX words where one token was, and never more letters than there were. */
static bool begin(struct unveiler *unveiler)
{
	const struct view *plain = unveiler->plain;
	if (unveiler->bytes)
		return true;
	unveiler->capacity = plain->text.len * 3 + 64;
	unveiler->token_capacity = plain->count + plain->text.len / 2 + 16;
	unveiler->bytes = arena_room(unveiler->arena, unveiler->capacity, 1);
	unveiler->out.tokens = ARENA_ROOM(unveiler->arena, struct token, unveiler->token_capacity);
	if (!unveiler->bytes || !unveiler->out.tokens) {
		unveiler->failed = true;
		return false;
	}
	unveiler->bytes[unveiler->len++] = ' ';
	return true;
}

/* All plain tokens before `index` that are not there yet. */
static bool copy_until(struct unveiler *unveiler, size_t index)
{
	if (!begin(unveiler))
		return false;
	for (; unveiler->copied < index; unveiler->copied++)
		if (!append(unveiler, &unveiler->plain->tokens[unveiler->copied], text_of(unveiler, unveiler->copied)))
			return false;
	return true;
}

/* Puts words for the plain tokens [from, to). `cuts` are the ends of the words in guess->bytes. */
static void put_words(struct unveiler *unveiler, size_t from, size_t to, const struct guess *guess, const uint8_t *cuts, size_t cut_count)
{
	const struct token *first = &unveiler->plain->tokens[from], *last = &unveiler->plain->tokens[to - 1];
	if (!copy_until(unveiler, from))
		return;
	for (size_t i = 0; i < cut_count && !unveiler->failed; i++) {
		size_t begins = i ? cuts[i - 1] : 0, ends = cuts[i];
		struct token *token = append(unveiler, first, str_make(guess->bytes + begins, ends - begins));
		if (!token)
			return;
		token->kind = TOKEN_WORD;
		struct str word = str_make(guess->bytes + begins, ends - begins);
		token->hash = vocab_hash(word);
		const struct vocab_slot *slot = vocab_find(unveiler->tables->vocab, word, token->hash);
		token->known = slot ? slot->number + 1 : 0;
		unveiler->matters = unveiler->matters || (slot && (slot->flags & VOCAB_KEY));
		token->start = guess->start[begins];
		token->end = guess->end[ends - 1];
		token->flags = (uint8_t)(TOKEN_CHANGED | TOKEN_SPACE_BEFORE | TOKEN_SPACE_AFTER);
		if (i == 0)
			token->flags |= first->flags & (TOKEN_CAPITAL | TOKEN_JOINED);
		if (i + 1 == cut_count)
			token->flags = (uint8_t)((token->flags & ~TOKEN_SPACE_AFTER) |
						 (last->flags & (TOKEN_SPACE_AFTER | TOKEN_LINE_AFTER | TOKEN_BLANK_AFTER)));
	}
	unveiler->copied = to;
}

static void put_word(struct unveiler *unveiler, size_t from, size_t to, struct str word)
{
	const struct token *first = &unveiler->plain->tokens[from], *last = &unveiler->plain->tokens[to - 1];
	struct guess guess;
	uint8_t cut = (uint8_t)word.len;
	guess.len = word.len;
	memcpy(guess.bytes, word.ptr, word.len);
	guess.start[0] = first->start;
	guess.end[word.len - 1] = last->end;
	put_words(unveiler, from, to, &guess, &cut, 1);
}

/* ---- look-alikes ---- */

/* The word with Latin letters for those that look so; its length, or 0 when it has none, or one that looks like nothing. */
static size_t to_latin(const struct unveil_tables *tables, struct str word, char *out)
{
	size_t len = 0;
	bool changed = false;
	if (word.len > WORD_MAX)
		return 0;
	for (size_t at = 0; at < word.len;) {
		uint32_t cp = utf8_next(word, &at);
		if (cp >= 0x80 && (cp > 0xFFFF || !tables->look_alike[cp]))
			return 0;
		changed = changed || cp >= 0x80;
		out[len++] = cp < 0x80 ? (char)cp : (char)tables->look_alike[cp];
	}
	return changed ? len : 0;
}

/* ---- signs for letters ---- */

/* The letters that a sign may stand for, the likeliest first; NULL for none. */
static const char *substitutes(char sign)
{
	switch (sign) {
	case '0': return "o";
	case '1': return "il";
	case '2': return "z";
	case '3': return "e";
	case '4': return "a";
	case '5': return "s";
	case '6': return "gb";
	case '7': return "tl";
	case '8': return "b";
	case '9': return "g";
	case '@': return "a";
	case '$': return "s";
	case '!': return "il";
	case '|': return "li";
	case '+': return "t";
	case '(': return "c";
	case '<': return "c";
	default: return NULL;
	}
}

/* The best reading of a word with signs in it, written over `word`: one of a phrase that matters before any other that is
 * known. Returns its vocabulary flags, 0 for none. */
static unsigned read_signs(const struct unveiler *unveiler, char *word, size_t len)
{
	size_t places[SUBSTITUTES_MAX], count = 0, combinations = 1;
	char signs[SUBSTITUTES_MAX], best[WORD_MAX];
	unsigned best_flags = 0;
	for (size_t i = 0; i < len; i++) {
		const char *letters = substitutes(word[i]);
		if (!letters)
			continue;
		combinations *= strlen(letters);
		if (count == SUBSTITUTES_MAX || combinations > COMBINATIONS_MAX)
			return 0;
		signs[count] = word[i];
		places[count++] = i;
	}
	if (!count || count == len)
		return 0;
	for (size_t number = 0; number < combinations; number++) {
		size_t rest = number;
		for (size_t i = 0; i < count; i++) {
			const char *letters = substitutes(signs[i]);
			word[places[i]] = letters[rest % strlen(letters)];
			rest /= strlen(letters);
		}
		unsigned flags = flags_of(unveiler, word, len);
		if (flags && (!best_flags || ((flags & VOCAB_KEY) && !(best_flags & VOCAB_KEY)))) {
			best_flags = flags;
			memcpy(best, word, len);
		}
	}
	if (best_flags)
		memcpy(word, best, len);
	return best_flags;
}

/* The key word that fits a word some of whose letters are asterisks; at least half must be there. */
static bool read_mask(const struct unveiler *unveiler, char *word, size_t len)
{
	size_t hidden = 0;
	const struct keyword *found = NULL;
	for (size_t i = 0; i < len; i++) {
		hidden += word[i] == '*';
		if (word[i] != '*' && (word[i] < 'a' || word[i] > 'z'))
			return false;
	}
	if (!hidden || hidden * 2 > len || len < 3)
		return false;
	for (size_t k = 0; k < unveiler->tables->keyword_count && !found; k++) {
		const struct keyword *keyword = &unveiler->tables->keywords[k];
		bool fits = keyword->word.len == len && (len > 3 || str_eqc(keyword->word, "die"));
		for (size_t i = 0; fits && i < len; i++)
			fits = word[i] == '*' || word[i] == keyword->word.ptr[i];
		if (fits)
			found = keyword;
	}
	if (found)
		memcpy(word, found->word.ptr, len);
	return found != NULL;
}

/* ---- slips ---- */

/* Two neighbours swapped, a letter doubled, or a double letter single: the key word meant, written to `out`. */
static size_t read_small_slip(const struct unveiler *unveiler, struct str word, char *out)
{
	if (!filter_may(&unveiler->tables->letters, letters_hash(letters_of(word))))
		return 0;
	memcpy(out, word.ptr, word.len);
	for (size_t i = 0; i + 1 < word.len; i++) {
		if (out[i] == out[i + 1])
			continue;
		out[i] = word.ptr[i + 1];
		out[i + 1] = word.ptr[i];
		if (flags_of(unveiler, out, word.len) & VOCAB_KEY)
			return word.len;
		out[i] = word.ptr[i];
		out[i + 1] = word.ptr[i + 1];
	}
	for (size_t i = 0; i < word.len; i++) { /* one more of this letter */
		memcpy(out, word.ptr, i + 1);
		out[i + 1] = word.ptr[i];
		memcpy(out + i + 2, word.ptr + i + 1, word.len - i - 1);
		if (flags_of(unveiler, out, word.len + 1) & VOCAB_KEY)
			return word.len + 1;
	}
	for (size_t i = 0; i + 1 < word.len && word.len > SLIP_MIN; i++) { /* one less */
		if (word.ptr[i] != word.ptr[i + 1])
			continue;
		memcpy(out, word.ptr, i);
		memcpy(out + i, word.ptr + i + 1, word.len - i - 1);
		if (flags_of(unveiler, out, word.len - 1) & VOCAB_KEY)
			return word.len - 1;
	}
	return 0;
}

/* Whether one letter put in, left out, changed or swapped makes `a` of `b` (Damerau 1964, doi:10.1145/363958.363994). */
static bool one_edit(struct str a, struct str b)
{
	size_t head = 0, tail = 0, least = a.len < b.len ? a.len : b.len;
	if (a.len > b.len + 1 || b.len > a.len + 1)
		return false;
	while (head < least && a.ptr[head] == b.ptr[head])
		head++;
	while (tail < least - head && a.ptr[a.len - 1 - tail] == b.ptr[b.len - 1 - tail])
		tail++;
	size_t rest_a = a.len - head - tail, rest_b = b.len - head - tail;
	if (rest_a <= 1 && rest_b <= 1)
		return true;
	return rest_a == 2 && rest_b == 2 && a.ptr[head] == b.ptr[head + 1] && a.ptr[head + 1] == b.ptr[head];
}

static bool read_term_slip(const struct unveiler *unveiler, struct str word, struct str *ret_term)
{
	uint32_t letters = letters_of(word);
	if (!may_slip(&unveiler->tables->slips, word))
		return false;
	for (size_t i = 0; i < unveiler->tables->term_count; i++) {
		const struct keyword *term = &unveiler->tables->terms[i];
		if (at_most_two(letters ^ term->letters) && one_edit(word, term->word)) {
			*ret_term = term->word;
			return true;
		}
	}
	return false;
}

/* ---- words run together ---- */

#define JUNK_COST 16u
#define NO_COST UINT16_MAX
#define KNOWN_MAX 24u /* longest word that is looked for in a run */

/* Words that make a run of words worth reading: key terms, and these that are too short to be one. */
static bool is_strong(const char *bytes, size_t len, unsigned flags)
{
	static const char *const shorts[] = { "die", "cut", "end" };
	for (size_t i = 0; len == 3 && i < COUNT_OF(shorts); i++)
		if (memcmp(bytes, shorts[i], 3) == 0)
			return flags & VOCAB_KEY;
	return flags & VOCAB_KEYTERM;
}

/* Divides guess->bytes into the fewest words that the vocabulary knows, one that matters among them: in a run of words a
 * strong one, among letters set apart any of three letters or more of a phrase that matters. Single letters count as words
 * only where they are ("i", "a"); with `junk` (letters set apart) any letter may stand for itself at a high cost. Returns how
 * many parts, 0 for none; the ends of the parts go to `cuts`. */
static size_t divide(const struct unveiler *unveiler, const struct guess *guess, bool junk, uint8_t *cuts)
{
	uint16_t cost[RUN_MAX + 1];
	uint8_t from[RUN_MAX + 1];
	bool key[RUN_MAX + 1];
	memset(cost, 0xFF, sizeof cost);
	cost[0] = 0;
	key[0] = false;
	for (size_t begins = 0; begins < guess->len; begins++) {
		uint32_t grown = VOCAB_HASH_BEGIN;
		for (size_t end = begins + 1; cost[begins] != NO_COST && end <= guess->len && end - begins <= KNOWN_MAX; end++) {
			size_t len = end - begins;
			bool lone = len == 1 && guess->bytes[begins] != 'i' && guess->bytes[begins] != 'a';
			grown = vocab_hash_byte(grown, guess->bytes[end - 1]);
			unsigned flags = lone ? 0 : flags_with(unveiler, guess->bytes + begins, len, vocab_hash_end(grown));
			unsigned price = flags ? 1 : junk && len == 1 ? JUNK_COST : NO_COST;
			if (price == NO_COST || cost[begins] + price >= cost[end])
				continue;
			cost[end] = (uint16_t)(cost[begins] + price);
			from[end] = (uint8_t)begins;
			key[end] = key[begins] || (junk ? len >= 3 && (flags & VOCAB_KEY) : is_strong(guess->bytes + begins, len, flags));
		}
	}
	if (cost[guess->len] == NO_COST || !key[guess->len])
		return 0;
	size_t count = 0;
	for (size_t end = guess->len; end > 0; end = from[end])
		count++;
	size_t i = count;
	for (size_t end = guess->len; end > 0; end = from[end])
		cuts[--i] = (uint8_t)end;
	return count;
}

/* A run-together word must be long, and its parts not mostly short: those are mere chance. */
static bool run_together(struct unveiler *unveiler, size_t index, struct str word)
{
	const struct token *token = &unveiler->plain->tokens[index];
	struct guess guess;
	uint8_t cuts[RUN_MAX];
	guess.len = word.len;
	if (word.len < 7 || word.len > RUN_MAX - 1 || token->end - token->start != word.len)
		return false;
	memcpy(guess.bytes, word.ptr, word.len);
	for (size_t i = 0; i < word.len; i++) {
		guess.start[i] = token->start + (uint32_t)i;
		guess.end[i] = token->start + (uint32_t)i + 1;
	}
	size_t count = divide(unveiler, &guess, false, cuts);
	/* a short last part is an ending (Spanish "-lo", "-me"), not a word that somebody ran on */
	if (count < 2 || word.len * 2 < count * 5 || cuts[count - 1] - cuts[count - 2] < 3)
		return false;
	put_words(unveiler, index, index + 1, &guess, cuts, count);
	return true;
}

/* ---- letters set apart ---- */

/* The letter that a token is, or 0: one of a-z, a look-alike, a sign for one, or an emoji letter. */
static char letter_of(const struct unveiler *unveiler, size_t index)
{
	struct str text = text_of(unveiler, index);
	size_t at = 0;
	if (!text.len || text.len > 4)
		return 0;
	uint32_t cp = utf8_next(text, &at);
	if (at != text.len)
		return 0;
	if (cp < 0x80) {
		if (cp >= 'a' && cp <= 'z')
			return (char)cp;
		return cp >= '0' && cp <= '9' ? substitutes((char)cp)[0] : 0;
	}
	if (cp >= 0x1F1E6 && cp <= 0x1F1FF) /* regional indicators, and letters in discs and squares */
		return (char)('a' + cp - 0x1F1E6);
	if (cp >= 0x1F150 && cp <= 0x1F169)
		return (char)('a' + cp - 0x1F150);
	if (cp >= 0x1F170 && cp <= 0x1F189)
		return (char)('a' + cp - 0x1F170);
	return cp <= 0xFFFF ? (char)unveiler->tables->look_alike[cp] : 0;
}

/* Whether a token may be one, said without a branch that is hard to guess: it is one byte, or the bytes of one character of no ASCII. */
static inline bool may_be_letter(const struct unveiler *unveiler, size_t index)
{
	const struct token *token = &unveiler->plain->tokens[index];
	unsigned char first = (unsigned char)unveiler->plain->text.ptr[token->at];
	return (token->len == 1) | ((token->len <= 4) & (first >= 0x80));
}

static bool is_separator(const struct unveiler *unveiler, size_t index)
{
	const struct token *token = &unveiler->plain->tokens[index];
	struct str text = text_of(unveiler, index);
	return token->kind == TOKEN_PUNCT && !(token->flags & TOKEN_LINE_AFTER) && text.len && text.ptr[0] != '?' && text.ptr[0] != '"' &&
	       !letter_of(unveiler, index);
}

/* Whether the letters before token `at` end a sentence or a line, so that a single letter after them ("I") is a word of the next: they
 * stood three or more with nothing but spaces between, and here is a mark with white space after it, or a new line. */
static bool another_begins(const struct unveiler *unveiler, size_t at, size_t letters, bool marked, bool *broken)
{
	const struct view *plain = unveiler->plain;
	bool line = (plain->tokens[at - 1].flags & TOKEN_LINE_AFTER) != 0;
	bool mark = plain->tokens[at].kind == TOKEN_PUNCT && (plain->tokens[at].flags & TOKEN_SPACE_AFTER);
	bool stop = mark && !marked && !letter_of(unveiler, at);
	bool ends = letters >= 3 && ((line && !*broken) || (stop && !*broken));
	*broken = *broken || line; /* one letter a line */
	return ends;
}

/* Letters that stand alone, three or more, with white space or one mark between them. A run longer than RUN_MAX is read in
 * pieces. Returns the token behind the letters that were read, or `from` when there is no run. */
static size_t spaced_letters(struct unveiler *unveiler, size_t from)
{
	struct guess guess;
	const struct view *plain = unveiler->plain;
	uint8_t cuts[RUN_MAX];
	size_t at = from, next = from;
	bool any_letter = false, marked = false, broken = false;
	guess.len = 0;
	while (at < plain->count && guess.len < RUN_MAX - 1) {
		char letter = letter_of(unveiler, at);
		if (!letter)
			break;
		any_letter = any_letter || plain->tokens[at].kind != TOKEN_NUMBER;
		guess.bytes[guess.len] = letter;
		guess.start[guess.len] = plain->tokens[at].start;
		guess.end[guess.len++] = plain->tokens[at].end;
		next = ++at;
		if (at < plain->count && another_begins(unveiler, at, guess.len, marked, &broken))
			break;
		if (at + 1 < plain->count && is_separator(unveiler, at) && letter_of(unveiler, at + 1)) {
			marked = true;
			at++;
		}
	}
	if (guess.len < 3)
		return from;
	size_t count = any_letter ? divide(unveiler, &guess, true, cuts) : 0;
	if (count)
		put_words(unveiler, from, next, &guess, cuts, count);
	return next;
}

/* ---- words in pieces ---- */

static bool glued(const struct view *plain, size_t index)
{
	return index + 1 < plain->count && plain->tokens[index].end == plain->tokens[index + 1].start;
}

static bool is_sign(struct str text)
{
	return text.len == 1 && (text.ptr[0] == '*' || (substitutes(text.ptr[0]) && (text.ptr[0] < '0' || text.ptr[0] > '9')));
}

static bool add_bytes(char *word, size_t *len, struct str text)
{
	if (*len + text.len > WORD_MAX)
		return false;
	memcpy(word + *len, text.ptr, text.len);
	*len += text.len;
	return true;
}

/* A group of tokens without white space between them, read with its signs as letters: k!ll, $elf, su*cide. */
static bool signed_group(struct unveiler *unveiler, size_t from, size_t to)
{
	char word[WORD_MAX];
	size_t len = 0, signs = 0;
	while (to > from && unveiler->plain->tokens[to - 1].kind == TOKEN_PUNCT && !memchr("$|", text_of(unveiler, to - 1).ptr[0], 2))
		to--;
	while (from < to && str_eqc(text_of(unveiler, from), "*"))
		from++;
	for (size_t i = from; i < to; i++) {
		struct str text = text_of(unveiler, i);
		if (unveiler->plain->tokens[i].kind == TOKEN_PUNCT && !is_sign(text))
			return false;
		signs += unveiler->plain->tokens[i].kind == TOKEN_PUNCT;
		if (!add_bytes(word, &len, text))
			return false;
	}
	if (!signs || len < 3)
		return false;
	if (to == from + 2 && text_of(unveiler, from).ptr[0] == '(' && flags_at(unveiler, from + 1))
		return false; /* an ordinary parenthesis before a word */
	bool found = memchr(word, '*', len) ? read_mask(unveiler, word, len) : read_signs(unveiler, word, len) & VOCAB_KEY;
	if (found)
		put_word(unveiler, from, to, str_make(word, len));
	return found;
}

/* A word cut by marks or hyphens: sui-cide, kil.l. Some piece must be no word of its own. */
static bool cut_word(struct unveiler *unveiler, size_t from, size_t to)
{
	char word[WORD_MAX];
	size_t len = 0, pieces = 0;
	bool strange = false;
	while (to > from && unveiler->plain->tokens[to - 1].kind == TOKEN_PUNCT)
		to--;
	for (size_t i = from; i < to; i++) {
		struct str text = text_of(unveiler, i);
		if (unveiler->plain->tokens[i].kind == TOKEN_PUNCT)
			continue;
		if (unveiler->plain->tokens[i].kind != TOKEN_WORD || !add_bytes(word, &len, text))
			return false;
		pieces++;
		strange = strange || !flags_at(unveiler, i);
	}
	if (pieces < 2 || len < SLIP_MIN)
		return false;
	unsigned flags = flags_of(unveiler, word, len);
	if (!(flags & VOCAB_KEY) || (!strange && !(flags & VOCAB_KEYTERM)))
		return false;
	put_word(unveiler, from, to, str_make(word, len));
	return true;
}

/* Two words with white space between them that are one key term: my self, over dose. */
static bool joined_pair(struct unveiler *unveiler, size_t index)
{
	const struct token *token = &unveiler->plain->tokens[index];
	char word[WORD_MAX];
	size_t len = 0;
	if (index + 1 >= unveiler->plain->count || token[1].kind != TOKEN_WORD || (token->flags & TOKEN_LINE_AFTER) ||
		token->len + token[1].len < TERM_SLIP_MIN)
		return false;
	const char *text = unveiler->plain->text.ptr;
	if (!filter_may(&unveiler->tables->ends,
		    ends_hash(text[token->at], text[token[1].at + token[1].len - 1], (size_t)token->len + token[1].len)))
		return false;
	if (!add_bytes(word, &len, text_of(unveiler, index)) || !add_bytes(word, &len, text_of(unveiler, index + 1)) ||
		!(flags_of(unveiler, word, len) & VOCAB_KEYTERM))
		return false;
	put_word(unveiler, index, index + 2, str_make(word, len));
	return true;
}

/* ---- one word ---- */

/* "2" before letters is "to": 2nite, 2day. */
static size_t read_two(struct str word, char *out)
{
	if (word.len < 4 || word.len >= WORD_MAX || word.ptr[0] != '2')
		return 0;
	memcpy(out, "to", 2);
	memcpy(out + 2, word.ptr + 1, word.len - 1);
	return word.len + 1;
}

static bool slipped(struct unveiler *unveiler, size_t index, struct str word)
{
	char fixed[WORD_MAX + 2];
	struct str term;
	if (word.len < 3 || word.len > WORD_MAX || !letters_of(word))
		return false;
	size_t len = read_small_slip(unveiler, word, fixed);
	if (len >= SLIP_MIN && len <= WORD_MAX)
		put_word(unveiler, index, index + 1, str_make(fixed, len));
	else if (word.len + 1 >= TERM_SLIP_MIN && read_term_slip(unveiler, word, &term))
		put_word(unveiler, index, index + 1, term);
	else
		return false;
	return true;
}

static bool single_word(struct unveiler *unveiler, size_t index)
{
	struct str word = text_of(unveiler, index);
	char bytes[WORD_MAX + 2];
	bool disguised = false;
	if (word.len > RUN_MAX || flags_at(unveiler, index))
		return false;
	size_t len = to_latin(unveiler->tables, word, bytes);
	if (len) {
		word = str_make(bytes, len);
		disguised = true;
	}
	if (str_has_digit(word) && word.len <= WORD_MAX) {
		char signs[WORD_MAX + 2];
		size_t two = read_two(word, signs);
		if (two && flags_of(unveiler, signs, two)) {
			put_word(unveiler, index, index + 1, str_make(signs, two));
			return true;
		}
		memcpy(signs, word.ptr, word.len);
		if (!read_signs(unveiler, signs, word.len))
			return false;
		put_word(unveiler, index, index + 1, str_make(signs, word.len));
		return true;
	}
	if (disguised && flags_of(unveiler, word.ptr, word.len)) {
		put_word(unveiler, index, index + 1, word);
		return true;
	}
	return slipped(unveiler, index, word) || (!disguised && run_together(unveiler, index, word));
}

/* Reads what begins at `index`; returns where to go on. */
static size_t step(struct unveiler *unveiler, size_t index)
{
	const struct view *plain = unveiler->plain;
	size_t end = index + 1;
	if (may_be_letter(unveiler, index) && index + 2 < plain->count && letter_of(unveiler, index) &&
		(letter_of(unveiler, index + 1) || letter_of(unveiler, index + 2))) {
		size_t next = spaced_letters(unveiler, index);
		if (next > index)
			return next;
	}
	while (end - index < 12 && end < plain->count && glued(plain, end - 1))
		end++;
	if (end - index > 1 && (signed_group(unveiler, index, end) || cut_word(unveiler, index, end)))
		return unveiler->copied;
	if (plain->tokens[index].kind != TOKEN_WORD)
		return index + 1;
	if (single_word(unveiler, index))
		return index + 1;
	return joined_pair(unveiler, index) ? index + 2 : index + 1;
}

int unveil_run(const struct unveil_tables *tables, struct arena *arena, const struct view *plain, struct view *ret_view)
{
	struct unveiler unveiler = { .tables = tables, .arena = arena, .plain = plain };
	for (size_t index = 0; index < plain->count && !unveiler.failed;)
		index = step(&unveiler, index);
	if (unveiler.failed)
		return E_MEMORY;
	if (!unveiler.matters)
		return 0;
	if (!copy_until(&unveiler, plain->count))
		return E_MEMORY;
	*ret_view = unveiler.out;
	ret_view->text = str_make(unveiler.bytes, unveiler.len);
	ret_view->ascii_letters = plain->ascii_letters;
	ret_view->letters = plain->letters;
	return 1;
}
