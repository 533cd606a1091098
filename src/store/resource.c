/* resource.c: see resource.h. */
#include "store/resource.h"

#include "base/compiler.h"

#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>

static const struct {
	enum who who;
	const char *name;
} who_names[] = {
	{ WHO_CLIENT, "client" },
	{ WHO_COACH, "coach" },
	{ WHO_CLINICIAN, "clinician" },
	{ WHO_SUPERVISOR, "supervisor" },
	{ WHO_COMPLIANCE, "compliance" },
	{ WHO_ADMIN, "admin" },
	{ WHO_KEY, "api_key" },
	{ WHO_AUDITOR, "auditor" },
	{ WHO_SYSTEM, "system" },
};

const char *who_name(enum who who)
{
	for (size_t i = 0; i < COUNT_OF(who_names); i++)
		if (who_names[i].who == who)
			return who_names[i].name;
	return NULL;
}

uint32_t who_parse(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(who_names); i++)
		if (str_eqc(name, who_names[i].name))
			return who_names[i].who;
	return 0;
}

const char *retention_name(enum retention retention)
{
	static const char *const names[RETAIN_COUNT] = { "care", "chat", "psychotherapy", "part2", "media", "operation", "short" };
	return (unsigned)retention < RETAIN_COUNT ? names[retention] : "care";
}

const struct resource *registry_find(const struct registry *registry, const char *name)
{
	for (size_t i = 0; i < registry->count; i++)
		if (strcmp(registry->resources[i]->name, name) == 0)
			return registry->resources[i];
	return NULL;
}

