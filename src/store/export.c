/* export.c: see export.h. */
#include "store/export.h"

#include "base/buf.h"
#include "store/store_priv.h"
#include "sys/mem.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#define LAYER "store/export"
#define PAGE 500
#define PIECE_MAX (512u * 1024u)

struct exporter {
	const struct export_source *source;
	struct key_file *key;
	struct statements sql;
	struct db *db;
	struct journal journal; /* head, as found */
	struct merkle tree;     /* of the entries, as written out */
	char verifier[NOTE_VERIFIER_MAX];
	struct buf line;
	struct {
		uint64_t size;
		char note[NOTE_MAX];
	} checkpoint; /* the next stored one that lies ahead */
	bool has_checkpoint;
	export_write write;
	void *ctx;
	struct err *reterr;
};

static int put_line(struct exporter *e)
{
	buf_add_byte(&e->line, '\n');
	if (e->line.failed)
		return err_set(e->reterr, E_MEMORY, LAYER, "out of memory");
	int stopped = e->write(e->ctx, buf_str(&e->line));
	buf_clear(&e->line);
	return stopped ? err_set(e->reterr, E_IO, LAYER, "the export could not be written") : 0;
}

static int put_note(struct exporter *e, const char *note)
{
	buf_add_c(&e->line, "{\"checkpoint\":");
	buf_add_json(&e->line, str_c(note));
	buf_add_c(&e->line, "}");
	return put_line(e);
}

static int take_checkpoint(void *ctx, const struct value *columns, size_t count)
{
	struct exporter *e = ctx;
	(void)count;
	if (columns[1].s.len >= NOTE_MAX)
		return err_set(e->reterr, E_CRYPTO, LAYER, "a stored checkpoint is not a note");
	e->checkpoint.size = (uint64_t)columns[0].i;
	memcpy(e->checkpoint.note, columns[1].s.ptr, columns[1].s.len);
	e->checkpoint.note[columns[1].s.len] = 0;
	e->has_checkpoint = true;
	return 0;
}

static int next_checkpoint(struct exporter *e, uint64_t from)
{
	struct value params[3] = { value_c(e->journal.node), value_int((int64_t)from), value_int(1) };
	e->has_checkpoint = false;
	return db_run(e->db, &e->sql.checkpoint_range, params, 3, take_checkpoint, e, NULL, e->reterr);
}

/* Write the stored checkpoint of the size reached, after seeing that it is ours and fits. */
static int pass_checkpoint(struct exporter *e)
{
	struct checkpoint checkpoint;
	struct merkle_hash root;
	int code = note_open(str_c(e->checkpoint.note), str_c(e->verifier), &checkpoint, e->reterr);
	merkle_root(&e->tree, &root);
	if (code || checkpoint.size != e->tree.size || memcmp(root.byte, checkpoint.root.byte, MERKLE_HASH) != 0)
		return err_set(e->reterr, E_CRYPTO, LAYER,
			"the entries up to %" PRIu64 " do not lead to their checkpoint: the database was changed", e->tree.size);
	code = put_note(e, e->checkpoint.note);
	return code ? code : next_checkpoint(e, e->tree.size + 1);
}

static int take_entry(void *ctx, const struct value *columns, size_t count)
{
	struct exporter *e = ctx;
	struct merkle_hash hash, want;
	char hash64[64];
	(void)count;
	if (e->tree.size >= e->journal.grown.tree.size)
		return 0;
	if ((uint64_t)columns[0].i != e->tree.size || columns[2].s.len != MERKLE_HASH)
		return err_set(e->reterr, E_CRYPTO, LAYER, "entry %" PRIu64 " is missing from the database", e->tree.size);
	memcpy(hash.byte, columns[2].s.ptr, MERKLE_HASH);
	merkle_leaf(columns[1].s, &want);
	if (memcmp(hash.byte, want.byte, MERKLE_HASH) != 0)
		return err_set(e->reterr, E_CRYPTO, LAYER, "entry %" PRIu64 " was changed in the database", e->tree.size);
	sodium_bin2base64(hash64, sizeof hash64, hash.byte, MERKLE_HASH, sodium_base64_VARIANT_ORIGINAL);
	buf_printf(&e->line, "{\"hash\":\"%s\"", hash64);
	if (!e->source->programme_id || str_eqc(columns[3].s, e->source->programme_id)) {
		buf_add_c(&e->line, ",\"leaf\":");
		buf_add(&e->line, columns[1].s);
	}
	buf_add_c(&e->line, "}");
	merkle_add(&e->tree, &hash);
	return put_line(e);
}

