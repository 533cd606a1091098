/* res_alert_outcome.c: the descriptor of what a person recorded about an alert: each try to reach the client and what came of it, and each
 * report that the law asks for. Rows are added, never changed, but for a report that is made later. */
#include "care/resources.h"

static const char *const outcomes[] = { "contacted", "no_answer", "welfare_check", "emergency_services", "other", "duty_to_warn",
	"safeguarding_report", "no_action", NULL };

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "alert_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "alert",
		.doc = "of which alert" },
	{ .name = "by_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "staff",
		.doc = "who recorded it; of a report, the reporter" },
	{ .name = "outcome",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = outcomes,
		.doc = "what came of it" },
	{ .name = "attempt",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.min = 0,
		.max = 10000,
		.doc = "number of the try" },
	{ .name = "note", .type = FIELD_TEXT, .seal = FIELD_SEALED, .flags = FIELD_ONCE, .max = 4000, .doc = "in words" },
	{ .name = "next_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .doc = "when the next try is due" },
	{ .name = "opinion_by",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_ONCE,
		.ref = "staff",
		.doc = "colleague who was asked for a second opinion, if any; never a condition" },
	{ .name = "duty", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .max = 100, .doc = "entry of packs/duties" },
	{ .name = "basis", .type = FIELD_TEXT, .seal = FIELD_SEALED, .flags = FIELD_ONCE, .max = 1000, .doc = "legal basis of the report" },
	{ .name = "agency", .type = FIELD_TEXT, .seal = FIELD_SEALED, .max = 500, .doc = "whom it was or will be made to" },
	{ .name = "made", .type = FIELD_BOOL, .seal = FIELD_CLEAR, .doc = "the report has been made" },
	{ .name = "made_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = "when" },
	{ .name = "due_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_ONCE, .doc = "until when it has to be made" },
};

static const struct index_def indexes[] = {
	{ .name = "alert", .fields = { "alert_id" }, .order = "created_at" },
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
};

const struct resource resource_alert_outcome = {
	.name = "alert_outcome",
	.summary = "What came of an alert: a try to reach the client, or a report",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CARERS,
	.write = WHO_CLINICAL,
	.fhir = "CommunicationRequest",
	.since = 2,
};
