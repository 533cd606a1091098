/* fold.c: see fold.h. Every code point has a class; the loop below is a small machine over classes with at most one word
 * open. ICU is asked when the tables are built, for code points that fold to several, and for words that hold combining
 * marks or conjoining jamo (they can change what stands before them). */
#include "text/fold.h"

#include "text/utf8.h"
#include "text/variants.h"

#include <stdio.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

enum cp_class {
	CLASS_DROP = 0,
	CLASS_SPACE,
	CLASS_LINE,
	CLASS_WORD,
	CLASS_UPPER, /* a word's letter that was a capital */
	CLASS_DIGIT,
	CLASS_MARK,
	CLASS_APOSTROPHE,
	CLASS_HYPHEN,
	CLASS_PUNCT,
	CLASS_EMOJI,
	CLASS_IDEO,
	CLASS_COMPLEX
};

#define UNMARK_LOW_END 0x250u
#define UNMARK_HIGH 0x1E00u
#define UNMARK_HIGH_END 0x1F00u

struct fold_tables {
	const UNormalizer2 *nfkc_cf;
	const UNormalizer2 *nfd;
	uint8_t letters[0x100]; /* the folded form of an ASCII letter that folds to one of ASCII; 0 for what is no such letter */
	bool ends_word[0x100];  /* of ASCII: what ends a word of letters before it, whatever follows: white space and marks */
	uint8_t class_of[0x10000];
	uint16_t map[0x10000];
	uint16_t variants[VARIANTS_END];
	uint16_t unmark_low[UNMARK_LOW_END]; /* letter without its marks, or 0 */
	uint16_t unmark_high[UNMARK_HIGH_END - UNMARK_HIGH];
};

/* ---- tables ---- */

struct special {
	uint16_t cp;
	uint8_t class_of;
	uint16_t map;
};

static const struct special specials[] = {
	{ '\n', CLASS_LINE, ' ' },
	{ '\r', CLASS_LINE, ' ' },
	{ 0x0B, CLASS_LINE, ' ' },
	{ 0x0C, CLASS_LINE, ' ' },
	{ 0x85, CLASS_LINE, ' ' },
	{ 0x2028, CLASS_LINE, ' ' },
	{ 0x2029, CLASS_LINE, ' ' },
	{ '\t', CLASS_SPACE, ' ' },
	{ 0x2800, CLASS_SPACE, ' ' },
	{ 0x640, CLASS_DROP, 0 },
	{ '_', CLASS_HYPHEN, '-' },
	/* apostrophes and single quotation marks */
	{ '\'', CLASS_APOSTROPHE, '\'' },
	{ '`', CLASS_APOSTROPHE, '\'' },
	{ 0xB4, CLASS_APOSTROPHE, '\'' },
	{ 0x2BC, CLASS_APOSTROPHE, '\'' },
	{ 0x2B9, CLASS_APOSTROPHE, '\'' },
	{ 0x2018, CLASS_APOSTROPHE, '\'' },
	{ 0x2019, CLASS_APOSTROPHE, '\'' },
	{ 0x201A, CLASS_APOSTROPHE, '\'' },
	{ 0x201B, CLASS_APOSTROPHE, '\'' },
	{ 0x2032, CLASS_APOSTROPHE, '\'' },
	{ 0xFF07, CLASS_APOSTROPHE, '\'' },
	/* hyphens divide words; dashes are marks */
	{ '-', CLASS_HYPHEN, '-' },
	{ 0x2010, CLASS_HYPHEN, '-' },
	{ 0x2011, CLASS_HYPHEN, '-' },
	{ 0x2212, CLASS_HYPHEN, '-' },
	{ 0xFE63, CLASS_HYPHEN, '-' },
	{ 0xFF0D, CLASS_HYPHEN, '-' },
	{ 0x2012, CLASS_PUNCT, 0x2014 },
	{ 0x2013, CLASS_PUNCT, 0x2014 },
	{ 0x2014, CLASS_PUNCT, 0x2014 },
	{ 0x2015, CLASS_PUNCT, 0x2014 },
	/* double quotation marks */
	{ 0x201C, CLASS_PUNCT, '"' },
	{ 0x201D, CLASS_PUNCT, '"' },
	{ 0x201E, CLASS_PUNCT, '"' },
	{ 0x201F, CLASS_PUNCT, '"' },
	{ 0xAB, CLASS_PUNCT, '"' },
	{ 0xBB, CLASS_PUNCT, '"' },
	{ 0x300C, CLASS_PUNCT, '"' },
	{ 0x300D, CLASS_PUNCT, '"' },
	{ 0x300E, CLASS_PUNCT, '"' },
	{ 0x300F, CLASS_PUNCT, '"' },
	{ 0x2033, CLASS_PUNCT, '"' },
	{ 0xFF02, CLASS_PUNCT, '"' },
	/* stops and commas of other scripts */
	{ 0x3002, CLASS_PUNCT, '.' },
	{ 0xFF61, CLASS_PUNCT, '.' },
	{ 0xFF0E, CLASS_PUNCT, '.' },
	{ 0x964, CLASS_PUNCT, '.' },
	{ 0x6D4, CLASS_PUNCT, '.' },
	{ 0x3001, CLASS_PUNCT, ',' },
	{ 0xFF64, CLASS_PUNCT, ',' },
	{ 0x60C, CLASS_PUNCT, ',' },
	{ 0x61B, CLASS_PUNCT, ';' },
	{ 0x61F, CLASS_PUNCT, '?' },
	{ 0x37E, CLASS_PUNCT, '?' },
	{ 0x203D, CLASS_PUNCT, '?' },
};

