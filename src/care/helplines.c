/* helplines.c: see helplines.h. */
#include "care/helplines.h"

#include "base/yaml.h"
#include "sys/mem.h"

#define HELPLINES_ARENA_MAX (16u * 1024 * 1024)
#define HELPLINES_FILE_MAX (1024u * 1024)
#define HELPLINES_COUNTRIES_MAX 300
#define HELPLINES_LINES_MAX 500
#define HELPLINES_BEST 2

struct helplines {
	struct arena arena;
	struct helpline_country countries[HELPLINES_COUNTRIES_MAX];
	size_t count;
};

static int read_languages(struct helplines *helplines, const struct yaml_node *node, struct helpline *line, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(node, "languages");
	if (!list || list->kind != YAML_LIST)
		return 0;
	struct str *languages = ARENA_ARRAY(&helplines->arena, struct str, list->count);
	if (!languages)
		return err_set(reterr, E_MEMORY, "care/helplines", "out of memory");
	for (const struct yaml_node *item = list->first; item; item = item->next)
		languages[line->language_count++] = item->text;
	line->languages = languages;
	return 0;
}

static int read_line(struct helplines *helplines, const struct yaml_node *node, struct helpline *line, struct err *reterr)
{
	const struct {
		const char *key;
		struct str *to;
	} texts[] = { { "id", &line->id }, { "name", &line->name }, { "audience", &line->audience }, { "channel", &line->channel },
		{ "value", &line->value }, { "keyword", &line->keyword }, { "hours", &line->hours }, { "source", &line->source },
		{ "verified_at", &line->verified_at } };
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < COUNT_OF(texts); i++)
		rc = yaml_get_text(node, texts[i].key, texts[i].to, reterr);
	rc = rc ? rc : yaml_get_bool(node, "abroad", &line->abroad, reterr);
	rc = rc ? rc : read_languages(helplines, node, line, reterr);
	if (rc == 0 && (!line->name.len || !line->value.len || !line->channel.len))
		return yaml_fail(node, reterr, "name, channel and value are needed");
	return rc;
}

static int read_country(struct helplines *helplines, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *code = yaml_get(root, "country"), *lines = yaml_get(root, "lines"),
			       *emergency = yaml_get(root, "emergency");
	if (!code || !lines)
		return 0; /* audiences.yaml */
	if (helplines->count == HELPLINES_COUNTRIES_MAX || lines->kind != YAML_LIST || lines->count > HELPLINES_LINES_MAX)
		return yaml_fail(root, reterr, "too many countries or lines");
	struct helpline_country *country = &helplines->countries[helplines->count++];
	struct helpline *items = ARENA_ARRAY(&helplines->arena, struct helpline, lines->count);
	int rc = items ? 0 : err_set(reterr, E_MEMORY, "care/helplines", "out of memory");
	*country = (struct helpline_country){ .country = code->text, .lines = items };
	rc = rc ? rc : yaml_get_text(emergency, "number", &country->emergency, reterr);
	rc = rc ? rc : yaml_get_text(emergency, "source", &country->emergency_source, reterr);
	rc = rc ? rc : yaml_get_text(emergency, "verified_at", &country->emergency_verified_at, reterr);
	for (const struct yaml_node *node = lines->first; node && rc == 0; node = node->next)
		rc = read_line(helplines, node, &items[country->line_count++], reterr);
	return rc;
}

int helplines_open(const struct messages_source *sources, size_t count, struct helplines **ret_helplines, struct err *reterr)
{
	struct helplines *helplines = mem_new(sizeof *helplines);
	if (!helplines)
		return err_set(reterr, E_MEMORY, "care/helplines", "out of memory");
	arena_init(&helplines->arena, mem_system(), HELPLINES_ARENA_MAX);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct yaml_node *root = NULL;
		if (str_find(sources[i].bytes, STR("kind: helplines"), 0) == SIZE_MAX)
			continue;
		rc = yaml_read(&helplines->arena, sources[i].name, sources[i].bytes, HELPLINES_FILE_MAX, &root, reterr);
		const struct yaml_node *kind = rc ? NULL : yaml_get(root, "kind");
		if (kind && str_eqc(kind->text, "helplines"))
			rc = read_country(helplines, root, reterr);
	}
	if (rc) {
		helplines_free(&helplines);
		return rc;
	}
	*ret_helplines = helplines;
	return 0;
}

void helplines_free(struct helplines **helplines)
{
	if (!*helplines)
		return;
	arena_done(&(*helplines)->arena);
	mem_delete(*helplines);
	*helplines = NULL;
}

const struct helpline_country *helplines_country(const struct helplines *helplines, struct str country)
{
	for (size_t i = 0; helplines && i < helplines->count; i++)
		if (str_eq(helplines->countries[i].country, country))
			return &helplines->countries[i];
	return NULL;
}

