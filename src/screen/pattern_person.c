/* pattern_person.c: names of persons. Evidence is what is said outright ("my name is ..."), a title, a known given name, a word of kinship
 * before, a verb of persons behind, and capitals where the text uses them as English does. Words that are names and also words
 * ("Will", "Hope") need more than their own look; medicines, illnesses, months, places and brands are never persons.
 *
 * | evidence | per mille |
 * |---|---|
 * | said outright, or behind a title | 950 |
 * | known given name and another name | 900 |
 * | known given name alone | 800 |
 * | unknown word and known surname; kinship before, verb behind | 700 |
 * | two unknown capitalised words | 550 |
 * | one unknown capitalised word with "'s" | 500 | */
#include "screen/pattern_priv.h"

#define NAME_TOKENS_MAX 7u
#define NAMED (NAME_GIVEN | NAME_SURNAME)

/* What a capital letter says in this text. */
enum capital_use {
	CAPITALS_NONE = 0, /* everything is capital, or nothing is */
	CAPITALS_LISTED,   /* other words bear them too (German nouns, titles): they help a known name only */
	CAPITALS_NAMES     /* as English uses them */
};

struct run_of_names {
	size_t first, last; /* tokens */
	size_t parts, known, surnames, unknown;
};

static uint32_t look_up(const struct names *names, struct str word, uint32_t hash)
{
	char bare[NAME_BYTES_MAX];
	const struct vocab_slot *slot = vocab_find(&names->table, word, hash);
	uint32_t flags = slot ? slot->flags : 0;
	if (flags || word.len > sizeof bare)
		return flags;
	for (size_t i = 0; i < word.len; i++)
		if ((unsigned char)word.ptr[i] >= 0x80) {
			size_t len = fold_unmark(names->tables, word, bare);
			return len ? vocab_flags(&names->table, str_make(bare, len)) : 0;
		}
	return 0;
}

/* Bytes of "'s" behind the word in the text: folding made it one word with it. Of most tokens 0, by one look. */
static uint8_t possessive(const struct reader *reader, const struct token *token)
{
	unsigned char before = token->end > token->start + 1 ? (unsigned char)reader->text.ptr[token->end - 2] : 0;
	if (LIKELY(before != '\'' && before != 0x99))
		return 0;
	if (token->kind != TOKEN_WORD || token->len < 2 || reader->view->text.ptr[token->at + token->len - 1] != 's')
		return 0;
	struct str raw = str_sub(reader->text, token->start, token->end);
	if (str_ends(raw, STR("'s")) || str_ends(raw, STR("'S")))
		return 2;
	return str_ends(raw, STR("\xE2\x80\x99s")) || str_ends(raw, STR("\xE2\x80\x99S")) ? 4 : 0;
}

static struct str base_word(const struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at);
	return reader->tails && reader->tails[at] && word.len > 1 ? str_sub(word, 0, word.len - 1) : word;
}

/* vocab_hash of base_word: that of the token where nothing stands behind its word. */
static uint32_t base_hash(const struct reader *reader, size_t at)
{
	return reader->tails && reader->tails[at] ? vocab_hash(base_word(reader, at)) : reader->view->tokens[at].hash;
}

uint32_t pattern_look_up(const struct reader *reader, size_t at)
{
	enum token_kind kind = (enum token_kind)reader->view->tokens[at].kind;
	uint32_t flags = kind == TOKEN_NUMBER || kind == TOKEN_EMOJI ? 0
								     : look_up(reader->names, base_word(reader, at), base_hash(reader, at));
	reader->flags[at] |= FLAGS_READ | flags;
	return flags;
}

static uint32_t flags_at(const struct reader *reader, size_t at)
{
	return pattern_flags(reader, at);
}

/* Fills reader->around, which is the same whoever asked for which word before: of the words of the packs what is known of them anyway, of
 * others what the small table says, and without one what the large table does. */
static bool look_around(struct reader *reader)
{
	const struct vocab *around = &reader->names->around;
	size_t count = reader->view->count;
	reader->around = ARENA_ROOM(reader->arena, uint16_t, count);
	for (size_t i = 0; reader->around && i < count; i++) {
		const struct vocab_slot *slot = NULL;
		uint32_t flags = 0;
		if ((reader->flags[i] & FLAGS_READ) || !around->slot_count)
			flags = flags_at(reader, i);
		else if (!pattern_not_around(reader, i))
			slot = vocab_find(around, base_word(reader, i), base_hash(reader, i));
		reader->around[i] = (slot ? slot->flags : flags) & NAME_AROUND;
	}
	return reader->around != NULL;
}

static bool all_capitals(const struct reader *reader, size_t at)
{
	const struct token *token = &reader->view->tokens[at];
	size_t letters = 0;
	for (size_t i = token->start; i < token->end; i++) {
		char c = reader->text.ptr[i];
		if (c >= 'a' && c <= 'z')
			return false;
		letters += c >= 'A' && c <= 'Z';
	}
	return letters > 1;
}

