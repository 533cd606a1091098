/* eval.c: rows as they are kept: levels and labels, no text. */
#include "assure/eval_priv.h"

struct eval *eval_new(const struct mem *mem)
{
	struct eval *eval = mem->alloc(mem->ctx, sizeof *eval);
	if (eval == NULL)
		return NULL;
	memset(eval, 0, sizeof *eval);
	eval->mem = mem;
	buf_init(&eval->talk_text, mem, EVAL_TALK_BYTES_MAX);
	return eval;
}

void eval_free(struct eval *eval)
{
	if (eval == NULL)
		return;
	eval->mem->release(eval->mem->ctx, eval->records);
	eval->mem->release(eval->mem->ctx, eval->talks);
	eval->mem->release(eval->mem->ctx, eval->turns);
	buf_done(&eval->talk_text);
	eval->mem->release(eval->mem->ctx, eval);
}

bool eval_grow(const struct mem *mem, void *items_ptr, size_t size, size_t count, size_t *capacity, size_t max)
{
	if (count < *capacity)
		return true;
	if (count >= max)
		return false;
	size_t wanted = *capacity ? *capacity * 2 : 256;
	void *old;
	memcpy(&old, items_ptr, sizeof old);
	void *grown = mem->resize(mem->ctx, old, *capacity * size, wanted * size);
	if (grown == NULL)
		return false;
	memcpy(items_ptr, &grown, sizeof grown);
	*capacity = wanted;
	return true;
}

/* A source reads "github:owner/name licence": the name of its project is enough in a table. */
static struct str source_name(struct str source)
{
	struct str name = str_split(&source, ' ');
	if (str_starts(name, STR("github:")))
		name = str_sub(name, 7, name.len);
	return name;
}

static void keep(char *to, size_t size, struct str from)
{
	size_t len = from.len < size - 1 ? from.len : size - 1;
	while (len > 0 && len < from.len && ((unsigned char)from.ptr[len] & 0xC0) == 0x80)
		len--; /* not inside a character */
	memset(to, 0, size);
	if (len > 0)
		memcpy(to, from.ptr, len);
}

size_t eval_set_of(struct eval *eval, struct str source, struct str lang, enum message_role role)
{
	struct eval_set set = { .role = role };
	keep(set.source, sizeof set.source, source_name(source));
	keep(set.lang, sizeof set.lang, lang);
	for (size_t i = 0; i < eval->set_count; i++)
		if (eval->sets[i].role == role && strcmp(eval->sets[i].source, set.source) == 0 &&
			strcmp(eval->sets[i].lang, set.lang) == 0)
			return i;
	if (eval->set_count == EVAL_SETS_MAX)
		return EVAL_SETS_MAX;
	eval->sets[eval->set_count] = set;
	return eval->set_count++;
}

/* The label's number, or EVAL_LABELS_MAX when there are too many. */
static size_t label_of(struct eval *eval, struct str label)
{
	struct eval_label new;
	keep(new.name, sizeof new.name, label);
	for (size_t i = 0; i < eval->label_count; i++)
		if (strcmp(eval->labels[i].name, new.name) == 0)
			return i;
	if (eval->label_count == EVAL_LABELS_MAX)
		return EVAL_LABELS_MAX;
	eval->labels[eval->label_count] = new;
	return eval->label_count++;
}

bool record_has(const struct eval_record *record, size_t label)
{
	return (record->labels[label / 64] >> (label % 64) & 1) != 0;
}

static struct eval_record *new_record(struct eval *eval)
{
	if (!eval_grow(eval->mem, &eval->records, sizeof *eval->records, eval->record_count, &eval->record_capacity, EVAL_ROWS_MAX))
		return NULL;
	struct eval_record *record = &eval->records[eval->record_count++];
	memset(record, 0, sizeof *record);
	record->learned = -1;
	return record;
}

static void keep_labels(struct eval *eval, struct eval_record *record, const struct eval_row *row)
{
	bool forum = row->label_count > 0;
	for (size_t i = 0; i < row->label_count; i++) {
		enum label_class class = eval_label_class(row->labels[i]);
		record->classes |= (uint16_t)(1u << class);
		if (class == LABEL_FORUM && eval_label_other(row->labels[i]))
			record->classes |= 1u << LABEL_OTHER_RISK;
		forum = forum && class == LABEL_FORUM;
		size_t label = label_of(eval, row->labels[i]);
		if (label < EVAL_LABELS_MAX)
			record->labels[label / 64] |= 1ull << (label % 64);
		else
			eval->dropped_labels++;
	}
	record->flags |= forum ? RECORD_FORUM : 0;
}

static void keep_verdict(struct eval_record *record, const struct verdict *verdict)
{
	record->flags |= RECORD_SCREENED;
	record->levels.top = (uint8_t)verdict->level;
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		record->levels.family[i] = (uint8_t)verdict->levels[i];
	record->learned = (int16_t)(verdict->learned[FAMILY_SUICIDE] > verdict->learned[FAMILY_SELF_HARM]
					    ? verdict->learned[FAMILY_SUICIDE]
					    : verdict->learned[FAMILY_SELF_HARM]);
	record->flags |= verdict->time_frame == TIME_PAST ? RECORD_PAST : 0;
	for (size_t i = 0; i < verdict->finding_count; i++)
		if (verdict->findings[i].level >= 2 && verdict->findings[i].source < 8)
			record->raised |= (uint8_t)(1u << verdict->findings[i].source);
}

