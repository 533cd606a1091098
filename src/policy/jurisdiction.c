/* jurisdiction.c: see jurisdiction.h: the packs are read, checked by their own situations, found by place, and joined. */
#include "policy/jurisdiction.h"

#include "base/yaml.h"

#define PACK_KEYS "kind id version lang author reviewed review name covers rules situations"
#define WHEN_KEYS "age_under age_from mode"
#define THEN_KEYS \
	"bot families at_start on_request label every_minutes away_days break_minutes self_consent_from parental_under retain_years " \
	"require counsel"
#define SITUATION_KEYS "name places mode age date lifted moment expect"
#define EXPECT_KEYS THEN_KEYS " rules not_rules notice"
#define ARENA_MAX (4u * 1024 * 1024)
#define FILE_MAX (256u * 1024)
#define LIFTED_MAX 16

struct law {
	struct str id, text_en, text_es, source, certainty;
	int from, until; /* 0: always */
	long age_under, age_from;
	const struct yaml_node *modes;
	struct jurisdiction_rules then;
};

struct place_pack {
	struct str id;
	const struct yaml_node *root;
	struct str covers[JURISDICTION_COVERS_MAX];
	size_t cover_count;
	struct law *laws;
	size_t law_count;
};

struct jurisdictions {
	const struct mem *mem;
	struct arena arena;
	struct place_pack packs[JURISDICTION_PACKS_MAX];
	size_t count;
};

/* ---- The join ---- */

struct jurisdiction_rules jurisdiction_strictest(void)
{
	return (struct jurisdiction_rules){ .bot = BOT_NONE,
		.at_start = true,
		.on_request = true,
		.label = true,
		.every_minutes = 60,
		.away_days = 1,
		.break_minutes = 60,
		.self_consent_from = 18,
		.parental_under = 18,
		.required = (1u << CONSENT_KINDS) - 1,
		.counsel = true };
}

struct jurisdiction_rules jurisdiction_loosest(void)
{
	return (struct jurisdiction_rules){ .bot = BOT_THERAPEUTIC };
}

static int sooner(int a, int b)
{
	return a == 0 ? b : b == 0 ? a : a < b ? a : b;
}

static int higher(int a, int b)
{
	return a > b ? a : b;
}

static void join_ids(
	struct arena *arena, const struct jurisdiction_rules *a, const struct jurisdiction_rules *b, struct jurisdiction_rules *ret_rules)
{
	size_t max = a->id_count + b->id_count, n = 0, i = 0, k = 0;
	struct str *ids = max ? ARENA_ARRAY(arena, struct str, max) : NULL;
	while (ids && (i < a->id_count || k < b->id_count)) {
		int order = i == a->id_count ? 1 : k == b->id_count ? -1 : str_cmp(a->ids[i], b->ids[k]);
		ids[n++] = order <= 0 ? a->ids[i] : b->ids[k];
		i += order <= 0;
		k += order >= 0;
	}
	ret_rules->ids = ids;
	ret_rules->id_count = n;
}

void jurisdiction_join(
	struct arena *arena, const struct jurisdiction_rules *a, const struct jurisdiction_rules *b, struct jurisdiction_rules *ret_rules)
{
	struct jurisdiction_rules joined = { .bot = a->bot < b->bot ? a->bot : b->bot,
		.families_off = a->families_off || b->families_off,
		.at_start = a->at_start || b->at_start,
		.on_request = a->on_request || b->on_request,
		.label = a->label || b->label,
		.every_minutes = sooner(a->every_minutes, b->every_minutes),
		.away_days = sooner(a->away_days, b->away_days),
		.break_minutes = sooner(a->break_minutes, b->break_minutes),
		.self_consent_from = higher(a->self_consent_from, b->self_consent_from),
		.parental_under = higher(a->parental_under, b->parental_under),
		.retain_years = higher(a->retain_years, b->retain_years),
		.required = a->required | b->required,
		.counsel = a->counsel || b->counsel };
	join_ids(arena, a, b, &joined);
	*ret_rules = joined;
}

/* ---- Reading ---- */

