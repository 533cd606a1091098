/* store.c: opening and closing, the queues between the loop and the store's threads, and the calls that fill them. */
#include "store/store_priv.h"

#include "store/builtin.h"
#include "sys/mem.h"
#include "sys/random.h"
#include "sys/reason.h"

#include <errno.h>
#include <sodium.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LAYER "store"
#define IDS_AHEAD_US 1000000 /* of the clock at most, when many ids fall into one moment; further back, it was set back */

const struct driver *driver_find(const char *url)
{
	static const struct driver *const drivers[] = { &driver_sqlite, &driver_postgres };
	for (size_t i = 0; i < COUNT_OF(drivers); i++) {
		size_t length = strlen(drivers[i]->scheme);
		if (strncmp(url, drivers[i]->scheme, length) == 0 && url[length] == ':')
			return drivers[i];
	}
	return strncmp(url, "postgres:", 9) == 0 ? &driver_postgres : NULL;
}

/* ---- Queues ---- */

static void wake(struct store *store)
{
	uint64_t one = 1;
	while (write(store->event_fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

static void release_waiter(struct waiter *waiter, const struct err *result, struct row_set *set)
{
	pthread_mutex_lock(&waiter->mutex);
	waiter->code = result->code;
	waiter->err = *result;
	waiter->set = set;
	waiter->done = true;
	pthread_cond_signal(&waiter->cond);
	pthread_mutex_unlock(&waiter->mutex);
}

void read_destroy(struct read *read)
{
	row_set_free(&read->set);
	arena_done(&read->arena);
	mem_delete(read);
}

void store_finish_read(struct store *store, struct read *read)
{
	if (read->waiter) {
		struct row_set *set = read->set;
		read->set = NULL;
		atomic_fetch_sub(&store->open, 1);
		release_waiter(read->waiter, &read->result, set);
		read_destroy(read);
		return;
	}
	pthread_mutex_lock(&store->mutex);
	bool first = !store->done_reads && !store->done_units;
	*store->done_reads_tail = read;
	store->done_reads_tail = &read->next;
	pthread_mutex_unlock(&store->mutex);
	if (first)
		wake(store);
}

void store_finish_unit(struct store *store, struct unit *unit)
{
	if (unit->view) {
		struct read *read = unit->view;
		read->result = unit->result;
		if (unit->result.code)
			row_set_free(&read->set);
		unit_destroy(unit);
		atomic_fetch_sub(&store->open, 1); /* the read still counts */
		store_finish_read(store, read);
		return;
	}
	struct waiter *waiter = unit->waiter;
	struct err result = unit->result;
	if (waiter && atomic_load(&store->watch_count) == 0) {
		unit_destroy(unit);
		atomic_fetch_sub(&store->open, 1);
		release_waiter(waiter, &result, NULL);
		return;
	}
	pthread_mutex_lock(&store->mutex);
	bool first = !store->done_reads && !store->done_units;
	*store->done_units_tail = unit; /* also when somebody waits: the watches want its rows */
	store->done_units_tail = &unit->next;
	pthread_mutex_unlock(&store->mutex);
	if (first)
		wake(store);
	if (waiter)
		release_waiter(waiter, &result, NULL);
}

static int queue_unit(struct store *store, struct unit *unit, bool even_closing, struct err *reterr)
{
	int code = 0;
	pthread_mutex_lock(&store->mutex);
	if (store->closing && !even_closing)
		code = err_set(reterr, E_CLOSED, LAYER, "the store is closing");
	else if (store->writes.count >= QUEUE_MAX && !even_closing)
		code = err_set(reterr, E_LIMIT, LAYER, "too many changes wait");
	if (!code) {
		atomic_fetch_add(&store->open, 1);
		unit->next = NULL;
		*store->writes.tail = unit;
		store->writes.tail = &unit->next;
		if (store->writes.count++ == 0)
			pthread_cond_signal(&store->write_wanted);
	}
	pthread_mutex_unlock(&store->mutex);
	return code;
}

void store_queue_view(struct store *store, struct unit *unit)
{
	struct err ignored;
	(void)!queue_unit(store, unit, true, &ignored);
}

static int queue_read(struct store *store, struct read *read, struct err *reterr)
{
	int code = 0;
	pthread_mutex_lock(&store->mutex);
	if (store->closing)
		code = err_set(reterr, E_CLOSED, LAYER, "the store is closing");
	else if (store->reads.count >= QUEUE_MAX)
		code = err_set(reterr, E_LIMIT, LAYER, "too many reads wait");
	if (!code) {
		atomic_fetch_add(&store->open, 1);
		read->next = NULL;
		*store->reads.tail = read;
		store->reads.tail = &read->next;
		store->reads.count++;
		pthread_cond_signal(&store->read_wanted);
	}
	pthread_mutex_unlock(&store->mutex);
	return code;
}

bool store_idle(const struct store *store)
{
	return atomic_load(&store->open) == 0;
}

int store_poll_fd(const struct store *store)
{
	return store->event_fd;
}

static void tell_watches(struct store *store, const struct unit *unit)
{
	for (const struct op *op = unit->ops; op; op = op->next)
		for (size_t i = 0; op->kind == OP_INSERT && i < store->watch_count; i++) {
			if (store->watches[i].resource != op->sql->resource)
				continue;
			struct row row = {
				.resource = op->sql->resource,
				.id = str_make(op->id.text, UUID_LENGTH),
				.programme_id = str_c(op->sql->resource->root ? op->id.text : unit->scope.programme_id),
				.version = 1,
				.created_at = op->at,
				.updated_at = op->at,
				.state = str_c(op->state),
				.values = op->values,
			};
			store->watches[i].fn(store->watches[i].ctx, &row);
		}
}

size_t store_dispatch(struct store *store)
{
	uint64_t count;
	size_t calls = 0;
	while (read(store->event_fd, &count, sizeof count) < 0 && errno == EINTR)
		;
	pthread_mutex_lock(&store->mutex);
	struct unit *units = store->done_units;
	struct read *reads = store->done_reads;
	store->done_units = NULL;
	store->done_units_tail = &store->done_units;
	store->done_reads = NULL;
	store->done_reads_tail = &store->done_reads;
	pthread_mutex_unlock(&store->mutex);
	while (units) {
		struct unit *unit = units;
		units = unit->next;
		if (!unit->result.code)
			tell_watches(store, unit);
		if (unit->done)
			unit->done(unit->ctx, unit->result.code ? &unit->result : NULL);
		calls++;
		unit_destroy(unit);
		atomic_fetch_sub(&store->open, 1);
	}
	while (reads) {
		struct read *read = reads;
		struct row_set *set = read->set;
		reads = read->next;
		read->set = NULL;
		read->done(read->ctx, set, read->result.code ? &read->result : NULL);
		calls++;
		read_destroy(read);
		atomic_fetch_sub(&store->open, 1);
	}
	return calls;
}

/* ---- Writing ---- */

int store_submit(struct store *store, struct unit *take_unit, unit_done done, void *ctx, struct err *reterr)
{
	int code = unit_check(take_unit, reterr);
	take_unit->done = done;
	take_unit->ctx = ctx;
	if (!code)
		code = queue_unit(store, take_unit, false, reterr);
	if (code)
		unit_destroy(take_unit);
	return code;
}

static void waiter_init(struct waiter *waiter)
{
	*waiter = (struct waiter){ .done = false };
	pthread_mutex_init(&waiter->mutex, NULL);
	pthread_cond_init(&waiter->cond, NULL);
}

static int wait_for(struct waiter *waiter, struct err *reterr)
{
	pthread_mutex_lock(&waiter->mutex);
	while (!waiter->done)
		pthread_cond_wait(&waiter->cond, &waiter->mutex);
	pthread_mutex_unlock(&waiter->mutex);
	pthread_mutex_destroy(&waiter->mutex);
	pthread_cond_destroy(&waiter->cond);
	if (waiter->code && reterr)
		*reterr = waiter->err;
	return waiter->code;
}

int store_write_wait(struct store *store, struct unit *take_unit, struct err *reterr)
{
	struct waiter waiter;
	waiter_init(&waiter);
	/* cppcheck-suppress autoVariables ; the waiter is left before this call returns */
	take_unit->waiter = &waiter;
	int code = store_submit(store, take_unit, NULL, NULL, reterr);
	return code ? code : wait_for(&waiter, reterr);
}

int store_watch(struct store *store, const char *resource, watch_fn fn, void *ctx, struct err *reterr)
{
	const struct resource *found = registry_find(&store->registry, resource);
	if (!found || store->watch_count == WATCHES_MAX)
		return err_set(reterr, found ? E_LIMIT : E_BUG, LAYER, "cannot watch %s", resource);
	size_t at = store->watch_count;
	store->watches[at].resource = found;
	store->watches[at].fn = fn;
	store->watches[at].ctx = ctx;
	atomic_store(&store->watch_count, at + 1);
	return 0;
}

int store_erase_client(struct store *store, const struct scope *scope, const char *client_id, unit_done done, void *ctx, struct err *reterr)
{
	struct unit *unit = unit_new(store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	unit_erase_client(unit, client_id);
	return store_submit(store, unit, done, ctx, reterr);
}

int store_checkpoint(struct store *store, char *note, size_t size, struct err *reterr)
{
	struct scope scope = { .who = WHO_SYSTEM };
	char room[NOTE_MAX] = "";
	struct unit *unit = unit_new(store, &scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	unit->checkpoint = true;
	unit->note = room;
	int code = store_write_wait(store, unit, reterr);
	if (!code && strlen(room) >= size)
		code = err_set(reterr, E_LIMIT, LAYER, "no room for the checkpoint");
	if (!code)
		memcpy(note, room, strlen(room) + 1);
	return code;
}

void store_new_id(struct store *store, struct uuid *ret_id)
{
	uint8_t random[8];
	int64_t now = clock_wall(store->clock).us, last = atomic_load(&store->last_id_us), next;
	random_bytes(random, sizeof random);
	do /* of two ids made in one microsecond the second is the later one: a reply stands below its message */
		next = now > last || last - now > IDS_AHEAD_US ? now : last + 1;
	while (!atomic_compare_exchange_weak(&store->last_id_us, &last, next));
	uuid_v7(next, random, ret_id);
}

bool store_healthy(const struct store *store)
{
	return atomic_load(&store->healthy);
}

/* ---- Reading ---- */

static int read_new(struct store *store, const struct scope *scope, enum read_kind kind, const char *resource_name, struct read **ret_read,
	struct err *reterr)
{
	struct scope_copy copy;
	const struct resource *resource = registry_find(&store->registry, resource_name);
	if (kind == READ_JOURNAL)
		resource = &resource_journal;
	int code = scope_take(scope, &copy, reterr);
	if (!code && !resource)
		code = err_set(reterr, E_BUG, LAYER, "no resource %s", resource_name);
	if (!code && !resource_may(resource, copy.who, ACCESS_READ, NULL))
		code = err_set(reterr, E_DENIED, LAYER, "%s: not allowed", resource_name);
	if (code)
		return code;
	struct read *read = mem_new(sizeof *read);
	if (!read)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	arena_init(&read->arena, mem_system(), 1024 * 1024);
	read->store = store;
	read->scope = copy;
	read->kind = kind;
	read->sql = sql_resource(&store->sql, resource);
	read->from = INT64_MIN;
	read->to = INT64_MAX;
	*ret_read = read;
	return 0;
}

static int get_new(
	struct store *store, const struct scope *scope, const char *resource, const char *id, struct read **ret_read, struct err *reterr)
{
	struct read *read = NULL;
	int code = read_new(store, scope, READ_GET, resource, &read, reterr);
	if (code || !read)
		return code;
	if (!read->scope.programme_id[0] && !read->sql->resource->root)
		code = err_set(reterr, E_DENIED, LAYER, "%s: no programme", resource);
	else if (!id || !uuid_valid(str_c(id)))
		code = err_set(reterr, E_INVALID, LAYER, "%s: not an id", resource);
	else
		memcpy(read->id, id, UUID_LENGTH + 1);
	if (code)
		read_destroy(read);
	else
		*ret_read = read;
	return code;
}

static int copy_query(struct read *read, const struct list_query *query, struct err *reterr)
{
	const struct index_def *def = read->index->def;
	for (size_t i = 0; def && i < INDEX_FIELDS_MAX && def->fields[i]; i++) {
		struct value value = query->equal[i];
		if (value.kind != VALUE_INT && value.kind != VALUE_TEXT && value.kind != VALUE_BYTES)
			return err_set(reterr, E_INVALID, LAYER, "%s.%s: no value for %s", query->resource, def->name, def->fields[i]);
		if (value.kind != VALUE_INT)
			value.s = arena_copy(&read->arena, value.s);
		/* Bytes may be given as text by value_str: the descriptor decides. */
		size_t at = resource_field(read->sql->resource, def->fields[i]);
		if (at != SIZE_MAX && value.kind != VALUE_INT)
			value.kind = read->sql->resource->fields[at].type == FIELD_BYTES ? VALUE_BYTES : VALUE_TEXT;
		read->equal[i] = value;
	}
	read->cursor = arena_copy(&read->arena, query->cursor);
	if (query->bounded) {
		read->from = query->from.us;
		read->to = query->to.us;
	}
	read->down = query->descending;
	return arena_failed(&read->arena) ? err_set(reterr, E_LIMIT, LAYER, "%s: query too long", query->resource) : 0;
}

static int list_new(struct store *store, const struct scope *scope, enum read_kind kind, const struct list_query *query, unsigned limit,
	struct read **ret_read, struct err *reterr)
{
	struct read *read = NULL;
	int code = read_new(store, scope, kind, query->resource, &read, reterr);
	if (code || !read)
		return code;
	read->limit = limit;
	read->index = sql_index(read->sql, query->index);
	if (!read->index)
		code = err_set(reterr, E_BUG, LAYER, "%s: no index %s", query->resource, query->index);
	else if (!read->scope.programme_id[0] && (!read->index->global_up.text || query->descending || kind == READ_COUNT))
		code = err_set(reterr, E_DENIED, LAYER, "%s: no programme", query->resource);
	else
		code = copy_query(read, query, reterr);
	if (code)
		read_destroy(read);
	else
		*ret_read = read;
	return code;
}

static unsigned list_limit(const struct list_query *query)
{
	return query->limit == 0 ? 50 : query->limit > LIST_MAX ? LIST_MAX : query->limit;
}

static int send_read(struct store *store, struct read *read, read_done done, void *ctx, struct err *reterr)
{
	read->done = done;
	read->ctx = ctx;
	int code = queue_read(store, read, reterr);
	if (code)
		read_destroy(read);
	return code;
}

static int wait_read(struct store *store, struct read *read, struct row_set **ret_set, struct err *reterr)
{
	struct waiter waiter;
	waiter_init(&waiter);
	/* cppcheck-suppress autoVariables ; the waiter is left before this call returns */
	read->waiter = &waiter;
	int code = queue_read(store, read, reterr);
	if (code) {
		read_destroy(read);
		return code;
	}
	code = wait_for(&waiter, reterr);
	if (!code)
		*ret_set = waiter.set;
	return code;
}

int store_get(
	struct store *store, const struct scope *scope, const char *resource, const char *id, read_done done, void *ctx, struct err *reterr)
{
	struct read *read = NULL;
	int code = get_new(store, scope, resource, id, &read, reterr);
	return code || !read ? code : send_read(store, read, done, ctx, reterr);
}

int store_list(
	struct store *store, const struct scope *scope, const struct list_query *query, read_done done, void *ctx, struct err *reterr)
{
	struct read *read = NULL;
	int code = list_new(store, scope, READ_LIST, query, list_limit(query), &read, reterr);
	return code || !read ? code : send_read(store, read, done, ctx, reterr);
}

int store_find(
	struct store *store, const struct scope *scope, const struct list_query *query, read_done done, void *ctx, struct err *reterr)
{
	struct read *read = NULL;
	int code = list_new(store, scope, READ_FIND, query, 1, &read, reterr);
	return code || !read ? code : send_read(store, read, done, ctx, reterr);
}

static int retention_new(struct store *store, const struct scope *scope, enum read_kind kind, const char *resource, struct str after,
	struct read **ret_read, struct err *reterr)
{
	struct read *read = NULL;
	int code = read_new(store, scope, kind, resource, &read, reterr);
	if (code || !read)
		return code;
	read->cursor = arena_copy(&read->arena, after);
	if (read->scope.who != WHO_SYSTEM || !read->scope.programme_id[0])
		code = err_set(reterr, E_DENIED, LAYER, "%s: not allowed", resource);
	else if (after.len && !uuid_valid(after))
		code = err_set(reterr, E_INVALID, LAYER, "%s: not an id", resource);
	else if (kind == READ_OWNERS && !read->sql->owners.text)
		code = err_set(reterr, E_INVALID, LAYER, "%s: its rows name no client", resource);
	if (code)
		read_destroy(read);
	else
		*ret_read = read;
	return code;
}

int store_old(struct store *store, const struct scope *scope, const char *resource, wall_time before, struct str after, unsigned limit,
	read_done done, void *ctx, struct err *reterr)
{
	struct read *read = NULL;
	int code = retention_new(store, scope, READ_OLD, resource, after, &read, reterr);
	if (code || !read)
		return code;
	read->to = before.us;
	read->limit = limit && limit < LIST_MAX ? limit : LIST_MAX;
	return send_read(store, read, done, ctx, reterr);
}

int store_owners(struct store *store, const struct scope *scope, const char *resource, struct str after, unsigned limit, read_done done,
	void *ctx, struct err *reterr)
{
	struct read *read = NULL;
	int code = retention_new(store, scope, READ_OWNERS, resource, after, &read, reterr);
	if (code || !read)
		return code;
	read->limit = limit && limit < STORE_OWNERS_MAX ? limit : STORE_OWNERS_MAX;
	return send_read(store, read, done, ctx, reterr);
}

int store_count(struct store *store, const struct scope *scope, const struct list_query *query, unsigned max, read_done done, void *ctx,
	struct err *reterr)
{
	struct read *read = NULL;
	int code = list_new(store, scope, READ_COUNT, query, max > 10000 ? 10000 : max, &read, reterr);
	return code || !read ? code : send_read(store, read, done, ctx, reterr);
}

int store_get_wait(
	struct store *store, const struct scope *scope, const char *resource, const char *id, struct row_set **ret_set, struct err *reterr)
{
	struct read *read = NULL;
	int code = get_new(store, scope, resource, id, &read, reterr);
	return code || !read ? code : wait_read(store, read, ret_set, reterr);
}

int store_list_wait(
	struct store *store, const struct scope *scope, const struct list_query *query, struct row_set **ret_set, struct err *reterr)
{
	struct read *read = NULL;
	int code = list_new(store, scope, READ_LIST, query, list_limit(query), &read, reterr);
	return code || !read ? code : wait_read(store, read, ret_set, reterr);
}

int store_find_wait(
	struct store *store, const struct scope *scope, const struct list_query *query, struct row_set **ret_set, struct err *reterr)
{
	struct read *read = NULL;
	int code = list_new(store, scope, READ_FIND, query, 1, &read, reterr);
	return code || !read ? code : wait_read(store, read, ret_set, reterr);
}

int store_journal(struct store *store, const struct scope *scope, const char *client_id, int64_t before, unsigned limit, read_done done,
	void *ctx, struct err *reterr)
{
	struct read *read = NULL;
	struct scope about = *scope;
	about.client_id = client_id;
	int code = read_new(store, &about, READ_JOURNAL, "journal", &read, reterr);
	if (code || !read)
		return code;
	read->before = before;
	read->limit = limit == 0 ? 50 : limit > LIST_MAX ? LIST_MAX : limit;
	return send_read(store, read, done, ctx, reterr);
}

/* ---- Opening and closing ---- */

static char *copy_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = mem_new(size);
	if (copy)
		memcpy(copy, text, size);
	return copy;
}

static int take_options(struct store *store, const struct store_options *options, struct err *reterr)
{
	size_t count = options->registry.count;
	store->clock = options->clock;
	store->group_max = options->group_max ? options->group_max : 256;
	store->reader_count = options->readers == 0 ? 2 : options->readers > READERS_MAX ? READERS_MAX : options->readers;
	store->driver = options->driver ? options->driver : driver_find(options->url);
	if (!store->driver)
		return err_set(reterr, E_INVALID, LAYER, "the database URL must begin with sqlite: or postgresql:");
	store->url = copy_text(options->url);
	store->node = copy_text(options->node ? options->node : "main");
	store->key_path = copy_text(options->key_file);
	store->resources = mem_new(sizeof(const struct resource *) * (count + 1));
	if (!store->url || !store->node || !store->key_path || !store->resources)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	for (size_t i = 0; i < count; i++)
		store->resources[i] = options->registry.resources[i];
	store->resources[count] = &resource_client_key;
	store->registry = (struct registry){ store->resources, count + 1 };
	return registry_check(&store->registry, reterr);
}

static int open_parts(struct store *store, const char *key_file, struct err *reterr)
{
	int code = key_load(key_file, &store->key, reterr);
	if (!code)
		code = keyring_new(store->key, store->clock, &store->ring, reterr);
	if (!code)
		code = sql_build(&store->sql, store->driver->dialect, &store->registry, reterr);
	if (!code)
		code = store->driver->open(store->url, false, &store->writer.db, reterr);
	if (!code)
		code = store->driver->lock(store->writer.db, store->node, reterr);
	if (!code)
		code = schema_migrate(&store->sql, &store->registry, SCHEMA_NUMBER, store->writer.db, clock_wall(store->clock), reterr);
	for (unsigned i = 0; !code && i < store->reader_count; i++) {
		store->readers[i].store = store;
		code = store->driver->open(store->url, true, &store->readers[i].db, reterr);
	}
	store->event_fd = code ? -1 : eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (!code && store->event_fd < 0)
		code = err_set(reterr, E_IO, LAYER, "eventfd: %s", sys_reason(errno).text);
	return code;
}

static int start(struct store *store, struct err *reterr)
{
	int code = writer_start(store, reterr);
	for (unsigned i = 0; !code && i < store->reader_count; i++) {
		if (pthread_create(&store->readers[i].thread, NULL, reader_main, &store->readers[i]) != 0)
			code = err_set(reterr, E_IO, LAYER, "cannot start a reader thread");
		store->readers[i].running = !code;
	}
	return code;
}

int store_open(const struct store_options *options, struct store **ret_store, struct err *reterr)
{
	struct store *store = mem_new(sizeof *store);
	if (!store)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	store->event_fd = -1;
	pthread_mutex_init(&store->mutex, NULL);
	pthread_cond_init(&store->write_wanted, NULL);
	pthread_cond_init(&store->read_wanted, NULL);
	store->writes.tail = &store->writes.first;
	store->reads.tail = &store->reads.first;
	store->done_units_tail = &store->done_units;
	store->done_reads_tail = &store->done_reads;
	atomic_store(&store->healthy, true);
	int code = take_options(store, options, reterr);
	if (!code)
		code = open_parts(store, options->key_file, reterr);
	if (!code)
		code = start(store, reterr);
	if (code)
		store_close(&store);
	else
		*ret_store = store;
	return code;
}

static void stop_threads(struct store *store)
{
	pthread_mutex_lock(&store->mutex);
	store->closing = true;
	pthread_cond_broadcast(&store->read_wanted);
	pthread_cond_broadcast(&store->write_wanted);
	pthread_mutex_unlock(&store->mutex);
	for (unsigned i = 0; i < store->reader_count; i++)
		if (store->readers[i].running)
			pthread_join(store->readers[i].thread, NULL);
	if (store->writer.running)
		pthread_join(store->writer.thread, NULL);
}

void store_quiesce(struct store *store)
{
	if (!store || store->quiet)
		return;
	store->quiet = true;
	stop_threads(store);
	while (store->done_units || store->done_reads)
		store_dispatch(store);
}

void store_close(struct store **ref)
{
	struct store *store = *ref;
	*ref = NULL;
	if (!store)
		return;
	store_quiesce(store);
	for (unsigned i = 0; i < store->reader_count; i++)
		db_close(&store->readers[i].db);
	db_close(&store->writer.db);
	journal_done(&store->writer.journal);
	arena_done(&store->writer.scratch);
	sql_done(&store->sql);
	keyring_free(&store->ring);
	key_free(&store->key);
	if (store->event_fd >= 0)
		close(store->event_fd);
	pthread_mutex_destroy(&store->mutex);
	pthread_cond_destroy(&store->write_wanted);
	pthread_cond_destroy(&store->read_wanted);
	mem_delete(store->resources);
	mem_delete(store->url);
	mem_delete(store->node);
	mem_delete(store->key_path);
	mem_delete(store);
}