/* Begins a sentence, a line or a quotation: there a capital says nothing. */
static bool opens(const struct reader *reader, size_t at)
{
	if (at == 0)
		return true;
	const struct token *before = &reader->view->tokens[at - 1];
	if (before->flags & TOKEN_LINE_AFTER || before->sentence != reader->view->tokens[at].sentence)
		return true;
	return before->kind == TOKEN_EMOJI ||
	       (before->kind == TOKEN_PUNCT && !is_mark(reader, at - 1, ',') && !is_mark(reader, at - 1, '(') &&
		       !is_mark(reader, at - 1, '&') && !is_mark(reader, at - 1, '/'));
}

/* A word that the packs search for. */
static bool is_plain(const struct reader *reader, size_t at)
{
	if (!reader->tails[at])
		return reader->names->words && reader->view->tokens[at].known;
	return vocab_flags(reader->names->words, base_word(reader, at)) != 0;
}

static bool ordinary(const struct reader *reader, size_t at)
{
	uint32_t flags = flags_at(reader, at);
	if (flags & NAME_WORD)
		return true;
	return !(flags & NAMED) && is_plain(reader, at);
}

/* Endings of words that no list holds: of English nouns and adverbs, and of generic names of medicines (WHO INN stems). */
static bool ends_as_word(struct str word)
{
	static const struct str endings[] = { STR_INIT("ing"), STR_INIT("tion"), STR_INIT("sion"), STR_INIT("ment"), STR_INIT("ness"),
		STR_INIT("ally"), STR_INIT("ously"), STR_INIT("able"), STR_INIT("ible"), STR_INIT("ology"), STR_INIT("opathy"),
		STR_INIT("itis"), STR_INIT("osis"), STR_INIT("emia"), STR_INIT("phobia"), STR_INIT("mania"), STR_INIT("ism"),
		STR_INIT("ist"), STR_INIT("ists"), STR_INIT("azepam"), STR_INIT("azolam"), STR_INIT("apine"), STR_INIT("azine"),
		STR_INIT("oxetine"), STR_INIT("ipramine"), STR_INIT("triptyline"), STR_INIT("idone"), STR_INIT("peridol"),
		STR_INIT("prazole"), STR_INIT("statin"), STR_INIT("sartan"), STR_INIT("olol"), STR_INIT("cillin"), STR_INIT("mycin"),
		STR_INIT("cycline"), STR_INIT("gabalin"), STR_INIT("triptan"), STR_INIT("barbital"), STR_INIT("codone"),
		STR_INIT("morphone"), STR_INIT("fentanil"), STR_INIT("zolam"), STR_INIT("citalopram"), STR_INIT("faxine"),
		STR_INIT("lukast"), STR_INIT("gliptin"), STR_INIT("glutide"), STR_INIT("parin"), STR_INIT("coxib"), STR_INIT("dronate"),
		STR_INIT("setron"), STR_INIT("afil"), STR_INIT("zepam"), STR_INIT("azodone"), STR_INIT("thixene"), STR_INIT("axine"),
		STR_INIT("idate") };
	return word.len > 4 && pattern_ends(word, endings, COUNT_OF(endings));
}

static bool find_unknown(const struct reader *reader, size_t at)
{
	struct str word = base_word(reader, at);
	if (word.len < 2 || word.len > 30 || str_has_digit(word))
		return false;
	uint32_t known = flags_at(reader, at) & ~(uint32_t)(NAME_PLACE_HEAD | NAME_PARTICLE);
	return !known && !ordinary(reader, at) && !ends_as_word(word);
}

/* A word that no list knows, and that could be a name. */
bool pattern_unknown(const struct reader *reader, size_t at)
{
	if (!reader->flags || !is_kind(reader, at, TOKEN_WORD))
		return false;
	if (!(reader->flags[at] & UNKNOWN_READ))
		reader->flags[at] |= UNKNOWN_READ | (find_unknown(reader, at) ? UNKNOWN_FOUND : 0);
	return reader->flags[at] & UNKNOWN_FOUND;
}

static bool is_named(const struct reader *reader, size_t at)
{
	return is_kind(reader, at, TOKEN_WORD) && (flags_at(reader, at) & NAMED);
}

/* Bears a name, but is another word as well. */
static bool ambiguous(const struct reader *reader, size_t at)
{
	return flags_at(reader, at) & (NAME_WORD | NAME_NEVER);
}

/* Part of an e-mail or web address, a handle or a path. */
static bool inside_address(const struct reader *reader, size_t at)
{
	if (at > 0 && glued(reader, at - 1) &&
		(is_mark(reader, at - 1, '@') || is_mark(reader, at - 1, '/') || is_mark(reader, at - 1, '#')))
		return true;
	if (!glued(reader, at))
		return false;
	return is_mark(reader, at + 1, '@') || (is_mark(reader, at + 1, '.') && glued(reader, at + 1) && !is_capital(reader, at + 2) &&
						       is_kind(reader, at + 2, TOKEN_WORD) && base_word(reader, at).len > 2);
}

