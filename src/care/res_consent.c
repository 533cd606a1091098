/* res_consent.c: the descriptor of one decision of a client about one document. Rows are never changed: the newest of a kind is in force.
 */
#include "care/resources.h"

static const char *const kinds[] = { "care", "ai_chat", "ai_drafting", "data_sharing", "model_training", "sensors", "translation",
	"recording", "ai_supplementary", NULL };
static const char *const choices[] = { "refused", "withdrawn", "given", NULL };
static const char *const channels[] = { "screen", "paper", "spoken", NULL };
static const char *const sources[] = { "app", "gateway", "staff", NULL };

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
		.doc = "what it is about" },
	{ .name = "decision",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = choices,
		.doc = "what the client decided" },
	{ .name = "document_version",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.max = 40,
		.doc = "version of the text that was shown" },
	{ .name = "document_hash",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.max = 128,
		.doc = "SHA-256 of the text that was shown" },
	{ .name = "language", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .max = 35, .doc = "language it was shown in" },
	{ .name = "source",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = sources,
		.doc = "where it was decided; gateway: attested by the calling product" },
	{ .name = "api_key_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.ref = "api_key",
		.doc = "which product attested it" },
	{ .name = "channel",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.values = channels,
		.since = 2,
		.doc = "how the text reached the client; unset: on the screen" },
	{ .name = "note", .type = FIELD_TEXT, .seal = FIELD_SEALED, .flags = FIELD_ONCE, .max = 2000, .doc = "the client's own words" },
};

static const struct index_def indexes[] = {
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "kind", .fields = { "client_id", "kind" }, .order = "created_at" },
};

const struct resource resource_consent = {
	.name = "consent",
	.summary = "One decision of a client about one document",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLIENT | WHO_CARERS | WHO_COMPLIANCE | WHO_AUDITOR,
	.create = WHO_CLIENT | WHO_CARERS,
	.fhir = "Consent",
};
