/* consent.c: see consent.h. */
#include "care/consent.h"

#include "base/yaml.h"
#include "sys/mem.h"

#include <sodium.h>

#define ARENA_MAX (4u * 1024 * 1024)
#define FILE_MAX (512u * 1024)
#define LANGS_MAX 16

struct version {
	struct str name, title, short_text, full, from;
	int required; /* else optional */
};

struct document {
	int kind;
	struct str lang;
	bool at_start;
	const struct yaml_node *root;
	struct version versions[CONSENT_VERSIONS_MAX]; /* newest first */
	size_t version_count;
};

struct consents {
	struct arena arena;
	struct document *documents[CONSENT_KINDS * LANGS_MAX];
	size_t count;
};

static const char *const kind_names[CONSENT_KINDS] = { "care", "ai_chat", "ai_drafting", "data_sharing", "model_training", "sensors",
	"translation", "recording", "ai_supplementary" };
static const char *const choice_names[] = { "unasked", "refused", "withdrawn", "given" };

const char *consent_kind_name(int kind)
{
	return kind >= 0 && kind < CONSENT_KINDS ? kind_names[kind] : NULL;
}

int consent_kind_parse(struct str name)
{
	for (int i = 0; i < CONSENT_KINDS; i++)
		if (str_eqc(name, kind_names[i]))
			return i;
	return -1;
}

const char *consent_choice_name(enum consent_choice choice)
{
	return choice_names[choice <= CHOICE_GIVEN ? choice : CHOICE_UNASKED];
}

enum consent_choice consent_choice_parse(struct str name)
{
	for (int i = CHOICE_REFUSED; i <= CHOICE_GIVEN; i++)
		if (str_eqc(name, choice_names[i]))
			return (enum consent_choice)i;
	return CHOICE_UNASKED;
}

/* ---- Reading ---- */

/* Braces hold {programme} and nothing else. */
static int check_braces(const struct yaml_node *node, struct err *reterr)
{
	struct str text = node->text;
	for (size_t at = 0; at < text.len; at++) {
		if (text.ptr[at] == '}')
			return yaml_fail(node, reterr, "a brace closes that was not opened");
		if (text.ptr[at] != '{')
			continue;
		if (!str_starts(str_sub(text, at, text.len), STR("{programme}")))
			return yaml_fail(node, reterr, "the only variable here is {programme}");
		at += sizeof("{programme}") - 2;
	}
	return 0;
}

static int read_version(const struct yaml_node *node, struct version *version, struct err *reterr)
{
	static const char *const keys[] = { "title", "short", "full" };
	const struct yaml_node *name = NULL, *from = NULL, *change = NULL, *text = NULL;
	struct str *const to[] = { &version->title, &version->short_text, &version->full };
	int rc = yaml_keys(node, "version from change title short full", reterr);
	rc = rc ? rc : yaml_need(node, "version", YAML_TEXT, &name, reterr);
	rc = rc ? rc : yaml_need(node, "from", YAML_TEXT, &from, reterr);
	rc = rc ? rc : yaml_need(node, "change", YAML_TEXT, &change, reterr);
	rc = rc ? rc : yaml_choice(change, "optional required", &version->required, reterr);
	for (size_t i = 0; rc == 0 && i < COUNT_OF(keys); i++) {
		rc = yaml_need(node, keys[i], YAML_TEXT, &text, reterr);
		rc = rc ? rc : check_braces(text, reterr);
		if (rc == 0)
			*to[i] = text->text;
	}
	if (rc)
		return rc;
	if (!name->text.len || name->text.len >= CONSENT_VERSION_BYTES)
		return yaml_fail(name, reterr, "must have 1 to %d bytes", CONSENT_VERSION_BYTES - 1);
	version->name = name->text;
	version->from = from->text;
	return 0;
}

static int read_document(struct consents *consents, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *about = NULL, *lang = NULL, *list = NULL;
	struct document *document = ARENA_NEW(&consents->arena, struct document);
	int kind = 0, ask = 1;
	if (!document)
		return err_set(reterr, E_MEMORY, "care/consent", "out of memory");
	int rc = yaml_keys(root, "kind id version lang author reviewed review about ask versions", reterr);
	rc = rc ? rc : yaml_need(root, "about", YAML_TEXT, &about, reterr);
	rc = rc ? rc : yaml_choice(about, CONSENT_KIND_NAMES, &kind, reterr);
	rc = rc ? rc : yaml_need(root, "lang", YAML_TEXT, &lang, reterr);
	rc = rc ? rc : yaml_get_choice(root, "ask", "at_start when_used", &ask, reterr);
	rc = rc ? rc : yaml_need(root, "versions", YAML_LIST, &list, reterr);
	if (rc)
		return rc;
	if (list->count == 0 || list->count > CONSENT_VERSIONS_MAX)
		return yaml_fail(list, reterr, "must hold 1 to %d versions, the newest first", CONSENT_VERSIONS_MAX);
	for (size_t i = 0; i < consents->count; i++)
		if (consents->documents[i]->kind == kind && str_eq(consents->documents[i]->lang, lang->text))
			return yaml_fail(about, reterr, "another document has this kind and language");
	if (consents->count == COUNT_OF(consents->documents))
		return yaml_fail(root, reterr, "too many documents");
	document->kind = kind;
	document->lang = lang->text;
	document->at_start = ask == 0;
	document->root = root;
	for (const struct yaml_node *node = list->first; node; node = node->next) {
		struct version *version = &document->versions[document->version_count];
		rc = read_version(node, version, reterr);
		for (size_t i = 0; rc == 0 && i < document->version_count; i++)
			if (str_eq(document->versions[i].name, version->name))
				rc = yaml_fail(node, reterr, "this version stands here twice");
		if (rc)
			return rc;
		document->version_count++;
	}
	consents->documents[consents->count++] = document;
	return 0;
}