static bool is_kana_or_unspaced(uint32_t cp)
{
	UErrorCode status = U_ZERO_ERROR;
	switch (uscript_getScript((UChar32)cp, &status)) {
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA:
	case USCRIPT_THAI:
	case USCRIPT_LAO:
	case USCRIPT_KHMER:
	case USCRIPT_MYANMAR: return true;
	default: return cp == 0x30FC || cp == 0x3005;
	}
}

/* The class of a code point that is its own folding. */
static enum cp_class plain_class(uint32_t cp)
{
	UChar32 c = (UChar32)cp;
	if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
		return CLASS_DROP;
	if (u_isUWhiteSpace(c))
		return CLASS_SPACE;
	if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
		return CLASS_DROP;
	if (u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC))
		return CLASS_IDEO;
	switch (u_charType(c)) {
	case U_NON_SPACING_MARK:
	case U_ENCLOSING_MARK:
	case U_COMBINING_SPACING_MARK: return CLASS_MARK;
	case U_DECIMAL_DIGIT_NUMBER: return CLASS_DIGIT;
	case U_UPPERCASE_LETTER:
	case U_TITLECASE_LETTER: return CLASS_UPPER;
	case U_LOWERCASE_LETTER:
	case U_MODIFIER_LETTER:
	case U_OTHER_LETTER:
	case U_LETTER_NUMBER: return is_kana_or_unspaced(cp) ? CLASS_IDEO : CLASS_WORD;
	default: break;
	}
	if (cp >= 0x80 && u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC))
		return CLASS_EMOJI;
	if (cp >= 0x1F1E6 && cp <= 0x1F1FF)
		return CLASS_EMOJI;
	if (cp >= 0x1F3FB && cp <= 0x1F3FF) /* skin tones say nothing here */
		return CLASS_DROP;
	return CLASS_PUNCT;
}

static const struct special *find_special(uint32_t cp)
{
	for (size_t i = 0; i < COUNT_OF(specials); i++)
		if (specials[i].cp == cp)
			return &specials[i];
	return NULL;
}

/* Class and mapping of any scalar value but the specials. */
static enum cp_class derive(const UNormalizer2 *nfkc_cf, uint32_t cp, uint32_t *map)
{
	UChar in[2], out[32];
	int32_t in_len = 0, out_len;
	UErrorCode status = U_ZERO_ERROR;
	*map = cp;
	enum cp_class own = plain_class(cp);
	if (own == CLASS_DROP || own == CLASS_SPACE || own == CLASS_EMOJI)
		return own;
	U16_APPEND_UNSAFE(in, in_len, cp);
	out_len = unorm2_normalize(nfkc_cf, in, in_len, out, COUNT_OF(out), &status);
	if (U_FAILURE(status) || out_len == 0)
		return U_FAILURE(status) ? CLASS_COMPLEX : CLASS_DROP;
	UChar32 folded;
	int32_t at = 0;
	U16_NEXT(out, at, out_len, folded);
	if (at != out_len)
		return CLASS_COMPLEX;
	const struct special *special = find_special((uint32_t)folded);
	*map = special ? special->map : (uint32_t)folded;
	enum cp_class class_of = special ? (enum cp_class)special->class_of : plain_class(*map);
	if (class_of == CLASS_DIGIT)
		*map = (uint32_t)('0' + u_charDigitValue(folded));
	return own == CLASS_UPPER && class_of == CLASS_WORD ? CLASS_UPPER : class_of == CLASS_UPPER ? CLASS_WORD : class_of;
}

