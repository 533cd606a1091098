/* turn_decide.c: what the message means for what may happen next, and the approved words where no model may speak. */
#include "care/turn_priv.h"

#include "base/json_scan.h"

static struct policy_situation situation(const struct turn *turn, enum policy_direction direction)
{
	const struct care_programme *programme = turn->request.programme;
	const struct care_client *client = care_client(turn->turns->parts.care, turn->client_id.text);
	return (struct policy_situation){ .direction = direction,
		.mode = programme->mode,
		.jurisdiction = programme->jurisdiction,
		.reach = turn->request.reach,
		.cover = care_cover(turn->turns->parts.care, programme, NULL),
		.place = client ? client->place : STR(""),
		.bot = turn->rules.bot,
		.age = turn->age,
		.consent_ai = turn->request.consent_ai,
		.consent_care = turn->consent_care,
		.may_consent = turn->may_consent,
		.rate_limited = turn->request.rate_limited,
		.conversation_held = turn->talk->held, /* also of a reply: another message may have come to danger meanwhile */
		.conversation_level = turn->talk->level,
		.lang = turn->lang };
}

static struct str choose_lang(const struct turn *turn)
{
	const struct str known[] = { turn->request.lang, turn->verdict.lang, turn->request.programme->language };
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		if (str_starts(known[i], STR("es")))
			return STR("es");
		if (str_starts(known[i], STR("en")))
			return STR("en");
	}
	return STR("en");
}

struct str turn_message(struct turn *turn, struct str key)
{
	const struct care_parts *parts = turn_care_parts(turn);
	struct care *care = turn->turns->parts.care;
	char clock[24] = "";
	wall_time until = { 0 };
	struct uuid staff_id = { "" };
	care_cover(care, turn->request.programme, &until);
	if (until.us)
		cover_clock(turn->request.programme->cover, until, turn->received, turn->lang, clock);
	if (!until.us && str_eqc(key, "crisis.no_cover"))
		key = STR("crisis.no_cover_unknown");
	(void)alert_seen(care, turn->client_id.text, &staff_id);
	const char *there = str_starts(key, STR("person.")) ? presence_person(care, turn->conversation_id.text) : NULL;
	const char *named = there ? there : staff_id.text;
	const struct care_staff *staff = named[0] ? care_staff(care, named) : NULL;
	const struct message_var vars[] = {
		{ "lines", helplines_text(parts->helplines, parts->messages, &turn->arena, turn->country, turn->lang) },
		{ "emergency", helplines_emergency(parts->helplines, parts->messages, &turn->arena, turn->country, turn->lang) },
		{ "time", str_c(clock) },
		{ "name", staff ? staff->name : STR("") },
		{ "role", staff ? staff->role : STR("") },
		{ "programme", turn->request.programme->name },
		{ "minutes", arena_printf(&turn->arena, "%lld", (long long)(turn->request.programme->settings.review_us / MINUTE_US)) },
	};
	return messages_render(parts->messages, &turn->arena, turn->lang, key, (size_t)turn->talk->message_count, vars, COUNT_OF(vars));
}

/* The scripted dialogue's next turn; its text is what the client gets (after the first text, when it begins). */
static void run_dialogue(struct turn *turn)
{
	const struct care_parts *parts = turn_care_parts(turn);
	struct talk *talk = turn->talk;
	bool runs = talk->dialogue[0] != '\0';
	struct str name = runs ? str_c(talk->dialogue) : turn->decision.dialogue.len ? turn->decision.dialogue : STR("crisis");
	if (runs && turn->decision.dialogue.len && !str_eq(name, turn->decision.dialogue) && turn->verdict.level >= 3) {
		name = turn->decision.dialogue; /* the danger is another one now */
		runs = false;
	}
	const struct message_var vars[] = {
		{ "lines", helplines_text(parts->helplines, parts->messages, &turn->arena, turn->country, turn->lang) },
		{ "emergency", helplines_emergency(parts->helplines, parts->messages, &turn->arena, turn->country, turn->lang) },
	};
	struct dialogue_input input = { .name = name,
		.lang = turn->lang,
		.state = runs ? buf_str(&talk->dialogue_state) : STR(""),
		.text = turn->request.text,
		.verdict = &turn->verdict,
		.level = turn->record.conversation_level,
		.vars = vars,
		.var_count = COUNT_OF(vars) };
	struct dialogue_turn next = { .level = -1 };
	struct err err = { 0 };
	if (dialogue_next(parts->dialogues, &turn->arena, &input, &next, &err))
		log_write(parts->log, LOG_ERROR, "turn.dialogue_failed", LOG_ERR(&err));
	turn->has_dialogue = true;
	turn->dialogue_name = arena_copy(&turn->arena, name);
	turn->dialogue_state = next.state;
	turn->dialogue_level = next.level;
	turn->dialogue_placed = next.placed;
	turn->dialogue_concept = next.concept;
	for (size_t i = 0; i < next.event_count; i++)
		turn->wants_call |= next.events[i] == DIALOGUE_CALL_YES;
	bool first = !runs || turn->newly_held;
	if (first && turn->approved.len)
		turn->approved = arena_printf(&turn->arena, STR_FMT "\n\n" STR_FMT, STR_ARG(turn->approved), STR_ARG(next.text));
	else
		turn->approved = next.text;
}

