/* talk.c: see talk.h. */
#include "care/talk.h"

#include "care/turn.h"
#include "sys/mem.h"

#define BUCKETS 8192u
#define DIALOGUE_STATE_MAX 16384u

struct talks {
	struct care *care;
	struct talk *buckets[BUCKETS];
	struct talk *newest, *oldest;
	size_t count;
};

struct loading {
	struct talks *talks;
	struct talk *talk;
	struct uuid programme_id;
	talk_done *done;
	void *ctx;
};

int talks_open(struct care *care, struct talks **ret_talks, struct err *reterr)
{
	struct talks *talks = mem_new(sizeof(*talks));
	if (!talks)
		return err_set(reterr, E_MEMORY, "care/talk", "no memory");
	talks->care = care;
	*ret_talks = talks;
	return 0;
}

static void drop_turns(struct talk *talk, size_t count)
{
	for (size_t i = 0; i < count; i++)
		mem_wipe_delete((void *)(uintptr_t)talk->turns[i].text.ptr, talk->turns[i].text.len);
	talk->turn_count -= count;
	memmove(talk->turns, talk->turns + count, talk->turn_count * sizeof(talk->turns[0]));
}

static void talk_free(struct talk *talk)
{
	drop_turns(talk, talk->turn_count);
	buf_done(&talk->dialogue_state);
	mem_delete(talk);
}

static struct talk **bucket_of(struct talks *talks, const char *id)
{
	return &talks->buckets[str_hash(str_c(id)) % BUCKETS];
}

static void unlink_age(struct talks *talks, struct talk *talk)
{
	if (talk->newer)
		talk->newer->older = talk->older;
	else
		talks->newest = talk->older;
	if (talk->older)
		talk->older->newer = talk->newer;
	else
		talks->oldest = talk->newer;
}

static void link_newest(struct talks *talks, struct talk *talk)
{
	talk->newer = NULL;
	talk->older = talks->newest;
	if (talks->newest)
		talks->newest->newer = talk;
	talks->newest = talk;
	if (!talks->oldest)
		talks->oldest = talk;
}

static void unlink_talk(struct talks *talks, struct talk *talk)
{
	if (!talk->linked)
		return;
	for (struct talk **at = bucket_of(talks, talk->id.text); *at; at = &(*at)->hash_next)
		if (*at == talk) {
			*at = talk->hash_next;
			break;
		}
	unlink_age(talks, talk);
	talk->linked = false;
	talks->count--;
}

static void link_talk(struct talks *talks, struct talk *talk)
{
	struct talk **bucket = bucket_of(talks, talk->id.text);
	talk->hash_next = *bucket;
	*bucket = talk;
	link_newest(talks, talk);
	talk->linked = true;
	talks->count++;
	for (struct talk *old = talks->oldest, *newer; old && talks->count > TALK_CACHE_MAX; old = newer) {
		newer = old->newer;
		if (old->users)
			continue;
		unlink_talk(talks, old);
		talk_free(old);
	}
}

void talks_free(struct talks **talks_)
{
	struct talks *talks = *talks_;
	if (!talks)
		return;
	while (talks->oldest) {
		struct talk *talk = talks->oldest;
		unlink_talk(talks, talk);
		talk_free(talk);
	}
	mem_delete(talks);
	*talks_ = NULL;
}

static struct talk *look_up(struct talks *talks, const char *id)
{
	for (struct talk *talk = *bucket_of(talks, id); talk; talk = talk->hash_next)
		if (strcmp(talk->id.text, id) == 0)
			return talk;
	return NULL;
}

static struct talk *make(const char *client_id, const char *conversation_id)
{
	struct talk *talk = mem_new(sizeof(*talk));
	if (!talk)
		return NULL;
	memcpy(talk->id.text, conversation_id, UUID_LENGTH + 1);
	memcpy(talk->client_id.text, client_id, UUID_LENGTH + 1);
	buf_init(&talk->dialogue_state, mem_system(), DIALOGUE_STATE_MAX);
	talk->users = 1;
	return talk;
}

struct talk *talk_new(struct talks *talks, const char *client_id, const char *conversation_id)
{
	struct talk *talk = make(client_id, conversation_id);
	if (talk)
		link_talk(talks, talk);
	return talk;
}

void talk_leave(struct talks *talks, struct talk *talk)
{
	if (--talk->users)
		return;
	if (!talk->linked)
		talk_free(talk);
}

void talk_forget(struct talks *talks, const char *conversation_id)
{
	struct talk *talk = look_up(talks, conversation_id);
	if (!talk)
		return;
	unlink_talk(talks, talk);
	if (!talk->users)
		talk_free(talk);
}

void talk_add(struct talk *talk, enum message_role role, struct str text, bool released)
{
	if (text.len > TALK_TURN_BYTES_MAX)
		text = str_sub(text, text.len - TALK_TURN_BYTES_MAX, text.len);
	char *copy = mem_new(text.len + 1);
	if (!copy)
		return; /* less context: levels are carried in the conversation's own level */
	if (text.len)
		memcpy(copy, text.ptr, text.len);
	if (talk->turn_count == SCREEN_TURNS_MAX)
		drop_turns(talk, 1);
	talk->turns[talk->turn_count++] = (struct screen_turn){ role, { copy, text.len }, released };
}

