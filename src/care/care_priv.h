/* care_priv.h: what the care files share: what is held in memory, and the small helpers around units. */
#ifndef HEED_CARE_CARE_PRIV_H
#define HEED_CARE_CARE_PRIV_H

#include "care/alert.h"
#include "care/care.h"
#include "care/delivery_plan.h"
#include "care/map.h"
#include "care/push.h"
#include "care/push_device.h"
#include "care/push_plan.h"
#include "care/rota.h"
#include "care/session.h"
#include "sys/pool.h"

#include <jansson.h>

#define PROGRAMMES_MAX 64
#define LIFTED_MAX 8

/* By what push services know a programme (push_device.c). */
struct push_server {
	struct push_pair pair;
	char text[PUSH_POINT_TEXT];
	uint8_t token_key[32]; /* of receipts */
};

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
	struct push_server *push;              /* owned; NULL while pushes are off */
	int64_t follow_number;                 /* of the newest event for programs that was seen */
};
struct programme_item *care_programme_item(const struct care *care, const char *id);

struct staff_item {
	struct care_staff pub; /* first: pub.id is the key */
	char name[204], role[16];
	char email[256], phone[44], language[36];
	struct zone *zone; /* owned; of the quiet hours */
	struct quiet quiet;
	wall_time tested_at; /* the last test of their channels that passed */
	struct staff_device {
		struct uuid id;
		char label[PUSH_LABEL_MAX + 1];
	} devices[PUSH_DEVICES_MAX]; /* where they are notified */
	size_t device_count, devices_adding;
};
/* delivery_took_person: what a row of staff says of their channels. delivery_add_test: a test by each of them. */
void delivery_took_person(struct staff_item *item, const struct row *row);
void delivery_add_test(struct care *care, struct unit *unit, const char *staff_id, const char *batch);

/* delivery_make_push: the note of a push to that device: what it shows is encrypted for that browser alone (delivery_push.c). E_INVALID
 * when it can never be sent. delivery_minutes_left: until the alert's clock ends, rounded up. */
struct courier_note;
enum delivery_about { DELIVERY_TEST = 0, DELIVERY_ALERT, DELIVERY_CHAT };
enum delivery_about delivery_about(const struct row *delivery);
int delivery_make_push(struct care *care, const struct row *delivery, const struct staff_item *staff, const struct row *device,
	struct arena *arena, struct courier_note *note, struct err *reterr) MUST_CHECK;
int64_t delivery_minutes_left(const struct row *delivery, wall_time now);

/* push_open: the devices, and the programmes' keys, made when there are none; only when pushes are on. push_done: wipes. */
int push_open(struct care *care, struct err *reterr) MUST_CHECK;
void push_done(struct programme_item *item);
/* push_device_refused: adds to the unit that the push service knows this device no more: it ends, and the person's test is to be made anew.
 */
void push_device_refused(struct care *care, struct unit *unit, const struct row *device);
/* push_token: what the notification of a delivery carries and its receipt repeats. */
void push_token(const struct push_server *push, struct str delivery_id, char text[PUSH_TOKEN_TEXT]);

enum alert_state { ALERT_RESOLVED = 0, ALERT_OPEN, ALERT_ACKNOWLEDGED, ALERT_TAKEN, ALERT_CONTACTED };
const char *alert_state_name(enum alert_state state);

/* An unresolved alert. */
#define ALERT_CALLED_MAX 8

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
	struct uuid called[ALERT_CALLED_MAX]; /* who was, since the program started; the newest ones */
	size_t called_count;                  /* ever */
	wall_time last_event_at, deadline_at, acknowledged_at;
	bool running;   /* a clock is: deadline_kind is not "none" */
	bool exhausted; /* the chain came to its end, and the client was told so */
	bool closing;   /* somebody's resolution is on its way to the disk: nothing is joined to it any more */
	bool missed;
};

