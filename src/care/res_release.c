/* res_release.c: the descriptor of what answers: model, prompt, policy, packs and engine, bound together and switched in one step. */
#include "care/resources.h"

static const struct field fields[] = {
	{ .name = "number",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_NUMBERED | FIELD_REQUIRED | FIELD_ONCE,
		.doc = "1, 2, 3, ... of the programme" },
	{ .name = "name", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .max = 200, .doc = "for people" },
	{ .name = "model",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 200,
		.doc = "model id at the upstream" },
	{ .name = "upstream",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.max = 100,
		.doc = "name of the upstream in the configuration" },
	{ .name = "prompt",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_ONCE,
		.max = 65536,
		.read = WHO_CLINICAL | WHO_ADMIN | WHO_COMPLIANCE,
		.doc = "system prompt" },
	{ .name = "prompt_hash", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .max = 128, .doc = "SHA-256 of it" },
	{ .name = "policy", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .max = 100, .doc = "policy id" },
	{ .name = "policy_hash", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .max = 128, .doc = "content hash" },
	{ .name = "packs", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .max = 128, .doc = "content hash of the packs" },
	{ .name = "engine", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .max = 60, .doc = "engine version" },
	{ .name = "settings",
		.type = FIELD_JSON,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.max = 8192,
		.doc = "temperature and the like" },
	{ .name = "promoted_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .doc = "who switched" },
	{ .name = "promoted_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
	{ .name = "retired_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
};

static const char *const states[] = { "draft", "current", "retired", NULL };

static const struct transition transitions[] = {
	{ "draft", "current", WHO_SUPERVISOR | WHO_ADMIN },
	{ "current", "retired", WHO_SUPERVISOR | WHO_ADMIN },
	{ "retired", "current", WHO_SUPERVISOR | WHO_ADMIN },
	{ "draft", "retired", WHO_SUPERVISOR | WHO_ADMIN },
};

static const struct index_def indexes[] = {
	{ .name = "number", .fields = { "number" }, .unique = true },
	{ .name = "state", .fields = { "state" }, .order = "created_at" },
	{ .name = "all", .order = "number" },
};

const struct resource resource_release = {
	.name = "release",
	.summary = "What answers, bound together",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_OPERATION,
	.read = WHO_STAFF | WHO_AUDITOR,
	.create = WHO_SUPERVISOR | WHO_ADMIN,
	.write = WHO_SUPERVISOR | WHO_ADMIN,
};
