/* res_guardian_record.c: the descriptor of what a clinician wrote down about a guardian: verified parental consent, or the reason why a
 * guardian may see or be told something about somebody who consents alone. Nothing here tells a guardian anything by itself. */
#include "care/resources.h"

static const char *const kinds[] = { "parental_consent", "view", "notice", NULL };
static const char *const ways[] = { "document", "in_person", "video", "court_order", NULL };

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
		.doc = "what it is about; view and notice are exceptions, each with its reason" },
	{ .name = "guardian",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 200,
		.doc = "who, and how they are related" },
	{ .name = "verified",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = ways,
		.doc = "how a person made sure" },
	{ .name = "reason", .type = FIELD_TEXT, .seal = FIELD_SEALED, .flags = FIELD_REQUIRED | FIELD_ONCE, .max = 2000, .doc = "why" },
	{ .name = "recorded_by",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "staff",
		.doc = "who wrote it down" },
	{ .name = "ended_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .doc = "who ended it" },
	{ .name = "ended_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
};

static const char *const states[] = { "active", "ended", NULL };
static const struct transition transitions[] = { { "active", "ended", WHO_CLINICAL } };

static const struct index_def indexes[] = { { .name = "client", .fields = { "client_id" }, .order = "created_at" } };

const struct resource resource_guardian_record = {
	.name = "guardian_record",
	.summary = "What a clinician recorded about a guardian",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLINICAL | WHO_COMPLIANCE,
	.create = WHO_CLINICAL,
	.write = WHO_CLINICAL,
	.fhir = "Consent",
	.since = 2,
};