static void choose_words(struct turn *turn)
{
	const struct policy_decision *decision = &turn->decision;
	bool script = decision->speaker == SPEAKER_SCRIPT;
	if (turn->request.refused && !script) {
		turn->approved_key = STR(TURN_REFUSED_TEXT);
		turn->decision.speaker = SPEAKER_APPROVED; /* the record says who really spoke */
	} else if (turn->request.unscreenable && !script) {
		turn->approved_key = STR("unsupported.media");
	} else if (script || decision->speaker == SPEAKER_APPROVED || decision->action < ACTION_REVIEW) {
		bool refuses = script && turn_text_refuses(decision->safe_text); /* where the script speaks, nothing is refused */
		turn->approved_key = decision->safe_text.len && !refuses ? decision->safe_text
				     : script                            ? STR("conversation.held")
									 : STR("support.distress");
	} else if (turn->request.listen) {
		turn->approved_key = STR("triage.heard");
		turn->decision.speaker = SPEAKER_APPROVED; /* the record says who really spoke */
	} else {
		return; /* the model may be asked */
	}
	turn->approved = turn_message(turn, turn->approved_key);
	if (script && turn->verdict.state != VERDICT_NOT_SCREENED)
		run_dialogue(turn);
}

/* While a person is there they answer, and nobody else. Of a message that is graver than what was known, the ways to get help at once stand
 * beside that: the person may need a minute. */
static void leave_to_person(struct turn *turn)
{
	bool unread = turn->verdict.state == VERDICT_NOT_SCREENED;
	if (!unread && (turn->verdict.level < 3 || turn->verdict.level <= turn->level_before))
		return;
	turn->approved_key = STR("person.help_now");
	turn->approved = turn_message(turn, turn->approved_key);
}

static void accumulate(struct turn *turn)
{
	struct talk *talk = turn->talk;
	turn->level_before = talk->level;
	if (turn->verdict.state != VERDICT_NOT_SCREENED && turn->verdict.level > talk->level)
		talk->level = turn->verdict.level;
	turn->newly_held = turn->decision.hold_conversation && !talk->held;
	if (turn->newly_held)
		talk->held = true;
	turn->record.conversation_level = talk->level;
}

static void keep_dialogue(struct turn *turn)
{
	struct talk *talk = turn->talk;
	if (!turn->has_dialogue)
		return;
	memcpy(talk->dialogue, turn->dialogue_name.ptr, turn->dialogue_name.len);
	talk->dialogue[turn->dialogue_name.len] = '\0';
	buf_clear(&talk->dialogue_state);
	buf_add(&talk->dialogue_state, turn->dialogue_state);
	if (turn->dialogue_level >= 0 && (turn->dialogue_placed || turn->dialogue_level > talk->level))
		talk->level = turn->dialogue_level;
	turn->record.conversation_level = talk->level;
}

/* A message that was sent twice: what was said to it is said again, and nothing new has happened. */
static bool answer_again(struct turn *turn)
{
	const struct talk *talk = turn->talk;
	if (!turn->duplicate || !talk->last_scripted || !talk->turn_count || talk->turns[talk->turn_count - 1].role != ROLE_ASSISTANT)
		return false;
	turn->approved = arena_copy(&turn->arena, talk->turns[talk->turn_count - 1].text);
	return turn->approved.len > 0;
}

