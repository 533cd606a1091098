/* retention_look.c: one look through a programme for what is past its time; see retention.h.
 *
 *  clients   every client's row: last change, legal hold
 *  owners    resource by resource: when anything of a client was last changed
 *  busy      replies that wait for a person, requests that are open
 *  erasing   clients whose record is past its time: as on request
 *  rows      resource by resource: pages of rows that have not been changed for their class's period */
#include "care/retention_priv.h"

#include "care/notice.h"
#include "care/presence.h"
#include "care/resources.h"
#include "sys/mem.h"

#define LAYER "care/retention"
#define ERASE_BATCH 10
#define RULES_ARENA_MAX (256u * 1024)

struct note {
	struct uuid id; /* first: the key */
	struct retention_client client;
	int64_t version; /* of the client's row, as it was when the look began */
	bool held, busy;
};

enum phase { CLIENTS = 0, OWNERS, BUSY, ERASING, ROWS, OVER };

struct retention_look {
	struct care *care;
	struct look_start start;
	struct registry registry;
	wall_time now;
	enum phase phase;
	bool cancelled, single; /* single: one row a unit, since one of the page was changed meanwhile */
	size_t resource;        /* of OWNERS and ROWS; list of BUSY */
	struct uuid after;
	char cursor[1024];
	struct map notes;
	struct uuid *due; /* clients; owned */
	size_t due_count, at, taken;
	struct row_set *page;
	bool sent[LIST_MAX]; /* of the page, what is in the unit under way */
	struct retention_counts counts;
	struct loop_task task;
	char failure[200];
};

static void step(struct retention_look *look);

static void look_free(struct retention_look *look)
{
	size_t place = 0;
	for (void *note; (note = map_next(&look->notes, &place)) != NULL;)
		mem_delete(note);
	map_done(&look->notes);
	mem_delete(look->due);
	row_set_free(&look->page);
	mem_delete(look);
}

void retention_close(struct care *care)
{
	if (care->look)
		look_free(care->look);
	care->look = NULL;
}

static void finish(struct retention_look *look, const char *state)
{
	struct care *care = look->care;
	const struct look_end end = { state, look->failure, &look->start, &look->counts };
	care->look = NULL;
	look->start.over(care, &end, look->start.ctx);
	look_free(look);
}

static void fail(struct retention_look *look, const struct err *err)
{
	log_write(look->care->parts.log, LOG_ERROR, "retention.failed", LOG_ID("run", str_c(look->start.run_id.text)), LOG_ERR(err));
	snprintf(look->failure, sizeof look->failure, "%s", err_name(err->code));
	finish(look, "failed");
}

static struct scope scope_of(const struct retention_look *look)
{
	return care_scope_system(look->start.programme_id.text, "retention.run");
}

static void next_phase(struct retention_look *look)
{
	look->phase++;
	look->resource = 0;
	look->after = (struct uuid){ { 0 } };
	look->cursor[0] = '\0';
}

static void next_resource(struct retention_look *look)
{
	look->resource++;
	look->after = (struct uuid){ { 0 } };
	look->cursor[0] = '\0';
}

/* The rows of a question have been looked at. */
static void read_over(struct retention_look *look, struct row_set *take_set, const struct err *err)
{
	row_set_free(&take_set);
	if (err)
		fail(look, err);
	else
		step(look);
}

/* ---- Who was last in contact ---- */

static void note_law(struct retention_look *look, struct note *note)
{
	const struct care_client *client = care_client(look->care, note->id.text);
	const struct care_programme *programme = care_programme(look->care, look->start.programme_id.text);
	struct jurisdiction_rules rules;
	struct arena arena;
	arena_init(&arena, mem_system(), RULES_ARENA_MAX);
	care_rules(look->care, &arena, programme, client, client ? client->age : 0, &rules);
	note->client.law_years = rules.retain_years;
	note->client.age = client ? client->age : 0;
	arena_done(&arena);
}

static bool note_client(struct retention_look *look, const struct row *row)
{
	struct note *note = mem_new(sizeof *note);
	if (!note)
		return false;
	note->id = id_of(row->id);
	note->client.last_contact = row->updated_at;
	note->version = row->version;
	note->held = row_bool(row, "legal_hold");
	note_law(look, note);
	if (map_put(&look->notes, note))
		return true;
	mem_delete(note);
	return false;
}

static void clients_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct retention_look *look = ctx;
	struct err own = { 0 };
	bool good = true;
	for (size_t i = 0; !err && good && i < take_set->count; i++) {
		good = note_client(look, &take_set->rows[i]);
		look->after = id_of(take_set->rows[i].id);
	}
	if (!err && take_set->count < LIST_MAX)
		next_phase(look);
	if (!good)
		err_set(&own, E_MEMORY, LAYER, "out of memory");
	read_over(look, take_set, good ? err : &own);
}

