/* turn.c: see turn.h. The machine: what has to be on disk before what may be told. */
#include "care/turn_priv.h"

#include "sys/mem.h"

#include <sodium.h>

#define LAYER "care/turn"
#define ARENA_MAX (48u << 20)
#define JUDGE_MAX (24u << 20)
#define STORE_WAIT_US (3 * SECOND_US) /* of a write; then the constant safe message. A healthy one takes a millisecond */
#define HISTORY_MAX (64u * 1024u)

const char *turn_state_name(enum turn_state state)
{
	static const char *const names[] = { "failed", "answered", "replaced", "held", "interrupted" };
	return state < COUNT_OF(names) ? names[state] : "failed";
}

void turn_hash(const uint8_t key[TURN_HASH_BYTES], const uint8_t *before, char role, struct str text, uint8_t ret_hash[TURN_HASH_BYTES])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, key, TURN_HASH_BYTES, TURN_HASH_BYTES);
	if (before)
		crypto_generichash_update(&state, before, TURN_HASH_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)&role, 1);
	if (text.len)
		crypto_generichash_update(&state, (const unsigned char *)text.ptr, text.len);
	crypto_generichash_final(&state, ret_hash, TURN_HASH_BYTES);
}

static void forget(void *ctx, const char *conversation_id)
{
	turns_forget(ctx, conversation_id);
}

int turns_open(const struct turns_parts *parts, struct turns **ret_turns, struct err *reterr)
{
	struct turns *turns = mem_new(sizeof(*turns));
	if (!turns)
		return err_set(reterr, E_MEMORY, LAYER, "no memory");
	turns->parts = *parts;
	care_on_forget(parts->care, forget, turns);
	if (turns->parts.reply_seconds <= 0)
		turns->parts.reply_seconds = 120;
	int code = screen_scratch_open(parts->engine, &turns->scratch, reterr);
	if (!code)
		code = talks_open(parts->care, &turns->talks, reterr);
	if (!code)
		code = turns_close_open_replies(turns, reterr);
	if (code) {
		turns_free(&turns);
		return code;
	}
	*ret_turns = turns;
	return 0;
}

void turns_free(struct turns **turns_)
{
	struct turns *turns = *turns_;
	if (!turns)
		return;
	care_on_forget(turns->parts.care, NULL, NULL);
	talks_free(&turns->talks);
	screen_scratch_free(&turns->scratch);
	mem_delete(turns);
	*turns_ = NULL;
}

void turns_forget(struct turns *turns, const char *conversation_id)
{
	talk_forget(turns->talks, conversation_id);
}

size_t turns_busy(const struct turns *turns)
{
	return turns->busy;
}

const struct screen_engine *turns_engine(const struct turns *turns)
{
	return turns->parts.engine;
}

/* ---- The end ---- */

static void turn_free(struct turn *turn)
{
	struct turns *turns = turn->turns;
	loop_timer_stop(turn_care_parts(turn)->loop, &turn->timer);
	loop_timer_stop(turn_care_parts(turn)->loop, &turn->store_timer);
	model_cancel(&turn->call);
	if (turn->talk)
		talk_leave(turns->talks, turn->talk);
	release_free(&turn->release);
	buf_done(&turn->shown);
	buf_done(&turn->tools);
	arena_done(&turn->judge);
	arena_done(&turn->arena);
	turns->busy--;
	mem_delete(turn);
}

static void tell_piece(struct turn *turn, const struct model_delta *delta)
{
	turn->any_told = true;
	if (!turn->request.api_key_id && delta->surface == SURFACE_CONTENT)
		care_delta(turn->turns->parts.care, turn->client_id.text, turn->reply_id.text, delta->text);
	if (!turn->left && turn->events.text)
		turn->events.text(turn->ctx, delta);
}

static void tell_pieces(struct turn *turn, const struct piece *upto)
{
	while (turn->first) {
		struct piece *piece = turn->first;
		turn->first = piece->next;
		if (!turn->first)
			turn->last = &turn->first;
		turn->shown_told = piece->shown_end;
		turn->tools_told = piece->tools_end;
		tell_piece(turn, &piece->delta);
		if (piece == upto)
			return;
	}
}

