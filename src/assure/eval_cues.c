/* eval_cues.c: words that place somebody in a group, and how screening does where they stand. A cue is in the text: it does not say that
 * the writer belongs to the group. The lists are our own, short, English and Spanish, and deliberately plain: a cue that is
 * doubtful is not in them. */
#include "assure/eval_priv.h"

#define CUE_WORDS_MAX 24

/* Each word or phrase in lower case, apostrophes dropped, words divided by one space; it stands as whole words. */
static const struct cue {
	const char *name;
	const char *words[CUE_WORDS_MAX];
} cues[] = {
	{ "gender: woman",
		{ "im a woman", "i am a woman", "as a woman", "im a girl", "i am a girl", "my husband", "my boyfriend", "im a mom",
			"as a mother", "my pregnancy", "soy una mujer", "soy mujer", "mi marido", "mi novio", "soy madre" } },
	{ "gender: man", { "im a man", "i am a man", "as a man", "im a guy", "i am a guy", "my wife", "my girlfriend", "im a dad",
				 "as a father", "soy un hombre", "soy hombre", "mi esposa", "mi novia", "soy padre" } },
	{ "gender: trans or non-binary",
		{ "trans", "transgender", "transsexual", "non binary", "nonbinary", "genderqueer", "trans man", "trans woman", "trans men",
			"trans women", "trans people", "gender dysphoria", "transgenero", "transg\xC3\xA9nero", "no binario" } },
	{ "age: young",
		{ "teenager", "teen", "im 13", "im 14", "im 15", "im 16", "im 17", "i am 15", "i am 16", "i am 17", "high school",
			"my teacher", "my homework", "middle school", "adolescente", "mi profesora", "mi profesor", "el instituto" } },
	{ "age: old", { "elderly", "my grandchildren", "my grandkids", "im retired", "i am retired", "im 65", "im 70", "im 75", "im 80",
			      "nursing home", "old age", "mis nietos", "estoy jubilado", "estoy jubilada", "tercera edad",
			      "my age of retirement" } },
	{ "ethnicity: Black", { "black people", "black person", "black man", "black woman", "black men", "black women", "im black",
				      "i am black", "african american", "african americans", "afro", "gente negra", "persona negra" } },
	{ "ethnicity: Asian", { "asian", "asians", "asian american", "chinese people", "indian people", "pakistani", "pakistanis", "korean",
				      "japanese people", "asi\xC3\xA1tico", "asi\xC3\xA1tica" } },
	{ "ethnicity: Latino or Roma", { "latino", "latina", "latinos", "latinx", "hispanic", "hispanics", "mexican", "mexicans", "gypsy",
					       "roma people", "gitano", "gitana" } },
	{ "ethnicity: indigenous", { "native american", "native americans", "indigenous", "aboriginal", "first nations", "my tribe",
					   "the reservation", "ind\xC3\xADgena", "indigena" } },
	{ "migrant", { "immigrant", "immigrants", "refugee", "refugees", "asylum", "undocumented", "visa", "deported", "foreigners",
			     "inmigrante", "inmigrantes", "refugiado", "refugiada", "sin papeles" } },
	{ "religion: Muslim", { "muslim", "muslims", "islam", "islamic", "mosque", "hijab", "ramadan", "quran", "musulm\xC3\xA1n",
				      "musulmana", "mezquita" } },
	{ "religion: Jewish", { "jew", "jews", "jewish", "synagogue", "judaism", "shabbat", "jud\xC3\xADo",
				      "jud\xC3\xAD"
				      "a",
				      "sinagoga" } },
	{ "religion: Christian", { "christian", "christians", "catholic", "catholics", "my church", "my pastor", "jesus", "the bible",
					 "my priest", "cristiano", "cristiana", "cat\xC3\xB3lico", "cat\xC3\xB3lica", "mi iglesia" } },
	{ "disability", { "disabled", "disability", "disabilities", "wheelchair", "deaf", "blind person", "autistic", "autism",
				"down syndrome", "special needs", "discapacidad", "discapacitado", "discapacitada", "silla de ruedas",
				"sordo", "sorda", "autista" } },
	{ "sexuality: gay, lesbian, bisexual",
		{ "gay", "gays", "lesbian", "lesbians", "bisexual", "homosexual", "homosexuals", "queer", "lgbt", "lgbtq", "came out",
			"coming out", "same sex", "lesbiana", "gais", "bisexuales" } },
	{ "veteran or serving", { "veteran", "veterans", "my platoon", "my deployment", "deployed", "iraq", "afghanistan", "the army",
					"the marines", "the navy", "my unit", "combat", "the va", "ex militar", "el ej\xC3\xA9rcito" } },
	{ "pregnancy or birth", { "pregnant", "pregnancy", "postpartum", "miscarriage", "breastfeeding", "my newborn", "gave birth",
					"embarazada", "embarazo", "mi beb\xC3\xA9" } },
	{ "poor or without a home", { "homeless", "evicted", "eviction", "food stamps", "unemployed", "lost my job", "foreclosure",
					    "cant afford", "sin hogar", "en paro", "desahucio" } },
};
_Static_assert(sizeof cues / sizeof *cues <= 32, "one bit a cue");
const size_t eval_cue_count = COUNT_OF(cues);

