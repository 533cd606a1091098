/* duty.c: see duty.h. */
#include "care/duty.h"

#include "care/alert_priv.h"
#include "care/presence.h"
#include "sys/mem.h"

#define LAYER "care/duty"
#define AHEAD_US (ROTA_AHEAD_DAYS * DAY_US)

/* ---- Who is there ---- */

bool duty_fit(void *ctx, const char *staff_id)
{
	const struct care_staff *staff = care_staff(ctx, staff_id);
	return staff && staff->active && (staff->who & WHO_CLINICAL);
}

const struct rota *duty_rota(const struct care *care, const char *programme_id)
{
	const struct programme_item *item = care_programme_item(care, programme_id);
	return item ? item->rota : NULL;
}

static struct chain_person person_of(const struct care *care, const struct staff_item *item, const struct rota *rota)
{
	return (struct chain_person){ .id = item->pub.id.text,
		.clinical = item->pub.who & WHO_CLINICAL,
		.supervisor = item->pub.who & WHO_SUPERVISOR,
		.active = item->pub.active,
		.on_duty = item->pub.on_duty,
		.shift = rota_of(rota, item->pub.id.text, care_now(care)) };
}

/* Calls fn for everybody who belongs to the step; stops when it returns false. */
static void each_of_step(const struct care *care, const struct care_programme *programme, size_t step,
	bool (*fn)(void *ctx, const struct staff_item *item), void *ctx)
{
	const struct rota *rota = duty_rota(care, programme->id.text);
	size_t place = 0;
	for (const struct staff_item *item; (item = map_next(&care->staff, &place)) != NULL;) {
		const struct chain_person person = person_of(care, item, rota);
		if (strcmp(item->pub.programme_id.text, programme->id.text) == 0 &&
			chain_in(&programme->settings.chain.steps[step], &person, rota_count(rota) > 0) && !fn(ctx, item))
			return;
	}
}

static bool note_one(void *ctx, const struct staff_item *item)
{
	(void)item;
	*(bool *)ctx = true;
	return false;
}

size_t duty_step(const struct care *care, const struct care_programme *programme, size_t from)
{
	const struct chain *chain = &programme->settings.chain;
	for (size_t step = from; step < chain->count; step++) {
		bool somebody = false;
		each_of_step(care, programme, step, note_one, &somebody);
		if (somebody)
			return step;
	}
	return chain->count;
}

struct listing {
	struct uuid *ids;
	size_t count, max;
};

static bool list_one(void *ctx, const struct staff_item *item)
{
	struct listing *listing = ctx;
	if (listing->count < listing->max)
		listing->ids[listing->count] = item->pub.id;
	listing->count++;
	return true;
}

size_t duty_targets(const struct care *care, const struct care_programme *programme, size_t step, struct uuid *ret_ids, size_t max)
{
	struct listing listing = { ret_ids, 0, max };
	if (step < programme->settings.chain.count)
		each_of_step(care, programme, step, list_one, &listing);
	return listing.count;
}

int64_t duty_step_us(const struct care_programme *programme, size_t step, int priority)
{
	const struct chain *chain = &programme->settings.chain;
	int minutes = step < chain->count ? chain->steps[step].minutes : 0;
	return minutes ? minutes * MINUTE_US : programme->settings.acknowledge_us[priority];
}

enum policy_cover duty_on(const struct care *care, const char *staff_id)
{
	const struct staff_item *item = map_get(&care->staff, staff_id);
	const struct rota *rota = item ? duty_rota(care, item->pub.programme_id.text) : NULL;
	if (!item || !item->pub.active)
		return COVER_NONE;
	if (rota_count(rota))
		return rota_of(rota, staff_id, care_now(care));
	return item->pub.on_duty ? COVER_IN_HOURS : COVER_NONE;
}

/* ---- Cover ---- */

static bool anybody_on_duty(const struct care *care, const struct care_programme *programme)
{
	size_t place = 0;
	for (const struct staff_item *item; (item = map_next(&care->staff, &place)) != NULL;)
		if (item->pub.on_duty && duty_fit((void *)(uintptr_t)care, item->pub.id.text) &&
			strcmp(item->pub.programme_id.text, programme->id.text) == 0)
			return true;
	return false;
}

