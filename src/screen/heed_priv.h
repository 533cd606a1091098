/* heed_priv.h: what the files of libheed share behind include/heed/heed.h. */
#ifndef HEED_SCREEN_HEED_PRIV_H
#define HEED_SCREEN_HEED_PRIV_H

#include <heed/heed.h>

#include "screen/screen.h"

struct heed_engine {
	struct mem mem;
	struct screen_engine *engine;
	size_t verdict_memory_max;
	bool near_suffices; /* face_near_suffices */
};

/* Whole in itself: everything that it points to is the engine's, constant, or in the arena it was made in. */
struct heed_verdict {
	enum heed_state state;
	enum message_role role;
	int level, levels[FAMILY_COUNT], learned[FAMILY_COUNT]; /* learned: per mille, -1 not known */
	enum time_frame time;
	enum experiencer experiencer;
	int lang_covered, truncated;
	size_t received, judged;
	const char *reason, *lang, *engine, *packs;
	const struct heed_finding *findings;
	size_t count, top;
};

struct heed_scratch {
	struct mem mem;
	const struct heed_engine *of;
	struct screen_scratch *scratch;
	struct arena arena;
	struct heed_verdict shown;
};

/* face_fail: the public code of an error, its sentence copied to `error` (may be NULL). */
int face_fail(const struct err *err, char *error);
int face_no_memory(char *error);
/* face_invalid: HEED_E_INVALID with a sentence. */
int face_invalid(const char *sentence, char *error);

/* face_take: a caller's structure that begins with its size, `given`, to ours of `size` bytes, of which a caller fills at
 * least `least`; what the caller's lacks is zero. False: too short, or it asks for what is not known here. */
bool face_take(const void *given, size_t least, void *ret_own, size_t size);

/* face_request: the engine's request of a caller's message, without its text; turns are borrowed from it. NULL, or what is
 * wrong with it. */
const char *face_request(struct arena *arena, const struct heed_message *message, struct screen_request *ret_request);

/* face_publish: a verdict as callers read it, its words copied to the arena. Without memory: not screened. */
struct heed_verdict face_publish(struct arena *arena, enum message_role role, const struct verdict *verdict);
struct heed_verdict face_not_screened(enum message_role role, const char *reason);

/* face_near_suffices: whether what a sentence of a reply holds can be told from it and the sentence before it: no
 * phrase of the assistant's side reaches over the whole message. */
bool face_near_suffices(const struct screen_engine *engine);

#endif
