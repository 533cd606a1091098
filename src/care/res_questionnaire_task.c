/* res_questionnaire_task.c: the descriptor of a questionnaire that somebody is asked to fill in. */
#include "care/resources.h"

static const char *const sources[] = { "staff", "schedule", "follow_up", "client", NULL };

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "who is asked" },
	{ .name = "instrument",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 60,
		.doc = "pack id" },
	{ .name = "source",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = sources,
		.doc = "who asked: a person, a schedule, or another questionnaire's answer" },
	{ .name = "assigned_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .ref = "staff", .doc = "who asked" },
	{ .name = "due_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .doc = "late from then on" },
};

static const char *const states[] = { "due", "started", "done", "cancelled", NULL };

static const struct transition transitions[] = {
	{ "due", "started", WHO_CLIENT },
	{ "due", "done", WHO_CLIENT },
	{ "started", "done", WHO_CLIENT },
	{ "due", "cancelled", WHO_CARERS },
	{ "started", "cancelled", WHO_CARERS },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "client_state", .fields = { "client_id", "state" }, .order = "due_at" },
	{ .name = "state", .fields = { "state" }, .order = "due_at" },
};

const struct resource resource_questionnaire_task = {
	.name = "questionnaire_task",
	.summary = "A questionnaire that somebody is asked to fill in",
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
	.create = WHO_CARERS,
	.write = WHO_CLIENT | WHO_CARERS,
	.fhir = "Task",
	.since = 2,
};
