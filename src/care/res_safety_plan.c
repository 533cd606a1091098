/* res_safety_plan.c: the descriptor of one version of a client's own plan for hard moments. A change is a new row; the one before it
 * becomes `superseded`. */
#include "care/resources.h"

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "number",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.min = 1,
		.max = 100000,
		.doc = "1, 2, 3, ... of the client" },
	{ .name = "sections",
		.type = FIELD_JSON,
		.seal = FIELD_SEALED,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 32768,
		.doc = "the client's lines, by heading" },
	{ .name = "shared",
		.type = FIELD_BOOL,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.doc = "the client lets the care team read it" },
};

static const char *const states[] = { "draft", "active", "superseded", NULL };

static const struct transition transitions[] = {
	{ "draft", "superseded", WHO_CLIENT },
	{ "active", "superseded", WHO_CLIENT },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "current", .fields = { "client_id", "state" }, .order = "created_at" },
	{ .name = "number", .fields = { "client_id", "number" }, .unique = true },
};

const struct resource resource_safety_plan = {
	.name = "safety_plan",
	.summary = "A client's own plan for hard moments",
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
	.fhir = "CarePlan",
	.since = 3,
};
