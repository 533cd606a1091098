/* gateway_priv.h: what the gateway's files share. */
#ifndef HEED_HTTP_GATEWAY_PRIV_H
#define HEED_HTTP_GATEWAY_PRIV_H

#include "base/json_scan.h"
#include "care/api_key.h"
#include "http/gateway.h"

#define GATEWAY_BODY_MAX (4u << 20)
#define GATEWAY_KEYS 512
#define GATEWAY_PLACES 8192
#define GATEWAY_EXTERNAL_MAX 200

/* A key as it was last read. */
struct gateway_key {
	bool known, active, consent, instructions;
	char prefix[16];
	struct uuid id, programme_id;
	uint8_t hash[API_KEY_HASH_BYTES];
	enum policy_reach reach;
	int per_minute;
	int64_t read_us, filled_us;
	uint64_t edition; /* of the keys of this process when it was read */
	double tokens;
};

/* Who asks; rq->principal. Lives in the request's arena. */
struct gateway_caller {
	struct uuid key_id;
	const struct care_programme *programme;
	enum policy_reach reach;
	bool consent, rate_limited;
	int retry_after;   /* of rate_limited: seconds until the key may ask again */
	bool instructions; /* may bring system and developer messages */
};

/* Where a calling product's client or conversation is, or what a conversation's newest message was. */
struct gateway_place {
	uint8_t name[16]; /* keyed hash of kind, key and external id; zero: free */
	struct uuid client_id, conversation_id;
	int64_t used_us;
	uint8_t last_hash[TURN_HASH_BYTES];
	char last_submission[65];
	bool last_done;
};

struct gateway {
	struct gateway_parts parts;
	struct screen_scratch *scratch;
	struct gateway_key keys[GATEWAY_KEYS];
	struct gateway_place places[GATEWAY_PLACES];
	uint8_t place_key[TURN_HASH_BYTES];
};

/* What a chat body says; strings live in the request's arena. */
struct gateway_body {
	struct json_doc doc;
	struct str model;
	const struct json_node *model_node;
	bool stream, include_usage, unscreenable;
	bool instructions;         /* brings a system or developer message, or the like */
	struct str unknown;        /* name of a member that nobody knows and that can tell the model something; empty: none */
	struct screen_turn *turns; /* before the message; without system prompts */
	size_t turn_count;
	struct str text;  /* the client's message: what stands after the last assistant turn */
	struct str other; /* strings in places where a client's words may hide */
	uint8_t hash[TURN_HASH_BYTES], before[TURN_HASH_BYTES];
};
#define GATEWAY_NO_NAME "one whose name is no name" /* body.unknown, where the name itself says something */
/* gateway_body_read: answers the request itself and returns false when the body is not acceptable. */
bool gateway_body_read(struct gateway *gateway, struct http_request *rq, struct str seed, struct gateway_body *ret_body) MUST_CHECK;

/* gateway_key.c */
void gateway_authenticate(void *ctx, struct http_request *rq);

/* gateway_find.c: which client and conversation. */
struct gateway_found {
	struct uuid client_id, conversation_id;
	bool new_client, new_conversation;
	bool retry; /* the newest message of that conversation, sent again */
	char submission[65];
};
struct gateway_search {
	struct str client, conversation; /* headers; may be empty */
	const uint8_t *hash, *before;
	bool has_history, says_retry;
};
typedef void gateway_found_fn(void *ctx, const struct gateway_found *found, const struct err *err);
void gateway_find(struct gateway *gateway, struct http_request *rq, const struct gateway_search *search, gateway_found_fn *done, void *ctx);
/* gateway_note: the conversation stands at `hash` now (with its newest reply), so that the next request finds it. */
void gateway_note(struct gateway *gateway, const char *key_id, const struct gateway_found *found, const uint8_t *hash);
/* gateway_forget: nothing of it could be recorded: the next request asks the store again. */
void gateway_forget(struct gateway *gateway, const struct gateway_found *found);
/* gateway_note_message: its newest message; done: was answered and read. */
void gateway_note_message(struct gateway *gateway, const struct gateway_found *found, const uint8_t *hash, bool done);

/* the endpoints */
void gateway_chat(void *ctx, struct http_request *rq);
void gateway_moderations(void *ctx, struct http_request *rq);
void gateway_models(void *ctx, struct http_request *rq);
void gateway_model(void *ctx, struct http_request *rq);
void gateway_held(void *ctx, struct http_request *rq);
/* gateway_model_known: "default", the release's, or the model's own name. */
bool gateway_model_known(const struct gateway *gateway, const struct gateway_caller *caller, struct str name);

#endif
