/* demo_care.c: what else happens in the made-up programme: questionnaires filled in, the first questions, ways into care, plans for hard
 * moments, the rota. Each by the same calls as in the app; nothing here writes a result that the program would work out itself. */
#include "cmd/demo.h"

#include "care/duty.h"
#include "care/intake.h"
#include "care/medicine.h"
#include "care/plan.h"
#include "care/recur.h"
#include "care/referral.h"
#include "care/response.h"
#include "care/rota.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define LAYER "demo"

struct doing {
	struct demo *demo;
	struct serve_parts *parts;
	const struct demo_step *step;
	const char *client_id;
	struct scope client, staff; /* either acts */
};

static int wait_for(const struct doing *doing, int code, struct demo_wait *waiting, struct err *reterr)
{
	return code ? code : demo_wait_for(doing->parts, waiting, reterr);
}

static int find_newest(const struct doing *doing, const char *resource, struct row_set **ret_set, struct err *reterr)
{
	struct scope scope = care_scope_system(doing->demo->programme_id.text, NULL);
	struct list_query query = {
		.resource = resource, .index = "client", .equal = { value_c(doing->client_id) }, .descending = true, .limit = 1
	};
	return store_find_wait(doing->parts->store, &scope, &query, ret_set, reterr);
}

/* ---- A questionnaire, asked by staff and filled in at once ---- */

static int ask(const struct doing *doing, const struct instrument *instrument, struct uuid *ret_task, struct err *reterr)
{
	struct demo_wait waiting = { 0 };
	struct unit *unit = unit_new(doing->parts->store, &doing->staff);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	wall_time due = { clock_wall(doing->parts->clock).us + 7 * DAY_US };
	questionnaire_assign(unit, doing->client_id, instrument->id, "staff", doing->staff.actor_id, due, ret_task);
	return wait_for(doing, store_submit(doing->parts->store, unit, demo_waited, &waiting, reterr), &waiting, reterr);
}

static int answer_items(const struct doing *doing, const struct instrument *instrument, const struct row *response, const struct row *talk,
	struct err *reterr)
{
	const char *digits = doing->step->text;
	int code = strlen(digits) == instrument->item_count ? 0 : err_set(reterr, E_INVALID, LAYER, "one digit for each item");
	for (size_t i = 0; i < instrument->item_count && !code; i++) {
		struct demo_wait waiting = { 0 };
		struct response_effect effect;
		struct uuid submission;
		store_new_id(doing->parts->store, &submission);
		const struct response_answer answer = { .response = response,
			.conversation = talk,
			.item = instrument->items[i].id,
			.submission = str_c(submission.text),
			.answer = { ANSWER_GIVEN, digits[i] - '0' },
			.answered = clock_wall(doing->parts->clock) };
		code = response_answer(doing->parts->care, &doing->client, &answer, &effect, demo_waited, &waiting, reterr);
		code = wait_for(doing, code, &waiting, reterr);
	}
	return code;
}

static int send(const struct doing *doing, const struct row *response, const struct row *talk, struct err *reterr)
{
	struct list_query query = {
		.resource = "answer", .index = "response", .equal = { value_str(response->id) }, .limit = RESPONSE_ANSWERS_MAX
	};
	struct row_set *answers = NULL, *task = NULL;
	struct demo_wait waiting = { 0 };
	struct score score;
	int code = store_list_wait(doing->parts->store, &doing->client, &query, &answers, reterr);
	if (!code)
		code = store_get_wait(
			doing->parts->store, &doing->client, "questionnaire_task", row_text(response, "task_id").ptr, &task, reterr);
	if (code) {
		row_set_free(&answers);
		return code;
	}
	const struct response_submit submit = { .response = response,
		.conversation = talk,
		.answers = answers,
		.task = &task->rows[0],
		.submitted = clock_wall(doing->parts->clock) };
	code = response_submit(doing->parts->care, &doing->client, &submit, &score, demo_waited, &waiting, reterr);
	code = wait_for(doing, code, &waiting, reterr);
	row_set_free(&answers);
	row_set_free(&task);
	return code;
}