const char *eval_cue_name(size_t cue)
{
	return cues[cue].name;
}

/* As many bytes as are looked through: more says nothing else about a group, and a row may be long. */
#define CUE_TEXT_MAX 16384u

/* The text as one line of plain words: " im a woman ". Returns its length. */
static size_t plain_words(struct str text, char *line)
{
	size_t len = 0;
	line[len++] = ' ';
	for (size_t i = 0; i < text.len && len + 2 < CUE_TEXT_MAX; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		bool apostrophe = c == '\'' || (c == 0xE2 && i + 2 < text.len && memcmp(text.ptr + i, "\xE2\x80\x99", 3) == 0);
		if (apostrophe) {
			i += c == 0xE2 ? 2 : 0;
		} else if (c >= 'A' && c <= 'Z') {
			line[len++] = (char)(c + 'a' - 'A');
		} else if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			line[len++] = (char)c;
		} else if (line[len - 1] != ' ') {
			line[len++] = ' ';
		}
	}
	if (line[len - 1] != ' ')
		line[len++] = ' ';
	return len;
}

static bool stands_in(struct str line, const char *words)
{
	size_t len = strlen(words);
	for (size_t at = str_find(line, str_make(words, len), 0); at != SIZE_MAX; at = str_find(line, str_make(words, len), at + 1))
		if (line.ptr[at - 1] == ' ' && line.ptr[at + len] == ' ')
			return true;
	return false;
}

uint32_t eval_cues_find(struct str text)
{
	char bytes[CUE_TEXT_MAX];
	struct str line = str_make(bytes, plain_words(text, bytes));
	uint32_t found = 0;
	for (size_t i = 0; i < COUNT_OF(cues); i++)
		for (size_t k = 0; k < CUE_WORDS_MAX && cues[i].words[k]; k++)
			if (stands_in(line, cues[i].words[k])) {
				found |= 1u << i;
				break;
			}
	return found;
}

/* ---- the report ---- */

enum { FOUND = 0, FALSE_POSITIVE, ALARM, FIGURES };

/* Of one set: rows and those at level >= 2, for each figure. */
struct cue_counts {
	struct eval_count figure[FIGURES];
};

/* Rows with the cue, or with none at all (cue: eval_cue_count), by set. */
static void count_cue(const struct eval *eval, const bool *pooled, size_t cue, struct cue_counts *by_set)
{
	memset(by_set, 0, EVAL_SETS_MAX * sizeof *by_set);
	for (size_t i = 0; i < eval->record_count; i++) {
		const struct eval_record *record = &eval->records[i];
		const char *lang = eval->sets[record->set].lang;
		bool read = strcmp(lang, "en") == 0 || strcmp(lang, "es") == 0;
		if (!read || (cue == eval_cue_count ? record->cues != 0 : !(record->cues >> cue & 1)))
			continue;
		struct cue_counts *counts = &by_set[record->set];
		if (pooled[record->set] && record_positive(eval, record))
			count_level(&counts->figure[FOUND], levels_of(&record->levels, RISK_FAMILIES));
		if (pooled[record->set] && record_negative(eval, record))
			count_level(&counts->figure[FALSE_POSITIVE], levels_of(&record->levels, RISK_FAMILIES));
		if (record_quiet(eval, record))
			count_level(&counts->figure[ALARM], record->levels.top);
	}
}

/* The cue's rows of a figure, and what the rest's share would be in the same mix of sets (indirect standardisation): sets differ in
 * what they are about, and cues are not spread evenly over them. Rows of sets of which the rest has none are left out of both. */
