/* builtin.h: the descriptors that the store itself keeps; private to this folder. */
#ifndef HEED_STORE_BUILTIN_H
#define HEED_STORE_BUILTIN_H

#include "store/resource.h"

extern const struct resource resource_client_key; /* a table; only the store writes it */
extern const struct resource resource_journal;    /* not a table: the form in which store_journal answers */

/* Fields of resource_journal, in order. */
enum {
	JOURNAL_NUMBER = 0,
	JOURNAL_AT,
	JOURNAL_ACTOR_KIND,
	JOURNAL_ACTOR,
	JOURNAL_ACTION,
	JOURNAL_SUBJECT,
	JOURNAL_SUBJECT_ID,
	JOURNAL_CLIENT,
	JOURNAL_REASON,
	JOURNAL_RELEASE,
	JOURNAL_HASH,
	JOURNAL_FIELDS
};

#endif
