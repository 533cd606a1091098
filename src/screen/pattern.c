/* pattern.c: see pattern.h. One pass over the tokens; at each, the readers of web addresses, dates, streets and numbers are
 * asked in that order, and what one takes no other sees. */
#include "screen/pattern.h"

#include "screen/pattern_words.h"

struct reader {
	struct arena *arena;
	struct str text;
	const struct view *view;
	bool contacts;
	size_t barrier; /* the first token behind the last pattern */
	struct patterns *out;
	bool failed;
};

static struct str word_at(const struct reader *reader, size_t index)
{
	return index < reader->view->count ? token_text(reader->view, &reader->view->tokens[index]) : (struct str){ "", 0 };
}

static bool is_kind(const struct reader *reader, size_t index, enum token_kind kind)
{
	return index < reader->view->count && reader->view->tokens[index].kind == kind;
}

static bool is_mark(const struct reader *reader, size_t index, char mark)
{
	return is_kind(reader, index, TOKEN_PUNCT) && word_at(reader, index).len == 1 && word_at(reader, index).ptr[0] == mark;
}

/* No white space between a token and the next. */
static bool glued(const struct reader *reader, size_t index)
{
	return index + 1 < reader->view->count && !(reader->view->tokens[index].flags & (TOKEN_SPACE_AFTER | TOKEN_LINE_AFTER));
}

/* A hyphen or underscore that folding took away stands between a token and the next. */
static bool hyphen_after(const struct reader *reader, size_t index)
{
	return glued(reader, index) && reader->view->tokens[index].end < reader->view->tokens[index + 1].start &&
	       memchr("-_\xE2\xEF", reader->text.ptr[reader->view->tokens[index].end], 4) != NULL;
}

static bool in_words(struct str word, const char *const *list)
{
	for (size_t i = 0; word.len && list[i]; i++)
		if (list[i][0] == word.ptr[0] && str_eqc(word, list[i]))
			return true;
	return false;
}

/* One of the words stands among the `reach` words before a token, in its line. */
static bool after_words(const struct reader *reader, size_t index, size_t reach, const char *const *list)
{
	for (size_t seen = 0; index > 0 && seen < reach; index--) {
		const struct token *before = &reader->view->tokens[index - 1];
		if (before->flags & TOKEN_BLANK_AFTER)
			return false;
		if (before->kind == TOKEN_PUNCT)
			continue;
		if (in_words(word_at(reader, index - 1), list))
			return true;
		seen++;
	}
	return false;
}

static bool before_words(const struct reader *reader, size_t index, size_t reach, const char *const *list)
{
	for (size_t i = index + 1; i <= index + reach && i < reader->view->count; i++)
		if (in_words(word_at(reader, i), list))
			return true;
	return false;
}

static struct pattern *add(struct reader *reader, enum pattern_kind kind, size_t first, size_t last)
{
	struct patterns *out = reader->out;
	if (out->count == out->capacity) {
		size_t capacity = out->capacity * 2 + 8;
		struct pattern *items = ARENA_ARRAY(reader->arena, struct pattern, capacity);
		if (!items) {
			reader->failed = true;
			return NULL;
		}
		if (out->count)
			memcpy(items, out->items, out->count * sizeof *items);
		out->items = items;
		out->capacity = capacity;
	}
	struct pattern *pattern = &out->items[out->count++];
	*pattern = (struct pattern){ .kind = kind, .first = first, .last = last };
	reader->barrier = last + 1;
	return pattern;
}

/* ---- web and e-mail ---- */

static bool host_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || (unsigned char)c >= 0x80;
}

struct str pattern_host(struct arena *arena, struct str url)
{
	struct str copy = arena_copy(arena, url);
	char *bytes = (char *)(uintptr_t)copy.ptr;
	size_t scheme = str_find(copy, STR("://"), 0), len = 0;
	for (size_t i = 0; i < copy.len; i++)
		bytes[i] = copy.ptr[i] >= 'A' && copy.ptr[i] <= 'Z' ? (char)(copy.ptr[i] | 0x20) : copy.ptr[i];
	struct str host = scheme == SIZE_MAX ? copy : str_sub(copy, scheme + 3, copy.len);
	if (str_starts(host, STR("www.")))
		host = str_sub(host, 4, host.len);
	while (len < host.len && host_byte(host.ptr[len]))
		len++;
	while (len && host.ptr[len - 1] == '.')
		len--;
	return str_sub(host, 0, len);
}