static int answers(const struct doing *doing, struct err *reterr)
{
	const struct instrument *instrument = instruments_find(doing->parts->instruments, str_c(doing->step->code));
	const struct care_client *client = care_client(doing->parts->care, doing->client_id);
	struct row_set *response = NULL, *talk = NULL;
	struct uuid task, id;
	struct demo_wait waiting = { 0 };
	if (!instrument || !client)
		return err_set(reterr, E_NOT_FOUND, LAYER, "no instrument %s", doing->step->code);
	int code = ask(doing, instrument, &task, reterr);
	const struct response_begin begin = { .client_id = doing->client_id,
		.task_id = task.text,
		.task_state = STR("due"),
		.instrument = instrument,
		.lang = client->language,
		.started = clock_wall(doing->parts->clock) };
	if (!code)
		code = wait_for(doing, response_begin(doing->parts->care, &doing->client, &begin, &id, demo_waited, &waiting, reterr),
			&waiting, reterr);
	if (!code)
		code = find_newest(doing, "response", &response, reterr);
	if (!code && find_newest(doing, "conversation", &talk, NULL))
		talk = NULL; /* has not written yet */
	if (!code)
		code = answer_items(doing, instrument, &response->rows[0], talk ? &talk->rows[0] : NULL, reterr);
	if (!code)
		code = send(doing, &response->rows[0], talk ? &talk->rows[0] : NULL, reterr);
	row_set_free(&response);
	row_set_free(&talk);
	return code;
}

/* ---- The first questions ---- */