static enum capital_use weigh_capitals(const struct reader *reader)
{
	const uint32_t listed = NAMED | NAME_NEVER | NAME_PLACE | NAME_PLACE_HEAD | NAME_TITLE | NAME_STATE;
	size_t words = 0, capitals = 0, others = 0;
	for (size_t i = 0; i < reader->view->count; i++) {
		const struct token *token = &reader->view->tokens[i];
		if (token->kind != TOKEN_WORD || (token->len == 1u + (reader->tails[i] > 0) && !opens(reader, i)))
			continue;
		words++;
		if (!(token->flags & TOKEN_CAPITAL))
			continue;
		capitals++;
		others += !(flags_at(reader, i) & listed) && !opens(reader, i) && ordinary(reader, i);
	}
	if (capitals == 0)
		return CAPITALS_NONE;
	if (words >= 8 && (others * 4 > words || capitals * 3 > words * 2))
		return others * 2 > words ? CAPITALS_NONE : CAPITALS_LISTED;
	return others >= 3 && others * 6 > words ? CAPITALS_LISTED : CAPITALS_NAMES;
}

bool pattern_person_open(struct reader *reader)
{
	const struct view *view = reader->view;
	const uint16_t *words = reader->names ? reader->names->of_words : NULL;
	if (!reader->names || view->count == 0)
		return true;
	reader->flags = ARENA_ARRAY(reader->arena, uint32_t, view->count);
	reader->tails = ARENA_ARRAY(reader->arena, uint8_t, view->count);
	if (!reader->flags || !reader->tails)
		return false;
	for (size_t i = 0; i < view->count; i++) {
		const struct token *token = &view->tokens[i];
		reader->tails[i] = possessive(reader, token);
		if (!words || !token->known || reader->tails[i] || token->kind == TOKEN_NUMBER || token->kind == TOKEN_EMOJI)
			continue;
		uint32_t flags = words[token->known - 1];
		reader->flags[i] = flags == NAME_ASK ? 0 : FLAGS_READ | flags;
	}
	if (!look_around(reader))
		return false;
	reader->capitals = weigh_capitals(reader);
	return true;
}

/* The kinds of frames that end straight before a token; the words of a frame stand side by side in the view. */
static uint32_t frames_before(const struct reader *reader, size_t at)
{
	uint32_t kinds = 0;
	if (at == 0 || !(reader->around[at - 1] & NAME_FRAME_END))
		return 0;
	const struct vocab *frames = reader->names->frames.slot_count ? &reader->names->frames : &reader->names->table;
	const struct token *last = &reader->view->tokens[at - 1];
	for (size_t i = at, words = 0; i > 0 && words < NAME_FRAME_WORDS; words++) {
		const struct token *first = &reader->view->tokens[--i];
		struct str text = { reader->view->text.ptr + first->at, last->at + last->len - first->at };
		if (text.len <= NAME_BYTES_MAX)
			kinds |= vocab_flags(frames, text) & NAME_FRAMES;
	}
	return kinds;
}

static bool is_initial(const struct reader *reader, size_t at)
{
	struct str word = base_word(reader, at);
	bool dot = is_mark(reader, at + 1, '.') && glued(reader, at);
	return is_capital(reader, at) && word.len == 1 && (dot || word.ptr[0] != 'i'); /* "my father I ..." */
}

/* The token behind a part of a name: behind the full stop of an initial or a title too. */
static size_t next_part(const struct reader *reader, size_t at, bool short_form)
{
	bool dot = short_form && is_mark(reader, at + 1, '.') && glued(reader, at);
	return at + 1 + dot;
}

static bool line_ends(const struct reader *reader, size_t at)
{
	return at < reader->view->count && (reader->view->tokens[at].flags & TOKEN_LINE_AFTER);
}

/* What may go on a name that a capital began. */
static bool goes_on_as_name(const struct reader *reader, size_t at)
{
	if (!is_capital(reader, at) || inside_address(reader, at))
		return false;
	if (is_initial(reader, at))
		return true;
	if (base_word(reader, at).len == 1)
		return false;
	if (is_named(reader, at))
		return !(flags_at(reader, at) & NAME_NEVER) || (flags_at(reader, at) & NAME_SURNAME);
	return pattern_unknown(reader, at) && (!all_capitals(reader, at) || reader->capitals == CAPITALS_NONE);
}

static void count_part(const struct reader *reader, size_t at, struct run_of_names *run)
{
	if (is_initial(reader, at))
		return;
	bool made = pattern_surname_like(reader, at), named = is_named(reader, at) || made;
	run->parts++;
	run->known += named;
	run->surnames += (flags_at(reader, at) & NAME_SURNAME) || made;
	run->unknown += !named;
}

/* "Jr.", "III" behind a whole name. */
static size_t suffix_end(const struct reader *reader, size_t last)
{
	static const char *const suffixes[] = { "jr", "sr", "ii", "iii", "iv", NULL };
	size_t at = last + 1 + is_mark(reader, last + 1, ',');
	return is_capital(reader, at) && in_words(word_at(reader, at), suffixes) ? at : last;
}

