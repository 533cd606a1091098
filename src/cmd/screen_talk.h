/* screen_talk.h: one line of `heedwell screen --conversation`: a whole conversation in, its grade with reasons out. */
#ifndef HEED_CMD_SCREEN_TALK_H
#define HEED_CMD_SCREEN_TALK_H

#include "cmd/screen_line.h"

/* screen_talk_run: appends one line (with its line feed) to `out`. Each message is screened with those before it as its context, then
 * the conversation is graded (screen/trajectory.h). E_INVALID when the line was bad: then it is an error record. */
int screen_talk_run(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena,
	const struct screen_line_options *options, const struct screen_line *line, struct buf *out) MUST_CHECK;

#endif
