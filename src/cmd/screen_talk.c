/* screen_talk.c: see screen_talk.h. */
#include "cmd/screen_talk.h"

#include "screen/trajectory.h"
#include "sys/clock.h"
#include "sys/mem.h"

#include <jansson.h>

#define MESSAGE_ARENA_BYTES (256u * 1024u * 1024u) /* of one message while it is screened */

struct talk_line {
	struct screen_turn *turns;
	struct trajectory_turn *graded;
	size_t count;
	struct str country;
	int age;
	struct trajectory_options options;
};

/* ---- input ---- */

static bool get_whole(const json_t *object, const char *key, json_int_t max, json_int_t *ret_value)
{
	const json_t *value = json_object_get(object, key);
	if (!value || json_is_null(value))
		return true;
	if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > max)
		return false;
	*ret_value = json_integer_value(value);
	return true;
}

/* An optional RFC 3339 time. */
static bool get_time(const json_t *object, const char *key, int64_t *ret_us)
{
	const json_t *value = json_object_get(object, key);
	wall_time time = { 0 };
	if (!value || json_is_null(value))
		return true;
	if (!json_is_string(value) || clock_parse(json_string_value(value), &time) < 0)
		return false;
	*ret_us = time.us;
	return true;
}

static const char *read_turns(const json_t *list, struct arena *arena, struct talk_line *talk)
{
	if (!json_is_array(list))
		return "turns must be a list of {\"role\",\"text\"}";
	talk->count = json_array_size(list);
	if (talk->count > SCREEN_LINE_TURNS_MAX)
		return "too many turns";
	talk->turns = ARENA_ARRAY(arena, struct screen_turn, talk->count + 1);
	talk->graded = ARENA_ARRAY(arena, struct trajectory_turn, talk->count + 1);
	if (!talk->turns || !talk->graded)
		return "too large";
	for (size_t i = 0; i < talk->count; i++) {
		const json_t *turn = json_array_get(list, i);
		struct str role = { NULL, 0 };
		if (!json_is_object(turn) || !screen_line_text(turn, "role", &role) ||
			!screen_line_text(turn, "text", &talk->turns[i].text) || !talk->turns[i].text.ptr)
			return "a turn must be {\"role\": text, \"text\": text}";
		if (!get_time(turn, "at", &talk->graded[i].at_us))
			return "at must be an RFC 3339 time";
		talk->turns[i].role = talk->graded[i].role = screen_line_role(role);
		talk->turns[i].released = talk->turns[i].role == ROLE_ASSISTANT;
	}
	return NULL;
}

static const char *read_talk(const json_t *object, struct arena *arena, struct talk_line *talk)
{
	json_int_t age = 0, kept = 0, lowered_turns = 0, lowered_to = 0;
	const json_t *lowered = json_object_get(object, "lowered");
	if (!json_is_object(object))
		return "a line must be a JSON object";
	if (!screen_line_text(object, "country", &talk->country))
		return "country must be a string";
	if (!get_whole(object, "age", 150, &age))
		return "age must be a whole number of years";
	if (!get_whole(object, "kept_level", 4, &kept))
		return "kept_level must be a level, 0 to 4";
	if (lowered && !json_is_null(lowered) &&
		(!json_is_object(lowered) || !get_whole(lowered, "turns", SCREEN_LINE_TURNS_MAX, &lowered_turns) ||
			!get_whole(lowered, "level", 4, &lowered_to)))
		return "lowered must be {\"turns\": number, \"level\": 0 to 4}";
	if (!get_time(object, "now", &talk->options.now_us))
		return "now must be an RFC 3339 time";
	talk->age = (int)age;
	talk->options.kept_level = (int)kept;
	talk->options.lowered_turns = (size_t)lowered_turns;
	talk->options.lowered_to = (int)lowered_to;
	return read_turns(json_object_get(object, "turns"), arena, talk);
}

/* ---- screening ---- */