/* The parts of a name from `at` on, which is one. */
static struct run_of_names take_run(const struct reader *reader, size_t at)
{
	struct run_of_names run = { .first = at, .last = at };
	count_part(reader, at, &run);
	while (run.last - run.first < NAME_TOKENS_MAX && !line_ends(reader, run.last)) {
		size_t next = next_part(reader, run.last, is_initial(reader, run.last));
		size_t end = next;
		while (end < next + 3 && (flags_at(reader, end) & NAME_PARTICLE) && !is_initial(reader, end) && !line_ends(reader, end))
			end++;
		if (!goes_on_as_name(reader, end))
			end = next;
		if (reader->tails[run.last] || !goes_on_as_name(reader, end))
			break;
		run.last = end;
		count_part(reader, end, &run);
	}
	if (run.parts >= 2 && !line_ends(reader, run.last) && !reader->tails[run.last])
		run.last = suffix_end(reader, run.last);
	return run;
}

/* "van den", "bin": words before a name that are part of it. */
static size_t with_particles(const struct reader *reader, size_t first)
{
	static const char *const openers[] = { "van", "von", "bin", "ibn", "bint", "ter", "ten", "vander", "zu", NULL };
	for (size_t back = 1; back <= 2 && first >= reader->barrier + back; back++) {
		size_t at = first - back;
		if (line_ends(reader, at) || is_capital(reader, at) || !(flags_at(reader, at) & NAME_PARTICLE))
			break;
		if (in_words(word_at(reader, at), openers))
			return at;
	}
	return first;
}

static bool add_person(struct reader *reader, size_t first, size_t last, int confidence)
{
	first = with_particles(reader, first);
	struct pattern *pattern = pattern_add(reader, PATTERN_NAME, first, last);
	if (pattern) {
		pattern->end -= reader->tails[last];
		pattern->confidence = confidence;
	}
	return pattern != NULL;
}

/* A word in small letters that a frame names outright. */
static bool named_small(const struct reader *reader, size_t at)
{
	if (!is_kind(reader, at, TOKEN_WORD) || inside_address(reader, at) || str_has_digit(base_word(reader, at)))
		return false;
	uint32_t flags = flags_at(reader, at);
	if (flags & NAME_GIVEN)
		return base_word(reader, at).len >= 2;
	return !(flags & (NAME_NEVER | NAME_PLACE | NAME_TITLE | NAME_PARTICLE)) &&
	       ((flags & NAME_SURNAME) || pattern_unknown(reader, at)) && !(flags & NAME_WORD);
}

static bool small_goes_on(const struct reader *reader, size_t at)
{
	uint32_t flags = flags_at(reader, at);
	if (!is_kind(reader, at, TOKEN_WORD) || (flags & (NAME_WORD | NAME_NEVER | NAME_VERB | NAME_PERHAPS)))
		return false;
	return (flags & NAMED) || (pattern_unknown(reader, at) && !line_ends(reader, at - 1));
}

/* A Chinese name: a surname and one or two characters. */
static bool read_ideographs(struct reader *reader, size_t at)
{
	static const char *const ends[] = { "是", "的", "我", "今", "在", "了", "有", "和", "住", "很", "也", "就", "都", "不", "他", "她",
		"你", "这", "那", "说", "来", "去", "会", "想", "岁", "吗", "呢", "吧", "啊", "，", NULL };
	size_t last = at;
	if (!(flags_at(reader, at) & NAME_IDEOGRAPH) || !is_kind(reader, at, TOKEN_IDEOGRAPH))
		return false;
	while (last < at + 2 && is_kind(reader, last + 1, TOKEN_IDEOGRAPH) && !in_words(word_at(reader, last + 1), ends))
		last++;
	return last > at && add_person(reader, at, last, 900);
}

/* "王医生": surname and title. */
static bool read_ideograph_title(struct reader *reader, size_t at)
{
	static const char *const titles[][2] = { { "先", "生" }, { "女", "士" }, { "小", "姐" }, { "医", "生" }, { "老", "师" },
		{ "同", "学" }, { "醫", "生" }, { "老", "師" } };
	if (!(flags_at(reader, at) & NAME_IDEOGRAPH))
		return false;
	for (size_t i = 0; i < COUNT_OF(titles); i++)
		if (str_eqc(word_at(reader, at + 1), titles[i][0]) && str_eqc(word_at(reader, at + 2), titles[i][1]))
			return add_person(reader, at, at, 800);
	return false;
}

