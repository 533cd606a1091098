/* medication_number.c: the words that the grammar of medication_read.c reads, and numbers, dates and times of the day in them.
 *
 * A number keeps its other reading where the decimal mark can be read two ways ("1,000" is a thousand in English and one in German): the
 * comparison accepts either and says so. */
#include "screen/medication_priv.h"

#include "text/utf8.h"

#define NUMBER_MAX INT64_C(1000000000) /* thousandths: a million; above it digits are compared as digits */
#define LONG_DIGITS 7u

/* ---- words ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool begins_with_digit(const struct med_word *word)
{
	return word->plain.len && is_digit(word->plain.ptr[0]);
}

/* Without the prefixes that Arabic writes on to a word: and, so, with, for, as, the. */
static struct str bare_arabic(struct str word)
{
	static const char *const joined[] = { "و", "ف", "ب", "ل", "ك" };
	struct str rest = word, article = STR("ال"), twice = STR("لل");
	if (str_starts(rest, twice) && rest.len >= 8)
		return str_sub(rest, 4, rest.len);
	for (size_t i = 0; i < COUNT_OF(joined) && rest.len == word.len; i++)
		if (str_starts(rest, str_c(joined[i])) && rest.len >= 6)
			rest = str_sub(rest, 2, rest.len);
	if (str_starts(rest, article) && rest.len >= 8)
		rest = str_sub(rest, 4, rest.len);
	return rest.len < word.len ? rest : (struct str){ NULL, 0 };
}

/* Without the pronouns that Spanish writes on to a verb: "tomarlo", "sáltela". */
static struct str bare_spanish(struct str word)
{
	static const char *const joined[] = { "los", "las", "lo", "la" };
	for (size_t i = 0; i < COUNT_OF(joined); i++)
		if (word.len >= 6 && str_ends(word, str_c(joined[i])))
			return str_sub(word, 0, word.len - strlen(joined[i]));
	return (struct str){ NULL, 0 };
}

/* The medicine in a German word made of two: "Lithiumspiegel". */
static struct str bare_german(struct str word)
{
	static const char *const joined[] = { "spiegel", "wert", "werte", "dosis", "tablette", "tabletten", "kapsel", "kapseln", "therapie",
		"behandlung", "einnahme", "tropfen", "spritze", "spritzen" };
	for (size_t i = 0; i < COUNT_OF(joined); i++)
		if (str_ends(word, str_c(joined[i])) && word.len >= strlen(joined[i]) + 6)
			return str_sub(word, 0, word.len - strlen(joined[i]));
	return (struct str){ NULL, 0 };
}

static struct med_word *push_word(struct med_reader *reader, const struct token *token, struct str plain, size_t start, size_t end)
{
	struct med_word *word = &reader->words[reader->count++];
	*word = (struct med_word){ .plain = plain,
		.start = start,
		.end = end,
		.token = (uint32_t)(token - reader->view.tokens),
		.kind = token->kind,
		.capital = token->flags & TOKEN_CAPITAL,
		.fraction = -1 };
	if (plain.len >= 4 && (unsigned char)plain.ptr[0] >= 0xD8 && (unsigned char)plain.ptr[0] <= 0xDB)
		word->bare = bare_arabic(plain);
	else if (reader->langs == MED_ES)
		word->bare = bare_spanish(plain);
	else if (reader->langs == MED_DE)
		word->bare = bare_german(plain);
	const struct med_word *before = reader->count > 1 ? word - 1 : NULL;
	word->glued = before && before->end >= start;
	word->first = !before || reader->view.tokens[before->token].sentence != token->sentence;
	return word;
}

/* Thousandths of a sign such as U+00BD, or -1. */
static int64_t vulgar(uint32_t cp)
{
	static const struct {
		uint32_t cp;
		int64_t value;
	} signs[] = { { 0xBC, 250 }, { 0xBD, 500 }, { 0xBE, 750 }, { 0x2153, 333 }, { 0x2154, 667 }, { 0x215B, 125 }, { 0x215C, 375 },
		{ 0x215D, 625 }, { 0x215E, 875 } };
	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (signs[i].cp == cp)
			return signs[i].value;
	return -1;
}

