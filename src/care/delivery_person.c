/* delivery_person.c: a person's own channels: addresses, quiet hours, and the test that each shift begins with. See delivery.h. */
#include "care/delivery.h"

#include "care/care_priv.h"
#include "care/courier.h"
#include "sys/mem.h"
#include "sys/zone.h"

#include <stdio.h>

#define LAYER "care/delivery"

/* ---- In memory ---- */

static void put(char *to, size_t size, struct str text)
{
	size_t len = text.len < size ? text.len : size - 1;
	if (len)
		memcpy(to, text.ptr, len);
	to[len] = '\0';
}

static int minute_of(struct str text)
{
	char room[6] = { 0 };
	int minute = 0;
	if (text.len != 5)
		return 0;
	memcpy(room, text.ptr, 5);
	return cover_parse_minute(room, &minute) ? minute : 0;
}

static void take_person(struct staff_item *item, const struct delivery_person *person)
{
	struct err ignored = { 0 };
	put(item->email, sizeof item->email, person->email);
	put(item->phone, sizeof item->phone, person->phone);
	put(item->language, sizeof item->language, person->language);
	zone_free(&item->zone);
	if (person->time_zone.len && zone_open(person->time_zone, &item->zone, &ignored))
		item->zone = NULL; /* unknown here: their quiet hours are then taken as UTC */
	item->quiet = (struct quiet){ item->zone, minute_of(person->quiet_from), minute_of(person->quiet_to) };
}

void delivery_took_person(struct staff_item *item, const struct row *row)
{
	const struct delivery_person person = { .email = row_text(row, "email"),
		.phone = row_text(row, "phone"),
		.language = row_text(row, "language"),
		.time_zone = row_text(row, "time_zone"),
		.quiet_from = row_text(row, "quiet_from"),
		.quiet_to = row_text(row, "quiet_to") };
	take_person(item, &person);
	item->tested_at = row_time(row, "tested_at");
}

wall_time delivery_tested(const struct care *care, const char *staff_id)
{
	const struct staff_item *item = map_get(&care->staff, staff_id);
	return item ? item->tested_at : (wall_time){ 0 };
}

/* ---- Changing them ---- */

static int check_person(const struct delivery_person *person, struct err *reterr)
{
	char from[6] = { 0 }, to[6] = { 0 };
	struct zone *zone = NULL;
	struct err own = { 0 };
	int minute;
	if (person->email.len && !courier_address(person->email))
		return err_set(reterr, E_INVALID, LAYER, "staff.email: must be one address");
	if (person->phone.len > 40)
		return err_set(reterr, E_INVALID, LAYER, "staff.phone: at most 40 bytes");
	for (size_t i = 0; i < person->phone.len; i++)
		if (!strchr("+0123456789 ()-/.", person->phone.ptr[i]))
			return err_set(reterr, E_INVALID, LAYER, "staff.phone: digits, spaces and + ( ) - / . only");
	if (!person->quiet_from.len != !person->quiet_to.len || (person->quiet_from.len && person->quiet_from.len != 5) ||
		(person->quiet_to.len && person->quiet_to.len != 5))
		return err_set(reterr, E_INVALID, LAYER, "staff.quiet_from: both times as HH:MM, or neither");
	if (person->quiet_from.len) {
		memcpy(from, person->quiet_from.ptr, 5);
		memcpy(to, person->quiet_to.ptr, 5);
		if (!cover_parse_minute(from, &minute) || !cover_parse_minute(to, &minute))
			return err_set(reterr, E_INVALID, LAYER, "staff.quiet_from: both times as HH:MM, or neither");
	}
	if (person->time_zone.len && zone_open(person->time_zone, &zone, &own))
		return err_set(reterr, E_INVALID, LAYER, "staff.time_zone: must be an IANA time zone such as Europe/Madrid");
	zone_free(&zone);
	return 0;
}

struct changing {
	struct care *care;
	struct uuid staff_id;
	char email[256], phone[44], language[36], time_zone[68], from[6], to[6];
	unit_done done;
	void *ctx;
};

static void changed(void *ctx, const struct err *err)
{
	struct changing *changing = ctx;
	struct staff_item *item = map_get(&changing->care->staff, changing->staff_id.text);
	const struct delivery_person person = { .email = str_c(changing->email),
		.phone = str_c(changing->phone),
		.language = str_c(changing->language),
		.time_zone = str_c(changing->time_zone),
		.quiet_from = str_c(changing->from),
		.quiet_to = str_c(changing->to) };
	if (!err && item) {
		take_person(item, &person);
		item->tested_at = (wall_time){ 0 };
	}
	changing->done(changing->ctx, err);
	mem_delete(changing);
}

static void op_or_null(struct op *op, const char *field, struct str text)
{
	if (text.len)
		op_text(op, field, text);
	else
		op_null(op, field);
}

