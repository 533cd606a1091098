/* pattern.c: see pattern.h. One pass over the tokens; at each, the readers of web addresses, dates, streets, names and numbers
 * are asked in that order, and what one takes no other sees. */
#include "screen/pattern_priv.h"
#include "screen/pattern_words.h"

struct pattern *pattern_add(struct reader *reader, enum pattern_kind kind, size_t first, size_t last)
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
	*pattern = (struct pattern){ .kind = kind,
		.first = first,
		.last = last,
		.start = reader->view->tokens[first].start,
		.end = reader->view->tokens[last].end,
		.confidence = 900 };
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
	/* what was taken for a number or a name is the beginning of this address: one identifier over both */
	struct patterns *out = reader->out;
	while (out->count && out->items[out->count - 1].last >= first)
		if (out->items[--out->count].first < first)
			first = out->items[out->count].first;
	return pattern_add(reader, PATTERN_EMAIL, first, last) != NULL;
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
	struct pattern *pattern = pattern_add(reader, PATTERN_URL, at, end);
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
	return pattern_add(reader, PATTERN_DOI, at, path_end(reader, at + 1)) != NULL;
}

static bool read_pmid(struct reader *reader, size_t at)
{
	size_t number = at + 1;
	bool pubmed = str_eqc(word_at(reader, at), "pubmed");
	if (!pubmed && !str_eqc(word_at(reader, at), "pmid"))
		return false;
	number += pubmed && str_eqc(word_at(reader, number), "id");
	while (is_mark(reader, number, ':') || is_mark(reader, number, '#') || is_mark(reader, number, '.'))
		number++;
	bool digits = is_kind(reader, number, TOKEN_NUMBER) && (!pubmed || word_at(reader, number).len >= 6);
	return digits && pattern_add(reader, PATTERN_PMID, at, number) != NULL;
}
/* ---- names in networks, addresses of version 6 ---- */

static const char *const network_words[] = { "insta", "instagram", "ig", "snap", "snapchat", "telegram", "discord", "tiktok", "twitter",
	"kik", "username", "handle", "gamertag", "skype", "usuario", "nick", "nickname", NULL };

static bool plain_word(const struct reader *reader, size_t at)
{
	return reader->flags && ((pattern_flags(reader, at) & NAME_WORD) || vocab_flags(reader->names->words, word_at(reader, at)));
}

/* "@ana_99"; behind the name of a network also without the sign: "my insta is ana_99". */
static bool read_handle(struct reader *reader, size_t at)
{
	if (is_mark(reader, at, '@')) {
		if ((at > 0 && glued(reader, at - 1)) || !glued(reader, at) || !is_kind(reader, at + 1, TOKEN_WORD))
			return false;
		size_t last = host_end(reader, at + 1);
		bool bare = last == at + 1 && (word_at(reader, last).len < 3 || plain_word(reader, last));
		return !bare && pattern_add(reader, PATTERN_HANDLE, at, last) != NULL;
	}
	struct str word = word_at(reader, at);
	if (!is_kind(reader, at, TOKEN_WORD) || word.len < 3 || (reader->digit_at != at && !hyphen_after(reader, at)) ||
		!after_words(reader, at, 3, network_words))
		return false;
	return pattern_add(reader, PATTERN_HANDLE, at, host_end(reader, at)) != NULL;
}

static bool hex_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Bytes of an IPv6 address (RFC 4291, 2.2) at `at`, or 0: eight groups, or fewer with one "::". */
static size_t ipv6_length(struct str text, size_t at)
{
	size_t end = at, groups = 0, digits = 0;
	bool gap = false;
	for (; end < text.len && end < at + 40; end++) {
		char c = text.ptr[end];
		if (hex_digit(c)) {
			if (++digits > 4)
				return 0;
			continue;
		}
		if (c != ':' || end + 1 >= text.len || (!hex_digit(text.ptr[end + 1]) && text.ptr[end + 1] != ':'))
			break;
		groups += digits > 0;
		digits = 0;
		if (text.ptr[end + 1] == ':') {
			if (gap)
				return 0;
			gap = true;
			end++;
		}
	}
	groups += digits > 0;
	return (gap && groups >= 3 && groups < 8) || (!gap && groups == 8) ? end - at : 0;
}

static bool read_ipv6(struct reader *reader, size_t at)
{
	const struct token *tokens = reader->view->tokens;
	size_t len = hex_digit(reader->text.ptr[tokens[at].start]) ? ipv6_length(reader->text, tokens[at].start) : 0, last = at;
	if (!len)
		return false;
	while (last + 1 < reader->view->count && tokens[last + 1].end <= tokens[at].start + len)
		last++;
	return tokens[last].end == tokens[at].start + len && pattern_add(reader, PATTERN_IP, at, last) != NULL;
}

