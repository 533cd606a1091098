/* pattern.h: identifiers and contacts that are checked by form, not by words: telephone numbers, e-mail and web addresses,
 * cards, bank accounts, national numbers, dates of birth, postal addresses, DOIs and PMIDs; and names of persons. Read from the folded
 * view, so that full-width digits, odd hyphens and invisible characters between them change nothing. */
#ifndef HEED_SCREEN_PATTERN_H
#define HEED_SCREEN_PATTERN_H

#include "base/arena.h"
#include "screen/names.h"
#include "text/fold.h"

enum pattern_kind {
	PATTERN_PHONE = 0,
	PATTERN_EMAIL,
	PATTERN_URL,
	PATTERN_CARD,
	PATTERN_NATIONAL_ID,
	PATTERN_RECORD,
	PATTERN_BIRTH,
	PATTERN_ADDRESS,
	PATTERN_NAME,
	PATTERN_IP,
	PATTERN_DOI,
	PATTERN_PMID,
	PATTERN_ACCOUNT, /* IBAN */
	PATTERN_LICENCE, /* driving licence, passport */
	PATTERN_PLATE,
	PATTERN_HANDLE
};

#define PATTERN_DIGITS_MAX 20u
#define PATTERN_GROUPS_MAX 12u

struct pattern {
	enum pattern_kind kind;
	size_t first, last; /* tokens, inclusive */
	size_t start, end;  /* UTF-8 bytes of the text; end exclusive */
	int confidence;     /* per mille */
	struct str host;    /* of a web address: lower case, without "www."; in the arena */
	/* of a number: its digits and how they stand in groups */
	char digits[PATTERN_DIGITS_MAX];
	uint8_t digit_count, group_count;
	uint8_t groups[PATTERN_GROUPS_MAX];
	bool plus; /* begins with + */
};

struct patterns {
	struct pattern *items;
	size_t count, capacity;
};

/* Of words, by their hash: which of them may begin a pattern. What the table holds may be more than there is, never less. */
struct pattern_starts {
	uint8_t words[4096];
	bool around; /* it was filled with words around names */
};

/* pattern_starts_fill: for names with this table and its part `around`. */
void pattern_starts_fill(const struct vocab *names, const struct vocab *around, struct pattern_starts *ret_starts);

/* pattern_find: all patterns of the text, in its order, without overlaps. `contacts`: the text is an assistant's: every
 * number that a reader could take for a telephone number counts, also short ones after "call" and the like; identifiers of
 * a person are not sought. `names` (may be NULL): without it only names that are said outright are found. E_MEMORY at the arena's limit. */
int pattern_find(struct arena *arena, struct str text, const struct view *view, const struct names *names, bool contacts,
	struct patterns *ret_patterns) MUST_CHECK;

/* pattern_host: the host of a web address as it is compared: lower case, without scheme, "www.", port and path. */
struct str pattern_host(struct arena *arena, struct str url);

#endif
