/* report.c: putting a report together, and its plain forms: text, Markdown and JSON. HTML is in report_html.c. */
#include "assure/report.h"

#include "assure/eval_stats.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define TEXT_BYTES_MAX 4096

void report_init(struct report *report, struct arena *arena, struct str title)
{
	*report = (struct report){ .arena = arena, .title = title };
}

static struct report_block *add_block(struct report *report, enum report_block_kind kind)
{
	struct report_block *block = ARENA_NEW(report->arena, struct report_block);
	if (!block)
		return NULL;
	block->kind = kind;
	if (report->last)
		report->last->next = block;
	else
		report->first = block;
	report->last = block;
	return block;
}

static struct str PRINTF_LIKE(2, 0) format_text(struct arena *arena, const char *format, va_list arguments)
{
	char text[TEXT_BYTES_MAX];
	int len = vsnprintf(text, sizeof text, format, arguments);
	size_t kept = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
	return arena_copy(arena, str_make(text, kept));
}

void report_heading(struct report *report, const char *text)
{
	struct report_block *block = add_block(report, BLOCK_HEADING);
	if (block)
		block->text = str_c(text);
}

void report_text(struct report *report, const char *format, ...)
{
	struct report_block *block = add_block(report, BLOCK_TEXT);
	va_list arguments;
	va_start(arguments, format);
	if (block)
		block->text = format_text(report->arena, format, arguments);
	va_end(arguments);
}

struct report_table *report_table(
	struct report *report, const char *id, const char *title, const struct report_column *columns, size_t count)
{
	struct report_block *block = add_block(report, BLOCK_TABLE);
	struct report_table *table = block ? ARENA_NEW(report->arena, struct report_table) : NULL;
	if (!table)
		return NULL;
	block->table = table;
	table->arena = report->arena;
	table->id = id;
	table->title = str_c(title);
	table->column_count = count < REPORT_COLUMNS_MAX ? count : REPORT_COLUMNS_MAX;
	memcpy(table->columns, columns, table->column_count * sizeof *columns);
	return table;
}

void report_note(struct report_table *table, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	if (table)
		table->note = format_text(table->arena, format, arguments);
	va_end(arguments);
}

void row_begin(struct report_table *table)
{
	struct report_row *row = table ? ARENA_NEW(table->arena, struct report_row) : NULL;
	if (!row)
		return;
	if (table->last)
		table->last->next = row;
	else
		table->first = row;
	table->last = row;
	table->row_count++;
}

static void add_cell(struct report_table *table, struct report_cell cell)
{
	if (table && table->last && table->last->count < table->column_count)
		table->last->cells[table->last->count++] = cell;
}

void cell_none(struct report_table *table)
{
	add_cell(table, (struct report_cell){ .kind = CELL_NONE });
}

void cell_text(struct report_table *table, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	if (table)
		add_cell(table, (struct report_cell){ .kind = CELL_TEXT, .text = format_text(table->arena, format, arguments) });
	va_end(arguments);
}

void cell_count(struct report_table *table, uint64_t count)
{
	add_cell(table, (struct report_cell){ .kind = CELL_COUNT, .n = count });
}

void cell_share(struct report_table *table, uint64_t hits, uint64_t n)
{
	add_cell(table, (struct report_cell){ .kind = n ? CELL_SHARE : CELL_NONE, .hits = hits, .n = n });
}

void cell_rate(struct report_table *table, uint64_t hits, uint64_t n)
{
	add_cell(table, (struct report_cell){ .kind = n ? CELL_RATE : CELL_NONE, .hits = hits, .n = n });
}

void cell_value(struct report_table *table, double value, double low, double high, int digits)
{
	enum report_cell_kind kind = isnan(value) ? CELL_NONE : CELL_VALUE;
	add_cell(table, (struct report_cell){ .kind = kind, .value = value, .low = low, .high = high, .digits = digits });
}

void cell_few(struct report_table *table, uint64_t n)
{
	add_cell(table, (struct report_cell){ .kind = CELL_FEW, .n = n });
}

void cell_aim(struct report_table *table, bool met)
{
	add_cell(table, (struct report_cell){ .kind = met ? CELL_MET : CELL_MISSED });
}

/* 27073 as 27,073. */
static void add_number(struct buf *out, uint64_t n)
{
	if (n < 1000) {
		buf_printf(out, "%llu", (unsigned long long)n);
		return;
	}
	add_number(out, n / 1000);
	buf_printf(out, ",%03llu", (unsigned long long)(n % 1000));
}

