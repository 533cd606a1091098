/* reason.c: see reason.h. */
#include "sys/reason.h"

#include <stdio.h>
#include <string.h>

struct reason sys_reason(int number)
{
	struct reason reason;
	char room[sizeof reason.text];
	/* The GNU strerror_r may answer with a constant of its own instead of filling the room. */
	snprintf(reason.text, sizeof reason.text, "%s", strerror_r(number, room, sizeof room));
	return reason;
}