static void finish(struct turn *turn)
{
	if (turn->outcome.state != TURN_FAILED && turn->shown.len)
		talk_add(turn->talk, ROLE_ASSISTANT, buf_str(&turn->shown), true);
	if (turn->talk)
		turn->talk->last_scripted = turn->approved.len > 0 && !turn_text_refuses(turn->approved_key);
	if (!turn->left && turn->events.done)
		turn->events.done(turn->ctx, &turn->outcome);
	turn_free(turn);
}

/* The store has failed, or memory: the constant safe message, and nothing else. */
static void fail(struct turn *turn, const struct err *err)
{
	log_write(turn_care_parts(turn)->log, LOG_ERROR, "turn.not_recorded", LOG_NUMBER("level", turn->record.level), LOG_ERR(err),
		LOG_ID("conversation", str_c(turn->conversation_id.text)));
	talk_forget(turn->turns->talks, turn->conversation_id.text);
	turn_stop_model(turn);
	if (!turn->recorded && !turn->left && turn->events.recorded)
		turn->events.recorded(turn->ctx, &turn->record, err);
	struct model_delta delta = { .surface = SURFACE_CONTENT, .text = messages_last_resort(turn->lang) };
	turn->outcome.state = turn->any_told ? TURN_INTERRUPTED : TURN_FAILED;
	turn->outcome.safe_text = STR("safe.static");
	if (!turn->any_told)
		tell_piece(turn, &delta);
	finish(turn);
}

/* ---- Writes ---- */

static void written(struct turn *turn)
{
	turn->writing = false;
	loop_timer_stop(turn_care_parts(turn)->loop, &turn->store_timer);
}

static void submit(struct turn *turn, struct unit *unit, unit_done done);

static void on_corrected(void *ctx, const struct err *err)
{
	struct turn *turn = ctx;
	written(turn);
	if (err)
		fail(turn, err);
	else
		finish(turn);
}

static void on_closed(void *ctx, const struct err *err)
{
	struct turn *turn = ctx;
	written(turn);
	if (err) {
		fail(turn, err);
		return;
	}
	if (turn->closed_too_late) {
		submit(turn, turn_unit_corrected(turn), on_corrected);
		return;
	}
	tell_pieces(turn, NULL);
	finish(turn);
}

static void on_shown(void *ctx, const struct err *err)
{
	struct turn *turn = ctx;
	written(turn);
	if (err) {
		fail(turn, err);
		return;
	}
	tell_pieces(turn, turn->covered);
	turn_pump(turn);
}

static void on_recorded(void *ctx, const struct err *err);

/* Nothing more is told, and the record is to show what was: what the caller has by now, or the constant safe message. */
static void keep_what_was_told(struct turn *turn)
{
	turn->gave_up = true;
	turn->first = NULL;
	turn->last = &turn->first;
	turn->shown.len = turn->shown_told;
	turn->tools.len = turn->tools_told;
	if (!turn->any_told)
		buf_add(&turn->shown, messages_last_resort(turn->lang));
}

/* The store does not answer: whoever waits is told so, with the constant safe message. The write goes on by itself; what it
 * says of a reply that nobody saw is put right after it. */
static void on_store_slow(void *ctx)
{
	struct turn *turn = ctx;
	struct err err = { 0 };
	struct turn_events events = turn->events;
	if (turn->left)
		return;
	err_set(&err, E_TIMEOUT, LAYER, "the store does not answer");
	log_write(turn_care_parts(turn)->log, LOG_ERROR, "turn.store_slow", LOG_NUMBER("level", turn->record.level),
		LOG_ID("conversation", str_c(turn->conversation_id.text)));
	turn_stop_model(turn);
	turn->left = true;
	turn->closed_too_late = turn->closing || turn->approved.len;
	keep_what_was_told(turn);
	if (!turn->recorded && events.recorded)
		events.recorded(turn->ctx, &turn->record, &err);
	struct turn_outcome outcome = turn->outcome;
	outcome.state = turn->any_told ? TURN_INTERRUPTED : TURN_FAILED;
	outcome.safe_text = STR("safe.static");
	struct model_delta delta = { .surface = SURFACE_CONTENT, .text = messages_last_resort(turn->lang) };
	if (!turn->any_told && events.text)
		events.text(turn->ctx, &delta);
	if (events.done)
		events.done(turn->ctx, &outcome);
}