/* "2025-08-01" as 20250801. */
static int read_date(const struct yaml_node *map, const char *key, int *ret_date, struct err *reterr)
{
	const struct yaml_node *node = yaml_get(map, key);
	struct str text = node ? node->text : STR("");
	int date = 0;
	if (!node)
		return 0;
	for (size_t i = 0; i < text.len && i < 10; i++) {
		bool dash = i == 4 || i == 7;
		if (dash ? text.ptr[i] != '-' : text.ptr[i] < '0' || text.ptr[i] > '9')
			return yaml_fail(node, reterr, "must be a date such as 2025-08-01");
		if (!dash)
			date = date * 10 + (text.ptr[i] - '0');
	}
	int month = date / 100 % 100, day = date % 100;
	if (text.len != 10 || month < 1 || month > 12 || day < 1 || day > 31)
		return yaml_fail(node, reterr, "must be a date such as 2025-08-01");
	*ret_date = date;
	return 0;
}

static int read_required(const struct yaml_node *map, unsigned *ret_required, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(map, "require");
	if (!list)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_fail(list, reterr, "must be a list of kinds of consent");
	*ret_required = 0;
	for (const struct yaml_node *node = list->first; node; node = node->next) {
		int kind = 0;
		int rc = yaml_choice(node, CONSENT_KIND_NAMES, &kind, reterr);
		if (rc)
			return rc;
		*ret_required |= 1u << kind;
	}
	return 0;
}

static int read_then(const struct yaml_node *map, struct jurisdiction_rules *rules, struct err *reterr)
{
	int bot = (int)rules->bot, families = !rules->families_off;
	const struct {
		const char *key;
		long max;
		int *to;
	} numbers[] = { { "every_minutes", 1440, &rules->every_minutes }, { "away_days", 365, &rules->away_days },
		{ "break_minutes", 1440, &rules->break_minutes }, { "self_consent_from", 21, &rules->self_consent_from },
		{ "parental_under", 21, &rules->parental_under }, { "retain_years", 100, &rules->retain_years } };
	int rc = yaml_get_choice(map, "bot", "none administrative therapeutic", &bot, reterr);
	rc = rc ? rc : yaml_get_choice(map, "families", "off on", &families, reterr);
	rc = rc ? rc : yaml_get_bool(map, "at_start", &rules->at_start, reterr);
	rc = rc ? rc : yaml_get_bool(map, "on_request", &rules->on_request, reterr);
	rc = rc ? rc : yaml_get_bool(map, "label", &rules->label, reterr);
	rc = rc ? rc : yaml_get_bool(map, "counsel", &rules->counsel, reterr);
	rc = rc ? rc : read_required(map, &rules->required, reterr);
	for (size_t i = 0; rc == 0 && i < COUNT_OF(numbers); i++) {
		long value = *numbers[i].to;
		rc = yaml_get_int(map, numbers[i].key, 0, numbers[i].max, &value, reterr);
		*numbers[i].to = (int)value;
	}
	rules->bot = (enum policy_bot)bot;
	rules->families_off = !families;
	return rc;
}