/* Behind a frame that says a name outright. */
static bool read_said(struct reader *reader, size_t at)
{
	if (is_kind(reader, at, TOKEN_IDEOGRAPH))
		return read_ideographs(reader, at);
	if (inside_address(reader, at))
		return false;
	bool colon = is_kind(reader, at - 1, TOKEN_PUNCT);
	if (is_capital(reader, at) && reader->capitals != CAPITALS_NONE) {
		bool hard = flags_at(reader, at) & (NAME_NEVER | NAME_PLACE | NAME_TITLE);
		bool fits = is_named(reader, at) || pattern_unknown(reader, at) || is_initial(reader, at) ||
			    (!colon && !hard && reader->capitals == CAPITALS_NAMES && !opens(reader, at) && base_word(reader, at).len > 1);
		if (!fits || (all_capitals(reader, at) && !is_named(reader, at)))
			return false;
		struct run_of_names run = take_run(reader, at);
		return add_person(reader, run.first, run.last, 950);
	}
	if (!named_small(reader, at))
		return false;
	size_t last = at;
	while (last < at + 2 && !line_ends(reader, last) && !reader->tails[last] && small_goes_on(reader, last + 1))
		last++;
	return add_person(reader, at, last, 850);
}

/* "Dr. Smith", "señora Gil", "mr jones"; the title is no part of the name. */
static bool read_titled(struct reader *reader, size_t at)
{
	bool short_form = word_at(reader, at).len <= 4;
	size_t next = next_part(reader, at, short_form);
	if (line_ends(reader, at) || inside_address(reader, next) || opens(reader, next + 1))
		return false;
	while (next < at + 4 && (flags_at(reader, next) & NAME_PARTICLE) && is_capital(reader, next + 1) && !is_capital(reader, next))
		next++;
	if (goes_on_as_name(reader, next) && (base_word(reader, at).len > 1 || is_named(reader, next))) {
		struct run_of_names run = take_run(reader, next);
		return add_person(reader, run.first, run.last, 950);
	}
	bool small = !is_capital(reader, next) && is_named(reader, next) && !ambiguous(reader, next);
	size_t last = next;
	if (small && !line_ends(reader, next) && is_named(reader, next + 1) && !ambiguous(reader, next + 1) &&
		small_goes_on(reader, next + 1))
		last++;
	return small && base_word(reader, at).len > 1 && add_person(reader, next, last, 850);
}

static bool after_place_word(const struct reader *reader, size_t at)
{
	static const char *const words[] = { "in", "at", "near", "the", "a", "an", "en", "em", "à", "au", "nach", "im", "el", "la", "le",
		"der", "die", "das", "this", "every", "our", "your", "st", "saint", NULL };
	return at > 0 && in_words(word_at(reader, at - 1), words);
}

static bool verb_behind(const struct reader *reader, size_t last)
{
	return !reader->tails[last] && !line_ends(reader, last) && (flags_at(reader, last + 1) & NAME_VERB) &&
	       !is_capital(reader, last + 1);
}

/* A verb of persons behind a name that is another word too; at a sentence's beginning not one that things share: "Hope died." */
static bool person_verb(const struct reader *reader, size_t at, bool start)
{
	static const char *const shared[] = { "left", "died", "lives", "lived", "works", "worked", "helped", "helps", "moved", "called",
		"calls", "hit", "hits", "knows", "promised", NULL };
	return verb_behind(reader, at) && !(start && in_words(word_at(reader, at + 1), shared));
}

static bool surname_only(const struct reader *reader, size_t at)
{
	return is_capital(reader, at) && ((flags_at(reader, at) & NAMED) == NAME_SURNAME || pattern_unknown(reader, at));
}

/* "Harker, Mills and Dunne": surnames alone, three of them; people are listed by given names. Any of the three may be the last token. */
static bool firm_of_three(const struct reader *reader, size_t last)
{
	for (size_t shift = 0; shift <= 4; shift += 2) {
		size_t first = last - shift;
		if (last >= shift && first + 4 < reader->view->count && surname_only(reader, first) && is_mark(reader, first + 1, ',') &&
			surname_only(reader, first + 2) && str_eqc(word_at(reader, first + 3), "and") && surname_only(reader, first + 4))
			return !(first > 0 && (flags_at(reader, first - 1) & NAMED));
	}
	return false;
}

/* An institution, a product or an illness that bears a name: "Johns Hopkins Hospital", "Tourette syndrome". */
static bool names_a_thing(const struct reader *reader, size_t last)
{
	static const char *const things[] = { "syndrome", "disease", "disorder", "test", "scale", "inventory", "joint", "score", "tablets",
		"mg", "palsy", "method", "sign", "reflex", "manoeuvre", "maneuver", "act", "hospital", "clinic", "street", "road",
		"university", "school", "company", "college", "inc", "ltd", "llc", "gmbh", "plc", "corp", "group", "bros", "ag", "oy", "ab",
		"kg", "spa", "bv", NULL };
	static const char *const sons[] = { "sons", "co", "company", "partners", "associates", "daughters", NULL };
	struct str after = word_at(reader, last + 1);
	if (line_ends(reader, last))
		return false;
	bool institution = is_capital(reader, last + 1) && (flags_at(reader, last + 1) & NAME_NEVER) &&
			   !(flags_at(reader, last + 1) & NAMED);
	bool firm = (str_eqc(after, "and") || is_mark(reader, last + 1, '&')) && in_words(word_at(reader, last + 2), sons);
	return institution || firm || in_words(after, things) || firm_of_three(reader, last);
}

