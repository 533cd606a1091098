/* unit.c: building units, and checking them before they are queued. */
#include "store/builtin.h"
#include "store/store_priv.h"

#include "sys/mem.h"

#include <jansson.h>

#define LAYER "store"

static bool copy_id(const char *from, char to[UUID_LENGTH + 1])
{
	to[0] = 0;
	if (!from || !from[0])
		return true;
	if (!uuid_valid(str_c(from)))
		return false;
	memcpy(to, from, UUID_LENGTH + 1);
	return true;
}

static bool copy_code(const char *from, char to[65])
{
	size_t length = from ? strlen(from) : 0;
	if (length > 64)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!((from[i] >= 'a' && from[i] <= 'z') || (from[i] >= '0' && from[i] <= '9') || strchr("_.:-", from[i])))
			return false;
	if (length)
		memcpy(to, from, length);
	to[length] = 0;
	return true;
}

int scope_take(const struct scope *scope, struct scope_copy *ret_copy, struct err *reterr)
{
	struct scope_copy copy = { .who = scope->who };
	if (!copy_id(scope->programme_id, copy.programme_id) || !copy_id(scope->actor_id, copy.actor_id) ||
		!copy_id(scope->client_id, copy.client_id) || !copy_id(scope->release_id, copy.release_id))
		return err_set(reterr, E_INVALID, LAYER, "scope: an id has the wrong form");
	if (!copy_code(scope->reason, copy.reason))
		return err_set(reterr, E_INVALID, LAYER, "scope: the reason must be a code");
	if (!copy.who)
		return err_set(reterr, E_DENIED, LAYER, "scope: nobody");
	if (!copy.programme_id[0] && copy.who != WHO_SYSTEM)
		return err_set(reterr, E_DENIED, LAYER, "scope: no programme");
	if (copy.who == WHO_CLIENT && !copy.client_id[0])
		return err_set(reterr, E_DENIED, LAYER, "scope: no client");
	*ret_copy = copy;
	return 0;
}

struct unit *unit_new(struct store *store, const struct scope *scope)
{
	struct unit *unit = mem_new(sizeof *unit);
	if (!unit)
		return NULL;
	unit->store = store;
	unit->tail = &unit->ops;
	arena_init(&unit->arena, mem_system(), UNIT_BYTES_MAX);
	int code = scope_take(scope, &unit->scope, &unit->fault);
	(void)code; /* kept in fault */
	return unit;
}

void unit_destroy(struct unit *unit)
{
	arena_done(&unit->arena);
	mem_delete(unit);
}

void unit_free(struct unit **unit)
{
	if (*unit)
		unit_destroy(*unit);
	*unit = NULL;
}

void unit_by_program(struct unit *unit)
{
	unit->by_program = true;
}

static struct op *broken(struct unit *unit, int code, const char *message, const char *name)
{
	if (!unit->fault.code)
		(void)!err_set(&unit->fault, code, LAYER, "%s%s", message, name);
	return &unit->harmless;
}

static struct op *add_op(struct unit *unit, enum op_kind kind, const char *resource_name, const char *id)
{
	const struct resource *resource = registry_find(&unit->store->registry, resource_name);
	if (!resource)
		return broken(unit, E_BUG, "no resource ", resource_name);
	if (!id || !uuid_valid(str_c(id)))
		return broken(unit, E_INVALID, "not an id for ", resource_name);
	if (unit->op_count >= OPS_MAX)
		return broken(unit, E_LIMIT, "too many changes in one unit", "");
	struct op *op = ARENA_NEW(&unit->arena, struct op);
	if (op) {
		op->set = ARENA_ARRAY(&unit->arena, bool, resource->field_count);
		op->values = ARENA_ARRAY(&unit->arena, struct value, resource->field_count);
	}
	if (!op || !op->set || !op->values)
		return broken(unit, E_MEMORY, "out of memory", "");
	op->unit = unit;
	op->kind = kind;
	op->sql = sql_resource(&unit->store->sql, resource);
	op->by_program = unit->by_program;
	memcpy(op->id.text, id, UUID_LENGTH + 1);
	*unit->tail = op;
	unit->tail = &op->next;
	unit->op_count++;
	return op;
}

struct op *unit_insert_as(struct unit *unit, const char *resource, const char *id)
{
	struct op *op = add_op(unit, OP_INSERT, resource, id);
	if (op->unit && op->sql->resource->states)
		op->state = op->sql->resource->states[0];
	return op;
}

struct op *unit_insert(struct unit *unit, const char *resource, struct uuid *ret_id)
{
	struct uuid id = { .text = "" };
	store_new_id(unit->store, &id);
	if (ret_id)
		*ret_id = id;
	return unit_insert_as(unit, resource, id.text);
}

struct op *unit_update(struct unit *unit, const char *resource, const char *id, int64_t version)
{
	struct op *op = add_op(unit, OP_UPDATE, resource, id);
	op->version = version;
	return op;
}

