/* cover.h: when somebody is there: office hours and on-call hours of a programme, in its time zone. Pure but for the zone's
 * file, read once when the cover is made.
 *
 * JSON (programme.cover): {"hours":[{"days":"Mon-Fri","from":"09:00","to":"17:00"}],"on_call":[...],"closed":["2026-12-25"]}
 * `days`: Daily, Mon, Mon-Fri, Sat-Sun, or a list "Mon,Wed,Fri". `to` 24:00 is midnight; `to` at or before `from` runs into
 * the next day. On a `closed` date there are no office hours, on-call stays. A missing or empty object: nobody is ever there. */
#ifndef HEED_CARE_COVER_H
#define HEED_CARE_COVER_H

#include "base/buf.h"
#include "base/err.h"
#include "policy/policy.h"
#include "sys/clock.h"

struct cover;

int cover_open(struct str json, struct str time_zone, struct cover **ret_cover, struct err *reterr) MUST_CHECK;
void cover_free(struct cover **cover);

/* cover_now: COVER_NONE for a NULL cover. ret_until (may be NULL): when the answer changes, at most eight days ahead; us 0: not
 * within them. */
enum policy_cover cover_now(const struct cover *cover, wall_time now, wall_time *ret_until);

/* cover_words: the hours in words, "Office hours Mon-Fri 09:00-17:00; on call Daily 17:00-09:00 (Europe/Madrid)". */
void cover_words(const struct cover *cover, struct buf *out);

/* cover_clock: a local time of day as "14:30", or with the weekday "Thu 14:30" when it is not today. text[24]. */
void cover_clock(const struct cover *cover, wall_time time, wall_time now, struct str lang, char *text);

/* cover_parse_days: "Mon-Fri" as bits (bit 0 Monday), false for anything else. cover_parse_minute: "HH:MM" up to 24:00. */
bool cover_parse_days(struct str text, unsigned *ret_days);
bool cover_parse_minute(const char *text, int *ret_minute);

const char *cover_name(enum policy_cover cover); /* "none","on_call","in_hours" */

#endif
