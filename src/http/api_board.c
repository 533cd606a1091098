/* api_board.c: the triage board with several filters at once. One of them is an index; the others are looked at row by row here, in the
 * board's own order, page after page, so that nothing stands in the journal as seen that was only passed over: the rows are looked through
 * by the program, and those that match are then read as the person who asked. */
#include "http/api_priv.h"

#include "care/directory.h"
#include "care/triage.h"
#include "sys/mem.h"

#include <ctype.h>
#include <stdio.h>

#define LOOKED_MAX 10000 /* rows of one answer; `next` goes on from there */
#define FOUND_MAX 400    /* a page's end and the page after it: 2 * LIST_MAX */
#define SEARCH_MAX 200

struct board_filter {
	struct str state, priority, lang, search;
	bool breached, undecided;
};

struct boarding {
	struct api *api;
	struct http_request *rq;
	struct board_filter filter;
	struct list_query query;
	unsigned wanted;
	size_t looked, found, read;
	struct uuid ids[FOUND_MAX];
	json_t *items;
};

/* ---- The question ---- */

static bool known_state(struct str name)
{
	static const char *const states[] = { "received", "assess", "waiting", "offered", "in_care", "referred_out", "closed" };
	for (size_t i = 0; i < COUNT_OF(states); i++)
		if (str_eqc(name, states[i]))
			return true;
	return !name.len;
}

static bool is_lang(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!isalnum((unsigned char)text.ptr[i]) && text.ptr[i] != '-')
			return false;
	return text.len != 1 && text.len <= 35;
}

/* The field that is wrong, or NULL. */
static const char *read_filter(const struct http_request *rq, struct board_filter *ret_filter)
{
	struct str only = http_query(rq, "only");
	*ret_filter = (struct board_filter){ .state = http_query(rq, "state"),
		.priority = http_query(rq, "priority"),
		.lang = http_query(rq, "language"),
		.search = str_trim(http_query(rq, "search")),
		.breached = str_eqc(only, "breached"),
		.undecided = str_eqc(only, "undecided") };
	if (!known_state(ret_filter->state))
		return "state";
	if (ret_filter->priority.len && triage_parse(ret_filter->priority) < 0)
		return "priority";
	if (only.len && !ret_filter->breached && !ret_filter->undecided)
		return "only";
	if (!is_lang(ret_filter->lang))
		return "language";
	return ret_filter->search.len > SEARCH_MAX ? "search" : NULL;
}

/* The index that leaves the fewest rows to look at; closed ones only when asked for. */
static struct list_query index_for(const struct board_filter *filter)
{
	struct list_query query = { .resource = "referral", .index = "board", .equal = { value_int(1) } };
	if (filter->state.len) {
		query.index = "board_state";
		query.equal[0] = value_str(filter->state);
	} else if (filter->priority.len) {
		query.index = "board_priority";
		query.equal[1] = value_str(filter->priority);
	} else if (filter->breached || filter->undecided) {
		query.index = filter->breached ? "board_breached" : "board_undecided";
		query.equal[1] = value_int(1);
	}
	return query;
}

/* Whether the index alone answers. */
static bool is_plain(const struct board_filter *filter)
{
	int indexed = (filter->state.len > 0) + (filter->priority.len > 0) + (filter->breached || filter->undecided);
	return indexed <= 1 && !filter->lang.len && !filter->search.len;
}

static bool same_language(struct str of, struct str asked)
{
	return str_starts(of, asked) && (of.len == asked.len || of.ptr[asked.len] == '-');
}

static bool matches(const struct boarding *boarding, const struct row *row)
{
	const struct board_filter *filter = &boarding->filter;
	const struct care_client *client = care_client(boarding->api->parts.care, row_text(row, "client_id").ptr);
	if (filter->state.len && !str_eq(row->state, filter->state))
		return false;
	if (filter->priority.len && !str_eq(row_text(row, "priority"), filter->priority))
		return false;
	if ((filter->breached && !row_bool(row, "breached")) || (filter->undecided && !row_bool(row, "undecided")))
		return false;
	if (!client) /* not in memory: shown, unless asked for by what is known there only */
		return !filter->lang.len && !filter->search.len;
	if (filter->lang.len && !same_language(client->language, filter->lang))
		return false;
	char called[400]; /* a pseudonym has at most 80 bytes, a name 200 */
	snprintf(called, sizeof called, STR_FMT " " STR_FMT, STR_ARG(client->pseudonym), STR_ARG(client->name));
	return !filter->search.len || directory_matches(str_c(called), filter->search);
}

