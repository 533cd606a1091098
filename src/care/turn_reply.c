/* turn_reply.c: the model's words on their way through the release engine, and what becomes of the reply in the end. */
#include "care/turn_priv.h"

#include "base/json_scan.h"
#include "sys/mem.h"

static size_t unit_of(void *ctx, struct str text, size_t from, bool finished)
{
	const struct turn *turn = ctx;
	return screen_unit_end(turn->turns->parts.engine, text, from, finished);
}

void turn_add_piece(struct turn *turn, const struct model_delta *delta)
{
	struct piece *piece = ARENA_NEW(&turn->arena, struct piece);
	if (!piece)
		return;
	piece->delta = *delta;
	piece->delta.text = arena_copy(&turn->arena, delta->text);
	piece->shown_end = turn->shown.len;
	piece->tools_end = turn->tools.len;
	*turn->last = piece;
	turn->last = &piece->next;
}

void turn_put_notice(struct turn *turn)
{
	if (!turn->notice || turn->notice_shown || !turn->request.api_key_id)
		return;
	turn->notice_shown = true;
	struct model_delta delta = { .surface = SURFACE_CONTENT,
		.text = arena_printf(&turn->arena, STR_FMT "\n\n", STR_ARG(turn->notice_text)) };
	buf_add(&turn->shown, delta.text);
	turn_add_piece(turn, &delta);
}

/* Judged units become pieces; what is held for a person stays where it is. */
static void collect(struct turn *turn)
{
	struct release_unit unit;
	while (!turn->hold_all && release_next(turn->release, &unit)) {
		struct model_delta delta = { .surface = unit.surface, .index = unit.index, .text = unit.text };
		if (unit.surface == SURFACE_REASONING && !turn->request.show_reasoning)
			continue;
		if (unit.surface == SURFACE_TOOL) {
			delta.tool_id = turn->tool[unit.index].id;
			delta.tool_name = turn->tool[unit.index].name;
			buf_printf(&turn->tools, "\n[" STR_FMT "] " STR_FMT, STR_ARG(delta.tool_name), STR_ARG(unit.text));
		}
		if (unit.surface == SURFACE_CONTENT || unit.surface == SURFACE_REFUSAL) {
			turn_put_notice(turn);
			buf_add(&turn->shown, unit.text);
		}
		turn_add_piece(turn, &delta);
	}
}

static void model_is_over(struct turn *turn)
{
	turn->model_over = true;
	loop_timer_stop(turn_care_parts(turn)->loop, &turn->timer);
	turn_pump(turn);
}

static void on_head(void *ctx, const struct model_head *head)
{
	struct turn *turn = ctx;
	if (head->model.len && head->model.len <= 200)
		turn->outcome.model = arena_copy(&turn->arena, head->model);
}

static void on_delta(void *ctx, const struct model_delta *delta)
{
	struct turn *turn = ctx;
	if (delta->surface == SURFACE_TOOL && delta->index >= 0 && delta->index < (int)COUNT_OF(turn->tool)) {
		if (delta->tool_id.len)
			turn->tool[delta->index].id = arena_copy(&turn->arena, delta->tool_id);
		if (delta->tool_name.len)
			turn->tool[delta->index].name = arena_copy(&turn->arena, delta->tool_name);
	}
	int code = release_feed(turn->release, delta->surface, delta->index, delta->text, NULL);
	collect(turn);
	if (code == 0 && release_state(turn->release) == RELEASE_OPEN) {
		turn_pump(turn);
		return;
	}
	model_cancel(&turn->call); /* nothing more of it will be shown */
	model_is_over(turn);
}

static void on_done(void *ctx, const struct model_result *result)
{
	struct turn *turn = ctx;
	turn->call = NULL;
	turn->result = *result;
	int code = release_finish(turn->release, NULL);
	(void)code; /* fails only after an end, which comes once */
	collect(turn);
	model_is_over(turn);
}

static void on_failed(void *ctx, enum model_failure failure, int status)
{
	struct turn *turn = ctx;
	turn->call = NULL;
	turn->model_failed = true;
	turn->failure = failure;
	log_write(turn_care_parts(turn)->log, LOG_WARN, "turn.model_failed", LOG_ID("how", str_c(model_failure_name(failure))),
		LOG_NUMBER("status", status), LOG_ID("reply", str_c(turn->reply_id.text)));
	release_cut(turn->release);
	collect(turn);
	model_is_over(turn);
}

