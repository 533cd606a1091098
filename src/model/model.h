/* model.h: something that can answer: an OpenAI-compatible upstream, or the built-in responder. Asynchronous, on the loop.
 *
 * A call tells its story by callbacks on the loop's thread: head once, deltas in order, then exactly one of done and
 * failed; after that, or after model_cancel, nothing more comes and the call is gone. Nothing a model says is trusted:
 * what arrives here is text by surface, a finish reason and counts; unknown members are dropped and counted. */
#ifndef HEED_MODEL_MODEL_H
#define HEED_MODEL_MODEL_H

#include "base/arena.h"
#include "base/err.h"
#include "policy/release.h"
#include "sys/log.h"
#include "sys/loop.h"

struct model;
struct model_call;

struct model_turn {
	enum message_role role;
	struct str text;
};

/* All borrowed until the call has ended. */
struct model_request {
	struct str body;                /* JSON of POST /v1/chat/completions as it goes upstream (upstreams) */
	bool stream;                    /* the body asks for a stream */
	const struct model_turn *turns; /* the conversation, the client's last message last (the built-in responder) */
	size_t turn_count;
	struct str lang; /* "en", "es" */
	uint64_t seed;   /* of the built-in responder: same seed, same conversation, same answer */
};

struct model_head {
	struct str id, model; /* as the upstream says; empty when it did not */
	int64_t created;
};

struct model_delta {
	enum release_surface surface;
	int index;                     /* of the tool call; 0 otherwise */
	struct str text;               /* may be empty */
	struct str tool_id, tool_name; /* with the first piece of a tool call */
};

enum model_finish { MODEL_FINISH_UNKNOWN = 0, MODEL_FINISH_STOP, MODEL_FINISH_LENGTH, MODEL_FINISH_TOOL_CALLS, MODEL_FINISH_FILTER };
const char *model_finish_name(enum model_finish finish); /* "stop" for unknown */

struct model_usage {
	bool known;
	int64_t prompt_tokens, completion_tokens, total_tokens;
};

struct model_result {
	enum model_finish finish;
	struct model_usage usage;
	unsigned dropped_members; /* unknown members of the reply that were left out */
	uint64_t wire_bytes;
};

enum model_failure {
	MODEL_FAILED_BUG = 0,
	MODEL_FAILED_CONNECT,   /* refused, unreachable, name not found */
	MODEL_FAILED_TIMEOUT,   /* no head, silence, or the whole too long */
	MODEL_FAILED_STATUS,    /* an HTTP status that is not 200 */
	MODEL_FAILED_MALFORMED, /* not HTTP, JSON or SSE as promised, or more than one choice */
	MODEL_FAILED_CUT,       /* broke off in the middle */
	MODEL_FAILED_LIMIT,     /* more bytes or events than allowed */
	MODEL_FAILED_OPEN       /* breaker open: not even tried */
};
const char *model_failure_name(enum model_failure failure);

struct model_events {
	void (*head)(void *ctx, const struct model_head *head);
	void (*delta)(void *ctx, const struct model_delta *delta);
	void (*done)(void *ctx, const struct model_result *result);
	/* status: the upstream's HTTP status or 0. The upstream's words are not passed on. */
	void (*failed)(void *ctx, enum model_failure failure, int status);
};

/* model_start: never calls back before it returns. On an error nothing was started. */
int model_start(struct model *model, const struct model_request *request, const struct model_events *events, void *ctx,
	struct model_call **ret_call, struct err *reterr) MUST_CHECK;
/* model_cancel: closes the upstream connection at once; no callback comes any more. Clears the caller's pointer; NULL is fine.
 * After done or failed the caller only forgets its pointer. */
void model_cancel(struct model_call **call);

/* Name shown to callers and written in records: the configured one. */
struct str model_name(const struct model *model);
bool model_is_builtin(const struct model *model);
void model_free(struct model **model);

/* The built-in responder: deterministic reflective listening in English and Spanish, honest that it is a program. It
 * streams its words, one every word_delay_us (0: as fast as the loop turns). */
int model_open_builtin(struct loop *loop, int64_t word_delay_us, struct model **ret_model, struct err *reterr) MUST_CHECK;

struct model_upstream_options {
	struct str name;
	struct str url;            /* base such as "https://host/v1"; http or https */
	struct str key;            /* sent as bearer; may be empty */
	struct str proxy;          /* "" for none; never from the environment */
	int connect_ms;            /* default 3,000 */
	int first_byte_ms;         /* default 30,000 */
	int silence_ms;            /* between bytes; default 20,000 */
	int total_ms;              /* default 120,000 */
	size_t bytes_max;          /* on the wire; default 8 MiB */
	unsigned events_max;       /* of a stream; default 65,536 */
	unsigned breaker_failures; /* in a row that open the breaker; default 5 */
	int breaker_ms;            /* how long it stays open; default 10,000 */
	unsigned connections_max;  /* default 256 */
};
struct model_upstream_options model_upstream_options_default(void);
int model_open_upstream(struct loop *loop, const struct model_upstream_options *options, const struct log *log, struct model **ret_model,
	struct err *reterr) MUST_CHECK;

#endif
