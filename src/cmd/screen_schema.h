/* screen_schema.h: the JSON Schema (draft 2020-12) of what `heedwell screen` writes, made from the program's own names. */
#ifndef HEED_CMD_SCREEN_SCHEMA_H
#define HEED_CMD_SCREEN_SCHEMA_H

#include "base/buf.h"

/* screen_schema: the whole document with a line feed at its end. */
void screen_schema(struct buf *out);

#endif