static bool read_personal(struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at);
	bool digits = reader->digit_at == at;
	if ((digits || (word.len >= 3 && str_has_digit(word_at(reader, at + 1)))) && pattern_birth(reader, at))
		return true;
	if (reader->digits && is_mark(reader, at + 1, ':') && glued(reader, at) && read_ipv6(reader, at))
		return true;
	if (read_handle(reader, at) || pattern_place(reader, at) || (digits && pattern_lettered(reader, at)))
		return true;
	if (!digits && word.len == 2 && str_has_digit(word_at(reader, at + 1)) && pattern_nino(reader, at))
		return true;
	return pattern_person(reader, at);
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
	return token->kind == TOKEN_WORD || token->kind == TOKEN_IDEOGRAPH;
}

/* A dot in words or brackets stands behind. */
static bool spells_dot(const struct reader *reader, size_t at)
{
	struct str next = word_at(reader, at + 1);
	if (is_mark(reader, at + 1, '(') || is_mark(reader, at + 1, '['))
		return is_mark(reader, at + 2, '.') ||
		       (is_kind(reader, at + 2, TOKEN_WORD) && is_mark(reader, at + 3, is_mark(reader, at + 1, '(') ? ')' : ']'));
	return next.len >= 3 && next.len <= 5 &&
	       (str_eqc(next, "dot") || str_eqc(next, "punto") || str_eqc(next, "ponto") || str_eqc(next, "punkt"));
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
	if (spells_dot(reader, at) && pattern_spoken_host(reader, at))
		return;
	if (read_doi(reader, at) || ((word.len == 4 || word.len == 6) && read_pmid(reader, at)))
		return;
	if (!reader->contacts && read_personal(reader, at))
		return;
	if (reader->contacts && is_mark(reader, at, '@') && read_handle(reader, at))
		return;
	if (!pattern_number(reader, at) && (is_kind(reader, at, TOKEN_WORD) || is_kind(reader, at, TOKEN_IDEOGRAPH)))
		(void)pattern_spoken(reader, at);
}

/* The first byte from `at` on that is a digit, or text.len; eight at a time: with the bits of '0' taken away a digit is at most 9, and what
 * is more than 9 has its highest bit set when 0x76 is added to its lower seven, or has it already. */
static size_t find_digit(struct str text, size_t at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	for (; text.len - at >= 8; at += 8) {
		uint64_t bytes;
		memcpy(&bytes, text.ptr + at, sizeof bytes);
		bytes ^= ones * '0';
		if (~((bytes & ones * 0x7F) + ones * 0x76) & ~bytes & ones * 0x80)
			break;
	}
	while (at < text.len && !(text.ptr[at] >= '0' && text.ptr[at] <= '9'))
		at++;
	return at;
}

/* The first token with a digit, from the token `at` on. */
static size_t next_digit(const struct reader *reader, size_t at)
{
	const struct view *view = reader->view;
	size_t byte = reader->digits && at < view->count ? find_digit(view->text, view->tokens[at].at) : view->text.len;
	if (byte == view->text.len)
		return view->count;
	while (at < view->count && view->tokens[at].at + view->tokens[at].len <= byte)
		at++;
	return at;
}

int pattern_find(struct arena *arena, struct str text, const struct view *view, const struct names *names, bool contacts,
	struct patterns *ret_patterns)
{
	struct reader reader = {
		.arena = arena, .text = text, .view = view, .names = contacts ? NULL : names, .contacts = contacts, .out = ret_patterns
	};
	reader.starts = names ? names->starts : NULL;
	*ret_patterns = (struct patterns){ NULL, 0, 0 };
	reader.digits = find_digit(view->text, 0) < view->text.len;
	if (!contacts && !pattern_person_open(&reader))
		return E_MEMORY;
	for (size_t i = 0; i < view->count && !reader.failed; i++) {
		if (i >= reader.digit_at)
			reader.digit_at = next_digit(&reader, i);
		enum pattern_beginning begins = i < reader.barrier ? BEGINS_NONE : pattern_begins(&reader, i);
		if (begins == BEGINS_ANY)
			read_token(&reader, i);
		else if (begins == BEGINS_PERSON)
			(void)pattern_person(&reader, i);
	}
	return reader.failed || arena_failed(arena) ? E_MEMORY : 0;
}
