/* contact.c: identifiers in what a client writes (pii.*, never raising), and in what an assistant writes every contact
 * and every source held against the directory of help lines for the client's country (unverified.*). What is not there is
 * taken for invented: a wrong number in a bad hour is worse than none. */
#include "screen/contact_priv.h"

#define LINK_LEVEL 2 /* of a link that is no offer of help */

/* Over bytes of the text. */
int contact_add_span(struct run *run, struct str concept, size_t start, size_t end, int confidence)
{
	const struct pack *pack = &run->engine->pack;
	uint32_t index = pack_find(pack, concept);
	if (index == NONE)
		return 0;
	struct finding *finding = finding_add(run);
	if (!finding)
		return E_MEMORY;
	*finding = (struct finding){ .concept = pack_str(pack, pack->concepts[index].id),
		.family = (enum family)pack->concepts[index].family,
		.level = pack->concepts[index].level,
		.base_level = pack->concepts[index].level,
		.start = start,
		.end = end,
		.source = SOURCE_PATTERN,
		.confidence = confidence,
		.why = pack_str(pack, pack->concepts[index].why) };
	return 0;
}

int contact_add(struct run *run, const struct view *view, struct str concept, size_t first, size_t last)
{
	return contact_add_span(run, concept, view->tokens[first].start, view->tokens[last].end, 900);
}

/* ---- telephone numbers ---- */

struct prefix {
	char country[3];
	const char *code; /* ITU E.164 country code */
};

static const struct prefix prefixes[] = { { "AT", "43" }, { "AU", "61" }, { "BD", "880" }, { "BE", "32" }, { "BR", "55" }, { "CA", "1" },
	{ "CH", "41" }, { "CN", "86" }, { "DE", "49" }, { "DK", "45" }, { "ES", "34" }, { "FI", "358" }, { "FR", "33" }, { "GB", "44" },
	{ "GH", "233" }, { "HK", "852" }, { "ID", "62" }, { "IE", "353" }, { "IL", "972" }, { "IN", "91" }, { "IT", "39" }, { "JP", "81" },
	{ "KE", "254" }, { "KR", "82" }, { "MX", "52" }, { "NL", "31" }, { "NO", "47" }, { "NZ", "64" }, { "PH", "63" }, { "PT", "351" },
	{ "RU", "7" }, { "SE", "46" }, { "US", "1" }, { "ZA", "27" } };

static struct str country_code(const char country[2])
{
	for (size_t i = 0; i < COUNT_OF(prefixes); i++)
		if (prefixes[i].country[0] == country[0] && prefixes[i].country[1] == country[1])
			return str_c(prefixes[i].code);
	return (struct str){ "", 0 };
}

/* The digits that two ways of writing one number share: without 00, the country's code and the national prefix. */
static struct str bare_number(struct str digits, struct str code)
{
	struct str out = digits;
	if (str_starts(out, STR("00")))
		out = str_sub(out, 2, out.len);
	if (code.len && str_starts(out, code) && out.len >= code.len + 7)
		out = str_sub(out, code.len, out.len);
	else if (str_eqc(code, "7") && out.len == 11 && out.ptr[0] == '8') /* the national prefix of Russia */
		out = str_sub(out, 1, out.len);
	while (out.len > 6 && out.ptr[0] == '0')
		out = str_sub(out, 1, out.len);
	return out;
}

/* Only digits of a directory value ("119 ext. 8" is 119). */
static struct str value_digits(struct str value, char out[PATTERN_DIGITS_MAX])
{
	size_t len = 0;
	for (size_t i = 0; i < value.len && len < PATTERN_DIGITS_MAX; i++) {
		char c = value.ptr[i];
		if (c >= 'a' && c <= 'z')
			break;
		if (c >= '0' && c <= '9')
			out[len++] = c;
	}
	return str_make(out, len);
}

bool contact_for_country(const struct run *run, const struct pack_line *line)
{
	struct str country = run->request->country;
	return country.len != 2 || memcmp(line->country, "ZZ", 2) == 0 || memcmp(line->country, country.ptr, 2) == 0;
}

/* How the directory knows something. */
enum known { KNOWN_NOT = 0, KNOWN_AUDIENCE, KNOWN_GENERAL };

static enum known know_line(const struct pack_line *line, enum known before, const struct pack_line **ret_line)
{
	if (line->general)
		return KNOWN_GENERAL;
	if (before == KNOWN_NOT)
		*ret_line = line;
	return before == KNOWN_NOT ? KNOWN_AUDIENCE : before;
}

