/* res_demographics.c: the descriptor of what a client says about themselves so that the programme can see whether it is fair to
 * everybody. In the client's own words, all of it optional. Neither the model nor triage nor anybody who treats the client can read
 * it: only the client, and compliance for counts. */
#include "care/resources.h"

#define OWN_WORDS(name_, doc_) \
	{ \
		.name = (name_), .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 200, .doc = (doc_) \
	}

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	OWN_WORDS("ethnicity", "in the client's own words"),
	OWN_WORDS("gender", "in the client's own words"),
	OWN_WORDS("orientation", "in the client's own words"),
	OWN_WORDS("disability", "in the client's own words"),
	OWN_WORDS("home_language", "in the client's own words"),
	OWN_WORDS("area", "first part of a postcode, or the name of an area"),
	{ .name = "declined",
		.type = FIELD_JSON,
		.seal = FIELD_SEALED,
		.max = 500,
		.doc = "names of the questions that the client prefers not to answer" },
};

static const struct index_def indexes[] = { { .name = "client", .fields = { "client_id" }, .unique = true } };

const struct resource resource_demographics = {
	.name = "demographics",
	.summary = "What a client says about themselves, for equity only",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLIENT | WHO_COMPLIANCE,
	.create = WHO_CLIENT,
	.write = WHO_CLIENT,
	.since = 2,
};
