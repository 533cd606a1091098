/* duty.h: who is at work: going on and off duty. Nobody leaves a shift owning an open alert: going off is refused while an alert that
 * somebody has seen or taken still waits for an outcome; it is handed over to a named person first (alert_handover). When the rota ends a
 * shift all the same, such an alert is opened anew and goes to those who are there now and to the next step of the chain. */
#ifndef HEED_CARE_DUTY_H
#define HEED_CARE_DUTY_H

#include "care/care.h"

/* duty_cover: care_cover's answer: the hours' promise, no more than the rota has (rota_join); nobody when no clinician or supervisor is
 * on duty and there is no rota. */
enum policy_cover duty_cover(const struct care *care, const struct care_programme *programme, wall_time *ret_until);

/* ---- Whom an alert goes to (chain.h) ---- */

/* duty_step: the first step of the programme's chain at or after `from` in which there is somebody now; the chain's count when none. */
size_t duty_step(const struct care *care, const struct care_programme *programme, size_t from);
/* duty_targets: ids of the people of that step now; returns how many, writes at most `max`. */
size_t duty_targets(const struct care *care, const struct care_programme *programme, size_t step, struct uuid *ret_ids, size_t max);
/* duty_step_us: how long that step has to acknowledge. */
int64_t duty_step_us(const struct care_programme *programme, size_t step, int priority);
/* duty_on: what shift the person is on now; in hours when there is no rota and they are on duty. */
enum policy_cover duty_on(const struct care *care, const char *staff_id);

/* ---- The rota ---- */

struct rota;
struct rota_row;
/* duty_rota: of a programme; never NULL for a known one. */
const struct rota *duty_rota(const struct care *care, const char *programme_id);
/* duty_fit: a rota_fit (ctx: the care) for people who may answer alerts: active clinicians and supervisors. */
bool duty_fit(void *ctx, const char *staff_id);
/* duty_shift_save: a new shift (id NULL), or all of one that is there. ret_id: its id. duty_shift_remove. The alerts of whoever has left
 * a shift because of it are opened anew, as at a shift's end. */
int duty_shift_save(struct care *care, const struct scope *scope, const char *id, int64_t version, const struct rota_row *row,
	struct uuid *ret_id, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;
int duty_shift_remove(struct care *care, const struct scope *scope, const char *id, int64_t version, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

/* duty_load, duty_plan: at care_open: reads the shifts of a programme; plans the next look at each rota. */
int duty_load(struct care *care, const struct care_programme *programme, struct err *reterr) MUST_CHECK;
int duty_plan(struct care *care, struct err *reterr) MUST_CHECK;

/* duty_owned: ids of the alerts that bind this person to their shift; how many there are, at most `max` are written. */
size_t duty_owned(const struct care *care, const char *staff_id, struct uuid *ret_ids, size_t max);

/* duty_set: the actor of the scope goes on or off duty. E_INVALID "owns_alerts" when they may not go. */
int duty_set(struct care *care, const struct scope *scope, bool on, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

#endif