/* Screens one message with those before it; what stays of it goes into `arena`. A failure is in the verdict. */
static int screen_one(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena, struct arena *own,
	const struct talk_line *talk, size_t index, int carried)
{
	struct trajectory_turn *graded = &talk->graded[index];
	struct screen_request request = { .role = talk->turns[index].role,
		.text = talk->turns[index].text,
		.turns = talk->turns,
		.turn_count = index,
		.carried_level = carried,
		.country = talk->country,
		.age = talk->age };
	struct verdict *copy, verdict;
	int rc = 0;
	arena_reset(own);
	if (graded->role == ROLE_ASSISTANT)
		return screen_question(engine, scratch, own, request.text, &graded->asked);
	if (graded->role != ROLE_CLIENT)
		return 0;
	(void)screen_run(engine, scratch, own, &request, &verdict);
	copy = ARENA_NEW(arena, struct verdict);
	if (copy)
		rc = verdict_copy(arena, &verdict, copy);
	graded->verdict = copy;
	return copy ? rc : E_MEMORY;
}

static int screen_all(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena, const struct talk_line *talk,
	struct trajectory *ret_grade)
{
	struct arena own;
	int carried = talk->options.kept_level, rc = 0;
	arena_init(&own, mem_system(), MESSAGE_ARENA_BYTES);
	for (size_t i = 0; rc == 0 && i < talk->count; i++) {
		if (i > 0 && i == talk->options.lowered_turns && carried > talk->options.lowered_to)
			carried = talk->options.lowered_to;
		rc = screen_one(engine, scratch, arena, &own, talk, i, carried);
		const struct verdict *verdict = talk->graded[i].verdict;
		if (verdict && verdict->level > carried)
			carried = verdict->level;
	}
	arena_done(&own);
	return rc < 0 ? rc : trajectory_grade(arena, talk->graded, talk->count, &talk->options, ret_grade);
}

/* ---- output ---- */

static void add_member(struct buf *out, const char *key, struct str value, const char *after)
{
	buf_printf(out, "\"%s\":", key);
	buf_add_json(out, value);
	buf_add_c(out, after);
}

static void add_reasons(struct buf *out, const struct trajectory *grade)
{
	buf_add_c(out, "\"reasons\":[");
	for (size_t i = 0; i < grade->reason_count; i++) {
		const struct trajectory_reason *reason = &grade->reasons[i];
		buf_printf(
			out, "%s{\"rule\":\"%s\",\"level\":%d,\"turn\":", i ? "," : "", trajectory_rule_name(reason->rule), reason->level);
		if (reason->turn == SIZE_MAX)
			buf_add_c(out, "null,");
		else
			buf_printf(out, "%zu,", reason->turn);
		add_member(out, "concept", reason->concept, ",");
		add_member(out, "why", reason->why, "}");
	}
	buf_printf(out, "],\"reasons_left_out\":%zu,", grade->reasons_left_out);
}

/* Whether a later message says the same for safety. */
static bool said_later(const struct talk_line *talk, size_t turn, const struct finding *finding)
{
	for (size_t i = turn + 1; i < talk->count; i++)
		for (size_t k = 0; talk->graded[i].verdict && k < talk->graded[i].verdict->finding_count; k++) {
			const struct finding *other = &talk->graded[i].verdict->findings[k];
			if (other->turn == 0 && verdict_protects(other) && str_eq(other->concept, finding->concept))
				return true;
		}
	return false;
}

/* What speaks for safety, each kind where it was said last. */
static void add_protective(struct buf *out, const struct talk_line *talk)
{
	bool first = true;
	buf_add_c(out, "\"protective\":[");
	for (size_t i = 0; i < talk->count; i++) {
		const struct verdict *verdict = talk->graded[i].verdict;
		for (size_t k = 0; verdict && k < verdict->finding_count; k++) {
			const struct finding *finding = &verdict->findings[k];
			bool counts = finding->turn == 0 && verdict_protects(finding);
			for (size_t m = 0; m < k && counts; m++)
				counts = !(verdict->findings[m].turn == 0 && verdict_protects(&verdict->findings[m]) &&
					   str_eq(verdict->findings[m].concept, finding->concept));
			if (!counts || said_later(talk, i, finding))
				continue;
			buf_printf(out, "%s{\"turn\":%zu,", first ? "" : ",", i);
			add_member(out, "kind", verdict_protect_kind(finding), ",");
			add_member(out, "why", finding->why, "}");
			first = false;
		}
	}
	buf_add_c(out, "],");
}

