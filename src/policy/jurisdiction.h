/* jurisdiction.h: what the law of a place asks for, as dated data with its source (packs of kind jurisdiction). Pure.
 *
 * A situation names every place that counts: the programme's, the client's, and where the client is now. All rules of all
 * packs that cover one of them and hold are joined, member by member the stricter of both (jurisdiction_join), so neither
 * order nor place can loosen anything. When notices are due is a pure function of the joined rules and of a moment.
 * Engineering notes, not legal advice; each rule carries source and certainty, which staff are shown. */
#ifndef HEED_POLICY_JURISDICTION_H
#define HEED_POLICY_JURISDICTION_H

#include "base/arena.h"
#include "base/err.h"
#include "policy/policy.h"

#define JURISDICTION_PACKS_MAX 64
#define JURISDICTION_RULES_MAX 64 /* of one pack */
#define JURISDICTION_PLACES 3
#define JURISDICTION_COVERS_MAX 40
#define JURISDICTION_IDS_MAX 256      /* of one answer */
#define JURISDICTION_PAUSE_MINUTES 30 /* a longer silence ends a sitting. Ours: the laws do not say */

/* Bits of `required`: what must be agreed to in writing, by name, before it is used; the kinds of consent (care/consent.h). */
#define CONSENT_KIND_NAMES "care ai_chat ai_drafting data_sharing model_training sensors translation recording ai_supplementary"
#define CONSENT_KINDS 9

/* What the joined rules say. The zero value asks for nothing but silence: bot is BOT_NONE. */
struct jurisdiction_rules {
	enum policy_bot bot;
	bool families_off; /* no detection of mental states: literal safety phrases only */
	bool at_start, on_request, label;
	int every_minutes;     /* the notice again while people talk; 0 never */
	int away_days;         /* the notice again after so long an absence; 0 never */
	int break_minutes;     /* "take a break" after so long a sitting; 0 never */
	int self_consent_from; /* years: from then on without guardian, and without guardian's view or notice */
	int parental_under;    /* years: below, a person has verified a parent's consent first */
	int retain_years;      /* the record is kept at least so long; 0 not said */
	unsigned required;     /* bits of CONSENT_KIND_NAMES */
	bool counsel;          /* what is off here is turned on only by a recorded decision of counsel */
	const struct str *ids; /* of the rules that made it, sorted */
	size_t id_count;
};

struct jurisdiction_situation {
	struct str places[JURISDICTION_PLACES]; /* "US-IL", "GB", ...; empty ones do not count */
	struct str mode;
	int age;                  /* years, 0 unknown */
	int date;                 /* 20261128; 0: every rule is in force */
	const struct str *lifted; /* ids of rules that a recorded decision of counsel lifts; only rules with `counsel` can be */
	size_t lifted_count;
};

struct jurisdictions; /* immutable once opened */

/* jurisdictions_open: all packs of kind jurisdiction; others are skipped. Runs their situations: E_INVALID names file and line. */
int jurisdictions_open(const struct mem *mem, const struct policy_source *sources, size_t count, struct jurisdictions **ret_set,
	struct err *reterr) MUST_CHECK;
void jurisdictions_free(struct jurisdictions **set);

/* jurisdiction_find: always fills *ret_rules; with a set of NULL or at the arena's limit it is the strictest. */
void jurisdiction_find(const struct jurisdictions *set, struct arena *arena, const struct jurisdiction_situation *situation,
	struct jurisdiction_rules *ret_rules);
struct jurisdiction_rules jurisdiction_strictest(void);
/* jurisdiction_loosest: the identity of the join. */
struct jurisdiction_rules jurisdiction_loosest(void);
void jurisdiction_join(
	struct arena *arena, const struct jurisdiction_rules *a, const struct jurisdiction_rules *b, struct jurisdiction_rules *ret_rules);

/* jurisdiction_place_good: a code of ISO 3166-1 or -2 by its form ("ES", "US-IL"), or nothing. */
bool jurisdiction_place_good(struct str place);

/* What staff are shown of a rule. False past the end. */
struct jurisdiction_info {
	struct str id, place, text, source, certainty; /* certainty: "V" seen, "K" from knowledge, "!" sources disagree */
	int from;                                      /* 20250801; 0 not said */
};
bool jurisdiction_info(const struct jurisdictions *set, struct str id, struct str lang, struct jurisdiction_info *ret_info);

/* jurisdiction_narrow: with families_off: drops what the learned stage found and what is about mental states below level 3,
 * and grades the verdict anew. Never raises a level, never drops a literal phrase of danger, never touches what was not screened. */
void jurisdiction_narrow(const struct jurisdiction_rules *rules, struct arena *arena, struct verdict *verdict);

/* ---- Notices ---- */

enum notice { NOTICE_NONE = 0, NOTICE_START, NOTICE_ASKED, NOTICE_REPEAT, NOTICE_RETURN, NOTICE_BREAK };
const char *notice_key(enum notice notice); /* message key, "notice.start" ...; NULL for none */

/* A moment of one conversation; all times microseconds of one clock, 0: never. */
struct notice_moment {
	int64_t now;
	int64_t notice_at;  /* the last notice of any kind */
	int64_t break_at;   /* the last one that offered a break */
	int64_t message_at; /* the client's last message before this moment */
	int64_t sitting_at; /* since when the client has been here without a longer pause */
	bool asked;         /* whether this is a person was asked just now */
};
/* notice_due: the notice to give now; every one says that this is a program, the one about the break says that too. */
enum notice notice_due(const struct jurisdiction_rules *rules, const struct notice_moment *moment);
/* notice_next: when the next one by the clock comes due if nobody falls silent; 0: none will. */
int64_t notice_next(const struct jurisdiction_rules *rules, const struct notice_moment *moment);
/* notice_sitting: the sitting's begin, with a message at `now`. */
int64_t notice_sitting(const struct notice_moment *moment);

/* age_stated: the age that a text of "I am ..." names, in digits or words of English and Spanish, 4 to 17; 0 when it names
 * none. text: the span of the finding identity.minor. */
int age_stated(struct str text);

#endif
