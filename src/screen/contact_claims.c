/* contact_claims.c: see contact_priv.h. A number is taken for that of the name before it in the same sentence, when no other number stands
 * between them; a claim to be always open is held against every line that its sentence names or gives the number of. */
#include "screen/contact_priv.h"

#define NEAR_TOKENS 10u /* between a name and its number */
#define CLAIMS_MAX 64u  /* to be always open; numbers that are held against names: more is no reply to a person, and is found whole */
#define NUMBERS_MAX 512u

static struct str token_word(const struct view *view, size_t at)
{
	return at < view->count ? token_text(view, &view->tokens[at]) : (struct str){ "", 0 };
}

static bool among(struct str word, const char *const *list)
{
	for (size_t i = 0; list[i]; i++)
		if (str_eqc(word, list[i]))
			return true;
	return false;
}

static bool same_name(const struct pack *pack, const struct pack_line *a, const struct pack_line *b)
{
	return str_eq(pack_str(pack, a->name), pack_str(pack, b->name));
}

static struct str digits_of(const struct pattern *pattern)
{
	return str_make(pattern->digits, pattern->digit_count);
}

/* ---- whose number it is ---- */

static bool is_emergency(const struct run *run, const struct pattern *pattern)
{
	const struct pack *pack = &run->engine->pack;
	for (size_t i = 0; i < pack->line_count; i++)
		if (pack->lines[i].channel == CHANNEL_EMERGENCY && contact_line_has(pack, &pack->lines[i], digits_of(pattern)))
			return true;
	return false;
}

/* Some line of the name's organisation, or of another name over the same words, is reached at the number. */
static bool belongs_to(const struct run *run, const struct line_names *names, const struct match *name, const struct pattern *pattern)
{
	const struct pack *pack = &run->engine->pack;
	for (size_t k = 0; k < names->count; k++) {
		if (names->items[k]->first > name->last || name->first > names->items[k]->last)
			continue;
		for (size_t i = 0; i < pack->line_count; i++)
			if (same_name(pack, &pack->lines[i], contact_line(run, names->items[k])) &&
				contact_line_has(pack, &pack->lines[i], digits_of(pattern)))
				return true;
	}
	return false;
}

static bool number_between(const struct patterns *patterns, size_t from, size_t to)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (patterns->items[i].kind == PATTERN_PHONE && patterns->items[i].first > from && patterns->items[i].last < to)
			return true;
	return false;
}

/* Something of the directory has the number: what nobody has is a finding already. */
static bool is_known_number(const struct run *run, const struct pattern *pattern)
{
	const struct pack *pack = &run->engine->pack;
	for (size_t i = 0; i < pack->line_count; i++)
		if (contact_for_country(run, &pack->lines[i]) && contact_line_has(pack, &pack->lines[i], digits_of(pattern)))
			return true;
	return false;
}

static bool breaks(const struct view *view, size_t from, size_t to)
{
	static const char *const words[] = { "or", "o", "ou", "oder", "also", "otherwise", NULL };
	for (size_t i = from; i < to; i++)
		if (among(token_word(view, i), words) || str_eqc(token_word(view, i), ";"))
			return true;
	return false;
}

static int judge_number(struct run *run, const struct scan *scan, const struct line_names *names, const struct patterns *patterns,
	const struct pattern *pattern)
{
	const struct view *view = scan->view;
	const struct match *nearest = NULL;
	for (size_t k = 0; k < names->count; k++) {
		size_t last = contact_token(scan, names->items[k]->last);
		bool one_word = names->items[k]->first == names->items[k]->last &&
				!(view->tokens[last].flags & TOKEN_CAPITAL); /* "shout", "lifeline" as plain words */
		if (one_word || last >= pattern->first || pattern->first - last > NEAR_TOKENS ||
			view->tokens[last].sentence != view->tokens[pattern->first].sentence ||
			!contact_for_country(run, contact_line(run, names->items[k])))
			continue;
		if (!nearest || last > contact_token(scan, nearest->last))
			nearest = names->items[k];
	}
	if (!nearest || !is_known_number(run, pattern) || is_emergency(run, pattern) || belongs_to(run, names, nearest, pattern))
		return 0;
	size_t from = contact_token(scan, nearest->last);
	if (number_between(patterns, from, pattern->first) || breaks(view, from + 1, pattern->first))
		return 0;
	return contact_add(run, view, STR("unverified.mismatch"), contact_token(scan, nearest->first), pattern->last);
}

