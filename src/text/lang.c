/* lang.c: see lang.h. Each word votes: a script that belongs to one language, or a letter that one language alone has,
 * for that language; a function word for all that have it. Sentences are counted one by one and add up to the text. */
#include "text/lang.h"

#include "base/compiler.h"
#include "text/lang_words.h"
#include "text/utf8.h"

/* Scripts that are enough to name a language; the Han, Arabic and Cyrillic ones are told apart further below. */
static const struct {
	uint16_t first, last;
	const char *lang;
} scripts[] = {
	{ 0x370, 0x3FF, "el" },
	{ 0x400, 0x52F, "ru" },
	{ 0x531, 0x58F, "hy" },
	{ 0x590, 0x5FF, "he" },
	{ 0x600, 0x6FF, "ar" },
	{ 0x750, 0x77F, "ar" },
	{ 0x900, 0x97F, "hi" },
	{ 0x980, 0x9FF, "bn" },
	{ 0xA00, 0xA7F, "pa" },
	{ 0xA80, 0xAFF, "gu" },
	{ 0xB80, 0xBFF, "ta" },
	{ 0xC00, 0xC7F, "te" },
	{ 0xC80, 0xCFF, "kn" },
	{ 0xD00, 0xD7F, "ml" },
	{ 0xD80, 0xDFF, "si" },
	{ 0xE00, 0xE7F, "th" },
	{ 0xE80, 0xEFF, "lo" },
	{ 0x1000, 0x109F, "my" },
	{ 0x10A0, 0x10FF, "ka" },
	{ 0x1100, 0x11FF, "ko" },
	{ 0x1200, 0x137F, "am" },
	{ 0x1780, 0x17FF, "km" },
	{ 0x1F00, 0x1FFF, "el" },
	{ 0x3040, 0x30FF, "ja" },
	{ 0x31F0, 0x31FF, "ja" },
	{ 0x3400, 0x4DBF, "zh" },
	{ 0x4E00, 0x9FFF, "zh" },
	{ 0xAC00, 0xD7A3, "ko" },
};

/* Letters that tell a language from its neighbours in the same script. In Latin script they are a hint (one vote), since
 * names travel; elsewhere they decide the word. */
static const struct {
	uint16_t letter;
	const char *lang;
} letters[] = {
	{ 0x142, "pl" },
	{ 0x105, "pl" },
	{ 0x119, "pl" },
	{ 0x107, "pl" },
	{ 0x15B, "pl" },
	{ 0x17C, "pl" },
	{ 0x17A, "pl" }, /* Latin */
	{ 0x151, "hu" },
	{ 0x171, "hu" },
	{ 0x159, "cs" },
	{ 0x11B, "cs" },
	{ 0x16F, "cs" },
	{ 0x111, "vi" },
	{ 0x1B0, "vi" },
	{ 0x1A1, "vi" },
	{ 0xE5, "sv" },
	{ 0xF8, "da" },
	{ 0x219, "ro" },
	{ 0x21B, "ro" },
	{ 0x103, "ro" },
	{ 0x11F, "tr" },
	{ 0x131, "tr" },
	{ 0x15F, "tr" },
	{ 0xF1, "es" },
	{ 0xE3, "pt" },
	{ 0xF5, "pt" },
	{ 0xDF, "de" },
	{ 0x153, "fr" },
	{ 0x117, "lt" },
	{ 0x173, "lt" },
	{ 0x12F, "lt" },
	{ 0x456, "uk" },
	{ 0x457, "uk" },
	{ 0x454, "uk" },
	{ 0x491, "uk" },
	{ 0x458, "sr" },
	{ 0x459, "sr" },
	{ 0x45A, "sr" },
	{ 0x452, "sr" },
	{ 0x45B, "sr" },
	{ 0x45F, "sr" },
	{ 0x45E, "be" },
	{ 0x49B, "kk" },
	{ 0x493, "kk" },
	{ 0x4A3, "kk" },
	{ 0x4AF, "kk" },
	{ 0x4B1, "kk" },
	{ 0x67E, "fa" },
	{ 0x686, "fa" },
	{ 0x698, "fa" },
	{ 0x6AF, "fa" },
	{ 0x679, "ur" },
	{ 0x688, "ur" },
	{ 0x691, "ur" },
	{ 0x6BA, "ur" },
	{ 0x6C6, "ckb" },
	{ 0x6CE, "ckb" },
	{ 0x695, "ckb" },
	{ 0x6B5, "ckb" },
	{ 0x69A, "ps" },
	{ 0x681, "ps" },
	{ 0x685, "ps" },
	{ 0x693, "ps" },
	{ 0x689, "ps" },
	{ 0x67C, "ps" },
};

