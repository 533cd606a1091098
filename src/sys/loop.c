/* loop.c: see loop.h. One round is: hooks, wait, descriptor events, timers, posted tasks, deferred tasks. */
#include "sys/loop.h"

#include "sys/mem.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LAYER "sys/loop"
#define EVENTS_A_ROUND 128
#define HOOKS_MAX 8
#define TEST_CLOCK_POLL_MS 10

struct loop_watch {
	int fd;
	bool once; /* LOOP_GONE alone */
	bool dead; /* removed in this round; freed at its end, since events for it may still be in the batch */
	loop_watch_fn *fn;
	void *ctx;
	struct loop_watch *next_dead;
};

struct timer_heap {
	struct loop_timer **items;
	size_t count, capacity;
};

struct task_list {
	struct loop_task *first, **last;
};

struct loop {
	const struct clock *clock;
	int epoll_fd, wake_fd;
	struct timer_heap product, io;
	struct loop_watch *dead;
	struct task_list deferred;
	pthread_mutex_t lock; /* guards posted */
	struct task_list posted;
	atomic_bool stopping;
	loop_fn *hooks[HOOKS_MAX];
	void *hook_ctx[HOOKS_MAX];
	size_t hook_count;
};

static void list_init(struct task_list *list)
{
	list->first = NULL;
	list->last = &list->first;
}

static void list_add(struct task_list *list, struct loop_task *task, loop_fn *fn, void *ctx)
{
	task->next = NULL;
	task->fn = fn;
	task->ctx = ctx;
	*list->last = task;
	list->last = &task->next;
}

static void list_run(struct loop_task *first)
{
	while (first) {
		struct loop_task *task = first;
		first = task->next; /* the task's owner may free it in fn */
		task->fn(task->ctx);
	}
}

int loop_open(const struct clock *clock, struct loop **ret_loop, struct err *reterr)
{
	struct loop *loop = mem_new(sizeof(*loop));
	if (!loop)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for the loop");
	loop->clock = clock;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	list_init(&loop->deferred);
	list_init(&loop->posted);
	pthread_mutex_init(&loop->lock, NULL);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
	if (loop->epoll_fd < 0 || loop->wake_fd < 0 || epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->wake_fd, &event)) {
		int code = err_set(reterr, E_IO, LAYER, "epoll: %s", strerrordesc_np(errno));
		loop_free(&loop);
		return code;
	}
	*ret_loop = loop;
	return 0;
}

static void free_dead(struct loop *loop)
{
	while (loop->dead) {
		struct loop_watch *watch = loop->dead;
		loop->dead = watch->next_dead;
		mem_delete(watch);
	}
}

void loop_free(struct loop **loop_)
{
	struct loop *loop = *loop_;
	if (!loop)
		return;
	free_dead(loop);
	if (loop->epoll_fd >= 0)
		close(loop->epoll_fd);
	if (loop->wake_fd >= 0)
		close(loop->wake_fd);
	pthread_mutex_destroy(&loop->lock);
	mem_delete(loop->product.items);
	mem_delete(loop->io.items);
	mem_delete(loop);
	*loop_ = NULL;
}

const struct clock *loop_clock(const struct loop *loop)
{
	return loop->clock;
}

/* Watches */

static uint32_t epoll_bits(unsigned events, bool once)
{
	if (once)
		return EPOLLRDHUP | EPOLLONESHOT;
	return ((events & LOOP_READ) ? (uint32_t)EPOLLIN : 0) | ((events & LOOP_WRITE) ? (uint32_t)EPOLLOUT : 0) | EPOLLRDHUP;
}

int loop_watch_add(
	struct loop *loop, int fd, unsigned events, loop_watch_fn *fn, void *ctx, struct loop_watch **ret_watch, struct err *reterr)
{
	struct loop_watch *watch = mem_new(sizeof(*watch));
	if (!watch)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for a watch");
	*watch = (struct loop_watch){ .fd = fd, .once = events == 0, .fn = fn, .ctx = ctx };
	struct epoll_event event = { .events = epoll_bits(events, watch->once), .data.ptr = watch };
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event)) {
		mem_delete(watch);
		return err_set(reterr, E_IO, LAYER, "watch: %s", strerrordesc_np(errno));
	}
	*ret_watch = watch;
	return 0;
}

