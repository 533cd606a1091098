/* care.h: the running programmes: their settings, people, open alerts and jobs, held in memory over the store.
 *
 * One object for the process, used on the loop's thread. care_open reads what it keeps (programmes, staff, pseudonyms,
 * unresolved alerts, waiting jobs); afterwards it follows the store's events. Everything it changes goes through units, so
 * what a caller was told is on disk. Other modules of this folder work on it: alert.h, cover.h, session.h, review.h ... */
#ifndef HEED_CARE_CARE_H
#define HEED_CARE_CARE_H

#include "base/arena.h"
#include "base/err.h"
#include "care/chain.h"
#include "care/consent.h"
#include "care/cover.h"
#include "care/dialogue.h"
#include "care/helplines.h"
#include "care/instrument.h"
#include "care/messages.h"
#include "care/module.h"
#include "policy/policy.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/loop.h"

struct care;
struct courier; /* courier.h */
struct guides;  /* guide.h */
struct triage;  /* triage.h */

/* What the programmes stand on; all borrowed until care_free. */
struct pack_list;
struct care_parts {
	struct store *store;
	struct loop *loop;
	const struct clock *clock;
	const struct log *log;
	const struct policy *policy;
	const struct messages *messages;
	const struct dialogues *dialogues;
	const struct modules *modules;
	const struct guides *guides; /* guide.h */
	struct courier *courier;     /* NULL: nothing leaves the house */
	struct helplines *helplines;
	const struct jurisdictions *jurisdictions;
	const struct consents *consents;
	const struct triage *triage;
	const struct instruments *instruments; /* instrument.h */
	const struct pack_list *pack_list;     /* pack_list.h */
	struct str engine, packs;              /* versions, for releases */
	bool demo;                             /* staff may sign in without TOTP */
	bool secure;                           /* behind TLS */
};

/* care_open: blocks (start of the process): E_NOT_FOUND without a programme. */
int care_open(const struct care_parts *parts, struct care **ret_care, struct err *reterr) MUST_CHECK;
/* care_free: before the store is closed. Jobs and sessions stay in the store. */
void care_free(struct care **care);
const struct care_parts *care_parts(const struct care *care);

/* Deadlines and waits of a programme, in microseconds; from programme.settings over the defaults. Index: priority 1-4. */
struct care_settings {
	int64_t acknowledge_us[5]; /* default 5 min, 30 min, 8 h, 24 h */
	int64_t contact_us[5];     /* from acknowledgement, and from each try: 15 min, 4 h, 24 h, none (0) */
	int64_t dedupe_us;         /* 30 min: same person, concept and grade is one alert */
	int64_t review_us;         /* 10 min: longest wait of a held reply in hours */
	int64_t countersign_us;    /* 24 h */
	int64_t read_us;           /* 1 h: questions about danger are opened only when somebody is there within this */
	int64_t triage_us[7];      /* until somebody decides, by priority A-G; 0: as the rules of packs/triage say */
	struct chain chain;        /* whom an alert goes to, step after step */
	int alert_budget;          /* 2: alerts of level 3 and more for each clinician-hour (load.h) */
	int64_t episode_us;        /* 24 h: alerts of one person with no longer pause are one episode */
};

/* care_settings_check: that a JSON object may be a programme's settings. E_INVALID: "settings.KEY: what is wrong". */
int care_settings_check(struct str json, struct err *reterr) MUST_CHECK;

/* A programme; the pointer stays valid until care_free, contents may be refreshed. Strings are NUL-terminated. */
struct care_programme {
	struct uuid id;
	struct str name, mode, policy, country, jurisdiction, language, time_zone;
	enum policy_reach reach;
	struct cover *cover;
	struct care_settings settings;
	struct uuid release_id; /* the current one; empty text when none */
	struct str release_name, release_model;
	const struct str *lifted; /* rules of jurisdictions that a recorded decision of counsel lifts here */
	size_t lifted_count;
};

/* care_programme: NULL when unknown. care_programme_first: the oldest. */
const struct care_programme *care_programme(const struct care *care, const char *id);
const struct care_programme *care_programme_first(const struct care *care);

/* care_use_release: this release is the current one now (it was promoted): read into memory soon. */
void care_use_release(struct care *care, const char *programme_id, const char *release_id);

