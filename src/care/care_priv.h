/* care_priv.h: what the care files share: what is held in memory, and the small helpers around units. */
#ifndef HEED_CARE_CARE_PRIV_H
#define HEED_CARE_CARE_PRIV_H

#include "care/alert.h"
#include "care/care.h"
#include "care/map.h"
#include "care/rota.h"
#include "care/session.h"
#include "sys/pool.h"

#include <jansson.h>

#define PROGRAMMES_MAX 64
#define LIFTED_MAX 8

/* A programme with the bytes behind its strings. */
struct programme_item {
	struct care_programme pub;
	char name[204], mode[16], policy[104], country[4], jurisdiction[44], language[40], time_zone[68];
	char release_name[204], release_model[204];
	struct str lifted[LIFTED_MAX];
	char lifted_bytes[LIFTED_MAX][64];
	struct rota *rota;
	wall_time edge_at; /* of the latest job that looks at the rota; 0: none is planned */
	struct {
		bool valid;
		enum policy_cover state;
		wall_time from, until, change; /* asked at; looked ahead to; changes at (0: not until then) */
	} cover_now;                           /* the last answer of duty_cover */
};
struct programme_item *care_programme_item(const struct care *care, const char *id);

struct staff_item {
	struct care_staff pub; /* first: pub.id is the key */
	char name[204], role[16];
};

enum alert_state { ALERT_RESOLVED = 0, ALERT_OPEN, ALERT_ACKNOWLEDGED, ALERT_TAKEN, ALERT_CONTACTED };
const char *alert_state_name(enum alert_state state);

/* An unresolved alert. */
struct alert_item {
	struct uuid id; /* first: the key */
	struct uuid programme_id, conversation_id, acknowledged_by, owner_id, handover_to;
	struct client_item *client;
	struct alert_item *next; /* of the same client */
	enum alert_state state;
	enum alert_kind kind;
	int priority, level, events, escalation_step, chain_step, attempts;
	uint64_t concepts[ALERT_CONCEPTS_MAX]; /* hashes */
	size_t concept_count;
	wall_time last_event_at, deadline_at, acknowledged_at;
	bool running;   /* a clock is: deadline_kind is not "none" */
	bool exhausted; /* the chain came to its end, and the client was told so */
	bool closing;   /* somebody's resolution is on its way to the disk: nothing is joined to it any more */
	bool missed;
};

struct client_item {
	struct care_client pub; /* first: pub.id is the key */
	char pseudonym[84], name[204], language[40], country[4], state[12], place[12], here[12];
	struct {
		enum consent_choice choice;
		char version[CONSENT_VERSION_BYTES];
	} consents[CONSENT_KINDS];
	struct alert_item *alerts;
};

struct care {
	struct care_parts parts;
	struct programme_item *programmes;
	size_t programme_count;
	struct map staff, clients, alerts;
	struct map sessions; /* by the hex of the token's hash */
	struct pool *pool;
	struct loop_timer job_timer;
	struct job_runner *jobs;
	void (*on_event)(void *ctx, const struct row *event);
	void *on_event_ctx;
	void (*on_delta)(void *ctx, const char *client_id, const char *message_id, struct str text);
	void *on_delta_ctx;
	void (*forget)(void *ctx, const char *conversation_id);
	void *forget_ctx;
	uint8_t dedupe_key[32]; /* of this process: only equality within it matters */
};

wall_time care_now(const struct care *care);

/* Rows kept in memory; take what an insert brought. */
void care_took_client(struct care *care, const struct row *row);
void care_took_staff(struct care *care, const struct row *row);
struct client_item *care_client_item(const struct care *care, const char *id);
int alerts_load(struct care *care, const struct care_programme *programme, struct err *reterr) MUST_CHECK;
void alert_took(struct care *care, const struct row *row);
void alerts_free(struct care *care);

/* sessions_free: the cache only. */
void sessions_free(struct care *care);

/* id_copy: a row's REF as an id; empty when unset. */
struct uuid id_of(struct str text);

/* ---- Jobs (job.c) ---- */

int jobs_open(struct care *care, struct err *reterr) MUST_CHECK;
void jobs_free(struct care *care);

/* A job that is due. The handler ends it by exactly one of job_finish and job_again. */
struct job_item {
	struct uuid id, programme_id, subject_id, client_id;
	char kind[64];
	int64_t version, attempts;
	wall_time due_at;
};
struct job_run;
/* job_finish: submits the unit (may be NULL: nothing else to do) with the job's end in it: both or neither. On E_CONFLICT the
 * job runs again soon: what it looked at has changed. */
void job_finish(struct job_run *run, struct unit *take_unit);
/* job_again: could not even look; soon once more. */
void job_again(struct job_run *run, const struct err *err);
struct care *job_care(const struct job_run *run);
const struct job_item *job_item(const struct job_run *run);

/* job_add: to be done at `due`; survives a restart. */
void job_add(struct unit *unit, const char *kind, wall_time due, const char *subject, const char *subject_id, const char *client_id);

/* Handlers, by kind (job.c has the table). */
void alert_deadline_due(struct job_run *run);
void report_deadline_due(struct job_run *run);
void rota_edge_due(struct job_run *run);
void review_deadline_due(struct job_run *run);
void countersign_due(struct job_run *run);
void notice_job_due(struct job_run *run);
void request_due(struct job_run *run);
void referral_clock_due(struct job_run *run);
void referral_advise_due(struct job_run *run);

/* list_all: every row of a query, page by page, waiting: for the start of the process. */
int list_all(struct care *care, const struct scope *scope, struct list_query query, void (*fn)(struct care *care, const struct row *row),
	struct err *reterr) MUST_CHECK;

#endif
