/* resource_json.c: rows to JSON and JSON to ops, by the descriptor. */
#include "store/store_priv.h"

#include "sys/mem.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>

#define LAYER "store"

/* ---- Out ---- */

static json_t *time_json(int64_t us)
{
	char text[CLOCK_TEXT_SIZE];
	clock_format((wall_time){ us }, text);
	return json_string(text);
}

static json_t *bytes_json(struct str s)
{
	size_t size = sodium_base64_encoded_len(s.len, sodium_base64_VARIANT_ORIGINAL);
	char *text = mem_new(size);
	if (!text)
		return NULL;
	sodium_bin2base64(text, size, (const uint8_t *)s.ptr, s.len, sodium_base64_VARIANT_ORIGINAL);
	json_t *json = json_string(text);
	mem_delete(text);
	return json;
}

static json_t *value_json(const struct field *field, const struct value *value)
{
	if (value->kind == VALUE_NULL || value->kind == VALUE_ERASED)
		return json_null();
	switch (field->type) {
	case FIELD_INT: return json_integer(value->i);
	case FIELD_BOOL: return json_boolean(value->i);
	case FIELD_TIME: return time_json(value->i);
	case FIELD_JSON: return json_loadb(value->s.ptr, value->s.len, 0, NULL);
	case FIELD_BYTES: return bytes_json(value->s);
	case FIELD_TEXT:
	case FIELD_ENUM:
	case FIELD_REF: break;
	}
	return json_stringn(value->s.ptr ? value->s.ptr : "", value->s.len);
}

