/* say.c: see say.h. */
#include "care/say.h"

#include "care/care_priv.h"
#include "care/presence.h"
#include "care/turn_priv.h"
#include "sys/mem.h"

#define LAYER "care/say"
#define TEXT_ARENA_MAX (256u * 1024)
#define VARS_MAX 8

static void tell(struct unit *unit, const struct row *conversation, const char *message_id)
{
	struct event_note note = { .programme_id = conversation->programme_id.ptr,
		.to_client = true,
		.kind = "message",
		.client_id = row_text(conversation, "client_id").ptr,
		.conversation_id = conversation->id.ptr,
		.subject = "message",
		.subject_id = message_id };
	event_publish(unit, &note);
	note.to_client = false;
	event_publish(unit, &note);
	note.to_client = true;
	note.kind = "state";
	event_publish(unit, &note);
}

int person_say(struct care *care, const struct scope *scope, const struct say *say, struct uuid *ret_message_id, unit_done done, void *ctx,
	struct err *reterr)
{
	const struct row *conversation = say->conversation;
	if (!str_trim(say->text).len || say->text.len > SAY_TEXT_MAX)
		return err_set(reterr, E_INVALID, LAYER, "message.text: must have 1 to 20,000 bytes");
	if (say->ai_assisted && !care_consent(care, row_text(conversation, "client_id").ptr, CONSENT_AI_DRAFTING))
		return err_set(reterr, E_INVALID, LAYER, "consent_required");
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	wall_time now = care_now(care);
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "message", ret_message_id);
	op_text(op, "client_id", row_text(conversation, "client_id"));
	op_c(op, "conversation_id", conversation->id.ptr);
	op_c(op, "role", "staff");
	op_c(op, "author_id", scope->actor_id);
	op_text(op, "text", say->text);
	op_c(op, "state", "answered");
	op_bool(op, "ai_assisted", say->ai_assisted);
	op_time(op, "finished_at", now);
	if (say->verdict) {
		const struct verdict_place place = { row_text(conversation, "client_id").ptr, conversation->id.ptr, ret_message_id->text };
		struct uuid verdict_id;
		turn_add_verdict(unit, &place, say->verdict, &verdict_id);
	}
	op = unit_update(unit, "conversation", conversation->id.ptr, VERSION_ANY);
	op_time(op, "last_message_at", now);
	op_int(op, "message_count", row_int(conversation, "message_count") + 1);
	presence_wrote(care, unit, conversation->id.ptr, scope->actor_id);
	tell(unit, conversation, ret_message_id->text);
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

static void tell_pages(struct unit *unit, const struct say_program *say, const char *message_id)
{
	struct event_note note = { .programme_id = say->programme_id,
		.to_client = true,
		.kind = "message",
		.client_id = say->client_id,
		.conversation_id = say->conversation_id,
		.subject = "message",
		.subject_id = message_id };
	event_publish(unit, &note);
	note.to_client = false;
	event_publish(unit, &note);
}

void program_say(struct care *care, struct unit *unit, const struct say_program *say)
{
	const struct care_parts *parts = &care->parts;
	const struct care_client *client = care_client(care, say->client_id);
	const struct care_programme *programme = care_programme(care, say->programme_id);
	struct message_var vars[VARS_MAX + 2] = { 0 };
	size_t count = 0;
	struct uuid id;
	struct arena arena;
	if (!client || !programme)
		return;
	arena_init(&arena, mem_system(), TEXT_ARENA_MAX);
	struct str lang = client->language.len ? client->language : programme->language;
	struct str country = client->country.len ? client->country : programme->country;
	for (; count < say->var_count && count < VARS_MAX; count++)
		vars[count] = say->vars[count];
	vars[count++] = (struct message_var){ "lines", helplines_text(parts->helplines, parts->messages, &arena, country, lang) };
	vars[count++] = (struct message_var){ "emergency", helplines_emergency(parts->helplines, parts->messages, &arena, country, lang) };
	struct str text = messages_render(parts->messages, &arena, lang, say->key, 0, vars, count);
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "message", &id);
	op_c(op, "client_id", say->client_id);
	op_c(op, "conversation_id", say->conversation_id);
	op_c(op, "role", "script");
	op_c(op, "state", "answered");
	op_text(op, "text", text);
	op_text(op, "safe_text", say->key);
	op_c(op, "model", "heedwell");
	op_text(op, "language", lang);
	op_int(op, "released_bytes", (int64_t)text.len);
	op_time(op, "finished_at", care_now(care));
	op_time(unit_update(unit, "conversation", say->conversation_id, VERSION_ANY), "last_message_at", care_now(care));
	tell_pages(unit, say, id.text);
	arena_done(&arena);
}
