/* whatif_run.c: see whatif_run.h. First the alerts of the time (how they ended), then the verdicts, oldest first, a batch at a time; of
 * each its findings, its decision and who had written the message. */
#include "care/whatif_run.h"

#include "care/care_priv.h"
#include "care/duty.h"
#include "care/notice.h"
#include "sys/mem.h"

#define LAYER "care/whatif"
#define BATCH 40
#define FINDINGS_MAX 100
#define KEPT_ARENA_MAX (64u << 20)
#define RUN_ARENA_MAX (128u << 20)
#define STEP_ARENA_MAX (4u << 20)
#define COVER_KEPT_US (15 * MINUTE_US)

enum { READ_FINDINGS = 0, READ_DECISION, READ_MESSAGE, READS };

struct slot {
	struct run *run;
	const struct row *verdict;
	struct row_set *sets[READS];
	struct read {
		struct slot *slot;
		int which;
	} reads[READS];
};

struct talk_state {
	struct uuid id; /* first: the key */
	int level[2];
	bool held[2];
};

struct ended {
	struct uuid message_id; /* first: the key */
	enum load_end end;
};

struct run {
	struct whatif pub; /* first */
	struct whatifs *owner;
	struct run *next; /* newer first */
	const struct care_programme *programme;
	struct policy *own_policy;      /* NULL: the installed one */
	struct arena arena, work, step; /* kept with the counts; for as long as it runs; for one message */
	struct map talks, ended;
	struct list_query query;
	struct row_set *page;
	char cursor[1024];
	size_t waiting;
	bool alerts_read, read_failed, cancel;
	struct slot slots[BATCH];
	struct {
		wall_time at;
		enum policy_cover cover;
	} cover;
	char preset[POLICY_ID_BYTES], pack[POLICY_ID_BYTES];
};

struct whatifs {
	struct care *care;
	struct run *newest;
};

const char *whatif_state_name(enum whatif_state state)
{
	static const char *const names[] = { "failed", "running", "done", "cancelled" };
	return names[state];
}

/* ---- The end of a run ---- */

static void drop_sets(struct run *run)
{
	for (size_t i = 0; i < BATCH; i++)
		for (int k = 0; k < READS; k++)
			row_set_free(&run->slots[i].sets[k]);
	row_set_free(&run->page);
}

/* What is only needed while it runs. The counts stay. */
static void end_run(struct run *run, enum whatif_state state, const char *failure)
{
	run->pub.state = state;
	if (failure)
		(void)snprintf(run->pub.failure, sizeof run->pub.failure, "%s", failure);
	drop_sets(run);
	map_done(&run->talks);
	map_done(&run->ended);
	whatif_side_done(&run->pub.before);
	whatif_side_done(&run->pub.after);
	policy_free(&run->own_policy);
	arena_done(&run->work);
	arena_done(&run->step);
}

static void run_delete(struct run *run)
{
	if (run->pub.state == WHATIF_RUNNING) {
		drop_sets(run);
		map_done(&run->talks);
		map_done(&run->ended);
		whatif_side_done(&run->pub.before);
		whatif_side_done(&run->pub.after);
		policy_free(&run->own_policy);
		arena_done(&run->work);
		arena_done(&run->step);
	}
	arena_done(&run->arena);
	mem_delete(run);
}

/* ---- A verdict as it was ---- */

static enum family family_of(struct str concept)
{
	for (int i = 0; i < FAMILY_COUNT; i++) {
		struct str name = str_c(verdict_family_name((enum family)i));
		if (str_starts(concept, name) && concept.len > name.len && concept.ptr[name.len] == '.')
			return (enum family)i;
	}
	return FAMILY_DISTRESS;
}

static int place_of(const char *(*name)(int), int count, const char *text)
{
	for (int i = 0; text && i < count; i++)
		if (strcmp(name(i), text) == 0)
			return i;
	return 0;
}
static const char *time_name(int i)
{
	return verdict_time_name((enum time_frame)i);
}
static const char *experiencer_name(int i)
{
	return verdict_experiencer_name((enum experiencer)i);
}
static const char *source_name(int i)
{
	return verdict_source_name((enum finding_source)i);
}