/* The base letter of a composed Latin letter, else 0. */
static uint16_t base_letter(const UNormalizer2 *nfd, uint32_t cp)
{
	UChar out[8];
	UErrorCode status = U_ZERO_ERROR;
	int32_t len = unorm2_getDecomposition(nfd, (UChar32)cp, out, COUNT_OF(out), &status);
	if (U_FAILURE(status) || len < 2 || out[0] > 'z' || out[0] < 'a')
		return cp == 0xF8 ? 'o' : cp == 0x142 ? 'l' : cp == 0x131 ? 'i' : 0;
	return (uint16_t)out[0];
}

int fold_open(const struct mem *mem, struct fold_tables **ret_tables, struct err *reterr)
{
	UErrorCode status = U_ZERO_ERROR;
	struct fold_tables *tables = mem->alloc(mem->ctx, sizeof *tables);
	if (!tables)
		return err_set(reterr, E_MEMORY, "text/fold", "no memory for the character tables");
	memset(tables, 0, sizeof *tables);
	tables->nfkc_cf = unorm2_getNFKCCasefoldInstance(&status);
	tables->nfd = unorm2_getNFDInstance(&status);
	if (U_FAILURE(status)) {
		mem->release(mem->ctx, tables);
		return err_set(reterr, E_BUG, "text/fold", "ICU: %s", u_errorName(status));
	}
	variants_fill(tables->variants);
	for (uint32_t cp = 0; cp < 0x10000; cp++) {
		uint32_t map = cp;
		bool surrogate = cp >= 0xD800 && cp < 0xE000;
		tables->class_of[cp] = (uint8_t)(surrogate ? CLASS_PUNCT : derive(tables->nfkc_cf, cp, &map));
		if (map > 0xFFFF)
			tables->class_of[cp] = CLASS_COMPLEX;
		if (variants_silent(cp))
			tables->class_of[cp] = CLASS_DROP;
		tables->map[cp] = surrogate ? UTF8_BAD : map > 0xFFFF ? (uint16_t)cp : tables->variants[map];
	}
	for (size_t i = 0; i < COUNT_OF(specials); i++) {
		tables->class_of[specials[i].cp] = specials[i].class_of;
		tables->map[specials[i].cp] = specials[i].map;
	}
	for (uint32_t cp = 0; cp < 0x80; cp++) {
		uint8_t class_of = tables->class_of[cp];
		if ((class_of == CLASS_WORD || class_of == CLASS_UPPER) && tables->map[cp] < 0x80)
			tables->letters[cp] = (uint8_t)tables->map[cp];
		tables->ends_word[cp] = class_of == CLASS_SPACE || class_of == CLASS_LINE || class_of == CLASS_PUNCT;
	}
	for (uint32_t cp = 0x80; cp < UNMARK_LOW_END; cp++)
		tables->unmark_low[cp] = base_letter(tables->nfd, cp);
	for (uint32_t cp = UNMARK_HIGH; cp < UNMARK_HIGH_END; cp++)
		tables->unmark_high[cp - UNMARK_HIGH] = base_letter(tables->nfd, cp);
	*ret_tables = tables;
	return 0;
}

void fold_free(const struct mem *mem, struct fold_tables **tables)
{
	if (*tables)
		mem->release(mem->ctx, *tables);
	*tables = NULL;
}

static enum cp_class classify(const struct fold_tables *tables, uint32_t cp, uint32_t *map)
{
	if (cp < 0x10000) {
		*map = tables->map[cp];
		return (enum cp_class)tables->class_of[cp];
	}
	if (cp >= 0x1F3FB && cp <= 0x1F3FF) {
		*map = cp;
		return CLASS_DROP;
	}
	enum cp_class class_of = derive(tables->nfkc_cf, cp, map);
	if (*map < VARIANTS_END)
		*map = tables->variants[*map];
	return class_of;
}

/* ---- marks ---- */