/* care_keys_changed: an API key was changed or revoked here. care_keys_edition: grows with each of these. */
void care_keys_changed(struct care *care);
uint64_t care_keys_edition(const struct care *care);

/* care_cover: who is there now. until: when that changes (0 when never). */
enum policy_cover care_cover(const struct care *care, const struct care_programme *programme, wall_time *ret_until);

/* A member of staff. NULL when unknown. */
struct care_staff {
	struct uuid id, programme_id;
	struct str name, role; /* NUL-terminated */
	uint32_t who;
	bool active;
	bool on_duty; /* takes alerts now */
};
const struct care_staff *care_staff(const struct care *care, const char *id);

/* A client as lists show them. NULL when unknown. */
struct care_client {
	struct uuid id, programme_id, coach_id, clinician_id; /* empty text: none */
	struct str pseudonym, name;                           /* name may be empty */
	struct str language, country;
	struct str time_zone; /* confirmed by the client, else empty */
	struct str state;
	struct str place, here; /* where they live, and say they are now; may be empty */
	int age;                /* the lowest of what is known and what they said; 0 unknown */
	bool guardian_consent;  /* verified and recorded by a clinician */
	bool legal_hold;
	bool contact_unsafe;
	bool approve_replies; /* every reply of the model waits for a person */
};
const struct care_client *care_client(const struct care *care, const char *id);
/* care_client_flags: what stands on disk now about reaching the client is taken over here. */
void care_client_flags(struct care *care, const char *id, bool contact_unsafe);
/* care_client_erased: it is on disk: the name is forgotten here too. */
void care_client_erased(struct care *care, const char *id);

/* care_scope_system: the program's own scope in a programme. reason as in struct scope. */
struct scope care_scope_system(const char *programme_id, const char *reason);

/* ---- Events: what open pages are told ----------------------------------------------------------------------------- */

struct event_note {
	const char *programme_id;
	bool to_client;              /* else to staff */
	const char *kind;            /* staff: "alert","review","message","overview"; client: "message","state","session_end" */
	const char *client_id;       /* NULL: none */
	const char *conversation_id; /* NULL: none */
	const char *subject, *subject_id;
};
/* event_publish: adds the numbered event row to the unit, so that it is told when and only when the unit is on disk. */
void event_publish(struct unit *unit, const struct event_note *note);

/* care_on_event: fn for every committed event, on the loop's thread, in order of numbers (the SSE hub). row is valid during
 * the call. One listener. */
void care_on_event(struct care *care, void (*fn)(void *ctx, const struct row *event), void *ctx);
/* care_delta: released text of a streaming reply, for the client's open pages; not kept (the message row is). */
void care_delta(struct care *care, const char *client_id, const char *message_id, struct str text);
void care_on_delta(struct care *care, void (*fn)(void *ctx, const char *client_id, const char *message_id, struct str text), void *ctx);

/* ---- Consent ------------------------------------------------------------------------------------------------------ */

/* care_consent: whether the client's newest decision about that kind is a yes that still counts (consent_holds); in memory, false
 * when unknown. Whoever does what a kind is about asks here first, each time. care_consent_ai: the same of AI chat. */
bool care_consent(const struct care *care, const char *client_id, enum consent_kind kind);
bool care_consent_ai(const struct care *care, const char *client_id);
/* care_choice: the newest decision itself; ret_version (may be NULL): of which version, valid until the next decision. */
enum consent_choice care_choice(const struct care *care, const char *client_id, enum consent_kind kind, struct str *ret_version);

/* What changed on disk is taken over here, by whoever changed it: an empty place is unknown. */
void care_client_moved(struct care *care, const char *client_id, struct str place, struct str here);
/* care_client_writes: a message of theirs has come in, not on disk yet: nothing of theirs is past its time now (retention.h). */
void care_client_writes(struct care *care, const char *client_id);
void care_client_stated_age(struct care *care, const char *client_id, int age); /* only downwards */
void care_client_state(struct care *care, const char *client_id, const char *state);
void care_client_guarded(struct care *care, const char *client_id, bool consent);
void care_client_contact(struct care *care, const char *client_id, bool unsafe);
void care_client_hold(struct care *care, const char *client_id, bool hold);

/* care_on_forget: fn is told of conversations that something besides their own turns changes (turns_open). */
void care_on_forget(struct care *care, void (*fn)(void *ctx, const char *conversation_id), void *ctx);

#endif