static struct finding_context context_of(struct str json)
{
	json_t *c = json.len ? json_loadb(json.ptr, json.len, 0, NULL) : NULL;
	struct finding_context context = { .negated = json_is_true(json_object_get(c, "negated")),
		.uncertain = json_is_true(json_object_get(c, "uncertain")),
		.hypothetical = json_is_true(json_object_get(c, "hypothetical")),
		.question = json_is_true(json_object_get(c, "question")),
		.quoted = json_is_true(json_object_get(c, "quoted")),
		.idiom = json_is_true(json_object_get(c, "idiom")),
		.time = (enum time_frame)place_of(time_name, TIME_FUTURE + 1, json_string_value(json_object_get(c, "time"))),
		.experiencer = (enum experiencer)place_of(
			experiencer_name, EXPERIENCER_POSSIBLE_SELF + 1, json_string_value(json_object_get(c, "experiencer"))) };
	json_decref(c);
	return context;
}

static void take_findings(struct arena *arena, const struct row_set *set, struct verdict *verdict)
{
	struct finding *list = ARENA_ARRAY(arena, struct finding, set->count + 1);
	for (size_t i = 0; list && i < set->count; i++) {
		const struct row *row = &set->rows[i];
		list[i] = (struct finding){ .concept = row_text(row, "concept"),
			.family = family_of(row_text(row, "concept")),
			.level = (int)row_int(row, "level"),
			.base_level = (int)row_int(row, "base_level"),
			.start = (size_t)row_int(row, "start_byte"),
			.end = (size_t)row_int(row, "end_byte"),
			.turn = (int)row_int(row, "turn"),
			.context = context_of(row_text(row, "context")),
			.source = (enum finding_source)place_of(source_name, SOURCE_LIMIT + 1, row_text(row, "source").ptr),
			.confidence = (int)row_int(row, "confidence"),
			.phrase = row_text(row, "phrase"),
			.why = row_text(row, "why") };
	}
	verdict->findings = list;
	verdict->finding_count = list ? set->count : 0;
}

static void take_verdict(struct arena *arena, const struct slot *slot, struct verdict *ret_verdict)
{
	const struct row *row = slot->verdict;
	struct str result = row_text(row, "result"), levels = row_text(row, "levels");
	json_t *by_family = levels.len ? json_loadb(levels.ptr, levels.len, 0, NULL) : NULL;
	*ret_verdict = (struct verdict){ .state = str_eqc(result, "screened") ? VERDICT_SCREENED
						  : str_eqc(result, "empty")  ? VERDICT_EMPTY
									      : VERDICT_NOT_SCREENED,
		.reason = row_text(row, "cause"),
		.level = (int)row_int(row, "level"),
		.time_frame = (enum time_frame)place_of(time_name, TIME_FUTURE + 1, row_text(row, "time_frame").ptr),
		.experiencer = (enum experiencer)place_of(
			experiencer_name, EXPERIENCER_POSSIBLE_SELF + 1, row_text(row, "experiencer").ptr),
		.lang = row_text(row, "language"),
		.lang_covered = row_bool(row, "language_covered"),
		.truncated = row_bool(row, "truncated"),
		.top = SIZE_MAX };
	for (int i = 0; i < FAMILY_COUNT; i++) {
		ret_verdict->levels[i] = (int)json_integer_value(json_object_get(by_family, verdict_family_name((enum family)i)));
		ret_verdict->learned[i] = -1;
	}
	json_decref(by_family);
	take_findings(arena, slot->sets[READ_FINDINGS], ret_verdict);
	for (size_t i = 0; i < ret_verdict->finding_count && ret_verdict->top == SIZE_MAX; i++)
		if (ret_verdict->findings[i].level == ret_verdict->level)
			ret_verdict->top = i;
}

/* ---- The situation, as far as it is known afterwards ---- */

static enum policy_cover cover_at(struct run *run, wall_time at)
{
	const struct care *care = run->owner->care;
	if (run->cover.at.us && at.us >= run->cover.at.us && at.us < run->cover.at.us + COVER_KEPT_US)
		return run->cover.cover;
	const struct rota *rota = duty_rota(care, run->programme->id.text);
	run->cover.at = at;
	run->cover.cover = rota_count(rota) ? rota_join(rota, run->programme->cover, at, duty_fit, (void *)(uintptr_t)care, NULL)
					    : cover_now(run->programme->cover, at, NULL);
	return run->cover.cover;
}