bool contact_line_has(const struct pack *pack, const struct pack_line *line, struct str digits)
{
	char room[PATTERN_DIGITS_MAX];
	if (line->channel != CHANNEL_PHONE && line->channel != CHANNEL_SMS && line->channel != CHANNEL_EMERGENCY)
		return false;
	struct str value = value_digits(pack_str(pack, line->value), room), code = country_code(line->country);
	return value.len && (str_eq(value, digits) || str_eq(bare_number(value, code), bare_number(digits, code)));
}

static enum known know_number(const struct run *run, struct str digits, const struct pack_line **ret_line)
{
	const struct pack *pack = &run->engine->pack;
	enum known known = KNOWN_NOT;
	for (size_t i = 0; i < pack->line_count && known != KNOWN_GENERAL; i++) {
		const struct pack_line *line = &pack->lines[i];
		if (contact_for_country(run, line) && contact_line_has(pack, line, digits))
			known = know_line(line, known, ret_line);
	}
	return known;
}

/* Whether groups[from...] are numbers of the directory one after the other ("988 or", "116 123 24"); lone short rests are
 * not counted. The strictest of what is known of the parts. */
static enum known know_groups(
	const struct run *run, const struct pattern *pattern, size_t from, size_t digit, const struct pack_line **ret_line)
{
	size_t len = 0;
	if (from == pattern->group_count)
		return KNOWN_GENERAL;
	for (size_t to = from; to < pattern->group_count; to++) {
		len += pattern->groups[to];
		const struct pack_line *line = NULL, *rest_line = NULL;
		enum known known = know_number(run, str_make(pattern->digits + digit, len), &line);
		if (known == KNOWN_NOT && from > 0 && to == from && len <= 2)
			known = KNOWN_GENERAL;
		enum known rest = known ? know_groups(run, pattern, to + 1, digit + len, &rest_line) : KNOWN_NOT;
		if (!known || !rest)
			continue;
		*ret_line = known == KNOWN_AUDIENCE ? line : rest_line;
		return known < rest ? known : rest;
	}
	return KNOWN_NOT;
}

/* ---- hosts ---- */

static bool same_host(struct str host, struct str allowed)
{
	if (!allowed.len || !str_ends(host, allowed))
		return false;
	return host.len == allowed.len || host.ptr[host.len - allowed.len - 1] == '.';
}

static enum known know_host(const struct run *run, struct str host, const struct pack_line **ret_line)
{
	const struct pack *pack = &run->engine->pack;
	enum known known = KNOWN_NOT;
	for (size_t i = 0; i < pack->line_count && known != KNOWN_GENERAL; i++) {
		const struct pack_line *line = &pack->lines[i];
		struct str value = pack_str(pack, line->value);
		if (line->channel == CHANNEL_HOST && same_host(host, value))
			return KNOWN_GENERAL;
		if ((line->channel == CHANNEL_CHAT || line->channel == CHANNEL_URL) && contact_for_country(run, line) &&
			same_host(host, pattern_host(run->arena, value)))
			known = know_line(line, known, ret_line);
	}
	return known;
}

/* ---- audiences ---- */

static int says_audience(struct run *run, struct str text, struct str audience, bool *ret_says)
{
	const struct pack *pack = &run->engine->pack;
	struct view view;
	struct scan scan;
	unsigned roles = run->roles;
	run->roles = ROLES_CLIENT;
	int rc = scan_text(run, text, &view, &scan);
	run->roles = roles;
	for (size_t i = 0; rc == 0 && i < scan.match_count; i++) {
		const struct pack_phrase *phrase = &pack->phrases[scan.matches[i].phrase];
		if (phrase->target == TARGET_AUDIENCE && str_eq(pack_str(pack, pack->lines[phrase->ref].audience), audience))
			*ret_says = true;
	}
	return rc;
}

/* Whether the client is known to belong to whom the line is for. */
static int belongs(struct run *run, const struct pack_line *line, bool *ret_belongs)
{
	const struct screen_request *request = run->request;
	struct str audience = pack_str(&run->engine->pack, line->audience);
	int rc = 0;
	*ret_belongs = str_eqc(audience, "youth") && request->age > 0 && request->age < 26;
	size_t from = request->turn_count > SCREEN_TURNS_MAX ? request->turn_count - SCREEN_TURNS_MAX : 0;
	for (size_t i = from; rc == 0 && !*ret_belongs && i < request->turn_count; i++)
		if (request->turns[i].role == ROLE_CLIENT)
			rc = says_audience(run, str_sub(request->turns[i].text, 0, SCREEN_TEXT_MAX), audience, ret_belongs);
	return rc;
}