static void submit(struct turn *turn, struct unit *unit, unit_done done)
{
	struct err err = { 0 };
	if (unit && !arena_failed(&turn->arena) && !turn->shown.failed) {
		turn->writing = true;
		loop_io_timer_start(turn_care_parts(turn)->loop, &turn->store_timer, STORE_WAIT_US, on_store_slow, turn);
		if (store_submit(turn_care_parts(turn)->store, unit, done, turn, &err) == 0)
			return;
		written(turn);
	} else {
		unit_free(&unit);
		err_set(&err, E_MEMORY, LAYER, "no memory for the record");
	}
	fail(turn, &err);
}

static void retry_first(struct turn *turn)
{
	turn->reply_begun = false;
	submit(turn, turn_unit_first(turn), on_recorded);
}

static void on_recorded(void *ctx, const struct err *err)
{
	struct turn *turn = ctx;
	written(turn);
	if (err && err->code == E_CONFLICT && turn->newly_held && !turn->retried_conflict) {
		turn->retried_conflict = true; /* held already by somebody else's hand */
		retry_first(turn);
		return;
	}
	if (err && err->code == E_EXISTS && turn->request.submission.len && !turn->duplicate && !turn->request.new_conversation) {
		turn->duplicate = turn->record.duplicate = true; /* known to the store, not to the cache */
		retry_first(turn);
		return;
	}
	if (err) {
		fail(turn, err);
		return;
	}
	turn->recorded = true;
	if (turn->stated_age)
		care_client_stated_age(turn->turns->parts.care, turn->client_id.text, turn->stated_age);
	if (!turn->left && turn->events.recorded)
		turn->events.recorded(turn->ctx, &turn->record, NULL);
	turn_pump(turn);
}

static void close_record(struct turn *turn)
{
	turn->closing = true;
	submit(turn, turn_unit_closed(turn), on_closed);
}

static void end_approved(struct turn *turn)
{
	if (turn->closed_too_late) {
		turn->closing = true;
		turn->outcome.state = TURN_ANSWERED;
		submit(turn, turn_unit_corrected(turn), on_corrected);
		return;
	}
	turn->outcome.state = TURN_ANSWERED;
	turn->outcome.finish = MODEL_FINISH_STOP;
	turn->outcome.model = STR("heedwell");
	turn->outcome.safe_text = turn->approved_key;
	turn->outcome.action = turn->decision.action;
	struct model_delta delta = { .surface = SURFACE_CONTENT, .text = turn->approved };
	tell_piece(turn, &delta);
	finish(turn);
}

void turn_pump(struct turn *turn)
{
	if (!turn->recorded || turn->writing || turn->closing)
		return;
	if (turn->approved.len) {
		end_approved(turn);
	} else if (turn->silent) {
		turn->outcome.state = TURN_ANSWERED; /* by the person, when they write */
		finish(turn);
	} else if (turn->model_over) {
		close_record(turn);
	} else if (turn->incremental && turn->first) {
		struct piece *last = turn->first;
		while (last->next)
			last = last->next;
		struct unit *unit = turn_unit_shown(turn);
		turn->covered = last;
		turn->any_covered = true;
		submit(turn, unit, on_shown);
	}
}

/* ---- The beginning ---- */

static struct str keep(struct turn *turn, struct str text)
{
	return text.len ? arena_copy(&turn->arena, text) : STR("");
}

static void copy_context(struct turn *turn, const struct screen_turn *turns, size_t count)
{
	size_t skip = count > SCREEN_TURNS_MAX ? count - SCREEN_TURNS_MAX : 0;
	struct screen_turn *copy = ARENA_ARRAY(&turn->arena, struct screen_turn, count - skip + 1);
	if (!copy)
		return;
	for (size_t i = skip; i < count; i++)
		copy[i - skip] = (struct screen_turn){ turns[i].role, keep(turn, turns[i].text), turns[i].released };
	turn->context = turn->reply_context = copy;
	turn->context_count = count - skip;
	copy[turn->context_count] = (struct screen_turn){ ROLE_CLIENT, turn->request.text, false };
}

