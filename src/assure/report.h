/* report.h: a report as data: headings, paragraphs and tables, written as plain text, Markdown, HTML or JSON.
 *
 * One report, four forms, so that none of them can say something else. Every share carries its hits, its n and its interval.
 * All of it lives in the caller's arena; when that is at its limit what is added is lost and arena_failed says so: check it
 * before anything is written. Texts are borrowed or in the arena. No form holds scripts or remote parts. */
#ifndef HEED_ASSURE_REPORT_H
#define HEED_ASSURE_REPORT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/compiler.h"

#define REPORT_COLUMNS_MAX 16u

enum report_cell_kind {
	CELL_NONE = 0, /* nothing to say: a dash */
	CELL_TEXT,
	CELL_COUNT,
	CELL_SHARE, /* hits of n, with Wilson's interval */
	CELL_RATE,  /* hits of n, per 1,000, with Wilson's interval */
	CELL_VALUE, /* a number with an interval (none when low is NAN) */
	CELL_FEW,   /* n rows are too few to say anything */
	CELL_MET,   /* an aim that was met */
	CELL_MISSED
};

struct report_cell {
	enum report_cell_kind kind;
	struct str text;
	uint64_t hits, n;
	double value, low, high;
	int digits; /* of a value, after the point */
};

struct report_row {
	struct report_row *next;
	size_t count;
	struct report_cell cells[REPORT_COLUMNS_MAX];
};

struct report_column {
	const char *id, *title; /* a first column without a title is for JSON alone: a row's stable name */
};

struct report_table {
	struct arena *arena;
	const char *id;
	struct str title, note;
	struct report_column columns[REPORT_COLUMNS_MAX];
	size_t column_count, row_count;
	struct report_row *first, *last;
};

enum report_block_kind { BLOCK_HEADING = 0, BLOCK_TEXT, BLOCK_TABLE };

struct report_block {
	struct report_block *next;
	enum report_block_kind kind;
	struct str text;
	struct report_table *table;
};

struct report {
	struct arena *arena;
	struct str title;
	struct report_block *first, *last;
};

void report_init(struct report *report, struct arena *arena, struct str title);
void report_heading(struct report *report, const char *text);
void report_text(struct report *report, const char *format, ...) PRINTF_LIKE(2, 3);
/* report_table: a table, with columns given as pairs; id and titles are borrowed. NULL without memory: every call below takes it. */
struct report_table *report_table(
	struct report *report, const char *id, const char *title, const struct report_column *columns, size_t count);
void report_note(struct report_table *table, const char *format, ...) PRINTF_LIKE(2, 3);

void row_begin(struct report_table *table);
void cell_none(struct report_table *table);
void cell_text(struct report_table *table, const char *format, ...) PRINTF_LIKE(2, 3);
void cell_count(struct report_table *table, uint64_t count);
void cell_share(struct report_table *table, uint64_t hits, uint64_t n);
void cell_rate(struct report_table *table, uint64_t hits, uint64_t n);
void cell_value(struct report_table *table, double value, double low, double high, int digits);
void cell_few(struct report_table *table, uint64_t n);
void cell_aim(struct report_table *table, bool met);

/* report_first: the first column that people see. */
static inline size_t report_first(const struct report_table *table)
{
	return table->column_count && table->columns[0].title == NULL ? 1 : 0;
}

/* report_cell_text: a cell as people read it, in every form but JSON. */
void report_cell_text(const struct report_cell *cell, struct buf *out);

/* Check out->failed. */
void report_write_text(const struct report *report, struct buf *out);
void report_write_markdown(const struct report *report, struct buf *out);
void report_write_html(const struct report *report, struct buf *out);
/* {"title","tables":{ID:{"title","rows":[{COLUMN:value}]}}}; a share is {"hits","n","share","low","high"}. */
void report_write_json(const struct report *report, struct buf *out);

#endif
