/* policy.h: from a verdict to a decision. Pure: rules are data, the result is the join of all rules that match.
 *
 * Decisions form a lattice (policy_join): each member takes the stricter of the two, so rule order never matters and a
 * pack can only make things stricter. The zero value of enum policy_action is the strictest. Every decision names the
 * rules that made it. Rules, presets of the five programme modes and texts come from packs (kind: policy). */
#ifndef HEED_POLICY_POLICY_H
#define HEED_POLICY_POLICY_H

#include "base/arena.h"
#include "base/err.h"
#include "screen/verdict.h"

/* What happens to the text itself; smaller is stricter. */
enum policy_action {
	ACTION_BLOCK = 0, /* nothing of it is released; safe text instead */
	ACTION_REPLACE,   /* approved text instead of the rest */
	ACTION_REVIEW,    /* held for a person */
	ACTION_ANNOTATE,  /* released, marked for staff */
	ACTION_ALLOW
};

/* Who may answer the client next; smaller is stricter. */
enum policy_speaker {
	SPEAKER_SCRIPT = 0, /* only the scripted dialogue and people */
	SPEAKER_APPROVED,   /* approved texts and questions */
	SPEAKER_REVIEWED,   /* the model, after a licensed person approved */
	SPEAKER_MODEL
};

enum policy_direction { DIRECTION_CLIENT = 0, DIRECTION_ASSISTANT };
enum policy_reach { REACH_ANONYMOUS = 0, REACH_CALLBACK, REACH_IDENTIFIED };
/* What a program may say to a client at all, by law; smaller is stricter. Administrative: approved texts about appointments and
 * the way to a person; neither a model nor a built-in responder. */
enum policy_bot { BOT_NONE = 0, BOT_ADMINISTRATIVE, BOT_THERAPEUTIC };
enum policy_cover { COVER_NONE = 0, COVER_ON_CALL, COVER_IN_HOURS };

/* Everything besides the verdict that a rule may look at. */
struct policy_situation {
	enum policy_direction direction;
	struct str mode;         /* "chatbot","augmented","teletherapy","vr","cbt" */
	struct str jurisdiction; /* of the programme: "US-CA", "EU", ... or empty */
	struct str place;        /* of the client; a rule about a jurisdiction holds when it is about either */
	enum policy_bot bot;     /* by the laws of all places that count (jurisdiction.h) */
	enum policy_reach reach;
	enum policy_cover cover;
	int age;           /* years, 0 unknown */
	bool consent_ai;   /* the client agreed to AI chat */
	bool consent_care; /* the client did not refuse to be cared for here */
	bool may_consent;  /* is of age to decide, or somebody who may has decided and a person has verified it */
	bool rate_limited;
	bool conversation_held; /* from an earlier level >= 3 until a clinician releases it */
	int conversation_level; /* accumulated 0-4 */
	struct str lang;        /* language for texts: "en" or "es" */
};

struct policy_decision {
	enum policy_action action;
	enum policy_speaker speaker;
	int alert;              /* 0 none, else priority 1 (most urgent) to 4 */
	bool hold_conversation; /* the model may not speak again until a clinician releases */
	struct str safe_text;   /* message catalogue key of the text to give instead; empty when none */
	struct str dialogue;    /* scripted dialogue to start, or empty */
	int text_rank,
		dialogue_rank;   /* of the two above: their place in the packs' order of urgency, 0 when empty; join keeps the higher */
	struct str const *rules; /* ids of the rules that made it, sorted; never empty for a decision of policy_decide */
	size_t rule_count;
};

struct policy; /* immutable once opened; shared by all threads */

struct policy_source {
	struct str name;  /* file name for messages */
	struct str bytes; /* YAML */
};

/* policy_open: all packs of kind policy (others are skipped; docs/reference/pack-format.md). Runs their in-pack situations and
 * checks every preset over a grid of situations (from level 3 the script speaks; whenever the model does not, there is a text
 * or a dialogue); a failure refuses it: E_INVALID with file, line and what. */
int policy_open(const struct mem *mem, const struct policy_source *sources, size_t source_count, struct policy **ret_policy,
	struct err *reterr) MUST_CHECK;
void policy_free(struct policy **policy);

/* policy_vary: the same packs with one more, or with this one in the place of the pack that has its id: what would hold if it were
 * installed. Judged as by policy_open. ret_id: the pack's id. Any thread. */
#define POLICY_ID_BYTES 104
int policy_vary(const struct mem *mem, const struct policy *policy, const struct policy_source *source, struct policy **ret_policy,
	char ret_id[POLICY_ID_BYTES], struct err *reterr) MUST_CHECK;

/* policy_decide: always fills *ret_decision; on any failure (unknown preset, arena limit) it is the strictest one with the
 * rule "fail_closed". `preset` is a mode's id ("chatbot") or an installed policy's id. */
void policy_decide(const struct policy *policy, struct str preset, struct arena *arena, const struct verdict *verdict,
	const struct policy_situation *situation, struct policy_decision *ret_decision);

/* policy_join: the stricter of both in each member; rules are united. Commutative, associative, idempotent. */
void policy_join(
	struct arena *arena, const struct policy_decision *a, const struct policy_decision *b, struct policy_decision *ret_decision);

/* policy_strictest: the decision of last resort, constant: block, script, alert 1, held, rule "fail_closed". */
struct policy_decision policy_strictest(void);

/* What a preset holds, for people. policy_preset: the nth preset (NULL id past the end); policy_rule: the nth rule of a preset,
 * those of the program itself first; false past the end or for an unknown preset. */
struct policy_preset_info {
	struct str id, name;
};
bool policy_preset(const struct policy *policy, size_t index, struct str lang, struct policy_preset_info *ret_info);
struct policy_rule_info {
	struct str id, text;
	int alert; /* priority of the alert that it asks for; 0: none */
};
bool policy_rule(const struct policy *policy, struct str preset, size_t index, struct str lang, struct policy_rule_info *ret_info);

/* policy_hash: short content hash of the packs, for releases. */
struct str policy_hash(const struct policy *policy);

const char *policy_action_name(enum policy_action action);    /* "block","replace","review","annotate","allow" */
const char *policy_speaker_name(enum policy_speaker speaker); /* "script","approved","reviewed","model" */

#endif
