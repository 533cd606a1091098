/* key.c: see key.h. */
#include "store/key.h"

#include "sys/mem.h"
#include "sys/random.h"
#include "sys/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define LAYER "store/key"
#define FILE_MAX 8192

static int write_all(int fd, const char *ptr, size_t len)
{
	while (len > 0) {
		ssize_t got = write(fd, ptr, len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		ptr += got;
		len -= (size_t)got;
	}
	return fsync(fd);
}

static size_t add_line(char *text, size_t at, const char *word)
{
	uint8_t key[KEY_BYTES];
	char base64[64];
	random_bytes(key, sizeof key);
	sodium_bin2base64(base64, sizeof base64, key, sizeof key, sodium_base64_VARIANT_ORIGINAL);
	at += (size_t)snprintf(text + at, FILE_MAX - at, "%s %s\n", word, base64);
	sodium_memzero(key, sizeof key);
	sodium_memzero(base64, sizeof base64);
	return at;
}

int key_create(const char *path, const char *name, struct err *reterr)
{
	char text[FILE_MAX];
	if (!note_name_good(str_c(name)))
		return err_set(reterr, E_INVALID, LAYER, "the name must be without spaces and '+', at most %d bytes", NOTE_NAME_MAX);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_set(reterr, errno == EEXIST ? E_EXISTS : E_IO, LAYER, "%s: %s", path, sys_reason(errno).text);
	size_t at = (size_t)snprintf(text, sizeof text, "heedwell-key 1\nname %s\n", name);
	at = add_line(text, at, "seal");
	at = add_line(text, at, "blind");
	at = add_line(text, at, "sign");
	int failed = write_all(fd, text, at);
	int reason = errno;
	close(fd);
	sodium_memzero(text, sizeof text);
	if (!failed)
		return 0;
	unlink(path);
	return err_set(reterr, E_IO, LAYER, "%s: %s", path, sys_reason(reason).text);
}

static int read_file(const char *path, char *text, size_t size, struct err *reterr)
{
	struct stat info;
	size_t len = 0;
	ssize_t got = 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(reterr, errno == ENOENT ? E_NOT_FOUND : E_IO, LAYER, "%s: %s", path, sys_reason(errno).text);
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & 077)) {
		close(fd);
		return err_set(reterr, E_DENIED, LAYER, "%s: must be a file that only its owner can read (chmod 600)", path);
	}
	while (len < size - 1 && (got = read(fd, text + len, size - 1 - len)) > 0)
		len += (size_t)got;
	close(fd);
	text[len] = 0;
	return got < 0 ? err_set(reterr, E_IO, LAYER, "%s: cannot be read", path) : 0;
}

static bool decode_key(struct str text, uint8_t *out)
{
	return note_base64(text, out, KEY_BYTES);
}

static bool add_seal(struct key_file *key, struct str value)
{
	uint8_t hash[16];
	if (key->seal_count == KEY_SEALS_MAX || !decode_key(value, key->seals[key->seal_count].key))
		return false;
	/* Of a keyed purpose string, so that the id says nothing about the key. */
	crypto_generichash(hash, sizeof hash, (const uint8_t *)"heedwell seal id", 16, key->seals[key->seal_count].key, KEY_BYTES);
	sodium_bin2hex(key->seals[key->seal_count].id, sizeof key->seals[0].id, hash, 4);
	key->seal_count++;
	return true;
}

/* One line "word value"; false when it is not good. */
static bool parse_line(struct key_file *key, struct str word, struct str value, bool *blind, bool *sign)
{
	uint8_t seed[KEY_BYTES];
	if (str_eqc(word, "name") && note_name_good(value) && !key->name[0]) {
		memcpy(key->name, value.ptr, value.len);
		return true;
	}
	if (str_eqc(word, "seal"))
		return add_seal(key, value);
	if (str_eqc(word, "blind") && !*blind)
		return *blind = decode_key(value, key->blind);
	if (!str_eqc(word, "sign") || *sign || !decode_key(value, seed))
		return false;
	crypto_sign_seed_keypair(key->sign_public, key->sign_secret, seed);
	sodium_memzero(seed, sizeof seed);
	return *sign = true;
}

static int parse(struct key_file *key, const char *path, struct str text, struct err *reterr)
{
	bool blind = false, sign = false;
	unsigned number = 1;
	struct str line = str_split(&text, '\n');
	if (!str_eqc(line, "heedwell-key 1"))
		return err_set(reterr, E_INVALID, LAYER, "%s: not a key file of this version", path);
	while (text.len > 0) {
		line = str_trim(str_split(&text, '\n'));
		number++;
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		struct str word = str_split(&line, ' ');
		if (!parse_line(key, word, str_trim(line), &blind, &sign))
			return err_set(reterr, E_INVALID, LAYER, "%s: line %u is not good", path, number);
	}
	if (!key->name[0] || !key->seal_count || !blind || !sign)
		return err_set(reterr, E_INVALID, LAYER, "%s: needs name, seal, blind and sign", path);
	return 0;
}

int key_load(const char *path, struct key_file **ret_key, struct err *reterr)
{
	char text[FILE_MAX];
	if (sodium_init() < 0)
		return err_set(reterr, E_BUG, LAYER, "libsodium cannot start");
	int code = read_file(path, text, sizeof text, reterr);
	if (code)
		return code;
	struct key_file *key = mem_new(sizeof *key);
	if (!key)
		code = err_set(reterr, E_MEMORY, LAYER, "out of memory");
	else
		code = parse(key, path, str_c(text), reterr);
	sodium_memzero(text, sizeof text);
	if (code)
		key_free(&key);
	else
		*ret_key = key;
	return code;
}

void key_free(struct key_file **key)
{
	if (*key)
		mem_wipe_delete(*key, sizeof **key);
	*key = NULL;
}
