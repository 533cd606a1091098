/* loop.h: one thread's event loop over epoll: descriptors, timers, and work posted from other threads.
 *
 * Everything but loop_post and loop_stop belongs to the loop's own thread. Nothing called from the loop may block.
 * Callbacks may add, change and remove any watch, timer or task, their own too. */
#ifndef HEED_SYS_LOOP_H
#define HEED_SYS_LOOP_H

#include "base/compiler.h"
#include "base/err.h"
#include "sys/clock.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_watch;

enum loop_events {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
	LOOP_GONE = 4 /* the peer closed its sending side or the connection broke; always reported, also when not asked for */
};

typedef void loop_watch_fn(void *ctx, unsigned events);
typedef void loop_fn(void *ctx);

/* A timer, part of its owner's object; zero it before the first start. One that fires is stopped before `fn` is called. */
struct loop_timer {
	loop_fn *fn;
	void *ctx;
	int64_t due_us; /* on the clock it was started with */
	size_t place;   /* heap index + 1; 0 when stopped */
	bool io;
};

/* Work for the loop's thread, part of its owner's object, zero before first use. */
struct loop_task {
	struct loop_task *next;
	loop_fn *fn;
	void *ctx;
};

/* loop_open: `clock` is the product's clock (may be a test clock; borrowed for the loop's life). */
int loop_open(const struct clock *clock, struct loop **ret_loop, struct err *reterr) MUST_CHECK;
void loop_free(struct loop **loop);

/* loop_run: until loop_stop. loop_step: one round, waiting at most wait_ms (0: not at all, -1: until something happens). */
void loop_run(struct loop *loop);
void loop_step(struct loop *loop, int wait_ms);
/* loop_stop: ends loop_run soon. Thread-safe and async-signal-safe. */
void loop_stop(struct loop *loop);

const struct clock *loop_clock(const struct loop *loop);

/* loop_watch_add: `fn` is called with what happened; events is a set of LOOP_READ and LOOP_WRITE, or 0 for LOOP_GONE alone.
 * Level-triggered, but LOOP_GONE alone is told once. */
int loop_watch_add(struct loop *loop, int fd, unsigned events, loop_watch_fn *fn, void *ctx, struct loop_watch **ret_watch,
	struct err *reterr) MUST_CHECK;
int loop_watch_change(struct loop *loop, struct loop_watch *watch, unsigned events, struct err *reterr) MUST_CHECK;
/* loop_watch_remove: call before closing the descriptor. NULL is fine; clears the caller's pointer. No call after it. */
void loop_watch_remove(struct loop *loop, struct loop_watch **watch);

/* loop_timer_start: fn(ctx) once, when the product's clock (monotonic) has moved by delay_us; a running timer starts anew.
 * With a test clock a turn is noticed within 10 ms. loop_io_timer_start: the same on the machine's clock, for sockets.
 * At most LOOP_TIMERS_MAX run; starting one more ends the process (a leak of ours). */
void loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t delay_us, loop_fn *fn, void *ctx);
void loop_io_timer_start(struct loop *loop, struct loop_timer *timer, int64_t delay_us, loop_fn *fn, void *ctx);
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);
/* loop_timer_due: whether a timer of the product's clock is due and has not run. */
bool loop_timer_due(const struct loop *loop);
#define LOOP_TIMERS_MAX (1u << 20)

/* loop_post: fn(ctx) on the loop's thread, soon, in order of posting. Thread-safe, never fails, never blocks for long. The
 * task must not be posted again before it has run. */
void loop_post(struct loop *loop, struct loop_task *task, loop_fn *fn, void *ctx);

/* loop_defer: as loop_post for the loop's own thread, without a wake-up: runs at the end of this round, after all events. */
void loop_defer(struct loop *loop, struct loop_task *task, loop_fn *fn, void *ctx);

/* loop_on_round: fn(ctx) at the end of every round just before waiting, for parts that batch (the HTTP server). At most 8. */
void loop_on_round(struct loop *loop, loop_fn *fn, void *ctx);

#endif
