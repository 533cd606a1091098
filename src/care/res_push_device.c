/* res_push_device.c: the descriptor of a browser in which a member of staff asked to be notified. When it has ended its address and keys
 * are gone; that it was there, and why it ended, stays. */
#include "care/resources.h"

static const char *const reasons[] = { "by_person", "replaced", "refused", NULL };

static const struct field fields[] = {
	{ .name = "staff_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "staff",
		.doc = "whom it calls" },
	{ .name = "label",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 120,
		.doc = "as they call it" },
	{ .name = "mark", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 16, .doc = "from a hash of the address: the same browser again" },
	{ .name = "endpoint",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_SECRET,
		.max = 1000,
		.read = WHO_SYSTEM,
		.doc = "address at the push service; who has it may send there" },
	{ .name = "p256dh",
		.type = FIELD_BYTES,
		.seal = FIELD_SEALED,
		.flags = FIELD_SECRET,
		.min = 65,
		.max = 65,
		.read = WHO_SYSTEM,
		.doc = "the browser's public key" },
	{ .name = "auth",
		.type = FIELD_BYTES,
		.seal = FIELD_SEALED,
		.flags = FIELD_SECRET,
		.min = 16,
		.max = 16,
		.read = WHO_SYSTEM,
		.doc = "the browser's secret" },
	{ .name = "ended_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "since then it is not called" },
	{ .name = "ended_why",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.values = reasons,
		.doc = "refused: the push service says it is gone" },
};

static const char *const states[] = { "active", "ended", NULL };

static const struct transition transitions[] = {
	{ "active", "ended", WHO_SYSTEM },
};

static const struct index_def indexes[] = {
	{ .name = "mark", .fields = { "mark" }, .unique = true },
	{ .name = "staff", .fields = { "staff_id" }, .order = "created_at" },
	{ .name = "state", .fields = { "state" }, .order = "created_at" },
};

const struct resource resource_push_device = {
	.name = "push_device",
	.summary = "A browser that a member of staff is notified in",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_OPERATION,
	.read = WHO_STAFF | WHO_AUDITOR,
	.since = 3,
};
