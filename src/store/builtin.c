/* builtin.c: see builtin.h. */
#include "store/builtin.h"

#include "base/compiler.h"

static const char *const classes[] = { "care", "chat", "psychotherapy", "part2", "media", "operation", "short", NULL };
static const char *const key_states[] = { "active", "destroyed", NULL };

static const struct field key_fields[] = {
	{ .name = "owner_id",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 36,
		.doc = "client or programme" },
	{ .name = "class",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = classes,
		.doc = "retention class" },
	{ .name = "wrapped", .type = FIELD_BYTES, .seal = FIELD_CLEAR, .flags = FIELD_SECRET, .max = 128, .doc = "the data key, wrapped" },
	{ .name = "kek", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 8, .doc = "which key of the key file wrapped it" },
};
static const struct transition key_transitions[] = { { "active", "destroyed", WHO_SYSTEM } };
static const struct index_def key_indexes[] = {
	{ .name = "owner", .fields = { "owner_id", "class" }, .unique = true, .global = true },
};

const struct resource resource_client_key = {
	.name = "client_key",
	.summary = "The data key of one client (or programme) and retention class; destroying it erases what it sealed",
	.fields = key_fields,
	.field_count = COUNT_OF(key_fields),
	.states = key_states,
	.transitions = key_transitions,
	.transition_count = COUNT_OF(key_transitions),
	.indexes = key_indexes,
	.index_count = COUNT_OF(key_indexes),
	.retention = RETAIN_OPERATION,
	.read = WHO_COMPLIANCE,
	.unjournalled = true,
};

static const struct field journal_fields[] = {
	{ .name = "number",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.doc = "index in this node's journal, from 0" },
	{ .name = "at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .doc = "when" },
	{ .name = "actor_kind", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .doc = "roles that acted" },
	{ .name = "actor_id", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .doc = "who acted; unset: the program" },
	{ .name = "action", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .doc = "create, update, move, delete, view, erase, ..." },
	{ .name = "subject", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .doc = "resource" },
	{ .name = "subject_id", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .doc = "row" },
	{ .name = "client_id", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .doc = "about whom" },
	{ .name = "reason", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .doc = "why, as a code" },
	{ .name = "release_id", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .doc = "release in force" },
	{ .name = "hash", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .doc = "leaf hash, hex" },
	{ .name = "fields", .type = FIELD_JSON, .seal = FIELD_CLEAR, .doc = "names of the fields that changed" },
};

const struct resource resource_journal = {
	.name = "journal",
	.summary = "Who did what to which record, when and why",
	.fields = journal_fields,
	.field_count = COUNT_OF(journal_fields),
	.retention = RETAIN_OPERATION,
	.read = WHO_SUPERVISOR | WHO_COMPLIANCE | WHO_ADMIN | WHO_AUDITOR,
	.unjournalled = true,
};
