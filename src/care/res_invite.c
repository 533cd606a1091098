/* res_invite.c: the descriptor of a link that lets one client in, once. */
#include "care/resources.h"

static const char *const facts[] = { "birth_year", NULL };

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
		.doc = "hash of the link's token" },
	{ .name = "second_fact",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = facts,
		.doc = "what the person must also know" },
	{ .name = "second_fact_hash",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_ONCE | FIELD_SECRET,
		.max = 256,
		.doc = "checked when the link is opened" },
	{ .name = "attempts",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.min = 0,
		.max = 100,
		.write = WHO_SYSTEM,
		.doc = "wrong second facts; five close the link" },
	{ .name = "expires_at",
		.type = FIELD_TIME,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.doc = "no longer valid from then" },
	{ .name = "accepted_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .write = WHO_SYSTEM, .doc = "when it was used" },
	{ .name = "staff_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .ref = "staff", .doc = "who made it" },
};

static const char *const states[] = { "open", "used", "closed", "expired", NULL };

static const struct transition transitions[] = {
	{ "open", "used", WHO_SYSTEM },
	{ "open", "closed", WHO_CLINICAL | WHO_ADMIN },
	{ "open", "expired", WHO_SYSTEM },
};

static const struct index_def indexes[] = {
	{ .name = "token", .fields = { "token_hash" }, .unique = true, .global = true },
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "expiry", .fields = { "state" }, .order = "expires_at", .global = true },
};

const struct resource resource_invite = {
	.name = "invite",
	.summary = "A link that lets one client in, once",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_SHORT,
	.of_client = true,
	.read = WHO_CLINICAL | WHO_ADMIN,
	.create = WHO_CLINICAL | WHO_ADMIN,
	.write = WHO_CLINICAL | WHO_ADMIN,
};
