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

static const struct number_word number_words[] = { { "zero", 0 }, { "oh", 0 }, { "one", 1 }, { "two", 2 }, { "three", 3 }, { "four", 4 },
	{ "five", 5 }, { "six", 6 }, { "seven", 7 }, { "eight", 8 }, { "nine", 9 }, { "ten", 10 }, { "eleven", 11 }, { "twelve", 12 },
	{ "thirteen", 13 }, { "fourteen", 14 }, { "fifteen", 15 }, { "sixteen", 16 }, { "seventeen", 17 }, { "eighteen", 18 },
	{ "nineteen", 19 }, { "twenty", 20 }, { "thirty", 30 }, { "forty", 40 }, { "fifty", 50 }, { "sixty", 60 }, { "seventy", 70 },
	{ "eighty", 80 }, { "ninety", 90 }, { "hundred", 100 }, { "thousand", 1000 }, { "double", DOUBLE }, { "triple", TRIPLE },
	{ "cero", 0 }, { "uno", 1 }, { "dos", 2 }, { "tres", 3 }, { "cuatro", 4 }, { "cinco", 5 }, { "seis", 6 }, { "siete", 7 },
	{ "ocho", 8 }, { "nueve", 9 }, { "diez", 10 }, { "once", 11 }, { "doce", 12 }, { "trece", 13 }, { "catorce", 14 }, { "quince", 15 },
	{ "dieciséis", 16 }, { "diecisiete", 17 }, { "dieciocho", 18 }, { "diecinueve", 19 }, { "veinte", 20 }, { "veintiuno", 21 },
	{ "veintidós", 22 }, { "veintitrés", 23 }, { "veinticuatro", 24 }, { "veinticinco", 25 }, { "veintiséis", 26 },
	{ "veintisiete", 27 }, { "veintiocho", 28 }, { "veintinueve", 29 }, { "treinta", 30 }, { "cuarenta", 40 }, { "cincuenta", 50 },
	{ "sesenta", 60 }, { "setenta", 70 }, { "ochenta", 80 }, { "noventa", 90 }, { "cien", 100 }, { "ciento", 100 }, { "mil", 1000 },
	{ "zéro", 0 }, { "un", 1 }, { "deux", 2 }, { "trois", 3 }, { "quatre", 4 }, { "cinq", 5 }, { "sept", 7 }, { "huit", 8 },
	{ "neuf", 9 }, { "dix", 10 }, { "onze", 11 }, { "douze", 12 }, { "treize", 13 }, { "quatorze", 14 }, { "quinze", 15 },
	{ "seize", 16 }, { "vingt", 20 }, { "trente", 30 }, { "quarante", 40 }, { "cinquante", 50 }, { "soixante", 60 }, { "cent", 100 },
	{ "mille", 1000 }, { "null", 0 }, { "eins", 1 }, { "zwei", 2 }, { "zwo", 2 }, { "drei", 3 }, { "vier", 4 }, { "fünf", 5 },
	{ "sechs", 6 }, { "sieben", 7 }, { "acht", 8 }, { "neun", 9 }, { "zehn", 10 }, { "elf", 11 }, { "zwölf", 12 }, { "um", 1 },
	{ "dois", 2 }, { "três", 3 }, { "quatro", 4 }, { "sete", 7 }, { "oito", 8 }, { "nove", 9 }, { "零", 0 }, { "〇", 0 }, { "一", 1 },
	{ "二", 2 }, { "三", 3 }, { "四", 4 }, { "五", 5 }, { "六", 6 }, { "七", 7 }, { "八", 8 }, { "九", 9 }, { "幺", 1 }, { "صفر", 0 },
	{ "واحد", 1 }, { "اثنان", 2 }, { "اثنين", 2 }, { "ثلاثة", 3 }, { "أربعة", 4 }, { "خمسة", 5 }, { "ستة", 6 }, { "سبعة", 7 },
	{ "ثمانية", 8 }, { "تسعة", 9 } };

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
	for (size_t i = 0; i < COUNT_OF(number_words); i++)
		if (number_words[i].word[0] == word.ptr[0] && str_eqc(word, number_words[i].word)) {
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
