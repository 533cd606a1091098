/* uuid.h: identifiers as UUID version 7 (RFC 9562): ordered by time, in their text form. Pure: time and random bytes are
 * given. */
#ifndef HEED_BASE_UUID_H
#define HEED_BASE_UUID_H

#include "base/str.h"

#define UUID_LENGTH 36

struct uuid {
	char text[UUID_LENGTH + 1]; /* lower case, hyphens, NUL */
};

/* uuid_v7: from a wall time in microseconds and eight random bytes. The twelve bits after the version carry the fraction of
 * the millisecond (RFC 9562 section 6.2, method 3), so ids of one process sort by time within it. */
void uuid_v7(int64_t time_us, const uint8_t random[8], struct uuid *ret_uuid);

/* uuid_valid: text is a UUID of any version in the form that uuid_v7 writes (lower case, hyphens). */
bool uuid_valid(struct str text);

#endif