/* The descriptor's own string of a state, or NULL. */
static const char *own_state(const struct resource *resource, const char *name)
{
	for (const char *const *s = resource->states; s && *s; s++)
		if (strcmp(*s, name) == 0)
			return *s;
	return NULL;
}

struct op *unit_move(struct unit *unit, const char *resource, const char *id, int64_t version, const char *from, const char *to)
{
	struct op *op = add_op(unit, OP_MOVE, resource, id);
	if (!op->unit)
		return op;
	op->version = version;
	op->from = own_state(op->sql->resource, from);
	op->to = own_state(op->sql->resource, to);
	if (!op->from || !op->to)
		return broken(unit, E_BUG, "no such state of ", resource);
	return op;
}

struct op *unit_delete(struct unit *unit, const char *resource, const char *id, int64_t version)
{
	struct op *op = add_op(unit, OP_DELETE, resource, id);
	op->version = version;
	return op;
}

struct op *unit_note(struct unit *unit, const char *resource, const char *id, const char *action, const char *client_id)
{
	char code[65];
	struct op *op = add_op(unit, OP_NOTE, resource, id);
	if (!op->unit)
		return op;
	if (!copy_code(action, code) || !code[0] || !copy_id(client_id, op->client_id))
		return broken(unit, E_INVALID, "the action of a note must be a code, its client an id", "");
	op->action = arena_copy(&unit->arena, str_c(code)).ptr;
	return op->action ? op : broken(unit, E_MEMORY, "out of memory", "");
}

void unit_erase_client(struct unit *unit, const char *client_id)
{
	struct op *op = unit_note(unit, "client", client_id, "erase", client_id);
	if (op->unit)
		op->kind = OP_ERASE;
}

/* ---- Fields ---- */

/* A person's words are kept whatever bytes they came in: what is not UTF-8 becomes U+FFFD, a byte each, as in screening. */
static struct str repair(struct arena *arena, struct str s)
{
	static const char mark[] = "\xef\xbf\xbd";
	char *out = arena_alloc(arena, s.len + 1, sizeof mark - 1);
	size_t len = 0;
	if (!out)
		return (struct str){ NULL, 0 };
	while (s.len) {
		size_t good = text_utf8_length(s);
		if (good)
			memcpy(out + len, s.ptr, good);
		len += good;
		s = str_sub(s, good, s.len);
		if (s.len) {
			memcpy(out + len, mark, sizeof mark - 1);
			len += sizeof mark - 1;
			s = str_sub(s, 1, s.len);
		}
	}
	return str_make(out, len);
}

static void set_value(struct op *op, const char *name, struct value value)
{
	if (!op->unit)
		return;
	if (strcmp(name, "state") == 0 && op->kind == OP_INSERT && value.kind == VALUE_TEXT) {
		struct str copy = arena_copy(&op->unit->arena, value.s);
		op->state = copy.ptr ? own_state(op->sql->resource, copy.ptr) : NULL;
		if (!op->state)
			(void)broken(op->unit, E_INVALID, "no such state of ", op->sql->resource->name);
		return;
	}
	size_t at = resource_field(op->sql->resource, name);
	if (at == SIZE_MAX) {
		(void)broken(op->unit, E_BUG, "no field ", name);
		return;
	}
	if (value.kind == VALUE_TEXT || value.kind == VALUE_BYTES) {
		const struct field *field = &op->sql->resource->fields[at];
		bool words = field->type == FIELD_TEXT && field->seal == FIELD_SEALED && text_utf8_length(value.s) < value.s.len;
		value.s = words ? repair(&op->unit->arena, value.s) : arena_copy(&op->unit->arena, value.s);
		if (!value.s.ptr) {
			(void)broken(op->unit, E_MEMORY, "out of memory", "");
			return;
		}
	}
	op->values[at] = value;
	op->set[at] = true;
}

void op_text(struct op *op, const char *field, struct str value)
{
	set_value(op, field, value_str(value));
}

void op_c(struct op *op, const char *field, const char *value)
{
	if (value)
		set_value(op, field, value_c(value));
	else
		op_null(op, field);
}

void op_int(struct op *op, const char *field, int64_t value)
{
	set_value(op, field, value_int(value));
}

void op_bool(struct op *op, const char *field, bool value)
{
	set_value(op, field, value_int(value));
}

void op_time(struct op *op, const char *field, wall_time value)
{
	set_value(op, field, value_int(value.us));
}

void op_bytes(struct op *op, const char *field, struct str value)
{
	set_value(op, field, (struct value){ VALUE_BYTES, 0, value });
}

void op_null(struct op *op, const char *field)
{
	set_value(op, field, (struct value){ VALUE_NULL, 0, { NULL, 0 } });
}

