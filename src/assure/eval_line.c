/* eval_line.c: one row of a file: what is wrong with it, and what screening says of it. */
#include "assure/eval_priv.h"

static struct str text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_string(value) ? str_make(json_string_value(value), json_string_length(value)) : STR("");
}

static bool given(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return value && !json_is_null(value);
}

static bool known_role(struct str role)
{
	return str_eqc(role, "client") || str_eqc(role, "assistant");
}

static bool good_labels(const json_t *labels)
{
	for (size_t i = 0; i < json_array_size(labels); i++)
		if (!json_is_string(json_array_get(labels, i)))
			return false;
	return json_is_array(labels);
}

/* Every turn has a role and a text; one text is the turn of the other side before it. */
static bool good_context(const json_t *context)
{
	for (size_t i = 0; i < json_array_size(context); i++) {
		const json_t *turn = json_array_get(context, i);
		if (!json_is_object(turn) || !json_is_string(json_object_get(turn, "text")) || !known_role(text_of(turn, "role")))
			return false;
	}
	return json_is_array(context) || json_is_string(context);
}

static bool good_number(const json_t *value, json_int_t least, json_int_t most)
{
	return json_is_integer(value) && json_integer_value(value) >= least && json_integer_value(value) <= most;
}

static int check(const json_t *row, struct err *reterr)
{
	static const char *const texts[] = { "lang", "source", "orig", "group" };
	if (!json_is_object(row))
		return err_set(reterr, E_INVALID, "eval", "not a JSON object");
	if (!json_is_string(json_object_get(row, "text")))
		return err_set(reterr, E_INVALID, "eval", "\"text\" is missing or no string");
	if (given(row, "role") && !known_role(text_of(row, "role")))
		return err_set(reterr, E_INVALID, "eval", "\"role\" is neither \"client\" nor \"assistant\"");
	if (given(row, "id") && !json_is_string(json_object_get(row, "id")) && !json_is_integer(json_object_get(row, "id")))
		return err_set(reterr, E_INVALID, "eval", "\"id\" is neither a string nor an integer");
	if (given(row, "labels") && !good_labels(json_object_get(row, "labels")))
		return err_set(reterr, E_INVALID, "eval", "\"labels\" is no array of strings");
	if (given(row, "severity") && !good_number(json_object_get(row, "severity"), 0, 4))
		return err_set(reterr, E_INVALID, "eval", "\"severity\" is no integer from 0 to 4");
	if (given(row, "turn") && !good_number(json_object_get(row, "turn"), 0, 1000000))
		return err_set(reterr, E_INVALID, "eval", "\"turn\" is no integer from 0 to 1000000");
	if (given(row, "context") && !good_context(json_object_get(row, "context")))
		return err_set(reterr, E_INVALID, "eval", "\"context\" is neither a text nor a list of {\"role\",\"text\"}");
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (given(row, texts[i]) && !json_is_string(json_object_get(row, texts[i])))
			return err_set(reterr, E_INVALID, "eval", "\"%s\" is no string", texts[i]);
	return 0;
}

static enum message_role role_of(const json_t *object)
{
	return str_eqc(text_of(object, "role"), "assistant") ? ROLE_ASSISTANT : ROLE_CLIENT;
}

/* `context` as text is the turn before, by the other side; at most the last SCREEN_TURNS_MAX of a list. */
static void read_context(const json_t *context, struct screen_request *request, struct screen_turn *turns)
{
	if (json_is_string(context)) {
		turns[0] = (struct screen_turn){ .role = request->role == ROLE_CLIENT ? ROLE_ASSISTANT : ROLE_CLIENT,
			.text = str_make(json_string_value(context), json_string_length(context)),
			.released = true };
		request->turn_count = 1;
	}
	size_t size = json_array_size(context), from = size > SCREEN_TURNS_MAX ? size - SCREEN_TURNS_MAX : 0;
	for (size_t i = from; i < size; i++) {
		const json_t *turn = json_array_get(context, i);
		turns[request->turn_count++] =
			(struct screen_turn){ .role = role_of(turn), .text = text_of(turn, "text"), .released = true };
	}
	request->turns = turns;
}

static struct str id_of(const json_t *row, struct arena *arena)
{
	const json_t *id = json_object_get(row, "id");
	if (json_is_integer(id))
		return arena_printf(arena, "%lld", (long long)json_integer_value(id));
	return text_of(row, "id");
}