static int read_law(struct jurisdictions *set, const struct yaml_node *node, struct law *law, struct err *reterr)
{
	const struct yaml_node *id = NULL, *text = NULL, *then = NULL, *en = NULL, *es = NULL, *source = NULL, *certainty = NULL;
	const struct yaml_node *when = yaml_get(node, "when");
	int kind = 0;
	int rc = yaml_keys(node, "id text source certainty from until when then", reterr);
	rc = rc ? rc : yaml_need(node, "id", YAML_TEXT, &id, reterr);
	rc = rc ? rc : yaml_need(node, "text", YAML_MAP, &text, reterr);
	rc = rc ? rc : yaml_keys(text, "en es", reterr);
	rc = rc ? rc : yaml_need(text, "en", YAML_TEXT, &en, reterr);
	rc = rc ? rc : yaml_need(text, "es", YAML_TEXT, &es, reterr);
	rc = rc ? rc : yaml_need(node, "source", YAML_TEXT, &source, reterr);
	rc = rc ? rc : yaml_need(node, "certainty", YAML_TEXT, &certainty, reterr);
	rc = rc ? rc : yaml_choice(certainty, "V K !", &kind, reterr);
	rc = rc ? rc : yaml_need(node, "then", YAML_MAP, &then, reterr);
	rc = rc ? rc : yaml_keys(then, THEN_KEYS, reterr);
	rc = rc ? rc : read_date(node, "from", &law->from, reterr);
	rc = rc ? rc : read_date(node, "until", &law->until, reterr);
	if (rc == 0 && when) {
		rc = yaml_keys(when, WHEN_KEYS, reterr);
		rc = rc ? rc : yaml_get_int(when, "age_under", 1, 120, &law->age_under, reterr);
		rc = rc ? rc : yaml_get_int(when, "age_from", 1, 120, &law->age_from, reterr);
		law->modes = yaml_get(when, "mode");
		if (rc == 0 && law->modes && law->modes->kind != YAML_LIST)
			rc = yaml_fail(law->modes, reterr, "must be a list of modes");
	}
	law->then = jurisdiction_loosest();
	rc = rc ? rc : read_then(then, &law->then, reterr);
	struct str *own = rc ? NULL : ARENA_NEW(&set->arena, struct str);
	if (rc)
		return rc;
	if (!own)
		return err_set(reterr, E_MEMORY, "policy", "out of memory");
	law->id = id->text;
	law->text_en = en->text;
	law->text_es = es->text;
	law->source = source->text;
	law->certainty = certainty->text;
	*own = law->id;
	law->then.ids = own;
	law->then.id_count = 1;
	return 0;
}

static int read_covers(struct place_pack *pack, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(pack->root, "covers");
	if (!list) {
		pack->covers[pack->cover_count++] = pack->id;
		return 0;
	}
	if (list->kind != YAML_LIST || list->count == 0 || list->count > JURISDICTION_COVERS_MAX)
		return yaml_fail(list, reterr, "must be a list of 1 to %d places", JURISDICTION_COVERS_MAX);
	for (const struct yaml_node *node = list->first; node; node = node->next) {
		int rc = yaml_text(node, &pack->covers[pack->cover_count++], reterr);
		if (rc)
			return rc;
	}
	return 0;
}

static int read_pack(struct jurisdictions *set, const struct yaml_node *root, struct err *reterr)
{
	const struct yaml_node *id = NULL, *list = NULL, *node = NULL;
	if (set->count == JURISDICTION_PACKS_MAX)
		return yaml_fail(root, reterr, "more than %d packs of jurisdictions", JURISDICTION_PACKS_MAX);
	struct place_pack *pack = &set->packs[set->count];
	*pack = (struct place_pack){ .root = root };
	int rc = yaml_keys(root, PACK_KEYS, reterr);
	rc = rc ? rc : yaml_need(root, "id", YAML_TEXT, &id, reterr);
	rc = rc ? rc : yaml_need(root, "version", YAML_TEXT, &node, reterr);
	rc = rc ? rc : yaml_need(root, "author", YAML_TEXT, &node, reterr);
	rc = rc ? rc : yaml_need(root, "reviewed", YAML_TEXT, &node, reterr);
	rc = rc ? rc : yaml_need(root, "review", YAML_TEXT, &node, reterr);
	rc = rc ? rc : yaml_need(root, "name", YAML_MAP, &node, reterr);
	rc = rc ? rc : yaml_need(root, "rules", YAML_LIST, &list, reterr);
	if (rc)
		return rc;
	pack->id = id->text;
	rc = read_covers(pack, reterr);
	if (rc == 0 && list->count > JURISDICTION_RULES_MAX)
		rc = yaml_fail(list, reterr, "more than %d rules", JURISDICTION_RULES_MAX);
	pack->laws = rc ? NULL : ARENA_ARRAY(&set->arena, struct law, list->count + 1);
	if (rc == 0 && !pack->laws)
		rc = err_set(reterr, E_MEMORY, "policy", "out of memory");
	for (const struct yaml_node *item = rc ? NULL : list->first; item && rc == 0; item = item->next)
		rc = read_law(set, item, &pack->laws[pack->law_count++], reterr);
	set->count++;
	return rc;
}

