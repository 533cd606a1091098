/* random.h: bytes from the system's random source (getrandom). Thread-safe. There is no weaker fallback: when the kernel
 * cannot answer the process ends, because every key and token rests on it. */
#ifndef HEED_SYS_RANDOM_H
#define HEED_SYS_RANDOM_H

#include <stddef.h>

void random_bytes(void *ptr, size_t len);

#endif