static void add_share(const struct report_cell *cell, double unit, const char *sign, struct buf *out)
{
	struct eval_interval interval;
	eval_wilson(cell->hits, cell->n, &interval);
	buf_printf(
		out, "%.1f%s (%.1f-%.1f), ", unit * (double)cell->hits / (double)cell->n, sign, unit * interval.low, unit * interval.high);
	add_number(out, cell->hits);
	buf_add_c(out, " of ");
	add_number(out, cell->n);
}

void report_cell_text(const struct report_cell *cell, struct buf *out)
{
	switch (cell->kind) {
	case CELL_NONE: buf_add_c(out, "-"); break;
	case CELL_TEXT: buf_add(out, cell->text); break;
	case CELL_COUNT: add_number(out, cell->n); break;
	case CELL_SHARE: add_share(cell, 100, " %", out); break;
	case CELL_RATE: add_share(cell, 1000, "", out); break;
	case CELL_VALUE:
		buf_printf(out, "%.*f", cell->digits, cell->value);
		if (!isnan(cell->low))
			buf_printf(out, " (%.*f-%.*f)", cell->digits, cell->low, cell->digits, cell->high);
		break;
	case CELL_FEW:
		buf_add_c(out, "too few: ");
		add_number(out, cell->n);
		break;
	case CELL_MET: buf_add_c(out, "met"); break;
	case CELL_MISSED: buf_add_c(out, "missed"); break;
	}
}

/* ---- plain text: columns as wide as their widest cell ---- */

static const struct report_cell *cell_of(const struct report_row *row, size_t column)
{
	static const struct report_cell none = { .kind = CELL_NONE };
	return column < row->count ? &row->cells[column] : &none;
}

/* Characters, not bytes. */
static size_t width_of(struct str text)
{
	size_t width = 0;
	for (size_t i = 0; i < text.len; i++)
		width += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
	return width;
}

static void pad(struct buf *out, struct str text, size_t width, bool last)
{
	buf_add(out, text);
	for (size_t i = width_of(text); i < width && !last; i++)
		buf_add_byte(out, ' ');
}

static void text_table(const struct report_table *table, struct buf *out, struct buf *cell)
{
	size_t widths[REPORT_COLUMNS_MAX];
	for (size_t i = report_first(table); i < table->column_count; i++) {
		widths[i] = width_of(str_c(table->columns[i].title));
		for (const struct report_row *row = table->first; row; row = row->next) {
			buf_clear(cell);
			report_cell_text(cell_of(row, i), cell);
			size_t width = width_of(buf_str(cell));
			widths[i] = width > widths[i] ? width : widths[i];
		}
	}
	if (table->title.len)
		buf_printf(out, STR_FMT "\n", STR_ARG(table->title));
	for (size_t i = report_first(table); i < table->column_count; i++) {
		buf_add_c(out, "  ");
		pad(out, str_c(table->columns[i].title), widths[i], i + 1 == table->column_count);
	}
	buf_add_c(out, "\n");
	for (const struct report_row *row = table->first; row; row = row->next) {
		for (size_t i = report_first(table); i < table->column_count; i++) {
			buf_clear(cell);
			report_cell_text(cell_of(row, i), cell);
			buf_add_c(out, "  ");
			pad(out, buf_str(cell), widths[i], i + 1 == table->column_count);
		}
		buf_add_c(out, "\n");
	}
	if (table->note.len)
		buf_printf(out, STR_FMT "\n", STR_ARG(table->note));
	buf_add_c(out, "\n");
}

void report_write_text(const struct report *report, struct buf *out)
{
	struct buf cell;
	buf_init(&cell, out->mem, TEXT_BYTES_MAX * 2);
	buf_printf(out, STR_FMT "\n\n", STR_ARG(report->title));
	for (const struct report_block *block = report->first; block; block = block->next) {
		if (block->kind == BLOCK_TABLE && block->table)
			text_table(block->table, out, &cell);
		else if (block->kind == BLOCK_HEADING)
			buf_printf(out, "==== " STR_FMT " ====\n\n", STR_ARG(block->text));
		else
			buf_printf(out, STR_FMT "\n\n", STR_ARG(block->text));
	}
	out->failed |= cell.failed;
	buf_done(&cell);
}

/* ---- Markdown ---- */

/* A cell of a Markdown table: no bar, no line break, no tag. */
static void add_plain(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '|' || c == '*' || c == '_' || c == '`' || c == '[' || c == '\\')
			buf_add_byte(out, '\\');
		if (c == '<')
			buf_add_c(out, "&lt;");
		else
			buf_add_byte(out, c == '\n' || c == '\r' ? ' ' : c);
	}
}