void eval_add(struct eval *eval, const struct eval_row *row)
{
	size_t set = eval_set_of(eval, row->source, row->lang, row->role);
	struct eval_record *record = set < EVAL_SETS_MAX ? new_record(eval) : NULL;
	if (record == NULL) {
		eval->dropped_rows++;
		return;
	}
	record->set = (uint16_t)set;
	record->id = row->id.len ? str_hash(row->id) : 0;
	record->severity = (int8_t)(row->severity >= 0 && row->severity <= 4 ? row->severity : -1);
	record->cues = row->cues;
	keep_labels(eval, record, row);
	if (row->verdict && row->verdict->state != VERDICT_NOT_SCREENED)
		keep_verdict(record, row->verdict);
	if (row->decision) {
		record->action = (uint8_t)row->decision->action;
		record->flags |= RECORD_JUDGED;
	}
}

static void merge_spans(struct span_counts *to, const struct span_counts *from)
{
	for (size_t i = 0; i < SPAN_TYPES; i++)
		span_count_add(&to->type[i], &from->type[i]);
	span_count_add(&to->whole, &from->whole);
	to->rows += from->rows;
	to->masked += from->masked;
	to->unclaimed += from->unclaimed;
	to->unreadable += from->unreadable;
}

static void merge_record(struct eval *eval, const struct eval *from, const struct eval_record *other)
{
	const struct eval_set *set = &from->sets[other->set];
	size_t number = eval_set_of(eval, str_c(set->source), str_c(set->lang), set->role);
	struct eval_record *record = number < EVAL_SETS_MAX ? new_record(eval) : NULL;
	if (record == NULL) {
		eval->dropped_rows++;
		return;
	}
	*record = *other;
	record->set = (uint16_t)number;
	memset(record->labels, 0, sizeof record->labels);
	for (size_t i = 0; i < from->label_count; i++) {
		if (!record_has(other, i))
			continue;
		size_t label = label_of(eval, str_c(from->labels[i].name));
		if (label < EVAL_LABELS_MAX)
			record->labels[label / 64] |= 1ull << (label % 64);
		else
			eval->dropped_labels++;
	}
}

void eval_merge(struct eval *eval, const struct eval *from)
{
	for (size_t i = 0; i < from->record_count; i++)
		merge_record(eval, from, &from->records[i]);
	merge_spans(&eval->spans, &from->spans);
	eval_talks_merge(eval, from);
	eval->dropped_rows += from->dropped_rows;
	eval->dropped_labels += from->dropped_labels;
	eval->dropped_turns += from->dropped_turns;
}

static int set_order(const struct eval_set *a, const struct eval_set *b)
{
	if (a->role != b->role)
		return a->role < b->role ? -1 : 1;
	int by_source = strcmp(a->source, b->source);
	return by_source != 0 ? by_source : strcmp(a->lang, b->lang);
}

size_t eval_sorted(const struct eval *eval, size_t *sorted)
{
	for (size_t i = 0; i < eval->set_count; i++) {
		size_t at = i;
		for (; at > 0 && set_order(&eval->sets[i], &eval->sets[sorted[at - 1]]) < 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = i;
	}
	return eval->set_count;
}

int levels_of(const struct eval_levels *levels, uint32_t families)
{
	int highest = 0;
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		if ((families >> i & 1) && levels->family[i] > highest)
			highest = levels->family[i];
	return highest;
}

static bool of_client(const struct eval *eval, const struct eval_record *record)
{
	return eval->sets[record->set].role != ROLE_ASSISTANT && !record_is(record, LABEL_PERSONA);
}

bool record_positive(const struct eval *eval, const struct eval_record *record)
{
	return of_client(eval, record) && record_is(record, LABEL_RISK);
}

bool record_calm(const struct eval *eval, const struct eval_record *record)
{
	return of_client(eval, record) && !record_is(record, LABEL_RISK);
}

bool record_negative(const struct eval *eval, const struct eval_record *record)
{
	return record_calm(eval, record) && !(record->flags & RECORD_FORUM);
}

bool record_quiet(const struct eval *eval, const struct eval_record *record)
{
	return record_calm(eval, record) && !record_is(record, LABEL_OTHER_RISK);
}

bool record_unsafe(const struct eval *eval, const struct eval_record *record)
{
	return eval->sets[record->set].role == ROLE_ASSISTANT && record_is(record, LABEL_UNSAFE);
}

bool record_safe(const struct eval *eval, const struct eval_record *record)
{
	return eval->sets[record->set].role == ROLE_ASSISTANT && !record_is(record, LABEL_UNSAFE) && record_is(record, LABEL_SAFE) &&
	       !record_is(record, LABEL_MIXED);
}

void count_level(struct eval_count *count, int level)
{
	count->n++;
	count->two += level >= 2;
	count->three += level >= 3;
	count->four += level >= 4;
}

/* Severity of the sets: 0 none, 1 passive, 2 active, 3 intent or plan, 4 act; as levels 0-1, 2, 3, 4 and 4. */
void grades_add(struct eval_grades *grades, const struct eval_record *record, const struct eval_levels *levels)
{
	int severity = record->severity, level = levels_of(levels, RISK_FAMILIES);
	if (severity < 0)
		return;
	grades->n++;
	grades->positives += severity > 0;
	if (severity == 4 && level == 2 && (record->flags & RECORD_PAST) && levels == &record->levels) {
		grades->past_attempt++; /* an attempt put in the past is level 2: right, and counted apart */
		return;
	}
	int expected = severity >= 3 ? 3 : severity, given = level <= 1 ? 0 : level - 1;
	grades->table[expected * EVAL_GRADES + given]++;
	grades->under_grades += expected - given >= 2;
	grades->under_levels += severity > 0 && expected + 1 - level >= 2;
}