struct cue_figure {
	uint64_t n, two;
	double expected;
};

static struct cue_figure figure_of(const struct cue_counts *cue, const struct cue_counts *rest, size_t which)
{
	struct cue_figure figure = { .n = 0 };
	for (size_t set = 0; set < EVAL_SETS_MAX; set++) {
		const struct eval_count *ours = &cue[set].figure[which], *others = &rest[set].figure[which];
		if (!others->n)
			continue;
		figure.n += ours->n;
		figure.two += ours->two;
		figure.expected += (double)ours->n * (double)others->two / (double)others->n;
	}
	if (figure.n)
		figure.expected /= (double)figure.n;
	return figure;
}

static void figure_cells(struct report_table *table, const struct cue_figure *figure)
{
	if (figure->n < EVAL_SMALL) {
		cell_few(table, figure->n);
		cell_none(table);
		return;
	}
	cell_share(table, figure->two, figure->n);
	cell_text(table, "%.1f %%", 100 * figure->expected);
}

static const char *beside(const struct cue_figure *figure, const char *above, const char *below)
{
	struct eval_interval interval;
	eval_wilson(figure->two, figure->n, &interval);
	if (figure->n < EVAL_SMALL || (figure->expected >= interval.low && figure->expected <= interval.high))
		return "";
	return figure->expected < interval.low ? above : below;
}

static void cue_row(struct report_table *table, const char *name, const struct cue_counts *cue, const struct cue_counts *rest)
{
	struct cue_figure found = figure_of(cue, rest, FOUND), wrong = figure_of(cue, rest, FALSE_POSITIVE),
			  alarm = figure_of(cue, rest, ALARM);
	row_begin(table);
	cell_text(table, "%s", name);
	figure_cells(table, &found);
	figure_cells(table, &wrong);
	figure_cells(table, &alarm);
	const char *said[] = { beside(&found, "more found. ", "fewer found. "), beside(&wrong, "more flagged. ", "fewer flagged. "),
		beside(&alarm, "more alarms.", "fewer alarms.") };
	if (said[0][0] || said[1][0] || said[2][0])
		cell_text(table, "%s%s%s", said[0], said[1], said[2]);
	else
		cell_none(table);
}

void report_cues(const struct report_from *from)
{
	static const struct report_column columns[] = { { "cue", "cue in the text" }, { "recall", "suicide or self-harm found" },
		{ "recall_rest", "the rest's" }, { "false_positives", "flagged though judged not so" },
		{ "false_positives_rest", "the rest's" }, { "alarms", "any family, no risk label" }, { "alarms_rest", "the rest's" },
		{ "apart", "outside its interval" } };
	const struct eval *eval = from->eval;
	bool pooled[EVAL_SETS_MAX] = { false };
	struct cue_counts *cue = ARENA_ARRAY(from->report->arena, struct cue_counts, EVAL_SETS_MAX);
	struct cue_counts *rest = ARENA_ARRAY(from->report->arena, struct cue_counts, EVAL_SETS_MAX);
	uint64_t rows = 0;
	if (!cue || !rest)
		return;
	for (size_t i = 0; i < eval->record_count; i++)
		pooled[eval->records[i].set] |= record_positive(eval, &eval->records[i]);
	count_cue(eval, pooled, eval_cue_count, rest);
	for (size_t i = 0; i < EVAL_SETS_MAX; i++)
		rows += rest[i].figure[ALARM].n + rest[i].figure[FOUND].n;
	if (!rows)
		return;
	report_heading(from->report, "By demographic cue");
	struct report_table *table = report_table(from->report, "cues", "English and Spanish, level >= 2", columns, COUNT_OF(columns));
	for (size_t i = 0; i < eval_cue_count; i++) {
		count_cue(eval, pooled, i, cue);
		cue_row(table, cues[i].name, cue, rest);
	}
	cue_row(table, "no cue: the rest", rest, rest);
	report_note(table,
		"A cue is a word of our own short lists (src/assure/eval_cues.c) in the text; it does not say that the writer belongs to "
		"the group. Found and flagged: the "
		"sets that have rows labelled suicide or self-harm, without those that only a forum's name labels. The rest: rows without "
		"any cue, brought to the cue's mix of "
		"sets. Fewer than %u rows are not shown. What stands in the last column is a reason to look, not a finding: many figures "
		"are compared, and a cue goes with "
		"what a text is about.",
		EVAL_SMALL);
}
