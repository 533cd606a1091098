/* res_client_identity.c: the descriptor of who a client is and how to reach them. */
#include "care/resources.h"

static const char *const ways[] = { "none", "app", "email", "sms", "phone", NULL };

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "name", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 200, .doc = "as the person wants to be called" },
	{ .name = "legal_name",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.max = 200,
		.read = WHO_CLIENT | WHO_CLINICAL | WHO_COMPLIANCE,
		.doc = "for emergency services" },
	{ .name = "birth_date", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 10, .doc = "YYYY-MM-DD" },
	{ .name = "email", .type = FIELD_TEXT, .seal = FIELD_BLIND, .flags = FIELD_FOLD, .max = 254, .doc = "where the person wants mail" },
	{ .name = "phone", .type = FIELD_TEXT, .seal = FIELD_BLIND, .max = 40, .doc = "E.164" },
	{ .name = "address", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 500, .doc = "for a welfare check" },
	{ .name = "contacts",
		.type = FIELD_JSON,
		.seal = FIELD_SEALED,
		.max = 8192,
		.doc = "people near: name, relation, phone, may we call" },
	{ .name = "whereabouts",
		.type = FIELD_TEXT,
		.seal = FIELD_SEALED,
		.max = 300,
		.since = 2,
		.doc = "where the person says they are now, for help on the spot" },
	{ .name = "callback", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 40, .since = 2, .doc = "number to call back now" },
	{ .name = "whereabouts_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .since = 2, .doc = "when it was asked last" },
	{ .name = "whereabouts_declined", .type = FIELD_BOOL, .seal = FIELD_CLEAR, .since = 2, .doc = "the person would rather not say" },
	{ .name = "preferred", .type = FIELD_ENUM, .seal = FIELD_CLEAR, .values = ways, .doc = "how to be reached" },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .unique = true },
	{ .name = "email", .fields = { "email" }, .order = "created_at" },
	{ .name = "phone", .fields = { "phone" }, .order = "created_at" },
};

const struct resource resource_client_identity = {
	.name = "client_identity",
	.summary = "Who a client is and how to reach them",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLIENT | WHO_CARERS | WHO_COMPLIANCE,
	.create = WHO_CLIENT | WHO_CLINICAL | WHO_ADMIN,
	.write = WHO_CLIENT | WHO_CLINICAL | WHO_ADMIN,
	.fhir = "Patient",
};
