/* push_device.c: see push_device.h. */
#include "care/push_device.h"

#include "care/care_priv.h"
#include "care/courier.h"
#include "care/delivery.h"
#include "sys/mem.h"
#include "sys/random.h"

#include <sodium.h>

#define LAYER "care/push"
#define MARK_BYTES 12
#define MARK_TEXT 17 /* in base64url, with NUL */

static bool is_on(const struct care *care)
{
	return care->parts.courier && courier_options(care->parts.courier)->push.host_count > 0;
}

/* ---- The programme's key ---- */

const char *push_public_key(const struct care *care, const char *programme_id)
{
	const struct programme_item *item = care_programme_item(care, programme_id);
	return item && item->push && is_on(care) ? item->push->text : NULL;
}

static int take_key(struct programme_item *item, const struct row *row, struct err *reterr)
{
	struct str secret = row_text(row, "secret");
	struct push_server *push = mem_new(sizeof *push);
	if (!push)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	int code = secret.len == PUSH_SECRET_BYTES ? push_pair_of((const uint8_t *)secret.ptr, &push->pair, reterr)
						   : err_set(reterr, E_CRYPTO, LAYER, "the key of pushes cannot be opened");
	if (code) {
		mem_delete(push);
		return code;
	}
	push_text(push->pair.point, PUSH_POINT_BYTES, push->text, sizeof push->text);
	crypto_generichash(
		push->token_key, sizeof push->token_key, (const uint8_t *)"push receipt", 12, push->pair.secret, PUSH_SECRET_BYTES);
	item->push = push;
	return 0;
}

static int find_key(struct care *care, struct programme_item *item, struct err *reterr)
{
	struct scope scope = care_scope_system(item->pub.id.text, NULL);
	struct list_query query = { .resource = "push_key", .index = "purpose", .equal = { value_c("vapid") } };
	struct row_set *set = NULL;
	int code = store_find_wait(care->parts.store, &scope, &query, &set, reterr);
	if (!code)
		code = take_key(item, &set->rows[0], reterr);
	row_set_free(&set);
	return code;
}

static int make_key(struct care *care, struct programme_item *item, struct err *reterr)
{
	struct scope scope = care_scope_system(item->pub.id.text, "push.key");
	struct push_pair pair;
	uint8_t secret[PUSH_SECRET_BYTES];
	char text[PUSH_POINT_TEXT];
	int code;
	do {
		random_bytes(secret, sizeof secret);
		code = push_pair_of(secret, &pair, reterr);
	} while (code == E_INVALID);
	struct unit *unit = code ? NULL : unit_new(care->parts.store, &scope);
	if (!code && !unit)
		code = err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (!code) {
		push_text(pair.point, PUSH_POINT_BYTES, text, sizeof text);
		struct op *op = unit_insert(unit, "push_key", NULL);
		op_c(op, "purpose", "vapid");
		op_c(op, "public_key", text);
		op_bytes(op, "secret", str_make((const char *)secret, sizeof secret));
		code = store_write_wait(care->parts.store, unit, reterr);
	}
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(&pair, sizeof pair);
	return code == E_EXISTS ? 0 : code; /* another process was first: its key is read next */
}

static void took_device(struct care *care, const struct row *row);

int push_open(struct care *care, struct err *reterr)
{
	int code = 0;
	for (size_t i = 0; !code && i < care->programme_count; i++) {
		struct programme_item *item = &care->programmes[i];
		struct scope scope = care_scope_system(item->pub.id.text, NULL);
		struct list_query query = { .resource = "push_device", .index = "state", .equal = { value_c("active") } };
		code = list_all(care, &scope, query, took_device, reterr);
		if (code || !is_on(care))
			continue;
		code = find_key(care, item, reterr);
		if (code == E_NOT_FOUND) {
			code = make_key(care, item, reterr);
			code = code ? code : find_key(care, item, reterr);
		}
	}
	return code;
}

void push_done(struct programme_item *item)
{
	mem_wipe_delete(item->push, sizeof *item->push);
	item->push = NULL;
}

/* ---- Devices in memory ---- */

