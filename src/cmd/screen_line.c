/* screen_line.c: see screen_line.h. */
#include "cmd/screen_line.h"

#include "cmd/explain.h"
#include "cmd/packs.h"
#include "cmd/screen_redact.h"
#include "policy/policy.h"
#include "sys/mem.h"
#include "text/utf8.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define REDACTED_BYTES_MAX (64u * 1024u * 1024u)

/* ---- input ---- */

static bool hex4(const char *p, unsigned *ret_value)
{
	unsigned value = 0;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		unsigned digit = c >= '0' && c <= '9'                     ? (unsigned)(c - '0')
				 : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (unsigned)((c | 0x20) - 'a' + 10)
									  : 16;
		if (digit > 15)
			return false;
		value = value * 16 + digit;
	}
	*ret_value = value;
	return true;
}

/* jansson refuses bytes that are not UTF-8 and halves of surrogate pairs; a cut emoji must not keep a message from being
 * screened: both become U+FFFD. Other escapes are stepped over whole. */
struct str screen_line_mend(struct arena *arena, struct str line)
{
	char *out = arena_alloc(arena, line.len * 3 + 1, 1);
	size_t len = 0;
	if (!out)
		return (struct str){ NULL, 0 };
	for (size_t at = 0; at < line.len;) {
		unsigned high, low;
		if (line.ptr[at] == '\\' && at + 1 < line.len) {
			bool pair = line.ptr[at + 1] == 'u' && line.len - at >= 6 && hex4(line.ptr + at + 2, &high);
			size_t size = pair ? 6 : 2;
			bool surrogate = pair && high >= 0xD800 && high <= 0xDFFF;
			if (surrogate && high < 0xDC00 && line.len - at >= 12 && line.ptr[at + 6] == '\\' && line.ptr[at + 7] == 'u' &&
				hex4(line.ptr + at + 8, &low) && low >= 0xDC00 && low <= 0xDFFF) {
				size = 12;
				surrogate = false;
			}
			memcpy(out + len, surrogate ? "\\ufffd" : line.ptr + at, size);
			len += size;
			at += size;
			continue;
		}
		len += utf8_put(utf8_next(line, &at), out + len);
	}
	return str_make(out, len);
}

bool screen_line_text(const json_t *object, const char *key, struct str *ret_text)
{
	const json_t *value = json_object_get(object, key);
	if (!value)
		return true;
	if (!json_is_string(value))
		return false;
	*ret_text = str_make(json_string_value(value), json_string_length(value));
	return true;
}

enum message_role screen_line_role(struct str name)
{
	if (name.len == 0 || str_eqc(name, "client") || str_eqc(name, "user"))
		return ROLE_CLIENT;
	if (str_eqc(name, "assistant"))
		return ROLE_ASSISTANT;
	return str_eqc(name, "tool") || str_eqc(name, "function") ? ROLE_TOOL : ROLE_STAFF;
}

/* What is wrong with the line, or NULL. */
static const char *read_turns(const json_t *list, struct arena *arena, struct screen_request *request)
{
	size_t count = json_array_size(list);
	if (!list || json_is_null(list))
		return NULL;
	if (json_is_string(list)) { /* one turn, of the other side, as data sets of replies have it */
		struct screen_turn *turn = ARENA_NEW(arena, struct screen_turn);
		if (!turn)
			return "out of memory";
		*turn = (struct screen_turn){ .role = request->role == ROLE_CLIENT ? ROLE_ASSISTANT : ROLE_CLIENT,
			.text = str_make(json_string_value(list), json_string_length(list)),
			.released = true };
		request->turns = turn;
		request->turn_count = 1;
		return NULL;
	}
	if (!json_is_array(list))
		return "context must be a list of {\"role\",\"text\"}, or one text of the other side";
	if (count > SCREEN_LINE_TURNS_MAX)
		return "context has too many turns";
	struct screen_turn *turns = ARENA_ARRAY(arena, struct screen_turn, count);
	if (!turns)
		return "too large";
	for (size_t i = 0; i < count; i++) {
		const json_t *turn = json_array_get(list, i);
		struct str role = { NULL, 0 };
		if (!json_is_object(turn) || !screen_line_text(turn, "role", &role) || !screen_line_text(turn, "text", &turns[i].text) ||
			!turns[i].text.ptr)
			return "a context turn must be {\"role\": text, \"text\": text}";
		turns[i].role = screen_line_role(role);
		turns[i].released = turns[i].role == ROLE_ASSISTANT;
	}
	request->turns = turns;
	request->turn_count = count;
	return NULL;
}

