/* team.c: see team.h. */
#include "care/team.h"

#include "care/care_priv.h"
#include "sys/mem.h"

#include <string.h>

#define LAYER "care/team"

/* Memory follows the disk: what was written is known when it is there. */
struct setting {
	struct care *care;
	struct uuid client_id, coach_id, clinician_id;
	bool coach, clinician;
	unit_done done;
	void *ctx;
};

static void written(void *ctx, const struct err *err)
{
	struct setting *setting = ctx;
	struct client_item *item = err ? NULL : care_client_item(setting->care, setting->client_id.text);
	if (item && setting->coach)
		item->pub.coach_id = setting->coach_id;
	if (item && setting->clinician)
		item->pub.clinician_id = setting->clinician_id;
	setting->done(setting->ctx, err);
	mem_delete(setting);
}

static bool fits(const struct care *care, const struct scope *scope, const char *id, uint32_t who)
{
	const struct care_staff *staff = id[0] ? care_staff(care, id) : NULL;
	return !id[0] || (staff && staff->active && (staff->who & who) && strcmp(staff->programme_id.text, scope->programme_id) == 0);
}

static void op_person(struct op *op, const char *field, const char *id)
{
	if (id[0])
		op_c(op, field, id);
	else
		op_null(op, field);
}

static struct unit *unit_for(const struct care *care, const struct scope *scope, const struct team_change *change)
{
	struct unit *unit = unit_new(care->parts.store, scope);
	struct op *op = unit ? unit_update(unit, "client", change->client_id, VERSION_ANY) : NULL;
	if (op && change->coach_id)
		op_person(op, "coach_id", change->coach_id);
	if (op && change->clinician_id)
		op_person(op, "clinician_id", change->clinician_id);
	for (size_t i = 0; op && change->coach_id && i < change->open_modules->count; i++) {
		const struct row *row = &change->open_modules->rows[i];
		op_person(unit_update(unit, "enrolment", row->id.ptr, row->version), "coach_id", change->coach_id);
	}
	return unit;
}

int team_set(struct care *care, const struct scope *scope, const struct team_change *change, unit_done done, void *ctx, struct err *reterr)
{
	const struct care_client *client = care_client(care, change->client_id);
	if (!client || strcmp(client->programme_id.text, scope->programme_id) != 0)
		return err_set(reterr, E_NOT_FOUND, LAYER, "no such client");
	if (change->coach_id && !fits(care, scope, change->coach_id, WHO_CARERS))
		return err_set(reterr, E_INVALID, LAYER, "coach_id");
	if (change->clinician_id && !fits(care, scope, change->clinician_id, WHO_CLINICAL))
		return err_set(reterr, E_INVALID, LAYER, "clinician_id");
	struct setting *setting = mem_new(sizeof *setting);
	struct unit *unit = setting ? unit_for(care, scope, change) : NULL;
	if (!unit) {
		mem_delete(setting);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	*setting = (struct setting){ .care = care,
		.client_id = client->id,
		.coach_id = id_of(str_c(change->coach_id ? change->coach_id : "")),
		.clinician_id = id_of(str_c(change->clinician_id ? change->clinician_id : "")),
		.coach = change->coach_id,
		.clinician = change->clinician_id,
		.done = done,
		.ctx = ctx };
	event_publish(unit, &(struct event_note){ .programme_id = scope->programme_id, .kind = "coach", .client_id = change->client_id });
	int rc = store_submit(care->parts.store, unit, written, setting, reterr);
	if (rc)
		mem_delete(setting);
	return rc;
}
