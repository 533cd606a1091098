/* reply.h: what a model's JSON says, by an allow-list: chat.completion and chat.completion.chunk. Everything else in it is
 * dropped and counted. */
#ifndef HEED_MODEL_REPLY_H
#define HEED_MODEL_REPLY_H

#include "model/model.h"

/* Filled from one JSON text; strings live in the arena. */
struct reply_part {
	struct model_head head;
	bool has_choice;
	struct model_delta deltas[40]; /* content, refusal, reasoning, then tool calls */
	size_t delta_count;
	bool finished; /* finish_reason was there */
	enum model_finish finish;
	struct model_usage usage;
	unsigned dropped;
	bool is_error; /* an "error" member instead of a reply */
};

/* reply_parse: E_INVALID when it is not such a JSON, or has another choice than the first; E_LIMIT; E_MEMORY. */
int reply_parse(struct arena *arena, struct str json, struct reply_part *ret_part, struct err *reterr) MUST_CHECK;

#endif
