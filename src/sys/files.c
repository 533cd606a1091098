/* files.c: see files.h. */
#include "sys/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 8

static int io_error(struct err *reterr, const char *path)
{
	int number = errno;
	return err_set(
		reterr, number == ENOENT || number == ENOTDIR ? E_NOT_FOUND : E_IO, "sys/files", "%s: %s", path, strerrordesc_np(number));
}

static int read_all(int fd, const char *path, struct arena *arena, size_t size, size_t max_bytes, struct str *ret_bytes, struct err *reterr)
{
	if (size > max_bytes)
		return err_set(reterr, E_LIMIT, "sys/files", "%s: larger than %zu bytes", path, max_bytes);
	char *bytes = arena_alloc(arena, size + 1, 1);
	if (!bytes)
		return err_set(reterr, E_MEMORY, "sys/files", "%s: no memory", path);
	size_t got = 0;
	while (got < size) {
		ssize_t n = read(fd, bytes + got, size - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_error(reterr, path);
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*ret_bytes = str_make(bytes, got);
	return 0;
}

int files_read(struct arena *arena, const char *path, size_t max_bytes, struct str *ret_bytes, struct err *reterr)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return io_error(reterr, path);
	int rc;
	if (fstat(fd, &info) != 0)
		rc = io_error(reterr, path);
	else if (!S_ISREG(info.st_mode))
		rc = err_set(reterr, E_INVALID, "sys/files", "%s: not a regular file", path);
	else
		rc = read_all(fd, path, arena, (size_t)info.st_size, max_bytes, ret_bytes, reterr);
	close(fd);
	return rc;
}

static int write_all(int fd, const char *path, struct str bytes, struct err *reterr)
{
	for (size_t done = 0; done < bytes.len;) {
		ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_error(reterr, path);
		done += (size_t)n;
	}
	return fsync(fd) == 0 ? 0 : io_error(reterr, path);
}

int files_write(const char *path, struct str bytes, struct err *reterr)
{
	char temporary[4096];
	int len = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
	if (len < 0 || (size_t)len >= sizeof temporary)
		return err_set(reterr, E_LIMIT, "sys/files", "path too long");
	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return io_error(reterr, temporary);
	int rc = write_all(fd, temporary, bytes, reterr);
	close(fd);
	if (rc == 0 && rename(temporary, path) != 0)
		rc = io_error(reterr, path);
	if (rc < 0)
		unlink(temporary);
	return rc;
}

int files_make_dirs(const char *path, struct err *reterr)
{
	char part[4096];
	size_t len = strnlen(path, sizeof part);
	if (len >= sizeof part)
		return err_set(reterr, E_LIMIT, "sys/files", "path too long");
	memcpy(part, path, len + 1);
	for (size_t i = 1; i <= len; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		char kept = part[i];
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return io_error(reterr, part);
		part[i] = kept;
	}
	return 0;
}

int files_temp_folder(const char *prefix, char *ret_folder, size_t size, struct err *reterr)
{
	const char *given = getenv("TMPDIR");
	int len = snprintf(ret_folder, size, "%s/%s-XXXXXX", given && *given ? given : P_tmpdir, prefix);
	if (len < 0 || (size_t)len >= size)
		return err_set(reterr, E_LIMIT, "sys/files", "TMPDIR: path too long");
	return mkdtemp(ret_folder) ? 0 : io_error(reterr, ret_folder);
}

struct listing {
	struct arena *arena;
	const char *root, *suffix;
	struct str *paths;
	size_t count, capacity, max_count;
	struct err *reterr;
};

static int add_path(struct listing *listing, const char *path)
{
	if (listing->count == listing->max_count)
		return err_set(listing->reterr, E_LIMIT, "sys/files", "%s: more than %zu files", listing->root, listing->max_count);
	if (listing->count == listing->capacity) {
		size_t capacity = listing->capacity * 2 + 64;
		struct str *paths = ARENA_ARRAY(listing->arena, struct str, capacity);
		if (!paths)
			return err_set(listing->reterr, E_MEMORY, "sys/files", "no memory");
		if (listing->count)
			memcpy(paths, listing->paths, listing->count * sizeof *paths);
		listing->paths = paths;
		listing->capacity = capacity;
	}
	listing->paths[listing->count] = arena_copy(listing->arena, str_c(path));
	return listing->paths[listing->count++].ptr ? 0 : err_set(listing->reterr, E_MEMORY, "sys/files", "no memory");
}

static int list_dir(struct listing *listing, const char *below, int depth);

static int list_entry(struct listing *listing, const char *below, const char *name, int depth)
{
	char path[4096], full[8192];
	struct stat info;
	int len = snprintf(path, sizeof path, "%s%s%s", below, *below ? "/" : "", name);
	int full_len = snprintf(full, sizeof full, "%s/%s", listing->root, path);
	if (len < 0 || (size_t)len >= sizeof path || full_len < 0 || (size_t)full_len >= sizeof full || stat(full, &info) != 0)
		return 0;
	if (S_ISDIR(info.st_mode))
		return depth < DEPTH_MAX ? list_dir(listing, path, depth + 1) : 0;
	if (!S_ISREG(info.st_mode) || !str_ends(str_c(name), str_c(listing->suffix)))
		return 0;
	return add_path(listing, path);
}

static int list_dir(struct listing *listing, const char *below, int depth)
{
	char full[8192];
	snprintf(full, sizeof full, "%s%s%s", listing->root, *below ? "/" : "", below);
	DIR *dir = opendir(full);
	if (!dir)
		return io_error(listing->reterr, full);
	int rc = 0;
	for (struct dirent *entry; rc == 0 && (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			rc = list_entry(listing, below, entry->d_name, depth);
	closedir(dir);
	return rc;
}

static int compare_paths(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

int files_list(struct arena *arena, const char *dir, const char *suffix, size_t max_count, struct str **ret_paths, size_t *ret_count,
	struct err *reterr)
{
	struct listing listing = { .arena = arena, .root = dir, .suffix = suffix, .max_count = max_count, .reterr = reterr };
	int rc = list_dir(&listing, "", 0);
	if (rc < 0)
		return rc;
	if (listing.count)
		qsort(listing.paths, listing.count, sizeof *listing.paths, compare_paths);
	*ret_paths = listing.paths;
	*ret_count = listing.count;
	return 0;
}

bool files_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

struct str files_program_dir(struct arena *arena)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
	while (len > 0 && path[len - 1] != '/')
		len--;
	return len > 1 ? arena_copy(arena, str_make(path, (size_t)len - 1)) : str_make("", 0);
}
