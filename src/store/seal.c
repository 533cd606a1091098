/* seal.c: see seal.h. */
#include "store/seal.h"

#include "sys/mem.h"
#include "sys/random.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>

#define LAYER "store/seal"
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define PLACE_MAX 256
#define WRAPPED (1 + NONCE + KEY_BYTES + TAG)

/* "programme|resource|row|field": ids are hexadecimal and names are ours, so the bar cannot be forged. */
static size_t place_text(const struct seal_place *place, char text[PLACE_MAX])
{
	int len = snprintf(text, PLACE_MAX, STR_FMT "|%s|" STR_FMT "|%s", STR_ARG(place->programme_id), place->resource->name,
		STR_ARG(place->row_id), place->field->name);
	return len < 0 || len >= PLACE_MAX ? PLACE_MAX - 1 : (size_t)len;
}

static bool is_integer(const struct field *field)
{
	return field->type == FIELD_INT || field->type == FIELD_BOOL || field->type == FIELD_TIME;
}

/* The bytes of a plain value; integers as eight bytes, big end first, into room. */
static struct str plain_bytes(struct value plain, uint8_t room[8])
{
	if (plain.kind != VALUE_INT)
		return plain.s;
	for (int i = 0; i < 8; i++)
		room[i] = (uint8_t)((uint64_t)plain.i >> (56 - 8 * i));
	return str_make((const char *)room, 8);
}

int seal_value(struct arena *arena, const struct data_key *key, const struct seal_place *place, struct value plain,
	struct value *ret_sealed, struct err *reterr)
{
	char text[PLACE_MAX];
	uint8_t room[8];
	struct str bytes = plain_bytes(plain, room);
	size_t text_len = place_text(place, text);
	uint8_t *out = arena_alloc(arena, 1, bytes.len + SEAL_OVERHEAD);
	if (!out)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	out[0] = 1;
	random_bytes(out + 1, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		out + 1 + NONCE, NULL, (const uint8_t *)bytes.ptr, bytes.len, (const uint8_t *)text, text_len, NULL, out + 1, key->seal);
	sodium_memzero(room, sizeof room);
	*ret_sealed = (struct value){ VALUE_BYTES, 0, str_make((const char *)out, bytes.len + SEAL_OVERHEAD) };
	return 0;
}

int seal_open(struct arena *arena, const struct data_key *key, const struct seal_place *place, struct str sealed, struct value *ret_plain,
	struct err *reterr)
{
	char text[PLACE_MAX];
	size_t text_len = place_text(place, text);
	const uint8_t *in = (const uint8_t *)sealed.ptr;
	if (sealed.len < SEAL_OVERHEAD || in[0] != 1)
		return err_set(reterr, E_CRYPTO, LAYER, "%s.%s: not a sealed value", place->resource->name, place->field->name);
	size_t len = sealed.len - SEAL_OVERHEAD;
	char *out = arena_alloc(arena, 1, len + 1);
	if (!out)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (crypto_aead_xchacha20poly1305_ietf_decrypt((uint8_t *)out, NULL, NULL, in + 1 + NONCE, sealed.len - 1 - NONCE,
		    (const uint8_t *)text, text_len, in + 1, key->seal) != 0)
		return err_set(reterr, E_CRYPTO, LAYER, "%s.%s: the sealed value was changed, moved or sealed with another key",
			place->resource->name, place->field->name);
	out[len] = 0;
	if (is_integer(place->field)) {
		uint64_t i = 0;
		if (len != 8)
			return err_set(reterr, E_CRYPTO, LAYER, "%s.%s: not a sealed number", place->resource->name, place->field->name);
		for (size_t k = 0; k < 8; k++)
			i = i << 8 | (uint8_t)out[k];
		*ret_plain = (struct value){ VALUE_INT, (int64_t)i, { NULL, 0 } };
	} else {
		*ret_plain = (struct value){ place->field->type == FIELD_BYTES ? VALUE_BYTES : VALUE_TEXT, 0, str_make(out, len) };
	}
	return 0;
}

static bool across_programmes(const struct resource *resource, const struct field *field)
{
	for (size_t i = 0; i < resource->index_count; i++)
		for (size_t k = 0; resource->indexes[i].global && k < INDEX_FIELDS_MAX && resource->indexes[i].fields[k]; k++)
			if (strcmp(resource->indexes[i].fields[k], field->name) == 0)
				return true;
	return false;
}

void seal_blind(const struct key_file *file, const struct seal_place *place, struct value plain, uint8_t hash[BLIND_BYTES])
{
	char text[PLACE_MAX];
	uint8_t room[8];
	struct str bytes = plain_bytes(plain, room);
	crypto_generichash_state state;
	struct seal_place rowless = *place;
	rowless.row_id = str_make("", 0);
	if (across_programmes(place->resource, place->field))
		rowless.programme_id = rowless.row_id;
	crypto_generichash_init(&state, file->blind, KEY_BYTES, BLIND_BYTES);
	crypto_generichash_update(&state, (const uint8_t *)text, place_text(&rowless, text));
	crypto_generichash_update(&state, (const uint8_t *)"|", 1);
	if (place->field->flags & FIELD_FOLD)
		bytes = str_trim(bytes);
	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t c = (uint8_t)bytes.ptr[i];
		if ((place->field->flags & FIELD_FOLD) && c >= 'A' && c <= 'Z')
			c = (uint8_t)(c - 'A' + 'a');
		crypto_generichash_update(&state, &c, 1);
	}
	crypto_generichash_final(&state, hash, BLIND_BYTES);
}

