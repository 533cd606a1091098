/* pattern_priv.h: shared by the readers of patterns: pattern.c (the pass over the tokens, web and e-mail, DOI), pattern_number.c
 * (numbers, telephones, dates, cards), pattern_spoken.c
 * (the same in words), pattern_id.c (national, bank and record numbers), pattern_place.c (postal addresses,
 * dates of birth), pattern_person.c and pattern_surname.c (names). */
#ifndef HEED_SCREEN_PATTERN_PRIV_H
#define HEED_SCREEN_PATTERN_PRIV_H

#include "screen/pattern.h"

struct reader {
	struct arena *arena;
	struct str text;
	const struct view *view;
	const struct names *names;           /* may be NULL */
	const struct pattern_starts *starts; /* may be NULL */
	uint32_t *flags;                     /* enum name_flag of each token; NULL without names */
	uint8_t *tails;                      /* bytes of a possessive ending behind each token's word */
	uint16_t *around;                    /* of each token, what it has of NAME_AROUND; NULL without names */
	unsigned capitals;                   /* enum capital_use: what a capital says in this text */
	bool contacts;
	bool digits;     /* the text has any */
	size_t digit_at; /* the next token with a digit, from the one that is read; the number of tokens when there is none */
	size_t barrier;  /* the first token behind the last pattern */
	struct patterns *out;
	bool failed;
};

/* Beside enum name_flag in reader->flags. */
#define FLAGS_READ 0x80000000u    /* the token was looked up */
#define UNKNOWN_READ 0x40000000u  /* it was asked whether no list knows it, and it could be a name */
#define UNKNOWN_FOUND 0x20000000u /* it is so */
#define NAME_FLAGS 0xFFFFu

static inline struct str word_at(const struct reader *reader, size_t index)
{
	return index < reader->view->count ? token_text(reader->view, &reader->view->tokens[index]) : (struct str){ "", 0 };
}

static inline bool is_kind(const struct reader *reader, size_t index, enum token_kind kind)
{
	return index < reader->view->count && reader->view->tokens[index].kind == kind;
}

static inline bool is_mark(const struct reader *reader, size_t index, char mark)
{
	return is_kind(reader, index, TOKEN_PUNCT) && word_at(reader, index).len == 1 && word_at(reader, index).ptr[0] == mark;
}

/* No white space between a token and the next. */
static inline bool glued(const struct reader *reader, size_t index)
{
	return index + 1 < reader->view->count && !(reader->view->tokens[index].flags & (TOKEN_SPACE_AFTER | TOKEN_LINE_AFTER));
}

/* A hyphen or underscore that folding took away stands between a token and the next. */
static inline bool hyphen_after(const struct reader *reader, size_t index)
{
	return glued(reader, index) && reader->view->tokens[index].end < reader->view->tokens[index + 1].start &&
	       memchr("-_\xE2\xEF", reader->text.ptr[reader->view->tokens[index].end], 4) != NULL;
}

static inline bool in_words(struct str word, const char *const *list)
{
	for (size_t i = 0; word.len && list[i]; i++)
		if (list[i][0] == word.ptr[0] && str_eqc(word, list[i]))
			return true;
	return false;
}

/* pattern_ends: whether a word ends with one of `count` endings, none of them empty. */
static inline bool pattern_ends(struct str word, const struct str *endings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (word.len >= endings[i].len && word.ptr[word.len - 1] == endings[i].ptr[endings[i].len - 1] &&
			str_ends(word, endings[i]))
			return true;
	return false;
}

/* One of the words stands among the `reach` words before a token, in its line. */
static inline bool after_words(const struct reader *reader, size_t index, size_t reach, const char *const *list)
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

static inline bool before_words(const struct reader *reader, size_t index, size_t reach, const char *const *list)
{
	for (size_t i = index + 1; i <= index + reach && i < reader->view->count; i++)
		if (in_words(word_at(reader, i), list))
			return true;
	return false;
}

static inline unsigned number_of(const char *digits, size_t count)
{
	unsigned value = 0;
	for (size_t i = 0; i < count; i++)
		value = value * 10 + (unsigned)(digits[i] - '0');
	return value;
}

