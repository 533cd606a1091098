/* res_intake.c: the descriptor of a first conversation: where it stands, what was answered. A client may leave it and come back. */
#include "care/resources.h"

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "open_client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.ref = "client",
		.doc = "the client again while it is not finished: there is one at a time" },
	{ .name = "language", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .max = 35, .doc = "of the questions" },
	{ .name = "pack",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.max = 100,
		.doc = "id and version of the questions" },
	{ .name = "step", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 60, .doc = "the question that comes next" },
	{ .name = "answers", .type = FIELD_JSON, .seal = FIELD_SEALED, .max = 262144, .doc = "by step" },
	{ .name = "marks",
		.type = FIELD_JSON,
		.seal = FIELD_SEALED,
		.max = 8192,
		.doc = "signs of risk ever stated in it, also when taken back" },
	{ .name = "level", .type = FIELD_INT, .seal = FIELD_CLEAR, .min = 0, .max = 4, .doc = "highest level of its answers" },
	{ .name = "started_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .doc = "when it began" },
	{ .name = "finished_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when it was finished" },
};

static const char *const states[] = { "started", "completed", "abandoned", NULL };

static const struct transition transitions[] = {
	{ "started", "completed", WHO_SYSTEM },
	{ "started", "abandoned", WHO_SYSTEM },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "open", .fields = { "open_client_id" }, .unique = true },
};

const struct resource resource_intake = {
	.name = "intake",
	.summary = "A first conversation",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLIENT | WHO_CLINICAL,
	.fhir = "QuestionnaireResponse",
	.since = 2,
};
