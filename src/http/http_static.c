/* http_static.c: the built web apps. All files are read once at start, so that serving them never waits for a disk, and a
 * path can only name what was read. "/" and "/console" are their index.html; the apps keep their place after "#". */
#include "http/server_priv.h"

#include "sys/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LAYER "http/static"
#define FILES_MAX 2000
#define BYTES_MAX (96u * 1024u * 1024u)
#define DEPTH_MAX 8

static const struct {
	const char *ending, *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".mjs", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".json", "application/json" },
	{ ".webmanifest", "application/manifest+json" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".jpg", "image/jpeg" },
	{ ".webp", "image/webp" },
	{ ".ico", "image/x-icon" },
	{ ".woff2", "font/woff2" },
	{ ".txt", "text/plain; charset=utf-8" },
	{ ".mp3", "audio/mpeg" },
	{ ".wav", "audio/wav" },
};

static const char *type_of(struct str path)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_ends(path, str_c(types[i].ending)))
			return types[i].type;
	return "application/octet-stream";
}

static int read_file(struct http_assets *assets, int folder, const char *name, struct str path, struct err *reterr)
{
	struct stat status;
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &status) || !S_ISREG(status.st_mode)) {
		if (fd >= 0)
			close(fd);
		return fd < 0 ? err_set(reterr, E_IO, LAYER, "%s: %s", path.ptr, strerrordesc_np(errno)) : 0;
	}
	char *bytes = arena_alloc(&assets->arena, (size_t)status.st_size + 1, 1);
	ssize_t got = 0;
	for (off_t at = 0; bytes && at < status.st_size; at += got) {
		got = read(fd, bytes + at, (size_t)(status.st_size - at));
		if (got <= 0)
			break;
	}
	close(fd);
	if (!bytes || assets->count == FILES_MAX)
		return err_set(reterr, E_LIMIT, LAYER, "web_root holds more than %d files or %u bytes", FILES_MAX, BYTES_MAX);
	if (got < 0 || (status.st_size && got == 0))
		return err_set(reterr, E_IO, LAYER, "%s: cannot be read", path.ptr);
	struct http_asset *asset = &assets->items[assets->count++];
	*asset = (struct http_asset){ .path = path, .bytes = { bytes, (size_t)status.st_size }, .content_type = type_of(path) };
	snprintf(asset->etag, sizeof(asset->etag), "\"%016llx\"", (unsigned long long)str_hash(asset->bytes));
	return 0;
}

static int read_folder(struct http_assets *assets, int fd, struct str prefix, int depth, struct err *reterr)
{
	DIR *folder = depth < DEPTH_MAX ? fdopendir(fd) : NULL;
	if (!folder) {
		close(fd);
		return err_set(reterr, E_LIMIT, LAYER, "web_root: folder %s cannot be read or is too deep", prefix.ptr);
	}
	int code = 0;
	for (struct dirent *entry; !code && (entry = readdir(folder));) {
		if (entry->d_name[0] == '.')
			continue;
		struct str path = arena_printf(&assets->arena, "%s/%s", prefix.ptr, entry->d_name);
		if (!path.ptr) {
			code = err_set(reterr, E_LIMIT, LAYER, "web_root is too large");
			break;
		}
		int sub = openat(dirfd(folder), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		code = sub >= 0 ? read_folder(assets, sub, path, depth + 1, reterr)
				: read_file(assets, dirfd(folder), entry->d_name, path, reterr);
	}
	closedir(folder);
	return code;
}

static int by_path(const void *a, const void *b)
{
	return str_cmp(((const struct http_asset *)a)->path, ((const struct http_asset *)b)->path);
}

int http_assets_load(struct http_assets *assets, struct str folder, struct err *reterr)
{
	arena_init(&assets->arena, mem_system(), BYTES_MAX);
	if (!folder.len)
		return 0;
	struct str name = arena_copy(&assets->arena, folder);
	assets->items = ARENA_ARRAY(&assets->arena, struct http_asset, FILES_MAX);
	if (!name.ptr || !assets->items)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for web_root");
	int fd = open(name.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set(reterr, E_IO, LAYER, "web_root %s: %s", name.ptr, strerrordesc_np(errno));
	int code = read_folder(assets, fd, STR(""), 0, reterr);
	if (!code && assets->count)
		qsort(assets->items, assets->count, sizeof(*assets->items), by_path);
	return code;
}

void http_assets_free(struct http_assets *assets)
{
	arena_done(&assets->arena);
}

static const struct http_asset *exact(const struct http_assets *assets, struct str path)
{
	struct http_asset key = { .path = path };
	return assets->count ? bsearch(&key, assets->items, assets->count, sizeof(key), by_path) : NULL;
}

const struct http_asset *http_assets_find(const struct http_assets *assets, struct str path)
{
	if (str_eqc(path, "/"))
		path = STR("/index.html");
	else if (str_eqc(path, "/console") || str_eqc(path, "/console/"))
		path = STR("/console/index.html");
	return exact(assets, path);
}

/* The same file compressed, when the client takes it and the build made it. */
static const struct http_asset *compressed(const struct exchange *exchange, const struct http_asset *asset)
{
	char path[260];
	struct str accept = http_header(&exchange->rq, "accept-encoding");
	if (str_find(accept, STR("gzip"), 0) == SIZE_MAX || asset->path.len + sizeof(".gz") > sizeof(path))
		return NULL;
	memcpy(path, asset->path.ptr, asset->path.len);
	memcpy(path + asset->path.len, ".gz", sizeof(".gz"));
	return exact(&exchange->rq.server->assets, (struct str){ path, asset->path.len + 3 });
}

void http_assets_reply(struct exchange *exchange, const struct http_asset *asset)
{
	struct http_request *rq = &exchange->rq;
	const struct http_asset *small = compressed(exchange, asset);
	const char *content_type = asset->content_type;
	if (small) {
		http_reply_header(rq, "Content-Encoding", STR("gzip"));
		http_reply_header(rq, "Vary", STR("Accept-Encoding"));
		asset = small;
	}
	bool hashed = str_find(asset->path, STR("/assets/"), 0) != SIZE_MAX;
	http_reply_header(rq, "ETag", str_c(asset->etag));
	http_reply_header(rq, "Cache-Control", hashed ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
	struct str known = http_header(rq, "if-none-match");
	if (known.len && (str_eqc(known, "*") || str_find(known, str_c(asset->etag), 0) != SIZE_MAX)) {
		http_reply(rq, 304, NULL, STR(""));
		return;
	}
	http_reply_static(rq, 200, content_type, asset->bytes);
}