/* A run that begins with a known given name. */
static int weigh_given(const struct reader *reader, const struct run_of_names *run, uint32_t frames)
{
	bool doubt = ambiguous(reader, run->first), start = opens(reader, run->first);
	bool hint = frames & (NAME_PERHAPS | NAME_KIN);
	if (run->parts >= 2)
		return !doubt || !start || run->surnames || hint ? 900 : 0;
	if (run->last > run->first) /* an initial behind it */
		return doubt && start ? 0 : 850;
	if ((flags_at(reader, run->first) & NAME_PLACE) && after_place_word(reader, run->first))
		return 0;
	if (all_capitals(reader, run->first) && (reader->capitals != CAPITALS_NAMES || base_word(reader, run->first).len <= 3))
		return 0;
	if (doubt)
		return (hint && !start) || person_verb(reader, run->first, start) || frames & NAME_KIN ? 700 : 0;
	return after_place_word(reader, run->first) && !hint ? 0 : 800;
}

/* "Zorb and I", "Zorb who", "that Zorb guy", "me and Zorb": only persons stand so. */
static bool among_persons(const struct reader *reader, size_t first, size_t last)
{
	static const char *const behind[] = { "who", "himself", "herself", "guy", "guys", "dude", "lady", NULL };
	static const char *const pronouns[] = { "i", "me", "he", "she", "him", "her", "we", "us", NULL };
	static const char *const ands[] = { "and", "&", "y", "et", "und", "e", NULL };
	if (!line_ends(reader, last) && in_words(word_at(reader, last + 1), behind))
		return true;
	if (!line_ends(reader, last) && in_words(word_at(reader, last + 1), ands) && in_words(word_at(reader, last + 2), pronouns))
		return true;
	return first >= 2 && in_words(word_at(reader, first - 1), ands) && in_words(word_at(reader, first - 2), pronouns);
}

/* The first token of its line, behind the sign of a quoted mail or a dash too. */
static bool begins_line(const struct reader *reader, size_t at)
{
	bool mark = at > 0 && (is_mark(reader, at - 1, '>') || is_mark(reader, at - 1, '-'));
	size_t before = at - (mark ? 1 : 0);
	return before == 0 || line_ends(reader, before - 1);
}

/* "Zorb Quell" alone on a line over the first line of an address: to whom it goes. */
static bool over_address(const struct reader *reader, size_t first, size_t last)
{
	size_t next = last + 1 + is_mark(reader, last + 1, '>'), count = reader->view->count;
	bool number = false, capital = false;
	if (!line_ends(reader, last) || !begins_line(reader, first))
		return false;
	for (size_t at = next; at < count && at < next + 8; at++) {
		number = number || str_has_digit(word_at(reader, at));
		capital = capital || is_capital(reader, at);
		if (!is_capital(reader, at) && !str_has_digit(word_at(reader, at)) && !is_mark(reader, at, '.') &&
			!(flags_at(reader, at) & NAME_PARTICLE))
			break;
		if (line_ends(reader, at))
			return number && capital && at > next;
	}
	return false;
}

/* A name as the last line of a message that has others: "- Zorb", or behind a comma or an empty line. */
static bool signs(const struct reader *reader, size_t first, size_t last)
{
	size_t end = last + 1 + is_mark(reader, last + 1, '.');
	if (end < reader->view->count || !begins_line(reader, first) || first < 4)
		return false;
	const struct token *before = &reader->view->tokens[first - 1];
	return is_mark(reader, first - 1, '-') || is_mark(reader, first - 1, ',') || (before->flags & TOKEN_BLANK_AFTER);
}

/* Who speaks: "..." says Zorb; "Zorb: good morning" at the beginning of a line. */
static bool speaks(const struct reader *reader, size_t first, size_t last)
{
	static const char *const said[] = { "says", "said", "asks", "asked", "replies", "replied", "answered", "added", "adds", "whispered",
		"shouted", "yelled", "cried", "explained", "continued", NULL };
	if (first >= 2 && is_kind(reader, first - 2, TOKEN_PUNCT) && in_words(word_at(reader, first - 1), said))
		return true;
	bool more = base_word(reader, first).len >= 3 && last + 2 < reader->view->count && is_kind(reader, last + 2, TOKEN_WORD);
	return begins_line(reader, first) && is_mark(reader, last + 1, ':') && more && !line_ends(reader, last + 1);
}

/* "Ana and Zorb", "Ana, Zorb": the word before the last one is a person. */
static bool after_person(const struct reader *reader, size_t at)
{
	const struct patterns *out = reader->out;
	if (out->count == 0 || out->items[out->count - 1].kind != PATTERN_NAME || at < 2 || out->items[out->count - 1].last + 2 != at)
		return false;
	struct str between = word_at(reader, at - 1);
	return str_eqc(between, "and") || str_eqc(between, "y") || str_eqc(between, "und") || str_eqc(between, "et") ||
	       str_eqc(between, "e") || is_mark(reader, at - 1, '&');
}

