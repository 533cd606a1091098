/* pattern_number.c: numbers in groups, and what they are: dates, network addresses, cards, telephone numbers. */
#include "screen/pattern_priv.h"
#include "screen/pattern_words.h"

/* ---- numbers ---- */

static bool put_group(struct number *number, struct str digits)
{
	struct pattern *pattern = &number->pattern;
	if (pattern->digit_count + digits.len > PATTERN_DIGITS_MAX || pattern->group_count == PATTERN_GROUPS_MAX) {
		number->too_long = true;
		return false;
	}
	memcpy(pattern->digits + pattern->digit_count, digits.ptr, digits.len);
	pattern->digit_count = (uint8_t)(pattern->digit_count + digits.len);
	pattern->groups[pattern->group_count++] = (uint8_t)digits.len;
	return true;
}

/* The groups of one number token; false when it is an amount or a time ("1,000", "8:00"). */
static bool put_token(struct number *number, struct str word)
{
	struct str rest = word;
	for (size_t i = 0; i < word.len; i++)
		if (!((word.ptr[i] >= '0' && word.ptr[i] <= '9') || word.ptr[i] == '.'))
			return false;
	number->dots = number->dots || memchr(word.ptr, '.', word.len);
	while (rest.ptr)
		if (!put_group(number, str_split(&rest, '.')))
			return false;
	return true;
}

/* "1-800-SUICIDE": letters of a telephone's keys. */
static bool put_vanity(struct number *number, struct str word)
{
	static const char keys[] = "22233344455566677778889999";
	char digits[12];
	if (word.len < 3 || word.len > sizeof digits)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		bool digit = word.ptr[i] >= '0' && word.ptr[i] <= '9';
		if (!digit && (word.ptr[i] < 'a' || word.ptr[i] > 'z'))
			return false;
		digits[i] = digit ? word.ptr[i] : keys[word.ptr[i] - 'a'];
	}
	number->vanity = true;
	return put_group(number, str_make(digits, word.len));
}

/* Begins with 800, 833 and the like, with or without 1, and is not full yet. */
static bool toll_free(const struct number *number)
{
	const char *digits = number->pattern.digits;
	size_t count = number->pattern.digit_count, at = count && digits[0] == '1' ? 1 : 0;
	bool prefix = count >= at + 3 && digits[at] == '8' && memchr("03456789", digits[at + 1], 8) &&
		      memchr("03456789", digits[at + 2], 8);
	return prefix && count < at + 10;
}

/* A mark without white space on either side, before a number. */
static bool tight_mark(const struct reader *reader, size_t at, char mark)
{
	return is_mark(reader, at, mark) && glued(reader, at - 1) && glued(reader, at) && is_kind(reader, at + 1, TOKEN_NUMBER);
}

/* A mark between two groups, noted: '-', '/', '.', or 0. */
static char group_mark(const struct reader *reader, struct number *number, size_t at)
{
	if (is_mark(reader, at, '-') && is_kind(reader, at + 1, TOKEN_NUMBER)) {
		number->hyphens = true;
		return '-';
	}
	if (tight_mark(reader, at, '/')) {
		number->slashes = true;
		return '/';
	}
	if (tight_mark(reader, at, '.')) {
		number->dots = true;
		return '.';
	}
	return 0;
}

/* A number behind a space goes on unless a unit or a mark of amount follows: "24 hours", "24/7", "50 %". */
static bool goes_on(const struct reader *reader, size_t at)
{
	return !in_words(word_at(reader, at + 1), pattern_units) && !is_mark(reader, at + 1, '/') && !is_mark(reader, at + 1, '%');
}

/* Whether the number goes on behind token `at`, and where; notes what stands between. */
static bool next_group(const struct reader *reader, struct number *number, size_t at, size_t *ret_next)
{
	size_t next = at + 1;
	bool marked = number->hyphens || number->dots || number->slashes;
	if (reader->view->tokens[at].flags & TOKEN_LINE_AFTER)
		return false;
	bool closed = is_mark(reader, next, ')') && number->bracket;
	next += closed;
	if (group_mark(reader, number, next)) {
		*ret_next = next + 1;
		return true;
	}
	bool bracket = is_mark(reader, next, '(') && is_kind(reader, next + 1, TOKEN_NUMBER) && is_mark(reader, next + 2, ')');
	*ret_next = next + bracket;
	if (!is_kind(reader, *ret_next, TOKEN_NUMBER))
		return false;
	number->bracket = number->bracket || bracket;
	if (glued(reader, at) && !closed) {
		number->hyphens = true;
		return true;
	}
	/* a space: not behind groups that marks hold together */
	bool lead = closed || bracket || number->pattern.plus || number->pattern.digit_count <= 1;
	bool trunk = number->hyphens && !number->dots && number->pattern.digits[0] == '0' &&
		     number->pattern.groups[0] <= 4; /* 070-123 45 67 */
	if ((marked && !lead && !trunk) || !goes_on(reader, *ret_next))
		return false;
	number->spaces = true;
	return true;
}

