/* segment.c: see segment.h. */
#include "text/segment.h"

#include "text/utf8.h"

/* ---- words that decide ---- */

static bool in_list(const char *const *list, struct str word)
{
	for (size_t i = 0; word.len && list[i]; i++)
		if (list[i][0] == word.ptr[0] && str_eqc(word, list[i]))
			return true;
	return false;
}

/* A full stop after one of these ends nothing. */
static const char *const abbreviations[] = { "dr", "mr", "mrs", "ms", "prof", "st", "jr", "sr", "vs", "etc", "eg", "ie", "approx", "dept",
	"est", "min", "max", "tel", "ext", "sra", "srta", "dra", "ud", "uds", "mme", "mlle", "hr", "fr", "bzw", "usw", "ca", NULL };

/* After a comma these begin a new clause: subjects and conjunctions, and verbs that hold their subject. */
static const char *const clause_starters[] = { "i", "im", "ive", "id", "ill", "he", "hes", "she", "shes", "they", "theyre", "we", "you",
	"youre", "my", "and", "but", "so", "then", "because", "cause", "cuz", "it", "its", "yo", "me", "el", "ella", "ellos", "nosotros",
	"pero", "y", "porque", "mi", "je", "jai", "il", "elle", "mais", "et", "ich", "er", "sie", "wir", "aber", "und", "eu", "ele", "ela",
	"mas", "e", "io", "lui", "lei", "ma", "quiero", "kiero", "quisiera", "tengo", "estoy", "siento", "pienso", "voy", "solo",
	"s\xC3\xB3lo", "necesito", "prefiero", "ya", "hoy", "quero", "queria", "tenho", "estou", "sinto", "penso", "vou", "preciso",
	"s\xC3\xB3", "jveux", "\xE6\x88\x91", "\xE5\x8F\xAA", "\xE5\xB0\xB1", "\xE5\x8F\xAF", "\xE4\xBD\x86", "\xE7\x9C\x9F",
	"\xE5\xA5\xBD", NULL };

/* A domain name's last part: a full stop before it ends no sentence. */
static const char *const domain_ends[] = { "com", "org", "net", "edu", "gov", "uk", "io", "info", "de", "fr", "es", "co", "ca", "au", "nz",
	"ie", "eu", "html", "pdf", "txt", "app", "chat", NULL };

enum mark { MARK_NONE = 0, MARK_SOFT, MARK_SEGMENT, MARK_SENTENCE };

static bool is_mark(struct str text, const char *c)
{
	return str_eqc(text, c);
}

/* Whether the full stop at `index` ends a sentence. */
static bool stop_ends(const struct view *view, size_t index)
{
	const struct token *stop = &view->tokens[index];
	if (index == 0 || (stop->flags & TOKEN_LINE_AFTER) || index + 1 == view->count)
		return true;
	const struct token *before = &view->tokens[index - 1], *after = &view->tokens[index + 1];
	struct str word = token_text(view, before);
	bool glued_before = before->end == stop->start, glued_after = !(stop->flags & TOKEN_SPACE_AFTER);
	if (!glued_before)
		return true;
	if (before->kind == TOKEN_IDEOGRAPH)
		return true;
	if (word.len == 1 && before->kind == TOKEN_WORD && !str_eqc(word, "i"))
		return false; /* an initial, or one part of e.g. */
	if (glued_after && after->kind == TOKEN_WORD && in_list(domain_ends, token_text(view, after)))
		return false;
	if (glued_after && (after->kind == TOKEN_PUNCT || after->kind == TOKEN_NUMBER))
		return after->kind == TOKEN_PUNCT;
	return !in_list(abbreviations, word);
}

static enum mark mark_of(const struct view *view, size_t index)
{
	const struct token *token = &view->tokens[index];
	struct str text = token_text(view, token);
	if (token->kind != TOKEN_PUNCT)
		return MARK_NONE;
	if (is_mark(text, "!") || is_mark(text, "?"))
		return MARK_SENTENCE;
	if (is_mark(text, "."))
		return stop_ends(view, index) ? MARK_SENTENCE : MARK_SOFT;
	if (is_mark(text, ";") || is_mark(text, "\xE2\x80\x94") || is_mark(text, "|"))
		return MARK_SEGMENT;
	if (is_mark(text, ":"))
		return (token->flags & TOKEN_SPACE_AFTER) ? MARK_SEGMENT : MARK_SOFT;
	if (is_mark(text, "-")) /* " - " is a dash */
		return (token->flags & TOKEN_SPACE_AFTER) && (token->flags & TOKEN_SPACE_BEFORE) ? MARK_SEGMENT : MARK_SOFT;
	return MARK_SOFT;
}