static int check_ids(const struct jurisdictions *set, struct err *reterr)
{
	size_t total = 0;
	for (size_t p = 0; p < set->count; p++) {
		total += set->packs[p].law_count;
		for (size_t i = 0; i < set->packs[p].law_count; i++)
			for (size_t q = 0; q <= p; q++)
				for (size_t k = 0; k < (q == p ? i : set->packs[q].law_count); k++)
					if (str_eq(set->packs[p].laws[i].id, set->packs[q].laws[k].id))
						return yaml_fail(yaml_get(set->packs[p].root, "rules"), reterr,
							"the rule id \"%.*s\" stands twice", STR_ARG(set->packs[p].laws[i].id));
	}
	if (total > JURISDICTION_IDS_MAX)
		return err_set(reterr, E_LIMIT, "policy", "more than %d rules of jurisdictions", JURISDICTION_IDS_MAX);
	return 0;
}

/* ---- Finding ---- */

/* "US" covers "US" and "US-IL"; "*" covers every place, also an unknown one. */
static bool covers(const struct place_pack *pack, const struct jurisdiction_situation *situation)
{
	for (size_t i = 0; i < pack->cover_count; i++) {
		struct str cover = pack->covers[i];
		if (str_eqc(cover, "*"))
			return true;
		for (size_t k = 0; k < JURISDICTION_PLACES; k++) {
			struct str place = situation->places[k];
			if (str_starts(place, cover) && (place.len == cover.len || place.ptr[cover.len] == '-'))
				return true;
		}
	}
	return false;
}

static bool holds(const struct law *law, const struct jurisdiction_situation *situation)
{
	bool mode = !law->modes;
	for (const struct yaml_node *node = law->modes ? law->modes->first : NULL; node && !mode; node = node->next)
		mode = str_eq(node->text, situation->mode);
	if (!mode || (law->age_under && !(situation->age > 0 && situation->age < law->age_under)) ||
		(law->age_from && situation->age < law->age_from))
		return false;
	if (situation->date && (situation->date < law->from || (law->until && situation->date > law->until)))
		return false;
	for (size_t i = 0; law->then.counsel && i < situation->lifted_count; i++)
		if (str_eq(situation->lifted[i], law->id))
			return false;
	return true;
}

void jurisdiction_find(const struct jurisdictions *set, struct arena *arena, const struct jurisdiction_situation *situation,
	struct jurisdiction_rules *ret_rules)
{
	struct jurisdiction_rules all = jurisdiction_loosest();
	for (size_t p = 0; set && p < set->count; p++) {
		if (!covers(&set->packs[p], situation))
			continue;
		for (size_t i = 0; i < set->packs[p].law_count; i++)
			if (holds(&set->packs[p].laws[i], situation))
				jurisdiction_join(arena, &all, &set->packs[p].laws[i].then, &all);
	}
	*ret_rules = !set || arena_failed(arena) ? jurisdiction_strictest() : all;
}

bool jurisdiction_place_good(struct str place)
{
	for (size_t i = 0; i < place.len; i++) {
		char c = place.ptr[i];
		bool letter = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
		if (i == 2 ? c != '-' : i < 2 ? !letter : !letter && !digit)
			return false;
	}
	return place.len == 0 || place.len == 2 || (place.len >= 4 && place.len <= 6);
}

bool jurisdiction_info(const struct jurisdictions *set, struct str id, struct str lang, struct jurisdiction_info *ret_info)
{
	for (size_t p = 0; set && p < set->count; p++)
		for (size_t i = 0; i < set->packs[p].law_count; i++) {
			const struct law *law = &set->packs[p].laws[i];
			if (!str_eq(law->id, id))
				continue;
			*ret_info = (struct jurisdiction_info){ .id = law->id,
				.place = set->packs[p].id,
				.text = str_starts(lang, STR("es")) ? law->text_es : law->text_en,
				.source = law->source,
				.certainty = law->certainty,
				.from = law->from };
			return true;
		}
	return false;
}

