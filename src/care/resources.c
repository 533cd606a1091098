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
};

struct registry care_registry(void)
{
	return (struct registry){ all, COUNT_OF(all) };
}