static void remember(struct staff_item *staff, struct str id, struct str label)
{
	if (!staff || staff->device_count == PUSH_DEVICES_MAX)
		return;
	struct staff_device *device = &staff->devices[staff->device_count++];
	label = str_sub(label, 0, PUSH_LABEL_MAX);
	device->id = id_of(id);
	memcpy(device->label, label.len ? label.ptr : "", label.len);
	device->label[label.len] = '\0';
}

static void forget(struct staff_item *staff, struct str id)
{
	for (size_t i = 0; staff && i < staff->device_count; i++)
		if (str_eqc(id, staff->devices[i].id.text)) {
			memmove(&staff->devices[i], &staff->devices[i + 1], (--staff->device_count - i) * sizeof staff->devices[0]);
			return;
		}
}

static void took_device(struct care *care, const struct row *row)
{
	remember(map_get(&care->staff, row_text(row, "staff_id").ptr), row->id, row_text(row, "label"));
}

struct str push_device_label(const struct care *care, const char *staff_id, struct str device_id)
{
	const struct staff_item *staff = map_get(&care->staff, staff_id);
	for (size_t i = 0; staff && i < staff->device_count; i++)
		if (str_eqc(device_id, staff->devices[i].id.text))
			return str_c(staff->devices[i].label);
	return STR("");
}

/* ---- Ending one ---- */

static void end_device(struct care *care, struct unit *unit, const struct row *row, const char *why)
{
	struct op *op = unit_move(unit, "push_device", row->id.ptr, row->version, "active", "ended");
	op_time(op, "ended_at", care_now(care));
	op_c(op, "ended_why", why);
	static const char *const wiped[] = { "mark", "endpoint", "p256dh", "auth" };
	for (size_t i = 0; i < COUNT_OF(wiped); i++)
		op_null(op, wiped[i]);
}

static void untested(struct unit *unit, const char *staff_id)
{
	op_null(unit_update(unit, "staff", staff_id, VERSION_ANY), "tested_at");
}

void push_device_refused(struct care *care, struct unit *unit, const struct row *row)
{
	struct staff_item *staff = map_get(&care->staff, row_text(row, "staff_id").ptr);
	unit_by_program(unit);
	end_device(care, unit, row, "refused");
	untested(unit, row_text(row, "staff_id").ptr);
	/* Memory goes first here: should the unit fail, its job comes again, and until then nobody is called where nobody is. */
	forget(staff, row->id);
	if (staff)
		staff->tested_at = (wall_time){ 0 };
}

struct ending {
	struct care *care;
	struct uuid programme_id, staff_id, device_id;
	uint32_t who;
	unit_done done;
	void *ctx;
};

static void end_ending(struct ending *ending, const struct err *err)
{
	ending->done(ending->ctx, err);
	mem_delete(ending);
}

static void ended(void *ctx, const struct err *err)
{
	struct ending *ending = ctx;
	if (!err)
		forget(map_get(&ending->care->staff, ending->staff_id.text), str_c(ending->device_id.text));
	end_ending(ending, err);
}

static void ending_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct ending *ending = ctx;
	const struct row *row = err ? NULL : &take_set->rows[0];
	const struct scope scope = { ending->programme_id.text, ending->who, ending->staff_id.text, NULL, "push.remove", NULL };
	struct unit *unit = NULL;
	struct err own = { 0 };
	if (row && !str_eqc(row_text(row, "staff_id"), ending->staff_id.text))
		err_set(&own, E_NOT_FOUND, LAYER, "no such device of yours");
	else if (row && !str_eqc(row->state, "active"))
		err_set(&own, E_CONFLICT, LAYER, "it has ended already");
	else if (row && !(unit = unit_new(ending->care->parts.store, &scope)))
		err_set(&own, E_MEMORY, LAYER, "out of memory");
	if (unit) {
		unit_by_program(unit);
		end_device(ending->care, unit, row, "by_person");
	}
	row_set_free(&take_set);
	if (!unit)
		end_ending(ending, err ? err : &own);
	else if (store_submit(ending->care->parts.store, unit, ended, ending, &own))
		end_ending(ending, &own);
}

