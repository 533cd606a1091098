/* classify.h: the learned stage: what no phrase names, by a linear model over hashed features (features.h), one head a concept.
 *
 * It only raises: a head that is sure enough adds a finding when nothing else in the message has its family at that level; it never
 * lowers what a phrase found, and the context of a phrase does not lower it. Weights, scales and thresholds are whole numbers, so
 * that every machine gives the same verdict. */
#ifndef HEED_SCREEN_CLASSIFY_H
#define HEED_SCREEN_CLASSIFY_H

#include "screen/engine_priv.h"

/* classify_run: adds to run->findings, with `turn`, what the scan's text is like; of turn 0 run->learned is raised, where it is given. Call
 * it when the phrases of the text have been found. Each window is read in its own language; in one that the model does not know it says
 * nothing. E_MEMORY at the arena's limit. */
int classify_run(struct run *run, const struct scan *scan, int turn) MUST_CHECK;

/* classify_words: fills pack->words (in the arena) from the vocabulary and the weights of the models. E_MEMORY. */
int classify_words(struct arena *arena, struct pack *pack) MUST_CHECK;

#endif
