/* enrol.h: a client's way through a module: given, begun, exercises, lessons, homework with its deadline; and what the coach's list
 * is made of. Each call reads nothing: it is given the row that was just read, and is guarded by its version (E_CONFLICT: read
 * again). Homework is due and reminded of by jobs, on the product's clock.
 *
 *  offered --begun or the first entry--> active --last lesson--> completed
 *  active <--> paused; offered, active, paused --> stopped; stopped --by staff--> active */
#ifndef HEED_CARE_ENROL_H
#define HEED_CARE_ENROL_H

#include "care/care.h"
#include "care/dropoff.h"

#define SUBMISSION_MAX 64

/* enrol_assign: gives the module to the client. */
int enrol_assign(struct care *care, const struct scope *scope, const char *client_id, const struct module *module, struct uuid *ret_id,
	unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* enrol_move: to "active", "paused" or "stopped". E_CONFLICT when the row may not go there. */
int enrol_move(struct care *care, const struct scope *scope, const struct row *enrolment, const char *to, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* enrol_entry: what a client wrote. E_EXISTS by done: this submission is stored already. */
struct entry_save {
	const struct row *enrolment;
	const struct module_lesson *lesson;
	struct str submission;
	const json_t *clean, *computed;
	struct str feedback; /* id of the branch */
	struct str next;     /* lesson that it suggests; empty: none */
	int level;           /* of its words; -1: none to judge */
	wall_time written_at;
};
int enrol_entry(struct care *care, const struct scope *scope, const struct entry_save *save, struct uuid *ret_id, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* enrol_lesson_done: E_EXISTS by done when it was done before. Its homework begins. */
int enrol_lesson_done(struct care *care, const struct scope *scope, const struct row *enrolment, const struct module *module,
	const struct module_lesson *lesson, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* enrol_homework_done: open or missed; E_CONFLICT when it is done. */
int enrol_homework_done(struct care *care, const struct scope *scope, const struct row *enrolment, const struct row *homework,
	unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* enrol_facts: what the drop-off rules look at, as of now. */
struct dropoff_facts enrol_facts(const struct row *enrolment, wall_time now);

#endif
