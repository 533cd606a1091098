/* pattern_spoken.c: numbers and web addresses written as words: "nine eight eight", "eight hundred", "trois mille cent quatorze",
 * "example dot org". Words of one number stand side by side, at most a hyphen or "and" between them. */
#include "screen/pattern_priv.h"
#include "screen/pattern_words.h"

#define SPOKEN_TOKENS_MAX 40u

struct number_word {
	const char *word;
	uint16_t value; /* 0-99, 100, 1000; DOUBLE, TRIPLE */
};

#define DOUBLE 2000u
#define TRIPLE 3000u

/* By bytes: the words of one first letter stand together (number_starts). */
static const struct number_word number_words[] = { { "acht", 8 }, { "catorce", 14 }, { "cent", 100 }, { "cero", 0 }, { "cien", 100 },
	{ "ciento", 100 }, { "cinco", 5 }, { "cincuenta", 50 }, { "cinq", 5 }, { "cinquante", 50 }, { "cuarenta", 40 }, { "cuatro", 4 },
	{ "deux", 2 }, { "diecinueve", 19 }, { "dieciocho", 18 }, { "diecisiete", 17 }, { "dieciséis", 16 }, { "diez", 10 }, { "dix", 10 },
	{ "doce", 12 }, { "dois", 2 }, { "dos", 2 }, { "double", DOUBLE }, { "douze", 12 }, { "drei", 3 }, { "eight", 8 },
	{ "eighteen", 18 }, { "eighty", 80 }, { "eins", 1 }, { "eleven", 11 }, { "elf", 11 }, { "fifteen", 15 }, { "fifty", 50 },
	{ "five", 5 }, { "forty", 40 }, { "four", 4 }, { "fourteen", 14 }, { "fünf", 5 }, { "huit", 8 }, { "hundred", 100 },
	{ "mil", 1000 }, { "mille", 1000 }, { "neuf", 9 }, { "neun", 9 }, { "nine", 9 }, { "nineteen", 19 }, { "ninety", 90 },
	{ "nove", 9 }, { "noventa", 90 }, { "nueve", 9 }, { "null", 0 }, { "ochenta", 80 }, { "ocho", 8 }, { "oh", 0 }, { "oito", 8 },
	{ "once", 11 }, { "one", 1 }, { "onze", 11 }, { "quarante", 40 }, { "quatorze", 14 }, { "quatre", 4 }, { "quatro", 4 },
	{ "quince", 15 }, { "quinze", 15 }, { "sechs", 6 }, { "seis", 6 }, { "seize", 16 }, { "sept", 7 }, { "sesenta", 60 }, { "sete", 7 },
	{ "setenta", 70 }, { "seven", 7 }, { "seventeen", 17 }, { "seventy", 70 }, { "sieben", 7 }, { "siete", 7 }, { "six", 6 },
	{ "sixteen", 16 }, { "sixty", 60 }, { "soixante", 60 }, { "ten", 10 }, { "thirteen", 13 }, { "thirty", 30 }, { "thousand", 1000 },
	{ "three", 3 }, { "trece", 13 }, { "treinta", 30 }, { "treize", 13 }, { "trente", 30 }, { "tres", 3 }, { "triple", TRIPLE },
	{ "trois", 3 }, { "três", 3 }, { "twelve", 12 }, { "twenty", 20 }, { "two", 2 }, { "um", 1 }, { "un", 1 }, { "uno", 1 },
	{ "veinte", 20 }, { "veinticinco", 25 }, { "veinticuatro", 24 }, { "veintidós", 22 }, { "veintinueve", 29 }, { "veintiocho", 28 },
	{ "veintisiete", 27 }, { "veintiséis", 26 }, { "veintitrés", 23 }, { "veintiuno", 21 }, { "vier", 4 }, { "vingt", 20 },
	{ "zehn", 10 }, { "zero", 0 }, { "zwei", 2 }, { "zwo", 2 }, { "zwölf", 12 }, { "zéro", 0 }, { "أربعة", 4 }, { "اثنان", 2 },
	{ "اثنين", 2 }, { "تسعة", 9 }, { "ثلاثة", 3 }, { "ثمانية", 8 }, { "خمسة", 5 }, { "سبعة", 7 }, { "ستة", 6 }, { "صفر", 0 },
	{ "واحد", 1 }, { "〇", 0 }, { "一", 1 }, { "七", 7 }, { "三", 3 }, { "九", 9 }, { "二", 2 }, { "五", 5 }, { "八", 8 }, { "六", 6 },
	{ "四", 4 }, { "幺", 1 }, { "零", 0 } };

