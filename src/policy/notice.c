/* notice.c: what follows from a jurisdiction's rules at a moment: notices that are due, findings that may not be kept, the age
 * that somebody says they have. See jurisdiction.h. */
#include "policy/jurisdiction.h"

#define MINUTE INT64_C(60000000)
#define DAY (1440 * MINUTE)

const char *notice_key(enum notice notice)
{
	static const char *const keys[] = { NULL, "notice.start", "notice.asked", "notice.repeat", "notice.return", "notice.break" };
	return notice >= NOTICE_NONE && notice <= NOTICE_BREAK ? keys[notice] : NULL;
}

int64_t notice_sitting(const struct notice_moment *moment)
{
	bool paused = !moment->message_at || !moment->sitting_at || moment->now - moment->message_at > JURISDICTION_PAUSE_MINUTES * MINUTE;
	return paused ? moment->now : moment->sitting_at;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t break_due(const struct jurisdiction_rules *rules, const struct notice_moment *moment)
{
	return later(notice_sitting(moment), moment->break_at) + rules->break_minutes * MINUTE;
}

enum notice notice_due(const struct jurisdiction_rules *rules, const struct notice_moment *moment)
{
	if (rules->break_minutes && moment->now >= break_due(rules, moment))
		return NOTICE_BREAK;
	if (rules->at_start && !moment->notice_at)
		return NOTICE_START;
	if (rules->away_days && moment->message_at && moment->now - later(moment->message_at, moment->notice_at) >= rules->away_days * DAY)
		return NOTICE_RETURN;
	if (rules->every_minutes && moment->notice_at && moment->now - moment->notice_at >= rules->every_minutes * MINUTE)
		return NOTICE_REPEAT;
	return rules->on_request && moment->asked ? NOTICE_ASKED : NOTICE_NONE;
}

int64_t notice_next(const struct jurisdiction_rules *rules, const struct notice_moment *moment)
{
	int64_t repeat = rules->every_minutes && moment->notice_at ? moment->notice_at + rules->every_minutes * MINUTE : 0;
	int64_t pause = rules->break_minutes ? break_due(rules, moment) : 0;
	if (!repeat || !pause)
		return repeat ? repeat : pause;
	return repeat < pause ? repeat : pause;
}

/* ---- Findings ---- */

static bool about_danger(enum family family)
{
	switch (family) {
	case FAMILY_SUICIDE:
	case FAMILY_SELF_HARM:
	case FAMILY_HARM_TO_OTHERS:
	case FAMILY_ABUSE:
	case FAMILY_MEDICAL_EMERGENCY:
	case FAMILY_THIRD_PARTY:
	case FAMILY_REQUEST:
	case FAMILY_IDENTITY:
	case FAMILY_PII:
	case FAMILY_REPLY:
	case FAMILY_UNVERIFIED: return true;
	default: return false;
	}
}

static bool may_stay(const struct finding *finding)
{
	return finding->source != SOURCE_CLASSIFIER && (about_danger(finding->family) || finding->level >= 3);
}

void jurisdiction_narrow(const struct jurisdiction_rules *rules, struct arena *arena, struct verdict *verdict)
{
	if (!rules->families_off || verdict->state == VERDICT_NOT_SCREENED)
		return;
	struct finding *kept = ARENA_ARRAY(arena, struct finding, verdict->finding_count + 1);
	if (!kept)
		return; /* the arena's failure closes the turn */
	size_t count = 0;
	int before = verdict->level;
	for (int i = 0; i < FAMILY_COUNT; i++) {
		verdict->levels[i] = 0;
		verdict->learned[i] = -1;
	}
	verdict->level = verdict->truncated ? 2 : 0;
	verdict->top = SIZE_MAX;
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		if (!may_stay(finding))
			continue;
		bool raises = verdict_raises(finding->family) && finding->turn == 0;
		if (raises && finding->level > verdict->levels[finding->family])
			verdict->levels[finding->family] = finding->level;
		if (raises && (verdict->top == SIZE_MAX || finding->level > verdict->level)) {
			verdict->top = count;
			verdict->level = finding->level > verdict->level ? finding->level : verdict->level;
		}
		kept[count++] = *finding;
	}
	if (verdict->level > before)
		verdict->level = before;
	if (verdict->top != SIZE_MAX) {
		verdict->time_frame = kept[verdict->top].context.time;
		verdict->experiencer = kept[verdict->top].context.experiencer;
	}
	verdict->findings = kept;
	verdict->finding_count = count;
}

/* ---- An age ---- */

static const struct {
	const char *word;
	int age;
} words[] = { { "eight", 8 }, { "nine", 9 }, { "ten", 10 }, { "eleven", 11 }, { "twelve", 12 }, { "thirteen", 13 }, { "fourteen", 14 },
	{ "fifteen", 15 }, { "sixteen", 16 }, { "seventeen", 17 }, { "ocho", 8 }, { "nueve", 9 }, { "diez", 10 }, { "once", 11 },
	{ "doce", 12 }, { "trece", 13 }, { "catorce", 14 }, { "quince", 15 }, { "diecis\u00e9is", 16 }, { "dieciseis", 16 },
	{ "diecisiete", 17 } };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static int word_age(struct str word)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct str known = str_c(words[i].word);
		bool same = known.len == word.len;
		for (size_t k = 0; same && k < word.len; k++)
			same = (word.ptr[k] >= 'A' && word.ptr[k] <= 'Z' ? word.ptr[k] + 32 : word.ptr[k]) == known.ptr[k];
		if (same)
			return words[i].age;
	}
	return 0;
}

int age_stated(struct str text)
{
	for (size_t i = 0; i < text.len;) {
		size_t from = i;
		if (is_digit(text.ptr[i])) {
			int value = 0;
			while (i < text.len && is_digit(text.ptr[i]) && i - from < 4)
				value = value * 10 + (text.ptr[i++] - '0');
			bool ordinal = i + 1 < text.len &&
				       ((text.ptr[i] == 't' && text.ptr[i + 1] == 'h') || (text.ptr[i] == 'r' && text.ptr[i + 1] == 'd'));
			if (value >= 4 && value <= 17 && !ordinal)
				return value;
			while (i < text.len && is_digit(text.ptr[i]))
				i++;
		} else if (is_letter(text.ptr[i])) {
			while (i < text.len && is_letter(text.ptr[i]))
				i++;
			int age = word_age(str_sub(text, from, i));
			if (age)
				return age;
		} else {
			i++;
		}
	}
	return 0;
}
