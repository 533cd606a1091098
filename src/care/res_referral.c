/* res_referral.c: the descriptor of somebody's way into care: how urgent, what was recommended, who decided what, which clocks run. Every
 * move is a person's; the program marks clocks that ran out and raises what is recommended. */
#include "care/resources.h"

static const char *const sources[] = { "intake", "self", "clinician", "gp", "other", NULL };
static const char *const priorities[] = { "A", "B", "C", "D", "E", "F", "G", NULL };

#define CLEAR_TIME(NAME, DOC) \
	{ \
		.name = (NAME), .type = FIELD_TIME, .seal = FIELD_CLEAR, .doc = (DOC) \
	}
#define CLEAR_FLAG(NAME, DOC) \
	{ \
		.name = (NAME), .type = FIELD_BOOL, .seal = FIELD_CLEAR, .doc = (DOC) \
	}

static const struct field fields[] = {
	{ .name = "client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.ref = "client",
		.doc = "whose it is" },
	{ .name = "open_client_id",
		.type = FIELD_REF,
		.seal = FIELD_CLEAR,
		.ref = "client",
		.doc = "the client again while it is not closed: there is one at a time" },
	{ .name = "intake_id", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "intake", .doc = "conversation that it came from" },
	{ .name = "source",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED | FIELD_ONCE,
		.values = sources,
		.doc = "how it came" },
	{ .name = "priority",
		.type = FIELD_ENUM,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.values = priorities,
		.doc = "A is now; the decided one, or until somebody decides the recommended one" },
	{ .name = "priority_reason", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .min = 1, .max = 4000, .doc = "why, in words" },
	{ .name = "rank",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.doc = "place on the board: priority, risk, then who has waited longest" },
	{ .name = "level",
		.type = FIELD_INT,
		.seal = FIELD_CLEAR,
		.min = 0,
		.max = 4,
		.doc = "highest level known when it was last looked at" },
	{ .name = "active", .type = FIELD_BOOL, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .doc = "not closed" },
	{ .name = "breached",
		.type = FIELD_BOOL,
		.seal = FIELD_CLEAR,
		.flags = FIELD_REQUIRED,
		.doc = "some clock has run out and nothing has been done about it yet" },
	{ .name = "undecided", .type = FIELD_BOOL, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .doc = "nobody has decided yet" },
	/* recommended */
	{ .name = "recommended_priority", .type = FIELD_ENUM, .seal = FIELD_CLEAR, .values = priorities, .doc = "by the rules" },
	{ .name = "recommended_step", .type = FIELD_INT, .seal = FIELD_CLEAR, .min = 1, .max = 4, .doc = "of stepped care" },
	{ .name = "guided", .type = FIELD_BOOL, .seal = FIELD_CLEAR, .doc = "guided self-help is not excluded" },
	{ .name = "reasons", .type = FIELD_JSON, .max = 8192, .doc = "ids of the rules that matched" },
	{ .name = "inputs", .type = FIELD_JSON, .max = 8192, .doc = "what they looked at" },
	{ .name = "rules", .type = FIELD_TEXT, .seal = FIELD_CLEAR, .max = 100, .doc = "version of the rules" },
	/* decided */
	{ .name = "decided_by", .type = FIELD_REF, .seal = FIELD_CLEAR, .ref = "staff", .doc = "who" },
	{ .name = "decided_priority", .type = FIELD_ENUM, .seal = FIELD_CLEAR, .values = priorities, .doc = "what" },
	{ .name = "decided_step", .type = FIELD_INT, .seal = FIELD_CLEAR, .min = 1, .max = 4, .doc = "of stepped care" },
	{ .name = "against_priority", .type = FIELD_ENUM, .seal = FIELD_CLEAR, .values = priorities, .doc = "recommended at that moment" },
	{ .name = "against_step", .type = FIELD_INT, .seal = FIELD_CLEAR, .min = 1, .max = 4, .doc = "the same of the step" },
	{ .name = "override_reason", .type = FIELD_TEXT, .max = 4000, .doc = "why it differs from the recommendation" },
	CLEAR_TIME("decided_at", "first decision"),
	/* clocks */
	{ .name = "received_at", .type = FIELD_TIME, .seal = FIELD_CLEAR, .flags = FIELD_REQUIRED, .doc = "since when somebody waits" },
	CLEAR_TIME("respond_by", "until when a person should have decided"),
	CLEAR_TIME("next_contact_at", "promised to the client"),
	CLEAR_TIME("appointment_at", "offered or agreed"),
	CLEAR_TIME("offered_at", "when it was offered"),
	CLEAR_TIME("last_contact_at", "newest contact with a person"),
	CLEAR_TIME("started_at", "first appointment of care"),
	CLEAR_TIME("second_contact_at", "second appointment"),
	CLEAR_TIME("out_sent_at", "referred out"),
	CLEAR_TIME("out_due_at", "until when the other service should have confirmed"),
	CLEAR_TIME("out_received_at", "confirmed by the other service"),
	CLEAR_TIME("closed_at", "when"),
	{ .name = "breach_count", .type = FIELD_INT, .seal = FIELD_CLEAR, .min = 0, .max = 100000, .doc = "clocks that ran out so far" },
	CLEAR_FLAG("breach_respond", "nobody decided in time"),
	CLEAR_FLAG("breach_contact", "a promised contact did not come in time"),
	CLEAR_FLAG("breach_start", "care did not start within the target"),
	CLEAR_FLAG("breach_limit", "care did not start within the limit"),
	CLEAR_FLAG("breach_second", "the second appointment did not come in time"),
	CLEAR_FLAG("breach_receipt", "the other service has not confirmed"),
	{ .name = "out_to", .type = FIELD_TEXT, .max = 500, .doc = "service it was referred to" },
	{ .name = "out_note", .type = FIELD_TEXT, .max = 4000, .doc = "what they were told, what they answered" },
	{ .name = "closed_reason", .type = FIELD_TEXT, .max = 4000, .doc = "why it ended" },
};

