/* loop_test.c: timers in order, posted work, watches removed inside a batch, peers that leave. */
#include "sys/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static struct loop *open_loop(const struct clock *clock)
{
	struct loop *loop = NULL;
	assert_int_equal(loop_open(clock, &loop, NULL), 0);
	return loop;
}

#define MANY 500
struct order {
	struct loop_timer timers[MANY];

	int64_t last;
	int fired;
};

struct one {
	struct order *order;
	int64_t delay;
};

static void on_timer(void *ctx)
{
	struct one *one = ctx;
	assert_true(one->delay >= one->order->last);
	one->order->last = one->delay;
	one->order->fired++;
}

static void timers_fire_in_order_on_a_turned_clock(void **state)
{
	(void)state;
	struct test_clock clock;
	test_clock_init(&clock, (wall_time){ 0 });
	struct loop *loop = open_loop(&clock.clock);
	static struct order order;
	static struct one ones[MANY];
	unsigned seed = 12345;
	for (int i = 0; i < MANY; i++) {
		seed = seed * 1103515245u + 12345u;
		ones[i] = (struct one){ &order, (int64_t)(seed >> 8) % 100000 };
		loop_timer_start(loop, &order.timers[i], ones[i].delay, on_timer, &ones[i]);
	}
	for (int i = 0; i < MANY; i += 7)
		loop_timer_stop(loop, &order.timers[i]);
	int stopped = (MANY + 6) / 7;
	loop_step(loop, 0);
	assert_true(order.fired <= 1 && !loop_timer_due(loop));
	for (int turn = 0; turn < 20; turn++) {
		test_clock_advance(&clock, 5001);
		assert_true(loop_timer_due(loop));
		loop_step(loop, 0);
		assert_false(loop_timer_due(loop));
	}
	assert_int_equal(order.fired, MANY - stopped);
	loop_free(&loop);
}

struct counter {
	struct loop *loop;
	struct loop_task task;
	int count, stop_at;
	struct loop_watch *watch, *other;
	unsigned events;
};

static void count_up(void *ctx)
{
	struct counter *counter = ctx;
	if (++counter->count == counter->stop_at)
		loop_stop(counter->loop);
}

static void *poster(void *ctx)
{
	struct counter *tasks = ctx;
	for (int i = 0; i < 1000; i++)
		loop_post(tasks[0].loop, &tasks[i].task, count_up, &tasks[0]);
	return NULL;
}

static void posted_work_arrives_from_another_thread(void **state)
{
	(void)state;
	struct loop *loop = open_loop(clock_system());
	static struct counter tasks[1000];
	tasks[0].loop = loop;
	tasks[0].stop_at = 1000;
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, poster, tasks), 0);
	loop_run(loop);
	pthread_join(thread, NULL);
	assert_int_equal(tasks[0].count, 1000);
	loop_free(&loop);
}

static void on_ready(void *ctx, unsigned events)
{
	struct counter *counter = ctx;
	counter->count++;
	counter->events |= events;
	loop_watch_remove(counter->loop, &counter->watch);
	loop_watch_remove(counter->loop, &counter->other);
}

static void a_watch_removed_in_a_batch_is_not_called(void **state)
{
	(void)state;
	struct loop *loop = open_loop(clock_system());
	int a[2], b[2];
	assert_int_equal(pipe(a), 0);
	assert_int_equal(pipe(b), 0);
	struct counter counter = { .loop = loop };
	assert_int_equal(loop_watch_add(loop, a[0], LOOP_READ, on_ready, &counter, &counter.watch, NULL), 0);
	assert_int_equal(loop_watch_add(loop, b[0], LOOP_READ, on_ready, &counter, &counter.other, NULL), 0);
	assert_int_equal(write(a[1], "x", 1), 1);
	assert_int_equal(write(b[1], "x", 1), 1);
	loop_step(loop, 100);
	loop_step(loop, 0);
	assert_int_equal(counter.count, 1);
	loop_free(&loop);
	close(a[0]), close(a[1]), close(b[0]), close(b[1]);
}

static void on_gone(void *ctx, unsigned events)
{
	struct counter *counter = ctx;
	counter->count++;
	counter->events |= events;
}

static void a_peer_that_leaves_is_told_once(void **state)
{
	(void)state;
	struct loop *loop = open_loop(clock_system());
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	struct counter counter = { .loop = loop };
	assert_int_equal(loop_watch_add(loop, pair[0], 0, on_gone, &counter, &counter.watch, NULL), 0);
	assert_int_equal(write(pair[1], "data is not a departure", 23), 23);
	loop_step(loop, 0);
	assert_int_equal(counter.count, 0);
	close(pair[1]);
	for (int i = 0; i < 5; i++)
		loop_step(loop, 5);
	assert_int_equal(counter.count, 1);
	assert_true(counter.events & LOOP_GONE);
	loop_watch_remove(loop, &counter.watch);
	loop_free(&loop);
	close(pair[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_fire_in_order_on_a_turned_clock),
		cmocka_unit_test(posted_work_arrives_from_another_thread),
		cmocka_unit_test(a_watch_removed_in_a_batch_is_not_called),
		cmocka_unit_test(a_peer_that_leaves_is_told_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