static struct talk_state *talk_of(struct run *run, struct str id)
{
	struct talk_state *talk = map_get(&run->talks, id.ptr);
	if (talk)
		return talk;
	talk = ARENA_NEW(&run->work, struct talk_state);
	if (!talk)
		return NULL;
	*talk = (struct talk_state){ .id = id_of(id) };
	return map_put(&run->talks, talk) ? talk : NULL;
}

static struct policy_situation situation_of(struct run *run, const struct slot *slot, enum policy_direction direction, struct str lang)
{
	struct care *care = run->owner->care;
	const struct care_client *client = care_client(care, row_text(slot->verdict, "client_id").ptr);
	int age = client ? client->age : 0;
	enum consent_choice care_said = client ? care_choice(care, client->id.text, CONSENT_CARE, NULL) : CHOICE_UNASKED;
	struct jurisdiction_rules rules = { 0 };
	care_rules(care, &run->step, run->programme, client, age, &rules);
	return (struct policy_situation){ .direction = direction,
		.mode = run->programme->mode,
		.jurisdiction = run->programme->jurisdiction,
		.place = client ? client->place : STR(""),
		.bot = rules.bot,
		.reach = run->programme->reach,
		.cover = cover_at(run, slot->verdict->created_at),
		.age = age,
		.consent_ai = client && care_consent_ai(care, client->id.text),
		.consent_care = care_said != CHOICE_REFUSED && care_said != CHOICE_WITHDRAWN,
		.may_consent = care_may_consent(&rules, client, age),
		.lang = str_starts(lang, STR("es")) ? STR("es") : STR("en") };
}

/* ---- One message on both sides ---- */

struct decided {
	struct verdict verdict;
	struct policy_decision decision;
	int alert; /* priority of the call; 0 none */
};

static void decide_side(struct run *run, int side, struct talk_state *talk, struct policy_situation now, struct decided *one)
{
	const struct policy *policy = side && run->own_policy ? run->own_policy : run->owner->care->parts.policy;
	struct str preset = side ? run->pub.preset : run->programme->policy;
	now.conversation_level = talk->level[side];
	now.conversation_held = talk->held[side];
	policy_decide(policy, preset, &run->step, &one->verdict, &now, &one->decision);
	one->alert = one->decision.alert;
	if (side && !whatif_calls(&one->verdict, one->alert, &run->pub.change))
		one->alert = 0;
	if (one->verdict.state != VERDICT_NOT_SCREENED && one->verdict.level > talk->level[side])
		talk->level[side] = one->verdict.level;
	talk->held[side] |= one->decision.hold_conversation;
}

static bool count_side(struct run *run, struct whatif_side *side, const struct row *verdict, const struct decided *one)
{
	if (!one->alert)
		return true;
	for (size_t i = 0; i < one->decision.rule_count; i++)
		load_tally(&side->rules, one->decision.rules[i], LOAD_OPEN);
	return whatif_call(side, &run->work, row_text(verdict, "client_id").ptr, verdict->created_at, one->alert, one->verdict.level,
		       run->programme->settings.dedupe_us) == 0;
}

static void add_example(struct run *run, const struct row *verdict, const struct decided sides[2], enum load_end end)
{
	struct whatif *pub = &run->pub;
	bool lost = sides[0].alert > 0;
	size_t place = pub->example_count;
	if (place == WHATIF_EXAMPLES) { /* a lost one takes the place of one that is only new */
		for (place = 0; place < WHATIF_EXAMPLES && pub->examples[place].before; place++)
			;
		if (!lost || place == WHATIF_EXAMPLES)
			return;
	} else {
		pub->example_count++;
	}
	const struct verdict *stored = &sides[0].verdict;
	pub->examples[place] = (struct whatif_example){ .conversation_id = id_of(row_text(verdict, "conversation_id")),
		.message_id = id_of(row_text(verdict, "message_id")),
		.client_id = id_of(row_text(verdict, "client_id")),
		.at = verdict->created_at,
		.before = sides[0].alert,
		.after = sides[1].alert,
		.level_before = stored->level,
		.level_after = sides[1].verdict.level,
		.end = end };
	struct str concept = stored->top < stored->finding_count ? stored->findings[stored->top].concept : STR("");
	concept = str_sub(concept, 0, WHATIF_CONCEPT_BYTES - 1);
	if (concept.len)
		memcpy(pub->examples[place].concept, concept.ptr, concept.len);
}