/* Where the words of a, b, ... begin; the last entry is where those beyond ASCII do. */
static const uint8_t number_starts[27] = { 0, 1, 1, 12, 25, 31, 38, 38, 40, 40, 40, 40, 40, 42, 51, 58, 58, 64, 64, 80, 96, 99, 111, 111,
	111, 111, 117 };

/* Most words begin like none of them; the list is as long as it is. Beyond ASCII no word is refused here. */
static bool begins_like_number(struct str word)
{
	static const uint32_t seconds[26] = { 0x4u, 0x0u, 0x100111u, 0x24110u, 0x900u, 0x4100u, 0x0u, 0x100000u, 0x0u, 0x0u, 0x0u, 0x0u,
		0x100u, 0x104110u, 0x2184u, 0x0u, 0x100000u, 0x0u, 0x4110u, 0x420090u, 0x3000u, 0x110u, 0x0u, 0x0u, 0x0u, 0x400010u };
	unsigned first = (unsigned)(unsigned char)word.ptr[0] - 'a', second = (unsigned)(unsigned char)word.ptr[1] - 'a';
	return word.len >= 2 && (first >= 26 || second >= 26 || (seconds[first] >> second & 1));
}

static bool number_word(struct str word, unsigned *ret_value)
{
	if (!begins_like_number(word))
		return false;
	unsigned first = (unsigned)(unsigned char)word.ptr[0] - 'a';
	size_t from = first < 26 ? number_starts[first] : number_starts[26],
	       to = first < 26 ? number_starts[first + 1] : COUNT_OF(number_words);
	for (size_t i = from; i < to; i++)
		if (str_eqc(word, number_words[i].word)) {
			*ret_value = number_words[i].value;
			return true;
		}
	return false;
}

/* Digits so far, and the number that is being said. */
struct saying {
	char digits[PATTERN_DIGITS_MAX];
	size_t count;
	unsigned value, unit, scale; /* scale: 0 nothing said yet; else of the last part: 1, 10, 100, 1000 */
	unsigned repeat;
	bool too_long;
};

static void put_digit(struct saying *saying, unsigned digit)
{
	if (saying->count == sizeof saying->digits) {
		saying->too_long = true;
		return;
	}
	saying->digits[saying->count++] = (char)('0' + digit);
}

static void flush(struct saying *saying)
{
	unsigned divisor = 1;
	if (!saying->scale)
		return;
	while (saying->value / divisor >= 10)
		divisor *= 10;
	for (; divisor; divisor /= 10)
		put_digit(saying, saying->value / divisor % 10);
	saying->value = saying->unit = saying->scale = 0;
}

static void say_unit(struct saying *saying, unsigned value)
{
	if (saying->repeat) {
		flush(saying);
		for (; saying->repeat; saying->repeat--)
			put_digit(saying, value);
		return;
	}
	bool joins = value && saying->scale >= 10;
	if (!joins)
		flush(saying);
	if (value == 0) {
		put_digit(saying, 0);
		return;
	}
	saying->value += value;
	saying->unit = value;
	saying->scale = 1;
}

static void say(struct saying *saying, unsigned value)
{
	if (value >= DOUBLE) {
		flush(saying);
		saying->repeat = value / 1000;
	} else if (value < 10) {
		say_unit(saying, value);
	} else if (value < 100) {
		if (saying->scale < 100)
			flush(saying);
		saying->value += value;
		saying->scale = value < 20 || value % 10 ? 1 : 10;
		saying->unit = 0;
	} else if (value == 100 && saying->scale == 1 && saying->unit) {
		saying->value += 99 * saying->unit; /* "eight hundred"; "two thousand eight hundred" */
		saying->scale = 100;
	} else if (value == 100) {
		if (saying->scale && saying->scale < 1000)
			flush(saying);
		saying->value += 100;
		saying->scale = 100;
	} else {
		if (saying->scale == 1000 || saying->value > 99)
			flush(saying);
		saying->value = (saying->value ? saying->value : 1) * 1000;
		saying->scale = 1000;
	}
}