/* The programme's policy; for a client whose replies are approved one by one, joined with the policy that says so. */
static void decide(const struct turn *turn, struct arena *arena, const struct verdict *verdict, const struct policy_situation *now,
	struct policy_decision *ret_decision)
{
	const struct policy *policy = turn_care_parts(turn)->policy;
	struct policy_decision own, approval;
	policy_decide(policy, turn->request.programme->policy, arena, verdict, now, &own);
	if (!turn->request.approve_replies) {
		*ret_decision = own;
		return;
	}
	policy_decide(policy, STR(APPROVAL_POLICY), arena, verdict, now, &approval);
	policy_join(arena, &own, &approval, ret_decision);
}

/* What the message says about the writer's age counts at once, and only downwards. */
static void know_age(struct turn *turn)
{
	turn->age = turn->request.age;
	for (size_t i = 0; i < turn->verdict.finding_count; i++) {
		const struct finding *finding = &turn->verdict.findings[i];
		if (!str_eqc(finding->concept, "identity.minor") || finding->level < 1 || finding->turn != 0 ||
			finding->end > turn->request.text.len)
			continue;
		int stated = age_stated(str_sub(turn->request.text, finding->start, finding->end));
		stated = stated ? stated : 17; /* "I am a minor" */
		if (!turn->age || stated < turn->age)
			turn->age = turn->stated_age = stated;
	}
}

static void know_rules(struct turn *turn)
{
	struct care *care = turn->turns->parts.care;
	const struct care_client *client = care_client(care, turn->client_id.text);
	enum consent_choice care_said = care_choice(care, turn->client_id.text, CONSENT_CARE, NULL);
	know_age(turn);
	care_rules(care, &turn->arena, turn->request.programme, client, turn->age, &turn->rules);
	turn->may_consent = care_may_consent(&turn->rules, client, turn->age);
	/* Whoever was not asked yet is here by invitation; a no is a no. */
	turn->consent_care = care_said != CHOICE_REFUSED && care_said != CHOICE_WITHDRAWN;
	jurisdiction_narrow(&turn->rules, &turn->arena, &turn->verdict);
}

/* The notice that is due with this message, and when the next one by the clock will be. */
static void choose_notice(struct turn *turn)
{
	struct talk *talk = turn->talk;
	struct notice_moment moment = { .now = turn->received.us,
		.notice_at = talk->notice_at,
		.break_at = talk->break_at,
		.message_at = talk->client_at,
		.sitting_at = talk->sitting_at,
		.asked = verdict_has(&turn->verdict, "request.ai_identity", 0) };
	enum notice due = turn->silent ? NOTICE_NONE : notice_due(&turn->rules, &moment);
	turn->notice = due == NOTICE_BREAK && talk->held ? NOTICE_REPEAT : due;
	talk->sitting_at = notice_sitting(&moment);
	talk->client_at = moment.now;
	if (due) {
		turn->notice_text = notice_text(turn->turns->parts.care, &turn->arena, turn->request.programme, turn->lang, turn->notice);
		talk->notice_at = moment.now;
		talk->break_at = due == NOTICE_BREAK ? moment.now : talk->break_at;
	}
	moment = (struct notice_moment){ moment.now, talk->notice_at, talk->break_at, moment.now, talk->sitting_at, false };
	int64_t next = notice_next(&turn->rules, &moment);
	bool waits = talk->notice_due_at > moment.now && talk->notice_due_at <= next + MINUTE_US;
	if (next && !waits && !turn->request.api_key_id) /* nothing can be sent to a calling product unasked */
		talk->notice_due_at = turn->notice_job_at = next;
}

static enum family family_of(struct str concept)
{
	for (int i = 0; i < FAMILY_COUNT; i++) {
		struct str name = str_c(verdict_family_name((enum family)i));
		if (str_starts(concept, name) && concept.len > name.len && concept.ptr[name.len] == '.')
			return (enum family)i;
	}
	return FAMILY_DISTRESS;
}

/* What the client chose from a list stands among the findings; a choice only raises, never lowers. */
static void add_stated(struct turn *turn)
{
	struct verdict *verdict = &turn->verdict;
	const struct turn_request *request = &turn->request;
	if (request->stated_level <= 0 || verdict->state == VERDICT_NOT_SCREENED)
		return;
	int level = request->stated_level < 4 ? request->stated_level : 4;
	struct finding *all = ARENA_ARRAY(&turn->arena, struct finding, verdict->finding_count + 1);
	if (!all)
		return; /* the arena's mark fails the turn */
	all[0] = (struct finding){ .concept = request->stated_concept,
		.family = family_of(request->stated_concept),
		.level = level,
		.base_level = level,
		.source = SOURCE_STATE,
		.state = FINDING_ANSWER,
		.confidence = 1000,
		.phrase = request->stated_phrase,
		.why = request->stated_why };
	if (verdict->finding_count)
		memcpy(all + 1, verdict->findings, verdict->finding_count * sizeof(*all));
	bool sets = verdict->top >= verdict->finding_count || level > verdict->level;
	verdict->top = sets ? 0 : verdict->top + 1;
	verdict->findings = all;
	verdict->finding_count++;
	verdict->level = level > verdict->level ? level : verdict->level;
	int *of_family = &verdict->levels[all[0].family];
	*of_family = level > *of_family ? level : *of_family;
	verdict->state = VERDICT_SCREENED;
	if (sets)
		verdict->experiencer = EXPERIENCER_SELF;
}

