/* verdict.c: stable names, see verdict.h. */
#include "screen/verdict.h"

#include "base/compiler.h"

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
