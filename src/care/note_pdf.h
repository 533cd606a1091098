/* note_pdf.h: plain lines of text as a PDF of A4 pages (libharu). Pure but for the font's file, where there is one. */
#ifndef HEED_CARE_NOTE_PDF_H
#define HEED_CARE_NOTE_PDF_H

#include "base/buf.h"
#include "base/err.h"

#define NOTE_PDF_PAGES_MAX 40

/* note_pdf: the first line is the title. Lines that are too long are broken between words; pages are numbered. Letters that the font cannot
 * show become "?" and a last line says so. E_LIMIT beyond NOTE_PDF_PAGES_MAX. Appends to `out`. */
int note_pdf(struct str text, struct buf *out, struct err *reterr) MUST_CHECK;

#endif