int push_device_remove(struct care *care, const struct scope *scope, const char *device_id, unit_done done, void *ctx, struct err *reterr)
{
	struct scope system = care_scope_system(scope->programme_id, "push.remove");
	struct ending *ending = mem_new(sizeof *ending);
	if (!ending)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*ending = (struct ending){ .care = care,
		.programme_id = id_of(str_c(scope->programme_id)),
		.staff_id = id_of(str_c(scope->actor_id)),
		.device_id = id_of(str_c(device_id)),
		.who = scope->who,
		.done = done,
		.ctx = ctx };
	int code = store_get(care->parts.store, &system, "push_device", device_id, ending_read, ending, reterr);
	if (code)
		mem_delete(ending);
	return code;
}

/* ---- Adding one ---- */

struct adding {
	struct care *care;
	struct uuid programme_id, staff_id, device_id;
	struct uuid old_id, old_staff_id; /* the same browser, subscribed before */
	uint32_t who;
	char endpoint[PUSH_ENDPOINT_MAX + 1], label[PUSH_LABEL_MAX + 1], mark[MARK_TEXT];
	struct push_receiver keys;
	unit_done done;
	void *ctx;
};

static void end_adding(struct adding *adding, const struct err *err)
{
	struct staff_item *staff = map_get(&adding->care->staff, adding->staff_id.text);
	if (staff)
		staff->devices_adding--;
	adding->done(adding->ctx, err);
	mem_wipe_delete(adding, sizeof *adding);
}

static void added(void *ctx, const struct err *err)
{
	struct adding *adding = ctx;
	struct care *care = adding->care;
	struct staff_item *staff = map_get(&care->staff, adding->staff_id.text);
	struct staff_item *before = map_get(&care->staff, adding->old_staff_id.text);
	struct err again;
	if (!err && before) {
		forget(before, str_c(adding->old_id.text));
		before->tested_at = (wall_time){ 0 };
	}
	if (!err && staff) {
		remember(staff, str_c(adding->device_id.text), str_c(adding->label));
		staff->tested_at = (wall_time){ 0 };
	}
	if (err && err->code == E_EXISTS) {
		err_set(&again, E_CONFLICT, LAYER, "it was added just now");
		err = &again;
	}
	end_adding(adding, err);
}

/* The limit, without the one that this takes the place of. */
static bool has_room(const struct adding *adding)
{
	const struct staff_item *staff = map_get(&adding->care->staff, adding->staff_id.text);
	size_t goes = str_eqc(str_c(adding->old_staff_id.text), adding->staff_id.text) ? 1 : 0;
	return staff && staff->device_count + staff->devices_adding - 1 < PUSH_DEVICES_MAX + goes;
}

static void insert_device(struct adding *adding, struct unit *unit)
{
	struct op *op = unit_insert(unit, "push_device", &adding->device_id);
	op_c(op, "staff_id", adding->staff_id.text);
	op_c(op, "label", adding->label);
	op_c(op, "mark", adding->mark);
	op_c(op, "endpoint", adding->endpoint);
	op_bytes(op, "p256dh", str_make((const char *)adding->keys.point, PUSH_POINT_BYTES));
	op_bytes(op, "auth", str_make((const char *)adding->keys.auth, PUSH_AUTH_BYTES));
	untested(unit, adding->staff_id.text);
}

static void same_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct adding *adding = ctx;
	struct care *care = adding->care;
	const struct scope scope = { adding->programme_id.text, adding->who, adding->staff_id.text, NULL, "push.add", NULL };
	const struct row *old = err ? NULL : &take_set->rows[0];
	struct err own = { 0 };
	struct unit *unit = NULL;
	if (old) {
		adding->old_id = id_of(old->id);
		adding->old_staff_id = id_of(row_text(old, "staff_id"));
	}
	if (err && err->code != E_NOT_FOUND)
		own = *err;
	else if (!has_room(adding))
		err_set(&own, E_INVALID, LAYER, "too_many_devices");
	else if (!(unit = unit_new(care->parts.store, &scope)))
		err_set(&own, E_MEMORY, LAYER, "out of memory");
	if (unit) {
		unit_by_program(unit);
		if (old)
			end_device(care, unit, old, "replaced");
		if (old && !str_eqc(row_text(old, "staff_id"), adding->staff_id.text))
			untested(unit, adding->old_staff_id.text);
		insert_device(adding, unit);
	}
	row_set_free(&take_set);
	if (!unit || store_submit(care->parts.store, unit, added, adding, &own))
		end_adding(adding, &own);
}