/* A token whose own characters hold such a sign: its value with the digits before it; *ret_end: where the sign ends. -1: none. */
static int64_t fraction_of(struct str text, const struct token *token, size_t *ret_end)
{
	int64_t whole = 0;
	for (size_t at = token->start; at < token->end && at < text.len;) {
		uint32_t cp = utf8_next(text, &at);
		int64_t part = vulgar(cp);
		if (part >= 0) {
			*ret_end = at;
			return whole * 1000 + part;
		}
		if (cp < '0' || cp > '9' || whole > 100000)
			return -1;
		whole = whole * 10 + (int64_t)(cp - '0');
	}
	return -1;
}

/* "l'eau" as two words: how many bytes of the folded token stand before the apostrophe; 0: not such a word. */
static size_t elided(const struct med_reader *reader, const struct token *token, size_t *ret_end)
{
	static const char *const heads[] = { "l", "d", "n", "s", "m", "t", "j", "c", "qu", "jusqu", "lorsqu" };
	if (!(reader->langs & MED_FR))
		return 0;
	struct str raw = str_sub(reader->text, token->start, token->end);
	for (size_t i = 0; i < raw.len; i++) {
		size_t size = raw.ptr[i] == '\'' ? 1 : str_starts(str_sub(raw, i, raw.len), STR("\xE2\x80\x99")) ? 3 : 0;
		if (!size)
			continue;
		struct str head = str_sub(token_text(&reader->view, token), 0, i);
		for (size_t k = 0; k < COUNT_OF(heads); k++)
			if (str_eqc(head, heads[k]) && token->len > i) {
				*ret_end = token->start + i + size;
				return i;
			}
		return 0;
	}
	return 0;
}

static struct str without_marks(struct med_reader *reader, struct str word)
{
	char *out = arena_alloc(reader->arena, word.len + 1, 1);
	if (!out) {
		reader->rc = E_MEMORY;
		return word;
	}
	size_t len = fold_unmark(reader->engine->tables, word, out);
	return len ? str_make(out, len) : word;
}

/* "50mg" is two words; "b12" and "q8h" are one. */
static void push_token(struct med_reader *reader, const struct token *token)
{
	struct str plain = without_marks(reader, token_text(&reader->view, token));
	size_t digits = 0, apostrophe = 0, head = elided(reader, token, &apostrophe);
	while (digits < plain.len && (is_digit(plain.ptr[digits]) || strchr(".,:", plain.ptr[digits])))
		digits++;
	if (head) {
		push_word(reader, token, str_sub(plain, 0, head), token->start, apostrophe);
		push_word(reader, token, str_sub(plain, head, plain.len), apostrophe, token->end)->first = false;
	} else if (plain.len && is_digit(plain.ptr[0]) && digits < plain.len && token->end - token->start == token->len) {
		push_word(reader, token, str_sub(plain, 0, digits), token->start, token->start + digits);
		push_word(reader, token, str_sub(plain, digits, plain.len), token->start + digits, token->end);
	} else if (plain.len && is_digit(plain.ptr[0]) && digits < plain.len) { /* digits of another script: both have the whole span */
		push_word(reader, token, str_sub(plain, 0, digits), token->start, token->end);
		push_word(reader, token, str_sub(plain, digits, plain.len), token->start, token->end);
	} else {
		push_word(reader, token, plain, token->start, token->end);
	}
}

