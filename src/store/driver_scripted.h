/* driver_scripted.h: SQLite behind a script of faults, for tests: what real databases do rarely and must be survived. */
#ifndef HEED_STORE_DRIVER_SCRIPTED_H
#define HEED_STORE_DRIVER_SCRIPTED_H

#include "store/store_driver.h"

enum scripted_fault {
	SCRIPTED_REFUSED = 0, /* the call fails (disk full, too many files); nothing happened */
	SCRIPTED_CONFLICT,    /* serialisation failure or deadlock: the transaction is gone */
	SCRIPTED_LOST,        /* the connection is lost before the call */
	SCRIPTED_UNSURE_NOT,  /* a commit's answer is lost, and it did not happen (other calls: lost) */
	SCRIPTED_UNSURE_DONE, /* a commit's answer is lost, but it happened */
	SCRIPTED_FAULTS
};

/* scripted_plan: let the nth call (from 1) of a writing connection fail so; after it, `refused_opens` attempts to connect
 * fail. at 0: none. The URL is that of SQLite. */
void scripted_plan(enum scripted_fault fault, unsigned at, unsigned refused_opens);
/* scripted_plan_commit: the same, counting commits alone. */
void scripted_plan_commit(enum scripted_fault fault, unsigned at, unsigned refused_opens);
/* scripted_fired: whether the planned fault has happened. */
bool scripted_fired(void);

extern const struct driver driver_scripted;

#endif
