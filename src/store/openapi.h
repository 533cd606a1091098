/* openapi.h: the descriptors as OpenAPI 3.1 schemas. */
#ifndef HEED_STORE_OPENAPI_H
#define HEED_STORE_OPENAPI_H

#include "store/resource.h"

/* openapi_schemas: components.schemas: for each resource that anybody but the program may read or create, what is answered
 * ("alert") and, where people may create it, what is accepted ("alert_new"). A new reference; NULL: out of memory. */
struct json_t *openapi_schemas(const struct registry *registry);

#endif