static void compare(struct run *run, const struct row *verdict, const struct decided sides[2], int then)
{
	struct whatif *pub = &run->pub;
	const struct ended *ended = map_get(&run->ended, row_text(verdict, "message_id").ptr);
	bool before = sides[0].alert > 0, after = sides[1].alert > 0;
	pub->messages++;
	pub->agree += sides[0].alert == then;
	pub->lost += before && !after;
	pub->gained += after && !before;
	if (before && !after && ended)
		pub->lost_by[ended->end]++;
	if (before != after)
		add_example(run, verdict, sides, ended ? ended->end : LOAD_OPEN);
}

/* False without memory. */
static bool replay(struct run *run, struct slot *slot)
{
	const struct row_set *decisions = slot->sets[READ_DECISION], *messages = slot->sets[READ_MESSAGE];
	struct decided sides[2] = { 0 };
	if (!decisions || !decisions->count || !messages || !messages->count || !slot->sets[READ_FINDINGS]) {
		run->pub.left_out++;
		return true;
	}
	arena_reset(&run->step);
	const struct row *verdict = slot->verdict, *message = &messages->rows[0];
	struct talk_state *talk = talk_of(run, row_text(verdict, "conversation_id"));
	enum policy_direction direction = str_eqc(row_text(message, "role"), "client") ? DIRECTION_CLIENT : DIRECTION_ASSISTANT;
	take_verdict(&run->step, slot, &sides[0].verdict);
	whatif_verdict(&run->step, &sides[0].verdict, &run->pub.change, &sides[1].verdict);
	struct policy_situation now = situation_of(run, slot, direction, row_text(verdict, "language"));
	if (!talk || arena_failed(&run->step))
		return false;
	decide_side(run, 0, talk, now, &sides[0]);
	decide_side(run, 1, talk, now, &sides[1]);
	bool counted = count_side(run, &run->pub.before, verdict, &sides[0]) && count_side(run, &run->pub.after, verdict, &sides[1]);
	compare(run, verdict, sides, (int)row_int(&decisions->rows[0], "alert"));
	return counted && !arena_failed(&run->step);
}

/* ---- Reading ---- */

static void next_page(struct run *run);

static void keep_cursor(struct run *run, struct str cursor)
{
	size_t len = cursor.len < sizeof run->cursor ? cursor.len : 0;
	memcpy(run->cursor, cursor.len ? cursor.ptr : "", len);
	run->query.cursor = str_make(run->cursor, len);
}

static void page_over(struct run *run)
{
	bool last = !run->page->cursor.len;
	if (run->page->count) {
		int64_t at = run->page->rows[run->page->count - 1].created_at.us, span = run->pub.to.us - run->pub.from.us;
		run->pub.progress = (int)((at - run->pub.from.us) * 1000 / (span ? span : 1));
	}
	keep_cursor(run, run->page->cursor);
	drop_sets(run);
	if (run->pub.messages + run->pub.left_out > WHATIF_MESSAGES_MAX)
		end_run(run, WHATIF_FAILED, "too_many");
	else if (last) {
		run->pub.progress = 1000;
		end_run(run, WHATIF_DONE, NULL);
	} else
		next_page(run);
}

static void batch_step(struct run *run)
{
	bool memory = true;
	if (--run->waiting)
		return;
	if (run->cancel) {
		end_run(run, WHATIF_CANCELLED, NULL);
		return;
	}
	if (run->read_failed) {
		end_run(run, WHATIF_FAILED, "unread");
		return;
	}
	for (size_t i = 0; i < run->page->count && memory; i++)
		memory = replay(run, &run->slots[i]);
	if (!memory || arena_failed(&run->work))
		end_run(run, WHATIF_FAILED, "too_many");
	else
		page_over(run);
}

static void slot_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct read *read = ctx;
	struct run *run = read->slot->run;
	read->slot->sets[read->which] = take_set;
	run->read_failed |= err && err->code != E_NOT_FOUND;
	batch_step(run);
}