static const char *const states[] = { "received", "assess", "waiting", "offered", "in_care", "referred_out", "closed", NULL };

static const struct transition transitions[] = {
	{ "received", "assess", WHO_CLINICAL },
	{ "received", "waiting", WHO_CLINICAL },
	{ "received", "referred_out", WHO_CLINICAL },
	{ "received", "closed", WHO_CLINICAL },
	{ "assess", "assess", WHO_CLINICAL },
	{ "assess", "waiting", WHO_CLINICAL },
	{ "assess", "offered", WHO_CLINICAL },
	{ "assess", "in_care", WHO_CLINICAL },
	{ "assess", "referred_out", WHO_CLINICAL },
	{ "assess", "closed", WHO_CLINICAL },
	{ "waiting", "assess", WHO_CLINICAL },
	{ "waiting", "waiting", WHO_CLINICAL },
	{ "waiting", "offered", WHO_CLINICAL },
	{ "waiting", "in_care", WHO_CLINICAL },
	{ "waiting", "referred_out", WHO_CLINICAL },
	{ "waiting", "closed", WHO_CLINICAL },
	{ "offered", "offered", WHO_CLINICAL },
	{ "offered", "assess", WHO_CLINICAL },
	{ "offered", "waiting", WHO_CLINICAL },
	{ "offered", "in_care", WHO_CLINICAL },
	{ "offered", "referred_out", WHO_CLINICAL },
	{ "offered", "closed", WHO_CLINICAL },
	{ "in_care", "assess", WHO_CLINICAL },
	{ "in_care", "waiting", WHO_CLINICAL },
	{ "in_care", "referred_out", WHO_CLINICAL },
	{ "in_care", "closed", WHO_CLINICAL },
	{ "referred_out", "assess", WHO_CLINICAL },
	{ "referred_out", "closed", WHO_CLINICAL },
};

static const struct index_def indexes[] = {
	{ .name = "board", .fields = { "active" }, .order = "rank" },
	{ .name = "board_state", .fields = { "state" }, .order = "rank" },
	{ .name = "board_priority", .fields = { "active", "priority" }, .order = "rank" },
	{ .name = "board_breached", .fields = { "active", "breached" }, .order = "rank" },
	{ .name = "board_undecided", .fields = { "active", "undecided" }, .order = "rank" },
	{ .name = "open", .fields = { "open_client_id" }, .unique = true },
	{ .name = "client", .fields = { "client_id" }, .order = "created_at" },
	{ .name = "received", .order = "received_at" },
};

const struct resource resource_referral = {
	.name = "referral",
	.summary = "Somebody's way into care",
	.fields = fields,
	.field_count = COUNT_OF(fields),
	.states = states,
	.transitions = transitions,
	.transition_count = COUNT_OF(transitions),
	.indexes = indexes,
	.index_count = COUNT_OF(indexes),
	.retention = RETAIN_CARE,
	.of_client = true,
	.read = WHO_CLINICAL,
	.create = WHO_CLINICAL,
	.write = WHO_CLINICAL,
	.fhir = "ServiceRequest",
	.since = 2,
};