/* The last token of the run of words, numbers and full stops glued together from `at`; a closing full stop is no part. */
static size_t host_end(const struct reader *reader, size_t at)
{
	while (glued(reader, at)) {
		bool word = is_kind(reader, at + 1, TOKEN_WORD) || is_kind(reader, at + 1, TOKEN_NUMBER);
		bool dot = is_mark(reader, at + 1, '.') && glued(reader, at + 1) &&
			   (is_kind(reader, at + 2, TOKEN_WORD) || is_kind(reader, at + 2, TOKEN_NUMBER));
		if (!word && !dot)
			break;
		at++;
	}
	return at;
}

/* The text of tokens as written, with the hyphens that folding dropped. */
static struct str written(const struct reader *reader, size_t first, size_t last)
{
	struct buf_like {
		char *ptr;
		size_t len;
	} out = { NULL, 0 };
	size_t room = 1;
	for (size_t i = first; i <= last; i++)
		room += word_at(reader, i).len + 1;
	out.ptr = arena_alloc(reader->arena, room, 1);
	for (size_t i = first; out.ptr && i <= last; i++) {
		struct str word = word_at(reader, i);
		memcpy(out.ptr + out.len, word.ptr, word.len);
		out.len += word.len;
		if (i < last && hyphen_after(reader, i))
			out.ptr[out.len++] = '-';
	}
	return str_make(out.ptr ? out.ptr : "", out.len);
}

/* The end of a URL's path and query: everything glued on, without closing marks. */
static size_t path_end(const struct reader *reader, size_t at)
{
	size_t last = at;
	while (glued(reader, at)) {
		at++;
		if (!is_kind(reader, at, TOKEN_PUNCT) || is_mark(reader, at, '/'))
			last = at;
	}
	return last;
}

static bool read_email(struct reader *reader, size_t at)
{
	if (!is_mark(reader, at, '@') || at == 0 || !glued(reader, at) || !glued(reader, at - 1))
		return false;
	size_t first = at - 1, last = host_end(reader, at + 1);
	bool dotted = false;
	for (size_t i = at + 1; i <= last; i++)
		dotted = dotted || is_mark(reader, i, '.') || memchr(word_at(reader, i).ptr, '.', word_at(reader, i).len);
	if (!dotted || is_kind(reader, first, TOKEN_PUNCT))
		return false;
	while (first > reader->barrier && glued(reader, first - 1) &&
		(!is_kind(reader, first - 1, TOKEN_PUNCT) || is_mark(reader, first - 1, '.') || is_mark(reader, first - 1, '+') ||
			is_mark(reader, first - 1, '-') || is_mark(reader, first - 1, '%')))
		first--;
	return add(reader, PATTERN_EMAIL, first, last) != NULL;
}

/* A name that ends in a domain of the list, with nothing but a path behind it. */
static bool is_host(const struct reader *reader, size_t first, size_t last)
{
	if (last < first + 2 || !is_mark(reader, last - 1, '.') || !is_kind(reader, last, TOKEN_WORD))
		return false;
	struct str end = word_at(reader, last), label = word_at(reader, last - 2);
	if (in_words(end, pattern_domains))
		return label.len >= 2;
	bool sentence = reader->view->tokens[last].flags & TOKEN_CAPITAL; /* "done.Es": a space was forgotten */
	return !sentence && in_words(end, pattern_country_domains) && label.len >= 3;
}