static uint32_t unmark_cp(const struct fold_tables *tables, uint32_t cp)
{
	uint16_t base = 0;
	if (cp < UNMARK_LOW_END)
		base = tables->unmark_low[cp];
	else if (cp >= UNMARK_HIGH && cp < UNMARK_HIGH_END)
		base = tables->unmark_high[cp - UNMARK_HIGH];
	return base ? base : cp;
}

size_t fold_unmark(const struct fold_tables *tables, struct str word, char *out)
{
	size_t len = 0;
	bool changed = false;
	for (size_t at = 0; at < word.len;) {
		uint32_t cp = utf8_next(word, &at);
		uint32_t base = cp < 0x80 ? cp : unmark_cp(tables, cp);
		changed = changed || base != cp;
		if (base)
			len += utf8_put(base, out + len);
	}
	return changed ? len : 0;
}

/* ---- the machine ---- */

struct folder {
	const struct fold_tables *tables;
	const struct vocab *vocab;
	struct arena *arena;
	struct str text;
	char *out;
	size_t len, capacity;
	struct token *tokens;
	size_t count, token_capacity;
	bool open;      /* the last token is a word still growing */
	bool dirty;     /* it holds marks or jamo */
	bool non_ascii; /* it holds other letters than a-z */
	bool has_letter;
	bool long_run; /* it holds three of one letter in a row */
	uint32_t previous;
	unsigned run;
	size_t quote_close; /* where the single quotation mark that closes an open one stands, or 0 */
	size_t ascii_letters, letters;
	bool failed;
};

static bool reserve(struct folder *folder, size_t more)
{
	if (folder->capacity - folder->len >= more)
		return true;
	size_t capacity = folder->capacity * 2 + more;
	char *out = arena_room(folder->arena, capacity, 1);
	if (!out) {
		folder->failed = true;
		return false;
	}
	if (folder->len)
		memcpy(out, folder->out, folder->len);
	folder->out = out;
	folder->capacity = capacity;
	return true;
}

static inline struct token *push_token(struct folder *folder, enum token_kind kind, size_t start, size_t end)
{
	if (folder->count + 1 >= folder->token_capacity) { /* one more stands behind the last, zeroed */
		size_t capacity = folder->token_capacity * 2 + 16;
		struct token *tokens = ARENA_ROOM(folder->arena, struct token, capacity);
		if (!tokens) {
			folder->failed = true;
			return NULL;
		}
		if (folder->count)
			memcpy(tokens, folder->tokens, folder->count * sizeof *tokens);
		folder->tokens = tokens;
		folder->token_capacity = capacity;
	}
	struct token *token = &folder->tokens[folder->count];
	*token = (struct token){ .at = (uint32_t)folder->len, .start = (uint32_t)start, .end = (uint32_t)end, .kind = (uint8_t)kind };
	if (folder->count == 0 || (token[-1].flags & TOKEN_SPACE_AFTER))
		token->flags |= TOKEN_SPACE_BEFORE;
	folder->count++;
	return token;
}

static void put(struct folder *folder, uint32_t cp)
{
	if (!reserve(folder, 4))
		return;
	if (cp < 0x80)
		folder->out[folder->len++] = (char)cp;
	else
		folder->len += utf8_put(cp, folder->out + folder->len);
}

static struct str open_word(const struct folder *folder)
{
	const struct token *token = &folder->tokens[folder->count - 1];
	return (struct str){ folder->out + token->at, folder->len - token->at };
}

static void replace_word(struct folder *folder, const char *bytes, size_t len)
{
	struct token *token = &folder->tokens[folder->count - 1];
	folder->len = token->at;
	if (!reserve(folder, len))
		return;
	memcpy(folder->out + folder->len, bytes, len);
	folder->len += len;
}

