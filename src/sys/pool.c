/* pool.c: see pool.h. */
#include "sys/pool.h"

#include "sys/mem.h"

#include <pthread.h>
#include <signal.h>

#define POOL_THREADS_MAX 16

struct pool {
	struct loop *loop;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t threads[POOL_THREADS_MAX];
	unsigned thread_count, waiting, waiting_max;
	struct pool_work *first, *last;
	bool stopping;
};

static struct pool_work *next_work(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	while (!pool->first && !pool->stopping)
		pthread_cond_wait(&pool->wake, &pool->lock);
	struct pool_work *work = pool->stopping ? NULL : pool->first;
	if (work) {
		pool->first = work->next;
		if (!pool->first)
			pool->last = NULL;
		pool->waiting--;
	}
	pthread_mutex_unlock(&pool->lock);
	return work;
}

static void *run(void *ctx)
{
	struct pool *pool = ctx;
	for (struct pool_work *work; (work = next_work(pool)) != NULL;) {
		work->work(work->ctx);
		loop_post(pool->loop, &work->task, work->done, work->ctx);
	}
	return NULL;
}

int pool_open(struct loop *loop, unsigned threads, unsigned waiting_max, struct pool **ret_pool, struct err *reterr)
{
	struct pool *pool = mem_new(sizeof *pool);
	if (!pool)
		return err_set(reterr, E_MEMORY, "sys/pool", "out of memory");
	pool->loop = loop;
	pool->waiting_max = waiting_max;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->wake, NULL);
	/* Signals belong to the loop's thread. */
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (pool->thread_count < threads && pool->thread_count < POOL_THREADS_MAX &&
		pthread_create(&pool->threads[pool->thread_count], NULL, run, pool) == 0)
		pool->thread_count++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!pool->thread_count) {
		pool_free(&pool);
		return err_set(reterr, E_IO, "sys/pool", "no thread can be started");
	}
	*ret_pool = pool;
	return 0;
}

void pool_free(struct pool **pool)
{
	if (!*pool)
		return;
	pthread_mutex_lock(&(*pool)->lock);
	(*pool)->stopping = true;
	pthread_cond_broadcast(&(*pool)->wake);
	pthread_mutex_unlock(&(*pool)->lock);
	for (unsigned i = 0; i < (*pool)->thread_count; i++)
		pthread_join((*pool)->threads[i], NULL);
	pthread_cond_destroy(&(*pool)->wake);
	pthread_mutex_destroy(&(*pool)->lock);
	mem_delete(*pool);
	*pool = NULL;
}

int pool_run(struct pool *pool, struct pool_work *work, loop_fn *fn, loop_fn *done, void *ctx, struct err *reterr)
{
	*work = (struct pool_work){ .pool = pool, .work = fn, .done = done, .ctx = ctx };
	pthread_mutex_lock(&pool->lock);
	bool full = pool->waiting >= pool->waiting_max;
	if (!full) {
		if (pool->last)
			pool->last->next = work;
		else
			pool->first = work;
		pool->last = work;
		pool->waiting++;
		pthread_cond_signal(&pool->wake);
	}
	pthread_mutex_unlock(&pool->lock);
	return full ? err_set(reterr, E_LIMIT, "sys/pool", "too much work waits") : 0;
}
