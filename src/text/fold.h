/* fold.h: the folded view of a text: what the matcher reads.
 *
 * The view is one line: a space, then each token followed by one space. Tokens are words and numbers (NFKC case-folded,
 * apostrophes inside them dropped, hyphens and underscores between letters dividing them), single punctuation marks,
 * single emoji, single ideographs and kana. Zero-width and bidi controls and variation selectors vanish; bytes that are
 * not UTF-8 become U+FFFD, a mark of its own. A run of three or more of one letter becomes the spelling that the
 * vocabulary knows, else one letter. A Latin word with marks that the vocabulary does not know, but knows without them,
 * loses them; an Arabic one the "and" written onto it. Spelling variants are one (variants.h).
 *
 * The tokens are the offset map: each knows its bytes in the view and its bytes in the text. Folding a folded view gives
 * the same view. Cost: linear; ASCII takes a path without ICU. */
#ifndef HEED_TEXT_FOLD_H
#define HEED_TEXT_FOLD_H

#include "base/arena.h"
#include "base/err.h"
#include "text/vocab.h"

enum token_kind { TOKEN_WORD = 1, TOKEN_NUMBER, TOKEN_PUNCT, TOKEN_EMOJI, TOKEN_IDEOGRAPH };

enum token_flag {
	TOKEN_SPACE_AFTER = 1, /* white space (or the end) follows in the text */
	TOKEN_LINE_AFTER = 2,  /* a line break follows */
	TOKEN_BLANK_AFTER = 4, /* an empty line follows */
	TOKEN_CAPITAL = 8,     /* began with a capital letter */
	TOKEN_SOFT = 16,       /* punctuation that phrases look through */
	TOKEN_CHANGED = 32,    /* another word than the folding alone gives (de-obfuscated view) */
	TOKEN_JOINED = 64,     /* the first token after a turn boundary in a joined text */
	TOKEN_SPACE_BEFORE = 128
};

struct token {
	uint32_t at, len;    /* in view.text */
	uint32_t start, end; /* in the text */
	uint8_t kind;
	uint8_t flags;
	uint16_t quote;    /* by segment_run (segment.h): 0 outside, else the number of the quoted span */
	uint32_t sentence; /* by segment_run: numbers from 0 */
	uint32_t segment;  /* part of a sentence that phrases may not leave: ends at ; : -- and the like */
	uint32_t clause;   /* part of a segment that context does not leave: also ends at some commas */
	uint32_t hash;     /* vocab_hash of its bytes in the view */
	uint32_t known;    /* number + 1 of its word in the vocabulary that the view was folded with; 0 when it is not there */
};

struct view {
	struct str text;      /* " tok tok tok " */
	struct token *tokens; /* of a folded text, a zeroed one stands behind the last */
	size_t count;
	/* by segment_run: */
	uint32_t *solid; /* indices of tokens that phrases count, in order */
	size_t solid_count;
	size_t ascii_letters, letters; /* for language identification */
};

struct fold_tables; /* character classes; immutable, shared by all threads */

/* fold_open: about 200 KB and a few milliseconds. */
int fold_open(const struct mem *mem, struct fold_tables **ret_tables, struct err *reterr) MUST_CHECK;
void fold_free(const struct mem *mem, struct fold_tables **tables);

/* fold_run: any bytes, at most UINT32_MAX / 8. vocab may be NULL (then elongations become one letter, marks stay).
 * E_MEMORY when the arena is at its limit. */
int fold_run(const struct fold_tables *tables, const struct vocab *vocab, struct arena *arena, struct str text,
	struct view *ret_view) MUST_CHECK;

/* fold_unmark: the word without the marks of Latin letters; returns its length in out (room for
 * word.len bytes), or 0 when nothing changed. */
size_t fold_unmark(const struct fold_tables *tables, struct str word, char *out);

/* fold_visible: whether the text has any character that a reader sees. */
bool fold_visible(const struct fold_tables *tables, struct str text);

static inline struct str token_text(const struct view *view, const struct token *token)
{
	return (struct str){ view->text.ptr + token->at, token->len };
}

#endif