/* Normalises the open word as a whole and drops the marks that did not compose (Zalgo). */
static void normalise_word(struct folder *folder)
{
	struct str word = open_word(folder);
	UErrorCode status = U_ZERO_ERROR;
	int32_t room = (int32_t)(word.len * 3 + 16), len = 0;
	UChar *in = ARENA_ARRAY(folder->arena, UChar, (size_t)room);
	UChar *out = ARENA_ARRAY(folder->arena, UChar, (size_t)room);
	char *bytes = arena_alloc(folder->arena, (size_t)room * 3, 1);
	if (!in || !out || !bytes) {
		folder->failed = true;
		return;
	}
	u_strFromUTF8WithSub(in, room, &len, word.ptr, (int32_t)word.len, UTF8_BAD, NULL, &status);
	len = unorm2_normalize(folder->tables->nfkc_cf, in, len, out, room, &status);
	if (U_FAILURE(status))
		return; /* longer than any real word: leave it as it is */
	size_t written = 0;
	for (int32_t at = 0; at < len;) {
		UChar32 cp;
		U16_NEXT(out, at, len, cp);
		if ((cp < 0x300 || cp > 0x36F) && !variants_silent((uint32_t)cp))
			written += utf8_put(cp < (UChar32)VARIANTS_END ? folder->tables->variants[cp] : (uint32_t)cp, bytes + written);
	}
	replace_word(folder, bytes, written);
}

/* One spelling of `word`: its run number r of three or more keeps two letters where bit r of `twice` is set, else one. */
static size_t spell(struct str word, unsigned twice, char *out)
{
	size_t len = 0;
	unsigned run_index = 0;
	for (size_t at = 0; at < word.len;) {
		size_t next = at, end, runs = 1;
		uint32_t cp = utf8_next(word, &next);
		size_t size = next - at;
		for (end = next; end + size <= word.len && memcmp(word.ptr + at, word.ptr + end, size) == 0; end += size)
			runs++;
		size_t keep = runs;
		if (runs >= 3 && !(cp >= '0' && cp <= '9')) {
			keep = run_index < 8 && (twice >> run_index & 1) ? 2 : 1;
			run_index++;
		}
		memcpy(out + len, word.ptr + at, keep * size);
		len += keep * size;
		at = end;
	}
	return len;
}

static void squeeze_word(struct folder *folder)
{
	struct str word = open_word(folder);
	char *bytes = arena_room(folder->arena, word.len + 1, 1);
	if (!bytes) {
		folder->failed = true;
		return;
	}
	for (int twice = folder->vocab && word.len <= 256 ? 7 : 0; twice >= 0; twice--) {
		size_t len = spell(word, (unsigned)twice, bytes);
		if (twice == 0 || vocab_flags(folder->vocab, str_make(bytes, len))) {
			replace_word(folder, bytes, len);
			return;
		}
	}
}

static void unmark_word(struct folder *folder)
{
	struct str word = open_word(folder);
	char bytes[256];
	if (word.len > sizeof bytes / 2 || vocab_flags(folder->vocab, word))
		return;
	size_t len = fold_unmark(folder->tables, word, bytes);
	if (len && vocab_flags(folder->vocab, str_make(bytes, len))) {
		replace_word(folder, bytes, len);
		return;
	}
	struct str bare = variants_bare(word);
	if (bare.len && vocab_flags(folder->vocab, bare)) {
		memcpy(bytes, bare.ptr, bare.len);
		replace_word(folder, bytes, bare.len);
	}
}

/* What is looked up once for all who read the view. */
static void know_token(const struct folder *folder, struct token *token)
{
	struct str word = str_make(folder->out + token->at, token->len);
	token->hash = vocab_hash(word);
	const struct vocab_slot *slot = vocab_find(folder->vocab, word, token->hash);
	token->known = slot ? slot->number + 1 : 0;
}

static void close_word(struct folder *folder)
{
	if (!folder->open)
		return;
	if (folder->dirty)
		normalise_word(folder);
	if (folder->long_run)
		squeeze_word(folder);
	if (folder->non_ascii && folder->vocab)
		unmark_word(folder);
	struct token *token = &folder->tokens[folder->count - 1];
	token->len = (uint32_t)(folder->len - token->at);
	if (!folder->has_letter && token->kind == TOKEN_WORD)
		token->kind = TOKEN_NUMBER;
	if (token->len == 0) { /* only marks: nothing is left of it */
		folder->count--;
	} else {
		know_token(folder, token);
		put(folder, ' ');
	}
	folder->open = folder->dirty = folder->non_ascii = folder->has_letter = folder->long_run = false;
	folder->previous = 0;
	folder->run = 0;
}

