/* medicine.h: what the team was told about the medicines that a client takes: a record, no prescription; nothing here knows a right dose,
 * and nothing advises.
 *
 *  kind started --> changed --> ... --> stopped    each a row; the newest that counts is `active` or `stopped`, those before `superseded`
 *
 * One that was entered in error counts no more, and the one before it counts again; of the first, all about that medicine were in error.
 * Taken again after a stop is a new first row. Days are as exact as they were told (a year, a month, a day, or not known), in the client's
 * calendar, never after today there. Each act is one unit, guarded by the version of the row that counts (E_CONFLICT), and journalled; in
 * words only what the client reads too. On the loop's thread. */
#ifndef HEED_CARE_MEDICINE_H
#define HEED_CARE_MEDICINE_H

#include "care/care.h"
#include "screen/screen.h"

#define MEDICINE_ROWS_MAX LIST_MAX /* of a client: all of them are one page */
#define MEDICINE_DAY_SIZE 11

/* What was told; texts are borrowed for the call, empty ones are left out. */
struct medicine_told {
	struct str name, dose, frequency; /* name: of a start alone; the others keep it */
	struct str reason, note, told_by, day;
};

/* medicine_day_check: a day as it may be told: "" (not known), a year, a month or a day, from 1900 to `today` ("YYYY-MM-DD"), and not
 * before `earliest` (as exact as any; empty: no bound). E_INVALID "day: ...". */
int medicine_day_check(struct str day, struct str today, struct str earliest, struct err *reterr) MUST_CHECK;

/* medicine_today: of the client's calendar: their own zone, else the programme's. */
int medicine_today(const struct care *care, const char *client_id, char day[MEDICINE_DAY_SIZE], struct err *reterr) MUST_CHECK;

/* medicine_recognise: the generic name when the packs know this one medicine, else empty; borrowed from the engine. The dose helps with
 * names that are also words of everyday speech. */
struct str medicine_recognise(const struct screen_engine *engine, struct str name, struct str dose);

/* Acts. rows: all of the client's, newest first, just read (MEDICINE_ROWS_MAX: E_LIMIT when another would be too many). at: the row that
 * is changed, stopped or in error, one of them; it must be at `version`, and the first two only of one that is `active`. E_INVALID names
 * what is missing or wrong, never the words. */
struct medicine_act {
	const char *client_id;
	const struct row_set *rows;
	const struct row *at; /* NULL: a start */
	int64_t version;
	const struct medicine_told *told;
};
int medicine_start(struct care *care, const struct scope *scope, const struct screen_engine *engine, const struct medicine_act *act,
	unit_done done, void *ctx, struct err *reterr) MUST_CHECK;
int medicine_change(struct care *care, const struct scope *scope, const struct medicine_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
int medicine_stop(struct care *care, const struct scope *scope, const struct medicine_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
/* medicine_error: told->reason says why. */
int medicine_error(struct care *care, const struct scope *scope, const struct medicine_act *act, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;

#endif