static const char *read_request(const json_t *object, struct arena *arena, struct screen_request *request, struct str *ret_jurisdiction)
{
	struct str role = { NULL, 0 };
	const json_t *age = json_object_get(object, "age");
	if (!json_is_object(object))
		return "a line must be a JSON object";
	if (!screen_line_text(object, "text", &request->text) || !request->text.ptr)
		return "text must be a string";
	if (!screen_line_text(object, "role", &role))
		return "role must be a string";
	if (!screen_line_text(object, "country", &request->country))
		return "country must be a string";
	if (!screen_line_text(object, "jurisdiction", ret_jurisdiction))
		return "jurisdiction must be a string";
	if (age && !json_is_null(age) && !(json_is_integer(age) && json_integer_value(age) >= 0 && json_integer_value(age) <= 150))
		return "age must be a whole number of years";
	request->age = (int)json_integer_value(age);
	request->role = screen_line_role(role);
	return read_turns(json_object_get(object, "context"), arena, request);
}

/* ---- output ---- */

static void add_bool(struct buf *out, const char *key, bool value)
{
	buf_printf(out, "\"%s\":%s", key, value ? "true" : "false");
}

static void add_string(struct buf *out, const char *key, struct str value)
{
	buf_printf(out, "\"%s\":", key);
	buf_add_json(out, value);
}

static void add_context(struct buf *out, const struct finding_context *context)
{
	buf_add_c(out, "\"context\":{");
	add_bool(out, "negated", context->negated);
	buf_add_byte(out, ',');
	add_bool(out, "uncertain", context->uncertain);
	buf_add_byte(out, ',');
	add_bool(out, "hypothetical", context->hypothetical);
	buf_add_byte(out, ',');
	add_bool(out, "question", context->question);
	buf_add_byte(out, ',');
	add_bool(out, "quoted", context->quoted);
	buf_add_byte(out, ',');
	add_bool(out, "idiom", context->idiom);
	buf_printf(out, ",\"time\":\"%s\",\"experiencer\":\"%s\"}", verdict_time_name(context->time),
		verdict_experiencer_name(context->experiencer));
}

static void add_finding(struct buf *out, const struct finding *finding)
{
	buf_add_byte(out, '{');
	add_string(out, "concept", finding->concept);
	buf_printf(out, ",\"level\":%d,\"base_level\":%d,\"start\":%zu,\"end\":%zu,\"turn\":%d,", finding->level, finding->base_level,
		finding->start, finding->end, finding->turn);
	add_context(out, &finding->context);
	buf_printf(out, ",\"source\":\"%s\",", verdict_source_name(finding->source));
	add_string(out, "phrase", finding->phrase);
	buf_printf(out, ",\"confidence\":%d,", finding->confidence);
	add_string(out, "why", finding->why);
	buf_add_byte(out, '}');
}

/* Each concept once, in the order of the findings. */
void screen_line_concepts(struct buf *out, const struct verdict *verdict)
{
	bool first = true;
	buf_add_c(out, "\"concepts\":[");
	for (size_t i = 0; i < verdict->finding_count; i++) {
		bool known = false;
		for (size_t k = 0; k < i && !known; k++)
			known = str_eq(verdict->findings[k].concept, verdict->findings[i].concept);
		if (known)
			continue;
		if (!first)
			buf_add_byte(out, ',');
		buf_add_json(out, verdict->findings[i].concept);
		first = false;
	}
	buf_add_c(out, "],");
}

static void add_levels(struct buf *out, const struct verdict *verdict)
{
	buf_add_c(out, "\"levels\":{");
	for (int family = 0; family < FAMILY_COUNT; family++)
		buf_printf(out, "%s\"%s\":%d", family ? "," : "", verdict_family_name((enum family)family), verdict->levels[family]);
	buf_add_c(out, "},");
}

/* Families that the learned stage knows, in thousandths. */
static void add_learned(struct buf *out, const struct verdict *verdict)
{
	bool first = true;
	buf_add_c(out, "\"learned\":{");
	for (int family = 0; family < FAMILY_COUNT; family++) {
		if (verdict->learned[family] < 0)
			continue;
		buf_printf(out, "%s\"%s\":%d", first ? "" : ",", verdict_family_name((enum family)family), verdict->learned[family]);
		first = false;
	}
	buf_add_c(out, "},");
}

static void add_by_time(struct buf *out, const struct verdict *verdict)
{
	int levels[VERDICT_TIMES];
	verdict_by_time(verdict, levels);
	screen_line_by_time(out, levels);
}

void screen_line_by_time(struct buf *out, const int levels[VERDICT_TIMES])
{
	buf_add_c(out, "\"by_time\":{");
	for (int i = 0; i < VERDICT_TIMES; i++)
		buf_printf(out, "%s\"%s\":%d", i ? "," : "", verdict_time_name((enum time_frame)i), levels[i]);
	buf_add_c(out, "},");
}