static bool read_url(struct reader *reader, size_t at)
{
	size_t host = at;
	struct str word = word_at(reader, at);
	bool scheme = (str_eqc(word, "http") || str_eqc(word, "https")) && is_mark(reader, at + 1, ':') && is_mark(reader, at + 2, '/') &&
		      is_mark(reader, at + 3, '/') && glued(reader, at + 3);
	if (!is_kind(reader, at, TOKEN_WORD) && !is_kind(reader, at, TOKEN_NUMBER))
		return false;
	if (scheme)
		host = at + 4;
	else if (at > reader->barrier && glued(reader, at - 1) && !is_mark(reader, at - 1, '(') && !is_mark(reader, at - 1, '"') &&
		 !is_mark(reader, at - 1, '['))
		return false;
	size_t last = host_end(reader, host);
	if (last >= reader->view->count || (!scheme && !is_host(reader, host, last)))
		return false;
	struct str name = pattern_host(reader->arena, written(reader, host, last));
	size_t end = is_mark(reader, last + 1, '/') || is_mark(reader, last + 1, '?') || is_mark(reader, last + 1, ':') ||
				     is_mark(reader, last + 1, '#')
			     ? path_end(reader, last)
			     : last;
	if (is_mark(reader, last + 1, '@') && glued(reader, last))
		return false;
	struct pattern *pattern = add(reader, PATTERN_URL, at, end);
	if (pattern)
		pattern->host = name;
	return pattern != NULL;
}

/* ---- DOI, PMID ---- */

static bool read_doi(struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at);
	if (!is_kind(reader, at, TOKEN_NUMBER) || !str_starts(word, STR("10.")) || word.len < 7 || !is_mark(reader, at + 1, '/') ||
		!glued(reader, at) || !glued(reader, at + 1))
		return false;
	return add(reader, PATTERN_DOI, at, path_end(reader, at + 1)) != NULL;
}

static bool read_pmid(struct reader *reader, size_t at)
{
	size_t number = at + 1;
	if (!str_eqc(word_at(reader, at), "pmid"))
		return false;
	while (is_mark(reader, number, ':') || is_mark(reader, number, '#') || is_mark(reader, number, '.'))
		number++;
	return is_kind(reader, number, TOKEN_NUMBER) && add(reader, PATTERN_PMID, at, number) != NULL;
}

/* ---- numbers ---- */

/* Numbers with what may stand between the groups of one number. */
struct number {
	struct pattern pattern;
	bool bracket, hyphens, dots, slashes, spaces, vanity, too_long;
};

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
	if ((marked && !lead) || !goes_on(reader, *ret_next))
		return false;
	number->spaces = true;
	return true;
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
	while (toll_free(number) && hyphen_after(reader, token) && put_vanity(number, word_at(reader, token + 1)))
		number->pattern.last = ++token;
	if (number->vanity && is_mark(reader, token + 1, '(') && is_kind(reader, token + 2, TOKEN_NUMBER) &&
		is_mark(reader, token + 3, ')'))
		number->pattern.last = token + 3; /* the letters in digits */
	return true;
}