int loop_watch_change(struct loop *loop, struct loop_watch *watch, unsigned events, struct err *reterr)
{
	watch->once = events == 0;
	struct epoll_event event = { .events = epoll_bits(events, watch->once), .data.ptr = watch };
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event))
		return err_set(reterr, E_IO, LAYER, "watch: %s", strerrordesc_np(errno));
	return 0;
}

void loop_watch_remove(struct loop *loop, struct loop_watch **watch_)
{
	struct loop_watch *watch = *watch_;
	if (!watch)
		return;
	epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
	watch->dead = true;
	watch->next_dead = loop->dead;
	loop->dead = watch;
	*watch_ = NULL;
}

/* Timers: two binary heaps ordered by due time. */

static void heap_set(struct timer_heap *heap, size_t at, struct loop_timer *timer)
{
	heap->items[at] = timer;
	timer->place = at + 1;
}

static void sift_up(struct timer_heap *heap, size_t at)
{
	struct loop_timer *timer = heap->items[at];
	while (at > 0 && heap->items[(at - 1) / 2]->due_us > timer->due_us) {
		heap_set(heap, at, heap->items[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_set(heap, at, timer);
}

static void sift_down(struct timer_heap *heap, size_t at)
{
	struct loop_timer *timer = heap->items[at];
	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= heap->count)
			break;
		if (child + 1 < heap->count && heap->items[child + 1]->due_us < heap->items[child]->due_us)
			child++;
		if (heap->items[child]->due_us >= timer->due_us)
			break;
		heap_set(heap, at, heap->items[child]);
		at = child;
	}
	heap_set(heap, at, timer);
}

static void heap_remove(struct timer_heap *heap, struct loop_timer *timer)
{
	size_t at = timer->place - 1;
	timer->place = 0;
	struct loop_timer *moved = heap->items[--heap->count];
	if (moved == timer)
		return;
	heap_set(heap, at, moved);
	sift_up(heap, at);
	sift_down(heap, moved->place - 1);
}

static void heap_add(struct timer_heap *heap, struct loop_timer *timer)
{
	if (heap->count == heap->capacity) {
		size_t capacity = heap->capacity ? heap->capacity * 2 : 64;
		const struct mem *mem = mem_system();
		struct loop_timer **items = mem->resize(
			mem->ctx, heap->items, heap->capacity * sizeof(struct loop_timer *), capacity * sizeof(struct loop_timer *));
		if (!items || capacity > LOOP_TIMERS_MAX)
			abort(); /* RULE: a lost timer is a lost deadline; end loudly */
		heap->items = items;
		heap->capacity = capacity;
	}
	heap->items[heap->count++] = timer;
	sift_up(heap, heap->count - 1);
}

static struct timer_heap *heap_of(struct loop *loop, const struct loop_timer *timer)
{
	return timer->io ? &loop->io : &loop->product;
}

static void timer_start(
	struct loop *loop, struct loop_timer *timer, bool io, const struct clock *clock, int64_t delay_us, loop_fn *fn, void *ctx)
{
	loop_timer_stop(loop, timer);
	timer->io = io;
	timer->fn = fn;
	timer->ctx = ctx;
	timer->due_us = clock_mono(clock).us + (delay_us > 0 ? delay_us : 0);
	heap_add(heap_of(loop, timer), timer);
}

void loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t delay_us, loop_fn *fn, void *ctx)
{
	timer_start(loop, timer, false, loop->clock, delay_us, fn, ctx);
}

void loop_io_timer_start(struct loop *loop, struct loop_timer *timer, int64_t delay_us, loop_fn *fn, void *ctx)
{
	timer_start(loop, timer, true, clock_system(), delay_us, fn, ctx);
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
	if (timer->place)
		heap_remove(heap_of(loop, timer), timer);
}

bool loop_timer_due(const struct loop *loop)
{
	return loop->product.count && loop->product.items[0]->due_us <= clock_mono(loop->clock).us;
}

/* Runs what is due now; a timer that a callback starts with no delay waits for the next round. */
static void run_timers(struct timer_heap *heap, const struct clock *clock)
{
	if (!heap->count)
		return;
	int64_t now_us = clock_mono(clock).us;
	for (size_t budget = heap->count; budget > 0 && heap->count && heap->items[0]->due_us <= now_us; budget--) {
		struct loop_timer *timer = heap->items[0];
		heap_remove(heap, timer);
		timer->fn(timer->ctx);
	}
}

