/* files.h: whole files in and out, and listing a tree. Blocking: for start-up and command line, never on a loop. */
#ifndef HEED_SYS_FILES_H
#define HEED_SYS_FILES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* files_read: the whole file (NUL after it) in the arena. E_NOT_FOUND, E_LIMIT over max_bytes, E_IO, E_MEMORY. */
int files_read(struct arena *arena, const char *path, size_t max_bytes, struct str *ret_bytes, struct err *reterr) MUST_CHECK;

/* files_write: replace `path` by way of a temporary file beside it (mode 0600) and a rename: readers see the old or the
 * new content. E_IO. */
int files_write(const char *path, struct str bytes, struct err *reterr) MUST_CHECK;

/* files_make_dirs: the directory with those above it (mode 0700); fine when it is there. */
int files_make_dirs(const char *path, struct err *reterr) MUST_CHECK;

/* files_temp_folder: a new folder of our own (mode 0700) named `prefix` and six random letters, below TMPDIR, or below the
 * system's folder for such things; its path goes to `ret_folder`. The caller removes it. E_LIMIT over `size`, E_IO. */
int files_temp_folder(const char *prefix, char *ret_folder, size_t size, struct err *reterr) MUST_CHECK;

/* files_list: paths (relative to `dir`, "/" between parts, NUL-terminated in the arena) of the regular files below `dir`
 * whose names end in `suffix`, in byte order; hidden ones and depth over 8 are left out. E_NOT_FOUND when `dir` is no
 * directory, E_LIMIT over max_count. */
int files_list(struct arena *arena, const char *dir, const char *suffix, size_t max_count, struct str **ret_paths, size_t *ret_count,
	struct err *reterr) MUST_CHECK;

/* files_exists: whether something is there. */
bool files_exists(const char *path);

/* files_program_dir: the directory of the running program's file, in the arena; empty when unknown. */
struct str files_program_dir(struct arena *arena);

#endif
