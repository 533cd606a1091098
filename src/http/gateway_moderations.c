/* gateway_moderations.c: POST /v1/moderations, answered by our own engine: OpenAI's shape, with our verdict in an extra member
 * `heedwell` of each result. Nothing is kept: no client is named. */
#include "http/gateway_priv.h"

#include "sys/mem.h"

#define INPUTS_MAX 64
#define ANSWER_MAX (8u << 20)

/* OpenAI's categories and the families (with the least level) that set them; -1: not ours to say, always false. */
static const struct {
	const char *name;
	int family;
	int level;
	const char *concept; /* instead of a family */
} categories[] = {
	{ "harassment", -1, 0, NULL },
	{ "harassment/threatening", FAMILY_HARM_TO_OTHERS, 3, NULL },
	{ "hate", -1, 0, NULL },
	{ "hate/threatening", -1, 0, NULL },
	{ "illicit", -1, 0, NULL },
	{ "illicit/violent", -1, 0, NULL },
	{ "self-harm", FAMILY_SUICIDE, 2, NULL },
	{ "self-harm/intent", FAMILY_SUICIDE, 3, NULL },
	{ "self-harm/instructions", -1, 1, "reply.method" },
	{ "sexual", -1, 0, NULL },
	{ "sexual/minors", -1, 0, NULL },
	{ "violence", FAMILY_HARM_TO_OTHERS, 2, NULL },
	{ "violence/graphic", -1, 0, NULL },
};

static int level_of(const struct verdict *verdict, size_t category)
{
	int family = categories[category].family;
	if (verdict->state == VERDICT_NOT_SCREENED)
		return family >= 0 ? 4 : 0;
	if (categories[category].concept)
		return verdict_has(verdict, categories[category].concept, 1) ? 4 : 0;
	if (family < 0)
		return 0;
	int level = verdict->levels[family];
	if (family == FAMILY_SUICIDE && verdict->levels[FAMILY_SELF_HARM] > level)
		level = verdict->levels[FAMILY_SELF_HARM];
	return level;
}

static bool is_set(const struct verdict *verdict, size_t category)
{
	int level = level_of(verdict, category);
	return level > 0 && level >= categories[category].level;
}

static void add_categories(struct buf *json, const struct verdict *verdict)
{
	buf_add_c(json, "\"categories\":{");
	for (size_t i = 0; i < COUNT_OF(categories); i++)
		buf_printf(json, "%s\"%s\":%s", i ? "," : "", categories[i].name, is_set(verdict, i) ? "true" : "false");
	buf_add_c(json, "},\"category_scores\":{");
	for (size_t i = 0; i < COUNT_OF(categories); i++) {
		int level = level_of(verdict, i);
		buf_printf(json, "%s\"%s\":%s", i ? "," : "", categories[i].name,
			level <= 0   ? "0.0"
			: level == 1 ? "0.25"
			: level == 2 ? "0.5"
			: level == 3 ? "0.75"
				     : "1.0");
	}
	buf_add_c(json, "},\"category_applied_input_types\":{");
	for (size_t i = 0; i < COUNT_OF(categories); i++)
		buf_printf(json, "%s\"%s\":%s", i ? "," : "", categories[i].name,
			categories[i].family >= 0 || categories[i].concept ? "[\"text\"]" : "[]");
	buf_add_c(json, "}");
}

static void add_findings(struct buf *json, const struct verdict *verdict)
{
	buf_add_c(json, ",\"findings\":[");
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		buf_add_c(json, i ? ",{\"concept\":" : "{\"concept\":");
		buf_add_json(json, finding->concept);
		buf_printf(json, ",\"level\":%d,\"start\":%zu,\"end\":%zu,\"source\":\"%s\",\"why\":", finding->level, finding->start,
			finding->end, verdict_source_name(finding->source));
		buf_add_json(json, finding->why);
		buf_add_c(json, "}");
	}
	buf_add_c(json, "]");
}