static void markdown_table(const struct report_table *table, struct buf *out, struct buf *cell)
{
	if (table->title.len)
		buf_printf(out, "### " STR_FMT "\n\n", STR_ARG(table->title));
	for (size_t i = report_first(table); i < table->column_count; i++)
		buf_printf(out, "| %s ", table->columns[i].title);
	buf_add_c(out, "|\n");
	for (size_t i = report_first(table); i < table->column_count; i++)
		buf_add_c(out, "|---");
	buf_add_c(out, "|\n");
	for (const struct report_row *row = table->first; row; row = row->next) {
		for (size_t i = report_first(table); i < table->column_count; i++) {
			buf_clear(cell);
			report_cell_text(cell_of(row, i), cell);
			buf_add_c(out, "| ");
			if (cell_of(row, i)->kind == CELL_MISSED)
				buf_add_c(out, "**missed**");
			else
				add_plain(out, buf_str(cell));
			buf_add_byte(out, ' ');
		}
		buf_add_c(out, "|\n");
	}
	buf_add_c(out, "\n");
	if (table->note.len)
		buf_printf(out, STR_FMT "\n\n", STR_ARG(table->note));
}

void report_write_markdown(const struct report *report, struct buf *out)
{
	struct buf cell;
	buf_init(&cell, out->mem, TEXT_BYTES_MAX * 2);
	for (const struct report_block *block = report->first; block; block = block->next) {
		if (block->kind == BLOCK_TABLE && block->table)
			markdown_table(block->table, out, &cell);
		else if (block->kind == BLOCK_HEADING)
			buf_printf(out, "## " STR_FMT "\n\n", STR_ARG(block->text));
		else
			buf_printf(out, STR_FMT "\n\n", STR_ARG(block->text));
	}
	out->failed |= cell.failed;
	buf_done(&cell);
}

/* ---- JSON ---- */

static void json_share(const struct report_cell *cell, struct buf *out)
{
	struct eval_interval interval;
	eval_wilson(cell->hits, cell->n, &interval);
	buf_printf(out, "{\"hits\":%llu,\"n\":%llu,\"share\":%.6f,\"low\":%.6f,\"high\":%.6f}", (unsigned long long)cell->hits,
		(unsigned long long)cell->n, (double)cell->hits / (double)cell->n, interval.low, interval.high);
}

static void json_cell(const struct report_cell *cell, struct buf *out)
{
	switch (cell->kind) {
	case CELL_NONE: buf_add_c(out, "null"); break;
	case CELL_TEXT: buf_add_json(out, cell->text); break;
	case CELL_COUNT: buf_printf(out, "%llu", (unsigned long long)cell->n); break;
	case CELL_SHARE:
	case CELL_RATE: json_share(cell, out); break;
	case CELL_VALUE:
		buf_printf(out, "{\"value\":%.6f", cell->value);
		if (!isnan(cell->low))
			buf_printf(out, ",\"low\":%.6f,\"high\":%.6f", cell->low, cell->high);
		buf_add_c(out, "}");
		break;
	case CELL_FEW: buf_printf(out, "{\"too_few\":%llu}", (unsigned long long)cell->n); break;
	case CELL_MET: buf_add_c(out, "true"); break;
	case CELL_MISSED: buf_add_c(out, "false"); break;
	}
}

static void json_table(const struct report_table *table, struct buf *out)
{
	buf_add_json(out, str_c(table->id));
	buf_add_c(out, ":{\"title\":");
	buf_add_json(out, table->title);
	buf_add_c(out, ",\"rows\":[");
	for (const struct report_row *row = table->first; row; row = row->next) {
		for (size_t i = 0; i < table->column_count; i++) {
			buf_add_c(out, i ? "," : "{");
			buf_add_json(out, str_c(table->columns[i].id));
			buf_add_c(out, ":");
			json_cell(cell_of(row, i), out);
		}
		buf_add_c(out, row->next ? "}," : "}");
	}
	buf_add_c(out, "]}");
}

void report_write_json(const struct report *report, struct buf *out)
{
	bool any = false;
	buf_add_c(out, "{\"title\":");
	buf_add_json(out, report->title);
	buf_add_c(out, ",\"tables\":{");
	for (const struct report_block *block = report->first; block; block = block->next) {
		if (block->kind != BLOCK_TABLE || !block->table)
			continue;
		buf_add_c(out, any ? "," : "");
		json_table(block->table, out);
		any = true;
	}
	buf_add_c(out, "}}\n");
}