/* The last group with an extension joined to it: "555-0147x77" folds to a word. */
static void take_joined_extension(const struct reader *reader, struct number *number, size_t *token)
{
	size_t next = *token + 1 +
		      (is_mark(reader, *token + 1, '-') || is_mark(reader, *token + 1, ')') || is_mark(reader, *token + 1, '.'));
	struct str word = word_at(reader, next);
	size_t digits = 0;
	while (is_digits(word, digits, digits + 1))
		digits++;
	if (number->pattern.digit_count < 3 || !is_kind(reader, next, TOKEN_WORD) || digits < 3 || digits > 7 || word.len < digits + 2 ||
		word.len > digits + 6 || word.ptr[digits] != 'x' || !is_digits(word, digits + 1, word.len) ||
		(next == *token + 1 && !hyphen_after(reader, *token) && !number->spaces))
		return;
	if (put_group(number, str_sub(word, 0, digits))) {
		number->hyphens = true;
		number->pattern.last = *token = next;
	}
}

/* The number that begins at `at` (a number, "+" or "("). */
static bool read_groups(const struct reader *reader, size_t at, struct number *number)
{
	size_t token = at, next;
	*number = (struct number){ .pattern = { .kind = PATTERN_PHONE, .first = at } };
	if (is_mark(reader, token, '+')) {
		if (!glued(reader, token))
			return false;
		number->pattern.plus = true;
		token++;
	}
	if (is_mark(reader, token, '(')) {
		number->bracket = true;
		token++;
	}
	if (!is_kind(reader, token, TOKEN_NUMBER) || !put_token(number, word_at(reader, token)))
		return false;
	if (number->bracket && !is_mark(reader, token + 1, ')'))
		return false;
	number->pattern.last = token;
	while (next_group(reader, number, token, &next)) {
		struct number before = *number;
		if (!put_token(number, word_at(reader, next))) {
			bool too_long = number->too_long;
			*number = before;
			number->too_long = too_long;
			break;
		}
		number->pattern.last = token = next;
	}
	take_joined_extension(reader, number, &token);
	while (toll_free(number) && hyphen_after(reader, token) && put_vanity(number, word_at(reader, token + 1)))
		number->pattern.last = ++token;
	if (number->vanity && is_mark(reader, token + 1, '(') && is_kind(reader, token + 2, TOKEN_NUMBER) &&
		is_mark(reader, token + 3, ')'))
		number->pattern.last = token + 3; /* the letters in digits */
	return true;
}
static bool is_year_span(const struct pattern *p)
{
	unsigned from = number_of(p->digits, 4), to = number_of(p->digits + 4, 4);
	return from >= 1800 && from <= 2200 && to >= 1800 && to <= 2200;
}

static bool is_day_month(unsigned day, unsigned month)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Groups that read as a date or a span of years. */
static bool is_date(const struct number *number)
{
	const struct pattern *p = &number->pattern;
	const uint8_t *g = p->groups;
	if (p->group_count == 2 && g[0] == 4 && g[1] == 4)
		return is_year_span(p);
	if (p->group_count != 3 || number->spaces || number->bracket || p->plus)
		return false;
	bool year_first = g[0] == 4 && g[1] <= 2 && g[2] <= 2;
	bool year_last = g[0] <= 2 && g[1] <= 2 && (g[2] == 4 || g[2] == 2);
	if (!year_first && !year_last)
		return false;
	unsigned a = number_of(p->digits, g[0]), month = number_of(p->digits + g[0], g[1]), c = number_of(p->digits + g[0] + g[1], g[2]);
	unsigned year = year_first ? a : c, day = year_first ? c : a;
	return (is_day_month(day, month) || is_day_month(month, day)) && (year < 100 || (year >= 1880 && year <= 2200));
}
static bool is_ip(const struct number *number)
{
	const struct pattern *p = &number->pattern;
	size_t at = 0;
	if (p->group_count != 4 || number->spaces || number->hyphens || number->slashes || number->bracket || p->plus)
		return false;
	for (size_t i = 0; i < 4; at += p->groups[i++])
		if (p->groups[i] < 1 || p->groups[i] > 3 || number_of(p->digits + at, p->groups[i]) > 255)
			return false;
	return true;
}