/* What speaks for safety: each kind once. */
static void add_protective(struct buf *out, const struct verdict *verdict)
{
	bool first = true;
	buf_add_c(out, "\"protective\":[");
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		bool known = !verdict_protects(finding);
		for (size_t k = 0; k < i && !known; k++)
			known = verdict_protects(&verdict->findings[k]) && str_eq(verdict->findings[k].concept, finding->concept);
		if (known)
			continue;
		if (!first)
			buf_add_byte(out, ',');
		first = false;
		buf_add_byte(out, '{');
		add_string(out, "kind", verdict_protect_kind(finding));
		buf_printf(out, ",\"start\":%zu,\"end\":%zu,", finding->start, finding->end);
		add_string(out, "why", finding->why);
		buf_add_byte(out, '}');
	}
	buf_add_c(out, "],");
}

static void add_decision(struct buf *out, const struct policy_decision *decision)
{
	buf_printf(out, "\"decision\":{\"action\":\"%s\",\"alert\":", policy_action_name(decision->action));
	if (decision->alert)
		buf_printf(out, "%d", decision->alert);
	else
		buf_add_c(out, "null");
	buf_printf(out, ",\"speaker\":\"%s\",", policy_speaker_name(decision->speaker));
	add_bool(out, "hold_conversation", decision->hold_conversation);
	buf_add_byte(out, ',');
	add_string(out, "safe_text", decision->safe_text);
	buf_add_c(out, ",\"rules\":[");
	for (size_t i = 0; i < decision->rule_count; i++) {
		if (i)
			buf_add_byte(out, ',');
		buf_add_json(out, decision->rules[i]);
	}
	buf_add_c(out, "]},");
}

static void write_verdict(
	struct str id_json, const struct verdict *verdict, const struct policy_decision *decision, struct str more, struct buf *out)
{
	bool scanned = verdict->state != VERDICT_NOT_SCREENED;
	buf_add_c(out, "{\"id\":");
	buf_add(out, id_json);
	if (scanned)
		buf_printf(out, ",\"level\":%d,", verdict->level);
	else
		buf_add_c(out, ",\"level\":null,\"levels\":null,");
	if (scanned)
		add_levels(out, verdict);
	if (scanned)
		add_learned(out, verdict);
	add_bool(out, "scanned", scanned);
	buf_add_byte(out, ',');
	add_bool(out, "empty", verdict->state == VERDICT_EMPTY);
	buf_add_byte(out, ',');
	if (!scanned) {
		add_string(out, "reason", verdict->reason);
		buf_add_byte(out, ',');
	}
	add_bool(out, "truncated", verdict->truncated);
	buf_printf(out, ",\"time_frame\":\"%s\",\"experiencer\":\"%s\",", verdict_time_name(verdict->time_frame),
		verdict_experiencer_name(verdict->experiencer));
	add_by_time(out, verdict);
	add_protective(out, verdict);
	add_string(out, "lang", verdict->lang);
	buf_add_byte(out, ',');
	add_bool(out, "lang_covered", verdict->lang_covered);
	buf_add_byte(out, ',');
	screen_line_concepts(out, verdict);
	buf_add_c(out, "\"findings\":[");
	for (size_t i = 0; i < verdict->finding_count; i++) {
		if (i)
			buf_add_byte(out, ',');
		add_finding(out, &verdict->findings[i]);
	}
	buf_add_c(out, "],");
	if (decision)
		add_decision(out, decision);
	buf_add(out, more);
	add_string(out, "engine", verdict->engine);
	buf_add_byte(out, ',');
	add_string(out, "packs", verdict->packs);
	buf_add_byte(out, '}');
}

void screen_line_verdict(struct str id_json, const struct verdict *verdict, const struct policy_decision *decision, struct buf *out)
{
	write_verdict(id_json, verdict, decision, STR(""), out);
}

int screen_line_bad(struct buf *out, size_t number, const char *code, const char *message)
{
	buf_clear(out);
	buf_printf(out, "{\"id\":null,\"error\":{\"code\":\"%s\",\"message\":", code);
	buf_add_json(out, str_c(message));
	buf_printf(out, ",\"line\":%zu}}\n", number);
	return E_INVALID;
}

/* The line's id as it came: any JSON scalar, else null. */
struct str screen_line_id(const json_t *object, struct arena *arena)
{
	const json_t *id = json_object_get(object, "id");
	if (!id || json_is_object(id) || json_is_array(id))
		return STR("null");
	char *text = json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT);
	struct str copy = text ? arena_copy(arena, str_c(text)) : STR("null");
	free(text); /* RULE: jansson's own allocation */
	return copy.ptr ? copy : STR("null");
}