/* ---- The tests in the packs ---- */

static int read_situation(
	const struct yaml_node *node, struct jurisdiction_situation *situation, struct str lifted[LIFTED_MAX], struct err *reterr)
{
	const struct yaml_node *places = NULL, *list = yaml_get(node, "lifted");
	long age = 0;
	size_t count = 0;
	int rc = yaml_keys(node, SITUATION_KEYS, reterr);
	rc = rc ? rc : yaml_need(node, "places", YAML_LIST, &places, reterr);
	if (rc == 0 && places->count > JURISDICTION_PLACES)
		rc = yaml_fail(places, reterr, "at most %d places", JURISDICTION_PLACES);
	for (const struct yaml_node *item = rc ? NULL : places->first; item; item = item->next)
		situation->places[count++] = item->text;
	rc = rc ? rc : yaml_get_text(node, "mode", &situation->mode, reterr);
	rc = rc ? rc : yaml_get_int(node, "age", 0, 120, &age, reterr);
	rc = rc ? rc : read_date(node, "date", &situation->date, reterr);
	for (const struct yaml_node *item = list ? list->first : NULL; item && situation->lifted_count < LIFTED_MAX; item = item->next)
		lifted[situation->lifted_count++] = item->text;
	situation->lifted = lifted;
	situation->age = (int)age;
	return rc;
}

#define MINUTE INT64_C(60000000)

/* Minutes before now; what is not said has never been. */
static int read_moment(const struct yaml_node *node, struct notice_moment *moment, struct err *reterr)
{
	long ago[4] = { 0 };
	static const char *const keys[] = { "notice_ago", "break_ago", "message_ago", "sitting_ago" };
	int64_t *const to[] = { &moment->notice_at, &moment->break_at, &moment->message_at, &moment->sitting_at };
	int rc = yaml_keys(node, "notice_ago break_ago message_ago sitting_ago asked", reterr);
	moment->now = INT64_C(1000000) * MINUTE;
	for (size_t i = 0; rc == 0 && i < COUNT_OF(keys); i++) {
		rc = yaml_get_int(node, keys[i], 0, 500000, &ago[i], reterr);
		if (rc == 0 && yaml_get(node, keys[i]))
			*to[i] = moment->now - ago[i] * MINUTE;
	}
	return rc ? rc : yaml_get_bool(node, "asked", &moment->asked, reterr);
}

static int expect_rules(
	const struct yaml_node *expect, const char *key, bool wanted, const struct jurisdiction_rules *rules, struct err *reterr)
{
	const struct yaml_node *list = yaml_get(expect, key);
	for (const struct yaml_node *node = list ? list->first : NULL; node; node = node->next) {
		bool found = false;
		for (size_t i = 0; i < rules->id_count && !found; i++)
			found = str_eq(rules->ids[i], node->text);
		if (found != wanted)
			return yaml_fail(node, reterr, wanted ? "this rule is not among those that hold" : "this rule holds");
	}
	return 0;
}

/* What the table says is laid over what came out: any difference is an error. */
static int expect_all(const struct yaml_node *expect, const struct jurisdiction_rules *rules, struct err *reterr)
{
	struct jurisdiction_rules wanted = *rules;
	int rc = yaml_keys(expect, EXPECT_KEYS, reterr);
	rc = rc ? rc : read_then(expect, &wanted, reterr);
	rc = rc ? rc : expect_rules(expect, "rules", true, rules, reterr);
	rc = rc ? rc : expect_rules(expect, "not_rules", false, rules, reterr);
	if (rc)
		return rc;
	if (wanted.bot != rules->bot)
		return yaml_fail(expect, reterr, "bot is %d", (int)rules->bot);
	if (wanted.families_off != rules->families_off || wanted.counsel != rules->counsel)
		return yaml_fail(expect, reterr, "families are %s, counsel %d", rules->families_off ? "off" : "on", rules->counsel);
	if (wanted.at_start != rules->at_start || wanted.on_request != rules->on_request || wanted.label != rules->label)
		return yaml_fail(expect, reterr, "at_start %d, on_request %d, label %d", rules->at_start, rules->on_request, rules->label);
	if (wanted.every_minutes != rules->every_minutes || wanted.away_days != rules->away_days ||
		wanted.break_minutes != rules->break_minutes)
		return yaml_fail(expect, reterr, "every_minutes %d, away_days %d, break_minutes %d", rules->every_minutes, rules->away_days,
			rules->break_minutes);
	if (wanted.self_consent_from != rules->self_consent_from || wanted.parental_under != rules->parental_under ||
		wanted.retain_years != rules->retain_years)
		return yaml_fail(expect, reterr, "self_consent_from %d, parental_under %d, retain_years %d", rules->self_consent_from,
			rules->parental_under, rules->retain_years);
	if (wanted.required != rules->required)
		return yaml_fail(expect, reterr, "other kinds of consent are required");
	return 0;
}

