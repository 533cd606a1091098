/* res_retention.c: the descriptors of how long a programme keeps what, and of each look through what is past its time. They stay
 * themselves: what was deleted, and on whose word, outlives it. */
#include "care/resources.h"

/* ---- The schedule: one of a programme ---- */

static const struct field schedule_fields[] = {
	{ .name = "periods",
		.type = FIELD_JSON,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.max = 2000,
		.doc = "by retention class {years} or {days}; a class that is not there is kept" },
	{ .name = "edition",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.min = 1,
		.max = 1000000,
		.doc = "of the periods" },
	{ .name = "changed_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .ref = "staff", .doc = "who set them" },
	{ .name = "confirmed_run",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.ref = "retention_run",
		.doc = "the dry run that was looked at" },
	{ .name = "confirmed_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .doc = "who switched it on" },
	{ .name = "confirmed_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
	{ .name = "next_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "of the next run" },
};

static const char *const schedule_states[] = { "off", "on", NULL };
static const struct transition schedule_transitions[] = {
	{ "off", "on", WHO_COMPLIANCE },
	{ "on", "off", WHO_COMPLIANCE },
};
static const struct index_def schedule_indexes[] = {
	{ .name = "one", .unique = true },
};

const struct resource resource_retention_schedule = {
	.name = "retention_schedule",
	.summary = "How long a programme keeps what",
	.fields = schedule_fields,
	.field_count = COUNT_OF(schedule_fields),
	.states = schedule_states,
	.transitions = schedule_transitions,
	.transition_count = COUNT_OF(schedule_transitions),
	.indexes = schedule_indexes,
	.index_count = COUNT_OF(schedule_indexes),
	.retention = RETAIN_OPERATION,
	.read = WHO_COMPLIANCE | WHO_ADMIN | WHO_AUDITOR,
	.create = WHO_COMPLIANCE,
	.write = WHO_COMPLIANCE,
	.since = 3,
};

/* ---- A look through what is past its time ---- */

static const char *const kinds[] = { "dry", "real", NULL };

static const struct field run_fields[] = {
	{ .name = "kind",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = kinds,
		.doc = "dry: only counts" },
	{ .name = "edition",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.min = 1,
		.max = 1000000,
		.doc = "of the periods that it goes by" },
	{ .name = "periods", .type = FIELD_JSON, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED | FIELD_ONCE, .max = 2000, .doc = "these" },
	{ .name = "staff_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.ref = "staff",
		.doc = "who asked; unset: the daily one" },
	{ .name = "counts", .type = FIELD_JSON, .seal = FIELD_CLEAR, .max = 8000, .doc = "by class: due, gone, held, open" },
	{ .name = "failure", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 200, .doc = "why it ended early" },
	{ .name = "ended_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
};

static const char *const run_states[] = { "running", "done", "cancelled", "failed", "interrupted", NULL };
static const struct transition run_transitions[] = {
	{ "running", "done", WHO_SYSTEM },
	{ "running", "cancelled", WHO_SYSTEM },
	{ "running", "failed", WHO_SYSTEM },
	{ "running", "interrupted", WHO_SYSTEM },
};
static const struct index_def run_indexes[] = {
	{ .name = "all", .order = "created_at" },
	{ .name = "state", .fields = { "state" }, .order = "created_at" },
};

const struct resource resource_retention_run = {
	.name = "retention_run",
	.summary = "A look through what is past its time, or its deletion",
	.fields = run_fields,
	.field_count = COUNT_OF(run_fields),
	.states = run_states,
	.transitions = run_transitions,
	.transition_count = COUNT_OF(run_transitions),
	.indexes = run_indexes,
	.index_count = COUNT_OF(run_indexes),
	.retention = RETAIN_OPERATION,
	.read = WHO_COMPLIANCE | WHO_ADMIN | WHO_AUDITOR,
	.since = 3,
};