static int check_label(struct str label, struct err *reterr)
{
	if (!label.len || label.len > PUSH_LABEL_MAX || text_utf8_length(label) != label.len)
		return err_set(reterr, E_INVALID, LAYER, "push_device.label: 1 to %d bytes of text", PUSH_LABEL_MAX);
	for (size_t i = 0; i < label.len; i++)
		if ((unsigned char)label.ptr[i] < ' ' || label.ptr[i] == 0x7f)
			return err_set(reterr, E_INVALID, LAYER, "push_device.label: no control characters");
	return 0;
}

static int check_device(const struct care *care, const struct push_device_new *device, struct push_receiver *keys, struct err *reterr)
{
	if (!is_on(care))
		return err_set(reterr, E_INVALID, LAYER, "push_off");
	const struct courier_options *options = courier_options(care->parts.courier);
	if (!push_endpoint_good(device->endpoint, options->push.hosts, options->push.host_count, NULL))
		return err_set(reterr, E_INVALID, LAYER, "push_device.endpoint: its push service is not one that this server may call");
	if (!push_bytes(device->p256dh, keys->point, PUSH_POINT_BYTES) || !push_point_good(keys->point))
		return err_set(reterr, E_INVALID, LAYER, "push_device.p256dh: a point of P-256 in base64url");
	if (!push_bytes(device->auth, keys->auth, PUSH_AUTH_BYTES))
		return err_set(reterr, E_INVALID, LAYER, "push_device.auth: 16 bytes in base64url");
	return check_label(device->label, reterr);
}

/* Neither the address nor anything that leads to it: a look tells whether it is the same. */
static void mark_of(struct str endpoint, char mark[MARK_TEXT])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256(hash, (const uint8_t *)endpoint.ptr, endpoint.len);
	push_text(hash, MARK_BYTES, mark, MARK_TEXT);
}

int push_device_add(
	struct care *care, const struct scope *scope, const struct push_device_new *device, unit_done done, void *ctx, struct err *reterr)
{
	struct staff_item *staff = scope->actor_id ? map_get(&care->staff, scope->actor_id) : NULL;
	struct push_receiver keys;
	int code = staff ? check_device(care, device, &keys, reterr) : err_set(reterr, E_DENIED, LAYER, "only staff are notified");
	if (code)
		return code;
	struct adding *adding = mem_new(sizeof *adding);
	if (!adding)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*adding = (struct adding){ .care = care,
		.programme_id = staff->pub.programme_id,
		.staff_id = staff->pub.id,
		.who = scope->who,
		.keys = keys,
		.done = done,
		.ctx = ctx };
	memcpy(adding->endpoint, device->endpoint.ptr, device->endpoint.len);
	memcpy(adding->label, device->label.ptr, device->label.len);
	mark_of(device->endpoint, adding->mark);
	struct scope system = care_scope_system(adding->programme_id.text, "push.add");
	struct list_query query = { .resource = "push_device", .index = "mark", .equal = { value_c(adding->mark) } };
	staff->devices_adding++;
	code = store_find(care->parts.store, &system, &query, same_read, adding, reterr);
	if (code) {
		staff->devices_adding--;
		mem_delete(adding);
	}
	return code;
}

/* ---- It arrived ---- */

void push_token(const struct push_server *push, struct str delivery_id, char text[PUSH_TOKEN_TEXT])
{
	uint8_t token[16];
	crypto_generichash(token, sizeof token, (const uint8_t *)delivery_id.ptr, delivery_id.len, push->token_key, sizeof push->token_key);
	push_text(token, sizeof token, text, PUSH_TOKEN_TEXT);
}

int push_arrived(struct care *care, const char *delivery_id, struct str token, unit_done done, void *ctx, struct err *reterr)
{
	char wanted[PUSH_TOKEN_TEXT];
	for (size_t i = 0; i < care->programme_count; i++) {
		const struct programme_item *item = &care->programmes[i];
		if (!item->push)
			continue;
		push_token(item->push, str_c(delivery_id), wanted);
		if (token.len == PUSH_TOKEN_TEXT - 1 && sodium_memcmp(wanted, token.ptr, token.len) == 0)
			return delivery_receipt(care, item->pub.id.text, delivery_id, true, done, ctx, reterr);
	}
	return err_set(reterr, E_DENIED, LAYER, "not what the notification carried");
}
