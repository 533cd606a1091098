/* messages.c: see messages.h. Keys are kept sorted per language; a look-up is a binary search. */
#include "care/messages.h"

#include "base/yaml.h"
#include "sys/mem.h"

#include <stdlib.h>

#define MESSAGES_ARENA_MAX (8u * 1024 * 1024)
#define MESSAGES_FILE_MAX (1024u * 1024)
#define MESSAGES_LANGS_MAX 16
#define MESSAGES_VARIANTS_MAX 8
#define MESSAGES_VARS_MAX 8

struct message {
	struct str key;
	const struct yaml_node *node;
	bool to_staff;
	struct str vars[MESSAGES_VARS_MAX];
	size_t var_count;
	struct str texts[MESSAGES_VARIANTS_MAX];
	size_t text_count;
};

struct catalogue {
	struct str lang;
	struct message *messages; /* sorted by key; of all files of the language */
	size_t count;
};

struct messages {
	struct arena arena;
	struct catalogue catalogues[MESSAGES_LANGS_MAX];
	size_t count;
	size_t english;
};

struct str messages_last_resort(struct str lang)
{
	if (str_starts(lang, STR("es")))
		return STR("Algo ha fallado por nuestra parte y ahora no puedo responderte bien. Si necesitas ayuda ya, no me esperes: "
			   "llama al n\u00famero de emergencias de donde est\u00e1s o ve con una persona de confianza.");
	return STR(
		"Something went wrong on our side, so I cannot answer properly just now. If you need help now, please do not wait for me: "
		"call the emergency number where you are, or go to a person you trust.");
}

/* ---- Reading ---- */

static int read_vars(const struct yaml_node *node, struct message *message, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(node, "vars");
	if (!list)
		return 0;
	if (list->kind != YAML_LIST || list->count > MESSAGES_VARS_MAX)
		return yaml_fail(list, reterr, "must be a list of at most %d names", MESSAGES_VARS_MAX);
	for (const struct yaml_node *item = list->first; item; item = item->next) {
		int rc = yaml_text(item, &message->vars[message->var_count++], reterr);
		if (rc)
			return rc;
	}
	return 0;
}

/* Every {variable} of the text is among the declared ones; braces pair up. */
static int check_text(const struct yaml_node *node, const struct message *message, struct err *reterr)
{
	struct str text = node->text;
	for (size_t at = 0; at < text.len; at++) {
		if (text.ptr[at] == '}')
			return yaml_fail(node, reterr, "a brace closes that was not opened");
		if (text.ptr[at] != '{')
			continue;
		size_t end = str_find(text, STR("}"), at);
		if (end == SIZE_MAX)
			return yaml_fail(node, reterr, "a brace is not closed");
		struct str name = str_sub(text, at + 1, end);
		bool known = false;
		for (size_t i = 0; i < message->var_count && !known; i++)
			known = str_eq(message->vars[i], name);
		if (!known)
			return yaml_fail(node, reterr, "uses a variable that is not in vars");
		at = end;
	}
	return 0;
}

static int read_texts(const struct yaml_node *node, struct message *message, struct err *reterr)
{
	const struct yaml_node *list = NULL;
	int rc = yaml_need(node, "texts", YAML_LIST, &list, reterr);
	if (rc)
		return rc;
	if (list->count == 0 || list->count > MESSAGES_VARIANTS_MAX)
		return yaml_fail(list, reterr, "must hold 1 to %d texts", MESSAGES_VARIANTS_MAX);
	for (const struct yaml_node *item = list->first; item; item = item->next) {
		rc = yaml_text(item, &message->texts[message->text_count++], reterr);
		rc = rc ? rc : check_text(item, message, reterr);
		if (rc)
			return rc;
	}
	return 0;
}

static int read_message(const struct yaml_node *node, struct message *message, struct err *reterr)
{
	const struct yaml_node *key = NULL;
	int to = 0;
	int rc = yaml_keys(node, "key to vars texts", reterr);
	rc = rc ? rc : yaml_need(node, "key", YAML_TEXT, &key, reterr);
	rc = rc ? rc : yaml_get_choice(node, "to", "client staff", &to, reterr);
	rc = rc ? rc : read_vars(node, message, reterr);
	rc = rc ? rc : read_texts(node, message, reterr);
	if (rc)
		return rc;
	message->key = key->text;
	message->node = node;
	message->to_staff = to == 1;
	return 0;
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct message *)a)->key, ((const struct message *)b)->key);
}

