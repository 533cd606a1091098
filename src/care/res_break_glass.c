/* res_break_glass.c: the descriptor of a look at where a client lives and whom to call although the client has not said that it may be
 * used: who, why, for which alert, until when. */
#include "care/resources.h"

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose data was looked at" },
	{ .name = "alert_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "alert",
		.doc = "for which alert" },
	{ .name = "staff_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "staff",
		.doc = "who looked" },
	{ .name = "reason",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 1000,
		.read = WHO_CLIENT | WHO_CLINICAL | WHO_COMPLIANCE | WHO_AUDITOR,
		.doc = "why, in words" },
	{ .name = "expires_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED | FIELD_ONCE, .doc = "shown until then" },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "all", .order = "created_at" },
};

const struct resource resource_break_glass = {
	.name = "break_glass",
	.summary = "A look at whereabouts and contacts without the client's yes, with its reason",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLIENT | WHO_CARERS | WHO_COMPLIANCE | WHO_AUDITOR,
	.create = WHO_CLINICAL,
	.since = 3,
};
