/* res_medication_statement.c: the descriptor of one thing that the team was told about a client's medicine: that it is taken, that its dose
 * or times changed, that it is not taken any more. A row is never changed: what comes later is a row of its own, and the one before becomes
 * `superseded`. A record, no prescription (medicine.h). */
#include "care/resources.h"

static const char *const kinds[] = { "started", "changed", "stopped", NULL };
static const char *const tellers[] = { "client", "prescriber", "record", NULL };

#define SAID(NAME, MAX, DOC) \
	{ \
		.name = (NAME), .type = FIELD_TEXT, .flags = FIELD_ONCE, .max = (MAX), .doc = (DOC) \
	}

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose medicine" },
	{ .name = "course_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "medication_statement",
		.doc = "first row about this medicine: what belongs together" },
	{ .name = "kind",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = kinds,
		.doc = "what happened" },
	{ .name = "day",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.max = 10,
		.doc = "since when, in the client's calendar, as exactly as it was told: YYYY, YYYY-MM or YYYY-MM-DD; unset: not known" },
	{ .name = "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_ONCE, .min = 1, .max = 200, .doc = "as it was told" },
	SAID("recognised", 200, "generic name, when the packs know the medicine"),
	SAID("dose", 200, "as it was told, such as 50 mg"),
	SAID("frequency", 200, "as it was told, such as once in the morning"),
	SAID("reason", 1000, "what for, or why it changed"),
	SAID("note", 2000, "of the team; the client reads it too"),
	{ .name = "told_by",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = tellers,
		.doc = "where the team has it from" },
	{ .name = "recorded_by",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "staff",
		.doc = "who wrote it down" },
	{ .name = "error_reason", .type = FIELD_TEXT, .max = 1000, .doc = "why it was entered in error" },
	{ .name = "error_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .doc = "who said so" },
	{ .name = "error_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
};

/* `stopped` and `active` are the newest of their medicine; when one was entered in error, the one before counts again. */
static const char *const states[] = { "active", "stopped", "superseded", "entered_in_error", NULL };

static const struct transition transitions[] = {
	{ "active", "superseded", WHO_CLINICAL },
	{ "superseded", "active", WHO_CLINICAL },
	{ "active", "entered_in_error", WHO_CLINICAL },
	{ "stopped", "entered_in_error", WHO_CLINICAL },
	{ "superseded", "entered_in_error", WHO_CLINICAL },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
};

const struct resource resource_medication_statement = {
	.name = "medication_statement",
	.summary = "What the team was told about a medicine",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLIENT | WHO_CLINICAL,
	.create = WHO_CLINICAL,
	.write = WHO_CLINICAL,
	.fhir = "MedicationStatement",
	.since = 3,
};