static struct helpline *find_line(const struct helplines *helplines, struct str id)
{
	for (size_t i = 0; helplines && id.len && i < helplines->count; i++)
		for (size_t k = 0; k < helplines->countries[i].line_count; k++)
			if (str_eq(helplines->countries[i].lines[k].id, id))
				return (struct helpline *)(uintptr_t)&helplines->countries[i].lines[k]; /* in our own arena */
	return NULL;
}

const struct helpline *helplines_line(const struct helplines *helplines, struct str id)
{
	return find_line(helplines, id);
}

const struct helpline *helplines_set_down(struct helplines *helplines, struct str id, bool down)
{
	struct helpline *line = find_line(helplines, id);
	if (line)
		line->down = down;
	return line;
}

static bool speaks(const struct helpline *line, struct str lang)
{
	struct str rest = lang, primary = str_split(&rest, '-');
	for (size_t i = 0; i < line->language_count; i++)
		if (str_eq(line->languages[i], primary) || str_eq(line->languages[i], lang))
			return true;
	return line->language_count == 0;
}

/* A line that is called and texted at one number is one line to who reads it. */
static bool call_or_text(const struct helpline *a, const struct helpline *b)
{
	return str_eqc(a->channel, "phone") && str_eqc(b->channel, "sms") && !b->keyword.len && str_eq(a->name, b->name) &&
	       str_eq(a->value, b->value) && str_eq(a->hours, b->hours);
}

static void add_line(
	const struct messages *messages, struct arena *arena, struct str lang, const struct helpline *line, bool text_too, struct buf *out)
{
	const struct message_var vars[] = { { "name", line->name }, { "value", line->value }, { "keyword", line->keyword },
		{ "hours", line->hours } };
	struct str key = text_too                          ? STR("help.line.call_or_text")
			 : str_eqc(line->channel, "phone") ? STR("help.line.phone")
			 : str_eqc(line->channel, "sms")   ? (line->keyword.len ? STR("help.line.sms") : STR("help.line.sms_plain"))
			 : str_eqc(line->channel, "chat")  ? STR("help.line.chat")
							   : STR("help.line.url");
	if (out->len)
		buf_add(out, messages_render(messages, arena, lang, STR("help.join"), 0, NULL, 0));
	buf_add(out, messages_render(messages, arena, lang, key, 0, vars, COUNT_OF(vars)));
	if (str_eqc(line->hours, "24/7"))
		buf_add(out, messages_render(messages, arena, lang, STR("help.line.always"), 0, NULL, 0));
	else if (line->hours.len)
		buf_add(out, messages_render(messages, arena, lang, STR("help.line.hours"), 0, vars, COUNT_OF(vars)));
}

/* Two general lines, of different channels where there are, those that speak the language first. */
struct str helplines_text(
	const struct helplines *helplines, const struct messages *messages, struct arena *arena, struct str country, struct str lang)
{
	const struct helpline_country *directory = helplines_country(helplines, country);
	const struct helpline *chosen[HELPLINES_BEST] = { NULL };
	size_t count = 0;
	for (int pass = 0; directory && pass < 3 && count < HELPLINES_BEST; pass++)
		for (size_t i = 0; i < directory->line_count && count < HELPLINES_BEST; i++) {
			const struct helpline *line = &directory->lines[i];
			bool taken = false, same_channel = count > 0 && str_eq(chosen[0]->channel, line->channel);
			for (size_t k = 0; k < count; k++)
				taken |= chosen[k] == line;
			if (taken || line->down || !str_eqc(line->audience, "general") || (pass < 2 && !speaks(line, lang)) ||
				(pass == 0 && same_channel))
				continue;
			chosen[count++] = line;
		}
	if (!count)
		return messages_render(messages, arena, lang, STR("help.no_lines"), 0, NULL, 0);
	struct buf out;
	struct str text = { 0 };
	buf_init(&out, arena->mem, 8192);
	for (size_t i = 0; i < count; i++) {
		bool text_too = i + 1 < count && call_or_text(chosen[i], chosen[i + 1]);
		add_line(messages, arena, lang, chosen[i], text_too, &out);
		i += text_too;
	}
	if (!out.failed)
		text = arena_copy(arena, buf_str(&out));
	buf_done(&out);
	return text.len ? text : messages_last_resort(lang);
}

struct str helplines_emergency(
	const struct helplines *helplines, const struct messages *messages, struct arena *arena, struct str country, struct str lang)
{
	const struct helpline_country *directory = helplines_country(helplines, country);
	if (directory && directory->emergency.len)
		return directory->emergency;
	return messages_render(messages, arena, lang, STR("help.emergency_unknown"), 0, NULL, 0);
}