static unsigned number_of(const char *digits, size_t count)
{
	unsigned value = 0;
	for (size_t i = 0; i < count; i++)
		value = value * 10 + (unsigned)(digits[i] - '0');
	return value;
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

static bool luhn(const char *digits, size_t count)
{
	unsigned sum = 0;
	for (size_t i = 0; i < count; i++) {
		unsigned value = (unsigned)(digits[count - 1 - i] - '0');
		if (i % 2)
			value = value * 2 > 9 ? value * 2 - 9 : value * 2;
		sum += value;
	}
	return sum % 10 == 0;
}

static bool is_card(const struct number *number)
{
	const struct pattern *p = &number->pattern;
	if (p->digit_count < 12 || p->digit_count > 19 || p->plus || number->bracket || number->dots || number->vanity)
		return false;
	return memchr("23456", p->digits[0], 5) && luhn(p->digits, p->digit_count);
}

/* NHS number: ten digits, the last a check by weights 10 to 2, modulo 11 (NHS Data Dictionary). */
static bool is_nhs(const struct number *number)
{
	const char *digits = number->pattern.digits;
	unsigned sum = 0;
	if (number->pattern.digit_count != 10)
		return false;
	for (unsigned i = 0; i < 9; i++)
		sum += (10 - i) * (unsigned)(digits[i] - '0');
	unsigned check = 11 - sum % 11;
	return (check == 11 ? 0 : check) == (unsigned)(digits[9] - '0');
}

static bool is_ssn(const struct reader *reader, const struct number *number)
{
	const struct pattern *p = &number->pattern;
	if (p->digit_count != 9 || p->plus || number->bracket)
		return false;
	unsigned area = number_of(p->digits, 3), group = number_of(p->digits + 3, 2), serial = number_of(p->digits + 5, 4);
	bool formed = p->group_count == 3 && p->groups[0] == 3 && p->groups[1] == 2;
	bool said = after_words(reader, p->first, 5, pattern_ssn_words);
	return (formed || said) && area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
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
	if (has_shape(p, "324"))
		return false; /* a social security number's groups */
	return p->group_count >= 2 && longest <= 8 && shortest >= 2 && p->digit_count >= 7;
}

/* A client's own number, or somebody's: the form alone must say so, or the words before. */
static bool is_phone(const struct reader *reader, const struct number *number)
{
	const struct pattern *p = &number->pattern;
	bool said = after_words(reader, p->first, 5, pattern_call_words);
	if (p->digit_count < 7 || p->digit_count > 15 || number->too_long)
		return false;
	if (!said && after_words(reader, p->first, 3, pattern_id_words))
		return false;
	if (p->plus || number->vanity)
		return true;
	if (number->bracket)
		return p->digit_count >= 9 || said;
	if (p->group_count == 1) {
		bool local = p->digits[0] == '0' || p->digits[0] >= '2';
		return said || ((p->digit_count == 10 || p->digit_count == 11) && local && !(p->digit_count == 11 && p->digits[0] != '0'));
	}
	return said ? p->group_count <= 8 : grouped_as_phone(number) && !number->slashes;
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
		return direct || after_words(reader, p->first, 2, pattern_call_words);
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
	if (p->digit_count < 5)
		return direct && !is_year(p);
	if (p->group_count == 1)
		return is_plain_contact(reader, p, direct, said);
	if (number->dots && !said)
		return grouped_as_phone(number);
	if (number->spaces && after_words(reader, p->first, 1, pattern_place_words))
		return true; /* "they answer on 116 123" */
	return said || (p->digit_count >= 6 && grouped_as_phone(number));
}

static bool after_record(const struct reader *reader, size_t at)
{
	return after_words(reader, at, 3, pattern_record_names) ||
	       (after_words(reader, at, 4, pattern_record_words) && after_words(reader, at, 2, pattern_number_words));
}

static bool is_record(const struct reader *reader, const struct number *number)
{
	return number->pattern.digit_count >= 4 && after_record(reader, number->pattern.first);
}

static bool keep_number(struct reader *reader, const struct number *number, enum pattern_kind kind)
{
	struct pattern *pattern = add(reader, kind, number->pattern.first, number->pattern.last);
	if (!pattern)
		return false;
	*pattern = number->pattern;
	pattern->kind = kind;
	return true;
}

/* Returns whether the tokens are used up, as a pattern or as a number of no interest. */
static bool read_number(struct reader *reader, size_t at)
{
	struct number number;
	bool starts = is_kind(reader, at, TOKEN_NUMBER) || ((is_mark(reader, at, '+') || is_mark(reader, at, '(')) &&
								   (is_kind(reader, at + 1, TOKEN_NUMBER) || is_mark(reader, at + 1, '(')));
	if (!starts || !read_groups(reader, at, &number))
		return false;
	bool date = is_date(&number), said_birth = date && after_words(reader, at, 6, pattern_birth_words);
	if (reader->contacts) {
		if (!date && is_contact(reader, &number))
			return keep_number(reader, &number, PATTERN_PHONE);
	} else if (said_birth) {
		return keep_number(reader, &number, PATTERN_BIRTH);
	} else if (is_ip(&number)) {
		return keep_number(reader, &number, PATTERN_IP);
	} else if (!date && is_ssn(reader, &number)) {
		return keep_number(reader, &number, PATTERN_NATIONAL_ID);
	} else if (is_nhs(&number) && after_words(reader, at, 5, pattern_nhs_words)) {
		return keep_number(reader, &number, PATTERN_NATIONAL_ID);
	} else if (is_card(&number)) {
		return keep_number(reader, &number, PATTERN_CARD);
	} else if (is_record(reader, &number)) {
		return keep_number(reader, &number, PATTERN_RECORD);
	} else if (!date && is_phone(reader, &number)) {
		return keep_number(reader, &number, PATTERN_PHONE);
	}
	/* a number of no interest is passed over whole: its tail is no number of its own. Not what spaces alone hold together
	 * in an assistant's text: a short code may stand behind another number. */
	reader->barrier = reader->contacts && number.spaces ? at + 1 : number.pattern.last + 1;
	return true;
}

/* ---- names, streets, dates in words, lettered numbers ---- */

static bool is_digits(struct str word, size_t from, size_t to)
{
	if (from >= to || to > word.len)
		return false;
	for (size_t i = from; i < to; i++)
		if (word.ptr[i] < '0' || word.ptr[i] > '9')
			return false;
	return true;
}

static bool is_letter(struct str word, size_t at)
{
	return at < word.len && word.ptr[at] >= 'a' && word.ptr[at] <= 'z';
}

/* Spanish DNI and NIE: the letter is a check, modulo 23. */
static bool is_dni(struct str word)
{
	static const char letters[] = "trwagmyfpdxbnjzsqvhlcke";
	bool foreign = word.len == 9 && word.ptr[0] >= 'x' && word.ptr[0] <= 'z';
	if (word.len != 9 || !is_letter(word, 8) || !is_digits(word, foreign ? 1 : 0, 8))
		return false;
	unsigned value = foreign ? (unsigned)(word.ptr[0] - 'x') * 10000000u + number_of(word.ptr + 1, 7) : number_of(word.ptr, 8);
	return letters[value % 23] == word.ptr[8];
}

/* United Kingdom national insurance number, written in one or in pairs. */
static bool read_nino(struct reader *reader, size_t at)
{
	char joined[9];
	size_t len = 0, token = at;
	for (; token < at + 5 && len < 9; token++) {
		struct str word = word_at(reader, token);
		if (!word.len || len + word.len > 9 || is_kind(reader, token, TOKEN_PUNCT))
			return false;
		memcpy(joined + len, word.ptr, word.len);
		len += word.len;
	}
	struct str all = str_make(joined, len);
	if (len != 9 || !is_letter(all, 0) || !is_letter(all, 1) || !is_digits(all, 2, 8) || joined[8] < 'a' || joined[8] > 'd' ||
		memchr("dfiquv", joined[0], 6) || memchr("dfiquvo", joined[1], 7))
		return false;
	return add(reader, PATTERN_NATIONAL_ID, at, token - 1) != NULL;
}

/* Lengths of ISO 13616 by country; the two check digits make the whole 1 modulo 97 (ISO 7064, MOD 97-10). */
static size_t iban_length(const char *country)
{
	static const char table[] =
		"ad24ae23al28at20az28ba20be16bg22bh22br29by28ch21cr22cy28cz24de22dk18do28ee20es24fi18fo18fr27gb22ge22gi23gl18gr27gt28hr21"
		"hu28ie22il23is26it27jo30kw30kz20lb28li21lt20lu20lv21mc27md24me22mk19mr27mt31mu30nl18no15pk24pl28ps29pt25qa29ro24"
		"rs22sa24se24si19sk24sm27tn24tr26ua29vg24xk20";
	for (size_t i = 0; i + 4 < sizeof table; i += 4)
		if (memcmp(table + i, country, 2) == 0)
			return (size_t)(table[i + 2] - '0') * 10 + (size_t)(table[i + 3] - '0');
	return 0;
}

static bool iban_checks(const char *text, size_t len)
{
	unsigned rest = 0;
	for (size_t i = 0; i < len; i++) {
		char c = text[(i + 4) % len];
		if (c >= '0' && c <= '9')
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else if (c >= 'a' && c <= 'z')
			rest = (rest * 100 + (unsigned)(c - 'a') + 10) % 97;
		else
			return false;
	}
	return rest == 1;
}

#define IBAN_MAX 34u

/* In one, or in groups. */
static bool read_iban(struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at);
	char joined[IBAN_MAX];
	size_t len = 0, token = at;
	size_t wanted = word.len >= 4 && is_letter(word, 0) && is_letter(word, 1) && is_digits(word, 2, 4) ? iban_length(word.ptr) : 0;
	for (; len < wanted; token++) {
		if (token >= reader->view->count)
			return false;
		if (is_mark(reader, token, '-'))
			continue;
		word = word_at(reader, token);
		if (!word.len || is_kind(reader, token, TOKEN_PUNCT) || len + word.len > wanted)
			return false;
		memcpy(joined + len, word.ptr, word.len);
		len += word.len;
	}
	return wanted && iban_checks(joined, wanted) && add(reader, PATTERN_ACCOUNT, at, token - 1) != NULL;
}

