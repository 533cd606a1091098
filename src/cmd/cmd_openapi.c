/* cmd_openapi.c: `heedwell openapi`: what the program keeps and answers, from its descriptors, as OpenAPI 3.1. */
#include "care/resources.h"
#include "cmd/cmd.h"
#include "http/api.h"
#include "store/openapi.h"

#include <jansson.h>
#include <stdio.h>

static json_t *error_schema(void)
{
	return json_pack("{s:s, s:[s], s:{s:{s:s, s:[s,s], s:{s:{s:s,s:s}, s:{s:s,s:s}, s:{s:[s,s],s:s}}}}}", "type", "object", "required",
		"error", "properties", "error", "type", "object", "required", "code", "message", "properties", "code", "type", "string",
		"description", "stable, snake_case", "message", "type", "string", "description", "for people", "field", "type", "string",
		"null", "description", "which field of the request");
}

/* "/staff/alerts/:id" as "/staff/alerts/{id}", without the base. */
static json_t *path_item(json_t *paths, const char *pattern)
{
	char path[256];
	size_t at = 0;
	bool name = false;
	for (const char *c = pattern + sizeof("/api/v1") - 1; *c && at < sizeof(path) - 3; c++) {
		if (name && *c == '/') {
			path[at++] = '}';
			name = false;
		}
		path[at++] = *c == ':' ? '{' : *c;
		name |= *c == ':';
	}
	if (name)
		path[at++] = '}';
	path[at] = '\0';
	json_t *item = json_object_get(paths, path);
	if (!item) {
		json_object_set_new(paths, path, json_object());
		item = json_object_get(paths, path);
	}
	return item;
}

static json_t *operation(const struct http_route *route)
{
	json_t *roles = json_array();
	for (unsigned bit = 1; bit < 1u << 9; bit <<= 1)
		if (route->roles & bit)
			json_array_append_new(roles, json_string(who_name((enum who)bit)));
	json_t *responses = json_pack("{s:{s:s},s:{s:s,s:{s:{s:{s:s}}}}}", "2XX", "description", "done", "4XX", "description", "refused",
		"content", "application/json", "schema", "$ref", "#/components/schemas/error");
	return json_pack("{s:o,s:o}", "x-roles", roles, "responses", responses);
}

static json_t *openapi_paths(void)
{
	const struct http_route *tables[32];
	size_t counts[32], count = api_routes(tables, counts, COUNT_OF(tables));
	json_t *paths = json_object();
	for (size_t t = 0; t < count; t++)
		for (size_t i = 0; i < counts[t]; i++) {
			char method[8] = "";
			for (size_t k = 0; tables[t][i].method[k] && k < sizeof(method) - 1; k++)
				method[k] = (char)(tables[t][i].method[k] | 0x20); /* lower case */
			json_object_set_new(path_item(paths, tables[t][i].pattern), method, operation(&tables[t][i]));
		}
	return paths;
}

int cmd_openapi(int argc, char **argv)
{
	struct registry registry = care_registry();
	(void)argv;
	if (argc != 1) {
		fputs("usage: heedwell openapi\n", stderr);
		return 2;
	}
	json_t *schemas = openapi_schemas(&registry);
	json_object_set_new(schemas, "error", error_schema());
	json_t *document = json_pack("{s:s, s:{s:s, s:s, s:{s:s}}, s:[{s:s}], s:o, s:{s:o}}", "openapi", "3.1.0", "info", "title",
		"Heedwell", "version", HEED_VERSION, "license", "name", "Apache-2.0", "servers", "url", "/api/v1", "paths", openapi_paths(),
		"components", "schemas", schemas);
	if (!document || json_dumpf(document, stdout, JSON_INDENT(2)) != 0) {
		fputs("heedwell openapi: cannot be written\n", stderr);
		return 2;
	}
	putchar('\n');
	json_decref(document);
	return 0;
}