/* A line break ends a sentence unless the text just wrapped: the next line goes on in lower case and this one had no stop
 * and was long. */
static bool line_ends(const struct view *view, size_t index)
{
	const struct token *token = &view->tokens[index];
	if (!(token->flags & TOKEN_LINE_AFTER))
		return false;
	if ((token->flags & TOKEN_BLANK_AFTER) || index + 1 == view->count)
		return true;
	const struct token *next = &view->tokens[index + 1];
	return next->kind != TOKEN_WORD || (next->flags & TOKEN_CAPITAL);
}

static bool comma_ends(const struct view *view, size_t index, size_t words_in_clause)
{
	if (!is_mark(token_text(view, &view->tokens[index]), ",") || index + 1 == view->count)
		return false;
	if (words_in_clause <= 2)
		return true;
	return in_list(clause_starters, token_text(view, &view->tokens[index + 1]));
}

static void mark_quotes(struct view *view)
{
	uint16_t number = 0;
	size_t open = SIZE_MAX;
	for (size_t i = 0; i < view->count; i++) {
		if (view->tokens[i].kind != TOKEN_PUNCT || !is_mark(token_text(view, &view->tokens[i]), "\""))
			continue;
		if (open == SIZE_MAX) {
			open = i;
			continue;
		}
		if (number < UINT16_MAX)
			number++;
		for (size_t k = open + 1; k < i; k++)
			view->tokens[k].quote = number;
		open = SIZE_MAX;
	}
}

int segment_run(struct arena *arena, struct view *view)
{
	view->solid = ARENA_ROOM(arena, uint32_t, view->count);
	if (!view->solid)
		return E_MEMORY;
	uint32_t sentence = 0, segment = 0, clause = 0;
	size_t words = 0;
	view->solid_count = 0;
	for (size_t i = 0; i < view->count; i++) {
		struct token *token = &view->tokens[i];
		enum mark mark = mark_of(view, i);
		token->sentence = sentence;
		token->segment = segment;
		token->clause = clause;
		if (mark != MARK_NONE) {
			token->flags |= TOKEN_SOFT;
		} else {
			view->solid[view->solid_count++] = (uint32_t)i;
			words++;
		}
		/* "?!" and "..." and a closing quotation mark stay with the sentence they end. */
		bool more = i + 1 < view->count && mark == MARK_SENTENCE && view->tokens[i + 1].kind == TOKEN_PUNCT &&
			    !(token->flags & TOKEN_SPACE_AFTER);
		bool ends = (mark == MARK_SENTENCE && !more) || line_ends(view, i);
		if (ends)
			sentence++;
		if (ends || mark == MARK_SEGMENT)
			segment++;
		if (ends || mark == MARK_SEGMENT || (mark == MARK_SOFT && comma_ends(view, i, words))) {
			clause++;
			words = 0;
		}
	}
	mark_quotes(view);
	return 0;
}

/* ---- release units ---- */

