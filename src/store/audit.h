/* audit.h: verifying an exported journal with nothing but the public key. Lines go in, faults come out; keeps the tree's
 * frontier only, so any length is fine.
 *
 * The export is one JSON object a line:
 *   {"heedwell_journal":1,"origin":O,"verifier":V}        first
 *   {"hash":BASE64,"leaf":{...}}                          an entry; its leaf hash is over the bytes of the leaf as they stand
 *   {"hash":BASE64}                                       an entry of somebody else's programme: its place, not its content
 *   {"checkpoint":"..."}                                  a signed note, after the entry that it ends with; also last
 *
 * What can be said of a change: a leaf that does not fit its hash is named. If hash and leaf were both changed, the first
 * checkpoint that does not fit names the interval since the last one that did. Entries carry their numbers, so one that was
 * removed, added or moved is named. A journal cut off at a checkpoint shows only against a later checkpoint kept elsewhere. */
#ifndef HEED_STORE_AUDIT_H
#define HEED_STORE_AUDIT_H

#include "base/err.h"
#include "store/note.h"

#define AUDIT_LINE_MAX (256u * 1024u)

struct audit;

/* A fault: entries first..last (inclusive); message is for people and holds nothing of a leaf. */
struct audit_fault {
	uint64_t first, last;
	const char *message;
};
typedef void (*audit_fault_fn)(void *ctx, const struct audit_fault *fault);

struct audit_result {
	uint64_t entries, withheld, checkpoints, faults;
	uint64_t covered; /* entries that a good checkpoint covers */
	struct merkle_hash root;
};

/* audit_new: verifier as note_verifier writes it; kept: a checkpoint from elsewhere, or empty. E_INVALID, E_CRYPTO: one of them
 * is not good. */
int audit_new(
	struct str verifier, struct str kept, audit_fault_fn fault, void *ctx, struct audit **ret_audit, struct err *reterr) MUST_CHECK;
void audit_free(struct audit **audit);

/* audit_line: the next line without its line feed. */
void audit_line(struct audit *audit, struct str line);
/* audit_finish: what is missing at the end; fills the result. The journal is good when result.faults is 0. */
void audit_finish(struct audit *audit, struct audit_result *ret_result);

#endif