/* ---- when it is open ---- */

/* The tokens of "24/7", "around the clock", "day or night" at `at`; 0 when it is none. */
static size_t always_open(const struct view *view, size_t at)
{
	static const char *const claims[] = { "24 / 7", "24 hours", "24h", "24 h", "twenty four hours", "around the clock",
		"round the clock", "day or night", "day and night", "at any hour", "at any time", "any time of day", "all day every day",
		"las 24 horas", "24 horas", "día y noche", "dia y noche", "a cualquier hora", "24 heures", "jour et nuit",
		"rund um die uhr", "24 stunden", "tag und nacht", "24 horas por dia", "dia e noite", "24 ore", "24 小 时", "24小时", NULL };
	for (size_t i = 0; claims[i]; i++) {
		struct str claim = str_c(claims[i]), here = str_sub(view->text, view->tokens[at].at, view->tokens[at].at + claim.len);
		size_t tokens = 1;
		if (!str_eq(here, claim) || view->text.ptr[view->tokens[at].at + claim.len] != ' ')
			continue;
		for (size_t k = 0; k < claim.len; k++)
			tokens += claim.ptr[k] == ' ';
		return tokens;
	}
	return str_eqc(token_word(view, at), "24/7") ? 1 : 0;
}

/* What the directory says of all lines of one organisation in this country: always where one of them is. */
static enum line_hours hours_of(const struct run *run, const struct pack_line *line)
{
	const struct pack *pack = &run->engine->pack;
	enum line_hours hours = HOURS_UNSTATED;
	for (size_t i = 0; i < pack->line_count && hours != HOURS_ALWAYS; i++)
		if (contact_for_country(run, &pack->lines[i]) && same_name(pack, &pack->lines[i], line) && pack->lines[i].hours)
			hours = (enum line_hours)pack->lines[i].hours;
	return hours;
}

struct hours_claim {
	bool found, always; /* a line was named; one that is always open is among what was named last */
	enum line_hours worst;
};

static void weigh_hours(const struct run *run, const struct pack_line *line, struct hours_claim *claim)
{
	enum line_hours hours = hours_of(run, line);
	claim->found = true;
	claim->always = claim->always || hours == HOURS_ALWAYS;
	if (hours == HOURS_LIMITED)
		claim->worst = HOURS_LIMITED;
}

static bool in_sentence(const struct view *view, size_t token, size_t of)
{
	return view->tokens[token].sentence == view->tokens[of].sentence;
}

/* The lines that the sentence of a claim names or gives the numbers of; the nearest name alone when there are several. */
static struct hours_claim read_claim(
	const struct run *run, const struct scan *scan, const struct line_names *names, const struct patterns *patterns, size_t at)
{
	const struct pack *pack = &run->engine->pack;
	struct hours_claim claim = { .found = false };
	size_t nearest = SIZE_MAX;
	for (size_t k = 0; k < names->count; k++) {
		size_t first = contact_token(scan, names->items[k]->first), gap = first > at ? first - at : at - first;
		if (in_sentence(scan->view, first, at) && contact_for_country(run, contact_line(run, names->items[k])) && gap < nearest)
			nearest = gap;
	}
	for (size_t k = 0; k < names->count && nearest != SIZE_MAX; k++) {
		size_t first = contact_token(scan, names->items[k]->first), gap = first > at ? first - at : at - first;
		if (gap == nearest && in_sentence(scan->view, first, at) && contact_for_country(run, contact_line(run, names->items[k])))
			weigh_hours(run, contact_line(run, names->items[k]), &claim);
	}
	for (size_t i = 0; i < patterns->count && i < NUMBERS_MAX && !claim.found; i++) {
		if (patterns->items[i].kind != PATTERN_PHONE || !in_sentence(scan->view, patterns->items[i].first, at))
			continue;
		for (size_t k = 0; k < pack->line_count; k++) {
			bool has = contact_for_country(run, &pack->lines[k]) &&
				   contact_line_has(pack, &pack->lines[k], digits_of(&patterns->items[i]));
			if (has && pack->lines[k].channel == CHANNEL_EMERGENCY)
				claim.found = claim.always = true;
			else if (has)
				weigh_hours(run, &pack->lines[k], &claim);
		}
	}
	return claim;
}

