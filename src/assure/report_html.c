/* report_html.c: a report as one HTML page that stands alone: no scripts, nothing fetched, readable in light and dark, on a phone (rows
 * become cards) and in print. Every text is escaped. */
#include "assure/eval_stats.h"
#include "assure/report.h"

#include <math.h>

static const char style[] =
	":root{color-scheme:light "
	"dark;--page:#f6f5f2;--card:#fff;--ink:#1d2521;--soft:#59635d;--line:#dcdfda;--head:#eef0ec;--mark:#1f6f5c;--range:#a9cfc3;--track:"
	"#e6e9e4;"
	"--good:#1b6b3a;--bad:#a3341f}"
	"@media(prefers-color-scheme:dark){:root{--page:#141816;--card:#1c211f;--ink:#e7ece9;--soft:#a3aea8;--line:#333b37;--head:#232a27;-"
	"-mark:#7fd1bb;--range:#3b6459;"
	"--track:#2b322f;--good:#84d6a1;--bad:#f2a08d}}"
	"*{box-sizing:border-box}"
	"body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto "
	"Sans\",sans-serif}"
	"main{max-width:92rem;margin:0 auto;padding:2rem 1.25rem 4rem}"
	"h1{font-size:1.75rem;line-height:1.25;margin:0 0 1rem}h2{font-size:1.3rem;margin:3rem 0 .75rem}h3{font-size:1.05rem;margin:0 0 "
	".6rem}"
	"p{max-width:70ch;margin:0 0 .8rem}nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;list-style:none;margin:0 0 "
	"1.5rem;padding:0}a{color:var(--mark)}"
	"section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin:0 0 1.5rem}"
	".scroll{overflow-x:auto}.scroll:focus-visible{outline:2px solid var(--mark);outline-offset:2px}"
	"table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.35}"
	"th,td{text-align:left;vertical-align:top;padding:.45rem .55rem;border-bottom:1px solid var(--line);min-width:4rem}"
	"thead th{background:var(--head);font-weight:600;vertical-align:bottom}tbody tr:last-child>*{border-bottom:0}tbody "
	"th{font-weight:500;overflow-wrap:break-word;min-width:10rem}"
	".n{font-variant-numeric:tabular-nums;white-space:nowrap}.n "
	"small{color:var(--soft);font-size:.85em}.n .of{display:block}td.t{overflow-wrap:break-word}.t{min-width:4.5rem}"
	".bar{position:relative;display:block;width:6rem;height:.4rem;margin:.25rem 0 .15rem;background:var(--track);border-radius:.2rem}"
	".bar i{position:absolute;top:0;bottom:0;background:var(--range);border-radius:.2rem;min-width:2px}"
	".bar b{position:absolute;top:-.1rem;bottom:-.1rem;width:3px;margin-left:-1px;background:var(--mark);border-radius:1px}"
	".met{color:var(--good);font-weight:600;white-space:nowrap}.missed{color:var(--bad);font-weight:600;white-space:nowrap}.none{color:"
	"var(--soft)}"
	".note{color:var(--soft);font-size:.88rem;margin:.8rem 0 0}"
	"@media screen and (max-width:46rem){main{padding:1.25rem .75rem 3rem}section{padding:.8rem}table,tbody,tr,td,tbody "
	"th{display:block;width:100%}"
	"thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"
	"tbody tr{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .7rem;margin:0 0 .7rem}tbody th,td{border:0;padding:.2rem "
	"0;min-width:0}"
	"tbody "
	"th{font-weight:600;font-size:1rem}td[data-label]::before{content:attr(data-label);display:block;color:var(--soft);font-size:.8rem}"
	"td.c,td.few{display:flex;gap:1rem;justify-content:space-between}td.none{display:none}td.t{overflow-wrap:anywhere}.bar{width:100%}}"
	"@media "
	"print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--head:#eee;--mark:#000;--range:#aaa;--"
	"track:#eee;--good:#000;--bad:#000}"
	"@page{size:A4 "
	"landscape;margin:12mm}body{font-size:9pt}main{max-width:none;padding:0}nav{display:none}section{border:0;padding:0}.scroll{"
	"overflow:visible}"
	"table{font-size:7.5pt}th,td{padding:1.5mm;min-width:0}tbody "
	"th,.t{min-width:0}.n{white-space:normal}.bar{width:18mm;print-color-adjust:exact;-webkit-print-color-adjust:exact}"
	"tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}thead{display:table-header-group}}";

