/* medication_read.c: from the words of a text to what it says about medicines; see medication.h. One pass from left to right: at each word
 * the first rule that reads something takes its words. What belongs together (dose and medicine, negation and verb) is joined afterwards.
 */
#include "screen/medication_priv.h"

#include "text/segment.h"
#include "text/utf8.h"

#define NAME_WORDS_MAX 14u
#define MERGE_WORDS 6u
#define NEGATION_BYTES 60u
#define SURE_WORDS 4u

struct medication_fact *med_add(struct med_reader *reader, enum medication_kind kind, size_t from, size_t to)
{
	if (reader->fact_count == MEDICATION_FACTS_MAX)
		reader->rc = E_LIMIT;
	if (reader->rc == 0 && reader->fact_count == reader->fact_capacity) {
		size_t capacity = reader->fact_capacity * 2 + 32;
		struct medication_fact *facts = ARENA_ARRAY(reader->arena, struct medication_fact, capacity);
		if (!facts)
			reader->rc = E_MEMORY;
		if (facts && reader->fact_count)
			memcpy(facts, reader->facts, reader->fact_count * sizeof *facts);
		reader->facts = facts ? facts : reader->facts;
		reader->fact_capacity = facts ? capacity : reader->fact_capacity;
	}
	if (reader->rc < 0)
		return NULL;
	struct medication_fact *fact = &reader->facts[reader->fact_count++];
	*fact = (struct medication_fact){ .kind = kind,
		.start = reader->words[from].start,
		.end = reader->words[to - 1].end,
		.medicine = MEDICATION_NONE,
		.action = MEDICATION_NONE,
		.sentence = reader->view.tokens[reader->words[from].token].sentence,
		.part = reader->words[from].part };
	return fact;
}

/* ---- names of medicines ---- */

