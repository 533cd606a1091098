/* res_shift.c: the descriptor of a shift of the rota: a weekly pattern or a single day, of one person. What its times mean: rota.h. */
#include "care/resources.h"

static const char *const kinds[] = { "on_call", "in_hours", NULL };

static const struct field fields[] = {
	{ .name = "staff_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .ref = "staff", .doc = "whose shift it is" },
	{ .name = "kind", .type = FIELD_ENUM, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .values = kinds, .doc = "at work, or on call" },
	{ .name = "zone",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.max = 63,
		.doc = "IANA time zone of its times" },
	{ .name = "days", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 39, .doc = "such as Mon-Fri; unset for a single shift" },
	{ .name = "date", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 10, .doc = "YYYY-MM-DD of a single shift" },
	{ .name = "starts", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .max = 5, .doc = "HH:MM, local" },
	{ .name = "ends",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.max = 5,
		.doc = "HH:MM, local; at or before starts: on the next day" },
	{ .name = "valid_from", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 10, .doc = "first day of a pattern" },
	{ .name = "valid_until", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 10, .doc = "last day of a pattern" },
	{ .name = "without", .type = FIELD_JSON, .seal = FIELD_CLEAR, .max = 2000, .doc = "dates on which a pattern does not take place" },
};

static const char *const states[] = { "active", "removed", NULL };

static const struct transition transitions[] = {
	{ "active", "removed", WHO_SUPERVISOR | WHO_ADMIN },
};

static const struct index_def indexes[] = {
	{ .name = "state", .fields = { "state" }, .order = "created_at" },
	{ .name = "staff", .fields = { "staff_id", "state" }, .order = "created_at" },
};

const struct resource resource_shift = {
	.name = "shift",
	.summary = "A shift of the rota: a weekly pattern or a single day",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_OPERATION,
	.read = WHO_STAFF | WHO_AUDITOR,
	.create = WHO_SUPERVISOR | WHO_ADMIN,
	.write = WHO_SUPERVISOR | WHO_ADMIN,
	.fhir = "Schedule",
	.since = 2,
};
