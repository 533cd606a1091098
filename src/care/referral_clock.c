/* referral_clock.c: what the program does about referrals by itself, as jobs: it marks clocks that ran out and calls a person, and looks
 * again at what it recommends when an alert or a score has come. It never moves a referral. */
#include "care/referral_priv.h"

#include "sys/mem.h"

#define ARENA_MAX (256u << 10)

/* ---- Clocks ---- */

static int64_t running(const struct row *row, const char *ends, bool runs)
{
	return runs ? row_time(row, ends).us : 0;
}

void referral_clocks(const struct care *care, const struct row *row, struct referral_clock clocks[REFERRAL_CLOCKS])
{
	const struct triage_figure *figures = care->parts.triage->clocks;
	bool out = str_eqc(row->state, "referred_out"), in_care = !row_is_null(row, "started_at");
	bool starts = !out && !in_care;
	int64_t received = row_time(row, "received_at").us, started = row_time(row, "started_at").us;
	bool second = str_eqc(row->state, "in_care") && row_is_null(row, "second_contact_at");
	clocks[0] = (struct referral_clock){ "breach_respond", "respond", running(row, "respond_by", row_bool(row, "undecided")) };
	clocks[1] = (struct referral_clock){ "breach_contact", "contact", running(row, "next_contact_at", true) };
	clocks[2] = (struct referral_clock){ "breach_receipt", "receipt",
		running(row, "out_due_at", out && row_is_null(row, "out_received_at")) };
	clocks[3] = (struct referral_clock){ "breach_start", "start", starts ? received + figures[TRIAGE_START_TARGET].us : 0 };
	clocks[4] = (struct referral_clock){ "breach_limit", "limit", starts ? received + figures[TRIAGE_START_LIMIT].us : 0 };
	clocks[5] = (struct referral_clock){ "breach_second", "second", second ? started + figures[TRIAGE_SECOND_CONTACT].us : 0 };
}

static int call_priority(const struct row *row, const char *what)
{
	int priority = triage_parse(row_text(row, "priority"));
	if (strcmp(what, "respond") == 0)
		return priority <= TRIAGE_B ? 1 : priority <= TRIAGE_C ? 2 : 3;
	return priority <= TRIAGE_C ? 2 : 3;
}

static void clock_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	const struct row *row = take_set && take_set->count ? &take_set->rows[0] : NULL;
	const struct care_programme *programme = care_programme(care, job_item(run)->programme_id.text);
	struct referral_clock clocks[REFERRAL_CLOCKS];
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "referral.clock");
	struct unit *unit = NULL;
	struct op *op = NULL;
	int64_t count = row ? row_int(row, "breach_count") : 0;
	if (err && err->code != E_NOT_FOUND) {
		job_again(run, err);
		return;
	}
	if (row && programme && row_bool(row, "active"))
		referral_clocks(care, row, clocks);
	else
		memset(clocks, 0, sizeof clocks);
	for (size_t i = 0; i < REFERRAL_CLOCKS; i++) {
		if (!clocks[i].ends_us || clocks[i].ends_us > care_now(care).us || row_bool(row, clocks[i].flag))
			continue;
		unit = unit ? unit : unit_new(care->parts.store, &scope);
		if (!unit)
			break;
		op = op ? op : unit_update(unit, "referral", row->id.ptr, row->version);
		op_bool(op, clocks[i].flag, true);
		op_bool(op, "breached", true);
		op_int(op, "breach_count", ++count);
		referral_call(care, unit, programme, row_text(row, "client_id").ptr, clocks[i].what, call_priority(row, clocks[i].what));
	}
	if (unit)
		referral_tell(unit, programme->id.text, row_text(row, "client_id").ptr);
	row_set_free(&take_set);
	job_finish(run, unit);
}

void referral_clock_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "referral.clock");
	struct err err = { 0 };
	if (store_get(care->parts.store, &scope, "referral", job_item(run)->subject_id.text, clock_read, run, &err))
		job_again(run, &err);
}

/* ---- Looking again ---- */

struct advising {
	struct looking looking; /* first */
	struct job_run *run;
	struct row_set *set; /* the referral */
};

void referral_look_again(struct care *care, struct unit *unit, const char *client_id)
{
	job_add(unit, "triage.advise", care_now(care), "client", client_id, client_id);
}

/* Signs that were stated once stay; what was taken from alerts and scores is looked at anew. */
static uint64_t marks_of(const struct triage *triage, const struct row *row, int *ret_level)
{
	struct str text = row_text(row, "inputs");
	json_t *inputs = text.len ? json_loadb(text.ptr, text.len, 0, NULL) : NULL, *value;
	uint64_t marks = 0;
	size_t index;
	json_array_foreach(json_object_get(inputs, "marks"), index, value)
	{
		int at = json_is_string(value) ? triage_mark_of(triage, str_c(json_string_value(value))) : -1;
		if (at >= 0)
			marks |= UINT64_C(1) << at;
	}
	*ret_level = (int)json_integer_value(json_object_get(inputs, "level"));
	json_decref(inputs);
	return marks;
}

