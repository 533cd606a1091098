/* res_coach_review.c: the descriptor of a coach's weekly look at a client: on track or not, and what comes next. Rows are never changed. */
#include "care/resources.h"

static const char *const tracks[] = { "not_on_track", "on_track", NULL };

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "staff_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "staff",
		.doc = "who looked" },
	{ .name = "track",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = tracks,
		.doc = "how it goes; the zero value is the one that asks for supervision" },
	{ .name = "note", .type = FIELD_TEXT, .seal = FIELD_SEALED, .flags = FIELD_ONCE, .max = 4000, .doc = "in words" },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "track", .fields = { "track" }, .order = "created_at" },
};

const struct resource resource_coach_review = {
	.name = "coach_review",
	.summary = "A coach's weekly look at a client",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CARERS,
	.create = WHO_CARERS,
	.since = 3,
};
