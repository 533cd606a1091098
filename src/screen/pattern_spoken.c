/* pattern_spoken.c: numbers and web addresses written as words: "nine eight eight", "eight hundred", "trois mille cent quatorze",
 * "example dot org". Words of one number stand side by side, at most a hyphen or "and" between them. */
#include "screen/pattern_priv.h"
#include "screen/pattern_words.h"

#define SPOKEN_TOKENS_MAX 40u

struct number_word {
	struct str word;
	uint16_t value; /* 0-99, 100, 1000; DOUBLE, TRIPLE */
};

#define DOUBLE 2000u
#define TRIPLE 3000u

/* By bytes: the words of one first letter stand together (number_starts). */
static const struct number_word number_words[] = { { STR_INIT("acht"), 8 }, { STR_INIT("catorce"), 14 }, { STR_INIT("cent"), 100 },
	{ STR_INIT("cero"), 0 }, { STR_INIT("cien"), 100 }, { STR_INIT("ciento"), 100 }, { STR_INIT("cinco"), 5 },
	{ STR_INIT("cincuenta"), 50 }, { STR_INIT("cinq"), 5 }, { STR_INIT("cinquante"), 50 }, { STR_INIT("cuarenta"), 40 },
	{ STR_INIT("cuatro"), 4 }, { STR_INIT("deux"), 2 }, { STR_INIT("diecinueve"), 19 }, { STR_INIT("dieciocho"), 18 },
	{ STR_INIT("diecisiete"), 17 }, { STR_INIT("dieciséis"), 16 }, { STR_INIT("diez"), 10 }, { STR_INIT("dix"), 10 },
	{ STR_INIT("doce"), 12 }, { STR_INIT("dois"), 2 }, { STR_INIT("dos"), 2 }, { STR_INIT("double"), DOUBLE },
	{ STR_INIT("douze"), 12 }, { STR_INIT("drei"), 3 }, { STR_INIT("eight"), 8 }, { STR_INIT("eighteen"), 18 },
	{ STR_INIT("eighty"), 80 }, { STR_INIT("eins"), 1 }, { STR_INIT("eleven"), 11 }, { STR_INIT("elf"), 11 },
	{ STR_INIT("fifteen"), 15 }, { STR_INIT("fifty"), 50 }, { STR_INIT("five"), 5 }, { STR_INIT("forty"), 40 }, { STR_INIT("four"), 4 },
	{ STR_INIT("fourteen"), 14 }, { STR_INIT("fünf"), 5 }, { STR_INIT("huit"), 8 }, { STR_INIT("hundred"), 100 },
	{ STR_INIT("mil"), 1000 }, { STR_INIT("mille"), 1000 }, { STR_INIT("neuf"), 9 }, { STR_INIT("neun"), 9 }, { STR_INIT("nine"), 9 },
	{ STR_INIT("nineteen"), 19 }, { STR_INIT("ninety"), 90 }, { STR_INIT("nove"), 9 }, { STR_INIT("noventa"), 90 },
	{ STR_INIT("nueve"), 9 }, { STR_INIT("null"), 0 }, { STR_INIT("ochenta"), 80 }, { STR_INIT("ocho"), 8 }, { STR_INIT("oh"), 0 },
	{ STR_INIT("oito"), 8 }, { STR_INIT("once"), 11 }, { STR_INIT("one"), 1 }, { STR_INIT("onze"), 11 }, { STR_INIT("quarante"), 40 },
	{ STR_INIT("quatorze"), 14 }, { STR_INIT("quatre"), 4 }, { STR_INIT("quatro"), 4 }, { STR_INIT("quince"), 15 },
	{ STR_INIT("quinze"), 15 }, { STR_INIT("sechs"), 6 }, { STR_INIT("seis"), 6 }, { STR_INIT("seize"), 16 }, { STR_INIT("sept"), 7 },
	{ STR_INIT("sesenta"), 60 }, { STR_INIT("sete"), 7 }, { STR_INIT("setenta"), 70 }, { STR_INIT("seven"), 7 },
	{ STR_INIT("seventeen"), 17 }, { STR_INIT("seventy"), 70 }, { STR_INIT("sieben"), 7 }, { STR_INIT("siete"), 7 },
	{ STR_INIT("six"), 6 }, { STR_INIT("sixteen"), 16 }, { STR_INIT("sixty"), 60 }, { STR_INIT("soixante"), 60 },
	{ STR_INIT("ten"), 10 }, { STR_INIT("thirteen"), 13 }, { STR_INIT("thirty"), 30 }, { STR_INIT("thousand"), 1000 },
	{ STR_INIT("three"), 3 }, { STR_INIT("trece"), 13 }, { STR_INIT("treinta"), 30 }, { STR_INIT("treize"), 13 },
	{ STR_INIT("trente"), 30 }, { STR_INIT("tres"), 3 }, { STR_INIT("triple"), TRIPLE }, { STR_INIT("trois"), 3 },
	{ STR_INIT("três"), 3 }, { STR_INIT("twelve"), 12 }, { STR_INIT("twenty"), 20 }, { STR_INIT("two"), 2 }, { STR_INIT("um"), 1 },
	{ STR_INIT("un"), 1 }, { STR_INIT("uno"), 1 }, { STR_INIT("veinte"), 20 }, { STR_INIT("veinticinco"), 25 },
	{ STR_INIT("veinticuatro"), 24 }, { STR_INIT("veintidós"), 22 }, { STR_INIT("veintinueve"), 29 }, { STR_INIT("veintiocho"), 28 },
	{ STR_INIT("veintisiete"), 27 }, { STR_INIT("veintiséis"), 26 }, { STR_INIT("veintitrés"), 23 }, { STR_INIT("veintiuno"), 21 },
	{ STR_INIT("vier"), 4 }, { STR_INIT("vingt"), 20 }, { STR_INIT("zehn"), 10 }, { STR_INIT("zero"), 0 }, { STR_INIT("zwei"), 2 },
	{ STR_INIT("zwo"), 2 }, { STR_INIT("zwölf"), 12 }, { STR_INIT("zéro"), 0 }, { STR_INIT("أربعة"), 4 }, { STR_INIT("اثنان"), 2 },
	{ STR_INIT("اثنين"), 2 }, { STR_INIT("تسعة"), 9 }, { STR_INIT("ثلاثة"), 3 }, { STR_INIT("ثمانية"), 8 }, { STR_INIT("خمسة"), 5 },
	{ STR_INIT("سبعة"), 7 }, { STR_INIT("ستة"), 6 }, { STR_INIT("صفر"), 0 }, { STR_INIT("واحد"), 1 }, { STR_INIT("〇"), 0 },
	{ STR_INIT("一"), 1 }, { STR_INIT("七"), 7 }, { STR_INIT("三"), 3 }, { STR_INIT("九"), 9 }, { STR_INIT("二"), 2 },
	{ STR_INIT("五"), 5 }, { STR_INIT("八"), 8 }, { STR_INIT("六"), 6 }, { STR_INIT("四"), 4 }, { STR_INIT("幺"), 1 },
	{ STR_INIT("零"), 0 } };

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
		if (str_eq(word, number_words[i].word)) {
			*ret_value = number_words[i].value;
			return true;
		}
	return false;
}

void pattern_spoken_starts(struct pattern_starts *starts)
{
	for (size_t i = 0; i < COUNT_OF(number_words); i++) {
		const char *const one[] = { number_words[i].word.ptr, NULL };
		pattern_starts_add(starts, one);
	}
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
	if (!pattern_may_start(reader, at) || !number_word(word_at(reader, at), &value))
		return false;
	size_t least = reader->contacts ? 3 : 7;
	(void)read_saying(reader, at, true, &saying); /* as far as it could be read */
	if (saying.count < least)
		return false; /* "one", as most words of numbers */
	bool direct = after_words(reader, at, 4, pattern_dial_words);
	size_t last = read_saying(reader, at, direct, &saying);
	bool said = direct || after_words(reader, at, 5, pattern_call_words);
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
