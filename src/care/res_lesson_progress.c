/* res_lesson_progress.c: the descriptor of a lesson that a client has finished; one row for each, made once. */
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
	{ .name = "done_at",
		.type = FIELD_TIME,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.doc = "when, by the server's clock" },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "enrolment", .fields = { "enrolment_id" }, .order = "created_at" },
	{ .name = "once", .fields = { "enrolment_id", "lesson" }, .unique = true },
};

const struct resource resource_lesson_progress = {
	.name = "lesson_progress",
	.summary = "A lesson that a client has finished",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLIENT | WHO_CARERS,
	.create = WHO_CLIENT,
	.since = 3,
};
