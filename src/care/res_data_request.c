/* res_data_request.c: the descriptor of what a client asks of their data: to have it erased or put right, or to leave. A person of
 * compliance answers, with a reason that the client reads. */
#include "care/resources.h"

static const char *const kinds[] = { "erasure", "correction", "leave", NULL };

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "who asks" },
	{ .name = "kind",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = kinds,
		.doc = "what for" },
	{ .name = "note", .type = FIELD_TEXT, .seal = FIELD_SEALED, .flags = FIELD_ONCE, .max = 2000, .doc = "the client's own words" },
	{ .name = "due_at",
		.type = FIELD_TIME,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.doc = "answered by then (GDPR Art. 12: one month)" },
	{ .name = "late", .type = FIELD_BOOL, .seal = FIELD_CLEAR, .write = WHO_SYSTEM, .doc = "the time has passed without an answer" },
	{ .name = "answer",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.max = 2000,
		.write = WHO_COMPLIANCE,
		.doc = "what was done, what was not, and why; the client reads it" },
	{ .name = "decided_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .write = WHO_COMPLIANCE, .doc = "who answered" },
	{ .name = "decided_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .write = WHO_COMPLIANCE, .doc = "when" },
};

static const char *const states[] = { "open", "done", "refused", "taken_back", NULL };
static const struct transition transitions[] = {
	{ "open", "done", WHO_COMPLIANCE },
	{ "open", "refused", WHO_COMPLIANCE },
	{ "open", "taken_back", WHO_CLIENT },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "state", .fields = { "state" }, .order = "due_at" },
};

const struct resource resource_data_request = {
	.name = "data_request",
	.summary = "What a client asks of their data",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_OPERATION,
	.of_client = true,
	.read = WHO_CLIENT | WHO_COMPLIANCE,
	.create = WHO_CLIENT,
	.write = WHO_COMPLIANCE,
	.fhir = "Task",
	.since = 2,
};
