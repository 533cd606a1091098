/* release.h: what of a model's reply may be shown, and when. Pure.
 *
 * For each surface of each choice:  released <= judged <= received  (bytes).
 * Text arrives in pieces of any size. Whenever a whole unit (screen_unit_end) is there, the whole text so far, up to that
 * unit's end, is judged by the caller's function; only then may the unit go out. Carrying the last characters into the next
 * check would find a split match and still have leaked its first half: the delay is on the output side. When the judge
 * does not allow, nothing more of the choice is released, ever: the caller sends approved text instead.
 * Tool arguments are held until complete. Reasoning is shown only when it was asked for, and judged like the rest.
 *
 *  state         a piece arrives        unit judged: go   unit judged: not   end of reply            over a cap
 *  RELEASE_OPEN  stays; judge each unit  unit is ready     RELEASE_STOPPED    judge the rest, DONE    RELEASE_STOPPED
 *  STOPPED       counted as received     -                 -                  stays                   stays
 *  DONE          E_BUG                   -                 -                  -                       - */
#ifndef HEED_POLICY_RELEASE_H
#define HEED_POLICY_RELEASE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "policy/policy.h"

enum release_surface { SURFACE_CONTENT = 0, SURFACE_REFUSAL, SURFACE_REASONING, SURFACE_TOOL, SURFACE_COUNT };
const char *release_surface_name(enum release_surface surface); /* "content","refusal","reasoning","tool" */

enum release_state { RELEASE_STOPPED = 0, RELEASE_OPEN, RELEASE_DONE };

/* Judge the whole text of one surface so far. Returns the action: ALLOW and ANNOTATE let the text go, all others stop the
 * reply. Must not call back into the release. */
typedef enum policy_action release_judge_fn(void *ctx, enum release_surface surface, int index, struct str text_so_far);
/* The end of the last complete unit at or after from (screen_unit_end in the program; anything in tests). */
typedef size_t release_unit_fn(void *ctx, struct str text, size_t from, bool finished);

struct release_limits {
	size_t text_bytes_max;  /* of each surface; default 256 KiB */
	size_t total_bytes_max; /* of the reply; default 1 MiB */
	int tools_max;          /* tool calls; default 16 */
};
struct release_limits release_limits_default(void);

struct release;

struct release_counts {
	uint64_t received, judged, released; /* bytes over all surfaces */
	unsigned checks;                     /* judge calls */
};

int release_new(const struct mem *mem, const struct release_limits *limits, release_unit_fn *unit, release_judge_fn *judge, void *ctx,
	struct release **ret_release, struct err *reterr) MUST_CHECK;
void release_free(struct release **release);

/* release_feed: a piece of text of a surface (index: of the tool call; 0 otherwise). After it release_next gives the units
 * that became ready. Returns 0; E_LIMIT over a cap (and stopped). */
int release_feed(struct release *release, enum release_surface surface, int index, struct str piece, struct err *reterr) MUST_CHECK;
/* release_finish: no more text comes: judges what is left of each surface. */
int release_finish(struct release *release, struct err *reterr) MUST_CHECK;
/* release_cut: the reply broke off (reset, time limit): what was judged stays, what was not is never released. */
void release_cut(struct release *release);

struct release_unit {
	enum release_surface surface;
	int index;
	struct str text; /* borrowed until the next feed, finish or free */
};
/* release_next: the next judged and not yet released unit, marked released; false when there is none. After a stop the
 * units judged before it are still given. */
bool release_next(struct release *release, struct release_unit *ret_unit);

enum release_state release_state(const struct release *release);
/* release_action: what the judge said that stopped it (ACTION_BLOCK also for a cap); ACTION_ANNOTATE if any unit was
 * annotated; else ACTION_ALLOW. */
enum policy_action release_action(const struct release *release);
enum release_surface release_stopped_surface(const struct release *release);
struct release_counts release_counts(const struct release *release);
/* release_text: all received text of a surface; for the record and the reviewer. */
struct str release_text(const struct release *release, enum release_surface surface, int index);
/* release_released: the released part of it. */
struct str release_released(const struct release *release, enum release_surface surface, int index);

#endif
