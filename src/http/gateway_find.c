/* gateway_find.c: which client and which conversation a request belongs to: by the product's own ids, else by the conversation
 * that the request carries (a keyed hash of its turns, kept with each message). What was found is remembered in a fixed
 * table; what fell out of it is in the store. */
#include "http/gateway_priv.h"

#include "sys/mem.h"

#include <sodium.h>

#define LAYER "http/gateway_find"
#define WAYS 4
#define RETRY_US (120 * SECOND_US)

struct finding_place {
	struct gateway *gateway;
	struct http_request *rq;
	struct gateway_search search;
	struct str client, conversation; /* copies */
	struct gateway_found found;
	gateway_found_fn *done;
	void *ctx;
};

static int64_t now_us(void)
{
	return clock_mono(clock_system()).us;
}

/* ---- The table ---- */

static void name_place(const struct gateway *gateway, char kind, const char *key_id, struct str external, uint8_t name[16])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, gateway->place_key, sizeof(gateway->place_key), 16);
	crypto_generichash_update(&state, (const unsigned char *)&kind, 1);
	crypto_generichash_update(&state, (const unsigned char *)key_id, UUID_LENGTH);
	if (external.len)
		crypto_generichash_update(&state, (const unsigned char *)external.ptr, external.len);
	crypto_generichash_final(&state, name, 16);
}

static struct gateway_place *first_way(struct gateway *gateway, const uint8_t name[16])
{
	uint32_t index;
	memcpy(&index, name, sizeof(index));
	return &gateway->places[index % (GATEWAY_PLACES / WAYS) * WAYS];
}

static struct gateway_place *look_up(struct gateway *gateway, char kind, const char *key_id, struct str external)
{
	uint8_t name[16];
	name_place(gateway, kind, key_id, external, name);
	struct gateway_place *way = first_way(gateway, name);
	for (int i = 0; i < WAYS; i++)
		if (memcmp(way[i].name, name, sizeof(name)) == 0) {
			way[i].used_us = now_us();
			return &way[i];
		}
	return NULL;
}

/* The entry of this name, made in the place of the least recently used of its set. */
static struct gateway_place *take_place(struct gateway *gateway, char kind, const char *key_id, struct str external)
{
	struct gateway_place *found = look_up(gateway, kind, key_id, external);
	if (found)
		return found;
	uint8_t name[16];
	name_place(gateway, kind, key_id, external, name);
	struct gateway_place *way = first_way(gateway, name), *oldest = way;
	for (int i = 1; i < WAYS; i++)
		if (way[i].used_us < oldest->used_us)
			oldest = &way[i];
	*oldest = (struct gateway_place){ .used_us = now_us() };
	memcpy(oldest->name, name, sizeof(name));
	return oldest;
}

static struct str hash_str(const uint8_t *hash)
{
	return (struct str){ (const char *)hash, TURN_HASH_BYTES };
}

static const struct gateway_caller *caller_of(const struct finding_place *f)
{
	return f->rq->principal;
}

void gateway_note(struct gateway *gateway, const char *key_id, const struct gateway_found *found, const uint8_t *hash)
{
	struct gateway_place *place = take_place(gateway, 'h', key_id, hash_str(hash));
	place->client_id = found->client_id;
	place->conversation_id = found->conversation_id;
}

void gateway_note_message(struct gateway *gateway, const struct gateway_found *found, const uint8_t *hash, bool done)
{
	struct gateway_place *place = take_place(gateway, 'i', found->conversation_id.text, STR(""));
	memcpy(place->last_hash, hash, TURN_HASH_BYTES);
	memcpy(place->last_submission, found->submission, sizeof(place->last_submission));
	place->last_done = done;
}

void gateway_forget(struct gateway *gateway, const struct gateway_found *found)
{
	for (size_t i = 0; i < GATEWAY_PLACES; i++)
		if (strcmp(gateway->places[i].conversation_id.text, found->conversation_id.text) == 0 ||
			(found->new_client && strcmp(gateway->places[i].client_id.text, found->client_id.text) == 0))
			gateway->places[i] = (struct gateway_place){ 0 };
}