static bool has_shape(const struct pattern *p, const char *shape)
{
	size_t count = strlen(shape);
	for (size_t i = 0; i < count; i++)
		if (p->group_count != count || p->groups[i] != shape[i] - '0')
			return false;
	return true;
}

/* Groups that only spaces hold together: a few common shapes (North America, Spain), or a national prefix. */
static bool spaced_as_phone(const struct pattern *p)
{
	if (p->digits[0] == '0')
		return p->digit_count >= 9 && p->groups[0] >= 2;
	if (has_shape(p, "334"))
		return p->digits[0] >= '2';
	if (has_shape(p, "344"))
		return p->digits[0] == '1' && p->digits[1] >= '3'; /* China, mobile */
	if (has_shape(p, "55"))
		return p->digits[0] >= '6'; /* India, mobile */
	if (has_shape(p, "333") || has_shape(p, "3222"))
		return p->digits[0] >= '6';
	return has_shape(p, "1334") && p->digits[0] == '1';
}

/* Groups as people write telephone numbers: two to eight, none of more than six digits. */
static bool grouped_as_phone(const struct number *number)
{
	const struct pattern *p = &number->pattern;
	size_t longest = 0, shortest = PATTERN_DIGITS_MAX;
	for (size_t i = 0; i < p->group_count; i++) {
		longest = p->groups[i] > longest ? p->groups[i] : longest;
		shortest = i && p->groups[i] < shortest ? p->groups[i] : shortest;
	}
	if (number->vanity)
		return true;
	if (number->dots && (p->group_count < 3 || p->digit_count < 9))
		return false; /* an amount or a version */
	if (number->spaces && !number->hyphens && !number->bracket)
		return spaced_as_phone(p);
	if (has_shape(p, "324") || (has_shape(p, "3332") && number->dots))
		return false; /* the groups of a social security number, of a CPF */
	return p->group_count >= 2 && longest <= 8 && shortest >= 2 && p->digit_count >= 7;
}

/* "... is my cell", "... is her new number". */
static bool told_behind(const struct reader *reader, const struct pattern *p)
{
	static const char *const is[] = { "is", "es", "ist", "est", "é", NULL };
	return in_words(word_at(reader, p->last + 1), is) && in_words(word_at(reader, p->last + 2), pattern_whose) &&
	       before_words(reader, p->last + 2, 2, pattern_call_words);
}

/* "get me at ...", "found under ...": not "at 10.30.45", a time. */
static bool reached_at(const struct reader *reader, const struct pattern *p)
{
	static const char *const whom[] = { "me", "us", "him", "her", "them", NULL };
	return p->first >= 2 && in_words(word_at(reader, p->first - 1), pattern_place_words) &&
	       in_words(word_at(reader, p->first - 2), whom) && p->digit_count >= 7;
}

static bool told(const struct reader *reader, const struct pattern *p)
{
	return after_words(reader, p->first, 5, pattern_call_words) || told_behind(reader, p) || reached_at(reader, p);
}

/* A client's own number, or somebody's: the form alone must say so, or the words before. */
static bool is_phone(const struct reader *reader, const struct number *number)
{
	const struct pattern *p = &number->pattern;
	bool said = told(reader, p);
	if (p->digit_count < 7 || p->digit_count > 15 || number->too_long)
		return false;
	if (!said && after_words(reader, p->first, 3, pattern_id_words))
		return false;
	if (p->plus || number->vanity)
		return true;
	if (number->bracket)
		return p->digit_count >= 9 || said || (p->digit_count == 8 && number->hyphens);
	if (p->group_count == 1) {
		bool local = p->digits[0] == '0' || p->digits[0] >= '2';
		return said || ((p->digit_count == 10 || p->digit_count == 11) && local && !(p->digit_count == 11 && p->digits[0] != '0'));
	}
	bool area = p->digits[0] == '0' && p->group_count == 2 && p->digit_count >= 9; /* 08162/12345 */
	return said ? p->group_count <= 8 : grouped_as_phone(number) && (!number->slashes || area);
}

/* Four digits that read as a year: 1900 to 2099. */
static bool is_year(const struct pattern *p)
{
	return p->group_count == 1 && p->digit_count == 4 && p->digits[0] != '0' && number_of(p->digits, 2) >= 19 &&
	       number_of(p->digits, 2) <= 20;
}

/* An amount or a count ("30 minutes"), or "24/7": no number to call. */
static bool is_counted(const struct reader *reader, const struct number *number)
{
	const struct pattern *p = &number->pattern;
	struct str after = word_at(reader, p->last + 1);
	return (number->slashes && p->digit_count == 3 && memcmp(p->digits, "247", 3) == 0) || in_words(after, pattern_units) ||
	       in_words(after, pattern_counted);
}