/* The catalogue of a language, which several files may fill. */
static int catalogue_for(struct messages *messages, const struct yaml_node *lang, struct catalogue **ret_catalogue, struct err *reterr)
{
	for (size_t i = 0; i < messages->count; i++) {
		if (str_eq(messages->catalogues[i].lang, lang->text)) {
			*ret_catalogue = &messages->catalogues[i];
			return 0;
		}
	}
	if (messages->count == MESSAGES_LANGS_MAX)
		return yaml_fail(lang, reterr, "more than %d languages", MESSAGES_LANGS_MAX);
	*ret_catalogue = &messages->catalogues[messages->count++];
	**ret_catalogue = (struct catalogue){ .lang = lang->text };
	return 0;
}

static int read_catalogue(struct messages *messages, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *list = NULL, *lang = NULL;
	struct catalogue *catalogue = NULL;
	int rc = yaml_keys(root, "kind id version lang author reviewed review messages", reterr);
	rc = rc ? rc : yaml_need(root, "lang", YAML_TEXT, &lang, reterr);
	rc = rc ? rc : yaml_need(root, "messages", YAML_LIST, &list, reterr);
	rc = rc ? rc : catalogue_for(messages, lang, &catalogue, reterr);
	if (rc)
		return rc;
	struct message *all = ARENA_ARRAY(&messages->arena, struct message, catalogue->count + list->count);
	if (!all)
		return err_set(reterr, E_MEMORY, "care/messages", "out of memory");
	if (catalogue->count)
		memcpy(all, catalogue->messages, catalogue->count * sizeof *all);
	catalogue->messages = all;
	for (const struct yaml_node *node = list->first; node && rc == 0; node = node->next)
		rc = read_message(node, &catalogue->messages[catalogue->count++], reterr);
	if (rc)
		return rc;
	qsort(catalogue->messages, catalogue->count, sizeof *catalogue->messages, by_key);
	for (size_t i = 1; i < catalogue->count; i++)
		if (str_eq(catalogue->messages[i - 1].key, catalogue->messages[i].key))
			return yaml_fail(catalogue->messages[i].node, reterr, "another message has this key");
	return 0;
}

static const struct message *find_in(const struct catalogue *catalogue, struct str key)
{
	struct message wanted = { .key = key };
	return bsearch(&wanted, catalogue->messages, catalogue->count, sizeof *catalogue->messages, by_key);
}

/* The same keys with the same variables in every language. */
static int check_same(const struct catalogue *one, const struct catalogue *other, struct err *reterr)
{
	for (size_t i = 0; i < one->count; i++) {
		const struct message *message = &one->messages[i], *twin = find_in(other, message->key);
		if (!twin)
			return yaml_fail(
				message->node, reterr, "has no twin in the language \"%.*s\"", (int)other->lang.len, other->lang.ptr);
		bool same = twin->var_count == message->var_count && twin->to_staff == message->to_staff;
		for (size_t k = 0; k < message->var_count && same; k++) {
			same = false;
			for (size_t n = 0; n < twin->var_count && !same; n++)
				same = str_eq(twin->vars[n], message->vars[k]);
		}
		if (!same)
			return yaml_fail(message->node, reterr, "differs from its twin in \"%.*s\" in vars or to", (int)other->lang.len,
				other->lang.ptr);
	}
	return 0;
}

static int read_all(struct messages *messages, const struct messages_source *sources, size_t count, struct err *reterr)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct yaml_node *root = NULL;
		if (str_find(sources[i].bytes, STR("kind: messages"), 0) == SIZE_MAX)
			continue; /* spares reading the other kinds */
		rc = yaml_read(&messages->arena, sources[i].name, sources[i].bytes, MESSAGES_FILE_MAX, &root, reterr);
		const struct yaml_node *kind = rc ? NULL : yaml_get(root, "kind");
		if (kind && str_eqc(kind->text, "messages"))
			rc = read_catalogue(messages, root, reterr);
	}
	for (size_t i = 0; rc == 0 && i < messages->count; i++) {
		if (str_eqc(messages->catalogues[i].lang, "en"))
			messages->english = i;
		for (size_t k = 0; rc == 0 && k < messages->count; k++)
			if (k != i)
				rc = check_same(&messages->catalogues[i], &messages->catalogues[k], reterr);
	}
	return rc;
}