static void owners_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct retention_look *look = ctx;
	for (size_t i = 0; !err && i < take_set->count; i++) {
		struct note *note = map_get(&look->notes, take_set->rows[i].id.ptr);
		if (note && take_set->rows[i].updated_at.us > note->client.last_contact.us)
			note->client.last_contact = take_set->rows[i].updated_at;
		look->after = id_of(take_set->rows[i].id);
	}
	if (!err && take_set->count < STORE_OWNERS_MAX)
		next_resource(look);
	read_over(look, take_set, err);
}

/* ---- Whose matters are open ---- */

static const struct {
	const char *resource, *state;
} open_matters[] = { { "review", "pending" }, { "data_request", "open" } };

static void busy_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct retention_look *look = ctx;
	bool more = !err && take_set->cursor.len && take_set->cursor.len < sizeof look->cursor;
	for (size_t i = 0; !err && i < take_set->count; i++) {
		struct note *note = map_get(&look->notes, row_text(&take_set->rows[i], "client_id").ptr);
		if (note)
			note->busy = true;
	}
	if (more)
		snprintf(look->cursor, sizeof look->cursor, STR_FMT, STR_ARG(take_set->cursor));
	else
		next_resource(look);
	read_over(look, take_set, err);
}

static bool is_visited(const struct care *care, const char *client_id)
{
	struct presence here[PRESENCE_LIST_MAX];
	const struct care_client *client = care_client(care, client_id);
	size_t count = client ? presence_list(care, client->programme_id.text, here, PRESENCE_LIST_MAX) : 0;
	for (size_t i = 0; i < count && i < PRESENCE_LIST_MAX; i++)
		if (strcmp(here[i].client_id, client_id) == 0)
			return true;
	return count > PRESENCE_LIST_MAX; /* more than can be looked at: kept for today */
}

enum fate { STAYS_OPEN = 0, STAYS_HELD, GOES };

/* As it is now, not when the look began. A client whom nobody knows is kept. */
static enum fate judge_client(const struct retention_look *look, const char *client_id)
{
	const struct client_item *item = care_client_item(look->care, client_id);
	const struct note *note = map_get(&look->notes, client_id);
	if (!item || !note)
		return STAYS_OPEN;
	if (item->pub.legal_hold || note->held)
		return STAYS_HELD;
	return item->stirred.us > look->now.us || item->alerts || note->busy || is_visited(look->care, client_id) ? STAYS_OPEN : GOES;
}

static void count_one(struct retention_look *look, enum retention class, enum fate fate)
{
	struct retention_count *count = &look->counts.of[class];
	count->due += fate == GOES;
	count->held += fate == STAYS_HELD;
	count->open += fate == STAYS_OPEN;
}

/* ---- Clients ---- */

static int find_due(struct retention_look *look, struct err *reterr)
{
	struct retention_period period = look->start.periods.of[RETAIN_CARE];
	size_t place = 0;
	look->due = mem_new((look->notes.count + 1) * sizeof *look->due);
	if (!look->due)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	for (const struct note *note; (note = map_next(&look->notes, &place)) != NULL;) {
		const struct care_client *client = care_client(look->care, note->id.text);
		if (!client || str_eqc(client->state, "erased") || !retention_client_due(period, &note->client, look->now))
			continue;
		enum fate fate = judge_client(look, note->id.text);
		count_one(look, RETAIN_CARE, fate);
		if (fate == GOES)
			look->due[look->due_count++] = note->id;
	}
	return 0;
}

/* Somebody else was faster with one row of the page: the others go one by one, and that one another night. */
static void after_unit(struct retention_look *look, const struct err *err, size_t went, enum retention class)
{
	if (err && err->code != E_CONFLICT && err->code != E_NOT_FOUND) {
		fail(look, err);
		return;
	}
	if (!err)
		look->counts.of[class].gone += (int64_t)went;
	if (err && !look->single) {
		look->single = true;
	} else {
		look->at += look->taken;
		look->counts.of[class].open += err ? 1 : 0;
	}
	step(look);
}

static void erased(void *ctx, const struct err *err)
{
	struct retention_look *look = ctx;
	size_t went = 0;
	for (size_t i = look->at; !err && i < look->at + look->taken; i++)
		if (look->due[i].text[0]) {
			care_client_erased(look->care, look->due[i].text);
			went++;
		}
	after_unit(look, err, went, RETAIN_CARE);
}