json_t *row_json(const struct row *row, uint32_t who)
{
	json_t *object = json_object();
	int failed = !object;
	failed |= json_object_set_new(object, "id", json_stringn(row->id.ptr, row->id.len));
	failed |= json_object_set_new(object, "version", json_integer(row->version));
	failed |= json_object_set_new(object, "created_at", time_json(row->created_at.us));
	failed |= json_object_set_new(object, "updated_at", time_json(row->updated_at.us));
	if (row->state.len)
		failed |= json_object_set_new(object, "state", json_stringn(row->state.ptr, row->state.len));
	for (size_t i = 0; !failed && i < row->resource->field_count; i++) {
		const struct field *field = &row->resource->fields[i];
		if (!(field->flags & FIELD_SECRET) && resource_may(row->resource, who, ACCESS_READ, field))
			failed |= json_object_set_new(object, field->name, value_json(field, &row->values[i]));
	}
	if (failed) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/* ---- In ---- */

static int wrong(const struct resource *resource, const struct field *field, const char *want, struct err *reterr)
{
	return err_set(reterr, E_INVALID, LAYER, "%s.%s: %s", resource->name, field->name, want);
}

static int take_bytes(struct arena *arena, const struct resource *resource, const struct field *field, const json_t *json,
	struct value *ret_value, struct err *reterr)
{
	size_t len = json_string_length(json), got = 0;
	uint8_t *out = arena_alloc(arena, 1, len + 1);
	if (!out)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (sodium_base642bin(out, len, json_string_value(json), len, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return wrong(resource, field, "must be base64", reterr);
	*ret_value = (struct value){ VALUE_BYTES, 0, str_make((const char *)out, got) };
	return 0;
}

static int take_dump(struct arena *arena, const struct resource *resource, const struct field *field, const json_t *json,
	struct value *ret_value, struct err *reterr)
{
	size_t len = json_dumpb(json, NULL, 0, JSON_COMPACT | JSON_SORT_KEYS);
	char *text = len <= UNIT_BYTES_MAX ? arena_alloc(arena, 1, len + 1) : NULL;
	if (!text || json_dumpb(json, text, len, JSON_COMPACT | JSON_SORT_KEYS) != len)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*ret_value = value_str(str_make(text, len));
	return 0;
}

static int take_time(
	const struct resource *resource, const struct field *field, const json_t *json, struct value *ret_value, struct err *reterr)
{
	wall_time time;
	if (clock_parse(json_string_value(json), &time) != 0)
		return wrong(resource, field, "must be a time with a zone, as 2026-11-25T04:05:56Z", reterr);
	*ret_value = value_int(time.us);
	return 0;
}

static int take_json(struct arena *arena, const struct resource *resource, const struct field *field, const json_t *json,
	struct value *ret_value, struct err *reterr)
{
	if (json_is_null(json)) {
		*ret_value = (struct value){ VALUE_NULL, 0, { NULL, 0 } };
		return 0;
	}
	switch (field->type) {
	case FIELD_INT:
		if (!json_is_integer(json))
			return wrong(resource, field, "must be a whole number", reterr);
		*ret_value = value_int(json_integer_value(json));
		return 0;
	case FIELD_BOOL:
		if (!json_is_boolean(json))
			return wrong(resource, field, "must be true or false", reterr);
		*ret_value = value_int(json_is_true(json));
		return 0;
	case FIELD_JSON:
		if (!json_is_object(json) && !json_is_array(json))
			return wrong(resource, field, "must be an object or a list", reterr);
		return take_dump(arena, resource, field, json, ret_value, reterr);
	default: break;
	}
	if (!json_is_string(json))
		return wrong(resource, field, "must be a text", reterr);
	if (field->type == FIELD_TIME)
		return take_time(resource, field, json, ret_value, reterr);
	if (field->type == FIELD_BYTES)
		return take_bytes(arena, resource, field, json, ret_value, reterr);
	*ret_value = value_str(str_make(json_string_value(json), json_string_length(json)));
	return 0;
}

/* One member of an object from outside, checked as far as it can be alone. */
static int take_member(struct op *op, const char *name, const json_t *json, bool *set, struct value *values, struct err *reterr)
{
	const struct resource *resource = op->sql->resource;
	uint32_t who = op->by_program ? WHO_SYSTEM : op->unit->scope.who;
	size_t at = resource_field(resource, name);
	/* A secret is not settable from outside, and from there it does not exist. */
	if (at == SIZE_MAX || (resource->fields[at].flags & (FIELD_SECRET | FIELD_NUMBERED)))
		return err_set(reterr, E_INVALID, LAYER, "%s.%.40s: no such field", resource->name, name);
	const struct field *field = &resource->fields[at];
	if (op->kind != OP_INSERT && (field->flags & FIELD_ONCE))
		return wrong(resource, field, "cannot be changed", reterr);
	if (!resource_may(resource, who, op->kind == OP_INSERT ? ACCESS_CREATE : ACCESS_WRITE, field))
		return err_set(reterr, E_DENIED, LAYER, "%s.%s: not allowed", resource->name, name);
	int code = take_json(&op->unit->arena, resource, field, json, &values[at], reterr);
	if (!code)
		code = value_check(resource, field, values[at], reterr);
	if (!code && values[at].kind == VALUE_NULL && (field->flags & FIELD_REQUIRED))
		code = wrong(resource, field, "required", reterr);
	if (!code && (values[at].kind == VALUE_TEXT || values[at].kind == VALUE_BYTES))
		values[at].s = arena_copy(&op->unit->arena, values[at].s);
	if (!code && arena_failed(&op->unit->arena))
		code = err_set(reterr, E_MEMORY, LAYER, "out of memory");
	set[at] = true;
	return code;
}

int op_object(struct op *op, const struct json_t *object, struct err *reterr)
{
	int code = 0;
	if (!op->unit)
		return err_set(reterr, E_INVALID, LAYER, "the unit is broken");
	const struct resource *resource = op->sql->resource;
	bool *set = ARENA_ARRAY(&op->unit->arena, bool, resource->field_count);
	struct value *values = ARENA_ARRAY(&op->unit->arena, struct value, resource->field_count);
	if (!set || !values)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (!json_is_object(object))
		return err_set(reterr, E_INVALID, LAYER, "%s: must be an object", resource->name);
	memcpy(set, op->set, sizeof *set * resource->field_count);
	memcpy(values, op->values, sizeof *values * resource->field_count);
	json_t *members = (json_t *)(uintptr_t)object; /* jansson's iterators want it writable and leave it alone */
	for (void *at = json_object_iter(members); at; at = json_object_iter_next(members, at)) {
		code = take_member(op, json_object_iter_key(at), json_object_iter_value(at), set, values, reterr);
		if (code)
			return code;
	}
	for (size_t i = 0; op->kind == OP_INSERT && i < resource->field_count; i++) {
		const struct field *field = &resource->fields[i];
		if ((field->flags & FIELD_REQUIRED) && !(field->flags & FIELD_NUMBERED) && (!set[i] || values[i].kind == VALUE_NULL))
			return wrong(resource, field, "required", reterr);
	}
	op->set = set;
	op->values = values;
	return 0;
}