/* The sign of a fraction folds to three tokens over one place; what is glued behind it stays. Returns the last token read. */
static size_t push_fraction(struct med_reader *reader, size_t at, int64_t value, size_t end)
{
	const struct token *token = &reader->view.tokens[at];
	push_word(reader, token, STR("1"), token->start, end)->fraction = value;
	while (at + 1 < reader->view.count && reader->view.tokens[at + 1].start < end)
		at++;
	struct str last = token_text(&reader->view, &reader->view.tokens[at]);
	size_t digits = 0;
	while (digits < last.len && is_digit(last.ptr[digits]))
		digits++;
	if (digits < last.len && digits && reader->view.tokens[at].end > end)
		push_word(reader, &reader->view.tokens[at], str_sub(last, digits, last.len), end, reader->view.tokens[at].end);
	return at;
}

static void number_parts(struct med_reader *reader)
{
	uint32_t part = 0;
	for (size_t i = 0; i < reader->count; i++) {
		struct med_word *word = &reader->words[i];
		size_t words;
		bool mark = word->kind == TOKEN_PUNCT && word->plain.len && strchr(",.;:!?\"()", word->plain.ptr[0]);
		bool joins = str_eqc(word->plain, "/") || (word->bare.len && str_starts(word->plain, STR("\xD9\x88")));
		if (word->first || mark || joins || med_find(reader, i, W_AND, &words))
			part += !str_eqc(word->plain, "/");
		word->part = part;
	}
}

int med_words(struct med_reader *reader)
{
	size_t capacity = reader->view.count * 2 + 2;
	reader->words = ARENA_ARRAY(reader->arena, struct med_word, capacity);
	if (!reader->words)
		return E_MEMORY;
	reader->count = 0;
	for (size_t i = 0; i < reader->view.count; i++) {
		size_t end = 0;
		int64_t value = fraction_of(reader->text, &reader->view.tokens[i], &end);
		if (value >= 0)
			i = push_fraction(reader, i, value, end);
		else
			push_token(reader, &reader->view.tokens[i]);
	}
	number_parts(reader);
	return reader->rc;
}

/* ---- numbers ---- */

/* One string of digits and marks, read with `decimal` as the decimal mark and the other as the one of thousands. -1: too large or no
 * number. */
static int64_t read_digits(struct str digits, char decimal)
{
	int64_t value = 0, scale = 0;
	for (size_t i = 0; i < digits.len; i++) {
		char c = digits.ptr[i];
		if (is_digit(c)) {
			if (scale >= 1000)
				continue; /* beyond thousandths */
			value = value * 10 + (c - '0');
			scale *= 10;
			if (value > NUMBER_MAX)
				return -1;
		} else if (c == decimal) {
			if (scale)
				return -1;
			scale = 1;
		}
	}
	while (scale > 1 && scale < 1000) {
		value *= 10;
		scale *= 10;
	}
	value = scale > 1 ? value : value * 1000;
	return value > NUMBER_MAX ? -1 : value;
}

static size_t count_of(struct str s, char c)
{
	size_t count = 0;
	for (size_t i = 0; i < s.len; i++)
		count += s.ptr[i] == c;
	return count;
}

/* Whether the mark at `at` may part thousands: three digits behind it, one to three before, not a lone zero. */
static bool may_part_thousands(struct str digits, size_t at)
{
	size_t behind = 0;
	while (at + 1 + behind < digits.len && is_digit(digits.ptr[at + 1 + behind]))
		behind++;
	return behind == 3 && at >= 1 && at <= 3 && !(at == 1 && digits.ptr[0] == '0');
}

static void value_of(const struct med_reader *reader, struct str digits, struct med_number *number)
{
	size_t points = count_of(digits, '.'), commas = count_of(digits, ',');
	const char *first = points + commas ? memchr(digits.ptr, points ? '.' : ',', digits.len) : NULL;
	char decimal = '.';
	if (points && commas) { /* the one that stands last */
		size_t at = digits.len;
		while (digits.ptr[at - 1] != '.' && digits.ptr[at - 1] != ',')
			at--;
		decimal = digits.ptr[at - 1];
	} else if (points + commas > 1) { /* 1.000.000 */
		decimal = points ? ',' : '.';
	} else if (first && may_part_thousands(digits, (size_t)(first - digits.ptr))) {
		bool point_is_decimal = reader->langs & (MED_EN | MED_ZH | MED_AR);
		char mark = *first, other = mark == '.' ? ',' : '.';
		bool decimal_here = (mark == '.') == point_is_decimal;
		number->low = read_digits(digits, decimal_here ? mark : other);
		number->other = read_digits(digits, decimal_here ? other : mark);
		return;
	} else if (first) {
		decimal = *first;
	}
	number->low = number->other = read_digits(digits, decimal);
}

