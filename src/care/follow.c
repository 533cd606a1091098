/* follow.c: what other processes on this database changed (the command line, another node): events whose audience is "program", asked for
 * by number twice a second. A member of staff who was changed elsewhere is read anew: their sessions are over here, their open pages are
 * closed, and whoever may not answer any more is off duty and out of every chat. What happened while nothing ran is looked at on opening.
 */
#include "care/care_priv.h"

#include "care/duty.h"
#include "sys/mem.h"

#define FOLLOW_US (SECOND_US / 2)
#define FOLLOW_BATCH 50

static void look(void *ctx);

static struct list_query after(const struct programme_item *programme)
{
	return (struct list_query){ .resource = "event",
		.index = "stream",
		.equal = { value_c("program") },
		.bounded = true,
		.from = { programme->follow_number + 1 },
		.to = { INT64_MAX },
		.limit = FOLLOW_BATCH };
}

/* ---- A member of staff ---- */

struct ending {
	struct care *care;
	struct uuid staff_id;
};

/* Changed while nothing ran: still on duty, or still the owner of an alert. */
static bool left_unseen(const struct care *care, const struct care_staff *staff)
{
	bool owns = duty_owned(care, staff->id.text, NULL, 0) > 0;
	return staff->active ? owns && !(staff->who & WHO_CLINICAL) : owns || staff->on_duty;
}

/* Who has signed in since then stays. */
static void sessions_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct ending *ending = ctx;
	struct uuid kept[LIST_MAX];
	struct session_over over = { .person_id = ending->staff_id.text, .kept = kept };
	for (size_t i = 0; !err && i < take_set->count; i++)
		kept[over.kept_count++] = id_of(take_set->rows[i].id);
	sessions_over(ending->care, &over); /* with an err all: their browsers ask anew */
	row_set_free(&take_set);
	mem_delete(ending);
}

static void end_sessions(struct care *care, const struct row *row)
{
	struct scope scope = care_scope_system(row->programme_id.ptr, "follow");
	struct list_query query = { .resource = "staff_session",
		.index = "staff",
		.equal = { value_str(row->id), value_c("active") },
		.descending = true,
		.limit = LIST_MAX };
	struct ending *ending = mem_new(sizeof *ending);
	struct err err = { 0 };
	if (ending) {
		*ending = (struct ending){ care, id_of(row->id) };
		if (store_list(care->parts.store, &scope, &query, sessions_read, ending, &err) == 0)
			return;
	}
	mem_delete(ending);
	sessions_over(care, &(struct session_over){ .person_id = row->id.ptr });
}

static void staff_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct care *care = ctx;
	if (err) {
		log_write(care->parts.log, LOG_ERROR, "follow.staff_unread", LOG_ERR(err));
	} else {
		const struct row *row = &take_set->rows[0];
		const struct care_staff *staff = care_staff(care, row->id.ptr);
		uint32_t before = staff ? staff->who : 0;
		care_took_staff(care, row);
		end_sessions(care, row);
		staff = care_staff(care, row->id.ptr);
		if (staff && (!staff->active || (before && before != staff->who)))
			duty_removed(care, row->id.ptr);
	}
	row_set_free(&take_set);
}

static int read_staff(struct care *care, const char *programme_id, struct str id, struct err *reterr)
{
	struct scope scope = care_scope_system(programme_id, "follow");
	return store_get(care->parts.store, &scope, "staff", id.ptr, staff_read, care, reterr);
}

/* ---- The events ---- */

static void look_again(struct care *care)
{
	if (--care->follow_running == 0)
		loop_io_timer_start(care->parts.loop, &care->follow_timer, FOLLOW_US, look, care);
}

static void events_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct care *care = ctx;
	struct err own = { 0 };
	for (size_t i = 0; !err && i < take_set->count; i++) {
		const struct row *row = &take_set->rows[i];
		struct programme_item *programme = care_programme_item(care, row->programme_id.ptr);
		bool staff = str_eqc(row_text(row, "kind"), "staff"); /* other kinds are of a newer version */
		if (staff && read_staff(care, row->programme_id.ptr, row_text(row, "subject_id"), &own)) {
			log_write(care->parts.log, LOG_ERROR, "follow.staff_unread", LOG_ERR(&own));
			break; /* the next look begins with it */
		}
		programme->follow_number = row_int(row, "number");
	}
	if (err && err->code != E_CLOSED)
		log_write(care->parts.log, LOG_ERROR, "follow.unread", LOG_ERR(err));
	row_set_free(&take_set);
	look_again(care);
}

static void look(void *ctx)
{
	struct care *care = ctx;
	care->follow_running = 1;
	for (size_t i = 0; i < care->programme_count; i++) {
		struct programme_item *programme = &care->programmes[i];
		struct scope scope = care_scope_system(programme->pub.id.text, "follow");
		struct list_query query = after(programme);
		struct err err = { 0 };
		if (store_list(care->parts.store, &scope, &query, events_read, care, &err) == 0)
			care->follow_running++;
	}
	look_again(care);
}

/* ---- Start and end ---- */

int follow_mark(struct care *care, struct programme_item *programme, struct err *reterr)
{
	struct scope scope = care_scope_system(programme->pub.id.text, "follow");
	struct list_query query = {
		.resource = "event", .index = "stream", .equal = { value_c("program") }, .descending = true, .limit = 1
	};
	struct row_set *set = NULL;
	int rc = store_list_wait(care->parts.store, &scope, &query, &set, reterr);
	if (rc == 0 && set->count)
		programme->follow_number = row_int(&set->rows[0], "number");
	row_set_free(&set);
	return rc;
}

void follow_open(struct care *care)
{
	size_t place = 0;
	for (const struct staff_item *item; (item = map_next(&care->staff, &place)) != NULL;)
		if (left_unseen(care, &item->pub))
			duty_removed(care, item->pub.id.text);
	care->follow_running = 1;
	look_again(care);
}

void follow_close(struct care *care)
{
	loop_timer_stop(care->parts.loop, &care->follow_timer);
}