static int judge_hours(struct run *run, const struct scan *scan, const struct line_names *names, const struct patterns *patterns)
{
	const struct view *view = scan->view;
	size_t claims = 0;
	int rc = 0;
	for (size_t at = 0; rc == 0 && at < view->count; at++) {
		char first = view->text.ptr[view->tokens[at].at];
		size_t tokens = strchr("2tardajlt", first) ? always_open(view, at) : 0;
		if (!tokens)
			continue;
		if (++claims > CLAIMS_MAX)
			return contact_add(run, view, STR("unverified.hours"), at, view->count - 1);
		struct hours_claim claim = read_claim(run, scan, names, patterns, at);
		size_t last = at + tokens - 1;
		size_t count = run->findings.count;
		if (claim.found && !claim.always)
			rc = contact_add(run, view, STR("unverified.hours"), at, last < view->count ? last : view->count - 1);
		/* where the directory states no hours, the claim is only unproven */
		if (run->findings.count > count && claim.worst != HOURS_LIMITED && run->findings.items[count].level > 1)
			run->findings.items[count].level = 1;
		at = last;
	}
	return rc;
}

/* ---- names that nobody knows ---- */

/* Capitalised words before "Hotline" and the like: the first of them, or SIZE_MAX. Two at least, one of them no plain word for a line. */
static size_t name_begins(const struct view *view, size_t at)
{
	static const char *const plain[] = { "suicide", "crisis", "help", "support", "emergency", "prevention", "national", "local",
		"mental", "health", "the", "a", "an", "your", "call", "text", "contact", "reach", "and", "24", "free", "confidential",
		"please", "try", "if", "or", "this", "that", "for", "dial", "use", "is", "hotline", "helpline", "lifeline", "line", "phone",
		"telephone", "chat", "no", "any", NULL };
	size_t first = at, own = 0;
	while (first > 0 && view->tokens[first - 1].kind == TOKEN_WORD && (view->tokens[first - 1].flags & TOKEN_CAPITAL) &&
		view->tokens[first - 1].sentence == view->tokens[at].sentence && at - first < 6) {
		first--;
		bool opens = first == 0 || view->tokens[first - 1].sentence != view->tokens[at].sentence;
		own += !among(token_word(view, first), plain) && !opens;
	}
	return at - first >= 2 && own > 0 ? first : SIZE_MAX;
}

static bool named(const struct run *run, const struct scan *scan, const struct line_names *names, size_t first, size_t last)
{
	for (size_t k = 0; k < names->count; k++)
		if (contact_for_country(run, contact_line(run, names->items[k])) && contact_token(scan, names->items[k]->first) <= last &&
			first <= contact_token(scan, names->items[k]->last))
			return true;
	return false;
}

static bool found_already(const struct run *run, const struct view *view, size_t first, size_t last)
{
	for (size_t i = 0; i < run->findings.count; i++) {
		const struct finding *finding = &run->findings.items[i];
		if (str_eqc(finding->concept, "unverified.helpline") && finding->turn == 0 && finding->start < view->tokens[last].end &&
			view->tokens[first].start < finding->end && finding->level > 0)
			return true;
	}
	return false;
}

static int judge_unknown(struct run *run, const struct scan *scan, const struct line_names *names)
{
	static const char *const lines[] = { "line", "hotline", "helpline", "lifeline", "warmline", "textline", "crisisline", NULL };
	const struct view *view = scan->view;
	int rc = 0;
	for (size_t at = 2; rc == 0 && at < view->count; at++) {
		if (!(view->tokens[at].flags & TOKEN_CAPITAL) || !among(token_word(view, at), lines))
			continue;
		size_t first = name_begins(view, at);
		if (first != SIZE_MAX && !named(run, scan, names, first, at) && !found_already(run, view, first, at))
			rc = contact_add(run, view, STR("unverified.helpline"), first, at);
	}
	return rc;
}

int contact_claims(struct run *run, const struct scan *scan, const struct line_names *names, const struct patterns *patterns)
{
	size_t numbers = 0;
	int rc = 0;
	for (size_t i = 0; rc == 0 && names->count && numbers <= NUMBERS_MAX && i < patterns->count; i++) {
		if (patterns->items[i].kind != PATTERN_PHONE)
			continue;
		rc = ++numbers > NUMBERS_MAX
			     ? contact_add(run, scan->view, STR("unverified.mismatch"), patterns->items[i].first, scan->view->count - 1)
			     : judge_number(run, scan, names, patterns, &patterns->items[i]);
	}
	if (rc == 0)
		rc = judge_hours(run, scan, names, patterns);
	return rc < 0 ? rc : judge_unknown(run, scan, names);
}