/* Of a word's set: it has neighbours too. */
#define LANG_HAS_NEAR (UINT64_C(1) << 63)

/* Languages that share a script: words that say nothing more are counted for the usual one at first. */
static const struct {
	const char *usual;
	const char *others[LANG_FAMILY_MAX + 1]; /* of equally many votes, the first */
} families[LANG_FAMILIES] = { { "ru", { "uk", "bg", "sr", "mk", "be", "kk", NULL } }, { "ar", { "fa", "ur", "ckb", "ps", NULL } } };

static size_t find_slot(const struct lang_table *table, uint32_t word_hash)
{
	uint32_t hash = word_hash | 1u;
	size_t at = hash % LANG_SLOTS;
	while (table->hashes[at] && table->hashes[at] != hash)
		at = (at + 1) % LANG_SLOTS;
	return at;
}

static size_t find_code(const struct lang_table *table, struct str code)
{
	size_t i = 0;
	while (i < table->count && !str_eqc(code, table->codes[i]))
		i++;
	return i;
}

static void add_code(struct lang_table *table, const char *code)
{
	if (find_code(table, str_c(code)) == table->count && table->count < LANG_COUNT_MAX)
		table->codes[table->count++] = code;
}

uint64_t lang_set(const struct lang_table *table, struct str code)
{
	size_t i = find_code(table, code);
	return i < table->count ? (uint64_t)1 << i : 0;
}

/* The slot of a word, which is in the table from now on. */
static size_t take_slot(struct lang_table *table, struct str word)
{
	uint32_t hash = vocab_hash(word);
	size_t slot = find_slot(table, hash);
	table->hashes[slot] = hash | 1u;
	return slot;
}

static void add_near(struct lang_table *table, size_t number)
{
	struct str of = str_c(lang_nears[number].of), words = str_c(lang_nears[number].words);
	while (of.ptr)
		table->near_of[number] |= lang_set(table, str_split(&of, ' '));
	while (words.ptr) {
		struct str word = str_split(&words, ' ');
		if (word.len == 0)
			continue;
		size_t slot = take_slot(table, word);
		table->sets[slot] |= LANG_HAS_NEAR;
		table->near[slot] |= 1u << number;
	}
}

void lang_open(struct lang_table *ret_table)
{
	memset(ret_table, 0, sizeof *ret_table);
	for (size_t lang = 0; lang < lang_words_count; lang++) {
		struct str rest = str_c(lang_words[lang].words);
		add_code(ret_table, lang_words[lang].lang);
		while (rest.ptr) {
			struct str word = str_split(&rest, ' ');
			if (word.len == 0)
				continue;
			size_t slot = take_slot(ret_table, word);
			ret_table->sets[slot] |= (uint64_t)1 << find_code(ret_table, str_c(lang_words[lang].lang));
		}
	}
	for (size_t i = 0; i < lang_nears_count && i < LANG_NEAR_MAX; i++)
		add_near(ret_table, i);
	for (size_t i = 0; i < COUNT_OF(scripts); i++) {
		add_code(ret_table, scripts[i].lang);
		ret_table->script_sets[i] = lang_set(ret_table, str_c(scripts[i].lang));
	}
	for (size_t i = 0; i < COUNT_OF(letters); i++) {
		add_code(ret_table, letters[i].lang);
		ret_table->letter_sets[i] = lang_set(ret_table, str_c(letters[i].lang));
	}
	for (size_t i = 0; i < COUNT_OF(families); i++) {
		ret_table->families[i].usual = (uint8_t)find_code(ret_table, str_c(families[i].usual));
		for (size_t k = 0; families[i].others[k]; k++) {
			size_t code = find_code(ret_table, str_c(families[i].others[k]));
			ret_table->families[i].others[k] = (uint8_t)code;
			ret_table->families[i].set |= (uint64_t)1 << code;
		}
	}
	ret_table->ja = (uint8_t)find_code(ret_table, STR("ja"));
	ret_table->zh = (uint8_t)find_code(ret_table, STR("zh"));
}