static bool is_space_byte(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* The ASCII letters just before `end`, in lower case; empty when there are none or too many. */
static struct str word_before(struct str text, size_t from, size_t end, char out[16])
{
	size_t start = end;
	while (start > from &&
		((text.ptr[start - 1] >= 'a' && text.ptr[start - 1] <= 'z') || (text.ptr[start - 1] >= 'A' && text.ptr[start - 1] <= 'Z')))
		start--;
	if (end - start > 15)
		return (struct str){ NULL, 0 };
	for (size_t i = start; i < end; i++)
		out[i - start] = (char)(text.ptr[i] | 0x20);
	return (struct str){ out, end - start };
}

/* Whether the stop mark ending at `after` (with following closers) is the end of a sentence; only asked when white space
 * follows. */
static bool unit_stop(struct str text, size_t from, size_t stop, char mark)
{
	char word_bytes[16];
	if (mark != '.')
		return true;
	struct str word = word_before(text, from, stop, word_bytes);
	bool whole = stop > word.len + from ? !is_word_byte(text.ptr[stop - word.len - 1]) : true;
	if (word.len == 1 && whole && word.ptr[0] != 'i')
		return false;
	if (stop > from && text.ptr[stop - 1] >= '0' && text.ptr[stop - 1] <= '9') {
		/* "1." at the start of a line is a list's number */
		size_t digit = stop;
		while (digit > from && text.ptr[digit - 1] >= '0' && text.ptr[digit - 1] <= '9')
			digit--;
		if (digit == from || text.ptr[digit - 1] == '\n')
			return false;
	}
	return !(whole && word.len && in_list(abbreviations, word));
}

/* Marks that go on the character before them: a cut must not stand before one. */
static bool extends(uint32_t cp)
{
	return (cp >= 0x300 && cp <= 0x36F) || cp == 0x200D || cp == 0x200C || (cp >= 0xFE00 && cp <= 0xFE0F) ||
	       (cp >= 0x1F3FB && cp <= 0x1F3FF) || (cp >= 0x20D0 && cp <= 0x20FF) || (cp >= 0xE0020 && cp <= 0xE007F) ||
	       (cp >= 0x64B && cp <= 0x652) || (cp >= 0x900 && cp <= 0x903) || (cp >= 0x93A && cp <= 0x94F) ||
	       (cp >= 0xE31 && cp <= 0xE4E) || (cp >= 0x1AB0 && cp <= 0x1AFF) || (cp >= 0x1DC0 && cp <= 0x1DFF) ||
	       (cp >= 0x1160 && cp <= 0x11FF) || (cp >= 0x1F1E6 && cp <= 0x1F1FF);
}

struct unit_scan {
	struct str text;
	size_t start;      /* of the unit being read */
	size_t characters; /* read of it */
	size_t space;      /* behind its last white space, or 0 */
	size_t boundary;   /* its last place where a cut is allowed, or 0 */
};

#define NOT_KNOWN SIZE_MAX /* the text to come decides */

/* Where a sentence that ends with the mark at `mark_at` is over: behind closers and white space, when the character after
 * the white space is there (so that a combining mark cannot come); 0 when it ends nothing, or NOT_KNOWN. */
static size_t sentence_end(const struct unit_scan *scan, size_t mark_at, size_t mark_len, char mark)
{
	struct str text = scan->text;
	size_t at = mark_at + mark_len;
	while (at < text.len && (text.ptr[at] == '.' || text.ptr[at] == '!' || text.ptr[at] == '?' || text.ptr[at] == '"' ||
					text.ptr[at] == '\'' || text.ptr[at] == ')' || text.ptr[at] == ']' || text.ptr[at] == '*'))
		at++;
	if (at >= text.len)
		return NOT_KNOWN;
	if (mark_len == 1 && (!is_space_byte(text.ptr[at]) || !unit_stop(text, scan->start, mark_at, mark)))
		return 0;
	while (at < text.len && is_space_byte(text.ptr[at]))
		at++;
	if (at >= text.len)
		return NOT_KNOWN;
	size_t next = at;
	if ((unsigned char)text.ptr[at] < 0x80)
		return at;
	if (text.len - at < 4) /* the whole next character must be there to know that it is no combining mark */
		return NOT_KNOWN;
	return extends(utf8_next(text, &next)) ? 0 : at;
}

/* A unit at the cap: at its last space if that leaves a fair piece, else at its last allowed place; `keep` bytes stay. */
static size_t cap_end(const struct unit_scan *scan, size_t here, size_t keep)
{
	size_t limit = here > scan->start + keep ? here - keep : scan->start;
	size_t cut = scan->space > scan->start && scan->space <= limit ? scan->space : 0;
	if (!cut) {
		/* the last space at or before the limit */
		for (cut = limit; cut > scan->start && !is_space_byte(scan->text.ptr[cut - 1]); cut--)
			;
	}
	if (cut <= scan->start) {
		cut = limit > scan->start ? limit : here;
		while (cut > scan->start && !utf8_boundary(scan->text, cut))
			cut--;
		size_t next = cut;
		while (cut > scan->start && next < scan->text.len && extends(utf8_next(scan->text, &next))) {
			do
				cut--;
			while (cut > scan->start && !utf8_boundary(scan->text, cut));
			next = cut;
		}
	}
	return cut > scan->start ? cut : 0;
}

size_t segment_unit_end(struct str text, size_t from, size_t keep, bool finished)
{
	if (finished || from >= text.len)
		return text.len;
	struct unit_scan scan = { .text = text, .start = from };
	size_t at = from;
	while (at < text.len) {
		size_t here = at;
		uint32_t cp = utf8_next(text, &at);
		bool ideographic_stop = cp == 0x3002 || cp == 0xFF01 || cp == 0xFF1F;
		size_t end = 0;
		if (cp == '.' || cp == '!' || cp == '?' || ideographic_stop)
			end = sentence_end(&scan, here, at - here, ideographic_stop ? '!' : (char)cp);
		else if (cp == '\n')
			end = sentence_end(&scan, here, 0, '\n');
		if (!end && !extends(cp) && ++scan.characters > SEGMENT_UNIT_MAX && here > scan.start)
			end = text.len - here >= 4 ? cap_end(&scan, here, keep) : NOT_KNOWN;
		if (end == NOT_KNOWN)
			break;
		if (is_space_byte((char)cp) && cp < 0x80)
			scan.space = at;
		if (!end || end <= scan.start)
			continue;
		scan = (struct unit_scan){ .text = text, .start = end };
		at = end;
	}
	return scan.start;
}
