/* features.c: hashed words, pairs and triples of words, letter runs of 3 to 5 inside words with their edges, and each word once more
 * with what is said about it: negated, somebody else's, past. After Weinberger 2009 (feature hashing, arXiv:0902.2206) and
 * Bojanowski 2017 (letter runs with edges, arXiv:1607.04606). */
#include "screen/features.h"

#include "text/utf8.h"

enum scope_mark { MARK_NEGATED = 1, MARK_OTHER = 2, MARK_PAST = 4 };
enum kind { KIND_WORD = 1, KIND_PAIR, KIND_TRIPLE, KIND_SCOPED, KIND_LETTERS };

#define NEGATION_REACH 6u /* words after a negation: ConText's own window */

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

#define HASH_BEGIN 0xcbf29ce484222325ULL

static inline uint64_t hash_on(uint64_t hash, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3ULL;
	return hash;
}

static uint32_t feature(enum kind kind, uint64_t hash)
{
	return (uint32_t)mix(hash + (uint64_t)kind * 0x9e3779b97f4a7c15ULL);
}

/* The letter at *at, which moves on. Many write without the marks of vowels and of the c, also in languages that have them: with them
 * and without is one word. The n of ano and that of año are two letters. Of Latin-1, in small letters, as the fold leaves them. */
static size_t plain_letter(struct str word, size_t *at, char *out)
{
	static const char base[32] = "aaaaaa\0ceeeeiiii\0\0ooooo\0\0uuuuy\0y"; /* from U+00E0 on; NUL: a letter of its own */
	size_t from = *at;
	uint32_t cp = utf8_next(word, at);
	if (cp >= 0xE0 && cp <= 0xFF && base[cp - 0xE0]) {
		out[0] = base[cp - 0xE0];
		return 1;
	}
	memcpy(out, word.ptr + from, *at - from);
	return *at - from;
}

uint64_t features_hash(struct str word)
{
	uint64_t hash = HASH_BEGIN;
	for (size_t at = 0; at < word.len;) {
		char letter[4] = { word.ptr[at] };
		size_t len = 1;
		if ((unsigned char)letter[0] < 0x80)
			at++;
		else
			len = plain_letter(word, &at, letter);
		hash = hash_on(hash, letter, len);
	}
	return hash;
}

struct extractor {
	const struct scan *scan;
	const uint8_t *marks; /* by place: enum scope_mark */
	bool whole;
	const struct features_ahead *ahead; /* may be NULL */
	uint32_t *hashes, *known;
	size_t count, known_count;
};

#define RUN_LEAST 3u
#define RUN_MOST 5u

static inline uint64_t hash_letter(uint64_t hash, char letter)
{
	return hash_on(hash, &letter, 1);
}

/* Of a word between its edges, each letter one byte. */
static size_t ascii_runs(const char *padded, size_t letters, uint32_t *hashes)
{
	size_t count = 0;
	for (size_t first = 0; letters > RUN_LEAST && first + RUN_LEAST <= letters; first++) {
		const char *at = padded + first;
		uint64_t hash = hash_letter(hash_letter(hash_letter(HASH_BEGIN, at[0]), at[1]), at[2]);
		hashes[count++] = feature(KIND_LETTERS, hash);
		for (size_t n = RUN_LEAST + 1; n <= RUN_MOST && first + n <= letters && n < letters; n++) {
			hash = hash_letter(hash, at[n - 1]);
			hashes[count++] = feature(KIND_LETTERS, hash);
		}
	}
	return count;
}

static size_t letter_runs(struct str word, uint32_t *hashes)
{
	char padded[(FEATURES_WORD_LETTERS + 2) * 4];
	uint8_t starts[FEATURES_WORD_LETTERS + 4];
	size_t letters = 0, len = 0, at = 0, count = 0;
	padded[len++] = '<';
	starts[letters++] = 0;
	while (at < word.len && letters <= FEATURES_WORD_LETTERS) {
		starts[letters++] = (uint8_t)len;
		if ((unsigned char)word.ptr[at] < 0x80)
			padded[len++] = word.ptr[at++];
		else
			len += plain_letter(word, &at, padded + len);
	}
	starts[letters++] = (uint8_t)len;
	padded[len++] = '>';
	starts[letters] = (uint8_t)len;
	if (len == letters)
		return ascii_runs(padded, letters, hashes);
	for (size_t first = 0; first + RUN_LEAST <= letters; first++) {
		uint64_t hash = HASH_BEGIN;
		for (size_t n = 1; n <= RUN_MOST && first + n <= letters && n < letters; n++) {
			size_t letter = first + n - 1;
			hash = hash_on(hash, padded + starts[letter], (size_t)starts[letter + 1] - starts[letter]);
			if (n >= RUN_LEAST)
				hashes[count++] = feature(KIND_LETTERS, hash);
		}
	}
	return count;
}

static size_t word_features(struct str word, uint64_t hash, uint32_t *ret_hashes)
{
	ret_hashes[0] = feature(KIND_WORD, hash);
	return 1 + letter_runs(word, ret_hashes + 1);
}

size_t features_word(struct str word, uint32_t *ret_hashes)
{
	return word_features(word, features_hash(word), ret_hashes);
}

static void add_hash(struct extractor *extractor, uint32_t hash)
{
	const struct features_ahead *ahead = extractor->ahead;
	extractor->hashes[extractor->count++] = hash;
	if (ahead)
		PREFETCH((const char *)ahead->rows + (size_t)(hash & ahead->mask) * ahead->row_bytes);
}

