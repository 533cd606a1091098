/* pack_list.h: which packs this process runs on: of each file its head (kind, id, version, author, when it was reviewed and by whom) and a
 * hash, for staff to see. What is in the packs is read elsewhere. */
#ifndef HEED_CARE_PACK_LIST_H
#define HEED_CARE_PACK_LIST_H

#include "care/messages.h"

struct pack_entry {
	struct str file;                                                           /* below the folder of packs */
	struct str kind, id, version, lang, author, reviewed, verified_at, review; /* empty: the pack does not say */
	size_t bytes;
	char hash[17]; /* first 16 hex digits of SHA-256 */
};

struct pack_list;
/* pack_list_open: heads of all sources, in their order; files are named from `dir` on. E_INVALID names a file whose head does not parse.
 * pack_list_at: NULL past the end. */
int pack_list_open(
	struct str dir, const struct messages_source *sources, size_t count, struct pack_list **ret_list, struct err *reterr) MUST_CHECK;
void pack_list_free(struct pack_list **list);
const struct pack_entry *pack_list_at(const struct pack_list *list, size_t index);

#endif