/* Record numbers that hold letters: "MRN A104-22". */
static bool read_lettered(struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at);
	size_t digits = 0;
	for (size_t i = 0; i < word.len; i++)
		digits += word.ptr[i] >= '0' && word.ptr[i] <= '9';
	if (is_kind(reader, at, TOKEN_WORD) && is_dni(word))
		return add(reader, PATTERN_NATIONAL_ID, at, at) != NULL;
	if (word.len >= 2 && is_letter(word, 0) && is_letter(word, 1) && (read_iban(reader, at) || read_nino(reader, at)))
		return true;
	if (!is_kind(reader, at, TOKEN_WORD) || digits < 3 || !after_record(reader, at))
		return false;
	size_t last = at;
	while (hyphen_after(reader, last) && (is_kind(reader, last + 1, TOKEN_NUMBER) || is_kind(reader, last + 1, TOKEN_WORD)))
		last++;
	return add(reader, PATTERN_RECORD, at, last) != NULL;
}

static bool is_capital(const struct reader *reader, size_t index)
{
	return is_kind(reader, index, TOKEN_WORD) && (reader->view->tokens[index].flags & TOKEN_CAPITAL);
}

/* "12 Elm Street": a number, one to three names, a kind of street. Without capitals only plain words for streets count. */
static bool read_street(struct reader *reader, size_t at)
{
	size_t names = 0, token = at + 1;
	bool capitals = true;
	struct str number = word_at(reader, at);
	if (!is_kind(reader, at, TOKEN_NUMBER) || number.len > 5 || !is_digits(number, 0, number.len))
		return false;
	for (; names < 4 && is_kind(reader, token, TOKEN_WORD); names++, token++) {
		struct str word = word_at(reader, token);
		bool street = names > 0 && (in_words(word, pattern_streets) || (capitals && in_words(word, pattern_street_shorts)));
		if (street && (capitals || names <= 2))
			return add(reader, PATTERN_ADDRESS, at, token) != NULL;
		if (in_words(word, pattern_no_names))
			return false;
		capitals = capitals && is_capital(reader, token);
	}
	return false;
}