static int judge_known(struct run *run, const struct view *view, enum known known, const struct pack_line *line, struct str concept,
	size_t first, size_t last)
{
	bool fits = true;
	int rc = known == KNOWN_AUDIENCE ? belongs(run, line, &fits) : 0;
	if (rc < 0 || known == KNOWN_GENERAL)
		return rc;
	if (known == KNOWN_NOT)
		return contact_add(run, view, concept, first, last);
	return fits ? 0 : contact_add(run, view, STR("unverified.audience"), first, last);
}

/* ---- names of help lines ---- */

static bool same_place(const struct match *a, const struct match *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static void collect_names(const struct scan *scan, struct line_names *names)
{
	names->count = 0;
	names->too_many = false;
	for (size_t i = 0; i < scan->match_count; i++) {
		if (scan->pack->phrases[scan->matches[i].phrase].target != TARGET_HELPLINE)
			continue;
		if (names->count == NAMES_MAX) {
			names->too_many = true;
			return;
		}
		names->items[names->count++] = &scan->matches[i];
	}
}

const struct pack_line *contact_line(const struct run *run, const struct match *name)
{
	const struct pack *pack = &run->engine->pack;
	return &pack->lines[pack->phrases[name->phrase].ref];
}

/* What the directory says of a name that stands in the text: of its lines and of longer names over the same words. */
static enum known know_name(
	const struct run *run, const struct line_names *names, const struct match *match, const struct pack_line **ret_line)
{
	enum known known = KNOWN_NOT;
	for (size_t i = 0; i < names->count && known != KNOWN_GENERAL; i++)
		if (same_place(names->items[i], match) && contact_for_country(run, contact_line(run, names->items[i])))
			known = know_line(contact_line(run, names->items[i]), known, ret_line);
	return known;
}

/* Drops findings of unknown help lines whose words are a name of the directory for this country. */
static void drop_known_names(struct run *run, const struct scan *scan, const struct line_names *names)
{
	size_t kept = 0;
	for (size_t i = 0; i < run->findings.count; i++) {
		const struct finding *finding = &run->findings.items[i];
		bool named = false;
		for (size_t k = 0; k < names->count && !named && str_eqc(finding->concept, "unverified.helpline"); k++) {
			size_t start = scan->view->tokens[contact_token(scan, names->items[k]->first)].start;
			size_t end = scan->view->tokens[contact_token(scan, names->items[k]->last)].end;
			named = contact_for_country(run, contact_line(run, names->items[k])) && start < finding->end &&
				finding->start < end;
		}
		if (!named)
			run->findings.items[kept++] = *finding;
	}
	run->findings.count = kept;
}

static int judge_names(struct run *run, const struct scan *scan, const struct line_names *names)
{
	int rc = 0;
	drop_known_names(run, scan, names);
	for (size_t i = 0; rc == 0 && i < names->count; i++) {
		const struct match *match = names->items[i];
		const struct pack_line *line = NULL;
		bool first = true;
		for (size_t k = 0; k < i && first; k++)
			first = !same_place(names->items[k], match);
		if (!first)
			continue;
		enum known known = know_name(run, names, match, &line);
		/* a name of another country's line; one plain word ("shout", "lifeline") is no name by itself */
		if (known == KNOWN_NOT && match->first == match->last)
			continue;
		rc = judge_known(run, scan->view, known, line, STR("unverified.helpline"), contact_token(scan, match->first),
			contact_token(scan, match->last));
	}
	if (rc == 0 && names->too_many)
		rc = contact_add(run, scan->view, STR("unverified.helpline"), 0, scan->view->count - 1);
	return rc;
}

/* ---- links ---- */

/* The sentence of the token that starts at a byte; binary search, tokens stand in the order of their starts. */
static uint32_t sentence_at(const struct view *view, size_t start)
{
	size_t low = 0, high = view->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (view->tokens[middle].start <= start)
			low = middle;
		else
			high = middle;
	}
	return view->tokens[low].sentence;
}

static bool offers_help(const struct finding *finding)
{
	return str_eqc(finding->concept, "reply.help_offer") || str_eqc(finding->concept, "unverified.helpline");
}

/* A link that is given as a way to get help, or in a conversation at level 3 or more, is as bad as an invented number; any other
 * is a source that somebody should look at (docs/decisions/0029). */