bool talk_submitted(struct talk *talk, struct str submission)
{
	if (!submission.len || submission.len > 64)
		return false;
	for (size_t i = 0; i < TALK_SUBMISSIONS; i++)
		if (str_eqc(submission, talk->submissions[i]))
			return true;
	char *slot = talk->submissions[talk->next_submission++ % TALK_SUBMISSIONS];
	memcpy(slot, submission.ptr, submission.len);
	slot[submission.len] = '\0';
	return false;
}

/* Loading */

static void loading_end(struct loading *loading, const struct err *err)
{
	struct talks *talks = loading->talks;
	struct talk *talk = loading->talk;
	if (err) {
		talk_free(talk);
		talk = NULL;
	} else {
		struct talk *other = look_up(talks, talk->id.text); /* loaded twice at the same time */
		if (other) {
			talk_free(talk);
			talk = other;
			talk->users++;
		} else {
			link_talk(talks, talk);
		}
	}
	loading->done(loading->ctx, talk, err);
	mem_delete(loading);
}

static enum message_role role_of(struct str role)
{
	if (str_eqc(role, "client"))
		return ROLE_CLIENT;
	if (str_eqc(role, "staff"))
		return ROLE_STAFF;
	return str_eqc(role, "tool") ? ROLE_TOOL : ROLE_ASSISTANT;
}

static void on_messages(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct loading *loading = ctx;
	for (size_t i = take_set ? take_set->count : 0; i > 0; i--) {
		const struct row *row = &take_set->rows[i - 1];
		struct str role = row_text(row, "role");
		struct str key = row_text(row, "safe_text");
		bool line = str_starts(key, STR("notice.")) || str_starts(key, STR("person."));
		if (str_eqc(role, "system") || line)
			continue; /* a notice comes between a question and its answer, and must not hide it */
		talk_add(loading->talk, role_of(role), row_text(row, "text"), !str_eqc(role, "client"));
		loading->talk->last_scripted = str_eqc(role, "script") && !turn_text_refuses(key);
		if (str_eqc(role, "client"))
			(void)talk_submitted(loading->talk, row_text(row, "client_message_id"));
	}
	row_set_free(&take_set);
	loading_end(loading, err);
}

static void take_row(struct talk *talk, const struct row *row)
{
	struct str dialogue = row_text(row, "dialogue");
	talk->level = (int)row_int(row, "level");
	talk->held = str_eqc(row->state, "held");
	talk->closed = str_eqc(row->state, "closed");
	talk->message_count = row_int(row, "message_count");
	talk->client_at = row_time(row, "client_at").us;
	talk->sitting_at = row_time(row, "sitting_at").us;
	talk->notice_at = row_time(row, "notice_at").us;
	talk->break_at = row_time(row, "break_at").us;
	talk->notice_due_at = row_time(row, "notice_due_at").us;
	if (dialogue.len && dialogue.len < sizeof(talk->dialogue))
		memcpy(talk->dialogue, dialogue.ptr, dialogue.len);
	buf_add(&talk->dialogue_state, row_text(row, "dialogue_state"));
}

static void on_conversation(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct loading *loading = ctx;
	struct err fault = { 0 };
	if (err) {
		loading_end(loading, err);
		return;
	}
	if (!str_eqc(row_text(&take_set->rows[0], "client_id"), loading->talk->client_id.text))
		err_set(&fault, E_NOT_FOUND, "care/talk", "no such conversation of this client");
	else
		take_row(loading->talk, &take_set->rows[0]);
	row_set_free(&take_set);
	struct scope scope = care_scope_system(loading->programme_id.text, "turn.context");
	struct list_query query = { .resource = "message",
		.index = "conversation",
		.equal = { value_c(loading->talk->id.text) },
		.descending = true,
		.limit = SCREEN_TURNS_MAX };
	if (!fault.code && store_list(care_parts(loading->talks->care)->store, &scope, &query, on_messages, loading, &fault) == 0)
		return;
	loading_end(loading, &fault);
}

void talk_find(
	struct talks *talks, const char *programme_id, const char *client_id, const char *conversation_id, talk_done *done, void *ctx)
{
	struct err err = { 0 };
	struct talk *talk = look_up(talks, conversation_id);
	if (talk && strcmp(talk->client_id.text, client_id) != 0) {
		err_set(&err, E_NOT_FOUND, "care/talk", "no such conversation of this client");
		done(ctx, NULL, &err);
		return;
	}
	if (talk) {
		talk->users++;
		unlink_age(talks, talk);
		link_newest(talks, talk);
		done(ctx, talk, NULL);
		return;
	}
	struct loading *loading = mem_new(sizeof(*loading));
	talk = loading ? make(client_id, conversation_id) : NULL;
	if (!talk) {
		mem_delete(loading);
		err_set(&err, E_MEMORY, "care/talk", "no memory");
		done(ctx, NULL, &err);
		return;
	}
	*loading = (struct loading){ .talks = talks, .talk = talk, .done = done, .ctx = ctx };
	memcpy(loading->programme_id.text, programme_id, UUID_LENGTH + 1);
	struct scope scope = care_scope_system(loading->programme_id.text, "turn.load");
	if (store_get(care_parts(talks->care)->store, &scope, "conversation", conversation_id, on_conversation, loading, &err))
		loading_end(loading, &err);
}