static bool glued_mark(const struct med_reader *reader, size_t at, const char *marks)
{
	if (at + 1 >= reader->count || !reader->words[at].glued || !reader->words[at + 1].glued ||
		!begins_with_digit(&reader->words[at + 1]))
		return false;
	struct str mark = reader->words[at].plain;
	return (mark.len == 1 && strchr(marks, mark.ptr[0])) || str_eqc(mark, "\xD9\xAB") || str_eqc(mark, "\xD9\xAC");
}

/* The digits that begin at a word, joined over marks ("1" "." "5" in full width, the Arabic marks) and over spaces between thousands. */
static struct str join_digits(const struct med_reader *reader, size_t at, size_t *ret_words)
{
	char *out = arena_alloc(reader->arena, 48, 1);
	size_t len = 0, i = at, words;
	if (!out)
		return (struct str){ NULL, 0 };
	for (;;) {
		struct str part = reader->words[i].plain;
		if (len + part.len + 1 > 40)
			break;
		memcpy(out + len, part.ptr, part.len);
		len += part.len;
		if (glued_mark(reader, i + 1, ".,")) {
			out[len++] = str_eqc(reader->words[i + 1].plain, "\xD9\xAC")   ? ','
				     : str_eqc(reader->words[i + 1].plain, "\xD9\xAB") ? '.'
										       : reader->words[i + 1].plain.ptr[0];
			i += 2;
		} else if (i == at && len <= 3 && out[0] != '0' && i + 1 < reader->count && !reader->words[i + 1].glued &&
			   reader->words[i + 1].plain.len == 3 && reader->words[i + 1].kind == TOKEN_NUMBER &&
			   (reader->langs & (MED_FR | MED_DE | MED_ES | MED_PT)) && med_find(reader, i + 2, W_UNIT, &words)) {
			i++;
		} else {
			break;
		}
	}
	*ret_words = i + 1 - at;
	return str_make(out, len);
}

static bool plain_number(struct str digits, long most)
{
	long value = 0;
	for (size_t i = 0; i < digits.len; i++) {
		if (!is_digit(digits.ptr[i]) || value > 100000)
			return false;
		value = value * 10 + (digits.ptr[i] - '0');
	}
	return digits.len > 0 && value <= most && value > 0;
}

static int64_t small(struct str digits)
{
	int64_t value = 0;
	for (size_t i = 0; i < digits.len && is_digit(digits.ptr[i]) && value < 100000; i++)
		value = value * 10 + (digits.ptr[i] - '0');
	return value;
}

/* "1/2" and "1 1/2": thousandths, or -1. */
static int64_t read_fraction(const struct med_reader *reader, size_t at, size_t *ret_words)
{
	if (at + 2 >= reader->count ||
		!(str_eqc(reader->words[at + 1].plain, "/") || str_eqc(reader->words[at + 1].plain, "\xE2\x81\x84")) ||
		!reader->words[at + 1].glued || !reader->words[at + 2].glued)
		return -1;
	struct str above = reader->words[at].plain, below = reader->words[at + 2].plain;
	if (!plain_number(above, 7) || !plain_number(below, 8) || small(above) >= small(below) ||
		(at + 3 < reader->count && str_eqc(reader->words[at + 3].plain, "/")))
		return -1;
	*ret_words = 3;
	return (small(above) * 1000 + small(below) / 2) / small(below);
}

