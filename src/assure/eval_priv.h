/* eval_priv.h: the counters behind eval.h. */
#ifndef HEED_ASSURE_EVAL_PRIV_H
#define HEED_ASSURE_EVAL_PRIV_H

#include "assure/eval.h"

/* n rows, and how many of them stood at level >= 2 and >= 3. */
struct eval_count {
	uint64_t n, two, three;
};

struct eval_label {
	char name[48];
	struct eval_count any; /* by the message's level */
};

struct eval_set {
	char source[64];
	char lang[12];
	enum message_role role;
	uint64_t rows, not_screened;
	struct eval_count risk;       /* labelled suicide or self-harm; level of those two families */
	struct eval_count calm;       /* not so labelled; level of those two families */
	struct eval_count quiet;      /* no risk label of any family; the message's level: the load of false alarms */
	struct eval_count unsafe;     /* assistant side */
	struct eval_count safe;       /* assistant side */
	struct eval_count block_safe; /* assistant side: safe rows by level 4, in `three` */
	uint64_t graded, past_attempt;
	uint64_t grade[EVAL_GRADES * EVAL_GRADES]; /* row: from severity; column: from level */
	struct eval_label labels[EVAL_LABELS_MAX];
	size_t label_count;
};

struct eval {
	const struct mem *mem;
	struct eval_set *sets[EVAL_SETS_MAX];
	size_t set_count;
	uint64_t dropped;
};

/* eval_sorted: the sets by role, source, language; returns their number. sorted has room for EVAL_SETS_MAX. */
size_t eval_sorted(const struct eval *eval, const struct eval_set **sorted);

#endif
