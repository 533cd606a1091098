/* inspect.c: what an opened engine is made of, for people who write packs; see screen.h. */
#include "screen/engine_priv.h"

bool screen_concept_at(const struct screen_engine *engine, size_t index, struct screen_concept *ret_concept)
{
	if (index >= engine->pack.concept_count)
		return false;
	const struct pack_concept *concept = &engine->pack.concepts[index];
	*ret_concept = (struct screen_concept){ .id = pack_str(&engine->pack, concept->id),
		.family = (enum family) concept->family,
		.level = concept->level,
		.client = (concept->roles & ROLES_CLIENT) != 0,
		.assistant = (concept->roles & ROLES_ASSISTANT) != 0 };
	return true;
}
