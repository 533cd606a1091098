/* gateway_key.c: API keys: found by their prefix, compared in constant time, read anew every five seconds, so that one revoked
 * elsewhere ends, and at once after one was changed or revoked here. The rate limit is only noted here: screening comes first, whatever it
 * says. */
#include "http/gateway_priv.h"

#include "sys/mem.h"

#define READ_AGAIN_US (5 * SECOND_US)

struct check {
	struct gateway *gateway;
	struct http_request *rq;
	struct api_key presented;
	uint64_t edition;
};

static int64_t now_us(void)
{
	return clock_mono(clock_system()).us;
}

static void refuse(struct http_request *rq)
{
	http_error(rq, 401, "invalid_api_key", "the API key is not known here", NULL);
}

/* A bucket that holds one minute's worth. */
static bool over_rate(struct gateway_key *key)
{
	int64_t now = now_us();
	if (!key->per_minute)
		return false;
	key->tokens += (double)(now - key->filled_us) * key->per_minute / (double)MINUTE_US;
	key->filled_us = now;
	if (key->tokens > key->per_minute)
		key->tokens = key->per_minute;
	if (key->tokens < 1)
		return true;
	key->tokens -= 1;
	return false;
}

/* Whole seconds, at least one, until the bucket holds one more. */
static int seconds_to_one(const struct gateway_key *key)
{
	double seconds = (1 - key->tokens) * 60 / key->per_minute;
	return (int)seconds + 1;
}

static void accept(struct gateway *gateway, struct http_request *rq, struct gateway_key *key)
{
	struct gateway_caller *caller = ARENA_NEW(&rq->arena, struct gateway_caller);
	const struct care_programme *programme = care_programme(gateway->parts.care, key->programme_id.text);
	if (!caller || !programme) {
		http_error(rq, 503, "unavailable", "the programme is not open", NULL);
		return;
	}
	*caller = (struct gateway_caller){
		.key_id = key->id, .programme = programme, .reach = key->reach, .consent = key->consent, .instructions = key->instructions
	};
	caller->rate_limited = over_rate(key);
	caller->retry_after = caller->rate_limited ? seconds_to_one(key) : 0;
	rq->principal = caller;
	http_authenticated(rq);
}

static enum policy_reach reach_of(struct str name)
{
	if (str_eqc(name, "identified"))
		return REACH_IDENTIFIED;
	return str_eqc(name, "callback") ? REACH_CALLBACK : REACH_ANONYMOUS;
}

/* edition: of the keys when the row was asked for. */
static void keep(struct gateway *gateway, struct gateway_key *key, const struct row *row, const char *prefix, uint64_t edition)
{
	bool same = key->known && str_eqc(row->id, key->id.text);
	struct gateway_key fresh = { .known = true,
		.active = str_eqc(row->state, "active"),
		.consent = row_bool(row, "consent_attested"),
		.instructions = row_bool(row, "instructions"),
		.reach = reach_of(row_text(row, "reach")),
		.read_us = now_us(),
		.edition = edition };
	struct str hash = row_text(row, "secret_hash");
	memcpy(fresh.prefix, prefix, sizeof(fresh.prefix));
	memcpy(fresh.id.text, row->id.ptr, UUID_LENGTH + 1);
	memcpy(fresh.programme_id.text, row->programme_id.ptr, UUID_LENGTH + 1);
	if (hash.len == sizeof(fresh.hash))
		memcpy(fresh.hash, hash.ptr, hash.len);
	else
		fresh.active = false;
	fresh.per_minute = (int)row_int(row, "rate_per_minute");
	if (!fresh.per_minute)
		fresh.per_minute = gateway->parts.requests_per_minute;
	fresh.tokens = same ? key->tokens : fresh.per_minute;
	fresh.filled_us = same ? key->filled_us : fresh.read_us;
	*key = fresh;
}

static struct gateway_key *slot_of(struct gateway *gateway, const char *prefix)
{
	return &gateway->keys[str_hash(str_c(prefix)) % GATEWAY_KEYS];
}

static void decide(struct gateway *gateway, struct http_request *rq, const struct api_key *presented)
{
	struct gateway_key *key = slot_of(gateway, presented->prefix);
	bool right = key->known && key->active && strcmp(key->prefix, presented->prefix) == 0 &&
		     api_key_is(presented, (struct str){ (const char *)key->hash, sizeof(key->hash) });
	if (right)
		accept(gateway, rq, key);
	else
		refuse(rq);
}

static void on_key(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct check *check = ctx;
	struct gateway_key *key = slot_of(check->gateway, check->presented.prefix);
	if (!err)
		keep(check->gateway, key, &take_set->rows[0], check->presented.prefix, check->edition);
	else if (strcmp(key->prefix, check->presented.prefix) == 0)
		*key = (struct gateway_key){ 0 };
	row_set_free(&take_set);
	if (err && err->code != E_NOT_FOUND)
		http_error(check->rq, 503, "unavailable", "keys cannot be checked now", NULL);
	else
		decide(check->gateway, check->rq, &check->presented);
	mem_delete(check);
}

void gateway_authenticate(void *ctx, struct http_request *rq)
{
	struct gateway *gateway = ctx;
	struct api_key presented;
	struct str header = http_header(rq, "authorization");
	if (!str_starts(header, STR("Bearer ")) || !api_key_parse(str_trim(str_sub(header, 7, header.len)), &presented)) {
		refuse(rq);
		return;
	}
	const struct gateway_key *key = slot_of(gateway, presented.prefix);
	uint64_t edition = care_keys_edition(gateway->parts.care);
	if (key->known && strcmp(key->prefix, presented.prefix) == 0 && key->edition == edition &&
		now_us() - key->read_us < READ_AGAIN_US) {
		decide(gateway, rq, &presented);
		return;
	}
	struct check *check = mem_new(sizeof(*check));
	struct scope scope = care_scope_system(NULL, "gateway.key");
	struct list_query query = { .resource = "api_key", .index = "prefix", .equal = { value_c(presented.prefix) }, .limit = 1 };
	if (check) {
		*check = (struct check){ gateway, rq, presented, edition };
		if (store_find(care_parts(gateway->parts.care)->store, &scope, &query, on_key, check, NULL) == 0)
			return;
		mem_delete(check);
	}
	http_error(rq, 503, "unavailable", "keys cannot be checked now", NULL);
}
