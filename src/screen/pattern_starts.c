/* pattern_starts.c: most words of a text begin no pattern. What surely begins none is told by what stands around it and by one look at a
 * small table: of the words that the readers ask for by name, and of those that announce a name of a person. */
#include "screen/pattern_priv.h"

enum start_flag {
	START_WORD = 1,    /* some reader begins at the word, whatever stands around it */
	START_DOT = 2,     /* a dot in words: something may begin before it */
	START_AROUND = 4,  /* the word has NAME_AROUND */
	START_SURNAME = 8, /* the word has NAME_IDEOGRAPH */
	START_AGAIN = 16   /* the other place of a word with START_WORD */
};

static uint8_t *entry_of(struct pattern_starts *starts, uint32_t hash)
{
	return &starts->words[hash % COUNT_OF(starts->words)];
}

static unsigned flags_of(const struct pattern_starts *starts, const struct token *token)
{
	return starts->words[token->hash % COUNT_OF(starts->words)];
}

/* Another place of a word in the table: two words that share one place seldom share both. */
static uint32_t other_hash(uint32_t hash)
{
	return hash * 0x9E3779B1u >> 20;
}

static bool word_starts(const struct pattern_starts *starts, const struct token *token)
{
	return (flags_of(starts, token) & START_WORD) && (starts->words[other_hash(token->hash) % COUNT_OF(starts->words)] & START_AGAIN);
}

void pattern_starts_add(struct pattern_starts *starts, const char *const *list)
{
	for (; *list; list++) {
		uint32_t hash = vocab_hash(str_c(*list));
		*entry_of(starts, hash) |= START_WORD;
		*entry_of(starts, other_hash(hash)) |= START_AGAIN;
	}
}

void pattern_starts_fill(const struct vocab *names, const struct vocab *around, struct pattern_starts *ret_starts)
{
	static const char *const articles[] = { "pmid", "pubmed", "http", "https", NULL };
	static const char *const dots[] = { "dot", "punto", "ponto", "punkt", NULL };
	memset(ret_starts, 0, sizeof *ret_starts);
	pattern_starts_add(ret_starts, articles);
	pattern_place_starts(ret_starts);
	pattern_spoken_starts(ret_starts);
	for (size_t i = 0; dots[i]; i++)
		*entry_of(ret_starts, vocab_hash(str_c(dots[i]))) |= START_DOT;
	for (uint32_t i = 0; i < around->slot_count; i++)
		if (around->slots[i].offset)
			*entry_of(ret_starts, around->slots[i].hash) |= START_AROUND;
	for (uint32_t i = 0; i < names->slot_count; i++) {
		const struct vocab_slot *slot = &names->slots[i];
		struct str rest = str_make(names->bytes + slot->offset, slot->len);
		if (slot->offset && (slot->flags & NAME_IDEOGRAPH))
			*entry_of(ret_starts, vocab_hash(str_split(&rest, ' '))) |= START_SURNAME;
	}
	ret_starts->around = around->slot_count > 0;
}

bool pattern_may_start(const struct reader *reader, size_t at)
{
	return !reader->starts || word_starts(reader->starts, &reader->view->tokens[at]);
}

bool pattern_not_around(const struct reader *reader, size_t at)
{
	const struct pattern_starts *starts = reader->starts;
	return starts && starts->around && !reader->tails[at] && !(flags_of(starts, &reader->view->tokens[at]) & START_AROUND);
}

/* A comma or a mark that may end a sentence stands straight behind a token, and white space behind it: as good as white space. */
static bool mark_behind(const struct reader *reader, size_t at)
{
	if (at + 1 >= reader->view->count)
		return false;
	const struct token *token = &reader->view->tokens[at], *next = token + 1;
	return next->kind == TOKEN_PUNCT && next->len == 1 && next->start == token->end && (next->flags & TOKEN_SPACE_AFTER) &&
	       memchr(",.!?;", reader->view->text.ptr[next->at], 5);
}

/* An ideograph with another one behind it and no digit in the next token, which no reader asks for and no surname begins with. */
static bool ideograph_begins_none(const struct reader *reader, size_t at)
{
	const struct token *token = &reader->view->tokens[at];
	return reader->starts && reader->flags && is_kind(reader, at + 1, TOKEN_IDEOGRAPH) && reader->digit_at > at + 1 &&
	       !reader->tails[at] && !word_starts(reader->starts, token) && !(flags_of(reader->starts, token) & START_SURNAME);
}

static bool opens_bracket(const struct reader *reader, size_t at)
{
	const struct token *token = &reader->view->tokens[at]; /* one more stands behind the last */
	return token->kind == TOKEN_PUNCT && token->len == 1 && (is_mark(reader, at, '(') || is_mark(reader, at, '['));
}

/* A word with white space behind it and no digit in it or in the next token, of one with a capital no digit so near that it could begin an
 * address. Of these a reader takes only words that it knows, what stands before a dot in words or in brackets, and, with names, persons.
 */
enum pattern_beginning pattern_begins(const struct reader *reader, size_t at)
{
	const struct token *token = &reader->view->tokens[at];
	if (token->kind == TOKEN_IDEOGRAPH)
		return ideograph_begins_none(reader, at) ? BEGINS_NONE : BEGINS_ANY;
	bool capital = token->flags & TOKEN_CAPITAL;
	if (!reader->starts || token->kind != TOKEN_WORD || reader->digit_at <= at + (capital ? ADDRESS_TOKENS : 1) ||
		word_starts(reader->starts, token))
		return BEGINS_ANY;
	if (glued(reader, at) && (!mark_behind(reader, at) || reader->digit_at <= at + 2))
		return BEGINS_ANY;
	if (opens_bracket(reader, at + 1) || (flags_of(reader->starts, token + 1) & START_DOT))
		return BEGINS_ANY;
	return !reader->flags || (!capital && pattern_no_person(reader, at)) ? BEGINS_NONE : BEGINS_PERSON;
}