/* `breaks`: not in an attribute. */
static void escape(struct buf *out, struct str text, bool breaks)
{
	for (size_t i = 0; i < text.len; i++) {
		bool equals = i + 1 < text.len && text.ptr[i + 1] == '=';
		if (equals && (text.ptr[i] == '<' || text.ptr[i] == '>')) {
			buf_add_c(out, text.ptr[i++] == '<' ? "\xE2\x89\xA4" : "\xE2\x89\xA5");
			continue;
		}
		switch (text.ptr[i]) {
		case '&': buf_add_c(out, "&amp;"); break;
		case '<': buf_add_c(out, "&lt;"); break;
		case '>': buf_add_c(out, "&gt;"); break;
		case '"': buf_add_c(out, "&quot;"); break;
		case '\'': buf_add_c(out, "&#39;"); break;
		case '\0': break;
		case '/':
		case '_': /* long names may break there */
			buf_add_byte(out, text.ptr[i]);
			buf_add_c(out, breaks ? "<wbr>" : "");
			break;
		default: buf_add_byte(out, text.ptr[i]);
		}
	}
}

static void add_text(struct buf *out, struct str text)
{
	escape(out, text, true);
}

/* The interval as a range on a track from 0 to 100 %, the share as a mark: says nothing that the words beside it do not. */
static void add_bar(struct buf *out, uint64_t hits, uint64_t n)
{
	struct eval_interval interval;
	eval_wilson(hits, n, &interval);
	buf_printf(out,
		"<span class=\"bar\" aria-hidden=\"true\"><i style=\"left:%.1f%%;width:%.1f%%\"></i><b style=\"left:%.1f%%\"></b></span>",
		100 * interval.low, 100 * (interval.high - interval.low), 100 * (double)hits / (double)n);
}

/* "76.6 % (73.0-79.9), 446 of 582" as the figure, a bar, and the rest small. */
static void add_share(struct buf *out, const struct report_cell *cell, struct buf *scratch)
{
	buf_clear(scratch);
	report_cell_text(cell, scratch);
	struct str rest = buf_str(scratch);
	size_t open = str_find(rest, STR(" ("), 0), close = str_find(rest, STR("), "), 0);
	add_text(out, str_sub(rest, 0, open));
	buf_add_c(out, " <small>");
	add_text(out, str_sub(rest, open + 1, close + 1));
	buf_add_c(out, "</small>");
	if (cell->kind == CELL_SHARE)
		add_bar(out, cell->hits, cell->n);
	buf_add_c(out, "<small class=\"of\">");
	add_text(out, str_sub(rest, close + 3, rest.len));
	buf_add_c(out, "</small>");
}

static const char *class_of(enum report_cell_kind kind)
{
	switch (kind) {
	case CELL_NONE: return "none";
	case CELL_TEXT: return "t";
	case CELL_COUNT: return "n c";
	case CELL_MET: return "met c";
	case CELL_MISSED: return "missed c";
	case CELL_FEW: return "few";
	default: return "n";
	}
}