/* A long number (of a telephone, a record): the digits of all its groups. */
static bool read_long(const struct med_reader *reader, size_t at, struct med_number *ret_number)
{
	char *out = arena_alloc(reader->arena, 48, 1);
	size_t len = 0, i = at, end = at, unit;
	while (out && i < reader->count && reader->words[i].kind == TOKEN_NUMBER && len + reader->words[i].plain.len < 40) {
		struct str part = reader->words[i].plain;
		if (count_of(part, ':') || reader->words[i].fraction >= 0)
			break;
		for (size_t k = 0; k < part.len; k++)
			if (is_digit(part.ptr[k]))
				out[len++] = part.ptr[k];
		end = ++i;
		struct str mark = i < reader->count ? reader->words[i].plain : STR("");
		if (i + 1 < reader->count && reader->words[i].kind == TOKEN_PUNCT && mark.len == 1 && strchr("-().+", mark.ptr[0]) &&
			begins_with_digit(&reader->words[i + 1]))
			i++;
	}
	size_t groups = end - at;
	bool unitless = !med_find(reader, end, W_UNIT, &unit);
	bool decimals = groups == 1 && (count_of(reader->words[at].plain, '.') + count_of(reader->words[at].plain, ',')) > 0;
	if (!out || len < LONG_DIGITS || !unitless || decimals)
		return false;
	*ret_number = (struct med_number){ .low = -1, .high = -1, .other = -1, .words = groups, .digits = str_make(out, len) };
	return true;
}

static bool number_of_digits(const struct med_reader *reader, size_t at, struct med_number *ret_number)
{
	struct med_number number = { .weak = false };
	size_t words = 1, more = 0;
	if (read_long(reader, at, ret_number))
		return true;
	int64_t part = read_fraction(reader, at, &words);
	if (part >= 0) {
		number.low = number.other = part;
	} else {
		number.digits = join_digits(reader, at, &words);
		if (!number.digits.len || count_of(number.digits, ':'))
			return false;
		value_of(reader, number.digits, &number);
		/* "1 1/2" */
		int64_t rest = at + words < reader->count && begins_with_digit(&reader->words[at + words])
				       ? read_fraction(reader, at + words, &more)
				       : -1;
		if (rest < 0 && at + words < reader->count && reader->words[at + words].fraction >= 0 &&
			reader->words[at + words].fraction < 1000) {
			rest = reader->words[at + words].fraction; /* "1 ½" */
			more = 1;
		}
		if (rest > 0 && number.low >= 0 && number.low % 1000 == 0) {
			number.low += rest;
			number.other = number.low;
			words += more;
		}
	}
	number.high = number.low;
	number.words = words;
	if (number.low >= 0)
		number.digits = (struct str){ NULL, 0 };
	*ret_number = number;
	return true;
}

/* A number in words so far. */
struct sum {
	int64_t total, group; /* group: below the next thousand */
	int last;             /* code of the word before; -1: none */
	bool weak, fine;      /* fine: a value in thousandths, "eineinhalb" */
};

static bool is_ones(int code)
{
	return code == NUM_ONES || code == NUM_WEAK;
}

/* The number word at a place, or behind an "and" there that may join it to what was read; *ret_words with the "and". */
static const struct med_row *next_number_word(const struct med_reader *reader, size_t at, const struct sum *sum, size_t *ret_words)
{
	size_t skipped;
	const struct med_row *row = med_find(reader, at, W_NUM, ret_words);
	if (row || sum->last < 0 || is_ones(sum->last) || !med_find(reader, at, W_AND, &skipped) || skipped != 1)
		return row;
	row = med_find(reader, at + 1, W_NUM, ret_words);
	*ret_words += 1;
	return row && row->code == NUM_HUNDRED ? NULL : row;
}