struct client_item {
	struct care_client pub;     /* first: pub.id is the key; its age is reckoned anew at each look */
	int birth_year, stated_age; /* 0: unknown */
	wall_time stirred;          /* when something of theirs happened last, since the program started */
	char pseudonym[84], name[204], language[40], country[4], time_zone[68], state[12], place[12], here[12];
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
	struct map present;  /* presence.h */
	bool present_lost;   /* no memory for one of them */
	struct pool *pool;
	struct loop_timer job_timer;
	struct job_runner *jobs;
	void (*on_event)(void *ctx, const struct row *event);
	void *on_event_ctx;
	void (*on_delta)(void *ctx, const char *client_id, const char *message_id, struct str text);
	void *on_delta_ctx;
	void (*forget)(void *ctx, const char *conversation_id);
	void *forget_ctx;
	uint64_t keys_edition;
	session_over_fn *on_over;
	void *on_over_ctx;
	struct loop_timer follow_timer;
	struct retention_look *look; /* the one that runs */
	size_t follow_running;       /* reads that have not come back */
	uint8_t dedupe_key[32];      /* of this process: only equality within it matters */
};

wall_time care_now(const struct care *care);

/* Rows kept in memory; take what an insert brought. */
/* care_programme_refresh: what is on disk now, as JSON; empty: as before. */
void care_programme_refresh(struct care *care, const char *id, struct str hours, struct str settings);
void care_took_client(struct care *care, const struct row *row);
void care_took_staff(struct care *care, const struct row *row);
struct client_item *care_client_item(const struct care *care, const char *id);
int alerts_load(struct care *care, const struct care_programme *programme, struct err *reterr) MUST_CHECK;
void alert_took(struct care *care, const struct row *row);
/* alert_called: of a delivery: who is called about what. */
void alert_called(struct care *care, const struct row *delivery);
void alerts_free(struct care *care);
int presence_load(struct care *care, const struct care_programme *programme, struct err *reterr) MUST_CHECK;
void presence_free(struct care *care);

/* sessions_free: the cache only. sessions_over: forgotten here, and open pages are closed. */
void sessions_free(struct care *care);
void sessions_over(struct care *care, const struct session_over *over);

/* retention_open: looks that a crash ended. retention_close: the one that runs is forgotten. */
int retention_open(struct care *care, const struct care_programme *programme, struct err *reterr) MUST_CHECK;
void retention_close(struct care *care);

/* follow.c: what other processes on this database changed. follow_mark: before anything is read; follow_open: from there on. */
int follow_mark(struct care *care, struct programme_item *programme, struct err *reterr) MUST_CHECK;
void follow_open(struct care *care);
void follow_close(struct care *care);
/* duty_removed: somebody who may not answer any more: off duty, out of every chat, their alerts go to those who are there. */
void duty_removed(struct care *care, const char *staff_id);

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
void presence_look_due(struct job_run *run);
void rota_edge_due(struct job_run *run);
void delivery_send_due(struct job_run *run);
void delivery_failed_due(struct job_run *run);
void delivery_settle_due(struct job_run *run);
#define DELIVERY_CHAT_ANSWERED "delivery.chat_answered"
#define DELIVERY_CHAT_DROPPED "delivery.chat_dropped"
void delivery_chat_settle_due(struct job_run *run);
void review_deadline_due(struct job_run *run);
void countersign_due(struct job_run *run);
void notice_job_due(struct job_run *run);
void request_due(struct job_run *run);
void referral_clock_due(struct job_run *run);
void referral_advise_due(struct job_run *run);
void intake_abandon_due(struct job_run *run);
#define RETENTION_JOB "retention.run"
void retention_due(struct job_run *run);
void checkin_open_due(struct job_run *run);
void checkin_remind_due(struct job_run *run);
void checkin_close_due(struct job_run *run);
void ask_open_due(struct job_run *run);
void homework_due(struct job_run *run);
void homework_remind(struct job_run *run);

/* list_all: every row of a query, page by page, waiting: for the start of the process. */
int list_all(struct care *care, const struct scope *scope, struct list_query query, void (*fn)(struct care *care, const struct row *row),
	struct err *reterr) MUST_CHECK;

#endif