/* ---- The search ---- */

/* A message is a retry when it is the newest one of its conversation again and nothing speaks against it: the whole
 * conversation came with it, the client says so, or nobody has read an answer yet. */
static void look_for_retry(struct finding_place *f)
{
	const struct gateway_place *place = look_up(f->gateway, 'i', f->found.conversation_id.text, STR(""));
	bool same = place && memcmp(place->last_hash, f->search.hash, TURN_HASH_BYTES) == 0;
	f->found.retry = same && (f->search.has_history || f->search.says_retry || !place->last_done);
	if (f->found.retry)
		memcpy(f->found.submission, place->last_submission, sizeof(f->found.submission));
	else if (f->search.has_history)
		sodium_bin2hex(f->found.submission, sizeof(f->found.submission), f->search.hash, TURN_HASH_BYTES);
	else {
		struct uuid id;
		store_new_id(care_parts(f->gateway->parts.care)->store, &id);
		memcpy(f->found.submission, id.text, sizeof(id.text));
	}
}

/* While the store was asked, another request may have brought the same client or conversation: its turn comes first. */
static void look_again(struct finding_place *f)
{
	const char *key_id = caller_of(f)->key_id.text;
	const struct gateway_place *place = f->conversation.len && f->found.new_conversation
						    ? look_up(f->gateway, 'v', key_id, f->conversation)
						    : NULL;
	if (place) {
		f->found.client_id = place->client_id;
		f->found.conversation_id = place->conversation_id;
		f->found.new_client = f->found.new_conversation = false;
		return;
	}
	place = f->client.len && f->found.new_client ? look_up(f->gateway, 'c', key_id, f->client) : NULL;
	if (place) {
		f->found.client_id = place->client_id;
		f->found.new_client = false;
	}
}

static void finish(struct finding_place *f, const struct err *err)
{
	const struct gateway_caller *caller = caller_of(f);
	struct gateway *gateway = f->gateway;
	if (!err) {
		look_again(f);
		if (f->found.new_client)
			store_new_id(care_parts(gateway->parts.care)->store, &f->found.client_id);
		if (f->found.new_conversation)
			store_new_id(care_parts(gateway->parts.care)->store, &f->found.conversation_id);
		if (f->client.len)
			take_place(gateway, 'c', caller->key_id.text, f->client)->client_id = f->found.client_id;
		if (f->conversation.len) {
			struct gateway_place *place = take_place(gateway, 'v', caller->key_id.text, f->conversation);
			place->client_id = f->found.client_id;
			place->conversation_id = f->found.conversation_id;
		}
		look_for_retry(f);
	}
	f->done(f->ctx, &f->found, err);
	mem_delete(f);
}

static bool store_find_one(
	struct finding_place *f, const char *resource, const char *index, struct value first, struct value second, read_done done)
{
	struct scope scope = care_scope_system(caller_of(f)->programme->id.text, "gateway.find");
	struct list_query query = { .resource = resource, .index = index, .equal = { first, second }, .descending = true, .limit = 1 };
	struct err err = { 0 };
	if (store_find(care_parts(f->gateway->parts.care)->store, &scope, &query, done, f, &err) == 0)
		return true;
	finish(f, &err);
	return false;
}

static void copy_id(struct uuid *id, struct str text)
{
	if (text.len == UUID_LENGTH)
		memcpy(id->text, text.ptr, UUID_LENGTH + 1);
}

/* The last step: the conversation by what it says. */
static void on_prefix(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct finding_place *f = ctx;
	bool fault = err && err->code != E_NOT_FOUND;
	f->found.new_conversation = true;
	if (!err) {
		const struct row *row = &take_set->rows[0];
		bool others = f->client.len && !f->found.new_client && !str_eqc(row_text(row, "client_id"), f->found.client_id.text);
		if (!others && !(f->client.len && f->found.new_client)) {
			copy_id(&f->found.client_id, row_text(row, "client_id"));
			copy_id(&f->found.conversation_id, row_text(row, "conversation_id"));
			f->found.new_conversation = f->found.new_client = false;
		}
	}
	row_set_free(&take_set);
	finish(f, fault ? err : NULL);
}

