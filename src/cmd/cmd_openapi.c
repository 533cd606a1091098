/* cmd_openapi.c: `heedwell openapi`: what the program keeps and answers, from its descriptors, as OpenAPI 3.1. */
#include "care/resources.h"
#include "cmd/cmd.h"
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
	json_t *document = json_pack("{s:s, s:{s:s, s:s, s:{s:s}}, s:[{s:s}], s:{}, s:{s:o}}", "openapi", "3.1.0", "info", "title",
		"Heedwell", "version", HEED_VERSION, "license", "name", "Apache-2.0", "servers", "url", "/api/v1", "paths", "components",
		"schemas", schemas);
	if (!document || json_dumpf(document, stdout, JSON_INDENT(2)) != 0) {
		fputs("heedwell openapi: cannot be written\n", stderr);
		return 2;
	}
	putchar('\n');
	json_decref(document);
	return 0;
}