static void start_slot(struct run *run, struct slot *slot, const struct row *verdict)
{
	struct store *store = run->owner->care->parts.store;
	struct scope scope = care_scope_system(run->programme->id.text, NULL);
	struct list_query findings = {
		.resource = "finding", .index = "verdict", .equal = { value_str(verdict->id) }, .limit = FINDINGS_MAX
	};
	struct list_query decision = {
		.resource = "decision", .index = "message", .equal = { value_str(row_text(verdict, "message_id")) }, .limit = 1
	};
	struct err err = { 0 };
	slot->run = run;
	slot->verdict = verdict;
	for (int i = 0; i < READS; i++)
		slot->reads[i] = (struct read){ slot, i };
	run->waiting += READS;
	if (store_list(store, &scope, &findings, slot_read, &slot->reads[READ_FINDINGS], &err))
		slot_read(&slot->reads[READ_FINDINGS], NULL, &err);
	if (store_list(store, &scope, &decision, slot_read, &slot->reads[READ_DECISION], &err))
		slot_read(&slot->reads[READ_DECISION], NULL, &err);
	if (store_get(store, &scope, "message", row_text(verdict, "message_id").ptr, slot_read, &slot->reads[READ_MESSAGE], &err))
		slot_read(&slot->reads[READ_MESSAGE], NULL, &err);
}

static void take_alerts(struct run *run, const struct row_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		struct str message = row_text(&set->rows[i], "message_id");
		struct ended *ended = message.len ? ARENA_NEW(&run->work, struct ended) : NULL;
		run->pub.real++;
		if (!ended)
			continue;
		*ended = (struct ended){ id_of(message), load_end_of(row_text(&set->rows[i], "resolution")) };
		run->read_failed |= !map_put(&run->ended, ended);
	}
}

static void alerts_over(struct run *run)
{
	bool last = !run->page->cursor.len;
	take_alerts(run, run->page);
	keep_cursor(run, run->page->cursor);
	drop_sets(run);
	if (run->read_failed || run->pub.real > WHATIF_ALERTS_MAX) {
		end_run(run, WHATIF_FAILED, run->read_failed ? "unread" : "too_many");
		return;
	}
	if (last) {
		run->alerts_read = true;
		run->query.resource = "verdict";
		run->query.limit = BATCH;
		run->query.cursor = STR("");
	}
	next_page(run);
}

static void page_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct run *run = ctx;
	run->page = take_set;
	if (err || run->cancel) {
		end_run(run, run->cancel ? WHATIF_CANCELLED : WHATIF_FAILED, run->cancel ? NULL : "unread");
	} else if (!run->alerts_read) {
		alerts_over(run);
	} else {
		run->waiting = 1;
		for (size_t i = 0; i < take_set->count; i++)
			start_slot(run, &run->slots[i], &take_set->rows[i]);
		batch_step(run);
	}
}

static void next_page(struct run *run)
{
	struct scope scope = care_scope_system(run->programme->id.text, NULL);
	struct err err = { 0 };
	if (store_list(run->owner->care->parts.store, &scope, &run->query, page_read, run, &err))
		page_read(run, NULL, &err);
}

/* ---- From outside ---- */

int whatifs_open(struct care *care, struct whatifs **ret_whatifs, struct err *reterr)
{
	struct whatifs *whatifs = mem_new(sizeof *whatifs);
	if (!whatifs)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	whatifs->care = care;
	*ret_whatifs = whatifs;
	return 0;
}

void whatifs_free(struct whatifs **whatifs)
{
	if (!*whatifs)
		return;
	for (struct run *run = (*whatifs)->newest, *next; run; run = next) {
		next = run->next;
		run_delete(run);
	}
	mem_delete(*whatifs);
	*whatifs = NULL;
}

/* Room for one more: the oldest that has ended goes. False while too many run. */
static bool make_room(struct whatifs *whatifs)
{
	size_t running = 0, count = 0;
	struct run **oldest = NULL;
	for (struct run **at = &whatifs->newest; *at; at = &(*at)->next) {
		running += (*at)->pub.state == WHATIF_RUNNING;
		count++;
		if ((*at)->pub.state != WHATIF_RUNNING)
			oldest = at;
	}
	if (running >= WHATIF_RUNNING_MAX)
		return false;
	if (count >= WHATIF_RUNS_MAX && oldest) {
		struct run *gone = *oldest;
		*oldest = gone->next;
		run_delete(gone);
	}
	return true;
}

