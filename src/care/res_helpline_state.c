/* res_helpline_state.c: the descriptor of what staff found out about a help line of the directory: that it does not answer. It is left
 * out everywhere from then on, without a new release, until somebody says that it works again. */
#include "care/resources.h"

static const struct field fields[] = {
	{ .name = "line_id",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 120,
		.doc = "id of the line in packs/helplines" },
	{ .name = "down",
		.type = FIELD_BOOL,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.doc = "it does not answer: nobody is sent there" },
	{ .name = "note", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 500, .doc = "how this is known; nothing of a client" },
	{ .name = "set_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .ref = "staff", .doc = "who said so last" },
};

static const struct index_def indexes[] = {
	{ .name = "line", .fields = { "line_id" }, .unique = true },
	{ .name = "all", .order = "created_at" },
};

const struct resource resource_helpline_state = {
	.name = "helpline_state",
	.summary = "Whether a help line of the directory answers",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_OPERATION,
	.read = WHO_STAFF,
	.create = WHO_CLINICAL | WHO_ADMIN,
	.write = WHO_CLINICAL | WHO_ADMIN,
	.since = 2,
};