static int run_situation(const struct jurisdictions *set, const struct yaml_node *node, struct err *reterr)
{
	struct jurisdiction_situation situation = { .mode = STR("chatbot") };
	struct jurisdiction_rules rules;
	struct notice_moment moment = { 0 };
	struct str lifted[LIFTED_MAX];
	const struct yaml_node *expect = NULL, *at = yaml_get(node, "moment");
	struct arena arena;
	int wanted = 0;
	int rc = read_situation(node, &situation, lifted, reterr);
	rc = rc ? rc : yaml_need(node, "expect", YAML_MAP, &expect, reterr);
	if (rc)
		return rc;
	arena_init(&arena, set->mem, 256u * 1024);
	jurisdiction_find(set, &arena, &situation, &rules);
	rc = expect_all(expect, &rules, reterr);
	if (rc == 0 && at) {
		rc = read_moment(at, &moment, reterr);
		rc = rc ? rc : yaml_get_choice(expect, "notice", "none start asked repeat return break", &wanted, reterr);
		int due = (int)notice_due(&rules, &moment);
		if (rc == 0 && due != wanted)
			rc = yaml_fail(expect, reterr, "the notice is %s", due ? notice_key((enum notice)due) : "none");
	}
	arena_done(&arena);
	return rc;
}

static int run_situations(const struct jurisdictions *set, struct err *reterr)
{
	int rc = 0;
	for (size_t p = 0; p < set->count && rc == 0; p++) {
		const struct yaml_node *list = yaml_get(set->packs[p].root, "situations");
		if (!list || list->kind != YAML_LIST || list->count == 0)
			return yaml_fail(set->packs[p].root, reterr, "a pack of a jurisdiction has a table of situations");
		for (const struct yaml_node *node = list->first; node && rc == 0; node = node->next)
			rc = run_situation(set, node, reterr);
	}
	return rc;
}

/* ---- Opening ---- */

int jurisdictions_open(
	const struct mem *mem, const struct policy_source *sources, size_t count, struct jurisdictions **ret_set, struct err *reterr)
{
	struct jurisdictions *set = mem->alloc(mem->ctx, sizeof *set);
	int rc = 0;
	if (!set)
		return err_set(reterr, E_MEMORY, "policy", "out of memory");
	*set = (struct jurisdictions){ .mem = mem };
	arena_init(&set->arena, mem, ARENA_MAX);
	for (size_t i = 0; i < count && rc == 0; i++) {
		const struct yaml_node *root = NULL;
		if (!str_starts(sources[i].bytes, STR("kind: jurisdiction")))
			continue;
		rc = yaml_read(&set->arena, sources[i].name, sources[i].bytes, FILE_MAX, &root, reterr);
		rc = rc ? rc : read_pack(set, root, reterr);
	}
	rc = rc ? rc : check_ids(set, reterr);
	rc = rc ? rc : run_situations(set, reterr);
	if (rc) {
		jurisdictions_free(&set);
		return rc;
	}
	*ret_set = set;
	return 0;
}

void jurisdictions_free(struct jurisdictions **set)
{
	if (!*set)
		return;
	const struct mem *mem = (*set)->mem;
	arena_done(&(*set)->arena);
	mem->release(mem->ctx, *set);
	*set = NULL;
}