static inline bool is_digits(struct str word, size_t from, size_t to)
{
	if (from >= to || to > word.len)
		return false;
	for (size_t i = from; i < to; i++)
		if (word.ptr[i] < '0' || word.ptr[i] > '9')
			return false;
	return true;
}

static inline bool is_letter(struct str word, size_t at)
{
	return at < word.len && word.ptr[at] >= 'a' && word.ptr[at] <= 'z';
}

static inline bool is_capital(const struct reader *reader, size_t index)
{
	return is_kind(reader, index, TOKEN_WORD) && (reader->view->tokens[index].flags & TOKEN_CAPITAL);
}

#define ADDRESS_TOKENS 12u /* from the first word of an address to its first number */

/* pattern_begins: what may begin at a token; nothing for most. */
enum pattern_beginning { BEGINS_NONE, BEGINS_PERSON, BEGINS_ANY };
enum pattern_beginning pattern_begins(const struct reader *reader, size_t at);
/* pattern_may_start: false for a token that is none of the words by which readers know that they begin. */
bool pattern_may_start(const struct reader *reader, size_t at);
/* pattern_not_around: whether a token surely has no flag of NAME_AROUND in the small table. Only with reader->flags. */
bool pattern_not_around(const struct reader *reader, size_t at);
/* pattern_no_person: whether no name begins at a word in small letters. Only with reader->flags. */
static inline bool pattern_no_person(const struct reader *reader, size_t at)
{
	return !reader->tails[at] && !(reader->around[at] & NAME_TITLE) && !(at > 0 && (reader->around[at - 1] & NAME_FRAME_END));
}

/* The words by which each file's readers know that they begin. */
void pattern_starts_add(struct pattern_starts *starts, const char *const *list);
void pattern_place_starts(struct pattern_starts *starts);
void pattern_spoken_starts(struct pattern_starts *starts);

/* pattern_add: a pattern over tokens first to last; NULL (reader->failed) without memory. */
struct pattern *pattern_add(struct reader *reader, enum pattern_kind kind, size_t first, size_t last);

/* Numbers with what may stand between the groups of one number. */
struct number {
	struct pattern pattern;
	bool bracket, hyphens, dots, slashes, spaces, vanity, too_long;
};

/* pattern_number: whether the tokens from `at` are used up, as a pattern or as a number of no interest. */
bool pattern_number(struct reader *reader, size_t at);

/* Numbers and web addresses in words (pattern_spoken.c). */
bool pattern_spoken(struct reader *reader, size_t at);
bool pattern_spoken_host(struct reader *reader, size_t at);

/* National, bank and record numbers. pattern_id_number: of digits alone; *ret_kind says which. */
bool pattern_id_number(const struct reader *reader, const struct number *number, bool date, enum pattern_kind *ret_kind);
bool pattern_after_record(const struct reader *reader, size_t at);
bool pattern_lettered(struct reader *reader, size_t at);
bool pattern_nino(struct reader *reader, size_t at);

/* Postal addresses and dates of birth in words. */
bool pattern_place(struct reader *reader, size_t at);
/* pattern_known_place: the last token of a capitalised place of the packs, of up to four words; SIZE_MAX when there is none. */
size_t pattern_known_place(const struct reader *reader, size_t at);
bool pattern_birth(struct reader *reader, size_t at);

/* Names of persons. pattern_person_open: what the words and capitals of the text say; false without memory. */
bool pattern_person_open(struct reader *reader);
/* pattern_flags: enum name_flag of a token's word, looked up once (by pattern_look_up); 0 without names. */
uint32_t pattern_look_up(const struct reader *reader, size_t at);
static inline uint32_t pattern_flags(const struct reader *reader, size_t at)
{
	if (!reader->flags || at >= reader->view->count)
		return 0;
	return reader->flags[at] & FLAGS_READ ? reader->flags[at] & NAME_FLAGS : pattern_look_up(reader, at);
}
bool pattern_person(struct reader *reader, size_t at);
/* pattern_unknown: a word that no list knows and that could be a name. */
bool pattern_unknown(const struct reader *reader, size_t at);
/* pattern_surname_like: such a word, with a capital, that is made as surnames are (pattern_surname.c). */
bool pattern_surname_like(const struct reader *reader, size_t at);

#endif