static void on_too_late(void *ctx)
{
	struct turn *turn = ctx;
	model_cancel(&turn->call);
	on_failed(turn, MODEL_FAILED_TIMEOUT, 0);
}

void turn_stop_model(struct turn *turn)
{
	if (!turn->call)
		return;
	model_cancel(&turn->call);
	loop_timer_stop(turn_care_parts(turn)->loop, &turn->timer);
	release_cut(turn->release);
	turn->model_over = true;
}

/* ---- Asking ---- */

static const char *openai_role(enum message_role role)
{
	return role == ROLE_CLIENT ? "user" : "assistant";
}

/* The body for an upstream when the caller has none: the conversation as we know it. */
static struct str make_body(struct turn *turn)
{
	struct buf body;
	buf_init(&body, mem_system(), 4u << 20);
	buf_add_c(&body, "{\"model\":");
	buf_add_json(&body, turn->request.programme->release_model.len ? turn->request.programme->release_model : STR("default"));
	buf_add_c(&body, ",\"stream\":true,\"messages\":[");
	for (size_t i = 0; i <= turn->context_count; i++) {
		buf_printf(&body, "%s{\"role\":\"%s\",\"content\":", i ? "," : "", openai_role(turn->reply_context[i].role));
		buf_add_json(&body, turn->reply_context[i].text);
		buf_add_byte(&body, '}');
	}
	buf_add_c(&body, "]}");
	struct str copy = body.failed ? (struct str){ NULL, 0 } : arena_copy(&turn->arena, buf_str(&body));
	buf_done(&body);
	return copy;
}

int turn_ask_model(struct turn *turn, struct err *reterr)
{
	static const struct model_events events = { on_head, on_delta, on_done, on_failed };
	struct turns_parts *parts = &turn->turns->parts;
	int code = release_new(mem_system(), &parts->limits, unit_of, turn_judge, turn, &turn->release, reterr);
	if (code)
		return code;
	struct model_turn *turns = ARENA_ARRAY(&turn->arena, struct model_turn, turn->context_count + 1);
	struct str body = turn->request.body.len || model_is_builtin(parts->model) ? turn->request.body : make_body(turn);
	if (!turns)
		return err_set(reterr, E_MEMORY, "care/turn", "no memory");
	for (size_t i = 0; i <= turn->context_count; i++)
		turns[i] = (struct model_turn){ turn->reply_context[i].role, turn->reply_context[i].text };
	struct model_request request = { .body = body,
		.stream = turn->request.stream,
		.turns = turns,
		.turn_count = turn->context_count + 1,
		.lang = turn->lang,
		.seed = str_hash(str_c(turn->conversation_id.text)) };
	turn->outcome.model = model_name(parts->model);
	loop_io_timer_start(turn_care_parts(turn)->loop, &turn->timer, parts->reply_seconds * SECOND_US, on_too_late, turn);
	return model_start(parts->model, &request, &events, turn, &turn->call, reterr);
}

/* ---- What becomes of it ---- */

static struct str model_text(struct turn *turn)
{
	struct str content = release_text(turn->release, SURFACE_CONTENT, 0), refusal = release_text(turn->release, SURFACE_REFUSAL, 0);
	return content.len ? content : refusal;
}

/* Approved text in place of what may not be shown; reads on after what was shown already. */
static void end_with(struct turn *turn, enum turn_state state, struct str key)
{
	turn->outcome.state = state;
	turn->outcome.safe_text = key;
	turn->outcome.finish = MODEL_FINISH_STOP;
	struct str text = turn_message(turn, key);
	bool said = turn->shown.len > 0;
	if (!said)
		turn_put_notice(turn);
	if (said)
		text = arena_printf(&turn->arena, "\n\n" STR_FMT, STR_ARG(text));
	turn->tail = text;
	struct model_delta delta = { .surface = SURFACE_CONTENT, .text = text };
	buf_add(&turn->shown, text);
	turn_add_piece(turn, &delta);
}

