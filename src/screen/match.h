/* match.h: phrases over literal hits in one folded view. */
#ifndef HEED_SCREEN_MATCH_H
#define HEED_SCREEN_MATCH_H

#include "screen/pack_priv.h"
#include "text/fold.h"
#include "text/lang.h"

/* A literal that stands in the view. Places are indices of view.solid. */
struct hit {
	uint32_t literal;
	uint32_t first, last;
	uint32_t next_first, next_last; /* next hit that begins / ends at the same place; index + 1 */
};

struct match {
	uint32_t phrase;
	uint32_t first, last; /* places; inclusive */
};

struct scan {
	const struct pack *pack;
	const struct view *view;
	struct hit *hits;
	size_t hit_count;
	uint32_t *head_first, *head_last; /* by place: hit index + 1 */
	uint64_t *sign_first, *sign_last; /* by place: the signs of all literals that begin, that end there */
	struct match *matches;            /* every target, in no order */
	size_t match_count;
	const struct lang_vote *votes; /* by token of the view; where read_text has read it */
};

/* What match_run needs room for; nothing in it outlives a run. One for each thread. */
struct match_room {
	uint64_t *near; /* match_room_count(pack) */
};
size_t match_room_count(const struct pack *pack);

/* match_run: all phrases of the roles that stand in the view. `disguised`: the view is the de-obfuscated one: nothing is matched
 * unless a phrase of a concept that is sought there holds a changed token. E_MEMORY at the arena's limit, E_LIMIT when the text holds
 * absurdly many hits. The view was folded with the pack's vocabulary. */
int match_run(const struct pack *pack, struct arena *arena, struct match_room *room, const struct view *view, unsigned roles,
	bool disguised, struct scan *ret_scan) MUST_CHECK;

/* scan_holds_changed: whether a token of the match was changed by the de-obfuscated view. */
bool scan_holds_changed(const struct scan *scan, const struct match *match);

/* scan_has_slot: whether the literal may stand in the slot. */
bool scan_has_slot(const struct pack *pack, uint32_t literal, uint32_t slot);

#endif