/* What a token has by itself; returns its hash. A word that the packs know is one entry. */
static uint64_t add_token(struct extractor *extractor, const struct token *token)
{
	const struct pack *pack = extractor->scan->pack;
	struct str word = token_text(extractor->scan->view, token);
	if (token->kind == TOKEN_WORD && token->known && !extractor->whole) {
		uint32_t number = token->known - 1;
		extractor->known[extractor->known_count++] = number;
		return pack->words[number].hash;
	}
	if (token->kind == TOKEN_WORD) {
		uint64_t hash = features_hash(word);
		extractor->count += word_features(word, hash, extractor->hashes + extractor->count);
		return hash;
	}
	uint64_t hash = features_hash(token->kind == TOKEN_NUMBER ? STR("#") : word);
	add_hash(extractor, feature(KIND_WORD, hash));
	return hash;
}

/* What the words before one in its window add to its features; 0 for none. */
struct before {
	uint64_t pair;   /* of the one before */
	uint64_t triple; /* of the two before */
};

/* The features of the word at a place. */
static struct before add_word(struct extractor *extractor, uint32_t place, struct before before)
{
	const struct view *view = extractor->scan->view;
	const struct token *token = &view->tokens[view->solid[place]];
	uint64_t hash = add_token(extractor, token);
	if (extractor->marks[place])
		add_hash(extractor, feature(KIND_SCOPED, hash * 8 + extractor->marks[place]));
	if (before.pair)
		add_hash(extractor, feature(KIND_PAIR, before.pair + hash));
	if (before.triple)
		add_hash(extractor, feature(KIND_TRIPLE, before.triple + hash));
	return (struct before){ mix(hash), before.pair ? mix(before.pair + hash) : 0 };
}

/* Whether a line ends between two neighbouring places. */
static bool line_ends(const struct view *view, uint32_t left, uint32_t right)
{
	for (uint32_t i = view->solid[left]; i < view->solid[right]; i++)
		if (view->tokens[i].flags & TOKEN_LINE_AFTER)
			return true;
	return false;
}

static void mark_reach(const struct scan *scan, const struct match *match, uint8_t mark, uint8_t *marks)
{
	const struct view *view = scan->view;
	uint32_t clause = view->tokens[view->solid[match->last]].clause;
	uint32_t end = mark == MARK_NEGATED ? match->last + NEGATION_REACH : match->last + FEATURES_WINDOW_WORDS;
	for (uint32_t place = match->last + 1; place <= end && place < view->solid_count; place++) {
		if (view->tokens[view->solid[place]].clause != clause || line_ends(view, place - 1, place))
			break;
		marks[place] |= mark;
	}
}

static void mark_scopes(const struct scan *scan, uint8_t *marks)
{
	static const uint8_t of[TRIGGER_COUNT] = {
		[TRIGGER_NEGATION] = MARK_NEGATED, [TRIGGER_OTHER] = MARK_OTHER, [TRIGGER_PAST] = MARK_PAST
	};
	for (size_t i = 0; i < scan->match_count; i++) {
		const struct pack_phrase *phrase = &scan->pack->phrases[scan->matches[i].phrase];
		if (phrase->target == TARGET_TRIGGER && of[phrase->trigger])
			mark_reach(scan, &scan->matches[i], of[phrase->trigger], marks);
	}
}

/* One past the last place of the window that begins at `first`. */
static uint32_t window_end(const struct view *view, uint32_t first)
{
	const struct token *token = &view->tokens[view->solid[first]], *last = token;
	uint32_t end = first + 1;
	for (; end < view->solid_count && end - first < FEATURES_WINDOW_WORDS; end++) {
		const struct token *next = &view->tokens[view->solid[end]];
		if (next->sentence != token->sentence || line_ends(view, end - 1, end) ||
			(end - first >= FEATURES_WINDOW_SOFT && next->clause != last->clause))
			break;
		last = next;
	}
	return end;
}

int features_each(struct arena *arena, const struct scan *scan, bool whole, const struct features_ahead *ahead,
	int (*each)(void *ctx, const struct features_window *window), void *ctx)
{
	const struct view *view = scan->view;
	uint8_t *marks = ARENA_ARRAY(arena, uint8_t, view->solid_count);
	uint32_t known[FEATURES_WINDOW_WORDS], hashes[FEATURES_MAX];
	struct extractor extractor = { .scan = scan, .marks = marks, .whole = whole, .ahead = ahead, .hashes = hashes, .known = known };
	int rc = marks ? 0 : E_MEMORY;
	if (rc == 0)
		mark_scopes(scan, marks);
	for (uint32_t first = 0, end; rc == 0 && first < view->solid_count; first = end) {
		struct before before = { 0, 0 };
		end = window_end(view, first);
		extractor.count = extractor.known_count = 0;
		for (uint32_t place = first; place < end; place++)
			before = add_word(&extractor, place, before);
		uint32_t from = view->solid[first], to = view->solid[end - 1];
		struct features_window window = { .start = view->tokens[from].start,
			.end = view->tokens[to].end,
			.token = from,
			.token_count = to - from + 1,
			.hashes = hashes,
			.count = extractor.count,
			.known = known,
			.known_count = extractor.known_count };
		rc = each(ctx, &window);
	}
	return rc;
}