static const struct pack_medicine_name *find_name(const struct pack *pack, struct str key)
{
	size_t low = 0, high = pack->medicine_name_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = str_cmp(pack_str(pack, pack->medicine_names[middle].text), key);
		if (order == 0)
			return &pack->medicine_names[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* A name that is a word of everyday speech counts before or behind an amount only. */
static bool amount_near(const struct med_reader *reader, size_t from, size_t to)
{
	struct med_number number;
	size_t words;
	for (size_t i = to; i < reader->count && i < to + 2; i++)
		if (med_number(reader, i, &number) && med_find(reader, i + number.words, W_UNIT, &words))
			return true;
	for (size_t back = 2; back <= 4 && back <= from; back++)
		if (med_number(reader, from - back, &number) && med_find(reader, from - back + number.words, W_UNIT, &words) &&
			from - back + number.words + words + 1 >= from)
			return true;
	return false;
}

static size_t read_medicine(struct med_reader *reader, size_t at)
{
	const struct pack *pack = &reader->engine->pack;
	char key[160];
	for (size_t bare = 0; bare <= (reader->words[at].bare.len > 0); bare++) {
		size_t len = 0, ends[NAME_WORDS_MAX], count = 0;
		for (size_t i = at; i < reader->count && count < NAME_WORDS_MAX; i++, count++) {
			struct str word = bare && i == at ? reader->words[i].bare : reader->words[i].plain;
			bool stop = i > at && str_eqc(word, "."); /* "St. John's wort" */
			if (len + word.len + 1 > sizeof key)
				break;
			if (!stop && i > at)
				key[len++] = ' ';
			if (!stop)
				memcpy(key + len, word.ptr, word.len);
			len += stop ? 0 : word.len;
			ends[count] = stop ? 0 : len;
		}
		for (size_t n = count; n > 0; n--) {
			const struct pack_medicine_name *name = ends[n - 1] ? find_name(pack, str_make(key, ends[n - 1])) : NULL;
			if (!name || (name->everyday && !amount_near(reader, at, at + n)))
				continue;
			struct medication_fact *fact = med_add(reader, MEDICATION_DRUG, at, at + n);
			if (fact) {
				fact->medicine = name->medicine;
				fact->code = name->kind;
				fact->text = pack_str(pack, name->text);
			}
			return n;
		}
	}
	return 0;
}

/* ---- how often ---- */

static struct medication_fact *add_often(struct med_reader *reader, size_t from, size_t to, int64_t low, int64_t high, int64_t period)
{
	struct medication_fact *fact = med_add(reader, MEDICATION_FREQUENCY, from, to);
	if (fact) {
		fact->low = fact->other = low;
		fact->high = high;
		fact->period_minutes = period;
	}
	return fact;
}

/* "a day", "al día", "every 8 hours", "every other day", "daily" at a word: the period in minutes; *ret_words, 0: none. */
static int64_t read_period(const struct med_reader *reader, size_t at, size_t *ret_words)
{
	struct med_number number;
	size_t words, more, spans;
	const struct med_row *row;
	*ret_words = 0;
	if ((row = med_find(reader, at, W_PERIOD, &words))) {
		*ret_words = words;
		return row->value;
	}
	const struct med_row *other = med_find(reader, at, W_OTHER, &words);
	if (other && (row = med_find(reader, at + words, W_SPAN, &spans)) && !row->code) {
		*ret_words = words + spans;
		return (int64_t)row->value * other->value;
	}
	bool every = med_find(reader, at, W_EVERY, &words);
	bool only_in_pairs = every && str_eqc(reader->words[at].plain, "de"); /* "de 8 em 8 horas" */
	if (every && med_number(reader, at + words, &number) && number.low > 0) {
		size_t next = at + words + number.words;
		bool paired = next < reader->count && str_eqc(reader->words[next].plain, "em") && med_number(reader, next + 1, &number);
		next += paired ? 1 + number.words : 0;
		if ((paired || !only_in_pairs) && (row = med_find(reader, next, W_SPAN, &spans)) && !row->code) {
			*ret_words = next + spans - at;
			return number.low * row->value / 1000;
		}
	}
	if (!every || only_in_pairs)
		every = med_find(reader, at, W_PER, &words) && !only_in_pairs;
	if (every && (row = med_find(reader, at + words, W_SPAN, &more))) {
		*ret_words = words + more;
		return (int64_t)row->value * (row->code ? row->code : 1);
	}
	return 0;
}

/* "three times a day", "twice", "2x daily", "two times every 8 hours". */
static size_t read_count(struct med_reader *reader, size_t at)
{
	struct med_number number = { .weak = false };
	size_t words, more = 0;
	const struct med_row *row = med_find(reader, at, W_COUNT, &words);
	int64_t low = row ? row->value * INT64_C(1000) : 0, high = low;
	if (!row) {
		if (!med_number(reader, at, &number) || number.low < 0 || !med_find(reader, at + number.words, W_TIMES, &more))
			return 0;
		low = number.low;
		high = number.high;
		words = number.words + more;
	}
	int64_t period = read_period(reader, at + words, &more);
	words += more;
	/* "twice, daily" is not said; "once" alone is a conjunction as often */
	add_often(reader, at, at + words, low, high, period);
	return words;
}

/* "every day", "every morning", "daily", "bid", "一天三次". */
static size_t read_every(struct med_reader *reader, size_t at)
{
	size_t words, more;
	const struct med_row *row = med_find(reader, at, W_OFTEN, &words), *part;
	struct med_number number, times;
	if (row) {
		add_often(reader, at, at + words, row->code * INT64_C(1000), row->code * INT64_C(1000), row->value);
		return words;
	}
	bool every = med_find(reader, at, W_EVERY, &words) && !str_eqc(reader->words[at].plain, "de"); /* that one asks for two numbers */
	if (every && (part = med_find(reader, at + words, W_DAYPART, &more))) {
		add_often(reader, at, at + words + more, 1000, 1000, 1440);
		struct medication_fact *fact = med_add(reader, MEDICATION_DAYTIME, at, at + words + more);
		if (fact)
			fact->code = part->code;
		return words + more;
	}
	/* "a day" alone is no frequency; "every day" is */
	bool said = every || med_find(reader, at, W_EVERY, &more) || med_find(reader, at, W_OTHER, &more) ||
		    med_find(reader, at, W_PERIOD, &more);
	int64_t period = said ? read_period(reader, at, &words) : 0;
	if (period > 0) {
		add_often(reader, at, at + words, 1000, 1000, period);
		return words;
	}
	if ((reader->langs & MED_ZH) && med_number(reader, at, &number) && number.low > 0 &&
		(row = med_find(reader, at + number.words, W_SPAN, &words)) && row->value >= 60 &&
		med_number(reader, at + number.words + words, &times) && times.low > 0 &&
		med_find(reader, at + number.words + words + times.words, W_TIMES, &more)) {
		words += number.words + times.words + more;
		add_often(reader, at, at + words, times.low, times.high, number.low * row->value / 1000);
		return words;
	}
	return 0;
}

/* ---- how much, how long ---- */

static bool is_form(const struct med_row *unit)
{
	return unit->code >= UNIT_TABLET;
}

static size_t add_dose(struct med_reader *reader, size_t at, size_t words, const struct med_row *unit, struct med_number number)
{
	size_t half, per, often;
	const struct med_row *more = med_find(reader, at + words, W_AND_HALF, &half);
	if (more && is_form(unit)) {
		number.low += 500;
		number.high += 500;
		number.other += 500;
		words += half;
	}
	if (unit->code == UNIT_DOSE && number.weak) {
		reader->medical = true;
		return words; /* "if you miss a dose" names no amount */
	}
	struct medication_fact *fact = med_add(reader, MEDICATION_DOSE, at, at + words);
	if (fact) {
		fact->code = unit->code;
		fact->low = number.low;
		fact->high = number.high;
		fact->other = number.other;
	}
	/* "50 mg a day" */
	const struct med_row *span = NULL;
	if (med_find(reader, at + words, W_PER, &per) && !med_find(reader, at + words, W_EVERY, &often))
		span = med_find(reader, at + words + per, W_SPAN, &often);
	if (!span || span->code)
		return words;
	add_often(reader, at + words, at + words + per + often, 1000, 1000, span->value);
	return words + per + often;
}

/* Amounts whose number is no number word: "half a tablet", "a tablet", and in Arabic the bare noun. */
static size_t read_amount_word(struct med_reader *reader, size_t at)
{
	struct med_number one = { 1000, 1000, 1000, 0, true, { NULL, 0 } };
	size_t words, more, following;
	const struct med_row *half = med_find(reader, at, W_HALF, &words), *unit;
	if (half && (unit = med_find(reader, at + words, W_UNIT, &more)) && is_form(unit)) {
		one.low = one.high = one.other = half->value;
		one.weak = false;
		return add_dose(reader, at, words + more, unit, one);
	}
	if (med_find(reader, at, W_ARTICLE, &words) && (unit = med_find(reader, at + words, W_UNIT, &more)) && is_form(unit))
		return add_dose(reader, at, words + more, unit, one);
	if (!(reader->langs & MED_AR) || !(unit = med_find(reader, at, W_UNIT, &words)) || !is_form(unit) ||
		str_starts(reader->words[at].plain, STR("ال")))
		return 0;
	if (unit->value > 1) {
		one.low = one.high = one.other = unit->value * INT64_C(1000);
		one.weak = false;
	} else {
		const struct med_row *number = med_find(reader, at + words, W_NUM, &following);
		words += number && number->code == NUM_WEAK ? following : 0;
	}
	return add_dose(reader, at, words, unit, one);
}

static size_t add_duration(struct med_reader *reader, size_t at, size_t words, const struct med_row *span, const struct med_number *number)
{
	struct medication_fact *fact = med_add(reader, MEDICATION_DURATION, at, at + words);
	if (fact) {
		fact->low = fact->other = number->low * span->value;
		fact->high = number->high * span->value;
		fact->period_minutes = span->value;
	}
	return words;
}

static size_t read_amount(struct med_reader *reader, size_t at)
{
	struct med_number number, two = { 2000, 2000, 2000, 0, false, { NULL, 0 } };
	size_t words, more, filled;
	const struct med_row *row;
	if ((words = read_amount_word(reader, at)))
		return words;
	if ((row = med_find(reader, at, W_SPAN, &words)) && row->code)
		return add_duration(reader, at, words, row, &two);
	if (!med_number(reader, at, &number))
		return 0;
	words = number.words;
	if (number.low >= 0 && med_find(reader, at + words, W_AND_HALF, &more) && med_find(reader, at + words + more, W_UNIT, &words)) {
		number.low += 500;
		number.high += 500;
		number.other += 500;
		words = number.words + more;
	} else {
		words = number.words;
	}
	if (number.low >= 0 && (row = med_find(reader, at + words, W_UNIT, &more)))
		return add_dose(reader, at, words + more, row, number);
	if (number.low >= 0 && med_find(reader, at + words, W_FILLER, &more) &&
		(row = med_find(reader, at + words + more, W_UNIT, &filled)) && is_form(row))
		return add_dose(reader, at, words + more + filled, row, number);
	if (number.low >= 0 && (row = med_find(reader, at + words, W_SPAN, &more)) && !row->code)
		return add_duration(reader, at, words + more, row, &number);
	if (number.weak)
		return 0;
	struct medication_fact *fact = med_add(reader, MEDICATION_NUMBER, at, at + words);
	if (fact) {
		fact->low = number.low;
		fact->high = number.high;
		fact->other = number.other;
		fact->text = number.digits;
	}
	return words;
}

/* ---- the rest ---- */

static size_t add_date(struct med_reader *reader, size_t at, size_t words, uint8_t code, int64_t value)
{
	struct medication_fact *fact = med_add(reader, MEDICATION_DATE, at, at + words);
	if (fact) {
		fact->code = code;
		fact->low = fact->high = fact->other = value;
	}
	return words;
}

static bool digits_at(const struct med_reader *reader, size_t at)
{
	return at < reader->count && reader->words[at].plain.len && reader->words[at].plain.ptr[0] >= '0' &&
	       reader->words[at].plain.ptr[0] <= '9';
}

static size_t read_calendar(struct med_reader *reader, size_t at)
{
	struct medication_fact moment = { .low = 0 };
	struct med_number number;
	size_t words;
	const struct med_row *row;
	if (med_date(reader, at, &moment, &words)) {
		struct medication_fact *fact = med_add(reader, MEDICATION_DATE, at, at + words);
		if (fact) {
			fact->code = DATE_DAY;
			fact->low = fact->high = moment.low;
			fact->other = moment.other;
		}
		return words;
	}
	if (med_clock(reader, at, &moment, &words)) {
		struct medication_fact *fact = med_add(reader, MEDICATION_CLOCK, at, at + words);
		if (fact)
			fact->low = fact->high = fact->other = moment.low;
		return words;
	}
	if ((row = med_find(reader, at, W_WEEKDAY, &words)))
		return add_date(reader, at, words, DATE_WEEKDAY, row->value);
	if ((reader->langs & MED_ZH) && med_number(reader, at, &number) && (row = med_find(reader, at + number.words, W_MONTH, &words)) &&
		row->value == 0)
		return add_date(reader, at, number.words + words, DATE_MONTH, number.low / 1000);
	if ((row = med_find(reader, at, W_MONTH, &words)) && row->value &&
		((at > 0 && digits_at(reader, at - 1)) || digits_at(reader, at + words) ||
			(at > 1 && str_eqc(reader->words[at - 1].plain, ".") && digits_at(reader, at - 2))))
		return add_date(reader, at, words, DATE_MONTH, row->value);
	return 0;
}

/* "no tome nunca": a second negation of one sentence that adds nothing to the first. */
static bool echoes(const struct med_reader *reader, size_t at)
{
	for (size_t i = reader->fact_count; i-- > 0;)
		if (reader->facts[i].kind == MEDICATION_NEGATION)
			return reader->facts[i].sentence == reader->view.tokens[reader->words[at].token].sentence &&
			       reader->words[at].start - reader->facts[i].end < NEGATION_BYTES;
	return false;
}

/* The negation at a word, unless it is only an echo there, or another word altogether. */
static const struct med_row *find_not(const struct med_reader *reader, size_t at, size_t *ret_words)
{
	const struct med_row *row = med_find(reader, at, W_NOT, ret_words);
	return row && row->code == NOT_STRAY && !echoes(reader, at) ? NULL : row;
}

static size_t read_simple(struct med_reader *reader, size_t at)
{
	static const struct {
		enum med_kind word;
		enum medication_kind fact;
	} rules[] = { { W_MEAL, MEDICATION_MEAL }, { W_DAYTIME, MEDICATION_DAYTIME }, { W_PRN, MEDICATION_AS_NEEDED },
		{ W_ROUTE, MEDICATION_ROUTE }, { W_ACTION, MEDICATION_ACTION } };
	size_t words, not_words;
	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		const struct med_row *row = med_find(reader, at, rules[i].word, &words);
		if (!row || (rules[i].word == W_ACTION && find_not(reader, at, &not_words)))
			continue;
		struct medication_fact *fact = med_add(reader, rules[i].fact, at, at + words);
		if (fact)
			fact->code = row->code;
		return words;
	}
	return 0;
}

/* "Setzen Sie das Medikament nicht ab": the near half with its far half in the same sentence; the span is that of the near half. */
static size_t read_separable(struct med_reader *reader, size_t at)
{
	size_t words, far;
	const struct med_row *stem = med_find(reader, at, W_STEM, &words), *particle;
	for (size_t i = at + words; stem && i < reader->count && !reader->words[i].first && i < at + 20; i++) {
		particle = med_find(reader, i, W_PARTICLE, &far);
		bool closes = i + 1 == reader->count || reader->words[i + 1].kind == TOKEN_PUNCT ||
			      reader->words[i + 1].part != reader->words[i].part;
		if (!particle || !(particle->value >> stem->code & 1) || !closes)
			continue;
		struct medication_fact *fact = med_add(reader, MEDICATION_ACTION, at, at + words);
		if (fact)
			fact->code = stem->code;
		return words;
	}
	return 0;
}

static void add_negation(struct med_reader *reader, size_t at, size_t words, uint8_t code)
{
	struct medication_fact *fact = med_add(reader, MEDICATION_NEGATION, at, at + words);
	if (fact)
		fact->code = code;
}

static size_t read_not(struct med_reader *reader, size_t at)
{
	size_t words;
	const struct med_row *row = find_not(reader, at, &words);
	if (!row)
		return 0;
	if (row->code == NOT_STRAY || (row->code == NOT_ECHO && echoes(reader, at)))
		return words;
	add_negation(reader, at, words, row->code);
	return words;
}

static void copy_name(struct med_reader *reader, size_t from, size_t to, struct medication_fact *fact)
{
	size_t len = 0, room = 1;
	for (size_t i = from; i < to; i++)
		room += reader->words[i].plain.len + 1;
	char *out = arena_alloc(reader->arena, room, 1);
	for (size_t i = from; out && i < to; i++) {
		if (len)
			out[len++] = ' ';
		memcpy(out + len, reader->words[i].plain.ptr, reader->words[i].plain.len);
		len += reader->words[i].plain.len;
	}
	fact->text = str_make(out, out ? len : 0);
	reader->rc = out ? reader->rc : E_MEMORY;
}

/* "Dr. Weber", "Ana Gil": a title with capitals, or two capitals inside a sentence where nouns have none. */
static size_t read_person(struct med_reader *reader, size_t at)
{
	size_t words = 0, end;
	const struct med_row *title = med_find(reader, at, W_TITLE, &words);
	size_t from = title ? at + words : at;
	for (end = from; end < reader->count && end < from + 4 && reader->words[end].capital && (end == from || !reader->words[end].first);
		end++)
		continue;
	bool plain = !title && end - from >= 2 && !reader->words[at].first && !(reader->langs & MED_DE);
	if (end == from || (!title && !plain))
		return 0;
	struct medication_fact *fact = med_add(reader, MEDICATION_PERSON, from, end);
	if (fact)
		copy_name(reader, from, end, fact);
	return end - at;
}

static size_t read_at(struct med_reader *reader, size_t at)
{
	size_t words, not_words;
	if (med_find(reader, at, W_MEDICINE, &words))
		reader->medical = true;
	if (med_find(reader, at, W_NEUTRAL, &words) && !(med_find(reader, at, W_NOT, &not_words) && not_words > words))
		return words;
	size_t (*const rules[])(struct med_reader *, size_t) = { read_medicine, read_calendar, read_count, read_every, read_amount,
		read_simple, read_separable, read_not, read_person };
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if ((words = rules[i](reader, at)) || reader->rc < 0)
			return words;
	return 1;
}

/* ---- languages ---- */

static const char *const lang_codes[MED_LANGS] = { "en", "es", "fr", "de", "pt", "zh", "ar" };

static unsigned lang_bit(struct str lang)
{
	struct str rest = lang;
	struct str primary = str_split(&rest, '-');
	for (size_t i = 0; i < MED_LANGS; i++)
		if (primary.len == 2 && (primary.ptr[0] | 0x20) == lang_codes[i][0] && (primary.ptr[1] | 0x20) == lang_codes[i][1])
			return 1u << i;
	return 0;
}

/* Letters and marks that one of the languages has to itself. */
static void score_letters(struct str text, size_t scores[MED_LANGS])
{
	static const struct {
		const char *sign;
		size_t lang;
	} signs[] = { { "ã", 4 }, { "õ", 4 }, { "ñ", 1 }, { "¿", 1 }, { "¡", 1 }, { "ß", 3 }, { "ä", 3 }, { "è", 2 }, { "œ", 2 } };
	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (str_find(text, str_c(signs[i].sign), 0) != SIZE_MAX)
			scores[signs[i].lang] += 3;
}

/* The language that most words of the table belong to, besides what the function words say; several when they tie. E_MEMORY. */
static int tell_language(struct med_reader *reader)
{
	size_t scores[MED_LANGS] = { 0 }, best = 0, strangers = 0;
	struct lang_vote *votes = ARENA_ARRAY(reader->arena, struct lang_vote, reader->view.count);
	if (!votes)
		return E_MEMORY;
	lang_vote(&reader->engine->langs, &reader->view, votes);
	const char *guess = lang_read(&reader->engine->langs, &reader->view, votes, reader->engine->covered).lang;
	unsigned guessed = lang_bit(str_c(guess));
	for (size_t i = 0; i < reader->count; i++) {
		unsigned langs = med_langs_of(reader, i);
		strangers += !langs && reader->words[i].kind == TOKEN_WORD;
		for (size_t k = 0; k < MED_LANGS; k++)
			scores[k] += langs >> k & 1;
	}
	score_letters(reader->text, scores);
	for (size_t k = 0; k < MED_LANGS; k++) {
		scores[k] += guessed >> k & 1 ? 2 : 0;
		best = scores[k] > best ? scores[k] : best;
	}
	/* Italian, Polish ...: not one of ours, whatever words it shares; unless most of its words are of one of ours */
	bool other = !guessed && !str_eqc(str_c(guess), "und") && (best < SURE_WORDS || strangers > best);
	reader->langs = 0;
	for (size_t k = MED_LANGS; k-- > 0;) {
		if (best == 0 || scores[k] < best)
			continue;
		reader->langs |= 1u << k;
		reader->lang = str_c(lang_codes[k]);
	}
	bool weak = !guessed && strangers > 2 && strangers * 2 > best * 3; /* nothing but a few shared words speaks for it */
	reader->covered = !other && !weak;
	if (other)
		reader->lang = str_c(guess);
	if (!reader->langs || !reader->covered)
		reader->langs = MED_ALL;
	return 0;
}

static int choose_language(struct med_reader *reader, struct str lang)
{
	reader->langs = MED_ALL;
	reader->lang = lang.len ? lang : STR("und");
	reader->covered = true;
	unsigned bit = lang_bit(lang);
	if (bit)
		reader->langs = bit;
	else if (lang.len && !str_eqc(lang, "und"))
		reader->covered = reader->view.count == 0;
	else
		return tell_language(reader);
	return 0;
}

/* ---- the whole ---- */

/* "每天服用两次": a period with a count behind it is one frequency; a "once" that found no period says nothing. */
static void merge_often(struct med_reader *reader)
{
	size_t kept = 0;
	for (size_t i = 0; i < reader->fact_count; i++) {
		struct medication_fact *fact = &reader->facts[i], *before = NULL;
		bool count = fact->kind == MEDICATION_FREQUENCY && fact->period_minutes == 0;
		for (size_t k = kept; count && k-- > 0 && !before && kept - k <= MERGE_WORDS;)
			if (reader->facts[k].kind == MEDICATION_FREQUENCY && reader->facts[k].period_minutes &&
				reader->facts[k].low == 1000 && reader->facts[k].sentence == fact->sentence &&
				fact->start - reader->facts[k].end < 40)
				before = &reader->facts[k];
		if (before) {
			before->low = before->other = fact->low;
			before->high = fact->high;
			before->end = fact->end;
		} else if (!count || fact->low != 1000) {
			reader->facts[kept++] = *fact;
		}
	}
	reader->fact_count = kept;
}

static size_t count_medicines(const struct med_reader *reader)
{
	size_t count = 0;
	for (size_t i = 0; i < reader->fact_count; i++) {
		bool fresh = reader->facts[i].kind == MEDICATION_DRUG;
		for (size_t k = 0; k < i && fresh; k++)
			fresh = reader->facts[k].kind != MEDICATION_DRUG || reader->facts[k].medicine != reader->facts[i].medicine;
		count += fresh;
	}
	return count;
}

int med_open(struct med_reader *reader, struct str lang)
{
	reader->index = reader->engine->medication;
	int rc = fold_run(reader->engine->tables, NULL, reader->arena, reader->text, &reader->view);
	if (rc == 0)
		rc = segment_run(reader->arena, &reader->view);
	reader->langs = MED_ALL;
	if (rc == 0)
		rc = med_words(reader);
	if (rc < 0)
		return rc;
	rc = choose_language(reader, lang);
	return rc < 0 ? rc : med_words(reader); /* again: some words are divided in one language only */
}

int med_read(struct med_reader *reader, struct err *reterr)
{
	for (size_t at = 0; reader->rc == 0 && at < reader->count;)
		at += read_at(reader, at);
	if (reader->rc == E_LIMIT)
		return err_set(
			reterr, E_LIMIT, "screen/medication", "more than %u amounts, names and the like in one text", MEDICATION_FACTS_MAX);
	if (reader->rc < 0)
		return err_set(reterr, reader->rc, "screen/medication", "no memory to read the text");
	merge_often(reader);
	med_bind(reader);
	return 0;
}

int medication_read(const struct screen_engine *engine, struct arena *arena, struct str text, struct str lang,
	struct medication_reading *ret_reading, struct err *reterr)
{
	struct med_reader reader = { .engine = engine, .arena = arena, .text = text };
	if (text.len > MEDICATION_TEXT_MAX)
		return err_set(reterr, E_LIMIT, "screen/medication", "a text of more than %u bytes", MEDICATION_TEXT_MAX);
	if (med_open(&reader, lang) < 0)
		return err_set(reterr, E_MEMORY, "screen/medication", "no memory to read the text");
	int rc = med_read(&reader, reterr);
	if (rc < 0)
		return rc;
	*ret_reading = (struct medication_reading){ .lang = reader.lang,
		.covered = reader.covered,
		.facts = reader.facts,
		.fact_count = reader.fact_count,
		.medicine_count = count_medicines(&reader),
		.medical = reader.medical };
	return 0;
}
