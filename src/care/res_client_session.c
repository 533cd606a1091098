/* res_client_session.c: the descriptor of a signed-in browser of a client. */
#include "care/resources.h"

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "token_hash",
		.type = FIELD_BYTES,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_SECRET,
		.min = 16,
		.max = 64,
		.doc = "hash of the cookie's token" },
	{ .name = "csrf",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_ONCE | FIELD_SECRET,
		.max = 100,
		.doc = "token that forms must repeat" },
	{ .name = "language", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 35, .doc = "BCP 47" },
	{ .name = "expires_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .doc = "no longer valid from then" },
	{ .name = "seen_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "last request" },
	{ .name = "address",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_ONCE,
		.max = 64,
		.doc = "network address at sign-in" },
	{ .name = "agent", .type = FIELD_TEXT, .seal = FIELD_SEALED, .flags = FIELD_ONCE, .max = 300, .doc = "browser at sign-in" },
};

static const char *const states[] = { "active", "ended", NULL };

static const struct transition transitions[] = {
	{ "active", "ended", WHO_CLIENT | WHO_CARERS | WHO_COMPLIANCE },
};

static const struct index_def indexes[] = {
	{ .name = "token", .fields = { "token_hash" }, .unique = true, .global = true },
	{ .name = "client", .fields = { "client_id", "state" }, .order = "created_at" },
	{ .name = "expiry", .fields = { "state" }, .order = "expires_at", .global = true },
};

const struct resource resource_client_session = {
	.name = "client_session",
	.summary = "A signed-in browser of a client",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_SHORT,
	.read = WHO_CLIENT | WHO_COMPLIANCE,
	.of_client = true,
};