enum policy_cover duty_cover(const struct care *care, const struct care_programme *programme, wall_time *ret_until)
{
	struct programme_item *item = care_programme_item(care, programme->id.text);
	wall_time now = care_now(care), until = { 0 };
	if (!item)
		return COVER_NONE;
	if (!rota_count(item->rota)) {
		enum policy_cover state = cover_now(programme->cover, now, &until);
		bool somebody = state == COVER_NONE || anybody_on_duty(care, programme);
		if (ret_until)
			*ret_until = somebody ? until : (wall_time){ 0 };
		return somebody ? state : COVER_NONE;
	}
	bool usable = item->cover_now.valid && now.us >= item->cover_now.from.us && now.us < item->cover_now.until.us &&
		      (!item->cover_now.change.us || now.us < item->cover_now.change.us);
	if (!usable) {
		item->cover_now.state = rota_join(
			item->rota, programme->cover, now, duty_fit, (void *)(uintptr_t)care, &item->cover_now.change);
		item->cover_now.from = now;
		item->cover_now.until = (wall_time){ now.us + HOUR_US }; /* then the look ahead reaches further */
		item->cover_now.valid = true;
	}
	if (ret_until)
		*ret_until = item->cover_now.change;
	return item->cover_now.state;
}

static void forget_cover(struct care *care)
{
	for (size_t i = 0; i < care->programme_count; i++)
		care->programmes[i].cover_now.valid = false;
}

/* ---- On and off duty ---- */

size_t duty_owned(const struct care *care, const char *staff_id, struct uuid *ret_ids, size_t max)
{
	size_t place = 0, count = 0;
	for (const struct alert_item *item; (item = map_next(&care->alerts, &place)) != NULL;) {
		if (!alert_binds(item) || strcmp(alert_owner(item), staff_id) != 0)
			continue;
		if (count < max)
			ret_ids[count] = item->id;
		count++;
	}
	return count;
}

struct setting {
	struct care *care;
	struct uuid staff_id;
	bool on;
	unit_done done;
	void *ctx;
};

static void was_set(void *ctx, const struct err *err)
{
	struct setting *setting = ctx;
	struct staff_item *item = map_get(&setting->care->staff, setting->staff_id.text);
	if (!err && item)
		item->pub.on_duty = setting->on;
	if (!setting->on)
		presence_gone_off_duty(setting->care, setting->staff_id.text, err);
	setting->done(setting->ctx, err);
	mem_delete(setting);
}