/* A number in one piece. */
static bool is_plain_contact(const struct reader *reader, const struct pattern *p, bool direct, bool said)
{
	if (p->digit_count <= 6)
		return direct || after_words(reader, p->first, 2, pattern_call_words) ||
		       (said && after_words(reader, p->first, 1, pattern_place_words));
	return said || p->digit_count == 10 || p->digit_count == 11;
}

/* What an assistant's reader could take for a number to call. */
static bool is_contact(const struct reader *reader, const struct number *number)
{
	const struct pattern *p = &number->pattern;
	bool direct = after_words(reader, p->first, 3, pattern_dial_words);
	bool said = direct || after_words(reader, p->first, 6, pattern_call_words) || before_words(reader, p->last, 2, pattern_call_words);
	if (p->digit_count < 3 || p->digit_count > 15)
		return p->digit_count > 15 && said;
	if (is_counted(reader, number))
		return false;
	if (p->plus || number->bracket || number->vanity)
		return p->digit_count >= 6 || said;
	bool told = (said && after_words(reader, p->first, 1, pattern_place_words)) || after_words(reader, p->first, 1, pattern_line_words);
	if (p->digit_count < 5) /* "the line is at 988", "hotline 988" */
		return (direct || (told && p->digit_count >= 3)) && !is_year(p);
	if (p->group_count == 1)
		return is_plain_contact(reader, p, direct, said);
	if (number->dots && !said)
		return grouped_as_phone(number);
	if (number->spaces && after_words(reader, p->first, 1, pattern_place_words))
		return true; /* "they answer on 116 123" */
	return said || (p->digit_count >= 6 && grouped_as_phone(number));
}

static bool keep_number(struct reader *reader, const struct number *number, enum pattern_kind kind)
{
	struct pattern *pattern = pattern_add(reader, kind, number->pattern.first, number->pattern.last);
	if (!pattern)
		return false;
	size_t start = pattern->start, end = pattern->end;
	*pattern = number->pattern;
	pattern->kind = kind;
	pattern->start = start;
	pattern->end = end;
	pattern->confidence = 900;
	return true;
}

/* "ext. 12", "x123" behind a telephone number belong to it. */
static void take_extension(const struct reader *reader, struct number *number)
{
	static const char *const words[] = { "ext", "extension", "x", "extn", "poste", "durchwahl", "int", NULL };
	size_t next = number->pattern.last + 1;
	struct str word = word_at(reader, next);
	if (reader->view->tokens[next - 1].flags & TOKEN_LINE_AFTER)
		return;
	if (word.len >= 2 && word.len <= 7 && word.ptr[0] == 'x' && is_digits(word, 1, word.len)) {
		number->pattern.last = next;
		return;
	}
	if (!in_words(word, words))
		return;
	next += 1 + is_mark(reader, next + 1, '.');
	if (is_kind(reader, next, TOKEN_NUMBER) && word_at(reader, next).len <= 6)
		number->pattern.last = next;
}

/* "555-0199x12" folds to one word with a letter: the number before it. */
static bool keep_phone(struct reader *reader, struct number *number)
{
	take_extension(reader, number);
	return keep_number(reader, number, PATTERN_PHONE);
}

/* A number of a client's text. */
static bool read_identifier(struct reader *reader, struct number *number)
{
	enum pattern_kind kind;
	bool date = is_date(number);
	if (date && after_words(reader, number->pattern.first, 6, pattern_birth_words))
		return keep_number(reader, number, PATTERN_BIRTH);
	if (is_ip(number))
		return keep_number(reader, number, PATTERN_IP);
	if (pattern_id_number(reader, number, date, &kind))
		return keep_number(reader, number, kind);
	return !date && is_phone(reader, number) && keep_phone(reader, number);
}

bool pattern_number(struct reader *reader, size_t at)
{
	struct number number;
	bool starts = is_kind(reader, at, TOKEN_NUMBER) || ((is_mark(reader, at, '+') || is_mark(reader, at, '(')) &&
								   (is_kind(reader, at + 1, TOKEN_NUMBER) || is_mark(reader, at + 1, '(')));
	if (!starts || !read_groups(reader, at, &number))
		return false;
	if (!reader->contacts && read_identifier(reader, &number))
		return true;
	if (reader->contacts && !is_date(&number) && is_contact(reader, &number))
		return keep_number(reader, &number, PATTERN_PHONE);
	/* a number of no interest is passed over whole: its tail is no number of its own. Not what spaces alone hold together
	 * in an assistant's text: a short code may stand behind another number. */
	reader->barrier = reader->contacts && number.spaces ? at + 1 : number.pattern.last + 1;
	return true;
}
