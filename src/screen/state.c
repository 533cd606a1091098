/* state.c: the conversation around the message. */
#include "screen/engine_priv.h"

bool state_allows(struct run *run, const struct pack_phrase *phrase)
{
	return phrase->after.count == 0;
}