/* An assistant turn that the caller tells counts as ours only if we released it. */
static void mark_released(struct turn *turn)
{
	const struct talk *talk = turn->talk;
	struct screen_turn *turns = (struct screen_turn *)(uintptr_t)turn->context;
	for (size_t i = 0; i < turn->context_count; i++) {
		turns[i].released = false;
		for (size_t k = 0; k < talk->turn_count && turns[i].role == ROLE_ASSISTANT; k++)
			turns[i].released |= talk->turns[k].role == ROLE_ASSISTANT && talk->turns[k].released &&
					     str_eq(talk->turns[k].text, turns[i].text);
	}
}

/* What clients said in the caller's history and we never saw stands before the message, so that it is screened as theirs and
 * recorded. Of a conversation longer than what is kept, only its newest turns are looked at. */
static void take_unknown_history(struct turn *turn)
{
	const struct talk *talk = turn->talk;
	size_t from = talk->turn_count >= SCREEN_TURNS_MAX / 2 && turn->context_count > SCREEN_TURNS_MAX / 4
			      ? turn->context_count - SCREEN_TURNS_MAX / 4
			      : 0;
	struct str unknown = STR("");
	for (size_t i = from; i < turn->context_count; i++) {
		bool known = turn->context[i].role != ROLE_CLIENT || !turn->context[i].text.len;
		for (size_t k = 0; k < talk->turn_count && !known; k++) {
			struct str kept = talk->turns[k].text;
			known = talk->turns[k].role == ROLE_CLIENT &&
				(str_eq(kept, turn->context[i].text) || (kept.len && str_find(kept, turn->context[i].text, 0) != SIZE_MAX));
		}
		if (!known && unknown.len + turn->context[i].text.len < HISTORY_MAX)
			unknown = arena_printf(&turn->arena, STR_FMT STR_FMT "\n", STR_ARG(unknown), STR_ARG(turn->context[i].text));
	}
	if (unknown.len)
		turn->request.text = arena_printf(&turn->arena, STR_FMT STR_FMT, STR_ARG(unknown), STR_ARG(turn->request.text));
}

static void on_talk(void *ctx, struct talk *talk, const struct err *err)
{
	struct turn *turn = ctx;
	struct err fault = { 0 };
	turn->talk = talk;
	if (err) {
		turn->lang = turn->request.lang.len ? turn->request.lang : STR("en");
		fail(turn, err);
		return;
	}
	if (!turn->request.has_history)
		copy_context(turn, talk->turns, talk->turn_count);
	else
		mark_released(turn);
	if (turn->request.has_history)
		take_unknown_history(turn);
	turn->duplicate = talk_submitted(talk, turn->request.submission);
	if (!turn->duplicate)
		talk->message_count += 2;
	turn_decide(turn);
	if (!turn->duplicate)
		talk_add(talk, ROLE_CLIENT, turn->request.text, false);
	if (turn->approved.len && turn->notice && turn->request.api_key_id)
		turn->approved = arena_printf(&turn->arena, STR_FMT "\n\n" STR_FMT, STR_ARG(turn->notice_text), STR_ARG(turn->approved));
	if (turn->approved.len)
		buf_add(&turn->shown, turn->approved);
	if (!turn->left && turn->events.decided)
		turn->events.decided(turn->ctx, &turn->record);
	if (arena_failed(&turn->arena) || !turn->context) {
		err_set(&fault, E_MEMORY, LAYER, "no memory for the turn");
		fail(turn, &fault);
		return;
	}
	struct unit *unit = turn_unit_first(turn);
	if (!turn->approved.len && !turn->silent && turn_ask_model(turn, &fault)) {
		log_write(turn_care_parts(turn)->log, LOG_WARN, "turn.model_not_asked", LOG_ERR(&fault));
		turn->model_over = turn->model_failed = true;
		turn->failure = MODEL_FAILED_OPEN;
		if (!turn->release) {
			unit_free(&unit);
			fail(turn, &fault);
			return;
		}
		release_cut(turn->release);
	}
	if (turn->left)
		turn_stop_model(turn);
	submit(turn, unit, on_recorded);
}

