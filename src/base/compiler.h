/* compiler.h: the only door to compiler extensions. */
#ifndef HEED_BASE_COMPILER_H
#define HEED_BASE_COMPILER_H

#if defined(__GNUC__) || defined(__clang__)
#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define NORETURN __attribute__((noreturn))
#define UNUSED_ARG __attribute__((unused))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
/* Asks the processor to bring what will be read soon; changes nothing else. */
#define PREFETCH(address) __builtin_prefetch(address)
#else
#error "gcc or clang is needed"
#endif

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

#endif