static bool has_preset(const struct policy *policy, struct str preset)
{
	struct policy_preset_info info;
	for (size_t i = 0; policy_preset(policy, i, STR("en"), &info); i++)
		if (str_eq(info.id, preset))
			return true;
	return false;
}

static int open_side(struct run *run, struct whatif_side *side, struct err *reterr)
{
	const struct care *care = run->owner->care;
	int rc = load_open(&run->arena, run->pub.from, run->pub.to, &side->load, reterr);
	rc = rc ? rc : load_tallies_open(&side->rules, &run->arena, reterr);
	return rc ? rc
		  : load_rota(side->load, &run->work, duty_rota(care, run->programme->id.text), duty_fit, (void *)(uintptr_t)care, reterr);
}

static void fill(struct run *run, const struct whatif_start *start)
{
	struct care *care = run->owner->care;
	struct str preset = start->preset.len ? start->preset : run->programme->policy;
	preset = str_sub(preset, 0, sizeof run->preset - 1);
	struct str pack = str_sub(start->pack, 0, sizeof run->pack - 1);
	memcpy(run->preset, preset.ptr, preset.len);
	if (pack.len)
		memcpy(run->pack, pack.ptr, pack.len);
	run->pub.preset = str_make(run->preset, preset.len);
	run->pub.pack = str_make(run->pack, pack.len);
	run->pub.programme_id = run->programme->id;
	run->pub.started_by = id_of(str_c(start->staff_id));
	run->pub.change = start->change;
	run->pub.started_at = run->pub.to = care_now(care);
	run->pub.from = (wall_time){ run->pub.to.us - start->days * DAY_US };
	run->pub.state = WHATIF_RUNNING;
	store_new_id(care->parts.store, &run->pub.id);
	run->query = (struct list_query){
		.resource = "alert", .index = "all", .bounded = true, .from = run->pub.from, .to = { run->pub.to.us + 1 }, .limit = LIST_MAX
	};
}

int whatif_start(struct whatifs *whatifs, const struct whatif_start *start, const struct whatif **ret_run, struct err *reterr)
{
	struct policy *own = start->take_policy ? *start->take_policy : NULL;
	const struct care_programme *programme = care_programme(whatifs->care, start->programme_id);
	struct run *run = make_room(whatifs) ? mem_new(sizeof *run) : NULL;
	if (start->take_policy)
		*start->take_policy = NULL;
	if (!run || !programme) {
		policy_free(&own);
		mem_delete(run);
		return err_set(reterr, E_LIMIT, LAYER, "busy");
	}
	run->owner = whatifs;
	run->programme = programme;
	run->own_policy = own;
	arena_init(&run->arena, mem_system(), KEPT_ARENA_MAX);
	arena_init(&run->work, mem_system(), RUN_ARENA_MAX);
	arena_init(&run->step, mem_system(), STEP_ARENA_MAX);
	fill(run, start);
	int rc = has_preset(own ? own : whatifs->care->parts.policy, run->pub.preset) ? 0 : err_set(reterr, E_INVALID, LAYER, "preset");
	rc = rc ? rc : open_side(run, &run->pub.before, reterr);
	rc = rc ? rc : open_side(run, &run->pub.after, reterr);
	if (rc) {
		run_delete(run);
		return rc;
	}
	run->next = whatifs->newest;
	whatifs->newest = run;
	*ret_run = &run->pub;
	next_page(run);
	return 0;
}

const struct whatif *whatif_next(const struct whatifs *whatifs, const char *programme_id, const struct whatif *after)
{
	const struct run *run = after ? ((const struct run *)(const void *)after)->next : whatifs->newest;
	while (run && strcmp(run->pub.programme_id.text, programme_id) != 0)
		run = run->next;
	return run ? &run->pub : NULL;
}

const struct whatif *whatif_find(const struct whatifs *whatifs, const char *programme_id, struct str id)
{
	for (const struct run *run = whatifs->newest; run; run = run->next)
		if (strcmp(run->pub.programme_id.text, programme_id) == 0 && str_eqc(id, run->pub.id.text))
			return &run->pub;
	return NULL;
}

void whatif_cancel(struct whatifs *whatifs, const struct whatif *which)
{
	for (struct run *run = whatifs->newest; run; run = run->next)
		if (&run->pub == which && run->pub.state == WHATIF_RUNNING)
			run->cancel = true;
}