/* While nobody has decided, the row follows what is recommended, but only to the more urgent; after that a person is called instead. */
static void take_advice(struct advising *advising, struct unit *unit, const struct row *row, const struct care_programme *programme)
{
	struct care *care = advising->looking.care;
	const struct triage_input *input = &advising->looking.input;
	struct triage_advice advice;
	struct arena arena;
	triage_advise(care->parts.triage, input, &advice);
	int now_is = triage_parse(row_text(row, "priority")), decided = triage_parse(row_text(row, "decided_priority"));
	int was = triage_parse(row_text(row, "recommended_priority"));
	bool undecided = row_bool(row, "undecided");
	int priority = undecided && (int)advice.priority < now_is ? (int)advice.priority : now_is;
	struct op *op = unit_update(unit, "referral", row->id.ptr, row->version);
	arena_init(&arena, mem_system(), ARENA_MAX);
	op_advice(op, care->parts.triage, input, &advice);
	op_int(op, "rank", referral_rank((enum triage_priority)priority, input->level, row_time(row, "received_at")));
	if (priority < now_is) {
		wall_time by = { care_now(care).us + referral_respond_us(care, programme, (enum triage_priority)priority) };
		if (!row_is_null(row, "respond_by") && row_time(row, "respond_by").us < by.us)
			by = row_time(row, "respond_by");
		op_c(op, "priority", triage_name((enum triage_priority)priority));
		op_text(op, "priority_reason", advice_words(care, programme, &arena, &advice));
		op_time(op, "respond_by", by);
		job_add(unit, "triage.clock", by, "referral", row->id.ptr, row_text(row, "client_id").ptr);
	}
	/* Once for each rise, not at every look. What a member of staff decided without an intake is first looked at now: then only what is
	 * urgent. */
	bool rose = was < 0 ? advice.priority <= TRIAGE_C : (int)advice.priority < was;
	if (decided >= 0 && (int)advice.priority < decided && rose)
		referral_call(care, unit, programme, row_text(row, "client_id").ptr, "stricter", advice.priority <= TRIAGE_C ? 2 : 3);
	referral_tell(unit, programme->id.text, row_text(row, "client_id").ptr);
	arena_done(&arena);
}

static void advise_ready(struct looking *looking, const struct err *err)
{
	struct advising *advising = (struct advising *)looking;
	struct job_run *run = advising->run;
	struct care *care = looking->care;
	const struct care_programme *programme = care_programme(care, looking->programme_id.text);
	struct scope scope = care_scope_system(looking->programme_id.text, "referral.advise");
	struct unit *unit = err || !programme ? NULL : unit_new(care->parts.store, &scope);
	looking_alerts(looking);
	/* Without an intake, a score or any sign there is nothing to recommend from: what staff decided stands alone. */
	const struct triage_input *input = &looking->input;
	if (unit && row_is_null(&advising->set->rows[0], "intake_id") && !input->score_count && !input->level && !input->marks)
		unit_free(&unit);
	if (unit)
		take_advice(advising, unit, &advising->set->rows[0], programme);
	row_set_free(&advising->set);
	if (err)
		job_again(run, err);
	else
		job_finish(run, unit);
	mem_delete(advising);
}

static void advise_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct job_run *run = ctx;
	struct care *care = job_care(run);
	bool there = take_set && take_set->count && row_bool(&take_set->rows[0], "active");
	struct advising *advising = there ? mem_new(sizeof *advising) : NULL;
	if (!advising) {
		row_set_free(&take_set);
		if (err && err->code != E_NOT_FOUND)
			job_again(run, err);
		else if (there)
			job_again(run, &(struct err){ .code = E_MEMORY, .layer = "care/referral" });
		else
			job_finish(run, NULL); /* nobody is on the way */
		return;
	}
	advising->run = run;
	advising->set = take_set;
	advising->looking.care = care;
	advising->looking.then = advise_ready;
	advising->looking.programme_id = job_item(run)->programme_id;
	advising->looking.client_id = id_of(row_text(&take_set->rows[0], "client_id"));
	advising->looking.input.marks = marks_of(care->parts.triage, &take_set->rows[0], &advising->looking.input.level);
	looking_scores(&advising->looking);
}

void referral_advise_due(struct job_run *run)
{
	struct care *care = job_care(run);
	struct scope scope = care_scope_system(job_item(run)->programme_id.text, "referral.advise");
	struct list_query query = { .resource = "referral", .index = "open", .equal = { value_c(job_item(run)->client_id.text) } };
	struct err err = { 0 };
	if (store_find(care->parts.store, &scope, &query, advise_read, run, &err))
		job_again(run, &err);
}
