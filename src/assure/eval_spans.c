/* eval_spans.c: personal identifiers, span by span, against rows whose `orig` lists them as presidio-research does:
 * [{"entity_type","entity_value","start_position","end_position"}], positions in characters. */
#include "assure/eval_priv.h"

#define GOLD_MAX 256u

const char *const eval_span_names[SPAN_TYPES] = { "name", "address", "telephone", "e-mail", "web address", "card", "bank account",
	"national number", "driving licence", "IP address" };

/* What the set calls them. Its other types (organisation, place, title, age, date, nationality) we do not claim. */
static const struct {
	const char *gold;
	enum span_type type;
} gold_types[] = { { "PERSON", SPAN_NAME }, { "STREET_ADDRESS", SPAN_ADDRESS }, { "PHONE_NUMBER", SPAN_PHONE },
	{ "EMAIL_ADDRESS", SPAN_EMAIL }, { "DOMAIN_NAME", SPAN_URL }, { "URL", SPAN_URL }, { "CREDIT_CARD", SPAN_CARD },
	{ "IBAN_CODE", SPAN_ACCOUNT }, { "US_SSN", SPAN_NATIONAL_ID }, { "US_DRIVER_LICENSE", SPAN_LICENCE }, { "IP_ADDRESS", SPAN_IP } };

static const char *const concepts[SPAN_TYPES] = { [SPAN_NAME] = "pii.name",
	[SPAN_ADDRESS] = "pii.address",
	[SPAN_PHONE] = "pii.phone",
	[SPAN_EMAIL] = "pii.email",
	[SPAN_URL] = "pii.url",
	[SPAN_CARD] = "pii.card",
	[SPAN_ACCOUNT] = "pii.account",
	[SPAN_NATIONAL_ID] = "pii.national_id",
	[SPAN_LICENCE] = "pii.licence",
	[SPAN_IP] = "pii.ip" };

struct span {
	size_t type, start, end; /* SPAN_TYPES: not claimed */
	bool of_address;         /* a part of an address that the set labels apart: an address that covers it is no false one */
};

/* The byte at which character number `characters` of the text begins; text.len when there are fewer. */
static size_t byte_of(struct str text, size_t characters)
{
	size_t i = 0;
	for (; i < text.len; i++) {
		bool begins = ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
		if (begins && characters-- == 0)
			return i;
	}
	return i;
}

/* Rows were masked after they were labelled, which moves what stands behind: the nearest place that still reads so, or SIZE_MAX. */
static size_t nearest(struct str text, struct str value, size_t near)
{
	size_t best = SIZE_MAX, apart = SIZE_MAX;
	for (size_t at = str_find(text, value, 0); at != SIZE_MAX && value.len; at = str_find(text, value, at + 1)) {
		size_t distance = at > near ? at - near : near - at;
		if (distance < apart) {
			apart = distance;
			best = at;
		}
	}
	return best;
}

static bool read_gold(const json_t *item, struct str text, struct span *ret_span)
{
	const json_t *value = json_object_get(item, "entity_value"), *at = json_object_get(item, "start_position");
	const char *type = json_string_value(json_object_get(item, "entity_type"));
	struct span span = { .type = SPAN_TYPES };
	if (!json_is_string(value) || !json_is_integer(at) || json_integer_value(at) < 0 || !type)
		return false;
	for (size_t i = 0; i < COUNT_OF(gold_types); i++)
		if (strcmp(gold_types[i].gold, type) == 0)
			span.type = gold_types[i].type;
	span.of_address = strcmp(type, "ZIP_CODE") == 0 || strcmp(type, "GPE") == 0;
	struct str words = str_make(json_string_value(value), json_string_length(value));
	span.start = nearest(text, words, byte_of(text, (size_t)json_integer_value(at)));
	span.end = span.start == SIZE_MAX ? SIZE_MAX : span.start + words.len;
	*ret_span = span;
	return true;
}