/* ---- one word ---- */

static bool is_latin(uint32_t cp)
{
	return cp < 0x250 || (cp >= 0x1E00 && cp < 0x1F00);
}

static uint64_t script_of(const struct lang_table *table, uint32_t cp)
{
	size_t low = 0, high = COUNT_OF(scripts); /* they stand in order */
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (cp > scripts[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < COUNT_OF(scripts) && cp >= scripts[low].first ? table->script_sets[low] : 0;
}

#define LETTERS_END 0x700u

/* The language whose own letter the word holds, else 0. */
static uint64_t letter_of(const struct lang_table *table, struct str word)
{
	size_t at = 0;
	while (at < word.len && (unsigned char)word.ptr[at] < 0x80)
		at++;
	while (at < word.len) {
		uint32_t cp = utf8_next(word, &at);
		for (size_t i = 0; cp >= 0x80 && cp < LETTERS_END && i < COUNT_OF(letters); i++)
			if (letters[i].letter == cp)
				return table->letter_sets[i];
	}
	return 0;
}

/* ---- counting ---- */

/* A count for each language, all at once: bit `lang` of each digit is the count's binary digit. Adding a word is an addition with carry
 * over the digits, which ends after the first or second one most of the time. */
#define DIGITS 16u
struct tally {
	uint64_t any; /* languages with a count; may hold some that were given away */
	size_t used;  /* so many digits are in use; those behind them are not set */
	uint64_t digits[DIGITS];
};

struct count {
	struct tally votes;
	struct tally unknown; /* of them, of words that are in the language's script and say nothing more */
	size_t words;
};

/* So many digits are always in use: what is counted of a sentence hardly ever needs more, and nothing is asked of them. */
#define DIGITS_FIRST 4u

static void tally_clear(struct tally *tally)
{
	tally->any = 0;
	for (tally->used = 0; tally->used < DIGITS_FIRST; tally->used++)
		tally->digits[tally->used] = 0;
}

static void tally_use(struct tally *tally, size_t digits)
{
	while (tally->used < digits)
		tally->digits[tally->used++] = 0;
}

/* Carries what is too large for the first digits. A count at its end stays there. */
static void tally_carry(struct tally *tally, uint64_t set)
{
	for (size_t i = DIGITS_FIRST; set && i < DIGITS; i++) {
		tally_use(tally, i + 1);
		uint64_t carry = tally->digits[i] & set;
		tally->digits[i] ^= set;
		set = carry;
	}
	for (size_t i = 0; set && i < DIGITS; i++)
		tally->digits[i] |= set;
}

static inline void tally_add(struct tally *tally, uint64_t set)
{
	tally->any |= set;
	uint64_t *digits = tally->digits, second = digits[0] & set, third = digits[1] & second, fourth = digits[2] & third;
	digits[0] ^= set;
	digits[1] ^= second;
	digits[2] ^= third;
	set = digits[3] & fourth;
	digits[3] ^= fourth;
	if (UNLIKELY(set != 0))
		tally_carry(tally, set);
}

static unsigned tally_of(const struct tally *tally, size_t lang)
{
	unsigned count = 0;
	for (size_t i = 0; (tally->any >> lang & 1) && i < tally->used; i++)
		count |= (unsigned)(tally->digits[i] >> lang & 1) << i;
	return count;
}

static void tally_set(struct tally *tally, size_t lang, unsigned count)
{
	uint64_t bit = (uint64_t)1 << lang;
	tally->any |= bit;
	tally_use(tally, DIGITS);
	for (size_t i = 0; i < DIGITS; i++)
		tally->digits[i] = (tally->digits[i] & ~bit) | (count >> i & 1 ? bit : 0);
}

static void tally_sum(struct tally *all, const struct tally *one)
{
	uint64_t carry = 0;
	all->any |= one->any;
	for (size_t i = 0; i < DIGITS && (i < one->used || carry); i++) {
		tally_use(all, i + 1);
		uint64_t a = all->digits[i], b = i < one->used ? one->digits[i] : 0;
		all->digits[i] = a ^ b ^ carry;
		carry = (a & b) | (carry & (a ^ b));
	}
	for (size_t i = 0; carry && i < DIGITS; i++)
		all->digits[i] |= carry;
}

/* The language with the highest count among those of a set, the earliest of equal ones; LANG_COUNT_MAX when none has any. */
static size_t best_of(const struct tally *tally, uint64_t among)
{
	uint64_t left = among & tally->any;
	bool any = false;
	for (size_t i = tally->used; left && i-- > 0;) {
		uint64_t with = left & tally->digits[i];
		left = with ? with : left;
		any = any || with;
	}
	return any ? (size_t)__builtin_ctzll(left) : LANG_COUNT_MAX;
}

/* ---- one word ---- */

void lang_vote(const struct lang_table *table, const struct view *view, struct lang_vote *ret_votes)
{
	bool plain = view->letters == view->ascii_letters; /* no letter is some language's own */
	for (size_t i = 0; i < view->count; i++) {
		const struct token *token = &view->tokens[i];
		struct lang_vote vote = { .set = 0 };
		if (token->kind == TOKEN_WORD || token->kind == TOKEN_IDEOGRAPH) {
			struct str word = token_text(view, token);
			size_t at = 0, slot = find_slot(table, token->hash);
			uint32_t first = utf8_next(word, &at);
			uint64_t own = plain || (first < 0x80 && word.len == 1) ? 0 : letter_of(table, word);
			bool listed = table->hashes[slot] != 0;
			vote = (struct lang_vote){ .set = listed ? table->sets[slot] : 0, .word = true, .other_script = !is_latin(first) };
			if (UNLIKELY(vote.set & LANG_HAS_NEAR)) {
				vote.near = table->near[slot];
				vote.set &= ~LANG_HAS_NEAR;
				listed = vote.set != 0;
			}
			if (!vote.other_script)
				vote.set |= own;
			else if (own)
				vote.set = own;
			else if (!vote.set)
				vote.set = script_of(table, first);
			vote.unknown = vote.other_script && !own && !listed;
		}
		ret_votes[i] = vote;
	}
}

static void count_clear(struct count *count)
{
	tally_clear(&count->votes);
	tally_clear(&count->unknown);
	count->words = 0;
}

static void count_vote(struct count *count, const struct lang_vote *vote)
{
	count->words += vote->word;
	tally_add(&count->votes, vote->set);
	if (vote->unknown)
		tally_add(&count->unknown, vote->set);
}

/* ---- one sentence, and all ---- */

static void give_all(struct tally *votes, size_t from, size_t to)
{
	unsigned sum = tally_of(votes, to) + tally_of(votes, from);
	tally_set(votes, to, sum > UINT16_MAX ? UINT16_MAX : sum);
	tally_set(votes, from, 0);
}

/* Languages that share a script: the words that say nothing more belong to the one that the others speak for. */
static void settle_family(struct count *count, const struct lang_family *family)
{
	unsigned usual_votes = tally_of(&count->votes, family->usual), votes = 0;
	size_t best = LANG_COUNT_MAX;
	if (!usual_votes || !(count->votes.any & family->set))
		return;
	for (size_t i = 0; i < LANG_FAMILY_MAX && family->set >> family->others[i] & 1; i++) {
		unsigned theirs = tally_of(&count->votes, family->others[i]);
		if (theirs > votes)
			best = family->others[i];
		votes = theirs > votes ? theirs : votes;
	}
	if (best == LANG_COUNT_MAX)
		return;
	size_t known = usual_votes - tally_of(&count->unknown, family->usual);
	if (votes > known && (size_t)votes * 5 >= count->words && (votes > 1 || count->words <= 3))
		give_all(&count->votes, family->usual, best);
}

static void settle(const struct lang_table *table, struct count *count)
{
	unsigned kana = tally_of(&count->votes, table->ja);
	if (kana && kana * 6u >= tally_of(&count->votes, table->zh))
		give_all(&count->votes, table->zh, table->ja); /* kana among ideographs: they are Japanese too */
	for (size_t i = 0; i < LANG_FAMILIES; i++)
		settle_family(count, &table->families[i]);
}

/* The language of a sentence that is surely not covered: two thirds more votes than any covered language, and a third of
 * the words; three at least where any speaks against it. Of two words or fewer, all; *ret_short says that it was so, and that names and
 * loan words look alike. */
static const char *surely_foreign(const struct lang_table *table, const struct count *count, uint64_t covered, bool *ret_short)
{
	size_t other = best_of(&count->votes, ~covered), ours = best_of(&count->votes, covered);
	size_t votes = other == LANG_COUNT_MAX ? 0 : tally_of(&count->votes, other);
	size_t against = ours == LANG_COUNT_MAX ? 0 : tally_of(&count->votes, ours);
	if (votes == 0 || votes * 3 <= against * 5 || (against && votes < 3))
		return NULL;
	*ret_short = count->words <= 2 || votes < 2;
	bool enough = *ret_short ? votes == count->words && against == 0 : votes * 3 >= count->words;
	return enough ? table->codes[other] : NULL;
}

/* The language with the most votes; "und" when it has next to none. */
static const char *name(const struct lang_table *table, const struct count *count)
{
	size_t best = best_of(&count->votes, UINT64_MAX);
	return best == LANG_COUNT_MAX || tally_of(&count->votes, best) * 12u < count->words ? "und" : table->codes[best];
}

const char *lang_name(const struct lang_table *table, const struct lang_vote *votes, size_t count)
{
	struct count sentence;
	count_clear(&sentence);
	for (size_t i = 0; i < count; i++)
		count_vote(&sentence, &votes[i]);
	settle(table, &sentence);
	return name(table, &sentence);
}

#define NEAR_WORDS 2u /* a neighbour's own words: so many, */
#define NEAR_SHARE 8u /* and one in so many of the sentence */

/* The neighbour that a sentence is in: of those whose own words it has, the one with most of them, where it would be taken for the language
 * beside it; LANG_NEAR_MAX when there is none. */
static size_t near_of(const struct lang_table *table, const struct count *count, const struct lang_vote *votes, size_t word_count)
{
	size_t found[LANG_NEAR_MAX] = { 0 }, best = LANG_NEAR_MAX, taken_for = best_of(&count->votes, UINT64_MAX);
	for (size_t i = 0; i < word_count; i++)
		for (uint32_t left = votes[i].near; left; left &= left - 1)
			found[__builtin_ctz(left)]++;
	for (size_t near = 0; near < LANG_NEAR_MAX; near++) {
		bool beside = taken_for == LANG_COUNT_MAX || (table->near_of[near] >> taken_for & 1);
		bool enough = found[near] >= NEAR_WORDS && found[near] * NEAR_SHARE >= count->words;
		if (beside && enough && (best == LANG_NEAR_MAX || found[near] > found[best]))
			best = near;
	}
	return best;
}

struct lang_reading lang_read(const struct lang_table *table, const struct view *view, const struct lang_vote *votes, uint64_t covered)
{
	struct lang_reading reading = { .latin = true };
	struct count all, one;
	const char *brief = NULL; /* a foreign sentence of a word or two: counts where nothing speaks for a covered language */
	bool latin = true;        /* of the sentence in hand */
	const char *near = NULL;  /* the neighbour that the last sentence in one is in */
	size_t near_words = 0, first = 0;
	uint32_t nears = 0; /* of the sentence in hand */
	count_clear(&all);
	count_clear(&one);
	for (size_t i = 0; i < view->count; i++) {
		bool is_short = false;
		count_vote(&one, &votes[i]);
		nears |= votes[i].near;
		latin = latin && !votes[i].other_script;
		if (i + 1 < view->count && view->tokens[i + 1].sentence == view->tokens[i].sentence)
			continue;
		settle(table, &one);
		const char *foreign = one.words ? surely_foreign(table, &one, covered, &is_short) : NULL;
		size_t beside = UNLIKELY(nears != 0) ? near_of(table, &one, votes + first, i + 1 - first) : LANG_NEAR_MAX;
		if (UNLIKELY(beside < LANG_NEAR_MAX)) {
			foreign = near = lang_nears[beside].lang;
			is_short = false;
			near_words += one.words;
		}
		nears = 0;
		first = i + 1;
		if (foreign && is_short && latin)
			brief = foreign;
		else if (!reading.foreign)
			reading.foreign = foreign;
		all.words += one.words;
		tally_sum(&all.votes, &one.votes);
		reading.latin = reading.latin && latin;
		count_clear(&one);
		latin = true;
	}
	if (!reading.foreign && brief && best_of(&all.votes, covered) == LANG_COUNT_MAX)
		reading.foreign = brief;
	reading.lang = near && near_words * 2 > all.words ? near : name(table, &all);
	reading.words = all.words;
	return reading;
}
