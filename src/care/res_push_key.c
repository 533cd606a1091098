/* res_push_key.c: the descriptor of the key by which push services know this programme (RFC 8292). Made once; every browser has subscribed
 * to its public half, so that another one would end all of them. */
#include "care/resources.h"

static const char *const purposes[] = { "vapid", NULL };

static const struct field fields[] = {
	{ .name = "purpose",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = purposes,
		.doc = "what for" },
	{ .name = "public_key",
		.type = FIELD_TEXT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.min = 87,
		.max = 87,
		.doc = "point of P-256 in base64url: what browsers subscribe with" },
	{ .name = "secret",
		.type = FIELD_BYTES,
		.seal = FIELD_SEALED,
		.flags = FIELD_REQUIRED | FIELD_ONCE | FIELD_SECRET,
		.min = 32,
		.max = 32,
		.read = WHO_SYSTEM,
		.doc = "signs" },
};

static const struct index_def indexes[] = {
	{ .name = "purpose", .fields = { "purpose" }, .unique = true },
};

const struct resource resource_push_key = {
	.name = "push_key",
	.summary = "The key by which push services know the programme",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_OPERATION,
	.read = WHO_STAFF | WHO_AUDITOR,
	.since = 3,
};