static size_t read_all_gold(struct span_counts *counts, const json_t *list, struct str text, struct span *gold)
{
	size_t count = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct span span;
		if (count == GOLD_MAX || !read_gold(json_array_get(list, i), text, &span)) {
			counts->unreadable++;
			continue;
		}
		counts->unclaimed += span.type == SPAN_TYPES;
		if (span.start == SIZE_MAX)
			counts->masked += span.type < SPAN_TYPES;
		else
			gold[count++] = span;
	}
	return count;
}

static size_t type_of(const struct finding *finding)
{
	for (size_t i = 0; i < SPAN_TYPES; i++)
		if (str_eqc(finding->concept, concepts[i]))
			return i;
	return SPAN_TYPES;
}

static bool overlap(const struct span *gold, const struct finding *finding)
{
	return gold->start < finding->end && finding->start < gold->end;
}

static void count_gold(struct span_counts *counts, const struct span *gold, const struct verdict *verdict)
{
	bool exact = false, met = false;
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct finding *finding = &verdict->findings[i];
		if (type_of(finding) != gold->type)
			continue;
		exact |= finding->start == gold->start && finding->end == gold->end;
		met |= overlap(gold, finding);
	}
	counts->type[gold->type].gold++;
	counts->type[gold->type].exact += exact;
	counts->type[gold->type].gold_met += met;
}

static void count_found(struct span_counts *counts, const struct finding *finding, const struct span *gold, size_t gold_count)
{
	size_t type = type_of(finding);
	bool met = false;
	if (type == SPAN_TYPES)
		return;
	for (size_t i = 0; i < gold_count; i++)
		met |= overlap(&gold[i], finding) && (gold[i].type == type || (type == SPAN_ADDRESS && gold[i].of_address));
	counts->type[type].found++;
	counts->type[type].found_met += met;
}

/* ---- whole addresses: the set's pieces (street, flat, postcode, place) that only white space and punctuation divide, as one ---- */

static void sort_by_start(struct span *spans, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct span moved = spans[i];
		size_t at = i;
		for (; at > 0 && spans[at - 1].start > moved.start; at--)
			spans[at] = spans[at - 1];
		spans[at] = moved;
	}
}

static bool adjoin(struct str text, const struct span *a, const struct span *b)
{
	for (size_t i = a->end; i < b->start; i++)
		if (strchr(" \t\r\n,.;:-", text.ptr[i]) == NULL || text.ptr[i] == 0)
			return false;
	return true;
}

/* The addresses of a row in place of their pieces; a place or postcode that adjoins no street is none. */
static size_t join_addresses(struct str text, const struct span *gold, size_t count, struct span *whole)
{
	size_t joined = 0, kept = 0;
	for (size_t i = 0; i < count; i++)
		if (gold[i].type == SPAN_ADDRESS || gold[i].of_address)
			whole[joined++] = gold[i];
	sort_by_start(whole, joined);
	for (size_t i = 0; i < joined; i++) {
		struct span *last = kept ? &whole[kept - 1] : NULL;
		if (last && adjoin(text, last, &whole[i])) {
			last->end = whole[i].end > last->end ? whole[i].end : last->end;
			last->type = whole[i].type == SPAN_ADDRESS ? SPAN_ADDRESS : last->type;
		} else {
			whole[kept++] = whole[i];
		}
	}
	return kept;
}

static void count_whole(struct span_counts *counts, struct str text, const struct span *gold, size_t count, const struct verdict *verdict)
{
	struct span whole[GOLD_MAX];
	struct span_counts row = { .rows = 0 };
	size_t joined = join_addresses(text, gold, count, whole);
	for (size_t i = 0; i < joined; i++)
		if (whole[i].type == SPAN_ADDRESS)
			count_gold(&row, &whole[i], verdict);
	for (size_t i = 0; i < verdict->finding_count; i++)
		if (type_of(&verdict->findings[i]) == SPAN_ADDRESS)
			count_found(&row, &verdict->findings[i], whole, joined);
	span_count_add(&counts->whole, &row.type[SPAN_ADDRESS]);
}

