/* arena_test.c: the limit holds, the flag sticks, memory is zeroed, aligned and given back. */
#include "base/arena.h"
#include "base/property.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>

#include <cmocka.h>

static void blocks_are_zeroed_aligned_and_apart(void **state)
{
	(void)state;
	struct property property = property_start("arena");
	struct test_mem mem;
	test_mem_init(&mem, 0, 0);
	struct arena arena;
	arena_init(&arena, &mem.mem, 1u << 20);
	for (int round = 0; round < 3; round++) {
		char *all[200];
		size_t sizes[200];
		for (size_t i = 0; i < COUNT_OF(all); i++) {
			sizes[i] = property_below(&property, 2000);
			all[i] = arena_alloc(&arena, sizes[i], 1);
			assert_non_null(all[i]);
			assert_int_equal((uintptr_t)all[i] % alignof(max_align_t), 0);
			for (size_t at = 0; at < sizes[i]; at++)
				assert_int_equal(all[i][at], 0);
			memset(all[i], (int)i, sizes[i]);
		}
		for (size_t i = 0; i < COUNT_OF(all); i++)
			for (size_t at = 0; at < sizes[i]; at++)
				assert_int_equal((unsigned char)all[i][at], i);
		assert_true(arena.held_bytes <= arena.limit_bytes);
		arena_reset(&arena);
		assert_int_equal(arena.used_bytes, 0);
		assert_int_equal(mem.live, 1); /* one block is kept */
	}
	arena_done(&arena);
	assert_int_equal(mem.live, 0);
	assert_int_equal(arena.held_bytes, 0);
}

static void the_limit_is_hard_and_the_flag_sticks(void **state)
{
	(void)state;
	struct test_mem mem;
	for (size_t limit = 1; limit < 20000; limit += 997) {
		test_mem_init(&mem, 0, 0);
		struct arena arena;
		arena_init(&arena, &mem.mem, limit);
		size_t taken = 0;
		while (arena_alloc(&arena, 1, 100))
			taken++;
		assert_true(arena_failed(&arena));
		assert_true(arena.held_bytes <= limit);
		assert_true(taken * 100 <= limit);
		/* A smaller request may still fit, and does not clear the flag. */
		(void)!arena_alloc(&arena, 1, 1);
		assert_true(arena_failed(&arena));
		arena_reset(&arena);
		assert_false(arena_failed(&arena));
		arena_done(&arena);
		assert_int_equal(mem.live, 0);
	}
}

static void sizes_that_overflow_are_refused(void **state)
{
	(void)state;
	struct test_mem mem;
	test_mem_init(&mem, 0, 0);
	struct arena arena;
	arena_init(&arena, &mem.mem, SIZE_MAX);
	assert_null(arena_alloc(&arena, SIZE_MAX / 2, 3));
	assert_true(arena_failed(&arena));
	arena_reset(&arena);
	assert_null(arena_copy(&arena, str_make("x", SIZE_MAX)).ptr);
	assert_true(arena_failed(&arena));
	arena_done(&arena);
	assert_int_equal(mem.live, 0);
}

static void nothing_is_lost_when_any_allocation_fails(void **state)
{
	(void)state;
	size_t fail = 1;
	for (;; fail++) {
		struct test_mem mem;
		test_mem_init(&mem, fail, 1);
		struct arena arena;
		arena_init(&arena, &mem.mem, 1u << 20);
		size_t missing = 0;
		for (int i = 0; i < 40; i++)
			missing += arena_alloc(&arena, 1, 1000) == NULL;
		struct str text = arena_printf(&arena, "%d of %s", 7, "nine");
		bool untouched = mem.count < fail;
		assert_int_equal(arena_failed(&arena), !untouched);
		assert_int_equal(missing, untouched ? 0 : 1);
		assert_true(str_eqc(text, "7 of nine"));
		arena_done(&arena);
		assert_int_equal(mem.live, 0);
		if (untouched)
			break;
	}
	assert_true(fail > 3);
}

static void copies_end_with_a_nul(void **state)
{
	(void)state;
	struct test_mem mem;
	test_mem_init(&mem, 0, 0);
	struct arena arena;
	arena_init(&arena, &mem.mem, 4096);
	struct str copy = arena_copy(&arena, STR("a\0b"));
	assert_int_equal(copy.len, 3);
	assert_memory_equal(copy.ptr, "a\0b", 4);
	struct str empty = arena_copy(&arena, str_make(NULL, 0));
	assert_non_null(empty.ptr);
	assert_int_equal(empty.len, 0);
	arena_done(&arena);
}

static void parts_are_joined(void **state)
{
	(void)state;
	struct test_mem mem;
	test_mem_init(&mem, 0, 0);
	struct arena arena;
	arena_init(&arena, &mem.mem, 4096);
	const struct str parts[] = { STR("a\0b"), { NULL, 0 }, STR(""), STR("cd") };
	struct str joined = arena_join(&arena, parts, COUNT_OF(parts));
	assert_int_equal(joined.len, 5);
	assert_memory_equal(joined.ptr, "a\0bcd", 6);
	struct str nothing = arena_join(&arena, parts, 0);
	assert_int_equal(nothing.len, 0);
	assert_int_equal(nothing.ptr[0], '\0');
	const struct str endless[] = { STR("a"), { "x", SIZE_MAX } };
	assert_null(arena_join(&arena, endless, COUNT_OF(endless)).ptr);
	assert_true(arena_failed(&arena));
	arena_done(&arena);
	assert_int_equal(mem.live, 0);
}

/* Both kinds of memory from one block: what is not zeroed is used again as it is left, and what is zeroed is zero all the same. */
static void only_room_is_left_as_it_is(void **state)
{
	(void)state;
	struct test_mem mem;
	test_mem_init(&mem, 0, 0);
	struct arena arena;
	arena_init(&arena, &mem.mem, 1u << 16);
	for (int round = 0; round < 4; round++) {
		char *room = ARENA_ROOM(&arena, char, 500), *zeroed = ARENA_ARRAY(&arena, char, 500);
		assert_non_null(room);
		assert_non_null(zeroed);
		assert_int_equal((uintptr_t)room % alignof(max_align_t), 0);
		for (size_t i = 0; i < 500; i++)
			assert_int_equal(zeroed[i], 0);
		memset(room, 0x55, 500);
		memset(zeroed, 0x55, 500);
		assert_null(arena_room(&arena, SIZE_MAX / 2, 3));
		assert_true(arena_failed(&arena));
		arena_reset(&arena);
	}
	arena_done(&arena);
	assert_int_equal(mem.live, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_zeroed_aligned_and_apart),
		cmocka_unit_test(the_limit_is_hard_and_the_flag_sticks),
		cmocka_unit_test(sizes_that_overflow_are_refused),
		cmocka_unit_test(nothing_is_lost_when_any_allocation_fails),
		cmocka_unit_test(copies_end_with_a_nul),
		cmocka_unit_test(parts_are_joined),
		cmocka_unit_test(only_room_is_left_as_it_is),
	};
	return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
