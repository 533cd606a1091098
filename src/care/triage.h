/* triage.h: how soon a person should look and which step of care is proposed, from the answers of an intake, scores and age.
 *
 * Rules, clocks and signs are data (packs/triage, kind: triage_rules; figures with their source and how sure they are). The rules that
 * match are joined: the most urgent priority and the highest step of all of them, so no rule makes another milder, and more risk in the
 * input never gives a lower priority. The result is a recommendation with its reasons: it moves nobody; a person decides (care/referral.h).
 *
 * Immutable once opened, shared by all threads; triage_advise is pure. */
#ifndef HEED_CARE_TRIAGE_H
#define HEED_CARE_TRIAGE_H

#include "base/yaml.h"
#include "care/messages.h"
#include "sys/clock.h"

/* The zero value is the strictest: A is now. */
enum triage_priority { TRIAGE_A = 0, TRIAGE_B, TRIAGE_C, TRIAGE_D, TRIAGE_E, TRIAGE_F, TRIAGE_G, TRIAGE_PRIORITIES };
enum triage_clock {
	TRIAGE_RECEIPT = 0,
	TRIAGE_SECOND_CONTACT,
	TRIAGE_START_TARGET,
	TRIAGE_START_LIMIT,
	TRIAGE_INTAKE_ABANDONED,
	TRIAGE_CLOCKS
};

#define TRIAGE_MARKS_MAX 64
#define TRIAGE_RULES_MAX 64
#define TRIAGE_SCORES_MAX 16
#define TRIAGE_STEP_MAX 4

/* triage_name: "A".."G". triage_parse: -1 when it is none. */
const char *triage_name(enum triage_priority priority);
int triage_parse(struct str name);

/* A figure with where it is from. certainty: "V" seen in a public source, "K" from knowledge, "!" sources disagree. */
struct triage_figure {
	int64_t us;
	struct str certainty, source;
};

/* A sign that an answer may set. */
struct triage_mark {
	struct str id, concept; /* concept: of packs/concepts, for signs of risk */
	int level;              /* 0: says nothing about risk */
	int base;               /* an enum triage_priority when nothing else speaks against it; -1 none */
};

struct triage_rule {
	struct str id, certainty, source;
	int level; /* at least; 0: not asked */
	uint64_t any, all;
	struct str instrument;
	int total;     /* at least, of the instrument */
	int age_under; /* 0: not asked */
	bool age_unknown, no_scores;
	int priority; /* an enum triage_priority; -1: says nothing */
	int step;     /* 0: says nothing */
	bool no_guided;
};

struct triage {
	struct arena arena;
	struct triage_figure respond[TRIAGE_PRIORITIES], clocks[TRIAGE_CLOCKS];
	struct triage_mark marks[TRIAGE_MARKS_MAX];
	size_t mark_count;
	struct triage_rule rules[TRIAGE_RULES_MAX];
	size_t rule_count;
	int base_priority, base_step;
	const struct yaml_node *never_say; /* words by language that no client text may hold */
	struct str version;                /* id and version of the rules, kept with each recommendation */
	struct intake_pack *packs;         /* the conversations, by language (intake.h) */
	size_t pack_count;
};

/* triage_open: reads the packs of both kinds and checks them against each other. E_NOT_FOUND without rules. */
int triage_open(const struct messages_source *sources, size_t count, struct triage **ret_triage, struct err *reterr) MUST_CHECK;
void triage_free(struct triage **triage);

/* triage_mark_of: index of a sign, or -1. */
int triage_mark_of(const struct triage *triage, struct str id);
/* triage_marks_level: the highest level of a set of signs. */
int triage_marks_level(const struct triage *triage, uint64_t marks);
/* triage_marks_risk: those of the set that have a level. */
uint64_t triage_marks_risk(const struct triage *triage, uint64_t marks);

struct triage_score {
	struct str instrument;
	int total;
};
struct triage_input {
	int level;      /* highest of screened words, open alerts and answers; 0-4 */
	uint64_t marks; /* signs of the answers */
	int age;        /* years; 0 unknown */
	struct triage_score scores[TRIAGE_SCORES_MAX];
	size_t score_count;
};
struct triage_advice {
	enum triage_priority priority;
	int step;                         /* 1-4 */
	bool guided;                      /* a guided self-help route is not excluded */
	size_t reasons[TRIAGE_RULES_MAX]; /* rules that matched, in the order of the pack */
	size_t reason_count;
};
/* triage_advise: a step-2 proposal that is excluded becomes step 3. */
void triage_advise(const struct triage *triage, const struct triage_input *input, struct triage_advice *ret_advice);

/* triage_read_rules, triage_read_intake: parts of triage_open. */
int triage_read_rules(struct triage *triage, const struct yaml_node *root, struct err *reterr) MUST_CHECK;
int triage_read_intake(struct triage *triage, const struct yaml_node *root, struct err *reterr) MUST_CHECK;
int triage_check_intakes(const struct triage *triage, struct err *reterr) MUST_CHECK;

#endif