static void add_turns(struct buf *out, const struct talk_line *talk)
{
	bool first = true;
	int levels[VERDICT_TIMES] = { 0 };
	buf_add_c(out, "\"messages\":[");
	for (size_t i = 0; i < talk->count; i++) {
		const struct verdict *verdict = talk->graded[i].verdict;
		int own[VERDICT_TIMES];
		if (!verdict)
			continue;
		bool scanned = verdict->state != VERDICT_NOT_SCREENED;
		buf_printf(out, "%s{\"turn\":%zu,\"level\":", first ? "" : ",", i);
		first = false;
		if (scanned)
			buf_printf(out, "%d,", verdict->level);
		else
			buf_add_c(out, "null,");
		screen_line_concepts(out, verdict);
		buf_printf(out, "\"truncated\":%s}", verdict->truncated ? "true" : "false");
		verdict_by_time(verdict, own);
		for (int k = 0; k < VERDICT_TIMES; k++)
			levels[k] = own[k] > levels[k] ? own[k] : levels[k];
	}
	buf_add_c(out, "],");
	screen_line_by_time(out, levels);
}

static void write_json(
	struct str id, const struct screen_engine *engine, const struct talk_line *talk, const struct trajectory *grade, struct buf *out)
{
	buf_add_c(out, "{\"id\":");
	buf_add(out, id);
	buf_printf(out, ",\"grade\":%d,\"trend\":\"%s\",", grade->grade, trajectory_trend_name(grade->trend));
	add_reasons(out, grade);
	add_protective(out, talk);
	add_turns(out, talk);
	add_member(out, "engine", screen_engine_version(engine), ",");
	add_member(out, "packs", screen_engine_packs(engine), "}\n");
}

static void write_words(const struct talk_line *talk, const struct trajectory *grade, struct buf *out)
{
	buf_printf(out, "conversation of %zu turns, %zu of the client: grade %d, trend %s\n", talk->count, grade->client_turns,
		grade->grade, trajectory_trend_name(grade->trend));
	for (size_t i = 0; i < grade->reason_count; i++) {
		const struct trajectory_reason *reason = &grade->reasons[i];
		buf_printf(out, "  level %d  %s", reason->level, trajectory_rule_name(reason->rule));
		if (reason->turn != SIZE_MAX)
			buf_printf(out, ", turn %zu", reason->turn + 1);
		buf_printf(out, "  " STR_FMT "\n    " STR_FMT "\n", STR_ARG(reason->concept), STR_ARG(reason->why));
	}
	if (grade->reasons_left_out)
		buf_printf(out, "  and %zu more reasons\n", grade->reasons_left_out);
	buf_add_byte(out, '\n');
}

int screen_talk_run(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena,
	const struct screen_line_options *options, const struct screen_line *line, struct buf *out)
{
	json_error_t error;
	struct talk_line talk = { .count = 0 };
	struct trajectory grade;
	struct str mended = screen_line_mend(arena, line->bytes);
	if (!mended.ptr)
		return screen_line_bad(out, line->number, "limit", "the line is too long");
	json_t *object = json_loadb(mended.ptr, mended.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (!object)
		return screen_line_bad(out, line->number, "json", error.text);
	const char *wrong = read_talk(object, arena, &talk);
	int rc = 0;
	if (wrong)
		rc = screen_line_bad(out, line->number, "invalid", wrong);
	else if (screen_all(engine, scratch, arena, &talk, &grade) < 0)
		rc = screen_line_bad(out, line->number, "limit", "the conversation is too large to be graded");
	else if (options->explain)
		write_words(&talk, &grade, out);
	else
		write_json(screen_line_id(object, arena), engine, &talk, &grade, out);
	if (rc == 0 && out->failed)
		rc = screen_line_bad(out, line->number, "limit", "the grade is too long");
	json_decref(object);
	return rc;
}