void seal_commit(
	const struct data_key *key, const struct seal_place *place, int64_t version, struct value plain, uint8_t commitment[COMMIT_BYTES])
{
	char text[PLACE_MAX + 32];
	uint8_t room[8];
	struct str bytes = plain.kind == VALUE_NULL ? str_make("", 0) : plain_bytes(plain, room);
	crypto_generichash_state state;
	size_t len = place_text(place, text);
	len += (size_t)snprintf(text + len, sizeof text - len, "|%lld|%c|", (long long)version, plain.kind == VALUE_NULL ? '0' : '1');
	crypto_generichash_init(&state, key->commit, KEY_BYTES, COMMIT_BYTES);
	crypto_generichash_update(&state, (const uint8_t *)text, len);
	crypto_generichash_update(&state, (const uint8_t *)bytes.ptr, bytes.len);
	crypto_generichash_final(&state, commitment, COMMIT_BYTES);
}

/* ---- Keyring: sets of four, chosen by a hash of owner and class; the oldest of a set makes room. ---- */

#define SETS 1024
#define WAYS 4
#define ENTRY_LIFE_US MINUTE_US

struct entry {
	char owner[40];
	enum retention class;
	bool used;
	struct data_key key;
	mono_time loaded;
};

struct keyring {
	pthread_mutex_t mutex;
	const struct key_file *file;
	const struct clock *clock;
	uint64_t drops; /* grows with each keyring_drop: a load that began before is not remembered */
	uint8_t next[SETS];
	struct entry entries[SETS][WAYS];
};

int keyring_new(const struct key_file *file, const struct clock *clock, struct keyring **ret_ring, struct err *reterr)
{
	struct keyring *ring = mem_new(sizeof *ring);
	if (!ring)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	pthread_mutex_init(&ring->mutex, NULL);
	ring->file = file;
	ring->clock = clock;
	*ret_ring = ring;
	return 0;
}

void keyring_free(struct keyring **ring)
{
	if (*ring) {
		pthread_mutex_destroy(&(*ring)->mutex);
		mem_wipe_delete(*ring, sizeof **ring);
	}
	*ring = NULL;
}

static size_t set_of(struct str owner, enum retention class)
{
	return (size_t)((str_hash(owner) ^ (uint64_t)(unsigned)class * 0x9e3779b97f4a7c15u) % SETS);
}

static bool is_entry(const struct entry *entry, struct str owner, enum retention class)
{
	return entry->used && entry->class == class && str_eqc(owner, entry->owner);
}

static bool recall(struct keyring *ring, struct str owner, enum retention class, struct data_key *ret_key, uint64_t *ret_drops)
{
	bool found = false;
	mono_time now = clock_mono(ring->clock);
	pthread_mutex_lock(&ring->mutex);
	struct entry *set = ring->entries[set_of(owner, class)];
	for (size_t i = 0; i < WAYS && !found; i++)
		if (is_entry(&set[i], owner, class) && now.us - set[i].loaded.us < ENTRY_LIFE_US) {
			*ret_key = set[i].key;
			found = true;
		}
	*ret_drops = ring->drops;
	pthread_mutex_unlock(&ring->mutex);
	return found;
}

static void remember(struct keyring *ring, struct str owner, enum retention class, const struct data_key *key, const uint64_t *drops)
{
	mono_time now = clock_mono(ring->clock);
	size_t at = set_of(owner, class), way = WAYS;
	if (owner.len >= sizeof ring->entries[0][0].owner)
		return;
	pthread_mutex_lock(&ring->mutex);
	if (!drops || *drops == ring->drops) {
		struct entry *set = ring->entries[at];
		for (size_t i = 0; i < WAYS; i++)
			if (is_entry(&set[i], owner, class))
				way = i;
		if (way == WAYS)
			way = ring->next[at]++ % WAYS;
		set[way].class = class;
		set[way].used = true;
		set[way].key = *key;
		set[way].loaded = now;
		memcpy(set[way].owner, owner.ptr, owner.len);
		set[way].owner[owner.len] = 0;
	}
	pthread_mutex_unlock(&ring->mutex);
}

void keyring_keep(struct keyring *ring, struct str owner, enum retention class, const struct data_key *key)
{
	remember(ring, owner, class, key, NULL);
}