void op_json(struct op *op, const char *field, const struct json_t *value)
{
	if (!op->unit)
		return;
	size_t flags = JSON_COMPACT | JSON_SORT_KEYS, len = json_dumpb(value, NULL, 0, flags);
	char *text = len && len <= UNIT_BYTES_MAX ? arena_alloc(&op->unit->arena, 1, len + 1) : NULL;
	if (!text || json_dumpb(value, text, len, flags) != len)
		(void)broken(op->unit, text || len == 0 ? E_INVALID : E_MEMORY, "cannot be written as JSON: ", field);
	else
		set_value(op, field, value_str(str_make(text, len)));
}

/* ---- Checking ---- */

static int check_fields(const struct op *op, uint32_t who, struct err *reterr)
{
	const struct resource *resource = op->sql->resource;
	enum access access = op->kind == OP_INSERT ? ACCESS_CREATE : ACCESS_WRITE;
	for (size_t i = 0; i < resource->field_count; i++) {
		const struct field *field = &resource->fields[i];
		bool given = op->set[i] && op->values[i].kind != VALUE_NULL, numbered = field->flags & FIELD_NUMBERED;
		if ((field->flags & FIELD_REQUIRED) && !given && !numbered && (op->kind == OP_INSERT || op->set[i]))
			return err_set(reterr, E_INVALID, LAYER, "%s.%s: required", resource->name, field->name);
		if (!op->set[i])
			continue;
		if (numbered || (op->kind != OP_INSERT && (field->flags & FIELD_ONCE)))
			return err_set(reterr, E_INVALID, LAYER, "%s.%s: cannot be changed", resource->name, field->name);
		/* A transition grants what its descriptor lets its maker write with it; a plain update needs the resource's mask. */
		if (!resource_may(resource, who, access, field))
			return err_set(reterr, E_DENIED, LAYER, "%s.%s: not allowed", resource->name, field->name);
		int code = value_check(resource, field, op->values[i], reterr);
		if (code)
			return code;
	}
	return 0;
}

static bool may_op(const struct op *op, uint32_t who)
{
	const struct resource *resource = op->sql->resource;
	switch (op->kind) {
	case OP_INSERT:
		if (op->state && op->state != resource->states[0] && !(who & WHO_SYSTEM))
			return false;
		return resource_may(resource, who, ACCESS_CREATE, NULL);
	case OP_UPDATE: return resource_may(resource, who, ACCESS_WRITE, NULL);
	case OP_MOVE: return resource_may_move(resource, who, op->from, op->to);
	case OP_DELETE: return resource_may(resource, who, ACCESS_ERASE, NULL);
	case OP_NOTE: return resource_may(resource, who, ACCESS_READ, NULL);
	case OP_ERASE: return (who & (WHO_SYSTEM | WHO_COMPLIANCE)) != 0;
	}
	return false;
}

/* Whose a new row is. */
static int find_owner(const struct unit *unit, struct op *op, struct err *reterr)
{
	const struct resource *resource = op->sql->resource;
	size_t owner = resource_field(resource, "client_id");
	if (owner != SIZE_MAX && op->values[owner].kind == VALUE_TEXT)
		memcpy(op->client_id, op->values[owner].s.ptr, UUID_LENGTH + 1);
	else if (resource->of_client && owner == SIZE_MAX)
		memcpy(op->client_id, op->id.text, UUID_LENGTH + 1);
	bool own_only = unit->scope.who == WHO_CLIENT && !op->by_program && resource->of_client;
	if (own_only && strcmp(op->client_id, unit->scope.client_id) != 0)
		return err_set(reterr, E_DENIED, LAYER, "%s: another client's", resource->name);
	return 0;
}

static int check_op(const struct unit *unit, struct op *op, struct err *reterr)
{
	const struct resource *resource = op->sql->resource;
	uint32_t who = op->by_program ? WHO_SYSTEM : unit->scope.who;
	if (!may_op(op, who))
		return err_set(reterr, E_DENIED, LAYER, "%s: not allowed", resource->name);
	if (resource == &resource_client_key && op->kind != OP_NOTE)
		return err_set(reterr, E_DENIED, LAYER, "%s: only the store writes it", resource->name);
	if (op->kind != OP_INSERT && op->kind != OP_UPDATE && op->kind != OP_MOVE)
		return 0;
	int code = check_fields(op, who, reterr);
	return !code && op->kind == OP_INSERT ? find_owner(unit, op, reterr) : code;
}

int unit_check(struct unit *unit, struct err *reterr)
{
	int code = unit->fault.code;
	if (code && reterr)
		*reterr = unit->fault;
	for (struct op *op = unit->ops; !code && op; op = op->next)
		code = check_op(unit, op, reterr);
	if (!code && !unit->scope.programme_id[0])
		for (struct op *op = unit->ops; !code && op; op = op->next)
			if (!op->sql->resource->root)
				code = err_set(reterr, E_DENIED, LAYER, "%s: no programme", op->sql->resource->name);
	return code;
}