static void add_verdict(struct buf *json, const struct verdict *verdict)
{
	bool screened = verdict->state != VERDICT_NOT_SCREENED;
	buf_printf(json, ",\"heedwell\":{\"scanned\":%s,\"level\":", screened ? "true" : "false");
	buf_printf(json, screened ? "%d" : "null", verdict->level);
	buf_add_c(json, ",\"levels\":{");
	bool any = false;
	for (int i = 0; i < FAMILY_COUNT; i++)
		if (verdict->levels[i]) {
			buf_printf(json, "%s\"%s\":%d", any ? "," : "", verdict_family_name((enum family)i), verdict->levels[i]);
			any = true;
		}
	buf_printf(json, "},\"time_frame\":\"%s\",\"experiencer\":\"%s\",\"lang\":", verdict_time_name(verdict->time_frame),
		verdict_experiencer_name(verdict->experiencer));
	buf_add_json(json, verdict->lang);
	add_findings(json, verdict);
	buf_add_c(json, ",\"engine\":");
	buf_add_json(json, verdict->engine);
	buf_add_c(json, ",\"packs\":");
	buf_add_json(json, verdict->packs);
	buf_add_c(json, "}");
}

static void add_result(struct gateway *gateway, struct buf *json, struct str text)
{
	struct arena arena;
	struct verdict verdict = { 0 };
	struct screen_request request = { .role = ROLE_CLIENT, .text = text };
	arena_init(&arena, mem_system(), 32u << 20);
	(void)screen_run(gateway->parts.engine, gateway->scratch, &arena, &request, &verdict); /* a failure is in the verdict */
	bool flagged = verdict.state == VERDICT_NOT_SCREENED || verdict.level >= 2;
	buf_printf(json, "{\"flagged\":%s,", flagged ? "true" : "false");
	add_categories(json, &verdict);
	add_verdict(json, &verdict);
	buf_add_c(json, "}");
	arena_done(&arena);
}

/* The text of one input: a string, or a part {type: text}. */
static bool input_text(struct http_request *rq, const struct json_doc *doc, const struct json_node *node, struct str *ret_text)
{
	if (node->kind == JSON_SCAN_OBJECT && str_eqc(json_text(&rq->arena, doc, json_member(doc, node, "type")), "text"))
		node = json_member(doc, node, "text");
	if (!node || node->kind != JSON_SCAN_STRING)
		return false;
	*ret_text = json_text(&rq->arena, doc, node);
	return ret_text->ptr != NULL;
}

static bool collect(struct http_request *rq, const struct json_doc *doc, struct str texts[INPUTS_MAX], size_t *ret_count)
{
	const struct json_node *input = json_member(doc, json_root(doc), "input");
	*ret_count = 0;
	if (!input)
		return false;
	if (input->kind != JSON_SCAN_ARRAY)
		return input_text(rq, doc, input, &texts[(*ret_count)++]);
	for (const struct json_node *item = json_child(doc, input); item; item = json_next(doc, item))
		if (*ret_count == INPUTS_MAX || !input_text(rq, doc, item, &texts[(*ret_count)++]))
			return false;
	return *ret_count > 0;
}

void gateway_moderations(void *ctx, struct http_request *rq)
{
	struct gateway *gateway = ctx;
	struct json_scan_limits limits = json_scan_limits_default();
	struct json_doc doc;
	struct str texts[INPUTS_MAX];
	struct err err = { 0 };
	size_t count, replaced;
	struct str bytes = json_clean(&rq->arena, rq->body, &replaced);
	if (json_scan(&rq->arena, bytes, &limits, &doc, &err)) {
		http_error(rq, 400, "invalid_json", err.message, NULL);
		return;
	}
	if (!collect(rq, &doc, texts, &count)) {
		http_error(rq, 400, "invalid_value", "input must be a text, a list of at most 64 texts, or parts of type text", "input");
		return;
	}
	struct buf json;
	buf_init(&json, mem_system(), ANSWER_MAX);
	buf_printf(&json, "{\"id\":\"modr-%s\",\"model\":\"heedwell\",\"results\":[", rq->id);
	for (size_t i = 0; i < count; i++) {
		buf_add_c(&json, i ? "," : "");
		add_result(gateway, &json, texts[i]);
	}
	buf_add_c(&json, "]}");
	http_json(rq, 200, &json);
	buf_done(&json);
}
