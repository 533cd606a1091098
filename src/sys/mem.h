/* mem.h: the system's memory as a `struct mem`; the only file that may call malloc and free. Thread-safe. */
#ifndef HEED_SYS_MEM_H
#define HEED_SYS_MEM_H

#include "base/compiler.h"
#include "base/mem.h"

/* mem_system: never NULL, lives for ever. */
const struct mem *mem_system(void);

/* mem_new: zeroed object of `size` bytes from the system, or NULL. mem_delete frees it; NULL is fine. */
void *mem_new(size_t size) MUST_CHECK;
void mem_delete(void *p);

/* mem_wipe_delete: overwrite `size` bytes, then free: for secrets. */
void mem_wipe_delete(void *p, size_t size);

#endif