static void add_cell(struct buf *out, const struct report_table *table, const struct report_row *row, size_t column, struct buf *scratch)
{
	static const struct report_cell none = { .kind = CELL_NONE };
	const struct report_cell *cell = column < row->count ? &row->cells[column] : &none;
	bool first = column == report_first(table);
	const char *tag = first ? "th" : "td";
	buf_printf(out, "<%s class=\"%s\"", tag, class_of(cell->kind));
	if (first) {
		buf_add_c(out, " scope=\"row\"");
	} else {
		buf_add_c(out, " data-label=\"");
		escape(out, str_c(table->columns[column].title), false);
		buf_add_c(out, "\"");
	}
	buf_add_c(out, ">");
	if (cell->kind == CELL_SHARE || cell->kind == CELL_RATE) {
		add_share(out, cell, scratch);
	} else {
		if (cell->kind == CELL_MET || cell->kind == CELL_MISSED)
			buf_add_c(out, cell->kind == CELL_MET ? "<span aria-hidden=\"true\">&#10003; </span>"
							      : "<span aria-hidden=\"true\">&#10007; </span>");
		buf_clear(scratch);
		report_cell_text(cell, scratch);
		add_text(out, buf_str(scratch));
	}
	buf_printf(out, "</%s>", tag);
}

static void add_table(struct buf *out, const struct report_table *table, struct buf *scratch)
{
	buf_printf(out, "<section><h3 id=\"%s\">", table->id);
	add_text(out, table->title);
	buf_printf(out,
		"</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-labelledby=\"%s\"><table "
		"aria-labelledby=\"%s\"><thead><tr>",
		table->id, table->id);
	for (size_t i = report_first(table); i < table->column_count; i++) {
		buf_add_c(out, "<th scope=\"col\">");
		add_text(out, str_c(table->columns[i].title));
		buf_add_c(out, "</th>");
	}
	buf_add_c(out, "</tr></thead><tbody>\n");
	for (const struct report_row *row = table->first; row; row = row->next) {
		buf_add_c(out, "<tr>");
		for (size_t i = report_first(table); i < table->column_count; i++)
			add_cell(out, table, row, i, scratch);
		buf_add_c(out, "</tr>\n");
	}
	buf_add_c(out, "</tbody></table></div>\n");
	if (table->note.len) {
		buf_add_c(out, "<p class=\"note\">");
		add_text(out, table->note);
		buf_add_c(out, "</p>");
	}
	buf_add_c(out, "</section>\n");
}

static void add_contents(struct buf *out, const struct report *report)
{
	size_t number = 0;
	buf_add_c(out, "<nav aria-label=\"Contents\"><ul>");
	for (const struct report_block *block = report->first; block; block = block->next) {
		if (block->kind != BLOCK_HEADING)
			continue;
		buf_printf(out, "<li><a href=\"#part-%zu\">", ++number);
		add_text(out, block->text);
		buf_add_c(out, "</a></li>");
	}
	buf_add_c(out, "</ul></nav>\n");
}

void report_write_html(const struct report *report, struct buf *out)
{
	struct buf scratch;
	size_t number = 0;
	buf_init(&scratch, out->mem, 16384);
	buf_add_c(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
		       "content=\"width=device-width,initial-scale=1\">\n<title>");
	add_text(out, report->title);
	buf_add_c(out, "</title>\n<style>");
	buf_add_c(out, style);
	buf_add_c(out, "</style></head>\n<body><main><h1>");
	add_text(out, report->title);
	buf_add_c(out, "</h1>\n");
	add_contents(out, report);
	for (const struct report_block *block = report->first; block; block = block->next) {
		if (block->kind == BLOCK_TABLE) {
			if (block->table)
				add_table(out, block->table, &scratch);
			continue;
		}
		if (block->kind == BLOCK_HEADING)
			buf_printf(out, "<h2 id=\"part-%zu\">", ++number);
		else
			buf_add_c(out, "<p>");
		add_text(out, block->text);
		buf_add_c(out, block->kind == BLOCK_HEADING ? "</h2>\n" : "</p>\n");
	}
	buf_add_c(out, "</main></body></html>\n");
	out->failed |= scratch.failed;
	buf_done(&scratch);
}