static int grade_links(struct run *run, const struct view *view)
{
	if (!view->count || run->request->carried_level >= 3)
		return 0;
	size_t sentences = (size_t)view->tokens[view->count - 1].sentence + 1;
	bool *offer = ARENA_ARRAY(run->arena, bool, sentences);
	if (!offer)
		return E_MEMORY;
	for (size_t i = 0; i < run->findings.count; i++)
		if (offers_help(&run->findings.items[i]))
			offer[sentence_at(view, run->findings.items[i].start)] = true;
	for (size_t i = 0; i < run->findings.count; i++) {
		struct finding *link = &run->findings.items[i];
		if (str_eqc(link->concept, "unverified.url") && !offer[sentence_at(view, link->start)])
			link->level = LINK_LEVEL;
	}
	return 0;
}

/* ---- both sides ---- */

/* A page of PubMed: the host is known, the article that it is said to hold is not. */
static bool is_citation(const struct view *view, const struct pattern *pattern)
{
	if (!str_starts(pattern->host, STR("pubmed.")) && !str_starts(pattern->host, STR("ncbi.")) &&
		!str_eqc(pattern->host, "europepmc.org"))
		return false;
	for (size_t i = pattern->first; i <= pattern->last; i++)
		if (view->tokens[i].kind == TOKEN_NUMBER && view->tokens[i].len >= 5)
			return true;
	return false;
}

static int judge_contact(struct run *run, const struct view *view, const struct pattern *pattern)
{
	const struct pack_line *line = NULL;
	enum known known = KNOWN_NOT;
	struct str concept = STR("unverified.phone");
	switch (pattern->kind) {
	case PATTERN_PHONE:
		known = know_number(run, str_make(pattern->digits, pattern->digit_count), &line);
		if (known == KNOWN_NOT && pattern->group_count > 1)
			known = know_groups(run, pattern, 0, 0, &line);
		break;
	case PATTERN_URL:
		if (is_citation(view, pattern))
			return contact_add(run, view, STR("unverified.pmid"), pattern->first, pattern->last);
		known = know_host(run, pattern->host, &line);
		concept = STR("unverified.url");
		break;
	case PATTERN_HANDLE: return contact_add(run, view, STR("unverified.handle"), pattern->first, pattern->last);
	case PATTERN_EMAIL: return contact_add(run, view, STR("unverified.email"), pattern->first, pattern->last);
	case PATTERN_DOI: return contact_add(run, view, STR("unverified.doi"), pattern->first, pattern->last);
	case PATTERN_PMID: return contact_add(run, view, STR("unverified.pmid"), pattern->first, pattern->last);
	default: return 0;
	}
	return judge_known(run, view, known, line, concept, pattern->first, pattern->last);
}

static int keep_identifier(struct run *run, const struct pattern *pattern)
{
	static const char *const concepts[] = { [PATTERN_PHONE] = "pii.phone",
		[PATTERN_EMAIL] = "pii.email",
		[PATTERN_URL] = "pii.url",
		[PATTERN_CARD] = "pii.card",
		[PATTERN_NATIONAL_ID] = "pii.national_id",
		[PATTERN_RECORD] = "pii.record",
		[PATTERN_BIRTH] = "pii.date_of_birth",
		[PATTERN_ADDRESS] = "pii.address",
		[PATTERN_NAME] = "pii.name",
		[PATTERN_IP] = "pii.ip",
		[PATTERN_DOI] = NULL,
		[PATTERN_PMID] = NULL,
		[PATTERN_ACCOUNT] = "pii.account",
		[PATTERN_LICENCE] = "pii.licence",
		[PATTERN_PLATE] = "pii.plate",
		[PATTERN_HANDLE] = "pii.handle" };
	const char *concept = concepts[pattern->kind];
	return concept ? contact_add_span(run, str_c(concept), pattern->start, pattern->end, pattern->confidence) : 0;
}

int contact_run(struct run *run, struct str text, const struct scan *scan, const struct view *view)
{
	bool assistant = run->roles == ROLES_ASSISTANT;
	struct patterns patterns;
	struct names names = { .table = pack_names(&run->engine->pack),
		.around = run->engine->names_around,
		.frames = run->engine->names_frames,
		.words = &run->engine->vocab,
		.of_words = run->engine->pack.word_names,
		.starts = &run->engine->starts,
		.tables = run->engine->tables };
	int rc = pattern_find(run->arena, text, view, names.table.slot_count > 16 ? &names : NULL, assistant, &patterns);
	for (size_t i = 0; rc == 0 && i < patterns.count; i++)
		rc = assistant ? judge_contact(run, view, &patterns.items[i]) : keep_identifier(run, &patterns.items[i]);
	if (rc < 0 || !assistant)
		return rc;
	struct line_names lines;
	collect_names(scan, &lines);
	rc = grade_links(run, view);
	if (rc == 0)
		rc = judge_names(run, scan, &lines);
	return rc < 0 ? rc : contact_claims(run, scan, &lines, &patterns);
}
