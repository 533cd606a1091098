/* note_pdf.c: see note_pdf.h. */
#include "care/note_pdf.h"

#include "sys/files.h"

#include <hpdf.h>
#include <stdio.h>
#include <string.h>

#define LAYER "care/note_pdf"
#define MARGIN 56.0f
#define SIZE 10.5f
#define TITLE_SIZE 16.0f
#define LEADING 15.0f
#define LINE_MAX 400
#define FONT_FILE "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"

struct paper {
	HPDF_Doc doc;
	HPDF_Font font;
	HPDF_Page page;
	float y, width;
	int pages;
	bool utf8;     /* the font shows UTF-8; else Windows-1252 */
	bool replaced; /* some letter could not be shown */
};

/* Faults are kept in the document and looked at in the end. */
static void on_error(HPDF_STATUS error, HPDF_STATUS detail, void *ctx)
{
	(void)error;
	(void)detail;
	(void)ctx;
}

/* One code point; 0xFFFD for what is not UTF-8. */
static unsigned next_point(struct str text, size_t *at)
{
	unsigned char c = (unsigned char)text.ptr[*at];
	int more = c < 0x80 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
	unsigned point = more == 0 ? c : c & (0x3Fu >> more);
	++*at;
	for (; more && *at < text.len; more--, ++*at)
		point = point << 6 | ((unsigned char)text.ptr[*at] & 0x3Fu);
	return more ? 0xFFFD : point;
}

/* Latin-1 is itself in Windows-1252; of the rest only what our own texts use. */
static char to_1252(unsigned point, bool *replaced)
{
	static const struct {
		unsigned point;
		unsigned char code;
	} others[] = { { 0x20AC, 0x80 }, { 0x2026, 0x85 }, { 0x2018, 0x91 }, { 0x2019, 0x92 }, { 0x201C, 0x93 }, { 0x201D, 0x94 },
		{ 0x2013, 0x96 }, { 0x2014, 0x97 }, { 0x0160, 0x8A }, { 0x0161, 0x9A }, { 0x017D, 0x8E }, { 0x017E, 0x9E },
		{ 0x0152, 0x8C }, { 0x0153, 0x9C } };
	if (point < 0x80 || (point >= 0xA0 && point <= 0xFF))
		return (char)point;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (others[i].point == point)
			return (char)others[i].code;
	*replaced = true;
	return '?';
}

static void in_font(struct paper *paper, struct str text, char *room, size_t size)
{
	size_t len = 0;
	if (paper->utf8) {
		len = text.len < size ? text.len : size - 1;
		memcpy(room, text.ptr, len);
	}
	for (size_t at = 0; !paper->utf8 && at < text.len && len + 1 < size;)
		room[len++] = to_1252(next_point(text, &at), &paper->replaced);
	room[len] = '\0';
}

