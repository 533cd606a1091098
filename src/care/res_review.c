/* res_review.c: the descriptor of a reply that waits for a person, and what became of it. */
#include "care/resources.h"

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "conversation_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "conversation",
		.doc = "where" },
	{ .name = "message_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "message",
		.doc = "the reply that is held" },
	{ .name = "alert_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "alert", .doc = "alert that asks for it" },
	{ .name = "original",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 1048576,
		.doc = "what the model wrote" },
	{ .name = "shown", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 1048576, .doc = "what the client saw in the end" },
	{ .name = "reason",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 500,
		.doc = "why it is held, in words" },
	{ .name = "rules",
		.type = FIELD_JSON,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.max = 8192,
		.doc = "ids of the rules that held it" },
	{ .name = "deadline_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "approved text goes out instead from then on" },
	{ .name = "decided_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .doc = "who decided" },
	{ .name = "decided_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
	{ .name = "decision_reason", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 2000, .doc = "why" },
};

static const char *const states[] = { "pending", "approved", "edited", "rejected", "expired", NULL };

static const struct transition transitions[] = {
	{ "pending", "approved", WHO_CLINICAL },
	{ "pending", "edited", WHO_CLINICAL },
	{ "pending", "rejected", WHO_CLINICAL },
	{ "pending", "expired", WHO_SYSTEM },
};

static const struct index_def indexes[] = {
	{ .name = "state", .fields = { "state" }, .order = "created_at" },
	{ .name = "message", .fields = { "message_id" }, .order = "created_at" },
	{ .name = "conversation", .fields = { "conversation_id" }, .order = "created_at" },
	{ .name = "client", .fields = { "client_id" }, .order = "created_at", .since = 2 },
};

const struct resource resource_review = {
	.name = "review",
	.summary = "A reply that waits for a person",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CHAT,
	.of_client = true,
	.read = WHO_CARERS,
	.write = WHO_CLINICAL,
	.fhir = "Task",
};
