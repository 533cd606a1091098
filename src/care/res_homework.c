/* res_homework.c: the descriptor of something to do between two lessons; when it is due a job marks it as missed. */
#include "care/resources.h"

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "enrolment_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "enrolment",
		.doc = "of which module of theirs" },
	{ .name = "lesson",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 60,
		.doc = "id of the lesson in its pack" },
	{ .name = "homework",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 60,
		.doc = "id of it in the pack" },
	{ .name = "due_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .doc = "when it is meant to be done" },
	{ .name = "reminded_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when the app began to remind" },
	{ .name = "done_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when the client said so" },
};

static const char *const states[] = { "open", "done", "missed", NULL };

static const struct transition transitions[] = {
	{ "open", "done", WHO_CLIENT },
	{ "open", "missed", WHO_SYSTEM },
	{ "missed", "done", WHO_CLIENT },
};

static const struct index_def indexes[] = {
	{ .name = "enrolment", .fields = { "enrolment_id" }, .order = "created_at" },
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "once", .fields = { "enrolment_id", "lesson" }, .unique = true },
};

const struct resource resource_homework = {
	.name = "homework",
	.summary = "Something to do between two lessons",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLIENT | WHO_CARERS,
	.create = WHO_CLIENT,
	.write = WHO_CLIENT,
	.fhir = "Task",
	.since = 3,
};