/* "Calle Mayor 12": kind of street, one to four names, a number. */
static bool read_street_before(struct reader *reader, size_t at)
{
	size_t names = 0, token = at + 1;
	if (!in_words(word_at(reader, at), pattern_streets_before))
		return false;
	for (; names < 5 && is_kind(reader, token, TOKEN_WORD); token++)
		names++;
	if (names && is_mark(reader, token, ','))
		token++;
	struct str number = word_at(reader, token);
	if (!names || !is_kind(reader, token, TOKEN_NUMBER) || number.len > 4 || !is_digits(number, 0, number.len))
		return false;
	return add(reader, PATTERN_ADDRESS, at, token) != NULL;
}

/* United Kingdom postcode. */
static bool read_postcode(struct reader *reader, size_t at)
{
	struct str outward = word_at(reader, at), inward = word_at(reader, at + 1);
	if (inward.len != 3 || !is_digits(inward, 0, 1) || !is_letter(inward, 1) || !is_letter(inward, 2) ||
		memchr("cikmov", inward.ptr[1], 6) || memchr("cikmov", inward.ptr[2], 6))
		return false;
	size_t letters = is_letter(outward, 1) ? 2 : 1;
	if (outward.len < 2 || outward.len > 4 || !is_letter(outward, 0) || !is_digits(outward, letters, letters + 1) ||
		outward.len > letters + 2)
		return false;
	return add(reader, PATTERN_ADDRESS, at, at + 1) != NULL;
}

