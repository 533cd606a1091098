/* verdict.h: what screening found in one message, seen with its conversation.
 *
 * A verdict is plain data in the caller's arena, made by screen_run (screen.h) and read by policy, store and http.
 * The zero value is the strictest: VERDICT_NOT_SCREENED, which every policy blocks. Offsets are UTF-8 bytes of the
 * writer's own text. Levels are the urgency scale of packs/levels: 0 nothing detected, 1 distress, 2 elevated: ask and
 * review, 3 high: a person the same day, 4 imminent: now. They say how soon a person should look; they predict nothing. */
#ifndef HEED_SCREEN_VERDICT_H
#define HEED_SCREEN_VERDICT_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/str.h"

enum verdict_state {
	VERDICT_NOT_SCREENED = 0, /* never filled in, or screening failed: reason says why */
	VERDICT_SCREENED,
	VERDICT_EMPTY /* nothing to screen: empty, or only invisible characters; level 0, the caller asks again */
};

enum message_role { ROLE_CLIENT = 0, ROLE_ASSISTANT, ROLE_STAFF, ROLE_TOOL };

/* Families; a concept id begins with its family's name ("suicide.plan"). Keep in step with verdict_family_name. */
enum family {
	FAMILY_SUICIDE = 0,
	FAMILY_SELF_HARM,
	FAMILY_HARM_TO_OTHERS,
	FAMILY_ABUSE,
	FAMILY_PSYCHOSIS,
	FAMILY_MANIA,
	FAMILY_EATING_DISORDER,
	FAMILY_SUBSTANCE,
	FAMILY_MEDICAL_EMERGENCY,
	FAMILY_MEDICATION,
	FAMILY_THIRD_PARTY,
	FAMILY_DISTRESS,   /* hopelessness, burden, distress.* */
	FAMILY_REQUEST,    /* request.human, request.complaint, ... */
	FAMILY_IDENTITY,   /* minor's age */
	FAMILY_PROTECTIVE, /* protective factors; never raise a level */
	FAMILY_PII,        /* personal identifiers; never raise a level */
	FAMILY_REPLY,      /* assistant side: reply.harmful_advice, reply.diagnosis, ... */
	FAMILY_UNVERIFIED, /* assistant side: unverified.phone, ... */
	FAMILY_COUNT
};

enum time_frame { TIME_UNSTATED = 0, TIME_NOW, TIME_RECENT, TIME_PAST, TIME_FUTURE };
enum experiencer { EXPERIENCER_SELF = 0, EXPERIENCER_OTHER, EXPERIENCER_CHARACTER, EXPERIENCER_POSSIBLE_SELF };

/* Context flags of a finding (ConText, Harkema 2009, doi:10.1016/j.jbi.2009.05.002, and ours). */
struct finding_context {
	bool negated;
	bool uncertain;
	bool hypothetical;
	bool question;
	bool quoted; /* quotation, lyrics or fiction */
	bool idiom;
	bool elapsed; /* TIME_RECENT, and days to months ago rather than hours: not written into records */
	bool afar;    /* `quoted` by a frame in another sentence only, and in the writer's own words: not written into records */
	enum time_frame time;
	enum experiencer experiencer;
};

enum finding_source {
	SOURCE_PHRASE = 0,   /* a phrase of a pack on the plain view */
	SOURCE_DEOBFUSCATED, /* the same on the de-obfuscated view */
	SOURCE_STATE,        /* conversation: split message, answer to the bot's question, accumulation */
	SOURCE_PATTERN,      /* identifiers, contacts and other checked patterns */
	SOURCE_DECODED,      /* inside an encoded span (base64) */
	SOURCE_CLASSIFIER,   /* the learned stage */
	SOURCE_LIMIT         /* the message passed a limit of the screen */
};

/* How a finding of source `state` came to be. */
enum finding_state {
	FINDING_ALONE = 0, /* no finding of the conversation */
	FINDING_JOINED,    /* said over several messages */
	FINDING_ANSWER,    /* an answer to the program's own question */
	FINDING_SUM,       /* weak signs that add up */
	FINDING_ABSENT     /* what a reply lacks */
};

struct finding {
	struct str concept; /* id, borrowed from the engine */
	enum family family;
	int level;         /* 0-4 after context */
	int base_level;    /* 0-4 of the concept before context */
	size_t start, end; /* UTF-8 bytes of the input text; end exclusive. 0,0 when the finding has no span of its own */
	int turn;          /* 0 this message; -1 the turn before it, ... */
	struct finding_context context;
	enum finding_source source;
	enum finding_state state;
	int confidence;    /* per mille */
	struct str phrase; /* the pack's phrase id that fired, e.g. "en.suicide#12" */
	struct str why;    /* plain language for a clinician; holds no client text */
};

struct verdict {
	enum verdict_state state;
	struct str reason; /* when not screened */
	int level;         /* 0-4; the highest of levels[] */
	int levels[FAMILY_COUNT];
	int learned[FAMILY_COUNT];    /* probability of each family by the learned stage, per mille, at its surest sentence; -1: it does not
					 know the family */
	enum time_frame time_frame;   /* of the finding that sets the level */
	enum experiencer experiencer; /* whose risk sets the level */
	struct str lang;              /* BCP 47 of most of the text: "en", "es", "und" */
	bool lang_covered;            /* the packs cover that language */
	bool truncated;               /* longer than the limit: everything up to the limit was screened; level is at least 2 */
	size_t received_bytes, judged_bytes;
	const struct finding *findings; /* in order of start; the level-setting one is findings[top] */
	size_t finding_count;
	size_t top;        /* index, or SIZE_MAX when there is none */
	struct str engine; /* "libheed 0.1.0" */
	struct str packs;  /* content hash of all packs, short hex */
};

/* Stable names for JSON and SQL. Never NULL. */
const char *verdict_family_name(enum family family);
const char *verdict_time_name(enum time_frame time);                /* "unstated","now","recent","past","future" */
const char *verdict_experiencer_name(enum experiencer experiencer); /* "self","other","character","possible_self" */
const char *verdict_source_name(enum finding_source source); /* "phrase","deobfuscated","state","pattern","decoded","classifier","limit" */
const char *verdict_role_name(enum message_role role);       /* "client","assistant","staff","tool" */

/* verdict_has: whether a finding of the concept (exact id, or a prefix ending in '.') with level >= min_level is there. */
bool verdict_has(const struct verdict *verdict, const char *concept_or_prefix, int min_level);

/* verdict_raises: whether findings of the family count for a level; protective factors, identifiers and requests do not. */
bool verdict_raises(enum family family);

/* verdict_protects: whether a finding speaks for the writer's safety now: a protective factor that is not denied, supposed, asked about,
 * quoted, of the past or somebody else's. verdict_protect_kind: which, for people: "reason", "support", "near", "plan", "help",
 * "treatment", "coping", "recovery"; the part of the concept after its family. */
bool verdict_protects(const struct finding *finding);
struct str verdict_protect_kind(const struct finding *finding);

/* verdict_by_time: the highest level of the findings that each time frame holds, indexed by enum time_frame; identifiers, requests and
 * protective factors left out. */
#define VERDICT_TIMES 5
void verdict_by_time(const struct verdict *verdict, int ret_levels[VERDICT_TIMES]);

/* verdict_copy: the verdict and its findings with all text that a run made, in another arena. Concepts, phrases and names stay borrowed
 * from the engine. E_MEMORY: *ret_copy is a verdict that was not screened. */
int verdict_copy(struct arena *arena, const struct verdict *verdict, struct verdict *ret_copy) MUST_CHECK;

#endif