int messages_open(const struct messages_source *sources, size_t count, struct messages **ret_messages, struct err *reterr)
{
	struct messages *messages = mem_new(sizeof *messages);
	if (!messages)
		return err_set(reterr, E_MEMORY, "care/messages", "out of memory");
	arena_init(&messages->arena, mem_system(), MESSAGES_ARENA_MAX);
	int rc = read_all(messages, sources, count, reterr);
	if (rc) {
		messages_free(&messages);
		return rc;
	}
	*ret_messages = messages;
	return 0;
}

void messages_free(struct messages **messages)
{
	if (!*messages)
		return;
	arena_done(&(*messages)->arena);
	mem_delete(*messages);
	*messages = NULL;
}

/* ---- Asking ---- */

/* "es-MX" is served by "es". */
static const struct catalogue *catalogue_of(const struct messages *messages, struct str lang)
{
	if (!messages || !messages->count)
		return NULL;
	struct str rest = lang, primary = str_split(&rest, '-');
	for (size_t i = 0; i < messages->count; i++)
		if (str_eq(messages->catalogues[i].lang, lang) || str_eq(messages->catalogues[i].lang, primary))
			return &messages->catalogues[i];
	return &messages->catalogues[messages->english];
}

static const struct message *find(const struct messages *messages, struct str lang, struct str key)
{
	const struct catalogue *catalogue = catalogue_of(messages, lang);
	return catalogue ? find_in(catalogue, key) : NULL;
}

bool messages_has(const struct messages *messages, struct str key)
{
	return find(messages, STR("en"), key) != NULL;
}

size_t messages_variants(const struct messages *messages, struct str lang, struct str key)
{
	const struct message *message = find(messages, lang, key);
	return message ? message->text_count : 0;
}

static struct str value_of(struct str name, const struct message_var *vars, size_t var_count)
{
	for (size_t i = 0; i < var_count; i++)
		if (str_eqc(name, vars[i].name))
			return vars[i].value;
	return (struct str){ 0 };
}

static void fill(struct buf *out, struct str text, const struct message_var *vars, size_t var_count)
{
	size_t from = 0;
	for (size_t at = str_find(text, STR("{"), 0); at != SIZE_MAX; at = str_find(text, STR("{"), from)) {
		size_t end = str_find(text, STR("}"), at);
		if (end == SIZE_MAX)
			break;
		buf_add(out, str_sub(text, from, at));
		buf_add(out, value_of(str_sub(text, at + 1, end), vars, var_count));
		from = end + 1;
	}
	buf_add(out, str_sub(text, from, text.len));
}

struct str message_fill(struct arena *arena, struct str text, const struct message_var *vars, size_t var_count)
{
	struct buf out;
	struct str filled = { 0 };
	buf_init(&out, arena->mem, 64 * 1024);
	fill(&out, text, vars, var_count);
	if (!out.failed)
		filled = arena_copy(arena, buf_str(&out));
	buf_done(&out);
	return filled;
}

struct str messages_render(const struct messages *messages, struct arena *arena, struct str lang, struct str key, size_t variant,
	const struct message_var *vars, size_t var_count)
{
	const struct message *message = find(messages, lang, key);
	if (!message)
		return messages_last_resort(lang);
	struct str text = message_fill(arena, message->texts[variant % message->text_count], vars, var_count);
	return text.len ? text : messages_last_resort(lang);
}

void messages_json(const struct messages *messages, struct str lang, struct buf *out)
{
	const struct catalogue *catalogue = catalogue_of(messages, lang);
	buf_add_byte(out, '{');
	for (size_t i = 0; catalogue && i < catalogue->count; i++) {
		if (i)
			buf_add_byte(out, ',');
		buf_add_json(out, catalogue->messages[i].key);
		buf_add_byte(out, ':');
		buf_add_json(out, catalogue->messages[i].texts[0]);
	}
	buf_add_byte(out, '}');
}
