/* res_job.c: the descriptor of something to do later: deadlines, escalations, deliveries. It survives a restart; a move from waiting to
 * running claims it. */
#include "care/resources.h"

static const struct field fields[] = {
	{ .name = "kind", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED | FIELD_ONCE, .max = 60, .doc = "what to do" },
	{ .name = "due_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .doc = "when" },
	{ .name = "subject", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .max = 60, .doc = "resource that it is about" },
	{ .name = "subject_id", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .max = 36, .doc = "row that it is about" },
	{ .name = "client_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .ref = "client", .doc = "whose, if anybody's" },
	{ .name = "payload",
		.type = FIELD_JSON,
		.seal = FIELD_SEALED,
		.max = 16384,
		.doc = "references and codes only; never a person's words" },
	{ .name = "attempts", .type = FIELD_INT, .seal = FIELD_CLEAR, .min = 0, .max = 10000, .doc = "so far" },
	{ .name = "failure", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 300, .doc = "error code and place of the last one" },
};

static const char *const states[] = { "waiting", "running", "done", "failed", "cancelled", NULL };

static const struct transition transitions[] = {
	{ "waiting", "running", WHO_SYSTEM },
	{ "waiting", "cancelled", WHO_SYSTEM },
	{ "waiting", "done", WHO_SYSTEM },
	{ "waiting", "failed", WHO_SYSTEM },
	{ "running", "done", WHO_SYSTEM },
	{ "running", "failed", WHO_SYSTEM },
	{ "running", "waiting", WHO_SYSTEM },
	{ "running", "cancelled", WHO_SYSTEM },
};

static const struct index_def indexes[] = {
	{ .name = "due", .fields = { "state" }, .order = "due_at", .global = true },
	{ .name = "subject", .fields = { "subject_id", "state" }, .order = "due_at" },
	{ .name = "kind", .fields = { "kind", "state" }, .order = "due_at" },
};

const struct resource resource_job = {
	.name = "job",
	.summary = "Something to do later",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_SHORT,
	.unjournalled = true,
	.read = WHO_ADMIN | WHO_COMPLIANCE,
};
