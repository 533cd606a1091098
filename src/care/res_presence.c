/* res_presence.c: the descriptor of a person's time in a client's conversation: from when to when, how it began, how and why it ended. */
#include "care/resources.h"

static const char *const hows[] = { "joined", "handed_over", "instead", NULL };
static const char *const ends[] = { "handed_back", "handed_over", "replaced", "off_duty", "unanswered", "quiet", NULL };

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
	{ .name = "here_in",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.ref = "conversation",
		.doc = "the conversation again while it lasts: one person at a time" },
	{ .name = "staff_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "staff",
		.doc = "who is there" },
	{ .name = "how",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = hows,
		.doc = "how they came" },
	{ .name = "from_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .ref = "staff", .doc = "in whose place" },
	{ .name = "seen_at",
		.type = FIELD_TIME,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.doc = "their last word, or when they came" },
	{ .name = "waiting_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "since when the client waits for a word of theirs" },
	{ .name = "asked_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.ref = "staff",
		.doc = "asked to take it over; not there until they accept" },
	{ .name = "asked_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .doc = "who asked" },
	{ .name = "asked_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
	{ .name = "ended_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "until when" },
	{ .name = "ended_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .doc = "who ended it; unset: the program" },
	{ .name = "end", .type = FIELD_ENUM, .seal = FIELD_CLEAR, .values = ends, .doc = "how it ended" },
	{ .name = "reason", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 2000, .read = WHO_CARERS, .doc = "why, of a hand-back" },
};

static const char *const states[] = { "here", "ended", NULL };

static const struct transition transitions[] = {
	{ "here", "ended", WHO_CARERS },
};

static const struct index_def indexes[] = {
	{ .name = "here", .fields = { "here_in" }, .unique = true },
	{ .name = "state", .fields = { "state" }, .order = "created_at" },
	{ .name = "conversation", .fields = { "conversation_id" }, .order = "created_at" },
	{ .name = "staff", .fields = { "staff_id", "state" }, .order = "created_at" },
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
};

const struct resource resource_presence = {
	.name = "presence",
	.summary = "A person's time in a client's conversation",
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
	.create = WHO_CARERS,
	.write = WHO_CARERS,
	.since = 3,
};
