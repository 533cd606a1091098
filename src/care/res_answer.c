/* res_answer.c: the descriptor of one answer to one item. Rows are never changed: a corrected answer is a newer row, the old one stays. */
#include "care/resources.h"

static const char *const kinds[] = { "declined", "not_applicable", "given", NULL };

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "response_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "response",
		.doc = "filling-in that it belongs to" },
	{ .name = "submission",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 64,
		.doc = "the sender's own id: sent twice, stored once" },
	{ .name = "item",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 40,
		.doc = "of the instrument" },
	{ .name = "kind",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = kinds,
		.doc = "what was answered" },
	{ .name = "value", .type = FIELD_INT, .flags = FIELD_ONCE, .doc = "of an answer that was given" },
	{ .name = "answered_at",
		.type = FIELD_TIME,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.doc = "by the client's clock; earlier than the row where it waited offline" },
};

static const struct index_def indexes[] = {
	{ .name = "response", .fields = { "response_id" }, .order = "answered_at" },
	{ .name = "submission", .fields = { "client_id", "submission" }, .unique = true },
};

const struct resource resource_answer = {
	.name = "answer",
	.summary = "One answer to one item of a questionnaire",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLIENT | WHO_CARERS,
	.create = WHO_CLIENT,
	.since = 2,
};