static const struct document *find(const struct consents *consents, int kind, struct str lang)
{
	for (size_t i = 0; consents && i < consents->count; i++)
		if (consents->documents[i]->kind == kind && str_eq(consents->documents[i]->lang, lang))
			return consents->documents[i];
	return NULL;
}

/* Each language of a kind has the same versions with the same changes; English is always there. */
static int check_twins(const struct consents *consents, struct err *reterr)
{
	for (size_t i = 0; i < consents->count; i++) {
		const struct document *one = consents->documents[i], *english = find(consents, one->kind, STR("en"));
		bool same = english && english->version_count == one->version_count && english->at_start == one->at_start;
		for (size_t v = 0; same && v < one->version_count; v++)
			same = str_eq(english->versions[v].name, one->versions[v].name) &&
			       english->versions[v].required == one->versions[v].required;
		if (!same)
			return yaml_fail(one->root, reterr, "differs from the English document in its versions, or there is none");
	}
	return 0;
}

int consents_open(const struct messages_source *sources, size_t count, struct consents **ret_consents, struct err *reterr)
{
	struct consents *consents = mem_new(sizeof *consents);
	int rc = 0;
	if (!consents)
		return err_set(reterr, E_MEMORY, "care/consent", "out of memory");
	arena_init(&consents->arena, mem_system(), ARENA_MAX);
	for (size_t i = 0; i < count && rc == 0; i++) {
		const struct yaml_node *root = NULL;
		if (!str_starts(sources[i].bytes, STR("kind: consent_document")))
			continue;
		rc = yaml_read(&consents->arena, sources[i].name, sources[i].bytes, FILE_MAX, &root, reterr);
		rc = rc ? rc : read_document(consents, root, reterr);
	}
	rc = rc ? rc : check_twins(consents, reterr);
	if (rc) {
		consents_free(&consents);
		return rc;
	}
	*ret_consents = consents;
	return 0;
}

void consents_free(struct consents **consents)
{
	if (!*consents)
		return;
	arena_done(&(*consents)->arena);
	mem_delete(*consents);
	*consents = NULL;
}

/* ---- Asking ---- */

static const struct document *document_of(const struct consents *consents, int kind, struct str lang)
{
	struct str rest = lang, primary = str_split(&rest, '-');
	const struct document *document = find(consents, kind, primary);
	return document ? document : find(consents, kind, STR("en"));
}

static size_t place_of(const struct document *document, struct str version)
{
	size_t place = 0;
	while (version.len && place < document->version_count && !str_eq(document->versions[place].name, version))
		place++;
	return place;
}

static void hash(struct consent_text *text)
{
	crypto_hash_sha256_state state;
	uint8_t bytes[crypto_hash_sha256_BYTES];
	const struct str parts[] = { text->title, text->short_text, text->full };
	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		crypto_hash_sha256_update(&state, (const uint8_t *)parts[i].ptr, parts[i].len);
	crypto_hash_sha256_final(&state, bytes);
	sodium_bin2hex(text->hash, sizeof(text->hash), bytes, sizeof(bytes));
}

bool consent_text(const struct consents *consents, struct arena *arena, int kind, struct str version, struct str lang, struct str programme,
	struct consent_text *ret_text)
{
	const struct document *document = document_of(consents, kind, lang);
	size_t place = document ? place_of(document, version) : 0;
	if (!document || place == document->version_count)
		return false;
	const struct version *found = &document->versions[place];
	const struct message_var vars[] = { { "programme", programme } };
	*ret_text = (struct consent_text){ .version = found->name,
		.title = message_fill(arena, found->title, vars, 1),
		.short_text = message_fill(arena, found->short_text, vars, 1),
		.full = message_fill(arena, found->full, vars, 1),
		.from = found->from,
		.current = place == 0,
		.required = found->required };
	if (arena_failed(arena))
		return false;
	hash(ret_text);
	return true;
}

bool consent_holds(const struct consents *consents, int kind, struct str version)
{
	const struct document *document = find(consents, kind, STR("en"));
	size_t place = document && version.len ? place_of(document, version) : 0;
	if (!document || !version.len || place == document->version_count)
		return false;
	for (size_t i = 0; i < place; i++)
		if (document->versions[i].required)
			return false;
	return true;
}

bool consent_at_start(const struct consents *consents, int kind)
{
	const struct document *document = find(consents, kind, STR("en"));
	return document && document->at_start;
}