int duty_set(struct care *care, const struct scope *scope, bool on, unit_done done, void *ctx, struct err *reterr)
{
	if (!scope->actor_id || !care_staff(care, scope->actor_id))
		return err_set(reterr, E_DENIED, LAYER, "only staff are on duty");
	if (!on && duty_owned(care, scope->actor_id, NULL, 0))
		return err_set(reterr, E_INVALID, LAYER, "owns_alerts");
	struct setting *setting = mem_new(sizeof *setting);
	struct unit *unit = setting ? unit_new(care->parts.store, scope) : NULL;
	if (!unit) {
		mem_delete(setting);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	*setting = (struct setting){ care, id_of(str_c(scope->actor_id)), on, done, ctx };
	unit_by_program(unit);
	op_bool(unit_update(unit, "staff", scope->actor_id, VERSION_ANY), "on_duty", on);
	if (!on)
		presence_off_duty(care, unit, scope->actor_id);
	event_publish(unit, &(struct event_note){ .programme_id = scope->programme_id, .kind = "overview", .subject = "staff" });
	int rc = store_submit(care->parts.store, unit, was_set, setting, reterr);
	if (rc && !on)
		presence_gone_off_duty(care, scope->actor_id, reterr);
	if (rc)
		mem_delete(setting);
	return rc;
}

/* ---- The rota's shifts ---- */

static struct rota_row row_of(const struct row *row)
{
	return (struct rota_row){ .id = row->id,
		.staff_id = row_text(row, "staff_id"),
		.kind = row_text(row, "kind"),
		.zone = row_text(row, "zone"),
		.days = row_text(row, "days"),
		.date = row_text(row, "date"),
		.start = row_text(row, "starts"),
		.end = row_text(row, "ends"),
		.valid_from = row_text(row, "valid_from"),
		.valid_until = row_text(row, "valid_until"),
		.except = row_text(row, "without") };
}

static void took_shift(struct care *care, const struct row *row)
{
	struct programme_item *item = care_programme_item(care, row->programme_id.ptr);
	struct rota_row shift = row_of(row);
	struct err err = { 0 };
	if (!item || !str_eqc(row->state, "active"))
		return;
	/* A broken one counts as nobody there: the strictest, and the log says so. */
	if (rota_put(item->rota, &shift, &err))
		log_write(care->parts.log, LOG_ERROR, "care.shift_broken", LOG_ID("shift", row->id), LOG_ERR(&err));
}

int duty_load(struct care *care, const struct care_programme *programme, struct err *reterr)
{
	struct programme_item *item = care_programme_item(care, programme->id.text);
	struct scope scope = care_scope_system(programme->id.text, NULL);
	int rc = rota_open(&item->rota, reterr);
	struct list_query query = { .resource = "shift", .index = "state", .equal = { value_c("active") } };
	return rc ? rc : list_all(care, &scope, query, took_shift, reterr);
}

/* Adds the job of the next look, when none is planned that comes soon enough. */
static void plan_edge(struct care *care, struct programme_item *item, struct unit *unit)
{
	wall_time now = care_now(care), next = rota_next(item->rota, now, (wall_time){ now.us + AHEAD_US });
	if (!rota_count(item->rota))
		return;
	if (!next.us)
		next = (wall_time){ now.us + AHEAD_US };
	if (item->edge_at.us > now.us && item->edge_at.us <= next.us)
		return;
	job_add(unit, "rota.edge", next, "programme", item->pub.id.text, NULL);
	item->edge_at = next;
}

static void took_edge(struct care *care, const struct row *row)
{
	struct programme_item *item = care_programme_item(care, row->programme_id.ptr);
	if (item && strcmp(item->pub.id.text, row_text(row, "subject_id").ptr) == 0 &&
		(!item->edge_at.us || row_time(row, "due_at").us < item->edge_at.us))
		item->edge_at = row_time(row, "due_at");
}

int duty_plan(struct care *care, struct err *reterr)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < care->programme_count; i++) {
		struct programme_item *item = &care->programmes[i];
		struct scope scope = care_scope_system(item->pub.id.text, "rota.plan");
		struct list_query query = { .resource = "job", .index = "kind", .equal = { value_c("rota.edge"), value_c("waiting") } };
		rc = list_all(care, &scope, query, took_edge, reterr);
		if (rc || item->edge_at.us || !rota_count(item->rota))
			continue; /* one that fell due while nothing ran plans the next one itself */
		struct unit *unit = unit_new(care->parts.store, &scope);
		if (!unit)
			return err_set(reterr, E_MEMORY, LAYER, "out of memory");
		plan_edge(care, item, unit);
		rc = store_write_wait(care->parts.store, unit, reterr);
	}
	return rc;
}

struct saving {
	struct care *care;
	struct uuid programme_id, shift_id;
	bool removed;
	char texts[10][64];
	char except[2048];
	unit_done done;
	void *ctx;
};

static void replan(struct saving *saving)
{
	struct care *care = saving->care;
	struct programme_item *item = care_programme_item(care, saving->programme_id.text);
	struct scope scope = care_scope_system(saving->programme_id.text, "rota.plan");
	struct unit *unit = unit_new(care->parts.store, &scope);
	struct err err = { 0 };
	wall_time before = item->edge_at;
	if (unit)
		plan_edge(care, item, unit);
	if (unit && item->edge_at.us == before.us) {
		unit_free(&unit);
		return;
	}
	if (!unit || store_submit(care->parts.store, unit, NULL, NULL, &err))
		log_write(care->parts.log, LOG_ERROR, "rota.unplanned", LOG_ERR(&err));
}