static bool new_page(struct paper *paper)
{
	char number[16];
	if (paper->pages == NOTE_PDF_PAGES_MAX || !(paper->page = HPDF_AddPage(paper->doc)))
		return false;
	paper->pages++;
	HPDF_Page_SetSize(paper->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
	paper->width = HPDF_Page_GetWidth(paper->page) - 2 * MARGIN;
	paper->y = HPDF_Page_GetHeight(paper->page) - MARGIN;
	snprintf(number, sizeof number, "%d", paper->pages);
	HPDF_Page_SetFontAndSize(paper->page, paper->font, 8);
	HPDF_Page_BeginText(paper->page);
	HPDF_Page_TextOut(paper->page, MARGIN + paper->width, MARGIN / 2, number);
	HPDF_Page_EndText(paper->page);
	return true;
}

static bool put_line(struct paper *paper, struct str text, float size)
{
	char room[4 * LINE_MAX];
	if (paper->y < MARGIN + LEADING && !new_page(paper))
		return false;
	in_font(paper, text, room, sizeof room);
	HPDF_Page_SetFontAndSize(paper->page, paper->font, size);
	HPDF_Page_BeginText(paper->page);
	HPDF_Page_TextOut(paper->page, MARGIN, paper->y - size, room);
	HPDF_Page_EndText(paper->page);
	paper->y -= LEADING * size / SIZE;
	return true;
}

/* How many bytes of the text fit on one line: to the last space, else to the last whole letter. */
static size_t fitting(struct paper *paper, struct str text, float size)
{
	size_t last_space = 0, last = 0;
	HPDF_Page_SetFontAndSize(paper->page, paper->font, size);
	for (size_t at = 0; at < text.len;) {
		char room[4 * LINE_MAX];
		size_t before = at;
		bool replaced = paper->replaced;
		next_point(text, &at);
		in_font(paper, str_sub(text, 0, at), room, sizeof room);
		paper->replaced = replaced;
		if (at > LINE_MAX || HPDF_Page_TextWidth(paper->page, room) > paper->width)
			return last_space ? last_space : last ? last : at;
		last = at;
		if (text.ptr[before] == ' ')
			last_space = at;
	}
	return text.len;
}

static bool put_text(struct paper *paper, struct str text, float size)
{
	if (!text.len) {
		paper->y -= LEADING / 2;
		return true;
	}
	while (text.len) {
		size_t len = fitting(paper, text, size);
		if (!put_line(paper, str_sub(text, 0, len), size))
			return false;
		text = str_sub(text, len, SIZE_MAX);
	}
	return true;
}

static void choose_font(struct paper *paper)
{
	const char *name = files_exists(FONT_FILE) ? HPDF_LoadTTFontFromFile(paper->doc, FONT_FILE, HPDF_TRUE) : NULL;
	paper->utf8 = name && HPDF_UseUTFEncodings(paper->doc) == HPDF_OK;
	paper->font = paper->utf8 ? HPDF_GetFont(paper->doc, name, "UTF-8") : NULL;
	if (paper->font)
		return;
	HPDF_ResetError(paper->doc);
	paper->utf8 = false;
	paper->font = HPDF_GetFont(paper->doc, "Helvetica", "WinAnsiEncoding");
}

static int take_bytes(struct paper *paper, struct buf *out, struct err *reterr)
{
	HPDF_BYTE piece[4096];
	if (HPDF_GetError(paper->doc) != HPDF_OK || HPDF_SaveToStream(paper->doc) != HPDF_OK)
		return err_set(reterr, E_BUG, LAYER, "the PDF could not be made (%#lx)", HPDF_GetError(paper->doc));
	HPDF_ResetStream(paper->doc);
	for (;;) {
		HPDF_UINT32 size = sizeof piece;
		HPDF_STATUS status = HPDF_ReadFromStream(paper->doc, piece, &size);
		buf_add(out, str_make((const char *)piece, size));
		if (size == 0 || status != HPDF_OK)
			break;
	}
	return out->failed ? err_set(reterr, E_MEMORY, LAYER, "out of memory") : 0;
}

int note_pdf(struct str text, struct buf *out, struct err *reterr)
{
	struct paper paper = { .doc = HPDF_New(on_error, NULL) };
	bool good = paper.doc != NULL;
	if (!good)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	HPDF_SetCompressionMode(paper.doc, HPDF_COMP_ALL);
	choose_font(&paper);
	good = paper.font && new_page(&paper);
	bool first = true;
	for (struct str rest = text; good && rest.ptr; first = false)
		good = put_text(&paper, str_split(&rest, '\n'), first ? TITLE_SIZE : SIZE);
	if (good && paper.replaced)
		good = put_text(
			&paper, STR("?: letters that this file cannot show. They stand in the record and in the text of the note."), SIZE);
	int rc = good ? take_bytes(&paper, out, reterr)
		      : err_set(reterr, E_LIMIT, LAYER, "a note of more than %d pages", NOTE_PDF_PAGES_MAX);
	HPDF_Free(paper.doc);
	return rc;
}