/* Whether the word can follow: not two ones, not two tens ("two three" are two numbers). */
static bool sum_add(struct sum *sum, const struct med_row *row)
{
	bool ten_again = row->code == NUM_TENS && sum->last == NUM_TENS;
	if (sum->last >= 0 && (ten_again || (is_ones(row->code) && is_ones(sum->last))))
		return false;
	if (row->value < 0) {
		sum->fine = true;
		sum->total = -(int64_t)row->value;
	} else if (row->code == NUM_HUNDRED || row->code == NUM_THOUSAND) {
		sum->group = (sum->group ? sum->group : 1) * row->value;
		sum->total += row->code == NUM_THOUSAND ? sum->group : 0;
		sum->group = row->code == NUM_THOUSAND ? 0 : sum->group;
	} else if (row->code == NUM_TENS && row->value == 10 && sum->group % 10 && sum->group < 100) {
		sum->group *= 10; /* 二十 */
	} else {
		sum->group += row->value;
	}
	sum->weak = sum->weak && row->code == NUM_WEAK;
	sum->last = row->code;
	return true;
}

/* Number words: "twenty five", "ciento cincuenta", "二十五". */
static bool number_of_words(const struct med_reader *reader, size_t at, struct med_number *ret_number)
{
	struct sum sum = { .last = -1, .weak = true };
	size_t i = at, words;
	const struct med_row *row;
	while (!sum.fine && sum.group <= 100000 && sum.total <= 900000 && (row = next_number_word(reader, i, &sum, &words)) &&
		sum_add(&sum, row))
		i += words;
	if (sum.last < 0)
		return false;
	int64_t value = sum.fine ? sum.total : (sum.total + sum.group) * 1000;
	*ret_number = (struct med_number){ .low = value, .high = value, .other = value, .words = i - at, .weak = sum.weak };
	return true;
}

static bool one_number(const struct med_reader *reader, size_t at, struct med_number *ret_number)
{
	if (at >= reader->count)
		return false;
	const struct med_word *word = &reader->words[at];
	if (word->fraction >= 0) {
		*ret_number = (struct med_number){ word->fraction, word->fraction, word->fraction, 1, false, { NULL, 0 } };
		return true;
	}
	if (begins_with_digit(word) && word->kind != TOKEN_PUNCT)
		return number_of_digits(reader, at, ret_number);
	if (str_eqc(word->plain, ".") && !word->glued && at + 1 < reader->count && reader->words[at + 1].glued &&
		begins_with_digit(&reader->words[at + 1]) && number_of_digits(reader, at + 1, ret_number) && ret_number->low >= 0 &&
		ret_number->low % 1000 == 0 && ret_number->words == 1) { /* ".5" */
		size_t len = reader->words[at + 1].plain.len;
		for (size_t i = 0; i < len; i++)
			ret_number->low /= 10;
		ret_number->high = ret_number->other = ret_number->low;
		ret_number->words = 2;
		return true;
	}
	return number_of_words(reader, at, ret_number);
}

/* What stands between a word and the one before it: '-' (between digits it leaves no token), NUL for nothing, ' ' for anything else. */
static char gap_before(const struct med_reader *reader, size_t at)
{
	const struct med_word *word = &reader->words[at], *before = word - 1;
	if (word->glued)
		return '\0';
	return word->start == before->end + 1 && reader->text.ptr[before->end] == '-' ? '-' : ' ';
}

/* The number, or "25-50", "one to two". */
bool med_number(const struct med_reader *reader, size_t at, struct med_number *ret_number)
{
	struct med_number first, second;
	size_t words = 0;
	if (!one_number(reader, at, &first))
		return false;
	size_t next = at + first.words;
	if (first.low >= 0 && next < reader->count && gap_before(reader, next) != '-' && !med_find(reader, next, W_TO, &words))
		words = SIZE_MAX;
	if (first.low >= 0 && words != SIZE_MAX && next + words < reader->count && !reader->words[next].first &&
		one_number(reader, next + words, &second) && second.low > first.low) {
		first.high = second.low;
		first.words += words + second.words;
		first.weak = first.weak && second.weak;
	}
	*ret_number = first;
	return true;
}