static void find_by_turns(struct finding_place *f)
{
	const struct gateway_search *search = &f->search;
	const uint8_t *hash = search->has_history ? search->before : search->hash;
	const struct gateway_place *place = look_up(f->gateway, 'h', caller_of(f)->key_id.text, hash_str(hash));
	bool usable = place && (search->has_history || ((search->says_retry || f->client.len) && now_us() - place->used_us < RETRY_US));
	if (usable && f->client.len && strcmp(place->client_id.text, f->found.client_id.text) != 0)
		usable = false;
	if (usable) {
		f->found.client_id = place->client_id;
		f->found.conversation_id = place->conversation_id;
		f->found.new_client = false;
		finish(f, NULL);
		return;
	}
	f->found.new_conversation = true;
	if (!search->has_history) {
		finish(f, NULL);
		return;
	}
	struct value value = { VALUE_BYTES, 0, hash_str(hash) };
	(void)store_find_one(f, "message", "prefix_any", value, (struct value){ 0 }, on_prefix);
}

static void on_client(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct finding_place *f = ctx;
	if (err && err->code != E_NOT_FOUND) {
		finish(f, err);
		return;
	}
	f->found.new_client = err != NULL;
	if (!err)
		copy_id(&f->found.client_id, take_set->rows[0].id);
	row_set_free(&take_set);
	if (f->conversation.len) {
		f->found.new_conversation = true;
		finish(f, NULL);
	} else {
		find_by_turns(f);
	}
}

static void find_client(struct finding_place *f)
{
	const char *key_id = caller_of(f)->key_id.text;
	if (!f->client.len) {
		f->found.new_client = true;
		f->found.new_conversation = true;
		if (f->conversation.len)
			finish(f, NULL);
		else
			find_by_turns(f);
		return;
	}
	const struct gateway_place *place = look_up(f->gateway, 'c', key_id, f->client);
	if (!place) {
		(void)store_find_one(f, "client", "external", value_c(key_id), value_str(f->client), on_client);
		return;
	}
	f->found.client_id = place->client_id;
	f->found.new_conversation = true;
	if (f->conversation.len)
		finish(f, NULL);
	else {
		f->found.new_conversation = false;
		find_by_turns(f);
	}
}

static void on_conversation(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct finding_place *f = ctx;
	if (!err) {
		copy_id(&f->found.conversation_id, take_set->rows[0].id);
		copy_id(&f->found.client_id, row_text(&take_set->rows[0], "client_id"));
	}
	row_set_free(&take_set);
	if (!err || err->code != E_NOT_FOUND)
		finish(f, err);
	else
		find_client(f);
}

static void find_conversation(struct finding_place *f)
{
	const char *key_id = caller_of(f)->key_id.text;
	const struct gateway_place *place = look_up(f->gateway, 'v', key_id, f->conversation);
	if (!place) {
		(void)store_find_one(f, "conversation", "external", value_c(key_id), value_str(f->conversation), on_conversation);
		return;
	}
	f->found.client_id = place->client_id;
	f->found.conversation_id = place->conversation_id;
	finish(f, NULL);
}

void gateway_find(struct gateway *gateway, struct http_request *rq, const struct gateway_search *search, gateway_found_fn *done, void *ctx)
{
	struct finding_place *f = mem_new(sizeof(*f));
	struct err err = { 0 };
	if (!f) {
		err_set(&err, E_MEMORY, LAYER, "no memory");
		done(ctx, NULL, &err);
		return;
	}
	*f = (struct finding_place){ .gateway = gateway,
		.rq = rq,
		.search = *search,
		.client = search->client,
		.conversation = search->conversation,
		.done = done,
		.ctx = ctx };
	if (f->conversation.len)
		find_conversation(f);
	else
		find_client(f);
}
