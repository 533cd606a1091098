/* policy_priv.h: what the policy files share: a rule as read from a pack, and the presets made of rules. */
#ifndef HEED_POLICY_POLICY_PRIV_H
#define HEED_POLICY_POLICY_PRIV_H

#include "base/yaml.h"
#include "policy/policy.h"

#define POLICY_TEXT_STATIC "safe.static" /* of last resort */
#define POLICY_TEXT_FAILED "screening.failed"
#define POLICY_DIALOGUE_CRISIS "crisis"
#define POLICY_RANK_FLOOR 10000 /* above every rank of a pack */

#define POLICY_PACKS_MAX 64
#define POLICY_RULES_MAX 512 /* of all packs */
#define POLICY_LIST_MAX 64   /* of one list in a rule */
#define POLICY_INCLUDES_MAX 8
#define POLICY_ORDER_MAX 256

/* A yes/no condition: the zero value holds always. */
enum condition { CONDITION_ANY = 0, CONDITION_NO, CONDITION_YES };

struct str_list {
	const struct str *items;
	size_t count; /* 0: any */
};

/* When a rule holds: every member that is set must hold. */
struct rule_when {
	int direction;                  /* -1 any */
	struct str_list concepts;       /* one finding of any of these ... */
	long concept_level;             /* ... at this level or above ... */
	long confidence;                /* ... with this confidence or more, per mille */
	long level, conversation_level; /* at least */
	struct str_list modes, jurisdictions, langs;
	long age_under, age_from; /* known age below, or at least; 0 any */
	enum condition age_known, consent_ai, consent_care, may_consent, held, rate_limited, screened, empty, truncated, lang_covered;
	unsigned cover, reach, bot, experiencer, time; /* sets of bits; 0 any */
};

struct rule {
	struct str id, text_en, text_es;
	int line;
	struct rule_when when;
	struct policy_decision then; /* rules = its own id */
};

struct situation {
	const struct yaml_node *node;
	struct str name;
};

struct pack {
	struct str id, name_en, name_es;
	const struct yaml_node *root;
	struct policy_source source; /* a copy, for policy_vary */
	struct str includes[POLICY_INCLUDES_MAX];
	size_t include_count;
	bool preset;     /* may be asked for by id */
	bool everywhere; /* its rules join in every preset */
	const struct rule *rules;
	size_t rule_count;
	const struct rule **all; /* of a preset: its own, the included ones', everywhere's; sorted by id */
	size_t all_count;
};

struct policy {
	const struct mem *mem;
	struct arena arena;
	struct pack packs[POLICY_PACKS_MAX];
	size_t pack_count;
	struct str_list texts, dialogues; /* from least to most urgent */
	char hash[17];
};

/* rule_read: the rules of a pack; the order lists of the policy must be complete. */
int rule_read(struct policy *policy, struct pack *pack, struct err *reterr) MUST_CHECK;
bool rule_holds(const struct rule_when *when, const struct verdict *verdict, const struct policy_situation *situation);

/* The program's own rules: no pack can take them away. */
#define POLICY_FLOOR_COUNT 11
extern const struct policy_rule_info policy_floor_en[POLICY_FLOOR_COUNT], policy_floor_es[POLICY_FLOOR_COUNT];

const struct pack *policy_find(const struct policy *policy, struct str preset);

/* situations_run: the in-pack tests of a pack, and the grid that every preset must pass. */
int situations_run(const struct policy *policy, const struct pack *pack, struct err *reterr) MUST_CHECK;
int grid_run(const struct policy *policy, const struct pack *pack, struct err *reterr) MUST_CHECK;

#endif