int delivery_person_set(
	struct care *care, const struct scope *scope, const struct delivery_person *person, unit_done done, void *ctx, struct err *reterr)
{
	struct staff_item *item = scope->actor_id ? map_get(&care->staff, scope->actor_id) : NULL;
	int rc = check_person(person, reterr);
	if (rc || !item)
		return rc ? rc : err_set(reterr, E_DENIED, LAYER, "only staff have channels");
	struct changing *changing = mem_new(sizeof *changing);
	struct unit *unit = changing ? unit_new(care->parts.store, scope) : NULL;
	if (!unit) {
		mem_delete(changing);
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	}
	*changing = (struct changing){ .care = care, .staff_id = item->pub.id, .done = done, .ctx = ctx };
	put(changing->email, sizeof changing->email, person->email);
	put(changing->phone, sizeof changing->phone, person->phone);
	put(changing->language, sizeof changing->language, person->language.len ? person->language : str_c(item->language));
	put(changing->time_zone, sizeof changing->time_zone, person->time_zone);
	put(changing->from, sizeof changing->from, person->quiet_from);
	put(changing->to, sizeof changing->to, person->quiet_to);
	unit_by_program(unit);
	struct op *op = unit_update(unit, "staff", scope->actor_id, VERSION_ANY);
	op_or_null(op, "email", person->email);
	op_or_null(op, "phone", person->phone);
	op_or_null(op, "time_zone", person->time_zone);
	op_or_null(op, "quiet_from", person->quiet_from);
	op_or_null(op, "quiet_to", person->quiet_to);
	op_null(op, "tested_at"); /* a changed channel is an untested one */
	if (person->language.len)
		op_text(op, "language", person->language);
	rc = store_submit(care->parts.store, unit, changed, changing, reterr);
	if (rc)
		mem_delete(changing);
	return rc;
}

/* ---- The test ---- */

int delivery_test(struct care *care, const struct scope *scope, struct uuid *ret_batch, unit_done done, void *ctx, struct err *reterr)
{
	if (!scope->actor_id || !care_staff(care, scope->actor_id))
		return err_set(reterr, E_DENIED, LAYER, "only staff have channels");
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	store_new_id(care->parts.store, ret_batch);
	delivery_add_test(care, unit, scope->actor_id, ret_batch->text);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

struct confirming {
	struct care *care;
	struct uuid programme_id, staff_id, delivery_id;
	bool passed;
	unit_done done;
	void *ctx;
};

static void end_confirming(struct confirming *confirming, const struct err *err)
{
	confirming->done(confirming->ctx, err);
	mem_delete(confirming);
}

static void confirmed(void *ctx, const struct err *err)
{
	struct confirming *confirming = ctx;
	struct staff_item *item = map_get(&confirming->care->staff, confirming->staff_id.text);
	if (!err && item && confirming->passed)
		item->tested_at = care_now(confirming->care);
	end_confirming(confirming, err);
}

static void batch_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct confirming *confirming = ctx;
	struct care *care = confirming->care;
	struct scope scope = care_scope_system(confirming->programme_id.text, "delivery.confirm");
	struct err own = { 0 };
	const struct row *one = NULL;
	bool others = true;
	for (size_t i = 0; !err && i < take_set->count; i++) {
		if (str_eqc(take_set->rows[i].id, confirming->delivery_id.text))
			one = &take_set->rows[i];
		else
			others &= str_eqc(take_set->rows[i].state, "acknowledged");
	}
	struct unit *unit = one ? unit_new(care->parts.store, &scope) : NULL;
	if (unit) {
		op_time(unit_move(unit, "delivery", one->id.ptr, one->version, one->state.ptr, "acknowledged"), "acknowledged_at",
			care_now(care));
		confirming->passed = others;
		if (others)
			op_time(unit_update(unit, "staff", confirming->staff_id.text, VERSION_ANY), "tested_at", care_now(care));
	} else if (!err) {
		err_set(&own, E_NOT_FOUND, LAYER, "no such test of yours");
	}
	row_set_free(&take_set);
	if (!unit)
		end_confirming(confirming, err ? err : &own);
	else if (store_submit(care->parts.store, unit, confirmed, confirming, &own))
		end_confirming(confirming, &own);
}

static void one_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct confirming *confirming = ctx;
	const struct row *row = err ? NULL : &take_set->rows[0];
	struct scope scope = care_scope_system(confirming->programme_id.text, "delivery.confirm");
	struct err own = { 0 };
	bool theirs = row && str_eqc(row_text(row, "staff_id"), confirming->staff_id.text) && row_text(row, "batch").len;
	if (!theirs)
		err_set(&own, E_NOT_FOUND, LAYER, "no such test of yours");
	else if (str_eqc(row->state, "acknowledged") || str_eqc(row->state, "cancelled"))
		err_set(&own, E_CONFLICT, LAYER, "confirmed already");
	if (own.code == 0) {
		struct list_query query = {
			.resource = "delivery", .index = "batch", .equal = { value_str(row_text(row, "batch")) }, .limit = LIST_MAX
		};
		(void)!store_list(confirming->care->parts.store, &scope, &query, batch_read, confirming, &own);
	}
	row_set_free(&take_set);
	if (own.code)
		end_confirming(confirming, &own);
}

int delivery_confirm(struct care *care, const struct scope *scope, const char *delivery_id, unit_done done, void *ctx, struct err *reterr)
{
	struct confirming *confirming = mem_new(sizeof *confirming);
	if (!confirming)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*confirming = (struct confirming){ .care = care,
		.programme_id = id_of(str_c(scope->programme_id)),
		.staff_id = id_of(str_c(scope->actor_id)),
		.delivery_id = id_of(str_c(delivery_id)),
		.done = done,
		.ctx = ctx };
	int rc = store_get(care->parts.store, scope, "delivery", delivery_id, one_read, confirming, reterr);
	if (rc)
		mem_delete(confirming);
	return rc;
}