static void add_letter(struct folder *folder, enum cp_class class_of, uint32_t cp, size_t start, size_t end)
{
	if (!folder->open) {
		struct token *fresh = push_token(folder, TOKEN_WORD, start, end);
		if (!fresh)
			return;
		folder->open = true;
		if (class_of == CLASS_UPPER)
			fresh->flags |= TOKEN_CAPITAL;
	}
	folder->tokens[folder->count - 1].end = (uint32_t)end;
	put(folder, cp);
	if (class_of == CLASS_DIGIT) {
		folder->previous = 0;
		folder->run = 0;
		return;
	}
	folder->has_letter = true;
	folder->letters++;
	if (cp < 0x80)
		folder->ascii_letters++;
	else
		folder->non_ascii = true;
	if (cp >= 0x1100 && cp <= 0x11FF)
		folder->dirty = true;
	folder->run = cp == folder->previous ? folder->run + 1 : 1;
	folder->previous = cp;
	if (folder->run >= 3)
		folder->long_run = true;
}

/* The run of ASCII letters at `at`, inside an open word: what most of a text is. Returns where it ends. */
static size_t add_letters(struct folder *folder, size_t at)
{
	const uint8_t *letters = folder->tables->letters;
	const unsigned char *text = (const unsigned char *)folder->text.ptr;
	size_t from = at;
	if (!folder->open || !reserve(folder, 1))
		return at;
	size_t room = folder->capacity - folder->len, end = folder->text.len - at < room ? folder->text.len : at + room;
	char *out = folder->out + folder->len;
	uint32_t previous = folder->previous;
	unsigned run = folder->run;
	bool long_run = false;
	for (; at < end && letters[text[at]]; at++) {
		uint32_t letter = letters[text[at]];
		*out++ = (char)letter;
		run = letter == previous ? run + 1 : 1;
		long_run |= run >= 3;
		previous = letter;
	}
	if (at == from)
		return at;
	folder->tokens[folder->count - 1].end = (uint32_t)at;
	folder->has_letter = true;
	folder->long_run = folder->long_run || long_run;
	folder->len += at - from;
	folder->letters += at - from;
	folder->ascii_letters += at - from;
	folder->previous = previous;
	folder->run = run;
	return at;
}

/* A word of ASCII letters alone at `at`, with white space or a mark behind it, and no run of three: what most of a text is, and all at once
 * what the machine below does letter by letter. Returns where it ends, behind one space; `at` when it is no such word. */
static size_t add_word(struct folder *folder, size_t at)
{
	const uint8_t *letters = folder->tables->letters;
	const unsigned char *text = (const unsigned char *)folder->text.ptr;
	char *out = folder->out + folder->len;
	uint32_t hash = VOCAB_HASH_BEGIN, previous = 0, before = 0;
	size_t from = at, left = folder->text.len - at;
	bool long_run = false;
	if (folder->open || folder->capacity - folder->len < left + 2)
		return from;
	for (uint32_t letter; at < folder->text.len && (letter = letters[text[at]]) != 0; at++) {
		*out++ = (char)letter;
		hash = vocab_hash_byte(hash, (char)letter);
		long_run |= (letter == previous) & (letter == before);
		before = previous;
		previous = letter;
	}
	if (long_run || (at < folder->text.len && !folder->tables->ends_word[text[at]]))
		return from;
	struct token *token = push_token(folder, TOKEN_WORD, from, at);
	if (!token)
		return from;
	size_t len = at - from;
	*out = ' ';
	folder->len += len + 1;
	folder->letters += len;
	folder->ascii_letters += len;
	token->len = (uint32_t)len;
	token->hash = vocab_hash_end(hash);
	const struct vocab_slot *slot = vocab_find(folder->vocab, str_make(folder->out + token->at, len), token->hash);
	token->known = slot ? slot->number + 1 : 0;
	token->flags |= folder->tables->class_of[text[from]] == CLASS_UPPER ? TOKEN_CAPITAL : 0;
	if (at == folder->text.len || text[at] != ' ')
		return at;
	token->flags |= TOKEN_SPACE_AFTER;
	return at + 1;
}

/* A mark belongs to the word or ideograph before it; a lone one vanishes. */
static void add_mark(struct folder *folder, uint32_t cp, size_t end)
{
	struct token *last = folder->count ? &folder->tokens[folder->count - 1] : NULL;
	if (folder->open) {
		put(folder, cp);
		last->end = (uint32_t)end;
		folder->dirty = folder->non_ascii = true;
		return;
	}
	if (!last || last->kind != TOKEN_IDEOGRAPH || (last->flags & TOKEN_SPACE_AFTER))
		return;
	folder->len--; /* the space behind it */
	folder->open = folder->dirty = folder->has_letter = true;
	put(folder, cp);
	last->end = (uint32_t)end;
	close_word(folder); /* composed, or without the mark; what follows is no part of it */
}