size_t resource_field(const struct resource *resource, const char *name)
{
	for (size_t i = 0; i < resource->field_count; i++)
		if (strcmp(resource->fields[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

const struct index_def *resource_index(const struct resource *resource, const char *name)
{
	for (size_t i = 0; i < resource->index_count; i++)
		if (strcmp(resource->indexes[i].name, name) == 0)
			return &resource->indexes[i];
	return NULL;
}

static bool has_name(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static bool plain_name(const char *name)
{
	size_t length = 0;
	for (; name[length]; length++)
		if (!((name[length] >= 'a' && name[length] <= 'z') || (length && name[length] >= '0' && name[length] <= '9') ||
			    (length && name[length] == '_')))
			return false;
	return length > 0 && length <= 40;
}

/* Columns that every row has, so no field may take their names. */
static const char *const own_columns[] = { "id", "programme_id", "version", "created_at", "updated_at", "state", NULL };

static int check_field(const struct registry *registry, const struct resource *resource, size_t i, struct err *reterr)
{
	const struct field *field = &resource->fields[i];
	if (!field->name || !plain_name(field->name) || has_name(own_columns, field->name) || resource_field(resource, field->name) != i)
		return err_set(reterr, E_BUG, "store", "%s: field %zu has no good name", resource->name, i);
	if (field->type == FIELD_ENUM && (!field->values || !field->values[0]))
		return err_set(reterr, E_BUG, "store", "%s.%s: enum without values", resource->name, field->name);
	if (field->type == FIELD_REF && (!field->ref || !registry_find(registry, field->ref)))
		return err_set(reterr, E_BUG, "store", "%s.%s: ref to no resource", resource->name, field->name);
	if (field->min > field->max)
		return err_set(reterr, E_BUG, "store", "%s.%s: bounds the wrong way round", resource->name, field->name);
	if ((field->flags & FIELD_NUMBERED) && field->type != FIELD_INT)
		return err_set(reterr, E_BUG, "store", "%s.%s: only an int is numbered", resource->name, field->name);
	return 0;
}

static int check_index(const struct resource *resource, const struct index_def *index, struct err *reterr)
{
	if (!plain_name(index->name))
		return err_set(reterr, E_BUG, "store", "%s: index without a good name", resource->name);
	for (size_t i = 0; i < INDEX_FIELDS_MAX && index->fields[i]; i++) {
		size_t at = resource_field(resource, index->fields[i]);
		bool is_state = strcmp(index->fields[i], "state") == 0 && resource->states;
		if (!is_state && (at == SIZE_MAX || resource->fields[at].seal == FIELD_SEALED))
			return err_set(reterr, E_BUG, "store", "%s.%s: index on %s, which cannot be looked up", resource->name, index->name,
				index->fields[i]);
	}
	if (!index->order || strcmp(index->order, "created_at") == 0)
		return 0;
	size_t at = resource_field(resource, index->order);
	const struct field *order = at == SIZE_MAX ? NULL : &resource->fields[at];
	if (!order || order->seal != FIELD_CLEAR || (order->type != FIELD_INT && order->type != FIELD_TIME) ||
		!(order->flags & FIELD_REQUIRED))
		return err_set(reterr, E_BUG, "store", "%s.%s: cannot be ordered by %s", resource->name, index->name, index->order);
	return 0;
}

static int check_resource(const struct registry *registry, const struct resource *resource, struct err *reterr)
{
	int code = 0;
	if (!resource->name || !plain_name(resource->name) || !resource->fields || resource->field_count == 0)
		return err_set(reterr, E_BUG, "store", "resource without a good name or fields");
	for (size_t i = 0; !code && i < resource->field_count; i++)
		code = check_field(registry, resource, i, reterr);
	for (size_t i = 0; !code && i < resource->index_count; i++)
		code = check_index(resource, &resource->indexes[i], reterr);
	for (size_t i = 0; !code && i < resource->transition_count; i++) {
		const struct transition *t = &resource->transitions[i];
		if (!has_name(resource->states, t->from) || !has_name(resource->states, t->to))
			code = err_set(reterr, E_BUG, "store", "%s: transition %s to %s names no state", resource->name, t->from, t->to);
	}
	if (code)
		return code;
	size_t owner = resource_field(resource, "client_id");
	if (resource->of_client && owner != SIZE_MAX &&
		(resource->fields[owner].type != FIELD_REF || resource->fields[owner].seal != FIELD_CLEAR ||
			(resource->fields[owner].flags & (FIELD_REQUIRED | FIELD_ONCE)) != (FIELD_REQUIRED | FIELD_ONCE)))
		return err_set(reterr, E_BUG, "store", "%s.client_id: must be a clear, required ref, set once", resource->name);
	return 0;
}

int registry_check(const struct registry *registry, struct err *reterr)
{
	int code = 0;
	if (registry->count == 0)
		return err_set(reterr, E_BUG, "store", "no resources");
	for (size_t i = 0; !code && i < registry->count; i++)
		if (registry_find(registry, registry->resources[i]->name) != registry->resources[i])
			code = err_set(reterr, E_BUG, "store", "two resources named %s", registry->resources[i]->name);
		else
			code = check_resource(registry, registry->resources[i], reterr);
	return code;
}

bool resource_may(const struct resource *resource, uint32_t who, enum access access, const struct field *field)
{
	uint32_t allowed = 0;
	if (who & WHO_SYSTEM)
		return true;
	switch (access) {
	case ACCESS_READ: allowed = resource->read; break;
	case ACCESS_CREATE: allowed = resource->create; break;
	case ACCESS_WRITE: allowed = resource->write; break;
	case ACCESS_ERASE: allowed = resource->erase; break;
	}
	if (field && access == ACCESS_READ && field->read)
		allowed &= field->read;
	if (field && access != ACCESS_READ && field->write)
		allowed &= field->write;
	return (allowed & who) != 0;
}

bool resource_may_move(const struct resource *resource, uint32_t who, const char *from, const char *to)
{
	for (size_t i = 0; i < resource->transition_count; i++) {
		const struct transition *t = &resource->transitions[i];
		if (strcmp(t->from, from) == 0 && strcmp(t->to, to) == 0)
			return (who & (t->who | WHO_SYSTEM)) != 0;
	}
	return false;
}

/* Bytes of the character at the start of s, 0 when there is none that is well-formed. */
static size_t utf8_step(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	unsigned char c = p[0];
	size_t more = c < 0x80 ? 0 : c >= 0xc2 && c <= 0xdf ? 1 : (c & 0xf0) == 0xe0 ? 2 : c >= 0xf0 && c <= 0xf4 ? 3 : s.len;
	if (more >= s.len)
		return 0;
	for (size_t k = 1; k <= more; k++)
		if ((p[k] & 0xc0) != 0x80)
			return 0;
	if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) || (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f))
		return 0;
	return more + 1;
}

size_t text_utf8_length(struct str s)
{
	size_t at = 0, step = 1;
	while (at < s.len && step) {
		step = utf8_step(str_sub(s, at, s.len));
		at += step;
	}
	return at;
}

/* The store checks for itself: PostgreSQL refuses anything else, and both databases must answer alike. */
static bool text_clean(const struct field *field, struct str s)
{
	bool nul_allowed = field->seal == FIELD_SEALED && field->type == FIELD_TEXT;
	return text_utf8_length(s) == s.len && (nul_allowed || s.len == 0 || !memchr(s.ptr, 0, s.len));
}

static int check_length(const struct resource *resource, const struct field *field, struct str s, struct err *reterr)
{
	int64_t max = field->max ? field->max : field->type == FIELD_TEXT ? 1000 : field->type == FIELD_JSON ? 16384 : 4096;
	if ((uint64_t)s.len > (uint64_t)max || (int64_t)s.len < field->min)
		return err_set(reterr, E_INVALID, "store", "%s.%s: %zu bytes, not %" PRId64 " to %" PRId64, resource->name, field->name,
			s.len, field->min, max);
	return 0;
}

static int check_json(const struct resource *resource, const struct field *field, struct str s, struct err *reterr)
{
	json_error_t error;
	json_t *json = json_loadb(s.ptr ? s.ptr : "", s.len, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		return err_set(reterr, E_INVALID, "store", "%s.%s: not a JSON object or array", resource->name, field->name);
	json_decref(json);
	return 0;
}

static int check_text(const struct resource *resource, const struct field *field, struct str s, struct err *reterr)
{
	if (field->type == FIELD_ENUM) {
		for (const char *const *v = field->values; *v; v++)
			if (str_eqc(s, *v))
				return 0;
		return err_set(reterr, E_INVALID, "store", "%s.%s: not one of its values", resource->name, field->name);
	}
	if (field->type == FIELD_REF) {
		bool good = s.len == 36;
		for (size_t i = 0; good && i < s.len; i++)
			good = s.ptr[i] == '-' || isdigit((unsigned char)s.ptr[i]) || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f');
		return good ? 0 : err_set(reterr, E_INVALID, "store", "%s.%s: not an id", resource->name, field->name);
	}
	int code = check_length(resource, field, s, reterr);
	if (!code && field->type == FIELD_JSON)
		code = check_json(resource, field, s, reterr);
	if (!code && !text_clean(field, s))
		code = err_set(reterr, E_INVALID, "store", "%s.%s: not clean UTF-8", resource->name, field->name);
	return code;
}

int value_check(const struct resource *resource, const struct field *field, struct value value, struct err *reterr)
{
	enum value_kind want = field->type == FIELD_INT || field->type == FIELD_BOOL || field->type == FIELD_TIME ? VALUE_INT
			       : field->type == FIELD_BYTES                                                       ? VALUE_BYTES
														  : VALUE_TEXT;
	if (value.kind == VALUE_NULL)
		return 0;
	if (value.kind != want)
		return err_set(reterr, E_INVALID, "store", "%s.%s: wrong type", resource->name, field->name);
	if (want == VALUE_BYTES)
		return check_length(resource, field, value.s, reterr);
	if (want == VALUE_TEXT)
		return check_text(resource, field, value.s, reterr);
	if (field->type == FIELD_BOOL && value.i != 0 && value.i != 1)
		return err_set(reterr, E_INVALID, "store", "%s.%s: not a bool", resource->name, field->name);
	if (field->type == FIELD_INT && (field->min || field->max) && (value.i < field->min || value.i > field->max))
		return err_set(reterr, E_INVALID, "store", "%s.%s: %" PRId64 " is not in %" PRId64 " to %" PRId64, resource->name,
			field->name, value.i, field->min, field->max);
	return 0;
}
