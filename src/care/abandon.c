/* abandon.c: see abandon.h. */
#include "care/abandon.h"

#include "care/care_priv.h"
#include "care/referral.h"
#include "care/triage.h"
#include "sys/mem.h"

#define LAYER "care/abandon"
#define ARENA_MAX (64u << 10)

static wall_time left_for_good(const struct care *care, wall_time touched)
{
	return (wall_time){ touched.us + care->parts.triage->clocks[TRIAGE_INTAKE_ABANDONED].us };
}

void abandon_watch(const struct care *care, struct unit *unit, const char *intake_id, const char *client_id)
{
	job_add(unit, "intake.abandon", left_for_good(care, care_now(care)), "intake", intake_id, client_id);
}

/* Its answers called people when they were given; this is about what did not happen since. */
static void call_team(struct care *care, struct unit *unit, const struct care_programme *programme, const struct row *intake)
{
	const struct str concepts[] = { STR("triage.abandoned") };
	struct arena arena;
	struct uuid id;
	arena_init(&arena, mem_system(), ARENA_MAX);
	const struct alert_call call = { .programme = programme,
		.client_id = row_text(intake, "client_id").ptr,
		.kind = ALERT_REVIEW,
		.priority = row_int(intake, "level") >= 3 ? 2 : 3,
		.reason = messages_render(care->parts.messages, &arena, programme->language, STR("checkin.intake_abandoned"), 0, NULL, 0),
		.concepts = concepts,
		.concept_count = COUNT_OF(concepts) };
	alert_raise(care, unit, &call, &id);
	arena_done(&arena);
}

static bool spoke_of_danger(const struct row *intake)
{
	struct str marks = row_text(intake, "marks"); /* those of risk, as a list of ids */
	return row_int(intake, "level") >= 2 || (marks.len && !str_eqc(marks, "[]"));
}

static void abandon(struct care *care, struct unit *unit, const struct care_programme *programme, const struct row *intake)
{
	const char *client_id = row_text(intake, "client_id").ptr;
	struct op *op = unit_move(unit, "intake", intake->id.ptr, intake->version, "started", "abandoned");
	op_null(op, "open_client_id");
	if (spoke_of_danger(intake))
		call_team(care, unit, programme, intake);
	event_publish(unit, &(struct event_note){ .programme_id = programme->id.text,
				    .to_client = true,
				    .kind = "intake",
				    .client_id = client_id,
				    .subject = "intake",
				    .subject_id = intake->id.ptr });
}

static void intake_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	const struct row *intake = take_set && take_set->count ? &take_set->rows[0] : NULL;
	const struct care_programme *programme = care_programme(care, job_item(run)->programme_id.text);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "intake.abandon");
	bool open = intake && programme && str_eqc(intake->state, "started");
	struct unit *unit = open ? unit_new(care->parts.store, &scope) : NULL;
	struct err own = { 0 };
	if (open && !unit)
		err_set(&own, E_MEMORY, LAYER, "out of memory");
	if (unit) {
		wall_time when = left_for_good(care, intake->updated_at);
		if (when.us > care_now(care).us) /* something was answered meanwhile */
			job_add(unit, "intake.abandon", when, "intake", intake->id.ptr, row_text(intake, "client_id").ptr);
		else
			abandon(care, unit, programme, intake);
	}
	row_set_free(&take_set);
	if (own.code || (err && err->code != E_NOT_FOUND))
		job_again(run, own.code ? &own : err);
	else
		job_finish(run, unit);
}

void intake_abandon_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "intake.abandon");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "intake", job_item(run)->subject_id.text, intake_read, run, &err))
		job_again(run, &err);
}
