/* res_api_key.c: the descriptor of the key of a calling product. The secret itself is shown once and not kept. */
#include "care/resources.h"

static const char *const reaches[] = { "anonymous", "callback", "identified", NULL };

static const struct field fields[] = {
	{ .name = "name", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .max = 200, .doc = "for people" },
	{ .name = "prefix",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.min = 4,
		.max = 40,
		.doc = "first characters of the key, to find it" },
	{ .name = "secret_hash",
		.type = FIELD_BYTES,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_SECRET,
		.min = 16,
		.max = 64,
		.read = WHO_SYSTEM,
		.write = WHO_SYSTEM,
		.doc = "hash of the key" },
	{ .name = "reach",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.values = reaches,
		.doc = "whether the product's clients can be reached by a person" },
	{ .name = "scopes", .type = FIELD_JSON, .seal = FIELD_CLEAR, .max = 1000, .doc = "routes it may use; unset: the gateway" },
	{ .name = "consent_attested",
		.type = FIELD_BOOL,
		.seal = FIELD_CLEAR,
		.doc = "the product attests its clients' consent to AI chat" },
	{ .name = "instructions",
		.type = FIELD_BOOL,
		.seal = FIELD_CLEAR,
		.since = 3,
		.doc = "the product may bring system and developer messages; unset: it may not" },
	{ .name = "attestation", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 500, .doc = "document that says so" },
	{ .name = "rate_per_minute",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.min = 1,
		.max = 1000000,
		.doc = "requests; 0 or unset: the programme's" },
	{ .name = "callback_url", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 500, .doc = "where identity is resolved on demand" },
	{ .name = "webhook_url", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 500, .doc = "where decisions about held replies go" },
	{ .name = "webhook_secret",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_SECRET,
		.max = 200,
		.read = WHO_SYSTEM,
		.doc = "signs what is sent there" },
	{ .name = "release_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "release", .doc = "pinned release; unset: the current one" },
	{ .name = "staff_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .ref = "staff", .doc = "who made it" },
	{ .name = "last_used_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .write = WHO_SYSTEM, .doc = "about when" },
	{ .name = "revoked_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
};

static const char *const states[] = { "active", "revoked", NULL };

static const struct transition transitions[] = {
	{ "active", "revoked", WHO_ADMIN },
};

static const struct index_def indexes[] = {
	{ .name = "prefix", .fields = { "prefix" }, .unique = true, .global = true },
	{ .name = "all", .order = "created_at" },
};

const struct resource resource_api_key = {
	.name = "api_key",
	.summary = "The key of a calling product",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_OPERATION,
	.read = WHO_ADMIN | WHO_COMPLIANCE | WHO_AUDITOR,
	.create = WHO_ADMIN,
	.write = WHO_ADMIN,
};