static void erase_some(struct retention_look *look)
{
	struct scope scope = scope_of(look);
	struct unit *unit = unit_new(look->care->parts.store, &scope);
	struct err err = { 0 };
	look->taken = 0;
	for (size_t i = look->at; unit && i < look->due_count && look->taken < (look->single ? 1 : ERASE_BATCH); i++, look->taken++) {
		const struct care_client *client = care_client(look->care, look->due[i].text);
		const struct note *note = map_get(&look->notes, look->due[i].text);
		if (!client || !note || str_eqc(client->state, "erased") || judge_client(look, look->due[i].text) != GOES) {
			look->due[i] = (struct uuid){ { 0 } }; /* something has come up since it was counted */
			continue;
		}
		/* Who has written since the look began, or has been put under a hold by another server, has another version by now. */
		unit_move(unit, "client", client->id.text, note->version, client->state.ptr, "erased");
		unit_erase_client(unit, client->id.text);
	}
	if (!unit)
		err_set(&err, E_MEMORY, LAYER, "out of memory");
	if (!unit || store_submit(look->care->parts.store, unit, erased, look, &err))
		fail(look, &err);
}

/* ---- Rows ---- */

static const struct resource *resource_of(const struct retention_look *look)
{
	return look->registry.resources[look->resource];
}

static bool by_contact(enum retention class)
{
	return class == RETAIN_PSYCHOTHERAPY || class == RETAIN_PART2;
}

/* false: not past its time after all. */
static bool is_due(const struct retention_look *look, const struct row *row, const struct note *note)
{
	enum retention class = row->resource->retention;
	if (!retention_over(row->resource, row->state))
		return false;
	if (!note)
		return true;
	if (by_contact(class) && !retention_client_due(look->start.periods.of[class], &note->client, look->now))
		return false;
	return !retention_law_keeps(class, &note->client, row->updated_at, look->now);
}

static struct str client_of(const struct row *row)
{
	return resource_field(row->resource, "client_id") == SIZE_MAX ? STR("") : row_text(row, "client_id");
}

static const struct note *note_of(const struct retention_look *look, const struct row *row)
{
	struct str client = client_of(row);
	return client.len ? map_get(&look->notes, client.ptr) : NULL;
}

static enum fate judge_row(const struct retention_look *look, const struct row *row)
{
	struct str client = client_of(row);
	bool about_alert = resource_field(row->resource, "alert_id") != SIZE_MAX && row_text(row, "alert_id").len;
	if (about_alert && map_get(&look->care->alerts, row_text(row, "alert_id").ptr))
		return STAYS_OPEN;
	if (client.len)
		return judge_client(look, client.ptr);
	return row->resource->of_client ? STAYS_OPEN : GOES;
}

static void rows_gone(void *ctx, const struct err *err)
{
	struct retention_look *look = ctx;
	const struct resource *resource = resource_of(look);
	size_t went = 0;
	for (size_t i = look->at; !err && i < look->at + look->taken; i++) {
		const struct row *row = &look->page->rows[i];
		if (!look->sent[i])
			continue;
		went++;
		if (look->care->forget && resource_field(resource, "conversation_id") != SIZE_MAX && row_text(row, "conversation_id").len)
			look->care->forget(look->care->forget_ctx, row_text(row, "conversation_id").ptr);
	}
	after_unit(look, err, went, resource->retention);
}

static void delete_some(struct retention_look *look)
{
	struct scope scope = scope_of(look);
	struct unit *unit = unit_new(look->care->parts.store, &scope);
	struct err err = { 0 };
	look->taken = 0;
	for (size_t i = look->at; unit && i < look->page->count && look->taken < (look->single ? 1 : LIST_MAX); i++, look->taken++) {
		const struct row *row = &look->page->rows[i];
		look->sent[i] = is_due(look, row, note_of(look, row)) && judge_row(look, row) == GOES;
		if (look->sent[i])
			unit_delete(unit, row->resource->name, row->id.ptr, row->version);
	}
	if (!unit)
		err_set(&err, E_MEMORY, LAYER, "out of memory");
	if (!unit || store_submit(look->care->parts.store, unit, rows_gone, look, &err))
		fail(look, &err);
}

static void page_over(struct retention_look *look)
{
	bool last = look->page->count < LIST_MAX;
	row_set_free(&look->page);
	look->at = 0;
	look->single = false;
	if (last)
		next_resource(look);
}

static void rows_read(void *ctx, struct row_set *take_set, const struct err *err)
{
	struct retention_look *look = ctx;
	if (err) {
		fail(look, err);
		return;
	}
	look->page = take_set;
	look->at = 0;
	look->single = false;
	for (size_t i = 0; i < take_set->count; i++) {
		const struct row *row = &take_set->rows[i];
		if (is_due(look, row, note_of(look, row)))
			count_one(look, row->resource->retention, judge_row(look, row));
		look->after = id_of(row->id);
	}
	if (look->start.dry)
		page_over(look);
	step(look);
}

