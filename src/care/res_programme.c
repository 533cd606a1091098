/* res_programme.c: the descriptor of a programme: one service with its people, rules and texts. Its id is its own programme_id. */
#include "care/resources.h"

static const char *const modes[] = { "chatbot", "augmented", "teletherapy", "vr", "cbt", NULL };
static const char *const reaches[] = { "anonymous", "callback", "identified", NULL };

static const struct field fields[] = {
	{ .name = "name",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.max = 200,
		.doc = "shown to clients and staff" },
	{ .name = "mode",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.values = modes,
		.doc = "preset of the programme" },
	{ .name = "policy",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.max = 100,
		.doc = "id of the policy in force" },
	{ .name = "country",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.min = 2,
		.max = 2,
		.doc = "ISO 3166-1 alpha-2; helplines come from here" },
	{ .name = "jurisdiction", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 40, .doc = "such as US-CA; empty when none applies" },
	{ .name = "language",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.min = 2,
		.max = 35,
		.doc = "BCP 47; default of its people" },
	{ .name = "time_zone", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .max = 64, .doc = "IANA name" },
	{ .name = "reach",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.values = reaches,
		.doc = "whether a person can be called: identified, on demand, or not at all" },
	{ .name = "cover", .type = FIELD_JSON, .seal = FIELD_CLEAR, .max = 16384, .doc = "who is on duty when" },
	{ .name = "settings",
		.type = FIELD_JSON,
		.seal = FIELD_CLEAR,
		.max = 16384,
		.doc = "deadlines and limits that differ from the preset" },
};

static const char *const states[] = { "active", "closed", NULL };

static const struct transition transitions[] = {
	{ "active", "closed", WHO_ADMIN },
	{ "closed", "active", WHO_ADMIN },
};

static const struct index_def indexes[] = {
	{ .name = "all", .order = "created_at", .global = true },
};

const struct resource resource_programme = {
	.name = "programme",
	.summary = "A service with its people, rules and texts",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.root = true,
	.retention = RETAIN_OPERATION,
	.read = WHO_STAFF | WHO_CLIENT | WHO_AUDITOR,
	.write = WHO_ADMIN,
	.fhir = "Organization",
};
