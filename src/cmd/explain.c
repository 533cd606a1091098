/* explain.c: see explain.h. */
#include "cmd/explain.h"

#include "base/compiler.h"

static void print_flags(FILE *out, const struct finding_context *context)
{
	const struct {
		bool set;
		const char *name;
	} flags[] = { { context->negated, "negated" }, { context->uncertain, "uncertain" }, { context->hypothetical, "hypothetical" },
		{ context->question, "question" }, { context->quoted, "quoted" }, { context->idiom, "idiom" } };
	for (size_t i = 0; i < COUNT_OF(flags); i++)
		if (flags[i].set)
			fprintf(out, ", %s", flags[i].name);
	if (context->time != TIME_UNSTATED)
		fprintf(out, ", time %s", verdict_time_name(context->time));
	if (context->experiencer != EXPERIENCER_SELF)
		fprintf(out, ", about %s", verdict_experiencer_name(context->experiencer));
}

void explain_finding(FILE *out, struct str text, const struct finding *finding, const char *indent)
{
	fprintf(out, "%slevel %d  " STR_FMT, indent, finding->level, STR_ARG(finding->concept));
	if (finding->level != finding->base_level)
		fprintf(out, " (from %d)", finding->base_level);
	if (finding->turn == 0 && finding->end > finding->start)
		fprintf(out, "  \"" STR_FMT "\"", STR_ARG(str_sub(text, finding->start, finding->end)));
	else if (finding->turn)
		fprintf(out, "  (turn %d)", finding->turn);
	print_flags(out, &finding->context);
	fprintf(out, "  [%s, " STR_FMT "]\n", verdict_source_name(finding->source), STR_ARG(finding->phrase));
	if (finding->why.len)
		fprintf(out, "%s    " STR_FMT "\n", indent, STR_ARG(finding->why));
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

void explain_verdict(FILE *out, struct str text, const struct verdict *verdict)
{
	static const char *const meanings[] = { "nothing detected", "distress", "elevated: ask and review",
		"high: a person the same day at the latest", "imminent: now" };
	fprintf(out, "> " STR_FMT "\n", STR_ARG(text));
	if (verdict->state == VERDICT_NOT_SCREENED) {
		fprintf(out, "NOT SCREENED: " STR_FMT "\n\n", STR_ARG(verdict->reason));
		return;
	}
	fprintf(out, "level %d, %s; language " STR_FMT "%s%s\n", verdict->level, meanings[verdict->level], STR_ARG(verdict->lang),
		verdict->lang_covered ? "" : " (no lexicon for it)", verdict->state == VERDICT_EMPTY ? "; nothing to read" : "");
	if (verdict->truncated)
		fprintf(out, "only the first %zu of %zu bytes were read\n", verdict->judged_bytes, verdict->received_bytes);
	print_by_time(out, verdict);
	print_protective(out, text, verdict);
	for (size_t i = 0; i < verdict->finding_count; i++)
		explain_finding(out, text, &verdict->findings[i], i == verdict->top ? "* " : "  ");
	fputc('\n', out);
}
