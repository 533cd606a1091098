/* res_event.c: the descriptor of what open pages are told, numbered for each programme so that a page can ask for what it missed. */
#include "care/resources.h"

static const char *const audiences[] = { "staff", "client", "program", NULL };

static const struct field fields[] = {
	{ .name = "number",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_NUMBERED | FIELD_REQUIRED | FIELD_ONCE,
		.doc = "1, 2, 3, ... of the programme" },
	{ .name = "audience",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = audiences,
		.doc = "who is told; program: the other processes on this database" },
	{ .name = "kind",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 40,
		.doc = "such as alert, review, message" },
	{ .name = "client_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .ref = "client", .doc = "whom it is about" },
	{ .name = "conversation_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .ref = "conversation", .doc = "where" },
	{ .name = "subject",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.max = 60,
		.doc = "resource of the row that changed" },
	{ .name = "subject_id", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .max = 36, .doc = "row that changed" },
	{ .name = "data",
		.type = FIELD_JSON,
		.seal = FIELD_SEALED,
		.flags = FIELD_ONCE,
		.max = 16384,
		.doc = "references and codes only; never a person's words" },
};

static const struct index_def indexes[] = {
	{ .name = "stream", .fields = { "audience" }, .order = "number" },
	{ .name = "client", .fields = { "client_id", "audience" }, .order = "number" },
};

const struct resource resource_event = {
	.name = "event",
	.summary = "What open pages are told",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_SHORT,
	.unjournalled = true,
	.read = WHO_SYSTEM,
};