/* "3 May 1990", "May 3rd, 1990" after a word for birth. */
static bool read_birth(struct reader *reader, size_t at)
{
	size_t last = at, parts = 0;
	bool month = false;
	if (!after_words(reader, at, 4, pattern_birth_words))
		return false;
	for (size_t token = at; token < at + 6 && token < reader->view->count && parts < 3; token++) {
		struct str word = word_at(reader, token);
		bool day = is_digits(word, 0, word.len) && (word.len <= 2 || word.len == 4);
		bool ordinal = word.len >= 3 && word.len <= 4 && is_digits(word, 0, word.len - 2) && is_letter(word, word.len - 1);
		bool name = in_words(word, pattern_months);
		if (!day && !ordinal && !name) {
			if (token > at && (is_mark(reader, token, ',') || str_eqc(word, "of") || str_eqc(word, "de")))
				continue;
			break;
		}
		month = month || name;
		parts++;
		last = token;
	}
	return parts >= 2 && month && add(reader, PATTERN_BIRTH, at, last) != NULL;
}

/* "my name is Ana Gil": said outright; a name that merely stands in the text is not sought (drugs and illnesses bear names). */
static bool read_name(struct reader *reader, size_t at)
{
	bool english = str_eqc(word_at(reader, at), "is") && at >= 2 && str_eqc(word_at(reader, at - 1), "name") &&
		       in_words(word_at(reader, at - 2), pattern_whose);
	bool spanish = (str_eqc(word_at(reader, at), "llamo") && at >= 1 && str_eqc(word_at(reader, at - 1), "me")) ||
		       (str_eqc(word_at(reader, at), "es") && at >= 1 && str_eqc(word_at(reader, at - 1), "nombre"));
	size_t last = at;
	if (!english && !spanish)
		return false;
	while (last < at + 4 && is_capital(reader, last + 1) && (last == at || !(reader->view->tokens[last].flags & TOKEN_LINE_AFTER)))
		last++;
	return last > at && add(reader, PATTERN_NAME, at + 1, last) != NULL;
}

static bool has_digit(struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.ptr[i] >= '0' && word.ptr[i] <= '9')
			return true;
	return false;
}

static bool read_personal(struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at);
	bool digits = has_digit(word);
	if ((digits || (word.len >= 3 && has_digit(word_at(reader, at + 1)))) && read_birth(reader, at))
		return true;
	if (digits && (read_street(reader, at) || read_postcode(reader, at) || read_lettered(reader, at)))
		return true;
	if (!digits && word.len == 2 && has_digit(word_at(reader, at + 1)) && read_nino(reader, at))
		return true;
	return read_street_before(reader, at) || read_name(reader, at);
}

/* Most tokens begin nothing; this keeps them cheap. */
static bool may_begin(const struct reader *reader, size_t at)
{
	const struct token *token = &reader->view->tokens[at];
	if (token->kind == TOKEN_NUMBER)
		return true;
	if (token->kind == TOKEN_PUNCT) {
		char c = reader->view->text.ptr[token->at];
		return c == '@' || c == '+' || c == '(';
	}
	return token->kind == TOKEN_WORD;
}

static void read_token(struct reader *reader, size_t at)
{
	if (!may_begin(reader, at) || read_email(reader, at))
		return;
	struct str word = word_at(reader, at);
	bool dotted = is_mark(reader, at + 1, '.') && glued(reader, at) && glued(reader, at + 1);
	bool hyphened = hyphen_after(reader, at);
	bool scheme = word.len >= 4 && word.len <= 5 && str_starts(word, STR("http"));
	if ((dotted || hyphened || scheme) && read_url(reader, at))
		return;
	if (read_doi(reader, at) || (word.len == 4 && read_pmid(reader, at)))
		return;
	if (!reader->contacts && read_personal(reader, at))
		return;
	(void)read_number(reader, at);
}

int pattern_find(struct arena *arena, struct str text, const struct view *view, bool contacts, struct patterns *ret_patterns)
{
	struct reader reader = { .arena = arena, .text = text, .view = view, .contacts = contacts, .out = ret_patterns };
	*ret_patterns = (struct patterns){ NULL, 0, 0 };
	for (size_t i = 0; i < view->count && !reader.failed; i++)
		if (i >= reader.barrier)
			read_token(&reader, i);
	return reader.failed || arena_failed(arena) ? E_MEMORY : 0;
}
