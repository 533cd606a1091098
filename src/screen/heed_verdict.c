/* heed_verdict.c: what other programs read of a verdict, and the verdict in words. */
#include "screen/heed_priv.h"

#include <stdio.h>
#include <string.h>

#define LINES_MAX 12u /* findings that an explanation tells one by one */

/* ---- From ours to theirs ---- */

struct heed_verdict face_not_screened(enum message_role role, const char *reason)
{
	struct heed_verdict shown = { .state = HEED_NOT_SCREENED,
		.role = role,
		.level = -1,
		.lang = "und",
		.reason = reason,
		.engine = "libheed " HEED_VERSION,
		.packs = "" };
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		shown.learned[i] = -1;
	return shown;
}

/* A NUL-terminated copy; "" for nothing. */
static const char *text_of(struct arena *arena, struct str text)
{
	return text.len ? arena_copy(arena, text).ptr : "";
}

static struct heed_finding public_finding(struct arena *arena, const struct finding *finding)
{
	const struct finding_context *context = &finding->context;
	return (struct heed_finding){ .size = sizeof(struct heed_finding),
		.concept_id = text_of(arena, finding->concept),
		.phrase = text_of(arena, finding->phrase),
		.why = text_of(arena, finding->why),
		.source = verdict_source_name(finding->source),
		.level = finding->level,
		.base_level = finding->base_level,
		.start = finding->start,
		.end = finding->end,
		.turn = finding->turn,
		.confidence = finding->confidence,
		.negated = context->negated,
		.uncertain = context->uncertain,
		.hypothetical = context->hypothetical,
		.question = context->question,
		.quoted = context->quoted,
		.idiom = context->idiom,
		.time = verdict_time_name(context->time),
		.experiencer = verdict_experiencer_name(context->experiencer),
		.family = verdict_family_name(finding->family) };
}

static enum heed_state public_state(enum verdict_state state)
{
	switch (state) {
	case VERDICT_SCREENED: return HEED_SCREENED;
	case VERDICT_EMPTY: return HEED_EMPTY;
	case VERDICT_NOT_SCREENED: break;
	}
	return HEED_NOT_SCREENED;
}

struct heed_verdict face_publish(struct arena *arena, enum message_role role, const struct verdict *verdict)
{
	struct heed_verdict shown = face_not_screened(role, text_of(arena, verdict->reason));
	struct heed_finding *findings = ARENA_ARRAY(arena, struct heed_finding, verdict->finding_count + 1);
	shown.packs = text_of(arena, verdict->packs);
	shown.received = verdict->received_bytes;
	if (verdict->state != VERDICT_NOT_SCREENED) {
		shown.state = public_state(verdict->state);
		shown.level = verdict->level;
		memcpy(shown.levels, verdict->levels, sizeof shown.levels);
		memcpy(shown.learned, verdict->learned, sizeof shown.learned);
		shown.time = verdict->time_frame;
		shown.experiencer = verdict->experiencer;
		shown.lang = verdict->lang.len ? text_of(arena, verdict->lang) : "und";
		shown.lang_covered = verdict->lang_covered;
		shown.truncated = verdict->truncated;
		shown.judged = verdict->judged_bytes;
		for (size_t i = 0; findings && i < verdict->finding_count; i++)
			findings[i] = public_finding(arena, &verdict->findings[i]);
		shown.findings = findings;
		shown.count = verdict->finding_count;
		shown.top = verdict->top < shown.count ? verdict->top : shown.count;
	}
	return arena_failed(arena) ? face_not_screened(role, "out of memory") : shown;
}

/* ---- Reading ---- */

enum heed_state heed_verdict_state(const struct heed_verdict *verdict)
{
	return verdict->state;
}

int heed_verdict_level(const struct heed_verdict *verdict)
{
	return verdict->level;
}

static int family_of(const char *name)
{
	for (int i = 0; i < FAMILY_COUNT; i++)
		if (strcmp(verdict_family_name((enum family)i), name) == 0)
			return i;
	return -1;
}

int heed_verdict_family(const struct heed_verdict *verdict, const char *family)
{
	int index = verdict->state == HEED_NOT_SCREENED ? -1 : family_of(family);
	return index < 0 ? -1 : verdict->levels[index];
}

int heed_verdict_learned(const struct heed_verdict *verdict, const char *family)
{
	int index = family_of(family);
	return index < 0 ? -1 : verdict->learned[index];
}

const char *heed_family_name(size_t index)
{
	return index < FAMILY_COUNT ? verdict_family_name((enum family)index) : NULL;
}

const char *heed_verdict_reason(const struct heed_verdict *verdict)
{
	return verdict->reason;
}

const char *heed_verdict_time(const struct heed_verdict *verdict)
{
	return verdict_time_name(verdict->time);
}

const char *heed_verdict_experiencer(const struct heed_verdict *verdict)
{
	return verdict_experiencer_name(verdict->experiencer);
}

const char *heed_verdict_lang(const struct heed_verdict *verdict)
{
	return verdict->lang;
}

int heed_verdict_lang_covered(const struct heed_verdict *verdict)
{
	return verdict->lang_covered;
}

int heed_verdict_truncated(const struct heed_verdict *verdict)
{
	return verdict->truncated;
}

size_t heed_verdict_received(const struct heed_verdict *verdict)
{
	return verdict->received;
}

size_t heed_verdict_judged(const struct heed_verdict *verdict)
{
	return verdict->judged;
}

const char *heed_verdict_engine(const struct heed_verdict *verdict)
{
	return verdict->engine;
}

const char *heed_verdict_packs(const struct heed_verdict *verdict)
{
	return verdict->packs;
}

size_t heed_verdict_count(const struct heed_verdict *verdict)
{
	return verdict->count;
}