static void write_explanation(enum message_role role, struct str text, const struct verdict *verdict, struct buf *out)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&bytes, &size);
	if (!stream)
		return;
	explain_verdict(stream, role, text, verdict);
	fclose(stream);
	buf_add(out, str_make(bytes, size));
	free(bytes); /* RULE: open_memstream's own allocation */
}

/* The decision of a programme at its plainest: the client is known and has agreed, somebody is on duty, nothing is held. */
static void decide(const struct screen_line_options *options, struct arena *arena, enum message_role role, int age, struct str jurisdiction,
	const struct verdict *verdict, struct policy_decision *ret_decision)
{
	struct policy_situation situation = { .direction = role == ROLE_ASSISTANT ? DIRECTION_ASSISTANT : DIRECTION_CLIENT,
		.mode = options->policy_name,
		.jurisdiction = jurisdiction,
		.reach = REACH_IDENTIFIED,
		.cover = COVER_IN_HOURS,
		.age = age,
		.bot = BOT_THERAPEUTIC,
		.consent_ai = true,
		.consent_care = true,
		.may_consent = age == 0 || age >= 13,
		.lang = str_eqc(verdict->lang, "es") ? STR("es") : STR("en") };
	policy_decide(options->policy, options->policy_name, arena, verdict, &situation, ret_decision);
}

static void write_decision(const struct policy_decision *decision, struct buf *out)
{
	buf_printf(out, "decision: %s; speaks: %s; ", policy_action_name(decision->action), policy_speaker_name(decision->speaker));
	if (decision->alert)
		buf_printf(out, "alert of priority %d; rules:", decision->alert);
	else
		buf_add_c(out, "no alert; rules:");
	for (size_t i = 0; i < decision->rule_count; i++) {
		buf_add_byte(out, ' ');
		buf_add(out, decision->rules[i]);
	}
	buf_add_byte(out, '\n');
}

int screen_line_run(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena,
	const struct screen_line_options *options, const struct screen_line *line, struct buf *out)
{
	json_error_t error;
	struct screen_request request = { .text = { NULL, 0 } };
	struct verdict verdict;
	struct policy_decision decision;
	struct str jurisdiction = { NULL, 0 };
	struct str mended = screen_line_mend(arena, line->bytes);
	if (!mended.ptr)
		return screen_line_bad(out, line->number, "limit", "the line is too long");
	json_t *object = json_loadb(mended.ptr, mended.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (!object)
		return screen_line_bad(out, line->number, "json", error.text);
	const char *wrong = read_request(object, arena, &request, &jurisdiction);
	int rc = 0;
	if (wrong) {
		rc = screen_line_bad(out, line->number, "invalid", wrong);
	} else {
		(void)screen_run(engine, scratch, arena, &request, &verdict);
		if (options->policy)
			decide(options, arena, request.role, request.age, jurisdiction, &verdict, &decision);
		if (options->explain) {
			write_explanation(request.role, request.text, &verdict, out);
			if (options->policy)
				write_decision(&decision, out);
		} else {
			struct buf more;
			buf_init(&more, mem_system(), REDACTED_BYTES_MAX);
			if (options->redact)
				screen_redact(engine, scratch, arena, &request, &verdict, &more);
			write_verdict(screen_line_id(object, arena), &verdict, options->policy ? &decision : NULL, buf_str(&more), out);
			out->failed = out->failed || more.failed;
			buf_done(&more);
			buf_add_byte(out, '\n');
		}
		if (out->failed)
			rc = screen_line_bad(out, line->number, "limit", "the verdict is too long");
	}
	json_decref(object);
	return rc;
}

static bool known_preset(const struct policy *policy, struct str name, struct arena *arena, struct str *ret_names)
{
	struct policy_preset_info info;
	*ret_names = STR("");
	for (size_t i = 0;; i++) {
		if (!policy_preset(policy, i, STR("en"), &info))
			return false;
		if (str_eq(info.id, name))
			return true;
		*ret_names = arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(*ret_names), i ? ", " : "", STR_ARG(info.id));
	}
}

int screen_line_policy_open(const char *name, struct arena *arena, struct str dir, struct screen_line_options *options, struct err *reterr)
{
	struct screen_source *packs = NULL;
	struct str names;
	size_t count = 0;
	if (!name)
		return 0;
	int rc = packs_read(arena, dir, &packs, &count, reterr);
	if (!rc)
		rc = packs_policy(arena, packs, count, &options->policy, reterr);
	if (rc)
		return rc;
	options->policy_name = str_c(name);
	if (known_preset(options->policy, options->policy_name, arena, &names))
		return 0;
	return err_set(reterr, E_NOT_FOUND, "cmd/screen", "no policy \"%s\"; there are " STR_FMT, name, STR_ARG(names));
}

void screen_line_policy_done(struct screen_line_options *options)
{
	policy_free(&options->policy);
}
