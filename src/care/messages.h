/* messages.h: every sentence that the program itself says, from packs/messages (kind: messages; docs/reference/pack-format.md).
 *
 * Immutable once opened; shared by all threads. A key that a language lacks is given in English; a key that nobody has gives
 * the safe message of last resort, which is constant in the program: something with human help is always said. */
#ifndef HEED_CARE_MESSAGES_H
#define HEED_CARE_MESSAGES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct messages;

struct messages_source {
	struct str name, bytes; /* YAML; other kinds are skipped */
};

/* messages_open: refuses packs whose languages differ in keys or variables. */
int messages_open(const struct messages_source *sources, size_t count, struct messages **ret_messages, struct err *reterr) MUST_CHECK;
void messages_free(struct messages **messages);

struct message_var {
	const char *name; /* without braces */
	struct str value;
};

bool messages_has(const struct messages *messages, struct str key);
/* messages_variants: how many texts the key has (0: no such key). */
size_t messages_variants(const struct messages *messages, struct str lang, struct str key);
/* messages_render: the text in the arena with its variables put in; variant is taken modulo their number. A variable that is
 * not given becomes nothing. NUL after it. Never empty: at the arena's limit the text of last resort. */
struct str messages_render(const struct messages *messages, struct arena *arena, struct str lang, struct str key, size_t variant,
	const struct message_var *vars, size_t var_count);
/* messages_last_resort: constant bytes: nothing can fail. */
struct str messages_last_resort(struct str lang);
/* messages_json: {"key":"text",...} of one language, first variants, for the apps. */
void messages_json(const struct messages *messages, struct str lang, struct buf *out);

/* message_fill: any template's {variables}; for dialogues. */
struct str message_fill(struct arena *arena, struct str text, const struct message_var *vars, size_t var_count);

#endif