size_t heed_verdict_top(const struct heed_verdict *verdict)
{
	return verdict->top;
}

size_t heed_verdict_next(const struct heed_verdict *verdict, const char *family, size_t from)
{
	size_t i = from;
	while (i < verdict->count && strcmp(verdict->findings[i].family, family) != 0)
		i++;
	return i < verdict->count ? i : verdict->count;
}

int heed_verdict_finding(const struct heed_verdict *verdict, size_t index, struct heed_finding *ret_finding)
{
	size_t size = ret_finding->size;
	if (index >= verdict->count || size < offsetof(struct heed_finding, family))
		return HEED_E_INVALID;
	memcpy(ret_finding, &verdict->findings[index], size < sizeof *ret_finding ? size : sizeof *ret_finding);
	ret_finding->size = size;
	return 0;
}

/* ---- In words ---- */

struct words {
	char *out;
	size_t size, len; /* len: of the whole, also beyond size */
};

static size_t room_of(const struct words *words)
{
	return words->len < words->size ? words->size - words->len : 0;
}

static void count_said(struct words *words, int len)
{
	words->len += len > 0 ? (size_t)len : 0;
}

#define say(words, ...) count_said((words), snprintf(room_of(words) ? (words)->out + (words)->len : NULL, room_of(words), __VA_ARGS__))

static const char *meaning(const struct heed_verdict *verdict)
{
	static const char *const client[] = { "nothing detected; that does not mean no risk", "distress", "elevated: ask, and review",
		"high: a person should look the same day at the latest", "imminent: a person should look now" };
	static const char *const assistant[] = { "nothing detected", "a note", "a person should look before it is shown", "replace it",
		"block it" };
	size_t level = verdict->level < 0 || verdict->level > 4 ? 4 : (size_t)verdict->level;
	return verdict->role == ROLE_ASSISTANT ? assistant[level] : client[level];
}

static void say_whose(struct words *words, const struct heed_verdict *verdict)
{
	static const char *const whose[] = { "the writer", "somebody else, as the writer tells it", "a character of a story or song",
		"somebody who may be the writer" };
	static const char *const when[] = { "no time stated", "now", "recent", "past", "to come" };
	if (verdict->top >= verdict->count || verdict->role == ROLE_ASSISTANT)
		return;
	size_t time = (size_t)verdict->time < COUNT_OF(when) ? (size_t)verdict->time : 0;
	size_t experiencer = (size_t)verdict->experiencer < COUNT_OF(whose) ? (size_t)verdict->experiencer : 0;
	say(words, "About: %s; %s.\n", whose[experiencer], when[time]);
}

static void say_finding(struct words *words, const struct heed_finding *finding)
{
	say(words, "- %s", finding->why[0] ? finding->why : finding->concept_id);
	if (strcmp(finding->family, "protective") != 0 && strcmp(finding->family, "pii") != 0 && strcmp(finding->family, "request") != 0)
		say(words, " Level %d", finding->level);
	else
		say(words, " No level");
	if (finding->level != finding->base_level)
		say(words, ", by itself %d", finding->base_level);
	if (strcmp(finding->source, "classifier") == 0)
		say(words, ", by the learned stage, which is %d in 1,000 sure; no phrase says so", finding->confidence);
	if (finding->turn)
		say(words, ", %d message%s earlier", -finding->turn, finding->turn == -1 ? "" : "s");
	say(words, ". (%s%s%s)\n", finding->concept_id, finding->phrase[0] ? ", " : "", finding->phrase);
}

/* Two findings of one concept that say the same are told once. */
static bool told(const struct heed_verdict *verdict, size_t index)
{
	const struct heed_finding *finding = &verdict->findings[index];
	for (size_t i = 0; i < verdict->count; i++) {
		const struct heed_finding *other = &verdict->findings[i];
		bool before = i == verdict->top || (i < index && index != verdict->top);
		if (i != index && before && finding->level == other->level && strcmp(finding->concept_id, other->concept_id) == 0 &&
			strcmp(finding->why, other->why) == 0)
			return true;
	}
	return false;
}

static void say_findings(struct words *words, const struct heed_verdict *verdict)
{
	size_t said = 0, left = 0;
	if (verdict->top < verdict->count) {
		say(words, "What sets the level:\n");
		say_finding(words, &verdict->findings[verdict->top]);
		said++;
	}
	for (size_t i = 0, first = 1; i < verdict->count; i++) {
		if (i == verdict->top || told(verdict, i))
			continue;
		if (said++ >= LINES_MAX) {
			left++;
			continue;
		}
		if (first)
			say(words, "Also found:\n");
		first = 0;
		say_finding(words, &verdict->findings[i]);
	}
	if (left)
		say(words, "And %zu more.\n", left);
}

size_t heed_verdict_explain(const struct heed_verdict *verdict, char *out, size_t size)
{
	struct words words = { out, size, 0 };
	if (size)
		out[0] = '\0';
	if (verdict->state == HEED_NOT_SCREENED) {
		say(&words, "Not screened: %s. Treat it as the most urgent kind.\n", verdict->reason);
		return words.len;
	}
	if (verdict->state == HEED_EMPTY)
		say(&words, "There is nothing to read in it.\n");
	say(&words, "Level %d: %s.\n", verdict->level, meaning(verdict));
	say_whose(&words, verdict);
	say_findings(&words, verdict);
	if (!verdict->lang_covered && verdict->state != HEED_EMPTY)
		say(&words, "The language (%s) is not covered: what was not found may still be there.\n", verdict->lang);
	if (verdict->truncated)
		say(&words, "Only the first %zu of %zu bytes were read.\n", verdict->judged, verdict->received);
	say(&words, "Screened by %s, packs %s. It predicts nothing; check it against the text.\n", verdict->engine, verdict->packs);
	return words.len;
}