/* "Zorb and Miller": a known name of the same kind stands behind. */
static bool before_person(const struct reader *reader, size_t last)
{
	bool joins = str_eqc(word_at(reader, last + 1), "and") || is_mark(reader, last + 1, '&');
	return joins && !line_ends(reader, last) && is_capital(reader, last + 2) && is_named(reader, last + 2) &&
	       !ambiguous(reader, last + 2) && !(flags_at(reader, last + 2) & NAME_PLACE);
}

/* A house number, or a dose: no person stands before it. */
static bool number_behind(const struct reader *reader, size_t last)
{
	return !line_ends(reader, last) && str_has_digit(word_at(reader, last + 1)) && !reader->tails[last];
}

/* Of two words or more, the first no given name. */
static int weigh_pair(const struct reader *reader, const struct run_of_names *run, bool start, bool person, bool thing)
{
	if (ambiguous(reader, run->first) && (run->unknown || start) && !person)
		return 0; /* "White Lilies" */
	if (run->known)
		return thing && !person ? 0 : 700;
	return thing ? 0 : person ? 700 : 550;
}

/* "Zorb, can you ..." at the beginning of a line: who is spoken to. */
static bool called(const struct reader *reader, size_t first, size_t last)
{
	size_t next = last + 2;
	return begins_line(reader, first) && base_word(reader, first).len >= 4 && is_mark(reader, last + 1, ',') &&
	       !line_ends(reader, last) && !line_ends(reader, last + 1) && is_kind(reader, next, TOKEN_WORD) && !is_capital(reader, next) &&
	       !(reader->view->tokens[last].flags & TOKEN_LINE_AFTER);
}

/* "the Zorb family". */
static bool family(const struct reader *reader, size_t last)
{
	static const char *const families[] = { "family", "brothers", "sisters", "twins", "household", "residence", "boys", "girls", "kids",
		"couple", NULL };
	return !line_ends(reader, last) && in_words(word_at(reader, last + 1), families);
}

/* "Kowalski has ...": made or known as a surname, with what persons and things do. */
static bool surname_does(const struct reader *reader, const struct run_of_names *run)
{
	static const char *const does[] = { "is", "was", "has", "had", "will", "would", "can", "could", "went", "got", "came", "took",
		"gave", "made", "started", "stopped", "keeps", "kept", NULL };
	return run->surnames == run->parts && !reader->tails[run->last] && !line_ends(reader, run->last) &&
	       !(flags_at(reader, run->first) & (NAME_PLACE | NAME_PLACE_HEAD)) && in_words(word_at(reader, run->last + 1), does);
}

/* What is a person's: "in Zorb's name". */
static const char *const belongings[] = { "name", "house", "flat", "room", "car", "arms", "bed", "class", "place", "birthday", "wedding",
	"funeral", "apartment", "office", "number", "phone", "account", "kitchen", "mum", "mom", "dad", "mother", "father", "sister",
	"brother", "wife", "husband", "son", "daughter", "parents", "kids", "family", "girlfriend", "boyfriend", "death", "letter",
	"messages", "email", "voice", NULL };

/* Whether what stands around a run says that it is a person. */
static bool stands_as_person(const struct reader *reader, const struct run_of_names *run, uint32_t frames)
{
	return frames & (NAME_KIN | NAME_ADDRESSED) || verb_behind(reader, run->last) || after_person(reader, run->first) ||
	       among_persons(reader, run->first, run->last) || speaks(reader, run->first, run->last) ||
	       over_address(reader, run->first, run->last) || signs(reader, run->first, run->last) || before_person(reader, run->last) ||
	       called(reader, run->first, run->last) || family(reader, run->last) || surname_does(reader, run);
}

/* A run that begins with something else. */
static int weigh_other(const struct reader *reader, const struct run_of_names *run, uint32_t frames)
{
	bool start = opens(reader, run->first);
	bool person = stands_as_person(reader, run, frames);
	bool whose = reader->tails[run->last] && in_words(word_at(reader, run->last + 1), belongings); /* "in Zorb's name" */
	bool place = after_place_word(reader, run->first) && !(frames & NAME_ADDRESSED) && !whose &&
		     !family(reader, run->last); /* "shouted at Zorb" is none */
	bool thing = place || number_behind(reader, run->last);
	if (reader->capitals != CAPITALS_NAMES)
		return run->known >= 2 || (run->known && frames & NAME_KIN) ? 600 : 0;
	if (run->parts >= 2)
		return weigh_pair(reader, run, start, person, thing);
	if (ambiguous(reader, run->first) || (start && !person) || thing)
		return 0;
	if (run->last > run->first) /* with an initial */
		return 600;
	return person || whose || run->known ? 600 : reader->tails[run->last] ? 500 : 0;
}

