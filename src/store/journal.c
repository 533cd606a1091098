/* journal.c: see journal.h. */
#include "store/journal.h"

#include "sys/mem.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#define LAYER "store/journal"
#define ENTRY_BYTES_MAX (64u * 1024u)

int journal_open(struct journal *journal, const struct statements *sql, const struct key_file *key, const char *node, struct err *reterr)
{
	size_t length = strlen(node);
	*journal = (struct journal){ .sql = sql, .key = key };
	for (size_t i = 0; i < length; i++)
		if (!((node[i] >= 'a' && node[i] <= 'z') || (node[i] >= '0' && node[i] <= '9') || node[i] == '_' || node[i] == '-'))
			length = 0;
	if (length == 0 || length > sizeof journal->node - 1)
		return err_set(reterr, E_INVALID, LAYER, "the node's name must be 1 to 32 of a-z, 0-9, _ and -");
	memcpy(journal->node, node, length);
	snprintf(journal->origin, sizeof journal->origin, "%s/%s", key->name, node);
	buf_init(&journal->line, mem_system(), ENTRY_BYTES_MAX);
	return 0;
}

void journal_done(struct journal *journal)
{
	buf_done(&journal->line);
}

static int read_head(void *ctx, const struct value *columns, size_t count)
{
	struct journal *journal = ctx;
	(void)count;
	journal->grown.tree.size = (uint64_t)columns[0].i;
	if (columns[0].i < 0 || columns[1].s.len != merkle_frontier_count(journal->grown.tree.size) * MERKLE_HASH ||
		columns[1].s.len > sizeof journal->grown.tree.frontier)
		return E_CRYPTO;
	if (columns[1].s.len)
		memcpy(journal->grown.tree.frontier, columns[1].s.ptr, columns[1].s.len);
	journal->grown.batch = columns[2].i;
	return 0;
}

static int count_row(void *ctx, const struct value *columns, size_t count)
{
	(void)columns;
	(void)count;
	++*(unsigned *)ctx;
	return 0;
}

static int read_checkpoint_size(void *ctx, const struct value *columns, size_t count)
{
	(void)count;
	*(uint64_t *)ctx = (uint64_t)columns[0].i;
	return 0;
}

int journal_load_head(struct journal *journal, struct db *db, struct err *reterr)
{
	struct value node = { VALUE_TEXT, 0, str_c(journal->node) };
	journal->grown = (struct journal_grown){ .batch = 0 };
	int code = db_run(db, &journal->sql->head_get, &node, 1, read_head, journal, NULL, reterr);
	return code == E_CRYPTO ? err_set(reterr, code, LAYER, "the journal's head is not whole") : code;
}

int journal_load(struct journal *journal, struct db *db, struct err *reterr)
{
	unsigned beyond = 0, last = 0;
	struct value node = { VALUE_TEXT, 0, str_c(journal->node) };
	int code = journal_load_head(journal, db, reterr);
	if (code)
		return code;
	int64_t size = (int64_t)journal->grown.tree.size;
	struct value after[3] = { node, { VALUE_INT, size, { NULL, 0 } }, { VALUE_INT, 1, { NULL, 0 } } };
	struct value before[3] = { node, { VALUE_INT, size - 1, { NULL, 0 } }, { VALUE_INT, 1, { NULL, 0 } } };
	struct value checkpoints[3] = { node,
		{ VALUE_INT, size > JOURNAL_CHECKPOINT_EVERY ? size - 2 * JOURNAL_CHECKPOINT_EVERY : 0, { NULL, 0 } },
		{ VALUE_INT, 2 * JOURNAL_CHECKPOINT_EVERY, { NULL, 0 } } };
	code = db_run(db, &journal->sql->journal_range, after, 3, count_row, &beyond, NULL, reterr);
	if (!code && size > 0)
		code = db_run(db, &journal->sql->journal_range, before, 3, count_row, &last, NULL, reterr);
	if (!code)
		code = db_run(db, &journal->sql->checkpoint_range, checkpoints, 3, read_checkpoint_size, &journal->grown.checkpointed, NULL,
			reterr);
	if (!code && (beyond || (size > 0 && !last)))
		code = err_set(reterr, E_CRYPTO, LAYER, "the journal's head and its entries do not agree");
	return code;
}

static void add_member(struct buf *line, const char *name, struct str value)
{
	if (value.len == 0)
		return;
	buf_printf(line, ",\"%s\":", name);
	buf_add_json(line, value);
}

