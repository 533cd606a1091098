/* compare_line.c: see compare_line.h. */
#include "cmd/compare_line.h"

static void add_key(struct buf *out, const char *key)
{
	buf_printf(out, ",\"%s\":", key);
}

static void add_span(struct buf *out, const char *key, size_t start, size_t end)
{
	add_key(out, key);
	if (end)
		buf_printf(out, "[%zu,%zu]", start, end);
	else
		buf_add_c(out, "null");
}

/* Thousandths as a decimal number. */
static void add_thousandths(struct buf *out, int64_t value)
{
	buf_printf(out, "%lld", (long long)(value / 1000));
	int rest = (int)(value % 1000);
	if (!rest)
		return;
	int digits = rest % 10 ? 3 : rest % 100 ? 2 : 1;
	for (int i = digits; i < 3; i++)
		rest /= 10;
	buf_printf(out, ".%0*d", digits, rest);
}

static void add_amount(struct buf *out, const struct medication_fact *fact)
{
	if (fact->low < 0) { /* a long number: its digits are in the span */
		buf_add_c(out, ",\"amount\":null");
		return;
	}
	add_key(out, "amount");
	add_thousandths(out, fact->low);
	if (fact->high != fact->low) {
		add_key(out, "to");
		add_thousandths(out, fact->high);
	}
}

/* The fields that a kind has. */
static void add_details(struct buf *out, const struct medication_fact *fact)
{
	const char *code = medication_code_name(fact);
	switch (fact->kind) {
	case MEDICATION_DOSE:
		add_amount(out, fact);
		buf_printf(out, ",\"unit\":\"%s\"", code);
		break;
	case MEDICATION_FREQUENCY:
		add_amount(out, fact);
		buf_printf(out, ",\"period_minutes\":%lld", (long long)fact->period_minutes);
		break;
	case MEDICATION_DURATION:
	case MEDICATION_CLOCK: buf_printf(out, ",\"minutes\":%lld", (long long)(fact->low / 1000)); break;
	case MEDICATION_NUMBER: add_amount(out, fact); break;
	case MEDICATION_ACTION: buf_printf(out, ",\"action\":\"%s\",\"negated\":%s", code, fact->negated ? "true" : "false"); break;
	default:
		if (*code)
			buf_printf(out, ",\"value\":\"%s\"", code);
		break;
	}
}

static void add_reading(struct buf *out, const struct screen_engine *engine, const char *key, const struct medication_reading *reading)
{
	add_key(out, key);
	buf_add_c(out, "{\"lang\":");
	buf_add_json(out, reading->lang);
	buf_printf(out, ",\"covered\":%s,\"facts\":[", reading->covered ? "true" : "false");
	for (size_t i = 0; i < reading->fact_count; i++) {
		const struct medication_fact *fact = &reading->facts[i];
		buf_printf(out, "%s{\"kind\":\"%s\",\"span\":[%zu,%zu]", i ? "," : "", medication_kind_name(fact->kind), fact->start,
			fact->end);
		if (fact->medicine != MEDICATION_NONE) {
			add_key(out, "medicine");
			buf_add_json(out, medication_name(engine, fact->medicine));
		}
		add_details(out, fact);
		buf_add_byte(out, '}');
	}
	buf_add_c(out, "]}");
}

void compare_json(const struct screen_engine *engine, struct str id_json, const struct medication_comparison *comparison, struct buf *out)
{
	buf_add_c(out, "{\"id\":");
	buf_add(out, id_json);
	buf_printf(out, ",\"severity\":%d,\"hold\":%s,\"differences\":[", comparison->severity,
		comparison->severity >= MEDICATION_HOLD ? "true" : "false");
	for (size_t i = 0; i < comparison->difference_count; i++) {
		const struct medication_difference *item = &comparison->differences[i];
		buf_printf(out, "%s{\"severity\":%d,\"kind\":\"%s\",\"trouble\":\"%s\"", i ? "," : "", item->severity,
			medication_kind_name(item->kind), medication_trouble_name(item->trouble));
		add_span(out, "source", item->source_start, item->source_end);
		add_span(out, "target", item->target_start, item->target_end);
		add_key(out, "why");
		buf_add_json(out, item->why);
		buf_add_byte(out, '}');
	}
	buf_add_byte(out, ']');
	add_reading(out, engine, "source", &comparison->source);
	add_reading(out, engine, "target", &comparison->target);
	buf_add_byte(out, '}');
}

/* Words of a text on one line. */
static void add_words(struct buf *out, const char *label, struct str text, size_t start, size_t end)
{
	if (!end)
		return;
	buf_printf(out, "    %s (bytes %zu-%zu): ", label, start, end);
	struct str words = str_sub(text, start, end);
	for (size_t i = 0; i < words.len; i++)
		buf_add_byte(out, (unsigned char)words.ptr[i] < 0x20 || words.ptr[i] == 0x7F ? ' ' : words.ptr[i]);
	buf_add_byte(out, '\n');
}

void compare_text(struct str source, struct str target, const struct medication_comparison *comparison, struct buf *out)
{
	static const char *const grave[] = { "", "note", "look", "changed", "DANGER" };
	buf_printf(out, "source read as " STR_FMT ", target as " STR_FMT "\n", STR_ARG(comparison->source.lang),
		STR_ARG(comparison->target.lang));
	for (size_t i = 0; i < comparison->difference_count; i++) {
		const struct medication_difference *item = &comparison->differences[i];
		buf_printf(out, "%s: " STR_FMT "\n", grave[item->severity], STR_ARG(item->why));
		add_words(out, "source", source, item->source_start, item->source_end);
		add_words(out, "target", target, item->target_start, item->target_end);
	}
	buf_add_c(out, comparison->severity >= MEDICATION_HOLD ? "a person should look before this is sent\n"
		       : comparison->difference_count          ? "nothing was lost; see the notes\n"
						      : "no difference found in medicines, amounts, times, negations, numbers and names\n");
}
