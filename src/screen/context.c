/* context.c */
#include "screen/engine_priv.h"

static bool guarded(const struct scan *scan, const struct match *match)
{
	const struct pack_phrase *phrase = &scan->pack->phrases[match->phrase];
	const struct token *tokens = scan->view->tokens;
	uint32_t segment = tokens[scan->view->solid[match->first]].segment;
	if (!phrase->guard)
		return false;
	for (size_t i = 0; i < scan->match_count; i++) {
		const struct pack_phrase *guard = &scan->pack->phrases[scan->matches[i].phrase];
		if (guard->target == TARGET_GUARD && guard->ref == phrase->guard &&
			tokens[scan->view->solid[scan->matches[i].first]].segment == segment)
			return true;
	}
	return false;
}

int context_findings(struct run *run, const struct scan *scan, const struct context_options *options)
{
	const struct pack *pack = scan->pack;
	for (size_t i = 0; i < scan->match_count; i++) {
		const struct match *match = &scan->matches[i];
		const struct pack_phrase *phrase = &pack->phrases[match->phrase];
		if (phrase->target != TARGET_CONCEPT || (options->only && !options->only(scan, match, options->only_ctx)) ||
			guarded(scan, match))
			continue;
		const struct pack_concept *concept = &pack->concepts[phrase->ref];
		struct finding *finding = finding_add(run);
		if (!finding)
			return E_MEMORY;
		*finding = (struct finding){ .concept = pack_str(pack, concept->id),
			.family = (enum family) concept->family,
			.base_level = phrase->level >= 0 ? phrase->level : concept->level,
			.turn = options->turn,
			.source = options->source,
			.confidence = phrase->confidence,
			.phrase = pack_str(pack, phrase->id),
			.why = pack_str(pack, concept->why),
			.start = scan->view->tokens[scan->view->solid[match->first]].start,
			.end = scan->view->tokens[scan->view->solid[match->last]].end };
		finding->level = finding->base_level;
	}
	return 0;
}