static void add_fields(struct buf *line, const struct journal_entry *entry)
{
	char base64[32];
	if (entry->field_count == 0)
		return;
	buf_add_c(line, ",\"fields\":{");
	for (size_t i = 0; i < entry->field_count; i++) {
		const struct journal_field *field = &entry->fields[i];
		buf_printf(line, i ? ",\"%s\":" : "\"%s\":", field->name);
		if (!field->committed) {
			buf_add_c(line, "null");
			continue;
		}
		sodium_bin2base64(
			base64, sizeof base64, field->commitment, sizeof field->commitment, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		buf_printf(line, "\"%s\"", base64);
	}
	buf_add_byte(line, '}');
}

static void write_line(struct buf *line, uint64_t number, const struct journal_entry *entry)
{
	char at[CLOCK_TEXT_SIZE];
	buf_clear(line);
	clock_format(entry->at, at);
	buf_printf(line, "{\"number\":%" PRIu64 ",\"at\":\"%s\"", number, at);
	add_member(line, "as", entry->actor_kind);
	add_member(line, "actor", entry->actor_id);
	add_member(line, "action", entry->action);
	add_member(line, "subject", entry->subject);
	add_member(line, "subject_id", entry->subject_id);
	add_member(line, "state", entry->state);
	if (entry->version)
		buf_printf(line, ",\"version\":%" PRId64, entry->version);
	add_member(line, "programme", entry->programme_id);
	add_member(line, "client", entry->client_id);
	add_member(line, "release", entry->release_id);
	add_member(line, "reason", entry->reason);
	add_fields(line, entry);
	buf_add_byte(line, '}');
}

static struct value optional(struct str s)
{
	return s.len ? (struct value){ VALUE_TEXT, 0, s } : (struct value){ VALUE_NULL, 0, { NULL, 0 } };
}

void journal_checkpoint(const struct journal *journal, char *note)
{
	struct note_signer signer = { journal->key->name, journal->key->sign_public, journal->key->sign_secret };
	struct checkpoint checkpoint = { .origin = str_c(journal->origin), .size = journal->grown.tree.size };
	merkle_root(&journal->grown.tree, &checkpoint.root);
	note_checkpoint(&signer, &checkpoint, note);
}

static int add_checkpoint(struct journal *journal, struct db *db, struct err *reterr)
{
	char note[NOTE_MAX];
	journal_checkpoint(journal, note);
	struct value params[3] = { { VALUE_TEXT, 0, str_c(journal->node) }, { VALUE_INT, (int64_t)journal->grown.tree.size, { NULL, 0 } },
		{ VALUE_TEXT, 0, str_c(note) } };
	int code = db_run(db, &journal->sql->checkpoint_add, params, 3, NULL, NULL, NULL, reterr);
	if (!code)
		journal->grown.checkpointed = journal->grown.tree.size;
	return code;
}

int journal_append(struct journal *journal, struct db *db, const struct journal_entry *entry, struct err *reterr)
{
	struct merkle_hash hash;
	write_line(&journal->line, journal->grown.tree.size, entry);
	if (journal->line.failed)
		return err_set(reterr, E_MEMORY, LAYER, "entry too large");
	struct str leaf = buf_str(&journal->line);
	merkle_leaf(leaf, &hash);
	struct value params[7] = { { VALUE_TEXT, 0, str_c(journal->node) }, { VALUE_INT, (int64_t)journal->grown.tree.size, { NULL, 0 } },
		{ VALUE_INT, entry->at.us, { NULL, 0 } }, optional(entry->programme_id), optional(entry->client_id),
		{ VALUE_TEXT, 0, leaf }, { VALUE_BYTES, 0, str_make((const char *)hash.byte, MERKLE_HASH) } };
	int code = db_run(db, &journal->sql->journal_add, params, 7, NULL, NULL, NULL, reterr);
	if (code == E_EXISTS) /* somebody else wrote under our number: never the caller's business */
		code = err_set(
			reterr, E_BUG, LAYER, "entry %" PRIu64 " is already there: two writers of one journal", journal->grown.tree.size);
	if (code)
		return code;
	merkle_add(&journal->grown.tree, &hash);
	return journal->grown.tree.size - journal->grown.checkpointed < JOURNAL_CHECKPOINT_EVERY ? 0 : add_checkpoint(journal, db, reterr);
}

int journal_put(struct journal *journal, struct db *db, bool force, struct err *reterr)
{
	uint64_t size = journal->grown.tree.size;
	struct str frontier = str_make((const char *)journal->grown.tree.frontier, merkle_frontier_count(size) * MERKLE_HASH);
	struct value head[4] = { { VALUE_TEXT, 0, str_c(journal->node) }, { VALUE_INT, (int64_t)size, { NULL, 0 } },
		{ VALUE_BYTES, 0, frontier }, { VALUE_INT, journal->grown.batch + 1, { NULL, 0 } } };
	int code = db_run(db, &journal->sql->head_put, head, 4, NULL, NULL, NULL, reterr);
	if (!code)
		journal->grown.batch++;
	return code || !force || size == journal->grown.checkpointed ? code : add_checkpoint(journal, db, reterr);
}