/* Nothing that is not already covered by a write goes out. */
static void drop_waiting_pieces(struct turn *turn)
{
	if (turn->any_covered)
		return;
	turn->first = NULL;
	turn->last = &turn->first;
	turn->notice_shown = false;
	buf_clear(&turn->shown);
	buf_clear(&turn->tools);
}

static void settle_failure(struct turn *turn)
{
	if (turn->any_covered) {
		turn->outcome.state = TURN_INTERRUPTED;
		return;
	}
	drop_waiting_pieces(turn);
	turn->outcome.model_failed = true;
	end_with(turn, TURN_REPLACED, turn->failure == MODEL_FAILED_TIMEOUT ? STR("model.slow") : STR("model.down"));
}

static void settle_review(struct turn *turn, struct unit *unit)
{
	struct review_call call = { .programme = turn->request.programme,
		.client_id = turn->client_id.text,
		.conversation_id = turn->conversation_id.text,
		.message_id = turn->reply_id.text,
		.original = model_text(turn),
		.rules = turn->reply_decision.rules,
		.rule_count = turn->reply_decision.rule_count };
	call.reason = turn->hold_all && turn->reply_verdict.level == 0
			      ? STR("Every reply here waits for a licensed person; nothing was found in this one")
			      : alert_reason(&turn->judge, &turn->reply_verdict);
	turn->original = call.original;
	int64_t wait_us = review_hold(turn->turns->parts.care, unit, &call, &turn->outcome.held_id);
	if (wait_us > 0)
		end_with(turn, TURN_HELD, STR("reply.held"));
	else
		end_with(turn, TURN_REPLACED, STR("reply.held_no_shift"));
}

void turn_settle_given_up(struct turn *turn)
{
	turn->outcome.state = turn->any_told ? TURN_INTERRUPTED : TURN_REPLACED;
	turn->outcome.safe_text = turn->any_told ? STR("") : STR("safe.static");
	if (turn->release)
		turn->original = model_text(turn);
}

static bool said_nothing(struct turn *turn)
{
	return !turn->first && !turn->any_covered && !(turn->hold_all && model_text(turn).len);
}

/* What a person is asked to approve is judged as one text, which sets the reason and the rules that they read. */
static bool whole_is_bad(struct turn *turn)
{
	enum policy_action action = turn_judge(turn, SURFACE_CONTENT, 0, model_text(turn));
	turn->outcome.action = turn->reply_decision.action;
	return action == ACTION_BLOCK || action == ACTION_REPLACE;
}

void turn_settle_reply(struct turn *turn, struct unit *unit)
{
	enum policy_action action = release_action(turn->release);
	bool stopped = release_state(turn->release) == RELEASE_STOPPED;
	turn->outcome.action = action;
	turn->outcome.usage = turn->result.usage;
	turn->outcome.finish = turn->result.finish;
	turn->outcome.state = TURN_ANSWERED;
	if (turn->gave_up)
		turn_settle_given_up(turn);
	else if (turn->left && !stopped)
		turn->outcome.state = TURN_INTERRUPTED;
	else if (turn->model_failed && !stopped)
		settle_failure(turn);
	else if (turn->hold_all && !stopped && model_text(turn).len && !whole_is_bad(turn))
		settle_review(turn, unit);
	else if (stopped && action == ACTION_REVIEW)
		settle_review(turn, unit);
	else if (stopped || (turn->hold_all && model_text(turn).len)) {
		turn->original = model_text(turn);
		/* Held by another message while this reply was on its way: the client is told that, not that the reply was wrong. */
		bool person = presence_silences(turn->turns->parts.care, turn->conversation_id.text);
		struct str key = person             ? STR("person.answers")
				 : turn->talk->held ? STR("conversation.held")
						    : turn->reply_decision.safe_text;
		end_with(turn, TURN_REPLACED, key.len ? arena_copy(&turn->arena, key) : STR("reply.replaced"));
	} else if (said_nothing(turn)) {
		turn->failure = MODEL_FAILED_MALFORMED;
		settle_failure(turn);
	} else if (turn->result.finish == MODEL_FINISH_FILTER) {
		end_with(turn, TURN_REPLACED, STR("reply.replaced")); /* the model's own filter cut it short */
	}
	turn->outcome.counts = release_counts(turn->release);
}