static void read_labels(struct eval *eval, const json_t *list, struct str *labels, struct eval_row *row)
{
	row->labels = labels;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *label = json_array_get(list, i);
		if (row->label_count == EVAL_ROW_LABELS_MAX)
			eval->dropped_labels++;
		else
			labels[row->label_count++] = str_make(json_string_value(label), json_string_length(label));
	}
}

static void write_verdict(const struct eval_row *row, struct buf *out)
{
	bool any = false, screened = row->verdict->state != VERDICT_NOT_SCREENED;
	buf_add_c(out, "{\"id\":");
	buf_add_json(out, row->id);
	buf_printf(out, ",\"level\":%d,\"levels\":{", screened ? row->verdict->level : 0);
	for (size_t i = 0; screened && i < FAMILY_COUNT; i++) {
		if (row->verdict->levels[i] <= 0)
			continue;
		buf_printf(out, "%s\"%s\":%d", any ? "," : "", verdict_family_name((enum family)i), row->verdict->levels[i]);
		any = true;
	}
	buf_add_c(out, screened ? "}}\n" : "},\"not_screened\":true}\n");
}

static bool has_spans(const struct eval_row *row)
{
	for (size_t i = 0; i < row->label_count; i++)
		if (str_starts(row->labels[i], STR("pii:")))
			return true;
	return false;
}

/* A conversation: rows of one `group` that say their turn, or of a set that is known to be one. */
static bool is_turn(const json_t *object, const struct eval_row *row)
{
	return text_of(object, "group").len && (given(object, "turn") || eval_talk_source(row->source));
}

int eval_line(
	struct eval *eval, const struct eval_parts *parts, const json_t *row, uint64_t order, struct buf *verdict_out, struct err *reterr)
{
	struct screen_turn turns[SCREEN_TURNS_MAX];
	struct str labels[EVAL_ROW_LABELS_MAX];
	int rc = check(row, reterr);
	if (rc < 0)
		return rc;
	arena_reset(parts->arena);
	struct screen_request request = { .role = role_of(row), .text = text_of(row, "text") };
	read_context(json_object_get(row, "context"), &request, turns);
	struct verdict verdict = { 0 };
	(void)!screen_run(parts->engine, parts->scratch, parts->arena, &request, &verdict); /* the verdict says when it failed */
	const json_t *severity = json_object_get(row, "severity");
	struct eval_row kept = { .id = id_of(row, parts->arena),
		.source = text_of(row, "source"),
		.lang = text_of(row, "lang"),
		.role = request.role,
		.severity = json_is_integer(severity) ? (int)json_integer_value(severity) : -1,
		.cues = request.role == ROLE_CLIENT ? eval_cues_find(request.text) : 0,
		.verdict = &verdict };
	read_labels(eval, json_object_get(row, "labels"), labels, &kept);
	struct policy_decision decision;
	if (parts->policy && request.role == ROLE_ASSISTANT) {
		eval_decide(parts, &verdict, 0, &decision);
		kept.decision = &decision;
	}
	eval_add(eval, &kept);
	if (has_spans(&kept))
		eval_spans_add(&eval->spans, text_of(row, "orig"), request.text, &verdict);
	if (is_turn(row, &kept)) {
		const json_t *turn = json_object_get(row, "turn");
		eval_talk_add(eval, &kept, text_of(row, "group"), request.text,
			json_is_integer(turn) ? (uint64_t)json_integer_value(turn) : order);
	}
	if (verdict_out)
		write_verdict(&kept, verdict_out);
	return 0;
}

void eval_decide(
	const struct eval_parts *parts, const struct verdict *verdict, int conversation_level, struct policy_decision *ret_decision)
{
	struct policy_situation situation = { .direction = DIRECTION_ASSISTANT,
		.mode = STR("chatbot"),
		.reach = REACH_IDENTIFIED,
		.cover = COVER_IN_HOURS,
		.bot = BOT_THERAPEUTIC,
		.consent_ai = true,
		.consent_care = true,
		.may_consent = true,
		.conversation_level = conversation_level,
		.lang = str_eqc(verdict->lang, "es") ? STR("es") : STR("en") };
	policy_decide(parts->policy, STR("chatbot"), parts->arena, verdict, &situation, ret_decision);
}
