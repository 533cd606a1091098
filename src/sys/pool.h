/* pool.h: a few threads for work that takes long (password hashes, exports), so that the loop never waits for it. */
#ifndef HEED_SYS_POOL_H
#define HEED_SYS_POOL_H

#include "sys/loop.h"

struct pool;

/* Part of its owner's object, zero before use; untouched by the owner until `done` has run. */
struct pool_work {
	struct pool_work *next;
	struct pool *pool;
	loop_fn *work; /* on a thread of the pool */
	loop_fn *done; /* afterwards on the loop's thread */
	void *ctx;
	struct loop_task task;
};

/* pool_open: threads >= 1; at most waiting_max works wait. */
int pool_open(struct loop *loop, unsigned threads, unsigned waiting_max, struct pool **ret_pool, struct err *reterr) MUST_CHECK;
/* pool_free: waits for what runs; what has not begun is dropped without `done`. NULL is fine. */
void pool_free(struct pool **pool);

/* pool_run: E_LIMIT when too many wait; then neither function is called. */
int pool_run(struct pool *pool, struct pool_work *work, loop_fn *fn, loop_fn *done, void *ctx, struct err *reterr) MUST_CHECK;

#endif