/* A number in words, or in words and single digits, from `at` on; the tokens it takes. */
static size_t read_saying(const struct reader *reader, size_t at, bool commas, struct saying *saying)
{
	size_t last = SIZE_MAX;
	*saying = (struct saying){ .count = 0 };
	for (size_t token = at; token < reader->view->count && token < at + SPOKEN_TOKENS_MAX; token++) {
		struct str word = word_at(reader, token);
		unsigned value;
		bool link = last != SIZE_MAX &&
			    (str_eqc(word, "and") || str_eqc(word, "y") || str_eqc(word, "et") || str_eqc(word, "und") ||
				    is_mark(reader, token, '-') ||
				    (is_mark(reader, token, ',') && (commas || saying->count + (saying->scale > 0) >= 3)));
		if (number_word(word, &value)) {
			say(saying, value);
			last = token;
		} else if (last != SIZE_MAX && is_kind(reader, token, TOKEN_NUMBER) && is_digits(word, 0, word.len) && word.len <= 7) {
			flush(saying);
			for (size_t i = 0; i < word.len; i++)
				put_digit(saying, (unsigned)(word.ptr[i] - '0'));
			last = token;
		} else if (!link) {
			break;
		}
		if (reader->view->tokens[token].flags & TOKEN_BLANK_AFTER)
			break;
	}
	flush(saying);
	return last;
}

bool pattern_spoken(struct reader *reader, size_t at)
{
	struct saying saying;
	unsigned value;
	if (!number_word(word_at(reader, at), &value))
		return false;
	bool direct = after_words(reader, at, 4, pattern_dial_words);
	size_t last = read_saying(reader, at, direct, &saying);
	bool said = direct || after_words(reader, at, 5, pattern_call_words);
	size_t least = reader->contacts ? 3 : 7;
	struct str after = word_at(reader, last + 1);
	if (saying.too_long || saying.count < least || !said || (saying.count < 5 && !direct) || in_words(after, pattern_units) ||
		in_words(after, pattern_counted))
		return false;
	struct pattern *pattern = pattern_add(reader, PATTERN_PHONE, at, last);
	if (!pattern)
		return false;
	memcpy(pattern->digits, saying.digits, saying.count);
	pattern->digit_count = (uint8_t)saying.count;
	pattern->groups[0] = (uint8_t)saying.count;
	pattern->group_count = 1;
	pattern->confidence = 800;
	return true;
}

/* "example dot org", "example (dot) org", "example[.]org": the tokens of one dot, or SIZE_MAX. */
static size_t spoken_dot(const struct reader *reader, size_t at)
{
	bool open = is_mark(reader, at, '(') || is_mark(reader, at, '[');
	size_t dot = at + open;
	struct str word = word_at(reader, dot);
	bool said = str_eqc(word, "dot") || str_eqc(word, "punto") || str_eqc(word, "ponto") || str_eqc(word, "punkt");
	if (!said && !(open && is_mark(reader, dot, '.')))
		return SIZE_MAX;
	if (open && !is_mark(reader, dot + 1, ')') && !is_mark(reader, dot + 1, ']'))
		return SIZE_MAX;
	return dot + open;
}

bool pattern_spoken_host(struct reader *reader, size_t at)
{
	char host[128];
	size_t len = 0, last = at, dots = 0;
	if (!is_kind(reader, at, TOKEN_WORD) && !is_kind(reader, at, TOKEN_NUMBER))
		return false;
	for (size_t token = at;;) {
		struct str word = word_at(reader, token);
		if (!word.len || len + word.len + 1 > sizeof host)
			return false;
		memcpy(host + len, word.ptr, word.len);
		len += word.len;
		last = token;
		size_t plain = is_mark(reader, token + 1, '.') && glued(reader, token) && glued(reader, token + 1) ? token + 1 : SIZE_MAX;
		size_t dot = plain != SIZE_MAX ? plain : spoken_dot(reader, token + 1);
		if (dot == SIZE_MAX || (!is_kind(reader, dot + 1, TOKEN_WORD) && !is_kind(reader, dot + 1, TOKEN_NUMBER)))
			break;
		dots += plain == SIZE_MAX;
		host[len++] = '.';
		token = dot + 1;
	}
	struct str end = word_at(reader, last);
	if (!dots || (!in_words(end, pattern_domains) && !in_words(end, pattern_country_domains)))
		return false;
	struct pattern *pattern = pattern_add(reader, PATTERN_URL, at, last);
	if (pattern)
		pattern->host = arena_copy(reader->arena, str_make(host, len));
	return pattern != NULL;
}