/* ---- dates and times ---- */

static struct str next_field(struct str *rest, const char *marks, char *mark)
{
	size_t i = 0;
	while (i < rest->len && is_digit(rest->ptr[i]))
		i++;
	struct str field = str_sub(*rest, 0, i);
	*mark = i < rest->len && strchr(marks, rest->ptr[i]) ? rest->ptr[i] : '\0';
	*rest = *mark ? str_sub(*rest, i + 1, rest->len) : str_make("", 0);
	return field;
}

/* The words from `at` that a date of digits may have, as they stand: "28/11/2026". Returns how many words. */
static size_t join_date(const struct med_reader *reader, size_t at, char joined[16], size_t *ret_len)
{
	size_t len = 0, i = at;
	for (; i < reader->count && i < at + 5; i++) {
		struct str part = reader->words[i].plain;
		char gap = i > at ? gap_before(reader, i) : '\0';
		if (gap == ' ' || len + part.len + 1 > 16 || !(begins_with_digit(&reader->words[i]) || str_eqc(part, "/")))
			break;
		if (gap)
			joined[len++] = gap;
		memcpy(joined + len, part.ptr, part.len);
		len += part.len;
	}
	*ret_len = len;
	return i - at;
}

/* 2026-11-28, 28/11/2026, 28.11.26. */
bool med_date(const struct med_reader *reader, size_t at, struct medication_fact *ret_fact, size_t *ret_words)
{
	char joined[16], marks[3];
	struct str fields[3];
	size_t len, words = join_date(reader, at, joined, &len);
	struct str rest = str_make(joined, len);
	for (size_t i = 0; i < 3; i++)
		fields[i] = next_field(&rest, "-/.", &marks[i]);
	bool year_first = fields[0].len == 4;
	struct str year = fields[year_first ? 0 : 2], day = fields[year_first ? 2 : 0];
	if (!marks[0] || marks[0] != marks[1] || marks[2] || rest.len || (year.len != 4 && (year_first || year.len != 2)))
		return false;
	int64_t d = small(day), m = small(fields[1]), y = small(year) % 100 * 10000;
	bool lengths = day.len >= 1 && day.len <= 2 && fields[1].len >= 1 && fields[1].len <= 2;
	bool days = d >= 1 && d <= 31 && m >= 1 && m <= 31 && (d <= 12 || m <= 12);
	if (!lengths || !days)
		return false;
	ret_fact->low = ret_fact->high = y + (year_first ? m * 100 + d : d * 100 + m);
	ret_fact->other = y + (year_first ? d * 100 + m : m * 100 + d); /* the same day with its first two fields the other way */
	*ret_words = words;
	return true;
}

/* 8:30, 20:00, 8 am, 20 Uhr. */
bool med_clock(const struct med_reader *reader, size_t at, struct medication_fact *ret_fact, size_t *ret_words)
{
	struct str digits = reader->words[at].plain;
	size_t i = 0, words = 0;
	if (!begins_with_digit(&reader->words[at]) || reader->words[at].fraction >= 0)
		return false;
	while (i < digits.len && is_digit(digits.ptr[i]))
		i++;
	struct str minutes = i < digits.len && digits.ptr[i] == ':' ? str_sub(digits, i + 1, digits.len) : STR("");
	int64_t hour = small(digits), minute = small(minutes);
	bool colon = minutes.len == 2 && i <= 2;
	if (i > 2 || (i < digits.len && !colon) || hour > 24 || minute > 59)
		return false;
	const struct med_row *row = med_find(reader, at + 1, W_CLOCK, &words);
	if (!colon && !row)
		return false;
	if (row && row->code == 2 && hour < 12)
		hour += 12;
	if (row && row->code == 1 && hour == 12)
		hour = 0;
	ret_fact->low = ret_fact->high = ret_fact->other = (hour % 24 * 60 + minute) * 1000;
	*ret_words = 1 + (row ? words : 0);
	return true;
}
