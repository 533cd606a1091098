/* resources.h: everything that a programme keeps, one descriptor a file (res_NAME.c). To add a resource: write its file, add
 * it here and to the table in resources.c. */
#ifndef HEED_CARE_RESOURCES_H
#define HEED_CARE_RESOURCES_H

#include "base/compiler.h"
#include "store/resource.h"

extern const struct resource resource_programme;
extern const struct resource resource_staff;
extern const struct resource resource_staff_session;
extern const struct resource resource_client_session;
extern const struct resource resource_client;
extern const struct resource resource_client_identity;
extern const struct resource resource_invite;
extern const struct resource resource_consent;
extern const struct resource resource_conversation;
extern const struct resource resource_message;
extern const struct resource resource_verdict;
extern const struct resource resource_decision;
extern const struct resource resource_alert;
extern const struct resource resource_alert_outcome;
extern const struct resource resource_break_glass;
extern const struct resource resource_presence;
extern const struct resource resource_shift;
extern const struct resource resource_delivery;
extern const struct resource resource_review;
extern const struct resource resource_finding;
extern const struct resource resource_api_key;
extern const struct resource resource_release;
extern const struct resource resource_job;
extern const struct resource resource_event;
extern const struct resource resource_guardian_record;
extern const struct resource resource_helpline_state;
extern const struct resource resource_demographics;
extern const struct resource resource_data_request;
extern const struct resource resource_intake;
extern const struct resource resource_checkin_schedule;
extern const struct resource resource_referral;
extern const struct resource resource_questionnaire_task;
extern const struct resource resource_response;
extern const struct resource resource_answer;
extern const struct resource resource_enrolment;
extern const struct resource resource_lesson_progress;
extern const struct resource resource_exercise_entry;
extern const struct resource resource_homework;
extern const struct resource resource_coach_review;
extern const struct resource resource_safety_plan;
extern const struct resource resource_medication_statement;
extern const struct resource resource_push_device;
extern const struct resource resource_push_key;
extern const struct resource resource_retention_run;
extern const struct resource resource_retention_schedule;

/* care_registry: all of them, for store_open. */
struct registry care_registry(void);

#endif