void turn_decide(struct turn *turn)
{
	const struct turns_parts *parts = &turn->turns->parts;
	struct screen_request request = { .role = ROLE_CLIENT,
		.text = turn->request.text,
		.turns = turn->context,
		.turn_count = turn->context_count,
		.carried_level = turn->talk->level,
		.country = turn->country,
		.age = turn->request.age };
	(void)screen_run(parts->engine, turn->turns->scratch, &turn->arena, &request, &turn->verdict); /* a failure is in the verdict */
	add_stated(turn);
	turn->lang = choose_lang(turn);
	know_rules(turn);
	struct policy_situation now = situation(turn, DIRECTION_CLIENT);
	decide(turn, &turn->arena, &turn->verdict, &now, &turn->decision);
	turn->dialogue_level = -1;
	turn->silent = presence_silences(turn->turns->parts.care, turn->conversation_id.text);
	if (turn->duplicate) {
		turn->record.conversation_level = turn->talk->level;
		if (!turn->silent && !answer_again(turn))
			choose_words(turn);
	} else {
		accumulate(turn);
		if (turn->silent)
			leave_to_person(turn);
		else
			choose_words(turn);
		keep_dialogue(turn);
		choose_notice(turn);
	}
	bool screened = turn->verdict.state != VERDICT_NOT_SCREENED;
	turn->record.level = screened ? turn->verdict.level : -1;
	turn->record.alert = turn->duplicate ? 0 : turn->decision.alert;
	turn->record.duplicate = turn->duplicate;
	turn->record.speaker = turn->decision.speaker;
	turn->record.action = turn->decision.action;
	turn->record.safe_text = turn->approved_key;
	turn->hold_all = turn->decision.speaker == SPEAKER_REVIEWED;
}

/* ---- The reply's judge ---- */

/* Every string value in a tool call's arguments, one a line; the bytes as they stand when it is no JSON. */
static struct str strings_of(struct arena *arena, struct str arguments)
{
	struct json_scan_limits limits = json_scan_limits_default();
	struct json_doc doc;
	if (json_scan(arena, arguments, &limits, &doc, NULL))
		return arguments;
	struct str all = STR("");
	for (uint32_t i = 0; i < doc.count; i++)
		if (doc.nodes[i].kind == JSON_SCAN_STRING)
			all = arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(all), all.len ? "\n" : "",
				STR_ARG(json_text(arena, &doc, &doc.nodes[i])));
	return all;
}

enum policy_action turn_judge(void *ctx, enum release_surface surface, int index, struct str text)
{
	struct turn *turn = ctx;
	(void)index;
	arena_reset(&turn->judge);
	turn->reply_checked = true;
	if (surface == SURFACE_TOOL)
		text = strings_of(&turn->judge, text);
	struct screen_request request = { .role = ROLE_ASSISTANT,
		.text = text,
		.turns = turn->reply_context,
		.turn_count = turn->context_count + 1,
		.carried_level = turn->talk->level,
		.country = turn->country,
		.age = turn->age };
	(void)screen_run(turn->turns->parts.engine, turn->turns->scratch, &turn->judge, &request, &turn->reply_verdict);
	struct policy_situation now = situation(turn, DIRECTION_ASSISTANT);
	decide(turn, &turn->judge, &turn->reply_verdict, &now, &turn->reply_decision);
	if (arena_failed(&turn->judge))
		return ACTION_BLOCK;
	if (presence_silences(turn->turns->parts.care, turn->conversation_id.text))
		return ACTION_REPLACE; /* a person has come meanwhile: no more of it is shown */
	/* A reply that waits for a person anyway is read to its end, so that the person sees all of it. */
	bool goes_on = turn->hold_all && turn->reply_decision.action == ACTION_REVIEW;
	return goes_on ? ACTION_ANNOTATE : turn->reply_decision.action;
}
