/* resources.c: see resources.h. */
#include "care/resources.h"

static const struct resource *const all[] = {
	&resource_programme,
	&resource_staff,
	&resource_staff_session,
	&resource_client_session,
	&resource_client,
	&resource_client_identity,
	&resource_invite,
	&resource_consent,
	&resource_conversation,
	&resource_message,
	&resource_verdict,
	&resource_decision,
	&resource_alert,
	&resource_alert_outcome,
	&resource_shift,
	&resource_review,
	&resource_finding,
	&resource_api_key,
	&resource_release,
	&resource_job,
	&resource_event,
	&resource_guardian_record,
	&resource_helpline_state,
	&resource_demographics,
	&resource_data_request,
	&resource_intake,
	&resource_referral,
	&resource_questionnaire_task,
	&resource_response,
	&resource_answer,
};

struct registry care_registry(void)
{
	return (struct registry){ all, COUNT_OF(all) };
}
