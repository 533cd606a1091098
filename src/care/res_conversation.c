/* res_conversation.c: the descriptor of a conversation of one client. From level 3 it is held: the model is silent until a clinician
 * releases it. */
#include "care/resources.h"

static const char *const kinds[] = { "chat", "gateway", "checkin", "intake", NULL };
static const char *const speakers[] = { "script", "approved", "reviewed", "model", NULL };

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "kind",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = kinds,
		.doc = "where it takes place" },
	{ .name = "api_key_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .ref = "api_key", .doc = "calling product" },
	{ .name = "external",
		.type = FIELD_TEXT,
		.seal = FIELD_BLIND,
		.flags = FIELD_ONCE,
		.max = 200,
		.doc = "the calling product's own id" },
	{ .name = "speaker",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.values = speakers,
		.doc = "who may answer next; the zero value is the strictest" },
	{ .name = "level", .type = FIELD_INT, .seal = FIELD_CLEAR, .min = 0, .max = 4, .doc = "accumulated level" },
	{ .name = "levels", .type = FIELD_JSON, .seal = FIELD_CLEAR, .max = 2000, .doc = "accumulated level of each family" },
	{ .name = "screen_state",
		.type = FIELD_JSON,
		.seal = FIELD_SEALED,
		.max = 65536,
		.doc = "what screening carries from turn to turn" },
	{ .name = "dialogue", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 100, .doc = "scripted dialogue that is running" },
	{ .name = "dialogue_state",
		.type = FIELD_JSON,
		.seal = FIELD_SEALED,
		.max = 16384,
		.doc = "where it stands and what was answered" },
	{ .name = "held_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "since when the model is silent" },
	{ .name = "held_reason", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 100, .doc = "message catalogue key" },
	{ .name = "released_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .doc = "clinician who let the model speak again" },
	{ .name = "released_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
	{ .name = "release_reason", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 2000, .doc = "why" },
	{ .name = "person_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .doc = "person who speaks now" },
	{ .name = "language", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 35, .doc = "language of the last client message" },
	{ .name = "release_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "release", .doc = "release in force" },
	{ .name = "message_count", .type = FIELD_INT, .seal = FIELD_CLEAR, .min = 0, .max = 10000000, .doc = "messages so far" },
	{ .name = "last_message_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .doc = "last word of anybody" },
	{ .name = "client_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .since = 2, .doc = "last word of the client" },
	{ .name = "sitting_at",
		.type = FIELD_TIME,
		.seal = FIELD_CLEAR,
		.since = 2,
		.doc = "since when the client writes without a longer pause" },
	{ .name = "notice_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .since = 2, .doc = "last notice that this is a program" },
	{ .name = "break_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .since = 2, .doc = "last reminder of a break" },
	{ .name = "notice_due_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .since = 2, .doc = "for when the next notice was set" },
	{ .name = "title", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 200, .doc = "for lists" },
};

static const char *const states[] = { "open", "held", "closed", NULL };

static const struct transition transitions[] = {
	{ "open", "held", WHO_CARERS },
	{ "held", "open", WHO_CLINICAL },
	{ "open", "closed", WHO_CLIENT | WHO_CARERS },
	{ "held", "closed", WHO_CLINICAL },
	{ "closed", "open", WHO_CARERS },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "last_message_at" },
	{ .name = "external", .fields = { "api_key_id", "external" }, .unique = true },
	{ .name = "state", .fields = { "state" }, .order = "last_message_at" },
	{ .name = "all", .order = "last_message_at" },
};

const struct resource resource_conversation = {
	.name = "conversation",
	.summary = "A conversation of one client",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CHAT,
	.of_client = true,
	.read = WHO_CLIENT | WHO_CARERS,
	.write = WHO_CARERS,
	.fhir = "Encounter",
};