static void add_single(struct folder *folder, enum token_kind kind, uint32_t cp, size_t start, size_t end)
{
	struct token *last = folder->count ? &folder->tokens[folder->count - 1] : NULL;
	close_word(folder);
	if (kind == TOKEN_PUNCT && cp == '.' && last && last->kind == TOKEN_PUNCT && last->end == start && folder->out[last->at] == '.') {
		/* two or more full stops are one mark, written as three */
		folder->len = last->at;
		last->end = (uint32_t)end;
		last->len = 3;
		if (reserve(folder, 4)) {
			memcpy(folder->out + folder->len, "... ", 4);
			folder->len += 4;
			know_token(folder, last);
		}
		return;
	}
	struct token *token = push_token(folder, kind, start, end);
	if (!token)
		return;
	put(folder, cp);
	token->len = (uint32_t)(folder->len - token->at);
	know_token(folder, token);
	put(folder, ' ');
}

static void add_space(struct folder *folder, bool line)
{
	close_word(folder);
	if (folder->count == 0)
		return;
	struct token *last = &folder->tokens[folder->count - 1];
	if (line)
		last->flags |= (last->flags & TOKEN_LINE_AFTER) ? TOKEN_BLANK_AFTER : TOKEN_LINE_AFTER;
	last->flags |= TOKEN_SPACE_AFTER;
}

/* Whether a word's character stands at `at`: what joins an apostrophe or hyphen to the word before it. */
static bool word_follows(const struct folder *folder, size_t at)
{
	while (at < folder->text.len) {
		uint32_t map;
		enum cp_class class_of = classify(folder->tables, utf8_next(folder->text, &at), &map);
		if (class_of == CLASS_DROP)
			continue;
		return class_of == CLASS_WORD || class_of == CLASS_UPPER || class_of == CLASS_DIGIT || class_of == CLASS_COMPLEX;
	}
	return false;
}

static bool digit_at(const struct folder *folder, size_t at)
{
	return at < folder->text.len && folder->text.ptr[at] >= '0' && folder->text.ptr[at] <= '9';
}

#define QUOTE_SEARCH_BYTES 400u

/* A single quotation mark opens a quotation only when another one closes it soon: after a letter or mark, before none. */
static size_t find_closing_quote(const struct folder *folder, size_t at)
{
	size_t stop = folder->text.len - at > QUOTE_SEARCH_BYTES ? at + QUOTE_SEARCH_BYTES : folder->text.len;
	bool after_space = true;
	while (at < stop) {
		size_t here = at;
		uint32_t map, cp = utf8_next(folder->text, &at);
		enum cp_class class_of = classify(folder->tables, cp, &map);
		if (class_of == CLASS_APOSTROPHE && !after_space && !word_follows(folder, at))
			return here;
		after_space = class_of == CLASS_SPACE || class_of == CLASS_LINE;
	}
	return 0;
}

static void add_apostrophe(struct folder *folder, size_t start, size_t end)
{
	if (folder->open && word_follows(folder, end))
		return; /* the letters at its sides are neighbours from here on */
	if (folder->quote_close && start == folder->quote_close) {
		folder->quote_close = 0;
		add_single(folder, TOKEN_PUNCT, '"', start, end);
		return;
	}
	if (folder->open || folder->quote_close || !word_follows(folder, end))
		return;
	folder->quote_close = find_closing_quote(folder, end);
	if (folder->quote_close)
		add_single(folder, TOKEN_PUNCT, '"', start, end);
}

static void add_hyphen(struct folder *folder, size_t start, size_t end)
{
	if (folder->open && word_follows(folder, end))
		close_word(folder);
	else
		add_single(folder, TOKEN_PUNCT, '-', start, end);
}

static void add_punct(struct folder *folder, uint32_t cp, size_t start, size_t end)
{
	/* 3.5, 1,000 and 8:00 are one number each. */
	if (folder->open && (cp == '.' || cp == ',' || cp == ':') && end == start + 1 && start && digit_at(folder, start - 1) &&
		digit_at(folder, end)) {
		put(folder, cp);
		folder->tokens[folder->count - 1].end = (uint32_t)end;
		return;
	}
	add_single(folder, TOKEN_PUNCT, cp, start, end);
}