/* Tasks */

static void wake(struct loop *loop)
{
	uint64_t one = 1;
	ssize_t written = write(loop->wake_fd, &one, sizeof(one));
	(void)written; /* a full counter is a wake-up that is already pending */
}

void loop_post(struct loop *loop, struct loop_task *task, loop_fn *fn, void *ctx)
{
	pthread_mutex_lock(&loop->lock);
	bool was_empty = loop->posted.first == NULL;
	list_add(&loop->posted, task, fn, ctx);
	pthread_mutex_unlock(&loop->lock);
	if (was_empty)
		wake(loop);
}

void loop_defer(struct loop *loop, struct loop_task *task, loop_fn *fn, void *ctx)
{
	list_add(&loop->deferred, task, fn, ctx);
}

void loop_on_round(struct loop *loop, loop_fn *fn, void *ctx)
{
	if (loop->hook_count == HOOKS_MAX)
		abort();
	loop->hooks[loop->hook_count] = fn;
	loop->hook_ctx[loop->hook_count++] = ctx;
}

static void run_posted(struct loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	struct loop_task *first = loop->posted.first;
	list_init(&loop->posted);
	pthread_mutex_unlock(&loop->lock);
	list_run(first);
}

static void run_deferred(struct loop *loop)
{
	struct loop_task *first = loop->deferred.first;
	list_init(&loop->deferred);
	list_run(first);
}

/* One round */

static int wait_for_heap(const struct timer_heap *heap, const struct clock *clock, int wait_ms)
{
	if (!heap->count)
		return wait_ms;
	int64_t left_us = heap->items[0]->due_us - clock_mono(clock).us;
	int64_t left_ms = left_us <= 0 ? 0 : (left_us + 999) / 1000;
	if (wait_ms < 0 || left_ms < wait_ms)
		return left_ms > 3600000 ? 3600000 : (int)left_ms;
	return wait_ms;
}

static int choose_wait(struct loop *loop, int wait_ms)
{
	if (loop->deferred.first || atomic_load(&loop->stopping))
		return 0;
	wait_ms = wait_for_heap(&loop->io, clock_system(), wait_ms);
	wait_ms = wait_for_heap(&loop->product, loop->clock, wait_ms);
	bool may_be_turned = loop->clock != clock_system();
	if (may_be_turned && loop->product.count && (wait_ms < 0 || wait_ms > TEST_CLOCK_POLL_MS))
		wait_ms = TEST_CLOCK_POLL_MS;
	return wait_ms;
}

static void dispatch(struct loop *loop, const struct epoll_event *event)
{
	struct loop_watch *watch = event->data.ptr;
	if (!watch) {
		uint64_t count;
		ssize_t got = read(loop->wake_fd, &count, sizeof(count));
		(void)got;
		return;
	}
	if (watch->dead)
		return;
	unsigned events = 0;
	if (event->events & EPOLLIN)
		events |= LOOP_READ;
	if (event->events & EPOLLOUT)
		events |= LOOP_WRITE;
	if (event->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		events |= LOOP_GONE;
	if (events)
		watch->fn(watch->ctx, events);
}

void loop_step(struct loop *loop, int wait_ms)
{
	struct epoll_event events[EVENTS_A_ROUND];
	for (size_t i = 0; i < loop->hook_count; i++)
		loop->hooks[i](loop->hook_ctx[i]);
	int count = epoll_wait(loop->epoll_fd, events, EVENTS_A_ROUND, choose_wait(loop, wait_ms));
	for (int i = 0; i < count; i++)
		dispatch(loop, &events[i]);
	run_timers(&loop->io, clock_system());
	run_timers(&loop->product, loop->clock);
	run_posted(loop);
	run_deferred(loop);
	free_dead(loop);
}

void loop_run(struct loop *loop)
{
	while (!atomic_load(&loop->stopping))
		loop_step(loop, -1);
	atomic_store(&loop->stopping, false);
}

void loop_stop(struct loop *loop)
{
	atomic_store(&loop->stopping, true);
	wake(loop);
}