/* ---- Reading what was found ---- */

static void read_next(struct boarding *boarding);

static void one_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct boarding *boarding = ctx;
	if (!err && take_set->count)
		json_array_append_new(boarding->items, referral_json(boarding->api, &take_set->rows[0]));
	row_set_free(&take_set);
	if (err && err->code != E_NOT_FOUND) {
		json_decref(boarding->items);
		api_refuse(boarding->rq, err);
		return;
	}
	boarding->read++;
	read_next(boarding);
}

static void read_next(struct boarding *boarding)
{
	struct scope scope = principal_scope(api_principal(boarding->rq), NULL);
	struct err err = { 0 };
	if (boarding->read == boarding->found) {
		api_answer(
			boarding->rq, 200, json_pack("{s:o,s:o}", "items", boarding->items, "next", json_of_str(boarding->query.cursor)));
		return;
	}
	if (store_get(api_store(boarding->api), &scope, "referral", boarding->ids[boarding->read].text, one_read, boarding, &err)) {
		json_decref(boarding->items);
		api_refuse(boarding->rq, &err);
	}
}

/* ---- Looking through the board ---- */

static void look(struct boarding *boarding);

static void page_looked(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct boarding *boarding = ctx;
	if (err) {
		api_refuse(boarding->rq, err);
		return;
	}
	for (size_t i = 0; i < take_set->count && boarding->found < FOUND_MAX; i++)
		if (matches(boarding, &take_set->rows[i]))
			memcpy(boarding->ids[boarding->found++].text, take_set->rows[i].id.ptr, UUID_LENGTH + 1);
	boarding->looked += take_set->count;
	boarding->query.cursor = arena_copy(&boarding->rq->arena, take_set->cursor);
	bool failed = take_set->cursor.len && !boarding->query.cursor.len, more = take_set->cursor.len > 0;
	row_set_free(&take_set);
	if (failed) {
		http_error(boarding->rq, 500, "internal", "out of memory", NULL);
	} else if (more && boarding->found < boarding->wanted && boarding->looked < LOOKED_MAX) {
		look(boarding);
	} else {
		boarding->items = json_array();
		read_next(boarding);
	}
}

static void look(struct boarding *boarding)
{
	struct scope system = care_scope_system(api_principal(boarding->rq)->programme_id.text, NULL);
	struct err err = { 0 };
	if (store_list(api_store(boarding->api), &system, &boarding->query, page_looked, boarding, &err))
		api_refuse(boarding->rq, &err);
}

/* ---- The route ---- */

static json_t *build_board(struct gather *gather)
{
	json_t *items = json_array();
	for (size_t i = 0; i < gather->sets[0]->count; i++)
		json_array_append_new(items, referral_json(gather->api, &gather->sets[0]->rows[i]));
	return page_json(items, gather->sets[0]);
}

void api_board(void *ctx, struct http_request *rq)
{
	struct scope scope = principal_scope(api_principal(rq), NULL);
	struct board_filter filter;
	const char *wrong = read_filter(rq, &filter);
	if (wrong) {
		http_error(rq, 400, "invalid", "no such state, priority (A to G), only (breached, undecided), language or search", wrong);
		return;
	}
	struct list_query query = index_for(&filter);
	page_of(rq, &query);
	if (is_plain(&filter)) {
		struct gather *gather = gather_new(ctx, rq, build_board, NULL);
		if (gather)
			gather_list(gather, &scope, &query);
		if (gather)
			gather_run(gather);
		return;
	}
	struct boarding *boarding = ARENA_NEW(&rq->arena, struct boarding);
	if (!boarding) {
		http_error(rq, 500, "internal", "out of memory", NULL);
		return;
	}
	*boarding = (struct boarding){ .api = ctx, .rq = rq, .filter = filter, .query = query, .wanted = query.limit };
	look(boarding);
}
