/* retention_plan.c: see retention_plan.h. */
#include "care/retention_plan.h"

#include "sys/zone.h"

#include <jansson.h>
#include <string.h>

#define LAYER "care/retention"

/* Figures of the reference notes, marked K there: a default to be confirmed, never a rule of ours. */
static const struct retention_proposal proposals[RETAIN_COUNT] = {
	[RETAIN_CARE] = { { .years = 10 }, 365, "us_record", "K" },
	[RETAIN_CHAT] = { { .years = 6 }, 184, "ai_logs", "K" },
	[RETAIN_PSYCHOTHERAPY] = { { .years = 10 }, 365, "us_record", "K" },
	[RETAIN_PART2] = { { .years = 10 }, 365, "us_record", "K" },
	[RETAIN_MEDIA] = { { .days = 30 }, 1, "media", "K" },
	[RETAIN_OPERATION] = { { .years = 6 }, 365, "hipaa_documents", "K" },
	[RETAIN_SHORT] = { { .days = 90 }, 31, "short", "K" },
};

const struct retention_proposal *retention_proposal(enum retention class)
{
	return &proposals[class];
}

enum retention retention_class(struct str name)
{
	for (int class = 0; class < RETAIN_COUNT; class ++)
		if (str_eqc(name, retention_name((enum retention) class)))
			return (enum retention) class;
	return RETAIN_COUNT;
}

/* {"years":n} or {"days":n} */
static int read_period(const char *name, const json_t *value, enum retention class, struct retention_period *ret_period, struct err *reterr)
{
	const json_t *years = json_object_get(value, "years"), *days = json_object_get(value, "days");
	json_int_t count = json_integer_value(years ? years : days);
	int most = years ? RETENTION_YEARS_MAX : RETENTION_DAYS_MAX;
	bool one = json_object_size(value) == 1 && json_is_integer(years ? years : days);
	if (!one || count < 1 || count > most)
		return err_set(reterr, E_INVALID, LAYER, "retention.%s: must be {\"years\": 1 to %d} or {\"days\": 1 to %d}", name,
			RETENTION_YEARS_MAX, RETENTION_DAYS_MAX);
	if (days && count < proposals[class].least_days)
		return err_set(reterr, E_INVALID, LAYER, "retention.%s: at least %d days", name, proposals[class].least_days);
	*ret_period = (struct retention_period){ .years = years ? (int)count : 0, .days = years ? 0 : (int)count };
	return 0;
}

int retention_read(struct str json, struct retention_periods *ret_periods, struct err *reterr)
{
	json_t *root = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL), *value;
	struct retention_periods periods = { 0 };
	const char *name;
	int code = json_is_object(root) ? 0 : err_set(reterr, E_INVALID, LAYER, "retention: must be a JSON object");
	json_object_foreach(root, name, value)
	{
		enum retention class = retention_class(str_c(name));
		if (!code && class == RETAIN_COUNT)
			code = err_set(reterr, E_INVALID, LAYER, "retention.%.40s: is no class", name);
		if (!code)
			code = read_period(name, value, class, &periods.of[class], reterr);
	}
	json_decref(root);
	if (!code)
		*ret_periods = periods;
	return code;
}

/* ---- Times ---- */

/* That many calendar years earlier; the 29th of February is the 1st of March where there is none. */
static wall_time years_before(int years, wall_time now)
{
	struct civil civil = zone_civil(NULL, now);
	return zone_time(NULL, civil.year - years, civil.month, civil.day, civil.minute);
}

wall_time retention_before(struct retention_period period, wall_time now)
{
	if (period.years)
		return years_before(period.years, now);
	return (wall_time){ period.days ? now.us - period.days * DAY_US : 0 };
}

static wall_time earlier(wall_time a, wall_time b)
{
	return a.us < b.us ? a : b;
}

bool retention_client_due(struct retention_period period, const struct retention_client *client, wall_time now)
{
	wall_time before = retention_before(period, now), start = client->last_contact;
	if (!before.us)
		return false;
	if (client->law_years)
		before = earlier(before, years_before(client->law_years, now));
	/* By the year of birth alone: a year more, so that it is never too early. */
	wall_time of_age = years_before(client->age - RETENTION_AGE - 1, now);
	if (client->age && of_age.us > start.us)
		start = of_age;
	return start.us < before.us;
}

bool retention_law_keeps(enum retention class, const struct retention_client *client, wall_time changed, wall_time now)
{
	bool record = class == RETAIN_CARE || class == RETAIN_CHAT || class == RETAIN_PSYCHOTHERAPY || class == RETAIN_PART2;
	return record && client->law_years && changed.us >= years_before(client->law_years, now).us;
}

/* ---- Rows ---- */

static const struct {
	const char *resource;
	enum retention_rule rule;
	const char *over[6]; /* states; none: whatever the state */
} rules[] = {
	/* chat */
	{ "message", RETENTION_OVER, { NULL } },
	{ "verdict", RETENTION_OVER, { NULL } },
	{ "decision", RETENTION_OVER, { NULL } },
	{ "finding", RETENTION_OVER, { NULL } },
	{ "review", RETENTION_OVER, { "approved", "edited", "rejected", "expired" } },
	{ "presence", RETENTION_OVER, { "ended" } },
	{ "conversation", RETENTION_WITH_CLIENT, { NULL } }, /* whoever comes back is found by it, and a hold is not forgotten */
	/* short */
	{ "event", RETENTION_OVER, { NULL } },
	{ "staff_session", RETENTION_OVER, { NULL } }, /* no shorter than any of them lasts */
	{ "client_session", RETENTION_OVER, { NULL } },
	{ "invite", RETENTION_OVER, { NULL } },
	{ "job", RETENTION_OVER, { "done", "failed", "cancelled" } },
	/* operation */
	{ "delivery", RETENTION_OVER, { "sent", "delivered", "acknowledged", "failed", "cancelled" } },
	{ "data_request", RETENTION_OVER, { "done", "refused", "taken_back" } },
	{ "push_device", RETENTION_OVER, { "ended" } },
	{ "shift", RETENTION_OVER, { "removed" } },
	{ "programme", RETENTION_KEPT, { NULL } },
	{ "staff", RETENTION_KEPT, { NULL } },
	{ "api_key", RETENTION_KEPT, { NULL } },
	{ "release", RETENTION_KEPT, { NULL } },
	{ "helpline_state", RETENTION_KEPT, { NULL } },
	{ "push_key", RETENTION_KEPT, { NULL } },
	{ "retention_run", RETENTION_KEPT, { NULL } },
	{ "retention_schedule", RETENTION_KEPT, { NULL } },
};

static size_t rule_of(const struct resource *resource)
{
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (strcmp(rules[i].resource, resource->name) == 0)
			return i;
	return SIZE_MAX;
}

enum retention_rule retention_rule(const struct resource *resource)
{
	size_t at = rule_of(resource);
	if (at != SIZE_MAX)
		return rules[at].rule;
	return resource->of_client && resource->retention == RETAIN_CARE ? RETENTION_WITH_CLIENT : RETENTION_UNDECIDED;
}

bool retention_over(const struct resource *resource, struct str state)
{
	size_t at = rule_of(resource);
	if (at == SIZE_MAX || rules[at].rule != RETENTION_OVER)
		return false;
	for (size_t i = 0; i < COUNT_OF(rules[at].over) && rules[at].over[i]; i++)
		if (str_eqc(state, rules[at].over[i]))
			return true;
	return !rules[at].over[0];
}