static void feed_complex(struct folder *folder, uint32_t cp, size_t start, size_t end);

static void feed(struct folder *folder, uint32_t cp, size_t start, size_t end, bool nested)
{
	uint32_t map;
	enum cp_class class_of = classify(folder->tables, cp, &map);
	switch (class_of) {
	case CLASS_DROP: break;
	case CLASS_SPACE: add_space(folder, false); break;
	case CLASS_LINE: add_space(folder, !(cp == '\n' && start && folder->text.ptr[start - 1] == '\r')); break;
	case CLASS_WORD:
	case CLASS_UPPER:
	case CLASS_DIGIT: add_letter(folder, class_of, map, start, end); break;
	case CLASS_MARK: add_mark(folder, map, end); break;
	case CLASS_APOSTROPHE: add_apostrophe(folder, start, end); break;
	case CLASS_HYPHEN: add_hyphen(folder, start, end); break;
	case CLASS_PUNCT: add_punct(folder, map, start, end); break;
	case CLASS_EMOJI: add_single(folder, TOKEN_EMOJI, map, start, end); break;
	case CLASS_IDEO: add_single(folder, TOKEN_IDEOGRAPH, map, start, end); break;
	case CLASS_COMPLEX:
		if (nested)
			add_letter(folder, CLASS_WORD, cp, start, end);
		else
			feed_complex(folder, cp, start, end);
		break;
	}
}

/* A code point that folds to several (sharp s, ligatures, fractions): each of them stands at the same place of the text. */
static void feed_complex(struct folder *folder, uint32_t cp, size_t start, size_t end)
{
	UChar in[2], out[64];
	int32_t in_len = 0;
	UErrorCode status = U_ZERO_ERROR;
	U16_APPEND_UNSAFE(in, in_len, cp);
	int32_t len = unorm2_normalize(folder->tables->nfkc_cf, in, in_len, out, COUNT_OF(out), &status);
	if (U_FAILURE(status)) {
		add_letter(folder, CLASS_WORD, cp, start, end);
		return;
	}
	for (int32_t at = 0; at < len;) {
		UChar32 part;
		U16_NEXT(out, at, len, part);
		feed(folder, (uint32_t)part, start, end, true);
	}
}

int fold_run(const struct fold_tables *tables, const struct vocab *vocab, struct arena *arena, struct str text, struct view *ret_view)
{
	struct folder folder = { .tables = tables, .vocab = vocab, .arena = arena, .text = text };
	folder.token_capacity = text.len / 4 + 16;
	folder.tokens = ARENA_ROOM(arena, struct token, folder.token_capacity);
	if (!folder.tokens || !reserve(&folder, text.len + text.len / 4 + 32))
		return E_MEMORY;
	put(&folder, ' ');
	for (size_t at = 0; at < text.len && !folder.failed;) {
		size_t start = at;
		unsigned char c = (unsigned char)text.ptr[at];
		if (c < 0x80) {
			at++;
			enum cp_class class_of = (enum cp_class)tables->class_of[c];
			if (class_of != CLASS_WORD && class_of != CLASS_UPPER) {
				feed(&folder, c, start, at, false);
				continue;
			}
			at = add_word(&folder, start);
			if (at > start)
				continue;
			add_letter(&folder, class_of, tables->map[c], start, start + 1);
			at = add_letters(&folder, start + 1);
			continue;
		}
		uint32_t cp = utf8_next(text, &at);
		feed(&folder, cp, start, at, false);
	}
	add_space(&folder, false);
	if (folder.failed)
		return E_MEMORY;
	folder.tokens[folder.count] = (struct token){ .at = 0 };
	*ret_view = (struct view){ .text = { folder.out, folder.len },
		.tokens = folder.tokens,
		.count = folder.count,
		.ascii_letters = folder.ascii_letters,
		.letters = folder.letters };
	return 0;
}

bool fold_visible(const struct fold_tables *tables, struct str text)
{
	for (size_t at = 0; at < text.len;) {
		uint32_t map;
		enum cp_class class_of = classify(tables, utf8_next(text, &at), &map);
		if (class_of != CLASS_DROP && class_of != CLASS_SPACE && class_of != CLASS_LINE)
			return true;
	}
	return false;
}