static void begin(void *ctx)
{
	struct turn *turn = ctx;
	struct turns *turns = turn->turns;
	if (turn->request.new_conversation) {
		struct err err = { 0 };
		struct talk *talk = talk_new(turns->talks, turn->client_id.text, turn->conversation_id.text);
		err_set(&err, E_MEMORY, LAYER, "no memory for a conversation");
		on_talk(turn, talk, talk ? NULL : &err);
		return;
	}
	talk_find(turns->talks, turn->request.programme->id.text, turn->client_id.text, turn->conversation_id.text, on_talk, turn);
}

static void copy_request(struct turn *turn, const struct turn_request *request)
{
	turn->request = *request;
	turn->request.text = keep(turn, request->text);
	turn->request.submission = keep(turn, request->submission);
	turn->request.lang = keep(turn, request->lang);
	turn->request.country = keep(turn, request->country);
	turn->request.body = keep(turn, request->body);
	turn->request.pseudonym = keep(turn, request->pseudonym);
	turn->request.stated_concept = keep(turn, request->stated_concept);
	turn->request.stated_phrase = keep(turn, request->stated_phrase);
	turn->request.stated_why = keep(turn, request->stated_why);
	turn->request.client_external = keep(turn, request->client_external);
	turn->request.conversation_external = keep(turn, request->conversation_external);
	memcpy(turn->client_id.text, request->client_id, UUID_LENGTH + 1);
	memcpy(turn->conversation_id.text, request->conversation_id, UUID_LENGTH + 1);
	if (request->api_key_id) {
		memcpy(turn->api_key_id.text, request->api_key_id, UUID_LENGTH + 1);
		turn->request.api_key_id = turn->api_key_id.text;
	}
	if (request->hash)
		memcpy(turn->hash, request->hash, sizeof(turn->hash));
	if (request->hash_key)
		memcpy(turn->hash_key, request->hash_key, sizeof(turn->hash_key));
	if (request->has_history)
		copy_context(turn, request->turns, request->turn_count);
	turn->country = turn->request.country.len ? turn->request.country : request->programme->country;
	const struct care_client *client = care_client(turn->turns->parts.care, turn->client_id.text);
	if (client && client->here.len >= 2) /* help that works where the person is */
		turn->country = keep(turn, str_sub(client->here, 0, 2));
	turn->lang = request->programme->language;
}

int turn_start(struct turns *turns, const struct turn_request *request, const struct turn_events *events, void *ctx, struct turn **ret_turn,
	struct err *reterr)
{
	struct turn *turn = mem_new(sizeof(*turn));
	if (!turn)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for a turn");
	turn->turns = turns;
	turn->events = *events;
	turn->ctx = ctx;
	turn->last = &turn->first;
	turn->incremental = request->stream;
	turn->received = clock_wall(turn_care_parts(turn)->clock);
	arena_init(&turn->arena, mem_system(), ARENA_MAX);
	arena_init(&turn->judge, mem_system(), JUDGE_MAX);
	buf_init(&turn->shown, mem_system(), TURN_SHOWN_MAX);
	buf_init(&turn->tools, mem_system(), TURN_SHOWN_MAX);
	copy_request(turn, request);
	turns->busy++;
	if (arena_failed(&turn->arena)) {
		turn_free(turn);
		return err_set(reterr, E_LIMIT, LAYER, "the message is too large");
	}
	store_new_id(turn_care_parts(turn)->store, &turn->message_id);
	store_new_id(turn_care_parts(turn)->store, &turn->notice_id); /* stands between the two */
	store_new_id(turn_care_parts(turn)->store, &turn->reply_id);
	turn->record.message_id = turn->message_id;
	turn->record.reply_id = turn->reply_id;
	turn->record.level = -1;
	care_client_writes(turns->parts.care, turn->client_id.text);
	loop_defer(turn_care_parts(turn)->loop, &turn->task, begin, turn);
	*ret_turn = turn;
	return 0;
}

void turn_leave(struct turn **turn_)
{
	struct turn *turn = *turn_;
	*turn_ = NULL;
	if (!turn || turn->left)
		return;
	turn->left = true;
	turn_stop_model(turn);
	turn_pump(turn);
}
