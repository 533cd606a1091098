/* verdict.c: stable names, see verdict.h. */
#include "screen/verdict.h"

#include "base/compiler.h"
#include "base/err.h"

static const char *const family_names[FAMILY_COUNT] = { "suicide", "self_harm", "harm_to_others", "abuse", "psychosis", "mania",
	"eating_disorder", "substance", "medical_emergency", "medication", "third_party", "distress", "request", "identity", "protective",
	"pii", "reply", "unverified" };

static const char *name_of(const char *const *names, size_t count, int index)
{
	return index >= 0 && (size_t)index < count ? names[index] : "unknown";
}

const char *verdict_family_name(enum family family)
{
	return name_of(family_names, FAMILY_COUNT, (int)family);
}

const char *verdict_time_name(enum time_frame time)
{
	static const char *const names[] = { "unstated", "now", "recent", "past", "future" };
	return name_of(names, COUNT_OF(names), (int)time);
}

const char *verdict_experiencer_name(enum experiencer experiencer)
{
	static const char *const names[] = { "self", "other", "character", "possible_self" };
	return name_of(names, COUNT_OF(names), (int)experiencer);
}

const char *verdict_source_name(enum finding_source source)
{
	static const char *const names[] = { "phrase", "deobfuscated", "state", "pattern", "decoded", "classifier", "limit" };
	return name_of(names, COUNT_OF(names), (int)source);
}

const char *verdict_role_name(enum message_role role)
{
	static const char *const names[] = { "client", "assistant", "staff", "tool" };
	return name_of(names, COUNT_OF(names), (int)role);
}

bool verdict_has(const struct verdict *verdict, const char *concept_or_prefix, int min_level)
{
	struct str wanted = str_c(concept_or_prefix);
	bool prefix = wanted.len && wanted.ptr[wanted.len - 1] == '.';
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		bool same = prefix ? str_starts(finding->concept, wanted) : str_eq(finding->concept, wanted);
		if (same && finding->level >= min_level)
			return true;
	}
	return false;
}

bool verdict_raises(enum family family)
{
	return family != FAMILY_PROTECTIVE && family != FAMILY_PII && family != FAMILY_REQUEST;
}

bool verdict_protects(const struct finding *finding)
{
	const struct finding_context *context = &finding->context;
	bool own = context->experiencer == EXPERIENCER_SELF || context->experiencer == EXPERIENCER_POSSIBLE_SELF;
	bool said = !context->negated && !context->hypothetical && !context->question && !context->quoted && !context->idiom;
	return finding->family == FAMILY_PROTECTIVE && own && said && context->time != TIME_PAST;
}

struct str verdict_protect_kind(const struct finding *finding)
{
	size_t dot = 0;
	while (dot < finding->concept.len && finding->concept.ptr[dot] != '.')
		dot++;
	return dot < finding->concept.len ? str_sub(finding->concept, dot + 1, finding->concept.len) : STR("support");
}

void verdict_by_time(const struct verdict *verdict, int ret_levels[VERDICT_TIMES])
{
	for (int i = 0; i < VERDICT_TIMES; i++)
		ret_levels[i] = 0;
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		int *level = &ret_levels[finding->context.time];
		if (verdict_raises(finding->family) && finding->level > *level)
			*level = finding->level;
	}
}

int verdict_copy(struct arena *arena, const struct verdict *verdict, struct verdict *ret_copy)
{
	struct finding *findings = ARENA_ARRAY(arena, struct finding, verdict->finding_count + 1);
	*ret_copy = *verdict;
	for (size_t i = 0; findings && i < verdict->finding_count; i++) {
		findings[i] = verdict->findings[i];
		findings[i].why = arena_copy(arena, findings[i].why);
	}
	ret_copy->findings = findings;
	if (!arena_failed(arena) && findings)
		return 0;
	*ret_copy = (struct verdict){ .state = VERDICT_NOT_SCREENED, .reason = STR("the screen ran out of memory"), .top = SIZE_MAX };
	return E_MEMORY;
}