void eval_spans_add(struct span_counts *counts, struct str orig, struct str text, const struct verdict *verdict)
{
	struct span gold[GOLD_MAX];
	json_t *list = json_loadb(orig.ptr ? orig.ptr : "", orig.len, JSON_REJECT_DUPLICATES, NULL);
	counts->rows++;
	counts->unreadable += !json_is_array(list);
	if (json_is_array(list)) {
		size_t count = read_all_gold(counts, list, text, gold);
		for (size_t i = 0; i < count; i++)
			if (gold[i].type < SPAN_TYPES)
				count_gold(counts, &gold[i], verdict);
		for (size_t i = 0; i < verdict->finding_count; i++)
			count_found(counts, &verdict->findings[i], gold, count);
		count_whole(counts, text, gold, count, verdict);
	}
	json_decref(list);
}

void span_count_add(struct span_count *to, const struct span_count *from)
{
	to->gold += from->gold;
	to->found += from->found;
	to->exact += from->exact;
	to->gold_met += from->gold_met;
	to->found_met += from->found_met;
}

struct span_count eval_spans_all(const struct span_counts *counts, bool whole)
{
	struct span_count all = { 0 };
	for (size_t i = 0; i < SPAN_TYPES; i++)
		span_count_add(&all, whole && i == SPAN_ADDRESS ? &counts->whole : &counts->type[i]);
	return all;
}

static double f1(double recall, double precision)
{
	return recall + precision > 0 ? 2 * recall * precision / (recall + precision) : 0;
}

void eval_f1(uint64_t gold_met, uint64_t gold, uint64_t found_met, uint64_t found, double *ret_f1, struct eval_interval *ret_interval)
{
	struct eval_interval recall, precision;
	eval_wilson(gold_met, gold, &recall);
	eval_wilson(found_met, found, &precision);
	*ret_f1 = f1(gold ? (double)gold_met / (double)gold : 0, found ? (double)found_met / (double)found : 0);
	*ret_interval = (struct eval_interval){ f1(recall.low, precision.low), f1(recall.high, precision.high) };
}

static void span_row(struct report_table *table, const char *name, const struct span_count *count)
{
	double value;
	struct eval_interval interval;
	row_begin(table);
	cell_text(table, "%s", name);
	cell_share(table, count->exact, count->gold);
	cell_share(table, count->exact, count->found);
	eval_f1(count->exact, count->gold, count->exact, count->found, &value, &interval);
	cell_value(table, value, interval.low, interval.high, 3);
	cell_share(table, count->gold_met, count->gold);
	cell_share(table, count->found_met, count->found);
	eval_f1(count->gold_met, count->gold, count->found_met, count->found, &value, &interval);
	cell_value(table, value, interval.low, interval.high, 3);
}

void report_identifiers(const struct report_from *from)
{
	static const struct report_column columns[] = { { "type", "identifier" }, { "exact_recall", "found, same span" },
		{ "exact_precision", "right, same span" }, { "exact_f1", "F1, same span" }, { "recall", "found, overlapping" },
		{ "precision", "right, overlapping" }, { "f1", "F1, overlapping" } };
	const struct span_counts *counts = &from->eval->spans;
	if (!counts->rows)
		return;
	report_heading(from->report, "Personal identifiers");
	struct report_table *table = report_table(from->report, "identifiers", "By type that we claim", columns, COUNT_OF(columns));
	for (size_t i = 0; i < SPAN_TYPES; i++)
		if (counts->type[i].gold || counts->type[i].found)
			span_row(table, eval_span_names[i], &counts->type[i]);
	struct span_count all = eval_spans_all(counts, false), whole = eval_spans_all(counts, true);
	if (counts->whole.gold)
		span_row(table, "address, adjoining pieces as one", &counts->whole);
	span_row(table, "all", &all);
	span_row(table, "all, adjoining pieces of an address as one", &whole);
	report_note(table,
		"%llu rows with labelled spans. Left out: %llu spans that were masked in the row, %llu of types that we do not claim "
		"(organisation, place, "
		"title, age, date, nationality), %llu that could not be read. The set cuts one postal address into "
		"several spans, so that few are the same "
		"span; an address that covers a postcode or a place counts as right where overlaps count. The interval of F1 is from the "
		"ends of both others'.",
		(unsigned long long)counts->rows, (unsigned long long)counts->masked, (unsigned long long)counts->unclaimed,
		(unsigned long long)counts->unreadable);
}