/* Entries up to the next stored checkpoint or a page, then the checkpoint. */
static int step(struct exporter *e)
{
	uint64_t until = e->journal.grown.tree.size, before = e->tree.size;
	if (e->has_checkpoint && e->checkpoint.size < until)
		until = e->checkpoint.size;
	uint64_t want = until - e->tree.size > PAGE ? PAGE : until - e->tree.size;
	struct value params[3] = { value_c(e->journal.node), value_int((int64_t)e->tree.size), value_int((int64_t)want) };
	int code = db_run(e->db, &e->sql.journal_range, params, 3, take_entry, e, NULL, e->reterr);
	if (!code && e->tree.size == before && want > 0)
		code = err_set(e->reterr, E_CRYPTO, LAYER, "entry %" PRIu64 " is missing from the database", e->tree.size);
	if (!code && e->has_checkpoint && e->tree.size == e->checkpoint.size)
		code = pass_checkpoint(e);
	return code;
}

static int run_export(struct exporter *e)
{
	char note[NOTE_MAX];
	struct merkle_hash root, head;
	buf_printf(&e->line, "{\"heedwell_journal\":1,\"origin\":");
	buf_add_json(&e->line, str_c(e->journal.origin));
	buf_add_c(&e->line, ",\"verifier\":");
	buf_add_json(&e->line, str_c(e->verifier));
	buf_add_c(&e->line, "}");
	int code = put_line(e);
	if (!code)
		code = next_checkpoint(e, 1);
	while (!code && e->tree.size < e->journal.grown.tree.size)
		code = step(e);
	if (code)
		return code;
	merkle_root(&e->tree, &root);
	merkle_root(&e->journal.grown.tree, &head);
	if (memcmp(root.byte, head.byte, MERKLE_HASH) != 0)
		return err_set(e->reterr, E_CRYPTO, LAYER, "the entries do not lead to the journal's head: the database was changed");
	journal_checkpoint(&e->journal, note);
	return put_note(e, note);
}

static int open_source(struct exporter *e)
{
	static const struct registry nothing = { NULL, 0 };
	const struct export_source *source = e->source;
	const struct driver *driver = driver_find(source->url);
	if (!driver)
		return err_set(e->reterr, E_INVALID, LAYER, "the database URL must begin with sqlite: or postgresql:");
	int code = key_load(source->key_file, &e->key, e->reterr);
	if (!code)
		code = sql_build(&e->sql, driver->dialect, &nothing, e->reterr);
	if (!code)
		code = driver->open(source->url, true, &e->db, e->reterr);
	if (!code)
		code = journal_open(&e->journal, &e->sql, e->key, source->node ? source->node : "main", e->reterr);
	if (!code)
		code = journal_load_head(&e->journal, e->db, e->reterr);
	if (!code)
		note_verifier(e->key->name, e->key->sign_public, e->verifier);
	return code;
}

int export_journal(const struct export_source *source, export_write write, void *ctx, uint64_t *ret_entries, struct err *reterr)
{
	struct exporter *e = mem_new(sizeof *e);
	if (!e)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	e->source = source;
	e->write = write;
	e->ctx = ctx;
	e->reterr = reterr;
	buf_init(&e->line, mem_system(), PIECE_MAX);
	int code = open_source(e);
	if (!code)
		code = run_export(e);
	if (!code && ret_entries)
		*ret_entries = e->tree.size;
	buf_done(&e->line);
	journal_done(&e->journal);
	db_close(&e->db);
	sql_done(&e->sql);
	key_free(&e->key);
	mem_delete(e);
	return code;
}

int store_export(struct store *store, const char *programme_id, export_write write, void *ctx, struct err *reterr)
{
	struct export_source source = { store->url, store->key_path, store->node, programme_id };
	return export_journal(&source, write, ctx, NULL, reterr);
}
