/* paper.h: what the API gives out as a page for people: lines of "what: value" in the words of the message packs, as text and as PDF. */
#ifndef HEED_HTTP_PAPER_H
#define HEED_HTTP_PAPER_H

#include "base/buf.h"
#include "http/api_priv.h"
#include "sys/zone.h"

#define PAPER_MAX (256u * 1024)

struct paper {
	struct api *api;
	struct http_request *rq;
	struct str lang;
	struct zone *zone; /* of the programme; NULL: UTC */
	struct str zone_name;
	struct buf out;
};

/* paper_lang: the language asked for, else the person's. paper_open: an empty page; paper_done frees what it holds. */
struct str paper_lang(const struct http_request *rq);
void paper_open(struct paper *paper, struct api *api, struct http_request *rq);
void paper_done(struct paper *paper);

/* paper_word: the text of a key. paper_word_of: of GROUP.VALUE, or the value itself where there is none. paper_staff: name and role, or
 * "nobody". All in the request's arena. */
struct str paper_word(const struct paper *paper, const char *key);
struct str paper_word_of(const struct paper *paper, const char *group, struct str value);
struct str paper_staff(const struct paper *paper, struct str staff_id);

/* A line only where there is something to say: an empty value or a time that is unset is left out. */
void paper_line(struct paper *paper, const char *key, struct str value);
void paper_number_line(struct paper *paper, const char *key, int64_t number);
void paper_time_line(struct paper *paper, const char *key, wall_time time, struct str who);
void paper_heading(struct paper *paper, const char *key);
void paper_add_time(struct paper *paper, wall_time time);
void paper_add_day(struct paper *paper, wall_time time);
/* paper_foot: when and by whom it was made, and a sentence of its own. */
void paper_foot(struct paper *paper, const char *printed_key, const char *sentence_key);
/* paper_client: name and pseudonym of a client, as "Name (pseudonym)". */
struct str paper_client(const struct paper *paper, struct str client_id);

/* paper_answer_pdf: the page as an attachment of that name; answers the request, whatever happens. */
void paper_answer_pdf(struct paper *paper, const char *file_name);

#endif