void keyring_drop(struct keyring *ring, struct str owner)
{
	pthread_mutex_lock(&ring->mutex);
	ring->drops++;
	for (int i = 0; i < RETAIN_COUNT; i++) {
		struct entry *set = ring->entries[set_of(owner, (enum retention)i)];
		for (size_t way = 0; way < WAYS; way++)
			if (is_entry(&set[way], owner, (enum retention)i))
				sodium_memzero(&set[way], sizeof set[way]);
	}
	pthread_mutex_unlock(&ring->mutex);
}

static void derive_commit(struct data_key *key)
{
	crypto_generichash(key->commit, KEY_BYTES, (const uint8_t *)"heedwell commit", 15, key->seal, KEY_BYTES);
}

static size_t wrap_text(struct str programme_id, struct str owner, enum retention class, char text[PLACE_MAX])
{
	int len = snprintf(
		text, PLACE_MAX, "client_key|" STR_FMT "|" STR_FMT "|%s", STR_ARG(programme_id), STR_ARG(owner), retention_name(class));
	return len < 0 || len >= PLACE_MAX ? PLACE_MAX - 1 : (size_t)len;
}

/* What a row of client_key says. */
struct key_row {
	const struct key_file *file;
	struct str owner;
	enum retention class;
	enum key_state state;
	struct data_key key;
	struct err *reterr;
};

static int read_key_row(void *ctx, const struct value *columns, size_t count)
{
	struct key_row *row = ctx;
	char text[PLACE_MAX];
	(void)count;
	if (!str_eqc(columns[2].s, "active") || columns[0].kind != VALUE_BYTES) {
		row->state = KEY_DESTROYED;
		return 0;
	}
	const uint8_t *in = (const uint8_t *)columns[0].s.ptr;
	size_t text_len = wrap_text(columns[3].s, row->owner, row->class, text);
	for (size_t i = 0; columns[0].s.len == WRAPPED && in[0] == 1 && i < row->file->seal_count; i++) {
		if (!str_eqc(columns[1].s, row->file->seals[i].id))
			continue;
		if (crypto_aead_xchacha20poly1305_ietf_decrypt(row->key.seal, NULL, NULL, in + 1 + NONCE, KEY_BYTES + TAG,
			    (const uint8_t *)text, text_len, in + 1, row->file->seals[i].key) != 0)
			break;
		derive_commit(&row->key);
		if (columns[3].s.len == UUID_LENGTH)
			memcpy(row->key.programme_id, columns[3].s.ptr, UUID_LENGTH);
		row->state = KEY_ACTIVE;
		return 0;
	}
	return err_set(row->reterr, E_CRYPTO, LAYER, "a data key does not open: is this the database's key file?");
}

int keyring_get(struct keyring *ring, const struct statements *sql, struct db *db, struct str owner, enum retention class,
	enum key_state *ret_state, struct data_key *ret_key, struct err *reterr)
{
	uint64_t drops = 0;
	if (recall(ring, owner, class, ret_key, &drops)) {
		*ret_state = KEY_ACTIVE;
		return 0;
	}
	struct key_row row = { .file = ring->file, .owner = owner, .class = class, .reterr = reterr };
	struct value params[2] = { { VALUE_TEXT, 0, owner }, { VALUE_TEXT, 0, str_c(retention_name(class)) } };
	int code = db_run(db, &sql->key_get, params, 2, read_key_row, &row, NULL, reterr);
	if (!code) {
		if (row.state == KEY_ACTIVE) {
			remember(ring, owner, class, &row.key, &drops);
			*ret_key = row.key;
		}
		*ret_state = row.state;
	}
	sodium_memzero(&row.key, sizeof row.key);
	return code;
}

int keyring_make(struct keyring *ring, const struct statements *sql, struct db *db, struct str programme_id, struct str owner,
	enum retention class, wall_time now, const struct uuid *id, struct data_key *ret_key, struct err *reterr)
{
	uint8_t wrapped[WRAPPED] = { 1 };
	char text[PLACE_MAX];
	size_t text_len = wrap_text(programme_id, owner, class, text);
	struct data_key key = { .programme_id = "" };
	if (programme_id.len == UUID_LENGTH)
		memcpy(key.programme_id, programme_id.ptr, UUID_LENGTH);
	random_bytes(key.seal, KEY_BYTES);
	derive_commit(&key);
	random_bytes(wrapped + 1, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(wrapped + 1 + NONCE, NULL, key.seal, KEY_BYTES, (const uint8_t *)text, text_len, NULL,
		wrapped + 1, ring->file->seals[0].key);
	struct value params[7] = { { VALUE_TEXT, 0, str_make(id->text, UUID_LENGTH) }, { VALUE_TEXT, 0, programme_id },
		{ VALUE_INT, now.us, { NULL, 0 } }, { VALUE_TEXT, 0, owner }, { VALUE_TEXT, 0, str_c(retention_name(class)) },
		{ VALUE_BYTES, 0, str_make((const char *)wrapped, sizeof wrapped) }, { VALUE_TEXT, 0, str_c(ring->file->seals[0].id) } };
	int code = db_run(db, &sql->key_add, params, 7, NULL, NULL, NULL, reterr);
	if (!code)
		*ret_key = key;
	sodium_memzero(&key, sizeof key);
	return code;
}
