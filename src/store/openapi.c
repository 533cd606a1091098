/* openapi.c: see openapi.h. */
#include "store/openapi.h"

#include <inttypes.h>
#include <jansson.h>

/* The names in a mask, as a list. */
static json_t *who_list(uint32_t who)
{
	json_t *list = json_array();
	for (uint32_t bit = WHO_CLIENT; bit < WHO_SYSTEM; bit <<= 1)
		if (who & bit)
			json_array_append_new(list, json_string(who_name((enum who)bit)));
	return list;
}

static json_t *name_list(const char *const *names)
{
	json_t *list = json_array();
	for (; names && *names; names++)
		json_array_append_new(list, json_string(*names));
	return list;
}

static void set_bounds(json_t *schema, const struct field *field, const char *low, const char *high, int64_t standard)
{
	int64_t max = field->max ? field->max : standard;
	if (field->min)
		json_object_set_new(schema, low, json_integer(field->min));
	else if (field->max && field->type == FIELD_INT)
		json_object_set_new(schema, low, json_integer(0));
	if (max)
		json_object_set_new(schema, high, json_integer(max));
}

static json_t *typed(const char *type, const char *format)
{
	json_t *schema = json_object();
	json_object_set_new(schema, "type", json_string(type));
	if (format)
		json_object_set_new(schema, "format", json_string(format));
	return schema;
}

static json_t *field_type(const struct field *field)
{
	json_t *schema;
	switch (field->type) {
	case FIELD_INT:
		schema = typed("integer", "int64");
		set_bounds(schema, field, "minimum", "maximum", 0);
		return schema;
	case FIELD_BOOL: return typed("boolean", NULL);
	case FIELD_TIME: return typed("string", "date-time");
	case FIELD_REF:
		schema = typed("string", "uuid");
		json_object_set_new(schema, "x-resource", json_string(field->ref));
		return schema;
	case FIELD_ENUM:
		schema = typed("string", NULL);
		json_object_set_new(schema, "enum", name_list(field->values));
		return schema;
	case FIELD_JSON: return json_pack("{s:[s,s]}", "type", "object", "array");
	case FIELD_BYTES: return typed("string", "byte");
	case FIELD_TEXT: break;
	}
	schema = typed("string", NULL);
	set_bounds(schema, field, "minLength", "maxLength", 1000);
	return schema;
}

static json_t *field_schema(const struct resource *resource, const struct field *field, bool answered)
{
	json_t *schema = field_type(field), *type = json_object_get(schema, "type");
	if (answered && !(field->flags & FIELD_REQUIRED)) {
		/* An unset field is answered as null. */
		json_t *types = json_is_array(type) ? json_copy(type) : json_pack("[O]", type);
		json_array_append_new(types, json_string("null"));
		json_object_set_new(schema, "type", types);
		if (json_object_get(schema, "enum"))
			json_array_append_new(json_object_get(schema, "enum"), json_null());
	}
	if (field->doc)
		json_object_set_new(schema, "description", json_string(field->doc));
	if (answered && field->read)
		json_object_set_new(schema, "x-readers", who_list(field->read & resource->read));
	if (!answered && field->write)
		json_object_set_new(schema, "x-writers", who_list(field->write & resource->create));
	if (field->seal != FIELD_CLEAR)
		json_object_set_new(schema, "x-sealed", json_true());
	return schema;
}

static void set_own(json_t *properties, const struct resource *resource)
{
	static const struct {
		const char *name, *type, *format, *doc;
	} own[] = {
		{ "id", "string", "uuid", "UUID version 7" },
		{ "version", "integer", "int64", "grows with every change; a change names the one it saw" },
		{ "created_at", "string", "date-time", "when it was made" },
		{ "updated_at", "string", "date-time", "last change" },
	};
	for (size_t i = 0; i < COUNT_OF(own); i++) {
		json_t *schema = typed(own[i].type, own[i].format);
		json_object_set_new(schema, "description", json_string(own[i].doc));
		json_object_set_new(schema, "readOnly", json_true());
		json_object_set_new(properties, own[i].name, schema);
	}
	if (!resource->states)
		return;
	json_t *state = typed("string", NULL), *moves = json_array();
	json_object_set_new(state, "enum", name_list(resource->states));
	json_object_set_new(state, "readOnly", json_true());
	for (size_t i = 0; i < resource->transition_count; i++)
		json_array_append_new(moves, json_pack("{s:s, s:s, s:o}", "from", resource->transitions[i].from, "to",
						     resource->transitions[i].to, "by", who_list(resource->transitions[i].who)));
	json_object_set_new(state, "x-transitions", moves);
	json_object_set_new(properties, "state", state);
}

static json_t *resource_schema(const struct resource *resource, bool answered)
{
	json_t *properties = json_object(), *required = json_array();
	if (answered)
		set_own(properties, resource);
	for (void *at = json_object_iter(properties); at; at = json_object_iter_next(properties, at))
		json_array_append_new(required, json_string(json_object_iter_key(at)));
	for (size_t i = 0; i < resource->field_count; i++) {
		const struct field *field = &resource->fields[i];
		uint32_t audience = answered ? resource->read : resource->create;
		uint32_t narrow = answered ? field->read : field->write;
		if ((field->flags & FIELD_SECRET) || (!answered && (field->flags & FIELD_NUMBERED)) || (narrow && !(audience & narrow)))
			continue;
		json_object_set_new(properties, field->name, field_schema(resource, field, answered));
		if (field->flags & FIELD_REQUIRED)
			json_array_append_new(required, json_string(field->name));
	}
	json_t *schema = json_pack("{s:s, s:s, s:b, s:o, s:o}", "type", "object", "description",
		resource->summary ? resource->summary : resource->name, "additionalProperties", 0, "required", required, "properties",
		properties);
	json_object_set_new(schema, answered ? "x-readers" : "x-writers", who_list(answered ? resource->read : resource->create));
	if (answered) {
		json_object_set_new(schema, "x-retention", json_string(retention_name(resource->retention)));
		if (resource->fhir)
			json_object_set_new(schema, "x-fhir", json_string(resource->fhir));
	}
	return schema;
}

json_t *openapi_schemas(const struct registry *registry)
{
	char name[64];
	json_t *schemas = json_object();
	for (size_t i = 0; schemas && i < registry->count; i++) {
		const struct resource *resource = registry->resources[i];
		if (resource->read & ~(uint32_t)WHO_SYSTEM)
			json_object_set_new(schemas, resource->name, resource_schema(resource, true));
		if (!(resource->create & ~(uint32_t)WHO_SYSTEM))
			continue;
		struct str new_name = str_c(resource->name);
		memcpy(name, new_name.ptr, new_name.len);
		memcpy(name + new_name.len, "_new", 5);
		json_object_set_new(schemas, name, resource_schema(resource, false));
	}
	return schemas;
}