/* ---- The machine ---- */

static int ask_clients(struct retention_look *look, struct err *reterr)
{
	struct scope scope = scope_of(look);
	return store_old(look->care->parts.store, &scope, "client", (wall_time){ INT64_MAX }, str_c(look->after.text), LIST_MAX,
		clients_read, look, reterr);
}

/* true: a question is on its way. */
static bool ask_owners(struct retention_look *look, struct err *reterr)
{
	struct scope scope = scope_of(look);
	for (; look->resource < look->registry.count; next_resource(look)) {
		const struct resource *resource = resource_of(look);
		if (resource->of_client && resource_field(resource, "client_id") != SIZE_MAX)
			return store_owners(look->care->parts.store, &scope, resource->name, str_c(look->after.text), STORE_OWNERS_MAX,
				       owners_read, look, reterr) == 0;
	}
	next_phase(look);
	return false;
}

static bool ask_busy(struct retention_look *look, struct err *reterr)
{
	struct scope scope = scope_of(look);
	if (look->resource == COUNT_OF(open_matters)) {
		next_phase(look);
		return false;
	}
	struct list_query query = { .resource = open_matters[look->resource].resource,
		.index = "state",
		.equal = { value_c(open_matters[look->resource].state) },
		.cursor = str_c(look->cursor),
		.limit = LIST_MAX };
	return store_list(look->care->parts.store, &scope, &query, busy_read, look, reterr) == 0;
}

static bool ask_erasing(struct retention_look *look, struct err *reterr)
{
	if (!look->due && find_due(look, reterr))
		return false;
	if (!look->start.dry && look->at < look->due_count) {
		erase_some(look);
		return true;
	}
	look->at = 0;
	look->single = false;
	next_phase(look);
	return false;
}

static bool ask_rows(struct retention_look *look, struct err *reterr)
{
	struct scope scope = scope_of(look);
	if (look->page && look->at < look->page->count) {
		delete_some(look);
		return true;
	}
	if (look->page)
		page_over(look);
	for (; look->resource < look->registry.count; next_resource(look)) {
		const struct resource *resource = resource_of(look);
		wall_time before = retention_before(look->start.periods.of[resource->retention], look->now);
		if (before.us && retention_rule(resource) == RETENTION_OVER)
			return store_old(look->care->parts.store, &scope, resource->name, before, str_c(look->after.text), LIST_MAX,
				       rows_read, look, reterr) == 0;
	}
	next_phase(look);
	return false;
}

static void step(struct retention_look *look)
{
	struct err err = { 0 };
	bool asked = false;
	while (!asked && !err.code && !look->cancelled && look->phase != OVER) {
		switch (look->phase) {
		case CLIENTS: asked = ask_clients(look, &err) == 0; break;
		case OWNERS: asked = ask_owners(look, &err); break;
		case BUSY: asked = ask_busy(look, &err); break;
		case ERASING: asked = ask_erasing(look, &err); break;
		case ROWS: asked = ask_rows(look, &err); break;
		case OVER: break;
		}
	}
	if (asked)
		return; /* the look may be over and gone by now */
	if (err.code)
		fail(look, &err);
	else
		finish(look, look->cancelled ? "cancelled" : "done");
}

static void begin(void *ctx)
{
	step(ctx);
}

int look_begin(struct care *care, const struct look_start *start, struct err *reterr)
{
	struct retention_look *look = care->look ? NULL : mem_new(sizeof *look);
	if (!look)
		return care->look ? err_set(reterr, E_LIMIT, LAYER, "busy") : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*look = (struct retention_look){ .care = care, .start = *start, .registry = care_registry(), .now = care_now(care) };
	care->look = look;
	loop_defer(care->parts.loop, &look->task, begin, look);
	return 0;
}

bool retention_running(const struct care *care, const char *run_id, int *ret_progress, struct retention_counts *ret_counts)
{
	static const int begins[] = { [CLIENTS] = 0, [OWNERS] = 100, [BUSY] = 300, [ERASING] = 320, [ROWS] = 500, [OVER] = 1000 };
	const struct retention_look *look = care->look;
	if (!look || strcmp(look->start.run_id.text, run_id) != 0)
		return false;
	size_t all = look->phase == ERASING ? look->due_count : look->registry.count;
	size_t at = look->phase == ERASING ? look->at : look->resource;
	int room = look->phase == OVER ? 0 : begins[look->phase + 1] - begins[look->phase];
	*ret_progress = begins[look->phase] + (all ? (int)(at * (size_t)room / all) : 0);
	*ret_counts = look->counts;
	return true;
}

void retention_cancel(struct care *care, const char *run_id)
{
	if (care->look && strcmp(care->look->start.run_id.text, run_id) == 0)
		care->look->cancelled = true;
}