static struct rota_row saved_row(const struct saving *saving)
{
	struct str text[10];
	for (int i = 0; i < 10; i++)
		text[i] = str_c(saving->texts[i]);
	return (struct rota_row){ .id = str_c(saving->shift_id.text),
		.staff_id = text[0],
		.kind = text[1],
		.zone = text[2],
		.days = text[3],
		.date = text[4],
		.start = text[5],
		.end = text[6],
		.valid_from = text[7],
		.valid_until = text[8],
		.except = str_c(saving->except) };
}

static void saved(void *ctx, const struct err *err)
{
	struct saving *saving = ctx;
	struct care *care = saving->care;
	struct programme_item *item = care_programme_item(care, saving->programme_id.text);
	struct err own = { 0 };
	if (!err && item) {
		struct rota_row row = saved_row(saving);
		if (saving->removed)
			rota_remove(item->rota, saving->shift_id.text);
		else if (rota_put(item->rota, &row, &own))
			log_write(care->parts.log, LOG_ERROR, "care.shift_broken", LOG_ERR(&own));
		forget_cover(care);
		replan(saving);
	}
	saving->done(saving->ctx, err);
	mem_delete(saving);
}

/* Somebody whose shift is changed or taken away while they are on it: looked at once the change is on disk. */
static void look_at(struct care *care, struct unit *unit, const char *staff_id)
{
	const struct staff_item *staff = map_get(&care->staff, staff_id);
	if (staff && rota_of(duty_rota(care, staff->pub.programme_id.text), staff_id, care_now(care)) != COVER_NONE)
		job_add(unit, "rota.edge", care_now(care), "staff", staff_id, NULL);
}

static bool keep(char *to, size_t size, struct str text)
{
	if (text.len >= size)
		return false;
	if (text.len)
		memcpy(to, text.ptr, text.len);
	to[text.len] = '\0';
	return true;
}

static int check_row(const struct rota_row *row, struct err *reterr)
{
	struct rota *trial = NULL;
	struct rota_row whole = *row;
	int rc = rota_open(&trial, reterr);
	if (!whole.id.len)
		whole.id = STR("-");
	rc = rc ? rc : rota_put(trial, &whole, reterr);
	rota_free(&trial);
	return rc;
}

static void op_or_null(struct op *op, const char *field, struct str text)
{
	if (text.len)
		op_text(op, field, text);
	else
		op_null(op, field);
}

static void put_shift(struct op *op, const struct rota_row *row)
{
	json_t *without = row->except.len ? json_loadb(row->except.ptr, row->except.len, 0, NULL) : json_array();
	op_text(op, "staff_id", row->staff_id);
	op_text(op, "kind", row->kind);
	op_text(op, "zone", row->zone);
	op_or_null(op, "days", row->days);
	op_or_null(op, "date", row->date);
	op_text(op, "starts", row->start);
	op_text(op, "ends", row->end);
	op_or_null(op, "valid_from", row->valid_from);
	op_or_null(op, "valid_until", row->valid_until);
	op_json(op, "without", without);
	json_decref(without);
}

static int submit(struct care *care, const struct scope *scope, struct unit *unit, struct saving *saving, struct err *reterr)
{
	event_publish(unit, &(struct event_note){ .programme_id = scope->programme_id, .kind = "overview", .subject = "shift" });
	int rc = store_submit(care->parts.store, unit, saved, saving, reterr);
	if (rc)
		mem_delete(saving);
	return rc;
}

