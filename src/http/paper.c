/* paper.c: see paper.h. */
#include "http/paper.h"

#include "care/note_pdf.h"
#include "sys/mem.h"

#include <inttypes.h>

struct str paper_lang(const struct http_request *rq)
{
	struct str lang = http_query(rq, "lang");
	return lang.len ? lang : str_c(api_principal(rq)->lang);
}

void paper_open(struct paper *paper, struct api *api, struct http_request *rq)
{
	const struct care_programme *programme = care_programme(api->parts.care, api_principal(rq)->programme_id.text);
	struct err ignored = { 0 };
	*paper = (struct paper){ .api = api, .rq = rq, .lang = paper_lang(rq) };
	paper->zone_name = programme ? programme->time_zone : STR("UTC");
	if (zone_open(paper->zone_name, &paper->zone, &ignored)) {
		paper->zone = NULL;
		paper->zone_name = STR("UTC");
	}
	buf_init(&paper->out, mem_system(), PAPER_MAX);
}

void paper_done(struct paper *paper)
{
	zone_free(&paper->zone);
	buf_done(&paper->out);
}

struct str paper_word(const struct paper *paper, const char *key)
{
	return messages_render(api_care(paper->api)->messages, &paper->rq->arena, paper->lang, str_c(key), 0, NULL, 0);
}

struct str paper_word_of(const struct paper *paper, const char *group, struct str value)
{
	struct str key = arena_printf(&paper->rq->arena, "%s." STR_FMT, group, STR_ARG(value));
	bool known = key.len && messages_has(api_care(paper->api)->messages, key);
	return known ? messages_render(api_care(paper->api)->messages, &paper->rq->arena, paper->lang, key, 0, NULL, 0) : value;
}

struct str paper_staff(const struct paper *paper, struct str staff_id)
{
	const struct care_staff *staff = staff_id.len ? care_staff(paper->api->parts.care, staff_id.ptr) : NULL;
	return staff ? arena_printf(&paper->rq->arena, STR_FMT " (" STR_FMT ")", STR_ARG(staff->name),
			       STR_ARG(paper_word_of(paper, "note.role", staff->role)))
		     : paper_word(paper, "note.nobody");
}

struct str paper_client(const struct paper *paper, struct str client_id)
{
	const struct care_client *client = care_client(paper->api->parts.care, client_id.ptr);
	if (!client)
		return STR("");
	return client->name.len
		       ? arena_printf(&paper->rq->arena, STR_FMT " (" STR_FMT ")", STR_ARG(client->name), STR_ARG(client->pseudonym))
		       : client->pseudonym;
}

void paper_add_day(struct paper *paper, wall_time time)
{
	struct civil civil = zone_civil(paper->zone, time);
	buf_printf(&paper->out, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

void paper_add_time(struct paper *paper, wall_time time)
{
	struct civil civil = zone_civil(paper->zone, time);
	paper_add_day(paper, time);
	buf_printf(&paper->out, " %02d:%02d", civil.minute / 60, civil.minute % 60);
}

void paper_line(struct paper *paper, const char *key, struct str value)
{
	if (!value.len)
		return;
	buf_printf(&paper->out, STR_FMT ": " STR_FMT "\n", STR_ARG(paper_word(paper, key)), STR_ARG(value));
}

void paper_number_line(struct paper *paper, const char *key, int64_t number)
{
	paper_line(paper, key, arena_printf(&paper->rq->arena, "%" PRId64, number));
}

void paper_time_line(struct paper *paper, const char *key, wall_time time, struct str who)
{
	if (!time.us)
		return;
	buf_printf(&paper->out, STR_FMT ": ", STR_ARG(paper_word(paper, key)));
	paper_add_time(paper, time);
	if (who.len)
		buf_printf(&paper->out, ", " STR_FMT, STR_ARG(who));
	buf_add_byte(&paper->out, '\n');
}

void paper_heading(struct paper *paper, const char *key)
{
	buf_printf(&paper->out, "\n" STR_FMT "\n", STR_ARG(paper_word(paper, key)));
}

void paper_foot(struct paper *paper, const char *printed_key, const char *sentence_key)
{
	buf_add_byte(&paper->out, '\n');
	paper_time_line(paper, printed_key, clock_wall(api_care(paper->api)->clock),
		paper_staff(paper, str_c(api_principal(paper->rq)->person_id.text)));
	buf_printf(&paper->out, STR_FMT "\n", STR_ARG(paper_word(paper, sentence_key)));
}

void paper_answer_pdf(struct paper *paper, const char *file_name)
{
	struct buf pdf;
	struct err err = { 0 };
	buf_init(&pdf, mem_system(), 4u << 20);
	if (note_pdf(buf_str(&paper->out), &pdf, &err)) {
		api_refuse(paper->rq, &err);
	} else {
		http_reply_header(
			paper->rq, "Content-Disposition", arena_printf(&paper->rq->arena, "attachment; filename=\"%s\"", file_name));
		http_reply_header(paper->rq, "Cache-Control", STR("no-store"));
		http_reply(paper->rq, 200, "application/pdf", buf_str(&pdf));
	}
	buf_done(&pdf);
}
