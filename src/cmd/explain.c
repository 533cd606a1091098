/* explain.c: see explain.h. */
#include "cmd/explain.h"

#include "base/compiler.h"

#include <string.h>

/* What its context (which `why` tells in words) did to the level. */
static void print_effect(FILE *out, const struct finding *finding, const char *indent)
{
	const struct finding_context *context = &finding->context;
	bool any = context->negated || context->uncertain || context->hypothetical || context->question || context->quoted ||
		   context->idiom || context->time != TIME_UNSTATED || context->experiencer != EXPERIENCER_SELF;
	if (finding->level != finding->base_level)
		fprintf(out, "%*s    by itself level %d; said like this, level %d\n", (int)strlen(indent), "", finding->base_level,
			finding->level);
	else if (any)
		fprintf(out, "%*s    how it is said leaves its level as it is\n", (int)strlen(indent), "");
}

void explain_finding(FILE *out, struct str text, const struct finding *finding, const char *indent)
{
	fprintf(out, "%slevel %d  " STR_FMT, indent, finding->level, STR_ARG(finding->concept));
	if (finding->turn == 0 && finding->end > finding->start)
		fprintf(out, "  \"" STR_FMT "\"", STR_ARG(str_sub(text, finding->start, finding->end)));
	else if (finding->turn)
		fprintf(out, "  (turn %d)", finding->turn);
	fprintf(out, "  [%s%s" STR_FMT "]\n", verdict_source_name(finding->source), finding->phrase.len ? ", " : "",
		STR_ARG(finding->phrase));
	if (finding->why.len)
		fprintf(out, "%*s    " STR_FMT "\n", (int)strlen(indent), "", STR_ARG(finding->why));
	print_effect(out, finding, indent);
}

static void print_by_time(FILE *out, const struct verdict *verdict)
{
	int levels[VERDICT_TIMES];
	bool any = false;
	verdict_by_time(verdict, levels);
	for (int i = 0; i < VERDICT_TIMES; i++) {
		if (levels[i])
			fprintf(out, "%s%s %d", any ? ", " : "by time: ", verdict_time_name((enum time_frame)i), levels[i]);
		any = any || levels[i];
	}
	if (any)
		fputc('\n', out);
}

static void print_protective(FILE *out, struct str text, const struct verdict *verdict)
{
	bool any = false;
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		if (!verdict_protects(finding))
			continue;
		fprintf(out, "%s" STR_FMT, any ? ", " : "speaks for safety: ", STR_ARG(verdict_protect_kind(finding)));
		if (finding->turn == 0 && finding->end > finding->start)
			fprintf(out, " (\"" STR_FMT "\")", STR_ARG(str_sub(text, finding->start, finding->end)));
		any = true;
	}
	if (any)
		fputc('\n', out);
}

void explain_verdict(FILE *out, enum message_role role, struct str text, const struct verdict *verdict)
{
	static const char *const reply_meanings[] = { "nothing detected", "a note", "a person looks before it is shown", "replaced",
		"blocked" };
	static const char *const meanings[] = { "nothing detected", "distress", "elevated: ask and review",
		"high: a person the same day at the latest", "imminent: now" };
	fprintf(out, "> " STR_FMT "\n", STR_ARG(text));
	if (verdict->state == VERDICT_NOT_SCREENED) {
		fprintf(out, "NOT SCREENED: " STR_FMT "\n\n", STR_ARG(verdict->reason));
		return;
	}
	fprintf(out, "level %d, %s; language " STR_FMT "%s%s\n", verdict->level,
		role == ROLE_ASSISTANT ? reply_meanings[verdict->level] : meanings[verdict->level], STR_ARG(verdict->lang),
		verdict->lang_covered ? "" : " (no lexicon for it)", verdict->state == VERDICT_EMPTY ? "; nothing to read" : "");
	if (verdict->truncated)
		fprintf(out, "only the first %zu of %zu bytes were read\n", verdict->judged_bytes, verdict->received_bytes);
	print_by_time(out, verdict);
	print_protective(out, text, verdict);
	for (size_t i = 0; i < verdict->finding_count; i++)
		explain_finding(out, text, &verdict->findings[i], i == verdict->top ? "* " : "  ");
	fputc('\n', out);
}