int duty_shift_save(struct care *care, const struct scope *scope, const char *id, int64_t version, const struct rota_row *row,
	struct uuid *ret_id, unit_done done, void *ctx, struct err *reterr)
{
	const struct care_staff *staff = row->staff_id.len < UUID_LENGTH + 1 ? care_staff(care, row->staff_id.ptr) : NULL;
	struct programme_item *item = scope->programme_id ? care_programme_item(care, scope->programme_id) : NULL;
	int rc = check_row(row, reterr);
	if (rc)
		return rc;
	if (!item || !staff || !staff->active || !(staff->who & WHO_CLINICAL) || strcmp(staff->programme_id.text, item->pub.id.text) != 0)
		return err_set(reterr, E_INVALID, LAYER, "shift.staff_id: must be an active clinician or supervisor");
	if (!id && rota_count(item->rota) >= ROTA_SHIFTS_MAX)
		return err_set(reterr, E_LIMIT, LAYER, "more than %d shifts", ROTA_SHIFTS_MAX);
	struct saving *saving = mem_new(sizeof *saving);
	struct unit *unit = saving ? unit_new(care->parts.store, scope) : NULL;
	if (!unit) {
		mem_delete(saving);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	*saving = (struct saving){ .care = care, .programme_id = item->pub.id, .done = done, .ctx = ctx };
	struct op *op = id ? unit_update(unit, "shift", id, version) : unit_insert(unit, "shift", &saving->shift_id);
	if (id)
		saving->shift_id = id_of(str_c(id));
	put_shift(op, row);
	const struct str texts[] = { row->staff_id, row->kind, row->zone, row->days, row->date, row->start, row->end, row->valid_from,
		row->valid_until };
	bool fits = keep(saving->except, sizeof saving->except, row->except);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		fits &= keep(saving->texts[i], sizeof saving->texts[i], texts[i]);
	if (!fits) {
		unit_free(&unit);
		mem_delete(saving);
		return err_set(reterr, E_INVALID, LAYER, "shift.except: too long");
	}
	if (id && rota_staff(item->rota, id))
		look_at(care, unit, rota_staff(item->rota, id));
	*ret_id = saving->shift_id;
	return submit(care, scope, unit, saving, reterr);
}

int duty_shift_remove(
	struct care *care, const struct scope *scope, const char *id, int64_t version, unit_done done, void *ctx, struct err *reterr)
{
	struct programme_item *item = scope->programme_id ? care_programme_item(care, scope->programme_id) : NULL;
	const char *staff_id = item ? rota_staff(item->rota, id) : NULL;
	if (!staff_id)
		return err_set(reterr, E_NOT_FOUND, LAYER, "no such shift");
	struct saving *saving = mem_new(sizeof *saving);
	struct unit *unit = saving ? unit_new(care->parts.store, scope) : NULL;
	if (!unit) {
		mem_delete(saving);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	*saving = (struct saving){
		.care = care, .programme_id = item->pub.id, .shift_id = id_of(str_c(id)), .removed = true, .done = done, .ctx = ctx
	};
	unit_move(unit, "shift", id, version, "active", "removed");
	look_at(care, unit, staff_id);
	return submit(care, scope, unit, saving, reterr);
}

/* ---- The end of a shift ---- */

/* Whether the owner was on shift at any time since the edge that is looked at, and is not now. */
static bool has_left(const struct care *care, const struct job_item *job, const struct rota *rota, const char *owner)
{
	wall_time now = care_now(care), edge = { job->due_at.us - 1 };
	const struct care_staff *staff = care_staff(care, owner);
	bool works = staff && staff->active && (staff->who & WHO_CLINICAL); /* whoever may not answer is on no shift */
	if (!owner[0] || (works && rota_of(rota, owner, now) != COVER_NONE))
		return false;
	if (strcmp(job->subject_id.text, job->programme_id.text) != 0)
		return strcmp(job->subject_id.text, owner) == 0; /* their shift was changed */
	for (int i = 0; i < 1000; i++) {
		if (rota_of(rota, owner, edge) != COVER_NONE)
			return true;
		edge = rota_next(rota, edge, now);
		if (!edge.us)
			return false;
	}
	return true;
}

struct reopening {
	struct job_run *run;
	struct care *care;
	struct uuid *ids;
	wall_time *deadlines;
	size_t count;
};

static void removed(void *ctx, const struct err *err)
{
	struct setting *setting = ctx;
	if (err)
		log_write(setting->care->parts.log, LOG_ERROR, "duty.not_removed", LOG_ID("staff", str_c(setting->staff_id.text)),
			LOG_ERR(err));
	was_set(setting, err);
}

static void nobody_waits(void *ctx, const struct err *err)
{
	(void)ctx;
	(void)err;
}

void duty_removed(struct care *care, const char *staff_id)
{
	const struct care_staff *staff = care_staff(care, staff_id);
	struct scope scope = care_scope_system(staff->programme_id.text, "staff.removed");
	struct setting *setting = mem_new(sizeof *setting);
	struct unit *unit = setting ? unit_new(care->parts.store, &scope) : NULL;
	struct err err = { 0 };
	forget_cover(care);
	if (!unit) {
		mem_delete(setting);
		log_write(care->parts.log, LOG_ERROR, "duty.not_removed", LOG_ID("staff", str_c(staff_id)));
		return;
	}
	*setting = (struct setting){ care, id_of(str_c(staff_id)), false, nobody_waits, NULL };
	op_bool(unit_update(unit, "staff", staff_id, VERSION_ANY), "on_duty", false);
	presence_off_duty(care, unit, staff_id);
	job_add(unit, "rota.edge", care_now(care), "staff", staff_id, NULL);
	event_publish(unit, &(struct event_note){ .programme_id = staff->programme_id.text, .kind = "overview", .subject = "staff" });
	if (store_submit(care->parts.store, unit, removed, setting, &err))
		removed(setting, &err);
}

static void end_look(struct care *care, struct job_run *run)
{
	struct programme_item *item = care_programme_item(care, job_item(run)->programme_id.text);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "rota.edge");
	struct unit *unit = item ? unit_new(care->parts.store, &scope) : NULL;
	if (unit)
		plan_edge(care, item, unit);
	forget_cover(care);
	job_finish(run, unit);
}

static void reopened(void *ctx, const struct err *err)
{
	struct reopening *reopening = ctx;
	struct care *care = reopening->care;
	struct job_run *run = reopening->run;
	for (size_t i = 0; !err && i < reopening->count; i++) {
		struct alert_item *item = map_get(&care->alerts, reopening->ids[i].text);
		if (item)
			alert_reopened(item, reopening->deadlines[i]);
	}
	mem_delete(reopening->ids);
	mem_delete(reopening->deadlines);
	mem_delete(reopening);
	if (err)
		job_again(run, err);
	else
		end_look(care, run);
}

static void find_left(struct care *care, struct job_run *run, struct reopening *reopening)
{
	const struct rota *rota = duty_rota(care, job_item(run)->programme_id.text);
	size_t place = 0;
	for (const struct alert_item *item; (item = map_next(&care->alerts, &place)) != NULL;)
		if (alert_binds(item) && strcmp(item->programme_id.text, job_item(run)->programme_id.text) == 0 &&
			has_left(care, job_item(run), rota, alert_owner(item)))
			reopening->ids[reopening->count++] = item->id;
}

void rota_edge_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct reopening *reopening = mem_new(sizeof *reopening);
	size_t room = care->alerts.count + 1;
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "rota.shift_ended");
	struct unit *unit = NULL;
	struct err err = { 0 };
	if (reopening) {
		*reopening = (struct reopening){
			.run = run, .care = care, .ids = mem_new(room * sizeof(struct uuid)), .deadlines = mem_new(room * sizeof(wall_time))
		};
		if (reopening->ids && reopening->deadlines)
			unit = unit_new(care->parts.store, &scope);
	}
	if (!unit) {
		err_set(&err, E_MEMORY, LAYER, "out of memory");
		if (reopening)
			reopened(reopening, &err);
		else
			job_again(run, &err);
		return;
	}
	find_left(care, run, reopening);
	for (size_t i = 0; i < reopening->count; i++)
		reopening->deadlines[i] = alert_reopen(care, unit, map_get(&care->alerts, reopening->ids[i].text));
	if (!reopening->count) {
		unit_free(&unit);
		reopened(reopening, NULL);
	} else if (store_submit(care->parts.store, unit, reopened, reopening, &err)) {
		reopened(reopening, &err);
	}
}