static bool read_capital(struct reader *reader, size_t at, uint32_t frames)
{
	bool initial = is_initial(reader, at) && is_mark(reader, at + 1, '.') && glued(reader, at);
	size_t head = at, place = pattern_known_place(reader, at);
	if (place != SIZE_MAX && place > at && ordinary(reader, at)) {
		reader->barrier = place + 1; /* "San Francisco", where "san" is a word of some pack */
		return true;
	}
	if (!goes_on_as_name(reader, at) || (is_initial(reader, at) && !initial))
		return false;
	struct run_of_names run = take_run(reader, at);
	if (run.parts == 0 || (initial && run.known == 0 && run.unknown < 1) || names_a_thing(reader, run.last))
		return false;
	if (place != SIZE_MAX && place > at && run.last <= place) {
		reader->barrier = place + 1; /* "San Francisco" */
		return true;
	}
	bool given = flags_at(reader, head) & NAME_GIVEN || (initial && run.known);
	if ((flags_at(reader, at) & NAME_PLACE) && !given)
		return false;
	int weight = given ? weigh_given(reader, &run, frames) : weigh_other(reader, &run, frames);
	return weight && add_person(reader, run.first, run.last, weight);
}

/* Small letters: a known given name behind a word of kinship and the like. */
static bool read_small(struct reader *reader, size_t at, uint32_t frames)
{
	uint32_t flags = flags_at(reader, at);
	size_t last = at, least = frames & NAME_KIN ? 3 : 4;
	if (!(frames & (NAME_KIN | NAME_PERHAPS)) || !(flags & NAME_GIVEN) || (flags & (NAME_WORD | NAME_NEVER | NAME_PLACE)) ||
		is_plain(reader, at) || base_word(reader, at).len < least || inside_address(reader, at))
		return false;
	if (!line_ends(reader, at) && !reader->tails[at] && (flags_at(reader, at + 1) & NAMED) && !ambiguous(reader, at + 1) &&
		!(flags_at(reader, at + 1) & (NAME_VERB | NAME_PARTICLE | NAME_PERHAPS)) && !is_plain(reader, at + 1))
		last++;
	bool part = (frames & NAME_KIN) && last == at && !line_ends(reader, at) && !reader->tails[at] && pattern_unknown(reader, at + 1) &&
		    !is_capital(reader, at + 1) &&
		    (at + 2 >= reader->view->count || is_kind(reader, at + 2, TOKEN_PUNCT) || line_ends(reader, at + 1));
	return add_person(reader, at, last + part, 750); /* "my brother diego zorb." */
}

/* Without packs of names: capitals behind "my name is" and "me llamo". */
static bool read_bare(struct reader *reader, size_t at)
{
	struct str before = at > 0 ? word_at(reader, at - 1) : (struct str){ "", 0 }, first = at > 1 ? word_at(reader, at - 2) : before;
	bool said = (str_eqc(before, "is") && str_eqc(first, "name")) || (str_eqc(before, "llamo") && str_eqc(first, "me")) ||
		    (str_eqc(before, "es") && str_eqc(first, "nombre"));
	size_t last = at;
	if (!said || !is_capital(reader, at))
		return false;
	while (last < at + 3 && is_capital(reader, last + 1) && !line_ends(reader, last))
		last++;
	return pattern_add(reader, PATTERN_NAME, at, last) != NULL;
}

/* An ordinary word with a capital, which says nothing of it: "The", "You", "I". */
static bool plain_capital(const struct reader *reader, size_t at, uint32_t flags)
{
	const uint32_t more = NAMED | NAME_TITLE | NAME_IDEOGRAPH | NAME_PLACE | NAME_PLACE_HEAD;
	bool initial = base_word(reader, at).len == 1 && is_mark(reader, at + 1, '.');
	return (flags & NAME_WORD) && !(flags & more) && !initial;
}

static bool plain_small(uint32_t flags)
{
	return !(flags & (NAMED | NAME_TITLE | NAME_IDEOGRAPH)) && (flags & (NAME_WORD | NAME_VERB | NAME_PERHAPS | NAME_KIN));
}

bool pattern_person(struct reader *reader, size_t at)
{
	if (!reader->names)
		return read_bare(reader, at);
	if (is_kind(reader, at, TOKEN_NUMBER) || is_kind(reader, at, TOKEN_PUNCT))
		return false;
	bool capital = is_capital(reader, at) && reader->capitals != CAPITALS_NONE;
	bool framed = at > 0 && (reader->around[at - 1] & NAME_FRAME_END);
	if (!capital && !framed && reader->tails[at] && read_small(reader, at, NAME_PERHAPS))
		return true; /* "jessica's" */
	if (!capital && !framed && is_kind(reader, at, TOKEN_WORD) && !(reader->around[at] & NAME_TITLE))
		return false; /* an ordinary word: most are */
	uint32_t flags = flags_at(reader, at);
	if (capital ? !framed && plain_capital(reader, at, flags) : plain_small(flags))
		return false;
	uint32_t frames = frames_before(reader, at);
	if ((frames & NAME_SAID) && read_said(reader, at))
		return true;
	if (is_kind(reader, at, TOKEN_IDEOGRAPH))
		return read_ideograph_title(reader, at);
	if ((flags & NAME_TITLE) && read_titled(reader, at))
		return true;
	if (capital)
		return read_capital(reader, at, frames);
	return frames && read_small(reader, at, frames);
}
