/* redact.h: a text with the personal identifiers of its verdict replaced by stable pseudonyms, and back again.
 *
 * A pseudonym reads [KIND_N], or [KIND_N.M] for the M-th way in which the same one was written: [PERSON_1] is "Ana Gil", [PERSON_1.2] her
 * "Ana" later on. The kind is the finding's concept in capitals (pii.name is PERSON, pii.national_id ID, pii.date_of_birth BIRTH_DATE). The
 * same person, number or address has the same N through a conversation, as long as the same map is used: persons by their whole name or,
 * behind one that had it as a part, by that part; all else by its letters and digits. A text that already holds something of that form
 * keeps it as a [LITERAL_N], so that redact_restore gives the very bytes back. Pure; allocates in the arenas it is given. */
#ifndef HEED_SCREEN_REDACT_H
#define HEED_SCREEN_REDACT_H

#include "base/arena.h"
#include "base/err.h"
#include "screen/verdict.h"

#define REDACT_ENTRIES_MAX 4096u /* pseudonyms of one conversation */

struct redact_entry {
	struct str kind;           /* "PERSON" */
	struct str text;           /* as the writer wrote it */
	struct str pseudonym;      /* "[PERSON_1]" */
	unsigned number, spelling; /* both from 1 */
};

/* What stands behind the pseudonyms: personal data, held by the caller for as long as it needs the way back. Zeroed but for the arena,
 * which must outlive it. */
struct redact_map {
	struct arena *arena;
	struct redact_entry *items;
	size_t count, capacity;
};

/* redact_run: *ret_text is `text` with every span of a finding of family PII in this message (turn 0) replaced; spans that overlap are
 * one, of the kind of the longest, then of the most certain. Fails closed: E_NOT_FOUND when the verdict is none of this whole text (not
 * screened, cut off, of another length), E_LIMIT over REDACT_ENTRIES_MAX, E_MEMORY; then the map may have grown but no text is given. Cost:
 * linear in the text, times the entries for each span. */
int redact_run(
	struct arena *arena, struct str text, const struct verdict *verdict, struct redact_map *map, struct str *ret_text) MUST_CHECK;

/* redact_restore: the pseudonyms of the map by what they stand for; others stay as they are. E_MEMORY, E_LIMIT (over 16 MiB). */
int redact_restore(struct arena *arena, struct str text, const struct redact_map *map, struct str *ret_text) MUST_CHECK;

#endif
