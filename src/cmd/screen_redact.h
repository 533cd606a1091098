/* screen_redact.h: `heedwell screen --redact`: what a line's text reads like without the personal identifiers. */
#ifndef HEED_CMD_SCREEN_REDACT_H
#define HEED_CMD_SCREEN_REDACT_H

#include "base/arena.h"
#include "base/buf.h"
#include "screen/screen.h"

/* screen_redact: appends `"redacted":TEXT,"pseudonyms":[...],` to `out`. The turns of the context are read first, so that the pseudonyms
 * are those of the whole conversation. Where the text could not be read whole, TEXT is null. */
void screen_redact(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena,
	const struct screen_request *request, const struct verdict *verdict, struct buf *out);

#endif