static int keep_intake(const struct doing *doing, const struct intake_pack *pack, const json_t *given, struct err *reterr)
{
	struct scope scope = care_scope_system(doing->demo->programme_id.text, "intake.answer");
	struct demo_wait waiting = { 0 };
	char name[128];
	scope.actor_id = doing->client_id;
	struct unit *unit = unit_new(doing->parts->store, &scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	snprintf(name, sizeof(name), STR_FMT "/" STR_FMT, STR_ARG(pack->id), STR_ARG(pack->version));
	struct op *op = unit_insert(unit, "intake", NULL);
	op_c(op, "client_id", doing->client_id);
	op_c(op, "open_client_id", doing->client_id);
	op_text(op, "language", pack->lang);
	op_c(op, "pack", name);
	op_json(op, "answers", given);
	op_int(op, "level", 0); /* nothing in the story's answers is for anybody at once */
	op_time(op, "started_at", clock_wall(doing->parts->clock));
	return wait_for(doing, store_submit(doing->parts->store, unit, demo_waited, &waiting, reterr), &waiting, reterr);
}

static int takes_intake(const struct doing *doing, struct err *reterr)
{
	const struct care_client *client = care_client(doing->parts->care, doing->client_id);
	const struct intake_pack *pack = intake_pack_of(doing->parts->triage, client->language);
	json_t *given = json_loads(doing->step->text, 0, NULL);
	const struct intake_state state = { .answers = given, .instruments = true };
	struct row_set *row = NULL;
	struct demo_wait waiting = { 0 };
	int left = given ? intake_next(pack, &state, NULL, NULL) : 0, code = 0;
	if (left >= 0)
		code = err_set(reterr, E_INVALID, LAYER, "the first questions: " STR_FMT " is not answered", STR_ARG(pack->steps[left].id));
	code = code ? code : keep_intake(doing, pack, given, reterr);
	code = code ? code : find_newest(doing, "intake", &row, reterr);
	if (!code) {
		const struct referral_intake intake = { doing->client_id, row->rows[0].id.ptr, row->rows[0].version, 0,
			intake_marks(pack, &state) };
		code = referral_from_intake(doing->parts->care, &doing->client, &intake, demo_waited, &waiting, reterr);
		code = wait_for(doing, code, &waiting, reterr);
	}
	row_set_free(&row);
	json_decref(given);
	return code;
}

/* ---- A way into care ---- */

/* code: "SOURCE PRIORITY STEP" */
static int refers(const struct doing *doing, struct err *reterr)
{
	struct str rest = str_c(doing->step->code), source = str_split(&rest, ' '), priority = str_split(&rest, ' ');
	struct demo_wait waiting = { 0 };
	struct uuid id;
	if (rest.len != 1)
		return err_set(reterr, E_INVALID, LAYER, "a referral is SOURCE PRIORITY STEP");
	const struct referral_new what = { .client_id = doing->client_id,
		.source = source,
		.priority = priority,
		.reason = str_c(doing->step->text),
		.step = rest.ptr[0] - '0' };
	return wait_for(
		doing, referral_make(doing->parts->care, &doing->staff, &what, &id, demo_waited, &waiting, reterr), &waiting, reterr);
}

static int move_once(const struct doing *doing, struct err *reterr)
{
	static const struct {
		const char *name;
		enum referral_verb verb;
		int64_t in; /* until what is promised or offered */
	} verbs[] = { { "start", REFERRAL_START, 0 }, { "contact", REFERRAL_CONTACT, 5 * DAY_US },
		{ "offer", REFERRAL_OFFER, 3 * DAY_US } };
	struct row_set *row = NULL;
	struct demo_wait waiting = { 0 };
	int code = find_newest(doing, "referral", &row, reterr);
	if (code)
		return code;
	struct referral_act act = { .id = row->rows[0].id.ptr, .version = row->rows[0].version };
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		if (strcmp(verbs[i].name, doing->step->code) == 0) {
			act.verb = verbs[i].verb;
			act.at.us = verbs[i].in ? clock_wall(doing->parts->clock).us + verbs[i].in : 0;
		}
	code = referral_do(doing->parts->care, &doing->staff, &act, demo_waited, &waiting, reterr);
	code = wait_for(doing, code, &waiting, reterr);
	row_set_free(&row);
	return code;
}

/* code: what is done with the client's referral. The leap in time may have set its clocks off: then it is read again. */
static int moves(const struct doing *doing, struct err *reterr)
{
	int code = move_once(doing, reterr);
	for (int tries = 0; code == E_CONFLICT && tries < 3; tries++)
		code = move_once(doing, reterr);
	return code;
}

/* ---- A plan for hard moments, shared with the team ---- */

static int plans(const struct doing *doing, struct err *reterr)
{
	json_t *sections = json_loads(doing->step->text, 0, NULL), *clean = NULL;
	struct demo_wait waiting = { 0 };
	struct uuid id;
	int code = sections ? plan_check(sections, &clean, reterr) : err_set(reterr, E_INVALID, LAYER, "the plan is no JSON");
	json_decref(sections);
	if (code)
		return code;
	const struct plan_save save = { .client_id = doing->client_id, .clean = clean, .active = true, .shared = true };
	code = plan_save(doing->parts->care, &doing->client, &save, &id, demo_waited, &waiting, reterr);
	code = wait_for(doing, code, &waiting, reterr);
	json_decref(clean);
	return code;
}

/* ---- What the team was told about medicines ---- */

static struct str said(const json_t *told, const char *key)
{
	const json_t *value = json_object_get(told, key);
	return json_is_string(value) ? str_make(json_string_value(value), json_string_length(value)) : STR("");
}

/* The newest that counts of that name; NULL: none. */
static const struct row *taken(const struct row_set *rows, struct str name)
{
	for (size_t i = 0; i < rows->count; i++)
		if (str_eqc(rows->rows[i].state, "active") && str_eq(row_text(&rows->rows[i], "name"), name))
			return &rows->rows[i];
	return NULL;
}

static int told_of(const struct doing *doing, const json_t *text, const struct row_set *rows, struct err *reterr)
{
	char today[MEDICINE_DAY_SIZE], day[RECUR_DAY_SIZE] = "";
	const json_t *before = json_object_get(text, "days");
	struct demo_wait waiting = { 0 };
	struct care *care = doing->parts->care;
	int64_t number = 0;
	int code = medicine_today(care, doing->client_id, today, reterr);
	if (!code && json_is_integer(before) && recur_day_of(str_c(today), &number))
		recur_day_text(number - json_integer_value(before), day);
	const struct medicine_told told = { .name = said(text, "name"),
		.dose = said(text, "dose"),
		.frequency = said(text, "frequency"),
		.reason = said(text, "reason"),
		.note = said(text, "note"),
		.told_by = said(text, "told_by"),
		.day = str_c(day) };
	bool start = strcmp(doing->step->code, "start") == 0;
	struct medicine_act act = {
		.client_id = doing->client_id, .rows = rows, .at = start ? NULL : taken(rows, told.name), .told = &told
	};
	if (code)
		return code;
	if (!start && !act.at)
		return err_set(reterr, E_NOT_FOUND, LAYER, "no such medicine is taken");
	if (start) {
		code = medicine_start(care, &doing->staff, doing->parts->engine, &act, demo_waited, &waiting, reterr);
	} else {
		act.version = act.at->version;
		code = strcmp(doing->step->code, "stop") == 0 ? medicine_stop(care, &doing->staff, &act, demo_waited, &waiting, reterr)
							      : medicine_change(care, &doing->staff, &act, demo_waited, &waiting, reterr);
	}
	return wait_for(doing, code, &waiting, reterr);
}

static int told(const struct doing *doing, struct err *reterr)
{
	struct scope scope = care_scope_system(doing->demo->programme_id.text, NULL);
	struct list_query query = { .resource = "medication_statement",
		.index = "client",
		.equal = { value_c(doing->client_id) },
		.descending = true,
		.limit = MEDICINE_ROWS_MAX };
	json_t *text = json_loads(doing->step->text, 0, NULL);
	struct row_set *rows = NULL;
	int code = text ? store_list_wait(doing->parts->store, &scope, &query, &rows, reterr)
			: err_set(reterr, E_INVALID, LAYER, "what was told is no JSON");
	if (!code)
		code = told_of(doing, text, rows, reterr);
	row_set_free(&rows);
	json_decref(text);
	return code;
}

int demo_care_step(
	struct demo *demo, struct serve_parts *parts, const struct demo_step *step, const struct scope *staff, struct err *reterr)
{
	const char *client_id = demo->clients[step->client].id.text;
	const struct doing doing = { .demo = demo,
		.parts = parts,
		.step = step,
		.client_id = client_id,
		.client = { .programme_id = demo->programme_id.text, .who = WHO_CLIENT, .actor_id = client_id, .client_id = client_id },
		.staff = *staff };
	switch (step->what) {
	case DEMO_ANSWERS: return answers(&doing, reterr);
	case DEMO_TAKES_INTAKE: return takes_intake(&doing, reterr);
	case DEMO_REFERS: return refers(&doing, reterr);
	case DEMO_MOVES: return moves(&doing, reterr);
	case DEMO_PLANS: return plans(&doing, reterr);
	case DEMO_TOLD: return told(&doing, reterr);
	default: return err_set(reterr, E_INVALID, LAYER, "no such step");
	}
}

/* ---- The rota ---- */

#define ZONE "America/New_York"
#define ZONE_US (-5 * HOUR_US) /* near enough to choose whose turn it is */

/* Three shifts of eight hours. Whoever has the open alert is on now; in four days one shift is left open, for the page to show it. */
int demo_make_rota(struct demo *demo, struct serve_parts *parts, struct err *reterr)
{
	static const char *const bounds[] = { "00:00", "08:00", "16:00", "00:00" };
	static const size_t order[] = { 1, 0, 3 }; /* Lucía, Maren, Inés */
	const struct demo_staff *chief = &demo->staff[3];
	const struct care_staff *known = care_staff(parts->care, chief->id.text);
	struct scope scope = { .programme_id = demo->programme_id.text,
		.who = known ? known->who : 0,
		.actor_id = chief->id.text,
		.reason = "rota.shift_saved" };
	int64_t local = clock_wall(parts->clock).us + ZONE_US;
	size_t block = (size_t)(local / (8 * HOUR_US) % 3);
	time_t later = (time_t)((local + 4 * DAY_US) / SECOND_US);
	struct tm day;
	char except[16];
	gmtime_r(&later, &day);
	strftime(except, sizeof(except), "[\"%Y-%m-%d\"]", &day);
	for (size_t i = 0; i < COUNT_OF(order); i++) {
		size_t at = (block + i) % 3;
		struct demo_wait waiting = { 0 };
		struct uuid id;
		const struct rota_row row = { .staff_id = str_c(demo->staff[order[i]].id.text),
			.kind = STR("in_hours"),
			.zone = STR(ZONE),
			.days = STR("Daily"),
			.start = str_c(bounds[at]),
			.end = str_c(bounds[at + 1]),
			.except = i == 1 ? str_c(except) : STR("") };
		int code = duty_shift_save(parts->care, &scope, NULL, 0, &row, &id, demo_waited, &waiting, reterr);
		code = code ? code : demo_wait_for(parts, &waiting, reterr);
		if (code)
			return code;
	}
	return 0;
}
